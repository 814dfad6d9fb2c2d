"""Times to outcome of people: running totals drawn to multiples of five, hidden while they are small."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.answers.timing import follow
from analysis.disclosure.policy import CLOSED
from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test
from analysis.questions.timing.incidence import ANY, UNDECIDED, curve, followed, timing
from analysis.shares.intervals import HIDDEN_MOST, ROUNDING_VARIANCE, effective_cases
from benchmarks.coverage.timing import as_released
from tests.released import shown
from tests.timed import timed_counts

COLUMNS = ["ending", "lag", "cases"]
#: Of 100 cases 30 withdrew by day 7 and 10 more by day 30; of 20 that were charged none is shown before day 30.
SHOWN = [("withdrew", 7, 30), ("withdrew", 30, 10), ("charged", 30, 20), (UNDECIDED, 90, 40)]


def by_hand(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def test_a_number_that_is_hidden_stands_for_fewer_cases_than_the_smallest_that_is_shown():
    assert CLOSED.smallest - 1 == HIDDEN_MOST


def test_rounding_adds_its_variance_to_that_of_a_share():
    """Without open cases p(1 - p) / n, and of a number that was rounded out of one that was 5 (1 + p^2) / n^2."""
    cases = followed(by_hand(*SHOWN), rounding=ROUNDING_VARIANCE)
    found = curve(cases, "withdrew")
    assert found.share.tolist() == pytest.approx([0.3, 0.4, 0.4])
    expected = [p * (1 - p) / 100 + 5 * (1 + p**2) / 100**2 for p in (0.3, 0.4, 0.4)]
    assert (found.standard_error**2).tolist() == pytest.approx(expected)
    low, high = found.limits
    plain_low, plain_high = curve(followed(by_hand(*SHOWN)), "withdrew").limits
    assert (low < plain_low).all()
    assert (high > plain_high).all()


def test_any_ending_may_have_come_sooner_to_what_is_hidden():
    """The upper limit at day 7 is that of 44 of 100: 14 of the 20 charged may have been, hidden, by then."""
    table = by_hand(*SHOWN)
    found = curve(followed(table, rounding=ROUNDING_VARIANCE), "withdrew", "charged")
    sooner = by_hand(("withdrew", 7, 30), ("withdrew", 30, 10), ("charged", 7, 14), ("charged", 30, 6), SHOWN[-1])
    most = curve(followed(sooner, rounding=ROUNDING_VARIANCE), "withdrew", "charged")
    assert most.share[0] == pytest.approx(0.44)
    assert found.limits[1][0] == pytest.approx(most.limits[1][0])
    assert found.limits[1][1] == pytest.approx(most.limits[1][1]), "by day 30 nothing is hidden"
    shares = timing(table, [7], rounding=ROUNDING_VARIANCE).shares.set_index("ending")
    assert shares.loc[UNDECIDED, "incidence_share"] == pytest.approx(0.7)
    assert shares.loc[UNDECIDED, "low_share"] == pytest.approx(1 - most.limits[1][0])
    exact = timing(table, [7]).shares.set_index("ending")
    assert shares.loc[UNDECIDED, "low_share"] < exact.loc[UNDECIDED, "low_share"] - 0.1
    medians = [timing(table, [7], rounding=of).medians.set_index("ending") for of in (ROUNDING_VARIANCE, 0.0)]
    assert [one.loc[ANY, "median_low"] for one in medians] == [7, 30]


def test_limits_of_people_hold_where_numbers_taken_as_exact_do_not():
    """150 people, of whom 36% have ended by day 30: that one ending is hidden till then shifts the share of any."""
    random, held = np.random.default_rng(3), []
    for _ in range(80):
        rows, truth = as_released(random, 150, at=30)
        found = []
        for rounding in (ROUNDING_VARIANCE, 0.0):
            row = timing(rows, [30], rounding=rounding).shares.set_index("ending").loc[UNDECIDED]
            found.append(row["low_share"] <= 1 - truth <= row["high_share"])
        held.append(found)
    now, before = np.mean(held, axis=0)
    assert now > 0.95
    assert before < 0.8


def groups(*tables):
    return pd.concat([table.assign(group=name) for name, table in zip("abcd", tables, strict=False)])


def test_grays_test_of_people_is_over_what_rounding_widens_shares_by():
    one, other = by_hand(*SHOWN), by_hand(("withdrew", 7, 20), ("withdrew", 30, 5), ("charged", 30, 20), SHOWN[-1])
    plain, wide = (gray_test(groups(one, other), ending="withdrew", rounding=of) for of in (0.0, ROUNDING_VARIANCE))
    cases, shares = np.array([100, 85]), np.array([40 / 100, 25 / 85])
    wider = (cases / effective_cases(shares, cases, 5.0)).mean()
    assert wide.statistic == pytest.approx(plain.statistic / wider)
    assert wide.p > plain.p


def test_grays_test_of_people_begins_when_all_groups_show_an_ending():
    late = by_hand(("withdrew", 30, 40), *SHOWN[2:])
    table = groups(by_hand(*SHOWN), late, by_hand(*SHOWN[2:]))
    found = gray_test(table, ending="withdrew", rounding=ROUNDING_VARIANCE)
    assert found.groups == ("a", "b"), "the third never shows how many of its cases ended so"
    assert found.statistic == pytest.approx(0, abs=1e-12), "by day 30 both have as many"
    assert gray_test(table, ending="withdrew").statistic > 1
    with pytest.raises(ParameterError, match="compares groups; column 'group' has 1"):
        gray_test(groups(by_hand(*SHOWN), by_hand(*SHOWN[2:])), ending="withdrew", rounding=ROUNDING_VARIANCE)


def test_no_sentence_tells_a_share_that_what_is_hidden_may_double():
    """By day 30 36 of 120 have ended so that they are shown, and 14 more may have: by day 90 all of them are shown."""
    lags = [("16", 5, 36), ("16", 60, 18), ("1", 5, 14), ("1", 60, 16), ("0", 400, 36)]
    counts = timed_counts(
        [("2023-04-01", *row) for row in lags], unit="days", taken="2024-05-05", sensitivity="restricted"
    )
    people, published = follow(shown(counts)), follow(replace(counts, sensitivity="published"))
    assert "within 30 days" not in people.headline().text
    assert "70.0% within 90 days" in published.headline().text
    assert "70.8% had ended within 90 days" in people.headline().text
    assert "41.7% had ended within 30 days" in published.headline().text
    assert "Ended within 90 days" in people.key_figures().text
    row = people._ended.table.set_index("by_lag").loc[30]
    assert row["high"] - row["low"] > 0.2
    assert row["low"] < 50 / 120 < row["high"]
