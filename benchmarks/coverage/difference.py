"""The parts of a force's gap to the others: both their intervals, for the sizes and spread that the 44 forces have."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import expit

from analysis.counts import counts
from analysis.questions.difference import results, stages
from analysis.questions.difference.shapley import Numbers, parts
from analysis.questions.difference.uncertainty import FEWEST, apart, split
from analysis.reference import measures
from analysis.reference.measures import Measure
from analysis.shares.definitions import readings
from analysis.shares.rates import rates
from benchmarks.coverage.held import Held

TOLD = (
    "Worlds of 44 forces with the numbers of cases of stalking_2024_25. Chance alone: every force has the factors that "
    "it has (open, suspect, and how cases with and without one ended), taken as the truth, and its cases are drawn "
    "anew. If forces differ: the factors of all forces are drawn from one distribution, logit-normal with the means, "
    "spread and correlations of the 44 forces with chance taken out, or beta with the same means and spread, each "
    "factor by itself; the truth is the gap of the force to what such forces have together. In each world one force of "
    "500 cases or more is set against the other 43: the largest in every second world, in the others each in turn."
)
_MOST = 4000  # worlds: one takes a twentieth of a second
_NAMES = ("open", "suspect", "ended without a suspect", "ended with a suspect", "the gap")
#: Draws the factors of 44 forces, shape (44, 4).
World = Callable[[np.random.Generator], Numbers]


def tried(draws: int) -> Iterator[Held]:
    """Each part and the gap, by each interval, measure and kind of world; beside it the mean width."""
    worlds, random = min(draws, _MOST), np.random.default_rng(19550)
    evidential = readings("no_further_action")["evidential difficulties"]
    named: dict[str, Measure] = {
        "Victim withdrew": measures.measure("victim_withdrawal"),
        "Charged": measures.measure("charged"),
        "Type 15": evidential,
    }
    for name, measure in named.items():
        held = _staged(measure)
        kinds = {"as they are": ("by chance alone", _as_they_are(held))}
        kinds["logit-normal"] = ("if forces differ", _logit_normal(held))
        if name == "Victim withdrew":
            kinds["beta"] = ("if forces differ", _beta(held))
        for kind, (interval, world) in kinds.items():
            found, widths = _held(held, world, worlds, random, is_fixed=kind == "as they are")
            for place in (*stages.differing(held), 4):
                beside = f"forces {kind}; mean width {100 * widths[place]:.2f} points"
                yield Held(f"{name}: {_NAMES[place]}", interval, worlds, 0.95, float(found[place]), beside=beside)


def _staged(measure: Measure) -> Numbers:
    """The counts of the 44 forces, shape (44, 5)."""
    cases, bases = counts.read("stalking_2024_25"), ("recorded", "with_outcome", "with_suspect")
    tables = [rates(cases, measure, base=base, by="force").table.assign(base=base) for base in bases]
    return results.staged(results.joined(tables), bases)[1]


def _held(
    held: Numbers, world: World, worlds: int, random: np.random.Generator, *, is_fixed: bool
) -> tuple[Numbers, Numbers]:
    """How often each part and the gap were held, and how wide their intervals were, shape (5) each."""
    sizes = held[:, 0].astype("int64")
    large, together = np.flatnonzero(sizes >= FEWEST), _population(world, random)
    found, widths = np.zeros(5), np.zeros(5)
    for turn in range(worlds):
        own = int(np.argmax(sizes)) if turn % 2 else int(large[turn // 2 % len(large)])
        truth = world(random)
        if is_fixed:
            together = stages.factors(expected(np.delete(truth, own, 0), np.delete(sizes, own)).sum(axis=0))
        seen_cases = drawn(truth, sizes, random)
        seen = split(seen_cases[own], np.delete(seen_cases, own, 0))
        low, high = seen.by_chance if is_fixed else seen.if_forces_differ
        each = parts(stages.rate, truth[own], together)
        true = np.append(each, each.sum())
        found += (low <= true) & (true <= high)
        widths += high - low
    return found / worlds, widths / worlds


def expected(shares: Numbers, sizes: np.ndarray) -> Numbers:
    """The counts that forces of these sizes and factors would have on average, shape (forces, 5)."""
    decided, suspect, without, ended = shares.T
    kinds = [
        np.ones_like(decided),
        decided,
        decided * suspect,
        decided * (1 - suspect) * without,
        decided * suspect * ended,
    ]
    return np.asarray(np.column_stack(kinds) * sizes[:, np.newaxis])


def _population(world: World, random: np.random.Generator) -> Numbers:
    """The factors of very many forces of a world together."""
    shares = np.concatenate([world(random) for _ in range(5000)])
    return stages.factors(expected(shares, np.ones(len(shares))).sum(axis=0))


def drawn(shares: Numbers, sizes: np.ndarray, random: np.random.Generator) -> Numbers:
    """Cases as chance might bring them, shape (forces, 5)."""
    decided = random.binomial(sizes, shares[:, 0])
    suspect = random.binomial(decided, shares[:, 1])
    without = random.binomial(decided - suspect, shares[:, 2])
    ended = random.binomial(suspect, shares[:, 3])
    return np.column_stack([sizes, decided, suspect, without, ended]).astype("float64")


def _as_they_are(held: Numbers) -> World:
    shares = stages.factors(held)
    return lambda _: shares


def _logit_normal(held: Numbers) -> World:
    middle, near = apart(held[held[:, 0] >= FEWEST])
    spread = np.linalg.cholesky(np.cov(near.T) + 1e-12 * np.eye(4))
    fixed = _fixed(held)

    def world(random: np.random.Generator) -> Numbers:
        return fixed(expit(middle + random.standard_normal((len(held), 4)) @ spread.T))

    return world


def _beta(held: Numbers) -> World:
    near = expit(apart(held[held[:, 0] >= FEWEST])[1])
    mean, variance = near.mean(axis=0), near.var(axis=0, ddof=1)
    precision = mean * (1 - mean) / variance - 1
    fixed = _fixed(held)

    def world(random: np.random.Generator) -> Numbers:
        return fixed(random.beta(mean * precision, (1 - mean) * precision, size=(len(held), 4)))

    return world


def _fixed(held: Numbers) -> Callable[[Numbers], Numbers]:
    """Puts what cannot differ back to what it is everywhere."""
    fixed = [place for place in range(4) if place not in stages.differing(held)]
    values = stages.factors(held.sum(axis=0))[fixed]

    def put(shares: Numbers) -> Numbers:
        shares[:, fixed] = values
        return shares

    return put
