"""What is no list of cases is told from one, by its columns and not by its name alone."""

import zipfile

import pytest

from analysis.counts import counts
from analysis.starting import publishers
from tests.unit import home_office_workbooks

HEADERS = {
    "police-uk": "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,Crime type",
    "old": "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context",
    "stops": "Type,Date,Part of a policing operation,Policing operation,Latitude",
    "report": "force,events,cases,share,low,high,absence",
    "": "Case ref,Force,Recorded,Outcome",
}
NAME = "2024-04-kent-street.csv"


def written(folder, header, name=NAME):
    path = folder / name
    path.write_text(f"\ufeff{header}\r\n1,2,3\r\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", HEADERS)
def test_a_table_is_told_by_its_columns(tmp_path, kind):
    path = written(tmp_path, HEADERS[kind])
    assert publishers.by_kind([path]) == {kind: [path]}


def test_a_monthly_file_under_another_name_is_told_as_such(tmp_path):
    path = written(tmp_path, HEADERS["police-uk"], "download.csv")
    assert publishers.by_kind([path]) == {"renamed": [path]}


def test_crimes_by_neighbourhood_are_of_the_old_layout(tmp_path):
    path = written(tmp_path, "Month,Force,Neighbourhood,All crime and ASB,Burglary", "2012-04-kent-neighbourhood.csv")
    assert publishers.by_kind([path]) == {"old": [path]}


@pytest.mark.parametrize("kind", ["police-uk", "old", ""])
def test_an_archive_is_what_its_members_are(tmp_path, kind):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(f"2024-04/{NAME}", HEADERS[kind])
        out.writestr(f"2024-05/{NAME.replace('04', '05')}", HEADERS[kind])
    assert publishers.by_kind([path]) == {kind: [path]}


def test_an_archive_of_both_layouts_is_of_the_old_one(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(f"2024-04/{NAME}", HEADERS["police-uk"])
        out.writestr("2012-04/2012-04-kent-street.csv", HEADERS["old"])
    assert publishers.by_kind([path]) == {"old": [path]}


def test_workbooks_and_counts_are_told(tmp_path):
    book = home_office_workbooks.written(tmp_path / "download.xlsx", home_office_workbooks.row())
    own = counts.file_of("stalking_2024_25.parquet")
    assert publishers.by_kind([book, own]) == {"home-office": [book], "counts": [own]}


def test_what_a_folder_mixes_is_told_with_a_name_of_each(tmp_path):
    own, old = written(tmp_path, HEADERS[""], "cases.csv"), written(tmp_path, HEADERS["old"])
    told = publishers.mixed(publishers.by_kind([own, old]))
    assert (
        told
        == f"1 of the layout that data.police.uk had until 2012 ({NAME}); 1 of no publisher that is known (cases.csv)"
    )
