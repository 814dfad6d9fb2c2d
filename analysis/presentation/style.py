"""The chart style, and a drawing as SVG that can stand inside a page.

Colours and line style are the Government Analysis Function's, through ``afcharts``. Each chart is drawn twice, for a
wide column and for a phone, at the size at which it is seen, so that its text is never shrunk. One unit of a drawing
is one CSS pixel. Text stays text; a page's own typeface replaces the one that was measured (DejaVu Sans, which is
wider than most, so labels keep their room).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

import afcharts  # noqa: F401  (registers the style)
import matplotlib.style
from afcharts.af_colours import get_af_colours
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

WIDE, NARROW = 680, 352
ACCENT, ORANGE = get_af_colours("duo")
_CATEGORICAL = get_af_colours("categorical", number_of_colours=6)
INK, QUIET, RULE = "#1b1b1b", "#595959", "#d4d4d4"
LINE = 17  # pixels a line of text
TEXT = {True: 13, False: 14}  # on a phone, in a wide column

#: Fill of each disposition. The last ones are hollow: a case still open is drawn as an outline.
FILLS = {
    "The victim withdrew": _CATEGORICAL[0],
    "No further action": _CATEGORICAL[3],
    "Charged or summonsed": _CATEGORICAL[1],
    "Dealt with out of court": _CATEGORICAL[2],
    "Prosecution prevented or not in the public interest": _CATEGORICAL[5],
    "Passed to another body": _CATEGORICAL[4],
    "Not yet decided": "#ffffff",
}

_SETTINGS = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "svg.hashsalt": "attrition",
    "axes.grid": False,
    "axes.spines.bottom": False,
    "figure.dpi": 72,
    "text.color": INK,
    "xtick.labelcolor": QUIET,
    "xtick.labelsize": "medium",
    "ytick.labelsize": "medium",
    "text.parse_math": False,
}
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_TYPEFACE = re.compile(r"font-family: [^;]*; ?")


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
        """Axes at a place given in pixels from the top left."""
        bottom = self.height - top - height
        return self.figure.add_axes((left / self.width, bottom / self.height, width / self.width, height / self.height))

    def everywhere(self) -> Axes:
        """Axes over the whole canvas in pixels, y downwards, without frame or ticks: for text and plain shapes."""
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, self.width)
        axes.set_ylim(self.height, 0)
        axes.axis("off")
        return axes


def weight(is_marked: bool) -> str:
    """The weight of a label: bold for what stands out."""
    return "bold" if is_marked else "normal"


def text_width(text: str, *, is_narrow: bool, is_marked: bool = False) -> float:
    """The width of a label in pixels, the wider of its lines."""
    font = FontProperties(family="DejaVu Sans", size=TEXT[is_narrow], weight=weight(is_marked))
    measured = TextToPath().get_text_width_height_descent
    return max((float(measured(line, font, ismath=False)[0]) for line in text.split("\n")), default=0.0)


def wrapped(text: str, width: float, *, is_narrow: bool) -> str:
    """A label broken at words into as many lines as it takes to fit into ``width`` pixels."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, is_narrow=is_narrow) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


Draw = Callable[[Canvas], None]
Height = Callable[[bool], int]


def drawings(draw: Draw, height: Height, *, identity: str, description: str) -> tuple[str, str]:
    """The chart as two SVG elements, for a wide column and for a phone.

    ``height`` is asked for each (is it the narrow one?) and answers in pixels; ``identity`` makes the ids of one page
    differ; ``description`` is what a person hears in place of the picture.
    """
    wide, narrow = (_svg(draw, width, height(width == NARROW)) for width in (WIDE, NARROW))
    return (
        _inline(wide, identity=f"{identity}-w", description=description),
        _inline(narrow, identity=f"{identity}-n", description=description),
    )


def _svg(draw: Draw, width: int, height: int) -> bytes:
    size = TEXT[width == NARROW]
    with matplotlib.style.context(["afcharts.afcharts", {**_SETTINGS, "font.size": size}]):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        draw(Canvas(figure, width, height))
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None}, transparent=True)
    return stream.getvalue()


def _inline(svg: bytes, *, identity: str, description: str) -> str:
    """An SVG file as an element: no metadata, no style sheet, no id that another figure has, no fixed size."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(svg)  # noqa: S314  (written by matplotlib a moment ago)
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    text = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r"(?:url\(#|href=\"#)([^\")]+)", text))
    for element in root.iter():
        name = element.attrib.get("id")
        if name is not None:
            if name in used:
                element.attrib["id"] = f"{identity}-{name}"
            else:
                del element.attrib["id"]
        style = element.attrib.get("style")
        if style:
            element.attrib["style"] = _TYPEFACE.sub("", style)
    for size in ("width", "height"):
        root.attrib.pop(size, None)
    root.attrib.update(role="img", focusable="false")
    root.attrib.update({"aria-label": description, "stroke-linejoin": "round"})
    text = ElementTree.tostring(root, encoding="unicode")
    text = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{identity}-", text)
    return re.sub(r">\s+<", "><", text).strip()
