"""Rows of paired marks in groups: two or three values side by side for each row, with intervals, from one line.

The shape of forest plots: a group has a heading and says what its rows are set against. Marks differ by shape and fill
as well as colour, and a key above the rows names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from analysis.presentation import numbers
from analysis.presentation.drawing import style
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, Draw, Height, text_width, weight, wrapped

_APART = 8  # pixels between the marks of a row
_ABOVE = 14  # pixels above a heading
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5)

#: Each look of a mark: its marker, its fill and its colour.
_LOOKS = {
    "filled": ("o", ACCENT, ACCENT),
    "hollow": ("o", PAPER, QUIET),
    "square": ("s", ORANGE, ORANGE),
    "triangle": ("^", PAPER, INK),
}


@dataclass(frozen=True)
class Mark:
    """A value with its interval, if it has one; ``look`` is one of filled, hollow, square and triangle.

    ``told`` is what a pointer that rests on it is told; the mark of a key tells nothing.
    """

    value: float
    look: str
    low: float | None = None
    high: float | None = None
    told: str = ""


@dataclass(frozen=True)
class Row:
    """A label, its marks from top to bottom, and what stands at its end."""

    label: str
    marks: tuple[Mark, ...]
    end_words: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class Group:
    """Rows under a heading, and a quiet line below that; both may be empty."""

    heading: str
    note: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class _Layout:
    """Where everything stands at one width, in pixels from the top left."""

    width: int
    left: float
    is_above: bool
    row: float
    lines: int
    key: list[tuple[float, float, str, str]]
    top: float

    @classmethod
    def of(cls, groups: Sequence[Group], keys: Sequence[tuple[str, str]], *, is_narrow: bool) -> _Layout:
        width = NARROW if is_narrow else WIDE
        rows = [row for group in groups for row in group.rows]
        widths = [text_width(row.label, is_narrow=is_narrow, is_marked=row.is_marked) for row in rows]
        longest = max(widths, default=0.0)
        is_above = is_narrow or longest > width * 0.45
        most = max([len(row.marks) for row in rows], default=1)
        lines = max((_label(row, width, is_narrow=is_narrow).count("\n") + 1 for row in rows), default=1)
        row = 10 + _APART * (most - 1) + (LINE * lines + 10 if is_above else 10 + 4 * (most == 1))
        placed, x, y = [], 8.0, 10.0
        for look, name in keys:
            words = wrapped(name, width - 22, is_narrow=is_narrow)
            needed = text_width(words, is_narrow=is_narrow) + 44
            if x > 8 and x + needed - 24 > width:
                x, y = 8.0, y + LINE + 4
            placed.append((x, y, look, words))
            x, y = x + needed, y + LINE * words.count("\n")
        return cls(width, 12.0 if is_above else longest + 22, is_above, row, lines, placed, y + 38)

    def heading(self, group: Group) -> tuple[str, str, float]:
        """The heading and note of a group in lines that fit, and how high they are together."""
        is_narrow = self.width == NARROW
        heading = group.heading and wrapped(group.heading, self.width * 0.98, is_narrow=is_narrow, is_marked=True)
        note = group.note and wrapped(group.note, self.width * 0.98, is_narrow=is_narrow)
        lines = sum(text.count("\n") + 1 for text in (heading, note) if text)
        return heading, note, LINE * lines + (_ABOVE + 6 if lines else 0)

    def spans(self, groups: Sequence[Group]) -> list[tuple[float, float]]:
        """Where upright lines are drawn, in pixels from the top of the body: beside marks, and not behind words."""
        stretches: list[tuple[float, float]] = []
        y = 0.0
        for group in groups:
            y += self.heading(group)[2]
            if self.is_above:
                stretches += [
                    (y + self.row * row + LINE * self.lines + 3, y + self.row * (row + 1))
                    for row in range(len(group.rows))
                ]
            elif group.rows:
                stretches.append((y, y + self.row * len(group.rows)))
            y += self.row * len(group.rows)
        return stretches

    def body(self, groups: Sequence[Group]) -> float:
        """The height of all groups."""
        return max(sum(self.heading(group)[2] + self.row * len(group.rows) for group in groups), 1.0)


def paired_rows(
    groups: Sequence[Group], keys: Sequence[tuple[str, str]], *, sides: tuple[str, str] = ("", "")
) -> tuple[Draw, Height]:
    """A chart of ``groups``: how to draw it, and how high it is.

    ``keys`` names the marks: (look, words) each. With ``sides``, what lies below and above 0, values are differences
    from it; without, they are shares. Without a row it says that there is nothing to draw.

    Parameters
    ----------
    groups
        Rows under their headings.
    keys
        The marks: look and words of each.
    sides
        What lies below and above 0, where values are differences.

    Returns
    -------
    tuple[Draw, Height]
        A function that draws, and one that gives the height in pixels.
    """
    if not any(group.rows for group in groups):
        return _nothing, lambda _: 2 * LINE
    low, high = _range(groups)
    is_told = any(row.end_words for group in groups for row in group.rows)

    def draw(canvas: Canvas) -> None:
        layout = _Layout.of(groups, keys, is_narrow=canvas.is_narrow)
        body, right = layout.body(groups), 58 if is_told else 14
        axes = canvas.axes(left=layout.left, top=layout.top, width=canvas.width - layout.left - right, height=body)
        axes.set(xlim=(low, high), ylim=(body, 0), yticks=[])
        spans = layout.spans(groups)
        _axis(axes, low, high, room=canvas.width - layout.left - right, spans=spans, is_difference=any(sides))
        page = canvas.everywhere()
        for x, y, look, words in layout.key:
            _mark(page, Mark(x, look), y)
            page.text(x + 12, y - LINE / 2, words, va="top", linespacing=1.15)
        zero = layout.left + (0 - low) / (high - low) * (canvas.width - layout.left - right)
        for text, side, shift in ((sides[0], "right", -8), (sides[1], "left", 8)):
            page.text(zero + shift, layout.top - 11, text, ha=side, va="center", color=QUIET)
        y = layout.top
        for group in groups:
            y = _group(page, axes, layout, group, y)

    def height(is_narrow: bool) -> int:
        layout = _Layout.of(groups, keys, is_narrow=is_narrow)
        return int(layout.top + layout.body(groups) + 28)

    return draw, height


def _nothing(canvas: Canvas) -> None:
    canvas.everywhere().text(2, LINE, "There is nothing to draw here.", va="center", color=QUIET)


def _group(page: Axes, axes: Axes, layout: _Layout, group: Group, top: float) -> float:
    """A heading and its rows, from ``top`` on the page; where the next group begins."""
    heading, note, high = layout.heading(group)
    y = top + _ABOVE
    for text, thickness, colour in ((heading, "bold", INK), (note, "normal", QUIET)):
        if text:
            page.text(2, y, text, va="top", linespacing=1.15, weight=thickness, color=colour)
            y += LINE * (text.count("\n") + 1)
    y = top + high
    for row in group.rows:
        middle = y + (
            LINE * layout.lines + 9 if layout.is_above else layout.row / 2 - _APART * (len(row.marks) - 1) / 2
        )
        label = y + LINE * layout.lines / 2 + 2 if layout.is_above else y + layout.row / 2
        words = _label(row, layout.width, is_narrow=layout.width == NARROW) if layout.is_above else row.label
        page.text(2, label, words, va="center", linespacing=1.15, weight=weight(row.is_marked))
        for place, mark in enumerate(row.marks):
            _mark(axes, mark, middle + place * _APART - layout.top)
        end = middle if layout.is_above else label
        page.text(layout.width - 2, end, row.end_words, ha="right", va="center", weight=weight(row.is_marked))
        y += layout.row
    return y


def _label(row: Row, width: int, *, is_narrow: bool) -> str:
    """The label of a row in lines that fit above it."""
    return wrapped(row.label, width * 0.98, is_narrow=is_narrow, is_marked=row.is_marked)


def _mark(axes: Axes, mark: Mark, y: float) -> None:
    """A value as its marker, on top of its interval."""
    marker, fill, colour = _LOOKS[mark.look]
    if mark.low is not None and mark.high is not None:
        line: dict[str, Any] = {"color": colour, "linewidth": 2, "solid_capstyle": "butt", "zorder": 3}
        style.mark(axes, [mark.low, mark.high], [y, y], told=mark.told, **line)
    style.mark(
        axes,
        mark.value,
        y,
        marker,
        told=mark.told,
        color=colour,
        markersize=7,
        markerfacecolor=fill,
        markeredgewidth=1.5,
        clip_on=False,
        zorder=3,
    )


def _range(groups: Sequence[Group]) -> tuple[float, float]:
    """From the lowest to the highest of all values and limits, with 0 and a little room, never past -1 and 1."""
    marks = [mark for group in groups for row in group.rows for mark in row.marks]
    ends = [0.0, *(end for mark in marks for end in (mark.value, mark.low, mark.high) if end is not None)]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.05 or 0.1
    return max(-1.0, low - room) if low < 0 else 0.0, min(1.0, high + room)


def _axis(
    axes: Axes, low: float, high: float, *, room: float, spans: Sequence[tuple[float, float]], is_difference: bool
) -> None:
    """Quiet lines behind the marks with their values below, and a strong one at 0 where values are differences."""
    step = next((step for step in _STEPS if (high - low) / step <= min(7, room / 44)), 1.0)
    ticks = [place * step for place in range(int(low / step - 1e-9), int(high / step + 1e-9) + 1)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    names = [_points(tick) if is_difference else f"{tick * 100:.0f}%" for tick in ticks]
    axes.set_xticks(ticks, names)
    style.uprights(axes, ticks, spans, color=RULE, linewidth=0.8, zorder=0)
    axes.tick_params(length=0)
    if is_difference:
        style.uprights(axes, [0.0], spans, color=INK, linewidth=1.2, zorder=1)


def _points(tick: float) -> str:
    sign = "" if not tick else "+" if tick > 0 else numbers.MINUS
    return f"{sign}{abs(tick) * 100:.0f}"
