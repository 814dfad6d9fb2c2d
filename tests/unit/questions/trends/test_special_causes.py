"""The four rules against the vectors of NHSRplotthedots's own tests, and where no rule may run."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import RULES, _runs, _steps, _two_of_three, signals
from tests.unit.questions.trends.test_trends import a_break, months


def xmr(values, **settings):
    return chart(pd.DataFrame({"period": months(len(values)), "value": values}), "xmr", **settings)


def found(values, rule, **settings):
    rows = signals(xmr(values, **settings)).query("rule == @rule")
    return [tuple(row) for row in rows[["first_day", "last_day", "direction", "points"]].itertuples(index=False)]


# NHSRplotthedots, tests/testthat/test-ptd_calculate_point_type.R, "ptd_seven_point_one_side_mean works as expected":
# its 1 marks the seventh and each later point of a run; ours is the run from its first point to its last.
@pytest.mark.parametrize(
    ("sides", "marked"),
    [
        ([1] * 6, [0] * 6),
        ([1] * 6 + [-1], [0] * 7),
        ([1] * 8 + [-1], [0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([-1] * 8 + [1], [0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([-1, *[1] * 8, -1], [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([1, *[-1] * 8, 1], [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]),
        ([0] * 9, [0] * 9),
    ],
)
def test_a_shift_is_seven_on_one_side_of_the_mean(sides, marked):
    ours = np.zeros(len(sides), dtype=int)
    for _, first, last, _ in _runs("shift", np.array(sides, dtype=float), "above", "below", least=7):
        ours[first + 6 : last + 1] = 1
    assert ours.tolist() == marked


# The same file, "ptd_seven_point_trend works as expected": 1 or -1 marks the seventh point of a rise or fall.
@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [0, 0, 0, 0, 0, 0, 1]),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0, 0, 0, 0, 0, 0, 0, 1, 0]),
        ([7, 6, 5, 4, 3, 2, 1], [0, 0, 0, 0, 0, 0, -1]),
        ([2, 7, 6, 5, 4, 3, 2, 1, 3], [0, 0, 0, 0, 0, 0, 0, -1, 0]),
    ],
)
def test_a_trend_is_seven_rising_or_falling(values, marked):
    ours = np.zeros(len(values), dtype=int)
    steps = _steps(np.array(values, dtype=float))
    for _, first, last, direction in _runs("trend", steps, "rising", "falling", least=6):
        ours[first + 6 : last + 2] = 1 if direction == "rising" else -1
    assert ours.tolist() == marked


# The same file, "ptd_part_of_two_in_three works as expected": 1 marks a point beyond two sigma that is one of the two.
@pytest.mark.parametrize(
    ("sides", "marked"),
    [
        ([], []),
        ([0, 0, 0], [0, 0, 0]),
        ([1, 0, 1], [1, 0, 1]),
        ([0, 1, 1], [0, 1, 1]),
        ([1, 1, 0], [1, 1, 0]),
        ([0, 0, 1, 0, 1, 0, 0], [0, 0, 1, 0, 1, 0, 0]),
        ([0, 0, 1, 1, 0, 0, 0], [0, 0, 1, 1, 0, 0, 0]),
        ([1, 0, 0, 1], [0, 0, 0, 0]),
        ([1, 0, 0, 1, 1], [0, 0, 0, 1, 1]),
        ([1, -1, 0], [0, 0, 0]),
    ],
)
def test_two_of_three_beyond_two_sigma(sides, marked):
    sides = np.array(sides, dtype=float)
    ours = np.zeros(len(sides), dtype=int)
    for _, first, last, _ in _two_of_three(sides):
        ours[first : last + 1] = sides[first : last + 1] != 0
    assert ours.tolist() == marked


WAVE = [5, 7, 5, 7, 5, 7, 5, 7, 5, 7]


def test_each_rule_is_a_row_with_its_days_direction_and_phase():
    values = [*WAVE, *WAVE, 60, 1, 2, 3, 4, 5, 5.5, 5.7]
    days = months(len(values))
    made = signals(xmr(values))
    assert list(made.columns) == ["rule", "first_day", "last_day", "direction", "phase", "points"]
    assert set(made["rule"]) <= set(RULES)
    assert found(values, "outside_limits") == [(days[20], date(2019, 6, 30), "above", 1)]
    assert found(values, "trend") == [(days[21], date(2021, 3, 31), "rising", 7)]
    assert found(values, "shift") == [
        (days[0], date(2019, 3, 31), "below", 20),
        (days[21], date(2021, 3, 31), "below", 7),
    ]
    assert set(made["phase"]) == {1}


def test_no_rule_runs_across_a_break():
    rising = [0, 10, 0, 10, 0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5, 0, 10, 0, 10, 0, 10, 0]
    days = months(len(rising))
    assert [(row[0], row[3]) for row in found(rising, "trend")] == [(days[6], 9)]
    assert found(rising, "trend", breaks=[a_break(days[10].isoformat())]) == []
    # A break within a period takes that period out as well: 6 points rise before it and 2 after it.
    inside = [a_break(days[12].replace(day=2).isoformat())]
    assert xmr(rising, breaks=inside).points.loc[12, "cut_by"] == "made-up"
    assert found(rising, "trend", breaks=inside) == []
    # One break later, 7 rise before it: a signal, which ends where its phase ends.
    later = found(rising, "trend", breaks=[a_break(days[13].isoformat())])
    assert later == [(days[6], date(2017, 6, 30), "rising", 7)]

    level = [5, 5.1] * 6 + [9, 9.1] * 6
    assert [row[3] for row in found(level, "shift")] == [12, 12]
    assert found(level, "shift", breaks=[a_break(months(24)[12].isoformat())]) == []

    apart = [*[5, 5.5] * 6, 7, 7, *[5, 5.5] * 6]
    assert len(found(apart, "two_of_three")) == 1
    assert found(apart, "two_of_three", breaks=[a_break(months(26)[13].isoformat())]) == []


def test_no_rule_runs_over_a_period_that_is_missing():
    high = [9, 8, 9, 8, 9, 8, 9, 8]
    low = [1, 2, 1, 2, 1, 2, 1, 2]
    whole, broken = high + low, [*high[:4], None, *high[4:6], *low]
    assert [row[3] for row in found(whole, "shift")] == [8, 8]
    assert [row[2] for row in found(broken, "shift")] == ["below"]
    rising = [1, 2, 3, 4, 5, 6, 7, 8, 1, 8, 1, 8, 1]
    gap = [1, 2, 3, 4, None, 5, 6, 7, 8, 1, 8, 1, 8, 1]
    assert [row[3] for row in found(rising, "trend")] == [8]
    assert found(gap, "trend") == []
    quiet = [5, 5.5] * 10
    assert found([*quiet, 7, 7], "two_of_three")[0][3] == 2
    assert found([*quiet, 7, None, 7], "two_of_three") == []


@pytest.mark.parametrize(("events", "sigmas", "signalled"), [(28, 1.79, False), (30, 2.24, True)])
def test_two_sigma_is_two_sigma(events, sigmas, signalled):
    series = pd.DataFrame({"period": months(22), "events": [*[20] * 20, events, events], "cases": 100})
    drawn = chart(series, "p")
    last = drawn.points.iloc[-1]
    assert round((last["value"] - last["centre"]) / last["sigma"], 2) == sigmas
    assert ("two_of_three" in set(signals(drawn)["rule"])) == signalled


@pytest.mark.parametrize(("value", "number"), [(0.1, 10), (0.7, 11), (1.1, 13), (0.3, 19)])
def test_points_on_the_mean_but_for_the_last_bit_are_on_no_side(value, number):
    assert signals(xmr([value] * number)).empty
