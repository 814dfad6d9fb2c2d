"""What a printed label says of time: a financial year, a calendar year, a quarter or a month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from analysis.reference import periods

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "(" + "|".join(f"{name}[a-z]*" for name in _MONTHS) + r")\.?"
_YEAR = r"((?:19|20)\d\d)"
_FINANCIAL = re.compile(rf"(?:fy\s*)?{_YEAR}\s*(?:[/\-–_]|to|\s)\s*(?:20|19)?(\d\d)", re.IGNORECASE)
_SHORT = re.compile(r"(\d\d)\s*[/\-–_]\s*(\d\d)")
_ENDING = re.compile(rf"(?:year|yr|12 months)?\s*(?:ye|ending|ended|to)\s*{_MONTH}\s*{_YEAR}", re.IGNORECASE)
_QUARTER = re.compile(rf"{_FINANCIAL.pattern}\s*,?\s*(?:q|quarter)\s*([1-4])", re.IGNORECASE)
_QUARTER_FIRST = re.compile(rf"(?:q|quarter)\s*([1-4])\s*,?\s*{_FINANCIAL.pattern}", re.IGNORECASE)
_CALENDAR_QUARTER = re.compile(rf"(?:{_YEAR}\s*-?\s*q([1-4])|q([1-4])\s*-?\s*{_YEAR})", re.IGNORECASE)
_THREE_MONTHS = re.compile(rf"{_MONTH}\s*(?:to|-|–)\s*{_MONTH}\s*{_YEAR}", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"{_MONTH}[\s\-/]*((?:20|19)?\d\d)", re.IGNORECASE)
_ISO = re.compile(rf"{_YEAR}-(\d\d)-(\d\d)(?:[ t]00:00(?::00)?)?", re.IGNORECASE)
_ISO_MONTH = re.compile(rf"{_YEAR}-(0[1-9]|1[0-2])(?!\d)")


@dataclass(frozen=True, order=True)
class Time:
    """A run of months: its unit ("year", "quarter", "month"), its place in the run of such units, and its first day."""

    unit: str
    place: int
    first: date

    @property
    def months(self) -> int:
        """How many months it has."""
        return {"year": 12, "quarter": 3, "month": 1}[self.unit]

    @property
    def label(self) -> str:
        """As a reader says it: "2016/17", "2016", "year ending June 2016", "2016/17 Q1", "April 2016"."""
        if self.unit == "month":
            return periods.month_name(self.first)
        if self.unit == "quarter":
            return periods.quarter_name(self.first) if self.first.month % 3 == 1 else str(self.first)
        if self.first.month in (1, 4):
            return periods.financial_year(self.first) if self.first.month == 4 else str(self.first.year)
        last = periods.month_start(periods.month_number(self.first) + 11)
        return f"year ending {periods.month_name(last)}"

    def moved(self, steps: int) -> Time:
        """The one that follows after ``steps`` of its unit.

        Parameters
        ----------
        steps
            How many; below 0 for one that came before.

        Returns
        -------
        Time
            As long as this one.
        """
        first = periods.month_start(periods.month_number(self.first) + steps * self.months)
        return Time(self.unit, self.place + steps, first)


def _year(year: int, month: int = 4) -> Time:
    return Time("year", year, date(year, month, 1))


def _quarter(first: date) -> Time:
    return Time("quarter", periods.month_number(first) // 3, first)


def _month(year: int, month: int) -> Time:
    first = date(year, month, 1)
    return Time("month", periods.month_number(first), first)


def _number(name: str) -> int:
    return _MONTHS.index(name[:3].casefold()) + 1


def _follows(first: str, second: str) -> bool:
    return (int(first) + 1) % 100 == int(second) % 100


@lru_cache(maxsize=20_000)
def time(text: str) -> Time | None:
    """The run of months that a whole label names; None where it names none.

    Parameters
    ----------
    text
        What is printed.

    Returns
    -------
    Time or None
        The time, with its first day.
    """
    bare = re.sub(r"\s*(?:\[[^\]]*\]|\([a-z\d ]{1,12}\)|[*†‡]+|\s[prPR])$", "", text.strip().strip("'\"")).strip()
    for reading in (_quarters, _years, _months):
        period = reading(bare)
        if period is not None:
            return period
    return None


def _quarters(bare: str) -> Time | None:
    match = _QUARTER.fullmatch(bare)
    if match and _follows(match[1], match[2]):
        return _quarter(periods.quarter_start(f"{match[1]}/{match[2]}", int(match[3])))
    match = _QUARTER_FIRST.fullmatch(bare)
    if match and _follows(match[2], match[3]):
        return _quarter(periods.quarter_start(f"{match[2]}/{match[3]}", int(match[1])))
    match = _CALENDAR_QUARTER.fullmatch(bare)
    if match:
        return _quarter(date(int(match[1] or match[4]), 3 * int(match[2] or match[3]) - 2, 1))
    match = _THREE_MONTHS.fullmatch(bare)
    if match and (_number(match[2]) - _number(match[1])) % 12 == 2 and _number(match[1]) < _number(match[2]):
        return _quarter(date(int(match[3]), _number(match[1]), 1))
    return None


def _years(bare: str) -> Time | None:
    match = _FINANCIAL.fullmatch(bare)
    if match and _follows(match[1], match[2]):
        return _year(int(match[1]))
    match = _SHORT.fullmatch(bare)
    if match and _follows(match[1], match[2]) and 8 <= int(match[1]) <= 40:
        return _year(2000 + int(match[1]))
    match = _ENDING.fullmatch(bare)
    if match:
        month = _number(match[1]) % 12 + 1
        return _year(int(match[2]) - (month > 1), month)
    return _year(int(bare), 1) if re.fullmatch(_YEAR, bare) and 1990 <= int(bare) <= 2050 else None


def _months(bare: str) -> Time | None:
    match = _ISO.fullmatch(bare)
    if match and 1 <= int(match[2]) <= 12 and match[3] == "01":
        return _month(int(match[1]), int(match[2]))
    match = _ISO_MONTH.fullmatch(bare)
    if match:
        return _month(int(match[1]), int(match[2]))
    match = _MONTH_YEAR.fullmatch(bare)
    if match and len(match[2]) in (2, 4):
        year = int(match[2])
        if len(match[2]) == 2:
            year += 1900 if year > 50 else 2000
        return _month(year, _number(match[1]))
    return None


_INSIDE = (
    re.compile(rf"(?<![\d]){_QUARTER.pattern}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<![\d])(?:fy\s*)?{_YEAR}\s*[/\-–_]\s*(?:20|19)?\d\d(?!\d)", re.IGNORECASE),
    re.compile(r"(?<![\d])\d\d\s*[/\-–_]\s*\d\d(?!\d)"),
    re.compile(rf"{_MONTH}[\s\-_]+{_YEAR}(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<![\d]){_YEAR}(?!\d)"),
)


def inside(heading: str) -> tuple[Time | None, str]:
    """The time in a column's heading, and the heading without it: "applied_2020_21" is 2020/21, "applied".

    Parameters
    ----------
    heading
        What is printed above the column.

    Returns
    -------
    tuple[Time | None, str]
        None and the whole heading where it names no time.
    """
    whole = time(heading)
    if whole is not None:
        return whole, ""
    for pattern in _INSIDE:
        match = pattern.search(heading)
        period = time(match[0]) if match else None
        if match and period is not None:
            rest = f"{heading[: match.start()]} {heading[match.end() :]}"
            return period, " ".join(re.sub(r"[\s_,:\-–()]+", " ", rest).split())
    return None, heading


def evened(times: list[Time]) -> list[Time]:
    """Months that are always three or twelve apart are the quarters or years that begin with them.

    Parameters
    ----------
    times
        The times of one table.

    Returns
    -------
    list of Time
        As many, in the same order.
    """
    if not times or any(when.unit != "month" for when in times):
        return times
    starts = sorted({when.place for when in times})
    gaps = [after - before for before, after in pairwise(starts)]
    if not gaps:
        is_april = times[0].first.month == 4
        return [_year(when.first.year) for when in times] if is_april else times
    if all(gap % 12 == 0 for gap in gaps):
        return [_year(when.first.year, when.first.month) for when in times]
    if all(gap % 3 == 0 for gap in gaps):
        return [_quarter(when.first) for when in times]
    return times
