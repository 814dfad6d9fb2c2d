"""What holds whatever the counts are."""

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.shares.intervals import wilson
from analysis.shares.rates import rates, split
from tests.conftest import EVERY, examples, make_counts
from tests.released import drawn, rounded

FORCES = ["Essex", "Kent", "Surrey", "Sussex"]
DAYS = ["2024-04-01", "2024-07-01", "2024-10-01"]
CODES = ["0", "1", "3", "14", "15", "16", "18", "20"]
cells = st.dictionaries(
    st.tuples(st.sampled_from(FORCES), st.sampled_from(DAYS), st.sampled_from(CODES)),
    st.integers(0, 5000),
    min_size=1,
)
SPLITS = [(), ("force",), ("period",), ("outcome",), ("force", "outcome"), ("period", "outcome", "force")]


def counted(found, **changes):
    return make_counts([(*key, n) for key, n in found.items()], **changes)


@given(cells, st.sampled_from(SPLITS))
def test_regrouping_keeps_the_total(found, by):
    assert counted(found).regroup(*by).total == sum(found.values())


@given(cells, cells, st.sampled_from(SPLITS[1:]))
def test_regrouping_a_sum_is_the_sum_of_the_regrouped(one, other, by):
    both = {key: one.get(key, 0) + other.get(key, 0) for key in {*one, *other}}
    apart = pd.concat([counted(one).regroup(*by).table, counted(other).regroup(*by).table])
    added = apart.groupby(list(by))["cases"].sum().reset_index().sort_values(list(by)).reset_index(drop=True)
    together = counted(both).regroup(*by).table.sort_values(list(by)).reset_index(drop=True)
    pd.testing.assert_frame_equal(added, together)


@given(cells, st.randoms())
def test_the_order_of_rows_never_matters(found, random):
    shuffled = list(found.items())
    random.shuffle(shuffled)
    one, other = (rates(counted(each), "victim_withdrawal", by="force").table for each in (found, dict(shuffled)))
    pd.testing.assert_frame_equal(one, other)


@given(cells)
def test_selecting_forces_splits_the_total(found):
    whole = counted(found)
    assert sum(whole.select(force=force).total for force in whole.forces) == whole.total


@given(cells)
def test_rows_add_up_and_shares_lie_inside_their_intervals(found):
    whole = counted(found)
    table = rates(whole, "no_further_action", by="force").table
    assert int(table["cases"].sum()) == whole.total
    shown = table[table["state"] == "shown"]
    assert (shown["low"] <= shown["share"] + 1e-12).all()
    assert (shown["share"] <= shown["high"] + 1e-12).all()
    assert int(split(whole).table["events"].sum()) == whole.total


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_is_mirrored_and_narrows(pair):
    events, cases = pair
    low, high = wilson(events, cases)
    mirrored_low, mirrored_high = wilson(cases - events, cases)
    assert abs(low - (1 - mirrored_high)) < 1e-9
    assert abs(high - (1 - mirrored_low)) < 1e-9
    assert 0 <= low <= high <= 1
    wider = wilson(events * 4, cases * 4)
    assert wider[1] - wider[0] < high - low


few_cells = st.dictionaries(
    st.tuples(st.sampled_from(FORCES[:2]), st.sampled_from(DAYS[:2]), st.sampled_from(CODES)),
    st.integers(0, 5000),
    min_size=1,
    max_size=8,
)


@examples(6, 25)
@given(few_cells, st.sampled_from(["restricted", "synthetic"]), st.just(drawn if EVERY else rounded))
@example({("Essex", "2024-04-01", "0"): 1405, ("Essex", "2024-10-01", "0"): 3305}, "synthetic", drawn)
@example({("Essex", "2024-04-01", "16"): 33, ("Essex", "2024-04-01", "0"): 58}, "restricted", drawn)
def test_nothing_exact_or_small_is_shown_of_protected_counts(found, sensitivity, released):
    exact = counted(found, sensitivity=sensitivity)
    whole = released(exact)
    ways = [
        lambda held: rates(held, "victim_withdrawal", by="force"),
        lambda held: rates(held, "charged", by="quarter"),
    ]
    for way in (*ways, split):
        table, truth = protect(way(whole)).table, way(exact).table
        for column in ("events", "cases"):
            known = table[column].dropna()
            assert (known % 5 == 0).all()
            assert (known >= 15).all()
        between = ~table.iloc[:, 0].isin(truth.iloc[:, 0])  # a quarter without a case is listed like one with a few
        assert table.loc[between, ["events", "share", "low", "high"]].isna().all().all()
        held = table[~between].reset_index(drop=True)
        assert held.iloc[:, 0].tolist() == truth.iloc[:, 0].tolist()
        few = (truth["events"] <= 10).fillna(True)
        assert held.loc[few, ["events", "share", "low", "high"]].isna().all().all()
        assert ((table["cases"] - table["events"]).dropna() >= 15).all()
