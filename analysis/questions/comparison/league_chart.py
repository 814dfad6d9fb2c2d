"""League tables as pictures: pooled shares with the places that each row might take, and the rows that change place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Transform

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.drawing.style import Canvas, Draw, Height, mark, text_width, weight
from analysis.presentation.drawing.told import ranged, told
from analysis.presentation.figure import figure
from analysis.questions.comparison import captions
from analysis.reference import measures

_MOST_MOVES = 10
_ROW = 21  # pixels a row
_TOP, _FOOT = 38, 46  # pixels above and below the rows


def ranks(forces: Protected, *, highlight: str = "", group: str = "") -> Shown:
    """The rows of a ``league``, lowest first: pooled shares with intervals, and the interval of each rank.

    Parameters
    ----------
    forces
        What ``league`` gives, as it may be shown.
    highlight
        The label of the row that stands out; one that no row has changes nothing.
    group
        Forces that stand out beside it, as ``against`` takes them.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(forces)
    ranked = forces.table.dropna(subset=["rank"]).reset_index(drop=True)
    marked = Marked.beside(highlight, group)
    draw, height = _ranked_rows(ranked, forces.by[0], marked=marked, hollow=forces.much_open)
    return figure(forces, draw, height, captions.ranks(forces, marked=marked))


def rank_moves(moved: Protected, *, base: str, other: str, highlight: str = "") -> Shown:
    """The rows that change place most between two bases, and the one that stands out.

    Parameters
    ----------
    moved
        What ``moved`` gives, as it may be shown.
    base, other
        The two bases by name; "" for a second that the counts do not tell.
    highlight
        The label of the row that stands out; one that no row has changes nothing.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(moved)
    table, by = moved.table, moved.by[0]
    far = table[table["rank_change"] != 0].head(_MOST_MOVES)
    drawn = table[table[by].isin([*far[by], *([highlight] if len(far) else [])])].reset_index(drop=True)
    names = measures.base(base).short, measures.base(other).short if other else ""
    draw, height = _moves(drawn, by, compared=len(table), names=names, highlight=highlight, starred=moved.much_open)
    return figure(moved, draw, height, captions.moves(moved, names=names, drawn=drawn))


def _ranked_rows(table: pd.DataFrame, by: str, *, marked: Marked, hollow: Collection[str] = ()) -> tuple[Draw, Height]:
    """A row for each ranked row: its pooled share and its rank, each with its interval; on a phone ranks in figures."""
    names = [str(name) for name in table[by]]
    top = min(1.0, float(table["high_pooled_share"].max()) * 1.08) if len(table) else 1.0

    def draw(canvas: Canvas) -> None:
        if table.empty:
            return
        left, above = _room(names, marked.one, canvas), marked.key_height(is_narrow=canvas.is_narrow)
        marked.key(canvas)
        right = 76
        ranks = 0 if canvas.is_narrow else 190
        room = canvas.width - left - right - (ranks + 24 if ranks else 0)
        shares = _panel(canvas, left=left, width=room, rows=len(table), top=_TOP + above)
        shares.set_xlim(0, top)
        share_axis(shares, top, axis="x", room=room)
        _heading(shares, "Share, leaving chance out" if ranks else "Share")
        places = None
        if ranks:
            places = _panel(canvas, left=left + room + 24, width=ranks, rows=len(table), top=_TOP + above)
        if places is not None:
            _rank_axis(places, len(table), room=ranks)
            _heading(places, "Rank: where it may lie")
        for place, (_, row) in enumerate(table.iterrows()):
            is_marked, is_hollow = names[place] in marked, names[place] in hollow
            bold = weight(names[place] == marked.one)
            shares.text(
                -10 / room, place, names[place], ha="right", va="center", weight=bold, transform=_across(shares)
            )
            look = {"is_marked": is_marked, "is_hollow": is_hollow}
            _interval(shares, row, place, (names[place], "pooled_share"), **look)
            if places is not None:
                _interval(places, row, place, (names[place], "rank"), **look)
            last, width = (shares, room) if places is None else (places, ranks)
            value = captions.rank_range(row)
            last.text(1 + 10 / width, place, value, va="center", weight=bold, transform=_across(last))
        if places is None:
            shares.text(1 + 10 / room, -1.1, "Rank", va="center", color=QUIET, transform=_across(shares))

    def height(is_narrow: bool) -> int:
        return marked.key_height(is_narrow=is_narrow) + _TOP + _FOOT + _ROW * len(table) if len(table) else 1

    return draw, height


def _moves(
    table: pd.DataFrame,
    by: str,
    *,
    compared: int,
    names: tuple[str, str],
    highlight: str,
    starred: Collection[str] = (),
) -> tuple[Draw, Height]:
    """A row for each row that changes place: a ring at its rank out of the first base, a point out of the second."""
    labels = [f"{name}{' *' if name in starred else ''}" for name in table[by]]

    def draw(canvas: Canvas) -> None:
        if table.empty:
            return
        left = _room(labels, highlight, canvas)
        right = 78
        room = canvas.width - left - right
        _move_key(canvas, names)
        axes = _panel(canvas, left=left, width=room, rows=len(table), top=_key_height(canvas.is_narrow))
        _rank_axis(axes, compared, room=room)
        axes.set_xlabel("Rank", color=QUIET, fontsize=canvas.text)
        for place, (_, row) in enumerate(table.iterrows()):
            is_marked = row[by] == highlight
            colour = ORANGE if is_marked else ACCENT
            ends = [float(row["rank"]), float(row["other_rank"])]
            value = f"{ends[0]:g} to {ends[1]:g}"
            ranks = f"rank {ends[0]:g} out of {names[0]}", f"{ends[1]:g} out of {names[1]}"
            look: dict[str, Any] = {"told": told(row[by], *ranks), "zorder": 3}
            mark(axes, ends, [place, place], color=colour, linewidth=2, **look)
            ring: dict[str, Any] = {"markersize": 9, "markerfacecolor": PAPER, "markeredgecolor": colour}
            mark(axes, ends[0], place, "o", clip_on=False, **ring, **look)
            mark(axes, ends[1], place, "D", markersize=7, color=colour, clip_on=False, **look)
            across, bold = _across(axes), weight(is_marked)
            axes.text(-10 / room, place, labels[place], ha="right", va="center", weight=bold, transform=across)
            axes.text(1 + 10 / room, place, value, va="center", weight=bold, transform=across)

    return draw, lambda is_narrow: _key_height(is_narrow) + _FOOT + (_ROW + 4) * len(table) if len(table) else 1


def _room(names: list[str], highlight: str, canvas: Canvas) -> float:
    """The width that names need before the panel, the one to highlight in bold."""
    widths = [text_width(name, is_narrow=canvas.is_narrow, is_marked=name == highlight) for name in names]
    return max(widths, default=0.0) + 12


def _panel(canvas: Canvas, *, left: float, width: float, rows: int, top: float = _TOP) -> Axes:
    """Axes for some rows, one unit a row, the first at the top."""
    height = canvas.height - top - _FOOT
    axes = canvas.axes(left=left, top=top, width=width, height=height)
    axes.set(ylim=(max(rows, 1) - 0.5, -0.5), yticks=[])
    return axes


def _across(axes: Axes) -> Transform:
    """From 0 at the left edge of a panel to 1 at its right, by rows down."""
    return axes.get_yaxis_transform()


def _heading(axes: Axes, text: str) -> None:
    axes.text(0, -1.1, text, va="center", color=QUIET, transform=_across(axes))


def _rank_axis(axes: Axes, rows: int, *, room: float) -> None:
    """Ranks from 1 to the number of rows, a label at both ends and at every tenth that has room."""
    step = 10 if room / max(rows, 1) * 10 > 26 else 20
    inside = [tick for tick in range(step, rows, step) if (rows - tick) * room / rows > 26]
    ticks = [1, *inside, *([rows] if rows > 1 else [])]
    axes.set_xlim(0.4, rows + 0.6)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.grid(axis="x", color=RULE, linewidth=0.8)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _interval(
    axes: Axes, row: pd.Series, place: int, name: tuple[str, str], *, is_marked: bool, is_hollow: bool
) -> None:
    """A value and its interval in a row, by the label of the row and the name of the column."""
    label, value = name
    ends = f"low_{value}", f"high_{value}"
    low, middle, high = (float(row[each]) for each in (ends[0], value, ends[1]))
    words = told(label, f"{'rank ' if value == 'rank' else ''}{ranged(row, value, *ends)}")
    colour = ORANGE if is_marked else ACCENT
    look: dict[str, Any] = {"told": words, "color": colour, "zorder": 3}
    mark(axes, [low, high], [place, place], linewidth=2, solid_capstyle="butt", **look)
    shape, fill = "D" if is_marked else "o", PAPER if is_hollow else colour
    mark(axes, middle, place, shape, markersize=6, markerfacecolor=fill, clip_on=False, **look)


def _key_height(is_narrow: bool) -> int:
    return 56 if is_narrow else 34


def _move_key(canvas: Canvas, names: tuple[str, str]) -> None:
    """Which mark is which base."""
    page = canvas.everywhere()
    x, y = 8.0, 10.0
    for shape, fill, name in (("o", "white", names[0]), ("D", ACCENT, names[1])):
        page.plot(x, y, shape, markersize=8, markerfacecolor=fill, markeredgecolor=ACCENT)
        page.text(x + 12, y, name, va="center", color=INK)
        if canvas.is_narrow:
            y += 21
        else:
            x += text_width(name, is_narrow=False) + 48
