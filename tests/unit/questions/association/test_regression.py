"""Logistic regression on grouped counts, against statsmodels case by case, R on Berkeley's admissions, known odds."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.questions.association.features import JointTable, codes_of, design_of
from analysis.questions.association.regression import average_differences, fit
from tests import released
from tests.unit.questions.association.case_counts import exact_fit

FEATURES = ["victim_sex", "relationship", "risk", "contact"]
WITHDREW, STOPPED = {"14", "16"}, {"10", "15", "18", "21"}

#: Admitted and rejected men, admitted and rejected women, of the six largest departments at Berkeley in autumn 1973:
#: Bickel, Hammel and O'Connell (1975), Science 187: 398-404; R's UCBAdmissions.
BERKELEY = {
    "A": (512, 313, 89, 19),
    "B": (353, 207, 17, 8),
    "C": (120, 205, 202, 391),
    "D": (138, 279, 131, 244),
    "E": (53, 138, 94, 299),
    "F": (22, 351, 24, 317),
}


@pytest.fixture(scope="module")
def example():
    table = released.made_up_cases()["stalking_example_features"].table
    place = np.select([table["outcome"].isin(codes) for codes in (WITHDREW, STOPPED)], [0, 1], 2)
    return table.astype(dict.fromkeys([*FEATURES, "outcome"], str)).assign(place=place)


@pytest.fixture(scope="module")
def prepared(example):
    """The design of the example's combinations, and their cases by how they ended."""
    endings = example.groupby([*FEATURES, "place"])["cases"].sum().unstack(fill_value=0).astype(float)
    joint = JointTable(endings.index.to_frame(index=False), endings.sum(axis=1).to_numpy())
    references = {name: str(example.groupby(name)["cases"].sum().idxmax()) for name in FEATURES}
    return design_of(joint, references), endings.to_numpy()


@pytest.fixture(scope="module")
def single(example):
    """The example's cases, a row each."""
    return example.loc[example.index.repeat(example["cases"])].reset_index(drop=True)


def dummies(cases, columns):
    parts = [(cases[feature] == category).astype(float) for feature, category in columns]
    return np.column_stack([np.ones(len(cases)), *parts])


def two(endings):
    """Withdrawal, and all else."""
    return np.column_stack([endings[:, 0], endings[:, 1:].sum(axis=1)])


def test_it_is_mnlogit_on_single_cases(prepared, single):
    import statsmodels.api as sm  # which takes long, and few tests need it

    design, endings = prepared
    fitted = fit(design.matrix, endings)
    last = (single["place"] + 1) % 3  # statsmodels sets others against the first
    yardstick = sm.MNLogit(last, dummies(single, design.columns)).fit(disp=0, tol=1e-12, maxiter=50)
    assert fitted.coefficients == pytest.approx(yardstick.params.to_numpy().T, abs=1e-8)
    errors = np.sqrt(np.diag(fitted.covariance)).reshape(fitted.coefficients.shape)
    assert errors == pytest.approx(yardstick.bse.to_numpy().T, abs=1e-8)
    assert fitted.likelihood == pytest.approx(yardstick.llf, abs=1e-7)


def test_with_one_ending_it_is_statsmodels_generalised_linear_model(prepared):
    import statsmodels.api as sm  # which takes long, and few tests need it

    design, endings = prepared
    fitted = fit(design.matrix, two(endings))
    yardstick = sm.GLM(two(endings), design.matrix, family=sm.families.Binomial()).fit(tol=1e-14, maxiter=50)
    assert fitted.coefficients[0] == pytest.approx(yardstick.params, abs=1e-12)
    assert fitted.covariance == pytest.approx(yardstick.cov_params(), abs=1e-12)
    assert fitted.shares[:, 0] == pytest.approx(yardstick.fittedvalues, abs=1e-12)


def test_differences_are_those_of_a_loop_over_cases_and_add_up_to_nothing(prepared, single):
    design, endings = prepared
    fitted = fit(design.matrix, endings)
    shares = []
    for chosen in ("Stranger", "Former partner"):
        odds = dummies(single.assign(relationship=chosen), design.columns) @ fitted.coefficients.T
        weights = np.exp(np.column_stack([odds, np.zeros(len(odds))]))
        shares.append((weights / weights.sum(axis=1, keepdims=True)).mean(axis=0))
    sides = {"given": "Stranger", "reference": "Former partner"}
    designs = {side: design.with_everybody("relationship", one) for side, one in sides.items()}
    found, _ = average_differences(fitted.coefficients, **designs, cases=endings.sum(axis=1))
    assert found == pytest.approx(shares[0] - shares[1], abs=1e-10)
    assert found.sum() == pytest.approx(0, abs=1e-12)


def test_differences_and_limits_against_statsmodels_margins(example, single):
    """get_margeff sets one column of ones and zeros at a time, so only a feature of two categories compares."""
    import statsmodels.api as sm  # which takes long, and few tests need it

    names = ["relationship", "first_recorded_as"]
    model = exact_fit(example, names, WITHDREW).plain()
    ended = single["outcome"].isin(WITHDREW).astype(float)
    logit = sm.Logit(ended, dummies(single, model.design.columns)).fit(disp=0, tol=1e-12, maxiter=50)
    margins = logit.get_margeff(at="overall", dummy=True).summary_frame().to_numpy()
    [(feature, category)] = [pair for pair in model.design.columns if pair[0] == "first_recorded_as"]
    found = model.against_reference(feature, category)
    row = margins[model.design.columns.index((feature, category))]
    assert found["difference_share"] == pytest.approx(row[0], abs=1e-7)
    assert found["difference_low_share"] == pytest.approx(row[4], abs=1e-6)
    assert found["difference_high_share"] == pytest.approx(row[5], abs=1e-6)


def test_the_delta_method_against_the_slope_taken_by_small_steps():
    chance = np.random.default_rng(5)
    given, reference = chance.normal(size=(2, 8, 3))
    at, cases = chance.normal(size=(2, 3)), chance.integers(1, 40, 8).astype(float)
    designs = {"given": given, "reference": reference, "cases": cases}
    _, gradients = average_differences(at, **designs)
    for place, step in enumerate(np.eye(6) * 1e-6):
        up, down = (average_differences(at + sign * step.reshape(2, 3), **designs)[0] for sign in (1, -1))
        assert gradients[:, place] == pytest.approx((up - down) / 2e-6, abs=1e-8)


def admissions():
    rows = []
    for department, (men, men_out, women, women_out) in BERKELEY.items():
        rows += [(department, "Men", "16", men), (department, "Men", "1", men_out)]
        rows += [(department, "Women", "16", women), (department, "Women", "1", women_out)]
    return pd.DataFrame(rows, columns=["department", "sex", "outcome", "cases"])


def test_berkeley_turns_round_when_departments_are_held():
    """R: glm(Admit ~ Gender, binomial), then with + Dept, on datasets::UCBAdmissions by applicant.

    The first prints GenderMale 0.61035 (0.06389); the second GenderMale -0.09987 (0.08085), p 0.217, DeptB to DeptF
    -0.04340, -1.26260, -1.29461, -1.73931, -3.30648. Here women are set against men, of whom there are more.
    """
    alone, whole = (exact_fit(admissions(), names, {"16"}).plain() for names in (["sex"], ["sex", "department"]))
    women = alone.against_reference("sex", "Women")
    assert np.log(women["odds_ratio"]) == pytest.approx(-0.61035, abs=5e-6)
    half_width = np.log(women["odds_ratio_high"] / women["odds_ratio_low"]) / 2 / 1.959964
    assert half_width == pytest.approx(0.06389, abs=5e-6)
    assert women["difference_share"] == pytest.approx(557 / 1835 - 1198 / 2691, abs=1e-8)
    printed = [0.09987, -0.04340, -1.26260, -1.29461, -1.73931, -3.30648]
    assert whole.fitted.coefficients[0, 1:] == pytest.approx(printed, abs=5e-6)
    errors = [0.08085, 0.10984, 0.10663, 0.10582, 0.12611, 0.16998]
    assert np.sqrt(np.diag(whole.fitted.covariance))[1:] == pytest.approx(errors, abs=5e-6)
    held = whole.against_reference("sex", "Women")
    assert round(held["p"], 3) == 0.217
    assert 0 < held["difference_share"] < 0.03
    assert whole.against_reference("sex", "Men") == {"odds_ratio": 1.0, "difference_share": 0.0}


def test_what_was_drawn_from_known_odds_comes_back():
    chance = np.random.default_rng(1_993)
    one, other = chance.integers(0, 2, 8000), chance.integers(0, 3, 8000)
    pulls = np.array([[0.3, 0.6, 0.0, -0.7], [0.3, -0.4, 0.0, 0.5]])
    design = np.column_stack([np.ones(8000), one, other == 1, other == 2]).astype(float)
    odds = np.column_stack([design @ pulls.T, np.zeros(8000)])
    endings = np.eye(3)[(odds + chance.gumbel(size=odds.shape)).argmax(axis=1)]
    fitted = fit(design, endings)
    errors = np.sqrt(np.diag(fitted.covariance)).reshape(pulls.shape)
    assert (np.abs(fitted.coefficients - pulls) < 3 * errors).all()
    assert errors.max() < 0.1


def test_separated_data_are_refused():
    with pytest.raises(ParameterError, match="a category decides the ending"):
        fit(np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([[10.0, 0.0], [5.0, 5.0]]))


@pytest.mark.parametrize("endings", [[[1.0, 1.0]], [[1.0, 1.0], [2.0, -1.0]]])
def test_counts_that_cannot_be_are_refused(endings):
    with pytest.raises(ValueError, match="length"):
        fit(np.ones((2, 1)), np.array(endings))


def test_a_category_that_another_tells_is_refused_by_name():
    labels = pd.DataFrame({"risk": ["Not recorded", "High", "Low"], "known": ["Not recorded", "Recorded", "Recorded"]})
    with pytest.raises(ParameterError, match="'Not recorded' of 'known' is told in full by 'Not recorded' of 'risk'"):
        design_of(JointTable(labels, np.ones(3)), {"risk": "High", "known": "Recorded"})


def test_outcomes_that_are_too_coarse_are_refused():
    with pytest.raises(ParameterError, match="too coarse"):
        codes_of("victim_withdrawal", "bbc_2021")
    with pytest.raises(ParameterError, match="Did you mean 'victim_withdrawal'"):
        codes_of("victim_withdrawl", "home_office")
