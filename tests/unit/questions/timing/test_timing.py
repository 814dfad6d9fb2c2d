"""Incidence, medians and naive shares against statsmodels and cmprsk, and on cases that can be worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.questions.timing.incidence import (
    ANY,
    MONTHS,
    UNDATED,
    UNDECIDED,
    curve,
    endings,
    followed,
    timing,
)
from tests.released import made_up_cases
from tests.unit.cmprsk_sessions import simulated, transplants


def by_hand(*rows):
    return pd.DataFrame(rows, columns=["ending", "lag", "cases"])


def ungrouped(table):
    """Times, and endings as numbers from 1 in the order in which ``followed`` has them, 0 for undecided."""
    names = [UNDECIDED, *followed(table).endings]
    each = table.loc[table.index.repeat(table["cases"])]
    return each["lag"].clip(lower=0).to_numpy(), each["ending"].map(names.index).to_numpy(dtype=int)


def example(name, **only):
    held = counts.read(name)
    held = made_up_cases()[name] if held.is_released else held
    table = held.table.assign(ending=endings(held.table, held.scheme))
    for column, value in only.items():
        table = table[table[column] == value]
    return table


@pytest.mark.parametrize(
    "table",
    [
        transplants,
        lambda: example("stalking_example_lags"),
        lambda: example("gwent_2022_2025_lags", crime_type="Burglary").replace({"ending": {UNDATED: UNDECIDED}}),
    ],
    ids=["transplants", "days", "months"],
)
def test_incidence_and_its_standard_error_against_statsmodels(table):
    """statsmodels.duration.survfunc: CumIncidenceRight (its variance is the delta method's), SurvfuncRight."""
    table = table()
    cases = followed(table)
    lags, status = ungrouped(table)
    with np.errstate(divide="ignore", invalid="ignore"):  # theirs has no error where the last open case ends
        theirs = CumIncidenceRight(lags, status)
    assert cases.lags.tolist() == theirs.times.tolist()
    for name, share, error in zip(cases.endings, theirs.cinc, theirs.cinc_se, strict=True):
        ours = curve(cases, name)
        assert ours.share == pytest.approx(share, abs=1e-12)
        theirs_to = np.isfinite(error)
        assert theirs_to[:-1].all()
        assert ours.standard_error[theirs_to] == pytest.approx(error[theirs_to], abs=1e-10)
    kaplan_meier = SurvfuncRight(lags, (status > 0).astype(int))
    there = np.isin(cases.lags, kaplan_meier.surv_times)
    assert 1 - curve(cases, *cases.endings).share[there] == pytest.approx(kaplan_meier.surv_prob, abs=1e-10)
    error, known = curve(cases, *cases.endings).standard_error[there], np.isfinite(kaplan_meier.surv_prob_se)
    assert error[known] == pytest.approx(kaplan_meier.surv_prob_se[known], abs=1e-10)
    assert known[:-1].all()


def test_limits_of_any_ending_are_those_of_the_survival():
    """SurvfuncRight's median with its limits, which are of the log-minus-log of the survival; told once."""
    table = transplants()
    lags, status = ungrouped(table)
    theirs = SurvfuncRight(lags, (status > 0).astype(int))
    told = timing(table, [500])
    of_all = told.medians.set_index("ending").loc[ANY]
    assert (of_all["median_low"], of_all["median_high"]) == theirs.quantile_ci(0.5)
    every = curve(followed(table), *followed(table).endings)
    place = int(np.searchsorted(every.lags, 500, side="right")) - 1
    still_open = told.shares.set_index("ending").loc[UNDECIDED]
    assert every.limits[0][place] == pytest.approx(1 - still_open["high_share"], abs=1e-12)
    assert every.limits[1][place] == pytest.approx(1 - still_open["low_share"], abs=1e-12)


def test_incidences_against_cmprsk():
    """cmprsk 2.2-8, tests/test.Rout.save, ``cuminc(ss, cc)``: $est at times 1 to 5."""
    printed = {
        "1": [0.2352861, 0.3287068, 0.4247898, 0.4247898, 0.4247898],
        "2": [0.2567862, 0.3931580, 0.4631781, 0.4911861, 0.4911861],
    }
    shares = timing(simulated(), [10**6 * second for second in range(1, 6)]).shares
    for ending, share in printed.items():
        rows = shares[shares["ending"] == ending]
        assert rows["incidence_share"].astype(float).to_numpy() == pytest.approx(share, abs=5e-8)


def test_incidence_with_ties_against_cmprsk():
    """``cuminc(bmtcrr$ftime, bmtcrr$Status, bmtcrr$D)``: $est, as printed in teaching notes on the data set."""
    printed = {
        ("ALL", "1"): [0.3713851, 0.3875571, 0.3875571, 0.3875571, 0.3875571, 0.3875571],
        ("AML", "1"): [0.2414530, 0.2663827, 0.2810390, 0.2810390, 0.2810390, None],
        ("ALL", "2"): [0.3698630, 0.3860350, 0.3860350, 0.3860350, 0.3860350, 0.3860350],
        ("AML", "2"): [0.4439103, 0.4551473, 0.4551473, 0.4551473, 0.4551473, None],
    }
    table = transplants()
    for (group, ending), shares in printed.items():
        ours = timing(table[table["group"] == group], range(2000, 12001, 2000)).shares
        found = ours.loc[ours["ending"] == ending, "incidence_share"]
        assert [None if pd.isna(share) else round(share, 7) for share in found] == shares


def test_a_table_by_hand():
    """10 cases. Lag 1: 2 charged. Lag 2: 1 charged, 3 withdrew, 2 open. Lag 4: 1 withdrew, 1 open."""
    table = by_hand(
        ("charged", 1, 2),
        ("charged", 2, 1),
        ("withdrew", 2, 3),
        (UNDECIDED, 2, 2),
        ("withdrew", 4, 1),
        (UNDECIDED, 4, 1),
    )
    result = timing(table, (0, 2, 4, 5))
    shares = result.shares.set_index(["lag", "ending"])
    assert (result.cases, result.undecided) == (10, 3)
    assert shares.loc[(0, UNDECIDED), "incidence_share"] == 1
    assert shares.loc[(2, "charged"), "incidence_share"] == pytest.approx(0.3)
    assert shares.loc[(4, "withdrew"), "incidence_share"] == pytest.approx(0.3 + 0.4 / 2)
    assert shares.loc[(4, UNDECIDED), "incidence_share"] == pytest.approx(0.2)
    assert shares.loc[(4, "withdrew"), "naive_share"] == pytest.approx(4 / 7)
    assert shares.loc[(4, "withdrew"), "difference_share"] == pytest.approx(4 / 7 - 0.5)
    assert shares.loc[2, "at_risk"].tolist() == [8, 8, 8]
    assert shares.loc[5, "incidence_share"].isna().all()
    medians = result.medians.set_index("ending")
    assert pd.isna(medians.loc["charged", "median"])
    assert medians.loc["charged", "conditional_median"] == 1
    assert medians.loc["withdrew", ["median", "conditional_median", "naive_median"]].tolist() == [4, 2, 2]
    assert medians.loc[ANY, "median"] == 2
    assert medians.loc[ANY, "ended"] == 7


def test_the_interval_on_the_log_minus_log_scale():
    """Pintilie (2006), as tidycmprsk gives it: x ** exp(-+ 1.96 se / (x log x)); here 3 of 10, se sqrt(0.021)."""
    row = timing(by_hand(("charged", 3, 3), ("withdrew", 5, 7)), (3,)).shares.iloc[0]
    width = 1.959964 * 0.021**0.5 / (0.3 * np.log(0.3))
    assert row["low_share"] == pytest.approx(0.3 ** np.exp(-width), abs=1e-6)
    assert row["high_share"] == pytest.approx(0.3 ** np.exp(width), abs=1e-6)


def test_the_interval_of_a_median_is_where_that_of_the_curve_holds_one_half():
    table = example("stalking_example_lags")
    row = timing(table).medians.set_index("ending").loc[ANY]
    whole = curve(followed(table), *followed(table).endings)
    low, high = whole.limits
    inside = whole.lags[(low < 0.5) & (high >= 0.5)]
    assert (row["median_low"], row["median"]) == (
        inside.min(),
        29,
    )  # statsmodels' SurvfuncRight of the file gives 29 too
    assert row["median_high"] == whole.lags[whole.lags > inside.max()].min()


def test_a_conditional_median_is_surer_than_its_interval_without_the_covariance():
    """Without open cases the conditional share is a plain share of those that ended so, and so is its error."""
    table = by_hand(("charged", 1, 30), ("charged", 5, 70), ("withdrew", 2, 100))
    row = timing(table, (1,)).medians.set_index("ending").loc["charged"]
    assert row[["conditional_median", "conditional_median_low", "conditional_median_high"]].tolist() == [5, 5, 5]
    tight = timing(by_hand(("charged", 1, 5), ("charged", 5, 7), ("withdrew", 2, 3)), (1,)).medians.iloc[0]
    assert tight[["conditional_median", "conditional_median_low", "conditional_median_high"]].tolist() == [5, 1, 5]


def test_limits_of_a_conditional_median_hold_it_where_all_that_end_so_do_at_once():
    """The limits of eight cases that all ended so at lag 3 were both 9, the last lag, which 3 is not between."""
    row = timing(by_hand(("charged", 3, 8), ("withdrew", 2, 50), (UNDECIDED, 9, 40))).medians.set_index("ending")
    names = ["conditional_median", "conditional_median_low", "conditional_median_high"]
    assert row.loc["charged", names].tolist() == [3, 3, 3]


def test_negative_lags_are_taken_as_nought_and_counted():
    early = timing(by_hand(("charged", -2, 3), ("charged", 4, 1), (UNDECIDED, 9, 6)), (0, 4))
    plain = timing(by_hand(("charged", 0, 3), ("charged", 4, 1), (UNDECIDED, 9, 6)), (0, 4))
    pd.testing.assert_frame_equal(early.shares, plain.shares)
    assert (early.early, plain.early) == (3, 0)


def test_gwent_undated_cases_are_in_the_base_and_open():
    """data.police.uk: 47 crimes of Gwent have an ending in the street file alone, so nobody knows when."""
    table = example("gwent_2022_2025_lags")
    result = timing(table, MONTHS)
    assert (result.cases, result.undated, result.undecided, result.early) == (165809, 47, 24477, 0)
    assert int(table.loc[table["ending"] == UNDATED, "cases"].sum()) == 47
    last = result.shares[(result.shares["lag"] == 12) & (result.shares["ending"] == UNDECIDED)].iloc[0]
    assert last["incidence_share"] == pytest.approx(0.121400, abs=5e-7)
    assert last["naive_share"] == pytest.approx(0.019925, abs=5e-7)


def test_undated_and_unfollowed_cases_by_hand():
    """Ten cases: two end at 0, one at 2; three are open at 2, one of them undated; four were followed for no time."""
    table = by_hand(("charged", 0, 2), ("charged", 2, 1), (UNDECIDED, 2, 2), (UNDATED, 2, 1), (UNDATED, -1, 3))
    table = pd.concat([table, by_hand((UNDECIDED, -1, 1))])
    result = timing(table, (0, 2))
    assert (result.cases, result.undecided, result.undated, result.unfollowed, result.early) == (10, 7, 4, 4, 0)
    shares = result.shares.set_index(["lag", "ending"])["incidence_share"]
    assert shares[0, "charged"] == pytest.approx(2 / 6)
    assert shares[2, "charged"] == pytest.approx(2 / 6 + 4 / 6 * 1 / 4)
    nobody = timing(by_hand((UNDATED, -1, 3)), (0,))
    assert nobody.shares["incidence_share"].isna().all()
    assert (nobody.cases, nobody.unfollowed) == (3, 3)


def test_nobody_decided():
    result = timing(by_hand((UNDECIDED, 40, 5)), (30, 90))
    assert result.medians.empty
    assert result.shares["incidence_share"].tolist() == [1.0, pd.NA]
    assert result.shares["naive_share"].isna().all()


@pytest.mark.parametrize(
    ("table", "changes", "message"),
    [
        (by_hand(("charged", 1, 1)).drop(columns="lag"), {}, "No column 'lag'"),
        (by_hand(("charged", 1, 0)), {}, "No case is left"),
        (by_hand(("charged", 1, 1)), {"at": (-1,)}, "0 or more"),
    ],
)
def test_what_cannot_be_asked(table, changes, message):
    with pytest.raises(ParameterError, match=message):
        timing(table, **changes)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("charged", 1, -1), "negative"),
        (("charged", 1.5, 1), "'lag'"),
        ((None, 1, 1), "blank"),
        (("a", 1, 0.5), "'cases'"),
    ],
)
def test_rows_that_cannot_be(row, message):
    with pytest.raises(ValueError, match=message):
        timing(by_hand(row, ("charged", 2, 1)))


def test_an_ending_that_did_not_occur_and_an_unknown_outcome():
    with pytest.raises(ParameterError, match="charged"):
        curve(followed(by_hand(("charged", 1, 1))), "transferred")
    with pytest.raises(ParameterError, match="no outcome '99'"):
        endings(pd.DataFrame({"outcome": ["99"]}), "home_office")
