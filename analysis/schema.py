"""Every column once: its name, what kind of thing it holds, its unit, its heading and its meaning.

Tables, charts, records for machines and documentation all read their headings and units from here, so a column is
called the same wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["label", "count", "share", "date"]


@dataclass(frozen=True)
class Column:
    """One column: ``heading`` is printed, ``unit`` and ``meaning`` go to machines and to the notes."""

    name: str
    kind: Kind
    heading: str
    unit: str
    meaning: str


_COLUMNS = [
    # dimensions of counts
    Column("force", "label", "Police force", "name", "police force that recorded the case"),
    Column("period", "date", "Quarter", "first day", "month, quarter or year in which the case was recorded"),
    Column("offence", "label", "Offence code", "Home Office code", "notifiable offence as classified by the police"),
    Column("outcome", "label", "Outcome code", "code", "code of the outcome, in the scheme of its publisher"),
    Column("crime_type", "label", "Crime type", "name", "data.police.uk's category of crime, coarser than an offence"),
    Column("first_outcome", "label", "First outcome", "code", "code of the earliest outcome that was published"),
    Column("lag", "label", "Time to outcome", "days or months", "from recording to outcome, or to the extract if open"),
    Column("cases", "count", "Out of", "cases", "recorded crimes: the base of the share"),
    # labels that a result may add
    Column("place", "label", "Place", "name", "one force, or all forces together"),
    Column("offence_name", "label", "Offence", "name", "name of the offence"),
    Column("outcome_name", "label", "Outcome", "name", "name of the outcome type"),
    Column("disposition", "label", "How the case ended", "name", "outcome types that mean the same to a victim"),
    Column("quarter", "label", "Quarter", "name", "financial quarter in which the case was recorded"),
    Column("month", "label", "Month", "name", "month in which the case was recorded"),
    Column("file", "label", "File", "name", "file that was read"),
    Column("reason", "label", "Reason", "text", "why rows of a file were not counted"),
    Column("year", "label", "Year", "name", "financial year in which the case was recorded"),
    Column("measure", "label", "Measure", "name", "what is measured"),
    Column("definition", "label", "What is counted", "text", "outcome types that a definition counts"),
    Column("base", "label", "Out of", "text", "cases that the share is taken of"),
    Column("finding", "label", "Published finding", "text", "a printed figure in this project's own words"),
    Column("printed", "label", "Printed", "text", "the figure as its publisher printed it"),
    Column("publisher", "label", "Where printed", "name", "who printed the figure"),
    Column("verdict", "label", "Verdict", "text", "whether the printed figure stands"),
    Column("sample_size", "label", "If the sample were", "cases", "a size that the sample might have had"),
    # measures
    Column("events", "count", "Cases", "cases", "cases that end in the way that is measured"),
    Column("share", "share", "Share", "share of the base, 0 to 1", "events divided by cases"),
    Column("low", "share", "95% interval, lower", "share of the base, 0 to 1", "lower limit, Wilson"),
    Column("high", "share", "95% interval, upper", "share of the base, 0 to 1", "upper limit, Wilson"),
    Column("state", "label", "State", "name", "shown, not received, suppressed, not applicable, unreliable"),
]

COLUMNS: dict[str, Column] = {column.name: column for column in _COLUMNS}

MEASURES = ("events", "cases", "share", "low", "high", "state")

#: What a row may be, and the symbol that stands where it has no number. 0 is a number: it happened no times.
STATES = {"shown": "", "not_received": "[x]", "suppressed": "[c]", "not_applicable": "[z]", "unreliable": "[u]"}

#: What each symbol says to a reader, in the words of a note below a table.
SYMBOLS = {
    "[x]": "not received: nobody sent this figure, which is not the same as none",
    "[c]": "not shown, so that nobody can be recognised",
    "[z]": "not applicable: there was nothing to divide by",
    "[u]": "not reliable: the published count of some outcome is below zero",
}

#: From the least to the most guarded. Made-up cases are guarded as real ones are, and say so on every page besides.
SENSITIVITIES = ("published", "restricted", "synthetic")
BASES = ("recorded", "closed", "not stated")


@dataclass(frozen=True)
class CaseColumn:
    """A column of a case file, by the part that it plays. A mapping says what it is called in the file.

    ``is_needed``: no file is read without it. ``is_for_all``: it may be said once for the whole file instead.
    ``is_date``: it holds dates. A cell of it may be blank only where ``may_be_blank``.
    """

    name: str
    meaning: str
    is_needed: bool = False
    is_for_all: bool = False
    is_date: bool = False
    may_be_blank: bool = False


_CASE_COLUMNS = [
    CaseColumn("case", "identifier of the case, one of its kind within its force", is_needed=True),
    CaseColumn("force", "police force that recorded the case", is_needed=True, is_for_all=True),
    CaseColumn("offence", "notifiable offence as classified by the police", is_needed=True, is_for_all=True),
    CaseColumn("recorded", "day on which the case was recorded", is_needed=True, is_date=True),
    CaseColumn("outcome", "how the case ended; blank while it is open", is_needed=True, may_be_blank=True),
    CaseColumn("outcome_date", "day of the outcome", is_date=True, may_be_blank=True),
]

#: What is asked of a case file, once: mapping, drafting and reading go by it.
CASE_COLUMNS: dict[str, CaseColumn] = {column.name: column for column in _CASE_COLUMNS}

#: Which outcome counts when a case has several.
SEVERAL_OUTCOMES = ("refuse", "latest", "first")


def strictest(sensitivities: Iterable[str]) -> str:
    """The sensitivity of something made from several things: that of the most guarded of them."""
    return max(sensitivities, key=SENSITIVITIES.index)
