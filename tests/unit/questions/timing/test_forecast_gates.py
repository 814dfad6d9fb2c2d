"""When no forecast is made, and what holds of every forecast that is."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analysis.counts import counts
from analysis.counts.joined import LEAST_JOINED
from analysis.counts.narrowing import narrowed
from analysis.disclosure import protect
from analysis.questions.timing import forecast, words
from analysis.questions.timing.histories import histories
from analysis.questions.timing.outlook import Outlook
from benchmarks.coverage import forecasts
from tests.conftest import EVERY

CRIMES = "Violence and sexual offences"


def gwent(since):
    """Gwent's cases of the months since then, as published."""
    held = narrowed(counts.read("gwent_2022_2025_lags"), crime_type=CRIMES)
    kept = held.table[held.table["period"].astype(str) >= since].reset_index(drop=True)
    periods = {first: months for first, months in held.coverage.periods.items() if str(first) >= since}
    return replace(held, table=kept, coverage=replace(held.coverage, periods=periods))


@pytest.mark.parametrize(("since", "months"), [("2024-07-01", 12), ("2024-08-01", 11)])
def test_eleven_months_of_history_are_too_few_and_twelve_are_enough(since, months):
    held = histories(gwent(since), by="month")
    why_not = protect(Outlook(held).no_forecast)
    assert protect(Outlook(held).headed_for).table.empty == (months < 12)
    assert why_not.table.empty == (months == 12)
    if months < 12:
        assert "followed for 11 months, and it needs 12 or more" in words.no_forecast(why_not)


@pytest.mark.parametrize(("share", "is_made"), [(LEAST_JOINED, True), (LEAST_JOINED - 0.001, False)])
def test_crimes_that_hardly_join_are_not_forecast(share, is_made):
    held = replace(histories(gwent("2023-01-01"), by="month"), joined_share=share)
    assert protect(Outlook(held).no_forecast).table.empty == is_made
    if not is_made:
        assert protect(Outlook(held).headed_for).table.empty
        assert "have a row in the outcomes files" in words.no_forecast(protect(Outlook(held).no_forecast))


@pytest.mark.parametrize("kind", ["small", "rough", "clear-out"])
def test_every_forecast_is_of_shares_that_can_be(kind, monkeypatch):
    if not EVERY:
        monkeypatch.setattr(forecast, "_DRAWS", 200)
        monkeypatch.setattr(forecasts, "_MONTHS", (18,))
    random = np.random.default_rng(7)
    held = forecasts._made(random, kind, forecasts._seen(0))
    table = forecast.forecast(held, at=min(12, int(held.ages.max())))
    told = table.dropna(subset=["low_share"])
    assert ((told["low_share"] >= 0) & (told["high_share"] <= 1)).all()
    assert (told["low_share"] <= told["high_share"]).all()
    assert ((told["low_share"] <= told["final_share"]) & (told["final_share"] <= told["high_share"])).all()
    assert table["final_share"].notna().all()
    until = np.full(len(held.periods), min(12, int(held.ages.max())))
    assert (forecast.played(held, until).sum(axis=1) == held.cases).all()  # in every draw all cases are somewhere


def test_an_ending_that_never_came_and_months_without_a_case_have_no_broken_numbers():
    random = np.random.default_rng(8)
    held = forecasts._made(random, "small", forecasts._seen(1))
    ended, cases = held.ended.copy(), held.cases.copy()
    ended[-1], ended[:, 3], cases[3] = 0, 0, 0
    table = forecast.forecast(replace(held, ended=ended, cases=cases), at=6)
    assert date(2020, 4, 1) not in set(table["period"].dropna())
    assert np.isfinite(table["final_share"].astype(float)).all()
