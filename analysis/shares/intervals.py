"""The interval of a share.

Wilson (1927), the score interval without continuity correction, which Newcombe (1998, Statistics in Medicine 17:
857-872, method 3) recommends for a single proportion. Worked out for all rows of a table at once; tests hold it to
``scipy.stats.binomtest``, which takes a call a row and works out a p-value besides. Of numbers that a release rounded
it is that of as many cases as would leave as much to chance, none of them rounded (``effective_cases``).

What it does not cover: cases are not independent draws, and the figures are a full count. The interval says how far
a share of this size might move by chance alone; differences between forces are far larger than that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy  # whose parts load as they are used: a command that works nothing out does without

CONFIDENCE = 0.95
ROUNDING_VARIANCE = 5.0  # of a number as it is drawn (disclosure/drawing/draws.py), the mean over all remainders
HIDDEN_MOST = 14  # cases that a number may stand for that is hidden: one of 15 or more is shown


def wilson(
    events: npt.ArrayLike, cases: npt.ArrayLike, *, level: float = CONFIDENCE, rounding: npt.ArrayLike = 0.0
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The lower and the upper end of the Wilson interval for ``events`` out of ``cases``, as shares from 0 to 1.

    Both may be numbers or arrays of one shape, which the ends have too.

    Parameters
    ----------
    events
        Cases that ended so: a number or an array.
    cases
        Out of how many, of the same shape.
    level
        How often the interval is to hold, 0 to 1.
    rounding
        What rounding adds to the variance of each number, in cases squared: ROUNDING_VARIANCE of released ones.

    Returns
    -------
    tuple[npt.NDArray[Any], npt.NDArray[Any]]
        Both ends, shares from 0 to 1.

    Raises
    ------
    ValueError
        When cases are not positive or events lie outside 0 to cases.

    References
    ----------
    Newcombe (1998, Statistics in Medicine 17: 857-872), method 3, page 859; Korn and Graubard (1998, Survey Methodology
    24: 193-201) for the effective sample.
    """
    counted: npt.NDArray[np.float64] = np.asarray(events, dtype=np.float64)
    total: npt.NDArray[np.float64] = np.asarray(cases, dtype=np.float64)
    if not bool(((total > 0) & (counted >= 0) & (counted <= total)).all()):
        raise ValueError("events must lie within 0 to cases, and cases be more than none")
    if np.any(rounding):
        share = counted / total
        total = effective_cases(share, total, rounding)
        counted = share * total
    z = float(scipy.special.ndtri(0.5 + level / 2))
    middle = 2 * counted + z**2
    apart = z * np.sqrt(z**2 + 4 * counted * (1 - counted / total))
    doubled = 2 * (total + z**2)
    low, high = (middle - apart) / doubled, (middle + apart) / doubled
    return np.where(counted == 0, 0.0, low), np.where(counted == total, 1.0, high)


def effective_cases(shares: npt.ArrayLike, cases: npt.ArrayLike, variance: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """How many cases, none of them rounded, would leave as much to chance as these do whose numbers were rounded.

    ``variance`` is that which rounding adds to events and cases each, in cases squared (Korn and Graubard 1998, Survey
    Methodology 24: 193-201, for the effective sample). A share of none or of all has no variance by itself: that of
    half a case is taken for it.

    Parameters
    ----------
    shares
        Shares from 0 to 1.
    cases
        Out of how many.
    variance
        What rounding adds to each number, in cases squared.

    Returns
    -------
    npt.NDArray[np.float64]
        Numbers of cases, no more than ``cases``.
    """
    share, of = np.asarray(shares, dtype=np.float64), np.asarray(cases, dtype=np.float64)
    inside = np.clip(share, 0.5 / of, 1 - 0.5 / of)
    spread = inside * (1 - inside)
    return np.asarray(of * spread / (spread + np.asarray(variance) * (1 + share**2) / of))
