"""Which file of data.police.uk is of which force, month and kind, and which of several publications is read.

A monthly archive repeats the three years before it, revised; so the same force and month stand in many. The latest
publication is the one whose newest month is latest, an archive or a folder being one publication.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from analysis import reference
from analysis.errors import DataRefused
from analysis.intake import files
from analysis.ledger import Warned

ENDINGS = (".zip", ".csv", ".csv.gz")
KINDS = ("street", "outcomes")
_NAME = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-([a-z][a-z-]*)-(street|outcomes|stop-and-search)\.csv(?:\.gz)?")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
#: Published beside the forces of England and Wales without being one of them.
_ELSEWHERE = {"northern-ireland": "Northern Ireland"}


@dataclass(frozen=True, order=True)
class Source:
    """One file: of ``month`` (its first day) and ``kind`` ("street" or "outcomes"), a ``member`` of an archive or "".

    ``published`` is the first day of the newest month in its archive or folder.
    """

    slug: str
    month: date
    kind: str
    path: Path
    member: str = ""
    published: date = date.min

    @property
    def name(self) -> str:
        """The file's name without its folder: what a message and the ledger call it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


@dataclass(frozen=True)
class Chosen:
    """What is to be read, by force, and what a reader must know of the choice, by force ("" for all)."""

    sources: Mapping[str, tuple[Source, ...]]
    warnings: Mapping[str, tuple[Warned, ...]]


def chosen(paths: Iterable[Path]) -> Chosen:
    """One file for each force, month and kind among files, folders and archives.

    Raises DataRefused for a file that is not named as data.police.uk names them, for a force that
    data/reference/forces.csv does not know, for two different files of one month that are equally late, and where
    no street file is left.
    """
    found = [one for path in files.listed(paths, ENDINGS, what="files of data.police.uk") for one in _within(path)]
    found = _dated(found)
    warned: dict[str, tuple[Warned, ...]] = {"": _passed_over(found)}
    known = {row["police_uk_slug"]: row["force"] for row in reference.force_rows()}
    wanted = [one for one in found if one.kind in KINDS and one.slug not in _ELSEWHERE]
    strange = sorted({one.slug for one in wanted} - set(known))
    if strange:
        raise DataRefused(
            f"No force is known by {', '.join(repr(slug) for slug in strange)} in the names of files. Add it to "
            "data/reference/forces.csv (police_uk_slug) with its source, or leave its files out."
        )
    if not any(one.kind == "street" for one in wanted):
        raise DataRefused("No street file of a force of England and Wales: without one no crime can be counted.")
    sources: dict[str, tuple[Source, ...]] = {}
    for slug in sorted({one.slug for one in wanted}):
        taken, told = _latest([one for one in wanted if one.slug == slug], known[slug])
        sources[known[slug]], warned[known[slug]] = taken, told
    return Chosen(sources, warned)


def _within(path: Path) -> list[Source]:
    """The files that one path stands for, stop-and-search among them."""
    if path.suffix.casefold() != ".zip":
        return [_source(path, path.name)]
    members = files.members(path, (".csv",))
    if not members:
        raise DataRefused(f"{path.name} is an archive without a CSV file. Download it from data.police.uk again.")
    return [_source(path, PurePosixPath(one.filename).name, member=one.filename) for one in members]


def _source(path: Path, name: str, *, member: str = "") -> Source:
    match = _NAME.fullmatch(name.casefold())
    if match is None:
        raise DataRefused(
            f"{f'{path.name}/{member}' if member else path.name} is not named as data.police.uk names its files "
            "(2024-04-kent-street.csv, 2024-04-kent-outcomes.csv). Give it back its name or leave it out."
        )
    return Source(match[3], date(int(match[1]), int(match[2]), 1), match[4], path, member)


def _dated(found: list[Source]) -> list[Source]:
    """The same with the newest month of the archive or folder that each is in."""
    newest: dict[Path, date] = {}
    for one in found:
        newest[_publication(one)] = max(one.month, newest.get(_publication(one), one.month))
    return sorted(replace(one, published=newest[_publication(one)]) for one in found)


def _publication(source: Source) -> Path:
    """The archive, or the folder that holds the files or their folders by month."""
    if source.member:
        return source.path
    folder = source.path.parent
    return folder.parent if _MONTH.fullmatch(folder.name) else folder


def _passed_over(found: list[Source]) -> tuple[Warned, ...]:
    """What was among the files and is of no use here."""
    searches = sum(one.kind not in KINDS for one in found)
    told = []
    if searches:
        told.append(Warned("", "passed over", f"Stop-and-search files: {searches}. A search is not a crime."))
    elsewhere = Counter(_ELSEWHERE[one.slug] for one in found if one.slug in _ELSEWHERE and one.kind in KINDS)
    for name, number in elsewhere.items():
        told.append(Warned("", "passed over", f"Files of {name}, which is not in England and Wales: {number}."))
    return tuple(told)


def _latest(found: list[Source], force: str) -> tuple[tuple[Source, ...], tuple[Warned, ...]]:
    """One force's files, one a month and kind, and what is to be said of those that stood more than once."""
    by: dict[tuple[date, str], list[Source]] = defaultdict(list)
    for one in found:
        by[one.month, one.kind].append(one)
    taken, copies, replaced = [], 0, 0
    for same in by.values():
        same.sort(key=lambda one: one.published, reverse=True)
        best, *rest = same
        taken.append(best)
        held = _fingerprint(best) if rest else ""
        for other in rest:
            is_copy = _fingerprint(other) == held
            if not is_copy and other.published == best.published:
                raise DataRefused(
                    f"{_place(best)} and {_place(other)} are different files of the same month, and nothing tells "
                    "which was published later. Leave one out."
                )
            copies, replaced = copies + is_copy, replaced + (not is_copy)
    told = f"Files left for those of a later publication: {replaced}; left out as exact copies: {copies}."
    return tuple(sorted(taken)), (Warned(force, "published again", told),) if copies or replaced else ()


def _place(source: Source) -> str:
    return f"{source.path}/{source.member}" if source.member else str(source.path)


def _fingerprint(source: Source) -> str:
    """Length and CRC-32 of what a file says once unpacked: as an archive has it in its list of members."""
    with files.reading(source.path):
        if source.member:
            with zipfile.ZipFile(source.path) as archive:
                member = archive.getinfo(source.member)
            return f"{member.file_size} {member.CRC}"
        length = check = 0
        for block in blocks(source):
            length, check = length + len(block), zlib.crc32(block, check)
        return f"{length} {check}"


def is_gzipped(path: Path) -> bool:
    """Whether a file is gzipped: its first two bytes say so, not its name."""
    with path.open("rb") as held:
        return held.read(2) == b"\x1f\x8b"


def blocks(source: Source) -> Iterator[bytes]:
    """The bytes of a file that is no member of an archive, unpacked if it is gzipped.

    Raises DataRefused when it is cut short or swells like no table.
    """
    length, packed = 0, source.path.stat().st_size
    opened = gzip.open if is_gzipped(source.path) else open
    try:
        with opened(source.path, "rb") as held:
            while block := held.read(files.CHUNK):
                length += len(block)
                if length > files.BOMB_FROM and length > files.BOMB_RATIO * packed:
                    raise DataRefused(
                        f"{source.name} unpacks to over {files.BOMB_RATIO} times its size, as no table does. If it is "
                        "to be trusted, unpack it first."
                    )
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataRefused(
            f"{source.name} is cut short or damaged and cannot be unpacked. Download or copy it again."
        ) from None
