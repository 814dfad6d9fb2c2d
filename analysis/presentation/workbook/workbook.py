"""A report's tables as a workbook, to the government's good practice: "Releasing statistics in spreadsheets".

A cover, contents, notes with the symbols and words that occur, then a table a sheet
(analysis/presentation/workbook/sheets.py). No filters, no frozen panes, no merged cells, nothing below a table: the
guidance asks for that. Every row has the height that its text needs (analysis/presentation/workbook/layout.py). What
was written is read again and held to a check list before it counts as made.
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
from analysis.presentation.workbook import layout
from analysis.presentation.workbook.cells import FORMATS, Cell, plain, text
from analysis.presentation.workbook.checks import faults
from analysis.presentation.workbook.names import CONTENTS, table_name
from analysis.presentation.workbook.parts import tagged
from analysis.presentation.workbook.sheets import Heading, Sheet, sheets, whole
from analysis.reference.schema import NUMERIC, SYMBOLS

BANNER = "Synthetic cases: made up to show how this report works. No figure in this file is real."
_NOTES = "Notes"
_INTRODUCTION, _ABOUT = "Introductory information", "About these data"  # as gptables heads the parts of a cover
_A4 = 9
#: Text stays text, whatever it begins with. Columns are measured in digits of the file's first typeface: Calibri, which
#: LibreOffice often has not, would make them wider there.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Arial", "font_size": 10, "font_scheme": False},
}


def content(results: dict[str, Any], manifest: dict[str, Any]) -> bytes:
    """The bytes of a workbook of what results.json holds; the manifest says by what it was made.

    The same results and manifest give the same bytes. Raises AttritionError when what was written does not keep the
    check list of analysis/presentation/workbook/checks.py.
    """
    figures = sheets(results)
    banner = banners(results)
    shown = [replace(sheet, lines=(*banner, *sheet.lines)) for sheet in (_notes(figures), *figures)]
    contents = replace(_contents(shown), lines=banner)
    laid_out = [_LaidOut(sheet) for sheet in (contents, *shown)]
    written = BytesIO()
    with warnings.catch_warnings():
        # it warns that it numbers no notes of its own, and of what a later pandas will change
        warnings.filterwarnings("ignore", module=r"gptables\.")
        _fill(written, laid_out, _told(results, manifest, figures))
    made = tagged(written.getvalue())
    if wrong := faults(BytesIO(made)):
        raise AttritionError(f"The workbook does not keep the check list of workbooks: {'; '.join(wrong)}.")
    return made


def banners(results: dict[str, Any]) -> tuple[str, ...]:
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
    """Load what lays workbooks out and reads them, which takes longer than writing one: libraries and measures."""
    with warnings.catch_warnings(action="ignore"):  # it leaves the file of its theme to be closed by itself
        import gptables  # noqa: F401
    import openpyxl  # noqa: F401

    for is_bold in (True, False):
        layout.lines("A", 100, is_bold=is_bold)


class _LaidOut:
    """A sheet with the widths of its columns, the heights of its rows, and what stands above its table in rows."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.widths = layout.columns(sheet)
        self.heights = layout.rows(sheet, self.widths)
        self.above = layout.above(sheet, _legend(sheet), self.widths)

    @property
    def rows_above(self) -> int:
        """How many rows stand above the table: title, lines, notes, instructions, symbols, source."""
        return 1 + sum(map(len, (self.above.title, self.above.lines, self.above.legend, self.above.source)))

    @property
    def instructions(self) -> str:
        """What a reader who hears the sheet is told before its table."""
        elsewhere = "" if self.sheet.name == _NOTES else " Symbols, words and columns are explained in the sheet Notes."
        return f"This worksheet contains one table, from cell A{self.rows_above + 1}.{elsewhere}"


def _fill(written: BytesIO, laid_out: list[_LaidOut], told: dict[str, Any]) -> None:
    """The workbook itself, by gptables; the first of what is laid out is the contents."""
    import gptables

    theme = deepcopy(gptables.gptheme)
    theme.update_subtitle_format({"font_size": 12})
    theme.update_index_2_format({"valign": "top"})
    theme.update_data_format({"valign": "top"})
    contents, *shown = laid_out
    book = gptables.produce_workbook(
        written,
        sheets={one.sheet.name: gptables.GPTable(**_table(one)) for one in shown},
        theme=theme,
        cover=gptables.Cover(told["title"], intro=told["intro"], about=told["about"]),
        contentsheet_options={
            "title": contents.sheet.title,
            "column_names": [heading.words for heading in contents.sheet.headings],
            "table_name": table_name(contents.sheet.name),
            "subtitles": list(contents.above.lines),
            "instructions": contents.instructions,
        },
        auto_width=False,
        workbook_options=deepcopy(_OPTIONS),  # which xlsxwriter adds to
    )
    title = book.add_format(theme.title_format)
    for one in laid_out:
        _lay_out(book.get_worksheet_by_name(one.sheet.name), one, title)
    _lay_out_cover(book.get_worksheet_by_name("Cover"), told)
    book.set_properties(told["properties"])
    book.close()


def _table(laid_out: _LaidOut) -> dict[str, Any]:
    """One sheet in the terms of gptables, which takes the title for the contents too: whole, therefore."""
    sheet, above = laid_out.sheet, laid_out.above
    rows = [[one.value for one in row] for row in sheet.rows]
    *source, last = above.source or ("",)
    return {
        "table": pd.DataFrame(rows, columns=[heading.words for heading in sheet.headings], dtype=object),
        "table_name": table_name(sheet.name),
        "title": sheet.title,
        "subtitles": [*above.title[1:], *above.lines],
        "instructions": laid_out.instructions,
        "legend": [*above.legend, *source],
        "source": last or None,
        "index_columns": {} if sheet.headings[0].kind in NUMERIC else {2: 0},
        "additional_formatting": list(_formats(sheet)),
    }


def _formats(sheet: Sheet) -> Iterable[dict[str, Any]]:
    """Numbers and their headings to the right; the format of a column, then that of cells that need another."""
    for place, heading in enumerate(sheet.headings):
        if layout.is_indented(sheet, place):
            yield {"column": {"columns": [place], "format": {"indent": 1}, "include_names": True}}
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


def _lay_out(worksheet: Any, laid_out: _LaidOut, title: Any) -> None:
    """Columns as wide and rows as high as they need; printed on A4, across, with the headings on every page."""
    rows_above = laid_out.rows_above
    for place, width in enumerate(laid_out.widths):
        worksheet.set_column_pixels(place, place, width)
    for row, words in enumerate(laid_out.above.title):
        worksheet.write_string(row, 0, words, title)
    for row in range(rows_above):
        is_title = row < len(laid_out.above.title)
        worksheet.set_row(row, layout.height(1, layout.TITLE if is_title else layout.TEXT))
    for row, height in enumerate(laid_out.heights, start=rows_above):
        worksheet.set_row(row, height)
    numbers_as_text = f"A{rows_above + 2}:Z{rows_above + len(laid_out.heights)}"
    worksheet.ignore_errors({"number_stored_as_text": numbers_as_text})
    worksheet.repeat_rows(rows_above)
    worksheet.set_landscape()
    _print(worksheet)


def _lay_out_cover(worksheet: Any, told: dict[str, Any]) -> None:
    """The cover as wide as a page of print, its rows as high as their text; gptables writes them in this order."""
    titles = {told["title"]: layout.TITLE, _INTRODUCTION: layout.PART, _ABOUT: layout.PART}
    said = [told["title"], _INTRODUCTION, *told["intro"], _ABOUT, *told["about"]]
    worksheet.set_column_pixels(0, 0, layout.COVER)
    for row, words in enumerate(said):
        size = titles.get(words, layout.TEXT)
        number = layout.lines(words, layout.COVER - layout.PADDING, size, is_bold=words in titles)
        worksheet.set_row(row, layout.height(number, size))
    worksheet.set_portrait()
    _print(worksheet)


def _print(worksheet: Any) -> None:
    """Print on A4, all columns on one page."""
    worksheet.set_paper(_A4)
    worksheet.set_margins(*[layout.MARGIN] * 4)
    worksheet.fit_to_pages(1, 0)


def _contents(shown: list[Sheet]) -> Sheet:
    """The contents as gptables writes them, for their width."""
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
    banner = banners(results)
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
