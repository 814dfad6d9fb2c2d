"""What a reader can subtract is in the lattice: each relation of its cells is true, and no more of them hold.

Cells are sums of cases of which no cell parts further, so linear algebra says how many relations there are among them:
as many as there are cells more than the rank of what they are made of.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.counts.counts import codes_key, span_days
from analysis.disclosure import release
from analysis.disclosure.cells import grown, sets, tables
from analysis.disclosure.cells.grown import Placed
from analysis.disclosure.cells.lattice import Lattice
from analysis.reference.periods import month_number
from tests.disclosure.case_sets import by_features, cases, counted, month

TYPES = sorted(sets.types(), key=int)
KINDS = ("Acquaintance", "Former partner", "Stranger")
BY = ["force", "offence", "month", "outcome", "relationship"]


def lattice_of(editions: Sequence[pd.DataFrame], *, months: Sequence[int], forces: int, features: bool) -> Lattice:
    """The lattice of a release of editions, each of so many months."""
    lattice, placed = Lattice(), []
    for some, many in zip(editions, months, strict=True):
        main = counted(some, months=many, forces=forces)
        exact = (main, by_features(some, main)) if features else (main,)
        placed.append(Placed.of(exact, release._cells(lattice, exact)))
    lattice.changed()
    grown.relate(lattice, placed)
    return lattice


class Parts:
    """The cases that no cell parts further, with their numbers in each edition; a month that was revised is another."""

    def __init__(self, editions: Sequence[pd.DataFrame], *, months: Sequence[int], revised: Sequence[int]) -> None:
        places = (sorted(editions[0][name].unique()) for name in ("force", "offence"))
        every = product(*places, range(max(months)), TYPES, KINDS, range(len(editions)))
        self.of = {
            name: np.array(of_name) for name, of_name in zip([*BY, "version"], zip(*every, strict=True), strict=True)
        }
        self.months, self.is_in, self.cases = months, [], []
        index = pd.MultiIndex.from_arrays([self.of[name] for name in BY])
        for place, (some, many) in enumerate(zip(editions, months, strict=True)):
            is_its_own = self.of["version"] == np.isin(self.of["month"], revised) * place
            self.is_in.append(is_its_own & (self.of["month"] < many))
            self.cases.append(some.value_counts(BY).reindex(index, fill_value=0).to_numpy() * self.is_in[-1])

    def made_of(self, key: str, count: int) -> Any:
        """Of which cases a cell is, by its key and its count: 1 for each, -1 where they are taken away."""
        if " less " in key:
            now, was = (
                self._named(part)[0] & self.is_in[place]
                for part, place in zip(key.split(" less "), (-1, -2), strict=True)
            )
            return now.astype(int) - was
        named, last = self._named(key)
        several = zip(self.months, self.is_in, self.cases, strict=True)
        return next(named & is_in for many, is_in, sizes in several if last < many and sizes[named].sum() == count)

    def _named(self, key: str) -> tuple[Any, int]:
        """Which cases a key names, of whichever edition, and the last month of them."""
        force, offence, period, *feature, codes = key.split("|")
        first, last = (month_number(day) - month_number(month(0)) for day in span_days(period))
        named = (self.of["month"] >= first) & (self.of["month"] <= last)
        named &= ((self.of["force"] == force) | (force == "")) & ((self.of["offence"] == offence) | (offence == ""))
        if feature:
            named &= self.of["relationship"] == feature[-1]
        return (named if codes == "all" else named & np.isin(self.of["outcome"], codes.split("+"))), last


def late(months: Sequence[int]) -> pd.DataFrame:
    """Cases that were recorded late: some of each type, of each as many as of no other."""
    rows = [
        ("Kent", "8Q", number, code, KINDS[0])
        for number in months
        for place, code in enumerate(TYPES, 1)
        for _ in range(place)
    ]
    return pd.DataFrame(rows, columns=BY)


@pytest.mark.parametrize(
    ("months", "forces", "offences", "features", "revised"),
    [
        ((3,), 1, 1, False, ()),
        ((1,), 2, 1, True, ()),
        ((1,), 1, 2, True, ()),
        ((1, 2), 1, 1, True, ()),
        ((2, 3), 1, 1, False, (1,)),
        ((2, 2), 1, 1, False, (0,)),
    ],
    ids=[
        "months",
        "forces and features",
        "offences and features",
        "a month more",
        "a month more and one revised",
        "a month revised",
    ],
)
def test_every_relation_of_the_lattice_is_true_and_none_is_left_out(months, forces, offences, features, revised):
    some = cases(1, 900, forces=forces, months=max(months))
    some["offence"] = np.where(some.index % offences, "8L", "8Q")
    editions = [some[some["month"] < many] for many in months]
    editions[-1] = pd.concat([editions[-1], late(revised)], ignore_index=True)
    lattice = lattice_of(editions, months=months, forces=forces, features=features)
    parts = Parts(editions, months=months, revised=revised)
    cells = np.array([parts.made_of(*cell) for cell in lattice.at], dtype=float)
    relations = np.zeros((len(lattice.relations), len(cells)))
    for row, (places, signs) in zip(relations, lattice.relations, strict=True):
        np.add.at(row, list(places), signs)
    assert not (relations @ cells).any()
    assert np.linalg.matrix_rank(relations.T @ relations, hermitian=True) == len(cells) - np.linalg.matrix_rank(cells)


def test_editions_are_related_set_by_set_in_whatever_order_they_were_kept():
    some = cases(2, 900, months=2)
    related = []
    for turned in (1, -1):
        lattice, placed = Lattice(), []
        for many, way in ((1, 1), (2, turned)):
            main = counted(some[some["month"] < many], months=many)
            features = by_features(some[some["month"] < many], main)
            more = replace(features, name="tried_more", features={"relationship": "Relation once more"})
            exact = (main, *(features, more)[::way])
            placed.append(Placed.of(exact, release._cells(lattice, exact)))
        before = len(lattice.relations)
        grown.relate(lattice, placed)
        names = [sorted(lattice.keys[place] for place in places) for places, _ in list(lattice.relations)[before:]]
        related.append({tuple(each) for each in names})
    assert len(related[0]) > 2 * len(KINDS) * len(sets.of_features())
    assert related[0] == related[1]


def placed_in(lattice, some, months, features=True):
    """An edition of so many months, put into a lattice."""
    main = counted(some[some["month"] < months], months=months)
    exact = (main, by_features(some[some["month"] < months], main)) if features else (main,)
    return Placed.of(exact, release._cells(lattice, exact))


def test_what_came_between_two_whole_times_is_a_cell_of_its_own_that_nobody_is_shown():
    some, lattice = cases(3, 900, months=3), Lattice()
    some.loc[(some["outcome"] == "8") & (some["month"] == 2), "outcome"] = "3"  # of one type none came
    once, again, more = (placed_in(lattice, some, months) for months in (2, 2, 3))
    grown.relate(lattice, [once, again, more])
    wanted = {}
    for name, table in again.tables.items():
        for row, was in table.items():
            now = more.tables[name].get(tuple(more.span if part == again.span else part for part in row))
            if now not in (None, was):
                wanted[f"{lattice.keys[now]} less {lattice.keys[was]}"] = lattice.counts[now] - lattice.counts[was]
    between = {key: place for place, key in enumerate(lattice.keys) if " less " in key}
    assert {key: lattice.counts[place] for key, place in between.items()} == wanted
    assert len(wanted) > len(sets.yearly())
    assert 0 in wanted.values()
    assert not any(lattice.is_released[place] for place in between.values())


def test_where_a_month_was_revised_a_whole_time_is_no_part_of_the_next():
    some, lattice = cases(3, 900, months=3), Lattice()
    more = pd.concat([some, late([0])[["force", "month", "outcome", "relationship"]]], ignore_index=True)
    grown.relate(lattice, [placed_in(lattice, some, 2), placed_in(lattice, more, 3)])
    assert not any(" less " in key for key in lattice.keys)


def test_each_period_has_the_sets_of_its_length():
    """Types by themselves from a quarter on, readings in financial years and the whole time."""
    rows, _ = tables.by_outcome(Lattice(), counted(cases(4, 300, months=15), months=15))
    lengths = {1: sets.monthly(), 3: sets.quarterly(), 12: sets.yearly(), 15: sets.yearly()}
    found = rows.groupby(rows["period"].str.partition("+")[2].astype(int))["outcome"].agg(set).to_dict()
    assert found == {months: {codes_key(codes) for codes in family} for months, family in lengths.items()}
    assert len(sets.monthly()) < len(sets.quarterly()) < len(sets.yearly())
    assert all(frozenset({code}) in sets.quarterly() for code in TYPES)


@pytest.mark.parametrize("family", [sets.monthly, sets.quarterly, sets.yearly, sets.of_features])
def test_a_set_is_the_sum_of_its_parts_and_of_any_that_it_holds_with_what_is_left_over(family):
    released, ways = family(), sets.sums(family())
    for whole, splits in ways.items():
        for parts in splits:
            assert len(parts) > 1
            assert frozenset().union(*parts) == whole
            assert sum(map(len, parts)) == len(whole)
    left_over = {whole - part for whole in released for part in released if part < whole}
    assert not left_over <= {*released}
    told_apart = left_over.union(released)
    for whole in told_apart:
        for part in released:
            if part < whole and whole - part in told_apart:
                assert tuple(sorted((part, whole - part), key=sorted)) in ways[whole]
