"""Which file of data.police.uk is of which force, month and kind, and what is in it.

A publication is an archive, or the folder that holds files or their folders by month.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from analysis.errors import DataRefused
from analysis.intake import files

ENDINGS = (".zip", ".csv", ".csv.gz")
KINDS = ("street", "outcomes")
_NAME = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-([a-z][a-z-]*)-(street|outcomes|stop-and-search)\.csv(?:\.gz)?")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Source:
    """One file: of ``month`` (its first day) and ``kind`` ("street" or "outcomes"), a ``member`` of an archive or "".

    ``publication`` is the archive or folder that it came in, ``reach`` the first day of the newest month in that.
    """

    slug: str
    month: date
    kind: str
    path: Path
    member: str = ""
    publication: Path = Path()
    reach: date = date.min

    @property
    def name(self) -> str:
        """The file's name without its folder: what a message and the ledger call it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


def is_published(name: str) -> bool:
    """Whether a file is called as data.police.uk calls its monthly files.

    Parameters
    ----------
    name
        Name of a file.

    Returns
    -------
    bool
        Whether it is.

    Examples
    --------
    >>> is_published("2024-04-kent-street.csv"), is_published("kent.csv")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None


def within(path: Path) -> list[Source]:
    """The files that one path stands for, stop-and-search among them.

    Parameters
    ----------
    path
        A file, folder or archive.

    Returns
    -------
    list[Source]
        Files, each with its force, month and kind.

    Raises
    ------
    DataRefused
        For an archive without a CSV file, and for a file that is not named as data.police.uk names its files.
    """
    if path.suffix.casefold() != ".zip":
        return [_source(path, path.name)]
    members = files.members(path, (".csv",))
    if not members:
        raise DataRefused(f"{path.name} is an archive without a CSV file. Download it from data.police.uk again.")
    return [_source(path, PurePosixPath(member.filename).name, member=member.filename) for member in members]


def _source(path: Path, name: str, *, member: str = "") -> Source:
    match = _NAME.fullmatch(name.casefold())
    if match is None and name.casefold().endswith("-neighbourhood.csv"):
        raise DataRefused(
            f"{f'{path.name}/{member}' if member else path.name} is a file of crimes by neighbourhood, of the layout "
            "from before 2013: its crimes have no crime ID, and nothing follows them. Leave files of that layout out."
        )
    if match is None:
        raise DataRefused(
            f"{f'{path.name}/{member}' if member else path.name} is not named as data.police.uk names its files "
            "(2024-04-kent-street.csv, 2024-04-kent-outcomes.csv). Give it back its name or leave it out."
        )
    return Source(match[3], date(int(match[1]), int(match[2]), 1), match[4], path, member)


def dated(sources: list[Source]) -> list[Source]:
    """The same with the newest month of the archive or folder that each is in.

    Parameters
    ----------
    sources
        Files, as ``within`` gives them.

    Returns
    -------
    list[Source]
        The files.
    """
    newest: dict[Path, date] = {}
    for source in sources:
        newest[_publication(source)] = max(source.month, newest.get(_publication(source), source.month))
    return sorted(
        replace(source, publication=place, reach=newest[place])
        for source in sources
        for place in (_publication(source),)
    )


def _publication(source: Source) -> Path:
    """The archive, or the folder that holds the files or their folders by month."""
    if source.member:
        return source.path
    folder = source.path.parent
    return folder.parent if _MONTH.fullmatch(folder.name) else folder


def is_gzipped(path: Path) -> bool:
    """Whether a file is gzipped: its first two bytes say so, not its name.

    Parameters
    ----------
    path
        Where the file is.

    Returns
    -------
    bool
        True where it is.
    """
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def blocks(source: Source) -> Iterator[bytes]:
    """The bytes of a file that is no member of an archive, unpacked if it is gzipped.

    Parameters
    ----------
    source
        A file.

    Yields
    ------
    bytes
        Bytes, piece by piece.

    Raises
    ------
    DataRefused
        When it is cut short or swells like no table.
    """
    length, packed = 0, source.path.stat().st_size
    opened = gzip.open if is_gzipped(source.path) else open
    try:
        with opened(source.path, "rb") as stream:
            while block := stream.read(files.CHUNK):
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
