"""One Home Office table counted: what is kept, what is dropped and why, and which figures never came.

What a cell means is told once for each distinct text of a column, and rows only point at it: a column of 700,000 rows
holds a few dozen texts, so no rule runs once a row.
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
import pandas as pd
import pyarrow as pa

from analysis.counts.ledger import Warned
from analysis.errors import DataRefused, ParameterError
from analysis.intake.home_office.layout import Layout
from analysis.intake.reading import Part
from analysis.reference import periods, reference
from analysis.reference.names import counted, some_of

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
Pair: TypeAlias = tuple[str, date]
PART_OF = "part of another outcome type, which counts it already (1a, 2a, 3a)"
NO_FORCE = "not a police force (Action Fraud, CIFAS, UK Finance and the like)"
EXPIRED = "offence code expired, nothing counted under it"
UNKNOWN = "offence code that data/reference/offences.csv lacks, nothing counted under it"
ALLOWED = "offence code that data/reference/offences.csv lacks, dropped as allowed"
REPEATED = "repeats a row above it word for word"
NOT_PROVIDED = "data not provided by the force"
NOT_APPLICABLE = "not applicable (NA or N/A)"
_DENSE = 4  # numbers for each row, among which every row has its own, up to which they are tallied and not sorted


class _State(IntEnum):
    """What a cell of a column of counts is."""

    NUMBER = 0
    NOT_APPLICABLE = 1
    EXPIRED = 2
    NOT_PROVIDED = 3


@dataclass(frozen=True)
class _Column:
    """One column: its distinct texts, tidied, and for each row the number of its text. ``header`` is as printed."""

    header: str
    texts: tuple[str, ...]
    of_row: Numbers

    def rows_with(self, chosen: Callable[[str], bool]) -> Mask:
        """Which rows hold one of the texts that are chosen."""
        return np.array([chosen(text) for text in self.texts], dtype=bool)[self.of_row]


@dataclass(frozen=True, eq=False)
class _Place:
    """A sheet, for refusals: ``numbers`` are those that a spreadsheet shows beside its rows of figures."""

    file: str
    sheet: str
    numbers: Numbers

    def __str__(self) -> str:
        return f"{self.file}, sheet '{self.sheet}'"

    def at(self, column: _Column, rows: Mask) -> str:
        """Where the first of these rows stands, and under which header."""
        return f"{self}, row {self.numbers[np.argmax(rows)]:,}, column '{column.header}'"


@dataclass(frozen=True)
class _Labels:
    """What the rows of a column mean: the meanings, in order, and for each row the number of its own, -1 for none."""

    meanings: tuple[str, ...]
    of_row: Numbers


@dataclass(frozen=True)
class _Offences:
    """The codes of a table. ``raw`` are they as printed; ``labels`` those of data/reference/, -1 where not known."""

    raw: _Column
    labels: _Labels


@dataclass(frozen=True)
class _Amounts:
    """A column of counts: a number for each row, 0 where it has none, and what each cell is."""

    column: _Column
    values: Numbers
    states: npt.NDArray[np.int8]
    is_number: Mask = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_number", self.states == _State.NUMBER)


@dataclass(frozen=True)
class _Rows:
    """The rows of a table with their meaning, all of one length.

    ``firsts`` are the first days of the quarters met, ``quarter`` the number of each row's own. ``amounts`` maps the
    name of a part ("" recorded, "closed", "crimes") to its column of counts. ``description`` and ``outcome`` are None
    where there is no such column.
    """

    place: _Place
    force_printed: _Column
    force: _Labels
    firsts: tuple[date, ...]
    quarter: Numbers
    offence: _Offences
    description: _Column | None
    outcome: _Labels | None
    is_flagged: Mask
    amounts: Mapping[str, _Amounts]

    def pairs(self, rows: Mask) -> dict[Pair, int]:
        """How many of these rows each force has in each quarter, those with none left out."""
        met, times = np.unique(self._pair(rows), return_counts=True)
        return {
            (self.force.meanings[key // len(self.firsts)], self.firsts[key % len(self.firsts)]): int(count)
            for key, count in zip(met.tolist(), times.tolist(), strict=True)
        }

    def has_outcome(self, codes: set[str]) -> Mask:
        """Which rows are of one of these outcome types."""
        if self.outcome is None:
            return np.zeros(len(self.quarter), dtype=bool)
        return np.isin(self.outcome.of_row, [n for n, code in enumerate(self.outcome.meanings) if code in codes])

    def keys(self, offence: Numbers, chosen: Mask) -> Numbers:
        """One number for each combination of force, quarter, this column of offences, and outcome."""
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
        """What one row is about, in words."""
        outcome = "" if self.outcome is None else f", outcome type {self.outcome.meanings[self.outcome.of_row[row]]}"
        return (
            f"{self.force.meanings[self.force.of_row[row]]}, {_quarter_label(self.firsts[self.quarter[row]])}, offence "
            f"{self.offence.raw.texts[self.offence.raw.of_row[row]]}{outcome}"
        )

    def offence_described(self, number: int) -> str:
        """An offence code as printed, with the first description that stands beside it."""
        code = self.offence.raw.texts[number]
        if self.description is None:
            return code
        first = int(np.argmax(self.offence.raw.of_row == number))
        return f"{code} ({self.description.texts[self.description.of_row[first]]})"


@dataclass(frozen=True)
class Tally:
    """One table counted.

    ``parts`` are as in Reading. ``years`` maps each financial year to its rows, ``outcomes`` each outcome type to its
    cases on the recorded basis, ``not_provided`` each part to the cells of a force-quarter that say so.
    """

    kind: str
    sheet: str
    parts: Mapping[str, Part]
    rows: int
    kept: int
    dropped: Mapping[str, int]
    years: Mapping[str, int]
    outcomes: Mapping[str, int]
    not_provided: Mapping[str, Mapping[Pair, int]]
    warnings: tuple[Warned, ...]

    @property
    def is_only_parts(self) -> bool:
        """Whether every row is of an "of which" type, as in the tables of alternate offences."""
        return self.dropped.get(PART_OF, 0) == self.rows


def tally(table: pa.Table, layout: Layout, *, file: str, sheet: str, allow: frozenset[str]) -> Tally:
    """One table counted, by the columns that its layout found.

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
    allow
        What is dropped instead of refused, of ``workbook.ALLOWED``.

    Returns
    -------
    Tally
        Tables of counts, with the rows of each year and the cases of each outcome type.

    Raises
    ------
    DataRefused
        By sheet and row, for a force, period, outcome type or count that is not one, for offence codes with counts
        that are not known (all of them at once), for a combination that stands twice, and for a table with nothing
        below its header.
    """
    rows = _below_header(table, layout, file=file, sheet=sheet)
    is_part = rows.has_outcome({code for code, outcome in reference.outcomes("home_office").items() if outcome.part_of})
    is_force = rows.force.of_row >= 0
    dropped_codes, warned = _unknown_codes(rows, is_force & ~is_part, allow)
    usable = is_force & ~is_part & (rows.offence.labels.of_row >= 0)
    counted = {name: _counted(rows, name, usable) for name in rows.amounts}
    repeated, twice = _repeated(rows, np.logical_or.reduce(list(counted.values())))
    counted = {name: chosen & ~repeated for name, chosen in counted.items()}
    is_kept = np.logical_or.reduce(list(counted.values()))
    return Tally(
        kind=layout.kind,
        sheet=sheet,
        parts={name: _part(rows, name, layout.kind, counted[name], usable) for name in rows.amounts},
        rows=len(is_kept),
        kept=int(is_kept.sum()),
        dropped=_dropped(_reasons(rows, is_part, dropped_codes, repeated), ~is_kept),
        years=_years(rows),
        outcomes=_outcome_totals(rows, counted),
        not_provided=_not_provided(rows, usable & ~rows.is_flagged),
        warnings=(*warned, *twice, *_strange_columns(rows, layout), *_no_forces(rows, ~is_force)),
    )


def _counted(rows: _Rows, name: str, usable: Mask) -> Mask:
    """Which rows count on a basis: a number, and not the nothing of an expired code; type 0 is never closed.

    Raises DataRefused when an investigation without an outcome is said to be closed.
    """
    amounts = rows.amounts[name]
    counted: Mask = usable & amounts.is_number & ~(rows.is_flagged & (amounts.values == 0))
    if name != "closed":
        return counted
    undecided = rows.has_outcome({"0"})
    wrong = undecided & (amounts.values != 0)
    if wrong.any():
        raise DataRefused(
            f"{rows.place.at(amounts.column, wrong)}: investigations closed under outcome type 0, not yet assigned. "
            "Look whether the two columns of counts have changed places."
        )
    counted &= ~undecided
    return counted


def _unknown_codes(rows: _Rows, relevant: Mask, allow: frozenset[str]) -> tuple[Mask, tuple[Warned, ...]]:
    """Rows of offence codes that are not known and carry counts, if they may be dropped; refused if not."""
    carries = np.logical_or.reduce([amounts.values != 0 for amounts in rows.amounts.values()])
    strange = relevant & (rows.offence.labels.of_row < 0)
    numbers = np.unique(rows.offence.raw.of_row[strange & carries])
    if not len(numbers):
        return np.zeros_like(strange), ()
    described = ", ".join(sorted(rows.offence_described(int(number)) for number in numbers))
    if "unknown-offences" not in allow:
        raise DataRefused(
            f"{rows.place}: {len(numbers)} offence codes have counts and are not in data/reference/offences.csv: "
            f"{described}. Add a row there for each (offence, offence_name, offence_group, source), or leave them out "
            "of the counts with --allow unknown-offences."
        )
    codes, are = ("code", "is") if len(numbers) == 1 else ("codes", "are")
    text = (
        f"{rows.place.file}: {len(numbers)} {codes} that data/reference/offences.csv lacks {are} not counted: "
        f"{described}."
    )
    return strange & np.isin(rows.offence.raw.of_row, numbers), (Warned("", "offences left out", text),)


def _repeated(rows: _Rows, is_kept: Mask) -> tuple[Mask, tuple[Warned, ...]]:
    """Rows that say again, word for word, what a row above them says: they are counted once.

    Codes are compared as printed, since several of them may be one offence here. Raises DataRefused when two rows are
    about the same combination and do not agree.
    """
    keys = rows.keys(rows.offence.raw.of_row, is_kept)
    if not _stands_twice(keys):
        return np.zeros_like(is_kept), ()
    order = np.argsort(keys, kind="stable")
    follows = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    of_kept = np.flatnonzero(is_kept)[order]
    first, again = of_kept[follows], of_kept[follows + 1]
    agree = np.logical_and.reduce([numbers[first] == numbers[again] for numbers in rows.told])
    if not agree.all():
        row, repeat = first[~agree][0], again[~agree][0]
        raise DataRefused(
            f"{rows.place}, rows {rows.place.numbers[row]:,} and {rows.place.numbers[repeat]:,}: "
            f"{rows.combination(int(row))} stands twice and the two do not agree; {int((~agree).sum())} such rows in "
            "all. A published table has none: compare with the publisher's own copy."
        )
    repeated = np.zeros_like(is_kept)
    repeated[again] = True
    text = (
        f"{rows.place}: {counted(len(again), 'row repeats', 'rows repeat')} a row above word for "
        f"word and {'is' if len(again) == 1 else 'are'} left out, the first of them row "
        f"{rows.place.numbers[again.min()]:,}. A published table has none: compare with the publisher's own."
    )
    return repeated, (Warned("", "repeated rows", text),)


def _stands_twice(keys: Numbers) -> bool:
    """Whether some number stands twice; without sorting where they are as close together as those of a full grid."""
    if not len(keys):
        return False
    if int(keys.max()) < _DENSE * len(keys):
        return int(np.bincount(keys).max()) > 1
    return len(np.unique(keys)) < len(keys)


def _part(rows: _Rows, name: str, kind: str, counted: Mask, usable: Mask) -> Part:
    amounts, codes = rows.amounts[name], rows.offence.labels
    chosen = counted & (amounts.values != 0)
    keys, of_row = np.unique(rows.keys(codes.of_row, chosen), return_inverse=True)
    sums = np.zeros(len(keys), dtype=np.int64)
    np.add.at(sums, of_row, amounts.values[chosen])
    table: dict[str, Any] = {}
    if rows.outcome is not None:
        keys, outcome = np.divmod(keys, len(rows.outcome.meanings))
        table["outcome"] = _named(outcome, rows.outcome.meanings)
    keys, offence = np.divmod(keys, int(codes.of_row.max()) + 1)
    force, quarter = np.divmod(keys, len(rows.firsts))
    table |= {
        "offence": _named(offence, codes.meanings),
        "period": _named(quarter, rows.firsts),
        "force": _named(force, rows.force.meanings),
    }
    dimensions = tuple(dimension for dimension in ("force", "period", "offence", "outcome") if dimension in table)
    frame = pd.DataFrame({dimension: table[dimension] for dimension in dimensions}).assign(cases=sums)
    return Part(
        table=frame[frame["cases"] != 0].reset_index(drop=True),
        dimensions=dimensions,
        received=frozenset(rows.pairs(counted)),
        basis="closed" if name == "closed" else "recorded",
        months=3,
        scheme="home_office" if kind == "outcomes" else "",
        lacking=_lacking(rows, name, counted, usable),
    )


def _lacking(rows: _Rows, name: str, counted: Mask, usable: Mask) -> dict[Pair, frozenset[str]]:
    """The outcome types that a table has no row of, for each force-quarter that it has others of.

    A published table is a full grid, with a row of 0 for what did not happen: a type without a row was taken out. Where
    all rows of 0 were taken out, what no force has in a quarter is absent.
    """
    if rows.outcome is None:
        return {}
    never = {"0"} if name == "closed" else set()
    is_grid = bool((rows.amounts[name].values[counted] == 0).any())
    present: dict[Pair, set[str]] = {}
    for code in rows.outcome.meanings:
        for pair in rows.pairs(usable & rows.has_outcome({code})):
            present.setdefault(pair, set()).add(code)
    lacking = {}
    for force, first in rows.pairs(counted):
        alike = [codes for (_, other), codes in present.items() if other == first]
        carried = present[force, first] if is_grid else set().union(*alike)
        last = periods.end_of(first, months=3)
        expected = reference.expected_outcomes("home_office", first=first.isoformat(), last=last.isoformat())
        if absent := expected - carried - never:
            lacking[force, first] = absent
    return lacking


def _named(numbers: Numbers, names: Sequence[Any]) -> pd.Categorical[Any]:
    """A column of names from their numbers."""
    return pd.Categorical.from_codes(numbers, pd.Index(list(names), dtype=object))


def _reasons(rows: _Rows, is_part: Mask, dropped_codes: Mask, repeated: Mask) -> dict[str, Mask]:
    """The reasons for which a row is not counted, in the order in which they are given, each with its rows."""
    main = next(iter(rows.amounts.values()))
    return {
        PART_OF: is_part,
        NO_FORCE: rows.force.of_row < 0,
        ALLOWED: dropped_codes,
        REPEATED: repeated,
        EXPIRED: rows.is_flagged | (main.states == _State.EXPIRED),
        UNKNOWN: rows.offence.labels.of_row < 0,
        NOT_PROVIDED: main.states == _State.NOT_PROVIDED,
        NOT_APPLICABLE: np.ones_like(is_part),
    }


def _dropped(reasons: Mapping[str, Mask], left: Mask) -> dict[str, int]:
    """Rows that were not counted, each under the first reason that holds of it."""
    dropped = {}
    for reason, holds in reasons.items():
        if number := int((left & holds).sum()):
            dropped[reason] = number
        left = left & ~holds
    return dropped


def _years(rows: _Rows) -> dict[str, int]:
    years: dict[str, int] = {}
    for first, number in zip(rows.firsts, np.bincount(rows.quarter).tolist(), strict=True):
        year = periods.financial_year(first)
        years[year] = years.get(year, 0) + number
    return years


def _outcome_totals(rows: _Rows, counted: Mapping[str, Mask]) -> dict[str, int]:
    """Cases of each outcome type on the recorded basis."""
    if rows.outcome is None:
        return {}
    totals = np.zeros(len(rows.outcome.meanings), dtype=np.int64)
    np.add.at(totals, rows.outcome.of_row[counted[""]], rows.amounts[""].values[counted[""]])
    return {code: int(total) for code, total in zip(rows.outcome.meanings, totals, strict=True) if total}


def _strange_columns(rows: _Rows, layout: Layout) -> list[Warned]:
    text = f"{rows.place}: columns that are not known were passed over: {', '.join(layout.strange)}."
    return [Warned("", "columns passed over", text)] if layout.strange else []


def _no_forces(rows: _Rows, chosen: Mask) -> list[Warned]:
    names = {rows.force_printed.texts[number] for number in np.unique(rows.force_printed.of_row[chosen])}
    text = (
        f"{rows.place.file}: rows of {', '.join(sorted(names))} are not counted: they report fraud and are no forces."
    )
    return [Warned("", "not police forces", text)] if names else []


def _not_provided(rows: _Rows, relevant: Mask) -> dict[str, dict[Pair, int]]:
    """How many cells of each force-quarter say that the force sent nothing, on each basis."""
    by_basis = {
        name: rows.pairs(relevant & (amounts.states == _State.NOT_PROVIDED)) for name, amounts in rows.amounts.items()
    }
    return {name: cells for name, cells in by_basis.items() if cells}


def _below_header(table: pa.Table, layout: Layout, *, file: str, sheet: str) -> _Rows:
    """The rows below the header of a table; those that are wholly blank are left out."""
    columns, filled = _columns(table.slice(layout.header_row), layout)
    if not filled.any():
        raise DataRefused(f"{file}, sheet '{sheet}': nothing below the header in row {layout.header_row}.")
    place = _Place(file, sheet, np.flatnonzero(filled) + layout.header_row + 1)
    firsts, quarter = _quarters(columns["year"], columns["quarter"], place)
    unflagged = np.zeros(len(quarter), dtype=bool)
    bases = {"": "recorded", "closed": "closed"} if layout.kind == "outcomes" else {"crimes": "crimes"}
    return _Rows(
        place=place,
        force_printed=columns["force"],
        force=_forces(columns["force"], place),
        firsts=firsts,
        quarter=quarter,
        offence=_offences(columns["offence"], place),
        description=columns.get("description"),
        outcome=_outcomes(columns["outcome"], place) if layout.kind == "outcomes" else None,
        is_flagged=_flags(columns["expired"], place) if "expired" in columns else unflagged,
        amounts={name: _amounts(columns[basis], place) for name, basis in bases.items() if basis in columns},
    )


def _columns(body: pa.Table, layout: Layout) -> tuple[dict[str, _Column], Mask]:
    """The columns below a header by their meaning, without blank rows, and which rows are not blank."""
    if not body.num_rows:
        return {}, np.zeros(0, dtype=bool)
    columns = {meaning: _column(layout.headers[meaning], body[place]) for meaning, place in layout.places.items()}
    filled = np.logical_or.reduce([column.rows_with(bool) for column in columns.values()])
    if not filled.all():
        columns = {meaning: _at(column, filled) for meaning, column in columns.items()}
    return columns, filled


def _at(column: _Column, rows: Mask) -> _Column:
    """A column at some of its rows, without the texts that none of them holds."""
    met, of_row = np.unique(column.of_row[rows], return_inverse=True)
    return _Column(column.header, tuple(column.texts[number] for number in met), _narrow(of_row))


def _quarter_label(first: date) -> str:
    """A quarter by its months: "April to June 2024"."""
    return periods.Period(first, periods.end_of(first, months=3)).label


def _column(header: str, cells: pa.ChunkedArray) -> _Column:
    """A column of strings with each distinct text once; spaces of every kind are single, "" is an empty cell."""
    encoded = cells.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode(null_encoding="encode")
    texts = [" ".join((text or "").split()) for text in encoded.dictionary.to_pylist()]
    of_row = encoded.indices.to_numpy(zero_copy_only=False)
    is_met = np.bincount(of_row, minlength=len(texts)) > 0  # rows above these may have had others
    return _Column(header, tuple(compress(texts, is_met)), _narrow(np.cumsum(is_met) - 1)[of_row])


def _narrow(numbers: Sequence[int] | Numbers) -> Numbers:
    """Whole numbers in the fewest bytes that hold each of them."""
    array: Numbers = np.asarray(numbers, dtype=np.int64)
    lowest, highest = (int(array.min()), int(array.max())) if len(array) else (0, 0)
    return array.astype(np.min_scalar_type(min(lowest, -highest - 1)))


def _labels(column: _Column, by_text: Mapping[str, str]) -> _Labels:
    """The meaning of each row, given that of each text; "" is a text without one."""
    meanings = tuple(sorted({meaning for meaning in by_text.values() if meaning}))
    number = {meaning: place for place, meaning in enumerate(meanings)}
    of_text = _narrow([number.get(by_text[text], -1) for text in column.texts])
    return _Labels(meanings, of_text[column.of_row])


def _forces(column: _Column, place: _Place) -> _Labels:
    """The force of each row, -1 for bodies that are none."""
    names = {text: "" if text.casefold() in NO_FORCES else _known(reference.force_named, text) for text in column.texts}
    _refuse(column, {text for text, name in names.items() if name is None}, place, "is not a force", "forces.csv")
    return _labels(column, {text: name or "" for text, name in names.items()})


def _quarters(year: _Column, quarter: _Column, place: _Place) -> tuple[tuple[date, ...], Numbers]:
    """The first days of the quarters of a table, in order, and for each row the number of its own."""
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
    of_row = _narrow(of_pair.reshape(firsts.shape))[year.of_row, quarter.of_row]
    is_met = np.bincount(of_row, minlength=len(met)) > 0
    days = tuple(date.fromordinal(int(day)) for day in met[is_met])
    return days, _narrow(np.cumsum(is_met) - 1)[of_row]


def _offences(column: _Column, place: _Place) -> _Offences:
    """The offence of each row by the code of data/reference/, -1 where it has none there."""
    _refuse(column, {text for text in column.texts if not text}, place, "is not an offence code", "")
    return _Offences(column, _labels(column, {text: _offence(text) for text in column.texts}))


def _outcomes(column: _Column, place: _Place) -> _Labels:
    """The outcome type of each row, "of which" types among them."""
    types = reference.outcomes("home_office")
    codes = {text: text.casefold() if text.casefold() in types else "" for text in column.texts}
    _refuse(column, {text for text, code in codes.items() if not code}, place, "is no outcome type", "outcomes.csv")
    return _labels(column, codes)


def _amounts(column: _Column, place: _Place) -> _Amounts:
    """The counts of a column."""
    amount_of = {text: _amount(text) for text in column.texts}
    strange = [text for text, amount in amount_of.items() if amount is None]
    if strange:
        raise DataRefused(
            f"{place.at(column, column.rows_with(strange.__contains__))}: {_quoted(strange)} where a count should be. "
            "Whole numbers, N/A and 'Data not provided' are read; compare with the publisher's own copy."
        )
    of_text = [amount_of[text] or (0, _State.NUMBER) for text in column.texts]
    values = _narrow([value for value, _ in of_text])
    states = np.array([state for _, state in of_text], dtype=np.int8)
    return _Amounts(column, values[column.of_row], states[column.of_row])


def _flags(column: _Column, place: _Place) -> Mask:
    """Which rows bear the mark of an expired offence code."""
    _refuse(
        column, {mark for mark in column.texts if mark.casefold() not in _FLAGS}, place, "is neither x nor blank", ""
    )
    return column.rows_with(lambda text: _FLAGS[text.casefold()])


def _amount(text: str) -> tuple[int, _State] | None:
    if _NUMBER.fullmatch(text):
        return int(text), _State.NUMBER
    plain = text.casefold().replace("–", "-")
    if plain in {"na", "n/a"}:
        return 0, _State.NOT_APPLICABLE
    if plain == _EXPIRED_CODE:
        return 0, _State.EXPIRED
    return (0, _State.NOT_PROVIDED) if plain in _NOT_PROVIDED else None


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


def _refuse(column: _Column, strange: set[str], place: _Place, fault: str, table: str) -> None:
    """Refuses texts by name and by the row of the first. ``table`` is where they could be added, "" for nowhere."""
    if not strange:
        return
    advice = f"If it should be one, add it to data/reference/{table} with its source" if table else "Mend the cell"
    raise DataRefused(
        f"{place.at(column, column.rows_with(strange.__contains__))}: {_quoted(sorted(strange))} {fault}. {advice}, "
        "then reduce again."
    )


def _quoted(texts: Sequence[str]) -> str:
    return some_of([f"'{text}'" if text else "a blank cell" for text in texts], 10)
