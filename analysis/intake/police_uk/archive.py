"""data.police.uk's archives as counts: crimes by force, month, crime type and last outcome, and how long that took.

One force a task, since no crime stands in two. Every crime counted is in both tables. Two dates are kept. How a crime
stands is known to the newest month of its force's files; when it ended, to the newest month of its outcomes files. A
crime without an ending has been followed to the latter; so has one whose ending stands in the street file alone, which
names no month for it: its first outcome is "No outcome published", and by all that has a date it was open. A crime of a
later month, or of a force without outcomes files, has been followed for no time: its lag is -1.

A month is received if the outcome of any of its crimes is published. Otherwise nothing follows them, and the month is
not received, which is neither none recorded nor none decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.counts.ledger import FileRead, Warned
from analysis.errors import DataRefused, ParameterError
from analysis.intake.police_uk.files import Source
from analysis.intake.police_uk.join import NO_OUTCOME, Joined, joined
from analysis.intake.police_uk.publications import chosen
from analysis.intake.police_uk.rows import SCHEME
from analysis.intake.police_uk.sheets import Sheet, sheet
from analysis.intake.police_uk.warnings import ON_PAGES, Followed, warnings
from analysis.intake.reading import Described, Part, Reading, Request, Task
from analysis.intake.scratch import scratch
from analysis.reference import reference
from analysis.reference.combinations import settled
from analysis.reference.periods import month_number, month_start

_COUNTED = ("force", "period", "crime_type", "outcome")
_TIMED = ("force", "period", "crime_type", "first_outcome", "outcome", "lag")
UNPUBLISHED = "crime of a month of which no outcome is published"
_UNFOLLOWED = -1


@dataclass(frozen=True)
class _ForceTask:
    """All files of one force. ``notices`` are what choosing them already showed; ``threads`` it may use."""

    force: str
    sources: tuple[Source, ...]
    notices: tuple[Warned, ...]
    threads: int

    def read(self) -> Reading:
        """The force's crimes, each once, in two tables with the same total: with their outcome, and with its lag."""
        with scratch() as folder:
            sheets = [sheet(source, folder) for source in self.sources]
            crimes = joined(sheets, self.force, aside=folder.folder, threads=self.threads)
        followed = _followed(self.force, sheets, crimes)
        cases = _timed(followed.cases, followed.dated_to)
        left_out = followed.total - int(cases["cases"].sum())
        dropped = {**crimes.dropped, UNPUBLISHED: left_out} if left_out else crimes.dropped
        followed = replace(followed, cases=cases, unpublished=left_out)
        return Reading(
            parts={"": _part(followed, _COUNTED), "lags": _part(followed, _TIMED, lag_unit="months")},
            files=_files_read(sheets, crimes),
            rows=sum(crimes.rows),
            kept=crimes.kept - left_out,
            dropped=dropped,
            categories={name: _totals(cases, name) for name in ("crime_type", "outcome")},
            warnings=(*self.notices, *warnings(self.force, followed)),
            taken=f"{followed.known_to:%Y-%m}",
        )


def tasks(paths: list[Path], request: Request) -> list[Task]:
    """One task a force.

    Parameters
    ----------
    paths
        Files, folders and archives.
    request
        What was asked for.

    Returns
    -------
    list[Task]
        Tasks, in order of the forces' names.

    Raises
    ------
    ParameterError
        When the request holds what only case files have.
    DataRefused
        For files that are not data.police.uk's, as ``publications.chosen`` does.
    """
    if request.mapping or request.allow:
        raise ParameterError(
            "Format police-uk takes no --mapping and no --allow: its columns are known. Leave them out."
        )
    choice = chosen(paths)
    forces = sorted(choice.sources)
    threads = max(request.workers // len(forces), 1)
    general = {forces[0]: choice.warnings[""]}
    return [
        _ForceTask(force, choice.sources[force], (*general.get(force, ()), *choice.warnings[force]), threads)
        for force in forces
    ]


def finished(reading: Reading, request: Request) -> Reading:  # noqa: ARG001
    """The reading as it is: each force has said by itself what a reader must know of it.

    Parameters
    ----------
    reading
        The readings of all forces as one.
    request
        What was asked for.

    Returns
    -------
    Reading
        The reading.

    Raises
    ------
    DataRefused
        When there is no crime in it that anything follows.
    """
    if reading.parts[""].received:
        return reading
    phrases = [warning.text for warning in reading.warnings if warning.kind == "not received"]
    raise DataRefused(
        f"No crime of these files can be followed to an outcome, so there is nothing to count. {' '.join(phrases)} Add "
        "months from December 2011 on, of a force that publishes outcomes, with their outcomes files."
    )


def described(reading: Reading, request: Request) -> Described:  # noqa: ARG001 - all such sets are alike
    """What these counts are.

    Parameters
    ----------
    reading
        A finished reading.
    request
        What was asked for.

    Returns
    -------
    Described
        Title, source and the like.
    """
    phrases = [f"{warning.force}: {warning.text}" for warning in reading.warnings if warning.kind in ON_PAGES]
    return Described(
        title="Crimes and their last outcomes from data.police.uk, by force, month and crime type",
        publisher="data.police.uk (Home Office), street and outcomes files",
        address="https://data.police.uk/data/",
        licence="Open Government Licence v3.0",
        sensitivity="published",
        notes=(
            "Stalking is no category here: it stands inside 'Violence and sexual offences'.",
            "'Unable to prosecute suspect' pools victims who withdrew with evidential difficulties; it gives no rate.",
            "Outcomes are dated by month; publications are revised, so a later one gives other counts.",
            "Anti-social behaviour is not counted: its rows carry no crime ID.",
            *phrases,
        ),
    )


def _cases(followed: pd.DataFrame, force: str) -> pd.DataFrame:
    """The join's totals in the words of counts."""
    table = followed.copy()
    state, last, first = (table[name].astype(object) for name in ("state", "last", "first"))
    table["force"] = force
    table["crime_type"] = table["crime_type"].astype(object)
    table["period"] = [month_start(int(number)) for number in table["month"]]
    table["outcome"] = last.where(last.notna(), state)
    table["first_outcome"] = first.where(first.notna(), NO_OUTCOME)
    table["is_open"] = table["outcome"].isin(reference.codes(SCHEME, "undecided"))
    table["is_undated"] = ~table["is_open"] & last.isna()
    return table


def _timed(cases: pd.DataFrame, dated_to: date | None) -> pd.DataFrame:
    """The cases of months whose outcomes are published, with their lag in months; a few are negative, as published."""
    is_published = (cases["outcome"] != NO_OUTCOME) | cases["last"].notna()
    if dated_to is None and not (is_published & ~cases["is_open"]).any():
        is_published = pd.Series(False, index=cases.index)
    table = cases[cases["month"].isin(cases.loc[is_published, "month"])].reset_index(drop=True)
    is_dated = ~table["is_open"] & ~table["is_undated"]
    until = -1 if dated_to is None else month_number(dated_to)
    followed_for = (until - table["month"].astype("int64")).clip(lower=_UNFOLLOWED)
    ended = table["last_month"].where(is_dated, 0).astype("int64") - table["month"].astype("int64")
    return table.assign(lag=ended.where(is_dated, followed_for))


def _part(followed: Followed, dimensions: tuple[str, ...], *, lag_unit: str = "") -> Part:
    """One table of the force's cases. Its months are those of its street files and between them."""
    table, force = followed.cases, followed.force
    received = frozenset((force, first) for first in set(table["period"]))
    dated_to = "" if followed.dated_to is None else f"{followed.dated_to:%Y-%m}"
    return Part(
        table=settled(table[[*dimensions, "cases"]], dimensions),
        dimensions=dimensions,
        received=received,
        scheme=SCHEME,
        lag_unit=lag_unit,
        absent=frozenset((force, month) for month in (*followed.street, *followed.gaps)) - received,
        as_at={force: (f"{followed.known_to:%Y-%m}", dated_to)} if received else {},
    )


def _totals(cases: pd.DataFrame, column: str) -> dict[str, int]:
    return {str(name): int(number) for name, number in cases.groupby(column)["cases"].sum().items()}


def _files_read(sheets: Iterable[Sheet], crimes: Joined) -> tuple[FileRead, ...]:
    return tuple(
        FileRead(name=sheet.source.name, sha256=sheet.sha256, size=sheet.size, rows=rows)
        for sheet, rows in zip(sheets, crimes.rows, strict=True)
    )


def _followed(force: str, sheets: list[Sheet], crimes: Joined) -> Followed:
    months = {
        kind: {
            sheet.source.month: rows
            for sheet, rows in zip(sheets, crimes.rows, strict=True)
            if sheet.source.kind == kind
        }
        for kind in ("street", "outcomes")
    }
    return Followed(
        force=force,
        cases=_cases(crimes.followed, force),
        street=months["street"],
        outcomes=months["outcomes"],
        types={
            month_start(int(group["month"].iloc[0])): set(group["crime_type"])
            for _, group in crimes.types.groupby("month")
        },
        joined=crimes,
        in_latin=sum(sheet.is_latin for sheet in sheets),
    )
