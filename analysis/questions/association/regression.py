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

One regression on the features of cases and what it says of each category: between the fit and the table.

Intervals of odds ratios are Wald's, by maximum likelihood, or those of the profile of the penalised likelihood, by
Firth's; with clusters they are Wald's by the sandwich, on Student's t. Differences in share have the delta method's.

How far the share that ends so differs between categories, all else as it is: a difference that reads as shares do.

Standardisation: the share is predicted with every case given a category, then with every case given the reference, and
the mean difference over the cases is taken (Lane and Nelder 1982, Biometrics 38: 613-621; the "average marginal effect"
of a categorical variable). An odds ratio of 2 is not twice the share, and is read as though it were; this is not.

Intervals are by the delta method from the covariance of the coefficients, the features of the cases taken as they are:
symmetric, and not kept within -1 to 1. What is not covered: no case can be given a category in life. The
difference says what goes with what.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, ndtr, ndtri, softmax, stdtr, stdtrit
from scipy.stats import chi2

from analysis.errors import ParameterError
from analysis.questions.association.features import Array, Design, Grouped

_STEPS = 400
_SETTLED = 1e-10
_LONGEST_STEP = 5.0
_BLOCK = 200
_TANGENT_SETTLED = 1e-8
_NOTHING = 1e-9


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
        plain = float(self.events @ odds - self.cases @ np.logaddexp(0, odds))
        if not self.is_penalised:
            return plain
        return plain + 0.5 * float(np.linalg.slogdet(self.information(coefficients))[1])

    def information(self, coefficients: Array) -> Array:
        """Fisher's information on the coefficients."""
        scaled = self._scaled(coefficients)
        return np.asarray(scaled.T @ scaled)

    def score(self, coefficients: Array, information: Array) -> Array:
        """The slope of the likelihood: events less those expected, with Firth's correction, on the design."""
        shares = expit(self.design @ coefficients)
        left = self.events - self.cases * shares
        if self.is_penalised:
            # A row's leverage, over all its cases, is the squared length of its scaled line in the information's root.
            root = np.linalg.inv(np.linalg.cholesky(information))
            # In small blocks: shared out over threads, a product of this size takes longer than alone.
            blocks = np.array_split(self._scaled(coefficients), len(shares) // _BLOCK + 1)
            leverage = np.concatenate([np.square(block @ root.T).sum(axis=1) for block in blocks])
            left += leverage * (0.5 - shares)
        return np.asarray(left @ self.design)

    def _scaled(self, coefficients: Array) -> Array:
        shares = expit(self.design @ coefficients)
        return np.asarray(self.design * np.sqrt(self.cases * shares * (1 - shares))[:, None])


def fit(
    problem: Problem,
    *,
    held: Sequence[int] = (),
    start: Array | None = None,
    settled: float = _SETTLED,
) -> Fit:
    """The maximum of the likelihood over all coefficients but those ``held`` at their value in ``start`` (default 0).

    Newton's method by Fisher's information, no step longer than 5 in log odds, halved while the likelihood falls, and
    where it turns back on the step before: the penalty is not in the information, and for a category of a single case
    a step would come to twice the way, to and fro for ever.

    Raises ParameterError when it does not settle: the data are separated, and Firth's likelihood is to be used.
    """
    width = problem.design.shape[1]
    free = np.setdiff1d(np.arange(width), np.asarray(held, dtype=int))
    at = np.zeros(width) if start is None else start.astype(float)
    reached, before = problem.likelihood(at), np.zeros(width)
    try:
        for _ in range(_STEPS):
            information = problem.information(at)
            step = np.zeros(width)
            step[free] = np.linalg.solve(information[np.ix_(free, free)], problem.score(at, information)[free])
            longest = float(np.abs(step).max())
            step *= min(1.0, _LONGEST_STEP / longest) if longest else 1.0
            if step @ before < -0.25 * (before @ before):
                step /= 2
            at, reached = _climbed(problem, at, reached, step)
            before = step
            if longest < settled:
                covariance = np.asarray(np.linalg.inv(problem.information(at)), dtype=float)
                return Fit(at, covariance, reached, np.asarray(expit(problem.design @ at)), problem.is_penalised)
    except np.linalg.LinAlgError:
        pass  # the information has run to nothing, as the shares of separated cases run to 0 or 1
    raise ParameterError("The regression did not settle: a category decides the ending. Use Firth's, or group it.")


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
    tangent = _tangent_limit(problem, best, place, fall, width)
    if tangent is not None:
        return tangent
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


def _tangent_limit(problem: Problem, best: Fit, place: int, fall: float, width: float) -> float | None:
    """The same by the tangents of Venzon and Moolgavkar (1988, Applied Statistics 37: 87-94); None where they fail."""
    at, target, own = best.coefficients.copy(), best.likelihood - fall, np.eye(len(best.coefficients))[place]
    at = at + best.covariance[place] * width / best.covariance[place, place]
    for _ in range(50):
        information = problem.information(at)
        score = problem.score(at, information)
        try:
            covariance = np.linalg.inv(information)
        except np.linalg.LinAlgError:
            return None
        above = problem.likelihood(at) - target
        squared = 2 * (above + 0.5 * float(score @ covariance @ score)) / covariance[place, place]
        if squared < 0:
            return None
        step = covariance @ (score + np.copysign(np.sqrt(squared), width) * own)
        if float(np.abs(step).max()) > _LONGEST_STEP:
            return None
        at = at + step
        if float(np.abs(step).max()) < _TANGENT_SETTLED and abs(above) < _TANGENT_SETTLED:
            return float(at[place]) if (at[place] - best.coefficients[place]) * width > 0 else None
    return None


def average_difference(
    coefficients: Array, covariance: Array, *, given: Array, reference: Array, cases: Array
) -> tuple[float, float]:
    """The average difference in share, and its standard error, both 0 to 1.

    ``given`` and ``reference`` are designs with every case set to one category and to the other, a row per combination
    of ``cases`` cases. Raises ValueError when they are not of one shape.
    """
    difference, gradient = _difference_and_slope(coefficients, given=given, reference=reference, cases=cases)
    return difference, float(np.sqrt(gradient @ covariance @ gradient))


def _difference_and_slope(coefficients: Array, *, given: Array, reference: Array, cases: Array) -> tuple[float, Array]:
    """The average difference in share, and how it moves with each coefficient."""
    _check(given, reference, cases)
    weights = cases / cases.sum()
    with_it, without = expit(given @ coefficients), expit(reference @ coefficients)
    gradient = (weights * with_it * (1 - with_it)) @ given - (weights * without * (1 - without)) @ reference
    return float(weights @ (with_it - without)), np.asarray(gradient)


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


CONFIDENCE = 0.95
FEWEST_CLUSTERS = 10
Codes = npt.NDArray[np.int_]


def cluster_codes(rows: Grouped, cluster: str) -> tuple[Codes | None, int]:
    """The number of the cluster of each row, from 0, and how many there are; None and 0 where none is named.

    Raises ParameterError when there are fewer than 10: the intervals would be too narrow, and nobody could say by how
    much.
    """
    if not cluster:
        return None, 0
    codes, names = pd.factorize(rows.labels[cluster], sort=True)
    if len(names) < FEWEST_CLUSTERS:
        raise ParameterError(
            f"'{cluster}' has {len(names)} clusters; {FEWEST_CLUSTERS} are needed for intervals that allow for them. "
            "Leave the cluster out, or make it a feature."
        )
    return np.asarray(codes, dtype=int), len(names)


def limits(estimate: float, error: float, degrees: float = math.inf) -> tuple[float, float, float]:
    """The 95% Wald limits of an estimate and its two-sided p value: Student's t, or normal for endless degrees."""
    upper, distance = (1 + CONFIDENCE) / 2, abs(estimate) / error
    # the functions behind scipy.stats.norm and t, which take a hundred times as long to be asked for one number
    is_normal = math.isinf(degrees)
    reach = (ndtri(upper) if is_normal else stdtrit(degrees, upper)) * error
    beyond = ndtr(-distance) if is_normal else stdtr(degrees, -distance)
    return float(estimate - reach), float(estimate + reach), float(2 * beyond)


def intervals_in_words(cluster: str, clusters: int, *, penalised: bool) -> str:
    """What the intervals are, for a note below a table."""
    if penalised:
        return "odds ratios: profile penalised likelihood; differences in share: delta method"
    if cluster:
        return (
            f"allowing for {clusters} clusters of {cluster}: sandwich with the correction G/(G-1) (N-1)/(N-k), "
            f"Student's t on {clusters - 1} degrees of freedom; joint tests do not allow for clusters"
        )
    return "odds ratios: Wald; differences in share: delta method"


@dataclass(frozen=True)
class Model:
    """A fitted design, with the covariance that its intervals go by and the number of clusters behind that, or 0.

    ``from_clusters`` is the part of the covariance that was estimated from the clusters.
    """

    design: Design
    problem: Problem
    fitted: Fit
    covariance: Array
    clusters: int
    from_clusters: Array | None = None

    @classmethod
    def of(cls, rows: Grouped, design: Design, members: Codes | None, *, penalised: bool) -> Model:
        """The model of the first ending of ``rows``; ``members`` is the cluster of each row."""
        problem = Problem(design.matrix, rows.events[:, 0], rows.cases, penalised)
        fitted = fit(problem)
        if members is None:
            return cls(design, problem, fitted, fitted.covariance, 0)
        scores = design.matrix * (problem.events - problem.cases * fitted.shares)[:, None]
        covariance = clustered(fitted.covariance, scores, members, float(rows.cases.sum()))
        return cls(design, problem, fitted, covariance, int(members.max()) + 1, covariance)

    def degrees(self, gradient: Array) -> float:
        """The degrees of freedom of the variance of a sum of coefficients (Satterthwaite 1946, Biometrics 2: 110-114).

        Of its parts only the one that was estimated from clusters is uncertain, with one degree fewer than there are.
        """
        if self.from_clusters is None:
            return math.inf
        uncertain = float(gradient @ self.from_clusters @ gradient)
        whole = float(gradient @ self.covariance @ gradient)
        return (self.clusters - 1) * (whole / uncertain) ** 2 if uncertain > _NOTHING * whole else math.inf

    def against_reference(self, feature: str, category: str) -> dict[str, float]:
        """Odds ratio and difference in share of a category, limits and p value; the reference's has no limits."""
        place = self.design.place(feature, category)
        if place is None:
            return {"odds_ratio": 1.0, "difference_share": 0.0}
        low, high, p = self._log_odds_limits(place)
        estimate = float(self.fitted.coefficients[place])
        difference, gradient = _difference_and_slope(
            self.fitted.coefficients,
            given=self.design.with_everybody(feature, category),
            reference=self.design.with_everybody(feature, self.design.references[feature]),
            cases=self.problem.cases,
        )
        error = float(np.sqrt(gradient @ self.covariance @ gradient))
        lowest, highest, _ = limits(difference, error, self.degrees(gradient))
        return {
            "odds_ratio": float(np.exp(estimate)),
            "odds_ratio_low": float(np.exp(low)),
            "odds_ratio_high": float(np.exp(high)),
            "p": p,
            "difference_share": difference,
            "difference_low_share": lowest,
            "difference_high_share": highest,
        }

    def _log_odds_limits(self, place: int) -> tuple[float, float, float]:
        """The limits of a coefficient and its p value."""
        if not self.fitted.is_penalised:
            error = float(np.sqrt(self.covariance[place, place]))
            own = np.eye(len(self.covariance))[place]
            return limits(float(self.fitted.coefficients[place]), error, self.degrees(own))
        low, high = profile_limits(self.problem, self.fitted, place, confidence=CONFIDENCE)
        return low, high, ratio_test(self.problem, self.fitted, [place])[1]
