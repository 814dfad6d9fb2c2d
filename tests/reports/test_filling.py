"""Sheets filled by xlsxwriter look as gptables, the Government Analysis Function's package, has them look."""

import warnings
from copy import deepcopy
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from analysis.presentation.workbook import filling
from analysis.presentation.workbook.cells import FORMATS, Cell, _number, text
from analysis.presentation.workbook.names import CONTENTS, table_name
from analysis.presentation.workbook.sheets import Heading, Sheet
from analysis.reference.schema import NUMERIC

TOLD = {
    "title": "How many cases end because the victim withdraws, and where? " * 2,
    "intro": ["In Kent 45% withdrew.", "The rest is in the notes. " * 20],
    "about": ["Source: a table."],
    "properties": {"title": "Cases"},
}
ROWS = (
    (text("Kent"), _number(1588, "count"), _number(0.456, "share"), _number(-0.031, "difference"), text("=1+1")),
    (text("Sussex, West"), Cell("[x]"), _number(0.00001, "share"), _number(0.0, "difference"), text(" ")),
    (text("Wiltshire"), _number(3, "count"), Cell("[c]"), _number(0.2, "difference"), text("x" * 90)),
)
HEADINGS = tuple(
    Heading(words, kind)
    for words, kind in (
        ("Police force", "text"),
        ("Cases", "count"),
        ("Share of cases", "share"),
        ("Gap", "difference"),
        ("What it says", "text"),
    )
)
FIGURES = Sheet("By force", "Withdrawal by force", HEADINGS, ROWS, lines=("Stalking.",), source="Source: a table.")
NUMBERS = Sheet("Numbers", "Numbers alone", HEADINGS[1:3], tuple(row[1:3] for row in ROWS))


def laid_out():
    """The contents, which gptables fills in itself, and the sheets."""
    shown = (FIGURES, NUMBERS)
    rows = tuple((Cell(sheet.name), Cell(sheet.title)) for sheet in shown)
    contents = Sheet(CONTENTS, CONTENTS, (Heading("Sheet"), Heading("What it shows")), rows)
    return [filling.LaidOut(sheet) for sheet in (contents, *shown)]


def by_gptables():
    """The same sheets as gptables fills them, without the widths and heights that are not its business."""
    with warnings.catch_warnings(action="ignore"):  # it leaves the file of its theme to be closed by itself
        import gptables
    theme, written = deepcopy(gptables.gptheme), BytesIO()
    theme.update_subtitle_format({"font_size": 12})
    theme.update_index_2_format({"valign": "top"})
    theme.update_data_format({"valign": "top"})
    contents, *shown = laid_out()
    with warnings.catch_warnings(action="ignore"):
        book = gptables.produce_workbook(
            written,
            sheets={one.sheet.name: gptables.GPTable(**in_its_terms(one)) for one in shown},
            theme=theme,
            cover=gptables.Cover(TOLD["title"], intro=list(TOLD["intro"]), about=list(TOLD["about"])),
            contentsheet_options={
                "title": contents.sheet.title,
                "column_names": [heading.words for heading in contents.sheet.headings],
                "table_name": table_name(contents.sheet.name),
                "instructions": contents.lines[-1],
            },
            auto_width=False,
            workbook_options=deepcopy(filling._OPTIONS),
        )
    book.close()
    return openpyxl.load_workbook(written)


def in_its_terms(one):
    """A sheet as gptables is told of it."""
    sheet = one.sheet
    rows = [[cell.value for cell in row] for row in sheet.rows]
    lines = [*one.above.title[1:], *one.above.lines]
    return {
        "table": pd.DataFrame(rows, columns=[heading.words for heading in sheet.headings], dtype=object),
        "table_name": table_name(sheet.name),
        "title": sheet.title,
        "subtitles": lines,
        "instructions": one.lines[len(lines)],
        "legend": list(one.above.legend),
        "source": one.above.source[0] if one.above.source else None,
        "index_columns": {} if sheet.headings[0].kind in NUMERIC else {2: 0},
        "additional_formatting": list(formats(sheet)),
    }


def formats(sheet):
    for place, heading in enumerate(sheet.headings):
        column = {"columns": [place], "include_names": True}
        if heading.kind in NUMERIC:
            yield {"column": {**column, "format": {"align": "right"}}}
            yield {"column": {"columns": [place], "format": {"num_format": FORMATS[heading.kind]}}}
        elif place:
            yield {"column": {**column, "format": {"indent": 1}}}
    for row, cells in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(cells):
            if cell.is_quoted:
                yield {"cell": {"cells": (row, place), "format": {"quote_prefix": True}}}
            elif cell.shown_as:
                yield {"cell": {"cells": (row, place), "format": {"num_format": cell.shown_as}}}


@pytest.fixture(scope="module")
def books():
    return openpyxl.load_workbook(BytesIO(filling.filled(laid_out(), TOLD))), by_gptables()


def looks(sheet):
    """Of each cell what it says and how it looks; the number format of words is nothing that anybody sees."""
    return {
        cell.coordinate: (
            cell.value,
            cell.data_type,
            cell.quotePrefix,
            cell.hyperlink.location if cell.hyperlink else None,
            cell.number_format if cell.data_type == "n" else "",
            *(repr(look) for look in (cell.font, cell.alignment, cell.border, cell.fill)),
        )
        for row in sheet
        for cell in row
    }


def test_every_cell_says_and_looks_as_gptables_has_it(books):
    ours, its = books
    assert ours.sheetnames == its.sheetnames == ["Cover", "Contents", "By force", "Numbers"]
    for name in ours.sheetnames:
        assert looks(ours[name]) == looks(its[name]), name


def test_tables_are_marked_up_and_sheets_shown_as_gptables_does(books):
    for ours, its in zip(books[0], books[1], strict=True):
        marked = [
            [(table.name, table.ref, table.column_names, table.autoFilter, table.tableStyleInfo) for table in tables]
            for tables in (ours.tables.values(), its.tables.values())
        ]
        assert marked[0] == marked[1]
        assert ours.sheet_view.showGridLines is its.sheet_view.showGridLines is False
