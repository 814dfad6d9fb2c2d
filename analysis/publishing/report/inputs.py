"""What a report is made from, by digest: the notebook, the files that its figures name, and the look-up tables.

Files may change while a report is being made. ``Standing`` remembers how they stood before; a report whose files have
changed meanwhile is not made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.reference import reference
from analysis.system.folders import visible

ABSENT = "not at hand"
_TABLES = (
    "reference/[!.]*.csv",
    "published/[!.]*.csv",
    "published/[!.]*.toml",
)  # read by any notebook, whatever its figures name


class Changed(DataRefused):
    """A file changed while a report was made from it: what it shows may be of both. Make it again."""


class Standing:
    """How the files of a folder of data were at a moment: their sizes, times and places on the disk."""

    def __init__(self) -> None:
        paths = [*counts.files("*"), *(path_of(name) for name in tables())]
        self._before = {path: _status(path) for path in paths if path.is_file()}

    def check(self, names: Iterable[str]) -> None:
        """Refuse files that have changed since.

        Parameters
        ----------
        names
            Files below the project.

        Raises
        ------
        Changed
            For the first file that has changed, naming it.
        """
        for name in names:
            path = path_of(name)
            if path in self._before and (not path.exists() or self._before[path] != _status(path)):
                raise Changed(f"{name} changed while a report was made from it. Run it again once the file is whole.")

    def check_notebook(self, path: Path, run: Path) -> None:
        """Refuse a notebook that is not the one that was run any more.

        Parameters
        ----------
        path
            The notebook.
        run
            The copy of it that was run.

        Raises
        ------
        Changed
            Where the two differ.
        """
        if digest(path) != digest(run):
            raise Changed(f"{path.name} changed while a report was made from it. Run it again once it is saved.")


def named(files: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of files below the project, by name and in order; ABSENT where one is not to be had.

    Parameters
    ----------
    files
        Names of files.

    Returns
    -------
    dict[str, str]
        Digests by name.
    """
    return {name: digest(path_of(name)) or ABSENT for name in sorted(files)}


def path_of(name: str) -> Path:
    """Where a file is kept that a manifest names: counts where counts are kept, anything else below the project.

    What a wheel brings is inside it, and all is that but a reader's own notebooks and what is in work/.

    Parameters
    ----------
    name
        The file's name in the manifest.

    Returns
    -------
    Path
        The file, whether or not it is there.
    """
    start, _, own = name.rpartition("/")
    if start == "data/counts":
        return counts.file_of(own)
    is_own = start == "work" or (start == "notebooks" and (reference.PROJECT / name).is_file())
    return (reference.PROJECT if is_own else reference.SUITE) / name


def of_notebook(path: Path) -> tuple[str, str]:
    """The name of a notebook's file, below the project or the suite where it is there, and its SHA-256.

    Parameters
    ----------
    path
        The notebook.

    Returns
    -------
    tuple[str, str]
        Name and digest.
    """
    whole = path.resolve()
    around = next((root for root in (reference.PROJECT, reference.SUITE) if whole.is_relative_to(root)), whole.parent)
    return whole.relative_to(around).as_posix(), digest(whole)


def tables() -> list[str]:
    """The look-up tables and printed figures, by their names below the project, in order.

    Returns
    -------
    list[str]
        Names of files.
    """
    return sorted(
        path.relative_to(reference.SUITE).as_posix() for table in _TABLES for path in visible(reference.DATA, table)
    )


def reference_data() -> str:
    """One SHA-256 over all look-up tables and printed figures.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    listing = "".join(f"{name} {digest(path_of(name))}\n" for name in tables())
    return hashlib.sha256(listing.encode()).hexdigest()


def digest(path: Path) -> str:
    """The SHA-256 of a file, read again when it changes; "" where there is none.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits, or "".
    """
    try:
        return _digest(path, _status(path))
    except OSError:
        return ""


@lru_cache(maxsize=4096)
def _digest(path: Path, _: tuple[int, ...]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _status(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
