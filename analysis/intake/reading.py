"""What one task of reading hands back: counts, and what the ledger needs to know. Readings add up.

A task gets paths and gives a Reading; no case row leaves it. Reading files apart and adding gives what reading them
together gives, as long as no case stands in two tasks: each format divides its work so that none does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

import pandas as pd

from analysis.counts.ledger import FileRead, Warned
from analysis.errors import DataRefused
from analysis.reference.combinations import joined


@dataclass(frozen=True)
class Request:
    """What the command was asked for.

    ``allow`` names kinds of fault to drop and count instead of refusing; ``workers`` is how many processes will share
    the work, ``is_spread`` whether they are on a cluster.
    """

    name: str
    form: str
    mapping: Path | None = None
    allow: frozenset[str] = frozenset()
    workers: int = 1
    is_spread: bool = False


@dataclass(frozen=True)
class Part:
    """One table of counts on its way: columns ``dimensions`` and ``cases``, one row a combination.

    ``received`` holds the (force, first day) pairs that arrived, ``absent`` those that should have and did not,
    ``lacking`` the outcome types that did not come with some that arrived, and ``months`` is the length of each period.
    ``basis``, ``scheme``, ``features``, ``fit_features``, ``fit_cluster``, ``lag_unit`` and ``as_at`` are as in Counts.
    """

    table: pd.DataFrame
    dimensions: tuple[str, ...]
    received: frozenset[tuple[str, date]]
    basis: str = "recorded"
    months: int = 1
    scheme: str = "home_office"
    features: Mapping[str, str] = field(default_factory=dict)
    fit_features: tuple[str, ...] = ()
    fit_cluster: str = ""
    lag_unit: str = ""
    absent: frozenset[tuple[str, date]] = frozenset()
    as_at: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lacking: Mapping[tuple[str, date], frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """Counts and their account. ``parts`` maps the end of a set's name ("" for the main one) to its table.

    ``rows`` were read; ``kept`` were counted; ``dropped`` maps a reason to the rows that were not; the two add up to
    ``rows``. ``categories`` maps a column to the rows of each category met in it. ``told_owner`` is for the terminal of
    whoever reads the files, in their words; it goes nowhere else.
    """

    parts: Mapping[str, Part]
    files: tuple[FileRead, ...]
    rows: int
    kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()
    taken: str = ""
    told_owner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Described:
    """What a set of counts is, as its format says: the fields of Counts and Source that are not numbers.

    ``words`` is what a mapping says of words, by its tables; for formats that have none it is empty.
    """

    title: str
    publisher: str
    address: str
    licence: str
    sensitivity: str
    notes: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Task(Protocol):
    """A piece of work that can be sent anywhere the files can be seen."""

    def read(self) -> Reading:
        """Do it.

        Returns
        -------
        Reading
            What the files of the task hold.
        """


class Form(Protocol):
    """A format of files: how its work divides, and what its counts are called."""

    def tasks(self, paths: list[Path], request: Request) -> list[Task]:
        """The work that the files need.

        Parameters
        ----------
        paths
            Files of this format.
        request
            What was asked for.

        Returns
        -------
        list[Task]
            Tasks, each of files that hold all of some cases.

        Raises
        ------
        DataRefused
            For files that are not of this format.
        """

    def finished(self, reading: Reading, request: Request) -> Reading:
        """The reading once all files are in: what shows only then is warned of or refused.

        Parameters
        ----------
        reading
            The readings of all tasks as one.
        request
            What was asked for.

        Returns
        -------
        Reading
            The reading, with warnings.
        """

    def described(self, reading: Reading, request: Request) -> Described:
        """What the counts of a finished reading are.

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


def combined(readings: Iterable[Reading]) -> Reading:
    """Several readings as one.

    A file that several tasks shared has its rows added up. Files without a row may be alike: months in which nothing
    was published are.

    Parameters
    ----------
    readings
        Readings of different files, or of different forces of one.

    Returns
    -------
    Reading
        One reading.

    Raises
    ------
    DataRefused
        When the same file, by checksum, is there under two names.
    """
    read = list(readings)
    files = _shared(file for reading in read for file in reading.files)
    seen: dict[str, str] = {}
    for file in files:
        if file.rows and seen.setdefault(file.sha256, file.name) != file.name:
            raise DataRefused(f"{file.name} and {seen[file.sha256]} are the same file, byte for byte. Leave one out.")
    names = dict.fromkeys(name for reading in read for name in reading.parts)
    columns = dict.fromkeys(name for reading in read for name in reading.categories)
    return Reading(
        parts={name: _sum([reading.parts[name] for reading in read if name in reading.parts]) for name in names},
        files=tuple(files),
        rows=sum(reading.rows for reading in read),
        kept=sum(reading.kept for reading in read),
        dropped=_tally(reading.dropped for reading in read),
        categories={name: _tally(reading.categories.get(name, {}) for reading in read) for name in columns},
        warnings=tuple(dict.fromkeys(warned for reading in read for warned in reading.warnings)),
        taken=max(reading.taken for reading in read),
        told_owner=tuple(dict.fromkeys(line for reading in read for line in reading.told_owner)),
    )


def _shared(files: Iterable[FileRead]) -> list[FileRead]:
    """Each file once, with the rows that all tasks read of it."""
    files_by_digest: dict[tuple[str, str], FileRead] = {}
    for file in files:
        before = files_by_digest.get((file.name, file.sha256))
        files_by_digest[file.name, file.sha256] = replace(file, rows=file.rows + before.rows) if before else file
    return list(files_by_digest.values())


def _tally(tallies: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update(tally)
    return dict(sorted(total.items()))


def _sum(parts: list[Part]) -> Part:
    """Tables of the same dimensions added up, all at once: one by one, each would be sorted again for every other."""
    first = parts[0]
    for other in parts[1:]:
        if (first.dimensions, first.basis, first.scheme, first.lag_unit) != (
            other.dimensions,
            other.basis,
            other.scheme,
            other.lag_unit,
        ):
            raise DataRefused(
                f"Files of different kinds cannot be added: {', '.join(first.dimensions)} ({first.basis}) and "
                f"{', '.join(other.dimensions)} ({other.basis}). Reduce them under two names."
            )
    if len(parts) == 1:
        return first
    received = frozenset(pair for part in parts for pair in part.received)
    return Part(
        table=joined([part.table for part in parts], first.dimensions),
        dimensions=first.dimensions,
        received=received,
        basis=first.basis,
        months=first.months,
        scheme=first.scheme,
        features={name: heading for part in parts for name, heading in part.features.items()},
        fit_features=parts[-1].fit_features,
        fit_cluster=parts[-1].fit_cluster,
        lag_unit=first.lag_unit,
        absent=frozenset(pair for part in parts for pair in part.absent) - received,
        as_at={force: dates for part in parts for force, dates in part.as_at.items()},
        lacking={pair: codes for part in parts for pair, codes in part.lacking.items()},
    )
