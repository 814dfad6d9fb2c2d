"""Editions that reach further than those before: what a reader gets by subtracting one whole time from another.

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
    """The cells of one edition: its main counts, and of each of its tables where each row stands in the lattice."""

    main: Counts
    tables: tuple[Places, ...]

    @staticmethod
    def of(main: Counts, tables: Iterable[Rows]) -> Placed:
        """The cells of the tables of an edition.

        Parameters
        ----------
        main
            The exact counts by month, whose months the edition has.
        tables
            The released tables with the places of their cells.

        Returns
        -------
        Placed
            Where each row of each table stands, by its coordinates.
        """
        return Placed(main, tuple(_places(rows, places) for rows, places in tables))

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
        if before.span == after.span or before.months[0] != after.months[0]:
            continue
        for force, offence in dict.fromkeys((row[0], row[1]) for row in before.tables[0]):
            place = str(force), str(offence)
            if (*place, after.span, codes_key(())) in after.tables[0]:
                is_revised = any(_revised(before, after, *place))
                _by_month(lattice, before, after, place)
                _between(lattice, _unlike(before, after, place, is_revised=is_revised))


def _revised(before: Placed, after: Placed, force: str, offence: str) -> Iterator[str]:
    """The months of a place whose cases have changed since."""
    for month in before.months:
        rows = [(force, offence, month, codes_key(codes)) for codes in sets.monthly()]
        if any(before.tables[0][row] != after.tables[0].get(row) for row in rows):
            yield month


def _by_month(lattice: Lattice, before: Placed, after: Placed, place: tuple[str, str]) -> None:
    """The whole time after is that before, its new months, and what changed in the others."""
    old, new = before.tables[0], after.tables[0]
    for key in map(codes_key, sets.monthly()):
        places = [new[*place, after.span, key], old[*place, before.span, key]]
        signs = [1, -1]
        for month in after.months:
            was, now = old.get((*place, month, key)), new[*place, month, key]
            if was != now:
                places += [now] if was is None else [now, was]
                signs += [-1] if was is None else [-1, 1]
        lattice.related(places, signs)


def _unlike(before: Placed, after: Placed, place: tuple[str, str], *, is_revised: bool) -> Iterator[tuple[int, int]]:
    """The cells of the whole time in every table, after and before, where one is a part of the other."""
    if is_revised:
        return
    for old, new in zip(before.tables, after.tables, strict=False):
        for row, was in old.items():
            if row[:2] == place:
                now = new.get(tuple(after.span if coordinate == before.span else coordinate for coordinate in row))
                if now is not None and now != was:
                    yield now, was


def _between(lattice: Lattice, pairs: Iterable[tuple[int, int]]) -> None:
    for now, was in pairs:
        more = lattice.counts[now] - lattice.counts[was]
        if more >= 0:
            key = f"{lattice.keys[now]} less {lattice.keys[was]}"
            lattice.adds_up(now, [was, lattice.cell(key, more, is_released=False)])
