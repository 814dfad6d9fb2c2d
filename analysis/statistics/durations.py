"""How soon cases end, and how, as results that pass disclosure control: where they stand, by asked times, as curves.

Each takes ``Histories`` and is worked out (``analysis.statistics.timing`` and ``incidence``) from the rows that may be
shown. Rounded to tens, an ending of fewer than 50 cases tells no median.
"""

from __future__ import annotations

import pandas as pd

from analysis.statistics.duration_rows import (
    CURVE,
    ENDED,
    FEW,
    curve_rows,
    ended_rows,
    finished,
    in_order,
    is_guarded,
    on_cases,
    open_rows,
    ranked,
)
from analysis.statistics.histories import named
from analysis.statistics.incidence import UNDATED, UNDECIDED, followed, is_early, is_followed
from analysis.statistics.rates import with_shares
from analysis.statistics.timing import timing
from analysis.statistics.worked import Histories, Worked

_STANDING = ["place", "events", "cases", "share", "low", "high", "state", "undated", "unfollowed", "early"]
_AS_AT = ["known_to", "dated_to"]
_KINDS = ("median", "conditional_median")
_MEDIANS = [name for kind in _KINDS for name in (kind, f"low_{kind}", f"high_{kind}")] + ["naive_median"]


def standing(held: Histories) -> Worked:
    """One row: how many of all ``cases`` had no ending (``events``) when it was last known how they stood, their share.

    ``undated`` of the others have an ending that nothing dates: with the ``events`` they are the cases that are open as
    far as dates go, at the time to which these reach (``dated_to``; ``known_to`` is that to which endings are known).
    ``unfollowed`` of all had not been followed for any time by then; ``early`` ones ended at a lag below 0.
    """

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        if not rows["cases"].sum():
            return pd.DataFrame(columns=[*_STANDING, *_AS_AT]).astype(object)
        still = int(rows.loc[rows["ending"] == UNDECIDED, "cases"].sum())
        row = pd.DataFrame({"place": [held.about.place], "events": [still], "cases": [int(rows["cases"].sum())]})
        row["state"] = "shown"
        if is_guarded(held) and not still:
            row["events"], row["state"] = None, "suppressed"
        row["undated"] = int(rows.loc[rows["ending"] == UNDATED, "cases"].sum())
        row["unfollowed"] = int(rows.loc[~is_followed(rows), "cases"].sum())
        row["early"] = int(rows.loc[is_early(rows), "cases"].sum())
        return with_shares(row)[_STANDING].assign(known_to=held.known_to, dated_to=held.dated_to)

    return Worked(held, work, ("place",))


def ended_by(held: Histories) -> Worked:
    """The share of all cases that have ended in each way by each asked time, beside that of decided cases alone.

    One row per time and ending, "Any ending" the first and "Not yet decided" the last: ``incidence_share`` of all cases
    with limits ``low`` and ``high``; ``naive_share`` of the decided; ``overstated_share`` how much greater that is.
    Missing beyond the time that any case was followed.
    """
    return Worked(held, on_cases(lambda rows: ended_rows(rows, held, every=True), ENDED), ("by_time", "ending"))


def any_ending_by(held: Histories) -> Worked:
    """The rows of ``ended_by`` for any ending, one per asked time."""
    return Worked(held, on_cases(lambda rows: ended_rows(rows, held, every=False), ENDED), ("by_time", "ending"))


def incidence_curves(held: Histories) -> Worked:
    """The cumulative incidence of each ending by every time to the horizon, and the share still open.

    One row per ending and time: ``incidence_share`` of all cases, ``low`` and ``high``. Where lags are in days, every
    day of the first four weeks and every seventh from there on. No row lies beyond the time that any case was followed.
    """

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = followed(rows)
        told = [curve_rows(cases, held, name) for name in ranked(cases.endings, held)]
        return finished(pd.concat([*told, open_rows(cases, held)], ignore_index=True), held, CURVE)

    return Worked(held, on_cases(work, CURVE), ("ending", "by_lag"))


def median_times(held: Histories) -> Worked:
    """The time by which half of all cases had ended in each way, and that by which half of those had that ended so.

    One row per ending, "Any ending" the first, in the unit of the lags. Missing where half are never reached.
    """
    columns = ["ending", "ended", *_MEDIANS, "lag_unit", "state"]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        medians = timing(rows).medians.rename(columns=_LIMITS_FIRST)
        table = in_order(medians, held).assign(lag_unit=held.lag_unit, state="shown")
        if is_guarded(held):
            is_few = table["ended"] < FEW
            table.loc[is_few, _MEDIANS] = pd.NA
            table.loc[is_few, "state"] = "suppressed"
        return table.assign(ending=named(table["ending"]))[columns]

    return Worked(held, on_cases(work, dict.fromkeys(columns, object)), ("ending",))


_LIMITS_FIRST = {f"{kind}_{limit}": f"{limit}_{kind}" for kind in _KINDS for limit in ("low", "high")}
