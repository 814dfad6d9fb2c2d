"""What a release of counts of people costs its reader, and what it tells an attacker: python -m benchmarks.release.

Random case files of one to three forces and a year, and a second edition of each with another month and revisions. On
each the same cells by four rules: this suite's, the one that it had before, OpenSAFELY's (7 or fewer hidden, rounded to
5) and this suite's without its audit. The attacker (tests/disclosure/attacker.py) solves for the range of every cell of
a sample by linear programming. Time is CPU time, as ratios to a year of one force.

``python -m benchmarks.release together 0 1000`` asks of every cell of a thousand files, both editions at hand;
``small`` of files of one force and two or three months, of up to 630 cases.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.disclosure import policy, release
from analysis.disclosure.cells.lattice import Lattice
from analysis.disclosure.cells.tables import by_outcome
from analysis.errors import DisclosureRefused
from tests.disclosure.attacker import Attacker
from tests.disclosure.case_sets import SECRET, cases, counted, revised

SAMPLE = 25  # cells of each file that the attacker solves for by the other rules
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


def told_together(editions: list[tuple[Counts, Counts]]) -> pd.DataFrame:
    """Of every cell of some editions the truth, and the range that the attacker finds with all of them at hand.

    What is found wide enough on the way is not asked for by itself, so that these ranges may be wider than they stand.
    """
    attacker, tables, wanted = Attacker(), [], []
    for number, (released, exact) in enumerate(editions):
        version = revised_months(editions[number - 1][1], exact) if number else {}
        attacker.reads(released, version=version)
        assert released.cells is not None
        tables.append(released.cells.assign(true=truth(released, exact)))
        wanted += [attacker.sum_of(released, row, version) for row in released.cells.itertuples(index=False)]
    every = pd.concat(tables, ignore_index=True)
    is_shown = every["cases"].notna().to_numpy()

    def enough(ends: tuple[int, int], place: int) -> bool:
        if is_shown[place]:
            return ends[1] - ends[0] + 1 >= policy.CLOSED.shown_values
        few = policy.CLOSED.few - 1
        return min(ends[1], few) - max(ends[0], 1) + 1 >= policy.CLOSED.hidden_values

    low, high = zip(*attacker.ranges(wanted, enough=enough), strict=True)
    return every.assign(low=low, high=high)


def revised_months(before: Counts, after: Counts) -> dict[tuple[str, str], int]:
    """The months of each force whose cases are others than they were: the attacker is told which."""
    old, new = (
        {
            block: sorted(zip(some["outcome"].astype(str), some["cases"], strict=True))
            for block, some in held.table.assign(month=[f"{day:%Y-%m}" for day in held.table["period"]]).groupby(
                ["force", "month"]
            )
        }
        for held in (before, after)
    )
    return {block: 1 for block, cases in new.items() if block in old and old[block] != cases}


def truth(released: Counts, exact: Counts) -> pd.Series:
    """The exact count of every cell of a set by outcome."""
    lattice = Lattice()
    rows, places = by_outcome(lattice, exact)
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


def editions_of(seed: int, *, is_small: bool = False) -> tuple[list[tuple[Counts, Counts]], bool]:
    """A random case file and a second edition of it, as released and exactly; and whether the second was refused."""
    chance = np.random.default_rng(seed)
    forces = int(chance.choice([1, 2, 3], p=[0.75, 0.2, 0.05]))
    number, months = int(chance.integers(30, 2500)), int(chance.integers(2, 7))
    if is_small:
        forces, number, months = 1, number % 600 + 30, months % 2 + 2
    some = cases(seed, number, forces=forces, months=months + 1)
    first = counted(some[some["month"] < months], months=months, forces=forces)
    one = release.edition((first,), SECRET)
    second = counted(revised(some, seed, 0.05), months=months + 1, forces=forces)
    try:
        two = release.edition((second,), SECRET, one.history)
    except DisclosureRefused:
        return [(one.sets[0], first)], True
    return [(one.sets[0], first), (two.sets[0], two.history.editions["tried"][-1][0])], False


def attacked(files: int) -> pd.DataFrame:
    """All rules on the same random files and second editions, each edition and a sample of its cells by itself."""
    found: dict[str, list[pd.DataFrame]] = {}
    for seed in range(files):
        for one, exact in editions_of(seed)[0]:
            found.setdefault("this suite", []).append(told(one, exact, seed, off=5, hidden=14, shown=11))
            true = truth(one, exact)
            for name, rule in RULES.items():
                numbers, is_hidden = rule(true)
                shown = replace(one, cells=one.cells.assign(cases=numbers.astype("Int64").mask(is_hidden)))  # type: ignore[union-attr]
                most = 9 if "10" in name else 7
                found.setdefault(name, []).append(told(shown, exact, seed, off=2, hidden=most, shown=most + 1))
    return pd.DataFrame({name: score(tables) for name, tables in found.items()}).T


def attacked_together(seeds: range, *, is_small: bool = False) -> pd.Series:
    """Every cell of many random files and their second editions, given all that was released of each."""
    total = pd.Series(dtype="int64")
    for seed in seeds:
        editions, is_refused = editions_of(seed, is_small=is_small)
        every = told_together(editions)
        is_hidden = every["cases"].isna()
        kept = np.minimum(every["high"], policy.CLOSED.few - 1) - np.maximum(every["low"], 1) + 1
        width = every["high"] - every["low"] + 1
        one = {
            "files": 1,
            "second editions refused": int(is_refused),
            "cells": len(every),
            "hidden cells": int(is_hidden.sum()),
            "narrow hidden cells": int((is_hidden & (kept < policy.CLOSED.hidden_values)).sum()),
            "narrow shown cells": int((~is_hidden & (width < policy.CLOSED.shown_values)).sum()),
            "exact recoveries": int((width == 1).sum()),
        }
        if seed % 20 == 19:
            sys.stderr.write(f"{seed + 1} files\n")
        if one["narrow hidden cells"] or one["narrow shown cells"]:
            sys.stderr.write(f"seed {seed}: {one}\n")
        total = total.add(pd.Series(one), fill_value=0).astype("int64")
    return total


def grows() -> pd.DataFrame:
    """CPU time of a release as places and months grow."""
    rows = []
    for forces, months in ((1, 12), (1, 36), (3, 12), (3, 36)):
        exact = counted(cases(1, 1500 * forces, forces=forces, months=months), months=months, forces=forces)
        begun = time.process_time()
        [one] = release.edition((exact,), SECRET).sets
        rows.append((forces, months, len(one.cells) if one.cells is not None else 0, time.process_time() - begun))
    table = pd.DataFrame(rows, columns=["forces", "months", "cells", "seconds"])
    return table.assign(ratio=(table["seconds"] / table["seconds"].iloc[0]).round(1)).drop(columns="seconds")


def main() -> None:
    """Print what was asked for: tables of random files, or what every cell of many files leaves open."""
    if sys.argv[1:2] in (["together"], ["small"]):
        seeds = range(*map(int, sys.argv[2:]))
        print(attacked_together(seeds, is_small=sys.argv[1] == "small").to_string())
    else:
        print(attacked(int(sys.argv[1]) if len(sys.argv) > 1 else 20).to_string())
        print(grows().to_string(index=False))


if __name__ == "__main__":
    main()
