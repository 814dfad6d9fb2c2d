"""Endings by year: a dot for the share of decided cases, a box for what is possible of all recorded ones.

Boxes are no intervals of chance and are drawn otherwise. Nothing is joined: years between two changes of the counting
stand between two upright lines, and a year of which nothing is held is a gap with its symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.presentation import numbers, wording
from analysis.presentation.drawing.colours import ACCENT, BAND, INK, PAPER, QUIET
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, Draw, Height, mark, text_width
from analysis.reference.periods import named
from analysis.reference.reference import Break

FIRST_MARK = "*"  # after the share of a year whose figures are of its first edition
_PLOT, _FOOT, _LEFT, _RIGHT = 160, 30, 50, 6  # pixels
_TITLE = LINE + 12  # pixels for the name of a panel
_BOUNDS = ("low_bound_share", "high_bound_share")
_BOX = 0.46  # years
_BESIDE = 0.34  # years from the middle to another edition of the same year


def year_panels(table: pd.DataFrame, measures: Sequence[str], cuts: Sequence[Break]) -> tuple[Draw, Height]:
    """A panel for each of some measures, years from left to right: how to draw it, and how high it is.

    ``table`` is that of ``by_year``; upright lines stand at the ``cuts`` within its years.
    """
    years = sorted(set(table["year"]))
    lines = _lines(years, cuts)
    limits = table.loc[table["measure"].isin(measures), ["high_bound_share", "share"]].astype("Float64")
    top = min(1.0, float(limits.max().max()) * 1.18) if limits.notna().any(axis=None) else 1.0

    def draw(canvas: Canvas) -> None:
        room, head = canvas.width - _LEFT - _RIGHT, _head(lines, len(years), is_narrow=canvas.is_narrow)
        step, page = room / len(years), canvas.everywhere()
        _cut(page, lines, step=step, head=head, panels=len(measures))
        for place, measure in enumerate(measures):
            y = head + place * (_PLOT + _TITLE)
            paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
            page.text(_LEFT, y + _TITLE / 2, measure, va="center", weight="bold", bbox=paper)
            axes = canvas.axes(left=_LEFT, top=y + _TITLE, width=room, height=_PLOT)
            axes.set(xlim=(-0.5, len(years) - 0.5), ylim=(0, top))
            share_axis(axes, top, axis="y", room=_PLOT)
            _years(axes, years, is_last=place == len(measures) - 1, is_narrow=canvas.is_narrow)
            rows = table[table["measure"] == measure]
            for (_, row), is_beside in zip(rows.iterrows(), rows.duplicated("year"), strict=True):
                x = years.index(row["year"]) + (_BESIDE if is_beside else 0)
                _year(axes, row, x, is_beside=is_beside, is_narrow=canvas.is_narrow)

    def height(is_narrow: bool) -> int:
        return round(_head(lines, len(years), is_narrow=is_narrow)) + len(measures) * (_PLOT + _TITLE) + _FOOT

    return draw, height


def _lines(years: Sequence[str], cuts: Sequence[Break]) -> list[tuple[float, str]]:
    """Where each cut lies, in years from the middle of the first, and its month: those at the edges are left out."""
    lines = []
    for place, year in enumerate(named(name) for name in years):
        days = (year.last - year.first).days + 1
        for change in cuts:
            day = date.fromisoformat(change.from_date)
            if day in year and (place or day > year.first):
                lines.append((place - 0.5 + (day - year.first).days / days, f"{day:%b %Y}"))
    return sorted(set(lines))


def _rows(lines: Sequence[tuple[float, str]], step: float, *, is_narrow: bool) -> list[int]:
    """The row of each label above the panels, 0 the lowest, so that none overlaps another."""
    ends: list[float] = []
    placed = []
    for place, label in lines:
        half = text_width(label, is_narrow=is_narrow) / 2 + 4
        row = next((row for row, end in enumerate(ends) if place * step - half >= end), len(ends))
        ends[row : row + 1] = [place * step + half]
        placed.append(row)
    return placed


def _head(lines: Sequence[tuple[float, str]], years: int, *, is_narrow: bool) -> float:
    """Pixels above the first panel."""
    step = ((NARROW if is_narrow else WIDE) - _LEFT - _RIGHT) / years
    return 4 + (max(_rows(lines, step, is_narrow=is_narrow), default=-1) + 1) * (LINE + 2)


def _cut(page: Axes, lines: Sequence[tuple[float, str]], *, step: float, head: float, panels: int) -> None:
    """An upright line through all panels at each cut, from the axis up to its month."""
    is_narrow = page.get_xlim()[1] == NARROW
    for (place, label), row in zip(lines, _rows(lines, step, is_narrow=is_narrow), strict=True):
        x, y = _LEFT + (place + 0.5) * step, head - row * (LINE + 2)
        page.plot([x, x], [y, head + panels * (_PLOT + _TITLE)], color=INK, linewidth=1.2, linestyle=(0, (5, 3)))
        half, edge = text_width(label, is_narrow=is_narrow) / 2, page.get_xlim()[1]
        paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
        page.text(min(max(x, half), edge - half), y - LINE / 2, label, ha="center", va="center", bbox=paper)


def _years(axes: Axes, years: Sequence[str], *, is_last: bool, is_narrow: bool) -> None:
    """The years below the last panel: "14/15", every second one where there is little room."""
    places = list(range(0, len(years), 2 if is_narrow else 1))
    axes.set_xticks(places, [years[place][2:] if is_last else "" for place in places], color=INK)


def _year(axes: Axes, row: pd.Series, x: float, *, is_beside: bool, is_narrow: bool) -> None:
    """One year and edition: its box, its dot, and the share above them.

    An edition about which less is known is hollow; a second one of a year stands beside the first, without its share.
    After the share of a first edition stands FIRST_MARK.
    """
    if not row["edition"]:
        axes.text(x, axes.get_ylim()[1] * 0.02, numbers.cell(row, "share"), ha="center", color=QUIET)
        return
    low, high, share = (None if pd.isna(row[name]) else float(row[name]) for name in (*_BOUNDS, "share"))
    if low is not None and high is not None:
        wide = _BOX / 2 if is_beside else _BOX
        corner = (x - wide / 2, low)
        axes.add_artist(Rectangle(corner, wide, high - low, facecolor=BAND, edgecolor=ACCENT, linewidth=1.2))
    if share is None:
        return
    colour = PAPER if row["edition"].startswith("about") else ACCENT
    mark(axes, x, share, "o", color=colour, markeredgecolor=ACCENT, markersize=5 if is_narrow else 7, zorder=3)
    if not is_beside:
        label = f"{wording.rounded(share * 100, decimals=0)}" if is_narrow else wording.percent(share)
        label += FIRST_MARK if row["first_edition"] == "yes" else ""
        above = (x, max(share, high or share))
        axes.annotate(label, above, (0, 7), textcoords="offset points", ha="center", weight="bold", zorder=4)
