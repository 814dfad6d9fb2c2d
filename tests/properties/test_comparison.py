"""What holds of comparisons whatever the counts are."""

from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analysis.questions.comparison.differing import differing
from analysis.questions.comparison.funnel import comparison, funnel_limits
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.questions.comparison.pooling import levelled, pooled_rows, pooled_shares
from analysis.shares.differences import Two, against_group, against_rest, difference_interval, ratio_interval
from tests.conftest import examples

pairs = st.integers(1, 4000).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases)))
tables = (
    st.lists(pairs, min_size=3, max_size=12)
    .map(lambda rows: pd.DataFrame(rows, columns=["events", "cases"]))
    .filter(lambda table: 0 < table["events"].sum() < table["cases"].sum())
    .map(lambda table: table.assign(force=[f"Force {n}" for n in range(len(table))]))
)
levels = st.sampled_from([0.95, 0.998])


def forces(*counted):
    """Events of cases of forces, in the order of their names."""
    named = [(*counts, f"Force {place}") for place, counts in enumerate(counted)]
    return pd.DataFrame(named, columns=["events", "cases", "force"])


@given(st.lists(st.integers(1, 20_000), min_size=1), levels)
def test_a_funnel_about_a_half_is_symmetric(cases, level):
    low, high = funnel_limits(cases, 0.5, level)
    assert low + high == pytest.approx(1, abs=1e-9)


@given(st.integers(1, 20_000), st.floats(0.01, 0.99), levels)
def test_a_funnel_about_the_opposite_is_its_mirror(cases, target, level):
    low, high = funnel_limits(cases, target, level)
    mirrored_low, mirrored_high = funnel_limits(cases, 1 - target, level)
    assert (low + mirrored_high)[0] == pytest.approx(1, abs=1e-9)
    assert (high + mirrored_low)[0] == pytest.approx(1, abs=1e-9)


@given(st.integers(1, 5000), st.floats(0.02, 0.98), levels)
def test_a_funnel_holds_its_target_and_narrows(cases, target, level):
    low, high = funnel_limits([cases, 4 * cases], target, level)
    assert (low <= target).all()
    assert (target <= high).all()
    assert high[1] - low[1] <= high[0] - low[0] + 1e-12


@examples(4, 40)
@given(tables)
@example(pd.DataFrame({"events": [0, 1, 2], "cases": [1, 1, 2], "force": list("abc")}))
@example(pd.DataFrame({"events": [0, 0, 2], "cases": [1, 1, 2], "force": list("abc")}))
def test_pooling_shrinks_and_never_overshoots(table):
    likely = pooled_rows(table, "force").priors
    means, precisions = likely.alphas / (likely.alphas + likely.betas), likely.alphas + likely.betas
    found = pooled_shares(table, "force")
    for _, row in found.iterrows():  # the mean of all, each weighed by how much it pulls this row
        pull = likely.weights * precisions / (precisions + row["cases"])
        towards = (pull @ means) / pull.sum()
        assert min(row["share"], towards) - 1e-9 <= row["pooled_share"] <= max(row["share"], towards) + 1e-9
    assert found[["pooled_share", "low_share", "high_share"]].apply(lambda shares: shares.between(0, 1)).all(axis=None)
    assert (found["low_share"] < found["pooled_share"]).all()
    assert (found["pooled_share"] < found["high_share"]).all()


@examples(2, 25)
@given(tables, st.randoms())
@example(forces((8, 10), (206, 2778), (1990, 1990)), Random(0))  # where another force may lie is nearly anywhere
@example(forces((0, 1), (0, 1), (0, 1), (0, 1), (1, 1)), Random(0))
@example(forces((0, 120), (1, 539), (0, 36)), Random(0))
def test_the_order_of_rows_never_matters(table, random):
    places = list(range(len(table)))
    random.shuffle(places)
    other = table.iloc[places]

    def agree(one, two):
        pd.testing.assert_frame_equal(one, two.reindex(one.index), rtol=1e-9, atol=1e-12)

    assert heterogeneity(table, "force").logit.mean == pytest.approx(heterogeneity(other, "force").logit.mean)
    keys = ["force", "allowance"]
    agree(comparison(table, "force").set_index(keys), comparison(other, "force").set_index(keys))
    for method in (pooled_shares, against_rest):
        agree(method(table, "force").set_index("force"), method(other, "force").set_index("force"))
    agree(levelled(table, "force", draws=200), levelled(other, "force", draws=200))


@given(pairs, pairs, st.integers(2, 50))
def test_scaling_counts_up_narrows_every_interval(one, other, times):
    two, more = Two(*one, *other), Two(*np.multiply(one, times).tolist(), *np.multiply(other, times).tolist())
    low, high = difference_interval(two)
    narrow_low, narrow_high = difference_interval(more)
    assert -1 <= low <= narrow_low + 1e-9
    assert narrow_high - 1e-9 <= high <= 1
    assert low <= two.share - two.other_share + 1e-12
    assert two.share - two.other_share <= high + 1e-12
    low, high = ratio_interval(two)
    narrow_low, narrow_high = ratio_interval(more)
    assert low <= narrow_low * (1 + 1e-9)
    assert narrow_high * (1 - 1e-9) <= high


@given(pairs, pairs)
def test_a_difference_turned_round_changes_its_sign_and_a_ratio_its_ends(one, other):
    low, high = difference_interval(Two(*one, *other))
    assert difference_interval(Two(*other, *one)) == pytest.approx((-high, -low), abs=1e-9)
    assume(one[0] and other[0])
    low, high = ratio_interval(Two(*one, *other))
    assert ratio_interval(Two(*other, *one)) == pytest.approx((1 / high, 1 / low), rel=1e-6)


@examples(4, 40)
@given(tables, st.data())
def test_splitting_the_others_changes_nothing_for_a_row(table, data):
    """A group of rows weighs as their sum, however it is split."""
    first, rest = table.iloc[:1], table.iloc[1:]
    whole = pd.DataFrame({"events": [rest["events"].sum()], "cases": [rest["cases"].sum()], "force": ["All others"]})
    merged = against_rest(pd.concat([first, whole]), "force").iloc[[0]]
    split = against_rest(table, "force").iloc[[0]]
    group = against_group(table, "force", row="Force 0", group=table["force"])
    pd.testing.assert_frame_equal(merged, split)
    assert group.to_numpy().tolist()[0][1:] == pytest.approx(split.to_numpy().tolist()[0][1:], nan_ok=True)


@examples(4, 40)
@given(tables, st.integers(2, 9))
@example(forces((0, 1), (0, 2737), (1, 2737)), 2)
@example(forces((0, 1), (0, 670), (295, 2617)), 2)
def test_limits_that_allow_for_more_hold_the_typical_row_and_widen_with_fewer_cases(table, times):
    about = differing(heterogeneity(table, "force"))
    cases = table["cases"].to_numpy(dtype="float64")
    low, high = about.limits(cases, 0.95)
    far_low, far_high = about.limits(cases, 0.998)
    assert (far_low <= low + 1e-9).all()
    assert (high <= far_high + 1e-9).all()
    assert (low <= about.typical_share + 1e-9).all()
    assert (about.typical_share <= high + 1e-9).all()
    more_low, more_high = about.limits(cases * times, 0.95)
    is_known = cases * about.typical_share * (1 - about.typical_share) > 2
    assert (more_high - more_low <= high - low + 1e-6)[is_known].all()
    assert about.p_values(table["events"], table["cases"]).min() >= 0
