"""Counts narrowed to several forces, offences and periods: their sums, and the words for them."""

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.presentation import wording
from analysis.reference import reference
from analysis.shares.rates import rates
from tests.conftest import make_counts
from tests.released import rounded


@pytest.fixture(scope="module")
def year():
    return counts.read("offences_2024_25")


@pytest.mark.parametrize("force", [["Kent", "Essex"], ("Essex", "Kent"), "kent, essex police", "Two: Kent, Essex"])
def test_several_forces_are_the_sum_of_each(year, force):
    stalking = year.select(offence="8Q")
    two = stalking.select(force=force)
    assert two.total == sum(stalking.select(force=one).total for one in ("Kent", "Essex"))
    assert two.forces == ("Essex", "Kent")


def test_several_offences_are_the_sum_of_each_and_are_named(year):
    kent = year.select(force="Kent")
    two = kent.select(offence=["harassment", "8q"])
    assert two.total == sum(kent.select(offence=code).total for code in ("8L", "8Q"))
    assert two.crime == "Harassment and stalking"
    assert "cases of harassment and stalking recorded by Kent Police" in wording.share_sentence(
        protect(rates(two, "charged"))
    )
    assert wording.titled("How many?", crime=two.crime).startswith("Not stalking alone but harassment and stalking")
    assert kent.select(offence="8L, 8M, 8Q, 8R").crime == "4 offences"
    names = [reference.offences()[code].lower() for code in ("8L", "8M", "8Q")]
    assert all(name in kent.select(offence="8L, 8M, 8Q").crime.lower() for name in names)


@pytest.mark.parametrize("force", ["Surrey", "Wales", "Gwent, Suffolk"])
def test_the_order_in_which_counts_are_narrowed_makes_no_difference(year, force):
    """An offence of which a force has no case is one of which it has none, and not one that the counts do not hold."""
    quarter = year.select(period="2024/25 Q2")
    for offence in ("15", "28E, 4.9", "8Q"):
        ways = [
            quarter.select(force=force, offence=offence),
            quarter.select(offence=offence).select(force=force),
            quarter.select(force=force).select(offence=offence),
            year.select(force=force).select(offence=offence).select(period="2024/25 Q2"),
        ]
        apart = quarter.of_forces(ways[0].forces).select(offence=offence)
        assert apart.total == ways[0].total
        cases = year.table[year.table["offence"].isin(offence.split(", ")) & year.table["force"].isin(ways[0].forces)]
        second = cases[cases["period"].map(str) == "2024-07-01"]
        assert [way.total for way in ways] == [second["cases"].sum()] * len(ways)
        assert len({(way.place, way.crime) for way in ways}) == 1
        assert len({wording.share_sentence(protect(rates(way, "charged"))) for way in ways}) == 1


def test_an_offence_that_was_not_asked_for_is_not_here_whatever_the_force(year):
    for narrowed in (year.select(offence="8L").select(force="Kent"), year.select(offence="8L, 8M", force="Kent")):
        with pytest.raises(ParameterError, match="hold no offence 8Q"):
            narrowed.select(offence="8Q")


@pytest.mark.parametrize(
    ("period", "is_covered"),
    [
        ("2024/25", True),
        ("2024/25 Q3", True),
        ("2024/25 Q1 to 2024/25 Q3", True),
        ("2025/26", False),
        ("2023/24", False),
    ],
)
def test_counts_cover_a_time_that_they_can_be_narrowed_to_and_no_other(year, period, is_covered):
    assert year.covers(period) == is_covered
    if is_covered:
        assert year.select(period=period).coverage.periods
    else:
        with pytest.raises(ParameterError, match="do not cover"):
            year.select(period=period)
    assert not year.select(period="2024/25 Q1").covers("2024/25")


def test_a_range_of_periods_is_the_sum_of_each(year):
    parts = [year.select(period=f"2024/25 Q{quarter}").total for quarter in (2, 3)]
    assert year.select(period=("2024/25 Q2", "2024/25 Q3")).total == sum(parts)
    assert year.select(period="2024/25 Q2 to 2024/25 Q3").coverage.span.label == "July to December 2024"


def test_an_offence_that_is_named_and_not_held_is_refused_beside_one_that_is():
    recorded = counts.read("stalking_recorded")
    with pytest.raises(ParameterError, match="hold no offence 9A"):
        recorded.select(offence="8Q, 9A")


def test_a_range_over_years_that_are_not_held_is_refused_by_name():
    days = ("2021-04-01", "2024-04-01")
    gap = make_counts([("Kent", day, "16", 5) for day in days], months=12)
    with pytest.raises(ParameterError, match="Of 2022/23 and 2023/24 they hold nothing"):
        gap.select(period="2021/22 to 2024/25")
    assert gap.select(period="2021/22").total == 5


def test_a_force_that_sent_nothing_is_not_named_among_those_that_did():
    rows = [(force, "2024-04-01", "16", 0 if force == "Essex" else 5) for force in ("Essex", "Kent", "Surrey")]
    part = make_counts(rows, missing=[("Essex", "2024-04-01")])
    assert part.select(force="Kent, Surrey").place == "Kent, Surrey"
    assert part.select(force="Essex, Kent, Surrey").place == "2 forces (Kent, Surrey)"
    assert part.select(force="Essex, Kent").place == "Kent"


def test_many_forces_are_said_by_their_number_and_listed_below_each_table(year):
    from analysis.presentation import tables

    five = year.select(offence="8Q", force="Kent, Essex, Surrey, Sussex, Norfolk")
    block = tables.table(protect(rates(five, "charged", by="quarter")), title="By quarter")
    assert "The 5 police forces: Essex, Kent, Norfolk, Surrey and Sussex" in block.html
    assert "recorded by 5 police forces in 2024/25" in wording.share_sentence(protect(rates(five, "charged")))


def test_of_people_some_forces_together_are_refused_with_what_to_ask_for():
    with pytest.raises(ParameterError, match="hold no figures for Kent"):
        counts.read("stalking_example").select(force="Exampleshire, Kent")


def test_released_cells_are_those_of_the_force_that_is_selected():
    rows = [
        (force, "2024-04-01", code, cases)
        for force, many in (("Essex", 200), ("Kent", 100))
        for code, cases in (("16", many), ("15", 2 * many))
    ]
    held = rounded(make_counts(rows, sensitivity="restricted"))
    cells = held.cells
    for force in ("Essex", "Kent"):
        of_force = cells[(cells["force"] == force) & (cells["offence"] == "8Q")].drop(columns=["force", "offence"])
        chosen = held.select(force=force).chosen_cells()
        assert 0 < len(chosen) < len(cells)
        pd.testing.assert_frame_equal(chosen, of_force.reset_index(drop=True))


def test_cases_of_people_are_asked_of_forces_and_times_that_were_released_as_one_and_are_told_which():
    days = ("2023-04-01", "2023-07-01", "2023-10-01", "2024-01-01", "2024-04-01", "2024-07-01")
    rows = [(force, day, code, 40) for force in ("Essex", "Kent", "Surrey") for day in days for code in ("16", "15")]
    held = rounded(make_counts(rows, sensitivity="restricted"))
    for force, period in (("all", "all"), ("Kent", "2023/24"), ("Essex", "2024/25 Q1"), ("all", "2023/24 Q4")):
        part = held.select(force=force, period=period)
        part.check_released()
        assert part.cell() is not None
    for force, period, fault in (
        ("Essex, Kent", "all", "for each force and for all together, not for some"),
        (
            "Kent",
            "2023/24 Q2 to 2023/24 Q3",
            "quarter, each financial year and all their time, not for July to December",
        ),
        ("all", "2024/25 Q1 to 2024/25 Q2", "not for April to September 2024 as one"),
    ):
        part = held.select(force=force, period=period)
        for ask in (part.check_released, part.cell):
            with pytest.raises(ParameterError, match=fault):
                ask()
    make_counts(rows).select(force="Essex, Kent", period="2023/24 Q2 to 2023/24 Q3").check_released()
