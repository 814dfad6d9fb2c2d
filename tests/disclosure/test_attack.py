"""The attacker against what is released: wins against the rules that stood before, and against a weakened policy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.counts.counts import Counts
from analysis.counts.coverage import Coverage
from analysis.disclosure import policy, release
from analysis.disclosure.history import History
from analysis.errors import DisclosureRefused
from tests.conftest import EVERY, nightly
from tests.disclosure.attacker import SMALLEST, Attacker
from tests.disclosure.case_sets import SECRET, by_features, cases, counted, month, revised

FEW = policy.CLOSED.few


def _cells(released: Counts) -> pd.DataFrame:
    assert released.cells is not None
    return released.cells


def _told(attacker: Attacker, released: Counts, exact: Counts, rows: pd.DataFrame) -> pd.DataFrame:
    """Of some cells what is true, and what the attacker makes of them."""
    sums = [attacker.sum_of(released, row, {}) for row in rows.itertuples(index=False)]
    low, high = zip(*attacker.ranges(sums), strict=True)
    return rows.assign(true=_true(attacker, exact, sums), low=low, high=high)


def _true(attacker: Attacker, exact: Counts, sums: list[list[int]]) -> list[int]:
    """What sums of the attacker's unknowns are of the exact counts."""
    truth = exact.table.assign(month=[f"{day:%Y-%m}" for day in exact.table["period"]])
    by = truth.groupby(["force", "month", "outcome"])["cases"].sum().to_dict()
    keys = {place: key for key, place in attacker.unknowns.items()}
    return [sum(by.get(keys[place][:3], 0) for place in within) for within in sums]


def _narrow(told: pd.DataFrame) -> pd.Series:
    """Cells of which the attacker knows more than the policy allows."""
    kept = np.minimum(told["high"], FEW - 1) - np.maximum(told["low"], 1) + 1
    is_shown = told["cases"].notna()
    return ((kept < 7) & ~is_shown) | ((told["high"] - told["low"] + 1 < 3) & is_shown)


def _attack(released: Counts, exact: Counts, *, sample: int = 60, seed: int = 0) -> pd.DataFrame:
    attacker = Attacker()
    attacker.reads(released)
    cells = _cells(released)
    return _told(attacker, released, exact, cells.sample(min(sample, len(cells)), random_state=seed))


@pytest.mark.parametrize(
    ("seed", "number", "forces", "months"),
    nightly([(1, 60, 1, 6), (2, 700, 1, 12), (3, 2500, 2, 12)], (1, 60, 1, 6), (2, 700, 1, 12)),
)
def test_no_cell_is_narrower_than_the_policy_says(seed: int, number: int, forces: int, months: int) -> None:
    exact = counted(cases(seed, number, forces=forces, months=months), months=months, forces=forces)
    [released] = release.edition((exact,), SECRET).sets
    told = _attack(released, exact, seed=seed)
    assert (told["low"] <= told["true"]).all()
    assert (told["true"] <= told["high"]).all()
    assert not _narrow(told).any(), told[_narrow(told)]
    assert not (told["low"] == told["high"]).any()


def _as_before(exact: Counts, released: Counts) -> Counts:
    """The cells by the rule that stood before: to the nearest 5, hidden where the count itself is under 10."""
    cells = _cells(released)
    attacker = Attacker()
    sums = [attacker.sum_of(released, row, {}) for row in cells.itertuples(index=False)]
    true = pd.Series(_true(attacker, exact, sums), dtype="Int64")
    numbers = (true / 5).round().astype("Int64") * 5
    return replace(released, cells=cells.assign(cases=numbers.where(true >= 10)))


@pytest.mark.nightly
def test_the_attacker_wins_against_the_rule_that_stood_before() -> None:
    narrow = exactly = 0
    for seed in range(4):
        exact = counted(cases(seed, 500, forces=2, months=6), months=6, forces=2)
        [released] = release.edition((exact,), SECRET).sets
        before = _as_before(exact, released)
        attacker = Attacker()
        for row in _cells(before).itertuples(index=False):
            within = attacker.sum_of(before, row, {})
            known = (0, 9) if pd.isna(row.cases) else (max(int(row.cases) - 2, 10), int(row.cases) + 2)
            attacker.sums.append((within, *known))
        hidden = _cells(before)[_cells(before)["cases"].isna()]
        told = _told(attacker, before, exact, hidden.sample(60, random_state=seed))
        narrow += int(_narrow(told).sum())
        exactly += int((told["low"] == told["high"]).sum())
    assert narrow > 20
    assert exactly > 0


def test_the_attacker_wins_where_nothing_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    weak = replace(policy.CLOSED, hidden_values=0, shown_values=0, worked_out_values=0)
    monkeypatch.setitem(policy.POLICIES, "restricted", weak)

    def is_told(seed: int) -> bool:
        exact = counted(cases(seed, 200, months=6), months=6)
        [released] = release.edition((exact,), SECRET).sets
        return bool(_narrow(_attack(released, exact, sample=80, seed=seed)).any())

    assert any(is_told(seed) for seed in range(4))


def test_two_editions_do_not_tell_the_case_between_them() -> None:
    some = cases(5, 300, months=6)
    first = counted(some, months=6)
    edition = release.edition((first,), SECRET)
    place = int(some.index[some["outcome"] == "0"][0])
    some.loc[place, "outcome"] = "16"
    again = release.edition((counted(some, months=6),), SECRET, edition.history)
    assert _cells(again.sets[0]).equals(_cells(edition.sets[0]))


def test_a_month_that_was_much_revised_is_released_anew_and_all_editions_together_stay_wide() -> None:
    some = cases(6, 490, months=7)
    early = some[some["month"] < 6]
    first = counted(early, months=6)
    one = release.edition((first,), SECRET)
    changed = revised(some, 7, 0.2)
    second = counted(changed, months=7)
    two = release.edition((second,), SECRET, one.history)
    assert not _cells(one.sets[0]).equals(_cells(two.sets[0]))
    attacker = Attacker()
    attacker.reads(one.sets[0])
    current = two.history.editions["tried"][-1][0]
    attacker.reads(two.sets[0], version=_versions(first, current))
    rows = _cells(one.sets[0]).sample(50, random_state=3)
    told = _told(attacker, one.sets[0], first, rows)
    assert not _narrow(told).any(), told[_narrow(told)]


def _versions(old: Counts, new: Counts) -> dict[tuple[str, str], int]:
    """The months whose cases are others than they were."""

    def blocks(held: Counts) -> dict[tuple[str, str], list[tuple[str, int]]]:
        found: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for row in held.table.sort_values("outcome").itertuples(index=False):
            found.setdefault((str(row.force), f"{row.period:%Y-%m}"), []).append((str(row.outcome), int(row.cases)))
        return found

    before, after = blocks(old), blocks(new)
    return {block: 1 for block, held in after.items() if block in before and before[block] != held}


def test_numbers_once_released_stand_whatever_is_released_beside_them() -> None:
    some = cases(8, 400, months=6)
    exact = counted(some, months=6)
    alone = release.edition((exact,), SECRET)
    beside = release.edition((exact, by_features(some, exact)), SECRET, alone.history)
    assert _cells(beside.sets[0]).equals(_cells(alone.sets[0]))
    other = release.edition((replace(exact, name="another"),), SECRET, beside.history)
    assert _cells(other.sets[0]).equals(_cells(alone.sets[0]))


@pytest.mark.parametrize(
    ("first", "second", "seed", "number"),
    [(range(6), range(7), 1, 120), (range(5), range(2, 7), 2, 250)],
    ids=["a month more", "neither holds the other"],
)
def test_two_sets_of_other_names_that_share_months_tell_no_more_than_one(
    first: range, second: range, seed: int, number: int
) -> None:
    """Whoever has both subtracts one whole time from the other: of a hidden number 5 of the values 1 to 9 were left."""
    some, attacker, past = cases(seed, number, months=7), Attacker(), None
    for months in (first, second):
        exact = counted(some[some["month"].isin(months)], months=7, name=f"of_{len(months)}_from_{months[0]}")
        exact = replace(exact, coverage=Coverage(("Kent",), dict.fromkeys(map(month, months), 1)))
        edition = release.edition((exact,), SECRET, past)
        released, past = edition.sets[0], edition.history
        attacker.reads(released)
    late = _cells(released)[_cells(released)["period"].isin([f"2022-{of}+1" for of in ("09", "10")])]
    told = _told(attacker, released, exact, late)
    assert not _narrow(told).any(), told[_narrow(told)]


def test_a_second_set_with_other_cases_of_the_same_months_is_refused() -> None:
    some = cases(9, 250, months=6)
    edition = release.edition((counted(some, months=6),), SECRET)
    part = counted(some[some["relationship"] != "Stranger"], months=6, name="another")
    with pytest.raises(Exception, match="as a feature in the mapping"):
        release.edition((part,), SECRET, edition.history)


def test_nothing_under_the_smallest_is_ever_shown_and_every_number_stands_for_more_than_ten() -> None:
    for seed in range(3 if EVERY else 1):
        some = cases(seed, 350, months=6)
        exact = counted(some, months=6)
        sets = release.edition((exact, by_features(some, exact)), SECRET).sets
        for one in sets:
            shown = _cells(one)["cases"].dropna()
            assert (shown >= SMALLEST).all()
            assert (shown % 5 == 0).all()
    attacker, shown = Attacker(), _cells(sets[0]).dropna(subset="cases")
    true = _true(attacker, exact, [attacker.sum_of(sets[0], row, {}) for row in shown.itertuples(index=False)])
    assert min(true) > 10


def test_a_changed_policy_does_not_draw_the_same_cells_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    some = cases(9, 200, months=3)
    exact = counted(some, months=3)
    one = release.edition((exact,), SECRET)
    monkeypatch.setitem(policy.POLICIES, "restricted", replace(policy.CLOSED, hidden_values=6))
    with pytest.raises(DisclosureRefused, match="another than that under which"):
        release.edition((exact,), SECRET, one.history)
    assert release.edition((exact,), SECRET).history.policy != one.history.policy


def test_the_history_can_be_written_and_read_again() -> None:
    some = cases(10, 300, months=6)
    exact = counted(some, months=6)
    edition = release.edition((exact, by_features(some, exact)), SECRET)
    from analysis.disclosure import history

    held = history.read(edition.history.written())
    assert held.numbers == edition.history.numbers
    assert held.policy == edition.history.policy != {}
    again = release.edition((exact, by_features(some, exact)), SECRET, held)
    assert [_cells(one).equals(_cells(other)) for one, other in zip(again.sets, edition.sets, strict=True)] == [
        True
    ] * 2
    assert isinstance(held, History)
