"""Features of which categories hold others: what a reader can subtract of them is in the lattice, and stays wide."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.counts.counts import Counts
from analysis.disclosure import release
from analysis.disclosure.cells import sets
from analysis.disclosure.cells.lattice import Lattice
from analysis.disclosure.cells.nested import nests
from analysis.disclosure.policy import CLOSED
from analysis.errors import ParameterError
from tests.disclosure.case_sets import FORCES, SECRET, cases, counted

HEADINGS = {"times": "Times reported", "before": "Reported before", "order": "Court order"}
TYPES = sorted(sets.types(), key=int)


def told(seed: int, number: int, forces: int = 1) -> pd.DataFrame:
    """Cases that were reported before or not, how often, and of those reported some with a court order."""
    some, chance = cases(seed, number, forces=forces, months=1), np.random.default_rng(seed)
    some["times"] = chance.choice(["0", "1", "2 or 3", "4 or more"], number, p=[0.5, 0.25, 0.15, 0.1])
    some["before"] = np.where(some["times"] == "0", "no", "yes")
    some["order"] = np.where((some["times"] != "0") & (chance.random(number) < 0.93), "yes", "no")
    return some


def exact_sets(some: pd.DataFrame, features: tuple[str, ...], forces: int = 1) -> tuple[Counts, Counts]:
    """The exact sets of cases, by outcome and by these features."""
    main, by = counted(some, months=1, forces=forces), ["force", "offence", "outcome", *features]
    table = some.assign(offence="8Q").groupby(by).size().rename("cases").reset_index()
    headings = {name: HEADINGS[name] for name in features}
    return main, replace(main, name="tried_features", table=table, dimensions=tuple(by), features=headings)


def told_of(rows: list[tuple[str, str]]) -> list[tuple[tuple[str, ...], tuple[str, ...], int]]:
    table = pd.DataFrame(rows, columns=["a", "b"]).assign(cases=1)
    return [(nest.wholes, nest.parts, len(nest.rest)) for nest in nests(table, ["a", "b"])]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("x", "1"), ("x", "2"), ("y", "1"), ("y", "2")], []),
        ([("x", "1"), ("y", "2")], [(("x",), ("1",), 0), (("y",), ("2",), 0)]),
        ([("x", "1"), ("y", "2"), ("y", "3")], [(("x",), ("1",), 0), (("y",), ("2", "3"), 0)]),
        ([("x", "1"), ("x", "2"), ("y", "2")], [(("x",), ("1",), 1), (("2",), ("y",), 1)]),
        (
            [("x", "1"), ("x", "2"), ("y", "2"), ("y", "3"), ("z", "1"), ("z", "2"), ("z", "3")],
            [(("x", "z"), ("1",), 3), (("y", "z"), ("3",), 3), (("1", "2"), ("x",), 3), (("2", "3"), ("y",), 3)],
        ),
    ],
    ids=["each with each", "the same", "groups", "one in another", "some in several"],
)
def test_categories_that_hold_all_cases_of_others_are_found(rows, found):
    assert told_of(rows) == found


def test_a_category_without_cases_is_in_none():
    table = pd.DataFrame({"a": ["x", "x", "y"], "b": ["1", "2", "2"], "cases": [4, 0, 4]})
    assert [(nest.wholes, nest.parts) for nest in nests(table, ["a", "b"])] == [(("x",), ("1",)), (("y",), ("2",))]


def named(key: str, parts: pd.DataFrame) -> np.ndarray:
    """Whether a cell is of each of the cases, by its key."""
    force, _, _, *features, codes = key.split("|")
    here = (parts["force"] == force) | (force == "")
    if codes != "all":
        here &= parts["outcome"].isin(codes.split("+"))
    if len(features) == 2 and " = " not in features[0]:
        features = [" = ".join(features)]
    for words in features:
        heading, names = words.removeprefix("not ").split(" = ")
        column = next(name for name, held in HEADINGS.items() if held == heading)
        here &= parts[column].isin(names.split(" + ")) != words.startswith("not ")
    return here.to_numpy()


@pytest.mark.parametrize(("features", "forces"), [(("times", "before"), 2), (("before", "order"), 1)])
def test_every_relation_of_features_is_true_and_none_is_left_out(features, forces):
    some, lattice = told(1, 900, forces), Lattice()
    release._cells(lattice, exact_sets(some, features, forces))
    ways = some[list(features)].drop_duplicates().itertuples(index=False, name=None)
    rows = [(force, code, *way) for force, code, way in product(FORCES[:forces], TYPES, list(ways))]
    parts = pd.DataFrame(rows, columns=["force", "outcome", *features])
    cells = np.array([named(key, parts) for key in lattice.keys], dtype=float)
    relations = np.zeros((len(lattice.relations), len(cells)))
    for row, (places, signs) in zip(relations, lattice.relations, strict=True):
        np.add.at(row, list(places), signs)
    assert not (relations @ lattice.counts).any()
    assert not (relations @ cells).any()
    assert np.linalg.matrix_rank(relations.T @ relations, hermitian=True) == len(cells) - np.linalg.matrix_rank(cells)


def ends(number: object) -> tuple[int, int]:
    """The least and the most that a count may be, by its number alone."""
    if pd.isna(number):
        return 0, CLOSED.smallest - 1
    return max(int(number) - CLOSED.rounding, CLOSED.few + 1), int(number) + CLOSED.rounding


def left_of(released: Counts, whole: tuple[str, str], part: tuple[str, str]) -> list[tuple[int, int]]:
    """The least and the most that may be left of a category without one in it, of each set of outcome types."""
    numbers = released.cells.set_index(["feature", "category", "outcome"])["cases"].sort_index()
    pairs = [(ends(numbers[*whole, codes]), ends(numbers[*part, codes])) for codes in numbers[whole].index]
    return [(max(0, of_whole[0] - of_part[1]), of_whole[1] - of_part[0]) for of_whole, of_part in pairs]


def test_what_is_left_of_a_category_without_one_that_it_holds_is_told_no_closer_than_a_hidden_number():
    """Without these sums it was told to be 5 at most in three of the five."""
    for seed in range(5):
        [_, released] = release.edition(exact_sets(told(seed, 70), ("before", "order")), SECRET).sets
        for low, high in left_of(released, ("before", "yes"), ("order", "yes")):
            few = min(high, CLOSED.few - 1) - max(low, 1) + 1
            assert high >= CLOSED.smallest or few >= CLOSED.hidden_values


def test_two_numbers_of_one_count_tell_no_more_than_one():
    for seed in range(8):
        [_, released] = release.edition(exact_sets(told(seed, 20 + 15 * seed), ("times", "before")), SECRET).sets
        numbers = released.cells.set_index(["feature", "category", "outcome"])["cases"].sort_index()
        both = list(zip(numbers["times", "0"], numbers["before", "no"], strict=True))
        assert len(both) == len(sets.of_features())
        assert all(pd.isna(one) == pd.isna(other) for one, other in both)
        widths = [min(ends(one)[1], ends(other)[1]) - max(ends(one)[0], ends(other)[0]) + 1 for one, other in both]
        assert min(widths) >= CLOSED.shown_values


@pytest.mark.parametrize("name", ["tried", "another"])
def test_features_are_not_released_one_after_another_without_a_table_of_both(name):
    """Of 30 files of 60 to 640 cases 12 numbers of 2,430 were narrow: "no" and "0" are one count, drawn twice."""
    some = told(1, 250)
    past = release.edition(exact_sets(some, ("times",)), SECRET).history
    main, by_before = exact_sets(some, ("before",))
    main, by_before = replace(main, name=name), replace(by_before, name=f"{name}_features")
    with pytest.raises(ParameterError, match="by feature 'times', which is not declared now"):
        release.edition((main, by_before), SECRET, past)
    main, by_both = exact_sets(some, ("times", "before"))
    main, by_both = replace(main, name=name), replace(by_both, name=f"{name}_features")
    assert release.edition((main, by_both), SECRET, past).sets[1].features.keys() == {"times", "before"}


def test_a_team_of_one_force_has_the_same_cases_in_all_forces_together():
    """Two numbers of one count: one shown and one hidden told it to be 11 to 14."""
    for seed in range(3):
        some, chance = told(seed, 80 + 60 * seed, 2), np.random.default_rng(seed + 50)
        of_kent, of_essex = (chance.choice(teams, len(some)) for teams in (["A", "B"], ["C", "D"]))
        some["times"] = np.where(some["force"] == "Kent", of_kent, of_essex)
        [_, released] = release.edition(exact_sets(some, ("times",), 2), SECRET).sets
        number = released.cells.set_index(["category", "force", "outcome"])["cases"].sort_index()
        for team, force in zip("ABCD", ("Kent", "Kent", "Essex", "Essex"), strict=True):
            both = list(zip(number[team, ""], number[team, force], strict=True))
            assert len(both) == len(sets.of_features())
            assert all(pd.isna(one) == pd.isna(other) for one, other in both)


def test_an_offence_of_one_force_has_the_same_cases_in_all_forces_together():
    some = cases(5, 80, months=1, forces=2)
    is_other = (some["force"] == "Essex") & (np.random.default_rng(55).random(len(some)) < 0.5)
    some["offence"] = np.where(is_other, "8L", "8Q")
    [released] = release.edition((counted(some, months=1, forces=2),), SECRET).sets
    number = released.cells.set_index(["offence", "force", "outcome"])["cases"].sort_index()
    both = list(zip(number["8L", ""], number["8L", "Essex"], strict=True))
    assert len(both) == len(sets.yearly())
    assert all(pd.isna(one) == pd.isna(other) for one, other in both)
