"""Somebody who has every released set, knows how they are made, and lacks the secret: what can they tell of a cell?

Written apart from what it attacks. Every case is of one force, month and outcome type: these are the unknowns. A number
that is shown is at most the rounding base away from a sum of them, and stands for more than ten; a hidden one is less
than the smallest that is shown. The exact range of any sum then comes from linear programming (HiGHS).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from analysis.counts.counts import Counts
from analysis.reference import reference

TYPES = [code for code, one in reference.outcomes("home_office").items() if not one.part_of]
BASE, SMALLEST = 5, 15
MOST = 10**6  # cases in all
_AT_ONCE = 30  # solutions that take many sums as far as they go at once
#: Whether a range of a sum, by its place among those wanted, is wide enough.
Enough = Callable[[tuple[int, int], int], bool]


@dataclass
class Attacker:
    """Unknown counts by force, month, type and version of the month; what is known of sums of them."""

    unknowns: dict[tuple[object, ...], int] = field(default_factory=dict)
    sums: list[tuple[list[int], int, int]] = field(default_factory=list)

    def reads(self, released: Counts, *, version: dict[tuple[str, str], int] | None = None) -> None:
        """Take in a set. ``version`` says which months of which forces the attacker knows to have been revised."""
        cells = released.cells
        assert cells is not None
        for row in cells.itertuples(index=False):
            within = self.sum_of(released, row, version or {})
            self.knows(within, row.cases)

    def knows(self, within: list[int], number: object) -> None:
        """What a number, or that it is hidden, says of a sum."""
        if pd.isna(number):
            self.sums.append((within, 0, SMALLEST - 1))
        else:
            shown = int(number)  # type: ignore[call-overload]
            self.sums.append((within, max(shown - BASE, SMALLEST - BASE + 1), shown + BASE))

    def sum_of(self, released: Counts, row: object, version: dict[tuple[str, str], int]) -> list[int]:
        """The unknowns that a cell is the sum of."""
        forces = [row.force] if row.force else list(released.forces)  # type: ignore[attr-defined]
        codes = TYPES if row.outcome == "all" else row.outcome.split("+")  # type: ignore[attr-defined]
        first, months = row.period.split("+")  # type: ignore[attr-defined]
        start = pd.Period(first, "M")
        spans = [str(start + step) for step in range(int(months))]
        return [
            self.unknowns.setdefault((force, month, code, version.get((force, month), 0)), len(self.unknowns))
            for force in forces
            for month in spans
            for code in codes
        ]

    def ranges(self, wanted: Sequence[Sequence[int]], *, enough: Enough | None = None) -> list[tuple[int, int]]:
        """The least and the most that each of some sums can be, given all that is known.

        Every solution shows how far all sums can go at once. Where ``enough`` is satisfied with the range of a sum that
        was shown so, it is not asked for by itself: what is given of it is a part of its range.
        """
        solver, size = self._programme(), len(self.unknowns)
        members = csr_matrix(
            (
                np.ones(sum(map(len, wanted))),
                np.concatenate([np.asarray(within, dtype=np.int64) for within in wanted]),
                np.cumsum([0, *map(len, wanted)]),
            ),
            shape=(len(wanted), size),
        )
        low, high = np.full(len(wanted), np.inf), np.full(len(wanted), -np.inf)

        def go(goal: Any) -> None:
            solver.changeColsCost(size, np.arange(size, dtype=np.int32), goal)
            solver.run()
            assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, solver.getModelStatus()
            found = members @ np.array(solver.getSolution().col_value)
            np.minimum(low, found, out=low)
            np.maximum(high, found, out=high)

        chance = np.random.default_rng(0)
        for _ in range(_AT_ONCE if enough else 0):
            go(members.T @ chance.uniform(-1, 1, len(wanted)))
        for place in range(len(wanted)):
            for way in (1, -1):
                if enough and enough(_whole(low[place], high[place]), place):
                    continue
                go(way * members[[place]].toarray().ravel())
        return [_whole(*ends) for ends in zip(low, high, strict=True)]

    def _programme(self) -> Any:
        """The unknowns, none under nothing, and the range of each sum of them."""
        solver: Any = highspy.Highs()
        solver.silent()
        size, lengths = len(self.unknowns), [len(within) for within, _, _ in self.sums]
        solver.addVars(size, np.zeros(size), np.full(size, float(MOST)))
        low, high = (np.array([one[side] for one in self.sums], dtype=float) for side in (1, 2))
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        places = np.concatenate([within for within, _, _ in self.sums])
        solver.addRows(len(lengths), low, high, len(places), starts, places, np.ones(len(places)))
        return solver


def _whole(low: float, high: float) -> tuple[int, int]:
    return int(np.ceil(low - 1e-6)), int(np.floor(high + 1e-6))
