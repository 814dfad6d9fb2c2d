"""Carry over what is known of the Home Office's outcomes workbooks: their checksums, and their totals.

    python data/editions/carry_over.py FOLDER

FOLDER holds the two tables as received: home_office_outcomes_files.csv and home_office_national_year_totals.csv. Two
files are written here, sorted, so that a second run changes nothing. Where they come from stands in data/README.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

OWN = Path(__file__).resolve().parent
TYPES = ("1", "2", "3", "6", "7", "8", "22")


def files(folder: Path) -> pd.DataFrame:
    """A row a workbook of outcomes, with its size in bytes and its SHA-256."""
    table = pd.read_csv(folder / "home_office_outcomes_files.csv")
    table = table[table["financial_year"].str.fullmatch(r"\d{4}/\d\d")]
    table = table.rename(columns={"financial_year": "year", "bytes": "size"})
    return table[["year", "file", "size", "sha256", "address"]].sort_values("year")


def totals(folder: Path) -> pd.DataFrame:
    """A row a year and outcome: cases of each type, and of all that have one ("assigned"), recorded in the year."""
    table = pd.read_csv(folder / "home_office_national_year_totals.csv")
    columns = {**{f"recorded_all_t{one}": one for one in TYPES}, "recorded_all_assigned": "assigned"}
    tall = table.melt("fy", list(columns), "column", "cases").rename(columns={"fy": "year"})
    tall["outcome"] = pd.Categorical(tall["column"].map(columns), [*columns.values()])
    return tall.sort_values(["year", "outcome"])[["year", "outcome", "cases"]]


def main(folder: Path) -> None:
    """Write both."""
    for name, table in (("home_office_files", files(folder)), ("home_office_totals", totals(folder))):
        table.to_csv(OWN / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
