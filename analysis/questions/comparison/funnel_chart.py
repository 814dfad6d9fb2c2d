"""A funnel: shares against numbers of cases, with limits of chance and limits that allow for forces that differ."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing import labels
from analysis.presentation.drawing.colours import ACCENT, BAND, INK, ORANGE, PALE_BAND, QUIET
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.labels import Box
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.drawing.style import LINE, Canvas, Draw, Height, mark, text_width, weight
from analysis.presentation.drawing.told import row_told
from analysis.presentation.figure import figure
from analysis.presentation.wording import percent
from analysis.questions.comparison import captions
from analysis.questions.comparison.funnel import CHANCE, FAR, NEAR
from analysis.questions.comparison.results import ALLOWED, NO_SHARE, WITHIN, are_outside

_TICKS = [step * 10**power for power in range(7) for step in (1, 2, 5)]
_DASHED = (0, (4, 3))


def funnel(forces: Protected, limits: Protected, *, highlight: str = "", group: str = "") -> Shown:
    """Shares against numbers of cases, with limits of chance alone and limits that allow for forces that differ.

    Rows outside the wide limits are named.

    Parameters
    ----------
    forces
        What ``compared`` gives, as it may be shown.
    limits
        What ``funnel`` of the same shares gives, as it may be shown.
    highlight
        The label of the row that stands out; one that no row has changes nothing.
    group
        Forces that stand out beside it, as ``against`` takes them.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(forces, limits)
    marked = Marked.beside(highlight, group)
    draw, height = _drawn(forces.table, limits.table, forces.by[0], marked=marked, hollow=forces.much_open)
    return figure(forces, draw, height, captions.funnel(forces, limits, marked=marked))


def _drawn(
    table: pd.DataFrame, limits: pd.DataFrame, by: str, *, marked: Marked, hollow: Collection[str] = ()
) -> tuple[Draw, Height]:
    """How to draw the funnel of rows, and how high it is; without ``limits`` nothing is drawn."""
    rows = table.dropna(subset=["share"]).reset_index(drop=True)
    rows = rows.assign(is_open=rows[by].isin(list(hollow)))

    def draw(canvas: Canvas) -> None:
        if limits.empty:
            return
        under = _key(canvas, marked.name, is_any_open=bool(rows["is_open"].any()))
        left, bottom = 46, 46
        axes = canvas.axes(left=left, top=under, width=canvas.width - left - 14, height=canvas.height - under - bottom)
        top = _ceiling(rows, limits)
        low, high = float(limits["cases"].min()), float(limits["cases"].max())
        axes.set(xscale="log", xlim=(low, high), ylim=(0, top))
        share_axis(axes, top, axis="y", room=canvas.height - under)
        _case_axis(axes, low, high, canvas)
        _limits(axes, limits)
        _dots(axes, rows, by, marked)
        what = "typical force" if captions.is_typical_told(limits) else "all together"
        taken = _target(axes, float(limits["mean_share"].iloc[0]), what, canvas)
        _names(axes, rows, by, marked=marked, canvas=canvas, taken=taken)

    return draw, lambda is_narrow: 1 if limits.empty else 470 if is_narrow else 500


def _mark(row: pd.Series, *, is_marked: bool) -> str:
    """The shape of a row's point: a diamond for the marked one, a triangle beyond both limits, otherwise a circle."""
    if is_marked or row["is_open"]:
        return "D" if is_marked else "s"
    place = str(row["allowed_position"])
    return "o" if place in (WITHIN, NO_SHARE) else "^" if place.endswith("above") else "v"


def _ceiling(rows: pd.DataFrame, limits: pd.DataFrame) -> float:
    """The end of the share axis: above every point and above the widest limits at the middle number of cases."""
    wide = limits.loc[limits["cases"] >= limits["cases"].median(), "high_allowed_share"].max()
    return min(1.0, max(float(rows["share"].max()), float(wide)) * 1.15)


def _case_axis(axes: Axes, low: float, high: float, canvas: Canvas) -> None:
    """Numbers of cases, evenly by multiples, with room for each label."""
    inside = [tick for tick in _TICKS if low <= tick <= high]
    kept: list[int] = []
    for tick in inside:
        place = axes.transData.transform((tick, 0))[0]
        if not kept or place - axes.transData.transform((kept[-1], 0))[0] > 52:
            kept.append(tick)
    axes.set_xticks(kept, [f"{tick:,}" for tick in kept])
    axes.set_xticks([], minor=True)
    axes.tick_params(length=0)
    axes.set_xlabel("Number of cases, by multiples", color=QUIET, fontsize=canvas.text)


def _limits(axes: Axes, limits: pd.DataFrame) -> None:
    """Bands where forces may differ, the wider one behind; lines for chance alone."""
    for (allowance, level), part in limits.groupby(["allowance", "level"], sort=False):
        cases, low, high = (part[name].astype(float) for name in ("cases", "low_allowed_share", "high_allowed_share"))
        is_inner = level == NEAR
        if allowance == ALLOWED[CHANCE]:
            for side in (low, high):
                axes.plot(cases, side, color=INK, linewidth=1.1, linestyle=_DASHED if is_inner else "-", zorder=2)
        else:
            axes.fill_between(
                cases, low, high, color=BAND if is_inner else PALE_BAND, linewidth=0, zorder=0.6 if is_inner else 0.5
            )


def _dots(axes: Axes, rows: pd.DataFrame, by: str, marked: Marked) -> None:
    """A point for each row: hollow within chance, full beyond it."""
    for _, row in rows.iterrows():
        is_marked = row[by] in marked
        colour = ORANGE if is_marked else ACCENT
        is_hollow = row["is_open"] or (not is_marked and row["position"] in (WITHIN, NO_SHARE))
        mark(
            axes,
            float(row["cases"]),
            float(row["share"]),
            _mark(row, is_marked=is_marked),
            told=row_told(row[by], row),
            markersize=9 if row[by] == marked.one else 7,
            markerfacecolor="white" if is_hollow else colour,
            markeredgecolor=INK if is_marked else QUIET if row["is_open"] else colour if is_hollow else "white",
            markeredgewidth=1.2 if is_hollow or is_marked else 0.6,
            zorder=5 if is_marked else 4,
        )


def _target(axes: Axes, share: float, what: str, canvas: Canvas) -> Box:
    """A line at what the limits lie about, named at its left end. Returns the room that its name takes."""
    axes.axhline(share, color=INK, linewidth=0.8, zorder=1)
    name = f"{what} {percent(share)}"
    x, y = axes.transData.transform((axes.get_xlim()[0], share))
    axes.annotate(name, (x, y), xycoords="figure pixels", xytext=(5, 3), textcoords="offset points", zorder=6)
    return Box(x, y, text_width(name, is_narrow=canvas.is_narrow) + 10, LINE + 3)


def _names(axes: Axes, rows: pd.DataFrame, by: str, *, marked: Marked, canvas: Canvas, taken: Box) -> None:
    """The names of rows beyond both limits and of the marked one, where there is room; the marked one first."""
    points = [tuple(axes.transData.transform((float(row["cases"]), float(row["share"])))) for _, row in rows.iterrows()]
    is_marked = rows[by].isin([marked.one, *marked.several])
    is_named = is_marked | rows["is_open"] | are_outside(rows["allowed_position"])
    away = rows["share"].astype(float).sub(float(rows["share"].astype(float).median())).abs()
    is_other = rows[by] != marked.one
    order = sorted(rows.index[is_named], key=lambda place: (is_other[place], not is_marked[place], -away[place]))
    names = [str(rows.loc[place, by]) for place in order]
    sizes = [
        (text_width(name, is_narrow=canvas.is_narrow) * (1.1 if name == marked.one else 1) + 4, LINE - 3)
        for name in names
    ]
    window = axes.get_window_extent()
    room = Box(window.x0 + 2, window.y0 + 2, window.width - 4, window.height - 4)
    boxes = labels.places([points[place] for place in order], sizes, points=points, room=room, taken=[taken])
    back = axes.transData.inverted()
    for name, place, box in zip(names, order, boxes, strict=True):
        if box is None:
            continue
        end = labels.lead(points[place], box)
        if end is not None:
            (x, y), (to_x, to_y) = back.transform(points[place]), back.transform(end)
            axes.plot([x, to_x], [y, to_y], color=QUIET, linewidth=0.8, zorder=3)
        x, y = back.transform((box.left + box.width / 2, box.bottom + box.height / 2))
        axes.text(x, y, name, ha="center", va="center", weight=weight(name == marked.one), zorder=6)


def _key(canvas: Canvas, group: str, *, is_any_open: bool) -> int:
    """What the lines, bands and shapes mean, above the plot. Returns where the plot begins, in pixels."""
    page = canvas.everywhere()
    lines = [("chance alone", ((_DASHED, NEAR), ("-", FAR))), ("forces may differ", ((BAND, NEAR), (PALE_BAND, FAR)))]
    y, x = 10.0, 0.0
    for title, samples in lines:
        page.text(x, y, f"Limits, {title}:", va="center")
        x += text_width(f"Limits, {title}:", is_narrow=canvas.is_narrow) + 10
        for style, name in samples:
            if title == "chance alone":
                page.plot([x, x + 22], [y, y], color=INK, linewidth=1.1, linestyle=style)
            else:
                page.add_patch(Rectangle((x, y - 7), 22, 14, facecolor=style, edgecolor=QUIET, linewidth=0.5))
            page.text(x + 28, y, name, va="center")
            x += text_width(name, is_narrow=canvas.is_narrow) + 42
        if canvas.is_narrow:
            x, y = 0.0, y + 21
    return _shapes(canvas, y if canvas.is_narrow else y + 21, group, is_any_open=is_any_open)


def _shapes(canvas: Canvas, y: float, group: str, *, is_any_open: bool) -> int:
    """The line of the key that says what the points mean. Returns where the plot begins, in pixels."""
    page, x = canvas.everywhere(), 0.0
    shapes = [("o", "white", "within 95%"), ("o", ACCENT, "beyond chance"), ("^", ACCENT, "beyond both")]
    shapes += [("s", "white", "many cases open")] if is_any_open else []
    shapes += [("D", ORANGE, group)] if group else []
    for shape, fill, name in shapes:
        needed = text_width(name, is_narrow=canvas.is_narrow) + 18
        x, y = (0.0, y + 21) if x + needed > canvas.width else (x, y)
        edge = {"s": QUIET, "D": INK}.get(shape, ACCENT)
        page.plot(x + 7, y, shape, markersize=7, markerfacecolor=fill, markeredgecolor=edge)
        page.text(x + 18, y, name, va="center")
        x += text_width(name, is_narrow=canvas.is_narrow) + 32
    return int(y) + 22
