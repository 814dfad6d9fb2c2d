"""Counts of cases by their features, made ready for a regression: one row per combination, one column per category.

Treatment coding: each feature has a reference category, without a column of its own, and every other category a column
of ones and zeros. What is not recorded is a category like any other: leaving it out would drop the cases whose forms
were filled in worst, who are not like the rest.

Equal combinations are added up and put in order first, so that neither the order of rows nor how counts were split
over them can change a result. Column k of a design is refused when the columns before it say it already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.reference import measures

Array = npt.NDArray[np.float64]
_ROUNDING = 1e-8


@dataclass(frozen=True)
class Grouped:
    """Cases of a base by combination: one row of ``labels`` (the features, then the cluster if there is one) each.

    ``events`` holds a column of cases for each ending, ``cases`` all cases of the combination, above 0.
    """

    labels: pd.DataFrame
    events: Array
    cases: Array
    _totals: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)

    def totals(self, feature: str) -> pd.DataFrame:
        """Cases and events by category of a feature: columns ``cases`` and one for each ending, from 0."""
        if feature not in self._totals:
            table = pd.DataFrame(self.events).assign(cases=self.cases)
            self._totals[feature] = table.groupby(self.labels[feature].to_numpy(), sort=True).sum()
        return self._totals[feature]


@dataclass(frozen=True)
class Design:
    """A matrix with a row per combination: ones, then a column for each of ``columns``, (feature, category).

    ``references`` maps each feature to the category that has no column.
    """

    matrix: Array
    columns: tuple[tuple[str, str], ...]
    references: dict[str, str]

    def places(self, feature: str) -> list[int]:
        """Where the columns of a feature stand in the matrix."""
        return [place for place, (name, _) in enumerate(self.columns, start=1) if name == feature]

    def place(self, feature: str, category: str) -> int | None:
        """Where the column of a category stands in the matrix; None for the reference category."""
        pair = (feature, category)
        return self.columns.index(pair) + 1 if pair in self.columns else None

    def with_everybody(self, feature: str, category: str) -> Array:
        """The matrix as it would be if every case had this category."""
        changed = self.matrix.copy()
        changed[:, self.places(feature)] = 0.0
        place = self.place(feature, category)
        if place is not None:
            changed[:, place] = 1.0
        return changed


def codes_of(ending: str, scheme: str) -> frozenset[str]:
    """The outcome codes of an ending, the name of a measure.

    Raises ParameterError when there is no such measure, or a publisher's outcomes are too coarse to tell it.
    """
    codes = measures.measure(ending).codes(scheme)
    if not codes:
        raise ParameterError(
            f"Outcomes of '{scheme}' cannot tell {ending}: they are too coarse. Choose another ending."
        )
    return codes


def grouped(
    table: pd.DataFrame,
    features: Sequence[str],
    endings: Sequence[Collection[str]],
    *,
    base: str = "recorded",
    scheme: str = "home_office",
    cluster: str = "",
) -> Grouped:
    """The cases of a base by combination of ``features`` (and ``cluster``), with those of each of ``endings``.

    ``table`` has a column for each feature, ``outcome`` (codes of ``scheme``) and ``cases``; an ending is a set of
    codes.

    Raises ParameterError for a feature or cluster that is no column, is named twice or is not a feature at all, for an
    unknown base, and for a base without cases. Raises ValueError for counts that are negative or not whole, and for a
    blank label.
    """
    _check_names(table, features, cluster)
    by = [*features, *([cluster] if cluster else [])]
    gone = measures.base(base).leaves_out(scheme)
    kept = table.loc[~table["outcome"].isin(gone), [*by, "outcome", "cases"]]
    if bool(kept[[*by, "outcome"]].isna().any().any()):
        raise ValueError(f"A blank label in {', '.join(by)} or outcome. Call what is not known 'Not recorded'.")
    counts = kept["cases"].to_numpy(dtype=float)
    if not bool(np.isfinite(counts).all()) or bool((counts < 0).any()) or bool((counts != np.floor(counts)).any()):
        raise ValueError("Column 'cases' holds something other than whole numbers from 0.")
    parts = {f"ending {number}": counts * kept["outcome"].isin(codes) for number, codes in enumerate(endings)}
    wide = kept[by].astype(str).assign(cases=counts, **parts)
    summed = wide.groupby(by, sort=True)[["cases", *parts]].sum()
    summed = summed[summed["cases"] > 0]
    if summed.empty:
        raise ParameterError(f"No case is in the base '{base}'. Choose another base or other counts.")
    return Grouped(
        labels=summed.index.to_frame(index=False),
        events=summed[list(parts)].to_numpy(dtype=float),
        cases=summed["cases"].to_numpy(dtype=float),
    )


def references_of(rows: Grouped, features: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The reference category of each feature: the one ``given``, else the most common (of equals the first by name).

    Raises ParameterError for a reference of another feature or of no case, and for a feature with a single category.
    """
    given = given or {}
    strange = [name for name in given if name not in features]
    if strange:
        raise ParameterError(f"A reference is given for '{strange[0]}', which is not among {', '.join(features)}.")
    chosen = {}
    for feature in features:
        cases = rows.totals(feature)["cases"]
        if len(cases) < 2:
            raise ParameterError(
                f"Every case has '{cases.index[0]}' for '{feature}': nothing to compare. Leave '{feature}' out."
            )
        category = given.get(feature, str(cases.idxmax()))
        if category not in cases.index:
            raise ParameterError(f"No case has '{category}' for '{feature}'. There are: {', '.join(cases.index)}.")
        chosen[feature] = category
    return chosen


def design_of(rows: Grouped, references: Mapping[str, str]) -> Design:
    """The design with every feature of ``references``, in their order.

    Raises ParameterError, naming the categories, when a category is told in full by those of other features.
    """
    columns = [
        (feature, str(category))
        for feature, reference in references.items()
        for category in sorted(rows.labels[feature].unique())
        if category != reference
    ]
    ones = np.ones(len(rows.labels))
    stacked = [ones, *((rows.labels[feature] == category).to_numpy(dtype=float) for feature, category in columns)]
    design = Design(np.column_stack(stacked), tuple(columns), dict(references))
    _check_rank(design)
    return design


def _check_names(table: pd.DataFrame, features: Sequence[str], cluster: str) -> None:
    """Refuse what is not a table of counts by these features."""
    if not features:
        raise ParameterError("No feature is named. Name at least one column to compare by.")
    absent = [name for name in (*features, *([cluster] if cluster else []), "outcome", "cases") if name not in table]
    if absent:
        raise ParameterError(f"There is no column '{absent[0]}'. There are: {', '.join(map(str, table.columns))}.")
    taken = [name for name in ("outcome", "cases") if name in (*features, cluster)]
    if taken:
        raise ParameterError(f"'{taken[0]}' is no feature of a case. Name other columns.")
    if len(set(features)) < len(features):
        raise ParameterError(f"A feature is named twice among {', '.join(features)}. Name each once.")
    if cluster in features:
        raise ParameterError(
            f"'{cluster}' cannot be a feature and the cluster at once. Leave it out of one of the two."
        )


def _check_rank(design: Design) -> None:
    """Refuse a column that those before it say already, with the names of those."""
    matrix = design.matrix
    if np.linalg.matrix_rank(matrix) == matrix.shape[1]:
        return
    for place, (feature, category) in enumerate(design.columns, start=1):
        before = matrix[:, :place]
        shares, *_ = np.linalg.lstsq(before, matrix[:, place], rcond=None)
        if float(np.abs(matrix[:, place] - before @ shares).max()) < _ROUNDING:
            partners = [
                f"'{other}' of '{name}'"
                for share, (name, other) in zip(shares[1:], design.columns, strict=False)
                if abs(share) > _ROUNDING
            ]
            raise ParameterError(
                f"'{category}' of '{feature}' is told in full by {' and '.join(partners)}: the two cannot be held "
                "apart. Leave one of these features out, or group their categories."
            )
