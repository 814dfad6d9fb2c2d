"""Logistic regression on grouped counts, by maximum likelihood or by Firth's penalised likelihood.

Grouped counts give the estimates, standard errors and log-likelihood of the cases behind them: log-likelihoods here are
those of single cases, without the binomial coefficients, so that they do not depend on how cases were grouped.

Firth's likelihood (Firth 1993, Biometrika 80: 27-38) adds half the log determinant of the information, Jeffreys's
prior: it takes away the first-order bias and always has a finite maximum, also where a category has no event (Heinze
and Schemper 2002, Statistics in Medicine 21: 2409-2419). For one 2 by 2 table it is the odds ratio with a half added
to each cell. Its intervals are those of the profile of the penalised likelihood and its tests are penalised likelihood
ratios, both with the penalty of the whole model, as R's package logistf has them.

Clustered covariance: Liang and Zeger (1986, Biometrika 73: 13-22), with the correction G/(G-1) (N-1)/(N-k) of Stata's
and statsmodels' ``cluster`` for G clusters, N cases and k parameters, to be read with Student's t on G-1 degrees of
freedom (Cameron and Miller 2015, Journal of Human Resources 50: 317-372).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2

from analysis.errors import ParameterError

Array = npt.NDArray[np.float64]
_STEPS = 400
_SETTLED = 1e-10
_LONGEST_STEP = 5.0


@dataclass(frozen=True)
class Fit:
    """A fitted model: ``coefficients`` in log odds, one a column of the design, with their ``covariance``.

    ``likelihood`` is the log-likelihood of the cases, with Firth's penalty if ``is_penalised``; ``shares`` are the
    predicted shares of each row, 0 to 1.
    """

    coefficients: Array
    covariance: Array
    likelihood: float
    shares: Array
    is_penalised: bool

    @property
    def standard_errors(self) -> Array:
        """Standard errors of the coefficients, in log odds."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


@dataclass(frozen=True)
class Problem:
    """A design (a row per combination), the events of each row and its cases.

    Raises ValueError when they are not of one length, cases are not above 0, or events lie outside 0 to cases.
    """

    design: Array
    events: Array
    cases: Array
    is_penalised: bool = False

    def __post_init__(self) -> None:
        if not len(self.design) == len(self.events) == len(self.cases):
            raise ValueError("Design, events and cases are not of one length.")
        if bool((self.cases <= 0).any()) or bool((self.events < 0).any()) or bool((self.events > self.cases).any()):
            raise ValueError("Cases must be above 0, and events lie between 0 and cases.")

    def likelihood(self, coefficients: Array) -> float:
        """The log-likelihood of the cases, with the penalty if there is one."""
        odds = self.design @ coefficients
        others = self.cases - self.events
        plain = -float(self.events @ np.logaddexp(0, -odds) + others @ np.logaddexp(0, odds))
        return plain + 0.5 * float(np.linalg.slogdet(self.information(coefficients))[1]) if self.is_penalised else plain

    def information(self, coefficients: Array) -> Array:
        """Fisher's information on the coefficients."""
        shares = expit(self.design @ coefficients)
        return np.asarray((self.design.T * (self.cases * shares * (1 - shares))) @ self.design)

    def residuals(self, coefficients: Array, information: Array) -> Array:
        """What each row adds to the score, before the design: events less those expected, and Firth's correction."""
        shares = expit(self.design @ coefficients)
        left = self.events - self.cases * shares
        if not self.is_penalised:
            return np.asarray(left)
        spread = np.einsum("ij,ij->i", self.design, np.linalg.solve(information, self.design.T).T)
        leverage = self.cases * shares * (1 - shares) * spread
        return np.asarray(left + leverage * (0.5 - shares))


def fit(
    problem: Problem,
    *,
    held: Sequence[int] = (),
    start: Array | None = None,
    settled: float = _SETTLED,
) -> Fit:
    """The maximum of the likelihood over all coefficients but those ``held`` at their value in ``start`` (default 0).

    Newton's method by Fisher's information, no step longer than 5 in log odds, halved while the likelihood falls.

    Raises ParameterError when 400 steps do not settle it: the data are separated, and Firth's likelihood is to be used.
    """
    width = problem.design.shape[1]
    free = np.setdiff1d(np.arange(width), np.asarray(held, dtype=int))
    at = np.zeros(width) if start is None else start.astype(float)
    reached = problem.likelihood(at)
    for _ in range(_STEPS):
        information = problem.information(at)
        score = problem.design.T @ problem.residuals(at, information)
        step = np.zeros(width)
        if len(free):
            step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
        longest = float(np.abs(step).max())
        step *= min(1.0, _LONGEST_STEP / longest) if longest else 1.0
        at, reached = _climbed(problem, at, reached, step)
        if longest < settled:
            covariance = np.asarray(np.linalg.inv(problem.information(at)), dtype=float)
            return Fit(at, covariance, reached, np.asarray(expit(problem.design @ at)), problem.is_penalised)
    raise ParameterError(
        "The regression did not settle: a category decides the ending. Use Firth's likelihood, or group."
    )


def profile_limits(problem: Problem, best: Fit, place: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of one coefficient, in log odds, from the profile of the (penalised) likelihood.

    Its limits are where twice the fall of the likelihood, all other coefficients fitted anew, is the chi-squared
    quantile on one degree of freedom.
    """
    fall = float(chi2.ppf(confidence, 1)) / 2
    width = float(np.sqrt(fall * 2) * best.standard_errors[place])
    return _limit(problem, best, place, fall, -width), _limit(problem, best, place, fall, width)


def ratio_test(problem: Problem, best: Fit, places: Sequence[int]) -> tuple[float, float]:
    """The (penalised) likelihood ratio statistic of coefficients being 0 together, and its p value.

    The penalty stays that of the whole model, as in logistf; the degrees of freedom are the number of ``places``.
    """
    start = best.coefficients.copy()
    start[list(places)] = 0.0
    without = fit(problem, held=places, start=start)
    statistic = max(0.0, 2 * (best.likelihood - without.likelihood))
    return statistic, float(chi2.sf(statistic, len(places)))


def clustered(covariance: Array, scores: Array, clusters: npt.NDArray[np.int_], cases: float) -> Array:
    """The sandwich of ``covariance`` with the scores of rows (a row each) added up by cluster; correction as above."""
    number = int(clusters.max()) + 1
    sums = np.zeros((number, scores.shape[1]))
    np.add.at(sums, clusters, scores)
    correction = number / (number - 1) * (cases - 1) / (cases - scores.shape[1])
    return np.asarray(correction * covariance @ (sums.T @ sums) @ covariance)


def _climbed(problem: Problem, at: Array, reached: float, step: Array) -> tuple[Array, float]:
    """The point after a step, halved while the likelihood falls by more than rounding."""
    slack = 1e-10 * (1 + abs(reached))
    for halvings in range(40):
        tried = at + step / 2**halvings
        likelihood = problem.likelihood(tried)
        if likelihood >= reached - slack:
            return tried, likelihood
    return at, reached


def _limit(problem: Problem, best: Fit, place: int, fall: float, width: float) -> float:
    """Where the profile has fallen by ``fall``, on the side to which ``width`` points."""
    warm = best.coefficients.copy()

    def beyond(distance: float) -> float:
        start = warm.copy()
        start[place] = best.coefficients[place] + distance
        now = fit(problem, held=[place], start=start, settled=1e-7)
        warm[:] = now.coefficients
        return float(np.sqrt(max(0.0, best.likelihood - now.likelihood)) - np.sqrt(fall))

    far = width
    while beyond(far) < 0:
        far *= 1.5
    return float(best.coefficients[place] + brentq(beyond, 0.0, far, xtol=1e-9, rtol=1e-12))
