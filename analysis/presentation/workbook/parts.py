"""The parts of a workbook's file: what gptables leaves unsaid is added, and everything can be read again.

A workbook is a ZIP of XML (ECMA-376). gptables sets neither a language nor the heading styles by which the guidance
wants titles tagged; both are added here. No moment stands in the file and entries carry one fixed date, so that the
same content is the same file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import IO
from xml.etree import ElementTree as Xml
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

LANGUAGE = "en-GB"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SPOKEN = f"<dc:language>{LANGUAGE}</dc:language>".encode()
_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
_CORE, _STYLES, _BOOK = "docProps/core.xml", "xl/styles.xml", "xl/workbook.xml"
#: Titles by their bold type: the size in points, the style that Excel knows, and its number there.
_TITLES = (("16", "Heading 1", "16"), ("14", "Heading 2", "17"))


@dataclass(frozen=True)
class Table:
    """A table as it is marked up: its name, the cells that it spans, its headings, whether it filters rows."""

    name: str
    span: str
    headings: tuple[str, ...]
    has_filter: bool


@dataclass(frozen=True)
class Tab:
    """One sheet as it was written. ``cells`` are by address: text, or the number as it stands in the file.

    ``styles`` name the style of a cell where it has one of Excel's own, ``elements`` the kinds of thing in the sheet.
    """

    name: str
    is_hidden: bool
    cells: dict[str, str]
    styles: dict[str, str]
    tables: tuple[Table, ...]
    elements: frozenset[str]
    has_hidden_cells: bool


@dataclass(frozen=True)
class Book:
    """A workbook as it was written: its properties, its sheets in order, the names of its parts."""

    properties: dict[str, str]
    tabs: tuple[Tab, ...]
    parts: tuple[str, ...]


def tagged(written: bytes) -> bytes:
    """A workbook of gptables with its language and its titles tagged as headings."""
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


def read(path: Path | IO[bytes]) -> Book:
    """What stands in a workbook. Raises ValueError when it is none, or its XML declares types of its own."""
    try:
        with ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        if any(b"<!DOCTYPE" in content for content in parts.values()):
            raise ValueError("its XML declares types of its own")
        core = {node.tag.rpartition("}")[2]: node.text or "" for node in _xml(parts[_CORE])}
        texts = [_text(node) for node in _xml(parts["xl/sharedStrings.xml"])] if "xl/sharedStrings.xml" in parts else []
        linked = _linked(parts, _BOOK)
        styles = _style_names(parts)
        tabs = [
            _tab(parts, linked[node.get(_LINK, "")], node=node, texts=texts, styles=styles)
            for node in _xml(parts[_BOOK]).iter(f"{MAIN}sheet")
        ]
    except (BadZipFile, KeyError, IndexError, Xml.ParseError, OSError) as fault:
        raise ValueError(f"it cannot be read as a workbook ({fault})") from fault
    return Book(core, tuple(tabs), tuple(parts))


def _tab(parts: dict[str, bytes], name: str, *, node: Xml.Element, texts: list[str], styles: list[str]) -> Tab:
    """One sheet, with the tables that it leads to."""
    sheet = _xml(parts[name])
    cells, named = {}, {}
    for cell in sheet.iter(f"{MAIN}c"):
        address, value = cell.get("r", ""), cell.findtext(f"{MAIN}v", "")
        if cell.get("t") == "inlineStr":
            value = _text(cell)
        cells[address] = texts[int(value)] if cell.get("t") == "s" else value
        if styles[int(cell.get("s", "0"))]:
            named[address] = styles[int(cell.get("s", "0"))]
    linked = _linked(parts, name) if sheet.find(f"{MAIN}tableParts") is not None else {}
    tables = [_table(_xml(parts[linked[part.get(_LINK, "")]])) for part in sheet.iter(f"{MAIN}tablePart")]
    return Tab(
        name=node.get("name", ""),
        is_hidden=node.get("state", "visible") != "visible",
        cells=cells,
        styles=named,
        tables=tuple(tables),
        elements=frozenset(one.tag.removeprefix(MAIN) for one in sheet.iter()),
        has_hidden_cells=any(one.get("hidden") in ("1", "true") for one in sheet.iter()),
    )


def _table(node: Xml.Element) -> Table:
    headings = tuple(column.get("name", "") for column in node.iter(f"{MAIN}tableColumn"))
    has_filter = node.find(f"{MAIN}autoFilter") is not None
    return Table(node.get("name", ""), node.get("ref", ""), headings, has_filter=has_filter)


def _linked(parts: dict[str, bytes], name: str) -> dict[str, str]:
    """The parts that a part leads to, by the identity of the link."""
    folder, _, own = name.rpartition("/")
    links = _xml(parts[f"{folder}/_rels/{own}.rels"])
    return {link.get("Id", ""): normpath(join("/", dirname(name), link.get("Target", "")))[1:] for link in links}


def _style_names(parts: dict[str, bytes]) -> list[str]:
    """For each format of cells the style of Excel's own that it stands for; "" for the normal one."""
    styles = _xml(parts[_STYLES])
    named = {node.get("xfId"): node.get("name", "") for node in styles.iter(f"{MAIN}cellStyle")}
    formats = styles.find(f"{MAIN}cellXfs")
    return [named.get(one.get("xfId"), "").replace("Normal", "") for one in (formats if formats is not None else ())]


def _with_headings(content: bytes) -> bytes:
    """The styles, with those formats tagged as headings that set titles."""
    Xml.register_namespace("", MAIN.strip("{}"))
    styles = _xml(content)
    fonts, bases, formats, names = (_child(styles, name) for name in ("fonts", "cellStyleXfs", "cellXfs", "cellStyles"))
    for size, name, number in _TITLES:
        for place, font in enumerate(fonts):
            if font.find(f"{MAIN}b") is None or _child(font, "sz").get("val") != size:
                continue
            base = {"numFmtId": "0", "fontId": str(place), "fillId": "0", "borderId": "0", "applyFont": "1"}
            identity = str(len(bases))
            Xml.SubElement(bases, f"{MAIN}xf", base)
            Xml.SubElement(names, f"{MAIN}cellStyle", {"name": name, "xfId": identity, "builtinId": number})
            for one in formats:
                if one.get("fontId") == str(place):
                    one.set("xfId", identity)
            break
    for group in (bases, names):
        group.set("count", str(len(group)))
    tagged: bytes = Xml.tostring(styles, encoding="utf-8", xml_declaration=True)
    return tagged


def _child(node: Xml.Element, name: str) -> Xml.Element:
    found = node.find(f"{MAIN}{name}")
    if found is None:
        raise KeyError(name)
    return found


def _text(node: Xml.Element) -> str:
    """A shared string, its control characters as they were: the format writes them as _x0009_."""
    told = "".join(part.text or "" for part in node.iter(f"{MAIN}t"))
    return re.sub(r"_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), told)


def _xml(content: bytes) -> Xml.Element:
    return Xml.fromstring(content)  # noqa: S314  (a part that declares types of its own is refused before)
