"""Two places side by side, and the difference of their shares with its interval.

A place is a force, a nation or several forces together. Newcombe's interval, as everywhere in the suite where one share
is set against another (``shares.differences``).

What it does not cover: why the two differ, and whether two others would. Of all forces each against the rest, the
comparison of forces tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.reference import reference
from analysis.reference.schema import MEASURES
from analysis.shares.differences import Two, difference_interval, ratio_interval
from analysis.shares.rates import Rates, about, rates
from analysis.shares.worked import Worked, shown

_LIMITS = ("low_difference_share", "high_difference_share", "ratio", "low_ratio", "high_ratio")
_COLUMNS = ["compared_with", "share", "other_share", "difference_share", *_LIMITS]


def side_by_side(cases: Counts, measure: str, places: tuple[str, str], *, base: str = "recorded") -> Rates:
    """The shares of two places that have no force in common.

    Parameters
    ----------
    cases
        Cases by force and outcome, those of both places among them.
    measure
        Name of a measure.
    places
        The two places, as ``reference.place_named`` writes them.
    base
        Name of a base.

    Returns
    -------
    Rates
        A row for each ``place``, in the order given: events, cases, share with its limits, 0 to 1, and state.

    Raises
    ------
    ParameterError
        For two places with a force in common, and for a place, measure or base that these counts cannot tell.
    """
    members = [reference.forces_of(place) for place in places]
    if common := sorted(set(members[0]) & set(members[1])):
        raise ParameterError(
            f"{common[0]} is on both sides: the same cases would be compared with themselves. Name two places without "
            "a force in common, or one alone, which is set against all other forces."
        )
    shares = [rates(cases.select(force=place), measure, base=base) for place in places]
    waiting = [share.undecided for share in shares if share.undecided is not None]
    undecided = _with_decided(_together(waiting), waiting) if len(waiting) == len(shares) else None
    context = about(of_both(cases, places), measure=measure, base=base)
    return replace(_together(shares), about=context, undecided=undecided)


def of_both(cases: Counts, places: Sequence[str]) -> Counts:
    """The cases of two places; the counts as they are where the two are all of their forces, which need no list.

    Parameters
    ----------
    cases
        The cases of both places, and perhaps of others.
    places
        The two.

    Returns
    -------
    Counts
        Their cases.
    """
    forces = [force for place in places for force in reference.forces_of(place)]
    return cases if set(forces) == set(cases.forces) else cases.select(force=forces)


def _together(shares: Sequence[Rates]) -> Rates:
    """The rows of several results in one."""
    rows = pd.concat([share.table[[*share.by, *MEASURES]] for share in shares], ignore_index=True)
    return Rates(rows, by=shares[0].by, about=shares[0].about)


def _with_decided(undecided: Rates, parts: Sequence[Rates]) -> Rates:
    """The rows without an outcome, with the cases ``decided`` where those were released beside them."""
    tables = [part.table for part in parts if "decided" in part.table]
    if len(tables) < len(parts):
        return undecided
    decided = pd.concat(tables).set_index("place")["decided"]
    return undecided.added(lambda rows: rows.assign(decided=rows["place"].map(decided).astype("Int64")))


def difference(both: Rates) -> Worked:
    """The share of the first place less that of the second.

    Parameters
    ----------
    both
        What ``side_by_side`` gives.

    Returns
    -------
    Worked
        One row, labelled by the second place (``compared_with``): ``share`` and ``other_share`` (0 to 1),
        ``difference_share`` with ``low_difference_share`` to ``high_difference_share`` (-1 to 1), and ``ratio`` with
        ``low_ratio`` to ``high_ratio``. Intervals are 95%. No row where either share may not be shown or is none.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17: 873-890, method 10, for the difference; Miettinen and Nurminen 1985,
    Statistics in Medicine 4: 213-226, for the ratio.
    """

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = shown(table)
        if len(rows) < 2:
            return pd.DataFrame(columns=_COLUMNS)
        events, cases = (list(map(int, rows[name])) for name in ("events", "cases"))
        two = Two(events[0], cases[0], events[1], cases[1])
        low, high = difference_interval(two, rounding=both.about.rounding)
        ratio = two.share / two.other_share if two.other_events else np.nan
        limits = ratio_interval(two, rounding=both.about.rounding)
        row = (rows.loc[1, "place"], two.share, two.other_share, two.share - two.other_share, low, high, ratio, *limits)
        return pd.DataFrame([row], columns=_COLUMNS)

    return Worked(both, work, ("compared_with",))
