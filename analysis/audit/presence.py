"""What should be there once, and is not, or is twice: years, forces, rows. Facts of the labels, no chance in them."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from analysis.audit.finding import Finding, listed
from analysis.audit.printed_table.table import Table
from analysis.audit.printed_table.times import Time
from analysis.reference import reference

#: A table of forces that lacks more than these was meant for some of them.
MOST_FORCES_ABSENT = 3
#: A table that lacks more of its own rows than this was never a whole grid.
LEAST_FILLED = 0.94
#: By how many times are missing in a row, how many must be there for a run: of more nothing is told.
LEAST_TIMES = {1: 4, 2: 6}


def findings(table: Table) -> list[Finding]:
    """Years and forces that are missing, rows that are missing, rows that are printed twice.

    Parameters
    ----------
    table
        The printed table.

    Returns
    -------
    list of Finding
        One for each kind.
    """
    return [*_years(table), *_forces(table), *_rows(table), *_repeated(table)]


def _years(table: Table) -> list[Finding]:
    """A run of times with one gap: a year of four or more, two in a row of six or more."""
    times: list[Time] = sorted(set(table.cells.loc[~table.cells["is_total"], "time"].dropna()))
    if len({(time.unit, time.first.month if time.unit == "year" else 1) for time in times}) != 1:
        return []
    gaps = [
        (before, after.place - before.place - 1) for before, after in pairwise(times) if after.place > before.place + 1
    ]
    if len(gaps) != 1:
        return []
    before, missing = gaps[0]
    if len(times) < LEAST_TIMES.get(missing, math.inf):
        return []
    names = listed(before.moved(step).label for step in range(1, missing + 1))
    columns = [column.name for column in table.columns if column.role == "time" or column.time is not None]
    verb = "is" if missing == 1 else "are"
    evidence = f"{names} {verb} not there, and the {len(times)} others from {times[0].label} to {times[-1].label} are."
    return [Finding("missing_time", f"A {before.unit} missing in a run", tuple(columns), (), evidence)]


def _forces(table: Table) -> list[Finding]:
    """A few territorial forces that a table of all forces lacks."""
    if not table.is_by_force:
        return []
    printed = {*table.keys["printed_place"], *(column.place for column in table.columns)}
    there = {*table.keys["place"], *printed}
    expected = [row["force"] for row in reference.force_rows() if row["kind"] == "territorial"]
    absent = [force for force in expected if force not in there]
    is_with_city = any("city" in name.casefold() and "met" in name.casefold() for name in printed)
    absent = [force for force in absent if not (force == "City of London" and is_with_city)]
    if not 0 < len(absent) <= MOST_FORCES_ABSENT or absent == ["City of London"]:
        return []
    if _leaves_out_zeros(table):
        return []
    column = (table.place_column.name,) if table.place_column else ()
    verb = "is" if len(absent) == 1 else "are"
    evidence = (
        f"{listed(absent)} {verb} not there, and the {len(expected) - len(absent)} other territorial forces of "
        "data/reference/forces.csv are."
    )
    return [Finding("missing_force", "A force missing" if len(absent) == 1 else "Forces missing", column, (), evidence)]


def _leaves_out_zeros(table: Table) -> bool:
    """Whether places without a case may be left out: several have next to none, and none is seen to have none."""
    counts = table.cells[(table.cells["kind"] == "count") & table.cells["value"].notna() & ~table.cells["is_total"]]
    largest = counts.groupby("place")["value"].max()
    is_zero_printed = bool((largest == 0).any()) and len(table.counts) == 1
    return not is_zero_printed and int((largest < 5).sum()) >= 3


def _rows(table: Table) -> list[Finding]:
    """Rows that a table of places by times (or by further labels) lacks, where nearly all are there."""
    keys = table.keys[~table.keys["is_total"] & ~table.keys["is_other_total"]]
    when = keys["time"].map(lambda time: time.label if time is not None else "")
    across = when + keys["other"].map(lambda label: f" {label}" if label else "")
    place = keys["place"]
    if place.nunique() < 3 or across.nunique() < 3 or not table.place_column:
        return []
    there = set(zip(place, across, strict=True))
    whole = place.nunique() * across.nunique()
    if len(there) == whole or len(there) / whole < LEAST_FILLED:
        return []
    absent = [(p, a) for p in dict.fromkeys(place) for a in dict.fromkeys(across) if (p, a) not in there]
    places = {p for p in {p for p, _ in absent} if _is_no_dropped_zero(table, keys.index[place == p])}
    absent = [(p, a) for p, a in absent if p in places]
    if not absent:
        return []
    names = listed(f"{p} {a}".strip() for p, a in absent)
    columns = tuple(column.name for column in table.columns if column.role in ("label", "time"))
    evidence = f"{len(there):,} of {whole:,} rows are there; none for {names}, and nothing says why."
    return [Finding("missing_row", "Rows missing", columns, (), evidence)]


def _is_no_dropped_zero(table: Table, rows: pd.Index) -> bool:
    """Whether a row that is absent cannot be one whose figure was zero, left out as all zeros were."""
    counts = table.cells[(table.cells["kind"] == "count") & table.cells["value"].notna()]
    largest = counts.groupby("row")["value"].max()
    if bool((largest == 0).any()) and len(table.counts) == 1:
        return True  # zeros are printed here
    of_place = largest[largest.index.isin(rows)]
    return bool(len(of_place)) and float(of_place.min()) >= 10


def _repeated(table: Table) -> list[Finding]:
    """Rows of one place, time and further labels printed more than once, with the same figures or with others."""
    keys = table.keys
    label = pd.DataFrame({"p": keys["place"], "o": keys["other"], "t": keys["time"].map(str)})
    if table.place_column is None and keys["time"].isna().all():
        return []
    twice = label.duplicated(keep=False)
    if not twice.any() or len(keys) < 4 or label.duplicated().sum() > 0.25 * len(keys):
        return []
    figures = pd.DataFrame({column.name: table.values(column) for column in (*table.counts, *table.shares)})
    groups = []
    for _, rows in label[twice].groupby(["p", "o", "t"]).groups.items():
        groups.append((list(rows), len(figures.loc[rows].drop_duplicates()) == 1))
    findings = []
    for is_same in (True, False):
        chosen = [rows for rows, same in groups if same is is_same]
        if chosen:
            findings.append(_repeat(table, chosen, is_same=is_same))
    return findings


def _repeat(table: Table, groups: list[list[int]], *, is_same: bool) -> Finding:
    """Rows that are printed more than once, as a finding."""
    names = listed(_label(table, rows[0]) for rows in groups)
    lines = table.where([row for rows in groups for row in rows])
    columns = tuple(column.name for column in table.columns if column.role in ("label", "time"))
    if is_same:
        evidence = f"{names} stand{'s' if len(groups) == 1 else ''} more than once, with the same figures."
        return Finding("repeated_row", "Rows repeated", columns, lines, evidence)
    evidence = f"{names} stand{'s' if len(groups) == 1 else ''} more than once, with different figures: which holds?"
    return Finding("two_editions", "Two editions mixed", columns, lines, evidence)


def _label(table: Table, row: int) -> str:
    """What a row is about: "Kent 2016/17"."""
    keys = table.keys.iloc[row]
    when = keys["time"].label if keys["time"] is not None else ""
    return " ".join(filter(None, (keys["printed_place"], keys["other"], when)))
