"""What is what in a table that people made: its header, its totals and notes, its column of numbers of cases."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

HEADER_WITHIN = 15  # rows in which a header is looked for: titles and notes may stand above it

#: A cell that says that its row adds up others. In SQL's dialect of patterns as in Python's, upper case aside.
TOTAL = (
    r"^\W*(?:(?:grand|overall|sub)[ -]?)?totals?\W*$|^\W*overall\W*$"
    r"|^\W*all(?: (?:forces|outcomes|outcome types|offences|crimes|cases))?\W*$|^\W*england (?:and|&) wales\W*$"
)
#: A cell that says that the number of its row is a share or a mean of others. In the same dialect.
SHARE = (
    r"^\W*(?:%|per ?cents?|percentages?|proportions?|shares?|rates?|ratio|means?|medians?|averages?)"
    r"(?: (?:of|per) .*|\W*)$"
)
#: The one cell of a row that is a remark on the table.
NOTE = (
    r"^\s*(?:[*†‡©]|\W*(?:source|notes?|footnotes?|n\.?b\.?|produced|prepared|extracted|generated|created|printed|compiled"
    r"|applied filters|filters? applied|parameters|report|run (?:on|by|date)"
    r"|data (?:correct|extracted|as at|source|from|is|are)|figures|please note|caveats?|copyright|crown copyright"
    r"|official|end of (?:report|data|file|extract)|page \d+"
    r"|(?:grand |sub-?)?totals?|(?:record|row) count|number of (?:records|rows))\b(?:\W|$))"
)
_COUNT = re.compile(
    r"^(?:the )?(?:number|no|count|total|volume|sum|n)\b(?: of)?(?: (?:recorded |police )*(?:crimes?|cases?|offences?|"
    r"records?|outcomes?|incidents?|investigations?))?$|^(?:crimes|cases|offences|incidents|frequency|freq|value)$"
    r"|^(?:crime|case|offence|record|outcome|incident)s? (?:count|total|volume)s?$|^count of \w+(?: \w+)*$"
)


def plain_name(column: str) -> str:
    """The name of a column without regard to capitals and spaces: two that agree in it are one column.

    Parameters
    ----------
    column
        A header.

    Returns
    -------
    str
        Small letters, one space between words.
    """
    return " ".join(re.sub(r"[_\s]+", " ", column).split()).casefold()


def header_row(rows: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]] = ()) -> int:
    """Which of the first rows of a table names its columns, from 0.

    The first that has all of the ``wanted`` ones, each under one of its names; where none has, the first that is not
    much narrower than the widest.

    Parameters
    ----------
    rows
        The cells of the first rows.
    wanted
        Columns that the header has, each by all of its names.

    Returns
    -------
    int
        The place of the row, from 0.
    """
    if wanted:
        for place, cells in enumerate(rows[:HEADER_WITHIN]):
            if has_all(cells, wanted):
                return place
    widths = [sum(bool(cell.strip()) for cell in cells) for cells in rows[:HEADER_WITHIN]]
    widest = max(widths, default=0)
    return next((place for place, width in enumerate(widths) if width >= 2 and 2 * width > widest), 0)


def has_all(cells: Collection[str], wanted: Sequence[Sequence[str]]) -> bool:
    """Whether a row names every column that is wanted, under one of its names.

    Parameters
    ----------
    cells
        The cells of a row.
    wanted
        Columns, each by all of its names.

    Returns
    -------
    bool
        True where none is absent.
    """
    there = {plain_name(cell) for cell in cells}
    return all(any(plain_name(name) in there for name in names) for names in wanted)


def are_alike(columns: Collection[str], other: Collection[str]) -> bool:
    """Whether two headers are of one kind of table: at least half of all their columns are common to both.

    Parameters
    ----------
    columns, other
        Names of columns.

    Returns
    -------
    bool
        True where half of them or more are common.
    """
    first, second = ({plain_name(cell) for cell in header if cell.strip()} for header in (columns, other))
    return len(first & second) >= 2 and 2 * len(first & second) >= len(first | second)


def counts_by_name(column: str) -> bool:
    """Whether a column is called as one is that holds numbers of cases.

    Parameters
    ----------
    column
        A header.

    Returns
    -------
    bool
        True for "Cases", "Number of crimes" and the like.
    """
    return bool(_COUNT.match(plain_name(re.sub(r"[#.]", " ", column))))


def is_note(cell: str) -> bool:
    """Whether a cell that stands alone in its row is a remark on the table, or its total.

    Parameters
    ----------
    cell
        Text of a cell.

    Returns
    -------
    bool
        True for "Source: ..." and the like, and for totals.
    """
    return bool(re.search(NOTE, cell.casefold()) or re.search(TOTAL, cell.casefold()))
