"""Cases by combination of their features, and the design of a regression on these: a column for each category.

Treatment coding: each feature has a reference category without a column of its own, and every other category a column
of ones and zeros. What is not recorded is a category like any other: leaving it out would drop the cases whose forms
were filled in worst, who are not like the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.reference import measures

Array = npt.NDArray[np.float64]
_ROUNDING = 1e-8


@dataclass(frozen=True)
class JointTable:
    """How many cases there are of each combination of features, whatever became of them.

    Attributes
    ----------
    labels
        A row for each combination, a column for each feature.
    cases
        The cases of each row, above 0.
    """

    labels: pd.DataFrame
    cases: Array


@dataclass(frozen=True)
class Design:
    """The design of a regression on features.

    Attributes
    ----------
    matrix
        A row for each combination of features: a one, then a one or zero for each of ``columns``.
    columns
        The feature and category of each column after the first.
    references
        For each feature the category that has no column, which the others are set against.
    """

    matrix: Array
    columns: tuple[tuple[str, str], ...]
    references: dict[str, str]

    def places(self, feature: str) -> list[int]:
        """Where the columns of a feature stand in the matrix.

        Parameters
        ----------
        feature
            The name of a feature.

        Returns
        -------
        list of int
            Columns of ``matrix``, from 1, since the first is of ones; empty for a feature that the design does not
            have.
        """
        return [place for place, (name, _) in enumerate(self.columns, start=1) if name == feature]

    def place(self, feature: str, category: str) -> int | None:
        """Where the column of a category stands in the matrix; None for the reference category.

        Parameters
        ----------
        feature
            The name of a feature.
        category
            One of its categories.

        Returns
        -------
        int or None
            A column of ``matrix``, from 1; None for the reference category.
        """
        pair = (feature, category)
        return self.columns.index(pair) + 1 if pair in self.columns else None

    def with_everybody(self, feature: str, category: str) -> Array:
        """The matrix as it would be if every case had this category.

        Parameters
        ----------
        feature
            The name of a feature.
        category
            The category that every case is given.

        Returns
        -------
        Array
            As many rows and columns as ``matrix``; every other feature as it is.
        """
        changed = self.matrix.copy()
        changed[:, self.places(feature)] = 0.0
        place = self.place(feature, category)
        if place is not None:
            changed[:, place] = 1.0
        return changed


def codes_of(measure: str, scheme: str) -> frozenset[str]:
    """The outcome codes that a measure counts.

    Parameters
    ----------
    measure
        The name of a measure, such as "victim_withdrawal".
    scheme
        Whose outcomes they are, such as "home_office".

    Returns
    -------
    frozenset[str]
        The codes; never none.

    Raises
    ------
    ParameterError
        When there is no such measure, or the outcomes of this scheme are too coarse to tell it.

    Examples
    --------
    >>> sorted(codes_of("victim_withdrawal", "home_office"))
    ['14', '16']
    """
    codes = measures.measure(measure).codes(scheme)
    if not codes:
        raise ParameterError(
            f"Outcomes of '{scheme}' cannot tell {measure}: they are too coarse. Choose another ending."
        )
    return codes


def design_of(joint: JointTable, references: Mapping[str, str]) -> Design:
    """The design with every feature of ``references``, in their order, each feature's categories sorted by name.

    Parameters
    ----------
    joint
        The combinations of features.
    references
        For each feature the category that the others are set against.

    Returns
    -------
    Design
        The design, a row for each combination.

    Raises
    ------
    ParameterError
        When a category is told in full by those of other features, which it names.

    Examples
    --------
    >>> labels = pd.DataFrame({"risk": ["High", "High", "Low"], "contact": ["Online", "Both", "Both"]})
    >>> design = design_of(JointTable(labels, np.ones(3)), {"risk": "Low", "contact": "Both"})
    >>> design.columns
    (('risk', 'High'), ('contact', 'Online'))
    >>> design.matrix.tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    columns = [
        (feature, str(category))
        for feature, reference in references.items()
        for category in sorted(joint.labels[feature].unique())
        if category != reference
    ]
    ones = np.ones(len(joint.labels))
    dummies = ((joint.labels[feature] == category).to_numpy(dtype=float) for feature, category in columns)
    design = Design(np.column_stack([ones, *dummies]), tuple(columns), dict(references))
    _check_rank(design)
    return design


def _check_rank(design: Design) -> None:
    """Refuse a column that those before it say already, with the names of those."""
    matrix = design.matrix
    if np.linalg.matrix_rank(matrix) == matrix.shape[1]:
        return
    for place, (feature, category) in enumerate(design.columns, start=1):
        before = matrix[:, :place]
        weights, *_ = np.linalg.lstsq(before, matrix[:, place], rcond=None)
        if float(np.abs(matrix[:, place] - before @ weights).max()) < _ROUNDING:
            partners = [
                f"'{other}' of '{name}'"
                for weight, (name, other) in zip(weights[1:], design.columns, strict=False)
                if abs(weight) > _ROUNDING
            ]
            raise ParameterError(
                f"'{category}' of '{feature}' is told in full by {' and '.join(partners)}: the two cannot be held "
                "apart. Leave one of these features out, or group their categories."
            )
