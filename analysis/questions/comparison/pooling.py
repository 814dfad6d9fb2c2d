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
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit, logit
from scipy.stats import beta as beta_distribution
from scipy.stats import rankdata

from analysis.errors import ParameterError
from analysis.shares.counted import Counted, Numbers, counted

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

    @property
    def is_all_alike(self) -> bool:
        """Whether rows differ by no more than chance, as far as these counts tell."""
        return self.precision > MOST_PRECISION / 10


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
        """Shares drawn from the rows' distributions: one row a draw, one column a row, whatever the order of these."""
        places = self.rows.alphabetical
        found = np.empty((many, len(places)))
        shape = (many, len(places))
        found[:, places] = np.random.default_rng(seed).beta(self.alphas[places], self.betas[places], size=shape)
        return found


def pooled_rows(table: pd.DataFrame, by: str) -> PooledRows:
    """The rows of (``by``, events, cases), partially pooled.

    Raises ParameterError when no row has events or all cases are events: there is nothing to pool towards. Raises what
    ``counted`` raises.
    """
    rows = counted(table, by)
    if not 0 < rows.pooled_share < 1:
        raise ParameterError(f"Shares that are all {rows.pooled_share:g} cannot be pooled.")
    return PooledRows(rows, _likeliest(rows))


def pooled_shares(table: pd.DataFrame, by: str, *, credibility: float = 0.95) -> pd.DataFrame:
    """The partially pooled share of each row of (``by``, events, cases), in the order given.

    Columns: ``by``, events, cases, share (as counted), pooled_share, low_share and high_share (equal-tailed credible
    interval), own_weight_share (the weight of the row's own share, 0 to 1; the rest is the mean's).

    Raises ParameterError for a credibility that is not between 0 and 1; otherwise what ``pooled_rows`` raises.
    """
    if not 0 < credibility < 1:
        raise ParameterError(f"A credibility of {credibility:g} cannot be: use 0.95.")
    found = pooled_rows(table, by)
    rows, tail = found.rows, (1 - credibility) / 2
    return pd.DataFrame(
        {
            by: table[by].reset_index(drop=True),
            "events": rows.events.astype("int64"),
            "cases": rows.cases.astype("int64"),
            "share": rows.shares,
            "pooled_share": found.shares,
            "low_share": beta_distribution.ppf(tail, found.alphas, found.betas),
            "high_share": beta_distribution.isf(tail, found.alphas, found.betas),
            "own_weight_share": rows.cases / (rows.cases + found.prior.precision),
        }
    )


def log_likelihood(rows: Counted, alpha: float, beta: float) -> float:
    """The beta-binomial log likelihood of the rows, less the binomial coefficients, which no parameter moves."""
    others = rows.cases - rows.events
    return float((betaln(alpha + rows.events, beta + others) - betaln(alpha, beta)).sum())


def moments(rows: Counted) -> tuple[float, float]:
    """A mean share and a precision (in cases) from the rows' mean and variance, weighted by cases."""
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
    found = minimize(
        lambda at: -log_likelihood(ordered, *shapes(at)),
        np.array([logit(mean), np.log(min(start, MOST_PRECISION))]),
        method="Nelder-Mead",
        bounds=bounds,
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000, "maxfev": 4000},
    )
    alike = np.array([logit(mean), np.log(MOST_PRECISION)])
    ends = [Prior(*shapes(at), log_likelihood(ordered, *shapes(at))) for at in (found.x, alike)]
    return ends[1] if ends[1].log_likelihood > ends[0].log_likelihood - 1e-6 else ends[0]


def _by_label(rows: Counted) -> Counted:
    """The rows in the order of their labels, so that sums do not hang on the order they were given in."""
    places = rows.alphabetical
    return Counted(tuple(rows.labels[place] for place in places), rows.events[places], rows.cases[places])


DRAWS = 10_000


def ranks(table: pd.DataFrame, by: str, *, draws: int = DRAWS, seed: int = 1) -> pd.DataFrame:
    """The uncertainty of the rank of each row of (``by``, events, cases), in the order given.

    Columns: ``by``; share and rank as counted (rows with the same share have the mean of their ranks); pooled_share;
    mean_rank; low_rank and high_rank, an interval of at least 95% (ranks are whole); lowest_quarter_share and
    highest_quarter_share, the probability (0 to 1) that no more than a quarter of the rows are at or below it, or at or
    above.

    Raises ParameterError for fewer than 100 draws; otherwise what ``pooled_rows`` raises.
    """
    found = pooled_rows(table, by)
    return ranks_of(found, draws=draws, seed=seed).rename(columns={"label": by})


def ranks_of(found: PooledRows, *, draws: int = DRAWS, seed: int = 1) -> pd.DataFrame:
    """``ranks`` of rows that are pooled already; the labels stand in the column ``label``.

    Raises ParameterError for fewer than 100 draws.
    """
    if draws < 100:
        raise ParameterError(f"{draws} draws cannot tell a 95% interval of ranks; use 100 or more, usually {DRAWS}.")
    drawn = rankdata(found.draws(draws, seed=seed), axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0, method="inverted_cdf")
    quarter = len(found.rows.cases) / 4
    return pd.DataFrame(
        {
            "label": found.rows.labels,
            "share": found.rows.shares,
            "rank": rankdata(found.rows.shares),
            "pooled_share": found.shares,
            "mean_rank": drawn.mean(axis=0),
            "low_rank": low.astype("int64"),
            "high_rank": high.astype("int64"),
            "lowest_quarter_share": (drawn <= quarter).mean(axis=0),
            "highest_quarter_share": (drawn > len(found.rows.cases) - quarter).mean(axis=0),
        }
    )


Others = Literal["stay", "move"]

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
    others: Others = "stay",
    years: float = 1.0,
    draws: int = 2000,
    seed: int = 1,
) -> pd.DataFrame:
    """Events fewer a year if the rows of (``by``, events, cases) stood at a percentile of their pooled shares.

    One row per percentile: ``percentile``, ``reference_share`` (0 to 1), ``rows_above`` it, ``fewer_events`` a year,
    ``low_events`` and ``high_events`` (95%, chance alone), ``low_differing_events`` and ``high_differing_events`` (95%,
    where rows differ; missing for fewer than ENOUGH_ROWS). ``years`` is the time that the counts cover. ``others`` says
    what becomes of rows below the reference: they ``stay``, or they ``move`` up to it as well, so that the difference
    is net and may be negative.

    Raises ParameterError for a percentile that is not between 0 and 100, years that are not positive, fewer than 100
    draws, and others that neither stay nor move; otherwise what ``pooled_rows`` raises.
    """
    _check(percentiles, others, years, draws)
    found = pooled_rows(table, by)
    cases, drawn = found.rows.cases, found.draws(draws, seed=seed)
    again = _rows_again(found, drawn, seed)
    lines = []
    for percentile in percentiles:
        here = np.percentile(found.shares, percentile)
        chance = _fewer(drawn, cases, np.percentile(drawn, percentile, axis=1), others)
        line = {"percentile": float(percentile), "reference_share": float(here)}
        line["rows_above"] = int((found.shares > here).sum())
        line["fewer_events"] = float(_fewer(found.shares[None, :], cases, here, others)[0]) / years
        line["low_events"], line["high_events"] = np.quantile(chance, [_TAIL, 1 - _TAIL]) / years
        wide = [np.nan, np.nan]
        if len(cases) >= ENOUGH_ROWS:
            differing = _fewer(drawn, cases, np.percentile(again, percentile, axis=1), others)
            wide = list(np.quantile(differing, [0.025, 0.975]) / years)
        line["low_differing_events"], line["high_differing_events"] = wide
        lines.append(line)
    return pd.DataFrame(lines)


def levelled_bounds(table: pd.DataFrame, by: str, *, percentile: float, years: float = 1.0) -> tuple[float, float]:
    """Between which numbers the events fewer lie, whichever way the cases end that are still ``open``.

    Takes rows of (``by``, events, cases, open): events so far, and recorded cases, the open ones among them. Shares as
    counted. Each row's share and the reference are put where they make the least and the most of it, so the true
    number lies between, though it may not reach the ends.

    Raises ParameterError as ``levelled`` does; ValueError when more cases are open than have not ended so.
    """
    _check([percentile], "stay", years, 100)
    rows = counted(table, by)
    left = table["open"].to_numpy(dtype="float64")
    if ((left < 0) | (rows.events + left > rows.cases)).any():
        raise ValueError("More cases are open than have not ended.")
    least, most = rows.shares, (rows.events + left) / rows.cases
    ends = [
        float(_fewer(shares[None, :], rows.cases, np.percentile(others, percentile), "stay")[0]) / years
        for shares, others in ((least, most), (most, least))
    ]
    return ends[0], ends[1]


def _fewer(shares: NDArray[np.float64], cases: Numbers, reference: Any, others: str) -> Numbers:
    """Events fewer over all rows, for each line of shares and its reference."""
    excess = shares - np.reshape(reference, (-1, 1))
    return np.asarray((np.maximum(excess, 0) if others == "stay" else excess) @ cases)


def _rows_again(found: PooledRows, drawn: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The shares of as many rows, drawn with replacement in the order of labels: one line a draw."""
    places = found.rows.alphabetical
    taken = np.random.default_rng([seed, 1]).integers(0, len(places), size=drawn.shape)
    return np.take_along_axis(drawn[:, places], taken, axis=1)


def _check(percentiles: Sequence[float], others: str, years: float, draws: int) -> None:
    wrong = [one for one in percentiles if not 0 < one < 100]
    if wrong or not len(percentiles):
        raise ParameterError(f"Rows cannot be levelled at percentiles {list(percentiles)}: use between 0 and 100.")
    if others not in ("stay", "move"):
        raise ParameterError(f"Rows below the reference can 'stay' or 'move', not '{others}'.")
    if not years > 0 or not np.isfinite(years):
        raise ParameterError(f"Counts of {years:g} years give no events a year.")
    if draws < 100:
        raise ParameterError(f"{draws} draws cannot tell a 95% interval; use 100 or more, usually 2000.")
