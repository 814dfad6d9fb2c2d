"""data.police.uk's archives as counts: crimes by force, month, crime type and last outcome, and how long that took.

One force a task, since no crime stands in two. A crime that is not decided has been followed to the newest month of
its force's files; so has one whose outcome stands in the street file alone, which names no month for it: its first
outcome is "No outcome published".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from analysis import reference
from analysis.combinations import settled
from analysis.errors import ParameterError
from analysis.intake import files
from analysis.intake.police_uk_files import Source, chosen
from analysis.intake.police_uk_join import NO_OUTCOME, Joined, joined
from analysis.intake.police_uk_rows import SCHEME
from analysis.intake.police_uk_sheets import Sheet, sheet
from analysis.intake.police_uk_warnings import Followed, warnings
from analysis.intake.reading import Described, Part, Reading, Request
from analysis.ledger import FileRead, Warned

_COUNTED = ("force", "period", "crime_type", "outcome")
_TIMED = ("force", "period", "crime_type", "first_outcome", "outcome", "lag")


@dataclass(frozen=True)
class ForceTask:
    """All files of one force. ``told`` is what choosing them already showed; ``threads`` it may use."""

    force: str
    sources: tuple[Source, ...]
    told: tuple[Warned, ...]
    threads: int

    def read(self) -> Reading:
        """The force's crimes, each once, in two tables with the same total: with their outcome, and with its lag."""
        with files.scratch() as folder:
            sheets = [sheet(source, folder) for source in self.sources]
            found = joined(sheets, self.force, scratch=folder, threads=self.threads)
        newest = max(source.month for source in self.sources)
        received = frozenset((self.force, one.month) for one in self.sources if one.kind == "street")
        cases = _cases(found.followed, self.force, newest=newest)
        return Reading(
            parts={
                "": _part(cases, _COUNTED, received),
                "lags": _part(cases, _TIMED, received, lag_unit="months"),
            },
            files=_files_read(sheets, found),
            rows=sum(found.rows),
            kept=found.kept,
            dropped=found.dropped,
            categories={name: _totals(cases, name) for name in ("crime_type", "outcome")},
            warnings=(*self.told, *warnings(self.force, _followed(cases, sheets, found))),
            taken=f"{newest:%Y-%m}",
        )


def tasks(paths: list[Path], request: Request) -> list[ForceTask]:
    """One task a force.

    Raises ParameterError when the request holds what only case files have, DataRefused for files that are not
    data.police.uk's, as ``police_uk_files.chosen`` does.
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
        ForceTask(force, choice.sources[force], (*general.get(force, ()), *choice.warnings[force]), threads)
        for force in forces
    ]


def finished(reading: Reading, request: Request) -> Reading:  # noqa: ARG001
    """The reading as it is: each force has said by itself what a reader must know of it."""
    return reading


def described(reading: Reading, request: Request) -> Described:  # noqa: ARG001 - all such sets are alike
    """What these counts are."""
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
        ),
    )


def _cases(followed: pd.DataFrame, force: str, *, newest: date) -> pd.DataFrame:
    """The join's totals in the words of counts, with the lag in months; a few lags are negative, as published."""
    table = followed.copy()
    state, last, first = (table[name].astype(object) for name in ("state", "last", "first"))
    table["force"] = force
    table["crime_type"] = table["crime_type"].astype(object)
    table["period"] = [date(*_first_day(number)) for number in table["month"]]
    table["outcome"] = last.where(last.notna(), state)
    table["first_outcome"] = first.where(first.notna(), NO_OUTCOME)
    is_open = table["outcome"].isin(reference.codes(SCHEME, "undecided"))
    table["is_open"] = is_open
    until = table["last_month"].where(table["last_month"].notna() & ~is_open, newest.year * 12 + newest.month - 1)
    table["lag"] = until.astype("int64") - table["month"].astype("int64")
    return table


def _first_day(number: int) -> tuple[int, int, int]:
    """Year, month and day of the first day of a month from its number, year * 12 + month - 1."""
    year, month = divmod(int(number), 12)
    return year, month + 1, 1


def _part(
    cases: pd.DataFrame, dimensions: tuple[str, ...], received: frozenset[tuple[str, date]], *, lag_unit: str = ""
) -> Part:
    table = settled(cases[[*dimensions, "cases"]], dimensions)
    return Part(table=table, dimensions=dimensions, received=received, scheme=SCHEME, lag_unit=lag_unit)


def _totals(cases: pd.DataFrame, column: str) -> dict[str, int]:
    return {str(name): int(number) for name, number in cases.groupby(column)["cases"].sum().items()}


def _files_read(sheets: Iterable[Sheet], found: Joined) -> tuple[FileRead, ...]:
    return tuple(
        FileRead(name=one.source.name, sha256=one.sha256, size=one.size, rows=rows)
        for one, rows in zip(sheets, found.rows, strict=True)
    )


def _followed(cases: pd.DataFrame, sheets: list[Sheet], found: Joined) -> Followed:
    months = {
        kind: {one.source.month: rows for one, rows in zip(sheets, found.rows, strict=True) if one.source.kind == kind}
        for kind in ("street", "outcomes")
    }
    return Followed(
        cases=cases,
        street=months["street"],
        outcomes=months["outcomes"],
        outcome_rows=found.outcome_rows,
        matched=found.matched,
        dropped=found.dropped,
        in_latin=sum(one.is_latin for one in sheets),
    )
