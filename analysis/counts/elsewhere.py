"""What holds a force, an offence or a time that some counts do not: another set that is here, or what can be fetched.

Reads what files say of themselves. Nothing of a set is noted as read, since nothing of it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.counts.latest import KEY
from analysis.reference import periods
from analysis.reference.periods import Period

if TYPE_CHECKING:
    from analysis.counts.counts import Counts

_KINDS = ("scheme", "basis", "sensitivity")  # in which another set must be like the one that was asked
_CORE = {"force", "period", "outcome"}
_FETCHED = {"home_office": "home-office", "police_uk": "police-uk"}  # publishers that can be fetched, by their scheme


def hint(
    counts: Counts, files: Iterable[Path], *, offence: str = "", force: str = "", period: Period | None = None
) -> str:
    """A sentence that says which sets hold what these counts do not, or how it can be fetched.

    Parameters
    ----------
    counts
        Those that were asked.
    files
        The files of all sets that are at hand.
    offence, force, period
        What was asked for: a code, a name, a time.

    Returns
    -------
    str
        The sentence, a space before it; "" where nothing is known that would hold it.
    """
    holding = sorted(
        path.stem
        for path in files
        if (about := _about(path)) and _is_alike(about, counts)
        if _holds(path, about, offence=offence, force=force, period=period)
    )
    if counts.name in holding:
        return f" All of '{counts.name}' do: these were narrowed before. Ask read_counts('{counts.name}')."
    if holding:
        first = f"--counts {holding[0]} on the command line, read_counts('{holding[0]}') in a notebook"
        several = f" So do {', '.join(holding[1:])}." if holding[1:] else ""
        return f" Counts '{holding[0]}' do: {first}.{several}"
    source = _FETCHED.get(counts.scheme, "") if counts.sensitivity == "published" and not offence else ""
    if not source:
        return ""
    years = f" --years {','.join(_years(period))}" if period and source == "home-office" else ""
    return (
        f" 'attrition fetch {source}{years}' brings its figures where they are published; docs/case_files.md goes on."
    )


def _years(period: Period) -> list[str]:
    """The financial years that a time is in."""
    first, last = periods.year_start(period.first), periods.year_start(period.last)
    return [periods.financial_year(date(year, 4, 1)) for year in range(first, last + 1)]


def _about(path: Path) -> Mapping[str, Any]:
    """What a file of counts says of itself; nothing where it cannot be read, which reading it says."""
    try:
        about: Mapping[str, Any] = json.loads((pq.read_schema(path).metadata or {})[KEY])
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return {}
    return about


def _is_alike(about: Mapping[str, Any], counts: Counts) -> bool:
    """Whether a set can be asked what the other was: the same outcomes, kept as finely, of cases of the same kind."""
    is_of_kind = all(about.get(name) == getattr(counts, name) for name in _KINDS)
    is_as_fine = _CORE & {*about["dimensions"]} == _CORE & {*counts.dimensions}
    return is_of_kind and is_as_fine and about.get("lag_unit", "") == counts.lag_unit and not about.get("features")


def _holds(path: Path, about: Mapping[str, Any], *, offence: str, force: str, period: Period | None) -> bool:
    """Whether a set holds all that was asked for."""
    spans = {date.fromisoformat(first): months for first, months in about["coverage"]["periods"].items()}
    if force and force not in about["coverage"]["forces"]:
        return False
    if period:
        held = sum(months for first, months in spans.items() if first in period)
        if held != (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1:
            return False
    if offence and "offence" not in about["dimensions"]:
        return False
    return not offence or offence in pq.read_table(path, columns=["offence"])["offence"].unique().to_pylist()
