"""Somebody who has every released set, knows how they are made, and lacks the secret: what can they tell of a cell?

Written apart from what it attacks. Every case is of one force, month and outcome type: these are the unknowns. A number
that is shown is at most the rounding base less one away from a sum of them, and stands for more than ten; a hidden one
is less than the smallest that is shown. The exact range of any sum then comes from linear programming (HiGHS).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

from analysis import reference
from analysis.counts import Counts

TYPES = [code for code, one in reference.outcomes("home_office").items() if not one.part_of]
BASE, SMALLEST = 5, 15


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
            self.sums.append((within, max(shown - BASE + 1, SMALLEST - BASE + 1), shown + BASE - 1))

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

    def ranges(self, wanted: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
        """The least and the most that each of some sums can be, given all that is known."""
        matrix = lil_matrix((len(self.sums), len(self.unknowns)))
        for place, (within, _, _) in enumerate(self.sums):
            matrix[place, within] = 1
        rows = matrix.tocsr()
        low = np.array([least for _, least, _ in self.sums])
        high = np.array([most for _, _, most in self.sums])
        from scipy.sparse import vstack

        below, limits = vstack([rows, -rows]).tocsr(), np.concatenate([high, -low])
        found = []
        for within in wanted:
            goal = np.zeros(len(self.unknowns))
            goal[list(within)] = 1
            least, most = (
                linprog(sign * goal, A_ub=below, b_ub=limits, bounds=(0, None), method="highs") for sign in (1, -1)
            )
            assert {least.status, most.status} <= {0, 3}, (least.message, most.message)
            found.append(
                (int(np.ceil(least.fun - 1e-6)), int(np.floor(-most.fun + 1e-6)) if most.status == 0 else 10**7)
            )
        return found
