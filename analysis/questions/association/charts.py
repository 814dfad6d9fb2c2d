"""What goes with an ending, drawn as differences."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.paired import paired_rows
from analysis.presentation.figure import figure
from analysis.questions.association import words

_SIDES = ("less often", "more often")


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


def calibration(found: Protected) -> Shown:
    """Predicted against observed: for each group of cases its share less what the features of its cases lead to."""
    only_protected(found)
    draw, height = paired_rows(
        words.calibration_groups(found),
        [("filled", "observed less predicted share, with its 95% interval")],
        sides=("less often than predicted", "more often"),
    )
    return figure(found, draw, height, words.calibration(found))
