"""The reader of workbooks, in a process of its own.

The library that reads them ends its process where a file asks for more memory than there is, runs without end on some
that are damaged, and tells what it stumbles over on standard error, cells among it. Here that costs a process that has
nothing else to do, and is heard by nobody.

``serve`` is what that process does: a request is a line of JSON, a path and perhaps a sheet; the answer is a line of
JSON and, for a sheet, its cells as an Arrow stream. ``asked`` is what other processes do.

The library holds a whole sheet, 30 bytes and more a cell. A large one whose texts are few is given to it in parts
(``_in_parts``), each a workbook of its own in memory, so that no more is held than a part and the number of its text
for each cell.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import threading
import weakref
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.intake.doubts import sheets
from analysis.system import processes

_SHARE = 0.8  # of the machine's memory that a workbook may take at most
_MEMORY, _TIMES = 6 << 30, 10  # bytes for the widest sheet, and for each byte that a workbook unpacks to
_SECONDS, _A_MEGABYTE = 10, 0.25  # of the processor, and for each that it unpacks to: ten times what it takes
_OLD_TIMES = 16  # bytes that a workbook which is no archive stands for, each of its own
_LARGE, _PART = 16 << 20, 1 << 20  # bytes of a sheet that is cut, and that are given to the library at once
_HEAD, _SMALL = 1 << 16, 1 << 16  # bytes within which a sheet's rows begin, and of what tells of its sheets
_BLOCK = 1 << 16  # bytes that are unpacked at once
_BESIDE = 32 << 20  # bytes at most of all else in a workbook, which each part is given anew
_SHEETS = "xl/worksheets/"
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_FILLED = rb"(?:<v>|<is><t(?: [^<>]*)?>)[^<]"  # a value, or a text that stands in its cell
_CELL, _FIRST_CELL = re.compile(_FILLED), re.compile(rb'<c r="A\d+"[^>/]*>' + _FILLED)
_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class _Own(threading.local):
    """The reader of this thread, once it has one: it ends with the thread."""

    reader: _Reader | None = None


class _Reader:
    """A process that reads workbooks, which ends when nobody has it any more."""

    def __init__(self) -> None:
        _keep_little()
        self.process = _started()
        self.end = weakref.finalize(self, _ended, self.process)


_own = _Own()


class Fault(Exception):
    """A workbook cannot be read: ``kind`` is "password", "damaged", or "ended" where the process of its reader is."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def asked(path: str, sheet: str | None = None, *, is_encoded: bool = False) -> Any:
    """The names of a workbook's sheets; of one of them every row, as a table of strings.

    Parameters
    ----------
    path
        A workbook.
    sheet
        Name of a sheet; None for the names of all.
    is_encoded
        Whether each distinct text of a column is wanted once, and its number for each row ("" for an empty cell).

    Returns
    -------
    Any
        Names, or a table of strings: a row a row of the sheet, columns "0", "1" and on.

    Raises
    ------
    Fault
        When the workbook cannot be read.
    """
    return _told(path, sheet, is_encoded=is_encoded)


def marks(path: str, sheet: str, *, header: int, first: int, places: Collection[int]) -> sheets.Marks:
    """What a sheet says beside the values of its cells.

    Parameters
    ----------
    path
        A workbook.
    sheet
        Name of a sheet.
    header
        Number of the row of the header, from 1.
    first
        Place of the first column that has a name, from 0.
    places
        Places of the columns that are wanted.

    Returns
    -------
    sheets.Marks
        What was seen; nothing of an old workbook, or of one that is not written as spreadsheet programs write it.

    Raises
    ------
    Fault
        When the workbook cannot be read.
    """
    return sheets.read(_told(path, sheet, marked={"header": header, "first": first, "places": sorted(places)}))


def _told(path: str, sheet: str | None, **more: Any) -> Any:
    """What the reader of this thread answers, which is started where there is none."""
    reader, _own.reader = _own.reader, None
    if reader is None or reader.process.poll() is not None:
        reader = _Reader()
    try:
        answer = _answer(reader.process, {"path": path, "sheet": sheet, **more})
    except BaseException:
        reader.end()
        raise
    _own.reader = reader
    return answer


def _answer(reader: subprocess.Popen[bytes], request: dict[str, Any]) -> Any:
    sends, receives = _ends(reader)
    try:
        sends.write(json.dumps(request).encode() + b"\n")
        sends.flush()
        header = json.loads(receives.readline())
        told = header.get("sheets", header.get("marks"))
        answer = pa.ipc.open_stream(receives).read_all() if header.get("has_cells") else told
    except (OSError, ValueError, pa.ArrowException):
        raise Fault("ended") from None
    if "fault" in header:
        raise Fault(header["fault"])
    return answer


def _started() -> subprocess.Popen[bytes]:
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; from analysis.intake import sheet_reader; "
        f"sheet_reader.serve({os.getpid()})"
    )
    words = [sys.executable, "-c", code]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _keep_little() -> None:
    """Have Arrow give back what it frees, on either side of the pipe: its own pool keeps it for what comes next."""
    pa.set_memory_pool(pa.system_memory_pool())


def _ended(reader: subprocess.Popen[bytes]) -> None:
    reader.kill()
    for end in _ends(reader):
        with suppress(OSError):
            end.close()
    reader.wait()


def _ends(reader: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if reader.stdin is None or reader.stdout is None:
        raise OSError("no pipes")
    return reader.stdin, reader.stdout


def serve(parent: int) -> None:
    """Answer requests from standard input until there are no more, or the first that cannot be answered.

    Parameters
    ----------
    parent
        The process that asks; when it has ended, this one ends.
    """
    processes.end_with(parent)
    processes.leave_no_image()
    _keep_little()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the library itself has to say is nobody's
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            header, cells = _read(**request)
        except BaseException as fault:  # noqa: BLE001  (a crash of the library is no Exception)
            words = str(fault).casefold()
            is_locked = "password" in words or "encrypt" in words
            header, cells = {"fault": "password" if is_locked else "damaged"}, None
        answers.write(json.dumps(header).encode() + b"\n")
        if cells is not None:
            with pa.ipc.new_stream(answers, cells.schema) as stream:
                stream.write_table(cells)
        answers.flush()


#: The workbook that was asked for last, and its large sheets of which it is not known yet how long they are.
_book: dict[tuple[str, int, int], tuple[Any, list[zipfile.ZipInfo]]] = {}


def _read(
    path: str, sheet: str | None, *, is_encoded: bool = False, marked: dict[str, Any] | None = None
) -> tuple[dict[str, Any], pa.Table | None]:
    import fastexcel

    status = os.stat(path)  # noqa: PTH116
    key = (path, status.st_size, status.st_mtime_ns)
    if key not in _book:
        entries = _entries(path)
        _limit(sum(entry.file_size for entry in entries) or _OLD_TIMES * status.st_size)
        _count(path, [entry for entry in entries if not _is_large_sheet(entry)])
        _book.clear()
        _book[key] = fastexcel.read_excel(path), [entry for entry in entries if _is_large_sheet(entry)]
    book, uncounted = _book[key]
    if sheet is None:
        return {"sheets": book.sheet_names}, None
    if marked is not None:
        return {"marks": _marks(path, sheet, marked).told()}, None
    if is_encoded:
        with suppress(_NotPlainError, KeyError, ValueError, ElementTree.ParseError, zipfile.BadZipFile):
            return {"has_cells": True}, _in_parts(path, sheet)
    _count(path, uncounted)
    uncounted.clear()
    loaded = _sheet(book, sheet, skips=0)
    return {"has_cells": True}, _encoded([loaded.to_arrow()]) if is_encoded else _with_errors(loaded)


def _marks(path: str, sheet: str, marked: dict[str, Any]) -> sheets.Marks:
    """What a sheet says beside its values; nothing where that cannot be told."""
    none = (_NotPlainError, KeyError, ValueError, ElementTree.ParseError, expat.ExpatError, zipfile.BadZipFile)
    with suppress(*none), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "content.xml" in names:
            return sheets.in_ods(archive, sheet, **marked)
        if "xl/workbook.xml" in names:
            return sheets.in_xlsx(archive, _member(archive, sheet), **marked)
    return sheets.Marks()


def _sheet(book: Any, sheet: str, *, skips: int | None) -> Any:
    """The rows of a sheet as strings; those that are blank before the first are left out where ``skips`` is None."""
    return book.load_sheet(sheet, header_row=None, skip_rows=skips, dtypes="string")


def _with_errors(loaded: Any) -> pa.Table:
    """The cells of a sheet, those of a formula that failed as the words that the spreadsheet shows ("#N/A").

    The library gives them as empty, which of an outcome would say that the case is open.
    """
    cells, faults = loaded.to_arrow_with_errors()
    table = pa.Table.from_batches([cells])
    failed: dict[int, dict[int, str]] = {}
    for fault in faults.errors if faults else ():
        row, place = fault.position
        failed.setdefault(place, {})[row] = _shown(fault.detail)
    for place, word_by_row in failed.items():
        words = [word_by_row.get(row, cell) for row, cell in enumerate(table.column(place).to_pylist())]
        table = table.set_column(place, table.field(place), pa.array(words, pa.string()))
    return table


def _shown(detail: str) -> str:
    """What a spreadsheet shows of an error, by the library's own account of it.

    >>> _shown("Expected string but got 'Error(NA)'"), _shown("anything")
    ('#N/A', '#ERROR')
    """
    return next((shown for name, shown in _ERRORS.items() if f"Error({name})" in detail), "#ERROR")


def _entries(path: str) -> list[zipfile.ZipInfo]:
    """The members of a workbook; none where it is no archive."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()


def _is_large_sheet(entry: zipfile.ZipInfo) -> bool:
    """Whether a member is a sheet that may be read in parts, where no more is unpacked than it is said to be."""
    return entry.filename.startswith(_SHEETS) and entry.file_size > _LARGE


def _count(path: str, entries: Iterable[zipfile.ZipInfo]) -> None:
    """Raise a fault for a member that is longer than the archive says: the library would unpack it to its end."""
    with open(path, "rb") as file:  # noqa: PTH123
        for entry in entries:
            if entry.compress_type == zipfile.ZIP_DEFLATED and _unpacked_size(file, entry) > entry.file_size:
                raise zipfile.BadZipFile


def _unpacked_size(file: IO[bytes], entry: zipfile.ZipInfo) -> int:
    """What a member unpacks to, counted no further than just over what it is said to be."""
    file.seek(entry.header_offset + 26)
    file.seek(sum(struct.unpack("<HH", file.read(4))), os.SEEK_CUR)  # over its name, and what else stands there
    packed, size, stream = entry.compress_size, 0, zlib.decompressobj(-zlib.MAX_WBITS)
    with suppress(zlib.error):  # damage is told by the library, where it needs the member
        while not stream.eof and size <= entry.file_size:
            block = stream.unconsumed_tail or file.read(min(_BLOCK, packed))
            packed -= 0 if stream.unconsumed_tail else len(block)
            if not block:
                break
            size += len(stream.decompress(block, 16 * _BLOCK))
    return size


class _Column:
    """A column as it comes, a part at a time: each of its texts once, and for each row the number of its own text.

    Numbers are in the fewest bytes that tell the texts apart. Arrow's arrays are taken apart into their bytes and put
    together of them: most ways between them and Python's objects load pandas, as much memory as all else here.
    """

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._numbers: list[npt.NDArray[Any]] = []

    def add(self, cells: pa.Array) -> None:
        """Some more rows; a cell without anything is ""."""
        met = cells.dictionary_encode(null_encoding="encode")
        numbers = [self._texts.setdefault(text or "", len(self._texts)) for text in met.dictionary.to_pylist()]
        narrow = np.array(numbers, dtype=np.min_scalar_type(-max(len(self._texts), 1)))
        self._numbers.append(narrow[np.frombuffer(met.indices.buffers()[1], dtype=np.int32, count=len(cells))])

    def whole(self) -> pa.DictionaryArray:
        """All rows."""
        numbers = np.concatenate(self._numbers)
        kind = pa.from_numpy_dtype(numbers.dtype)
        of_row = pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])
        texts = [text.encode() for text in self._texts]
        ends = pa.py_buffer(np.cumsum([0, *map(len, texts)], dtype=np.int32))
        return pa.DictionaryArray.from_arrays(
            of_row, pa.StringArray.from_buffers(len(texts), ends, pa.py_buffer(b"".join(texts)))
        )


def _encoded(parts: Iterable[pa.RecordBatch]) -> pa.Table:
    """Parts of as many columns each, below each other, every text of a column once."""
    columns: dict[str, _Column] = {}
    for cells in parts:
        for name in cells.schema.names:
            columns.setdefault(name, _Column()).add(cells[name])
    return pa.Table.from_arrays([column.whole() for column in columns.values()], names=list(columns))


class _NotPlainError(Exception):
    """A sheet that cannot be cut into parts of which each surely says what it says in the whole."""


@dataclass
class _Parts:
    """A sheet of a workbook cut between rows: its member, what stands before its rows, and all else in the workbook."""

    archive: zipfile.ZipFile
    member: str
    sheet: str
    beside: dict[str, bytes]
    head: bytes = field(default=b"")

    def rows(self) -> Iterator[bytes]:
        """Whole rows, about _PART bytes of them at once."""
        with self.archive.open(self.member) as sheet:
            self.head, begins, rest = sheet.read(_HEAD).partition(b"<sheetData>")
            if not begins:
                raise _NotPlainError
            self.head = re.sub(rb"<dimension\b[^>]*>", b"", self.head) + begins
            while block := sheet.read(_PART):
                rows, ends, rest = (rest + block).rpartition(b"</row>")
                if ends:
                    yield rows + ends
                elif len(rest) > _BESIDE:
                    raise _NotPlainError
            rows, ends, after = rest.partition(b"</sheetData>")
            if not ends or b"<row" in after:
                raise _NotPlainError
            if rows.strip():
                yield rows

    def cells(self, rows: bytes, *, is_first: bool) -> pa.RecordBatch:
        """The cells of some rows, read in a workbook of their own."""
        import fastexcel

        made = BytesIO()
        with zipfile.ZipFile(made, "w") as out:
            for name, content in self.beside.items():
                out.writestr(name, content)
            out.writestr(self.member, self.head + rows + b"</sheetData></worksheet>")
        book = fastexcel.read_excel(made.getvalue())
        return _sheet(book, self.sheet, skips=0 if is_first else None).to_arrow()


def _in_parts(path: str, sheet: str) -> pa.Table:
    """A sheet read a part at a time, its columns encoded.

    Raises _NotPlainError, and whatever a damaged file raises, where it has to be read as a whole: where it is small,
    where a part does not hold the rows that follow those of the part before, begins with a blank one or ends in one, or
    has nothing in the first column, so that another would be taken for it.
    """
    with zipfile.ZipFile(path) as archive:
        return _encoded(_cells(_parts(archive, sheet)))


def _cells(parts: _Parts) -> Iterator[pa.RecordBatch]:
    """The cells of a sheet a part at a time, each as wide as the first. Raises _NotPlainError as ``_in_parts`` does."""
    last = width = 0
    for rows in parts.rows():
        first, last = last, _last_row(rows, last)
        cells = parts.cells(rows, is_first=not first)
        width = width or cells.num_columns
        if cells.num_rows != last - first or cells.num_columns > width:
            raise _NotPlainError
        yield _as_wide(cells, width)


def _last_row(rows: bytes, last: int) -> int:
    """The number of the last of some rows, the rows after ``last``: those between are as many as they should be.

    Raises _NotPlainError where they cannot be told from others.
    """
    first, end, many = _ROW.match(rows.lstrip()), _ROW.match(rows, rows.rfind(b"<row")), rows.count(b"<row")
    if not first or not end or (int(first[1]), int(end[1])) != (last + 1, last + many):
        raise _NotPlainError
    if b"<!" in rows or not _CELL.search(rows, 0, rows.find(b"</row>")) or not _FIRST_CELL.search(rows):
        raise _NotPlainError
    return last + many


def _as_wide(cells: pa.RecordBatch, width: int) -> pa.RecordBatch:
    """Cells with the columns in which none of these rows has anything, at the right."""
    columns = [*cells.columns, *[pa.nulls(cells.num_rows, pa.string())] * (width - cells.num_columns)]
    return pa.RecordBatch.from_arrays(columns, names=[str(number) for number in range(width)])


def _parts(archive: zipfile.ZipFile, sheet: str) -> _Parts:
    """A sheet of a workbook, to be cut. Raises _NotPlainError for a small one, and what a damaged file raises."""
    member = _member(archive, sheet)
    others = [entry for entry in archive.infolist() if not entry.filename.startswith(_SHEETS)]
    is_large = archive.getinfo(member).file_size > _LARGE
    if not is_large or not member.startswith(_SHEETS) or sum(entry.file_size for entry in others) > _BESIDE:
        raise _NotPlainError
    return _Parts(archive, member, sheet, {entry.filename: archive.read(entry) for entry in others})


def _member(archive: zipfile.ZipFile, sheet: str) -> str:
    """The member of an archive that a sheet is. Raises _NotPlainError, and what a damaged file raises."""
    relations = {relation.get("Id"): relation for relation in _tree(archive, "xl/_rels/workbook.xml.rels")}
    entries = _tree(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet")
    relation = next((relations[entry.get(f"{_OFFICE}id")] for entry in entries if entry.get("name") == sheet), None)
    return normpath(join("xl", (relation.get("Target") if relation is not None else "") or "")).lstrip("/")


def _tree(archive: zipfile.ZipFile, member: str) -> ElementTree.Element:
    """What stands in a small member that defines nothing, and so cannot grow as it is read."""
    content = archive.read(member)
    if len(content) > _SMALL or b"<!" in content:
        raise _NotPlainError
    return ElementTree.fromstring(content)  # noqa: S314


def _limit(size: int) -> None:
    """Have the system end this process when what unpacks to ``size`` takes more than any workbook of that size does."""
    if sys.platform == "win32":
        return
    import resource

    machine = int(_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + _SECONDS + int(_A_MEGABYTE * size / 2**20)
    for kind, most in ((resource.RLIMIT_DATA, min(machine, _MEMORY + _TIMES * size)), (resource.RLIMIT_CPU, seconds)):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
