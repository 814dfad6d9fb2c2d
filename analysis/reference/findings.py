"""The figures that have been printed, by whom, out of what: data/published/findings.csv.

A finding without a base is refused: a percentage whose "out of" is not said cannot be checked, and is not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path

from analysis.errors import DataRefused, unknown
from analysis.reference import measures, reference

FILE = "data/published/findings.csv"

#: How a finding is judged; docs/decisions/0022-verdicts-that-can-fail.md has the rule, and
#: questions/findings/verdicts.py keeps it.
CHECKS = ("figure", "spread", "column")
#: How a finding can come out.
VERDICTS = ("reproduced", "consistent with the figures", "not matched by any reading", "not comparable")
#: The published tables held here that a finding can name as its source.
SOURCES = ("stalking_endings_by_force", "stalking_charged_2015_2020")
#: What a number of cases is measured as, where no share of anything was printed.
CASES = "cases"
_OTHER_BASES = ("outcomes", "not stated")  # bases of a publisher that are none of this project's
_GRADES = ("primary", "press")
_REQUIRED = ("finding", "statement", "printed", "out_of", "place", "check", "publisher", "evidence")
_WHOLE = ("events", "cases")
_YEAR = re.compile(r"\d{4}/\d{2}")
_NUMBERS = ("percent", "precision", "least", "most", "base_percent")


@dataclass(frozen=True)
class Finding:
    """One printed figure, in this project's own words.

    ``percent`` is the figure as printed (per cent), ``precision`` the step it is rounded to. A figure printed in words
    ("more than half") has ``least`` and ``most`` instead: per cent, or cases where the ``measure`` is CASES. ``out_of``
    is its base as its publisher describes it, ``base`` the one of this project's that the words allow, and ``reading``
    the only reading of the measure that they do ("" for all). ``years`` are those it speaks of or may speak of.
    ``events`` and ``cases`` are printed counts, where there are any; ``source`` is the table held here that it names.

    A finding without a ``measure`` is of something that nothing held here counts; its ``note`` says why. One that
    ``repeats`` another or ``is_derived`` (a sum or a reading of this project's own) is left out of the tally.
    """

    finding: str
    statement: str
    claim: str
    printed: str
    percent: float | None
    precision: float
    least: float | None
    most: float | None
    base_percent: float | None
    events: int | None
    cases: int | None
    out_of: str
    base: str
    reading: str
    place: str
    offence: str
    period: str
    years: tuple[str, ...]
    check: str
    measure: str
    source: str
    repeats: str
    is_derived: bool
    publisher: str
    title: str
    published: str
    address: str
    evidence: str
    note: str

    @property
    def lowest(self) -> float:
        """The smallest share, 0 to 1, or number of cases that would be printed so."""
        if self.least is not None:
            return self.least / self._unit
        return ((self.percent or 0) - self.precision / 2) / self._unit

    @property
    def highest(self) -> float:
        """The share or number of cases from which on another figure would be printed."""
        if self.most is not None:
            return self.most / self._unit
        return ((self.percent or 0) + self.precision / 2) / self._unit

    @property
    def share(self) -> float:
        """The figure as a share from 0 to 1."""
        return (self.percent or 0) / 100

    @property
    def is_counted(self) -> bool:
        """Whether it is a figure, and of something that can be counted here."""
        return bool(self.measure) and (self.percent is not None or self.least is not None)

    @property
    def is_tallied(self) -> bool:
        """Whether it counts among the findings: printed, and not printed again."""
        return not (self.repeats or self.is_derived)

    @property
    def _unit(self) -> int:
        return 1 if self.measure == CASES else 100

    def fits(self, value: float) -> bool:
        """Whether a share (or number of cases) would be printed as this figure.

        Parameters
        ----------
        value
            A share from 0 to 1, or a number of cases.

        Returns
        -------
        bool
            True where it rounds to the printed figure.
        """
        return (self.percent is not None or self.least is not None) and self.lowest <= value < self.highest

    def meets(self, low: float, high: float) -> bool:
        """Whether some share (or number of cases) from ``low`` to ``high`` would be printed as this figure.

        Parameters
        ----------
        low, high
            Ends of a range, of shares from 0 to 1 or of cases.

        Returns
        -------
        bool
            True where some value of the range rounds to the printed figure.
        """
        return self.lowest <= high and low < self.highest


def read(path: Path) -> dict[str, Finding]:
    """Every finding in a file, by its name, in the order of the file.

    Parameters
    ----------
    path
        A table with the columns of data/published/findings.csv.

    Returns
    -------
    dict[str, Finding]
        Findings by name.

    Raises
    ------
    DataRefused
        By line and column, for a row without a base, with an unknown check, source or measure, a grade of
        evidence that is neither primary nor press, a name that stands twice, a number that is not one, a year that is
        no financial year, a figure that nothing counts without a note of why, or one that repeats no other finding.
    """
    findings_by_name: dict[str, Finding] = {}
    optional = tuple(name for name in Finding.__dataclass_fields__ if name not in _REQUIRED)
    for line, row in enumerate(reference.read_table(path, required=_REQUIRED, optional=optional), start=2):
        name = row["finding"]
        where = f"{path.name}, finding '{name}' (row {line})"
        for column, cell, advice in _strange(row, findings_by_name):
            raise DataRefused(f"{where}, column '{column}': '{cell}'. {advice}")
        if name in findings_by_name:
            raise DataRefused(f"{where}: the name stands twice. Give each finding its own.")
        numbers: dict[str, float | None] = {column: _number(row, column, where) for column in _NUMBERS}
        findings_by_name[name] = Finding(
            **{
                **row,
                **numbers,
                "precision": numbers["precision"] or 1.0,
                **{column: _whole(row, column, where) for column in _WHOLE},
                "years": tuple(filter(None, row["years"].split(";"))),
                "is_derived": row["is_derived"] == "yes",
            }  # type: ignore[arg-type]
        )
    return findings_by_name


def _strange(row: dict[str, str], before: dict[str, Finding]) -> Iterator[tuple[str, str, str]]:
    """What a row may not say: the column, the cell, and what to do about it."""
    allowed_by_column = {
        "check": (CHECKS, f"Write one of {', '.join(CHECKS)}."),
        "evidence": (_GRADES, "Only primary and press are repeated."),
        "measure": (("", CASES, *measures.MEASURES), "'attrition list measures' shows them."),
        "base": ((*measures.BASES, *_OTHER_BASES), f"Write one of {', '.join(_OTHER_BASES)} or ours."),
        "source": (("", *SOURCES), f"Write one of {', '.join(SOURCES)}, or nothing."),
        "repeats": (("", *before), "Write the name of a finding that stands above it, or nothing."),
        "is_derived": (("", "yes"), "Write yes or nothing."),
    }
    for column, (allowed, advice) in allowed_by_column.items():
        if row[column] not in allowed:
            yield column, row[column], advice
    for year in filter(None, row["years"].split(";")):
        if not _YEAR.fullmatch(year):
            yield "years", year, "Write financial years such as 2021/22, with ; between them."
    if not row["measure"] and not row["note"]:
        yield "note", "", "Say why nothing held here counts this figure, or name a measure."


@cache
def findings() -> dict[str, Finding]:
    """The findings that this project stands by, by name.

    Returns
    -------
    dict[str, Finding]
        Findings by name, as data/published/ holds them.
    """
    return read(reference.SUITE / FILE)


def every() -> tuple[Finding, ...]:
    """The findings that this project stands by, in the order of their file.

    Returns
    -------
    tuple[Finding, ...]
        Findings.
    """
    return tuple(findings().values())


def finding(name: str) -> Finding:
    """The finding called ``name``.

    Parameters
    ----------
    name
        As ``findings`` has it.

    Returns
    -------
    Finding
        The finding with its figure, source and base.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    if name not in findings():
        raise unknown("finding", name, findings(), see="attrition list findings")
    return findings()[name]


def named(*names: str) -> list[Finding]:
    """Some findings, in the order of their names.

    Parameters
    ----------
    *names
        Names of findings; all findings where there is none.

    Returns
    -------
    list[Finding]
        Findings.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    return [finding(name) for name in names]


def _number(row: dict[str, str], column: str, where: str) -> float | None:
    try:
        value = float(row[column]) if row[column] else None
    except ValueError:
        value = float("nan")
    if value is not None and not isfinite(value):
        raise DataRefused(f"{where}, column '{column}': '{row[column]}' is not a number.")
    return value


def _whole(row: dict[str, str], column: str, where: str) -> int | None:
    if row[column] and not row[column].isdecimal():
        raise DataRefused(f"{where}, column '{column}': '{row[column]}' is not a whole number.")
    return int(row[column]) if row[column] else None


def printed_rates(first: date) -> dict[str, str]:
    """The charge rate of each force for the period that begins on ``first``, as printed: {"Kent": "2.39%"}.

    Empty when none was printed. A fault that the publisher's spreadsheet printed in place of a rate is left out.

    Parameters
    ----------
    first
        First day of the period.

    Returns
    -------
    dict[str, str]
        Printed rates, with their per cent sign, by force.
    """
    path = reference.DATA / "published" / "stalking_charged_2015_2020.csv"
    rows = reference.read_table(path, required=("force", "period"))
    printed = {row["force"]: row["printed_rate"] for row in rows if row["period"] == first.isoformat()}
    return {force: rate for force, rate in printed.items() if rate.endswith("%")}


def rates_by_year() -> dict[tuple[str, date], int]:
    """The charge rates that stand beside the endings by year, in whole per cents: {("Kent", 1 April 2014): 26}.

    Those of each force and, as "all", of all of them together; a cell that prints none is left out.

    Returns
    -------
    dict[tuple[str, date], int]
        Whole per cents by force, or "all", and first day of the financial year.
    """
    rates: dict[tuple[str, date], int] = {}
    for name in ("by_force", "national"):
        path = reference.DATA / "published" / f"stalking_endings_{name}.csv"
        for row in reference.read_table(path, required=("period",)):
            if row["printed_rate"]:
                rate = float(row["printed_rate"].removesuffix("%"))
                rates[row.get("force", "all"), date.fromisoformat(row["period"])] = int(rate)
    return rates


def offences_with_charges() -> set[str]:
    """The codes of the offences of which charges by quarter are held (``closed_charges``).

    Returns
    -------
    set[str]
        Home Office codes of offences.
    """
    return {row["offence"] for row in _charge_rows()}


def closed_charges(offence: str = "8Q") -> dict[date, int]:
    """Charges of England and Wales by the first day of the quarter in which the investigation closed.

    From data/published/stalking_charges_by_quarter.csv, April 2014 to June 2024; a charge may belong to a case that was
    recorded in an earlier quarter.

    Parameters
    ----------
    offence
        Home Office code.

    Returns
    -------
    dict[date, int]
        Numbers of charges by first day of the quarter.

    Raises
    ------
    ParameterError
        When the table does not hold the offence.
    """
    charges = {
        date.fromisoformat(row["period"]): int(row["cases"]) for row in _charge_rows() if row["offence"] == offence
    }
    if not charges:
        raise unknown("offence with charges by quarter", offence, offences_with_charges(), see="data/README.md")
    return charges


def _charge_rows() -> list[dict[str, str]]:
    path = reference.DATA / "published" / "stalking_charges_by_quarter.csv"
    return reference.read_table(path, required=("period", "offence", "cases"))
