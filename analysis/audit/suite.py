"""The suite's own figures that a printed table can be set beside: by force and financial year or quarter.

A printed series is taken to be one of the suite's where more of its counts are the same to the case than chance gives.
Then what differs from it is looked at: multiplied, slipped, exchanged, zero, or of another edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.audit.finding import SELDOM, Finding, coincidence, figure, for_all, listed, spoken, tail
from analysis.audit.printed_table.numbers import cell
from analysis.audit.printed_table.roles import Column
from analysis.audit.printed_table.table import Table, called
from analysis.audit.printed_table.times import Time
from analysis.counts import counts
from analysis.reference import reference
from analysis.reference.periods import year_start

_TELLING = 20  # counts below this agree by chance too often
_LOOKED_AT = 300
_CERTAIN = -8.0
_MODEL = "two unrelated counts x agree with probability 1/sqrt(4 pi x) at most"


@dataclass(frozen=True)
class Match:
    """A printed series beside one of the suite's. ``cells`` has row, column, place, when, value, ``suite``."""

    series: str
    name: str
    source: str
    cells: pd.DataFrame
    same: int
    telling: int


@cache
def _library() -> tuple[pd.DataFrame, dict[str, str]]:
    """Every published series by (force, unit, time), a column each, and the source of each."""
    parts: list[pd.DataFrame] = []
    sources: dict[str, str] = {}
    for name in counts.available():
        dataset = counts.read(name)
        if dataset.sensitivity != "published" or not {"force", "period"} <= set(dataset.dimensions):
            continue
        if set(dataset.dimensions) <= {"force", "period", "offence", "outcome"}:
            for part in _series(dataset):
                parts.append(part)
                sources |= {str(column): f"{dataset.source.publisher} (data/counts/{name}.parquet)" for column in part}
    return pd.concat(parts, axis=1) if parts else pd.DataFrame(), sources


def _series(dataset: Any) -> Iterator[pd.DataFrame]:
    """The series of one set of counts: all cases, and each outcome and disposition, of each offence."""
    table = dataset.table.assign(period=pd.to_datetime(dataset.table["period"]))
    if "offence" not in table:
        table["offence"] = dataset.offence
    label = dataset.name + ": " + table["offence"].astype(str)
    kinds = [(label, "all cases")]
    if "outcome" in table and dataset.scheme:
        outcomes = reference.outcomes(dataset.scheme)
        meant = table["outcome"].map({code: outcome.disposition for code, outcome in outcomes.items()})
        kinds += [(label + ", type " + table["outcome"].astype(str), ""), (label + ", " + meant.astype(str), "")]
    for series, suffix in kinds:
        named = series + (f", {suffix}" if suffix else "")
        yield _wide(table, named, dataset.coverage.periods)


def _wide(table: pd.DataFrame, series: pd.Series, periods: Any) -> pd.DataFrame:
    """Cases by (force, unit, place of the time), a column a series, for quarters and for whole years."""
    when = table["period"].dt
    year = when.year - (when.month < 4)
    parts = []
    if all(months == 3 for months in periods.values()):
        quarter = (when.year * 12 + when.month - 1) // 3
        parts.append(_pivot(table, series, "quarter", quarter))
        quarters = pd.Series(list(periods)).map(year_start).value_counts()
        table = table[year.map(quarters) == 4]
    parts.append(_pivot(table, series.loc[table.index], "year", year.loc[table.index]))
    return pd.concat(parts)


def _pivot(table: pd.DataFrame, series: pd.Series, unit: str, place: pd.Series) -> pd.DataFrame:
    keyed = table.assign(series=series, unit=unit, when=place)
    return keyed.pivot_table(index=["force", "unit", "when"], columns="series", values="cases", aggfunc="sum")


def matches(table: Table) -> list[Match]:
    """The suite's series for each printed one, where one can be told.

    Parameters
    ----------
    table
        The printed table.

    Returns
    -------
    list of Match
        A match for each printed series that has one; empty where no column is of a force and a time.
    """
    if not table.is_by_force:
        return []
    library, sources = _library()
    counted = table.counted()
    if len(counted) and (counted["when"] == -1).all():
        counted = _dated(counted, library)
    is_kept = [time is not None and (time.unit != "year" or time.first.month == 4) for time in counted["time"]]
    counted = counted[np.array(is_kept, dtype=bool)]
    matched = []
    for series, rows in counted.groupby("series", sort=False):
        sample = rows[rows["value"] >= _TELLING]
        sample = sample.iloc[:: max(1, len(sample) // _LOOKED_AT)]  # enough to tell which of thousands it is
        name = _likely(sample["value"].to_numpy(), library.reindex(_keys(sample)))
        match = _beside(str(series), rows, library[[name]], sources) if name else None
        if match is not None:
            matched.append(match)
    return matched


def _dated(counted: pd.DataFrame, library: pd.DataFrame) -> pd.DataFrame:
    """Counts of no stated time, given the year of the suite's figures that most of them agree with."""
    largest = counted[counted["series"] == counted.groupby("series")["value"].sum().idxmax()]
    best, most = counted, 4
    for year in sorted({when for _, unit, when in library.index if unit == "year"}):
        when = Time("year", int(year), date(int(year), 4, 1))
        keys = pd.MultiIndex.from_arrays([largest["place"], ["year"] * len(largest), [year] * len(largest)])
        same = (library.reindex(keys).to_numpy() == largest["value"].to_numpy()[:, None]) & (
            largest["value"] >= _TELLING
        ).to_numpy()[:, None]
        if same.sum(axis=0).max() > most:
            most = int(same.sum(axis=0).max())
            best = counted.assign(when=year, time=pd.Series([when] * len(counted), index=counted.index, dtype=object))
    return best


def beside(table: Table, matched: list[Match]) -> list[Column]:
    """The suite's figures of the other outcomes of the same cases, as columns beside the table's own.

    Parameters
    ----------
    table
        The printed table.
    matched
        The suite's series for printed ones (``matches``).

    Returns
    -------
    list of Column
        A column for each outcome that is not printed.
    """
    library, _ = _library()
    columns: list[Column] = []
    for match in matched[:1]:  # the first column that was found tells which cases they are
        cells = match.cells.drop_duplicates("row")
        keys = _keys(cells)
        set_of, _, rest = match.name.partition(": ")
        offence = rest.partition(", ")[0]
        for name in library.columns:
            if str(name).startswith(f"{set_of}: {offence}, ") and str(name) != match.name:
                figures = dict(zip(cells["row"], library[name].reindex(keys).to_numpy(), strict=True))
                texts = ["" if pd.isna(figures.get(row)) else f"{figures[row]:.0f}" for row in range(len(table.keys))]
                columns.append(
                    Column(f"{name} (the suite's)", 0, "count", tuple(texts), tuple(map(cell, texts)), stem=str(name))
                )
    return columns


def _keys(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([table["place"], table["time"].map(lambda time: time.unit), table["when"]])


def _likely(values: np.ndarray, beside: pd.DataFrame) -> str:
    """The suite's series that agrees with most of some counts, if with more than chance gives; "" for none."""
    same = (beside.to_numpy() == values[:, None]).sum(axis=0)
    if not len(same) or same.max() < 5:
        return ""
    at = int(same.argmax())
    there = beside.iloc[:, at].notna().to_numpy()
    often = 10 ** (coincidence(values[there]) / max(1, there.sum()))
    chance = for_all(tail(int(same[at]), int(there.sum()), often), beside.shape[1])
    return str(beside.columns[at]) if chance < _CERTAIN else ""


def _beside(series: str, table: pd.DataFrame, library: pd.DataFrame, sources: dict[str, str]) -> Match:
    """A printed series beside one of the suite's."""
    name = str(library.columns[0])
    cells = table.assign(suite=library.reindex(_keys(table)).iloc[:, 0].to_numpy())
    cells = cells[cells["suite"].notna()]
    telling = cells["value"] >= _TELLING
    same = int((telling & (cells["value"] == cells["suite"])).sum())
    return Match(series, name, sources[name], cells, same, int(telling.sum()))


def told(match: Match) -> str:
    """What a printed series was compared with, in a line.

    Parameters
    ----------
    match
        The printed series and the suite's.

    Returns
    -------
    str
        One line without a stop.
    """
    name = called(match.series)
    series = f"'{name}'" if name else "its counts"
    return (
        f"{series} beside {match.name}, {match.source}: {match.same:,} of {match.telling:,} counts of {_TELLING} or "
        "more are the same"
    )


def _of(match: Match) -> str:
    """Whose counts they are, after "counts"; "" where they have no name."""
    name = called(match.series)
    return f" of '{name}'" if name else ""


def findings(table: Table, matched: list[Match], *, explained: set[tuple[int, str]]) -> list[Finding]:
    """What differs from the suite's figures in a way that no revision makes.

    Parameters
    ----------
    table
        The printed table.
    matched
        The suite's series for printed ones (``matches``).
    explained
        Cells, by row and column, that need no more said.

    Returns
    -------
    list of Finding
        One for each cause in a series, then one for each pair that was swapped.
    """
    findings: list[Finding] = []
    for match in matched:
        cells = match.cells
        left = [cell not in explained for cell in zip(cells["row"], cells["column"], strict=True)]
        for method in (_multiplied, _slipped, _exchanged, _other_edition, _far_off):
            cause = method(table, match, cells[np.array(left, dtype=bool)])
            if cause is not None:
                finding, rows = cause
                findings.append(finding)
                if finding.kind == "slipped_rows":  # the rows where a slip begins and ends are of it too
                    rows = set(cells.index[cells["column"].isin(finding.columns)])
                left = [keep and row not in rows for keep, row in zip(left, cells.index, strict=True)]
    return [*findings, *_swapped(table, matched)]


#: A finding and the cells that it explains; None where there is none.
Explained = tuple[Finding, "set[Any]"] | None


def _finding(
    table: Table, match: Match, rows: pd.DataFrame, *, kind: str, title: str, evidence: str, chance: float | None,
    model: str = _MODEL,
) -> Explained:  # fmt: skip
    """A finding about some cells of a match, and those cells."""
    columns = tuple(dict.fromkeys(rows["column"]))
    finding = Finding(kind, title, columns, table.where(rows["row"].to_numpy()), evidence, chance, model, told(match))
    return finding, set(rows.index)


def _multiplied(table: Table, match: Match, cells: pd.DataFrame) -> Explained:
    """A level whose counts are the suite's times one number."""
    seen = cells[(cells["suite"] >= 5) & (cells["value"] > 0)]
    for what, key in (("time", "when"), ("place", "place")):
        for _, rows in seen.groupby(key, sort=False):
            ratio = float(np.median(rows["value"] / rows["suite"]))
            factor = round(ratio) if ratio >= 1.5 else 1 / round(1 / ratio) if ratio <= 0.67 else 1.0
            if len(rows) < 3 or factor in (0, 1.0) or seen[key].nunique() < 2:
                continue
            same = np.abs(rows["value"] - factor * rows["suite"]) <= max(0.5, 0.5 * min(1, factor))
            chance = for_all(coincidence(rows["value"][same]), seen[key].nunique() * 20)
            if same.mean() >= 0.5 and same.sum() >= 3 and chance < -6:
                name = rows["time"].iloc[0].label if what == "time" else rows["place"].iloc[0]
                named = " of ".join(filter(None, (called(match.series), name)))
                evidence = (
                    f"{named} is {figure(factor)} times the suite's in {int(same.sum())} of "
                    f"{len(rows)} counts: {figure(rows['value'].sum())} printed, {figure(rows['suite'].sum())} in the "
                    "suite's figures."
                )
                title = f"A {rows['time'].iloc[0].unit if what == 'time' else 'force'} multiplied"
                return _finding(table, match, rows, kind="multiplied", title=title, evidence=evidence, chance=chance)
    return None


def _slipped(table: Table, match: Match, cells: pd.DataFrame) -> Explained:
    """Counts that are the suite's of a row above or below, or are exchanged among rows of one time."""
    best: tuple[int, int, pd.DataFrame] | None = None
    groups = [group.sort_values("row") for _, group in cells.groupby("when", sort=False)]
    ordered = pd.concat(groups) if groups else cells
    by_time = ordered.groupby("when", sort=False)["suite"]
    for step in (1, -1, 2, -2, 3, -3):
        is_moved = ordered["value"] == by_time.shift(-step)
        hits = ordered[is_moved & (ordered["value"] >= 10) & (ordered["value"] != ordered["suite"])]
        if best is None or len(hits) > best[0]:
            best = len(hits), step, hits
    if best is None or best[0] < 4:
        return None
    often, step, hits = best
    chance = for_all(tail(often, len(cells), 0.03), 6)
    if chance > -6:
        return None
    first = hits.iloc[0]
    evidence = (
        f"{often} counts{_of(match)} are those that the suite has {abs(step)} row"
        f"{'s' if abs(step) > 1 else ''} {'below' if step > 0 else 'above'} ({first['place']}: "
        f"{figure(first['value'])} printed, {figure(first['suite'])} its own)."
    )
    return _finding(
        table,
        match,
        hits,
        kind="slipped_rows",
        title="Rows slipped against their labels",
        evidence=evidence,
        chance=chance,
    )


def _exchanged(table: Table, match: Match, cells: pd.DataFrame) -> Explained:
    """Pairs of rows of one time whose counts are printed at each other's labels."""
    pairs, rows, tried = [], [], 0.0
    for _, group in cells.groupby("when", sort=False):
        odd = group[(group["value"] != group["suite"]) & (group["value"] >= _TELLING) & (group["suite"] >= _TELLING)]
        tried += len(odd) * (len(odd) - 1) / 2
        numbers = list(zip(odd["value"], odd["suite"], odd.index, strict=True))
        for at, (value, own, index) in enumerate(numbers):
            for theirs, other, partner in numbers[at + 1 :]:
                if value == other and theirs == own:
                    pairs.append((odd.loc[index], odd.loc[partner]))
                    rows += [index, partner]
    if not pairs:
        return None
    chance = for_all(sum(coincidence([a["value"], b["value"]]) for a, b in pairs), tried)
    chosen = cells.loc[rows]
    names = listed(f"{a['place']} and {b['place']} ({a['time'].label})" for a, b in pairs)
    evidence = f"The counts of {names} stand at each other's labels, by the suite's figures."
    if chance > SELDOM:
        return None
    return _finding(
        table,
        match,
        chosen,
        kind="slipped_rows",
        title="Rows joined to the wrong labels",
        evidence=evidence,
        chance=chance,
    )


def _other_edition(table: Table, match: Match, cells: pd.DataFrame) -> Explained:
    """Counts that are not the suite's in this series, and are those of another of its editions."""
    library, sources = _library()
    odd = cells[(cells["value"] != cells["suite"]) & (cells["value"] >= _TELLING)]
    if len(odd) < 5 or match.same < 5:
        return None
    offence, measure = match.name.partition(": ")[2].partition(", ")[::2]
    unit = odd["time"].map(lambda time: time.unit)
    beside = library.reindex(pd.MultiIndex.from_arrays([odd["place"], unit, odd["when"]]))
    for name in beside.columns:
        other, _, rest = str(name).partition(": ")
        if other == match.name.partition(": ")[0] or rest.partition(", ")[::2] != (offence, measure):
            continue
        same = (beside[name].to_numpy() == odd["value"].to_numpy()) & (odd["value"] != odd["suite"]).to_numpy()
        chance = for_all(coincidence(odd["value"][same]), 20)
        if same.sum() >= 5 and same.sum() >= 0.5 * len(odd) and chance < -6:
            rows = odd[same]
            evidence = (
                f"{match.same:,} counts{_of(match)} are those of {match.name}, and {int(same.sum()):,} "
                f"others, which differ there, are those of {name}, {sources[str(name)]} "
                f"({spoken(table.where(rows['row'].to_numpy()))})."
            )
            return _finding(
                table, match, rows, kind="two_editions", title="Two editions mixed", evidence=evidence, chance=chance
            )
    return None


def _far_off(table: Table, match: Match, cells: pd.DataFrame) -> Explained:
    """Counts far from the suite's, where nearly all others are the same: no revision moves one count so far."""
    seen = cells[(cells["suite"] >= _TELLING) | (cells["value"] >= _TELLING)]
    off = np.abs(np.log((seen["value"] + 0.5) / (seen["suite"] + 0.5))) > np.log(1.5)
    rows = seen[off & (np.abs(seen["value"] - seen["suite"]) > 10) & (seen["value"] > 0)]
    if match.telling < 40 or match.same < 0.9 * match.telling or not 0 < len(rows) <= max(1, 0.1 * len(seen)):
        return None
    names = listed(
        f"{row.place} {', '.join(dict.fromkeys((row.time.label, row.column)))}: {figure(row.value)} printed, "
        f"{figure(row.suite)} in the suite's"
        for row in rows.itertuples()
    )
    evidence = (
        f"{len(rows)} of {len(seen)} counts {'is' if len(rows) == 1 else 'are'} far from the suite's figures, and "
        f"{match.same:,} are the same: {names}."
    )
    return _finding(
        table, match, rows, kind="differs", title="Counts that differ from the suite's", evidence=evidence, chance=None,
        model="no probability is given: how often a publisher revises one count so far, and few others, is not known",
    )  # fmt: skip


_SAID = {
    "charged": ("charg", "summons"),
    "victim_withdrew": ("withdr", "not support", "withdraw"),
    "undecided": ("undecided", "not yet", "open"),
    "no_further_action": ("no further", "nfa"),
    "all cases": ("record", "offence", "crime", "total", "all"),
}


def _swapped(table: Table, matched: list[Match]) -> list[Finding]:
    """Two columns of counts whose names and whose figures, by the suite, are each other's."""
    meant = {}
    for match in matched:
        kind = next((kind for kind in _SAID if match.name.endswith(kind)), "")
        if match.name.endswith(", type 1"):
            kind = "charged"
        named = next(
            (
                kind
                for kind, words in _SAID.items()
                if any(w in match.series.casefold().replace("_", " ") for w in words)
            ),
            "",
        )
        meant[match.series] = (match, kind, named)
    findings = []
    for a, (left, kind, named) in meant.items():
        for b, (right, other, theirs) in meant.items():
            if a < b and kind and other and kind != other and (kind, other) == (theirs, named):
                rows = pd.concat([left.cells, right.cells])
                evidence = (
                    f"By the suite's figures '{a}' is {left.name} in {left.same:,} of {left.telling:,} counts and "
                    f"'{b}' is {right.name} in {right.same:,} of {right.telling:,}: they stand under each "
                    "other's names."
                )
                lines = table.where(rows["row"].to_numpy())
                chance = for_all(tail(left.same, left.telling, 0.06), 1e4)
                findings.append(
                    Finding(
                        "swapped_labels", "Labels of columns swapped", (a, b), lines, evidence, chance, _MODEL,
                        told(left),
                    )
                )  # fmt: skip
    return findings
