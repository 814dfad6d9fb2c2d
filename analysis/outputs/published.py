"""What a table of people says of published figures beside its own: it is held to the published counts themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from analysis.counts import yearly
from analysis.counts.counts import Counts
from analysis.disclosure import protect
from analysis.errors import AttritionError
from analysis.presentation import wording
from analysis.questions.received import published
from analysis.reference import periods, reference
from analysis.shares import year_bounds

#: Columns of numbers that are public, in tables of people.
COLUMNS = ("published_events",)
_BY_YEAR = tuple(f"{year}_{share}" for year in ("earlier", "later") for share in ("share", "low_share", "high_share"))


def numbers(row: Mapping[str, Any], about: Mapping[str, Any]) -> set[int]:
    """The published numbers that a row may give beside its own.

    Parameters
    ----------
    row
        A row, with its measure, and its force and time where these are not what the table is about.
    about
        What its table is about.

    Returns
    -------
    set[int]
        The number of each set of published counts that has it; none where nothing is published of this.
    """
    codes = reference.offence_codes()
    time = str(row.get("quarter") or row.get("year") or about.get("period", ""))
    where = [(str(row.get("force") or about.get("place", "")), time)]
    tables = [_side(held, where) for held in published.held_of(codes.get(str(about.get("offence")), ""))]
    if row.get("measure") == published.RECORDED:
        return {int(cases) for table in tables for cases in table["cases"].dropna()}
    return {
        int(cases) for table in tables for cases in table[table["measure"] == row.get("measure")]["events"].dropna()
    }


def shares_by_year(held: Counts, about: Mapping[str, Any]) -> frozenset[str]:
    """The published shares of endings by year that a report of people may tell of its place, as words print them.

    Parameters
    ----------
    held
        The set of counts of people.
    about
        What a table of the report is about.

    Returns
    -------
    frozenset[str]
        Percentages; none where nothing is published of this.
    """
    here = _here(held, about)
    if not yearly.is_of(here):
        return frozenset()
    time = periods.spanned(str(about["period"])) if about.get("period") else here.coverage.span
    return _by_year(here.whole_place, date.max) | _by_year(here.whole_place, time.first)


def _here(held: Counts, about: Mapping[str, Any]) -> Counts:
    """The cases of the force and offence that a table is about; all of them where it is about no one of these."""
    place, offence = str(about.get("place", "")), reference.offence_codes().get(str(about.get("offence")), "")
    chosen = {"force": place} if place in held.forces else {}
    return held.select(**chosen, **({"offence": offence} if offence in held.offences else {}))


@lru_cache(maxsize=64)  # every table of a report is about the same few places
def _by_year(place: str, last: date) -> frozenset[str]:
    table = protect(year_bounds.directions(yearly.read().of(place).until(last))).table
    return frozenset(wording.percent(share) for name in _BY_YEAR for share in table[name].dropna())


def numbers_beside(held: Counts, about: Mapping[str, Any]) -> frozenset[str]:
    """The cases recorded and the share that withdrew of a set, and of what is published, at the latest time of both.

    Parameters
    ----------
    held
        The set of counts of people.
    about
        What a table of the report is about.

    Returns
    -------
    frozenset[str]
        Numbers and percentages as words print them; none where nothing is published of this.
    """
    offence = reference.offence_codes().get(str(about.get("offence")), "")
    if offence not in held.offences:
        return frozenset()
    own, told = _here(held, about), set()
    for other in published.held_of(offence):
        if times := published.times_in_common(own, other):
            sides = [cases.select(period=times[-1]) for cases in (own, other)]
            rows = protect(published.beside(*sides)).table
            for whose in ("own", "published"):
                counted = rows.loc[rows["measure"] == published.RECORDED, f"{whose}_events"].dropna().map(int)
                withdrew = rows.loc[rows["measure"] == published.WITHDREW, f"{whose}_share"].dropna()
                told |= {*map("{:,}".format, counted), *map(str, counted), *map(wording.percent, withdrew)}
    return frozenset(told)


def _side(held: Counts, where: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """The published side of a comparison; no row where these counts do not cover it."""
    try:
        return published.side(held, where)
    except AttritionError:
        return published.side(held, [])
