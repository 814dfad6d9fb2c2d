"""What a block says in print: a handful of parts that a typesetter knows, carried beside the HTML of a page.

Parts are plain JSON, so that they travel inside an executed notebook. They hold what the HTML holds, as words: nothing
is marked up or escaped, so nothing in a name or a sentence can be taken for an instruction to the typesetter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

Part: TypeAlias = dict[str, Any]
TYPEFACE = "DejaVu Sans"
Style: TypeAlias = Literal["plain", "opening", "source"]


def run(text: str, *marks: str, address: str = "") -> Part:
    """A stretch of words set alike. Marks are strong, emphasis, code, and tag for a word in a frame.

    A run with an address on the web is a link; any other address leads nowhere in print and is left out.
    """
    return {"text": text, "marks": list(marks), "address": address if _is_on_the_web(address) else ""}


def paragraph(*runs: str | Part, style: Style = "plain") -> Part:
    """A paragraph of runs; a plain text is a run without marks."""
    return {"part": "paragraph", "style": style, "runs": [run(one) if isinstance(one, str) else one for one in runs]}


def paragraphs(*sentences: str, style: Style = "plain") -> list[Part]:
    """Each sentence that says something as a paragraph of its own."""
    return [paragraph(sentence, style=style) for sentence in sentences if sentence]


def heading(text: str) -> Part:
    """A heading below that of a section."""
    return {"part": "heading", "text": text}


def items(entries: Iterable[Sequence[Part]], *, is_numbered: bool = False) -> Part:
    """A list; each entry is a sequence of parts."""
    return {"part": "items", "entries": [list(entry) for entry in entries], "is_numbered": is_numbered}


def code(text: str) -> Part:
    """Lines of code, kept as they are."""
    return {"part": "code", "text": text}


def quotation(content: Sequence[Part]) -> Part:
    """What somebody else said."""
    return {"part": "quotation", "parts": list(content)}


def group(*content: Part) -> Part:
    """Parts that stay on one page."""
    return {"part": "group", "parts": list(content)}


def cards(figures: Iterable[dict[str, Any]]) -> Part:
    """Numbers that matter side by side, each with ``label``, ``value``, ``base`` and ``interval``."""
    names = ("label", "value", "base", "interval")
    return {"part": "cards", "cards": [{name: str(one[name]) for name in names} for one in figures]}


def table(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = (), note: str = ""
) -> Part:
    """A table as it is printed. ``numbers`` are the places of the columns that hold numbers, counted from 0."""
    cells = [list(row) for row in rows]
    return {
        "part": "table",
        "title": title,
        "headings": list(headings),
        "rows": cells,
        "numbers": list(numbers),
        "note": note,
    }


def figure(svg: str, *, title: str, subtitle: str, description: str, notes: Sequence[str], source: str) -> Part:
    """A drawing with its words. ``description`` is what a person hears in place of the picture.

    ``svg`` is set in the typeface in which charts are measured, since no page gives it another.
    """
    return {
        "part": "figure",
        "svg": svg.replace("<svg ", f'<svg font-family="{TYPEFACE}" ', 1),
        "title": title,
        "subtitle": subtitle,
        "description": description,
        "notes": list(notes),
        "source": source,
    }


def _is_on_the_web(address: str) -> bool:
    return address.startswith(("https://", "http://", "mailto:"))
