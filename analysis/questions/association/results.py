"""What goes with an ending, category by category, in the shape that passes disclosure control.

Counts of each category are rates. What is worked out from them, the unadjusted difference from the category compared
with, its interval (Newcombe's, ``differences.py``) and odds ratio, is worked out again from rounded counts. What comes
from a fit does so from the released ones of counts of people (``released_fits.py``), and from a fit made here of
published counts alone: of exact counts of people ``disclosure.protect`` shows nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.questions.association import released_fits
from analysis.questions.association.case_features import CaseFeatures
from analysis.questions.association.fits import Fitted, Prepared, both, fitted, prepared, usable_cluster
from analysis.questions.association.multinomial import OTHER, ending_associations
from analysis.questions.association.released_fits import ANYTHING_ELSE, ENDINGS
from analysis.reference import measures
from analysis.reference.schema import MEASURES
from analysis.shares.differences import (
    Two,
    difference_interval,
    false_discoveries,
    p_value,
    rounded_difference_interval,
)
from analysis.shares.intervals import ROUNDING_VARIANCE, effective_cases, wilson
from analysis.shares.rates import About, Rates, about, with_shares
from analysis.shares.standardisation import beside
from analysis.shares.worked import Worked

BY = ("feature", "category")
UNADJUSTED = [
    "unadjusted_difference_share",
    "low_unadjusted_difference_share",
    "high_unadjusted_difference_share",
    "unadjusted_odds_ratio",
]
ADJUSTED = {
    "difference_share": "adjusted_difference_share",
    "low_difference_share": "adjusted_difference_low_share",
    "high_difference_share": "adjusted_difference_high_share",
    "odds_ratio": "adjusted_odds_ratio",
    "low_odds_ratio": "adjusted_odds_ratio_low",
    "high_odds_ratio": "adjusted_odds_ratio_high",
    "q_value": "adjusted_p_benjamini_hochberg",
}


def associations(asked: CaseFeatures, ending: str) -> Rates:
    """What goes with ``ending`` (the name of a measure): one row per ``feature`` and ``category``.

    ``feature`` is the heading of the feature and ``compared_category`` the category that the others are set against,
    the most common. Beside the rates: ``unadjusted_difference_share`` with limits and ``unadjusted_odds_ratio``; then,
    with all other features held, ``difference_share`` and ``odds_ratio`` with limits, and ``q_value``, adjusted by
    Benjamini and Hochberg over all rows. Differences run -1 to 1, limits are 95%. In the row of the category set
    against a difference is 0 and a ratio 1, and limits are missing; so is everything that may not be shown.

    Where cases of a group may be alike, no unadjusted limit is given, since how groups are spread over categories is
    not released, and no other where there are too few groups to tell how far.

    ``about.notes`` say how it was fitted and what stood in the way. No rows where there is nothing to compare.

    Raises ParameterError for an unknown measure, and for outcomes too coarse to tell it.
    """
    if asked.counts.fits:
        return _looked_up(asked, ending)
    fit = fitted(asked, ending)
    source = source_rates(fit.prepared, ending, notes=fit.notes)
    return _beside(source, adjusted_figures(fit), _references(fit.prepared), asked)


def _looked_up(asked: CaseFeatures, ending: str) -> Rates:
    """The same from a released set: its cells, and the fit that was released with them."""
    adjusted, notes = released_fits.found(asked, "associations", ending)
    source = released_rates(asked, ending, notes=notes)
    most_cases = source.table.dropna(subset=["share"]).sort_values("cases", ascending=False, kind="stable")
    references = dict(most_cases.drop_duplicates("feature")[list(BY)].itertuples(index=False, name=None))
    references |= dict(zip(adjusted["feature"], adjusted["compared_category"], strict=True))
    return _beside(source, adjusted.drop(columns="compared_category"), references, asked)


def _beside(source: Rates, adjusted: pd.DataFrame, references: Mapping[str, str], asked: CaseFeatures) -> Rates:
    """Rates with the differences that rest on them, and the figures of a fit."""

    def compared(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(compared_category=[references.get(one, "") for one in table["feature"]])
        alone = _unadjusted(result, is_rounded=asked.counts.is_released)
        if asked.cluster:
            alone[UNADJUSTED[1:3]] = math.nan
        result = pd.concat([result, alone], axis=1)
        result = result.merge(adjusted, on=list(BY), how="left", validate="one_to_one")
        result.loc[(result["state"] != "shown").to_numpy(), list(ADJUSTED)] = math.nan
        return result

    return source.added(compared)


def released_rates(asked: CaseFeatures, ending: str, *, notes: Sequence[str]) -> Rates:
    """The share of each category that ended so, from the released cells."""
    rows = with_shares(released_fits.marginal_rows(asked, ending))
    return Rates(rows[[*BY, *MEASURES]], by=BY, about=described(asked, ending, notes=notes))


def source_rates(ready: Prepared, ending: str, *, notes: Sequence[str], place: int = 0) -> Rates:
    """The share of each category that ended so, the ending at ``place`` of those prepared: no rows without cases."""
    found = []
    if ready.rows is not None:
        for feature in ready.references:
            for category, totals in ready.rows.totals(feature).iterrows():
                heading = ready.asked.headings[feature]
                found.append((heading, str(category), int(totals[place]), int(totals["cases"]), "shown"))
    rows = pd.DataFrame(found, columns=[*BY, "events", "cases", "state"])
    context = described(ready.asked, ending, notes=notes)
    return Rates(with_shares(rows)[[*BY, *MEASURES]], by=BY, about=context)


def described(asked: CaseFeatures, ending: str, *, notes: Sequence[str]) -> About:
    """What a result of these features is about; its notes are of the fit."""
    return replace(about(asked.counts, measure=ending, base=asked.base), notes=tuple(notes))


def adjusted_figures(fit: Fitted) -> pd.DataFrame:
    """The figures of a fit, by heading and category; no rows where there is no fit."""
    if fit.found is None:
        empty = pd.DataFrame(columns=[*BY, *ADJUSTED])
        return empty.astype({**dict.fromkeys(BY, str), **dict.fromkeys(ADJUSTED, float)})
    table = fit.found.table.rename(columns={theirs: ours for ours, theirs in ADJUSTED.items()})
    figures = _headed(fit.prepared, table[[*BY, *ADJUSTED]])
    if fit.prepared.asked.cluster and not fit.found.clusters:
        figures[[name for name in ADJUSTED if name.startswith(("low", "high", "q_"))]] = math.nan
    return figures


def _headed(ready: Prepared, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(feature=table["feature"].map(ready.asked.headings), category=table["category"].astype(str))


def _references(ready: Prepared) -> dict[str, str]:
    """The category that each feature is compared with, by its heading."""
    return {ready.asked.headings[feature]: category for feature, category in ready.references.items()}


def _unadjusted(table: pd.DataFrame, *, is_rounded: bool) -> pd.DataFrame:
    """The unadjusted figures of each row, from the counts that stand in it and in the row it is compared with."""
    known = table.dropna(subset=["share"]).set_index(list(BY))
    found = []
    for _, row in table.iterrows():
        pair, other = (row["feature"], row["category"]), (row["feature"], row["compared_category"])
        if pair not in known.index or other not in known.index:
            found.append(dict.fromkeys(UNADJUSTED, math.nan))
        elif pair == other:
            found.append(dict(zip(UNADJUSTED, (0.0, math.nan, math.nan, 1.0), strict=True)))
        else:
            counts = [int(known.loc[one, name]) for one in (pair, other) for name in ("events", "cases")]
            found.append(_compared(Two(*counts), is_rounded=is_rounded))
    return pd.DataFrame(found, columns=UNADJUSTED, index=table.index, dtype=float)


def _compared(two: Two, *, is_rounded: bool) -> dict[str, float]:
    """Difference with limits and odds ratio of two shares; the ratio is missing where a count in it is 0."""
    others, their_others = two.cases - two.events, two.other_cases - two.other_events
    bottom = others * two.other_events
    ratio = two.events * their_others / bottom if bottom else math.inf if two.events * their_others else math.nan
    figures = (two.share - two.other_share, *_interval(two, is_rounded=is_rounded), ratio)
    return dict(zip(UNADJUSTED, figures, strict=True))


def _interval(two: Two, *, is_rounded: bool) -> tuple[float, float]:
    """The limits of the difference of two shares, whose numbers were rounded as a release rounds them or are exact."""
    return rounded_difference_interval(two, variance=ROUNDING_VARIANCE) if is_rounded else difference_interval(two)


_DIFFERENCES = {
    "difference_share": "difference_share",
    "low_difference_share": "difference_low_share",
    "high_difference_share": "difference_high_share",
}
_TESTS = ["parameters", "likelihood_ratio", "q_value", "variance_inflation"]


def endings_together(asked: CaseFeatures, *endings: str) -> Worked:
    """What goes with each of ``endings`` (both of this project's, unless named) and with anything else, in one fit.

    One row per ``feature``, ``category`` (but the one set against) and ``ending``, with ``compared_category`` and
    ``difference_share`` with limits (-1 to 1), all other features held; those of a category add up to 0. No rows where
    there is no such fit, as where a category decides an ending: ``about.notes`` say why.

    Raises ParameterError as ``associations`` does, and for endings that share an outcome.
    """
    names = endings or ENDINGS
    if asked.counts.fits:
        return _together_looked_up(asked, names)
    ready, reason = both(asked, names)
    columns = [*BY, "ending", "compared_category", *_DIFFERENCES, "state"]
    found, told = pd.DataFrame(columns=columns), reason
    if not reason and ready.design is not None:
        cluster, told = usable_cluster(asked, is_penalised=False)
        table = ending_associations(
            asked.counts.table,
            list(ready.design.references),
            endings=names,
            base=asked.base,
            scheme=asked.counts.scheme,
            cluster=cluster,
        ).table
        names_of = {theirs: ours for ours, theirs in _DIFFERENCES.items()} | {"reference": "compared_category"}
        table = table.rename(columns=names_of)
        table = table[table["category"] != table["compared_category"]]
        if asked.cluster and not cluster:
            table = table.assign(low_difference_share=math.nan, high_difference_share=math.nan)
        shorts = {name: measures.measure(name).short for name in names} | {OTHER: ANYTHING_ELSE}
        found = table.assign(
            feature=table["feature"].map(asked.headings),
            ending=table["ending"].map(shorts),
            state=table["difference_share"].isna().map({True: "suppressed", False: "shown"}),
        )[columns]
    source = source_rates(ready, names[0], notes=(told,))
    return Worked(source, lambda _: found.copy(), (*BY, "ending"))


def _together_looked_up(asked: CaseFeatures, endings: tuple[str, ...]) -> Worked:
    """The same from a released set; no rows for other endings than were released."""
    table, notes = released_fits.found(asked, "together", *endings)
    found = table.assign(state="shown")
    source = released_rates(asked, endings[0], notes=notes)
    return Worked(source, lambda _: found.copy(), (*BY, "ending"))


def feature_tests(asked: CaseFeatures, ending: str) -> Worked:
    """What each feature adds, and how much it overlaps with the others: one row per ``feature``.

    ``parameters``, ``likelihood_ratio`` and ``q_value`` (adjusted by Benjamini and Hochberg over the features) of
    leaving it out; ``variance_inflation``, per parameter, is 1 where it goes with no other feature. Without rows where
    there is no fit.
    """
    if asked.counts.fits:
        table, notes = released_fits.found(asked, "tests", ending)
        return Worked(released_rates(asked, ending, notes=notes), lambda _: table.copy(), ("feature",))
    fit = fitted(asked, ending)
    found = pd.DataFrame(columns=["feature", *_TESTS])
    if fit.found is not None:
        found = fit.found.tests.drop(columns="variance_inflation").rename(
            columns={"p_benjamini_hochberg": "q_value", "variance_inflation_root": "variance_inflation"}
        )
        found = found.assign(feature=found["feature"].map(asked.headings))[["feature", *_TESTS]]
    source = source_rates(fit.prepared, ending, notes=fit.notes)
    return Worked(source, lambda _: found.copy(), ("feature",))


def calibrated(asked: CaseFeatures, ending: str) -> Worked:
    """The share of groups of cases beside what their features lead to: one row per ``feature`` and ``category``.

    Of released counts the groups are those of the cluster, which no fit holds as a feature: no others that a fit leaves
    out have cells. Of published counts they are tenths of the expected share, the lowest first.

    ``events``, ``cases``, ``share`` and ``expected_share``; ``difference_share``, the one less the other, with limits
    (95%, by chance and rounding; that cases of a group may be alike is what is looked for). Rows whose numbers are not
    shown have no difference. No rows where there is no fit or no group: ``about.notes`` say why.
    """
    if not asked.counts.fits:
        return _by_tenth(asked, ending)
    expected, notes = released_fits.found(asked, "expected", ending)
    rows = with_shares(released_fits.group_rows(asked, ending))[[*BY, *MEASURES]]
    rows = rows[rows["category"].isin(expected["category"])].reset_index(drop=True)
    if not asked.cluster:
        notes = ("No feature is kept out of the fits to hold them against: that takes a cluster in the mapping.",)
    source = Rates(rows, by=BY, about=described(asked, ending, notes=notes))
    by = ("force",) if asked.cluster == "force" else BY

    def work(table: pd.DataFrame) -> pd.DataFrame:
        found = against_expected(table, expected, rounding=ROUNDING_VARIANCE)
        return found.drop(columns="feature").rename(columns={"category": "force"}) if by != BY else found

    return Worked(source, work, by)


def _by_tenth(asked: CaseFeatures, ending: str) -> Worked:
    """The same of published counts, by tenth of the expected share."""
    fit = fitted(asked, ending)
    source = source_rates(fit.prepared, ending, notes=fit.notes)
    if fit.found is None:
        return Worked(source, lambda table: against_expected(table.iloc[:0], _NOT_EXPECTED, rounding=0), BY)
    tenths = fit.found.calibration
    names = [_TENTHS[place - 1] for place in tenths["tenth"]]
    rows = tenths[["events", "cases"]].assign(feature="", category=names, state="shown")
    expected = pd.DataFrame({"category": names, "expected_share": tenths["predicted_share"]})
    source = Rates(with_shares(rows)[[*BY, *MEASURES]], by=BY, about=source.about)
    return Worked(source, lambda table: against_expected(table, expected, rounding=0), BY)


_NOT_EXPECTED = pd.DataFrame({"category": pd.Series(dtype="str"), "expected_share": pd.Series(dtype=float)})
_NUMBERED = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TENTHS = ("Lowest tenth", *(f"{place.capitalize()} tenth" for place in _NUMBERED), "Highest tenth")
_BARE = [*BY, "events", "cases", "share", "expected_share", *_DIFFERENCES, "state"]
_HALF_POINT = 0.01 / math.sqrt(12)  # the standard deviation that whole points bring to an expected share


def against_expected(table: pd.DataFrame, expected: pd.DataFrame, *, rounding: float) -> pd.DataFrame:
    """Shares less those expected, with limits."""
    found = table.merge(expected, on="category", how="left", validate="one_to_one")
    known = found["share"].notna() & found["expected_share"].notna()
    share, cases = (found.loc[known, name].to_numpy(dtype=float) for name in ("share", "cases"))
    lead = found.loc[known, "expected_share"].to_numpy(dtype=float)
    some = effective_cases(share, cases, rounding) if rounding else cases
    lows, highs = wilson(share * some, some)
    loose = 1.96 * _HALF_POINT if rounding else 0.0
    tied = np.sqrt(1 - cases / cases.sum())  # a group is part of what its expected share was fitted to
    down, up = (np.hypot(tied * far, loose) for far in (share - lows, highs - share))
    ends = share - lead, share - lead - down, share - lead + up
    for name, values in zip(_DIFFERENCES, ends, strict=True):
        found[name] = math.nan
        found.loc[known, name] = values
    return found[_BARE]


#: What a mapping calls a blank form, unless it says otherwise, and what others call it.
_BLANKS = frozenset({"not recorded", "unknown", "not known", "not stated", "blank", "missing"})
_LEFT_OUT = ["feature", "category", "events", "cases", "share", "other_share", *_DIFFERENCES, "q_value"]
_MOVED = ["more_category", "less_category", "unadjusted_difference_share", "least_difference_share"]


def not_recorded(asked: CaseFeatures, ending: str) -> Worked:
    """The cases of which a feature is not recorded beside those of which it is: one row per ``feature``, if it has any.

    ``category`` is what the blank is called.

    ``events``, ``cases`` and ``share`` are theirs, ``other_share`` is that of the rest, which is what is seen when they
    are left out; ``difference_share`` with limits, and ``q_value`` over all these features (missing limits and p value
    where cases of a group may be alike). Then the two recorded categories that stand furthest apart, ``more_category``
    and ``less_category``, their ``unadjusted_difference_share``, and what it would be at least and at most
    (``least_difference_share``, ``most_difference_share``) wherever the unrecorded cases belong. No rows where every
    form was filled in.
    """
    if asked.counts.fits:
        source = released_rates(asked, ending, notes=())
    else:
        source = source_rates(prepared(asked, (ending,)), ending, notes=())
    is_rounded, is_alike = asked.counts.is_released, bool(asked.cluster)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        found = [
            _left_out(rows, blank, is_rounded=is_rounded)
            for _, rows in table[table["share"].notna()].groupby("feature", sort=False)
            for _, blank in rows[rows["category"].str.casefold().isin(_BLANKS)].iloc[:1].iterrows()
            if len(rows) > 1
        ]
        result = pd.DataFrame(found, columns=[*_LEFT_OUT, *_MOVED, "most_difference_share"])
        result["q_value"] = false_discoveries(result["q_value"])
        if is_alike:
            result[["low_difference_share", "high_difference_share", "q_value"]] = math.nan
        return result

    return Worked(source, work, BY)


def _left_out(rows: pd.DataFrame, blank: pd.Series, *, is_rounded: bool) -> dict[Any, Any]:
    """One row of ``not_recorded``, its p value not adjusted yet; ``rows`` are a feature's categories that are shown."""
    known = rows[rows["category"] != blank["category"]]
    two = Two(int(blank["events"]), int(blank["cases"]), int(known["events"].sum()), int(known["cases"].sum()))
    ends = (two.share - two.other_share, *_interval(two, is_rounded=is_rounded))
    found = blank[["feature", "category", "events", "cases", "share"]].to_dict()
    found |= {"other_share": two.other_share, **dict(zip(_DIFFERENCES, ends, strict=True))}
    found["q_value"] = p_value(two, variance=ROUNDING_VARIANCE if is_rounded else 0.0)
    if len(known) < 2:
        return found
    more, less = (known.loc[known["share"].astype(float).agg(which)] for which in ("idxmax", "idxmin"))
    low, high = _whatever_blanks_are(
        Two(*(int(one[name]) for one in (more, less) for name in ("events", "cases"))), two
    )
    values = more["category"], less["category"], float(more["share"] - less["share"]), low
    return found | dict(zip(_MOVED, values, strict=True)) | {"most_difference_share": high}


def _whatever_blanks_are(apart: Two, blank: Two) -> tuple[float, float]:
    """The least and the most that one share less another may be, if blank cases may all belong to either or neither."""
    ended, others = blank.events, blank.cases - blank.events
    least = apart.events / (apart.cases + others) - (apart.other_events + ended) / (apart.other_cases + ended)
    most = (apart.events + ended) / (apart.cases + ended) - apart.other_events / (apart.other_cases + others)
    return least, most


_MIXED = ["standardised_share", "low_standardised_share", "high_standardised_share"]
_MIX = [*_MIXED, "mix_difference_share", "covered_share"]


def same_mix(asked: CaseFeatures, ending: str) -> Worked:
    """The share of each force as it is and as it would be with the mix of all forces, one feature at a time.

    One row per ``feature`` and ``force``: events, cases and share of the force; ``standardised_share`` with limits
    (95%, by chance and rounding; none where cases of a group may be alike), ``mix_difference_share`` and
    ``covered_share``, as in ``shares.standardisation.standardised``. No rows where there are fewer than two forces.
    """
    forces = asked.counts.forces if len(asked.counts.forces) > 1 and asked.counts.is_released else ()
    rows = [released_fits.marginal_rows(asked, ending, force=force).assign(force=force) for force in forces]
    rows += [released_fits.force_rows(asked, ending)] if forces else []
    columns = ["force", *BY, "events", "cases", "state"]
    table = pd.concat(rows)[columns] if rows else pd.DataFrame(columns=columns)
    source = Rates(
        with_shares(table.reset_index(drop=True))[["force", *BY, *MEASURES]],
        by=("force", *BY),
        about=described(asked, ending, notes=()),
    )

    def work(found: pd.DataFrame) -> pd.DataFrame:
        result = pd.DataFrame(
            [one for feature in dict.fromkeys(found["feature"]) if feature for one in _mixed(found, feature)],
            columns=["feature", "force", "events", "cases", "share", *_MIX, "state"],
        )
        if asked.cluster:
            result[_MIXED[1:]] = math.nan
        return result

    return Worked(source, work, ("feature", "force"))


def _mixed(rows: pd.DataFrame, feature: str) -> list[dict[Any, Any]]:
    """The rows of ``same_mix`` for one feature."""
    known = rows[(rows["feature"] == feature) & rows["share"].notna()]
    weights = known.groupby("category")["cases"].sum().astype(float)
    found = []
    for _, row in rows[rows["feature"] == ""].iterrows():
        own = known[known["force"] == row["force"]].set_index("category")
        told: dict[Any, Any] = row[["force", "events", "cases", "share", "state"]].to_dict()
        told["feature"] = feature
        if pd.notna(row["share"]) and len(weights) > 1:
            told.update(beside(own, weights, row["share"], ROUNDING_VARIANCE))
        found.append(told)
    return found
