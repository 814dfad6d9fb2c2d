"""Marked words looked for in every byte that stands below a folder: as it stands, unpacked, inflated and decoded.

A file is taken for what its first bytes say, so that a workbook under another name is a workbook. What is unpacked is
searched in its turn. Spaces, hyphens and line ends are also left out, since a typesetter breaks a long word.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pikepdf
import pyarrow.parquet as pq

from tests.reports.tagged import Tagged

_EMBEDDED = re.compile(rb"base64,([A-Za-z0-9+/=\s]+)")
_BREAKS = re.compile(rb"[\s-]|\xc2\xad")


def pieces(content: bytes) -> Iterator[bytes]:
    """Every run of bytes that some bytes hold, those of what is packed in them too."""
    yield content
    for found in _EMBEDDED.finditer(content):
        with suppress(binascii.Error):  # code speaks of such text too
            yield from pieces(base64.b64decode(found[1]))
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment
            for member in archive.infolist():
                yield member.filename.encode()
                yield from pieces(archive.read(member))
    elif content.startswith(b"\x1f\x8b"):
        yield from pieces(gzip.decompress(content))
    elif content.startswith(b"%PDF"):
        yield from _of_pdf(content)
    elif content.startswith(b"PAR1") and content.endswith(b"PAR1"):
        held = pq.read_table(io.BytesIO(content))
        yield repr(held.schema.metadata).encode()
        yield held.to_pandas().to_csv().encode()


def _of_pdf(content: bytes) -> Iterator[bytes]:
    with pikepdf.open(io.BytesIO(content)) as book:
        for one in book.objects:
            if isinstance(one, pikepdf.Stream):
                yield one.read_bytes()
                yield repr(dict(one.stream_dict)).encode()
            else:
                yield one.unparse(resolved=True)
        is_tagged = "/StructTreeRoot" in book.Root
    if is_tagged:
        held = Tagged(io.BytesIO(content))
        yield " ".join([*held.pages, held.root.text]).encode()


class Search:
    """A search for ``marks``, letters by what they mark. Each file is read once for as long as it does not change."""

    def __init__(self, marks: dict[str, str]) -> None:
        self.marks = {name: mark.casefold().encode() for name, mark in marks.items()}
        self._known: dict[Path, tuple[tuple[int, int, int], set[str]]] = {}

    def of_bytes(self, content: bytes) -> set[str]:
        """Which marks some bytes hold, in UTF-8 or UTF-16, in capitals or not."""
        found = set()
        for piece in pieces(content):
            small = piece.lower()
            for text in (small, small.replace(b"\0", b""), _BREAKS.sub(b"", small)):
                found |= {name for name, mark in self.marks.items() if mark in text}
        return found

    def of_folder(self, folder: Path, *, leave: Iterable[Path] = ()) -> dict[str, set[str]]:
        """The files, folders and links below a folder that hold a mark or are called by one, and which, but for some
        folders.
        """
        left, found = set(leave), {}
        for path in sorted(folder.rglob("*")):
            if left & {path, *path.parents}:
                continue
            name = path.relative_to(folder).as_posix()
            told = self.of_bytes(name.encode())
            if path.is_symlink():
                told |= self.of_bytes(str(path.readlink()).encode())
            elif path.is_file():
                told |= self._of_file(path)
            if told:
                found[name] = told
        return found

    def _of_file(self, path: Path) -> set[str]:
        about = path.stat()
        version = about.st_ino, about.st_mtime_ns, about.st_size
        if path not in self._known or self._known[path][0] != version:
            self._known[path] = version, self.of_bytes(path.read_bytes())
        return self._known[path][1]
