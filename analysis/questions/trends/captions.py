"""The words round a control chart: what each phase's mean is, and what may not be set beside what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.disclosure import Protected
from analysis.presentation import numbers, wording
from analysis.presentation.endings import Caption
from analysis.presentation.wording import capital, percent
from analysis.questions.trends.charted_series import CAUTION
from analysis.questions.trends.control import FEWEST, TRIAL
from analysis.questions.trends.results import BETWEEN, PLOTTED, RECENT
from analysis.reference import measures, reference
from analysis.reference.periods import Period, labelled
from analysis.reference.schema import STATES

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_KEY = "Line: the mean of each phase. Band: its limits, three standard deviations either way."


@dataclass(frozen=True)
class Scale:
    """The columns of a control chart and the unit of their numbers; ``unit`` follows a number in a sentence."""

    value: str
    centre: str
    low: str
    high: str
    unit: str

    def told(self, number: object) -> str:
        """A number in its unit, as a sentence or label has it: "1,437", "19.9", "49.6%"."""
        value = float(number)  # type: ignore[arg-type]
        if self.value == "share":
            return percent(value)
        return f"{value:,.0f}" if self.value == "recorded" else f"{value:,.1f}"


def scale_of(points: Protected) -> Scale:
    """How the points of a chart, or its phases, are measured."""
    units = {"u_prime": " charges for every 100 cases recorded", "p_prime": "", "c_prime": f" cases a {noun(points)}"}
    kind = next(kind for kind, names in PLOTTED.items() if names[1] in points.table)
    return Scale(*PLOTTED[kind], unit=units[kind])


def noun(points: Protected) -> str:
    """What a period of the series is called."""
    if points.by[0] in ("quarter", "month"):
        return points.by[0]
    labels = points.table.get("first_period", pd.Series(dtype=object))
    return "quarter" if not len(labels) or "/" in str(labels.iloc[0]) else "month"


def word(count: int) -> str:
    """A small number in words, a large one in figures."""
    return _WORDS[count] if count < len(_WORDS) else f"{count:,}"


def span(first: object, last: object) -> str:
    """From one labelled period to another: "April 2014 to March 2018"."""
    return Period(labelled(str(first)).first, labelled(str(last)).last).label


def day(name: str) -> str:
    """The day of a break by its name: "1 April 2020"."""
    found = date.fromisoformat(next(one.from_date for one in reference.breaks() if one.name == name))
    return f"{found.day} {found:%B %Y}"


def means(phases: Protected) -> list[tuple[str, str]]:
    """Each phase that has a mean, with its period: ("April 2014 to March 2018", "1,437")."""
    scale = scale_of(phases)
    return [
        (span(row["first_period"], row["last_period"]), scale.told(row[scale.centre]))
        for _, row in phases.table.dropna(subset=[scale.centre]).iterrows()
    ]


def control(points: Protected, phases: Protected) -> Caption:
    """The words of a control chart."""
    scale, about = scale_of(points), points.about
    known = points.table.dropna(subset=[scale.value])
    identity = f"{about.measure}-control-by-{noun(points)}".replace("_", "-")
    subtitle = _subtitle(points, is_limited=bool(points.table[scale.centre].notna().any()))
    if known.empty:
        text = f"No {noun(points)} has a number that can be shown."
        return Caption(identity, text, subtitle, f"{text} {subtitle}", _notes(points, phases))
    title = _title(points, phases, known[known["phase"] != RECENT])
    described = [_described(row, points, scale) for _, row in phases.table.iterrows()]
    text = f"A point for each {noun(points)}, {span(known[points.by[0]].iloc[0], known[points.by[0]].iloc[-1])}. "
    text += " ".join(part for part in described if part)
    if len(phases.table) > 1:
        text += " Vertical lines mark the changes in between. No line is drawn across them."
    return Caption(identity, title, subtitle, text, _notes(points, phases))


def _title(points: Protected, phases: Protected, known: pd.DataFrame) -> str:
    """What the chart finds: a mean for each way of counting, or how many points stand out of one."""
    scale, several = scale_of(points), f"{noun(points)}s"
    told = [mean for _, mean in means(phases)]
    if known.empty:
        return f"Every {noun(points)} is too recent to tell"
    if len(told) > 1:
        return (
            f"{capital(word(len(told)))} ways of counting, {word(len(told))} means: {wording.listed(told)}{scale.unit}"
        )
    low, high = (scale.told(known[scale.value].astype(float).agg(pick)) for pick in ("min", "max"))
    if not points.table[scale.centre].notna().any():
        if len(known) == 1:
            return f"{low}{scale.unit} in the one {noun(points)} shown"
        return f"Between {low} and {high}{scale.unit}: {word(len(known))} {several} are too few to tell a trend"
    outside = int(known["rule"].str.contains("outside_limits").sum())
    stand = f"{outside} of {len(known)} {several} lie{'s' if outside == 1 else ''} outside its limits"
    shown = noun(points) if points.table[scale.value].notna().all() else f"{noun(points)} shown"
    return f"A mean of {told[0]}{scale.unit}: {stand if outside else f'no {shown} lies outside its limits'}"


def _subtitle(points: Protected, *, is_limited: bool) -> str:
    """Measure, place and time, and what is drawn."""
    about = points.about
    key = f" {_KEY} Diamond: outside them." if is_limited else " Dot: the share; bar: its 95% interval."
    who = wording.force_phrase(about.place)
    if about.measure == "recorded":
        what = f"{capital(wording.cases_of(about))} recorded by {who}, by {noun(points)}, {about.period}"
    elif about.measure == "charges":
        what = f"Charges in each quarter for every 100 {wording.cases_of(about)} recorded in it, England and Wales"
        what += f", {about.period}"
    else:
        ended = measures.measure(about.measure).ended
        what = f"Share of {wording.out_of(about)} that {ended}, by {noun(points)} of recording"
    return f"{what}.{key}"


def _described(phase: pd.Series, points: Protected, scale: Scale) -> str:
    """One phase in a sentence or two: from where to where, its mean and limits."""
    table = points.table
    known = table[table["phase"] == phase["phase"]].dropna(subset=[scale.value])
    if known.empty:
        return ""
    values = known[scale.value].astype(float)
    when = span(phase["first_period"], phase["last_period"])
    told = f"Phase {phase['phase']}, {when}: {wording.plural(len(known), noun(points))}, "
    told += f"between {scale.told(values.min())} and {scale.told(values.max())}, mean {scale.told(phase[scale.centre])}"
    limits = known.dropna(subset=[scale.low, scale.high])
    if limits.empty:
        return f"{told}."
    latest = limits.iloc[-1]
    return f"{told}, limits in the latest {scale.told(latest[scale.low])} to {scale.told(latest[scale.high])}."


def _notes(points: Protected, phases: Protected) -> tuple[str, ...]:
    """What a reader of the chart must be told: cut periods, gaps, limits that are absent or for trial."""
    by, table = points.by[0], points.table
    notes = [CAUTION] if points.about.measure == "charges" else []
    notes += _of_one_force(points)
    for _, row in table[table["phase"] == BETWEEN].iterrows():
        changed = wording.listed(day(name) for name in row["cut_by"].split("; "))
        notes.append(f"{labelled(row[by]).label}, drawn hollow, is cut by the change of {changed}: it is in no phase.")
    recent = list(table.loc[table["phase"] == RECENT, by])
    if recent:
        told = f"{span(recent[0], recent[-1])}, drawn hollow: many of these cases have no outcome yet"
        notes.append(f"{told}. They are left out of means and limits.")
    for state, rows in table[table["state"] != "shown"].groupby("state", sort=False):
        told = wording.listed(labelled(label).label for label in rows[by].head(3))
        more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
        notes.append(f"Without a number, {STATES[str(state)]}: {told}{more}.")
    for limits, rows in phases.table[phases.table["limits"] != "full"].groupby("limits", sort=False):
        names = f"Phase{'s' if len(rows) > 1 else ''} {wording.listed(rows['phase'])}"
        few = f"fewer {noun(points)}s than the"
        end = f"{FEWEST} that limits need" if limits == "none" else f"{TRIAL} that make limits firm"
        notes.append(f"{names}: {few} {end}.")
    return tuple(notes)


def _of_one_force(points: Protected) -> list[str]:
    """What changed in single forces of a series of several, which is not cut there."""
    names = {name for cell in points.table["noted"] for name in cell.split("; ") if name}
    told = [f"{one.what_changed}." for one in reference.breaks() if one.name in names]
    return [" ".join(["Not cut where one force alone changed.", *told])] if told else []


def axis_label(label: str, *, is_year: bool) -> str:
    """A period for an axis: its months over its year, or the year alone."""
    period = labelled(label)
    if is_year:
        return f"{period.first:%Y}"
    first, last = f"{period.first:%b}", f"{period.last:%b}"
    return f"{first if first == last else f'{first}–{last}'}\n{period.first:%Y}"


def gap(row: pd.Series, scale: Scale) -> str:
    """The symbol that stands in a gap."""
    return numbers.cell(row, scale.value)
