"""What range has every cell, given all numbers that are shown? Who reads them all knows as much, and no more.

The range of a cell is narrowed by every sum that it stands in until nothing moves (bounds propagation). That is sound
and nearly complete: ``certified`` takes the exact range from linear programming, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from analysis.disclosure.lattice import Lattice, Numbers
from analysis.disclosure.policy import CLOSED, Policy

NO_LIMIT = 10**7  # more cases than there can be
_SWEEPS = 200
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sums:
    """The relations of a lattice as the entries of a sparse matrix: its rows times the cells give nothing."""

    rows: Numbers
    cells: Numbers
    signs: Numbers
    count: int

    @staticmethod
    def of(lattice: Lattice) -> Sums:
        """All relations of a lattice."""
        places = [one for one, _ in lattice.relations]
        signs = [one for _, one in lattice.relations]
        lengths = np.array([len(one) for one in places], dtype=np.int64)
        flat = [
            np.concatenate([np.array(one, dtype=np.int64) for one in some]) if some else _EMPTY
            for some in (places, signs)
        ]
        return Sums(np.repeat(np.arange(len(places)), lengths), flat[0], flat[1], len(places))


_EMPTY = np.array([], dtype=np.int64)


@dataclass(frozen=True)
class Known:
    """What a reader knows of each cell: the number that is shown, or that one is hidden, or nothing (not released)."""

    numbers: Numbers
    is_shown: Truths
    is_hidden: Truths

    def bounds(self, policy: Policy = CLOSED) -> tuple[Numbers, Numbers]:
        """The range of each cell by itself. A shown number is never more than the base less one away."""
        reach = policy.rounding - 1
        low = np.where(self.is_shown, np.maximum(self.numbers - reach, policy.smallest - reach), 0)
        high = np.where(self.is_shown, self.numbers + reach, np.where(self.is_hidden, policy.smallest - 1, NO_LIMIT))
        return low, high


def ranges(sums: Sums, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """The range of each cell once every sum has been used, again and again, until none narrows any."""
    low, high = low.copy(), high.copy()
    rows, cells, is_added = sums.rows, sums.cells, sums.signs > 0
    for _ in range(_SWEEPS):
        least = np.where(is_added, low[cells], -high[cells])
        most = np.where(is_added, high[cells], -low[cells])
        others_least = np.bincount(rows, least, sums.count).astype(np.int64)[rows] - least
        others_most = np.bincount(rows, most, sums.count).astype(np.int64)[rows] - most
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, cells, np.where(is_added, -others_most, others_least))
        np.minimum.at(new_high, cells, np.where(is_added, -others_least, others_most))
        if bool((new_low == low).all() and (new_high == high).all()):
            break
        low, high = new_low, new_high
    return low, high


def ends_by(cells: Numbers, signs: Numbers, low: Numbers, high: Numbers, cell: int) -> tuple[int, int]:
    """The range of one cell by one sum alone, given the ranges of the others in it."""
    is_it = cells == cell
    sign = int(signs[is_it][0])
    others, added = cells[~is_it], signs[~is_it] > 0
    least = int(np.where(added, low[others], -high[others]).sum())
    most = int(np.where(added, high[others], -low[others]).sum())
    return (-most, -least) if sign > 0 else (least, most)


def is_narrow(known: Known, low: Numbers, high: Numbers, policy: Policy = CLOSED) -> Truths:
    """Which cells have a narrower range than the policy leaves them.

    One that is known to be under the smallest shown number keeps most of the values 1 to 9; any other keeps some width.
    """
    few_left = np.minimum(high, policy.few - 1) - np.maximum(low, 1) + 1
    width = high - low + 1
    is_small = ~known.is_shown & (high < policy.smallest)
    least = np.where(known.is_shown, policy.shown_values, policy.worked_out_values)
    return np.where(is_small, few_left < policy.hidden_values, width < least)


def certified(lattice: Lattice, low: Numbers, high: Numbers, cells: Sequence[int]) -> dict[int, tuple[int, int]]:
    """The exact range of some cells, by linear programming over all sums at once."""
    sums = Sums.of(lattice)
    matrix = csr_matrix((sums.signs.astype(float), (sums.rows, sums.cells)), shape=(sums.count, len(lattice)))
    found = {}
    for cell in cells:
        goal = np.zeros(len(lattice))
        goal[cell] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(
                sign * goal, A_eq=matrix, b_eq=np.zeros(sums.count), bounds=np.c_[low, high], method="highs-ds"
            )
            ends.append(sign * solved.fun)
        found[cell] = int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))
    return found
