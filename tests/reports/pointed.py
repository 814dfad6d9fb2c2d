"""What a drawing tells a pointer: which of its marks tell nothing, and which numbers of their words are in no row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from analysis.presentation import numbers
from analysis.presentation.drawing.colours import ACCENT, BURGUNDY, GREY, MUTED, ORANGE, PURPLE, TEAL
from analysis.presentation.wording import percent
from analysis.questions.timing.curves import quarter_months
from analysis.reference.schema import NUMERIC

#: What nothing but data and the keys of charts is drawn in.
_DATA = {ACCENT, ORANGE, MUTED, TEAL, BURGUNDY, GREY, PURPLE}
_FIGURE = re.compile(r'<figure class="[^"]*" id="([^"]*)".*?</figure>', re.DOTALL)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_OF_A_HUNDRED = "charges for every 100 cases recorded"  # a unit, and no number of a row
_YEAR = re.compile(r"\b(\d\d)\d\d/(\d\d)\b")
_SVG = "{http://www.w3.org/2000/svg}"
_LEAVES = {f"{_SVG}{name}" for name in ("path", "use", "rect")}
_ASIDE = {f"{_SVG}{name}" for name in ("defs", "clipPath")}


def drawings(html: str) -> Iterator[tuple[str, str]]:
    """Each drawing of a page, with the id of its figure: a wide one and a narrow one of each."""
    for figure in _FIGURE.finditer(html):
        yield from ((figure[1], svg) for svg in re.findall(r"<svg.*?</svg>", figure[0], re.DOTALL))


def titles(svg: str) -> list[str]:
    """What the marks of a drawing tell, in the order in which they are drawn."""
    return [title.text or "" for title in ElementTree.fromstring(svg).iter(f"{_SVG}title")]


def untold(svg: str) -> list[dict[str, str]]:
    """The marks in a colour of data that tell a pointer nothing."""
    return list(_untold(ElementTree.fromstring(svg), {}))


def _untold(element: ElementTree.Element, look: dict[str, str]) -> Iterator[dict[str, str]]:
    if element.tag in _ASIDE or element.find(f"{_SVG}title") is not None:
        return
    look = {**look, **element.attrib}
    if element.tag in _LEAVES and {look.get("fill"), look.get("stroke")} & _DATA:
        yield look
    for child in element:
        yield from _untold(child, look)


def made_up(words: str, blocks: list[dict[str, Any]]) -> set[str]:
    """The numbers in what a mark tells that no row of some blocks has, of those rows that it speaks of."""
    rows = [(row, block["columns"]) for block in blocks for row in block["records"]]
    spoken_of = [(row, columns) for row, columns in rows if any(label in words for label in _labels(row))]
    known = {token for row, columns in spoken_of or rows for said in _printed(row, columns) for token in _tokens(said)}
    known |= {token for row, _ in rows for label in _labels(row) for token in _tokens(label)}
    return _tokens(words.replace(_OF_A_HUNDRED, "")) - known


def _labels(row: dict[str, Any]) -> list[str]:
    """The labels of a row, a quarter also by its months."""
    labels = [value for name, value in row.items() if isinstance(value, str) and name not in ("state", "lag_unit")]
    quarters = [quarter_months(label) for label in labels if re.fullmatch(r"\d{4}/\d\d Q\d", label)]
    return [label for label in (*labels, *quarters) if label]


def _printed(row: dict[str, Any], columns: list[dict[str, str]]) -> Iterator[str]:
    """The numbers of a row in every form that the suite has for them."""
    for column in columns:
        value = row.get(column["name"])
        if column["kind"] not in NUMERIC or not isinstance(value, int | float):
            continue
        yield numbers.printed(value, column["kind"])
        yield numbers.printed(value, column["kind"]).removesuffix(".0")
        yield f"{value:g} {value:,.0f} {value:,.1f}"
        if column["kind"] == "share":
            yield percent(value, decimals=0)


def _tokens(words: str) -> set[str]:
    """The numbers in some words; a financial year is also the year that it ends in."""
    ends = [f"{first}{last}" for first, last in _YEAR.findall(words)]
    return {token.rstrip(",") for token in _NUMBER.findall(words)} | set(ends)
