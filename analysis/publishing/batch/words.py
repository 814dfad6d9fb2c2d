"""The words of a batch file: its keys, and those that grow with the counts.

``forces = "all"``, ``periods = "last 8 quarters"`` mean more as more counts arrive.
"""

from __future__ import annotations

import re

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.publishing.notify import settings
from analysis.reference import periods, reference

TABLES, NOTIFY = "reports", settings.TABLE  # the two kinds of table
KEYS: dict[str, type] = {  # of the file itself
    "title": str,
    "when_one_fails": str,
    "formats": list,
    "time_limit": int,
    "memory_limit": int,
    NOTIFY: list,
    "update": dict,
    TABLES: list,
}
PLURAL = {"forces": "force", "periods": "period"}  # keys whose words grow with the counts, and the parameter of each
EACH, NATION = "all", "nation"
_LAST = re.compile(r"last(?: (\d{1,4}))? (quarter|year)s?")


def forces_meant(word: str, counts: Counts | None) -> list[str]:
    """The forces that a word means.

    Parameters
    ----------
    word
        "all" for each force of the counts, "nation" for all of them in one report, or the name of one, of England or
        of Wales.
    counts
        The counts; without them "all" is each of the 44.

    Returns
    -------
    list[str]
        Names of forces, or of the place that they are together.

    Raises
    ------
    ParameterError
        For a name that no place has.

    Examples
    --------
    >>> forces_meant("nation", None), forces_meant("met", None)
    (['all'], ['Metropolitan Police'])
    """
    plain = word.strip().casefold()
    if plain == EACH:
        return list(counts.forces) if counts else reference.forces()
    return ["all"] if plain == NATION else [reference.place_named(word)]


def periods_meant(word: str, counts: Counts | None) -> list[str]:
    """The periods that a word means, the newest first.

    Parameters
    ----------
    word
        "last year", "last 8 quarters", or the name of one, which is taken as it is.
    counts
        The counts. A quarter or year is counted when they hold the whole of it.

    Returns
    -------
    list[str]
        Names of periods.

    Raises
    ------
    ParameterError
        Where the counts hold too few, or there are none.
    """
    match = _LAST.fullmatch(" ".join(word.casefold().split()))
    if match is None:
        return [word.strip()]
    if counts is None:
        raise ParameterError(f"'{word}' cannot be said without counts. Name the period: 2024/25, or '2024/25 Q1'")
    whole, kind = _whole_parts(counts, match[2]), match[2]
    wanted = int(match[1] or 1)
    if not wanted:
        raise ParameterError(f"'{word}' asks for nothing. Ask for 'last {kind}' or more")
    if wanted > len(whole):
        there = f"{len(whole) or 'no'} whole {kind}{'s' if len(whole) != 1 else ''}"
        most = f"'last {len(whole)} {kind}s'" if len(whole) > 1 else f"'last {kind}'" if whole else "'all'"
        raise ParameterError(f"'{word}': counts '{counts.name}' hold {there}. Ask for {most}")
    return whole[::-1][:wanted]


def hint(key: str, value: object) -> str:
    """What to say where such a word is given to the key of one force or period; "" where it is not.

    Parameters
    ----------
    key
        The key.
    value
        What was written for it.

    Returns
    -------
    str
        A sentence with a space before it.
    """
    plain = str(value).strip().casefold()
    if key == "force" and plain == NATION:
        return ' Write force = "all", or forces = "nation".'
    if key == "periods" and plain.startswith("last"):
        return " Or say 'last year', 'last 8 quarters'."
    return f' Write periods = "{value}".' if key == "period" and _LAST.fullmatch(plain) else ""


def _whole_parts(counts: Counts, kind: str) -> list[str]:
    """The names of the quarters or financial years of which the counts hold the whole, in order."""
    name = periods.quarter_name if kind == "quarter" else periods.financial_year
    whole = []
    for part in dict.fromkeys(name(first) for first in sorted(counts.coverage.periods)):
        try:
            counts.select(period=part)
        except ParameterError:
            continue
        whole.append(part)
    return whole
