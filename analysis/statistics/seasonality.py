"""Do the quarters differ from each other in every year? A caution to a reader of a trend, nothing more.

Kruskal and Wallis's rank test (1952, *Journal of the American Statistical Association* 47: 583-621) of the points of a
control chart, grouped by their place in the year, by ``scipy.stats.kruskal``. Each point is first set against its own
phase (its distance from the centre in sigmas), so that a break is not taken for a season.

What it does not cover: nothing is adjusted. A strong trend hides seasons, and a season that is found may be one
unusual year.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import kruskal

from analysis.errors import ParameterError
from analysis.statistics.trends import Chart

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
