from datetime import date
from pathlib import Path

import pytest

from analysis.counts import counts
from analysis.errors import DataRefused, ParameterError
from analysis.intake import reduction
from analysis.intake.home_office import cache, sisters, workbook
from analysis.intake.reading import Request
from analysis.publishing.batch.executors import spreading
from tests.unit.home_office_workbooks import (
    APRIL,
    COLUMNS,
    cases,
    crime,
    crimes,
    reading,
    row,
    written,
)

pytestmark = pytest.mark.usefixtures("cache")


# several files


def test_a_folder_of_years_is_one_set(tmp_path):
    written(tmp_path / "a.xlsx", row(year="2023/24"))
    written(tmp_path / "b.xlsx", row(recorded=6))
    held = reading(tmp_path)
    assert sorted(cases(held.parts[""]).values()) == [5, 6]
    assert [file.name for file in held.files] == ["a.xlsx", "b.xlsx"]


def test_a_folder_is_read_by_threads_as_one_after_the_other(tmp_path, monkeypatch):
    for year in range(2020, 2024):
        written(tmp_path / f"{year}.xlsx", row(year=f"{year}/{year - 1999}", recorded=year))
    request = Request("x", "home-office")
    assert reduction.is_waiting(request)
    held = []
    for workers in (1, 2):
        monkeypatch.setattr(cache, "FOLDER", tmp_path / f".cache {workers}")
        with spreading(workers=workers, is_waiting=True) as spread:
            held.append(reduction.read_files([tmp_path], request, spread=spread))
    assert cases(held[0].parts[""]) == cases(held[1].parts[""])
    assert [file.name for file in held[1].files] == ["2020.xlsx", "2021.xlsx", "2022.xlsx", "2023.xlsx"]


def test_a_refusal_of_one_of_several_is_given_by_threads_too(tmp_path):
    written(tmp_path / "a.xlsx", row())
    (tmp_path / "b.xlsx").write_bytes(b"PK")
    with spreading(workers=2, is_waiting=True) as spread, pytest.raises(DataRefused, match=r"b\.xlsx"):
        reduction.read_files([tmp_path], Request("x", "home-office"), spread=spread)


def test_one_year_in_two_workbooks_is_refused(tmp_path):
    one, other = written(tmp_path / "april.xlsx", row()), written(tmp_path / "july.xlsx", row(recorded=6))
    with pytest.raises(DataRefused, match=r"april\.xlsx and july\.xlsx both hold outcomes of 2024/25"):
        reading(one, other)


def test_the_same_workbook_twice_is_refused(tmp_path):
    one = written(tmp_path / "a.xlsx", row())
    (tmp_path / "b.xlsx").write_bytes(one.read_bytes())
    with pytest.raises(DataRefused, match="byte for byte"):
        reading(tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder / "a.xlsx", row())
    with pytest.raises(DataRefused, match=r"Two files are called a\.xlsx"):
        reading(tmp_path)


SISTERS = {
    "prc-outcomes-alternate-open-data-mar2017-to-mar2026-tables-230726": "alternate offences",
    "prc-firearms-outcomes-open-data-apr2024-to-mar2026-tables-230726": "firearms",
    "prc-knives_or_sharps-outcomes-open-data-apr2024-to-mar2026-tables-230726": "knives",
    "prc-subcodes-vawg-offences-mar2021-mar2026-230726": "sub-codes",
    "prc-subcodes-drug-offences-mar2021-to-mar2026": "sub-codes",
    "prc-supplementary-crime-outcomes-metrics-230726": "supplementary",
    "prc-csp-mar16-mar26-tables-230726": "community safety",
}


@pytest.mark.parametrize(("name", "what"), SISTERS.items())
def test_a_sister_file_is_known_by_its_name(tmp_path, name, what):
    with pytest.raises(DataRefused, match=f"is a sister file: .*{what}.*Leave it out"):
        reading(written(tmp_path / f"{name}.xlsx", row()))


TITLES = {
    "Outcomes for alternate offences open data, year ending March 2017 onwards": "alternate offences",
    "Crime outcomes for offences involving firearms in England and Wales open data": "firearms",
    "Crime outcomes for offences involving knives or sharp instruments": "knives",
    "Police recorded crime subcodes for selected VAWG offences": "sub-codes",
    "Supplementary crime outcomes metrics": "supplementary",
}


@pytest.mark.parametrize(("title", "what"), TITLES.items())
def test_a_sister_file_under_another_name_is_known_by_its_title(tmp_path, title, what):
    with pytest.raises(DataRefused, match=f"renamed.xlsx is a sister file: .*{what}"):
        reading(written(tmp_path / "renamed.xlsx", row(), title=title))


@pytest.mark.parametrize(
    "header", ["Offence Subcode", "Offence sub-code", "Firearm Type", "Knife or sharp instrument used"]
)
def test_a_sister_file_under_another_name_is_known_by_a_header(tmp_path, header):
    columns = {name: name for name in COLUMNS} | {"Offence Subgroup": header}
    with pytest.raises(DataRefused, match="is a sister file"):
        reading(written(tmp_path / "renamed.xlsx", row(), columns=columns))


def test_a_table_of_nothing_but_of_which_types_is_that_of_alternate_offences(tmp_path):
    with pytest.raises(DataRefused, match="alternate offences"):
        reading(written(tmp_path / "renamed.xlsx", row(outcome="1a"), row(outcome="2a")))


def test_notes_that_mention_a_sister_file_do_not_make_one(tmp_path):
    title = "Outcomes 1a, 2a and 3a are published apart, in the tables of outcomes for alternate offences. " * 3
    assert reading(written(tmp_path / "a.xlsx", row(), title=title)).kept == 1


def test_an_offence_that_names_firearms_does_not_make_a_sister_file(tmp_path):
    held = row(offence="10A", description="Possession of firearms with intent")
    assert reading(written(tmp_path / "a.xlsx", held, title=None)).kept == 1


def test_the_files_that_are_wanted_are_no_sisters():
    for name in ("prc-outcomes-open-data-mar2026-tables-230726", "prc-pfa-mar2013-onwards-tables-230726"):
        assert sisters.sister([name]) == ""


def test_sister_files_may_be_passed_over_and_are_told(tmp_path):
    written(tmp_path / "prc-firearms-outcomes-open-data.xlsx", row(recorded=99))
    written(tmp_path / "renamed.xlsx", row(recorded=99), title="Supplementary crime outcomes metrics")
    written(tmp_path / "wanted.xlsx", row())
    held = reading(tmp_path, allow=["sister-files"])
    assert cases(held.parts[""]) == {("Kent", APRIL, "8Q", "16"): 5}
    assert [file.name for file in held.files] == ["wanted.xlsx"]
    assert len([one for one in held.warnings if one.kind == "sister file"]) == 2


def test_nothing_but_sister_files_is_refused(tmp_path):
    written(tmp_path / "prc-firearms-outcomes-open-data.xlsx", row())
    with pytest.raises(DataRefused, match="every file is a sister file"):
        reading(tmp_path, allow=["sister-files"])


def test_what_cannot_be_allowed_or_mapped_is_refused(tmp_path):
    path = written(tmp_path / "a.xlsx", row())
    with pytest.raises(ParameterError, match="--allow blank-dates"):
        reading(path, allow=["blank-dates"])
    with pytest.raises(ParameterError, match="--mapping"):
        workbook.tasks([path], Request("x", "home-office", mapping=Path("m.toml")))


# police force area tables


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_police_force_area_tables_alone_are_the_main_set(tmp_path, ending):
    sheets = {"2023_24": [crime(3), crime(4, force="British Transport Police")], "2024_25": [crime(5, "2024/25")]}
    part = reading(crimes(tmp_path / f"pfa.{ending}", sheets)).parts[""]
    assert (part.dimensions, part.basis, part.scheme, part.months) == (
        ("force", "period", "offence"),
        "recorded",
        "",
        3,
    )
    assert cases(part) == {
        ("Kent", date(2023, 4, 1), "8Q"): 3,
        ("British Transport Police", date(2023, 4, 1), "8Q"): 4,
        ("Kent", APRIL, "8Q"): 5,
    }


def test_police_force_area_tables_beside_outcomes_are_a_set_of_their_own(tmp_path):
    held = reading(
        written(tmp_path / "a.xlsx", row()), crimes(tmp_path / "pfa.xlsx", {"2024_25": [crime(9, "2024/25")]})
    )
    assert {name: part.dimensions[-1] for name, part in held.parts.items()} == {
        "": "outcome",
        "closed": "outcome",
        "crimes": "offence",
    }
    assert cases(held.parts["crimes"]) == {("Kent", APRIL, "8Q"): 9}


@pytest.mark.parametrize("body", ["Action Fraud", "CIFAS", "UK Finance", "Financial Fraud Action UK"])
def test_bodies_that_are_no_force_are_dropped_and_counted(tmp_path, body):
    held = reading(crimes(tmp_path / "pfa.xlsx", {"a": [crime(3), crime(4, force=body, code="NFIB1")]}))
    assert list(cases(held.parts[""]).values()) == [3]
    assert [rows for reason, rows in held.dropped.items() if "not a police force" in reason] == [1]
    assert [one for one in held.warnings if body in one.text]


def test_a_quarter_in_two_sheets_is_refused(tmp_path):
    path = crimes(tmp_path / "pfa.xlsx", {"one": [crime(3)], "two": [crime(3)]})
    with pytest.raises(DataRefused, match="sheets 'one' and 'two' both hold Kent, April 2023"):
        reading(path)


def test_sets_without_outcomes_are_written_and_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "counts")
    path = crimes(tmp_path / "pfa.xlsx", {"2024_25": [crime(9, "2024/25"), crime(2, "2024/25", force="Gwent")]})
    request = Request("crimes_2024_25", "home-office")
    reduced = reduction.added(reduction.read_files([path], request, spread=map), request)
    reduction.write(reduced, tmp_path / "counts")
    held = counts.read("crimes_2024_25")
    assert (held.total, held.scheme, held.dimensions) == (11, "", ("force", "period", "offence"))
    assert held.sensitivity == "published"
