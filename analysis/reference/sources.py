"""Where published figures come from: what data/published/sources.toml declares of each file, and when its publisher
issues and revises it, as far as that was found (data/reference/source_releases.csv).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache

from analysis.errors import DataRefused, offer
from analysis.reference.reference import DATA, read_table

#: How often a source is published.
ONCE, MONTHLY, QUARTERLY, YEARLY = "once", "every month", "every quarter", "every year"
_OFTEN = (ONCE, MONTHLY, QUARTERLY, YEARLY)
_NAME = "source_releases.csv"
_REQUIRED = ("address", "series", "published", "published_source", "checked")
_OPTIONAL = ("newest_seen", "next_release", "next_release_source", "revisions", "revisions_source")


@dataclass(frozen=True)
class Published:
    """A source of figures. ``edition`` is what it is and of when, as its publisher says; "" where that is not said."""

    title: str
    publisher: str
    edition: str
    address: str
    licence: str


@dataclass(frozen=True)
class Releases:
    """When a source is issued and revised, as far as that was found.

    ``series`` is what it is called, ``published`` how often it is issued, ``newest_seen`` the newest edition that was
    seen, ``next_release`` the day announced for the next, ``revisions`` what its publisher does with earlier figures;
    each "" where it is not known. ``checked`` is the day on which somebody looked.
    """

    address: str
    series: str
    published: str
    newest_seen: str
    next_release: str
    revisions: str
    checked: str


@cache
def files() -> dict[str, Published]:
    """What each file of published figures is.

    Returns
    -------
    dict[str, Published]
        By the name of the file below the project, as "data/published/stalking_2024_25.csv".
    """
    declared = tomllib.loads((DATA / "published" / "sources.toml").read_text(encoding="utf-8"))
    return {
        f"data/published/{entry['file']}": Published(
            entry["title"], entry["publisher"], entry["source"], entry["address"], entry["licence"]
        )
        for entry in declared.values()
    }


@cache
def releases() -> dict[str, Releases]:
    """When each source is issued and revised.

    Returns
    -------
    dict[str, Releases]
        By the address of the source.

    Raises
    ------
    DataRefused
        For a day that is none, a word for how often that is unknown, and a fact that does not say where it was found.
    """
    releases_by_address = {}
    for row in read_table(DATA / "reference" / _NAME, required=_REQUIRED, optional=_OPTIONAL):
        _check(row)
        releases_by_address[row["address"]] = Releases(**{name: row[name] for name in Releases.__dataclass_fields__})
    return releases_by_address


def _check(row: dict[str, str]) -> None:
    """Refuse a row that says what cannot be, or not where it has it from."""
    where = f"{_NAME}, source '{row['address']}'"
    if row["published"] not in _OFTEN:
        raise DataRefused(
            f"{where}, column 'published': '{row['published']}' is none of {', '.join(_OFTEN)}."
            f"{offer(row['published'], _OFTEN)}"
        )
    for name in ("checked", "next_release"):
        try:
            date.fromisoformat(row[name] or "2000-01-01")
        except ValueError:
            raise DataRefused(f"{where}, column '{name}': '{row[name]}' is no day. Write it as 2026-11-28.") from None
    for name in ("next_release", "revisions"):
        if row[name] and not row[f"{name}_source"]:
            raise DataRefused(f"{where}, column '{name}': say where it was found, in '{name}_source'.")
