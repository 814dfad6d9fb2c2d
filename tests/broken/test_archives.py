"""Zip archives: cut short, damaged, under a password, too large, or of something else."""

import io
import zipfile

import pytest

from tests.broken.desk import check_refused


def archive(members, *, kind=zipfile.ZIP_DEFLATED):
    """A zip archive of names and contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as held:
        for name, content in members.items():
            held.writestr(name, content)
    return out.getvalue()


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


@pytest.mark.parametrize("members", [{}, {"readme.md": "x"}, {"inner.zip": archive({"cases.csv": "a,b\n1,2\n"})}])
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
