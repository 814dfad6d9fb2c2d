"""Is one row different from the rest? Funnel limits for shares about a target, and how far outside each row lies.

Method: funnel plots (Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202). Limits about a target are exact
binomial, interpolated (section A.1.1), or normal; where rows differ by more than chance they are widened by a factor
phi (section 3.3, A.3) or by a variance tau squared between rows (Spiegelhalter 2005, Quality and Safety in Health Care
14: 347-351; ``heterogeneity.py`` estimates both). False discoveries over the rows: Benjamini and Hochberg (1995,
Journal of the Royal Statistical Society B 57: 289-300).

What it does not cover: why a row lies outside. Rows differ in what they record as well as in what they do; with
thousands of cases a row, nearly every row lies outside limits that allow for chance alone.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control, norm

from analysis.errors import ParameterError
from analysis.questions.comparison.heterogeneity import SCALES, Dispersion, Scale, dispersion, on_scale, standard_error
from analysis.shares.counted import Counted, Numbers, counted

Form = Literal["exact", "as_printed", "share", "arcsine"]
FORMS: tuple[Form, ...] = ("exact", "as_printed", "share", "arcsine")

#: The levels that funnels are drawn at, by the end of a column's name: two and about three standard errors.
LEVELS = {"95": 0.95, "99_8": 0.998}

#: What limits allow for: chance alone; chance times a factor; chance and a variance between rows.
ALLOWANCES = ("none", "phi", "tau")


def funnel_limits(
    cases: Any, target_share: float, level: float, *, form: Form = "exact", phi: float = 1.0, tau_squared: float = 0.0
) -> tuple[Numbers, Numbers]:
    """The lower and upper limit (shares, 0 to 1) for each number of ``cases`` about a target.

    ``form`` is ``exact`` (binomial, interpolated), ``as_printed`` (the same, by the letter of section A.1.1), ``share``
    (normal) or ``arcsine`` (normal for the arcsine of the root of the share). The paper interpolates P(R <= r) for both
    limits, which puts the upper one an event nearer to the target than the lower; ``exact`` interpolates P(R >= r)
    above, so that events and non-events are treated alike. The two differ by 1 / cases, above the target only.
    ``phi`` (1 or more) and ``tau_squared`` widen the normal forms; the variance is on the scale that the form names.

    Raises ParameterError for a target that is not between 0 and 1, a level or form that is not there, a negative
    allowance, and an allowance on exact limits, which have none; ValueError for cases that are not whole and positive.
    """
    many = np.atleast_1d(np.asarray(cases, dtype="float64"))
    _check_limits(target_share, level, form, phi, tau_squared)
    if not (np.isfinite(many) & (many >= 1) & (many == np.round(many))).all():
        raise ValueError("Funnel limits need whole numbers of cases, each at least 1.")
    tail = (1 - level) / 2
    if form in ("exact", "as_printed"):
        low = _interpolated(many, target_share, tail)
        high = 1 - _interpolated(many, 1 - target_share, tail)
        return np.maximum(low, 0), np.clip(high - (1 / many if form == "as_printed" else 0), 0, 1)
    middle = on_scale(target_share, form)
    reach = norm.isf(tail) * np.sqrt(phi * standard_error(many, target_share, form) ** 2 + tau_squared)
    if form == "share":
        return np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)
    ends = np.clip(middle - reach, 0, np.pi / 2), np.clip(middle + reach, 0, np.pi / 2)
    return np.sin(ends[0]) ** 2, np.sin(ends[1]) ** 2


def funnel_curve(spread: Dispersion, *, smallest: int, largest: int, points: int = 200) -> pd.DataFrame:
    """The limits of a funnel as smooth lines: one row per allowance, level and number of cases.

    ``allowance`` is none (exact), phi or tau; ``level`` is 0.95 or 0.998; ``low_share`` and ``high_share`` run 0 to 1.
    Numbers of cases stand evenly on a logarithmic scale from ``smallest`` to ``largest``, each a whole number.

    Raises ParameterError unless 1 <= smallest < largest and there are at least two points.
    """
    if not 1 <= smallest < largest or points < 2:
        raise ParameterError(f"A funnel from {smallest} to {largest} cases in {points} points cannot be drawn.")
    grid = np.unique(np.round(np.geomspace(smallest, largest, points)))
    parts = []
    for allowance in ALLOWANCES:
        for level in LEVELS.values():
            low, high = _allowed(grid, spread, allowance, level)
            columns = {"cases": grid.astype("int64"), "low_share": low, "high_share": high}
            parts.append(pd.DataFrame({"allowance": allowance, "level": level, **columns}))
    return pd.concat(parts, ignore_index=True)


def comparison(
    table: pd.DataFrame,
    by: str,
    *,
    target_share: float | None = None,
    scale: Scale = "share",
    winsorised_share: float = 0.1,
) -> pd.DataFrame:
    """Each row of (``by``, events, cases) against a target, which is the pooled share unless given.

    One row per row and ``allowance`` (none, phi, tau), in the order given. ``z`` is the distance from the target in
    standard errors on ``scale`` (``share``, or ``arcsine``: the arcsine of the root of the share), divided by the root
    of phi or with tau squared added; ``p_value`` is two-sided normal from it, ``q_value`` the Benjamini-Hochberg
    adjusted p value over the rows. ``low_95_share`` to ``high_99_8_share`` are limits at this row's cases, exact where
    nothing is allowed for; ``position_95`` and ``position_99_8`` say below, within or above.

    Raises what ``dispersion`` raises.
    """
    rows = counted(table, by)
    spread = dispersion(table, by, target_share=target_share, scale=scale, winsorised_share=winsorised_share)
    labels = table[by].reset_index(drop=True)
    fixed = {by: labels, "events": rows.events.astype("int64"), "cases": rows.cases.astype("int64")}
    parts = [
        pd.DataFrame({**fixed, "share": rows.shares, "allowance": allowance, **_judged(rows, spread, allowance)})
        for allowance in ALLOWANCES
    ]
    return pd.concat(parts, ignore_index=True)


def outside(compared: pd.DataFrame) -> pd.DataFrame:
    """How many rows of a ``comparison`` lie outside: one row per allowance and level, with rows below, above, outside.

    Counts of rows; ``rows`` is how many were compared.
    """
    found = []
    for allowance, part in compared.groupby("allowance", sort=False):
        for name, level in LEVELS.items():
            place = part[f"position_{name}"]
            below, above = int((place == "below").sum()), int((place == "above").sum())
            counts = {"rows": len(part), "below": below, "above": above, "outside": below + above}
            found.append({"allowance": allowance, "level": level, **counts})
    return pd.DataFrame(found)


def _judged(rows: Counted, spread: Dispersion, allowance: str) -> dict[str, Any]:
    """z, p, q, limits and positions of the rows under one allowance."""
    phi, tau_squared = _widening(spread, allowance)
    middle = on_scale(spread.target_share, spread.scale)
    errors = np.sqrt(phi * standard_error(rows.cases, spread.target_share, spread.scale) ** 2 + tau_squared)
    z = (on_scale(rows.shares, spread.scale) - middle) / errors
    p_values = 2 * norm.sf(np.abs(z))
    judged: dict[str, Any] = {"z": z, "p_value": p_values, "q_value": false_discovery_control(p_values)}
    for name, level in LEVELS.items():
        low, high = _allowed(rows.cases, spread, allowance, level)
        judged |= {f"low_{name}_share": low, f"high_{name}_share": high}
        judged[f"position_{name}"] = np.select([rows.shares < low, rows.shares > high], ["below", "above"], "within")
    return judged


def _allowed(cases: Numbers, spread: Dispersion, allowance: str, level: float) -> tuple[Numbers, Numbers]:
    """Limits under one allowance: exact where nothing is allowed for, on the scale of the dispersion where it is."""
    if allowance == "none":
        return funnel_limits(cases, spread.target_share, level)
    phi, tau_squared = _widening(spread, allowance)
    return funnel_limits(cases, spread.target_share, level, form=spread.scale, phi=phi, tau_squared=tau_squared)


def _widening(spread: Dispersion, allowance: str) -> tuple[float, float]:
    """The factor and the added variance of an allowance; a phi below 1 never narrows limits."""
    factor = max(1.0, spread.phi) if allowance == "phi" else 1.0
    return factor, spread.tau_squared if allowance == "tau" else 0.0


def _interpolated(cases: Numbers, target_share: float, tail: float) -> Numbers:
    """Section A.1.1: with r the smallest number for which P(R <= r) > tail, (r - a) / cases, a linear in P."""
    smallest = binom.ppf(tail, cases, target_share)
    smallest = np.where(binom.cdf(smallest, cases, target_share) > tail, smallest, smallest + 1)
    excess = binom.cdf(smallest, cases, target_share) - tail
    return np.asarray((smallest - excess / binom.pmf(smallest, cases, target_share)) / cases, dtype="float64")


def _check_limits(target_share: float, level: float, form: str, phi: float, tau_squared: float) -> None:
    if not 0 < target_share < 1:
        raise ParameterError(f"Funnel limits about {target_share:g} cannot be: a target lies between 0 and 1.")
    if not 0 < level < 1:
        raise ParameterError(f"Funnel limits at level {level:g} cannot be: use 0.95 or 0.998.")
    if form not in FORMS:
        raise ParameterError(f"No form of funnel limits is called '{form}'. Use {', '.join(FORMS)}.")
    if not (np.isfinite([phi, tau_squared]).all() and phi >= 1 and tau_squared >= 0):
        raise ParameterError(f"phi {phi:g} and tau squared {tau_squared:g} would narrow the limits; they may not.")
    if form not in SCALES and (phi, tau_squared) != (1.0, 0.0):
        raise ParameterError("Exact limits cannot be widened. Use the form 'share' or 'arcsine'.")
