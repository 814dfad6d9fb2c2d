import contextlib
import datetime as dt
import re
import subprocess
import sys
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter

from analysis.errors import DataRefused, ParameterError
from analysis.intake import sheet_reader, workbooks
from tests.conftest import PROJECT


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
    assert list(workbooks.opened(plain).names) == ["one", "Two"]


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


def without_dimension(sheet):
    return re.sub(rb"<dimension[^>]*>", b"", sheet)


def with_another(sheet):
    return re.sub(rb"<dimension[^>]*>", b'<dimension ref="A1:B2"/>', sheet)


@pytest.mark.parametrize("change", [without_dimension, with_another])
def test_a_stray_cell_that_nothing_tells_of_ends_no_command(tmp_path, change):
    """The reader of workbooks ends its process there: it is one of its own."""
    path = written(tmp_path / "a.xlsx", {"s": {(0, 0): "A", (1048575, 16383): "stray"}})
    book = workbooks.opened(changed(path, "xl/worksheets/sheet1.xml", change))
    with pytest.raises(
        DataRefused, match=r"a\.xlsx: sheet 's' would need more memory or time than there is, or is damaged"
    ):
        book.rows("s")


def test_after_a_workbook_that_ended_its_reader_the_next_is_read(tmp_path, plain):
    path = written(tmp_path / "a.xlsx", {"s": {(0, 0): "A", (1048575, 16383): "stray"}})
    book = workbooks.opened(changed(path, "xl/worksheets/sheet1.xml", without_dimension))
    for _ in range(2):
        with pytest.raises(DataRefused):
            book.rows("s")
        assert workbooks.sheet(plain, "Two").to_pydict() == {"C": ["2"]}


def test_the_reader_of_workbooks_says_nothing_and_ends_with_who_asked(plain):
    code = (
        "import sys; from pathlib import Path; from analysis.intake import sheet_reader, workbooks\n"
        f"workbooks.sheet(Path({str(plain)!r})); print(sheet_reader._own.reader.process.pid, flush=True)\n"
        "sys.stdin.read()"
    )
    words = [sys.executable, "-c", code]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, cwd=PROJECT, **pipes) as asking:
        reader = Path(f"/proc/{int(asking.stdout.readline())}")
        assert b"sheet_reader" in (reader / "cmdline").read_bytes()
        asking.kill()
        assert asking.stderr.read() == b""
    until = time.monotonic() + 60
    while (
        reader.exists()
        and time.monotonic() < until
        and (reader / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    ):
        time.sleep(0.02)
    assert not reader.exists() or (reader / "stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    "member", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_a_member_whose_packed_bytes_are_damaged_is_refused(plain, member):
    with zipfile.ZipFile(plain) as archive:
        told = archive.getinfo(member)
        start = told.header_offset + 30 + len(member)
    held = bytearray(plain.read_bytes())
    start += int.from_bytes(held[told.header_offset + 28 : told.header_offset + 30], "little")
    held[start : start + 8] = b"\xff" * 8
    plain.write_bytes(bytes(held))
    if member == "[Content_Types].xml":  # which the reader does not need
        assert list(workbooks.opened(plain).names) == ["one", "Two"]
        return
    with pytest.raises(DataRefused, match=r"plain\.xlsx: (sheet 'one'|the workbook) cannot be read"):
        workbooks.sheet(plain)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: ENTITIES + xml.replace(b"<si><t>A", b"<si><t>&b;"),
        lambda xml: xml.replace(b"?>", b'?><!DOCTYPE x SYSTEM "file:///etc/passwd">', 1),
        lambda xml: xml.replace(b"<si><t>A", b"<si><t>&#0;&#xFFFF;&nothing;"),
        lambda xml: b"",
        lambda xml: b"\xff\xfe" + xml,
        lambda xml: xml.replace(b"</t>", b"</u>"),
    ],
)  # fmt: skip
def test_hostile_xml_is_read_as_letters_or_refused(plain, change):
    changed(plain, "xl/sharedStrings.xml", change)
    try:
        told = str(workbooks.sheet(plain).to_pydict())
    except DataRefused as fault:
        told = str(fault)
    assert "root:" not in told
    assert "aaaaaaaaaaa" not in told


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../../../etc/passwd"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/none.xml"),
        ("xl/_rels/workbook.xml.rels", b"rId1", b"rId999"),
        ("xl/workbook.xml", b'r:id="rId1"', b""),
    ],
)
def test_a_sheet_that_leads_nowhere_is_refused(plain, member, old, new):
    changed(plain, member, lambda xml: xml.replace(old, new))
    with pytest.raises(DataRefused, match=r"plain\.xlsx"):
        workbooks.sheet(plain, "one")


@pytest.fixture
def cut(monkeypatch):
    """Gives the rows of a sheet, however small, read in parts of a few rows."""
    for name, value in {"_LARGE": 0, "_PART": 400, "_HEAD": 600}.items():
        monkeypatch.setattr(sheet_reader, name, value)
    return lambda path, sheet="s": sheet_reader._in_parts(str(path), sheet).to_pylist()


def whole(path, sheet="s"):
    return [{name: cell or "" for name, cell in row.items()} for row in workbooks.opened(path).rows(sheet).to_pylist()]


def varied(row):
    values = [f"r{row}", row, row / 4, dt.date(2024, 4, 1 + row % 28), "", "a </row> & <row>", None, row % 2 == 0]
    return values if row % 3 else values[:4]


def test_a_sheet_read_in_parts_says_what_it_says_as_a_whole(tmp_path, cut, monkeypatch):
    rows = [["H", "I", "J", "K", "L", "M", "N", "O"], *map(varied, range(1, 60))]
    path = written(tmp_path / "x.xlsx", {"cover": table(["c"]), "s": table(*rows)})
    asked = []
    kept = sheet_reader._Parts.cells
    monkeypatch.setattr(
        sheet_reader._Parts, "cells", lambda *given, **more: asked.append(given) or kept(*given, **more)
    )
    assert cut(path) == whole(path)
    assert len(cut(path)) == 60
    assert len(asked) > 10
    encoded = workbooks.opened(path).rows("s", is_encoded=True)  # by the process of the reader, as one small sheet
    assert encoded.to_pylist() == whole(path)


@pytest.mark.parametrize(
    "rows",
    [
        [["H", "I"], *([None, n] for n in range(40))],  # the second column would be taken for the first
        [["H", "I"], *(["a", n] if n != 20 else [None, None] for n in range(40))],  # a row is not there
        [[None, None], [None, None], *(["a", n] for n in range(40))],  # nor the first two
        [["H"], *(["a", n] if n > 30 else ["a"] for n in range(40))],  # a column that begins further down
        [["H", "I"]],
        [],
    ],
)
def test_a_sheet_that_cannot_be_cut_surely_is_read_whole(rows, tmp_path, cut):
    path = written(tmp_path / "x.xlsx", {"s": table(*rows)})
    try:
        assert cut(path) == whole(path)
    except sheet_reader._NotPlainError:
        assert rows != [["H", "I"]]
        assert workbooks.opened(path).rows("s", is_encoded=True).to_pylist() == whole(path)
    else:
        assert rows == [["H", "I"]]


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("xl/worksheets/sheet1.xml", lambda held: held.replace(b"</row>", b"</row><!-- </row> -->", 1)),
        ("xl/worksheets/sheet1.xml", lambda held: held.replace(b"sheetData", b"x:sheetData")),
        ("xl/worksheets/sheet1.xml", lambda held: held[: len(held) // 2]),
        ("xl/workbook.xml", lambda held: held.replace(b"<workbook", b"<!DOCTYPE a [<!ENTITY b 'c'>]><workbook", 1)),
    ],
)
def test_a_sheet_of_an_unknown_shape_is_not_cut(member, change, tmp_path, cut):
    path = written(tmp_path / "x.xlsx", {"s": table(["H", "I"], *(["a", n] for n in range(40)))})
    assert len(cut(path)) == 41
    with pytest.raises(sheet_reader._NotPlainError):
        cut(changed(path, member, change))


@pytest.mark.parametrize("number", range(8, 16))  # at least one begins a part, and one ends it
@pytest.mark.parametrize("instead", [b'<row r="99"', b"<row", b'<row r="2"'])
def test_rows_that_are_numbered_otherwise_are_refused_or_read_as_in_the_whole(number, instead, tmp_path, cut):
    path = written(tmp_path / "x.xlsx", {"s": table(["H", "I"], *(["a", n] for n in range(40)))})
    path = changed(path, "xl/worksheets/sheet1.xml", lambda held: held.replace(b'<row r="%d"' % number, instead))
    with contextlib.suppress(sheet_reader._NotPlainError):
        assert cut(path) == whole(path)


def test_a_sheet_whose_texts_stand_in_its_cells_is_cut_too(tmp_path, cut):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("s")
        for place, row in enumerate([["H", "I"], *([f"a {n % 3}", f" {n}"] for n in range(60))]):
            sheet.write_row(place, 0, row)
    assert cut(path) == whole(path)
    assert len(cut(path)) == 61


@pytest.mark.parametrize("texts", [1, 127, 128, 129, 40_000])
def test_each_text_of_a_column_stands_once_however_many_there_are(texts):
    column = sheet_reader._Column()
    cells = [str(n % texts) if n % 7 else None for n in range(2 * texts + 7)]
    column.add(pa.array(cells[:5]))
    column.add(pa.array(cells[5:]))
    made = column.whole()
    assert made.to_pylist() == [cell or "" for cell in cells]
    assert len(set(made.dictionary.to_pylist())) == len(made.dictionary)


def test_cutting_a_sheet_loads_no_pandas(tmp_path):
    path = written(tmp_path / "x.xlsx", {"s": table(["H", "I"], *(["a", n] for n in range(40)))})
    code = (
        "import sys; from analysis.intake import sheet_reader; sheet_reader._LARGE = 0\n"
        f"print(sheet_reader._in_parts({str(path)!r}, 's').num_rows, 'pandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["41", "False"]


def test_each_thread_has_a_reader_that_ends_with_it(plain):
    def pid(_):
        workbooks.sheet(plain, "Two")
        return sheet_reader._own.reader.process

    with ThreadPoolExecutor(1) as executor:
        readers = list(executor.map(pid, range(3)))
    assert len(set(readers)) == 1
    assert readers[0].poll() is not None
    assert workbooks.sheet(plain, "Two").to_pydict() == {"C": ["2"]}


def said_to_be(path, member, size, *, packed=None, crc=None):
    """The same archive, whose directory says of a member that it unpacks to ``size`` bytes, perhaps from as many as
    ``packed`` and to others.
    """
    held = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(member)
    name = member.encode()
    listed = held.rindex(b"PK\1\2", 0, held.rindex(name))
    for place, length, checksum in ((entry.header_offset, 30, 14), (listed, 46, 16)):
        assert held[place + length : place + length + len(name)] == name
        if crc is not None:
            held[place + checksum : place + checksum + 4] = crc.to_bytes(4, "little")
        if packed is not None:
            held[place + checksum + 4 : place + checksum + 8] = packed.to_bytes(4, "little")
        held[place + checksum + 8 : place + checksum + 12] = size.to_bytes(4, "little")
    path.write_bytes(held)
    return path


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_what_would_unpack_to_more_than_any_workbook_is_refused_before_it_is_read(plain, member, monkeypatch):
    monkeypatch.setattr(sheet_reader, "asked", lambda *_, **__: ["one"])
    said_to_be(plain, member, 805_000_000, packed=80_000_000)
    assert workbooks.opened(plain).names == ("one",)
    monkeypatch.setattr(sheet_reader, "asked", None)
    said_to_be(plain, member, 1_000_000_000, packed=100_000_000)
    says = r"^plain\.xlsx would unpack to 1,000 MB, 10 times its size, and at most 805 MB are read .* as CSV"
    with pytest.raises(DataRefused, match=says):
        workbooks.opened(plain)


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_what_swells_like_no_table_is_refused_with_the_step_for_its_size(plain, member, monkeypatch):
    monkeypatch.setattr(sheet_reader, "asked", None)
    said_to_be(plain, member, 1_000_000_000)
    says = rf"^plain\.xlsx: '{member}' would unpack to 1,000 MB, over 400 times its size, as no table does\. Save "
    with pytest.raises(DataRefused, match=says) as refusal:
        workbooks.opened(plain)
    assert "password" not in str(refusal.value)


def test_members_under_a_password_are_refused_with_the_step_for_one(plain):
    held = bytearray(plain.read_bytes())
    held[held.rindex(b"PK\1\2") + 8] |= 1
    plain.write_bytes(held)
    says = r"^plain\.xlsx: '.*' is under a password\. First open it and save it again without a password\.$"
    with pytest.raises(DataRefused, match=says):
        workbooks.opened(plain)


HIDDEN = ["xl/worksheets/.sheet1.xml", "xl/__MACOSX/worksheets/a.xml", "xl/.a/worksheets/~$a.xml", "xl/worksheets/a/"]


def with_its_sheet_at(path, place):
    """The same workbook, whose first sheet is a member of another name, which is not unpacked from a folder."""
    with zipfile.ZipFile(path) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    held[place] = held.pop("xl/worksheets/sheet1.xml")
    old, new = b"worksheets/sheet1.xml", place.removeprefix("xl/").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content.replace(old, new) if name.endswith((".rels", "_Types].xml")) else content)
    return path


@pytest.mark.parametrize("place", HIDDEN)
def test_a_sheet_that_an_archive_would_hide_is_read(plain, place):
    assert workbooks.sheet(with_its_sheet_at(plain, place)).to_pydict() == {"A": ["1"], "B": ["x"]}


@pytest.mark.parametrize("place", HIDDEN)
def test_a_sheet_that_an_archive_would_hide_is_held_to_the_same_limits(plain, place):
    def to_the_last_corner(sheet):
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', sheet)

    changed(plain, "xl/worksheets/sheet1.xml", to_the_last_corner)
    with pytest.raises(DataRefused, match=r" reaches to cell XFD1048576\. "):
        workbooks.opened(with_its_sheet_at(plain, place))
    said_to_be(plain, place, 944_000_000, packed=94_400_000)
    with pytest.raises(DataRefused, match=r"^plain\.xlsx would unpack to 944 MB, 10 times its size"):
        workbooks.opened(plain)


def test_members_count_together(plain, monkeypatch):
    monkeypatch.setattr(workbooks, "UNPACKED", 1_000)
    with pytest.raises(DataRefused, match=r"^plain\.xlsx would unpack to 0 MB, \d+ times its size, and at most 0 MB"):
        workbooks.opened(plain)
    monkeypatch.setattr(workbooks, "UNPACKED", 100_000)
    monkeypatch.setattr(workbooks, "UNPACKED_RATIO", 1)
    monkeypatch.setattr(workbooks.files, "BOMB_FROM", 1_000)
    with pytest.raises(DataRefused, match=r"^plain\.xlsx would unpack to"):
        workbooks.opened(plain)


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("is_encoded", [False, True])
def test_a_workbook_that_lies_about_its_size_is_damaged(tmp_path, member, is_encoded):
    path = written(tmp_path / "liar.xlsx", {"s": table(["A"], *([f"case {n}"] for n in range(500)))})
    assert workbooks.opened(path).rows("s", is_encoded=is_encoded).num_rows == 501
    with zipfile.ZipFile(path) as archive:
        beginning = archive.read(member)[:2_000]
    said_to_be(path, member, len(beginning), crc=zlib.crc32(beginning))
    with pytest.raises(DataRefused, match=r"^liar\.xlsx: the workbook cannot be read"):
        workbooks.opened(path)


def test_a_large_sheet_that_lies_about_its_size_is_damaged(tmp_path, monkeypatch):
    path = written(tmp_path / "liar.xlsx", {"s": table(["A"], *([n] for n in range(500)))})
    said_to_be(path, "xl/worksheets/sheet1.xml", 2_000)
    monkeypatch.setattr(sheet_reader, "_LARGE", 1_000)
    monkeypatch.setattr(sheet_reader, "_limit", int)  # of this very process
    header, _ = sheet_reader._read(str(path), None, is_encoded=False)
    assert header == {"sheets": ["s"]}
    for is_encoded in (True, False):
        with pytest.raises(zipfile.BadZipFile):
            sheet_reader._read(str(path), "s", is_encoded=is_encoded)
