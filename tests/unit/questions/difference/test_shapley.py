"""The split of a gap over factors: against a printed example, every order, and what must hold of any split."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.questions.difference import stages
from analysis.questions.difference.shapley import parts
from tests.conftest import examples


def product(factors):
    return factors.prod(axis=-1)


def over_every_order(rate, here, there):
    """The mean over all orders of changing one factor after another: another way to the same."""
    many = len(here)
    found = np.zeros(many)
    orders = list(itertools.permutations(range(many)))
    for order in orders:
        now = np.array(there, dtype=float)
        for factor in order:
            before = float(rate(now))
            now[factor] = here[factor]
            found[factor] += float(rate(now)) - before
    return found / len(orders)


def test_das_gupta_1993_table_2_6():
    """Births per 1,000 and four factors, 1971 and 1979, as the documentation of DasGuptR 2.1.0 prints it."""
    earlier, later = np.array([25.3, 0.214, 0.279, 0.949]), np.array([32.7, 0.290, 0.473, 0.986])
    found = parts(product, later, earlier)
    assert found == pytest.approx([0.6889411, 0.8125381, 1.3829055, 0.1047547], abs=5e-8)
    assert found.sum() == pytest.approx(2.9891394, abs=5e-8)


def test_das_gupta_1993_table_2_2_two_factors_as_kitagawa():
    """Mean earnings and the share who earn: with two factors a part is a difference times the other's mean."""
    one, other = np.array([10930, 0.717892]), np.array([16591, 0.825974])
    found = parts(product, other, one)
    assert found == pytest.approx([4369.913, 1487.262], abs=5e-4)
    assert found == pytest.approx([(other[0] - one[0]) * (one[1] + other[1]) / 2, (other[1] - one[1]) * 27521 / 2])


shares = st.lists(st.floats(0, 1), min_size=4, max_size=4).map(np.array)


@given(here=shares, there=shares)
@examples(100, 1000)
def test_any_split_adds_up_and_is_the_mean_of_every_order(here, there):
    found = parts(stages.rate, here, there)
    assert found.sum() == pytest.approx(float(stages.rate(here) - stages.rate(there)), abs=1e-12)
    assert found == pytest.approx(over_every_order(stages.rate, here, there), abs=1e-12)
    assert parts(stages.rate, there, here) == pytest.approx(-found, abs=1e-12)


@given(here=shares, there=shares, same=st.integers(0, 3))
@examples(50, 500)
def test_a_factor_that_is_the_same_has_no_part(here, there, same):
    there[same] = here[same]
    assert parts(stages.rate, here, there)[same] == 0


def test_many_gaps_at_once_are_split_as_each_by_itself():
    random = np.random.default_rng(1)
    here, there = random.random((2, 5, 4))
    each = [parts(stages.rate, one, other) for one, other in zip(here, there, strict=True)]
    assert parts(stages.rate, here, there) == pytest.approx(np.array(each))


def test_sides_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="cannot be set against each other"):
        parts(product, np.ones(3), np.ones(4))


def test_counts_that_can_be_have_cases_and_no_part_greater_than_its_whole():
    counts = np.array(
        [[9, 8, 5, 3, 5], [0, 0, 0, 0, 0], [9, 8, 5, 4, 5], [9, 10, 5, 3, 5], [9, 8, 5, -1, 5]], dtype=float
    )
    assert stages.is_sound(counts).tolist() == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("rows", "can"),
    [
        ([[9, 8, 5, 2, 4], [9, 7, 5, 1, 4]], (stages.OPEN, stages.SUSPECT, stages.WITHOUT, stages.WITH)),
        ([[9, 8, 5, 0, 4], [9, 7, 5, 0, 4]], (stages.OPEN, stages.SUSPECT, stages.WITH)),
        ([[9, 9, 9, 0, 9], [8, 8, 7, 0, 7]], (stages.SUSPECT,)),
    ],
)
def test_what_is_none_or_all_everywhere_cannot_differ(rows, can):
    assert stages.differing(np.array(rows, dtype=float)) == can
