"""Financial years and quarters: what a period is called, when it begins and when it ends.

Police figures for England and Wales run by financial year, April to March; quarter 1 is April to June.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analysis.errors import ParameterError

_YEAR = re.compile(r"(\d{4})/(\d{2})")
_QUARTER = re.compile(r"(\d{4})/(\d{2}) ?Q([1-4])", re.IGNORECASE)
_MEANT = re.compile(r"(?:Q([1-4])\W*)?(\d{4})\W(?:\d\d)?(\d\d)(?:\W*Q([1-4]))?", re.IGNORECASE)  # nearly one of these
_TO = " to "


@dataclass(frozen=True, order=True)
class Period:
    """A run of whole months.

    ``first`` is the first day of the first month, ``last`` the last day of the last month.
    """

    first: date
    last: date

    @property
    def label(self) -> str:
        """As a reader says it: "2024/25", "April to June 2024", "April 2014 to December 2025"."""
        if (self.first.month, self.last.month) == (4, 3) and self.last.year == self.first.year + 1:
            return financial_year(self.first)
        if self.first.year == self.last.year:
            if self.first.month == self.last.month:
                return f"{self.first:%B %Y}"
            return f"{self.first:%B} to {self.last:%B %Y}"
        return f"{self.first:%B %Y} to {self.last:%B %Y}"

    @property
    def folder(self) -> str:
        """As it stands in the name of a report's folder: "2024-04_2025-03"."""
        return f"{self.first:%Y-%m}_{self.last:%Y-%m}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def financial_year(day: date) -> str:
    """The financial year that a day belongs to: "2024/25".

    Parameters
    ----------
    day
        Any day of the year, which runs from April to March.

    Returns
    -------
    str
        As "2024/25".
    """
    start = year_start(day)
    return f"{start}/{(start + 1) % 100:02d}"


def year_start(day: date) -> int:
    """The calendar year in which the financial year of a day begins: 2024 for any day of 2024/25.

    Parameters
    ----------
    day
        Any day of the financial year.

    Returns
    -------
    int
        A calendar year.
    """
    return day.year - (day.month < 4)


def month_number(day: date) -> int:
    """The month of a day as a whole number, so that months can be added and subtracted.

    Parameters
    ----------
    day
        Any day of the month.

    Returns
    -------
    int
        Months since January of the year 0.

    Examples
    --------
    Months between two days:

    >>> month_number(date(2025, 1, 31)) - month_number(date(2024, 12, 1))
    1
    """
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """The first day of a month by its ``month_number``.

    Parameters
    ----------
    number
        Months since January of the year 0.

    Returns
    -------
    date
        The first of a month.

    Examples
    --------
    >>> month_start(month_number(date(2024, 11, 30)) + 3)
    datetime.date(2025, 2, 1)
    """
    return date(number // 12, number % 12 + 1, 1)


def quarter_name(day: date) -> str:
    """The quarter that a day belongs to, as the Home Office numbers it: "2024/25 Q1".

    Parameters
    ----------
    day
        Any day of the quarter.

    Returns
    -------
    str
        As "2024/25 Q1", which is April to June 2024.

    Examples
    --------
    >>> quarter_name(date(2025, 2, 14))
    '2024/25 Q4'
    """
    return f"{financial_year(day)} Q{(day.month - 4) // 3 % 4 + 1}"


def in_months(label: str) -> str:
    """What a reader is told in the place of the name of a quarter: its months, then the name.

    Parameters
    ----------
    label
        What a row is labelled with.

    Returns
    -------
    str
        The label as it is where it names no quarter.

    Examples
    --------
    >>> in_months("2024/25 Q1"), in_months("2024/25")
    ('April to June 2024 (2024/25 Q1)', '2024/25')
    """
    return f"{named(label).label} ({label})" if _QUARTER.fullmatch(label) else label


def day_name(day: date) -> str:
    """A day as a reader says it: "28 November 2026".

    Parameters
    ----------
    day
        A day, or a time of it.

    Returns
    -------
    str
        Its number without a zero before it, the month in full and the year.

    Examples
    --------
    >>> day_name(date(2020, 4, 1))
    '1 April 2020'
    """
    return f"{day.day} {day:%B %Y}"


def month_name(day: date) -> str:
    """The month that a day belongs to: "April 2024".

    Parameters
    ----------
    day
        Any day of the month.

    Returns
    -------
    str
        As "April 2024".
    """
    return f"{day:%B %Y}"


def labelled(label: str) -> Period:
    """The quarter or month that a row is labelled with: "2024/25 Q1" or "April 2024".

    Parameters
    ----------
    label
        A quarter or month as a table labels its rows.

    Returns
    -------
    Period
        Whole months.

    Raises
    ------
    ParameterError
        When the label is of neither form.
    """
    if "/" in label:
        return named(label)
    try:
        first = datetime.strptime(label, "%B %Y").date()
    except ValueError:
        raise ParameterError(f"'{label}' is no month. Write it as 'April 2024'.") from None
    return Period(first, end_of(first, months=1))


def spanned(label: str) -> Period:
    """The period that ``Period.label`` says.

    Parameters
    ----------
    label
        The label of a period, or what a table labels a row with.

    Returns
    -------
    Period
        Whole months.

    Raises
    ------
    ParameterError
        When the label is none.

    Examples
    --------
    >>> spanned("May to October 2024")
    Period(first=datetime.date(2024, 5, 1), last=datetime.date(2024, 10, 31))
    """
    first, _, last = label.rpartition(_TO)
    end = labelled(last)
    if not first:
        return end
    return Period(labelled(first if first[-1].isdigit() else f"{first} {end.last.year}").first, end.last)


def end_of(first: date, *, months: int) -> date:
    """The last day of a run of months that begins on ``first``.

    Parameters
    ----------
    first
        The first day of the first month.
    months
        How many months.

    Returns
    -------
    date
        The last day of the last month.

    Examples
    --------
    >>> end_of(date(2024, 1, 1), months=2)
    datetime.date(2024, 2, 29)
    """
    return month_start(month_number(first) + months) - timedelta(days=1)


def quarter_start(year_name: str, quarter: int) -> date:
    """The first day of a quarter: ("2024/25", 1) is 1 April 2024.

    Parameters
    ----------
    year_name
        A financial year, as "2024/25".
    quarter
        From 1, April to June, to 4.

    Returns
    -------
    date
        The first of April, July, October or January.
    """
    return named(f"{year_name} Q{quarter}").first


def named(name: str | Iterable[str]) -> Period:
    """The period that a reader names: a financial year, a quarter, or from one of these to another.

    Parameters
    ----------
    name
        "2024/25", "2024/25 Q2", or a range of either: "2021/22 to 2024/25", or both its ends.

    Returns
    -------
    Period
        Whole months.

    Raises
    ------
    ParameterError
        When the name is of no such form, its two years do not follow each other, or it ends before it begins; with what
        may be meant.

    Examples
    --------
    >>> named("2024/25 Q1").label
    'April to June 2024'
    >>> named(("2021/22", "2024/25")) == named("2021/22 to 2024/25")
    True
    """
    ends = [part.strip() for part in (name.split(_TO) if isinstance(name, str) else name)]
    if len(ends) != 2:
        return _one(_TO.join(ends))
    first, last = map(_one, ends)
    if last.first < first.first:
        raise ParameterError(f"'{ends[0]} to {ends[1]}' ends before it begins. Write '{ends[1]} to {ends[0]}'.")
    return Period(first.first, last.last)


def called(period: Period) -> str:
    """What a reader writes for a period: the shortest form that ``named`` reads.

    Parameters
    ----------
    period
        Whole quarters.

    Returns
    -------
    str
        As "2024/25", "2024/25 Q1", "2021/22 to 2024/25" or "2024/25 Q2 to 2025/26 Q1".

    Examples
    --------
    >>> called(named("2024/25 Q1 to 2024/25 Q4")), called(named("2023/24 Q2 to 2024/25"))
    ('2024/25', '2023/24 Q2 to 2024/25 Q4')
    """
    is_of_years = (period.first.month, period.last.month) == (4, 3)
    ends = [(financial_year if is_of_years else quarter_name)(day) for day in (period.first, period.last)]
    return _TO.join(dict.fromkeys(ends))


def _one(name: str) -> Period:
    """A financial year or a quarter."""
    match = _QUARTER.fullmatch(name) or _YEAR.fullmatch(name)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]) or not 1900 <= int(match[1]) <= 2100:
        raise ParameterError(
            f"'{name}' is not a period.{_offered(name)} Write a financial year as 2024/25, a quarter as '2024/25 Q1' "
            "(April to June), several as '2021/22 to 2024/25', or all."
        )
    first = date(int(match[1]), 4, 1)
    if match.re is _YEAR:
        return Period(first, end_of(first, months=12))
    first = month_start(month_number(first) + 3 * (int(match[3]) - 1))
    return Period(first, end_of(first, months=3))


def _offered(name: str) -> str:
    """What may be meant by a name that is nearly a period, as a sentence; "" where that cannot be said."""
    if re.fullmatch(r"(?:19|20)\d\d", name.strip()):
        year = int(name)
        return f" The calendar year is '{called(Period(date(year, 1, 1), date(year, 12, 31)))}'."
    if name.strip().casefold().startswith("last "):
        return " Such words are for batch files."
    match = _MEANT.fullmatch(name.strip())
    if match is None or (int(match[2]) + 1) % 100 != int(match[3]):
        return ""
    quarter = match[1] or match[4]
    return f" Did you mean '{match[2]}/{match[3]}{f' Q{quarter}' if quarter else ''}'?"
