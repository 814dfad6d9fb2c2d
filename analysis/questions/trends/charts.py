"""The control chart of a series.

Each takes a Protected and returns a figure to show, in the house style: a headline that states the finding, a subtitle
that states measure, place and time. Labels stand at what they name, colour is never the only cue, and every figure
carries a description with the numbers that a reader would take from it.
"""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.figure import figure
from analysis.questions.trends import captions as control_captions
from analysis.questions.trends.control_chart import control_chart


def control(points: Protected, phases: Protected) -> Shown:
    """A control chart of the ``points`` and ``phases`` of one series, its limits begun anew at each change."""
    only_protected(points, phases)
    draw, height = control_chart(points, phases)
    return figure(points, draw, height, control_captions.control(points, phases))
