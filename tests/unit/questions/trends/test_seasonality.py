"""Seasons by the Kruskal-Wallis test of a chart's scores; a caution and no more."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kruskal

from analysis.errors import ParameterError
from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import seasonality
from tests.unit.questions.trends.test_trends import months


def counted(values, *, step=3, **settings):
    series = pd.DataFrame({"period": months(len(values), start=(2014, 1), step=step), "events": values})
    return chart(series, "count", months=step, **settings)


def test_the_statistic_is_scipys_of_the_scores_by_their_place_in_the_year():
    drawn = counted([100, 112, 95, 104, 98, 107, 101, 93, 111, 99, 105, 97, 102, 108, 96, 100])
    scores = drawn.points["score"].to_numpy()
    expected = kruskal(*(scores[place::4][~np.isnan(scores[place::4])] for place in range(4)))
    found = seasonality(drawn)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert not found.is_seasonal
    assert found.caution == ""


def test_a_quarter_that_is_always_high_is_a_caution():
    found = seasonality(counted([value + year for year in range(6) for value in (50, 60, 90, 55)]))
    assert found.is_seasonal
    assert found.caution.startswith("The time of year matters")


def test_too_few_years_are_said_to_be_too_few():
    found = seasonality(counted([50, 60, 70, 50, 60, 70, 50, 60]))
    assert (found.statistic, found.p_value, found.is_seasonal) == (None, None, False)
    assert found.caution.startswith("Too few years")


def test_a_series_that_never_moves_has_no_seasons():
    assert seasonality(counted([5] * 16)).p_value is None


def test_half_years_have_seasons():
    assert seasonality(counted([value + year for year in range(12) for value in (50, 90)], step=6)).is_seasonal


@pytest.mark.parametrize("months", [5, 12])
def test_periods_that_do_not_divide_a_year_or_are_one_have_no_seasons(months):
    with pytest.raises(ParameterError, match=f"Periods of {months} months have no seasons"):
        seasonality(counted([5, 6, 7, 5, 6, 7, 5, 6], step=months))
