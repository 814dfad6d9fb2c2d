"""Is it getting worse? Endings by year out of decided cases, with bounds out of all recorded ones, and what follows.

A case without an outcome may yet end in any way. So the share of all recorded cases that end as measured is known to
lie between two bounds: none of the undecided cases ends so, and all of them do (Manski 1989, Journal of Human Resources
24: 343-360; 2003, Partial Identification of Probability Distributions). The share of decided cases lies
between them, wherever the undecided end. Bounds are no confidence intervals: the figures are complete counts.

A direction between two years is stated where the bounds of the two part by more than chance explains and no break lies
between them, over the forces that sent figures for both years and no others; otherwise it cannot be said. By chance:
Newcombe's 95% interval of the difference between the two nearest ends does not hold none, as an interval for bounds
goes by the chance of each end (Imbens and Manski 2004, Econometrica 72: 1845-1857). A new outcome type (a break of kind
"outcome") can only take cases from the other types: it may be why a share fell, and a share that rose did so in spite
of it. A force's own break cuts that force; a sum over forces is not cut by it.

What it does not cover: undecided cases that are not counted among the recorded (transferred or cancelled since), and
how much of a change in the world would look so small that the bounds hide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.counts.yearly import (
    COUNTED,
    DOUBTS,
    FORCES_FILE,
    NATIONAL_FILE,
    OFFENCE,
    RECORDED,
    WHOLE,
    ForceYear,
    Yearly,
    is_first_edition,
)
from analysis.errors import unknown
from analysis.reference import measures
from analysis.reference.periods import day_name, financial_year
from analysis.reference.phases import RECORDING, breaks_between, breaks_of
from analysis.reference.reference import ENGLAND, EVERYWHERE, WALES, Break, forces_of
from analysis.reference.schema import COLUMNS, MEASURES, NUMERIC
from analysis.shares.differences import Two, difference_interval
from analysis.shares.rates import About, Rates, with_shares
from analysis.shares.worked import Worked

ROSE, FELL, UNSAID = "rose", "fell", "cannot be said"
ABOVE, BELOW = "above", "below"

#: What is followed by year: its label, and the columns of the tables that count it.
FOLLOWED = {
    "Victim withdrew": ("withdrew",),
    "Evidential difficulties, victim supports": ("victim_supports",),
    "Types 14, 15 and 16 together": ("withdrew", "victim_supports"),
    "Charged": ("charged",),
}
WITHDREW, EVIDENTIAL, POOLED, CHARGED = FOLLOWED

#: Makes the rows of a result from endings by year.
Rows = Callable[[Yearly], list[dict[str, Any]]]

_CUTS = ((("definition", "counting"), "counted differently"), (("system",), "kept in another record system"))
_BOUNDS = ("low_bound_share", "high_bound_share")
_YEAR_COLUMNS = (
    "forces",
    "recorded",
    "recorded_edition",
    "decided",
    "undecided",
    "events",
    "share",
    *_BOUNDS,
    "first_edition",
    "doubt",
)
_PAIR = ("earlier_share", "later_share", "earlier_low_share", "earlier_high_share", "later_low_share")
_CHANGES = ("decided_change", "recorded_change", "direction", "reason", "settled_by", "whole_direction")
_PAIR_COLUMNS = ("forces", "fewest_decided", *_PAIR, "later_high_share", *_CHANGES)


@dataclass(frozen=True)
class Year:
    """The endings of a place in one year and edition: sums over its forces. A number that is not known is None.

    ``recorded`` is None where no recorded crime stands beside the outcomes, and where these ``exceed`` it, so that
    nothing follows about the undecided. ``doubt`` says what to beware of, in words.
    """

    first: date
    edition: str
    forces: int | None
    recorded: int | None
    recorded_edition: str
    counted: dict[str, int | None]
    doubt: str
    exceed: bool = False

    @property
    def state(self) -> str:
        """Why a number is missing, if one is: nobody sent it, or there is nothing to work it out from."""
        if self.counted["outcomes"] is None or (self.recorded is None and not self.exceed):
            return "not_received"
        return "not_applicable" if self.exceed else "shown"

    @property
    def undecided(self) -> int | None:
        """Recorded cases without an outcome."""
        decided = self.counted["outcomes"]
        return None if self.recorded is None or decided is None else self.recorded - decided

    def events(self, measure: str) -> int | None:
        """Cases that ended as a measure says.

        Parameters
        ----------
        measure
            One of FOLLOWED.

        Returns
        -------
        int or None
            How many; None where they are not separated.
        """
        parts = [self.counted[name] for name in FOLLOWED[measure]]
        return None if None in parts else sum(part for part in parts if part is not None)

    def share(self, measure: str) -> float | None:
        """The share of decided cases that ended as a measure says.

        Parameters
        ----------
        measure
            One of FOLLOWED.

        Returns
        -------
        float or None
            From 0 to 1; None where there are none.
        """
        events, decided = self.events(measure), self.counted["outcomes"]
        return events / decided if events is not None and decided else None

    def bounds(self, measure: str) -> tuple[float | None, float | None]:
        """The least and the greatest share of all recorded cases that may yet end so.

        Parameters
        ----------
        measure
            One of FOLLOWED.

        Returns
        -------
        tuple of float or None
            Both from 0 to 1; None where they are not known.

        References
        ----------
        Manski (1989), *Journal of Human Resources* 24: 343-360.

        Examples
        --------
        >>> counted = {"outcomes": 80, "charged": 10, "victim_supports": 20, "withdrew": 40}
        >>> Year(date(2024, 4, 1), "March 2025", 1, 100, "March 2025", counted, "").bounds("Victim withdrew")
        (0.4, 0.6)
        """
        events, undecided = self.events(measure), self.undecided
        if events is None or not self.recorded:
            return None, None
        return events / self.recorded, None if undecided is None else (events + undecided) / self.recorded


def year_of(endings: Yearly, first: date, members: list[str], *, is_whole: bool = False) -> Year | None:
    """The sums over some forces in a year. Recorded crime is of the edition of the outcomes where that is printed for
    England and Wales; else of a later one.

    Parameters
    ----------
    endings
        Endings by year, of any place.
    first
        The first day of the year, 1 April.
    members
        The forces that are added up.
    is_whole
        Whether the cases recorded by forces that sent no endings are taken as undecided; else they are left out.

    Returns
    -------
    Year | None
        The year; None where none of the forces sent anything.
    """
    rows = [endings.by_force[force, first] for force in members if (force, first) in endings.by_force]
    sent = [row for row in rows if row.is_sent]
    if not sent:
        return None
    base = rows if is_whole else sent
    counted = {name: _sum(row.counted[name] for row in sent) for name in COUNTED}
    edition, beside = sent[0].edition, sent[0].recorded_edition
    recorded = _sum(row.recorded for row in base)
    if len(base) == len(forces_of(EVERYWHERE)) and (first, edition) in (printed := _recorded_as_printed(endings)):
        recorded, beside = printed[first, edition], edition
    doubt = _doubts(sent, absent=len(members) - len(sent))
    if recorded is not None and recorded < (counted["outcomes"] or 0):
        return Year(first, edition, len(sent), None, "", counted, doubt, exceed=True)
    return Year(first, edition, len(sent), recorded, beside if recorded is not None else "", counted, doubt)


def _sum(numbers: Iterable[int | None]) -> int | None:
    """The sum of numbers, None where one of them is not known."""
    terms = list(numbers)
    return None if None in terms else sum(number for number in terms if number is not None)


def _recorded_as_printed(endings: Yearly) -> dict[tuple[date, str], int]:
    """The cases recorded in England and Wales in a year, as an edition prints them."""
    rows = endings.national[endings.national["recorded"].notna()]
    return {(row["period"], row["edition"]): int(row["recorded"]) for _, row in rows.iterrows()}


def _doubts(sent: Sequence[ForceYear], *, absent: int) -> str:
    """What is doubtful of a sum, in words."""
    doubts = list(dict.fromkeys(words for row in sent for words in _in_words(row.doubt)))
    if absent:
        doubts.append(f"{absent} of {absent + len(sent)} forces sent nothing")
    exceeding = sum((row.counted["outcomes"] or 0) > row.recorded for row in sent if row.recorded is not None)
    if exceeding:
        where = "" if len(sent) + absent == 1 else f" in {exceeding} of {len(sent)} forces"
        doubts.append(f"outcomes exceed recorded cases{where}")
    return "; ".join(doubts)


def _printed(endings: Yearly) -> Iterator[Year]:
    """The years of England and Wales as printed of other editions than the forces' figures."""
    editions = set(zip(endings.forces["period"], endings.forces["edition"], strict=True))
    for _, row in endings.national.iterrows():
        if (row["period"], row["edition"]) not in editions:
            counted = {name: _whole(row[name]) for name in COUNTED}
            recorded, doubt = _whole(row["recorded"]), "; ".join(_in_words(row["doubt"]))
            beside = row["edition"] if recorded else ""
            yield Year(row["period"], row["edition"], _whole(row["forces"]), recorded, beside, counted, doubt)


def _whole(cell: Any) -> int | None:
    return None if pd.isna(cell) else int(cell)


def _in_words(doubts: str) -> list[str]:
    """The doubts of a row, whose words are joined by ";"."""
    return [DOUBTS[word] for word in doubts.split(";") if word]


def years_of(endings: Yearly) -> list[Year]:
    """Every year and edition of a place.

    Parameters
    ----------
    endings
        Endings by year of the place.

    Returns
    -------
    list[Year]
        The years in order, of each first the edition of its forces' figures, then others; a year of which nothing is
        held has no edition and no numbers.
    """
    sums = [year_of(endings, first, endings.members) for first in endings.years]
    every = [year for year in sums if year] + ([*_printed(endings)] if endings.place == EVERYWHERE else [])
    every += [_gap(first, _unheld(endings, first)) for first in set(endings.years) - {year.first for year in every}]
    return sorted(every, key=lambda year: (year.first, year.edition.startswith("about"), year.edition))


def _unheld(endings: Yearly, first: date) -> str:
    """Why there is no figure for a year."""
    if any((force, first) in endings.by_force for force in endings.members):
        return DOUBTS["not_provided"]
    return "held for England and Wales only" if first in set(endings.national["period"]) else "not held here"


def by_year(endings: Yearly) -> Worked:
    """How cases ended year by year, of decided cases and with bounds out of all recorded ones.

    Parameters
    ----------
    endings
        Endings by year of a place.

    Returns
    -------
    Worked
        One row per ``measure`` of FOLLOWED, ``year`` and ``edition``, gaps among them. ``events`` ended so, of
        ``decided`` cases (``share``); of the cases ``recorded``, in ``recorded_edition``, that is no less than
        ``low_bound_share`` and no more than ``high_bound_share``, all shares from 0 to 1. ``undecided`` is what lies
        between recorded and decided cases. ``forces`` sent figures; ``first_edition`` is "yes", "no" or "not known";
        ``doubt`` says what to beware of.

    References
    ----------
    Manski (1989), *Journal of Human Resources* 24: 343-360; (2003), *Partial Identification of Probability
    Distributions*.

    Examples
    --------
    >>> from analysis.counts import yearly
    >>> from analysis.disclosure import protect
    >>> table = protect(by_year(yearly.read())).table.set_index(["measure", "year", "edition"])
    >>> row = table.loc[("Victim withdrew", "2021/22", "July 2022")]
    >>> row[["share", "low_bound_share", "high_bound_share"]].astype(float).round(3).tolist()
    [0.556, 0.466, 0.627]
    """

    def rows(shown: Yearly) -> list[dict[str, Any]]:
        years = years_of(shown)
        return [_row(year, measure) for measure in FOLLOWED for year in _telling(years, measure)]

    return worked(endings, rows, by=("measure", "year", "edition"), columns=_YEAR_COLUMNS)


def rates_in(endings: Yearly, year: str, measure: str) -> Rates:
    """The share of decided cases of a place in one financial year that ended as a measure says.

    Parameters
    ----------
    endings
        Endings by year of the place.
    year
        A financial year: "2021/22".
    measure
        "victim_withdrawal" or "charged", as the catalogue of measures names them.

    Returns
    -------
    Rates
        One row, by ``place``: ``events`` of decided ``cases``, their ``share`` from 0 to 1 with its 95% interval. Its
        state is "not_received" where the place sent nothing.

    Raises
    ------
    ParameterError
        For a measure that the tables by year do not tell.

    Examples
    --------
    >>> from analysis.counts import yearly
    >>> rates_in(yearly.read().of("Metropolitan Police"), "2021/22", "victim_withdrawal").table["events"].tolist()
    [3026]
    """
    short = measures.measure(measure).short
    if short not in FOLLOWED:
        raise unknown("measure by year", measure, ("victim_withdrawal", "charged"), see="docs/methods.md")
    counted = next(
        (candidate for candidate in years_of(endings) if financial_year(candidate.first) == year and candidate.edition),
        None,
    )
    everybody = f"all {len(endings.members)} forces"
    place = everybody if endings.place == EVERYWHERE else endings.place
    row: dict[str, Any] = {"place": place, "events": None, "cases": None, "state": "not_received"}
    if counted is not None and counted.share(short) is not None:
        row |= {"events": counted.events(short), "cases": counted.counted["outcomes"], "state": "shown"}
    context = replace(_about_years(endings), measure=measure, base="with_outcome", place=place, period=year)
    return Rates(with_shares(pd.DataFrame([row]))[["place", *MEASURES]], by=("place",), about=context)


def _telling(years: list[Year], measure: str) -> Iterator[Year]:
    """The years and editions that tell a measure, and a gap for each year that none of them tells."""
    telling = [year for year in years if year.events(measure) is not None]
    for year in years:
        if year in telling or not year.edition:
            yield year
        elif year.first not in {other.first for other in telling}:
            yield _gap(year.first, "not separated in what was printed")


def _gap(first: date, why: str) -> Year:
    """A year without numbers."""
    return Year(first, "", None, None, "", dict.fromkeys(COUNTED), why)


def first_edition(year: Year) -> str:
    """Whether a year's figures are of its first edition.

    Parameters
    ----------
    year
        A year in one edition.

    Returns
    -------
    str
        "yes", "no" or "not known"; "" where no figures are held.
    """
    return (
        {True: "yes", False: "no", None: "not known"}[is_first_edition(year.first, year.edition)]
        if year.edition
        else ""
    )


def _row(year: Year, measure: str) -> dict[str, Any]:
    events, decided = year.events(measure), year.counted["outcomes"]
    low, high = year.bounds(measure)
    return {
        "measure": measure,
        "year": financial_year(year.first),
        "edition": year.edition,
        "forces": year.forces,
        "recorded": year.recorded,
        "recorded_edition": year.recorded_edition,
        "decided": decided,
        "undecided": year.undecided,
        "events": events,
        "share": year.share(measure),
        "low_bound_share": low,
        "high_bound_share": high,
        "first_edition": first_edition(year),
        "doubt": year.doubt,
        "state": "not_received" if events is None or decided is None else year.state,
    }


def directions(endings: Yearly) -> Worked:
    """Whether each measure rose or fell between two years, as far as it can be said.

    Parameters
    ----------
    endings
        Endings by year of a place.

    Returns
    -------
    Worked
        One row per ``measure``, ``earlier`` and ``later`` year: each year with the next that is held, the first with
        the last of each run without a break, and the first with the last of all. Both are sums over the same
        ``forces``; ``fewest_decided`` are the cases of the smaller. ``earlier_share`` and ``later_share`` are of
        decided cases, ``earlier_low_share`` to ``earlier_high_share`` and ``later_low_share`` to ``later_high_share``
        the bounds of recorded ones, all from 0 to 1; ``decided_change`` is the change of the first, ``recorded_change``
        that of recorded cases as they stand (the lower bounds).

        ``direction`` is ROSE, FELL or UNSAID; ``reason`` says why it cannot be said, ``settled_by`` what would settle
        it. ``whole_direction`` is the same of all forces of the place, the cases of those that sent nothing being taken
        as undecided.

    References
    ----------
    Manski (1989), *Journal of Human Resources* 24: 343-360, for the bounds; Newcombe 1998, *Statistics in Medicine* 17:
    873-890, method 10, for chance; that a direction is stated where the bounds part by more than that and no break lies
    between is this project's rule.

    Examples
    --------
    >>> from analysis.counts import yearly
    >>> from analysis.disclosure import protect
    >>> table = protect(directions(yearly.read())).table.set_index(["measure", "earlier", "later"])
    >>> table.loc[("Victim withdrew", "2018/19", "2019/20"), "direction"]
    'rose'
    >>> table.loc[("Victim withdrew", "2021/22", "2024/25"), ["direction", "reason"]].tolist()
    ['cannot be said', 'counted differently from 1 May 2023; the bounds overlap']
    """
    return worked(endings, _directions, by=("measure", "earlier", "later"), columns=_PAIR_COLUMNS)


def _directions(endings: Yearly) -> list[dict[str, Any]]:
    place, members = endings.place, endings.members
    breaks = breaks_of(OFFENCE, force=place if members == [place] else "")
    rows = []
    for before, after in _pairs(endings, breaks):
        both = sent_both(endings, before, after)
        earlier, later = year_of(endings, before, both), year_of(endings, after, both)
        if earlier is not None and later is not None:
            between = breaks_between(before, after, breaks, months=12)
            whole = [year_of(endings, first, members, is_whole=True) for first in (before, after)]
            rows += [
                {
                    **_direction(earlier, later, measure, between),
                    "whole_direction": _stated(whole[0] or earlier, whole[1] or later, measure, between),
                }
                for measure in FOLLOWED
            ]
    order = {measure: place for place, measure in enumerate(FOLLOWED)}
    return sorted(rows, key=lambda row: order[row["measure"]])


def _pairs(endings: Yearly, breaks: tuple[Break, ...]) -> list[tuple[date, date]]:
    """The pairs of years that are compared, each once: neighbours, ends of runs without a break, first and last."""
    years = endings.sent_years
    pairs = [*pairwise(years)]
    run: list[date] = []
    for first in years:
        if run and _cutting(breaks_between(run[0], first, breaks, months=12)):
            run = []
        run.append(first)
        if len(run) > 2:
            pairs.append((run[0], first))
    return list(dict.fromkeys([*pairs, *([(years[0], years[-1])] if len(years) > 1 else [])]))


def sent_both(endings: Yearly, before: date, after: date) -> list[str]:
    """The forces of a place that sent figures for both of two years.

    Parameters
    ----------
    endings
        Endings by year of the place.
    before, after
        The first days of the two years.

    Returns
    -------
    list[str]
        The forces, in alphabetical order.
    """
    by_force = endings.by_force
    pairs = {force: [by_force.get((force, first)) for first in (before, after)] for force in endings.members}
    return [force for force, pair in pairs.items() if all(row is not None and row.is_sent for row in pair)]


def _cutting(breaks: tuple[Break, ...]) -> list[Break]:
    """The breaks across which no share may be compared at all."""
    return [change for change in breaks if change.kind in RECORDING]


def _direction(earlier: Year, later: Year, measure: str, between: tuple[Break, ...]) -> dict[str, Any]:
    """One row of ``directions``."""
    before, after = earlier.bounds(measure), later.bounds(measure)
    apart = _apart(earlier, later, measure)
    reasons = _reasons(earlier, later, measure, between)
    shares = earlier.share(measure), later.share(measure)
    return {
        "measure": measure,
        "earlier": financial_year(earlier.first),
        "later": financial_year(later.first),
        "forces": later.forces,
        "fewest_decided": min(year.counted["outcomes"] or 0 for year in (earlier, later)),
        "earlier_share": shares[0],
        "later_share": shares[1],
        "earlier_low_share": before[0],
        "earlier_high_share": before[1],
        "later_low_share": after[0],
        "later_high_share": after[1],
        "decided_change": _less(shares[1], shares[0]),
        "recorded_change": _less(after[0], before[0]),
        "direction": UNSAID if reasons else apart,
        "reason": "; ".join(reason for reason, _ in reasons),
        "settled_by": "; ".join(dict.fromkeys(settled for _, settled in reasons)),
    }


def _stated(earlier: Year, later: Year, measure: str, between: tuple[Break, ...]) -> str:
    """The direction between two years, if one may be stated."""
    apart = _apart(earlier, later, measure)
    return UNSAID if _reasons(earlier, later, measure, between) else apart


def _less(later: float | None, earlier: float | None) -> float | None:
    return None if later is None or earlier is None else later - earlier


def _apart(before: Year, after: Year, measure: str) -> str:
    """Which way the bounds of two years part, or of two places; "" where they meet or are not known."""
    (low, high), (later_low, later_high) = before.bounds(measure), after.bounds(measure)
    if high is not None and later_low is not None and later_low > high:
        return ROSE
    if low is not None and later_high is not None and later_high < low:
        return FELL
    return ""


def _is_beyond_chance(before: Year, after: Year, measure: str) -> bool:
    """Whether bounds that part are farther apart, at their nearest ends, than chance alone explains."""
    lower, higher = (before, after) if _apart(before, after, measure) == ROSE else (after, before)
    most = (lower.events(measure) or 0) + (lower.undecided or 0)
    nearest = Two(higher.events(measure) or 0, higher.recorded or 0, most, lower.recorded or 0)
    return difference_interval(nearest)[0] > 0


def _reasons(earlier: Year, later: Year, measure: str, between: tuple[Break, ...]) -> list[tuple[str, str]]:
    """Why a direction cannot be said, each with what would settle it; none where it can."""
    reasons, apart = [], _apart(earlier, later, measure)
    for kinds, what in _CUTS:
        when = _days(change for change in _cutting(between) if change.kind in kinds)
        reasons += (
            [(f"{what} from {when}", "cases of one year counted both ways, which nobody has published")] if when else []
        )
    taken = _days(change for change in between if change.kind == "outcome")
    if taken and apart == FELL:
        reasons.append((f"an outcome type that takes from the others since {taken}", "that type shown by itself"))
    unknown = [year for year in (earlier, later) if year.undecided is None]
    if unknown:
        when = " and ".join(financial_year(year.first) for year in unknown)
        reasons.append((f"outcomes exceed recorded cases in {when}", "recorded crime of the edition of the outcomes"))
    elif not apart:
        reasons.append(("the bounds overlap", _edition_wanted(earlier, later)))
    elif not _is_beyond_chance(earlier, later, measure):
        reasons.append(("the bounds part by no more than chance could explain", "the same change in further years"))
    return reasons


def _days(breaks: Iterable[Break]) -> str:
    """The days of some breaks: "1 April 2018 and 1 April 2020"; "" where there are none."""
    names = [day_name(date.fromisoformat(change.from_date)) for change in breaks]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _edition_wanted(earlier: Year, later: Year) -> str:
    """What would narrow bounds that overlap: outcomes of the undecided cases, if there are any."""
    still_open = [year for year in (earlier, later) if year.undecided]
    if not still_open:
        return "nothing: the two shares are equal"
    most = max(still_open, key=lambda year: (year.undecided or 0) / (year.recorded or 1))
    return (
        f"a later edition of {financial_year(most.first)}, in which its {most.undecided:,} undecided cases have ended"
    )


def wales_and_england(endings: Yearly) -> Worked:
    """Wales against England, each year by itself. No break lies within a year; that forces record alike is not known.

    Parameters
    ----------
    endings
        Endings by year, of any place.

    Returns
    -------
    Worked
        One row per ``measure`` and ``year``: of Wales the ``share`` of decided cases and the bounds of recorded ones,
        ``low_bound_share`` to ``high_bound_share``, of England ``other_share``, ``low_other_share`` and
        ``high_other_share``, all from 0 to 1. ``direction`` is ABOVE or BELOW where the bounds of the two part, else
        UNSAID.

    References
    ----------
    Manski (1989), *Journal of Human Resources* 24: 343-360, for the bounds.

    Examples
    --------
    >>> from analysis.counts import yearly
    >>> from analysis.disclosure import protect
    >>> table = protect(wales_and_england(yearly.read())).table.set_index(["measure", "year"])
    >>> [table.loc[("Victim withdrew", year), "direction"] for year in ("2020/21", "2021/22", "2024/25")]
    ['above', 'cannot be said', 'below']
    """
    columns = ("share", *_BOUNDS, "other_share", "low_other_share", "high_other_share", "direction")
    return worked(endings.of(WALES), _wales_and_england, by=("measure", "year"), columns=columns)


def _wales_and_england(endings: Yearly) -> list[dict[str, Any]]:
    pairs = [[year_of(endings, first, forces_of(place)) for place in (WALES, ENGLAND)] for first in endings.sent_years]
    return [
        _beside(wales, england, measure)
        for measure in FOLLOWED
        for wales, england in pairs
        if wales is not None and england is not None
    ]


def _beside(wales: Year, england: Year, measure: str) -> dict[str, Any]:
    (low, high), (other_low, other_high) = wales.bounds(measure), england.bounds(measure)
    side = _apart(england, wales, measure)
    side = side if side and _is_beyond_chance(england, wales, measure) else ""
    return {
        "measure": measure,
        "year": financial_year(wales.first),
        "share": wales.share(measure),
        "low_bound_share": low,
        "high_bound_share": high,
        "other_share": england.share(measure),
        "low_other_share": other_low,
        "high_other_share": other_high,
        "direction": {ROSE: ABOVE, FELL: BELOW, "": UNSAID}[side],
    }


def worked(endings: Yearly, rows: Rows, *, by: tuple[str, ...], columns: tuple[str, ...]) -> Worked:
    """A result of several rows from endings by year.

    Parameters
    ----------
    endings
        Endings by year of a place, whose counts by force and year disclosure control acts on.
    rows
        Makes the rows from endings that may be shown.
    by, columns
        The labels of a row, and its other columns.

    Returns
    -------
    Worked
        The result: the counts and how it is made from them.
    """
    forces, count = endings.forces, len(endings.forces)
    long = pd.concat([forces.assign(measure=name, events=forces[name]) for name in COUNTED], ignore_index=True)
    long = long.assign(year=[financial_year(first) for first in long["period"]], cases=long["recorded"])
    states = long["events"].isna().map({True: "not_received", False: "shown"})
    source_by = ("force", "year", "edition", "measure")
    empty = pd.Series(pd.NA, index=long.index, dtype="Float64")
    long = long.assign(share=empty, low=empty, high=empty, state=states)[[*source_by, *MEASURES]]

    def work(table: pd.DataFrame) -> pd.DataFrame:
        events = {name: table["events"].iloc[place * count :][:count] for place, name in enumerate(COUNTED)}
        shown = {name: column.astype("Int64").set_axis(forces.index) for name, column in events.items()}
        return tabled(rows(replace(endings, forces=forces.assign(**shown))), [*by, *columns])

    return Worked(Rates(long, by=source_by, about=_about_years(endings)), work, by)


def tabled(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    """Rows as a table whose numbers may be missing.

    Parameters
    ----------
    rows
        A row each by its columns; one that gives no ``state`` is shown.
    columns
        The columns, each one of ``reference.schema.COLUMNS``.

    Returns
    -------
    pd.DataFrame
        A row for each of them with these columns and ``state``: counts as Int64, other numbers as Float64.
    """
    table = pd.DataFrame([{"state": "shown", **row} for row in rows], columns=[*columns, "state"])
    for name in columns:
        kind = COLUMNS[name].kind
        if kind in NUMERIC:
            table[name] = table[name].astype("Int64" if kind == "count" else "Float64")
    return table


def _about_years(endings: Yearly) -> About:
    """What results from endings by year are about."""
    years = [financial_year(first) for first in endings.years]
    files = (FORCES_FILE, NATIONAL_FILE, f"data/counts/{RECORDED}.parquet", f"data/counts/{WHOLE}.parquet")
    return About(
        counts="",
        measure="endings by year",
        base="recorded",
        offence="Stalking",
        place=endings.place,
        period=f"{years[0]} to {years[-1]}" if years else "",
        basis="recorded",
        sensitivity="published",
        source="Home Office outcomes open data, to 2021/22 as tabulated by the BBC Shared Data Unit and the press",
        files=files,
    )
