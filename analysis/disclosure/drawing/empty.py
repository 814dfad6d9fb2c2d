"""What a reader may know to be empty: who knows that a force never uses a type has two numbers of one count.

Read off the exact cases, as in ``nested``: a month of a force and an offence without a case, a category that a force
has none of, a type that is never in a category, and a type of a force before the first month that has it and after the
last. What such a cell itself is told to be is asked of readers who do not know that it is empty.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.cells.lattice import Lattice, Numbers, Unit
from analysis.disclosure.drawing.audit import Sums, Truths


@dataclass(frozen=True)
class Empty:
    """Which cells a reader may know to have no case, and of each family the outcome types that it may have."""

    cells: Truths
    types: list[frozenset[str]]


def known_empty(lattice: Lattice, sums: Sums, *, knows_use: bool) -> Empty:
    """What a reader may know to have no case.

    Parameters
    ----------
    lattice
        The cells.
    sums
        How they add up: what is left of nothing without nothing is nothing.
    knows_use
        Whether the reader knows when a force uses which type, and not only its months and what is never in a category.

    Returns
    -------
    Empty
        One truth a cell, and a set of types for each family of the lattice.
    """
    types = np.array(sorted({code for family in lattice.families for codes in family.cells for code in codes}, key=int))
    units = {unit: place for place, unit in enumerate(dict.fromkeys(u for one in lattice.families for u in one.units))}
    used = _used(
        list(units), np.array([unit.cases for unit in units]).reshape(len(units), len(types)), knows_use=knows_use
    )
    empty, of_families = np.zeros(len(lattice), dtype=bool), []
    for family in lattice.families:
        in_use = used[[units[unit] for unit in family.units]].any(axis=0)
        of_families.append(frozenset(types[in_use].tolist()))
        empty[[place for codes, place in family.cells.items() if codes.isdisjoint(of_families[-1])]] = True
    while True:
        is_left = ~empty[sums.cells]
        several = [np.bincount(sums.rows[is_left & (sums.signs == sign)], minlength=sums.count) for sign in (1, -1)]
        is_nothing = is_left & (np.minimum(*several) == 0)[sums.rows]
        if not is_nothing.any():
            return Empty(empty, of_families)
        empty[sums.cells[is_nothing]] = True


def _used(units: list[Unit], cases: Numbers, *, knows_use: bool) -> Truths:
    """Which types each unit uses, or may use for all that is known."""
    used: Truths = np.zeros(cases.shape, dtype=bool)
    for places in _alike((unit.heading, unit.when) if unit.heading else (unit.force,) for unit in units):
        used[places] = _between([units[place].when for place in places], cases[places] > 0)
    if not knows_use:
        used[[not unit.heading for unit in units]] = True
        used[:, ~cases.any(axis=0)] = True
    used[~cases.any(axis=1)] = False
    for places in _alike((unit.force, unit.offence) for unit in units):
        is_so = (cases[places] > 0).any(axis=0)
        for ways in _alike(units[place].heading for place in places):
            of_way = used[[places[way] for way in ways]].any(axis=0)
            used[places] &= of_way | bool((is_so & ~of_way).any())
    return used


def _alike(names: Iterable[Hashable]) -> Iterable[list[int]]:
    """The places of those that have the same name."""
    groups: dict[Hashable, list[int]] = {}
    for place, name in enumerate(names):
        groups.setdefault(name, []).append(place)
    return groups.values()


def _between(times: list[str], has_any: Truths) -> Truths:
    """Whether a time lies between the first and the last that have any, or is one of these: by row and column."""
    order = np.unique(times, return_inverse=True)[1]
    by_time = np.zeros((order.max() + 1, has_any.shape[1]), dtype=bool)
    np.logical_or.at(by_time, order, has_any)
    since, until = (np.logical_or.accumulate(by_time[::way])[::way] for way in (1, -1))
    return np.asarray((since & until)[order])
