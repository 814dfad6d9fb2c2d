"""Endings by year as a table with stated invariants: what is refused, what a blank is, which places there are."""

import os
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis.counts import counts, courts, yearly
from analysis.counts.yearly import COUNTED, Yearly
from analysis.errors import DataRefused, ParameterError
from analysis.reference import reference
from tests.conftest import make_counts

COLUMNS = ["force", "period", "edition", "recorded", "recorded_edition", *COUNTED, "doubt"]
NATIONAL = ["period", "edition", "recorded", *COUNTED, "forces", "doubt"]


def made(*rows, national=(), place=reference.EVERYWHERE):
    """Endings by year from (force, first year, recorded, outcomes, charged, victim supports, withdrew) tuples.

    Four Nones in place of the counts: the force sent nothing.
    """
    whole = [
        (force, date(year, 4, 1), "one", recorded, "later", *told, "not_provided" if told[0] is None else "")
        for force, year, recorded, *told in rows
    ]
    forces = pd.DataFrame(whole, columns=COLUMNS).astype(dict.fromkeys(("recorded", *COUNTED), "Int64"))
    others = [(date(year, 4, 1), *told) for year, *told in national]
    table = pd.DataFrame(others, columns=NATIONAL).astype(dict.fromkeys(("recorded", *COUNTED, "forces"), "Int64"))
    return Yearly(forces, table, place)


ROW = ("Kent", 2014, 100, 90, 20, 30, 25)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([ROW, ROW], "a row stands twice for one force, period"),
        ([("Kentt", *ROW[1:])], "'Kentt' is no force"),
        ([(*ROW[:4], 40, 30, 25)], "more charged, type 15 and types 14 and 16 than outcomes"),
        ([(*ROW[:4], -1, 30, 25)], "a count below zero"),
        ([(*ROW[:4], None, 30, 25)], "counts that are there in part"),
    ],
)
def test_a_table_that_breaks_its_contract_is_refused(rows, told):
    with pytest.raises(DataRefused, match=told):
        made(*rows)


def test_blank_and_not_provided_go_together():
    held = made(("Kent", 2014, 100, None, None, None, None))
    for doubt, outcomes in (("", pd.NA), ("not_provided", 5)):
        table = held.forces.assign(doubt=doubt)
        table["outcomes"] = pd.array([outcomes], dtype="Int64")
        with pytest.raises(DataRefused, match="not_provided"):
            Yearly(table, held.national)
    with pytest.raises(DataRefused, match="doubt 'guessed'; known are not_provided, halved"):
        Yearly(made(ROW).forces.assign(doubt="halved;guessed"), held.national)
    with pytest.raises(DataRefused, match="does not begin on 1 April"):
        Yearly(made(ROW).forces.assign(period=date(2014, 5, 1)), held.national)


def test_two_editions_of_a_year_are_two_rows_and_the_same_twice_is_none():
    twice = [(2014, "about 2018", None, 90, 20, None, 25, None, ""), (2014, "one", None, 95, 20, None, 25, 44, "")]
    assert len(made(ROW, national=twice).national) == 2
    with pytest.raises(DataRefused, match="national: a row stands twice for one period, edition"):
        made(ROW, national=[twice[0], twice[0]])


def test_places_and_their_forces():
    held = made(ROW)
    assert held.of("all").members == held.of("England and Wales").members
    assert len(held.members) == 44
    assert held.of("Wales").members == ["Dyfed-Powys", "Gwent", "North Wales", "South Wales"]
    assert len(held.of("England").members) == 39
    assert held.of("kent").place == "Kent"
    assert held.of(counts.read("stalking_2024_25")).place == "England and Wales"
    assert held.of(counts.read("stalking_2024_25").select(force="Kent")).place == "Kent"
    with pytest.raises(ParameterError, match="Did you mean 'Kent'"):
        held.of("Kentt")
    assert [day.year for day in made(ROW, ("Kent", 2017, *ROW[2:])).years] == [2014, 2015, 2016, 2017]


@pytest.mark.parametrize("of_place", [yearly.read, courts.read])
def test_forces_that_nobody_chose_are_no_nation(of_place):
    """A set that was reduced of two forces' files would otherwise have the nation's endings beside it."""
    year = counts.read("stalking_2024_25")
    assert of_place().of(year.of_forces(["Kent", "Essex"])).place == "Essex, Kent"
    assert of_place().of(year.select(force="Kent, Essex")).place == "Essex, Kent"
    assert of_place().of(year.of_forces(reference.forces_of("Wales"))).place == "Wales"


@pytest.mark.parametrize("name", ["gwent_2022_2025", "stalking_example", "offences_2024_25"])
def test_nothing_is_held_beside_another_crime_or_made_up_cases(name):
    """Endings of stalking would otherwise answer on a page about violence, or under the banner of made-up cases."""
    held = yearly.read().of(counts.read(name))
    assert (len(held.forces), held.years) == (0, [])
    assert "none beside counts of another crime" in repr(held)
    harassment = counts.read("offences_2024_25").select(offence="8L")
    assert len(yearly.read().of(harassment).forces) == 0
    assert len(yearly.read().of(counts.read("offences_2024_25").select(offence="8Q")).forces) > 300


def test_a_number_that_is_none_is_refused_with_its_place(tmp_path):
    for name in ("stalking_endings_by_force.csv", "stalking_endings_national.csv"):
        (tmp_path / name).write_text((yearly.reference.DATA / "published" / name).read_text())
    forces, national = yearly.read_tables(tmp_path)
    assert (len(forces), len(national)) == (308, 10)
    path = tmp_path / "stalking_endings_by_force.csv"
    whole = path.read_text()
    path.write_text(whole.replace("2014-04-01,July 2022,175,47", "2014-04-01,July 2022,175,4.7", 1))
    with pytest.raises(DataRefused, match="by_force.csv, line 2, column 'charged': '4.7' is not a whole number"):
        yearly.read_tables(tmp_path)
    path.write_text(whole.replace("2014-04-01", "April 2014", 1))
    with pytest.raises(DataRefused, match="column 'period'.*Write the first day"):
        yearly.read_tables(tmp_path)
    path.write_text(whole.replace("July 2022", "", 1))
    with pytest.raises(DataRefused, match="line 2, column 'edition': blank"):
        yearly.read_tables(tmp_path)


def test_published_tables_are_read_again_when_one_changes(tmp_path, monkeypatch):
    shutil.copytree(reference.DATA / "published", tmp_path / "published")
    monkeypatch.setattr(reference, "DATA", tmp_path)
    before = yearly.read()
    path = tmp_path / "published" / Path(yearly.FORCES_FILE).name
    first, kept = path.read_text().splitlines()[0], path.read_text().splitlines()[2:]
    path.write_text("\n".join([first, *kept]) + "\n")
    os.utime(path, (1, 1))
    assert len(yearly.read().forces) == len(before.forces) - 1


def test_an_ending_that_a_force_never_had_is_none_of_its_cases():
    rows = [("Kent", "2024-04-01", code, 7) for code in ("0", "1", "14", "15", "16")]
    table = yearly._of_whole(make_counts([*rows, ("Essex", "2024-04-01", "16", 4)], months=12), edition="one")
    told = table.set_index("force")[["recorded", *COUNTED]].astype(int).T.to_dict()
    assert told["Essex"] == {"recorded": 4, "outcomes": 4, "charged": 0, "victim_supports": 0, "withdrew": 4}
    assert told["Kent"] == {"recorded": 35, "outcomes": 28, "charged": 7, "victim_supports": 7, "withdrew": 14}


@pytest.mark.parametrize("last", [2013, 2014, 2018, 2023])
def test_a_table_ends_with_any_of_its_years(last):
    held = yearly.read().of("Kent")
    assert held.until(date(last, 4, 1)).sent_years == [year for year in held.sent_years if year.year <= last]
