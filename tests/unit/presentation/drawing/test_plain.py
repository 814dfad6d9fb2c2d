"""Axes that are never drawn show the same as a plot whose frame and ticks are switched off."""

import pytest
from matplotlib.patches import Rectangle

from analysis.presentation.drawing import style
from analysis.presentation.drawing.style import NARROW, WIDE, Canvas


def fill(axes):
    axes.text(20, 30, "Kent", ha="center", va="center", weight="bold")
    axes.add_patch(Rectangle((50, 10), 30, 20, facecolor=style.ACCENT))
    axes.plot([10, 60], [40, 70], color=style.INK, linewidth=0.8)
    style.mark(axes, 90, 400, "o", markersize=6, told="beyond the edge")


def usual(canvas):
    axes = canvas.figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, canvas.width)
    axes.set_ylim(canvas.height, 0)
    axes.axis("off")
    fill(axes)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_is_drawn_is_the_same(width):
    plain = style._svg(lambda canvas: fill(canvas.everywhere()), width, 120)
    assert plain == style._svg(usual, width, 120)
    assert plain.count("<text") == 1


def test_a_name_has_the_same_room():
    found = []
    for axes_of in (
        Canvas.everywhere,
        lambda canvas: canvas.figure.add_axes((0, 0, 1, 1), xlim=(0, WIDE), ylim=(90, 0)),
    ):

        def draw(canvas, axes_of=axes_of):
            axes = axes_of(canvas)
            found.append((axes.transData.transform((10, 20)).tolist(), axes.get_window_extent().bounds))

        style._svg(draw, WIDE, 90)
    assert found[0] == found[1]
