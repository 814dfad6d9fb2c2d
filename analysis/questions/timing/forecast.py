"""Where are the young cases heading, and how well would that have been told before?

What is to come of a month's cases is worked out by the chain ladder on those still open: of the cases open after a
step, the share that ends in each way in the next (all months that are old enough, pooled) is what a younger month's
open cases will do. From step 0 on that is the cumulative incidence of Aalen and Johansen. Standard errors are those of
Mack (1993, ASTIN Bulletin 23: 213-225), which need no distribution (``analysis.questions.timing.chain_ladder``).

The interval of what is to come is that of a beta-binomial number among the open cases with that mean and error, and
never narrower than the binomial: whole cases, between what has already happened and what still can.

What it does not cover: months that differ from one another for a reason. A force that clears old cases in one month, or
changes how it works, moves all months at once along a diagonal; Mack's error takes steps as independent and comes out
too narrow (``back_test`` says by how much). Nothing is said of what happens after the oldest month's age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import betabinom, binom

from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import Development, Triangle, developed, projected
from analysis.questions.timing.incidence import UNDECIDED, Whole

BACK = (3, 6, 12)
_ALIKE = 1e-9


def forecast(held: Triangle, *, at: int | None = None, latest: int | None = None) -> pd.DataFrame:
    """How each month's cases will have ended by step ``at`` (the oldest month's age if left out).

    One row per month and ending, "undecided" the last: ``age``, ``cases``, ``so_far`` of them, ``so_far_share``,
    ``final_share``, ``standard_error``, ``low_share`` and ``high_share`` (95%). For months already that old the final
    share is what happened by then, without limits. ``latest`` pools only what happened in so many last steps.

    Raises ParameterError when ``at`` lies beyond the oldest month's age or ``latest`` is not positive.
    """
    oldest = int(held.ages.max())
    at = oldest if at is None else at
    if not 0 <= at <= oldest:
        raise ParameterError(f"The oldest month was followed for {oldest} {held.step}; {at} was asked for.")
    until = np.full(len(held.periods), at)
    return _forecast(held, _development(held, latest), until)


def _development(held: Triangle, latest: int | None) -> Development:
    if latest is not None and latest < 1:
        raise ParameterError(f"'latest' is a number of last {held.step}, 1 or more, not {latest}.")
    return developed(held.open_after, held.ended[:, :, 1:].astype(float), ages=held.ages, latest=latest)


_FORECAST = ["period", "ending", "age", "cases", "so_far", "so_far_share", "final_share"]
_LIMITS = ["standard_error", "low_share", "high_share"]


def _forecast(held: Triangle, steps: Development, until: Whole) -> pd.DataFrame:
    """The rows of each month by its own step."""
    still, so_far = held.open_after, held.ended.cumsum(axis=2)
    rows: list[tuple[object, ...]] = []
    for i, period in enumerate(held.periods):
        start, cases = min(int(held.ages[i]), int(until[i])), int(held.cases[i])
        if not cases:
            continue
        left = float(still[i, start])
        more, errors = projected(steps, left, start=start, until=int(until[i]))
        began = [*so_far[:, i, start], 0]
        for name, before, future, error in zip((*held.endings, UNDECIDED), began, more, errors, strict=True):
            is_open = name == UNDECIDED
            shown = left if is_open else float(before)
            limits = _limits(float(before), float(future), float(error), left=left)
            final = (before + future) / cases
            row = (period, name, start, cases, int(shown), shown / cases, final, error / cases)
            rows.append((*row, *(None if limit is None else limit / cases for limit in limits)))
    types = dict.fromkeys(["so_far_share", "final_share", *_LIMITS], "Float64")
    return pd.DataFrame(rows, columns=[*_FORECAST, *_LIMITS]).astype(types)


def _limits(before: float, future: float, error: float, *, left: float) -> tuple[float | None, float | None]:
    """The 95% limits of a number of cases that is ``before`` for certain and ``future`` of ``left`` by forecast.

    Beta-binomial with that mean and error, binomial where the error is no greater than the binomial's.
    """
    if not 0 < future < left:
        return None, None
    share = future / left
    among = (error**2 / (left * share * (1 - share)) - 1) / max(left - 1, 1)
    number = np.arange(int(left) + 1)
    if among < _ALIKE:
        likely = np.cumsum(binom.pmf(number, int(left), share))
    else:
        one, other = (part * (1 / min(among, 1 - _ALIKE) - 1) for part in (share, 1 - share))
        likely = np.cumsum(betabinom.pmf(number, int(left), one, other))
    low, high = (int(np.searchsorted(likely, bound * likely[-1])) for bound in (0.025, 0.975))
    return before + low, before + high


@dataclass(frozen=True)
class BackTest:
    """What forecasts from earlier figures would have said, beside what came.

    ``table`` has a row per ``back`` (steps before), month and ending: the columns of ``forecast`` as of then,
    ``came_share`` by the age that the month has now, and ``held``: whether the interval holds it (missing where there
    is none).
    ``summary`` has a row per ``back`` and ending: ``months``, ``intervals``, ``held_share`` of them, and the mean over
    the months of the error with its sign, of the error without (``absolute_error_share``), and of that of saying that
    nothing more will come (``standstill_error_share``).
    """

    table: pd.DataFrame
    summary: pd.DataFrame


def back_test(held: Triangle, back: Sequence[int] = BACK, *, latest: int | None = None) -> BackTest:
    """Forecast each month's shares from the figures of so many steps ago, by the age that it has now, and compare.

    A case that ended at lag L was open at every age below L. That holds of a case's last outcome: one that had an
    earlier outcome was already decided in the earlier figures. Months older than any was then are left out: no forecast
    reaches them.

    Raises ParameterError when no month was followed so many steps ago, or a step is not 1 or more.
    """
    if not back or min(back) < 1:
        raise ParameterError("A back-test goes back 1 step or more.")
    tables = [_back(held, steps, latest).assign(back=steps) for steps in back]
    table = pd.concat(tables, ignore_index=True)
    return BackTest(table[["back", *table.columns.drop("back")]], _summary(table))


def _back(held: Triangle, steps: int, latest: int | None) -> pd.DataFrame:
    then = held.earlier(steps)
    now = then.ages + steps
    table = _forecast(then, _development(then, latest), np.minimum(now, then.ages.max()))
    reached = [period for period, age in zip(then.periods, now, strict=True) if age <= then.ages.max()]
    table = table[table["period"].isin(reached)].reset_index(drop=True)
    came = _forecast(held, _development(held, latest), held.ages).set_index(["period", "ending"])["final_share"]
    names = pd.MultiIndex.from_frame(table[["period", "ending"]])
    table["came_share"] = came.reindex(names).to_numpy()
    held_there = (table["low_share"] <= table["came_share"] + _ALIKE) & (
        table["came_share"] <= table["high_share"] + _ALIKE
    )
    return table.assign(held=held_there.astype("boolean"))


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    errors = table.assign(
        error_share=table["final_share"] - table["came_share"],
        absolute_error_share=(table["final_share"] - table["came_share"]).abs(),
        standstill_error_share=(table["so_far_share"] - table["came_share"]).abs(),
    )
    return (
        errors.groupby(["back", "ending"], sort=False)
        .agg(
            months=("period", "size"),
            intervals=("held", "count"),
            held_share=("held", "mean"),
            error_share=("error_share", "mean"),
            absolute_error_share=("absolute_error_share", "mean"),
            standstill_error_share=("standstill_error_share", "mean"),
        )
        .reset_index()
    )
