"""The rules of a folder of reports that others are served: all of it is for them, and every link leads on.

Held to a copy, before it goes anywhere. A restricted report, a draft, or what a run keeps for itself is refused by its
name, wherever in the folder somebody put it and whatever they called the folder around it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from analysis.publishing.checks import pages
from analysis.publishing.checks.report_rules import Fault
from analysis.publishing.placing import places

_PRIVATE = "Leave it out of what is published"


def private(out: Path) -> list[Fault]:
    """Everything below a folder that may not be served to others.

    Parameters
    ----------
    out
        The folder, as it would be served.

    Returns
    -------
    list of Fault
        One for each file or folder, by name; nothing of what is in it.
    """
    faults: list[Fault] = []
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out)
        if any((out / fault.report) in path.parents for fault in faults):
            continue  # a folder is named once
        faults += [Fault(name.as_posix(), place, f"{reason}. {_PRIVATE}") for place, reason in _why_private(path)]
    return faults


def dead_links(out: Path) -> list[Fault]:
    """Every link of a page below a folder that leads to nothing in it, be it a file or a part of a page.

    Parameters
    ----------
    out
        The folder, as it would be served: under any address, or opened from a disk.

    Returns
    -------
    list of Fault
        One for each link, by page.
    """
    links, ids = [], dict[Path, frozenset[str]]()
    for path in sorted(out.rglob("*.html")):
        for target in sorted({link for link in _links(path) if not urlsplit(link).scheme}):
            if why := _dead(path, target, out, ids):
                links.append(Fault(path.relative_to(out).as_posix(), "page", f"links to {target}, {why}"))
    return links


def _why_private(path: Path) -> Iterator[tuple[str, str]]:
    """Why a file or folder may not be served, if so."""
    if path.is_symlink():
        yield "link", "is a link, and may lead out of the folder"
    elif path.is_dir() and path.name == places.RESTRICTED:
        yield "folder", "is the place of restricted reports"
    elif path.name.startswith(".") and path.name != ".nojekyll":
        yield "folder" if path.is_dir() else "file", "is hidden, and kept by a run for itself"
    elif path.name == "manifest.json":
        yield from _of_whom(path, _told(path))
    elif path.suffix == ".html" and (marked := _marked(path)):
        yield "page", f"says that it is {marked}"


def _of_whom(path: Path, manifest: object) -> Iterator[tuple[str, str]]:
    """Why the report of a manifest may not be served: it is not for everybody, or nobody can say that it is."""
    if not isinstance(manifest, dict) or "is_restricted" not in manifest:
        yield "file", "does not say whether its report is restricted"
    elif manifest["is_restricted"] is not False:
        yield "file", f"is of a restricted report ({path.parent.name})"
    elif manifest.get("is_draft"):
        yield "file", f"is of a draft ({path.parent.name})"


def _told(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _marked(path: Path) -> str:
    """What the banner over a page says of for whom it is; "" for everybody."""
    page = pages.read(path.read_text(encoding="utf-8", errors="replace"))
    banners = {word for banner in page.classed("banner") for word in banner.attributes.get("class", "").split()}
    return next((word for word in ("restricted", "draft") if word in banners), "")


def _links(path: Path) -> Iterator[str]:
    """Where the links of a page lead."""
    for element in pages.read(path.read_text(encoding="utf-8", errors="replace")).all("a", "link"):
        if target := element.attributes.get("href", ""):
            yield target


def _dead(page: Path, target: str, out: Path, ids: dict[Path, frozenset[str]]) -> str:
    """Why a link leads nowhere; "" where it leads somewhere. ``ids`` are those of pages that were read, by page."""
    address = urlsplit(target)
    if address.netloc or address.path.startswith("/"):
        return "which is another place on each server; write it from the page"
    place = (page.parent / unquote(address.path)).resolve() if address.path else page.resolve()
    if not place.is_relative_to(out.resolve()):
        return "which is outside of the folder"
    if not place.is_file():
        return "a folder, which no disk opens as a page" if place.is_dir() else "which is not there"
    if address.fragment and place not in ids:
        ids[place] = _identities(place)
    if address.fragment and unquote(address.fragment) not in ids[place]:
        return "a part that its page does not have"
    return ""


def _identities(path: Path) -> frozenset[str]:
    """The ids on a page."""
    if path.suffix != ".html":
        return frozenset()
    elements = pages.read(path.read_text(encoding="utf-8", errors="replace")).all()
    return frozenset(element.attributes["id"] for element in elements if "id" in element.attributes)
