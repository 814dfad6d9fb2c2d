"""What the page says of its forecasts: the answer first, and no more of their ranges than back-tests show."""

import pandas as pd
import pytest

from analysis.disclosure import protect
from analysis.questions.timing import forecast_chart, words
from analysis.questions.timing.histories import histories
from analysis.questions.timing.outlook import ALL_ENDINGS, TOGETHER
from analysis.questions.timing.words import STILL_OPEN
from analysis.shares.worked import Worked
from tests.timed import timed_counts

WITHDREW = "The victim withdrew"
BACK = ("3 months before", "6 months before", "12 months before")


def shown(table, *by):
    """A table made by hand as what may be shown."""
    cases = histories(timed_counts([("2023-01-01", "16", 0, 60)]), by="month")
    return protect(Worked(cases, lambda _: table, by))


def back_test(held, *, ranges=12):
    """How many ranges of each ending held at each time before: 1 unless ``held`` says otherwise."""
    rows = []
    for back in BACK:
        shares = {name: held.get((back, name), 1.0) for name in (WITHDREW, "Charged or summonsed", STILL_OPEN)}
        for name, share in {ALL_ENDINGS: sum(shares.values()) / 3, **shares}.items():
            many = ranges * (3 if name == ALL_ENDINGS else 1)
            rows.append((back, name, many, share, pd.NA, 0.01, 0.02))
    columns = (
        "back",
        "ending",
        "intervals",
        "held_share",
        "ladder_held_share",
        "error_share",
        "standstill_error_share",
    )
    return shown(pd.DataFrame(rows, columns=columns), "back", "ending")


def forecast(*months):
    """Forecasts of months and of them together: 40% withdrawn (30% to 50%), 20% without an ending (10% to 25%)."""
    rows = [
        (month, name, 12, "months", 100, 0.1, final, low, high)
        for month in months
        for name, final, low, high in ((WITHDREW, 0.4, 0.3, 0.5), (STILL_OPEN, 0.2, 0.1, 0.25))
    ]
    shares = ("so_far_share", "final_share", "low_range_share", "high_range_share")
    return shown(
        pd.DataFrame(rows, columns=["month", "ending", "by_lag", "lag_unit", "cases", *shares]), "month", "ending"
    )


def test_ranges_that_held_of_every_ending_are_called_what_they_are_made_to_be():
    assert words.holds(back_test({}))
    assert "at least 95 times in 100" in words.range_of(back_test({}))


@pytest.mark.parametrize("name", ["Charged or summonsed", STILL_OPEN])
def test_one_ending_at_one_time_that_did_not_hold_takes_the_claim_away(name):
    """All together 31 of 36 held; of cases without an ending, as of all Gwent's crimes six months before, 7 of 12."""
    missed = back_test({("6 months before", name): 7 / 12})
    assert not words.holds(missed)
    told = words.range_of(missed)
    assert "95 times" not in told
    assert told.startswith(
        "its range; of 108 such ranges made from earlier figures 95% contained the result, at worst 58%"
    )
    assert "58% (6 months before)" in told
    caption = forecast_chart._caption(forecast("June 2025", TOGETHER), missed)
    assert "95 times" not in caption.subtitle
    assert "beyond 3 months those of some endings are too narrow" in " ".join(caption.notes)


def test_six_ranges_of_an_ending_are_too_few_to_claim_anything():
    few = back_test({}, ranges=6)
    assert not words.holds(few)
    assert "95 times" not in words.range_of(few)
    assert words.range_of(few).endswith("made from earlier figures 100% contained the result")  # at worst, too
    assert "these are few ranges" in words.tried(few, ending=WITHDREW).lower()
    assert "few ranges" not in words.tried(back_test({}, ranges=7), ending=WITHDREW)


def test_figures_that_reach_back_too_short_claim_nothing():
    empty = shown(pd.DataFrame(columns=["back", "ending", "intervals", "held_share"]), "back", "ending")
    assert not words.holds(empty)
    assert (
        words.range_of(empty)
        == "its range, which could not be tested, since these figures do not reach back far enough"
    )


def test_the_title_answers_with_the_range_and_not_with_the_spread_of_forecasts():
    caption = forecast_chart._caption(forecast("June 2025", "May 2025", TOGETHER), back_test({}))
    assert caption.title == (
        "Of the cases of recent months together, 75% to 90% will have ended by the 12th month after recording, 30% to "
        "50% so: the victim withdrew"
    )


def test_one_month_is_called_by_its_name():
    assert words.answer(forecast("June 2025")).startswith("Of the cases of June 2025, 75% to 90% will have ended")


def test_no_word_says_interval_where_the_page_says_range():
    caption = forecast_chart._caption(forecast("June 2025", TOGETHER), back_test({("3 months before", WITHDREW): 0.5}))
    assert "interval" not in " ".join([caption.title, caption.subtitle, caption.description, *caption.notes])


def test_months_of_which_withdrawal_is_hidden_are_not_said_to_end_as_undecided():
    table = forecast("June 2025", TOGETHER).table.copy()
    table.loc[table["ending"] == WITHDREW, ["final_share", "low_range_share", "high_range_share"]] = pd.NA
    hidden = shown(table.drop(columns="state", errors="ignore"), "month", "ending")
    told = words.will_end(hidden)
    assert told.startswith("About 10 to 25 of every 100 stalking cases recorded in June 2025 will have no ending")
    assert "not yet decided" not in forecast_chart._caption(hidden, back_test({})).description


def test_where_the_soonest_forecasts_alone_fail_the_others_are_not_called_too_narrow():
    missed = back_test({("3 months before", STILL_OPEN): 0.5, ("6 months before", WITHDREW): 0.8})
    told = " ".join(forecast_chart._caption(forecast("June 2025", TOGETHER), missed).notes)
    assert "made 3 months before and 6 months before, those of some endings are too narrow" in told
    assert "throughout" not in told
