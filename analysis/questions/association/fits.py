"""A regression of an ending on the features of cases, as far as it can be fitted and as far as it may be shown.

Nothing here refuses for want of cases: a report on a small force is still a report. A feature with one category is left
out; a cluster gives way where it has fewer than 10 groups, or where few cases call for Firth's likelihood, which knows
no clusters; features that cannot be held apart have no adjusted figures; where there is nothing to fit there is no fit.
Each is said in ``notes``.

What leaves of counts of people are fits to their released numbers (``disclosure.fits``, docs/decisions/0024 and 0029).
A fit to exact counts of people can be made here too; ``disclosure.protect`` lets none of it be shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.errors import ParameterError
from analysis.questions.association.association import Association, association
from analysis.questions.association.case_features import CaseFeatures
from analysis.questions.association.features import Design, Grouped, codes_of, design_of, grouped, references_of
from analysis.questions.association.regression import FEWEST_CLUSTERS
from analysis.questions.association.separation import Pairs, few_events, separated
from analysis.reference import measures


@dataclass(frozen=True, eq=False)
class Prepared:
    """The cases of a base by combination of the features that differ, and what stands in the way of a fit.

    ``rows`` is missing where there is no case or no feature that differs, ``design`` there and where features cannot be
    held apart. ``references`` maps each feature that differs to the category that the others are set against; ``few``
    are the categories with fewer than 10 cases of some ending, ``parted`` those that decide one.
    """

    asked: CaseFeatures
    notes: tuple[str, ...]
    rows: Grouped | None = None
    references: dict[str, str] = field(default_factory=dict)
    design: Design | None = None
    few: Pairs = ()
    parted: Pairs = ()


def prepared(asked: CaseFeatures, endings: tuple[str, ...]) -> Prepared:
    """The cases of ``asked``, ready for a fit of ``endings`` (names of measures).

    Raises ParameterError for an unknown ending, and for outcomes too coarse to tell it.
    """
    counts, scheme = asked.counts, asked.counts.scheme
    codes = [codes_of(ending, scheme) for ending in endings]
    gone = measures.base(asked.base).leaves_out(scheme)
    if not int(counts.table.loc[~counts.table["outcome"].isin(gone), "cases"].sum()):
        return Prepared(asked, ("There are no cases to compare.",))
    rows = grouped(counts.table, asked.names, codes, base=asked.base, scheme=scheme)
    kept = [name for name in asked.names if rows.labels[name].nunique() > 1]
    notes = tuple(
        f"‘{asked.headings[name]}’ has one category here and is left out: there is nothing to compare."
        for name in asked.names
        if name not in kept
    )
    if not kept:
        return Prepared(asked, notes)
    if len(kept) < len(asked.names):
        rows = grouped(counts.table, kept, codes, base=asked.base, scheme=scheme)
    references = references_of(rows, kept)
    try:
        design = design_of(rows, references)
    except ParameterError as fault:
        return Prepared(asked, (*notes, f"No adjusted figures: {fault}"), rows, references)
    every = [*rows.events.sum(axis=0), rows.cases.sum() - rows.events.sum()]
    parted = separated(rows, design) if all(every) else ()
    return Prepared(asked, notes, rows, references, design, few_events(rows, design), parted)


def usable_cluster(asked: CaseFeatures, *, is_penalised: bool) -> tuple[str, str]:
    """The cluster that intervals can allow for, or "", and what is to be said of that."""
    if not asked.cluster:
        return "", "Intervals take every case as independent of every other."
    told, table = asked.headings[asked.cluster], asked.counts.table
    gone = measures.base(asked.base).leaves_out(asked.counts.scheme)
    is_in = (table["cases"] > 0) & ~table["outcome"].isin(gone)
    number = int(table.loc[is_in, asked.cluster].astype(str).nunique())
    if is_penalised:
        return "", f"No intervals: cases of one group of ‘{told}’ may be alike, and the method for few cases has none."
    if number < FEWEST_CLUSTERS:
        return "", (
            f"No intervals: cases of one group of ‘{told}’ may be alike, and to tell how far takes {FEWEST_CLUSTERS} "
            f"groups or more; there are {number}."
        )
    return asked.cluster, f"Intervals allow for cases of one group of ‘{told}’ being alike ({number} groups)."


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fit of one ending. ``found`` is missing where none could be made."""

    prepared: Prepared
    ending: str
    found: Association | None
    notes: tuple[str, ...]


def fitted(asked: CaseFeatures, ending: str) -> Fitted:
    """The fit of ``ending`` on all features of ``asked`` that differ. Raises ParameterError as ``prepared`` does."""
    ready = prepared(asked, (ending,))
    if ready.rows is None or ready.design is None:
        return Fitted(ready, ending, None, ready.notes)
    if ready.rows.events.sum() in (0, ready.rows.cases.sum()):
        return Fitted(ready, ending, None, (*ready.notes, "Too few cases ended so, or did not, to compare."))
    is_penalised = bool(ready.few or ready.parted)
    cluster, told = usable_cluster(asked, is_penalised=is_penalised)
    features = list(ready.design.references)
    found = association(
        asked.counts.table, features, ending=ending, base=asked.base, scheme=asked.counts.scheme, cluster=cluster
    )
    notes = [*ready.notes, told, *([_firth(ready)] if is_penalised else [])]
    return Fitted(ready, ending, found, tuple(notes))


def both(asked: CaseFeatures, endings: tuple[str, ...]) -> tuple[Prepared, str]:
    """The cases ready for one fit of several endings, and why there cannot be one: "" where there can."""
    ready = prepared(asked, endings)
    if ready.rows is None or ready.design is None:
        return ready, (ready.notes or ("There is nothing to compare.",))[-1]
    every = [*ready.rows.events.sum(axis=0), ready.rows.cases.sum() - ready.rows.events.sum()]
    if not all(every):
        return ready, "Too few cases ended in one of these ways to compare all of them at once."
    if ready.parted:
        told = _named(ready, ready.parted)
        return (
            ready,
            f"All endings at once cannot be fitted: {told} decides an ending, so that no odds ratio is finite.",
        )
    return ready, ""


def _firth(ready: Prepared) -> str:
    """That Firth's likelihood was used, and for which categories."""
    told = f"Fewer than ten cases of either kind: {_named(ready, ready.few)}." if ready.few else ""
    opening = told or "Some categories together decide the ending."
    return (
        f"{opening} The whole fit is by Firth's penalised likelihood, which has an answer there, and the intervals of "
        "odds ratios are by its profile."
    )


def _named(ready: Prepared, pairs: Pairs) -> str:
    headings = ready.asked.headings
    return ", ".join(f"‘{category}’ of ‘{headings[feature]}’" for feature, category in pairs)
