"""The ways of counting a printed figure: from tables made by hand, by arithmetic that anybody can follow."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.counts import yearly
from analysis.questions.findings.countings import Counting, Tables, countings, held, matching
from analysis.questions.findings.verdicts import CONSISTENT, NOT_COMPARABLE, UNMATCHED, judged, verdict_of
from analysis.reference import findings

WITHDREW = replace(findings.finding("london-withdrew"), place="Kent", years=("2020/21",))


def tables_of(rows):
    """Tables with (force, recorded, outcomes, charged, victim_supports, withdrew) of 2020/21; None where not sent."""
    table = pd.DataFrame(rows, columns=["force", "recorded", *yearly.COUNTED])
    for name in ("recorded", *yearly.COUNTED):
        table[name] = table[name].astype("Int64")
    table["period"], table["edition"], table["recorded_edition"] = pd.Timestamp("2020-04-01").date(), "July 2022", "x"
    table["doubt"] = ["not_provided" if pd.isna(outcomes) else "" for outcomes in table["outcomes"]]
    endings = yearly.Yearly(table, yearly.read().national.iloc[:0])
    return Tables(endings, {}, {}, {"2020/21": int(table["recorded"].sum())}, {})


def told(ways):
    return {(one.base, one.is_bounds): (one.least, one.most, one.cases) for one in ways}


def test_a_reading_that_is_told_has_shares_and_bounds():
    ways = countings(WITHDREW, tables_of([("Kent", 200, 190, 20, 60, 90)]))
    assert told(ways) == {
        ("decided cases", False): (90, 90, 190),
        ("all recorded cases, as they stood", False): (90, 90, 200),
        ("all recorded cases, however the undecided ended", True): (90, 100, 200),
    }
    assert [one.undecided for one in ways] == [None, None, 10]
    assert [one.is_near for one in ways] == [False, False, True]


def test_bounds_hold_a_figure_only_where_few_cases_are_open():
    """20 of 200 are a tenth, and few; 21 of 200 are more."""
    for undecided, verdict in ((20, CONSISTENT), (21, NOT_COMPARABLE)):
        tables = tables_of([("Kent", 200, 200 - undecided, 20, 60, 86)])
        printed = replace(WITHDREW, percent=46)
        assert not any(printed.fits(one.low) for one in countings(printed, tables) if not one.is_bounds)
        assert judged(printed, tables).verdict == verdict


def test_without_open_cases_there_is_one_share_and_no_room():
    tables = tables_of([("Kent", 200, 200, 20, 60, 90)])
    assert not any(one.is_bounds for one in countings(WITHDREW, tables))
    assert judged(WITHDREW, tables).verdict == CONSISTENT
    assert judged(replace(WITHDREW, percent=46), tables).verdict == UNMATCHED


def test_what_the_tables_do_not_tell_has_bounds_that_never_match():
    printed = replace(findings.finding("london-no-action"), place="Kent", years=("2020/21",))
    ways = countings(printed, tables_of([("Kent", 200, 200, 20, 60, 90)]))
    own = [one for one in ways if one.definition.startswith("No further action")]
    assert [(one.least, one.most, one.cases) for one in own if one.base == "decided cases"] == [(60, 90, 200)]
    for percent, verdict in ((29, UNMATCHED), (30, CONSISTENT), (41, NOT_COMPARABLE), (46, UNMATCHED)):
        assert verdict_of(replace(printed, percent=percent), ways) == verdict, percent


def test_words_allow_a_base_or_they_do_not():
    tables = tables_of([("Kent", 250, 200, 20, 60, 90)])
    for base, expected in (("recorded", {"all"}), ("outcomes", {"decided"}), ("not stated", {"all", "decided"})):
        ways = [one for one in countings(replace(WITHDREW, base=base), tables) if one.is_allowed]
        assert {one.base.split()[0] for one in ways} == expected
    beside = replace(WITHDREW, base="recorded")
    assert verdict_of(beside, countings(beside, tables_of([("Kent", 300, 200, 20, 60, 90)]))) == NOT_COMPARABLE
    assert not matching(beside, countings(beside, tables)), "45% of decided cases is not what the words say"


def test_forces_that_sent_nothing_leave_room_in_a_national_figure():
    national = replace(WITHDREW, place="all")
    rows = [(force, 100, 100, 10, 30, 40) for force in yearly.forces_of(yearly.EVERYWHERE)]
    assert judged(national, tables_of(rows)).verdict == UNMATCHED
    rows[0] = (rows[0][0], 600, None, None, None, None)
    found = countings(national, tables_of(rows))
    whole = [one for one in found if "sent nothing" in one.base]
    assert [(one.least, one.most, one.cases) for one in whole] == [(43 * 40, 43 * 40 + 600, 4900)]
    assert judged(national, tables_of(rows)).verdict == NOT_COMPARABLE


def test_outcomes_beyond_the_recorded_cases_give_no_share_of_recorded():
    ways = countings(WITHDREW, tables_of([("Kent", 180, 200, 20, 60, 90)]))
    assert told(ways) == {("decided cases", False): (90, 90, 200)}


@pytest.mark.parametrize("changes", [{"measure": ""}, {"percent": None}, {"offence": "8L"}, {"years": ("1999/00",)}])
def test_what_is_not_held_is_counted_in_no_way(changes):
    assert countings(replace(WITHDREW, **changes), tables_of([("Kent", 200, 190, 20, 60, 90)])) == []


def test_a_number_of_cases_is_no_share():
    volume = replace(findings.finding("bbc22-volume"), years=("2020/21",), place="Kent")
    ways = countings(volume, tables_of([("Kent", 200, 190, 20, 60, 90)]))
    assert [(one.low, one.cases, one.is_allowed) for one in ways] == [(200, None, True), (190, None, False)]


def test_the_charges_brought_are_of_whole_years_alone():
    tables = held()
    assert tables.brought["2023/24"] == 9865
    assert "2024/25" not in tables.brought
    assert "2020/21" in tables.charges
    assert tables.spans["2020/21"] == "April to December 2020"


def test_a_counting_is_bounds_or_a_share():
    assert not Counting("x", "y", "2020/21", 3, 3, 10).is_bounds
    assert (Counting("x", "y", "2020/21", 3, 4, 10).low, Counting("x", "y", "2020/21", 3, 4, 10).high) == (0.3, 0.4)
