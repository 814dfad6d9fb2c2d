"""Editions of another time than those before: what a reader gets by subtracting one whole time from another.

A whole time that has grown is the one before, the months that came since, and what became of months that were revised.
Months are cells of their own; what is not released by month has one cell for all that lies between, to be audited.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.counts.counts import Counts, codes_key, months_of, span_key
from analysis.disclosure.cells import sets
from analysis.disclosure.cells.lattice import Lattice, months_between
from analysis.disclosure.cells.tables import Rows

Places = dict[tuple[Hashable, ...], int]


@dataclass(frozen=True)
class Placed:
    """The cells of one edition: its main counts, and where the rows of each set stand, by what ends its name."""

    main: Counts
    tables: dict[str, Places]

    @staticmethod
    def of(sets: Sequence[Counts], tables: Iterable[Rows]) -> Placed:
        """The cells of the tables of an edition.

        Parameters
        ----------
        sets
            The exact sets, that by month first, whose months the edition has.
        tables
            The released table of each with the places of its cells.

        Returns
        -------
        Placed
            Where each row of each table stands, by its coordinates.
        """
        ends = [counts.name.removeprefix(sets[0].name) for counts in sets]
        return Placed(sets[0], {end: _places(*rows) for end, rows in zip(ends, tables, strict=True)})

    @property
    def by_outcome(self) -> Places:
        """Where the rows of the main set stand."""
        return self.tables[""]

    @property
    def span(self) -> str:
        """The whole time, as a coordinate."""
        span = self.main.coverage.span
        return span_key(span.first, months_of(span))

    @property
    def months(self) -> list[str]:
        """Every month, as a coordinate."""
        span = self.main.coverage.span
        return [span_key(first, 1) for first in months_between(span.first, span.last.replace(day=1))]


def _places(rows: pd.DataFrame, places: list[int]) -> Places:
    return dict(zip(rows.itertuples(index=False, name=None), places, strict=True))


def relate(lattice: Lattice, editions: Sequence[Placed]) -> None:
    """Put the sums between each edition and the next into a lattice that has the cells of all of them.

    Parameters
    ----------
    lattice
        Where the cells of all editions stand; sums are added to it.
    editions
        From the earliest to the latest.
    """
    for before, after in pairwise(editions):
        if before.span == after.span:
            continue
        both = [month for month in before.months if month in after.months]
        is_within = len(both) in (len(before.months), len(after.months))
        for force, offence in dict.fromkeys((row[0], row[1]) for row in before.by_outcome):
            place = str(force), str(offence)
            if (*place, after.span, codes_key(())) in after.by_outcome:
                _by_month(lattice, before, after, place)
                if is_within and not any(_revised(before, after, *place, months=both)):
                    _between(lattice, _unlike(before, after, place))


def _revised(before: Placed, after: Placed, force: str, offence: str, *, months: Iterable[str]) -> Iterator[str]:
    """The months of a place, of those that both editions have, whose cases have changed since."""
    for month in months:
        rows = [(force, offence, month, codes_key(codes)) for codes in sets.monthly()]
        if any(before.by_outcome[row] != after.by_outcome[row] for row in rows):
            yield month


def _by_month(lattice: Lattice, before: Placed, after: Placed, place: tuple[str, str]) -> None:
    """The whole time after is that before, its new months, less those that are gone, and what changed in the others."""
    old, new = before.by_outcome, after.by_outcome
    for key in map(codes_key, sets.monthly()):
        places = [new[*place, after.span, key], old[*place, before.span, key]]
        signs = [1, -1]
        for month in dict.fromkeys((*after.months, *before.months)):
            was, now = old.get((*place, month, key)), new.get((*place, month, key))
            if was != now:
                changed = [(cell, sign) for cell, sign in ((now, -1), (was, 1)) if cell is not None]
                places += [cell for cell, _ in changed]
                signs += [sign for _, sign in changed]
        lattice.related(places, signs)


def _unlike(before: Placed, after: Placed, place: tuple[str, str]) -> Iterator[tuple[int, int]]:
    """The cells of the whole time in every table, of the edition that reaches further and of the other."""
    for name, old in before.tables.items():
        new = after.tables.get(name, {})
        for row, was in old.items():
            if row[:2] == place:
                now = new.get(tuple(after.span if coordinate == before.span else coordinate for coordinate in row))
                if now is not None and now != was:
                    yield (now, was) if len(after.months) > len(before.months) else (was, now)


def _between(lattice: Lattice, pairs: Iterable[tuple[int, int]]) -> None:
    for whole, part in pairs:
        more = lattice.counts[whole] - lattice.counts[part]
        if more >= 0:
            key = f"{lattice.keys[whole]} less {lattice.keys[part]}"
            lattice.adds_up(whole, [part, lattice.cell(key, more, is_released=False)])
