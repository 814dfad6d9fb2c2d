"""What the released sets of counts say: which numbers of people may be shown, and what follows from them.

Read from data/counts/ alone. Nothing here knows of exact counts: a number is held to the cells that were released, and
to what can be worked out from these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import counts, measures, periods, reference
from analysis.counts import Counts
from analysis.errors import ParameterError

#: Coordinates of a cell, in the order in which they are told; a set has those that its tables need.
COORDINATES = ("force", "offence", "period", "outcome", "feature", "category", "lag", "ending")
_PLACE = ("force", "offence", "period", "feature", "category", "lag", "ending")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?")
_SPAN = re.compile(r"(\d{4})-(\d{2})_(\d{4})-(\d{2})")
ALL = ""

Place = tuple[str, ...]


@dataclass(frozen=True)
class Released:
    """A set of counts as it was released. ``told`` is what its file says of the release: policy, edition, earlier ones.

    ``cells`` has a column for each coordinate, "" where it is all of them, and ``cases``, missing where hidden.
    """

    counts: Counts
    cells: pd.DataFrame
    told: dict[str, Any]
    _at: dict[Place, dict[str, int | None]] = field(default_factory=dict)
    _periods: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [name for name in COORDINATES if name in self.cells.columns]
        for row in self.cells[[*names, "cases"]].itertuples(index=False):
            held = dict(zip(names, map(str, row[:-1]), strict=True))
            outcomes = self._at.setdefault(self._place(held), {})
            outcomes[held.get("outcome", ALL)] = None if pd.isna(row[-1]) else int(row[-1])
        self._join_names()

    def _join_names(self) -> None:
        """Have a way of ending of one outcome type found by either name: it is one cell."""
        for key in reference.DISPOSITIONS if self.counts.scheme else ():
            codes = reference.codes(self.counts.scheme, key)
            for outcomes in self._at.values() if len(codes) == 1 else ():
                for one, other in ((key, *codes), (*codes, key)):
                    if one in outcomes:
                        outcomes.setdefault(other, outcomes[one])

    @cached_property
    def _alone(self) -> tuple[str, str]:
        """The one force and the one offence of the set, which are all of them; "" where there are several."""
        forces, offences = self.counts.forces, self.counts.offences
        return forces[0] if len(forces) == 1 else ALL, offences[0] if len(offences) == 1 else ALL

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
        """The cells as rows of a table: words, and the number or its symbol."""
        names = [name for name in COORDINATES if name in self.cells.columns]
        told = self.cells[[*names, "cases"]].to_dict("records")
        return [
            {name: str(row[name]) or "all" for name in names}
            | ({"cases": None, "symbols": {"cases": "[c]"}} if pd.isna(row["cases"]) else {"cases": int(row["cases"])})
            for row in told
        ]

    def events(self, row: dict[str, Any], about: dict[str, Any]) -> set[int]:
        """Every number of cases that a row may give as those that ended as it says."""
        place = self._at.get(self._of(row, about), {})
        return _sums(place, self._outcomes(row, about))

    def base(self, row: dict[str, Any], about: dict[str, Any], *, named: str = "") -> set[int]:
        """Every number of cases that a row may give as what its share is out of."""
        place, name = self._at.get(self._of(row, about), {}), named or str(row.get("base") or about.get("base", ""))
        if name not in measures.BASES:
            return set()
        gone, whole = measures.base(name).leaves_out(self.counts.scheme), place.get(ALL)
        if not gone or name in place:
            return _sums(place, [frozenset({name if gone else ALL})])
        return set() if whole is None else {whole - left for left in _sums(place, self._groups(gone))}

    def anything(self, row: dict[str, Any], about: dict[str, Any]) -> set[int]:
        """Every number that is shown of the force, offence and period of a row, whatever the cases are."""
        whole = self._of({**row, "feature": ALL, "category": ALL}, about)[:3]
        return {
            cases
            for place, held in self._at.items()
            if place[:3] == whole
            for cases in held.values()
            if cases is not None
        }

    def at(self, about: dict[str, Any]) -> set[int]:
        """Every number that is shown of what something is about, and of nothing narrower or wider."""
        return {cases for cases in self._at.get(self._of({}, about), {}).values() if cases is not None}

    def population(self, about: dict[str, Any]) -> int | None:
        """All cases of what something is about, by the release; None where that is hidden or not on its list."""
        return self._at.get(self._of({}, about), {}).get(ALL)

    def _place(self, held: dict[str, str]) -> Place:
        """Coordinates without what says nothing: all forces of a set of one force are that force."""
        one = held | {"force": self._force(held.get("force", ALL)), "offence": self._offence(held.get("offence", ALL))}
        one["period"] = self._period(held.get("period", ALL))
        one["feature"] = self.counts.features.get(held.get("feature", ALL), held.get("feature", ALL))
        return tuple(one.get(name, ALL) for name in _PLACE)

    def _of(self, row: dict[str, Any], about: dict[str, Any]) -> Place:
        """Where a row stands among the cells, by its labels, and by what it is about where it has none."""
        where = str(row.get("force") or row.get("place") or about.get("place", ""))
        when = next((str(row[name]) for name in ("month", "quarter", "year") if row.get(name)), "")
        what = str(row.get("offence_name") or about.get("offence", ""))
        codes = {name: code for code, name in reference.offences().items()}
        return self._place(
            {
                "force": where if where in self.counts.forces else ALL,
                "offence": codes.get(what, ALL),
                "period": when or str(about.get("period", "")),
                "feature": str(row.get("feature") or ALL),
                "category": str(row.get("category") or ALL),
            }
        )

    def _force(self, name: str) -> str:
        return ALL if name == self._alone[0] else name

    def _offence(self, code: str) -> str:
        return ALL if code == self._alone[1] else code

    def _period(self, told: str) -> str:
        """A period in the one way in which it is compared, however a cell or a row writes it."""
        if told not in self._periods:
            whole = self.counts.coverage.span.label
            label = _label(told, self.counts.coverage.periods) if told else whole
            self._periods[told] = ALL if label == whole else label
        return self._periods[told]

    def _outcomes(self, row: dict[str, Any], about: dict[str, Any]) -> list[frozenset[str]]:
        """The ways to put together what a row counts, each as the cells to add up, the coarsest first."""
        if row.get("outcome_name"):
            name = str(row["outcome_name"])
            return self._groups(frozenset({name.partition(":")[0], name} & set(reference.outcomes(self.counts.scheme))))
        if row.get("disposition"):
            named = [key for key, words in reference.DISPOSITIONS.items() if words == row["disposition"]]
            return self._groups(frozenset(reference.codes(self.counts.scheme, *named))) if named else []
        name = str(row.get("measure") or about.get("measure", ""))
        if name == "recorded":
            return [frozenset({ALL})]
        codes = measures.MEASURES[name].codes(self.counts.scheme) if name in measures.MEASURES else frozenset()
        return [frozenset({name}), *self._groups(codes)]

    def _groups(self, codes: frozenset[str]) -> list[frozenset[str]]:
        """Some outcome types as cells: with those of a way of ending together under its name, and type by type."""
        if not codes:
            return []
        scheme, whole = self.counts.scheme, frozenset(codes)
        joined: frozenset[str] = frozenset()
        for key in reference.DISPOSITIONS:
            parts = frozenset(reference.codes(scheme, key))
            if parts and parts <= whole:
                joined, whole = joined | {key}, whole - parts
        return [joined | whole, frozenset(codes)]


def _sums(place: Mapping[str, int | None], groups: list[frozenset[str]]) -> set[int]:
    """The sum of the first group that is on the list of the release, where all of it is shown.

    The first is the coarsest: rounded parts are not added up to what has a number of its own, shown or hidden.
    """
    group = next((one for one in groups if one and one <= place.keys()), frozenset())
    held = [place[name] for name in group]
    return {sum(cases for cases in held if cases is not None)} if held and None not in held else set()


def _label(told: str, held: Mapping[date, int]) -> str:
    """What a period is called, whether it is written 2024/25, 2024/25 Q1, April 2024, 2024-04 or 2024-04_2024-06."""
    if match := _SPAN.fullmatch(told):
        return periods.Period(
            date(int(match[1]), int(match[2]), 1), periods.end_of(date(int(match[3]), int(match[4]), 1), months=1)
        ).label
    if match := _MONTH.fullmatch(told):
        first = date(int(match[1]), int(match[2]), 1)
        return periods.Period(first, periods.end_of(first, months=held.get(first, 1))).label
    try:
        return periods.labelled(told).label
    except ParameterError:
        return told


def read(name: str) -> Released | None:
    """A set of counts of people as it was released; None where its file does not say that it was.

    Raises what reading counts raises.
    """
    held, told = counts.read(name), counts.release_of(name)
    cells = getattr(held, "cells", None)
    return Released(held, cells, told) if told and isinstance(cells, pd.DataFrame) else None
