"""Sheets of workbooks as tables of text (stand-in until the fuller one arrives)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastexcel


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets."""
    return list(fastexcel.read_excel(path).sheet_names)


def first_rows(path: Path, name: str) -> list[list[str]]:
    """The first rows."""
    sheet = fastexcel.read_excel(path).load_sheet(name, header_row=None, n_rows=15, dtypes="string")
    return [
        ["" if c is None else str(c) for c in r] for r in zip(*(col.to_pylist() for col in sheet.to_arrow().columns))
    ]


def sheet(path: Path, name: str, *, header_row: int) -> Any:
    """The sheet."""
    import pyarrow as pa

    return pa.Table.from_batches(
        [fastexcel.read_excel(path).load_sheet(name, header_row=header_row, dtypes="string").to_arrow()]
    )
