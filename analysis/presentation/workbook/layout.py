"""How a sheet is laid out, so that every spreadsheet shows all of it: how wide its columns are, how high its rows.

LibreOffice and Excel do not agree on how high a row becomes by itself, and either may leave it one line high under
text of three. So every row is given its height, and what decides it is measured: words by the widths of their letters,
numbers as they are shown. What stands above a table runs on over the empty cells beside it, so it is cut into rows of
their own where it is longer than the table, or than a page of print, is wide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from analysis.presentation.drawing.letters.arial import width
from analysis.presentation.workbook.names import CONTENTS
from analysis.presentation.workbook.sheets import Sheet
from analysis.reference.schema import NUMERIC

#: Sizes of letters, in points.
TEXT, TITLE, PART = 12, 16, 14
#: What a page of A4 takes across at full size with the margins of print, and at three quarters, in pixels.
PAGE, WIDEST_PAGE = 1010, 1350
#: What a cell keeps empty beside its words, what text keeps besides from the column before it, and how much wider a
#: screen may set letters than their measures say.
PADDING, INDENT, SLACK = 10, 9, 1.03
MARGIN = 0.5  # of print, in inches
COVER = 690  # pixels, as wide as an upright page of A4
_NARROWEST, _WIDEST, _LEAST_TEXT = 70, 520, 150  # pixels
_GUTTER = 8  # pixels more for numbers, whose headings end where the next may begin
_LONGEST_WORD = 200  # pixels; a longer one, such as an address, is broken
_LINE = 1.25  # the height of a line, in sizes of its letters
_HIGHEST = 409  # points, the most that a row can be
_MOST_LINES, _MOST_HEADING = 25, 3
_AIR = 3  # points
_SENTENCE, _CLAUSE = re.compile(r"[.;]$"), re.compile(r"[,:]$")


@dataclass(frozen=True)
class Above:
    """What is written above a table, a row each: the title in one row or more, then the rest."""

    title: tuple[str, ...]
    lines: tuple[str, ...]
    legend: tuple[str, ...]
    source: tuple[str, ...]


@lru_cache(maxsize=65536)  # asked when a sheet is laid out, and again when what was written is checked
def lines(text: str, room: float, points: float = TEXT, *, is_bold: bool = False) -> int:
    """How many lines text takes in so many pixels, broken between words and within one that is wider than all of it.

    Parameters
    ----------
    text
        The text.
    room
        Pixels from side to side.
    points
        The size of its letters.
    is_bold
        Whether it is set bold.

    Returns
    -------
    int
        1 or more.

    Examples
    --------
    >>> lines("Metropolitan Police", 200), lines("Metropolitan Police", 100), lines("Metropolitan Police", 40)
    (1, 2, 5)
    """
    taken, at = 1, 0.0
    space = width(" ", points, is_bold=is_bold)
    for word in text.split(" "):
        wide = width(word, points, is_bold=is_bold) * SLACK
        if at and at + space + wide > room:
            taken, at = taken + 1, 0.0
        at = at + space + wide if at else wide
        if at > room:
            taken, at = taken + int(at // max(room, 1)), at % max(room, 1)
    return taken


def needed(number: int, points: float = TEXT) -> float:
    """How high a row is, in points, that has so many lines.

    Parameters
    ----------
    number
        How many lines.
    points
        The size of its letters.

    Returns
    -------
    float
        Points, no more than a spreadsheet allows.
    """
    return min(number * points * _LINE, _HIGHEST)


def height(number: int, points: float = TEXT) -> float:
    """How high a row of so many lines is made, in points: what they need and a little air.

    Parameters
    ----------
    number
        How many lines.
    points
        The size of its letters.

    Returns
    -------
    float
        Points, no more than a spreadsheet allows.
    """
    return min(needed(number, points) + _AIR, _HIGHEST)


def is_indented(sheet: Sheet, place: int) -> bool:
    """Whether a column keeps away from the one before: text, which begins where that one may end.

    Not in the contents, which look as gptables has them.

    Parameters
    ----------
    sheet
        A sheet.
    place
        The place of the column, from 0.

    Returns
    -------
    bool
        Whether its cells are indented.
    """
    return place > 0 and sheet.headings[place].kind not in NUMERIC and sheet.name != CONTENTS


def columns(sheet: Sheet) -> list[int]:
    """How wide each column is, in pixels: what numbers and longest words need, and text no more than print takes.

    Parameters
    ----------
    sheet
        A sheet.

    Returns
    -------
    list[int]
        Pixels, one number per column.
    """
    needs = [_needs(sheet, place) for place in range(len(sheet.headings))]
    caps = range(_WIDEST, _LEAST_TEXT, -10)
    cap = next((cap for cap in caps if sum(_capped(*need, cap) for need in needs) <= WIDEST_PAGE), _LEAST_TEXT)
    return [ceil(_capped(*need, cap)) for need in needs]


def _needs(sheet: Sheet, place: int) -> tuple[float, float]:
    """The least that a column takes, and what it takes where there is room: all of its text on one line."""
    heading, texts = sheet.headings[place], [row[place].printed for row in sheet.rows]
    empty = PADDING + INDENT * is_indented(sheet, place)
    longest = max(map(width, texts)) * SLACK
    if heading.kind in NUMERIC:
        words = longest
        empty += _GUTTER
    else:
        words = max(width(word) for text in texts for word in text.split(" ")) * SLACK
        words = max(min(words, _LONGEST_WORD), longest * 1.2 / _MOST_LINES)
    least = max(_NARROWEST, empty + words, empty + _room_of_heading(heading.words))
    return least, max(least, min(empty + longest, _WIDEST))


def _room_of_heading(words: str) -> float:
    """The least room in which a heading takes no more lines than it should, none of its words broken."""
    room = max(width(word, is_bold=True) for word in words.split(" ")) * SLACK
    while lines(words, room, is_bold=True) > _MOST_HEADING:
        room += 4
    return room


def _capped(least: float, wanted: float, cap: float) -> float:
    return max(least, min(wanted, cap))


def rows(sheet: Sheet, widths: Sequence[int]) -> list[float]:
    """How high the row of headings and each row below it is, in points.

    Parameters
    ----------
    sheet
        A sheet.
    widths
        How wide each column is, in pixels.

    Returns
    -------
    list[float]
        Points, one number per row.
    """
    texts = [[heading.words for heading in sheet.headings], *([cell.printed for cell in row] for row in sheet.rows)]
    empty = [PADDING + INDENT * is_indented(sheet, place) for place in range(len(widths))]
    return [
        height(
            max(
                lines(words, wide - kept, is_bold=number == 0)
                for words, wide, kept in zip(row, widths, empty, strict=True)
            )
        )
        for number, row in enumerate(texts)
    ]


def above(sheet: Sheet, legend: Sequence[str], widths: Sequence[int]) -> Above:
    """What is said above the table of a sheet, in rows no longer than it is wide, or than a page is.

    Parameters
    ----------
    sheet
        A sheet.
    legend
        The lines that explain the symbols of the sheet.
    widths
        How wide each column is, in pixels.

    Returns
    -------
    Above
        Title, lines, legend and source, each cut into rows that fit.
    """
    room = max(PAGE, sum(widths))
    return Above(
        _folded(sheet.title, room, TITLE, is_bold=True),
        tuple(part for line in (*sheet.lines, *sheet.notes) for part in _folded(line, room)),
        tuple(part for line in legend for part in _folded(line, room)),
        _folded(sheet.source, room) if sheet.source else (),
    )


def _folded(text: str, room: float, points: float = TEXT, *, is_bold: bool = False) -> tuple[str, ...]:
    """Text in pieces that fit: whole if it does, else cut after a sentence, or a clause, or at least a word.

    Examples
    --------
    >>> _folded("One thing. And another, which is longer.", 200)
    ('One thing.', 'And another, which is', 'longer.')
    """
    words, fitting, at = text.split(" "), 0, 0.0
    space = width(" ", points, is_bold=is_bold)
    for word in words:
        at += width(word, points, is_bold=is_bold) * SLACK + (space if fitting else 0)
        if at > room:
            break
        fitting += 1
    if fitting >= len(words):
        return (text,)
    start = words[: max(fitting, 1)]
    clause = _last(_CLAUSE, start)
    cut = _last(_SENTENCE, start) or (clause if clause > len(start) / 2 else len(start))
    return (" ".join(words[:cut]), *_folded(" ".join(words[cut:]), room, points, is_bold=is_bold))


def _last(end: re.Pattern[str], words: Sequence[str]) -> int:
    """How many words there are up to the last one that ends so; 0 where none does."""
    return next((place for place in range(len(words), 0, -1) if end.search(words[place - 1])), 0)
