"""Why a force differs, as a picture and in numbers."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation import tables
from analysis.presentation.blocks import Shown, nothing
from analysis.presentation.drawing.told import ranged, told
from analysis.presentation.figure import figure
from analysis.presentation.numbers import points
from analysis.presentation.wording import capital, force_phrase, percent
from analysis.questions.difference import words
from analysis.questions.difference.results import COLUMNS, ESTABLISHED
from analysis.questions.difference.waterfall import Step, waterfall

_CHANCE = ("low_chance_share", "high_chance_share")


def why(parts: Protected, *, force: str) -> Shown:
    """A waterfall from the share of the other forces to that of the force.

    Parameters
    ----------
    parts
        What ``difference`` gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    Shown
        The figure; nothing where no gap is split.
    """
    only_protected(parts)
    if parts.table.empty:
        return nothing()
    draw, height = waterfall(steps(parts, force=force))
    return figure(parts, draw, height, words.caption(parts, force=force))


def why_in_numbers(parts: Protected) -> Shown:
    """The parts with both their intervals.

    Parameters
    ----------
    parts
        What ``difference`` gives, as it may be shown.

    Returns
    -------
    Shown
        The table; nothing where no gap is split.
    """
    only_protected(parts)
    if parts.table.empty:
        return nothing()
    title, note = "What makes the difference", "Each number is rounded by itself, so parts may not quite add up"
    return tables.table(parts, title=title, note=note, columns=(*parts.by, *COLUMNS[1:-1]))


def steps(parts: Protected, *, force: str) -> list[Step]:
    """The two shares and, between them, a step for each part, the largest first.

    Parameters
    ----------
    parts
        What ``difference`` gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    list[Step]
        A level, the steps, a level.
    """
    only_protected(parts)
    table = parts.table
    rows, whole = table.iloc[:-1], table.iloc[-1]
    reached = float(whole["there_share"])
    others = f"The {int(whole['rows'])} other forces together"
    between = [Step(others, reached, reached, percent(reached), told=told(others, percent(reached)))]
    for clause, (_, row) in zip(words.clauses(parts), rows.iterrows(), strict=True):
        size = float(row["part_share"])
        size_label = f"{points(size)} points"
        said = told(clause, f"{ranged(row, 'part_share', *_CHANCE)} points")
        is_hollow = row["holds"] != ESTABLISHED
        between.append(Step(clause, reached, reached + size, size_label, is_hollow, told=said))
        reached += size
    here = float(whole["here_share"])
    who = capital(force_phrase(force))
    return [*between, Step(who, here, here, percent(here), told=told(who, percent(here)))]
