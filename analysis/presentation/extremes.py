"""The ends of a table: what is highest and lowest in it, asked of the whole table, which knows what is absent.

A row without a number may be the one that lies highest or lowest. So whoever wants to say "most" or "fewest" asks here,
with every row, and is told whether that can be said. Where it cannot, what is shown runs from one number to another,
and it is said of how many rows. Of released counts, each of which may be some cases away from the true one, a row is
first only where no other could be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

_AS_ROUNDED = " as rounded"


@dataclass(frozen=True)
class Ends:
    """``rows`` that may be spoken of, the highest first, of ``every`` so many that could lie anywhere.

    ``every`` leaves out rows to which the number does not apply: what has no cases has no share to lie anywhere. Each
    number of cases may be up to ``away`` from the true one.
    """

    rows: pd.DataFrame
    column: str
    every: int
    away: int = 0

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

    def is_in_order(self, many: int, *, from_below: bool = False) -> bool:
        """Whether so many rows of one end stand in the order of the true numbers, and all others after them.

        Parameters
        ----------
        many
            How many rows are spoken of.
        from_below
            Whether they are the lowest.

        Returns
        -------
        bool
            Whether no rounding could have put another row in the place of one of them.
        """
        if not self.away or self.rows.empty:
            return True
        least, most = (_moved(self.rows, self.column, way) for way in (-self.away, self.away))
        if from_below:
            least, most = [-number for number in most[::-1]], [-number for number in least[::-1]]
        return all(least[place] > max(most[place + 1 :]) for place in range(min(many, len(least) - 1)))

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


def as_rounded(*, is_true: bool) -> str:
    """What follows "Highest" where it is so of the rounded numbers and may not be of the true ones.

    Parameters
    ----------
    is_true
        Whether it is so of the true numbers too.

    Returns
    -------
    str
        " as rounded"; "" where it is.
    """
    return "" if is_true else _AS_ROUNDED


def is_clear(own: pd.DataFrame, others: pd.DataFrame, *, away: int) -> bool:
    """Whether a share lies on its side of each of some others, whatever the true numbers of cases are.

    Parameters
    ----------
    own
        One row with ``share``, ``events`` and ``cases``.
    others
        Rows with the same.
    away
        How many cases each number may be away from the true one; 0 for published ones.

    Returns
    -------
    bool
        Whether none of the others could be level with it or on its other side.
    """
    if not away:
        return True
    low, high = (_moved(own, "share", way)[0] for way in (-away, away))
    ranges = zip(*(_moved(others, "share", way) for way in (-away, away)), strict=True)
    return all(high < least or most < low for least, most in ranges)


def _moved(rows: pd.DataFrame, column: str, away: int) -> list[float]:
    """The numbers of a column were the true counts so many cases higher, or lower, than those shown."""
    if column != "share":
        return [float(number) + away for number in rows[column]]
    pairs = zip(rows["events"].astype(int), rows["cases"].astype(int), strict=True)
    return [(events + away) / (cases - away) if cases > away else 1.0 for events, cases in pairs]


def ends(table: pd.DataFrame, column: str, *, passed_over: Collection[object] = (), away: int = 0) -> Ends:
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
    away
        How many cases each number may be away from the true one (``Protected.away``); 0 for published ones.

    Returns
    -------
    Ends
        The rows with a number, highest first, and how many there would be if none were absent.
    """
    shown = table[table[column].notna() & ~table.iloc[:, 0].isin(list(passed_over))]
    absent = table[column].isna() & (table["state"] != "not_applicable")
    every = int(absent.sum()) + int(table[column].notna().sum())
    rows = shown.sort_values(column, ascending=False, kind="stable").reset_index(drop=True)
    return Ends(rows, column, every, away)


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
