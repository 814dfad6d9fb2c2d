"""What cannot be meant is refused in one sentence, wherever a notebook may ask it; a fault of the suite stays one."""

import inspect
import pickle
import subprocess
import sys
from functools import cached_property
from types import FunctionType, ModuleType
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import (
    between,
    comparison,
    explore,
    findings,
    journey,
    measures,
    outcomes,
    rates,
    read_counts,
    show,
    sortable,
    split,
)
from analysis.errors import DisclosureRefused, ParameterError
from analysis.public import CallRefused, Named, Public, names_of, public
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def cases():
    return read_counts("stalking_2024_25")


@pytest.fixture(scope="module")
def shares(cases):
    return rates(cases, "charged", by="force")


@pytest.fixture(scope="module")
def compared(cases):
    return comparison.compare(cases, "charged", force="Kent")


def functions():
    """Every function of the vocabulary, by how a notebook calls it."""
    found = {}
    for name in analysis.__all__:
        thing = getattr(analysis, name)
        held = {f"{name}.{own}": vars(thing)[own] for own in names_of(thing)} if isinstance(thing, ModuleType) else {}
        found |= held or {name: thing}
    return {called: each for called, each in found.items() if isinstance(each, FunctionType)}


CALLED = {
    called: each
    for called, each in functions().items()
    if not called.startswith("measures.") or called == "measures.own"
}


@pytest.mark.parametrize("called", CALLED)
def test_each_function_refuses_a_name_that_it_does_not_have(called):
    with pytest.raises(ParameterError, match=r"\(\) has no parameter 'forcez'\..* It takes: "):
        CALLED[called](forcez="Kent")


@pytest.mark.parametrize("called", CALLED)
def test_annotations_of_each_are_there_when_it_is_called(called):
    behind = inspect.unwrap(CALLED[called])
    assert behind is not CALLED[called]
    assert get_type_hints(behind)
    assert CALLED[called].__doc__ == behind.__doc__
    assert inspect.signature(CALLED[called]) == inspect.signature(behind)
    assert CALLED[called].__globals__ is behind.__globals__  # where doctest looks


def test_a_call_is_refused_with_what_was_not_understood_and_what_there_is(cases):
    for call, told in {
        lambda: comparison.compare(cases, "charged", forces="Kent"): "compare() has no parameter 'forces'. Did you "
        "mean 'force'? It takes: cases, measure, base, force, group.",
        lambda: comparison.compare(cases): "compare() lacks 'measure'. It takes: cases, measure, base, force, group.",
        lambda: comparison.compare(cases, "charged", "recorded"): "compare() takes cases and measure without a name, "
        "the others by name: base=…, force=…, group=….",
        lambda: comparison.compare(cases, "charged", cases=cases): "compare() was given 'cases' twice: by its place "
        "and by its name. It takes: cases, measure, base, force, group.",
        lambda: cases.select("Kent"): "select() takes nothing without a name, the others by name: force=…, offence=…, "
        "period=….",
        lambda: cases.select(forces="Kent"): "select() has no parameter 'forces'. Did you mean 'force'? It takes: "
        "force, offence, period.",
    }.items():
        with pytest.raises(ParameterError) as caught:
            call()
        assert str(caught.value) == told


def test_a_value_of_another_kind_is_refused_with_what_is_wanted_and_never_repeated(cases, shares, compared):
    rows = shares.rows()
    for call, told in {
        lambda: comparison.compare(rows, "charged"): "'cases' takes counts, as read_counts.* gives",
        lambda: rates("stalking_2024_25", "charged"): "'cases' takes counts, .* and was given: str",
        lambda: rates(cases, ["charged"]): "'measure' takes a text, and was given: list of str. help\\(\\) says",
        lambda: rates(cases, "charged", base=None): "'base' takes a text, and was given: NoneType",
        lambda: between(cases, "charged", "Kent", 5): "'other' takes a text or several in a list, and was given: int",
        lambda: cases.select(
            force=["Kent", 5]
        ): "'force' takes a text or several in a list, and was given: list of int, str",
        lambda: cases.select(period=2024): "'period' takes a text or several in a list, and was given: int",
        lambda: findings.judge(cases, rows): "'recorded' takes counts",
        lambda: measures.own("late", "16"): "'types' takes several in a list, and was given: str",
        lambda: compared.rows(5): "'name' takes a text",
        lambda: shares.dots(highlight=5): "'highlight' takes a text",
        lambda: show.read(cases, "Kent"): "'counts' takes counts",
        lambda: show.table(rows, title="A", words="B c.", units=5): "'units' takes a dict or None",
    }.items():
        with pytest.raises(ParameterError, match=told) as caught:
            call()
        assert "0x" not in str(caught.value)


def test_names_that_are_not_there_are_answered_with_the_nearest(cases, shares, compared):
    for ask, told in {
        lambda: analysis.compare: "Did you mean 'comparison'? There is comparison.compare. dir(analysis) shows all.",
        lambda: analysis.follow: "There is journey.follow and timing.follow and trends.follow.",
        lambda: comparison.comparer: "comparison has no 'comparer'. Did you mean 'compare'? There is: Comparison, comp",
        lambda: show.tables: "Did you mean 'table'?",
        lambda: measures.owns: "Did you mean 'own'?",
        lambda: compared.rankz: "Comparison has no 'rankz'. Did you mean 'ranks'?",
        lambda: shares.row: "Shares has no 'row'. Did you mean 'rows'?",
        lambda: cases.selct: "Counts has no 'selct'. Did you mean 'select'? dir() of it shows all.",
    }.items():
        with pytest.raises(AttributeError) as caught:
            ask()
        assert isinstance(caught.value, ParameterError)
        assert told in str(caught.value)


def test_a_question_that_is_called_names_its_function(cases):
    with pytest.raises(ParameterError, match=r"^comparison is a module and cannot be called\. It has: comp"):
        comparison(cases, "charged")


def test_a_column_that_is_not_there_is_answered_with_those_that_are(shares, compared):
    with pytest.raises(ParameterError, match=r"^These rows have no column 'forces'\. Did you mean 'force'\? There"):
        compared.rows("ranks")["forces"]
    with pytest.raises(KeyError, match=r"no column 'shar'\. Did you mean 'share'\?"):
        shares.rows()[["force", "shar"]]


def test_rows_are_a_frame_like_any_other(shares):
    rows = shares.rows()
    assert rows["share"].between(0, 1).all()
    assert rows[rows["share"] > 0.1].equals(rows.query("share > 0.1"))
    assert type(rows[["force", "share"]]) is type(rows.copy()) is type(rows.nlargest(3, "share")) is pd.DataFrame
    assert pickle.loads(pickle.dumps(rows)).equals(rows)
    assert "shar" not in rows


@pytest.mark.parametrize("given", [None, 3, float("nan"), ["Robbery"], b"Robbery", {}])
def test_what_narrows_counts_says_what_it_takes(given):
    gwent = read_counts("gwent_2022_2025")
    for ask in (lambda: gwent.of_crime(crime_type=given), lambda: gwent.of_crime(offence=given)):
        with pytest.raises(CallRefused, match=r"of_crime\(\): '(crime_type|offence)' takes a text, and was given: "):
            ask()


def test_endings_side_by_side_are_no_dots_and_it_is_said_what_shows_them(cases):
    with pytest.raises(ParameterError, match=r"bars\(\) shows it, and hundred_cases\(\)"):
        split(cases).dots()


def test_a_force_that_is_lacking_is_of_a_place_that_has_a_name(cases):
    kent = cases.select(force="Kent")
    for asked, told in {
        ("Essex", "Kent"): "for Essex. They",
        "South: Essex, Kent": "for Essex, a force of South. They",
        "Wales": "for Dyfed-Powys, a force of Wales. They",
    }.items():
        with pytest.raises(ParameterError, match=f"hold no figures {told} hold: Kent"):
            kent.select(force=asked)


def test_what_worked_without_a_name_or_as_a_list_works(cases):
    assert comparison.compare(cases, "charged", force=["Kent"]).force == "Kent"
    two = pd.Series(["Kent", "Essex"])
    assert between(cases, "charged", two, "Surrey").place == "Essex, Kent"
    assert journey.follow(cases, force=two).force == outcomes.endings(cases, "charged", force=two).force
    assert cases.select(force=pd.Series(["Kent", "Essex"]), period=("2024/25 Q1", "2024/25 Q2")).forces
    assert measures.own("late", [15, "16"]) == measures.own("late", np.array([15, 16])) == "late: 15, 16"
    assert split(cases, base="decided").rows().shape[0] > 3
    assert explore(cases, "charged", force=["Kent"]).choice.force == "Kent"


def test_words_that_are_none_are_refused_as_what_may_not_be_shown(shares):
    with pytest.raises(DisclosureRefused, match="stands where words belong"):
        show.headline(shares.rows())
    with pytest.raises(ParameterError, match="is no table"):
        sortable(shares.rows())


def test_a_row_that_is_not_there_cannot_stand_out(cases, shares):
    for asked, told in {
        "Kentt": r"No force is called 'Kentt'\. Did you mean 'Kent'",
        "Jersey": "No force is called",
    }.items():
        with pytest.raises(ParameterError, match=told):
            shares.dots(highlight=asked)
    with pytest.raises(ParameterError, match=r"no row '2024/25 Q5' that could stand out\. Did you mean '2024/25 Q"):
        rates(cases, "charged", by="quarter").dots(highlight="2024/25 Q5")
    for chosen in ("Met", "Eastern: Norfolk, Essex", "Wales", ""):
        assert shares.dots(highlight=chosen).kind == "figure"


class Faulty(Named):
    """Something whose own code is wrong."""

    @property
    def whole(self):
        return self._part.lower()

    @cached_property
    def _part(self):
        return 5


class Wrong(Public):
    def method(self, name: str) -> str:
        return len(name, name)


def test_faults_of_the_suite_show_themselves():
    @public
    def function(number: int) -> int:
        return inner(numbers=number)

    def inner(number):
        return number

    with pytest.raises(TypeError, match="unexpected keyword argument 'numbers'"):
        function(1)
    with pytest.raises(TypeError, match="takes exactly one argument"):
        Wrong().method("a")
    with pytest.raises(AttributeError, match="'int' object has no attribute 'lower'"):
        _ = Faulty().whole
    assert not hasattr(Faulty(), "_repr_html_")


def test_only_stalking_is_set_beside_what_is_printed_of_stalking():
    every, recorded = read_counts("offences_2024_25"), read_counts("stalking_recorded")
    with pytest.raises(
        ParameterError, match=r"are of 129 offences\. Narrow them: cases\.select\(offence=\"stalking\"\)"
    ):
        findings.judge(every, recorded)
    assert findings.judge(every.select(offence="stalking"), recorded).forces().kind == "figure"


@pytest.mark.parametrize(
    "code",
    [
        "import analysis.public, analysis.reference.measures",
        "from analysis import errors, reference",
        "import analysis; hasattr(analysis, '__wrapped__')",
    ],
)
def test_what_refuses_a_call_and_a_part_that_is_imported_load_no_pandas(code):
    code = f"{code}; import sys; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0
