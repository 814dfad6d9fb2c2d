"""One regression on the features of cases and what it says of each category: between the fit and the table.

Intervals of odds ratios are Wald's, by maximum likelihood, or those of the profile of the penalised likelihood, by
Firth's; with clusters they are Wald's by the sandwich, on Student's t. Differences in share have the delta method's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analysis.errors import ParameterError
from analysis.statistics import logistic
from analysis.statistics.average_differences import average_difference
from analysis.statistics.feature_design import Array, Design, Grouped
from analysis.statistics.logistic import Fit, Problem

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


def limits(estimate: float, error: float, clusters: int = 0) -> tuple[float, float, float]:
    """The 95% Wald limits of an estimate and its two-sided p value: normal, or t on clusters - 1 degrees of freedom."""
    upper, distance = (1 + CONFIDENCE) / 2, abs(estimate) / error
    # the functions behind scipy.stats.norm and t, which take a hundred times as long to be asked for one number
    reach = (stdtrit(clusters - 1, upper) if clusters else ndtri(upper)) * error
    beyond = stdtr(clusters - 1, -distance) if clusters else ndtr(-distance)
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
    """A fitted design, with the covariance that its intervals go by and the number of clusters behind that, or 0."""

    design: Design
    problem: Problem
    fitted: Fit
    covariance: Array
    clusters: int

    @classmethod
    def of(cls, rows: Grouped, design: Design, members: Codes | None, *, penalised: bool) -> Model:
        """The model of the first ending of ``rows``; ``members`` is the cluster of each row."""
        problem = Problem(design.matrix, rows.events[:, 0], rows.cases, penalised)
        fitted = logistic.fit(problem)
        if members is None:
            return cls(design, problem, fitted, fitted.covariance, 0)
        scores = design.matrix * (problem.events - problem.cases * fitted.shares)[:, None]
        covariance = logistic.clustered(fitted.covariance, scores, members, float(rows.cases.sum()))
        return cls(design, problem, fitted, covariance, int(members.max()) + 1)

    def against_reference(self, feature: str, category: str) -> dict[str, float]:
        """Odds ratio and difference in share of a category, limits and p value; the reference's has no limits."""
        place = self.design.place(feature, category)
        if place is None:
            return {"odds_ratio": 1.0, "difference_share": 0.0}
        low, high, p = self._log_odds_limits(place)
        estimate = float(self.fitted.coefficients[place])
        difference, error = average_difference(
            self.fitted.coefficients,
            self.covariance,
            given=self.design.with_everybody(feature, category),
            reference=self.design.with_everybody(feature, self.design.references[feature]),
            cases=self.problem.cases,
        )
        lowest, highest, _ = limits(difference, error, self.clusters)
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
            return limits(float(self.fitted.coefficients[place]), error, self.clusters)
        low, high = logistic.profile_limits(self.problem, self.fitted, place, confidence=CONFIDENCE)
        return low, high, logistic.ratio_test(self.problem, self.fitted, [place])[1]
