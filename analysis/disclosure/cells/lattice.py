"""Cells, and how they add up: everything that is released of one edition of a set, and what a reader can subtract.

A cell has coordinates (place, offence, period, what) and an exact count, which only ``release`` and the audit see. The
same coordinates are the same cell wherever they come up: a set of one force has one cell for it, not one more for all.
A cell that is not released stands here because a reader can work it out from those that are: the cases between two
times, or one set of types less another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.counts.counts import span_key
from analysis.reference.periods import month_number, month_start, year_start

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """The names along one side of a table: the finest first, then groups of them.

    ``members`` has a row a name and a column a finest one, 1 where it is in it. ``sums`` are ways to add up: the place
    of a name and the places of those that make it.
    """

    names: tuple[str, ...]
    members: Numbers
    sums: tuple[tuple[int, tuple[int, ...]], ...]

    @staticmethod
    def of(finest: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Axis:
        """The finest names and their groups, which may be made of groups before them. No group of one is a name.

        Parameters
        ----------
        finest
            The finest names, in order.
        groups
            For each group the names that make it.

        Returns
        -------
        Axis
            The names, the finest first, and how they add up.
        """
        names, rows = list(finest), list(np.eye(len(finest), dtype=np.int64))
        sums = []
        for name, parts in groups.items():
            places = tuple(names.index(part) for part in parts)
            if name not in names and len(parts) > 1:
                names.append(name)
                rows.append(np.sum([rows[place] for place in places], axis=0))
            if len(parts) > 1:
                sums.append((names.index(name), places))
        return Axis(tuple(names), np.array(rows, dtype=np.int64).reshape(len(names), len(finest)), tuple(sums))


@dataclass(frozen=True)
class Unit:
    """Cases that no axis parts further: of a force, an offence, and a month or a category of the feature ``heading``.

    ``cases`` are the counts by outcome type: after a revision the same month is another unit.
    """

    force: str
    offence: str
    heading: str
    when: str
    cases: tuple[int, ...]


@dataclass(frozen=True)
class Family:
    """The cells of one place and period, or category, by set of outcome types, and the units that its cases are of."""

    cells: dict[frozenset[str], int]
    units: tuple[Unit, ...]
    edition: int = 0


@dataclass
class Lattice:
    """Cells, each with its exact count and whether it is released, and relations of cells that sum to nothing.

    A cell is known by its coordinates and its count: after a revision the same coordinates may hold two, and what an
    earlier edition said of the first is still known. A relation is the places of its cells and their signs.
    ``families`` are those of all editions, of which ``edition`` is the number of the last. ``same`` are units that are
    the same cases, parted in two ways.
    """

    at: dict[tuple[str, int], int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    is_released: list[bool] = field(default_factory=list)
    relations: dict[tuple[tuple[int, ...], tuple[int, ...]], None] = field(default_factory=dict)
    families: list[Family] = field(default_factory=list)
    same: list[tuple[tuple[Unit, ...], tuple[Unit, ...]]] = field(default_factory=list)
    edition: int = 0

    def cell(self, key: str, count: int, *, is_released: bool) -> int:
        """The place of a cell, new or known.

        Parameters
        ----------
        key
            Its coordinates (``key_of``).
        count
            Its exact count.
        is_released
            Whether it is shown, or stands here because a reader can work it out.

        Returns
        -------
        int
            A place from 0; the one that it has where it stands here already.
        """
        place = self.at.setdefault((key, int(count)), len(self.counts))
        if place == len(self.counts):
            self.keys.append(key)
            self.counts.append(int(count))
            self.is_released.append(is_released)
        elif is_released:
            self.is_released[place] = True
        return place

    def adds_up(self, whole: int, parts: Iterable[int]) -> None:
        """One cell is the sum of others.

        Parameters
        ----------
        whole
            The place of the sum.
        parts
            The places of what makes it.
        """
        self.related((whole, *parts), (1, *(-1 for _ in parts)))

    def changed(self) -> None:
        """Relate what changed between editions: the rise of a whole is that of those of its parts that changed."""
        ways: dict[tuple[str, ...], list[tuple[int, ...]]] = {}
        for places, signs in list(self.relations):
            if signs[0] > 0 and not any(sign > 0 for sign in signs[1:]):
                ways.setdefault(tuple(self.keys[place] for place in places), []).append(places)
        for several in ways.values():
            for before, after in pairwise(several):
                self._risen(before, after)

    def _risen(self, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        """One sum in two editions, without the parts that are the same in both."""
        moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        if moved and len(moved) < len(before):
            signs = [1 if (old, new) == (before[0], after[0]) else -1 for old, new in moved]
            places = [place for pair in moved for place in (pair[1], pair[0])]
            self.related(places, [sign * part for sign in signs for part in (1, -1)])

    def related(self, places: Sequence[int], signs: Sequence[int]) -> None:
        """Cells that sum to nothing with these signs.

        Parameters
        ----------
        places
            The places of the cells.
        signs
            1 or -1 for each.
        """
        self.relations.setdefault((tuple(places), tuple(signs)))

    def __len__(self) -> int:
        return len(self.counts)


def key_of(*coordinates: str) -> str:
    """The key of a cell: its coordinates, which the draw belongs to.

    Parameters
    ----------
    *coordinates
        Place, offence, period and what is counted.

    Returns
    -------
    str
        One text.
    """
    return "|".join(coordinates)


def months_between(first: date, last: date) -> Iterator[date]:
    """The first day of every month from one to another.

    Parameters
    ----------
    first
        A day of the first month.
    last
        A day of the last.

    Returns
    -------
    Iterator[date]
        Days in order; none where the last lies before the first.
    """
    return map(month_start, range(month_number(first), month_number(last) + 1))


def periods_of(first: date, last: date) -> Axis:
    """Months from one to another, their quarters, whole financial years, and all of them together.

    Parameters
    ----------
    first
        The first day of the first month.
    last
        The first day of the last month.

    Returns
    -------
    Axis
        Months first; then quarters, or the part of one that lies within, financial years, and the whole.
    """
    months = list(months_between(first, last))
    finest = [span_key(month, 1) for month in months]
    groups: dict[str, list[str]] = {}
    tops: list[str] = []
    for year in _runs(months, year_start):
        names = []
        for quarter in _runs(year, lambda month: month_number(month) // 3):
            name = span_key(quarter[0], len(quarter))
            groups[name] = [span_key(month, 1) for month in quarter]
            names.append(name)
        if len(year) == 12:
            name = span_key(year[0], 12)
            groups[name] = names
            names = [name]
        tops += names
    groups.setdefault(span_key(months[0], len(months)), tops)
    return Axis.of(finest, groups)


def _runs(months: list[date], of: Callable[[date], int]) -> list[list[date]]:
    """Months together while ``of`` says the same of them."""
    runs: dict[int, list[date]] = {}
    for month in months:
        runs.setdefault(of(month), []).append(month)
    return list(runs.values())
