"""Limits where forces differ, what another force would have, ranks, and what would be different: 44 forces drawn anew.

Forces are exchangeable: their own shares are drawn from one distribution, then their cases from binomials at the sizes
that the 44 forces have. Whatever a page prints of them is worked out by this package's own functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import beta, norm, rankdata

from analysis.counts import counts
from analysis.questions.comparison.funnel import CHANCE, DIFFERING, funnel_of
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.questions.comparison.pooling import levelled, pooled_shares
from analysis.shares.intervals import ROUNDING_VARIANCE
from analysis.shares.rates import rates
from benchmarks.coverage.held import ALLOWED, OF_FORECASTS, Held
from benchmarks.coverage.released import numbers_as_released

TOLD = (
    "Worlds of 44 forces of the sizes of stalking_2024_25 (30 to 11,831 cases), of the first ten and the first five of "
    "them by name, and of ten of 40 cases each. "
    "The forces' own shares are drawn from a logit-normal distribution, or from a beta distribution of the same mean "
    "and variance, as wide as the 44 forces lie for the measure; one world has no differences between forces at all. "
    "Limits: a try is a force in a world; beside it, how many of the forces of a world lie outside, where 2.2 of 44 "
    "would at 95% and 0.088 at 99.8%. Another force: its own share, drawn from the same distribution. Ranks: that of "
    "the force's own share. What would be different: events fewer if no force had a higher share than a percentile, "
    "by chance of these forces' own shares, and where forces differ of the distribution's: a forecast of a mark. Ranks "
    "are whole, so their intervals hold at least what they say; where forces do not differ at all, what is "
    "said of another force can only be too wide; and of fewer than 44 forces all may hold more. As they are released: "
    "ten forces of 60 to 150 people and twenty of 60 to 300, each number drawn to a multiple of five; beside it is "
    "what would hold without what rounding adds. Draws are worlds."
)
#: What the shares of forces are drawn from: mean and standard deviation of logits, as fitted to the measure.
LIKE = {"withdrew": (-0.1, 0.40), "charged": (-2.33, 0.35), "no differences": (-0.1, 0.0)}
_PERCENTILES = (10.0, 50.0)
_WORLDS = 500
_FORCES = 44
_OF_RANKS = 500
_OF_WORLDS = 2.5  # points that may be off in what is tried once a world


def tried(draws: int) -> Iterator[Held]:
    """Every limit for every kind of world; ranks and levels take fewer worlds."""
    table = rates(counts.read("stalking_2024_25"), "victim_withdrawal", by="force").table
    sizes = table["cases"].to_numpy(dtype="int64")
    for name, (mean, spread) in LIKE.items():
        for kind in ("logit-normal", "beta") if spread else ("one share",):
            random = np.random.default_rng(20261128)
            yield from _limits(f"{name}, {kind}", World(sizes, mean, spread, kind), min(draws, _WORLDS), random)
    random = np.random.default_rng(20261129)
    yield from _limits("withdrew, logit-normal, ten forces", World(sizes[:10], -0.1, 0.4, "logit-normal"), 500, random)
    random = np.random.default_rng(20261130)
    yield from _limits("withdrew, logit-normal, five forces", World(sizes[:5], -0.1, 0.4, "logit-normal"), 500, random)
    small = np.full(10, 40)
    yield from _limits("withdrew, logit-normal, ten of 40 cases", World(small, -0.1, 0.3, "logit-normal"), 500, random)
    for many, most in ((10, 150), (20, 300)):
        sizes = np.linspace(60, most, many).astype(np.int64)
        for spread, kind in ((0.0, "one share"), (0.4, "logit-normal")):
            yield from _released(f"{kind}, {many} of 60 to {most} people", World(sizes, -0.1, spread, kind), 400)


class World:
    """Forces whose own shares follow one distribution."""

    def __init__(self, sizes: np.ndarray, mean: float, spread: float, kind: str) -> None:
        self.sizes, self.mean, self.spread, self.kind = sizes, mean, spread, kind
        shares = expit(mean + spread * norm.ppf((np.arange(100_000) + 0.5) / 100_000))
        middle, variance = shares.mean(), max(float(shares.var()), 1e-12)
        precision = middle * (1 - middle) / variance - 1
        self.shape = middle * precision, (1 - middle) * precision

    def shares(self, random: np.random.Generator, many: int) -> np.ndarray:
        """The own shares of so many forces."""
        if self.kind == "beta":
            return random.beta(*self.shape, many)
        return expit(self.mean + self.spread * random.standard_normal(many))

    def percentile(self, percentile: float) -> float:
        """The share that so many in a hundred forces of the kind stay under."""
        if self.kind == "beta":
            return float(beta.ppf(percentile / 100, *self.shape))
        return float(expit(self.mean + self.spread * norm.ppf(percentile / 100)))


def _limits(name: str, world: World, worlds: int, random: np.random.Generator) -> Iterator[Held]:
    """All that is drawn of one kind of world."""
    many, tries, held = len(world.sizes), defaultdict(int), defaultdict(float)
    for place in range(worlds):
        shares = world.shares(random, many)
        events = random.binomial(world.sizes, shares)
        table = pd.DataFrame({"force": [f"{at:02}" for at in range(many)], "events": events, "cases": world.sizes})
        found = heterogeneity(table, "force")
        p_values = funnel_of(table, "force").p_values(DIFFERING)
        for level in (0.95, 0.998):
            key = f"limits where forces differ, {100 * level:g}%", level
            tries[key] += many
            held[key] += float((p_values >= 1 - level).sum())
        other = float(world.shares(random, 1)[0])
        key = "another force's own share", 0.95
        tries[key] += 1
        held[key] += found.predicted_low_share <= other <= found.predicted_high_share
        if place < _OF_RANKS and world.spread:
            _placed(table, world, shares, tries, held)
    for (what, level), times in tries.items():
        share = held[what, level] / times
        beside = f"{many * (1 - share):.3f} of {many} outside" if what.startswith("limits") else ""
        allowed = OF_FORECASTS if what.endswith("forces differ") else ALLOWED
        is_least = what == "ranks" or many < _FORCES or (not world.spread and not what.startswith("limits"))
        yield Held(name, what, times, level, share, allowed, beside, is_least)


def _placed(table: pd.DataFrame, world: World, shares: np.ndarray, tries: dict, held: dict) -> None:
    """The pooled shares, the ranks and the levels of one world."""
    pooled = pooled_shares(table, "force")
    key = "a force's own share, pooled", 0.95
    tries[key] += len(shares)
    held[key] += float(((pooled["low_share"] <= shares) & (shares <= pooled["high_share"])).sum())
    true = rankdata(shares)
    key = "ranks", 0.95
    tries[key] += len(shares)
    held[key] += float(((pooled["low_rank"] <= true) & (true <= pooled["high_rank"])).sum())
    found = levelled(table, "force", percentiles=_PERCENTILES, draws=1000)
    for percentile, (_, row) in zip(_PERCENTILES, found.iterrows(), strict=True):
        references = {"": np.percentile(shares, percentile), "differing_": world.percentile(percentile)}
        for kind, reference in references.items():
            true_events = float((world.sizes * np.maximum(shares - reference, 0)).sum())
            low, high = row[f"low_{kind}events"], row[f"high_{kind}events"]
            if np.isfinite(low):
                key = f"fewer events at percentile {percentile:g}, {'forces differ' if kind else 'chance'}", 0.95
                tries[key] += 1
                held[key] += low <= true_events <= high


def _released(name: str, world: World, worlds: int) -> Iterator[Held]:
    """What is said of numbers as they are released, beside what would be said were they taken as exact."""
    held: dict[str, list[list[bool]]] = defaultdict(list)
    random = np.random.default_rng(20261201)
    for _ in range(worlds):
        shares = world.shares(random, len(world.sizes))
        events, cases = (
            numbers_as_released(exact, random) for exact in (random.binomial(world.sizes, shares), world.sizes)
        )
        table = pd.DataFrame({"force": [f"{at:02}" for at in range(len(cases))], "events": events, "cases": cases})
        both = [_said(table, world, shares, rounding) for rounding in (ROUNDING_VARIANCE, 0.0)]
        for what in both[0]:
            held[what] += np.transpose([said[what] for said in both]).tolist()
    for what, tries in held.items():
        share, before = np.mean(tries, axis=0)
        allowed = _OF_WORLDS if len(tries) == worlds else ALLOWED
        yield Held(name, what, len(tries), 0.95, share, allowed, f"without rounding {100 * before:.1f}%", is_least=True)


def _said(table: pd.DataFrame, world: World, shares: np.ndarray, rounding: float) -> dict[str, list[bool]]:
    """Whether each thing that is said of one world of forces is true."""
    found, pooled = (method(table, "force", rounding=rounding) for method in (heterogeneity, pooled_shares))
    level = levelled(table, "force", percentiles=[50.0], draws=400, rounding=rounding).iloc[0]
    true = rankdata(shares)
    fewer = float((world.sizes * np.maximum(shares - np.percentile(shares, 50), 0)).sum())
    said = {
        "a force's own share, pooled": ((pooled["low_share"] <= shares) & (shares <= pooled["high_share"])).tolist(),
        "ranks": ((pooled["low_rank"] <= true) & (true <= pooled["high_rank"])).tolist(),
        "fewer events at percentile 50, chance": [bool(level["low_events"] <= fewer <= level["high_events"])],
    }
    if not world.spread:
        inside = funnel_of(table, "force", rounding=rounding).p_values(CHANCE) >= 0.05
        said = {"limits of chance": inside.tolist(), "test that forces differ": [found.logit.p_value >= 0.05]}
        said["fewer events at percentile 50: nothing"] = [bool(level["low_events"] == 0)]
    return said
