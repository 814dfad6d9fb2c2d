"""The gap between two rates, split over the factors that make them, in no order.

Where a rate is worked out from several factors, changing them one after another from those of one group to those of the
other splits the gap between the two; but what each factor is given then depends on which was changed first. Over the
orders of four factors the part of one may run from under half to over one and a half times its mean, so no single order
is used. The mean over every order is Das Gupta's split (1993, Standardization and Decomposition of Rates: A User's
Manual, US Bureau of the Census, P23-186, chapter 2); of two factors it is Kitagawa's (1955, Journal of the American
Statistical Association 50: 1168-1194), and in the theory of games it is the value of Shapley (1953). Its parts add up
to the gap, a factor that is the same on both sides has none, and renaming the factors changes nothing.

What it does not cover: causes. A part says what the gap would lose, on average over the orders, if one factor were as
it is elsewhere and all else stayed; whether the others would stay is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
#: Rates from factors: an array of the shape (..., factors) gives one of the shape (...).
Rate = Callable[[Numbers], Numbers]


def parts(rate: Rate, here: Numbers, there: Numbers) -> Numbers:
    """What each factor makes of the gap between two rates.

    Parameters
    ----------
    rate
        Works the rate out from its factors, which stand along the last axis.
    here, there
        The factors of either side, of one shape (..., factors).

    Returns
    -------
    Numbers
        The parts in the unit of the rate and the shape of ``here``; along the last axis they add up to
        ``rate(here) - rate(there)``.

    Raises
    ------
    ValueError
        Where the two sides have different shapes.

    References
    ----------
    Das Gupta (1993), equations 2.19 to 2.22 (four factors) and table 2.6, the example: pregnancies per woman and what
    makes them, 1971 and 1979, as the documentation of the R package DasGuptR 2.1.0 prints it too.

    Examples
    --------
    >>> earlier, later = np.array([25.3, 0.214, 0.279, 0.949]), np.array([32.7, 0.290, 0.473, 0.986])
    >>> parts(lambda factors: factors.prod(axis=-1), later, earlier).round(4).tolist()
    [0.6889, 0.8125, 1.3829, 0.1048]
    """
    if here.shape != there.shape:
        raise ValueError(f"factors of the shapes {here.shape} and {there.shape} cannot be set against each other")
    many = here.shape[-1]
    rates = {
        some: rate(_mixed(here, there, some)) for size in range(many + 1) for some in combinations(range(many), size)
    }
    effects = np.zeros(here.shape)
    for factor in range(many):
        for some, before in rates.items():
            if factor not in some:
                weight = factorial(len(some)) * factorial(many - len(some) - 1) / factorial(many)
                effects[..., factor] += weight * (rates[tuple(sorted((*some, factor)))] - before)
    return effects


def _mixed(here: Numbers, there: Numbers, some: tuple[int, ...]) -> Numbers:
    """The factors of there, but ``some`` of them as they are here."""
    mixed = there.copy()
    mixed[..., list(some)] = here[..., list(some)]
    return mixed
