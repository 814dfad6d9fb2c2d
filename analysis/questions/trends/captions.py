"""The words round a control chart: what each phase's mean is, and what may not be set beside what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import numbers, wording
from analysis.presentation.endings import Caption
from analysis.presentation.wording import capital, percent
from analysis.questions.trends.charted_series import CAUTION
from analysis.questions.trends.control import FEWEST_CASES
from analysis.questions.trends.innovations import FEWEST
from analysis.questions.trends.results import BETWEEN, ENDS, PLOTTED, RECENT
from analysis.reference import measures, reference
from analysis.reference.periods import Period, day_name, labelled
from analysis.reference.schema import STATES
from analysis.safe_words import slug

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_KEY = "Band: where each point would be expected, judging by the others of its phase."


@dataclass(frozen=True)
class Scale:
    """The columns of a control chart and the unit of their numbers; ``unit`` follows a number in a sentence."""

    value: str
    centre: str
    low: str
    high: str
    start: str
    end: str
    unit: str

    def text(self, number: object) -> str:
        """A number in its unit, as a sentence or label has it: "1,437", "19.9", "49.6%".

        Parameters
        ----------
        number
            A whole number, a number for every 100 cases, or a share from 0 to 1.

        Returns
        -------
        str
            As many decimals as the unit has.
        """
        value = float(number)  # type: ignore[arg-type]
        if self.value == "share":
            return percent(value)
        return f"{value:,.0f}" if self.value == "recorded" else f"{value:,.1f}"


def scale_of(points: Protected) -> Scale:
    """How the points of a chart, or its phases, are measured.

    Parameters
    ----------
    points
        What ``chart_points`` or ``chart_phases`` gives, as it may be shown.

    Returns
    -------
    Scale
        The columns to read, and the unit.
    """
    units = {"ratio": " charges for every 100 cases recorded", "share": "", "count": f" cases a {noun(points)}"}
    kind = next(kind for kind in PLOTTED if PLOTTED[kind][1] in points.table or ENDS[kind][0] in points.table)
    return Scale(*PLOTTED[kind], *ENDS[kind], unit=units[kind])


def noun(points: Protected) -> str:
    """What a period of the series is called.

    Parameters
    ----------
    points
        What ``chart_points`` or ``chart_phases`` gives, as it may be shown.

    Returns
    -------
    str
        "quarter" or "month".
    """
    if points.by[0] in ("quarter", "month"):
        return points.by[0]
    labels = points.table.get("first_period", pd.Series(dtype=object))
    return "quarter" if not len(labels) or "/" in str(labels.iloc[0]) else "month"


def word(count: int) -> str:
    """A small number in words, a large one in figures.

    Parameters
    ----------
    count
        How many.

    Returns
    -------
    str
        "no" for none, words up to nine, then figures with commas.
    """
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def span(first: object, last: object) -> str:
    """From one labelled period to another: "April 2014 to March 2018".

    Parameters
    ----------
    first, last
        The labels of two periods, such as "2014/15 Q1".

    Returns
    -------
    str
        The label of the time from the first day of one to the last of the other.
    """
    return Period(labelled(str(first)).first, labelled(str(last)).last).label


def day(name: str) -> str:
    """The day of a break by its name: "1 April 2020".

    Parameters
    ----------
    name
        The name of a break in data/reference/breaks.csv.

    Returns
    -------
    str
        A day in words.
    """
    start = next(change.from_date for change in reference.breaks() if change.name == name)
    return day_name(date.fromisoformat(start))


def courses(phases: Protected) -> list[tuple[str, str]]:
    """Each phase that has a number, and from where to where it went: ("April 2014 to March 2018", "703 to 3,200").

    Parameters
    ----------
    phases
        What ``chart_phases`` gives, as it may be shown.

    Returns
    -------
    list[tuple[str, str]]
        A pair for each phase; empty where no number may be shown.
    """
    scale = scale_of(phases)
    return [
        (span(row["first_period"], row["last_period"]), course(row, scale))
        for _, row in phases.table.dropna(subset=[scale.start]).iterrows()
    ]


def course(phase: pd.Series, scale: Scale) -> str:
    """From where to where a phase went: "703 to 3,200"; its one number where it has one.

    Parameters
    ----------
    phase
        A row of ``chart_phases``.
    scale
        How the series is measured (``scale_of``).

    Returns
    -------
    str
        Numbers in their unit.
    """
    start, end = (scale.text(phase[name]) for name in (scale.start, scale.end))
    return start if phase["points"] == 1 else f"{start} to {end}"


def unseen(phase: pd.Series, scale: Scale) -> str:
    """How large a lasting change would be overlooked in a phase; "" where nothing is looked for.

    Parameters
    ----------
    phase
        A row of ``chart_phases``.
    scale
        How the series is measured (``scale_of``).

    Returns
    -------
    str
        One sentence.
    """
    if phase["limits"] == "none" or pd.isna(phase["smallest_step"]):
        return ""
    step = float(phase["smallest_step"])
    if scale.value == "share":
        return f"A lasting change of under {numbers.distance(step)} points would often not be seen here."
    large = "to less than twice the level" if step > 1 else f"of under {max(1, round(100 * step))}%"
    return f"A lasting change {large} would often not be seen here."


def control(points: Protected, phases: Protected) -> Caption:
    """The words of a control chart.

    Parameters
    ----------
    points
        What ``chart_points`` gives, as it may be shown.
    phases
        What ``chart_phases`` gives, as it may be shown.

    Returns
    -------
    Caption
        The title, subtitle, description and notes of the chart; that it is empty, where no point may be shown.
    """
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


def scarce(phases: Protected, many: int, period: str) -> str:
    """So many periods without limits, and why they have none: too few of them, or of cases in each.

    Parameters
    ----------
    phases
        The phases of the series, as they may be shown: none of them has limits.
    many
        How many periods have a number.
    period
        "quarter" or "month".

    Returns
    -------
    str
        "four quarters, too few to say what is unusual".
    """
    only_protected(phases)
    lacks = "too few"
    if int(phases.table["points"].max()) >= FEWEST:
        lacks = "with too few cases in each, or too little movement,"
    return f"{word(many)} {period}s, {lacks} to say what is unusual"


def _title(points: Protected, phases: Protected, table: pd.DataFrame) -> str:
    """What the chart finds: which points stand out of what the others predict, or that none does."""
    scale, period = scale_of(points), noun(points)
    if table.empty:
        return f"Every {period} is too recent to say"
    low, high = (scale.text(table[scale.value].astype(float).agg(pick)) for pick in ("min", "max"))
    if not points.table[scale.centre].notna().any():
        if len(table) == 1:
            return f"{low}{scale.unit} in the one {period} shown"
        return f"Between {low} and {high}{scale.unit} in each of {scarce(phases, len(table), period)}"
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
    sentence = f"Phase {phase['phase']}, {when}: {wording.plural(len(shown), noun(points))}, {course(phase, scale)}"
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
    for _, row in table[table["phase"] == BETWEEN].iterrows():
        changed = wording.listed(day(name) for name in row["cut_by"].split("; "))
        notes.append(f"{labelled(row[by]).label}, drawn hollow, spans the change of {changed}, so it is in no phase.")
    recent = list(table.loc[table["phase"] == RECENT, by])
    if recent:
        which = f"{span(recent[0], recent[-1])}, drawn hollow: many of these cases have no outcome yet"
        notes.append(f"{which}. They are left out of the band.")
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


def _of_one_force(points: Protected) -> list[str]:
    """What changed in single forces of a series of several, which is not cut there."""
    names = {name for cell in points.table["noted"] for name in cell.split("; ") if name}
    changes = [f"{change.what_changed}." for change in reference.breaks() if change.name in names]
    return [" ".join(["The series is not cut where one force alone changed.", *changes])] if changes else []


def axis_label(label: str, *, is_year: bool) -> str:
    """A period for an axis: its months over its year, or the year alone.

    Parameters
    ----------
    label
        The label of a period, such as "2024/25 Q4".
    is_year
        Whether the year alone is wanted.

    Returns
    -------
    str
        One line or two.
    """
    period = labelled(label)
    if is_year:
        return f"{period.first:%Y}"
    first, last = f"{period.first:%b}", f"{period.last:%b}"
    return f"{first if first == last else f'{first}–{last}'}\n{period.first:%Y}"


def gap(row: pd.Series, scale: Scale) -> str:
    """The symbol that stands in a gap.

    Parameters
    ----------
    row
        A row of ``chart_points`` without a number.
    scale
        How the series is measured (``scale_of``).

    Returns
    -------
    str
        "[c]", "[x]" or another symbol.
    """
    return numbers.cell(row, scale.value)
