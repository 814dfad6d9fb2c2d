"""What a block says, as parts: page (``page``) and print (publishing/templates) are made of them and nothing else.

Parts are plain JSON, so that they travel inside an executed notebook. They hold words and drawings: nothing is marked
up or escaped, so nothing in a name or a sentence can be taken for HTML or for an instruction to the typesetter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

Part: TypeAlias = dict[str, Any]
#: A cell of a table: words, or runs where some of them are marked.
Cell: TypeAlias = str | list[Part]
Style: TypeAlias = Literal["plain", "opening", "printed", "reading", "source"]


def run(text: str, *marks: str, address: str = "") -> Part:
    """A stretch of words set alike.

    Parameters
    ----------
    text
        The words.
    *marks
        ``strong``, ``emphasis``, ``code``; ``strength`` for words below others of their cell; ``tag`` for a word in a
        frame, with its kind for a second mark.
    address
        Where the words link to: an address on the web, or ``#`` and the id of a part, which is a link on a page alone.
        Any other address leads nowhere and is left out.

    Returns
    -------
    Part
        The run, for a paragraph or the cell of a table.

    Examples
    --------
    >>> run("Kent", "strong", address="https://example.org")
    {'text': 'Kent', 'marks': ['strong'], 'address': 'https://example.org'}
    >>> run("Kent", address="javascript:alert()")["address"]
    ''
    """
    leads_on = address.startswith(("https://", "http://", "mailto:", "#"))
    return {"text": text, "marks": list(marks), "address": address if leads_on else ""}


def words_of(cell: Cell) -> str:
    """What a cell or runs say, without their marks.

    Parameters
    ----------
    cell
        Words, or runs of words.

    Returns
    -------
    str
        The words as they stand.

    Examples
    --------
    >>> words_of([run("Out of "), run("decided", "strong"), run(" cases")])
    'Out of decided cases'
    """
    return cell if isinstance(cell, str) else "".join(str(part["text"]) for part in cell)


def paragraph(*runs: str | Part, style: Style = "plain") -> Part:
    """A paragraph.

    Parameters
    ----------
    *runs
        Its runs; a plain text is one without marks.
    style
        How it is set: as an answer, what a finding says, what was read, or where something comes from.

    Returns
    -------
    Part
        The paragraph.

    Examples
    --------
    >>> [each["text"] for each in paragraph("Out of ", run("40", "strong"))["runs"]]
    ['Out of ', '40']
    """
    return {
        "part": "paragraph",
        "style": style,
        "runs": [run(each) if isinstance(each, str) else each for each in runs],
    }


def paragraphs(*sentences: str, style: Style = "plain") -> tuple[Part, ...]:
    """Each sentence that says something as a paragraph of its own.

    Parameters
    ----------
    *sentences
        Sentences; blank ones are left out.
    style
        How all of them are set.

    Returns
    -------
    tuple[Part, ...]
        A part for each sentence that is left.
    """
    return tuple(paragraph(sentence, style=style) for sentence in sentences if sentence)


def heading(text: str) -> Part:
    """A heading below that of a section.

    Parameters
    ----------
    text
        The text.

    Returns
    -------
    Part
        The part.
    """
    return {"part": "heading", "text": text}


def items(entries: Iterable[Sequence[Part]], *, is_numbered: bool = False, style: Literal["", "sources"] = "") -> Part:
    """A list.

    Parameters
    ----------
    entries
        The parts of each entry.
    is_numbered
        Whether they are numbered.
    style
        "sources" where a page sets each entry as paragraphs; "" where it sets the words alone.

    Returns
    -------
    Part
        The list.
    """
    listed = [list(entry) for entry in entries]
    return {"part": "items", "entries": listed, "is_numbered": is_numbered, "style": style}


def named(entries: Iterable[tuple[str, str]]) -> Part:
    """A list of what is told under names.

    Parameters
    ----------
    entries
        The name of each, which is set in bold type, and what is told.

    Returns
    -------
    Part
        The list.
    """
    return items(([paragraph(run(name, "strong"), f" {words}")] for name, words in entries), style="sources")


def code(text: str) -> Part:
    """Lines of code, kept as they are.

    Parameters
    ----------
    text
        Lines of code.

    Returns
    -------
    Part
        The part.
    """
    return {"part": "code", "text": text}


def quotation(parts: Sequence[Part]) -> Part:
    """What somebody else said.

    Parameters
    ----------
    parts
        What was said, as parts.

    Returns
    -------
    Part
        The part that holds them.
    """
    return {"part": "quotation", "parts": list(parts)}


def group(*parts: Part, identity: str = "") -> Part:
    """Parts that stay on one page of print.

    Parameters
    ----------
    *parts
        The parts, in order.
    identity
        Its id on a page, for links, where it is an entry of a ``division``.

    Returns
    -------
    Part
        The group.
    """
    return {"part": "group", "id": identity, "parts": list(parts)}


def division(identity: str, *parts: Part, is_list: bool = False) -> Part:
    """Parts that have an id together; print sets them as if they were by themselves.

    Parameters
    ----------
    identity
        The id on a page, for links.
    *parts
        The parts, in order.
    is_list
        Whether each is a group, and an entry of a list.

    Returns
    -------
    Part
        The division.
    """
    return {"part": "division", "id": identity, "parts": list(parts), "is_list": is_list}


def cards(figures: Iterable[dict[str, Any]]) -> Part:
    """Numbers that matter, side by side.

    Parameters
    ----------
    figures
        Each has ``label``, ``value``, ``base`` and ``interval`` in words, and ``records``, from whose first share (0 to
        1) a page draws a bar for the eye.

    Returns
    -------
    Part
        The cards.
    """
    names = ("label", "value", "base", "interval")
    in_words = [
        {
            **{name: str(figure[name]) for name in names},
            "share": next((row.get("share") for row in figure["records"]), None),
        }
        for figure in figures
    ]
    return {"part": "cards", "cards": in_words}


def table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numbers: Iterable[int] = (),
    note: str = "",
    identity: str = "",
    fold: str = "",
    style: Literal["", "in-short"] = "",
) -> Part:
    """A table.

    Parameters
    ----------
    title
        Its caption.
    headings
        The heading of each column.
    rows
        The cells of each row, as many as there are headings. The first is the heading of its row unless it is a number.
    numbers
        The places of the columns that hold numbers, counted from 0. A symbol there has its meaning on a page.
    note
        What stands below.
    identity
        Its id on a page.
    fold
        What a page says in place of the table until a reader opens it; "" where it stands open.
    style
        How a page sets it.

    Returns
    -------
    Part
        The table.
    """
    return {
        "part": "table",
        "id": identity,
        "title": title,
        "headings": list(headings),
        "rows": [list(row) for row in rows],
        "numbers": list(numbers),
        "note": note,
        "fold": fold,
        "style": style,
    }


def figure(
    wide: str,
    narrow: str,
    *,
    width: int,
    identity: str,
    title: str,
    subtitle: str,
    description: str,
    notes: Sequence[str],
    source: str,
    style: Literal["", "own"] = "",
) -> Part:
    """A drawing with its words.

    Parameters
    ----------
    wide, narrow
        The drawing as SVG: for print and a page, and for a page on a phone.
    width
        How wide the wide one is at most on a page, in pixels.
    identity
        Its id on a page.
    title, subtitle
        What it shows, and of what.
    description
        What a person hears in place of the picture.
    notes
        What stands below, a paragraph each.
    source
        Where its numbers come from.
    style
        "own" where its author drew it, in colours of which this suite knows nothing.

    Returns
    -------
    Part
        The figure.
    """
    return {
        "part": "figure",
        "wide": wide,
        "narrow": narrow,
        "width": width,
        "id": identity,
        "title": title,
        "subtitle": subtitle,
        "description": description,
        "notes": list(notes),
        "source": source,
        "style": style,
    }
