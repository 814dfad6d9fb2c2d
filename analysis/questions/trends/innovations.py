"""Is a point news, when neighbours resemble each other? Each step of a series judged against its other steps.

Within a phase a series of log counts (or log odds, or log ratios) is taken as a level that wanders and drifts, seen
with noise. Its differences are then a moving average, so the series is IMA(1,1) with drift; independent points about a
line and a random walk are its two ends. Nothing is chosen between them: the one weight between the two ends is
estimated by exact Gaussian likelihood, the first level diffuse (Harvey 1989, *Forecasting, Structural Time Series
Models and the Kalman Filter*, pages 45 and 126; Box and Jenkins 1976, page 108).

Each one-step innovation is then set against the others: left out of weight, drift and scale, divided by the standard
error of what it should have been. With Gaussian noise and a known weight that is Student's t with n - 3 degrees of
freedom (externally studentised: Cook and Weisberg 1982, *Residuals and Influence in Regression*, page 20). The point
must be left out of the weight too: otherwise a large step in a short series is taken for a steep drift with much
noise, and the larger it is the less it is seen. benchmarks/results/coverage/trends.md has what holds at 8 to 40 points.

What it does not cover: seasons, which are news here only when they are larger than the other steps; a step at the
first point; and slow turns, which the drift and the wandering level take up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from analysis.system.remembered import remembered

Numbers = npt.NDArray[np.float64]

#: The share of points of a series without news that are called news, at most.
PROMISED = 0.002
#: The level at which each is judged: half of what is promised, for choosing a weight for each point costs as much.
LEVEL = PROMISED / 2
#: Fewest points of a phase in which a point can be called news: a t of five degrees of freedom.
FEWEST = 8
#: The weights that are tried: 0 is a level that stays (moving average 1), all else noise; 1 a random walk.
WEIGHTS = tuple(float(weight) for weight in np.linspace(0.0, 1.0, 21) ** 2)


@dataclass(frozen=True)
class Innovations:
    """What each point but the first should have been, given those before it, and how far it was from that.

    All arrays have an entry a point; that of the first is NaN. ``expected`` and ``error`` (one standard error) are in
    the unit of the series, ``scores`` are Student's t with ``freedom`` degrees of freedom. ``weight`` is that of
    WEIGHTS with the greatest likelihood, ``scale`` the standard deviation of a step where the weight is 1; both without
    the point that is furthest off, where that is news.
    """

    expected: Numbers
    error: Numbers
    scores: Numbers
    weight: float
    scale: float
    freedom: int

    @property
    def limit(self) -> float:
        """How many standard errors from what it should have been a point is news."""
        return float(student.isf(LEVEL / 2, self.freedom))


def innovations(values: Numbers, places: Numbers, noise: Numbers | None = None) -> Innovations | None:
    """The innovations of a series; None under FEWEST points or where its steps are all alike.

    Parameters
    ----------
    values
        The series on a scale on which steps are alike: log counts, log odds.
    places
        The place of each value in time, in periods and rising; a gap is a longer step.
    noise
        The variance of each value from chance in counting it, relative to the others; all alike unless given.

    Returns
    -------
    Innovations | None
        An entry a value, in its unit; None under FEWEST points or where the steps are all alike.

    Raises
    ------
    ValueError
        When the arrays differ in length, a value is not finite or places do not rise.

    References
    ----------
    Harvey (1989), *Forecasting, Structural Time Series Models and the Kalman Filter*, pages 45 and 126, for the
    likelihood; Box and Jenkins (1976), page 108, for IMA(1,1); Cook and Weisberg (1982), *Residuals and Influence in
    Regression*, page 20, for what each step is set against.

    Examples
    --------
    >>> series = np.log([100, 104, 99, 107, 103, 108, 150, 149, 153, 151])
    >>> fit = innovations(series, np.arange(10.0))
    >>> int(np.nanargmax(np.abs(fit.scores)))
    6
    """
    if not len(values) == len(places) == len(values if noise is None else noise):
        raise ValueError("Values, places and noise differ in length.")
    if not np.isfinite(values).all() or (np.diff(places) <= 0).any():
        raise ValueError("A value is not finite, or places do not rise.")
    if len(values) < FEWEST or np.allclose(np.diff(values) / np.diff(places), np.diff(values)[0] / np.diff(places)[0]):
        return None
    relative = np.ones(len(values)) if noise is None else noise / noise.mean()
    steps, gaps, variances = np.diff(values)[None, :], tuple(np.diff(places)), tuple(relative)
    (away,), (error,), (best,) = _fit(steps, gaps, variances)
    blank = np.array([np.nan])
    expected, errors = np.append(blank, values[1:] - away), np.append(blank, error)
    fit = Innovations(expected, errors, np.append(blank, away / error), 1.0, 1.0, len(values) - 3)
    furthest = int(np.argmax(np.abs(away / error)))
    if abs(away[furthest] / error[furthest]) > fit.limit:
        weight = float(best[furthest])
        scale = _left_out(steps, weight, gaps, variances)[1][0, furthest]
    else:
        weight = max(WEIGHTS, key=lambda tried: log_likelihood(steps, tried, gaps, variances)[0])
        scale = _deviation(steps, weight, gaps, variances)
    return replace(fit, weight=weight, scale=float(scale))


def scores(series: Numbers) -> Numbers:
    """The scores of every step of many series without gaps.

    Parameters
    ----------
    series
        A row a series, a column a point.

    Returns
    -------
    Numbers
        Student's t of each step, a row a series and a column a point but the first.

    References
    ----------
    Cook and Weisberg (1982), *Residuals and Influence in Regression*, page 20.

    Examples
    --------
    >>> series = np.log([[100, 104, 99, 107, 103, 108, 150, 149, 153, 151]])
    >>> scores(series).shape, int(scores(series).argmax())
    ((1, 9), 5)
    """
    gaps, noise = (1.0,) * (series.shape[1] - 1), (1.0,) * series.shape[1]
    away, error, _best = _fit(np.diff(series, axis=1), gaps, noise)
    return np.asarray(away / error)


#: The share of steps that must be called news for a step to be one that "would be seen", and draws to find it by.
POWER = 0.8
_DRAWS, _SEED = 400, 17


@cache
def smallest_step(points: int, weight: float) -> float:
    """The smallest lasting step in mid-series that is called news in POWER of all series of its kind.

    Parameters
    ----------
    points
        How many points the series has, none missing.
    weight
        Of WEIGHTS, as ``Innovations`` has it.

    Returns
    -------
    float
        In units of ``Innovations.scale``, by simulation of the whole procedure from a fixed seed; infinite under FEWEST
        points.

    Examples
    --------
    >>> smallest_step(8, 1.0) > smallest_step(24, 1.0) > 3
    True
    """
    return float("inf") if points < FEWEST else float(_simulated(points, weight)[0])


@remembered
def _simulated(points: int, weight: float) -> Numbers:
    """``smallest_step`` where there is one, alone in an array: reports of all forces have series of so many points."""
    gaps, noise = (1.0,) * (points - 1), (1.0,) * points
    drawn = np.random.default_rng(_SEED).standard_normal((_DRAWS, points - 1)) @ _whitened(weight, gaps, noise)[0].T
    middle, limit = (points - 1) // 2, float(student.isf(LEVEL / 2, points - 3))
    low, high = 0.0, 64.0
    for _ in range(9):
        step = (low + high) / 2
        moved = drawn.copy()
        moved[:, middle] += step
        away, error, _best = _fit(moved, gaps, noise)
        low, high = (low, step) if np.mean(away[:, middle] > limit * error[:, middle]) >= POWER else (step, high)
    return np.array([high])


@cache
def _whitened(weight: float, gaps: tuple[float, ...], noise: tuple[float, ...]) -> tuple[Numbers, Numbers, Numbers]:
    """The Cholesky root of the covariance of the steps, its inverse, and the drift as it is then."""
    own, length = np.array(noise), np.array(gaps)
    chance = np.diag(own[1:] + own[:-1]) - np.diag(own[1:-1], 1) - np.diag(own[1:-1], -1)
    root = np.linalg.cholesky(weight * np.diag(length) + (1 - weight) * chance)
    inverse = np.linalg.inv(root)
    return np.asarray(root), np.asarray(inverse), np.asarray(inverse @ length)


def log_likelihood(steps: Numbers, weight: float, gaps: tuple[float, ...], noise: tuple[float, ...]) -> Numbers:
    """The log likelihood of each row of steps, drift and scale at their best, up to a constant.

    Parameters
    ----------
    steps
        The differences of series, a row each.
    weight
        One of WEIGHTS: 0 is a level that stays, all else noise; 1 a random walk.
    gaps
        How many periods each step takes.
    noise
        The variance of each value from chance in counting it, relative to the others: one more than the steps.

    Returns
    -------
    Numbers
        A number a row.

    References
    ----------
    Harvey (1989), *Forecasting, Structural Time Series Models and the Kalman Filter*, page 126; the first level is
    diffuse.

    Examples
    --------
    >>> steps = np.array([[0.1, -0.1, 0.1, -0.1, 0.1, -0.1, 0.1]])
    >>> level, walk = (log_likelihood(steps, weight, (1.0,) * 7, (1.0,) * 8)[0] for weight in (0.0, 1.0))
    >>> bool(level > walk)
    True
    """
    root, inverse, drift = _whitened(weight, gaps, noise)
    white = steps @ inverse.T
    rest = white - np.outer(white @ drift / (drift @ drift), drift)
    squares = np.maximum((rest**2).sum(axis=1), 1e-300)
    return np.asarray(-0.5 * steps.shape[1] * np.log(squares) - np.log(np.diag(root)).sum())


def _deviation(steps: Numbers, weight: float, gaps: tuple[float, ...], noise: tuple[float, ...]) -> float:
    """The standard deviation of one row of steps, nothing left out."""
    _, inverse, drift = _whitened(weight, gaps, noise)
    white = inverse @ steps[0]
    rest = white - drift * (drift @ white) / (drift @ drift)
    return float(np.sqrt(rest @ rest / (len(rest) - 1)))


def _left_out(
    steps: Numbers, weight: float, gaps: tuple[float, ...], noise: tuple[float, ...]
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """For each step, itself left out: how far it was from what was foretold, the deviation and the log likelihood of
    the others, up to a constant, and by what the deviation is multiplied to be its standard error (one row)."""
    root, inverse, drift = _whitened(weight, gaps, noise)
    white = steps @ inverse.T
    whole, lever = drift @ drift, drift**2 / (drift @ drift)
    rest = white - np.outer(white @ drift / whole, drift)
    squares = np.maximum((rest**2).sum(axis=1, keepdims=True) - rest**2 / (1 - lever), 1e-300)
    length = np.log(np.diag(root))
    likelihood = -0.5 * (steps.shape[1] - 1) * np.log(squares) - (length.sum() - length)
    spread = np.diag(root) / np.sqrt(1 - lever)
    return rest / (1 - lever) * np.diag(root), np.sqrt(squares / (steps.shape[1] - 2)), likelihood, spread


def _fit(steps: Numbers, gaps: tuple[float, ...], noise: tuple[float, ...]) -> tuple[Numbers, Numbers, Numbers]:
    """For each step: how far it was from what the others predict, its standard error, and the weight by the others."""
    away, error, best = np.zeros(steps.shape), np.ones(steps.shape), np.zeros(steps.shape)
    most = np.full(steps.shape, -np.inf)
    for weight in WEIGHTS:
        distance, deviation, likelihood, spread = _left_out(steps, weight, gaps, noise)
        better = likelihood > most
        most = np.where(better, likelihood, most)
        away = np.where(better, distance, away)
        error = np.where(better, deviation * spread, error)
        best = np.where(better, weight, best)
    return away, error, best
