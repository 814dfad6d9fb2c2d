"""Charts, in the house style: a headline that states the finding, a subtitle that states measure, place and time.

Each takes a Protected and returns a figure to show. Labels stand at what they name, colour is never the only cue,
and every figure carries a description with the numbers a reader would take from it.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions, endings, numbers, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, INK, PAPER, QUIET
from analysis.presentation.drawing.dots import ceiling, dot_rows, share_axis
from analysis.presentation.drawing.paired import paired_rows
from analysis.presentation.drawing.style import Canvas, Draw, Height
from analysis.presentation.endings import Caption
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line
from analysis.questions.association import words
from analysis.questions.comparison import captions as comparison_captions
from analysis.questions.comparison.funnel_chart import funnel_plot
from analysis.questions.comparison.league_chart import moves, ranked_rows
from analysis.questions.findings import specification_chart, ways
from analysis.questions.outcomes.pictures import bar_rows, hundred_squares, month_bars
from analysis.questions.trends import captions as control_captions
from analysis.questions.trends.control_chart import control_chart
from analysis.reference import measures

_MOST_MOVES = 10
_SIDES = ("less often", "more often")


def hundred_cases(split: Protected, *, counted: str = "") -> Shown:
    """A picture of 100 cases: a square a case, coloured and labelled by how it ended.

    The headline speaks of what the measure ``counted`` counts, or else of the largest part.
    """
    only_protected(split)
    parts = endings.of_hundred(split)
    draw, height = hundred_squares(parts)
    return figure(split, draw, height, endings.hundred(split, counted=counted))


def bars(split: Protected, *, counted: str = "") -> Shown:
    """How cases ended, a bar each with its share and count; those that the measure ``counted`` counts stand out.

    Endings of under 1 in 100 are left to the table unless they are counted, and so are those that may not be shown.
    """
    only_protected(split)
    draw, height = bar_rows(split, endings.counted_labels(split, counted))
    return figure(split, draw, height, endings.bars(split, counted=counted))


def dots(rates: Protected, *, line: Line | None = None, highlight: str = "") -> Shown:
    """A dot and its 95% interval for each row, highest share first, with a line to compare with.

    ``highlight`` is the label of the row that stands out; a label that no row has changes nothing. Rows with many cases
    still open are hollow, and the headline passes over them.
    """
    only_protected(rates)
    table = rates.table.sort_values("share", ascending=False, na_position="last", kind="stable")
    caption = captions.dots(rates, line=line, highlight=highlight)
    draw, height = dot_rows(
        table.reset_index(drop=True), rates.by, line=line, highlight=highlight, hollow=rates.much_open
    )
    return figure(rates, draw, height, caption)


def definitions(rates: Protected, *, line: Line) -> Shown:
    """Every reading and base of a measure, lowest first, with a printed share as a line."""
    only_protected(rates)
    draw, height = dot_rows(rates.table, rates.by, line=line, is_above=True)
    return figure(rates, draw, height, captions.definitions(rates, line=line))


def specification_curve(ways_of_counting: Protected, *, line: Line) -> Shown:
    """Every way of counting one measure, lowest share first, with what each counts, and a printed share as a line."""
    only_protected(ways_of_counting)
    draw, height = specification_chart.specification_curve(ways_of_counting, line=line)
    return figure(ways_of_counting, draw, height, ways.curve(ways_of_counting, line=line))


def sample_sizes(rates: Protected, *, line: Line) -> Shown:
    """The interval that a printed share would have at each of several sample sizes."""
    only_protected(rates)
    draw, height = dot_rows(rates.table, rates.by, line=line, value="interval")
    return figure(rates, draw, height, captions.sample_sizes(rates, line=line))


def quarters(rates: Protected) -> Shown:
    """The share quarter by quarter, each with its interval, from zero."""
    only_protected(rates)
    table = rates.table
    top = ceiling(table)

    def draw(canvas: Canvas) -> None:
        axes = canvas.axes(left=44, top=24, width=canvas.width - 60, height=canvas.height - 70)
        places = range(len(table))
        step = -(-len(table) // (4 if canvas.is_narrow else 8))
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            if pd.isna(row["share"]):
                axes.text(place, top * 0.03, numbers.cell(row, "share"), ha="center", color=QUIET)
                continue
            axes.plot([place, place], [float(row["low"]), float(row["high"])], color=ACCENT, linewidth=2)
            fill = PAPER if row["quarter"] in rates.much_open else ACCENT
            axes.plot(place, float(row["share"]), "o", color=ACCENT, markersize=8, markerfacecolor=fill, zorder=3)
            if place % step == 0:
                label = wording.percent(row["share"])
                axes.text(place, float(row["high"]) + top * 0.035, label, ha="center", weight="bold")
        axes.plot(places, table["share"].astype(float), color=ACCENT, linewidth=1.5)
        axes.set(xlim=(-0.5, len(table) - 0.5), ylim=(0, top), xticks=list(places)[::step])
        axes.set_xticklabels([captions.quarter_label(str(name)) for name in table["quarter"][::step]], color=INK)
        share_axis(axes, top, axis="y", room=canvas.height)

    return figure(rates, draw, lambda _: 300, captions.quarters(rates))


def control(points: Protected, phases: Protected) -> Shown:
    """A control chart of the ``points`` and ``phases`` of one series, its limits begun anew at each change."""
    only_protected(points, phases)
    draw, height = control_chart(points, phases)
    return figure(points, draw, height, control_captions.control(points, phases))


def months(undecided: Protected) -> Shown:
    """The cases of each month as a bar, those still open outlined on top.

    Where it is hidden how many are open the bar is hatched whole; a month without a number has its symbol.
    """
    only_protected(undecided)
    draw, height = month_bars(undecided.table)
    return figure(undecided, draw, height, captions.months(undecided))


def funnel(forces: Protected, limits: Protected, *, highlight: str = "") -> Shown:
    """Shares against numbers of cases, with limits of chance alone and limits that allow for forces that differ.

    Takes what ``compared`` and ``funnel`` of the same rates give. Rows outside the wide limits are named.
    """
    only_protected(forces, limits)
    draw, height = funnel_plot(forces.table, limits.table, forces.by[0], highlight=highlight, hollow=forces.much_open)
    return figure(forces, draw, height, comparison_captions.funnel(forces, highlight=highlight))


def ranks(forces: Protected, *, highlight: str = "") -> Shown:
    """The rows of a ``league``, lowest first: pooled shares with intervals, and the interval of each rank."""
    only_protected(forces)
    ranked = forces.table.dropna(subset=["rank"]).reset_index(drop=True)
    draw, height = ranked_rows(ranked, forces.by[0], highlight=highlight, hollow=forces.much_open)
    return figure(forces, draw, height, comparison_captions.ranks(forces, highlight=highlight))


def rank_moves(moved: Protected, *, base: str, other: str, highlight: str = "") -> Shown:
    """The rows that change place most between two bases, and the one to ``highlight``."""
    only_protected(moved)
    table, by = moved.table, moved.by[0]
    far = table[table["rank_change"] != 0].head(_MOST_MOVES)
    drawn = table[table[by].isin([*far[by], *([highlight] if len(far) else [])])].reset_index(drop=True)
    names = measures.base(base).short, measures.base(other).short
    draw, height = moves(drawn, by, compared=len(table), names=names, highlight=highlight, starred=moved.much_open)
    return figure(moved, draw, height, comparison_captions.moves(moved, names=names, drawn=drawn))


def forest(found: Protected) -> Shown:
    """What goes with an ending: for each category of each feature the difference from the one it is set against.

    Filled with the other features held and an interval, hollow beside it by itself.
    """
    only_protected(found)
    keys, groups = words.forest_keys(found), words.forest_groups(found)
    draw, height = paired_rows(groups, keys, sides=_SIDES)
    return figure(found, draw, height, words.forest(found))


def endings_together(found: Protected) -> Shown:
    """Every ending at once: for each category a mark an ending, which add up to 0."""
    only_protected(found)
    keys, groups = words.together_keys(found), words.together_groups(found)
    draw, height = paired_rows(groups, keys, sides=_SIDES)
    return figure(found, draw, height, words.together(found))


def framed(result: Protected, drawing: Callable[[pd.DataFrame], tuple[Draw, Height]], caption: Caption) -> Shown:
    """The rows of a result as a module of its own kind of chart draws them; where there are none, the words alone."""
    only_protected(result)
    draw, height = drawing(result.table) if len(result.table) else (lambda _: None, lambda _: 1)
    return figure(result, draw, height, caption)
