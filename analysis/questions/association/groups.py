"""Groups within which cases are alike, such as teams: how far cases of one group end alike, their features held.

One correlation for all groups, by the method of moments: of each group's events, how far they lie from what the
features of its cases lead one to expect, against how far chance alone would put them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analysis.questions.association.features import Array
from analysis.shares.intervals import ROUNDING_VARIANCE

FEWEST_GROUPS = 5  # of which a correlation within them can be told well enough (benchmarks/coverage/regressions.py)
_ROUNDS = 100
_SETTLED = 1e-5
_HIDDEN_UNDER = 12.5  # cases of an ending, under which more than half of the draws are hidden
_HIDDEN_OTHERS = 22.5  # other cases, under which the number of an ending is no more used
_NEVER = 1e-6


@dataclass(frozen=True, eq=False)
class Alike:
    """Groups within which cases are alike.

    Attributes
    ----------
    cases
        A row for each combination of features, as in the joint table, and a column for each group.
    known
        Cases by how they ended: a row for each group, a column for each ending; missing where they are not known.
    names
        What the groups are called.
    """

    cases: Array
    known: Array
    names: tuple[str, ...] = ()

    @property
    def is_known(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Of each group, whether its numbers are known."""
        return np.asarray(~np.isnan(self.known).any(axis=1))

    @property
    def groups(self) -> int:
        """How many groups have numbers that are known."""
        return int(self.is_known.sum())


def correlation(alike: Alike, design: Array, shares: Array, ending: int) -> float:
    """How far cases of one group correlate, their features held.

    Groups whose numbers are hidden are those with few or nearly all cases of the ending, so to leave them out would
    make groups look more alike than they are: what is expected of them, hidden as they are and groups being as much
    alike as is found, is put in their place.

    Parameters
    ----------
    alike
        The groups.
    design, shares
        The design of a regression of the ending, and the share that it predicts for each combination.
    ending
        Which column of ``alike.known`` holds the cases that ended so.

    Returns
    -------
    float
        From 0, where groups differ no more than by chance, to 1.

    References
    ----------
    Williams DA (1982). Extra-binomial variation in logistic linear models. Applied Statistics 31(2): 144-148.
    """
    is_known, numbers = alike.is_known, alike.known[alike.is_known]
    cases = alike.cases.copy()
    cases[:, is_known] *= numbers.sum(axis=1) / cases[:, is_known].sum(axis=0)
    expected = shares @ cases
    if_apart, more_if_alike = _expected_squares(design, shares * (1 - shares), cases)
    squares = np.zeros(len(expected))
    squares[is_known] = (numbers[:, ending] - expected[is_known]) ** 2
    if_apart[is_known] += ROUNDING_VARIANCE * (1 + (numbers[:, ending] / numbers.sum(axis=1)) ** 2)
    estimate = 0.0
    for _ in range(_ROUNDS):
        spread = np.sqrt(np.maximum(if_apart + estimate * more_if_alike, 0.0))[~is_known]
        squares[~is_known] = _squares_if_hidden(expected[~is_known], spread, cases.sum(axis=0)[~is_known])
        before, estimate = estimate, float(np.clip((squares - if_apart).sum() / more_if_alike.sum(), 0.0, 1.0))
        if abs(estimate - before) < _SETTLED:
            break
    return estimate


def _expected_squares(design: Array, spread: Array, cases: Array) -> tuple[Array, Array]:
    """The squares of what is left of each group's events: for independent cases, and more for each unit of correlation.

    The fit takes some of what groups have in common for its own, the more the more features go with groups, so that
    less is left than groups differ by.
    """
    covariance = np.linalg.inv((design.T * (spread * cases.sum(axis=1))) @ design)
    scores = np.stack([(design.T * (spread * own)) @ design for own in cases.T])  # of each group, if cases are apart
    as_one = (design.T * np.sqrt(spread)) @ cases
    pulls = scores[:, 0] @ covariance  # how the fit follows a group's events, from all scores
    more = as_one.T[:, :, None] * as_one.T[:, None, :] - scores

    def left(each: Array) -> Array:
        own = each[:, 0, 0] - 2 * np.einsum("gi,gi->g", pulls, each[:, 0])
        return np.asarray(own + np.einsum("gi,ij,gj->g", pulls, each.sum(axis=0), pulls))

    return left(scores), left(more)


def _squares_if_hidden(expected: Array, spread: Array, cases: Array) -> Array:
    """The mean square distance from what is expected of normal numbers that are hidden: too few, or too few others."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = ((end - expected) / spread for end in (_HIDDEN_UNDER, cases - _HIDDEN_OTHERS))
    high = np.maximum(high, low)
    chance = ndtr(low) + ndtr(-high)
    squares = chance - low * _density(low) + high * _density(high)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(chance > _NEVER, spread**2 * squares / chance, spread**2))


def _density(steps: Array) -> Array:
    """The density of a normal number, as ``scipy.stats.norm.pdf``, which takes a second to load."""
    return np.asarray(np.exp(-(steps**2) / 2) / np.sqrt(2 * np.pi))
