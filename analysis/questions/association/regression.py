"""Logistic regression of one ending or several on the features of cases, and what it says of each category.

Multinomial logistic regression on grouped counts: the log odds of each ending against the last ("anything else") are
sums over the features. Of one ending it is the usual, binary logistic regression. Grouped counts have the estimates and
standard errors of single cases, and the log-likelihood here is that of single cases, without multinomial coefficients.

Two regressions of one ending against all others do not add up, since cases that ended in the other way stand among "all
others"; of one fit of all endings the differences in share of a category add up to 0. Of several endings an odds ratio
is of one ending to "anything else", a share that moves too, so that only differences in share are given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analysis.errors import ParameterError
from analysis.questions.association.features import Array, Design

_STEPS = 100
_HALVINGS = 30
_SETTLED = 1e-10
_SLACK = 1e-10  # by which a log-likelihood may fall, for each unit of it: rounding
_NEGLIGIBLE = 1e-9
_UPPER = 0.975  # the quantile that a 95% interval goes by


@dataclass(frozen=True)
class Fit:
    """A fitted logistic regression.

    Attributes
    ----------
    coefficients
        In log odds against the last ending: a row for each other ending, a column for each column of the design.
    covariance
        Of the coefficients, their rows laid end to end.
    likelihood
        The log-likelihood of the cases.
    shares
        The predicted share, 0 to 1: a row for each combination, a column for each ending.
    """

    coefficients: Array
    covariance: Array
    likelihood: float
    shares: Array


def fit(design: Array, endings: Array) -> Fit:
    """The logistic regression of greatest likelihood, by Newton's method.

    Parameters
    ----------
    design
        A row for each combination of features, a column for each coefficient.
    endings
        Cases by how they ended: a row for each row of the design, a column for each ending. They need not be whole.

    Returns
    -------
    Fit
        The fit, with the last ending as the one that the others are set against.

    Raises
    ------
    ValueError
        When the two are not of one length or a number of cases is negative.
    ParameterError
        When it does not settle: some category decides the ending.

    Examples
    --------
    Of two categories the coefficient is the logarithm of the odds ratio, here of 30 to 10 against 20 to 40.

    >>> fitted = fit(np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([[30.0, 10.0], [20.0, 40.0]]))
    >>> float(np.exp(fitted.coefficients[0, 1]).round(6))
    6.0
    """
    if len(design) != len(endings) or bool((endings < 0).any()):
        raise ValueError("Design and endings are not of one length, or a count is negative.")
    coefficients = np.zeros((endings.shape[1] - 1, design.shape[1]))
    cases = endings.sum(axis=1)
    shares, likelihood = _shares_and_likelihood(design, endings, coefficients)
    try:
        for _ in range(_STEPS):
            score = ((endings - cases[:, None] * shares)[:, :-1].T @ design).ravel()
            step = np.linalg.solve(_information(design, cases, shares), score).reshape(coefficients.shape)
            for halvings in range(_HALVINGS):
                reached = coefficients + step / 2**halvings
                shares, new_likelihood = _shares_and_likelihood(design, endings, reached)
                if new_likelihood >= likelihood - _SLACK * (1 + abs(likelihood)):
                    coefficients, likelihood = reached, new_likelihood
                    break
            if float(np.abs(step).max()) < _SETTLED:
                covariance = np.asarray(np.linalg.inv(_information(design, cases, shares)), dtype=float)
                return Fit(coefficients, covariance, likelihood, shares)
    except np.linalg.LinAlgError:
        pass  # the information has run to nothing, as the shares of separated cases run to 0 or 1
    raise ParameterError("The regression did not settle: a category decides the ending. Group it with another.")


def _shares_and_likelihood(design: Array, endings: Array, coefficients: Array) -> tuple[Array, float]:
    """The predicted shares of each row, and the log-likelihood of the cases."""
    odds = np.column_stack([design @ coefficients.T, np.zeros(len(design))])
    odds -= odds.max(axis=1, keepdims=True)
    weights = np.exp(odds)
    total = weights.sum(axis=1, keepdims=True)
    return weights / total, float((endings * (odds - np.log(total))).sum())


def _information(design: Array, cases: Array, shares: Array) -> Array:
    """The information on the coefficients, their rows laid end to end."""
    blocks = [
        [(design.T * (cases * own * ((row == column) - other))) @ design for column, other in enumerate(shares.T[:-1])]
        for row, own in enumerate(shares.T[:-1])
    ]
    return np.block(blocks)


def average_differences(coefficients: Array, *, given: Array, reference: Array, cases: Array) -> tuple[Array, Array]:
    """How far the share of each ending differs if every case had one category and if every case had another.

    The share is predicted with every case given the one, then the other, and the mean difference over the cases taken.
    An odds ratio of 2 is not twice the share, and is read as though it were; this is not.

    Parameters
    ----------
    coefficients
        As in ``Fit``.
    given, reference
        The designs with every case set to the one category and to the other, a row for each combination.
    cases
        The cases of each combination.

    Returns
    -------
    tuple[Array, Array]
        The difference in share of each ending, -1 to 1, the last one's too: they add up to 0. And how each moves with
        each coefficient (the gradient, for the delta method): a row for each ending.

    References
    ----------
    Lane PW, Nelder JA (1982). Analysis of covariance and standardization as instances of prediction. Biometrics 38(3):
    613-621.
    """
    weights = cases / cases.sum()
    differences = np.zeros(len(coefficients) + 1)
    gradients = np.zeros((len(differences), coefficients.size))
    nothing = np.zeros((len(given), len(differences)))
    for sign, design in ((1.0, given), (-1.0, reference)):
        shares, _ = _shares_and_likelihood(design, nothing, coefficients)
        differences += sign * (weights @ shares)
        for ending, own in enumerate(np.eye(len(differences))):
            slopes = shares[:, [ending]] * (own - shares)
            gradients[ending] += sign * ((slopes[:, :-1] * weights[:, None]).T @ design).ravel()
    return differences, gradients


def limits(estimate: float, error: float, degrees: float = math.inf) -> tuple[float, float, float]:
    """The 95% Wald limits of an estimate and its two-sided p value.

    Parameters
    ----------
    estimate, error
        The estimate and its standard error.
    degrees
        The degrees of freedom of Student's t; the normal distribution's where they are endless.

    Returns
    -------
    tuple[float, float, float]
        Lower limit, upper limit and p value.

    Examples
    --------
    >>> [round(value, 3) for value in limits(1.0, 0.5)]
    [0.02, 1.98, 0.046]
    """
    distance, is_normal = abs(estimate) / error, math.isinf(degrees)
    # the functions behind scipy.stats.norm and t, which take a hundred times as long to be asked for one number
    reach = (ndtri(_UPPER) if is_normal else stdtrit(degrees, _UPPER)) * error
    beyond = ndtr(-distance) if is_normal else stdtr(degrees, -distance)
    return float(estimate - reach), float(estimate + reach), float(2 * beyond)


@dataclass(frozen=True)
class Model:
    """A fitted regression of one ending, with what its intervals go by.

    Attributes
    ----------
    design, endings, fitted
        What was fitted and the fit: cases that ended so, and all others.
    covariance
        Of the coefficients, with all that adds to it.
    clusters
        How many clusters were behind that, or 0.
    from_clusters
        The part of the covariance that was estimated from the clusters; None without them.
    """

    design: Design
    endings: Array
    fitted: Fit
    covariance: Array
    clusters: int = 0
    from_clusters: Array | None = None

    def degrees(self, gradient: Array) -> float:
        """The degrees of freedom of the variance of a weighted sum of coefficients.

        Of the parts of a variance only the one that was estimated from clusters is uncertain, with one degree of
        freedom fewer than there are clusters.

        Parameters
        ----------
        gradient
            The weight of each coefficient.

        Returns
        -------
        float
            The degrees of freedom; endless where clusters add nothing.

        References
        ----------
        Satterthwaite FE (1946). An approximate distribution of estimates of variance components. Biometrics Bulletin
        2(6): 110-114.
        """
        if self.from_clusters is None:
            return math.inf
        uncertain = float(gradient @ self.from_clusters @ gradient)
        whole = float(gradient @ self.covariance @ gradient)
        return (self.clusters - 1) * (whole / uncertain) ** 2 if uncertain > _NEGLIGIBLE * whole else math.inf

    def against_reference(self, feature: str, category: str) -> dict[str, float]:
        """What the regression says of a category, all other features held.

        Parameters
        ----------
        feature, category
            One of the design.

        Returns
        -------
        dict[str, float]
            "odds_ratio", "odds_ratio_low", "odds_ratio_high" and "p"; then "difference_share", "difference_low_share"
            and "difference_high_share", -1 to 1. Of the reference category the ratio and the difference alone, 1 and 0.
        """
        place = self.design.place(feature, category)
        if place is None:
            return {"odds_ratio": 1.0, "difference_share": 0.0}
        ratio, p = self._interval(float(self.fitted.coefficients[0, place]), np.eye(len(self.covariance))[place])
        differences, gradients = average_differences(
            self.fitted.coefficients,
            given=self.design.with_everybody(feature, category),
            reference=self.design.with_everybody(feature, self.design.references[feature]),
            cases=self.endings.sum(axis=1),
        )
        difference, _ = self._interval(float(differences[0]), gradients[0])
        names = ("", "_low", "_high")
        figures = {f"odds_ratio{name}": math.exp(log_odds) for name, log_odds in zip(names, ratio, strict=True)}
        figures["p"] = p
        return figures | {f"difference{name}_share": share for name, share in zip(names, difference, strict=True)}

    def _interval(self, estimate: float, gradient: Array) -> tuple[tuple[float, float, float], float]:
        """An estimate that moves so with the coefficients, with its limits; and its p value."""
        error = float(np.sqrt(gradient @ self.covariance @ gradient))
        low, high, p = limits(estimate, error, self.degrees(gradient))
        return (estimate, low, high), p
