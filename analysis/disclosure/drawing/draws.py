"""Counts drawn to a multiple of the rounding base, up or down at random, so that their mean is the count.

The draw belongs to the cell's coordinates under a secret, never to the cases in it: were it of the cases, a reader who
knows one that changed would see which cells it went into. It is never more than ``rounding`` away from the count: a
count that is a multiple itself is drawn one up or down now and then, as no cell could otherwise be drawn again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from analysis.disclosure.cells.lattice import Numbers
from analysis.disclosure.policy import CLOSED, Policy


def offset(secret: bytes, key: str, counter: int, *, of: int = CLOSED.rounding) -> int:
    """A whole number from -1 to ``of`` that nobody without the secret can tell from chance.

    One from 0 to ``of`` - 1, which alone gives multiples whose mean is the count, and one more or one less.

    Parameters
    ----------
    secret
        The key that offsets are drawn with.
    key
        The coordinates of the cell.
    counter
        How often the cell was drawn before.
    of
        The rounding base.

    Returns
    -------
    int
        The same for the same secret, key and counter.
    """
    is_more, even = divmod(uniform(secret, key, counter) * 2 * of >> 64, of)
    return even + (1 if is_more else -1)


def uniform(secret: bytes, key: str, counter: int) -> int:
    """A whole number of 64 bits.

    Parameters
    ----------
    secret
        The key that offsets are drawn with.
    key
        The coordinates of the cell.
    counter
        How often the cell was drawn before.

    Returns
    -------
    int
        The same for the same secret, key and counter.
    """
    digest = hashlib.blake2b(f"{key}|{counter}".encode(), key=secret, digest_size=8).digest()
    return int.from_bytes(digest, "big")


def offsets(secret: bytes, keys: Iterable[str], counters: Iterable[int], policy: Policy = CLOSED) -> Numbers:
    """The offset of each cell.

    Parameters
    ----------
    secret
        The key that offsets are drawn with.
    keys
        The coordinates of each cell.
    counters
        How often each was drawn before.
    policy
        By how much numbers are rounded, and which are hidden.

    Returns
    -------
    Numbers
        As many as there are cells.
    """
    drawn = [offset(secret, key, n, of=policy.rounding) for key, n in zip(keys, counters, strict=True)]
    return np.array(drawn, dtype=np.int64)


def rounded(counts: Numbers, offsets: Numbers, policy: Policy = CLOSED) -> Numbers:
    """Counts as multiples of the rounding base, by their offsets.

    One that reaches the smallest shown number is never drawn under it, nor up to it one that no hidden cell may pass.

    Parameters
    ----------
    counts
        Exact counts.
    offsets
        The offset of each (``offsets``).
    policy
        By how much numbers are rounded, and which are hidden.

    Returns
    -------
    Numbers
        As many as there are counts.
    """
    rounding, smallest = policy.rounding, policy.smallest
    numbers = rounding * ((counts + offsets) // rounding)
    least = np.where(counts >= smallest, smallest, 0)
    most = np.where(counts <= smallest - rounding, smallest - rounding, counts + rounding)
    return np.asarray(np.clip(numbers, least, most))


def draw(secret: bytes, key: str, count: int, policy: Policy = CLOSED) -> int | None:
    """One count that stands in no sum with another, as it may be shown; None where it is hidden.

    Parameters
    ----------
    secret
        The key that offsets are drawn with.
    key
        The coordinates of the cell.
    count
        Its exact count.
    policy
        By how much numbers are rounded, and which are hidden.

    Returns
    -------
    int or None
        A multiple of the rounding base.
    """
    number = int(rounded(np.array([count]), offsets(secret, [key], [0], policy), policy)[0])
    return number if number >= policy.smallest else None
