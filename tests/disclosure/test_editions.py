"""Editions of one set over time: extracts that roll on, end sooner, or leave a force or a month out for a while."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.counts.counts import Counts
from analysis.counts.coverage import Coverage
from analysis.disclosure import release
from analysis.disclosure.cells import grown
from analysis.disclosure.cells.lattice import Lattice
from analysis.disclosure.cells.tables import by_feature, by_outcome
from analysis.disclosure.history import effective, standing
from analysis.errors import ParameterError
from tests.disclosure.case_sets import FORCES, SECRET, by_features, cases, counted, month
from tests.released import nearest


@pytest.fixture(autouse=True)
def _drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which cases an edition has does not depend on how its numbers are drawn."""
    monkeypatch.setattr(release, "drawn", nearest)


def few(number: int = 4, months: int = 6, force: str = "Kent") -> pd.DataFrame:
    """So few cases in each month that none of them can change enough to be released anew."""
    outcomes = ["16", "14", "15", "18", "0", "1"]
    rows = [
        {"force": force, "month": at, "outcome": outcomes[(at + place) % 6], "relationship": "Stranger"}
        for at in range(months)
        for place in range(number)
    ]
    return pd.DataFrame(rows)


def within(some: pd.DataFrame, first: int, last: int, *, forces: tuple[str, ...] = ("Kent",)) -> Counts:
    """The cases of some months and forces, all of which were received."""
    chosen = some[some["month"].between(first, last) & some["force"].isin(forces)]
    coverage = Coverage(forces, dict.fromkeys(map(month, range(first, last + 1)), 1))
    return replace(counted(chosen, months=12), coverage=coverage)


def of_month(counts: Counts, number: int) -> dict[str, int]:
    rows = counts.table[counts.table["period"] == month(number)]
    return dict(zip(rows["outcome"], rows["cases"], strict=True))


def test_a_rolling_extract_leaves_the_months_behind_it_out_however_few_their_cases() -> None:
    some = few(months=13)
    first, second = within(some, 0, 11), within(some, 1, 12)
    past = release.edition((first, by_features(some[some["month"] <= 11], first)), SECRET).history
    edition = release.edition((second, by_features(some[some["month"] >= 1], second)), SECRET, past)
    current = edition.history.editions["tried"][-1][0]
    assert current.total == 48
    assert set(current.table["period"]) == set(map(month, range(1, 13)))
    assert edition.sets[0].coverage.span.first == month(1)


def test_a_force_that_sends_nothing_any_more_is_in_no_later_edition() -> None:
    some = pd.concat([few(number=30), few(number=1, force="Essex")], ignore_index=True)
    first, second = within(some, 0, 5, forces=("Kent", "Essex")), within(some, 0, 5)
    past = release.edition((first, by_features(some, first)), SECRET).history
    edition = release.edition((second, by_features(some[some["force"] == "Kent"], second)), SECRET, past)
    main, features = edition.history.editions["tried"][-1]
    assert main.total == features.total == 180
    assert set(features.table["force"]) == {"Kent"}


def test_a_month_that_comes_back_stands_as_it_was_last_released() -> None:
    some = cases(3, 200, months=6)
    changed = some.copy()
    changed.loc[changed[changed["month"] == 0].index[0], "outcome"] = "20"
    editions = [(within(some, 0, 5),), (within(some, 1, 5),)]
    assert of_month(within(changed, 0, 5), 0) != of_month(within(some, 0, 5), 0)
    assert of_month(effective((within(changed, 0, 5),), editions)[0], 0) == of_month(within(some, 0, 5), 0)
    many = some.assign(outcome=np.where(some["month"] == 0, "20", some["outcome"]))
    assert set(of_month(effective((within(many, 0, 5),), editions)[0], 0)) == {"20"}


def test_a_case_in_a_month_that_had_none_waits_for_more() -> None:
    some = cases(4, 200, months=6)
    first = within(some[some["month"] != 2], 0, 5)
    one = some[some["month"] == 2].head(1)
    second = within(pd.concat([some[some["month"] != 2], one]), 0, 5)
    assert first.total + 1 == second.total
    assert effective((second,), [(first,)])[0].total == first.total
    not_received = replace(first.coverage, missing=frozenset({("Kent", month(2))}))
    assert effective((second,), [(replace(first, coverage=not_received),)])[0].total == second.total


def test_what_stands_is_told_to_the_owner_by_number_and_to_readers_as_a_rule() -> None:
    some = few(months=6)
    first, now = within(some, 0, 5), within(some.assign(outcome=some["outcome"].replace("0", "16")), 0, 5)
    one = release.edition((first,), SECRET)
    two = release.edition((now,), SECRET, one.history)
    was_open = some[some["outcome"] == "0"]
    assert standing((first,), one.history) == {}
    assert standing((now,), two.history) == {"Kent": (was_open["month"].nunique(), len(was_open))}
    later = release.edition((within(few(months=7), 0, 6),), SECRET, two.history)
    notes = [edition.sets[0].source.notes for edition in (one, later)]
    assert not notes[0]
    assert "until 10 of its cases have changed" in notes[1][-1]


def test_a_month_without_a_case_is_other_cases_than_one_with_some() -> None:
    some = cases(9, 250, months=6)
    past = release.edition((within(some, 0, 5),), SECRET).history
    empty = replace(within(some[some["month"] != 3], 0, 5), name="another")
    with pytest.raises(ParameterError, match="with other cases"):
        release.edition((empty,), SECRET, past)


def test_other_cases_of_a_month_are_refused_that_an_earlier_edition_of_another_set_has() -> None:
    some = cases(9, 250, months=7)
    past = release.edition((within(some, 0, 5),), SECRET).history
    past = release.edition((within(some, 1, 6),), SECRET, past).history
    other = replace(within(some.drop(index=some[some["month"] == 0].index[0]), 0, 0), name="another")
    with pytest.raises(ParameterError, match="with other cases"):
        release.edition((other,), SECRET, past)
    same = replace(within(some, 0, 0), name="another")
    assert release.edition((same,), SECRET, past).sets[0].name == "another"


def renamed(some: pd.DataFrame, **names: str) -> pd.DataFrame:
    return some.assign(relationship=some["relationship"].replace(names))


@pytest.mark.parametrize(
    "names", [{"Stranger": "Not known"}, {"Stranger": "Acquaintance"}], ids=["renamed", "put together"]
)
@pytest.mark.parametrize("name", ["tried", "another"])
def test_the_same_cases_are_not_released_in_other_categories(name: str, names: dict[str, str]) -> None:
    some = cases(11, 400, months=6)
    main = within(some, 0, 5)
    past = release.edition((main, by_features(some, main)), SECRET).history
    again = replace(main, name=name)
    with pytest.raises(ParameterError, match="Feature 'relationship' was released in set 'tried' in other categories"):
        release.edition((again, by_features(renamed(some, **names), again)), SECRET, past)
    assert release.edition((again, by_features(some, again)), SECRET, past).sets[1].features


def test_a_feature_that_sets_the_same_cases_apart_is_the_same_whatever_it_is_called() -> None:
    some = cases(11, 400, months=6)
    main = within(some, 0, 5)
    past = release.edition((main, by_features(some, main)), SECRET).history
    table = by_features(some, main).table.rename(columns={"relationship": "known"})
    called = replace(
        by_features(some, main),
        table=table,
        dimensions=("force", "offence", "outcome", "known"),
        features={"known": "Known to"},
    )
    with pytest.raises(ParameterError, match="Feature 'known' was released in set 'tried'"):
        release.edition((main, called), SECRET, past)


def test_features_of_another_time_are_released_in_the_same_set_alone() -> None:
    some = cases(11, 400, months=7)
    early = some[some["month"] < 6]
    first, second = within(some, 0, 5), within(some, 0, 6)
    past = release.edition((first, by_features(early, first)), SECRET).history
    another = replace(second, name="another")
    with pytest.raises(ParameterError, match="over another time than set 'tried'"):
        release.edition((another, by_features(some, another)), SECRET, past)
    assert release.edition((another,), SECRET, past).sets
    assert release.edition((second, by_features(some, second)), SECRET, past).sets[1].features
    elsewhere = some.assign(force="Essex")
    apart = replace(within(elsewhere, 0, 6, forces=("Essex",)), name="another")
    assert release.edition((apart, by_features(elsewhere, apart)), SECRET, past).sets[1].features


def test_categories_may_change_with_the_cases() -> None:
    some = renamed(cases(11, 400, months=7), Stranger="Not known")
    early = some[some["month"] < 6]
    first, second = within(some, 0, 5), within(some, 0, 6)
    past = release.edition((first, by_features(early, first)), SECRET).history
    later = renamed(some, **{"Not known": "Acquaintance"})
    released = release.edition((second, by_features(later, second)), SECRET, past).sets[1]
    assert released.cells is not None
    assert "Not known" not in set(released.cells["category"])


@pytest.mark.parametrize(("before", "after"), [((0, 5), (0, 4)), ((0, 5), (1, 5)), ((0, 5), (1, 6)), ((0, 4), (0, 5))])
def test_every_sum_between_two_editions_is_true_of_the_counts(before: tuple[int, int], after: tuple[int, int]) -> None:
    some = cases(5, 300, months=7, forces=2)
    lattice, placed = Lattice(), []
    for first, last in (before, after):
        main = within(some, first, last, forces=FORCES[:2])
        features = by_features(some[some["month"].between(first, last)], main)
        tables = [by_outcome(lattice, main), by_feature(lattice, features, main)]
        placed.append(grown.Placed.of([main, features], tables))
    known = set(lattice.relations)
    grown.relate(lattice, placed)
    between = [relation for relation in lattice.relations if relation not in known]
    sums = [sum(sign * lattice.counts[place] for place, sign in zip(*one, strict=True)) for one in between]
    assert between
    assert set(sums) == {0}
    is_within = (before, after) != ((0, 5), (1, 6))
    assert any("less" in key and "Relation" in key for key in lattice.keys) == is_within
