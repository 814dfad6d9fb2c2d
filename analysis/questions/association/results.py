"""What goes with an ending, category by category, in the shape that passes disclosure control.

Counts of each category are rates. What is worked out from them, the unadjusted difference from the category compared
with, its interval (Newcombe's, ``differences.py``) and odds ratio, is worked out again from rounded counts. What comes
from a fit to exact counts is guarded before it gets here (``fits.py``).

So are all endings at once and the overlap of features, which stand beside a table of associations: none of it is shown
of guarded counts where the fit leaves too little freedom, and figures are to three decimals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis.questions.association import released_fits
from analysis.questions.association.association import Association
from analysis.questions.association.case_features import CaseFeatures
from analysis.questions.association.fits import DECIMALS, Fitted, Prepared, both, fitted, usable_cluster
from analysis.questions.association.multinomial import OTHER, ending_associations
from analysis.questions.association.released_fits import ANYTHING_ELSE, ENDINGS
from analysis.reference import measures
from analysis.reference.schema import MEASURES
from analysis.shares.differences import Two, difference_interval
from analysis.shares.rates import About, Rates, about, with_shares
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

    ``about.notes`` say how it was fitted and what stood in the way. No rows where there is nothing to compare.

    Raises ParameterError for an unknown measure, and for outcomes too coarse to tell it.
    """
    if asked.counts.fits:
        return _looked_up(asked, ending)
    fit = fitted(asked, ending)
    source = source_rates(fit.prepared, ending, notes=fit.notes)
    return _beside(source, adjusted_figures(fit), _references(fit.prepared))


def _looked_up(asked: CaseFeatures, ending: str) -> Rates:
    """The same from a released set: its cells, and the fit that was released with them."""
    adjusted, notes = released_fits.found(asked, "associations", ending)
    source = released_rates(asked, ending, notes=notes)
    most_cases = source.table.dropna(subset=["share"]).sort_values("cases", ascending=False, kind="stable")
    references = dict(most_cases.drop_duplicates("feature")[list(BY)].itertuples(index=False, name=None))
    references |= dict(zip(adjusted["feature"], adjusted["compared_category"], strict=True))
    return _beside(source, adjusted.drop(columns="compared_category"), references)


def _beside(source: Rates, adjusted: pd.DataFrame, references: Mapping[str, str]) -> Rates:
    """Rates with the differences that rest on them, and the figures of a fit."""

    def compared(table: pd.DataFrame) -> pd.DataFrame:
        result = table.assign(compared_category=[references.get(one, "") for one in table["feature"]])
        result = pd.concat([result, _unadjusted(result)], axis=1)
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
    """The figures of a fit that may be shown, by heading and category; no rows where there is no fit."""
    if fit.found is None:
        empty = pd.DataFrame(columns=[*BY, *ADJUSTED])
        return empty.astype({**dict.fromkeys(BY, str), **dict.fromkeys(ADJUSTED, float)})
    return _headed(fit.prepared, _guarded(fit.prepared, fit.found))


def _guarded(ready: Prepared, found: Association) -> pd.DataFrame:
    table = found.table.rename(columns={theirs: ours for ours, theirs in ADJUSTED.items()})
    return ready.guarded(table[[*BY, *ADJUSTED]], list(ADJUSTED))


def _headed(ready: Prepared, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(feature=table["feature"].map(ready.asked.headings), category=table["category"].astype(str))


def _references(ready: Prepared) -> dict[str, str]:
    """The category that each feature is compared with, by its heading."""
    return {ready.asked.headings[feature]: category for feature, category in ready.references.items()}


def _unadjusted(table: pd.DataFrame) -> pd.DataFrame:
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
            found.append(_compared(Two(*counts)))
    return pd.DataFrame(found, columns=UNADJUSTED, index=table.index, dtype=float)


def _compared(two: Two) -> dict[str, float]:
    """Difference with limits and odds ratio of two shares; the ratio is missing where a count in it is 0."""
    others, their_others = two.cases - two.events, two.other_cases - two.other_events
    bottom = others * two.other_events
    ratio = two.events * their_others / bottom if bottom else math.inf if two.events * their_others else math.nan
    figures = (two.share - two.other_share, *difference_interval(two), ratio)
    return dict(zip(UNADJUSTED, figures, strict=True))


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
        table = ready.guarded(table.rename(columns=names_of), list(_DIFFERENCES))
        table = table[table["category"] != table["compared_category"]]
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
        found = _rounded(fit, found.assign(feature=found["feature"].map(asked.headings))[["feature", *_TESTS]])
    source = source_rates(fit.prepared, ending, notes=fit.notes)
    return Worked(source, lambda _: found.copy(), ("feature",))


def _rounded(fit: Fitted, table: pd.DataFrame) -> pd.DataFrame:
    """Fitted figures to three decimals where the counts are guarded."""
    return table.round(DECIMALS) if fit.prepared.is_guarded else table
