"""DuckDB, set up for case rows: bounded memory, no network, nothing kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from analysis.errors import CouldNotWrite, DataRefused

#: Rows beyond this much memory go to the scratch folder.
MEMORY = "600MB"


@contextmanager
def connection(scratch: Path, *, memory: str = MEMORY, threads: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to ``scratch``; ``threads`` 0 is one a processor.

    DuckDB's own messages may quote a row, so they are never passed on: a fault that the caller did not foresee is
    told by its kind alone. Raises CouldNotWrite when the scratch folder is full.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(scratch / "spilled"),
        "threads": threads or max(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 1),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    database = duckdb.connect(":memory:", config=settings)
    database.execute("set enable_progress_bar = false")
    try:
        yield database
    except duckdb.OutOfMemoryException:
        raise DataRefused(
            f"The rows need more than {memory} of memory and could not be put aside. Reduce fewer files at a time."
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


def is_full(fault: duckdb.Error) -> bool:
    """Whether a fault is that there was no room left to put rows aside."""
    return isinstance(fault, duckdb.IOException) and "no space left" in str(fault).casefold()


def quoted(text: object) -> str:
    """Text as a literal of SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def named(column: str) -> str:
    """A column's name as an identifier of SQL."""
    return '"' + column.replace('"', '""') + '"'
