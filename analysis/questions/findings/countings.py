"""Every way of counting a printed figure that its words allow: a reading, a base and a year, each from what is held.

The years are those that the finding speaks of. Their tables tell apart type 1, type 15 and types 14 and 16 together,
and nothing else. A reading of a measure that is made of these has a share, out of decided cases and out of recorded
ones as they stood, and bounds for when the undecided cases have ended. A measure whose own reading is not made of these
(no further action) has bounds alone: what is certainly so, and what may be.

Where forces of the place sent nothing, their recorded cases may have ended in any way: there are bounds for that too.

What it does not cover: readings narrower than the tables tell, such as withdrawal by type 16 alone; definitions that no
outcome type expresses; the publisher's own counts, which cannot bear themselves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from analysis.counts import counts as counted
from analysis.counts import yearly
from analysis.counts.counts import Counts
from analysis.counts.yearly import Yearly
from analysis.reference import findings, measures, reference
from analysis.reference.findings import CASES, SOURCES, Finding
from analysis.reference.periods import financial_year
from analysis.shares.definitions import labelled, own_reading, readings
from analysis.shares.open_cases import is_much_open
from analysis.shares.year_bounds import Year, year_of

ENDINGS, CHARGED = SOURCES
#: What the tables by year tell apart, by their column, as outcome types.
_TOLD = {"charged": {"1"}, "victim_supports": {"15"}, "withdrew": {"14", "16"}}
_DECIDED, _RECORDED = measures.BASES["with_outcome"].short, measures.BASES["recorded"].short
_AS_IT_STOOD = f"{_RECORDED}, as they stood"
_WHATEVER = f"{_RECORDED}, however the undecided ended"
_ALL_FORCES = f"{_RECORDED}, those of forces that sent nothing among them"
_BROUGHT = "charges brought in the year, of whatever year's cases"
_ALLOWED = {
    "recorded": {"recorded"},
    "with_outcome": {"decided"},
    "outcomes": {"decided"},
}  # other words allow every base


@dataclass(frozen=True)
class Counting:
    """One way of counting: from ``least`` to ``most`` of ``cases`` ended so; both the same where it has a share.

    ``cases`` is None where cases themselves are counted. ``is_allowed`` by the words of the finding, ``is_named`` where
    it is from the table that they name. ``undecided`` cases are all that lies between its bounds, where that is so;
    these are near where they are few.
    """

    definition: str
    base: str
    year: str
    least: int
    most: int
    cases: int | None
    is_allowed: bool = True
    is_named: bool = False
    undecided: int | None = None

    @property
    def low(self) -> float:
        """The least share, or number of cases."""
        return self.least if self.cases is None else self.least / self.cases

    @property
    def high(self) -> float:
        """The greatest share, or number of cases."""
        return self.most if self.cases is None else self.most / self.cases

    @property
    def is_bounds(self) -> bool:
        """Whether it has bounds instead of a share."""
        return self.least != self.most

    @property
    def is_near(self) -> bool:
        """Whether nothing but few undecided cases lie between its bounds."""
        return self.undecided is not None and self.cases is not None and not is_much_open(self.undecided / self.cases)

    def gives(self, finding: Finding) -> bool:
        """Whether its share would be printed as the figure, or the figure lies between its near bounds.

        Parameters
        ----------
        finding
            The printed figure.

        Returns
        -------
        bool
            True where it bears the figure out.
        """
        if self.is_bounds:
            return self.is_near and finding.meets(self.low, self.high)
        return finding.fits(self.low)

    def leaves_room(self, finding: Finding) -> bool:
        """Whether the figure lies between its bounds.

        Parameters
        ----------
        finding
            The printed figure.

        Returns
        -------
        bool
            False for a way that has a share of its own.
        """
        return self.is_bounds and finding.meets(self.low, self.high)


@dataclass(frozen=True)
class Tables:
    """What findings are counted from: ``endings`` of England and Wales, as forces sent them, and three tables by year.

    ``charges`` has the charges and outcomes of each force by an earlier table, and ``spans`` what that holds of a year,
    nine months of the last; ``recorded`` the cases that all forces recorded, ``brought`` the charges of the year.
    """

    endings: Yearly
    charges: dict[str, dict[str, tuple[int, int]]]
    spans: dict[str, str]
    recorded: dict[str, int]
    brought: dict[str, int]


def held() -> Tables:
    """The tables that this project holds; national figures that somebody printed are not among them.

    Returns
    -------
    Tables
        Endings by force and year, charges and outcomes by an earlier table, cases recorded and charges brought by year.
    """
    endings, earlier = yearly.read(), counted.read(CHARGED)
    years = {name: earlier.select(period=name) for name in map(financial_year, earlier.coverage.periods)}
    recorded = counted.read(yearly.RECORDED).select(offence=yearly.OFFENCE).table
    return Tables(
        endings=replace(endings, national=endings.national.iloc[:0]),
        charges={name: _charges(year) for name, year in years.items()},
        spans={name: year.coverage.span.label for name, year in years.items()},
        recorded=_by_year(recorded.groupby("period")["cases"].sum()),
        brought=_by_year(pd.Series(findings.closed_charges(yearly.OFFENCE))),
    )


def _charges(year: Counts) -> dict[str, tuple[int, int]]:
    """The charges and the outcomes of a year by force."""
    is_charge = year.table["outcome"].isin(reference.codes(year.scheme, "charged"))
    outcomes, charges = (part.groupby("force")["cases"].sum() for part in (year.table, year.table[is_charge]))
    return {str(force): (int(charges[force]), int(outcomes[force])) for force in charges.index}


def _by_year(quarters: pd.Series) -> dict[str, int]:
    """Counts by financial year from counts by quarter, of those years alone that have all four."""
    years: dict[str, list[int]] = {}
    for first, cases in zip(quarters.index, quarters, strict=True):
        years.setdefault(financial_year(first), []).append(int(cases))
    return {year: sum(cases) for year, cases in years.items() if len(cases) == 4}


def countings(finding: Finding, tables: Tables, place: str = "") -> list[Counting]:
    """Every way of counting a finding that is held here, of its own place or of another.

    Parameters
    ----------
    finding
        The printed finding.
    tables
        What it is counted from, as ``held`` gives it.
    place
        A force, or "all", in place of the finding's own.

    Returns
    -------
    list of Counting
        A reading, a base and a year each; those that the words of the finding do not allow come last. Empty for a
        finding of something that is not held.

    Examples
    --------
    >>> withdrew = findings.finding("london-withdrew")
    >>> sum(way.is_allowed for way in countings(withdrew, held())) > 0
    True
    """
    if not finding.is_counted or finding.offence != yearly.OFFENCE:
        return []
    place = place or finding.place
    ways = [
        *_from_endings(finding, tables.endings, place),
        *_from_charges(finding, tables, place),
        *_brought(finding, tables, place),
    ]
    return sorted(ways, key=lambda way: not way.is_allowed)


def _members(place: str) -> list[str]:
    return reference.forces_of(reference.EVERYWHERE if place == "all" else place)


def _is_allowed(finding: Finding, base: str) -> bool:
    """Whether the words of a finding allow a base of the tables by year: "decided" or "recorded"."""
    return base in _ALLOWED.get(finding.base, {base})


def _from_endings(finding: Finding, endings: Yearly, place: str) -> Iterator[Counting]:
    """The ways by the tables of endings by year."""
    if finding.source not in ("", ENDINGS):
        return
    members = _members(place)
    for first in (date(int(year[:4]), 4, 1) for year in finding.years):
        year = year_of(endings, first, members)
        if year is None:
            continue
        whole = year_of(endings, first, members, is_whole=True) if year.forces != len(members) else None
        yield from _of_year(finding, year, whole)


def _of_year(finding: Finding, year: Year, whole: Year | None) -> Iterator[Counting]:
    """The ways in one year of one place; ``whole`` is the year with the recorded cases of forces that sent nothing."""
    label, is_named = financial_year(year.first), finding.source == ENDINGS
    decided, recorded = year.counted["outcomes"] or 0, year.recorded
    is_decided, is_recorded = (_is_allowed(finding, base) for base in ("decided", "recorded"))
    if finding.measure == CASES:
        yield Counting("cases with an outcome", _DECIDED, label, decided, decided, None, is_decided, is_named)
        if recorded is not None:
            yield Counting("cases recorded", _RECORDED, label, recorded, recorded, None, is_recorded)
        return
    for name, least, most in _counted(finding, year):
        if decided:
            yield Counting(name, _DECIDED, label, least, most, decided, is_decided, is_named and least == most)
        if recorded and year.undecided is not None:
            open_ones, is_told = year.undecided, least == most
            if is_told:
                yield Counting(name, _AS_IT_STOOD, label, least, most, recorded, is_recorded)
            if open_ones or not is_told:
                upper, between = most + open_ones, open_ones if is_told else None
                yield Counting(name, _WHATEVER, label, least, upper, recorded, is_recorded, undecided=between)
        if whole is not None and whole.recorded and whole.undecided is not None:
            yield Counting(name, _ALL_FORCES, label, least, most + whole.undecided, whole.recorded)


def _counted(finding: Finding, year: Year) -> Iterator[tuple[str, int, int]]:
    """Each reading that a finding allows and the year tells: its name, and the least and most cases that it counts.

    Where the measure's own reading is not told there is one line more for it.
    """
    named = readings(finding.measure)
    own = measures.measure(finding.measure).short if len(named) == 1 else own_reading(finding.measure)
    wanted = {finding.reading: named[finding.reading]} if finding.reading else named
    rest = (year.counted["outcomes"] or 0) - sum(year.counted[name] or 0 for name in _TOLD)
    for name, reading in wanted.items():
        codes = set(reading.codes("home_office"))
        inside = [column for column, types in _TOLD.items() if types <= codes]
        least = sum(year.counted[column] or 0 for column in inside)
        outside = codes - set().union(*(_TOLD[column] for column in inside))
        if not outside:
            yield labelled(name, codes), least, least
        elif name == own or finding.reading:
            touched = [column for column, types in _TOLD.items() if column not in inside and types & codes]
            short = measures.measure(finding.measure).short
            yield (
                labelled(short if name == own else name, codes),
                least,
                least + rest + sum(year.counted[column] or 0 for column in touched),
            )


def _from_charges(finding: Finding, tables: Tables, place: str) -> Iterator[Counting]:
    """The charge rates by the earlier table; a year of which it holds nine months only where the finding names it."""
    if finding.measure != "charged" or finding.source not in ("", CHARGED):
        return
    for year in finding.years:
        if tables.spans.get(year) == year or (year in tables.charges and finding.source == CHARGED):
            yield from _charged(finding, tables, place, year)


def _charged(finding: Finding, tables: Tables, place: str, year: str) -> Iterator[Counting]:
    """The same of one year."""
    members, sent = _members(place), tables.charges[year]
    rows = [sent[force] for force in members if force in sent]
    charges, outcomes = (sum(row[column] for row in rows) for column in (0, 1))
    if not outcomes:
        return
    name = f"Charged, in the {len(rows)} forces of an earlier table" if place == "all" else "Charged"
    is_named, is_decided = finding.source == CHARGED, _is_allowed(finding, "decided")
    yield Counting(name, "stalking outcomes", tables.spans[year], charges, charges, outcomes, is_decided, is_named)
    recorded = tables.recorded[year]
    if place == "all" and len(rows) < len(members) and is_decided and recorded >= outcomes:
        yield Counting(name, _ALL_FORCES, year, charges, charges + recorded - outcomes, recorded)


def _brought(finding: Finding, tables: Tables, place: str) -> Iterator[Counting]:
    """Charges brought in a year out of the cases recorded in it, which words that name no base allow as well."""
    if finding.measure != "charged" or place != "all" or finding.base != "not stated" or finding.source:
        return
    for year in finding.years:
        if year in tables.brought:
            brought = tables.brought[year]
            yield Counting(_BROUGHT, "cases recorded in the year", year, brought, brought, tables.recorded[year])


def matching(finding: Finding, ways: Iterable[Counting]) -> list[Counting]:
    """The ways of counting that give the printed figure.

    Parameters
    ----------
    finding
        The printed finding.
    ways
        Ways of counting it (``countings``).

    Returns
    -------
    list of Counting
        Those of them that the words of the finding allow and that give it.
    """
    return [way for way in ways if way.is_allowed and way.gives(finding)]
