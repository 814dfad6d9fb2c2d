"""Cases followed from recording: what is counted within what, and which kind of crime is picked out."""

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.counts.narrowing import USUAL_CRIME_TYPE, narrowed, passed_over
from analysis.errors import ParameterError
from analysis.questions.timing.histories import OTHER, after, histories, withdrawal_ending
from tests.released import shown
from tests.timed import timed_counts

GWENT, EXAMPLE = "gwent_2022_2025_lags", "stalking_example_lags"
ROWS = [("2024-01-01", "16", 0, 30), ("2024-01-01", "0", 3, 20), ("2024-02-01", "1", 1, 10), ("2024-03-01", "18", 0, 5)]

#: So that no month is half of all, of which every ending is released.
MORE_MONTHS = [f"2023-{month:02d}-01" for month in range(9, 13)]


def test_all_cases_by_ending_and_lag():
    held = histories(timed_counts(ROWS))
    assert held.table.to_numpy().tolist() == [
        ["charged", 1, 10],
        ["no_further_action", 0, 5],
        ["undecided", 3, 20],
        ["victim_withdrew", 0, 30],
    ]
    assert (held.lag_unit, str(held.followed_to), held.measured) == ("months", "2024-04-01", "victim_withdrew")


def test_within_months_guarded_figures_keep_three_endings_and_published_ones_all():
    rows = [("2024-01-01", "16", 0, 120), ("2024-01-01", "1", 0, 20), ("2024-01-01", "18", 0, 20)]
    rows.append(("2024-01-01", "0", 3, 100))
    open_to_all, guarded = (
        histories(shown(timed_counts(rows, months=MORE_MONTHS, sensitivity=name)), by="month").table
        for name in ("published", "restricted")
    )
    assert set(open_to_all["ending"]) == {"charged", "no_further_action", "undecided", "victim_withdrew"}
    assert set(guarded["ending"]) == {"victim_withdrew", OTHER, "undecided"}
    assert guarded["cases"].sum() == open_to_all["cases"].sum() == 260


def test_a_month_of_which_an_ending_is_hidden_is_not_followed_as_if_that_were_open():
    """Of 160 cases 150 had ended, 10 of them so that the number is hidden: 20 open would be twice the truth."""
    rows = [("2024-01-01", "16", 0, 140), ("2024-01-01", "18", 0, 10), ("2024-01-01", "0", 3, 10)]
    rows += [("2024-02-01", "16", 0, 100), ("2024-02-01", "18", 0, 40), ("2024-02-01", "0", 2, 20)]
    months = histories(shown(timed_counts(rows, months=MORE_MONTHS, sensitivity="restricted")), by="month").table
    assert months["period"].astype(str).unique().tolist() == ["2024-02-01"]
    assert months.set_index("ending")["cases"].to_dict() == {"victim_withdrew": 100, OTHER: 40, "undecided": 20}


def test_groups_are_forces_or_the_first_and_the_last_months():
    months = [f"2023-{month:02d}-01" for month in range(1, 13)]
    held = histories(timed_counts(ROWS, months=months), by="group")  # 15 months: halves of seven
    assert set(held.table["group"]) == {"September 2023 to March 2024"}
    assert held.table["cases"].sum() == 65
    forces = histories(timed_counts([("Kent", *ROWS[0]), ("Essex", *ROWS[1])]), by="group")
    assert list(forces.table["group"]) == ["Essex", "Kent"]
    gwent = histories(counts.read(GWENT), by="group").table
    assert set(gwent["group"]) == {"July 2022 to June 2023", "July 2024 to June 2025"}
    assert histories(timed_counts(ROWS[:2]), by="group").table.empty  # a single month has no two halves


def test_what_cannot_be_followed():
    with pytest.raises(ParameterError, match="with the dates of outcomes"):
        histories(counts.read("stalking_example"))
    with pytest.raises(ParameterError, match="followed"):
        histories(timed_counts(ROWS, taken=""))
    with pytest.raises(ParameterError, match="month or group"):
        histories(timed_counts(ROWS), by="year")


def test_the_ending_that_carries_withdrawal():
    assert withdrawal_ending("home_office") == "victim_withdrew"
    assert withdrawal_ending("police_uk") == "withdrew_or_evidential"
    assert withdrawal_ending("bbc_2021") == "charged"


def test_one_crime_type_by_its_name():
    held = counts.read(GWENT)
    one = narrowed(held, crime_type=" violence and SEXUAL offences", offence="8Q")
    plain = held.table[held.table["crime_type"] == "Violence and sexual offences"]["cases"].sum()
    assert (one.total, one.selection) == (plain, {"crime_type": "Violence and sexual offences"})
    assert histories(one).about.offence == "Violence and sexual offences"
    assert narrowed(held, crime_type="All").total == held.total
    with pytest.raises(ParameterError, match=r"hold no crime type 'Violence'.*They hold: Bicycle theft"):
        narrowed(held, crime_type="Violence")
    with pytest.raises(ParameterError, match=r"Did you mean 'Robbery'\?"):
        narrowed(held, crime_type="robery")


def test_one_offence_where_counts_are_kept_by_it():
    held = counts.read(EXAMPLE)
    assert narrowed(held, crime_type=USUAL_CRIME_TYPE, offence="8Q").selection == {"offence": "8Q"}
    with pytest.raises(ParameterError, match="hold no offence 8M"):
        narrowed(held, offence="8M")


def test_what_counts_are_not_kept_by_is_refused_and_what_nobody_asked_for_is_told():
    with pytest.raises(ParameterError, match="not kept by crime type: 'Robbery'.*ask for an offence: 8Q .Stalking."):
        narrowed(counts.read(EXAMPLE), crime_type="Robbery")
    with pytest.raises(ParameterError, match="harassment cannot be picked out of them. Leave the offence out"):
        narrowed(counts.read(GWENT), offence="8L")
    assert "stalking cannot be picked out" in passed_over(counts.read(GWENT), offence="8Q")
    assert not passed_over(counts.read(EXAMPLE), offence="8Q")
    assert not passed_over(counts.read(GWENT))


@pytest.mark.parametrize(
    ("lag", "unit", "words"),
    [
        (1, "days", "1 day"),
        (30, "days", "30 days"),
        (0, "months", "The month recorded"),
        (3, "months", "3 months after"),
    ],
)
def test_times_in_words(lag, unit, words):
    assert after(lag, unit) == words


def test_no_case_is_lost_or_counted_twice():
    held = counts.read(GWENT)
    for by in ("", "month"):
        assert histories(held, by=by).table["cases"].sum() == held.total
    by_month = histories(held, by="month").table.groupby("period")["cases"].sum()
    pd.testing.assert_series_equal(by_month, held.table.groupby("period")["cases"].sum(), check_names=False)


def test_one_month_of_released_cases_has_no_two_halves():
    exact = timed_counts([("2024-03-01", "16", 0, 40), ("2024-03-01", "0", 1, 30)], sensitivity="restricted")
    assert histories(shown(exact), by="group").table.empty
