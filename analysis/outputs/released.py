"""What the released sets of counts say: which numbers of people may be shown, and what follows from them.

Read from data/counts/ alone. Nothing here knows of exact counts: a number is held to the cells that were released, and
to what can be worked out from these.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.counts import counts
from analysis.counts.counts import Counts, months_of, span_days
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.questions.profile.results import CALLED
from analysis.questions.received.results import read_ledger, rows_by_reason
from analysis.questions.timing.incidence import OPEN
from analysis.questions.trends.charted_series import recent_periods
from analysis.reference import measures, reference
from analysis.reference.periods import Period, end_of, month_name, quarter_name

#: Coordinates of a cell, in the order in which they are told; a set has those that its tables need.
COORDINATES = ("force", "offence", "period", "outcome", "feature", "category", "lag", "ending")
ALL = ""
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
        if row.get("reason"):
            return {rows for reason, rows in self._dropped.items() if reason == row["reason"]}
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
        """The decided cases of a row, as they are released; of two places its recorded cases less those still open.

        Parameters
        ----------
        row
            A row of an output.
        about
            What the output is about.

        Returns
        -------
        set[int]
            Empty where none of them is shown.
        """
        waiting = self._number(self._undecided, row, about)
        released = self.base(row, about, named="with_outcome") if waiting else set()
        return released | {
            cases - open_cases for cases in self.base(row, about, named="recorded") for open_cases in waiting
        }

    def open_of_latest(self, about: dict[str, Any]) -> set[float]:
        """The shares still open of the latest months, or quarters, of which much less has ended, and of those before.

        Parameters
        ----------
        about
            What the output is about.

        Returns
        -------
        set[float]
            Shares of the cases recorded, 0 to 1; none where the latest are as decided as the others.
        """
        shares = set()
        for label, name_of in (("month", month_name), ("quarter", quarter_name)):
            names = dict.fromkeys(map(name_of, sorted(self.counts.coverage.periods)))
            rows = pd.DataFrame([self._open({label: name}, about) for name in names], columns=["events", "cases"])
            rows = rows.assign(**{label: list(names)}, share=rows["events"] / rows["cases"])
            is_latest = rows[label].isin(recent_periods(rows, label))
            if is_latest.any():
                sums = rows.dropna().groupby(is_latest)[["events", "cases"]].sum()
                shares |= set(sums["events"] / sums["cases"])
        return shares

    def _open(self, row: dict[str, Any], about: dict[str, Any]) -> tuple[float, ...]:
        """The cases of a row that are still open and all that were recorded; missing where either is not shown."""
        waiting, recorded = self._number(self._undecided, row, about), self.base(row, about, named="recorded")
        return (*waiting, *recorded) if waiting and recorded else (np.nan, np.nan)

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

    def followed(self, row: dict[str, Any], about: dict[str, Any], *, months: Iterable[str] = ()) -> set[int]:
        """Every number of cases that a row may give as those followed over time, ending by ending.

        These are worked out from running totals, of which each ending has its own: no more is followed than they come
        to, and of a month those that were recorded. What is hidden of them is left out.

        Parameters
        ----------
        row
            A row of an output.
        about
            What the output is about.
        months
            The months that the row takes together, by name; those of its quarter, or all its time, where left out.

        Returns
        -------
        set[int]
            All that are followed and, of all the time, those that ended; empty where none is shown.
        """
        quarter, covered = str(row.get("quarter") or ""), self.counts.coverage.periods
        names = [*months] or [month_name(first) for first in covered if quarter_name(first) == quarter]
        if names:
            each = [self._in_month(name, row, about) for name in names]
            return set() if None in each else {sum(cases for cases in each if cases is not None)}
        running = self._running.get(self._place(row, about), {})
        ended = [cases for ending, cases in running.items() if ending not in OPEN]
        return {sum(running.values()), sum(ended)} if running else set()

    def _in_month(self, name: str, row: dict[str, Any], about: dict[str, Any]) -> int | None:
        """How many cases of a month were recorded; None where that is not shown."""
        return next(iter(self.base({**row, "month": name, "quarter": ""}, about, named="recorded")), None)

    def charged_of_forces(self, about: dict[str, Any], *, least: int) -> set[int]:
        """The cases charged of all forces together in the scenario of a journey.

        Parameters
        ----------
        about
            What the output is about.
        least
            How many cases a force of these recorded or more.

        Returns
        -------
        set[int]
            Their sum, over the forces of which every number is shown that the scenario needs; empty without such.
        """
        charged: list[int] = []
        for force in self.counts.forces:
            row = {"force": force, "base": "with_outcome"}
            needed = [self.events(row | {"measure": name}, about) for name in ("charged", "victim_withdrawal")]
            needed += [self.base(row, about), self.base(row, about, named="recorded")]
            if all(needed) and max(needed[-1]) >= least:
                charged += needed[0]
        return {sum(charged)} if charged else set()

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
    def _dropped(self) -> dict[str, int]:
        """The rows of files that were not counted, by the reason as a report has it; released with the ledger."""
        rows = protect(rows_by_reason(read_ledger(self.counts), self.counts)).table
        return {str(reason): int(number) for reason, number in zip(rows["reason"], rows["events"], strict=True)}

    @cached_property
    def _undecided(self) -> Codes:
        """The outcome types of cases that are still open."""
        return frozenset(reference.codes(self.counts.scheme, "undecided"))

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
        where = {"feature": ALL, "category": str(row.get("category") or ALL)}
        if where["category"]:  # without one the row is of the cases of every category
            names = {heading: name for name, heading in self.counts.features.items()}
            where["feature"] = names.get(str(row.get("feature")), str(row.get("feature")))
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
        keys = self.cells["period"].unique() if "period" in self.cells else ()
        released = [Period(*span_days(key)) for key in keys]
        quarters: dict[str, list[date]] = {}
        for first in sorted(self.counts.coverage.periods):
            quarters.setdefault(quarter_name(first), []).append(first)
        spans = {name: Period(months[0], end_of(months[-1], months=1)) for name, months in quarters.items()}
        named = {name: span for name, span in spans.items() if span in released}  # or the part of it that is held
        return {ALL: whole, whole.label: whole} | {period.label: period for period in released} | named

    @cached_property
    def _of_any(self) -> dict[Place, set[int]]:
        """The numbers that are shown at each place, whatever the cases are."""
        return self._by_place(self.cells)

    @cached_property
    def _of_all(self) -> dict[Place, set[int]]:
        """The numbers that are shown at each place of the cases of every feature, whenever they ended."""
        narrower = [name for name in ("feature", "ending") if name in self.cells]
        return self._by_place(self.cells[(self.cells[narrower] == ALL).all(axis="columns")])

    @cached_property
    def _running(self) -> dict[Place, dict[str, int]]:
        """How many cases are shown to have come to each ending at each place, at whatever time."""
        numbers: dict[Place, dict[str, int]] = {}
        if "lag" not in self.cells:
            return numbers
        totals = self.cells[self.cells["lag"] >= 0].dropna(subset=["cases"]).sort_values("cases")
        for row in totals.to_dict("records"):
            numbers.setdefault(self._place_of(row), {})[row["ending"]] = int(row["cases"])  # the greatest comes last
        return numbers

    def _by_place(self, cells: pd.DataFrame) -> dict[Place, set[int]]:
        numbers: dict[Place, set[int]] = {}
        for row in cells.dropna(subset=["cases"]).to_dict("records"):
            numbers.setdefault(self._place_of(row), set()).add(int(row["cases"]))
        return numbers

    def _place_of(self, cell: Mapping[Hashable, Any]) -> Place:
        span = Period(*span_days(cell["period"])) if "period" in cell else self.counts.coverage.span
        return _one(cell["force"], self.counts.forces), _one(cell["offence"], self.counts.offences), span


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
