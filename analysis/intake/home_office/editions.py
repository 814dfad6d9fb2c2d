"""Is a workbook the one that was published, and does it hold what its year holds?

Of some workbooks the SHA-256 is known, of some years the totals of England and Wales, as somebody else added them up
(data/editions/). A file that bears a known name and is another one is refused; so is one whose totals are further from
those of its year than an edition is from the next. Of what nothing is known, that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from analysis.counts import counts, ledger
from analysis.counts.ledger import Ledger
from analysis.errors import DataRefused
from analysis.intake.reading import Part
from analysis.reference import reference

FOLDER = reference.DATA / "editions"
FILES, TOTALS = "home_office_files.csv", "home_office_totals.csv"
ASSIGNED = "assigned"  # every outcome type but OPEN
OPEN = "0"
#: How far a total may lie from the one that is known, as a part of it: in the workbook that it is known of, and in
#: another edition of the year. A year's charges grew by 1.6% from the edition of March 2025 to that of July 2026.
SAME, OTHER = 0.001, 0.10
#: And so many cases in any way: 48 cannabis warnings of a year may be 53 in the next edition.
FEW = 10
_DATED = re.compile(r"-(\d{6})(?:-v\d+|-revised|-final)?\.\w+$")


def check_file(name: str, sha256: str) -> str:
    """Whether a file is the one that is known by its name.

    Parameters
    ----------
    name
        What the file is called.
    sha256
        Its checksum.

    Returns
    -------
    str
        What is known of it, in a few words.

    Raises
    ------
    DataRefused
        For another file under a known name.
    """
    checksums = {row["file"]: row["sha256"] for row in _rows(FILES, "file", "sha256")}
    if name not in checksums:
        return "its SHA-256 is not known beforehand"
    if checksums[name] != sha256:
        raise DataRefused(
            f"{name}: its SHA-256 begins {sha256[:12]}, and the file that was published under this name has "
            f"{checksums[name][:12]}. Fetch it again. If its publisher has replaced it, put the new one in the row of "
            f"that file in data/editions/{FILES}."
        )
    return "its SHA-256 is the one that is known"


def check_totals(year: str, part: Part, *, name: str, is_known: bool) -> str:
    """Whether the totals of a workbook are those of its year.

    Parameters
    ----------
    year
        The financial year, as "2024/25".
    part
        Its counts of offences recorded in the year.
    name
        What the file is called.
    is_known
        Whether it is the very workbook whose totals are known.

    Returns
    -------
    str
        How they compare, in a few words.

    Raises
    ------
    DataRefused
        Where one lies further off than it may; the message has both numbers of that which lies furthest off.
    """
    expected = {row["outcome"]: int(row["cases"]) for row in _rows(TOTALS, "outcome", "cases", year=year)}
    if not expected:
        return f"no totals of {year} are known to check it against"
    sums, limit = _totals(part), SAME if is_known else OTHER
    apart = {outcome: abs(sums.get(outcome, 0) - cases) for outcome, cases in expected.items()}
    over = [outcome for outcome, cases in apart.items() if cases > max(limit * expected[outcome], FEW)]
    if over:
        worst = max(over, key=lambda outcome: apart[outcome] / max(expected[outcome], 1))
        what = "all outcome types but 0" if worst == ASSIGNED else f"outcome type {worst}"
        raise DataRefused(
            f"{name}: {sums.get(worst, 0):,} cases of {what} in {year}, where {expected[worst]:,} are known "
            f"({apart[worst]:,} apart; {FEW} cases or {limit:.1%} are allowed). It may have been read wrongly or be "
            f"damaged: look at it beside data/editions/{TOTALS}. The set that stood before still stands."
        )
    if not any(apart.values()):
        return f"its {len(expected)} totals are those that are known of {year}"
    furthest = max((apart[outcome] / cases for outcome, cases in expected.items() if cases), default=0.0)
    new = [
        f"{cases} cases of outcome type {outcome}"
        for outcome, cases in apart.items()
        if not expected[outcome] and cases
    ]
    beside = f", but for {', '.join(new)}, of which none is known" if new else ""
    return f"its {len(expected)} totals lie within {furthest:.2%} of those known of {year}{beside}"


def is_known(sha256: str) -> bool:
    """Whether a file is one whose totals are known.

    Parameters
    ----------
    sha256
        Its checksum.

    Returns
    -------
    bool
        Whether the table of files has it.
    """
    return sha256 in {row["sha256"] for row in _rows(FILES, "sha256")}


def files_of(name: str) -> dict[str, str]:
    """The workbooks that a set was made from, by its ledger.

    Parameters
    ----------
    name
        Name of a set of counts.

    Returns
    -------
    dict[str, str]
        SHA-256 by the name of a file; none where there is no ledger that can be read.
    """
    try:
        account = ledger.read_public(counts.FOLDER / f"{name}.ledger.json")
    except DataRefused:
        return {}
    return {file.name: file.sha256 for file in account.files} if isinstance(account, Ledger) else {}


def month_of(names: Iterable[str]) -> str:
    """The month in which the newest of some workbooks was published, which ends its name: "-tables-230726.xlsx".

    Parameters
    ----------
    names
        What they are called.

    Returns
    -------
    str
        A month; "not dated" where no name says.

    Examples
    --------
    >>> month_of(["prc-outcomes-open-data-mar2026-tables-230726.xlsx"]), month_of(["tables.xlsx"])
    ('July 2026', 'not dated')
    """
    days = []
    for match in filter(None, map(_DATED.search, names)):
        with suppress(ValueError):
            days.append(datetime.strptime(match[1], "%d%m%y"))
    return f"{max(days):%B %Y}" if days else "not dated"


def _totals(part: Part) -> Mapping[str, int]:
    """The cases of each outcome type, and of all that have an outcome."""
    sums = part.table.groupby("outcome", observed=True)["cases"].sum()
    by_code = {str(code): int(cases) for code, cases in sums.items()}
    return by_code | {ASSIGNED: sum(cases for code, cases in by_code.items() if code != OPEN)}


def _rows(name: str, *columns: str, year: str = "") -> list[dict[str, str]]:
    """The rows of a table of this project, those of a year where one is named."""
    path: Path = FOLDER / name
    rows = reference.read_table(path, required=("year", *columns))
    return [row for row in rows if year in ("", row["year"])]
