"""How far the share that ends so differs between categories, all else as it is: a difference that reads as shares do.

Standardisation: the share is predicted with every case given a category, then with every case given the reference, and
the mean difference over the cases is taken (Lane and Nelder 1982, Biometrics 38: 613-621; the "average marginal effect"
of a categorical variable). An odds ratio of 2 is not twice the share, and is read as though it were; this is not.

Intervals are by the delta method from the covariance of the coefficients, the features of the cases taken as they are:
symmetric, and not kept within -1 to 1. What is not covered: no case can be given a category in life. The
difference says what goes with what.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

Array = npt.NDArray[np.float64]


def average_difference(
    coefficients: Array, covariance: Array, *, given: Array, reference: Array, cases: Array
) -> tuple[float, float]:
    """The average difference in share, and its standard error, both 0 to 1.

    ``given`` and ``reference`` are designs with every case set to one category and to the other, a row per combination
    of ``cases`` cases. Raises ValueError when they are not of one shape.
    """
    _check(given, reference, cases)
    weights = cases / cases.sum()
    with_it, without = expit(given @ coefficients), expit(reference @ coefficients)
    gradient = (weights * with_it * (1 - with_it)) @ given - (weights * without * (1 - without)) @ reference
    return float(weights @ (with_it - without)), float(np.sqrt(gradient @ covariance @ gradient))


def average_differences_of_endings(
    coefficients: Array, covariance: Array, *, given: Array, reference: Array, cases: Array
) -> tuple[Array, Array]:
    """The same for several endings: a difference in share and its standard error for each, the last being the baseline.

    ``coefficients`` has a row for each ending but the last; ``covariance`` is of these rows laid end to end. The
    differences of all endings add up to 0. Raises ValueError as ``average_difference`` does.
    """
    _check(given, reference, cases)
    weights = cases / cases.sum()
    differences = np.zeros(len(coefficients) + 1)
    gradients = np.zeros((len(differences), coefficients.size))
    for sign, design in ((1.0, given), (-1.0, reference)):
        shares = softmax(np.column_stack([design @ coefficients.T, np.zeros(len(design))]), axis=1)
        differences += sign * (weights @ shares)
        for ending in range(len(differences)):
            own = np.eye(len(differences))[ending]
            slopes = shares[:, [ending]] * (own - shares)
            gradients[ending] += sign * np.concatenate([(weights * slope) @ design for slope in slopes.T[:-1]])
    return differences, np.asarray(np.sqrt(np.einsum("ij,jk,ik->i", gradients, covariance, gradients)))


def _check(given: Array, reference: Array, cases: Array) -> None:
    if given.shape != reference.shape or len(given) != len(cases):
        raise ValueError("The two designs and the cases are not of one length.")
