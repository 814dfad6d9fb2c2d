"""Files as somebody else may have left them: read within limits, never through a link, and strictly.

What is checked was not written by whoever checks it. Nothing here follows a link, waits for a pipe, reads more than an
airlock takes, or believes a file that says one thing twice.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import DataRefused

#: What OpenSAFELY's airlock takes, by its documentation: bytes of a file, rows of a table, kinds of files.
MOST_BYTES = 16_000_000
MOST_ROWS = 5_000
KINDS = ("csv", "json", "png", "svg", "txt")
#: Files of one request: two people look at each. This project's own limit.
MOST_FILES = 100

_ONCE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_FORMULA = re.compile(r"^\s*([=+@]|-[^\d\s])")


class Unreadable(DataRefused):
    """A file that is not what it should be; ``why`` completes "the file …"."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{printable(name)} {why}.")
        self.name, self.why = name, why


def content(folder: Path, name: str) -> str:
    """The text of one file directly in a folder.

    Parameters
    ----------
    folder
        The folder.
    name
        The name of the file.

    Returns
    -------
    str
        All of it.

    Raises
    ------
    Unreadable
        For a name that leads elsewhere, a link, anything but a plain file, more than MOST_BYTES, and bytes that are not
        UTF-8.
    """
    if Path(name).name != name or name in ("", ".", "..") or "\x00" in name:
        raise Unreadable(name, "is a name that leads out of the folder")
    path = folder / name
    if folder.is_symlink() or path.is_symlink():
        raise Unreadable(name, "is a link; put the file itself in its place")
    try:
        descriptor = os.open(path, os.O_RDONLY | _ONCE)
    except OSError as fault:
        raise Unreadable(name, f"cannot be opened ({fault.strerror})") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unreadable(name, "is no plain file")
        raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise Unreadable(name, f"is larger than {MOST_BYTES // 1_000_000} MB, the most that an airlock takes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(name, "is not text in UTF-8") from None


def names(folder: Path) -> list[str]:
    """The names of all that is in a folder, hidden files too, in order.

    Parameters
    ----------
    folder
        The folder.

    Returns
    -------
    list of str
        Names without the folder's.

    Raises
    ------
    Unreadable
        For a link.
    """
    if folder.is_symlink():
        raise Unreadable(folder.name, "is a link; name the folder itself")
    return sorted(path.name for path in folder.iterdir())


def record(name: str, text: str) -> dict[str, Any]:
    """What a JSON file says.

    Parameters
    ----------
    name
        The name of the file, for a refusal.
    text
        Its content.

    Returns
    -------
    dict[str, Any]
        Its fields.

    Raises
    ------
    Unreadable
        Where it is not one object, says a thing twice, or holds no number.
    """
    try:
        fields = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unreadable(name, "is not JSON, nests too deeply, or says one thing twice") from None
    if not isinstance(fields, dict):
        raise Unreadable(name, "does not hold a record")
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError
    return fields


def _no_number(_: str) -> None:
    raise ValueError


def unsafe(text: str, *, is_cell: bool = False) -> str:
    """Why text may not leave, completing "holds …"; "" where it may. A cell of a table is held to more.

    Parameters
    ----------
    text
        The text.
    is_cell
        Whether it stands in a cell of a table.

    Returns
    -------
    str
        Words without a stop.
    """
    if _CONTROL.search(text):
        return "a control character or one that turns the direction of writing"
    return "text that a spreadsheet would run as a formula" if is_cell and _FORMULA.search(text) else ""


def printable(text: str) -> str:
    """Somebody else's text as a terminal or a page may show it: what is no writing is spelt out.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    str
        The same with its line ends.
    """
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)


def strings(nested: Any) -> Iterator[str]:
    """Every text in nested lists and records, names of their parts too.

    Parameters
    ----------
    nested
        Lists, records and values in one another.

    Yields
    ------
    str
        Each text as it stands.
    """
    if isinstance(nested, str):
        yield nested
    elif isinstance(nested, dict):
        for name, value in nested.items():
            yield from (name, *strings(value))
    elif isinstance(nested, list | tuple):
        for value in nested:
            yield from strings(value)
