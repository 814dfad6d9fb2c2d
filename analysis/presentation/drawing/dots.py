"""Rows of dots with their intervals, labelled, against a line: the shape of most charts here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.presentation import numbers, wording
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, RULE
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.drawing.style import (
    LINE,
    NARROW,
    WIDE,
    Canvas,
    Draw,
    Height,
    mark,
    text_width,
    uprights,
    weight,
    wrapped,
)
from analysis.presentation.drawing.told import row_told
from analysis.presentation.wording import Line

_ROW = 22  # pixels a row of dots
_UP, _DOWN = 8, 10  # pixels above and below a dot in which its row has the lines to compare with, clear of the labels


@dataclass(frozen=True)
class _Layout:
    """Where rows of dots stand at one width: labels to the left of their dots, or above them where they are long."""

    labels: list[str]
    is_above: bool
    left: float
    row: int

    @classmethod
    def of(cls, labels: list[str], *, marked: Marked, is_narrow: bool, is_above: bool) -> _Layout:
        width = NARROW if is_narrow else WIDE
        widths = [text_width(label, is_narrow=is_narrow, is_marked=label in marked) for label in labels]
        longest = max(widths, default=0.0)
        if not is_above and longest <= width * 0.5:
            return cls(labels, False, longest + 12, _ROW)
        lines = [wrapped(label, width * 0.95, is_narrow=is_narrow, is_marked=label in marked) for label in labels]
        return cls(lines, True, 12, 30 + LINE * max([label.count("\n") + 1 for label in lines], default=1))

    def dot(self, place: int) -> float:
        """How far down the dot of a row lies, in rows."""
        return place + 0.5 - 11 / self.row

    def spans(self, rows: int) -> list[tuple[float, float]]:
        """Where upright lines are drawn, in rows: from top to bottom, or where labels are in the way in each row."""
        if not self.is_above:
            return [(-0.5, rows - 0.5)]
        return [(self.dot(row) - _UP / self.row, self.dot(row) + _DOWN / self.row) for row in range(rows)]


def dot_rows(
    table: pd.DataFrame,
    by: tuple[str, ...],
    *,
    line: Line | None,
    highlight: str = "",
    is_above: bool = False,
    value: str = "share",
    hollow: Collection[str] = (),
) -> tuple[Draw, Height]:
    """A chart of a row for each row of ``table``: how to draw it, and how high it is.

    ``value`` says what stands at the end of a row, its share or its interval; ``hollow`` are labels of hollow dots.

    Parameters
    ----------
    table
        Shares with their intervals, one row per dot.
    by
        The columns that tell rows apart.
    line
        A share to compare with; None for none.
    highlight
        The label of the row that is marked; "" for none.
    is_above
        Whether labels are above their dots at any width.
    value
        What is written at the end of a row: "share" or "interval".
    hollow
        Labels of rows that are drawn hollow.

    Returns
    -------
    tuple[Draw, Height]
        A function that draws, and one that gives the height in pixels.
    """
    marked = Marked.of(highlight, by=by[0])
    names = [_row_label(row, by) for _, row in table.iterrows()]
    values = [_row_value(row, value) for _, row in table.iterrows()]
    top = ceiling(table, line)

    def draw(canvas: Canvas) -> None:
        layout = _Layout.of(names, marked=marked, is_narrow=canvas.is_narrow, is_above=is_above)
        widest = max((text_width(words, is_narrow=canvas.is_narrow, is_marked=True) for words in values), default=0.0)
        room = canvas.width - layout.left - max(64, widest + 10)
        marked.key(canvas)
        top_of_rows = 30 + marked.key_height(is_narrow=canvas.is_narrow)
        axes = canvas.axes(left=layout.left, top=top_of_rows, width=room, height=layout.row * len(table))
        axes.set(xlim=(0, top), ylim=(len(table) - 0.5, -0.5), yticks=[])
        for place, (_, row) in enumerate(table.iterrows()):
            is_marked = names[place] in marked
            y = layout.dot(place)
            _row_texts(axes, layout, place, values[place], room=room, y=y, is_marked=is_marked)
            _dot(
                axes, row, y, is_marked=is_marked, is_hollow=str(row[by[0]]) in hollow, told=row_told(names[place], row)
            )
        spans = layout.spans(len(table))
        _line(axes, line, top, spans)
        share_axis(axes, top, axis="x", room=room, spans=spans if layout.is_above else ())

    def height(is_narrow: bool) -> int:
        layout = _Layout.of(names, marked=marked, is_narrow=is_narrow, is_above=is_above)
        return 64 + marked.key_height(is_narrow=is_narrow) + layout.row * len(table)

    return draw, height


def _row_value(row: pd.Series, value: str) -> str:
    """What is written at the end of a row: its share, or its interval."""
    if value == "interval" and not pd.isna(row["low"]):
        return wording.interval(row["low"], row["high"])
    return numbers.cell(row, "share")


def _row_label(row: pd.Series, by: tuple[str, ...]) -> str:
    """All labels of a row in one line."""
    if by == ("sample_size",):
        return f"{row['sample_size']} cases"
    if "definition" in by:
        return f"{wording.capital(str(row['definition']))}, of {row['base']}"
    return str(row[by[0]])


def _row_texts(axes: Axes, layout: _Layout, place: int, value: str, *, room: float, y: float, is_marked: bool) -> None:
    """A row's label, left of its dot or above it, and its value at the end."""
    settings: dict[str, Any] = {"weight": weight(is_marked), "va": "center"}
    across = axes.get_yaxis_transform()
    label = layout.labels[place]
    if layout.is_above:
        middle = y - (9 + LINE * (label.count("\n") + 1) / 2) / layout.row
        axes.text(0, middle, label, linespacing=1.1, **settings)
    else:
        axes.text(-10 / room, y, label, ha="right", transform=across, **settings)
    axes.text(1 + 8 / room, y, value, transform=across, **settings)


def _dot(axes: Axes, row: pd.Series, y: float, *, is_marked: bool, is_hollow: bool, told: str) -> None:
    """A row's share and its interval, where they may be shown."""
    colour = ORANGE if is_marked else ACCENT
    if not pd.isna(row["low"]):
        mark(axes, [float(row["low"]), float(row["high"])], [y, y], told=told, color=colour, linewidth=2, zorder=3)
    if not pd.isna(row["share"]):
        shape, fill = "D" if is_marked else "o", PAPER if is_hollow else colour
        mark(
            axes,
            float(row["share"]),
            y,
            shape,
            color=colour,
            markersize=7,
            markerfacecolor=fill,
            clip_on=False,
            zorder=3,
            told=told,
        )


def _line(axes: Axes, line: Line | None, top: float, spans: Sequence[tuple[float, float]]) -> None:
    """A line across all rows at the share to compare with, named above it; a whole one where each row has its piece."""
    if line is None or line.share is None:
        return
    dashes: Any = (0, (4, 3)) if len(spans) == 1 else "-"
    uprights(axes, [line.share], spans, color=INK, linewidth=1.2, linestyle=dashes, zorder=0)
    side = "right" if line.share > top * 0.6 else "left" if line.share < top * 0.25 else "center"
    axes.annotate(
        line.name,
        (line.share, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 9),
        textcoords="offset points",
        ha=side,
        va="bottom",
        annotation_clip=False,
    )


def share_axis(axes: Axes, top: float, *, axis: str, room: float, spans: Sequence[tuple[float, float]] = ()) -> None:
    """Per cent from zero, with quiet grid lines behind the marks and room for each of its labels.

    Upright ones are drawn within ``spans`` alone, if any are given.

    Parameters
    ----------
    axes
        Axes whose limits are set.
    top
        The end of the axis, 0 to 1.
    axis
        "x" or "y".
    room
        How long the axis is, in pixels.
    spans
        From where to where upright lines are drawn, in pixels from the top of the axes.
    """
    steps = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
    step = next((step for step in steps if top / step <= min(6, room / 46)), 1.0)
    ticks = [place * step for place in range(int(top / step + 1e-9) + 1)]
    labels = [f"{tick * 100:.0f}%" for tick in ticks]
    if axis == "x":
        axes.set_xticks(ticks, labels)
        if spans:
            uprights(axes, ticks, spans, color=RULE, linewidth=0.8, zorder=0)
        else:
            axes.grid(axis="x", color=RULE, linewidth=0.8)
    else:
        axes.set_yticks(ticks, labels)
        axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def ceiling(table: pd.DataFrame, line: Line | None = None) -> float:
    """The end of a share axis that begins at zero: room above the highest limit and the line, never past 1.

    Parameters
    ----------
    table
        Shares with their upper limits.
    line
        A share to compare with; None for none.

    Returns
    -------
    float
        0 to 1.
    """
    limits = [float(limit) for limit in pd.concat([table["high"], table["share"]]).dropna()]
    if line is not None and line.share is not None:
        limits.append(line.share)
    return min(1.0, max(limits, default=1.0) * 1.12)
