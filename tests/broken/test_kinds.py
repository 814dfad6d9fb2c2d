"""Archives, Parquet, workbooks and what is no file: damaged, under a password, misnamed or gone."""

import io
import os
import random
import zipfile
import zlib

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from analysis.intake import case_sources, workbooks
from tests.broken.desk import HEADER, check_reduced, check_refused

stand_in = pytest.mark.skipif("stand-in" in (workbooks.__doc__ or ""), reason="the reading of workbooks is a stand-in")


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


def parquet(desk, name="cases.parquet", **columns):
    """The rows as Parquet, some columns exchanged."""
    rows = desk.rows()
    held = {column: [row[column] or None for row in rows] for column in HEADER}
    path = desk.files / name
    pq.write_table(pa.table({**held, **columns}), path)
    return path


@pytest.mark.parametrize("length", [4, 100, -1, -9])
def test_a_parquet_file_cut_short_is_refused(desk, length):
    path = parquet(desk)
    path.write_bytes(path.read_bytes()[:length])
    says = ["cases.parquet is not a whole Parquet file", "Export or copy it again"]
    check_refused(desk, desk.reduce(path), says=says)


def test_a_parquet_file_damaged_inside_is_refused(desk):
    path = parquet(desk)
    held = bytearray(path.read_bytes())
    held[20:400] = random.Random(3).randbytes(380)
    path.write_bytes(bytes(held))
    check_refused(desk, desk.reduce(path), says=["cases.parquet", "Export or copy it again"])


@pytest.mark.parametrize("column", ["Case ref", "Outcome", "Recorded", "Victim"])
def test_a_nested_column_is_refused(desk, column):
    path = parquet(desk, **{column: [{"a": desk.secret}] * 30})
    says = ["cases.parquet", f"column '{column}'", "lists or records", "one text or date a cell"]
    check_refused(desk, desk.reduce(path), says=says)


def test_a_parquet_file_with_two_columns_of_one_name_is_refused(desk):
    table = pq.read_table(parquet(desk))
    names = [*HEADER[:-1], "Outcome"]
    path = desk.files / "twice.parquet"
    pq.write_table(table.rename_columns(names), path)
    says = ["twice.parquet", "2 columns are called 'Outcome'", "Give each its own name"]
    check_refused(desk, desk.reduce(path), says=says)


def test_a_parquet_file_without_a_mapped_column_is_refused(desk):
    path = desk.files / "short.parquet"
    pq.write_table(pq.read_table(parquet(desk)).drop_columns(["Outcome"]), path)
    check_refused(desk, desk.reduce(path), says=["short.parquet", "no column 'Outcome'"])


def test_a_parquet_file_without_rows_is_refused(desk):
    path = desk.files / "none.parquet"
    pq.write_table(pq.read_table(parquet(desk)).slice(0, 0), path)
    check_refused(desk, desk.reduce(path), says=["none.parquet"])


def test_a_wrong_cell_of_a_parquet_file_is_named_as_if_it_had_a_header(desk):
    path = parquet(desk, Recorded=[row["Recorded"] for row in desk.rows(row_7={"Recorded": desk.secret})])
    check_refused(desk, desk.reduce(path), says=["cases.parquet, 1 row (row 7)", "unreadable_date"])


def workbook(desk, sheets, name="cases.xlsx"):
    """A workbook of sheets of cells."""
    path = desk.files / name
    with xlsxwriter.Workbook(path) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for place, cells in enumerate(rows):
                sheet.write_row(place, 0, cells)
    return path


def cells(desk, rows=None):
    """Rows as the cells of a sheet."""
    return [list(HEADER), *([row[name] for name in HEADER] for row in (rows or desk.rows()))]


def test_the_sheet_with_the_columns_is_found(desk):
    check_reduced(desk, desk.reduce(desk.table(), name="plain"))
    path = workbook(desk, {"Cover": [["Made for the review"], ["by nobody"]], "Data": cells(desk)})
    check_reduced(desk, desk.reduce(path, name="book"))
    assert list(desk.numbers("plain").values()) == list(desk.numbers("book").values())


def test_two_sheets_that_fit_are_refused(desk):
    path = workbook(desk, {"Kent": cells(desk), "Gwent": cells(desk)})
    check_refused(desk, desk.reduce(path), says=["cases.xlsx", "Kent, Gwent", '[file], sheet = "..."'])


def test_a_sheet_that_is_named_and_absent_is_refused(desk):
    mapping = desk.mapping(("[dates]", '[file]\nsheet = "Essex"\n[dates]'))
    path = workbook(desk, {"Kent": cells(desk), "Gwent": cells(desk)})
    check_refused(desk, desk.reduce(path, mapping=mapping), says=["no sheet 'Essex'", "Its sheets: Kent, Gwent"])


def test_no_sheet_that_fits_is_refused(desk):
    path = workbook(desk, {"Cover": [["Made for the review", desk.secret]], "Data": cells(desk)[1:]})
    check_refused(desk, desk.reduce(path), says=["cases.xlsx", "Cover, Data", "Correct [columns] in mapping.toml"])


def test_an_empty_sheet_is_no_matter_and_a_header_alone_is_refused(desk):
    path = workbook(desk, {"Empty": [], "Data": cells(desk)[:1]})
    check_refused(desk, desk.reduce(path), says=["cases.xlsx", "Export it again"])


def test_a_wrong_cell_of_a_sheet_is_named_as_a_spreadsheet_shows_it(desk):
    rows = cells(desk, desk.rows(row_7={"Recorded": desk.secret}))
    path = workbook(desk, {"Data": [["Made for the review"], [], *rows]})
    check_refused(desk, desk.reduce(path), says=["cases.xlsx, sheet 'Data', 1 row (row 9)", "unreadable_date"])


def compound_file(desk):
    """The head of an OLE compound file with an encrypted package, as a workbook under a password begins."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    names = "Root Entry\0".encode("utf-16-le").ljust(128, b"\0") + "EncryptedPackage\0".encode("utf-16-le")
    return head + names.ljust(1024, b"\0") + desk.secret.encode()


@stand_in
@pytest.mark.parametrize("name", ["cases.xlsx", "cases.xls"])
def test_a_workbook_under_a_password_is_refused(desk, name):
    check_refused(desk, desk.reduce(desk.file(compound_file(desk), name)), says=[name, "password"])


@stand_in
@pytest.mark.parametrize("length", [10, 2000, -30])
def test_a_workbook_cut_short_is_refused(desk, length):
    path = workbook(desk, {"Data": cells(desk, desk.rows(300))})
    path.write_bytes(path.read_bytes()[:length])
    check_refused(desk, desk.reduce(path), says=["cases.xlsx"])


@stand_in
@pytest.mark.parametrize("name", ["cases.xlsx", "cases.ods", "cases.xls", "cases.xlsb"])
def test_a_picture_called_a_workbook_is_refused(desk, name):
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + random.Random(1).randbytes(5000) + desk.secret.encode()
    check_refused(desk, desk.reduce(desk.file(picture, name)), says=[name])


@stand_in
def test_a_csv_file_called_a_workbook_is_refused(desk):
    check_refused(desk, desk.reduce(desk.table(name="cases.xlsx")), says=["cases.xlsx"])


def test_a_workbook_called_csv_is_refused(desk):
    path = workbook(desk, {"Data": cells(desk)})
    check_refused(desk, desk.reduce(path.rename(path.with_suffix(".csv"))), says=["cases.csv"])


def test_a_file_that_is_absent_is_refused(desk):
    result = desk.reduce(desk.files / "none.csv")
    check_refused(desk, result, says=["none.csv is not there", "Check the name"], status=2)


@pytest.mark.parametrize("others", [[], ["readme.md", "~$cases.xlsx", ".cases.csv"]])
def test_a_folder_without_case_files_is_refused(desk, others):
    folder = desk.files / "april"
    folder.mkdir()
    for name in others:
        desk.table(name=f"april/{name}")
    check_refused(desk, desk.reduce(folder), says=[f"{folder} is a folder without case files (.csv", "Name another"])


def test_a_folder_stands_for_its_files(desk):
    (desk.files / "april").mkdir()
    desk.table(name="april/a.csv")
    desk.file(b"no table", "april/readme.md")
    desk.table(desk.rows(start=30), name="april/b.csv")
    assert "2 files, 60 rows read, 60 counted" in check_reduced(desk, desk.reduce(desk.files / "april"))


def test_a_folder_called_csv_is_a_folder(desk):
    (desk.files / "cases.csv").mkdir()
    check_refused(desk, desk.reduce(desk.files / "cases.csv"), says=["cases.csv is a folder without case files"])


def test_a_pipe_is_refused(desk):
    pipe = desk.files / "pipe.csv"
    os.mkfifo(pipe)
    says = ["pipe.csv is not a file that can be read from start to end", "Save it to one first"]
    check_refused(desk, desk.reduce(pipe), says=says)


@pytest.mark.parametrize("name", ["cases.csv", "cases.zip", "cases.parquet"])
def test_a_file_that_vanishes_before_it_is_read_is_named(desk, name, monkeypatch):
    contents = {"cases.csv": desk.text().encode(), "cases.zip": archive({"a.csv": desk.text()})}
    path = desk.file(contents[name], name) if name in contents else parquet(desk)
    real = case_sources.sources

    def late(database, file, mapping, scratch):
        file.unlink()
        return real(database, file, mapping, scratch)

    monkeypatch.setattr(case_sources, "sources", late)
    check_refused(desk, desk.reduce(path), says=[f"{name} was there and is gone", "Put it back and start again"])


@pytest.mark.parametrize("name", ["cases.csv", "cases.parquet"])
def test_a_file_that_vanishes_while_it_is_read_is_named(desk, name, monkeypatch):
    path = desk.table() if name == "cases.csv" else parquet(desk)
    real = case_sources.sources

    def fleeting(database, file, mapping, scratch):
        found = real(database, file, mapping, scratch)
        file.unlink()
        return found

    monkeypatch.setattr(case_sources, "sources", fleeting)
    check_refused(desk, desk.reduce(path), says=[f"{name} was there and is gone", "Put it back and start again"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(desk):
    path = desk.table()
    path.chmod(0)
    check_refused(desk, desk.reduce(path), says=["cases.csv may not be read by this user", "Ask whoever owns it"])


def test_what_no_one_foresaw_is_told_by_its_kind_alone(desk, monkeypatch):
    def odd(*_, **__):
        raise duckdb.BinderException(f"row with {desk.secret}")

    monkeypatch.setattr("analysis.intake.case_rows.settle_cases", odd)
    says = ["could not be reduced (BinderException)", "Nothing was written"]
    check_refused(desk, desk.reduce(desk.table()), says=says)


def test_the_archives_here_are_what_they_are_said_to_be(desk):
    assert (
        zlib.crc32(desk.text().encode())
        == zipfile.ZipFile(io.BytesIO(archive({"a.csv": desk.text()}))).infolist()[0].CRC
    )
    check_reduced(desk, desk.reduce(desk.file(archive({"a.csv": desk.text()}), "cases.zip")))
    check_reduced(desk, desk.reduce(parquet(desk)))
