"""What is a place in a league table worth? Ranks with their intervals, by base, and what follows from the order.

The methods of ``pooling.py`` and ``differences.py`` on rates by force, worked out from what may be shown. Rank 1 is the
lowest share.

What it does not cover: what a rank says of a force. Where too few rows have a share, results have no rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.questions.comparison.pooling import levelled, levelled_bounds, pooled_shares
from analysis.questions.comparison.results import comparable
from analysis.reference import measures, reference
from analysis.reference.schema import MEASURES
from analysis.shares.differences import against_group, against_rest
from analysis.shares.rates import Rates, rates
from analysis.shares.worked import Worked, shown

_POOLED = ("pooled_share", "low_pooled_share", "high_pooled_share", "rank", "low_rank", "high_rank")
_POOLED_LIMITS = {"low_share": "low_pooled_share", "high_share": "high_pooled_share"}
_LEAST = {50.0: "the middle", 10.0: "the lowest tenth"}
_MOST = {50.0: "the middle", 10.0: "the highest tenth"}
_FEWEST = 3  # rows that have a middle one
_CHANGED = ("changed_events", "low_events", "high_events", "low_differing_events", "high_differing_events")
_BOUNDS = ("low_open_events", "high_open_events")
_LEVELS = ["standing", "reference_share", "rows_moved", *_CHANGED, *_BOUNDS]
_UNTOLD_BASE = "with_suspect"
_OPEN = "undecided"


def league(forces: Rates) -> Rates:
    """The rows in the order of their shares, each with its pooled share and its rank.

    Parameters
    ----------
    forces
        Shares by force.

    Returns
    -------
    Rates
        The same rows, the lowest share first, and with each ``pooled_share``, ``low_pooled_share`` to
        ``high_pooled_share`` (95%, 0 to 1), ``rank`` (1 is the lowest) and ``low_rank`` to ``high_rank`` (95%). Rows
        without a share come last and have neither.

    References
    ----------
    Those of ``pooled_shares``.
    """
    by, rounding = forces.by[0], forces.about.rounding

    def add(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(**dict.fromkeys(_POOLED, np.nan))
        rows = comparable(table)
        if not rows.empty:
            pooled = pooled_shares(rows, by, rounding=rounding).rename(columns=_POOLED_LIMITS)
            result = table.merge(pooled[[by, *_POOLED]], on=by, how="left")
        return result.sort_values("share", na_position="last", kind="stable").reset_index(drop=True)

    return forces.added(add)


def moved(forces: Rates, others: Rates | None) -> Worked:
    """Where each row stands out of two bases.

    Parameters
    ----------
    forces, others
        Shares by force of the same cases, out of one base and out of another; no others where no other can be told.

    Returns
    -------
    Worked
        A row for each row with a share out of both, those that move furthest first: ``share`` (0 to 1) and ``rank`` out
        of the first base, ``other_base_share`` and ``other_rank`` out of the second, and ``rank_change``, in places. No
        row where either base has nothing to compare.
    """
    by = forces.by[0]
    sides = [forces] if others is None else [forces, others]
    both = pd.concat([shares.table[[by, *MEASURES]].assign(base=shares.about.base) for shares in sides])
    columns = [by, "base", *MEASURES]
    source = Rates(
        both[columns].reset_index(drop=True), by=(by, "base"), about=forces.about, undecided=forces.undecided
    )

    def work(table: pd.DataFrame) -> pd.DataFrame:
        names = [by, "share", "rank", "other_base_share", "other_rank", "rank_change"]
        parts = [table[table["base"] == shares.about.base] for shares in sides]
        if len(parts) < 2 or any(comparable(part).empty for part in parts):
            return pd.DataFrame(columns=names)
        first, second = parts
        other_shares = shown(second)[[by, "share"]].rename(columns={"share": "other_base_share"})
        rows = shown(first)[[by, "share"]].merge(other_shares, on=by)
        for share, rank in (("share", "rank"), ("other_base_share", "other_rank")):
            rows[rank] = rows[share].rank()
        rows["rank_change"] = rows["other_rank"] - rows["rank"]
        furthest = np.argsort(-rows["rank_change"].abs().to_numpy(), kind="stable")
        return rows.iloc[furthest][names]

    return Worked(source, work, (by,))


def against(forces: Rates, force: str, *, group: str = "") -> Worked:
    """One force against all others together, and against those of a group.

    Parameters
    ----------
    forces
        Shares by force.
    force
        The force that is set against the others.
    group
        Names with commas between them, after a name of their own and a colon or without; of these, the force itself and
        those without a share are left out.

    Returns
    -------
    Worked
        A row for all others and one for the group, labelled by ``compared_with``, without one that has nobody in it:
        ``share`` and ``other_share`` (0 to 1), ``difference_share`` with ``low_difference_share`` to
        ``high_difference_share`` (-1 to 1) and ``ratio`` with ``low_ratio`` to ``high_ratio``. Intervals are 95%.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17: 873-890, method 10, for the difference; Miettinen and Nurminen 1985,
    Statistics in Medicine 4: 213-226, for the ratio.
    """
    by, (called, named), rounding = forces.by[0], reference.group_named(group), forces.about.rounding
    limits = [f"{side}_{name}" for name in ("difference_share", "ratio") for side in ("low", "high")]
    names = ["compared_with", "share", "other_share", "difference_share", *limits[:2], "ratio", *limits[2:]]

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = shown(table)
        labels, lines = list(rows[by]), []
        if force in labels and len(labels) > 1:
            rest = against_rest(rows, by, rounding=rounding).set_index(by).loc[[force]]
            rest = rest.rename(columns={"rest_share": "other_share"})
            lines.append(rest.assign(compared_with=_together(len(labels) - 1)))
        members = [label for label in named if label in labels and label != force]
        if lines and members:
            line = against_group(rows, by, row=force, group=members, rounding=rounding)
            line = line.rename(columns={"group_share": "other_share"})
            lines.append(line.assign(compared_with=_group(len(members), called, is_in=force in named)))
        return pd.concat(lines)[names] if lines else pd.DataFrame(columns=names)

    return Worked(forces, work, ("compared_with",))


def _together(others: int) -> str:
    return "the other force" if others == 1 else f"the {others} other forces"


def _group(members: int, called: str, *, is_in: bool) -> str:
    """Those of a group in words; of one that has a name and holds the force itself, the others."""
    noun = f"{'other ' if called and is_in else ''}{'force' if members == 1 else 'forces'}"
    return f"{'one' if members == 1 else f'the {members}'} {noun} of {called or 'the group'}"


def levels(forces: Rates, *, covered: Counts) -> Worked:
    """What would be different if no row stood worse than the middle, or than the tenth that stands best.

    Fewer cases come to end so; of a measure that is wanted, such as charges, more do, and the tenth is the highest.

    Parameters
    ----------
    forces
        Shares by force.
    covered
        The counts that they are shares of.

    Returns
    -------
    Worked
        A row for each ``standing``: ``reference_share`` (0 to 1), ``rows_moved``, and in cases a year
        ``changed_events``, ``low_events`` to ``high_events`` (95%, chance alone), ``low_differing_events`` to
        ``high_differing_events`` (95%, if forces differ), and ``low_open_events`` to ``high_open_events``, between
        which it comes to lie whichever way open cases end. These are missing out of cases with a suspect, since nobody
        publishes whether an open case has one. No row where nothing can be compared or fewer than three can, and no
        row for a tenth of fewer than five.

    References
    ----------
    Those of ``levelled``.
    """
    by, is_wanted = forces.by[0], measures.measure(forces.about.measure).is_wanted
    years = sum(covered.coverage.periods.values()) / 12
    is_told = forces.about.base != _UNTOLD_BASE and forces.about.measure != _OPEN
    is_bounded = is_told and bool(measures.measure(_OPEN).codes(covered.scheme))
    named = {"own": forces} | ({_OPEN: rates(covered, _OPEN, base="recorded", by=by)} if is_bounded else {})
    parts = [shares.table[[by, *MEASURES]].assign(measure=name) for name, shares in named.items()]
    both = pd.concat(parts, ignore_index=True)[[by, "measure", *MEASURES]]
    source = Rates(both, by=(by, "measure"), about=forces.about, undecided=forces.undecided)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        own, still_open = (table[table["measure"] == name].drop(columns="measure") for name in ("own", _OPEN))
        rows = comparable(own)
        if len(rows) < _FEWEST:
            return pd.DataFrame(columns=_LEVELS)
        open_cases = _with_open(rows, still_open, by, is_wanted=is_wanted) if is_bounded else None
        return _levelled(rows, open_cases, by, years=years, is_wanted=is_wanted, rounding=forces.about.rounding)

    return Worked(source, work, ("standing",))


def _levelled(
    rows: pd.DataFrame, open_cases: pd.DataFrame | None, by: str, *, years: float, is_wanted: bool, rounding: float
) -> pd.DataFrame:
    """The rows of ``levels``, from shares that may be shown and, where there are any, the open cases beside them."""
    turned = rows.assign(events=rows["cases"] - rows["events"]) if is_wanted else rows
    percentiles = tuple(percentile for percentile in _LEAST if len(rows) * percentile >= 50)  # a tenth of five or more
    marks = levelled(turned, by, percentiles=percentiles, years=years, rounding=rounding)
    marks["standing"] = marks["percentile"].map(_MOST if is_wanted else _LEAST)
    if is_wanted:
        marks["reference_share"] = 1 - marks["reference_share"]
    marks[list(_BOUNDS)] = [
        (np.nan, np.nan) if open_cases is None else levelled_bounds(open_cases, by, percentile=percentile, years=years)
        for percentile in marks["percentile"]
    ]
    marks = marks.rename(columns={"rows_above": "rows_moved", "fewer_events": "changed_events"})
    for name in (*_CHANGED, *_BOUNDS):
        marks[name] = marks[name].round().astype("Int64")
    return marks[_LEVELS]


def _with_open(rows: pd.DataFrame, still_open: pd.DataFrame, by: str, *, is_wanted: bool) -> pd.DataFrame | None:
    """Events so far out of all recorded cases, with the open ones; none where one row's are not shown, or not in them.

    Of what is wanted the events are the other endings: those so far are the cases that neither ended so nor are open.
    """
    waiting = still_open[[by, "events", "cases"]].rename(columns={"events": "open"})
    both = rows[[by, "events"]].merge(waiting, on=by).dropna()
    if len(both) < len(rows) or (both["events"] + both["open"] > both["cases"]).any():
        return None
    if is_wanted:
        both["events"] = both["cases"] - both["events"] - both["open"]
    return both
