"""What a table of people says of published figures beside its own: it is held to the published counts themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.counts.counts import Counts
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
        The number of each set of published counts that has it; none where nothing is published of this.
    """
    codes = reference.offence_codes()
    time = str(row.get("quarter") or row.get("year") or about.get("period", ""))
    where = [(str(row.get("force") or about.get("place", "")), time)]
    tables = [_side(held, where) for held in published.held_of(codes.get(str(about.get("offence")), ""))]
    if row.get("measure") == published.RECORDED:
        return {int(cases) for table in tables for cases in table["cases"].dropna()}
    return {
        int(cases) for table in tables for cases in table[table["measure"] == row.get("measure")]["events"].dropna()
    }


def _side(held: Counts, where: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """The published side of a comparison; no row where these counts do not cover it."""
    try:
        return published.side(held, where)
    except AttritionError:
        return published.side(held, [])
