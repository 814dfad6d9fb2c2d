"""Drawing until no cell is narrow: cells round a narrow one are drawn again, by the next counter of each.

Nothing more is hidden: who tries which number would have caused a suppression narrows the cell again, while every set
of counts that fits what is shown could have drawn it at once. Cells that were released before stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.counts import span_days
from analysis.disclosure import audit, drawing
from analysis.disclosure.audit import Known, Sums, Truths
from analysis.disclosure.lattice import Lattice, Numbers
from analysis.disclosure.policy import CLOSED, Policy
from analysis.errors import DisclosureRefused
from analysis.periods import financial_year

ROUNDS = 1500
_FEW_ROUNDS = 300  # of a part of the cells by itself
_LEVEL = 10_000  # counters between the rounds of parts and those of the whole
_COIN, _FEW = 0.3, 3  # of the cells round a narrow one this share, or about so many, are drawn again
_DEEP, _MANY = 2, 30  # sums from a narrow cell to those drawn again; looked for where so many are narrow
_PATIENCE = 3  # rounds that may stand further from the goal than the best so far
_WIDER, _WIDEST = 5, 15  # every so many rounds, cells further off are drawn again too
_APART = 10**6  # counters of a cell whose count has changed begin so far on, so that its draw is another


@dataclass(frozen=True)
class Drawn:
    """The number of each cell of a lattice (hidden ones have one too), the counter of its draw, and its range."""

    numbers: Numbers
    counters: Numbers
    low: Numbers
    high: Numbers


def drawn(
    lattice: Lattice,
    secret: bytes,
    *,
    before: dict[tuple[str, int], tuple[int, int]] | None = None,
    policy: Policy = CLOSED,
    rounds: int = ROUNDS,
) -> Drawn:
    """A number for every released cell of a lattice, such that none is narrow.

    ``before`` maps the coordinates and count of cells that were released to their numbers and counters, which stand.

    Raises DisclosureRefused when there is none in so many rounds: what to do is for the caller to say.
    """
    held = _Drawing(lattice, secret, before or {}, policy)
    for level, grouping in enumerate((_by_year, _by_force)):
        for cells in _groups(lattice, grouping):
            held.settle(cells, turn=level * _LEVEL)
    fewest = _search(held, rounds, turn=2 * _LEVEL)
    if fewest:
        raise DisclosureRefused(f"{fewest} cells would be narrow.")
    numbers = held.numbers()
    low, high = audit.ranges(held.sums, *held.known(numbers).bounds(policy))
    return Drawn(numbers, held.counters, low, high)


def _search(held: _Drawing, rounds: int, *, turn: int) -> int:
    """Draw again until no cell is narrow, or so many rounds are over; gives how few were, and stops there."""
    fewest = len(held.lattice) + 1
    for number in range(turn, turn + rounds):
        known = held.known(held.numbers())
        low, high = audit.ranges(held.sums, *known.bounds(held.policy))
        bad = np.flatnonzero(audit.is_narrow(known, low, high, held.policy))
        if len(bad) <= fewest:
            fewest, best = len(bad), (held.state(), bad, low, high)
        elif number % _PATIENCE == 0:  # further from it than once before: on from there
            state, bad, low, high = best
            held.restore(state)
        if not fewest:
            return 0
        held.again(bad, low, high, number)
    held.restore(best[0])
    return fewest


def _groups(lattice: Lattice, grouping: Callable[[str], str]) -> list[list[int]]:
    """The cells of a lattice by what a grouping makes of their coordinates; none where all are of one group."""
    found: dict[str, list[int]] = {}
    for place, key in enumerate(lattice.keys):
        found.setdefault(grouping(key), []).append(place)
    return list(found.values()) if len(found) > 1 else []


def _by_force(key: str) -> str:
    return key.partition("|")[0]


def _by_year(key: str) -> str:
    """The force, the offence and the financial year of a cell; cells of a longer time are by themselves."""
    force, offence, span, *_ = key.split("|")
    first, last = span_days(span)
    year = financial_year(first)
    return f"{force}|{offence}|{year if financial_year(last) == year else span}"


class _Drawing:
    """The draws of one lattice."""

    def __init__(
        self, lattice: Lattice, secret: bytes, before: dict[tuple[str, int], tuple[int, int]], policy: Policy
    ) -> None:
        self.lattice, self.secret, self.policy = lattice, secret, policy
        self.sums = Sums.of(lattice)
        self.counts = np.array(lattice.counts, dtype=np.int64)
        self.is_released = np.array(lattice.is_released, dtype=bool)
        size = len(lattice)
        self.stands = np.zeros(size, dtype=bool)
        self.old = np.zeros(size, dtype=np.int64)
        self.counters = np.zeros(size, dtype=np.int64)
        counted = {key: 0 for key, _ in before}
        for key, _ in before:
            counted[key] += 1
        for place, (key, count) in enumerate(zip(lattice.keys, lattice.counts, strict=True)):
            if (key, count) in before:
                self.stands[place] = True
                self.old[place], self.counters[place] = before[key, count]
            else:
                self.counters[place] = _APART * counted.get(key, 0)
        self.offsets = np.zeros(size, dtype=np.int64)
        self._draw(np.flatnonzero(self.is_released & ~self.stands))
        self.free()
        self._by_cell = np.argsort(self.sums.cells, kind="stable")
        self._starts = np.searchsorted(self.sums.cells[self._by_cell], np.arange(size + 1))
        self._row_starts = np.searchsorted(self.sums.rows, np.arange(self.sums.count + 1))

    def settle(self, cells: list[int], *, turn: int) -> None:
        """Draw for some of the cells by themselves, with the sums among them: most of what is narrow is near."""
        part = _Drawing(self.lattice.of(cells), self.secret, {}, self.policy)
        part.stands, part.old = self.stands[cells], self.old[cells]
        part.restore((self.counters[cells], self.offsets[cells]))
        part.free()
        _search(part, _FEW_ROUNDS, turn=turn)
        self.counters[cells], self.offsets[cells] = part.state()

    def free(self) -> None:
        """Look again which cells can be drawn anew, and what their counters begin from."""
        self._is_free = ~self.stands & self.is_released & (self.counts % self.policy.rounding != 0)
        self._is_out, self._first = self.stands, self.counters // _APART * _APART

    def _draw(self, places: Numbers) -> None:
        keys = [self.lattice.keys[place] for place in places]
        self.offsets[places] = drawing.offsets(self.secret, keys, self.counters[places].tolist())

    def numbers(self) -> Numbers:
        """The numbers as drawn; where a part is shown the whole is, and where a whole stands hidden its parts are."""
        drawn = drawing.rounded(self.counts, self.offsets, self.policy)
        numbers = np.where(self.stands, self.old, drawn)
        return self._closed(np.where(self.is_released, numbers, 0))

    def _closed(self, numbers: Numbers) -> Numbers:
        smallest, sums = self.policy.smallest, self.sums
        is_whole = (sums.signs > 0) & self._is_sum[sums.rows]
        whole_of = np.zeros(sums.count, dtype=np.int64)
        whole_of[sums.rows[is_whole]] = sums.cells[is_whole]
        is_part = self._is_sum[sums.rows] & (sums.signs < 0)
        rows, cells = sums.rows[is_part], sums.cells[is_part]
        fixed_hidden = self.stands & self.is_released & (numbers < smallest)
        sealed = fixed_hidden.copy()
        while True:  # nothing within a hidden number that stands is shown
            more = cells[sealed[whole_of[rows]] & ~sealed[cells]]
            if not len(more):
                break
            sealed[more] = True
        numbers = np.where(sealed & ~self.stands, np.minimum(numbers, smallest - self.policy.rounding), numbers)
        is_shown = numbers >= smallest
        while True:
            wholes = np.unique(whole_of[rows[is_shown[cells]]])
            more = wholes[~is_shown[wholes]]
            if not len(more):
                break
            is_shown[more] = True
        risen = is_shown & self.is_released & (numbers < smallest) & ~self.stands
        return np.where(risen, smallest, numbers)

    @cached_property
    def _is_sum(self) -> Truths:
        """Which relations are one whole of parts."""
        return np.asarray(np.bincount(self.sums.rows, self.sums.signs > 0, self.sums.count) == 1)

    def known(self, numbers: Numbers) -> Known:
        """What a reader knows once these numbers are out."""
        is_shown = self.is_released & (numbers >= self.policy.smallest)
        self._is_out = is_shown
        return Known(numbers, is_shown, self.is_released & ~is_shown)

    def again(self, bad: Numbers, low: Numbers, high: Numbers, turn: int) -> None:
        """Draw again a few of the cells of the sums that make cells narrow; now and then of those further off."""
        steps = 1 + (turn % _WIDER == _WIDER - 1) + (turn % _WIDEST == _WIDEST - 1)
        chosen: set[int] = set()
        for place in bad.tolist():
            is_near = turn % 2 and len(bad) < _MANY
            near = self._binding(place, low, high) if is_near else np.array([place])
            for _ in range(steps - is_near):
                near = self._beside(near)
            able = near[self._is_free[near]].tolist()
            bound = int(min(_COIN, _FEW / max(len(able), 1)) * 2**64)
            coin = f"{self.lattice.keys[place]}|again"
            chosen |= {
                one for one in able if drawing.uniform(self.secret, f"{coin}|{self.lattice.keys[one]}", turn) < bound
            }
        places = np.array(sorted(chosen), dtype=np.int64)
        self.counters[places] = self._first[places] + turn + 1
        self._draw(places)

    def state(self) -> tuple[Numbers, Numbers]:
        """The draws as they are, to come back to."""
        return self.counters.copy(), self.offsets.copy()

    def restore(self, state: tuple[Numbers, Numbers]) -> None:
        """The draws as they were."""
        self.counters, self.offsets = (one.copy() for one in state)

    def _binding(self, place: int, low: Numbers, high: Numbers) -> Numbers:
        """The cells of the sums that an end of a range comes from, and those of the sums that theirs come from."""
        found, seen = {place}, {place}
        for _ in range(_DEEP):
            more: set[int] = set()
            for cell in seen:
                for row in self._rows_of(cell):
                    cells, signs = self._cells_of(row), self._signs_of(row)
                    ends = audit.ends_by(cells, signs, low, high, cell)
                    if low[cell] == ends[0] or high[cell] == ends[1]:
                        more.update(cells.tolist())
            seen = {cell for cell in more - found if not self._is_out[cell]}
            found |= more
        return np.array(sorted(found), dtype=np.int64)

    def _rows_of(self, place: int) -> Numbers:
        return self.sums.rows[self._by_cell[self._starts[place] : self._starts[place + 1]]]

    def _cells_of(self, row: int) -> Numbers:
        return self.sums.cells[self._row_starts[row] : self._row_starts[row + 1]]

    def _signs_of(self, row: int) -> Numbers:
        return self.sums.signs[self._row_starts[row] : self._row_starts[row + 1]]

    def _beside(self, places: Numbers) -> Numbers:
        """The cells that stand in a sum with some cells, they among them."""
        rows = {int(row) for place in places.tolist() for row in self._rows_of(place)}
        found = [self._cells_of(row) for row in rows]
        return np.unique(np.concatenate([places, *found]))
