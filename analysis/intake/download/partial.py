"""A download on its way: ``NAME.part`` beside its place, and ``NAME.part.json`` that says what it is a part of.

Without the second a part could be continued with the bytes of another version of the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from analysis.intake.download.manifest import Entry, Stamp, Superseded, entry_of, superseded_of, unwritable, write_json
from analysis.system import writing

_CHUNK = 1 << 20


class Partial:
    """The part of one file that has come so far; it grows, is begun again, and in the end is moved into its place."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / f"{name}.part"
        self.notes = folder / f"{name}.part.json"
        self._digest = hashlib.sha256()
        self._digested = 0

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.path.stat().st_size if self.path.exists() else 0

    def stamp_at(self, address: str) -> Stamp:
        """The version that this is a part of; an empty stamp when there is no telling or it is of another address.

        Parameters
        ----------
        address
            What is asked for.

        Returns
        -------
        Stamp
            The version.
        """
        try:
            notes = self._noted()
            return Stamp(**notes["stamp"]) if notes["address"] == address else Stamp()
        except (KeyError, TypeError):
            return Stamp()

    def begin(self, address: str, stamp: Stamp) -> None:
        """Begin again with nothing.

        Parameters
        ----------
        address
            What is asked for.
        stamp
            The version that comes.

        Raises
        ------
        CouldNotWrite
            When the folder cannot be written.
        """
        self.discard()
        write_json(self.notes, {"address": address, "stamp": asdict(stamp)})

    def discard(self) -> None:
        """Leave no part.

        Raises
        ------
        CouldNotWrite
            When it cannot be removed.
        """
        try:
            self.path.unlink(missing_ok=True)  # first, so that what is left is never described as something else
            self.notes.unlink(missing_ok=True)
        except OSError as fault:
            raise unwritable(self.path, fault) from None
        self._digest, self._digested = hashlib.sha256(), 0

    @contextmanager
    def growing(self) -> Iterator[Callable[[bytes], None]]:
        """Open the part for what comes next.

        Yields
        ------
        Callable
            Adds bytes to its end.

        Raises
        ------
        CouldNotWrite
            On the disk's account.
        """
        self._catch_up()
        try:
            with writing.held(self.path.parent) as folder:
                file = folder.opened(self.path.name)
        except OSError as fault:
            raise unwritable(self.path, fault) from None

        def add(block: bytes) -> None:
            try:
                file.write(block)
            except OSError as fault:
                raise unwritable(self.path, fault) from None
            self._digest.update(block)
            self._digested += len(block)

        try:
            yield add
        finally:
            _close(file, self.path)

    def sha256(self) -> str:
        """The checksum of what there is, most of it computed while it came.

        Returns
        -------
        str
            Hexadecimal digits.
        """
        self._catch_up()
        return self._digest.hexdigest()

    def intend(self, entry: Entry, aside: tuple[Superseded, ...]) -> None:
        """Note what is about to stand in the folder, until the manifest says so: a kill between loses no record.

        Parameters
        ----------
        entry
            What is about to stand there.
        aside
            What is set aside for it.
        """
        intent = {"landed": asdict(entry), "aside": [asdict(superseded) for superseded in aside]}
        write_json(self.notes, {**self._noted(), **intent})

    def intended(self) -> tuple[Entry, tuple[Superseded, ...]] | None:
        """What was being moved when a run was stopped; None when nothing was.

        Returns
        -------
        tuple[Entry, tuple[Superseded, ...]] or None
            What was to stand there, and what was set aside for it.
        """
        try:
            notes = self._noted()
            return entry_of(notes["landed"]), tuple(superseded_of(record) for record in notes["aside"])
        except (KeyError, TypeError):
            return None

    def finish(self, place: Path) -> None:
        """Move into place.

        Parameters
        ----------
        place
            Where the whole file belongs.

        Raises
        ------
        CouldNotWrite
            When the folder cannot be written; the part is still there.
        """
        try:
            self.path.replace(place)
        except OSError as fault:
            raise unwritable(place, fault) from None

    def _noted(self) -> dict[str, Any]:
        try:
            notes = json.loads(self.notes.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return notes if isinstance(notes, dict) else {}

    def _catch_up(self) -> None:
        """Read what an earlier run left, so that the checksum is that of all the bytes."""
        if self._digested == self.size:
            return
        self._digest, self._digested = hashlib.sha256(), 0
        with self.path.open("rb") as stream:
            while block := stream.read(_CHUNK):
                self._digest.update(block)
                self._digested += len(block)


def _close(file: IO[bytes], path: Path) -> None:
    """Close, and let a full disk be told as one."""
    try:
        file.close()
    except OSError as fault:
        raise unwritable(path, fault) from None
