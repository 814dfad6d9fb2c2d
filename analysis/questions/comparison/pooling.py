"""What is the share of each row once chance is taken out? Shares partially pooled towards the mean of all rows.

Method: hierarchical Bayes (Gelman and others, Bayesian Data Analysis, third edition, section 5.3). The shares of the
rows are taken to follow a beta distribution. Which one is not known: each counts as much as the beta-binomial
likelihood makes it, its mean uniform, and so the root of the correlation within rows, 1 / (1 + alpha + beta). (That is
their equation 5.9 but where alpha and beta are next to nothing, of which rows of one case each would have most.) Given
one, a row's share follows Beta(alpha + events, beta + cases - events), whose mean lies between the row's own share and
the beta mean, nearer to its own the more cases. To take the one likeliest distribution for the truth (empirical Bayes)
leaves intervals of few rows far too narrow (Morris 1983, Journal of the American Statistical Association 78: 47-55).

What it does not cover: a row is pulled to the mean of all rows even where it is known to be of another kind.

How sure is a row's place in a league table? Ranks drawn from the partially pooled shares.

Method: the posterior distribution of ranks (Laird and Louis 1989, Journal of Educational Statistics 14: 29-46;
Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159: 385-443), by simulation from the beta
distributions above. Rank 1 is the lowest share.

What it does not cover: ranks under another base or definition, which may move a row further than chance does.

What would be different if every row stood where the middle or the best of them stands? Events fewer a year.

Method: each row's partially pooled share against a reference, which is a percentile of these shares:
the 50th for the median, the 10th for the best tenth where fewer events are better. Rows above the reference come down
to it. Two intervals, of the 2.5th and 97.5th percentiles of draws. By chance alone: shares are drawn from the rows'
distributions, and the reference is that of the shares drawn; as these distributions are known from the rows only, the
percentiles are a little further out (the 2.18th and 97.82nd), by which they hold what they say of 44 rows, and
more of fewer. Where chance could explain how far rows differ (Pearson's chi squared at 5%) the lower limit is nothing.
Where rows differ, the rows that there are tell the reference of such rows no better than so many rows can: it is taken
from rows drawn with replacement (Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 6.5).

What it does not cover: whether a row could come to stand there. It is arithmetic, not a forecast: rows differ in what
they record and in the cases they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, expit, logit
from scipy.stats import chi2, rankdata

from analysis.errors import ParameterError
from analysis.shares.counted import Counted, Numbers, counted
from analysis.system.remembered import remembered

_DRAWS = 10_000
_PRECISIONS, _MEANS = 90, 41  # the grid of beta distributions that are tried
_LEAST_PRECISION, _MOST_PRECISION = 0.02, 1e4  # in cases, and in the cases of the largest row
_REACH = 6.0  # standard errors, either side, over which means are tried
_FURTHEST = 30.0  # on the logit scale, where a share is 0 or 1 but for a hair


@dataclass(frozen=True)
class Priors:
    """Beta distributions that the shares of the rows may follow, and how likely each is; weights add up to 1."""

    alphas: Numbers
    betas: Numbers
    weights: Numbers

    @property
    def mean_share(self) -> float:
        """The mean of the rows' shares, 0 to 1: about what they are pulled towards."""
        return float(self.weights @ (self.alphas / (self.alphas + self.betas)))

    def means(self, events: Numbers, cases: Numbers) -> Numbers:
        """The mean of what the share of each row may be, 0 to 1, once its cases are known.

        Parameters
        ----------
        events, cases
            Of each row.

        Returns
        -------
        Numbers
            A share a row.
        """
        alphas, betas = self.alphas[:, None], self.betas[:, None]
        return np.asarray(self.weights @ ((alphas + events) / (alphas + betas + cases)))

    def draws(self, events: Numbers, cases: Numbers, many: int, *, seed: int) -> NDArray[np.float64]:
        """Shares drawn for rows whose cases are known, those of one draw from one beta distribution.

        Parameters
        ----------
        events, cases
            Of each row.
        many
            How many draws.
        seed
            The same gives the same draws of the same rows in the same order.

        Returns
        -------
        NDArray[np.float64]
            Shares from 0 to 1, shape (draws, rows).
        """
        at = np.searchsorted(self.weights.cumsum(), (np.arange(many) + 0.5) / many)
        at = np.minimum(at, len(self.weights) - 1)
        alphas, betas = self.alphas[at, None], self.betas[at, None]
        return np.random.default_rng(seed).beta(alphas + events, betas + cases - events)


@dataclass(frozen=True)
class PooledRows:
    """Rows with the beta distributions that their shares may follow once all rows are known."""

    rows: Counted
    priors: Priors

    @cached_property
    def _unrounded(self) -> Counted:
        return self.rows.unrounded(self.rows.pooled_share)

    @property
    def shares(self) -> Numbers:
        """The partially pooled share of each row, 0 to 1: the mean of what it may be."""
        places, shares = self.rows.alphabetical, np.empty(len(self.rows.cases))
        shares[places] = self.priors.means(self._unrounded.events[places], self._unrounded.cases[places])
        return shares

    def draws(self, many: int, *, seed: int) -> NDArray[np.float64]:
        """Shares drawn for the rows, those of one draw from one beta distribution.

        Parameters
        ----------
        many
            How many draws.
        seed
            The same gives the same draws of a row, whatever the order of rows.

        Returns
        -------
        NDArray[np.float64]
            Shares from 0 to 1, shape (draws, rows).
        """
        places, own = self.rows.alphabetical, self._unrounded
        shares = np.empty((many, len(places)))
        shares[:, places] = self.priors.draws(own.events[places], own.cases[places], many, seed=seed)
        return shares


def pooled_rows(table: pd.DataFrame, by: str, *, rounding: float = 0.0) -> PooledRows:
    """The rows, with the distributions that their shares may follow once all rows are known.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    PooledRows
        The rows with what their shares may follow.

    Raises
    ------
    ParameterError
        When no row has events or all cases are events: there is nothing to pool towards.

    References
    ----------
    Gelman and others 2013, Bayesian Data Analysis, third edition, section 5.3.
    """
    rows = _of_several_shares(counted(table, by, rounding=rounding))
    own, places = rows.unrounded(rows.pooled_share), rows.alphabetical  # sums must not depend on the order
    return PooledRows(rows, priors(own.events[places], own.cases[places]))


def _of_several_shares(rows: Counted) -> Counted:
    """The rows, unless none has events or all cases are events."""
    if not 0 < rows.pooled_share < 1:
        raise ParameterError(f"Shares that are all {rows.pooled_share:g} cannot be pooled.")
    return rows


def pooled_shares(table: pd.DataFrame, by: str, *, rounding: float = 0.0) -> pd.DataFrame:
    """The partially pooled share of each row and its rank, with their intervals.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    pd.DataFrame
        A row for each row, in the order given: ``by``, events, cases, ``share`` (as counted), ``pooled_share``, and
        ``low_share`` to ``high_share``, the equal-tailed 95% credible interval, of draws. Shares run 0 to 1. ``rank``
        is that of the share as counted, 1 the lowest, rows with the same share having the mean of their ranks;
        ``low_rank`` to ``high_rank`` an interval of at least 95%, since ranks are whole.

    Raises
    ------
    ParameterError
        When no row has events or all cases are events: there is nothing to pool towards.

    References
    ----------
    Gelman and others 2013, Bayesian Data Analysis, third edition, section 5.3; Goldstein and Spiegelhalter 1996,
    Journal of the Royal Statistical Society A 159: 385-443, for ranks.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [3, 450, 600], "cases": [10, 1000, 1000]})
    >>> pooled = pooled_shares(table, "force")
    >>> pooled["pooled_share"].round(2).tolist()
    [0.4, 0.45, 0.6]
    >>> pooled[["rank", "low_rank", "high_rank"]].to_numpy().tolist()
    [[1.0, 1.0, 3.0], [2.0, 1.0, 2.0], [3.0, 2.0, 3.0]]
    """
    rows = _of_several_shares(counted(table, by, rounding=rounding))
    own, places = rows.unrounded(rows.pooled_share), rows.alphabetical
    told = np.empty((5, len(places)))
    told[:, places] = _pooled(own.events[places].tobytes(), own.cases[places].tobytes())
    pooled, low, high, low_rank, high_rank = told
    return pd.DataFrame(
        {
            by: table[by].reset_index(drop=True),
            "events": rows.events.astype("int64"),
            "cases": rows.cases.astype("int64"),
            "share": rows.shares,
            "pooled_share": pooled,
            "low_share": low,
            "high_share": high,
            "rank": rankdata(rows.shares),
            "low_rank": low_rank.astype("int64"),
            "high_rank": high_rank.astype("int64"),
        }
    )


@lru_cache(maxsize=64)
@remembered
def _pooled(events: bytes, cases: bytes) -> Numbers:
    """Of rows in the order of their labels the pooled shares, their limits and those of the ranks, a line each.

    Worked out once: the report of every force asks for the place of its own among the same.
    """
    ended, of = np.frombuffer(events), np.frombuffer(cases)
    likely = priors(ended, of)
    drawn = likely.draws(ended, of, _DRAWS, seed=1)
    limits = np.quantile(drawn, [0.025, 0.975], axis=0)
    ranks = np.quantile(rankdata(drawn, axis=1), [0.025, 0.975], axis=0, method="inverted_cdf")
    return np.vstack([likely.means(ended, of), limits, ranks])


def priors(events: Numbers, cases: Numbers) -> Priors:
    """The beta distributions that shares may follow, on a grid of precisions and, for each, of means about its own.

    Parameters
    ----------
    events, cases
        Of each row, neither none nor all of them events.

    Returns
    -------
    Priors
        With their weights: the beta-binomial likelihood, times a density that is uniform in the mean and in the root of
        the correlation within rows, 1 / (1 + alpha + beta).

    References
    ----------
    Gelman and others 2013, Bayesian Data Analysis, third edition, section 5.3; Kleinman 1973, Journal of the American
    Statistical Association 68: 46-54, for the weights of rows in a mean.
    """
    precisions = np.geomspace(_LEAST_PRECISION, _MOST_PRECISION * cases.max(), _PRECISIONS)[:, None]
    worth = cases / (1 + (cases - 1) / (precisions + 1))
    whole = worth.sum(axis=1, keepdims=True)
    middle = (worth @ ((events + 0.5) / (cases + 1)))[:, None] / whole
    error = 1 / np.sqrt(whole * middle * (1 - middle))
    means = expit(np.clip(logit(middle) + error * np.linspace(-_REACH, _REACH, _MEANS), -_FURTHEST, _FURTHEST))
    alphas, betas = means * precisions, (1 - means) * precisions
    likely = np.log(precisions) - 1.5 * np.log1p(precisions) + np.log(error * means * (1 - means))
    for ended, of in zip(events, cases, strict=True):
        likely = likely + betaln(alphas + ended, betas + of - ended) - betaln(alphas, betas)
    weights = np.exp(likely - likely.max())
    return Priors(alphas.ravel(), betas.ravel(), (weights / weights.sum()).ravel())


#: The references that are asked for: the best tenth and the median.
PERCENTILES = (10.0, 50.0)

#: How far fewer rows differ is known too badly to tell a reference by, or whether a row would be seen.
ENOUGH_ROWS = 20
_HAIR = 1e-12  # by which sums of the same numbers differ
_TAIL = 0.0218  # each side: 2.018 standard errors, as Student's t has of 44 rows
_UNUSUAL = 0.05  # a p value below it: chance alone seldom puts rows as far apart


def levelled(
    table: pd.DataFrame,
    by: str,
    *,
    percentiles: Sequence[float] = PERCENTILES,
    years: float = 1.0,
    draws: int = 2000,
    seed: int = 1,
    rounding: float = 0.0,
) -> pd.DataFrame:
    """Events fewer a year if no row stood above a percentile of the pooled shares, and the rows below stayed.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    percentiles
        Which shares to come down to, between 0 and 100: 50 is the median.
    years
        The time that the counts cover.
    draws
        Draws behind each interval, 100 or more.
    seed
        Of the draws: the same gives the same intervals.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    pd.DataFrame
        A row for each percentile: ``percentile``, ``reference_share`` (0 to 1), ``rows_above`` it, and in events a year
        ``fewer_events``, ``low_events`` to ``high_events`` (95%, chance alone) and ``low_differing_events`` to
        ``high_differing_events`` (95%, where rows differ; missing for fewer than ENOUGH_ROWS). The lower limits are
        nothing where chance alone could explain how far rows differ.

    Raises
    ------
    ParameterError
        For a percentile that is not between 0 and 100, years that are not positive, fewer than 100 draws, and when no
        row has events or all cases are events.

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 6.5, for rows drawn with replacement.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [3, 450, 600], "cases": [10, 1000, 1000]})
    >>> levelled(table, "force", percentiles=[50])[["rows_above", "fewer_events"]].round().to_numpy().tolist()
    [[1.0, 147.0]]
    """
    _check(percentiles, years, draws)
    pooled = pooled_rows(table, by, rounding=rounding)
    cases, drawn = pooled.rows.cases, pooled.draws(draws, seed=seed)
    again, is_chance = _rows_again(pooled, drawn, seed), _could_be_alike(pooled.rows)
    lines = []
    for percentile in percentiles:
        reference = np.percentile(pooled.shares, percentile)
        chance = _fewer(drawn, cases, np.percentile(drawn, percentile, axis=1))
        line = {"percentile": float(percentile), "reference_share": float(reference)}
        line["rows_above"] = int((pooled.shares > reference + _HAIR).sum())
        line["fewer_events"] = float(_fewer(pooled.shares[None, :], cases, reference)[0]) / years
        line["low_events"], line["high_events"] = np.quantile(chance, [_TAIL, 1 - _TAIL]) / years
        limits = [np.nan, np.nan]
        if len(cases) >= ENOUGH_ROWS:
            differing = _fewer(drawn, cases, np.percentile(again, percentile, axis=1))
            limits = list(np.quantile(differing, [0.025, 0.975]) / years)
        line["low_differing_events"], line["high_differing_events"] = limits
        if is_chance:  # no draw has rows that are all alike, and such these may be
            line |= {"low_events": 0.0, "low_differing_events": limits[0] * 0}
        lines.append(line)
    return pd.DataFrame(lines)


def levelled_bounds(table: pd.DataFrame, by: str, *, percentile: float, years: float = 1.0) -> tuple[float, float]:
    """Between which numbers the events fewer of ``levelled`` lie, whichever way the cases end that are still open.

    Shares are as counted. Each row's share and the reference are put where they make the least and the most of it, so
    the true number lies between, though it may not reach the ends.

    Parameters
    ----------
    table
        Rows of ``by``, events so far, cases, and ``open``, those of the cases that have not ended.
    by
        The column that labels the rows.
    percentile
        Which share to come down to, between 0 and 100.
    years
        The time that the counts cover.

    Returns
    -------
    tuple[float, float]
        The fewest and the most, events a year.

    Raises
    ------
    ParameterError
        For a percentile that is not between 0 and 100 and years that are not positive.
    ValueError
        When more cases are open than have not ended so.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [40, 50, 60], "cases": 100, "open": [10, 0, 20]})
    >>> [round(end) for end in levelled_bounds(table, "force", percentile=50)]
    [10, 30]
    """
    _check([percentile], years, 100)
    rows = counted(table, by)
    still_open = table["open"].to_numpy(dtype="float64")
    if ((still_open < 0) | (rows.events + still_open > rows.cases)).any():
        raise ValueError("More cases are open than have not ended.")
    least, most = rows.shares, (rows.events + still_open) / rows.cases
    fewest, greatest = (
        float(_fewer(shares[None, :], rows.cases, np.percentile(others, percentile))[0]) / years
        for shares, others in ((least, most), (most, least))
    )
    return fewest, greatest


def _fewer(shares: NDArray[np.float64], cases: Numbers, reference: Any) -> Numbers:
    """Events fewer over all rows, for each line of shares and its reference."""
    return np.asarray(np.maximum(shares - np.reshape(reference, (-1, 1)), 0) @ cases)


def _could_be_alike(rows: Counted) -> bool:
    """Whether chance alone could explain how far rows differ: Pearson's chi squared at 5%."""
    share = rows.pooled_share
    scatter = float((rows.worth(share) * (rows.shares - share) ** 2).sum()) / (share * (1 - share))
    return bool(chi2.sf(scatter, len(rows.cases) - 1) >= _UNUSUAL)


def _rows_again(pooled: PooledRows, drawn: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The shares of as many rows, drawn with replacement in the order of labels: one line a draw."""
    places = pooled.rows.alphabetical
    taken = np.random.default_rng([seed, 1]).integers(0, len(places), size=drawn.shape)
    return np.take_along_axis(drawn[:, places], taken, axis=1)


def _check(percentiles: Sequence[float], years: float, draws: int) -> None:
    wrong = [percentile for percentile in percentiles if not 0 < percentile < 100]
    if wrong or not len(percentiles):
        raise ParameterError(f"Rows cannot be levelled at percentiles {list(percentiles)}: use between 0 and 100.")
    if not years > 0 or not np.isfinite(years):
        raise ParameterError(f"Counts of {years:g} years give no events a year.")
    if draws < 100:
        raise ParameterError(f"{draws} draws cannot tell a 95% interval; use 100 or more, usually 2000.")
