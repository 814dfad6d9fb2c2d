"""Regressions that need no outcome of any case: from margins that are known, and from which features go together.

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

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.statistics.average_differences import average_differences_of_endings
from analysis.statistics.feature_design import Array, Design, Grouped, design_of
from analysis.statistics.feature_models import Model, limits
from analysis.statistics.multinomial import fit_endings

ROUNDING_VARIANCE = 5.0  # of a number as it is drawn (disclosure/drawing/draws.py), the mean over all remainders
_ROUNDS = 3000
_SETTLED = 1e-7  # cases by which margins may be missed


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

    ``known`` has a row for each group and columns as in Known, missing where a group's numbers are not known.
    """

    cases: Array
    known: Array

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
        return replace(plain, covariance=_covariance(self, plain, ending), clusters=number)

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
        alike = Alike(alike.cases * (cases / joint.cases[:, None]), alike.known)
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

    0 too where there are no groups.
    """
    if fit.alike is None:
        return 0.0
    held = ~np.isnan(fit.alike.known).any(axis=1)
    known, cases = fit.alike.known[held], fit.alike.cases[:, held]
    cases = cases * (known.sum(axis=1) / cases.sum(axis=0))
    shares = fit.plain(ending).fitted.shares
    left = known[:, ending] - shares @ cases
    spread = shares * (1 - shares)
    alone, as_one = spread @ cases, (np.sqrt(spread) @ cases) ** 2
    share = known[:, ending] / known.sum(axis=1)
    chance = alone + ROUNDING_VARIANCE * (1 + share**2)
    number = len(left)
    beyond = float((left**2).sum() * number / (number - 1) - chance.sum())
    return float(np.clip(beyond / (as_one - alone).sum(), 0.0, 1.0))


def _width(model: Model, feature: str, category: str) -> float:
    values = model.against_reference(feature, category)
    return values["difference_high_share"] - values["difference_low_share"]


def _covariance(fit: MarginFit, plain: Model, ending: int) -> Array:
    """The covariance of coefficients: the sandwich of the likelihood's with that of the score."""
    information = np.linalg.inv(plain.fitted.covariance)
    score = information + _rounding(fit, ending)
    alike = correlation(fit, ending)
    if alike and fit.alike is not None:
        spread = np.sqrt(plain.fitted.shares * (1 - plain.fitted.shares))
        sums = (fit.design.matrix * spread[:, None]).T @ fit.alike.cases
        score += alike * (sums @ sums.T - information)
    return np.asarray(plain.fitted.covariance @ score @ plain.fitted.covariance)


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
        if missed < _SETTLED:
            return table
    raise ParameterError("The margins do not go with the combinations of features: there is no such table.")
