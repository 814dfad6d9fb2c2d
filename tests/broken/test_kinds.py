"""Parquet, workbooks and what is no file: damaged, under a password, misnamed or gone."""

import errno
import io
import os
import random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from analysis.intake.case_files import sources
from tests.broken.desk import HEADER, check_reduced, check_refused
from tests.broken.test_archives import archive


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


def parted(desk):
    """The rows as Parquet, a file for each force and outcome, which stand in the names of its folders alone."""
    table = pq.read_table(parquet(desk))
    (desk.files / "cases.parquet").unlink()
    for force, outcome in {(row["Force"], row["Outcome"]) for row in table.to_pylist()}:
        folder = desk.files / f"Force={force}" / f"Outcome={outcome or '__HIVE_DEFAULT_PARTITION__'}"
        folder.mkdir(parents=True)
        rows = [row for row in table.to_pylist() if (row["Force"], row["Outcome"]) == (force, outcome)]
        part = pa.Table.from_pylist(rows, schema=table.schema).drop_columns(["Force", "Outcome"])
        pq.write_table(part, folder / "part-0.parquet")
    return desk.files


def test_columns_in_the_names_of_folders_are_read_as_columns(desk, plain):
    check_reduced(desk, desk.reduce(parted(desk)))
    assert list(desk.numbers().values()) == plain


def test_a_column_of_the_file_goes_before_what_its_folders_are_called(desk, plain):
    folder = desk.files / "Force=Gwent" / "Outcome=Charged"
    folder.mkdir(parents=True)
    check_reduced(desk, desk.reduce(parquet(desk).rename(folder / "cases.parquet")))
    assert list(desk.numbers().values()) == plain


def test_folders_are_no_columns_of_a_csv_file(desk, plain):
    folder = desk.files / "c1=Gwent" / "c4=Charged"
    folder.mkdir(parents=True)
    check_reduced(desk, desk.reduce(desk.table().rename(folder / "cases.csv")))
    assert list(desk.numbers().values()) == plain


def test_texts_of_parquet_that_are_not_called_texts_are_read(desk, plain):
    """As Hive and Impala write them."""
    texts = {name: [row[name].encode() or None for row in desk.rows()] for name in HEADER}
    path = parquet(desk, **{name: pa.array(cells, pa.binary()) for name, cells in texts.items()})
    check_reduced(desk, desk.reduce(path))
    assert list(desk.numbers().values()) == plain


def test_bytes_of_parquet_that_are_no_text_are_no_word_and_no_empty_cell(desk):
    held = pa.array([b"\xff\xfe", *(row["Outcome"].encode() or None for row in desk.rows()[1:])], pa.binary())
    result = desk.reduce(parquet(desk, Outcome=held))
    check_refused(desk, result, says=["(unknown_outcome): cases.parquet, 1 row (row 2)"])


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
    check_refused(desk, desk.reduce(path), says=["cases.xlsx", "Kent, Gwent", 'sheets = "all"', 'sheet = "..."'])


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


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.xls"])
def test_a_workbook_under_a_password_is_refused(desk, name):
    check_refused(desk, desk.reduce(desk.file(compound_file(desk), name)), says=[name, "password", "Save it without"])


@pytest.mark.parametrize("length", [10, 2000, -30])
def test_a_workbook_cut_short_is_refused(desk, length):
    path = workbook(desk, {"Data": cells(desk, desk.rows(300))})
    path.write_bytes(path.read_bytes()[:length])
    check_refused(desk, desk.reduce(path), says=["cases.xlsx"])


@pytest.mark.parametrize("name", ["cases.xlsx", "cases.ods", "cases.xls", "cases.xlsb"])
def test_a_picture_called_a_workbook_is_refused(desk, name):
    picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + random.Random(1).randbytes(5000) + desk.secret.encode()
    check_refused(desk, desk.reduce(desk.file(picture, name)), says=[name])


def test_a_csv_file_called_a_workbook_is_refused(desk):
    check_refused(desk, desk.reduce(desk.table(name="cases.xlsx")), says=["cases.xlsx is not a workbook"])


def test_a_workbook_called_csv_is_refused(desk):
    path = workbook(desk, {"Data": cells(desk)})
    check_refused(desk, desk.reduce(path.rename(path.with_suffix(".csv"))), says=["cases.csv is a workbook or"])


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
    real = sources.sources

    def late(database, file, mapping, scratch):
        file.unlink()
        return real(database, file, mapping, scratch)

    monkeypatch.setattr(sources, "sources", late)
    check_refused(desk, desk.reduce(path), says=[f"{name} was there and is gone", "Put it back and start again"])


@pytest.mark.parametrize("name", ["cases.csv", "cases.parquet"])
def test_a_file_that_vanishes_while_it_is_read_is_named(desk, name, monkeypatch):
    path = desk.table() if name == "cases.csv" else parquet(desk)
    real = sources.sources

    def fleeting(database, file, mapping, scratch):
        found = real(database, file, mapping, scratch)
        file.unlink()
        return found

    monkeypatch.setattr(sources, "sources", fleeting)
    check_refused(desk, desk.reduce(path), says=[f"{name} was there and is gone", "Put it back and start again"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(desk):
    path = desk.table()
    path.chmod(0)
    check_refused(desk, desk.reduce(path), says=["cases.csv may not be read by this user", "Ask whoever owns it"])


@pytest.mark.parametrize("name", ["cases.csv", "cases.zip"])
def test_a_file_that_the_system_will_not_open_is_refused(desk, name, monkeypatch):
    path = desk.file(archive({"a.csv": desk.text()}), name) if name == "cases.zip" else desk.table()
    real = io.open

    def guarded(file, *words, **named):
        if str(file) == str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
        return real(file, *words, **named)

    mapping = desk.mapping()
    monkeypatch.setattr(io, "open", guarded)
    says = [f"{name} may not be read by this user", "Ask whoever owns it"]
    check_refused(desk, desk.reduce(path, mapping=mapping), says=says)


def test_what_no_one_foresaw_is_told_by_its_kind_alone(desk, monkeypatch):
    def odd(*_, **__):
        raise duckdb.BinderException(f"row with {desk.secret}")

    monkeypatch.setattr("analysis.intake.case_files.rows.CaseRows.settle", odd)
    says = ["could not be reduced (BinderException)", "Nothing was written"]
    check_refused(desk, desk.reduce(desk.table()), says=says)


def test_what_is_broken_here_is_in_order_unbroken(desk):
    check_reduced(desk, desk.reduce(desk.file(archive({"a.csv": desk.text()}), "cases.zip")))
    check_reduced(desk, desk.reduce(parquet(desk)))
    check_reduced(desk, desk.reduce(workbook(desk, {"Data": cells(desk)})))
