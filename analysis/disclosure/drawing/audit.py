"""What range has every cell, given all numbers that are shown? Who reads them all knows as much, and no more.

The range of a cell is narrowed by every sum that it stands in until nothing moves (bounds propagation). That is sound
and nearly complete: ``certificate`` takes the exact range from linear programming.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cells.lattice import Lattice, Numbers
from analysis.disclosure.policy import CLOSED, Policy

NO_LIMIT = 10**7  # more cases than there can be
Truths = npt.NDArray[np.bool_]
#: One end of the range of a cell: its place, and whether it is the upper end.
End = tuple[int, bool]


@dataclass(frozen=True)
class Sums:
    """The relations of a lattice as the entries of a sparse matrix: its rows times the cells give nothing.

    ``rows``, ``cells`` and ``signs`` have one place an entry, sorted by row; ``count`` is the number of rows.
    """

    rows: Numbers
    cells: Numbers
    signs: Numbers
    count: int

    @staticmethod
    def of(lattice: Lattice) -> Sums:
        """All relations of a lattice.

        Parameters
        ----------
        lattice
            The cells and how they add up.

        Returns
        -------
        Sums
            A row for each relation, in which a cell is added or taken away.
        """
        lengths = [len(places) for places, _ in lattice.relations]
        cells, signs = (
            np.fromiter(chain.from_iterable(relation[side] for relation in lattice.relations), dtype=np.int64)
            for side in (0, 1)
        )
        return Sums(np.repeat(np.arange(len(lengths)), lengths), cells, signs, len(lengths))

    def without(self, gone: Truths) -> Sums:
        """The same relations of all cells but some, which are nothing.

        Parameters
        ----------
        gone
            Which cells these are.

        Returns
        -------
        Sums
            As many rows.
        """
        is_left = ~gone[self.cells]
        return Sums(self.rows[is_left], self.cells[is_left], self.signs[is_left], self.count)

    @cached_property
    def starts(self) -> Numbers:
        """The first entry of each row, and the end of the last."""
        return np.asarray(np.searchsorted(self.rows, np.arange(self.count + 1)), dtype=np.int64)

    @cached_property
    def by_cell(self) -> Numbers:
        """The entries sorted by cell."""
        return np.asarray(np.argsort(self.cells, kind="stable"), dtype=np.int64)

    def ends(self, low: Numbers, high: Numbers, entries: Numbers) -> tuple[Numbers, Numbers]:
        """The range of the cell of each entry of some whole rows by its row alone, given those of the others in it.

        Parameters
        ----------
        low, high
            The range of each cell.
        entries
            Places in ``rows``, ``cells`` and ``signs``, row after row and none of a row left out.

        Returns
        -------
        tuple[Numbers, Numbers]
            The least and the most of the cell of each entry.
        """
        rows, cells, is_added = self.rows[entries], self.cells[entries], self.signs[entries] > 0
        least = np.where(is_added, low[cells], -high[cells])
        most = np.where(is_added, high[cells], -low[cells])
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        lengths = np.diff(np.r_[starts, len(rows)])
        others_least = np.repeat(np.add.reduceat(least, starts), lengths) - least
        others_most = np.repeat(np.add.reduceat(most, starts), lengths) - most
        return np.where(is_added, -others_most, others_least), np.where(is_added, -others_least, others_most)


@dataclass(frozen=True)
class Known:
    """What a reader knows of each cell: the number that is shown, or that one is hidden, or nothing (not released)."""

    numbers: Numbers
    is_shown: Truths
    is_hidden: Truths

    def of(self, places: Sequence[int]) -> Known:
        """What a reader knows of some of the cells.

        Parameters
        ----------
        places
            Their places, in the order that is wanted.

        Returns
        -------
        Known
            As long as ``places``.
        """
        return Known(self.numbers[places], self.is_shown[places], self.is_hidden[places])

    def bounds(self, policy: Policy = CLOSED) -> tuple[Numbers, Numbers]:
        """The range of each cell by itself. A shown number is never more than the base away, nor of a few cases.

        Parameters
        ----------
        policy
            By how much numbers are rounded, and which are hidden.

        Returns
        -------
        tuple[Numbers, Numbers]
            The least and the most that each cell may be, one a cell; ``NO_LIMIT`` where nothing is known.
        """
        reach = policy.rounding
        low = np.where(self.is_shown, np.maximum(self.numbers - reach, policy.smallest - reach + 1), 0)
        high = np.where(self.is_shown, self.numbers + reach, np.where(self.is_hidden, policy.smallest - 1, NO_LIMIT))
        return low, high


def ranges(sums: Sums, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """The range of each cell once every sum has been used, again and again where a range moved, until none does.

    Parameters
    ----------
    sums
        The sums between the cells.
    low, high
        The range of each cell by itself.

    Returns
    -------
    tuple[Numbers, Numbers]
        The least and the most of each cell; never wider than they were.
    """
    low, high = low.copy(), high.copy()
    entries = np.arange(len(sums.rows))
    while len(entries):
        cells = sums.cells[entries]
        lowest, highest = sums.ends(low, high, entries)
        is_moved = np.zeros(len(low), dtype=bool)
        is_moved[cells[(lowest > low[cells]) | (highest < high[cells])]] = True
        np.maximum.at(low, cells, lowest)
        np.minimum.at(high, cells, highest)
        is_used = np.zeros(sums.count, dtype=bool)
        is_used[sums.rows[is_moved[sums.cells]]] = True
        entries = np.flatnonzero(is_used[sums.rows])
    return low, high


def is_narrow(known: Known, low: Numbers, high: Numbers, policy: Policy = CLOSED) -> Truths:
    """Which cells have a narrower range than the policy leaves them.

    One that is known to be under the smallest shown number keeps most of the values 1 to 9; any other keeps some width.

    Parameters
    ----------
    known
        What a reader knows of the cells.
    low, high
        The range of each cell.
    policy
        By how much numbers are rounded, and which are hidden.

    Returns
    -------
    Truths
        One truth a cell.
    """
    few_left = np.minimum(high, policy.few - 1) - np.maximum(low, 1) + 1
    width = high - low + 1
    is_small = ~known.is_shown & (high < policy.smallest)
    least = np.where(known.is_shown, policy.shown_values, policy.worked_out_values)
    return np.where(is_small, few_left < policy.hidden_values, width < least)
