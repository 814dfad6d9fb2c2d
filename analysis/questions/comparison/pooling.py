"""What is the share of each row once chance is taken out? Shares partially pooled towards the mean of all rows.

Method: parametric empirical Bayes. The shares of the rows are taken to follow a beta distribution, whose alpha and beta
have the greatest beta-binomial likelihood (Griffiths 1973, Biometrics 29: 637-648), started from Kleinman's moments
(1973, Journal of the American Statistical Association 68: 46-54). A row's share then follows Beta(alpha + events,
beta + cases - events), whose mean lies between the row's own share and the beta mean, nearer to its own the more cases.

What it does not cover: alpha and beta are taken as known, so credible intervals are a little too narrow where rows are
few (Morris 1983, Journal of the American Statistical Association 78: 47-55). A row is pulled to the mean of all rows
even where it is known to be of another kind.

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
percentiles are a little further out (the 2.18th and 97.82nd), by which they hold what they say of 10 and of 44 rows.
Where rows differ, the rows that there are tell the reference of such rows no better than so many rows can: it is taken
from rows drawn with replacement (Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 6.5).

What it does not cover: whether a row could come to stand there. It is arithmetic, not a forecast: rows differ in what
they record and in the cases they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit, logit
from scipy.stats import beta as beta_distribution
from scipy.stats import rankdata

from analysis.errors import ParameterError
from analysis.shares.counted import Counted, Numbers, counted
from analysis.system.remembered import remembered

#: Rows that differ by no more than chance have no finite best precision: it is sought up to here.
MOST_PRECISION = 1e6
_LEAST_PRECISION = 1e-3
_FURTHEST_LOGIT = 20.0


@dataclass(frozen=True)
class Prior:
    """The beta distribution that the shares of the rows follow; ``precision`` weighs as many cases as it says."""

    alpha: float
    beta: float
    log_likelihood: float

    @property
    def mean_share(self) -> float:
        """The mean of the rows' shares, 0 to 1: what they are pulled towards."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def precision(self) -> float:
        """Alpha and beta together, in cases."""
        return self.alpha + self.beta


@dataclass(frozen=True)
class PooledRows:
    """Rows with the beta distribution that the share of each follows once all rows are known."""

    rows: Counted
    prior: Prior

    @property
    def alphas(self) -> Numbers:
        """The first parameter of each row's distribution, in cases."""
        return self.prior.alpha + self.rows.events

    @property
    def betas(self) -> Numbers:
        """The second parameter of each row's distribution, in cases."""
        return self.prior.beta + self.rows.cases - self.rows.events

    @property
    def shares(self) -> Numbers:
        """The partially pooled share of each row, 0 to 1: the mean of its distribution."""
        return self.alphas / (self.alphas + self.betas)

    def draws(self, many: int, *, seed: int) -> NDArray[np.float64]:
        """Shares drawn from the rows' distributions.

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
        places = self.rows.alphabetical
        shares = np.empty((many, len(places)))
        shares[:, places] = _drawn(self.alphas[places], self.betas[places], many, seed)
        return shares


def _drawn(alphas: Numbers, betas: Numbers, many: int, seed: int) -> Numbers:
    """Draws from beta distributions, a column each."""
    return np.random.default_rng(seed).beta(alphas, betas, size=(many, len(alphas)))


def pooled_rows(table: pd.DataFrame, by: str) -> PooledRows:
    """The rows, each with the distribution that its share follows once all rows are known.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.

    Returns
    -------
    PooledRows
        The rows with their common prior.

    Raises
    ------
    ParameterError
        When no row has events or all cases are events: there is nothing to pool towards.

    References
    ----------
    Griffiths 1973, Biometrics 29: 637-648; Kleinman 1973, Journal of the American Statistical Association 68: 46-54,
    for where the search starts.
    """
    rows = counted(table, by)
    if not 0 < rows.pooled_share < 1:
        raise ParameterError(f"Shares that are all {rows.pooled_share:g} cannot be pooled.")
    return PooledRows(rows, _likeliest(rows))


def pooled_shares(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """The partially pooled share of each row, with its credible interval.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.

    Returns
    -------
    pd.DataFrame
        A row for each row, in the order given: ``by``, events, cases, ``share`` (as counted), ``pooled_share``, and
        ``low_share`` to ``high_share``, the equal-tailed 95% credible interval. Shares run 0 to 1.

    Raises
    ------
    ParameterError
        When no row has events or all cases are events: there is nothing to pool towards.

    References
    ----------
    Griffiths 1973, Biometrics 29: 637-648.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [3, 450, 600], "cases": [10, 1000, 1000]})
    >>> pooled_shares(table, "force")["pooled_share"].round(2).tolist()
    [0.46, 0.45, 0.6]
    """
    pooled = pooled_rows(table, by)
    rows, shares = pooled.rows, pooled.shares
    # Rows that look all alike do not make their mean known: no row is surer than all the cases together are.
    known = np.minimum(pooled.alphas + pooled.betas, rows.cases.sum())
    return pd.DataFrame(
        {
            by: table[by].reset_index(drop=True),
            "events": rows.events.astype("int64"),
            "cases": rows.cases.astype("int64"),
            "share": rows.shares,
            "pooled_share": shares,
            "low_share": beta_distribution.ppf(0.025, known * shares, known * (1 - shares)),
            "high_share": beta_distribution.isf(0.025, known * shares, known * (1 - shares)),
        }
    )


def log_likelihood(rows: Counted, alpha: float, beta: float) -> float:
    """The beta-binomial log likelihood of rows, less the binomial coefficients, which no parameter moves.

    Parameters
    ----------
    rows
        Events out of cases.
    alpha, beta
        Of the beta distribution that their shares follow.

    Returns
    -------
    float
        A natural logarithm.

    References
    ----------
    Griffiths 1973, Biometrics 29: 637-648.
    """
    others = rows.cases - rows.events
    return float((betaln(alpha + rows.events, beta + others) - betaln(alpha, beta)).sum())


def moments(rows: Counted) -> tuple[float, float]:
    """The mean and variance of rows, weighted by cases, as a beta distribution has them.

    Parameters
    ----------
    rows
        Events out of cases.

    Returns
    -------
    tuple[float, float]
        The mean share, 0 to 1, and the precision, in cases.

    References
    ----------
    Kleinman 1973, Journal of the American Statistical Association 68: 46-54.
    """
    mean, total = rows.pooled_share, rows.cases.sum()
    scatter = float((rows.cases * (rows.shares - mean) ** 2).sum())
    chance = mean * (1 - mean) * (len(rows.cases) - 1)
    room = float(total - (rows.cases**2).sum() / total - len(rows.cases) + 1)
    beyond = (scatter - chance) / (mean * (1 - mean) * room) if room > 0.1 else 0.0  # no room: each row is one case
    return mean, 1 / min(max(beyond, 1 / MOST_PRECISION), 0.99) - 1


def _likeliest(rows: Counted) -> Prior:
    """The alpha and beta of the greatest likelihood, sought over the logit of the mean and the log of the precision.

    Rows are called all alike where that is as likely as any spread.
    """

    def shapes(at: NDArray[np.float64]) -> tuple[float, float]:
        return float(expit(at[0]) * np.exp(at[1])), float(expit(-at[0]) * np.exp(at[1]))

    ordered = _by_label(rows)
    mean, precision = moments(ordered)
    start = float(np.clip(precision, 0.01, rows.cases.max()))  # no further: the likelihood is flat beyond
    bounds = [(-_FURTHEST_LOGIT, _FURTHEST_LOGIT), (np.log(_LEAST_PRECISION), np.log(MOST_PRECISION))]
    likeliest = minimize(
        lambda at: -log_likelihood(ordered, *shapes(at)),
        np.array([logit(mean), np.log(min(start, MOST_PRECISION))]),
        method="Nelder-Mead",
        bounds=bounds,
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000, "maxfev": 4000},
    )
    alike = np.array([logit(mean), np.log(MOST_PRECISION)])
    ends = [Prior(*shapes(at), log_likelihood(ordered, *shapes(at))) for at in (likeliest.x, alike)]
    return ends[1] if ends[1].log_likelihood > ends[0].log_likelihood - 1e-6 else ends[0]


def _by_label(rows: Counted) -> Counted:
    """The rows in the order of their labels, so that sums do not depend on the order they were given in."""
    places = rows.alphabetical
    return Counted(tuple(rows.labels[place] for place in places), rows.events[places], rows.cases[places])


DRAWS = 10_000


def ranks(table: pd.DataFrame, by: str, *, draws: int = DRAWS) -> pd.DataFrame:
    """The rank of each row, and between which ranks chance alone might put it.

    Parameters
    ----------
    table
        Rows of ``by``, events and cases, two at least.
    by
        The column that labels the rows.
    draws
        Draws behind each interval, 100 or more; the same rows have the same ranks.

    Returns
    -------
    pd.DataFrame
        A row for each row, in the order given: ``by``; ``share`` (0 to 1) and ``rank`` as counted, 1 the lowest, rows
        with the same share having the mean of their ranks; ``low_rank`` to ``high_rank``, an interval of at least 95%,
        since ranks are whole.

    Raises
    ------
    ParameterError
        For fewer than 100 draws, and when no row has events or all cases are events.

    References
    ----------
    Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159: 385-443.

    Examples
    --------
    >>> table = pd.DataFrame({"force": ["A", "B", "C"], "events": [3, 450, 600], "cases": [10, 1000, 1000]})
    >>> ranks(table, "force")[["rank", "low_rank", "high_rank"]].to_numpy().tolist()
    [[1.0, 1.0, 3.0], [2.0, 1.0, 2.0], [3.0, 2.0, 3.0]]
    """
    if draws < 100:
        raise ParameterError(f"{draws} draws cannot tell a 95% interval of ranks; use 100 or more, usually {DRAWS}.")
    pooled = pooled_rows(table, by)
    places = pooled.rows.alphabetical
    limits = np.empty((2, len(places)))
    limits[:, places] = _rank_limits(pooled.alphas[places], pooled.betas[places], draws)
    low, high = limits
    return pd.DataFrame(
        {
            by: pooled.rows.labels,
            "share": pooled.rows.shares,
            "rank": rankdata(pooled.rows.shares),
            "low_rank": low.astype("int64"),
            "high_rank": high.astype("int64"),
        }
    )


@remembered
def _rank_limits(alphas: Numbers, betas: Numbers, draws: int) -> Numbers:
    """The 95% interval of the rank of each of several beta distributions, shape (2, distributions)."""
    ranked = rankdata(_drawn(alphas, betas, draws, seed=1), axis=1)
    return np.asarray(np.quantile(ranked, [0.025, 0.975], axis=0, method="inverted_cdf"))


#: The references that are asked for: the best tenth and the median.
PERCENTILES = (10.0, 50.0)

#: With fewer rows a tenth of them is too few for their spread to tell the reference.
ENOUGH_ROWS = 20
_TAIL = 0.0218  # each side: 2.018 standard errors, as Student's t has of 44 rows; of ten rows no more is needed


def levelled(
    table: pd.DataFrame,
    by: str,
    *,
    percentiles: Sequence[float] = PERCENTILES,
    years: float = 1.0,
    draws: int = 2000,
    seed: int = 1,
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

    Returns
    -------
    pd.DataFrame
        A row for each percentile: ``percentile``, ``reference_share`` (0 to 1), ``rows_above`` it, and in events a year
        ``fewer_events``, ``low_events`` to ``high_events`` (95%, chance alone) and ``low_differing_events`` to
        ``high_differing_events`` (95%, where rows differ; missing for fewer than ENOUGH_ROWS).

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
    [[1.0, 132.0]]
    """
    _check(percentiles, years, draws)
    pooled = pooled_rows(table, by)
    cases, drawn = pooled.rows.cases, pooled.draws(draws, seed=seed)
    again = _rows_again(pooled, drawn, seed)
    lines = []
    for percentile in percentiles:
        reference = np.percentile(pooled.shares, percentile)
        chance = _fewer(drawn, cases, np.percentile(drawn, percentile, axis=1))
        line = {"percentile": float(percentile), "reference_share": float(reference)}
        line["rows_above"] = int((pooled.shares > reference).sum())
        line["fewer_events"] = float(_fewer(pooled.shares[None, :], cases, reference)[0]) / years
        line["low_events"], line["high_events"] = np.quantile(chance, [_TAIL, 1 - _TAIL]) / years
        limits = [np.nan, np.nan]
        if len(cases) >= ENOUGH_ROWS:
            differing = _fewer(drawn, cases, np.percentile(again, percentile, axis=1))
            limits = list(np.quantile(differing, [0.025, 0.975]) / years)
        line["low_differing_events"], line["high_differing_events"] = limits
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
