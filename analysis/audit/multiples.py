"""A year, a force or any other level whose counts are all multiples of one number: doubled, or otherwise multiplied."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.audit.finding import Finding, figure, for_all
from analysis.audit.printed_table.table import Table, called

_FACTORS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 25, 50, 100, 1000)
_LEAST = 6  # counts that a level must have
_SELDOM = -6.0  # counts are not quite as even as coins
_MODEL = (
    "a count is a multiple of {factor} as often as the other counts of the table are, and in 1 of {factor} at least"
)


def findings(table: Table) -> list[Finding]:
    """Levels of time, place and further labels whose counts are all multiples of a number, as others' are not.

    Parameters
    ----------
    table
        The printed table.

    Returns
    -------
    list of Finding
        One for each level, the widest of those that lie in one another, and one of counts in thousands.
    """
    counted = table.counted()
    counted = counted[counted["value"] > 0]
    levels = list(_levels(counted))
    tried = len(levels) * len(_FACTORS)
    multiplied = []
    for what, name, rows in levels:
        best = _best(counted, rows, tried)
        if best is not None:
            multiplied.append((what, name, rows, *best))
    return [*(_finding(table, counted, level) for level in _outermost(multiplied)), *_thousands(table)]


def _thousands(table: Table) -> list[Finding]:
    """A time whose counts are a thousandth (or a thousand times) of those of the times beside it."""
    counted = table.counted()
    findings = []
    for series, rows in counted[counted["value"] > 0].groupby("series", sort=False):
        wide = rows.pivot_table(index="place", columns="when", values="value", aggfunc="first")
        logs = np.log10(wide.to_numpy())
        for at, when in enumerate(wide.columns):
            rest = np.delete(logs, at, axis=1)
            rest = np.where(np.isfinite(logs[:, [at]]), rest, np.nan)
            seen = np.isfinite(rest).sum(axis=1) >= 2
            if seen.sum() < 3:
                continue
            usual = np.nanmedian(rest[seen], axis=1)
            away, inside = logs[seen, at] - usual, rest[seen] - usual[:, None]
            inside = inside[np.isfinite(inside)]
            middle = float(np.median(np.abs(away)))
            if 2.5 < middle < 3.5 and np.quantile(np.abs(inside), 0.95) < 1.5 and np.ptp(np.sign(away)) == 0:
                findings.append(_in_thousands(table, rows[rows["when"] == when], str(series), away, inside))
    return findings


def _in_thousands(table: Table, rows: pd.DataFrame, series: str, away: np.ndarray, inside: np.ndarray) -> Finding:
    """A time in other units, as a finding."""
    size = "a thousandth of" if away[0] < 0 else "a thousand times"
    evidence = (
        f"'{series}' of {rows['time'].iloc[0].label} is about {size} what the same places have at other times, in all "
        f"{len(away)} of them ({rows['place'].iloc[0]}: {figure(rows['value'].iloc[0])}): thousands?"
    )
    spread = max(0.1, float(np.std(inside)))
    chance = for_all(float(-np.log10(1 + (away / spread) ** 2).sum()), 100)
    columns = tuple(dict.fromkeys(rows["column"]))
    model = "that counts move so far from those of other times, whatever their distribution (Cantelli's inequality)"
    return Finding("units", "Units mixed", columns, table.where(rows["row"].to_numpy()), evidence, chance, model)


def _levels(counted: pd.DataFrame) -> list[tuple[str, str, pd.Index]]:
    """Each level that has others beside it: its kind, its name, its counts."""
    levels = []
    label = counted["time"].map(lambda time: time.label if time is not None else "")
    kinds = {"time": label, "place": counted["place"], "other": counted["other"], "column": counted["measure"]}
    for what, names in kinds.items():
        if names.nunique() < 2:
            continue
        for name, rows in counted.groupby(names, sort=False).groups.items():
            levels.append((what, str(name), rows))
    if label.nunique() > 1 and counted["series"].nunique() > 1:
        both = label + ", " + counted["series"]
        for name, rows in counted.groupby(both, sort=False).groups.items():
            levels.append(("time and column", str(name), rows))
    return [level for level in levels if len(level[2]) >= _LEAST and len(level[2]) < len(counted)]


def _best(counted: pd.DataFrame, rows: pd.Index, tried: int) -> tuple[int, float] | None:
    """The largest number that all counts of a level are multiples of, and its chance; None where chance may do it."""
    numbers, is_inside = counted["value"].to_numpy(), counted.index.isin(rows)
    values, outside = numbers[is_inside], numbers[~is_inside]
    best = None
    for factor in _FACTORS:
        if np.all(values % factor == 0):
            often = max(1 / factor, (float((outside % factor == 0).sum()) + 1) / (len(outside) + 2))
            chance = for_all(len(values) * np.log10(often), tried)
            if chance < _SELDOM and (best is None or chance < best[1] - 3):
                best = factor, chance
    return best


def _outermost(levels: list[tuple[str, str, pd.Index, int, float]]) -> list[tuple[str, str, pd.Index, int, float]]:
    """Levels that are not inside another that was found, and not outside one that tells all of it better."""
    outermost: list[tuple[str, str, pd.Index, int, float]] = []
    for level in sorted(levels, key=lambda level: (-len(level[2]), level[4])):
        if not any(len(level[2].difference(other[2])) <= 0.2 * len(level[2]) for other in outermost):
            outermost.append(level)
    return outermost


def _finding(table: Table, counted: pd.DataFrame, level: tuple[str, str, pd.Index, int, float]) -> Finding:
    """A level that was multiplied, as a finding."""
    what, name, rows, factor, chance = level
    values = counted.loc[rows, "value"]
    outside = counted.drop(rows)["value"]
    sums = counted.loc[rows].groupby("measure")["value"].sum()
    largest, total = str(sums.idxmax()), float(sums.max())
    often = float((outside % factor == 0).mean())
    change = {2: "doubled", 3: "trebled", 10: "multiplied by ten, or rounded"}.get(factor, f"multiplied by {factor}")
    if factor in (5, 50, 100, 1000, 25, 20):
        change = f"multiplied by {factor}, or rounded"
    all_of = "even" if factor == 2 else f"a multiple of {factor}"
    evidence = (
        f"All {len(values):,} counts above 0 of {name} are {all_of}, where {100 * often:.0f}% of the "
        f"{len(outside):,} other counts are: {change}. {called(largest) or name} adds up to "
        f"{figure(total)} as printed, {figure(total / factor)} if so."
    )
    columns = tuple(dict.fromkeys(counted.loc[rows, "column"]))
    lines = table.where(counted.loc[rows, "row"].to_numpy())
    noun = counted.loc[rows, "time"].iloc[0].unit if what == "time" else what
    noun = {"place": "force" if table.is_by_force else "place", "other": "label"}.get(noun, noun)
    return Finding(
        "multiplied", f"A {noun} multiplied", columns, lines, evidence, chance,
        _MODEL.format(factor=factor),
    )  # fmt: skip
