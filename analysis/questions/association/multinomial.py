"""Several endings at once: did the victim withdraw, did the police take no further action, or did anything else happen?

Multinomial logistic regression on grouped counts: the log odds of each ending against the last ("anything else") are
sums over the features. Two regressions of one ending against all others do not add up, since cases that ended in the
other way stand among "all others"; here the differences in share of a category add up to 0 over the endings.

Fitted by Newton's method on the grouped likelihood, with its own gradient and second derivatives, which has the
estimates and standard errors of a fit to single cases. The log-likelihood is that of single cases. An odds ratio here
is of one ending to "anything else", a share that moves too: read the differences in share first.

Separated data are refused; Firth's correction is not made for several endings.

Regressions that need no outcome of any case: from margins that are known, and from which features go together.

The likelihood equations of a logistic regression say that the cases expected to end so are, in every category of every
feature, as many as did. Its estimates therefore rest on two things alone: cases and events by category (the margins),
and how many cases there are of each combination of features (the joint table), whatever became of them. So a fit can be
made from margins that were rounded and released before, and the joint table: no outcome enters it that is not out.

The joint table is first brought to the released margins by iterative proportional fitting (Deming and Stephan 1940,
Annals of Mathematical Statistics 11: 427-444), which keeps all its odds ratios; the same, with a slice for each ending,
then gives the expected cases of a binary or multinomial logistic regression (Birch 1963, Journal of the Royal
Statistical Society B 25: 220-233). From these the fit is made as from any counts.

Covariance: that of the likelihood, and on top of it what rounding adds (``Known.noise``) and, where cases of a group
are alike, what that adds: cases of one group correlate by one number for all, found by the method of moments (Williams
1982, Applied Statistics 31: 144-148) from the released events of the groups.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logsumexp, softmax
from scipy.stats import chi2, norm

from analysis.errors import ParameterError
from analysis.questions.association.association import holm
from analysis.questions.association.features import Array, Design, Grouped, codes_of, design_of, grouped, references_of
from analysis.questions.association.regression import (
    Model,
    average_differences_of_endings,
    cluster_codes,
    clustered,
    intervals_in_words,
    limits,
)
from analysis.questions.association.separation import few_events, in_words, separated
from analysis.shares.differences import false_discoveries
from analysis.shares.intervals import ROUNDING_VARIANCE

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
    table.insert(after, "p_benjamini_hochberg", false_discoveries(table["p"].to_list()))
    table.insert(after + 1, "p_holm", holm(table["p"].to_list()))
    return table


def _odds_ratio(fitted: MultinomialFit, ending: int, place: int | None, clusters: int) -> dict[str, float]:
    """The odds ratio of an ending to "other" with limits and p value: 1 for the reference, missing for "other"."""
    names = ("odds_ratio", "odds_ratio_low", "odds_ratio_high", "p")
    if place is None or ending == len(fitted.coefficients):
        alone = np.nan if ending == len(fitted.coefficients) else 1.0
        return dict(zip(names, (alone, np.nan, np.nan, np.nan), strict=True))
    estimate = float(fitted.coefficients[ending, place])
    low, high, p = limits(estimate, float(fitted.standard_errors[ending, place]), _degrees(clusters))
    return dict(zip(names, (*map(float, np.exp([estimate, low, high])), p), strict=True))


def _difference(difference: float, error: float, clusters: int) -> dict[str, float]:
    low, high = limits(difference, error, _degrees(clusters))[:2] if error else (np.nan, np.nan)
    return {"difference_share": difference, "difference_low_share": low, "difference_high_share": high}


def _degrees(clusters: int) -> float:
    return clusters - 1 if clusters else math.inf


def _tests(design: Design, counts: Array, fitted: MultinomialFit) -> pd.DataFrame:
    """One row per feature: the likelihood ratio of the model with and without it."""
    found = []
    for feature in design.references:
        own = design.places(feature)
        without = fit_endings(np.delete(design.matrix, own, axis=1), counts)
        ratio, parameters = 2 * (fitted.likelihood - without.likelihood), len(own) * len(fitted.coefficients)
        found.append((feature, parameters, ratio, float(chi2.sf(ratio, parameters))))
    table = pd.DataFrame(found, columns=["feature", "parameters", "likelihood_ratio", "p"])
    table["p_benjamini_hochberg"] = false_discoveries(table["p"].to_list())
    table["p_holm"] = holm(table["p"].to_list())
    return table


FEWEST_GROUPS = 5  # of which a correlation within them can be told well enough (benchmarks/coverage/regressions.py)
_CORRELATION_SETTLED = 1e-5
_HIDDEN_UNDER = 12.5  # cases of an ending, under which more than half of the draws are hidden
_HIDDEN_OTHERS = 22.5  # other cases, under which the number of an ending is no more used
_NEVER = 1e-6
_ROUNDS = 3000
_MARGINS_SETTLED = 1e-7  # cases by which margins may be missed


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of cases by how they ended: a column for each ending, the last for all else.

    ``features`` has for each feature a row for each category, ``total`` a number for each column. ``others`` is what
    the category is called, if there is one, that stands for several, with which none is to be compared.
    """

    features: Mapping[str, pd.DataFrame]
    total: Array
    others: str = ""

    def consistent(self) -> Known:
        """The same with every feature's categories adding up to the total of each ending."""
        scaled = {name: table * (self.total / table.sum()) for name, table in self.features.items()}
        return replace(self, features=scaled)

    @property
    def references(self) -> dict[str, str]:
        """The most common category of each feature, of equals the first by name."""
        cases = {name: table.sum(axis=1).drop(self.others, errors="ignore") for name, table in self.features.items()}
        return {name: str(held.sort_index().idxmax()) for name, held in cases.items()}

    def noise(self, ending: int) -> tuple[float, dict[str, Array]]:
        """The variance that rounding brings to the score of one ending: in all, and by category of each feature.

        A score is events less a share of cases. Events are one number that was rounded, but of all else they are what
        is left of the cases when each ending has been taken away.
        """

        def variance(row: Array) -> Array:
            share = row[..., ending] / row.sum(axis=-1)
            endings = row.shape[-1] - 1
            drawn = (1 - share) ** 2 + endings if ending == endings else 1 + share**2
            return np.asarray(ROUNDING_VARIANCE * drawn)

        by_feature = {name: variance(table.to_numpy(dtype=float)) for name, table in self.features.items()}
        return float(variance(self.total)), by_feature


@dataclass(frozen=True, eq=False)
class Alike:
    """Groups within which cases are alike: ``cases`` by combination (rows) and group (columns), as the joint table.

    ``known`` has a row for each group and columns as in Known, missing where a group's numbers are not known; ``names``
    are those of the groups.
    """

    cases: Array
    known: Array
    names: tuple[str, ...] = ()

    @property
    def groups(self) -> int:
        """How many groups have numbers that are known."""
        return int((~np.isnan(self.known).any(axis=1)).sum())


@dataclass(frozen=True, eq=False)
class MarginFit:
    """Expected cases by combination and ending (``rows``), the ``design`` of its features, and what it rests on."""

    rows: Grouped
    design: Design
    known: Known
    alike: Alike | None = None

    def model(self, ending: int = 0) -> Model:
        """The regression of one ending against all else, its covariance with what rounding and groups add."""
        plain = self.plain(ending)
        number = self.alike.groups if self.alike is not None else 0
        covariance, from_groups = _covariance(self, plain, ending)
        return replace(plain, covariance=covariance, clusters=number, from_clusters=from_groups)

    def plain(self, ending: int = 0) -> Model:
        """The same, as though nothing were rounded and all cases independent."""
        counts = np.column_stack([self.rows.events, self.rows.cases - self.rows.events.sum(axis=1)])
        one = Grouped(self.rows.labels, counts[:, [ending]].clip(0, self.rows.cases[:, None]), self.rows.cases)
        return Model.of(one, self.design, None, penalised=False)


def margin_fit(joint: Grouped, known: Known, alike: Alike | None = None) -> MarginFit:
    """The fit of ``known`` margins; ``joint`` has the cases of each combination, and no endings.

    Raises ParameterError when the features cannot be held apart, or the margins do not go with the joint table.
    """
    known = known.consistent()
    design = design_of(joint, known.references)
    places = {name: _places(joint, name, table) for name, table in known.features.items()}
    targets = [(places[name], table.to_numpy(dtype=float)) for name, table in known.features.items()]
    cases = _raked(joint.cases[:, None], [(place, goal.sum(axis=1, keepdims=True)) for place, goal in targets])
    each_row = (np.arange(len(cases)), cases)
    start = cases * (known.total / known.total.sum())
    ended = _raked(start, [*targets, each_row], whole=True)
    if alike is not None:
        alike = replace(alike, cases=alike.cases * (cases / joint.cases[:, None]))
    return MarginFit(Grouped(joint.labels, ended[:, :-1], cases[:, 0]), design, known, alike)


def together(fit: MarginFit) -> pd.DataFrame:
    """Differences in share of every ending from one multinomial fit: those of a category add up to 0.

    One row per ``feature``, ``category`` (but the one set against) and ``ending`` (its place), with ``difference``,
    ``low`` and ``high`` (95%). What rounding and groups add is taken from the regression of each ending by itself.
    """
    counts = np.column_stack([fit.rows.events, fit.rows.cases - fit.rows.events.sum(axis=1)])
    fitted = fit_endings(fit.design.matrix, counts.clip(0))
    pairs = [(fit.plain(ending), fit.model(ending)) for ending in range(counts.shape[1])]
    found = []
    for feature, category in fit.design.columns:
        differences, errors = average_differences_of_endings(
            fitted.coefficients,
            fitted.covariance,
            given=fit.design.with_everybody(feature, category),
            reference=fit.design.with_everybody(feature, fit.design.references[feature]),
            cases=fit.rows.cases,
        )
        for ending, (plain, model) in enumerate(pairs):
            wider = _width(model, feature, category) / _width(plain, feature, category)
            low, high, _ = limits(float(differences[ending]), float(errors[ending]) * wider)
            found.append((feature, category, ending, float(differences[ending]), low, high))
    return pd.DataFrame(found, columns=["feature", "category", "ending", "difference", "low", "high"])


def correlation(fit: MarginFit, ending: int = 0) -> float:
    """How far cases of one group correlate, their features held: 0 where groups differ no more than by chance.

    0 too where there are no groups. Groups whose numbers are hidden are those with few or nearly all cases of the
    ending, so to leave them out would make groups look more alike than they are: what is expected of them, hidden as
    they are and groups being as much alike as is found, is put in their place.
    """
    if fit.alike is None:
        return 0.0
    is_known = ~np.isnan(fit.alike.known).any(axis=1)
    known = fit.alike.known[is_known]
    cases = fit.alike.cases.copy()
    cases[:, is_known] *= known.sum(axis=1) / cases[:, is_known].sum(axis=0)
    shares = fit.plain(ending).fitted.shares
    expected = shares @ cases
    apart, more = _expected_squares(fit.design.matrix, shares * (1 - shares), cases)
    squares = np.zeros(len(expected))
    squares[is_known] = (known[:, ending] - expected[is_known]) ** 2
    apart[is_known] += ROUNDING_VARIANCE * (1 + (known[:, ending] / known.sum(axis=1)) ** 2)
    found = 0.0
    for _ in range(_STEPS):
        spread = np.sqrt(np.maximum(apart + found * more, 0.0))[~is_known]
        squares[~is_known] = _squares_if_hidden(expected[~is_known], spread, cases.sum(axis=0)[~is_known])
        before, found = found, float(np.clip((squares - apart).sum() / more.sum(), 0.0, 1.0))
        if abs(found - before) < _CORRELATION_SETTLED:
            break
    return found


def _expected_squares(design: Array, spread: Array, cases: Array) -> tuple[Array, Array]:
    """The squares of what is left of each group's events: for independent cases, and more for each unit of correlation.

    The fit takes some of what groups have in common for its own, the more the more features go with groups, so that
    less is left than groups differ by.
    """
    total = np.linalg.inv((design.T * (spread * cases.sum(axis=1))) @ design)
    scores = np.stack([(design.T * (spread * own)) @ design for own in cases.T])  # of each group, if cases are apart
    as_one = (design.T * np.sqrt(spread)) @ cases
    pulls = scores[:, 0] @ total  # how the fit follows a group's events, from all scores
    more = as_one.T[:, :, None] * as_one.T[:, None, :] - scores

    def of(each: Array) -> Array:
        own = each[:, 0, 0] - 2 * np.einsum("gi,gi->g", pulls, each[:, 0])
        return np.asarray(own + np.einsum("gi,ij,gj->g", pulls, each.sum(axis=0), pulls))

    return of(scores), of(more)


def _squares_if_hidden(expected: Array, spread: Array, cases: Array) -> Array:
    """The mean square distance from what is expected of normal numbers that are hidden: too few, or too few others."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = ((end - expected) / spread for end in (_HIDDEN_UNDER, cases - _HIDDEN_OTHERS))
    high = np.maximum(high, low)
    chance = norm.cdf(low) + norm.sf(high)
    squares = chance - low * norm.pdf(low) + high * norm.pdf(high)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(chance > _NEVER, spread**2 * squares / chance, spread**2))


def _width(model: Model, feature: str, category: str) -> float:
    values = model.against_reference(feature, category)
    return values["difference_high_share"] - values["difference_low_share"]


def _covariance(fit: MarginFit, plain: Model, ending: int) -> tuple[Array, Array | None]:
    """The covariance of coefficients, the sandwich of the likelihood's with that of the score; its part from groups."""
    covariance = plain.fitted.covariance
    information = np.linalg.inv(covariance)
    whole = covariance + covariance @ _rounding(fit, ending) @ covariance
    alike = correlation(fit, ending)
    if not alike or fit.alike is None:
        return np.asarray(whole), None
    spread = np.sqrt(plain.fitted.shares * (1 - plain.fitted.shares))
    sums = (fit.design.matrix * spread[:, None]).T @ fit.alike.cases
    from_groups = alike * covariance @ (sums @ sums.T - information) @ covariance
    return np.asarray(whole + from_groups), np.asarray(from_groups)


def _rounding(fit: MarginFit, ending: int) -> Array:
    """The covariance that rounding brings to the score, every number being rounded by itself.

    Once the categories of a feature are made to add up to the total, each bears its part of what was missing.
    """
    in_all, by_feature = fit.known.noise(ending)
    width = fit.design.matrix.shape[1]
    shared, own = np.zeros(width), np.zeros((width, width))
    shared[0] = 1.0
    for feature, table in fit.known.features.items():
        parts = (table.sum(axis=1) / table.to_numpy().sum()).to_numpy()
        spread = np.eye(len(parts)) - np.outer(parts, np.ones(len(parts)))
        columns = [fit.design.place(feature, str(category)) for category in table.index]
        kept = [row for row, place in enumerate(columns) if place is not None]
        places = [place for place in columns if place is not None]
        covariance = spread @ np.diag(by_feature[feature]) @ spread.T
        own[np.ix_(places, places)] = covariance[np.ix_(kept, kept)]
        shared[places] = parts[kept]
    return np.asarray(own + in_all * np.outer(shared, shared))


def _places(joint: Grouped, feature: str, table: pd.DataFrame) -> npt.NDArray[np.int_]:
    """Which row of a feature's table each combination belongs to."""
    found = pd.Index(table.index).get_indexer(pd.Index(joint.labels[feature]))
    if (found < 0).any() or len(np.unique(found)) < len(table):
        raise ParameterError(f"The margins of '{feature}' are not of the categories that its cases have.")
    return np.asarray(found, dtype=int)


def _raked(start: Array, targets: list[tuple[npt.NDArray[np.int_], Array]], *, whole: bool = False) -> Array:
    """A table scaled, margin after margin, until it has all of them; ``whole`` where the last one is of single rows.

    Raises ParameterError when it does not come to have them.
    """
    table = start.astype(float)
    for _ in range(_ROUNDS):
        missed = 0.0
        for number, (places, goal) in enumerate(targets):
            is_rows = whole and number == len(targets) - 1
            if is_rows:
                table *= goal / table.sum(axis=1, keepdims=True)
                continue
            held = np.column_stack([np.bincount(places, weights=column, minlength=len(goal)) for column in table.T])
            missed = max(missed, float(np.abs(held - goal).max()))
            table *= (goal / held)[places]
        if missed < _MARGINS_SETTLED:
            return table
    raise ParameterError("The margins do not go with the combinations of features: there is no such table.")
