"""How far the ranges of cells go: by propagation through their sums, and exactly, by linear programming."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from analysis.disclosure.cells.lattice import Family, Lattice, Unit
from analysis.disclosure.cells.sets import sums
from analysis.disclosure.drawing import audit
from analysis.disclosure.drawing.audit import NO_LIMIT, End, Known, Sums
from analysis.disclosure.drawing.certificate import Certificate
from analysis.disclosure.drawing.mending import drawn
from analysis.disclosure.policy import CLOSED
from tests.conftest import nightly
from tests.disclosure.test_mending import secret, table

Codes = frozenset[str]
RANDOM = range(40)
SOME = nightly(RANDOM, *range(0, 40, 4))  # a table each
TYPES = ("14", "15", "16", "18", "21")


def certified(lattice, low, high, cells):
    """The exact range of some cells by scipy's linear programming, over all sums at once."""
    sums = audit.Sums.of(lattice)
    matrix = csr_matrix((sums.signs.astype(float), (sums.rows, sums.cells)), shape=(sums.count, len(lattice)))
    found = {}
    for cell in cells:
        goal = np.zeros(len(lattice))
        goal[cell] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(
                sign * goal, A_eq=matrix, b_eq=np.zeros(sums.count), bounds=np.c_[low, high], method="highs-ds"
            )
            ends.append(sign * solved.fun)
        found[cell] = int(np.ceil(ends[0] - 1e-6)), int(np.floor(ends[1] + 1e-6))
    return found


def family(counts: dict[str, int], *named: str) -> tuple[Lattice, dict[Codes, int]]:
    """A lattice of one place and period: the sets of types that are released, written "14 16", and how they add up."""
    lattice = Lattice()
    released = [frozenset(one.split()) for one in named]
    found: dict[Codes, int] = {}

    def cell(codes: Codes) -> int:
        if codes not in found:
            count = sum(counts.get(code, 0) for code in codes)
            found[codes] = lattice.cell(" ".join(sorted(codes)), count, is_released=codes in released)
        return found[codes]

    for one in released:
        cell(one)
    for whole, ways in sums(released).items():
        for parts in ways:
            lattice.adds_up(cell(whole), [cell(part) for part in parts])
    lattice.families.append(Family(found, (Unit("Kent", "8Q", "", "2022-04+1", tuple(counts.values())),)))
    return lattice, found


def seen(lattice: Lattice, numbers: dict[int, int]) -> tuple[Known, np.ndarray, np.ndarray]:
    """What a reader knows who sees these numbers, and the ranges by propagation."""
    held = np.array([numbers.get(place, 0) for place in range(len(lattice))])
    released = np.array(lattice.is_released)
    known = Known(held, released & (held >= CLOSED.smallest), released & (held < CLOSED.smallest))
    return known, *audit.ranges(Sums.of(lattice), *known.bounds())


def exact_range(cells: dict[Codes, int], low, high, place: int, only: list[End] | None = None) -> tuple[int, int]:
    """The range of a cell where the counts by type are nowhere under nothing: by all ends of ranges, or a few."""
    types = sorted(frozenset().union(*cells))
    members = {at: np.array([code in codes for code in types], dtype=float) for codes, at in cells.items()}
    ends = [(at, is_upper) for at in cells.values() for is_upper in (True, False)] if only is None else only
    signs = [1 if is_upper else -1 for _, is_upper in ends]
    limits = [sign * (high if sign > 0 else low)[at] for sign, (at, _) in zip(signs, ends, strict=True)]
    rows = np.array([sign * members[at] for sign, (at, _) in zip(signs, ends, strict=True)])
    least, most = (
        linprog(way * members[place], A_ub=rows, b_ub=limits, bounds=(0, NO_LIMIT), method="highs") for way in (1, -1)
    )
    return int(np.ceil(least.fun - 1e-6)), int(np.floor(-most.fun + 1e-6))


def test_a_sum_bounds_each_of_its_cells_by_the_others() -> None:
    lattice = Lattice()
    whole, one, other = (lattice.cell(name, 0, is_released=True) for name in ("whole", "one", "other"))
    lattice.adds_up(whole, [one, other])
    found = Sums.of(lattice)
    low, high = np.array([16, 11, 0]), np.array([24, 19, 14])
    lowest, highest = found.ends(low, high, np.arange(3))
    assert dict(zip(found.cells.tolist(), zip(lowest.tolist(), highest.tolist(), strict=True), strict=True)) == {
        whole: (11, 33),
        one: (2, 24),
        other: (-3, 13),
    }


@pytest.mark.parametrize("seed", SOME)
def test_ends_are_those_of_every_way_to_fill_the_row(seed: int) -> None:
    """Relations of any signs, such as rises between editions, and those of some rows alone."""
    chance = np.random.default_rng(seed)
    lattice = Lattice()
    for place in range(6):
        lattice.cell(f"cell {place}", 0, is_released=True)
    for _ in range(3):
        places = chance.permutation(6)[: chance.integers(2, 5)].tolist()
        lattice.related(places, chance.choice([-1, 1], len(places)).tolist())
    found, low = Sums.of(lattice), chance.integers(0, 6, 6)
    high = low + chance.integers(0, 4, 6)
    entries = np.flatnonzero(found.rows != chance.integers(found.count))
    lowest, highest = found.ends(low, high, entries)
    for entry, least, most in zip(entries.tolist(), lowest.tolist(), highest.tolist(), strict=True):
        others = [at for at in np.flatnonzero(found.rows == found.rows[entry]).tolist() if at != entry]
        spans = [range(low[found.cells[at]], high[found.cells[at]] + 1) for at in others]
        values = [
            -found.signs[entry] * sum(found.signs[at] * value for at, value in zip(others, some, strict=True))
            for some in product(*spans)
        ]
        assert (least, most) == (min(values), max(values))


@pytest.mark.parametrize("seed", SOME)
def test_propagation_never_says_more_than_the_exact_range_and_both_hold_the_count(seed: int) -> None:
    lattice = table(seed)
    counts = np.array(lattice.counts)
    offsets = np.random.default_rng(seed).integers(0, CLOSED.rounding, len(counts))
    numbers = dict(enumerate(((counts + offsets) // CLOSED.rounding * CLOSED.rounding).tolist()))
    known, low, high = seen(lattice, numbers)
    base = known.bounds()
    exact = certified(lattice, *base, range(len(lattice)))
    for place, (least, most) in exact.items():
        assert base[0][place] <= low[place] <= least <= counts[place] <= most <= high[place] <= base[1][place]


@pytest.mark.parametrize(
    ("kind", "low", "high", "is_narrow"),
    [
        ("hidden", 0, 14, False),
        ("hidden", 3, 9, False),  # seven of the values 1 to 9
        ("hidden", 3, 14, False),
        ("hidden", 4, 14, True),
        ("hidden", 0, 7, False),
        ("hidden", 0, 6, True),  # nought is none of them
        ("hidden", 10, 14, True),
        ("hidden", 11, 15, False),  # as wide as what can be worked out must be, and not known to be small
        ("shown", 20, 22, False),
        ("shown", 20, 21, True),
        ("worked out", 20, 24, False),
        ("worked out", 20, 23, True),
    ],
)
def test_what_the_policy_leaves_a_cell(kind, low, high, is_narrow):
    known = Known(np.array([20]), np.array([kind == "shown"]), np.array([kind == "hidden"]))
    assert audit.is_narrow(known, np.array([low]), np.array([high])).tolist() == [is_narrow]


def test_propagation_is_exact_for_most_cells_of_small_tables_and_narrows_some() -> None:
    same = narrower = cells = 0
    for seed in RANDOM:
        lattice = table(seed)
        numbers = {place: count // 5 * 5 for place, count in enumerate(lattice.counts)}
        known, low, high = seen(lattice, numbers)
        base = known.bounds()
        exact = certified(lattice, *base, range(len(lattice)))
        same += sum((low[place], high[place]) == ends for place, ends in exact.items())
        narrower += int(((low > base[0]) | (high < base[1])).sum())
        cells += len(lattice)
    assert same > 0.95 * cells
    assert narrower > 0.1 * cells


#: Of A and B, which share a type and without it are C, twice the type is A + B - C.
CROSSING = ("14 16", "15 16", "14 15", "16")


def crossing(third: int) -> tuple[Lattice, dict[str, int], dict[int, int]]:
    """A and B shown as 20, so at most 25, and C as ``third``; type 16, which is hidden, is of 4 cases."""
    lattice, cells = family({"14": 20, "15": 20, "16": 4}, *CROSSING)
    at = {name: cells[frozenset(name.split())] for name in CROSSING}
    return lattice, at, dict(zip(at.values(), (20, 20, third, 0), strict=True))


def test_sets_that_cross_tell_a_type_and_the_certificate_says_by_which_ends() -> None:
    lattice, at, numbers = crossing(45)
    known, low, high = seen(lattice, numbers)
    assert not audit.is_narrow(known, low, high).any()  # propagation leaves it 12 values
    assert exact_range(lattice.families[0].cells, low, high, at["16"]) == (0, 5)
    found = Certificate(lattice, CLOSED).narrow(known, low, high)
    assert list(found) == [at["16"]]
    assert {(at["14 16"], True), (at["15 16"], True), (at["14 15"], False)} <= set(found[at["16"]])


def test_the_same_sets_are_let_pass_where_their_numbers_leave_enough() -> None:
    lattice, at, numbers = crossing(40)
    known, low, high = seen(lattice, numbers)
    assert exact_range(lattice.families[0].cells, low, high, at["16"]) == (0, 7)
    assert Certificate(lattice, CLOSED).narrow(known, low, high) == {}


def test_sets_that_cross_are_mended() -> None:
    again = 0
    for seed in RANDOM:
        lattice, cells = family({"14": 21, "15": 21, "16": 1}, *CROSSING)
        held = drawn(lattice, secret(seed))
        least, most = exact_range(cells, held.low, held.high, cells[frozenset({"16"})])
        assert min(most, CLOSED.few - 1) - max(least, 1) + 1 >= CLOSED.hidden_values
        again += bool(held.counters.any())
    assert 0 < again < len(RANDOM)


def some_family(seed: int) -> tuple[Lattice, dict[Codes, int], tuple[Known, np.ndarray, np.ndarray]]:
    """Random sets of types that overlap, random counts, and random draws of them."""
    chance = np.random.default_rng(seed)
    named = {" ".join(sorted(chance.permutation(TYPES)[: chance.integers(1, 5)])) for _ in range(9)}
    counts = dict(zip(TYPES, chance.integers(0, 16, len(TYPES)).tolist(), strict=True))
    lattice, cells = family(counts, *sorted(named))
    offsets = chance.integers(0, CLOSED.rounding, len(lattice)).tolist()
    numbers = {place: (lattice.counts[place] + offsets[place]) // 5 * 5 for place in range(len(lattice))}
    return lattice, cells, seen(lattice, numbers)


@pytest.mark.parametrize("seed", nightly(range(60), *range(0, 60, 4)))
def test_the_certificate_finds_what_is_narrow_exactly_and_nothing_else(seed: int) -> None:
    lattice, cells, (known, low, high) = some_family(seed)
    exact = [exact_range(cells, low, high, place) for place in range(len(lattice))]
    ends = tuple(np.array(side) for side in zip(*exact, strict=True))
    narrow = np.flatnonzero(audit.is_narrow(known, *ends)).tolist()
    assert sorted(Certificate(lattice, CLOSED).narrow(known, low, high)) == narrow


def test_the_ends_that_are_named_are_enough_to_make_the_cell_narrow() -> None:
    """With no other limit than those, and that no count is under nothing, its range is the same."""
    looked = 0
    for seed in range(120):
        lattice, cells, (known, low, high) = some_family(seed)
        for place, ends in Certificate(lattice, CLOSED).narrow(known, low, high).items():
            assert exact_range(cells, low, high, place, only=ends) == exact_range(cells, low, high, place)
            looked += 1
    assert looked > 30


def test_a_second_look_at_the_same_numbers_says_the_same() -> None:
    for third in (45, 40):
        lattice, _, numbers = crossing(third)
        certificate = Certificate(lattice, CLOSED)
        first, again = (certificate.narrow(*seen(lattice, numbers)) for _ in range(2))
        assert list(first) == list(again)
        assert bool(first) == (third == 45)
