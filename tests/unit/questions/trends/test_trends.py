"""Limits of chance, phase by phase: what is news, what has no limits, and what is refused."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from analysis.errors import ParameterError
from analysis.questions.trends.control import chart
from analysis.questions.trends.innovations import innovations, smallest_step
from analysis.questions.trends.signals import signals
from analysis.reference.reference import Break


def months(number, *, start=(2014, 4), step=3):
    first = start[0] * 12 + start[1] - 1
    return [date((first + step * place) // 12, (first + step * place) % 12 + 1, 1) for place in range(number)]


def table(events, cases=None):
    columns = {"period": months(len(events)), "events": events}
    return pd.DataFrame(columns if cases is None else {**columns, "cases": cases})


def a_break(day, name="made-up"):
    return Break(name, day, "8Q", "counting", "What is counted", "Nothing")


WAVES = [100, 104, 98, 103, 99, 105, 97, 101, 104, 98, 102, 100]


def test_the_point_that_steps_out_is_news_and_no_other():
    stepped = [*WAVES, *[round(1.6 * one) for one in WAVES]]
    found = signals(chart(table(stepped), "count"))
    assert found[["first_day", "direction"]].to_numpy().tolist() == [[months(13)[12], "above"]]
    assert signals(chart(table(WAVES + WAVES), "count")).empty
    assert signals(chart(table(stepped[::-1]), "count"))["direction"].tolist() == ["below"]


def test_a_series_that_grows_steadily_is_no_news():
    grown = [round(one * 1.1**place) for place, one in enumerate(WAVES + WAVES)]
    drawn = chart(table(grown), "count")
    assert signals(drawn).empty
    assert drawn.phases.loc[0, ["start", "end"]].tolist() == [grown[0], grown[-1]]


def test_news_is_what_lies_outside_the_drawn_limits_and_the_first_point_has_none():
    stepped = [*WAVES, *[round(1.6 * one) for one in WAVES]]
    for kind, cases in (("count", None), ("share", [400] * 24), ("ratio", [50] * 24)):
        points = chart(table(stepped, cases), kind).points
        assert points.loc[0, ["centre", "low", "high", "score"]].isna().all()
        assert (points["low"][1:] < points["centre"][1:]).all()
        assert (points["centre"][1:] < points["high"][1:]).all()
        assert np.flatnonzero(points["value"] > points["high"]).tolist() == [12]


#: The scales on which a series is judged, as functions of a value and its cases: logs with half a case, and roots.
SCALES = {
    "count": (lambda value, _: np.log(value + 0.5), lambda value, _: np.sqrt(value)),
    "ratio": (lambda value, cases: np.log((value * cases + 0.5) / cases), lambda value, _: np.sqrt(value)),
    "share": (
        lambda value, cases: np.log((value * cases + 0.5) / ((1 - value) * cases + 0.5)),
        lambda value, _: np.arcsin(np.sqrt(value)),
    ),
}


@pytest.mark.parametrize("kind", SCALES)
def test_limits_are_the_wider_of_two_scales_and_the_middle_is_that_of_logs(kind):
    """Each limit is found by looking for the value that lies there on its scale; of cases that differ from period to
    period, so that each has its own noise."""
    events = [round(one * (1.6 if place > 14 else 1)) for place, one in enumerate(WAVES + WAVES)]
    cases = np.array([400 + 10 * (place % 7) for place in range(24)], dtype=float)
    drawn = chart(table(events, None if kind == "count" else cases.astype(int)), kind)
    values = np.array(events) / (1 if kind == "count" else cases)
    noise = np.ones(24) if kind == "count" else 1 / cases
    fits = [innovations(scale(values, cases), np.arange(24.0), noise) for scale in SCALES[kind]]

    def valued(scale, place, height):
        return brentq(lambda value: scale(value, cases[place]) - height, 1e-9, 1000 if kind == "count" else 0.999999)

    for place in range(1, 24):
        low, middle, high = (
            [
                valued(scale, place, fit.expected[place] + side * fit.limit * fit.error[place])
                for scale, fit in zip(SCALES[kind], fits, strict=True)
            ]
            for side in (-1, 0, 1)
        )
        told = drawn.points.loc[place, ["low", "centre", "high"]].to_list()
        assert told == pytest.approx([min(low), middle[0], max(high)], rel=1e-6)
    assert drawn.points["score"].to_numpy()[1:] == pytest.approx(fits[0].scores[1:])
    step, mean = fits[0].scale * smallest_step(24, fits[0].weight), sum(events) / cases.sum()
    risen = 1 / (1 + np.exp(-(np.log(mean / (1 - mean)) + step)))
    smallest = risen - mean if kind == "share" else np.exp(step) - 1
    assert drawn.phases.loc[0, "smallest"] == pytest.approx(smallest)


def test_limits_of_small_numbers_stay_where_values_can_be():
    few = [5, 6, 5, 9, 5, 4, 8, 5, 6, 5, 40, 4]
    for kind, cases in (("count", None), ("ratio", [20] * 12), ("share", [45] * 12)):
        points = chart(table(few, cases), kind).points[1:]
        assert (points["low"] == 0).any()
        assert (points["low"] >= 0).all()
    rest = chart(table([45 - one for one in few], [45] * 12)).points[1:]
    assert (rest["high"] == 1).any()
    assert (rest["high"] <= 1).all()


@pytest.mark.parametrize(("value", "end"), [(0, "low"), (45, "high")])
def test_a_value_on_its_limit_is_not_outside(value, end):
    """None and all of 45 cases, where chance alone reaches as far as a share can go."""
    events = [abs(45 * (value > 0) - one) for one in (5, 2, 8, 9, 12, 4, 8, 5, 6, 5, 0, 4)]
    drawn = chart(table(events, [45] * 12))
    assert drawn.points.loc[10, ["value", end]].tolist() == [value / 45] * 2
    assert signals(drawn).empty


def test_a_phase_says_what_it_would_not_see():
    short, long = (chart(table(values), "count").phases.loc[0, "smallest"] for values in (WAVES[:8], WAVES * 3))
    assert short > long > 0.05
    share = chart(table(WAVES * 2, [400] * 24), "share").phases.loc[0, "smallest"]
    assert 0 < share < 0.75  # a difference of shares about a quarter
    rest = list(WAVES * 2)
    rest[12:] = [round((1.05 + long) * one) for one in rest[12:]]
    assert not signals(chart(table(rest), "count")).empty
    rest[12:] = [round(one / (1.05 + long) ** 2) for one in rest[12:]]  # a fall of as much on the log scale: of less
    assert signals(chart(table(rest), "count"))["direction"].tolist() == ["below"]


def test_limits_start_anew_at_a_break():
    before, after = WAVES, [4 * one for one in WAVES]
    drawn = chart(table(before + after, [1000] * 24), breaks=[a_break("2017-04-01")])
    assert list(drawn.phases["phase"]) == [1, 2]
    assert list(drawn.phases["after"]) == ["", "made-up"]
    assert list(drawn.phases["limits"]) == ["full", "full"]
    alone = chart(table(before, [1000] * 12)).points
    assert drawn.points["high"][:12].tolist()[1:] == alone["high"].tolist()[1:]
    assert signals(drawn).empty
    assert not signals(chart(table(before + after, [1000] * 24))).empty


def test_a_short_phase_has_no_limits():
    drawn = chart(table([10, 90, 10, 90, 10, 90, 10, *WAVES], [200] * 19), breaks=[a_break("2016-01-01")])
    assert drawn.phases.loc[0, ["limits", "points"]].tolist() == ["none", 7]
    assert np.isnan(drawn.phases.loc[0, "smallest"])
    assert drawn.points.loc[:6, ["centre", "low", "high"]].isna().all(axis=None)
    assert set(signals(drawn)["phase"]) <= {2}
    assert chart(table([1], [2])).phases.loc[0, "limits"] == "none"


def test_too_few_cases_have_no_limits():
    assert chart(table([3, 4, 5] * 4), "count").phases.loc[0, "limits"] == "none"
    assert chart(table([97, 96, 95] * 4, [100] * 12)).phases.loc[0, "limits"] == "none"
    assert chart(table([7, 8, 9] * 4), "count").phases.loc[0, "limits"] == "full"


def test_a_missing_period_keeps_its_place_and_makes_the_next_step_longer():
    events = [*WAVES[:6], None, *WAVES[6:]]
    whole = table(events, [400] * 13)
    drawn = chart(whole)
    absent = chart(whole.drop(index=6))
    pd.testing.assert_frame_equal(absent.points.drop(columns="cases"), drawn.points.drop(columns="cases"))
    assert drawn.points.loc[6, "state"] == "not_received"
    assert drawn.points.loc[6, ["centre", "low", "high"]].isna().all()
    assert drawn.phases.loc[0, "points"] == 12


def test_a_period_without_cases_is_no_point():
    drawn = chart(table([5, 6, 5, 7, 0, 5, 6, 5, 8], [50, 50, 50, 50, 0, 50, 50, 50, 50]), "ratio")
    assert drawn.points.loc[4, "state"] == "not_applicable"
    assert np.isnan(drawn.points.loc[4, "value"])
    assert drawn.phases.loc[0, "points"] == 8


@pytest.mark.parametrize("kind", ["share", "ratio", "count"])
def test_a_series_that_never_moves_is_quiet(kind):
    for events in (0, 20, 50):
        drawn = chart(table([events] * 12, [50] * 12), kind)
        assert drawn.phases.loc[0, "limits"] == "none"
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
        chart(pd.DataFrame({"period": months(3), **changes}), "share")


def test_events_out_of_no_cases_are_refused_for_a_ratio_and_more_than_cases_are_not():
    with pytest.raises(ValueError, match="Period 2014-07-01"):
        chart(table([1, 1], [1, 0]), "ratio")
    assert chart(table([3] * 8, [2] * 8), "ratio").phases.loc[0, "start"] == 1.5


def test_periods_between_the_steps_of_a_series_are_refused():
    series = pd.DataFrame({"period": [date(2014, 4, 1), date(2014, 8, 1)], "events": [1, 2], "cases": [3, 3]})
    with pytest.raises(ValueError, match="2014-08-01 does not begin a whole number of periods after 2014-04-01"):
        chart(series)
    assert len(chart(series, months=1).points) == 5


def test_what_a_caller_may_not_ask():
    with pytest.raises(ParameterError, match="No chart is called 'np'"):
        chart(table([1], [2]), "np")
    with pytest.raises(ParameterError, match="A period of 24 months"):
        chart(table([1], [2]), months=24)
