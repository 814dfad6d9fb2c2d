"""Which of the files that a page offers are wanted, and why each of the others is passed over.

The Home Office's page lists, beside one workbook of outcomes for each financial year, sister files that hold the same
crimes again, cut another way: adding them in would count twice. So a file is taken only when its name or its title is
that of the series, whole, and never for the heading that it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from analysis.errors import DataRefused, ParameterError
from analysis.intake.download.landing import Link, file_name
from analysis.intake.home_office.sisters import sister
from analysis.reference import periods

HOME_OFFICE_PAGE = (
    "https://www.gov.uk/government/statistical-data-sets/police-recorded-crime-and-outcomes-open-data-tables"
)
POLICE_UK_PAGE = "https://data.police.uk/data/archive/"

_TABLES = (".xlsx", ".ods")
_FILES = (*_TABLES, ".xls", ".csv", ".zip", ".pdf", ".odt", ".doc", ".docx")
_YEAR_IN_NAME = re.compile(
    r"prc-outcomes-open-data-mar(?:ch)?-?(\d{4}|\d{2})(?:-tab(?:le)?s)?(?:-\d{6})?(?:-v\d+|-revised|-final)?"
)
_YEAR_IN_TITLE = re.compile(r"outcomes open data,? year ending march (\d{4})(?: \(.*\))?")
_AREAS_IN_NAME = re.compile(r"prc-pfa-mar\d{4}-onwards(?:-.*)?")
_AREAS_IN_TITLE = re.compile(r"police recorded crime open data,? police force area tables,?.* onwards(?: \(.*\))?")
_SPAN = re.compile(r"mar\w*-?\d{2,4}-(?:to-)?mar\w*-?\d{2,4}|\d{4} to .*\d{4}")
_LOOK_UP = re.compile(r"geograph|recrime-geo")
_ARCHIVE = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))\.zip")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Wanted:
    """A file to fetch. ``item`` is what it is whatever its name: a later publication of it takes its place."""

    item: str
    name: str
    title: str
    address: str


@dataclass(frozen=True)
class Passed:
    """A file of the page that is not fetched, and why."""

    title: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """What a page offers, sorted: one Wanted for each item, in order of time, and everything else."""

    wanted: tuple[Wanted, ...]
    passed: tuple[Passed, ...]


def years(text: str) -> tuple[str, ...]:
    """The financial years in "2023/24,2024/25"; none for "all".

    Parameters
    ----------
    text
        What was asked for.

    Returns
    -------
    tuple[str, ...]
        Each year once, in order.

    Raises
    ------
    ParameterError
        For what is not a whole financial year.
    """
    if text.strip().casefold() == "all":
        return ()
    asked = [periods.named(part) for part in text.split(",")]
    odd = next((period for period in asked if period.label != periods.financial_year(period.first)), None)
    if odd is not None:
        raise ParameterError(f"{odd.label} is not a whole financial year. The files are by year: ask for 2024/25.")
    return tuple(sorted({period.label for period in asked}))


def months(text: str) -> tuple[str, ...]:
    """The months in "2025-06,2022-06"; none for "latest".

    Parameters
    ----------
    text
        What was asked for.

    Returns
    -------
    tuple[str, ...]
        Each month once, in order.

    Raises
    ------
    ParameterError
        For what is not a month.
    """
    if text.strip().casefold() == "latest":
        return ()
    asked = [part.strip() for part in text.split(",")]
    odd = next((month for month in asked if not _MONTH.fullmatch(month)), None)
    if odd is not None:
        raise ParameterError(f"'{odd}' is not a month. Write it as 2025-06, several with commas between, or latest.")
    return tuple(sorted(set(asked)))


def home_office(links: Iterable[Link], *, wanted: tuple[str, ...], recorded_crime: bool, first: str = "") -> Choice:
    """The outcomes workbooks of financial years.

    Parameters
    ----------
    links
        The links of the page.
    wanted
        The years; none for all of them.
    recorded_crime
        Whether the tables by police force area are wanted too.
    first
        The earliest year, where no year is named.

    Returns
    -------
    Choice
        What is wanted, and what was passed over.

    Raises
    ------
    DataRefused
        When the page has no such files, a wanted year has none or two, or a file's name and title name different years.
    """
    offered: dict[str, list[Link]] = {}
    passed: list[Passed] = []
    for link in _files(links):
        item, reason = _home_office_item(link)
        if item == "recorded crime" and not recorded_crime:
            item, reason = "", "recorded crime by police force area: --recorded-crime fetches it"
        elif item.startswith("outcomes ") and wanted and item.removeprefix("outcomes ") not in wanted:
            item, reason = "", "not one of the years asked for"
        elif item.startswith("outcomes ") and item.removeprefix("outcomes ") < first:
            item, reason = "", f"before {first}"
        if item:
            offered.setdefault(item, []).append(link)
        else:
            passed.append(Passed(str(link), reason))
    seen = [*(str(link) for of_item in offered.values() for link in of_item), *(skipped.title for skipped in passed)]
    items = [f"outcomes {year}" for year in wanted or _every_year(offered, seen)]
    items += ["recorded crime"] if recorded_crime else []
    return _chosen(items, offered, passed, option="--years")


def police_uk(links: Iterable[Link], *, wanted: tuple[str, ...]) -> Choice:
    """The archives of some months, each of which holds the 36 months up to its own.

    Parameters
    ----------
    links
        The links of the page.
    wanted
        The months; none for the latest.

    Returns
    -------
    Choice
        What is wanted, and what was passed over.

    Raises
    ------
    DataRefused
        When the page has no archives, or none or two of a wanted month.
    """
    offered: dict[str, list[Link]] = {}
    passed: list[Passed] = []
    for link in _files(links):
        month = _ARCHIVE.fullmatch(link.name)
        if month is None:
            passed.append(Passed(str(link), "not the archive of a named month"))
        else:
            offered.setdefault(f"archive {month[1]}", []).append(link)
    if not offered:
        raise _nothing([skipped.title for skipped in passed], "archives (2025-06.zip)")
    items = [f"archive {month}" for month in wanted] or [max(offered)]
    older = [Passed(str(of_item[0]), "not asked for") for item, of_item in offered.items() if item not in items]
    return _chosen(items, offered, [*passed, *older], option="--months")


def _files(links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.ending in _FILES]


def _home_office_item(link: Link) -> tuple[str, str]:
    """What a file of the Home Office's page is, or nothing and why it is passed over."""
    stem, title = link.name.casefold().removesuffix(link.ending), link.title.casefold()
    what = sister([stem, title]) or ("a look-up of areas" if _LOOK_UP.search(f"{stem} {title}") else "")
    if what or link.ending not in _TABLES:
        return "", what or f"not a table that can be read here ({link.ending})"
    if _AREAS_IN_NAME.fullmatch(stem) or _AREAS_IN_TITLE.fullmatch(title):
        return "recorded crime", ""
    if _SPAN.search(stem) or _SPAN.search(title):
        return "", "several years in one file, from before there was one a year"
    matches = (_YEAR_IN_NAME.fullmatch(stem), _YEAR_IN_TITLE.fullmatch(title))
    named = {int(match[1]) % 100 + 2000 for match in matches if match}
    if len(named) > 1:
        raise DataRefused(f"{link} is of two years, by its name and by its title. Download the right one in a browser.")
    if not named:
        return "", "not of a series that is read here"
    return f"outcomes {periods.financial_year(date(named.pop(), 3, 31))}", ""


def _every_year(offered: dict[str, list[Link]], seen: list[str]) -> list[str]:
    """Every financial year from the first that is offered to the last, so that a gap between them is not passed by."""
    starts = [int(item.removeprefix("outcomes ")[:4]) for item in offered if item.startswith("outcomes ")]
    if not starts:
        raise _nothing(seen, "outcomes tables (prc-outcomes-open-data-mar2025-tables-....xlsx)")
    return [periods.financial_year(date(year, 4, 1)) for year in range(min(starts), max(starts) + 1)]


def _chosen(items: list[str], offered: dict[str, list[Link]], passed: list[Passed], *, option: str) -> Choice:
    """One file for each item. Raises DataRefused when an item has none or two, or two would take one name."""
    seen = "; ".join(
        [*(str(link) for of_item in offered.values() for link in of_item), *(skipped.title for skipped in passed)]
    )
    for item in items:
        of_item = offered.get(item, [])
        if len(of_item) != 1:
            what = "no file" if not of_item else f"{len(of_item)} files"
            raise DataRefused(
                f"The page has {what} of {item}. Leave it out with {option}, or look at the page. Seen: {seen}."
            )
    links = [(item, offered[item][0]) for item in items]
    wanted = [Wanted(item, file_name(link), link.title or link.name, link.address) for item, link in links]
    names = [file.name.casefold() for file in wanted]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise DataRefused(f"Two files of the page are called {twice}. Fetch them into two folders, with {option}.")
    return Choice(tuple(wanted), tuple(passed))


def _nothing(seen: list[str], what: str) -> DataRefused:
    listed = "; ".join(seen) if seen else "no files at all"
    return DataRefused(f"The page links no {what}; it links {listed}. If it has moved, name the new one with --page.")
