"""A specification curve: a dot for each way of counting, and below it which choices each dot stands for."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, QUIET, RULE, STRIPE
from analysis.presentation.drawing.dots import ceiling, share_axis
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, Draw, Height, box, mark, text_width, wrapped
from analysis.presentation.drawing.told import row_told, told
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line, capital, interval, percent
from analysis.questions.findings import ways
from analysis.questions.findings.specifications import CHOICES
from analysis.reference.periods import in_months

_TOP, _PANEL, _STRIP, _LEFT = 30, 190, 15, 44
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1}


@dataclass(frozen=True)
class _Option:
    """One option of a choice: where it stands among the ways, and the range of the shares that it gives."""

    name: str
    places: list[int]
    range: str
    is_own: bool


def specification_curve(ways_of_counting: Protected, *, line: Line) -> Shown:
    """Every way of counting one measure, lowest share first, with what each counts, and a printed share as a line.

    Parameters
    ----------
    ways_of_counting
        What ``specifications`` gives, as it may be shown.
    line
        The printed share.

    Returns
    -------
    Shown
        The figure, empty where no way has a share.
    """
    only_protected(ways_of_counting)
    draw, height = _drawn(ways_of_counting, line=line)
    return figure(ways_of_counting, draw, height, ways.curve(ways_of_counting, line=line))


def _drawn(protected: Protected, *, line: Line) -> tuple[Draw, Height]:
    """The ways of counting of one measure, lowest share first, above a strip for each option of each choice."""
    table = ways.drawn(protected)
    own = ways.own_way(protected)
    blocks = {
        heading: _options(table, column, own[column], protected.about.measure) for column, heading in CHOICES.items()
    }
    top = ceiling(table, line)

    def draw(canvas: Canvas) -> None:
        room = canvas.width - _LEFT - 8
        axes = canvas.axes(left=_LEFT, top=_TOP, width=room, height=_PANEL)
        axes.set(xlim=(-0.7, max(len(table) - 0.3, 0.7)), ylim=(0, top), xticks=[])
        share_axis(axes, top, axis="y", room=_PANEL)
        _dots(axes, table, own)
        _printed(axes, line, canvas.width)
        _strips(canvas, blocks, (len(table), room))

    def height(is_narrow: bool) -> int:
        lines = sum(LINE * _lines(option.name, is_narrow=is_narrow) for block in blocks.values() for option in block)
        options = sum(len(block) for block in blocks.values())
        return _TOP + _PANEL + 12 + lines + (_STRIP + 5) * options + 34 * len(blocks)

    return draw, height


def _options(table: pd.DataFrame, column: str, own: str, measure: str) -> list[_Option]:
    """The options of one choice, in the order in which a reader knows them."""
    rows = []
    for name in ways.in_order(table[column].unique(), column, measure):
        shares = table.loc[table[column] == name, "share"].astype(float)
        low, high = shares.min(), shares.max()
        span = interval(low, high) if high > low else percent(low)
        rows.append(_Option(in_months(name), list(shares.index), span, name == own))
    return rows


def _dots(axes: Axes, table: pd.DataFrame, own: dict[str, str]) -> None:
    """A dot a way, and a diamond for the way that this project takes as the measure itself."""
    is_own = (table[list(own)] == pd.Series(own)).all(axis=1)
    for place, (is_marked, (_, row)) in enumerate(zip(is_own, table.iterrows(), strict=True)):
        shape, colour, size = ("D", ORANGE, 8) if is_marked else ("o", ACCENT, 5)
        label = f"{capital(str(row['definition']))}, of {row['base']}, {in_months(str(row['when']))}"
        mark(axes, place, float(row["share"]), shape, told=row_told(label, row), color=colour, markersize=size)
    for own_place, row in table[is_own].iterrows():
        side = "right" if int(str(own_place)) > len(table) / 2 else "left"
        offset = (-9 if side == "right" else 9, 11 if side == "right" else -14)
        axes.annotate(
            f"this report: {percent(row['share'])}",
            (int(str(own_place)), float(row["share"])),
            xytext=offset,
            textcoords="offset points",
            ha=side,
            weight="bold",
            bbox=_PAPER,
        )


def _printed(axes: Axes, line: Line, width: int) -> None:
    """The printed share as a line over all ways, named at its left end above the panel's dots."""
    if line.share is None:
        return
    axes.axhline(line.share, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
    name = wrapped(line.name, width - _LEFT - 20, is_narrow=width == NARROW)
    axes.annotate(name, (0, line.share), xycoords=("axes fraction", "data"), xytext=(2, 4), textcoords="offset points")


def _strips(canvas: Canvas, blocks: dict[str, list[_Option]], size: tuple[int, float]) -> None:
    """Below the dots: for each choice its options, each with its range and a mark under every dot that has it."""
    many, room = size
    page, top = canvas.everywhere(), _TOP + _PANEL + 12.0
    step = room / (max(many - 0.3, 0.7) + 0.7)
    wide = max(min(step - 1, 7), 1.2)
    for heading, options in blocks.items():
        page.text(0, top + 15, heading, weight="bold", va="center")
        top += 30
        for option in options:
            label = wrapped(option.name, _label_room(is_narrow=canvas.is_narrow), is_narrow=canvas.is_narrow)
            lines = label.count("\n") + 1
            weight = "bold" if option.is_own else "normal"
            page.text(0, top + LINE * lines / 2, label, va="center", color=INK, weight=weight, linespacing=1.1)
            page.text(canvas.width - 2, top + LINE / 2, option.range, va="center", ha="right", color=QUIET)
            top += LINE * lines
            box(page, (_LEFT, top), room, _STRIP, facecolor=STRIPE)
            for place in option.places:
                left = _LEFT + (place + 0.7) * step - wide / 2
                colour = ORANGE if option.is_own else ACCENT
                box(page, (left, top + 2), wide, _STRIP - 4, told=told(option.name, option.range), facecolor=colour)
            top += _STRIP + 5
        page.plot([0, canvas.width], [top, top], color=RULE, linewidth=0.8)
        top += 4


def _label_room(*, is_narrow: bool) -> float:
    """How wide the name of an option may be: what the range at the end of its line leaves."""
    width = NARROW if is_narrow else WIDE
    return width - text_width("00.0% to 00.0%", is_narrow=is_narrow) - 14


def _lines(name: str, *, is_narrow: bool) -> int:
    return wrapped(name, _label_room(is_narrow=is_narrow), is_narrow=is_narrow).count("\n") + 1
