"""How much room text takes, measured once for each string and typeface whatever its size, and a renderer that knows.

matplotlib measures every label anew in every drawing, and charts measure most of theirs before that to make room for
them; a chart is drawn twice, at two sizes. That was a sixth of the time of drawing.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.textpath import TextToPath

from analysis.presentation.drawing.settings import settings

_TEXTS = TextToPath()
_SIZE = TextToPath.FONT_SCALE  # the size at which matplotlib itself measures, and scales from
_FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")  # which come with it, so that no list of fonts is looked up
_FACES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


class Renderer(RendererSVG):
    """matplotlib's, with what text takes remembered."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Width, height and descent of one line, in pixels. Every label is set in the same typeface.

        Parameters
        ----------
        s
            The line.
        prop
            Its font.
        ismath
            Whether it is a formula, which matplotlib measures itself.

        Returns
        -------
        tuple[float, float, float]
            Three numbers, in pixels.
        """
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-any-return, no-untyped-call]
        return measured(s, prop.get_size_in_points(), weight=str(prop.get_weight()))

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        """How far lines reach up and down, and what lies between two, in pixels: matplotlib would look for the font."""
        scale = prop.get_size_in_points() / _SIZE
        up, down, between = _line(str(prop.get_weight()))
        return up * scale, down * scale, between * scale


def measured(text: str, size: float, *, weight: str) -> tuple[float, float, float]:
    """Width, height and descent of one line of text.

    Parameters
    ----------
    text
        The line.
    size
        The size of its letters, in pixels.
    weight
        "normal" or "bold".

    Returns
    -------
    tuple[float, float, float]
        Three numbers, in pixels.
    """
    width, height, descent = _at_one_size(text, weight)
    scale = size / _SIZE
    return width * scale, height * scale, descent * scale


@cache
def _line(weight: str) -> tuple[float, float, float]:
    """Ascent, descent and gap of a line at one size, as the typeface's own table has them."""
    font = get_font(str(_FONTS / _FACES[weight]))
    table: Any = font.get_sfnt_table("OS/2")
    unit = _SIZE / font.get_sfnt_table("head")["unitsPerEm"]  # type: ignore[index]
    return table["sTypoAscender"] * unit, -table["sTypoDescender"] * unit, table["sTypoLineGap"] * unit


@cache
def _face(weight: str) -> FontProperties:
    with settings():
        return FontProperties(fname=str(_FONTS / _FACES[weight]), size=_SIZE)


@lru_cache(maxsize=32768)
def _at_one_size(text: str, weight: str) -> tuple[float, float, float]:
    with settings():
        width, height, descent = _TEXTS.get_text_width_height_descent(text, _face(weight), ismath=False)
    return float(width), float(height), float(descent)
