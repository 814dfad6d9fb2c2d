"""What range has every cell, given all numbers that are shown? Who reads them all knows as much, and no more.

The range of a cell is narrowed by every sum that it stands in until nothing moves (bounds propagation). That is sound
and nearly complete: ``certified`` takes the exact range from linear programming, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from analysis.disclosure.lattice import Lattice, Numbers
from analysis.disclosure.policy import CLOSED, Policy

NO_LIMIT = 10**7  # more cases than there can be
_SWEEPS = 200
Truths = npt.NDArray[np.bool_]
Relation = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Sums:
    """The relations of a lattice as the entries of a sparse matrix: its rows times the cells give nothing.

    ``rows``, ``cells`` and ``times`` have one place an entry, sorted by row. The last ``cuts`` of the ``count`` rows
    give nothing or more.
    """

    rows: Numbers
    cells: Numbers
    times: Numbers
    count: int
    cuts: int = 0

    @staticmethod
    def of(relations: Collection[Relation], cuts: Collection[Relation] = ()) -> Sums:
        """Relations as they stand in a lattice, and others that give nothing or more."""
        every = [*relations, *cuts]
        lengths = [len(places) for places, _ in every]
        cells, times = (np.fromiter(chain.from_iterable(one[side] for one in every), dtype=np.int64) for side in (0, 1))
        return Sums(np.repeat(np.arange(len(every)), lengths), cells, times, len(every), len(cuts))

    @cached_property
    def starts(self) -> Numbers:
        """The first entry of each row, and the end of the last."""
        return np.asarray(np.searchsorted(self.rows, np.arange(self.count + 1)), dtype=np.int64)

    @cached_property
    def by_cell(self) -> Numbers:
        """The entries sorted by cell."""
        return np.asarray(np.argsort(self.cells, kind="stable"), dtype=np.int64)

    @cached_property
    def summed(self) -> tuple[Numbers, Numbers]:
        """The cells that stand in a sum, and where the entries of each begin among those sorted by cell."""
        found, starts = np.unique(self.cells[self.by_cell], return_index=True)
        return found, np.asarray(starts, dtype=np.int64)

    def ends(self, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """The range of the cell of each entry by its row alone, given the ranges of the others in it."""
        is_added, size = self.times > 0, np.abs(self.times)
        least = self.times * np.where(is_added, low[self.cells], high[self.cells])
        most = self.times * np.where(is_added, high[self.cells], low[self.cells])
        others_least = np.add.reduceat(least, self.starts[:-1])[self.rows] - least
        others_most = np.add.reduceat(most, self.starts[:-1])[self.rows] - most
        is_equal = self.rows < self.count - self.cuts
        lowest = np.where(is_added, -(others_most // size), np.where(is_equal, -(-others_least // size), 0))
        highest = np.where(is_added, np.where(is_equal, -others_least // size, NO_LIMIT), others_most // size)
        return lowest, highest


@dataclass(frozen=True)
class Known:
    """What a reader knows of each cell: the number that is shown, or that one is hidden, or nothing (not released)."""

    numbers: Numbers
    is_shown: Truths
    is_hidden: Truths

    def of(self, places: Sequence[int]) -> Known:
        """What a reader knows of some of the cells."""
        return Known(self.numbers[places], self.is_shown[places], self.is_hidden[places])

    def bounds(self, policy: Policy = CLOSED) -> tuple[Numbers, Numbers]:
        """The range of each cell by itself. A shown number is never more than the base less one away."""
        reach = policy.rounding - 1
        low = np.where(self.is_shown, np.maximum(self.numbers - reach, policy.smallest - reach), 0)
        high = np.where(self.is_shown, self.numbers + reach, np.where(self.is_hidden, policy.smallest - 1, NO_LIMIT))
        return low, high


def ranges(sums: Sums, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """The range of each cell once every sum has been used, again and again, until none narrows any."""
    low, high = low.copy(), high.copy()
    if not sums.count:
        return low, high
    cells, starts = sums.summed
    for _ in range(_SWEEPS):
        ends = sums.ends(low, high)
        least = np.maximum(low[cells], np.maximum.reduceat(ends[0][sums.by_cell], starts))
        most = np.minimum(high[cells], np.minimum.reduceat(ends[1][sums.by_cell], starts))
        if (least == low[cells]).all() and (most == high[cells]).all():
            break
        low[cells], high[cells] = least, most
    return low, high


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
    sums = Sums.of(lattice.relations)
    matrix = csr_matrix((sums.times.astype(float), (sums.rows, sums.cells)), shape=(sums.count, len(lattice)))
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
