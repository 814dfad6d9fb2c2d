"""Control charts against printed ones: Montgomery's, the NHS-R community's, another package's session of Laney's."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import signals
from analysis.reference.reference import Break

# Montgomery, Introduction to Statistical Quality Control: cans of frozen orange juice concentrate (30 samples of 50;
# also "orangejuice" of R's qcc), printed circuit boards (26 samples of 100), and mortgage applications (20 weeks).
ORANGE_JUICE = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13]
ORANGE_JUICE += [9, 6]
BOARDS = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15]
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
# Made so that the mean of the shares is the pooled share, and a chart centred on either is the same.
UNEQUAL = [20, 40, 26, 50, 14, 30, 22, 44, 18, 36, 20, 40], [100, 200] * 6


def months(number, *, start=(2014, 4), step=3):
    first = start[0] * 12 + start[1] - 1
    return [date((first + step * place) // 12, (first + step * place) % 12 + 1, 1) for place in range(number)]


def table(events, cases=None):
    columns = {"period": months(len(events)), "events": events}
    return pd.DataFrame(columns if cases is None else {**columns, "cases": cases})


def a_break(day, name="made-up"):
    return Break(name, day, "8Q", "counting", "What is counted", "Nothing")


def rows(found):
    return [(row.rule, row.first_day, row.direction, row.points) for row in found.itertuples()]


def test_a_p_chart_is_montgomerys_of_orange_juice():
    # Montgomery, section 7.2.1 (6.2.1 in older editions), table of 30 samples: p-bar 0.2313, LCL 0.0524, UCL 0.4102;
    # samples 15 and 23 plot above the upper limit.
    drawn = chart(table(ORANGE_JUICE, [50] * 30), "p")
    phase = drawn.phases.iloc[0]
    assert round(phase["centre"], 4) == 0.2313
    # Montgomery adds to a rounded 0.2313; unrounded, the upper limit is 0.41025.
    assert drawn.points["low"].to_numpy() == pytest.approx(np.full(30, 0.0524), abs=5e-5)
    assert drawn.points["high"].to_numpy() == pytest.approx(np.full(30, 0.4102), abs=1e-4)
    outside = signals(drawn).query("rule == 'outside_limits'")
    assert list(outside["first_day"]) == [months(30)[14], months(30)[22]]
    assert set(outside["direction"]) == {"above"}
    assert (phase["limits"], phase["points"], phase["missing"]) == ("full", 30, 0)
    assert np.isnan(phase["sigma_z"])


def test_a_c_chart_is_montgomerys_of_circuit_boards():
    # Montgomery, section 7.3.1, table 7.7: 516 in 26 samples, c-bar 19.85, UCL 33.22, LCL 6.48; 6 and 20 are outside.
    drawn = chart(table(BOARDS), "c")
    assert round(drawn.phases.loc[0, "centre"], 2) == 19.85
    assert drawn.points.loc[0, "low"] == pytest.approx(6.48, abs=5e-3)
    assert drawn.points.loc[0, "high"] == pytest.approx(33.22, abs=1e-2)
    outside = signals(drawn).query("rule == 'outside_limits'")
    assert list(zip(outside["first_day"], outside["direction"], strict=True)) == [
        (months(26)[5], "below"),
        (months(26)[19], "above"),
    ]


def test_an_xmr_chart_is_montgomerys_of_loans():
    # Montgomery, section 6.4, example 6.5 (cost of processing mortgage loan applications): mean 300.5, mean moving
    # range 7.79, UCL 321.22, LCL 279.78, no point outside.
    drawn = chart(pd.DataFrame({"period": months(20), "value": LOANS}), "xmr")
    first = drawn.points.iloc[0]
    assert first["centre"] == 300.5
    assert round(first["sigma"] * 1.128, 2) == 7.79
    assert (round(first["high"], 2), round(first["low"], 2)) == (321.22, 279.78)
    assert "outside_limits" not in set(signals(drawn)["rule"])


def test_an_xmr_chart_screens_no_outlier_where_the_nhs_r_communitys_does():
    # NHSRplotthedots, vignette "Deviations from Excel defaults": mean 1.94, limits 4.6 and -0.72 once the two ranges
    # beside the 10 are left out, which leaves a mean range of 1. Excel and this project leave them in: 32/17.
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    drawn = chart(pd.DataFrame({"period": months(18), "value": values}), "xmr")
    first = drawn.points.iloc[0]
    assert round(first["centre"], 2) == 1.94
    screened = (first["high"] - first["centre"]) / (32 / 17)
    assert round(first["centre"] + screened, 1) == 4.6
    assert round(first["centre"] - screened, 2) == -0.72
    assert first["high"] - first["centre"] == pytest.approx(first["centre"] - first["low"])
    assert rows(signals(drawn)) == [("outside_limits", months(18)[4], "above", 1)]


@pytest.mark.parametrize(
    ("kind", "sizes", "sigma_z", "limits"),
    [
        ("p_prime", "equal", 1.6608667197432383, [(-0.06580533137686476, 0.5284719980435314)]),
        ("u_prime", "equal", 1.4561422628863148, [(-0.06580533137686476, 0.5284719980435314)]),
        (
            "p_prime",
            "unequal",
            0.7978316357681872,
            [(0.10426020370781756, 0.2957397962921825), (0.13230174081237914, 0.2676982591876209)],
        ),
        (
            "u_prime",
            "unequal",
            0.7136023088710076,
            [(0.10426020370781756, 0.2957397962921825), (0.13230174081237914, 0.2676982591876209)],
        ),
    ],
)
def test_laneys_charts_are_those_of_another_package(kind, sizes, sigma_z, limits):
    # A session of uprime 1.2 (Dashlane, PyPI): Uprime(frame, "t", "y", "n", assumed_distribution="binomial" for p',
    # "Poisson" for u').frame(); sigma_z, lcl and ucl as printed. It centres on the mean rate and cuts no limit at 0.
    series = table(ORANGE_JUICE, [50] * 30) if sizes == "equal" else table(*UNEQUAL)
    drawn = chart(series, kind)
    assert drawn.phases.loc[0, "sigma_z"] == pytest.approx(sigma_z, rel=1e-12)
    for place, (low, high) in enumerate(limits):
        assert drawn.points.loc[place, "low"] == pytest.approx(max(low, 0), rel=1e-12)
        assert drawn.points.loc[place, "high"] == pytest.approx(high, rel=1e-12)


def test_a_c_prime_chart_is_a_u_prime_chart_of_one_unit_a_period():
    one, other = chart(table(BOARDS), "c_prime"), chart(table(BOARDS, [1] * 26), "u_prime")
    columns = ["value", "centre", "sigma", "low", "high"]
    pd.testing.assert_frame_equal(one.points[columns], other.points[columns])


def test_limits_start_anew_at_a_break():
    before, after = [10, 12, 9, 11, 10, 8, 12, 10, 11, 9], [40, 44, 41, 38, 39, 42, 40, 43, 37, 40, 41, 42]
    drawn = chart(table(before + after, [100] * 22), "p", breaks=[a_break("2016-10-01")])
    assert list(drawn.phases["phase"]) == [1, 2]
    assert list(drawn.phases["after"]) == ["", "made-up"]
    assert list(drawn.phases["limits"]) == ["trial", "full"]
    assert list(drawn.phases["centre"]) == pytest.approx([sum(before) / 1000, sum(after) / 1200])
    alone = chart(table(before, [100] * 10), "p").points
    assert list(drawn.points["high"][:10]) == list(alone["high"])
    assert signals(drawn).empty
    assert not signals(chart(table(before + after, [100] * 22), "p")).empty
    assert drawn.notes == ("Phase 1, April 2014 to September 2016: 10 points, fewer than 12: trial limits.",)


def test_a_short_phase_has_no_limits_and_says_so():
    series = table([10, 90, 10, 90, 10, 90, 10, *[50] * 12], [100] * 19)
    drawn = chart(series, "p", breaks=[a_break("2016-01-01")])
    assert drawn.phases.loc[0, ["limits", "points"]].tolist() == ["none", 7]
    assert drawn.phases.loc[0, "note"] == "7 points, fewer than 8: no limits and no rules."
    assert drawn.points.loc[:6, ["centre", "sigma", "low", "high"]].isna().all(axis=None)
    assert set(signals(drawn)["phase"]) <= {2}
    assert chart(series, "p", breaks=[a_break("2016-01-01")], fewest=7).phases.loc[0, "limits"] == "trial"
    one = chart(table([1], [2]), "p")
    assert one.notes == ("Phase 1, April to June 2014: 1 point, fewer than 8: no limits and no rules.",)


def test_a_missing_period_keeps_its_place_and_no_range_runs_over_it():
    events = [10, 20, 10, 20, 10, None, 90, 80, 90, 80]
    whole = table(events, [100] * 10)
    absent = whole.drop(index=5)
    drawn = chart(whole, "p_prime")
    pd.testing.assert_frame_equal(
        chart(absent, "p_prime").points.drop(columns="cases"), drawn.points.drop(columns="cases")
    )
    assert drawn.points.loc[5, "state"] == "not_received"
    assert drawn.phases.loc[0, ["points", "missing"]].tolist() == [9, 1]
    centre = sum(filter(None, events)) / 900
    ranges = [0.1] * 7  # the step from 10 to 90 is over the gap
    sigma = np.sqrt(centre * (1 - centre) / 100)
    assert drawn.phases.loc[0, "sigma_z"] == pytest.approx(np.mean(ranges) / sigma / 1.128)


def test_a_period_without_cases_is_no_point():
    drawn = chart(table([5, 5, 5, 5, 0, 5, 5, 5, 5], [50, 50, 50, 50, 0, 50, 50, 50, 50]), "u_prime")
    assert drawn.points.loc[4, "state"] == "not_applicable"
    assert np.isnan(drawn.points.loc[4, "value"])
    assert drawn.phases.loc[0, "points"] == 8


def test_a_series_of_lone_points_has_no_laney_limits():
    events = [value for each in range(9) for value in (each + 1, None)]
    drawn = chart(table(events, [100] * 18), "p_prime")
    assert drawn.phases.loc[0, "limits"] == "none"
    assert drawn.phases.loc[0, "note"] == "No two periods follow each other: no limits and no rules."
    assert chart(table(events, [100] * 18), "p").phases.loc[0, "limits"] == "trial"


@pytest.mark.parametrize("kind", ["p", "p_prime", "u", "u_prime", "c", "c_prime"])
def test_a_series_of_nothing_is_quiet(kind):
    drawn = chart(table([0] * 12, [50] * 12), kind)
    assert drawn.points[["low", "high"]].to_numpy().tolist() == [[0.0, 0.0]] * 12
    assert signals(drawn).empty


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"events": [1, 2, 3], "cases": [9, 1, 9]}, "Period 2014-07-01: more events than cases"),
        ({"events": [1, -2, 3], "cases": [9, 9, 9]}, "Column 'events', period 2014-07-01: not a count"),
        ({"events": [1, 2.5, 3], "cases": [9, 9, 9]}, "Column 'events', period 2014-07-01: not a count"),
        ({"events": [1, 2, 3], "cases": [9, 9, float("inf")]}, "Column 'cases', period 2014-10-01: not a count"),
        ({"events": [1, 2, 3]}, "No column 'cases'"),
    ],
)
def test_a_series_that_cannot_be_is_refused_by_place(changes, said):
    with pytest.raises(ValueError, match=said):
        chart(pd.DataFrame({"period": months(3), **changes}), "p")


def test_events_out_of_no_cases_are_refused_by_a_u_chart_and_more_than_cases_are_not():
    with pytest.raises(ValueError, match="Period 2014-07-01"):
        chart(table([1, 2], [1, 0]), "u")
    assert chart(table([3] * 8, [2] * 8), "u").phases.loc[0, "centre"] == 1.5


def test_periods_between_the_steps_of_a_series_are_refused():
    series = pd.DataFrame({"period": [date(2014, 4, 1), date(2014, 8, 1)], "events": [1, 2], "cases": [3, 3]})
    with pytest.raises(ValueError, match="2014-08-01 does not begin a whole number of periods after 2014-04-01"):
        chart(series, "p")
    assert len(chart(series, "p", months=1).points) == 5


def test_what_a_caller_may_not_ask():
    with pytest.raises(ParameterError, match="No control chart is called 'np'"):
        chart(table([1], [2]), "np")
    with pytest.raises(ParameterError, match="Limits from 2 points"):
        chart(table([1], [2]), fewest=2)
    with pytest.raises(ParameterError, match="A period of 24 months"):
        chart(table([1], [2]), months=24)
