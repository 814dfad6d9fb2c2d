"""A PDF as a screen reader meets it: the tree of its tags, in order, with the text of each; read by pikepdf alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

#: What begins and ends a part that is marked, and what sets words: lines and colours are passed over.
OF_WORDS = "BDC BMC EMC Tf Tj TJ ' \" ET Do"


@dataclass
class Element:
    """One tag: its kind without the slash, its own text, what stands in it, and what a reader is told besides."""

    kind: str
    alternative: str = ""
    scope: str = ""
    box: tuple[float, ...] = ()
    inside: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words in it, in the order of the tree."""
        return squeezed(" ".join(one if isinstance(one, str) else one.text for one in self.inside))

    def all(self, *kinds: str) -> list[Element]:
        """Every element of some kinds below this one, in the order of the tree."""
        return [one for one in self.below() if one.kind in kinds]

    @property
    def captioned(self) -> list[Element]:
        """Every table with its caption: in it, or right before it in an element that holds no more than the two.

        Typst puts it there where a table that goes on over pages begins below the head of one.
        """
        return [one for one in self.below() if one.kind in ("Table", "Div") and one._is_captioned]

    @property
    def _is_captioned(self) -> bool:
        children = [one for one in self.inside if isinstance(one, Element)]
        if not children or children[0].kind != "Caption":
            return False
        return self.kind == "Table" or [len(one.all("Table")) for one in children[1:]] == [1]

    def below(self) -> Iterator[Element]:
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one.below()


def squeezed(text: str) -> str:
    """A text with every stretch of white space as one space."""
    return " ".join(text.split())


class Tagged:
    """A PDF: ``root`` is its tree of tags, ``pages`` the text of each page, running heads and feet too."""

    def __init__(self, path: Path) -> None:
        self.pdf = pikepdf.open(path)
        self.pages: list[str] = []
        self.fonts: dict[str, pikepdf.Object] = {}
        self._marked: dict[tuple, str] = {}
        self._letters: dict[tuple, dict[bytes, str]] = {}
        for page in self.pdf.pages:
            by_mark: dict[int | None, str] = defaultdict(str)
            self._read(page.obj, page.obj.Resources, by_mark, None)
            self.pages.append(squeezed(" ".join(by_mark.values())))
            self._marked |= {(page.obj.objgen, mark): text for mark, text in by_mark.items()}
        self.root = Element("Root")
        self._add(self.pdf.Root.StructTreeRoot.K, self.root, None)

    @property
    def bookmarks(self) -> list[tuple[int, str]]:
        """The outline, each entry with its depth from 0."""
        found: list[tuple[int, str]] = []

        def walk(items, depth):
            for item in items:
                found.append((depth, item.title))
                walk(item.children, depth + 1)

        with self.pdf.open_outline() as outline:
            walk(outline.root, 0)
        return found

    def _read(self, stream, resources, by_mark, mark) -> None:
        """Put the text of a content stream into ``by_mark``, by its marked content; forms are read where they stand."""
        fonts = dict(resources.get("/Font", {}).items())
        self.fonts |= {str(font.BaseFont): font for font in fonts.values()}
        marks, letters = [mark], {}
        for operands, operator in pikepdf.parse_content_stream(stream, OF_WORDS):
            match str(operator):
                case "BDC":
                    is_named = isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]
                    marks.append(int(operands[1].MCID) if is_named else marks[-1])
                case "BMC":
                    marks.append(marks[-1])
                case "EMC":
                    marks.pop()
                case "Tf":
                    letters = self._letters_of(fonts[str(operands[0])])
                case "Tj":
                    by_mark[marks[-1]] += _decoded(operands[0], letters)
                case "TJ":
                    by_mark[marks[-1]] += "".join(
                        _decoded(one, letters) for one in operands[0] if isinstance(one, pikepdf.String)
                    )
                case "ET":
                    by_mark[marks[-1]] += " "
                case "Do":
                    form = resources.XObject[str(operands[0])]
                    if form.Subtype == "/Form":
                        self._read(form, form.get("/Resources", resources), by_mark, marks[-1])

    def _letters_of(self, font) -> dict[bytes, str]:
        """What each code of a font means, read when the font is first met."""
        if font.objgen not in self._letters:
            self._letters[font.objgen] = _letters(font)
        return self._letters[font.objgen]

    def _add(self, node, parent: Element, page) -> None:
        """Put a node of the tree, and all below it, into an element."""
        if isinstance(node, pikepdf.Array):
            for one in node:
                self._add(one, parent, page)
        elif isinstance(node, int):
            parent.inside.append(self._marked.get((page.objgen, node), ""))
        elif "/S" in node:
            attributes = node.get("/A", [])
            attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
            scope = next((str(one.Scope)[1:] for one in attributes if "/Scope" in one), "")
            box = next((tuple(float(one) for one in each.BBox) for each in attributes if "/BBox" in each), ())
            element = Element(str(node.S)[1:], str(node.get("/Alt", "")), scope, box)
            parent.inside.append(element)
            self._add(node.get("/K", pikepdf.Array()), element, node.get("/Pg", page))
        elif "/MCID" in node:
            self._add(int(node.MCID), parent, node.get("/Pg", page))


def _letters(font) -> dict[bytes, str]:
    """What each code of a font means, by its own table."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, flags=re.DOTALL):
        for code, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[bytes.fromhex(code)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, flags=re.DOTALL):
        for first, last, text in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(len(first) // 2, "big")
                found[code] = chr(int(text, 16) + step)
    return found


def _decoded(string, letters: dict[bytes, str]) -> str:
    codes = bytes(string)
    return "".join(letters.get(codes[place : place + 2], "") for place in range(0, len(codes), 2))
