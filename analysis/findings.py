"""The figures that have been printed, by whom, out of what: data/published/findings.csv.

A finding without a base is refused: a percentage whose "out of" is not said cannot be checked, and is not repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path

from analysis import measures, reference
from analysis.errors import DataRefused, unknown

FILE = "data/published/findings.csv"

#: How a finding can be checked; analysis/statistics/verdicts.py has one function for each.
CHECKS = ("share", "spread", "own_arithmetic", "base_range", "dropped_base", "none")
#: How a finding can come out; docs/decisions/0004-verdicts.md says when.
VERDICTS = ("stands", "stands on another base", "does not stand", "cannot be recomputed")
_OTHER_BASES = ("outcomes", "not stated")  # bases of a publisher that are none of this project's
_GRADES = ("primary", "press")
_REQUIRED = ("finding", "statement", "printed", "out_of", "place", "period", "check", "publisher", "evidence")


@dataclass(frozen=True)
class Finding:
    """One printed figure, in this project's own words.

    ``percent`` is the figure as printed (per cent), ``precision`` the step it is rounded to, ``out_of`` its base as
    its publisher describes it. ``events`` and ``cases`` are printed counts, where there are any;
    ``is_defined`` says whether it is known what exactly was counted, and out of what.
    """

    finding: str
    statement: str
    claim: str
    printed: str
    percent: float | None
    precision: float
    base_percent: float | None
    events: int | None
    cases: int | None
    out_of: str
    base: str
    is_defined: bool
    place: str
    offence: str
    period: str
    check: str
    counts: str
    measure: str
    publisher: str
    title: str
    published: str
    address: str
    evidence: str
    note: str

    @property
    def lowest(self) -> float:
        """The smallest share, 0 to 1, that rounds to what was printed."""
        return ((self.percent or 0) - self.precision / 2) / 100

    @property
    def highest(self) -> float:
        """The share, 0 to 1, from which on it would be rounded to the next figure."""
        return ((self.percent or 0) + self.precision / 2) / 100

    @property
    def share(self) -> float:
        """The figure as a share from 0 to 1."""
        return (self.percent or 0) / 100

    def fits(self, share: float) -> bool:
        """Whether a share would be printed as this figure."""
        return self.percent is not None and self.lowest <= share < self.highest


def read(path: Path) -> dict[str, Finding]:
    """Every finding in a file, by its name, in the order of the file.

    Raises DataRefused, naming the line and column, for a row without a base, with an unknown check, a grade of
    evidence that is neither primary nor press, a name that stands twice, or a number that is not one.
    """
    found: dict[str, Finding] = {}
    optional = tuple(name for name in Finding.__dataclass_fields__ if name not in _REQUIRED)
    for line, row in enumerate(reference.read_table(path, required=_REQUIRED, optional=optional), start=2):
        name = row["finding"]
        where = f"{path.name}, finding '{name}' (row {line})"
        if row["check"] not in CHECKS:
            raise DataRefused(f"{where}, column 'check': '{row['check']}'. Write one of {', '.join(CHECKS)}.")
        if row["evidence"] not in _GRADES:
            raise DataRefused(f"{where}, column 'evidence': '{row['evidence']}'. Only primary and press are repeated.")
        if row["measure"] and row["measure"] not in measures.MEASURES:
            raise DataRefused(f"{where}, column 'measure': '{row['measure']}'. 'attrition list measures' shows them.")
        if row["base"] not in (*measures.BASES, *_OTHER_BASES):
            raise DataRefused(
                f"{where}, column 'base': '{row['base']}'. Write one of {', '.join(_OTHER_BASES)} or ours."
            )
        if name in found:
            raise DataRefused(f"{where}: the name stands twice. Give each finding its own.")
        found[name] = Finding(
            **{
                **row,
                "percent": _number(row, "percent", where),
                "precision": _number(row, "precision", where) or 1.0,
                "base_percent": _number(row, "base_percent", where),
                "events": _whole(row, "events", where),
                "cases": _whole(row, "cases", where),
                "is_defined": row["is_defined"] == "yes",
            }  # type: ignore[arg-type]
        )
    return found


@cache
def findings() -> dict[str, Finding]:
    """The findings that this project stands by, by name."""
    return read(reference.PROJECT / FILE)


def checked_against(counts: str) -> list[Finding]:
    """The findings, those about outcomes of 2024/25 checked against another set of counts of the same kind."""
    return [replace(one, counts=counts) if one.counts == "stalking_2024_25" else one for one in findings().values()]


def finding(name: str) -> Finding:
    """The finding called ``name``. Raises ParameterError with the nearest name when there is none."""
    if name not in findings():
        raise unknown("finding", name, findings(), see="attrition list findings")
    return findings()[name]


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
    """
    path = reference.DATA / "published" / "stalking_charged_2015_2020.csv"
    rows = reference.read_table(path, required=("force", "period"))
    printed = {row["force"]: row["printed_rate"] for row in rows if row["period"] == first.isoformat()}
    return {force: rate for force, rate in printed.items() if rate.endswith("%")}


def offences_with_charges() -> set[str]:
    """The codes of the offences of which charges by quarter are held (``closed_charges``)."""
    return {row["offence"] for row in _charge_rows()}


def closed_charges(offence: str = "8Q") -> dict[date, int]:
    """Charges of England and Wales by the first day of the quarter in which the investigation closed.

    From data/published/stalking_charges_by_quarter.csv, April 2014 to June 2024; a charge may belong to a case that was
    recorded in an earlier quarter.

    Raises ParameterError when the table does not hold the offence.
    """
    found = {
        date.fromisoformat(row["period"]): int(row["cases"]) for row in _charge_rows() if row["offence"] == offence
    }
    if not found:
        raise unknown("offence with charges by quarter", offence, offences_with_charges(), see="data/README.md")
    return found


def _charge_rows() -> list[dict[str, str]]:
    path = reference.DATA / "published" / "stalking_charges_by_quarter.csv"
    return reference.read_table(path, required=("period", "offence", "cases"))
