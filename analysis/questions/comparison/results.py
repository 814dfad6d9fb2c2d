"""Is it the same everywhere? Where each force stands among all, by limits of chance and by limits that allow for more.

The comparisons of ``funnel.py`` and ``heterogeneity.py`` on rates by force, so that disclosure control comes first
and they are worked out from what may be shown. The rule behind the words "everywhere" and "alike" is this project's
own (docs/methods.md); it is stated in ``extent``.

What it does not cover: why forces differ. Fewer than two forces with a share cannot be compared, and fewer than three
say nothing of how far forces differ: such results have no rows, or "no share" for a position.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.questions.comparison.differing import Differing, differing
from analysis.questions.comparison.funnel import (
    CHANCE,
    DIFFERING,
    FAR,
    LEVELS,
    NEAR,
    comparison,
    funnel_curve,
    funnel_of,
    outside,
)
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.questions.comparison.pooling import ENOUGH_ROWS
from analysis.shares.counted import Counted
from analysis.shares.rates import Rates, rates
from analysis.shares.worked import Worked, shown

ALIKE, EVERYWHERE, NOT_EVERYWHERE = "alike", "everywhere, not alike", "not everywhere"
BY_CHANCE = "cannot be said: chance alone could explain it"
#: Positions that are asked for by name; the others are below and above, and far below and far above.
WITHIN, NO_SHARE = "within", "not compared"

#: What limits allow for, in a table's words.
ALLOWED = {CHANCE: "chance alone", DIFFERING: "forces that differ"}
ADJUSTED = f"{NEAR}, adjusted"
_NEAR_LEVEL, _FAR_LEVEL = LEVELS.values()
_LEVELS = {_NEAR_LEVEL: NEAR, _FAR_LEVEL: FAR}

#: Plain shares that are said as such: "a third", "1 in 10".
FLOORS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9)
_NEARLY_EVERY = 0.9  # of the forces
_ALIKE_WIDTH, _ALIKE_RATIO = 0.1, 1.5
_UNUSUAL = 0.05  # a p value below it: chance alone seldom gives differences as large


def comparable(table: pd.DataFrame, *, at_least: int = 2) -> pd.DataFrame:
    """The rows that can be compared with each other.

    Parameters
    ----------
    table
        Rows of rates, with events, cases, share and state.
    at_least
        How many it takes.

    Returns
    -------
    pd.DataFrame
        Those with a share to show; none where they are too few, or all shares are 0 or all are 1.
    """
    rows = shown(table)
    is_same = rows.empty or rows["events"].sum() in (0, rows["cases"].sum())
    return rows.iloc[:0] if is_same or len(rows) < at_least else rows


def compared(forces: Rates) -> Rates:
    """Each row against the typical one: positions, and the limits that allow for forces that differ.

    Parameters
    ----------
    forces
        Shares by force.

    Returns
    -------
    Rates
        The same rows, and with each ``z`` (standard errors, by chance alone), ``position`` (by exact limits of chance),
        ``low_allowed_share`` to ``high_allowed_share`` (95%, for chance and forces that differ, 0 to 1) and
        ``allowed_position`` by these. A position is far below, below, within, above or far above: beyond the 99.8%
        limits, beyond the 95% limits, or neither; "not compared" without a share. Two rows have no limits that allow
        for more than chance.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202; for forces that differ ``differing``.
    """
    by, rounding = forces.by[0], forces.about.rounding

    def add(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(z=np.nan, position=NO_SHARE, low_allowed_share=np.nan, high_allowed_share=np.nan)
        result["allowed_position"] = NO_SHARE
        rows = comparable(table)
        if rows.empty:
            return result
        judged = comparison(rows, by, rounding=rounding)
        chance, wide = (judged[judged["allowance"] == name].set_index(by) for name in (CHANCE, DIFFERING))
        for column, part in (("position", chance), ("allowed_position", wide)):
            is_row = result[by].isin(part.index)
            result.loc[is_row, column] = _positions(part.loc[result.loc[is_row, by]])
        result["z"] = chance["z"].reindex(result[by]).to_numpy()
        for side in ("low", "high"):
            result[f"{side}_allowed_share"] = wide[f"{side}_near_share"].reindex(result[by]).to_numpy()
        return result

    return forces.added(add)


def are_outside(positions: pd.Series) -> pd.Series:
    """Whether each row is outside its limits; one that is not compared, for which there are none, is not.

    Parameters
    ----------
    positions
        The column ``position`` or ``allowed_position`` of what ``compared`` gives.

    Returns
    -------
    pd.Series
        True or False, by the same index.
    """
    return ~positions.isin([WITHIN, NO_SHARE])


def _positions(part: pd.DataFrame) -> Sequence[str]:
    """Both levels in one word: beyond the outer limits, beyond the inner ones, or within."""
    near, far = part["position_near"], part["position_far"]
    return [
        f"far {outer}" if outer != "within" else inner
        for inner, outer in zip(near.astype(str), far.astype(str), strict=True)
    ]


def funnel(forces: Rates) -> Worked:
    """The limits of a funnel as lines.

    Parameters
    ----------
    forces
        Shares by force.

    Returns
    -------
    Worked
        A row for each ``allowance`` (chance alone, or forces that differ), ``level`` and number of ``cases``, these a
        little past those of the rows: ``mean_share``, which the limits lie about, and ``low_allowed_share`` to
        ``high_allowed_share``, 0 to 1. No row where nothing can be compared.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202; for forces that differ ``differing``.
    """

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(table)
        names = ["allowance", "level", "cases", "mean_share", "low_allowed_share", "high_allowed_share"]
        if rows.empty:
            return pd.DataFrame(columns=names)
        judge = funnel_of(rows, forces.by[0], rounding=forces.about.rounding)
        ends = max(1, int(rows["cases"].min() * 0.75)), int(rows["cases"].max() * 1.3) + 2
        lines = funnel_curve(judge, smallest=ends[0], largest=ends[1], points=80)
        lines = lines.rename(columns={f"{side}_share": f"{side}_allowed_share" for side in ("low", "high")})
        lines["allowance"], lines["level"] = lines["allowance"].map(ALLOWED), lines["level"].map(_LEVELS)
        return lines.assign(mean_share=judge.target_share)[names]

    return Worked(forces, work, ("allowance", "level"))


def outliers(forces: Rates) -> Worked:
    """How many rows lie outside the limits.

    Parameters
    ----------
    forces
        Shares by force.

    Returns
    -------
    Worked
        A row for each ``allowance`` and ``level``: how many ``rows`` were compared, and how many lie ``below``,
        ``above`` and ``outside``. Levels are 95%, 99.8% and 95% adjusted for the number of rows, which counts those
        whose q value is under 0.05. No row where nothing can be compared.

    References
    ----------
    Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57: 289-300, for the adjusted level.
    """

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(table)
        names = ["allowance", "level", "rows", "below", "above", "outside"]
        if rows.empty:
            return pd.DataFrame(columns=names)
        judged = comparison(rows, forces.by[0], rounding=forces.about.rounding)
        counts = outside(judged)
        counts["level"] = counts["level"].map(_LEVELS)
        lines = pd.concat([counts, _discovered(judged)], ignore_index=True)
        lines = lines.sort_values("allowance", key=lambda names: names.map(list(ALLOWED).index), kind="stable")
        return lines.assign(allowance=lines["allowance"].map(ALLOWED))[names]

    return Worked(forces, work, ("allowance", "level"))


def _discovered(judged: pd.DataFrame) -> pd.DataFrame:
    """How many rows of a comparison are told apart at the adjusted level: one row per allowance."""
    centre = judged["low_near_share"].add(judged["high_near_share"]) / 2
    is_apart = judged["q_value"] < 0.05
    is_below = judged["share"] < centre
    sides = {"below": is_apart & is_below, "above": is_apart & ~is_below}
    both = pd.DataFrame({"allowance": judged["allowance"], **sides})
    counts = both.groupby("allowance", sort=False).sum().astype("int64").reset_index()
    rows = judged.groupby("allowance", sort=False).size().to_numpy()
    return counts.assign(level=ADJUSTED, rows=rows, outside=counts["below"] + counts["above"])


_TESTS = ["scatter", "q", "degrees", "p_value", "i_squared_share", "tau", "tau_points"]
_PREDICTED = ["mean_share", "low_predicted_share", "high_predicted_share"]
_CAUGHT = ["low_caught_share", "high_caught_share"]
_SPREAD = ["place", "extent", "rows", "floor_share", "rows_at_floor", *_TESTS, *_PREDICTED, *_CAUGHT]
#: How far from the typical row a row is put to ask whether it would be seen, as a share (less where none or all is
#: nearer than that), and of how many cases.
AWAY, NEARER, ENOUGH = 0.15, 0.05, 500


def spread(forces: Rates) -> Worked:
    """How far the rows differ beyond chance.

    Parameters
    ----------
    forces
        Shares by force.

    Returns
    -------
    Worked
        One row; none where fewer than three can be compared. ``extent`` is the verdict of the rule. ``floor_share`` is
        the highest of the plain shares that nine in ten rows reach, missing where that is under 1 in 100, and
        ``rows_at_floor`` how many do. ``scatter`` is the mean squared z about the typical share, ``mean_share``. ``q``
        with its ``degrees`` and ``p_value``, ``i_squared_share`` and ``tau`` are of the logits; ``tau_points`` is tau
        in percentage points, at the mean. The share of another such row lies between ``low_predicted_share`` and
        ``high_predicted_share`` 19 times of 20. ``low_caught_share`` and ``high_caught_share`` are how often a row of
        these sizes whose own share is ``away`` from the typical one would lie outside the 95% limits that allow for
        rows that differ, missing for fewer than ENOUGH_ROWS. Shares run 0 to 1.

    References
    ----------
    Those of ``heterogeneity`` and ``differing``.
    """
    by, place, rounding = forces.by[0], forces.about.place, forces.about.rounding

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(table, at_least=3)
        if rows.empty:
            return pd.DataFrame(columns=_SPREAD)
        judge, floor = funnel_of(rows, by, rounding=rounding), _floor(rows["share"])
        differ = heterogeneity(rows, by, rounding=rounding)
        logit, middle = differ.logit, differ.typical_share
        caught = _caught(judge.rows, differing(differ))
        line = {
            "place": place,
            "extent": extent(
                rows["share"], differ.predicted_low_share, differ.predicted_high_share, p_value=logit.p_value
            ),
            "rows": differ.rows,
            "floor_share": floor,
            "rows_at_floor": int((rows["share"] >= floor).sum()) if floor else None,
            "scatter": float((judge.z**2).mean()),
            "q": logit.q,
            "degrees": logit.degrees,
            "p_value": logit.p_value,
            "i_squared_share": logit.i_squared_share,
            "tau": logit.tau,
            "tau_points": 100 * logit.tau * middle * (1 - middle),
            "mean_share": middle,
            "low_predicted_share": differ.predicted_low_share,
            "high_predicted_share": differ.predicted_high_share,
            "low_caught_share": caught[0],
            "high_caught_share": caught[1],
        }
        return pd.DataFrame([line])[_SPREAD]

    return Worked(forces, work, ("place", "extent"))


def away(typical_share: float) -> float:
    """How far from the typical row a row is put, to ask whether it would be seen.

    Parameters
    ----------
    typical_share
        The share of the typical row, 0 to 1.

    Returns
    -------
    float
        A share.

    Examples
    --------
    >>> away(0.47), away(0.09)
    (0.15, 0.05)
    """
    return AWAY if AWAY <= typical_share <= 1 - AWAY else NEARER


def spread_together(cases: Counts, measure: str) -> Worked:
    """The spread of types 14, 15 and 16 together out of decided cases, to be said beside that of withdrawal.

    Parameters
    ----------
    cases
        The cases that are compared.
    measure
        What is compared.

    Returns
    -------
    Worked
        What ``spread`` gives; no row for a measure other than withdrawal, of which nobody asks by which label a case
        was put down.
    """
    if measure == "victim_withdrawal":
        return spread(rates(cases, "withdrew_or_evidential", base="with_outcome", by="force"))
    return Worked(rates(cases, measure, by="force"), lambda _: pd.DataFrame(columns=_SPREAD), ("place", "extent"))


def _caught(rows: Counted, about: Differing) -> tuple[float, float]:
    """The least and the greatest power against ``away`` over rows of ENOUGH cases, on the side that holds more.

    A share cannot go far beyond a share near 0 or 1: the side is that towards a half.
    """
    if len(rows.cases) < ENOUGH_ROWS:
        return np.nan, np.nan
    sizes = rows.worth(about.typical_share, rows.cases[rows.cases >= min(ENOUGH, rows.cases.max())])
    far = away(about.typical_share)
    powers = about.caught(sizes, far if about.typical_share < 0.5 else -far, _NEAR_LEVEL)
    return float(powers.min()), float(powers.max())


def extent(shares: pd.Series, low: float, high: float, *, p_value: float) -> str:
    """The rule of sameness, which is this project's own.

    Rows are alike when the limits lie no more than 10 percentage points apart and the upper is at most one and a half
    times the lower. Failing that, nothing can be said where chance alone could explain how far they differ. It happens
    everywhere when at least nine in ten rows have half or more of the middle row's share.

    Parameters
    ----------
    shares
        Of the rows, 0 to 1.
    low, high
        Between which the shares of 19 in 20 such rows lie, chance taken out.
    p_value
        Of the test that the rows differ by chance alone.

    Returns
    -------
    str
        ALIKE, BY_CHANCE, EVERYWHERE or NOT_EVERYWHERE.

    Examples
    --------
    >>> extent(pd.Series([0.45, 0.5, 0.55]), 0.46, 0.54, p_value=0.001)
    'alike'
    >>> extent(pd.Series([0.3, 0.5, 0.7]), 0.2, 0.8, p_value=0.001)
    'everywhere, not alike'
    """
    if high - low <= _ALIKE_WIDTH and high <= _ALIKE_RATIO * low:
        return ALIKE
    if p_value >= _UNUSUAL:
        return BY_CHANCE
    reached = float((shares >= float(shares.median()) / 2).mean())
    return EVERYWHERE if reached >= _NEARLY_EVERY and float(shares.median()) > 0 else NOT_EVERYWHERE


def _floor(shares: pd.Series) -> float | None:
    """The highest plain share that at least nine in ten rows reach."""
    reached = [floor for floor in FLOORS if float((shares >= floor).mean()) >= _NEARLY_EVERY]
    return max(reached, default=None)
