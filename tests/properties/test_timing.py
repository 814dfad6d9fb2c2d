"""What holds whatever the cases are."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import Triangle
from analysis.questions.timing.forecast import forecast
from analysis.questions.timing.gray import gray_test
from analysis.questions.timing.incidence import UNDECIDED, curve, followed, timing
from tests.conftest import examples

LABELS = ["charged", "victim_withdrew", "out_of_court", UNDECIDED]
cells = st.lists(
    st.tuples(st.sampled_from(["north", "south"]), st.sampled_from(LABELS), st.integers(-1, 12), st.integers(1, 60)),
    min_size=1,
    max_size=25,
)
AT = (0, 3, 12)


def counted(found):
    return pd.DataFrame(found, columns=["group", "ending", "lag", "cases"])


def alike(one, other):
    for name in ("shares", "medians"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@given(cells)
@examples(8, 30)
def test_incidences_of_endings_add_up_and_with_the_open_share_to_one(found):
    cases = followed(counted(found))
    if cases.endings:
        together = sum(curve(cases, name).share for name in cases.endings)
        assert together == pytest.approx(curve(cases, *cases.endings).share)
    shares = timing(counted(found), AT).shares
    sums = shares.groupby("lag")["incidence_share"].agg(lambda held: held.sum(skipna=False)).dropna()
    assert sums.astype(float).to_numpy() == pytest.approx(1)


@given(cells)
@examples(8, 30)
def test_without_open_cases_incidences_are_plain_shares(found):
    table = counted(found)
    table = table[table["ending"] != UNDECIDED]
    assume(len(table))
    shares = timing(table, AT).shares
    assert shares["difference_share"].astype(float).to_numpy() == pytest.approx(0, abs=1e-12)
    plain = shares["incidence_share"].astype(float)
    error = (plain * (1 - plain) / table["cases"].sum()) ** 0.5
    assert shares["standard_error"].astype(float).to_numpy() == pytest.approx(error.to_numpy(), abs=1e-7)


@given(cells)
@examples(8, 30)
def test_splitting_cells_and_adding_them_again_changes_nothing(found):
    table = counted(found)
    half = table.assign(cases=table["cases"] // 2)
    rest = table.assign(cases=table["cases"] - half["cases"])
    alike(timing(table, AT), timing(pd.concat([half, rest]), AT))


@given(cells, st.randoms())
@examples(8, 30)
def test_the_order_of_rows_never_matters(found, chance):
    mixed = list(found)
    chance.shuffle(mixed)
    alike(timing(counted(found), AT), timing(counted(mixed), AT))


@given(cells)
@examples(8, 30)
def test_grouped_is_ungrouped(found):
    table = counted(found)
    each = table.loc[table.index.repeat(table["cases"])].assign(cases=1)
    alike(timing(table, AT), timing(each, AT))


@given(cells)
@examples(8, 30)
def test_grays_test_does_not_care_how_rows_and_groups_are_told(found):
    table = counted(found)
    try:
        one = gray_test(table, ending="charged")
    except ParameterError:
        return
    other = gray_test(
        table.sample(frac=1, random_state=1).replace({"group": {"north": "z", "south": "a"}}), ending="charged"
    )
    assert one.statistic == pytest.approx(other.statistic, rel=1e-6, abs=1e-9)
    assert one.statistic >= 0


@st.composite
def few_cases(draw):
    """Months of one open case beside months of many, of which hardly any ends: what comes is nearly always nothing."""
    months = draw(st.integers(3, 6))
    ended = np.zeros((2, months, months), dtype=np.int64)
    for month, kind, step in draw(st.lists(st.tuples(*[st.integers(0, 5)] * 3), max_size=4)):
        if month < months and step < months - month:
            ended[kind % 2, month, step] = 1
    still = draw(st.lists(st.sampled_from([1, 3, 80]), min_size=months, max_size=months))
    cases = ended.sum(axis=(0, 2)) + np.array(still)
    periods = tuple(date(2024, month + 1, 1) for month in range(months))
    ages, undated = np.arange(months - 1, -1, -1), np.zeros(months, dtype=np.int64)
    return Triangle(periods, ("charged", "victim_withdrew"), ages, cases, ended, undated, 0, 0, "months")


@given(few_cases(), st.booleans())
@examples(8, 30)
def test_a_forecast_is_never_outside_its_own_range(cases, is_revised):
    table = forecast(cases, is_revised=is_revised).dropna(subset=["low_share"])
    assert (table["low_share"] <= table["final_share"] + 1e-12).all()
    assert (table["final_share"] <= table["high_share"] + 1e-12).all()
    assert (table["final_share"] >= table["so_far_share"] - 1e-12)[table["ending"] != UNDECIDED].all()
