"""What holds of limits and their signals whatever the series."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import signals
from analysis.reference.phases import phases
from tests.conftest import examples
from tests.unit.questions.trends.test_trends import a_break, months, table

shares = st.lists(st.tuples(st.integers(0, 40), st.integers(40, 400)), min_size=8, max_size=30)
quick = examples(8, 40)


def split(pairs):
    return table([events for events, _ in pairs], [cases for _, cases in pairs])


@quick
@given(shares, st.sampled_from(["share", "ratio", "count"]))
def test_news_lies_outside_limits_that_hold_what_was_expected(pairs, kind):
    drawn = chart(split(pairs), kind)
    points = drawn.points[drawn.points["centre"].notna()]
    assert (points["low"] <= points["centre"] + 1e-9).all()
    assert (points["centre"] <= points["high"] + 1e-9).all()
    assert (points["low"] >= 0).all()
    assert set(signals(drawn)["first_day"]) <= set(points["period"])


@quick
@given(shares, st.randoms())
def test_a_shuffled_series_is_refused(pairs, random):
    rows = list(range(len(pairs)))
    random.shuffle(rows)
    assume(rows != sorted(rows))
    with pytest.raises(ValueError, match="does not follow"):
        chart(split(pairs).iloc[rows])


@quick
@given(st.integers(1, 40))
def test_a_series_without_breaks_is_one_phase(number):
    assert set(phases(months(number))["phase"]) == {1}


@quick
@given(st.lists(st.integers(0, 200), max_size=5), st.integers(1, 40))
def test_every_period_is_in_one_phase_or_cut_and_phases_only_grow(offsets, number):
    days = pd.to_datetime("2014-01-01") + pd.to_timedelta(np.array(offsets, dtype=int) * 20, unit="D")
    placed = phases(months(number), [a_break(day.date().isoformat()) for day in days])
    assert (placed["phase"].isna() == (placed["cut_by"] != "")).all()
    steps = placed["phase"].dropna().astype(int).diff().dropna()
    assert set(steps) <= {0, 1}


@quick
@given(st.lists(st.integers(20, 60), min_size=8, max_size=24), st.integers(2, 9))
def test_news_does_not_depend_on_the_unit(events, times):
    one, other = (chart(table([by * event for event in events]), "count") for by in (1000, 1000 * times))
    assert signals(one)["first_day"].tolist() == signals(other)["first_day"].tolist()


@quick
@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=8, max_size=40))
def test_no_signal_holds_a_missing_period(events):
    drawn = chart(table(events, [60] * len(events)))
    missing = set(drawn.points.loc[drawn.points["state"] != "shown", "period"])
    for row in signals(drawn).itertuples():
        assert not [day for day in missing if row.first_day <= day <= row.last_day]
