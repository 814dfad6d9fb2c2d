"""Where reports are kept: public ones in the folder of reports, restricted ones in a place of their own inside.

A report is restricted as a whole once it read any counts made from case files. The place of restricted reports is a
folder of reports of its own, with its own index, feed, records and state; nobody but its owner can read it, and nothing
outside of it says what it holds. ``out`` is the folder of reports that a command is given, ``root`` a place in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from analysis.system import writing
from analysis.system.folders import visible
from analysis.system.writing import Folder

RESTRICTED = "restricted"  # below the folder of reports


def is_restricted(root: Path) -> bool:
    """Whether a place is that of restricted reports.

    Parameters
    ----------
    root
        The place.

    Returns
    -------
    bool
        True where its folder has that name.
    """
    return root.name == RESTRICTED


def is_of_restricted(folder: str) -> bool:
    """Whether a report belongs in the place of restricted reports, by its folder as it is named from ``out``.

    Parameters
    ----------
    folder
        The path of the report, as it is named from ``out``.

    Returns
    -------
    bool
        True where its path begins with that place.
    """
    return folder.startswith(f"{RESTRICTED}/")


def root_of(out: Path, folder: str) -> Path:
    """The place of a report, by its folder as it is named from ``out``.

    Parameters
    ----------
    out
        The folder of reports.
    folder
        The path of the report, as it is named from ``out``.

    Returns
    -------
    Path
        Its folder, whether or not it is there.
    """
    return out / RESTRICTED if is_of_restricted(folder) else out


def twin(folder: str) -> str:
    """The folder that the same report would have in the other place, as it is named from ``out``.

    Parameters
    ----------
    folder
        The path of the report, as it is named from ``out``.

    Returns
    -------
    str
        Its path.
    """
    return folder.removeprefix(f"{RESTRICTED}/") if is_of_restricted(folder) else f"{RESTRICTED}/{folder}"


def roots(out: Path) -> list[Path]:
    """The places that there are in a folder of reports.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list of Path
        One or two, the public one first.
    """
    own = out / RESTRICTED
    return [out, own] if own.is_dir() and not own.is_symlink() else [out]


def folders(root: Path, *, with_file: str) -> list[Path]:
    """The folders in one place that are where reports are kept and hold a file of this name, in order.

    Parameters
    ----------
    root
        The place.
    with_file
        The name of the file.

    Returns
    -------
    list of Path
        Their paths.
    """
    standing = (path.parent for path in visible(root, f"*/*/{with_file}"))
    return [path for path in standing if path.parent.name != RESTRICTED or path.parent.parent != root]


def closed(root: Path) -> list[Path]:
    """The folders of one place that this user may not look into, in which reports may be that nothing here sees.

    Parameters
    ----------
    root
        The place.

    Returns
    -------
    list of Path
        Their paths.
    """
    around = [path for path in visible(root, "*") if os.path.isdir(path) and path.name != RESTRICTED]  # noqa: PTH112
    return [path for path in around if not os.access(path, os.R_OK | os.X_OK)]


def named(root: Path, path: Path) -> str:
    """A path in a place as it is named from ``out``: "restricted/trends/force-kent".

    Parameters
    ----------
    root
        The place.
    path
        A path in it.

    Returns
    -------
    str
        With a slash between its parts.
    """
    return path.relative_to(root.parent if is_restricted(root) else root).as_posix()


def take_out(out: Path, folder: str, *, to: Path) -> None:
    """Move a report out of its folder in one step.

    Parameters
    ----------
    out
        The folder of reports.
    folder
        The report's, as it is named from ``out``.
    to
        Where it goes, on the same disk.

    Raises
    ------
    OSError
        Where it cannot be moved.
    Linked
        For a link on the way.
    """
    around, _, name = folder.rpartition("/")
    with held(out, around) as place:
        place.move_out(name, to)


@contextmanager
def held(root: Path, below: str = "") -> Iterator[Folder]:
    """A folder in a place, open for writing; made where it is not there, and as private as the place.

    Parameters
    ----------
    root
        The place.
    below
        The folder as it is named from there; "" for the place itself.

    Yields
    ------
    Folder
        The folder, until this ends.

    Raises
    ------
    OSError
        Where it cannot be made or opened.
    Linked
        For a link on the way.
    """
    parts = PurePosixPath(below).parts
    if is_restricted(root):
        root, parts = root.parent, (RESTRICTED, *parts)
    with writing.held(root, *parts, is_private=parts[:1] == (RESTRICTED,)) as folder:
        yield folder
