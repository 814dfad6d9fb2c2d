"""Courts and the survey: what is held of stalking before and after the police's cases, in units of their own.

The Ministry of Justice counts defendants by calendar year, the Crime Survey for England and Wales estimates people.
Both stay tables: Counts are of cases, and nothing here may be divided by them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.counts.counts import Counts
from analysis.counts.yearly import is_of, read_numbers
from analysis.errors import DataRefused
from analysis.reference import reference
from analysis.reference.reference import EVERYWHERE, forces_of

COURTS_FILE, SURVEY_FILE = (f"data/published/stalking_{name}.csv" for name in ("courts", "survey"))

#: What a court did with defendants, in order: the columns of the table.
STAGES = ("proceeded", "convicted")

#: What may be doubtful of a figure, by the word that the table has for it.
DOUBTS = {"more_convicted": "more were convicted than proceeded against", "not_listed": "the source has no row for it"}


@dataclass(frozen=True)
class CourtYear:
    """Defendants of a place in a calendar year: ``proceeded`` against and ``convicted``; None where nothing is listed.

    ``forces`` are those of the place that the source has a row for, ``absent`` those that it has none for. ``doubt``
    says what to beware of, in words.
    """

    year: int
    forces: int
    absent: int
    proceeded: int | None
    convicted: int | None
    doubt: str


@dataclass(frozen=True, repr=False)
class Courts:
    """Defendants by force and calendar year, and people by year of the survey, of one ``place``.

    ``forces`` has one row per ``force`` and ``period`` (1 January), of one ``edition``: defendants ``proceeded``
    against and ``convicted``, both blank where ``doubt`` is not_listed. ``survey`` has one row per ``period`` (1
    April): the ``people`` aged 16 and over in England and Wales who were stalked, an estimate, with its ``source``.

    Raises DataRefused when a row stands twice, a period is no calendar year, a force or doubt is unknown, a count is
    below zero, or a blank and its doubt do not go together.
    """

    forces: pd.DataFrame
    survey: pd.DataFrame
    place: str = EVERYWHERE

    def __post_init__(self) -> None:
        if self.forces.duplicated(["force", "period"]).any():
            raise _refused("a row stands twice for one force and year")
        strange = sorted(set(self.forces["force"]) - set(reference.forces()))
        if strange:
            raise _refused(f"'{strange[0]}' is no force")
        if any((day.month, day.day) != (1, 1) for day in self.forces["period"]):
            raise _refused("a period that does not begin on 1 January")
        unknown = sorted(set(self.forces["doubt"]) - {"", *DOUBTS})
        if unknown:
            raise _refused(f"doubt '{unknown[0]}'; known are {', '.join(DOUBTS)}")
        if (self.forces[list(STAGES)] < 0).fillna(False).any(axis=None):
            raise _refused("a count below zero")
        blank = self.forces[list(STAGES)].isna()
        is_absent = self.forces["doubt"] == "not_listed"
        if (blank.any(axis=1) != is_absent).any() or (blank.all(axis=1) != is_absent).any():
            raise _refused("a count is blank without 'not_listed', or the reverse")
        is_more = (self.forces["convicted"] > self.forces["proceeded"]).fillna(False)
        if (is_more != (self.forces["doubt"] == "more_convicted")).any():
            raise _refused("more convicted than proceeded against without 'more_convicted', or the reverse")

    @property
    def is_held(self) -> bool:
        """Whether anything is held beside what was asked for."""
        return not self.forces.empty

    @property
    def edition(self) -> str:
        """The edition of the courts' figures."""
        return str(self.forces["edition"].iloc[0]) if self.is_held else ""

    @property
    def years(self) -> list[CourtYear]:
        """Every calendar year, in order, with the sums over the forces of the place."""
        members = forces_of(self.place)
        mine = self.forces[self.forces["force"].isin(members)]
        every = sorted(set(self.forces["period"]))
        return [_year(first.year, mine[mine["period"] == first], len(members)) for first in every]

    def of(self, place: str | Counts) -> Courts:
        """The same of another place: its name ("all" is England and Wales), or that of the forces that counts are of.

        Nothing is held beside counts of another crime or of made-up cases.

        Parameters
        ----------
        place
            Name of a force, nation or several forces, "all", or counts of one of these.

        Returns
        -------
        Courts
            Figures of that place; empty tables where nothing is held.

        Raises
        ------
        ParameterError
            When there is no such place; the message offers the nearest name.
        """
        if isinstance(place, Counts):
            if not is_of(place):
                return replace(self, forces=self.forces.iloc[:0], survey=self.survey.iloc[:0], place=EVERYWHERE)
            place = place.whole_place
        return replace(self, place=EVERYWHERE if place in ("all", EVERYWHERE) else reference.place_named(place))

    def __repr__(self) -> str:
        if not self.is_held:
            return "Defendants for stalking by year: none beside counts of another crime or of made-up cases."
        years = self.years
        return f"Defendants for stalking by calendar year, {self.place}, {years[0].year} to {years[-1].year}."


def _year(year: int, rows: pd.DataFrame, members: int) -> CourtYear:
    """The sums over some forces in a year; a force that is not listed adds nothing."""
    listed = rows[rows["doubt"] != "not_listed"]
    absent = members - len(listed)
    if listed.empty:
        return CourtYear(year, 0, absent, None, None, DOUBTS["not_listed"])
    proceeded, convicted = (int(listed[name].sum()) for name in STAGES)
    doubts = [DOUBTS["more_convicted"]] if convicted > proceeded else []
    doubts += [f"no row for {absent} of {members} forces"] if absent else []
    return CourtYear(year, len(listed), absent, proceeded, convicted, "; ".join(doubts))


def read() -> Courts:
    """The courts' figures and the survey's that this project holds, for England and Wales; ``of`` gives another place.

    Returns
    -------
    Courts
        Figures of England and Wales.

    Raises
    ------
    DataRefused
        When a table does not keep its contract.
    """
    return _read(reference.DATA / "published")


@cache
def _read(folder: Path) -> Courts:
    forces = read_numbers(folder / Path(COURTS_FILE).name, ("force", "period", "edition"), (*STAGES, "doubt"))
    survey = read_numbers(folder / Path(SURVEY_FILE).name, ("period", "source", "address", "evidence"), ("people",))
    return Courts(forces, survey)


def _refused(what: str) -> DataRefused:
    return DataRefused(f"Courts by year: {what}. Compare {COURTS_FILE} with its publisher's table.")
