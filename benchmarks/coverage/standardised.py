"""Shares standardised to the mix of offences of all forces, for the sizes and mixes that the 44 forces have.

Every force of offences_2024_25 has its cases of each offence and, as the truth, a share of each drawn towards that of
all forces by two cases, so that none is 0 or 1. Cases are drawn anew from a binomial.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.counts import counts
from analysis.shares.standardisation import FEWEST_COVERED, directly_standardised
from benchmarks.coverage.held import ALLOWED, Held

TOLD = (
    "Draws for each force of offences_2024_25 that has cases of offences that make up 99% of those of all forces. The "
    "share that a force has of each offence, drawn towards that of all forces by two cases, is taken as the truth; "
    "what is to be held is the share of the mix that is covered. Tries are draws for each force."
)
MEASURES = {"charged": ("Charged", {"1"}), "victim_withdrawal": ("Victim withdrew", {"14", "16"})}
MIXES = {"all offences": (), "stalking and harassment": ("8L", "8M", "8Q", "8R")}
_FEWER = 2000
_CASES_TOWARDS = 2.0


def tried(draws: int) -> Iterator[Held]:
    """Each measure for each mix, over all forces; beside it how many forces are further off, and how far."""
    random = np.random.default_rng(20241125)
    for name, codes in MEASURES.values():
        for mix, offences in MIXES.items():
            cases, truth, weights = _world(codes, offences)
            many = min(draws, _FEWER)
            held = np.array([_held(of, share, weights, many, random) for of, share in zip(cases, truth, strict=True)])
            worst = int(np.argmax(np.abs(held - 0.95)))
            far = int((100 * np.abs(held - 0.95) > ALLOWED).sum())
            beside = f"{len(held)} forces, {far} further off; worst {100 * held[worst]:.1f}% "
            beside += f"({int(cases[worst].sum()):,} cases)"
            yield Held(f"{name}, {mix}", "standardised share", many, 0.95, float(held.mean()), beside=beside)


def _world(codes: set[str], offences: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cases of each force (rows) and offence, their true shares, and the weights: of forces that are covered."""
    table = counts.read("offences_2024_25").table
    table = table[table["offence"].isin(offences)] if offences else table
    cases = _wide(table)
    events = _wide(table[table["outcome"].isin(codes)]).reindex_like(cases).fillna(0)
    weights = cases.sum().to_numpy()
    every = events.sum().to_numpy() / weights
    of = cases.to_numpy()
    truth = (np.minimum(events.to_numpy(), of) + _CASES_TOWARDS * every) / (of + _CASES_TOWARDS)
    covered = (of > 0) @ weights / weights.sum() >= FEWEST_COVERED
    return of[covered].astype("int64"), truth[covered], weights


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    return table.groupby(["force", "offence"])["cases"].sum().unstack(fill_value=0).clip(lower=0)


def _held(cases: np.ndarray, truth: np.ndarray, weights: np.ndarray, draws: int, random: np.random.Generator) -> float:
    """How often the interval of one force holds."""
    parts = np.where(cases > 0, weights, 0) / weights[cases > 0].sum()
    true = float(parts @ truth)
    found = (
        directly_standardised(events, cases, weights) for events in random.binomial(cases, truth, (draws, len(cases)))
    )
    return float(np.mean([one.low <= true <= one.high for one in found]))
