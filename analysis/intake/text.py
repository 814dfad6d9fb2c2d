"""What a CSV file is before it is read: its encoding, line ends, delimiter and header; and where it breaks.

DuckDB reads UTF-8 with ordinary line ends. Any other file is written again so, as a stream.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from analysis.errors import DataRefused
from analysis.intake.files import CHUNK, reading
from analysis.intake.scratch import Scratch
from analysis.intake.table_shape import HEADER_WITHIN, has_all, header_row, is_note
from analysis.reference.names import counted
from analysis.safe_words import in_one_line

DELIMITERS = (",", ";", "\t", "|")
#: The longest cell, in characters. A longer one is a free text of pages or a quotation mark that is never closed.
LONGEST = 1 << 20
_NULLS = bytes(512)  # as many as a disk writes at least: no cell holds so many
_TAIL = 1 << 16  # bytes at the end of a file in which notes below its rows are looked for
#: What old programs leave below the last row: the end of a file as DOS marked it, and the end of a page.
_BELOW, _MARKED = b"\x1a\x0c\r\n", re.compile(rb"[\x1a\x0c][\r\n]*\Z")
#: How files begin that are no text, whatever they are called.
_KINDS = {
    b"PK\x03\x04": "a workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "packed with gzip",
    b"%PDF": "a PDF",
    b"\xff\xd8\xff": "a picture",
    b"\x89PNG": "a picture",
    b"ARROW1": "an Arrow or Feather file",
    b"\xff\xff\xff\xff": "a stream of Arrow",
    b"7z\xbc\xaf\x27\x1c": "packed with 7-Zip",
    b"Rar!\x1a": "packed with RAR",
    b"BZh91AY&SY": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstandard",
    b"SQLite format 3\0": "a database of SQLite",
    b"\0\1\0\0Standard ": "a database of Access",
    b"$FL2": "a file of SPSS",
    b"<stata_dta>": "a file of Stata",
    b"{\\rtf": "a document of a word processor",
}
_PROGRAMS = ("Feather file", "of Arrow", "SQLite", "Access", "SPSS", "Stata", "word processor")
#: How texts begin that are no tables.
_MARKED_UP = {
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|script)\b": "a web page",
    rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\b|[a-z][\w:.-]*(?:\s[^<>]*)?/?>)": "XML",
    rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*\{)': "JSON",
    rb"(?:[A-Z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)*?MIME-Version:": "an e-mail or a web page saved whole",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Sheet:
    """A CSV file as DuckDB can read it: ``path`` in UTF-8 from the header on, its delimiter, the names of its columns.

    ``skipped`` rows stood above the header, ``notes`` below the last row, each shorter than a row.
    """

    path: Path
    delimiter: str
    header: tuple[str, ...]
    skipped: int = 0
    notes: int = 0


def prepared(
    path: Path,
    scratch: Scratch,
    *,
    name: str,
    encoding: str = "",
    delimiter: str = "",
    wanted: Sequence[Sequence[str]] = (),
) -> Sheet:
    """A CSV file ready to be read. ``name`` is what messages call it, ``wanted`` are the columns that its header has,
    each by all of its names.

    Parameters
    ----------
    path
        Where the file is.
    scratch
        Where a file goes that is written again.
    name
        What messages call it.
    encoding
        As a mapping declares it; "" where it does not.
    delimiter
        As a mapping declares it; "" where it does not.
    wanted
        Columns that the header has, each by all of its names.

    Returns
    -------
    Sheet
        A file in UTF-8 with its delimiter and header.

    Raises
    ------
    DataRefused
        When it is empty or something else than text, when its text is in no encoding that can be told, or when
        ``encoding`` does not fit.
    """
    with reading(path, name), path.open("rb") as file:
        start = file.read(CHUNK)
    if not start.strip(b"\r\n\t \0") and path.stat().st_size <= CHUNK:
        raise DataRefused(f"{name} is empty. Export it again.")
    _refuse_no_text(start, name=name)
    encoding_read = _declared(encoding, start) or _encoding(start)
    plain = encoding_read in ("utf-8", "ascii") and not _has_bare_returns(start)
    ready = path if plain else _rewritten(path, scratch, name=name, encoding=encoding_read, is_declared=bool(encoding))
    _refuse_no_table(ready, name=name)
    heads = {mark: _head(ready, mark, name=name) for mark in ([delimiter] if delimiter else DELIMITERS)}
    places = {mark: header_row([cells for cells, _ in rows], wanted) for mark, rows in heads.items()}

    def fits(mark: str) -> tuple[bool, int]:
        cells = heads[mark][places[mark]][0]
        return bool(wanted) and has_all(cells, wanted), len(cells)

    best = max(heads, key=fits)
    place = places[best]
    header = tuple(map(in_one_line, heads[best][place][0]))
    lines = heads[best][place - 1][1] if place else 0
    return _trimmed(Sheet(ready, best, header, skipped=place), lines, scratch, name=name)


def _refuse_no_text(start: bytes, *, name: str) -> None:
    """Refuse what is no table by its first bytes."""
    kind = next((kind for beginning, kind in _KINDS.items() if start.startswith(beginning)), "")
    if kind:
        step = "Give it the ending of what it is, or export CSV."
        if kind.startswith("packed"):
            step = "Unpack it and name the file in it."
        elif kind.endswith(_PROGRAMS):
            step = "Export the table from it as CSV, xlsx or Parquet."
        raise DataRefused(f"{name} is {kind}, by its first bytes. {step}")
    marked = next((kind for pattern, kind in _MARKED_UP.items() if re.match(pattern, start, re.IGNORECASE)), "")
    if marked:
        raise DataRefused(f"{name} is {marked}, by how it begins. Download or export the table itself, as CSV or xlsx.")


def _trimmed(sheet: Sheet, lines: int, scratch: Scratch, *, name: str) -> Sheet:
    """The file without the lines above its header and without the notes below its rows, written again if it has any."""
    with reading(sheet.path), sheet.path.open("rb") as file:
        start = sum(len(line) for line in islice(file, lines))
    end, notes = _before_notes(sheet, name=name)
    if not start and end == sheet.path.stat().st_size:
        return sheet
    with reading(sheet.path, name):
        target = scratch.file()
        with sheet.path.open("rb") as file, target.open("wb") as out:
            file.seek(start)
            left = end - start
            while left > 0 and (block := file.read(min(CHUNK, left))):
                out.write(block)
                left -= len(block)
    return replace(sheet, path=target, notes=notes)


def _before_notes(sheet: Sheet, *, name: str) -> tuple[int, int]:
    """Where the rows end, in bytes, and how many notes or totals, shorter than a row, stand below them.

    Raises DataRefused for a file that ends in null bytes.
    """
    size = sheet.path.stat().st_size
    with reading(sheet.path), sheet.path.open("rb") as file:
        file.seek(max(size - _TAIL, 0))
        tail = file.read()
    if nulls := len(tail) - len(tail.rstrip(b"\0")):
        raise DataRefused(
            f"{name} ends in {nulls:,} null bytes{'' if nulls < len(tail) else ' or more'}, as where a disk was full "
            "or a copy was stopped: rows may be lost. Export or copy it again."
        )
    end = size - (len(tail) - len(tail.rstrip(_BELOW))) if _MARKED.search(tail) else size
    _refuse_nulls(sheet, name=name)
    rows_end, notes = end, 0
    for line in reversed(tail[: len(tail) - (size - end)].splitlines(keepends=True)[1 if size > _TAIL else 0 :]):
        try:
            cells = next(csv.reader([line.decode("utf-8", errors="replace")], delimiter=sheet.delimiter), [])
        except csv.Error:
            break
        filled = [cell for cell in cells if cell.strip()]
        if filled and not _is_below(filled, is_short=len(cells) != len(sheet.header)):
            break
        notes += bool(filled)
        rows_end -= len(line)
    below = tail[len(tail) - (size - rows_end) :]
    return (end, 0) if not notes or below.count(b'"') % 2 else (rows_end, notes)  # or they are lines of the last cell


def _refuse_nulls(sheet: Sheet, *, name: str) -> None:
    """Refuse a file with a block of null bytes between its rows, which may stand where others were."""
    lines, end = 1 + sheet.skipped, b""
    with reading(sheet.path), sheet.path.open("rb") as file:
        while block := file.read(CHUNK):
            if (place := (end + block).find(_NULLS)) >= 0:
                lines += (end + block)[:place].count(b"\n")
                raise DataRefused(
                    f"{name}, line {lines:,}: a block of null bytes, as where a disk was full or a copy was stopped: "
                    "rows may be lost. Export or copy it again."
                )
            lines += (end + block).count(b"\n")
            end = block[1 - len(_NULLS) :]
            lines -= end.count(b"\n")


def _is_below(filled: Sequence[str], *, is_short: bool) -> bool:
    """Whether the filled cells of a last line are a note or a total: a note that has a colon may have commas too."""
    numbers = (cell.replace(",", "").replace(".", "", 1).strip() for cell in filled[1:])
    is_told = ":" in filled[0] or all(map(str.isdigit, numbers))
    return is_short and is_note(filled[0]) and is_told


def _head(path: Path, delimiter: str, *, name: str) -> list[tuple[list[str], int]]:
    """The first rows as cells, blank ones too, each with the number of lines down to its end."""
    with reading(path), path.open("rb") as file:
        text = file.read(CHUNK).decode("utf-8", errors="ignore")
    rows = csv.reader(_lines(text), delimiter=delimiter)
    rows_with_lines: list[tuple[list[str], int]] = []
    try:
        for cells in islice(rows, HEADER_WITHIN):
            rows_with_lines.append((cells, rows.line_num))
    except csv.Error:
        if not rows_with_lines:
            raise DataRefused(
                f"{name}, row 1: a cell of more than {csv.field_size_limit():,} characters. Is it a CSV file with a "
                "header?"
            ) from None
    return rows_with_lines


def rewritten(sheet: Sheet, scratch: Scratch, *, name: str, encoding: str) -> Sheet:
    """The same file in another encoding and with line ends of one kind, for one that turns out so further down.

    Parameters
    ----------
    sheet
        The file as it was prepared.
    scratch
        Where it is written again.
    name
        What messages call it.
    encoding
        What its bytes are taken for.

    Returns
    -------
    Sheet
        A file in UTF-8 with line feeds.
    """
    ready = _rewritten(sheet.path, scratch, name=name, encoding=encoding, is_declared=False)
    again = prepared(
        ready, scratch, name=name, delimiter=sheet.delimiter, wanted=[(column,) for column in sheet.header if column]
    )
    return replace(again, skipped=sheet.skipped + again.skipped, notes=sheet.notes + again.notes)


def is_utf8(path: Path) -> bool:
    """Whether every byte of a file is UTF-8.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    bool
        True where it is.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with reading(path), path.open("rb") as file:
        try:
            for block in iter(lambda: file.read(CHUNK), b""):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def has_several_ends(path: Path) -> bool:
    """Whether lines end in more than one way, as where files were joined end to end.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    bool
        True where two or all of carriage return, line feed, and one after the other, end lines or stand in cells.
    """
    met = [False, False, False]
    with reading(path), path.open("rb") as held:
        while block := held.read(CHUNK):
            block += held.read(1) if block.endswith(b"\r") else b""
            pairs, returns, feeds = (block.count(end) for end in (b"\r\n", b"\r", b"\n"))
            met = [
                before or number > 0
                for before, number in zip(met, (pairs, returns - pairs, feeds - pairs), strict=True)
            ]
    return sum(met) > 1


def structural_fault(sheet: Sheet, *, name: str) -> DataRefused | None:
    """The first row that is not like the header, as a refusal with its row number; None when there is none.

    Rows are counted as a spreadsheet shows them: the header is row 1.

    Parameters
    ----------
    sheet
        A prepared file.
    name
        What messages call it.

    Returns
    -------
    DataRefused | None
        A refusal that names the row, and no cell.
    """
    expected, above = len(sheet.header), sheet.skipped
    before = csv.field_size_limit(LONGEST)
    row = 0
    try:
        with sheet.path.open(encoding="utf-8", newline="") as lines:
            for row, cells in enumerate(csv.reader(lines, delimiter=sheet.delimiter, strict=True), start=1):
                if cells and len(cells) != expected:
                    many = counted(len(cells), "cell")
                    return DataRefused(
                        f"{name}, row {row + above:,}: {many} where the header has {expected}. Look for a "
                        f"{_spelled(sheet.delimiter)} or a line break outside quotation marks there."
                    )
    except csv.Error as fault:
        if "field limit" in str(fault):
            sentence = f"a cell of more than {LONGEST:,} characters, or a quotation mark that is never closed"
        else:
            sentence = "a quotation mark that is never closed, or stands inside a cell without being doubled"
        return DataRefused(f"{name}, row {row + above + 1:,}: {sentence}. Mend that row, or export the file again.")
    except UnicodeDecodeError:
        return _not_text(sheet.path, "utf-8", name=name, fault="not text in utf-8")
    finally:
        csv.field_size_limit(before)
    return None


def shown_rows(sheet: Sheet, records: Sequence[int]) -> list[int]:
    """The numbers that a spreadsheet shows for records, of which the header is 1: blank lines have numbers too.

    Parameters
    ----------
    sheet
        A prepared file.
    records
        Numbers of records, of which the header is 1.

    Returns
    -------
    list[int]
        Numbers of rows.
    """
    if not _has_blank_lines(sheet.path):
        return [record + sheet.skipped for record in records]
    wanted, numbers, record = set(records), [], 0
    before = csv.field_size_limit(LONGEST)
    try:
        with sheet.path.open(encoding="utf-8", newline="") as lines:
            for row, cells in enumerate(csv.reader(lines, delimiter=sheet.delimiter), start=1):
                record += bool(cells)
                if cells and record in wanted:
                    numbers.append(row + sheet.skipped)
                if len(numbers) == len(wanted):
                    break
    finally:
        csv.field_size_limit(before)
    return numbers


def _has_blank_lines(path: Path) -> bool:
    end = b""
    with reading(path), path.open("rb") as file:
        while block := file.read(CHUNK):
            lines = (end + block).replace(b"\r", b"")
            if b"\n\n" in lines:
                return True
            end = lines[-1:]
    return False


def _encoding(start: bytes) -> str:
    """The encoding that the first bytes speak for."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start[1:2] == b"\0" or start[:1] == b"\0":
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _has_bare_returns(start: bytes) -> bool:
    """Whether some line ends in a carriage return alone."""
    return start[:-1].replace(b"\r\n", b"").count(b"\r") > 0


def _declared(encoding: str, start: bytes) -> str:
    """The encoding that a mapping declares, with the byte-order mark that a file in it may begin with."""
    is_utf8 = bool(encoding) and codecs.lookup(encoding).name == "utf-8"
    return ("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8") if is_utf8 else encoding


def _rewritten(path: Path, scratch: Scratch, *, name: str, encoding: str, is_declared: bool) -> Path:
    """The file in UTF-8 with line feeds."""
    if encoding == "windows-1252" and not is_declared:
        _refuse_two_encodings(path, name=name)
    with reading(path, name):
        target = scratch.file()
        try:
            with path.open(encoding=encoding) as text, target.open("w", encoding="utf-8", newline="") as out:
                shutil.copyfileobj(text, out, CHUNK)  # reading text turns every kind of line end into one
        except (UnicodeError, LookupError):
            is_guess = encoding == "windows-1252" and not is_declared
            fault = "text neither in UTF-8 nor in Windows-1252" if is_guess else f"not text in {encoding}"
            raise _not_text(path, encoding, name=name, fault=fault) from None
    return target


def _refuse_two_encodings(path: Path, *, name: str) -> None:
    """Refuse text of which some lines are UTF-8 and some are not: in either encoding some words would be others."""
    first: dict[bool, int] = {}
    with reading(path, name), path.open("rb") as lines:
        for number, line in enumerate(iter(partial(lines.readline, CHUNK), b""), start=1):
            if len(line) == CHUNK:  # no line of a table, and what is cut in two may be cut within a letter
                return
            if not line.isascii():
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    first.setdefault(False, number)
                else:
                    first.setdefault(True, number)
                if len(first) == 2:
                    raise DataRefused(
                        f"{name}: text in two encodings, line {first[True]:,} in UTF-8 and line {first[False]:,} not. "
                        'Export it again in one, or say in the mapping which is meant: [file], encoding = "...".'
                    )


def _not_text(path: Path, encoding: str, *, name: str, fault: str) -> DataRefused:
    """The refusal of bytes that are no text in an encoding, with their line where lines can be told apart."""
    where = ""
    if not encoding.startswith(("utf-16", "utf-32")):
        with reading(path), path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    line.decode(encoding)
                except UnicodeError:
                    where = f", line {number:,}"
                    break
    return DataRefused(f'{name}{where}: {fault}. Name its encoding in the mapping: [file], encoding = "...".')


def _refuse_no_table(path: Path, *, name: str) -> None:
    """Refuse a file whose first lines cannot be a header, and say why."""
    with reading(path), path.open("rb") as file:
        text = file.read(CHUNK).decode("utf-8", errors="ignore")
    line = ""
    for piece in _lines(text):
        line += piece
        if line.strip() and line.count('"') % 2 == 0:
            break
    if "\0" in line:
        raise DataRefused(f"{name} is not a table of text: its first line holds null bytes. Export it as CSV or xlsx.")
    if not text.strip("\ufeff\r\n\t "):
        raise DataRefused(f"{name} is empty. Export it again.")
    if line.count('"') % 2:
        raise DataRefused(
            f"{name}, row 1: a quotation mark that is never closed among the names of the columns. Close it, or export "
            "the file again."
        )


def _lines(text: str) -> Iterator[str]:
    return chain(io.StringIO(text, newline=""))


def _spelled(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}.get(delimiter, "delimiter")
