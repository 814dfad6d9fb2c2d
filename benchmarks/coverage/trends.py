"""False alarms and power of the limits of a series that remembers, the limits of old beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.stats import t as student

from analysis.questions.trends.innovations import LEVEL, PROMISED, WEIGHTS, Numbers, scores, smallest_step
from benchmarks.coverage.held import Held

TOLD = (
    "False alarms a point of the limits of chance of a series, at 8 to 40 points, none of which is news. Logs of the "
    "series are independent, autoregressive (AR), a level that wanders seen with noise (IMA, moving average 0.3 and "
    "0.6) or a random walk, with a drift of 5% a point in the rows that say so; counts have a level that stays, and "
    "vary three or ten times as much as Poisson's. Stated is that 99.8% of points lie inside. Beside it: points that "
    "the limits used before would have called news (three sigma by moving ranges, a run of seven on one side or in one "
    "direction, two of three beyond two sigma), and the smallest lasting rise that is seen four times in five, in "
    "standard deviations of a step. Last the steps themselves: how often a step of a size is seen in mid-series where "
    "the level wanders by 8% a point, one of 60% among them. No interval is printed of a year before, so none is tried."
)
POINTS = (8, 10, 12, 16, 24, 40)
_BURNT = 50
_WANDERING = 0.08


def _autoregressive(of: float) -> Callable[[Numbers], Numbers]:
    def made(noise: Numbers) -> Numbers:
        series = noise.copy()
        series[:, 0] /= np.sqrt(1 - of**2)
        for place in range(1, series.shape[1]):
            series[:, place] += of * series[:, place - 1]
        return series

    return made


def _averaged(of: float) -> Callable[[Numbers], Numbers]:
    def made(noise: Numbers) -> Numbers:
        steps = noise.copy()
        steps[:, 1:] -= of * noise[:, :-1]
        return np.asarray(np.cumsum(steps, axis=1))

    return made


KINDS: dict[str, Callable[[Numbers], Numbers]] = {
    "independent": lambda noise: noise,
    "AR 0.5": _autoregressive(0.5),
    "AR 0.9": _autoregressive(0.9),
    "IMA 0.6": _averaged(0.6),
    "IMA 0.3": _averaged(0.3),
    "random walk": _averaged(0.0),
}


def tried(draws: int) -> Iterator[Held]:
    """Series on the log scale, then counts, then steps."""
    random = np.random.default_rng(20261128)
    for points in POINTS:
        for kind, made in KINDS.items():
            for drift in (0.0, 0.05):
                noise = random.standard_normal((draws, points + _BURNT))
                series = 0.1 * made(noise)[:, _BURNT:] + drift * np.arange(points)
                yield _alarms(f"{kind}, {points} points{', drift' if drift else ''}", series, series)
    for mean, times in ((6, 3), (20, 3), (100, 3), (100, 10), (30_000, 10)):
        for points in (8, 12, 24):
            counts = random.negative_binomial(mean / (times - 1), 1 / times, (draws, points)).astype("float64")
            yield _alarms(
                f"counts about {mean:,}, {times} times Poisson's, {points} points",
                np.log(counts + 0.5),
                np.sqrt(counts),
            )
    yield from _steps(draws, random)


def news(series: Numbers, *others: Numbers) -> np.ndarray:
    """Which points but the first are news on the one scale and on every other."""
    limit = student.isf(LEVEL / 2, series.shape[1] - 3)
    return np.all([np.abs(np.nan_to_num(scores(one))) > limit for one in (series, *others)], axis=0)


def _alarms(of: str, log: Numbers, other: Numbers) -> Held:
    held = 1 - float(news(log, other).mean())
    points = log.shape[1]
    old = f"limits of old: {100 * float(before(log).mean()):.1f}% of points news"
    step = f"smallest step {smallest_step(points, WEIGHTS[-1]):.1f}"
    return Held(of, "limits of a point", log.shape[0] * (points - 1), 1 - PROMISED, held, 0.15, f"{old}; {step}")


def before(series: Numbers) -> np.ndarray:
    """Which points the four rules of control charts call news, with limits by the mean moving range."""
    sigma = np.abs(np.diff(series, axis=1)).mean(axis=1, keepdims=True) / 1.128
    away = (series - series.mean(axis=1, keepdims=True)) / sigma
    found = np.abs(away) > 3
    for sign in (1, -1):
        found |= _runs(sign * away > 0, 7)
        rising = _runs(sign * np.diff(series, axis=1) > 0, 6)
        found[:, 1:] |= rising
        found[:, :-1] |= rising
        far = sign * away > 2
        for apart in (1, 2):
            both = far[:, apart:] & far[:, :-apart]
            found[:, apart:] |= both
            found[:, :-apart] |= both
    return found


def _runs(sides: np.ndarray, least: int) -> np.ndarray:
    """Which entries are in a run of at least so many."""
    found = np.zeros_like(sides)
    for first in range(sides.shape[1] - least + 1):
        whole = sides[:, first : first + least].all(axis=1)
        found[:, first : first + least] |= whole[:, None]
    return found


def _steps(draws: int, random: np.random.Generator) -> Iterator[Held]:
    """How often a step is news; what is stated is the power that is promised for the smallest that would be seen."""
    for points in POINTS:
        smallest = float(np.expm1(_WANDERING * smallest_step(points, WEIGHTS[-1])))
        middle = (points - 1) // 2
        seen = {}
        for rise in (0.1, 0.2, 0.4, 0.6, smallest):
            series = np.cumsum(_WANDERING * random.standard_normal((draws, points)), axis=1)
            series[:, middle + 1 :] += np.log1p(rise)
            seen[rise] = float(news(series)[:, middle].mean())
        beside = ", ".join(f"{100 * rise:.0f}%: {100 * seen[rise]:.0f}%" for rise in (0.1, 0.2, 0.4, 0.6))
        name = f"step of {100 * smallest:.0f}%, {points} points, random walk"
        yield Held(name, "a rise that would be seen", draws, 0.8, seen[smallest], 3.0, f"seen of {beside}")
