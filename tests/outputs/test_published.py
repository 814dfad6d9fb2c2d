"""What leaves beside numbers of people as published is what is published, and nothing else under that name."""

from datetime import date

import pytest

from analysis.counts import counts, yearly
from analysis.disclosure import protect
from analysis.outputs import published
from analysis.presentation import wording
from analysis.shares import year_bounds
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


def test_what_is_published_by_year_may_be_told_as_it_was_when_a_time_began_and_as_it_is_now():
    """Of two years the forces that sent both: to end with another year is to add up other forces."""
    tables = [protect(year_bounds.directions(yearly.read().until(date(last, 4, 1)))).table for last in (2018, 2024)]
    then, now = ({wording.percent(share) for share in table["later_share"].dropna()} for table in tables)
    assert then - now
    assert now - then
    about = {"offence": "Stalking", "period": "April 2018 to March 2025"}
    assert then | now <= published.shares_by_year(counts.read("stalking_2024_25"), about)


def test_beside_the_cases_of_a_file_stand_those_published_of_the_latest_year_that_both_have():
    quarters = ("2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")
    rows = [("Kent", quarter, outcome, cases) for quarter in quarters for outcome, cases in (("16", 100), ("1", 150))]
    held = rounded(make_counts(rows, sensitivity="restricted"))
    told = published.numbers_beside(held, KENT)
    assert told == {"1000", "1,000", "4106", "4,106", "40.0%", "56.4%"}
    assert published.numbers_beside(held, KENT | {"offence": "Poaching"}) == frozenset()
