"""The chain ladder with Mack's standard errors, for a number that goes on and the endings that leave it.

Mack (1993, ASTIN Bulletin 23: 213-225): what stands after a step is a factor times what stood before it; the factor
is the sum of the one over the sum of the other; its scatter, weighted by size, gives the variance. Here what goes on
are open cases, and beside them each way of ending has its share of those open before. All of a step are one vector,
with one covariance matrix; for the open cases alone it is Mack's formula to the digit.

What it does not cover: a tail beyond the last step, and errors of sums over several months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import ParameterError
from analysis.statistics.incidence import Real, Whole


@dataclass(frozen=True)
class Development:
    """What happens in each step to what stood before it; row 0 is the step from 0 to 1.

    ``shares`` has a column per ending and one for what goes on. ``scatter`` is the covariance matrix of a step's shares
    times what stood before it, ``pooled`` what stood before it in all months that the shares come from.
    """

    shares: Real
    scatter: Real
    pooled: Real


def developed(going_on: Real, leaving: Real, *, ages: Whole, latest: int | None = None) -> Development:
    """The development of months whose ``going_on`` has a row per month and a column per step from 0.

    ``leaving`` has a plane per ending, a row per month and a column per step from 1. ``ages`` is the last step of each
    month that has been seen. ``latest`` uses only what happened in so many last steps.

    Raises ValueError when the shapes do not fit one another, ParameterError when a single month has come as far as the
    first step, so that nothing tells how months differ.
    """
    steps = going_on.shape[1] - 1
    if leaving.shape[1:] != (going_on.shape[0], steps) or len(ages) != len(going_on):
        raise ValueError(f"Shapes {going_on.shape}, {leaving.shape} and {len(ages)} ages do not fit one another.")
    shares, scatter, pooled = [], [], []
    for step in range(steps):
        seen = ages > step
        if latest is not None:
            seen &= ages - step <= latest
        before = going_on[:, step]
        seen &= np.nan_to_num(before) > 0
        after = np.vstack([leaving[:, :, step], going_on[None, :, step + 1]])[:, seen]
        share, spread = _one_step(before[seen], after)
        shares.append(share)
        scatter.append(spread)
        pooled.append(float(before[seen].sum()))
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
        return last if earlier > 0 or len(done) < 2 else before
    return np.asarray(last * min(variance / earlier, earlier / variance, 1.0))


def projected(steps: Development, standing: float, *, start: int, until: int) -> tuple[Real, Real]:
    """How many will have left in each way, and how many still stand, after step ``until``; and their standard errors.

    ``standing`` have come to the end of step ``start``. The last of both arrays is what still stands.
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
