"""Do intervals hold as often as they say? Coverage by simulation, for the shares and sizes that the 44 forces have.

    python -m benchmarks.coverage [--draws 10000]

Every force of stalking_2024_25 has its number of cases and, as the truth, the share that it has for one of three
measures. Cases are drawn anew from a binomial so many times, each interval is worked out by this package's own
functions, and the table says how often it held the truth: over all forces, and for the force with the worst record.
No clock is read. Intervals that take long to work out have fewer draws, and say so.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.counts import counts
from analysis.questions.comparison.funnel import funnel_limits
from analysis.questions.comparison.pooling import pooled_shares
from analysis.shares.differences import Two, difference_interval, ratio_interval
from analysis.shares.intervals import wilson
from analysis.shares.rates import rates
from benchmarks.measure import markdown

RESULTS = Path(__file__).with_name("results") / "coverage.md"
MEASURES = {"victim_withdrawal": "Victim withdrew", "no_further_action": "No further action", "charged": "Charged"}
_TOLD = (
    "{draws:,} draws for each force of stalking_2024_25 ({smallest:,} to {largest:,} cases), {when}. The share that"
    " a force has is taken as the truth. With few events a share can take few values, so no interval holds just as "
    "often as it says for every force: the last two columns say how many are further off, and how far the worst is."
    " The limits of a funnel are about one share that all forces have. Pooled shares are drawn twice: a force's "
    "true share from a beta distribution as wide as the forces lie, then its cases, for that is what a credible "
    "interval speaks of. Two forces are a force and the next larger one."
)
ALLOWED = 1.5  # percentage points off the stated level
_EDGE = 1e-12
_FEWER = 2000
Held = tuple[str, float, np.ndarray]  # the interval, its stated level, and how often it held for each force


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=10_000)
    draws = parser.parse_args().draws
    rows = []
    for measure, name in MEASURES.items():
        table = rates(counts.read("stalking_2024_25"), measure, by="force").table
        forces = table[table["share"].notna() & (table["events"] > 0)].reset_index(drop=True)
        for interval, level, held in _simulated(forces, draws, np.random.default_rng(20241125)):
            worst = int(np.argmax(np.abs(held - level)))
            off = 100 * (held.mean() - level)
            verdict = "holds" if abs(off) <= ALLOWED else "does not hold"
            far = int((100 * np.abs(held - level) > ALLOWED).sum())
            at_worst = f"{100 * held[worst]:.1f}% ({int(forces['cases'][worst]):,} cases)"
            rows.append((name, interval, f"{100 * level:g}%", f"{100 * held.mean():.2f}%", verdict, str(far), at_worst))
    heads = ("measure", "interval", "stated", "held, mean", "within 1.5 points", "forces further off", "furthest off")
    when = f"{date.today().day} {date.today():%B %Y}"
    smallest, largest = int(forces["cases"].min()), int(forces["cases"].max())
    told = _TOLD.format(draws=draws, smallest=smallest, largest=largest, when=when)
    RESULTS.write_text(f"# Coverage of intervals\n\n{told}\n\n{markdown(heads, rows)}\n", encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def _simulated(forces: pd.DataFrame, draws: int, random: np.random.Generator) -> Iterator[Held]:
    """Each kind of interval with how often it held."""
    cases = forces["cases"].to_numpy(dtype="int64")
    truth = forces["share"].to_numpy(dtype="float64")
    drawn = random.binomial(cases, truth, size=(draws, len(cases)))
    yield "share (Wilson)", 0.95, _held(drawn, cases, truth, wilson)
    yield from _differences(drawn, cases, truth)
    yield from _funnel(forces, draws, random)
    fewer = min(draws, _FEWER)
    yield f"pooled share (empirical Bayes), {fewer:,} draws", 0.95, _pooled(forces, fewer, random)


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


def _differences(drawn: np.ndarray, cases: np.ndarray, truth: np.ndarray) -> Iterator[Held]:
    """A force less the next larger one, whose draws are its own: differences and ratios of shares."""
    order = np.argsort(cases, kind="stable")
    pairs = list(pairwise(order))
    kinds: dict[str, Callable[[Two], tuple[float, float]]] = {
        "difference of two forces (Newcombe)": difference_interval,
        "difference of two forces (Miettinen, Nurminen)": lambda two: difference_interval(
            two, method="miettinen_nurminen"
        ),
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
        yield f"{name}{f', {_FEWER:,} draws' if 'Miettinen' in name else ''}", 0.95, found


def _funnel(forces: pd.DataFrame, draws: int, random: np.random.Generator) -> Iterator[Held]:
    """The exact limits of a funnel, of forces that all have the national share."""
    cases = forces["cases"].to_numpy(dtype="int64")
    nation = float(forces["events"].sum() / forces["cases"].sum())
    shares = random.binomial(cases, nation, size=(draws, len(cases))) / cases
    for level in (0.95, 0.998):
        low, high = funnel_limits(cases, nation, level)
        yield "funnel limits (exact)", level, ((shares >= low) & (shares <= high)).mean(axis=0)


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


if __name__ == "__main__":
    main()
