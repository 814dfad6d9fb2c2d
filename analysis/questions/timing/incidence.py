"""How many cases have ended, and how, by each lag: cumulative incidence with competing endings, from grouped counts.

The estimator of Aalen and Johansen (1978, Scandinavian Journal of Statistics 5: 141-150): the cases still open before a
lag, times the share of them that end so at it, added up. Cases that had not ended when the figures were taken count
for as long as they were followed. An ending and the close of follow-up at one lag happen in that order: a case followed
for three months and still open was open throughout the third, so it is at risk of the endings of that month. Days or
months with many endings at once are taken as they are, as discrete time; nothing is jittered.

Variance: the delta method with multinomial endings at each lag (Dinse and Larson 1986, Biometrika 73: 379-386), which
statsmodels gives too; without open cases it is p(1 - p)/n.

Of people, each running total is a number that was drawn to a multiple of five, which adds to the variance of a share,
and is hidden while it is small: what ended so before it is first shown stands at that time. Of several endings taken as
one the upper limit is then that of the cases ending as early as they may have.

What it does not cover: it takes it that cases followed for less time would have ended like the others. A force that
has grown slower or faster since breaks that; so does a publisher that stops updating old cases.

How soon cases end, and how: shares at asked times, medians, and what counting decided cases alone would have said.

Shares are cumulative incidences with competing endings (``analysis.questions.timing.incidence`` has the method). Beside
each stands the naive share, out of the cases decided when the figures were taken: that drops the open cases, which are
the slow ones, and so makes every ending look more frequent and sooner than it is.

Two medians are kept apart. The unconditional is the lag by which half of all cases have ended so; most endings never
get there and have none. The conditional is the lag by which half of those had ended so that do within the time
followed. Their intervals are those lags at which the 95% interval of the curve holds one half (Brookmeyer and Crowley
1982, Biometrics 38: 29-41), on the log-minus-log scale.

What it does not cover: causes. That an ending comes late says nothing of why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.reference import reference
from analysis.shares.intervals import HIDDEN_MOST

Whole = NDArray[np.int64]
Real = NDArray[np.float64]

UNDECIDED = "undecided"  # open when the figures were taken: its lag is how long the case was followed
UNDATED = "undated"  # ended, by what is known of the case, and nothing dates it: open as far as dates go
OPEN = (UNDECIDED, UNDATED)  # not ended, as far as dates go: their lag is how long the case was followed
UNFOLLOWED = -1  # the lag of an open case that was followed for no time at all
HAIR = 1e-12  # sums of shares come this near to 0, one half or 1 without being it
Z = 1.959963984540054  # the normal deviate of a two-sided 95% interval


def endings(table: pd.DataFrame, scheme: str) -> pd.Series:
    """How each row's cases ended.

    Parameters
    ----------
    table
        The rows of counts by lag.
    scheme
        The scheme of their outcome types.

    Returns
    -------
    The disposition of each row's ``outcome``, "undecided" or "undated". Undated are cases with an ending whose date
    nobody gives: their first dated outcome is none, and the lag that they carry is how long they were followed.

    Raises
    ------
    ParameterError
        When there is no column outcome or the scheme does not know an outcome.
    """
    _need(table, "outcome")
    outcomes = reference.outcomes(scheme)
    strange = sorted(set(table["outcome"].unique()) - set(outcomes))
    if strange:
        raise ParameterError(f"Scheme '{scheme}' has no outcome '{strange[0]}'. 'attrition list outcomes' shows all.")
    dispositions = {code: outcome.disposition for code, outcome in outcomes.items()}
    ended = table["outcome"].astype(object).map(dispositions)
    if "first_outcome" not in table:
        return ended.rename("ending")
    undated = (table["first_outcome"].astype(object).map(dispositions) == UNDECIDED) & (ended != UNDECIDED)
    return ended.mask(undated, UNDATED).rename("ending")


@dataclass(frozen=True)
class Followed:
    """Cases by how and when they ended.

    ``lags`` are the lags that occur, ascending, ``UNFOLLOWED`` the first where a case was followed for no time.
    ``ended`` has a row per ending and a column per lag; ``censored`` are the cases last seen open at a lag. ``early``
    of the ended had a lag below 0, taken as 0; ``undated`` of the censored have an ending that nothing dates.
    ``rounding`` is what a release adds to the variance of each running total, in cases squared.
    """

    endings: tuple[str, ...]
    lags: Whole
    ended: Whole
    censored: Whole
    early: int
    undated: int
    rounding: float = 0.0

    @property
    def soonest(self) -> Followed:
        """The same with as many cases as may be hidden before an ending is first shown ended at the first lag."""
        ended, every = self.ended.copy(), np.arange(len(self.endings))
        first, start = (ended > 0).argmax(axis=1), int(np.searchsorted(self.lags, 0))
        hidden = np.minimum(ended[every, first], HIDDEN_MOST)
        ended[every, first] -= hidden
        ended[:, start] += hidden
        return replace(self, ended=ended)

    @property
    def at_risk(self) -> Whole:
        """Cases open just before each lag."""
        leaving = self.ended.sum(axis=0) + self.censored
        return np.asarray(leaving[::-1].cumsum()[::-1], dtype=np.int64)

    @property
    def cases(self) -> int:
        """All cases."""
        return int(self.ended.sum() + self.censored.sum())

    @property
    def unfollowed(self) -> int:
        """Cases that were followed for no time: at risk of nothing, in no curve."""
        return int(self.censored[self.lags < 0].sum())


def followed(table: pd.DataFrame, *, rounding: float = 0.0) -> Followed:
    """Cases laid out by how and when they ended.

    Parameters
    ----------
    table
        Rows of ``ending``, ``lag`` and ``cases``, in any order and as often as they come. Undated cases are open for as
        long as they were followed.
    rounding
        What a release adds to the variance of each running total, in cases squared (``About.rounding``).

    Returns
    -------
    Cases by ending and lag.

    Raises
    ------
    ParameterError
        When a column is absent or no case is left.
    ValueError
        For a blank ending, a lag or a number of cases that is not whole, or a negative number of cases.
    """
    rows = checked(table, "ending", "lag", "cases")
    if rows.empty:
        raise ParameterError("No case is left to follow: every count is zero. Ask for more cases.")
    early = int(rows.loc[is_early(rows), "cases"].sum())
    cells = seen(rows).pivot_table(index="ending", columns="lag", values="cases", aggfunc="sum", fill_value=0)
    names = ordered(set(cells.index) - {UNDECIDED})
    return Followed(
        endings=names,
        lags=cells.columns.to_numpy(dtype=np.int64),
        ended=cells.reindex(list(names)).to_numpy(dtype=np.int64),
        censored=cells.reindex([UNDECIDED], fill_value=0).to_numpy(dtype=np.int64)[0],
        early=early,
        undated=int(rows.loc[rows["ending"] == UNDATED, "cases"].sum()),
        rounding=rounding,
    )


def seen(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as far as dates go.

    Parameters
    ----------
    rows
        Rows of ``ending`` and ``lag``.

    Returns
    -------
    The same rows: undated cases open, endings from lag 0 on, open cases from ``UNFOLLOWED`` on.
    """
    is_open = rows["ending"].isin(OPEN)
    lag = rows["lag"].clip(lower=0).where(~is_open, rows["lag"].clip(lower=UNFOLLOWED))
    return rows.assign(ending=rows["ending"].mask(is_open, UNDECIDED), lag=lag)


def is_early(rows: pd.DataFrame) -> pd.Series:
    """Whether the cases of each row ended before they were recorded, by their dates.

    Parameters
    ----------
    rows
        Rows of ``ending`` and ``lag``.

    Returns
    -------
    True or False for each row.
    """
    return (rows["lag"] < 0) & ~rows["ending"].isin(OPEN)


def is_followed(rows: pd.DataFrame) -> pd.Series:
    """Whether the cases of each row were followed for some time: those of the first day or month on.

    Parameters
    ----------
    rows
        Rows of ``ending`` and ``lag``.

    Returns
    -------
    True or False for each row.
    """
    return (rows["lag"] >= 0) | ~rows["ending"].isin(OPEN)


def checked(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The rows that hold cases.

    Parameters
    ----------
    table
        Rows of ``lag``, ``cases`` and others.
    *columns
        The columns that are kept.

    Returns
    -------
    The rows of one case or more, with these columns alone.

    Raises
    ------
    ParameterError
        When a column is absent.
    ValueError
        As ``followed`` does.
    """
    _need(table, *columns)
    for column in ("lag", "cases"):
        if not pd.api.types.is_integer_dtype(table[column]) or bool(table[column].isna().any()):
            raise ValueError(f"Column '{column}' holds something other than whole numbers.")
    if bool((table["cases"] < 0).any()):
        raise ValueError(f"{int((table['cases'] < 0).sum())} rows hold a negative number of cases.")
    rows = table.loc[table["cases"] > 0, list(columns)].astype(dict.fromkeys(set(columns) - {"lag", "cases"}, object))
    if bool(rows.isna().any().any()):
        raise ValueError(f"A blank cell in {', '.join(columns)}.")
    return rows


def ordered(names: set[str]) -> tuple[str, ...]:
    """Endings in the order in which a reader is told of them.

    Parameters
    ----------
    names
        The endings.

    Returns
    -------
    The same names; those that are no disposition last, by name.
    """
    dispositions = [name for name in reference.DISPOSITIONS if name in names]
    return (*dispositions, *sorted(names - set(dispositions)))


def _need(table: pd.DataFrame, *columns: str) -> None:
    absent = [column for column in columns if column not in table]
    if absent:
        raise ParameterError(f"No column '{absent[0]}'. Columns there: {', '.join(map(str, table.columns))}.")


@dataclass(frozen=True)
class Curve:
    """The share of cases that have ended in one way by each lag, and how sure that is.

    The covariance of two of its points is a sum over the lags up to the earlier, kept as running totals of what
    happened at each: ``own`` for the endings themselves, ``left`` for what their number leaves open, ``both`` for the
    two together, and their products with the share at that lag. ``is_every`` where no case ends in another way: the
    share is then one less that of the cases still open, and has its limits. ``rounded`` is the variance that rounding
    adds to the share at each lag; ``most`` the upper limits where what is hidden ended as early as it may have.
    """

    lags: Whole
    share: Real
    own: Real
    left: tuple[Real, Real, Real]
    both: tuple[Real, Real]
    is_every: bool
    rounded: Real | None = None
    most: Real | None = None

    def covariance(self, first: Whole, second: Whole) -> Real:
        """The covariance of the shares at two places.

        Parameters
        ----------
        first, second
            Places in ``lags``, the first not after the second.

        Returns
        -------
        Real
            One number for each pair.
        """
        earlier, later = self.share[first], self.share[second]
        left, left_share, left_square = (total[first] for total in self.left)
        both, both_share = (total[first] for total in self.both)
        value = self.own[first] + earlier * later * left - (earlier + later) * (left_share + both) + left_square
        return np.asarray(value + 2 * both_share)

    @property
    def standard_error(self) -> Real:
        """Of the share at each lag."""
        every = np.arange(len(self.lags))
        variance = np.clip(self.covariance(every, every), 0, None)
        return np.sqrt(variance if self.rounded is None else variance + self.rounded)

    @property
    def limits(self) -> tuple[Real, Real]:
        """The 95% interval of the share at each lag; nan where the share is 0 or 1."""
        low, high = _limits_of(self.share, self.standard_error, is_every=self.is_every)
        return low, _no_lower(high, self.most)


def curve(cases: Followed, *ending: str) -> Curve:
    """The cumulative incidence of one ending, or of several taken as one.

    Parameters
    ----------
    cases
        The cases by how and when they ended.
    *ending
        The endings that count.

    Returns
    -------
    The share of all cases that has ended so by each lag, 0 to 1, with its covariances.

    Raises
    ------
    ParameterError
        For an ending that does not occur.

    References
    ----------
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5: 141-150; the variance is that of Dinse and Larson
    (1986), Biometrika 73: 379-386.

    Examples
    --------
    >>> cells = [("charged", 1, 2), ("withdrew", 2, 3), ("undecided", 2, 5)]
    >>> cases = followed(pd.DataFrame(cells, columns=["ending", "lag", "cases"]))
    >>> curve(cases, "withdrew").share.round(2).tolist()
    [0.0, 0.3]
    """
    strange = [name for name in ending if name not in cases.endings]
    if strange or not ending:
        raise ParameterError(f"No case ended as {strange or 'nothing'}. Endings: {', '.join(cases.endings)}.")
    risk = cases.at_risk.astype(float)
    so = cases.ended[[cases.endings.index(name) for name in ending]].sum(axis=0).astype(float)
    ended = cases.ended.sum(axis=0).astype(float)
    before = np.concatenate([[1.0], np.cumprod((risk - ended) / risk)[:-1]])
    share = np.cumsum(before * so / risk)
    own, left, both = _terms(so, ended, risk)
    is_hidden = cases.rounding > 0 and len(ending) > 1
    return Curve(
        lags=cases.lags,
        share=share,
        own=np.cumsum(before**2 * own),
        left=(np.cumsum(left), np.cumsum(share * left), np.cumsum(share**2 * left)),
        both=(np.cumsum(before * both), np.cumsum(before * share * both)),
        is_every=set(ending) == set(cases.endings),
        rounded=_rounded(cases, share, *ending) if cases.rounding else None,
        most=_most(cases, *ending) if is_hidden else None,
    )


def _most(cases: Followed, *ending: str) -> Real:
    """The upper limits of several endings taken as one, were all that is hidden to have ended at the first lag."""
    most = curve(replace(cases.soonest, rounding=0.0), *ending)
    return replace(most, rounded=_rounded(cases, most.share, *ending)).limits[1]


def _rounded(cases: Followed, share: Real, *ending: str) -> Real:
    """The variance that rounding adds to a share of so many running totals out of all cases."""
    return np.asarray(cases.rounding * (len(ending) + share**2) / cases.cases**2)


def _no_lower(high: Real, most: Real | None) -> Real:
    """Upper limits that are nowhere under others, where there are both."""
    return high if most is None else np.where(np.isnan(high), high, np.fmax(high, most))


def _terms(so: Real, ended: Real, risk: Real) -> tuple[Real, Real, Real]:
    """What each lag adds: the variance of its endings, of what they leave open (relative), and their covariance.

    When nobody stays open the last two are nothing: the curve does not move after that.
    """
    stay = risk - ended
    safe = np.where(stay > 0, stay, np.inf)
    return so * (risk - so) / risk**3, ended / (risk * safe), np.where(stay > 0, so / risk**2, 0)


def _interval(share: Real, error: Real) -> tuple[Real, Real]:
    """The 95% interval of shares on the log-minus-log scale: share ** exp(-+ z error / (share ln share)).

    References
    ----------
    Kalbfleisch and Prentice (1980), The Statistical Analysis of Failure Time Data, p. 14, for survival; Pintilie
    (2006), Competing Risks: A Practical Perspective, for incidences.

    Examples
    --------
    >>> low, high = _interval(np.array([0.3]), np.array([0.1]))
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.126, 0.497)
    """
    inside = (share > HAIR) & (share < 1 - HAIR)
    safe = np.where(inside, share, 0.5)
    width = np.clip(Z * error / (safe * np.log(safe)), -700, 0)  # below 0, for the logarithm is
    low, high = safe ** np.exp(-width), safe ** np.exp(width)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def _limits_of(share: Real, error: Real, *, is_every: bool) -> tuple[Real, Real]:
    """The 95% interval of shares that have ended: of every ending, what the survival of the cases leaves."""
    if not is_every:
        return _interval(share, error)
    low, high = _interval(1 - share, error)
    return 1 - high, 1 - low


DAYS = (7, 30, 90, 180, 365)
MONTHS = (0, 1, 3, 6, 12)
ANY = "any ending"


@dataclass(frozen=True)
class Timing:
    """How soon ``cases`` ended. All lags are in the unit of the counts, days or months.

    ``shares`` has a row per asked ``lag`` and ``ending``, "undecided" the last: ``at_risk`` cases were followed until
    that day or month and had not ended before it; ``incidence_share`` of all cases have ended so by its end (of
    "undecided": are open after it), with ``standard_error``, ``low_share`` and ``high_share``; ``naive_share`` is that
    of the decided cases alone and ``difference_share`` how much greater it is. All but the naive are missing beyond the
    time that any case was followed, and of cases of which none was followed for any time.

    ``medians`` has a row per ending and one for "any ending": ``ended`` cases, and lags: ``median``, ``median_low``,
    ``median_high`` of all cases; ``conditional_median`` with its limits of those that end so; ``naive_median`` of those
    seen to. Missing where the curve does not reach one half.

    ``undecided`` of the cases were open as far as dates go, ``undated`` of these have an ending that nothing dates, and
    ``unfollowed`` were followed for no time. ``early`` had ended at a lag below 0, taken as 0.
    """

    shares: pd.DataFrame
    medians: pd.DataFrame
    cases: int
    undecided: int
    early: int
    undated: int
    unfollowed: int


def timing(table: pd.DataFrame, at: Sequence[int] = DAYS, *, rounding: float = 0.0) -> Timing:
    """How soon cases ended.

    Parameters
    ----------
    table
        Rows of ``ending``, ``lag`` and ``cases``. An ending is any label, "undecided" for cases still open, which carry
        the lag to the day the figures were taken, or "undated" (``incidence.endings`` makes the labels).
    at
        The lags at which shares are asked for, in the unit of the counts.
    rounding
        What a release adds to the variance of each running total, in cases squared (``About.rounding``).

    Returns
    -------
    Shares by each asked lag, and medians.

    Raises
    ------
    ParameterError
        For a negative asked lag, an absent column and no cases.
    ValueError
        For rows that cannot be (``incidence.followed``).

    References
    ----------
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5: 141-150 (shares); Brookmeyer and Crowley (1982),
    Biometrics 38: 29-41 (limits of medians).
    """
    if any(lag < 0 for lag in at):
        raise ParameterError(f"Nobody can have ended by {min(at)}: ask for lags of 0 or more.")
    cases = followed(table, rounding=rounding)
    curves = {name: curve(cases, name) for name in cases.endings}
    if curves:
        curves[ANY] = curve(cases, *cases.endings)
    shares = [_shares(cases, curves, lag) for lag in at]
    medians = [{"ending": name, **_medians(cases, name, incidence)} for name, incidence in curves.items()]
    return Timing(
        shares=pd.DataFrame([row for rows in shares for row in rows], columns=list(_SHARES)).astype(_SHARES),
        medians=pd.DataFrame(medians, columns=list(_MEDIANS)).astype(_MEDIANS),
        cases=cases.cases,
        undecided=int(cases.censored.sum()),
        early=cases.early,
        undated=cases.undated,
        unfollowed=cases.unfollowed,
    )


_SHARES: dict[str, Any] = {"lag": "int64", "ending": object, "at_risk": "int64"} | dict.fromkeys(
    ("incidence_share", "standard_error", "low_share", "high_share", "naive_share", "difference_share"), "Float64"
)
_MEDIANS: dict[str, Any] = {"ending": object, "ended": "int64"} | dict.fromkeys(
    [f"{kind}median{limit}" for kind in ("", "conditional_") for limit in ("", "_low", "_high")] + ["naive_median"],
    "Int64",
)


def _shares(cases: Followed, curves: dict[str, Curve], lag: int) -> list[dict[str, object]]:
    """The rows of one asked lag."""
    place = int(np.searchsorted(cases.lags, lag, side="right")) - 1
    decided = int(cases.ended.sum())
    by_then = cases.ended[:, : place + 1].sum(axis=1)
    naive = dict(zip(cases.endings, by_then / decided, strict=True)) if decided else {}
    is_known = bool(cases.lags[-1] >= 0) and (lag <= cases.lags[-1] or cases.censored[-1] == 0)
    rows = []
    for name in (*cases.endings, UNDECIDED):
        incidence = curves.get(ANY if name == UNDECIDED else name)
        point = _point(incidence, place, is_open=name == UNDECIDED) if is_known else (None,) * 4
        plain = naive.get(name, 1 - by_then.sum() / decided if decided else None)
        rows.append(
            {
                "lag": lag,
                "ending": name,
                "at_risk": int((cases.ended.sum(axis=0) + cases.censored)[cases.lags >= lag].sum()),
                **dict(zip(("incidence_share", "standard_error", "low_share", "high_share"), point, strict=True)),
                "naive_share": plain,
                "difference_share": None if plain is None or point[0] is None else plain - point[0],
            }
        )
    return rows


def _point(incidence: Curve | None, place: int, *, is_open: bool) -> tuple[float | None, ...]:
    """Share, standard error and limits at a place of the curve; before its first lag nothing has happened."""
    if incidence is None or place < 0:
        return float(is_open), 0.0, None, None
    # Sums that should come to 0 or 1 miss them by a hair, and then have no error either.
    share = np.round(incidence.share[place : place + 1], 14)
    error = np.where((share > 0) & (share < 1), incidence.standard_error[place : place + 1], 0)
    lows, highs = _limits_of(share, error, is_every=incidence.is_every)
    highs = _no_lower(highs, None if incidence.most is None else incidence.most[place : place + 1])
    low, high = (None if np.isnan(limit[0]) else float(limit[0]) for limit in (lows, highs))
    if not is_open:
        return float(share[0]), float(error[0]), low, high
    return 1 - float(share[0]), float(error[0]), None if high is None else 1 - high, None if low is None else 1 - low


def _medians(cases: Followed, name: str, incidence: Curve) -> dict[str, int | None]:
    """The medians of one ending, in the unit of the lags."""
    ended = cases.ended.sum(axis=0) if name == ANY else cases.ended[cases.endings.index(name)]
    low, high = incidence.limits
    within = incidence.share / incidence.share[-1]
    within_low, within_high = _certain_of_all(within, *_interval(within, _conditional_error(incidence)))
    return {
        "ended": int(ended.sum()),
        "median": _reached(incidence.lags, incidence.share),
        "median_low": _reached(incidence.lags, high),
        "median_high": _reached(incidence.lags, low),
        "conditional_median": _reached(incidence.lags, within),
        "conditional_median_low": _reached(incidence.lags, within_high),
        "conditional_median_high": _reached(incidence.lags, within_low),
        "naive_median": _reached(incidence.lags, np.cumsum(ended) / ended.sum()),
    }


def _certain_of_all(within: Real, low: Real, high: Real) -> tuple[Real, Real]:
    """Limits of a share of those that end so by the last lag: from the lag by which all have, that is certain."""
    is_all = within >= 1 - HAIR
    return np.where(is_all, 1.0, low), np.where(is_all, 1.0, high)


def _conditional_error(incidence: Curve) -> Real:
    """The standard error of each share over the last, by the delta method."""
    every: Whole = np.arange(len(incidence.lags))
    last = np.full_like(every, every[-1])
    within = incidence.share / incidence.share[-1]
    spread = incidence.covariance(every, every) - 2 * within * incidence.covariance(every, last)
    spread = spread + within**2 * incidence.covariance(last, last)
    return np.asarray(np.sqrt(np.clip(spread, 0, None)) / incidence.share[-1])


def _reached(lags: Whole, share: Real) -> int | None:
    """The first lag by which half have ended, if any."""
    there = np.flatnonzero(share >= 0.5 - HAIR)
    return int(lags[there[0]]) if len(there) else None
