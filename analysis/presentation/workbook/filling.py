"""Sheets that are laid out become a file: a cover, the contents, then a table a sheet, by xlsxwriter.

The look is that of gptables, the Government Analysis Function's own package for spreadsheets by its guidance, and so
are the cells, their order and their formats: a test holds one to the other. gptables itself takes the formats of every
cell through pandas, which was two thirds of the time of a workbook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from analysis.presentation.workbook import layout
from analysis.presentation.workbook.cells import FORMATS, Cell
from analysis.presentation.workbook.names import CONTENTS, NOTES, table_name
from analysis.presentation.workbook.sheets import Sheet
from analysis.reference.schema import NUMERIC, SYMBOLS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_COVER = "Cover"
_INTRODUCTION, _ABOUT = "Introductory information", "About these data"
_A4 = 9
_NO_GRID = 2  # neither on a screen nor in print
#: Text stays text, whatever it begins with. Columns are measured in digits of the file's first typeface: Calibri, which
#: LibreOffice often has not, would make them wider there.
_OPTIONS: dict[str, Any] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Arial", "font_size": 10, "font_scheme": False},
}
_FACE: dict[str, Any] = {"font_name": "Arial", "font_size": layout.TEXT, "font_color": "automatic"}
_TITLE = _FACE | {"bold": True, "font_size": layout.TITLE}
_PART = _FACE | {"bold": True, "font_size": layout.PART, "text_wrap": True}
_HEADING = _FACE | {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
_DATA = _FACE | {"text_wrap": True, "valign": "top"}
_LINK = {"underline": True, "font_color": "blue"}


class LaidOut:
    """A sheet with the widths of its columns, the heights of its rows, and what is written above its table in rows."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.widths = layout.columns(sheet)
        self.heights = layout.rows(sheet, self.widths)
        self.above = layout.above(sheet, _legend(sheet), self.widths)

    @property
    def rows_above(self) -> int:
        """How many rows there are above the table: title, lines, notes, instructions, symbols, source."""
        return 1 + sum(map(len, (self.above.title, self.above.lines, self.above.legend, self.above.source)))

    @property
    def lines(self) -> tuple[str, ...]:
        """What is written between the title and the table, a row each."""
        above = self.above
        return (*above.lines, self._instructions, *above.legend, *above.source)

    @property
    def _instructions(self) -> str:
        """What a reader who hears the sheet is told before its table."""
        elsewhere = "" if self.sheet.name == NOTES else " Symbols, words and columns are explained in the sheet Notes."
        return f"This worksheet contains one table, from cell A{self.rows_above + 1}.{elsewhere}"


def filled(laid_out: Sequence[LaidOut], cover: Mapping[str, Any]) -> bytes:
    """The file.

    Parameters
    ----------
    laid_out
        Its sheets after the cover. Those of the contents are links to the sheets that they name.
    cover
        What the cover says (title, intro, about) and the properties of the file.

    Returns
    -------
    bytes
        A workbook as xlsxwriter leaves it: neither its language nor its titles are tagged yet.
    """
    written = BytesIO()
    book = _Book(written)
    book.cover(cover)
    for sheet in laid_out:
        book.sheet(sheet)
    book.close(cover["properties"])
    return written.getvalue()


class _Book:
    """A workbook that is being written, with one format for each look."""

    def __init__(self, written: BytesIO) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(written, {**_OPTIONS})  # which it adds to
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def cover(self, cover: Mapping[str, Any]) -> None:
        """The cover as wide as a page of print, its rows as high as their text."""
        cover_title, cover_text = _TITLE | {"text_wrap": True}, _FACE | {"text_wrap": True}
        said = [(cover["title"], cover_title)]
        for part, words in ((_INTRODUCTION, cover["intro"]), (_ABOUT, cover["about"])):
            said += [(part, _PART), *((paragraph, cover_text) for paragraph in words)]
        worksheet = self._added(_COVER)
        worksheet.set_column_pixels(0, 0, layout.COVER)
        for row, (words, look) in enumerate(said):
            size, room = look["font_size"], layout.COVER - layout.PADDING
            number = layout.lines(words, room, size, is_bold="bold" in look)
            worksheet.set_row(row, layout.height(number, size))
            worksheet.write(row, 0, words, self._format(look))
        worksheet.set_portrait()
        _print(worksheet)

    def sheet(self, laid_out: LaidOut) -> None:
        """A sheet: what is written above its table, a row each, and the table, marked up as one."""
        worksheet = self._added(laid_out.sheet.name)
        for place, width in enumerate(laid_out.widths):
            worksheet.set_column_pixels(place, place, width)
        above = [(words, _TITLE) for words in laid_out.above.title]
        above += [(words, _FACE) for words in laid_out.lines]
        for row, (words, look) in enumerate(above):
            worksheet.write(row, 0, words, self._format(look))
            worksheet.set_row(row, layout.height(1, look["font_size"]))
        for row, height in enumerate(laid_out.heights, start=len(above)):
            worksheet.set_row(row, height)
        self._table(worksheet, laid_out.sheet, len(above))
        below = f"A{len(above) + 2}:Z{len(above) + len(laid_out.heights)}"
        worksheet.ignore_errors({"number_stored_as_text": below})
        worksheet.repeat_rows(len(above))
        worksheet.set_landscape()
        _print(worksheet)

    def close(self, properties: Mapping[str, str]) -> None:
        """Write all of it."""
        self._book.set_properties(properties)
        self._book.close()

    def _added(self, name: str) -> Worksheet:
        worksheet: Worksheet = self._book.add_worksheet(name)
        worksheet.hide_gridlines(_NO_GRID)
        return worksheet

    def _table(self, worksheet: Worksheet, sheet: Sheet, first: int) -> None:
        """The table of a sheet from the row ``first``, printed with its headings on every page."""
        columns = [_column(sheet, place) for place in range(len(sheet.headings))]
        headings = [self._format(_HEADING | column) for column in columns]
        for place, heading in enumerate(sheet.headings):
            worksheet.write(first, place, heading.words, headings[place])
        for row, cells in enumerate(sheet.rows, start=first + 1):
            for place, cell in enumerate(cells):
                look = self._format(_DATA | columns[place] | _own(cell, sheet, place))
                if sheet.name == CONTENTS and place == 0:
                    worksheet.write_url(row, place, f"internal:'{cell.value}'!A1", look, str(cell.value))
                else:
                    worksheet.write(row, place, cell.value, look)
        named = zip(sheet.headings, headings, strict=True)
        worksheet.add_table(
            *(first, 0, first + len(sheet.rows), len(columns) - 1),
            {
                "autofilter": False,
                "columns": [{"header": heading.words, "header_format": look} for heading, look in named],
                "style": None,
                "name": table_name(sheet.name),
            },
        )

    def _format(self, look: dict[str, Any]) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _column(sheet: Sheet, place: int) -> dict[str, Any]:
    """How a column is set, its heading too: numbers to the right, text to the left and away from what is before it."""
    if sheet.headings[place].kind in NUMERIC:
        return {"align": "right"}
    return {"align": "left", **({"indent": 1} if layout.is_indented(sheet, place) else {})}


def _own(cell: Cell, sheet: Sheet, place: int) -> dict[str, Any]:
    """What the format of one cell below the headings has besides: the format of its number, the mark of its text."""
    kind = sheet.headings[place].kind
    usual = {"num_format": FORMATS[kind]} if kind in NUMERIC else {}
    if cell.is_quoted:
        return usual | {"quote_prefix": True}
    if cell.shown_as:
        return {"num_format": cell.shown_as}
    return _LINK if sheet.name == CONTENTS and place == 0 else usual


def _legend(sheet: Sheet) -> list[str]:
    """The symbols of a table with their meaning; the notes are a legend themselves."""
    return [] if sheet.name == NOTES else [f"{symbol} {SYMBOLS[symbol]}." for symbol in sheet.symbols]


def _print(worksheet: Worksheet) -> None:
    """Print on A4, all columns on one page."""
    worksheet.set_paper(_A4)
    worksheet.set_margins(*[layout.MARGIN] * 4)
    worksheet.fit_to_pages(1, 0)
