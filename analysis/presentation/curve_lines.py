"""Several curves in one plot: one ending in several groups, and how far the cases of each quarter have got."""

from __future__ import annotations

import pandas as pd

from analysis.presentation.colours import ACCENT, ORANGE, PAPER, QUIET
from analysis.presentation.curve_plot import Label, carried, edges, labelled, plot, plot_height, to_the_edge, unit_of
from analysis.presentation.dots import share_axis
from analysis.presentation.duration_captions import quarter_months
from analysis.presentation.style import Canvas, Draw, Height
from analysis.presentation.wording import percent

_STYLES = ((ACCENT, "solid"), (ORANGE, (0, (5, 2))))


def several(table: pd.DataFrame) -> tuple[Draw, Height]:
    """The curve of one ending in several groups; two have bands and styles of their own, of more the ends are named.

    A group of which no share may be shown has no curve: its symbol stands in the label.
    """
    known = table.dropna(subset=["incidence_share"])
    hidden = [str(name) for name in dict.fromkeys(table["group"]) if name not in set(known["group"])]
    shares, unit = _by_group(known, "incidence_share"), unit_of(known)
    bands = {side: _by_group(known, side) for side in ("low", "high")}
    ends = shares.ffill().iloc[-1].sort_values()
    is_few = len(ends) <= len(_STYLES)
    named = [str(name) for name in shares] if is_few else [str(ends.index[0]), str(ends.index[-1])]
    styles = {name: _STYLES[place] for place, name in enumerate(named)}
    labels = [Label(f"{percent(float(ends[name]))}  {name}", float(ends[name]), styles[name][0]) for name in named]
    labels += [Label(f"[c]  {name}: may not be shown", 0.0, PAPER) for name in hidden]
    top = min(1.0, max([*known["high"].dropna().astype(float), float(ends.max()), 0.01]) * 1.1)

    def draw(canvas: Canvas) -> None:
        axes = plot(canvas, list(shares.index), unit)
        axes.set_ylim(0, top)
        for name in map(str, shares):
            line = shares[name].dropna()
            x = edges(line.index, unit)
            colour, style = styles.get(name, (QUIET, "solid"))
            width = 2 if name in styles else 0.8
            axes.step(x, to_the_edge(line), where="post", color=colour, linestyle=style, linewidth=width)
            if name in styles:
                carried(axes, x[-1], float(line.iloc[-1]), colour)
            if is_few:
                low, high = (to_the_edge(bands[side][name].reindex(line.index)) for side in ("low", "high"))
                axes.fill_between(x, low, high, step="post", color=colour, alpha=0.2, linewidth=0)
        share_axis(axes, top, axis="y", room=canvas.height)
        labelled(canvas, labels, top=top)

    return draw, plot_height(labels)


def run_off_lines(table: pd.DataFrame, *, highlight: str) -> tuple[Draw, Height]:
    """A line for each quarter recorded: the share decided by the time since; the one that stands out is marked."""
    shares = table.pivot_table(index="by_lag", columns="quarter", values="decided_share", sort=True)
    unit = unit_of(table)
    known = shares[highlight].dropna()
    labels = [Label(f"{percent(float(known.iloc[-1]))}  {quarter_months(highlight)}", float(known.iloc[-1]), ORANGE)]
    oldest = next((str(name) for name in shares if name != highlight), "")
    if oldest:
        end = float(shares[oldest].dropna().iloc[-1])
        labels.append(Label(f"{percent(end)}  {quarter_months(oldest)}", end, ACCENT))

    def draw(canvas: Canvas) -> None:
        axes = plot(canvas, list(shares.index), unit, is_stepped=False)
        axes.set_ylim(0, 1)
        for name in map(str, shares):
            line = shares[name].dropna()
            is_oldest = name == oldest
            colour, width = (ACCENT, 1.8) if is_oldest else (QUIET, 0.7)
            if name != highlight:
                axes.plot(line.index, line, color=colour, linewidth=width, marker="o" if len(line) == 1 else "", ms=3)
        carried(axes, float(known.index[-1]), float(known.iloc[-1]), ORANGE)
        axes.plot(known.index, known, color=ORANGE, linewidth=2.6, marker="D", markersize=7, clip_on=False, zorder=5)
        share_axis(axes, 1.0, axis="y", room=canvas.height)
        labelled(canvas, labels, top=1.0)

    return draw, plot_height(labels)


def _by_group(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """A row per time and a column per group, in the order of the table."""
    wide = table.pivot_table(index="by_lag", columns="group", values=value, aggfunc="first", dropna=False)
    return wide.reindex(columns=list(dict.fromkeys(table["group"]))).astype("float64")
