"""What is the share of each row once chance is taken out? Shares partially pooled towards the mean of all rows.

Method: parametric empirical Bayes. The shares of the rows are taken to follow a beta distribution, whose alpha and beta
have the greatest beta-binomial likelihood (Griffiths 1973, Biometrics 29: 637-648), started from Kleinman's moments
(1973, Journal of the American Statistical Association 68: 46-54). A row's share then follows Beta(alpha + events,
beta + cases - events), whose mean lies between the row's own share and the beta mean, nearer to its own the more cases.

What it does not cover: alpha and beta are taken as known, so credible intervals are a little too narrow where rows are
few (Morris 1983, Journal of the American Statistical Association 78: 47-55). A row is pulled to the mean of all rows
even where it is known to be of another kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, expit, logit
from scipy.stats import beta as beta_distribution

from analysis.errors import ParameterError
from analysis.statistics.counted import Counted, Numbers, counted

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
