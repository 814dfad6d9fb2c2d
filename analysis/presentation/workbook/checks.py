"""What is wrong with a workbook, by the government's check list for accessible spreadsheets and rules of this project.

The list: Analysis Function, "Making spreadsheets accessible: a brief checklist of the basics". What a file can show of
it is held here; what needs a reader, such as whether the words are plain, is not.
"""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from analysis.presentation.workbook import layout
from analysis.presentation.workbook.cells import shown
from analysis.presentation.workbook.names import LONGEST
from analysis.presentation.workbook.parts import LANGUAGE
from analysis.reference.schema import SYMBOLS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_FIRST = ("Cover", "Contents", "Notes")
_PROPERTIES = ("title", "subject", "creator")
#: Parts of the file that a workbook of tables does not have.
_UNWANTED = re.compile(r"vbaProject|externalLinks|/media/|/drawings/|/comments")
_MOST_CELLS = 5_000_000
#: How many pixels a digit takes, in which a file says how wide a column is, and a column of which it says nothing.
_DIGIT, _USUAL = 7, 64
_UNREADABLE = (
    BadZipFile, SyntaxError, zlib.error, OSError, EOFError, ValueError, KeyError, IndexError, TypeError,
    AttributeError, NotImplementedError,
)  # fmt: skip


def faults(path: Path | IO[bytes]) -> list[str]:
    """What is wrong with a workbook, a sentence each; none when it keeps to the check list.

    Parameters
    ----------
    path
        The workbook, or a file that is open for reading.

    Returns
    -------
    list[str]
        Sentences without a full stop.
    """
    try:
        book, parts = _read(path)
        broken = [*_of_file(book, parts), *_of_names(book), *_of_notes(book)]
        for sheet in book.worksheets:
            of_sheet = (*_of_sheet(sheet), *_of_table(sheet), *_of_room(sheet))
            broken += [f"sheet '{sheet.title}': {fault}" for fault in of_sheet]
    except _UNREADABLE as fault:
        return [f"it cannot be read as a workbook ({fault})"]
    return broken


def _read(path: Path | IO[bytes]) -> tuple[Workbook, list[str]]:
    """A workbook and the names of the parts of its file.

    Raises ValueError when its XML declares types of its own, a sheet is missing, or cells stand too far apart.
    """
    from openpyxl import load_workbook

    content = BytesIO(path.read_bytes()) if isinstance(path, Path) else path  # openpyxl leaves a damaged file open
    with ZipFile(content) as archive:
        parts = archive.namelist()
        if any(b"<!DOCTYPE" in archive.read(name) for name in parts):
            raise ValueError("its XML declares types of its own")
        listed = len(re.findall(rb"<(?:\w+:)?sheet ", archive.read("xl/workbook.xml")))
    with warnings.catch_warnings(action="ignore"):  # of extensions that it leaves out
        book = load_workbook(content)
    if len(book.sheetnames) < listed:  # openpyxl passes over a sheet whose part is not there
        raise ValueError("a sheet has no part")
    if any(sheet.max_row * sheet.max_column > _MOST_CELLS for sheet in book.worksheets):
        raise ValueError("its cells stand too far apart")
    return book, parts


def _of_file(book: Workbook, parts: list[str]) -> Iterable[str]:
    """Faults of the file: properties, macros, pictures, comments, links to other files, sheets that are charts."""
    yield from (f"the property '{name}' is not set" for name in _PROPERTIES if not getattr(book.properties, name))
    if book.properties.language != LANGUAGE:
        yield f"the language is not {LANGUAGE}"
    yield from (f"it holds {part}" for part in parts if _UNWANTED.search(part))
    yield from (f"it holds the chart '{sheet.title}'" for sheet in book.chartsheets)


def _of_names(book: Workbook) -> Iterable[str]:
    """Faults of the sheets' names, their order, and the contents."""
    names = book.sheetnames
    tables = [name.casefold() for sheet in book.worksheets for name in sheet.tables]
    if tuple(names[:3]) != _FIRST:
        yield f"it does not begin with the sheets {', '.join(_FIRST)}"
    if len({name.casefold() for name in names}) < len(names):
        yield "two sheets have one name"
    if len(set(tables)) < len(tables):
        yield "two tables have one name"
    yield from (f"the name '{name}' is longer than a tab holds" for name in names if len(name) > LONGEST)
    listed = {words for sheet in book.worksheets if sheet.title == "Contents" for words in _texts(sheet)}
    yield from (f"the contents leave out '{name}'" for name in names if name not in {"Cover", "Contents", *listed})


def _of_notes(book: Workbook) -> Iterable[str]:
    """Symbols without an explanation, and explanations of symbols that do not occur."""
    used: set[str] = set()
    explained: set[str] = set()
    for sheet in book.worksheets:
        (explained if sheet.title == "Notes" else used).update(SYMBOLS.keys() & set(_texts(sheet)))
    yield from (f"the symbol {symbol} is not explained in the notes" for symbol in sorted(used - explained))
    yield from (f"the notes explain {symbol}, which does not occur" for symbol in sorted(explained - used))


def _of_sheet(sheet: Worksheet) -> Iterable[str]:
    """Faults of a sheet as a whole."""
    unwanted = {
        "cells are merged": sheet.merged_cells.ranges,
        "there is a formula": any(cell.data_type == "f" for row in sheet for cell in row),
        "panes are frozen": sheet.sheet_view.pane,
        "there is a filter": sheet.auto_filter.ref,
        "there is a header or footer": sheet.HeaderFooter,
    }
    yield from (fault for fault, is_there in unwanted.items() if is_there)
    sizes = (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())
    if sheet.sheet_state != "visible" or any(size.hidden for size in sizes):
        yield "something is hidden"
    if not sheet["A1"].value:
        yield "there is no title in cell A1"
    elif sheet["A1"].style != "Heading 1":
        yield "the title in cell A1 is not tagged as a heading"


def _of_table(sheet: Worksheet) -> Iterable[str]:
    """Faults of a sheet's table: one, marked up, where the words above it say, whole, and nothing below it."""
    from openpyxl.utils import range_boundaries

    tables = list(sheet.tables.values())
    if sheet.title == "Cover":
        yield from ["there is a table on the cover"] if tables else []
        return
    if len(tables) != 1:
        yield f"{len(tables)} tables are marked up, not one"
        return
    table = tables[0]
    _, _, right, bottom = range_boundaries(table.ref)
    if right > sheet.max_column or bottom > sheet.max_row:
        yield f"the table spans {table.ref}, which is more than the sheet holds"
        return
    head, *rows = sheet[table.ref]
    if table.autoFilter is not None:
        yield "the table has a filter"
    places = [match[1] for words in _texts(sheet) if (match := re.search(r"one table, from cell ([A-Z]+\d+)\.", words))]
    if places != [head[0].coordinate] or head[0].column != 1:
        yield f"the table spans {table.ref}, which is not where the sheet says that it begins"
    headings = table.column_names
    if len({name.casefold() for name in headings}) < len(headings) or not all(headings):
        yield "two headings are the same, or one is blank"
    if [cell.value for cell in head] != headings:
        yield "the headings that are marked up are not those in the cells"
    cells = [cell for row in (head, *rows) for cell in row]
    blank = [cell.coordinate for cell in cells if cell.value is None or not str(cell.value).strip()]
    if blank:
        yield f"cells are blank: {', '.join(blank[:5])}"
    if any(cell.value is not None for row in sheet.iter_rows(min_row=head[0].row + len(rows) + 1) for cell in row):
        yield "something stands below the table"


@dataclass(frozen=True)
class _Look:
    """How the words of a cell are set."""

    size: float
    is_bold: bool
    is_wrapped: bool
    indent: int

    def lines(self, cell: Cell, wide: int) -> int:
        """How many lines a cell takes that is so many pixels wide."""
        room = wide - layout.PADDING - layout.INDENT * self.indent
        return layout.lines(shown(cell.value, cell.number_format), room, self.size, is_bold=self.is_bold)


def _of_room(sheet: Worksheet) -> Iterable[str]:
    """Rows that are lower, or higher by a line, than their text; what is wider than its cell and is cut off there."""
    wide, looks = _widths(sheet), dict[int, _Look]()
    for cells in sheet.iter_rows():
        lines, size = 1, 0.0
        for cell in cells:
            if cell.value is None:
                continue
            if (look := looks.get(cell.style_id)) is None:
                look = looks[cell.style_id] = _look(cell)
            taken, size = look.lines(cell, wide[cell.column]), max(size, look.size)
            if look.is_wrapped and isinstance(cell.value, str):
                lines = max(lines, taken)
            elif taken > 1:
                yield from _cut_off(cell, *cells[cell.column : cell.column + 1])
        if size:
            yield from _of_height(sheet, cells[0].row, layout.needed(lines, size), layout.needed(1, size))


def _look(cell: Cell) -> _Look:
    font, alignment = cell.font, cell.alignment
    return _Look(font.sz, bool(font.b), bool(alignment.wrap_text), int(alignment.indent))


def _cut_off(cell: Cell, *beside: Cell) -> Iterable[str]:
    """What is wrong where one line does not fit into a cell: words may run on over a cell beside it that is empty."""
    if not isinstance(cell.value, str):
        yield f"the number in {cell.coordinate} is wider than its column"
    elif any(neighbour.value is not None for neighbour in beside):
        yield f"the words in {cell.coordinate} run over into {beside[0].coordinate}"


def _of_height(sheet: Worksheet, row: int, needs: float, line: float) -> Iterable[str]:
    high = sheet.row_dimensions[row].height or sheet.sheet_format.defaultRowHeight
    if not needs <= high < needs + line:
        yield f"row {row} is {'lower' if high < needs else 'higher'} than its text"


def _widths(sheet: Worksheet) -> dict[int, int]:
    """How wide each column is, in pixels; one that was given no width is as wide as the sheet says."""
    widths = dict.fromkeys(range(1, sheet.max_column + 1), _USUAL)
    for size in sheet.column_dimensions.values():
        for column in range(size.min, min(size.max, sheet.max_column) + 1):
            widths[column] = round(size.width * _DIGIT)
    return widths


def _texts(sheet: Worksheet) -> list[str]:
    """The words in the cells of a sheet."""
    return [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]
