"""A waterfall: from the share of the others to that of the force, a step for each part of the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.style import (
    LINE,
    NARROW,
    WIDE,
    Canvas,
    Draw,
    Height,
    box,
    mark,
    uprights,
    weight,
    wrapped,
)
from analysis.presentation.figure import NOTHING

_BAR, _ABOVE, _ROOM = 16, 12, 30  # pixels: the height of a bar, what is free above a row, and under all rows
_STUB = 5  # pixels of an upright line below a bar that has a label beneath it
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_RIGHT = {True: 92, False: 104}  # pixels for what a step makes, on a phone and in a wide column


@dataclass(frozen=True)
class Step:
    """A labelled step from one share to another, 0 to 1, and the value at its end; a level where both are one.

    ``told`` is what a pointer that rests on it is told.
    """

    label: str
    start: float
    end: float
    value: str
    is_hollow: bool = False
    told: str = ""

    @property
    def is_level(self) -> bool:
        """Whether it is one of the two shares rather than a step between them."""
        return self.start == self.end


@dataclass(frozen=True)
class _Layout:
    """Where rows lie at one width, in pixels: labels left of the bars, or above them on a phone."""

    labels: list[str]
    left: float
    right: float
    tops: list[float]
    height: float
    is_above: bool

    @classmethod
    def of(cls, steps: Sequence[Step], *, is_narrow: bool) -> _Layout:
        width = NARROW if is_narrow else WIDE
        room = width * (0.96 if is_narrow else 0.46)
        labels = [wrapped(step.label, room, is_narrow=is_narrow, is_marked=step.is_level) for step in steps]
        tops, y = [], 4.0
        for label in labels:
            tops.append(y)
            lines = LINE * (label.count("\n") + 1)
            y += _ABOVE + (lines + _BAR + 4 if is_narrow else max(lines, _BAR + 4))
        return cls(labels, 22.0 if is_narrow else room + 18, _RIGHT[is_narrow], tops, y, is_narrow)

    def middle(self, place: int) -> tuple[float, float]:
        """The middles of the label and of the bar of a row, pixels from the top."""
        lines = LINE * (self.labels[place].count("\n") + 1)
        label = self.tops[place] + _ABOVE / 2 + lines / 2
        return label, label + (lines / 2 + _BAR / 2 + 3 if self.is_above else 0)

    def spans(self) -> list[tuple[float, float]]:
        """Where upright lines are drawn: from top to bottom, or on a phone beside each bar and not behind labels."""
        if not self.is_above:
            return [(0, self.height)]
        bars = [self.middle(place)[1] for place in range(len(self.labels))]
        return [(bar - _BAR / 2 - 1, bar + _BAR / 2 + _STUB) for bar in bars]

    def between(self, place: int) -> list[tuple[float, float]]:
        """Where the line from the bar of a row to that of the next is drawn, clear of the label between them."""
        here, there = (self.middle(row)[1] for row in (place, place + 1))
        if not self.is_above:
            return [(here, there)]
        return [(here, here + _BAR / 2 + _STUB), (there - _BAR / 2 - 1, there)]


def waterfall(steps: Sequence[Step]) -> tuple[Draw, Height]:
    """Steps from top to bottom.

    Steps up are orange and steps down blue, and their signs are written; those that are hollow have no fill.

    Parameters
    ----------
    steps
        From top to bottom; without any, nothing is drawn.

    Returns
    -------
    tuple[Draw, Height]
        How to draw it, and how high it is in pixels at either width.
    """
    if not steps:
        return NOTHING
    ends = [each for step in steps for each in (step.start, step.end)]
    margin = (max(ends) - min(ends)) * 0.08 or 0.01
    low, high = max(0.0, min(ends) - margin), min(1.0, max(ends) + margin)

    def draw(canvas: Canvas) -> None:
        layout = _Layout.of(steps, is_narrow=canvas.is_narrow)
        room = canvas.width - layout.left - layout.right
        axes = canvas.axes(left=layout.left, top=0, width=room, height=layout.height)
        axes.set(xlim=(low, high), ylim=(layout.height, 0), yticks=[])
        _axis(axes, low, high, room=room, spans=layout.spans())
        page = canvas.everywhere()
        for place, step in enumerate(steps):
            label, bar = layout.middle(place)
            thickness = weight(step.is_level)
            words = layout.labels[place]
            page.text(2, label, words, va="center", linespacing=1.15, weight=thickness)
            page.text(canvas.width - 2, bar, step.value, ha="right", va="center", weight=thickness)
            if place + 1 < len(steps):
                uprights(axes, [step.end], layout.between(place), color=QUIET, linewidth=1, zorder=1)
            _bar(axes, step, bar)

    return draw, lambda is_narrow: int(_Layout.of(steps, is_narrow=is_narrow).height + _ROOM)


def _bar(axes: Axes, step: Step, y: float) -> None:
    """A level as a diamond, a step as a bar."""
    if step.is_level:
        mark(axes, step.start, y, "D", told=step.told, color=INK, markersize=9, clip_on=False, zorder=4)
        return
    colour = ORANGE if step.end > step.start else ACCENT
    left, right = sorted((step.start, step.end))
    fill = PAPER if step.is_hollow else colour
    look = {"facecolor": fill, "edgecolor": colour, "linewidth": 1.6, "zorder": 3}
    box(axes, (left, y - _BAR / 2), right - left, _BAR, told=step.told, **look)


def _axis(axes: Axes, low: float, high: float, *, room: float, spans: Sequence[tuple[float, float]]) -> None:
    """Per cent below, with quiet lines behind the steps; the axis begins where the steps do, since it holds no bars.

    Whole ones alone are written: a tenth of one is taken for a number of the report, which it is not.
    """
    step = next((step for step in _STEPS if (high - low) / step <= min(7, room / 44)), 0.5)
    ticks = [place * step for place in range(int(low / step), int(high / step + 1e-9) + 1)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    written = [f"{tick * 100:.0f}%" if abs(tick * 100 - round(tick * 100)) < 1e-9 else "" for tick in ticks]
    axes.set_xticks(ticks, written)
    uprights(axes, ticks, spans, color=RULE, linewidth=0.8, zorder=0)
    axes.tick_params(length=0)
