"""Counts: the small tidy table that everything reads, and the only shape in which cases reach a notebook.

One row per combination of its dimensions, one whole-number column ``cases``. Counts add up: regrouping a sum of two
sets gives the sum of the two regrouped. Stored as Parquet, with all that is known about them in its metadata.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.counts import elsewhere, latest, narrowing
from analysis.counts.coverage import Coverage
from analysis.errors import DataRefused, ParameterError, unknown
from analysis.public import Named, public
from analysis.reference import combinations, definitions, periods, reference
from analysis.reference.periods import Period
from analysis.reference.schema import BASES, COLUMNS, SENSITIVITIES
from analysis.safe_words import is_safe
from analysis.system import writing
from analysis.system.folders import visible

_READ: set[str] = set()  # how sensitive the counts are that this process has read
_FILES: set[str] = set()  # and their files
_SOURCES: dict[str, tuple[str, Period]] = {}  # by their names, who published them and what they cover
_NAMES: dict[str, str] = {}  # names that it asked for and that stand for another, with that other
FOLDER = reference.PROJECT / "data" / "counts"  # a reader's own, and in the project the suite's too
_BROUGHT = () if reference.PROJECT == reference.SUITE else (reference.DATA / "counts",)  # in a wheel: to be read only
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
_KEY = latest.KEY
_FEW_OFFENCES = 3  # and offences
#: How the set is called that 'attrition reduce' puts beside the main one, by what a question needs.
BESIDE = {"times": "lags", "features": "features"}
_PLAIN: dict[str, str | int] = {"feature": "", "category": "", "ending": "", "lag": -1}  # coordinates of all cases
ALL_TYPES = "all"  # the coordinate of every outcome type together
_KEPT = ("features", "lag_unit", "taken", "as_at", "editions", "release", "fit_features", "fit_cluster", "fits")
_TOLD = ("basis", "sensitivity", "scheme", "offence")  # in so many words in a file's metadata


class Withheld:
    """What stands for the rows of counts of people: there are none to be had, and whoever asks is told so."""

    def __init__(self, name: str) -> None:
        vars(self)["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise self._refusal()

    def __getitem__(self, _: object) -> Any:
        raise self._refusal()

    def __len__(self) -> int:
        raise self._refusal()

    def __repr__(self) -> str:
        return "rows that are not released"

    def _refusal(self) -> DataRefused:
        return DataRefused(
            f"Counts '{vars(self)['_name']}' are of people: they are released as cells and hold no rows. Ask rates(), "
            "split() or histories(), which read the cells."
        )


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
class Counts(Named):
    """One row per combination of ``dimensions`` in ``table``, and the whole-number column ``cases``.

    ``basis`` says which cases a period holds: those ``recorded`` in it, whatever became of them, or those ``closed``
    in it. ``sensitivity`` is ``published``, ``restricted`` (from case files) or ``synthetic``. A combination that is
    not a row happened no times if ``coverage`` says that its force and period arrived.

    ``features`` maps each dimension that a case file's mapping declares to its heading. ``lag``, where it is a
    dimension, is a whole number of ``lag_unit`` ("days" or "months"); that of an open case is how long it was followed,
    -1 for no time. ``fit_features`` and ``fit_cluster`` are those of the regressions that the mapping asks for, and
    ``fits`` what was released of them (``association.released_fits``), with the ``cells`` of each category: columns
    force ("" for all), offence, feature, category (both "" for all cases), outcome (codes with + between, "" for all)
    and cases, missing where they may not be shown. ``taken`` is the day or month to which it is known how cases stand,
    as "2025-03-31", where that is known. ``as_at`` maps a force to two such months where its files have two: that to
    which it is known how its cases stand, and that to which their endings are dated ("" where none is). ``editions``
    maps a financial year to the month of the tables that it was read from, where a set holds years of several.
    ``narrowings`` are the methods by which these were narrowed, each with its words, so that a set beside this one can
    be narrowed alike (``beside``). ``offences_asked`` are the offences that they hold figures of, where the part that
    they were narrowed to may have no case of some.

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
    editions: dict[str, str] = field(default_factory=dict)
    cells: pd.DataFrame | None = None
    release: dict[str, Any] = field(default_factory=dict)
    fit_features: tuple[str, ...] = ()
    fit_cluster: str = ""
    fits: dict[str, Any] = field(default_factory=dict)
    narrowings: tuple[tuple[str, dict[str, Any]], ...] = ()
    offences_asked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.cells is not None:
            return
        expected = [*self.dimensions, "cases"]
        if list(self.table.columns) != expected:
            raise DataRefused(f"Counts '{self.name}': columns {list(self.table.columns)}, expected {expected}.")
        strange = [name for name in self.dimensions if name not in COLUMNS and name not in self.features]
        if strange:
            raise DataRefused(f"Counts '{self.name}': '{strange[0]}' is not a column of analysis/reference/schema.py.")
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
    def is_released(self) -> bool:
        """Whether these are counts of people as they were released: cells, and no rows that add up."""
        return self.cells is not None

    def as_released(self, cells: pd.DataFrame, coverage: Coverage, release: dict[str, Any]) -> Counts:
        """The same set with the cells that may be read of it for its rows.

        Parameters
        ----------
        cells
            A row a released cell, with its coordinates and number.
        coverage
            What the cells are about.
        release
            What was said of the release when it was made.

        Returns
        -------
        Counts
            Counts whose rows are those of the cells that are shown.
        """
        return self._with(table=Withheld(self.name), cells=cells, coverage=coverage, release=release)

    def cell(
        self,
        codes: Iterable[str] = (),
        *,
        force: str = "",
        first: date | None = None,
        months: int = 0,
        offence: str = "",
        **more: str | int,
    ) -> int | None:
        """The released number of one cell; None where it is hidden.

        Of all outcome types unless ``codes`` names some, and of what is selected unless a force, an offence or a run
        of ``months`` is named; ``more`` are the coordinates that other tables have. Only of released counts.

        Parameters
        ----------
        codes
            Outcome types of the Home Office that are added.
        force
            Name of a force; "" for what is selected.
        first
            First day of a run of months; None for all the time.
        months
            Length of that run; 0 for all the time.
        offence
            Home Office code; "" for what is selected.
        **more
            Coordinates of other tables, such as a feature's category.

        Returns
        -------
        int | None
            Cases, from 0.

        Raises
        ------
        ParameterError
            For a cell that is not on the list of what is released.
        """
        span = self.coverage.span
        first, months = first or span.first, months or months_of(span)
        where: dict[str, str | int] = {
            "force": force or self._everything("force", self.forces),
            "offence": offence or self._everything("offence", self.offences),
            "period": span_key(first, months),
            "outcome": codes_key(codes),
            **_PLAIN,
            **more,
        }
        key = tuple(where[name] for name in self._coordinates)
        if key not in self._numbers:
            self._check_time(Period(first, periods.end_of(first, months=months)))
            coordinates = ", ".join(
                f"{name} {value or 'all'}" for name, value in zip(self._coordinates, key, strict=True)
            )
            raise ParameterError(
                f"Counts '{self.name}' were not released by {coordinates}. docs/case_files.md says what is, and how to "
                "ask for more in the mapping."
            )
        return self._numbers[key]

    def check_released(self) -> None:
        """See that cases of people were released for their forces and time as one, so that how many can be asked.

        Raises
        ------
        ParameterError
            For any other forces or time, with those that were; never for published counts, which add up.
        """
        if self.is_released:
            self._everything("force", self.forces)
            self._check_time(self.coverage.span)

    def _check_time(self, time: Period) -> None:
        """Raise ParameterError for months that no number was released of as one."""
        cells = self._released_cells()
        if "period" not in cells or span_key(time.first, months_of(time)) in set(cells["period"]):
            return
        lengths = {int(str(span).partition("+")[2]) for span in cells["period"].unique()}
        parts = [name for months, name in ((3, "each quarter"), (12, "each financial year")) if months in lengths]
        released = f"{', '.join(parts)} and all their time" if parts else "all their time"
        raise ParameterError(
            f"Counts '{self.name}' were released for {released}, not for {time.label} as one: what is "
            "hidden could be told from more. Ask for one of these."
        )

    def chosen_cells(self) -> pd.DataFrame:
        """The released cells of the force and offence that are selected, or of all together; without these columns.

        Returns
        -------
        pd.DataFrame
            A row a cell: its coordinates without force and offence, and its number, missing where hidden.

        Raises
        ------
        DataRefused
            For published counts, which are not released by cell.
        """
        cells = self._released_cells()
        force, offence = self._everything("force", self.forces), self._everything("offence", self.offences)
        is_chosen = (cells["force"] == force) & (cells["offence"] == offence)
        return cells[is_chosen].drop(columns=["force", "offence"]).reset_index(drop=True)

    def _released_cells(self) -> pd.DataFrame:
        if self.cells is None:
            raise DataRefused(f"Counts '{self.name}' are not released by cell: they are published, and add up.")
        return self.cells

    def by_period(self) -> dict[date, int | None]:
        """The cases of each period that the coverage names, 0 where there are none; None where a number is hidden.

        Returns
        -------
        dict[date, int | None]
            Cases by first day of the period.
        """
        if self.is_released:
            periods_held = sorted(self.coverage.periods.items())
            return {first: self.cell(first=first, months=months) for first, months in periods_held}
        sums = self.table.groupby("period")["cases"].sum()
        return {first: int(sums.get(first, 0)) for first in sorted(self.coverage.periods)}

    @cached_property
    def worked(self) -> dict[tuple[Hashable, ...], Any]:
        """What was worked out of these counts, which never change, by what it was worked out with."""
        return {}

    @cached_property
    def _coordinates(self) -> tuple[str, ...]:
        return () if self.cells is None else tuple(name for name in self.cells.columns if name != "cases")

    @cached_property
    def _numbers(self) -> dict[tuple[Any, ...], int | None]:
        """The number of each cell by its coordinates."""
        cells = self._released_cells()
        keys = zip(*(cells[name] for name in self._coordinates), strict=True)
        numbers = cells["cases"].astype(object).where(cells["cases"].notna(), None)
        return dict(zip(keys, numbers, strict=True))

    def _everything(self, coordinate: str, chosen: tuple[str, ...]) -> str:
        """The coordinate of what is selected: the one that is, or all of them together."""
        if len(chosen) == 1:
            return chosen[0]
        released = {str(name) for name in (self.cells[coordinate].unique() if self.cells is not None else ())} - {""}
        if released != set(chosen):
            raise ParameterError(
                f"Counts '{self.name}' were released for each {coordinate} and for all together, not for some. Ask for "
                f"one {coordinate}, or for all."
            )
        return ""

    @property
    def total(self) -> int:
        """All cases."""
        return int(self.table["cases"].sum())

    @property
    def forces(self) -> tuple[str, ...]:
        """Every force that these counts are about, whether its figures arrived or not."""
        return self.coverage.forces

    @property
    def whole_place(self) -> str:
        """The one place that all the forces make together, as ``reference.place_named`` writes it, whoever chose them.

        England and Wales where they are every force. Unlike ``place``, it counts those that sent nothing.
        """
        if set(self.forces) == set(reference.forces()):
            return reference.EVERYWHERE
        chosen = self.selection.get("force", "")
        return chosen if reference.is_group(chosen) else reference.place_named(self.forces)

    @property
    def offences(self) -> tuple[str, ...]:
        """Every offence code in these counts."""
        if self.cells is not None:
            codes = sorted({str(code) for code in self.cells["offence"].unique()} - {""})
            return (self.selection["offence"],) if "offence" in self.selection else tuple(codes)
        if "offence" in self.dimensions:
            return tuple(sorted(self.table["offence"].unique()))
        return (self.offence,) if self.offence else ()

    @property
    def place(self) -> str:
        """What the forces that sent anything are called together; one that stands alone, and a nation, by its name.

        "all 44 forces", "40 of 44 forces", "Wales", or a few by their names: "2 forces (Essex, Kent)". Forces that a
        reader chose, all of which sent something, are called as ``reference.place_named`` has it ("Essex, Kent",
        "Eastern: Essex, Norfolk, Suffolk").
        """
        silent, every = set(self.coverage.nothing_from()), len(reference.forces())
        sent = [force for force in self.forces if force not in silent] or list(self.forces)
        if len(sent) == 1:
            return sent[0]
        if nation := reference.nation_of(sent):
            return nation
        chosen = self.selection.get("force", "")
        if reference.is_group(chosen) and set(sent) == set(reference.forces_of(chosen)):
            return chosen
        if len(sent) <= reference.FEW_FORCES:
            return f"{len(sent)} forces ({', '.join(sent)})"
        return f"all {every} forces" if len(sent) == every else f"{len(sent)} of {every} forces"

    @property
    def crime(self) -> str:
        """The one offence or type of crime that these counts are of, by its name.

        "Harassment and stalking" where they are of a few, "5 offences" or "all crime of 14 types" where they are of
        more, "" where they do not say.
        """
        if "crime_type" in self.dimensions:
            types = self.table["crime_type"].unique()
            several = f"all crime of {len(types)} types" if len(types) > 1 else "".join(types)
            return self.selection.get("crime_type", several)
        codes = [self.selection["offence"]] if "offence" in self.selection else list(self.offences)
        if 0 < len(self.offences_asked) <= _FEW_OFFENCES:  # by what was asked, whether or not there is a case of each
            codes = list(self.offences_asked)
        if len(codes) > _FEW_OFFENCES:
            return f"{len(codes)} offences"
        return reference.offences_in_words(codes)

    @public
    def categories(self, feature: str) -> list[str]:
        """The categories of a feature that a released set lists, shown or not.

        Parameters
        ----------
        feature
            Name of a feature.

        Returns
        -------
        list[str]
            Categories in the order of the release.
        """
        if self.cells is None:
            return []
        return sorted(self.cells.loc[self.cells["feature"] == feature, "category"].unique())

    @public
    def covers(self, period: str) -> bool:
        """Whether these counts hold the whole of a time, so that they can be narrowed to it.

        Parameters
        ----------
        period
            A financial year, a quarter, or from one to another, as ``select`` takes them.

        Returns
        -------
        bool
            False too for counts that are not kept by period.

        Raises
        ------
        ParameterError
            When it is no time.

        Examples
        --------
        >>> [read("stalking_2024_25").covers(year) for year in ("2024/25", "2025/26")]
        [True, False]
        """
        wanted = periods.named(period)
        return "period" in self.dimensions and self._is_whole(wanted, self.coverage.select(within=wanted))

    @public
    def select(
        self,
        *,
        force: str | Iterable[str] = "all",
        offence: str | Iterable[str] = "all",
        period: str | Iterable[str] = "all",
    ) -> Counts:
        """The counts of some forces, offences and time together; "all" leaves all as they are.

        Parameters
        ----------
        force
            Any name of a force, or a nation; several as a list or with commas between them, "Kent, Essex"; and these
            under a name of one's own, "Eastern: Norfolk, Suffolk, Essex" (``reference.place_named``).
        offence
            Codes, official names and groups of offences, as a list or with commas between them.
        period
            A financial year "2024/25", a quarter "2024/25 Q1", or from one to another: "2021/22 to 2024/25", or both
            ends as a pair.

        Returns
        -------
        Counts
            Counts with the same dimensions.

        Raises
        ------
        ParameterError
            When these counts hold no such thing, or not all of it; the message offers the nearest name.

        Examples
        --------
        >>> two = read("offences_2024_25").select(force=["Kent", "Essex"], offence=["harassment", "stalking"])
        >>> two.place, two.crime
        ('Essex, Kent', 'Harassment and stalking')
        """
        force, offence, period = (
            name if isinstance(name, str | Mapping) else list(name) for name in (force, offence, period)
        )
        table, coverage, selection = self.table, self.coverage, dict(self.selection)
        if codes := reference.offences_named(offence):
            codes_here = self._held_offences(codes, reference.offences_called(offence).split(", "))
            table = table[table["offence"].isin(codes_here)] if self._has_rows_by("offence") else table
            selection |= {"offence": codes_here[0]} if len(codes_here) == 1 else {}
        if force != "all":
            selection["force"] = reference.place_named(force)
            members = self._held_forces(selection["force"])
            table = table[table["force"].isin(members)] if self._has_rows_by("force") else table
            coverage = coverage.select(forces=members)
        if period != "all":
            coverage = self._held_periods(coverage, periods.named(period))
            table = table[table["period"].isin(list(coverage.periods))] if self._has_rows_by("period") else table
        table = table if self.is_released else table.reset_index(drop=True)
        asked = tuple(codes_here if codes else self._offences_held)
        part = self._with(table=table, coverage=coverage, selection=selection, offences_asked=asked)
        named = force if force == "all" else selection["force"]  # a text, whatever was given
        return self._narrowed(part, "select", force=named, offence=offence, period=period)

    def _held_forces(self, place: str) -> list[str]:
        """The forces of a place. Raises ParameterError when these counts are not about one of them."""
        members = reference.forces_of(place)
        if absent := [member for member in members if member not in self.forces]:
            whole = reference.group_of(place) if reference.is_group(place) else place  # none of forces in a list
            of_what = f", a force of {whole}" if whole and len(members) > 1 else ""
            raise self._lacks(f"figures for {absent[0]}{of_what}", self.forces, force=absent[0])
        return members

    def _held_periods(self, coverage: Coverage, wanted: Period) -> Coverage:
        """What was received of a period. Raises ParameterError when these counts do not cover the whole of it."""
        if "period" not in self.dimensions:
            raise ParameterError(f"Counts '{self.name}' are not kept by period. Leave the period at all.")
        chosen = coverage.select(within=wanted)
        if not self._is_whole(wanted, chosen):
            raise ParameterError(
                f"Counts '{self.name}' do not cover {periods.called(wanted)}. {self._periods_held(wanted)}"
                f"{elsewhere.hint(self, files('*.parquet'), period=wanted)}"
            )
        return chosen

    def _held_offences(self, codes: frozenset[str], called: Sequence[str]) -> list[str]:
        """Those of some offences that are here: of a group as many as there are, and all that were called themselves.

        Raises ParameterError when one that was called is not, when none is, and for several of people.
        """
        codes_here = sorted(codes & set(self._offences_held))
        absent = [code for code in called if code in codes and code not in codes_here] or sorted(codes)[
            : not codes_here
        ]
        if absent:
            raise self._lacks(
                f"offence {absent[0]} ({reference.offences()[absent[0]]})", self._offences_held, offence=absent[0]
            )
        if len(codes_here) > 1 and self.is_released:
            raise ParameterError(
                f"Counts '{self.name}' were released offence by offence. Choose one of {', '.join(codes_here)}."
            )
        return codes_here

    @property
    def _offences_held(self) -> tuple[str, ...]:
        """Every offence that a figure of none would stand for."""
        return self.offences_asked or self.offences

    def _has_rows_by(self, dimension: str) -> bool:
        return not self.is_released and dimension in self.dimensions

    @public
    def of_forces(self, names: Iterable[str]) -> Counts:
        """The counts of some forces together.

        Parameters
        ----------
        names
            Names of forces, as these counts have them.

        Returns
        -------
        Counts
            Counts with the same dimensions.

        Raises
        ------
        ParameterError
            For one that these counts are not about.
        """
        kept = list(names)
        strange = [name for name in kept if name not in self.forces]
        if strange:
            raise self._lacks(f"figures for {strange[0]}", self.forces, force=strange[0])
        part = self._with(coverage=self.coverage.select(forces=kept), offences_asked=self._offences_held)
        if not self.is_released:
            part = part._with(table=self.table[self.table["force"].isin(kept)].reset_index(drop=True))
        return self._narrowed(part, "of_forces", names=kept)

    @public
    def of_crime(self, *, crime_type: str = narrowing.ALL, offence: str = narrowing.ALL) -> Counts:
        """The counts of one crime type, or of one offence where they are not kept by crime type (``narrowing``).

        Parameters
        ----------
        crime_type
            A crime type by any of its names, or "all".
        offence
            The Home Office's code of an offence, or "all".

        Returns
        -------
        Counts
            The counts of it.

        Raises
        ------
        ParameterError
            When these counts hold no such crime type or offence, and for one that they are not kept by.
        """
        part = narrowing.narrowed(self, crime_type=crime_type, offence=offence)
        return self._narrowed(part, "of_crime", crime_type=crime_type, offence=offence)

    @public
    def beside(self, needed: str) -> Counts:
        """The same cases in the set that a question needs, where 'attrition reduce' made one beside theirs.

        Parameters
        ----------
        needed
            One of ``BESIDE``: "times" or "features".

        Returns
        -------
        Counts
            Those of the set beside this one, narrowed as these are; these themselves where there is none.

        Raises
        ------
        ParameterError
            Where the set beside holds no such part.
        DataRefused
            When its file does not keep its contract.

        Examples
        --------
        >>> robbery = read("gwent_2022_2025").of_crime(crime_type="Robbery").beside("times")
        >>> robbery.name, robbery.lag_unit, robbery.crime
        ('gwent_2022_2025_lags', 'months', 'Robbery')
        """
        name = set_beside(self.name, needed)
        if name == self.name:
            return self
        held = read(name)
        for method, words in self.narrowings:
            held = getattr(held, method)(**words)
        return held

    @public
    def comparable_to(self, offence: str) -> Counts:
        """The counts of an offence and of those that a reader would set beside it, as far as they are here.

        Parameters
        ----------
        offence
            Home Office code or name, or several with commas between them.

        Returns
        -------
        Counts
            Counts of several offences.
        """
        if "offence" not in self.dimensions:
            return self.select(offence=offence)
        if self.is_released:
            return self
        asked = reference.offences_named(offence) or [""]  # beside all offences stand those that any is compared with
        alike = {code for named in asked for code in reference.comparable_offences(named)}
        codes = sorted(alike & set(self._offences_held))
        table = self.table[self.table["offence"].isin(codes)].reset_index(drop=True)
        part = self._with(table=table, offences_asked=tuple(codes))
        return self._narrowed(part, "comparable_to", offence=offence)

    @public
    def regroup(self, *by: str) -> Counts:
        """The same cases by fewer dimensions; the total stays.

        Parameters
        ----------
        *by
            Dimensions that are kept, in order; none for the total alone.

        Returns
        -------
        Counts
            Counts: a row a combination of ``by``.

        Raises
        ------
        ParameterError
            For a dimension that these counts do not have.

        Examples
        --------
        >>> charged = read("stalking_charged_2015_2020")
        >>> by_period = charged.regroup("period")
        >>> by_period.dimensions, by_period.total == charged.total
        (('period',), True)
        """
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
        vars(part).pop("worked", None)  # which was worked out of these, and not of what they become
        vars(part).update(changes)
        return part

    def _narrowed(self, part: Counts, method: str, **words: Any) -> Counts:
        """A part of these that knows by which method it was taken."""
        return part._with(narrowings=(*self.narrowings, (method, words)))

    def _lacks(self, what: str, there: tuple[str, ...], *, force: str = "", offence: str = "") -> ParameterError:
        listing = f"They hold: {', '.join(there)}." if there else "They hold none, and are not kept by it."
        if len(there) > len(reference.forces()):
            listing = f"They hold {len(there)}; 'attrition list offences' shows the names of all."
        near = elsewhere.hint(self, files("*.parquet"), force=force, offence=offence)
        return ParameterError(f"Counts '{self.name}' hold no {what}. {listing}{near}")

    def _is_whole(self, wanted: periods.Period, coverage: Coverage) -> bool:
        """Whether nothing of the period is absent, or its publisher tabulated a short year as one period."""
        if not coverage.periods:
            return False
        is_short_year = list(coverage.periods) == [wanted.first] and coverage.periods[wanted.first] > 3
        is_without_gaps = sum(coverage.periods.values()) == months_of(wanted)
        return (coverage.span == wanted and is_without_gaps) or is_short_year

    def _years_absent(self) -> list[str]:
        """The financial years between the first and the last that are held of which nothing is."""
        years = {periods.year_start(first) for first in self.coverage.periods}
        return [periods.financial_year(date(year, 4, 1)) for year in range(min(years), max(years)) if year not in years]

    def _periods_held(self, wanted: Period) -> str:
        gaps = [year for year in self._years_absent() if periods.named(year).first in wanted]
        if gaps:
            return f"Of {' and '.join(gaps)} they hold nothing: ask for years before or after."
        span = self.coverage.span
        first, last = periods.financial_year(span.first), periods.financial_year(span.last)
        years = first if first == last else f"{first} to {last}"
        return f"They run from {span.first:%B %Y} to {span.last:%B %Y}: ask for {years}, or one quarter ('{first} Q1')."

    def __str__(self) -> str:
        """What these are, without a number that only disclosure control may let out."""
        total = f"{self.total:,} cases, " if self.sensitivity == "published" else ""
        return (
            f"Counts '{self.name}': {total}by {', '.join(self.dimensions)}; {len(self.forces)} "
            f"force{'' if len(self.forces) == 1 else 's'}, "
            f"{self.coverage.span.label}; {self.sensitivity}, {self.basis} basis."
        )

    __repr__ = __str__


def codes_key(codes: Iterable[str]) -> str:
    """A set of the Home Office's outcome types as a coordinate: "14+16"; "all" for every type, or for none named.

    Parameters
    ----------
    codes
        Outcome codes of the Home Office, in any order.

    Returns
    -------
    str
        Codes with "+" between them, or "all".

    Examples
    --------
    >>> codes_key(["16", "14"])
    '14+16'
    """
    types = frozenset(codes)
    return "+".join(sorted(types, key=int)) if types and types != _every_type() else ALL_TYPES


@cache
def _every_type() -> frozenset[str]:
    return frozenset(code for code, outcome in reference.outcomes("home_office").items() if not outcome.part_of)


def span_key(first: date, months: int) -> str:
    """A period as a coordinate: "2024-04+3" is April to June 2024.

    Parameters
    ----------
    first
        First day of the first month.
    months
        How many months.

    Returns
    -------
    str
        The month and how many.

    Examples
    --------
    >>> span_key(date(2024, 4, 1), 3)
    '2024-04+3'
    """
    return f"{first:%Y-%m}+{months}"


def span_days(key: str) -> tuple[date, date]:
    """The first and the last day of a period by its coordinate.

    Parameters
    ----------
    key
        As ``span_key`` gives it.

    Returns
    -------
    tuple[date, date]
        Two days.

    Examples
    --------
    >>> span_days("2024-04+3")[1]
    datetime.date(2024, 6, 30)
    """
    first, months = key.split("+")
    start = date.fromisoformat(f"{first}-01")
    return start, periods.end_of(start, months=int(months))


def day_of(taken: str) -> date:
    """The day, or the first of the month, to which cases were followed: "2024-06-30" or "2025-06".

    Parameters
    ----------
    taken
        A day, or a month.

    Returns
    -------
    date
        The day.
    """
    return date.fromisoformat(taken if len(taken) > len("2025-06") else f"{taken}-01")


def months_of(span: Period) -> int:
    """How many months a period has.

    Parameters
    ----------
    span
        Whole months.

    Returns
    -------
    int
        Months, from 1.
    """
    return periods.month_number(span.last) - periods.month_number(span.first) + 1


def available() -> list[str]:
    """The names of the sets of counts in data/counts/.

    Returns
    -------
    list[str]
        Names in alphabetical order.
    """
    return sorted({path.stem for path in files("*.parquet") if path.is_file()})


def files(pattern: str) -> list[Path]:
    """What matches a pattern in data/counts/, and in what a wheel of the suite brings.

    Parameters
    ----------
    pattern
        As ``Path.glob`` has it.

    Returns
    -------
    list of Path
        A reader's own first.
    """
    return [path for folder in (FOLDER, *_BROUGHT) for path in visible(folder, pattern)]


def file_of(name: str) -> Path:
    """The file of this name in data/counts/; where a reader has none, in what a wheel of the suite brings.

    Parameters
    ----------
    name
        Its name.

    Returns
    -------
    Path
        Where it stands; in data/counts/ where there is none.
    """
    return next((path for folder in (FOLDER, *_BROUGHT) if (path := folder / name).exists()), FOLDER / name)


def stands_for(name: str) -> str:
    """The set that a name stands for now: the newest that is held for those of ``latest.NAMES``, else the name itself.

    Parameters
    ----------
    name
        One of ``available``, or of ``latest.NAMES``.

    Returns
    -------
    str
        One of ``available``, where there is such a set.
    """
    return latest.stands_for(name, files("*.parquet")) if name in latest.NAMES else name


def set_beside(name: str, needed: str) -> str:
    """The set of a name that a question can use: the one beside it, where there is one of the kind that it needs.

    Parameters
    ----------
    name
        Name of a set of counts.
    needed
        What counts the question can use: a word of a notebook's "counts".

    Returns
    -------
    str
        One of ``available``, or the name itself.

    Examples
    --------
    >>> set_beside("stalking_example", "times"), set_beside("stalking_example", "outcomes")
    ('stalking_example_lags', 'stalking_example')
    """
    beside = f"{name}_{BESIDE.get(needed, '')}"
    return beside if needed in BESIDE and {name, beside} <= set(available()) else name


def path_of(name: str) -> Path:
    """The file of a set of counts.

    Parameters
    ----------
    name
        One of ``available``, or of ``latest.NAMES``.

    Returns
    -------
    Path
        A Parquet file.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    set_name = stands_for(name)
    path = next((path for path in files("*.parquet") if path.stem == set_name and path.is_file()), None)
    if path is None:
        reference.check_at_hand()
        raise unknown("set of counts", set_name, available(), see="attrition list counts", also=latest.NAMES)
    return path


def read(name: str) -> Counts:
    """The set of counts called ``name``.

    Parameters
    ----------
    name
        One of ``available``, or of ``latest.NAMES``, which stand for the newest that is held.

    Returns
    -------
    Counts
        Counts as they are stored, of all their forces, offences and periods.

    Raises
    ------
    ParameterError
        When there is no such set.
    DataRefused
        When the file is not one that this package wrote.
    """
    path = path_of(name)
    if name in latest.NAMES:
        _NAMES[name] = path.stem
    status = path.stat()
    counts = _held(path, status.st_ino, status.st_size, status.st_mtime_ns)
    _check_ledger(counts)
    _note(counts, path)
    return counts if counts.is_released else counts._with(table=counts.table.copy(deep=False))


def _check_ledger(counts: Counts) -> None:
    """Refuse a set that was made with another reading ledger than the one beside it."""
    for name, digest in counts.source.files.items():
        path = file_of(Path(name).name)
        if name.endswith(".ledger.json") and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise DataRefused(
                f"Set '{counts.name}' and {path.name} are of two readings: 'attrition reduce' was stopped while it put "
                "them in place, or is at it. Run it again: it first puts in place what is left."
            )


@lru_cache(maxsize=8)
def _held(path: Path, *_: int) -> Counts:
    """What a file holds, read again when it changes: a notebook may ask for one set a dozen times."""
    return read_file(path)


def load_reader() -> None:
    """Have what reads Parquet ready, which is otherwise loaded when the first counts are read."""
    import pyarrow.dataset  # noqa: F401


def read_file(path: Path) -> Counts:
    """The counts in one Parquet file, with what its metadata says about them.

    Parameters
    ----------
    path
        A Parquet file that ``write`` made.

    Returns
    -------
    Counts
        Counts.

    Raises
    ------
    DataRefused
        When the file is not one that this package wrote.
    """
    try:
        stored = pq.read_table(path)
    except (pa.ArrowException, OSError) as fault:
        raise DataRefused(f"{path.name} cannot be read as Parquet ({type(fault).__name__}). Build it again.") from fault
    metadata = (stored.schema.metadata or {}).get(_KEY)
    if metadata is None:
        raise DataRefused(f"{path.name} does not say what it holds: it was not written by this package.")
    try:
        counts = _described(path.stem, stored.to_pandas(), json.loads(metadata))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise DataRefused(f"{path.name} does not say in full what it holds ({fault}). Build it again.") from None
    _note(counts, path)
    return checked(counts)


def _note(counts: Counts, path: Path) -> None:
    """Note counts as read, whether from their file or from what this process holds of it."""
    _READ.add(counts.sensitivity)
    _SOURCES[counts.name] = counts.source.publisher, counts.coverage.span
    _FILES.update([f"data/counts/{path.name}", *counts.source.files])


def sensitivities_read() -> list[str]:
    """How sensitive the counts are that were read since this process began: what a block may have been made from.

    Returns
    -------
    list[str]
        Some of ``SENSITIVITIES``, each once.
    """
    return sorted(_READ)


def forget_read() -> None:
    """Forget which counts were read: what is read from here on is noted as of a new process."""
    for noted in (_READ, _FILES, _SOURCES, _NAMES):
        noted.clear()
    definitions.forget_read()


def note_files(names: Iterable[str]) -> None:
    """Note published tables that hold no counts as read, so that what is made of them names them.

    Parameters
    ----------
    names
        Paths below the project.
    """
    _FILES.update(names)


def files_read() -> list[str]:
    """The counts that were read since this process began, the files behind them, and definitions of a reader's own.

    Returns
    -------
    list[str]
        Paths below the project.
    """
    return sorted({*_FILES, *definitions.files_read()})


def sources_read() -> dict[str, tuple[str, Period]]:
    """The sets of counts that were read since this process began: what a block may have been made from.

    Returns
    -------
    dict[str, tuple[str, Period]]
        Who published each set, by its name, and the time that it covers.
    """
    return dict(sorted(_SOURCES.items()))


def names_read() -> dict[str, str]:
    """What the names that stand for the newest counts held meant, as far as this process has asked for them.

    Returns
    -------
    dict[str, str]
        Name of a set by one of ``latest.NAMES``, in order.
    """
    return dict(sorted(_NAMES.items()))


def checked(counts: Counts) -> Counts:
    """The same counts, once every name and code in them is one that data/reference/ knows.

    Parameters
    ----------
    counts
        Counts as they were read or made.

    Returns
    -------
    Counts
        The counts that were given.

    Raises
    ------
    DataRefused
        For a blank or unknown force, period, offence, crime type or outcome, a category that holds what cannot be
        seen, and counts of nothing. A force that does not exist is known only where the cases are made up too.
    """
    where, coverage = f"Counts '{counts.name}'", counts.coverage
    rows, dimensions = counts.table, counts.dimensions
    if counts.cells is not None:
        named = counts.cells["force"].ne("") & counts.cells["offence"].ne("")
        rows, dimensions = counts.cells.loc[named, ["force", "offence"]], ("force", "offence")
        for feature in counts.features:
            _check_categories(feature, counts.categories(feature), where=where)
    if not coverage.forces or not coverage.periods:
        raise DataRefused(f"{where} cover no force or no period. Build them again.")

    def names(dimension: str) -> list[Any]:
        return list(rows[dimension].unique()) if dimension in rows else []

    if bool(rows[list(dimensions)].isna().any().any()):
        raise DataRefused(f"{where}: a blank cell in {', '.join(dimensions)}. Build them again.")
    met = {*coverage.forces, *names("force")}
    invented = sorted(met & set(reference.made_up_forces()))
    if invented and counts.sensitivity != "synthetic":
        raise DataRefused(f"{where}: '{invented[0]}' is a made-up force, and these cases are not made up.")
    strange = sorted(met - set(reference.forces()) - set(reference.made_up_forces()))
    if strange:
        raise DataRefused(f"{where}: '{strange[0]}' is not a force of data/reference/forces.csv.")
    if set(names("period")) - set(coverage.periods):
        raise DataRefused(f"{where}: a period that their coverage does not name. Build them again.")
    for code in names("offence"):
        if code not in reference.offences():
            raise DataRefused(f"{where}: '{code}' is not an offence of data/reference/offences.csv.")
    for kind in set(names("crime_type")) - set(reference.crime_types()):
        raise DataRefused(f"{where}: '{kind}' is not a crime type of data/reference/crime_types.csv.")
    for feature in set(dimensions) - set(COLUMNS):
        _check_categories(feature, names(feature), where=where)
    for code in {*names("outcome"), *names("first_outcome")}:
        reference.countable(counts.scheme, code)
    return counts


def _check_categories(feature: str, categories: Iterable[str], *, where: str) -> None:
    """Raise DataRefused, beginning with ``where``, for a category that holds what cannot be seen."""
    if not all(is_safe(str(category)) for category in categories):
        raise DataRefused(f"{where}: a category of '{feature}' holds what cannot be seen. Reduce the files again.")


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
    release = dict(about.get("release", {}))
    return Counts(
        name=name,
        table=cast(pd.DataFrame, Withheld(name)) if release else table,
        cells=table if release else None,
        release=release,
        dimensions=tuple(about["dimensions"]),
        coverage=coverage,
        source=Source(**{**about["source"], "notes": tuple(about["source"]["notes"])}),
        **{name: about[name] for name in _TOLD},
        features=dict(about.get("features", {})),
        lag_unit=about.get("lag_unit", ""),
        taken=about.get("taken", ""),
        as_at={force: (known_to, dated) for force, (known_to, dated) in about.get("as_at", {}).items()},
        editions=dict(about.get("editions", {})),
        fit_features=tuple(about.get("fit_features", ())),
        fit_cluster=about.get("fit_cluster", ""),
        fits=dict(about.get("fits", {})),
    )


def write(counts: Counts, path: Path) -> None:
    """Write counts as Parquet, whole or not at all.

    Parameters
    ----------
    counts
        Counts that keep their contract.
    path
        Where the file is to be.

    Raises
    ------
    OSError
        When the disk is full or the folder may not be written.
    Linked
        When a link stands at the place.
    """
    with writing.whole(path) as out:
        _write_to(out, counts)


def _write_to(out: IO[bytes], counts: Counts) -> None:
    """Write counts as Parquet into an open file. Raises OSError when the disk is full."""
    pq.write_table(_stored(counts), out, compression="zstd")
    out.flush()  # so that a full disk says so before anything is moved


def packed(counts: Counts) -> bytes:
    """Counts as the bytes of a Parquet file.

    Parameters
    ----------
    counts
        Counts that keep their contract.

    Returns
    -------
    bytes
        A Parquet file.
    """
    buffer = BytesIO()
    _write_to(buffer, counts)
    return buffer.getvalue()


def unpacked(name: str, data: bytes) -> Counts:
    """The counts that ``packed`` gave.

    Parameters
    ----------
    name
        What the counts are called.
    data
        A Parquet file.

    Returns
    -------
    Counts
        Counts.

    Raises
    ------
    ValueError, KeyError
        When they are none.
    """
    stored = pq.read_table(BytesIO(data))
    return _described(name, stored.to_pandas(), json.loads((stored.schema.metadata or {})[_KEY]))


def _stored(counts: Counts) -> pa.Table:
    """Counts as an Arrow table, with what is known about them in its metadata."""
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
        types_lacking = sorted((force, first.isoformat(), sorted(codes)) for (force, first), codes in lacking)
        about["coverage"] = {**about["coverage"], "lacking": types_lacking}
    about |= {name: content for name in _KEPT if (content := getattr(counts, name))}
    rows = counts.table if counts.cells is None else counts.cells
    stored = pa.Table.from_pandas(_in_arrow(rows), preserve_index=False)
    return stored.replace_schema_metadata({**(stored.schema.metadata or {}), _KEY: json.dumps(about).encode()})


def _in_arrow(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with text as Arrow has it, so that the same counts are the same bytes however pandas keeps text."""
    arrow = pd.StringDtype("pyarrow", na_value=np.nan)
    kept: dict[Hashable, Any] = {}
    for name, kind in rows.dtypes.items():
        match kind:
            case pd.StringDtype():
                kept[name] = arrow
            case pd.CategoricalDtype(categories=pd.Index(dtype=pd.StringDtype()) as categories):
                kept[name] = pd.CategoricalDtype(categories.astype(arrow), kind.ordered)
    return rows.astype(kept)
