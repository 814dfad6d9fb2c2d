"""How cases ended over the time since they were recorded: one ending on another, and each by itself with its band.

A plot over the time since a case was recorded: its axes, and labels at the ends of its curves.

Time is discrete, so curves are steps: a share by the end of a day or a month holds until the end of the next.

Several curves in one plot: one ending in several groups, and how far the cases of each quarter have got.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation import endings
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, FILLS, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, Draw, Height, band, box, mark, wrapped
from analysis.presentation.drawing.told import course, ranged
from analysis.presentation.figure import framed
from analysis.presentation.wording import percent
from analysis.questions.timing import captions, words
from analysis.questions.timing.captions import quarter_months
from analysis.questions.timing.words import short
from analysis.reference.reference import DISPOSITIONS

STILL_OPEN = DISPOSITIONS["undecided"]
_TICKS = {"days": (0, 30, 90, 180, 270, 365), "months": (0, 3, 6, 12, 18, 24, 30, 36)}
_AXIS = {"days": "days since recording", "months": "months after the month of recording"}
_FULL, _LEFT, _BELOW = 330, 46, 58  # pixels: height of the plot, room for its axes
_SIDE = 216  # pixels for labels beside a plot
_SWATCH = 12
_ENOUGH = 4  # points of a line: fewer do not show where it is going


def stacked_endings(ended: Protected, standing: Protected) -> Shown:
    """Every ending one on another, as the share of all cases that had ended so by each time; white is still open.

    Parameters
    ----------
    ended
        What ``incidence_curves`` gives, as it may be shown.
    standing
        What ``standing`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; empty where no case can be followed.
    """
    only_protected(ended, standing)
    return framed(ended, _stacked, captions.stacked(ended, standing))


def each_ending(ended: Protected, medians: Protected) -> Shown:
    """A small plot for each ending, with its 95% band; the ``medians`` say which comes soonest.

    Parameters
    ----------
    ended
        What ``incidence_curves`` gives, as it may be shown.
    medians
        What ``median_times`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; empty where no case can be followed.
    """
    only_protected(ended, medians)
    return framed(ended, _multiples, captions.multiples(ended, medians))


def groups(ended: Protected, test: Protected) -> Shown:
    """The curve of one ending in each group, with what the ``test`` between the groups says.

    Parameters
    ----------
    ended
        What ``group_curves`` gives, as it may be shown.
    test
        What ``group_test`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; empty where there are no two groups to compare.
    """
    only_protected(ended, test)
    note, is_level = words.tested(test, ended), words.is_level(test, ended)
    caption = captions.groups(ended, note=note, is_level=is_level)
    is_drawn = ended.table["group"].nunique() > 1 and bool(ended.table["incidence_share"].notna().any())
    return framed(ended, _several if is_drawn else _nothing, caption)


def run_off(decided: Protected) -> Shown:
    """How far the cases of each quarter have got; the newest that was followed for some time stands out.

    Parameters
    ----------
    decided
        What ``decided_by_age`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; empty where no quarter may be shown.
    """
    only_protected(decided)
    highlight = _newest(decided.table)
    drawing = partial(_run_off_lines, highlight=highlight) if highlight else _nothing
    return framed(decided, drawing, captions.run_off(decided, highlight=highlight))


def _newest(table: pd.DataFrame) -> str:
    """The newest quarter with a line long enough to compare, or else the newest; "" where there is none."""
    points = table.dropna(subset=["decided_share"]).groupby("quarter", sort=False).size()
    long = points[points >= min(_ENOUGH, points.max())] if len(points) else points
    return str(long.index[-1]) if len(long) else ""


def _nothing(_: pd.DataFrame) -> tuple[Draw, Height]:
    """An empty drawing, for rows without a share that may be shown."""
    return lambda _: None, lambda _: 1


@dataclass(frozen=True)
class _Label:
    """What stands at the end of a curve: its words, where the curve ends, its colour, and what a pointer is told."""

    text: str
    at: float
    colour: str
    told: str = ""


def _unit_of(table: pd.DataFrame) -> str:
    """Whether the times of a table are in days or in months."""
    return str(table["lag_unit"].iloc[0])


def _edges(lags: Sequence[int] | pd.Index, unit: str) -> list[float]:
    """Where steps begin, and where the last one ends: a month is as wide as a month, a day no wider than a line."""
    return [*(float(lag) for lag in lags), float(max(lags)) + (1 if unit == "months" else 0)]


def _to_the_edge(values: pd.Series) -> list[float]:
    """The heights of steps, the last one held to its end."""
    return [*values.astype(float), float(values.iloc[-1])]


def _plot(canvas: Canvas, lags: Sequence[int], unit: str, *, is_stepped: bool = True) -> Axes:
    """Axes over the time since recording, with room beside them for labels, or below them on a phone."""
    width = canvas.width - _LEFT - (8 if canvas.is_narrow else _SIDE)
    axes = canvas.axes(left=_LEFT, top=10, width=width, height=_FULL)
    _time_axis(axes, lags, unit, is_stepped=is_stepped)
    axes.set_xlabel(_AXIS[unit], color=QUIET)
    return axes


def _time_axis(axes: Axes, lags: Sequence[int], unit: str, *, is_stepped: bool, is_small: bool = False) -> None:
    """Ticks at times that people ask for; in months they stand in the middle of the month's step."""
    last = max(lags)
    is_month = unit == "months" and is_stepped
    wanted = [tick for tick in _TICKS[unit] if min(lags) <= tick <= last] or [last]
    wanted = [tick for tick in wanted if not is_small or tick in (0, 12, 24, 180, 365)] or wanted
    axes.set_xticks([tick + (0.5 if is_month else 0) for tick in wanted], [str(tick) for tick in wanted])
    axes.set_xlim(min(lags) if is_stepped else 0, last + (1 if is_month else 0) or 1)
    axes.tick_params(length=0)


def _carried(axes: Axes, end: float, label: _Label) -> None:
    """A dotted line from the end of a short curve to the label that names it."""
    look: dict[str, Any] = {"color": label.colour, "linewidth": 0.9, "linestyle": (0, (1, 3))}
    mark(axes, [end, axes.get_xlim()[1]], [label.at, label.at], told=label.told, **look)


def _plot_height(labels: list[_Label]) -> Height:
    """The height of a plot with labels beside it or, on a phone, a key below it."""
    return lambda is_narrow: _FULL + _BELOW + (_key_height(labels) if is_narrow else 0)


def _labelled(canvas: Canvas, labels: list[_Label], *, top: float) -> None:
    """Labels at the ends of their curves, moved apart where they would touch; on a phone, a key below the plot."""
    page = canvas.everywhere()
    ordered = sorted(labels, key=lambda label: -label.at)
    if canvas.is_narrow:
        place = float(_FULL + _BELOW + 14)
        for label in ordered:
            text = wrapped(label.text, NARROW - 26, is_narrow=True)
            _swatch(page, label, x=2, y=place)
            page.text(22, place, text, va="top", linespacing=1.1)
            place += LINE * (text.count("\n") + 1) + 8
        return
    left = WIDE - _SIDE + 14
    texts = [wrapped(label.text, _SIDE - 36, is_narrow=False) for label in ordered]
    heights = [float(LINE * (text.count("\n") + 1) + 6) for text in texts]
    wanted = [10 + _FULL * (1 - label.at / top) for label in ordered]
    for label, text, middle, y in zip(ordered, texts, wanted, spread(wanted, heights, end=_FULL + 20), strict=True):
        page.plot([left - 12, left - 2], [middle, y], color=QUIET, linewidth=0.8)
        _swatch(page, label, x=left, y=y - _SWATCH / 2)
        page.text(left + _SWATCH + 6, y, text, va="center", linespacing=1.1)


def spread(wanted: list[float], heights: list[float], *, end: float) -> list[float]:
    """Middles of labels from the top down, each as near to where it is wanted as room for all of them allows.

    Parameters
    ----------
    wanted
        Where each middle would stand best, in order.
    heights
        The height of each label.
    end
        What no label may reach beyond.

    Returns
    -------
    list of float
        A middle for each label, in the same order and unit.
    """
    placed: list[float] = []
    for middle, height in zip(wanted, heights, strict=True):
        above = placed[-1] + (heights[len(placed) - 1] + height) / 2 if placed else height / 2
        placed.append(max(middle, above))
    limit = end
    for place in reversed(range(len(placed))):
        placed[place] = min(placed[place], limit - heights[place] / 2)
        limit = placed[place] - heights[place] / 2
    return placed


def _swatch(page: Axes, label: _Label, *, x: float, y: float) -> None:
    """A square of the curve's colour beside its name; hollow for cases without an ending."""
    edge = QUIET if label.colour == FILLS[STILL_OPEN] else label.colour
    look: dict[str, Any] = {"facecolor": label.colour, "edgecolor": edge, "linewidth": 1.2}
    box(page, (x, y + 2), _SWATCH, _SWATCH, told=label.told, **look)


def _key_height(labels: list[_Label]) -> int:
    """The height of a key on a phone."""
    lines = [wrapped(label.text, NARROW - 26, is_narrow=True).count("\n") + 1 for label in labels]
    return sum(LINE * number + 8 for number in lines) + 14


_PANEL = 182  # pixels: height of a small plot with its title and axis


def _stacked(table: pd.DataFrame) -> tuple[Draw, Height]:
    """Endings one on another, as wide as their share of all cases; what has no ending stays white."""
    shares, unit, said = _wide(table), _unit_of(table), _said(table, "ending", _called)
    names = [str(name) for name in shares if name != STILL_OPEN]
    tops = shares[names].cumsum(axis="columns")
    middles = {name: float((tops[name] - shares[name] / 2).iloc[-1]) for name in names}
    labels = [_Label(_told(shares[name].iloc[-1], name), middles[name], _fill_of(name), said[name]) for name in names]
    still = 1 - float(tops[names[-1]].iloc[-1]) if names else 1.0
    labels.append(_Label(_told(still, STILL_OPEN), 1 - still / 2, FILLS[STILL_OPEN], said.get(STILL_OPEN, "")))

    def draw(canvas: Canvas) -> None:
        axes = _plot(canvas, list(shares.index), unit)
        axes.set_ylim(0, 1)
        x = _edges(shares.index, unit)
        for name in names:
            lower, upper = (_to_the_edge(edge) for edge in (tops[name] - shares[name], tops[name]))
            look: dict[str, Any] = {"facecolor": _fill_of(name), "edgecolor": PAPER, "linewidth": 0.6}
            band(axes, x, lower, upper, told=said[name], step="post", **look)
        axes.step(x, _to_the_edge(tops[names[-1]] if names else shares[STILL_OPEN] * 0), where="post", color=INK)
        share_axis(axes, 1.0, axis="y", room=canvas.height)
        _labelled(canvas, labels, top=1.0)

    return draw, _plot_height(labels)


def _multiples(table: pd.DataFrame) -> tuple[Draw, Height]:
    """A small plot for each ending with its 95% band, each on a scale of its own that begins at zero."""
    shares, unit, said = _wide(table), _unit_of(table), _said(table, "ending", _called)
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
            _panel(axes, shares[name], bands["low"][name], bands["high"][name], unit=unit, said=said[name])

    return draw, lambda is_narrow: max(1, _PANEL * -(-len(names) // (1 if is_narrow else 2)))


def _fill_of(name: str) -> str:
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
    return f"{percent(share)}  {_called(name)}"


def _called(name: str) -> str:
    """What a curve is called beside it."""
    return "No ending on record" if name == STILL_OPEN else endings.short_disposition(name)


def _said(
    table: pd.DataFrame, by: str, called: Callable[[str], str], *, value: str = "incidence_share"
) -> dict[str, str]:
    """What a pointer is told of each curve: where it stands at the times that the axis names, and at its end."""
    unit, said = _unit_of(table), {}
    for name, rows in table.sort_values("by_lag", kind="stable").groupby(by, sort=False, observed=True):
        reached = [rows[rows["by_lag"] <= tick].tail(1) for tick in _TICKS[unit]]
        steps = pd.concat([*reached, rows.tail(1)]).drop_duplicates("by_lag")
        points = [(short(int(row["by_lag"]), unit), ranged(row, value, "low", "high")) for _, row in steps.iterrows()]
        said[str(name)] = course(called(str(name)), points)
    return said


def _panel(axes: Axes, share: pd.Series, low: pd.Series, high: pd.Series, *, unit: str, said: str) -> None:
    """One small plot: the band, the steps, and the share at the end as the only mark of the scale."""
    all_steps = pd.DataFrame({"share": share, "low": low, "high": high})
    # a step that does not move would only make the page larger
    steps = all_steps[(all_steps != all_steps.shift()).any(axis="columns")]
    x = [*(float(lag) for lag in steps.index), _edges(share.index, unit)[-1]]
    end = float(share.iloc[-1])
    lower, upper = _to_the_edge(steps["low"]), _to_the_edge(steps["high"])
    band(axes, x, lower, upper, told=said, step="post", color=ACCENT, alpha=0.3)
    mark(
        axes, x, _to_the_edge(steps["share"]), told=said, drawstyle="steps-post", color=ACCENT, linewidth=1.8, zorder=1
    )
    axes.set_ylim(0, max(float(high.max()), end, 1e-9) * 1.12)
    axes.set_yticks([0, end], ["0%", percent(end)])
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    _time_axis(axes, list(share.index), unit, is_stepped=True, is_small=True)


_STYLES = ((ACCENT, "solid"), (ORANGE, (0, (5, 2))))


def _several(table: pd.DataFrame) -> tuple[Draw, Height]:
    """The curve of one ending in several groups; two have bands and styles of their own, of more the ends are named."""
    with_share = table.dropna(subset=["incidence_share"])
    hidden = [str(name) for name in dict.fromkeys(table["group"]) if name not in set(with_share["group"])]
    shares, unit = _by_group(with_share, "incidence_share"), _unit_of(with_share)
    said = _said(table, "group", str)
    bands = {side: _by_group(with_share, side) for side in ("low", "high")}
    ends = shares.ffill().iloc[-1].sort_values()
    is_few = len(ends) <= len(_STYLES)
    named = [str(name) for name in shares] if is_few else [str(ends.index[0]), str(ends.index[-1])]
    styles = {name: _STYLES[place] for place, name in enumerate(named)}
    own_label = {
        name: _Label(f"{percent(float(ends[name]))}  {name}", float(ends[name]), styles[name][0], said[name])
        for name in named
    }
    labels = [*own_label.values()]
    labels += [_Label(f"[c]  {name}: may not be shown", 0.0, PAPER) for name in hidden]
    top = min(1.0, max([*with_share["high"].dropna().astype(float), float(ends.max()), 0.01]) * 1.1)

    def draw(canvas: Canvas) -> None:
        axes = _plot(canvas, list(shares.index), unit)
        axes.set_ylim(0, top)
        for name in map(str, shares):
            line = shares[name].dropna()
            x = _edges(line.index, unit)
            colour, style = styles.get(name, (QUIET, "solid"))
            width = 2 if name in styles else 0.8
            look: dict[str, Any] = {"color": colour, "linestyle": style, "linewidth": width}
            mark(axes, x, _to_the_edge(line), told=said[name], drawstyle="steps-post", **look)
            if name in styles:
                _carried(axes, x[-1], own_label[name])
            if is_few:
                low, high = (_to_the_edge(bands[side][name].reindex(line.index)) for side in ("low", "high"))
                band(axes, x, low, high, told=said[name], step="post", color=colour, alpha=0.2)
        share_axis(axes, top, axis="y", room=canvas.height)
        _labelled(canvas, labels, top=top)

    return draw, _plot_height(labels)


def _run_off_lines(table: pd.DataFrame, *, highlight: str) -> tuple[Draw, Height]:
    """A line for each quarter recorded: the share decided by the time since; the one that stands out is marked."""
    shares = table.pivot_table(index="by_lag", columns="quarter", values="decided_share", sort=True)
    unit, said = _unit_of(table), _said(table, "quarter", quarter_months, value="decided_share")
    marked = shares[highlight].dropna()
    last = float(marked.iloc[-1])
    labels = [_Label(f"{percent(last)}  {quarter_months(highlight)}", last, ORANGE, said[highlight])]
    oldest = next((str(name) for name in shares if name != highlight), "")
    if oldest:
        end = float(shares[oldest].dropna().iloc[-1])
        labels.append(_Label(f"{percent(end)}  {quarter_months(oldest)}", end, ACCENT, said[oldest]))

    def draw(canvas: Canvas) -> None:
        axes = _plot(canvas, list(shares.index), unit, is_stepped=False)
        axes.set_ylim(0, 1)
        for name in map(str, shares):
            line = shares[name].dropna()
            is_oldest = name == oldest
            colour, width = (ACCENT, 1.8) if is_oldest else (QUIET, 0.7)
            if name != highlight:
                look: dict[str, Any] = {"color": colour, "linewidth": width, "markersize": 3}
                dot = "o" if len(line) == 1 else ""
                mark(axes, line.index, line, told=said[name], marker=dot, **look)
        _carried(axes, float(marked.index[-1]), labels[0])
        look = {"color": ORANGE, "linewidth": 2.6, "marker": "D", "markersize": 7, "clip_on": False, "zorder": 5}
        mark(axes, marked.index, marked, told=said[highlight], **look)
        share_axis(axes, 1.0, axis="y", room=canvas.height)
        _labelled(canvas, labels, top=1.0)

    return draw, _plot_height(labels)


def _by_group(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """A row per time and a column per group, in the order of the table."""
    wide = table.pivot_table(index="by_lag", columns="group", values=value, aggfunc="first", dropna=False)
    return wide.reindex(columns=list(dict.fromkeys(table["group"]))).astype("float64")
