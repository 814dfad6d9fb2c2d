"""What was received: which forces and periods are left of it, and what is absent from them."""

from datetime import date

import pytest

from analysis.counts.coverage import Coverage
from analysis.reference.periods import Period

JANUARY, APRIL, JULY = date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1)
HELD = Coverage(
    ("Essex", "Kent", "Surrey"),
    {JANUARY: 3, APRIL: 3, JULY: 3},
    missing=frozenset({("Essex", JANUARY), ("Essex", APRIL), ("Essex", JULY), ("Kent", JULY), ("Surrey", JULY)}),
    lacking={("Kent", APRIL): frozenset({"18"}), ("Surrey", JANUARY): frozenset({"0", "16"})},
)


def test_of_some_forces_and_some_time_what_is_absent_is_that_of_both():
    part = HELD.select(forces=["Surrey", "Kent"], within=Period(APRIL, date(2024, 9, 30)))
    assert part.forces == ("Kent", "Surrey")
    assert part.periods == {APRIL: 3, JULY: 3}
    assert part.missing == {("Kent", JULY), ("Surrey", JULY)}
    assert part.lacking == {("Kent", APRIL): {"18"}}
    assert HELD.select() == HELD
    assert HELD.select(forces=["Surrey"]).lacking == {("Surrey", JANUARY): {"0", "16"}}


@pytest.mark.parametrize("time", [Period(date(2024, 2, 1), date(2024, 6, 30)), Period(APRIL, date(2024, 8, 31))])
def test_a_period_that_lies_in_a_time_in_part_is_not_of_it(time):
    assert HELD.select(within=time).periods == {APRIL: 3}


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({}, {"0", "16", "18"}),
        ({"force": "Kent"}, {"18"}),
        ({"first": JANUARY}, {"0", "16"}),
        ({"force": "Kent", "first": APRIL}, {"18"}),
        ({"force": "Kent", "first": JANUARY}, set()),
        ({"force": "Essex"}, set()),
    ],
)
def test_types_are_lacking_for_the_force_and_the_period_that_they_did_not_come_with(asked, codes):
    assert HELD.lacks(**asked) == codes


def test_a_force_and_a_period_of_which_nothing_came_are_named():
    assert HELD.nothing_from() == ["Essex"]
    assert HELD.nothing_in() == [JULY]


@pytest.mark.parametrize(
    ("lengths", "is_by_month", "is_by_quarter"),
    [((1, 1, 1), True, True), ((3, 3, 3), False, True), ((1, 1, 3), False, True), ((3, 12, 3), False, False)],
)
def test_quarters_can_be_told_of_months_and_quarters_and_of_both_together(lengths, is_by_month, is_by_quarter):
    held = Coverage(("Kent",), dict(zip((JANUARY, APRIL, JULY), lengths, strict=True)))
    assert (held.is_by_month, held.is_by_quarter) == (is_by_month, is_by_quarter)
