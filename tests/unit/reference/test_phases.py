"""Where a series is cut, and which periods may be compared."""

from datetime import date

import pytest

from analysis.errors import ParameterError
from analysis.reference import reference
from analysis.reference.phases import KINDS, RECORDING, breaks_between, breaks_noted, breaks_of, phases
from analysis.reference.reference import Break
from tests.unit.questions.trends.test_trends import a_break, months


def test_a_series_without_breaks_is_one_phase():
    placed = phases(months(9))
    assert list(placed["phase"]) == [1] * 9
    assert set(placed["cut_by"]) == set(placed["after"]) == {""}


def test_a_break_on_a_first_day_cuts_nothing():
    placed = phases(months(6), [a_break("2015-01-01")])
    assert list(placed["phase"]) == [1, 1, 1, 2, 2, 2]
    assert list(placed["after"]) == ["", "", "", "made-up", "made-up", "made-up"]


@pytest.mark.parametrize("day", ["2015-01-02", "2015-02-01", "2015-03-31"])
def test_a_period_that_a_break_cuts_is_named_and_belongs_to_neither(day):
    placed = phases(months(6), [a_break(day)])
    assert placed["phase"].isna().tolist() == [False, False, False, True, False, False]
    assert placed["phase"].dropna().tolist() == [1, 1, 1, 2, 2]
    assert list(placed["cut_by"]) == ["", "", "", "made-up", "", ""]
    assert list(placed["after"]) == ["", "", "", "", "made-up", "made-up"]


def test_breaks_outside_a_series_do_not_cut_it():
    placed = phases(months(4), [a_break("2014-04-01"), a_break("2013-01-01"), a_break("2015-04-01")])
    assert list(placed["phase"]) == [1, 1, 1, 1]


def test_two_breaks_between_the_same_periods_are_both_named():
    placed = phases(months(4), [a_break("2014-11-01", "later"), a_break("2014-10-01", "earlier")])
    assert list(placed["cut_by"]) == ["", "", "later", ""]
    assert list(placed["phase"].dropna()) == [1, 1, 2]
    assert placed.loc[3, "after"] == "earlier; later"


def test_a_series_that_begins_cut_begins_its_first_phase_after_it():
    placed = phases(months(3), [a_break("2014-05-01")])
    assert placed["phase"].isna().tolist() == [True, False, False]
    assert placed["phase"].dropna().tolist() == [1, 1]


def test_the_breaks_of_stalking():
    names = [one.name for one in breaks_of("8q")]
    assert names == [
        "stalking-own-class",
        "course-of-conduct-counted",
        "diversionary-outcome",
        "former-partner-default",
        "diversionary-compulsory",
        "principal-crime",
    ]
    recording = {one.name for one in breaks_of("8Q", kinds=RECORDING)}
    assert recording == set(names) - {"diversionary-outcome", "diversionary-compulsory"}
    assert "malicious-communications-class" in [one.name for one in breaks_of("8R")]
    assert {one.kind for one in reference.breaks()} == set(KINDS)
    with pytest.raises(ParameterError, match="No kind of break is called 'legal'"):
        breaks_of("8Q", kinds=["legal"])
    with pytest.raises(ParameterError, match="No offence is called '99Z'"):
        breaks_of("99Z")


def test_a_break_of_one_force_cuts_that_force_and_no_sum():
    everywhere = {one.name for one in breaks_of("8Q")}
    assert {one.name for one in breaks_of("8Q", force="Metropolitan Police")} - everywhere == {"metropolitan-system"}
    assert {one.name for one in breaks_of("8Q", force="Kent")} == everywhere
    assert [one.name for one in breaks_of("8Q", force="met") if one.force] == ["metropolitan-system"]
    several = breaks_noted("8Q", ["Kent", "Metropolitan Police", "Greater Manchester"])
    assert [one.name for one in several] == [
        "greater-manchester-missing",
        "greater-manchester-system",
        "metropolitan-system",
    ]
    assert breaks_noted("8Q", ["Metropolitan Police"]) == ()  # its own series is cut there instead
    assert breaks_noted("8Q", ["Kent", "Essex"]) == ()
    with pytest.raises(ParameterError, match="No force is called 'Kentt'"):
        breaks_of("8Q", force="Kentt")


def test_the_year_of_a_force_in_which_its_system_changed_compares_with_nothing():
    known = breaks_of("8Q", force="Metropolitan Police")
    one, other = date(2023, 4, 1), date(2024, 4, 1)
    assert breaks_between(one, one, known, months=12)
    assert not breaks_between(other, other, known, months=12)
    assert [each.name for each in breaks_between(date(2023, 10, 1), other, known)] == ["metropolitan-system"]
    assert not breaks_between(date(2023, 10, 1), other, breaks_of("8Q", force="Kent"))


def test_the_trebling_of_stalking_is_not_comparable():
    # 33,350 recorded in 2019/20, 99,106 in 2020/21: counting, not growth (data/reference/breaks.csv).
    known = breaks_of("8Q", kinds=RECORDING)
    between = breaks_between(date(2019, 4, 1), date(2020, 4, 1), known, months=12)
    assert [one.name for one in between] == ["former-partner-default"]


def test_two_periods_of_one_phase_are_comparable_in_either_order():
    known = breaks_of("8Q", kinds=RECORDING)
    one, other = date(2020, 4, 1), date(2022, 1, 1)
    assert breaks_between(one, other, known) == breaks_between(other, one, known)
    assert not breaks_between(one, other, known)


def test_a_cut_period_compares_with_nothing():
    known = [a_break("2023-05-01")]
    cut = date(2023, 4, 1)
    for other in (date(2023, 1, 1), cut, date(2023, 7, 1)):
        assert breaks_between(cut, other, known)
    assert breaks_between(date(2023, 1, 1), date(2023, 7, 1), known)
    assert not breaks_between(date(2023, 7, 1), date(2024, 7, 1), known)


@pytest.mark.parametrize("first", range(8))
@pytest.mark.parametrize("second", range(8))
def test_breaks_between_and_phases_agree(first, second):
    known = [a_break("2014-10-01"), a_break("2015-08-01"), Break("other", "2015-10-01", "8Q", "counting", "x", "y")]
    days = months(8)
    placed = phases(days, known)["phase"].fillna(0)
    together = placed[first] == placed[second] != 0
    assert (not breaks_between(days[first], days[second], known)) == together


def test_periods_out_of_order_are_refused_by_place():
    with pytest.raises(ValueError, match=r"Period 2 \(2014-04-01\) does not follow 2014-07-01"):
        phases([date(2014, 7, 1), date(2014, 4, 1)])
    with pytest.raises(ValueError, match="does not follow"):
        phases([date(2014, 7, 1)] * 2)
    with pytest.raises(ValueError, match="before the 3 months before it have ended"):
        phases([date(2014, 4, 1), date(2014, 6, 1)])
    with pytest.raises(ValueError, match="Period 1 begins on 2014-04-02"):
        phases([date(2014, 4, 2)])
