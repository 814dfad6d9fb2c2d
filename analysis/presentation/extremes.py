"""The ends of a table: what is highest and lowest in it, asked of the whole table, which knows what is absent.

A row without a number may be the one that lies highest or lowest. So whoever wants to say "most" or "fewest" asks here,
with every row, and is told whether that can be said. Where it cannot, what is shown runs from one number to another,
and it is said of how many rows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Ends:
    """``rows`` that may be spoken of, the highest first, of ``every`` so many that could lie anywhere.

    ``every`` leaves out rows to which the number does not apply: what has no cases has no share to lie anywhere.
    """

    rows: pd.DataFrame
    column: str
    every: int

    @property
    def is_whole(self) -> bool:
        """Whether none is absent or passed over, so that the highest row shown is the highest there is."""
        return len(self.rows) == self.every

    @property
    def low(self) -> float:
        """The lowest number."""
        return float(self.rows[self.column].iloc[-1])

    @property
    def high(self) -> float:
        """The highest number."""
        return float(self.rows[self.column].iloc[0])

    def named(self, sentence: str, whole: str, partly: str) -> str:
        """A sentence after ``whole`` ("Highest"), or where rows are absent after ``partly`` ("Of those shown, ...").

        Parameters
        ----------
        sentence
            What lies at the end.
        whole
            How it is introduced where every row has a number.
        partly
            How it is introduced where some have none.

        Returns
        -------
        str
            The sentence, with a full stop.
        """
        return f"{whole if self.is_whole else partly}: {sentence}."


def ends(table: pd.DataFrame, column: str, *, passed_over: Collection[object] = ()) -> Ends:
    """The ends of a column of a table with a ``state``; rows of which the first label is ``passed_over`` are no end.

    Give the table as disclosure control leaves it, with every row that has no number.

    Parameters
    ----------
    table
        Rows with a ``state``; the first column is their label.
    column
        The column whose ends are asked for.
    passed_over
        Labels of rows that are no end.

    Returns
    -------
    Ends
        The rows with a number, highest first, and how many there would be if none were absent.
    """
    shown = table[table[column].notna() & ~table.iloc[:, 0].isin(list(passed_over))]
    absent = table[column].isna() & (table["state"] != "not_applicable")
    every = int(absent.sum()) + int(table[column].notna().sum())
    return Ends(shown.sort_values(column, ascending=False, kind="stable").reset_index(drop=True), column, every)


def part_is_largest(split: pd.DataFrame) -> bool:
    """Whether the largest part that is shown is the largest of all: those hidden cannot hold as much together.

    A whole is the ``cases`` of every row. Each number may have been rounded by half of a unit of disclosure control.

    Parameters
    ----------
    split
        ``events`` and ``cases`` of each part of one whole, one row per part.

    Returns
    -------
    bool
        Whether it is certain.
    """
    shown = split.dropna(subset=["events"])
    if shown.empty or len(shown) == len(split):
        return not shown.empty
    whole, rounding = int(split["cases"].max()), 5 * len(split)
    return int(shown["events"].max()) > whole - int(shown["events"].sum()) + rounding
