"""What stands in a folder, without what is hidden: copies that a program keeps for itself are nobody's files."""

from __future__ import annotations

from pathlib import Path, PurePath


def visible(folder: Path, pattern: str) -> list[Path]:
    """What matches a pattern of ``Path.glob`` below a folder, in order, but nothing whose name, or whose folder's below
    that one, begins with a dot: JupyterLab keeps older copies in .ipynb_checkpoints.

    Parameters
    ----------
    folder
        The folder.
    pattern
        As ``Path.glob`` takes it.

    Returns
    -------
    list of Path
        Paths that begin with the folder.
    """
    depth = len(folder.parts)
    return sorted(path for path in folder.glob(pattern) if not _has_hidden(path.parts[depth:]))


def is_hidden(path: PurePath) -> bool:
    """Whether a path below a folder, or in an archive, is hidden or in what is hidden.

    Parameters
    ----------
    path
        A path without the folder itself.

    Returns
    -------
    bool
        True where a part of it begins with a dot.
    """
    return _has_hidden(path.parts)


def _has_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") for part in parts)


def is_text(name: str) -> bool:
    """Whether a name is text: to one that is not UTF-8, Python gives a letter that cannot be written for each byte.

    Parameters
    ----------
    name
        The name, as Python has it.

    Returns
    -------
    bool
        False where it is not UTF-8.
    """
    return not any("\ud800" <= letter <= "\udfff" for letter in name)
