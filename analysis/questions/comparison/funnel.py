"""Is one row different from the rest? Funnel limits for shares about the typical row, and how far outside each lies.

Method: funnel plots (Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202). Limits of chance alone are exact
binomial, interpolated (section A.1.1). Where rows differ by more than chance, limits allow for that too
(``differing.py``), and are never narrower than those of chance: few rows may look more alike than they are. False
discoveries over the rows: Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57: 289-300).

What it does not cover: why a row lies outside. Rows differ in what they record as well as in what they do; with
thousands of cases a row, nearly every row lies outside limits that allow for chance alone. Two rows do not tell how
far rows differ: they are judged by chance alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control

from analysis.errors import ParameterError
from analysis.questions.comparison.differing import Differing, by_chance_alone, differing
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.shares.counted import Counted, Numbers, counted

#: The levels that funnels are drawn at, two and about three standard errors. What is said of them is made from here.
LEVELS = {"near": 0.95, "far": 0.998}
NEAR, FAR = (f"{100 * level:g}%" for level in LEVELS.values())

#: What limits allow for: chance alone; chance and rows that differ.
CHANCE, DIFFERING = "chance", "differing"


def funnel_limits(cases: Any, target_share: float, level: float) -> tuple[Numbers, Numbers]:
    """The exact limits of chance alone about a target, for each number of cases.

    The paper interpolates P(R <= r) for both limits, which puts the upper one an event nearer to the target than the
    lower; here P(R >= r) is interpolated above, so that events and non-events are treated alike. The two differ by
    1 / cases, above the target only.

    Parameters
    ----------
    cases
        Whole numbers, one or more.
    target_share
        What the limits lie about, between 0 and 1.
    level
        The part of rows that lies within by chance, such as 0.95.

    Returns
    -------
    tuple[Numbers, Numbers]
        The lower and the upper limits, a share from 0 to 1 for each number of cases.

    Raises
    ------
    ParameterError
        For a target or a level that is not between 0 and 1.
    ValueError
        For cases that are not whole and positive.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202, section A.1.1.

    Examples
    --------
    >>> low, high = funnel_limits([30, 3000], 0.45, 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.256, 0.432], [0.648, 0.468])
    """
    many = np.atleast_1d(np.asarray(cases, dtype="float64"))
    if not 0 < target_share < 1:
        raise ParameterError(f"Funnel limits about {target_share:g} cannot be: a target lies between 0 and 1.")
    if not 0 < level < 1:
        raise ParameterError(f"Funnel limits at level {level:g} cannot be: use 0.95 or 0.998.")
    if not (np.isfinite(many) & (many >= 1) & (many == np.round(many))).all():
        raise ValueError("Funnel limits need whole numbers of cases, each at least 1.")
    tail = (1 - level) / 2
    low = _interpolated(many, target_share, tail)
    high = 1 - _interpolated(many, 1 - target_share, tail)
    return np.maximum(low, 0), np.minimum(high, 1)


@dataclass(frozen=True)
class Funnel:
    """Rows to be judged: ``about`` is the typical row where three or more tell it, otherwise nothing is."""

    rows: Counted
    about: Differing | None

    @property
    def target_share(self) -> float:
        """What the limits lie about: the share of the typical row, or of all together where that is not known."""
        return self.rows.pooled_share if self.about is None else self.about.typical_share

    @property
    def allowances(self) -> tuple[str, ...]:
        """The ways in which limits are drawn here."""
        return (CHANCE,) if self.about is None else (CHANCE, DIFFERING)

    def limits(self, cases: Any, allowance: str, level: float) -> tuple[Numbers, Numbers]:
        """Between which shares rows lie, for each number of cases.

        Parameters
        ----------
        cases
            Whole numbers, one or more.
        allowance
            CHANCE or DIFFERING; by chance alone where the typical row is not known.
        level
            The part of rows that lies within, such as 0.95.

        Returns
        -------
        tuple[Numbers, Numbers]
            The lower and the upper limits, a share from 0 to 1 for each number of cases.
        """
        of = self.rows.worth(self.target_share, cases)
        low, high = funnel_limits(np.maximum(np.round(of), 1) if self.rows.rounding else of, self.target_share, level)
        if allowance == CHANCE or self.about is None:
            return low, high
        wide_low, wide_high = self.about.limits(of, level)
        return np.minimum(low, wide_low), np.maximum(high, wide_high)

    @cached_property
    def z(self) -> Numbers:
        """How far each row lies from the target by chance alone, in standard errors."""
        share = self.target_share
        return np.asarray((self.rows.shares - share) / np.sqrt(share * (1 - share) / self.rows.worth(share)))

    def p_values(self, allowance: str) -> Numbers:
        """The two-sided p value of each row.

        Parameters
        ----------
        allowance
            CHANCE or DIFFERING; by chance alone where the typical row is not known.

        Returns
        -------
        Numbers
            For each row, 0 to 1; where rows differ no smaller than by chance alone.

        References
        ----------
        By chance alone the mid-p value (Lancaster 1961, Journal of the American Statistical Association 56: 223-234).
        """
        rows = self.rows.unrounded(self.target_share)
        alone = by_chance_alone(rows.events, rows.cases, self.target_share)
        if allowance == CHANCE or self.about is None:
            return alone
        return np.maximum(alone, self.about.p_values(rows.events, rows.cases))


def funnel_of(table: pd.DataFrame, by: str, *, rounding: float = 0.0) -> Funnel:
    """The rows as a funnel judges them.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    Funnel
        The rows, with the typical row that they are judged about.

    Raises
    ------
    ParameterError
        When no row has events or all cases are events, and for fewer than two rows.
    """
    rows = counted(table, by, rounding=rounding)
    if not 0 < rows.pooled_share < 1:
        raise ParameterError(f"Rows cannot be compared about {rows.pooled_share:g}: a target lies between 0 and 1.")
    return Funnel(rows, differing(heterogeneity(table, by, rounding=rounding)) if len(rows.cases) > 2 else None)


def funnel_curve(judge: Funnel, *, smallest: int, largest: int, points: int = 200) -> pd.DataFrame:
    """The limits of a funnel as smooth lines.

    Parameters
    ----------
    judge
        What ``funnel_of`` gives.
    smallest, largest
        The numbers of cases between which lines run.
    points
        How many points a line has, fewer where whole numbers are fewer.

    Returns
    -------
    pd.DataFrame
        A row for each ``allowance``, ``level`` (0.95 or 0.998) and number of ``cases``, these whole and evenly on a
        logarithmic scale, with ``low_share`` and ``high_share``, 0 to 1.

    Raises
    ------
    ParameterError
        Unless 1 <= smallest < largest and there are at least two points.
    """
    if not 1 <= smallest < largest or points < 2:
        raise ParameterError(f"A funnel from {smallest} to {largest} cases in {points} points cannot be drawn.")
    grid = np.unique(np.round(np.geomspace(smallest, largest, points)))
    parts = []
    for allowance in judge.allowances:
        for level in LEVELS.values():
            low, high = judge.limits(grid, allowance, level)
            columns = {"cases": grid.astype("int64"), "low_share": low, "high_share": high}
            parts.append(pd.DataFrame({"allowance": allowance, "level": level, **columns}))
    return pd.concat(parts, ignore_index=True)


def comparison(table: pd.DataFrame, by: str, *, rounding: float = 0.0) -> pd.DataFrame:
    """Each row against the typical one, under each allowance.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    pd.DataFrame
        A row for each row and ``allowance``, in the order given: ``by``, events, cases, share; ``z``, the distance from
        the target by chance alone, in standard errors; ``p_value``, two-sided under the allowance; ``q_value``, that
        adjusted over the rows; ``low_near_share`` to ``high_far_share``, the limits at this row's cases;
        ``position_near`` and ``position_far``: below, within or above. Shares run 0 to 1.

    Raises
    ------
    ParameterError
        When no row has events or all cases are events, and for fewer than two rows.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202; Benjamini and Hochberg 1995, Journal of the Royal
    Statistical Society B 57: 289-300.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [300, 450, 600], "cases": 1000})
    >>> comparison(table, "force")[["force", "allowance", "position_near"]].to_numpy().tolist()[:3]
    [['A', 'chance', 'below'], ['B', 'chance', 'within'], ['C', 'chance', 'above']]
    """
    judge = funnel_of(table, by, rounding=rounding)
    rows, labels = judge.rows, table[by].reset_index(drop=True)
    fixed = {by: labels, "events": rows.events.astype("int64"), "cases": rows.cases.astype("int64")}
    parts = [
        pd.DataFrame({**fixed, "share": rows.shares, "allowance": allowance, "z": judge.z, **_judged(judge, allowance)})
        for allowance in judge.allowances
    ]
    return pd.concat(parts, ignore_index=True)


def outside(compared: pd.DataFrame) -> pd.DataFrame:
    """How many rows of a comparison lie outside its limits.

    Parameters
    ----------
    compared
        What ``comparison`` gives.

    Returns
    -------
    pd.DataFrame
        A row for each ``allowance`` and ``level``, with numbers of rows: ``rows`` that were compared, ``below``,
        ``above``, and ``outside``, which is both.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [300, 450, 600], "cases": 1000})
    >>> outside(comparison(table, "force"))["outside"].tolist()
    [2, 2, 0, 0]
    """
    lines = []
    for allowance, part in compared.groupby("allowance", sort=False):
        for name, level in LEVELS.items():
            place = part[f"position_{name}"]
            below, above = int((place == "below").sum()), int((place == "above").sum())
            counts = {"rows": len(part), "below": below, "above": above, "outside": below + above}
            lines.append({"allowance": allowance, "level": level, **counts})
    return pd.DataFrame(lines)


def _judged(judge: Funnel, allowance: str) -> dict[str, Any]:
    """p, q, limits and positions of the rows under one allowance."""
    p_values, shares = judge.p_values(allowance), judge.rows.shares
    judged: dict[str, Any] = {"p_value": p_values, "q_value": false_discovery_control(p_values)}
    for name, level in LEVELS.items():
        low, high = judge.limits(judge.rows.cases, allowance, level)
        judged |= {f"low_{name}_share": low, f"high_{name}_share": high}
        judged[f"position_{name}"] = np.select([shares < low, shares > high], ["below", "above"], "within")
    return judged


def _interpolated(cases: Numbers, target_share: float, tail: float) -> Numbers:
    """Section A.1.1: with r the smallest number for which P(R <= r) > tail, (r - a) / cases, a linear in P.

    Where P(R <= r) is the tail itself, r and the next number give the same.
    """
    smallest = binom.ppf(tail, cases, target_share)
    excess = binom.cdf(smallest, cases, target_share) - tail
    return np.asarray((smallest - excess / binom.pmf(smallest, cases, target_share)) / cases, dtype="float64")
