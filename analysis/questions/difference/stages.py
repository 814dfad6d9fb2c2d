"""Four factors of a share: decided or still open, with a suspect or without, and how cases of either kind ended.

Of N recorded cases D are decided; of these S have an identified suspect; of those with a suspect W, and of those
without U, ended in the way that is measured. With a = D/N, s = S/D, u = U/(D-S) and w = W/S the share is
R = a [s w + (1-s) u]: the share of N, whatever the measure. Some factors cannot differ: nobody is charged
where there is no suspect, and out of decided cases none is open. Such a factor is the same 0 or 1 on both
sides, has no part of the gap and is left out.

What it does not cover: which of the open cases will have a suspect, or will end so.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.questions.difference.shapley import Numbers

#: The factors in the order of their columns, and what the part of each is called.
OPEN, SUSPECT, WITHOUT, WITH = range(4)
#: Columns of counts: recorded, decided, with a suspect, ended so without a suspect, ended so with one.
COLUMNS = ("recorded", "decided", "with_suspect", "ended_without", "ended_with")


def fractions(counts: Numbers) -> tuple[Numbers, Numbers]:
    """Each factor as cases out of cases.

    Parameters
    ----------
    counts
        Cases by COLUMNS, shape (..., 5).

    Returns
    -------
    tuple[Numbers, Numbers]
        Two arrays of cases of the shape (..., 4), in the order OPEN, SUSPECT, WITHOUT, WITH. The first factor is
        the part decided: what is not is open.
    """
    recorded, decided, suspect, without, ended = np.moveaxis(counts, -1, 0)
    return (
        np.stack([decided, suspect, without, ended], axis=-1),
        np.stack([recorded, decided, decided - suspect, suspect], axis=-1),
    )


def factors(counts: Numbers, *, instead: Numbers | float = 0.0) -> Numbers:
    """The factors of counts.

    Parameters
    ----------
    counts
        Cases by COLUMNS, shape (..., 5).
    instead
        What stands where a factor is out of no cases. With no case without a suspect it is unknown how such cases end,
        and nothing depends on it.

    Returns
    -------
    Numbers
        Shares from 0 to 1, shape (..., 4).

    Examples
    --------
    >>> factors(np.array([200.0, 160, 120, 10, 90])).tolist()
    [0.8, 0.75, 0.25, 0.75]
    """
    some, of = fractions(counts)
    return np.where(of > 0, some / np.where(of > 0, of, 1.0), instead)


def rate(shares: Numbers) -> Numbers:
    """The share out of recorded cases that four factors make.

    Parameters
    ----------
    shares
        The factors, 0 to 1, along the last axis.

    Returns
    -------
    Numbers
        A share from 0 to 1, or an array of the shape (...).

    Examples
    --------
    >>> round(float(rate(np.array([0.8, 0.75, 0.25, 0.75]))), 3)
    0.5
    """
    decided, suspect, without, ended = np.moveaxis(shares, -1, 0)
    return np.asarray(decided * (suspect * ended + (1 - suspect) * without))


def differing(counts: Numbers) -> tuple[int, ...]:
    """The factors that can differ between rows of counts: those neither 0 nor 1 over all of them.

    Parameters
    ----------
    counts
        Cases by COLUMNS, shape (rows, 5).

    Returns
    -------
    tuple[int, ...]
        Places of factors, in order.
    """
    some, of = (fraction.sum(axis=0) for fraction in fractions(counts))
    return tuple(int(place) for place in np.flatnonzero((some > 0) & (some < of)))


def is_sound(counts: Numbers) -> npt.NDArray[np.bool_]:
    """Whether counts can be: each factor between none and all of its cases; rounded ones need not be so.

    Parameters
    ----------
    counts
        Cases by COLUMNS, shape (..., 5).

    Returns
    -------
    npt.NDArray[np.bool_]
        Truth values of the shape (...).
    """
    some, of = fractions(counts)
    return np.asarray(((some >= 0) & (some <= of)).all(axis=-1) & (counts[..., 0] > 0))
