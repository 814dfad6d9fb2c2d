"""Drawings: taken from the page of a report, and held to the few things that a chart of this suite is drawn with.

Data can hide in a drawing, and a browser runs what stands in one. So whatever is not on the list is refused, and what
is written is written anew from the parts that were read.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from analysis.outputs.files import unsafe

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_PARTS = {"svg", "g", "defs", "path", "text", "use", "clipPath", "rect"}
_ATTRIBUTES = {
    *("id", "d", "x", "y", "width", "height", "transform", "viewBox", "version", "clip-path", _LINK),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"),
    *("stroke-dasharray", "stroke-dashoffset", "font-size", "font-weight", "font-family", "text-anchor"),
    *("role", "focusable", "aria-label"),
}
_INWARD = re.compile(r"url\(#[\w.-]+\)")
_HOVERED = re.compile(r"<title>[^<]*</title>")
_WIDE = (
    r'<figure class="[^"]*" id="{}" [^>]*>(?:(?!</?figure\b).)*?<div class="wide"[^>]*>(<svg\b(?:(?!</svg>).)*</svg>)'
)


class Strange(ValueError):
    """A drawing that holds something else than a chart of this suite; its words complete "holds …"."""


def on_page(html: str, identity: str) -> str:
    """The wide drawing of a figure on the page of a report, as a file; "" where there is none.

    Parameters
    ----------
    html
        The page.
    identity
        The name of the figure.

    Returns
    -------
    str
        What ``canonical`` makes of it.

    Raises
    ------
    Strange
        As ``canonical`` does.
    """
    match = re.search(_WIDE.format(re.escape(identity)), html, re.DOTALL)
    return canonical(_HOVERED.sub("", match[1])) if match else ""  # what a pointer is told is in the rows


def canonical(svg: str) -> str:
    """The same drawing written anew, without comments.

    Parameters
    ----------
    svg
        The drawing.

    Returns
    -------
    str
        SVG with a line end.

    Raises
    ------
    Strange
        For what is no drawing, and for any part, attribute or address that is not on the list.
    """
    if re.search(r"<!|<\?(?!xml )", svg):
        raise Strange("a declaration, a comment or an instruction to a program")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314  (without declarations there is no entity to expand)
    except (ElementTree.ParseError, RecursionError):
        raise Strange("something that is not SVG") from None
    if root.tag != f"{_SVG}svg":
        raise Strange("something that is not SVG")
    for part in root.iter():
        _check(part)
    root.set("font-family", "Arial, Helvetica, sans-serif")  # on the page it has the page's
    ElementTree.register_namespace("", _SVG[1:-1])
    ElementTree.register_namespace("xlink", _LINK[1:].partition("}")[0])
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def words(svg: str) -> list[str]:
    """What is written in a canonical drawing, a string for each stretch, and its description.

    Parameters
    ----------
    svg
        A drawing that ``canonical`` wrote.

    Returns
    -------
    list of str
        The stretches in their order, the description last.
    """
    root = ElementTree.fromstring(svg)  # noqa: S314  (it has been through canonical)
    texts = [" ".join("".join(part.itertext()).split()) for part in root.iter(f"{_SVG}text")]
    return [*filter(None, texts), root.get("aria-label", "")]


def _check(part: ElementTree.Element) -> None:
    """Refuse one part of a drawing that is not on the list."""
    name = part.tag.removeprefix(_SVG)
    if name not in _PARTS:
        raise Strange(f"a part that no chart of this suite has ('{name[:40]}')")
    if (name != "text" and (part.text or "").strip()) or (part.tail or "").strip():
        raise Strange("writing outside its text")
    for attribute, value in part.attrib.items():
        if attribute not in _ATTRIBUTES:
            raise Strange(f"an attribute that no chart of this suite has ('{attribute[:40]}')")
        if attribute == _LINK and not value.startswith("#"):
            raise Strange("an address outside itself")
        if attribute != "aria-label" and re.search(r"url\(|:", _INWARD.sub("", value)):
            raise Strange("an address outside itself")
    if any(unsafe(text) for text in part.itertext()) or unsafe(part.get("aria-label", "")):
        raise Strange("a control character or one that turns the direction of writing")
