"""The parts of a workbook's file, to which is added what xlsxwriter leaves unsaid.

A workbook is a ZIP of XML (ECMA-376). xlsxwriter sets neither a language nor the heading styles by which the guidance
wants titles tagged; both are added here. No moment stands in the file and entries carry one fixed date, so that the
same content is the same file.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree import ElementTree as Xml
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LANGUAGE = "en-GB"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPOKEN = f"<dc:language>{LANGUAGE}</dc:language>".encode()
_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
_CORE, _STYLES = "docProps/core.xml", "xl/styles.xml"
#: Titles by their bold type: the size in points, the style that Excel knows, and its number there.
_TITLES = (("16", "Heading 1", "16"), ("14", "Heading 2", "17"))


def tagged(written: bytes) -> bytes:
    """A workbook of xlsxwriter with its language and its titles tagged as headings.

    Parameters
    ----------
    written
        The bytes of the workbook.

    Returns
    -------
    bytes
        The bytes of the tagged workbook.
    """
    with ZipFile(BytesIO(written)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    closing = b"</cp:coreProperties>"
    parts[_CORE] = _MOMENTS.sub(b"", parts[_CORE]).replace(closing, _SPOKEN + closing)
    parts[_STYLES] = _with_headings(parts[_STYLES])
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()


def _with_headings(content: bytes) -> bytes:
    """The styles, with those formats tagged as headings that set titles."""
    Xml.register_namespace("", _MAIN.strip("{}"))
    styles = Xml.fromstring(content)  # noqa: S314  (xlsxwriter wrote it)
    fonts, bases, formats, names = (_child(styles, name) for name in ("fonts", "cellStyleXfs", "cellXfs", "cellStyles"))
    for size, name, number in _TITLES:
        for place, font in enumerate(fonts):
            if font.find(f"{_MAIN}b") is None or _child(font, "sz").get("val") != size:
                continue
            base = {"numFmtId": "0", "fontId": str(place), "fillId": "0", "borderId": "0", "applyFont": "1"}
            identity = str(len(bases))
            Xml.SubElement(bases, f"{_MAIN}xf", base)
            Xml.SubElement(names, f"{_MAIN}cellStyle", {"name": name, "xfId": identity, "builtinId": number})
            for cell_format in formats:
                if cell_format.get("fontId") == str(place):
                    cell_format.set("xfId", identity)
            break
    for group in (bases, names):
        group.set("count", str(len(group)))
    tagged: bytes = Xml.tostring(styles, encoding="utf-8", xml_declaration=True)
    return tagged


def _child(node: Xml.Element, name: str) -> Xml.Element:
    element = node.find(f"{_MAIN}{name}")
    if element is None:
        raise KeyError(name)
    return element
