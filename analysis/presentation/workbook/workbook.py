"""A report's tables as a workbook, to the government's good practice: "Releasing statistics in spreadsheets".

A cover, contents, notes with the symbols and words that occur, then a table a sheet
(analysis/presentation/workbook/sheets.py). No filters, no frozen panes, no merged cells, nothing below a table: the
guidance asks for that. What was written is read again and held to a check list before it counts as made.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from typing import Any

import pandas as pd

from analysis.errors import AttritionError
from analysis.presentation import wording
from analysis.presentation.wording import DRAFT, TERMS, capital
from analysis.presentation.workbook.cells import FORMATS, Cell, plain, text
from analysis.presentation.workbook.checks import faults
from analysis.presentation.workbook.names import table_name
from analysis.presentation.workbook.parts import tagged
from analysis.presentation.workbook.sheets import Heading, Sheet, sheets, whole
from analysis.reference.schema import NUMERIC, SYMBOLS

BANNER = "Synthetic cases: made up to show how this report works. No figure in this file is real."
_NOTES = "Notes"
_NARROWEST, _WIDEST = 80, 520  # pixels
_A4 = 9
#: Text stays text, whatever it begins with.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def content(results: dict[str, Any], manifest: dict[str, Any]) -> bytes:
    """The bytes of a workbook of what results.json holds; the manifest says by what it was made.

    The same results and manifest give the same bytes. Raises AttritionError when what was written does not keep the
    check list of analysis/presentation/workbook/checks.py.
    """
    figures = sheets(results)
    banner = _banners(results)
    shown = [replace(sheet, lines=(*banner, *sheet.lines)) for sheet in (_notes(figures), *figures)]
    contents = replace(_contents(shown), lines=banner)
    written = BytesIO()
    with warnings.catch_warnings():
        # it warns that it numbers no notes of its own, and of what a later pandas will change
        warnings.filterwarnings("ignore", module=r"gptables\.")
        _fill(written, contents, shown, _told(results, manifest, figures))
    made = tagged(written.getvalue())
    if wrong := faults(BytesIO(made)):
        raise AttritionError(f"The workbook does not keep the check list of workbooks: {'; '.join(wrong)}.")
    return made


def _banners(results: dict[str, Any]) -> tuple[str, ...]:
    """What stands over every sheet, whatever it shows."""
    told = {
        wording.RESTRICTED: results["is_restricted"],
        DRAFT: results.get("is_draft"),
        BANNER: results["is_synthetic"],
    }
    return tuple(banner for banner, is_so in told.items() if is_so)


def _title(results: dict[str, Any]) -> str:
    """The title of a report, which says first that it is not for everybody, or none yet."""
    marks = "Restricted: " * bool(results["is_restricted"]) + "Draft: " * bool(results.get("is_draft"))
    return f"{marks}{results['title']}{' (made-up cases)' * bool(results['is_synthetic'])}"


def load() -> None:
    """Load the libraries that lay workbooks out and read them, which takes longer than writing one."""
    import gptables  # noqa: F401
    import openpyxl  # noqa: F401


def _fill(written: BytesIO, contents: Sheet, shown: list[Sheet], told: dict[str, Any]) -> None:
    """The workbook itself, by gptables."""
    import gptables

    theme = deepcopy(gptables.gptheme)
    theme.update_subtitle_format({"font_size": 12})
    theme.update_index_2_format({"valign": "top"})
    theme.update_data_format({"valign": "top"})
    book = gptables.produce_workbook(
        written,
        sheets={sheet.name: gptables.GPTable(**_table(sheet)) for sheet in shown},
        theme=theme,
        cover=gptables.Cover(told["title"], intro=told["intro"], about=told["about"], width=100),
        contentsheet_options={
            "title": contents.title,
            "column_names": [heading.words for heading in contents.headings],
            "table_name": table_name(contents.name),
            "subtitles": list(contents.lines),
            "instructions": _instructions(contents),
        },
        auto_width=False,
        workbook_options=_OPTIONS,
    )
    for sheet in (contents, *shown):
        _lay_out(book.get_worksheet_by_name(sheet.name), sheet)
    book.set_properties(told["properties"])
    book.close()


def _table(sheet: Sheet) -> dict[str, Any]:
    """One sheet in the terms of gptables."""
    rows = [[one.value for one in row] for row in sheet.rows]
    return {
        "table": pd.DataFrame(rows, columns=[heading.words for heading in sheet.headings], dtype=object),
        "table_name": table_name(sheet.name),
        "title": sheet.title,
        "subtitles": [*sheet.lines, *sheet.notes],
        "instructions": _instructions(sheet),
        "legend": _legend(sheet),
        "source": sheet.source or None,
        "index_columns": {} if sheet.headings[0].kind in NUMERIC else {2: 0},
        "additional_formatting": list(_formats(sheet)),
    }


def _formats(sheet: Sheet) -> Iterable[dict[str, Any]]:
    """Numbers and their headings to the right; the format of a column, then that of cells that need another."""
    for place, heading in enumerate(sheet.headings):
        if heading.kind not in NUMERIC:
            continue
        usual = FORMATS[heading.kind]
        yield {"column": {"columns": [place], "format": {"align": "right"}, "include_names": True}}
        yield {"column": {"columns": [place], "format": {"num_format": usual}}}
    for row, cells in enumerate(sheet.rows, start=1):
        for place, one in enumerate(cells):
            is_usual = one.shown_as in ("", FORMATS.get(sheet.headings[place].kind))
            if one.is_quoted or not is_usual:
                wanted = {"quote_prefix": True} if one.is_quoted else {"num_format": one.shown_as}
                # one entry a cell: of several cells in an entry gptables formats the last alone
                yield {"cell": {"cells": (row, place), "format": wanted}}


def _legend(sheet: Sheet) -> list[str]:
    """The symbols of a table with their meaning; the notes are a legend themselves."""
    return [] if sheet.name == _NOTES else [f"{symbol} {SYMBOLS[symbol]}" for symbol in sheet.symbols]


def _rows_above(sheet: Sheet) -> int:
    """How many rows stand above the table: title, lines, notes, instructions, symbols, source."""
    return 2 + len(sheet.lines) + len(sheet.notes) + len(_legend(sheet)) + bool(sheet.source)


def _instructions(sheet: Sheet) -> str:
    """What a reader who hears the sheet is told before its table."""
    elsewhere = "" if sheet.name == _NOTES else " Symbols, words and columns are explained in the sheet Notes."
    return f"This worksheet contains one table, from cell A{_rows_above(sheet) + 1}.{elsewhere}"


def _lay_out(worksheet: Any, sheet: Sheet) -> None:
    """Columns as wide as they need, text wrapped; printed on A4, across, with the headings on every page."""
    for place, heading in enumerate(sheet.headings):
        word = max(len(word) for word in heading.words.split())
        longest = max(len(row[place].printed) for row in sheet.rows)
        width = min(_WIDEST, max(_NARROWEST, 11 * word + 12, 8 * longest + 16))
        worksheet.set_column_pixels(place, place, width)
    numbers_as_text = f"A{_rows_above(sheet) + 2}:Z{_rows_above(sheet) + 1 + len(sheet.rows)}"
    worksheet.ignore_errors({"number_stored_as_text": numbers_as_text})
    worksheet.repeat_rows(_rows_above(sheet))
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)


def _contents(shown: list[Sheet]) -> Sheet:
    """The contents as gptables writes them, for their width."""
    rows = tuple((Cell(sheet.name), Cell(sheet.title)) for sheet in shown)
    return Sheet("Contents", "Contents", (Heading("Sheet"), Heading("What it shows")), rows)


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
    told = tuple(
        (text(kind), text(words), text(f"{capital(meaning.removesuffix('.'))}.")) for kind, words, meaning in rows
    )
    title = "Notes: symbols, words and columns of this workbook"
    return whole(Sheet(_NOTES, title, (Heading("Kind"), Heading("Symbol, word or column"), Heading("Meaning")), told))


def _words(shown: list[Sheet]) -> Iterable[str]:
    """Everything that is said in words on the sheets."""
    for sheet in shown:
        yield from (sheet.title, *sheet.lines, *sheet.notes, *(heading.words for heading in sheet.headings))
        yield from (str(one.value) for row in sheet.rows for one in row if not one.shown_as)


def _told(results: dict[str, Any], manifest: dict[str, Any], figures: list[Sheet]) -> dict[str, Any]:
    """What the cover says, and the properties of the file."""
    banner = _banners(results)
    answers = [
        words
        for kind in ("headline", "reading")
        for block in results["blocks"]
        if block["kind"] == kind
        for words in ((block["opening"], *block["sentences"]) if kind == "headline" else (block["text"],))
    ]
    given = "; ".join(f"{name} = {value}" for name, value in manifest["parameters"].items())
    about = [
        *dict.fromkeys(sheet.source for sheet in figures if sheet.source),
        f"Made by attrition, version {manifest['version']}, edition {manifest['edition'][:12]}.",
        f"Notebook: {manifest['notebook']}{f', with {given}' if given else ''}.",
        f"Disclosure control: {manifest['disclosure']}",
        f"These are not official statistics. {results['attribution']}",
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
