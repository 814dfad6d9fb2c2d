"""What each feature adds to a regression when all others are there, and how far it overlaps with them.

What rounding and groups add to the variance of coefficients makes a likelihood ratio larger than chi squared: it is
divided by as much as they widen the feature's coefficients on average (Rao and Scott 1984, Annals of Statistics 12:
46-60; of regressions Lumley and Scott 2014, Australian & New Zealand Journal of Statistics 56: 1-14).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import chdtrc, fdtrc

from analysis.questions.association.features import Array
from analysis.questions.association.regression import Model, fit
from analysis.shares.differences import false_discoveries


def variance_inflation(covariance: Array, places: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """The generalised variance inflation factor of each feature.

    How much larger the confidence region of a feature's coefficients is than if the feature went with no other. Its
    power 1/(2 x coefficients) compares between features; above 2 or so a feature is hard to tell apart from others.

    Parameters
    ----------
    covariance
        Of all coefficients of a regression, the constant's first.
    places
        For each feature the places of its coefficients; the constant's is nobody's.

    Returns
    -------
    dict[str, float]
        The factor of each feature: 1 where it goes with no other.

    References
    ----------
    Fox J, Monette G (1992). Generalized collinearity diagnostics. Journal of the American Statistical Association
    87(417): 178-183.

    Examples
    --------
    >>> variance_inflation(np.diag([1.0, 2.0, 3.0]), {"risk": [1], "contact": [2]})
    {'risk': 1.0, 'contact': 1.0}
    """
    every = [place for of_feature in places.values() for place in of_feature]
    whole = _log_determinant(covariance, every)
    factors = {}
    for feature, of_feature in places.items():
        rest = [place for place in every if place not in of_feature]
        apart = _log_determinant(covariance, of_feature) + _log_determinant(covariance, rest)
        factors[feature] = float(np.exp(apart - whole))
    return factors


def _log_determinant(matrix: Array, places: Sequence[int]) -> float:
    return float(np.linalg.slogdet(matrix[np.ix_(list(places), list(places))])[1]) if places else 0.0


def joint_tests(model: Model) -> pd.DataFrame:
    """What each feature adds when all others are there, and its overlap with them.

    Parameters
    ----------
    model
        A regression of one ending; tests allow for all that its covariance does.

    Returns
    -------
    pd.DataFrame
        One row per ``feature``: ``parameters`` (its coefficients), ``likelihood_ratio`` of leaving it out, over what
        rounding and groups widen it by, ``q_value`` (its p value, adjusted by Benjamini and Hochberg over the features;
        where groups widen it F's, with the degrees of freedom of ``Model.degrees`` for several) and
        ``variance_inflation`` (for each coefficient: 1 where it goes with no other feature).

    References
    ----------
    Rao JNK, Scott AJ (1984). On chi-squared tests for multiway contingency tables with cell proportions estimated from
    survey data. Annals of Statistics 12(1): 46-60.
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate: a practical and powerful approach to multiple
    testing. Journal of the Royal Statistical Society B 57(1): 289-300.
    """
    places = {feature: model.design.places(feature) for feature in model.design.references}
    factors = variance_inflation(model.fitted.covariance, places)
    tests = [_ratio_test(model, of_feature) for of_feature in places.values()]
    return pd.DataFrame(
        {
            "feature": list(places),
            "parameters": [len(of_feature) for of_feature in places.values()],
            "likelihood_ratio": [statistic for statistic, _ in tests],
            "q_value": false_discoveries([p for _, p in tests]),
            "variance_inflation": [
                factors[feature] ** (1 / (2 * len(of_feature))) for feature, of_feature in places.items()
            ],
        }
    )


def _ratio_test(model: Model, places: Sequence[int]) -> tuple[float, float]:
    """The likelihood ratio over what its covariance is widened by, and the p value that coefficients are 0 together."""
    without = fit(np.delete(model.design.matrix, list(places), axis=1), model.endings)
    own, many = np.ix_(list(places), list(places)), len(places)
    wider = np.trace(np.linalg.solve(model.fitted.covariance[own], model.covariance[own])) / many
    statistic = max(0.0, 2 * (model.fitted.likelihood - without.likelihood)) / float(wider)
    degrees = _degrees(model, places)
    return statistic, float(chdtrc(many, statistic) if math.isinf(degrees) else fdtrc(many, degrees, statistic / many))


def _degrees(model: Model, places: Sequence[int]) -> float:
    """The degrees of freedom of several coefficients: of one those of ``Model.degrees``."""
    if model.from_clusters is None:
        return math.inf
    own = np.ix_(list(places), list(places))
    part = float(np.trace(np.linalg.solve(model.covariance[own], model.from_clusters[own]))) / len(places)
    return (model.clusters - 1) / part**2 if part > 0 else math.inf
