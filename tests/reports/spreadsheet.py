"""What every workbook must be, read with openpyxl: used by the tests that make reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from unittest import mock

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from analysis.presentation.workbook import checks
from analysis.presentation.workbook.workbook import BANNER
from analysis.reference.schema import NUMERIC

LEADING = ["Cover", "Contents", "Notes"]


def table_of(sheet: Worksheet) -> tuple[list[str], list[list[object]]]:
    """The headings and rows of a sheet's one table."""
    (table,) = sheet.tables.values()
    head, *rows = sheet[table.ref]
    return [cell.value for cell in head], [[cell.value for cell in row] for row in rows]


def shown(cell: Cell) -> str:
    """A number as a spreadsheet shows it: by the part of its format that is for its sign, halves away from zero."""
    parts = cell.number_format.split(";")
    part = parts[min(1, len(parts) - 1)] if cell.value < 0 else parts[-1] if cell.value == 0 else parts[0]
    if part.startswith('"'):
        return part.strip('"')
    match = re.search(r"[#,]*0(?:\.(0+))?(%?)", part)
    held = abs(Decimal(repr(cell.value))) * (100 if match[2] else 1)
    told = held.quantize(Decimal(1).scaleb(-len(match[1] or "")), ROUND_HALF_UP)
    return part[: match.start()] + (f"{told:,}" if "," in part else f"{told}") + match[2]


@contextmanager
def as_the_rules_open_it() -> Iterator[list[openpyxl.Workbook]]:
    """The workbooks that are held to the rules meanwhile: to open one takes longer than to look at it."""
    books, read = [], checks._read

    def opened(path):
        book, parts = read(path)
        books.append(book)
        return book, parts

    with mock.patch.object(checks, "_read", opened):
        yield books


def check_workbook(book: openpyxl.Workbook, results: dict) -> openpyxl.Workbook:
    """A workbook with every number of the records, in cells that hold numbers."""
    assert book.sheetnames[:3] == LEADING
    assert book.properties.language == "en-GB"
    assert book.properties.title.startswith(results["title"])
    assert book["Cover"]["A1"].value == results["title"]
    sheets = [sheet for sheet in book if sheet.title not in LEADING]
    tables = {sheet.title: table_of(sheet) for sheet in sheets}
    for block in results["blocks"]:
        check_block(block, tables, {sheet.title: words_above(sheet) for sheet in sheets})
    for sheet in book:
        words = [cell.value for cell in sheet["A"] if isinstance(cell.value, str)]
        assert (BANNER in words) == results["is_synthetic"]
        assert not [cell for row in sheet for cell in row if cell.data_type in ("f", "e")]
    for block in results["blocks"]:
        twins = [other for other in results["blocks"] if other.get("records") and is_twin(block, other)]
        if twins:
            names = holding(expected(block), tables)
            assert len(names) == len({repr(tables[name][1]) for name in names}), "rows are written twice"
    return book


def words_above(sheet) -> str:
    """The title of a sheet, in as many rows as it takes, and what follows it there."""
    return " ".join(cell.value for cell in sheet["A"][:6] if isinstance(cell.value, str))


def check_block(block: dict, tables: dict, titles: dict) -> None:
    """Whether a sheet holds the rows of a block, number by number."""
    cells = {value for _, rows in tables.values() for row in rows for value in row}
    for told, key in (
        ("findings", "reason"),
        ("breaks", "what_changed"),
        ("sources", "publisher"),
        ("questions", "prompt"),
    ):
        for one in block.get(told, []):
            assert one[key] in cells
    for one in block.get("warnings", []):
        assert one["text"] in cells
    for figure in block.get("figures", []):
        assert {figure["label"], figure["value"], figure["base"]} <= cells
        if len(figure["records"]) == 1:
            (numbers,) = expected(figure)
            rows = [row for row in tables["Key figures"][1] if row[:2] == [figure["label"], figure["value"]]]
            assert any(all(any(is_same(number, one) for one in row) for number in numbers) for row in rows)
        else:
            assert holding(expected(figure), tables), figure["label"]
    if block["kind"] in ("figure", "table"):
        assert {"columns", "breaks"} & set(block), "a figure or table of which a workbook has nothing"
    if "columns" in block:
        found = holding(expected(block), tables)
        assert found, block["title"]
        if block["kind"] == "figure":
            assert any(titles[name].startswith(block["title"]) for name in found)


def expected(part: dict) -> list[list[object]]:
    """The rows of a record as a sheet has them, worked out here once more."""
    columns = [column for column in part["columns"] if column["name"] != "state"]
    rows = []
    for record in part["records"]:
        row = []
        for column in columns:
            value = record[column["name"]]
            if column["kind"] not in NUMERIC:
                row.append(value or "[z]")
            elif value is None:
                row.append(record.get("symbols", {}).get(column["name"], "no limit"))
            else:
                is_of_shares = column["kind"] in ("difference", "distance")
                row.append(round(value * 100, 4) if is_of_shares else value)
        rows.append(row)
    return rows or [["No rows to show", *["[z]"] * (len(columns) - 1)]]


def holding(rows: list[list[object]], tables: dict) -> list[str]:
    """The sheets whose rows hold these, each in a row of its own and in their order."""
    return [name for name, (_, held) in tables.items() if len(held) == len(rows) and all(map(is_within, rows, held))]


def is_within(row: list[object], other: list[object]) -> bool:
    """Whether the values of a row stand in another, in order; a number is no text that looks like it."""
    left = iter(other)
    return all(any(is_same(value, one) for one in left) for value in row)


def is_same(value: object, other: object) -> bool:
    """Whether two cells hold the same; a number is no text that looks like it."""
    return isinstance(value, str) == isinstance(other, str) and value == other


def is_twin(block: dict, other: dict) -> bool:
    """Whether a figure and a table show the same rows."""
    return (block["kind"], other["kind"]) == ("figure", "table") and block["records"] == other["records"]
