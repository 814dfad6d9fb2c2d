"""The links of a web page, as its reader would tell them apart: one for each address, under its fullest title.

Pages of gov.uk link a file twice, once round a picture of its first page and once round its title, and set odd spaces
in titles. Python's own parser reads them: it takes any page, and nothing here needs more than its links.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from analysis.errors import DataRefused

WEB = ("http", "https")
#: Spaces of no width, which ``str.split`` leaves standing.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
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
    """The links of the page ``text`` found at ``address``, in the order of the page, http and https only."""
    reader = _Reader(address)
    reader.feed(text)
    reader.close()
    reader.end_link()
    titles: dict[str, str] = {}
    for found, title in reader.found:
        if len(title) > len(titles.setdefault(found, "")):
            titles[found] = title
    return tuple(Link(found, title) for found, title in titles.items())


def plain(text: str) -> str:
    """A title with one ordinary space wherever the page has spaces of any kind."""
    return " ".join(text.translate(_UNSEEN).split())


def file_name(link: Link) -> str:
    """A name under which a file may safely stand in a folder: letters, digits, ``.``, ``_`` and ``-``, no leading dot.

    Raises DataRefused when nothing of the server's name is left.
    """
    last = link.name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in last).lstrip("._-")
    stem, dot, ending = kept.rpartition(".")
    if not stem.strip("._-") or not ending:
        raise DataRefused(f"'{link.address}' gives its file no name. Download it in a browser into the folder.")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


@dataclass
class _Open:
    """A link whose end has not been met."""

    address: str
    label: str
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects (address, title) of every link; a link that is never closed ends where the next begins."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._base = address
        self._open: _Open | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "base" and given.get("href"):
            self._base = _joined(self._base, given["href"]) or self._base
        elif tag == "a":
            self.end_link()
            address = _joined(self._base, given.get("href", ""))
            if address:
                label = next((given[name] for name in _SPEAKING if given.get(name)), "")
                self._open = _Open(address, label)
        elif tag == "img" and self._open is not None and not self._open.label:
            self._open.label = given.get("alt", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.end_link()

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.text.append(data)

    def end_link(self) -> None:
        """Keep the link that stands open, if one does."""
        if self._open is not None:
            self.found.append((self._open.address, plain("".join(self._open.text)) or plain(self._open.label)))
        self._open = None


def _joined(base: str, reference: str) -> str:
    """The full address that a page at ``base`` means; nothing for what is not on the web or is no address."""
    try:
        address = urldefrag(urljoin(base, reference.strip())).url
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address.replace(" ", "%20") if reference.strip() and parts.scheme in WEB and parts.hostname else ""
