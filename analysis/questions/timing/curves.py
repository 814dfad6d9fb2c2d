"""Curves over the time since a case was recorded, with the words round them: every ending one on another, each by
itself with its band, one ending in several groups, and how far the cases of each quarter have got.

Time is discrete, so curves are steps: a share by the end of a day or a month holds until the end of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Policy, Protected, only_protected
from analysis.presentation import endings, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.captions import quarter_label
from analysis.presentation.drawing.colours import ACCENT, FILLS, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, Draw, Height, band, box, mark, wrapped
from analysis.presentation.drawing.told import course, ranged
from analysis.presentation.endings import Caption
from analysis.presentation.figure import NOTHING, framed
from analysis.presentation.wording import percent
from analysis.questions.timing import words
from analysis.questions.timing.words import STILL_OPEN, short
from analysis.shares.differences import side_of_estimates

_LEVEL = ", not clearly different"
_NOTHING_SHOWN = "nothing that can be shown"
_STEPS = "Curves are steps, since time is counted in whole {unit}."
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
    return framed(ended, _stacked, _stacked_caption(ended, standing))


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
    return framed(ended, _multiples, _multiples_caption(ended, medians))


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
    caption = _groups_caption(ended, note=note, is_level=is_level)
    is_drawn = ended.table["group"].nunique() > 1 and bool(ended.table["incidence_share"].notna().any())
    return framed(ended, _several if is_drawn else lambda _: NOTHING, caption)


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
    drawing = partial(_run_off_lines, highlight=highlight) if highlight else lambda _: NOTHING
    return framed(decided, drawing, _run_off_caption(decided, highlight=highlight))


def _newest(table: pd.DataFrame) -> str:
    """The newest quarter with a line long enough to compare, or else the newest; "" where there is none."""
    points = table.dropna(subset=["decided_share"]).groupby("quarter", sort=False).size()
    long = points[points >= min(_ENOUGH, points.max())] if len(points) else points
    return str(long.index[-1]) if len(long) else ""


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
    at_ends = _at_ends({name: shares[name].dropna() for name in named}, unit, str)
    own_label = {name: _Label(at_ends[name], float(ends[name]), styles[name][0], said[name]) for name in named}
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
    oldest = next((str(name) for name in shares if name != highlight), "")
    lines = {name: shares[name].dropna() for name in (highlight, oldest) if name}
    at_ends = _at_ends(lines, unit, quarter_months)
    labels = [
        _Label(at_ends[name], float(line.iloc[-1]), ORANGE if name == highlight else ACCENT, said[name])
        for name, line in lines.items()
    ]

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


def _at_ends(curves: dict[str, pd.Series], unit: str, called: Callable[[str], str]) -> dict[str, str]:
    """The share at the end of each curve, with the time of that end where it is not the same for all."""
    lags = {name: int(curve.index[-1]) for name, curve in curves.items()}
    is_told = len({*lags.values()}) > 1
    return {
        name: f"{percent(float(curve.iloc[-1]))}  {called(name)}{f', {short(lags[name], unit)}' if is_told else ''}"
        for name, curve in curves.items()
    }


def _by_group(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """A row per time and a column per group, in the order of the table."""
    wide = table.pivot_table(index="by_lag", columns="group", values=value, aggfunc="first", dropna=False)
    return wide.reindex(columns=list(dict.fromkeys(table["group"]))).astype("float64")


def _stacked_caption(curves: Protected, standing: Protected) -> Caption:
    """The words of all endings on one another."""
    table, about = curves.table, curves.about
    subtitle = f"Share of {wording.out_of(about)} that had ended in each way, by time since recording."
    if table.empty:
        return _no_caption("endings-over-time")
    unit = str(table["lag_unit"].iloc[0])
    last = _at_end(table)
    title = f"{_largest(last, words.unended(standing))}, {_time(table)}"
    clauses = [
        f"{words.unended(standing) if row['ending'] == STILL_OPEN else endings.ending(row['ending'])} "
        f"{percent(row['incidence_share'])}"
        for _, row in last.dropna(subset=["incidence_share"]).iterrows()
    ]
    early = table[(table["by_lag"] == table["by_lag"].min()) & (table["ending"] == STILL_OPEN)].iloc[0]
    begun = "" if pd.isna(early["incidence_share"]) else f"{percent(1 - early['incidence_share'])} had ended"
    begun = f" Already {words.by(int(early['by_lag']), unit)} {begun}." if begun and early["by_lag"] == 0 else ""
    text = f"Bands for each ending, one on another, rise from the left and level off.{begun} By {_time(table)}: "
    return Caption(
        "endings-over-time",
        title,
        subtitle,
        f"{text}{'; '.join(clauses) or _NOTHING_SHOWN}. {_STEPS.format(unit=unit)}",
        _left_out(standing),
    )


def _multiples_caption(curves: Protected, medians: Protected) -> Caption:
    """The words of each ending by itself."""
    table, about = curves.table, curves.about
    if table.empty:
        return _no_caption("each-ending-over-time")
    unit = str(table["lag_unit"].iloc[0])
    last = _at_end(table)
    rows = last[(last["ending"] != STILL_OPEN)].dropna(subset=["incidence_share"])
    quick = medians.table.dropna(subset=["conditional_median"]).iloc[1:]
    soon = sorted((int(row["conditional_median"]), _short_name(row["ending"])) for _, row in quick.iterrows())
    title = _pace(soon, unit)
    clauses = [
        f"{endings.ending(row['ending'])}: {percent(row['incidence_share'])}"
        + ("" if pd.isna(row["low"]) else f" ({wording.interval(row['low'], row['high'])})")
        for _, row in rows.iterrows()
    ]
    subtitle = (
        f"Share of {wording.out_of(about)} that had ended so, by {unit} since recording. Shaded: 95% interval. Each "
        "plot has a scale of its own."
    )
    halves = [f"{name} {words.by(lag, unit)}" for lag, name in soon]
    text = f"A small plot for each ending. By {_time(table)}, "
    text += f"with 95% intervals: {'; '.join(clauses)}." if clauses else f"{_NOTHING_SHOWN}."
    text += f" Of the cases that end so within the time followed, half have: {'; '.join(halves)}." if halves else ""
    return Caption("each-ending-over-time", title, subtitle, text)


def _groups_caption(curves: Protected, *, note: str, is_level: bool | None) -> Caption:
    """The words of one ending in several groups, compared at the last time to which all were followed."""
    table, about = curves.table, curves.about
    notes = (note,) if note else ()
    if table["group"].nunique() < 2:
        why = "The cases fall into fewer than two groups that can be compared."
        return Caption.of_nothing("groups-over-time", "There are no two groups to compare", words=why, notes=notes)
    unit, name = str(table["lag_unit"].iloc[0]), str(table["ending"].iloc[0])
    last_shared = int(table.groupby("group")["by_lag"].max().min())
    rows = table[table["by_lag"] == last_shared]
    clauses = [_with_interval(row) for _, row in rows.iterrows()]
    when = words.by(last_shared, unit)
    spread = _spread(rows, when)
    spread = spread.removesuffix(_LEVEL) if is_level is False else spread  # the curves differ, says the note
    level = _LEVEL if is_level and not spread.endswith(_LEVEL) else ""
    title = f"{wording.capital(endings.ending(name))}: {spread}{level}"
    subtitle = f"Share of {wording.out_of(about)} that had ended so, by {unit} since recording. Shaded: 95% interval."
    hidden = int(rows["incidence_share"].isna().sum())
    text = f"A stepped curve for each of {wording.plural(len(rows) - hidden, 'group')}"
    text += f"; that of {wording.plural(hidden, 'group')} may not be shown" if hidden else ""
    text = "The curve of no group may be shown" if hidden == len(rows) else text
    text += f". {wording.capital(when)}: {'; '.join(clauses)}."
    return Caption("groups-over-time", title, subtitle, text, notes)


def _run_off_caption(decided: Protected, *, highlight: str) -> Caption:
    """The words of how far the cases of each quarter have got."""
    table, about = decided.table, decided.about
    if table.empty or not highlight:
        lacks = "a month has no case, no date of an ending, or too few cases to be shown"
        text = f"No quarter can be followed: of each, {lacks}."
        return Caption.of_nothing("decided-by-age", "There is nothing to draw here", words=text)
    unit = str(table["lag_unit"].iloc[0])
    row = table[table["quarter"] == highlight].dropna(subset=["decided_share"]).iloc[-1]
    others = table[(table["by_lag"] == row["by_lag"]) & (table["quarter"] != highlight)]["decided_share"].dropna()
    when, name = words.by(int(row["by_lag"]), unit), quarter_months(highlight)
    title = f"Of cases recorded in {name}, {percent(row['decided_share'])} were decided {when}"
    text = f"A line for each of {wording.plural(table['quarter'].nunique(), 'quarter')}. {title}"
    if len(others):
        other = "other quarters" if len(others) > 1 else "other quarter"
        title += f"; of {'' if len(others) > 1 else 'the '}{other}, {wording.percents(others.min(), others.max())}"
        text += f"; at that age the {other} had {wording.percents(others.min(), others.max())}"
    subtitle = (
        f"Share of {wording.out_of(about)} that had been decided in any way, by {unit} since recording, a line a "
        f"quarter. Thick, with diamonds: {name}."
    )
    newest = f"{name} is the newest quarter that has been followed for some time; younger ones are short lines."
    notes = (newest, _rounded(table, decided.policy)) if decided.policy.smallest else (newest,)
    return Caption("decided-by-age", title, subtitle, f"{text}.", notes)


def _spread(rows: pd.DataFrame, when: str) -> str:
    """How the groups of one ending compare at one time: by name where there are two, from end to end of several.

    A group whose share may not be shown is named with it; of several with such a one among them no end is.
    """
    clauses = [f"{_share(row)} ({row['group']})" for _, row in rows.iterrows()]
    if len(rows) == 2:
        return f"{' and '.join(clauses)} {when}{_level(rows)}"
    with_share = rows.reset_index(drop=True).dropna(subset=["incidence_share"])
    if len(with_share) < len(rows):
        shown = f"{wording.number(len(with_share))} of {len(rows)} groups"
        return f"not every group may be shown; {shown} can be {when}"
    shares = with_share["incidence_share"].astype(float).to_numpy()
    return f"from {clauses[int(shares.argmin())]} to {clauses[int(shares.argmax())]} {when}"


def _level(rows: pd.DataFrame) -> str:
    """That two groups cannot be told apart, where both are known and a test of difference says so."""
    if bool(rows["incidence_share"].isna().any()):
        return ""
    lows, highs = (rows[limit].fillna(rows["incidence_share"]) for limit in ("low", "high"))
    first, second = zip(rows["incidence_share"].astype(float), lows.astype(float), highs.astype(float), strict=True)
    return _LEVEL if side_of_estimates(first, second) == "level" else ""


def _share(row: pd.Series) -> str:
    """A share of a group, or that it may not be shown."""
    return "not shown" if pd.isna(row["incidence_share"]) else percent(row["incidence_share"])


def _rounded(table: pd.DataFrame, policy: Policy) -> str:
    """That rounding moves these lines: of each month the cases and each ending are a number of their own."""
    least, most = (int(end) for end in (table["cases"].min(), table["cases"].max()))
    cases = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    return (
        f"Each month's cases, and those that ended in each way, are rounded by themselves, up to {policy.rounding} "
        f"off; months of which one is hidden are left out. So a line, out of {cases} cases, may be several points off."
    )


def _no_caption(identity: str) -> Caption:
    text = "No case can be followed: there are none, none of their endings has a date, or too few to be shown."
    return Caption.of_nothing(identity, "There is nothing to draw here", words=text)


def quarter_months(name: str) -> str:
    """A quarter by its months: "2024/25 Q4" is "Jan–Mar 2025".

    Parameters
    ----------
    name
        A quarter of a financial year, such as "2024/25 Q4".

    Returns
    -------
    str
        Its months and its year, in one line.
    """
    return quarter_label(name).replace("\n", " ")


def _at_end(table: pd.DataFrame) -> pd.DataFrame:
    last: pd.DataFrame = table[table["by_lag"] == table["by_lag"].max()]
    return last


def _time(table: pd.DataFrame) -> str:
    """The end of the curves in words: "24 months after recording", "365 days after recording"."""
    unit = str(table["lag_unit"].iloc[0])
    return f"{wording.plural(int(table['by_lag'].max()), unit.removesuffix('s'))} after recording"


def _largest(last: pd.DataFrame, unended: str) -> str:
    """The largest ending at the end of the curves, and how many cases have none."""
    with_share = last.dropna(subset=["incidence_share"])
    ended = with_share[(with_share["ending"] != STILL_OPEN) & (with_share["incidence_share"] > 0)]
    still = with_share[with_share["ending"] == STILL_OPEN]
    clauses = []
    if len(ended):
        row = ended.iloc[int(ended["incidence_share"].astype(float).to_numpy().argmax())]
        clauses.append(f"{percent(row['incidence_share'])} {endings.ending(row['ending'])}")
    if len(still):
        clauses.append(f"{percent(still.iloc[0]['incidence_share'])} {unended}")
    return "; ".join(clauses) or wording.capital(_NOTHING_SHOWN)


def _pace(soon: list[tuple[int, str]], unit: str) -> str:
    """Which endings come soonest, by the time by which half of those had come that do, and which comes last."""
    if not soon:
        return "Too few cases ended in any one way to say how soon"
    first = [name for lag, name in soon if lag == soon[0][0]]
    lead = wording.listed(first) if len(first) < 3 else f"{len(first)} of {len(soon)} endings"
    title = f"{wording.capital(lead)}: half of them {words.by(soon[0][0], unit)}"
    return title if soon[-1][0] == soon[0][0] else f"{title}; {soon[-1][1]}: {words.by(soon[-1][0], unit)}"


def _short_name(name: object) -> str:
    return endings.ending(endings.short_disposition(str(name)))


def _with_interval(row: pd.Series) -> str:
    clause = f"{row['group']}, {_share(row)}"
    return clause if pd.isna(row["low"]) else f"{clause} ({wording.interval(row['low'], row['high'])})"


def _left_out(standing: Protected) -> tuple[str, ...]:
    """What stands apart from the curves, and endings that may not be shown."""
    notes = []
    if not standing.table.empty:
        row = standing.table.iloc[0]
        if row["undated"]:
            cases = wording.plural(int(row["undated"]), "case")
            notes.append(
                f"{wording.capital(cases)} had ended on a date that is not given, and are shown without an ending."
            )
        if row["unfollowed"]:
            cases = wording.plural(int(row["unfollowed"]), "case")
            notes.append(
                f"{wording.capital(cases)} came after the last month that has dates of endings and are not included."
            )
        if row["early"]:
            cases = wording.plural(int(row["early"]), "case")
            count = wording.agree(int(row["early"]), "counts", "count")
            notes.append(f"{wording.capital(cases)} ended before recording, by their dates, and {count} as 0.")
    if standing.hidden:
        kinds = wording.plural(standing.hidden, "ending")
        verb = wording.agree(standing.hidden, "is", "are")
        notes.append(f"{wording.capital(kinds)} may not be shown and {verb} left out.")
    return tuple(notes)
