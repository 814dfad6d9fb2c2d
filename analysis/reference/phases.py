"""Was it the world or the counting? A series cut where it stops measuring the same thing.

A break (data/reference/breaks.csv) is a day from which something else is counted. Periods between two breaks form a
phase: they may be set beside each other. Periods of different phases may not, whatever their figures, and a period
that a break cuts in two belongs to neither side. A break of one force, such as another record system, cuts the series
of that force and of no other: a sum over forces is not cut by it, and whoever shows it says so (``breaks_noted``).

What it does not cover: a break that the table does not hold. Breaks are looked up, never searched for in the figures:
a search finds changes of the world as well, and calls both by the same name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from analysis.errors import ParameterError
from analysis.reference import reference
from analysis.reference.periods import end_of
from analysis.reference.reference import Break

#: The kinds of break that data/reference/breaks.csv tells apart, and those of them that change what is recorded.
KINDS = ("definition", "counting", "system", "outcome", "missing")
RECORDING = ("definition", "counting", "system")


def breaks_of(offence: str, *, kinds: Sequence[str] = KINDS, force: str = "") -> tuple[Break, ...]:
    """The breaks that cut a series of an offence, earliest first: those of all forces, and those of one ``force``.

    ``kinds`` narrows them: a series of recorded crime is cut by RECORDING only, a share of outcomes by all.

    Parameters
    ----------
    offence
        Home Office code; "" for breaks of any offence.
    kinds
        Which kinds of break, of ``KINDS``.
    force
        Name of a force whose own breaks are wanted too.

    Returns
    -------
    tuple[Break, ...]
        Breaks, earliest first.

    Raises
    ------
    ParameterError
        For an offence that is not in data/reference/offences.csv, a kind that is not in KINDS or a name that is no
        force.
    """
    place = reference.force_named(force) if force else ""
    return tuple(series_break for series_break in _concerning(offence, kinds) if series_break.force in ("", place))


def breaks_noted(offence: str, forces: Iterable[str], *, kinds: Sequence[str] = KINDS) -> tuple[Break, ...]:
    """The breaks of single forces among several, earliest first: they cut no sum, and are to be told beside it.

    Parameters
    ----------
    offence
        Home Office code; "" for breaks of any offence.
    forces
        Names of the forces that are summed.
    kinds
        Which kinds of break, of ``KINDS``.

    Returns
    -------
    tuple[Break, ...]
        Breaks, earliest first; none for a single force.

    Raises
    ------
    ParameterError
        For an unknown offence or kind, as ``breaks_of`` does.
    """
    places = set(forces)
    if len(places) < 2:
        return ()
    return tuple(series_break for series_break in _concerning(offence, kinds) if series_break.force in places)


def _concerning(offence: str, kinds: Sequence[str]) -> list[Break]:
    """The breaks of some kinds that concern an offence, of whatever force; with no offence named, of any."""
    code = reference.offence_named(offence) if offence else ""
    strange = [kind for kind in kinds if kind not in KINDS]
    if strange:
        raise ParameterError(f"No kind of break is called '{strange[0]}'. Use {', '.join(KINDS)}.")
    concerned = {"all", code}
    return [
        series_break
        for series_break in reference.breaks()
        if series_break.kind in kinds and (not code or concerned & set(series_break.offences.split(";")))
    ]


def phases(periods: Iterable[date], breaks: Iterable[Break] = (), *, months: int = 3) -> pd.DataFrame:
    """Where each period of a series stands: one row a period, in order.

    ``period`` and ``last_day`` bound it; ``phase`` counts from 1 and is missing where a break cuts the period;
    ``cut_by`` names that break, ``after`` the breaks between this phase and the one before it (names from breaks.csv,
    joined by "; ", "" where there are none). A phase begins with the first period that lies wholly after a break; a
    break on a period's first day cuts nothing.

    Parameters
    ----------
    periods
        First days of the periods, in order.
    breaks
        Breaks that cut this series.
    months
        Length of each period.

    Returns
    -------
    pd.DataFrame
        A row a period: ``period`` and ``last_day``, days; ``phase``, a whole number from 1 or missing; ``cut_by`` and
        ``after``, names of breaks.

    Raises
    ------
    ValueError
        When periods are not in order, a period stands twice, overlaps the next, or does not begin on the first of a
        month.
    ParameterError
        When ``months`` is not from 1 to 12.
    """
    firsts = in_order(periods, months=months)
    in_time = sorted(breaks, key=lambda series_break: series_break.from_date)
    days = [(date.fromisoformat(series_break.from_date), series_break.name) for series_break in in_time]
    rows: list[dict[str, object]] = []
    number, reached = 0, None
    for first in firsts:
        last = end_of(first, months=months)
        cuts = [name for day, name in days if first < day <= last]
        after: list[str] = []
        if not cuts:
            after = [name for day, name in days if reached is not None and reached < day <= first]
            number += bool(after) or number == 0
            reached = first
        rows.append(
            {
                "period": first,
                "last_day": last,
                "phase": None if cuts else number,
                "cut_by": "; ".join(cuts),
                "after": "; ".join(after),
            }
        )
    placed = pd.DataFrame(rows, columns=["period", "last_day", "phase", "cut_by", "after"])
    placed["phase"] = placed["phase"].astype("Int64")
    placed["after"] = (
        placed.groupby("phase", dropna=False)["after"].transform("first").where(placed["cut_by"] == "", "")
    )
    return placed


def in_order(periods: Iterable[date], *, months: int) -> list[date]:
    """The first days of a series, checked: each the first of a month, each after the one before has ended.

    Parameters
    ----------
    periods
        First days of the periods.
    months
        Length of each period.

    Returns
    -------
    list[date]
        The same days.

    Raises
    ------
    ValueError
        When they are not, by place.
    ParameterError
        When ``months`` is not from 1 to 12.
    """
    if not 1 <= months <= 12:
        raise ParameterError(f"A period of {months} months. Use 1 to 12.")
    firsts = list(periods)
    for place, first in enumerate(firsts):
        if not isinstance(first, date) or first.day != 1:
            raise ValueError(f"Period {place + 1} begins on {first}: not the first day of a month.")
        if place and first <= firsts[place - 1]:
            raise ValueError(f"Period {place + 1} ({first}) does not follow {firsts[place - 1]}: put them in order.")
        if place and first <= end_of(firsts[place - 1], months=months):
            raise ValueError(f"Period {place + 1} ({first}) begins before the {months} months before it have ended.")
    return firsts


def breaks_between(start: date, other_start: date, breaks: Iterable[Break], *, months: int = 3) -> tuple[Break, ...]:
    """The breaks for which the periods that begin on two days may not be compared, in either order; earliest first.

    They fall after the earlier one's first day and no later than the later one's last day. So a period that a break
    cuts compares with nothing, itself included.

    Parameters
    ----------
    start, other_start
        First days of two periods.
    breaks
        Breaks that cut the series.
    months
        Length of each period.

    Returns
    -------
    tuple[Break, ...]
        Breaks, earliest first; none where the two may be compared.

    Raises
    ------
    ValueError
        When a day is not the first of a month.
    ParameterError
        When ``months`` is not from 1 to 12.
    """
    earlier, later = sorted((start, other_start))
    for first in (earlier, later):
        in_order([first], months=months)
    last = end_of(later, months=months)
    return tuple(
        each
        for each in sorted(breaks, key=lambda each: each.from_date)
        if earlier < date.fromisoformat(each.from_date) <= last
    )
