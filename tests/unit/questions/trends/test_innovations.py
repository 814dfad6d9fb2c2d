"""The innovations of a series against a likelihood worked out otherwise and against statsmodels; and what they hold."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal

from analysis.questions.trends.innovations import (
    FEWEST,
    PROMISED,
    WEIGHTS,
    innovations,
    log_likelihood,
    scores,
    smallest_step,
)
from benchmarks.coverage.trends import KINDS, news

SERIES = np.log([52, 61, 58, 66, 79, 74, 83, 90, 88, 104, 97, 111, 120.0])


def levels(weight, places, noise):
    """The covariance of the values themselves: a wandering level and noise."""
    return weight * np.minimum.outer(places, places) + (1 - weight) * np.diag(noise)


@pytest.mark.parametrize("weight", [WEIGHTS[0], WEIGHTS[8], WEIGHTS[-1]])
def test_the_likelihood_is_that_of_the_differences_of_the_values(weight):
    places = np.array([0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14.0])
    noise = np.linspace(0.5, 1.5, 13)
    gaps = np.diff(places)
    apart = np.diff(np.eye(13), axis=0)
    covariance = apart @ levels(weight, places, noise) @ apart.T
    steps = np.diff(SERIES)
    inverse = np.linalg.inv(covariance)
    drift = (gaps @ inverse @ steps) / (gaps @ inverse @ gaps)
    rest = steps - drift * gaps
    variance = rest @ inverse @ rest / len(steps)
    other = multivariate_normal(drift * gaps, variance * covariance).logpdf(steps)
    ours = log_likelihood(steps[None, :], weight, tuple(gaps), tuple(noise))[0]
    constant = -0.5 * len(steps) * (np.log(2 * np.pi / len(steps)) + 1)
    assert ours + constant == pytest.approx(other, rel=1e-10)


@pytest.mark.parametrize("weight", [WEIGHTS[5], WEIGHTS[10], WEIGHTS[16]])
def test_the_likelihood_is_statsmodels_of_a_moving_average_of_the_steps(weight):
    sarimax = pytest.importorskip("statsmodels.tsa.statespace.sarimax", reason="statsmodels is of the tests alone")
    steps, ratio = np.diff(SERIES), weight / (1 - weight)
    average = (2 + ratio - np.sqrt(ratio**2 + 4 * ratio)) / 2
    model = sarimax.SARIMAX(steps, order=(0, 0, 1), trend="c", concentrate_scale=True)
    drift = minimize_scalar(lambda drift: -model.loglike([drift, -average]), bounds=(-0.1, 0.2), method="bounded")
    ours = log_likelihood(steps[None, :], weight, (1.0,) * 12, (1.0,) * 13)[0]
    assert ours - 6 * (np.log(2 * np.pi / 12) + 1) == pytest.approx(-drift.fun, abs=1e-6)


def test_a_point_is_set_against_the_others_alone():
    found = innovations(SERIES, np.arange(13.0))
    moved = SERIES.copy()
    moved[-1] += 1
    other = innovations(moved, np.arange(13.0))
    assert other.expected[-1] == pytest.approx(found.expected[-1])
    assert other.error[-1] == pytest.approx(found.error[-1])
    assert found.freedom == 10
    assert scores(SERIES[None, :])[0] == pytest.approx(found.scores[1:])


@pytest.mark.parametrize("kind", ["independent", "AR 0.9", "IMA 0.3", "random walk"])
@pytest.mark.parametrize("points", [8, 16])
def test_false_alarms_hold_from_independent_to_random_walk(kind, points):
    noise = np.random.default_rng(11).standard_normal((6000, points + 50))
    share = news(KINDS[kind](noise)[:, 50:]).mean()
    assert PROMISED / 3 < share < 1.8 * PROMISED


def test_the_larger_a_step_the_more_it_is_seen_even_in_a_short_series():
    drawn = np.random.default_rng(5).standard_normal((300, 8))
    seen = []
    for step in (0, 10, 30):
        series = drawn.copy()
        series[:, 4:] += step
        seen.append(news(series)[:, 3].mean())
    assert seen[0] < 0.05
    assert 0.2 < seen[1] < seen[2]
    assert seen[2] > 0.95


def test_the_smallest_step_is_seen_four_times_in_five():
    for points, place in ((10, -1), (16, 10)):
        weight = WEIGHTS[place]
        random = np.random.default_rng(23)
        series = np.sqrt(weight) * np.cumsum(random.standard_normal((4000, points)), axis=1)
        series += np.sqrt(1 - weight) * random.standard_normal((4000, points))
        middle = (points - 1) // 2
        series[:, middle + 1 :] += smallest_step(points, weight)
        assert news(series)[:, middle].mean() == pytest.approx(0.8, abs=0.06)
    assert smallest_step(FEWEST - 1, 1.0) == np.inf


def test_what_cannot_be_judged_is_none_or_refused():
    assert innovations(SERIES[:7], np.arange(7.0)) is None
    assert innovations(np.full(12, 3.0), np.arange(12.0)) is None
    assert innovations(np.arange(12.0), np.arange(12.0)) is None
    with pytest.raises(ValueError, match="differ in length"):
        innovations(SERIES, np.arange(12.0))
    with pytest.raises(ValueError, match="not finite"):
        innovations(np.append(SERIES[1:], np.nan), np.arange(13.0))
