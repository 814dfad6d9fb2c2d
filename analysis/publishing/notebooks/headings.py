"""What the headings of a notebook must be for its page to keep the rules of pages: told before anything is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analysis.safe_words import in_one_line, safe, slug

LIMITS, METHOD = "What this cannot tell you", "How this was made"
#: The parts that every report has, by the words of their headings.
NEEDED = (LIMITS, METHOD)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_DEEPEST = 3  # "###": a figure's own heading is of that level


def faults(cells: list[Any]) -> Iterator[tuple[int, int, str]]:
    """What is wrong with the headings of a notebook: cell from 1, line within it, rule.

    Parameters
    ----------
    cells
        Its cells.

    Yields
    ------
    tuple of int, int and str
        A fault.
    """
    found = [
        (place, line, level, words)
        for place, cell in enumerate(cells, start=1)
        if cell.cell_type == "markdown"
        for line, level, words in _headings(cell.source)
    ]
    sections: dict[str, int] = {}
    for place, line, level, words in found:
        if (place, line) != (1, 1):
            if rule := _rule(place, line, level):
                yield place, line, f"'{words}' {rule}"
            elif level == 2 and sections.setdefault(slug(words), place) != place:
                yield place, line, f"'{words}' is the heading of two parts; give each its own"
    for needed in NEEDED:
        if slug(needed) not in sections:
            below = "and what it cannot say" if needed == LIMITS else "and show.made(…) in the last cell"
            yield len(cells), 1, f"has no part '{needed}', which every report ends with; write '## {needed}' {below}"


def _rule(place: int, line: int, level: int) -> str:
    """What is wrong with where a heading stands or how deep it is; "" for nothing."""
    if level == 1:
        return "is a second title; write '## ' before a part"
    if place == 1:
        return "is a heading below the title, in its cell; put it into a cell of its own"
    if level > _DEEPEST:
        return f"is a heading of level {level}; a report has '## ' and '### '"
    if level == 2 and line > 1:
        return "is the heading of a part and stands inside a cell; begin a cell with it"
    return ""


def _headings(source: str) -> Iterator[tuple[int, int, str]]:
    """The headings of a text, but for what looks like one in lines of code: line from 1, level, words."""
    is_code = False
    for number, line in enumerate(source.splitlines(), start=1):
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code and (match := _HEADING.match(line)):
            yield number, len(match[1]), safe(in_one_line(match[2]))[:80]
