"""Readings of published workbooks, kept so that a workbook is not read twice. Only published figures come here.

One Parquet file a reading, in data/cases/.cache/, named for the workbook's checksum and for all else that the reading
depends on. Whatever is damaged, of another version or not to be had is as if it were not there: the workbook is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.counts.ledger import FileRead, Warned
from analysis.intake.reading import Part, Reading
from analysis.reference import reference
from analysis.reference.combinations import below_each_other
from analysis.system import writing

FOLDER = reference.PROJECT / "data" / "cases" / ".cache"
_KEY = b"attrition-reading"


def place(checksum: str, depends_on: Iterable[str], *, modules: Iterable[Path]) -> Path:
    """Where the reading of a file with this checksum stands, given what else it depends on.

    ``modules`` are the sources of the code that reads; with them, every table of data/reference/ is part of the name,
    so a reading is never used after either has changed.

    Parameters
    ----------
    checksum
        SHA-256 of the file.
    depends_on
        What else the reading depends on, such as what is allowed.
    modules
        Sources of the code that reads.

    Returns
    -------
    Path
        A file, whether or not it is there.
    """
    digest = hashlib.sha256(json.dumps([pd.__version__, pa.__version__, *depends_on]).encode())
    for path in (*sorted(modules), *sorted((reference.DATA / "reference").glob("*.csv"))):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return FOLDER / f"{checksum[:32]}-{digest.hexdigest()[:32]}.reading"


def held(path: Path) -> Reading | None:
    """The reading that stands in a file of the cache, None when there is none that can be trusted.

    Parameters
    ----------
    path
        As ``place`` gives it.

    Returns
    -------
    Reading | None
        The reading.
    """
    try:
        stored = pq.read_table(path, page_checksum_verification=True)
        about = json.loads((stored.schema.metadata or {})[_KEY])
        frame = stored.to_pandas()
        return _reading(frame, about)
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(path: Path, reading: Reading) -> None:
    """Put a reading in the cache, moved in whole; readings of the same file that are out of date go.

    A folder that cannot be written is no fault: the reading is simply not kept.

    Parameters
    ----------
    path
        As ``place`` gives it.
    reading
        What the file holds.
    """
    with suppress(OSError, writing.Linked):
        with writing.whole(path) as out:
            pq.write_table(_stored(reading), out, compression="zstd", write_page_checksum=True)
        for other in path.parent.glob(f"{path.name.partition('-')[0]}-*.reading"):
            if other != path:
                other.unlink(missing_ok=True)


def _stored(reading: Reading) -> pa.Table:
    """All tables of a reading in one, with the rest of it in the metadata."""
    tables = [part.table for part in reading.parts.values()]
    names = dict.fromkeys(name for part in reading.parts.values() for name in part.dimensions)
    frame = pd.DataFrame({name: below_each_other([_column(table, name) for table in tables]) for name in names})
    frame["cases"] = np.concatenate([table["cases"] for table in tables])
    part_of_row = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    frame["part"] = pd.Categorical.from_codes(part_of_row, categories=pd.Index([*reading.parts], dtype=object))
    if "period" in frame:  # Parquet keeps categories of text alone
        frame["period"] = frame["period"].cat.rename_categories(date.isoformat)
    about = {
        "parts": {name: _described(part) for name, part in reading.parts.items()},
        "files": [asdict(file) for file in reading.files],
        "warnings": [asdict(warned) for warned in reading.warnings],
        **{name: getattr(reading, name) for name in ("rows", "kept", "dropped", "categories", "taken")},
    }
    table = pa.Table.from_pandas(frame, preserve_index=False)
    return table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: json.dumps(about).encode()})


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """A column of a table; one that it does not have is empty in every row."""
    return table[name] if name in table else pd.Series(np.full(len(table), None), dtype=object)


def _described(part: Part) -> dict[str, Any]:
    plain = ("dimensions", "basis", "months", "scheme", "lag_unit")
    return {
        **{name: getattr(part, name) for name in plain},
        "features": dict(part.features),
        "received": sorted((force, first.isoformat()) for force, first in part.received),
        "lacking": sorted((force, first.isoformat(), sorted(codes)) for (force, first), codes in part.lacking.items()),
    }


def _reading(frame: pd.DataFrame, about: dict[str, Any]) -> Reading:
    rest = {name: about[name] for name in ("rows", "kept", "dropped", "categories", "taken")}
    return Reading(
        parts={name: _part(frame[frame["part"] == name], described) for name, described in about["parts"].items()},
        files=tuple(FileRead(**file) for file in about["files"]),
        warnings=tuple(Warned(**warned) for warned in about["warnings"]),
        **rest,
    )


def _part(frame: pd.DataFrame, about: dict[str, Any]) -> Part:
    table = frame[[*about["dimensions"], "cases"]].reset_index(drop=True)
    for name in about["dimensions"]:
        column = table[name].cat.remove_unused_categories()
        table[name] = column.cat.rename_categories(date.fromisoformat) if name == "period" else column
    received = frozenset((force, date.fromisoformat(first)) for force, first in about["received"])
    lacking = {(force, date.fromisoformat(first)): frozenset(codes) for force, first, codes in about["lacking"]}
    typed = {"dimensions": tuple(about["dimensions"]), "received": received, "lacking": lacking}
    return Part(table, **{**about, **typed})
