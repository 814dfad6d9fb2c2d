"""A printed table with its roles: the figures of each column by row, and each figure by place, time and measure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.audit.printed_table import places, roles, times
from analysis.audit.printed_table.printed import Printed
from analysis.audit.printed_table.roles import Column
from analysis.audit.printed_table.times import Time

_UNITS = (1_000_000, 1000, 500, 100, 50, 10, 5)  # that counts are rounded to, coarsest first


_UNNAMED = "figure"  # the measure of counts whose headings are times or places


@dataclass(frozen=True)
class Table:
    """A printed table. ``columns`` are all of its columns; everything else follows from them."""

    printed: Printed
    columns: tuple[Column, ...]

    @property
    def lines(self) -> np.ndarray:
        """The line of each row."""
        return np.array(self.printed.lines)

    @property
    def counts(self) -> list[Column]:
        """The columns of counts."""
        return [column for column in self.columns if column.role == "count"]

    @property
    def shares(self) -> list[Column]:
        """The columns of shares."""
        return [column for column in self.columns if column.role == "share"]

    def values(self, column: Column) -> np.ndarray:
        """The numbers of a column, NaN where there is none, one a row.

        Parameters
        ----------
        column
            The column.

        Returns
        -------
        np.ndarray
            As many as the table has rows.
        """
        return np.array([cell.value for cell in column.cells])

    def half(self, column: Column) -> np.ndarray:
        """Half of the unit that each figure of a column is rounded to; 0 for exact counts.

        Parameters
        ----------
        column
            The column.

        Returns
        -------
        np.ndarray
            A number a row, in the unit of the column.
        """
        if column.role == "share":
            printed = np.array([min(cell.decimals, column.decimals) for cell in column.cells])
            return np.asarray(0.5 * 10.0**-printed)
        unit = self.unit(column)
        return np.full(len(column.cells), unit / 2 if unit != 1 else 0.0)

    def unit(self, column: Column) -> float:
        """What the counts of a column are rounded to: 1, 5, 10, ... or 0.1 where they have decimals.

        Columns of one measure at several times are rounded alike.

        Parameters
        ----------
        column
            A column of counts.

        Returns
        -------
        float
            1 where too few counts are printed to tell.
        """
        if column.decimals:
            return float(10.0**-column.decimals)
        alike = [count for count in self.counts if count.stem == column.stem and not count.decimals]
        values = [abs(cell.value) for count in alike for cell in count.cells if cell.kind == "number" and cell.value]
        if len(values) < 6:
            return 1
        return next((unit for unit in _UNITS if all(value % unit == 0 for value in values)), 1)

    @cached_property
    def place_column(self) -> Column | None:
        """The label that rows are about: the forces where there are any, else the label with most values."""
        labels = [column for column in self.columns if column.role == "label"]
        return max(labels, key=lambda label: (_forces(label), len(set(label.texts))), default=None)

    @cached_property
    def is_by_force(self) -> bool:
        """Whether rows (or headings) are about police forces."""
        named = set(self.keys["place"]) | {column.place for column in self.columns if column.place}
        forces = sum(places.is_force(name) for name in named)
        return forces >= 2 and forces >= 0.6 * len([name for name in named if name and not places.is_total(name)])

    @cached_property
    def keys(self) -> pd.DataFrame:
        """One row per row of the table: ``line``, ``place``, ``other`` (further labels), ``time``, ``is_total``."""
        place = self.place_column
        others = [column for column in self.columns if column.role == "label" and column is not place]
        labels = place.texts if place else ("",) * len(self.printed.rows)
        other = (
            [" · ".join(row) for row in zip(*(column.texts for column in others), strict=True)]
            if others
            else [""] * len(labels)
        )
        return pd.DataFrame(
            {
                "line": self.printed.lines,
                "printed_place": labels,
                "place": [places.force(label) or label for label in labels],
                "other": other,
                "time": pd.Series(self._times(), dtype=object),
                "is_total": [places.is_total(label) for label in labels],
                "is_other_total": [any(map(places.is_total, text.split(" · "))) for text in other],
            }
        )

    def _times(self) -> list[Time | None]:
        """The time of each row; None where it has none."""
        columns = [column for column in self.columns if column.role == "time"]
        whole = [column for column in columns if not roles.is_part_of_year(column)]
        if not whole:
            return [None] * len(self.printed.rows)
        year = max(whole, key=lambda column: len(set(column.texts)))  # the months, where their years stand beside them
        read = [times.time(text) for text in year.texts]
        quarters = next((column for column in columns if roles.is_part_of_year(column)), None)
        if quarters is not None:
            joined = [
                times.time(f"{text} Q{re.sub(r'[^1-4]', '', quarter)[:1]}")
                for text, quarter in zip(year.texts, quarters.texts, strict=True)
            ]
            read = joined if all(time is not None for time in joined) else read
        evened = iter(times.evened([time for time in read if time is not None]))
        return [None if time is None else next(evened) for time in read]

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per number: row, line, column, measure, kind, place, other, time, is_total, value, half.

        ``series`` is the measure with further labels: what one would draw as one line for each place.
        """
        parts = [self._of(column) for column in (*self.counts, *self.shares)]
        table = pd.concat(parts, ignore_index=True)
        evened = times.evened([time for time in table["time"] if time is not None])
        if evened:
            remaining = iter(evened)
            table["time"] = pd.Series(
                [None if time is None else next(remaining) for time in table["time"]], dtype=object
            )
        table["when"] = [time.place if time is not None else -1 for time in table["time"]]
        table["series"] = table["measure"] + table["other"].map(lambda label: f" [{label}]" if label else "")
        return table

    def _of(self, column: Column) -> pd.DataFrame:
        """The numbers of one column."""
        table = self.keys.assign(
            row=np.arange(len(self.keys)),
            column=column.name,
            measure=column.stem or _UNNAMED,
            kind=column.role,
            value=self.values(column),
            half=self.half(column),
        )
        if column.time is not None:
            table["time"] = pd.Series([column.time] * len(table), dtype=object)
        if column.place:
            if self.place_column is not None:
                table["other"] = table["place"]
            table["place"], table["is_total"] = column.place, places.is_total(column.place)
        return table

    def counted(self) -> pd.DataFrame:
        """The counts that are no totals and no sums of other columns.

        Returns
        -------
        pd.DataFrame
            One row per count, with its ``row``, ``column``, ``place``, ``time`` and ``value``. To be read only.
        """
        return self._counted

    @cached_property
    def _counted(self) -> pd.DataFrame:
        cells = self.cells
        cells = cells[
            (cells["kind"] == "count") & ~cells["is_total"] & ~cells["is_other_total"] & cells["value"].notna()
        ]
        return cells[~cells["column"].isin(self.sums)]

    @cached_property
    def sums(self) -> set[str]:
        """Columns of counts that follow from others: sums of them all, or differences of two."""
        sums = set()
        counts = self.counts
        for count in counts:
            others = [other for other in counts if other is not count]
            if (
                (len(others) >= 2 and _agree(self.values(count), np.nansum([self.values(o) for o in others], axis=0)))
                or places.is_total(count.stem or count.name)
                or re.search(r"change|difference", count.name, re.IGNORECASE)
            ):
                sums.add(count.name)
        return sums

    def where(self, rows: Sequence[int] | np.ndarray) -> tuple[int, ...]:
        """The lines of rows.

        Parameters
        ----------
        rows
            Places of rows, from 0.

        Returns
        -------
        tuple[int, ...]
            Each line of the file once, in order.
        """
        return tuple(sorted({int(self.printed.lines[int(row)]) for row in rows}))


def _agree(left: np.ndarray, right: np.ndarray) -> bool:
    """Whether two columns are one in nearly every row."""
    both = ~np.isnan(left) & ~np.isnan(right)
    return int(both.sum()) >= 3 and float(np.mean(left[both] == right[both])) >= 0.8


def _forces(column: Column) -> int:
    return sum(places.is_force(text) for text in set(column.texts))


def build(printed: Printed, named: Mapping[str, Sequence[str]] | None = None) -> Table:
    """The table with the role of each column.

    Parameters
    ----------
    printed
        The table as it was read.
    named
        For roles the columns that the user gave them.

    Returns
    -------
    Table
        The table.

    Raises
    ------
    ParameterError
        For a role or a column that is not there.
    DataRefused
        For a cell that is no number.
    """
    return Table(printed, tuple(roles.columns(printed, named)))


def called(series: str) -> str:
    """What a series of a table is called in it; "" of counts to which headings of times or places give no name.

    Parameters
    ----------
    series
        A series of ``Table.cells``.

    Returns
    -------
    str
        "charged", "charged [female]"; of counts without a name "", or the further label alone, "[female]".

    Examples
    --------
    >>> called("charged"), called("figure"), called("figure [female]")
    ('charged', '', '[female]')
    """
    return series.removeprefix(_UNNAMED).strip() if series.partition(" [")[0] == _UNNAMED else series
