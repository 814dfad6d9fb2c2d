"""What holds of control charts and their signals whatever the series."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.questions.trends import control
from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import signals
from analysis.reference.phases import phases
from tests.conftest import examples
from tests.unit.questions.trends.test_trends import a_break, months, table

shares = st.lists(st.tuples(st.integers(0, 40), st.integers(40, 400)), min_size=8, max_size=30)
quick = examples(15, 40)


def split(pairs):
    return table([events for events, _ in pairs], [cases for _, cases in pairs])


@quick
@given(
    st.lists(st.integers(0, 50), min_size=8, max_size=30), st.integers(50, 500), st.sampled_from(["p", "p_prime", "u"])
)
def test_with_equal_sizes_limits_are_constant(events, size, kind):
    points = chart(table(events, [size] * len(events)), kind).points
    assert points["low"].nunique() == points["high"].nunique() == 1


@quick
@given(shares, st.sampled_from("pu"))
def test_laneys_limits_are_the_ordinary_ones_times_sigma_z(pairs, kind):
    plain, laney = chart(split(pairs), kind), chart(split(pairs), f"{kind}_prime")
    factor = laney.phases.loc[0, "sigma_z"]
    assert laney.points["sigma"].to_numpy() == pytest.approx(plain.points["sigma"].to_numpy() * factor)
    assert (laney.points["centre"] == plain.points["centre"]).all()


@quick
@given(shares, st.sampled_from("pu"))
def test_where_sigma_z_is_one_laneys_chart_is_the_ordinary_one(pairs, kind):
    factor = chart(split(pairs), f"{kind}_prime").phases.loc[0, "sigma_z"]
    assume(factor > 0)
    # Ranges are measured in units of D2; in the unit in which this series has a mean range of one, sigma_z is 1.
    with patch.object(control, "D2", control.D2 * factor):
        laney = chart(split(pairs), f"{kind}_prime")
    assert laney.phases.loc[0, "sigma_z"] == pytest.approx(1)
    columns = ["centre", "sigma", "low", "high"]
    pd.testing.assert_frame_equal(laney.points[columns], chart(split(pairs), kind).points[columns])


@quick
@given(shares)
def test_p_prime_and_u_prime_draw_the_same_limits(pairs):
    assume(any(events for events, _ in pairs))
    one, other = chart(split(pairs), "p_prime").points, chart(split(pairs), "u_prime").points
    assert one["sigma"].to_numpy() == pytest.approx(other["sigma"].to_numpy())


@quick
@given(shares, st.randoms())
def test_a_shuffled_series_is_refused(pairs, random):
    rows = list(range(len(pairs)))
    random.shuffle(rows)
    assume(rows != sorted(rows))
    with pytest.raises(ValueError, match="does not follow"):
        chart(split(pairs).iloc[rows], "p")


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
@given(st.lists(st.integers(0, 50), min_size=8, max_size=40), st.sampled_from(["p", "p_prime", "u_prime", "c"]))
def test_signals_of_a_reversed_series_are_mirrored(events, kind):
    def seen(values):
        drawn = chart(table(values, [60] * len(values)), kind)
        place = {day: number for number, day in enumerate(drawn.points["period"])}
        ends = {day: number for number, day in enumerate(drawn.points["last_day"])}
        return {
            (row.rule, place[row.first_day], ends[row.last_day], row.direction) for row in signals(drawn).itertuples()
        }

    turned = {"rising": "falling", "falling": "rising"}
    last = len(events) - 1
    mirrored = {(rule, last - end, last - first, turned.get(way, way)) for rule, first, end, way in seen(events)}
    assert seen(events[::-1]) == mirrored
    assert seen(events) == {
        (rule, last - end, last - first, turned.get(way, way)) for rule, first, end, way in mirrored
    }


@quick
@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=8, max_size=40))
def test_no_signal_holds_a_missing_period(events):
    drawn = chart(table(events, [60] * len(events)), "p_prime")
    missing = set(drawn.points.loc[drawn.points["state"] != "shown", "period"])
    for row in signals(drawn).itertuples():
        assert not [day for day in missing if row.first_day <= day <= row.last_day]
