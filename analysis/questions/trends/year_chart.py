"""Endings by year: a dot for the share of decided cases, a box for what is possible of all recorded ones.

Boxes are no intervals of chance and are drawn otherwise. Nothing is joined: years between two changes of the counting
stand between two dashed lines, and a year of which nothing is held is a gap with its symbol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.presentation import numbers, wording
from analysis.presentation.drawing import cuts
from analysis.presentation.drawing.colours import ACCENT, BAND, INK, PAPER, QUIET
from analysis.presentation.drawing.cuts import Cut, draw_cuts
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import LINE, TEXT, WIDE, Canvas, Draw, Height, box, mark, text_width
from analysis.presentation.drawing.told import told
from analysis.reference.periods import named
from analysis.reference.reference import Break

FIRST_MARK = "*"  # after the share of a year whose figures are of its first edition
_PLOT, _FOOT, _LEFT, _RIGHT = 160, 36, 50, 6  # pixels
_TITLE = LINE + 12  # pixels for the name of a panel
_ROW, _CUT = 23, 22  # pixels on a phone for a year, and for a cut between two
_YEAR, _TOLD = 72, 62  # pixels on a phone for the name of a year, and for its share
_BOUNDS = ("low_bound_share", "high_bound_share")
_BOX = 0.46  # years
_SMALLER = 12 / 14  # of the usual size: the share of a year, so that eleven have room beside each other
_BESIDE = 0.34  # years from the middle to another edition of the same year

_BOXED: dict[str, Any] = {"facecolor": BAND, "edgecolor": ACCENT, "linewidth": 1.2}


def year_panels(table: pd.DataFrame, measures: Sequence[str], changes: Sequence[Break]) -> tuple[Draw, Height]:
    """A panel for each of some measures, years from left to right, on a phone from top to bottom.

    Parameters
    ----------
    table
        What ``by_year`` gives.
    measures
        The measures that are drawn, as the table has them.
    changes
        Changes of counting: a dashed line for each that falls within the years.

    Returns
    -------
    tuple[Draw, Height]
        How to draw them, and how high that is at the width of a page and of a phone.
    """
    years = sorted(set(table["year"]))
    lines = _lines(years, changes)
    limits = table.loc[table["measure"].isin(measures), ["high_bound_share", "share"]].astype("Float64")
    top = float(limits.max().max()) * 1.18 or 1.0 if limits.notna().any(axis=None) else 1.0

    def draw(canvas: Canvas) -> None:
        page, y = canvas.everywhere(), 0.0
        for place, measure in enumerate(measures):
            panel = _Panel(table[table["measure"] == measure], years, lines, top)
            page.text(0 if canvas.is_narrow else _LEFT, y + _TITLE / 2, measure, va="center", weight="bold")
            if canvas.is_narrow:
                y = _down(canvas, page, panel, above=y + _TITLE)
            else:
                y = _across(canvas, page, panel, above=y + _TITLE, is_first=not place)
                _years(canvas.figure.axes[-1], years, is_last=place == len(measures) - 1)

    def height(is_narrow: bool) -> int:
        if is_narrow:
            return len(measures) * (_TITLE + _ROW * len(years) + _CUT * len(lines) + _FOOT)
        return cuts.height(_at(lines, len(years)), is_narrow=False) + len(measures) * (_PLOT + _TITLE) + _FOOT

    return draw, height


@dataclass(frozen=True)
class _Panel:
    """What one panel shows: the rows of a measure, the years and cuts that all panels have, and where shares end."""

    rows: pd.DataFrame
    years: Sequence[str]
    lines: Sequence[Cut]
    top: float

    def editions(self) -> Iterator[tuple[int, pd.Series, bool]]:
        """Each row with the place of its year, and whether it is another edition of the year before it."""
        beside = self.rows.duplicated("year")
        for (_, row), is_beside in zip(self.rows.iterrows(), beside, strict=True):
            yield self.years.index(row["year"]), row, bool(is_beside)

    def shift(self, place: int, label: str, *, step: float) -> float:
        """By how many pixels the label of a year is moved to the side, so that no line runs through it."""
        half = text_width(label, is_narrow=False, is_marked=True) * _SMALLER / 2 + 3
        gaps = [(place - cut) * step for cut, _ in self.lines]
        near = min(gaps, key=abs, default=half)
        return 0.0 if abs(near) >= half else half - near if near >= 0 else -half - near


def _lines(years: Sequence[str], changes: Sequence[Break]) -> list[Cut]:
    """Where each cut lies, in years from the middle of the first, and its month: those at the edges are left out."""
    lines = []
    for place, year in enumerate(named(name) for name in years):
        days = (year.last - year.first).days + 1
        for change in changes:
            day = date.fromisoformat(change.from_date)
            if day in year and (place or day > year.first):
                lines.append((place - 0.5 + (day - year.first).days / days, f"{day:%b %Y}"))
    return sorted(set(lines))


def _at(lines: Sequence[Cut], years: int) -> list[Cut]:
    """The cuts in pixels from the left."""
    step = (WIDE - _LEFT - _RIGHT) / years
    return [(_LEFT + (place + 0.5) * step, label) for place, label in lines]


def _across(canvas: Canvas, page: Axes, panel: _Panel, *, above: float, is_first: bool) -> float:
    """A panel with years from left to right; the months of the cuts above the first. Returns where it ends."""
    room, years = canvas.width - _LEFT - _RIGHT, len(panel.years)
    top = above + (cuts.height(_at(panel.lines, years), is_narrow=False) if is_first else 0)
    axes = canvas.axes(left=_LEFT, top=top, width=room, height=_PLOT)
    axes.set(xlim=(-0.5, years - 0.5), ylim=(0, panel.top))
    share_axis(axes, panel.top, axis="y", room=_PLOT)
    for place, row, is_beside in panel.editions():
        shift = panel.shift(place, _told(row), step=room / years)
        _year(axes, row, place + (_BESIDE if is_beside else 0), is_beside=is_beside, shift=shift)
    draw_cuts(page, _at(panel.lines, years), top=top, bottom=top + _PLOT, are_named=is_first)
    return top + _PLOT


def _years(axes: Axes, years: Sequence[str], *, is_last: bool) -> None:
    """The years below the last panel: "14/15"."""
    axes.set_xticks(range(len(years)), [year[2:] if is_last else "" for year in years], color=INK)
    axes.tick_params(axis="x", pad=7)


def _year(axes: Axes, row: pd.Series, x: float, *, is_beside: bool, shift: float) -> None:
    """One year and edition: its box, its dot, and the share above them, moved by ``shift`` pixels.

    An edition about which less is known is hollow; a second one of a year stands beside the first, without its share.
    """
    if not row["edition"]:
        axes.text(x, axes.get_ylim()[1] * 0.02, numbers.cell(row, "share"), ha="center", color=QUIET)
        return
    low, high, share = _bounds(row)
    if low is not None and high is not None:
        wide = _BOX / 2 if is_beside else _BOX
        box(axes, (x - wide / 2, low), wide, high - low, told=_said(row), **_BOXED)
    if share is None:
        return
    mark(axes, x, share, "o", told=_said(row), color=_fill(row), markeredgecolor=ACCENT, markersize=7, zorder=3)
    if not is_beside:
        above = (x, max(share, high or share))
        look: dict[str, Any] = {"ha": "center", "weight": "bold", "fontsize": TEXT[False] * _SMALLER, "zorder": 4}
        axes.annotate(_told(row), above, (shift, 7), textcoords="offset points", **look)


def _down(canvas: Canvas, page: Axes, panel: _Panel, *, above: float) -> float:
    """A panel with years from top to bottom, a cut on a line of its own between two. Returns where it ends."""
    room = canvas.width - _YEAR - _TOLD
    high = _ROW * len(panel.years) + _CUT * len(panel.lines)
    axes = canvas.axes(left=_YEAR, top=above, width=room, height=high)
    axes.set(xlim=(0, panel.top), ylim=(high, 0), yticks=[])
    share_axis(axes, panel.top, axis="x", room=room)
    before = [sum(cut <= place for cut, _ in panel.lines) for place in range(len(panel.years))]
    middles = [_ROW * (place + 0.5) + _CUT * number for place, number in enumerate(before)]
    for number, (cut, label) in enumerate(panel.lines):
        y = above + _ROW * sum(place < cut for place in range(len(panel.years))) + _CUT * (number + 0.5)
        page.text(0, y, label, va="center")
        mark(page, [_YEAR, canvas.width], [y, y], color=INK, linewidth=1.2, linestyle=cuts.DASHES)
    for year, middle in zip(panel.years, middles, strict=True):
        page.text(0, above + middle, year, va="center")
    for place, row, is_beside in panel.editions():
        _row(axes, row, middles[place], is_beside=is_beside)
        if not is_beside:
            look: dict[str, Any] = {"weight": "bold"} if row["edition"] else {"color": QUIET}
            page.text(canvas.width - 2, above + middles[place], _told(row), ha="right", va="center", **look)
    return above + high + _FOOT


def _row(axes: Axes, row: pd.Series, y: float, *, is_beside: bool) -> None:
    """One year and edition on a phone: its box and its dot, those of a second edition smaller and below the first."""
    if not row["edition"]:
        return
    low, high, share = _bounds(row)
    thick, y = (5, y + 8) if is_beside else (12, y)
    if low is not None and high is not None:
        box(axes, (low, y - thick / 2), high - low, thick, told=_said(row), **_BOXED)
    if share is not None:
        look: dict[str, Any] = {"color": _fill(row), "markeredgecolor": ACCENT, "markersize": 4 if is_beside else 6}
        mark(axes, share, y, "o", told=_said(row), zorder=3, **look)


def _bounds(row: pd.Series) -> list[float | None]:
    """The lowest and highest possible share of recorded cases, and the share of decided ones."""
    return [None if pd.isna(row[name]) else float(row[name]) for name in (*_BOUNDS, "share")]


def _said(row: pd.Series) -> str:
    """What a pointer is told of an edition of a year: the share of decided cases, and what is possible of all."""
    decided = f"{numbers.cell(row, 'share')} of decided cases"
    low, high, _ = _bounds(row)
    if low is None or high is None:
        return told(row["year"], decided)
    possible = f"{numbers.cell(row, _BOUNDS[0])} to {numbers.cell(row, _BOUNDS[1])}"
    return told(row["year"], decided, f"{possible} possible of all recorded")


def _fill(row: pd.Series) -> str:
    """The fill of a year's dot: none for an edition about which less is known."""
    return PAPER if row["edition"].startswith("about") else ACCENT


def _told(row: pd.Series) -> str:
    """A year's share, or its symbol; after the share of a first edition stands FIRST_MARK."""
    if not row["edition"] or pd.isna(row["share"]):
        return numbers.cell(row, "share")
    return wording.percent(float(row["share"])) + (FIRST_MARK if row["first_edition"] == "yes" else "")
