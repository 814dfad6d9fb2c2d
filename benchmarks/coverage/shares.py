"""Shares, differences of shares, the limits of chance and pooled shares, for the sizes that the 44 forces have.

Every force of stalking_2024_25 has its number of cases and, as the truth, the share that it has for one of three
measures. Cases are drawn anew from a binomial so many times, each interval is worked out by this package's own
functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.counts import counts
from analysis.questions.comparison.funnel import funnel_limits
from analysis.questions.comparison.pooling import pooled_shares
from analysis.shares.differences import Two, difference_interval, ratio_interval
from analysis.shares.intervals import wilson
from analysis.shares.rates import rates
from benchmarks.coverage.held import ALLOWED, Held

MEASURES = {"victim_withdrawal": "Victim withdrew", "no_further_action": "No further action", "charged": "Charged"}
TOLD = (
    "Draws for each force of stalking_2024_25 (30 to 11,831 cases). The share that a force has is taken as the truth. "
    "With few events a share can take few values, so no interval holds just as often as it says for every force. The "
    "limits of a funnel are about one share that all forces have. Pooled shares are drawn twice: a force's true share "
    "from a beta distribution as wide as the forces lie, then its cases, for that is what a credible interval speaks "
    "of. Two forces are a force and the next larger one. Tries are draws for each force."
)
_EDGE = 1e-12
_FEWER = 2000
#: The interval, its stated level, how often it held for each force, and of how many draws.
Found = tuple[str, float, np.ndarray, int]


def tried(draws: int) -> Iterator[Held]:
    """Each interval, over all forces with an event; beside it, how many forces are further off and how far."""
    for measure, name in MEASURES.items():
        table = rates(counts.read("stalking_2024_25"), measure, by="force").table
        forces = table[table["share"].notna() & (table["events"] > 0)].reset_index(drop=True)
        for interval, level, held, many in _simulated(forces, draws, np.random.default_rng(20241125)):
            worst = int(np.argmax(np.abs(held - level)))
            far = int((100 * np.abs(held - level) > ALLOWED).sum())
            beside = f"{far} forces further off; worst {100 * held[worst]:.1f}% ({int(forces['cases'][worst]):,} cases)"
            yield Held(name, interval, many, level, float(held.mean()), beside=beside)


def _simulated(forces: pd.DataFrame, draws: int, random: np.random.Generator) -> Iterator[Found]:
    """Each kind of interval with how often it held."""
    cases = forces["cases"].to_numpy(dtype="int64")
    truth = forces["share"].to_numpy(dtype="float64")
    drawn = random.binomial(cases, truth, size=(draws, len(cases)))
    yield "share (Wilson)", 0.95, _held(drawn, cases, truth, wilson), draws
    yield from _differences(drawn, cases, truth)
    yield from _funnel(forces, draws, random)
    fewer = min(draws, _FEWER)
    yield "pooled share", 0.95, _pooled(forces, fewer, random), fewer


def _held(
    drawn: np.ndarray, cases: np.ndarray, truth: np.ndarray, interval: Callable[[int, int], tuple[float, float]]
) -> np.ndarray:
    """How often the interval of a share holds the truth, for each force."""
    found = np.empty(len(cases))
    for place, (of, share) in enumerate(zip(cases, truth, strict=True)):
        values, times = np.unique(drawn[:, place], return_counts=True)
        inside = [low <= share <= high for low, high in (interval(int(value), int(of)) for value in values)]
        found[place] = np.average(inside, weights=times)
    return found


def _differences(drawn: np.ndarray, cases: np.ndarray, truth: np.ndarray) -> Iterator[Found]:
    """A force less the next larger one, whose draws are its own: differences and ratios of shares."""
    order = np.argsort(cases, kind="stable")
    pairs = list(pairwise(order))
    kinds: dict[str, Callable[[Two], tuple[float, float]]] = {
        "difference of two forces (Newcombe)": difference_interval,
        "ratio of two forces (Miettinen, Nurminen)": ratio_interval,
    }
    for name, interval in kinds.items():
        found = np.empty(len(pairs))
        for place, (one, other) in enumerate(pairs):
            true = truth[one] / truth[other] if name.startswith("ratio") else truth[one] - truth[other]

            @cache
            def is_held(some: int, others: int, pair: tuple[int, int] = (one, other), true: float = true) -> bool:
                low, high = interval(Two(some, int(cases[pair[0]]), others, int(cases[pair[1]])))  # noqa: B023
                return bool(low - _EDGE <= true <= high + _EDGE)

            many = drawn[: _FEWER if "Miettinen" in name else None]
            found[place] = np.mean([is_held(int(a), int(b)) for a, b in zip(many[:, one], many[:, other], strict=True)])
        yield name, 0.95, found, len(many)


def _funnel(forces: pd.DataFrame, draws: int, random: np.random.Generator) -> Iterator[Found]:
    """The exact limits of a funnel, of forces that all have the national share."""
    cases = forces["cases"].to_numpy(dtype="int64")
    nation = float(forces["events"].sum() / forces["cases"].sum())
    shares = random.binomial(cases, nation, size=(draws, len(cases))) / cases
    for level in (0.95, 0.998):
        low, high = funnel_limits(cases, nation, level)
        yield "limits of chance (exact)", level, ((shares >= low) & (shares <= high)).mean(axis=0), draws


def _pooled(forces: pd.DataFrame, draws: int, random: np.random.Generator) -> np.ndarray:
    """The credible intervals of pooled shares, of forces whose shares follow a beta distribution."""
    cases = forces["cases"].to_numpy(dtype="int64")
    shares = forces["share"].to_numpy(dtype="float64")
    mean, variance = shares.mean(), shares.var(ddof=1)
    precision = mean * (1 - mean) / variance - 1
    held = np.zeros(len(cases))
    for _ in range(draws):
        truth = random.beta(mean * precision, (1 - mean) * precision, size=len(cases))
        table = pd.DataFrame({"force": forces["force"], "events": random.binomial(cases, truth), "cases": cases})
        found = pooled_shares(table, "force")
        held += (found["low_share"] <= truth) & (truth <= found["high_share"])
    return held / draws
