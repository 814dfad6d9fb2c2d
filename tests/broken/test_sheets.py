"""Sheets whose cells can be read and mean something else: merged, not calculated, failed, hidden, counted from 1904."""

import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from analysis.intake.case_files import drafting
from tests.broken.desk import HEADER, check_reduced, check_refused
from tests.broken.test_kinds import cells
from tests.unit.intake.test_workbooks import changed

OUTCOME = HEADER.index("Outcome")


def book(desk, change, rows=None, name="cases.xlsx"):
    """The rows as a workbook of openpyxl, changed before it is saved; nothing stands in column A."""
    made = openpyxl.Workbook()
    sheet = made.active
    for cells_of_row in cells(desk, rows):
        sheet.append([None, *(cell or None for cell in cells_of_row)])
    change(made, sheet)
    made.save(desk.files / name)
    return desk.files / name


def test_cells_merged_down_are_refused_and_not_taken_for_open_cases(desk):
    path = book(desk, lambda _, sheet: sheet.merge_cells(start_row=5, end_row=8, start_column=6, end_column=6))
    says = ["cases.xlsx, sheet 'Sheet', column 'Outcome': merged cells", "3 rows (row 6, 7, 8)", "Undo the merging"]
    check_refused(desk, desk.reduce(path), says=says)


@pytest.mark.parametrize("place", [{"row": 32, "column": 2, "to": 6}, {"row": 5, "column": 9, "to": 9}])
def test_a_note_over_several_columns_and_a_column_that_is_not_mapped_may_be_merged(desk, plain, place):
    def change(_, sheet):
        sheet.cell(32, 2).value = "Source: the force's own system"
        bounds = {"start_row": place["row"], "end_row": place["row"] + 3}
        sheet.merge_cells(**bounds, start_column=place["column"], end_column=place["to"])

    check_reduced(desk, desk.reduce(book(desk, change)))
    assert list(desk.numbers().values()) == plain


SPREADSHEET = """<?xml version="1.0"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Data">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
MANIFEST = """<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>"""
COVERED, LACKING = "<table:covered-table-cell/>", '<table:table-cell table:formula="of:=NA()"/>'
FAILED = (
    '<table:table-cell table:formula="of:=NA()" office:value-type="float" office:value="0" '
    'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
)


def open_document(desk, cell_by_row, *, hidden=()):
    """The rows as an OpenDocument spreadsheet below two blank rows, outcomes of some rows exchanged for other cells."""

    def cell(text, more=""):
        said = f' office:value-type="string"{more}><text:p>{text}</text:p>' if text else f"{more}>"
        return f"<table:table-cell{said}</table:table-cell>"

    rows = ['<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>']
    for number, cells_of_row in enumerate(cells(desk), start=3):
        written = [cell(text) for text in cells_of_row]
        if number in cell_by_row:
            written[OUTCOME] = cell_by_row[number]
        shown = ' table:visibility="filter"' if number in hidden else ""
        rows.append(f"<table:table-row{shown}>{'<table:table-cell/>'}{''.join(written)}</table:table-row>")
    path = desk.files / "cases.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", SPREADSHEET.format("".join(rows)))
    return path


def test_an_open_document_spreadsheet_is_read_as_it_is_where_nothing_is_odd(desk, plain):
    told = check_reduced(desk, desk.reduce(open_document(desk, {}, hidden=(7, 8))))
    assert list(desk.numbers().values()) == plain
    assert "cases.ods, sheet 'Data': 2 rows that it hides were read." in told


@pytest.mark.parametrize(
    ("cell_by_row", "says"),
    [
        (
            {
                7: '<table:table-cell table:number-rows-spanned="3" office:value-type="string"><text:p>Charged</text:p>'
                "</table:table-cell>",
                8: COVERED,
                9: COVERED,
            },
            "merged cells, of which only the first has a value: 2 rows (row 8, 9)",
        ),
        ({7: LACKING, 9: FAILED}, "formulas without a value, not calculated yet or failed: 2 rows (row 7, 9)"),
    ],
)
def test_what_is_odd_in_an_open_document_spreadsheet_is_refused(desk, cell_by_row, says):
    result = desk.reduce(open_document(desk, cell_by_row))
    check_refused(desk, result, says=["cases.ods, sheet 'Data', column 'Outcome': ", says])


def formulas(desk, value, *, column="Outcome"):
    """The rows as a workbook in which every third cell of a column is a formula with a value, or with none."""
    path = desk.files / "cases.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Data")
        for row, cells_of_row in enumerate(cells(desk)):
            sheet.write_row(row, 0, cells_of_row)
            if row % 3 == 2:
                sheet.write_formula(row, HEADER.index(column), '=IF(1=1,"Charged","")', None, value)
    return path


def uncalculated(xml):
    return xml.replace(b"<v>Nothing</v>", b"")


def empty_text(xml):
    return xml.replace(b"<v>Empty</v>", b"<v></v>")


@pytest.mark.parametrize("is_absent", [True, False])
def test_formulas_that_nobody_calculated_are_no_open_cases(desk, is_absent):
    """A program leaves values out, or writes noughts and says that they are to be worked out when it is opened."""
    path = formulas(desk, "Nothing" if is_absent else 0)
    changed(path, "xl/worksheets/sheet1.xml", uncalculated)
    says = [
        "cases.xlsx, sheet 'Data', column 'Outcome': formulas without a value",
        "10 rows (row 3, 6, 9, 12, 15 and on)",
    ]
    check_refused(desk, desk.reduce(path), says=[*says, "in a spreadsheet program"])


@pytest.mark.parametrize(("column", "value"), [("Notes", 0), ("Outcome", "Charged"), ("Outcome", "Empty")])
def test_formulas_with_a_value_and_those_of_columns_that_are_not_mapped_are_read(desk, column, value):
    mapping = desk.mapping(('outcome_date = "Outcome date"\n', ""))
    path = changed(formulas(desk, value, column=column), "xl/worksheets/sheet1.xml", empty_text)
    told = check_reduced(desk, desk.reduce(path, mapping=mapping))
    assert "30 rows read, 30 counted" in told
    charged = desk.exact()["broken"].table.query("outcome == '1'")["cases"].sum()
    assert charged == (0 if value == "Empty" else 10)


def test_a_formula_that_failed_is_the_word_that_is_shown(desk):
    says = ["unknown_outcome", "10 rows (row 3, 6, 9, 12, 15 and on)", "'#N/A' (10 rows)"]
    check_refused(desk, desk.reduce(formulas(desk, "#N/A")), says=says)
    told = check_reduced(desk, desk.reduce(formulas(desk, "#N/A"), words=["--allow", "unknown_outcome"]))
    assert "30 rows read, 20 counted" in told


def test_hidden_rows_are_read_and_told(desk, plain):
    def change(_, sheet):
        for row in (4, 9, 40):
            sheet.row_dimensions[row].hidden = True

    told = check_reduced(desk, desk.reduce(book(desk, change)))
    assert list(desk.numbers().values()) == plain
    assert "hidden rows: Rows that a sheet hides, as a filter does, were read as others." in told
    assert "cases.xlsx, sheet 'Sheet': 2 rows that it hides were read." in told
    assert "hides" not in check_reduced(desk, desk.reduce(book(desk, lambda *_: None, name="shown.xlsx")))


def from_1904(desk, *, is_plain):
    """The rows in a workbook that counts days from 1904, their dates as dates or as plain numbers."""

    def change(made, sheet):
        made.epoch = CALENDAR_MAC_1904
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.value and sheet.cell(1, cell.column).value in ("Recorded", "Outcome date"):
                    day = date(*map(int, cell.value.split("/")[::-1]))
                    cell.value = (day - date(1904, 1, 1)).days if is_plain else day

    return book(desk, change)


def test_dates_of_a_workbook_that_counts_from_1904_are_the_days_that_it_shows(desk, plain):
    check_reduced(desk, desk.reduce(from_1904(desk, is_plain=False)))
    assert list(desk.numbers().values()) == plain


def test_plain_numbers_of_a_workbook_that_counts_from_1904_are_refused(desk):
    mapping = desk.mapping(('"%d/%m/%Y"', '"serial"'), ("2024-06-30", "2024-06-30"))
    result = desk.reduce(from_1904(desk, is_plain=True), mapping=mapping)
    check_refused(desk, result, says=["cases.xlsx, sheet 'Sheet': this workbook counts days from 1904", "date format"])


def test_a_draft_says_what_is_odd_in_a_sheet(desk):
    def change(_, sheet):
        sheet.merge_cells(start_row=5, end_row=8, start_column=6, end_column=6)
        sheet.row_dimensions[4].hidden = True

    text = drafting.drafted(book(desk, change))
    assert "# CHECK: 1 row is hidden, as by a filter, and read as the others: show them, and look" in text
    assert "# CHECK: 'Outcome': merged cells, of which only the first has a value: 3 rows (row 6, 7, 8)" in text
    assert "is hidden" not in drafting.drafted(book(desk, lambda *_: None))
    text = drafting.drafted(from_1904(desk, is_plain=True))
    assert '# recorded = "Recorded"  # CHECK: this workbook counts days from 1904' in text
    assert "taken = 20" not in text.replace("# taken", "")


def counted_days(desk, part, *, plain=()):
    """The rows in a workbook, their dates as numbers of days and a part of one; in ``plain`` rows without a format."""

    def change(_, sheet):
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.value and sheet.cell(1, cell.column).value in ("Recorded", "Outcome date"):
                    day = date(*map(int, cell.value.split("/")[::-1]))
                    cell.value = (day - date(1899, 12, 30)).days + part
                    cell.number_format = "General" if cell.row in plain else "dd/mm/yyyy hh:mm"

    return book(desk, change)


@pytest.mark.parametrize("part", [0.2, 0.123456789, 0.999988, 0.99999999])
def test_a_moment_of_a_day_is_that_day_however_late(desk, plain, part):
    path = counted_days(desk, part)
    assert 'format = "%Y-%m-%d"' in drafting.drafted(path)
    check_reduced(desk, desk.reduce(path))
    assert list(desk.numbers().values()) == plain


def test_dates_and_plain_numbers_of_days_in_one_column_are_drafted_and_read(desk, plain):
    path = counted_days(desk, 0, plain=range(4, 20))
    text = drafting.drafted(path)
    assert 'recorded = "Recorded"' in text
    assert 'format = "serial"' in text
    check_reduced(desk, desk.reduce(path, mapping=desk.mapping(('"%d/%m/%Y"', '"serial"'))))
    assert list(desk.numbers().values()) == plain


def test_a_day_that_stands_for_none_may_be_named_by_the_mapping(desk, plain):
    """The end of a program's time, as a date or as a text, in the column of open cases."""

    def change(_, sheet):
        column = HEADER.index("Outcome date") + 2
        for row in range(2, 32):
            if not sheet.cell(row, column).value:
                sheet.cell(row, column).value = date(9999, 12, 31) if row % 2 else "NULL"

    path = book(desk, change)
    says = ["(unreadable_date)", "(date_after_extract)", "(date_without_outcome)", "belongs in [dates] blank"]
    check_refused(desk, desk.reduce(path), says=says)
    mapping = desk.mapping(('"%d/%m/%Y"', '"%d/%m/%Y"\nblank = ["9999-12-31", "NULL"]'))
    check_reduced(desk, desk.reduce(path, mapping=mapping))
    assert list(desk.numbers().values()) == plain
