"""What holds whatever the cases are."""

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test
from analysis.questions.timing.incidence import UNDECIDED, curve, followed, still_open, timing
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
@examples(12, 30)
def test_incidences_and_the_open_probability_sum_to_one(found):
    cases = followed(counted(found))
    together = sum((curve(cases, name).share for name in cases.endings), still_open(cases))
    assert together == pytest.approx(1)
    shares = timing(counted(found), AT).shares
    sums = shares.groupby("lag")["incidence_share"].agg(lambda held: held.sum(skipna=False)).dropna()
    assert sums.astype(float).to_numpy() == pytest.approx(1)


@given(cells)
@examples(12, 30)
def test_without_open_cases_incidences_are_plain_shares(found):
    table = counted(found)
    table = table[table["ending"] != UNDECIDED]
    assume(len(table))
    shares = timing(table, AT).shares
    assert shares["difference_share"].astype(float).to_numpy() == pytest.approx(0, abs=1e-12)
    plain = shares["incidence_share"].astype(float)
    error = (plain * (1 - plain) / table["cases"].sum()) ** 0.5
    assert shares["standard_error"].astype(float).to_numpy() == pytest.approx(error.to_numpy(), abs=1e-7)


@given(cells, st.sampled_from(["delta", "gray"]))
@examples(12, 30)
def test_splitting_cells_and_adding_them_again_changes_nothing(found, variance):
    table = counted(found)
    half = table.assign(cases=table["cases"] // 2)
    rest = table.assign(cases=table["cases"] - half["cases"])
    alike(timing(table, AT, variance=variance), timing(pd.concat([half, rest]), AT, variance=variance))


@given(cells, st.randoms())
@examples(12, 30)
def test_the_order_of_rows_never_matters(found, chance):
    mixed = list(found)
    chance.shuffle(mixed)
    alike(timing(counted(found), AT), timing(counted(mixed), AT))


@given(cells)
@examples(12, 30)
def test_grouped_is_ungrouped(found):
    table = counted(found)
    each = table.loc[table.index.repeat(table["cases"])].assign(cases=1)
    alike(timing(table, AT), timing(each, AT))


@given(cells)
@examples(12, 30)
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
