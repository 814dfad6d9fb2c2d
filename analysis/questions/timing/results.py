"""How soon cases end, and how, as results that pass disclosure control: where they stand, by asked times, as curves.

Each takes ``Histories`` and is worked out (``analysis.questions.timing.incidence`` and ``incidence``) from the rows
that may be shown. Rounded to tens, an ending of fewer than 50 cases tells no median.

Rows on how soon cases end, as tables and charts have them: named, in order, with a state.

Of figures that are not public a share of nothing or of all says that under ten cases ended so, or did not: it is
suppressed, as an ending of under ten cases in all is left out.

Did the cases of one group end sooner, or otherwise, than those of another? Shares, curves and Gray's test by group.

Each takes ``Histories`` by group and is worked out from the rows that may be shown. Of figures that are not public an
ending of fewer than 50 cases is not tested: rounded to tens, its steps alone would decide the test.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test
from analysis.questions.timing.histories import NAMES, after, named
from analysis.questions.timing.incidence import (
    ANY,
    DAYS,
    MONTHS,
    OPEN,
    UNDATED,
    UNDECIDED,
    Followed,
    Whole,
    curve,
    followed,
    is_early,
    is_followed,
    timing,
)
from analysis.shares.rates import with_shares
from analysis.shares.worked import Histories, Work, Worked

#: The times at which shares are told, and those to which curves are drawn, in the unit of the lags.
ASKED = {"days": DAYS, "months": MONTHS}
HORIZON = {"days": 365, "months": 24}
FEW = 50  # cases: of numbers drawn to multiples of five fewer make steps too coarse for a median or a test
_DAILY, _STEP = 28, 7  # days: curves are read daily for so long, and weekly from there on

Types = dict[str, Any]
CURVE: Types = {
    "ending": object,
    "by_lag": "int64",
    "lag_unit": object,
    "incidence_share": "Float64",
    "low": "Float64",
    "high": "Float64",
    "state": object,
}
ENDED: Types = {
    "by_time": object,
    "ending": object,
    "by_lag": "int64",
    "lag_unit": object,
    "incidence_share": "Float64",
    "naive_share": "Float64",
    "overstated_share": "Float64",
    "low": "Float64",
    "high": "Float64",
    "state": object,
}


def is_rounded(held: Histories) -> bool:
    """Whether the running totals are drawn to multiples of five, as those of people are: few of them say little."""
    return held.about.sensitivity != "published"


def on_cases(work: Work, types: Types) -> Work:
    """The same work, which makes a table without rows of rows of which nothing can be told in time."""

    def guarded(rows: pd.DataFrame) -> pd.DataFrame:
        if not _is_told(rows):
            return pd.DataFrame(columns=list(types)).astype(types)
        return work(rows)

    return guarded


def ranked(names: Iterable[str], held: Histories) -> list[str]:
    """Endings in the order in which they are told: any, the one that carries withdrawal, the others, still open."""
    order = [ANY, held.measured, *(name for name in NAMES if name != UNDECIDED), UNDECIDED]
    return sorted(set(names), key=order.index)


def in_order(table: pd.DataFrame, held: Histories) -> pd.DataFrame:
    """Rows in the order in which their endings are told."""
    order = {name: place for place, name in enumerate(ranked(table["ending"], held))}
    return table.sort_values("ending", key=lambda names: names.map(order), kind="stable")


def by_group(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each group of which something can be told in time, in the order of the table."""
    groups = [(str(name), rows[rows["group"] == name]) for name in dict.fromkeys(rows["group"])]
    return [(name, some) for name, some in groups if _is_told(some)]


def _is_told(rows: pd.DataFrame) -> bool:
    """Whether some case was followed for some time, and not all that ended did so on a date that nobody gives."""
    sums = rows[is_followed(rows)].groupby("ending")["cases"].sum()
    some = {name for name, cases in sums.items() if cases}
    return bool(some) and (UNDATED not in some or bool(some - set(OPEN)))


def ended_rows(rows: pd.DataFrame, held: Histories, *, every: bool) -> pd.DataFrame:
    """Shares by each asked time: of any ending and, where ``every``, of each ending and of cases still open."""
    table = timing(rows, ASKED[held.lag_unit]).shares
    table = table.rename(
        columns={"low_share": "low", "high_share": "high", "difference_share": "overstated_share", "lag": "by_lag"}
    )
    ended = inverted(table[table["ending"] == UNDECIDED]).assign(ending=ANY)
    table = in_order(pd.concat([ended, table] if every else [ended]), held).sort_values("by_lag", kind="stable")
    table["by_time"] = [after(int(lag), held.lag_unit) for lag in table["by_lag"]]
    return finished(table, held, ENDED)


def curve_rows(cases: Followed, held: Histories, *endings: str, also: Iterable[int] = ()) -> pd.DataFrame:
    """The cumulative incidence of one ending, or of several taken as one, at each time to the horizon.

    ``also`` are times at which it is read besides.
    """
    grid = _grid(cases, held.lag_unit, also=also)
    if not set(endings) & set(cases.endings):  # nobody ended so: nothing happened no times, which is known
        return pd.DataFrame({"ending": endings[0], "by_lag": grid, "incidence_share": 0.0})
    one = curve(cases, *endings)
    place = np.searchsorted(one.lags, grid, side="right") - 1
    told = {"ending": endings[0] if len(endings) == 1 else ANY, "by_lag": grid}
    for name, values, before in zip(
        ("incidence_share", "low", "high"), (one.share, *one.limits), (0.0, np.nan, np.nan), strict=True
    ):
        told[name] = np.where(place >= 0, values[place], before)
    return pd.DataFrame(told)


def open_rows(cases: Followed, held: Histories) -> pd.DataFrame:
    """The share still open at each time to the horizon."""
    if not cases.endings:
        return pd.DataFrame({"ending": UNDECIDED, "by_lag": _grid(cases, held.lag_unit), "incidence_share": 1.0})
    return inverted(curve_rows(cases, held, *cases.endings)).assign(ending=UNDECIDED)


def inverted(table: pd.DataFrame) -> pd.DataFrame:
    """Shares still open as shares that have ended, or the other way round."""
    result = table.assign(incidence_share=1 - table["incidence_share"], low=1 - table["high"], high=1 - table["low"])
    if "naive_share" in table:
        result = result.assign(naive_share=1 - table["naive_share"], overstated_share=-table["overstated_share"])
    return result


def finished(table: pd.DataFrame, held: Histories, types: Types) -> pd.DataFrame:
    """Rows with names that a reader knows, their unit and their state, in the columns of ``types``."""
    result = table.reset_index(drop=True).reindex(columns=list(types))
    result["ending"], result["lag_unit"], result["state"] = named(result["ending"]), held.lag_unit, "shown"
    return result.astype(types)


def followed_for(cases: Followed, unit: str) -> int:
    """The last time at which a curve is read: the horizon, or that to which some case was followed."""
    return min(HORIZON[unit], int(cases.lags[-1])) if cases.censored[-1] else HORIZON[unit]


def _grid(cases: Followed, unit: str, *, also: Iterable[int] = ()) -> Whole:
    """The times at which a curve is read: to the horizon, and no further than some case was followed."""
    last = followed_for(cases, unit)
    every = np.arange(last + 1)
    if unit == "months":
        return every
    return np.asarray(every[(every <= _DAILY) | (every % _STEP == 0) | np.isin(every, [last, *also])])


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
        if is_rounded(held):
            is_few = table["ended"] < FEW
            table.loc[is_few, _MEDIANS] = pd.NA
            table.loc[is_few, "state"] = "suppressed"
        return table.assign(ending=named(table["ending"]))[columns]

    return Worked(held, on_cases(work, dict.fromkeys(columns, object)), ("ending",))


_LIMITS_FIRST = {f"{kind}_{limit}": f"{limit}_{kind}" for kind in _KINDS for limit in ("low", "high")}


_TEST = ["ending", "chi_squared", "chi_squared_degrees", "p_value"]


def group_shares(held: Histories) -> Worked:
    """What ``ended_by`` says of each group: one row per group, time and ending."""
    return Worked(held, _each(lambda rows: ended_rows(rows, held, every=True), ENDED), ("group", "by_time", "ending"))


def group_curves(held: Histories) -> Worked:
    """The cumulative incidence of the ending that carries withdrawal in each group: one row per group and time.

    A group of which nobody ended so has a curve too, at nothing. The last time of each curve is one of all that reach
    so far, so that groups can be compared at the last time that all of them have.
    """

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = {name: followed(some) for name, some in by_group(rows)}
        lasts = {followed_for(one, held.lag_unit) for one in cases.values()}
        told = [
            finished(curve_rows(one, held, held.measured, also=lasts), held, CURVE).assign(group=name)
            for name, one in cases.items()
        ]
        return pd.concat(told, ignore_index=True)[["group", *CURVE]].astype({"group": object, **CURVE})

    return Worked(held, on_cases(work, {"group": object, **CURVE}), ("group", "ending", "by_lag"))


def group_test(held: Histories) -> Worked:
    """Gray's test between the groups: one row per ending that can be tested."""

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        ended = rows.groupby("ending")["cases"].sum()
        able = [name for name in followed(rows).endings if not is_rounded(held) or ended[name] >= FEW]
        tests = []
        for ending in ranked(able, held):
            try:
                one = gray_test(rows, ending=ending)
            except ParameterError:  # a single group, or too few that ended so
                continue
            tests.append((NAMES[ending], one.statistic, one.degrees, one.p))
        return pd.DataFrame(tests, columns=_TEST)

    return Worked(held, on_cases(work, dict.fromkeys(_TEST, object)), ("ending",))


def _each(work: Work, types: Types) -> Work:
    """The same work on each group by itself, its rows labelled with the group."""
    wanted: Types = {"group": object, **types}

    def by_groups(rows: pd.DataFrame) -> pd.DataFrame:
        told = [work(some).assign(group=name) for name, some in by_group(rows)]
        return pd.concat(told, ignore_index=True)[list(wanted)].astype(wanted)

    return on_cases(by_groups, wanted)
