"""A force's own counts beside those that are published of it, over the times that both hold whole.

Both are worked out by the same measures out of all recorded cases, so that what differs is the cases and not the
reading. Whole financial years are compared; whole quarters where the two have no year in common. No test is made of the
difference: the two are no samples, and mostly of the same cases.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.counts import counts, latest, yearly
from analysis.counts.counts import Counts
from analysis.reference import measures, periods, reference
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, about, rates_alone
from analysis.shares.worked import Worked

#: What is set side by side, each by what it is called.
COMPARED = {
    measures.measure(name).short: name for name in ("victim_withdrawal", "no_further_action", "charged", "undecided")
}
WITHDREW = measures.measure("victim_withdrawal").short
RECORDED = "Cases recorded"
_NUMBERS = ("events", "share")
_RESULT = (
    *(f"{whose}_{name}" for whose in ("own", "published") for name in _NUMBERS),
    "own_less_published_events",
    "own_less_published_share",
)


def held_of(offence: str) -> list[Counts]:
    """The published counts of an offence by force and quarter that are held.

    Parameters
    ----------
    offence
        Its code.

    Returns
    -------
    list[Counts]
        How its cases ended (of stalking in all years that are held, of another offence in the newest), and how many
        were recorded, which goes back furthest; fewer or none where it is not published.
    """
    newest = latest.GROWING if offence == yearly.OFFENCE else latest.LATEST
    published = (counts.read(name) for name in (newest, yearly.RECORDED))
    return [held.select(offence=offence) for held in published if offence in held.offences]


def published_of(own: Counts) -> Counts | None:
    """What is published of the offence of some counts: how its cases ended, or else how many were recorded.

    Parameters
    ----------
    own
        Counts of one offence.

    Returns
    -------
    Counts or None
        The first of ``held_of`` that has a time in common with them, or the one of most times; None where nothing is
        published.
    """
    [offence] = own.offences
    published = held_of(offence)
    longest = max(published, key=lambda held: len(held.coverage.periods), default=None)
    return next((held for held in published if times_in_common(own, held)), longest)


def _tells_outcomes(published: Counts) -> bool:
    """Whether published counts tell how cases ended, and not only how many were recorded."""
    return "outcome" in published.dimensions


def edition_of(published: Counts) -> str:
    """Whose figures some published counts are, and of which edition.

    Parameters
    ----------
    published
        Published counts, as ``held_of`` has them.

    Returns
    -------
    str
        As "Home Office, recorded crime of December 2025".
    """
    if not _tells_outcomes(published):
        return f"Home Office, recorded crime of {yearly.LATER_RECORDED}"
    year = periods.financial_year(max(published.coverage.periods))
    return f"Home Office, tables of {published.editions.get(year, yearly.OWN_EDITION)}"


def forces_in_common(own: Counts, published: Counts) -> list[str]:
    """The real forces of some counts that published ones hold too.

    Parameters
    ----------
    own
        Counts of case files.
    published
        Published counts.

    Returns
    -------
    list[str]
        Names of forces in alphabetical order.
    """
    return sorted(set(own.forces) & set(published.forces) & set(reference.forces()))


def times_in_common(own: Counts, published: Counts) -> list[str]:
    """The financial years that both hold whole; where there is none, the quarters.

    Parameters
    ----------
    own
        Counts of case files.
    published
        Published counts.

    Returns
    -------
    list[str]
        As "2024/25" or "2024/25 Q1", in order.
    """
    firsts = sorted({*own.coverage.periods, *published.coverage.periods})
    years = list(dict.fromkeys(map(periods.financial_year, firsts)))
    quarters = list(dict.fromkeys(map(periods.quarter_name, firsts)))
    for names in (years, quarters):
        if times := [name for name in names if own.covers(name) and published.covers(name)]:
            return times
    return []


def beside(own: Counts, published: Counts) -> Worked:
    """The counts of case files and the published ones, measure by measure.

    Parameters
    ----------
    own
        Released counts of case files, of one offence.
    published
        Published counts of the same offence.

    Returns
    -------
    Worked
        A row for each ``measure``, ``force`` and ``year`` (or ``quarter``) that both hold, after one for all cases
        recorded: ``own_events`` and ``own_share``, the same of what is ``published_``, and the one less the other of
        both. Cases are whole numbers, shares run 0 to 1. Cases recorded alone beside counts that do not tell how cases
        ended. No row where they have no force or no time in common.
    """
    times = times_in_common(own, published)
    where = [(force, time) for force in forces_in_common(own, published) for time in times]
    ours, theirs = (side(cases, where) for cases in (own, published))
    by = tuple(ours.columns[:3])

    def work(table: pd.DataFrame) -> pd.DataFrame:
        named = [
            _with_recorded(shares).rename(columns={name: f"{whose}_{name}" for name in _NUMBERS})
            for shares, whose in ((table, "own"), (theirs, "published"))
        ]
        merged = named[0].merge(named[1], on=list(by), suffixes=("", "_of_published"))
        for name in _NUMBERS:
            merged[f"own_less_published_{name}"] = merged[f"own_{name}"] - merged[f"published_{name}"]
        merged["state"] = merged["state"].where(merged["state"] != "shown", merged["state_of_published"])
        if not _tells_outcomes(published):
            merged = merged[merged["measure"] == RECORDED].reset_index(drop=True)
        return merged[[*by, *_RESULT, "state"]]

    return Worked(Rates(ours, by=by, about=about(own, measure="", base="recorded")), work, by)


def side(cases: Counts, where: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """One of the two sides: the shares of all recorded cases that end in each way that is compared.

    Counts that do not tell how cases ended give the first of these ways, with its cases and no events.

    Parameters
    ----------
    cases
        Counts of one offence.
    where
        Names of forces, each with a financial year or quarter.

    Returns
    -------
    pd.DataFrame
        A row for each ``measure``, ``force`` and ``year`` (or ``quarter``), with the columns of rates.
    """
    label = "quarter" if any(" " in time for _, time in where) else "year"
    columns = ["measure", "force", label, *MEASURES]
    if not _tells_outcomes(cases):
        named = {"measure": next(iter(COMPARED)), "state": "not_applicable"}
        rows = [{**named, "force": force, label: time, "cases": _recorded(cases, force, time)} for force, time in where]
        numbers = dict.fromkeys(("events", "cases"), "Int64") | dict.fromkeys(("share", "low", "high"), "Float64")
        return pd.DataFrame(rows, columns=columns).astype(numbers)
    parts = [
        rates_alone(cases.select(force=force, period=time), name).table.assign(
            measure=short, force=force, **{label: time}
        )
        for force, time in where
        for short, name in COMPARED.items()
    ]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _recorded(cases: Counts, force: str, time: str) -> int | None:
    """The cases that a force recorded in a year or quarter; None where it sent no figure for some of it."""
    chosen = cases.select(force=force, period=time)
    return None if chosen.coverage.missing else int(chosen.table["cases"].sum())


def _with_recorded(table: pd.DataFrame) -> pd.DataFrame:
    """The rows, and before the first measure of each force and time how many cases all of them are out of."""
    whole = table[table["measure"] == next(iter(COMPARED))].assign(measure=RECORDED, share=np.nan)
    whole["events"] = whole["cases"]
    is_known = whole["cases"].notna()
    whole["state"] = whole["state"].where(~is_known, "shown")
    rows = pd.concat([whole, table]) if len(whole) else table
    return rows.astype({"events": "Int64", "share": "Float64"}).sort_index(kind="stable").reset_index(drop=True)
