"""Several endings at once, against statsmodels' MNLogit on single cases."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import ParameterError
from analysis.questions.association.association import association
from analysis.questions.association.multinomial import ending_associations, fit_endings
from tests import released

FEATURES = ["victim_sex", "relationship", "risk", "contact"]
CODES = {"14": 1, "16": 1, "10": 2, "15": 2, "18": 2, "21": 2}


@pytest.fixture(scope="module")
def example():
    return released.made_up_cases()["stalking_example_features"].table.astype({"risk": str, "outcome": str})


@pytest.fixture(scope="module")
def single(example):
    """The example's cases, a row each, with 0 for anything else, 1 withdrew, 2 no further action."""
    cases = example.loc[example.index.repeat(example["cases"])].reset_index(drop=True)
    return cases.assign(ending=cases["outcome"].map(CODES).fillna(0).astype(int))


def dummies(cases, columns):
    parts = [(cases[feature] == category).astype(float) for feature, category in columns]
    return np.column_stack([np.ones(len(cases)), *parts])


def test_it_is_mnlogit_on_single_cases(example, single):
    found = ending_associations(example, FEATURES)
    yardstick = sm.MNLogit(single["ending"], dummies(single, found.columns)).fit(disp=0, tol=1e-12, maxiter=50)
    assert found.endings == ("victim_withdrawal", "no_further_action", "other")
    params, errors = yardstick.params.to_numpy(), yardstick.bse.to_numpy()
    coefficients, own = found.model.coefficients, found.model.standard_errors
    assert pytest.approx(params, abs=1e-8) == coefficients.T
    assert pytest.approx(errors, abs=1e-8) == own.T
    assert found.model.likelihood == pytest.approx(yardstick.llf, abs=1e-7)


def test_its_clustered_errors_are_mnlogits(example, single):
    found = ending_associations(example, FEATURES, cluster="team")
    teams = pd.factorize(single["team"])[0]
    yardstick = sm.MNLogit(single["ending"], dummies(single, found.columns)).fit(
        disp=0, tol=1e-12, maxiter=50, cov_type="cluster", cov_kwds={"groups": teams, "use_correction": False}
    )
    parameters = found.model.coefficients.size
    # Ours counts the coefficients of all endings in k; without the correction both are one sandwich.
    correction = 12 / 11 * 3999 / (4000 - parameters)
    bare = found.model.standard_errors.T / np.sqrt(correction)
    assert bare == pytest.approx(yardstick.bse.to_numpy(), abs=1e-8)
    assert found.clusters == 12


def test_joint_tests_are_likelihood_ratios_of_mnlogit(example, single):
    found = ending_associations(example, FEATURES)
    whole = sm.MNLogit(single["ending"], dummies(single, found.columns)).fit(disp=0, tol=1e-12, maxiter=50)
    kept = [pair for pair in found.columns if pair[0] != "contact"]
    without = sm.MNLogit(single["ending"], dummies(single, kept)).fit(disp=0, tol=1e-12, maxiter=50)
    row = found.tests[found.tests["feature"] == "contact"].iloc[0]
    assert row["parameters"] == 4
    assert row["likelihood_ratio"] == pytest.approx(2 * (whole.llf - without.llf), abs=1e-6)


def test_differences_are_those_of_a_loop_and_add_up_to_nothing(example, single):
    found = ending_associations(example, FEATURES)
    sums = found.table.groupby(["feature", "category"])["difference_share"].sum()
    assert sums.to_numpy() == pytest.approx(0, abs=1e-12)
    shares = []
    for chosen in ("Stranger", "Former partner"):
        odds = dummies(single.assign(relationship=chosen), found.columns) @ found.model.coefficients.T
        weights = np.exp(np.column_stack([odds, np.zeros(len(odds))]))
        shares.append((weights / weights.sum(axis=1, keepdims=True)).mean(axis=0))
    rows = found.table[(found.table["feature"] == "relationship") & (found.table["category"] == "Stranger")]
    assert rows["difference_share"].to_numpy() == pytest.approx(shares[0] - shares[1], abs=1e-10)


def test_the_delta_method_against_the_slope_taken_by_small_steps(example):
    from analysis.questions.association.regression import average_differences_of_endings

    chance = np.random.default_rng(5)
    given, reference = chance.normal(size=(2, 8, 3))
    at, cases = chance.normal(size=(2, 3)), chance.integers(1, 40, 8).astype(float)
    root = chance.normal(size=(6, 6)) / 5
    spread = root @ root.T
    held = {"given": given, "reference": reference, "cases": cases}
    _, errors = average_differences_of_endings(at, spread, **held)
    slopes = []
    for step in np.eye(6) * 1e-6:
        up, down = (
            average_differences_of_endings(at + sign * step.reshape(2, 3), spread, **held)[0] for sign in (1, -1)
        )
        slopes.append((up - down) / 2e-6)
    slopes = np.array(slopes)
    assert errors == pytest.approx(np.sqrt(np.diag(slopes.T @ spread @ slopes)), abs=1e-8)


def test_with_one_ending_it_is_the_binomial_regression(example):
    several = ending_associations(example, FEATURES, endings=["victim_withdrawal"])
    single = association(example, FEATURES, ending="victim_withdrawal")
    assert several.model.coefficients[0] == pytest.approx(single.model.coefficients, abs=1e-9)
    assert several.model.covariance == pytest.approx(single.model.covariance, abs=1e-10)
    rows = several.table[several.table["ending"] == "victim_withdrawal"].reset_index(drop=True)
    for name in ("odds_ratio_low", "p", "difference_share", "difference_high_share"):
        pd.testing.assert_series_equal(rows[name], single.table[f"adjusted_{name}"], check_names=False, rtol=1e-8)
    assert several.tests["likelihood_ratio"].to_numpy() == pytest.approx(
        single.tests["likelihood_ratio"].to_numpy(), abs=1e-7
    )


def test_the_pulls_that_were_put_in_come_back(example):
    """analysis/builders/example.py, _PULLS, on the scale on which they were put in: log odds against anything else."""
    found = ending_associations(
        example, [*FEATURES, "previous_reports", "first_recorded_as"], base="with_outcome"
    ).table
    for feature, category, ending, sign in (
        ("relationship", "Stranger", "victim_withdrawal", -1),
        ("relationship", "Stranger", "no_further_action", 1),
        ("contact", "Online or by phone", "no_further_action", 1),
        ("risk", "High", "victim_withdrawal", -1),
        ("first_recorded_as", "Stalking", "no_further_action", -1),
    ):
        row = found.set_index(["feature", "category", "ending"]).loc[(feature, category, ending)]
        assert np.sign(np.log(row["odds_ratio"])) == sign, (category, ending)


def test_what_was_drawn_from_known_odds_comes_back():
    chance = np.random.default_rng(1_993)
    one, two = chance.integers(0, 2, 8000), chance.integers(0, 3, 8000)
    pulls = {"victim_withdrawal": (0.6, -0.7), "no_further_action": (-0.4, 0.5)}
    odds = np.column_stack([0.3 + first * one + second * (two == 2) for first, second in pulls.values()] + [0 * one])
    endings = (odds + chance.gumbel(size=odds.shape)).argmax(axis=1)
    drawn = pd.DataFrame(
        {"one": one.astype(str), "two": two.astype(str), "outcome": np.array(["16", "15", "1"])[endings]}
    )
    references = {"one": "0", "two": "0"}
    table = ending_associations(drawn.assign(cases=1), ["one", "two"], references=references).table
    table = table.set_index(["feature", "category", "ending"])
    for ending, (first, second) in pulls.items():
        for feature, category, put_in in (("one", "1", first), ("two", "1", 0.0), ("two", "2", second)):
            row = table.loc[(feature, category, ending)]
            error = np.log(row["odds_ratio_high"] / row["odds_ratio_low"]) / 2 / 1.959964
            assert abs(np.log(row["odds_ratio"]) - put_in) < 3 * error
            assert error < 0.1


def test_what_cannot_be_asked_is_refused(example):
    with pytest.raises(ParameterError, match="share no outcome"):
        ending_associations(example, FEATURES, endings=["victim_withdrawal", "attrition"])
    with pytest.raises(ParameterError, match="share no outcome; none"):
        ending_associations(example, FEATURES, endings=[])
    with pytest.raises(ParameterError, match="No case of the base 'with_outcome' ended as 'undecided'"):
        ending_associations(example, FEATURES, endings=["undecided"], base="with_outcome")
    rare = example.assign(risk=example["risk"].where(example.index > 6, "Unheard of"))
    with pytest.raises(ParameterError, match="'Unheard of' of 'risk' decides an ending"):
        ending_associations(rare, FEATURES)
    with pytest.raises(ValueError, match="length"):
        fit_endings(np.ones((2, 1)), np.ones((3, 2)))
