"""The two intervals of a part: what widens them, and that they hold in small simulations."""

import numpy as np
import pytest

from analysis.disclosure.drawing.draws import rounded
from analysis.disclosure.policy import CLOSED
from analysis.questions.difference import stages
from analysis.questions.difference.shapley import parts
from analysis.questions.difference.uncertainty import FEWEST, FEWEST_FORCES, apart, split
from analysis.shares.intervals import ROUNDING_VARIANCE
from benchmarks.coverage.difference import drawn, expected
from tests.conftest import EVERY

SIZES = np.array([12000, 9000, *[5000] * 6, *[2500] * 16, *[900] * 16])


def forces(random, spread):
    """Factors of forces that differ by ``spread`` on the log odds."""
    middle = np.array([3.2, 2.8, -0.6, 0.1])
    return 1 / (1 + np.exp(-(middle + spread * random.standard_normal((len(SIZES), 4)))))


def released(cases, random):
    """The counts as they would be of rounded numbers; what ended so without a suspect is one less another."""
    ended = cases[:, 3] + cases[:, 4]
    numbers = np.column_stack([cases[:, :3], ended, cases[:, 4]]).astype("int64")
    shown = rounded(numbers, random.integers(0, CLOSED.rounding, numbers.shape)).astype("float64")
    return np.column_stack([shown[:, :3], shown[:, 3] - shown[:, 4], shown[:, 4]])


def test_forces_that_are_alike_make_both_intervals_alike():
    random = np.random.default_rng(2)
    alike = drawn(forces(random, 0.0), SIZES, random)
    found = split(alike[0], alike[1:])
    widths = [limits[1] - limits[0] for limits in (found.by_chance, found.if_forces_differ)]
    assert widths[1] == pytest.approx(widths[0], rel=0.35)


def test_forces_without_any_difference_leave_chance_alone():
    """All forces have the same factors to the case, and this one so many cases that only the others' chance counts."""
    same = np.tile([0.9, 0.8, 0.3, 0.5], (len(SIZES), 1))
    cases = expected(same, SIZES)
    found = split(expected(same[:1], np.array([10**10]))[0], cases)
    chance, differing = (limits[1] - limits[0] for limits in (found.by_chance, found.if_forces_differ))
    assert differing == pytest.approx(chance, rel=0.08)


def test_how_far_forces_lie_apart_is_what_chance_leaves_of_it():
    """The variance of log odds less the mean of their variances by chance, half a case added to either side."""
    random = np.random.default_rng(2)
    cases = drawn(forces(random, 0.5), SIZES, random)
    yes = np.column_stack([cases[:, 1], cases[:, 2], cases[:, 3], cases[:, 4]]) + 0.5
    of = np.column_stack([cases[:, 0], cases[:, 1], cases[:, 1] - cases[:, 2], cases[:, 2]]) + 1
    odds, chance = np.log(yes / (of - yes)), (1 / yes + 1 / (of - yes)).mean(axis=0)
    middle, near = apart(cases)
    assert middle == pytest.approx(odds.mean(axis=0))
    assert near.mean(axis=0) == pytest.approx(middle)
    assert near.var(axis=0) == pytest.approx(odds.var(axis=0, ddof=1) - chance)
    assert apart(expected(np.tile([0.9, 0.8, 0.3, 0.5], (30, 1)), np.full(30, 1000)))[1].std(axis=0).max() < 1e-12


def test_an_interval_reaches_further_to_where_what_was_seen_may_have_come_from():
    """Two of 44 forces have twice the share decided: of others like these none may have it, or five.

    What was seen may then have risen further from the truth than fallen, so that the truth may lie further below it
    than above: the bootstrap's pivot, not its percentiles, which lie the other way round.
    """
    truth = np.tile([0.45, 0.8, 0.3, 0.5], (44, 1))
    truth[:2, stages.OPEN] = 0.9
    found = split(expected(truth[-1:], np.array([10**10]))[0], expected(truth, np.full(44, 10_000)))
    low, high = found.if_forces_differ[:, stages.OPEN] - found.parts[stages.OPEN]
    assert high > -1.2 * low > 0


def test_forces_that_differ_widen_only_the_second():
    random = np.random.default_rng(2)
    apart = drawn(forces(random, 0.5), SIZES, random)
    found = split(apart[0], apart[1:])
    widths = [limits[1] - limits[0] for limits in (found.by_chance, found.if_forces_differ)]
    assert (widths[1][3:] > 2 * widths[0][3:]).all()


@pytest.mark.parametrize(("spread", "is_fixed"), [(0.4, True), (0.4, False)])
def test_intervals_hold_about_as_often_as_they_say(spread, is_fixed):
    """Of 200 worlds, at night, 95% hold in 190, give or take 3.1: within five of those. Of 60 within three."""
    held, worlds = np.zeros(5), 200 if EVERY else 60
    random = np.random.default_rng(7)
    many = np.concatenate([forces(random, spread) for _ in range(3000)])
    everyone = stages.factors(expected(many, np.ones(len(many))).sum(axis=0))
    for turn in range(worlds):
        truth = forces(random, spread)
        own = turn % len(SIZES)
        cases = drawn(truth, SIZES, random)
        found = split(cases[own], np.delete(cases, own, 0), draws=1000)
        there = stages.factors(expected(np.delete(truth, own, 0), np.delete(SIZES, own)).sum(axis=0))
        each = parts(stages.rate, truth[own], there if is_fixed else everyone)
        true = np.append(each, each.sum())
        low, high = found.by_chance if is_fixed else found.if_forces_differ
        held += (low <= true) & (true <= high)
    assert (np.abs(held / worlds - 0.95) < 0.075).all(), held / worlds


def test_intervals_hold_the_part_of_few_cases_whose_numbers_were_rounded():
    """600 cases each, of which some 45 have no suspect and 4 of them end so: 65% was held of numbers taken as exact."""
    random, sizes, held = np.random.default_rng(4), np.full(30, 600), []
    for _ in range(60):
        truth = 1 / (1 + np.exp(-(np.array([2.5, 2.5, -2.5, -0.5]) + 0.3 * random.standard_normal((30, 4)))))
        cases = released(drawn(truth, sizes, random), random)
        if stages.is_sound(cases[0]):
            others = stages.factors(expected(truth[1:], sizes[1:]).sum(axis=0))
            true = parts(stages.rate, truth[0], others)[stages.WITHOUT]
            found = split(cases[0], cases[1:][stages.is_sound(cases[1:])], rounding=ROUNDING_VARIANCE, draws=500)
            held.append([low <= true <= high for low, high in (found.by_chance.T[2], found.if_forces_differ.T[2])])
    assert len(held) > 50
    assert (np.mean(held, axis=0) > 0.9).all()


def test_too_few_forces_do_not_tell_how_far_forces_differ():
    random = np.random.default_rng(3)
    cases = drawn(forces(random, 0.3), SIZES, random)
    small = np.array([FEWEST - 1, 480, 400, 60, 200.0])
    with pytest.raises(ValueError, match="do not tell how far forces differ"):
        split(cases[0], np.vstack([cases[1:FEWEST_FORCES], small]))
    assert split(cases[0], np.vstack([cases[1 : FEWEST_FORCES + 1], small])).parts.shape == (5,)


def test_counts_that_cannot_be_are_refused():
    random = np.random.default_rng(3)
    cases = drawn(forces(random, 0.3), SIZES, random)
    cases[0, 4] = cases[0, 2] + 1
    with pytest.raises(ValueError, match="are more than those"):
        split(cases[0], cases[1:])


def test_with_no_case_without_a_suspect_nothing_is_said_of_how_such_cases_end():
    random = np.random.default_rng(3)
    cases = drawn(forces(random, 0.3), SIZES, random)
    cases[0] = [2000, 1900, 1900, 0, 1000]
    found = split(cases[0], cases[1:])
    assert found.parts[stages.WITHOUT] == 0
    assert found.parts[:4].sum() == pytest.approx(found.parts[4], abs=1e-12)
    assert np.isfinite(found.if_forces_differ).all()
