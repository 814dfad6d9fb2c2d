"""Stalking over all years that are held, as one set of counts: made anew when the set of a year changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.counts import counts, latest, yearly
from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.intake import placing
from analysis.intake.home_office import editions
from analysis.reference.combinations import settled

_DIMENSIONS = ("force", "period", "outcome")


def grow() -> str:
    """Make the set over all years held anew, where a year that it is made of has changed.

    Returns
    -------
    str
        What it covers now; "" where it was up to date, or no year is held but the project's own.

    Raises
    ------
    CouldNotWrite
        Where it cannot be written; what stood before still stands.
    """
    held = latest.years_held(counts.FOLDER / f"{name}.parquet" for name in counts.available())
    if set(held.values()) <= {latest.OWN_YEAR}:
        return ""
    place = counts.FOLDER / f"{latest.GROWING}.parquet"
    files = {f"data/counts/{name}.parquet": _digest(name) for name in held.values()}
    if place.is_file() and counts.read_file(place).source.files == files:
        return ""
    made = counts.checked(joined(held, files))
    with placing.writing(counts.FOLDER):
        counts.write(made, place)
    return made.coverage.span.label


def joined(held: Mapping[str, str], files: Mapping[str, str]) -> Counts:
    """Stalking in several sets of counts, each of one year, as one set.

    Parameters
    ----------
    held
        Names of sets by financial year, in order.
    files
        The files that they stand in, with their SHA-256.

    Returns
    -------
    Counts
        Cases by force, quarter and outcome. A force that a year does not have is missing in its quarters.
    """
    years = {year: counts.read(name).select(offence=yearly.OFFENCE) for year, name in held.items()}
    last = list(years.values())[-1]
    span = " to ".join(dict.fromkeys((next(iter(years)), list(years)[-1])))
    return Counts(
        name=latest.GROWING,
        table=settled(pd.concat([one.regroup(*_DIMENSIONS).table for one in years.values()]), _DIMENSIONS),
        dimensions=_DIMENSIONS,
        coverage=_coverage(list(years.values())),
        basis=last.basis,
        sensitivity="published",
        scheme=last.scheme,
        offence=yearly.OFFENCE,
        editions={year: edition_of(one) for year, one in years.items()},
        source=Source(
            title=f"Stalking (offence {yearly.OFFENCE}) by police force, quarter and outcome, {span}",
            publisher=last.source.publisher,
            address=last.source.address,
            licence=last.source.licence,
            files=dict(files),
            notes=tuple(dict.fromkeys(note for one in years.values() for note in one.source.notes)),
        ),
    )


def edition_of(year: Counts) -> str:
    """The month of the tables that the counts of a year were read from, as their file is called.

    Parameters
    ----------
    year
        Counts of one year.

    Returns
    -------
    str
        As "July 2026"; of the project's own set the month to which it runs.
    """
    if year.name == latest.OWN_YEAR:
        return yearly.OWN_EDITION
    return editions.month_of(editions.files_of(year.name))


def _coverage(years: list[Counts]) -> Coverage:
    """What several years cover together."""
    forces = sorted({force for one in years for force in one.coverage.forces})
    periods: dict[date, int] = {}
    missing: set[tuple[str, date]] = set()
    lacking: dict[tuple[str, date], frozenset[str]] = {}
    for one in years:
        periods |= one.coverage.periods
        missing |= one.coverage.missing
        missing |= {(force, first) for force in forces for first in one.coverage.periods if force not in one.forces}
        lacking |= one.coverage.lacking
    return Coverage(tuple(forces), dict(sorted(periods.items())), frozenset(missing), lacking)


def _digest(name: str) -> str:
    return hashlib.sha256((counts.FOLDER / f"{name}.parquet").read_bytes()).hexdigest()
