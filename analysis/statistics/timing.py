"""How soon cases end, and how: shares at asked times, medians, and what counting decided cases alone would have said.

Shares are cumulative incidences with competing endings (``analysis.statistics.incidence`` has the method). Beside each
stands the naive share, out of the cases decided when the figures were taken: that drops the open cases, which are the
slow ones, and so makes every ending look more frequent and sooner than it is.

Two medians are kept apart. The unconditional is the lag by which half of all cases have ended so; most endings never
get there and have none. The conditional is the lag by which half of those had ended so that do within the time
followed. Their intervals are those lags at which the 95% interval of the curve holds one half (Brookmeyer and Crowley
1982, Biometrics 38: 29-41), on the log-minus-log scale.

What it does not cover: causes. That an ending comes late says nothing of why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.statistics.incidence import HAIR, UNDECIDED, Curve, Followed, Real, Whole, curve, followed, interval

DAYS = (7, 30, 90, 180, 365)
MONTHS = (0, 1, 3, 6, 12)
ANY = "any ending"


@dataclass(frozen=True)
class Timing:
    """How soon ``cases`` ended. All lags are in the unit of the counts, days or months.

    ``shares`` has a row per asked ``lag`` and ``ending``, "undecided" the last: ``at_risk`` cases were followed until
    that day or month and had not ended before it; ``incidence_share`` of all cases have ended so by its end (of
    "undecided": are open after it), with ``standard_error``, ``low_share`` and ``high_share``; ``naive_share`` is that
    of the decided cases alone and ``difference_share`` how much greater it is. All but the naive are missing beyond the
    time that any case was followed, and of cases of which none was followed for any time.

    ``medians`` has a row per ending and one for "any ending": ``ended`` cases, and lags: ``median``, ``median_low``,
    ``median_high`` of all cases; ``conditional_median`` with its limits of those that end so; ``naive_median`` of those
    seen to. Missing where the curve does not reach one half.

    ``undecided`` of the cases were open as far as dates go, ``undated`` of these have an ending that nothing dates, and
    ``unfollowed`` were followed for no time. ``early`` had ended at a lag below 0, taken as 0.
    """

    shares: pd.DataFrame
    medians: pd.DataFrame
    cases: int
    undecided: int
    early: int
    undated: int
    unfollowed: int


def timing(table: pd.DataFrame, at: Sequence[int] = DAYS, *, variance: str = "delta") -> Timing:
    """How soon the cases in rows of ``ending``, ``lag`` and ``cases`` ended, by the lags in ``at``.

    ``ending`` is any label, "undecided" for cases still open, which carry the lag to the day the figures were taken, or
    "undated" (``incidence.endings`` makes the labels). ``variance`` is "delta" or "gray".

    Raises ParameterError for a negative asked lag, an unknown variance, an absent column and no cases; ValueError for
    rows that cannot be (``incidence.followed``).
    """
    if any(lag < 0 for lag in at):
        raise ParameterError(f"Nobody can have ended by {min(at)}: ask for lags of 0 or more.")
    cases = followed(table)
    curves = {name: curve(cases, name, variance=variance) for name in cases.endings}
    if curves:
        curves[ANY] = curve(cases, *cases.endings, variance=variance)
    shares = [_shares(cases, curves, lag) for lag in at]
    medians = [{"ending": name, **_medians(cases, name, one)} for name, one in curves.items()]
    return Timing(
        shares=pd.DataFrame([row for rows in shares for row in rows], columns=list(_SHARES)).astype(_SHARES),
        medians=pd.DataFrame(medians, columns=list(_MEDIANS)).astype(_MEDIANS),
        cases=cases.cases,
        undecided=int(cases.censored.sum()),
        early=cases.early,
        undated=cases.undated,
        unfollowed=cases.unfollowed,
    )


_SHARES: dict[str, Any] = {"lag": "int64", "ending": object, "at_risk": "int64"} | dict.fromkeys(
    ("incidence_share", "standard_error", "low_share", "high_share", "naive_share", "difference_share"), "Float64"
)
_MEDIANS: dict[str, Any] = {"ending": object, "ended": "int64"} | dict.fromkeys(
    [f"{kind}median{limit}" for kind in ("", "conditional_") for limit in ("", "_low", "_high")] + ["naive_median"],
    "Int64",
)


def _shares(cases: Followed, curves: dict[str, Curve], lag: int) -> list[dict[str, object]]:
    """The rows of one asked lag."""
    place = int(np.searchsorted(cases.lags, lag, side="right")) - 1
    decided = int(cases.ended.sum())
    by_then = cases.ended[:, : place + 1].sum(axis=1)
    naive = dict(zip(cases.endings, by_then / decided, strict=True)) if decided else {}
    known = bool(cases.lags[-1] >= 0) and (lag <= cases.lags[-1] or cases.censored[-1] == 0)
    rows = []
    for name in (*cases.endings, UNDECIDED):
        one = curves.get(ANY if name == UNDECIDED else name)
        found = _point(one, place, is_open=name == UNDECIDED) if known else (None,) * 4
        plain = naive.get(name, 1 - by_then.sum() / decided if decided else None)
        rows.append(
            {
                "lag": lag,
                "ending": name,
                "at_risk": int((cases.ended.sum(axis=0) + cases.censored)[cases.lags >= lag].sum()),
                **dict(zip(("incidence_share", "standard_error", "low_share", "high_share"), found, strict=True)),
                "naive_share": plain,
                "difference_share": None if plain is None or found[0] is None else plain - found[0],
            }
        )
    return rows


def _point(one: Curve | None, place: int, *, is_open: bool) -> tuple[float | None, ...]:
    """Share, standard error and limits at a place of the curve; before its first lag nothing has happened."""
    if one is None or place < 0:
        return float(is_open), 0.0, None, None
    # Sums that should come to 0 or 1 miss them by a hair, and then have no error either.
    share = np.round(1 - one.share[place : place + 1] if is_open else one.share[place : place + 1], 14)
    error = np.where((share > 0) & (share < 1), one.standard_error[place : place + 1], 0)
    limits = (float(limit[0]) for limit in interval(share, error))
    low, high = (None if np.isnan(limit) else limit for limit in limits)
    return float(share[0]), float(error[0]), low, high


def _medians(cases: Followed, name: str, one: Curve) -> dict[str, int | None]:
    """The medians of one ending, in the unit of the lags."""
    ended = cases.ended.sum(axis=0) if name == ANY else cases.ended[cases.endings.index(name)]
    low, high = one.limits
    within = one.share / one.share[-1]
    within_low, within_high = _certain_at_last(*interval(within, _conditional_error(one)))
    return {
        "ended": int(ended.sum()),
        "median": _reached(one.lags, one.share),
        "median_low": _reached(one.lags, high),
        "median_high": _reached(one.lags, low),
        "conditional_median": _reached(one.lags, within),
        "conditional_median_low": _reached(one.lags, within_high),
        "conditional_median_high": _reached(one.lags, within_low),
        "naive_median": _reached(one.lags, np.cumsum(ended) / ended.sum()),
    }


def _certain_at_last(low: Real, high: Real) -> tuple[Real, Real]:
    """Limits of a share of those that end so by the last lag: by then all have."""
    return np.append(low[:-1], 1.0), np.append(high[:-1], 1.0)


def _conditional_error(one: Curve) -> Real:
    """The standard error of each share over the last, by the delta method."""
    every: Whole = np.arange(len(one.lags))
    last = np.full_like(every, every[-1])
    within = one.share / one.share[-1]
    spread = one.covariance(every, every) - 2 * within * one.covariance(every, last)
    spread = spread + within**2 * one.covariance(last, last)
    return np.asarray(np.sqrt(np.clip(spread, 0, None)) / one.share[-1])


def _reached(lags: Whole, share: Real) -> int | None:
    """The first lag by which half have ended, if any."""
    there = np.flatnonzero(share >= 0.5 - HAIR)
    return int(lags[there[0]]) if len(there) else None
