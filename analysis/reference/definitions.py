"""Definitions of one's own that several notebooks share: names and outcome types in a file, read when one is asked for.

What somebody asks by such a name becomes its written form at once ("evidential difficulties: 14, 15"), so that records
and pages say all of it and depend on no file. The few that a person may ask come here for a measure; whatever reads a
record asks ``measures``, which knows no file.

Examples
--------
>>> measure("charged").name, measure("evidential difficulties: 15, 14").name
('charged', 'evidential difficulties: 14, 15')
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, offer, unknown
from analysis.reference import measures, reference
from analysis.reference.measures import Measure
from analysis.system import toml_text
from analysis.system.toml_text import Document

#: The file, in the folder of one's own notebooks or beside a batch file.
NAME = "definitions.toml"
FOLDER = reference.PROJECT / "work"
_TABLE = "measures"
_ADVICE = f'Definitions are TOML: below [{_TABLE}] a line "evidential difficulties" = [14, 15] for each.'
_READ: set[str] = set()  # files that this process has taken a definition from, by name below the project


def measure(name: str, *, beside: Path | None = None) -> Measure:
    """The measure of a name that somebody asks for: of the catalogue, written out, or defined in a file.

    Parameters
    ----------
    name
        A name of the catalogue, a label with its outcome types, or a label that a file defines.
    beside
        A folder whose definitions come before those of work/: that of a batch file.

    Returns
    -------
    Measure
        The measure, whose name is the written form.

    Raises
    ------
    ParameterError
        When there is none, with the nearest name that there is; and for a file of definitions that cannot be, naming
        the line.
    """
    if ":" in name or name in measures.MEASURES:
        return measures.measure(name)
    folders = [folder for folder in (beside, FOLDER) if folder is not None]
    for folder in folders:
        if (written := defined(folder).get(_folded(name))) is not None:
            if folder == FOLDER:
                _READ.add(f"{FOLDER.name}/{NAME}")
            return measures.measure(written)
    listed, others = labels(FOLDER), labels(beside) if beside else []
    raise unknown("measure", name, [*measures.MEASURES, *listed], see="attrition list measures", also=others)


def labels(folder: Path) -> list[str]:
    """The labels that the file of a folder defines, in its order.

    Parameters
    ----------
    folder
        Where it stands.

    Returns
    -------
    list of str
        None where there is no file.

    Raises
    ------
    ParameterError
        For a file that cannot be, naming the line.
    """
    return [written.rpartition(":")[0] for written in defined(folder).values()]


def defined(folder: Path) -> Mapping[str, str]:
    """The measures that the file of a folder defines, read again when it changes.

    Parameters
    ----------
    folder
        Where it stands.

    Returns
    -------
    Mapping of str to str
        The written form by its label, in small letters; empty where there is no file.

    Raises
    ------
    ParameterError
        For a file that is no such list, and a label or types that cannot be (``measures.own``), naming the line.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    status = path.stat()
    return _defined(path, status.st_mtime_ns, status.st_size)


def files_read() -> list[str]:
    """The files that this process has taken a definition from, by name below the project.

    Returns
    -------
    list of str
        ``work/definitions.toml``, or none.
    """
    return sorted(_READ)


def forget_read() -> None:
    """Forget which files were read: what is read from here on is noted as of a new process."""
    _READ.clear()


@lru_cache(maxsize=8)
def _defined(path: Path, *_: int) -> Mapping[str, str]:
    document = toml_text.read(path, kind="file of definitions", refusal=ParameterError, advice=_ADVICE)
    for key, value in document.values.items():
        with document.going_on():
            if key != _TABLE:
                near = offer(key, [_TABLE])
                document.refuse(f"'{key}' is no table of definitions.{near} There is one: [{_TABLE}]", key)
            if not isinstance(value, dict):
                document.refuse(f"'{key}' must be a table: [{key}]", key)
    table, found = document.values.get(_TABLE, {}), dict[str, str]()
    for label, types in table.items() if isinstance(table, dict) else ():
        with document.going_on():
            if _folded(label) in found:
                document.refuse(f"'{label}' is defined twice. Leave one out", _TABLE, label)
            found[_folded(label)] = _written(document, label, types)
    document.tell()
    return found


def _written(document: Document, label: str, types: Any) -> str:
    """The written form of a definition, or its refusal with its line."""
    if not isinstance(types, list) or not all(type(code) in (int, str) for code in types):
        document.refuse(f"'{label}' takes a list of outcome types: \"{label}\" = [14, 15]", _TABLE, label)
    try:
        return measures.own(label, types)
    except ParameterError as fault:
        document.refuse(str(fault), _TABLE, label)


def _folded(label: str) -> str:
    """A label as it is compared: on a command line an underline is quicker than a space in quotation marks."""
    return " ".join(label.replace("_", " ").split()).casefold()
