"""Which points of a chart are news: those outside the limits within which the other points predict them.

One rule. The runs and zones of control charts (seven on one side, two of three beyond two sigma) take it that a period
says nothing of the next; in series that remember, up to one point in two would speak up. They are not used.

Do the quarters differ from each other in every year? A caution to a reader of a trend, nothing more: Kruskal and
Wallis's rank test (1952, *Journal of the American Statistical Association* 47: 583-621) of the scores of a chart, which
are near to independent, grouped by their place in the year, by ``scipy.stats.kruskal``.

What it does not cover: nothing is adjusted. A season that is found may be one unusual year.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from scipy.stats import kruskal

from analysis.errors import ParameterError
from analysis.questions.trends.control import Chart

_COLUMNS = ["first_day", "last_day", "direction", "phase", "points"]


def signals(chart: Chart) -> pd.DataFrame:
    """Every point outside its limits.

    Parameters
    ----------
    chart
        A control chart.

    Returns
    -------
    pd.DataFrame
        One row a point, in order: ``first_day`` and ``last_day`` of its period, ``direction`` above or below, its
        ``phase``; ``points`` is 1.

    Examples
    --------
    >>> from analysis.questions.trends import control
    >>> days = pd.date_range("2014-04-01", periods=20, freq="QS").date
    >>> counted = [100, 104, 98, 103, 99, 105, 97, 101, 104, 98, 160, 166, 157, 165, 158, 168, 155, 162, 166, 157]
    >>> drawn = control.chart(pd.DataFrame({"period": days, "events": counted}), "count")
    >>> signals(drawn)[["first_day", "direction"]].astype(str).to_numpy().tolist()
    [['2016-10-01', 'above']]
    """
    points = chart.points
    is_above, is_below = points["value"] > points["high"], points["value"] < points["low"]
    news = points[is_above | is_below]
    rows = pd.DataFrame(
        {
            "first_day": news["period"],
            "last_day": news["last_day"],
            "direction": is_above[news.index].map({True: "above", False: "below"}),
            "phase": news["phase"],
            "points": 1,
        },
        columns=_COLUMNS,
    )
    return rows.reset_index(drop=True).astype({"phase": "Int64", "points": "int64"})


#: A season needs to come round this often before it can be told from one unusual year.
FEWEST_YEARS = 3
LEVEL = 0.05


@dataclass(frozen=True)
class Seasonality:
    """``statistic`` is Kruskal and Wallis's H, ``p_value`` its chance under no seasons (chi squared); both None when
    some season came round in fewer than FEWEST_YEARS years."""

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

    Parameters
    ----------
    chart
        A control chart.

    Returns
    -------
    Seasonality
        The test; without a statistic where some season came round in fewer than FEWEST_YEARS years.

    Raises
    ------
    ParameterError
        When a year does not hold a whole number, two or more, of the chart's periods.

    References
    ----------
    Kruskal and Wallis (1952), *Journal of the American Statistical Association* 47: 583-621.

    Examples
    --------
    >>> from analysis.questions.trends import control
    >>> days = pd.date_range("2014-01-01", periods=24, freq="QS").date
    >>> counted = [value + year for year in range(6) for value in (50, 60, 90, 55)]
    >>> seasonality(control.chart(pd.DataFrame({"period": days, "events": counted}), "count")).is_seasonal
    True
    """
    if chart.months not in (1, 2, 3, 4, 6):
        raise ParameterError(f"Periods of {chart.months} months have no seasons. Use 1, 2, 3, 4 or 6.")
    points = chart.points[chart.points["score"].notna()]
    groups = [group.to_numpy() for _, group in points["score"].groupby([day.month for day in points["period"]])]
    if len(groups) < 12 // chart.months or min(len(group) for group in groups) < FEWEST_YEARS:
        return Seasonality(None, None)
    result = kruskal(*groups)
    return Seasonality(float(result.statistic), float(result.pvalue))
