"""Is a share the same everywhere? How much rows differ beyond chance, and how wide a spread that means.

Two answers. ``dispersion`` looks from a target, as a funnel does: the factor phi by which squared z scores exceed 1,
and the variance tau squared between rows (Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202, sections 3.3 and
A.3; 2005, Quality and Safety in Health Care 14: 347-351). ``heterogeneity`` looks for the mean of the rows as a
meta-analysis does, on the logit scale (DerSimonian and Laird 1986, Controlled Clinical Trials 7: 177-188; I squared:
Higgins and Thompson 2002, Statistics in Medicine 21: 1539-1558; prediction interval: Higgins, Thompson and
Spiegelhalter 2009, Journal of the Royal Statistical Society A 172: 137-159).

What it does not cover: what the differences come from. DerSimonian and Laird's tau squared is a moment estimate with
no interval here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import chi2, norm, t

from analysis.errors import ParameterError
from analysis.shares.counted import Numbers, counted

Scale = Literal["share", "arcsine"]
SCALES: tuple[Scale, ...] = ("share", "arcsine")


@dataclass(frozen=True)
class Dispersion:
    """How far rows scatter about a target, on a scale.

    ``phi`` is the mean of the squared winsorised z scores (1 where chance is all), ``phi_unwinsorised`` without
    winsorising. ``tau_squared`` is DerSimonian and Laird's variance between rows on ``scale``, from the winsorised z
    scores. ``q`` is the sum of the squared unwinsorised z scores, chi squared with ``degrees`` of freedom where rows
    differ by chance alone, and ``p_value`` its upper tail: on the scale of shares and about the pooled share that is
    Pearson's test of the table.
    """

    scale: Scale
    rows: int
    target_share: float
    winsorised_share: float
    phi: float
    phi_unwinsorised: float
    tau_squared: float
    q: float
    degrees: int
    p_value: float

    @property
    def tau(self) -> float:
        """The standard deviation between rows, on the scale."""
        return float(np.sqrt(self.tau_squared))


@dataclass(frozen=True)
class Pooled:
    """The mean of several values under random effects: DerSimonian and Laird's, on the scale of the values.

    ``q`` is Cochran's, about the fixed-effect mean; ``i_squared_share`` is the part of the variance that is between
    rows, 0 to 1.
    """

    mean: float
    standard_error: float
    tau_squared: float
    q: float
    degrees: int
    p_value: float
    i_squared_share: float


@dataclass(frozen=True)
class Heterogeneity:
    """How much rows differ: ``logit`` on the logit scale, the rest back on that of shares (0 to 1).

    ``mean_share`` is that of a typical row, ``low_share`` and ``high_share`` its 95% interval (normal). A new row's
    own share would lie between ``predicted_low_share`` and ``predicted_high_share`` 95 times of 100, which are
    ``spread_points`` percentage points apart; ``rows_corrected`` had no events or nothing else, and half a case was
    added to each side of them.
    """

    logit: Pooled
    mean_share: float
    low_share: float
    high_share: float
    predicted_low_share: float
    predicted_high_share: float
    spread_points: float
    rows: int
    rows_corrected: int


def on_scale(shares: Any, scale: str) -> Any:
    """Shares as they are, or the arcsine of their root (0 to half of pi), whose variance hardly hangs on the share."""
    return np.arcsin(np.sqrt(shares)) if scale == "arcsine" else shares


def standard_error(cases: Any, target_share: float, scale: str) -> Numbers:
    """The standard error of a share of ``cases`` about a target, on a scale: 1 / (2 root cases) on that of arcsines."""
    root = np.sqrt(np.asarray(cases, dtype="float64"))
    return np.asarray((0.5 if scale == "arcsine" else np.sqrt(target_share * (1 - target_share))) / root)


def winsorised(values: Any, share: float = 0.1) -> Numbers:
    """Values with those beyond the quantiles ``share`` and 1 - ``share`` set to these.

    Quantiles are interpolated (R's type 7, as in the R package FunnelPlotR).

    Raises ParameterError unless 0 <= share < 0.5.
    """
    if not 0 <= share < 0.5:
        raise ParameterError(f"Winsorising {share:g} at each end cannot be: use 0 up to below 0.5, usually 0.1.")
    low, high = np.quantile(values, [share, 1 - share])
    return np.asarray(np.clip(values, low, high), dtype="float64")


def dispersion(
    table: pd.DataFrame,
    by: str,
    *,
    target_share: float | None = None,
    scale: Scale = "share",
    winsorised_share: float = 0.1,
) -> Dispersion:
    """How far the rows of (``by``, events, cases) scatter about a target, which is the pooled share unless given.

    Raises ParameterError for a scale that is not there, a target not between 0 and 1 (also when no row has events, or
    all cases are events), or too much winsorising; what ``counted`` raises for the table.
    """
    rows = counted(table, by)
    if scale not in SCALES:
        raise ParameterError(f"No scale is called '{scale}'. Use {' or '.join(SCALES)}.")
    target = rows.pooled_share if target_share is None else target_share
    if not 0 < target < 1:
        raise ParameterError(f"Rows cannot be compared about {target:g}: a target lies between 0 and 1.")
    errors = standard_error(rows.cases, target, scale)
    z = (on_scale(rows.shares, scale) - on_scale(target, scale)) / errors
    kept = winsorised(z, winsorised_share) ** 2
    many = len(z)
    q, degrees = float((z**2).sum()), many if target_share is not None else many - 1
    return Dispersion(
        scale=scale,
        rows=many,
        target_share=float(target),
        winsorised_share=winsorised_share,
        phi=float(kept.mean()),
        phi_unwinsorised=q / many,
        tau_squared=_between(float(kept.sum()), errors**2),
        q=q,
        degrees=degrees,
        p_value=float(chi2.sf(q, degrees)),
    )


def pooled_mean(values: Any, variances: Any) -> Pooled:
    """The random-effects mean of at least two values with known variances within them.

    Raises ValueError when there are fewer than two, as many variances are not given, or one is not positive.
    """
    found, within = np.asarray(values, dtype="float64"), np.asarray(variances, dtype="float64")
    if found.ndim != 1 or found.shape != within.shape or len(found) < 2:
        raise ValueError(f"{found.size} values with {within.size} variances cannot be pooled.")
    if not (np.isfinite(found) & np.isfinite(within) & (within > 0)).all():
        raise ValueError("Values to pool are finite, and their variances positive.")
    fixed = np.average(found, weights=1 / within)
    q, degrees = float(((found - fixed) ** 2 / within).sum()), len(found) - 1
    tau_squared = _between(q, within)
    weights = 1 / (within + tau_squared)
    return Pooled(
        mean=float(np.average(found, weights=weights)),
        standard_error=float(weights.sum() ** -0.5),
        tau_squared=tau_squared,
        q=q,
        degrees=degrees,
        p_value=float(chi2.sf(q, degrees)),
        i_squared_share=max(0.0, 1 - degrees / q) if q > 0 else 0.0,
    )


def heterogeneity(table: pd.DataFrame, by: str) -> Heterogeneity:
    """How much the shares of the rows of (``by``, events, cases) differ beyond chance, on the logit scale.

    A row's logit has the variance 1 / events + 1 / the other cases. The prediction interval takes Student's t with two
    degrees of freedom fewer than rows.

    Raises ParameterError for fewer than three rows; otherwise what ``counted`` raises.
    """
    rows = counted(table, by, at_least=3)
    is_end = (rows.events == 0) | (rows.events == rows.cases)
    events = rows.events + np.where(is_end, 0.5, 0)
    others = rows.cases - rows.events + np.where(is_end, 0.5, 0)
    found = pooled_mean(np.log(events / others), 1 / events + 1 / others)
    low, high = (float(expit(found.mean + side * norm.isf(0.025) * found.standard_error)) for side in (-1, 1))
    reach = t.ppf(0.975, len(rows.cases) - 2) * np.sqrt(found.tau_squared + found.standard_error**2)
    predicted_low, predicted_high = float(expit(found.mean - reach)), float(expit(found.mean + reach))
    return Heterogeneity(
        logit=found,
        mean_share=float(expit(found.mean)),
        low_share=low,
        high_share=high,
        predicted_low_share=predicted_low,
        predicted_high_share=predicted_high,
        spread_points=100 * (predicted_high - predicted_low),
        rows=len(rows.cases),
        rows_corrected=int(is_end.sum()),
    )


def _between(q: float, variances: Numbers) -> float:
    """DerSimonian and Laird's variance between rows, never below nothing, from a sum of squared z scores."""
    weights = 1 / variances
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return max(0.0, float((q - (len(weights) - 1)) / scale))
