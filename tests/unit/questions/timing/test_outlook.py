"""What the cases of each month are headed for, put to counts: times in months and in days, and whose age is whose."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure import protect
from analysis.questions.timing import forecast, outlook
from analysis.questions.timing.histories import _risen, histories
from analysis.questions.timing.outlook import Outlook
from analysis.reference.periods import month_name
from tests.released import rounded
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


def people(random):
    """Months of about 120 people, a third of whom end so soon, and the shares that withdrew and are open in a year."""
    rows, truth = [], {}
    for place in range(20):
        first = date(2023 + (place + 1) // 12, (place + 1) % 12 + 1, 1)
        age = (TAKEN - first).days
        still = cases = int(random.poisson(120))
        withdrew, seen = 0, 0
        for step in range(12):
            leaves = 0.35 * 0.8**step
            so, otherwise, still = random.multinomial(still, [0.55 * leaves, 0.45 * leaves, 1 - leaves])
            withdrew += so
            if 30 * step + 60 <= age:
                rows += [
                    (str(first), code, 30 * step + 15, int(many)) for code, many in (("16", so), ("18", otherwise))
                ]
                seen += so + otherwise
        rows.append((str(first), "0", age, int(cases - seen)))
        truth[month_name(first)] = {"The victim withdrew": withdrew / cases, "Not yet decided": still / cases}
    return timed_counts(rows, unit="days", taken=str(TAKEN), sensitivity="restricted"), truth


def test_ranges_of_people_hold_what_comes_to_them_and_not_to_their_rounded_numbers():
    """A month eight steps old has little to come: what moves its share is rounding, and totals that seem to fall."""
    random, held = np.random.default_rng(5), []
    for _ in range(2):
        counts, truth = people(random)
        found = protect(Outlook(histories(rounded(counts), by="month")).headed_for).table
        assert (found["cases"] % 5 == 0).all(), "those of a month are as they were released"
        together = found[found["month"] == "Together"]
        assert set(together["cases"]) == {found.loc[found["month"] != "Together", "cases"].sum() // 2}
        found = found[(found["age"] > 200).fillna(False)]
        came = [truth[month][ending] for month, ending in zip(found["month"], found["ending"], strict=True)]
        held += list((found["low_range_share"] <= came) & (came <= found["high_range_share"]))
    assert len(held) > 12
    assert np.mean(held) > 0.9


def test_running_totals_of_a_month_are_no_later_and_no_more_than_their_rounded_numbers_bear_out():
    """Rounded to 60, 70, 65, 65 and 65 of the same 66: the highest so far would have none of the five right."""
    rows = pd.DataFrame({"ending": "charged", "cases": [60, 70, 65, 65, 65]})
    assert _risen(rows, 100).tolist() == [60, 66, 66, 66, 66]
    both = pd.concat([rows, rows.assign(ending="victim_withdrew")], ignore_index=True)
    risen = _risen(both, 120)
    assert risen.tolist() == [54, 60, 60, 60, 60] * 2, "of 120 cases no more have ended"
