"""What the cells of a Home Office table mean. Each distinct text of a column is told once; rows only point at it.

A column of 700,000 rows holds a few dozen texts, so no rule runs once a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from itertools import compress
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.errors import DataRefused, ParameterError
from analysis.reference import periods, reference

#: Whole numbers in as few bytes as they need: a row has a dozen of them. What is worked out of several is in 64 bits.
Numbers: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Mask: TypeAlias = npt.NDArray[np.bool_]

#: Bodies that report fraud to the police: they stand in the column of forces and are none.
NO_FORCES = ("action fraud", "cifas", "uk finance", "financial fraud action uk", "report fraud")
#: Published as one class "1/4.1/4.10/4.2": murder, manslaughter, corporate manslaughter, infanticide. Whether they
#: come together or apart, they are the HOM of data/reference/offences.csv.
HOMICIDE, HOMICIDE_PARTS = "HOM", {"1", "4.1", "4.2", "4.10"}
_YEAR = re.compile(r"(\d{4}) ?[/-] ?(?:\d{2})?(\d{2})")
_QUARTER = re.compile(r"(?:q|quarter ?)?([1-4])")
_NUMBER = re.compile(r"-?\d{1,9}")
_EXPIRED_CODE = "n/a - offence code expired"
_NOT_PROVIDED = {"n/a - data not provided", "data not provided", "not provided"}
_FLAGS = {"x": True, "yes": True, "y": True, "": False, "no": False, "n": False, "na": False, "n/a": False}


class State(IntEnum):
    """What a cell of a column of counts is."""

    NUMBER = 0
    NOT_APPLICABLE = 1
    EXPIRED = 2
    NOT_PROVIDED = 3


@dataclass(frozen=True)
class Column:
    """One column: its distinct texts, tidied, and for each row the number of its text. ``header`` is as printed."""

    header: str
    texts: tuple[str, ...]
    of_row: Numbers

    def rows_with(self, chosen: Callable[[str], bool]) -> Mask:
        """Which rows hold one of the texts that are chosen.

        Parameters
        ----------
        chosen
            Says whether a text is meant.

        Returns
        -------
        Mask
            True or False, one a row.
        """
        return np.array([chosen(text) for text in self.texts], dtype=bool)[self.of_row]


@dataclass(frozen=True, eq=False)
class Place:
    """A sheet, for refusals: ``numbers`` are those that a spreadsheet shows beside its rows of figures."""

    file: str
    sheet: str
    numbers: Numbers

    def __str__(self) -> str:
        return f"{self.file}, sheet '{self.sheet}'"

    def at(self, column: Column, rows: Mask) -> str:
        """Where the first of these rows stands, and under which header.

        Parameters
        ----------
        column
            The column in which they are.
        rows
            Which rows; at least one.

        Returns
        -------
        str
            Sheet, row and header, as a refusal begins.
        """
        return f"{self}, row {self.numbers[np.argmax(rows)]:,}, column '{column.header}'"


@dataclass(frozen=True)
class Labels:
    """What the rows of a column mean: the meanings, in order, and for each row the number of its own, -1 for none."""

    meanings: tuple[str, ...]
    of_row: Numbers


@dataclass(frozen=True)
class Offences:
    """The codes of a table. ``raw`` are they as printed; ``_labels`` those of data/reference/, -1 where not known."""

    raw: Column
    labels: Labels


@dataclass(frozen=True)
class Amounts:
    """A column of counts: a number for each row, 0 where it has none, and what each cell is."""

    column: Column
    values: Numbers
    states: npt.NDArray[np.int8]
    is_number: Mask = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_number", self.states == State.NUMBER)


def column(header: str, cells: pa.ChunkedArray) -> Column:
    """A column of strings with each distinct text once; spaces of every kind are single, "" is an empty cell.

    Parameters
    ----------
    header
        As it is printed.
    cells
        Strings, one a row.

    Returns
    -------
    Column
        Distinct texts, and the number of its own for each row.
    """
    encoded = cells.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode(null_encoding="encode")
    texts = [" ".join((text or "").split()) for text in encoded.dictionary.to_pylist()]
    of_row = encoded.indices.to_numpy(zero_copy_only=False)
    is_met = np.bincount(of_row, minlength=len(texts)) > 0  # rows above these may have had others
    return Column(header, tuple(compress(texts, is_met)), narrow(np.cumsum(is_met) - 1)[of_row])


def narrow(numbers: Sequence[int] | Numbers) -> Numbers:
    """Whole numbers in the fewest bytes that hold each of them.

    Parameters
    ----------
    numbers
        Whole numbers.

    Returns
    -------
    Numbers
        The same numbers.
    """
    array: Numbers = np.asarray(numbers, dtype=np.int64)
    lowest, highest = (int(array.min()), int(array.max())) if len(array) else (0, 0)
    return array.astype(np.min_scalar_type(min(lowest, -highest - 1)))


def _labels(column: Column, by_text: Mapping[str, str]) -> Labels:
    """The meaning of each row, given that of each text; "" is a text without one."""
    meanings = tuple(sorted({meaning for meaning in by_text.values() if meaning}))
    number = {meaning: place for place, meaning in enumerate(meanings)}
    of_text = narrow([number.get(by_text[text], -1) for text in column.texts])
    return Labels(meanings, of_text[column.of_row])


def forces(column: Column, place: Place) -> Labels:
    """The force of each row, -1 for bodies that are none.

    Parameters
    ----------
    column
        The column of forces.
    place
        Where the table is.

    Returns
    -------
    Labels
        Names of forces, and the number of its own for each row.

    Raises
    ------
    DataRefused
        For one that is not known.
    """
    names = {text: "" if text.casefold() in NO_FORCES else _known(reference.force_named, text) for text in column.texts}
    _refuse(column, {text for text, name in names.items() if name is None}, place, "is not a force", "forces.csv")
    return _labels(column, {text: name or "" for text, name in names.items()})


def quarters(year: Column, quarter: Column, place: Place) -> tuple[tuple[date, ...], Numbers]:
    """The first days of the quarters of a table, in order, and for each row the number of its own.

    Parameters
    ----------
    year
        The column of financial years.
    quarter
        The column of quarters.
    place
        Where the table is.

    Returns
    -------
    tuple[tuple[date, ...], Numbers]
        First days, and a number from 0 for each row.

    Raises
    ------
    DataRefused
        For what is not a financial year or quarter.
    """
    years = {text: f"{match[1]}/{match[2]}" if (match := _YEAR.fullmatch(text)) else None for text in year.texts}
    numbers = {text: match[1] if (match := _QUARTER.fullmatch(text.casefold())) else None for text in quarter.texts}
    _refuse(year, {text for text, name in years.items() if not _is_year(name)}, place, "is not a financial year", "")
    _refuse(
        quarter, {text for text, number in numbers.items() if number is None}, place, "is not a quarter, 1 to 4", ""
    )
    firsts = np.array(
        [
            [periods.quarter_start(str(years[a]), int(str(numbers[b]))).toordinal() for b in quarter.texts]
            for a in year.texts
        ]
    )
    met, of_pair = np.unique(firsts, return_inverse=True)
    of_row = narrow(of_pair.reshape(firsts.shape))[year.of_row, quarter.of_row]
    is_met = np.bincount(of_row, minlength=len(met)) > 0
    days = tuple(date.fromordinal(int(day)) for day in met[is_met])
    return days, narrow(np.cumsum(is_met) - 1)[of_row]


def offences(column: Column, place: Place) -> Offences:
    """The offence of each row by the code of data/reference/, -1 where it has none there.

    Parameters
    ----------
    column
        The column of offence codes.
    place
        Where the table is.

    Returns
    -------
    Offences
        Home Office codes, and the number of its own for each row.

    Raises
    ------
    DataRefused
        For a blank code.
    """
    _refuse(column, {text for text in column.texts if not text}, place, "is not an offence code", "")
    return Offences(column, _labels(column, {text: _offence(text) for text in column.texts}))


def outcomes(column: Column, place: Place) -> Labels:
    """The outcome type of each row, "of which" types among them.

    Parameters
    ----------
    column
        The column of outcome types.
    place
        Where the table is.

    Returns
    -------
    Labels
        Outcome codes, and the number of its own for each row.

    Raises
    ------
    DataRefused
        For one that is not known.
    """
    types = reference.outcomes("home_office")
    codes = {text: text.casefold() if text.casefold() in types else "" for text in column.texts}
    _refuse(column, {text for text, code in codes.items() if not code}, place, "is no outcome type", "outcomes.csv")
    return _labels(column, codes)


def amounts(column: Column, place: Place) -> Amounts:
    """The counts of a column.

    Parameters
    ----------
    column
        A column of counts.
    place
        Where the table is.

    Returns
    -------
    Amounts
        A number for each row, 0 where it has none, and what each cell is.

    Raises
    ------
    DataRefused
        For a cell that is neither a whole number nor one of the publisher's words for not having one.
    """
    amount_of = {text: _amount(text) for text in column.texts}
    strange = [text for text, amount in amount_of.items() if amount is None]
    if strange:
        raise DataRefused(
            f"{place.at(column, column.rows_with(strange.__contains__))}: {_quoted(strange)} where a count should be. "
            "Whole numbers, N/A and 'Data not provided' are read; compare with the publisher's own copy."
        )
    of_text = [amount_of[text] or (0, State.NUMBER) for text in column.texts]
    values = narrow([value for value, _ in of_text])
    states = np.array([state for _, state in of_text], dtype=np.int8)
    return Amounts(column, values[column.of_row], states[column.of_row])


def flags(column: Column, place: Place) -> Mask:
    """Which rows bear the mark of an expired offence code.

    Parameters
    ----------
    column
        The column of the mark.
    place
        Where the table is.

    Returns
    -------
    Mask
        True or False, one a row.

    Raises
    ------
    DataRefused
        For a mark that is not known.
    """
    _refuse(
        column, {mark for mark in column.texts if mark.casefold() not in _FLAGS}, place, "is neither x nor blank", ""
    )
    return column.rows_with(lambda text: _FLAGS[text.casefold()])


def _amount(text: str) -> tuple[int, State] | None:
    if _NUMBER.fullmatch(text):
        return int(text), State.NUMBER
    plain = text.casefold().replace("–", "-")
    if plain in {"na", "n/a"}:
        return 0, State.NOT_APPLICABLE
    if plain == _EXPIRED_CODE:
        return 0, State.EXPIRED
    return (0, State.NOT_PROVIDED) if plain in _NOT_PROVIDED else None


def _offence(text: str) -> str:
    """The code that the reference has for a printed one, "" for none."""
    if {part for part in re.split(r"[/,;&\s]+", text) if part} <= HOMICIDE_PARTS:
        return HOMICIDE
    return _known(reference.offence_named, text) or ""


def _known(named: Callable[[str], str], text: str) -> str | None:
    try:
        return named(text)
    except ParameterError:
        return None


def _is_year(name: str | None) -> bool:
    return name is not None and bool(_known(lambda text: periods.named(text).label, name))


def _refuse(column: Column, strange: set[str], place: Place, fault: str, table: str) -> None:
    """Refuses texts by name and by the row of the first. ``table`` is where they could be added, "" for nowhere."""
    if not strange:
        return
    advice = f"If it should be one, add it to data/reference/{table} with its source" if table else "Mend the cell"
    raise DataRefused(
        f"{place.at(column, column.rows_with(strange.__contains__))}: {_quoted(sorted(strange))} {fault}. {advice}, "
        "then reduce again."
    )


def _quoted(texts: Sequence[str]) -> str:
    shown = ", ".join(f"'{text}'" if text else "a blank cell" for text in texts[:10])
    return f"{shown} and {len(texts) - 10} more" if len(texts) > 10 else shown
