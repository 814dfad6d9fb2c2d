"""What leaves of regressions on the features of cases: fits to released numbers, and nothing else.

The outcome of no case is read here but through ``is_shown``, which gives the released number of a marginal cell. A
logistic regression needs no more of outcomes than that (``association.margins``): fits with these figures are as
good as the released numbers are, and nobody who inverts one learns a cell that was not released. Of the exact counts
only the table of how features go together is read, whatever became of the cases; its margins are brought to the
released ones first, and what leaves is coarse: differences and their limits in whole percentage points, odds ratios in
steps of a tenth of log odds, p values as "at most" 0.001, 0.01, 0.05 or 1, and what share of a group of cases a fit
leads one to expect in whole points. Limits are made wider by what their rounding adds, and rounded to the nearest step.
And there must be five combinations of features or more for each coefficient, so that many tables go with the figures
that leave. No limit and no p value leaves where cases of a group may be alike and too few groups are known to tell.

Which features and which cluster: those of the mapping, no others. docs/decisions/0029 has what was measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.disclosure.policy import CLOSED
from analysis.errors import ParameterError
from analysis.questions.association.features import JointTable, codes_of
from analysis.questions.association.groups import FEWEST_GROUPS, Alike
from analysis.questions.association.joint_tests import joint_tests
from analysis.questions.association.margins import Known, MarginFit, margin_fit, together
from analysis.questions.association.regression import Model
from analysis.questions.association.released_fits import ANYTHING_ELSE, CLASSES, ENDINGS, base_codes
from analysis.questions.association.released_fits import ASSOCIATIONS as _IN_ROW
from analysis.reference import measures
from analysis.shares.differences import false_discoveries

#: The released number of a cell by force ("" for all), offence, feature, category (both "" for all cases) and outcome
#: codes (none for all); None where it may not be shown.
Shown = Callable[[str, str, str, str, frozenset[str]], int | None]
OTHER_CATEGORY = "Other or not known"
_OFF = CLOSED.rounding  # cases by which a released number may be off
_SMALL = CLOSED.few  # no group of so few cases, or fewer, takes part
_FREEDOM = 10  # combinations that a fit leaves over, once each coefficient has one: ACRO's default
_SPARE = 5  # combinations of features for each coefficient
_STEP = 0.1  # of log odds, in which ratios are given
_POINT = 0.01  # of a share, in which differences are given
_REACH = 1.96  # standard errors of a 95% interval
_FIGURES = 2  # significant figures of a ratio
_ROUNDED = "Fitted to rounded counts, which the intervals allow for; differences are given in whole percentage points."
_NO_LIMITS = "Fitted to rounded counts; differences are given in whole percentage points."
_ALIKE = "No adjusted figures: some categories always go together, so that these features cannot be held apart."
_TOO_FEW = "No adjusted figures: there are too few combinations of these features, or too few cases that may be shown."


def released_fits(features: Counts, is_shown: Shown) -> dict[str, Any]:
    """All that a released set holds of regressions: see ``association.released_fits`` for its shape, which is JSON's.

    One set of tables for each force, for all together where there are several, each offence and each base.

    Parameters
    ----------
    features
        Exact counts by features of cases.
    is_shown
        Gives the released number of a cell, None where it may not be shown.

    Returns
    -------
    dict[str, Any]
        Tables by place, offence and base.
    """
    names = features.fit_features or tuple(name for name in features.features if name != features.fit_cluster)
    forces = [*features.forces, *([""] if len(features.forces) > 1 else [])]
    tables = [
        Place(features, names, is_shown, force, offence, base).tables()
        for force in forces
        for offence in features.offences
        for base in measures.BASES
        if measures.base(base).can_tell(features.scheme)
    ]
    return {"features": list(names), "cluster": features.fit_cluster, "tables": tables}


@dataclass(frozen=True, eq=False)
class Place:
    """The fits of one force ("" for all), offence and base."""

    counts: Counts
    names: tuple[str, ...]
    is_shown: Shown
    force: str
    offence: str
    base: str

    def tables(self) -> dict[str, Any]:
        """Every table of this place and base.

        Returns
        -------
        dict[str, Any]
            Associations, tests and expected shares by way of ending.
        """
        tables: dict[str, Any] = {"force": self.force, "offence": self.offence, "base": self.base}
        tables |= {"associations": {}, "tests": {}, "expected": {}}
        for ending in ENDINGS:
            fit, notes = self.fit((ending,))
            model = None if fit is None else fit.model()
            rows = [] if model is None else _associations(model)
            if fit is not None and self.is_unsure(fit):
                rows = [_without_limits(row) for row in rows]
            tables["associations"][ending] = {"notes": notes, "rows": rows}
            tables["expected"][ending] = {"notes": notes, "rows": [] if fit is None else self.expected(fit)}
            tests = [] if fit is None or model is None else _tests(model, is_unsure=self.is_unsure(fit))
            tables["tests"][ending] = {"notes": notes, "rows": tests}
        fit, notes = self.fit(ENDINGS)
        rows = [] if fit is None else _together(fit)
        if fit is not None and self.is_unsure(fit):
            rows = [_without_limits(row) for row in rows]
        tables["together"] = {", ".join(ENDINGS): {"notes": notes, "rows": rows}}
        return tables

    def is_unsure(self, fit: MarginFit) -> bool:
        """Whether cases of a group may be alike and nobody can tell how far: no limit would hold as it says.

        Parameters
        ----------
        fit
            A fit of some endings and all else.

        Returns
        -------
        bool
            True where cases are grouped and too few groups are released.
        """
        return bool(self.counts.fit_cluster) and fit.alike is None

    def expected(self, fit: MarginFit) -> list[list[Any]]:
        """The share of each group of cases that the fit leads one to expect, of groups whose numbers are released.

        Parameters
        ----------
        fit
            A fit of some endings and all else.

        Returns
        -------
        list[list[Any]]
            Group and share, 0 to 1 in whole hundredths, one list per group.
        """
        if fit.alike is None:
            return []
        shares, cases = fit.plain().fitted.shares[:, 0], fit.alike.cases
        return [
            [group, _nearest(float(shares @ group_cases / group_cases.sum()))]
            for group, group_cases, numbers in zip(fit.alike.names, cases.T, fit.alike.known, strict=True)
            if not np.isnan(numbers).any()
        ]

    def fit(self, endings: tuple[str, ...]) -> tuple[MarginFit | None, list[str]]:
        """The fit of some endings and all else, and what is to be said of it: none where there cannot be one.

        Parameters
        ----------
        endings
            Names of ways of ending.

        Returns
        -------
        tuple[MarginFit | None, list[str]]
            The fit and sentences about it.
        """
        total = self.numbers("", "", endings)
        if total is None:
            return None, [_TOO_FEW]
        groups = {name: self.groups(name, endings, total) for name in self.names}
        tables = {name: table for name, table in groups.items() if table is not None}
        notes = self.told(tables)
        if len(tables) < 2:
            return None, [*notes, _TOO_FEW]
        joint, clusters = self.joint(tables)
        coefficients = 1 + sum(len(table) - 1 for table in tables.values())
        if len(joint.cases) < max(_SPARE * coefficients, coefficients * len(endings) + _FREEDOM):
            return None, [*notes, _TOO_FEW]
        alike, clustering = self.alike(clusters, endings)
        rounded = _NO_LIMITS if self.counts.fit_cluster and alike is None else _ROUNDED
        try:
            return margin_fit(joint, Known(tables, total, OTHER_CATEGORY), alike), [*notes, clustering, rounded]
        except ParameterError:
            return None, [*notes, _ALIKE]

    def numbers(self, feature: str, category: str, endings: tuple[str, ...]) -> np.ndarray[Any, Any] | None:
        """The released cases of a category by how they ended; none where one may not be shown.

        All else is what is left of the cases, and has to be surely more than ten.

        Parameters
        ----------
        feature
            The name of a feature; "" for all cases.
        category
            One of its categories; "" for all cases.
        endings
            Names of ways of ending.

        Returns
        -------
        np.ndarray[Any, Any] | None
            Cases of each ending, then of all else, shape (endings + 1,).
        """
        scheme = self.counts.scheme
        left_out = measures.base(self.base).leaves_out(scheme)
        wanted = [codes_of(ending, scheme) - left_out for ending in endings]
        cells = [self.cell(feature, category, codes) for codes in (*wanted, base_codes(scheme, self.base))]
        released = [cell for cell in cells if cell is not None]
        if len(released) < len(cells):
            return None
        rest = released[-1] - sum(released[:-1])
        return np.array([*released[:-1], rest], dtype=float) if rest > _SMALL + _OFF * len(released) else None

    def cell(self, feature: str, category: str, codes: frozenset[str]) -> int | None:
        """The released number of one cell.

        Parameters
        ----------
        feature
            The name of a feature; "" for all cases.
        category
            One of its categories; "" for all cases.
        codes
            Outcome types of the publisher.

        Returns
        -------
        int | None
            Cases; None where the number may not be shown.
        """
        return self.is_shown(self.force, self.offence, feature, category, codes)

    def groups(self, feature: str, endings: tuple[str, ...], total: np.ndarray[Any, Any]) -> pd.DataFrame | None:
        """The categories of a feature that can be told apart, one for all others if there are any, with their cases.

        The others have to be surely more than ten of each ending too: until they are, the smallest category that is
        shown joins them. None where fewer than two are left.

        Parameters
        ----------
        feature
            The name of a feature; "" for all cases.
        endings
            Names of ways of ending.
        total
            All cases of the place by how they ended.

        Returns
        -------
        pd.DataFrame | None
            Cases by category (rows) and ending (columns), all else last.
        """
        categories = self.categories(feature)
        numbers = {category: self.numbers(feature, category, endings) for category in categories}
        apart = {category: cases for category, cases in numbers.items() if cases is not None}
        if len(apart) < len(categories):
            smallest_first = sorted(apart, key=lambda category: (apart[category].sum(), category))
            sure = _SMALL + _OFF * (len(endings) + 1) * (len(apart) + 1)
            while smallest_first and (total - sum(apart.values())).min() <= sure:
                del apart[smallest_first.pop(0)]
            apart[OTHER_CATEGORY] = total - sum(apart.values())
        if len(apart) < 2:
            return None
        return pd.DataFrame.from_dict(apart, orient="index").sort_index()

    def categories(self, feature: str) -> list[str]:
        """Every category of a feature, whichever force has cases of it.

        Parameters
        ----------
        feature
            The name of a feature.

        Returns
        -------
        list[str]
            Names, in order.
        """
        return self._categories[feature]

    @cached_property
    def _categories(self) -> dict[str, list[str]]:
        return {name: sorted(self.counts.table[name].astype(str).unique()) for name in self.names}

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """The cases of this place and offence: features and group as text, the group as " ", and cases."""
        table = self.counts.table
        if self.force:
            table = table[table["force"] == self.force]
        if "offence" in table:
            table = table[table["offence"] == self.offence]
        group = table[self.counts.fit_cluster].astype(str) if self.counts.fit_cluster else ""
        labels = {name: table[name].astype(str) for name in self.names}
        return pd.DataFrame({**labels, " ": group, "cases": table["cases"]})

    def joint(self, tables: dict[str, pd.DataFrame]) -> tuple[JointTable, pd.DataFrame]:
        """Cases by combination of features, and by group within which they are alike, whatever became of them.

        Parameters
        ----------
        tables
            The cases of each feature that takes part, by its name: one row per category.

        Returns
        -------
        tuple[JointTable, pd.DataFrame]
            The joint table, and cases by combination (rows) and group (columns).
        """
        rows = self._rows
        labels = {
            name: rows[name].where(rows[name].isin(categories.index), OTHER_CATEGORY)
            for name, categories in tables.items()
        }
        summed = rows[[" ", "cases"]].assign(**labels).groupby([*tables, " "])["cases"].sum()
        wide = summed.unstack(" ", fill_value=0)
        wide = wide[wide.sum(axis=1) > 0]
        return JointTable(wide.index.to_frame(index=False), wide.sum(axis=1).to_numpy(dtype=float)), wide

    def alike(self, clusters: pd.DataFrame, endings: tuple[str, ...]) -> tuple[Alike | None, str]:
        """The groups within which cases are alike, as far as their numbers are released, and what is said of them.

        Parameters
        ----------
        clusters
            Cases by combination of features (rows) and group (columns).
        endings
            Names of ways of ending.

        Returns
        -------
        tuple[Alike | None, str]
            The groups, None where too few are released, and a sentence.
        """
        name = self.counts.fit_cluster
        if not name:
            return None, "Intervals take every case as independent of every other."
        heading = self.counts.features.get(name, name)
        numbers = [self.group_numbers(str(group), endings) for group in clusters.columns]
        alike = Alike(clusters.to_numpy(dtype=float), np.array(numbers), tuple(map(str, clusters.columns)))
        if alike.groups < FEWEST_GROUPS:
            return None, (
                f"No intervals: cases of one group of ‘{heading}’ may be alike, and to tell how far takes "
                f"{FEWEST_GROUPS} groups or more with enough cases."
            )
        return alike, f"Intervals allow for cases of one group of ‘{heading}’ being alike ({alike.groups} groups)."

    def group_numbers(self, group: str, endings: tuple[str, ...]) -> np.ndarray[Any, Any]:
        """The numbers of one group, missing where they may not be shown.

        Parameters
        ----------
        group
            The name of a group.
        endings
            Names of ways of ending.

        Returns
        -------
        np.ndarray[Any, Any]
            Cases of each ending, then of all else, shape (endings + 1,).
        """
        if self.counts.fit_cluster == "force":
            place = Place(self.counts, self.names, self.is_shown, group, self.offence, self.base)
            numbers = place.numbers("", "", endings)
        else:
            numbers = self.numbers(self.counts.fit_cluster, group, endings)
        return np.full(len(endings) + 1, math.nan) if numbers is None else numbers

    def told(self, tables: dict[str, pd.DataFrame]) -> list[str]:
        """What is to be said of features that do not take part, or not with all their categories.

        Parameters
        ----------
        tables
            The cases of each feature that takes part, by its name: one row per category.

        Returns
        -------
        list[str]
            Sentences.
        """
        notes = []
        for name in self.names:
            heading = self.counts.features[name]
            if name not in tables:
                notes.append(f"‘{heading}’ is left out: fewer than two of its categories have enough cases.")
            elif OTHER_CATEGORY in tables[name].index:
                notes.append(f"Some categories of ‘{heading}’ are held as one, ‘{OTHER_CATEGORY}’: too few cases.")
        return notes


def _associations(model: Model) -> list[list[Any]]:
    """The figures of every category but those held as one: coarse, p values adjusted over all of them."""
    rows, values = [], []
    for feature, reference in model.design.references.items():
        others = [category for name, category in model.design.columns if name == feature]
        for category in sorted([reference, *others]):
            if category == OTHER_CATEGORY:
                continue
            rows.append((feature, category, reference))
            values.append(model.against_reference(feature, category))
    adjusted = false_discoveries([value.get("p", math.nan) for value in values])
    return [
        [*row, *printed_difference(figures), *printed_ratio(figures), _at_most(float(q))]
        for row, figures, q in zip(rows, values, adjusted, strict=True)
    ]


def _tests(model: Model, *, is_unsure: bool) -> list[list[Any]]:
    """What each feature adds, unless nobody can tell by chance, and how far it overlaps with the others, coarse."""
    table = joint_tests(model)
    return [
        [
            row["feature"],
            int(row["parameters"]),
            None if is_unsure else _significant(row["likelihood_ratio"]),
            None if is_unsure else _at_most(row["q_value"]),
            round(float(row["variance_inflation"]), 1),
        ]
        for _, row in table.iterrows()
    ]


def _together(fit: MarginFit) -> list[list[Any]]:
    """Differences in every ending, coarse; those of a category still add up to 0."""
    shorts = [*(measures.measure(name).short for name in ENDINGS), ANYTHING_ELSE]
    rows = []
    for (feature, category), lines in together(fit).groupby(["feature", "category"], sort=False):
        reference = fit.design.references[str(feature)]
        if category == OTHER_CATEGORY:
            continue
        points = _adding_up(lines["difference"].to_numpy())
        for short, point, (_, line) in zip(shorts, points, lines.iterrows(), strict=True):
            rows.append([feature, category, short, reference, point, *printed_limits(line["low"], line["high"])])
    return rows


def _without_limits(row: list[Any]) -> list[Any]:
    """A row of figures without limits and p value; ``together`` has no ratio."""
    labels = 3 if len(row) == len(_IN_ROW) else 4
    return [*row[:labels], row[labels], None, None, *([row[labels + 3], None, None, None] if labels == 3 else [])]


def printed_difference(figures: dict[str, float]) -> list[float | None]:
    """A difference and its limits in the whole percentage points in which they are released.

    Parameters
    ----------
    figures
        Shares and their limits by the names of their columns.

    Returns
    -------
    list[float | None]
        Difference, lower and upper limit, -1 to 1 in steps of a hundredth; None for what is absent.
    """
    middle, low, high = (
        figures.get(name) for name in ("difference_share", "difference_low_share", "difference_high_share")
    )
    return [_nearest(middle), *printed_limits(low, high)]


def printed_ratio(figures: dict[str, float]) -> list[float | None]:
    """An odds ratio and its limits in the steps in which they are released, to two figures.

    Parameters
    ----------
    figures
        Shares and their limits by the names of their columns.

    Returns
    -------
    list[float | None]
        Ratio, lower and upper limit; None for what is absent.
    """
    middle, low, high = (figures.get(name) for name in ("odds_ratio", "odds_ratio_low", "odds_ratio_high"))
    if low is None or high is None:
        return [_stepped(middle), None, None]
    ends = _widened(math.log(low), math.log(high), _STEP)
    return [_stepped(middle), *(_stepped(math.exp(end)) for end in ends)]


def printed_limits(low: float | None, high: float | None) -> list[float | None]:
    """The limits of a difference in whole points.

    Parameters
    ----------
    low
        The lower limit; None where there is none.
    high
        The upper limit; None where there is none.

    Returns
    -------
    list[float | None]
        Lower and upper limit, -1 to 1 in steps of a hundredth; None where there are none.
    """
    return [None, None] if low is None or high is None else [_nearest(end) for end in _widened(low, high, _POINT)]


def _widened(low: float, high: float, step: float) -> tuple[float, float]:
    """Limits that still hold as often as they say once they are rounded to a step: its variance is added to theirs."""
    middle, reach = (low + high) / 2, math.hypot((high - low) / 2, _REACH * step / math.sqrt(12))
    return middle - reach, middle + reach


def _nearest(share: float | None) -> float | None:
    """A share to whole percentage points; never minus nothing."""
    return None if share is None else round(share * 100) / 100 + 0.0


def _stepped(ratio: float | None) -> float | None:
    """An odds ratio in steps of log odds, printed to two figures."""
    return None if ratio is None else _significant(math.exp(_STEP * round(math.log(ratio) / _STEP)))


def _significant(value: float) -> float:
    """A number to two significant figures, one below 1 to two decimals."""
    places = _FIGURES - 1 - max(math.floor(math.log10(value)), -1) if value > 0 else _FIGURES
    return float(round(value * 10.0**places) / 10.0**places)


def _at_most(p: float) -> float | None:
    """The least of the classes that a p value does not go beyond."""
    return None if math.isnan(p) else next(limit for limit in CLASSES if p <= limit)


def _adding_up(differences: np.ndarray[Any, Any]) -> list[float]:
    """Differences that add up to nothing, in whole points that still do: those are moved that it costs least."""
    exact = differences * 100
    points = np.round(exact)
    missing = int(-points.sum())
    order: Sequence[int] = np.argsort(np.sign(missing) * (points - exact), kind="stable").tolist()
    for place in order[: abs(missing)]:
        points[place] += np.sign(missing)
    return [float(point / 100 + 0.0) for point in points]
