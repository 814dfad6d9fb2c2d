"""A row for each month: how far its cases have got, and where they are heading, with the interval of the forecast."""

from __future__ import annotations

import pandas as pd

from analysis.presentation.colours import ACCENT, INK, ORANGE, QUIET
from analysis.presentation.dots import share_axis
from analysis.presentation.style import Canvas, Draw, Height, text_width
from analysis.presentation.wording import percent

_ROW, _TOP, _BELOW = 26, 30, 34  # pixels


def forecast_rows(table: pd.DataFrame) -> tuple[Draw, Height]:
    """Hollow dots for the share so far, diamonds with their interval for the forecast, newest month first."""
    top = min(1.0, float(pd.concat([table["high"], table["final_share"]]).max()) * 1.1)

    def draw(canvas: Canvas) -> None:
        labels = [_label(str(name), is_narrow=canvas.is_narrow) for name in table["month"]]
        left = max(text_width(label, is_narrow=canvas.is_narrow) for label in labels) + 12
        room = canvas.width - left - 66
        axes = canvas.axes(left=left, top=_TOP, width=room, height=_ROW * len(table))
        axes.set(xlim=(0, top), ylim=(len(table) - 0.5, -0.5), yticks=[])
        across = axes.get_yaxis_transform()
        for place, (label, (_, row)) in enumerate(zip(labels, table.iterrows(), strict=True)):
            final, so_far = float(row["final_share"]), float(row["so_far_share"])
            axes.plot([so_far, final], [place, place], color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
            if not pd.isna(row["low"]):
                axes.plot([float(row["low"]), float(row["high"])], [place, place], color=ORANGE, linewidth=2)
            axes.plot(so_far, place, "o", markersize=7, markerfacecolor="white", markeredgecolor=ACCENT, mew=1.6)
            axes.plot(final, place, "D", markersize=7, color=ORANGE, clip_on=False)
            axes.text(-10 / room, place, label, ha="right", va="center", transform=across)
            axes.text(1 + 8 / room, place, percent(final), va="center", transform=across, weight="bold")
        _key(canvas, left)
        share_axis(axes, top, axis="x", room=room)

    return draw, lambda _: _TOP + _BELOW + _ROW * len(table)


def _label(month: str, *, is_narrow: bool) -> str:
    """A month beside its row, short on a phone."""
    name, year = month.split(" ")
    return f"{name[:3]} {year}" if is_narrow else month


def _key(canvas: Canvas, left: float) -> None:
    """What the two marks are, above the rows."""
    page = canvas.everywhere()
    page.plot(left + 6, 12, "o", markersize=7, markerfacecolor="white", markeredgecolor=ACCENT, mew=1.6)
    page.text(left + 18, 12, "so far", va="center", color=INK)
    page.plot(left + 92, 12, "D", markersize=7, color=ORANGE)
    page.text(left + 104, 12, "heading for", va="center", color=INK)
