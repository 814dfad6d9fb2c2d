"""Pictures of how far cases get: steps as bars within their unit, years side by side, and forces in the scenario.

Bars are scaled within a unit and never across two, between which a dashed line is drawn: their lengths say nothing of
one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.presentation import numbers as cells
from analysis.presentation.drawing.colours import ACCENT, BURGUNDY, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.drawing.style import (
    LINE,
    NARROW,
    WIDE,
    Canvas,
    Draw,
    Height,
    box,
    mark,
    text_width,
    weight,
    wrapped,
)
from analysis.presentation.drawing.told import ranged, told
from analysis.reference.periods import named

_BAR, _GAP, _BAND = 22, 14, 36  # pixels: a bar, the room below it, between two units
_FILLS = {"people": PAPER, "cases": ACCENT, "defendants": BURGUNDY}
_COUNTED = {"charged_cases": "cases charged", "proceeded": "proceeded against", "convicted": "convicted"}
_PANEL, _HEAD, _FOOT, _LEFT = 150, LINE + 12, 44, 56  # pixels of a panel of years
_SYMBOL = 20  # pixels for the symbol of a number that is not there, and what is free beside it
_ROW, _RIGHT = 24, 150  # pixels a force, and for the numbers beside its bar


def step_bars(table: pd.DataFrame, headings: dict[str, str], values: Sequence[str]) -> tuple[Draw, Height]:
    """Steps from top to bottom, those of one unit below its heading: how to draw them, and how high that is.

    Parameters
    ----------
    table
        What ``case_steps`` gives: a row a step, with its ``unit`` and number.
    headings
        What each unit is.
    values
        What stands at each bar.

    Returns
    -------
    tuple[Draw, Height]
        How to draw them, and how high that is at the width of a page and of a phone.
    """
    groups = [(unit, table[table["unit"] == unit]) for unit in headings]
    value_of = dict(zip(table["step"], values, strict=True))

    def lines(unit: str, *, is_narrow: bool) -> str:
        return wrapped(headings[unit], (NARROW if is_narrow else WIDE) * 0.98, is_narrow=is_narrow, is_marked=True)

    def name(step: str, *, is_narrow: bool) -> str:
        room = (NARROW if is_narrow else WIDE) - text_width(value_of[step], is_narrow=is_narrow, is_marked=True) - 20
        return wrapped(step, room, is_narrow=is_narrow)

    def step_height(step: str, *, is_narrow: bool) -> int:
        return LINE * (name(step, is_narrow=is_narrow).count("\n") + 1) + _BAR + _GAP

    def group_height(unit: str, rows: pd.DataFrame, *, is_narrow: bool) -> int:
        steps = sum(step_height(step, is_narrow=is_narrow) for step in rows["step"])
        return LINE * (lines(unit, is_narrow=is_narrow).count("\n") + 1) + 10 + steps

    def draw(canvas: Canvas) -> None:
        page, top = canvas.everywhere(), 0.0
        for place, (unit, rows) in enumerate(groups):
            if place:
                _cut(canvas, page, top + 10)
                top += _BAND
            heading = lines(unit, is_narrow=canvas.is_narrow)
            page.text(0, top, heading, va="top", weight="bold", linespacing=1.2)
            y = top + LINE * (heading.count("\n") + 1) + 10
            most = float(rows["counted"].max()) if rows["counted"].notna().any() else 1.0
            for _, row in rows.iterrows():
                words = name(row["step"], is_narrow=canvas.is_narrow), value_of[row["step"]]
                _step(page, y, row, words, room=canvas.width - 4, most=most or 1.0)
                y += step_height(row["step"], is_narrow=canvas.is_narrow)
            top += group_height(unit, rows, is_narrow=canvas.is_narrow)

    def height(is_narrow: bool) -> int:
        every = sum(group_height(unit, rows, is_narrow=is_narrow) for unit, rows in groups)
        return every + _BAND * (len(groups) - 1)

    return draw, height


def _cut(canvas: Canvas, page: Axes, y: float) -> None:
    """What lies between two units, and the line that begins after it."""
    words = "another unit from here"
    page.text(0, y, words, va="center", color=QUIET)
    start = text_width(words, is_narrow=canvas.is_narrow) + 10
    mark(page, [start, canvas.width], [y, y], color=INK, linewidth=1.2, linestyle=(0, (5, 3)))


def _step(page: Axes, y: float, row: pd.Series, words: tuple[str, str], *, room: float, most: float) -> None:
    """One step: its name with its number above a bar; a number that is not there is its symbol, without a bar."""
    name, sentence = words
    page.text(0, y, name, va="top", linespacing=1.15)
    page.text(room, y + LINE / 2, sentence, va="center", ha="right", weight="bold")
    if pd.isna(row["counted"]):
        return
    fill = _FILLS[row["unit"]]
    look = {"edgecolor": QUIET, "linewidth": 1.6} if fill == PAPER else {"linewidth": 0}
    long = max(float(row["counted"]) / most * room, 1.5)
    corner = 1, y + LINE * (name.count("\n") + 1) + 2
    box(page, corner, long, _BAR - 2, told=told(row["step"], sentence), facecolor=fill, **look)


def year_bars(charged: pd.DataFrame, courts: pd.DataFrame, cuts: Sequence[float]) -> tuple[Draw, Height]:
    """Cases charged by financial year above defendants by calendar year, over one time and each on a scale of its own.

    Parameters
    ----------
    charged
        One row a year; a year without a number has its symbol.
    courts
        The defendants of each calendar year.
    cuts
        Moments, in years, at which what is counted changed.

    Returns
    -------
    tuple[Draw, Height]
        How to draw them, and how high that is at the width of a page and of a phone.
    """
    spans = [named(year) for year in charged["year"]]
    police = [(span.first.year + 0.25 + 0.5, row) for span, (_, row) in zip(spans, charged.iterrows(), strict=True)]
    court = [(int(row["calendar_year"]) + 0.5, row) for _, row in courts.iterrows()]
    places = [place for place, _ in (*police, *court)]
    limits = (min(places) - 0.7, max(places) + 0.7)

    def draw(canvas: Canvas) -> None:
        first = _panel(canvas, 0, "Cases charged, by year of recording", limits, charged["charged_cases"])
        for moment in cuts:
            mark(first, [moment, moment], [0, first.get_ylim()[1]], color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        for place, row in police:
            _bar(first, place, row, "charged_cases", fill=ACCENT, wide=0.7, cuts=cuts)
        heading = "Defendants proceeded against (outline) and convicted (filled), by calendar year"
        second = _panel(canvas, 1, heading, limits, courts["proceeded"])
        for place, row in court:
            _bar(second, place, row, "proceeded", fill=PAPER, wide=0.7)
            _bar(second, place, row, "convicted", fill=BURGUNDY, wide=0.4)

    return draw, lambda is_narrow: 2 * (_PANEL + _HEAD + _FOOT) + LINE * (2 if is_narrow else 0)


def _panel(canvas: Canvas, place: int, heading: str, limits: tuple[float, float], numbers: pd.Series) -> Axes:
    """One of two panels over the same years, below its heading."""
    room = canvas.width - _LEFT - 6
    lines = wrapped(heading, canvas.width - 4, is_narrow=canvas.is_narrow, is_marked=True)
    y = place * (_PANEL + _HEAD + _FOOT)
    canvas.everywhere().text(0, y + 2, lines, va="top", weight="bold", linespacing=1.2)
    top = y + _HEAD + LINE * lines.count("\n")
    axes = canvas.axes(left=_LEFT, top=top, width=room, height=_PANEL)
    most = float(numbers.max()) if numbers.notna().any() else 1.0
    axes.set(xlim=limits, ylim=(0, max(most, 1.0) * 1.16))
    years = range(int(limits[0]) + 1, int(limits[1]) + 1)
    labelled = [year for year in years if year % (4 if canvas.is_narrow else 2) == 0]
    axes.set_xticks([year + 0.5 for year in labelled], [str(year) for year in labelled])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    axes.tick_params(colors=INK)
    axes.grid(visible=True, axis="y", color=RULE)
    axes.set_axisbelow(True)
    return axes


def _bar(
    axes: Axes, place: float, row: pd.Series, column: str, *, fill: str, wide: float, cuts: Sequence[float] = ()
) -> None:
    """One bar from zero, or the symbol of a number that is not there, beside a cut that would run through it."""
    if pd.isna(row[column]):
        half = _SYMBOL / 2 / axes.get_window_extent().width * (axes.get_xlim()[1] - axes.get_xlim()[0])
        for cut in cuts:
            if abs(place - cut) < half:
                place = cut + (half if place >= cut else -half)
        axes.text(place, axes.get_ylim()[1] * 0.02, cells.cell(row, column), ha="center", color=QUIET)
        return
    look = {"edgecolor": QUIET, "linewidth": 1.4} if fill == PAPER else {"linewidth": 0}
    words = told(row[row.index[0]], f"{cells.cell(row, column)} {_COUNTED[column]}")
    box(axes, (place - wide / 2, 0), wide, float(row[column]), told=words, facecolor=fill, **look)


def force_dots(table: pd.DataFrame, *, highlight: str = "") -> tuple[Draw, Height]:
    """More charges of each force: a dot, on a line from the least to the most by other rates for the kept cases.

    Parameters
    ----------
    table
        What ``more_charges_by_force`` gives, for forces that keep some case.
    highlight
        The force that stands out, or several ("Kent, Essex"); "" for none.

    Returns
    -------
    tuple[Draw, Height]
        How to draw them, and how high that is at the width of a page and of a phone.
    """
    marked = Marked.of(highlight)
    most = max([float(number) for number in table["high_more"].dropna()], default=1.0) or 1.0

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        names = [text_width(name, is_narrow=canvas.is_narrow, is_marked=True) for name in table["force"]]
        left = max(names, default=0.0) + 14
        room = canvas.width - left - _RIGHT
        top = marked.key_height(is_narrow=canvas.is_narrow)
        marked.key(canvas)
        mark(page, [left, left], [top, top + _ROW * len(table)], color=RULE, linewidth=1)
        for place, (_, row) in enumerate(table.iterrows()):
            y, is_marked = top + place * _ROW + _ROW / 2, row["force"] in marked
            colour = ORANGE if is_marked else ACCENT
            ends = [row[name] for name in ("low_more", "high_more", "more_charges") if not pd.isna(row[name])]
            places = [left + float(number) / most * room for number in ends]
            page.text(left - 10, y, row["force"], ha="right", va="center", weight=weight(is_marked))
            value = ranged(row, "more_charges", "low_more", "high_more")
            look: dict[str, Any] = {"told": told(row["force"], f"{value} more charges"), "color": colour, "zorder": 3}
            if len(ends) == 3:
                mark(page, places[:2], [y, y], linewidth=2, **look)
            if ends:
                mark(page, places[-1], y, "D" if is_marked and marked.name else "o", markersize=8, **look)
            page.text(max(places, default=left) + 12, y, value, va="center", weight=weight(is_marked))

    return draw, lambda is_narrow: max(marked.key_height(is_narrow=is_narrow) + _ROW * len(table), 1)
