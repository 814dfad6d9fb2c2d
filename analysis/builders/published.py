"""Published figures by force become counts: data/published/NAME.csv to data/counts/NAME.parquet.

    python -m analysis.builders.published

What each file is stands in data/published/sources.toml, checked strictly.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.counts import counts
from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.errors import AttritionError, DataRefused
from analysis.reference import reference
from analysis.system import toml_text

FOLDER = reference.DATA / "published"


@dataclass(frozen=True)
class Declared:
    """One table of sources.toml."""

    file: str
    title: str
    publisher: str
    source: str
    address: str
    licence: str
    basis: str
    dimensions: list[str]
    months: int
    notes: list[str]
    scheme: str = ""
    offence: str = ""
    last_period_months: int = 0
    leaves_out: str = ""
    unit: str = "cases"

    @property
    def has_forces(self) -> bool:
        """Whether the figures are by force, as counts are; those that are not stay a published table."""
        return "force" in self.dimensions

    @property
    def is_counted(self) -> bool:
        """Whether the figures become counts, which hold every case of a period; others stay a published table."""
        return self.has_forces and not self.why_not

    @property
    def why_not(self) -> str:
        """Why no counts are made of figures by force, and what reads them; "" where they are."""
        if self.unit != "cases":
            return f"of {self.unit}, not of cases (see analysis/counts/courts.py)"
        return f"leaves out {self.leaves_out} (see analysis/counts/yearly.py)" if self.leaves_out else ""


def declared(path: Path = FOLDER / "sources.toml") -> dict[str, Declared]:
    """Every set of figures that sources.toml declares, by name.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict[str, Declared]
        What it says of each.

    Raises
    ------
    DataRefused
        When a table has a key that is not known, lacks one, or the file is not TOML.
    """
    advice = "It has a table for each set of figures: [name]."
    document = toml_text.read(path, kind="list of figures", refusal=DataRefused, advice=advice)
    try:
        return {name: Declared(**table) for name, table in document.values.items()}
    except TypeError as fault:
        raise DataRefused(f"{path.name}: {str(fault).removeprefix('Declared.__init__() ')}.") from None


def published(name: str, what: Declared) -> Counts:
    """The counts of one file of published figures.

    Parameters
    ----------
    name
        The name of the set.
    what
        What sources.toml says of it.

    Returns
    -------
    Counts
        Counts by force and whatever else the file tells apart.

    Raises
    ------
    DataRefused
        When the figures are not by force, a force, offence or outcome in it is not in data/reference/, or an outcome
        type is one that another already counts.
    """
    if not what.has_forces:
        raise DataRefused(
            f"sources.toml, [{name}]: no forces, so no counts. Read it with analysis/reference/findings.py."
        )
    if not what.is_counted:
        raise DataRefused(f"sources.toml, [{name}]: {what.why_not}, so no counts.")
    path = FOLDER / what.file
    table = pd.read_csv(path, dtype={"offence": str, "outcome": str, "printed_rate": str})
    table["period"] = [date.fromisoformat(day) for day in table["period"]]
    for force in table["force"].unique():
        if reference.force_named(force) != force:
            raise DataRefused(f"{path.name}: '{force}' is another name of '{reference.force_named(force)}'; use that.")
    months = dict.fromkeys(sorted(table["period"].unique()), what.months)
    if what.last_period_months:
        months[max(months)] = what.last_period_months
    missing: frozenset[tuple[str, date]] = frozenset()
    if "charged" in table.columns:
        table, missing = _charged_or_not(table)
    for code in table["offence"].unique() if "offence" in table else []:
        reference.offence_named(code)
    for code in table["outcome"].unique() if "outcome" in table else []:
        reference.countable(what.scheme, code)
    if what.months < 1:
        raise DataRefused(f"sources.toml, [{name}]: months = {what.months}. A period has one month or more.")
    counted = Counts(
        name=name,
        table=table[[*what.dimensions, "cases"]].reset_index(drop=True),
        dimensions=tuple(what.dimensions),
        coverage=Coverage(tuple(sorted({*table["force"], *(force for force, _ in missing)})), months, missing),
        basis=what.basis,
        sensitivity="published",
        source=Source(
            title=what.title,
            publisher=f"{what.publisher}, {what.source}",
            address=what.address,
            licence=what.licence,
            files={f"data/published/{what.file}": hashlib.sha256(path.read_bytes()).hexdigest()},
            notes=tuple(what.notes),
        ),
        scheme=what.scheme,
        offence=what.offence,
    )
    return counts.checked(counted)


def _charged_or_not(table: pd.DataFrame) -> tuple[pd.DataFrame, frozenset[tuple[str, date]]]:
    """Outcomes and charges side by side become one row an outcome; a pair without both is not received."""
    absent = table["charged"].isna() | (table["outcomes"] == 0)
    missing = frozenset(zip(table.loc[absent, "force"], table.loc[absent, "period"], strict=True))
    table = table[~absent]
    charged = table.assign(outcome="charged", cases=table["charged"].astype("int64"))
    over = table[table["charged"] > table["outcomes"]]
    if not over.empty:
        raise DataRefused(f"Line {over.index[0] + 2}: more charges than outcomes. Compare with the publisher's table.")
    others = table.assign(outcome="not charged", cases=table["outcomes"] - charged["cases"])
    both = pd.concat([charged, others]).sort_values(["force", "period", "outcome"], kind="stable")
    return both, missing


def main() -> None:
    counts.FOLDER.mkdir(exist_ok=True)
    for name, what in declared().items():
        if not what.is_counted:
            continue
        counted = published(name, what)
        counts.write(counted, counts.FOLDER / f"{name}.parquet")
        print(counted)


if __name__ == "__main__":
    try:
        main()
    except AttritionError as fault:
        print(f"attrition: {fault}", file=sys.stderr)
        sys.exit(fault.exit_status)
