"""Overlap, many comparisons and calibration, against R's car and statsmodels."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.questions.association.association import calibration, holm, variance_inflation
from analysis.shares.differences import false_discoveries

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


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_p_values_against_statsmodels(seed):
    values = np.random.default_rng(seed).random(17) ** 3
    assert false_discoveries(values) == pytest.approx(multipletests(values, method="fdr_bh")[1], abs=1e-14)
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1], abs=1e-14)


def test_missing_p_values_stay_missing_and_are_not_counted():
    with_gaps = [np.nan, 0.01, np.nan, 0.04]
    assert holm(with_gaps)[[1, 3]] == pytest.approx([0.02, 0.04])
    assert false_discoveries(with_gaps)[[1, 3]] == pytest.approx([0.02, 0.04])
    assert np.isnan(holm(with_gaps)[[0, 2]]).all()
    assert np.isnan(false_discoveries([np.nan])).all()


def test_calibration_adds_up_and_is_by_hand_what_it_is():
    shares = np.array([0.1, 0.2, 0.3, 0.2])
    table = calibration(shares, np.array([5.0, 9.0, 6.0, 1.0]), np.array([50.0, 20.0, 10.0, 20.0]))
    assert table["tenth"].tolist() == [3, 8, 10]
    assert table["cases"].tolist() == [50, 40, 10]
    assert table["events"].tolist() == [5, 10, 6]
    assert table["expected_events"].to_numpy() == pytest.approx([5, 8, 3])
    assert table["predicted_share"].to_numpy() == pytest.approx([0.1, 0.2, 0.3])
    assert table["observed_share"].to_numpy() == pytest.approx([0.1, 0.25, 0.6])
