"""A direction is stated where bounds part and no break lies between, over the same forces; else it cannot be said."""

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.disclosure import protect
from analysis.reference import reference
from analysis.shares.year_bounds import (
    CHARGED,
    EVIDENTIAL,
    FELL,
    FOLLOWED,
    POOLED,
    ROSE,
    UNSAID,
    WITHDREW,
    by_year,
    directions,
    wales_and_england,
    year_of,
)
from tests.unit.counts.test_yearly import made


def between(*rows, measure=WITHDREW, place="all", years=None, **changed):
    """What is said of two years: direction, reason, settled by, and what is said of all forces."""
    table = protect(directions(made(*rows, **changed).of(place))).table
    table = table[table["measure"] == measure]
    if years:
        table = table[(table["earlier"] == years[0]) & (table["later"] == years[1])]
    assert len(table) == 1
    return table.iloc[0]


def force(year, withdrew, *, name="Kent", recorded=100, undecided=0, supports=10, charged=10, times=1):
    counted = (recorded, recorded - undecided, charged, supports, withdrew)
    return (name, year, *(times * number for number in counted))


#: So many cases that chance explains no change of a percentage point.
thousands = partial(force, times=1000)


def test_bounds_that_part_tell_a_direction():
    said = between(thousands(2014, 20, undecided=5), thousands(2015, 26, undecided=5))
    assert (said["direction"], said["reason"], said["settled_by"]) == (ROSE, "", "")
    bounds = said[["earlier_low_share", "earlier_high_share", "later_low_share", "later_high_share"]]
    assert bounds.tolist() == [0.2, 0.25, 0.26, 0.31]
    assert said[["earlier_share", "later_share"]].tolist() == pytest.approx([20 / 95, 26 / 95])
    assert said["decided_change"] == pytest.approx(6 / 95)
    assert said["recorded_change"] == pytest.approx(0.06)
    assert between(thousands(2014, 26), thousands(2015, 20, undecided=5))["direction"] == FELL


def test_bounds_that_touch_or_overlap_tell_none_and_what_would_settle_it():
    for withdrew in (25, 24, 20):
        said = between(force(2014, 20, undecided=5), force(2015, withdrew, undecided=1))
        assert (said["direction"], said["reason"]) == (UNSAID, "the bounds overlap")
        assert said["settled_by"] == "a later edition of 2014/15, in which its 5 undecided cases have ended"
    same = between(force(2014, 20), force(2015, 20))
    assert (same["direction"], same["settled_by"]) == (UNSAID, "nothing: the two shares are equal")


def test_chance_is_asked_of_the_ends_that_are_nearest():
    """200 of 1,000 and 50 undecided, then 260: 6 points and no chance, if the undecided were left aside."""
    said = between(force(2014, 20, undecided=5, times=10), force(2015, 26, times=10))
    assert (said["direction"], said["reason"]) == (UNSAID, "the bounds part by no more than chance could explain")
    assert between(force(2014, 20, times=10), force(2015, 26, times=10))["direction"] == ROSE


def test_cases_recorded_in_every_force_are_as_printed_and_those_of_some_their_own():
    national = [(2019, "one", 9_000, 8_000, 1_000, 2_000, 3_000, 44, "")]
    every = [force(2019, 20, name=name) for name in reference.forces()]
    recorded = {
        len(rows): year_of(held, date(2019, 4, 1), held.members).recorded
        for rows in (every, every[1:])
        for held in (made(*rows, national=national),)
    }
    assert recorded == {44: 9_000, 43: 4_300}


def test_a_share_of_decided_cases_that_rose_tells_no_direction_by_itself():
    said = between(force(2014, 20), force(2015, 19, undecided=60))
    assert said["decided_change"] > 0.2
    assert (said["direction"], said["reason"]) == (UNSAID, "the bounds overlap")


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        (2017, 2018, "1 April 2018"),
        (2019, 2020, "1 April 2020"),
        (2022, 2023, "1 May 2023"),
        (2023, 2024, "1 May 2023"),  # the earlier year is cut by it
        (2014, 2024, "1 April 2018, 1 April 2020 and 1 May 2023"),
    ],
)
def test_no_direction_is_stated_over_a_break_however_far_bounds_part(first, second, day):
    said = between(force(first, 20), force(second, 80))
    assert said["direction"] == UNSAID
    assert said["reason"].startswith(f"counted differently from {day}")
    assert said["settled_by"] == "cases of one year counted both ways, which nobody has published"


def test_a_new_outcome_type_may_be_why_a_share_fell_and_not_why_it_rose():
    fell = between(force(2018, 60), force(2019, 40))
    assert fell["direction"] == UNSAID
    assert fell["reason"] == "an outcome type that takes from the others since 1 April 2019"
    assert between(force(2018, 40), force(2019, 60))["direction"] == ROSE
    assert between(force(2014, 60), force(2015, 40))["direction"] == FELL


def test_a_forces_own_break_cuts_that_force_and_no_sum():
    """In November 2022 Devon and Cornwall Police moved to another record system: a break for it alone."""
    pair = [force(year, withdrew, name="Devon and Cornwall") for year, withdrew in ((2021, 20), (2022, 40))]
    mine = between(*pair, place="Devon and Cornwall")
    assert (mine["direction"], mine["reason"]) == (UNSAID, "kept in another record system from 1 November 2022")
    others = [force(year, withdrew) for year, withdrew in ((2021, 20), (2022, 40))]
    assert between(*others, place="Kent")["direction"] == ROSE
    assert between(*pair, *others)["direction"] == ROSE


def test_only_forces_that_sent_both_years_are_compared():
    """Kent stands still; Essex, which sent nothing for the first year, is what makes the sum look like a rise."""
    rows = [
        thousands(2014, 20),
        thousands(2015, 20),
        ("Essex", 2014, 100_000, None, None, None, None),
        thousands(2015, 80, name="Essex"),
    ]
    said = between(*rows)
    assert (said["forces"], said["direction"], said["earlier_share"], said["later_share"]) == (1, UNSAID, 0.2, 0.2)
    rose = between(thousands(2014, 20), thousands(2015, 30), *rows[2:])
    assert (rose["direction"], rose["whole_direction"]) == (ROSE, UNSAID)
    few = ("Essex", 2014, 10_000, None, None, None, None)
    held = between(
        thousands(2014, 20),
        thousands(2015, 40),
        few,
        thousands(2015, 5, name="Essex", recorded=10, supports=1, charged=1),
    )
    assert (held["direction"], held["whole_direction"]) == (ROSE, ROSE)


def test_forces_that_sent_nothing_may_be_taken_as_undecided():
    held = made(force(2019, 50), ("Essex", 2019, 100, None, None, None, None))
    year = year_of(held, date(2019, 4, 1), held.members, is_whole=True)
    assert year.bounds(WITHDREW) == (0.25, 0.75)
    assert year_of(held, date(2019, 4, 1), held.members).bounds(WITHDREW) == (0.5, 0.5)
    assert year_of(held, date(2019, 4, 1), ["Essex"]) is None


def test_more_outcomes_than_recorded_cases_give_no_bounds_and_it_is_said():
    rows = ("Kent", 2014, 89, 90, 10, 10, 20), force(2015, 60)
    said = between(*rows)
    assert (said["direction"], said["reason"]) == (UNSAID, "outcomes exceed recorded cases in 2014/15")
    table = protect(by_year(made(*rows).of("Kent"))).table
    row = table[(table["measure"] == WITHDREW) & (table["year"] == "2014/15")].iloc[0]
    assert row[["recorded", "undecided", "low_bound_share", "high_bound_share"]].isna().all()
    assert (row["share"], row["state"], row["doubt"]) == (20 / 90, "not_applicable", "outcomes exceed recorded cases")
    both = year_of(made(*rows, force(2014, 20, name="Essex", undecided=5)), date(2014, 4, 1), ["Kent", "Essex"])
    assert (both.recorded, both.undecided) == (189, 4)
    assert both.doubt == "outcomes exceed recorded cases in 1 of 2 forces"


def test_runs_without_a_break_are_told_from_end_to_end():
    rows = [thousands(year, withdrew) for year, withdrew in ((2014, 20), (2015, 25), (2016, 30), (2018, 60))]
    table = protect(directions(made(*rows))).table
    mine = table[table["measure"] == WITHDREW]
    pairs = dict(zip(zip(mine["earlier"], mine["later"], strict=True), mine["direction"], strict=True))
    assert pairs == {
        ("2014/15", "2015/16"): ROSE,
        ("2015/16", "2016/17"): ROSE,
        ("2016/17", "2018/19"): UNSAID,
        ("2014/15", "2016/17"): ROSE,
        ("2014/15", "2018/19"): UNSAID,
    }
    assert len(table) == len(FOLLOWED) * len(mine)


def test_every_year_has_a_row_and_a_gap_says_why():
    held = made(
        force(2014, 20),
        force(2016, 30),
        ("Essex", 2016, 10, None, None, None, None),
        national=[(2015, "about 2018", 500, 400, 90, None, 100, None, "national_only")],
    )
    table = protect(by_year(held)).table
    gaps = table[table["edition"] == ""]
    assert set(zip(gaps["measure"], gaps["year"], strict=True)) == {(EVIDENTIAL, "2015/16"), (POOLED, "2015/16")}
    assert set(gaps["doubt"]) == {"not separated in what was printed"}
    printed = table[(table["measure"] == WITHDREW) & (table["year"] == "2015/16")].iloc[0]
    assert printed[["share", "low_bound_share", "high_bound_share"]].tolist() == [0.25, 0.2, 0.4]
    assert printed["doubt"] == "which forces it covers is not stated"
    kent = protect(by_year(held.of("Kent"))).table
    assert kent.loc[(kent["edition"] == "") & (kent["measure"] == CHARGED), "doubt"].tolist() == [
        "held for England and Wales only"
    ]
    essex = protect(by_year(held.of("Essex"))).table
    assert essex.loc[essex["measure"] == CHARGED, "doubt"].tolist() == [
        "not held here",
        "held for England and Wales only",
        "the force provided nothing",
    ]
    assert set(essex["state"]) == {"not_received"}


def test_recorded_cases_are_those_of_the_edition_where_it_prints_them_for_all_forces():
    names = made(force(2014, 1)).members
    rows = [force(2014, 20, name=name, undecided=10) for name in names]
    printed = [(2014, "one", 5000, 90 * 44, 440, 440, 880, 44, "")]
    whole = protect(by_year(made(*rows, national=printed))).table.iloc[0]
    assert (whole["recorded"], whole["recorded_edition"], whole["undecided"]) == (5000, "one", 5000 - 90 * 44)
    england = protect(by_year(made(*rows, national=printed).of("England"))).table.iloc[0]
    assert (england["recorded"], england["recorded_edition"]) == (3900, "later")
    apart = protect(by_year(made(*rows[1:], national=printed))).table.iloc[0]
    assert (apart["recorded"], apart["recorded_edition"]) == (4300, "later")


def test_wales_against_england_in_one_year():
    for wales, england, told in ((60, 40, "above"), (30, 50, "below"), (45, 50, UNSAID)):
        held = made(thousands(2020, wales, name="Gwent", undecided=8), thousands(2020, england, name="Kent"))
        row = protect(wales_and_england(held)).table.iloc[0]
        assert (row["measure"], row["year"], row["direction"]) == (WITHDREW, "2020/21", told)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 40), st.integers(0, 12))
def test_whatever_becomes_of_the_undecided_the_share_lies_within_its_bounds(withdrew, supports, other, undecided):
    decided = withdrew + supports + other
    held = made(("Kent", 2014, decided + undecided, decided, 0, supports, withdrew))
    year = year_of(held, date(2014, 4, 1), ["Kent"])
    for measure, events in ((WITHDREW, withdrew), (POOLED, withdrew + supports)):
        low, high = year.bounds(measure)
        reached = [(events + more) / (decided + undecided) for more in range(undecided + 1)]
        assert (low, high) == (reached[0], reached[-1])  # sharp: both ends can come about
        assert low - 1e-12 <= year.share(measure) <= high + 1e-12


def test_bounds_that_part_by_no_more_than_chance_tell_none():
    said = between(force(2014, 20, undecided=5), force(2015, 26, undecided=5))
    assert (said["direction"], said["reason"]) == (UNSAID, "the bounds part by no more than chance could explain")
    assert said["settled_by"] == "the same change in further years"


@given(st.lists(st.integers(0, 10), min_size=4, max_size=4), st.sampled_from([1, 5, 1000]))
def test_a_direction_that_is_stated_holds_however_the_undecided_end(numbers, times):
    before, open_before, after, open_after = (times * number for number in numbers)
    cases = 20 * times
    ended, later = min(before, cases - open_before), min(after, cases - open_after)
    said = between(
        ("Kent", 2014, cases, cases - open_before, 0, 0, ended), ("Kent", 2015, cases, cases - open_after, 0, 0, later)
    )
    rose, fell = later - (ended + open_before), ended - (later + open_after)
    low, high = sorted((ended + open_before, later)) if rose > 0 else sorted((later + open_after, ended))
    least, _ = confint_proportions_2indep(high, cases, low, cases, method="newcomb")
    is_beyond_chance = least > 0
    expected = ROSE if rose > 0 and is_beyond_chance else FELL if fell > 0 and is_beyond_chance else UNSAID
    assert said["direction"] == expected
