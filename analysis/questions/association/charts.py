"""What goes with an ending, drawn as differences."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.paired import paired_rows
from analysis.presentation.figure import figure
from analysis.questions.association import words

_SIDES = ("less often", "more often")


def forest(associations: Protected) -> Shown:
    """What goes with an ending: for each category of each feature the difference from the one it is set against.

    Filled with the other features held and an interval, hollow beside it by itself.

    Parameters
    ----------
    associations
        What ``associations`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure: features from the widest difference to the narrowest.
    """
    only_protected(associations)
    keys, groups = words.forest_keys(associations), words.forest_groups(associations)
    draw, height = paired_rows(groups, keys, sides=_SIDES)
    return figure(associations, draw, height, words.forest(associations))


def endings_together(endings: Protected) -> Shown:
    """Every ending at once: for each category a mark an ending, which add up to 0.

    Parameters
    ----------
    endings
        What ``endings_together`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure, empty where there is nothing to compare.
    """
    only_protected(endings)
    keys, groups = words.together_keys(endings), words.together_groups(endings)
    draw, height = paired_rows(groups, keys, sides=_SIDES)
    return figure(endings, draw, height, words.together(endings))


def calibration(groups: Protected) -> Shown:
    """Predicted against observed: for each group of cases its share less what the features of its cases lead to.

    Parameters
    ----------
    groups
        What ``calibrated`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure: groups from the lowest expected share to the highest.
    """
    only_protected(groups)
    draw, height = paired_rows(
        words.calibration_groups(groups),
        [("filled", "observed less predicted share, with its 95% interval")],
        sides=("less often than predicted", "more often"),
    )
    return figure(groups, draw, height, words.calibration(groups))
