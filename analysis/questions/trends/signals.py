"""Which points of a control chart are news: NHS England's four rules for special causes.

The rules are those of *Making Data Count* (NHS England): a point outside the limits; a run of seven on one side of the
mean; seven points rising or falling; two of three points in a row beyond two standard deviations on the same side.
``two_of_three`` counts a point beyond the limits as beyond two sigma too (Western Electric 1956, *Statistical Quality
Control Handbook*); NHSRplotthedots asks besides that the third point lie on the same side and that the two lie within
the limits.

No rule runs across a break, over a period that was not received, or in a phase without limits. What it does not cover:
chance. In a steady series of 40 points one of the four speaks up now and then for no reason: a signal is where to ask.

Do the quarters differ from each other in every year? A caution to a reader of a trend, nothing more.

Kruskal and Wallis's rank test (1952, *Journal of the American Statistical Association* 47: 583-621) of the points of a
control chart, grouped by their place in the year, by ``scipy.stats.kruskal``. Each point is first set against its own
phase (its distance from the centre in sigmas), so that a break is not taken for a season.

What it does not cover: nothing is adjusted. A strong trend hides seasons, and a season that is found may be one
unusual year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import kruskal

from analysis.errors import ParameterError
from analysis.questions.trends.control import Chart
from analysis.questions.trends.series import Numbers

#: Each rule and what it says.
RULES = {
    "outside_limits": "a point outside the three-sigma limits",
    "shift": "seven or more points in a row on one side of the mean",
    "trend": "seven or more points in a row, each above or each below the one before",
    "two_of_three": "two of three points in a row beyond two sigma on the same side",
}
RUN = 7
_COLUMNS = ["rule", "first_day", "last_day", "direction", "phase", "points"]

Found = Iterator[tuple[str, int, int, str]]


def signals(chart: Chart) -> pd.DataFrame:
    """Every signal of a chart: one row each, by first day and then in the order of RULES.

    ``first_day`` and ``last_day`` are the first day of its first period and the last day of its last, ``direction`` is
    above or below (rising or falling for a trend), ``points`` how many periods it spans. A run that goes on is one row.
    """
    rows = [
        {
            "rule": rule,
            "first_day": part["period"].iloc[first],
            "last_day": part["last_day"].iloc[last],
            "direction": direction,
            "phase": part["phase"].iloc[0],
            "points": last - first + 1,
        }
        for part in _stretches(chart.points)
        for rule, first, last, direction in _found(part)
    ]
    order = {rule: place for place, rule in enumerate(RULES)}
    rows.sort(key=lambda row: (row["first_day"], order[row["rule"]]))
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"phase": "Int64", "points": "int64"})


def _stretches(points: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Runs of periods that follow each other, were all received and share one phase that has limits."""
    usable = points["value"].notna() & points["phase"].notna() & points["centre"].notna()
    phase = points["phase"].fillna(0)
    number = (~usable | (phase != phase.shift()) | (usable != usable.shift())).cumsum()
    for _, part in points[usable].groupby(number[usable]):
        yield part


def _found(part: pd.DataFrame) -> Found:
    """Every signal of one stretch: rule, place of its first and last point, direction."""
    values, centre, sigma = (part[name].to_numpy(dtype="float64") for name in ("value", "centre", "sigma"))
    # Shares that are equal on paper may differ in the last bit; that is no side of the mean.
    away = np.where(np.isclose(values, centre, rtol=1e-12, atol=1e-15), 0.0, values - centre)
    yield from _runs("outside_limits", np.sign(away) * (np.abs(away) > 3 * sigma), "above", "below", least=1)
    yield from _runs("shift", np.sign(away), "above", "below", least=RUN)
    for rule, first, last, direction in _runs("trend", _steps(values), "rising", "falling", least=RUN - 1):
        yield rule, first, last + 1, direction
    yield from _two_of_three(np.sign(away) * (np.abs(away) > 2 * sigma))


def _steps(values: Numbers) -> Numbers:
    """1 where a value is above the one before it, -1 where it is below, 0 where they are equal."""
    steps = np.sign(np.diff(values))
    return np.where(np.isclose(values[1:], values[:-1], rtol=1e-12, atol=1e-15), 0.0, steps)


def _runs(rule: str, sides: Numbers, up: str, down: str, *, least: int) -> Found:
    """Runs of 1 or of -1 that are at least so long; each point by itself when one is enough."""
    start = 0
    for place in range(1, len(sides) + 1):
        if place < len(sides) and sides[place] == sides[start] and least > 1:
            continue
        if sides[start] and place - start >= least:
            yield rule, start, place - 1, up if sides[start] > 0 else down
        start = place


def _two_of_three(sides: Numbers) -> Found:
    """Points beyond two sigma on one side with another at most two places on; those that overlap are one signal."""
    for side, direction in ((1, "above"), (-1, "below")):
        places = np.flatnonzero(sides == side)
        for together in np.split(places, np.flatnonzero(np.diff(places) > 2) + 1):
            if len(together) > 1:
                yield "two_of_three", int(together[0]), int(together[-1]), direction


#: A season needs to come round this often before it can be told from one unusual year.
FEWEST_YEARS = 3
LEVEL = 0.05


@dataclass(frozen=True)
class Seasonality:
    """``statistic`` is Kruskal and Wallis's H, ``p_value`` its chance under no seasons (chi squared); both None when
    some season came round in fewer than FEWEST_YEARS years. ``points`` were compared in ``seasons`` groups."""

    points: int
    seasons: int
    statistic: float | None
    p_value: float | None

    @property
    def is_seasonal(self) -> bool:
        """Whether a reader should be warned: seasons differ more than chance would make them, at 5%."""
        return self.p_value is not None and self.p_value < LEVEL

    @property
    def caution(self) -> str:
        """What to say beside the chart; "" where there is nothing to say."""
        if self.p_value is None:
            return "Too few years to tell whether the time of year matters."
        if self.is_seasonal:
            return "The time of year matters: compare a period with the same one of another year, not with the last."
        return ""


def seasonality(chart: Chart) -> Seasonality:
    """Whether the points of a chart differ by their place in the year. Phases without limits are left out.

    Raises ParameterError when a year does not hold a whole number, two or more, of the chart's periods.
    """
    if chart.months not in (1, 2, 3, 4, 6):
        raise ParameterError(f"Periods of {chart.months} months have no seasons. Use 1, 2, 3, 4 or 6.")
    points = chart.points[chart.points["centre"].notna() & chart.points["value"].notna()]
    points = points[points["sigma"] > 0]
    away = (points["value"] - points["centre"]) / points["sigma"]
    groups = [group.to_numpy() for _, group in away.groupby([day.month for day in points["period"]])]
    seasons = 12 // chart.months
    if len(groups) < seasons or min(len(group) for group in groups) < FEWEST_YEARS:
        return Seasonality(len(points), seasons, None, None)
    result = kruskal(*groups)
    return Seasonality(len(points), seasons, float(result.statistic), float(result.pvalue))
