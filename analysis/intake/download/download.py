"""The published files into a folder: only what is new or changed, nothing written over, each with its record.

The order of steps makes each of them repeatable: what is meant is noted, what stood there is set aside, the new file
takes its place whole, the manifest says so, the note goes. Stopped anywhere between, the next run finds where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from analysis.errors import DataRefused, ParameterError
from analysis.intake.download import landing, manifest
from analysis.intake.download.landing import Link
from analysis.intake.download.manifest import Entry, Manifest, Stamp, Superseded, unwritable
from analysis.intake.download.occupancy import occupied
from analysis.intake.download.partial import Partial
from analysis.intake.download.publications import Choice, Wanted
from analysis.intake.download.transfer import Line, Taken
from analysis.intake.files import checksum

ASIDE = "superseded"
_REVISED = "published anew"
_DAMAGED = "no longer the file that was fetched"
_STRAY = "stood here without a record"


@dataclass(frozen=True)
class Fate:
    """What became of one file: ``kind`` is "fetched", "already here" or "refused"; ``text`` says the rest."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True)
class _Standing:
    """What the folder has of an item before it is fetched.

    ``digest`` is the checksum now of the file that ``entry`` names, nothing when it is gone; ``stray`` that of a file
    without an entry that stands where the new one will.
    """

    entry: Entry | None
    digest: str = ""
    stray: str = ""

    @property
    def is_intact(self) -> bool:
        return self.entry is not None and self.digest == self.entry.sha256


def offered(line: Line, page: str, choose: Callable[[tuple[Link, ...]], Choice]) -> Choice:
    """What of the files that a page links is wanted.

    Parameters
    ----------
    line
        The connection.
    page
        The address of the page.
    choose
        Chooses among the links.

    Returns
    -------
    Choice
        What it chose.

    Raises
    ------
    ParameterError
        For an address that is not on the web.
    DataRefused
        When the page cannot be had, is no web page, or does not hold what is wanted.
    """
    parts = urlsplit(page)
    if parts.scheme not in landing.WEB or not parts.hostname:
        raise ParameterError(f"'{page}' is not an address on the web. Write it whole, as https://www.gov.uk/....")
    text, reached = line.page(page)
    try:
        return choose(landing.links(text, reached))
    except DataRefused as fault:
        raise DataRefused(f"{page}: {fault}") from None


def foreseen(choice: Choice, folder: Path) -> Iterator[Fate]:
    """What ``fetch`` would ask for. Nothing is asked for and nothing is written.

    Parameters
    ----------
    choice
        What is wanted of a page.
    folder
        The folder that is downloaded into.

    Yields
    ------
    Fate
        What would become of a file.
    """
    listing = manifest.read(folder)
    for wanted in choice.wanted:
        entry = listing.entries.get(wanted.item)
        is_here = entry is not None and entry.name == wanted.name and (folder / wanted.name).is_file()
        text = "is here; would ask whether it has changed" if is_here else f"would be fetched from {wanted.address}"
        yield Fate(wanted.name, "foreseen", text)


def fetch(line: Line, choice: Choice, folder: Path, *, page: str) -> Iterator[Fate]:
    """Bring the folder up to what the page offers, file by file; one that is refused does not stop the rest.

    Parameters
    ----------
    line
        The connection.
    choice
        What is wanted of a page.
    folder
        The folder that is downloaded into.
    page
        The address of the page.

    Yields
    ------
    Fate
        What became of a file.

    Raises
    ------
    CouldNotWrite
        When the folder is full, may not be written or another process is fetching into it.
    DataRefused
        When its manifest cannot be read.
    """
    with occupied(folder):
        listing = manifest.read(folder)
        for wanted in choice.wanted:
            try:
                listing, fate = _fetched(line, wanted, folder, listing=listing, page=page)
            except DataRefused as fault:
                fate = Fate(wanted.name, "refused", str(fault))
            yield fate


def _fetched(line: Line, wanted: Wanted, folder: Path, *, listing: Manifest, page: str) -> tuple[Manifest, Fate]:
    """One file, and the manifest as it stands then."""
    partial, place = Partial(folder, wanted.name), folder / wanted.name
    listing = _recovered(partial, place, listing, by=line.agent)
    standing = _standing(listing.entries.get(wanted.item), place)
    taken = line.download(wanted.address, partial, stamp_before=_known(standing, wanted))
    if taken is None:
        partial.discard()
        return listing, Fate(wanted.name, "already here", "unchanged on the server, checksum right")
    entry = _entry(wanted, taken, page)
    aside = tuple(_in_the_way(standing, entry))
    partial.intend(entry, aside)
    _move_aside(folder, aside)
    partial.finish(place)
    listing = listing.having(entry, aside=aside)
    manifest.write(listing, folder, by=line.agent)
    partial.discard()
    return listing, _told(entry, standing, aside)


def _recovered(partial: Partial, place: Path, listing: Manifest, *, by: str) -> Manifest:
    """The manifest with what an earlier run moved and was stopped before it could record."""
    intended = partial.intended()
    if intended is None:
        return listing
    entry, aside = intended
    folder = place.parent
    has_landed = place.is_file() and checksum(place) == entry.sha256
    moved = tuple(superseded for superseded in aside if (folder / superseded.kept_as).is_file())
    listing = listing.having(*([entry] if has_landed else []), aside=moved)
    manifest.write(listing, folder, by=by)
    if has_landed:
        partial.discard()
    return listing


def _standing(entry: Entry | None, place: Path) -> _Standing:
    """What is here of what the manifest lists, and of what it does not."""
    stray = checksum(place) if place.is_file() and (entry is None or entry.name != place.name) else ""
    listed = place.with_name(entry.name) if entry else place
    return _Standing(entry, checksum(listed) if entry and listed.is_file() else "", stray)


def _known(standing: _Standing, wanted: Wanted) -> Stamp | None:
    """The version of which a server may say that nothing has changed: whole here, from this very address."""
    entry = standing.entry
    if entry is None or not standing.is_intact or (entry.address, entry.name) != (wanted.address, wanted.name):
        return None
    return entry.stamp


def _entry(wanted: Wanted, taken: Taken, page: str) -> Entry:
    return Entry(
        item=wanted.item,
        name=wanted.name,
        title=wanted.title,
        address=wanted.address,
        reached=taken.reached,
        page=page,
        fetched=_now(),
        size=taken.size,
        sha256=taken.sha256,
        stamp=replace(taken.stamp, size=taken.size),
    )


def _in_the_way(standing: _Standing, entry: Entry) -> Iterator[Superseded]:
    """What stands in the folder and is not to stay: all that is not the same bytes under the same name."""
    old = standing.entry
    if standing.stray and standing.stray != entry.sha256:
        yield _kept(entry.name, standing.stray, reason=_STRAY, entry=None, item=entry.item)
    if old is not None and standing.digest and (old.name, standing.digest) != (entry.name, entry.sha256):
        yield _kept(old.name, standing.digest, reason=_REVISED if standing.is_intact else _DAMAGED, entry=old)


def _move_aside(folder: Path, aside: tuple[Superseded, ...]) -> None:
    try:
        for superseded in aside:
            (folder / ASIDE).mkdir(exist_ok=True)
            (folder / superseded.name).replace(folder / superseded.kept_as)
    except OSError as fault:
        raise unwritable(folder / ASIDE, fault) from None


def _kept(name: str, digest: str, *, reason: str, entry: Entry | None, item: str = "") -> Superseded:
    """The record of a file kept aside. Its ending is not last: what reads a folder of tables takes it for none."""
    return Superseded(
        item=entry.item if entry else item,
        name=name,
        kept_as=f"{ASIDE}/{name}.{digest[:12]}",
        sha256=digest,
        reason=reason,
        set_aside=_now(),
        entry=entry,
    )


def _told(entry: Entry, standing: _Standing, aside: tuple[Superseded, ...]) -> Fate:
    text = f"{entry.size:,} bytes, SHA-256 {entry.sha256[:12]}"
    if urlsplit(entry.reached).netloc != urlsplit(entry.address).netloc:
        text += f", from {urlsplit(entry.reached).netloc}"
    if standing.entry and not aside:
        text += ", the same bytes as before" if standing.digest else ", which was gone"
    text += "".join(f"; {superseded.name}: {superseded.reason}, kept as {superseded.kept_as}" for superseded in aside)
    return Fate(entry.name, "fetched", text)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
