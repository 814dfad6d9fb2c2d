"""What the CSV files of every report must be, read with pandas and held to the records: used by tests of reports."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from analysis.presentation.data_files import files
from analysis.reference.schema import NUMERIC, SYMBOLS

TYPES = {"integer": "Int64", "decimal": "float64", "string": "string", "date": "string", "boolean": "boolean"}


def read(path: Path) -> tuple[pd.DataFrame, dict]:
    """A table with the types that its metadata give it, as a program reads one, and these metadata."""
    told = json.loads(path.with_name(f"{path.name}-metadata.json").read_text("utf-8"))
    types = {column["name"]: _pandas_type(column["datatype"]) for column in told["tableSchema"]["columns"]}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""]), told


def _pandas_type(datatype: str | dict) -> str:
    return TYPES[datatype if isinstance(datatype, str) else datatype["base"]]


def check_data(folder: Path, results: dict) -> None:
    """Every table and figure has its CSV under its id, and the numbers of its records come back out of it."""
    if not {"figure", "table", "key_figures"} & {block["kind"] for block in results["blocks"]}:
        assert not (folder / files.FOLDER).exists()
        return
    names = {path.name for path in (folder / files.FOLDER).iterdir()}
    group = json.loads((folder / files.FOLDER / files.GROUP).read_text("utf-8"))
    listed = [table["url"] for table in group["tables"]]
    assert names == {files.GROUP, *listed, *(f"{name}-metadata.json" for name in listed)}
    assert group["dc:rights"] == results["attribution"]
    for block in results["blocks"]:
        if block["kind"] in ("figure", "table"):
            assert f"{block['id']}.csv" in listed
        if block["kind"] in ("figure", "table") and "columns" in block:
            name = f"{block['id']}{'-figures' if 'findings' in block else ''}.csv"
            table, told = read(folder / files.FOLDER / name)
            check_rows(table, block)
            for words in (told, group):
                described = words.get("dc:description", "")
                assert ("made up" in described) == results["is_synthetic"]
                assert not described.replace(". Disclosure control:", "").count(" Disclosure control:")
            assert ("made_up" in table and (table["made_up"] == True).all()) == results["is_synthetic"]  # noqa: E712


def check_rows(table: pd.DataFrame, block: dict) -> None:
    """A number where the record has one, to the last digit; else nothing, and the symbol at the end of the row."""
    columns = [column for column in block["columns"] if column["name"] != "state"]
    assert list(table.columns[: len(columns) + 1]) == [*(column["name"] for column in columns), "absence"]
    assert len(table) == len(block["records"])
    for (_, row), record in zip(table.iterrows(), block["records"], strict=True):
        symbols = record.get("symbols", {})
        for column in columns:
            name, value = column["name"], record[column["name"]]
            if value in SYMBOLS:
                assert pd.isna(row[name])
                assert value in row["absence"].split(";")
            elif column["kind"] not in NUMERIC:
                assert ("" if pd.isna(row[name]) else row[name]) == " ".join(str(value).split())
            elif value is None:
                assert pd.isna(row[name])
                assert symbols.get(name, "no limit") in row["absence"].split(";")
            else:
                assert row[name] == value, name
        values = [record[column["name"]] for column in columns]
        assert pd.isna(row["absence"]) == all(value is not None and value not in SYMBOLS for value in values)
