"""A page as Beautiful Soup reads it, and what the rules of pages ask of it besides: its words, and where a part is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import cast

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

_UNSPOKEN = ("style", "script", "title")
_INLINE = {"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "time", "tspan"}


class Element(Tag):
    """One element of a page. Its attributes are texts, those of several words too."""

    def all(self, *tags: str) -> list[Element]:
        """Every element below this one, in the order of the page; those of these tags if any are named.

        Parameters
        ----------
        *tags
            The tags that are wanted; none for all.

        Returns
        -------
        list of Element
            Elements, however deep.
        """
        return [part for part in self._below if not tags or part.name in tags]

    def classed(self, name: str) -> list[Element]:
        """Every element below this one that has a class.

        Parameters
        ----------
        name
            The class.

        Returns
        -------
        list of Element
            Elements, however deep.
        """
        return [element for element in self.all() if name in element.attributes.get("class", "").split()]

    def with_id(self, identity: str) -> Element | None:
        """The first element with an id; nothing where there is none.

        Parameters
        ----------
        identity
            The id.

        Returns
        -------
        Element or None
            The element, or None.
        """
        return self._named.get(identity)

    @cached_property
    def _below(self) -> list[Element]:
        """Every element below this one, which the rules ask for again and again; find_all takes many times as long."""
        return [cast(Element, part) for part in self.descendants if isinstance(part, Tag)]

    @cached_property
    def _named(self) -> dict[str, Element]:
        """The elements below this one by their ids, of several with one id the first."""
        return {part.attributes["id"]: part for part in reversed(self._below) if "id" in part.attributes}

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name."""
        return cast(dict[str, str], self.attrs)

    @property
    def own_texts(self) -> list[str]:
        """The texts in it and in no element within, comments left out."""
        return [str(child) for child in self.contents if type(child) is NavigableString]

    @property
    def text(self) -> str:
        """The words inside, without those of style sheets; blanks in a row are one."""
        return " ".join("".join(_words(self)).split())

    @property
    def place(self) -> str:
        """Where it is, for a reader who must find it: the nearest id around it, or else its tag."""
        around = next((element for element in (self, *self.parents) if element.get("id")), None)
        return f"#{around['id']}" if around is not None else f"<{self.name}>"


class Page(BeautifulSoup, Element):
    """A whole page."""


def _words(element: Tag) -> Iterator[str]:
    for child in element.contents:
        if type(child) is NavigableString:
            yield child
        elif isinstance(child, Tag) and child.name not in _UNSPOKEN:
            apart = "" if child.name in _INLINE else " "
            yield from (apart, *_words(child), apart)


@lru_cache(maxsize=1)  # the rules of pages and those of reports read the same one
def read(html: str) -> Page:
    """The page as a tree of its elements, which nobody may change.

    Parameters
    ----------
    html
        The page.

    Returns
    -------
    Page
        Its root.
    """
    return Page(html, "html.parser", element_classes={Tag: Element}, multi_valued_attributes=None)
