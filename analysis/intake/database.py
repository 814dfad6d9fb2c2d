"""DuckDB, set up for rows of files: no network, nothing kept, and of case rows nothing on a disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analysis.errors import CouldNotWrite, DataRefused

#: Rows of published files beyond this much memory are put aside on the disk.
MEMORY = "600MB"


@contextmanager
def connection(aside: Path | None = None, *, threads: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory; ``threads`` 0 is one a processor.

    Rows that are published may be put ``aside``, in a folder, beyond MEMORY. Without one no row leaves memory: a file
    that DuckDB puts rows in has a name, outlives a process that is killed, and is not safely encrypted.

    DuckDB's own messages may quote a row, so they are never passed on: a fault that the caller did not foresee is
    told by its kind alone.

    Parameters
    ----------
    aside
        A folder for published rows beyond memory; None where rows are of people.
    threads
        How many; 0 is one a processor.

    Yields
    ------
    duckdb.DuckDBPyConnection
        The connection, closed afterwards.

    Raises
    ------
    DataRefused
        When memory does not do.
    CouldNotWrite
        When the folder is full.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(aside / "spilled") if aside else "",
        "threads": threads or max(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 1),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if aside:
        settings["memory_limit"] = MEMORY  # otherwise four fifths of what the machine has
    database = duckdb.connect(":memory:", config=settings)
    database.execute("set enable_progress_bar = false")
    try:
        yield database
    except duckdb.OutOfMemoryException:
        raise DataRefused(
            "The rows need more memory than this machine can give. Reduce fewer files at a time, from the second on "
            "with --append, or use a machine with more: fifty million rows take 5 GB."
        ) from None
    except duckdb.IOException:
        raise CouldNotWrite(
            "Rows could not be read or put aside: a file vanished, or there is no room left for temporary files. Free "
            "some, or set TMPDIR to a larger disk. Nothing was written."
        ) from None
    except duckdb.Error as fault:
        raise DataRefused(f"The rows could not be reduced ({type(fault).__name__}). Nothing was written.") from None
    finally:
        database.close()


def file_at(path: Path) -> str:
    """The path of a file as a literal of SQL: letters that make a pattern elsewhere stand for themselves.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    str
        SQL, in quotation marks.
    """
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path)))


def quoted(text: object) -> str:
    """Text as a literal of SQL.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        SQL, in quotation marks.
    """
    return "'" + str(text).replace("'", "''") + "'"


def named(column: str) -> str:
    """A column's name as an identifier of SQL.

    Parameters
    ----------
    column
        Any name.

    Returns
    -------
    str
        SQL, in quotation marks.
    """
    return '"' + column.replace('"', '""') + '"'
