"""What collides in a drawing: words with words, with lines that are to be followed, and with the edge of the paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import combinations, pairwise

import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from analysis.presentation.drawing.labels import Box
from analysis.presentation.drawing.letters import lettering
from analysis.presentation.drawing.settings import settings
from analysis.presentation.drawing.style import NARROW, TEXT, WIDE, Canvas

_EDGE = 1.0  # pixels of a letter's own margin, in which a line or another word does no harm
_FOLLOWED = 1.0  # pixels: a whole line of this width or more is to be followed; thinner ones are the grid


def collisions(draw, height):
    """Each collision of a chart at both widths, in words."""
    return [f"{width}: {told}" for width in (WIDE, NARROW) for told in _at(draw, width, height(width == NARROW))]


def _at(draw, width: int, height: int) -> Iterator[str]:
    with settings(TEXT[width == NARROW]):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        draw(Canvas(figure, width, height))
        renderer = lettering.Renderer(width, height, io.StringIO(), image_dpi=72, metadata={"Date": None})
        figure.draw(renderer)
        words = list(_words(figure, renderer))
    paper = Box(-_EDGE, -_EDGE, width + 2 * _EDGE, height + 2 * _EDGE)
    yield from (f"'{text}' leaves the paper" for text, box in words if not paper.holds(box))
    yield from (f"'{one}' meets '{other}'" for (one, a), (other, b) in combinations(words, 2) if a.meets(b))
    for line in figure.findobj(Line2D):
        if _is_followed(line):
            pieces = list(_pieces(line))
            hit = (text for text, box in words if any(box.is_crossed(*piece) for piece in pieces))
            yield from (f"a line runs through '{text}'" for text in hit)


def _words(figure: Figure, renderer: lettering.Renderer) -> Iterator[tuple[str, Box]]:
    """The words that are seen, each in its box less a margin. Ticks out of view have labels that are not drawn."""
    unseen = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            drawn = {id(tick) for tick in axis._update_ticks()} if axes.axison else set()
            ticks = (tick for tick in axis.get_major_ticks() if id(tick) not in drawn)
            unseen |= {id(label) for tick in ticks for label in (tick.label1, tick.label2)}
    for text in figure.findobj(Text):
        if id(text) in unseen or not text.get_text().strip() or not text.get_visible():
            continue
        box = text.get_window_extent(renderer)
        yield text.get_text(), Box(box.x0 + _EDGE, box.y0 + _EDGE, box.width - 2 * _EDGE, box.height - 2 * _EDGE)


def _is_followed(line: Line2D) -> bool:
    is_drawn = line.get_visible() and line.get_linestyle() not in ("None", "", " ")
    return is_drawn and (line.is_dashed() or line.get_linewidth() >= _FOLLOWED)


def _pieces(line: Line2D) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    x, y = np.broadcast_arrays(*(np.asarray(values, float) for values in line.get_data()))
    points = line.get_transform().transform(np.column_stack([x, y]))
    for start, end in pairwise(points):
        if np.isfinite([*start, *end]).all():
            yield tuple(start), tuple(end)
