"""A plot over the time since a case was recorded: its axes, and labels at the ends of its curves.

Time is discrete, so curves are steps: a share by the end of a day or a month holds until the end of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis.presentation.colours import FILLS, QUIET
from analysis.presentation.style import LINE, NARROW, WIDE, Canvas, Height, wrapped
from analysis.reference import DISPOSITIONS

STILL_OPEN = DISPOSITIONS["undecided"]
_TICKS = {"days": (0, 30, 90, 180, 270, 365), "months": (0, 3, 6, 12, 18, 24, 30, 36)}
_AXIS = {"days": "days since recording", "months": "months after the month of recording"}
_FULL, _LEFT, _BELOW = 330, 46, 58  # pixels: height of the plot, room for its axes
_SIDE = 216  # pixels for labels beside a plot
_SWATCH = 12


@dataclass(frozen=True)
class Label:
    """What stands at the end of a curve: its words, where the curve ends, and its colour."""

    text: str
    at: float
    colour: str


def unit_of(table: pd.DataFrame) -> str:
    """Whether the times of a table are in days or in months."""
    return str(table["lag_unit"].iloc[0])


def edges(lags: Sequence[int] | pd.Index, unit: str) -> list[float]:
    """Where steps begin, and where the last one ends: a month is as wide as a month, a day no wider than a line."""
    return [*(float(lag) for lag in lags), float(max(lags)) + (1 if unit == "months" else 0)]


def to_the_edge(values: pd.Series) -> list[float]:
    """The heights of steps, the last one held to its end."""
    return [*values.astype(float), float(values.iloc[-1])]


def plot(canvas: Canvas, lags: Sequence[int], unit: str, *, is_stepped: bool = True) -> Axes:
    """Axes over the time since recording, with room beside them for labels, or below them on a phone."""
    width = canvas.width - _LEFT - (8 if canvas.is_narrow else _SIDE)
    axes = canvas.axes(left=_LEFT, top=10, width=width, height=_FULL)
    time_axis(axes, lags, unit, is_stepped=is_stepped)
    axes.set_xlabel(_AXIS[unit], color=QUIET)
    return axes


def time_axis(axes: Axes, lags: Sequence[int], unit: str, *, is_stepped: bool, is_small: bool = False) -> None:
    """Ticks at times that people ask for; in months they stand in the middle of the month's step."""
    last = max(lags)
    is_month = unit == "months" and is_stepped
    wanted = [tick for tick in _TICKS[unit] if min(lags) <= tick <= last] or [last]
    wanted = [tick for tick in wanted if not is_small or tick in (0, 12, 24, 180, 365)] or wanted
    axes.set_xticks([tick + (0.5 if is_month else 0) for tick in wanted], [str(tick) for tick in wanted])
    axes.set_xlim(min(lags) if is_stepped else 0, last + (1 if is_month else 0) or 1)
    axes.tick_params(length=0)


def carried(axes: Axes, end: float, height: float, colour: str) -> None:
    """A dotted line from the end of a short curve to the label that names it."""
    axes.plot([end, axes.get_xlim()[1]], [height, height], color=colour, linewidth=0.9, linestyle=(0, (1, 3)))


def plot_height(labels: list[Label]) -> Height:
    """The height of a plot with labels beside it or, on a phone, a key below it."""
    return lambda is_narrow: _FULL + _BELOW + (_key_height(labels) if is_narrow else 0)


def labelled(canvas: Canvas, labels: list[Label], *, top: float) -> None:
    """Labels at the ends of their curves, moved apart where they would touch; on a phone, a key below the plot."""
    page = canvas.everywhere()
    ordered = sorted(labels, key=lambda label: -label.at)
    if canvas.is_narrow:
        place = float(_FULL + _BELOW + 14)
        for label in ordered:
            text = wrapped(label.text, NARROW - 26, is_narrow=True)
            _swatch(page, label, x=2, y=place)
            page.text(22, place, text, va="top", linespacing=1.1)
            place += LINE * (text.count("\n") + 1) + 8
        return
    left = WIDE - _SIDE + 14
    texts = [wrapped(label.text, _SIDE - 36, is_narrow=False) for label in ordered]
    heights = [float(LINE * (text.count("\n") + 1) + 6) for text in texts]
    wanted = [10 + _FULL * (1 - label.at / top) for label in ordered]
    for label, text, middle, y in zip(ordered, texts, wanted, spread(wanted, heights, end=_FULL + 20), strict=True):
        page.plot([left - 12, left - 2], [middle, y], color=QUIET, linewidth=0.8)
        _swatch(page, label, x=left, y=y - _SWATCH / 2)
        page.text(left + _SWATCH + 6, y, text, va="center", linespacing=1.1)


def spread(wanted: list[float], heights: list[float], *, end: float) -> list[float]:
    """Middles of labels from the top down, each as near to where it is wanted as room for all of them allows."""
    placed: list[float] = []
    for middle, height in zip(wanted, heights, strict=True):
        above = placed[-1] + (heights[len(placed) - 1] + height) / 2 if placed else height / 2
        placed.append(max(middle, above))
    limit = end
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], limit - heights[place] / 2)
        limit = placed[place] - heights[place] / 2
    return placed


def _swatch(page: Axes, label: Label, *, x: float, y: float) -> None:
    """A square of the curve's colour beside its name; hollow for cases without an ending."""
    edge = QUIET if label.colour == FILLS[STILL_OPEN] else label.colour
    corners = [(x, y + 2), (x + _SWATCH, y + 2), (x + _SWATCH, y + 2 + _SWATCH), (x, y + 2 + _SWATCH)]
    page.fill(*zip(*corners, strict=True), facecolor=label.colour, edgecolor=edge, linewidth=1.2)


def _key_height(labels: list[Label]) -> int:
    """The height of a key on a phone."""
    lines = [wrapped(label.text, NARROW - 26, is_narrow=True).count("\n") + 1 for label in labels]
    return sum(LINE * number + 8 for number in lines) + 14
