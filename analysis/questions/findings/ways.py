"""Every way of counting, in words: how far they reach, what moves them most, and where a printed figure lies."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.endings import Caption
from analysis.presentation.extremes import ends
from analysis.presentation.wording import Line, percent
from analysis.questions.findings.specifications import CHOICES, WHOLE
from analysis.reference import measures
from analysis.reference.names import in_sentence
from analysis.reference.periods import in_months
from analysis.safe_words import slug
from analysis.shares.definitions import labelled, own_reading, readings


def drawn(ways: Protected) -> pd.DataFrame:
    """The ways that have a share, lowest first, numbered from 0.

    Parameters
    ----------
    ways
        What ``specifications`` gives, as it may be shown.

    Returns
    -------
    pd.DataFrame
        The rows and columns of its table, but for ways without a share.
    """
    return ways.table.dropna(subset=["share"]).sort_values("share", kind="stable").reset_index(drop=True)


def in_order(options: Iterable[str], column: str, measure: str) -> list[str]:
    """The options of a choice as a reader knows them: from narrow to wide, the whole before its parts.

    Parameters
    ----------
    options
        The options of one choice, in any order.
    column
        The column of the choice: "definition", "base" or "when".
    measure
        The name of the measure, whose readings go from narrow to wide.

    Returns
    -------
    list of str
        The same options; those of no known place last, by name.
    """
    order = [base.short for base in measures.BASES.values()] if column == "base" else [WHOLE]
    if column == "definition":
        order = list(readings(measure))
    places = {name: place for place, name in enumerate(order)}
    return sorted(options, key=lambda option: (places.get(option.split(" (")[0], len(places)), option))


def own_way(ways: Protected) -> dict[str, str]:
    """The options that this project takes where nothing else is said, by the column of the choice.

    Parameters
    ----------
    ways
        What ``specifications`` gives, as it may be shown.

    Returns
    -------
    dict[str, str]
        The option taken, by "definition", "base" and "when".
    """
    measure = ways.about.measure
    codes = measures.measure(measure).codes("home_office")
    reading = labelled(own_reading(measure), codes)
    return {"definition": reading, "base": measures.base("recorded").short, "when": WHOLE}


def curve(ways: Protected, *, line: Line) -> Caption:
    """The words of a specification curve.

    Parameters
    ----------
    ways
        What ``specifications`` gives, as it may be shown.
    line
        The printed share.

    Returns
    -------
    Caption
        The title, subtitle, description and notes of the figure; that there is nothing to draw, where there is not.
    """
    table, about = drawn(ways), ways.about
    identity = slug(f"ways-{about.measure}")
    short = measures.measure(about.measure).short
    subtitle = f"{short}: share of {wording.out_of(about)}. Each dot is one way of counting; below, what it counts."
    if table.empty:
        text = "No way of counting has a share that can be shown."
        return Caption.of_nothing(identity, text, subtitle)
    lowest, highest = (float(table["share"].agg(pick)) for pick in ("min", "max"))
    many = wording.plural(len(table), "way")
    title = f"{wording.capital(many)} of counting give {percent(lowest)} to {percent(highest)}"
    if len(table) == 1:
        title = f"The one way of counting gives {percent(lowest)}"
    title += f"; {place(table, line)}" if line.share is not None else ""
    choices = own_way(ways)
    phrases = [
        f"{in_sentence(heading)} ({wording.plural(table[column].nunique(), 'option')})"
        for column, heading in CHOICES.items()
    ]
    text = f"A dot for each of {many} of counting, lowest share first, from {percent(lowest)} to {percent(highest)}. "
    text += f"They differ in {wording.listed(phrases)}. "
    rows = table[(table[list(choices)] == pd.Series(choices)).all(axis=1)]
    text += f"The way this report counts gives {percent(rows['share'].iloc[0])}. " if len(rows) else ""
    extremes = ends(ways.table, "share")
    low, high = _told(extremes.rows.iloc[-1]), _told(extremes.rows.iloc[0])
    text += f"{extremes.named(low, 'Lowest', 'At the lower end of those shown')} "
    text += extremes.named(high, "Highest", "At the upper end")
    notes = ("How many ways of counting agree says nothing of which of them is right.",)
    return Caption(identity, title, subtitle, text, notes)


def place(table: pd.DataFrame, line: Line) -> str:
    """Where a printed share lies among the ways: "the printed 45% is given by 3 of them".

    Parameters
    ----------
    table
        Ways that have a ``share``, 0 to 1.
    line
        The printed share, with the bounds between which a share would be printed so.

    Returns
    -------
    str
        A clause without a stop.
    """
    shares = table["share"].astype(float)
    fitting = int(((shares >= line.lower) & (shares < line.upper)).sum())
    if fitting:
        return f"{line.name} is given by {wording.number(fitting)} of them"
    if line.upper <= shares.min():
        return f"{line.name} is below all of them"
    if line.lower > shares.max():
        return f"{line.name} is above all of them"
    return f"{line.name} is among them, but none gives it"


def moved_most(moved: Protected) -> str:
    """Which choice moves each measure most, a sentence a measure.

    Parameters
    ----------
    moved
        What ``choices`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; that nothing could be compared, where that is so.
    """
    only_protected(moved)
    phrases = []
    for measure, rows in moved.table.groupby("measure", sort=False):
        first, *others = [(row["choice"], f"{float(row['mean_range']) * 100:.0f}") for _, row in rows.iterrows()]
        most = f"{measure}: what moves the share most is {in_sentence(first[0])}, by {_points(first[1])} on average"
        rest = wording.listed(f"{in_sentence(choice)} by {size}" for choice, size in others)
        phrases.append(f"{most}{f', then {rest}' if rest else ''}.")
    return " ".join(phrases) or "No two choices could be compared."


def _points(size: str) -> str:
    return f"{'under 1' if size == '0' else size} percentage point{'' if size in ('0', '1') else 's'}"


def _told(row: pd.Series) -> str:
    return f"{percent(row['share'])} ({row['definition']}, of {row['base']}, {in_months(str(row['when']))})"
