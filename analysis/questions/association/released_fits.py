"""Fits of endings on features as a released set holds them: looked up, never made again.

``disclosure.fits`` makes them from released numbers and writes them beside the released cells, in the shapes below.
``counts.fits`` holds ``features`` (names, in the mapping's order), ``cluster`` and ``tables``: for each force ("" for
all of them), offence and base the ``associations``, ``tests`` and ``expected`` shares of each ending and ``together``
of both, by the names of their endings, each with ``notes`` and ``rows`` (lists, in the order of the columns named here;
None for what is missing).
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.association.case_features import CaseFeatures
from analysis.questions.association.features import codes_of
from analysis.reference import measures, reference
from analysis.shares.rates import About

FIGURES = (
    "difference_share",
    "low_difference_share",
    "high_difference_share",
    "odds_ratio",
    "low_odds_ratio",
    "high_odds_ratio",
    "q_value",
)
ASSOCIATIONS = ("feature", "category", "compared_category", *FIGURES)
TESTS = ("feature", "parameters", "likelihood_ratio", "q_value", "variance_inflation")
EXPECTED = ("category", "expected_share")
TOGETHER = ("feature", "category", "ending", "compared_category", *FIGURES[:3])
_COLUMNS = {"associations": ASSOCIATIONS, "tests": TESTS, "together": TOGETHER, "expected": EXPECTED}
CLASSES = (0.001, 0.01, 0.05, 1.0)  # p values are given as at most one of these
ENDINGS = ("victim_withdrawal", "no_further_action")
ANYTHING_ELSE = "Anything else"
_HELD = "Adjusted figures hold all of the features that were released together"
_NONE = "No figures: no fit was released of these cases."
_OTHERS = "No figures: fits were released of victim_withdrawal and no_further_action, and of no other ending."


def looked_up(features: CaseFeatures, kind: str, *endings: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One released table.

    Parameters
    ----------
    features
        The features that are asked for. Fits hold all that were released together, also where some are asked for.
    kind
        "associations", "tests", "expected" or "together".
    *endings
        The names of the measures that were fitted.

    Returns
    -------
    tuple[pd.DataFrame, tuple[str, ...]]
        Its rows, with the columns of its kind (``ASSOCIATIONS``, ``TESTS``, ``EXPECTED``, ``TOGETHER``), features by
        their headings, shares and differences from -1 to 1; no rows where there is no such fit. And its notes, first of
        all what is held beyond what was asked for.
    """
    columns = _COLUMNS[kind]
    tables = _tables(features)
    if tables is None:
        return _table(columns, []), (_NONE,)
    released = tables.get(kind, {}).get(", ".join(endings))
    if released is None:
        return _table(columns, []), (_OTHERS,)
    table = _table(columns, released["rows"])
    if "feature" in table:
        asked = table[table["feature"].isin(features.names)].reset_index(drop=True)
        table = asked.assign(feature=asked["feature"].map(features.headings))
    return table, (*_held(features), *released["notes"])


def _held(features: CaseFeatures) -> tuple[str, ...]:
    """A note that more features are held than were asked for, where they are."""
    together = features.counts.fits["features"]
    if len(features.names) == len(together):
        return ()
    names = ", ".join(features.counts.features[name] for name in together)
    return (f"{_HELD} ({names}), those that are not shown here too.",)


def holds_more(about: About) -> bool:
    """Whether more features are held in the figures of a result than it shows.

    Parameters
    ----------
    about
        What the result is about.

    Returns
    -------
    bool
        True where some of the features that were released together were asked for, and not all.
    """
    return any(note.startswith(_HELD) for note in about.notes)


def marginal_rows(features: CaseFeatures, ending: str, *, force: str = "") -> pd.DataFrame:
    """The released cells of each category of each feature.

    Parameters
    ----------
    features
        The features.
    ending
        The name of a measure.
    force
        Whose cells; those of the place that is asked for when empty.

    Returns
    -------
    pd.DataFrame
        One row per ``feature`` (its heading) and ``category``, with ``events``, ``cases`` and ``state``. A number is
        missing, and its row ``suppressed``, where its cell may not be shown.
    """
    pairs = [(feature, category) for feature in features.names for category in features.counts.categories(feature)]
    return _rows(features, ending, [(force, *pair) for pair in pairs])


def group_rows(features: CaseFeatures, ending: str) -> pd.DataFrame:
    """The same of each group of cases that may be alike, a category of the cluster or a force; no rows without one.

    A force is its own category.

    Parameters
    ----------
    features
        The features that are asked for, and the groups within which cases may be alike.
    ending
        The name of a measure.

    Returns
    -------
    pd.DataFrame
        Columns as ``marginal_rows`` has them, a row a group.
    """
    if features.cluster == "force":
        rows = _rows(features, ending, [(force, "", "") for force in features.counts.forces])
        return rows.assign(feature=features.headings["force"], category=list(features.counts.forces))
    groups = features.counts.categories(features.cluster) if features.cluster else []
    return _rows(features, ending, [("", features.cluster, group) for group in groups])


def force_rows(features: CaseFeatures, ending: str) -> pd.DataFrame:
    """The same of all cases of each force: a column ``force``, and no feature.

    Parameters
    ----------
    features
        The features that are asked for.
    ending
        The name of a measure.

    Returns
    -------
    pd.DataFrame
        Columns as ``marginal_rows`` has them and ``force``, a row a force.
    """
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


def base_codes(scheme: str, base: str) -> frozenset[str]:
    """The outcome codes of a base.

    Parameters
    ----------
    scheme
        Whose outcomes they are, such as "home_office".
    base
        What shares are out of.

    Returns
    -------
    frozenset[str]
        The codes; none of them stands for all.

    Examples
    --------
    >>> base_codes("home_office", "recorded")
    frozenset()
    >>> "0" in base_codes("home_office", "with_outcome")
    False
    """
    left_out = measures.base(base).leaves_out(scheme)
    every = {code for code, outcome in reference.outcomes(scheme).items() if not outcome.part_of}
    return frozenset(every - left_out) if left_out else frozenset()


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
