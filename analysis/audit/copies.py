"""What is printed twice: a column under two names, a year's figures under two years, a row under two labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from math import lgamma, log
from typing import Any

import numpy as np

from analysis.audit.finding import SELDOM, Finding, coincidence, for_all, listed
from analysis.audit.printed_table.roles import Column
from analysis.audit.printed_table.table import Table

#: Words by which the names of two columns of one measure differ, where one holds more cases than the other.
_SCOPE = {
    *("all", "total", "ex", "excl", "excluding", "without", "incl", "including", "with", "revised", "adjusted", "of"),
}
_TELLING = 10  # counts below this agree too often to tell anything
_MODEL = (
    "two unrelated counts x agree with probability 1/sqrt(4 pi x) at most; shares as often as those of other rows do"
)
#: Two times that are compared for every place, two places for every time (in a table of one time, for every measure).
_ALONG = {"when": ["place", "series"], "place": ["when", "series"]}
_CALLED = {"when": ("copied_time", "A year that copies another"), "place": ("repeated_row", "Rows repeated")}


def findings(table: Table, *, explained: set[str]) -> list[Finding]:
    """Columns, times and rows that are the same as others.

    Parameters
    ----------
    table
        The printed table.
    explained
        Columns whose copying is told already.

    Returns
    -------
    list of Finding
        One for each.
    """
    return [*_columns(table, explained), *_where_blank(table), *_alike(table, "when"), *_alike(table, "place")]


def _columns(table: Table, copied: set[str]) -> list[Finding]:
    """Pairs of columns of one kind that are the same in nearly all rows, or in all rows of one time."""
    findings = []
    rows = ~table.keys["is_total"].to_numpy()
    for columns in (table.counts, table.shares):
        pairs = [(a, b) for a, b in combinations(columns, 2) if not {a.name, b.name} <= copied and not _is_one(a, b)]
        for left, right in pairs:
            finding = _same(table, left, right, rows, len(pairs))
            finding = finding or _same_in_part(table, left, right, len(pairs))
            if finding is not None:
                findings.append(finding)
    return findings


def _is_one(left: Column, right: Column) -> bool:
    """Whether two columns may well be the same: one measure in two scopes, or counts of two times (told elsewhere)."""
    if left.role == "count" and (left.time != right.time or left.place != right.place):
        return True
    words = [set(re.findall(r"[a-z]+|\d+", column.name.casefold())) for column in (left, right)]
    return bool(_SCOPE & (words[0] ^ words[1])) and len(words[0] & words[1]) >= 0.3 * len(words[0] | words[1])


def _agreement(table: Table, left: Column, right: Column, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Which of some rows can be told by, in which of them two columns agree, and how likely that is by chance."""
    left_values, right_values = table.values(left), table.values(right)
    if left.role == "count":
        seen = (
            rows
            & (np.maximum(left_values, right_values) >= _TELLING)
            & ~np.isnan(left_values)
            & ~np.isnan(right_values)
        )
        near = np.maximum(table.half(left), table.half(right))
        same = seen & (np.abs(left_values - right_values) <= near)
        return seen, same, coincidence(left_values[same] / np.maximum(1, 2 * near[same]))
    seen = rows & ~np.isnan(left_values) & ~np.isnan(right_values) & ((left_values != 0) | (right_values != 0))
    near = np.maximum(table.half(left), table.half(right)) * 1.0001 * (left.decimals != right.decimals)
    same = seen & (np.abs(left_values - right_values) <= near + 1e-12)
    right_seen = right_values[seen]
    if len(right_seen) < 3:
        return seen, same, 0.0
    hits = np.abs(left_values[seen][:, None] - right_seen[None, :]) <= near[seen][:, None] + 1e-12
    np.fill_diagonal(hits, val=False)
    often = float((hits.sum() + 1) / (len(right_seen) * (len(right_seen) - 1)))
    return seen, same, float(same.sum()) * float(np.log10(often))


def _same(table: Table, left: Column, right: Column, rows: np.ndarray, tried: int) -> Finding | None:
    """Two columns that agree in nearly all rows."""
    seen, same, chance = _agreement(table, left, right, rows)
    chance = for_all(chance, tried)
    values = table.values(left)[seen]
    if seen.sum() < 5 or same.sum() < 0.95 * seen.sum() or chance >= SELDOM or len(set(values)) < 4:
        return None
    rounded = " once rounded" if left.decimals != right.decimals else ""
    evidence = (
        f"'{left.name}' and '{right.name}' are the same{rounded} in {int(same.sum()):,} of the {int(seen.sum()):,} "
        "rows that can tell."
    )
    return Finding(
        "copied_column", "A column that copies another", (left.name, right.name), table.where(np.flatnonzero(same)),
        evidence, chance, _MODEL,
    )  # fmt: skip


def _same_in_part(table: Table, left: Column, right: Column, tried: int) -> Finding | None:
    """Two columns that agree in all rows of one time, and in few of the others."""
    label = table.keys["time"].map(str).to_numpy()
    times = [when for when in dict.fromkeys(label) if when != "None"]
    for when in times if len(times) > 1 else []:
        inside = (label == when) & ~table.keys["is_total"].to_numpy()
        seen, same, chance = _agreement(table, left, right, inside)
        others, alike, _ = _agreement(table, left, right, ~inside)
        chance = for_all(chance, tried * len(times))
        if seen.sum() >= 6 and same.sum() == seen.sum() and chance < SELDOM and alike.sum() < 0.2 * others.sum():
            name = table.keys["time"][int(np.flatnonzero(same)[0])].label
            evidence = (
                f"'{left.name}' and '{right.name}' are the same in all {int(same.sum()):,} rows of {name} that can "
                f"tell, and in {int(alike.sum()):,} of {int(others.sum()):,} others."
            )
            return Finding(
                "copied_column", "A column that copies another in part", (left.name, right.name),
                table.where(np.flatnonzero(same)), evidence, chance, _MODEL,
            )  # fmt: skip
    return None


def _where_blank(table: Table) -> list[Finding]:
    """Two columns of counts that are the same in just those rows in which a third has no figure."""
    gaps = [count for count in table.counts if 5 <= np.isnan(table.values(count)).sum() < len(table.keys)]
    for left, right in combinations(table.counts if gaps else [], 2):
        left_values, right_values = table.values(left), table.values(right)
        both = (
            ~np.isnan(left_values)
            & ~np.isnan(right_values)
            & ~table.keys["is_total"].to_numpy()
            & (left_values + right_values > 0)
        )
        same = both & (left_values == right_values)
        for third in gaps:
            blank = both & np.isnan(table.values(third)) if third not in (left, right) else np.zeros_like(both)
            if blank.sum() < 5 or not same[blank].all() or same[both & ~blank].mean() > 0.2:
                continue
            chance = for_all(_all_inside(int(both.sum()), int(same.sum()), int(blank.sum())), len(table.counts) ** 3)
            if chance < SELDOM:
                rows = np.flatnonzero(blank)
                evidence = (
                    f"'{left.name}' and '{right.name}' are the same in all {int(blank.sum())} rows that have no "
                    f"'{third.name}' ({listed(table.keys['printed_place'].iloc[rows])}), and in "
                    f"{int(same[both & ~blank].sum())} of {int((both & ~blank).sum())} others: one was put for the "
                    "other."
                )
                return [
                    Finding(
                        "copied_column", "A column that copies another in part", (left.name, right.name),
                        table.where(rows), evidence, chance,
                        "rows that are the same fall on rows without a figure at random (Fisher's exact test)",
                    )
                ]  # fmt: skip
    return []


def _all_inside(rows: int, same: int, blank: int) -> float:
    """The power of ten of the chance that all rows without a figure are among those that are the same."""
    return (_choose(rows - blank, same - blank) - _choose(rows, same)) / log(10)


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _alike(table: Table, across: str) -> list[Finding]:
    """Pairs of levels whose counts are the same wherever both have one."""
    counted = table.counted()
    wide = counted.pivot_table(index=_ALONG[across], columns=across, values="value", aggfunc="first")
    if wide.shape[1] < 2 or wide.shape[1] > 400:
        return []
    if across == "when" and -1 in wide.columns:
        wide = wide.drop(columns=-1)
    values, tried, findings = wide.to_numpy(), wide.shape[1] ** 2 / 2, []
    unit = max(1.0, 2 * float(counted["half"].max()))  # rounded counts agree more often
    for a, b in _nearly_alike(values):
        both = ~np.isnan(values[:, a]) & ~np.isnan(values[:, b])
        same = values[both, a] == values[both, b]
        telling = np.maximum(values[both, a], values[both, b]) >= _TELLING
        if telling.sum() < 3 or not same[telling].all():
            continue
        chance = for_all(coincidence(values[both, a][telling] / unit**2), tried)
        if chance < SELDOM:
            pair = wide.columns[a], wide.columns[b]
            findings.append(_pair(table, across, pair, same=int(same.sum()), chance=chance))
    return findings


def _nearly_alike(values: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of columns that have three numbers or more in the same rows, of which 95 in 100 are the same."""
    has_number = (~np.isnan(values)).astype(int)
    both = has_number.T @ has_number
    same = np.array([(values[:, [column]] == values).sum(axis=0) for column in range(values.shape[1])])
    is_alike = (both >= 3) & (same >= 0.95 * both)
    yield from ((int(a), int(b)) for a, b in np.argwhere(np.triu(is_alike, 1)))


def _pair(table: Table, across: str, pair: tuple[Any, Any], *, same: int, chance: float) -> Finding:
    """Two levels that are the same, as a finding."""
    counted = table.counted()
    rows = counted[counted[across].isin(pair)]
    names = rows.drop_duplicates(across).set_index(across)
    labels = [names["time"][level].label if across == "when" else str(level) for level in pair]
    evidence = f"All {same:,} counts that {labels[0]} and {labels[1]} both have are the same."
    lines = table.where(rows["row"].to_numpy())
    return Finding(*_CALLED[across], tuple(dict.fromkeys(rows["column"])), lines, evidence, chance, _MODEL)
