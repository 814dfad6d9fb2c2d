"""The words round figures of how soon cases end: each title says what was found, each description what is seen."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected
from analysis.presentation import endings, wording
from analysis.presentation.captions import quarter_label
from analysis.presentation.endings import Caption
from analysis.presentation.wording import percent
from analysis.questions.timing import words
from analysis.questions.timing.words import STILL_OPEN
from analysis.shares.differences import side_of_estimates

_LEVEL = ", not clearly different"
_STEPS = "Curves are steps, since time is counted in whole {unit}."


def stacked(curves: Protected, standing: Protected) -> Caption:
    """The words of all endings on one another.

    Parameters
    ----------
    curves
        What ``incidence_curves`` gives, as it may be shown.
    standing
        What ``standing`` gives, as it may be shown.

    Returns
    -------
    Caption
        The title, subtitle and description of the figure; that it is empty, where it is.
    """
    table, about = curves.table, curves.about
    subtitle = f"Share of {wording.out_of(about)} that had ended in each way, by time since recording."
    if table.empty:
        return _nothing("endings-over-time")
    unit = str(table["lag_unit"].iloc[0])
    last = _at_end(table)
    title = f"{_largest(last)}, {_time(table)}"
    clauses = [
        f"{'no ending on record' if row['ending'] == STILL_OPEN else endings.ending(row['ending'])} "
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
        f"{text}{'; '.join(clauses)}. {_STEPS.format(unit=unit)}",
        _left_out(standing),
    )


def multiples(curves: Protected, medians: Protected) -> Caption:
    """The words of each ending by itself.

    Parameters
    ----------
    curves
        What ``incidence_curves`` gives, as it may be shown.
    medians
        What ``median_times`` gives, as it may be shown.

    Returns
    -------
    Caption
        The title, subtitle and description of the figure; that it is empty, where it is.
    """
    table, about = curves.table, curves.about
    if table.empty:
        return _nothing("each-ending-over-time")
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
    text = f"A small plot for each ending. By {_time(table)}, with 95% intervals: {'; '.join(clauses)}. Of the cases "
    text += f"that ended so within the time followed, half had: {'; '.join(halves)}."
    return Caption("each-ending-over-time", title, subtitle, text)


def groups(curves: Protected, *, note: str, is_level: bool | None) -> Caption:
    """The words of one ending in several groups, compared at the last time to which all were followed.

    Parameters
    ----------
    curves
        What ``group_curves`` gives, as it may be shown.
    note
        What the test between the groups says; "" for nothing.
    is_level
        Whether the test tells no difference between them; None where there is no test.

    Returns
    -------
    Caption
        The title, subtitle, description and note of the figure; that there is nothing to compare, where that is so.
    """
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
    text += f". {wording.capital(when)}: {'; '.join(clauses)}."
    return Caption("groups-over-time", title, subtitle, text, notes)


def run_off(decided: Protected, *, highlight: str) -> Caption:
    """The words of how far the cases of each quarter have got.

    Parameters
    ----------
    decided
        What ``decided_by_age`` gives, as it may be shown.
    highlight
        The quarter that stands out.

    Returns
    -------
    Caption
        The title, subtitle, description and notes of the figure; that it is empty, where it is.
    """
    table, about = decided.table, decided.about
    if table.empty or not highlight:
        return _nothing("decided-by-age")
    unit = str(table["lag_unit"].iloc[0])
    row = table[table["quarter"] == highlight].dropna(subset=["decided_share"]).iloc[-1]
    others = table[(table["by_lag"] == row["by_lag"]) & (table["quarter"] != highlight)]["decided_share"].dropna()
    when, name = words.by(int(row["by_lag"]), unit), quarter_months(highlight)
    title = f"Of cases recorded in {name}, {percent(row['decided_share'])} were decided {when}"
    text = f"A line for each of {wording.plural(table['quarter'].nunique(), 'quarter')}. {title}"
    if len(others):
        title += f"; of other quarters, {percent(others.min())} to {percent(others.max())}"
        text += f"; at that age the other quarters had {percent(others.min())} to {percent(others.max())}"
    subtitle = (
        f"Share of {wording.out_of(about)} that had been decided in any way, by {unit} since recording, a line a "
        f"quarter. Thick, with diamonds: {name}."
    )
    notes = (f"{name} is the newest quarter that has been followed for some time; younger ones are short lines.",)
    return Caption("decided-by-age", title, subtitle, f"{text}.", notes)


def heading(forecast: Protected, back_test: Protected) -> Caption:
    """The words of where recent months are heading, always with how such forecasts would have done.

    Parameters
    ----------
    forecast
        What ``headed_for`` gives, as it may be shown.
    back_test
        What ``back_tested`` gives, as it may be shown.

    Returns
    -------
    Caption
        The title, subtitle, description and notes of the figure.
    """
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
    notes = (words.will_end(forecast), words.revised(forecast), trust)
    return Caption("heading-for", title, subtitle, f"A row for each month, newest first. {rows}.", notes)


def _heading(row: pd.Series) -> str:
    """Where one month is heading, with the range of the forecast."""
    heads = f"{row['month']}: {percent(row['so_far_share'])} so far, forecast {percent(row['final_share'])}"
    limits = row["low_range_share"], row["high_range_share"]
    return heads if pd.isna(limits[0]) else f"{heads} ({wording.interval(*limits)})"


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


def _nothing(identity: str) -> Caption:
    text = "No case can be followed: there are none, or too few to be shown."
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


def _largest(last: pd.DataFrame) -> str:
    """The largest ending at the end of the curves, and how many cases have none."""
    with_share = last.dropna(subset=["incidence_share"])
    ended = with_share[(with_share["ending"] != STILL_OPEN) & (with_share["incidence_share"] > 0)]
    still = with_share[with_share["ending"] == STILL_OPEN]
    clauses = []
    if len(ended):
        row = ended.iloc[int(ended["incidence_share"].astype(float).to_numpy().argmax())]
        clauses.append(f"{percent(row['incidence_share'])} {endings.ending(row['ending'])}")
    if len(still):
        clauses.append(f"{percent(still.iloc[0]['incidence_share'])} no ending on record")
    return "; ".join(clauses) or "Nothing that can be shown"


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
