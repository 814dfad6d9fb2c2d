"""Gray's test between groups that are of one world, by month and by day, few groups and many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test
from benchmarks.coverage.held import Held

TOLD = (
    "Groups of one world, so that none differs: of the cases still open a share ends in each month, 0.85 times that of "
    "the month before, and of these a share as the ending that is tested. Cases are followed for 6 to 24 months, a few "
    "fewer each month. Held is how often Gray's test gives a p value of 0.05 or more; beside it chi squared over its "
    "degrees of freedom, which is 1 where its variance is right. A try is a world; a fiftieth of the draws."
)
_PART = 50
_MONTHS = 25
#: How many groups, how many cases each has (the smallest and the largest), the first month's share, the share so.
WORLDS = (
    (2, (30, 30), 0.18, 0.5),
    (2, (30, 30), 0.5, 0.5),
    (2, (15, 400), 0.5, 0.15),
    (4, (100, 100), 0.5, 0.5),
    (10, (60, 60), 0.5, 0.15),
    (10, (60, 60), 0.5, 0.5),
    (44, (25, 25), 0.18, 0.15),
    (44, (25, 25), 0.5, 0.5),
    (44, (100, 100), 0.5, 0.5),
    (44, (30, 3000), 0.18, 0.5),
    (44, (30, 3000), 0.5, 0.15),
    (44, (30, 3000), 0.5, 0.5),
)


def tried(draws: int) -> Iterator[Held]:
    """Each world so often as a fiftieth of the draws."""
    random = np.random.default_rng(20261130)
    for groups, (least, most), first, so in WORLDS:
        sizes = np.geomspace(least, most, groups).round().astype(int)
        tests = []
        for _ in range(max(draws // _PART, 1)):
            try:
                tests.append(gray_test(_drawn(random, sizes, first=first, so=so), ending="charged"))
            except ParameterError:  # too few ended so
                continue
        if not tests:
            continue
        ratio = float(np.mean([test.statistic / test.degrees for test in tests]))
        size = f"{least} cases" if least == most else f"{least} to {most:,} cases"
        of = f"{groups} groups of {size}, {100 * first:.0f}% end in the first month, {100 * so:.0f}% of them so"
        held = float(np.mean([test.p >= 0.05 for test in tests]))
        yield Held(of, "no difference found", len(tests), 0.95, held, 3.0, f"chi squared over degrees {ratio:.2f}")


def _drawn(random: np.random.Generator, sizes: np.ndarray, *, first: float, so: float) -> pd.DataFrame:
    """Cases by group, ending and month."""
    rows: list[tuple[str, str, int, int]] = []
    for group, size in enumerate(sizes):
        still = int(size)
        for month in range(_MONTHS):
            chance = first * 0.85**month
            charged, otherwise, still = random.multinomial(still, [chance * so, chance * (1 - so), 1 - chance])
            left = still if month == _MONTHS - 1 else random.binomial(still, 0.05) if month >= 6 else 0
            still -= left
            for ending, cases in (("charged", charged), ("withdrew", otherwise), ("undecided", left)):
                rows.append((f"group {group}", ending, month, int(cases)))
    return pd.DataFrame(rows, columns=["group", "ending", "lag", "cases"])
