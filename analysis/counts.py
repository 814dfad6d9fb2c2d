"""Counts: the small tidy table that everything reads, and the only shape in which cases reach a notebook.

One row per combination of its dimensions, one whole-number column ``cases``. Counts add up: regrouping a sum of two
sets gives the sum of the two regrouped. Stored as Parquet, with all that is known about them in its metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import combinations, known_names, periods, reference, writing
from analysis.coverage import Coverage
from analysis.errors import DataRefused, ParameterError, unknown
from analysis.folders import visible
from analysis.schema import BASES, COLUMNS, SENSITIVITIES

_READ: set[str] = set()  # how sensitive the counts are that this process has read
_FILES: set[str] = set()  # and their files
FOLDER = reference.DATA / "counts"
#: The sets that are part of the project. 'attrition reduce' makes none of them: a report of them is what it always was.
BUNDLED = frozenset(
    {
        "gwent_2022_2025",
        "gwent_2022_2025_lags",
        "offences_2024_25",
        "stalking_2024_25",
        "stalking_charged_2015_2020",
        "stalking_example",
        "stalking_example_features",
        "stalking_example_lags",
        "stalking_recorded",
    }
)
_KEY = b"attrition"
_FEW = 4  # forces that are called by their names rather than by their number
_TOLD = ("basis", "sensitivity", "scheme", "offence")  # in so many words in a file's metadata


@dataclass(frozen=True)
class Source:
    """Where counts come from. ``files`` maps each file's name to its SHA-256."""

    title: str
    publisher: str
    address: str
    licence: str
    files: dict[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Counts:
    """One row per combination of ``dimensions`` in ``table``, and the whole-number column ``cases``.

    ``basis`` says which cases a period holds: those ``recorded`` in it, whatever became of them, or those ``closed``
    in it. ``sensitivity`` is ``published``, ``restricted`` (from case files) or ``synthetic``. A combination that is
    not a row happened no times if ``coverage`` says that its force and period arrived.

    ``features`` maps each dimension that a case file's mapping declares to its heading. ``lag``, where it is a
    dimension, is a whole number of ``lag_unit`` ("days" or "months"); that of an open case is how long it was followed,
    -1 for no time. ``taken`` is the day or month to which it is known how cases stand, as "2025-03-31", where that is
    known. ``as_at`` maps a force to two such months where its files have two: that to which it is known how its cases
    stand, and that to which their endings are dated ("" where none is).

    Raises DataRefused when a combination stands twice, a count is not a whole number, or a negative count stands in
    figures that are not ``published`` (a publisher corrects earlier quarters so; nobody else can).
    """

    name: str
    table: pd.DataFrame
    dimensions: tuple[str, ...]
    coverage: Coverage
    basis: str
    sensitivity: str
    source: Source
    scheme: str = ""
    offence: str = ""
    selection: dict[str, str] = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=dict)
    lag_unit: str = ""
    taken: str = ""
    as_at: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        expected = [*self.dimensions, "cases"]
        if list(self.table.columns) != expected:
            raise DataRefused(f"Counts '{self.name}': columns {list(self.table.columns)}, expected {expected}.")
        strange = [name for name in self.dimensions if name not in COLUMNS and name not in self.features]
        if strange:
            raise DataRefused(f"Counts '{self.name}': '{strange[0]}' is not a column of analysis/schema.py.")
        if self.lag_unit not in ("", "days", "months") or ("lag" in self.dimensions) != bool(self.lag_unit):
            raise DataRefused(f"Counts '{self.name}': a lag needs its unit, days or months, and only a lag has one.")
        if not pd.api.types.is_integer_dtype(self.table["cases"]):
            raise DataRefused(f"Counts '{self.name}': column 'cases' holds something other than whole numbers.")
        by = list(self.dimensions)
        repeated = combinations.repeats(self.table, by) if by else len(self.table) - 1
        if repeated:
            raise DataRefused(f"Counts '{self.name}': {repeated} combinations stand more than once; add them up first.")
        if self.basis not in BASES or self.sensitivity not in SENSITIVITIES:
            raise DataRefused(f"Counts '{self.name}': basis '{self.basis}', sensitivity '{self.sensitivity}'.")
        if self.sensitivity != "published" and bool((self.table["cases"] < 0).any()):
            raise DataRefused(f"Counts '{self.name}': negative counts, which only a publisher's correction can be.")

    @property
    def total(self) -> int:
        """All cases."""
        return int(self.table["cases"].sum())

    @property
    def forces(self) -> tuple[str, ...]:
        """Every force that these counts are about, whether its figures arrived or not."""
        return self.coverage.forces

    @property
    def offences(self) -> tuple[str, ...]:
        """Every offence code in these counts."""
        if "offence" in self.dimensions:
            return tuple(sorted(self.table["offence"].unique()))
        return (self.offence,) if self.offence else ()

    @property
    def place(self) -> str:
        """What the forces that sent anything are called together; one that stands alone, and a nation, by its name.

        "all 44 forces", "40 of 44 forces", "Wales", or a few by their names: "2 forces (Essex, Kent)".
        """
        silent, every = set(self.coverage.nothing_from()), len(reference.forces())
        sent = [force for force in self.forces if force not in silent] or list(self.forces)
        if len(sent) == 1:
            return sent[0]
        if nation := reference.nation_of(sent):
            return nation
        if len(sent) <= _FEW:
            return f"{len(sent)} forces ({', '.join(sent)})"
        return f"all {every} forces" if len(sent) == every else f"{len(sent)} of {every} forces"

    @property
    def crime(self) -> str:
        """The one offence or type of crime that these counts are of, by its name.

        "5 offences" or "all crime of 14 types" where they are of several, "" where they do not say.
        """
        if "crime_type" in self.dimensions:
            types = self.table["crime_type"].unique()
            several = f"all crime of {len(types)} types" if len(types) > 1 else "".join(types)
            return self.selection.get("crime_type", several)
        codes = [self.selection["offence"]] if "offence" in self.selection else list(self.offences)
        return reference.offences()[codes[0]] if len(codes) == 1 else f"{len(codes)} offences" if codes else ""

    def select(self, *, force: str = "all", offence: str = "all", period: str = "all") -> Counts:
        """The counts of one force or nation, one offence, one financial year or quarter; "all" leaves all as they are.

        Raises ParameterError, with the nearest name that is there, when these counts hold no such thing.
        """
        table, coverage, selection = self.table, self.coverage, dict(self.selection)
        if offence != "all":
            code = reference.offence_named(offence)
            if code not in self.offences:
                raise self._lacks(f"offence {code} ({reference.offences()[code]})", self.offences)
            table = table[table["offence"] == code] if "offence" in self.dimensions else table
            selection["offence"] = code
        if force != "all":
            name = reference.place_named(force)
            members = reference.forces_of(name)
            if absent := [one for one in members if one not in self.forces]:
                of_what = f", a force of {name}" if name in reference.NATIONS else ""
                raise self._lacks(f"figures for {absent[0]}{of_what}", self.forces)
            table = table[table["force"].isin(members)]
            coverage = coverage.select(forces=members)
            selection["force"] = name
        if period != "all" and "period" not in self.dimensions:
            raise ParameterError(f"Counts '{self.name}' are not kept by period. Leave the period at all.")
        if period != "all":
            wanted = periods.named(period)
            coverage = coverage.select(within=wanted)
            if not coverage.periods or not self._is_whole(wanted, coverage):
                raise ParameterError(f"Counts '{self.name}' do not cover {period}. {self._periods_held()}")
            table = table[table["period"].isin(list(coverage.periods))]
        return self._with(table=table.reset_index(drop=True), coverage=coverage, selection=selection)

    def of_forces(self, names: Iterable[str]) -> Counts:
        """The counts of some forces together. Raises ParameterError for one that these counts are not about."""
        kept = list(names)
        strange = [name for name in kept if name not in self.forces]
        if strange:
            raise self._lacks(f"figures for {strange[0]}", self.forces)
        table = self.table[self.table["force"].isin(kept)].reset_index(drop=True)
        return self._with(table=table, coverage=self.coverage.select(forces=kept))

    def comparable_to(self, offence: str) -> Counts:
        """The counts of an offence and of those that a reader would set beside it, as far as they are here."""
        if "offence" not in self.dimensions:
            return self.select(offence=offence)
        codes = reference.comparable_offences(reference.offence_named(offence))
        return self._with(table=self.table[self.table["offence"].isin(codes)].reset_index(drop=True))

    def regroup(self, *by: str) -> Counts:
        """The same cases by fewer dimensions; the total stays."""
        absent = [name for name in by if name not in self.dimensions]
        if absent:
            raise ParameterError(
                f"Counts '{self.name}' have no '{absent[0]}'. They have: {', '.join(self.dimensions)}."
            )
        if by:
            table = self.table.groupby(list(by), observed=True, sort=True)["cases"].sum().reset_index()
        else:
            table = pd.DataFrame({"cases": [self.total]})
        return replace(self, table=table, dimensions=tuple(by))

    def _with(self, **changes: Any) -> Counts:
        """The same with some of its rows, which were checked with all others."""
        part = copy(self)
        vars(part).update(changes)
        return part

    def _lacks(self, what: str, there: tuple[str, ...]) -> ParameterError:
        return ParameterError(f"Counts '{self.name}' hold no {what}. They hold: {', '.join(there)}.")

    def _is_whole(self, wanted: periods.Period, held: Coverage) -> bool:
        """Whether nothing of the period is absent, or its publisher tabulated a short year as one period."""
        is_short_year = list(held.periods) == [wanted.first] and held.periods[wanted.first] > 3
        return held.span == wanted or is_short_year

    def _periods_held(self) -> str:
        span = self.coverage.span
        first, last = periods.financial_year(span.first), periods.financial_year(span.last)
        years = first if first == last else f"{first} to {last}"
        return f"They run from {span.first:%B %Y} to {span.last:%B %Y}: ask for {years}, or one quarter ('{first} Q1')."

    def __str__(self) -> str:
        """What these are, without a number that only disclosure control may let out."""
        told = f"{self.total:,} cases, " if self.sensitivity == "published" else ""
        return (
            f"Counts '{self.name}': {told}by {', '.join(self.dimensions)}; {len(self.forces)} "
            f"force{'' if len(self.forces) == 1 else 's'}, "
            f"{self.coverage.span.label}; {self.sensitivity}, {self.basis} basis."
        )

    __repr__ = __str__


def available() -> list[str]:
    """The names of the sets of counts in data/counts/."""
    return [path.stem for path in visible(FOLDER, "*.parquet") if path.is_file()]


def path_of(name: str) -> Path:
    """The file of a set of counts. Raises ParameterError with the nearest name when there is none."""
    if name not in available():
        reference.check_at_hand()
        raise unknown("set of counts", name, available(), see="attrition list counts")
    return FOLDER / f"{name}.parquet"


def read(name: str) -> Counts:
    """The set of counts called ``name``.

    Raises ParameterError when there is no such set, DataRefused when the file is not one that this package wrote.
    """
    path = path_of(name)
    status = path.stat()
    held = _held(path, status.st_ino, status.st_size, status.st_mtime_ns)
    _READ.add(held.sensitivity)
    return held._with(table=held.table.copy(deep=False))


@lru_cache(maxsize=8)
def _held(path: Path, *_: int) -> Counts:
    """What a file holds, read again when it changes: a notebook may ask for one set a dozen times."""
    return read_file(path)


def read_file(path: Path) -> Counts:
    """The counts in one Parquet file, with what its metadata says about them."""
    try:
        stored = pq.read_table(path)
    except (pa.ArrowException, OSError) as fault:
        raise DataRefused(f"{path.name} cannot be read as Parquet ({type(fault).__name__}). Build it again.") from fault
    held = (stored.schema.metadata or {}).get(_KEY)
    if held is None:
        raise DataRefused(f"{path.name} does not say what it holds: it was not written by this package.")
    try:
        counts = _described(path.stem, stored.to_pandas(), json.loads(held))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise DataRefused(f"{path.name} does not say in full what it holds ({fault}). Build it again.") from None
    _READ.add(counts.sensitivity)
    _FILES.update([f"data/counts/{path.name}", *counts.source.files])
    return checked(counts)


def sensitivities_read() -> list[str]:
    """How sensitive the counts are that were read since this process began: what a block may have been made from."""
    return sorted(_READ)


def files_read() -> list[str]:
    """The counts that were read since this process began, and the files behind them, by name below the project."""
    return sorted(_FILES)


def checked(counts: Counts) -> Counts:
    """The same counts, once every name and code in them is one that data/reference/ knows.

    Raises DataRefused for a blank or unknown force, period, offence, crime type or outcome, and for counts of nothing.
    """
    where = f"Counts '{counts.name}'"
    known_names.check(
        counts.table,
        counts.dimensions,
        counts.coverage,
        scheme=counts.scheme,
        where=where,
        is_made_up=counts.sensitivity == "synthetic",
    )
    return counts


def _described(name: str, table: pd.DataFrame, about: dict[str, Any]) -> Counts:
    """A table of counts with what its file's metadata says about it."""
    coverage = Coverage(
        forces=tuple(about["coverage"]["forces"]),
        periods={date.fromisoformat(first): months for first, months in about["coverage"]["periods"].items()},
        missing=frozenset((force, date.fromisoformat(first)) for force, first in about["coverage"]["missing"]),
        lacking={
            (force, date.fromisoformat(first)): frozenset(codes)
            for force, first, codes in about["coverage"].get("lacking", [])
        },
    )
    return Counts(
        name=name,
        table=table,
        dimensions=tuple(about["dimensions"]),
        coverage=coverage,
        source=Source(**{**about["source"], "notes": tuple(about["source"]["notes"])}),
        **{name: about[name] for name in _TOLD},
        features=dict(about.get("features", {})),
        lag_unit=about.get("lag_unit", ""),
        taken=about.get("taken", ""),
        as_at={force: (known, dated) for force, (known, dated) in about.get("as_at", {}).items()},
    )


def write(counts: Counts, path: Path) -> None:
    """Write counts as Parquet, whole or not at all. Raises OSError, Linked."""
    with writing.whole(path) as out:
        write_to(out, counts)


def write_to(out: IO[bytes], counts: Counts) -> None:
    """Write counts as Parquet into an open file. Raises OSError."""
    about: dict[str, Any] = {
        "dimensions": counts.dimensions,
        **{name: getattr(counts, name) for name in _TOLD},
        "coverage": {
            "forces": counts.coverage.forces,
            "periods": {first.isoformat(): months for first, months in sorted(counts.coverage.periods.items())},
            "missing": sorted((force, first.isoformat()) for force, first in counts.coverage.missing),
        },
        "source": vars(counts.source),
    }
    if lacking := counts.coverage.lacking.items():
        held = sorted((force, first.isoformat(), sorted(codes)) for (force, first), codes in lacking)
        about["coverage"] = {**about["coverage"], "lacking": held}
    about |= {name: held for name in ("features", "lag_unit", "taken", "as_at") if (held := getattr(counts, name))}
    stored = pa.Table.from_pandas(counts.table, preserve_index=False)
    stored = stored.replace_schema_metadata({**(stored.schema.metadata or {}), _KEY: json.dumps(about).encode()})
    pq.write_table(stored, out, compression="zstd")
    out.flush()  # so that a full disk says so before anything is moved
