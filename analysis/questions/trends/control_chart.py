"""Control charts: points between limits, phase by phase, cut at each change in what is counted."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions, numbers, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing import cuts
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.cuts import Cut
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import NARROW, WIDE, Canvas, Draw, Height, band, mark, text_width
from analysis.presentation.drawing.told import course, told
from analysis.presentation.endings import Caption
from analysis.presentation.figure import figure
from analysis.presentation.kept import kept
from analysis.presentation.wording import capital
from analysis.questions.trends.charted_series import CAUTION
from analysis.questions.trends.control import FEWEST_CASES
from analysis.questions.trends.innovations import FEWEST
from analysis.questions.trends.results import BETWEEN, RECENT
from analysis.questions.trends.words import Scale, course_of, day, noun, scale_of, scarce, span
from analysis.reference import measures, reference
from analysis.reference.periods import labelled
from analysis.reference.schema import STATES
from analysis.safe_words import slug

_PLOT = 270  # pixels from the top of the plot to its axis
_FOOT = {True: 30, False: 48}  # pixels for the labels below it, in one line of years or in two
_RIGHT = 10
_KEY = "Band: where each point would be expected, judging by the others of its phase."
_DENSE = 12  # more periods than this are labelled by year, or every few months


@kept
def control(points: Protected, phases: Protected) -> Shown:
    """A control chart of the ``points`` and ``phases`` of one series, its limits begun anew at each change.

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.
    phases
        What ``Series.phases`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; empty where no point may be shown.
    """
    only_protected(points, phases)
    draw, height = _drawn(points)
    return figure(points, draw, height, _caption(points, phases))


def _drawn(points: Protected) -> tuple[Draw, Height]:
    """How to draw a control chart, and how high it is."""
    table, scale, by = points.table, scale_of(points), points.by[0]
    changes = _changes(table, by)
    top = _top(table, scale)

    def placed(is_narrow: bool) -> tuple[float, list[Cut], int]:
        widest = f"{top:,.0f}" if scale.value == "recorded" else "100%"
        left = text_width(widest, is_narrow=is_narrow) + 12
        lines = _at(changes, len(table), left=left, is_narrow=is_narrow)
        return left, lines, 12 + cuts.height(lines, is_narrow=is_narrow)

    def draw(canvas: Canvas) -> None:
        left, lines, head = placed(canvas.is_narrow)
        axes = canvas.axes(left=left, top=head, width=canvas.width - left - _RIGHT, height=_PLOT)
        axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(0, top))
        _value_axis(axes, scale, top)
        _period_axis(axes, list(table[by]), is_narrow=canvas.is_narrow)
        for _, rows in table[~table["phase"].isin([BETWEEN, RECENT])].groupby("phase", sort=False):
            _phase(axes, rows, by, scale)
        _marks(axes, table, by, scale, is_narrow=canvas.is_narrow)
        cuts.draw_cuts(canvas.everywhere(), lines, top=head - 8, bottom=head + _PLOT)

    def height(is_narrow: bool) -> int:
        return placed(is_narrow)[2] + _PLOT + _FOOT[_is_by_year(list(table[by]))]

    return draw, height


def _changes(table: pd.DataFrame, by: str) -> list[Cut]:
    """Where each change lies, in periods from the first, and its label: (23.5, "Apr 2020")."""
    names = {name for cell in (*table["cut_by"], *table["after"]) for name in str(cell).split("; ") if name}
    days = sorted({date.fromisoformat(change.from_date) for change in reference.breaks() if change.name in names})
    lines = []
    for place, period in enumerate(labelled(str(label)) for label in table[by]):
        length = (period.last - period.first).days + 1
        lines += [(place - 0.5 + (day - period.first).days / length, f"{day:%b %Y}") for day in days if day in period]
    return lines


def _at(changes: list[Cut], periods: int, *, left: float, is_narrow: bool) -> list[Cut]:
    """The changes in pixels from the left."""
    step = ((NARROW if is_narrow else WIDE) - left - _RIGHT) / max(periods, 1)
    return [(left + (place + 0.5) * step, label) for place, label in changes]


def _top(table: pd.DataFrame, scale: Scale) -> float:
    """The end of the upright axis, which begins at zero."""
    names = [scale.value, scale.high, *(["high"] if "high" in table else [])]
    ends = [float(number) for name in names for number in table[name].dropna()]
    most = max((float(number) for number in table[scale.value].dropna()), default=0.0)
    top = min(max(ends, default=0.0), 1.5 * most) * (1.08 if len(table) > _DENSE // 2 else 1.2)
    return (min(1.0, top) if scale.value == "share" else top) or 1.0


def _value_axis(axes: Axes, scale: Scale, top: float) -> None:
    if scale.value == "share":
        share_axis(axes, top, axis="y", room=_PLOT)
        return
    axes.yaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)


def _is_by_year(labels: list[str]) -> bool:
    """Whether there are so many quarters that the axis names years."""
    return len(labels) > _DENSE and "/" in labels[0]


def _period_axis(axes: Axes, labels: list[str], *, is_narrow: bool) -> None:
    """A label for every period, or for as many as there is room for: by year where there are many quarters."""
    is_year = _is_by_year(labels)
    places = list(range(len(labels)))
    if is_year:
        places = [place for place in places if labelled(labels[place]).first.month == 1]
    step = max(1, -(-len(places) // (5 if is_narrow else 8 if is_year else 7)))
    places = places[::step]
    ticks = [place - 0.5 if is_year else place for place in places]
    axes.set_xticks(ticks, [_axis_label(labels[place], is_year=is_year) for place in places], color=INK)


def _said(row: pd.Series, by: str, scale: Scale) -> str:
    """What a pointer is told of a period: its number, and between which limits it was to be expected."""
    limits = "" if pd.isna(row[scale.centre]) else f"{scale.text(row[scale.low])} to {scale.text(row[scale.high])}"
    value = (
        numbers.cell(row, scale.value) if pd.isna(row[scale.value]) else f"{scale.text(row[scale.value])}{scale.unit}"
    )
    return told(row[by], value, limits and f"expected {limits}")


def _phase(axes: Axes, rows: pd.DataFrame, by: str, scale: Scale) -> None:
    """The joined points, none over a missing period, and the band in which each was to be expected."""
    values = rows[scale.value].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)
    known = rows.dropna(subset=[scale.value])
    ends = known.iloc[[0, -1]] if len(known) > 1 else known
    words = course("Phase", [(str(row[by]), scale.text(row[scale.value])) for _, row in ends.iterrows()])
    mark(axes, rows.index, values, told=words, color=ACCENT, linewidth=1.2, zorder=2)
    limited = rows[rows[scale.centre].notna()]
    for place, row in limited.iterrows():
        sides = [float(place) - 0.5, float(place) + 0.5]  # type: ignore[arg-type]
        low, high, centre = (float(row[name]) for name in (scale.low, scale.high, scale.centre))
        band(axes, sides, [low, low], [high, high], told=_said(row, by, scale), color=ACCENT, alpha=0.12, zorder=0)
        mark(axes, sides, [centre, centre], color=QUIET, linewidth=1.2, zorder=1)


def _marks(axes: Axes, table: pd.DataFrame, by: str, scale: Scale, *, is_narrow: bool) -> None:
    """A mark for each period: a dot, a diamond outside its limits, a hollow square where a change cuts it, a
    hollow dot where it is too recent."""
    size = (3.5 if is_narrow else 5.0) if len(table) > _DENSE else 8.0
    for place, (_, row) in enumerate(table.iterrows()):
        if pd.isna(row[scale.value]):
            continue
        value = float(row[scale.value])
        look: dict[str, Any] = {"told": _said(row, by, scale), "color": PAPER, "markeredgecolor": ACCENT}
        if "low" in table and pd.isna(row[scale.centre]) and not pd.isna(row["low"]):
            ends = [float(row["low"]), float(row["high"])]
            mark(axes, [place, place], ends, told=_said(row, by, scale), color=ACCENT, linewidth=1.6)
        if row["phase"] == BETWEEN:
            mark(axes, place, value, "s", markersize=size + 2, markeredgewidth=1.5, **look)
        elif row["phase"] == RECENT:
            mark(axes, place, value, "o", markersize=size, markeredgewidth=1.3, **look)
        elif row["rule"]:
            look |= {"color": ORANGE, "markeredgecolor": INK}
            mark(axes, place, value, "D", markersize=size + 2.5, markeredgewidth=0.7, **look)
        else:
            mark(axes, place, value, "o", markersize=size, **look | {"color": ACCENT})
        if len(table) <= _DENSE // 2:
            above = value if "high" not in table or pd.isna(row["high"]) else float(row["high"])
            settings: dict[str, Any] = {"ha": "center", "weight": "bold"}
            axes.annotate(scale.text(value), (place, above), (0, 9), textcoords="offset points", **settings)
    symbols = ["" if pd.notna(row[scale.value]) else numbers.cell(row, scale.value) for _, row in table.iterrows()]
    for symbol, run in groupby(enumerate(symbols), key=lambda placed: placed[1]):
        middle = float(np.mean([place for place, _ in run]))
        axes.text(middle, axes.get_ylim()[1] * 0.02, symbol, ha="center", color=QUIET)


def _caption(points: Protected, phases: Protected) -> Caption:
    """The words of a control chart."""
    scale, about = scale_of(points), points.about
    shown = points.table.dropna(subset=[scale.value])
    identity = slug(f"{about.measure}-control-by-{noun(points)}")
    subtitle = _subtitle(points, is_limited=bool(points.table[scale.centre].notna().any()))
    if shown.empty:
        text = f"No {noun(points)} has a number that can be shown."
        return Caption.of_nothing(identity, text, subtitle, notes=_notes(points, phases))
    title = _title(points, phases, shown[shown["phase"] != RECENT])
    described = [_described(row, points, scale) for _, row in phases.table.iterrows()]
    text = f"A point for each {noun(points)}, {span(shown[points.by[0]].iloc[0], shown[points.by[0]].iloc[-1])}. "
    text += " ".join(part for part in described if part)
    if len(phases.table) > 1:
        text += " Vertical lines mark the changes in between. No line is drawn across them."
    return Caption(identity, title, subtitle, text, _notes(points, phases))


def _title(points: Protected, phases: Protected, table: pd.DataFrame) -> str:
    """What the chart finds: which points stand out of what the others predict, or that none does."""
    scale, period = scale_of(points), noun(points)
    if table.empty:
        return f"Every {period} is too recent to say"
    low, high = (scale.text(table[scale.value].astype(float).agg(pick)) for pick in ("min", "max"))
    if not points.table[scale.centre].notna().any():
        if len(table) == 1:
            return f"{low}{scale.unit} in the one {period} shown"
        said = low if low == high else f"Between {low} and {high}"
        return f"{said}{scale.unit} in each of {scarce(phases, len(table), period)}"
    news = [labelled(label).label for label in table.loc[table["rule"] != "", points.by[0]]]
    judged = int(table[scale.centre].notna().sum())
    if not news:
        return f"None of {judged} {period}s stands out from the others counted in the same way"
    which = wording.listed(news) if len(news) < 4 else f"{len(news)} of {judged} {period}s"
    return (
        f"{capital(which)} {wording.agree(len(news), 'stands', 'stand')} out from the {period}s counted in the same way"
    )


def _subtitle(points: Protected, *, is_limited: bool) -> str:
    """Measure, place and time, and what is drawn."""
    about, scale = points.about, scale_of(points)
    key = (
        f" {_KEY} Diamond: outside it."
        if is_limited
        else (" Dot: the share; bar: its 95% interval." if scale.value == "share" else "")
    )
    who = wording.force_phrase(about.place)
    if about.measure == "recorded":
        what = f"{capital(wording.cases_of(about))} recorded by {who}, by {noun(points)}, {about.period}"
    elif about.measure == "charges":
        what = f"Charges in each quarter for every 100 {wording.cases_of(about)} recorded in it, England and Wales"
        what += f", {about.period}"
    else:
        ended = measures.measure(about.measure).ended
        what = f"Share of {wording.out_of(about)}{wording.closed(about)} that {ended}, by {noun(points)} of recording"
    return f"{what}.{key}"


def _described(phase: pd.Series, points: Protected, scale: Scale) -> str:
    """One phase in a sentence or two: from where to where it went, and what was expected of its latest point."""
    table = points.table
    shown = table[table["phase"] == phase["phase"]].dropna(subset=[scale.value])
    if shown.empty:
        return ""
    when = span(phase["first_period"], phase["last_period"])
    sentence = f"Phase {phase['phase']}, {when}: {wording.plural(len(shown), noun(points))}, "
    sentence += course_of(phase, scale, opening="from ")
    limits = shown.dropna(subset=[scale.low, scale.high])
    if limits.empty:
        return f"{sentence}."
    latest = limits.iloc[-1]
    low, high = scale.text(latest[scale.low]), scale.text(latest[scale.high])
    return f"{sentence}; the latest was expected at {low} to {high}."


def _notes(points: Protected, phases: Protected) -> tuple[str, ...]:
    """What a reader of the chart must be told: cut periods, gaps, limits that are absent."""
    by, table = points.by[0], points.table
    notes = [CAUTION] if points.about.measure == "charges" else []
    notes += _of_one_force(points)
    notes += _over_all(points, phases)
    for _, row in table[table["phase"] == BETWEEN].iterrows():
        changed = wording.listed(day(name) for name in row["cut_by"].split("; "))
        notes.append(f"{labelled(row[by]).label}, drawn hollow, spans the change of {changed}, so it is in no phase.")
    recent = list(table.loc[table["phase"] == RECENT, by])
    if recent:
        which = f"{span(recent[0], recent[-1])}, drawn hollow: many of these cases have no outcome yet"
        is_banded = points.table[scale_of(points).centre].notna().any()
        notes.append(f"{which}.{' They are left out of the band.' if is_banded else ''}")
    for state, rows in table[table["state"] != "shown"].groupby("state", sort=False):
        which = wording.listed(labelled(label).label for label in rows[by].head(3))
        more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
        notes.append(f"Without a number, {STATES[str(state)]}: {which}{more}.")
    short = phases.table[phases.table["limits"] == "none"]
    if len(short):
        names = f"Phase{'s' if len(short) > 1 else ''} {wording.listed(short['phase'])}"
        few = f"fewer than {FEWEST} {noun(points)}s, fewer than {FEWEST_CASES} cases in each, or no change at all"
        notes.append(f"{names}: no band ({few}).")
    return tuple(notes)


def _over_all(points: Protected, phases: Protected) -> list[str]:
    """Of a share, whether all points of the last phase differ: a band asks of each alone, and follows a rise."""
    judged = phases.table[phases.table["limits"] != "none"]
    if scale_of(points).value != "share" or judged.empty:
        return []
    period, name = noun(points), judged["phase"].iloc[-1]
    rows = points.table[points.table["phase"] == name]
    told = captions.whether_they_differ(rows, points.about.rounding, noun=period)
    asked = f"The band asks of each {period} whether it stands out; a steady rise or fall does not."
    of_phase = f" Of all {period}s of phase {name}: {told[0].lower()}{told[1:]}" if told else ""
    return [f"{asked}{of_phase}"]


def _of_one_force(points: Protected) -> list[str]:
    """What changed in single forces of a series of several, which is not cut there."""
    names = {name for cell in points.table["noted"] for name in cell.split("; ") if name}
    changes = [f"{change.what_changed}." for change in reference.breaks() if change.name in names]
    return [" ".join(["The series is not cut where one force alone changed.", *changes])] if changes else []


def _axis_label(label: str, *, is_year: bool) -> str:
    """A period for an axis: its months over its year, or the year alone."""
    period = labelled(label)
    if is_year:
        return f"{period.first:%Y}"
    first, last = f"{period.first:%b}", f"{period.last:%b}"
    return f"{first if first == last else f'{first}–{last}'}\n{period.first:%Y}"
