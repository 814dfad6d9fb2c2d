"""Counts of a size that their neighbours speak against: zeros that stand for "not provided", rows that slipped.

What a place has at a time is expected from what it has at other times and what others have then (log-additive effects
by medians: Tukey's median polish), and from the suite's own figures where they are of the same cases.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.audit.finding import Finding, figure, for_all, listed
from analysis.audit.printed_table.table import Table, called
from analysis.audit.suite import Match

#: Of the heavy-tailed distribution (Student's t) that logarithms of counts are given about their expectation.
_FREEDOM = 6
_LEAST_SPREAD = 0.3
_SELDOM = -3.0
_ZERO_MODEL = (
    "counts about what the place's other times, the other places, or the suite lead to expect: Poisson about a "
    "log-t spread of {spread:.2f} with 6 degrees of freedom, for all {tried:,} figures"
)


@dataclass(frozen=True)
class Panel:
    """One series by place (rows) and time (columns): ``values``, what is ``expected``, the ``spread`` of their logs."""

    places: list[str]
    times: list[int]
    values: np.ndarray
    expected: np.ndarray
    spread: float
    own: np.ndarray  # the spread of each place, where that is more


def findings(table: Table, matches: list[Match], *, explained: set[tuple[int, str]]) -> list[Finding]:
    """Zeros that are none, and rows that slipped, by their size.

    Parameters
    ----------
    table
        The printed table.
    matches
        The suite's series for printed ones.
    explained
        Cells, by row and column, that need no more said.

    Returns
    -------
    list of Finding
        One for each.
    """
    counted = table.counted()
    is_kept = [cell not in explained for cell in zip(counted["row"], counted["column"], strict=True)]
    counted = counted[np.array(is_kept, dtype=bool)]
    zeros = _zeros(counted, matches)
    zero_findings = _zero_findings(table, counted, zeros)
    slipped = [slip for slip in _slips(table, counted) if slip is not None]
    return [*zero_findings, *slipped]


def _panel(table: pd.DataFrame) -> Panel | None:
    """A series with three times and four places or more."""
    wide = table.pivot_table(index="place", columns="when", values="value", aggfunc="first", sort=False)
    if wide.shape[0] < 4 or wide.shape[1] < 3 or wide.to_numpy().min() < 0:
        return None
    values = wide.to_numpy()
    logs = np.log(np.where(values > 0, values, np.nan))
    place, time = np.zeros(len(values)), np.zeros(values.shape[1])
    for _ in range(8):
        place += _medians(logs - place[:, None] - time[None, :], axis=1)
        time += _medians(logs - place[:, None] - time[None, :], axis=0)
    rest = logs - place[:, None] - time[None, :]
    seen = np.isfinite(rest).sum(axis=1, keepdims=True) >= 2
    spread = 1.4826 * float(np.nanmedian(np.abs(rest))) if np.isfinite(rest).any() else 1.0
    # Medians fit closely what few times there are: a residual is that much too small.
    spread *= math.sqrt(values.shape[1] / max(1, values.shape[1] - 1.5))
    own = 1.4826 * _medians(np.abs(rest - _medians(rest, axis=1)[:, None]), axis=1)
    expected = np.where(seen, _cautious(values, place, time), np.nan)
    spread = max(spread, 0.05)
    places, times = [str(name) for name in wide.index], [int(column) for column in wide.columns]
    return Panel(places, times, values, expected, spread, np.maximum(spread, own))


def _cautious(values: np.ndarray, place: np.ndarray, time: np.ndarray) -> np.ndarray:
    """What is expected, a zero counting as a zero: effects fitted to what is above zero alone are too high.

    Each time and each place is brought down to its own sum, zeros in it, where that is less.
    """
    expected = np.exp(place[:, None] + time[None, :])
    there = np.isfinite(values)
    for axis in (0, 1):
        sums = np.where(there, expected, 0).sum(axis=axis, keepdims=True)
        ratio = np.where(there, values, 0).sum(axis=axis, keepdims=True) / np.maximum(sums, 1e-9)
        expected = expected * np.minimum(ratio, 1)
    return np.asarray(expected)


def _medians(rest: np.ndarray, *, axis: int) -> np.ndarray:
    """The medians along an axis, 0 where there is nothing."""
    is_seen = np.isfinite(rest).any(axis=axis)
    filled = np.where(np.isfinite(rest).any(axis=axis, keepdims=True), rest, 0.0)
    return np.where(is_seen, np.nanmedian(filled, axis=axis), 0.0)


# ------------------------------------------------------------------------------------------------ zeros


_GRID = np.linspace(-60, 60, 4801)
_DENSITY = (1 + _GRID**2 / _FREEDOM) ** (-(_FREEDOM + 1) / 2)
_DENSITY /= _DENSITY.sum()


def _chance_of_none(expected: float, spread: float) -> float:
    """The power of ten of the chance of no case where ``expected`` are: Poisson about a log-t spread."""
    means = np.exp(np.clip(math.log(max(expected, 1e-9)) + max(spread, _LEAST_SPREAD) * _GRID, -50, 50))
    return math.log10(float((_DENSITY * np.exp(-means)).sum()))


def _zeros(counted: pd.DataFrame, matches: list[Match]) -> pd.DataFrame:
    """Every zero with what was expected instead: columns of ``counted``, and expected, spread, chance, recorded."""
    parts = []
    for series, rows in counted.groupby("series", sort=False):
        zero = rows[rows["value"] == 0]
        if not len(zero) or len(zero) > 0.25 * len(rows):
            continue
        zero = zero.assign(expected=np.nan, spread=1.0, chance=0.0, recorded=np.nan)
        zero = _by_panel(zero, rows)
        parts.append(_by_suite(zero, next((match for match in matches if match.series == series), None)))
    return pd.concat(parts) if parts else counted.iloc[:0].assign(expected=0.0, spread=0.0, chance=0.0, recorded=0.0)


def _by_panel(zero: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """What other times and places lead to expect."""
    panel = _panel(table)
    if panel is None:
        return zero
    at = {(p, t): panel.expected[i, j] for i, p in enumerate(panel.places) for j, t in enumerate(panel.times)}
    own = dict(zip(panel.places, panel.own, strict=True))
    unit = max(1.0, 2 * float(table["half"].max()))  # a rounded 0 is any count below half of the unit
    empty = {
        p for i, p in enumerate(panel.places) if (panel.values[i] == 0).sum() > 0.5 * np.isfinite(panel.values[i]).sum()
    }
    for index, place, when in zip(zero.index, zero["place"], zero["when"], strict=True):
        expected = float(at.get((place, when), math.nan))
        if np.isfinite(expected) and place not in empty:
            spread = max(_LEAST_SPREAD, 1.3 * float(own[place]))
            chance = _chance_of_none(expected / unit, spread)
            zero.loc[[index], ["expected", "spread", "chance"]] = [[expected, spread, chance]]
    return zero


def _by_suite(zero: pd.DataFrame, match: Match | None) -> pd.DataFrame:
    """What the suite's figures of the same places and times lead to expect."""
    if match is None:
        return zero
    seen = match.cells[(match.cells["value"] > 0) & (match.cells["suite"] > 0)]
    if len(seen) < 8:
        return zero
    logs = np.log(seen["value"] / seen["suite"])
    spread = max(_LEAST_SPREAD, 1.5 * float(np.median(np.abs(logs - np.median(logs))) * 1.4826))
    ratio = float(np.exp(np.quantile(logs, 0.1)))
    expected_of = {}
    beside = dict(zip(match.cells.index, match.cells["suite"], strict=True))
    for index in zero.index.intersection(match.cells.index):
        recorded = float(beside[index])
        chance = _chance_of_none(ratio * recorded, spread) if recorded > 0 else 0.0
        expected_of[index] = (ratio * recorded, spread, chance, recorded)
    for index, figures in expected_of.items():
        zero.loc[[index], ["expected", "spread", "chance", "recorded"]] = [figures]
    return zero


def _zero_findings(table: Table, counted: pd.DataFrame, zeros: pd.DataFrame) -> list[Finding]:
    """Zeros that chance does not make, each by itself or those of one place or one time together, in one finding."""
    main = counted.groupby("series")["value"].sum().sort_values(ascending=False).index
    order = {name: at for at, name in enumerate(main)}
    zeros = zeros.assign(order=zeros["series"].map(order)).sort_values("order")
    first = zeros.drop_duplicates(["place", "when"])  # a row of zeros is one zero: its columns go together
    tried = len(counted.drop_duplicates(["place", "when"]))
    sure: dict[object, float] = {}
    for index, chance in first["chance"].items():
        if for_all(chance, tried) < _SELDOM:
            sure[index] = for_all(chance, tried)
    for key, whole in (("when", "place"), ("place", "when")):
        for _, group in first[first["chance"] < -0.3].groupby([key, "series"]):
            size = counted[counted[key] == group[key].iloc[0]][whole].nunique()
            chance = for_all(group["chance"].sum() + _ways(size, len(group)), counted[key].nunique())
            if len(group) > 1 and chance < _SELDOM and group["chance"].min() < _SELDOM:  # one that tells by itself
                for index in group.index:
                    sure[index] = min(chance, sure.get(index, 0.0))
    if not sure:
        return []
    return [_zero_finding(table, zeros, first.loc[list(sure)], max(sure.values()), tried)]


def _ways(of: int, some: int) -> float:
    """The power of ten of in how many ways some can be chosen."""
    return (
        (math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)) / math.log(10) if of > some else 0.0
    )


def _zero_finding(table: Table, zeros: pd.DataFrame, cells: pd.DataFrame, chance: float, tried: int) -> Finding:
    """Zeros that are not believable, as a finding."""
    cells = cells.sort_values("expected", ascending=False)
    examples = listed((_zero_told(row) for row in cells.itertuples()), most=12)
    rows = zeros[zeros["row"].isin(cells["row"]) & (zeros["column"].isin(cells["column"]) | (zeros["chance"] < 0))]
    evidence = (
        f"{len(cells)} zero{'s' if len(cells) > 1 else ''} that few would expect, likely 'not provided': {examples}."
    )
    model = _ZERO_MODEL.format(spread=float(cells["spread"].max()), tried=tried)
    compared = "recorded cases of the suite (data/counts/)" if cells["recorded"].notna().any() else ""
    columns = tuple(dict.fromkeys(rows["column"]))
    lines = table.where(cells["row"].to_numpy())
    return Finding("zero", "'Not provided' printed as zero", columns, lines, evidence, chance, model, compared)


def _zero_told(cell: Any) -> str:
    """One zero in words: "Metropolitan Police 2014/15 (about 390 expected; 647 in the suite's figures)"."""
    when = f" {cell.time.label}" if cell.time is not None else ""
    suite = f"; {figure(cell.recorded)} in the suite's figures" if not math.isnan(cell.recorded) else ""
    series = f", {name}" if (name := called(cell.series)) else ""
    return f"{cell.place}{when}{series} (about {figure(round(cell.expected))} expected{suite})"


# ------------------------------------------------------------------------------------------------ slipped by size


def _slips(table: Table, counted: pd.DataFrame) -> list[Finding | None]:
    """A time of a series whose places are those of the rows above or below, from some row on."""
    slips: list[Finding | None] = []
    for _, rows in counted.groupby("series", sort=False):
        panel = _panel(rows)
        if panel is None or len(panel.places) < 8:
            continue
        for at, when in enumerate(panel.times):
            slips.append(_slip(table, rows[rows["when"] == when], _without(panel, at), panel, at))
    return slips


def _without(panel: Panel, at: int) -> np.ndarray:
    """The middle of each place's logarithms at other times, less what is general to those times."""
    logs = np.log(np.where(panel.values > 0, panel.values, np.nan))
    others = np.delete(logs, at, axis=1)
    level = others - _medians(others, axis=0)[None, :]
    return np.where(np.isfinite(level).sum(axis=1) >= 2, _medians(level, axis=1), np.nan)


def _slip(table: Table, counted: pd.DataFrame, usual: np.ndarray, panel: Panel, at: int) -> Finding | None:
    """Whether the places of one time fit those of the rows beside them far better than their own."""
    logs = np.log(np.where(panel.values[:, at] > 0, panel.values[:, at], np.nan))
    scale = max(0.25, 1.2 * panel.spread)
    best: tuple[float, int, int, np.ndarray] | None = None
    for step in (-3, -2, -1, 1, 2, 3):
        gain, rows = _gain(logs, usual, step, scale)
        start = int(np.argmax(np.cumsum(gain[::-1])[::-1])) if len(gain) else 0
        total = float(gain[start:].sum())
        if best is None or total > best[0]:
            best = total, step, start, rows[start:]
    if best is None or len(best[3]) < 5:
        return None
    odds, step, _, rows = best
    tried = len(panel.places) * 6 * len(panel.times) * table.counted()["series"].nunique()
    chance = for_all(-odds / math.log(10), tried)
    if chance > -6 or odds / len(rows) < 0.3:
        return None
    places = [panel.places[int(row)] for row in rows]
    chosen = counted[counted["place"].isin(places)]
    label, series = chosen["time"].iloc[0].label, chosen["series"].iloc[0]
    evidence = (
        f"'{series}' of {label}, from {places[0]} to {places[-1]}, is of the size of the row {abs(step)} "
        f"{'below' if step > 0 else 'above'} at other times, and not of its own, in {len(rows)} rows."
    )
    return Finding(
        "slipped_rows", "Rows slipped against their labels", tuple(dict.fromkeys(chosen["column"])),
        table.where(chosen["row"].to_numpy()), evidence, chance,
        "odds of the row's own place against the other, logarithms about either with Laplace's distribution "
        f"(spread {scale:.2f})",
    )  # fmt: skip


def _gain(logs: np.ndarray, usual: np.ndarray, step: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """For each row how much better it fits the row ``step`` below, in natural logarithms of odds, and the rows seen."""
    rows = np.arange(len(logs))
    source = rows + step
    inside = (source >= 0) & (source < len(logs))
    rows, source = rows[inside], source[inside]
    with np.errstate(invalid="ignore"):
        own, other = logs[rows] - usual[rows], logs[rows] - usual[source]
    seen = np.isfinite(own) & np.isfinite(other)
    if seen.sum() < 5:
        return np.empty(0), np.empty(0, dtype=int)
    level = float(np.nanmedian(logs - usual))
    # The level is taken off both: what is general to the time is general to the places, whichever they are.
    gain = (np.abs(own[seen] - level) - np.abs(other[seen] - level)) / scale
    return np.clip(gain, -6, 6), rows[seen]
