"""What rounding and groups bring to a fit from known margins, from how each number of a score came about."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.questions.association.features import JointTable
from analysis.questions.association.groups import Alike, _squares_if_hidden
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


def of_three_groups():
    """A fit by two features of 300 cases in three groups, which differ by more than chance."""
    labels = pd.DataFrame({"risk": ["High", "High", "Low", "Low"], "place": ["North", "South"] * 2})
    cases = np.array([[30.0, 10, 20], [10, 30, 20], [40, 20, 20], [20, 20, 60]])
    known = np.array([[90.0, 10], [20, 60], [40, 80]])
    features = {
        "risk": pd.DataFrame([[90.0, 30], [60, 120]], index=["High", "Low"]),
        "place": pd.DataFrame([[90.0, 50], [60, 100]], index=["North", "South"]),
    }
    joint = JointTable(labels, cases.sum(axis=1))
    return margin_fit(joint, Known(features, np.array([150.0, 150])), Alike(cases, known))


def each_case(fit, plain):
    """The group of each case, and its part in the score for one standard deviation of its own."""
    places, groups = (
        np.repeat(each.ravel(), fit.alike.cases.round().astype(int).ravel()) for each in np.indices((4, 3))
    )
    shares = plain.fitted.shares[places, 0]
    return groups, plain.design.matrix[places] * np.sqrt(shares * (1 - shares))[:, None]


def test_groups_widen_a_fit_by_the_pairs_of_cases_that_are_alike():
    """Case by case: the score's covariance is that of independent cases, and of each pair in a group their correlation
    times the standard deviations of both."""
    fit = of_three_groups()
    plain, model = fit.plain(), fit.model()
    correlation = fit.correlation(plain)
    assert correlation > 0.05
    groups, scores = each_case(fit, plain)
    pairs = (groups[:, None] == groups) & ~np.eye(len(groups), dtype=bool)
    expected = plain.covariance @ scores.T @ (correlation * pairs) @ scores @ plain.covariance
    assert model.from_clusters == pytest.approx(expected)
    assert model.covariance == pytest.approx(plain.covariance + expected + rounded_alone(fit, plain))


def rounded_alone(fit, plain):
    """What the same fit gains by rounding where no cases are alike."""
    return margin_fit(fit.joint, fit.known).model().covariance - plain.covariance


def test_the_correlation_is_what_groups_differ_by_beyond_chance_and_rounding():
    """Case by case (Williams 1982): squares of what is left of each group's events, less what independent cases leave
    and rounding adds, over what cases that are all alike would leave."""
    fit = of_three_groups()
    plain = fit.plain()
    groups, scores = each_case(fit, plain)
    member = np.eye(3)[groups].T
    sizes = np.sqrt((scores**2)[:, 0])  # the first column of the design is of ones
    left = member * sizes - (member * sizes) @ scores @ plain.covariance @ scores.T
    alike = (groups[:, None] == groups).astype(float)
    apart, more = (np.diag(left @ pairs @ left.T) for pairs in (np.eye(300), alike - np.eye(300)))
    events, cases = fit.alike.known[:, 0], fit.alike.known.sum(axis=1)
    expected = plain.fitted.shares[:, 0] @ fit.alike.cases
    rounding = ROUNDING_VARIANCE * (1 + (events / cases) ** 2)
    found = ((events - expected) ** 2 - apart - rounding).sum() / more.sum()
    assert fit.correlation(plain) == pytest.approx(found)
    known = fit.alike.known.copy()
    known[1] = np.nan
    less = replace(fit, alike=replace(fit.alike, known=known))
    estimate = less.correlation(plain)
    spread = np.sqrt(apart + estimate * more)[1:2]
    hidden = float(_squares_if_hidden(expected[1:2], spread, fit.alike.cases.sum(axis=0)[1:2])[0])
    squares = np.where([False, True, False], hidden + rounding, (events - expected) ** 2)
    assert 0 < estimate == pytest.approx((squares - apart - rounding).sum() / more.sum(), abs=1e-5)


@pytest.mark.parametrize(("expected", "spread", "cases"), [(15.0, 6.0, 200.0), (100.0, 30.0, 130.0), (20.0, 9.0, 40.0)])
def test_hidden_numbers_are_as_far_off_as_normal_ones_that_are_hidden(expected, spread, cases):
    """By summing over a fine grid: under 12.5 events, or under 22.5 others."""
    numbers = np.linspace(expected - 9 * spread, expected + 9 * spread, 20_001)
    likely = norm.pdf(numbers, expected, spread) * ((numbers < 12.5) | (numbers > cases - 22.5))
    found = _squares_if_hidden(*(np.array([value]) for value in (expected, spread, cases)))
    assert found == pytest.approx([likely @ (numbers - expected) ** 2 / likely.sum()], rel=1e-3)
