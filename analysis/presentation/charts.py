"""Charts, in the house style: a headline that states the finding, a subtitle that states measure, place and time.

Each takes a Protected and returns a figure to show. Labels stand at what they name, colour is never the only cue,
and every figure carries a description with the numbers a reader would take from it.
"""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
from matplotlib.patches import Rectangle

from analysis.disclosure import Protected, only_protected
from analysis.errors import DisclosureRefused
from analysis.presentation import captions, cells, endings, wording
from analysis.presentation.dots import ceiling, dot_rows, share_axis
from analysis.presentation.endings import Caption
from analysis.presentation.show import Shown, records
from analysis.presentation.style import (
    ACCENT,
    FILLS,
    INK,
    LINE,
    MUTED,
    NARROW,
    PAPER,
    QUIET,
    WIDE,
    Canvas,
    Draw,
    Height,
    drawings,
    weight,
    wrapped,
)
from analysis.presentation.wording import Line
from analysis.schema import SYMBOLS


def hundred_cases(split: Protected, *, counted: str = "") -> Shown:
    """A picture of 100 cases: a square a case, coloured and labelled by how it ended.

    The headline speaks of what the measure ``counted`` counts, or else of the largest part.
    """
    only_protected(split)
    parts = endings.of_hundred(split, counted=counted)
    names = [name for name, squares in parts.items() if squares]

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        side = 27 if not canvas.is_narrow else 32
        colours = [name for name in names for _ in range(parts[name])]
        for place, name in enumerate(colours):
            corner = (place % 10 * side + 2, place // 10 * side + 2)
            page.add_patch(_square(corner, side - 4, FILLS.get(name, QUIET)))
        rows = -(-len(colours) // 10)
        left, top = (10 * side + 30, 8) if not canvas.is_narrow else (2, rows * side + 16)
        step = 26 if canvas.is_narrow else 36
        for place, name in enumerate(names):
            y = top + place * step
            page.add_patch(_square((left, y), 15, FILLS.get(name, QUIET)))
            page.text(left + 24, y + 7.5, str(parts[name]), va="center", weight="bold", size=canvas.text + 2)
            page.text(left + 50, y + 7.5, endings.short_disposition(name), va="center")

    def height(is_narrow: bool) -> int:
        rows = -(-sum(parts.values()) // 10)
        return 32 * rows + 26 * len(names) + 20 if is_narrow else max(27 * rows, 36 * len(names)) + 4

    return _figure(split, draw, height, endings.hundred(split, counted=counted))


def bars(split: Protected, *, counted: str = "") -> Shown:
    """How cases ended, a bar each with its share and count; those that the measure ``counted`` counts stand out.

    Endings of under 1 in 100 are left to the table unless they are counted, and so are those that may not be shown.
    """
    only_protected(split)
    by = split.by[0]
    marked = endings.counted_labels(split, counted)
    table = split.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    is_drawn = (table["share"] >= 0.01).fillna(True) | (table[by].isin(marked) & (table["events"] > 0).fillna(True))
    is_told = ~table["state"].isin(["unreliable", *(["suppressed"] if table["share"].notna().any() else [])])
    table = table[is_drawn & (is_told | table[by].isin(marked))].reset_index(drop=True)
    longest = max([float(share) for share in table["share"].dropna()], default=1.0)

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        room, top = canvas.width - 130, 0
        for label, (_, row) in zip(_bar_labels(table[by], is_narrow=canvas.is_narrow), table.iterrows(), strict=True):
            is_marked = row[by] in marked
            height = LINE * (label.count("\n") + 1)
            page.text(0, top + height / 2, label, va="center", weight=weight(is_marked), linespacing=1.1)
            length = 0.0 if pd.isna(row["share"]) else float(row["share"]) / longest * room
            corner, colour = (0, top + height + 1), ACCENT if is_marked else MUTED
            page.add_patch(Rectangle(corner, max(length, 1), 15, facecolor=colour, linewidth=0))
            value = f"{cells.cell(row, 'share')}  ({cells.cell(row, 'events')})"
            page.text(length + 7, top + height + 8.5, value, va="center", color=INK)
            top += height + 25

    def height(is_narrow: bool) -> int:
        lines = sum(label.count("\n") + 1 for label in _bar_labels(table[by], is_narrow=is_narrow))
        return max(LINE * lines + 25 * len(table), 1)

    return _figure(split, draw, height, endings.bars(split, counted=counted))


def _bar_labels(names: pd.Series, *, is_narrow: bool) -> list[str]:
    """The labels over bars, in as many lines as they need."""
    width = NARROW if is_narrow else WIDE
    return [wrapped(str(name), width * 0.93, is_narrow=is_narrow) for name in names]


def dots(
    rates: Protected, *, line: Line | None = None, highlight: str = "", still_open: Protected | None = None
) -> Shown:
    """A dot and its 95% interval for each row, highest share first, with a line to compare with.

    ``highlight`` is the label of the row that stands out; a label that no row has changes nothing. ``still_open``, the
    share of undecided cases by the same label, lets the headline pass over rows that it holds down, and say so.
    """
    only_protected(rates)
    table = rates.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    caption = captions.dots(rates, line=line, highlight=highlight, still_open=still_open)
    draw, height = dot_rows(table.reset_index(drop=True), rates.by, line=line, highlight=highlight)
    return _figure(rates, draw, height, caption)


def definitions(rates: Protected, *, line: Line) -> Shown:
    """Every reading and base of a measure, lowest first, with a printed share as a line."""
    only_protected(rates)
    draw, height = dot_rows(rates.table, rates.by, line=line, is_above=True)
    return _figure(rates, draw, height, captions.definitions(rates, line=line))


def sample_sizes(rates: Protected, *, line: Line) -> Shown:
    """The interval that a printed share would have at each of several sample sizes."""
    only_protected(rates)
    draw, height = dot_rows(rates.table, rates.by, line=line, value="interval")
    return _figure(rates, draw, height, captions.sample_sizes(rates, line=line))


def quarters(rates: Protected) -> Shown:
    """The share quarter by quarter, each with its interval, from zero."""
    only_protected(rates)
    table = rates.table
    top = ceiling(table)

    def draw(canvas: Canvas) -> None:
        axes = canvas.axes(left=44, top=24, width=canvas.width - 60, height=canvas.height - 70)
        places = range(len(table))
        step = -(-len(table) // (4 if canvas.is_narrow else 8))
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            if pd.isna(row["share"]):
                axes.text(place, top * 0.03, cells.cell(row, "share"), ha="center", color=QUIET)
                continue
            axes.plot([place, place], [float(row["low"]), float(row["high"])], color=ACCENT, linewidth=2)
            axes.plot(place, float(row["share"]), "o", color=ACCENT, markersize=8)
            if place % step == 0:
                label = wording.percent(row["share"])
                axes.text(place, float(row["high"]) + top * 0.035, label, ha="center", weight="bold")
        axes.plot(places, table["share"].astype(float), color=ACCENT, linewidth=1.5)
        axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(0, top), xticks=list(places)[::step])
        axes.set_xticklabels([captions.quarter_label(str(name)) for name in table["quarter"][::step]], color=INK)
        share_axis(axes, top, axis="y", room=canvas.height)

    return _figure(rates, draw, lambda _: 300, captions.quarters(rates))


def months(undecided: Protected) -> Shown:
    """The cases of each month as a bar, those still open outlined on top; a month without a number has its symbol."""
    only_protected(undecided)
    table = undecided.table
    numbers = [0 if pd.isna(cases) else int(cases) for cases in table["cases"]]
    still_open = [0 if pd.isna(events) else int(events) for events in table["events"]]
    top = max(*numbers, 1) * 1.08

    def draw(canvas: Canvas) -> None:
        axes = canvas.axes(left=58, top=10, width=canvas.width - 66, height=canvas.height - 62)
        places = range(len(table))
        decided = [number - waiting for number, waiting in zip(numbers, still_open, strict=True)]
        axes.bar(places, decided, width=0.8, color=ACCENT)
        axes.bar(places, still_open, width=0.8, bottom=decided, color=PAPER, edgecolor=ACCENT, linewidth=0.8)
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            if pd.isna(row["cases"]):
                axes.text(place, top * 0.02, cells.cell(row, "cases"), ha="center", color=QUIET)
        step = max(1, -(-len(table) // (4 if canvas.is_narrow else 8)))
        axes.set(xlim=(-0.6, len(table) - 0.4), ylim=(0, top), xticks=list(places)[::step])
        axes.set_xticklabels([captions.month_label(str(name)) for name in table["month"][::step]], color=INK)
        axes.yaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")

    return _figure(undecided, draw, lambda _: 300, captions.months(undecided))


def _square(corner: tuple[float, float], side: float, fill: str) -> Rectangle:
    edge = QUIET if fill == PAPER else fill
    return Rectangle(corner, side, side, facecolor=fill, edgecolor=edge, linewidth=1.6 if fill == PAPER else 0)


def _figure(protected: Protected, draw: Draw, height: Height, caption: Caption) -> Shown:
    """A drawing with its words, ready for a page, and its rows as data."""
    if len(caption.description) < 40:
        raise DisclosureRefused(f"The figure '{caption.title}' has no description that says what is seen.")
    wide, narrow = drawings(draw, height, identity=caption.identity, description=caption.description)
    symbols = [f"{symbol} {meaning}." for symbol, meaning in SYMBOLS.items() if symbol in wide]
    notes = [*caption.notes, *symbols]
    told = "".join(f"<p>{escape(note)}</p>" for note in notes)
    html = (
        f'<figure class="figure" id="{caption.identity}" aria-labelledby="{caption.identity}-title">'
        f'<h3 id="{caption.identity}-title">{escape(caption.title)}</h3>'
        f'<p class="subtitle">{escape(caption.subtitle)}</p>'
        f'<div class="wide" style="max-width:{WIDE}px;background:#fff">{wide}</div>'
        f'<div class="narrow" style="display:none">{narrow}</div>'
        f"<figcaption>{told}<details><summary>This figure in words</summary>"
        f"<p>{escape(caption.description)}</p></details>"
        f'<p class="source">{escape(wording.source_line(protected.about))}</p></figcaption></figure>'
    )
    record: dict[str, Any] = {
        "id": caption.identity,
        "title": caption.title,
        "subtitle": caption.subtitle,
        "description": caption.description,
        "notes": notes,
        **records(protected),
    }
    return Shown("figure", html, f"{caption.title} {caption.subtitle} {caption.description}", record)
