"""Change over time in words: what each way of counting shows, which points are news, and what is none.

No sentence says that anything went up or down across a change in what is counted, and none says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import content, numbers, wording
from analysis.presentation.blocks import Shown, records
from analysis.presentation.content import Part
from analysis.presentation.wording import capital, percent
from analysis.questions.trends.innovations import FEWEST
from analysis.questions.trends.results import BETWEEN, ENDS, PLOTTED, RECENT
from analysis.reference import measures, reference
from analysis.reference.periods import Period, day_name, labelled
from analysis.safe_words import slug

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAID = {"above": "higher than the others would suggest", "below": "lower than the others would suggest"}
_BOTH_ENDS = " at both ends"  # of a course that ends as it began
_ENOUGH = 100  # cases in each of two periods that a percentage is given of: one case is a hundredth of them


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
        What ``Series.points`` or ``Series.phases`` gives, as it may be shown.

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
        What ``Series.points`` or ``Series.phases`` gives, as it may be shown.

    Returns
    -------
    str
        "quarter" or "month".
    """
    if points.by[0] in ("quarter", "month"):
        return points.by[0]
    labels = points.table.get("first_period", pd.Series(dtype=object))
    return "quarter" if not len(labels) or "/" in str(labels.iloc[0]) else "month"


def _word(count: int) -> str:
    """A small number in words, a large one in figures."""
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


def _courses(phases: Protected) -> list[tuple[str, str]]:
    """Each phase that has a number, and from where to where it went: ("April 2014 to March 2018", "703 to 3,200")."""
    scale = scale_of(phases)
    return [
        (span(row["first_period"], row["last_period"]), course_of(row, scale))
        for _, row in phases.table.dropna(subset=[scale.start]).iterrows()
    ]


def course_of(phase: pd.Series, scale: Scale, *, opening: str = "", unit: str = "") -> str:
    """From where to where a phase went: "703 to 3,200"; its one number where it has one, or ends as it began.

    Parameters
    ----------
    phase
        A row of ``Series.phases``.
    scale
        How the series is measured (``scale_of``).
    opening
        What stands before two numbers, as "from ".
    unit
        What follows the numbers, in the plural.

    Returns
    -------
    str
        Numbers in their unit.
    """
    start, end = (scale.text(phase[name]) for name in (scale.start, scale.end))
    unit = unit.replace("cases", "case", 1) if end == "1" else unit
    if start == end:
        return f"{start}{unit}{_BOTH_ENDS if phase['points'] > 1 else ''}"
    return f"{opening}{start} to {end}{unit}"


def _unseen(phase: pd.Series, scale: Scale) -> str:
    """How large a lasting rise or fall would be overlooked in a phase; "" where nothing is looked for.

    What is a rise of so many percent on the log scale of the limits is a fall of fewer. Of a share, whose scale is the
    log odds, the rise alone is told.
    """
    if phase["limits"] == "none" or pd.isna(phase["smallest_step"]):
        return ""
    step = float(phase["smallest_step"])
    if scale.value == "share":
        return f"A lasting change of under {numbers.distance(step)} points up would often not be seen here."
    rise = "to less than twice the level" if step > 1 else f"of under {max(1, round(100 * step))}% up"
    fall = f"of under {max(1, round(100 * step / (1 + step)))}% down"
    return f"A lasting change {rise}, or {fall}, would often not be seen here."


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
    return f"{_word(many)} {period}s, {lacks} to say what is unusual"


def opening(recorded: Protected) -> str:
    """The answer in words: that no line runs across changes in the counting, or how far the series goes.

    Parameters
    ----------
    recorded
        What ``Series.points`` of recorded cases gives, as it may be shown.

    Returns
    -------
    str
        One sentence; "" where no number may be shown.
    """
    only_protected(recorded)
    shown = recorded.table.dropna(subset=["recorded"])
    if len(shown) < 2 or not shown["recorded"].iloc[[0, -1]].any():
        return ""
    first, last = (labelled(label).label for label in shown[recorded.by[0]].iloc[[0, -1]])
    subject = _subject(recorded)
    changed = changes(recorded)
    if changed:
        often = "once" if len(changed) == 1 else "twice" if len(changed) == 2 else f"{_word(len(changed))} times"
        sentence = f"{wording.capital(subject)} cannot be followed in one line from {first} on"
        return f"{sentence}: what is counted changed {often}."
    begun, ended = int(shown["recorded"].iloc[0]), int(shown["recorded"].iloc[-1])
    if recorded.away or min(begun, ended) < _ENOUGH:
        is_same = begun == ended and not recorded.away
        said = f"{ended:,}, as many as in {first}" if is_same else f"{ended:,}; in {first} it was {begun:,}"
        return f"In {last} {subject} was {said}. No change in what is counted is known."
    times = f"{ended / begun:,.0f}" if ended >= 10 * begun else f"{ended / begun:.1f}"
    high = "about as high" if times == "1.0" else f"{times} times as high"
    return f"In {last} {subject} was {high} as in {first}, with no known change in what is counted."


def _subject(points: Protected) -> str:
    """What was recorded: "recorded stalking", and where not by every force "stalking recorded by Kent Police".

    A crime of several words is "the number of cases of criminal damage".
    """
    cases, place = wording.cases_of(points.about), points.about.place
    crime = cases.removesuffix(" cases")
    if crime != cases and place.startswith("all "):
        return f"recorded {crime}"
    by = "the police of England and Wales" if place.startswith("all ") else wording.force_phrase(place)
    return f"{crime if crime != cases else f'the number of {cases}'} recorded by {by}"


def changes(points: Protected) -> list[str]:
    """The days of the changes within a series, earliest first: ["1 April 2018", "1 April 2020"].

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.

    Returns
    -------
    list of str
        Days in words; empty for a series that nothing cuts.
    """
    only_protected(points)
    cells = [cell for row in points.table[["cut_by", "after"]].to_numpy() for cell in row]
    return list(dict.fromkeys(day(name) for cell in cells for name in cell.split("; ") if name))


def recorded(points: Protected, phases: Protected) -> str:
    """From where to where each way of counting went, and that they may not be compared.

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.
    phases
        What ``Series.phases`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; that no number can be shown, where that is so.
    """
    only_protected(points, phases)
    stretches = _courses(phases)
    if not stretches:
        return "No number of cases recorded can be shown."
    period = noun(points)
    single = {span(label, label) for label in points.table[points.by[0]]}
    listed = wording.listed(
        _went(went, when, when if when in single else f"one {period} of {when}") for when, went in stretches
    )
    cases, who = wording.cases_of(points.about), wording.force_phrase(points.about.place)
    verb = "went from" if any(" to " in course for _, course in stretches) else "was"
    sentence = f"The number of {cases} recorded by {who} in a {period} {verb} {listed}."
    if len(stretches) > 1:
        sentence += f" The counting changed on {wording.listed(changes(points))}. Figures on either side of such a day "
        sentence += "may not be compared: they cannot say how much of the difference is real."
    return f"{sentence} {year_before(points)}".strip()


def _went(course: str, when: str, one: str) -> str:
    """A course in its time: "703 to 3,200 from 2014/15 to 2017/18"; the one number of what ends as it began."""
    if course.endswith(_BOTH_ENDS):
        return f"{course} of {when}"
    return f"{course} from {when}" if " to " in course else f"{course} in {one}"


def not_of_the_file(beside: Iterable[str], *, has_years: bool) -> str:
    """Which figures are published and not counted from the case files, and how far apart the two are.

    Parameters
    ----------
    beside
        A sentence for each force on how many cases the files have and how many are published, of one time.
    has_years
        Whether endings are shown by year, which are published too.

    Returns
    -------
    str
        Sentences.
    """
    which = "Endings by year, cases recorded and charges" if has_years else "Cases recorded and charges"
    own = "only the share by period is counted from the case files."
    return " ".join([f"{which} are as published, which goes back further; {own}", *beside])


def year_before(points: Protected) -> str:
    """The latest number beside that of the same time a year before, if both are counted alike; "" otherwise.

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence.
    """
    only_protected(points)
    by = points.by[0]
    shown = points.table.dropna(subset=["recorded"])
    shown = shown[~shown["phase"].isin([BETWEEN, RECENT])]
    if shown.empty:
        return ""
    last = shown.iloc[-1]
    first = labelled(last[by]).first
    alike = shown[shown["phase"] == last["phase"]]
    before = [row for _, row in alike.iterrows() if labelled(row[by]).first == first.replace(year=first.year - 1)]
    if not before:
        return ""
    now, then = int(last["recorded"]), int(before[0]["recorded"])
    sentence = f"In {labelled(last[by]).label} it was {now:,}, against {then:,} a year before"
    if points.away or min(now, then) < _ENOUGH:
        return f"{sentence}."
    change = round(100 * (now / then - 1))
    way = "more" if change > 0 else "less"
    return f"{sentence} ({f'{abs(change)}% {way}' if change else 'hardly any change'})."


def latest(phases: Protected, signals: Protected) -> str:
    """What is news in the latest phase, in which figures may be compared, and what would not be seen.

    Parameters
    ----------
    phases
        What ``Series.phases`` gives, as it may be shown.
    signals
        What ``Series.signals`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; "" where no phase has a number.
    """
    only_protected(phases, signals)
    if phases.table.empty or not int(phases.table["points"].iloc[-1]):
        return ""
    phase = phases.table.iloc[-1]
    since, many = f"{labelled(phase['first_period']).first:%B %Y}", wording.plural(int(phase["points"]), noun(phases))
    alike = f"The {many} since {since} {wording.agree(int(phase['points']), 'is', 'are')} counted in the same way"
    if phase["limits"] == "none":
        return f"{alike}, but {_too_few(phase, noun(phases))} to say what is unusual."
    news = [row for _, row in signals.table.iterrows() if row["phase"] == phase["phase"]]
    hidden = _unseen(phase, scale_of(phases))
    if not news:
        return f"{alike}, and none stands out. {hidden}".strip()
    listed = wording.listed(f"{when} ({said})" for when, said in (_said(row) for row in news))
    return f"{alike}. What stands out among them: {listed}. {hidden}".strip()


def outcome(points: Protected, phases: Protected) -> str:
    """The share that ended as measured, phase by phase; where there are too few periods to tell a trend, that.

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.
    phases
        What ``Series.phases`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or more.
    """
    only_protected(points, phases)
    about, shown = points.about, points.table[points.table["phase"] != RECENT].dropna(subset=["share"])
    base, ended, period = wording.out_of(about), measures.measure(about.measure).ended, noun(points)
    if shown.empty:
        return f"No {period} has enough {base} for the share that {ended} to be given."
    low, high = (percent(float(shown["share"].agg(pick))) for pick in ("min", "max"))
    if len(shown) == 1:
        return f"Of {base}, {low} {ended}, in the one {period} that can be used, so nothing can be said of change."
    if not points.table["centre"].notna().any():
        said = low if low == high else f"between {low} and {high}"
        return f"Of {base}, {said} {ended} in each of {scarce(phases, len(shown), period)}."
    if points.away:
        sentence = (
            f"Of {base}, the share that {ended} was {_with_intervals(shown)}: of one {period} chance and rounding "
        )
        sentence += "leave it no better known than that (95% intervals)."
    else:
        courses = _courses(phases)
        moved = wording.listed(f"{went}, {when}" for when, went in courses if " to " in went)
        level = wording.listed(f"{went} {wording.time_phrase(when)}" for when, went in courses if " to " not in went)
        share = f"Of {base}, the share that {ended}"
        sentence = f"{share} went {period} by {period} from {moved}." if moved else f"{share} was {level}."
        sentence += f" It was {level}." if moved and level else ""
    if len(phases.table) > 1:
        sentence += f" The counting changed on {wording.listed(changes(points))}: do not compare across it."
    return sentence


def _with_intervals(shown: pd.DataFrame) -> str:
    """The first and the last share of each phase, each with its interval and its time."""
    phased = shown[shown["phase"] != BETWEEN].groupby("phase", sort=False)
    ends = (rows.iloc[[0, -1]] if len(rows) > 1 else rows for _, rows in phased)
    return wording.listed(
        f"{percent(row['share'])} ({wording.interval(row['low'], row['high'])}) in {labelled(row.iloc[0]).label}"
        for _, row in pd.concat(list(ends)).iterrows()
    )


def still_open(points: Protected, undecided: Protected) -> str:
    """That the cases of the latest periods are much less decided, so that their shares are no news; "" otherwise.

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.
    undecided
        What ``by_period`` of undecided cases gives, as it may be shown.

    Returns
    -------
    str
        Two sentences.
    """
    only_protected(points, undecided)
    by, recent = points.by[0], points.table.loc[points.table["phase"] == RECENT, points.by[0]]
    if recent.empty:
        return ""
    is_recent = undecided.table[by].isin(recent)
    is_known = undecided.table["share"].notna()
    late, before = (undecided.table[rows & is_known] for rows in (is_recent, ~is_recent))
    when, cases = span(recent.iloc[0], recent.iloc[-1]), wording.cases_of(undecided.about)
    sentence = f"Of the {cases} recorded {wording.time_phrase(when)}, {_pooled(late)} had no outcome yet"
    if len(before) and is_known[~is_recent].all():
        sentence += f", against {_pooled(before)} of those recorded before"
    why = "so fewer of them have ended in any one way so far, which is no change"
    if points.about.base != "recorded":
        why = "and those that were decided so soon are not like the rest"
    left_out = " They are left out of limits and signals." if points.table["centre"].notna().any() else ""
    return f"{sentence}, {why}.{left_out}"


def _pooled(rows: pd.DataFrame) -> str:
    return percent(float(rows["events"].sum() / rows["cases"].sum()))


def phase_by_phase(phases: Protected, signals: Protected, season: Protected, *beware: str) -> Shown:
    """Each phase: its course, why it may not be compared with the one before, what stands out in it; then cautions.

    Parameters
    ----------
    phases
        What ``Series.phases`` gives, as it may be shown.
    signals
        What ``Series.signals`` gives, as it may be shown.
    season
        What ``Series.season`` gives, as it may be shown.
    *beware
        What else to beware of, a sentence each.

    Returns
    -------
    Shown
        A list of phases with their records, and the cautions below it.
    """
    only_protected(phases, signals, season)
    phrased = [_phase_in_words(phase, phases, signals) for _, phase in phases.table.iterrows()]
    cautions = [*(str(part) for part in season.table["caution"]), *(part for part in beware if part)]
    summary = _summary(signals, phases)
    identity = slug(f"phases-{signals.about.measure}")
    text = " ".join([summary, *(" ".join([name, more, *lines]) for name, more, lines in phrased), *cautions])
    title = f"Phases and signals, {signals.about.period}"
    record = {"phases": records(phases)["records"], "cautions": cautions, **records(signals)}
    division = content.division(
        identity,
        *content.paragraphs(summary),
        content.items((_phase_parts(*part) for part in phrased), style="sources"),
        *content.paragraphs(*cautions),
    )
    return Shown("table", text, (division,), {"id": identity, "title": title, **record})


def _phase_parts(name: str, more: str, lines: list[str]) -> list[Part]:
    """What is told of a phase."""
    lead = content.paragraph(content.run(name, "strong"), f" {more}")
    return [lead, content.items([content.paragraph(line)] for line in lines)] if lines else [lead]


def _phase_in_words(phase: pd.Series, phases: Protected, signals: Protected) -> tuple[str, str, list[str]]:
    """A phase by its name, what must be said of it, and a sentence for each of its signals."""
    scale, period = scale_of(phases), noun(phases)
    rows = signals.table[signals.table["phase"] == phase["phase"]]
    lines = [f"{when}: {said}." for when, said in (_said(row) for _, row in rows.iterrows())]
    name = f"Phase {str(phase['stretch']).replace(':', ',', 1)}"
    if not pd.isna(phase[scale.start]):
        name += f": {course_of(phase, scale, opening='from ', unit=scale.unit)}"
    more = f"Not to be compared with the phase before. {phase['change']}" if phase["change"] else ""
    if phase["limits"] == "none":
        more += (
            f" {capital(wording.plural(int(phase['points']), period))}: {_too_few(phase, period)} to say what is "
            "unusual."
        )
    elif not lines:
        more += " Nothing stands out."
    return f"{name}.", f"{more} {_unseen(phase, scale)}".strip(), lines


def _too_few(phase: pd.Series, period: str) -> str:
    """What a phase without limits lacks: periods, or cases in them that move."""
    if int(phase["points"]) < FEWEST:
        return "too few"
    return f"too few cases in each {period}, or too little movement,"


def _summary(signals: Protected, phases: Protected) -> str:
    """How many signals there are, and what a signal is."""
    if not (phases.table["limits"] != "none").any():
        return f"No signal is looked for: no phase has enough {noun(phases)}s."
    if signals.table.empty:
        return "There is no signal: no period is far from what the others would suggest."
    many = capital(wording.plural(len(signals.table), "signal"))
    return f"{many}. A signal says where to ask, not why: chance alone gives one in about 2 of 1,000 periods."


def _said(row: pd.Series) -> tuple[str, str]:
    """One signal in words, when and what: ("July to September 2020", "higher than the others would suggest")."""
    return span(row["first_period"], row["last_period"]), _SAID[row["direction"]]


def figure(points: Protected, phases: Protected) -> dict[str, Any]:
    """The latest number of a series, with its base and the course of its phase: material for ``show.key_figures``.

    Parameters
    ----------
    points
        What ``Series.points`` gives, as it may be shown.
    phases
        What ``Series.phases`` gives, as it may be shown.

    Returns
    -------
    dict[str, Any]
        The label, value, base and interval of a card in words, and the records behind it.
    """
    only_protected(points, phases)
    scale, about = scale_of(points), points.about
    cases = wording.cases_of(about)
    is_charges = about.measure == "charges"
    label = f"{capital(cases)} recorded in the latest {noun(points)}"
    if is_charges:
        label = f"Charges for every 100 {cases} recorded"
    shown = points.table.dropna(subset=[scale.value])
    if shown.empty:
        why = "none was received" if (points.table["state"] == "not_received").all() else "none can be shown"
        return {"label": label, "value": "No number", "base": why, "interval": "", **records(points)}
    row = shown.iloc[-1]
    when = labelled(row[points.by[0]]).label
    base = f"by {wording.force_phrase(about.place)}, {when}"
    if is_charges:
        base = f"{int(row['charges']):,} charges beside {int(row['recorded']):,} cases recorded {base}"
        base += "; a ratio, not a charge rate"
    mine = phases.table[phases.table["phase"] == row["phase"]]
    since = f"since {labelled(mine['first_period'].iloc[0]).first:%B %Y}" if len(mine) else ""
    went = f"counted in the same way {since}" if len(mine) else ""
    if len(mine) and mine.iloc[0]["points"] > 1:
        went += f", when it was {scale.text(mine.iloc[0][scale.start])}"
    return {"label": label, "value": scale.text(row[scale.value]), "base": base, "interval": went, **records(points)}
