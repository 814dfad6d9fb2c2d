"""Putting what is finished in its place, so that a reader finds the old or the new and never a part, or none.

Where the system can exchange two folders in one step (Linux, ``renameat2``), it does. Elsewhere the old folder is moved
aside and put back if the new one cannot take its place; for a moment between the two renames there is none.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

STAGED = ".staged"  # the end of a file's name until it is whole
_HERE = -100  # AT_FDCWD: names are relative to the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE


def move_in(built: Path, place: Path) -> None:
    """Put the folder ``built`` at ``place``, on the same disk. What stood there may be left at ``built`` or beside it.

    What was built has been settled before. Raises OSError when it cannot be done; what stood at ``place`` still stands
    then.
    """
    if not place.parent.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        _sync(place.parent.parent)
    _renamed(built, place)
    _sync(place.parent)


def write_whole(path: Path, text: str) -> None:
    """Write a small file whole or not at all: staged beside its place and moved in. One writer at a time.

    Raises OSError.
    """
    staged = path.with_name(path.name + STAGED)
    try:
        staged.write_text(text, encoding="utf-8")
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Remove what a process that was killed left of small files in a folder. Nobody else may be writing there."""
    for path in folder.glob(f"*{STAGED}"):
        path.unlink(missing_ok=True)


def settle(folder: Path, *names: str) -> None:
    """Have the disk hold the files of a folder before anything is moved, so that a power cut leaves whole ones.

    All of them where none is named.
    """
    for path in [folder / name for name in names] or sorted(folder.iterdir()):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder; Windows cannot do that for a folder."""
    if path.is_dir() and os.name != "posix":
        return
    held = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _renamed(built: Path, place: Path) -> None:
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
