"""One file of data.police.uk as text that a database can read: UTF-8, one kind of line end, its columns named.

Most files are so already and are read where they are, or once unpacked. Some have a byte-order mark, bare carriage
returns as line ends, or another encoding; those are written out anew.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import DataRefused
from analysis.intake import files
from analysis.intake.police_uk.files import Source, blocks, is_gzipped
from analysis.intake.scratch import Scratch

#: What is read of each kind of file; the rest are places.
COLUMNS = {
    "street": ("Crime ID", "Month", "Reported by", "Crime type", "Last outcome category"),
    "outcomes": ("Crime ID", "Month", "Reported by", "Outcome type"),
}
_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True)
class Sheet:
    """A file ready to be read at ``path``. ``lines`` are line ends in it; ``sha256`` and ``size`` are the original's.

    ``is_latin`` says that it was not UTF-8 and was read byte by byte: only names of places, which are not read, can
    have suffered.
    """

    source: Source
    path: Path
    columns: tuple[str, ...]
    lines: int
    line_end: str
    is_latin: bool
    sha256: str
    size: int


@dataclass
class _Survey:
    """What one pass over a file's bytes found."""

    start: bytes = b""
    length: int = 0
    feeds: int = 0
    returns: int = 0
    pairs: int = 0
    last: bytes = b""
    is_utf8: bool = True
    has_nul: bool = False

    @property
    def is_even(self) -> bool:
        """Whether all lines end alike, and in a way that needs no mending."""
        return self.returns == self.pairs and self.pairs in (0, self.feeds)


def sheet(source: Source, into: Scratch) -> Sheet:
    """One file made ready, with what had to be mended written anew, ``into`` a file of its own.

    Parameters
    ----------
    source
        A file.
    into
        Where a file goes that is written anew.

    Returns
    -------
    Sheet
        A file in UTF-8 with the names of its columns.

    Raises
    ------
    DataRefused
        When the file is empty, damaged, not text, or lacks a column that is read.
    """
    with files.reading(source.path):
        text = _unpacked(source, into)
        original = text if source.member else source.path
        survey = _survey(text)
        codec = _codec(survey, source.name)
        is_fit = codec == "utf-8" and survey.is_even
        path = text if is_fit else _rewritten(text, into, codec)
        survey = survey if is_fit else _survey(path)
        return Sheet(
            source=source,
            path=path,
            columns=_header(path, source.name, source.kind),
            lines=survey.feeds + (survey.last != b"\n"),
            line_end="\r\n" if survey.pairs else "\n",
            is_latin=codec == "latin-1",
            sha256=files.checksum(original),
            size=original.stat().st_size,
        )


def _unpacked(source: Source, into: Scratch) -> Path:
    """The file itself, or what an archive or gzip holds: unpacked once, since it is read more than once."""
    if source.member:
        with zipfile.ZipFile(source.path) as archive:
            member = archive.getinfo(source.member)
        return files.unpacked(source.path, member, into)
    if not is_gzipped(source.path):
        return source.path
    target = into.file()
    with target.open("wb") as out:
        out.writelines(blocks(source))
    return target


def _survey(path: Path) -> _Survey:
    survey = _Survey()
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        while block := stream.read(files.CHUNK):
            survey.start = survey.start or block[:4]
            survey.length += len(block)
            survey.feeds += block.count(b"\n")
            survey.returns += block.count(b"\r")
            survey.pairs += block.count(b"\r\n") + (survey.last == b"\r" and block[:1] == b"\n")
            survey.has_nul = survey.has_nul or b"\0" in block
            survey.last = block[-1:]
            survey.is_utf8 = survey.is_utf8 and _decodes(decoder, block)
    survey.is_utf8 = survey.is_utf8 and _decodes(decoder, b"", final=True)
    return survey


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _codec(survey: _Survey, name: str) -> str:
    if not survey.length:
        raise DataRefused(f"{name} is empty: not even a header. Download or copy it again.")
    if survey.start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if survey.has_nul:
        raise DataRefused(f"{name} is not text: it holds zero bytes. Download or copy it again.")
    if not survey.is_utf8:
        return "latin-1"
    return "utf-8-sig" if survey.start.startswith(codecs.BOM_UTF8) else "utf-8"


def _rewritten(path: Path, into: Scratch, codec: str) -> Path:
    """The same text as UTF-8 with line feeds, in a file of its own."""
    target = into.file()
    with path.open("rb") as stream, target.open("w", encoding="utf-8", newline="\n") as out:
        text = io.TextIOWrapper(stream, encoding=codec, errors="replace" if codec == "utf-16" else "strict")
        while block := text.read(files.CHUNK):
            out.write(block)
    return target


def _header(path: Path, name: str, kind: str) -> tuple[str, ...]:
    """The names of the columns. Raises DataRefused when one that is read is absent or any stands twice."""
    with path.open("rb") as stream:
        line = stream.readline(_LONGEST_HEADER).decode("utf-8", errors="replace")
    header = tuple(cell.strip() for cell in next(csv.reader([line]), []))
    absent = [column for column in COLUMNS[kind] if column not in header]
    if absent:
        raise DataRefused(
            f"{name}, row 1: no column '{absent[0]}', by which {kind} files are read. Download it from data.police.uk "
            "again; files of the years before 2013 have other columns and are not read."
        )
    if len(set(header)) != len(header):
        raise DataRefused(f"{name}, row 1: two columns have one name. Download it from data.police.uk again.")
    return header


def rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of each row below the header, blank lines left out: slow, to find where a fault is.

    Parameters
    ----------
    sheet
        A file made ready.

    Yields
    ------
    tuple[int, list[str]]
        The number, from 2, and the cells.

    Raises
    ------
    DataRefused
        At a row that is no CSV.
    """
    with sheet.path.open("rb") as stream:
        reader = csv.reader(io.TextIOWrapper(stream, encoding="utf-8", newline=""), strict=True)
        next(reader, None)
        number = 1
        try:
            for cells in reader:
                number += 1
                if cells:
                    yield number, cells
        except csv.Error:
            raise DataRefused(
                f"{sheet.source.name}, row {number + 1}: a quotation mark that is not closed, or a cell without end. "
                "Download or copy the file again."
            ) from None
