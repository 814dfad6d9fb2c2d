"""The logo of who publishes, checked before any page or PDF holds it: what it is, how large, and that it only draws."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

LARGEST = 65_536  # bytes: every page holds it once
_LONGEST_SIDE = 4_000  # pixels
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_TYPES = {"png": "image/png", "svg": "image/svg+xml"}
#: Elements of SVG that run, load, or hold what is no drawing.
_REFUSED = ("script", "foreignObject", "image", "feImage", "a", "iframe", "audio", "video", "animate", "set", "handler")
_LOADED = re.compile(r"@import|url\(\s*['\"]?(?!#)", re.IGNORECASE)


class NoLogo(ValueError):
    """A file that cannot be a logo, in a sentence with the next step."""


@dataclass(frozen=True)
class Logo:
    """A picture that was checked."""

    kind: str  # "png" or "svg"
    content: bytes  # its bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return sha256(self.content).hexdigest()

    @property
    def address(self) -> str:
        """The picture itself as an address that a page can show."""
        return f"data:{_TYPES[self.kind]};base64,{base64.b64encode(self.content).decode()}"


def read(path: Path) -> Logo:
    """The logo in a file.

    Parameters
    ----------
    path
        A PNG or an SVG.

    Returns
    -------
    Logo
        The picture, its bytes as they are.

    Raises
    ------
    NoLogo
        For a file that is not there, is larger than LARGEST, is neither kind of picture, or does more than draw.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as fault:
        raise NoLogo(f"{path.name} cannot be read ({fault.strerror}). Name a PNG or an SVG beside this file.") from None
    if len(content) > LARGEST:
        raise NoLogo(f"{path.name} has more than {LARGEST // 1024} KiB, which every page would hold. Make it smaller.")
    if content.startswith(_PNG):
        _check_png(path.name, content)
        return Logo("png", content)
    for wrong in _faults_of_svg(content):
        raise NoLogo(f"{path.name} {wrong}")
    return Logo("svg", content)


def _check_png(name: str, content: bytes) -> None:
    """Raise NoLogo for a PNG that does not open, or that is larger on a side than any logo need be."""
    from PIL import Image, UnidentifiedImageError  # which only a logo needs

    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            width, height = picture.size
            picture.verify()
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError):
        raise NoLogo(f"{name} is damaged: it begins as a PNG and does not open. Save it again.") from None
    if max(width, height) > _LONGEST_SIDE:
        raise NoLogo(f"{name} has {width} by {height} pixels; at most {_LONGEST_SIDE} a side. Make it smaller.")


def _faults_of_svg(content: bytes) -> Iterator[str]:
    """What keeps a file from being an SVG that draws and does nothing else."""
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        yield "begins with a document type, which a drawing needs none of. Save it as plain SVG."
        return
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  (without a document type there is no entity to expand)
    except ElementTree.ParseError:
        yield "is neither PNG nor SVG. Name one of these."
        return
    if root.tag != f"{_SVG}svg":
        yield "is XML and no SVG. Name a PNG or an SVG."
    if not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        yield "does not say its size. Save it with a viewBox, or a width and a height."
    for element in root.iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind in _REFUSED or kind.startswith("animate"):
            yield f"holds <{kind}>, and a logo may only draw. Save it as plain paths."
        for attribute, value in element.attrib.items():
            local_name = attribute.rpartition("}")[2]
            if local_name.lower().startswith("on"):
                yield f"holds a script ('{local_name}'). Save it as plain paths."
            if local_name == "href" and not value.startswith("#"):
                yield "leads out of itself (href). Save it with everything inside."
            if _LOADED.search(value):
                yield f"loads something ('{local_name}'). Save it with everything inside."
        if kind == "style" and _LOADED.search(element.text or ""):
            yield "loads something in its style sheet. Save it with everything inside."
