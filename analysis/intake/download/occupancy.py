"""One download at a time in a folder: a lock that the system lets go when the process that holds it ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import CouldNotWrite
from analysis.intake.download.manifest import unwritable

NAME = ".fetch.lock"
_TAKEN = (errno.EACCES, errno.EAGAIN)


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Hold the folder, made where it does not exist. Raises CouldNotWrite when another process holds it.

    The file of the lock stays behind; it is the lock on it that counts, and that ends with its process.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as fault:
        raise unwritable(path, fault) from None
    try:
        _lock(held, folder)
        os.ftruncate(held, 0)
        os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(held)


def _lock(held: int, folder: Path) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        if fault.errno not in _TAKEN:
            raise unwritable(folder / NAME, fault) from None
        holder = os.pread(held, 20, 0).decode("ascii", errors="replace").strip() or "unknown"
        raise CouldNotWrite(
            f"Another 'attrition fetch' (process {holder}) is writing into {folder}. Wait for it, or name another "
            "folder with --to."
        ) from None
