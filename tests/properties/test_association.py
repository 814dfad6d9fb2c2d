"""What holds of fits to margins whatever the counts are."""

import itertools

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.questions.association.joint_tests import joint_tests
from tests.conftest import examples
from tests.unit.questions.association.case_counts import exact_fit

CELLS = list(itertools.product(("a", "b", "c"), ("x", "y")))
FEATURES = ["one", "two"]


def tables(least, most):
    """Counts of two features and three outcomes, every combination of them between ``least`` and ``most``."""
    numbers = st.lists(st.integers(least, most), min_size=18, max_size=18)
    return numbers.map(
        lambda cases: pd.DataFrame(
            [(*cell, code) for cell in CELLS for code in ("16", "15", "1")], columns=[*FEATURES, "outcome"]
        ).assign(cases=cases)
    )


counted = tables(10, 60)


def fitted(table):
    return exact_fit(table, FEATURES, {"16"})


@examples(3, 15)
@given(counted, st.randoms())
def test_neither_order_nor_splitting_changes_anything(table, random):
    halves = pd.concat(
        [table.assign(cases=table["cases"] // 2), table.assign(cases=table["cases"] - table["cases"] // 2)]
    )
    shuffled = halves.sample(frac=1, random_state=random.randrange(1000))
    one, other = fitted(table).model(), fitted(shuffled).model()
    assert np.array_equal(one.fitted.coefficients, other.fitted.coefficients)
    assert np.array_equal(one.covariance, other.covariance)
    pd.testing.assert_frame_equal(joint_tests(one), joint_tests(other))


@examples(3, 15)
@given(counted)
def test_every_figure_lies_inside_its_limits(table):
    model = fitted(table).model()
    for pair in model.design.columns:
        figures = model.against_reference(*pair)
        assert np.isfinite(list(figures.values())).all()
        assert figures["odds_ratio_low"] < figures["odds_ratio"] < figures["odds_ratio_high"]
        assert figures["difference_low_share"] < figures["difference_share"] < figures["difference_high_share"]
        assert -1 <= figures["difference_share"] <= 1
        assert 0 <= figures["p"] <= 1


@examples(4, 20)
@given(counted)
def test_twice_the_counts_keep_estimates_and_shrink_errors_by_the_root_of_two(table):
    one, two = fitted(table).plain(), fitted(table.assign(cases=table["cases"] * 2)).plain()
    assert np.allclose(one.fitted.coefficients, two.fitted.coefficients, atol=1e-6)
    assert np.allclose(one.covariance, 2 * two.covariance, rtol=1e-6)
    assert np.allclose(joint_tests(one)["likelihood_ratio"] * 2, joint_tests(two)["likelihood_ratio"], atol=1e-4)


@examples(3, 15)
@given(counted)
def test_expected_cases_have_the_margins_that_they_were_made_from(table):
    fit = exact_fit(table, FEATURES, {"16"}, {"15"})
    totals = table.groupby("outcome")["cases"].sum().loc[["16", "15", "1"]]
    assert np.allclose(fit.expected.sum(axis=0), totals)
    assert np.allclose(fit.expected.sum(axis=1), fit.joint.cases)
    for ending in range(3):
        plain = fit.plain(ending)
        assert np.isclose(plain.fitted.shares[:, 0] @ fit.joint.cases, totals.iloc[ending])
