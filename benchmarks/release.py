"""What a release of counts of people costs its reader, and what it tells an attacker: python -m benchmarks.release.

Random case files of one to three forces and a year, and a second edition of each with another month and revisions. On
each the same cells by four rules: this suite's, the one that it had before, OpenSAFELY's (7 or fewer hidden, rounded to
5) and this suite's without its audit. The attacker (tests/disclosure/attacker.py) solves for the range of every cell of
a sample by linear programming. Time is CPU time, as ratios to a year of one force.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.counts import Counts
from analysis.disclosure import cells, policy, release
from analysis.disclosure.lattice import Lattice
from analysis.errors import DisclosureRefused
from tests.disclosure.attacker import Attacker
from tests.disclosure.case_sets import SECRET, cases, counted, revised

SAMPLE = 25  # cells of each file that the attacker solves for
RULES: dict[str, Callable[[pd.Series], tuple[pd.Series, pd.Series]]] = {
    "to the nearest 5, under 10 hidden (before)": lambda true: ((true / 5).round() * 5, true < 10),
    "to the nearest 5, 7 or fewer hidden (OpenSAFELY)": lambda true: ((true / 5).round() * 5, true <= 7),
}


def told(released: Counts, exact: Counts, seed: int, *, off: int, hidden: int, shown: int) -> pd.DataFrame:
    """Of a sample of cells the truth, and the range that the attacker finds.

    A number is at most ``off`` away from its count; counts to ``hidden`` may be hidden, from ``shown`` on may be shown.
    """
    attacker, cells_of = Attacker(), released.cells
    assert cells_of is not None
    for row, number in zip(cells_of.itertuples(index=False), cells_of["cases"], strict=True):
        within = attacker.sum_of(released, row, {})
        known = (0, hidden) if pd.isna(number) else (max(int(number) - off, shown), int(number) + off)
        attacker.sums.append((within, *known))
    chosen = np.random.default_rng(seed).choice(len(cells_of), min(SAMPLE, len(cells_of)), replace=False)
    rows = cells_of.iloc[chosen].assign(true=truth(released, exact).iloc[chosen])
    ranges = attacker.ranges([attacker.sum_of(released, row, {}) for row in rows.itertuples(index=False)])
    low, high = zip(*ranges, strict=True)
    return rows.assign(low=low, high=high)


def truth(released: Counts, exact: Counts) -> pd.Series:
    """The exact count of every cell of a set by outcome."""
    lattice = Lattice()
    rows, places = cells.by_outcome(lattice, exact)
    known = dict(zip(rows.itertuples(index=False, name=None), (lattice.counts[place] for place in places), strict=True))
    assert released.cells is not None
    columns = ["force", "offence", "period", "outcome"]
    return pd.Series([known[row] for row in released.cells[columns].itertuples(index=False, name=None)], dtype="Int64")


def score(found: list[pd.DataFrame]) -> dict[str, float]:
    """Cells hidden, narrow hidden cells, exact recoveries and the narrowest range, over all files."""
    every = pd.concat(found)
    hidden = every[every["cases"].isna()]
    kept = np.minimum(hidden["high"], 9) - np.maximum(hidden["low"], 1) + 1
    return {
        "cells asked of": len(every),
        "hidden %": round(100 * len(hidden) / len(every), 1),
        "narrow hidden cells": int((kept < policy.CLOSED.hidden_values).sum()),
        "fewest values left": int(kept.min()),
        "exact recoveries": int((hidden["low"] == hidden["high"]).sum()),
    }


def attacked(files: int) -> pd.DataFrame:
    """All rules on the same random files and second editions."""
    found: dict[str, list[pd.DataFrame]] = {}
    refused = 0
    for seed in range(files):
        chance = np.random.default_rng(seed)
        forces, number = int(chance.integers(1, 3)), int(chance.integers(100, 2000))
        some = cases(seed, number, forces=forces, months=7)
        first = counted(some[some["month"] < 6], months=6, forces=forces)
        second = counted(revised(some, seed, 0.05), months=7, forces=forces)
        edition = release.edition((first,), SECRET)
        try:
            again = release.edition((second,), SECRET, edition.history)
        except DisclosureRefused:
            refused += 1
            continue
        current = again.history.editions["tried"][-1][0]
        for one, exact in ((edition.sets[0], first), (again.sets[0], current)):
            found.setdefault("this suite", []).append(told(one, exact, seed, off=4, hidden=14, shown=11))
            true = truth(one, exact)
            for name, rule in RULES.items():
                numbers, is_hidden = rule(true)
                shown = replace(one, cells=one.cells.assign(cases=numbers.astype("Int64").mask(is_hidden)))  # type: ignore[union-attr]
                most = 9 if "10" in name else 7
                found.setdefault(name, []).append(told(shown, exact, seed, off=2, hidden=most, shown=most + 1))
    sys.stderr.write(f"{refused} second editions of {files} were refused\n")
    return pd.DataFrame({name: score(tables) for name, tables in found.items()}).T


def grows() -> pd.DataFrame:
    """CPU time of a release as places and months grow."""
    rows = []
    for forces, months in ((1, 12), (1, 24), (3, 12), (3, 36)):
        exact = counted(cases(1, 1500 * forces, forces=forces, months=months), months=months, forces=forces)
        begun = time.process_time()
        [one] = release.edition((exact,), SECRET).sets
        rows.append((forces, months, len(one.cells) if one.cells is not None else 0, time.process_time() - begun))
    table = pd.DataFrame(rows, columns=["forces", "months", "cells", "seconds"])
    return table.assign(ratio=(table["seconds"] / table["seconds"].iloc[0]).round(1)).drop(columns="seconds")


if __name__ == "__main__":
    print(attacked(int(sys.argv[1]) if len(sys.argv) > 1 else 20).to_string())
    print(grows().to_string(index=False))
