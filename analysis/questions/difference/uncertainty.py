"""How far the parts of a gap are known: by chance alone, and if the other forces had been others like them.

Two questions, and an interval for each.

Chance alone asks how far the parts might move if the same forces had as many other cases. Each factor of either side
is drawn from its Jeffreys distribution, which for shares holds as often as it says (Brown, Cai and DasGupta 2001,
Statistical Science 16: 101-133), and the gap is split anew. Of numbers that a release rounded, what they may have been
is drawn first.

If forces differ asks whether the part would be there had the other forces been others of the same kind: is this force
apart from what forces are like, or only from those that happen to be? Each other force keeps its number of cases and
is given the factors of one drawn from them with replacement, chance taken out of how far they lie apart and all four
drawn together, so that what goes together stays together. How far the pooled factors of such forces fall from their
own mean, on the log odds, says how far those that were seen may have fallen (the pivot of a bootstrap: Davison and
Hinkley 1997, Bootstrap Methods and their Application, 5.2). That some forty forces tell their own spread only roughly
is allowed for: each draw widens it as Student's t does. A plain bootstrap of the forces allows for neither: in
simulation its 95% held 93% of the time for the gap, and 90% for open cases, of which a few forces have most.

What it does not cover: one more force drawn from the same kind, which lies apart by far more than either interval
(docs/methods.md); sizes that go with factors; years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from analysis.questions.difference import stages
from analysis.questions.difference.shapley import Numbers, parts

DRAWS = 4000
FEWEST = 500  # cases, below which the parts of a force move too far by chance to be told
FEWEST_FORCES = 20  # others of that size, below which they do not tell how far forces differ
_SEED = 1955
_HALF = 0.5  # added to either side of odds, so that none are without end
#: Rounded numbers in either count of a factor: what ended without a suspect is a difference of two.
_NUMBERS = np.array([1.0, 1.0, 2.0, 1.0])


@dataclass(frozen=True)
class Split:
    """A gap in parts: arrays of a number for each of the four factors and, last, for all together (shape 5).

    ``here`` and ``there`` are the factors and the shares of either side, ``parts`` the parts and the gap; the limits
    are those of 95% intervals, of shape (2, 5). Shares run 0 to 1, parts -1 to 1.
    """

    here: Numbers
    there: Numbers
    parts: Numbers
    by_chance: Numbers
    if_forces_differ: Numbers


def split(own: Numbers, others: Numbers, *, rounding: float = 0.0, draws: int = DRAWS) -> Split:
    """The gap of one force to others together, in parts with both intervals.

    Parameters
    ----------
    own
        Counts of the force, shape (5), by ``stages.COLUMNS``.
    others
        Counts of the other forces, shape (forces, 5), in an order that never depends on how they came.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).
    draws
        Draws behind each interval.

    Returns
    -------
    Split
        A ``Split``; parts add up to the gap.

    Raises
    ------
    ValueError
        Where fewer than FEWEST_FORCES others have FEWEST cases, or counts cannot be.
    """
    large = int((others[:, 0] >= FEWEST).sum())
    if large < FEWEST_FORCES:
        raise ValueError(f"{large} other forces with {FEWEST} cases do not tell how far forces differ")
    if not bool(stages.is_sound(np.vstack([own, others])).all()):
        raise ValueError("cases that end so, or have a suspect, are more than those that they are out of")
    random = np.random.default_rng(_SEED)
    can = stages.differing(np.vstack([own, others]))
    together = others.sum(axis=0)
    there = stages.factors(together)
    here = stages.factors(own, instead=there)
    drawn = _drawn(_unrounded(own, rounding, can, draws, random), here, can, random)
    unrounded = _unrounded(together, len(others) * rounding, can, draws, random)
    return Split(
        _with_whole(here, stages.rate(here)),
        _with_whole(there, stages.rate(there)),
        _summed(parts(stages.rate, here, there)),
        _limits(drawn, _drawn(unrounded, there, can, random)),
        _limits(drawn, _if_others(others, rounding, can, draws, random)),
    )


def _unrounded(
    counts: Numbers, rounding: float, can: tuple[int, ...], draws: int, random: np.random.Generator
) -> Numbers:
    """What counts may have been before rounding moved each by this variance, shape (draws, 5); as they are without.

    What ended so without a suspect is all that did less what did with one: two numbers. Where a factor cannot differ,
    two columns are one number.
    """
    drawn = np.tile(counts, (draws, 1))
    if rounding:
        recorded, decided, suspect, ended, ended_with = np.sqrt(rounding) * random.standard_normal((5, draws))
        recorded, suspect = (
            own if place in can else decided for place, own in ((stages.OPEN, recorded), (stages.SUSPECT, suspect))
        )
        without = ended - ended_with if stages.WITHOUT in can else np.zeros(draws)
        drawn = np.maximum(drawn + np.column_stack([recorded, decided, suspect, without, ended_with]), 0.0)
    return drawn


def _drawn(counts: Numbers, at: Numbers, can: tuple[int, ...], random: np.random.Generator) -> Numbers:
    """Factors as chance might have had them, shape (draws, 4); those that cannot differ as they are."""
    some, of = stages.fractions(counts)
    drawn = np.tile(at, (len(counts), 1))
    for place in can:
        if (of[:, place] > 0).any():
            events = np.minimum(some[:, place], of[:, place])
            drawn[:, place] = random.beta(events + _HALF, of[:, place] - events + _HALF)
    return drawn


def _if_others(
    others: Numbers, rounding: float, can: tuple[int, ...], draws: int, random: np.random.Generator
) -> Numbers:
    """Factors that forces like these might have together in truth, shape (draws, 4)."""
    there = stages.factors(others.sum(axis=0))
    middle, near = apart(others[others[:, 0] >= FEWEST], rounding=rounding)
    picked = random.integers(0, len(near), size=(draws, len(others)))
    wider = np.sqrt((len(near) - 1) / random.chisquare(len(near) - 1, size=(draws, 1, 1)))
    shares = expit(middle + wider * (near[picked] - middle))
    fixed = [place for place in range(4) if place not in can]
    shares[..., fixed] = there[fixed]
    drawn = _pooled(shares, others[:, 0])
    mean = _pooled(shares.reshape(1, -1, 4), np.ones(draws * len(others)))
    events, of = (numbers[list(can)] for numbers in stages.fractions(others.sum(axis=0)))
    at = (events + _HALF) / (of + 2 * _HALF)
    variance = _chance(events + _HALF, of - events + _HALF, len(others) * rounding * _NUMBERS[list(can)])
    noise = random.standard_normal((draws, len(can))) * np.sqrt(variance)
    together = np.tile(there, (draws, 1))
    fallen = logit(drawn[:, list(can)]) - logit(mean[:, list(can)]) + noise
    together[:, list(can)] = expit(logit(at) - fallen)
    return together


def apart(large: Numbers, *, rounding: float = 0.0) -> tuple[Numbers, Numbers]:
    """How far forces lie apart in each factor, chance taken out.

    Parameters
    ----------
    large
        Counts of forces by ``stages.COLUMNS``, shape (forces, 5).
    rounding
        As in ``split``: no more a difference of forces than chance is.

    Returns
    -------
    tuple[Numbers, Numbers]
        The mean log odds of each factor, shape (4), and those of each force drawn to it, shape (forces, 4), so that
        their variance (of so many, not one less) is that which is left when the mean variance by chance is taken away.
    """
    some, of = stages.fractions(large)
    yes, no = some + _HALF, of - some + _HALF
    odds = np.log(yes / no)
    middle, seen = odds.mean(axis=0), odds.var(axis=0, ddof=1)
    left = np.maximum(seen - _chance(yes, no, rounding * _NUMBERS).mean(axis=0), 0.0)
    shrunk = np.sqrt(np.divide(left, seen, out=np.zeros(4), where=seen > 0) * len(large) / (len(large) - 1))
    return middle, middle + shrunk * (odds - middle)


def _chance(yes: Numbers, no: Numbers, rounding: Numbers) -> Numbers:
    """The variance of log odds by chance, and by what rounding adds to the variance of the numbers of a share."""
    share = yes / (yes + no)
    return np.asarray(1 / yes + 1 / no + rounding * (1 + share**2) * ((yes + no) / (yes * no)) ** 2)


def _pooled(shares: Numbers, sizes: Numbers) -> Numbers:
    """The factors of forces of these sizes together, shape (draws, 4), from those of each (draws, forces, 4)."""
    decided, suspect, without, ended = np.moveaxis(shares, -1, 0)
    with_suspect, without_suspect = decided * suspect, decided * (1 - suspect)
    cases = [
        np.stack(
            [
                (each * sizes).sum(axis=-1)
                for each in (decided, with_suspect, without_suspect * without, with_suspect * ended)
            ],
            axis=-1,
        ),
        np.stack(
            [(each * sizes).sum(axis=-1) for each in (np.ones_like(decided), decided, without_suspect, with_suspect)],
            axis=-1,
        ),
    ]
    return np.asarray(cases[0] / np.where(cases[1] > 0, cases[1], 1.0))


def _limits(here: Numbers, there: Numbers) -> Numbers:
    """The 95% limits of each part and of the gap, shape (2, 5)."""
    return np.asarray(np.percentile(_summed(parts(stages.rate, here, there)), (2.5, 97.5), axis=0))


def _summed(effects: Numbers) -> Numbers:
    """Parts with their sum behind them."""
    return _with_whole(effects, effects.sum(axis=-1))


def _with_whole(effects: Numbers, whole: Numbers) -> Numbers:
    return np.concatenate([effects, np.asarray(whole)[..., np.newaxis]], axis=-1)
