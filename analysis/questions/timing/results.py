"""How soon cases end, and how, as results that pass disclosure control: where they stand, by asked times, as curves.

Each takes ``Histories``, of all cases or by group, and is worked out (``analysis.questions.timing.incidence`` and
``gray``) from the rows that may be shown: named, in order, with a state. Of figures that are not public, whose running
totals are rounded, an ending of fewer than 50 cases tells no median and bears no test: its steps alone would decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test
from analysis.questions.timing.histories import NAMES, after
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
_ASKED = {"days": DAYS, "months": MONTHS}
_HORIZON = {"days": 365, "months": 24}
_FEW = 50  # cases: of numbers drawn to multiples of five fewer make steps too coarse for a median or a test
FEWEST_ENDED = 6  # cases that ended so: of fewer no 95% interval of their median exists, 1 - 2 / 2**n being less
_DAILY, _STEP = 28, 7  # days: curves are read daily for so long, and weekly from there on

_Types = dict[str, Any]
_LABELS: _Types = {"ending": object, "by_lag": "int64", "lag_unit": object}
_CURVE = _LABELS | dict.fromkeys(("incidence_share", "low", "high"), "Float64") | {"state": object}
_NUMBERS = ("incidence_share", "naive_share", "overstated_share", "low", "high")
_ENDED: _Types = {"by_time": object, **_LABELS, **dict.fromkeys(_NUMBERS, "Float64"), "state": object}


def _is_rounded(histories: Histories) -> bool:
    """Whether the running totals are drawn to multiples of five, as those of people are: few of them say little."""
    return histories.about.sensitivity != "published"


def _followed(rows: pd.DataFrame, histories: Histories) -> Followed:
    """The cases, with what rounding leaves to chance."""
    return followed(rows, rounding=histories.about.rounding)


def _on_cases(work: Work, types: _Types) -> Work:
    """The same work, which makes a table without rows of rows of which nothing can be told in time."""

    def guarded(rows: pd.DataFrame) -> pd.DataFrame:
        if not _is_dated(rows):
            return pd.DataFrame(columns=list(types)).astype(types)
        return work(rows)

    return guarded


def _ranked(names: Iterable[str], histories: Histories) -> list[str]:
    """Endings in the order in which they are told: any, the one that carries withdrawal, the others, still open."""
    order = [ANY, histories.measured, *(name for name in NAMES if name != UNDECIDED), UNDECIDED]
    return sorted(set(names), key=order.index)


def _in_order(table: pd.DataFrame, histories: Histories) -> pd.DataFrame:
    """Rows in the order in which their endings are told."""
    order = {name: place for place, name in enumerate(_ranked(table["ending"], histories))}
    return table.sort_values("ending", key=lambda names: names.map(order), kind="stable")


def _by_group(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each group of which something can be told in time, in the order of the table."""
    groups = [(str(name), rows[rows["group"] == name]) for name in dict.fromkeys(rows["group"])]
    return [(name, its_rows) for name, its_rows in groups if _is_dated(its_rows)]


def _is_dated(rows: pd.DataFrame) -> bool:
    """Whether some case was followed for some time, and not all that ended did so on a date that nobody gives."""
    sums = rows[is_followed(rows)].groupby("ending")["cases"].sum()
    there = {name for name, cases in sums.items() if cases}
    return bool(there) and (UNDATED not in there or bool(there - set(OPEN)))


def _ended_rows(rows: pd.DataFrame, histories: Histories, *, every: bool) -> pd.DataFrame:
    """Shares by each asked time: of any ending and, where ``every``, of each ending and of cases still open."""
    table = timing(rows, _ASKED[histories.lag_unit], rounding=histories.about.rounding).shares
    table = table.rename(
        columns={"low_share": "low", "high_share": "high", "difference_share": "overstated_share", "lag": "by_lag"}
    )
    ended = _inverted(table[table["ending"] == UNDECIDED]).assign(ending=ANY)
    table = _in_order(pd.concat([ended, table] if every else [ended]), histories).sort_values("by_lag", kind="stable")
    table["by_time"] = [after(int(lag), histories.lag_unit) for lag in table["by_lag"]]
    return _finished(table, histories, _ENDED)


def _curve_rows(cases: Followed, histories: Histories, *endings: str, also: Iterable[int] = ()) -> pd.DataFrame:
    """The cumulative incidence of one ending, or of several taken as one, at each time to the horizon.

    ``also`` are times at which it is read besides.
    """
    grid = _grid(cases, histories.lag_unit, also=also)
    if not set(endings) & set(cases.endings):  # nobody ended so: nothing happened no times, which is known
        return pd.DataFrame({"ending": endings[0], "by_lag": grid, "incidence_share": 0.0})
    incidence = curve(cases, *endings)
    place = np.searchsorted(incidence.lags, grid, side="right") - 1
    columns = {"ending": endings[0] if len(endings) == 1 else ANY, "by_lag": grid}
    for name, values, before in zip(
        ("incidence_share", "low", "high"), (incidence.share, *incidence.limits), (0.0, np.nan, np.nan), strict=True
    ):
        columns[name] = np.where(place >= 0, values[place], before)
    return pd.DataFrame(columns)


def _open_rows(cases: Followed, histories: Histories) -> pd.DataFrame:
    """The share still open at each time to the horizon."""
    if not cases.endings:
        return pd.DataFrame({"ending": UNDECIDED, "by_lag": _grid(cases, histories.lag_unit), "incidence_share": 1.0})
    return _inverted(_curve_rows(cases, histories, *cases.endings)).assign(ending=UNDECIDED)


def _inverted(table: pd.DataFrame) -> pd.DataFrame:
    """Shares still open as shares that have ended, or the other way round."""
    result = table.assign(incidence_share=1 - table["incidence_share"], low=1 - table["high"], high=1 - table["low"])
    if "naive_share" in table:
        result = result.assign(naive_share=1 - table["naive_share"], overstated_share=-table["overstated_share"])
    return result


def _finished(table: pd.DataFrame, histories: Histories, types: _Types) -> pd.DataFrame:
    """Rows with names that a reader knows, their unit and their state, in the columns of ``types``."""
    result = table.reset_index(drop=True).reindex(columns=list(types))
    result["ending"], result["lag_unit"], result["state"] = result["ending"].map(NAMES), histories.lag_unit, "shown"
    return result.astype(types)


def _followed_for(cases: Followed, unit: str) -> int:
    """The last time at which a curve is read: the horizon, or that to which some case was followed."""
    return min(_HORIZON[unit], int(cases.lags[-1])) if cases.censored[-1] else _HORIZON[unit]


def _grid(cases: Followed, unit: str, *, also: Iterable[int] = ()) -> Whole:
    """The times at which a curve is read: to the horizon, and no further than some case was followed."""
    last = _followed_for(cases, unit)
    every = np.arange(last + 1)
    if unit == "months":
        return every
    return np.asarray(every[(every <= _DAILY) | (every % _STEP == 0) | np.isin(every, [last, *also])])


_STANDING = ["place", "events", "cases", "share", "low", "high", "state", "undated", "unfollowed", "early"]
_AS_AT = ["known_to", "dated_to"]
_KINDS = ("median", "conditional_median")
_MEDIANS = [name for kind in _KINDS for name in (kind, f"low_{kind}", f"high_{kind}")] + ["naive_median"]


@dataclass(frozen=True)
class Timed:
    """How soon the cases of some ``histories`` end, and how: of all of them, or of each group that they are by."""

    histories: Histories

    @property
    def standing(self) -> Worked:
        """How many of all cases had no ending when it was last known how they stood.

        One row. Cases: ``events`` without an ending, of ``cases``; ``undated`` of the others have an ending that
        nothing dates, and with the ``events`` they are open as far as dates go; ``unfollowed`` had not been followed
        for any time, and ``early`` ones ended at a lag below 0. ``share`` of the cases with its 95% limits ``low`` and
        ``high``, 0 to 1. In words, ``known_to``, the time to which endings are known, and ``dated_to``, that to which
        they are dated. No row without a case.
        """

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            if not rows["cases"].sum():
                return pd.DataFrame(columns=[*_STANDING, *_AS_AT]).astype(object)
            still = int(rows.loc[rows["ending"] == UNDECIDED, "cases"].sum())
            row = pd.DataFrame(
                {"place": [self.histories.about.place], "events": [still], "cases": [int(rows["cases"].sum())]}
            )
            row["state"] = "shown"
            row["undated"] = int(rows.loc[rows["ending"] == UNDATED, "cases"].sum())
            row["unfollowed"] = int(rows.loc[~is_followed(rows), "cases"].sum())
            row["early"] = int(rows.loc[is_early(rows), "cases"].sum())
            return with_shares(row, rounding=self.histories.about.rounding)[_STANDING].assign(
                known_to=self.histories.known_to, dated_to=self.histories.dated_to
            )

        return Worked(self.histories, work, ("place",))

    @property
    def ended_by(self) -> Worked:
        """The share of all cases that have ended in each way by each asked time, beside that of decided cases alone.

        One row per time (``by_time`` in words, ``by_lag`` in ``lag_unit``) and ending, "Any ending" the first and "Not
        yet decided" the last. Shares from 0 to 1: ``incidence_share`` of all cases with 95% limits ``low`` and
        ``high``; ``naive_share`` of the decided; ``overstated_share`` how much greater that is. Missing beyond the time
        that any case was followed.

        References
        ----------
        Aalen and Johansen (1978), Scandinavian Journal of Statistics 5: 141-150.
        """
        return self._told_by(every=True)

    @property
    def any_ending_by(self) -> Worked:
        """The share of all cases that have ended in any way by each asked time.

        One row per time, with the columns of ``ended_by``.
        """
        return self._told_by(every=False)

    def _told_by(self, *, every: bool) -> Worked:
        work = _on_cases(lambda rows: _ended_rows(rows, self.histories, every=every), _ENDED)
        return Worked(self.histories, work, ("by_time", "ending"))

    @property
    def incidence_curves(self) -> Worked:
        """The cumulative incidence of each ending by every time to the horizon, and the share still open.

        One row per ending and time (``by_lag`` in ``lag_unit``): ``incidence_share`` of all cases with 95% limits
        ``low`` and ``high``, 0 to 1. The horizon is 24 months or 365 days; of days, every one of the first four weeks
        and every seventh from there on. No row lies beyond the time that any case was followed.

        References
        ----------
        Aalen and Johansen (1978), Scandinavian Journal of Statistics 5: 141-150.
        """

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            cases = _followed(rows, self.histories)
            curves = [_curve_rows(cases, self.histories, name) for name in _ranked(cases.endings, self.histories)]
            return _finished(
                pd.concat([*curves, _open_rows(cases, self.histories)], ignore_index=True), self.histories, _CURVE
            )

        return Worked(self.histories, _on_cases(work, _CURVE), ("ending", "by_lag"))

    @property
    def median_times(self) -> Worked:
        """The time by which half of all cases had ended in each way, and that by which half of those had that ended so.

        One row per ending, "Any ending" the first: ``ended`` cases, and times in ``lag_unit``: ``median`` of all cases,
        ``conditional_median`` of those that ended so, each with 95% limits (``low_median`` and so on), ``naive_median``
        of decided cases. Missing where half are never reached, and of those that ended so where fewer than
        FEWEST_ENDED did.

        References
        ----------
        Brookmeyer and Crowley (1982), Biometrics 38: 29-41.
        """
        columns = ["ending", "ended", *_MEDIANS, "lag_unit", "state"]

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            medians = timing(rows, rounding=self.histories.about.rounding).medians.rename(columns=_LIMITS_FIRST)
            table = _in_order(medians, self.histories).assign(lag_unit=self.histories.lag_unit, state="shown")
            table.loc[table["ended"] < FEWEST_ENDED, [name for name in _MEDIANS if "conditional" in name]] = pd.NA
            if _is_rounded(self.histories):
                is_few = table["ended"] < _FEW
                table.loc[is_few, _MEDIANS] = pd.NA
                table.loc[is_few, "state"] = "suppressed"
            return table.assign(ending=table["ending"].map(NAMES))[columns]

        return Worked(self.histories, _on_cases(work, dict.fromkeys(columns, object)), ("ending",))

    @property
    def group_shares(self) -> Worked:
        """The share of the cases of each group that have ended in each way by each asked time.

        One row per ``group``, time and ending, with the columns of ``ended_by``.
        """
        return Worked(
            self.histories,
            _each(lambda rows: _ended_rows(rows, self.histories, every=True), _ENDED),
            ("group", "by_time", "ending"),
        )

    @property
    def group_curves(self) -> Worked:
        """The cumulative incidence of the ending that carries withdrawal in each group.

        One row per ``group`` and time, with the columns of ``incidence_curves``. A group of which nobody ended so has a
        curve too, at nothing. The last time of each curve is one of all that reach so far, so that groups can be
        compared at the last time that all of them have.
        """

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            groups = {name: _followed(its_rows, self.histories) for name, its_rows in _by_group(rows)}
            lasts = {_followed_for(cases, self.histories.lag_unit) for cases in groups.values()}
            curves = [
                _curve_rows(cases, self.histories, self.histories.measured, also=lasts)
                .pipe(_finished, self.histories, _CURVE)
                .assign(group=name)
                for name, cases in groups.items()
            ]
            return pd.concat(curves, ignore_index=True)[["group", *_CURVE]].astype({"group": object, **_CURVE})

        return Worked(self.histories, _on_cases(work, {"group": object, **_CURVE}), ("group", "ending", "by_lag"))

    @property
    def group_test(self) -> Worked:
        """Gray's test between the groups.

        One row per ending that can be tested: ``chi_squared`` with ``chi_squared_degrees``, and ``p_value``.

        References
        ----------
        Gray (1988), Annals of Statistics 16: 1141-1154.
        """

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            ended = rows.groupby("ending")["cases"].sum()
            able = [name for name in followed(rows).endings if not _is_rounded(self.histories) or ended[name] >= _FEW]
            tests = []
            for ending in _ranked(able, self.histories):
                try:
                    test = gray_test(rows, ending=ending, rounding=self.histories.about.rounding)
                except ParameterError:  # a single group, or too few that ended so
                    continue
                tests.append((NAMES[ending], test.statistic, test.degrees, test.p))
            return pd.DataFrame(tests, columns=_TEST)

        return Worked(self.histories, _on_cases(work, dict.fromkeys(_TEST, object)), ("ending",))


_LIMITS_FIRST = {f"{kind}_{limit}": f"{limit}_{kind}" for kind in _KINDS for limit in ("low", "high")}


_TEST = ["ending", "chi_squared", "chi_squared_degrees", "p_value"]


def _each(work: Work, types: _Types) -> Work:
    """The same work on each group by itself, its rows labelled with the group."""
    wanted: _Types = {"group": object, **types}

    def by_groups(rows: pd.DataFrame) -> pd.DataFrame:
        groups = [work(its_rows).assign(group=name) for name, its_rows in _by_group(rows)]
        return pd.concat(groups, ignore_index=True)[list(wanted)].astype(wanted)

    return _on_cases(by_groups, wanted)
