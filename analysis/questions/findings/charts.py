"""A printed share against every way of counting, and at the sizes that its sample may have had."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.dots import dot_rows
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line
from analysis.questions.findings import specification_chart, ways


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
