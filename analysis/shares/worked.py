"""Results of several rows, such as a test over all forces or a curve: what to work out, and from what.

Disclosure control acts on counts. A result that is no count of its own is therefore kept as the counts it rests on
and the way it is worked out from them; ``disclosure.protect`` controls the counts, then works it out. What is worked
out from numbers that may be shown may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.errors import DataRefused
from analysis.reference.schema import COLUMNS, MEASURES
from analysis.safe_words import unsaid
from analysis.shares.rates import About, Rates

#: Makes a result from rows that may be shown. Where too few are left it returns no rows, never an error.
Work = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, repr=False)
class Histories:
    """Cases by how long they took: one row per combination of ``by``, ``ending`` and ``lag``, and whole ``cases``.

    The cases of an ending "undecided" were still open at their lag, when the figures were taken; so were, as far as
    dates go, those of "undated". ``by`` is what cases are followed within, such as the month recorded; it may be
    nothing. Lags are in ``lag_unit``, "days" or "months"; ``followed_to`` is the day (or any day of the month) to which
    all cases were followed, and ``measured`` the ending that carries withdrawal. In words, ``known_to`` is when it was
    last known how cases stand, and ``dated_to`` when their endings were last dated, "" if never. ``hidden`` endings are
    left out, since their number is not shown. ``joined_share`` of crimes have an outcome row at all; None where that is
    no question. ``months`` are those recorded in which there are cases, or may be, shown or not.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    about: About
    lag_unit: str = "days"
    followed_to: date | None = None
    measured: str = ""
    known_to: str = ""
    dated_to: str = ""
    hidden: int = 0
    joined_share: float | None = None
    months: tuple[date, ...] = ()
    __repr__ = unsaid

    def __post_init__(self) -> None:
        expected = [*self.by, "ending", "lag", "cases"]
        if list(self.table.columns) != expected:
            raise DataRefused(f"Histories have columns {list(self.table.columns)}, expected {expected}.")


@dataclass(frozen=True)
class Worked:
    """What ``work`` makes of the rows of ``source``: a table with the label columns ``by`` first, in order."""

    source: Rates | Histories
    work: Work
    by: tuple[str, ...]

    @property
    def about(self) -> About:
        """What the counts behind it are about."""
        return self.source.about

    def finished(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The result from rows that may be shown, every row with a state.

        Parameters
        ----------
        rows
            The columns of the result, labels first.

        Returns
        -------
        pd.DataFrame
            The result with these rows.

        Raises
        ------
        DataRefused
            When a column of the result is not one of analysis/reference/schema.py, or the labels are not first.
        """
        table = self.work(rows.copy()).reset_index(drop=True)
        if "state" not in table:
            table["state"] = "shown"
        strange = [name for name in table.columns if name not in COLUMNS]
        if strange or tuple(table.columns[: len(self.by)]) != self.by:
            raise DataRefused(f"A result has columns {list(table.columns)}; {list(self.by)} and others of the schema.")
        return table


def shown(table: pd.DataFrame, *, columns: Iterable[str] = MEASURES) -> pd.DataFrame:
    """The rows of rates that have a share: those that can be compared.

    Parameters
    ----------
    table
        A row a label, with ``share`` and ``state``.
    columns
        Which of the columns of ``MEASURES`` are kept; labels always are.

    Returns
    -------
    pd.DataFrame
        Rows with a share.
    """
    wanted = [name for name in table.columns if name not in MEASURES or name in columns]
    return table.loc[table["share"].notna(), wanted].reset_index(drop=True)
