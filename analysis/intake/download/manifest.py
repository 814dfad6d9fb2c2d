"""What was fetched, whence and when: ``manifest.json`` beside the files, so that a result leads back to its download.

It is staged and moved in whole, so it can be read after whatever stopped the program. What a later publication replaced
stays listed, with the name under which it was kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import CouldNotWrite, DataRefused
from analysis.system import unwritten, writing

NAME = "manifest.json"
_SCHEMA = "attrition downloads 1"


@dataclass(frozen=True)
class Stamp:
    """What a server says of one version of a file: its mark, when it was changed, its size in bytes if told."""

    etag: str = ""
    modified: str = ""
    size: int | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Stamp:
        """The stamp in the headers of an answer that is a whole file.

        Parameters
        ----------
        headers
            Its headers.

        Returns
        -------
        Stamp
            What they say; "" and None for what they do not.
        """
        length = headers.get("Content-Length", "")
        is_plain = headers.get("Content-Encoding", "identity") == "identity"
        size = int(length) if length.isascii() and length.isdigit() and is_plain else None
        return cls(headers.get("ETag", "").strip(), headers.get("Last-Modified", "").strip(), size)

    @property
    def condition(self) -> str:
        """What If-Range may say: a strong mark or else the time; nothing when the version cannot be told."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified

    def is_same(self, other: Stamp) -> bool:
        """Whether both are surely of one version. A size alone says too little.

        Parameters
        ----------
        other
            The other stamp.

        Returns
        -------
        bool
            False where that cannot be told.
        """
        if None not in (self.size, other.size) and self.size != other.size:
            return False
        if self.etag and other.etag:
            return self.etag.removeprefix("W/") == other.etag.removeprefix("W/")
        return bool(self.modified) and self.modified == other.modified


@dataclass(frozen=True)
class Entry:
    """One file as it stands in the folder. ``reached`` is the address that answered in the end, ``fetched`` UTC."""

    item: str
    name: str
    title: str
    address: str
    reached: str
    page: str
    fetched: str
    size: int
    sha256: str
    stamp: Stamp


@dataclass(frozen=True)
class Superseded:
    """A file that stood in the folder and is kept aside. ``sha256`` is that of the file that was kept."""

    item: str
    name: str
    kept_as: str
    sha256: str
    reason: str
    set_aside: str
    entry: Entry | None


@dataclass(frozen=True)
class Manifest:
    """All that stands in a folder, by item, and all that was set aside, in the order in which it was."""

    entries: dict[str, Entry] = field(default_factory=dict)
    superseded: tuple[Superseded, ...] = ()

    def having(self, *entries: Entry, aside: tuple[Superseded, ...] = ()) -> Manifest:
        """The manifest with ``entries`` in the place of what was of their items, and with what was set ``aside``.

        Parameters
        ----------
        *entries
            What stands in the folder now, in the place of what was of their items.
        aside
            What was set aside for it.

        Returns
        -------
        Manifest
            A copy.
        """
        names = {superseded.kept_as for superseded in self.superseded}
        new = tuple(superseded for superseded in aside if superseded.kept_as not in names)
        listed = dict(sorted({**self.entries, **{entry.item: entry for entry in entries}}.items()))
        return replace(self, entries=listed, superseded=(*self.superseded, *new))


def read(folder: Path) -> Manifest:
    """The manifest of a folder, an empty one where there is none.

    Parameters
    ----------
    folder
        The folder.

    Returns
    -------
    Manifest
        What the folder holds, and what was set aside.

    Raises
    ------
    DataRefused
        When it cannot be read.
    """
    path = folder / NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["schema"] != _SCHEMA:
            raise ValueError(document["schema"])
        entries = {record["item"]: entry_of(record) for record in document["files"]}
        return Manifest(entries, tuple(superseded_of(record) for record in document["superseded"]))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError):
        raise DataRefused(
            f"{path} is not a manifest that 'attrition fetch' wrote. Move it away, or fetch into another folder with "
            "--to."
        ) from None


def write(manifest: Manifest, folder: Path, *, by: str) -> None:
    """Put the manifest in its place whole.

    Parameters
    ----------
    manifest
        What it says.
    folder
        The folder.
    by
        The program and version that write it.

    Raises
    ------
    CouldNotWrite
        When it cannot be written; the one that stood there stands.
    """
    content = {
        "schema": _SCHEMA,
        "written_by": by,
        "files": [asdict(entry) for entry in manifest.entries.values()],
        "superseded": [asdict(superseded) for superseded in manifest.superseded],
    }
    write_json(folder / NAME, content)


def write_json(path: Path, content: Any) -> None:
    """Stage a JSON file beside its place and move it in.

    Parameters
    ----------
    path
        Its place.
    content
        What it says.

    Raises
    ------
    CouldNotWrite
        When there is no room or no leave.
    """
    try:
        with writing.held(path.parent) as folder:
            folder.write(path.name, writing.as_json(content), is_settled=True)
    except OSError as fault:
        raise unwritable(path, fault) from None


def unwritable(path: Path, fault: OSError) -> CouldNotWrite:
    """The refusal of a place where nothing can be written.

    Parameters
    ----------
    path
        The place.
    fault
        What the system said.

    Returns
    -------
    CouldNotWrite
        The error, to be raised.
    """
    then = ", or name another folder with --to; what was there stands, and what has come is taken up again"
    return unwritten.refusal(path, fault, then=then)


def entry_of(record: Mapping[str, Any]) -> Entry:
    """An entry as it stands in JSON.

    Parameters
    ----------
    record
        Its fields.

    Returns
    -------
    Entry
        The entry.

    Raises
    ------
    KeyError, TypeError
        When one is missing, or is of another kind, or unknown.
    """
    return Entry(**{**record, "stamp": Stamp(**record["stamp"])})


def superseded_of(record: Mapping[str, Any]) -> Superseded:
    """What was set aside, as it stands in JSON.

    Parameters
    ----------
    record
        Its fields.

    Returns
    -------
    Superseded
        What was set aside.

    Raises
    ------
    KeyError, TypeError
        When one is missing, or is of another kind, or unknown.
    """
    return Superseded(**{**record, "entry": entry_of(record["entry"]) if record["entry"] else None})
