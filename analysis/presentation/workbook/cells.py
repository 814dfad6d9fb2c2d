"""One cell of a workbook: a number with the format that shows it as the page prints it, a symbol, or plain text.

Numbers stay numbers. Where a page prints words for one, as "under 0.1%", the cell holds the number and shows the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from analysis.presentation import numbers
from analysis.presentation.wording import percent
from analysis.reference.schema import NUMERIC, STATES, SYMBOLS, Kind

#: What is written where there is nothing to say, in text as in numbers.
NOTHING = STATES["not_applicable"]

#: How numbers of a kind are shown as a rule. Points and ratios carry no unit of their own: the heading has it.
FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "difference": "+0.0;-0.0;0.0",
    "distance": "0.0",
    "ratio": "0.00",
    "number": "#,##0.0",
    "probability": "0.000",
}
_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class Cell:
    """What a cell holds. ``shown_as`` is a spreadsheet's number format; text has none.

    ``is_quoted`` marks text that a spreadsheet would run as a formula if it were typed in.
    """

    value: str | int | float
    shown_as: str = ""
    is_quoted: bool = False

    @property
    def printed(self) -> str:
        """What a spreadsheet shows, for the room that it takes: a number too wide for its column is hashes."""
        return shown(self.value, self.shown_as)

    @property
    def symbol(self) -> str:
        """The symbol of absence in this cell, or nothing."""
        return self.value if isinstance(self.value, str) and self.value in SYMBOLS else ""


def shown(value: str | int | float, shown_as: str) -> str:
    """What a spreadsheet shows of a value, by a number format of this module.

    Parameters
    ----------
    value
        What the cell holds.
    shown_as
        The number format of the cell.

    Returns
    -------
    str
        The words or figures that a reader sees.

    Examples
    --------
    >>> shown(0.456, "0.0%"), shown(-3.25, FORMATS["difference"]), shown(1588, "#,##0"), shown(0.0001, '"under 0.1%"')
    ('45.6%', '-3.2', '1,588', 'under 0.1%')
    """
    if isinstance(value, str):
        return value
    parts = shown_as.split(";")
    part = parts[1] if value < 0 and len(parts) > 1 else parts[0]
    if part.startswith('"'):
        return part.strip('"')
    digits = re.search(r"0(?:\.(0+))?(%?)$", part)
    if digits is None:
        return str(value)
    size = abs(value) * (100 if digits[2] else 1)
    sign = part[0] if part[0] in "+-" else "-" * (value < 0)
    return f"{sign}{size:{',' * (',' in part)}.{len(digits[1] or '')}f}{digits[2]}"


def cell(record: dict[str, Any], name: str, kind: Kind) -> Cell:
    """One value of a record of results: a number by its kind, its symbol where there is none, or text.

    Parameters
    ----------
    record
        A row of a block of results.json.
    name
        The name of the column.
    kind
        The kind of its column in ``analysis.reference.schema``.

    Returns
    -------
    Cell
        The cell.
    """
    value = record.get(name)
    if kind not in NUMERIC:
        return text(value)
    if value is None:
        # a ratio without an upper limit is no absence: a record holds nothing for it, and no symbol either
        return Cell(record.get("symbols", {}).get(name) or ("no limit" if kind == "ratio" else NOTHING))
    return _number(value, kind)


def _number(value: float, kind: Kind) -> Cell:
    """A number of a record, shown as the page prints it. Differences of shares become points."""
    shown_number = round(value * 100, 4) if kind in ("difference", "distance") else value
    return Cell(shown_number, _shown_as(value, kind))


def _shown_as(value: float, kind: Kind) -> str:
    """The format of one number: that of its kind, unless the page prints words or fewer digits for it."""
    if kind == "share":
        return _in_words(percent(value)) or ("0.0%" if "." in percent(value) else "0%")
    if kind == "probability":
        return _in_words(numbers.probability(value)) or FORMATS[kind]
    if kind == "difference" and numbers.points(value) == "0.0":
        return "0.0"
    if kind == "number" and value == int(value):
        return FORMATS["count"]
    return FORMATS[kind]


def _in_words(printed: str) -> str:
    """A format that shows these words in place of a number, where what is printed begins with a word."""
    return f'"{printed}"' if printed[:1].isalpha() else ""


def text(value: object) -> Cell:
    """Text as text on one line, whatever it looks like; the symbol of nothing where it is blank.

    Parameters
    ----------
    value
        Text, or None for none.

    Returns
    -------
    Cell
        The cell.
    """
    words = plain(str("" if value is None else value))
    if not words.strip():
        return Cell(NOTHING)
    if not re.search(r"[a-zA-Z0-9]", words):
        words = f"as written: {words}"  # good practice, and gptables, refuse a cell of nothing but signs
    return Cell(words, is_quoted=words.startswith(_RUNS_AS_FORMULA))


def plain(text: str) -> str:
    """Text on one line, in which no reader of good practice tables finds a Markdown link or the mark of a note.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    str
        The text without what would be taken for a mark.
    """
    text = "".join(" " if char.isspace() and char != "\t" else char for char in text)
    text = text.replace("](", "] (")
    while "$$" in text:
        text = text.replace("$$", "$ $")
    return "".join(char for char in text if char == "\t" or char.isprintable())
