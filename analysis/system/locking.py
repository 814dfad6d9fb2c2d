"""A lock on a file: one process at a time holds it, and the system takes it back from one that dies (filelock).

The file is opened from its open folder (``writing``), so that no link on the way or in its place is followed, and then
locked by its descriptor. It stays when the lock is given back: it is the lock that counts, not the file. What it says
is who held it last.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from analysis.system.writing import Folder

_PAUSE = 0.1  # seconds between two tries
_NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)

#: Who holds a lock: its ``process`` and ``since`` when, as ISO 8601 has it; empty where that cannot be read.
Holder: TypeAlias = Mapping[str, Any]


@contextmanager
def held(folder: Folder, name: str, *, is_to_wait: Callable[[Holder], bool]) -> Iterator[bool]:
    """Hold the lock of a file in an open folder while in here.

    Parameters
    ----------
    folder
        The folder, open for writing.
    name
        The file in it; made where it is not there.
    is_to_wait
        Asked at each try while another process holds it, with what is known of that; it may raise a refusal.

    Yields
    ------
    bool
        Whether it is held; False where it was not to be waited for.

    Raises
    ------
    OSError
        Where the file cannot be written, or the system knows no locks there, as of some network shares.
    Linked
        Where the file is a link.
    """
    with folder.opened(name) as file:
        while not is_taken(file.fileno()):
            if not is_to_wait(_holder(folder.path / name)):
                yield False
                return
            time.sleep(_PAUSE)
        file.truncate(0)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"process": os.getpid(), "since": now}).encode() + b"\n")
        file.flush()
        yield True


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock of a file now; nobody does that of one which is not there, or is a link.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    bool
        False where it may not be opened for writing.
    """
    try:
        file = os.open(path, os.O_RDWR | _NOT_THROUGH_LINKS)
        try:
            return not is_taken(file)
        finally:
            os.close(file)
    except OSError:
        return False


def is_taken(file: int) -> bool:
    """Whether the lock of an open file is this process's now; closing the file gives it back.

    Parameters
    ----------
    file
        Its descriptor, which may be written to.

    Returns
    -------
    bool
        False where another process has it.

    Raises
    ------
    OSError
        Where the system knows no locks there.
    """
    from filelock import lock_descriptor  # which costs more to load than most of what a command loads

    return lock_descriptor(file, blocking=False)


def _holder(path: Path) -> Holder:
    """What the file says of who wrote it last."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return holder if isinstance(holder, dict) else {}
