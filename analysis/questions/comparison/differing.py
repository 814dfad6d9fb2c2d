"""How far may a row lie out if rows differ anyway? Limits, scores and power where the rows are exchangeable.

Method: the logits of the rows' own shares are taken as normal about that of a typical row (``heterogeneity.py``), the
events of a row as binomial. A row is judged against the others: its externally studentised distance has Student's t
distribution with two degrees of freedom fewer than rows (Cook and Weisberg 1982, Residuals and Influence in
Regression, section 2.2.1). That is the same as an internally studentised distance beyond a smaller critical value, so
one curve about the typical row says for every number of cases what leaving each row out in turn says (checked in
tests against doing so). Chance in a row of few cases is no normal logit: the probability of fewer events, and half of
that of just so many (the mid-p value; Lancaster 1961, Journal of the American Statistical Association 56: 223-234), is
summed over the shares that such rows have. The incomplete beta function gives it for broken numbers of events as well,
so that the curve is smooth.

What it does not cover: why a row lies outside, or rows whose shares follow another form. Of logit-normal and of beta
distributed shares, as many lie outside as it says (benchmarks/results/coverage/comparison.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

import numpy as np
from scipy.optimize.elementwise import find_root
from scipy.special import betaincc, betaln, expit, logit, xlog1py, xlogy
from scipy.stats import chi2, norm, t

from analysis.questions.comparison.heterogeneity import Heterogeneity, by_chance
from analysis.shares.counted import Numbers
from analysis.system.remembered import remembered

_REACH = 6.0  # standard deviations between rows, either side, over which shares are summed
_USUAL = 3.0  # standard deviations, within which nearly all rows lie
_WIDTHS = 400  # equally likely widths of the limits, over which power is averaged
_FEWEST_NODES = 41
_LEAST = -60.0  # the logarithm of a probability that changes no limit
_FURTHEST = 40.0
_MANY = 400  # cases times share times the other share: from here on normal logits are nearly right


@dataclass(frozen=True)
class Differing:
    """The rows that others are judged against: a typical share, the spread of logits, and how many rows there are."""

    typical_share: float
    tau: float
    rows: int

    def limits(self, cases: Any, level: float) -> tuple[Numbers, Numbers]:
        """Between which shares so many rows of the kind lie, for each number of cases.

        Parameters
        ----------
        cases
            Whole numbers, one or more.
        level
            The part of such rows that lies within, such as 0.95.

        Returns
        -------
        tuple[Numbers, Numbers]
            The lower and the upper limit, shares from 0 to 1. The lower is 0 where even no event at all is not rare
            enough, the upper 1 where nothing but events is not.

        References
        ----------
        Cook and Weisberg 1982, Residuals and Influence in Regression, section 2.2.1.

        Examples
        --------
        >>> low, high = Differing(0.47, 0.4, 44).limits([30, 3000], 0.95)
        >>> low.round(2).tolist(), high.round(2).tolist()
        ([0.22, 0.29], [0.73, 0.66])
        """
        many = np.atleast_1d(np.asarray(cases, dtype="float64"))
        reach = _within(float(t.isf((1 - level) / 2, self.rows - 2)), self.rows)
        return self._end(many, -reach), self._end(many, reach)

    def scores(self, events: Any, cases: Any) -> Numbers:
        """How far each row lies from the typical one, judged against the others.

        Parameters
        ----------
        events, cases
            Of each of the rows that these limits are of.

        Returns
        -------
        Numbers
            For each row a distance on Student's t, of as many degrees of freedom as rows less two.

        References
        ----------
        Cook and Weisberg 1982, Residuals and Influence in Regression, section 2.2.1; for the mid-p value Lancaster
        1961, Journal of the American Statistical Association 56: 223-234.
        """
        ended, of = (np.asarray(numbers, dtype="float64") for numbers in (events, cases))
        far = self._deviate(ended, of, self._shares(of))
        left = np.maximum(self.rows - 1 - far**2, 0)
        with np.errstate(divide="ignore"):
            return np.asarray(far * np.sqrt((self.rows - 2) / left))

    def p_values(self, events: Any, cases: Any) -> Numbers:
        """The two-sided p value of each score.

        Parameters
        ----------
        events, cases
            Of each of the rows that these limits are of.

        Returns
        -------
        Numbers
            For each row, 0 to 1.
        """
        return np.asarray(2 * t.sf(np.abs(self.scores(events, cases)), self.rows - 2))

    def caught(self, cases: Any, away: float, level: float) -> Numbers:
        """The power: how often a row whose own share lies ``away`` from that of the typical row is seen outside.

        Over what chance does to the row, and over how widely the others happen to lie, by which it is judged.

        Parameters
        ----------
        cases
            Whole numbers, one or more.
        away
            Signed, as a share: 0.15 is fifteen points above. Where no share lies, there is no number (nan).
        level
            The part of like rows that lies within the limits, such as 0.95.

        Returns
        -------
        Numbers
            For each number of cases, 0 to 1.

        Examples
        --------
        >>> Differing(0.47, 0.4, 44).caught([300, 3000], -0.15, 0.95).round(2).tolist()
        [0.1, 0.06]
        """
        many = np.atleast_1d(np.asarray(cases, dtype="float64"))
        there, free = self.typical_share + away, self.rows - 2
        if not 0 < there < 1:
            return np.full(many.shape, np.nan)
        distance = logit(there) - logit(self.typical_share)
        others = self.tau**2 / (self.rows - 1)
        error = np.sqrt(by_chance(many, there) + others)[:, None]
        scale = np.sqrt(self.tau**2 + by_chance(many, self.typical_share) + others)[:, None]
        widths = np.sqrt(chi2.ppf((np.arange(_WIDTHS) + 0.5) / _WIDTHS, free) / free)
        reach = float(t.isf((1 - level) / 2, free)) * scale * widths
        seen = norm.sf((reach - distance) / error) + norm.cdf((-reach - distance) / error)
        return np.asarray(seen.mean(axis=1))

    def _end(self, cases: Numbers, reach: float) -> Numbers:
        """The share with so much probability up to it as a standard normal deviate of ``reach`` has.

        Up to _MANY cases to move by, that is summed; beyond, it is that of normal logits and what these are amiss,
        which falls with the cases.
        """
        most = ceil(_MANY * by_chance(1, self.typical_share))
        few = np.unique(np.append(np.minimum(cases, most), most))
        amiss = _solved(self, few.tobytes(), reach) - self._normal(few, np.full(few.shape, reach))
        normal = self._normal(cases, np.full(cases.shape, reach))
        return np.asarray(normal + np.interp(cases, few, amiss) * np.minimum(1, most / cases))

    def _normal(self, cases: Numbers, reach: Numbers) -> Numbers:
        """The share ``reach`` standard deviations away, where chance moves logits as a normal deviate does."""
        scale = np.sqrt(self._spread**2 + by_chance(cases, self.typical_share))
        return np.asarray(expit(logit(self.typical_share) + reach * scale))

    def _solved(self, cases: Numbers, reach: float) -> Numbers:
        """The share by the probability itself, sought between the end and the typical share.

        Both stand for what lies beyond them.
        """
        shares, side = self._shares(cases), np.sign(reach)

        def short(away: Numbers, of: Numbers) -> Numbers:
            events = self._normal(of, side * away) * of
            return np.asarray((reach - self._deviate(events, of, shares, least=_LEAST)) * side)

        limits = np.full(cases.shape, self.typical_share)
        near, far = (np.full(cases.shape, abs(reach) * times) for times in (0.5, 2))
        is_near, is_far = short(near, cases) > 0, short(far, cases) < 0  # as nearly everywhere
        near[~is_near], far[~is_far] = 0, _FURTHEST
        is_end, is_middle = ~is_far, ~is_near
        is_end[is_end] = short(far[is_end], cases[is_end]) >= 0
        is_middle[is_middle] = short(near[is_middle], cases[is_middle]) <= 0
        limits[is_end] = 0.0 if side < 0 else 1.0
        inside = ~is_end & ~is_middle
        if inside.any():
            of = cases[inside]
            away = find_root(short, (near[inside], far[inside]), args=(of,), tolerances={"xatol": 1e-7}).x
            limits[inside] = self._normal(of, side * away)
        return limits

    def _deviate(
        self, events: Numbers, cases: Numbers, shares: tuple[Numbers, Numbers], *, least: float = -np.inf
    ) -> Numbers:
        """The standard normal deviate up to which there is as much probability as up to so many events."""
        return np.asarray(norm.ppf(np.clip(self._up_to(events, cases, shares, least=least), 1e-300, 1 - 1e-16)))

    @property
    def _spread(self) -> float:
        """The standard deviation of a row about a middle that it had a part in."""
        return self.tau * float(np.sqrt(1 - 1 / self.rows))

    def _up_to(self, events: Numbers, cases: Numbers, shares: tuple[Numbers, Numbers], *, least: float) -> Numbers:
        """The probability of fewer events, and half of that of just so many; for broken numbers what lies between.

        At a share of which just so many have a probability with a logarithm of ``least`` or less, all have fewer or
        none has: numbers beyond are less likely still, and are no more than the cases.
        """
        nodes, weights = shares
        ended, rest, nodes = np.broadcast_arrays(events[..., None], (cases - events)[..., None], nodes)
        ways = -betaln(ended[..., :1] + 1, rest[..., :1] + 1) - np.log(cases[..., None] + 1)
        as_many = ways + xlogy(ended, nodes) + xlog1py(rest, -nodes)
        fewer = np.where(nodes * (ended + rest) < ended, 1.0, 0.0)
        near = (as_many > least) & (ended > 0)
        fewer[near] = betaincc(ended[near], rest[near] + 1, nodes[near])
        return np.asarray((fewer + np.exp(as_many) / 2) @ weights)

    def _shares(self, cases: Numbers) -> tuple[Numbers, Numbers]:
        """Shares that rows may have, evenly on the logit scale, and their probabilities.

        They lie hardly further apart than chance moves the largest row by, whose share may be as near to a half as is
        not rare: then sums are as good as integrals.
        """
        share, spread = self.typical_share, self._spread
        if spread == 0:
            return np.array([share]), np.array([1.0])
        middling = np.clip(0, *(logit(share) + spread * np.array([-_USUAL, _USUAL])))
        apart = float(np.sqrt(by_chance(cases.max(), float(expit(middling)))))
        steps = np.linspace(-_REACH, _REACH, max(_FEWEST_NODES, ceil(1.5 * _REACH * spread / apart)))
        weights = norm.pdf(steps)
        return expit(logit(share) + spread * steps), weights / weights.sum()


@lru_cache(maxsize=64)
@remembered
def _solved(rows: Differing, cases: bytes, reach: float) -> Numbers:
    """``Differing._solved``, worked out once: a report asks twice for the limits at the cases of the same rows."""
    return rows._solved(np.frombuffer(cases), reach)


def differing(rows: Heterogeneity) -> Differing:
    """Rows that differ so, as those to judge a row against.

    Parameters
    ----------
    rows
        How much they differ.

    Returns
    -------
    Differing
        Their typical share, the spread of their logits and how many they are.
    """
    return Differing(rows.typical_share, rows.logit.tau, rows.rows)


def by_chance_alone(events: Any, cases: Any, share: float) -> Numbers:
    """The two-sided p value of each row where all have the same share.

    Parameters
    ----------
    events, cases
        Of each row.
    share
        That of all rows, between 0 and 1.

    Returns
    -------
    Numbers
        For each row, 0 to 1: the mid-p value.

    References
    ----------
    Lancaster 1961, Journal of the American Statistical Association 56: 223-234.

    Examples
    --------
    >>> by_chance_alone([5, 0], [10, 10], 0.5).round(4).tolist()
    [1.0, 0.001]
    """
    ended, of = (np.asarray(numbers, dtype="float64") for numbers in (events, cases))
    rows = Differing(share, 0.0, 1)
    return np.asarray(2 * norm.sf(np.abs(rows._deviate(ended, of, rows._shares(of)))))


def _within(reach: float, rows: int) -> float:
    """The internally studentised distance that is as rare as an externally studentised one of ``reach``."""
    return reach * float(np.sqrt((rows - 1) / (rows - 2 + reach**2)))
