"""Seasons against R's example of the Kruskal-Wallis test; a caution and no more."""

import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import seasonality
from tests.unit.questions.trends.test_trends import a_break, months


def xmr(values, *, step=3, **settings):
    series = pd.DataFrame({"period": months(len(values), start=(2014, 1), step=step), "value": values})
    return chart(series, "xmr", months=step, **settings)


def test_three_seasons_are_rs_example():
    # R, ?kruskal.test (Hollander and Wolfe 1973, p. 116, mucociliary efficiency): Kruskal-Wallis chi-squared = 0.77143,
    # df = 2, p-value = 0.68. Laid out as three seasons of four months; one group has a value fewer, so one is missing.
    first, second, third = [2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4, None], [2.8, 3.4, 3.7, 2.2, 2.0]
    found = seasonality(xmr([value for year in zip(first, second, third, strict=True) for value in year], step=4))
    assert (found.points, found.seasons) == (14, 3)
    assert round(found.statistic, 5) == 0.77143
    assert round(found.p_value, 2) == 0.68
    assert not found.is_seasonal
    assert found.caution == ""


def test_a_quarter_that_is_always_high_is_a_caution():
    found = seasonality(xmr([value + year / 10 for year in range(6) for value in (5, 6, 9, 5.5)]))
    assert found.is_seasonal
    assert found.caution.startswith("The time of year matters")


def test_a_break_is_no_season():
    # Half-years. Before the break mostly first halves arrived, after it, where all is higher, mostly second halves.
    firsts = [5, 6, 5.4, 5.6, 5.2, 5.8, 5.3, 5.7, 5.1, 5.9]
    seconds = [None, None, None, 5.5, 5.45, 5.55, None, None, None, None]
    before = [value for year in zip(firsts, seconds, strict=True) for value in year]
    after = [None if value is None else value + 45 for year in zip(seconds, firsts, strict=True) for value in year]
    whole = seasonality(xmr(before + after, step=6))
    cut = seasonality(xmr(before + after, step=6, breaks=[a_break("2024-01-01")]))
    assert (whole.points, cut.points) == (26, 26)
    assert whole.is_seasonal
    assert not cut.is_seasonal


def test_too_few_years_are_said_to_be_too_few():
    found = seasonality(xmr([5, 6, 7, 5, 6, 7, 5, 6]))
    assert (found.statistic, found.p_value, found.is_seasonal) == (None, None, False)
    assert found.caution.startswith("Too few years")


def test_a_series_that_never_moves_has_no_seasons():
    assert seasonality(xmr([5.0] * 16)).p_value is None


def test_years_have_no_seasons():
    with pytest.raises(ParameterError, match="Periods of 12 months have no seasons"):
        seasonality(xmr([5, 6, 7, 5, 6, 7, 5, 6], step=12))
