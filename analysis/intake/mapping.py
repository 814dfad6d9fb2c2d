"""What a mapping says of a case file: which column is what, how dates are written, what its words mean."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

ISO = "%Y-%m-%d"


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

    ``force`` and ``offence`` stand for a whole file in which no column says them. ``several_outcomes`` is the rule for
    a case with several outcomes. ``first_month`` and ``last_month`` are first days; with them, a month in between
    without cases is a month with none.
    """

    path: Path
    columns: Pairs[str, str]
    taken: date
    several_outcomes: str = "refuse"
    sensitivity: str = "restricted"
    force: str = ""
    offence: str = ""
    first_month: date | None = None
    last_month: date | None = None
    date_format: str = ISO
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    forces: Pairs[str, str] = field(default_factory=dict)
    offences: Pairs[str, str] = field(default_factory=dict)
    outcomes: Pairs[str, str] = field(default_factory=dict)
    features: tuple[Feature, ...] = ()

    @property
    def read_columns(self) -> tuple[str, ...]:
        """Every column of the file that is read, by name."""
        return tuple(dict.fromkeys((*self.columns.values(), *(one.column for one in self.features))))
