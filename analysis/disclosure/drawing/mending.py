"""Drawing until no cell is narrow: of what makes a cell narrow, one number is drawn again until it goes the other way.

Nothing more is hidden: who tries which number would have caused a suppression narrows the cell again, while every set
of counts that fits what is shown could have drawn it at once. Cells that were released before stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain
from math import log1p

import numpy as np

from analysis.disclosure.cells.lattice import Lattice, Numbers
from analysis.disclosure.drawing import audit, draws
from analysis.disclosure.drawing.audit import End, Known, Sums, Truths
from analysis.disclosure.drawing.certificate import Certificate
from analysis.disclosure.drawing.empty import known_empty
from analysis.disclosure.policy import CLOSED, Policy
from analysis.errors import DisclosureRefused

#: Told how far a drawing is: the round, how many blocks of cells were looked at in it, and how many there are.
Progress = Callable[[int, int, int], object]
ROUNDS = 300
_EITHER_WAY = 10  # after so many rounds, numbers are turned only up, or only down, for as many rounds each
_OF_MANY = 3  # then, of all that could be turned for a cause, one in so many: equal counts everywhere are one cause
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
    before: Mapping[tuple[str, int], tuple[int, int]] | None = None,
    policy: Policy = CLOSED,
    rounds: int = ROUNDS,
    progress: Progress = lambda *_: None,
) -> Drawn:
    """A number for every released cell of a lattice, such that none is narrow.

    Parameters
    ----------
    lattice
        The cells and how they add up.
    secret
        The key that offsets are drawn with.
    before
        For the coordinates and count of cells that were released, their numbers and counters, which stand.
    policy
        By how much numbers are rounded, and which are hidden.
    rounds
        How often narrow cells are drawn anew.
    progress
        Told how far it is.

    Returns
    -------
    Drawn
        The numbers, how often each was drawn, and the range that a reader can work out for each.

    Raises
    ------
    DisclosureRefused
        When some are narrow still after so many rounds: what to do is for the caller to say.
    """
    drawing = _Drawing(lattice, secret, before or {}, policy)
    readers = _Readers(lattice, drawing.sums, policy)
    for turn in range(rounds):
        audited = drawing.audited()
        told, narrow = readers.narrow(audited, partial(progress, turn + 1))
        if not narrow:
            return Drawn(audited.known.numbers, drawing.counters, audited.low, audited.high)
        drawing.turned(_Causes(drawing, told, turn).chosen(narrow))
    raise DisclosureRefused(f"{len(narrow):,} {'cell' if len(narrow) == 1 else 'cells'} would be narrow.")


@dataclass(frozen=True)
class _Audited:
    """What a reader would know of the numbers as drawn, and the ranges that follow from it by propagation."""

    sums: Sums
    known: Known
    base: tuple[Numbers, Numbers]
    low: Numbers
    high: Numbers

    def narrow(self, policy: Policy) -> dict[int, list[End]]:
        """The cells that are too narrow, and the ends of their ranges that would have to move."""
        cells = np.flatnonzero(audit.is_narrow(self.known, self.low, self.high, policy)).tolist()
        return {cell: [(cell, True), (cell, False)] for cell in cells}

    def by(self, sums: Sums) -> _Audited:
        """What the same numbers tell by other sums."""
        low, high = audit.ranges(sums, *self.base)
        return replace(self, sums=sums, low=low, high=high)


class _Readers:
    """Who is asked what they know: one who knows of nothing that it is empty, and two who do."""

    def __init__(self, lattice: Lattice, sums: Sums, policy: Policy) -> None:
        empty = [known_empty(lattice, sums, knows_use=knows_use) for knows_use in (True, False)]
        if empty[0].types == empty[1].types:
            empty = empty[1:]
        empty = [one for one in empty if one.cells.any()]
        self._sums, self._policy = [sums.without(one.cells) for one in empty], policy
        self._certificates = [Certificate(lattice, policy, one) for one in (None, *empty)]

    def narrow(self, audited: _Audited, seen: Callable[[int, int], object]) -> tuple[_Audited, dict[int, list[End]]]:
        """What the first of them knows who knows too much, with the narrow cells; none where nobody does.

        That of whole editions takes longest: it is asked last, and ``seen`` is told how far it is.
        """
        asked: list[_Audited] = []
        for one in chain([audited], map(audited.by, self._sums)):
            if narrow := one.narrow(self._policy):
                return one, narrow
            asked.append(one)
        for one, certificate in zip(asked[::-1], self._certificates[::-1], strict=True):
            told = seen if one is audited else lambda *_: None
            if narrow := certificate.narrow(one.known, one.low, one.high, seen=told):
                return one, narrow
        return audited, {}


class _Drawing:
    """The draws of one lattice."""

    def __init__(
        self, lattice: Lattice, secret: bytes, before: Mapping[tuple[str, int], tuple[int, int]], policy: Policy
    ) -> None:
        self.keys, self.secret, self.policy = lattice.keys, secret, policy
        self.sums = Sums.of(lattice)
        self.counts = np.array(lattice.counts, dtype=np.int64)
        self.is_released = np.array(lattice.is_released, dtype=bool)
        self.stands = np.zeros(len(lattice), dtype=bool)
        self.old, self.counters = np.zeros((2, len(lattice)), dtype=np.int64)
        self._stand(before)
        drawn_first = np.flatnonzero(self.is_released & ~self.stands)
        self.offsets = np.zeros(len(lattice), dtype=np.int64)
        keys = [self.keys[place] for place in drawn_first]
        self.offsets[drawn_first] = draws.offsets(secret, keys, self.counters[drawn_first].tolist(), policy)

    def _stand(self, before: Mapping[tuple[str, int], tuple[int, int]]) -> None:
        """Take over what was released before; a cell whose count has changed since begins with other counters."""
        versions: dict[str, int] = {}
        for key, _ in before:
            versions[key] = versions.get(key, 0) + 1
        for place, version in enumerate(zip(self.keys, self.counts.tolist(), strict=True)):
            if version in before:
                self.stands[place] = True
                self.old[place], self.counters[place] = before[version]
            else:
                self.counters[place] = _APART * versions.get(version[0], 0)

    @cached_property
    def can_turn(self) -> Truths:
        """Which cells could be drawn otherwise, so that a reader would see it."""
        is_ever_shown = self.counts > self.policy.smallest - self.policy.rounding
        return np.asarray(self.is_released & ~self.stands & is_ever_shown)

    def audited(self) -> _Audited:
        """The numbers as they are drawn now, and what they tell."""
        numbers = self.numbers()
        is_shown = self.is_released & (numbers >= self.policy.smallest)
        known = Known(numbers, is_shown, self.is_released & ~is_shown)
        base = known.bounds(self.policy)
        return _Audited(self.sums, known, base, *audit.ranges(self.sums, *base))

    def turned(self, places: list[int]) -> None:
        """Draw some cells again, each until its number is another."""
        for place in places:
            key, count = self.keys[place], int(self.counts[place])
            was = (count + int(self.offsets[place])) // self.policy.rounding
            while (count + int(self.offsets[place])) // self.policy.rounding == was:
                self.counters[place] += 1
                self.offsets[place] = draws.offset(self.secret, key, int(self.counters[place]), of=self.policy.rounding)

    def numbers(self) -> Numbers:
        """The numbers as drawn; where a part is shown the whole is, and where a whole stands hidden its parts are."""
        rounded = draws.rounded(self.counts, self.offsets, self.policy)
        numbers = np.where(self.is_released, np.where(self.stands, self.old, rounded), 0)
        smallest = self.policy.smallest
        sealed = self._spread(self.stands & self.is_released & (numbers < smallest), is_down=True)
        numbers = np.where(sealed & ~self.stands, np.minimum(numbers, smallest - self.policy.rounding), numbers)
        is_shown = self._spread(numbers >= smallest, is_down=False)
        return np.where(is_shown & self.is_released & (numbers < smallest) & ~self.stands, smallest, numbers)

    def _spread(self, cells: Truths, *, is_down: bool) -> Truths:
        """Some cells, and all parts of them, and theirs; or, upwards, all wholes of them, and theirs."""
        wholes, parts = self._parts_of
        source, target = (wholes, parts) if is_down else (parts, wholes)
        truths: Truths = cells.copy()
        while (more := target[truths[source] & ~truths[target]]).size:
            truths[more] = True
        return np.asarray(truths)

    @cached_property
    def _parts_of(self) -> tuple[Numbers, Numbers]:
        """Each whole that is the sum of parts, beside each of its parts."""
        sums, is_added = self.sums, self.sums.signs > 0
        is_sum = np.bincount(sums.rows, is_added, sums.count) == 1
        wholes = np.zeros(sums.count, dtype=np.int64)
        wholes[sums.rows[is_added]] = sums.cells[is_added]
        is_part = is_sum[sums.rows] & ~is_added
        return wholes[sums.rows[is_part]], sums.cells[is_part]


class _Causes:
    """What the ends of narrow ranges come from, traced through the sums that bind them to the numbers as drawn."""

    def __init__(self, drawing: _Drawing, audited: _Audited, turn: int) -> None:
        self.drawing, self.audited, self.turn = drawing, audited, turn
        self._sums = sums = audited.sums
        low, high = sums.ends(audited.low, audited.high, np.arange(len(sums.rows)))
        self._binds = ((low == audited.low[sums.cells]).tolist(), (high == audited.high[sums.cells]).tolist())
        self._rows, self._starts, self._cells = sums.rows.tolist(), sums.starts.tolist(), sums.cells.tolist()
        self._is_added = (sums.signs > 0).tolist()
        self._seen: set[End] = set()

    def chosen(self, narrow: dict[int, list[End]]) -> list[int]:
        """The cells to draw again: one for each cause that narrow cells do not share, later some of all that could be.

        Where no cause is known it is one near.
        """
        places: dict[int, None] = {}
        for place in sorted(narrow, key=self._chance):
            able = list(self._able(place, narrow[place]))
            if not able and not places:
                able = [cell for cell in self._beside(place) if self.drawing.can_turn[cell]]
            if self.turn >= _EITHER_WAY:
                able = [cell for cell in able if self._is_up(cell) != self._is_upwards] or able
            number = 1 + len(able) // _OF_MANY if self.turn >= _EITHER_WAY else 1
            places |= dict.fromkeys(sorted(able, key=self._wait)[:number])
        return list(places)

    def _chance(self, place: int) -> int:
        return draws.uniform(self.drawing.secret, f"{self.drawing.keys[place]}|again", self.turn)

    def _is_up(self, place: int) -> bool:
        return bool(self.audited.known.numbers[place] > self.drawing.counts[place])

    @cached_property
    def _is_upwards(self) -> bool:
        """Which way numbers are turned in these rounds: cells of like counts would else turn to and fro for ever."""
        return draws.uniform(self.drawing.secret, "upwards", self.turn // _EITHER_WAY) % 2 == 1

    def _wait(self, place: int) -> float:
        """How long a cell that could be turned waits for it: the likelier its other number, the shorter."""
        rounding = self.drawing.policy.rounding
        above = int(self.drawing.counts[place]) % rounding
        likely = max(1, rounding - above if self._is_up(place) else above)
        return -log1p(-self._chance(place) / 2**64) / likely

    def _able(self, place: int, ends: list[End]) -> Iterator[int]:
        """The cells that, turned, would move an end of a narrow range outwards; those seen for another cell are not."""
        audited, policy = self.audited, self.drawing.policy
        is_small = not audited.known.is_shown[place] and audited.high[place] < policy.smallest
        if self.drawing.can_turn[place] and is_small:
            yield place
        spared = {(place, True)} if is_small and audited.high[place] >= policy.few - 1 else set()
        spared |= {(place, False)} if audited.low[place] <= int(is_small) else set()
        pending = [end for end in ends if end not in spared]
        while pending:
            end = pending.pop()
            if end in self._seen:
                continue
            self._seen.add(end)
            cell, is_upper = end
            if (audited.high if is_upper else audited.low)[cell] == audited.base[is_upper][cell]:
                if self.drawing.can_turn[cell] and self._is_up(cell) != is_upper:
                    yield cell
            else:
                pending += self._behind(cell, is_upper=is_upper)

    def _behind(self, cell: int, *, is_upper: bool) -> Iterator[End]:
        """The ends of other ranges from which an end of one follows."""
        for entry in self._entries(cell):
            if self._binds[is_upper][entry]:
                for other in self._row(self._rows[entry]):
                    if other != entry:
                        yield self._cells[other], is_upper != (self._is_added[other] == self._is_added[entry])

    def _beside(self, place: int) -> Iterator[int]:
        """The cells that stand in a sum with one."""
        for entry in self._entries(place):
            yield from (self._cells[other] for other in self._row(self._rows[entry]))

    def _row(self, row: int) -> range:
        """The entries of a row."""
        return range(self._starts[row], self._starts[row + 1])

    def _entries(self, place: int) -> list[int]:
        """The entries of a cell."""
        by_cell = self._sums.by_cell
        first, last = np.searchsorted(self._sorted, [place, place + 1])
        entries: list[int] = by_cell[first:last].tolist()
        return entries

    @cached_property
    def _sorted(self) -> Numbers:
        """The cell of each entry, sorted."""
        return self._sums.cells[self._sums.by_cell]
