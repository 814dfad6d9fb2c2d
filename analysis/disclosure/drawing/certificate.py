"""The exact range of each cell given all that is shown at once, by linear programming.

Sets that overlap without one being in another tell more together than any sum of them does, which the propagation of
bounds does not see: of A and B that share a type and together cover C, twice the type is at most A + B - C. So the
cells of each place and period are looked at together, and then all cells of an edition or, where these are too many,
those of each force's year and those of all forces in each period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from analysis.counts.counts import span_days
from analysis.disclosure.cells import sets
from analysis.disclosure.cells.lattice import Family, Lattice, Numbers, Unit
from analysis.disclosure.drawing import audit
from analysis.disclosure.drawing.audit import End, Known
from analysis.disclosure.drawing.empty import Empty
from analysis.disclosure.policy import Policy
from analysis.errors import DisclosureRefused
from analysis.reference.periods import financial_year

_NEAR = 1e-6
_MANY = 700  # unknowns above which an edition is looked at in parts
_ENOUGH = 25  # narrow cells of a block that are looked for before they are mended
_YEAR = 12  # months
_PUSHES = 3  # times that all cells of which little is seen are taken as far as they go at once
_PRIMAL = 4  # HiGHS's number for primal simplex: what is asked changes the goal alone, so that the last answer fits
_KEPT = 300  # solutions of a block that are kept for the next look

#: Units that together are the same cases.
Same = tuple[Sequence[Unit], Sequence[Unit]]
Floats = npt.NDArray[np.float64]


class Certificate:
    """The blocks of cells of a lattice that are looked at together: single families, then whole editions.

    For a reader who knows which cells are ``empty`` these are left out, and then, in place of whole editions, features
    are looked at beside the whole time of their place.
    """

    def __init__(self, lattice: Lattice, policy: Policy, empty: Empty | None = None) -> None:
        programmes: dict[tuple[frozenset[str], tuple[frozenset[str], ...]], _Programme] = {}
        families = lattice.families
        if empty is not None:
            families = [_of_types(family, types, lattice) for family, types in zip(families, empty.types, strict=True)]
        self._families = []
        for family in filter(lambda family: family.cells, families):
            if (names := (frozenset().union(*family.cells), tuple(family.cells))) not in programmes:
                programmes[names] = _Programme(_sums([Family(family.cells, _NOWHERE)]), np.arange(len(family.cells)))
            self._families.append(_Block(list(family.cells.values()), programmes[names], lattice, policy))
        together = _together(lattice) if empty is None else _beside_features(families)
        self._wholes = [_whole(families, lattice, policy) for families in together]

    def narrow(
        self, known: Known, low: Numbers, high: Numbers, *, seen: Callable[[int, int], object] = lambda *_: None
    ) -> dict[int, list[End]]:
        """Cells that are narrow given all that is shown of their block, and the ends of ranges that make them so.

        Whole editions are looked at where no family has any.

        Parameters
        ----------
        known
            What a reader knows of the cells.
        low, high
            The ranges by propagation.
        seen
            Called after each block with how many were looked at, and how many there are.

        Returns
        -------
        dict[int, list[End]]
            By the place of the cell; empty where none is narrow.
        """
        several: tuple[Sequence[_Block], ...] = self._families, self._wholes
        looked_at, every = count(1), sum(map(len, several))
        for blocks in several:
            narrow_cells: dict[int, list[End]] = {}
            for block in blocks:
                narrow_cells |= block.narrow(known, low, high)
                seen(next(looked_at), every)
            if narrow_cells:
                return narrow_cells
        return {}


def _of_types(family: Family, types: frozenset[str], lattice: Lattice) -> Family:
    """The cells of a family by the types that it may have; of those that are equal then, one, released where one is."""
    ordered = sorted(family.cells.items(), key=lambda cell: lattice.is_released[cell[1]])
    return replace(family, cells={codes & types: place for codes, place in ordered if codes & types})


def _beside_features(families: Iterable[Family]) -> Iterator[list[Family]]:
    """Of each place of each edition the whole time and the categories of features, each as a single unit."""
    groups: dict[object, list[Family]] = {}
    for family in families:
        [heading] = {unit.heading for unit in family.units}
        place = family.edition, frozenset((unit.force, unit.offence) for unit in family.units)
        of_place = groups.setdefault(place, [family])
        if heading:
            of_place.append(family)
        elif len(family.units) > len(of_place[0].units):
            of_place[0] = family
    for group in groups.values():
        if len(group) > 1:
            yield [replace(family, units=(_as_one(family.units),)) for family in group if family.cells]


def _as_one(units: Sequence[Unit]) -> Unit:
    """The cases of units of one heading."""
    when = units[0].when if units[0].heading else ""
    return Unit("", "", units[0].heading, when, tuple(np.sum([unit.cases for unit in units], axis=0).tolist()))


_NOWHERE = (Unit("", "", "", "", ()),)


def _whole(families: list[Family], lattice: Lattice, policy: Policy) -> _Block:
    """Families that share their units, bound by their released cells."""
    places = list(dict.fromkeys(place for family in families for place in family.cells.values()))
    bound = np.flatnonzero(np.array(lattice.is_released)[places])
    return _Block(places, _Programme(_sums(families, lattice.same), bound), lattice, policy)


def _together(lattice: Lattice) -> Iterator[list[Family]]:
    """The families of all editions at once or, where these are too many, those of the last two in parts that overlap.

    Of each force those of a year's months and quarters; those of its years, its whole time, its features and what is
    new; and those of all forces of one period or category.
    """
    size = len({unit for family in lattice.families for unit in family.units}) * len(sets.types())
    if size <= _MANY:
        yield lattice.families
        return
    families = [family for family in lattice.families if family.edition >= lattice.edition - 1]
    earlier_units = {unit for family in families if family.edition < lattice.edition for unit in family.units}
    groups: dict[object, list[Family]] = {}
    for family in families:
        forces, times = {unit.force for unit in family.units}, {unit.when for unit in family.units}
        years = {financial_year(span_days(unit.when)[0]) for unit in family.units if not unit.heading}
        groups.setdefault(frozenset(times), []).append(family)
        if len(forces) == 1 and len(years) == 1:
            groups.setdefault((*forces, *years), []).append(family)
        is_new = bool(earlier_units) and earlier_units.isdisjoint(family.units)
        if len(forces) == 1 and (len(times) >= _YEAR or not years or is_new):
            groups.setdefault(tuple(forces), []).append(family)
    yield from (group for group in groups.values() if len(group) > 1)


def _sums(families: Sequence[Family], same: Iterable[Same] = ()) -> tuple[csr_matrix, csr_matrix]:
    """Each cell as a sum of unknowns, which are counts by unit and type; and what else sums to nothing.

    The cases of a place are those of all its months, and of all categories of a feature; and what is the ``same``. A
    unit has cases of the types that the cells of its families have.
    """
    types: dict[Unit, set[str]] = {}
    for family in families:
        for unit in family.units:
            types.setdefault(unit, set()).update(*family.cells)
    places = count()
    at = {unit: {code: next(places) for code in sorted(codes)} for unit, codes in types.items()}
    rows: dict[int, list[int]] = {}
    for family in families:
        of_family = [at[unit] for unit in family.units]
        for codes, place in family.cells.items():
            if place not in rows:
                rows[place] = [of_unit[code] for of_unit in of_family for code in sorted(codes)]
    width = next(places)
    pairs = [
        [[at[unit][code] for unit in members if code in at[unit]] for members in pair]
        for pair in (*_the_same_cases(families), *(pair for pair in same if at.keys() >= {*pair[0], *pair[1]}))
        for code in sorted(set().union(*(types[unit] for unit in pair[0])))
    ]
    months, categories = (_matrix([pair[side] for pair in pairs], width) for side in (0, 1))
    return _matrix(list(rows.values()), width), csr_matrix(months - categories)


def _the_same_cases(families: Sequence[Family]) -> Iterator[Same]:
    """The months of a place, and the categories of a feature, of one edition and the same cases."""
    groups: dict[tuple[int, str, str], dict[str, dict[Unit, None]]] = {}
    for family in families:
        for unit in family.units:
            groups.setdefault((family.edition, unit.force, unit.offence), {}).setdefault(unit.heading, {})[unit] = None
    for by in groups.values():
        for heading, categories in by.items():
            months = by.get("", {})
            totals = [np.sum([unit.cases for unit in units], axis=0) for units in (months, categories)]
            if heading and months and np.array_equal(*totals):
                yield list(months), list(categories)


def _matrix(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    """Rows by the places of their ones."""
    starts = np.cumsum([0, *map(len, rows)])
    places = np.concatenate([np.zeros(0, dtype=np.int64), *(np.array(row, dtype=np.int64) for row in rows)])
    return csr_matrix((np.ones(len(places)), places, starts), shape=(len(rows), width))


class _Block:
    """Cells that are looked at together, and how far they were seen to go."""

    def __init__(self, places: list[int], programme: _Programme, lattice: Lattice, policy: Policy) -> None:
        self.places, self.programme, self.policy = np.array(places), programme, policy
        self.counts = np.array(lattice.counts, dtype=np.int64)[self.places]
        self._seen, self._solutions = b"", list[Floats]()

    def narrow(self, known: Known, low: Numbers, high: Numbers) -> dict[int, list[End]]:
        """The narrow cells, and what makes them so. A solution for one cell shows how far others may go, too."""
        of_block, low, high = known.of(self.places.tolist()), low[self.places], high[self.places]
        ranges_now = np.concatenate([low, high, of_block.is_shown]).tobytes()
        narrow_cells: dict[int, list[End]] = {}
        if ranges_now == self._seen:
            return narrow_cells
        self._begin(low, high)
        is_asked = np.zeros(len(self.places), dtype=bool)
        turns = 0
        while len(narrow_cells) < _ENOUGH:
            still_narrow = np.flatnonzero(audit.is_narrow(of_block, *self._reached, self.policy) & ~is_asked)
            if not len(still_narrow):
                break
            turns += 1
            asked_for = still_narrow if turns <= _PUSHES else still_narrow[:1]
            ends = [self._furthest(asked_for, way) for way in (1, -1)]
            if len(asked_for) == 1:
                is_asked[asked_for] = True
                if audit.is_narrow(of_block, *self._reached, self.policy)[asked_for[0]]:
                    narrow_cells[int(self.places[asked_for[0]])] = [end for pair in ends for end in pair]
        self._seen = b"" if narrow_cells else ranges_now
        return narrow_cells

    def _begin(self, low: Numbers, high: Numbers) -> None:
        """Take these ranges; the counts, and each solution before that still fits, show how far cells go."""
        self.programme.limit(low, high)
        solutions = np.array(self._solutions).reshape(-1, self.programme.size)
        values = self.programme.members @ solutions.T
        fits = self.programme.fits(values, low, high)
        self._solutions = list(solutions[fits][-_KEPT:])
        self._reached = self.counts.copy(), self.counts.copy()
        self._show(values[:, fits])

    def _show(self, values: Floats) -> None:
        """Note how far cells go in some solutions: a column each."""
        if values.shape[1]:
            low, high = self._reached
            np.minimum(low, np.ceil(values.min(axis=1) - _NEAR).astype(np.int64), out=low)
            np.maximum(high, np.floor(values.max(axis=1) + _NEAR).astype(np.int64), out=high)

    def _furthest(self, cells: Numbers, way: int) -> list[End]:
        """Take cells as far down (1) or up (-1) as they go, and give the ends of the ranges that stop them."""
        solution, duals = self.programme.furthest(cells, way)
        self._solutions.append(solution)
        self._show((self.programme.members @ solution)[:, None])
        stops = np.flatnonzero(np.abs(duals) > _NEAR)
        return [(int(self.places[self.programme.bound[row]]), bool(duals[row] < 0)) for row in stops]


class _Programme:
    """Unknown counts that are nowhere under nothing, cells that are sums of them, and the ranges of some of these."""

    def __init__(self, sums: tuple[csr_matrix, csr_matrix], bound: Numbers) -> None:
        import highspy  # which only a release needs

        self.members, links = sums
        self.bound, self.size = bound, self.members.shape[1]
        self._solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.silent()
        options: dict[str, str | int] = {
            "presolve": "off",
            "solver": "simplex",
            "simplex_strategy": _PRIMAL,
            "threads": 1,
        }
        for option, value in options.items():
            self._solver.setOptionValue(option, value)
        self._solved = highspy.HighsModelStatus.kOptimal
        self._rows, self._columns = (np.arange(size, dtype=np.int32) for size in (len(bound), self.size))
        self._solver.addVars(self.size, np.zeros(self.size), np.full(self.size, float(audit.NO_LIMIT)))
        every = csr_matrix(vstack([self.members[bound], links]))
        none = np.zeros(every.shape[0])
        self._solver.addRows(len(none), none, none, every.nnz, every.indptr[:-1], every.indices, every.data)

    def limit(self, low: Numbers, high: Numbers) -> None:
        """Take the ranges of the cells, of which those that are bound count."""
        ends = (limits[self.bound].astype(float) for limits in (low, high))
        self._solver.changeRowsBounds(len(self.bound), self._rows, *ends)

    def fits(self, values: Floats, low: Numbers, high: Numbers) -> npt.NDArray[np.bool_]:
        """Which columns of cells are within these ranges."""
        bound, low, high = values[self.bound], low[self.bound, None], high[self.bound, None]
        return np.asarray(((bound >= low - _NEAR) & (bound <= high + _NEAR)).all(axis=0))

    def furthest(self, cells: Numbers, way: int) -> tuple[Floats, Floats]:
        """The unknowns where the sum of some cells is least (1) or most (-1), and the dual of each bound.

        Raises DisclosureRefused where the solver finds none, though the counts are one: nothing is known to be safe.
        """
        cost = way * np.asarray(self.members[cells].sum(axis=0), dtype=float).ravel()
        self._solver.changeColsCost(self.size, self._columns, cost)
        self._solver.run()
        if self._solver.getModelStatus() != self._solved:
            raise DisclosureRefused("the range of a cell could not be worked out.")
        solved = self._solver.getSolution()
        return np.array(solved.col_value), np.array(solved.row_dual)[: len(self.bound)]
