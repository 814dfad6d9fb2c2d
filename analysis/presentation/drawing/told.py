"""What a pointer that rests on a mark is told: the numbers of its row, as a table writes them.

A number that may not be shown is its symbol here too, since the rows are those that are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.presentation import numbers

__all__ = ["course", "ranged", "row_told", "told"]


def told(label: object, *said: str) -> str:
    """A label and what is said of it: "Kent: 8.5% (7.6% to 9.3%), 347 of 4,106"; what is empty is left out.

    Parameters
    ----------
    label
        What the mark is of.
    *said
        What is said of it, in the order of the sentence.

    Returns
    -------
    str
        One line.
    """
    return " ".join(f"{label}: {', '.join(filter(None, said))}".split())


def row_told(label: object, row: pd.Series) -> str:
    """A row of shares: its share, its interval, and what it is of, as far as the row has them.

    Parameters
    ----------
    label
        What the mark is of.
    row
        A row of shares, in which "events" and "cases" may be missing.

    Returns
    -------
    str
        One line.
    """
    counted = ""
    if {"events", "cases"} <= set(row.index) and not pd.isna(row["events"]):
        counted = f"{numbers.cell(row, 'events')} of {numbers.cell(row, 'cases')}"
    return told(label, ranged(row, "share", "low", "high"), counted)


def ranged(row: pd.Series, value: str, low: str, high: str) -> str:
    """A number with its interval, if it has one: "8.5% (7.6% to 9.3%)".

    Parameters
    ----------
    row
        A row with the three columns; the limits may be missing.
    value, low, high
        The names of its columns.

    Returns
    -------
    str
        The number and its limits as a page prints them.
    """
    said = numbers.cell(row, value)
    if low not in row.index or pd.isna(row[low]) or pd.isna(row[high]):
        return said
    return f"{said} ({numbers.cell(row, low)} to {numbers.cell(row, high)})"


def course(label: object, points: Iterable[tuple[str, str]]) -> str:
    """A line, by what its points are called and their numbers: "Kent: Apr–Jun 2024 8.5%, Jan–Mar 2025 9.1%".

    Parameters
    ----------
    label
        What the line is of.
    points
        The name and the number of each point.

    Returns
    -------
    str
        One line.
    """
    return told(label, *(f"{name} {value}" for name, value in points))
