"""Counts drawn to a multiple of the rounding base, up or down at random, so that their mean is the count.

The draw belongs to the cell's coordinates under a secret, never to the cases in it: were it of the cases, a reader who
knows one that changed would see which cells it went into. It is never more than ``rounding - 1`` away from the count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from analysis.disclosure.lattice import Numbers
from analysis.disclosure.policy import CLOSED, Policy


def offset(secret: bytes, key: str, counter: int, *, of: int = CLOSED.rounding) -> int:
    """A whole number from 0 to ``of`` - 1 that nobody without the secret can tell from chance."""
    return uniform(secret, key, counter) * of >> 64


def uniform(secret: bytes, key: str, counter: int) -> int:
    """A whole number of 64 bits."""
    digest = hashlib.blake2b(f"{key}|{counter}".encode(), key=secret, digest_size=8).digest()
    return int.from_bytes(digest, "big")


def offsets(secret: bytes, keys: Iterable[str], counters: Iterable[int]) -> Numbers:
    """The offset of each cell."""
    return np.array([offset(secret, key, n) for key, n in zip(keys, counters, strict=True)], dtype=np.int64)


def rounded(counts: Numbers, offsets: Numbers, policy: Policy = CLOSED) -> Numbers:
    """Counts as multiples of the rounding base, by their offsets."""
    return policy.rounding * ((counts + offsets) // policy.rounding)


def draw(secret: bytes, key: str, count: int, policy: Policy = CLOSED) -> int | None:
    """One count that stands in no sum with another, as it may be shown; None where it is hidden."""
    number = policy.rounding * ((count + offset(secret, key, 0, of=policy.rounding)) // policy.rounding)
    return number if number >= policy.smallest else None
