"""What a mapping says of a case file: which column is what, how dates are written, what its words mean."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

ISO = "%Y-%m-%d"
SERIAL = "serial"  # in place of a format: days since the end of 1899, as a spreadsheet counts them
ZONE = "Europe/London"
ALL_SHEETS = "all"


@dataclass(frozen=True)
class Feature:
    """A column of categories that counts are kept by.

    ``groups`` maps the words of the file to categories; with none, the words are the categories. ``blank`` is the
    category of an empty cell, ``other`` of a word that ``groups`` does not name ("" refuses it).
    """

    name: str
    column: str
    heading: str
    groups: Pairs[str, str] = field(default_factory=dict)
    blank: str = "Not recorded"
    other: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping as read. ``columns`` maps a role ("case", "recorded", ...) to the column that plays it.

    ``other_names`` maps such a column to what it is called elsewhere, in other sheets or files. With ``cases`` (a
    column of numbers) the file is a table of counts, each row standing for so many cases; "" is a list of cases.
    ``months`` is the length of a period. ``sheets`` names the sheets to read together, or holds ALL_SHEETS alone.

    ``force`` and ``offence`` stand for a whole file in which no column says them. ``several_outcomes`` is the rule for
    a case with several outcomes. ``fit_features`` and ``fit_cluster`` are the features that the regressions of a
    release hold, all together, and that within which cases are alike, "" for none. ``first_month`` and ``last_month``
    are first days; with them, a month in between without cases is a month with none.
    """

    path: Path
    columns: Pairs[str, str]
    taken: date
    cases: str = ""
    other_names: Pairs[str, tuple[str, ...]] = field(default_factory=dict)
    months: int = 1
    several_outcomes: str = "refuse"
    sensitivity: str = "restricted"
    force: str = ""
    offence: str = ""
    first_month: date | None = None
    last_month: date | None = None
    date_format: str = ISO
    time_zone: str = ZONE
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    forces: Pairs[str, str] = field(default_factory=dict)
    offences: Pairs[str, str] = field(default_factory=dict)
    outcomes: Pairs[str, str] = field(default_factory=dict)
    features: tuple[Feature, ...] = ()
    fit_features: tuple[str, ...] = ()
    fit_cluster: str = ""

    @property
    def read_columns(self) -> tuple[str, ...]:
        """Every column of the file that is read, by name."""
        counted = (self.cases,) if self.cases else ()
        return tuple(dict.fromkeys((*self.columns.values(), *counted, *(one.column for one in self.features))))

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Every column that is read, each by all of its names."""
        return tuple((column, *self.other_names.get(column, ())) for column in self.read_columns)

    @property
    def has_instants(self) -> bool:
        """Whether dates are written as instants with their distance from Greenwich."""
        return "%z" in self.date_format
