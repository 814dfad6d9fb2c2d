"""Zip archives: cut short, damaged, under a password, too large, or of something else."""

import io
import os
import warnings
import zipfile

import pytest

from analysis.intake import files
from tests.broken.desk import check_reduced, check_refused


def archive(members, *, kind=zipfile.ZIP_DEFLATED):
    """A zip archive of names and contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as held:
        for name, content in members.items():
            held.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["cases.csv.gz", "inner.zip", "cases.csv.xz"])
def test_an_archive_of_what_is_packed_again_says_what_to_unpack(desk, name):
    path = desk.file(archive({name: b"packed"}), "cases.zip")
    says = ["cases.zip holds no CSV file", f"Unpack it, and {name} in it, and name the tables that come out"]
    check_refused(desk, desk.reduce(path), says=says)


def test_an_archive_cut_short_is_refused(desk):
    whole = archive({"cases.csv": desk.text()})
    for length in (len(whole) // 2, len(whole) - 5, 30):
        result = desk.reduce(desk.file(whole[:length], "cases.zip"))
        check_refused(desk, result, says=["cases.zip is not a whole zip archive", "Download or copy it again"])


def test_something_else_called_an_archive_is_refused(desk):
    result = desk.reduce(desk.table(name="cases.zip"))
    check_refused(desk, result, says=["cases.zip is not a whole zip archive"])


def test_a_member_under_a_password_is_refused(desk):
    held = bytearray(archive({"cases.csv": desk.text()}, kind=zipfile.ZIP_STORED))
    held[6] |= 1
    held[held.index(b"PK\x01\x02") + 8] |= 1
    result = desk.reduce(desk.file(bytes(held), "cases.zip"))
    check_refused(desk, result, says=["cases.zip: 'cases.csv' is under a password", "unpack it and name the files"])


def test_an_archive_of_zeros_is_not_unpacked(desk, monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held, held.open("cases.csv", "w") as member:
        for _ in range(200):
            member.write(bytes(1_000_000))
    result = desk.reduce(desk.file(out.getvalue(), "cases.zip"))
    check_refused(desk, result, says=["cases.zip: 'cases.csv' would unpack to 200 MB", "unpack it and name the files"])


def test_members_that_together_are_too_large_are_not_unpacked(desk, monkeypatch):
    for name, few in {"BOMB_FROM": 150_000, "BOMB_RATIO": 40}.items():
        monkeypatch.setattr(files, name, few)
    tables = {f"{month}.csv": bytes(100_000) for month in ("april", "may")}
    says = ["cases.zip would unpack to 0 MB, over 40 times its size", "unpack it and name the files"]
    check_refused(desk, desk.reduce(desk.file(archive(tables), "cases.zip")), says=says)


def test_an_archive_that_lies_about_its_size_is_refused(desk):
    held = bytearray(archive({"cases.csv": desk.text(desk.rows(2000))}))
    for place in (22, held.index(b"PK\x01\x02") + 24):
        held[place : place + 4] = (500).to_bytes(4, "little")
    check_refused(desk, desk.reduce(desk.file(bytes(held), "cases.zip")), says=["'cases.csv' is damaged"])


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("place", [60, 400])
def test_a_damaged_member_is_refused(desk, kind, place):
    held = bytearray(archive({"cases.csv": desk.text(desk.rows(200))}, kind=kind))
    for one in range(8):
        held[place + one] ^= 0xFF
    result = desk.reduce(desk.file(bytes(held), "cases.zip"))
    check_refused(desk, result, says=["cases.zip: 'cases.csv' is damaged", "Download or copy it again"])


@pytest.mark.parametrize("members", [{}, {"readme.md": "x"}])
def test_an_archive_without_a_csv_file_is_refused(desk, members):
    says = ["cases.zip holds no CSV file (.csv, .txt, .tsv)", "Name an archive that does"]
    check_refused(desk, desk.reduce(desk.file(archive(members), "cases.zip")), says=says)


def test_a_fault_in_a_member_names_the_archive_and_the_member(desk):
    parts = {
        "a/april.csv": desk.text(),
        "b/may.csv": desk.text(desk.rows(9, start=30, row_4={"Recorded": desk.secret})),
    }
    result = desk.reduce(desk.file(archive(parts), "cases.zip"))
    check_refused(desk, result, says=["cases.zip/b/may.csv, 1 row (row 4)", "unreadable_date"])


def twice(first, second, name="cases.csv"):
    """An archive with two members of one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held.writestr(name, first)
        held.writestr(name, second)
    return out.getvalue()


def test_two_members_of_one_name_are_refused(desk):
    held = twice(desk.text(desk.rows(28)), desk.text(desk.rows(11, start=28)))
    says = ["cases.zip holds 2 files that are called 'cases.csv'", "each file in it under a name of its own"]
    check_refused(desk, desk.reduce(desk.file(held, "cases.zip")), says=says)


def test_two_members_that_are_one_file_are_refused(desk):
    held = archive({"april.csv": desk.text(), "april (1).csv": desk.text()})
    says = ["cases.zip: 'april (1).csv' and 'april.csv' are the same file, byte for byte", "Leave one out"]
    check_refused(desk, desk.reduce(desk.file(held, "cases.zip")), says=says)


def test_members_of_one_name_in_two_folders_are_both_read(desk):
    held = archive({"a/cases.csv": desk.text(desk.rows(28)), "b/cases.csv": desk.text(desk.rows(11, start=28))})
    assert "39 rows read, 39 counted" in check_reduced(desk, desk.reduce(desk.file(held, "cases.zip")))


def test_a_name_in_an_archive_that_is_no_text_is_refused(desk):
    held = bytearray(archive({"cäses.csv": desk.text()}))
    for _ in range(2):
        place = held.index("ä".encode())
        held[place : place + 2] = b"\xff\xfe"
    check_refused(desk, desk.reduce(desk.file(bytes(held), "cases.zip")), says=["cases.zip is not a whole zip archive"])


@pytest.mark.parametrize("name", ["cases[1].csv", "case?.csv", "c*.csv"])
def test_a_name_that_looks_like_a_pattern_is_a_name(desk, name):
    desk.table(desk.rows(30), name="cases1.csv")
    desk.table(desk.rows(30, start=30), name="cases.csv")
    told = check_reduced(desk, desk.reduce(desk.table(desk.rows(9, start=60), name=name)))
    assert "1 file, 9 rows read, 9 counted" in told


@pytest.mark.parametrize("name", [b"c\xe9.csv", b"f\xe9lder/cases.csv"])
def test_a_name_of_a_file_that_is_no_text_is_refused(desk, name):
    path = desk.files / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(desk.text())
    check_refused(desk, desk.reduce(desk.files), says=["is not text in UTF-8 and cannot be written down. Rename it"])
    told = desk.reduce(path)
    check_refused(desk, told, says=["is not text in UTF-8. Give that file or folder another name"], status=2)


@pytest.mark.parametrize("name", ["may.xlsx", "may.PARQUET", "b/may.zip"])
def test_half_of_an_archive_is_not_taken_for_the_whole(desk, name):
    held = archive({"april.csv": desk.text(), name: b"PK"})
    says = [f"cases.zip: {name} would be left out", "Unpack it and name its files"]
    check_refused(desk, desk.reduce(desk.file(held, "cases.zip")), says=says)


def test_what_else_is_in_an_archive_or_a_folder_is_told(desk, plain):
    others = {"may.csv.gz": b"x", "notes/readme.pdf": b"x", ".hidden/b.json": b"x"}
    archived = desk.reduce(desk.file(archive({"cases.csv": desk.text(), **others}), "cases.zip"), name="archived")
    told = check_reduced(desk, archived)
    assert list(desk.numbers("archived").values()) == plain
    assert "files: 2 files of an archive were not read." in told
    assert "cases.zip: the files may.csv.gz, notes/readme.pdf were not read." in told
    (desk.files / "in").mkdir()
    desk.table(name="in/cases.csv")
    desk.file(b"x", "in/may.csv.gz")
    desk.file(b"x", "in/~$open.docx")
    told = check_reduced(desk, desk.reduce(desk.files / "in"))
    assert list(desk.numbers().values()) == plain
    assert "files of a folder: 1 file of a folder was not read." in told
    assert "since their names do not end in .csv" in told
    assert "xlsb, .xls, .ods, .parquet, .zip: may.csv.gz." in told


def test_the_mapping_beside_the_files_is_no_file_that_was_left_out(desk):
    desk.table()
    assert "not read" not in check_reduced(desk, desk.reduce(desk.files))
