"""What rounding and groups bring to a fit from known margins, from how each number of a score came about."""

import numpy as np
import pandas as pd
import pytest

from analysis.questions.association.features import JointTable
from analysis.questions.association.groups import Alike
from analysis.questions.association.margins import Known, margin_fit
from analysis.shares.intervals import ROUNDING_VARIANCE

#: Cases that ended in one way, in another, and in any other, by category.
RISK = pd.DataFrame([[30.0, 20.0, 50.0], [10.0, 60.0, 130.0]], index=["High", "Low"])


@pytest.mark.parametrize("ending", [0, 1, 2])
def test_the_variance_of_a_score_is_that_of_the_numbers_that_were_rounded(ending):
    """Rounded by themselves: the cases and each ending. All else is the cases less each ending; a score is events less
    the share of cases."""
    known = Known({"risk": RISK}, RISK.sum().to_numpy())

    def variance(row):
        cases_and_endings = np.eye(3)
        events = np.vstack([cases_and_endings[1:], [1, -1, -1]])[ending]
        score = events - row[ending] / row.sum() * cases_and_endings[0]
        return ROUNDING_VARIANCE * score @ score

    in_all, by_feature = known.noise(ending)
    assert in_all == pytest.approx(variance(known.total))
    assert by_feature["risk"] == pytest.approx([variance(row) for row in RISK.to_numpy()])


def test_groups_widen_a_fit_by_the_pairs_of_cases_that_are_alike():
    """Case by case: the score's covariance is that of independent cases, and of each pair in a group their correlation
    times the standard deviations of both."""
    labels = pd.DataFrame({"risk": ["High", "High", "Low", "Low"], "place": ["North", "South"] * 2})
    cases = np.array([[30.0, 10, 20], [10, 30, 20], [40, 20, 20], [20, 20, 60]])
    known = np.array([[90.0, 10], [20, 60], [40, 80]])
    features = {
        "risk": pd.DataFrame([[90.0, 30], [60, 120]], index=["High", "Low"]),
        "place": pd.DataFrame([[90.0, 50], [60, 100]], index=["North", "South"]),
    }
    joint = JointTable(labels, cases.sum(axis=1))
    fit = margin_fit(joint, Known(features, np.array([150.0, 150])), Alike(cases, known))
    plain, model = fit.plain(), fit.model()
    correlation = fit.correlation(plain)
    assert correlation > 0.05
    places, groups = (
        np.repeat(each.ravel(), fit.alike.cases.round().astype(int).ravel()) for each in np.indices((4, 3))
    )
    shares = plain.fitted.shares[places, 0]
    scores = plain.design.matrix[places] * np.sqrt(shares * (1 - shares))[:, None]
    pairs = (groups[:, None] == groups) & ~np.eye(len(groups), dtype=bool)
    expected = plain.covariance @ scores.T @ (correlation * pairs) @ scores @ plain.covariance
    assert model.from_clusters == pytest.approx(expected)
    assert model.covariance == pytest.approx(plain.covariance + expected + rounded_alone(fit, plain))


def rounded_alone(fit, plain):
    """What the same fit gains by rounding where no cases are alike."""
    return margin_fit(fit.joint, fit.known).model().covariance - plain.covariance
