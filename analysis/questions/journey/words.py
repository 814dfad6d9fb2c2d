"""How far cases get, and what more charges would take, in words and pictures.

No sentence takes a share across two units. What is a scenario is called one wherever its numbers stand.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis.counts.yearly import cuts_of
from analysis.disclosure import Protected, only_protected
from analysis.presentation import blocks, numbers, tables, wording
from analysis.presentation.blocks import Shown, nothing
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.endings import Caption
from analysis.presentation.figure import figure
from analysis.presentation.wording import capital, percent, plural
from analysis.questions.journey.chart import force_dots, step_bars, year_bars
from analysis.questions.journey.more_charges import ALL, FEWEST_FORCES, LARGE, OWN, WAYS
from analysis.questions.journey.results import CASES, CONVICTED, DEFENDANTS, PEOPLE, PROCEEDED, STALKED
from analysis.reference.names import in_sentence
from analysis.reference.periods import day_name
from analysis.reference.reference import NATIONS, forces, forces_of, is_group
from analysis.reference.schema import STATES
from analysis.shares.relabelling import FEWEST

NOT_HELD = "Courts' figures, and endings by year, are held here for stalking alone and for real cases."
_ACROSS = (
    "Bars on either side of a dashed line are not to the same scale: what is counted above it and below it is not the "
    "same, so no share is taken from one to the other."
)
_SHARE_OF = {"Recorded by the police": "of recorded", "Decided": "of decided", "Proceeded against": "of those"}
_WHOSE = {
    PEOPLE: "People, by the Crime Survey for England and Wales, {time}",
    CASES: "Cases, by the police, recorded in {time}",
    DEFENDANTS: "Defendants, by courts, in {time}, the latest year held here",
}


def in_court(steps: Protected) -> str:
    """What courts did in their latest year, and that no share of cases follows; "" where nothing is held of it.

    Parameters
    ----------
    steps
        What ``case_steps`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence.
    """
    only_protected(steps)
    rows = _by(steps, "step")
    if PROCEEDED not in rows:
        return ""
    time, place = rows[PROCEEDED]["time"], wording.within(wording.place_name(steps.about.place))
    if pd.isna(rows[PROCEEDED]["counted"]):
        return (
            f"Of {place} the courts' figures to {time} that are held here have no row, so no convictions can be given."
        )
    proceeded, convicted = (numbers.cell(rows[step], "counted") for step in (PROCEEDED, CONVICTED))
    sentence = f"In {time}, the latest year of which courts' figures are held, {proceeded} defendants were proceeded "
    sentence += f"against for stalking in {place} and {convicted} convicted. Courts count defendants and the police "
    sentence += "cases, "
    return f"{sentence}so how many cases end in a conviction cannot be said."


def chart(steps: Protected) -> Shown:
    """Every step as a bar within its unit, from the survey to convictions.

    Parameters
    ----------
    steps
        What ``case_steps`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(steps)
    table = steps.table
    times = {str(row["unit"]): str(row["time"]) for _, row in table.iterrows()}
    headings = {unit: _WHOSE[unit].format(time=time) for unit, time in times.items()}
    values = [_value(row) for _, row in table.iterrows()]
    draw, height = step_bars(table, headings, values)
    place = wording.within(wording.place_name(steps.about.place))
    sentences = [
        f"{heading}: " + "; ".join(_in_words(row) for _, row in table[table["unit"] == unit].iterrows())
        for unit, heading in headings.items()
    ]
    text = f"Steps from top to bottom, a bar each, in {plural(len(headings), 'group')} that are counted in different "
    text += f"units. {'. '.join(sentences)}. {_ACROSS if len(headings) > 1 else ''}"
    crime = capital(wording.cases_of(steps.about).removesuffix(" cases"))
    subtitle = f"{crime} in {place}. Each bar is drawn against the first in its group."
    return figure(steps, draw, height, Caption("journey", _title(table), subtitle, text.strip(), _notes(steps)))


def _value(row: pd.Series) -> str:
    """What stands at a bar: its number, and the share of the step before it in its unit."""
    number = numbers.cell(row, "counted")
    if pd.isna(row["share"]):
        return f"about {number}" if row["step"] == STALKED else number
    return f"{number}  ({percent(row['share'])} {_SHARE_OF[row['of_step']]})"


def _in_words(row: pd.Series) -> str:
    if pd.isna(row["counted"]):
        return f"{row['step'].lower()}, no figure {STATES[row['state']]}"
    sentence = f"{in_sentence(row['step'])}, {numbers.cell(row, 'counted')}"
    if row["step"] == STALKED:
        sentence = f"{sentence.replace(', ', ', about ', 1)} {PEOPLE} aged 16 and over, an estimate"
    return sentence if pd.isna(row["share"]) else f"{sentence}, {percent(row['share'])} {_SHARE_OF[row['of_step']]}"


def _title(table: pd.DataFrame) -> str:
    """What the picture shows first: how many cases there were and how many were charged."""
    steps = table[table["unit"] == CASES].set_index("step")["counted"]
    first, last = steps.iloc[0], steps.iloc[-1]
    if pd.isna(first) or pd.isna(last):
        return "How far cases get cannot be shown whole"
    return f"Of {plural(int(first), 'case')} recorded {wording.number(int(last))} ended in a charge so far"


def _notes(steps: Protected) -> tuple[str, ...]:
    """What a reader must know of each unit."""
    units, notes = set(steps.table["unit"]), []
    if PEOPLE in units:
        notes.append(
            "The survey asks people aged 16 and over of two or more incidents that cause distress, fear or alarm; it "
            "estimates people and not cases, to the nearest 100,000. No interval was printed where it was found."
        )
    elif DEFENDANTS in units:
        notes.append("The Crime Survey, which estimates people who were stalked, has no figure by police force here.")
    if DEFENDANTS in units:
        notes.append(
            "Courts count a defendant once, under the gravest offence. Those convicted in a year are not those "
            "proceeded against in it, so their share is no conviction rate."
        )
    if len(units) > 1:
        notes.append(_ACROSS)
    return tuple(notes)


def cards(answer: Protected, steps: Protected, more: Protected, by_force: Protected) -> Shown:
    """The key figures: the share charged, convictions where courts' figures are held, the scenario where one is.

    Parameters
    ----------
    answer
        The share of cases that were charged, as it may be shown.
    steps
        What ``case_steps`` gives, as it may be shown.
    more
        What ``more_charges`` gives, as it may be shown: a row a rate and scope.
    by_force
        What ``more_charges_by_force`` gives, as it may be shown.

    Returns
    -------
    Shown
        One card to three.
    """
    only_protected(answer, steps, more, by_force)
    convicted = [_convicted(steps)] if CONVICTED in _by(steps, "step") else []
    scenario = [_more_here(more, by_force, steps.about.place)] if _of(more, LARGE) else []
    return blocks.key_figures(blocks.key_figure(answer), *convicted, *scenario)


def _convicted(steps: Protected) -> dict[str, Any]:
    """Convictions beside defendants proceeded against."""
    rows = _by(steps, "step")
    row, before = rows[CONVICTED], rows[PROCEEDED]
    card = {"label": "Defendants convicted of stalking", "interval": "", **blocks.records(steps)}
    if pd.isna(row["counted"]):
        base = f"in {row['time']}: the courts' figures held here have no row for it"
        return {**card, "value": STATES["not_received"], "base": base}
    base = f"in {row['time']}, beside {numbers.cell(before, 'counted')} proceeded against in that year"
    return {**card, "value": numbers.cell(row, "counted"), "base": f"{base}; these are people, not cases"}


def years_chart(charged: Protected, courts: Protected) -> Shown:
    """Cases charged and defendants by year, one above the other; that nothing is held, where nothing is.

    Parameters
    ----------
    charged
        Cases charged by financial year, as they may be shown.
    courts
        Defendants by calendar year, as they may be shown.

    Returns
    -------
    Shown
        The figure, or that nothing is held.
    """
    only_protected(charged, courts)
    if not charged.about.is_held or not courts.about.is_held:
        return nothing(NOT_HELD)
    years = charged.table.drop_duplicates("year")
    days = [date.fromisoformat(cut.from_date) for cut in cuts_of(charged.about.place)]
    first = min(int(year[:4]) for year in years["year"])
    cuts = [day.year + (day.timetuple().tm_yday - 1) / 365.25 for day in days if day.year > first]
    draw, height = year_bars(years, courts.table, cuts)
    place = wording.within(wording.place_name(courts.about.place))
    charges = "; ".join(f"{row['year']} {numbers.cell(row, 'charged_cases')}" for _, row in years.iterrows())
    court = "; ".join(
        f"{row['calendar_year']} {numbers.cell(row, 'proceeded')} and {numbers.cell(row, 'convicted')}"
        for _, row in courts.table.iterrows()
    )
    text = (
        f"Two rows of bars on one axis of years. Cases charged by financial year of recording: {charges}. Defendants "
    )
    text += f"proceeded against and convicted by calendar year: {court}."
    notes = [
        "Neither row is a part of the other: cases above, defendants below.",
        "Stalking has been an offence of its own since November 2012; in the police's figures since April 2014.",
    ]
    if cuts:
        listed = wording.listed(day_name(day) for day in days if day.year > first)
        notes.append(f"Years on either side of an upright line ({listed}) were counted differently by the police.")
    notes.append(f"Cases charged: {charged.about.source}.")
    subtitle = f"Stalking in {place}. Cases by the year in which they were recorded; defendants, {courts.about.period}."
    caption = Caption("journey-years", _years_title(years, courts.table), subtitle, text, tuple(notes))
    return figure(courts, draw, height, caption)


def _years_title(years: pd.DataFrame, courts: pd.DataFrame) -> str:
    """The latest number of each row, each in its unit."""
    charged, convicted = years.dropna(subset=["charged_cases"]), courts.dropna(subset=["convicted"])
    sentences = []
    if len(charged):
        row = charged.iloc[-1]
        sentences.append(f"{plural(int(row['charged_cases']), 'case')} of {row['year']} charged")
    if len(convicted):
        row = convicted.iloc[-1]
        sentences.append(f"{plural(int(row['convicted']), 'defendant')} convicted in {row['calendar_year']}")
    return capital("; ".join(sentences)) or "No year of which anything is held"


_NONE = f"The scenario needs {FEWEST_FORCES} forces of {FEWEST} cases or more, which these figures do not have."


def scenario(more: Protected, today: Protected) -> str:
    """What the scenario is and comes to, in sentences, with its range; "" where these figures give none.

    Parameters
    ----------
    more
        What ``more_charges`` gives, as it may be shown: a row a rate and scope.
    today
        What ``beside_the_line`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences.
    """
    only_protected(more, today)
    rows = _of(more, LARGE)
    if not rows:
        return ""
    row = rows[OWN]
    if not int(row["forces_above"]):
        return "No force is above the lower quartile of withdrawal, so the scenario changes nothing."
    sentence = f"If the {row['forces_above']} of {row['forces']} forces with {FEWEST} cases or more in which over "
    sentence += f"{percent(row['line_share'])} of decided cases end in withdrawal came to that share, their lower "
    sentence += f"quartile, {row['kept_cases']:,} cases would be kept; charged as often as each force's other cases, "
    sentence += f"they would bring {_more(row)}"
    labelled = ", and may be partly a change of label (types 14 and 16 against type 15)" if _is_labelled(today) else ""
    return f"{sentence}{_range(rows)}. It is a scenario, not a bound{labelled}."


def _more(row: pd.Series) -> str:
    """How many more charges: "2,343 more charges, 20% more than there are"."""
    if pd.isna(row["more_charges"]):
        return "a number of charges that cannot be worked out"
    more = plural(int(row["more_charges"]), "more charge")
    return f"{more}, {percent(row['more_share'], decimals=0)} more than there are"


def _range(rows: dict[str, pd.Series]) -> str:
    """The least and the most by any of the rates for the kept cases."""
    charges = [int(row["more_charges"]) for row in rows.values() if not pd.isna(row["more_charges"])]
    return f" ({min(charges):,} to {max(charges):,} by other rates for them)" if len(charges) > 1 else ""


def by_ways(more: Protected) -> Shown:
    """The scenario under every rate for the kept cases and over both scopes of forces, as a table with its finding.

    Parameters
    ----------
    more
        What ``more_charges`` gives, as it may be shown: a row a rate and scope.

    Returns
    -------
    Shown
        The table; why there is none where these figures give no scenario.
    """
    only_protected(more)
    rows = _of(more, LARGE)
    if not rows:
        return nothing(_NONE)
    by_rate = "; ".join(f"{in_sentence(way)}, {numbers.cell(rows[way], 'more_charges')}" for way in WAYS)
    finding = f"More charges, by how often the kept cases are charged: {by_rate}."
    every = _of(more, ALL)
    if every:
        own = every[OWN]
        finding += f" Over all {own['forces']} forces, with {percent(own['line_share'])} as their lower quartile, "
        finding += f"{numbers.cell(own, 'more_charges')}{_range(every)}."
    columns = ("scope", "way", "forces", "line_share", "forces_above", "kept_cases", "more_charges", "more_share")
    return tables.table(more, title="More charges, by rate and by forces", columns=columns, finding=finding)


def beside(today: Protected) -> Shown:
    """What the forces at or below the line do today, beside those above it and the scenario.

    Parameters
    ----------
    today
        What ``beside_the_line`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table; nothing where there are no such forces.
    """
    only_protected(today)
    row = _by(today, "scope").get(LARGE)
    if row is None or pd.isna(row["above_share"]):
        return nothing()
    finding = f"The forces at or below the line charge {percent(row['below_share'])} of their decided cases and put "
    finding += f"{percent(row['below_evidential_share'])} down as type 15; those above charge "
    finding += f"{percent(row['above_share'])} and put {percent(row['above_evidential_share'])} down so. The scenario "
    finding += f"takes those above to {percent(row['after_share'])} charged"
    if row["after_share"] > row["below_share"]:
        finding += ", more than the forces at or below the line reach today"
    if _is_labelled(today):
        finding += ". So part of reaching that share may be no more than a change of label, from types 14 and 16 to "
        finding += "type 15, which adds no charge"
    return tables.table(today, title="The forces that are at the line today", finding=f"{finding}.")


def _is_labelled(today: Protected) -> bool:
    """Whether the forces at or below the line put more of their cases down as type 15 than those above it."""
    row = _by(today, "scope").get(LARGE)
    if row is None or row[["below_evidential_share", "above_evidential_share"]].isna().any():
        return False
    return bool(row["below_evidential_share"] > row["above_evidential_share"])


def scenario_here(by_force: Protected, steps: Protected) -> str:
    """What the scenario comes to in the place that a report is about; "" where that is every force.

    Parameters
    ----------
    by_force
        What ``more_charges_by_force`` gives, as it may be shown.
    steps
        What ``case_steps`` gives, as it may be shown.

    Returns
    -------
    str
        A sentence or two.
    """
    only_protected(by_force, steps)
    place, table = steps.about.place, by_force.table
    if table.empty or not (place in (*forces(), *NATIONS) or is_group(place)):
        return ""
    rows = table[table["force"].isin(forces_of(place))]
    who = capital(wording.force_phrase(place))
    if rows.empty:
        hidden = ", or their number is not shown," if by_force.policy.smallest else ""
        verb = "is" if place in forces() else "are"
        return f"{who} recorded fewer than {FEWEST} cases{hidden} and {verb} left out of this."
    if not rows["kept_cases"].fillna(0).sum():
        return f"{who} {'is' if place in forces() else 'are'} at or below that share already: nothing changes there."
    if rows["more_charges"].isna().any():
        return ""
    more, charged = int(rows["more_charges"].sum()), int(rows["charged_cases"].sum())
    sentence = (
        f"Of these, {plural(more, 'charge')} would be in {wording.within(wording.place_name(place))}, "
        f"beside the {charged:,} that there are"
    )
    return f"{sentence}{_span(rows.iloc[0]) if len(rows) == 1 else ''}."


def _more_here(more: Protected, by_force: Protected, place: str) -> dict[str, Any]:
    """The number of the scenario: of the place, where it is a force that the scenario is about, or of all forces."""
    rows = _of(more, LARGE)
    row, own = rows[OWN], _by(by_force, "force").get(place)
    card = {"label": "More charges in one scenario", **blocks.records(more)}
    condition = f"if {row['forces_above']} of {row['forces']} forces came to {percent(row['line_share'])} withdrawn, "
    condition += "of decided cases"
    if own is not None and not own["kept_cases"]:
        base = f"{wording.force_phrase(place)} is at or below {percent(row['line_share'])} withdrawn already"
        return {**card, "value": "0", "base": capital(base), "interval": ""}
    if own is None:
        scope_row, beside, span = row, f"the {row['charged_cases']:,} of all these forces", _range(rows)
    else:
        scope_row, beside, span = own, f"the {own['charged_cases']:,} of {wording.force_phrase(place)}", _span(own)
    value = "No number" if pd.isna(scope_row["more_charges"]) else f"+{int(scope_row['more_charges']):,}"
    limits = f"{span.strip(' ()')}; not a bound" if span else "no bound"
    return {**card, "value": value, "base": f"{condition}; beside {beside} now", "interval": limits}


def _span(row: pd.Series) -> str:
    """The least and the most that one force would have, where it would have any."""
    if row[["low_more", "high_more"]].isna().any() or not row["kept_cases"]:
        return ""
    return f" ({numbers.cell(row, 'low_more')} to {numbers.cell(row, 'high_more')} by other rates)"


def forces_chart(by_force: Protected, *, highlight: str = "") -> Shown:
    """More charges of each force in the scenario, those that keep no case left out.

    Parameters
    ----------
    by_force
        What ``more_charges_by_force`` gives, as it may be shown.
    highlight
        The force that stands out, or several ("Kent, Essex"); "" for none.

    Returns
    -------
    Shown
        The figure; nothing where no force keeps a case.
    """
    only_protected(by_force)
    table = by_force.table[(by_force.table["kept_cases"] > 0).fillna(False)].reset_index(drop=True)
    if table.empty:
        return nothing()
    draw, height = force_dots(table, highlight=highlight)
    first, rest = table.iloc[0], len(by_force.table) - len(table)
    title = f"{first['force']} would have the most: {numbers.cell(first, 'more_charges')} more charges"
    subtitle = "More charges in the scenario by police force. Dot: charged as often as the force's other cases. Line: "
    subtitle += "from the least to the most by other rates."
    each_force = "; ".join(
        f"{row['force']} {numbers.cell(row, 'more_charges')} ({numbers.cell(row, 'low_more')} to "
        f"{numbers.cell(row, 'high_more')})"
        for _, row in table.iterrows()
    )
    values = zip(table["force"], (numbers.cell(row, "more_charges") for _, row in table.iterrows()), strict=True)
    text = f"A dot a force: {each_force}.{Marked.of(highlight).said(values)}"
    stand = f"{capital(plural(rest, 'force'))} at or below the line, where nothing changes"
    notes = (f"{stand}, {wording.agree(rest, 'is', 'are')} not drawn.",)
    return figure(by_force, draw, height, Caption("more-charges", title, subtitle, text, notes))


def forces_table(by_force: Protected) -> Shown:
    """The scenario force by force, those that keep no case too.

    Parameters
    ----------
    by_force
        What ``more_charges_by_force`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table, a row a force; nothing where no force is held.
    """
    only_protected(by_force)
    if by_force.table.empty:
        return nothing()
    return tables.table(by_force, title="More charges by police force")


def _of(more: Protected, scope: str) -> dict[str, pd.Series]:
    """The rows of a scope by their way."""
    return {str(row["way"]): row for _, row in more.table.iterrows() if row["scope"] == scope}


def _by(result: Protected, label: str) -> dict[str, pd.Series]:
    """The rows of a result by a label."""
    return {str(row[label]): row for _, row in result.table.iterrows()}
