"""How soon Gwent's cases ended, against a plain count with pandas that shares no code with the suite."""

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.counts.narrowing import narrowed
from analysis.disclosure import protect
from analysis.publishing.notebooks import jobs, notebooks
from analysis.questions.timing import words
from analysis.questions.timing.histories import histories
from analysis.questions.timing.outlook import ALL_ENDINGS, Outlook
from analysis.questions.timing.results import Timed
from analysis.reference.reference import DISPOSITIONS

GWENT = "gwent_2022_2025_lags"
OPEN = ["Under investigation", "Status update unavailable", "No outcome published"]
POOLED = DISPOSITIONS["withdrew_or_evidential"]


@pytest.fixture(scope="module", params=["Violence and sexual offences", "all"])
def held(request):
    """Counts of one crime type or of all, and their rows as pandas has them: was the case open, as far as dates go."""
    everything = counts.read(GWENT)
    rows = everything.table.astype({"outcome": str, "first_outcome": str})
    rows = rows if request.param == "all" else rows[rows["crime_type"] == request.param]
    rows = rows.assign(is_told_open=rows["outcome"].isin(OPEN))
    is_undated = (rows["first_outcome"] == "No outcome published") & ~rows["is_told_open"]
    rows = rows.assign(is_open=rows["is_told_open"] | is_undated)
    return narrowed(everything, crime_type=request.param), rows, int(rows[is_undated]["cases"].sum())


def _ended_by(rows, last, outcome=""):
    """The share ended by the end of a month, month by month: of those open and followed, how many ended."""
    still, share = 1.0, 0.0
    for month in range(last + 1):
        followed = rows[rows["lag"] >= month]["cases"].sum()
        ended = rows[(rows["lag"] == month) & ~rows["is_open"]]
        counted = ended[ended["outcome"] == outcome] if outcome else ended
        share += still * counted["cases"].sum() / followed
        still *= 1 - ended["cases"].sum() / followed
    return share


def test_where_the_cases_stand(held):
    cases, rows, undated = held
    row = protect(Timed(histories(cases)).standing).table.iloc[0]
    assert (row["cases"], row["events"], row["undated"]) == (
        rows["cases"].sum(),
        rows[rows["is_told_open"]]["cases"].sum(),
        undated,
    )
    assert row["cases"] == cases.total
    assert (row["known_to"], row["dated_to"], row["unfollowed"]) == ("June 2025", "June 2025", 0)


@pytest.mark.parametrize("lag", [0, 1, 3, 6, 12])
def test_shares_by_asked_times(held, lag):
    cases, rows, _ = held
    table = protect(Timed(histories(cases)).ended_by).table.set_index(["by_lag", "ending"])
    assert table.loc[(lag, "Any ending"), "incidence_share"] == pytest.approx(_ended_by(rows, lag))
    pooled = _ended_by(rows, lag, "Unable to prosecute suspect")
    assert table.loc[(lag, POOLED), "incidence_share"] == pytest.approx(pooled)
    decided = rows[~rows["is_open"]]
    naive = decided[decided["lag"] <= lag]["cases"].sum() / decided["cases"].sum()
    assert table.loc[(lag, "Any ending"), "naive_share"] == pytest.approx(naive)


def test_the_half_way_month(held):
    cases, rows, _ = held
    row = protect(Timed(histories(cases)).median_times).table.set_index("ending").loc["Any ending"]
    assert row["median"] == next(lag for lag in range(36) if _ended_by(rows, lag) >= 0.5)


def test_the_first_year_was_followed_for_longer_so_its_shares_are_plain_shares(held):
    cases, rows, _ = held
    months = sorted(rows["period"].unique())[:12]
    first = rows[rows["period"].isin(months)]
    plain = first[(first["lag"] <= 12) & ~first["is_open"]]["cases"].sum() / first["cases"].sum()
    table = protect(Timed(histories(cases, by="group")).group_shares).table.set_index(["group", "by_lag", "ending"])
    found = table.loc[("July 2022 to June 2023", 12, "Any ending"), "incidence_share"]
    assert found == pytest.approx(plain)
    assert pd.isna(
        table.loc[("July 2024 to June 2025", 12, "Any ending"), "incidence_share"]
    )  # followed for 11 at most


def test_how_far_the_quarters_have_got(held):
    cases, rows, _ = held
    table = protect(Outlook(histories(cases, by="month")).decided_by_age).table.set_index(["quarter", "by_lag"])
    spring = rows[[(day.year, day.month) in ((2025, 1), (2025, 2), (2025, 3)) for day in rows["period"]]]
    plain = spring[(spring["lag"] <= 3) & ~spring["is_open"]]["cases"].sum() / spring["cases"].sum()
    assert table.loc[("2024/25 Q4", 3), "decided_share"] == pytest.approx(plain)
    assert table.loc["2024/25 Q4"].index.max() == 3


def test_the_figures_that_the_page_is_read_for():
    cases = narrowed(counts.read(GWENT), crime_type="Violence and sexual offences")
    whole, months = histories(cases), histories(cases, by="month")
    ended, medians = protect(Timed(whole).any_ending_by), protect(Timed(whole).median_times)
    standing = protect(Timed(whole).standing)
    assert words.opening(medians, ended, standing) == (
        "Half of all cases of violence and sexual offences recorded by Gwent Police had ended by the second month "
        "after recording. By the 12th month, more than 1 in 10 had no ending on record."
    )
    assert words.shares(ended, standing) == (
        "Of 76,532 cases of violence and sexual offences recorded by Gwent Police from July 2022 to June 2025, 48.7% "
        "had ended by the first month after recording, 64.4% by the third month and 84.7% by the 12th month."
    )
    assert "89.3% had ended by the sixth month after recording: 13.1 percentage points more" in words.misleads(ended)
    newest = protect(Outlook(months).headed_for).table.set_index(["month", "ending"]).loc[("June 2025", POOLED)]
    told = newest[["so_far_share", "final_share", "low_range_share", "high_range_share"]].astype(float)
    assert told.round(3).to_list() == [0.187, 0.618, 0.482, 0.728]


def test_the_ranges_that_held():
    """All crime, 3, 6 and 12 months before: nine in ten of all held, more than of the chain ladder's, but not of each.

    Of cases without an ending, seven of twelve made six months before did: the page claims nothing of its ranges.
    """
    back_test = protect(Outlook(histories(counts.read(GWENT), by="month")).back_tested)
    together = back_test.table[back_test.table["ending"] == ALL_ENDINGS]
    assert (together["held_share"].astype(float) >= 0.9).all()
    assert (together["held_share"].astype(float) >= together["ladder_held_share"].astype(float)).all()
    assert not words.holds(back_test)
    assert "at worst 58% (6 months before): not yet decided" in words.range_of(back_test)


def test_the_groups_differ_and_the_reader_is_sent_to_the_shares():
    """52.2 where the endings of one month are taken as independent, which they are not."""
    groups = histories(narrowed(counts.read(GWENT), crime_type="Violence and sexual offences"), by="group")
    test = protect(Timed(groups).group_test)
    row = test.table.set_index("ending").loc[POOLED]
    assert (round(float(row["chi_squared"]), 1), row["chi_squared_degrees"]) == (48.7, 1)
    told = words.tested(test, protect(Timed(groups).group_shares))
    assert "The shares matter more than the p value. The counting changed on 1 May 2023" in told


def test_what_a_run_asks_of_counts_by_crime_type_and_by_offence():
    book = notebooks.notebook("time_to_outcome")
    values = jobs.checked(book, {"crime_type": "violence and sexual OFFENCES"})
    assert values["crime_type"] == "Violence and sexual offences"
    assert jobs.subject(values) == "Gwent, violence and sexual offences (not stalking alone), July 2022 to June 2025"
    assert jobs.subject(jobs.checked(book, {"crime_type": "ALL"})) == (
        "Gwent, all crime of 13 types (not stalking alone), July 2022 to June 2025"
    )
    values = jobs.checked(book, {"counts": "stalking_example_lags"})
    assert jobs.subject(values) == "Exampleshire, stalking, April 2022 to March 2024"
