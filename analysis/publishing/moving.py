"""Putting a finished folder in its place, so that a reader finds the old one or the new one and never none.

Where the system can exchange two folders in one step (Linux, ``renameat2``), it does. Elsewhere the old folder is moved
aside and put back if the new one cannot take its place; for a moment between the two renames there is none.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_HERE = -100  # AT_FDCWD: names are relative to the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE


def move_in(built: Path, place: Path) -> None:
    """Put the folder ``built`` at ``place``, on the same disk. What stood there may be left at ``built`` or beside it.

    Raises OSError when it cannot be done; what stood at ``place`` still stands then.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        built.rename(place)
        return
    if exchanged(built, place):
        return
    old = built.with_name("old")
    place.rename(old)
    try:
        built.rename(place)
    except OSError:
        old.rename(place)
        raise


def exchanged(one: Path, other: Path) -> bool:
    """Whether two folders changed places in one step; False where the system or the disk does not know how."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if rename is None:
        return False
    return int(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)) == 0
