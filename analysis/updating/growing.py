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
    names = latest.years_held(counts.FOLDER / f"{name}.parquet" for name in counts.available())
    if set(names.values()) <= {latest.OWN_YEAR}:
        return ""
    place = counts.FOLDER / f"{latest.GROWING}.parquet"
    files = {f"data/counts/{name}.parquet": _digest(name) for name in names.values()}
    if place.is_file() and counts.read_file(place).source.files == files:
        return ""
    grown = counts.checked(_joined(names, files))
    with placing.writing(counts.FOLDER):
        counts.write(grown, place)
    return grown.coverage.span.label


def _joined(names: Mapping[str, str], files: Mapping[str, str]) -> Counts:
    """Stalking in sets of one year each, as one set; a force that a year does not have is missing in its quarters."""
    years = {year: counts.read(name).select(offence=yearly.OFFENCE) for year, name in names.items()}
    last = list(years.values())[-1]
    span = " to ".join(dict.fromkeys((next(iter(years)), list(years)[-1])))
    return Counts(
        name=latest.GROWING,
        table=settled(pd.concat([counted.regroup(*_DIMENSIONS).table for counted in years.values()]), _DIMENSIONS),
        dimensions=_DIMENSIONS,
        coverage=_coverage(list(years.values())),
        basis=last.basis,
        sensitivity="published",
        scheme=last.scheme,
        offence=yearly.OFFENCE,
        editions={year: _edition_of(counted) for year, counted in years.items()},
        source=Source(
            title=f"Stalking (offence {yearly.OFFENCE}) by police force, quarter and outcome, {span}",
            publisher=last.source.publisher,
            address=last.source.address,
            licence=last.source.licence,
            files=dict(files),
            notes=tuple(dict.fromkeys(note for counted in years.values() for note in counted.source.notes)),
        ),
    )


def _edition_of(year: Counts) -> str:
    """The month of the tables that the counts of a year were read from, as their file is called."""
    if year.name == latest.OWN_YEAR:
        return yearly.OWN_EDITION
    return editions.month_of(editions.files_of(year.name))


def _coverage(years: list[Counts]) -> Coverage:
    """What several years cover together."""
    forces = sorted({force for year in years for force in year.coverage.forces})
    periods: dict[date, int] = {}
    missing: set[tuple[str, date]] = set()
    lacking: dict[tuple[str, date], frozenset[str]] = {}
    for year in years:
        periods |= year.coverage.periods
        missing |= year.coverage.missing
        missing |= {(force, first) for force in forces for first in year.coverage.periods if force not in year.forces}
        lacking |= year.coverage.lacking
    return Coverage(tuple(forces), dict(sorted(periods.items())), frozenset(missing), lacking)


def _digest(name: str) -> str:
    return hashlib.sha256((counts.FOLDER / f"{name}.parquet").read_bytes()).hexdigest()
