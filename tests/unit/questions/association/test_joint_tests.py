"""What each feature adds, and overlap: against R's car and printed deviances, and features of no effect."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, f, false_discovery_control

from analysis.questions.association.joint_tests import joint_tests, variance_inflation
from benchmarks.coverage import regressions as coverage
from tests.unit.questions.association.case_counts import exact_fit
from tests.unit.questions.association.test_regression import admissions

#: Duncan's 45 occupations (R's carData::Duncan): type, income, education.
DUNCAN = """p62,86 p72,76 p75,92 p55,90 p64,86 p21,84 p64,93 p80,100 w67,87 p72,86 p42,74 p76,98 p76,97 p41,84 p48,91
w76,34 p53,45 p60,56 p42,44 p78,82 w29,72 w48,55 w55,71 w29,50 b21,23 b47,39 b81,28 b36,32 b22,22 b44,25 b15,29 b7,7
b42,26 b9,19 b21,15 b21,20 b16,26 b16,28 b9,17 b14,22 b12,30 b17,25 b7,20 b34,47 b8,32"""


def test_generalised_inflation_against_r():
    """car::vif's help page (car 1.0-11): prestige ~ income + education, then + type, on Duncan."""
    occupations = [(one[0], *map(int, one[1:].split(","))) for one in DUNCAN.split()]
    assert len(occupations) == 45
    design = np.array(
        [(1, income, education, kind == "p", kind == "w") for kind, income, education in occupations], float
    )
    two = variance_inflation(np.linalg.inv(design[:, :3].T @ design[:, :3]), {"income": [1], "education": [2]})
    assert [round(factor, 6) for factor in two.values()] == [2.1049, 2.1049]
    places = {"income": [1], "education": [2], "type": [3, 4]}
    three = variance_inflation(np.linalg.inv(design.T @ design), places)
    assert [round(factor, 6) for factor in three.values()] == [2.209178, 5.297584, 5.098592]
    assert round(three["type"] ** 0.25, 6) == 1.502666


def test_a_feature_alone_is_not_inflated():
    assert variance_inflation(np.array([[2.0, 0.3], [0.3, 1.0]]), {"risk": [1]}) == {"risk": pytest.approx(1)}


def test_what_a_department_adds_is_the_fall_of_rs_deviance():
    """R: residual deviance of glm(Admit ~ Gender) 5950.9, with + Dept 5187.5, on datasets::UCBAdmissions."""
    model = exact_fit(admissions(), ["sex", "department"], {"16"}).plain()
    tests = joint_tests(model).set_index("feature")
    assert tests.loc["department", "likelihood_ratio"] == pytest.approx(5950.9 - 5187.5, abs=0.1)
    assert tests["parameters"].to_dict() == {"sex": 1, "department": 5}
    assert tests.loc["department", "q_value"] < 1e-100
    p = chi2.sf(tests.loc["sex", "likelihood_ratio"], 1)
    assert tests.loc["sex", "q_value"] == pytest.approx(p)  # the larger of two stays as it is
    held = model.fitted.covariance[1:, 1:]  # of sex, then of five departments
    overlap = held[0, 0] * np.linalg.det(held[1:, 1:]) / np.linalg.det(held)
    assert tests["variance_inflation"].to_dict() == pytest.approx(
        {"sex": overlap ** (1 / 2), "department": overlap**0.1}
    )
    assert tests.loc["sex", "variance_inflation"] > 1.1


def test_features_of_no_effect_hold_their_level():
    """180 joint tests of features of no effect: about 9 fall below 0.05, 2 to 18 in 99% of draws."""
    chance = np.random.default_rng(20_240_717)
    below = 0
    for _ in range(60):
        labels = {name: chance.integers(0, number, 400).astype(str) for name, number in (("a", 2), ("b", 3), ("c", 4))}
        outcome = np.where(chance.random(400) < 0.45, "16", "1")
        table = pd.DataFrame(labels).assign(outcome=outcome, cases=1)
        tests = joint_tests(exact_fit(table, ["a", "b", "c"], {"16"}).plain())
        below += int((chi2.sf(tests["likelihood_ratio"], tests["parameters"]) < 0.05).sum())
    assert 2 <= below <= 18


def widened(by, *, of_groups=0.0, clusters=0):
    """Berkeley's admissions with a covariance so many times as wide, a part of it told by so many groups."""
    model = exact_fit(admissions(), ["sex", "department"], {"16"}).plain()
    covariance = model.covariance * by
    from_clusters = covariance * of_groups if of_groups else None
    return replace(model, covariance=covariance, clusters=clusters, from_clusters=from_clusters)


def test_what_widens_a_covariance_divides_a_likelihood_ratio():
    """Rao and Scott (1984): where every coefficient is as much wider, chi squared over that."""
    plain, wide = (joint_tests(widened(by)).set_index("feature") for by in (1.0, 2.5))
    assert (plain["likelihood_ratio"] / wide["likelihood_ratio"]).tolist() == pytest.approx([2.5, 2.5])
    values = chi2.sf(wide["likelihood_ratio"], wide["parameters"])
    assert wide["q_value"].tolist() == pytest.approx(false_discovery_control(values))
    assert wide["variance_inflation"].tolist() == pytest.approx(plain["variance_inflation"])


def test_a_test_by_what_few_groups_tell_has_their_degrees_of_freedom():
    model = widened(3.0, of_groups=0.5, clusters=8)
    found = joint_tests(model).set_index("feature")
    degrees = 7 / 0.5**2
    values = f.sf(found["likelihood_ratio"] / found["parameters"], found["parameters"], degrees)
    assert found["q_value"].tolist() == pytest.approx(false_discovery_control(values))
    assert degrees == pytest.approx(model.degrees(np.eye(len(model.covariance))[1])), "of one coefficient as of a limit"
    assert found.loc["sex", "q_value"] > joint_tests(widened(3.0)).set_index("feature").loc["sex", "q_value"]


def test_released_features_of_no_effect_hold_their_level():
    """Four features of 40 files of 600 people: taken as exact, their tests find more that tells nothing."""
    found = {True: [], False: []}
    for seed in range(40):
        file = coverage.CaseFile.drawn(600, 0, 0.0, seed, pulls=coverage.NOTHING)
        place = coverage.Place(
            file.counts(clustered=False), coverage.FEATURES, file.numbers(), "Kent", "8Q", "recorded"
        )
        fit, _ = place.fit(("victim_withdrawal",))
        for is_rounded, model in ((True, fit.model()), (False, fit.plain())):
            tests = joint_tests(model)
            found[is_rounded] += (chi2.sf(tests["likelihood_ratio"], tests["parameters"]) < 0.05).tolist()
    assert len(found[True]) > 150
    assert 0 < np.mean(found[True]) < 0.075
    assert np.mean(found[True]) < np.mean(found[False])
