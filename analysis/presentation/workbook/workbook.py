"""A report's tables as a workbook, to the government's good practice: "Releasing statistics in spreadsheets".

A cover, contents, notes with the symbols and words that occur, then a table a sheet
(analysis/presentation/workbook/sheets.py). No filters, no frozen panes, no merged cells, nothing below a table: the
guidance asks for that. Every row has the height that its text needs (analysis/presentation/workbook/layout.py). What
was written is read again and held to a check list before it counts as made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import Any

from analysis.errors import AttritionError
from analysis.presentation import wording
from analysis.presentation.wording import DRAFT, TERMS, capital
from analysis.presentation.workbook import filling, layout
from analysis.presentation.workbook.cells import Cell, plain, text
from analysis.presentation.workbook.checks import faults
from analysis.presentation.workbook.names import CONTENTS, NOTES
from analysis.presentation.workbook.parts import tagged
from analysis.presentation.workbook.sheets import Heading, Sheet, sheets, whole
from analysis.reference.schema import SYMBOLS

BANNER = "Synthetic cases: made up to show how this report works. No figure in this file is real."


def content(results: dict[str, Any], manifest: dict[str, Any]) -> bytes:
    """The bytes of a workbook of what results.json holds; the manifest says by what it was made.

    The same results and manifest give the same bytes.

    Parameters
    ----------
    results
        What results.json of the report holds.
    manifest
        The manifest of the report.

    Returns
    -------
    bytes
        A file in the format xlsx.

    Raises
    ------
    AttritionError
        When what was written does not keep to the check list of analysis/presentation/workbook/checks.py.
    """
    figures = sheets(results)
    banner = banners(results)
    shown = [replace(sheet, lines=(*banner, *sheet.lines)) for sheet in (_notes(figures), *figures)]
    contents = replace(_contents(shown), lines=banner)
    laid_out = [filling.LaidOut(sheet) for sheet in (contents, *shown)]
    made = tagged(filling.filled(laid_out, _told(results, manifest, figures)))
    if wrong := faults(BytesIO(made)):
        raise AttritionError(f"The workbook does not keep the check list of workbooks: {'; '.join(wrong)}.")
    return made


def banners(results: dict[str, Any]) -> tuple[str, ...]:
    """What is said over every sheet, whatever it shows.

    Parameters
    ----------
    results
        What results.json of the report holds.

    Returns
    -------
    tuple[str, ...]
        Sentences; none over a finished public report of real cases.
    """
    applies = {
        wording.RESTRICTED: results["is_restricted"],
        DRAFT: results.get("is_draft"),
        BANNER: results["is_synthetic"],
    }
    return tuple(banner for banner, is_so in applies.items() if is_so)


def _title(results: dict[str, Any]) -> str:
    """The title of a report, which says first that it is not for everybody, or none yet."""
    marks = "Restricted: " * bool(results["is_restricted"]) + "Draft: " * bool(results.get("is_draft"))
    return f"{marks}{results['title']}{' (made-up cases)' * bool(results['is_synthetic'])}"


def load() -> None:
    """Load what lays workbooks out and reads them, which takes longer than writing one: libraries and measures."""
    import openpyxl  # noqa: F401
    import xlsxwriter  # noqa: F401

    for is_bold in (True, False):
        layout.lines("A", 100, is_bold=is_bold)


def _contents(shown: list[Sheet]) -> Sheet:
    """The sheets by their names, each with what it shows."""
    rows = tuple((Cell(sheet.name), Cell(sheet.title)) for sheet in shown)
    return Sheet(CONTENTS, CONTENTS, (Heading("Sheet"), Heading("What it shows")), rows)


def _notes(shown: list[Sheet]) -> Sheet:
    """The symbols, words and headings that occur, and no others, each with its meaning."""
    symbols = [symbol for symbol in SYMBOLS if any(symbol in sheet.symbols for sheet in shown)]
    used = " ".join(_words(shown)).casefold()
    headings = {
        (heading.words, heading.meaning): None for sheet in shown for heading in sheet.headings if heading.meaning
    }
    rows = [
        *(("Symbol", symbol, SYMBOLS[symbol]) for symbol in symbols),
        *(("Word", word, meaning) for word, meaning in TERMS.items() if word.casefold() in used),
        *(("Column", words, meaning) for words, meaning in headings),
    ]
    if not rows:
        rows = [("Word", "None", "there are no figures here, and no words to explain")]
    cells = tuple(
        (text(kind), text(words), text(f"{capital(meaning.removesuffix('.'))}.")) for kind, words, meaning in rows
    )
    title = "Notes: symbols, words and columns of this workbook"
    return whole(Sheet(NOTES, title, (Heading("Kind"), Heading("Symbol, word or column"), Heading("Meaning")), cells))


def _words(shown: list[Sheet]) -> Iterable[str]:
    """Everything that is said in words on the sheets."""
    for sheet in shown:
        yield from (sheet.title, *sheet.lines, *sheet.notes, *(heading.words for heading in sheet.headings))
        yield from (str(cell.value) for row in sheet.rows for cell in row if not cell.shown_as)


def _told(results: dict[str, Any], manifest: dict[str, Any], figures: list[Sheet]) -> dict[str, Any]:
    """What the cover says, and the properties of the file."""
    banner = banners(results)
    answers = [
        words
        for kind in ("headline", "reading")
        for block in results["blocks"]
        if block["kind"] == kind
        for words in ((block["opening"], *block["sentences"]) if kind == "headline" else (block["text"],))
    ]
    given = wording.asked(manifest["parameters"])
    about = [
        *dict.fromkeys(sheet.source for sheet in figures if sheet.source),
        f"Made by attrition, version {manifest['version']}, edition {manifest['edition'][:12]}.",
        f"Notebook: {manifest['notebook']}{f': {given}' if given else ''}.",
        f"Disclosure control: {manifest['disclosure']}",
        f"These are not official statistics. {results['attribution']}",
        *(
            line
            for entry in manifest.get("about", ())
            for line in (f"{entry['term']}: {entry['told'][0]}", *entry["told"][1:])
        ),
        "The same figures stand beside this file: report.html is a page to read, results.json is for machines.",
    ]
    return {
        "title": plain(results["title"]),
        "intro": [plain(words) for words in (*banner, manifest["subject"], *answers) if words],
        "about": [plain(words) for words in about],
        "properties": {
            "title": _title(results),
            "subject": manifest["subject"] or results["title"],
            "author": f"attrition {manifest['version']}",
            "comments": " ".join([*banner, results["attribution"]]),
        },
    }
