"""Charts, in the house style: a headline that states the finding, a subtitle that states measure, place and time.

Each takes a Protected and returns a figure to show. Labels stand at what they name, colour is never the only cue,
and every figure carries a description with the numbers a reader would take from it.
"""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.disclosure import Protected
from analysis.errors import DisclosureRefused
from analysis.presentation import captions, wording
from analysis.presentation.captions import Caption
from analysis.presentation.show import Shown, records
from analysis.presentation.style import (
    ACCENT,
    FILLS,
    INK,
    ORANGE,
    QUIET,
    RULE,
    Canvas,
    Draw,
    Height,
    drawings,
)
from analysis.presentation.wording import Line

_ROW = 22


def hundred_cases(split: Protected) -> Shown:
    """A picture of 100 cases: a square a case, coloured and labelled by how it ended."""
    parts = captions.of_hundred(split)
    names = [name for name, squares in parts.items() if squares]

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        side = 27 if not canvas.is_narrow else 32
        colours = [name for name in names for _ in range(parts[name])]
        for place, name in enumerate(colours):
            corner = (place % 10 * side + 2, place // 10 * side + 2)
            page.add_patch(_square(corner, side - 4, FILLS.get(name, QUIET)))
        left, top = (10 * side + 30, 8) if not canvas.is_narrow else (2, 10 * side + 16)
        step = min(38, (canvas.height - top) / max(len(names), 1))
        for place, name in enumerate(names):
            y = top + place * step
            page.add_patch(_square((left, y), 15, FILLS.get(name, QUIET)))
            page.text(left + 24, y + 7.5, str(parts[name]), va="center", weight="bold", size=canvas.text + 2)
            page.text(left + 50, y + 7.5, captions.short_disposition(name), va="center")

    return _figure(split, draw, lambda narrow: 340 + 26 * len(names) if narrow else 274, captions.hundred(split))


def bars(split: Protected, *, counted: str = "") -> Shown:
    """How cases ended, a bar each with its share and count; those that the measure ``counted`` counts stand out.

    Endings of under 1 in 100 are left to the table unless they are counted.
    """
    by = split.by[0]
    marked = captions.counted_labels(split, counted)
    table = split.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    is_drawn = (table["share"] >= 0.01).fillna(True) | (table[by].isin(marked) & (table["events"] > 0).fillna(True))
    table = table[is_drawn].reset_index(drop=True)
    longest = max([float(share) for share in table["share"].dropna()], default=1.0)

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        room = canvas.width - 130
        for place, (_, row) in enumerate(table.iterrows()):
            top = place * 42
            colour = ACCENT if row[by] in marked else "#767676"
            page.text(
                0, top + 9, canvas.fitted(str(row[by]), canvas.width), va="center", weight=_weight(row[by] in marked)
            )
            length = 0.0 if pd.isna(row["share"]) else float(row["share"]) / longest * room
            page.add_patch(Rectangle((0, top + 18), max(length, 1), 15, facecolor=colour, linewidth=0))
            value = f"{wording.cell(row, 'share')}  ({wording.cell(row, 'events')})"
            page.text(length + 7, top + 25.5, value, va="center", color=INK)

    return _figure(split, draw, lambda _: 42 * len(table) + 4, captions.bars(split, counted=counted))


def dots(rates: Protected, *, line: Line | None = None, highlight: str = "") -> Shown:
    """A dot and its 95% interval for each row, highest share first, with a line to compare with.

    ``highlight`` is the label of the row that stands out; a label that no row has changes nothing.
    """
    table = rates.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    caption = captions.dots(rates, line=line, highlight=highlight)
    return _dots(rates, table.reset_index(drop=True), caption, line, highlight=highlight)


def definitions(rates: Protected, *, line: Line) -> Shown:
    """Every reading and base of a measure, lowest first, with a printed share as a line."""
    return _dots(rates, rates.table, captions.definitions(rates, line=line), line, is_above=True)


def sample_sizes(rates: Protected, *, line: Line) -> Shown:
    """The interval that a printed share would have at each of several sample sizes."""
    return _dots(rates, rates.table, captions.sample_sizes(rates, line=line), line, value="interval")


def quarters(rates: Protected) -> Shown:
    """The share quarter by quarter, each with its interval, from zero."""
    table = rates.table
    top = _ceiling(table)

    def draw(canvas: Canvas) -> None:
        axes = canvas.axes(left=44, top=24, width=canvas.width - 60, height=canvas.height - 70)
        places = range(len(table))
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            if pd.isna(row["share"]):
                axes.text(place, top * 0.03, wording.cell(row, "share"), ha="center", color=QUIET)
                continue
            axes.plot([place, place], [float(row["low"]), float(row["high"])], color=ACCENT, linewidth=3, alpha=0.5)
            axes.plot(place, float(row["share"]), "o", color=ACCENT, markersize=8)
            axes.text(
                place, float(row["high"]) + top * 0.035, wording.percent(row["share"]), ha="center", weight="bold"
            )
        axes.plot(places, table["share"].astype(float), color=ACCENT, linewidth=1.5)
        axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(0, top), xticks=list(places))
        axes.set_xticklabels([captions.quarter_label(str(name)) for name in table["quarter"]], color=INK)
        _share_axis(axes, top, axis="y")

    return _figure(rates, draw, lambda _: 300, captions.quarters(rates))


def _dots(
    rates: Protected,
    table: pd.DataFrame,
    caption: Caption,
    line: Line | None,
    *,
    highlight: str = "",
    is_above: bool = False,
    value: str = "share",
) -> Shown:
    right = 118 if value == "interval" else 64
    top = _ceiling(table)

    def draw(canvas: Canvas) -> None:
        labels = [captions.row_label(row, rates.by) for _, row in table.iterrows()]
        left = 6 if is_above else max([canvas.text_width(label) for label in labels], default=0) + 12
        left = min(left, canvas.width * 0.55)
        room = canvas.width - left - right
        axes = canvas.axes(left=left, top=30, width=room, height=_row_height(canvas.is_narrow, is_above) * len(table))
        axes.set(xlim=(0, top), ylim=(len(table) - 0.5, -0.5), yticks=[])
        for place, (_, row) in enumerate(table.iterrows()):
            is_marked = bool(highlight) and labels[place] == highlight
            y = place + (0.25 if is_above else 0)
            colour = ORANGE if is_marked else ACCENT
            if is_above:
                _label_above(axes, labels[place], place, is_narrow=canvas.is_narrow)
            else:
                label = canvas.fitted(labels[place], left)
                axes.text(
                    -10 / room,
                    place,
                    label,
                    va="center",
                    ha="right",
                    weight=_weight(is_marked),
                    transform=axes.get_yaxis_transform(),
                )
            axes.text(
                1 + 8 / room,
                y,
                captions.row_value(row, value),
                va="center",
                weight=_weight(is_marked),
                transform=axes.get_yaxis_transform(),
            )
            if pd.isna(row["share"]):
                continue
            if not pd.isna(row["low"]):
                axes.plot([float(row["low"]), float(row["high"])], [y, y], color=colour, linewidth=3, alpha=0.55)
            axes.plot(float(row["share"]), y, "D" if is_marked else "o", color=colour, markersize=7)
        _line(axes, line, top)
        _share_axis(axes, top, axis="x")

    return _figure(rates, draw, lambda narrow: 64 + _row_height(narrow, is_above) * len(table), caption)


def _row_height(is_narrow: bool, is_above: bool) -> int:
    """Pixels a row: one line, or a label above its dot, which takes two lines on a phone."""
    return (58 if is_narrow else 42) if is_above else _ROW


def _label_above(axes: Axes, label: str, place: int, *, is_narrow: bool) -> None:
    """A label over its dot, on paper of its own, so that no line runs through it."""
    text = label.replace(", of ", ",\nof ") if is_narrow else label
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axes.text(0, place - 0.2, text, va="center", linespacing=1.15, bbox=paper)


def _line(axes: Axes, line: Line | None, top: float) -> None:
    """A line across all rows at the share to compare with, named above it."""
    if line is None or line.share is None:
        return
    axes.axvline(line.share, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
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


def _share_axis(axes: Axes, top: float, *, axis: str) -> None:
    """Per cent from zero, with quiet grid lines behind the marks."""
    step = 0.2 if top > 0.6 else 0.1 if top > 0.25 else 0.05 if top > 0.1 else 0.02
    ticks = [place * step for place in range(int(top / step + 1e-9) + 1)]
    labels = [f"{tick * 100:.0f}%" for tick in ticks]
    if axis == "x":
        axes.set_xticks(ticks, labels)
        axes.grid(axis="x", color=RULE, linewidth=0.8)
    else:
        axes.set_yticks(ticks, labels)
        axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _ceiling(table: pd.DataFrame) -> float:
    """The end of a share axis that begins at zero: room above the highest limit, never past 1."""
    highest = max([float(one) for one in pd.concat([table["high"], table["share"]]).dropna()], default=1.0)
    return min(1.0, highest * 1.12)


def _square(corner: tuple[float, float], side: float, fill: str) -> Rectangle:
    edge = QUIET if fill == "#ffffff" else fill
    return Rectangle(corner, side, side, facecolor=fill, edgecolor=edge, linewidth=1.6 if fill == "#ffffff" else 0)


def _weight(is_marked: bool) -> str:
    return "bold" if is_marked else "normal"


def _figure(protected: Protected, draw: Draw, height: Height, caption: Caption) -> Shown:
    """A drawing with its words, ready for a page, and its rows as data."""
    if not isinstance(protected, Protected):
        raise DisclosureRefused("A chart takes a Protected. Pass the result through disclosure.protect first.")
    if len(caption.description) < 40:
        raise DisclosureRefused(f"The figure '{caption.title}' has no description that says what is seen.")
    wide, narrow = drawings(draw, height, identity=caption.identity, description=caption.description)
    notes = "".join(f"<p>{escape(note)}</p>" for note in caption.notes)
    html = (
        f'<figure class="figure" id="{caption.identity}">'
        f'<h3>{escape(caption.title)}</h3><p class="subtitle">{escape(caption.subtitle)}</p>'
        f'<div class="wide">{wide}</div><div class="narrow" style="display:none">{narrow}</div>'
        f"<figcaption>{notes}<details><summary>This figure in words</summary>"
        f"<p>{escape(caption.description)}</p></details>"
        f'<p class="source">{escape(wording.source_line(protected.about))}</p></figcaption></figure>'
    )
    record: dict[str, Any] = {
        "id": caption.identity,
        "title": caption.title,
        "subtitle": caption.subtitle,
        "description": caption.description,
        **records(protected),
    }
    return Shown("figure", html, f"{caption.title} {caption.subtitle} {caption.description}", record)
