"""Workbooks as tables of text: whatever a spreadsheet made of a cell, it arrives as the words a reader would see.

Whole numbers come out without a point, dates as ISO 8601, an empty cell as null. xlsx, xlsm, xlsb, xls and ods are
read, each sheet in one pass; numbers of rows are those that the spreadsheet shows.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.errors import DataRefused, ParameterError, unknown
from analysis.intake import files, sheet_reader
from analysis.intake.doubts.sheets import Marks

READER = f"fastexcel {version('fastexcel')}"
ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
#: A sheet is held as a full rectangle of cells, so one stray cell in its last corner would need this much and more.
CELLS = 100_000_000
#: A workbook that unpacks to more bytes is not read, nor one that unpacks to over 64 MB and as many times its own size.
#: The Home Office's year unpacks to some 300 MB, ten times its size; an OpenDocument spreadsheet to 45 times its size.
UNPACKED = 768 << 20
UNPACKED_RATIO = 100
_LESSEN = "Save the sheet that is wanted as CSV, or in a workbook of its own, and name that."
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class Workbook:
    """An open workbook. ``names`` are its sheets in the order of their tabs, hidden ones among them."""

    path: Path
    names: tuple[str, ...]

    def rows(self, name: str, *, is_encoded: bool = False) -> pa.Table:
        """Every row of a sheet from the first on, blank ones too, as strings in columns "0", "1" and on.

        Parameters
        ----------
        name
            Name of a sheet.
        is_encoded
            Whether columns are to tell each of their texts once (dictionaries, "" for an empty cell): a large sheet of
            few texts takes a fraction of the memory so.

        Returns
        -------
        pa.Table
            A row a row of the sheet, strings or missing.

        Raises
        ------
        DataRefused
            When the sheet is damaged.
        """
        cells = _asked(self.path, f"sheet '{name}'", name, is_encoded=is_encoded)
        return cells.rename_columns([str(number) for number in range(cells.num_columns)])

    def marks(self, name: str, *, row: int, header: Sequence[str], places: Collection[int]) -> Marks:
        """What a sheet says beside the values of its cells, below its header.

        Parameters
        ----------
        name
            Name of a sheet.
        row
            Where the header stands, from 0.
        header
            Its cells, "" for an empty one.
        places
            Places of the columns that are wanted, from 0.

        Returns
        -------
        Marks
            Merged cells, formulas without a value and the like.

        Raises
        ------
        DataRefused
            When the sheet is damaged.
        """
        first = next((place for place, cell in enumerate(header) if cell), 0)
        with _refusing(self.path, f"sheet '{name}'"):
            return sheet_reader.marks(str(self.path), name, header=row + 1, first=first, places=places)


def opened(path: Path) -> Workbook:
    """The workbook in a file.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    Workbook
        The workbook, with the names of its sheets.

    Raises
    ------
    DataRefused
        For a file that is empty, cut short, under a password, no workbook at all, or one that would need far more
        memory than it should.
    """
    _refuse_no_workbook(path)
    with files.reading(path):
        return Workbook(path, tuple(_asked(path, "the workbook")))


def sheet(path: Path, which: str | int = 0, *, header_row: int = 1, columns: Sequence[str] | None = None) -> pa.Table:
    """One sheet as a table of strings, a column for each header in ``header_row`` (1 is the first row).

    ``which`` is a sheet's name or its place, 0 for the first. ``columns`` picks headers, spaces at their ends aside;
    all are taken if not given. Rows that are wholly blank are left out.

    Parameters
    ----------
    path
        Where the file is.
    which
        A sheet's name, or its place from 0.
    header_row
        Which row has the headers, from 1.
    columns
        Headers that are wanted; None for all.

    Returns
    -------
    pa.Table
        A row a row below the header that is not blank, strings or missing.

    Raises
    ------
    ParameterError
        For a sheet or column that is not there.
    DataRefused
        When the workbook cannot be opened, or the sheet is empty, ends at its header, or has two columns of one name.
    """
    book = opened(path)
    name = _sheet_meant(book, which)
    cells = book.rows(name)
    where = f"{path.name}, sheet '{name}'"
    if cells.num_rows < header_row or not any(text_of(cells, header_row - 1)):
        raise DataRefused(f"{where}: no header in row {header_row}. Name another sheet or row.")
    headers = text_of(cells, header_row - 1)
    wanted = [header for header in headers if header] if columns is None else [column.strip() for column in columns]
    for header in wanted:
        if header not in headers:
            raise unknown("column", header, filter(None, headers), see="attrition mapping", is_of_file=True)
        if headers.count(header) > 1:
            raise DataRefused(f"{where}, row {header_row}: {headers.count(header)} columns are called '{header}'.")
    body = cells.slice(header_row)
    filled = [pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(body[n])), 0) for n in range(body.num_columns)]
    kept = body.filter(pc.fill_null(_any(filled), fill_value=False))
    if not kept.num_rows:
        raise DataRefused(f"{where}: nothing below the header in row {header_row}. Name another sheet.")
    return pa.table({header: plain_dates(kept[headers.index(header)]) for header in wanted})


def text_of(cells: pa.Table, row: int) -> list[str]:
    """The cells of one row, 0 for the first, without spaces at either end, "" for an empty one.

    Parameters
    ----------
    cells
        As ``Workbook.rows`` gives them.
    row
        Which row, from 0.

    Returns
    -------
    list[str]
        Texts, one a column.
    """
    return [(column[row].as_py() or "").strip() for column in cells.columns]


def plain_dates(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates with no time of day as "2025-03-31" and those with one as "2025-03-31 14:05:00"; all else as it is.

    Parts of a second are left out, and no date becomes the next by them.

    Parameters
    ----------
    column
        Strings, as the reader of workbooks writes dates.

    Returns
    -------
    pa.ChunkedArray
        Strings.
    """
    moment = r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?$"
    if not pc.any(pc.match_substring_regex(column, moment)).as_py():
        return column
    spaced = pc.replace_substring_regex(column, moment, r"\1 \2")
    return pc.replace_substring_regex(spaced, r"^(\d{4}-\d{2}-\d{2}) 00:00:00$", r"\1")


def _any(masks: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    array = pc.fill_null(masks[0], fill_value=False)
    for mask in masks[1:]:
        array = pc.or_(array, pc.fill_null(mask, fill_value=False))
    return array


def _sheet_meant(book: Workbook, which: str | int) -> str:
    if isinstance(which, int):
        if not 0 <= which < len(book.names):
            raise ParameterError(f"{book.path.name} has {len(book.names)} sheets: {', '.join(book.names)}.")
        return book.names[which]
    folded = {name.strip().casefold(): name for name in book.names}
    if which.strip().casefold() not in folded:
        raise ParameterError(f"{book.path.name} has no sheet '{which}'. It has: {', '.join(book.names)}.")
    return folded[which.strip().casefold()]


def _refuse_no_workbook(path: Path) -> None:
    """Whatever can be told from a file's first bytes and its list of members."""
    with files.reading(path), path.open("rb") as file:
        start = file.read(8)
        if start == _OLE and "EncryptedPackage".encode("utf-16-le") in file.read():
            raise DataRefused(f"{path.name} is under a password. Save it without one, then name it again.")
    if not start:
        raise DataRefused(f"{path.name} is empty: 0 bytes. Download or copy it again.")
    if start.startswith(_ZIP):
        unlock = "First open it and save it again without a password."
        members = files.members(path, None, unlock=unlock, lessen=_LESSEN)  # the library reads hidden ones too
        _refuse_much(path, members)
        for member in members:
            _refuse_endless(path, member)
    elif start != _OLE:
        raise DataRefused(
            f"{path.name} is not a workbook ({', '.join(ENDINGS)}): it does not begin as one does. If it came from a "
            "website, look whether a page was saved in its place."
        )


def _refuse_much(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """A workbook that unpacks to more than any that is read here, by what it says of itself."""
    size, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    most = UNPACKED if size <= UNPACKED_RATIO * packed else files.BOMB_FROM
    if size > most:
        raise DataRefused(
            f"{path.name} would unpack to {size / 1e6:,.0f} MB, {size / max(packed, 1):,.0f} times its size, and at "
            f"most {most / 1e6:,.0f} MB are read of such a workbook. {_LESSEN}"
        )


def _refuse_endless(path: Path, member: zipfile.ZipInfo) -> None:
    """A sheet of more cells than memory has room for, by what it says of itself in its first lines."""
    if "worksheets/" not in member.filename:
        return
    with files.reading(path):
        try:
            with zipfile.ZipFile(path) as archive, archive.open(member) as member_file:
                reach = _DIMENSION.search(member_file.read(4096))
        except files.DAMAGED:
            return  # damage is told when the sheet itself is read
    if reach is None:
        return
    width = 0
    for letter in reach[1]:
        width = width * 26 + letter - 64
    if width * int(reach[2]) > CELLS:
        raise DataRefused(
            f"{path.name}: {member.filename} reaches to cell {(reach[1] + reach[2]).decode()}. Look for a stray "
            "cell far from the table, delete its row or column, and save the workbook again."
        )


def _asked(path: Path, what: str, sheet: str | None = None, *, is_encoded: bool = False) -> Any:
    """What the reader of workbooks answers, or a refusal of ``what`` that does not quote a cell."""
    with _refusing(path, what):
        return sheet_reader.asked(str(path), sheet, is_encoded=is_encoded)


@contextmanager
def _refusing(path: Path, what: str) -> Iterator[None]:
    """Turns a fault of the reader of workbooks into a refusal of ``what``."""
    try:
        yield
    except sheet_reader.Fault as fault:
        if fault.kind == "password":
            raise DataRefused(f"{path.name} is under a password. Save it without one, then name it again.") from None
        if fault.kind == "ended":
            raise DataRefused(
                f"{path.name}: {what} would need more memory or time than there is, or is damaged. Look for a stray "
                "cell far from the table, delete its row or column, and save the workbook again as xlsx."
            ) from None
        raise DataRefused(
            f"{path.name}: {what} cannot be read: cut short, damaged, or of another kind than its ending "
            f"'{path.suffix}' says. Download it again, or open and save it as xlsx."
        ) from None
