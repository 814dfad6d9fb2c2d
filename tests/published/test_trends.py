"""Recorded stalking, charges and withdrawal over time: the bundled figures, and what is said of them."""

import re

import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.questions.trends import control_chart, words
from analysis.questions.trends.charted_series import by_period, charges_series, outcome_series, recorded_series
from analysis.questions.trends.results import BETWEEN, RECENT


@pytest.fixture(scope="module")
def national():
    return counts.read("stalking_recorded")


@pytest.fixture(scope="module")
def recorded(national):
    series = recorded_series(national)
    return {name: protect(getattr(series, name)) for name in ("points", "phases", "signals", "season")}


def test_the_series_begins_when_stalking_became_a_class_and_every_quarter_is_the_publishers(national, recorded):
    points = recorded["points"].table
    assert (points["quarter"].iloc[0], points["quarter"].iloc[-1], len(points)) == ("2014/15 Q1", "2025/26 Q3", 47)
    sums = national.select(offence="8Q").table.groupby("period")["cases"].sum()
    assert points["recorded"].tolist() == sums.tolist()
    assert recorded["points"].about.period == "April 2014 to December 2025"


def test_limits_begin_anew_at_each_break_and_the_cut_quarter_has_none(recorded):
    points, phases = recorded["points"].table, recorded["phases"].table
    assert phases["start_recorded"].tolist() == [703, 4509, 19243, 32749]
    assert phases["end_recorded"].tolist() == [3200, 11307, 29492, 36230]
    assert phases["limits"].tolist() == ["full"] * 4
    cut = points[points["phase"] == BETWEEN]
    assert cut[["quarter", "cut_by"]].to_numpy().tolist() == [["2023/24 Q1", "principal-crime"]]
    assert cut[["centre_recorded", "low_recorded", "high_recorded"]].isna().all(axis=None)


def test_the_answer_is_in_the_numbers(recorded):
    points, phases = recorded["points"], recorded["phases"]
    assert words.opening(points) == (
        "Recorded stalking cannot be followed in one line from April to June 2014 on: what is counted changed "
        "three times."
    )
    assert words.changes(points) == ["1 April 2018", "1 April 2020", "1 May 2023"]
    told = words.recorded(points, phases)
    assert "4,509 to 11,307 from April 2018 to March 2020, 19,243 to 29,492 from April 2020" in told
    assert told.endswith("In October to December 2025 it was 36,230, against 33,578 a year before (8% more).")
    assert words.latest(phases, recorded["signals"]) == (
        "The 10 quarters since July 2023 are counted in the same way, and none stands out. A lasting change "
        "of under 28% up, or of under 22% down, would often not be seen here."
    )


@pytest.mark.parametrize(
    ("years", "often"), [("2014/15 to 2017/18", ""), ("2017/18 to 2018/19", "once"), ("2017/18 to 2020/21", "twice")]
)
def test_the_answer_counts_the_changes_between_its_ends(years, often, national):
    said = words.opening(protect(recorded_series(national.select(period=years)).points))
    if often:
        assert said.startswith("Recorded stalking cannot be followed in one line from April to June 2017 on")
        assert said.endswith(f"what is counted changed {often}.")
    else:
        assert said == (
            "In January to March 2018 recorded stalking was 4.6 times as high as in April to June 2014, with no known "
            "change in what is counted."
        )


def test_only_the_successor_of_the_first_quarter_of_the_pandemic_is_news(recorded):
    """Within the phases of the counting one quarter of 46 stands out: July to September 2020."""
    signals = recorded["signals"].table
    assert signals[["first_period", "direction"]].to_numpy().tolist() == [["2020/21 Q2", "above"]]


def test_neighbouring_phases_are_said_not_to_compare_and_why(recorded):
    shown = words.phase_by_phase(recorded["phases"], recorded["signals"], recorded["season"])
    assert shown.text.count("Not to be compared with the phase before. From 1 ") == 3
    assert "July to September 2020: higher than the others would suggest." in shown.text
    assert len(shown.record["records"]) == 1
    assert [one["phase"] for one in shown.record["phases"]] == ["1", "2", "3", "4"]


def test_charges_are_a_ratio_with_a_caution_and_no_line_through_a_break(national):
    series = charges_series(national)
    points, phases = protect(series.points), protect(series.phases)
    assert [round(end, 1) for end in phases.table["end_per_hundred"]] == [16.1, 8.6, 8.1, 7.9]
    assert phases.table["limits"].tolist() == ["full", "full", "full", "none"]
    shown = control_chart.control(points, phases)
    assert "a ratio, not a charge rate" in shown.html
    assert "Greater Manchester Police sent almost no outcomes" in shown.html
    assert "%" not in shown.text
    figure = words.figure(points, phases)
    assert "recorded by all 44 police forces of England and Wales, April to June 2024; a ratio" in figure["base"]
    assert (figure["value"], figure["interval"]) == ("7.9", "counted in the same way since July 2023, when it was 7.3")
    assert "data/published/stalking_charges_by_quarter.csv" in points.about.files


def test_four_quarters_are_too_few_to_tell_a_trend():
    cases = counts.read("stalking_2024_25")
    undecided = protect(by_period(cases, "undecided"))
    series = outcome_series(cases, "victim_withdrawal", undecided=undecided)
    points, phases = protect(series.points), protect(series.phases)
    assert points.table["events"].tolist() == [16916, 16874, 16573, 16851]
    assert points.table["centre"].isna().all()
    assert words.outcome(points, phases).endswith(
        "between 48.8% and 50.3% ended because the victim withdrew in each of four quarters, too few to say what is "
        "unusual."
    )
    assert words.still_open(points, undecided) == ""
    assert "four quarters, too few to say what is unusual" in control_chart.control(points, phases).text


def test_gwents_newest_months_are_no_news():
    """The months whose cases are much less decided stand in no mean, limit or signal, and are said to."""
    cases = counts.read("gwent_2022_2025")
    undecided = protect(by_period(cases, "undecided"))
    series = outcome_series(cases, "withdrew_or_evidential", undecided=undecided)
    points, phases = protect(series.points), protect(series.phases)
    table = points.table
    assert table.loc[table["phase"] == RECENT, "month"].tolist() == [
        "March 2025",
        "April 2025",
        "May 2025",
        "June 2025",
    ]
    assert [round(end, 3) for end in phases.table["end_share"]] == [0.525, 0.399]
    assert phases.table["after"].tolist() == ["", "principal-crime"]
    assert not protect(series.signals).table["last_period"].isin(["March 2025", "June 2025"]).any()
    told = words.still_open(points, undecided)
    assert told.startswith(
        "Of the cases of all crime of 13 types recorded from March to June 2025, 39.1% had no outcome yet, "
        "against 11.5%"
    )
    assert "which is no change" in told
    assert re.search(
        r"drawn hollow: many of these cases have no outcome yet", control_chart.control(points, phases).html
    )
