"""Financial years and quarters."""

from datetime import date

import pytest

from analysis.errors import ParameterError
from analysis.reference import periods


@pytest.mark.parametrize(
    ("name", "first", "last", "label"),
    [
        ("2024/25", date(2024, 4, 1), date(2025, 3, 31), "2024/25"),
        ("2024/25 Q1", date(2024, 4, 1), date(2024, 6, 30), "April to June 2024"),
        ("2024/25 q4", date(2025, 1, 1), date(2025, 3, 31), "January to March 2025"),
        ("1999/00", date(1999, 4, 1), date(2000, 3, 31), "1999/00"),
        ("2023/24 Q4", date(2024, 1, 1), date(2024, 3, 31), "January to March 2024"),
    ],
)
def test_named(name, first, last, label):
    period = periods.named(name)
    assert (period.first, period.last, period.label) == (first, last, label)


@pytest.mark.parametrize(
    "name", ["", "2024", "2024/26", "2024/25 Q5", "2024-25", "Q1", "24/25", "2024/25 Q1 "[:-2] + "0"]
)
def test_refused(name):
    with pytest.raises(ParameterError, match="is not a period.*2024/25"):
        periods.named(name)


def test_a_quarter_is_named_back():
    for quarter in (1, 2, 3, 4):
        assert periods.quarter_name(periods.quarter_start("2024/25", quarter)) == f"2024/25 Q{quarter}"


@pytest.mark.parametrize("last", [date(2024, 5, 31), date(2024, 10, 31), date(2025, 3, 31), date(2026, 3, 31)])
@pytest.mark.parametrize("first", [date(2024, 4, 1), date(2024, 5, 1), date(2019, 4, 1)])
def test_a_period_is_read_from_its_label(first, last):
    period = periods.Period(first, last)
    assert periods.spanned(period.label) == period


def test_long_and_short_spans_have_labels():
    assert periods.Period(date(2012, 4, 1), date(2025, 12, 31)).label == "April 2012 to December 2025"
    assert periods.Period(date(2024, 5, 1), date(2024, 5, 31)).label == "May 2024"
    assert periods.Period(date(2024, 4, 1), date(2025, 3, 31)).folder == "2024-04_2025-03"


def test_months_are_numbers_that_can_be_added_and_turned_back():
    for day in (date(2024, 1, 31), date(2024, 12, 1), date(1999, 3, 15)):
        number = periods.month_number(day)
        assert periods.month_start(number) == day.replace(day=1)
        assert periods.month_start(number + 12) == day.replace(year=day.year + 1, day=1)
    assert periods.month_number(date(2025, 1, 1)) - periods.month_number(date(2024, 12, 31)) == 1


@pytest.mark.parametrize(
    ("day", "year"), [(date(2024, 3, 31), 2023), (date(2024, 4, 1), 2024), (date(2025, 1, 1), 2024)]
)
def test_a_financial_year_begins_in_april(day, year):
    assert periods.year_start(day) == year
