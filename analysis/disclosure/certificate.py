"""The exact range of each cell given all that is shown of its place and period, by linear programming.

Sets of outcome types that overlap without one being in another tell more together than any two of them do, which the
propagation of bounds does not see: of A and B that share a type and together cover C, twice the type is at most A + B -
C. Where that makes a cell narrow, the programme's dual is such an inequality. It holds wherever these sets are, so that
it joins the sums of every place and period, and what is narrow is mended like all else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.disclosure import audit
from analysis.disclosure.audit import Known, Relation
from analysis.disclosure.lattice import Numbers
from analysis.disclosure.policy import Policy

_NEAR = 1e-6
_DENOMINATORS = 60  # duals are fractions of small whole numbers
Floats = npt.NDArray[np.float64]
#: Sets of outcome types and how often each counts: their sum is never under nothing.
Cut = tuple[tuple[frozenset[str], int], ...]


@dataclass
class Certificate:
    """The families of a lattice, what was certified of each, and the inequalities that were found on the way."""

    families: Sequence[dict[frozenset[str], int]]
    counts: Numbers
    policy: Policy
    cuts: dict[Cut, None] = field(default_factory=dict)
    _done: dict[int, bytes] = field(default_factory=dict)
    _programmes: dict[tuple[frozenset[str], ...], _Programme] = field(default_factory=dict)

    def look(self, known: Known, low: Numbers, high: Numbers) -> bool:
        """Whether no cell is narrow given its own family; what makes one narrow joins the inequalities."""
        before = len(self.cuts)
        for number, family in enumerate(self.families):
            places = list(family.values())
            ends = low[places], high[places]
            seen = np.concatenate(ends).tobytes() + known.is_shown[places].tobytes()
            if self._done.get(number) != seen:
                self.cuts |= dict.fromkeys(self._cuts(family, known.of(places), *ends))
                self._done[number] = seen
        return len(self.cuts) == before

    def relations(self) -> list[Relation]:
        """The inequalities, for every family that has their sets."""
        return [
            (tuple(family[codes] for codes, _ in cut), tuple(times for _, times in cut))
            for cut in self.cuts
            for family in self.families
            if all(codes in family for codes, _ in cut)
        ]

    def _cuts(self, family: dict[frozenset[str], int], known: Known, low: Numbers, high: Numbers) -> Iterator[Cut]:
        """What makes cells of one family narrow. A solution for one cell shows how far others may go, too."""
        names = tuple(family)
        if names not in self._programmes:
            self._programmes[names] = _Programme(names)
        programme = self._programmes[names]
        programme.bound(low, high)
        counts = self.counts[list(family.values())]
        reached = counts.copy(), counts.copy()
        is_left = np.ones(len(counts), dtype=bool)
        while (cells := np.flatnonzero(is_left & audit.is_narrow(known, *reached, self.policy))).size:
            cell = int(cells[0])
            found = [programme.furthest(cell, is_upper=is_upper, reached=reached) for is_upper in (True, False)]
            is_left[cell] = False
            if audit.is_narrow(known, *reached, self.policy)[cell]:
                yield from (cut for cut in found if len(cut) > 1)  # one set alone is under nothing, says no more


class _Programme:
    """Counts by outcome type that are nowhere under nothing, and ranges of sets of them: one for each list of sets."""

    def __init__(self, names: tuple[frozenset[str], ...]) -> None:
        import highspy  # which only a release needs

        self.names = names
        types = sorted(frozenset().union(*names), key=int)
        self.members = np.array([[code in one for code in types] for one in names], dtype=np.int64)
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.silent()
        for option, value in (("presolve", "off"), ("solver", "simplex"), ("threads", 1)):
            self.solver.setOptionValue(option, value)
        self._rows, self._columns = (np.arange(size, dtype=np.int32) for size in self.members.shape)
        self._solved = highspy.HighsModelStatus.kOptimal
        none = np.zeros(len(names))
        self.solver.addVars(len(types), np.zeros(len(types)), np.full(len(types), float(audit.NO_LIMIT)))
        rows, columns = np.nonzero(self.members)
        starts = np.searchsorted(rows, np.arange(len(names)))
        self.solver.addRows(len(names), none, none, len(rows), starts, columns, np.ones(len(rows)))

    def bound(self, low: Numbers, high: Numbers) -> None:
        """Take the ranges of the sets."""
        self.solver.changeRowsBounds(len(low), self._rows, low.astype(float), high.astype(float))

    def furthest(self, cell: int, *, is_upper: bool, reached: tuple[Numbers, Numbers]) -> Cut:
        """Take one set as far as it goes, note how far that takes each, and give the inequality that ends it."""
        way = -1 if is_upper else 1
        cost = (way * self.members[cell]).astype(float)
        self.solver.changeColsCost(len(cost), self._columns, cost)
        self.solver.run()
        if self.solver.getModelStatus() != self._solved:
            raise ArithmeticError("The programme of a family has no solution, though the counts are one.")
        solved = self.solver.getSolution()
        values = self.members @ np.array(solved.col_value)
        np.minimum(reached[0], np.ceil(values - _NEAR).astype(np.int64), out=reached[0])
        np.maximum(reached[1], np.floor(values + _NEAR).astype(np.int64), out=reached[1])
        return self._cut(cell, way, np.array(solved.row_dual))

    def _cut(self, cell: int, way: int, duals: Floats) -> Cut:
        """The inequality of a dual solution, in whole numbers; none where it says no more than the range of the set."""
        weights = -duals
        weights[cell] += way
        for times in range(1, _DENOMINATORS + 1):
            whole = np.rint(weights * times).astype(np.int64)
            if np.abs(whole - weights * times).max() < _NEAR * times:
                if (whole @ self.members < 0).any():
                    break
                return tuple((self.names[place], int(whole[place])) for place in np.flatnonzero(whole))
        raise ArithmeticError("The dual of a family's programme is no inequality in whole numbers.")
