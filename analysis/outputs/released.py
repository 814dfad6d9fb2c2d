"""What the released sets of counts say: which numbers of people may be shown, and what follows from them.

Read from data/counts/ alone. Nothing here knows of exact counts: a number is held to the cells that were released, and
to what can be worked out from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.counts import counts
from analysis.counts.counts import Counts, months_of, span_days
from analysis.errors import ParameterError
from analysis.questions.profile.results import CALLED
from analysis.reference import measures, periods, reference
from analysis.reference.periods import Period

#: Coordinates of a cell, in the order in which they are told; a set has those that its tables need.
COORDINATES = ("force", "offence", "period", "outcome", "feature", "category", "lag", "ending")
ALL = ""
_QUARTER = 3  # months
_ALL = {"lag": -1}  # what stands for all of a coordinate, where it is not ALL

Codes = frozenset[str]
#: A force, an offence and a period; None for one of which nothing is released.
Place = tuple[str, str, Period | None]


@dataclass(frozen=True)
class Released:
    """A set of counts as it was released, by its ``cells``. No cell is a sum of others: each was drawn by itself."""

    counts: Counts

    @property
    def told(self) -> dict[str, Any]:
        """What its file says of the release: policy, edition, cells, those hidden."""
        return self.counts.release

    @property
    def cells(self) -> pd.DataFrame:
        """A row for each cell: its coordinates, and its ``cases``, missing where they are hidden."""
        assert self.counts.cells is not None  # noqa: S101 - ``read`` makes none without
        return self.counts.cells

    @property
    def hidden(self) -> int:
        """How many cells are hidden."""
        return int(self.cells["cases"].isna().sum())

    @property
    def edition(self) -> int:
        """Which release of the set it is, from 1."""
        return int(self.told["edition"])

    @property
    def earlier(self) -> list[dict[str, Any]]:
        """What is known of each earlier release of the set."""
        return list(self.told.get("earlier", []))

    def rows(self) -> list[dict[str, Any]]:
        """The cells as rows of a table: words, and the number or its symbol.

        Returns
        -------
        list[dict[str, Any]]
            A record for each cell, by column.
        """
        names = [name for name in COORDINATES if name in self.cells.columns]
        cells = self.cells[[*names, "cases"]].to_dict("records")
        return [
            {name: "all" if row[name] == _ALL.get(name, ALL) else str(row[name]) for name in names}
            | ({"cases": None, "symbols": {"cases": "[c]"}} if pd.isna(row["cases"]) else {"cases": int(row["cases"])})
            for row in cells
        ]

    def events(self, row: dict[str, Any], about: dict[str, Any]) -> set[int]:
        """Every number of cases that a row may give as those that ended as it says, of those that it is out of.

        Parameters
        ----------
        row
            A row of an output.
        about
            What the output is about.

        Returns
        -------
        set[int]
            Empty where none is shown, or the measure or base is not known.
        """
        counted, base = self._counted(row, about), self._kept(row, about)
        return set() if counted is None or base is None else self._number(counted & base, row, about)

    def base(self, row: dict[str, Any], about: dict[str, Any], *, named: str = "") -> set[int]:
        """Every number of cases that a row may give as what its share is out of.

        Parameters
        ----------
        row
            A row of an output.
        about
            What the output is about.
        named
            The name of a base, in place of the one that the output is out of.

        Returns
        -------
        set[int]
            Empty where none is shown, or the base is not known.
        """
        base = self._kept(row, about, named=named)
        return set() if base is None else self._number(base, row, about)

    def decided(self, row: dict[str, Any], about: dict[str, Any]) -> set[int]:
        """The recorded cases of a row less those still open, where both are shown.

        Parameters
        ----------
        row
            A row of an output.
        about
            What the output is about.

        Returns
        -------
        set[int]
            Empty where one of the two is not shown.
        """
        still = frozenset(reference.codes(self.counts.scheme, "undecided"))
        waiting = self._number(still, row, about)
        return {cases - open_cases for cases in self.base(row, about, named="recorded") for open_cases in waiting}

    def anything(self, row: dict[str, Any], about: dict[str, Any]) -> set[int]:
        """Every number that is shown of the force, offence and period of a row, whatever the cases are.

        Parameters
        ----------
        row
            A row of an output.
        about
            What the output is about.

        Returns
        -------
        set[int]
            Empty where none is shown.
        """
        return self._of_any.get(self._place(row, about), set())

    def at(self, about: dict[str, Any]) -> set[int]:
        """Every number that is shown of what something is about, and of nothing narrower or wider.

        Parameters
        ----------
        about
            What the output is about.

        Returns
        -------
        set[int]
            Empty where none is shown.
        """
        return self._of_all.get(self._place({}, about), set())

    def population(self, about: dict[str, Any]) -> int | None:
        """All cases of what something is about, by the release; None where that is hidden or not on its list.

        Parameters
        ----------
        about
            What the output is about.

        Returns
        -------
        int or None
            A multiple of the rounding base.
        """
        return next(iter(self._number(self._types, {}, about)), None)

    @cached_property
    def _types(self) -> Codes:
        """Every countable outcome type."""
        return frozenset(
            code for code, outcome in reference.outcomes(self.counts.scheme).items() if not outcome.part_of
        )

    def _kept(self, row: dict[str, Any], about: dict[str, Any], *, named: str = "") -> Codes | None:
        """The outcome types of what a share is out of; None where no base is named that is known."""
        name = named or str(row.get("base") or about.get("base", ""))
        return self._types - measures.base(name).leaves_out(self.counts.scheme) if name in measures.BASES else None

    def _counted(self, row: dict[str, Any], about: dict[str, Any]) -> Codes | None:
        """The outcome types that a row counts; None where it says nothing that is known."""
        if row.get("outcome_name"):
            name = str(row["outcome_name"])
            return frozenset({name.partition(":")[0], name} & self._types) or None
        if row.get("disposition"):
            named = [key for key, words in reference.DISPOSITIONS.items() if words == row["disposition"]]
            return frozenset(reference.codes(self.counts.scheme, *named)) if named else None
        name = str(row.get("measure") or about.get("measure", ""))
        if name == "recorded":
            return self._types
        if name in CALLED:  # in words, beside others
            return CALLED[name].codes(self.counts.scheme)
        return measures.measure(name).codes(self.counts.scheme) if measures.is_measure(name) else None

    def _number(self, codes: Codes, row: dict[str, Any], about: dict[str, Any]) -> set[int]:
        """The released number of some outcome types at the place of a row; none where it is hidden or not listed."""
        if not codes:
            return {0}  # no type is no case
        force, offence, period = self._place(row, about)
        if period is None:
            return set()
        feature, names = (
            str(row.get("feature") or ALL),
            {heading: name for name, heading in self.counts.features.items()},
        )
        where = {"feature": names.get(feature, feature), "category": str(row.get("category") or ALL)}
        try:
            number = self.counts.cell(
                codes, first=period.first, months=months_of(period), force=force, offence=offence, **where
            )
        except ParameterError:
            return set()
        return set() if number is None else {number}

    def _place(self, row: dict[str, Any], about: dict[str, Any]) -> Place:
        """Which row it is, by its labels, and by what it is about where it has none."""
        where = str(row.get("force") or row.get("place") or about.get("place", ""))
        when = next((str(row[name]) for name in ("month", "quarter", "year") if row.get(name)), "")
        codes = reference.offence_codes()
        return (
            _one(where if where in self.counts.forces else ALL, self.counts.forces),
            _one(codes.get(str(row.get("offence_name") or about.get("offence", "")), ALL), self.counts.offences),
            self._periods.get(when or str(about.get("period", ""))),
        )

    @cached_property
    def _periods(self) -> dict[str, Period]:
        """The periods that are released, by each name that a report may give them."""
        whole = self.counts.coverage.span
        named = {ALL: whole, whole.label: whole}
        for key in self.cells["period"].unique() if "period" in self.cells else ():
            period = Period(*span_days(key))
            named[period.label] = period
            if months_of(period) == _QUARTER:
                named[periods.quarter_name(period.first)] = period
        return named

    @cached_property
    def _of_any(self) -> dict[Place, set[int]]:
        """The numbers that are shown at each place, whatever the cases are."""
        return self._by_place(self.cells)

    @cached_property
    def _of_all(self) -> dict[Place, set[int]]:
        """The numbers that are shown at each place of the cases of every feature, whenever they ended."""
        narrower = [name for name in ("feature", "ending") if name in self.cells]
        return self._by_place(self.cells[(self.cells[narrower] == ALL).all(axis="columns")])

    def _by_place(self, cells: pd.DataFrame) -> dict[Place, set[int]]:
        numbers: dict[Place, set[int]] = {}
        for row in cells.dropna(subset=["cases"]).to_dict("records"):
            span = Period(*span_days(row["period"])) if "period" in row else self.counts.coverage.span
            place = _one(row["force"], self.counts.forces), _one(row["offence"], self.counts.offences), span
            numbers.setdefault(place, set()).add(int(row["cases"]))
        return numbers


def _one(name: str, there: tuple[str, ...]) -> str:
    """A name, ALL where it is the only one there is: then the two are the same."""
    return ALL if there == (name,) else name


def read(name: str) -> Released | None:
    """A set of counts of people as it was released; None where its file does not say that it was.

    Parameters
    ----------
    name
        The name of the set.

    Returns
    -------
    Released or None
        Its cells, by what they are of.

    Raises
    ------
    AttritionError
        As reading counts does.
    """
    counted = counts.read(name)
    return Released(counted) if counted.is_released else None
