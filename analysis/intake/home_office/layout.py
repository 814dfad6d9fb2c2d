"""Where the figures stand in a Home Office workbook: which sheet, which row, which column.

Columns are found by what their headers mean, since wording and order change between years.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from analysis.errors import DataRefused
from analysis.intake.home_office.sisters import folded
from analysis.intake.workbooks import text_of

#: A header that wholly matches one of these, after folding, has that meaning.
MEANINGS: Mapping[str, re.Pattern[str]] = {
    meaning: re.compile(pattern)
    for meaning, pattern in {
        "year": r"financial year",
        "quarter": r"(financial )?quarter",
        "force": r"(police )?force( area)?( name)?",
        "offence": r"offence code",
        "expired": r"(is )?offence code expired( flag)?|expired( offence)? code( flag)?",
        "description": r"offence( description)?",
        "outcome": r"outcome (type|code|number)( code)?",
        "recorded": r".*\brecorded in( the)? quarter\b.*",
        "closed": r".*\bclosed in( the)? quarter\b.*",
        "crimes": r"(total )?number of (recorded )?(offences|crimes)",
    }.items()
}
#: Headers that are known and not needed.
UNUSED = {"offence group", "offence subgroup", "offence sub group", "outcome description", "outcome group"}
NEEDED = {
    "outcomes": ("year", "quarter", "force", "offence", "outcome", "recorded"),
    "crimes": ("year", "quarter", "force", "offence", "crimes"),
}
WORDED = {
    "year": "Financial Year",
    "quarter": "Financial Quarter",
    "force": "Force Name",
    "offence": "Offence Code",
    "outcome": "Outcome Type",
    "recorded": "Outcomes for offences that were recorded in the quarter",
    "closed": "Outcomes for investigations closed in the quarter",
    "crimes": "Number of Offences",
}
#: Rows at the top of a sheet among which its header is looked for.
SEARCHED = 60
#: A title stands in this many rows at the top of the first sheet, and is no longer than this.
TITLE_ROWS, TITLE_LENGTH = 3, 160


@dataclass(frozen=True)
class Layout:
    """Where the table of a sheet stands.

    ``kind`` is "outcomes" or "crimes", ``header_row`` counts from 1. ``places`` has the column of each meaning, 0 for
    the first, ``headers`` its header as it is printed; ``strange`` are headers that are not known.
    """

    kind: str
    header_row: int
    places: Mapping[str, int]
    headers: Mapping[str, str]
    strange: tuple[str, ...]


def layout(cells: pa.Table, *, where: str) -> Layout | None:
    """The layout of a sheet, or None when no row of it is the header of a table of this kind.

    Parameters
    ----------
    cells
        The rows of a sheet as strings.
    where
        What a message begins with: file and sheet.

    Returns
    -------
    Layout | None
        The layout.

    Raises
    ------
    DataRefused
        When two columns have one meaning or one that is needed is absent.
    """
    best: tuple[int, int] = (0, 0)
    for row in range(min(cells.num_rows, SEARCHED)):
        met = {meaning for header in text_of(cells, row) if (meaning := _meaning(header))}
        best = max(best, (len(met), -row))
        if len(met) >= min(map(len, NEEDED.values())):
            break
    if best[0] < 3:
        return None
    row = -best[1]
    headers = text_of(cells, row)
    places = _places(headers, where=f"{where}, row {row + 1}")
    kind = "outcomes" if places.keys() & {"outcome", "recorded", "closed"} else "crimes"
    for meaning in NEEDED[kind]:
        if meaning not in places:
            raise DataRefused(
                f"{where}, row {row + 1}: no column '{WORDED[meaning]}'. The headers there are: {_listed(headers)}. "
                "Take the outcomes open data or police force area tables as the Home Office publishes them."
            )
    strange = tuple(header for header in headers if header and not _meaning(header) and folded(header) not in UNUSED)
    return Layout(kind, row + 1, places, {meaning: headers[place] for meaning, place in places.items()}, strange)


def title(cells: pa.Table) -> list[str]:
    """The words at the top of a workbook's first sheet, where its title stands; a long text there is no title.

    Parameters
    ----------
    cells
        The rows of a sheet as strings.

    Returns
    -------
    list[str]
        Texts.
    """
    rows = (text_of(cells, row) for row in range(min(cells.num_rows, SEARCHED)))
    filled = [row for row in rows if any(row)][:TITLE_ROWS]
    return [text for row in filled for text in row if 0 < len(text) <= TITLE_LENGTH]


def _meaning(header: str) -> str:
    text = folded(header)
    return next((meaning for meaning, pattern in MEANINGS.items() if text and pattern.fullmatch(text)), "")


def _places(headers: list[str], *, where: str) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        meaning = _meaning(header)
        if not meaning:
            continue
        if meaning in places:
            raise DataRefused(
                f"{where}: '{headers[places[meaning]]}' and '{header}' could both be '{WORDED.get(meaning, meaning)}'. "
                f"The headers there are: {_listed(headers)}. Take the tables as the Home Office publishes them."
            )
        places[meaning] = place
    return places


def _listed(headers: Sequence[str]) -> str:
    return ", ".join(f"'{header}'" for header in headers if header)
