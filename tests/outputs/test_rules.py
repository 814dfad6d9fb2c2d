"""What leaves is held to the released set row by row and word by word: each rule by itself, on tables made by hand."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pandas as pd
import pytest

from analysis.disclosure import POLICIES
from analysis.outputs import drawings, files, released, rules
from analysis.outputs.request import Output, Report, Request
from analysis.questions.timing.histories import NAMES
from analysis.questions.timing.incidence import ANY, UNDECIDED
from analysis.shares.intervals import ROUNDING_VARIANCE, wilson
from tests.conftest import make_counts
from tests.released import rounded

MONTHS = [
    date(2010 + (3 + number) // 12, 1 + (3 + number) % 12, 1) for number in range(24)
]  # of which nothing is published
FIRST, WHOLE = "2010-04+1", "2010-04+24"
COORDINATES = {"force": "", "offence": "8Q", "period": WHOLE, "outcome": "all"}
ABOUT = {
    "counts": "stalking_example",
    "place": "Kent",
    "offence": "Stalking",
    "period": "April 2010 to March 2012",
    "measure": "victim_withdrawal",
    "base": "recorded",
    "sensitivity": "synthetic",
    "basis": "recorded",
    "source": "By hand",
}


def held(*cells, more=(), forces=("Kent",)):
    """A released set of two years by month, from its cells: their coordinates where they are not those of all."""
    whole = COORDINATES | {"force": forces[0] if len(forces) == 1 else ""}
    rows = [(force, f"{first}", "16", 30) for force in forces for first in MONTHS]
    exact = make_counts(rows, sensitivity="synthetic", months=1)
    table = pd.DataFrame([{**whole, **dict.fromkeys(more, ""), **cell} for cell in cells])
    table = table[[*COORDINATES, *more, "cases"]].astype({"cases": "Int64"})
    return released.Released(exact.as_released(table, exact.coverage, {"edition": 1, "cells": len(table), "hidden": 0}))


def output(*rows, columns=("month", "events", "cases"), **changes):
    """A table of an output as this suite writes it, its counts those of ABOUT."""
    policy = asdict(POLICIES["synthetic"])
    settings = {"title": "By month", "lines": (), "columns": columns, "abouts": (ABOUT,), "policies": (policy,)}
    return Output(name="01_by-month", rows=rows, **(settings | changes))


def report(*outputs, words="", **parameters):
    return Report("a/b", "victim_withdrawal", parameters, "How many?", "Kent", words, outputs, "01_words")


def found(asked, release):
    """The faults of an output or a report: row, reason and rule."""
    asked = asked if isinstance(asked, Report) else report(asked)
    told_of = rules.faults(Request((asked,)), {"stalking_example": release})
    return {(fault.row, fault.reason, fault.rule) for fault in told_of}


# a row ----------------------------------------------------------------------------------------------------------------


def test_the_smallest_number_that_is_shown_leaves_and_the_next_below_does_not():
    least = POLICIES["synthetic"].smallest
    release = held({"cases": 40}, {"outcome": "14+16", "cases": least})
    row = {"events": least, "cases": 40}
    assert found(output(row), release) == set()
    below = found(output({**row, "events": least - 5}), release)
    assert (1, rules.UNREDACTED, f"events is under {least}, the smallest number that is shown") in below


def test_a_word_where_a_number_belongs_and_a_number_where_a_word_does_are_told_by_their_row():
    release = held({"cases": 40})
    good = {"month": "", "events": None, "cases": 40}
    for name, value in (("cases", "forty"), ("cases", True), ("month", 4)):
        what = found(output(good, {**good, name: value}), release)
        assert what == {(2, rules.NO_CONTEXT, f"column {name} holds another kind of thing than it says")}


def test_what_is_wrong_with_a_whole_table_is_told_of_no_row():
    told_of = found(output({"cases": 40}, abouts=({**ABOUT, "sensitivity": "none of ours"},)), held({"cases": 40}))
    assert told_of == {(0, rules.NO_CONTEXT, "does not say whether its figures are public")}
    assert "row" not in str(rules.Fault("a", 0, rules.NO_CONTEXT, "says nothing"))
    assert str(rules.Fault("a", 3, rules.NO_CONTEXT, "says nothing")) == "a: row 3: no context: says nothing"


def test_of_cases_that_are_all_still_open_no_share_of_decided_ones_follows():
    release = held({"cases": 40}, {"outcome": "14+16", "cases": 20}, {"outcome": "0", "cases": 40})
    row = {"events": 20, "cases": 40, "of_decided_share": 0.5}
    columns = ("events", "cases", "of_decided_share")
    rule = "of_decided_share does not follow from numbers that the release shows"
    assert (1, rules.NOT_RELEASED, rule) in found(output(row, columns=columns), release)
    some = held({"cases": 40}, {"outcome": "14+16", "cases": 15}, {"outcome": "0", "cases": 20})
    assert found(output({**row, "events": 15, "of_decided_share": 0.75}, columns=columns), some) == set()
    assert found(output({**row, "events": 15, "of_decided_share": 0.5}, columns=columns), some)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "By\u202emonth"},
        {"lines": ("A line", "and\x1b[31m another")},
        {"notes": ("A note", "\u200eanother")},
        {"abouts": ({**ABOUT, "notes": ["a", "b\u2066"]},)},
        {"abouts": ({**ABOUT, "as_at": {"Kent\x00": "2025-03"}},)},
    ],
)
def test_words_round_a_table_that_would_do_something_are_told_of_the_table(changes):
    why = "its words hold a control character or one that turns the direction of writing"
    assert (0, rules.UNSAFE, why) in found(output({"cases": 40}, **changes), held({"cases": 40}))


def test_a_share_and_its_interval_are_those_of_the_counts_in_the_row():
    low, high = map(float, wilson(20, 40, rounding=ROUNDING_VARIANCE))
    release = held({"cases": 40}, {"outcome": "14+16", "cases": 20})
    row = {"events": 20, "cases": 40, "share": 0.5, "low": round(low, 6), "high": round(high, 6)}
    columns = ("events", "cases", "share", "low", "high")
    assert found(output(row, columns=columns), release) == set()
    for name in ("share", "low", "high"):
        moved = found(output({**row, name: row[name] + 1e-5}, columns=columns), release)
        assert (1, rules.UNROUNDED, f"{name} is not what the counts in its row give") in moved


# what is released -----------------------------------------------------------------------------------------------------


def test_a_number_of_a_category_or_an_offence_is_no_number_of_all():
    more = ("feature", "category")
    of_sex = {"feature": "sex", "category": "Female"}
    release = held({"cases": 90}, {**of_sex, "cases": 40}, {"offence": "8L", "cases": 25}, more=more)
    assert release.base({}, ABOUT) == {90}
    assert release.base(of_sex, ABOUT) == {40}
    assert release.base({"offence_name": "Harassment"}, ABOUT) == {25}
    assert release.base({"offence_name": "Harassment", **of_sex}, ABOUT) == set()


def test_whatever_the_cases_are_their_number_is_one_of_its_own_time():
    release = held({"cases": 90}, {"period": FIRST, "cases": 40}, {"period": FIRST, "outcome": "16", "cases": 25})
    assert release.at(ABOUT) == {90}
    assert release.anything({"month": "April 2010"}, ABOUT) == {40, 25}
    assert release.anything({"month": "May 2010"}, ABOUT) == set()


def test_cases_followed_are_the_last_of_each_running_total_from_the_first_day_on():
    more = ("ending", "lag")
    totals = [("withdrew", 0, 20), ("withdrew", 30, 35), ("charged", 0, 15), (UNDECIDED, 90, 25)]
    cells = [{"ending": ending, "lag": lag, "cases": cases} for ending, lag, cases in totals]
    release = held({"ending": "", "lag": -1, "cases": 90}, *cells, more=more)
    assert release.followed({}, ABOUT) == {35 + 15 + 25, 35 + 15}
    assert held({"ending": "", "lag": -1, "cases": 90}, more=more).followed({}, ABOUT) == set()
    assert held({"cases": 90}).followed({}, ABOUT) == set()


def test_cases_that_ended_in_any_way_are_those_of_all_endings_that_are_followed():
    totals = [("withdrew", 35), ("charged", 15), (UNDECIDED, 25)]
    cells = [{"ending": ending, "lag": 30, "cases": cases} for ending, cases in totals]
    release = held({"ending": "", "lag": -1, "cases": 90}, *cells, more=("ending", "lag"))
    rule = "ended is no number that the release shows of these cases, nor follows from any"
    for ended, faults in ((50, set()), (55, {(1, rules.NOT_RELEASED, rule)})):
        assert found(output({"ending": NAMES[ANY], "ended": ended}, columns=("ending", "ended")), release) == faults


def test_the_share_still_open_of_the_latest_months_is_that_of_all_their_cases_and_so_is_that_of_those_before():
    """Twenty-two months of 100 cases with 5 open, then 200 with 80 and 50 with 30."""
    cells = []
    for place, first in enumerate(MONTHS):
        cases, waiting = {22: (200, 80), 23: (50, 30)}.get(place, (100, 5))
        cells += [
            {"period": f"{first:%Y-%m}+1", "cases": cases},
            {"period": f"{first:%Y-%m}+1", "outcome": "0", "cases": waiting},
        ]
    assert held({"cases": 2450}, *cells).open_of_latest(ABOUT) == {110 / 250, 110 / 2200}
    even = [cell | ({"cases": 5} if "outcome" in cell else {}) for cell in cells]
    assert held({"cases": 2450}, *even).open_of_latest(ABOUT) == set()


# words ----------------------------------------------------------------------------------------------------------------

TOLD = "a number is told in its words that no table here gives"


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("80 of 200 cases were withdrawn, 6.7% of all.", True),
        ("Of 1,200 cases 200 had an outcome.", True),
        ("6.7% and 16.7%.", True),
        ("40.0%, which is 80 of those charged.", False),
        ("Of 1,205 cases.", False),
        ("80 of 195 cases were withdrawn.", False),
        ("250.0% and 600.0% of them.", False),
    ],
)
def test_words_tell_what_is_released_of_what_a_report_is_about_and_its_shares(words, is_told):
    cells = ({"cases": 1200}, {"outcome": "14+16", "cases": 80}, {"outcome": "1", "cases": 200})
    what = found(report(output({"month": "April 2010"}, columns=("month",)), words=words), held(*cells))
    assert what == (set() if is_told else {(0, rules.NO_DATA, TOLD)})


@pytest.fixture(scope="module")
def two():
    """Two forces as released: 300 and 400 of 1,000 cases of one offence withdrawn, 50 and 100 of 500 of another."""
    withdrew = {("8Q", "Essex"): 300, ("8Q", "Kent"): 400, ("8L", "Essex"): 50, ("8L", "Kent"): 100}
    rows = [
        (force, offence, outcome, cases)
        for (offence, force), number in withdrew.items()
        for outcome, cases in (("16", number), ("15", {"8Q": 1000, "8L": 500}[offence] - number))
    ]
    one = make_counts([("Kent", "2010-04-01", "16", 1), ("Essex", "2010-04-01", "16", 1)], sensitivity="restricted")
    table = pd.DataFrame(rows, columns=["force", "offence", "outcome", "cases"])
    table.insert(1, "period", date(2010, 4, 1))
    return released.Released(rounded(replace(one, table=table, dimensions=tuple(table.columns[:-1]), offence="")))


@pytest.mark.parametrize(
    ("offence", "told_of", "is_told"),
    [
        ("Stalking", "The middle is 35.0%.", True),
        ("Stalking", "The middle is 15.0%.", False),
        ("Harassment", "The middle is 15.0%.", True),
        ("Harassment", "The middle is 35.0%.", False),
        ("Stalking", "One has 30.0% and the other 40.0%.", True),
    ],
)
def test_words_tell_the_middle_of_forces_of_the_offence_that_a_report_is_about(two, offence, told_of, is_told):
    about = ABOUT | {"offence": offence, "period": "April to June 2010"}
    of_offence = output({"month": "April 2010"}, columns=("month",), abouts=(about,))
    faults = set() if is_told else {(0, rules.NO_DATA, TOLD)}
    assert found(report(of_offence, words=told_of, force="Kent"), two) == faults
    assert (0, rules.NO_DATA, TOLD) in found(report(of_offence, words=told_of, force="all"), two)


def test_words_tell_what_is_published_of_the_place_of_a_report_and_of_its_force():
    """56.4% of 4,106 cases of Kent were withdrawn in 2024/25, and of Essex another share."""
    quarters = ("2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")
    rows = [("Kent", first, code, cases) for first in quarters for code, cases in (("16", 100), ("1", 150))]
    release = released.Released(rounded(make_counts(rows, sensitivity="restricted")))
    for changes, force, faults in (
        ({"place": "Kent"}, "all", set()),
        ({"place": "England and Wales"}, "Kent", set()),
        ({"place": "Kent", "offence": "Poaching"}, "Kent", {(0, rules.NO_DATA, TOLD)}),
    ):
        about = ABOUT | {"period": "2024/25", **changes}
        of_kent = output({"month": "April 2010"}, columns=("month",), abouts=(about,))
        words = "Published are 4,106 cases, of which 56.4% were withdrawn."
        assert found(report(of_kent, words=words, force=force), release) == faults


# files and drawings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "..", ".", "", "a/b.txt", "b.txt\x00"])
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_opened(tmp_path, name):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "in").mkdir()
    with pytest.raises(files.Unreadable, match="is a name that leads out of the folder"):
        files.content(tmp_path / "in", name)


def test_every_text_is_found_however_deep_it_lies():
    nested = {"a": ["b", {"c": ("d", 1, None)}], "e": 2.5}
    assert list(files.strings(nested)) == ["a", "b", "c", "d", "e"]


def test_a_drawing_written_anew_is_read_by_what_draws_it_and_is_the_same_once_more():
    link = "http://www.w3.org/1999/xlink"
    svg = f'<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:l="{link}"><s:use l:href="#a"/></s:svg>'
    written = drawings.canonical(svg)
    assert written.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert '<use xlink:href="#a"' in written
    assert drawings.canonical(written) == written
