"""The reading ledger: what was read to make a set of counts, what was dropped, and what a reader must know of it.

It stands beside the counts as NAME.ledger.json and holds names and totals, never a value from a case row. One entry a
reading: ``attrition reduce`` writes the first, ``--append`` adds another.

That of case files is exact and names their files, so it stays in the private store. Beside their counts stands what of
it was ``Released``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import DataRefused
from analysis.safe_words import unsaid


@dataclass(frozen=True, order=True)
class FileRead:
    """One file. ``rows`` are records below the header, ``size`` is in bytes, ``sha256`` is that of its bytes."""

    name: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True, order=True)
class Warned:
    """Something a reader must know: of which force ("" for all), of which kind, in one sentence."""

    force: str
    kind: str
    text: str


@dataclass(frozen=True, repr=False)
class Entry:
    """One reading. ``kept`` is the number of rows that were counted; ``kept`` and ``dropped`` add up to ``rows``.

    ``dropped`` maps a reason to its rows, ``categories`` a column to the rows of each of its categories, ``received``
    a force to the months (as "2024-04") of which rows arrived. ``taken`` is the day or month to which the cases were
    followed, "" where the files do not say. ``words`` is what the mapping of case files says of words, by its tables.
    """

    taken: str
    files: tuple[FileRead, ...]
    rows: int
    kept: int
    dropped: Mapping[str, int]
    categories: Mapping[str, Mapping[str, int]]
    received: Mapping[str, tuple[str, ...]]
    warnings: tuple[Warned, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    __repr__ = unsaid


@dataclass(frozen=True)
class Ledger:
    """All readings that went into a set of counts. ``form`` is the format of the files; ``sets`` names the counts."""

    name: str
    form: str
    sensitivity: str
    sets: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def files(self) -> tuple[FileRead, ...]:
        """Every file that was read, in the order of reading."""
        return tuple(file for entry in self.entries for file in entry.files)

    @property
    def rows(self) -> int:
        """All rows that were read."""
        return sum(entry.rows for entry in self.entries)

    @property
    def kept(self) -> int:
        """All rows that were counted."""
        return sum(entry.kept for entry in self.entries)

    @property
    def dropped(self) -> dict[str, int]:
        """Rows that were not counted, by reason, most first."""
        return dict(sum((Counter(entry.dropped) for entry in self.entries), Counter()).most_common())

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What a reader must know, each thing once."""
        return tuple(dict.fromkeys(warned for entry in self.entries for warned in entry.warnings))


@dataclass(frozen=True)
class Released:
    """What everybody may know of the reading of case files: no exact number, no name of a file, sheet or column.

    ``number`` of files were read. ``dropped`` maps a reason to its rows, drawn; a reason of few rows is not in it.
    How many rows there were, in all, in a file or of a category, is not said: they add up to the cases, which the
    released counts tell, and two numbers of the same cases tell more than one.
    """

    name: str
    form: str
    sensitivity: str
    sets: tuple[str, ...]
    taken: str
    number: int
    dropped: Mapping[str, int]
    warnings: tuple[Warned, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files, numbered in the order of reading."""
        return tuple(f"Case file {place}" for place in range(1, self.number + 1))


def read(path: Path) -> Ledger:
    """The exact ledger in one file.

    Parameters
    ----------
    path
        A ledger of the private store.

    Returns
    -------
    Ledger
        The ledger, with exact numbers.

    Raises
    ------
    DataRefused
        When the file cannot be read or is not a ledger that this package wrote.
    """
    with _reading(path):
        return _exact(json.loads(path.read_text(encoding="utf-8")))


def read_public(path: Path) -> Ledger | Released:
    """The ledger beside counts in data/counts/: of case files what was released, of others all.

    Parameters
    ----------
    path
        A ledger of data/counts/.

    Returns
    -------
    Ledger | Released
        The ledger; of case files what was released of it.

    Raises
    ------
    DataRefused
        When the file is none that this package wrote, or of case files with exact numbers, as they held once.
    """
    with _reading(path):
        fields = json.loads(path.read_text(encoding="utf-8"))
        if fields.pop("released", False):
            warnings = tuple(Warned(**warned) for warned in fields.pop("warnings"))
            return Released(**{**fields, "sets": tuple(fields["sets"])}, warnings=warnings)
        ledger = _exact(fields)
    if ledger.sensitivity != "published":
        raise DataRefused(
            f"Set '{ledger.name}' was made before counts of people were kept apart: its exact counts stand in "
            f"{path.parent}. Reduce all of its files again, without --append; that replaces them."
        )
    return ledger


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turns what goes wrong while a ledger is read into a refusal that names it."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as fault:
        raise DataRefused(f"{path.name} cannot be read ({type(fault).__name__}). Reduce the files again.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataRefused(f"{path.name} is not a reading ledger of this package. Reduce the files again.") from None


def _exact(fields: dict[str, Any]) -> Ledger:
    return Ledger(
        name=fields["name"],
        form=fields["form"],
        sensitivity=fields["sensitivity"],
        sets=tuple(fields["sets"]),
        entries=tuple(_entry(entry) for entry in fields["entries"]),
    )


def _entry(fields: dict[str, Any]) -> Entry:
    return Entry(
        **{
            **fields,
            "files": tuple(FileRead(**file) for file in fields["files"]),
            "received": {force: tuple(months) for force, months in fields["received"].items()},
            "warnings": tuple(Warned(**warned) for warned in fields["warnings"]),
        }
    )


def written(ledger: Ledger | Released) -> str:
    """The ledger as it is stored: JSON, the same bytes for the same readings.

    Parameters
    ----------
    ledger
        A ledger, exact or released.

    Returns
    -------
    str
        JSON.
    """
    mark = {"released": True} if isinstance(ledger, Released) else {}
    fields = asdict(ledger)
    for entry in fields.get("entries", ()):
        if not entry["words"]:
            del entry["words"]
    return json.dumps({**mark, **fields}, ensure_ascii=False, indent=1) + "\n"
