"""What goes with an ending: against statsmodels case by case, Berkeley's admissions, and what was put in."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import ParameterError
from analysis.questions.association.association import association
from analysis.questions.association.regression import average_difference
from tests import released

FEATURES = ["victim_sex", "victim_age", "relationship", "previous_reports", "risk", "contact", "first_recorded_as"]
WITHDREW = ("14", "16")

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
    held = released.made_up_cases()["stalking_example_features"]
    return held.table.astype(dict.fromkeys([*FEATURES, "team", "outcome"], str))


@pytest.fixture(scope="module")
def one_by_one(example):
    """The decided cases of the example, a row each, and the dummy variables of the columns that are asked for."""
    decided = example[example["outcome"] != "0"]
    return decided.loc[decided.index.repeat(decided["cases"])].reset_index(drop=True)


def dummies(cases, columns):
    parts = [(cases[feature] == category).astype(float) for feature, category in columns]
    return np.column_stack([np.ones(len(cases)), *parts])


def admissions():
    rows = []
    for department, (men, men_out, women, women_out) in BERKELEY.items():
        rows += [(department, "Men", "16", men), (department, "Men", "1", men_out)]
        rows += [(department, "Women", "16", women), (department, "Women", "1", women_out)]
    return pd.DataFrame(rows, columns=["department", "sex", "outcome", "cases"])


def line(table, category):
    return table[table["category"] == category].iloc[0]


def test_it_is_the_fit_to_single_cases(example, one_by_one):
    found = association(example, FEATURES, ending="victim_withdrawal", base="with_outcome")
    design = dummies(one_by_one, found.columns)
    logit = sm.Logit(one_by_one["outcome"].isin(WITHDREW).astype(float), design).fit(disp=0, tol=1e-12, maxiter=50)
    assert found.model.coefficients == pytest.approx(logit.params.to_numpy(), abs=1e-8)
    assert found.model.standard_errors == pytest.approx(logit.bse.to_numpy(), abs=1e-8)
    assert found.deviance == pytest.approx(-2 * logit.llf, abs=1e-8)
    assert found.deviance_without_features == pytest.approx(-2 * logit.llnull, abs=1e-6)
    assert (found.cases, found.events) == (3946, 1592)
    assert found.method == "maximum likelihood"
    limits = np.exp(logit.conf_int().to_numpy()[1:])
    rows = found.table[found.table["category"] != found.table["reference"]].set_index(["feature", "category"])
    rows = rows.loc[list(found.columns)]
    assert rows[["adjusted_odds_ratio_low", "adjusted_odds_ratio_high"]].to_numpy() == pytest.approx(limits, abs=1e-8)
    assert rows["adjusted_p"].to_numpy() == pytest.approx(logit.pvalues.to_numpy()[1:], abs=1e-8)


def test_a_single_feature_is_its_table_of_counts(example):
    found = association(example, FEATURES, ending="no_further_action")
    for feature, rows in found.table.groupby("feature"):
        reference = line(rows, rows["reference"].iloc[0])
        assert reference["cases"] == rows["cases"].max(), feature
        shares = rows["events"] / rows["cases"]
        base = reference["events"] / reference["cases"]
        assert rows["unadjusted_difference_share"].to_numpy() == pytest.approx((shares - base).to_numpy(), abs=1e-10)
        odds = (shares / (1 - shares)) / (base / (1 - base))
        assert rows["unadjusted_odds_ratio"].to_numpy() == pytest.approx(odds.to_numpy(), rel=1e-9)
        error = np.sqrt(shares * (1 - shares) / rows["cases"] + base * (1 - base) / reference["cases"])
        width = (rows["unadjusted_difference_high_share"] - rows["unadjusted_difference_low_share"]) / 2 / 1.959964
        others = rows["category"] != rows["reference"]
        assert width[others].to_numpy() == pytest.approx(error[others].to_numpy(), abs=1e-7)


def test_clustered_errors_are_those_of_single_cases(example, one_by_one):
    found = association(example, FEATURES, ending="victim_withdrawal", base="with_outcome", cluster="team")
    events = one_by_one["outcome"].isin(WITHDREW).astype(float)
    teams = pd.factorize(one_by_one["team"])[0]
    logit = sm.Logit(events, dummies(one_by_one, found.columns)).fit(
        disp=0, tol=1e-12, maxiter=50, cov_type="cluster", cov_kwds={"groups": teams}
    )
    assert found.model.standard_errors == pytest.approx(logit.bse.to_numpy(), abs=1e-8)
    assert found.clusters == 12
    assert "11 degrees of freedom" in found.intervals
    plain = association(example, FEATURES, ending="victim_withdrawal", base="with_outcome")
    assert found.model.coefficients == pytest.approx(plain.model.coefficients, abs=1e-9)


def test_differences_against_statsmodels_margins(example, one_by_one):
    """get_margeff sets one column of ones and zeros at a time, so only a feature of two categories compares."""
    found = association(example, FEATURES, ending="victim_withdrawal", base="with_outcome")
    design = dummies(one_by_one, found.columns)
    logit = sm.Logit(one_by_one["outcome"].isin(WITHDREW).astype(float), design).fit(disp=0, tol=1e-12, maxiter=50)
    margins = logit.get_margeff(at="overall", dummy=True).summary_frame().to_numpy()
    place = found.columns.index(("first_recorded_as", "Stalking"))
    row = line(found.table, "Stalking")
    assert row["adjusted_difference_share"] == pytest.approx(margins[place, 0], abs=1e-8)
    limits = row[["adjusted_difference_low_share", "adjusted_difference_high_share"]].astype(float).to_numpy()
    assert limits == pytest.approx(margins[place, 4:6], abs=1e-7)


def test_differences_against_a_loop_over_cases(example, one_by_one):
    found = association(example, FEATURES, ending="victim_withdrawal", base="with_outcome")
    for category in ("Stranger", "Not recorded", "Acquaintance or family"):
        predicted = []
        for chosen in (category, "Former partner"):
            changed = one_by_one.assign(relationship=chosen)
            odds = dummies(changed, found.columns) @ found.model.coefficients
            predicted.append((1 / (1 + np.exp(-odds))).mean())
        rows = found.table[found.table["feature"] == "relationship"]
        assert line(rows, category)["adjusted_difference_share"] == pytest.approx(
            predicted[0] - predicted[1], abs=1e-10
        )


def test_the_delta_method_against_the_slope_taken_by_small_steps():
    chance = np.random.default_rng(3)
    given, reference = chance.normal(size=(2, 9, 3))
    at, spread, cases = chance.normal(size=3), np.diag([0.3, 0.1, 0.2]), chance.integers(1, 50, 9).astype(float)
    _, error = average_difference(at, spread, given=given, reference=reference, cases=cases)

    def difference(coefficients):
        return average_difference(coefficients, spread, given=given, reference=reference, cases=cases)[0]

    slope = np.array([(difference(at + step) - difference(at - step)) / 2e-6 for step in np.eye(3) * 1e-6])
    assert error == pytest.approx(np.sqrt(slope @ spread @ slope), abs=1e-8)


def test_berkeley_turns_round_when_departments_are_held():
    """R: glm(Admit ~ Gender, binomial), then with + Dept, on datasets::UCBAdmissions by applicant.

    The first prints GenderMale 0.61035 (0.06389), null deviance 6044.3; the second GenderMale -0.09987 (0.08085),
    p 0.217, DeptB to DeptF -0.04340, -1.26260, -1.29461, -1.73931, -3.30648, residual deviance 5187.5.
    """
    found = association(
        admissions(), ["sex", "department"], ending="victim_withdrawal", references={"sex": "Women", "department": "A"}
    )
    men = line(found.table, "Men")
    assert np.log(men["unadjusted_odds_ratio"]) == pytest.approx(0.61035, abs=5e-6)
    half_width = np.log(men["unadjusted_odds_ratio_high"] / men["unadjusted_odds_ratio_low"]) / 2 / 1.959964
    assert half_width == pytest.approx(0.06389, abs=5e-6)
    assert men["unadjusted_difference_share"] == pytest.approx(1198 / 2691 - 557 / 1835, abs=1e-10)
    printed = [-0.09987, -0.04340, -1.26260, -1.29461, -1.73931, -3.30648]
    assert found.model.coefficients[1:] == pytest.approx(printed, abs=5e-6)
    errors = [0.08085, 0.10984, 0.10663, 0.10582, 0.12611, 0.16998]
    assert found.model.standard_errors[1:] == pytest.approx(errors, abs=5e-6)
    assert round(men["adjusted_p"], 3) == 0.217
    assert -0.03 < men["adjusted_difference_share"] < 0
    assert (round(found.deviance_without_features, 1), round(found.deviance, 1)) == (6044.3, 5187.5)
    sex, department = found.tests["likelihood_ratio"]
    assert department == pytest.approx(5950.9 - 5187.5, abs=0.1)
    assert found.tests["deviance_share"].to_numpy() == pytest.approx([sex / 6044.3, department / 6044.3], rel=1e-4)


def test_the_pulls_that_were_put_into_the_example_come_back(example):
    """analysis/builders/example.py, _PULLS, by sign, for withdrawal as a whole: types 14 and 16."""
    held = ["relationship", "previous_reports", "contact", "team"]
    asked = {"base": "with_outcome", "references": {"relationship": "Acquaintance or family", "team": "Team B"}}
    withdrew = association(example, held, ending="victim_withdrawal", **asked).table
    ended = association(example, held, ending="no_further_action", **asked).table
    pulled = ["risk", "previous_reports", "first_recorded_as"]
    charged = association(example, pulled, ending="charged", base="with_outcome").table
    for table, category, sign in (
        (withdrew, "Former partner", 1),
        (withdrew, "Stranger", -1),
        (withdrew, "Team A", -1),
        (withdrew, "Team L", 1),
        (ended, "Stranger", 1),
        (ended, "Online or by phone", 1),
        (ended, "Team A", 1),
        (charged, "High", 1),
        (charged, "Three or more", 1),
        (charged, "Stalking", 1),
    ):
        assert np.sign(np.log(line(table, category)["adjusted_odds_ratio"])) == sign, category
        assert np.sign(line(table, category)["adjusted_difference_share"]) == sign, category
    for category in ("Stranger", "Online or by phone"):
        assert line(ended, category)["adjusted_p_holm"] < 0.001
    for category in ("Former partner", "Stranger"):
        assert line(withdrew, category)["adjusted_p_holm"] < 0.001
    assert line(charged, "High")["adjusted_p_holm"] < 0.001


def test_not_recorded_stays_a_category_and_cases_add_up(example):
    found = association(example, FEATURES, ending="victim_withdrawal").table
    assert (found.groupby("feature")["cases"].sum() == 4000).all()
    assert (found.groupby("feature")["events"].sum() == 1592).all()
    assert line(found, "Not recorded")["cases"] == 147


def test_a_rare_category_is_answered_by_firth_for_the_whole_fit(example):
    rare = example.assign(risk=example["risk"].where(example.index > 6, "Unheard of"))
    found = association(rare, ["risk", "contact"], ending="victim_withdrawal")
    assert found.method == "Firth's penalised likelihood"
    assert found.separated == (("risk", "Unheard of"),)
    row = line(found.table, "Unheard of")
    assert row["is_few"]
    assert row["events"] == 0
    assert 0 < row["adjusted_odds_ratio_low"] < row["adjusted_odds_ratio"] < row["adjusted_odds_ratio_high"] < np.inf
    totals = (
        rare.assign(events=rare["cases"] * rare["outcome"].isin(WITHDREW)).groupby("risk")[["events", "cases"]].sum()
    )
    odds = (totals["events"] + 0.5) / (totals["cases"] - totals["events"] + 0.5)
    assert row["unadjusted_odds_ratio"] == pytest.approx(odds["Unheard of"] / odds["Standard"], rel=1e-8)
    with pytest.raises(ParameterError, match="'Unheard of' of 'risk' decides the ending.*Group it"):
        association(rare, ["risk", "contact"], ending="victim_withdrawal", rare="refuse")
    with pytest.raises(ParameterError, match="no intervals that allow for clusters"):
        association(rare, ["risk", "contact"], ending="victim_withdrawal", cluster="team")


def test_fewer_than_ten_cases_of_an_ending_are_too_few(example):
    few = example.assign(risk=example["risk"].where(~example.index.isin([*range(5), *range(3000, 3030)]), "Seldom"))
    with pytest.raises(ParameterError, match="'Seldom' of 'risk' has fewer than 10"):
        association(few, ["risk"], ending="undecided", rare="refuse")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"features": ["risk", "colour"]}, "no column 'colour'"),
        ({"features": []}, "No feature"),
        ({"features": ["risk", "risk"]}, "twice"),
        ({"features": ["outcome"]}, "no feature of a case"),
        ({"features": ["force", "risk"]}, "Every case has 'Exampleshire' for 'force'"),
        ({"references": {"risk": "Gold"}}, "No case has 'Gold'"),
        ({"references": {"team": "Team A"}}, "'team', which is not among"),
        ({"ending": "victim_withdrawl"}, "Did you mean 'victim_withdrawal'"),
        ({"base": "closed"}, "No base"),
        ({"ending": "undecided", "base": "with_outcome"}, "No case of the base"),
        ({"cluster": "contact"}, "'contact' has 3 clusters; 10 are needed"),
        ({"cluster": "risk"}, "feature and the cluster at once"),
        ({"rare": "keep"}, "'firth' or 'refuse'"),
        ({"ending": "charged", "scheme": "bbc_2021", "base": "recorded"}, "No case of the base"),
        ({"ending": "victim_withdrawal", "scheme": "bbc_2021"}, "too coarse"),
    ],
)
def test_what_cannot_be_asked_is_refused(example, changes, told):
    asked = {"features": ["risk", "victim_sex"], "ending": "victim_withdrawal"} | changes
    with pytest.raises(ParameterError, match=told):
        association(example, asked.pop("features"), **asked)


def test_a_category_that_another_tells_is_refused_by_name(example):
    doubled = example.assign(known=example["risk"].where(example["risk"] == "Not recorded", "Recorded"))
    with pytest.raises(ParameterError, match="'Not recorded' of 'known' is told in full by 'Not recorded' of 'risk'"):
        association(doubled, ["risk", "known"], ending="victim_withdrawal")


@pytest.mark.parametrize("cases", [-1.0, 0.5, np.nan])
def test_counts_that_cannot_be_are_refused(example, cases):
    with pytest.raises(ValueError, match="whole numbers"):
        association(example.assign(cases=cases), ["risk"], ending="victim_withdrawal")


def test_a_blank_label_is_refused(example):
    blank = example.assign(risk=example["risk"].where(example.index > 0, None))
    with pytest.raises(ValueError, match="blank label"):
        association(blank, ["risk"], ending="victim_withdrawal")


def test_features_of_no_effect_hold_their_level():
    """180 joint tests of features of no effect: about 9 fall below 0.05, 2 to 18 in 99% of draws."""
    chance = np.random.default_rng(20_240_717)
    below = 0
    for _ in range(60):
        labels = {name: chance.integers(0, number, 400).astype(str) for name, number in (("a", 2), ("b", 3), ("c", 4))}
        outcome = np.where(chance.random(400) < 0.45, "16", "1")
        table = pd.DataFrame(labels).assign(outcome=outcome, cases=1)
        found = association(table, ["a", "b", "c"], ending="victim_withdrawal")
        below += int((found.tests["p"] < 0.05).sum())
    assert 2 <= below <= 18
