"""What goes with an ending, category by category, in the shape that passes disclosure control.

Everything is of released counts. Counts of each category are rates; what is worked out from them, the unadjusted
difference from the category compared with, its interval and odds ratio, is of the released, rounded numbers. What holds
all other features is looked up in the fits that were released with them (``released_fits``): none is made here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.errors import ParameterError
from analysis.questions.association.case_features import CaseFeatures
from analysis.questions.association.features import Array, codes_of
from analysis.questions.association.released_fits import (
    ASSOCIATIONS,
    ENDINGS,
    EXPECTED,
    FIGURES,
    TESTS,
    TOGETHER,
    base_codes,
)
from analysis.reference import measures
from analysis.reference.schema import MEASURES
from analysis.shares.differences import Two, difference_interval, false_discoveries, p_value
from analysis.shares.intervals import ROUNDING_VARIANCE, wilson
from analysis.shares.rates import About, Rates, about, with_shares
from analysis.shares.standardisation import beside
from analysis.shares.worked import Worked

BY = ("feature", "category")
_COLUMNS = {"associations": ASSOCIATIONS, "tests": TESTS, "together": TOGETHER, "expected": EXPECTED}


class MoreHeld(str):
    """A note that more features are held in some figures than are shown."""

    __slots__ = ()


_NONE = "No figures: no fit was released of these cases."
_OTHERS = "No figures: fits were released of victim_withdrawal and no_further_action, and of no other ending."
UNADJUSTED = [
    "unadjusted_difference_share",
    "low_unadjusted_difference_share",
    "high_unadjusted_difference_share",
    "unadjusted_odds_ratio",
]


def associations(features: CaseFeatures, ending: str) -> Rates:
    """What goes with an ending, each category against the most common one of its feature.

    Where cases of a group may be alike, no unadjusted limit is given, since how groups are spread over categories is
    not released, and no other where there are too few groups to tell how far.

    Parameters
    ----------
    features
        The features and what cases are alike by.
    ending
        The name of a measure.

    Returns
    -------
    Rates
        One row per ``feature`` (its heading) and ``category``, with the category ``compared_category`` that it is set
        against. Beside the rates: ``unadjusted_difference_share`` with limits and ``unadjusted_odds_ratio``; then, with
        all other features held, ``difference_share`` and ``odds_ratio`` with limits, and ``q_value``, the p value
        adjusted by Benjamini and Hochberg over all rows (of unadjusted differences where there is no fit). Differences
        run -1 to 1, limits are 95%. In the row of the category set against a difference is 0 and a ratio 1, and limits
        are missing; so is all that may not be shown. ``about.notes`` say how it was fitted and what stood in the way.
    """
    adjusted, notes = _looked_up(features, "associations", ending)
    source = _rates(features, ending, notes=notes)
    most_cases = source.table.dropna(subset=["share"]).sort_values("cases", ascending=False, kind="stable")
    references = dict(most_cases.drop_duplicates("feature")[list(BY)].itertuples(index=False, name=None))
    references |= dict(zip(adjusted["feature"], adjusted["compared_category"], strict=True))

    def compared(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(compared_category=[references.get(feature, "") for feature in table["feature"]])
        alone = _unadjusted(result)
        if features.cluster:
            alone[UNADJUSTED[1:3]] = math.nan
        result = pd.concat([result, alone], axis=1)
        figures = adjusted.drop(columns="compared_category")
        result = result.merge(figures, on=list(BY), how="left", validate="one_to_one")
        result.loc[(result["state"] != "shown").to_numpy(), list(FIGURES)] = math.nan
        if adjusted.empty and not features.cluster:
            result["q_value"] = _unadjusted_q_values(result)
        return result

    return source.added(compared)


def _rates(features: CaseFeatures, ending: str, *, notes: Sequence[str] = ()) -> Rates:
    """The share of each category that ended so, from the released cells."""
    rows = with_shares(_marginal_rows(features, ending), rounding=ROUNDING_VARIANCE)
    return Rates(rows[[*BY, *MEASURES]], by=BY, about=_about(features, ending, notes=notes))


def _about(features: CaseFeatures, ending: str, *, notes: Sequence[str] = ()) -> About:
    """What a result of these features is about; its notes are of the fit."""
    return replace(about(features.counts, measure=ending, base=features.base), notes=tuple(notes))


def _unadjusted(table: pd.DataFrame) -> pd.DataFrame:
    """The unadjusted figures of each row, from the counts that stand in it and in the row it is compared with."""
    with_share = table.dropna(subset=["share"]).set_index(list(BY))
    figures = []
    for _, row in table.iterrows():
        category, compared = (row["feature"], row["category"]), (row["feature"], row["compared_category"])
        if category not in with_share.index or compared not in with_share.index:
            figures.append(dict.fromkeys(UNADJUSTED, math.nan))
        elif category == compared:
            figures.append(dict(zip(UNADJUSTED, (0.0, math.nan, math.nan, 1.0), strict=True)))
        else:
            counts = [int(with_share.loc[pair, name]) for pair in (category, compared) for name in ("events", "cases")]
            figures.append(_compared(Two(*counts)))
    return pd.DataFrame(figures, columns=UNADJUSTED, index=table.index, dtype=float)


def _compared(two: Two) -> dict[str, float]:
    """Difference with limits and odds ratio of two shares; the ratio is missing where a count in it is 0."""
    others, their_others = two.cases - two.events, two.other_cases - two.other_events
    bottom = others * two.other_events
    ratio = two.events * their_others / bottom if bottom else math.inf if two.events * their_others else math.nan
    return dict(zip(UNADJUSTED, (*_difference(two), ratio), strict=True))


def _unadjusted_q_values(table: pd.DataFrame) -> Array:
    """The p value of each row against the one it is compared with, adjusted over all of them."""
    with_share = table.dropna(subset=["share"]).set_index(list(BY))
    values = []
    for _, row in table.iterrows():
        pair = (row["feature"], row["category"]), (row["feature"], row["compared_category"])
        is_compared = pair[0] != pair[1] and all(one in with_share.index for one in pair)
        counts = [int(with_share.loc[one, name]) for one in pair for name in ("events", "cases")] if is_compared else []
        values.append(p_value(Two(*counts), rounding=ROUNDING_VARIANCE) if counts else math.nan)
    return false_discoveries(values)


def _difference(two: Two) -> tuple[float, float, float]:
    """The difference of two shares whose numbers were rounded as a release rounds them, with its limits."""
    return two.share - two.other_share, *difference_interval(two, rounding=ROUNDING_VARIANCE)


def endings_together(features: CaseFeatures) -> Worked:
    """What goes with withdrawal, with no further action and with anything else, in one fit.

    Parameters
    ----------
    features
        The features and what cases are alike by.

    Returns
    -------
    Worked
        One row per ``feature``, ``category`` (but the one set against) and ``ending``, with ``compared_category`` and
        ``difference_share`` with limits (-1 to 1), all other features held; those of a category add up to 0. No rows
        where there is no such fit: ``about.notes`` say why.
    """
    table, notes = _looked_up(features, "together", *ENDINGS)
    return Worked(_rates(features, ENDINGS[0], notes=notes), lambda _: table.assign(state="shown"), (*BY, "ending"))


def feature_tests(features: CaseFeatures, ending: str) -> Worked:
    """What each feature adds when all others are there, and how far it overlaps with them.

    Parameters
    ----------
    features
        The features.
    ending
        The name of a measure.

    Returns
    -------
    Worked
        One row per ``feature``: ``parameters``, ``likelihood_ratio`` and ``q_value`` (adjusted by Benjamini and
        Hochberg over the features) of leaving it out; ``variance_inflation``, per parameter, is 1 where it goes with no
        other feature. Without rows where there is no fit.
    """
    table, notes = _looked_up(features, "tests", ending)
    return Worked(_rates(features, ending, notes=notes), lambda _: table.copy(), ("feature",))


_DIFFERENCES = ["difference_share", "low_difference_share", "high_difference_share"]


def calibrated(features: CaseFeatures, ending: str) -> Worked:
    """The share of groups of cases beside what their features lead one to expect.

    The groups are those of the cluster, which no fit holds as a feature: no others that a fit leaves out have cells.

    Parameters
    ----------
    features
        The features and what cases are alike by.
    ending
        The name of a measure.

    Returns
    -------
    Worked
        One row per ``feature`` and ``category`` of the cluster, or per ``force``: ``events``, ``cases``, ``share`` and
        ``expected_share``; ``difference_share``, the one less the other, with limits (95%, by chance and rounding; that
        cases of a group may be alike is what is looked for) and ``q_value``, its p value adjusted by Benjamini and
        Hochberg over the groups. Rows whose numbers are not shown have no difference. No
        rows where there is no fit or no group: ``about.notes`` say why.
    """
    expected, notes = _looked_up(features, "expected", ending)
    rows = with_shares(_group_rows(features, ending), rounding=ROUNDING_VARIANCE)[[*BY, *MEASURES]]
    rows = rows[rows["category"].isin(expected["category"])].reset_index(drop=True)
    if not features.cluster:
        notes = ("No feature is kept out of the fits to hold them against: that takes a cluster in the mapping.",)
    source = Rates(rows, by=BY, about=_about(features, ending, notes=notes))
    is_by_force = features.cluster == "force"

    def work(table: pd.DataFrame) -> pd.DataFrame:
        by_group = against_expected(table, expected)
        return by_group.drop(columns="feature").rename(columns={"category": "force"}) if is_by_force else by_group

    return Worked(source, work, ("force",) if is_by_force else BY)


_BARE = [*BY, "events", "cases", "share", "expected_share", *_DIFFERENCES, "q_value", "state"]
_REACH = 1.96  # standard errors of a 95% interval
_HALF_POINT = 0.01 / math.sqrt(12)  # the standard deviation that whole points bring to an expected share


def against_expected(table: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Shares less those expected, with limits.

    Parameters
    ----------
    table
        One row per ``feature`` and ``category``: ``events``, ``cases``, ``share`` (0 to 1) and ``state``.
    expected
        ``expected_share`` of each ``category``, in whole percentage points.

    Returns
    -------
    pd.DataFrame
        The rows with ``expected_share`` and ``difference_share`` with its 95% limits, by chance and by what rounding
        adds to the numbers and to the expected share, and ``q_value``, adjusted over the rows: so many groups are
        looked at that some lie outside their limits. Missing where either share is.
    """
    beside_expected = table.merge(expected, on="category", how="left", validate="one_to_one")
    is_known = beside_expected["share"].notna() & beside_expected["expected_share"].notna()
    share, cases = (beside_expected.loc[is_known, name].to_numpy(dtype=float) for name in ("share", "cases"))
    difference = share - beside_expected.loc[is_known, "expected_share"].to_numpy(dtype=float)
    lows, highs = wilson(share * cases, cases, rounding=ROUNDING_VARIANCE)
    tied = np.sqrt(1 - cases / cases.sum())  # a group is part of what its expected share was fitted to
    down, up = (np.hypot(tied * far, _REACH * _HALF_POINT) for far in (share - lows, highs - share))
    for name, values in zip(_DIFFERENCES, (difference, difference - down, difference + up), strict=True):
        beside_expected[name] = math.nan
        beside_expected.loc[is_known, name] = values
    steps = np.abs(difference) / np.where(difference > 0, down, up) * _REACH
    beside_expected["q_value"] = math.nan
    beside_expected.loc[is_known, "q_value"] = false_discoveries(2 * ndtr(-steps))
    return beside_expected[_BARE]


#: What a mapping calls a blank form, unless it says otherwise, and what others call it.
BLANKS = frozenset({"not recorded", "unknown", "not known", "not stated", "blank", "missing"})
_LEFT_OUT = ["feature", "category", "events", "cases", "share", "other_share", *_DIFFERENCES, "q_value"]
_MOVED = [
    "more_category",
    "less_category",
    "unadjusted_difference_share",
    "least_difference_share",
    "most_difference_share",
]


def not_recorded(features: CaseFeatures, ending: str) -> Worked:
    """The cases of which a feature is not recorded beside those of which it is.

    Parameters
    ----------
    features
        The features and what cases are alike by.
    ending
        The name of a measure.

    Returns
    -------
    Worked
        One row per ``feature``, if it has any blanks; ``category`` is what the blank is called. ``events``, ``cases``
        and ``share`` are theirs, ``other_share`` is that of the rest, which is what is seen when they are left out;
        ``difference_share`` with limits, and ``q_value`` over all these features (missing limits and p value where
        cases of a group may be alike). Then the two recorded categories that stand furthest apart, ``more_category``
        and ``less_category``, their ``unadjusted_difference_share``, and what it would be at least and at most
        (``least_difference_share``, ``most_difference_share``) wherever the unrecorded cases belong. Shares run 0 to 1,
        differences -1 to 1. No rows where every form was filled in.
    """

    def work(table: pd.DataFrame) -> pd.DataFrame:
        rows = [
            _left_out(categories, blank)
            for _, categories in table[table["share"].notna()].groupby("feature", sort=False)
            for _, blank in categories[categories["category"].str.casefold().isin(BLANKS)].iloc[:1].iterrows()
            if len(categories) > 1
        ]
        result = pd.DataFrame(rows, columns=[*_LEFT_OUT, *_MOVED])
        result["q_value"] = false_discoveries(result["q_value"])
        if features.cluster:
            result[[*_DIFFERENCES[1:], "q_value"]] = math.nan
        return result

    return Worked(_rates(features, ending), work, BY)


def _left_out(categories: pd.DataFrame, blank: pd.Series) -> dict[Any, Any]:
    """One row of ``not_recorded``, its p value not adjusted yet, of a feature's categories that are shown."""
    recorded = categories[categories["category"] != blank["category"]]
    counts = blank["events"], blank["cases"], recorded["events"].sum(), recorded["cases"].sum()
    two = Two(*map(int, counts))
    row = blank[["feature", "category", "events", "cases", "share"]].to_dict()
    row |= {"other_share": two.other_share, **dict(zip(_DIFFERENCES, _difference(two), strict=True))}
    row["q_value"] = p_value(two, rounding=ROUNDING_VARIANCE)
    if len(recorded) < 2:
        return row
    more, less = (recorded.loc[recorded["share"].astype(float).agg(which)] for which in ("idxmax", "idxmin"))
    apart = Two(*(int(category[name]) for category in (more, less) for name in ("events", "cases")))
    difference = float(more["share"] - less["share"])
    moved = more["category"], less["category"], difference, *_whatever_blanks_are(apart, two)
    return row | dict(zip(_MOVED, moved, strict=True))


def _whatever_blanks_are(apart: Two, blank: Two) -> tuple[float, float]:
    """The least and the most that one share less another may be, if blank cases may all belong to either or neither."""
    ended, others = blank.events, blank.cases - blank.events
    least = apart.events / (apart.cases + others) - (apart.other_events + ended) / (apart.other_cases + ended)
    most = (apart.events + ended) / (apart.cases + ended) - apart.other_events / (apart.other_cases + others)
    return least, most


_MIXED = ["standardised_share", "low_standardised_share", "high_standardised_share"]
_MIX = [*_MIXED, "mix_difference_share", "covered_share"]


def same_mix(features: CaseFeatures, ending: str) -> Worked:
    """The share of each force as it is and as it would be with the mix of all forces, one feature at a time.

    Parameters
    ----------
    features
        The features and what cases are alike by.
    ending
        The name of a measure.

    Returns
    -------
    Worked
        One row per ``feature`` and ``force``: ``events``, ``cases`` and ``share`` of the force;
        ``standardised_share`` with limits (95%, by chance and rounding; none where cases of a group may be alike),
        ``mix_difference_share`` and ``covered_share``, as in ``shares.standardisation.standardised``, 0 to 1. No rows
        where there are fewer than two forces.
    """
    forces = features.counts.forces if len(features.counts.forces) > 1 else ()
    rows = [_marginal_rows(features, ending, force=force).assign(force=force) for force in forces]
    rows += [_force_rows(features, ending)] if forces else []
    columns = ["force", *BY, "events", "cases", "state"]
    table = pd.concat(rows)[columns] if rows else pd.DataFrame(columns=columns)
    source = Rates(
        with_shares(table.reset_index(drop=True), rounding=ROUNDING_VARIANCE)[["force", *BY, *MEASURES]],
        by=("force", *BY),
        about=_about(features, ending),
    )

    def work(cells: pd.DataFrame) -> pd.DataFrame:
        result = pd.DataFrame(
            [row for feature in dict.fromkeys(cells["feature"]) if feature for row in _mixed(cells, feature)],
            columns=["feature", "force", "events", "cases", "share", *_MIX, "state"],
        )
        if features.cluster:
            result[_MIXED[1:]] = math.nan
        return result

    return Worked(source, work, ("feature", "force"))


def _mixed(cells: pd.DataFrame, feature: str) -> list[dict[Any, Any]]:
    """The rows of ``same_mix`` for one feature."""
    with_share = cells[(cells["feature"] == feature) & cells["share"].notna()]
    weights = with_share.groupby("category")["cases"].sum().astype(float)
    rows = []
    for _, force in cells[cells["feature"] == ""].iterrows():
        of_force = with_share[with_share["force"] == force["force"]].set_index("category")
        row: dict[Any, Any] = force[["force", "events", "cases", "share", "state"]].to_dict()
        row["feature"] = feature
        if pd.notna(force["share"]) and len(weights) > 1:
            row.update(beside(of_force, weights, force["share"], ROUNDING_VARIANCE))
        rows.append(row)
    return rows


def _looked_up(features: CaseFeatures, kind: str, *endings: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One released table of the features that are asked for, and its notes, first what is held beyond them."""
    columns = _COLUMNS[kind]
    tables = _tables(features)
    if tables is None:
        return _table(columns, []), (_NONE,)
    released = tables.get(kind, {}).get(", ".join(endings))
    if released is None:
        return _table(columns, []), (_OTHERS,)
    table, notes = _table(columns, released["rows"]), tuple(released["notes"])
    if "feature" not in table:
        return table, notes
    held = tuple(table["feature"].drop_duplicates())
    asked = table[table["feature"].isin(features.names)].reset_index(drop=True)
    return asked.assign(feature=asked["feature"].map(features.headings)), (*_more_held(features, held), *notes)


def _more_held(features: CaseFeatures, held: tuple[str, ...]) -> tuple[str, ...]:
    """A note where more features are held than were asked for."""
    if set(held) <= set(features.names):
        return ()
    names = ", ".join(features.counts.features[name] for name in held)
    told = f"Adjusted figures hold all features of the fit that was released ({names}), those that are not shown too."
    return (MoreHeld(told),)


def _marginal_rows(features: CaseFeatures, ending: str, *, force: str = "") -> pd.DataFrame:
    """The released cells of each category of each feature."""
    pairs = [(feature, category) for feature in features.names for category in features.counts.categories(feature)]
    return _rows(features, ending, [(force, *pair) for pair in pairs])


def _group_rows(features: CaseFeatures, ending: str) -> pd.DataFrame:
    """The same of each group of cases that may be alike, a category of the cluster or a force; no rows without one."""
    if features.cluster == "force":
        rows = _rows(features, ending, [(force, "", "") for force in features.counts.forces])
        return rows.assign(feature=features.headings["force"], category=list(features.counts.forces))
    groups = features.counts.categories(features.cluster) if features.cluster else []
    return _rows(features, ending, [("", features.cluster, group) for group in groups])


def _force_rows(features: CaseFeatures, ending: str) -> pd.DataFrame:
    """The same of all cases of each force: a column ``force``, and no feature."""
    forces = list(features.counts.forces)
    return _rows(features, ending, [(force, "", "") for force in forces]).assign(force=forces)


def _rows(features: CaseFeatures, ending: str, cells: list[tuple[str, str, str]]) -> pd.DataFrame:
    """The rows of some cells, each of a force ("" for the place that is asked for), a feature and a category."""
    counts, left_out = features.counts, measures.base(features.base).leaves_out(features.counts.scheme)
    codes, within = codes_of(ending, counts.scheme) - left_out, base_codes(counts.scheme, features.base)
    place, offence = _place(features)
    rows = []
    for force, feature, category in cells:
        events, cases = (
            counts.cell(outcomes, force=force or place, offence=offence, feature=feature, category=category)
            for outcomes in (codes, within)
        )
        is_shown = events is not None and cases is not None and cases > events
        heading = features.headings.get(feature, feature)
        state = "shown" if is_shown else "suppressed"
        rows.append((heading, category, events if is_shown else None, cases, state))
    table = pd.DataFrame(rows, columns=["feature", "category", "events", "cases", "state"])
    return table.astype({"feature": "str", "category": "str", "events": "Int64", "cases": "Int64"})


def _place(features: CaseFeatures) -> tuple[str, str]:
    """The force ("" for all) and offence that are asked for."""
    counts = features.counts
    if len(counts.offences) != 1 and "offence" not in counts.selection:
        raise ParameterError(
            f"Counts '{counts.name}' were released offence by offence. Choose one of {', '.join(counts.offences)}."
        )
    only = counts.forces[0] if len(counts.forces) == 1 else ""
    return counts.selection.get("force", only), counts.selection.get("offence", "") or counts.offences[0]


def _tables(features: CaseFeatures) -> dict[str, Any] | None:
    """The tables of the place and base that are asked for; none where they were not released."""
    wanted = (*_place(features), features.base)
    released = features.counts.fits["tables"]
    return next((tables for tables in released if (tables["force"], tables["offence"], tables["base"]) == wanted), None)


def _table(columns: tuple[str, ...], rows: list[list[Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(columns))
    labels = {"feature", "category", "compared_category", "ending"}
    return table.astype({name: "str" if name in labels else float for name in columns})
