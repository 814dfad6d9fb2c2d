"""Counts of one kind of crime: under both names of one that was renamed, and refused by what they are not kept by."""

from dataclasses import replace

import pytest

from analysis.counts import counts
from analysis.counts.narrowing import narrowed, passed_over, subject
from analysis.errors import ParameterError
from analysis.reference import reference
from tests.conftest import make_counts

VIOLENCE = "Violence and sexual offences"


def by_type(*rows):
    """Counts by crime type of two months in 2013, from (first day, crime type, cases)."""
    held = make_counts(
        [("Kent", day, "Unable to prosecute suspect", 1) for day in ("2013-04-01", "2013-05-01")], months=1
    )
    table = held.table.iloc[[int(day == "2013-05-01") for day, *_ in rows]].reset_index(drop=True)
    table.insert(2, "crime_type", [name for _, name, _ in rows])
    table["cases"] = [cases for *_, cases in rows]
    return replace(held, table=table, dimensions=tuple(table.columns[:-1]), scheme="police_uk", offence="")


RENAMED = by_type(
    ("2013-04-01", "Violent crime", 3),
    ("2013-05-01", VIOLENCE, 4),
    ("2013-04-01", "Other theft", 5),
    ("2013-05-01", "Other theft", 6),
    ("2013-05-01", "Theft from the person", 7),
)


@pytest.mark.parametrize("name", [VIOLENCE, "violent CRIME", f" {VIOLENCE.upper()} "])
def test_a_crime_type_is_counted_under_every_name_that_it_had(name):
    found = narrowed(RENAMED, crime_type=name)
    assert (found.total, subject(found)) == (7, VIOLENCE)
    assert "'Violent crime' is called 'Violence and sexual offences' since May 2013: both" in passed_over(found)


def test_what_was_part_of_another_is_not_counted_with_it_and_it_is_said():
    theft = narrowed(RENAMED, crime_type="Other theft")
    assert theft.total == 11
    split = "was part of 'Other theft' until May 2013: do not compare across it."
    assert passed_over(theft) == f"'Bicycle theft' {split} 'Theft from the person' {split}"
    assert "was part of" not in passed_over(narrowed(RENAMED, crime_type=VIOLENCE))


def test_all_leaves_all_and_says_what_is_absent():
    whole = narrowed(RENAMED)
    assert whole is RENAMED
    assert subject(whole) == "the crime types that came"
    assert "The files hold no case of Burglary; " in passed_over(whole)
    assert "Violen" not in passed_over(whole).partition("The files hold")[2]
    in_use = [name for name in reference.crime_types(at="2013-05-01") if name != "Anti-social behaviour"]
    every = by_type(*(("2013-05-01", name, 1) for name in in_use))
    assert subject(every) == "all crime types"
    assert "The files hold" not in passed_over(every)


def test_counts_of_one_crime_type_are_of_that_whoever_asks_for_all():
    single = by_type(("2013-04-01", "Violent crime", 3), ("2013-05-01", VIOLENCE, 4))
    assert subject(narrowed(single)) == VIOLENCE
    assert "The files hold" not in passed_over(narrowed(single))
    assert subject(make_counts([("Kent", "2024-04-01", "16", 5)])) == ""
    assert passed_over(make_counts([("Kent", "2024-04-01", "16", 5)]), offence="8Q") == ""


def test_what_they_are_not_kept_by_is_refused_but_for_what_a_report_asks_when_nobody_says():
    assert narrowed(RENAMED, crime_type=VIOLENCE, offence="8Q").total == 7
    with pytest.raises(ParameterError, match="wider than an offence: harassment cannot be picked out"):
        narrowed(RENAMED, offence="8L")
    with pytest.raises(ParameterError, match="hold no crime type 'Robery'.*They hold: Other theft"):
        narrowed(RENAMED, crime_type="Robery")
    year = counts.read("offences_2024_25")
    assert narrowed(year, crime_type=VIOLENCE, offence="8Q").crime == "Stalking"
    with pytest.raises(
        ParameterError, match="'Robbery' cannot be picked out.*ask for an offence: one of 1[0-9]{2}, which"
    ):
        narrowed(year, crime_type="Robbery")
    with pytest.raises(ParameterError, match=r"and ask for an offence: 8Q \(Stalking\)\.$"):
        narrowed(make_counts([("Kent", "2024-04-01", "16", 5)]), crime_type="Robbery")
