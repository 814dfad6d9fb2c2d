"""How far does an answer depend on how it is counted? Every way of counting, and the choices that move it most.

A specification curve (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4: 1208-1214): a measure under every
combination of three choices that somebody could defend, which outcome types count, which cases the share is out of,
those still open among them or not, and which part of the period is looked at. What a choice moves is the distance
between the highest and the lowest share over its options, all other choices held.

What it does not cover: inference. Ways of counting are not draws, so a share of them is no probability, and a way that
many combinations agree on is not more right for that.
"""

from __future__ import annotations

import pandas as pd

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.reference import measures, periods
from analysis.reference.schema import MEASURES
from analysis.shares.definitions import distinct_ways, labelled
from analysis.shares.rates import Rates, about, whole
from analysis.shares.worked import Worked, shown

BY = ("measure", "definition", "base", "when")
WHOLE = "whole period"

#: The choices, by the column that holds their options, as a reader asks them.
CHOICES = {
    "definition": "Which outcome types count",
    "base": "What the share is out of",
    "when": "Which part of the period",
}


def specifications(counts: Counts, *names: str) -> Rates:
    """Measures under every reading, every base and every part of the period.

    Parameters
    ----------
    counts
        Cases with their outcome types.
    *names
        Names of measures.

    Returns
    -------
    Rates
        One row per ``measure``, ``definition``, ``base`` and ``when`` (the whole period and its financial years, or its
        quarters where it has no two years), the lowest ``share`` first, 0 to 1. A reading that adds no case to a
        narrower one is left out of a base.

    References
    ----------
    Simonsohn, Simmons and Nelson 2020, Specification curve analysis, Nature Human Behaviour 4: 1208-1214.
    """
    parts = parts_of(counts)
    table = pd.concat([_ways(parts, name) for name in names], ignore_index=True)[[*BY, *MEASURES]]
    return Rates(table, by=BY, about=about(counts, measure=names[0], base="recorded"))


def choices(ways: Rates) -> Worked:
    """What each choice moves, the most first.

    Parameters
    ----------
    ways
        Every way of counting, as ``specifications`` gives them.

    Returns
    -------
    Worked
        One row per ``measure`` and ``choice``, with its number of ``options`` and the distance from the lowest to the
        highest share over these, all other choices held: ``mean_range`` over the combinations of the others,
        ``widest_range`` the largest. Both 0 to 1.
    """
    return Worked(ways, _moved, ("measure", "choice"))


def parts_of(counts: Counts) -> dict[str, Counts]:
    """The parts of a period that somebody could look at.

    Counts of people are not released by every reading within a quarter: of them there are only the whole and years.

    Parameters
    ----------
    counts
        Cases by month or quarter.

    Returns
    -------
    dict of str to Counts
        The whole period, and its financial years or else its quarters, by their names.
    """
    parts = {WHOLE: counts}
    starts = sorted(counts.coverage.periods)
    if set(counts.coverage.periods.values()) - {1, 3}:
        return parts
    quarters = () if counts.is_released else map(periods.quarter_name, starts)
    for names in (map(periods.financial_year, starts), quarters):
        named_parts = {name: part for name in dict.fromkeys(names) if (part := _part(counts, name)) is not None}
        if len(named_parts) > 1:
            return {**parts, **named_parts}
    return parts


def _part(counts: Counts, name: str) -> Counts | None:
    """The counts of a year or quarter; None where they do not hold all of it."""
    try:
        return counts.select(period=name)
    except ParameterError:
        return None


def _ways(parts: dict[str, Counts], measure: str) -> pd.DataFrame:
    """One measure under every reading, base and part."""
    counts = parts[WHOLE]
    distinct = distinct_ways(counts, measure)
    table = whole(list(parts.values()), [(reading, base) for _, reading, base, _ in distinct])
    labels = [
        {
            "measure": measures.measure(measure).short,
            "definition": labelled(name, reading.codes(counts.scheme)),
            "base": base.short,
            "when": when,
        }
        for when in parts
        for name, reading, base, _ in distinct
    ]
    return pd.DataFrame(labels).join(table).sort_values("share", kind="stable")


def _moved(table: pd.DataFrame) -> pd.DataFrame:
    """Work of ``choices``."""
    rows = []
    shares = shown(table)
    for measure, of_measure in shares.groupby("measure", sort=False):
        moved = []
        for column, choice in CHOICES.items():
            others = [name for name in CHOICES if name != column]
            spans = of_measure.groupby(others)["share"].agg(["min", "max", "size"])
            spread = (spans["max"] - spans["min"])[spans["size"] > 1].astype(float)
            if len(spread):
                moved.append((measure, choice, of_measure[column].nunique(), spread.mean(), spread.max()))
        rows += sorted(moved, key=lambda row: -row[3])
    return pd.DataFrame(rows, columns=["measure", "choice", "options", "mean_range", "widest_range"])
