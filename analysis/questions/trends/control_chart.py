"""Control charts: points between limits, phase by phase, cut at each change in what is counted."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing import cuts
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.cuts import Cut
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import NARROW, WIDE, Canvas, Draw, Height, band, mark, text_width
from analysis.presentation.drawing.told import course, told
from analysis.presentation.figure import figure
from analysis.presentation.kept import kept
from analysis.questions.trends import captions
from analysis.questions.trends.captions import Scale
from analysis.questions.trends.results import BETWEEN, RECENT
from analysis.reference import reference
from analysis.reference.periods import labelled

_PLOT = 270  # pixels from the top of the plot to its axis
_FOOT = {True: 30, False: 48}  # pixels for the labels below it, in one line of years or in two
_RIGHT = 10
_DENSE = 12  # more periods than this are labelled by year, or every few months


@kept
def control(points: Protected, phases: Protected) -> Shown:
    """A control chart of the ``points`` and ``phases`` of one series, its limits begun anew at each change.

    Parameters
    ----------
    points
        What ``chart_points`` gives, as it may be shown.
    phases
        What ``chart_phases`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; empty where no point may be shown.
    """
    only_protected(points, phases)
    draw, height = _drawn(points)
    return figure(points, draw, height, captions.control(points, phases))


def _drawn(points: Protected) -> tuple[Draw, Height]:
    """How to draw a control chart, and how high it is."""
    table, scale, by = points.table, captions.scale_of(points), points.by[0]
    changes = _changes(table, by)
    top = _top(table, scale)

    def placed(is_narrow: bool) -> tuple[float, list[Cut], int]:
        left = _left(scale, top, is_narrow=is_narrow)
        lines = _at(changes, len(table), left=left, is_narrow=is_narrow)
        return left, lines, 12 + cuts.height(lines, is_narrow=is_narrow)

    def draw(canvas: Canvas) -> None:
        left, lines, head = placed(canvas.is_narrow)
        axes = canvas.axes(left=left, top=head, width=canvas.width - left - _RIGHT, height=_PLOT)
        axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(0, top))
        _value_axis(axes, scale, top)
        _period_axis(axes, list(table[by]), is_narrow=canvas.is_narrow)
        for _, rows in table[~table["phase"].isin([BETWEEN, RECENT])].groupby("phase", sort=False):
            _phase(axes, rows, by, scale)
        _marks(axes, table, by, scale, is_narrow=canvas.is_narrow)
        cuts.draw_cuts(canvas.everywhere(), lines, top=head - 8, bottom=head + _PLOT)

    def height(is_narrow: bool) -> int:
        return placed(is_narrow)[2] + _PLOT + _FOOT[_is_by_year(list(table[by]))]

    return draw, height


def _changes(table: pd.DataFrame, by: str) -> list[Cut]:
    """Where each change lies, in periods from the first, and its label: (23.5, "Apr 2020")."""
    names = {name for cell in (*table["cut_by"], *table["after"]) for name in str(cell).split("; ") if name}
    days = sorted({date.fromisoformat(change.from_date) for change in reference.breaks() if change.name in names})
    lines = []
    for place, period in enumerate(labelled(str(label)) for label in table[by]):
        length = (period.last - period.first).days + 1
        lines += [(place - 0.5 + (day - period.first).days / length, f"{day:%b %Y}") for day in days if day in period]
    return lines


def _at(changes: list[Cut], periods: int, *, left: float, is_narrow: bool) -> list[Cut]:
    """The changes in pixels from the left."""
    step = ((NARROW if is_narrow else WIDE) - left - _RIGHT) / max(periods, 1)
    return [(left + (place + 0.5) * step, label) for place, label in changes]


def _left(scale: Scale, top: float, *, is_narrow: bool) -> float:
    """Room for the widest label of the upright axis."""
    return text_width(f"{top:,.0f}" if scale.value == "recorded" else "100%", is_narrow=is_narrow) + 12


def _top(table: pd.DataFrame, scale: Scale) -> float:
    """The end of the upright axis, which begins at zero."""
    names = [scale.value, scale.high, *(["high"] if "high" in table else [])]
    ends = [float(number) for name in names for number in table[name].dropna()]
    most = max((float(number) for number in table[scale.value].dropna()), default=0.0)
    top = min(max(ends, default=0.0), 1.5 * most) * (1.08 if len(table) > _DENSE // 2 else 1.2)
    return (min(1.0, top) if scale.value == "share" else top) or 1.0


def _value_axis(axes: Axes, scale: Scale, top: float) -> None:
    if scale.value == "share":
        share_axis(axes, top, axis="y", room=_PLOT)
        return
    axes.yaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _is_by_year(labels: list[str]) -> bool:
    """Whether there are so many quarters that the axis names years."""
    return len(labels) > _DENSE and "/" in labels[0]


def _period_axis(axes: Axes, labels: list[str], *, is_narrow: bool) -> None:
    """A label for every period, or for as many as there is room for: by year where there are many quarters."""
    is_year = _is_by_year(labels)
    places = list(range(len(labels)))
    if is_year:
        places = [place for place in places if labelled(labels[place]).first.month == 1]
    step = max(1, -(-len(places) // (5 if is_narrow else 8 if is_year else 7)))
    places = places[::step]
    ticks = [place - 0.5 if is_year else place for place in places]
    axes.set_xticks(ticks, [captions.axis_label(labels[place], is_year=is_year) for place in places], color=INK)


def _said(row: pd.Series, by: str, scale: Scale) -> str:
    """What a pointer is told of a period: its number, and between which limits it was to be expected."""
    limits = "" if pd.isna(row[scale.centre]) else f"{scale.text(row[scale.low])} to {scale.text(row[scale.high])}"
    value = captions.gap(row, scale) if pd.isna(row[scale.value]) else f"{scale.text(row[scale.value])}{scale.unit}"
    return told(row[by], value, limits and f"expected {limits}")


def _phase(axes: Axes, rows: pd.DataFrame, by: str, scale: Scale) -> None:
    """The joined points, none over a missing period, and the band in which each was to be expected."""
    values = rows[scale.value].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    known = rows.dropna(subset=[scale.value])
    ends = known.iloc[[0, -1]] if len(known) > 1 else known
    words = course("Phase", [(str(row[by]), scale.text(row[scale.value])) for _, row in ends.iterrows()])
    mark(axes, rows.index, values, told=words, color=ACCENT, linewidth=1.2, zorder=2)
    limited = rows[rows[scale.centre].notna()]
    for place, row in limited.iterrows():
        sides = [float(place) - 0.5, float(place) + 0.5]  # type: ignore[arg-type]
        low, high, centre = (float(row[name]) for name in (scale.low, scale.high, scale.centre))
        band(axes, sides, [low, low], [high, high], told=_said(row, by, scale), color=ACCENT, alpha=0.12, zorder=0)
        mark(axes, sides, [centre, centre], color=QUIET, linewidth=1.2, zorder=1)


def _marks(axes: Axes, table: pd.DataFrame, by: str, scale: Scale, *, is_narrow: bool) -> None:
    """A mark for each period: a dot, a diamond outside its limits, a hollow square where a change cuts it, a
    hollow dot where it is too recent."""
    size = (3.5 if is_narrow else 5.0) if len(table) > _DENSE else 8.0
    for place, (_, row) in enumerate(table.iterrows()):
        if pd.isna(row[scale.value]):
            continue
        value = float(row[scale.value])
        look: dict[str, Any] = {"told": _said(row, by, scale), "color": PAPER, "markeredgecolor": ACCENT}
        if "low" in table and pd.isna(row[scale.centre]) and not pd.isna(row["low"]):
            ends = [float(row["low"]), float(row["high"])]
            mark(axes, [place, place], ends, told=_said(row, by, scale), color=ACCENT, linewidth=1.6)
        if row["phase"] == BETWEEN:
            mark(axes, place, value, "s", markersize=size + 2, markeredgewidth=1.5, **look)
        elif row["phase"] == RECENT:
            mark(axes, place, value, "o", markersize=size, markeredgewidth=1.3, **look)
        elif row["rule"]:
            look |= {"color": ORANGE, "markeredgecolor": INK}
            mark(axes, place, value, "D", markersize=size + 2.5, markeredgewidth=0.7, **look)
        else:
            mark(axes, place, value, "o", markersize=size, **look | {"color": ACCENT})
        if len(table) <= _DENSE // 2:
            above = value if "high" not in table or pd.isna(row["high"]) else float(row["high"])
            settings: dict[str, Any] = {"ha": "center", "weight": "bold"}
            axes.annotate(scale.text(value), (place, above), (0, 9), textcoords="offset points", **settings)
    symbols = ["" if pd.notna(row[scale.value]) else captions.gap(row, scale) for _, row in table.iterrows()]
    for symbol, run in groupby(enumerate(symbols), key=lambda placed: placed[1]):
        middle = float(np.mean([place for place, _ in run]))
        axes.text(middle, axes.get_ylim()[1] * 0.02, symbol, ha="center", color=QUIET)
