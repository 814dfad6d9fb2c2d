"""The reader of workbooks, in a process of its own.

The library that reads them ends its process where a file asks for more memory than there is, runs without end on some
that are damaged, and tells what it stumbles over on standard error, cells among it. Here that costs a process that has
nothing else to do, and is heard by nobody.

``serve`` is what that process does: a request is a line of JSON, a path and perhaps a sheet; the answer is a line of
JSON and, for a sheet, its cells as an Arrow stream. ``asked`` is what other processes do.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import IO, Any

import pyarrow as pa

from analysis.system import processes

_SHARE = 0.8  # of the machine's memory that a workbook may take at most
_MEMORY, _TIMES = 6 << 30, 100  # bytes for the widest sheet, and for each byte of the file
_SECONDS, _A_MEGABYTE = 10, 4  # of the processor; fifty times what a workbook takes
_idle: list[subprocess.Popen[bytes]] = []


class Fault(Exception):
    """A workbook cannot be read: ``kind`` is "password", "damaged", or "ended" where the process of its reader is."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def asked(path: str, sheet: str | None = None) -> Any:
    """The names of a workbook's sheets; of one of them every row, as a table of strings.

    Parameters
    ----------
    path
        A workbook.
    sheet
        Name of a sheet; None for the names of all.

    Returns
    -------
    Any
        Names, or a table of strings: a row a row of the sheet, columns "0", "1" and on.

    Raises
    ------
    Fault
        When the workbook cannot be read.
    """
    reader = _idle.pop() if _idle else _started()
    if reader.poll() is not None:
        _ended(reader)
        reader = _started()
    try:
        found = _answer(reader, {"path": path, "sheet": sheet})
    except BaseException:
        _ended(reader)
        raise
    _idle.append(reader)
    return found


def _answer(reader: subprocess.Popen[bytes], request: dict[str, Any]) -> Any:
    sends, receives = _ends(reader)
    try:
        sends.write(json.dumps(request).encode() + b"\n")
        sends.flush()
        told = json.loads(receives.readline())
        found = pa.ipc.open_stream(receives).read_all() if told.get("has_cells") else told.get("sheets")
    except (OSError, ValueError, pa.ArrowException):
        raise Fault("ended") from None
    if "fault" in told:
        raise Fault(told["fault"])
    return found


def _started() -> subprocess.Popen[bytes]:
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; from analysis.intake import sheet_reader; "
        f"sheet_reader.serve({os.getpid()})"
    )
    words = [sys.executable, "-c", code]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


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


@atexit.register
def _end_all() -> None:
    while _idle:
        _ended(_idle.pop())


def serve(parent: int) -> None:
    """Answer requests from standard input until there are no more, or the first that cannot be answered.

    Parameters
    ----------
    parent
        The process that asks; when it has ended, this one ends.
    """
    processes.end_with(parent)
    processes.leave_no_image()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the library itself has to say is nobody's
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            told, cells = _read(request["path"], request["sheet"])
        except BaseException as fault:  # noqa: BLE001  (a crash of the library is no Exception)
            words = str(fault).casefold()
            is_locked = "password" in words or "encrypt" in words
            told, cells = {"fault": "password" if is_locked else "damaged"}, None
        answers.write(json.dumps(told).encode() + b"\n")
        if cells is not None:
            with pa.ipc.new_stream(answers, cells.schema) as stream:
                stream.write_batch(cells)
        answers.flush()


_book: dict[tuple[str, int, int], Any] = {}  # the workbook that was asked for last


def _read(path: str, sheet: str | None) -> tuple[dict[str, Any], pa.RecordBatch | None]:
    import fastexcel

    told = os.stat(path)  # noqa: PTH116
    _limit(told.st_size)
    key = (path, told.st_size, told.st_mtime_ns)
    if key not in _book:
        _book.clear()
        _book[key] = fastexcel.read_excel(path)
    if sheet is None:
        return {"sheets": _book[key].sheet_names}, None
    loaded = _book[key].load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    return {"has_cells": True}, loaded.to_arrow()


def _limit(size: int) -> None:
    """Have the system end this process when a file of ``size`` bytes takes more than any workbook of that size does."""
    if sys.platform == "win32":
        return
    import resource

    machine = int(_SHARE * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + _SECONDS + _A_MEGABYTE * size // 2**20
    for kind, most in ((resource.RLIMIT_DATA, min(machine, _MEMORY + _TIMES * size)), (resource.RLIMIT_CPU, seconds)):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
