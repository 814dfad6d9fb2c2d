"""One number as it is printed: by the kind of its column, or the symbol of its absence."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import isinf
from typing import Any, TypeAlias

import pandas as pd

from analysis.presentation.wording import percent, rounded
from analysis.reference.schema import COLUMNS, STATES, SYMBOLS, Column

MINUS = "\N{MINUS SIGN}"
#: One row of a table of shares: pandas' own, or a plain one, which is made sooner.
Row: TypeAlias = pd.Series | Mapping[Hashable, Any]


def points(difference: float) -> str:
    """A difference of two shares in percentage points, with its sign: 0.0317 is "+3.2".

    Parameters
    ----------
    difference
        A difference of two shares, -1 to 1.

    Returns
    -------
    str
        Percentage points to one decimal.

    Examples
    --------
    >>> points(0.0317)
    '+3.2'
    """
    size = rounded(rounded(abs(difference) * 100, decimals=4), decimals=1)
    return f"{'' if size == 0 else '+' if difference > 0 else MINUS}{size}"


def in_points(number: str) -> str:
    """A number that is written already, with its unit: "1" is one point.

    Parameters
    ----------
    number
        Percentage points, with a sign or without.

    Returns
    -------
    str
        The number and its unit.

    Examples
    --------
    >>> in_points("+1"), in_points("1.0"), in_points("3.2")
    ('+1 point', '1.0 points', '3.2 points')
    """
    return f"{number} {'point' if number.lstrip('+' + MINUS) == '1' else 'points'}"


def distance(value: float) -> str:
    """How far apart two shares are, in percentage points, without a sign.

    Parameters
    ----------
    value
        A difference of two shares, -1 to 1.

    Returns
    -------
    str
        Percentage points to one decimal.

    Examples
    --------
    >>> distance(-0.0317)
    '3.2'
    """
    return f"{rounded(rounded(abs(value) * 100, decimals=4), decimals=1)}"


def times(ratio: float) -> str:
    """A ratio to two decimals; one without an upper limit says so, and none that is above 0 is 0.

    Parameters
    ----------
    ratio
        A ratio, infinite where it has no upper limit.

    Returns
    -------
    str
        The ratio in figures, or "no limit".

    Examples
    --------
    >>> times(1.5), times(0.002)
    ('1.50', 'under 0.01')
    """
    if 0 < ratio < 0.005:
        return "under 0.01"
    return "no limit" if isinf(ratio) else f"{rounded(ratio, decimals=2)}"


def plain_number(value: float) -> str:
    """A number that is no count: whole where it is whole, otherwise to one decimal, with a true minus sign.

    Parameters
    ----------
    value
        A number.

    Returns
    -------
    str
        The number, its thousands set apart by commas.

    Examples
    --------
    >>> plain_number(1234.56)
    '1,234.6'
    """
    size = rounded(abs(value), decimals=0 if value == int(value) else 1)
    return f"{MINUS if value < 0 and size else ''}{size:,}"


def probability(value: float) -> str:
    """A p value: three decimals, and never 0.

    Parameters
    ----------
    value
        A p value, 0 to 1.

    Returns
    -------
    str
        The p value in figures, or "under 0.001".

    Examples
    --------
    >>> probability(0.00002)
    'under 0.001'
    """
    return "under 0.001" if value < 0.001 else f"{rounded(value, decimals=3)}"


_AS_PRINTED: dict[str, Callable[[float], str]] = {
    "count": lambda value: f"{int(value):,}",
    "share": percent,
    "difference": points,
    "distance": distance,
    "ratio": times,
    "number": plain_number,
    "probability": probability,
}


def printed(value: float, kind: str) -> str:
    """A number of some kind as it is printed.

    Parameters
    ----------
    value
        A number.
    kind
        The kind of its column in ``analysis.reference.schema``.

    Returns
    -------
    str
        The number as tables and sentences show it.

    Examples
    --------
    >>> printed(0.4533, "share")
    '45.3%'
    """
    return _AS_PRINTED[kind](value)


def absence(row: Row, column: str) -> str:
    """The symbol of why a row has no number in a column; the share of decided cases lacks what tells how many are.

    Parameters
    ----------
    row
        One row of a table of shares.
    column
        The name of the column.

    Returns
    -------
    str
        One of ``analysis.reference.schema.SYMBOLS``.
    """
    if column == "of_decided_share" and str(row.get("openness")) in SYMBOLS:
        return str(row["openness"])
    if column == "of_decided_share" and row["state"] == "shown" and row.get("events"):
        return STATES["unreliable"]  # some ended so, and rounding left fewer that were decided
    return STATES[row["state"]] or STATES["not_applicable"]


def cell(row: Row, column: str, columns: Mapping[str, Column] = COLUMNS) -> str:
    """One number of a row as a table shows it, or the symbol of its absence.

    Parameters
    ----------
    row
        One row of a table of shares.
    column
        The name of the column.
    columns
        What each column is, by its name.

    Returns
    -------
    str
        A number as it is printed, or a symbol.
    """
    value: Any = row[column]
    if pd.isna(value):
        return absence(row, column)
    return printed(float(value), columns[column].kind)
