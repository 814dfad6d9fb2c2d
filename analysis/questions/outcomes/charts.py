"""How cases ended, drawn: a hundred squares, bars, dots and their intervals, quarters, months."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions, endings, numbers, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, FILLS, INK, MUTED, PAPER, QUIET
from analysis.presentation.drawing.dots import ceiling, dot_rows, share_axis
from analysis.presentation.drawing.style import (
    LINE,
    NARROW,
    WIDE,
    Canvas,
    Draw,
    Height,
    box,
    hatch,
    mark,
    weight,
    wrapped,
)
from analysis.presentation.drawing.told import course, row_told, told
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line
from analysis.reference.periods import in_months
from analysis.reference.schema import STATES


def hundred_cases(split: Protected, *, counted: str = "") -> Shown:
    """A picture of 100 cases: a square a case, coloured and labelled by how it ended.

    Parameters
    ----------
    split
        What ``split`` by outcome gives, as it may be shown.
    counted
        The name of the measure whose endings the headline speaks of; "" for the largest part.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(split)
    parts = endings.of_hundred(split)
    draw, height = _hundred_squares(
        parts, {str(row[split.by[0]]): row_told(row[split.by[0]], row) for _, row in split.table.iterrows()}
    )
    return figure(split, draw, height, endings.hundred(split, counted=counted))


def bars(split: Protected, *, counted: str = "") -> Shown:
    """How cases ended, a bar each with its share and count; those that the measure ``counted`` counts stand out.

    Endings of under 1 in 100 are left to the table unless they are counted, and so are those that may not be shown.

    Parameters
    ----------
    split
        What ``split`` by outcome gives, as it may be shown.
    counted
        The name of the measure whose endings stand out; "" for none.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(split)
    draw, height = _bar_rows(split, endings.counted_labels(split, counted))
    return figure(split, draw, height, endings.bars(split, counted=counted))


def dots(rates: Protected, *, line: Line | None = None, highlight: str = "") -> Shown:
    """A dot and its 95% interval for each row, highest share first, with a line to compare with.

    Rows with many cases still open are hollow, and the headline passes over them.

    Parameters
    ----------
    rates
        Shares by the rows of the figure, as they may be shown.
    line
        What the shares are compared with; None for nothing.
    highlight
        The label of the row that stands out, or several forces ("Kent, Essex"); a label that no row has changes
        nothing.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(rates)
    table = rates.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    caption = captions.dots(rates, line=line, highlight=highlight)
    draw, height = dot_rows(
        table.reset_index(drop=True), rates.by, line=line, highlight=highlight, hollow=rates.much_open
    )
    return figure(rates, draw, height, caption)


def quarters(rates: Protected) -> Shown:
    """The share quarter by quarter, each with its interval, from zero.

    Parameters
    ----------
    rates
        Shares by the rows of the figure, as they may be shown.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(rates)
    table = rates.table
    top = ceiling(table)

    def draw(canvas: Canvas) -> None:
        axes = canvas.axes(left=44, top=24, width=canvas.width - 60, height=canvas.height - 70)
        places = range(len(table))
        step = -(-len(table) // (4 if canvas.is_narrow else 8))
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            if pd.isna(row["share"]):
                axes.text(place, top * 0.03, numbers.cell(row, "share"), ha="center", color=QUIET)
                continue
            fill = PAPER if row["quarter"] in rates.much_open else ACCENT
            look: dict[str, Any] = {"told": row_told(row["quarter"], row), "color": ACCENT, "zorder": 3}
            mark(axes, [place, place], [float(row["low"]), float(row["high"])], linewidth=2, **look)
            mark(axes, place, float(row["share"]), "o", markersize=8, markerfacecolor=fill, **look)
            if place % step == 0:
                label = wording.percent(row["share"])
                axes.text(place, float(row["high"]) + top * 0.035, label, ha="center", weight="bold")
        mark(axes, places, table["share"].astype(float), told=_course(table), color=ACCENT, linewidth=1.5)
        axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(0, top), xticks=list(places)[::step])
        axes.set_xticklabels([captions.quarter_label(str(name)) for name in table["quarter"][::step]], color=INK)
        share_axis(axes, top, axis="y", room=canvas.height)

    return figure(rates, draw, lambda _: 300, captions.quarters(rates))


def months(undecided: Protected) -> Shown:
    """The cases of each month as a bar, those still open outlined on top.

    Where it is hidden how many are open the bar is hatched whole; a month without a number has its symbol.

    Parameters
    ----------
    undecided
        Undecided cases by month, as they may be shown.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(undecided)
    draw, height = _month_bars(undecided.table)
    return figure(undecided, draw, height, captions.months(undecided))


def _course(table: pd.DataFrame) -> str:
    """What the line through the quarters is told as: its first and its last share."""
    known = table.dropna(subset=["share"])
    ends = known.iloc[[0, -1]] if len(known) > 1 else known
    return course("The share", [(str(row["quarter"]), numbers.cell(row, "share")) for _, row in ends.iterrows()])


def _hundred_squares(parts: dict[str, int], said: dict[str, str]) -> tuple[Draw, Height]:
    """A square for each of 100 cases, ten to a row, with what each colour stands for beside or below them."""
    names = [name for name, squares in parts.items() if squares]

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        side = 27 if not canvas.is_narrow else 32
        colours = [name for name in names for _ in range(parts[name])]
        for place, name in enumerate(colours):
            corner = (place % 10 * side + 2, place // 10 * side + 2)
            _square(page, corner, side - 4, name, said=said.get(name, ""))
        rows = -(-len(colours) // 10)
        left, top = (10 * side + 30, 8) if not canvas.is_narrow else (2, rows * side + 16)
        step = 26 if canvas.is_narrow else 36
        for place, name in enumerate(names):
            y = top + place * step
            _square(page, (left, y), 15, name, said=said.get(name, ""))
            page.text(left + 24, y + 7.5, str(parts[name]), va="center", weight="bold", size=canvas.text + 2)
            symbol = f" {STATES['suppressed']}" if name == endings.NOT_SHOWN else ""
            page.text(left + 54, y + 7.5, f"{endings.short_disposition(name)}{symbol}", va="center")

    def height(is_narrow: bool) -> int:
        rows = -(-sum(parts.values()) // 10)
        return 32 * rows + 26 * len(names) + 20 if is_narrow else max(27 * rows, 36 * len(names)) + 4

    return draw, height


def _bar_rows(split: Protected, marked: set[str]) -> tuple[Draw, Height]:
    """A bar for each ending with its label above, longest first; the ``marked`` ones stand out."""
    by = split.by[0]
    table = split.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    is_drawn = (table["share"] >= 0.01).fillna(True) | (table[by].isin(marked) & (table["events"] > 0).fillna(True))
    is_told = ~table["state"].isin(["unreliable", *(["suppressed"] if table["share"].notna().any() else [])])
    table = table[is_drawn & (is_told | table[by].isin(marked))].reset_index(drop=True)
    longest = max([float(share) for share in table["share"].dropna()], default=1.0)

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        room, top = canvas.width - 130, 0
        labels = _labels(table[by], marked, is_narrow=canvas.is_narrow)
        for label, (_, row) in zip(labels, table.iterrows(), strict=True):
            is_marked = row[by] in marked
            height = LINE * (label.count("\n") + 1)
            page.text(0, top + height / 2, label, va="center", weight=weight(is_marked), linespacing=1.1)
            length = 0.0 if pd.isna(row["share"]) else float(row["share"]) / longest * room
            corner, colour = (0, top + height + 1), ACCENT if is_marked else MUTED
            if not pd.isna(row["share"]):
                box(page, corner, max(length, 1), 15, told=row_told(row[by], row), facecolor=colour)
            value = f"{numbers.cell(row, 'share')}  ({numbers.cell(row, 'events')})"
            page.text(length + 7, top + height + 8.5, value, va="center", color=INK)
            top += height + 25

    def height(is_narrow: bool) -> int:
        lines = sum(label.count("\n") + 1 for label in _labels(table[by], marked, is_narrow=is_narrow))
        return max(LINE * lines + 25 * len(table), 1)

    return draw, height


def _month_bars(table: pd.DataFrame) -> tuple[Draw, Height]:
    """A bar a month or quarter: decided cases filled, open ones outlined on top, hatched where those are hidden."""
    shown = table.reset_index(drop=True).dropna(subset=["cases"]).reset_index()
    top = max(1, *shown["cases"].astype(int), 1) * 1.08 if len(shown) else 1.08
    is_told, unit = shown["events"].notna(), captions.month_or_quarter(table)
    label = _month_label if unit == "month" else captions.quarter_label

    def draw(canvas: Canvas) -> None:
        wide, high = canvas.width - 66, canvas.height - 62
        axes = canvas.axes(left=58, top=10, width=wide, height=high)
        for _, row in shown.iterrows():
            _month(axes, row, in_months(str(row[unit])))
        hidden = shown[~is_told]
        page, step = canvas.everywhere(), wide / (len(table) + 0.2)
        for _, row in hidden.iterrows():
            tall = high * int(row["cases"]) / top
            hatch(page, (58 + (int(row["index"]) + 0.2) * step, 10 + high - tall, 0.8 * step, tall), color=ACCENT)
        absent = [(place, row) for place, (_, row) in enumerate(table.iterrows()) if pd.isna(row["cases"])]
        symbols = [(place, 0.0, numbers.cell(row, "cases")) for place, row in absent]
        symbols += [
            (int(row["index"]), float(row["cases"]), numbers.cell(row, "events")) for _, row in hidden.iterrows()
        ]
        for place, height, symbol in symbols:
            axes.text(place, height + top * 0.02, symbol, ha="center", color=QUIET)
        every = max(1, -(-len(table) // (4 if canvas.is_narrow else 8)))
        axes.set(xlim=(-0.6, len(table) - 0.4), ylim=(0, top), xticks=list(range(len(table)))[::every])
        axes.set_xticklabels([label(str(name)) for name in table[unit][::every]], color=INK)
        axes.yaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")

    return draw, lambda _: 300


def _month_label(name: str) -> str:
    """A month for an axis, on two lines: "April 2024" is "Apr" over "2024".

    >>> _month_label("April 2024")
    'Apr\\n2024'
    """
    month, year = name.split(" ")
    return f"{month[:3]}\n{year}"


def _month(axes: Axes, row: pd.Series, name: str) -> None:
    """The bar of a month: its decided cases, and on top those still open; whole where it is hidden how many are."""
    left, cases = float(row["index"]) - 0.4, int(row["cases"])
    decided = 0 if pd.isna(row["events"]) else cases - int(row["events"])
    said = f"{numbers.cell(row, 'events')} not yet decided"
    words = told(name, f"{numbers.cell(row, 'cases')} cases", said)
    if decided:
        box(axes, (left, 0), 0.8, decided, told=words, facecolor=ACCENT)
    outlined = {"facecolor": PAPER, "edgecolor": ACCENT, "linewidth": 0.8}
    box(axes, (left, decided), 0.8, cases - decided, told=words, **outlined)


def _labels(names: pd.Series, marked: set[str], *, is_narrow: bool) -> list[str]:
    """The labels over bars, in as many lines as they need."""
    width = (NARROW if is_narrow else WIDE) * 0.98
    return [wrapped(str(name), width, is_narrow=is_narrow, is_marked=name in marked) for name in names]


def _square(page: Axes, corner: tuple[float, float], side: float, name: str, *, said: str) -> None:
    """A square in the fill of an ending: hollow for what is open, hatched for what may not be shown."""
    fill = FILLS.get(name, PAPER)
    edge, width = (QUIET, 1.6) if fill == PAPER else (fill, 0.0)
    box(page, corner, side, side, told=said, facecolor=fill, edgecolor=edge, linewidth=width)
    if name == endings.NOT_SHOWN:
        hatch(page, (*corner, side, side), color=QUIET)
