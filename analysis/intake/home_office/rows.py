"""The rows of one Home Office table with their meaning: forces, quarters, offences, outcomes and amounts by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.errors import DataRefused
from analysis.intake.home_office import cells
from analysis.intake.home_office.cells import Amounts, Column, Labels, Mask, Numbers, Offences, Place
from analysis.intake.home_office.layout import Layout
from analysis.reference import periods

Pair: TypeAlias = tuple[str, date]


@dataclass(frozen=True)
class Rows:
    """The rows of a table with their meaning, all of one length.

    ``firsts`` are the first days of the quarters met, ``quarter`` the number of each row's own. ``amounts`` maps the
    name of a part ("" recorded, "closed", "crimes") to its column of counts. ``description`` and ``outcome`` are None
    where there is no such column.
    """

    place: Place
    force_printed: Column
    force: Labels
    firsts: tuple[date, ...]
    quarter: Numbers
    offence: Offences
    description: Column | None
    outcome: Labels | None
    is_flagged: Mask
    amounts: Mapping[str, Amounts]

    def pairs(self, rows: Mask) -> dict[Pair, int]:
        """How many of these rows each force has in each quarter, those with none left out.

        Parameters
        ----------
        rows
            Which rows, one a row.

        Returns
        -------
        dict[Pair, int]
            Rows, from 1, by force and quarter.
        """
        met, times = np.unique(self._pair(rows), return_counts=True)
        return {
            (self.force.meanings[key // len(self.firsts)], self.firsts[key % len(self.firsts)]): int(count)
            for key, count in zip(met.tolist(), times.tolist(), strict=True)
        }

    def has_outcome(self, codes: set[str]) -> Mask:
        """Which rows are of one of these outcome types.

        Parameters
        ----------
        codes
            Outcome codes.

        Returns
        -------
        Mask
            True or False, one a row.
        """
        if self.outcome is None:
            return np.zeros(len(self.quarter), dtype=bool)
        return np.isin(self.outcome.of_row, [n for n, code in enumerate(self.outcome.meanings) if code in codes])

    def keys(self, offence: Numbers, chosen: Mask) -> Numbers:
        """One number for each combination of force, quarter, this column of offences, and outcome.

        Parameters
        ----------
        offence
            The number of its offence for each row.
        chosen
            Which rows, one a row.

        Returns
        -------
        Numbers
            Whole numbers, one a chosen row.
        """
        key = self._pair(chosen)
        key *= int(offence.max()) + 1
        key += offence[chosen]
        if self.outcome is not None:
            key *= len(self.outcome.meanings)
            key += self.outcome.of_row[chosen]
        return key

    def _pair(self, rows: Mask) -> npt.NDArray[np.int64]:
        """One number for each force and quarter."""
        return self.force.of_row[rows].astype(np.int64) * len(self.firsts) + self.quarter[rows]

    @property
    def told(self) -> list[Numbers]:
        """What rows say of their combination, as numbers that are equal where the words are."""
        of_rows = [amounts.column.of_row for amounts in self.amounts.values()]
        return of_rows if self.description is None else [*of_rows, self.description.of_row]

    def combination(self, row: int) -> str:
        """What one row is about, in words.

        Parameters
        ----------
        row
            Which row, from 0.

        Returns
        -------
        str
            Words for a message.
        """
        outcome = "" if self.outcome is None else f", outcome type {self.outcome.meanings[self.outcome.of_row[row]]}"
        return (
            f"{self.force.meanings[self.force.of_row[row]]}, {_quarter_label(self.firsts[self.quarter[row]])}, offence "
            f"{self.offence.raw.texts[self.offence.raw.of_row[row]]}{outcome}"
        )

    def offence_described(self, number: int) -> str:
        """An offence code as printed, with the first description that stands beside it.

        Parameters
        ----------
        number
            The number of an offence code as printed.

        Returns
        -------
        str
            Words for a message.
        """
        code = self.offence.raw.texts[number]
        if self.description is None:
            return code
        first = int(np.argmax(self.offence.raw.of_row == number))
        return f"{code} ({self.description.texts[self.description.of_row[first]]})"


def rows(table: pa.Table, layout: Layout, *, file: str, sheet: str) -> Rows:
    """The rows below the header of a table; those that are wholly blank are left out.

    Parameters
    ----------
    table
        The rows of a sheet as strings.
    layout
        Where its columns are.
    file
        Name of the file.
    sheet
        Name of the sheet.

    Returns
    -------
    Rows
        Force, quarter, offence and outcome of each row.

    Raises
    ------
    DataRefused
        By sheet and row, for what cannot be told, and for a table with nothing below its header.
    """
    columns, filled = _columns(table.slice(layout.header_row), layout)
    if not filled.any():
        raise DataRefused(f"{file}, sheet '{sheet}': nothing below the header in row {layout.header_row}.")
    place = Place(file, sheet, np.flatnonzero(filled) + layout.header_row + 1)
    firsts, quarter = cells.quarters(columns["year"], columns["quarter"], place)
    unflagged = np.zeros(len(quarter), dtype=bool)
    bases = {"": "recorded", "closed": "closed"} if layout.kind == "outcomes" else {"crimes": "crimes"}
    return Rows(
        place=place,
        force_printed=columns["force"],
        force=cells.forces(columns["force"], place),
        firsts=firsts,
        quarter=quarter,
        offence=cells.offences(columns["offence"], place),
        description=columns.get("description"),
        outcome=cells.outcomes(columns["outcome"], place) if layout.kind == "outcomes" else None,
        is_flagged=cells.flags(columns["expired"], place) if "expired" in columns else unflagged,
        amounts={name: cells.amounts(columns[basis], place) for name, basis in bases.items() if basis in columns},
    )


def _columns(body: pa.Table, layout: Layout) -> tuple[dict[str, Column], Mask]:
    """The columns below a header by their meaning, without blank rows, and which rows are not blank."""
    if not body.num_rows:
        return {}, np.zeros(0, dtype=bool)
    columns = {meaning: cells.column(layout.headers[meaning], body[place]) for meaning, place in layout.places.items()}
    filled = np.logical_or.reduce([column.rows_with(bool) for column in columns.values()])
    if not filled.all():
        columns = {meaning: _at(column, filled) for meaning, column in columns.items()}
    return columns, filled


def _at(column: Column, rows: Mask) -> Column:
    """A column at some of its rows, without the texts that none of them holds."""
    met, of_row = np.unique(column.of_row[rows], return_inverse=True)
    return Column(column.header, tuple(column.texts[number] for number in met), cells.narrow(of_row))


def _quarter_label(first: date) -> str:
    """A quarter by its months: "April to June 2024"."""
    return periods.Period(first, periods.end_of(first, months=3)).label
