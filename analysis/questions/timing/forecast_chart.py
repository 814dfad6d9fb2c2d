"""A row for each month: how far its cases have got, and where they are heading, with the interval of the forecast."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import endings, numbers, wording
from analysis.presentation.blocks import Shown, headline
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, QUIET
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import Canvas, Draw, Height, mark, text_width
from analysis.presentation.drawing.told import ranged, told
from analysis.presentation.endings import Caption
from analysis.presentation.figure import NOTHING, framed
from analysis.presentation.wording import percent
from analysis.questions.timing import words

_ROW, _TOP, _BELOW = 26, 30, 34  # pixels


def heading_for(forecast: Protected, back_test: Protected, why_not: Protected) -> Shown:
    """Where the cases of recent months are heading, always with how such forecasts would have done.

    Parameters
    ----------
    forecast
        What ``headed_for`` gives, as it may be shown.
    back_test
        What ``back_tested`` gives, as it may be shown.
    why_not
        What ``no_forecast`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; a sentence that says why in its place where there is no forecast.
    """
    only_protected(forecast, back_test, why_not)
    if forecast.table.dropna(subset=["final_share"]).empty:
        return headline(words.no_forecast(why_not))
    return framed(forecast, _forecast_rows, _caption(forecast, back_test))


def _forecast_rows(table: pd.DataFrame) -> tuple[Draw, Height]:
    """A row a month, newest first, of the ending that carries withdrawal: its share so far, and the forecast."""
    table = table[table["ending"] == table["ending"].iloc[0]].dropna(subset=["final_share"]).reset_index(drop=True)
    if table.empty:
        return NOTHING
    top = min(1.0, float(pd.concat([table["high_range_share"], table["final_share"]]).max()) * 1.1)

    def draw(canvas: Canvas) -> None:
        labels = [_label(str(name), is_narrow=canvas.is_narrow) for name in table["month"]]
        left = max(text_width(label, is_narrow=canvas.is_narrow) for label in labels) + 12
        room = canvas.width - left - 66
        axes = canvas.axes(left=left, top=_TOP, width=room, height=_ROW * len(table))
        axes.set(xlim=(0, top), ylim=(len(table) - 0.5, -0.5), yticks=[])
        across = axes.get_yaxis_transform()
        for place, (label, (_, row)) in enumerate(zip(labels, table.iterrows(), strict=True)):
            final, so_far = float(row["final_share"]), float(row["so_far_share"])
            look: dict[str, Any] = {"told": _said(row), "zorder": 3}
            mark(axes, [so_far, final], [place, place], color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)), **look)
            if not pd.isna(row["low_range_share"]):
                ends = [float(row["low_range_share"]), float(row["high_range_share"])]
                mark(axes, ends, [place, place], color=ORANGE, linewidth=2, **look)
            mark(axes, so_far, place, "o", markersize=7, markerfacecolor=PAPER, markeredgecolor=ACCENT, mew=1.6, **look)
            mark(axes, final, place, "D", markersize=7, color=ORANGE, clip_on=False, **look)
            axes.text(-10 / room, place, label, ha="right", va="center", transform=across)
            axes.text(1 + 8 / room, place, percent(final), va="center", transform=across, weight="bold")
        _key(canvas, left)
        share_axis(axes, top, axis="x", room=room)

    return draw, lambda _: _TOP + _BELOW + _ROW * len(table)


def _said(row: pd.Series) -> str:
    """What a pointer is told of a month: its share so far, and where it is heading, with the interval of that."""
    heading = ranged(row, "final_share", "low_range_share", "high_range_share")
    return told(row["month"], f"{numbers.cell(row, 'so_far_share')} so far", f"heading for {heading}")


def _label(month: str, *, is_narrow: bool) -> str:
    """A month beside its row, short on a phone."""
    name, _, year = month.partition(" ")
    return f"{name[:3]} {year}" if is_narrow and year else month


def _key(canvas: Canvas, left: float) -> None:
    """What the two marks are, above the rows."""
    page = canvas.everywhere()
    page.plot(left + 6, 12, "o", markersize=7, markerfacecolor="white", markeredgecolor=ACCENT, mew=1.6)
    page.text(left + 18, 12, "so far", va="center", color=INK)
    page.plot(left + 92, 12, "D", markersize=7, color=ORANGE)
    page.text(left + 104, 12, "heading for", va="center", color=INK)


def _caption(forecast: Protected, back_test: Protected) -> Caption:
    """The words of where recent months are heading, always with how such forecasts would have done."""
    table, about = forecast.table.dropna(subset=["final_share"]), forecast.about
    first, ending = table.iloc[0], str(forecast.table.iloc[0]["ending"])
    months = table[table["ending"] == ending]
    when = words.by(int(first["by_lag"]), str(first["lag_unit"]))
    title = words.answer(forecast) or f"{wording.capital(endings.ending(ending))}: no range may be shown"
    subtitle = (
        f"Share of {wording.out_of(about)} that will have ended so {when}, by month of recording. Hollow: so far. "
        f"Diamond and bar: forecast and {words.range_of(back_test)}."
    )
    rows = "; ".join(_heading(row) for _, row in months.iterrows()) or f"No month has one of: {endings.ending(ending)}"
    trust = words.tried(back_test, ending=ending)
    notes = tuple(note for note in (words.will_end(forecast), words.revised(forecast), trust) if note)
    return Caption("heading-for", title, subtitle, f"A row for each month, newest first. {rows}.", notes)


def _heading(row: pd.Series) -> str:
    """Where one month is heading, with the range of the forecast."""
    heads = f"{row['month']}: {percent(row['so_far_share'])} so far, forecast {percent(row['final_share'])}"
    limits = row["low_range_share"], row["high_range_share"]
    return heads if pd.isna(limits[0]) else f"{heads} ({wording.interval(*limits)})"
