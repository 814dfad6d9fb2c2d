"""Do rows differ by more than chance, and how far apart do they lie without it?

Method: a random-effects meta-analysis on the logit scale, with the rows in the place of studies. The variance between
rows is estimated by restricted maximum likelihood (Patterson and Thompson 1971, Biometrika 58: 545-554; Viechtbauer
2005, Journal of Educational and Behavioral Statistics 30: 261-293). A row's variance by chance is taken at the typical
share and not at its own: taken at its own, rows with few events weigh too little when they are low and too much when
they are high. I squared by the variances (Higgins and Thompson 2002, Statistics in Medicine 21: 1539-1558).

Where another such row would lie (Higgins, Thompson and Spiegelhalter 2009, Journal of the Royal Statistical Society A
172: 137-159) is averaged over how far rows may differ, each spread as likely as the restricted likelihood makes it
(uniform on its scale: Gelman 2006, Bayesian Analysis 1: 515-534). Of rows with many cases that is Student's t with two
degrees of freedom fewer than rows. The one likeliest spread is nothing in most sets of few rows that hardly differ.

What it does not cover: what the differences come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit, logit
from scipy.stats import chi2, norm

from analysis.errors import ParameterError
from analysis.shares.counted import Numbers, counted

_ROUNDS = 100
_SETTLED = 1e-10
_SPREADS = 800  # spreads of rows that are tried, evenly from nothing to any


@dataclass(frozen=True)
class Pooled:
    """The mean of several values under random effects, on the scale of the values.

    ``tau_squared`` is the variance between rows, ``q`` Cochran's, about the fixed-effect mean, with ``degrees`` of
    freedom where rows differ by chance alone, and ``p_value`` its upper tail. ``i_squared_share`` is the part of the
    variance that is between rows, 0 to 1.
    """

    mean: float
    standard_error: float
    tau_squared: float
    q: float
    degrees: int
    p_value: float
    i_squared_share: float

    @property
    def tau(self) -> float:
        """The standard deviation between rows, on the scale of the values."""
        return float(np.sqrt(self.tau_squared))


@dataclass(frozen=True)
class Heterogeneity:
    """How much rows differ: ``logit`` on the logit scale, the rest back on that of shares (0 to 1).

    ``typical_share`` is that of a typical row, each counting about alike. A new row's own share would lie between
    ``predicted_low_share`` and ``predicted_high_share`` 95 times of 100.
    """

    logit: Pooled
    typical_share: float
    predicted_low_share: float
    predicted_high_share: float
    rows: int


def random_effects(values: Any, variances: Any) -> Pooled:
    """The random-effects mean of values with known variances, by restricted maximum likelihood.

    Parameters
    ----------
    values, variances
        One value a row, at least two, and the variance of each within its row, on any scale.

    Returns
    -------
    Pooled
        The mean and the spread, on the scale of the values.

    Raises
    ------
    ValueError
        For fewer than two values, as many variances that are not given, or one that is not positive.

    References
    ----------
    Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30: 261-293, equation 14.

    Examples
    --------
    >>> pooled = random_effects([61.0, 61.4, 62.2, 62.8, 65.9], [0.2, 1.2, 0.1, 0.02, 1.8])
    >>> round(pooled.mean, 2), round(pooled.tau, 2)
    (62.41, 1.25)
    """
    observed, within = np.asarray(values, dtype="float64"), np.asarray(variances, dtype="float64")
    if observed.ndim != 1 or observed.shape != within.shape or len(observed) < 2:
        raise ValueError(f"{observed.size} values with {within.size} variances cannot be pooled.")
    if not (np.isfinite(observed) & np.isfinite(within) & (within > 0)).all():
        raise ValueError("Values to pool are finite, and their variances positive.")
    q = float(((observed - np.average(observed, weights=1 / within)) ** 2 / within).sum())
    tau_squared, degrees = _between(observed, within), len(observed) - 1
    weights = 1 / (within + tau_squared)
    fixed = 1 / within
    usual = degrees * fixed.sum() / (fixed.sum() ** 2 - (fixed**2).sum())
    return Pooled(
        mean=float(np.average(observed, weights=weights)),
        standard_error=float(weights.sum() ** -0.5),
        tau_squared=tau_squared,
        q=q,
        degrees=degrees,
        p_value=float(chi2.sf(q, degrees)),
        i_squared_share=float(tau_squared / (tau_squared + usual)),
    )


def heterogeneity(table: pd.DataFrame, by: str, *, rounding: float = 0.0) -> Heterogeneity:
    """How much the shares of rows differ beyond chance, on the logit scale.

    A row without events, or with nothing else, has half a case added on either side.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, three at least.
    by
        The column that labels the rows.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    Heterogeneity
        The typical share, the tests and the spread.

    Raises
    ------
    ParameterError
        For fewer than three rows, and when no row has events or all cases are events.

    References
    ----------
    Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30: 261-293; for the prediction interval Higgins,
    Thompson and Spiegelhalter 2009, Journal of the Royal Statistical Society A 172: 137-159, and Gelman 2006, Bayesian
    Analysis 1: 515-534.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [300, 450, 600], "cases": 1000})
    >>> differ = heterogeneity(table, "force")
    >>> round(differ.typical_share, 3), round(differ.logit.i_squared_share, 3)
    (0.447, 0.99)
    """
    rows = counted(table, by, at_least=3, rounding=rounding)
    if not 0 < rows.pooled_share < 1:
        raise ParameterError(f"Shares that are all {rows.pooled_share:g} do not differ.")
    own, places = rows.unrounded(rows.pooled_share), rows.alphabetical  # sums must not depend on the order
    events, cases = own.events[places], own.cases[places]
    is_end = (events == 0) | (events == cases)
    half = np.where(is_end, 0.5, 0)
    values = np.log((events + half) / (cases - events + half))
    pooled = _settled(values, cases + 2 * half, rows.pooled_share)
    low, high = _another(values, by_chance(cases + 2 * half, float(expit(pooled.mean))))
    return Heterogeneity(
        logit=pooled,
        typical_share=float(expit(pooled.mean)),
        predicted_low_share=float(expit(low)),
        predicted_high_share=float(expit(high)),
        rows=len(rows.cases),
    )


def by_chance(cases: Any, share: float) -> Numbers:
    """The variance of the logit of a share by chance.

    Parameters
    ----------
    cases
        Numbers of cases, each of which ends so with the same probability.
    share
        That probability, between 0 and 1.

    Returns
    -------
    Numbers
        The variance for each number of cases.
    """
    return np.asarray(1 / (np.asarray(cases, dtype="float64") * share * (1 - share)))


def _settled(values: Numbers, cases: Numbers, start: float) -> Pooled:
    """The pooled logits, with variances taken at the share that comes out."""
    middle = float(logit(start))
    for _ in range(_ROUNDS):
        pooled = random_effects(values, by_chance(cases, float(expit(middle))))
        if abs(pooled.mean - middle) < _SETTLED:
            break
        middle = pooled.mean
    return pooled


def _between(values: Numbers, within: Numbers) -> float:
    """The variance between rows of the greatest restricted likelihood; nothing where that is as likely."""

    def lost(tau_squared: float) -> float:
        return float(_restricted(values, within, np.array([tau_squared]))[0][0])

    most = 4 * float(values.var(ddof=1))
    if most == 0:
        return 0.0
    best = minimize_scalar(lost, bounds=(0, most), method="bounded", options={"xatol": 1e-12 * most, "maxiter": 500})
    return float(best.x) if best.fun < lost(0.0) - 1e-12 else 0.0


def _restricted(values: Numbers, within: Numbers, between: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Of each variance between rows: minus twice the restricted log likelihood, the mean, and the variance of that."""
    weights = 1 / (within + between[:, None])
    whole = weights.sum(axis=1)
    means = weights @ values / whole
    squares = (weights * (values - means[:, None]) ** 2).sum(axis=1)
    return -np.log(weights).sum(axis=1) + np.log(whole) + squares, means, 1 / whole


def _another(values: Numbers, within: Numbers) -> tuple[float, float]:
    """Between which values another row lies 95 times of 100, over all spreads that rows may have."""
    part = (np.arange(_SPREADS) + 0.5) / _SPREADS
    spreads = np.sqrt(values.var() + within.mean()) * part / (1 - part)
    lost, means, errors = _restricted(values, within, spreads**2)
    weights = np.exp((lost.min() - lost) / 2) / (1 - part) ** 2
    weights, scales = weights / weights.sum(), np.sqrt(spreads**2 + errors)

    def up_to(value: float) -> float:
        return float(weights @ norm.cdf((value - means) / scales))

    far = float(np.abs(means).max() + 40 * scales.max())  # of three rows the spread may be any
    low, high = (brentq(lambda value, tail=tail: up_to(value) - tail, -far, far, xtol=1e-10) for tail in (0.025, 0.975))
    return low, high
