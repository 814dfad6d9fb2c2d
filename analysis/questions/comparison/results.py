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

from analysis.questions.comparison.funnel import comparison, funnel_curve, outside
from analysis.questions.comparison.heterogeneity import dispersion, heterogeneity
from analysis.shares.rates import Rates
from analysis.shares.worked import Worked, shown

ALIKE, EVERYWHERE, NOT_EVERYWHERE = "alike", "everywhere, not alike", "not everywhere"
FAR_BELOW, BELOW, WITHIN, ABOVE, FAR_ABOVE = "far below", "below", "within", "above", "far above"
NO_SHARE = "not compared"

#: What limits allow for, in a table's words.
ALLOWED = {"none": "chance alone", "phi": "noisier figures (phi)", "tau": "differing forces (tau)"}
NEAR, FAR, ADJUSTED = "95%", "99.8%", "95%, adjusted"
_LEVELS = {0.95: NEAR, 0.998: FAR}

#: Plain shares that are said as such: "a third", "1 in 10".
FLOORS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9)
_NEARLY_EVERY = 0.9  # of the forces
_ALIKE_WIDTH, _ALIKE_RATIO = 0.1, 1.5


def comparable(table: pd.DataFrame, *, at_least: int = 2) -> pd.DataFrame:
    """The rows that can be compared with each other: none where they are too few, or all shares are 0 or all are 1."""
    rows = shown(table)
    is_same = rows.empty or rows["events"].sum() in (0, rows["cases"].sum())
    return rows.iloc[:0] if is_same or len(rows) < at_least else rows


def compared(forces: Rates) -> Rates:
    """Each row against all together: positions, and the limits that allow for forces that differ.

    Adds ``z`` (standard errors, by chance alone), ``position`` (by exact limits of chance), ``low_allowed_share`` and
    ``high_allowed_share`` (95%, chance and tau) and ``allowed_position`` by these. A position is far below, below,
    within, above or far above: beyond the 99.8% limits, beyond the 95% limits, or neither.
    """
    by = forces.by[0]

    def add(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(z=np.nan, position=NO_SHARE, low_allowed_share=np.nan, high_allowed_share=np.nan)
        result["allowed_position"] = NO_SHARE
        rows = comparable(table)
        if rows.empty:
            return result
        found = _judged(rows, by)
        chance, wide = (found[found["allowance"] == name].set_index(by) for name in ("none", "tau"))
        is_row = result[by].isin(chance.index)
        labels = result.loc[is_row, by]
        result.loc[is_row, "z"] = chance.loc[labels, "z"].to_numpy()
        for side in ("low", "high"):
            result.loc[is_row, f"{side}_allowed_share"] = wide.loc[labels, f"{side}_95_share"].to_numpy()
        for column, part in (("position", chance), ("allowed_position", wide)):
            result.loc[is_row, column] = _positions(part.loc[labels])
        return result

    return forces.added(add)


def _judged(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The comparison of the rows; limits that allow for more are never narrower than those of chance alone.

    Those of chance are exact and the others normal, which are the narrower in the smallest rows if nothing is done.
    """
    found = comparison(rows, by)
    exact = pd.concat([found[found["allowance"] == "none"]] * found["allowance"].nunique(), ignore_index=True)
    for level in ("95", "99_8"):
        low = found[f"low_{level}_share"].clip(upper=exact[f"low_{level}_share"])
        high = found[f"high_{level}_share"].clip(lower=exact[f"high_{level}_share"])
        place = np.select([found["share"] < low, found["share"] > high], ["below", "above"], "within")
        found[f"low_{level}_share"], found[f"high_{level}_share"], found[f"position_{level}"] = low, high, place
    return found


def _positions(part: pd.DataFrame) -> Sequence[str]:
    """Both levels in one word: beyond the outer limits, beyond the inner ones, or within."""
    near, far = part["position_95"], part["position_99_8"]
    return [
        f"far {outer}" if outer != "within" else inner
        for inner, outer in zip(near.astype(str), far.astype(str), strict=True)
    ]


def funnel(forces: Rates) -> Worked:
    """The limits of a funnel as lines: one row per ``allowance`` (chance, or tau too), ``level`` and number of cases.

    ``low_allowed_share`` and ``high_allowed_share`` run 0 to 1; ``cases`` reach a little past those of the rows.
    """

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(table)
        names = ["allowance", "level", "cases", "low_allowed_share", "high_allowed_share"]
        if rows.empty:
            return pd.DataFrame(columns=names)
        spread = dispersion(rows, forces.by[0])
        ends = max(1, int(rows["cases"].min() * 0.75)), int(rows["cases"].max() * 1.3) + 2
        lines = funnel_curve(spread, smallest=ends[0], largest=ends[1], points=80)
        lines = lines[lines["allowance"] != "phi"].copy()
        within = lines.groupby(["level", "cases"])
        lines["low_allowed_share"] = (
            within["low_share"].transform("min").where(lines["allowance"] == "tau", lines["low_share"])
        )
        lines["high_allowed_share"] = (
            within["high_share"].transform("max").where(lines["allowance"] == "tau", lines["high_share"])
        )
        return lines.assign(allowance=lines["allowance"].map(ALLOWED), level=lines["level"].map(_LEVELS))[names]

    return Worked(forces, work, ("allowance", "level"))


def outliers(forces: Rates) -> Worked:
    """How many rows lie outside: one row per ``allowance`` and ``level``, the last level adjusted for many rows.

    Columns: ``rows`` compared, ``below``, ``above`` and ``outside``, numbers of rows. The adjusted level counts rows
    whose Benjamini-Hochberg q value is under 0.05.
    """

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(table)
        names = ["allowance", "level", "rows", "below", "above", "outside"]
        if rows.empty:
            return pd.DataFrame(columns=names)
        found = _judged(rows, forces.by[0])
        counts = outside(found)
        counts["level"] = counts["level"].map(_LEVELS)
        discoveries = found[found["q_value"] < 0.05].groupby("allowance")["z"]
        adjusted = pd.DataFrame({"allowance": list(ALLOWED), "level": ADJUSTED, "rows": len(rows)})
        for side, is_side in (("below", lambda z: int((z < 0).sum())), ("above", lambda z: int((z > 0).sum()))):
            adjusted[side] = adjusted["allowance"].map(discoveries.agg(is_side)).fillna(0).astype("int64")
        adjusted["outside"] = adjusted["below"] + adjusted["above"]
        every = pd.concat([counts, adjusted], ignore_index=True)
        order = every["allowance"].map(list(ALLOWED).index)
        every = every.iloc[np.argsort(order, kind="stable")]
        return every.assign(allowance=every["allowance"].map(ALLOWED))[names]

    return Worked(forces, work, ("allowance", "level"))


_TESTS = ["scatter", "q", "degrees", "p_value", "i_squared_share", "tau", "tau_points"]
_PREDICTED = ["mean_share", "low_predicted_share", "high_predicted_share"]
_SPREAD = ["place", "extent", "rows", "floor_share", "rows_at_floor", *_TESTS, *_PREDICTED]


def spread(forces: Rates) -> Worked:
    """How far the rows differ beyond chance, in one row; no row where fewer than three can be compared.

    ``extent`` is the verdict of the rule. ``floor_share`` is the highest of the plain shares that nine in ten rows
    reach, missing where that is under 1 in 100, and ``rows_at_floor`` how many do. ``scatter`` is the mean squared z
    about the pooled share. Q, I squared and tau are of the logits; ``tau_points`` is tau in percentage points, at the
    mean. The share of another such row lies between the predicted shares 19 times of 20.
    """
    by, place = forces.by[0], forces.about.place

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = comparable(table, at_least=3)
        if rows.empty:
            return pd.DataFrame(columns=_SPREAD)
        found, logit = heterogeneity(rows, by), heterogeneity(rows, by).logit
        tau, floor = float(np.sqrt(logit.tau_squared)), _floor(rows["share"])
        line = {
            "place": place,
            "extent": extent(rows["share"], found.predicted_low_share, found.predicted_high_share),
            "rows": found.rows,
            "floor_share": floor,
            "rows_at_floor": int((rows["share"] >= floor).sum()) if floor else None,
            "scatter": dispersion(rows, by).phi_unwinsorised,
            "q": logit.q,
            "degrees": logit.degrees,
            "p_value": logit.p_value,
            "i_squared_share": logit.i_squared_share,
            "tau": tau,
            "tau_points": 100 * tau * found.mean_share * (1 - found.mean_share),
            "mean_share": found.mean_share,
            "low_predicted_share": found.predicted_low_share,
            "high_predicted_share": found.predicted_high_share,
        }
        return pd.DataFrame([line])[_SPREAD]

    return Worked(forces, work, ("place", "extent"))


def extent(shares: pd.Series, low: float, high: float) -> str:
    """The rule. ``low`` and ``high`` are the limits between which the shares of 19 in 20 such rows lie.

    Rows are alike when these lie no more than 10 percentage points apart and the upper is at most one and a half times
    the lower. It happens everywhere when at least nine in ten rows have half or more of the middle row's share.
    """
    if high - low <= _ALIKE_WIDTH and high <= _ALIKE_RATIO * low:
        return ALIKE
    reached = float((shares >= float(shares.median()) / 2).mean())
    return EVERYWHERE if reached >= _NEARLY_EVERY and float(shares.median()) > 0 else NOT_EVERYWHERE


def _floor(shares: pd.Series) -> float | None:
    """The highest plain share that at least nine in ten rows reach."""
    reached = [one for one in FLOORS if float((shares >= one).mean()) >= _NEARLY_EVERY]
    return max(reached, default=None)
