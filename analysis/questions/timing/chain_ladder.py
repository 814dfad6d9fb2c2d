"""How far have the cases of each month got? The run-off triangle: cases by month recorded and by months since.

Cases whose lags are in months have been followed to the end of the month in which the figures were taken. Lags in days
are cut into steps of 30, and the cases of a month are followed for as many whole steps as those of its last day.

What it does not cover: what is still to come, as the page prints it (``analysis.questions.timing.forecast``).

The chain ladder with Mack's standard errors, for a number that goes on and the endings that leave it.

Mack (1993, ASTIN Bulletin 23: 213-225): what stands after a step is a factor times what stood before it; the factor
is the sum of the one over the sum of the other; its scatter, weighted by size, gives the variance. Here what goes on
are open cases, and beside them each way of ending has its share of those open before. All of a step are one vector,
with one covariance matrix; for the open cases alone it is Mack's formula to the digit.

It is the yardstick that forecasts are held against, and no longer a forecast that is printed: it takes steps as
independent, and its 95% intervals held far fewer (docs/decisions/0034-forecasts-that-hold.md). Its interval is that of
a beta-binomial number among the open cases with that mean and error, and never narrower than the binomial.

What it does not cover: a tail beyond the last step, errors of sums over several months, and months that differ from one
another for a reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import betabinom, binom

from analysis.errors import ParameterError
from analysis.questions.timing.incidence import (
    UNDATED,
    UNDECIDED,
    Real,
    Whole,
    checked,
    is_early,
    is_followed,
    ordered,
    seen,
)

STEP_DAYS = 30
_ALIKE = 1e-9
_LADDER = ["period", "ending", "final_share", "standard_error", "low_share", "high_share"]


@dataclass(frozen=True)
class Triangle:
    """Cases by the month recorded and by steps since: months, or 30 days where lags are in days (``step``).

    ``ended`` has a plane per ending, a row per month and a column per step, from step 0, in which the case was
    recorded. A month has been followed to the end of its step in ``ages``; what ended later is not in it, and its
    ``cases`` hold those still open then; ``undated`` of these have an ending that nothing dates. ``early`` had ended at
    a lag below 0, taken as 0. ``young`` are the cases left out: of months that were not followed for a whole step, and
    those followed for no time. ``cases`` and ``young`` are all cases. ``rounding`` is what a release adds to the
    variance of a month's cases, and of each running total, in cases squared.
    """

    periods: tuple[date, ...]
    endings: tuple[str, ...]
    ages: Whole
    cases: Whole
    ended: Whole
    undated: Whole
    early: int
    young: int
    step: str
    rounding: float = 0.0

    @property
    def open_after(self) -> Real:
        """Cases still open after each step; nan where a month was not followed so far."""
        still = (self.cases[:, None] - self.ended.sum(axis=0).cumsum(axis=1)).astype(float)
        return np.where(self._followed, still, np.nan)

    @property
    def _followed(self) -> NDArray[np.bool_]:
        return np.asarray(np.arange(self.ended.shape[2])[None, :] <= self.ages[:, None])

    def earlier(self, steps: int) -> Triangle:
        """The triangle that figures taken so many steps before would have given.

        Parameters
        ----------
        steps
            How many steps before.

        Returns
        -------
        Triangle
            The months that had been followed then, each as far as it had been.

        Raises
        ------
        ParameterError
            When nothing is left of it.
        """
        was_followed = self.ages >= steps
        if steps < 0 or not was_followed.any():
            raise ParameterError(f"No month was followed {steps} {self.step} before: ask for 0 to {self.ages.max()}.")
        ages = self.ages[was_followed] - steps
        is_seen = np.arange(ages.max() + 1)[None, :] <= ages[:, None]
        return replace(
            self,
            periods=tuple(compress(self.periods, was_followed)),
            ages=ages,
            cases=self.cases[was_followed],
            ended=np.where(is_seen, self.ended[:, was_followed, : ages.max() + 1], 0),
            undated=self.undated[was_followed],
        )


def triangle(table: pd.DataFrame, taken: date, *, lag_unit: str = "months", rounding: float = 0.0) -> Triangle:
    """Cases as a run-off triangle.

    Parameters
    ----------
    table
        Rows of ``period`` (first day of the month recorded), ``ending``, ``lag`` and ``cases``.
    taken
        The last month (any day of it) or, with lags in "days", the last day to which the cases were followed.
    lag_unit
        "months" or "days". Days are cut into steps of 30, and a month is followed for as many whole steps as its last
        day was.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    Cases by month recorded, by ending and by step.

    Raises
    ------
    ParameterError
        When a column is absent, the unit is neither, or no month was followed for a whole step.
    ValueError
        For rows that cannot be (``incidence.followed``) and for cases that were recorded, or ended, later than
        ``taken``, or are open and were not followed to it.

    Examples
    --------
    >>> cells = [(date(2024, 1, 1), "charged", 1, 3), (date(2024, 1, 1), "undecided", 2, 7)]
    >>> months = triangle(pd.DataFrame(cells, columns=["period", "ending", "lag", "cases"]), date(2024, 3, 31))
    >>> months.open_after.tolist()
    [[10.0, 7.0, 7.0]]
    """
    if lag_unit not in ("days", "months"):
        raise ParameterError(f"Lags are in days or months, not '{lag_unit}'.")
    rows = checked(table, "period", "ending", "lag", "cases")
    followed = rows[is_followed(rows)]
    dated = seen(followed)
    ages = {period: _age(period, taken, lag_unit) for period in sorted(followed["period"].unique())}
    _refuse(dated, taken, lag_unit)
    old = {period: age for period, age in ages.items() if age >= 0}
    if not old or not (dated["period"].isin(list(old)) & (dated["ending"] != UNDECIDED)).any():
        raise ParameterError(f"No month has decided cases and was followed for a whole step to {taken}.")
    dated = dated.assign(step=dated["lag"] // (STEP_DAYS if lag_unit == "days" else 1))
    decided = dated[(dated["ending"] != UNDECIDED) & (dated["step"] <= dated["period"].map(ages))]
    names = ordered(set(decided["ending"]))
    ended = np.zeros((len(names), len(old), max(old.values()) + 1), dtype=np.int64)
    places = (decided["ending"].map(names.index), decided["period"].map(list(old).index), decided["step"])
    np.add.at(ended, tuple(place.to_numpy(dtype=np.int64) for place in places), decided["cases"].to_numpy())
    totals = dated.groupby("period")["cases"].sum()
    undated = followed[followed["ending"] == UNDATED].groupby("period")["cases"].sum()
    cases = totals.reindex(list(old), fill_value=0).to_numpy(dtype=np.int64)
    return Triangle(
        periods=tuple(old),
        endings=names,
        ages=np.array(list(old.values()), dtype=np.int64),
        cases=cases,
        ended=ended,
        undated=undated.reindex(list(old), fill_value=0).to_numpy(dtype=np.int64),
        early=int(rows.loc[is_early(rows), "cases"].sum()),
        young=int(rows["cases"].sum() - cases.sum()),
        step="months" if lag_unit == "months" else f"steps of {STEP_DAYS} days",
        rounding=rounding,
    )


def _age(period: date, taken: date, lag_unit: str) -> int:
    """The last step to the end of which every case of a month was followed; -1 if none."""
    if lag_unit == "months":
        return _months(period, taken)
    last = date(period.year + period.month // 12, period.month % 12 + 1, 1) - timedelta(days=1)
    return max(((taken - last).days + 1) // STEP_DAYS - 1, -1)


def _months(period: date, taken: date) -> int:
    return (taken.year - period.year) * 12 + taken.month - period.month


def _refuse(rows: pd.DataFrame, taken: date, lag_unit: str) -> None:
    """Refuse what no figures taken then can hold."""
    if max(rows["period"], default=taken) > taken:
        raise ValueError(f"Cases of {max(rows['period'])} stand in figures taken on {taken}.")
    longest = (
        rows["period"]
        .map(lambda period: _months(period, taken) if lag_unit == "months" else (taken - period).days)
        .astype("int64")
    )
    if bool((rows["lag"] > longest).any()):
        raise ValueError(f"{int((rows['lag'] > longest).sum())} rows have a lag that ends after {taken}.")
    shortest = longest if lag_unit == "months" else longest - 31
    lost = (rows["ending"] == UNDECIDED) & (rows["lag"] < shortest)
    if bool(lost.any()):
        raise ValueError(f"{int(lost.sum())} rows of undecided cases were not followed to {taken}.")


def run_off(months: Triangle) -> pd.DataFrame:
    """How far the cases of each month have got.

    Parameters
    ----------
    months
        Cases by month recorded and by steps since.

    Returns
    -------
    One row per month (``period``) and ``step`` that it was followed: ``decided`` of its ``cases`` by the end of the
    step, and ``decided_share``, 0 to 1.
    """
    decided = months.ended.sum(axis=0).cumsum(axis=1)
    rows = [
        (period, step, int(months.cases[i]), int(decided[i, step]), decided[i, step] / months.cases[i])
        for i, period in enumerate(months.periods)
        if months.cases[i]
        for step in range(int(months.ages[i]) + 1)
    ]
    return pd.DataFrame(rows, columns=["period", "step", "cases", "decided", "decided_share"])


@dataclass(frozen=True)
class Development:
    """What happens in each step to what stood before it; row 0 is the step from 0 to 1.

    ``shares`` has a column per ending and one for what goes on. ``scatter`` is the covariance matrix of a step's shares
    times what stood before it, ``pooled`` what stood before it in all months that the shares come from.
    """

    shares: Real
    scatter: Real
    pooled: Real


def developed(going_on: Real, leaving: Real, *, ages: Whole) -> Development:
    """What happens in each step, by all months that have come so far.

    Parameters
    ----------
    going_on
        What stood after each step: a row per month and a column per step from 0.
    leaving
        What left in it: a plane per ending, a row per month and a column per step from 1.
    ages
        The last step of each month that has been seen.

    Returns
    -------
    Shares of what stood before each step, and their scatter.

    Raises
    ------
    ValueError
        When the shapes do not fit one another.
    ParameterError
        When a single month has come as far as the first step, so that nothing tells how months differ.

    References
    ----------
    Mack (1993), ASTIN Bulletin 23: 213-225.
    """
    steps = going_on.shape[1] - 1
    if leaving.shape[1:] != (going_on.shape[0], steps) or len(ages) != len(going_on):
        raise ValueError(f"Shapes {going_on.shape}, {leaving.shape} and {len(ages)} ages do not fit one another.")
    shares, scatter, pooled = [], [], []
    for step in range(steps):
        is_seen = ages > step
        before = going_on[:, step]
        is_seen &= np.nan_to_num(before) > 0
        after = np.vstack([leaving[:, :, step], going_on[None, :, step + 1]])[:, is_seen]
        share, spread = _one_step(before[is_seen], after)
        shares.append(share)
        scatter.append(spread)
        pooled.append(float(before[is_seen].sum()))
    kinds = len(leaving) + 1
    return Development(
        shares=np.array(shares).reshape(steps, kinds),
        scatter=_finished(scatter).reshape(steps, kinds, kinds),
        pooled=np.array(pooled),
    )


def _one_step(before: Real, after: Real) -> tuple[Real, Real | None]:
    """The pooled shares of a step and their scatter; none from a single month, and nothing from none."""
    kinds = len(after)
    if not len(before):
        return np.array([0.0] * (kinds - 1) + [1.0]), np.zeros((kinds, kinds))
    share = after.sum(axis=1) / before.sum()
    if len(before) == 1:
        return share, None
    away = (after - share[:, None] * before) / np.sqrt(before)
    return share, away @ away.T / (len(before) - 1)


def _finished(scatter: list[Real | None]) -> Real:
    """The scatter of every step, by Mack's rule where one month alone has come so far.

    Its variance is the smallest of the two before it and of the last carried on at the rate at which it fell; the whole
    matrix shrinks with that of what goes on. With no step to go by there is none.
    """
    done: list[Real] = []
    for matrix in scatter:
        if matrix is None and not done:
            raise ParameterError("A single month tells nothing of how months differ: ask for more months.")
        done.append(_carried(done) if matrix is None else matrix)
    return np.array(done)


def _carried(done: list[Real]) -> Real:
    last, before = done[-1], done[-2] if len(done) > 1 else done[-1]
    variance, earlier = last[-1, -1], before[-1, -1]
    if variance <= 0 or earlier <= 0:
        return last if earlier > 0 else before
    return np.asarray(last * min(variance / earlier, earlier / variance))


def projected(steps: Development, standing: float, *, start: int, until: int) -> tuple[Real, Real]:
    """How many will have left in each way, and how many go on, after a step.

    Parameters
    ----------
    steps
        What happens in each step.
    standing
        How many have come to the end of step ``start``.
    start, until
        The step from which they go on, and that after which they are asked of.

    Returns
    -------
    Numbers, and their standard errors: one for each ending, and the last for what goes on.

    References
    ----------
    Mack (1993), ASTIN Bulletin 23: 213-225.
    """
    kinds = steps.shares.shape[1]
    state = np.zeros(kinds)
    state[-1] = standing
    spread = np.zeros((kinds, kinds))
    for step in range(start, until):
        before = state[-1]
        moves = np.eye(kinds)
        moves[:, -1] = steps.shares[step]
        estimated = before**2 / steps.pooled[step] if steps.pooled[step] > 0 else 0.0
        spread = moves @ spread @ moves.T + (before + estimated) * steps.scatter[step]
        state = moves @ state
    return state, np.sqrt(np.clip(np.diag(spread), 0, None))


def ladder(months: Triangle, until: Whole) -> pd.DataFrame:
    """How each month's cases will have ended, by the chain ladder.

    Parameters
    ----------
    months
        Cases by month recorded and by steps since.
    until
        The step of each month by which.

    Returns
    -------
    One row per month with cases (``period``) and ending, "undecided" the last; shares from 0 to 1: ``final_share``,
    ``standard_error``, ``low_share`` and ``high_share`` (95%; none where nothing or all is to come).

    Raises
    ------
    ParameterError
        When a single month has come as far as the first step.

    References
    ----------
    Mack (1993), ASTIN Bulletin 23: 213-225.
    """
    steps = developed(months.open_after, months.ended[:, :, 1:].astype(float), ages=months.ages)
    still, so_far = months.open_after, months.ended.cumsum(axis=2)
    rows: list[tuple[object, ...]] = []
    for i in np.flatnonzero(months.cases > 0):
        start, cases = min(int(months.ages[i]), int(until[i])), int(months.cases[i])
        open_cases = float(still[i, start])
        more, errors = projected(steps, open_cases, start=start, until=int(until[i]))
        began = [*so_far[:, i, start], 0]
        for name, before, future, error in zip((*months.endings, UNDECIDED), began, more, errors, strict=True):
            limits = _limits(float(before), float(future), float(error), open_cases=open_cases)
            row = (months.periods[i], name, (before + future) / cases, error / cases)
            rows.append((*row, *(None if limit is None else limit / cases for limit in limits)))
    return pd.DataFrame(rows, columns=_LADDER).astype(dict.fromkeys(_LADDER[2:], "Float64"))


def _limits(before: float, future: float, error: float, *, open_cases: float) -> tuple[float | None, float | None]:
    """The 95% limits of a number of cases that is ``before`` for certain and ``future`` of ``open_cases`` by forecast.

    Beta-binomial with that mean and error, binomial where the error is no greater than the binomial's.
    """
    if not 0 < future < open_cases:
        return None, None
    share = future / open_cases
    among = (error**2 / (open_cases * share * (1 - share)) - 1) / max(open_cases - 1, 1)
    number = np.arange(int(open_cases) + 1)
    if among < _ALIKE:
        likely = np.cumsum(binom.pmf(number, int(open_cases), share))
    else:
        alpha, beta = (part * (1 / min(among, 1 - _ALIKE) - 1) for part in (share, 1 - share))
        likely = np.cumsum(betabinom.pmf(number, int(open_cases), alpha, beta))
    low, high = (int(np.searchsorted(likely, bound * likely[-1])) for bound in (0.025, 0.975))
    return before + low, before + high
