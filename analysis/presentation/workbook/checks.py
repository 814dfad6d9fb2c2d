"""What is wrong with a workbook, by the government's check list for accessible spreadsheets and rules of this project.

The list: Analysis Function, "Making spreadsheets accessible: a brief checklist of the basics". What a file can show of
it is held here; what needs a reader, such as whether the words are plain, is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from analysis.presentation.workbook.names import LONGEST
from analysis.presentation.workbook.parts import LANGUAGE, Book, Tab, read
from analysis.reference.schema import SYMBOLS

_FIRST = ("Cover", "Contents", "Notes")
_PROPERTIES = ("title", "subject", "creator")
_UNWANTED = {
    "mergeCells": "cells are merged",
    "f": "there is a formula",
    "pane": "panes are frozen",
    "autoFilter": "there is a filter",
    "headerFooter": "there is a header or footer",
    "drawing": "there is a drawing",
    "legacyDrawing": "there is a comment or a drawing",
}


def faults(path: Path | IO[bytes]) -> list[str]:
    """What is wrong with a workbook, a sentence each; none when it keeps the check list."""
    try:
        book = read(path)
    except ValueError as fault:
        return [str(fault)]
    found = [*_of_file(book), *_of_names(book), *_of_notes(book)]
    for tab in book.tabs:
        found += [f"sheet '{tab.name}': {fault}" for fault in (*_of_tab(tab), *_of_table(tab))]
    return found


def _of_file(book: Book) -> Iterable[str]:
    """Faults of the file: properties, macros, links to other files."""
    yield from (f"the property '{name}' is not set" for name in _PROPERTIES if not book.properties.get(name))
    if book.properties.get("language") != LANGUAGE:
        yield f"the language is not {LANGUAGE}"
    yield from (f"it holds {part}" for part in book.parts if re.search(r"vbaProject|externalLinks|/media/", part))


def _of_names(book: Book) -> Iterable[str]:
    """Faults of the sheets' names, their order, and the contents."""
    names = [tab.name for tab in book.tabs]
    tables = [table.name.casefold() for tab in book.tabs for table in tab.tables]
    if tuple(names[:3]) != _FIRST:
        yield f"it does not begin with the sheets {', '.join(_FIRST)}"
    if len({name.casefold() for name in names}) < len(names):
        yield "two sheets have one name"
    if len(set(tables)) < len(tables):
        yield "two tables have one name"
    yield from (f"the name '{name}' is longer than a tab holds" for name in names if len(name) > LONGEST)
    listed = {words for tab in book.tabs if tab.name == "Contents" for words in tab.cells.values()}
    yield from (f"the contents leave out '{name}'" for name in names if name not in {"Cover", "Contents", *listed})


def _of_notes(book: Book) -> Iterable[str]:
    """Symbols without an explanation, and explanations of symbols that do not occur."""
    used: set[str] = set()
    told: set[str] = set()
    for tab in book.tabs:
        (told if tab.name == "Notes" else used).update(SYMBOLS.keys() & set(tab.cells.values()))
    yield from (f"the symbol {symbol} is not explained in the notes" for symbol in sorted(used - told))
    yield from (f"the notes explain {symbol}, which does not occur" for symbol in sorted(told - used))


def _of_tab(tab: Tab) -> Iterable[str]:
    """Faults of a sheet as a whole."""
    yield from (fault for element, fault in _UNWANTED.items() if element in tab.elements)
    if tab.is_hidden or tab.has_hidden_cells:
        yield "something is hidden"
    if not tab.cells.get("A1"):
        yield "there is no title in cell A1"
    elif tab.styles.get("A1") != "Heading 1":
        yield "the title in cell A1 is not tagged as a heading"


def _of_table(tab: Tab) -> Iterable[str]:
    """Faults of a sheet's table: one, marked up, where the words above it say, whole, and nothing below it."""
    if tab.name == "Cover":
        yield from ["there is a table on the cover"] if tab.tables else []
        return
    if len(tab.tables) != 1:
        yield f"{len(tab.tables)} tables are marked up, not one"
        return
    table = tab.tables[0]
    columns, rows = _span(table.span)
    if table.has_filter:
        yield "the table has a filter"
    told = [
        match[1] for words in tab.cells.values() if (match := re.search(r"one table, from cell ([A-Z]+\d+)\.", words))
    ]
    if told != [f"A{rows[0]}"] or columns[0] != "A":
        yield f"the table spans {table.span}, which is not where the sheet says that it begins"
    if len({name.casefold() for name in table.headings}) < len(table.headings) or not all(table.headings):
        yield "two headings are the same, or one is blank"
    if [tab.cells.get(f"{column}{rows[0]}") for column in columns] != list(table.headings):
        yield "the headings that are marked up are not those in the cells"
    blank = [f"{column}{row}" for row in rows for column in columns if not tab.cells.get(f"{column}{row}", "").strip()]
    if blank:
        yield f"cells are blank: {', '.join(blank[:5])}"
    if any(int(re.sub(r"\D", "", address)) > rows[-1] for address in tab.cells):
        yield "something stands below the table"


def _span(span: str) -> tuple[list[str], list[int]]:
    """The columns and rows of a span such as A4:C20."""
    match = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", span)
    if not match:
        return ["?"], [0]
    first, last = _place(match[1]), _place(match[3])
    return [_letters(place) for place in range(first, last + 1)], list(range(int(match[2]), int(match[4]) + 1))


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place


def _letters(place: int) -> str:
    told = ""
    while place:
        place, rest = divmod(place - 1, 26)
        told = chr(ord("A") + rest) + told
    return told
