"""Dashed upright lines at moments from which on things were counted otherwise, each below the name of its month.

No name covers another, and no line runs through one: a name begins at its own line and reaches to the right, and where
the next name begins before it ends, the earlier one stands higher.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.presentation.drawing.colours import INK
from analysis.presentation.drawing.style import LINE, NARROW, mark, text_width

DASHES = (0, (5, 3))
_STEP = LINE + 2  # pixels from one level of names to the next
_APART = 6  # pixels between two names

Cut = tuple[float, str]  # pixels from the left, and the name


def height(cuts: Sequence[Cut], *, is_narrow: bool) -> int:
    """How many pixels the names need above what the lines run through.

    Parameters
    ----------
    cuts
        Where a line is drawn across, in pixels from the left, and its name.
    is_narrow
        Whether it is the drawing for a phone.

    Returns
    -------
    int
        Pixels.
    """
    return (max(_levels(cuts, is_narrow=is_narrow), default=-1) + 1) * _STEP


def draw_cuts(page: Axes, cuts: Sequence[Cut], *, top: float, bottom: float, are_named: bool = True) -> None:
    """A line at each cut, with its name above.

    Parameters
    ----------
    page
        Axes over the whole canvas, in pixels.
    cuts
        Where a line is drawn across, in pixels from the left, and its name.
    top
        Where the lines begin, in pixels from the top of the page.
    bottom
        Where they end.
    are_named
        Whether the names are written above.
    """
    width = page.get_xlim()[1]
    is_narrow = width == NARROW
    for (x, name), level in zip(cuts, _levels(cuts, is_narrow=is_narrow), strict=True):
        y = top - (level * _STEP if are_named else 0)
        mark(page, [x, x], [y, bottom], color=INK, linewidth=1.2, linestyle=DASHES)
        if are_named:
            left = min(x - 1, width - text_width(name, is_narrow=is_narrow))
            page.text(left, y - LINE / 2, name, va="center")


def _levels(cuts: Sequence[Cut], *, is_narrow: bool) -> list[int]:
    """How high each name stands, 0 the lowest, from the last to the first."""
    begun: list[float] = []  # how far to the right the next name of each level may reach
    placed = []
    for x, name in sorted(cuts, reverse=True):
        end = x + text_width(name, is_narrow=is_narrow) + _APART
        level = next((level for level, left in enumerate(begun) if end <= left), len(begun))
        begun[: level + 1] = [x] * (level + 1)  # its line runs through the levels below
        placed.append(level)
    return placed[::-1]
