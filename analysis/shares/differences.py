"""How far apart are shares? One row against the rest or against a group of rows, and tests of several together.

Difference: Newcombe's hybrid of two Wilson intervals (1998, Statistics in Medicine 17: 873-890, method 10). Ratio: the
score interval of Miettinen and Nurminen (1985, Statistics in Medicine 4: 213-226). Several
shares: Pearson's chi-squared test that all are the same, and that of a straight trend (Cochran 1954, Biometrics 10:
417-451; Armitage 1955, Biometrics 11: 375-386). Many shares each against the rest: false discoveries as Benjamini and
Hochberg have them (``comparison/funnel.py``). That two intervals overlap is no test: they may, and the shares differ
clearly.

What it does not cover: rows that differ beyond chance. An interval says how far two shares might move by chance alone;
where all rows differ, one row against the rest lies apart almost surely. ``comparison/funnel.py`` has what
allows for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy  # whose parts load as they are used

from analysis.errors import ParameterError, unknown
from analysis.shares.counted import Numbers, counted, first_wrong
from analysis.shares.intervals import effective_cases, wilson

_ARITHMETIC = 1e-7  # by how much chances that are equal may differ as they are worked out (as in R's fisher.test)
_FEWEST = 5  # expected in every cell for chi-squared to hold (Cochran 1954)

#: Where a share stands against another: clearly above or below, or neither by the test; "" where none can be made.
Side = Literal["above", "below", "level", ""]
#: What rounding adds to the variance of each number, in cases squared, one for both shares or one each.
Rounding = float | tuple[float, float]
CLEAR = 0.05  # the p value, or the part of false discoveries among many, under which shares differ clearly


@dataclass(frozen=True)
class Two:
    """Events out of cases, twice: the shares that are compared. Raises ValueError for counts that cannot be."""

    events: int
    cases: int
    other_events: int
    other_cases: int

    def __post_init__(self) -> None:
        many, of = (self.events, self.other_events), (self.cases, self.other_cases)
        wrong = first_wrong(many, of)
        if wrong is not None:
            place = ("first", "second")[wrong]
            raise ValueError(f"The {place} of two shares: {many[wrong]} events out of {of[wrong]} cases cannot be.")

    @property
    def share(self) -> float:
        """The first share, 0 to 1."""
        return self.events / self.cases

    @property
    def other_share(self) -> float:
        """The second share, 0 to 1."""
        return self.other_events / self.other_cases


@dataclass(frozen=True)
class Tested:
    """A test of several shares: ``statistic`` is chi squared with so many ``degrees`` of freedom."""

    statistic: float
    degrees: int
    p_value: float


def homogeneity(events: Sequence[int], cases: Sequence[int], *, rounding: float = 0.0) -> Tested | None:
    """Pearson's chi-squared test that all shares are the same.

    Parameters
    ----------
    events, cases
        Of each share, in order.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    Tested | None
        The test; None where shares are fewer than two, or a cell expects under 5.

    References
    ----------
    Cochran 1954, Biometrics 10: 417-451, for where it holds.

    Examples
    --------
    >>> tested = homogeneity([30, 45, 60], [100, 100, 100])
    >>> round(tested.statistic, 2), tested.degrees
    (18.18, 2)
    """
    some, of, pooled = _pooled(events, cases, rounding)
    if not _can_be_tested(of, pooled):
        return None
    statistic = float((((some - of * pooled) ** 2) / (of * pooled * (1 - pooled))).sum())
    return Tested(statistic, len(of) - 1, float(scipy.special.chdtrc(len(of) - 1, statistic)))


def trend(events: Sequence[int], cases: Sequence[int], *, rounding: float = 0.0) -> Tested | None:
    """The test that shares neither rise nor fall along their order, one step from each to the next.

    A share that is absent must keep its step, so give it no cases: 0 of 0.

    Parameters
    ----------
    events, cases
        Of each share, in order.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    Tested | None
        The test; None where shares are fewer than two, or a cell expects under 5.

    References
    ----------
    Cochran 1954, Biometrics 10: 417-451; Armitage 1955, Biometrics 11: 375-386.

    Examples
    --------
    >>> tested = trend([30, 45, 60], [100, 100, 100])
    >>> round(tested.statistic, 2), tested.degrees
    (18.18, 1)
    """
    some, of, pooled = _pooled(events, cases, rounding)
    if not _can_be_tested(of[of > 0], pooled):
        return None
    steps = np.arange(len(of), dtype="float64")
    along = float((steps * (some - of * pooled)).sum())
    variance = pooled * (1 - pooled) * float((of * steps**2).sum() - (of * steps).sum() ** 2 / of.sum())
    statistic = along**2 / variance
    return Tested(statistic, 1, float(scipy.special.chdtrc(1, statistic)))


def _pooled(events: Sequence[int], cases: Sequence[int], rounding: float) -> tuple[Numbers, Numbers, float]:
    """Events and cases, of as many as would leave as much to chance without rounding, and the share of all together."""
    some, of = (np.array(numbers, dtype="float64") for numbers in (events, cases))
    if rounding:
        has_cases = of > 0
        shares = some[has_cases] / of[has_cases]
        of[has_cases] = effective_cases(shares, of[has_cases], rounding)
        some[has_cases] = shares * of[has_cases]
    return some, of, float(some.sum() / of.sum()) if of.sum() else 0.0


def _can_be_tested(cases: Numbers, pooled: float) -> bool:
    return len(cases) > 1 and float(cases.min()) * min(pooled, 1 - pooled) >= _FEWEST


def side(two: Two, *, rounding: Rounding = 0.0) -> Side:
    """Where the first share stands against the second, by the interval of the difference.

    Parameters
    ----------
    two
        The shares.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    Side
        "above" or "below" where the interval keeps to one side of nothing, otherwise "level".

    Examples
    --------
    >>> side(Two(56, 70, 48, 80))
    'above'
    """
    low, high = difference_interval(two, rounding=rounding)
    return "above" if low > 0 else "below" if high < 0 else "level"


def side_of_estimates(estimate: tuple[float, float, float], other: tuple[float, float, float]) -> Side:
    """Where one estimate stands against another that is independent of it: Newcombe's way to add limits of any kind.

    Parameters
    ----------
    estimate, other
        Each estimate with its limits: value, low, high.

    Returns
    -------
    Side
        "above" or "below" where the interval of the difference keeps to one side of nothing, otherwise "level".

    References
    ----------
    Zou and Donner 2008, Statistics in Medicine 27: 1693-1702: the method of variance estimates recovery.

    Examples
    --------
    >>> side_of_estimates((0.8, 0.7, 0.9), (0.6, 0.5, 0.7)), side_of_estimates((0.8, 0.6, 0.9), (0.6, 0.5, 0.7))
    ('above', 'level')
    """
    shares, lows, highs = zip(estimate, other, strict=True)
    low, high = _added(shares, lows, highs)
    return "above" if low > 0 else "below" if high < 0 else "level"


def rest_of(events: int, cases: int, *, whole: tuple[int, int]) -> Two | None:
    """A row against the rest of the whole that it is a part of.

    Parameters
    ----------
    events, cases
        Of the row.
    whole
        Events and cases of the whole.

    Returns
    -------
    Two | None
        The two shares; None where no rest is left, or, after rounding, none that can be.

    Examples
    --------
    >>> rest_of(56, 70, whole=(104, 150))
    Two(events=56, cases=70, other_events=48, other_cases=80)
    """
    rest = whole[0] - events, whole[1] - cases
    return Two(events, cases, *rest) if rest[1] > 0 and 0 <= rest[0] <= rest[1] else None


def sides(compared: Iterable[Two | None]) -> list[Side]:
    """Where each first share stands against its second, so that one in twenty of those that are called clear is not.

    By the p value of each pair, adjusted for how many there are.

    Parameters
    ----------
    compared
        Pairs of shares; None for one that cannot be made.

    Returns
    -------
    list[Side]
        "above", "below" or "level" for each pair, "" for None.

    References
    ----------
    Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57: 289-300.

    Examples
    --------
    >>> sides([Two(56, 70, 48, 80), Two(30, 60, 31, 60), None])
    ['above', 'level', '']
    """
    pairs = list(compared)
    adjusted = false_discoveries([np.nan if pair is None else p_value(pair) for pair in pairs])
    return ["" if pair is None else _sided(pair, float(q)) for pair, q in zip(pairs, adjusted, strict=True)]


def false_discoveries(values: Iterable[float]) -> Numbers:
    """p values adjusted to keep the rate of false discoveries.

    Parameters
    ----------
    values
        p values, 0 to 1; missing ones (nan) are not counted.

    Returns
    -------
    Numbers
        The adjusted p values in the same order, missing ones missing.

    References
    ----------
    Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57: 289-300.

    Examples
    --------
    >>> false_discoveries([0.01, 0.04, float("nan"), 0.03]).round(2).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    adjusted: Numbers = np.array(list(values), dtype="float64")
    places = np.flatnonzero(~np.isnan(adjusted))
    if places.size:  # as scipy.stats.false_discovery_control, which takes a second to load
        ordered = places[np.argsort(adjusted[places])]
        raised = adjusted[ordered] * (places.size / np.arange(1, places.size + 1))
        adjusted[ordered] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1)
    return adjusted


def _sided(two: Two, q_value: float) -> Side:
    if q_value >= CLEAR:
        return "level"
    return "above" if two.share > two.other_share else "below"


def p_value(two: Two, *, rounding: Rounding = 0.0) -> float:
    """How often chance would bring shares as far apart: chi squared, or Fisher's test where a cell expects under 5.

    Parameters
    ----------
    two
        The shares.
    rounding
        What rounding adds to the variance of each number, in cases squared. Chi squared is then of as many cases as
        have the variance of both (``intervals.effective_cases``).

    Returns
    -------
    float
        The two-sided p value, 0 to 1.

    Examples
    --------
    >>> round(p_value(Two(56, 70, 48, 80)), 4)
    0.008
    """
    if np.any(rounding):
        cases = effective_cases([two.share, two.other_share], [two.cases, two.other_cases], rounding)
        pooled = (two.share * cases[0] + two.other_share * cases[1]) / cases.sum()
        spread = pooled * (1 - pooled) * (1 / cases).sum()
        return float(scipy.special.chdtrc(1, (two.share - two.other_share) ** 2 / spread)) if spread else 1.0
    tested = homogeneity([two.events, two.other_events], [two.cases, two.other_cases])
    if tested is not None:
        return tested.p_value
    return _exact(two)


def _exact(two: Two) -> float:
    """Fisher's exact test, two-sided: how often chance brings a table of these sums that is no likelier than this one.

    As scipy.stats.fisher_exact, which takes a second to load. Equally likely tables differ by no more than arithmetic.
    """
    events, least = two.events + two.other_events, max(0, two.events + two.other_events - two.other_cases)
    possible: Numbers = np.arange(least, min(events, two.cases) + 1, dtype="float64")
    of_all = _log_ways(two.cases + two.other_cases, np.array(events, dtype="float64"))
    chances = np.exp(np.add(_log_ways(two.cases, possible), _log_ways(two.other_cases, events - possible)) - of_all)
    return min(1.0, float(chances[chances <= chances[two.events - least] * (1 + _ARITHMETIC)].sum()))


def _log_ways(number: int, chosen: Numbers) -> Numbers:
    """The logarithm of how many ways there are to choose so many out of a number."""
    whole, taken, left = (scipy.special.gammaln(some + 1) for some in (number, chosen, number - chosen))
    ways: Numbers = whole - taken - left
    return ways


def difference_interval(two: Two, *, level: float = 0.95, rounding: Rounding = 0.0) -> tuple[float, float]:
    """The interval of the first share less the second: the distances of each from its Wilson limits, added as squares.

    Parameters
    ----------
    two
        The shares.
    level
        Of the interval, between 0 and 1.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    tuple[float, float]
        The lower and the upper limit, -1 to 1.

    Raises
    ------
    ParameterError
        For a level that is not between 0 and 1.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17: 873-890, method 10; the example is (a) of table II.

    Examples
    --------
    >>> low, high = difference_interval(Two(56, 70, 48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    _check(level)
    of = [two.cases, two.other_cases]
    lows, highs = wilson([two.events, two.other_events], of, level=level, rounding=rounding)
    return _added((two.share, two.other_share), lows, highs)


def ratio_interval(two: Two, *, level: float = 0.95, rounding: Rounding = 0.0) -> tuple[float, float]:
    """The score interval of the first share over the second, its variance widened by N / (N - 1).

    Parameters
    ----------
    two
        The shares.
    level
        Of the interval, between 0 and 1.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    tuple[float, float]
        The lower and the upper limit: 0 where the first share has no events, infinity where the second has none.

    Raises
    ------
    ParameterError
        For a level that is not between 0 and 1.

    References
    ----------
    Miettinen and Nurminen 1985, Statistics in Medicine 4: 213-226; the example is Perondi's trial in Fagerland,
    Lydersen and Laake 2017, Statistical Analysis of Contingency Tables, chapter 4.

    Examples
    --------
    >>> low, high = ratio_interval(Two(7, 34, 1, 34))
    >>> round(low, 4), round(high, 3)
    (1.2086, 43.033)
    """
    _check(level)
    if two.other_events:
        estimate = np.log(two.share / two.other_share) if two.events else -np.inf
    else:
        estimate = np.inf if two.events else np.nan
    if np.isnan(estimate):
        return 0.0, float("inf")
    numbers = _effective(two, rounding)
    low, high = _where_score_is(
        lambda value: _ratio_score(numbers, float(np.exp(value))),
        estimate=float(estimate),
        edges=(-50.0, 50.0),
        ends=(-np.inf, np.inf),
        level=level,
    )
    return float(np.exp(low)), float(np.exp(high))


def against_rest(table: pd.DataFrame, by: str, *, rounding: float = 0.0) -> pd.DataFrame:
    """Each row against all other rows together.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    pd.DataFrame
        A row for each row, in the order given: ``by``, events, cases, share; rest_events, rest_cases, rest_share;
        ``difference_share`` with ``low_difference_share`` and ``high_difference_share`` (-1 to 1, the row's share less
        that of the rest); ``ratio`` with ``low_ratio`` and ``high_ratio`` (the row's share over that of the rest;
        missing where that is 0, and high_ratio infinite). Intervals are 95%.

    Raises
    ------
    ParameterError
        For fewer than two rows.

    References
    ----------
    Those of ``difference_interval`` and ``ratio_interval``.
    """
    rows = counted(table, by)
    events, cases = rows.events.astype("int64"), rows.cases.astype("int64")
    both = rounding, rounding * (len(cases) - 1)
    comparisons = [
        _compared(Two(int(some), int(of), int(events.sum() - some), int(cases.sum() - of)), both)
        for some, of in zip(events, cases, strict=True)
    ]
    result = pd.DataFrame(comparisons).rename(columns=lambda name: name.replace("other_", "rest_"))
    result.insert(0, by, table[by].reset_index(drop=True))
    return result


def against_group(
    table: pd.DataFrame, by: str, *, row: str, group: Iterable[str], rounding: float = 0.0
) -> pd.DataFrame:
    """One row against some others together.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    row
        The label of the one.
    group
        The labels of the others; that of the row itself is left out.
    rounding
        What rounding adds to the variance of each number, in cases squared.

    Returns
    -------
    pd.DataFrame
        One row, with the columns of ``against_rest`` but group_events, group_cases and group_share.

    Raises
    ------
    ParameterError
        For a label that is not there, a group of nobody else, and fewer than two rows.

    References
    ----------
    Those of ``difference_interval`` and ``ratio_interval``.
    """
    rows = counted(table, by)
    others = [label for label in dict.fromkeys(group) if label != row]
    for label in (row, *others):
        if label not in rows.labels:
            raise unknown("row", label, rows.labels, see=f"the column {by}")
    if not others:
        raise ParameterError(f"Nobody else is in the group that '{row}' is compared with.")
    own = rows.labels.index(row)
    places = [rows.labels.index(label) for label in others]
    two = Two(
        int(rows.events[own]), int(rows.cases[own]), int(rows.events[places].sum()), int(rows.cases[places].sum())
    )
    compared = _compared(two, (rounding, rounding * len(places)))
    result = pd.DataFrame([compared]).rename(columns=lambda name: name.replace("other_", "group_"))
    result.insert(0, by, [row])
    return result


def _compared(two: Two, rounding: Rounding) -> dict[str, float]:
    """Difference and ratio of two shares with their intervals."""
    low, high = difference_interval(two, rounding=rounding)
    low_ratio, high_ratio = ratio_interval(two, rounding=rounding)
    return {
        "events": two.events,
        "cases": two.cases,
        "share": two.share,
        "other_events": two.other_events,
        "other_cases": two.other_cases,
        "other_share": two.other_share,
        "difference_share": two.share - two.other_share,
        "low_difference_share": low,
        "high_difference_share": high,
        "ratio": two.share / two.other_share if two.other_events else float("nan"),
        "low_ratio": low_ratio,
        "high_ratio": high_ratio,
    }


def _added(
    shares: Sequence[float], lows: Sequence[float] | Numbers, highs: Sequence[float] | Numbers
) -> tuple[float, float]:
    """The limits of the difference of two shares from the limits of each."""
    difference = shares[0] - shares[1]
    down = np.hypot(shares[0] - lows[0], highs[1] - shares[1])
    up = np.hypot(highs[0] - shares[0], shares[1] - lows[1])
    return float(max(-1.0, difference - down)), float(min(1.0, difference + up))


def _effective(two: Two, rounding: Rounding) -> tuple[float, float, float, float]:
    """Events and cases of both shares, of as many as would leave as much to chance, none of them rounded."""
    if not np.any(rounding):
        return two.events, two.cases, two.other_events, two.other_cases
    cases, other_cases = effective_cases([two.share, two.other_share], [two.cases, two.other_cases], rounding)
    return two.share * cases, float(cases), two.other_share * other_cases, float(other_cases)


def _ratio_score(numbers: tuple[float, float, float, float], value: float) -> float:
    """z of the observed shares where the true first is ``value`` times the true second.

    The second share of greatest likelihood is the smaller root of a quadratic, in the form that does not cancel.
    """
    events, cases, other_events, other_cases = numbers
    together, ended = cases + other_cases, events + other_events
    half = cases * value + events + other_cases + other_events * value
    root = np.sqrt(max(half**2 - 4 * together * value * ended, 0.0))
    other = min(2 * ended / (half + root), 1.0, 1 / value)
    own = min(other * value, 1.0)
    variance = own * (1 - own) / cases + value**2 * other * (1 - other) / other_cases
    away = events / cases - value * other_events / other_cases
    return _standardised(away, variance * (together / (together - 1)))


def _standardised(distance: float, variance: float) -> float:
    if variance > 0:
        return float(distance / np.sqrt(variance))
    return float(np.copysign(1e300, distance)) if distance else 0.0


def _where_score_is(
    score: Callable[[float], float],
    *,
    estimate: float,
    edges: tuple[float, float],
    ends: tuple[float, float],
    level: float,
) -> tuple[float, float]:
    """The values either side of the estimate where the falling score is the critical one; an end where it never is."""
    brentq = scipy.optimize.brentq
    critical = float(-scipy.special.ndtri((1 - level) / 2))
    middle = min(max(estimate, edges[0]), edges[1])
    low, high = ends
    if estimate > edges[0] and score(edges[0]) > critical:
        low = brentq(lambda value: score(value) - critical, edges[0], middle, xtol=1e-13, rtol=1e-12)
    if estimate < edges[1] and score(edges[1]) < -critical:
        high = brentq(lambda value: score(value) + critical, middle, edges[1], xtol=1e-13, rtol=1e-12)
    return float(low), float(high)


def _check(level: float) -> None:
    if not 0 < level < 1:
        raise ParameterError(f"An interval at level {level:g} cannot be: use 0.95.")
