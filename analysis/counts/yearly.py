"""Endings by year: how stalking cases ended by force and financial year since 2014/15, each figure with its edition.

No Counts are made of these tables. Counts hold every case of a period, whatever became of it; these hold the cases that
had an outcome when an edition was taken, and leave the others out. So recorded crime, of a later edition, stands beside
them here, and what is between the two is undecided. The last years come from counts that hold both.

Editions are never mixed within a row. A year of which two editions are held has two rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from analysis.counts import counts, latest
from analysis.counts.counts import Counts
from analysis.errors import DataRefused
from analysis.reference import reference
from analysis.reference.periods import financial_year, month_number, named, year_start
from analysis.reference.phases import RECORDING, breaks_of
from analysis.reference.reference import EVERYWHERE, Break, forces_of

FORCES_FILE, NATIONAL_FILE = (f"data/published/stalking_endings_{name}.csv" for name in ("by_force", "national"))
RECORDED, WHOLE = "stalking_recorded", latest.OWN_STALKING

#: How cases ended that had an outcome: all of them, and those of the types that are told apart.
COUNTED = ("outcomes", "charged", "victim_supports", "withdrew")

#: What may be doubtful of a figure, by the word that the table has for it.
DOUBTS = {
    "not_provided": "the force provided nothing",
    "halved": "printed doubled, halved here",
    "national_only": "which forces it covers is not stated",
    "derived": "worked out from a printed percentage",
}

OFFENCE = "8Q"

#: An edition taken up to so many months after the end of a year is the first of that year: the tables of a year to
#: March come out in July, and its quarters are revised from October on.
FIRST_MONTHS = 6
OWN_EDITION = "March 2025"  # of the year that the project has
LATER_RECORDED = "December 2025"  # of recorded crime, beside outcomes of every edition
_LABELS = ("force", "period", "edition", "recorded_edition", "doubt")
_TEXTS = ("doubt", "printed_rate")  # columns that may be blank and hold no whole number
_EDGE = ("edition", "recorded", "recorded_edition", *COUNTED, "doubt")


@dataclass(frozen=True)
class ForceYear:
    """One row of the table by force. ``counted`` holds the COUNTED; a number that is not known is None."""

    edition: str
    recorded: int | None
    recorded_edition: str
    counted: dict[str, int | None]
    doubt: str

    @property
    def is_sent(self) -> bool:
        """Whether the force sent its endings."""
        return self.counted["outcomes"] is not None


@dataclass(frozen=True, repr=False)
class Yearly:
    """Endings of stalking cases by year, of one ``place``: a force, England, Wales, or England and Wales.

    ``forces`` has one row per force and ``period`` (1 April), of one ``edition``: ``recorded`` cases with their own,
    those with an outcome (``outcomes``), and of these ``charged`` (type 1), ``victim_supports`` (15) and ``withdrew``
    (14 and 16), whole numbers of cases; ``doubt`` holds words of DOUBTS, joined by ";". ``national`` has the same for
    England and Wales as printed, one row per period and edition, and the number of ``forces`` where it is stated.

    Raises DataRefused when a row stands twice, a period is no financial year, a force or doubt is unknown, a count is
    below zero, some of the four counts are there and others not, a row without them does not say that nothing was
    provided (or one with them does), or the endings told apart are more than the outcomes.
    """

    forces: pd.DataFrame
    national: pd.DataFrame
    place: str = EVERYWHERE

    def __post_init__(self) -> None:
        _check(self.forces, ["force", "period"])  # two editions of one would be added up
        _check(self.national, ["period", "edition"])
        strange = sorted(set(self.forces["force"]) - set(reference.forces()))
        if strange:
            raise _refused("forces", f"'{strange[0]}' is no force")
        given = self.forces[list(COUNTED)].notna()
        is_absent = [("not_provided" in doubt.split(";")) for doubt in self.forces["doubt"]]
        if not (given.all(axis=1) == given.any(axis=1)).all() or (given["outcomes"] == is_absent).any():
            raise _refused("forces", "counts that are there in part, or blank without 'not_provided', or the reverse")
        endings = self.forces[["charged", "victim_supports", "withdrew"]].sum(axis=1)
        if (endings > self.forces["outcomes"]).fillna(False).any():
            raise _refused("forces", "more charged, type 15 and types 14 and 16 than outcomes")

    @cached_property
    def by_force(self) -> dict[tuple[str, date], ForceYear]:
        """The rows of the table by force, each by its force and first day."""
        names = ("recorded", *COUNTED)
        numbers = zip(*(self.forces[name].astype(object) for name in names), strict=True)
        years_by_force = {}
        for labels, cells in zip(self.forces[list(_LABELS)].itertuples(index=False), numbers, strict=True):
            force, period, edition, beside, doubt = labels
            recorded, *counted = (None if pd.isna(cell) else int(cell) for cell in cells)
            years_by_force[force, period] = ForceYear(
                edition, recorded, beside, dict(zip(COUNTED, counted, strict=True)), doubt
            )
        return years_by_force

    def until(self, last: date) -> Yearly:
        """The same without the years after one.

        Parameters
        ----------
        last
            First day of the last financial year that is kept.

        Returns
        -------
        Yearly
            Endings of the years up to that.
        """
        forces, national = (table[table["period"] <= last] for table in (self.forces, self.national))
        return replace(self, forces=forces, national=national)

    @property
    def members(self) -> list[str]:
        """The forces of the place, in alphabetical order."""
        return forces_of(self.place)

    @property
    def years(self) -> list[date]:
        """The first day of every financial year from the first to the last that is held, gaps among them."""
        firsts = sorted({*self.forces["period"], *self.national["period"]})
        return [date(year, 4, 1) for year in range(firsts[0].year, firsts[-1].year + 1)] if firsts else []

    @property
    def sent_years(self) -> list[date]:
        """The first day of every financial year for which some force of the place sent figures, in order."""
        members = set(self.members)
        return sorted({first for (force, first), row in self.by_force.items() if force in members and row.is_sent})

    def of(self, place: str | Counts) -> Yearly:
        """The same of another place: its name ("all" is England and Wales), or that of the forces that counts are of.

        Beside counts of another crime, or of made-up cases, nothing is held: these endings are of real stalking cases.

        Parameters
        ----------
        place
            Name of a force, nation or several forces, "all", or counts of one of these.

        Returns
        -------
        Yearly
            Endings of that place; empty tables where nothing is held.

        Raises
        ------
        ParameterError
            When there is no such force; the message offers the nearest name.
        """
        if isinstance(place, Counts):
            if not is_of(place):
                return replace(self, forces=self.forces.iloc[:0], national=self.national.iloc[:0], place=EVERYWHERE)
            place = place.whole_place
        named = EVERYWHERE if place in ("all", EVERYWHERE) else reference.place_named(place)
        counts.note_files(
            [FORCES_FILE, *([NATIONAL_FILE] if named == EVERYWHERE else [])]
        )  # what is told is made of them
        return replace(self, place=named)

    def __repr__(self) -> str:
        if not self.years:
            return "Endings of stalking cases by year: none beside counts of another crime or of made-up cases."
        span = f"{financial_year(self.years[0])} to {financial_year(self.years[-1])}"
        return f"Endings of stalking cases by year, {self.place}, {span}: {len(self.forces)} force-years."


def is_of(counts: Counts) -> bool:
    """Whether counts are of what these endings are of: real cases of stalking, and of no other crime beside it.

    Parameters
    ----------
    counts
        The counts.

    Returns
    -------
    bool
        Whether they are.
    """
    chosen = counts.selection.get("offence")
    return counts.sensitivity != "synthetic" and ((chosen,) if chosen else counts.offences) == (OFFENCE,)


def cuts_of(place: str) -> tuple[Break, ...]:
    """The breaks across which the years of a place may not be compared.

    Parameters
    ----------
    place
        A force, a nation, several forces, or all.

    Returns
    -------
    tuple[Break, ...]
        Changes in what is recorded, those of a single force where the place is that force.
    """
    return breaks_of(OFFENCE, kinds=RECORDING, force=place if forces_of(place) == [place] else "")


def is_first_edition(first: date, edition: str) -> bool | None:
    """Whether an edition is the first of the financial year that begins on ``first``, by when it was taken.

    ``edition`` is the month of the tables, or to which they run ("July 2022"), or about which year they were printed
    ("about 2024"). None where "about" a year leaves it open, or the edition's name tells no day.

    Parameters
    ----------
    first
        First day of the financial year.
    edition
        As the tables of endings name it.

    Returns
    -------
    bool | None
        True, False, or None where it cannot be told.
    """
    about = edition.removeprefix("about ")
    try:
        day = date(int(about), 1, 1) if about != edition else datetime.strptime(edition, "%B %Y").date()
    except ValueError:
        return None
    after = month_number(day) - month_number(first) - 11  # months since March, with which the year ends
    if about == edition:
        return after <= FIRST_MONTHS
    return None if after <= FIRST_MONTHS else False  # the printed year, or the months of it before autumn


def read() -> Yearly:
    """The endings by year that this project holds, for England and Wales; ``of`` gives those of another place.

    Returns
    -------
    Yearly
        Endings of England and Wales.

    Raises
    ------
    DataRefused
        When a table does not keep its contract.
    """
    recorded, growing = counts.read(RECORDED), counts.read(latest.GROWING)  # so that a report says that it is of them
    folder = reference.DATA / "published"
    paths = [folder / Path(name).name for name in (FORCES_FILE, NATIONAL_FILE)]
    forces, national = _tables(folder, *(path.stat().st_mtime_ns if path.is_file() else 0 for path in paths))
    rows = [_beside(forces, recorded), *_of_whole_years(growing, but=set(forces["period"]))]
    return Yearly(pd.concat(rows, ignore_index=True), national)


def read_tables(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two published tables of a folder as they are: by force, and national.

    Parameters
    ----------
    folder
        A folder with the two tables, as data/published/ has them.

    Returns
    -------
    tuple[pd.DataFrame, pd.DataFrame]
        A row a force and financial year, and a row a financial year; ``period`` is a day, numbers are whole or missing.

    Raises
    ------
    DataRefused
        By file, line and column, for a blank that must not be one and a number that is none.
    """
    forces = read_numbers(folder / Path(FORCES_FILE).name, ("force", "period", "edition"), (*COUNTED, *_TEXTS))
    columns = ("recorded", *COUNTED, "forces", *_TEXTS)
    national = read_numbers(
        folder / Path(NATIONAL_FILE).name, ("period", "edition", "source", "address", "evidence"), columns
    )
    return forces, national


@lru_cache(maxsize=2)
def _tables(folder: Path, *_: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two published tables, read again when one of them changes."""
    return read_tables(folder)


def read_numbers(path: Path, required: Sequence[str], optional: Sequence[str]) -> pd.DataFrame:
    """A published table with its periods as days: the ``optional`` columns but ``doubt`` whole numbers, blanks missing.

    Parameters
    ----------
    path
        A CSV file with a column ``period``.
    required
        Columns of which no cell may be blank.
    optional
        Columns of numbers that may be blank, and ``doubt``, which is text.

    Returns
    -------
    pd.DataFrame
        A row a row of the file.

    Raises
    ------
    DataRefused
        By file, line and column, for a blank in a ``required`` column and a number that is none.
    """
    rows = reference.read_table(path, required=tuple(required), optional=tuple(optional))
    table = pd.DataFrame(rows)
    for column in (name for name in optional if name not in _TEXTS):
        for line, cell in enumerate(table[column], start=2):
            if cell and not cell.isdecimal():
                raise DataRefused(f"{path.name}, line {line}, column '{column}': '{cell[:40]}' is not a whole number.")
        table[column] = pd.array([int(cell) if cell else None for cell in table[column]], dtype="Int64")
    try:
        table["period"] = [date.fromisoformat(day) for day in table["period"]]
    except ValueError as fault:
        raise DataRefused(f"{path.name}, column 'period': {fault}. Write the first day, as 2014-04-01.") from None
    return table


def _beside(forces: pd.DataFrame, recorded: Counts) -> pd.DataFrame:
    """Endings with the cases that each force recorded in the year, from recorded crime of a later edition."""
    table = recorded.select(offence="8Q").table
    firsts = [date(year_start(day), 4, 1) for day in table["period"]]
    sums = table["cases"].groupby([table["force"], pd.Series(firsts, index=table.index)]).sum()
    endings = forces.assign(recorded_edition=LATER_RECORDED)
    keys = zip(forces["force"], forces["period"], strict=True)
    endings["recorded"] = pd.array([int(sums[key]) if key in sums.index else None for key in keys], dtype="Int64")
    return endings[["force", "period", *_EDGE]]


def _of_whole_years(counted: Counts, *, but: set[date]) -> Iterator[pd.DataFrame]:
    """The endings of each whole year of counts, but those that are held by year already."""
    for year in sorted({financial_year(first) for first in counted.coverage.periods}):
        whole = counted.coverage.select(within=named(year))
        if whole.span == named(year) and named(year).first not in but:
            yield _of_whole(counted.select(period=year), edition=counted.editions.get(year, OWN_EDITION))


def _of_whole(whole: Counts, *, edition: str) -> pd.DataFrame:
    """The endings of counts of one whole year, which hold the undecided as well, in the shape of the others."""
    table = whole.table.pivot_table(index="force", columns="outcome", values="cases", aggfunc="sum", fill_value=0)
    recorded = table.sum(axis=1)
    endings = pd.DataFrame(
        {
            "force": table.index,
            "period": whole.coverage.span.first,
            "edition": edition,
            "recorded": recorded.to_numpy(),
            "recorded_edition": edition,
            "outcomes": (recorded - table["0"]).to_numpy(),
            "charged": table["1"].to_numpy(),
            "victim_supports": table["15"].to_numpy(),
            "withdrew": (table["14"] + table["16"]).to_numpy(),
            "doubt": "",
        }
    )
    return endings.astype(dict.fromkeys(("recorded", *COUNTED), "Int64"))


def _check(table: pd.DataFrame, by: list[str]) -> None:
    """What holds of both tables."""
    name = "forces" if "force" in by else "national"
    if table.duplicated(by).any():
        raise _refused(name, f"a row stands twice for one {', '.join(by)}")
    if any((day.month, day.day) != (4, 1) for day in table["period"]):
        raise _refused(name, "a period that does not begin on 1 April")
    strange = {word for cell in table["doubt"] for word in cell.split(";") if word} - DOUBTS.keys()
    if strange:
        raise _refused(name, f"doubt '{min(strange)}'; known are {', '.join(DOUBTS)}")
    if (table[["recorded", *COUNTED]] < 0).fillna(False).any(axis=None):
        raise _refused(name, "a count below zero")


def _refused(name: str, what: str) -> DataRefused:
    return DataRefused(f"Endings by year, {name}: {what}. Compare data/published/ with its publisher's table.")
