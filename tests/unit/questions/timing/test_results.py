"""Methods put to counts: a group has its own rows, a share its own limits, a curve the times at which it is read."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.disclosure import protect
from analysis.questions.timing.histories import histories
from analysis.questions.timing.results import Timed
from analysis.questions.timing.words import STILL_OPEN
from tests.timed import timed_counts

SHARE = ["incidence_share", "low", "high"]
MONTH = "2024-01-01"
#: How many of 100 cases of each force withdrew at once and later, were charged, and are open.
FORCES = {"Essex": (10, 20, 30, 40), "Kent": (40, 10, 20, 30), "Norfolk": (20, 50, 20, 10)}


def of_force(name):
    at_once, later, charged, still = FORCES[name]
    numbers = (("16", 0, at_once), ("16", 2, later), ("1", 1, charged), ("0", 3, still))
    return [(name, MONTH, *row) for row in numbers]


def table(result, rows, *, by="", **changed):
    return protect(getattr(Timed(histories(timed_counts(rows, **changed), by=by)), result)).table


@pytest.mark.parametrize(("grouped", "alone"), [("group_shares", "ended_by"), ("group_curves", "incidence_curves")])
def test_what_is_told_of_a_force_among_others_is_what_is_told_of_it_alone(grouped, alone):
    found = table(grouped, [row for name in FORCES for row in of_force(name)], by="group")
    assert list(dict.fromkeys(found["group"])) == list(FORCES)
    for name in FORCES:
        own = table(alone, of_force(name)).set_index(["ending", "by_lag"])
        its = found[found["group"] == name].set_index(["ending", "by_lag"])
        own = own.loc[its.index]
        assert len(its) >= 3
        for column in SHARE:
            assert its[column].to_numpy(float) == pytest.approx(own[column].to_numpy(float), nan_ok=True)


def test_limits_of_any_ending_and_of_the_open_are_those_of_the_survival():
    """SurvfuncRight's survival and standard error, the limits on its log-minus-log scale."""
    rows = of_force("Kent")
    lags = np.repeat([row[3] for row in rows], [row[4] for row in rows])
    status = np.repeat([int(row[2] != "0") for row in rows], [row[4] for row in rows])
    theirs = SurvfuncRight(lags, status)
    places = dict(zip(theirs.surv_times.tolist(), range(len(theirs.surv_times)), strict=True))
    found, curves = (table(result, rows).set_index(["ending", "by_lag"]) for result in ("ended_by", "incidence_curves"))
    assert curves.index.get_level_values("by_lag").max() == 3, "no month that no case was followed to"
    for lag in (0, 1):
        still, error = theirs.surv_prob[places[lag]], theirs.surv_prob_se[places[lag]]
        wide = np.exp(1.959964 * error / (still * np.log(still)))
        low, high = sorted((still**wide, still ** (1 / wide)))
        for told in (found.loc[(STILL_OPEN, lag)], curves.loc[(STILL_OPEN, lag)]):
            assert told[SHARE].to_list() == pytest.approx([still, low, high], abs=1e-7)
        told = found.loc[("Any ending", lag)]
        assert told[SHARE].to_list() == pytest.approx([1 - still, 1 - high, 1 - low], abs=1e-7)


def test_naive_shares_of_the_open_are_what_is_left_of_those_that_ended():
    found = table("ended_by", of_force("Kent")).set_index(["by_lag", "ending"])
    any_ending, still = found.loc[(1, "Any ending")], found.loc[(1, STILL_OPEN)]
    assert any_ending["naive_share"] == pytest.approx(60 / 70)
    assert still["naive_share"] == pytest.approx(10 / 70)
    assert any_ending["overstated_share"] == pytest.approx(60 / 70 - 60 / 100)
    assert still["overstated_share"] == pytest.approx(60 / 100 - 60 / 70)


def test_days_are_read_daily_for_four_weeks_then_weekly_and_no_further_than_cases_were_followed():
    rows = [(MONTH, "16", 10, 50), (MONTH, "16", 30, 20), (MONTH, "0", 40, 30)]
    found = table("incidence_curves", rows, unit="days", taken="2024-03-10")
    withdrew = found[found["ending"] == "The victim withdrew"].set_index("by_lag")["incidence_share"].astype(float)
    assert withdrew.index.tolist() == [*range(29), 35, 40]
    assert withdrew.to_dict() == pytest.approx({lag: 0.5 * (lag >= 10) + 0.2 * (lag >= 30) for lag in withdrew.index})


def test_all_groups_are_read_at_the_last_time_that_each_was_followed_to():
    rows = [("Essex", MONTH, "16", 1, 5), ("Essex", MONTH, "0", 40, 5), ("Kent", MONTH, "0", 64, 9)]
    found = table("group_curves", rows, by="group", unit="days", taken="2024-04-10").groupby("group")["by_lag"]
    assert found.max().to_dict() == {"Essex": 40, "Kent": 64}
    assert 40 in found.get_group("Kent").tolist()


def test_a_test_between_groups_is_of_endings_that_can_be_tested_in_their_order():
    found = table("group_test", [row for name in FORCES for row in of_force(name)], by="group")
    assert found["ending"].tolist() == ["The victim withdrew", "Charged or summonsed"]
    assert found["chi_squared_degrees"].tolist() == [2, 2]
    assert table("group_test", of_force("Kent"), by="group").empty


@pytest.mark.parametrize(("cases", "state"), [(49, "suppressed"), (50, "shown")])
def test_of_numbers_drawn_to_multiples_fifty_cases_tell_a_median_and_bear_a_test(cases, state):
    rows = [("Essex", MONTH, "16", 1, cases), ("Essex", MONTH, "1", 0, 60), ("Kent", MONTH, "1", 1, 60)]
    together, groups = (histories(timed_counts(rows, sensitivity="restricted"), by=by) for by in ("", "group"))
    told = Timed(together).median_times.finished(together.table).set_index("ending").loc["The victim withdrew"]
    assert told["state"] == state
    assert pd.isna(told["conditional_median"]) == (state == "suppressed")
    tested = Timed(groups).group_test.finished(groups.table)["ending"].tolist()
    assert ("The victim withdrew" in tested) == (state == "shown")
    assert "Charged or summonsed" in tested
