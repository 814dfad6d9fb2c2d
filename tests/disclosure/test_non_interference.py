"""Two private sets with the same released set give the same bytes: nothing written knows more than the release."""

from __future__ import annotations

import pandas as pd

from analysis.counts import counts
from analysis.disclosure import release
from analysis.disclosure.history import History
from tests.disclosure.case_sets import SECRET, by_features, cases, counted, month


def _bytes(some: pd.DataFrame, months: int, past: History | None = None) -> tuple[list[bytes], History]:
    exact = counted(some, months=months)
    edition = release.edition((exact, by_features(some, exact)), SECRET, past)
    return [counts.packed(one) for one in edition.sets], edition.history


def _otherwise(some: pd.DataFrame) -> pd.DataFrame:
    """The same cases, but that in two months of one quarter an adult caution and a community resolution change places.

    The two types are one disposition, and types by themselves are released by quarter: no cell knows.
    """
    within = some["month"].isin([0, 1, 2])
    cautions = some.index[within & (some["outcome"] == "3")]
    resolutions = some.index[within & (some["outcome"] == "8")]
    pairs = [(a, b) for a in cautions for b in resolutions if some.loc[a, "month"] != some.loc[b, "month"]]
    changed = some.copy()
    one, other = pairs[0]
    changed.loc[one, "outcome"], changed.loc[other, "outcome"] = "8", "3"
    return changed


def test_two_sets_with_one_release_give_the_same_bytes() -> None:
    some = cases(11, 450, months=6)
    other = _otherwise(some)
    exact, changed = counted(some, months=6), counted(other, months=6)
    assert not exact.table.equals(changed.table)
    one, _ = _bytes(some, 6)
    two, _ = _bytes(other, 6)
    assert one == two


def test_the_order_of_rows_tells_nothing() -> None:
    some = cases(12, 350, months=6)
    one, _ = _bytes(some, 6)
    two, _ = _bytes(some.sample(frac=1, random_state=1), 6)
    assert one == two


def test_a_month_without_a_case_looks_like_one_with_a_few() -> None:
    some = cases(13, 350, months=6)
    few = some[(some["month"] != 5) | (some.groupby("month").cumcount() < 4)]
    none = few[few["month"] != 5]
    key = f"{month(5):%Y-%m}+1"
    for held in (few, none):
        exact = counted(held, months=6)
        [main, _] = release.edition((exact, by_features(held, exact)), SECRET).sets
        assert main.cells is not None
        assert main.cells.loc[main.cells["period"] == key, "cases"].isna().all()
        assert not main.coverage.missing
