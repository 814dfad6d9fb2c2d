"""What stands beside a table of associations: all endings at once, and overlap of features.

Each rests on a fit to exact counts and keeps to the rules of ``association_fits.py``: none of it is shown of guarded
counts where the fit leaves too little freedom, and figures are to three decimals.
"""

from __future__ import annotations

import pandas as pd

from analysis import measures
from analysis.statistics import released_fits
from analysis.statistics.association_fits import DECIMALS, Fitted, both, fitted, usable_cluster
from analysis.statistics.association_rates import BY, released_rates, source_rates
from analysis.statistics.case_features import CaseFeatures
from analysis.statistics.multinomial import OTHER, ending_associations
from analysis.statistics.released_fits import ANYTHING_ELSE, ENDINGS
from analysis.statistics.worked import Worked

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
