"""Rows on how soon cases end, as tables and charts have them: named, in order, with a state.

Of figures that are not public a share of nothing or of all says that under ten cases ended so, or did not: it is
suppressed, as an ending of under ten cases in all is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.statistics.histories import NAMES, after, named
from analysis.statistics.incidence import OPEN, UNDATED, UNDECIDED, Followed, Whole, curve, is_followed
from analysis.statistics.timing import ANY, DAYS, MONTHS, timing
from analysis.statistics.worked import Histories, Work

#: The times at which shares are told, and those to which curves are drawn, in the unit of the lags.
ASKED = {"days": DAYS, "months": MONTHS}
HORIZON = {"days": 365, "months": 24}
FEW = 50  # cases, rounded to tens: fewer make steps too coarse for a median or a test
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


def is_guarded(held: Histories) -> bool:
    """Whether the figures are not public, so that their running totals are rounded to tens."""
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
    result = result.astype(types)
    if is_guarded(held):
        hidden = result["incidence_share"].astype("float64").round(12).isin([0, 1])
        result.loc[hidden, [name for name, kind in types.items() if kind == "Float64"]] = pd.NA
        result.loc[hidden, "state"] = "suppressed"
    return result


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
