"""What a sheet of a workbook says beside the values of its cells: cells merged down, formulas without a value, hidden
rows, and the day from which it counts.

The reader of workbooks gives an empty cell for each row but the first of a merged one, and for a formula that nobody
has calculated. An empty outcome says that a case is open, so either would be counted for what it is not. It is looked
for in the file itself, a stretch of rows at a time, in the process that reads workbooks.

What is not written as spreadsheet programs write it, rows without their numbers or names in another namespace, tells
nothing here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.parsers import expat

_STRETCH, _LONGEST = 1 << 20, 64 << 20  # bytes that are unpacked at once, and of the longest row that is looked at
_FIRST = 5  # rows that are named of each kind
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*>')
_HIDDEN = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"[^>]*(?<!/)>')
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)(\d+)"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile(
    rb"<c\b([^>]*)>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?P<value><v\s*/>|<v\b[^>]*>(?P<text>[^<]*)</v>)?\s*</c>"
)
_VALUE = re.compile(rb"<(?:v|t)\b[^>]*>\s*[^<\s]")
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_STALE = re.compile(rb'<calcPr\b[^>]*\bfullCalcOnLoad="(?:1|true)"')
_FROM_1904 = re.compile(rb'<workbookPr\b[^>]*\bdate1904="(?:1|true)"')
_CONTENT = 192 << 20  # bytes of an OpenDocument spreadsheet that are looked through
_TABLE, _OFFICE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


@dataclass
class Met:
    """Where something stands in a column: in how many rows, and the first of them as the spreadsheet numbers them."""

    rows: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, rows: range) -> None:
        """Some more rows.

        Parameters
        ----------
        rows
            Their numbers.
        """
        self.first = sorted([*self.first, *rows[:_FIRST]])[:_FIRST]
        self.rows += len(rows)


@dataclass
class Marks:
    """What was seen of a sheet below its header.

    ``merged`` and ``valueless`` say of a column, by its place from 0, where cells are merged with the one above, and
    where a formula has no value; ``hidden`` rows are not shown. ``is_from_1904``: days are counted from 1904, as old
    programs did, so that a date that is a plain number means another day.
    """

    merged: dict[int, Met] = field(default_factory=dict)
    valueless: dict[int, Met] = field(default_factory=dict)
    hidden: int = 0
    is_from_1904: bool = False

    def told(self) -> dict[str, Any]:
        """The same as JSON takes it.

        Returns
        -------
        dict[str, Any]
            Names and numbers.
        """
        return asdict(self)


def read(told: dict[str, Any]) -> Marks:
    """What ``Marks.told`` gave.

    Parameters
    ----------
    told
        Names and numbers.

    Returns
    -------
    Marks
        What was seen.

    Examples
    --------
    >>> seen = Marks(merged={4: Met(2, [7, 8])}, hidden=1)
    >>> read(seen.told()) == seen
    True
    """
    kinds = {kind: {int(place): Met(**met) for place, met in told[kind].items()} for kind in ("merged", "valueless")}
    return Marks(**kinds, hidden=told["hidden"], is_from_1904=told["is_from_1904"])


def in_xlsx(archive: zipfile.ZipFile, member: str, *, header: int, first: int, places: Collection[int]) -> Marks:
    """What a sheet of an Office Open XML workbook says beside its values.

    Parameters
    ----------
    archive
        The workbook.
    member
        The sheet's member in it.
    header
        Number of the row of the header, from 1.
    first
        Place of the first column that has a name, from 0, as the reader of workbooks counts them.
    places
        Places of the columns that are wanted.

    Returns
    -------
    Marks
        What was seen, nothing where the sheet does not number its rows.
    """
    book = archive.read("xl/workbook.xml")
    is_stale = bool(_STALE.search(book))  # formulas are to be calculated when it is opened: a nought is no value yet
    marks, shift = Marks(is_from_1904=bool(_FROM_1904.search(book))), None
    with archive.open(member) as sheet:
        for rows in _stretches(sheet):
            if shift is None:
                shift = _shift(rows, header, first)
                if shift is None:
                    continue
            columns = {place + shift for place in places}
            marks.hidden += _hidden(rows, header) if b"hidden=" in rows else 0
            for column, row in _valueless(rows, is_stale=is_stale) if b"<f" in rows else ():
                if row > header and column in columns:
                    marks.valueless.setdefault(column - shift, Met()).add(range(row, row + 1))
            for column, top, bottom in _merged_down(rows) if b"<mergeCell" in rows else ():
                above = max(top, header)
                if bottom > above and column in columns:
                    marks.merged.setdefault(column - shift, Met()).add(range(above + 1, bottom + 1))
    return marks


def _stretches(sheet: Any) -> Iterator[bytes]:
    """A sheet as whole rows, some at a time, what stands behind them last."""
    rest = b""
    while block := sheet.read(_STRETCH):
        rows, ends, rest = (rest + block).rpartition(b"</row>")
        if ends:
            yield rows + ends
        elif len(rest) > _LONGEST:
            return
    yield rest


def _shift(rows: bytes, header: int, first: int) -> int | None:
    """How many columns stand before those that the reader gives: it leaves out those in which nothing is."""
    for match in _ROW.finditer(rows):
        if int(match[1]) == header:
            end = rows.find(b"</row>", match.end())
            for cell in _CELL.finditer(rows, match.end(), end):
                if _VALUE.search(cell[3] or b""):
                    return _number(cell[1]) - first
    return None


def _hidden(rows: bytes, header: int) -> int:
    """How many rows below the header are hidden and have a value."""
    ends = ((match, rows.find(b"</row>", match.end())) for match in _HIDDEN.finditer(rows) if int(match[1]) > header)
    return sum(bool(_VALUE.search(rows, match.end(), end)) for match, end in ends)


def _valueless(rows: bytes, *, is_stale: bool) -> Iterator[tuple[int, int]]:
    """Column and row of each formula without a value. An empty text is one, if the cell says that it is a text."""
    for match in _FORMULA.finditer(rows):
        text, place = match["text"] or b"", _PLACE.search(match[1])
        is_text = bool(match["value"]) and b't="str"' in match[1]
        if place and ((not text and not is_text) or (is_stale and text == b"0")):
            yield _number(place[1]), int(place[2])


def _merged_down(rows: bytes) -> Iterator[tuple[int, int, int]]:
    """Column, first row and last row of each merged cell that is one column wide: a title over several is none."""
    for left, top, right, bottom in _MERGED.findall(rows):
        if left == right:
            yield _number(left), int(top), int(bottom)


def _number(letters: bytes) -> int:
    """The number of a column, 1 for "A".

    >>> _number(b"A"), _number(b"AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _Content:
    """Reads the content of an OpenDocument spreadsheet for one of its sheets."""

    def __init__(self, sheet: str, header: int, first: int, places: Collection[int]) -> None:
        self.marks = Marks()
        self._sheet, self._header, self._first, self._places = sheet, header, first, places
        self._is_within, self._row, self._next, self._column = False, 0, 1, 0
        self._shift: int | None = None
        self._is_hidden = False

    def started(self, name: str, given: dict[str, str]) -> None:
        """An element that begins: a sheet, a row or a cell."""
        space, _, kind = name.rpartition(" ")
        if space != _TABLE:
            return
        if kind == "table":
            self._is_within = given.get(f"{_TABLE} name") == self._sheet
            self._row, self._next = 0, 1
        elif self._is_within and kind == "table-row":
            self._row, self._column = self._next, 0
            self._next += int(given.get(f"{_TABLE} number-rows-repeated", 1))
            self._is_hidden = given.get(f"{_TABLE} visibility", "visible") != "visible"
        elif self._is_within and kind in ("table-cell", "covered-table-cell"):
            column = self._column
            self._column += int(given.get(f"{_TABLE} number-columns-repeated", 1))
            self._cell(column, given)

    def _cell(self, column: int, given: dict[str, str]) -> None:
        kind = given.get(f"{_OFFICE} value-type", "")
        if self._row == self._header and self._shift is None and kind:
            self._shift = column - self._first
        if self._row <= self._header or self._shift is None:
            return
        if self._is_hidden and kind:
            self.marks.hidden, self._is_hidden = self.marks.hidden + self._next - self._row, False
        place = column - self._shift
        if place not in self._places:
            return
        is_failed = given.get(f"{_CALC} value-type") == "error"
        if f"{_TABLE} formula" in given and (not kind or is_failed):
            self.marks.valueless.setdefault(place, Met()).add(range(self._row, self._next))
        down, across = (int(given.get(f"{_TABLE} number-{side}-spanned", 1)) for side in ("rows", "columns"))
        if down > 1 and across == 1:
            self.marks.merged.setdefault(place, Met()).add(range(self._row + 1, self._row + down))


def in_ods(archive: zipfile.ZipFile, sheet: str, *, header: int, first: int, places: Collection[int]) -> Marks:
    """What a sheet of an OpenDocument spreadsheet says beside its values.

    Parameters
    ----------
    archive
        The spreadsheet.
    sheet
        Name of the sheet.
    header
        Number of the row of the header, from 1.
    first
        Place of the first column that has a name, from 0, as the reader of workbooks counts them.
    places
        Places of the columns that are wanted.

    Returns
    -------
    Marks
        What was seen, nothing of a very large one or one that defines what it means.
    """
    if archive.getinfo("content.xml").file_size > _CONTENT:
        return Marks()
    content = _Content(sheet, header, first, places)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = content.started
    with archive.open("content.xml") as held:
        for block in iter(lambda: held.read(_STRETCH), b""):
            if b"<!" in block:
                return Marks()
            parser.Parse(block)
    return content.marks
