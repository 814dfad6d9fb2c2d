"""Every defensible definition of a finding, side by side, so that nobody quotes one number without its base.

A share of cases that withdrew depends on which outcome types count as withdrawing and on which cases it is out of.
Both are choices. This file computes a measure under each combination that somebody could defend, which is the idea of
a specification curve (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4: 1208-1214) at its smallest.

Limit: the combinations are those that published outcome types can express. A review that reads case files can use
definitions that no outcome type matches.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis import measures
from analysis.counts import Counts
from analysis.measures import Measure
from analysis.schema import MEASURES
from analysis.statistics.rates import Rates, about, rates, with_shares

_SCHEME = "home_office"

#: Outcome types that each measure might be taken to mean, the narrowest first. The suite's own is the measure itself.
_READINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "victim_withdrawal": {
        "type 16": ("16",),
        "types 14 and 16": ("14", "16"),
        "types 13, 14 and 16": ("13", "14", "16"),
    },
    "no_further_action": {
        "type 15": ("15",),
        "types 15 and 18": ("15", "18"),
        "types 10, 15, 18 and 21": ("10", "15", "18", "21"),
        "types 10, 15, 17, 18 and 21": ("10", "15", "17", "18", "21"),
        "types 5, 9 to 13, 15, 17, 18, 20 and 21": ("5", "9", "10", "11", "12", "13", "15", "17", "18", "20", "21"),
    },
    "attrition": {
        "types 15 and 16": ("15", "16"),
        "types 14, 15, 16 and 18": ("14", "15", "16", "18"),
        "types 10, 14, 15, 16, 18 and 21": ("10", "14", "15", "16", "18", "21"),
        "types 10, 14 to 18 and 21": ("10", "14", "15", "16", "17", "18", "21"),
        "types 5, 9 to 18, 20 and 21": ("5", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "20", "21"),
    },
}


def readings(measure: str) -> dict[str, Measure]:
    """Each reading of a measure, by the outcome types that it counts; only the measure itself where it has no other."""
    own = measures.measure(measure)
    return {
        label: replace(own, types=types, dispositions=()) for label, types in _READINGS.get(measure, {}).items()
    } or {own.short: own}


def reading_of(measure: str) -> str:
    """The label of the reading that this project takes as the measure itself."""
    own = measures.measure(measure)
    same = [label for label, one in readings(measure).items() if one.codes(_SCHEME) == own.codes(_SCHEME)]
    return same[0]


def definitions(counts: Counts, *names: str) -> Rates:
    """Measures under every reading and base: one row per ``measure``, ``definition`` and ``base``.

    Rows of a measure stand together, lowest share first. A combination that counts the same cases out of the same
    base as a narrower one stands once. Shares run 0 to 1.

    Raises ParameterError where the publisher's outcomes cannot tell the measure.
    """
    by = ("measure", "definition", "base")
    table = pd.concat([_grid(counts, name) for name in names], ignore_index=True)[[*by, *MEASURES]]
    return Rates(table, by=by, about=about(counts, measure=names[0], base="recorded"))


def ceiling(counts: Counts, *names: str) -> Rates:
    """Measures out of all recorded cases, were every undecided case to end in this way: one row per ``measure``.

    Not a definition but a bound: no share of recorded cases can end above it.
    """
    open_cases = rates(counts, "undecided").table["events"]
    parts = []
    for name in names:
        now = rates(counts, name).table
        parts.append(now.assign(measure=measures.measure(name).short, events=now["events"] + open_cases))
    table = with_shares(pd.concat(parts, ignore_index=True))[["measure", *MEASURES]]
    return Rates(table, by=("measure",), about=about(counts, measure=names[0], base="recorded"))


def _grid(counts: Counts, measure: str) -> pd.DataFrame:
    """One measure under every reading and base, each set of cases once."""
    rows, seen = [], set()
    for base in measures.BASES.values():
        for label, reading in readings(measure).items():
            row = rates(counts, reading, base=base.name).table.iloc[0]
            if (base.name, row["events"]) in seen:
                continue
            seen.add((base.name, row["events"]))
            rows.append({"measure": measures.measure(measure).short, "definition": label, "base": base.short, **row})
    return pd.DataFrame(rows).sort_values("share", kind="stable")
