"""Names that stand for the newest counts held, so that what asks for them sees a new year without an edit.

``latest`` is one whole financial year of every offence by force, quarter and outcome: the newest that is held. The
project has that of 2024/25; ``attrition update`` reduces the Home Office's workbooks to sets ``outcomes_2025_26``. Of
one year, the workbook comes before the project's own set, which was of its first edition.

``stalking_outcomes`` is stalking over all years held, which ``attrition update`` makes anew when one of them changes;
until it has, the one year that the project has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

LATEST, GROWING = "latest", "stalking_outcomes"
NAMES = (LATEST, GROWING)
OWN_YEAR, OWN_STALKING = "offences_2024_25", "stalking_2024_25"  # what the project has
FIRST = "2024/25"  # and the year of that
KEY = b"attrition"  # under which a file of counts says what it holds
_YEAR = re.compile(r"(?:outcomes|offences)_(\d{4})_(\d\d)")
_QUARTERS = 4


def set_name(year: str) -> str:
    """What the set of a financial year's workbook is called.

    Parameters
    ----------
    year
        As "2025/26".

    Returns
    -------
    str
        Name of a set of counts.

    Examples
    --------
    >>> set_name("2025/26")
    'outcomes_2025_26'
    """
    return f"outcomes_{year.replace('/', '_')}"


def stands_for(name: str, files: Iterable[Path]) -> str:
    """The set that a name stands for: of ``NAMES`` the newest that is held, and any other name itself.

    Parameters
    ----------
    name
        Name of a set of counts, or one of ``NAMES``.
    files
        The files of all sets that are held.

    Returns
    -------
    str
        Name of a set of counts.

    Examples
    --------
    >>> stands_for("latest", []), stands_for("stalking_outcomes", []), stands_for("kent", [])
    ('offences_2024_25', 'stalking_2024_25', 'kent')
    """
    if name == GROWING:
        return GROWING if any(path.stem == GROWING for path in files) else OWN_STALKING
    if name != LATEST:
        return name
    years = [path for path in files if _YEAR.fullmatch(path.stem) and _is_whole_year(path)]
    return max((path.stem for path in years), key=_rank, default=OWN_YEAR)


def years_held(files: Iterable[Path]) -> dict[str, str]:
    """The set of each financial year that is held, whole or as far as it is published, by year and in order.

    Parameters
    ----------
    files
        The files of all sets that are held.

    Returns
    -------
    dict[str, str]
        Name of a set by financial year.

    Examples
    --------
    >>> years_held([Path("offences_2024_25.parquet"), Path("outcomes_2025_26.parquet")])
    {'2024/25': 'offences_2024_25', '2025/26': 'outcomes_2025_26'}
    """
    named = sorted((path.stem for path in files if _YEAR.fullmatch(path.stem)), key=_rank)
    return {"/".join(name.split("_")[1:]): name for name in named}


def _is_whole_year(path: Path) -> bool:
    """Whether the counts in a file, if it can be read, cover a financial year from its first quarter to its last."""
    try:
        status = path.stat()
        return len(_periods(path, status.st_mtime_ns, status.st_size)) == _QUARTERS
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
        return False


def is_set(path: Path) -> bool:
    """Whether a file says of itself that it is a set of counts.

    Parameters
    ----------
    path
        A file, whatever it is.

    Returns
    -------
    bool
        False too for a file that cannot be read.
    """
    try:
        return KEY in (pq.read_schema(path).metadata or {})
    except (OSError, pa.ArrowException):
        return False


@lru_cache(maxsize=64)
def _periods(path: Path, *_: int) -> frozenset[date]:
    """The first days of the quarters that a file covers, by its metadata alone."""
    months_by_first_day = json.loads((pq.read_schema(path).metadata or {})[KEY])["coverage"]["periods"]
    return frozenset(date.fromisoformat(first) for first, months in months_by_first_day.items() if months == 3)


def _rank(name: str) -> tuple[str, bool]:
    """What orders sets of a year: the later year first of all, then the workbook before the project's own."""
    return name.partition("_")[2], name.startswith("outcomes_")
