"""The cells of cases by outcome and by feature: the tables that are released of them, and how they add up.

Cases by place, offence, period and set of outcome types; by place, offence and one feature. With the running totals
(``running_totals``) these are all the cells that there are, so nothing else is to be had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts, codes_key
from analysis.disclosure.cells import sets
from analysis.disclosure.cells.lattice import Axis, Family, Lattice, Numbers, Unit, key_of, months_between, periods_of
from analysis.disclosure.cells.nested import Nest, nests

ALL = ""  # the coordinate of all forces, or all offences, together
YEAR = 12

#: The rows that are released of one table: their coordinates, and where the cell of each stands in the lattice.
Rows = tuple[pd.DataFrame, list[int]]
#: By force and offence the cells of each set of outcome types.
_ByPlace = dict[tuple[str, str], dict[sets.Codes, int]]


@dataclass(frozen=True)
class Frame:
    """The forces, offences and months of a set, as axes; months run without a gap, so that none is told by absence."""

    forces: Axis
    offences: Axis
    periods: Axis
    first: date
    last: date

    @property
    def span(self) -> str:
        """The coordinate of the whole time."""
        return self.periods.names[-1]


def frame_of(counts: Counts) -> Frame:
    """The axes of a set by month.

    Parameters
    ----------
    counts
        Counts by month.

    Returns
    -------
    Frame
        Forces, offences and periods with their groups, and the first and last day.
    """
    first, last = counts.coverage.span.first, counts.coverage.span.last
    forces, offences = sorted(counts.coverage.forces), sorted(counts.offences)
    return Frame(
        Axis.of(forces, {ALL: forces}),
        Axis.of(offences, {ALL: offences}),
        periods_of(first, last.replace(day=1)),
        first,
        last,
    )


def by_outcome(lattice: Lattice, counts: Counts) -> Rows:
    """Cases by place, offence, period and set of outcome types, put into a lattice.

    Parameters
    ----------
    lattice
        Where the cells are put, with their sums.
    counts
        Exact counts by force, month, offence and outcome.

    Returns
    -------
    Rows
        The table without its numbers (``force``, ``offence``, ``period``, ``outcome``), a row a cell, and the place of
        each row in the lattice.
    """
    frame = frame_of(counts)
    cube = _cube(counts.table, frame)
    types = sorted(sets.types(), key=int)
    rows, places = [], []
    of_period: dict[tuple[str, str, str], dict[sets.Codes, int]] = {}
    for (f, force), (o, offence), (p, period) in product(*map(enumerate, _names(frame))):
        exact = dict(zip(types, cube[f, o, p], strict=True))
        family = _family(period, frame)
        cells = _by_set(lattice, (force, offence, period), exact, family)
        months = frame.periods.members[p].nonzero()[0]
        units = [
            Unit(*place, "", frame.periods.names[month], tuple(cube[*at, month].tolist()))
            for place, at in _finest(frame, f, o)
            for month in months
        ]
        lattice.families.append(Family(cells, tuple(units), lattice.edition))
        of_period[force, offence, period] = cells
        for codes in family:
            rows.append((force, offence, period, codes_key(codes)))
            places.append(cells[codes])
    _across(lattice, frame, of_period)
    by_period = {
        name: {where[:2]: cells for where, cells in of_period.items() if where[2] == name}
        for name in frame.periods.names
    }
    for by_place in by_period.values():
        _held_by_one(lattice, frame, by_place, by_period[frame.span])
    return pd.DataFrame(rows, columns=["force", "offence", "period", "outcome"]), places


def _finest(frame: Frame, force: int, offence: int) -> Iterable[tuple[tuple[str, str], tuple[int, int]]]:
    """Each single force and offence of a place and a group of offences, and where they stand among all."""
    for f, o in product(
        *(axis.members[at].nonzero()[0] for axis, at in ((frame.forces, force), (frame.offences, offence)))
    ):
        yield (frame.forces.names[f], frame.offences.names[o]), (f, o)


def _family(period: str, frame: Frame) -> tuple[sets.Codes, ...]:
    """The sets of outcome types that are released of a period, by how long it is."""
    months = int(period.partition("+")[2])
    if period == frame.span or months == YEAR:
        return sets.yearly()
    return sets.monthly() if months == 1 else sets.quarterly()


def _names(frame: Frame) -> tuple[Sequence[str], ...]:
    return frame.forces.names, frame.offences.names, frame.periods.names


def _cube(table: pd.DataFrame, frame: Frame) -> Numbers:
    """Exact counts by place, offence, period and outcome type, sums of every group of each among them."""
    months = list(months_between(frame.first, frame.last))
    sums: Numbers = np.einsum(
        "cp,abpk->abck", frame.periods.members, _added(_counted(table, frame, table["period"], months), frame)
    )
    return sums


def _counted(table: pd.DataFrame, frame: Frame, labels: pd.Series, names: Sequence[object]) -> Numbers:
    """Exact counts by single force, single offence, what ``labels`` say of each row, and outcome type."""
    codes = sorted(sets.types(), key=int)
    sizes = frame.forces.members.shape[1], frame.offences.members.shape[1], len(names), len(codes)
    fine = np.zeros(sizes, dtype=np.int64)
    places = (
        _places(table["force"], frame.forces.names),
        _places(table["offence"], frame.offences.names),
        _places(labels, names),
        _places(table["outcome"], codes),
    )
    np.add.at(fine, places, table["cases"].to_numpy(dtype=np.int64))
    return fine


def _added(fine: Numbers, frame: Frame) -> Numbers:
    """The same counts by place and group of offences, all forces and all offences among them."""
    sums: Numbers = np.einsum("af,bo,foxk->abxk", frame.forces.members, frame.offences.members, fine, optimize=True)
    return sums


def _places(labels: pd.Series, names: Sequence[object]) -> Numbers:
    position = {name: place for place, name in enumerate(names)}
    return np.asarray(labels.astype(object).map(position).to_numpy(dtype=np.int64), dtype=np.int64)


def _by_set(
    lattice: Lattice,
    where: tuple[str, str, str],
    exact: dict[str, int],
    family: tuple[sets.Codes, ...],
    *,
    is_released: bool = True,
) -> dict[sets.Codes, int]:
    """The cells of one place, offence and period by set of outcome types, and their sums."""
    cells: dict[sets.Codes, int] = {}
    released = frozenset(family if is_released else ())

    def cell(codes: sets.Codes) -> int:
        if codes not in cells:
            count = sum(exact[code] for code in codes)
            cells[codes] = lattice.cell(key_of(*where, codes_key(codes)), count, is_released=codes in released)
        return cells[codes]

    for codes in family:
        cell(codes)
    for whole, ways in _sums_of(family).items():
        for parts in ways:
            lattice.adds_up(cell(whole), [cell(part) for part in parts])
    return cells


@cache
def _sums_of(family: tuple[sets.Codes, ...]) -> sets.Sums:
    """How the sets of a family add up, worked out once."""
    return sets.sums(family)


def _across(lattice: Lattice, frame: Frame, cells: dict[tuple[str, str, str], dict[sets.Codes, int]]) -> None:
    """The sums over forces, offences and periods, of every set that the whole and all its parts have."""
    forces, offences, periods = _names(frame)
    ways = [
        ((forces[whole], offence, period), [(forces[part], offence, period) for part in parts])
        for whole, parts in frame.forces.sums
        for offence, period in product(offences, periods)
    ]
    ways += [
        ((force, offences[whole], period), [(force, offences[part], period) for part in parts])
        for whole, parts in frame.offences.sums
        for force, period in product(forces, periods)
    ]
    ways += [
        ((force, offence, periods[whole]), [(force, offence, periods[part]) for part in parts])
        for whole, parts in frame.periods.sums
        for force, offence in product(forces, offences)
    ]
    for whole, parts in ways:
        part_cells = [cells[part] for part in parts]
        for codes, place in cells[whole].items():
            if all(codes in by_set for by_set in part_cells):
                lattice.adds_up(place, [by_set[codes] for by_set in part_cells])


def by_feature(lattice: Lattice, counts: Counts, main: Counts) -> Rows:
    """Cases of the whole time by place, offence, one feature and set of outcome types, put into a lattice.

    Parameters
    ----------
    lattice
        Where the cells are put, with their sums.
    counts
        Exact counts by force, offence, outcome and every feature.
    main
        The same cases by month.

    Returns
    -------
    Rows
        The table without its numbers (``force``, ``offence``, ``feature``, ``category``, ``outcome``), a row a cell,
        and the place of each row in the lattice.
    """
    frame = frame_of(main)
    types = sorted(sets.types(), key=int)
    family = sets.of_features()
    rows, places = [], []
    made: dict[str, _Feature] = {}
    for feature, heading in counts.features.items():
        labels = counts.table[feature].astype(str)
        categories = sorted(labels.unique())
        cube = _added(_counted(counts.table, frame, labels, categories), frame)
        made[feature] = of_feature = _Feature(heading, categories, cube, {})
        for (f, force), (o, offence), (x, category) in product(*map(enumerate, (*_names(frame)[:2], categories))):
            exact = dict(zip(types, cube[f, o, x], strict=True))
            where = (force, offence, key_of(frame.span, heading, category))
            cells = of_feature.cells[force, offence, category] = _by_set(lattice, where, exact, family)
            units = [of_feature.unit(place, at, category) for place, at in _finest(frame, f, o)]
            lattice.families.append(Family(cells, tuple(units), lattice.edition))
            rows += [(force, offence, feature, category, codes_key(codes)) for codes in family]
            places += [cells[codes] for codes in family]
        _across_features(lattice, frame, of_feature)
    for nest in nests(counts.table, counts.features):
        _nested(lattice, frame, nest, made)
    return pd.DataFrame(rows, columns=["force", "offence", "feature", "category", "outcome"]), places


@dataclass(frozen=True, eq=False)
class _Feature:
    """The cells of a feature by force, offence and category, and exact counts by place, offence, category and type."""

    heading: str
    categories: Sequence[str]
    cube: Numbers
    cells: dict[tuple[str, str, str], dict[sets.Codes, int]]

    def unit(self, place: tuple[str, str], at: tuple[int, int], category: str) -> Unit:
        """The cases of one category of a single force and offence."""
        return Unit(*place, self.heading, category, tuple(self.cube[*at, self.categories.index(category)].tolist()))

    def counts_of(self, categories: Sequence[str]) -> Numbers:
        """Exact counts of some categories together."""
        return np.asarray(self.cube[:, :, [self.categories.index(category) for category in categories]].sum(axis=2))


def _across_features(lattice: Lattice, frame: Frame, made: _Feature) -> None:
    """The sums over forces, over offences, and over the categories of a feature: those are all cases of the time."""
    types = sorted(sets.types(), key=int)
    forces, offences, _ = _names(frame)
    for category in made.categories:
        of_category = {where[:2]: cells for where, cells in made.cells.items() if where[2] == category}
        _over_places(lattice, frame, of_category)
        _held_by_one(lattice, frame, of_category, of_category)
    for (f, force), (o, offence), codes in product(enumerate(forces), enumerate(offences), sets.of_features()):
        within = [place for place, code in enumerate(types) if code in codes]
        count = int(made.cube[f, o][:, within].sum())
        whole = lattice.cell(key_of(force, offence, frame.span, codes_key(codes)), count, is_released=False)
        lattice.adds_up(whole, [made.cells[force, offence, category][codes] for category in made.categories])


def _held_by_one(lattice: Lattice, frame: Frame, cells: _ByPlace, of_time: _ByPlace) -> None:
    """What one force alone has, or one offence, is what all have: a reader may know that a team is of one force.

    ``cells`` are those of a period or a category, ``of_time`` those of the whole time, which tell who has any.
    """
    for side, axis in enumerate((frame.forces, frame.offences)):
        for whole, parts in axis.sums:
            for where in [where for where in cells if where[side] == axis.names[whole]]:
                places = [_at(where, side, axis.names[part]) for part in parts]
                having = [place for place in places if lattice.counts[of_time[place][sets.types()]]]
                for codes, together in cells[where].items() if len(having) == 1 else ():
                    lattice.adds_up(together, [cells[having[0]][codes]])
                    lattice.adds_up(cells[having[0]][codes], [together])


def _at(where: tuple[str, str], side: int, name: str) -> tuple[str, str]:
    """A force and an offence, of which the one or the other is another."""
    return (name, where[1]) if side == 0 else (where[0], name)


def _over_places(lattice: Lattice, frame: Frame, cells: _ByPlace) -> None:
    """The sums over forces, and over offences, of the cells of one category."""
    forces, offences, _ = _names(frame)
    for whole, parts in frame.forces.sums:
        for offence, codes in product(offences, sets.of_features()):
            lattice.adds_up(
                cells[forces[whole], offence][codes], [cells[forces[part], offence][codes] for part in parts]
            )
    for whole, parts in frame.offences.sums:
        for force, codes in product(forces, sets.of_features()):
            lattice.adds_up(
                cells[force, offences[whole]][codes], [cells[force, offences[part]][codes] for part in parts]
            )


def _nested(lattice: Lattice, frame: Frame, nest: Nest, made: dict[str, _Feature]) -> None:
    """The sums of categories that hold all cases of some of another feature, and of what is left of them."""
    outer, inner = made[nest.outer], made[nest.inner]
    wholes = {
        where: [outer.cells[*where, name] for name in nest.wholes]
        for where in product(frame.forces.names, frame.offences.names)
    }
    parts = {where: [inner.cells[*where, name] for name in nest.parts] for where in wholes}
    if nest.rest:
        left = _left(lattice, frame, nest, (outer, inner))
        _over_places(lattice, frame, left)
        parts = {where: [*cells, left[where]] for where, cells in parts.items()}
    for where, cells in wholes.items():
        for codes in cells[0]:
            sides = [[by_set[codes] for by_set in side] for side in (cells, parts[where])]
            if len(sides[0]) == 1 or len(sides[1]) > 1:
                lattice.related([*sides[0], *sides[1]], [1] * len(sides[0]) + [-1] * len(sides[1]))
            if len(sides[1]) == 1:
                lattice.adds_up(sides[1][0], sides[0])
    for place, at in _finest(frame, len(frame.forces.names) - 1, len(frame.offences.names) - 1):
        sides_of = [(outer, nest.wholes), (inner, nest.parts)]
        of_wholes, of_parts = ([made.unit(place, at, name) for name in names] for made, names in sides_of)
        if nest.rest:
            of_parts.append(_left_unit(nest, (outer, inner), place, at))
        lattice.same.append((tuple(of_wholes), tuple(of_parts)))


def _left(
    lattice: Lattice, frame: Frame, nest: Nest, made: tuple[_Feature, _Feature]
) -> dict[tuple[str, str], dict[sets.Codes, int]]:
    """The cells of what is left of categories without those of another feature that they hold."""
    outer, inner = made
    types = sorted(sets.types(), key=int)
    counts = outer.counts_of(nest.wholes) - inner.counts_of(nest.parts)
    left: dict[tuple[str, str], dict[sets.Codes, int]] = {}
    for (f, force), (o, offence) in product(*map(enumerate, _names(frame)[:2])):
        exact = dict(zip(types, counts[f, o], strict=True))
        name = key_of(frame.span, *_left_name(nest, made))
        left[force, offence] = _by_set(lattice, (force, offence, name), exact, sets.of_features(), is_released=False)
        units = tuple(_left_unit(nest, made, place, at) for place, at in _finest(frame, f, o))
        lattice.families.append(Family(left[force, offence], units, lattice.edition))
    return left


def _left_name(nest: Nest, made: tuple[_Feature, _Feature]) -> tuple[str, str]:
    """Which categories what is left is of, and which are not in it."""
    (outer, wholes), (inner, parts) = zip(made, (nest.wholes, nest.parts), strict=True)
    return f"{outer.heading} = {' + '.join(wholes)}", f"not {inner.heading} = {' + '.join(parts)}"


def _left_unit(nest: Nest, made: tuple[_Feature, _Feature], place: tuple[str, str], at: tuple[int, int]) -> Unit:
    """The cases of a single force and offence that are left."""
    outer, inner = made
    cases = outer.counts_of(nest.wholes)[at] - inner.counts_of(nest.parts)[at]
    return Unit(*place, *_left_name(nest, made), tuple(cases.tolist()))
