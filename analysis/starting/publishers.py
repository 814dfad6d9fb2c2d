"""Whether files are somebody's own cases, or what a publisher or this suite itself put out, which needs no mapping."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analysis.counts import latest
from analysis.errors import DataRefused
from analysis.intake import files as intake_files
from analysis.intake import workbooks
from analysis.intake.home_office import layout
from analysis.intake.police_uk import files as monthly_files
from analysis.presentation.data_files.tables import ABSENCE
from analysis.reference import schema

_HEADED = 60  # rows of a sheet in which its header is looked for
_KNOWN = 2  # columns of a report's table, beside that of what is absent
_START = 4096  # bytes of a file in which its header stands


@dataclass(frozen=True)
class Kind:
    """What files are that are not somebody's own: ``what`` completes "it is ...", ``why`` says why no case is in it.

    ``step`` is what to do next; "" where files of this kind are counted as they are.
    """

    what: str
    why: str = ""
    step: str = ""


KINDS = {
    "police-uk": Kind("laid out as data.police.uk publishes its figures"),
    "home-office": Kind("laid out as the Home Office publishes its figures"),
    "renamed": Kind(
        "laid out as data.police.uk publishes its figures, under another name",
        "Names are how the force and the month of such files are known.",
        "Give it the name back under which it was downloaded (2024-04-kent-street.csv), then 'attrition reduce FILE "
        "--format police-uk --as NAME' counts it.",
    ),
    "old": Kind(
        "of the layout that data.police.uk had until 2012",
        "Its crimes have no crime ID, so that nothing follows them to an outcome, and no mapping mends that.",
        "'attrition fetch police-uk' downloads files of today's layout.",
    ),
    "stops": Kind(
        "a file of stops and searches, as data.police.uk publishes them",
        "These are no crimes.",
        "'attrition fetch police-uk' downloads the files of crimes and outcomes.",
    ),
    "report": Kind(
        "the data of a report of this suite",
        "They are counted already; docs/data_downloads.md says how R and pandas read them.",
        "Name the file of cases that they were made from.",
    ),
    "counts": Kind(
        "a set of counts of this suite",
        "They are counted already; 'attrition list counts' shows the sets that reports can be made of.",
        "Name the file of cases that they were made from.",
    ),
}


def by_kind(paths: Sequence[Path]) -> dict[str, list[Path]]:
    """Files by what they are.

    Parameters
    ----------
    paths
        Files that might be of cases.

    Returns
    -------
    dict[str, list[Path]]
        Files by a name of ``KINDS``, under "" those of somebody's own.

    Raises
    ------
    DataRefused
        For a workbook or an archive that cannot be opened.
    """
    found: dict[str, list[Path]] = {}
    for path in paths:
        found.setdefault(_kind(path), []).append(path)
    return found


def mixed(found: dict[str, list[Path]]) -> str:
    """What stands beside each other in a folder, in words.

    Parameters
    ----------
    found
        Files by kind, as ``by_kind`` gives them.

    Returns
    -------
    str
        A part of a sentence.
    """
    told = []
    for kind, paths in sorted(found.items(), reverse=True):
        what = KINDS[kind].what if kind else "of no publisher that is known"
        told.append(f"{len(paths)} {what} ({paths[0].name}{', ...' if len(paths) > 1 else ''})")
    return "; ".join(told)


def _kind(path: Path) -> str:
    ending = path.suffix.casefold()
    if ending in workbooks.ENDINGS:
        return "home-office" if _is_home_office(path) else ""
    if ending == ".parquet":
        return "counts" if latest.is_set(path) else ""
    kinds = {_kind_named(name, header) for name, header in _headers(path)}
    return kinds.pop() if len(kinds) == 1 else ("old" if "old" in kinds else "")


def _kind_named(name: str, header: Collection[str]) -> str:
    """What a table is by its name and the names of its columns."""
    kind = _kind_headed(header)
    return "police-uk" if kind == "renamed" and monthly_files.is_published(name) else kind


def _kind_headed(header: Collection[str]) -> str:
    cells = set(header)
    if {"Month", "Reported by", "Falls within"} <= cells:
        return "renamed" if "Crime ID" in cells else "old"
    if {"Month", "Force", "Neighbourhood"} <= cells:
        return "old"
    if {"Type", "Date", "Part of a policing operation"} <= cells:
        return "stops"
    return "report" if ABSENCE in cells and len(cells & schema.COLUMNS.keys()) >= _KNOWN else ""


def _headers(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The name and the first row of each table of text in a file."""
    if path.suffix.casefold() != ".zip":
        with intake_files.reading(path), path.open("rb") as held:
            yield path.name, _first_row(held.read(_START))
        return
    members = intake_files.members(path, (".csv",))
    with intake_files.reading(path), zipfile.ZipFile(path) as archive:
        for member in members:
            try:
                with archive.open(member) as held:
                    yield PurePosixPath(member.filename).name, _first_row(held.read(_START))
            except intake_files.DAMAGED:
                yield member.filename, []  # damage is told when it is read


def _first_row(start: bytes) -> list[str]:
    text = start.decode("utf-8-sig", errors="replace")
    try:
        return [cell.strip() for cell in next(csv.reader(io.StringIO(text)), [])]
    except csv.Error:
        return []


def _is_home_office(path: Path) -> bool:
    """Whether a sheet of a workbook has the columns of the Home Office's tables."""
    book = workbooks.opened(path)
    for name in book.names:
        try:
            if layout.layout(book.rows(name, is_encoded=True).slice(0, _HEADED), where=path.name):
                return True
        except DataRefused:  # like theirs, and none of them
            continue
    return False
