"""What leaves beside numbers of people as published is what is published, and nothing else under that name."""

import pytest

from analysis.outputs import published
from tests.conftest import make_counts
from tests.released import rounded

KENT = {"place": "Kent", "period": "2024/25", "offence": "Stalking"}


@pytest.mark.parametrize(
    ("row", "about", "numbers"),
    [
        ({"measure": "Victim withdrew"}, KENT, {2315}),
        ({"measure": "Cases recorded"}, KENT, {4106}),
        ({"measure": "Victim withdrew", "year": "2024/25"}, KENT | {"period": "April 2022 to March 2025"}, {2315}),
        ({"measure": "Cases recorded", "force": "Essex"}, KENT | {"place": "2 forces"}, {3171}),
        ({"measure": "Victim withdrew"}, KENT | {"period": "2023/24"}, set()),
        ({"measure": "Cases recorded"}, KENT | {"period": "2023/24"}, {4224}),
        ({"measure": "Victim withdrew"}, KENT | {"place": "Exampleshire"}, set()),
        ({"measure": "Victim withdrew"}, KENT | {"offence": "Poaching"}, set()),
        ({"measure": "Somebody"}, KENT, set()),
    ],
)
def test_a_published_number_is_that_of_its_force_time_offence_and_measure(row, about, numbers):
    assert published.numbers(row, about) == numbers


def test_beside_the_cases_of_a_file_stand_those_published_of_the_latest_year_that_both_have():
    quarters = ("2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")
    rows = [("Kent", quarter, outcome, cases) for quarter in quarters for outcome, cases in (("16", 100), ("1", 150))]
    held = rounded(make_counts(rows, sensitivity="restricted"))
    told = published.numbers_beside(held, KENT)
    assert told == {"1000", "1,000", "4106", "4,106", "40.0%", "56.4%"}
    assert published.numbers_beside(held, KENT | {"offence": "Poaching"}) == frozenset()
