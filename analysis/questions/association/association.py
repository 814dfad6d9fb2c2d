"""Which features of a case go with an ending? Odds ratios and differences in share, one feature at a time and together.

Grouped binomial logistic regression (``logistic``) of one ending against all other cases of a base. Every category
is compared with its feature's reference category twice: by itself ("unadjusted") and with all other features held
("adjusted"); as an odds ratio and as a difference in share, since readers take odds ratios for ratios of shares.

Association, never cause. The features are those that were written down; what was not, such as how afraid somebody was,
may lie behind any of them. An adjusted figure depends on which other features stand beside it, and answers a
question about one row only: of a table of adjusted figures, none is "the effect of" its feature (Westreich and
Greenland 2013, American Journal of Epidemiology 177: 292-298). No interactions are fitted.

Separation and few events are answered by Firth's likelihood for the whole fit, or refused (``separation``).

What to look at before and after a table of associations: overlapping features, many comparisons, calibration.

Overlap: the generalised variance inflation factor of Fox and Monette (1992, Journal of the American Statistical
Association 87: 178-183), how much larger the confidence region of a feature's coefficients is than if it went with no
other feature. Its power 1/(2 x parameters) compares between features; above 2 or so the features share much.

Many comparisons: Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57: 289-300) keeps the share
of false finds among the finds; Holm (1979, Scandinavian Journal of Statistics 6: 65-70) keeps the chance of any.

Calibration: cases ordered by predicted share and cut into tenths; a tenth whose observed share is far from the
predicted says that the model is of the wrong form. It is made on the cases it was fitted to, so that it looks better
than it would on others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.association.features import Grouped, codes_of, design_of, grouped, references_of
from analysis.questions.association.regression import Fit, Model, Problem, cluster_codes, intervals_in_words, ratio_test
from analysis.questions.association.separation import FEWEST, Pairs, few_events, in_words, separated
from analysis.shares.differences import false_discoveries

Array = npt.NDArray[np.float64]
TENTHS = 10


def variance_inflation(covariance: Array, places: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """The generalised variance inflation factor of each feature: 1 where it goes with no other.

    ``covariance`` is that of all coefficients; ``places`` says which are each feature's, and leaves the constant out.
    """
    every = [place for group in places.values() for place in group]
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    whole = _log_determinant(correlation, every)
    factors = {}
    for feature, own in places.items():
        rest = [place for place in every if place not in own]
        factors[feature] = float(
            np.exp(_log_determinant(correlation, own) + _log_determinant(correlation, rest) - whole)
        )
    return factors


def holm(values: Sequence[float]) -> Array:
    """p values adjusted by Holm's step-down method; missing ones stay missing and are not counted."""
    found = np.array(values, dtype=float)
    present = ~np.isnan(found)
    if present.any():
        found[present] = _holm(found[present])
    return found


def calibration(shares: Array, events: Array, cases: Array) -> pd.DataFrame:
    """Predicted against observed: one row per ``tenth`` (1 the lowest predicted), fewer where predictions are alike.

    Columns ``cases``, ``events``, ``expected_events``, ``predicted_share`` and ``observed_share``. Cases with
    one prediction are never parted: they are in the tenth where their middle case falls.
    """
    rows = pd.DataFrame({"cases": cases, "events": events, "expected_events": shares * cases})
    alike = rows.groupby(shares.round(12), sort=True).sum()
    middle = (alike["cases"].cumsum() - alike["cases"] / 2) / cases.sum()
    tenth = np.minimum((middle.to_numpy() * TENTHS).astype(int), TENTHS - 1) + 1
    table = alike.groupby(tenth, sort=True).sum().rename_axis("tenth").reset_index()
    table[["cases", "events"]] = table[["cases", "events"]].astype("int64")
    table["predicted_share"] = table["expected_events"] / table["cases"]
    table["observed_share"] = table["events"] / table["cases"]
    return table


def _log_determinant(matrix: Array, places: Sequence[int]) -> float:
    return float(np.linalg.slogdet(matrix[np.ix_(list(places), list(places))])[1]) if places else 0.0


def _holm(found: Array) -> Array:
    order = np.argsort(found, kind="stable")
    stepped = np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1))
    adjusted = np.empty_like(found)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


Rare = Literal["firth", "refuse"]
_ESTIMATES = ("odds_ratio", "odds_ratio_low", "odds_ratio_high", "p")
_DIFFERENCES = ("difference_share", "difference_low_share", "difference_high_share")


@dataclass(frozen=True)
class Association:
    """What goes with one ending.

    ``table``: one row per ``feature`` and ``category``, with ``reference`` (the category compared with), ``cases``,
    ``events``, ``is_few`` (fewer than 10 events, or than 10 others); then for ``unadjusted_`` and ``adjusted_`` each:
    ``odds_ratio``, ``odds_ratio_low``, ``odds_ratio_high``, ``p``, ``difference_share``, ``difference_low_share``,
    ``difference_high_share`` (-1 to 1); then ``adjusted_p_benjamini_hochberg`` and ``adjusted_p_holm``, over all rows
    of the table. In the reference's own row the ratio is 1, the difference 0, limits and p values missing. Limits are
    95%.

    ``tests``: one row per feature: ``parameters``, ``likelihood_ratio``, ``p``, ``p_benjamini_hochberg``, ``p_holm``,
    ``deviance_share`` (of the deviance of single cases without features, what leaving this feature out would lose;
    missing for Firth's likelihood), ``variance_inflation`` and ``variance_inflation_root`` (its power 1/(2 x
    parameters)).

    ``calibration``: one row per tenth of the predicted share. ``model`` is the adjusted fit and ``columns`` the
    feature and category of each of its coefficients after the constant. ``method`` and ``intervals`` say in words how,
    ``shown`` which p value is to be shown. ``deviance`` and ``deviance_without_features`` are of single cases.
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    calibration: pd.DataFrame
    model: Fit
    columns: Pairs
    ending: str
    base: str
    cases: int
    events: int
    events_per_parameter: float
    deviance: float
    deviance_without_features: float
    method: str
    intervals: str
    clusters: int
    separated: Pairs
    few: Pairs
    shown: str = "adjusted_p_benjamini_hochberg"


def association(
    table: pd.DataFrame,
    features: Sequence[str],
    *,
    ending: str,
    base: str = "recorded",
    scheme: str = "home_office",
    references: Mapping[str, str] | None = None,
    cluster: str = "",
    rare: Rare = "firth",
) -> Association:
    """What goes with ``ending`` (the name of a measure) among the cases of ``base``, by ``features`` (columns).

    ``table`` is of counts: the features, ``outcome`` and ``cases``. ``references`` names the category to compare with
    where it is not the most common. ``cluster`` names a column, such as a team or force, within which cases are alike:
    intervals then allow for that. ``rare`` says what a category that separates the endings, or has fewer than 10 cases
    of either, is answered by: Firth's likelihood for the whole fit, or a refusal.

    Raises ParameterError for an unknown measure, base, feature, reference or ``rare``; when no case or every case
    ended so; when a category is told in full by others; when ``rare`` is "refuse" and a category is rare; when there
    are fewer than 10 clusters, or they are asked for where only Firth's likelihood has an answer. ValueError:
    ``grouped``.
    """
    if rare not in ("firth", "refuse"):
        raise ParameterError(f"A rare category is answered by 'firth' or 'refuse', not by '{rare}'.")
    codes = codes_of(ending, scheme)
    rows = grouped(table, features, [codes], base=base, scheme=scheme, cluster=cluster)
    if rows.events.sum() in (0, rows.cases.sum()):
        told = "No case" if not rows.events.sum() else "Every case"
        raise ParameterError(f"{told} of the base '{base}' ended as '{ending}' says: there is nothing to compare.")
    references = references_of(rows, features, references)
    return _associated(rows, references, ending=ending, base=base, rare=rare, cluster=cluster)


def _associated(
    rows: Grouped, references: dict[str, str], *, ending: str, base: str, rare: Rare, cluster: str
) -> Association:
    """What goes with the ending, once its cases and what each feature is compared with are known."""
    whole = design_of(rows, references)
    parted, few = separated(rows, whole), few_events(rows, whole)
    is_penalised = bool(parted or few)
    if is_penalised:
        _check_rare(parted, few, rare=rare, cluster=cluster)
    members, number = cluster_codes(rows, cluster)
    whole_model = Model.of(rows, whole, members, penalised=is_penalised)
    alone = [
        Model.of(rows, design_of(rows, {feature: reference}), members, penalised=is_penalised)
        for feature, reference in references.items()
    ]
    events, others = int(rows.events.sum()), int(rows.cases.sum() - rows.events.sum())
    plain = Problem(whole.matrix, rows.events[:, 0], rows.cases)
    return Association(
        table=_table(rows, whole_model, alone, few),
        tests=joint_tests(whole_model, _deviance_without(events, others)),
        calibration=calibration(whole_model.fitted.shares, rows.events[:, 0], rows.cases),
        model=replace(whole_model.fitted, covariance=whole_model.covariance),
        columns=whole.columns,
        ending=ending,
        base=base,
        cases=events + others,
        events=events,
        events_per_parameter=min(events, others) / len(whole.columns),
        deviance=-2 * plain.likelihood(whole_model.fitted.coefficients),
        deviance_without_features=_deviance_without(events, others),
        method="Firth's penalised likelihood" if is_penalised else "maximum likelihood",
        intervals=intervals_in_words(cluster, number, penalised=is_penalised),
        clusters=number,
        separated=parted,
        few=few,
    )


def _check_rare(parted: Pairs, few: Pairs, *, rare: Rare, cluster: str) -> None:
    """Refuse rare categories where that is asked for, and where clusters are: Firth's has no answer to those."""
    if rare == "refuse" and parted:
        raise ParameterError(f"{in_words(parted)} decides the ending: no odds ratio is finite. Group it with another.")
    if rare == "refuse":
        raise ParameterError(f"{in_words(few)} has fewer than {FEWEST} cases of an ending. Group it with another.")
    if cluster:
        raise ParameterError(
            f"{in_words(parted or few)} has too few cases of an ending, and Firth's likelihood, which answers that, "
            "has no intervals that allow for clusters. Group it with another category, or leave the cluster out."
        )


def _deviance_without(events: int, others: int) -> float:
    """The deviance of single cases when all have the same share."""
    return -2 * sum(number * math.log(number / (events + others)) for number in (events, others))


def _table(rows: Grouped, model: Model, alone: Sequence[Model], few: Pairs) -> pd.DataFrame:
    """One row per feature and category."""
    found = []
    for single in alone:
        feature, reference = next(iter(single.design.references.items()))
        for category, totals in rows.totals(feature).iterrows():
            one = {
                "feature": feature,
                "category": category,
                "reference": reference,
                "cases": int(totals["cases"]),
                "events": int(totals[0]),
                "is_few": (feature, category) in few,
            }
            for prefix, source in (("unadjusted", single), ("adjusted", model)):
                values = source.against_reference(feature, str(category))
                one |= {f"{prefix}_{name}": values.get(name, math.nan) for name in (*_ESTIMATES, *_DIFFERENCES)}
            found.append(one)
    table = pd.DataFrame(found)
    table["adjusted_p_benjamini_hochberg"] = false_discoveries(table["adjusted_p"].to_list())
    table["adjusted_p_holm"] = holm(table["adjusted_p"].to_list())
    return table


def joint_tests(model: Model, without: float = math.nan) -> pd.DataFrame:
    """What each feature adds, as in Association; ``without`` is the deviance without any feature."""
    places = {feature: model.design.places(feature) for feature in model.design.references}
    inflation = variance_inflation(model.fitted.covariance, places)
    found = []
    for feature, own in places.items():
        ratio, p = ratio_test(model.problem, model.fitted, own)
        explained = math.nan if model.fitted.is_penalised else ratio / without
        factor = inflation[feature]
        found.append((feature, len(own), ratio, p, explained, factor, factor ** (1 / (2 * len(own)))))
    names = ["feature", "parameters", "likelihood_ratio", "p", "deviance_share", "variance_inflation"]
    table = pd.DataFrame(found, columns=[*names, "variance_inflation_root"])
    table.insert(4, "p_benjamini_hochberg", false_discoveries(table["p"].to_list()))
    table.insert(5, "p_holm", holm(table["p"].to_list()))
    return table
