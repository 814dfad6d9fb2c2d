"""What one printed cell says: a number with the rounding it is printed to, an absence, or words."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

#: How tables say that there is no figure, once case, spaces and brackets are gone.
_ABSENT = {
    *("", "-", "--", "–", "—", ".", "..", "...", ":", "*", "**", "x", "c", "z", "u", "k"),
    *("na", "n/a", "nan", "null", "none"),
    *("#n/a", "#div/0!", "#value!", "#ref!", "~", "not provided", "data not provided", "not available", "suppressed"),
    *("not applicable", "not received", "not collected", "missing", "unknown", "no data", "nil return"),
}
_SPACES = "\u00a0\u2009\u202f\u2007 '’"
_MARKS = re.compile(r"(?<=[\d%)])\s*(?:\[[^\]]{1,12}\]|\((?:note\s*)?[a-z\d]{1,2}\)|[*†‡§¶#^¹²³⁴⁵⁶⁷⁸⁹⁰]+|\s?[rpe])$")
_GROUPED = re.compile(rf"\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+(?:\.\d+)?")
_PLAIN = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_HIDDEN = re.compile(r"[<≤>]\s*\d+")


@dataclass(frozen=True)
class Cell:
    """One cell. ``value`` is NaN where there is no number; ``decimals`` are those printed; ``kind`` is "number",
    "absent", "words", or "broken" for what has digits and is no number."""

    text: str
    kind: str
    value: float = math.nan
    decimals: int = 0
    is_percent: bool = False


def cell(text: str, *, decimal: str = ".") -> Cell:
    """Read one cell.

    Parameters
    ----------
    text
        What is printed.
    decimal
        The mark before decimals, "." or ",".

    Returns
    -------
    Cell
        The number with its decimals, or what the cell is instead.
    """
    bare = text.strip().strip("\u00a0\ufeff").strip()
    if bare.casefold().strip("[]() ") in _ABSENT or _HIDDEN.fullmatch(bare):
        return Cell(text, "absent")
    if bare.startswith("[") and bare.endswith("]"):
        return Cell(text, "absent")
    if not any(mark.isdigit() for mark in bare):
        return Cell(text, "words")
    return _number(text, bare, decimal)


def _number(text: str, bare: str, decimal: str) -> Cell:
    """A cell that has digits in it."""
    is_below = bare.startswith("(") and bare.rstrip("%) ").lstrip("( ").replace(".", "").replace(",", "").isdigit()
    if is_below:
        bare = "-" + bare.strip("() ")
    while (shorter := _MARKS.sub("", bare)) != bare:
        bare = shorter.strip()
    is_percent = bare.endswith(("%", "％"))
    bare = bare.rstrip("%％ ").lstrip("£$€ ")
    sign = -1 if bare.startswith(("-", "−", "–")) else 1
    bare = bare.lstrip("-−–+ ").lstrip("£$€ ")
    if decimal == ",":
        bare = bare.replace(".", "").replace(",", ".")
    if _GROUPED.fullmatch(bare):
        bare = re.sub(rf"[,{_SPACES}]", "", bare)
    if not _PLAIN.fullmatch(bare):
        return Cell(text, "broken")
    decimals = len(bare.split("e")[0].split("E")[0].partition(".")[2])
    return Cell(text, "number", sign * float(bare), decimals, is_percent)
