"""The chart style, and a drawing as SVG that can stand inside a page.

Colours and line style are the Government Analysis Function's, through ``afcharts``. Each chart is drawn twice, for a
wide column and for a phone, at the size at which it is seen, so that its text is never shrunk. One unit of a drawing
is one CSS pixel. Text stays text; a page's own typeface replaces the one that was measured (DejaVu Sans, which is
wider than most, so labels keep their room).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from analysis.presentation.drawing.colours import ACCENT, FILLS, INK, MUTED, ORANGE, PAPER, QUIET, RULE
from analysis.presentation.drawing.letters import lettering
from analysis.presentation.drawing.plain import Plain
from analysis.presentation.drawing.settings import settings

__all__ = ["ACCENT", "FILLS", "INK", "LINE", "MUTED", "NARROW", "ORANGE", "PAPER", "QUIET", "RULE", "TEXT", "WIDE"]
__all__ += ["Canvas", "Draw", "Height", "band", "box", "drawings", "hatch", "inline", "mark", "text_width", "uprights"]
__all__ += ["weight", "wrapped"]

WIDE, NARROW = 680, 352
LINE = 17  # pixels a line of text
_HATCH = 5  # pixels from one slanting line to the next, along an edge
TEXT = {True: 13, False: 14}  # on a phone, in a wide column

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_GROUP, _TITLE, _PATH = (f"{{{_SVG}}}{name}" for name in ("g", "title", "path"))
_ENOUGH = 3  # marks of one look, from which on a group round them makes a page smaller
_PLACES = {"d", "x", "y", "transform"}
_HOVER = "told: "  # how the name of a mark begins in whose place a reader's pointer shows the rest of it
_FRACTION = re.compile(r"-?\d+\.\d{3,}")
_SPACE = re.compile(r"\s+(?=[A-Za-z]|$)|(?<=[A-Za-z])\s+")  # that a path does without


@dataclass(frozen=True)
class Canvas:
    """Somewhere to draw: ``width`` and ``height`` in pixels, origin at the top left."""

    figure: Figure
    width: int
    height: int

    @property
    def is_narrow(self) -> bool:
        """Whether this is the drawing for a phone."""
        return self.width == NARROW

    @property
    def text(self) -> int:
        """The size of labels in pixels."""
        return TEXT[self.is_narrow]

    def axes(self, *, left: float, top: float, width: float, height: float) -> Axes:
        """Axes at a place given in pixels from the top left.

        Parameters
        ----------
        left
            Pixels from the left of the canvas.
        top
            Pixels from its top.
        width
            Pixels.
        height
            Pixels.

        Returns
        -------
        Axes
            New axes of the canvas.
        """
        bottom = self.height - top - height
        return self.figure.add_axes((left / self.width, bottom / self.height, width / self.width, height / self.height))

    def everywhere(self) -> Axes:
        """Axes over the whole canvas in pixels, y downwards, without frame or ticks: for text and plain shapes.

        Returns
        -------
        Axes
            One pixel of the canvas is one unit.
        """
        axes = self.figure.add_axes((0, 0, 1, 1), axes_class=Plain)
        axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        return axes


def mark(axes: Axes, x: ArrayLike, y: ArrayLike, shape: str = "", *, told: str = "", **look: Any) -> None:
    """A marker of a ``shape`` at a point, or a line through points, on axes whose limits are set.

    What ``axes.plot`` draws; the limits are not worked out anew for each mark, which takes most of plot's time.

    Parameters
    ----------
    axes
        Axes whose limits are set.
    x
        Where it is from side to side; numbers for a line.
    y
        Where it is from bottom to top; numbers for a line.
    shape
        A marker of matplotlib; "" for a line.
    told
        What a reader is told whose pointer rests on it; "" for nothing.
    **look
        Colour, width and the like, as matplotlib names them.
    """
    if shape:
        look = {"marker": shape, "linestyle": "None", **look}
    axes.add_artist(Line2D(np.atleast_1d(x), np.atleast_1d(y), gid=_name(told), **look))


def box(axes: Axes, corner: tuple[float, float], width: float, height: float, *, told: str = "", **look: Any) -> None:
    """A bar, a square or a tile from one corner.

    Parameters
    ----------
    axes
        Axes whose limits are set.
    corner
        Its lower left corner.
    width, height
        Its sides, from that corner.
    told
        What a reader is told whose pointer rests on it; "" for nothing.
    **look
        Colour, width and the like, as matplotlib names them.
    """
    axes.add_artist(Rectangle(corner, width, height, gid=_name(told), **{"linewidth": 0, **look}))


def band(axes: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, *, told: str = "", **look: Any) -> None:
    """What is between two lines over the same places.

    Parameters
    ----------
    axes
        Axes whose limits are set.
    x
        Where the lines are from side to side.
    low, high
        Where each is from bottom to top.
    told
        What a reader is told whose pointer rests on it; "" for nothing.
    **look
        Colour and the like, as matplotlib names them.
    """
    axes.fill_between(x, low, high, gid=_name(told), **{"linewidth": 0, **look})


def _name(told: str) -> str | None:
    """The name of a mark that says something to a pointer.

    It repeats what the rows say: whoever hears a page is told of the drawing as a whole, and print has none.
    """
    return _HOVER + told if told else None


def uprights(axes: Axes, places: Iterable[float], spans: Sequence[tuple[float, float]], **look: Any) -> None:
    """Upright lines at some places, within some spans and not in what lies between these, where words are.

    Parameters
    ----------
    axes
        Axes whose limits are set.
    places
        Where they are from side to side.
    spans
        From where to where each is drawn.
    **look
        Colour, width and the like, as matplotlib names them.
    """
    x = [coordinate for place in places for _ in spans for coordinate in (place, place, np.nan)]
    y = [coordinate for _ in places for span in spans for coordinate in (*span, np.nan)]
    mark(axes, x, y, **look)


def hatch(page: Axes, box: tuple[float, float, float, float], *, color: str) -> None:
    """A box of (left, top, width, height) in pixels filled with slanting lines: something is there and is not shown.

    Lines of our own, since a pattern is a fill of its own that no page could put a dark one in place of.

    Parameters
    ----------
    page
        Axes over the whole canvas, in pixels.
    box
        Left, top, width and height, in pixels.
    color
        The colour of the lines.
    """
    left, top, wide, high = box
    x: list[float] = []
    y: list[float] = []
    for along in np.arange(_HATCH / 2, wide + high, _HATCH):
        x += [left + max(0.0, along - high), left + min(along, wide), np.nan]
        y += [top + min(along, high), top + max(0.0, along - wide), np.nan]
    mark(page, x, y, color=color, linewidth=0.8)


def weight(is_marked: bool) -> str:
    """The weight of a label: bold for what is marked.

    Parameters
    ----------
    is_marked
        Whether it is set bold.

    Returns
    -------
    str
        "bold" or "normal".
    """
    return "bold" if is_marked else "normal"


@lru_cache(maxsize=16384)
def text_width(text: str, *, is_narrow: bool, is_marked: bool = False) -> float:
    """The width of a label in pixels, the wider of its lines.

    Parameters
    ----------
    text
        The label.
    is_narrow
        Whether it is the drawing for a phone.
    is_marked
        Whether it is set bold.

    Returns
    -------
    float
        Pixels.
    """
    size, thick = TEXT[is_narrow], weight(is_marked)
    return max((lettering.measured(line, size, weight=thick)[0] for line in text.split("\n")), default=0.0)


def wrapped(text: str, width: float, *, is_narrow: bool, is_marked: bool = False) -> str:
    """A label broken at words into as many lines as it takes to fit into ``width`` pixels.

    Parameters
    ----------
    text
        The label.
    width
        Pixels that a line may take.
    is_narrow
        Whether it is the drawing for a phone.
    is_marked
        Whether it is set bold.

    Returns
    -------
    str
        The label with line breaks.
    """
    lines: list[list[str]] = [[]]
    taken, space = 0.0, text_width(" ", is_narrow=is_narrow, is_marked=is_marked)
    for word in filter(None, text.split(" ")):
        # of words, which come again, rather than of every line begun
        own = text_width(word, is_narrow=is_narrow, is_marked=is_marked)
        if lines[-1] and taken + space + own > width:
            lines.append([])
        taken = taken + space + own if lines[-1] else own
        lines[-1].append(word)
    return "\n".join(map(" ".join, lines))


Draw = Callable[[Canvas], None]
Height = Callable[[bool], int]


def drawings(draw: Draw, height: Height, *, identity: str, description: str) -> tuple[str, str]:
    """The chart as two SVG elements, for a wide column and for a phone.

    Parameters
    ----------
    draw
        Draws on a canvas.
    height
        Gives the height in pixels, told whether it is the narrow drawing.
    identity
        What makes its ids differ from those of other figures of a page.
    description
        What a person hears in place of the picture.

    Returns
    -------
    tuple[str, str]
        The wide drawing and the narrow one.
    """
    wide, narrow = (_svg(draw, width, height(width == NARROW)) for width in (WIDE, NARROW))
    return (
        inline(wide, identity=f"{identity}-w", description=description),
        inline(narrow, identity=f"{identity}-n", description=description),
    )


def _svg(draw: Draw, width: int, height: int) -> str:
    with settings(TEXT[width == NARROW]):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        draw(Canvas(figure, width, height))
        for ground in (figure.patch, *(axes.patch for axes in figure.axes)):
            ground.set(facecolor="none", edgecolor="none")
        stream = io.StringIO()
        renderer: Any = lettering.Renderer(width, height, stream, image_dpi=72, metadata={"Date": None})  # type: ignore[no-untyped-call]
        figure.draw(renderer)
        renderer.finalize()
    return stream.getvalue()


def inline(svg: str, *, identity: str, description: str) -> str:
    """An SVG file as an element: no metadata, no style sheet, no id that another figure has, no fixed size.

    Colours are attributes of their own (``fill="#12436d"``), which a page's style sheet may put others in place of
    and which whatever else draws the picture takes as they are.

    Parameters
    ----------
    svg
        What matplotlib wrote.
    identity
        What makes its ids differ from those of other figures of a page.
    description
        What a person hears in place of the picture.

    Returns
    -------
    str
        An SVG element.
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(svg.encode())  # noqa: S314  (written by matplotlib a moment ago)
    mark = f"g{sha256(identity.encode()).hexdigest()[:6]}"
    used = dict.fromkeys(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", svg))
    names = {name: f"{mark}-{place}" for place, name in enumerate(used)}
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_left_out(child):
                parent.remove(child)
        _plain(parent, names)
    _gather(root)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib.update(role="img", focusable="false")
    root.attrib.update({"aria-label": description, "stroke-linejoin": "round"})
    text = ElementTree.tostring(root, encoding="unicode")
    text = re.sub(r"(url\(#|href=\"#)([^\")]+)", lambda match: match[1] + names[match[2]], text)
    return re.sub(r"(?<=\d)\s+(?=\")|>\s+(?=<)", lambda match: ">" if match[0][0] == ">" else "", text).strip()


def _is_left_out(element: ElementTree.Element) -> bool:
    """Whether an element of a drawing shows nothing: its metadata, its style sheet, a patch without fill and line."""
    style = element.attrib.get("style", "")
    is_bare = element.tag == f"{{{_SVG}}}path" and "fill: none" in style and "stroke:" not in style
    return is_bare or element.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style")


def _plain(element: ElementTree.Element, names: dict[str, str]) -> None:
    """One element with attributes in place of a style, coordinates to a hundredth, and an id of ``names`` or none."""
    attributes = element.attrib
    name = attributes.pop("id", None)
    if name in names:
        attributes["id"] = names[name]
    if name and name.startswith(_HOVER):
        title = ElementTree.Element(_TITLE)
        title.text = name.removeprefix(_HOVER)
        element.insert(0, title)
    for declared in attributes.pop("style", "").split(";"):
        key, _, value = declared.partition(":")
        if value and key.strip() != "font-family":
            attributes[key.strip()] = value.strip()
    if attributes.get("transform", "").startswith("rotate(-0 "):
        del attributes["transform"]
    for place in _PLACES & attributes.keys() if element.tag != f"{{{_SVG}}}image" else ():
        attributes[place] = _FRACTION.sub(
            lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), attributes[place]
        )
    if "d" in attributes:
        attributes["d"] = _SPACE.sub("", attributes["d"])


def _gather(parent: ElementTree.Element) -> None:
    """No group that says nothing, and one for marks that follow each other and tell a pointer the same.

    What a page gains in words it loses in groups, of which matplotlib draws two round each mark.
    """
    kept: list[ElementTree.Element] = []
    for child in list(parent):
        _gather(child)
        said = _said(child)
        if said and kept and _said(kept[-1]) == said:
            kept[-1].extend(child[1:])
        elif child.tag == _GROUP and not child.attrib and not said:
            kept.extend(child)
        else:
            kept.append(child)
    parent[:] = _shared(kept)


def _shared(marks: Sequence[ElementTree.Element]) -> list[ElementTree.Element]:
    """Marks of one look that follow each other, which is written once round all of them rather than on each."""
    drawn: list[ElementTree.Element] = []
    for look, run in groupby(marks, key=_look):
        alike = list(run)
        if not look or len(alike) < _ENOUGH:
            drawn += alike
            continue
        for one in alike:
            one[1].attrib = {"d": one[1].attrib["d"]}
        group = ElementTree.Element(_GROUP, dict(look))
        group.extend(alike)
        drawn.append(group)
    return drawn


def _look(mark: ElementTree.Element) -> tuple[tuple[str, str], ...]:
    """How the one path is drawn that tells a pointer something; nothing for whatever else there is."""
    if not _said(mark) or len(mark) != 2 or mark.attrib or mark[1].tag != _PATH:
        return ()
    return tuple((name, value) for name, value in mark[1].attrib.items() if name != "d")


def _said(element: ElementTree.Element) -> str:
    """What a group tells a pointer; "" where it is no group of marks that tell something."""
    return element[0].text or "" if element.tag == _GROUP and len(element) and element[0].tag == _TITLE else ""
