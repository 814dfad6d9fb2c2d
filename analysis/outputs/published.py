"""What a table of people says of published figures beside its own: it is held to the published counts themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.errors import AttritionError
from analysis.questions.received import published
from analysis.reference import reference

#: Columns of numbers that are public, in tables of people.
COLUMNS = ("published_events",)


def numbers(row: Mapping[str, Any], about: Mapping[str, Any]) -> set[int]:
    """The published numbers that a row may give beside its own.

    Parameters
    ----------
    row
        A row, with its measure, and its force and time where these are not what the table is about.
    about
        What its table is about.

    Returns
    -------
    set[int]
        One number; none where nothing is published of this.
    """
    codes = {name: code for code, name in reference.offences().items()}
    time = str(row.get("quarter") or row.get("year") or about.get("period", ""))
    try:
        newest = published.published_of(codes.get(str(about.get("offence")), ""))
        if newest is None:
            return set()
        table = published.side(newest, [(str(row.get("force") or about.get("place", "")), time)])
    except AttritionError:
        return set()
    is_recorded = row.get("measure") == published.RECORDED
    cases_published = table["cases"] if is_recorded else table.loc[table["measure"] == row.get("measure"), "events"]
    return {int(cases) for cases in cases_published.dropna()}
