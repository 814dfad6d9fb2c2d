"""Every defensible definition of a finding, side by side, so that nobody quotes one number without its base.

A share of cases that withdrew depends on which outcome types count as withdrawing and on which cases it is out of.
Both are choices. This file computes a measure under each combination that somebody could defend, which is the idea of
a specification curve (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4: 1208-1214) at its smallest.

Limit: the combinations are those that published outcome types can express. A review that reads case files can use
definitions that no outcome type matches.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from analysis.counts.counts import Counts
from analysis.reference import measures, reference
from analysis.reference.measures import Base, Measure
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, about, rates_alone, whole, with_shares

_SCHEME = "home_office"

#: What each measure might be taken to mean, in words and by outcome types, the narrowest first.
_READINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "victim_withdrawal": {
        "withdrew, suspect identified": ("16",),
        "withdrew": ("14", "16"),
        "withdrew, or victim or witness dead or ill": ("13", "14", "16"),
    },
    "no_further_action": {
        "evidential difficulties": ("15",),
        "evidential, no suspect": ("15", "18"),
        "evidential, no suspect, public interest": ("10", "15", "18", "21"),
        "the same and time limit": ("10", "15", "17", "18", "21"),
        "every ending without action": ("5", "9", "10", "11", "12", "13", "15", "17", "18", "20", "21"),
    },
    "attrition": {
        "withdrew or evidential": ("15", "16"),
        "withdrew, evidential, no suspect": ("14", "15", "16", "18"),
        "withdrew, evidential, no suspect, public interest": ("10", "14", "15", "16", "18", "21"),
        "the same and time limit": ("10", "14", "15", "16", "17", "18", "21"),
        "every ending without charge or disposal": ("5", *(str(code) for code in range(9, 19)), "20", "21"),
    },
}

#: Not counted of people: beside the others it tells the one type that it adds, mostly of nobody, to within six cases
#: (docs/decisions/0024).
_NOT_OF_PEOPLE = "withdrew, or victim or witness dead or ill"


def readings(measure: str, *, of_people: bool = False) -> dict[str, Measure]:
    """Each reading of a measure by its name; only the measure itself where it has no other.

    ``of_people`` leaves out what is not counted where counts are of people and were released.

    Parameters
    ----------
    measure
        Name of a measure.
    of_people
        Whether counts are of people and were released.

    Returns
    -------
    dict[str, Measure]
        Measures by name of the reading.
    """
    own = measures.measure(measure)
    named = {
        name: replace(own, types=types, dispositions=())
        for name, types in _READINGS.get(measure, {}).items()
        if not (of_people and name == _NOT_OF_PEOPLE)
    }
    return named or {own.short: own}


def readings_of_people() -> list[Measure]:
    """Every reading of every measure that has several, as they are counted of people.

    Returns
    -------
    list[Measure]
        Measures.
    """
    return [reading for name in _READINGS for reading in readings(name, of_people=True).values()]


def own_reading(measure: str) -> str:
    """The name of the reading that this project takes as the measure itself.

    Parameters
    ----------
    measure
        Name of a measure.

    Returns
    -------
    str
        Name of a reading.
    """
    codes = measures.measure(measure).codes(_SCHEME)
    return next(name for name, reading in readings(measure).items() if reading.codes(_SCHEME) == codes)


def labelled(name: str, codes: Iterable[str]) -> str:
    """A reading with its outcome types: "evidential, no suspect (types 15 and 18)".

    Parameters
    ----------
    name
        Name of a reading.
    codes
        Outcome codes.

    Returns
    -------
    str
        A phrase.
    """
    return f"{name} ({reference.types_label(codes)})"


def definitions(counts: Counts, *names: str) -> Rates:
    """Measures under every reading and base: one row per ``measure``, ``definition`` and ``base``.

    Rows of a measure stand together, lowest share first. A published combination that counts the same cases out of
    the same base as a narrower one stands once; of guarded counts only one that counts the same types does, since that
    a type adds nothing would be told otherwise. Shares run 0 to 1.

    Parameters
    ----------
    counts
        Counts by outcome.
    *names
        Names of measures.

    Returns
    -------
    Rates
        A row a measure, reading and base: events, cases, share with its limits, 0 to 1.
    """
    by = ("measure", "definition", "base")
    table = pd.concat([_grid(counts, name) for name in names], ignore_index=True)[[*by, *MEASURES]]
    return Rates(table, by=by, about=about(counts, measure=names[0], base="recorded"))


def ceiling(counts: Counts, *names: str) -> Rates:
    """Measures out of all recorded cases, were every undecided case to end in this way: one row per ``measure``.

    Not a definition but a bound: no share of recorded cases can end above it.

    Parameters
    ----------
    counts
        Counts by outcome.
    *names
        Names of measures.

    Returns
    -------
    Rates
        A row a measure: events, cases, share, 0 to 1.
    """
    open_cases = rates_alone(counts, "undecided").table["events"]
    parts = []
    for name in names:
        now = rates_alone(counts, name).table
        highest = now.assign(measure=measures.measure(name).short, events=now["events"] + open_cases)
        highest.loc[highest["events"].isna() & (highest["state"] == "shown"), "state"] = "suppressed"
        parts.append(highest)
    context = about(counts, measure=names[0], base="recorded")
    table = with_shares(pd.concat(parts, ignore_index=True), rounding=context.rounding)[["measure", *MEASURES]]
    return Rates(table, by=("measure",), about=context)


def distinct_ways(counts: Counts, measure: str) -> list[tuple[str, Measure, Base, pd.Series]]:
    """Every reading of a measure (its name first) and base that counts other cases than a narrower one, with its rates.

    Of guarded counts every one that counts other types does: that a type adds nothing would be told otherwise.

    Parameters
    ----------
    counts
        Counts by outcome.
    measure
        Name of a measure.

    Returns
    -------
    list[tuple[str, Measure, Base, pd.Series]]
        Name of the reading, its measure, the base and the row of rates.
    """
    ways, seen = [], set()
    every = readings(measure, of_people=counts.is_released)
    named = [(name, reading, base) for base in measures.BASES.values() for name, reading in every.items()]
    counted = whole([counts], [(reading, base) for _, reading, base in named])
    is_open = counts.sensitivity == "published"
    for (name, reading, base), (_, row) in zip(named, counted.iterrows(), strict=True):
        types = reading.codes(counts.scheme) - base.leaves_out(counts.scheme)
        key = (base.name, row["events"] if is_open else types)
        if key not in seen:
            ways.append((name, reading, base, row))
        seen.add(key)
    return ways


def _grid(counts: Counts, measure: str) -> pd.DataFrame:
    """One measure under every reading and base, each set of cases once."""
    rows = []
    for name, reading, base, row in distinct_ways(counts, measure):
        label = labelled(name, reading.codes(counts.scheme) - base.leaves_out(counts.scheme))
        rows.append({"measure": measures.measure(measure).short, "definition": label, "base": base.short, **row})
    return pd.DataFrame(rows).sort_values("share", kind="stable")
