"""Several endings at once: did the victim withdraw, did the police take no further action, or did anything else happen?

Multinomial logistic regression on grouped counts: the log odds of each ending against the last ("anything else") are
sums over the features. Two regressions of one ending against all others do not add up, since cases that ended in the
other way stand among "all others"; here the differences in share of a category add up to 0 over the endings.

Fitted by Newton's method on the grouped likelihood, with its own gradient and second derivatives, which has the
estimates and standard errors of a fit to single cases. The log-likelihood is that of single cases. An odds ratio here
is of one ending to "anything else", a share that moves too: read the differences in share first.

Separated data are refused; Firth's correction is not made for several endings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logsumexp, softmax
from scipy.stats import chi2

from analysis.errors import ParameterError
from analysis.statistics.association_checks import benjamini_hochberg, holm
from analysis.statistics.average_differences import average_differences_of_endings
from analysis.statistics.feature_design import Design, Grouped, codes_of, design_of, grouped, references_of
from analysis.statistics.feature_models import cluster_codes, intervals_in_words, limits
from analysis.statistics.logistic import clustered
from analysis.statistics.separation import few_events, in_words, separated

Array = npt.NDArray[np.float64]
OTHER = "other"
_STEPS = 100
_SETTLED = 1e-10


@dataclass(frozen=True)
class MultinomialFit:
    """``coefficients`` in log odds against the last ending: a row per other ending, a column per column of the design.

    ``covariance`` is of these rows laid end to end; ``shares`` are predicted, a row per combination, a column per
    ending.
    """

    coefficients: Array
    covariance: Array
    likelihood: float
    shares: Array

    @property
    def standard_errors(self) -> Array:
        """Standard errors of the coefficients, in their shape."""
        return np.asarray(np.sqrt(np.diag(self.covariance)).reshape(self.coefficients.shape))


@dataclass(frozen=True)
class EndingAssociation:
    """What goes with each of several endings.

    ``table``: one row per ``feature``, ``category`` and ``ending`` (the measures asked for, then "other"), with
    ``reference``, ``cases`` of the category, ``events`` among them, ``is_few``; ``odds_ratio`` (of the ending to
    "other", all features held), ``odds_ratio_low``, ``odds_ratio_high``, ``p``, ``p_benjamini_hochberg``, ``p_holm``,
    which "other" does not have; ``difference_share``, ``difference_low_share``, ``difference_high_share`` (-1 to 1).
    Limits are 95%.

    ``tests``: one row per feature, over all endings together: ``parameters``, ``likelihood_ratio``, ``p``,
    ``p_benjamini_hochberg``, ``p_holm``.
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    model: MultinomialFit
    columns: tuple[tuple[str, str], ...]
    endings: tuple[str, ...]
    base: str
    cases: int
    intervals: str
    clusters: int
    shown: str = "p_benjamini_hochberg"


def fit_endings(design: Array, endings: Array) -> MultinomialFit:
    """The maximum of the likelihood of ``endings``: cases, a row per row of the design, a column per ending.

    Raises ValueError when the two are not of one length or a count is negative, ParameterError when 100 steps do not
    settle it, which separated data do.
    """
    if len(design) != len(endings) or bool((endings < 0).any()):
        raise ValueError("Design and endings are not of one length, or a count is negative.")
    width, number = design.shape[1], endings.shape[1] - 1
    at = np.zeros((number, width))
    reached = _likelihood(design, endings, at)
    for _ in range(_STEPS):
        shares, information = _information(design, endings, at)
        left = endings - endings.sum(axis=1, keepdims=True) * shares
        score = (left[:, :-1].T @ design).ravel()
        step = np.linalg.solve(information, score).reshape(at.shape)
        at, reached = _climbed(design, endings, at, step, reached)
        if float(np.abs(step).max()) < _SETTLED:
            shares, information = _information(design, endings, at)
            return MultinomialFit(at, np.asarray(np.linalg.inv(information), dtype=float), reached, shares)
    raise ParameterError("The regression did not settle: a category decides the ending. Group it with another.")


def ending_associations(
    table: pd.DataFrame,
    features: Sequence[str],
    *,
    endings: Sequence[str] = ("victim_withdrawal", "no_further_action"),
    base: str = "recorded",
    scheme: str = "home_office",
    references: Mapping[str, str] | None = None,
    cluster: str = "",
) -> EndingAssociation:
    """What goes with each of ``endings`` (names of measures that share no outcome) and with anything else.

    Arguments are those of ``association.association``. Raises ParameterError as that does, for endings that overlap,
    for an ending without a case, and for a category that separates the endings.
    """
    codes = [codes_of(name, scheme) for name in endings]
    if not codes or len(frozenset().union(*codes)) < sum(map(len, codes)):
        raise ParameterError(
            f"Endings must be named and share no outcome; {', '.join(endings) or 'none'} do not do so."
        )
    rows = grouped(table, features, codes, base=base, scheme=scheme, cluster=cluster)
    counts = np.column_stack([rows.events, rows.cases - rows.events.sum(axis=1)])
    names = (*endings, OTHER)
    empty = [name for name, total in zip(names, counts.sum(axis=0), strict=True) if not total]
    if empty:
        raise ParameterError(f"No case of the base '{base}' ended as '{empty[0]}' says. Leave that ending out.")
    design = design_of(rows, references_of(rows, features, references))
    parted = separated(rows, design)
    if parted:
        raise ParameterError(f"{in_words(parted)} decides an ending: no odds ratio is finite. Group it with another.")
    members, number = cluster_codes(rows, cluster)
    fitted = fit_endings(design.matrix, counts)
    if members is not None:
        left = (counts - rows.cases[:, None] * fitted.shares)[:, :-1]
        scores = np.hstack([design.matrix * ending[:, None] for ending in left.T])
        robust = clustered(fitted.covariance, scores, members, float(rows.cases.sum()))
        fitted = MultinomialFit(fitted.coefficients, robust, fitted.likelihood, fitted.shares)
    return EndingAssociation(
        table=_table(rows, design, fitted, names, number),
        tests=_tests(design, counts, fitted),
        model=fitted,
        columns=design.columns,
        endings=names,
        base=base,
        cases=int(rows.cases.sum()),
        intervals=intervals_in_words(cluster, number, penalised=False),
        clusters=number,
    )


def _likelihood(design: Array, endings: Array, at: Array) -> float:
    odds = np.column_stack([design @ at.T, np.zeros(len(design))])
    return float((endings * (odds - logsumexp(odds, axis=1, keepdims=True))).sum())


def _information(design: Array, endings: Array, at: Array) -> tuple[Array, Array]:
    """The predicted shares, and the information on the coefficients laid end to end."""
    shares = softmax(np.column_stack([design @ at.T, np.zeros(len(design))]), axis=1)
    cases = endings.sum(axis=1)
    blocks = [
        [(design.T * (cases * one * ((row == column) - other))) @ design for column, other in enumerate(shares.T[:-1])]
        for row, one in enumerate(shares.T[:-1])
    ]
    return shares, np.block(blocks)


def _climbed(design: Array, endings: Array, at: Array, step: Array, reached: float) -> tuple[Array, float]:
    """The point after a step, halved while the likelihood falls by more than rounding."""
    for halvings in range(30):
        tried = at + step / 2**halvings
        likelihood = _likelihood(design, endings, tried)
        if likelihood >= reached - 1e-10 * (1 + abs(reached)):
            return tried, likelihood
    return at, reached


def _table(rows: Grouped, design: Design, fitted: MultinomialFit, names: Sequence[str], clusters: int) -> pd.DataFrame:
    """One row per feature, category and ending."""
    few = few_events(rows, design)
    found = []
    for feature, reference in design.references.items():
        without = design.with_everybody(feature, reference)
        for category, totals in rows.totals(feature).iterrows():
            held = {"feature": feature, "category": category, "reference": reference, "cases": int(totals["cases"])}
            events = [*totals.drop("cases"), totals["cases"] - totals.drop("cases").sum()]
            differences, errors = average_differences_of_endings(
                fitted.coefficients,
                fitted.covariance,
                given=design.with_everybody(feature, str(category)),
                reference=without,
                cases=rows.cases,
            )
            place = design.place(feature, str(category))
            for ending, name in enumerate(names):
                found.append(
                    {
                        **held,
                        "ending": name,
                        "events": int(events[ending]),
                        "is_few": (feature, category) in few,
                        **_odds_ratio(fitted, ending, place, clusters),
                        **_difference(float(differences[ending]), float(errors[ending]), clusters),
                    }
                )
    table = pd.DataFrame(found)
    after = list(table.columns).index("p") + 1
    table.insert(after, "p_benjamini_hochberg", benjamini_hochberg(table["p"].to_list()))
    table.insert(after + 1, "p_holm", holm(table["p"].to_list()))
    return table


def _odds_ratio(fitted: MultinomialFit, ending: int, place: int | None, clusters: int) -> dict[str, float]:
    """The odds ratio of an ending to "other" with limits and p value: 1 for the reference, missing for "other"."""
    names = ("odds_ratio", "odds_ratio_low", "odds_ratio_high", "p")
    if place is None or ending == len(fitted.coefficients):
        alone = np.nan if ending == len(fitted.coefficients) else 1.0
        return dict(zip(names, (alone, np.nan, np.nan, np.nan), strict=True))
    estimate = float(fitted.coefficients[ending, place])
    low, high, p = limits(estimate, float(fitted.standard_errors[ending, place]), clusters)
    return dict(zip(names, (*map(float, np.exp([estimate, low, high])), p), strict=True))


def _difference(difference: float, error: float, clusters: int) -> dict[str, float]:
    low, high = limits(difference, error, clusters)[:2] if error else (np.nan, np.nan)
    return {"difference_share": difference, "difference_low_share": low, "difference_high_share": high}


def _tests(design: Design, counts: Array, fitted: MultinomialFit) -> pd.DataFrame:
    """One row per feature: the likelihood ratio of the model with and without it."""
    found = []
    for feature in design.references:
        own = design.places(feature)
        without = fit_endings(np.delete(design.matrix, own, axis=1), counts)
        ratio, parameters = 2 * (fitted.likelihood - without.likelihood), len(own) * len(fitted.coefficients)
        found.append((feature, parameters, ratio, float(chi2.sf(ratio, parameters))))
    table = pd.DataFrame(found, columns=["feature", "parameters", "likelihood_ratio", "p"])
    table["p_benjamini_hochberg"] = benjamini_hochberg(table["p"].to_list())
    table["p_holm"] = holm(table["p"].to_list())
    return table
