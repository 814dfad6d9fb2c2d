"""What is a place in a league table worth? Ranks with their intervals, by base, and what follows from the order.

The methods of ``pooling.py`` and ``differences.py`` on rates by force, worked out from what may be shown. Rank 1 is the
lowest share.

What it does not cover: what a rank says of a force. Where too few rows have a share, results have no rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.questions.comparison.pooling import levelled, levelled_bounds, pooled_shares, ranks
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
_CHANGED = ("changed_events", "low_events", "high_events", "low_differing_events", "high_differing_events")
_BOUNDS = ("low_open_events", "high_open_events")
_LEVELS = ["standing", "reference_share", "rows_moved", *_CHANGED, *_BOUNDS]
_UNTOLD_BASE = "with_suspect"
_OPEN = "undecided"


def league(forces: Rates) -> Rates:
    """The rows in the order of their shares, each with its pooled share and rank and their 95% intervals.

    Rows without a share come last and have neither.
    """
    by = forces.by[0]

    def add(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(**dict.fromkeys(_POOLED, np.nan))
        rows = comparable(table)
        if not rows.empty:
            pooled = pooled_shares(rows, by).rename(columns=_POOLED_LIMITS)
            places = ranks(rows, by)[[by, "rank", "low_rank", "high_rank"]]
            found = pooled[[by, *_POOLED[:3]]].merge(places, on=by)
            result = table.merge(found, on=by, how="left")
        return result.sort_values("share", na_position="last", kind="stable").reset_index(drop=True)

    return forces.added(add)


def moved(forces: Rates, others: Rates) -> Worked:
    """Where each row stands out of two bases: the base of ``forces``, and that of ``others``.

    One row per row with a share out of both, those that move furthest first: share and rank out of the first base,
    ``other_base_share`` and ``other_rank`` out of the second, and ``rank_change``, places.
    """
    by = forces.by[0]
    tables = [one.table[[by, *MEASURES]] for one in (forces, others)]
    both = pd.concat([table.assign(base=one.about.base) for table, one in zip(tables, (forces, others), strict=True)])
    columns = [by, "base", *MEASURES]
    source = Rates(
        both[columns].reset_index(drop=True), by=(by, "base"), about=forces.about, undecided=forces.undecided
    )

    def work(table: pd.DataFrame) -> pd.DataFrame:
        one, other = (table[table["base"] == rates.about.base] for rates in (forces, others))
        names = [by, "share", "rank", "other_base_share", "other_rank", "rank_change"]
        if comparable(one).empty or comparable(other).empty:
            return pd.DataFrame(columns=names)
        second = shown(other)[[by, "share"]].rename(columns={"share": "other_base_share"})
        rows = shown(one)[[by, "share"]].merge(second, on=by)
        for share, rank in (("share", "rank"), ("other_base_share", "other_rank")):
            rows[rank] = rows[share].rank()
        rows["rank_change"] = rows["other_rank"] - rows["rank"]
        furthest = np.argsort(-rows["rank_change"].abs().to_numpy(), kind="stable")
        return rows.iloc[furthest][names]

    return Worked(source, work, (by,))


def against(forces: Rates, force: str, *, group: str = "") -> Worked:
    """One force against all others together, and against the forces of ``group`` (names, with commas between them).

    One row each, labelled by ``compared_with``: share, ``other_share``, difference (Newcombe) and ratio (Miettinen and
    Nurminen) with 95% intervals. Forces of the group without a share are left out, and so is a row with nobody in it.

    Raises ParameterError for a name that is no force.
    """
    by, named = forces.by[0], reference.forces_named(group)
    limits = [f"{side}_{name}" for name in ("difference_share", "ratio") for side in ("low", "high")]
    names = ["compared_with", "share", "other_share", "difference_share", *limits[:2], "ratio", *limits[2:]]

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = shown(table)
        labels, found = list(rows[by]), []
        if force in labels and len(labels) > 1:
            rest = against_rest(rows, by).set_index(by).loc[[force]].rename(columns={"rest_share": "other_share"})
            found.append(rest.assign(compared_with=_together(len(labels) - 1)))
        members = [label for label in named if label in labels and label != force]
        if found and members:
            line = against_group(rows, by, row=force, group=members).rename(columns={"group_share": "other_share"})
            found.append(line.assign(compared_with=_group(len(members))))
        return pd.concat(found)[names] if found else pd.DataFrame(columns=names)

    return Worked(forces, work, ("compared_with",))


def _together(others: int) -> str:
    return "the other force" if others == 1 else f"the {others} other forces"


def _group(members: int) -> str:
    return "one force of the group" if members == 1 else f"the {members} forces of the group"


def levels(forces: Rates, *, covered: Counts) -> Worked:
    """What would be different if no row stood worse than the middle, or than the tenth that stands best.

    One row per ``standing``: ``reference_share``, ``rows_moved`` and ``changed_events``, cases a year, with a 95%
    interval of chance, one where forces differ, and the ``low_open_events`` and ``high_open_events`` between which it
    comes to lie, whichever way open cases end. These are missing out of cases with a suspect, since nobody publishes
    whether an open case has one. Fewer cases come to end so; of a measure that is wanted, such as charges, more do, and
    the tenth is the highest. ``covered`` holds the counts of ``forces``.
    """
    by, is_wanted = forces.by[0], measures.measure(forces.about.measure).is_wanted
    years = sum(covered.coverage.periods.values()) / 12
    is_untold = forces.about.base == _UNTOLD_BASE or forces.about.measure == _OPEN
    is_told = not is_untold and bool(measures.measure(_OPEN).codes(covered.scheme))
    found = {"own": forces} | ({_OPEN: rates(covered, _OPEN, base="recorded", by=by)} if is_told else {})
    parts = [one.table[[by, *MEASURES]].assign(measure=name) for name, one in found.items()]
    both = pd.concat(parts, ignore_index=True)[[by, "measure", *MEASURES]]
    source = Rates(both, by=(by, "measure"), about=forces.about, undecided=forces.undecided)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        own, still = (table[table["measure"] == name].drop(columns="measure") for name in ("own", _OPEN))
        rows = comparable(own)
        if rows.empty:
            return pd.DataFrame(columns=_LEVELS)
        turned = rows.assign(events=rows["cases"] - rows["events"]) if is_wanted else rows
        found = levelled(turned, by, percentiles=tuple(_LEAST), years=years)
        found["standing"] = found["percentile"].map(_MOST if is_wanted else _LEAST)
        if is_wanted:
            found["reference_share"] = 1 - found["reference_share"]
        open_cases = _with_open(rows, still, by, is_wanted=is_wanted) if is_told else None
        ends = [
            (np.nan, np.nan)
            if open_cases is None
            else levelled_bounds(open_cases, by, percentile=percentile, years=years)
            for percentile in found["percentile"]
        ]
        found[list(_BOUNDS)] = ends
        found = found.rename(columns={"rows_above": "rows_moved", "fewer_events": "changed_events"})
        for name in (*_CHANGED, *_BOUNDS):
            found[name] = found[name].round().astype("Int64")
        return found[_LEVELS]

    return Worked(source, work, ("standing",))


def _with_open(rows: pd.DataFrame, still: pd.DataFrame, by: str, *, is_wanted: bool) -> pd.DataFrame | None:
    """Events so far out of all recorded cases, with the open ones; none where one row's are not shown, or not in them.

    Of what is wanted the events are the other endings: those so far are the cases that neither ended so nor are open.
    """
    both = rows[[by, "events"]].merge(still[[by, "events", "cases"]].rename(columns={"events": "open"}), on=by)
    both = both.dropna()
    if len(both) < len(rows) or (both["events"] + both["open"] > both["cases"]).any():
        return None
    if is_wanted:
        both["events"] = both["cases"] - both["events"] - both["open"]
    return both
