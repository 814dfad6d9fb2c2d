"""The control chart of a series."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.figure import figure
from analysis.questions.trends import captions
from analysis.questions.trends.control_chart import control_chart


def control(points: Protected, phases: Protected) -> Shown:
    """A control chart of the ``points`` and ``phases`` of one series, its limits begun anew at each change."""
    only_protected(points, phases)
    draw, height = control_chart(points)
    return figure(points, draw, height, captions.control(points, phases))
