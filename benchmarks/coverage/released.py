"""Intervals and tests of small numbers of people as they are released: drawn to multiples of five, hidden under 15."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analysis.disclosure.drawing.draws import rounded
from analysis.disclosure.policy import CLOSED
from analysis.shares.differences import Two, difference_interval, homogeneity, ratio_interval, trend
from analysis.shares.intervals import ROUNDING_VARIANCE, wilson
from benchmarks.coverage.held import Held

TOLD = (
    "Eight rows of one share, from 20% to 80%, with as many cases each as the row says: their cases are drawn, then "
    "each number as a release draws it, and worlds in which a number is hidden (under 15) are left out, since nothing "
    "is told of them. What is to be held is the share itself, and that no two of them differ; of a test how often "
    "its p value is 0.05 or more. Beside it is what would hold without what rounding adds. Of few cases a little more "
    "is held than is said. Tries are worlds."
)
SIZES = ((40, 80), (80, 150), (150, 400), (400, 2000))
_WAYS = ("share", "difference of two", "ratio of two", "test that all eight are the same", "test of a trend")


def tried(draws: int) -> Iterator[Held]:
    """Every size, a fifth of the draws each."""
    random = np.random.default_rng(20261130)
    for least, most in SIZES:
        worlds = [world for _ in range(draws // 5) if (world := _drawn(random, least, most)) is not None]
        held, plain = (np.mean([_holds(*world, of) for world in worlds], axis=0) for of in (ROUNDING_VARIANCE, 0.0))
        for way, share, before in zip(_WAYS, held, plain, strict=True):
            beside = f"without rounding {100 * before:.1f}%"
            of = f"rows of {least} to {most:,} cases"
            yield Held(of, way, len(worlds), 0.95, float(share), beside=beside, is_least=True)


def numbers_as_released(exact: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Numbers as a release draws them."""
    offsets = random.integers(0, CLOSED.rounding, len(exact)) + random.choice([-1, 1], len(exact))
    return rounded(exact, offsets)


def _drawn(random: np.random.Generator, least: int, most: int) -> tuple[float, np.ndarray, np.ndarray] | None:
    """A share, and events and cases of eight rows as they are released; None where one is hidden."""
    share, cases = random.uniform(0.2, 0.8), random.integers(least, most, 8)
    numbers = random.binomial(cases, share), cases
    some, of = (rounded(exact, random.integers(0, CLOSED.rounding, 8)) for exact in numbers)
    is_shown = (some >= CLOSED.smallest).all() and (of - some >= CLOSED.smallest).all()
    return (share, some, of) if is_shown else None


def _holds(share: float, some: np.ndarray, of: np.ndarray, rounding: float) -> list[bool]:
    """Whether each of _WAYS holds."""
    two = Two(int(some[0]), int(of[0]), int(some[1]), int(of[1]))
    low, high = wilson(some[0], of[0], rounding=rounding)
    apart, ratio = difference_interval(two, rounding=rounding), ratio_interval(two, rounding=rounding)
    tests = [test(some.tolist(), of.tolist(), rounding=rounding) for test in (homogeneity, trend)]
    return [
        bool(low <= share <= high),
        apart[0] <= 0 <= apart[1],
        ratio[0] <= 1 <= ratio[1],
        *(test is None or test.p_value >= 0.05 for test in tests),
    ]
