"""A block as plain text: what a shell without pages shows, its rows under their headings and never a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.presentation import numbers
from analysis.presentation.content import Part, words_of
from analysis.reference.schema import NUMERIC


def text(parts: Sequence[Part], record: Mapping[str, Any]) -> str:
    """A block in lines of text.

    Parameters
    ----------
    parts
        What it says, in order.
    record
        Its rows, which stand below the words of a figure.

    Returns
    -------
    str
        Lines; "" for a block without parts.

    Examples
    --------
    >>> from analysis.presentation import content
    >>> table = content.table("Two forces", ["Force", "Cases"], [["Kent", "1,023"], ["Essex", "9"]], numbers=[1])
    >>> print(text([content.paragraph("Kent has more."), table], {}))
    Kent has more.
    Two forces
    Force  Cases
    Kent   1,023
    Essex      9
    """
    return "\n".join(line for part in parts for line in _lines(part, record))


def _lines(part: Part, record: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one part."""
    match part["part"]:
        case "paragraph":
            yield words_of(part["runs"])
        case "heading" | "code":
            yield part["text"]
        case "items":
            yield from (f"- {text(entry, record)}" for entry in part["entries"])
        case "cards":
            for card in part["cards"]:
                interval = f" ({card['interval']})" if card["interval"] else ""
                yield f"{card['label']}: {card['value']}, {card['base']}{interval}"
        case "table":
            yield part["title"]
            yield from _aligned(part["headings"], [[words_of(cell) for cell in row] for row in part["rows"]], part)
        case "figure":
            yield from filter(None, (part["title"], part["subtitle"], part["description"]))
            yield from _rows(record)
        case _:
            yield text(part["parts"], record)


def _rows(record: Mapping[str, Any]) -> Iterator[str]:
    """The rows of a record as a table."""
    columns = [column for column in record.get("columns", ()) if column["name"] != "state"]
    if not columns:
        return
    rows = [[_printed(row, column) for column in columns] for row in record["records"]]
    places = [place for place, column in enumerate(columns) if column["kind"] in NUMERIC]
    yield from _aligned([column["heading"] for column in columns], rows, {"numbers": places})


def _printed(row: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    """One value of a record, or the symbol of why there is none."""
    value = row.get(column["name"])
    if column["kind"] not in NUMERIC:
        return str(value)
    return (
        str(row.get("symbols", {}).get(column["name"], "")) if value is None else numbers.printed(value, column["kind"])
    )


def _aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], part: Part) -> Iterator[str]:
    """Headings and rows below each other, numbers to the right."""
    wide = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (
            cell.rjust(width) if place in part["numbers"] else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, wide, strict=True))
        )
        yield "  ".join(cells).rstrip()
