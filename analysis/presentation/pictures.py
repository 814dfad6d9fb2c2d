"""Pictures of how cases ended: a square a case of 100, and a bar an ending."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Rectangle

from analysis.disclosure import Protected
from analysis.presentation import cells, endings
from analysis.presentation.colours import ACCENT, FILLS, INK, MUTED, PAPER, QUIET
from analysis.presentation.style import LINE, NARROW, WIDE, Canvas, Draw, Height, weight, wrapped


def hundred_squares(parts: dict[str, int]) -> tuple[Draw, Height]:
    """A square for each of 100 cases, ten to a row, with what each colour stands for beside or below them."""
    names = [name for name, squares in parts.items() if squares]

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        side = 27 if not canvas.is_narrow else 32
        colours = [name for name in names for _ in range(parts[name])]
        for place, name in enumerate(colours):
            corner = (place % 10 * side + 2, place // 10 * side + 2)
            page.add_artist(_square(corner, side - 4, FILLS.get(name, QUIET)))
        rows = -(-len(colours) // 10)
        left, top = (10 * side + 30, 8) if not canvas.is_narrow else (2, rows * side + 16)
        step = 26 if canvas.is_narrow else 36
        for place, name in enumerate(names):
            y = top + place * step
            page.add_artist(_square((left, y), 15, FILLS.get(name, QUIET)))
            page.text(left + 24, y + 7.5, str(parts[name]), va="center", weight="bold", size=canvas.text + 2)
            page.text(left + 54, y + 7.5, endings.short_disposition(name), va="center")

    def height(is_narrow: bool) -> int:
        rows = -(-sum(parts.values()) // 10)
        return 32 * rows + 26 * len(names) + 20 if is_narrow else max(27 * rows, 36 * len(names)) + 4

    return draw, height


def bar_rows(split: Protected, marked: set[str]) -> tuple[Draw, Height]:
    """A bar for each ending with its label above, longest first; the ``marked`` ones stand out.

    Endings of under 1 in 100 are left out unless they are marked, and so are those that may not be shown.
    """
    by = split.by[0]
    table = split.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    is_drawn = (table["share"] >= 0.01).fillna(True) | (table[by].isin(marked) & (table["events"] > 0).fillna(True))
    is_told = ~table["state"].isin(["unreliable", *(["suppressed"] if table["share"].notna().any() else [])])
    table = table[is_drawn & (is_told | table[by].isin(marked))].reset_index(drop=True)
    longest = max([float(share) for share in table["share"].dropna()], default=1.0)

    def draw(canvas: Canvas) -> None:
        page = canvas.everywhere()
        room, top = canvas.width - 130, 0
        for label, (_, row) in zip(_labels(table[by], is_narrow=canvas.is_narrow), table.iterrows(), strict=True):
            is_marked = row[by] in marked
            height = LINE * (label.count("\n") + 1)
            page.text(0, top + height / 2, label, va="center", weight=weight(is_marked), linespacing=1.1)
            length = 0.0 if pd.isna(row["share"]) else float(row["share"]) / longest * room
            corner, colour = (0, top + height + 1), ACCENT if is_marked else MUTED
            page.add_artist(Rectangle(corner, max(length, 1), 15, facecolor=colour, linewidth=0))
            value = f"{cells.cell(row, 'share')}  ({cells.cell(row, 'events')})"
            page.text(length + 7, top + height + 8.5, value, va="center", color=INK)
            top += height + 25

    def height(is_narrow: bool) -> int:
        lines = sum(label.count("\n") + 1 for label in _labels(table[by], is_narrow=is_narrow))
        return max(LINE * lines + 25 * len(table), 1)

    return draw, height


def _labels(names: pd.Series, *, is_narrow: bool) -> list[str]:
    """The labels over bars, in as many lines as they need."""
    width = NARROW if is_narrow else WIDE
    return [wrapped(str(name), width * 0.93, is_narrow=is_narrow) for name in names]


def _square(corner: tuple[float, float], side: float, fill: str) -> Rectangle:
    edge = QUIET if fill == PAPER else fill
    return Rectangle(corner, side, side, facecolor=fill, edgecolor=edge, linewidth=1.6 if fill == PAPER else 0)
