import datetime as dt
import zipfile

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from analysis.errors import DataRefused, ParameterError
from analysis.intake import workbooks


def written(path, sheets):
    """A workbook from {sheet: {(row, column): value}}, counted from 0."""
    with xlsxwriter.Workbook(path) as book:
        formats = {
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
            dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for (row, column), value in cells.items():
                sheet.write(row, column, value, formats.get(type(value)))
    return path


def table(*rows):
    return {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row) if value is not None}


def changed(path, member, change):
    """The same archive with one member changed."""
    with zipfile.ZipFile(path) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, change(content) if name == member else content)
    return path


@pytest.fixture
def plain(tmp_path):
    return written(tmp_path / "plain.xlsx", {"one": table(["A", "B"], [1, "x"]), "Two": table(["C"], [2])})


def test_sheets_come_in_the_order_of_their_tabs(plain):
    assert workbooks.sheet_names(plain) == ["one", "Two"]


def test_a_sheet_is_found_by_name_in_any_case_or_by_place(plain):
    assert workbooks.sheet(plain, "two").to_pydict() == {"C": ["2"]}
    assert workbooks.sheet(plain, 1).to_pydict() == {"C": ["2"]}
    assert workbooks.sheet(plain).to_pydict() == {"A": ["1"], "B": ["x"]}


@pytest.mark.parametrize("which", ["three", 2, -1])
def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(plain, which):
    with pytest.raises(ParameterError, match=r"plain\.xlsx .*one, Two"):
        workbooks.sheet(plain, which)


def test_columns_are_picked_by_header_whatever_spaces_surround_it(tmp_path):
    path = written(tmp_path / "a.xlsx", {"s": table(["A ", " B", "C"], [1, 2, 3])})
    assert workbooks.sheet(path, columns=["C", "A"]).to_pydict() == {"C": ["3"], "A": ["1"]}


def test_a_column_that_is_not_there_is_refused_with_the_nearest(plain):
    with pytest.raises(ParameterError, match="No column is called 'BB'"):
        workbooks.sheet(plain, columns=["BB"])


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = written(tmp_path / "a.xlsx", {"s": table(["A", "A"], [1, 2])})
    with pytest.raises(DataRefused, match=r"a\.xlsx, sheet 's', row 1: 2 columns are called 'A'"):
        workbooks.sheet(path)


def test_numbers_dates_and_truths_come_out_as_a_reader_would_write_them(tmp_path):
    cells = [7, 2.5, dt.date(2025, 3, 31), dt.datetime(2025, 3, 31, 14, 5, 6), True, " text ", -3]
    path = written(tmp_path / "a.xlsx", {"s": table(list("ABCDEFG"), cells)})
    row = {name: values[0] for name, values in workbooks.sheet(path).to_pydict().items()}
    assert list(row.values()) == ["7", "2.5", "2025-03-31", "2025-03-31 14:05:06", "true", " text ", "-3"]


def test_open_document_sheets_read_as_excel_ones_do(tmp_path):
    frame = pd.DataFrame({"when": [dt.date(2025, 3, 31), dt.datetime(2025, 1, 2, 3, 4, 5)], "n": [1, 2.5]})
    frame.to_excel(tmp_path / "a.ods", engine="odf", index=False)
    held = workbooks.sheet(tmp_path / "a.ods").to_pydict()
    assert held == {"when": ["2025-03-31", "2025-01-02 03:04:05"], "n": ["1", "2.5"]}


def test_a_header_below_the_first_row_is_read_from_there(tmp_path):
    path = written(tmp_path / "a.xlsx", {"s": {(3, 2): "A", (4, 2): "x", (3, 3): "B", (4, 3): 1}})
    assert workbooks.sheet(path, header_row=4).to_pydict() == {"A": ["x"], "B": ["1"]}


def test_rows_that_are_wholly_blank_are_left_out(tmp_path):
    path = written(tmp_path / "a.xlsx", {"s": table(["A", "B"], [1, None], [" ", ""], [None, None], [None, 2])})
    assert workbooks.sheet(path).to_pydict() == {"A": ["1", None], "B": [None, "2"]}


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(tmp_path):
    path = written(tmp_path / "a.xlsx", {"s": {(5, 0): "sixth"}})
    rows = workbooks.opened(path).rows("s")
    assert rows.num_rows == 6
    assert workbooks.text_of(rows, 5) == ["sixth"]


@pytest.mark.parametrize(
    ("cells", "said"), [({}, "no header in row 1"), (table(["A"]), "nothing below the header in row 1")]
)
def test_a_sheet_that_is_empty_or_ends_at_its_header_is_refused(tmp_path, cells, said):
    path = written(tmp_path / "a.xlsx", {"s": cells})
    with pytest.raises(DataRefused, match=said):
        workbooks.sheet(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty: 0 bytes"),
        (b"<html>Not found</html>", "is not a workbook"),
        (b"A,B\n1,2\n", "is not a workbook"),
        (b"PK\x03\x04" + b"\0" * 500, "not a whole zip archive"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "under a password"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "cannot be read"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_for_what_it_is(tmp_path, content, said):
    path = tmp_path / "figures.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataRefused, match=rf"figures\.xlsx.*{said}"):
        workbooks.opened(path)


def test_a_workbook_cut_short_is_refused(plain):
    plain.write_bytes(plain.read_bytes()[:-200])
    with pytest.raises(DataRefused, match="not a whole zip archive"):
        workbooks.opened(plain)


def test_another_kind_of_zip_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(DataRefused, match="the workbook cannot be read"):
        workbooks.opened(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "change", [lambda xml: xml[: len(xml) // 2], lambda xml: xml.replace(b"<v>0</v>", b"<v>99</v>")]
)
def test_a_damaged_sheet_is_refused_by_name(plain, change):
    changed(plain, "xl/worksheets/sheet1.xml", change)
    with pytest.raises(DataRefused, match=r"plain\.xlsx: sheet 'one' cannot be read"):
        workbooks.sheet(plain)


def test_a_refusal_never_quotes_a_cell(tmp_path):
    path = written(tmp_path / "a.xlsx", {"s": table(["A"], ["secret"])})
    changed(path, "xl/sharedStrings.xml", lambda xml: xml[: xml.index(b"secret") + 6])
    with pytest.raises(DataRefused) as refusal:
        workbooks.sheet(path)
    assert "secret" not in str(refusal.value)


def test_a_workbook_that_would_unpack_to_far_too_much_is_refused(plain):
    with zipfile.ZipFile(plain, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet3.xml", b" " * (80 << 20))
    with pytest.raises(DataRefused, match="would unpack to 84 MB"):
        workbooks.opened(plain)


def test_a_stray_cell_in_the_last_corner_is_refused_before_memory_is_asked_for(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "A"
    book.active["XFD1048576"] = "stray"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataRefused, match=r"sheet1\.xml reaches to cell XFD1048576"):
        workbooks.opened(tmp_path / "a.xlsx")


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(DataRefused, match="was there and is gone"):
        workbooks.opened(tmp_path / "gone.xlsx")
