"""A lock on an open file, which the system takes back from a process that dies."""

from __future__ import annotations

import os
from typing import IO, Any


def is_taken(file: IO[Any]) -> bool:
    """Whether the lock of an open file is this process's now; closing the file gives it back."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except (BlockingIOError, PermissionError):
        return False
    return True
