"""The tables of a profile: few columns, an interval beside its number, read at a glance and on paper."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import content, numbers, wording
from analysis.presentation.blocks import Shown, records
from analysis.presentation.numbers import plain_number
from analysis.presentation.wording import percent
from analysis.questions.profile import words
from analysis.questions.profile.asking import Facts, Rule
from analysis.questions.profile.results import TOLD
from analysis.reference.schema import SYMBOLS


def measures(standings: Protected, *, force: str, ranked: int, earlier_source: str) -> Shown:
    """The four measures: the force, the last year before that is held, all forces together, and the rank.

    Parameters
    ----------
    standings
        The force by each measure, as it may be shown.
    force
        The force.
    ranked
        Among how many forces it is ranked.
    earlier_source
        Where the figures of the earlier year come from.

    Returns
    -------
    Shown
        The table.
    """
    only_protected(standings)
    table = standings.table[standings.table["measure"].isin(list(TOLD))]
    about, is_alone = standings.about, bool(table["all_forces_share"].isna().all())
    title = f"{force} by four measures" if is_alone else f"{force} beside all police forces together"
    earlier = str(table["earlier"].iloc[0]) if len(table) else ""
    headings = ["Of recorded cases", about.period, "95% interval"]
    headings += [] if is_alone else [wording.place_name(about.place), f"Rank of {ranked}" if ranked else "Rank"]
    headings += [earlier] if earlier else []
    rows = [_measure(row, is_alone=is_alone)[: len(headings)] for _, row in table.iterrows()]
    symbols = [f"{symbol} {meaning}" for symbol, meaning in SYMBOLS.items() if any(symbol in row for row in rows)]
    notes = words.notes(standings, force=force, ranked=ranked)
    notes += [f"Source of {earlier}: {earlier_source}"] if earlier else []
    below = ". ".join([*notes, *symbols, wording.source_line(about)])
    identity = "table-measures"
    part = content.table(title, headings, rows, numbers=range(1, len(headings)), note=below)
    record = {"id": identity, "title": title, "finding": "", "notes": notes}
    shown = records(standings)
    shown["records"] = [row for row in shown["records"] if row["measure"] in TOLD]
    text = f"{title}: {wording.plural(len(rows), 'row')}."
    return Shown("table", text, (content.division(identity, part),), {**record, **shown})


def _measure(row: pd.Series, *, is_alone: bool) -> list[str]:
    """The cells of a measure, that of an earlier year last."""
    cells = [str(row["measure"]), numbers.cell(row, "share"), _ends(row, "low", "high") or numbers.absence(row, "low")]
    rank = numbers.cell(row, "rank")
    if not pd.isna(row["low_rank"]):
        rank += f" ({plain_number(row['low_rank'])} to {plain_number(row['high_rank'])})"
    cells += [] if is_alone else [numbers.cell(row, "all_forces_share"), rank]
    return [*cells, _ends(row, "earlier_low_share", "earlier_high_share") or "not held"]


def _ends(row: pd.Series, low: str, high: str) -> str:
    """Two ends of an interval or of bounds, once where they are the same as printed; "" where they are not known."""
    ends = [percent(row[name]) for name in (low, high) if not pd.isna(row[name])]
    return " to ".join(dict.fromkeys(ends))


def parts(parted: Protected, *, finding: str) -> Shown:
    """What makes the difference, part by part; where it is not split, only the sentence that says why.

    Parameters
    ----------
    parted
        The parts, the whole in the last row, as they may be shown.
    finding
        What they show, or why there are none.

    Returns
    -------
    Shown
        The table with its sentence.
    """
    only_protected(parted)
    title, identity = "What makes the difference", "table-what-makes-the-difference"
    headings = ("What differs", "Here", "Others", "Points")
    rows = [
        [str(row["part"]), numbers.cell(row, "here_share"), numbers.cell(row, "there_share"), _points(row)]
        for _, row in parted.table.iterrows()
    ]
    note = (
        "Points: how much each part accounts for. In brackets: not established; it could be zero had the other forces "
        "been different ones like them. Suspects and withdrawals are shares of decided cases"
    )
    below = f"{note}. Each number is rounded by itself. {wording.source_line(parted.about)}"
    table = content.table(title, headings, rows, numbers=(1, 2, 3), note=below)
    shown = [*content.paragraphs(finding), *([table] if rows else [])]
    record = {"id": identity, "title": title, "finding": finding, "notes": [note] if rows else []}
    text = f"{finding} {title}: {wording.plural(len(rows), 'row')}."
    return Shown("table", text, (content.division(identity, *shown),), {**record, **records(parted)})


def _points(row: pd.Series) -> str:
    """What a part makes of the difference, in brackets where that is not established."""
    points = numbers.cell(row, "part_share")
    return points if row["holds"] == "yes" else f"({points})"


def sentences(result: Protected, *texts: str, identity: str, title: str) -> Shown:
    """Sentences by themselves.

    Parameters
    ----------
    result
        The rows that they are made of, as they may be shown.
    *texts
        The sentences, a paragraph each; an empty one is left out.
    identity
        The id on a page.
    title
        What they are about.

    Returns
    -------
    Shown
        The block. Its record has the sentences.
    """
    only_protected(result)
    said = [text for text in texts if text]
    part = content.division(identity, *content.paragraphs(*said))
    return Shown("words", " ".join(said), (part,), {"id": identity, "title": title, "sentences": said})


def questions(rules: Sequence[Rule], facts: Facts, standings: Protected) -> Shown:
    """What to ask, each question with the figure that prompts it.

    Parameters
    ----------
    rules
        The rules that hold.
    facts
        What is known of the force.
    standings
        The force by each measure, as it may be shown.

    Returns
    -------
    Shown
        A numbered list. Its record has each question under ``questions``, with its rule and its figure.
    """
    only_protected(standings)
    asked = [{"rule": rule.name, "prompt": rule.prompt(facts), "question": rule.question} for rule in rules]
    entries = [[content.paragraph(f"{entry['prompt']} ", content.run(entry["question"], "strong"))] for entry in asked]
    none = "" if asked else "No figure here prompts a question by the rules of this report."
    if none and standings.table["share"].isna().all():
        none = "No figure of the force may be shown here, so none prompts a question."
    part = content.items(entries, is_numbered=True, style="sources") if asked else content.paragraph(none)
    text = " ".join(f"{entry['prompt']} {entry['question']}" for entry in asked) or none
    record = {"id": "what-to-ask", "title": "What to ask", "sentences": [none] if none else [], "questions": asked}
    return Shown("words", text, (content.division("what-to-ask", part),), record)
