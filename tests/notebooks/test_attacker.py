"""An attacker who keeps every rule and wants exact numbers: each way round is refused before anything runs.

Each of the notebooks in ``LEAKS`` was published with status 0, or told its numbers on the way, before the rules listed
what may stand in a cell.
"""

import json
import re

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

import analysis
from analysis.counts import counts
from analysis.counts.ledger import Entry, FileRead, Ledger
from analysis.disclosure import protect
from analysis.errors import DisclosureRefused, NotebookFailed
from analysis.presentation import blocks, tables
from analysis.publishing.notebooks import kinds, notebooks, rules
from analysis.publishing.report import publication
from analysis.publishing.running import engine
from analysis.questions.received.results import rows_counted
from analysis.questions.timing.histories import histories
from analysis.shares.rates import rates
from analysis.shares.worked import Worked
from tests.conftest import PROJECT, make_counts
from tests.notebooks.test_rules import written
from tests.reports.people import released

#: What a notebook may import besides what the fixture imports already.
MORE = "from analysis import {}\n"
SHARES = 'shares = rates(cases, "victim_withdrawal", by="force")\n'
ENDED = MORE.format("outcomes") + 'ended = outcomes.endings(cases, "charged")\n'

LEAKS = {
    "shares as a sentence": MORE.format("rates") + SHARES + "show.headline(shares)",
    "rows as a sentence": MORE.format("rates") + SHARES + "show.headline(shares.rows())",
    "a frame displayed": MORE.format("rates") + SHARES + "shares.rows()",
    "what is behind shares as a sentence": MORE.format("rates") + SHARES + "show.headline(shares.protected)",
    "shares as a title": MORE.format("rates") + SHARES + "shares.table(shares)",
    "shares as the row that stands out": MORE.format("rates") + SHARES + "shares.dots(highlight=shares)",
    "shares as the name of a place": MORE.format("rates")
    + SHARES
    + 'show.title("How many? {force}", cases, force=shares)',
    "a result as a sentence": ENDED + "show.headline(ended)",
    "a result as it is": ENDED + "ended",
    "a result as the name of its table": ENDED + "ended.table(ended)",
    "rows of a result": ENDED + 'show.headline(ended.rows("forces"))',
    "rows of a result displayed": ENDED + 'ended.rows("forces")',
    "a hidden part of a result": ENDED + "show.headline(ended._by_force)",
    "the counts of a result": ENDED + "show.headline(ended.everything)",
    "a result of one's own": MORE.format("outcomes")
    + 'ended = outcomes.Endings(cases, "charged", "recorded", "all", "8Q")',
    "what a ledger holds": MORE.format("received") + "show.headline(received.receive(cases)._ledger)",
    "a function that a question uses": MORE.format("outcomes") + 'shares = outcomes.rates(cases, "charged")',
    "the gate by way of a question": MORE.format("outcomes") + "shares = outcomes.protect(cases)",
    "str of anything": "show.headline(str(cases))",
    "repr of anything": "show.headline(repr(cases))",
    "a format": 'show.headline("{0.table}".format(cases))',
    "an f-string": 'show.headline(f"{cases.table}")',
    "an old format": 'show.headline("%s" % cases)',
    "words joined": 'show.headline("".join(cases.forces))',
    "an attribute": "show.headline(cases.coverage.missing)",
    "a row": MORE.format("rates") + SHARES + 'shares.row(force="Kent")',
    "a table of the counts": "cases.table",
    "the last result": "cases\n_",
    "a display": MORE.format("rates") + SHARES + "display(shares)",
    "help": "help(cases)",
    "a docstring": '"""All of it."""',
    "vars": "show.headline(vars(cases))",
    "its dictionary": "show.headline(cases.__dict__)",
    "getattr": 'show.headline(getattr(cases, "table"))',
    "the builtins": "show.headline(__builtins__.str(cases))",
    "a module's own imports": 'show.pd.read_parquet("x")',
    "a hidden function": "show._plain(cases)",
    "a function that opens a file": MORE.format("findings") + 'found = findings.read("data/private/x.csv")',
    "a function handed on": MORE.format("outcomes") + "show.headline(outcomes.endings)",
    "a function as a key": MORE.format("measures") + "most = max(cases, key=measures.measure)",
    "a walrus": "show.headline((found := cases))",
    "a match": "match cases:\n    case _:\n        show.headline(cases)",
    "a decorator": "@show.headline\ndef told(): ...",
    "a comprehension": "show.headline(*[one for one in cases.forces])",
    "a star": "show.headline(*cases)",
    "two stars": "show.headline(**cases)",
    "a lambda": "show.headline((lambda: cases)())",
    "a conditional": 'show.headline("A" if cases else "B")',
    "a comparison": "found = cases == cases",
    "an exception with numbers": "raise ValueError(cases)",
    "a suite name for something else": "show = cases",
    "a function of the suite for another": MORE.format("rates, split") + "split = rates",
    "a parameter for something else": 'force = "Kent"',
    "another name for a function": "from analysis import split as rates",
    "a relative import": "from .analysis import intake",
    "everything of the suite": "from analysis import *",
    "another module": "import pandas",
    "an own module": "from helper import everything",
    "open": 'open("data/counts/x.parquet")',
    "a magic": "%env",
    "a shell": "!cat data/counts/x.parquet",
    "a question": "?cases",
    "an assignment of a shell": "found = !ls",
    "a subscript": 'show.headline(cases["table"])',
    "a slice": "show.headline(cases.forces[:1])",
    "an augmented assignment": "cases += cases",
    "an annotation": "found: str = cases",
    "a starred target": "first, *rest = cases, cases",
    "a deletion": "del cases",
    "an await": "await cases",
    "a number": "show.headline(4711)",
    "bytes": 'show.headline(b"4711")',
    "a word with a direction turned about": 'show.headline("\u202e4711")',
    "a word with a mark without width": 'show.headline("47\u200b11")',
    "an escape of a terminal": 'show.headline("\x1b[2J")',
}


def faults(tmp_path, source):
    return rules.faults(written(tmp_path, new_markdown_cell("## A part"), new_code_cell(source)))


@pytest.mark.parametrize("way", LEAKS)
def test_no_way_round(tmp_path, way):
    found = faults(tmp_path, LEAKS[way])
    assert found, way
    assert {fault.cell for fault in found} == {6}


def test_what_goes_round_is_all_that_is_refused(tmp_path):
    honest = MORE.format("measures, outcomes, rates") + (
        'ended = outcomes.endings(cases, "charged", base=measures.other_base("recorded"), force=force)\n'
        'shares, name = rates(ended.here, "charged", by="force"), cases.place.lower()\n'
        "told = shares.sentence(), name\n"
        "show.headline(*told, ended.measure)\n"
        "shares.table(name)\n"
        'ended.table("types")\n'
        "shares.dots(highlight=force)"
    )
    assert faults(tmp_path, honest) == []


@pytest.mark.parametrize(
    "prose",
    [
        "<object data=x>",
        "<svg onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<!-- hidden -->",
        "<meta http-equiv=refresh content='0;url=https://example.org'>",
        "![a picture](https://example.org/x.png)",
        "[x](javascript:alert)",
        "[x]: data:text/html,x",
        "[x](java&#115;cript:alert)",
        "javascript:alert(1)",
        "[x](<javascript:alert(1)>)",
        "turned \u202eabout",
        "A\u00adB",
    ],
)
def test_prose_loads_and_hides_nothing(tmp_path, prose):
    found = rules.faults(written(tmp_path, new_markdown_cell(f"## A part\n\n{prose}")))
    assert {(fault.cell, fault.line) for fault in found} == {(5, 3)}
    assert rules.faults(written(tmp_path, new_raw_cell(f"{prose}")))


def test_honest_prose_stays(tmp_path):
    prose = "A link [there](https://example.org/a_b), one more <https://example.org>, and 3 < 4 > 2; a@b.org."
    assert rules.faults(written(tmp_path, new_markdown_cell(f"## A part\n\n{prose}"))) == []


def test_nothing_is_attached(tmp_path):
    cell = new_markdown_cell("## A part", attachments={"x.png": {"image/png": "AAAA"}})
    assert "attached" in str(rules.faults(written(tmp_path, cell))[0])


DEEP = {
    "brackets": "(" * 2000 + ")" * 2000,
    "attributes": "cases" + ".place" * 400,
    "calls": "cases" + ".select()" * 300,
    "signs": "-" * 3000 + "cases",
    "tuples": "x = " + "(" * 90 + "cases" + ",)" * 90,
    "a text": "x = '" + "a" * 100_000 + "'",
    "a null": "x = cases\x00",
}


@pytest.mark.parametrize("kind", DEEP)
def test_a_cell_however_deep_is_a_fault_and_no_traceback(tmp_path, kind):
    for found in (faults(tmp_path, DEEP[kind]), rules.faults(written(tmp_path, parameters=f"x: str = {DEEP[kind]}"))):
        assert all(isinstance(fault, rules.Fault) for fault in found)
    if kind != "tuples":
        assert found


@pytest.mark.parametrize("content", ['{"cells": ' + "[" * 100_000, "[" * 100_000, '{"a":' * 100_000])
def test_a_file_however_deep_is_refused(tmp_path, content):
    path = tmp_path / "deep.ipynb"
    path.write_text(content)
    assert "cannot be read as a notebook" in str(rules.faults(path)[0])
    with pytest.raises(NotebookFailed, match="deep.ipynb cannot be read as a notebook"):
        notebooks.notebook(str(path))


def test_a_name_that_cannot_be_seen_is_refused(tmp_path):
    path = written(tmp_path).rename(tmp_path / "a\u202eb.ipynb")
    with pytest.raises(NotebookFailed, match=re.escape("a\\u202eb.ipynb: its name holds a character")):
        notebooks.notebook(str(path))


ODD = 7919  # a number of cases that stands nowhere by chance


@pytest.fixture
def secret():
    """Counts of cases whose every number is odd enough to be found again."""
    rows = [("Kent", "2024-04-01", outcome, ODD) for outcome in ("1", "16", "15", "0")]
    return make_counts(rows, sensitivity="restricted", months=3)


def test_nothing_unprotected_says_its_numbers(secret):
    """Whatever function of the suite makes a text of it."""
    found = rates(secret, "victim_withdrawal", by="force")
    held = Ledger(
        "x", "cases", "restricted", ("x",), (Entry("", (FileRead("a", "b", 1, ODD),), ODD, ODD, {"r": ODD}, {}, {}),)
    )
    worked = Worked(found, lambda table: table, ("force",))
    for one in (secret, found, held, worked, rows_counted(held, secret)):
        for told in (str(one), repr(one), f"{one}", "{}".format(one), f"{(one,)}"):  # noqa: UP032
            assert str(ODD) not in told.replace(",", ""), type(one)


def test_followed_cases_say_none_either():
    told = repr(histories(counts.read("gwent_2022_2025_lags")))
    assert told == "<Histories>"


def test_every_kind_that_a_notebook_can_come_by_is_known():
    """What the functions and results that notebooks use give: shown, words, or a kind that nothing takes as words."""
    functions = []
    for name in analysis.__all__:
        found = kinds.named(name)
        functions += [found] if isinstance(found, kinds.Function) else kinds.functions(found).values()
    parts = [part for kind in kinds._results() for part in kinds._of_result(kind).values()]
    given = {one.gives if isinstance(one, kinds.Function) else one for one in (*functions, *parts)}
    results = set(kinds._results())
    assert {"Endings", "Comparison", "Findings", "Shares", "Counts"} <= given
    assert given - results <= {
        *("Shown", "str", "tuple[str, ...]", "list[str]"),  # what is shown or is words
        *("Counts", "pd.DataFrame", "Protected"),  # no words, and nothing that a notebook has makes words of them
        *("Measure", "Base", "Series", "bool"),
        *("Exploring", "Sortable"),  # which no report shows
    }


@pytest.mark.parametrize("kind", ["Counts", "Rates", "Protected", "Worked", "Shares", "Series", "pd.DataFrame"])
def test_nothing_with_numbers_fits_where_words_belong(kind):
    assert not kinds.fits(kind, "str")
    assert not kinds.fits(kind, "Shown")


@pytest.mark.parametrize(
    ("kind", "wanted", "is_taken"),
    [
        ("Finding", "Finding | None", True),
        ("tuple[str, str]", "Iterable[str]", True),
        ("tuple[str, ...]", "tuple[str, ...]", True),
        ("list[Finding]", "Iterable[Finding]", True),
        ("tuple[str, Rates]", "Iterable[str]", False),
        ("tuple[]", "tuple[str, ...]", True),
        ("Rates", "Rates | Worked", True),
        ("Rates", "str", False),
        ("str", "Path", False),
        ("str", "Any", False),
        ("Protected", "Callable[[pd.DataFrame], tuple[Draw, Height]]", False),
        ("dict[str, Any]", "dict[str, Any]", True),
        ("str", kinds._kind(None), False),
        (kinds._kind(None), "str", False),
        (kinds.UNKNOWN, "str", True),
    ],
)
def test_what_fits_where(kind, wanted, is_taken):
    """What says no kind takes nothing; what was found fault with already is not found fault with again."""
    assert kinds.fits(kind, wanted) == is_taken


def test_only_words_are_shown_as_words(secret):
    frame = pd.DataFrame({"cases": [ODD]})  # of which html.escape makes the text of the table
    people = released([("Kent", "2024-04-01", outcome, ODD) for outcome in ("1", "16", "15", "0")])
    shown = protect(rates(people, "victim_withdrawal", by="force"))
    for call in (
        lambda: blocks.headline(frame),
        lambda: blocks.headline("A", frame),
        lambda: blocks.said("reading", frame),
        lambda: blocks.title(frame, secret),
        lambda: blocks.key_figure(shown, label=frame),
        lambda: tables.table(shown, title=frame),
        lambda: tables.table(shown, title="A", note=frame),
        lambda: tables.table(shown, title="A", finding=frame),
        lambda: tables.turned(shown, title="A", meanings={"cases": frame}),
    ):
        with pytest.raises(DisclosureRefused, match="stands where words belong"):
            call()


@pytest.mark.parametrize("by", engine.ENGINES)
def test_what_stands_beside_a_notebook_is_no_module(tmp_path, by):
    """A file analysis.py, or one called as a library, would be what a notebook imports that keeps every rule."""
    for name in ("analysis", "pandas", "colorsys"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not this one')")
    path = written(tmp_path, new_code_cell('show.headline("An answer.", "A sentence.")'))
    folder = publication.publish(notebooks.notebook(str(path)), {}, out=tmp_path / "reports", by=by)
    assert "An answer." in (folder / "report.html").read_text()


def test_a_notebook_that_is_exchanged_while_it_is_read_is_not_run(tmp_path, monkeypatch):
    """What was held to the rules is what runs; and no report says that it is of a notebook that it is not of."""
    path = written(tmp_path, new_code_cell('show.headline("An answer.", "A sentence.")'))
    enforce = rules.enforce

    def exchanged(*given):
        enforce(*given)
        held = nbformat.read(path, 4)
        held.cells[4].source = "import os\nos.abort()"
        nbformat.write(held, path)

    monkeypatch.setattr(rules, "enforce", exchanged)
    monkeypatch.setattr(engine, "is_warm", lambda *_: True)  # where it ran, the process would end, as a kernel would
    with pytest.raises(counts.DataRefused, match="changed while a report was made"):
        publication.publish(notebooks.notebook(str(path)), {}, out=tmp_path / "reports")
    assert not list((tmp_path / "reports").glob("*/*/*"))


def test_the_suites_own_notebooks_stay_as_simple_as_they_are():
    sizes = [len(json.loads(notebooks.path_of(name).read_text())["cells"]) for name in notebooks.names()]
    assert max(sizes) < 70
    assert (PROJECT / "notebooks").is_dir()
