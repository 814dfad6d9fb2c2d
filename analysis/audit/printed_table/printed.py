"""Reading somebody else's table: whatever its encoding and delimiter, below whatever titles, above whatever notes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from analysis.audit.printed_table import times
from analysis.audit.printed_table.numbers import cell
from analysis.audit.printed_table.places import is_force
from analysis.errors import DataRefused
from analysis.reference.names import counted
from analysis.system import unwritten

_DELIMITERS = ",;\t|"
_LOOKED_AT = 25  # rows in which a header is looked for
_LARGEST = 50_000_000  # bytes: a printed table is a small thing


@dataclass(frozen=True)
class Printed:
    """A table as it is printed. ``rows`` are as wide as ``header``; ``lines`` are their line numbers in the file;
    ``above`` is what is printed above the header."""

    name: str
    header: tuple[str, ...]
    header_line: int
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str
    above: str

    def column(self, name: str) -> list[str]:
        """The cells of a column, in the order of the rows.

        Parameters
        ----------
        name
            Its heading.

        Returns
        -------
        list of str
            A text a row.
        """
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def read(path: Path) -> Printed:
    """The table in a file of separated values.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Printed
        Its header and rows, and the line of each.

    Raises
    ------
    DataRefused
        Naming line and column, for what is no text, has no header, has rows that are too wide, two columns of one name,
        or nothing below its header.
    """
    text = _text(path)
    delimiter = _delimiter(text)
    records = _records(path.name, text, delimiter)
    place = _header_place(path.name, records)
    names, above = _header(records, place)
    line = records[place][0]
    header = _named(path.name, line, names[: _width(names)])
    rows, lines = _body(path.name, records[place + 1 :], header)
    if not rows:
        raise DataRefused(f"{path.name}, line {line}: a header and no rows below it. Give the whole table.")
    return Printed(path.name, header, line, tuple(rows), tuple(lines), delimiter, above)


def _text(path: Path) -> str:
    """The text of the file, as UTF-8, UTF-16 with its mark, or Windows-1252."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise DataRefused(f"{path} is not there. Name the file of the table.") from None
    except OSError as fault:
        raise DataRefused(f"{path} cannot be read ({unwritten.why(fault)}). {unwritten.advice(fault)}") from None
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(path.name, raw, "utf-16")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"PAR1")) or b"\x00" in raw or len(raw) > _LARGEST:
        raise DataRefused(f"{path.name} is no text of separated values. Save the table as CSV, then give that.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(path.name, raw, "cp1252")


def _decoded(name: str, raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise DataRefused(f"{name}, line {line}: bytes that are no text. Save the table as CSV in UTF-8.") from None


def _delimiter(text: str) -> str:
    """The mark between cells: the one that cuts most lines into the same number of cells, more than one."""
    lines = [line for line in text.splitlines() if line.strip()][:200]
    best, score = ",", 0.0
    for mark in _DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if row)
        width, often = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]), default=(1, 0))
        if width > 1 and often * min(width, 3) > score:
            best, score = mark, often * min(width, 3)
    return best


def _records(name: str, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Every row that is not blank, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter, strict=True)
    records, begins = [], 1
    try:
        for row in reader:
            if any(entry.strip() for entry in row):
                records.append((begins, [" ".join(entry.split()) for entry in row]))
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise DataRefused(f"{name}, line {begins}: {fault}. Look for a quotation mark that is not closed.") from None
    if not records:
        raise DataRefused(f"{name} is empty. Give a table with its columns named.")
    return records


def _filled(row: list[str]) -> int:
    return sum(bool(entry) for entry in row)


def _is_name(text: str) -> bool:
    """Whether a cell can name a column: words, or a period."""
    return bool(text) and (cell(text).kind != "number" or times.time(text) is not None)


def _header_place(name: str, records: list[tuple[int, list[str]]]) -> int:
    """Which of the rows names the columns: the first that is about as wide as the table and holds names."""
    widest = Counter(_filled(row) for _, row in records if _filled(row) > 1).most_common(1)
    wanted = max(2, ceil(0.6 * (widest[0][0] if widest else 2)))
    for place, (line, row) in enumerate(records[:_LOOKED_AT]):
        if _filled(row) >= wanted:
            named = sum(_is_name(entry) for entry in row if entry)
            if named < 0.8 * _filled(row):
                number = next(i for i, entry in enumerate(row, 1) if entry and not _is_name(entry))
                raise DataRefused(
                    f"{name}, line {line}, column {number}: a number where the columns should be named. "
                    "Give the table with a header row."
                )
            return place
    raise DataRefused(
        f"{name}, line {records[0][0]}: no row names two columns or more. Give a table with a header row."
    )


def _header(records: list[tuple[int, list[str]]], place: int) -> tuple[list[str], str]:
    """The names of the columns, joined with the row of merged headings above them where there is one."""
    row = list(records[place][1])
    above = [cells for _, cells in records[:place]]
    upper = above[-1] if above else []
    repeated = len(set(filter(None, row))) < len([name for name in row if name])
    if repeated and _filled(upper) > 1:
        carried = ""
        for at in range(len(row)):
            carried = upper[at] if at < len(upper) and upper[at] else carried
            row[at] = f"{carried} {row[at]}".strip() if row[at] and at else row[at] or carried
        above = above[:-1]
    return row, " ".join(" ".join(filter(None, cells)) for cells in above)


def _width(header: list[str]) -> int:
    return max(at for at, name in enumerate(header, 1) if name)


def _named(file: str, line: int, header: list[str]) -> tuple[str, ...]:
    """The header with a name for each column."""
    names = [name or f"column {at}" for at, name in enumerate(header, 1)]
    for at, name in enumerate(names, 1):
        if name in names[: at - 1]:
            raise DataRefused(
                f"{file}, line {line}, column {at}: a second column called '{name}'. Name each its own way."
            )
    return tuple(names)


def _body(
    file: str, records: list[tuple[int, list[str]]], header: tuple[str, ...]
) -> tuple[list[tuple[str, ...]], list[int]]:
    """The rows of the table and their lines; notes, and the header where it is printed again, are left out."""
    rows, lines, width = [], [], len(header)
    last = max((at for at, (_, row) in enumerate(records) if _filled(row) > 1), default=-1)
    for at, (line, row) in enumerate(records):
        extra = next((i for i, entry in enumerate(row[width:], width + 1) if entry), 0)
        if _is_note(row, is_last=at > last) or row[:width] == list(header):
            continue
        if extra:
            raise DataRefused(
                f"{file}, line {line}, column {extra}: {counted(_filled(row[width:]), 'cell')} more than the "
                f"{width} that the header names. Look for a comma inside a number or a name that stands without "
                "quotation marks."
            )
        rows.append((*row[:width], *[""] * (width - len(row))))
        lines.append(line)
    return rows, lines


def _is_note(row: list[str], *, is_last: bool) -> bool:
    """Whether a row is a note: one cell, at the foot of the table, or words at length; a force is none."""
    words = next(filter(None, row), "")
    is_headed = bool(re.match(r"(note|source|notes|sources|\*|\[|©|crown)", words.casefold()))
    return _filled(row) == 1 and (is_last or is_headed or len(words) > 60) and not is_force(words)
