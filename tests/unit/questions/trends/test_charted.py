"""Series on their way to a page: breaks inside a quarter, gaps, suppression, single points, and made-up cases."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.errors import DisclosureRefused, ParameterError
from analysis.presentation import tables
from analysis.questions.trends import control_chart, results, words
from analysis.questions.trends.charted_series import (
    by_period,
    charges_series,
    outcome_series,
    recent_periods,
    recorded_series,
)
from analysis.questions.trends.results import BETWEEN, RECENT
from tests.conftest import make_counts
from tests.released import shown

PARTS = ("points", "phases", "signals", "season")


def firsts(number, *, start=(2022, 1), step=3):
    months = [start[0] * 12 + start[1] - 1 + step * place for place in range(number)]
    return [date(month // 12, month % 12 + 1, 1).isoformat() for month in months]


def followed(pairs, *, start=(2022, 1), step=3, missing=(), forces=None, **changed):
    """Everything that a page shows of a share: events and cases by period."""
    days = firsts(len(pairs), start=start, step=step)
    rows = [
        ("Kent", day, code, cases)
        for day, (events, all_cases) in zip(days, pairs, strict=True)
        for code, cases in (("16", events), ("1", all_cases - events))
    ]
    some = shown(make_counts(rows, months=step, missing=missing, forces=forces, **changed))
    undecided = protect(by_period(some, "undecided"))
    series = outcome_series(some, "victim_withdrawal", undecided=undecided)
    return [protect(getattr(series, part)) for part in PARTS]


def recorded_counts(numbers, *, start=(2014, 4), missing=(), sensitivity="published"):
    days = firsts(len(numbers), start=start)
    held = make_counts(
        [("Kent", day, "8Q", number) for day, number in zip(days, numbers, strict=True)], missing=missing
    )
    table = held.table.rename(columns={"outcome": "offence"})
    names = ("force", "period", "offence")
    return replace(held, table=table, dimensions=names, scheme="", offence="", sensitivity=sensitivity)


def said(points, phases, signals, season):
    """All that is written of a share."""
    told = words.phase_by_phase(phases, signals, season)
    return f"{control_chart.control(points, phases).text} {told.text} {words.outcome(points, phases)}"


def test_a_break_inside_a_quarter_leaves_it_in_no_phase():
    points, phases, *others = followed([(50, 100)] * 12)
    table = points.table.set_index("quarter")
    assert table.loc["2023/24 Q1", ["phase", "cut_by"]].tolist() == [BETWEEN, "principal-crime"]
    assert phases.table["stretch"].tolist() == ["1: January 2022 to March 2023", "2: July 2023 to December 2024"]
    assert phases.table["limits"].tolist() == ["none", "none"]
    assert phases.table["change"].tolist()[1].startswith("From 1 May 2023: back to one crime recorded")
    assert (
        "April to June 2023, drawn hollow, spans the change of 1 May 2023" in control_chart.control(points, phases).html
    )
    assert "Not to be compared with the phase before" in said(points, phases, *others)


def test_a_force_is_cut_at_its_own_breaks_and_a_sum_only_notes_them():
    def drawn(*forces):
        days = firsts(6, start=(2023, 7))
        some = make_counts([(name, day, code, 50) for name in forces for day in days for code in ("16", "1")])
        series = outcome_series(some, "victim_withdrawal", undecided=protect(by_period(some, "undecided")))
        return protect(series.points), protect(series.phases), tables.breaks(some)

    points, phases, told = drawn("Metropolitan Police")
    cut = points.table[points.table["phase"] == BETWEEN]
    assert cut[["quarter", "cut_by"]].to_numpy().tolist() == [["2023/24 Q4", "metropolitan-system"]]
    assert len(phases.table) == 2
    assert "28 February 2024" in control_chart.control(points, phases).html
    assert [one["force"] for one in told.record["breaks"]] == ["Metropolitan Police"]
    points, phases, told = drawn("Kent")
    assert len(phases.table) == 1
    assert told.record["breaks"] == []
    points, phases, told = drawn("Kent", "Metropolitan Police")
    assert len(phases.table) == 1
    assert points.table["noted"].tolist() == ["", "", "metropolitan-system", "", "", ""]
    said_once = (
        "The series is not cut where one force alone changed. The Metropolitan Police moved from the record system CRIS"
    )
    assert control_chart.control(points, phases).html.count(said_once) == 1
    assert [one["force"] for one in told.record["breaks"]] == ["Metropolitan Police"]


def test_a_break_on_the_first_day_of_a_month_cuts_none():
    points, phases, *_ = followed([(50, 100), (52, 100), (49, 100)] * 8, step=1, start=(2022, 5))
    assert BETWEEN not in set(points.table["phase"])
    assert phases.table["limits"].tolist() == ["full", "full"]


def test_a_period_that_a_force_did_not_send_is_a_gap():
    points, phases, *others = followed(
        [(50, 100)] * 9, start=(2023, 7), missing=[("Essex", "2024-01-01")], forces=["Kent", "Essex"]
    )
    row = points.table.set_index("quarter").loc["2023/24 Q4"]
    assert row["state"] == "not_received"
    assert row[["events", "cases", "share"]].isna().all()
    chart = control_chart.control(points, phases)
    assert "Without a number, [x]: January to March 2024." in chart.html
    assert chart.html.count("[x]") >= 3
    assert phases.table["points"].tolist() == [8]
    assert "nan" not in said(points, phases, *others)


def test_guarded_counts_have_the_chart_of_their_rounded_counts():
    pairs = [(52, 103), (48, 101), (3, 100), (51, 99), (47, 98), (53, 102), (51, 101), (46, 97), (52, 103), (51, 101)]
    points, phases, *others = followed(pairs, start=(2023, 7), step=1, sensitivity="restricted")
    table = points.table
    assert table["events"].dropna().mod(5).eq(0).all()
    assert table["state"].tolist().count("suppressed") == 1
    assert table.loc[2, ["events", "share"]].isna().all()
    rounded = [(round(e / 5) * 5, round(c / 5) * 5) for e, c in pairs if e > 3]
    ends = phases.table.loc[0, ["start_share", "end_share"]].tolist()
    assert ends == pytest.approx([events / cases for events, cases in (rounded[0], rounded[-1])])
    assert "[c]: September 2023" in control_chart.control(points, phases).html
    assert "52" not in said(points, phases, *others).replace("2052", "")


def test_the_ends_of_a_guarded_share_are_told_with_what_chance_and_rounding_leave_of_them():
    """Of 83 cases a month the share went from 60.0% to 43.8% where nothing had changed in truth."""
    pairs = [(43, 83), (39, 84), (41, 80), (37, 79), (42, 86), (40, 82), (38, 81), (41, 85), (35, 83)]
    points, phases, *_ = followed(pairs, start=(2023, 7), step=1, sensitivity="restricted")
    told = words.outcome(points, phases)
    first, last = (points.table.iloc[place] for place in (0, -1))
    for row in (first, last):
        ends = " to ".join(f"{100 * float(row[name]):.1f}%" for name in ("low", "high"))
        assert f"{100 * float(row['share']):.1f}% ({ends})" in told
    assert "(95% intervals)" in told
    assert "went" not in told
    published, courses, *_ = followed(pairs, start=(2023, 7), step=1)
    assert "went month by month from 51.8% to 42.2%" in words.outcome(published, courses)


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        (
            range(45, 69, 2),
            "went month by month from 47.0% to 67.0%, May 2023 to March 2024. It was 45.0% in April",
        ),
        ((45, 50, 60, *[50] * 9), "was 45.0% in April 2023 and 50.0% at both ends from May 2023 to March 2024."),
    ],
)
def test_a_share_of_one_month_or_the_same_at_both_ends_went_nowhere(shares, told):
    points, phases, *_ = followed([(events, 100) for events in shares], start=(2023, 4), step=1)
    assert f"the share that ended because the victim withdrew {told}" in words.outcome(points, phases)


@pytest.mark.parametrize("numbers", [[100, 103], [58, 62], [198, 204]])
def test_of_rounded_cases_recorded_no_ratio_and_no_sameness_is_told(numbers):
    """101 and 104 were 100 and 105, and so 5% more."""
    days = firsts(13, start=(2023, 7), step=1)
    held = [numbers[0], *[150] * 11, numbers[1]]
    rows = [("Kent", day, "16", number) for day, number in zip(days, held, strict=True)]
    points = protect(recorded_series(shown(make_counts(rows, months=1, sensitivity="restricted"))).points)
    told = f"{words.opening(points)} {words.year_before(points)}"
    begun, ended = (int(points.table["recorded"].iloc[place]) for place in (0, -1))
    assert f"was {ended}; in July 2023 it was {begun}." in told
    assert f"it was {ended}, against {begun} a year before." in told
    for claim in ("as many", "as high", "%", "hardly"):
        assert claim not in told


def test_where_nothing_may_be_shown_it_says_so():
    points, phases, *others = followed([(2, 5)] * 9, step=1, sensitivity="restricted")
    told = said(points, phases, *others)
    assert "No month has a number that can be shown." in told
    assert "nan" not in told
    assert "<NA>" not in told
    assert set(points.table["state"]) == {"suppressed"}
    assert others[0].table.empty


def test_one_point_says_nothing_of_change():
    told = said(*followed([(40, 100)], start=(2024, 4)))
    assert "40.0% in the one quarter shown" in told
    assert "nothing can be said of change" in told


def test_news_is_said_in_words_and_nothing_where_nothing_is_news():
    steady = [(500 + place % 3, 1000) for place in range(15)]
    assert "There is no signal" in said(*followed(steady, start=(2023, 7), step=1))
    assert "None of 14 months stands out from the others counted in the same way" in said(
        *followed(steady, start=(2023, 7), step=1)
    )
    wide = [(320 + 7 * (place % 3), 1000) for place in range(10)] + [
        (640 + 7 * (place % 3), 1000) for place in range(10)
    ]
    points, phases, signals, season = followed(wide, start=(2023, 7), step=1)
    told = said(points, phases, signals, season)
    assert "May 2024: higher than the others would suggest." in told
    assert "May 2024 stands out from the months counted in the same way" in told
    assert re.search(r"A lasting change of under [\d.]+ points up would often not be seen here\.", told)
    assert signals.table[["first_period", "last_period", "points"]].to_numpy().tolist() == [["May 2024", "May 2024", 1]]
    assert points.table.loc[points.table["rule"] != "", "month"].tolist() == ["May 2024"]
    fallen = said(*followed(wide[::-1], start=(2023, 7), step=1))
    assert "May 2024: lower than the others would suggest." in fallen


def test_the_same_time_a_year_before_stands_beside_the_latest_where_both_are_counted_alike():
    series = recorded_series(recorded_counts([100, 110, 90, 95, 120], start=(2014, 4)))
    told = words.year_before(protect(series.points))
    assert told == "In April to June 2015 it was 120, against 100 a year before (20% more)."
    few = recorded_series(recorded_counts([10, 110, 90, 95, 7], start=(2014, 4)))
    assert words.year_before(protect(few.points)) == "In April to June 2015 it was 7, against 10 a year before."
    broken = recorded_series(recorded_counts([100, 110, 90, 95, 120], start=(2017, 7)))
    assert words.year_before(protect(broken.points)) == ""
    short = recorded_series(recorded_counts([100, 110, 90]))
    assert words.year_before(protect(short.points)) == ""


@pytest.mark.parametrize(
    ("shares", "recent"),
    [
        ([0.05, 0.05, 0.05, 0.3, 0.6], ["3", "4"]),
        ([0.3, 0.05, 0.05, 0.05, 0.6], ["4"]),
        ([0.05, 0.05, 0.05, 0.05, 0.08], []),
        ([0.3, 0.3, 0.3, 0.3, 0.4], []),
        ([0.15, 0.15, 0.15, 0.15, 0.3], ["4"]),  # twice as many as is usual
        ([0.15, 0.15, 0.15, 0.15, 0.29], []),
        ([None, None, None, 0.1, 0.2], ["4"]),
        ([None, None, None, 0.11, 0.2], ["3", "4"]),
        ([0.05, 0.05, 0.05, 0.6, None], []),
        ([], []),
    ],
)
def test_recent_periods_are_those_at_the_end_that_are_much_less_decided(shares, recent):
    table = pd.DataFrame({"month": [str(place) for place in range(len(shares))], "share": shares})
    assert recent_periods(table, "month") == frozenset(recent)


def test_recent_periods_are_drawn_and_counted_nowhere():
    days = firsts(10, start=(2024, 1), step=1)
    rows = [("Kent", day, code, 50) for day in days for code in ("16", "1")] + [("Kent", days[-1], "0", 200)]
    some = make_counts(rows, months=1)
    undecided = protect(by_period(some, "undecided"))
    for base, told in (("recorded", "which is no change"), ("with_outcome", "not like the rest")):
        series = outcome_series(some, "victim_withdrawal", base=base, undecided=undecided)
        points, phases = protect(series.points), protect(series.phases)
        assert points.table["phase"].tolist() == [*["1"] * 9, RECENT]
        assert phases.table.loc[0, ["points", "end_share", "last_period"]].tolist() == [9, 0.5, "September 2024"]
        assert not pd.isna(points.table["share"].iloc[-1])
        assert told in words.still_open(points, undecided)


def test_made_up_cases_are_called_so():
    told = said(*followed([(50, 100)] * 9, start=(2023, 7), sensitivity="synthetic"))
    assert told.count("made-up stalking cases") >= 2


def test_recorded_series_without_and_with_breaks():
    series = recorded_series(recorded_counts([100, 110]))
    points = protect(series.points)
    assert words.opening(points) == (
        "In July to September 2014 stalking recorded by Kent Police was 1.1 times as high as in April to June 2014, "
        "with no known change in what is counted."
    )
    phases = protect(series.phases)
    assert words.latest(phases, protect(series.signals)).endswith("but too few to say what is unusual.")
    assert (
        "100 to 110 cases a quarter"
        in words.phase_by_phase(phases, protect(series.signals), protect(series.season)).text
    )
    one = protect(recorded_series(recorded_counts([100])).points)
    assert words.opening(one) == ""
    gap = recorded_series(recorded_counts([100, 110, 90], missing=[("Kent", "2014-07-01")]))
    assert protect(gap.points).table["state"].tolist() == ["shown", "not_received", "shown"]


@pytest.mark.parametrize(
    ("numbers", "caution"),
    [
        ([value + year for year in range(6) for value in (50, 60, 90, 55)], ["The time of year matters"]),
        ([100, 112, 95, 104, 98, 107, 101, 93, 111, 99, 105, 97, 102, 108, 96, 100], []),
        ([50, 60, 70, 50, 60, 70, 50, 60], ["Too few years"]),
    ],
)
def test_a_caution_about_the_time_of_year_is_told_where_there_is_one(numbers, caution):
    series = recorded_series(recorded_counts(numbers))
    others = [protect(part) for part in (series.phases, series.signals, series.season)]
    told = others[-1].table["caution"].tolist()
    assert [sentence[: len(start)] for sentence, start in zip(told, caution, strict=True)] == caution
    assert all(sentence in words.phase_by_phase(*others).text for sentence in told)


def test_many_quarters_of_few_cases_are_not_said_to_be_few_quarters():
    series = recorded_series(recorded_counts([2, 0, 3, 1, 4, 2, 1, 3, 2, 1]))
    told = words.latest(protect(series.phases), protect(series.signals))
    assert told.endswith("but too few cases in each quarter, or too little movement, to say what is unusual.")
    title = control_chart.control(protect(series.points), protect(series.phases)).record["title"]
    assert title.endswith("10 quarters, with too few cases in each, or too little movement, to say what is unusual")


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([20, 0], "was 0; in April to June 2014 it was 20. No change in what is counted is known."),
        ([0, 3], "was 3; in April to June 2014 it was 0. No change in what is counted is known."),
        ([99, 300], "was 300; in April to June 2014 it was 99. No change in what is counted is known."),
        ([7, 7], "was 7, as many as in April to June 2014. No change in what is counted is known."),
        ([100, 300], "was 3.0 times as high as in April to June 2014, with no known change in what is counted."),
    ],
)
def test_of_few_cases_numbers_are_told_and_no_ratio(numbers, told):
    points = protect(recorded_series(recorded_counts(numbers)).points)
    assert words.opening(points) == f"In July to September 2014 stalking recorded by Kent Police {told}"
    assert words.opening(protect(recorded_series(recorded_counts([0, 0])).points)) == ""


def test_a_crime_of_several_words_is_a_number_of_cases():
    year = counts.read("offences_2024_25")
    for force, told in (
        ("Kent", "recorded by Kent Police was"),
        ("all", "recorded by the police of England and Wales"),
    ):
        grooming = year.select(force=force, offence="88A")
        said = words.opening(protect(recorded_series(grooming).points))
        assert said.startswith(f"In January to March 2025 the number of cases of sexual grooming {told}")


def test_one_number_does_not_go_from_anywhere_to_anywhere():
    def recorded(*numbers):
        series = recorded_series(recorded_counts(numbers, start=(2024, 4)))
        return words.recorded(protect(series.points), protect(series.phases))

    assert "in a quarter was 400 in April to June 2024." in recorded(400)
    assert "in a quarter went from 400 to 300 from April to September 2024." in recorded(400, 300)
    assert "in a quarter was 400 at both ends of April to September 2024." in recorded(400, 400)
    assert "in a quarter was 0 at both ends of April to December 2024." in recorded(0, 2, 0)


def test_of_a_phase_without_a_number_nothing_is_said_to_be_counted_in_the_same_way():
    _, phases, signals, _ = followed([(2, 5)] * 9, step=1, sensitivity="restricted")
    assert phases.table["points"].tolist() == [0]
    assert words.latest(phases, signals) == ""


def test_quarters_before_an_offence_had_a_class_of_its_own_are_no_zeros():
    series = recorded_series(recorded_counts([5, 5, 100, 110], start=(2013, 10)))
    assert protect(series.points).table["quarter"].tolist() == ["2014/15 Q1", "2014/15 Q2"]


def test_recorded_counts_are_guarded_too():
    def of_people(numbers):
        days = firsts(len(numbers), start=(2023, 7), step=1)
        rows = [("Kent", day, "16", number) for day, number in zip(days, numbers, strict=True)]
        return shown(make_counts(rows, months=1, sensitivity="restricted"))

    with pytest.raises(DisclosureRefused, match="exact counts of people"):
        protect(recorded_series(recorded_counts([102, 4, 98], sensitivity="restricted")).points)
    guarded = protect(recorded_series(of_people([102, 4, 98])).points)
    assert guarded.table["recorded"].fillna(-1).tolist() == [100, -1, 100]
    assert guarded.table["state"].tolist() == ["shown", "suppressed", "shown"]
    hidden = recorded_series(of_people([4, 4]))
    points, phases = protect(hidden.points), protect(hidden.phases)
    assert words.recorded(points, phases) == "No number of cases recorded can be shown."
    assert words.figure(points, phases)["value"] == "No number"
    assert "No month has a number" in control_chart.control(points, phases).text


def test_what_is_no_series_is_refused():
    cases = counts.read("stalking_2024_25")
    with pytest.raises(ParameterError, match="not kept by month or by quarter"):
        recorded_series(counts.read("stalking_charged_2015_2020"))
    with pytest.raises(ParameterError, match="not crimes recorded"):
        recorded_series(replace(counts.read("stalking_recorded"), basis="closed"))
    with pytest.raises(ParameterError, match="not crimes recorded by quarter"):
        charges_series(replace(counts.read("stalking_recorded"), basis="closed"))
    with pytest.raises(ParameterError, match="not kept by month or by quarter"):
        by_period(counts.read("stalking_charged_2015_2020"), "charged")
    with pytest.raises(ParameterError, match="not kept by month or by quarter"):
        by_period(cases.regroup("force", "outcome"), "charged")


def test_nothing_is_drawn_or_said_that_has_not_been_through_the_gate():
    series = recorded_series(recorded_counts([100, 110]))
    points = protect(series.points)
    with pytest.raises(DisclosureRefused):
        control_chart.control(points, series.rates)
    with pytest.raises(DisclosureRefused):
        words.opening(series.rates)


def test_the_four_parts_of_a_series_are_of_one_chart_and_those_of_another_are_not():
    results._charted.cache_clear()
    numbers = [100, 104, 98, 103, 99, 105, 97, 101, 104]
    for several in (numbers, [*numbers[:-1], 140]):
        series = recorded_series(recorded_counts(several, missing=[("Kent", "2015-01-01")]))
        made = [protect(getattr(series, part)) for part in PARTS]
        assert made[0].table["recorded"].iloc[-1] == several[-1]
    found = results._charted.cache_info()
    assert (found.misses, found.hits) == (2, 6)


@pytest.mark.parametrize(
    ("by_month", "told"),
    [
        (4, "by a test the shares tend to rise over the months, by more than chance would usually explain (p "),
        (0, "by tests of difference and of trend, chance alone could explain the differences between the months (p "),
    ],
)
def test_of_a_share_it_is_said_beside_the_band_whether_all_its_months_differ(by_month, told):
    """A rise by a third in two years has no month that stands out of the others, and the report by quarter tells it."""
    pairs = [(80 + by_month * place + 3 * (-1) ** place, 250) for place in range(24)]
    points, phases, *_ = followed(pairs, start=(2023, 6), step=1, sensitivity="restricted")
    figure = control_chart.control(points, phases).record
    assert figure["title"].startswith("None of 23 months stands out")
    [note] = figure["notes"]
    assert note.startswith("The band asks of each month whether it stands out; a steady rise or fall does not. ")
    assert f"Of all months of phase 1: {told}" in note
