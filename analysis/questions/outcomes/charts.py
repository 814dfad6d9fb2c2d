"""How cases ended, drawn: a hundred squares, bars, dots and their intervals, quarters, months."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions, endings, numbers, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, INK, PAPER, QUIET
from analysis.presentation.drawing.dots import ceiling, dot_rows, share_axis
from analysis.presentation.drawing.style import Canvas, mark
from analysis.presentation.drawing.told import course, row_told
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line
from analysis.questions.outcomes.pictures import bar_rows, hundred_squares, month_bars


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
    draw, height = hundred_squares(
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
    draw, height = bar_rows(split, endings.counted_labels(split, counted))
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
    draw, height = month_bars(undecided.table)
    return figure(undecided, draw, height, captions.months(undecided))


def _course(table: pd.DataFrame) -> str:
    """What the line through the quarters is told as: its first and its last share."""
    known = table.dropna(subset=["share"])
    ends = known.iloc[[0, -1]] if len(known) > 1 else known
    return course("The share", [(str(row["quarter"]), numbers.cell(row, "share")) for _, row in ends.iterrows()])
