"""What holds of associations whatever the counts are."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.questions.association.association import association
from analysis.questions.association.multinomial import ending_associations
from tests.conftest import examples

CELLS = list(itertools.product(("a", "b", "c"), ("x", "y")))
FEATURES = ["one", "two"]


def tables(least, most):
    """Counts of two features and three outcomes, every combination of them between ``least`` and ``most``."""
    numbers = st.lists(st.integers(least, most), min_size=18, max_size=18)
    return numbers.map(
        lambda found: pd.DataFrame(
            [(*cell, code) for cell in CELLS for code in ("16", "15", "1")], columns=[*FEATURES, "outcome"]
        ).assign(cases=found)
    )


def is_answerable(table):
    """Whether both endings occur, and every combination."""
    cells = table.groupby(FEATURES)["cases"].sum()
    withdrew = table.loc[table["outcome"] == "16", "cases"].sum()
    return bool((cells > 0).all()) and 0 < withdrew < table["cases"].sum()


counted = tables(10, 60)
sparse = tables(0, 12).filter(is_answerable)


def found(table, **asked):
    return association(table, FEATURES, ending="victim_withdrawal", **asked)


def numbers(table):
    return table.select_dtypes("number").to_numpy()


@examples(6, 15)
@given(sparse, st.randoms())
def test_neither_order_nor_splitting_changes_anything(table, random):
    halves = pd.concat(
        [table.assign(cases=table["cases"] // 2), table.assign(cases=table["cases"] - table["cases"] // 2)]
    )
    shuffled = halves.sample(frac=1, random_state=random.randrange(1000))
    one, other = found(table), found(shuffled)
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.tests, other.tests)
    pd.testing.assert_frame_equal(one.calibration, other.calibration)


@examples(6, 15)
@given(sparse)
def test_what_is_rare_has_a_finite_answer_inside_its_limits(table):
    result = found(table)
    rows = result.table[result.table["category"] != result.table["reference"]]
    assert np.isfinite(numbers(rows)).all()
    for prefix in ("unadjusted", "adjusted"):
        assert (rows[f"{prefix}_odds_ratio_low"] < rows[f"{prefix}_odds_ratio"]).all()
        assert (rows[f"{prefix}_odds_ratio"] < rows[f"{prefix}_odds_ratio_high"]).all()
        assert rows[f"{prefix}_difference_share"].between(-1, 1).all()
        assert rows[f"{prefix}_p"].between(0, 1).all()
    assert (rows["adjusted_p_holm"] >= rows["adjusted_p_benjamini_hochberg"] - 1e-12).all()


@examples(6, 15)
@given(sparse)
def test_swapping_the_reference_turns_the_odds_ratio_over(table):
    one, other = (found(table, references={"two": held}).table.set_index("category") for held in ("x", "y"))
    for prefix in ("unadjusted", "adjusted"):
        there, back = one.loc["y"], other.loc["x"]
        for near, far in (("odds_ratio", "odds_ratio"), ("odds_ratio_low", "odds_ratio_high")):
            assert np.isclose(there[f"{prefix}_{near}"] * back[f"{prefix}_{far}"], 1, rtol=1e-5)
        assert np.isclose(there[f"{prefix}_difference_share"], -back[f"{prefix}_difference_share"], atol=1e-7)
        assert np.isclose(there[f"{prefix}_p"], back[f"{prefix}_p"], atol=1e-6)


@examples(8, 20)
@given(counted)
def test_twice_the_counts_keep_estimates_and_shrink_errors_by_the_root_of_two(table):
    one, two = found(table), found(table.assign(cases=table["cases"] * 2))
    assert np.allclose(one.model.coefficients, two.model.coefficients, atol=1e-8)
    assert np.allclose(one.model.standard_errors, two.model.standard_errors * np.sqrt(2), rtol=1e-7)
    assert np.allclose(one.table["adjusted_difference_share"], two.table["adjusted_difference_share"], atol=1e-8)
    assert np.allclose(one.tests["likelihood_ratio"] * 2, two.tests["likelihood_ratio"], atol=1e-6)
    assert np.allclose(one.tests["deviance_share"], two.tests["deviance_share"], atol=1e-9)


@examples(6, 15)
@given(counted)
def test_predicted_cases_of_each_ending_add_up_to_those_there_are(table):
    one = found(table)
    assert np.isclose(one.calibration["expected_events"].sum(), one.events)
    several = ending_associations(table, FEATURES)
    assert np.allclose(several.table.groupby(["feature", "category"])["difference_share"].sum(), 0, atol=1e-12)
    cells = table.groupby(FEATURES)["cases"].sum().to_numpy()
    totals = table.groupby("outcome")["cases"].sum().loc[["16", "15", "1"]]
    assert np.allclose(cells @ several.model.shares, totals)
