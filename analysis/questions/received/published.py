"""A force's own counts beside those that are published of it, over the times that both hold whole.

Both are worked out by the same measures out of all recorded cases, so that what differs is the cases and not the
reading. Whole financial years are compared; whole quarters where the two have no year in common. No test is made of the
difference: the two are no samples, and mostly of the same cases.
"""

from __future__ import annotations

import pandas as pd

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.reference import measures, periods, reference
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, about, rates
from analysis.shares.worked import Worked

#: What is set side by side, each by what it is called.
COMPARED = {
    measures.measure(name).short: name for name in ("victim_withdrawal", "no_further_action", "charged", "undecided")
}
WITHDREW = measures.measure("victim_withdrawal").short
_BY = ("measure", "force", "time")
_NUMBERS = ("events", "cases", "share")
_RESULT = (*(f"own_{name}" for name in _NUMBERS), *(f"published_{name}" for name in _NUMBERS), "own_less_published")


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
        if found := [name for name in names if _holds(own, name) and _holds(published, name)]:
            return found
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
        A row for each ``measure``, ``force`` and ``time`` that both hold: ``own_events``, ``own_cases`` and
        ``own_share``, the same of what is ``published_``, and ``own_less_published``, the difference of the shares.
        Cases are whole numbers, shares run 0 to 1. No row where they have no force or no time in common.

    Raises
    ------
    ParameterError
        For counts that cannot tell one of the measures.
    """
    where = [(force, time) for force in forces_in_common(own, published) for time in times_in_common(own, published)]
    ours, theirs = (_by_measure(counts, where) for counts in (own, published))

    def work(table: pd.DataFrame) -> pd.DataFrame:
        named = [
            held.rename(columns={name: f"{whose}_{name}" for name in _NUMBERS})
            for held, whose in ((table, "own"), (theirs, "published"))
        ]
        found = named[0].merge(named[1], on=list(_BY), suffixes=("", "_of_published"))
        found["own_less_published"] = found["own_share"] - found["published_share"]
        is_told = found["state"] == "shown"
        found["state"] = found["state"].where(~is_told, found["state_of_published"])
        return found[[*_BY, *_RESULT, "state"]]

    source = Rates(ours, by=_BY, about=about(own, measure="", base="recorded"))
    return Worked(source, work, _BY)


def _holds(counts: Counts, time: str) -> bool:
    """Whether counts cover a year or quarter from its first month to its last."""
    try:
        counts.select(period=time)
    except ParameterError:
        return False
    return True


def _by_measure(counts: Counts, where: list[tuple[str, str]]) -> pd.DataFrame:
    """The shares of all recorded cases of some forces in some times, by every measure that is compared."""
    parts = [
        rates(counts.select(force=force, period=time), name).table.assign(force=force, time=time, measure=short)
        for force, time in where
        for short, name in COMPARED.items()
    ]
    columns = [*_BY, *MEASURES]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
