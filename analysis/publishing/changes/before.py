"""The numbers of reports as they were before they were made anew, kept until it has been told what moved.

A report that is about to be made is kept once: a run that is killed and run again, or several runs before anything is
told, are told as one change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.publishing.placing import locks, places
from analysis.system.writing import as_json

FOLDER = f"{locks.STATE}/before"  # below a place of reports
RESULTS, MANIFEST = "results.json", "manifest.json"


@dataclass(frozen=True)
class Stood:
    """A report as it was, by its folder below its place; without results where there was none, or none to read."""

    folder: str
    results: dict[str, Any] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)


def keep(out: Path, folders: Iterable[str]) -> None:
    """Keep reports that are about to be made, as they are now; those that are kept already stay as they are.

    Parameters
    ----------
    out
        The folder of reports.
    folders
        Those of the reports, as they are named from ``out``.

    Raises
    ------
    OSError
        Where the disk cannot be written.
    Linked
        For a link on the way.
    """
    for folder in folders:
        root = places.root_of(out, folder)
        inner = folder.removeprefix(f"{places.RESTRICTED}/") if places.is_restricted(root) else folder
        if not (root / FOLDER / _name(inner)).is_file():
            with places.held(root, FOLDER) as place:
                place.clear()  # what a run that was killed left half-written
                place.write(_name(inner), as_json({"folder": inner, **_standing(root / inner)}))


def is_kept(root: Path) -> bool:
    """Whether any report of a place is kept.

    Parameters
    ----------
    root
        The place.

    Returns
    -------
    bool
        False where the place has none.
    """
    return any((root / FOLDER).glob("*.json"))


def kept(root: Path) -> Iterator[Stood]:
    """Every report of a place that is kept, in order of folders.

    Parameters
    ----------
    root
        The place.

    Yields
    ------
    Stood
        What a report said; one that cannot be read is passed over.
    """
    for path in sorted((root / FOLDER).glob("*.json")):
        try:
            stood = json.loads(path.read_text(encoding="utf-8"))
            yield Stood(stood["folder"], dict(stood["results"]), dict(stood["manifest"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # of a disk that failed: what it was cannot be told


def forget(root: Path) -> None:
    """Let go what is kept, once it has been told.

    Parameters
    ----------
    root
        The place.

    Raises
    ------
    OSError
        Where it cannot be removed.
    """
    with places.held(root, FOLDER) as place:
        for path in place.path.glob("*.json"):
            place.remove(path.name)


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The results and the manifest of a report; two empty ones where either cannot be read.

    Parameters
    ----------
    folder
        The report's.

    Returns
    -------
    tuple[dict[str, Any], dict[str, Any]]
        The results, then the manifest.
    """
    files = _standing(folder)
    return files["results"], files["manifest"]


def _standing(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        contents = {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in _FILES}
    except (OSError, ValueError):
        return {name: {} for name in _FILES}
    return {name: content if isinstance(content, dict) else {} for name, content in contents.items()}


_FILES = ("results", "manifest")


def _name(folder: str) -> str:
    """The file that a report is kept in: no name of a notebook or report has a space."""
    return f"{folder.replace('/', ' ')}.json"
