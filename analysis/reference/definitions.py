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
from dataclasses import dataclass, field
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
        When there is none, with the nearest name that there is; and where a file that may be meant to define it has
        mistakes, with the line of each. No mistake stands in the way of another label.
    """
    if ":" in name or name in measures.MEASURES:
        return measures.measure(name)
    folders = [folder for folder in (beside, FOLDER) if folder is not None]
    for folder in folders:
        file = _of(folder)
        if (written := file.written.get(_folded(name))) is not None:
            if folder == FOLDER:
                _READ.add(f"{FOLDER.name}/{NAME}")
            return measures.measure(written)
        if file.is_meant_by(name):
            raise ParameterError(file.mistakes)
    if told := next(filter(None, map(mistakes, folders)), ""):  # the name may be there misspelt
        raise ParameterError(told)
    listed, others = labels(FOLDER), labels(beside) if beside else []
    raise unknown("measure", name, [*measures.MEASURES, *listed], see="attrition list measures", also=others)


def labels(folder: Path) -> list[str]:
    """The labels that the file of a folder defines without a mistake, in its order.

    Parameters
    ----------
    folder
        Where it stands.

    Returns
    -------
    list of str
        None where there is no file.
    """
    return [written.rpartition(":")[0] for written in _of(folder).written.values()]


def mistakes(folder: Path) -> str:
    """What is wrong with the file of a folder.

    Parameters
    ----------
    folder
        Where it stands.

    Returns
    -------
    str
        Every mistake with its line; "" where there is none, or no file.
    """
    return _of(folder).mistakes


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


@dataclass(frozen=True)
class _File:
    """A file as read: ``written`` forms by their labels in small letters, and what is wrong with the others.

    ``mistaken`` are the labels of those, None where what is wrong is no label: it may hold any.
    """

    written: Mapping[str, str] = field(default_factory=dict)
    mistakes: str = ""
    mistaken: frozenset[str] | None = frozenset()

    def is_meant_by(self, name: str) -> bool:
        """Whether what is wrong may be the definition of a name."""
        return bool(self.mistakes) and (self.mistaken is None or _folded(name) in self.mistaken)


def _of(folder: Path) -> _File:
    """The file of a folder, read again when it changes; an empty one where there is none."""
    path = folder / NAME
    if not path.is_file():
        return _File()
    status = path.stat()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, *_: int) -> _File:
    try:
        document = toml_text.read(path, kind="file of definitions", refusal=ParameterError, advice=_ADVICE)
    except ParameterError as fault:
        return _File(mistakes=str(fault), mistaken=None)
    for key, value in document.values.items():
        with document.going_on():
            if key != _TABLE:
                near = offer(key, [_TABLE])
                document.refuse(f"'{key}' is no table of definitions.{near} There is one: [{_TABLE}]", key)
            if not isinstance(value, dict):
                document.refuse(f"'{key}' must be a table: [{key}]", key)
    is_told_by_label = not document.refusals
    table = document.values.get(_TABLE, {})
    table = table if isinstance(table, dict) else {}
    by_label: dict[str, list[str]] = {}
    told = ""
    try:
        for label, types in table.items():
            forms = by_label.setdefault(_folded(label), [])
            forms.append(document.attempt("", _written, document, label, types, is_again=bool(forms)))
        document.tell()
    except ParameterError as fault:  # told after so many that the rest was not looked at, or after all
        told = str(fault)
    sound = {label: forms[0] for label, forms in by_label.items() if forms and all(forms)}
    mistaken = frozenset(map(_folded, table)) - sound.keys()
    return _File(sound, told, mistaken if is_told_by_label else None)


def _written(document: Document, label: str, types: Any, *, is_again: bool) -> str:
    """The written form of a definition, or its refusal with its line."""
    if is_again:
        document.refuse(f"'{label}' is defined twice. Leave one out", _TABLE, label)
    if not isinstance(types, list) or not all(type(code) in (int, str) for code in types):
        document.refuse(f"'{label}' takes a list of outcome types: \"{label}\" = [14, 15]", _TABLE, label)
    try:
        return measures.own(label, types)
    except ParameterError as fault:
        document.refuse(str(fault), _TABLE, label)


def _folded(label: str) -> str:
    """A label as it is compared: on a command line an underline is quicker than a space in quotation marks."""
    return " ".join(label.replace("_", " ").split()).casefold()
