"""Regressions that need no outcome of any case: from margins that are known, and from which features go together.

The likelihood equations of a logistic regression say that the cases expected to end so are, in every category of every
feature, as many as did. Its estimates therefore rest on two things alone: cases and events by category (the margins),
and how many cases there are of each combination of features (the joint table), whatever became of them. So a fit can be
made from margins that were rounded and released before, and the joint table: no outcome enters it that is not out.

The joint table is first brought to the released margins by iterative proportional fitting, which keeps all its odds
ratios; the same, with a slice for each ending, then gives the expected cases of a binary or multinomial logistic
regression. From these the fit is made as from any counts.

Covariance: that of the likelihood, and on top of it what rounding adds (``Known.noise``) and, where cases of a group
are alike, what that adds (``groups.correlation``).

Association, never cause. The features are those that were written down; what was not, such as how afraid somebody was,
may lie behind any of them. An adjusted figure depends on which other features stand beside it, and answers a question
about one row only (Westreich and Greenland 2013, American Journal of Epidemiology 177: 292-298). No interactions are
fitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.association import groups
from analysis.questions.association.features import Array, Design, JointTable, design_of
from analysis.questions.association.groups import Alike
from analysis.questions.association.regression import Model, average_differences, fit, limits
from analysis.shares.intervals import ROUNDING_VARIANCE

_ROUNDS = 3000
_SETTLED = 1e-7  # cases by which margins may be missed


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of cases by how they ended: a column for each ending, the last for all else.

    Attributes
    ----------
    features
        For each feature a row for each category.
    total
        A number for each column.
    others
        What the category is called, if there is one, that stands for several, with which none is to be compared.
    """

    features: Mapping[str, pd.DataFrame]
    total: Array
    others: str = ""

    def consistent(self) -> Known:
        """The same with every feature's categories adding up to the total of each ending.

        Returns
        -------
        Known
            The same totals, with every feature's rows scaled, column by column.
        """
        scaled = {name: table * (self.total / table.sum()) for name, table in self.features.items()}
        return replace(self, features=scaled)

    @cached_property
    def references(self) -> dict[str, str]:
        """The most common category of each feature, of equals the first by name."""
        most_common = {}
        for name, table in self.features.items():
            cases = dict(zip(table.index, table.to_numpy().sum(axis=1).tolist(), strict=True))
            apart = [category for category in cases if category != self.others]
            most_common[name] = str(min(apart, key=lambda category: (-cases[category], category)))
        return most_common

    def noise(self, ending: int) -> tuple[float, dict[str, Array]]:
        """The variance that rounding brings to the score of one ending: in all, and by category of each feature.

        A score is events less a share of cases. Events are one number that was rounded, but of all else they are what
        is left of the cases when each ending has been taken away.

        Parameters
        ----------
        ending
            Its place among the columns, from 0.

        Returns
        -------
        tuple[float, dict[str, Array]]
            In cases squared: one number, and for each feature an array with one for each of its categories.
        """

        def variance(row: Array) -> Array:
            share = row[..., ending] / row.sum(axis=-1)
            endings = row.shape[-1] - 1
            roundings = (1 - share) ** 2 + endings if ending == endings else 1 + share**2
            return np.asarray(ROUNDING_VARIANCE * roundings)

        by_feature = {name: variance(table.to_numpy(dtype=float)) for name, table in self.features.items()}
        return float(variance(self.total)), by_feature


@dataclass(frozen=True, eq=False)
class MarginFit:
    """Expected cases by combination of features and ending, and what they rest on.

    Attributes
    ----------
    joint
        The joint table, brought to the known margins.
    expected
        Cases expected by a logistic regression: a row for each combination, a column for each ending.
    design, known, alike
        The design of the features, the margins, and the groups within which cases are alike, if there are any.
    """

    joint: JointTable
    expected: Array
    design: Design
    known: Known
    alike: Alike | None = None

    def model(self, ending: int = 0) -> Model:
        """The regression of one ending against all else, its covariance with what rounding and groups add.

        Parameters
        ----------
        ending
            Which column of ``expected``.

        Returns
        -------
        Model
            The model; its clusters are the groups whose numbers are known.
        """
        plain = self.plain(ending)
        covariance, from_groups = self._covariance(plain, ending)
        clusters = self.alike.groups if self.alike is not None else 0
        return replace(plain, covariance=covariance, clusters=clusters, from_clusters=from_groups)

    def plain(self, ending: int = 0) -> Model:
        """The same, as though nothing were rounded and all cases independent.

        Parameters
        ----------
        ending
            Its place among the columns of ``expected``, from 0.

        Returns
        -------
        Model
            The model, whose covariance is that of the likelihood alone.
        """
        events = self.expected[:, ending].clip(0, self.joint.cases)
        endings = np.column_stack([events, self.joint.cases - events])
        fitted = fit(self.design.matrix, endings)
        return Model(self.design, endings, fitted, fitted.covariance)

    def correlation(self, plain: Model, ending: int = 0) -> float:
        """How far cases of one group correlate, their features held (``groups.correlation``); 0 without groups.

        Parameters
        ----------
        plain
            The model of the same ending (``plain``).
        ending
            Its place among the columns of ``expected``, from 0.

        Returns
        -------
        float
            From 0, where cases of a group are no more alike than others, to 1.
        """
        if self.alike is None:
            return 0.0
        return groups.correlation(self.alike, self.design.matrix, plain.fitted.shares[:, 0], ending)

    def _covariance(self, plain: Model, ending: int) -> tuple[Array, Array | None]:
        """The covariance of coefficients, the sandwich of the likelihood's with that of the score; what groups add."""
        covariance = plain.fitted.covariance
        whole = covariance + covariance @ self._rounding(ending) @ covariance
        correlation = self.correlation(plain, ending)
        if not correlation or self.alike is None:
            return np.asarray(whole), None
        share = plain.fitted.shares[:, 0]
        sums = (self.design.matrix * np.sqrt(share * (1 - share))[:, None]).T @ self.alike.cases
        from_groups = correlation * covariance @ (sums @ sums.T - np.linalg.inv(covariance)) @ covariance
        return np.asarray(whole + from_groups), np.asarray(from_groups)

    def _rounding(self, ending: int) -> Array:
        """The covariance that rounding brings to the score, every number being rounded by itself.

        Once the categories of a feature are made to add up to the total, each bears its part of what was missing.
        """
        in_all, by_feature = self.known.noise(ending)
        width = self.design.matrix.shape[1]
        shared, own = np.zeros(width), np.zeros((width, width))
        shared[0] = 1.0
        for feature, table in self.known.features.items():
            parts = (table.sum(axis=1) / table.to_numpy().sum()).to_numpy()
            spread = np.eye(len(parts)) - np.outer(parts, np.ones(len(parts)))
            columns = [self.design.place(feature, str(category)) for category in table.index]
            entries = [row for row, place in enumerate(columns) if place is not None]
            places = [place for place in columns if place is not None]
            covariance = spread @ np.diag(by_feature[feature]) @ spread.T
            own[np.ix_(places, places)] = covariance[np.ix_(entries, entries)]
            shared[places] = parts[entries]
        return np.asarray(own + in_all * np.outer(shared, shared))


def margin_fit(joint: JointTable, margins: Known, alike: Alike | None = None) -> MarginFit:
    """The logistic regression that goes with known margins.

    Parameters
    ----------
    joint
        The cases of each combination of features, whatever became of them.
    margins
        Cases by how they ended, in all and by category of each feature.
    alike
        The groups within which cases are alike, if there are any.

    Returns
    -------
    MarginFit
        The cases expected of each combination and ending, from which ``model`` makes the regression of each.

    Raises
    ------
    ParameterError
        When the features cannot be held apart, or the margins do not go with the joint table.

    References
    ----------
    Deming WE, Stephan FF (1940). On a least squares adjustment of a sampled frequency table when the expected marginal
    totals are known. Annals of Mathematical Statistics 11(4): 427-444.
    Birch MW (1963). Maximum likelihood in three-way contingency tables. Journal of the Royal Statistical Society B
    25(1): 220-233.

    Examples
    --------
    >>> labels = pd.DataFrame({"risk": ["High", "Low"]})
    >>> margins = Known({"risk": pd.DataFrame([[30.0, 10.0], [20.0, 40.0]], index=["High", "Low"])}, np.array([50, 50]))
    >>> model = margin_fit(JointTable(labels, np.array([40.0, 60.0])), margins).plain()
    >>> figures = model.against_reference("risk", "High")
    >>> round(figures["odds_ratio"], 6), round(figures["difference_share"], 6)
    (6.0, 0.416667)
    """
    margins = margins.consistent()
    design = design_of(joint, margins.references)
    places = {name: _places(joint, name, table) for name, table in margins.features.items()}
    targets = [(places[name], table.to_numpy(dtype=float)) for name, table in margins.features.items()]
    cases = _raked(joint.cases[:, None], [(place, goal.sum(axis=1, keepdims=True)) for place, goal in targets])
    start = cases * (margins.total / margins.total.sum())
    expected = _raked(start, targets, of_rows=cases)
    if alike is not None:
        alike = replace(alike, cases=alike.cases * (cases / joint.cases[:, None]))
    return MarginFit(JointTable(joint.labels, cases[:, 0]), expected, design, margins, alike)


def together(fit_of_margins: MarginFit) -> pd.DataFrame:
    """Differences in share of every ending from one multinomial fit: those of a category add up to 0.

    Parameters
    ----------
    fit_of_margins
        A fit of one ending or several and all else.

    Returns
    -------
    pd.DataFrame
        One row per ``feature``, ``category`` (but the one set against) and ``ending`` (its place), with ``difference``
        and its 95% limits ``low`` and ``high``, -1 to 1. What rounding and groups add to a limit is taken from the
        regression of each ending by itself.
    """
    design, expected = fit_of_margins.design, fit_of_margins.expected
    fitted = fit(design.matrix, expected.clip(0))
    pairs = [(fit_of_margins.plain(ending), fit_of_margins.model(ending)) for ending in range(expected.shape[1])]
    rows = []
    for feature, category in design.columns:
        differences, gradients = average_differences(
            fitted.coefficients,
            given=design.with_everybody(feature, category),
            reference=design.with_everybody(feature, design.references[feature]),
            cases=fit_of_margins.joint.cases,
        )
        errors = np.sqrt(np.einsum("ij,jk,ik->i", gradients, fitted.covariance, gradients))
        for ending, (plain, model) in enumerate(pairs):
            wider = _width(model, feature, category) / _width(plain, feature, category)
            low, high, _ = limits(float(differences[ending]), float(errors[ending]) * wider)
            rows.append((feature, category, ending, float(differences[ending]), low, high))
    return pd.DataFrame(rows, columns=["feature", "category", "ending", "difference", "low", "high"])


def _width(model: Model, feature: str, category: str) -> float:
    figures = model.against_reference(feature, category)
    return figures["difference_high_share"] - figures["difference_low_share"]


def _places(joint: JointTable, feature: str, table: pd.DataFrame) -> npt.NDArray[np.int_]:
    """Which row of a feature's table each combination belongs to."""
    places = pd.Index(table.index).get_indexer(pd.Index(joint.labels[feature]))
    if (places < 0).any() or len(np.unique(places)) < len(table):
        raise ParameterError(f"The margins of '{feature}' are not of the categories that its cases have.")
    return np.asarray(places, dtype=int)


def _raked(start: Array, targets: list[tuple[npt.NDArray[np.int_], Array]], *, of_rows: Array | None = None) -> Array:
    """A table scaled, margin after margin, until it has all of them; last to the sums ``of_rows``, if there are any.

    Raises ParameterError when it does not come to have them.
    """
    table = start.astype(float)
    for _ in range(_ROUNDS):
        missed = 0.0
        for places, goal in targets:
            sums = np.column_stack([np.bincount(places, weights=column, minlength=len(goal)) for column in table.T])
            missed = max(missed, float(np.abs(sums - goal).max()))
            table *= (goal / sums)[places]
        if of_rows is not None:
            table *= of_rows / table.sum(axis=1, keepdims=True)
        if missed < _SETTLED:
            return table
    raise ParameterError("The margins do not go with the combinations of features: there is no such table.")
