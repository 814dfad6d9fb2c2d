"""Did the cases of one group end sooner, or otherwise, than those of another? Shares, curves and Gray's test by group.

Each takes ``Histories`` by group and is worked out from the rows that may be shown. Of figures that are not public an
ending of fewer than 50 cases is not tested: rounded to tens, its steps alone would decide the test.
"""

from __future__ import annotations

import pandas as pd

from analysis.errors import ParameterError
from analysis.statistics.duration_rows import (
    CURVE,
    ENDED,
    FEW,
    Types,
    by_group,
    curve_rows,
    ended_rows,
    finished,
    followed_for,
    is_guarded,
    on_cases,
    ranked,
)
from analysis.statistics.gray import gray_test
from analysis.statistics.histories import NAMES
from analysis.statistics.incidence import followed
from analysis.statistics.worked import Histories, Work, Worked

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
        able = [name for name in followed(rows).endings if not is_guarded(held) or ended[name] >= FEW]
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
