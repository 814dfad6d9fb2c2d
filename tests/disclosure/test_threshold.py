"""Whatever number is the smallest that may be shown, none below it is: in no record and in no sentence of any report.

The made-up cases are released anew under a policy whose smallest number is 1,500, so that most of what a report would
say of them may not be said. Every notebook runs on what is left, and all that its cells show is gone through: each
number of people in each record, and each number in each sentence, label and drawing that is not of a kind that is named
here. What is planted at the end shows that a single number past protection is found.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import partial
from typing import Any
from unittest import mock

import nbformat
import pandas as pd
import pytest

from analysis.builders import bundled
from analysis.counts import counts
from analysis.disclosure import policy, protected, release
from analysis.disclosure.drawing import draws
from analysis.errors import ParameterError
from analysis.presentation import figure, wording
from analysis.presentation.blocks import Shown
from analysis.publishing.notebooks import jobs, notebooks
from analysis.reference import measures
from analysis.reference.schema import COLUMNS
from analysis.shares.rates import rates
from tests import released
from tests.conftest import nightly
from tests.disclosure.worlds import keep_secret

SMALLEST = 1_500
MAIN, LAGS, FEATURES = "stalking_example", "stalking_example_lags", "stalking_example_features"
ALL = {"period": "all"}
#: A share of nearly all, which would tell of the few others.
ATTRITION = {"force": "Exampleshire", "measure": "attrition"}
#: What each notebook is asked, besides one that takes no counts of people.
ASKED = [
    ("data_received", {"counts": MAIN}),
    ("data_received", {"counts": LAGS}),
    ("force_comparison", {"counts": MAIN, "force": "Exampleshire", **ALL}),
    ("force_comparison", {"counts": MAIN, **ALL, **ATTRITION}),
    ("force_profile", {"counts": MAIN, "force": "Exampleshire", **ALL}),
    ("journey", {"counts": MAIN, "period": "2022/23"}),
    ("journey", {"counts": MAIN, **ALL}),
    ("no_further_action", {"counts": MAIN, "period": "2023/24"}),
    ("no_further_action", {"counts": MAIN, **ALL}),
    ("no_further_action", {"counts": MAIN, **ALL, "base": "with_suspect"}),
    ("time_to_outcome", {"counts": LAGS}),
    ("trends", {"counts": MAIN}),
    ("trends", {"counts": MAIN, "measure": "no_further_action", "base": "with_outcome"}),
    ("victim_withdrawal", {"counts": MAIN, "period": "2022/23"}),
    ("victim_withdrawal", {"counts": MAIN, **ALL}),
    ("who_withdraws", {"counts": FEATURES}),
    ("who_withdraws", {"counts": FEATURES, "base": "with_outcome"}),
]
#: Of each notebook one every time, the others at night.
EVERY_TIME = (0, 3, 4, 6, 8, 10, 11, 14, 15)
NO_PEOPLE = "published_findings"


# released anew --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def raised() -> Iterator[policy.Policy]:
    """The policy of counts of people with another smallest number, for all that asks for it."""
    other = replace(policy.CLOSED, smallest=SMALLEST, name=policy.CLOSED.name.replace("10 or fewer", "under 1,500"))
    with mock.patch.dict(policy.POLICIES, {"restricted": other, "synthetic": other}):
        yield other


def _published(place: Any) -> Any:
    """A folder with the published counts of the project."""
    folder = place / "counts"
    folder.mkdir()
    for path in counts.FOLDER.glob("*.parquet"):
        if not path.name.startswith(MAIN):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def sets(tmp_path_factory: Any, raised: policy.Policy) -> Iterator[Any]:
    """The made-up cases, released under the policy, where notebooks read them."""
    place = tmp_path_factory.mktemp("project")
    folder = _published(place)
    keep_secret(place / "private")
    with mock.patch.object(counts, "FOLDER", folder):
        with (
            mock.patch.object(release, "drawn", released.nearest),
            mock.patch.object(draws, "draw", partial(draws.draw, policy=raised)),
        ):
            bundled.make(MAIN)
        yield folder


# what a notebook shows ------------------------------------------------------------------------------------------------


def shown(name: str, given: dict[str, str]) -> list[Shown]:
    """All that the cells of a notebook show, with the values that it is given."""
    values, names, blocks = jobs.checked(notebooks.notebook(name), given), {}, []
    for cell in nbformat.read(notebooks.FOLDER / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            for line in ast.parse(cell.source).body:
                if isinstance(line, ast.Expr):
                    blocks.append(eval(compile(ast.Expression(line.value), name, "eval"), names))
                else:
                    exec(compile(ast.Module([line], []), name, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= values
    assert all(isinstance(block, Shown) for block in blocks)
    return blocks


@pytest.fixture(scope="module")
def withdrawal(sets: Any) -> list[Shown]:
    """What the report of withdrawal shows of the whole time."""
    return shown("victim_withdrawal", {"counts": MAIN, **ALL})


# numbers of people in records -----------------------------------------------------------------------------------------


def results(told: Any) -> Iterator[dict[str, Any]]:
    """Every table of records that a record holds, published ones left out."""
    if isinstance(told, dict) and "records" in told and "about" in told:
        if told["about"]["sensitivity"] != "published":
            yield told
    elif isinstance(told, dict):
        yield from (one for value in told.values() for one in results(value))
    elif isinstance(told, list):
        yield from (one for value in told for one in results(value))


def is_published(block: Shown) -> bool:
    """Whether a block says what is published, and nothing else."""
    return "about" in block.record and not list(results(block.record))


def is_of_people(column: str) -> bool:
    """Whether a column holds numbers of cases, and so of people."""
    return COLUMNS[column].kind == "count" and "cases" in COLUMNS[column].unit


def numbers_of_people(block: Shown) -> Iterator[tuple[str, int]]:
    """Each number of people that the records of a block hold, and how many each row leaves out, with its column."""
    for result in results(block.record):
        for row in result["records"]:
            yield from ((name, row[name]) for name in row if name in COLUMNS and is_of_people(name) and row[name])
            if row.get("events") is not None and row.get("cases"):
                yield "cases less events", row["cases"] - row["events"]
            if row.get("unit") == "cases" and row.get("share"):
                yield "the step before less this one", round(row["counted"] / row["share"]) - row["counted"]


# numbers in words -----------------------------------------------------------------------------------------------------

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
#: Numbers of another kind than cases.
_OTHERWISE = re.compile(
    rf"""\b8\sforces\sof\s500\scases\sor\smore  # what methods ask for
    | \bfewer\sthan\s8\smonths,\sfewer\sthan\s5\scases\sin\seach
    | \bup\sto\s5\scases\soff
    | ^\d{{1,2}}:\s(?=[A-Z])  # codes, types and phases
    | \b(?:types?|phases?)\s\d+(?:(?:,\s|\sand\s)\d+)*
    | \b1[456](?:,\s1[456])+
    | \b(?:\d+\s)?(?:{_MONTH})(?:\s\d{{4}})?  # dates and times
    | \b(?:19|20)\d\d(?:/\d\d|-\d\d-\d\d)?
    | \b\d+\s(?:days?|months?|years?)
    | \d[\d.,]*%  # shares, points and ratios
    | \b\d+\sin\s\d+\b
    | \b(?:\d+\sof|for)\severy\s100\b
    | \b100\sin\sall:[^.]*
    | \d+\.\d+
    | [+\N{{MINUS SIGN}}]\d+
    | \bodds\sratio\sof\s\d+
    | \b\d+\s(?:rows?|features|endings|more\.|(?:police\s)?forces)  # what else is counted
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?![\w%]|[.,]\d)")
_NUMERAL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_OF_PEOPLE = r"(?:made-up |stalking |other |more |of the )*(?:cases?(?! files?\b)|people|victims?)"
_SPELT = re.compile(rf"\b(?:{_NUMERAL}) {_OF_PEOPLE}\b", re.IGNORECASE)
#: What of a block is no text, or the same of whatever counts.
_NO_TEXT = ("address", "columns", "disclosure", "files", "id", "marks", "part", "phase", "sources", "style")
_DAYS = {30, 90, 180, 270, 365}


@pytest.fixture(scope="module")
def own_words(raised: policy.Policy) -> list[str]:
    """What is said of any counts, with numbers that are no counts: definitions, names, categories, the policy."""
    said = [raised.name, *wording.TERMS.values()]
    for one in (*measures.MEASURES.values(), *measures.BASES.values()):
        said += [getattr(one, each.name) for each in fields(one)]
    exact = released.made_up_cases()[FEATURES]
    said += [str(one) for name in exact.features for one in exact.table[name].unique()]
    return sorted((one for one in said if isinstance(one, str) and re.search(r"\d", one)), key=len, reverse=True)


def texts(told: Any, *, name: str = "") -> Iterator[str]:
    """Every text that parts or a record hold, labels of drawings among them; numbers of a table are in its record."""
    if isinstance(told, dict) and told.get("part") == "table":
        left_out = {*told["numbers"], *(place for place, one in enumerate(told["headings"]) if one == "Phase")}
        labels = [[cell for place, cell in enumerate(row) if place not in left_out] for row in told["rows"]]
        yield from texts([labels, *(told[one] for one in ("title", "headings", "note", "fold"))])
    elif isinstance(told, dict):
        yield from (text for key, value in told.items() if key not in _NO_TEXT for text in texts(value, name=key))
    elif isinstance(told, list | tuple):
        yield from (text for value in told for text in texts(value, name=name))
    elif name in ("wide", "narrow"):
        yield from re.findall(r">([^<>]+)</(?:text|tspan)>", told)
    elif isinstance(told, str):
        yield told


def numbers_in_words(block: Shown, own: list[str]) -> Iterator[tuple[str, int]]:
    """The numbers in the texts of a block that may be of people: none of another kind, or said of any counts."""
    said = [block.text, *texts(block.parts), *texts(block.record)]
    drawn = {
        int(one) for text in said for whole in re.findall(r"100 in all:([^.]*)", text) for one in _NUMBER.findall(whole)
    }
    drawn |= _DAYS if any("by_lag" in row for one in results(block.record) for row in one["records"]) else set()
    drawn |= set() if any(numbers_of_people(block)) else {1}  # the end of an axis on which nothing is drawn
    for text in said:
        left = text
        for words in own:
            left = left.replace(words, "…")
        left = _OTHERWISE.sub("…", left)
        found = [int(one.replace(",", "")) for one in _NUMBER.findall(left)]
        yield from ((text, one) for one in found if not (text == str(one) and one in drawn))
        yield from ((text, 1) for _ in _SPELT.findall(left))


def below(blocks: list[Shown], own: list[str]) -> list[tuple[str, int]]:
    """Every number of people under the smallest that blocks show of counts of people, with its column or text."""
    found: list[tuple[str, int]] = []
    for block in blocks:
        found += numbers_of_people(block)
        if not is_published(block):
            found += numbers_in_words(block, own)
    return [(where, number) for where, number in found if 0 < number < SMALLEST]


@pytest.mark.parametrize(
    ("name", "given"),
    nightly(ASKED, *(ASKED[place] for place in EVERY_TIME)),
    ids=[" ".join([name, *given.values()]) for name, given in ASKED],
)
def test_nothing_under_the_smallest_number_is_shown(
    request: pytest.FixtureRequest, sets: Any, own_words: list[str], name: str, given: dict
) -> None:
    is_made = (name, given) == ("victim_withdrawal", {"counts": MAIN, **ALL})
    blocks = request.getfixturevalue("withdrawal") if is_made else shown(name, given)
    assert any(list(results(block.record)) for block in blocks)
    assert below(blocks, own_words) == []


def test_every_notebook_is_asked_but_one_that_takes_no_counts_of_people(sets: Any) -> None:
    every_time = {ASKED[place][0] for place in EVERY_TIME}
    assert every_time | {NO_PEOPLE} == {name for name, _ in ASKED} | {NO_PEOPLE} == set(notebooks.names())
    with pytest.raises(ParameterError, match="hold no figures for Metropolitan Police"):
        shown(NO_PEOPLE, {"counts": MAIN})


def test_what_is_not_under_it_is_shown(withdrawal: list[Shown]) -> None:
    numbers = {number for block in withdrawal for _, number in numbers_of_people(block)}
    assert len(numbers) >= 3
    assert min(numbers) >= SMALLEST


# what goes past protection is found -----------------------------------------------------------------------------------


def _exact_quarters() -> Any:
    """The rows of one statistic as they are of the exact counts."""
    exact = rates(released.made_up_cases()[MAIN].select(offence="8Q"), "victim_withdrawal", by="quarter").table
    protect_rows = protected._rows

    def rows(source: Any, given: policy.Policy) -> tuple[pd.DataFrame, int]:
        is_this = getattr(source, "by", ()) == ("quarter",) and source.about.measure == "victim_withdrawal"
        return (exact, 0) if is_this else protect_rows(source, given)

    return mock.patch.object(protected, "_rows", rows)


def _as_it_is(source: Any, _: policy.Policy) -> pd.DataFrame:
    return source.table


def _drawn(svg: str) -> Any:
    return mock.patch.object(figure, "drawings", return_value=(svg, svg))


def _said(words: str) -> Any:
    return mock.patch.object(wording, "share_sentence", return_value=words)


#: One number each that goes past protection.
PLANTED = {
    "rows of a statistic": _exact_quarters,
    "shares that leave few out": partial(mock.patch.object, protected, "_without_small_remainders", _as_it_is),
    "a number in a sentence": partial(_said, "Of 4,000 cases 37 ended so."),
    "a large number in a sentence": partial(_said, "Of 4,000 cases 1,499 ended so."),
    "a number in a word": partial(_said, "Of 4,000 cases all but seven cases ended so."),
    "a label of a drawing": partial(_drawn, "<svg><text>37</text></svg>"),
    "a note below a table": lambda: mock.patch.object(wording, "source_line", return_value="Source: 37 cases."),
}


@pytest.mark.parametrize("what", nightly(PLANTED, "rows of a statistic", "shares that leave few out"))
def test_what_goes_past_protection_is_found(sets: Any, own_words: list[str], what: str) -> None:
    name, more = ("force_comparison", ATTRITION) if "few" in what else ("victim_withdrawal", {})
    with PLANTED[what]():
        assert below(shown(name, {"counts": MAIN, **ALL, **more}), own_words)


def test_whatever_is_said_past_protection_is_found_at_once(sets: Any, own_words: list[str]) -> None:
    with PLANTED["a number in a word"](), PLANTED["a label of a drawing"](), PLANTED["a note below a table"]():
        found = below(shown("victim_withdrawal", {"counts": MAIN, **ALL}), own_words)
    texts_found = " ".join(where for where, _ in found)
    assert "all but seven cases ended so" in texts_found
    assert "Source: 37 cases." in texts_found
    assert ("37", 37) in found


def test_a_release_that_hides_less_is_found(tmp_path: Any, raised: policy.Policy, own_words: list[str]) -> None:
    exact, folder = released.made_up_cases()[MAIN], _published(tmp_path)
    with mock.patch.object(release, "_shown", partial(_shown_from, policy.CLOSED.smallest)):
        counts.write(released.rounded(exact), folder / f"{MAIN}.parquet")
    with mock.patch.object(counts, "FOLDER", folder):
        found = below(shown("no_further_action", {"counts": MAIN, **ALL}), own_words)
    assert {where for where, _ in found} >= {"events", "cases"}
    assert any(" of " in where for where, _ in found)  # and in sentences


def _shown_from(smallest: int, held: Any, places: list[int], _: policy.Policy) -> pd.Series:
    numbers = pd.Series(held.numbers[places], dtype="Int64")
    return numbers.where(numbers >= smallest)


@pytest.mark.parametrize(
    ("count", "numbers"),
    [(0, {None}), (10, {None}), (11, {None, 15}), (14, {None, 15}), (15, {15, 20}), (38, {35, 40}), (40, {35, 40, 45})],
)
def test_a_count_that_stands_in_no_sum_is_hidden_or_near(count, numbers):
    assert {draws.draw(b"secret", f"row {place}", count) for place in range(60)} == numbers
