"""Writes docs/columns.md, every column that a table, record or file of the suite can have: ``make reference``."""

from __future__ import annotations

from pathlib import Path

from analysis.reference.schema import CASE_COLUMNS, COLUMNS, STATES, SYMBOLS
from benchmarks.measure import markdown

PAGE = Path(__file__).with_name("columns.md")
_OPENING = """# Columns

Written from `analysis/reference/schema.py` by `make reference`; a test holds the two together. A column is called the
same in every table, workbook, `results.json` and data frame. Shares run from 0 to 1 in data and are printed per cent.
"""


def rendered() -> str:
    """The page: columns of tables, columns of a case file, and the symbols of what is absent.

    Returns
    -------
    str
        Markdown.
    """
    columns = (
        (f"`{column.name}`", column.heading, column.kind, column.unit, column.meaning) for column in COLUMNS.values()
    )
    cases = ((f"`{column.name}`", column.meaning) for column in CASE_COLUMNS.values())
    symbols = ((symbol, f"`{state}`", SYMBOLS[symbol]) for state, symbol in STATES.items() if symbol)
    parts = [
        _OPENING,
        "## What is absent\n",
        markdown(("Printed", "In `state`", "Meaning"), symbols),
        "## Columns of tables and records\n",
        markdown(("Name", "Heading", "Kind", "Unit", "Meaning"), columns),
        "## Columns of a case file\n",
        "A mapping says which column of an extract is which ([case files](case_files.md)).\n",
        markdown(("Name", "Meaning"), cases),
    ]
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(rendered(), encoding="utf-8")
