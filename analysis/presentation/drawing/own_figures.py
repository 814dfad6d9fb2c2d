"""A figure that an author drew with matplotlib, as this suite has drawings: two SVG elements that can stand in a page.

It is laid out anew at the two widths at which it is seen, with letters of their full size, so that none is shrunk on a
phone. Nothing of it runs or leads anywhere. The figure itself stays as its author left it.
"""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from xml.etree import ElementTree

import matplotlib
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine

from analysis.errors import ParameterError
from analysis.presentation.drawing.settings import settings
from analysis.presentation.drawing.style import NARROW, WIDE, inline
from analysis.safe_words import safe_lines

#: Wide, letters of 10 points are seen as about 14 pixels; on a phone as 12, or as 9 where panels stand side by side.
_POINTS = {WIDE: 490, NARROW: 300}
_PANEL, _FULL = 50, 400  # points more for each panel beside another on a phone, up to so many
_SHAPES = {WIDE: (0.25, 1.5), NARROW: (0.6, 2.0)}  # the least and the greatest height for its width
_MOST = 1_500_000  # characters of a drawing; a page holds two
_LINK, _XLINK = "{http://www.w3.org/2000/svg}a", "{http://www.w3.org/1999/xlink}href"
_PICTURE = "data:image/png;base64,"
_COLOUR = re.compile(r"(?<==\")#[0-9a-f]{6}(?=\")")


def figure_of(drawn: object) -> Figure:
    """The figure that something drawn stands in: itself, that of axes, or that of a grid of seaborn's.

    Parameters
    ----------
    drawn
        A figure of matplotlib, or what has one.

    Returns
    -------
    Figure
        The figure.

    Raises
    ------
    ParameterError
        For anything else, and for a figure in which nothing is drawn.
    """
    figure = getattr(drawn, "figure", None)
    if not isinstance(figure, Figure):
        kind = f"{type(drawn).__module__.partition('.')[0]}.{type(drawn).__name__}".removeprefix("builtins.")
        raise ParameterError(
            f"A {kind} is no figure of matplotlib. Draw it with matplotlib, as in figure, axes = plt.subplots(), or "
            "frame.plot(), and give that."
        )
    if not any(axes.has_data() or axes.texts for axes in figure.axes):
        raise ParameterError("The figure is empty: nothing is drawn in it. Draw in its axes before it is shown.")
    return figure


def redrawn(figure: Figure, *, identity: str, description: str) -> tuple[str, str]:
    """The figure as two SVG elements, for a wide column and for a phone.

    Parameters
    ----------
    figure
        What ``figure_of`` gives.
    identity
        What makes the ids of one page differ.
    description
        What a person hears in place of the picture.

    Returns
    -------
    tuple of str
        The wide drawing and the narrow one.

    Raises
    ------
    ParameterError
        For a figure that matplotlib cannot draw, and for one that is too large for a page.
    """
    wide, narrow = (_drawn(figure, width) for width in (WIDE, NARROW))
    return (
        _marked(inline(wide, identity=f"{identity}-w", description=description)),
        _marked(inline(narrow, identity=f"{identity}-n", description=description)),
    )


def closed(figure: Figure) -> None:
    """Take a figure out of pyplot, which would show it once more, as pixels, below the cell.

    Parameters
    ----------
    figure
        A figure, whether or not pyplot knows of it.
    """
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)


def _drawn(figure: Figure, width: int) -> str:
    """The figure as an SVG file, laid out for one width."""
    stream, problem = io.StringIO(), ""
    with settings(), _laid_out(figure, width), warnings.catch_warnings(action="ignore"):
        matplotlib.rcParams["text.parse_math"] = True  # a formula is one, as its author saw it
        try:
            figure.savefig(
                stream, format="svg", bbox_inches="tight", facecolor="none", dpi=144, metadata={"Date": None}
            )
        except Exception as fault:  # noqa: BLE001  (whatever an author's own artists and formatters raise)
            problem = f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"
    if problem:
        raise ParameterError(f"matplotlib cannot draw this figure ({problem}). figure.savefig('figure.svg') tries it.")
    if len(svg := stream.getvalue()) > 2 * _MOST:
        raise _too_large(len(svg))
    return _inward(safe_lines(svg))


@contextmanager
def _laid_out(figure: Figure, width: int) -> Iterator[None]:
    """The figure at another size, its parts side by side without covering each other; as it was afterwards."""
    size, dots, engine = figure.get_size_inches().copy(), figure.get_dpi(), figure.get_layout_engine()
    is_free = engine is None or isinstance(engine, PlaceHolderLayoutEngine)
    places = [
        (axes, axes.get_position(original=True), axes.get_position(), axes.get_in_layout()) for axes in figure.axes
    ]
    grounds = [(patch, patch.get_facecolor()) for patch in (axes.patch for axes in figure.axes)]
    least, most = _SHAPES[width]
    across = _across(figure, width) / 72
    figure.set_size_inches(across, across * min(max(size[1] / size[0], least), most), forward=False)
    try:
        if is_free:
            _arrange(figure)
        for patch, colour in grounds:
            if to_hex(colour) == "#ffffff":
                patch.set_facecolor("none")  # the page's own paper, which may be dark
        yield
    finally:
        figure.set_size_inches(size[0], size[1], forward=False)
        figure.set_dpi(dots)
        if is_free:
            figure.set_layout_engine("none")
        for patch, colour in grounds:
            patch.set_facecolor(colour)
        for axes, original, active, is_moved in places:
            axes.set_position(original, which="original")
            axes.set_position(active, which="active")
            axes.set_in_layout(is_moved)  # setting its place takes an axes out of what is arranged


def _across(figure: Figure, width: int) -> float:
    """How many points of width a figure is given."""
    grids = [place.get_gridspec().ncols for axes in figure.axes if (place := axes.get_subplotspec())]
    return _POINTS[width] if width == WIDE else min(_POINTS[width] + _PANEL * (max(grids, default=1) - 1), _FULL)


def _arrange(figure: Figure) -> None:
    """Let matplotlib arrange the parts of a figure; with a colour bar in the way that takes one drawn without any."""
    has_bar = any(hasattr(axes, "_colorbar") for axes in figure.axes)
    with suppress(RuntimeError):  # a colour bar that stays where it is
        figure.set_layout_engine("tight" if has_bar else "constrained")


def _inward(svg: str) -> str:
    """A drawing that leads nowhere: what was a link is its words, and a picture is one that it holds itself."""
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  (written by matplotlib a moment ago)
    except ElementTree.ParseError:
        raise ParameterError(
            "The figure holds something that SVG cannot. Take odd characters out of its labels."
        ) from None
    for element in root.iter():
        if element.tag == _LINK:
            element.tag = _LINK[:-1] + "g"
            element.attrib.clear()
        elif not element.get(_XLINK, "#").startswith(("#", _PICTURE)):
            del element.attrib[_XLINK]
    return ElementTree.tostring(root, encoding="unicode")


def _marked(svg: str) -> str:
    """A drawing with its colours in capitals: a page turns all of them about for dark paper, and not one by one.

    Those of this suite's own drawings, in small letters, have dark ones in their place (``colours.DARK``).
    """
    if len(svg) > _MOST:
        raise _too_large(len(svg))
    return _COLOUR.sub(lambda match: match[0].upper(), svg)


def _too_large(size: int) -> ParameterError:
    return ParameterError(
        f"The drawing takes {size / 1e6:.1f} MB; a page takes {_MOST / 1e6:.1f}. Draw fewer points or cells, or points "
        "as pixels: axes.scatter(…, rasterized=True)."
    )
