"""What the cases of each month are headed for, put to counts: times in months and in days, and whose age is whose."""

from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.disclosure import protect
from analysis.questions.timing import forecast, outlook
from analysis.questions.timing.histories import histories
from analysis.questions.timing.outlook import Outlook
from tests.timed import timed_counts

TAKEN = date(2024, 9, 30)
MONTHS = [date(2023 + place // 12, place % 12 + 1, 1) for place in range(7, 20)]  # August 2023 to August 2024


def followed(unit):
    """Of 100 cases of each month 60 withdraw at once, 20 are charged after three months, the others are open."""
    rows = []
    for first in MONTHS:
        age = 12 * (TAKEN.year - first.year) + TAKEN.month - first.month
        if unit == "days":
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            age = (TAKEN - last).days
        late = 3 if unit == "months" else 95
        charged = [(str(first), "1", late, 20)] if age >= late else []
        rows += [(str(first), "16", 0, 60), *charged, (str(first), "0", age, 20 if charged else 40)]
    taken = "2024-09" if unit == "months" else str(TAKEN)
    return histories(timed_counts(rows, unit=unit, taken=taken), by="month")


@pytest.mark.parametrize(
    ("unit", "at", "ages", "back"),
    [
        ("months", 12, [1, 2, 3], "3 months before"),
        ("days", 360, [30, 60, 90], "90 days before"),
    ],
)
def test_forecasts_are_for_a_year_on_in_the_unit_of_the_lags(unit, at, ages, back, monkeypatch):
    monkeypatch.setattr(forecast, "_DRAWS", 40)  # no number that is drawn is looked at
    monkeypatch.setattr(outlook, "BACK", (3,))
    held = followed(unit)
    found = protect(Outlook(held).headed_for).table
    assert set(found["by_lag"]) == {at}
    months = found[found["ending"] == "The victim withdrew"]
    assert months["month"].tolist()[:3] == ["August 2024", "July 2024", "June 2024"]
    assert months["age"].tolist()[:3] == ages
    assert pd.isna(months["age"].iloc[-1])
    assert months["cases"].tolist() == [*[100] * (len(months) - 1), 100 * (len(months) - 1)]
    assert months["so_far_share"].tolist() == pytest.approx([0.6] * len(months))
    assert set(protect(Outlook(held).back_tested).table["back"]) == {back}


@pytest.mark.parametrize(("unit", "lags"), [("months", [0, 1, 2, 3, 4, 5]), ("days", [30, 60, 90, 120, 150])])
def test_a_quarter_is_told_as_far_as_all_its_months_were_followed(unit, lags):
    """Of those of January to March 2024 March was followed least: to the sixth month after, or 183 days."""
    found = protect(Outlook(followed(unit)).decided_by_age).table
    quarter = found[found["quarter"] == "2023/24 Q4"]
    assert quarter["by_lag"].tolist()[: len(lags)] == lags
    assert quarter["by_lag"].max() == (6 if unit == "months" else 180)
    assert set(quarter["cases"]) == {300}
    late = 3 if unit == "months" else 120
    assert quarter["decided_share"].tolist() == pytest.approx(
        [0.8 if lag >= late else 0.6 for lag in quarter["by_lag"]]
    )
