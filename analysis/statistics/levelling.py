"""What would be different if every row stood where the middle or the best of them stands? Events fewer a year.

Method: each row's partially pooled share (``pooling.py``) against a reference, which is a percentile of these shares:
the 50th for the median, the 10th for the best tenth where fewer events are better. Rows above the reference come down
to it. The interval is a parametric bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, section
6.5): events are drawn from binomials at the pooled shares, pooled again towards the same prior, and the whole is worked
out anew, reference included; its 2.5th and 97.5th percentiles.

What it does not cover: whether a row could come to stand there. It is arithmetic, not a forecast: rows differ in what
they record and in the cases they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.statistics.counted import Numbers
from analysis.statistics.pooling import PooledRows, pooled_rows

Others = Literal["stay", "move"]

#: The references that are asked for: the best tenth and the median.
PERCENTILES = (10.0, 50.0)


def levelled(
    table: pd.DataFrame,
    by: str,
    *,
    percentiles: Sequence[float] = PERCENTILES,
    others: Others = "stay",
    years: float = 1.0,
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Events fewer a year if the rows of (``by``, events, cases) stood at a percentile of their pooled shares.

    One row per percentile: ``percentile``, ``reference_share`` (0 to 1), ``rows_above`` it, ``fewer_events`` a year,
    ``low_events`` and ``high_events`` (95%, parametric bootstrap). ``years`` is the time that the counts cover.
    ``others`` says what becomes of rows below the reference: they ``stay``, or they ``move`` up to it as well, so that
    the difference is net and may be negative.

    Raises ParameterError for a percentile that is not between 0 and 100, years that are not positive, fewer than 100
    draws, and others that neither stay nor move; otherwise what ``pooled_rows`` raises.
    """
    _check(percentiles, others, years, draws)
    found = pooled_rows(table, by)
    drawn = _redrawn(found, draws, seed)
    lines = []
    for percentile in percentiles:
        reference = float(np.percentile(found.shares, percentile))
        fewer = float(_fewer(found.shares[None, :], found.rows.cases, percentile, others)[0])
        low, high = np.quantile(_fewer(drawn, found.rows.cases, percentile, others), [0.025, 0.975])
        lines.append(
            {
                "percentile": float(percentile),
                "reference_share": reference,
                "rows_above": int((found.shares > reference).sum()),
                "fewer_events": fewer / years,
                "low_events": float(low) / years,
                "high_events": float(high) / years,
            }
        )
    return pd.DataFrame(lines)


def _fewer(shares: NDArray[np.float64], cases: Numbers, percentile: float, others: str) -> Numbers:
    """Events fewer over all rows, for each line of shares."""
    excess = shares - np.percentile(shares, percentile, axis=1, keepdims=True)
    return np.asarray((np.maximum(excess, 0) if others == "stay" else excess) @ cases)


def _redrawn(found: PooledRows, draws: int, seed: int) -> NDArray[np.float64]:
    """Pooled shares of events drawn anew, one line a draw; drawn in the order of labels."""
    places = found.rows.alphabetical
    cases = found.rows.cases[places].astype("int64")
    events = np.random.default_rng(seed).binomial(cases, found.shares[places], size=(draws, len(places)))
    pooled = np.empty(events.shape)
    pooled[:, places] = (events + found.prior.alpha) / (cases + found.prior.precision)
    return pooled


def _check(percentiles: Sequence[float], others: str, years: float, draws: int) -> None:
    wrong = [one for one in percentiles if not 0 < one < 100]
    if wrong or not len(percentiles):
        raise ParameterError(f"Rows cannot be levelled at percentiles {list(percentiles)}: use between 0 and 100.")
    if others not in ("stay", "move"):
        raise ParameterError(f"Rows below the reference can 'stay' or 'move', not '{others}'.")
    if not years > 0 or not np.isfinite(years):
        raise ParameterError(f"Counts of {years:g} years give no events a year.")
    if draws < 100:
        raise ParameterError(f"{draws} draws cannot tell a 95% interval; use 100 or more, usually 2000.")
