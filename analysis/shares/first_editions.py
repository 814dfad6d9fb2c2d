"""Where the shares of a first edition must settle: bounds always, a forecast only where history can tell.

A first edition of a year's endings is taken while many of its cases have no outcome. The share of recorded cases that
end in some way settles between what is printed (no open case ends so) and that with every open case added (all do).

A forecast says that the part of the open cases that will end so is what other forces have seen between a first edition
and a later one. It is given only where enough such pairs are held and its 95% limits held, every force left out in
turn, within three points of that. Pairs that begin with a later edition say nothing of a first one: what is open then
has been open for longer.

What it does not cover: cases that are re-opened, transferred or cancelled and endings that are changed, which move what
bounds take as fixed. What pairs of editions show of that is told beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import numpy as np

from analysis.counts import counts
from analysis.counts.yearly import Yearly, is_first_edition, read
from analysis.reference.periods import financial_year
from analysis.shares.worked import Worked
from analysis.shares.year_bounds import CHARGED, FOLLOWED, Year, first_edition, worked, years_of

#: Fewest pairs of editions that a forecast is made from: 95% limits need the ends of 40 values, one on either side.
FEWEST = 40
STATED, ALLOWED = 0.95, 0.03
OLDER, _OLDER_EDITION = "stalking_charged_2015_2020", "December 2020"
_COLUMNS = ("edition", "forces", "recorded", "undecided", "open_share", "low_bound_share", "high_bound_share")
_FORECAST = ("low_settled_share", "high_settled_share", "reason")


@dataclass(frozen=True)
class Pair:
    """One force and year in two editions: charges in the ``older`` one and the ``newer``, cases ``still_open`` then.

    ``recorded`` cases are of a later edition than both; ``edition`` is the month of the older.
    """

    force: str
    first: date
    edition: str
    older: int
    newer: int
    still_open: int
    recorded: int

    @property
    def is_first(self) -> bool:
        """Whether the older edition is the first of its year."""
        return bool(is_first_edition(self.first, self.edition))


def pairs_held() -> list[Pair]:
    """The pairs of editions of charges by force that the project holds; years whose cases are the same in both.

    Returns
    -------
    list[Pair]
        A pair for each force and financial year whose charges stand in both editions, of December 2020 and
        of July 2022.

    Raises
    ------
    DataRefused
        When one of the tables does not keep its contract.

    Examples
    --------
    >>> held = pairs_held()
    >>> len(held), any(pair.is_first for pair in held)
    (154, False)
    """
    older, newer = counts.read(OLDER), read().by_force
    whole = {first for first, months in older.coverage.periods.items() if months == 12}
    pairs, by = [], ["force", "period"]
    outcomes = older.table.groupby(by)["cases"].sum()
    all_charged = older.table[older.table["outcome"] == "charged"].groupby(by)["cases"].sum()
    for labels, cases in outcomes.items():
        force, first = cast("tuple[str, date]", labels)
        later = newer.get((force, first))
        charged = int(all_charged.get(labels, 0))
        still_open = (later.recorded or 0) - int(cases) if later else -1
        is_missing = (force, first) in older.coverage.missing or first not in whole
        if later is None or later.counted["charged"] is None or still_open < 0 or is_missing:
            continue
        pairs.append(
            Pair(force, first, _OLDER_EDITION, charged, later.counted["charged"], still_open, later.recorded or 0)
        )
    return pairs


def limits(pairs: Sequence[Pair]) -> tuple[float, float] | None:
    """The part of open cases that came to be charged, in 95 of 100 of some pairs: its limits; None of too few pairs.

    The ends are order statistics of the parts, at (n + 1) times 2.5% and 97.5%, so that another exchangeable pair lies
    between them 95 times of a hundred.

    Parameters
    ----------
    pairs
        Pairs of editions; those without an open case say nothing and are left out.

    Returns
    -------
    tuple[float, float] | None
        The lower and the upper limit, parts of the open cases from 0 to 1; None of fewer than FEWEST pairs.

    Examples
    --------
    >>> pairs = [Pair(f"Force {n}", date(2021, 4, 1), "July 2022", 50, 50 + n, 100, 500) for n in range(41)]
    >>> [round(end, 2) for end in limits(pairs)]
    [0.0, 0.4]
    >>> limits(pairs[:39]) is None
    True
    """
    parts = np.array([(pair.newer - pair.older) / pair.still_open for pair in pairs if pair.still_open])
    if len(parts) < FEWEST:
        return None
    low, high = np.quantile(parts, [(1 - STATED) / 2, (1 + STATED) / 2], method="weibull")
    return float(low), float(high)


@dataclass(frozen=True)
class Tried:
    """How a forecast did, each force left out in turn: how many ``tries``, and how they came out.

    ``held_share`` of the limits held what was printed later; ``width`` and ``score`` are means over the intervals, as
    shares of recorded cases. The score is lower where limits are narrow and hold.

    References
    ----------
    The score is that of Winkler (1972), *Journal of the American Statistical Association* 67: 187-191.
    """

    tries: int
    held_share: float
    width: float
    score: float


def back_tested(pairs: Sequence[Pair]) -> Tried | None:
    """The forecast tried on each pair, from the pairs of other forces.

    Parameters
    ----------
    pairs
        Pairs of editions; those without an open case are not tried.

    Returns
    -------
    Tried | None
        How often and how well its limits held; None where the pairs of other forces are too few for limits.

    Examples
    --------
    >>> pairs = [Pair(f"Force {n}", date(2021, 4, 1), "July 2022", 50, 50 + n, 100, 500) for n in range(60)]
    >>> tried = back_tested(pairs)
    >>> tried.tries, round(tried.held_share, 2), round(tried.width, 2)
    (60, 0.97, 0.12)
    """
    results = []
    for pair in (pair for pair in pairs if pair.still_open):
        ends = limits([other for other in pairs if other.force != pair.force])
        if ends is None:
            return None
        low, high = ((pair.older + part * pair.still_open) / pair.recorded for part in ends)
        truth = pair.newer / pair.recorded
        missed = max(low - truth, 0.0) + max(truth - high, 0.0)
        results.append((low <= truth <= high, high - low, high - low + 2 / (1 - STATED) * missed))
    return Tried(len(results), *(float(pair) for pair in np.mean(results, axis=0))) if results else None


def forecast(pairs: Sequence[Pair], *, force: str = "") -> tuple[tuple[float, float] | None, str]:
    """The part of open cases that will be charged, with limits that held; or None, and why none is given.

    Parameters
    ----------
    pairs
        Pairs of editions; only those that begin with a first edition are used.
    force
        The force that it is for, whose own pairs are left out.

    Returns
    -------
    tuple[tuple[float, float] | None, str]
        The limits, parts of the open cases from 0 to 1, and no words; or None and why, in words.

    Examples
    --------
    >>> forecast(pairs_held())
    (None, "of 154 pairs of editions of a force's charges, none begins with a first edition")
    """
    firsts = [pair for pair in pairs if pair.is_first]
    ends = limits([pair for pair in firsts if pair.force != force])
    if ends is None:
        many, begin = f"{len(firsts):,}" if firsts else "none", "begins" if len(firsts) < 2 else "begin"
        return None, f"of {len(pairs):,} pairs of editions of a force's charges, {many} {begin} with a first edition"
    tried = back_tested(firsts)
    if tried is None or abs(tried.held_share - STATED) > ALLOWED:
        return None, "tried on other forces, its limits do not hold as often as they say"
    return ends, ""


def first_editions(endings: Yearly, pairs: Sequence[Pair] | None = None) -> Worked:
    """Where the shares of a place's first editions must settle.

    Parameters
    ----------
    endings
        Endings by year of a place.
    pairs
        The pairs of editions that a forecast of charges is made from; those held unless given.

    Returns
    -------
    Worked
        One row per ``measure`` of FOLLOWED and ``year`` of which a first edition is held, with its ``edition`` and how
        many ``forces`` sent figures. ``open_share`` of the ``recorded`` cases were ``undecided``; the share of recorded
        cases settles no lower than ``low_bound_share``, as printed, and no higher than ``high_bound_share``. Of
        charges, ``low_settled_share`` to ``high_settled_share`` is the forecast where history tells, else ``reason``
        says why there is none. Shares are from 0 to 1. A year without recorded cases beside its endings has no row.

    References
    ----------
    Manski (1989), *Journal of Human Resources* 24: 343-360, for the bounds (``year_bounds``).

    Examples
    --------
    >>> from analysis.disclosure import protect
    >>> firsts = protect(first_editions(read())).table.set_index(["measure", "year"])
    >>> row = firsts.loc[("Victim withdrew", "2024/25")]
    >>> row[["low_bound_share", "high_bound_share"]].astype(float).round(3).tolist()
    [0.496, 0.537]
    """
    history = pairs_held() if pairs is None and endings.years else list(pairs or ())

    def rows(shown: Yearly) -> list[dict[str, Any]]:
        firsts = [year for year in years_of(shown) if first_edition(year) == "yes" and year.recorded]
        return [_row(year, measure, history, shown.place) for measure in FOLLOWED for year in firsts]

    return worked(endings, rows, by=("measure", "year"), columns=(*_COLUMNS, *_FORECAST))


def _row(year: Year, measure: str, pairs: Sequence[Pair], place: str) -> dict[str, Any]:
    low, high = year.bounds(measure)
    recorded, undecided = year.recorded or 0, year.undecided or 0
    is_told = measure == CHARGED and low is not None and high is not None
    part, reason = forecast(pairs, force=place) if is_told else (None, "of charges alone are pairs of editions held")
    settled = (
        [min(max((low or 0) + end * undecided / recorded, 0.0), high or 0) for end in part] if part else [None] * 2
    )
    return {
        "measure": measure,
        "year": financial_year(year.first),
        "edition": year.edition,
        "forces": year.forces,
        "recorded": recorded,
        "undecided": undecided,
        "open_share": undecided / recorded,
        "low_bound_share": low,
        "high_bound_share": high,
        "low_settled_share": settled[0],
        "high_settled_share": settled[1],
        "reason": reason,
    }
