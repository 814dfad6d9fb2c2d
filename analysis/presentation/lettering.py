"""How much room text takes, measured once for each string and typeface whatever its size, and a renderer that knows.

matplotlib measures every label anew in every drawing, and charts measure most of theirs before that to make room for
them; a chart is drawn twice, at two sizes. That was a sixth of the time of drawing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

_TEXTS = TextToPath()
_SIZE = TextToPath.FONT_SCALE  # the size at which matplotlib itself measures, and scales from


class Renderer(RendererSVG):
    """matplotlib's, with what text takes remembered."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Width, height and descent of one line, in pixels."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-any-return, no-untyped-call]
        return measured(s, prop)


def measured(text: str, font: FontProperties) -> tuple[float, float, float]:
    """Width, height and descent of one line of text, in pixels."""
    width, height, descent = _at_one_size(text, tuple(font.get_family()), str(font.get_weight()), font.get_style())
    scale = font.get_size_in_points() / _SIZE
    return width * scale, height * scale, descent * scale


@lru_cache(maxsize=32768)
def _at_one_size(text: str, family: tuple[str, ...], weight: str, style: Any) -> tuple[float, float, float]:
    font = FontProperties(family=list(family), weight=weight, style=style, size=_SIZE)
    width, height, descent = _TEXTS.get_text_width_height_descent(text, font, ismath=False)
    return float(width), float(height), float(descent)
