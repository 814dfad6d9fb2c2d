"""How cases ended over the time since they were recorded: one ending on another, and each by itself with its band."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.presentation import endings
from analysis.presentation.colours import ACCENT, FILLS, INK, RULE
from analysis.presentation.curve_plot import (
    STILL_OPEN,
    Label,
    edges,
    labelled,
    plot,
    plot_height,
    time_axis,
    to_the_edge,
    unit_of,
)
from analysis.presentation.dots import share_axis
from analysis.presentation.style import Canvas, Draw, Height, wrapped
from analysis.presentation.wording import percent

_PANEL = 182  # pixels: height of a small plot with its title and axis


def stacked(table: pd.DataFrame) -> tuple[Draw, Height]:
    """Endings one on another, as wide as their share of all cases; what has no ending stays white."""
    shares, unit = _wide(table), unit_of(table)
    names = [str(name) for name in shares if name != STILL_OPEN]
    tops = shares[names].cumsum(axis="columns")
    labels = [
        Label(_told(shares[name].iloc[-1], name), float((tops[name] - shares[name] / 2).iloc[-1]), fill_of(name))
        for name in names
    ]
    still = 1 - float(tops[names[-1]].iloc[-1]) if names else 1.0
    labels.append(Label(_told(still, STILL_OPEN), 1 - still / 2, FILLS[STILL_OPEN]))

    def draw(canvas: Canvas) -> None:
        axes = plot(canvas, list(shares.index), unit)
        axes.set_ylim(0, 1)
        x = edges(shares.index, unit)
        for name in names:
            lower, upper = (to_the_edge(one) for one in (tops[name] - shares[name], tops[name]))
            axes.fill_between(x, lower, upper, step="post", facecolor=fill_of(name), edgecolor="white", linewidth=0.6)
        axes.step(x, to_the_edge(tops[names[-1]] if names else shares[STILL_OPEN] * 0), where="post", color=INK)
        share_axis(axes, 1.0, axis="y", room=canvas.height)
        labelled(canvas, labels, top=1.0)

    return draw, plot_height(labels)


def multiples(table: pd.DataFrame) -> tuple[Draw, Height]:
    """A small plot for each ending with its 95% band, each on a scale of its own that begins at zero."""
    shares, unit = _wide(table), unit_of(table)
    names = [str(name) for name in shares if name != STILL_OPEN]
    bands = {side: _wide(table, side) for side in ("low", "high")}

    def draw(canvas: Canvas) -> None:
        columns = 1 if canvas.is_narrow else 2
        width = canvas.width / columns
        page = canvas.everywhere()
        for place, name in enumerate(names):
            left, top = place % columns * width, place // columns * _PANEL
            room = (width - 20) * 0.88  # bold is wider than what is measured
            title = wrapped(endings.short_disposition(name), room, is_narrow=canvas.is_narrow)
            page.text(left, top + 2, title, va="top", weight="bold", linespacing=1.1)
            axes = canvas.axes(left=left + 58, top=top + 42, width=width - 82, height=_PANEL - 80)
            _panel(axes, shares[name], bands["low"][name], bands["high"][name], unit=unit)

    return draw, lambda is_narrow: max(1, _PANEL * -(-len(names) // (1 if is_narrow else 2)))


def fill_of(name: str) -> str:
    """The colour of an ending; the one that a publisher pools has that of withdrawal, which is part of it."""
    return str(FILLS.get(name, ACCENT))


def _wide(table: pd.DataFrame, value: str = "incidence_share") -> pd.DataFrame:
    """A row per time and a column per ending, in order; a share that may not be shown keeps its last height."""
    order = list(dict.fromkeys(table["ending"]))
    wide = table.pivot_table(
        index="by_lag", columns="ending", values=value, aggfunc="first", dropna=False, observed=True
    )
    return wide.reindex(columns=order).astype("float64").ffill().fillna(0)


def _told(share: float, name: str) -> str:
    return f"{percent(share)}  {'No ending on record' if name == STILL_OPEN else endings.short_disposition(name)}"


def _panel(axes: Axes, share: pd.Series, low: pd.Series, high: pd.Series, *, unit: str) -> None:
    """One small plot: the band, the steps, and the share at the end as the only mark of the scale."""
    band = pd.DataFrame({"share": share, "low": low, "high": high})
    steps = band[
        (band != band.shift()).any(axis="columns")
    ]  # a step that does not move would only make the page larger
    x = [*(float(lag) for lag in steps.index), edges(share.index, unit)[-1]]
    end = float(share.iloc[-1])
    lower, upper = to_the_edge(steps["low"]), to_the_edge(steps["high"])
    axes.fill_between(x, lower, upper, step="post", color=ACCENT, alpha=0.3, linewidth=0)
    axes.step(x, to_the_edge(steps["share"]), where="post", color=ACCENT, linewidth=1.8)
    axes.set_ylim(0, max(float(high.max()), end, 1e-9) * 1.12)
    axes.set_yticks([0, end], ["0%", percent(end)])
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    time_axis(axes, list(share.index), unit, is_stepped=True, is_small=True)
