"""What was received, period by period and force by force.

A count that is not there means one of two things: it happened no times, or nobody sent it. Coverage is what tells
them apart, so every Counts carries one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from analysis.reference.periods import Period, end_of


@dataclass(frozen=True)
class Coverage:
    """The forces and periods that a set of counts is about, and the pairs of them that never arrived.

    ``periods`` maps the first day of each period to its length in months; ``missing`` holds (force, first day) pairs.
    ``lacking`` maps such pairs that did arrive to the outcome types that did not come with them: whatever is divided by
    them has no whole base.
    """

    forces: tuple[str, ...]
    periods: Mapping[date, int]
    missing: frozenset[tuple[str, date]] = frozenset()
    lacking: Mapping[tuple[str, date], frozenset[str]] = field(default_factory=dict)

    @property
    def span(self) -> Period:
        """From the first day of the earliest period to the last day of the latest."""
        latest = max(self.periods)
        return Period(min(self.periods), end_of(latest, months=self.periods[latest]))

    @property
    def is_by_month(self) -> bool:
        """Whether every period is one month."""
        return set(self.periods.values()) == {1}

    @property
    def is_by_quarter(self) -> bool:
        """Whether every period is a month or a quarter, of which quarters can be told."""
        return set(self.periods.values()) <= {1, 3}

    @property
    def pairs(self) -> int:
        """How many force-periods there would be if all had arrived."""
        return len(self.forces) * len(self.periods)

    def select(self, *, forces: Iterable[str] | None = None, within: Period | None = None) -> Coverage:
        """The same for some of the forces, some of the time: periods that lie wholly within ``within``.

        Parameters
        ----------
        forces
            Names of forces; None for all.
        within
            Whole months; None for all the time.

        Returns
        -------
        Coverage
            Coverage of what is left.
        """
        kept = self.forces if forces is None else tuple(name for name in self.forces if name in set(forces))
        periods = {
            first: months
            for first, months in self.periods.items()
            if within is None or (first in within and end_of(first, months=months) in within)
        }
        missing = frozenset(pair for pair in self.missing if pair[0] in kept and pair[1] in periods)
        lacking = {pair: codes for pair, codes in self.lacking.items() if pair[0] in kept and pair[1] in periods}
        return Coverage(kept, periods, missing, lacking)

    def lacks(self, *, force: str = "", first: date | None = None) -> frozenset[str]:
        """The outcome types that did not come for some of these forces and periods, or for one of either.

        Parameters
        ----------
        force
            Name of a force; "" for any.
        first
            First day of a period; None for any.

        Returns
        -------
        frozenset[str]
            Outcome codes.
        """
        absent = (codes for pair, codes in self.lacking.items() if force in ("", pair[0]) and first in (None, pair[1]))
        return frozenset().union(*absent)

    def nothing_from(self) -> list[str]:
        """The forces of which no period arrived.

        Returns
        -------
        list[str]
            Names of forces.
        """
        return [f for f in self.forces if all((f, first) in self.missing for first in self.periods)]

    def nothing_in(self) -> list[date]:
        """The periods of which no force's figures arrived.

        Returns
        -------
        list[date]
            First days of periods.
        """
        return [first for first in self.periods if all((f, first) in self.missing for f in self.forces)]
