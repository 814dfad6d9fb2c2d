"""The links of a web page, as its reader would tell them apart: one for each address, under its fullest title.

Pages of gov.uk link a file twice, once round a picture of its first page and once round its title, and set odd spaces
in titles. Only links are kept of a page while it is read.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from bs4.exceptions import ParserRejectedMarkup
from bs4.filter import SoupStrainer

from analysis.errors import DataRefused
from analysis.safe_words import in_one_line

WEB = ("http", "https")
_LONGEST_NAME = 150
_SPEAKING = ("aria-label", "title")


@dataclass(frozen=True)
class Link:
    """One address of a page, and what the page calls it."""

    address: str
    title: str

    @property
    def name(self) -> str:
        """The last part of the address, as the server writes it."""
        return PurePosixPath(unquote(urlsplit(self.address).path)).name

    @property
    def ending(self) -> str:
        """The ending of the name in small letters, as ".xlsx"; nothing where there is none."""
        return PurePosixPath(self.name).suffix.casefold()

    def __str__(self) -> str:
        return f"{self.title} ({self.name})" if self.title and self.title != self.name else self.name


def links(text: str, address: str) -> tuple[Link, ...]:
    """The links of a page, in its order, http and https only.

    Parameters
    ----------
    text
        The page.
    address
        Where it was found, from which links are followed.

    Returns
    -------
    tuple[Link, ...]
        Each address once, with its title.

    Raises
    ------
    DataRefused
        For a page with a declaration that no parser of HTML takes.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # that a page is like XML, or as short as an address
            page = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer(["a", "base"]))
    except ParserRejectedMarkup:
        raise DataRefused(f"{address} holds a declaration that is no HTML. Download its files in a browser.") from None
    base = address
    titles: dict[str, str] = {}
    for element in page.find_all(["a", "base"], href=True):
        if element.name == "base":
            base = _joined(base, str(element["href"])) or base
        elif target := _joined(base, str(element["href"])):
            titles[target] = max(titles.get(target, ""), _title(element), key=len)
    return tuple(Link(target, title) for target, title in titles.items())


def file_name(link: Link) -> str:
    """A name under which a file may safely stand in a folder: letters, digits, ``.``, ``_`` and ``-``, no leading dot.

    Parameters
    ----------
    link
        The link to the file.

    Returns
    -------
    str
        The name with its ending.

    Raises
    ------
    DataRefused
        When nothing of the server's name is left.
    """
    last = link.name.replace("\\", "/").rpartition("/")[2]
    safe = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in last
    ).lstrip("._-")
    stem, dot, ending = safe.rpartition(".")
    if not stem.strip("._-") or not ending:
        raise DataRefused(f"'{link.address}' gives its file no name. Download it in a browser into the folder.")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


def _title(link: Tag) -> str:
    """What a link says: its words, or else its label, or else what its picture shows.

    A link that is never closed ends where the next begins.
    """
    inside = list(takewhile(lambda node: not (isinstance(node, Tag) and node.name == "a"), link.descendants))
    pictures = [node for node in inside if isinstance(node, Tag) and node.name == "img"]
    labels = [*(link.get(name) for name in _SPEAKING), *(picture.get("alt") for picture in pictures)]
    words = "".join(node for node in inside if type(node) is NavigableString)  # a comment is a kind of string too
    return in_one_line(words) or in_one_line(str(next(filter(None, labels), "")))


def _joined(base: str, reference: str) -> str:
    """The full address that a page at ``base`` means; nothing for what is not on the web or is no address."""
    try:
        address = urldefrag(urljoin(base, reference.strip())).url
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address.replace(" ", "%20") if reference.strip() and parts.scheme in WEB and parts.hostname else ""
