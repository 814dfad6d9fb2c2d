"""Totals against their parts: a row "All forces" or "England and Wales", a column "total". Sums, no chance in them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from analysis.audit.finding import Finding, figure, listed
from analysis.audit.printed_table import places
from analysis.audit.printed_table.roles import Column
from analysis.audit.printed_table.table import Table
from analysis.reference import reference


@dataclass(frozen=True)
class Sum:
    """A total beside its parts. ``is_whole`` where the parts are all that there can be."""

    row: int
    column: str
    total: float
    parts: float
    adds: bool
    is_whole: bool
    guess: str = ""


def sums(table: Table) -> dict[str, list[Sum]]:
    """What may be totals of a table, each beside the sum of its parts.

    Parameters
    ----------
    table
        The printed table.

    Returns
    -------
    dict[str, list[Sum]]
        Those in rows, in further labels and in columns.
    """
    by_kind = {"row": _row_sums, "label": _label_sums, "column": _column_sums}
    return {what: list(make(table)) for what, make in by_kind.items()}


def findings(table: Table, sums: Mapping[str, list[Sum]]) -> list[Finding]:
    """Totals that do not add: in rows, in further labels, in columns.

    Parameters
    ----------
    table
        The printed table.
    sums
        What ``sums`` gives of it.

    Returns
    -------
    list of Finding
        One for each kind of total, and one for each change that does not follow from what it is between.
    """
    findings = []
    for what, alike in sums.items():
        wrong = [total for total in alike if not total.adds]
        if wrong and (what == "column" or _is_meant(alike, wrong)):
            findings.append(_finding(table, alike, wrong, what))
    return [*findings, *_changes(table)]


def _changes(table: Table) -> list[Finding]:
    """A column that is the difference of two others: where it is not, and where one of the two is absent."""
    findings = []
    for column in table.counts:
        if not _is_change(column):
            continue
        values = table.values(column)
        others = [count for count in table.counts if count is not column]
        for after, before in permutations(others, 2):
            gap = table.values(after) - table.values(before)
            seen = ~np.isnan(gap) & ~np.isnan(values)
            same = seen & (gap == values)
            if same.sum() >= 4 and same.sum() >= 0.9 * seen.sum() and len(set(gap[same])) >= 3:
                findings += _wrong_changes(table, column, (after, before), seen & ~same)
                break
    return findings


def _is_change(column: Column) -> bool:
    return bool(re.search(r"change|difference|increase", column.name, re.IGNORECASE))


def _wrong_changes(table: Table, column: Column, pair: tuple[Column, Column], wrong: np.ndarray) -> list[Finding]:
    """Differences that are none, as findings."""
    values, after, before = table.values(column), table.values(pair[0]), table.values(pair[1])
    findings = []
    name = f"{pair[0].name} − {pair[1].name}"
    rows = np.flatnonzero(wrong)
    if len(rows):
        at = int(rows[0])
        evidence = (
            f"'{column.name}' is {name}, but not in {len(rows)} row{'s' if len(rows) > 1 else ''} (line "
            f"{table.printed.lines[at]}: {figure(after[at])} − {figure(before[at])} is "
            f"{figure(after[at] - before[at])}, printed {column.texts[at]})."
        )
        findings.append(Finding("total", "Changes that do not follow", (column.name,), table.where(rows), evidence))
    lone = np.isnan(after) != np.isnan(before)
    rows = np.flatnonzero(lone & (values == np.nan_to_num(after) - np.nan_to_num(before)) & (values != 0))
    if len(rows):
        names = listed(f"{table.keys['printed_place'][int(row)]} {column.texts[int(row)]}" for row in rows)
        evidence = f"'{column.name}' is {name}, and is printed where one of them is absent, taken for 0: {names}."
        findings.append(Finding("zero", "'Not provided' counted as zero", (column.name,), table.where(rows), evidence))
    return findings


def _is_meant(sums: list[Sum], wrong: list[Sum]) -> bool:
    """Whether these totals are sums of what is printed: half of them add, or the parts are all that there are."""
    return len(sums) - len(wrong) >= max(1, 0.5 * len(sums)) or all(
        total.is_whole or total.total < total.parts for total in wrong
    )


def _finding(table: Table, sums: list[Sum], wrong: list[Sum], what: str) -> Finding:
    """Sums that are wrong, as a finding."""
    examples = listed(
        (
            f"line {table.printed.lines[total.row]}, {total.column}: {figure(total.total)} printed, "
            f"parts {figure(total.parts)} ({figure(total.total - total.parts, sign='+')}{total.guess})"
            for total in wrong
        ),
        most=4,
    )
    evidence = f"{len(wrong)} of {len(sums)} totals {'does' if len(wrong) == 1 else 'do'} not add: {examples}."
    columns = tuple(dict.fromkeys(total.column for total in wrong))
    title = "Totals that do not add" if what != "column" else "A column of totals that do not add"
    return Finding("total", title, columns, table.where([total.row for total in wrong]), evidence)


def _row_sums(table: Table) -> Iterator[Sum]:
    """Each total row beside the rows that it is the total of, for each column of counts."""
    keys = table.keys.assign(when=table.keys["time"].map(str))
    time = next((column for column in table.columns if column.role == "time"), None)
    all_times = np.array([places.is_total(text) for text in time.texts]) if time else np.zeros(len(keys), dtype=bool)
    if all_times.any():
        yield from _over_times(table, keys, all_times)
    for _, group in keys[~all_times].groupby(["when", "other"], sort=False):
        totals = group[group["is_total"]]
        parts = group[~group["is_total"]].drop_duplicates("place")
        if len(parts) >= 2:
            for column in table.counts:
                values = table.values(column)
                for row in totals.index:
                    if not np.isnan(values[row]):
                        yield _sum(table, column, row, parts)


def _over_times(table: Table, keys: pd.DataFrame, all_times: np.ndarray) -> Iterator[Sum]:
    """Rows that are the total of all times."""
    for _, group in keys.groupby(["place", "other"], sort=False):
        rows = group.index.to_numpy()
        parts = group[~all_times[rows]]
        for row in rows[all_times[rows]]:
            for column in table.counts:
                values = table.values(column)
                if len(parts) >= 2 and not np.isnan(values[row]):
                    yield _sum(table, column, int(row), parts.assign(place=parts["when"]))


def _sum(table: Table, column: Column, row: int, parts: pd.DataFrame) -> Sum:
    """One total beside the set of rows whose sum comes nearest to it."""
    values, unit = table.values(column), float(table.half(column)[row])
    best: tuple[float, float, bool] = (math.inf, 0.0, False)
    for chosen in _sets(parts):
        addends = values[chosen]
        added = float(np.nansum(addends))
        slack = unit * (len(addends) + 1) + 1e-6
        off = values[row] - added
        adds = abs(off) <= slack or (bool(np.isnan(addends).any()) and off >= -slack)
        if (adds, -abs(off)) > (best[2], -abs(best[0])):
            best = (off, added, adds)
    off, added, adds = best
    guess = ""
    same = [str(p) for p, at in zip(parts["place"], parts.index, strict=True) if values[at] == abs(off) and off]
    if len(same) == 1 and abs(off) > 10:
        guess = f", as much as {same[0]} has"
    return Sum(row, column.name, float(values[row]), added, adds, _is_whole(parts, values, row, added), guess)


def _sets(parts: pd.DataFrame) -> Iterator[pd.Index]:
    """The rows that a total may be the sum of: all, the forces, the territorial forces, those of a nation."""
    yield parts.index
    nation = parts["place"].map({row["force"]: row["nation"] for row in reference.force_rows()})
    if nation.notna().any():
        yield parts.index[nation.notna()]
        for chosen in (("England", "Wales"), ("England",), ("Wales",)):
            if nation.isin(chosen).any():
                yield parts.index[nation.isin(chosen)]


def _is_whole(parts: pd.DataFrame, values: np.ndarray, row: int, added: float) -> bool:
    """Whether the parts are all the territorial forces, or a total is off by so little that it can only be of them."""
    territorial = {row["force"] for row in reference.force_rows() if row["kind"] == "territorial"}
    if territorial <= {*parts["place"], "City of London"}:
        return True
    is_by_force = len(set(parts["place"]) & territorial) >= 2
    return bool(abs(values[row] - added) < (0.02 if is_by_force else 0.2) * abs(values[row]))


def _label_sums(table: Table) -> Iterator[Sum]:
    """Rows whose further label is "All ..." beside the rows of the other labels."""
    keys = table.keys.assign(when=table.keys["time"].map(str))
    if not keys["is_other_total"].any():
        return
    for _, group in keys.groupby(["when", "place"], sort=False):
        totals, parts = group[group["is_other_total"]], group[~group["is_other_total"]]
        for column in table.counts:
            values = table.values(column)
            for row in totals.index:
                if len(parts) >= 2 and not np.isnan(values[row]):
                    yield _sum(table, column, row, parts.assign(place=parts["other"]))


def _column_sums(table: Table) -> Iterator[Sum]:
    """Columns called total beside the columns that they are the total of, or any that is the sum of all the others."""
    for column in table.counts:
        others = [
            count for count in table.counts if count is not column and not (_is_total(count) or _is_change(count))
        ]
        alike = [count for count in others if count.stem == column.stem] if column.time is None else []
        same = [count for count in others if count.time == column.time] if column.time is not None else others
        for parts in (alike, same, others):
            if len(parts) >= 2 and (_is_total(column) or column.name in table.sums):
                sums = list(_added(table, column, parts))
                if sums and sum(total.adds for total in sums) >= 0.8 * len(sums):
                    yield from sums
                    break


def _is_total(column: Column) -> bool:
    return places.is_total(column.place or column.stem or column.name) or bool(
        re.search(r"\btotal\b|^all\b", column.name.replace("_", " "), re.IGNORECASE)
    )


def _added(table: Table, column: Column, parts: list[Column]) -> Iterator[Sum]:
    """A column of totals, row by row, where at least four rows can be added."""
    values = table.values(column)
    addends = np.array([table.values(part) for part in parts])
    unit = max(table.unit(column), *(table.unit(part) for part in parts))
    slack = (unit if unit != 1 else 0) * (len(parts) + 1) / 2 + 1e-6
    rows = np.flatnonzero(~np.isnan(values) & (values != 0))
    if len(rows) < 4:
        return
    for row in rows:
        added = float(np.nansum(addends[:, row]))
        off = values[row] - added
        adds = abs(off) <= slack or (bool(np.isnan(addends[:, row]).any()) and off > 0)
        yield Sum(int(row), column.name, float(values[row]), added, adds, is_whole=False)
