"""A page as a tree of its elements, read with the standard library's parser: what the rules of pages are asked of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "br", "hr", "img", "input", "link", "source", "wbr", "col", "base", "embed"}
_UNSPOKEN = ("style", "script", "title")


@dataclass(eq=False)
class Element:
    """One element of a page: its tag, attributes and whatever stands inside it, in order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        """Every element below this one, in the order of the page; those of these tags if any are named."""
        return [element for element in self._below() if not tags or element.tag in tags]

    def classed(self, name: str) -> list[Element]:
        """Every element below this one that has a class."""
        return [element for element in self._below() if name in element.attributes.get("class", "").split()]

    def with_id(self, identity: str) -> Element | None:
        """The first element with an id; nothing where there is none."""
        return next((element for element in self._below() if element.attributes.get("id") == identity), None)

    @property
    def text(self) -> str:
        """The words inside, without those of style sheets; blanks in a row are one."""
        return " ".join("".join(self._words()).split())

    @property
    def place(self) -> str:
        """Where it stands, for a reader who must find it: the nearest id around it, or else its tag."""
        around: Element | None = self
        while around is not None:
            if around.attributes.get("id"):
                return f"#{around.attributes['id']}"
            around = around.parent
        return f"<{self.tag}>"

    def _below(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._below()

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in _UNSPOKEN:
                apart = "" if child.tag in _INLINE else " "
                yield from (apart, *child._words(), apart)


_INLINE = {"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "time", "tspan"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)

    def handle_endtag(self, tag: str) -> None:
        around: Element | None = self._open
        while around is not None and around.tag != tag:
            around = around.parent
        if around is not None and around.parent is not None:
            self._open = around.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def read(html: str) -> Element:
    """The page as a tree; its root is an element without a tag."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
