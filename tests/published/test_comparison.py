"""What the methods that compare forces say of stalking in 2024/25: victims who withdrew, out of all recorded cases."""

import numpy as np
import pytest

from analysis.counts import counts
from analysis.questions.comparison.funnel import CHANCE, DIFFERING, comparison, outside
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.questions.comparison.pooling import levelled, pooled_rows, pooled_shares
from analysis.shares.differences import against_rest
from analysis.shares.rates import rates


def shares(base="recorded"):
    return rates(counts.read("stalking_2024_25"), "victim_withdrawal", base=base, by="force").table


@pytest.fixture(scope="module")
def forces():
    return shares()


def test_forces_scatter_a_hundred_times_as_widely_as_chance_would_have_them(forces):
    """About the typical force, 47.4%; about all together (49.6%) it is 105 times, and 33 lie three errors away."""
    found = comparison(forces, "force").query(f"allowance == '{CHANCE}'")
    assert (found["z"] ** 2).mean() == pytest.approx(110.9, abs=0.05)
    assert (found["z"].abs() > 3).sum() == 35
    events, cases = (forces[name].to_numpy(dtype="float64") for name in ("events", "cases"))
    share = events.sum() / cases.sum()
    z = (events / cases - share) / np.sqrt(share * (1 - share) / cases)
    assert ((z**2).mean(), (np.abs(z) > 3).sum()) == (pytest.approx(104.8, abs=0.05), 33)


def test_few_forces_lie_outside_once_it_is_allowed_that_forces_differ(forces):
    """At 95% and 99.8%, by chance alone: 36 and 34 of 44; where forces differ, two and none."""
    found = comparison(forces, "force")
    assert outside(found)["outside"].tolist() == [36, 34, 2, 0]
    out = found[(found["allowance"] == DIFFERING) & (found["position_near"] != "within")]
    assert sorted(out["force"]) == ["Derbyshire", "Merseyside"]


def test_a_forces_share_lies_anywhere_between_three_and_two_thirds_in_ten(forces):
    found = heterogeneity(forces, "force")
    assert found.logit.i_squared_share == pytest.approx(0.992, abs=5e-4)
    assert found.logit.tau == pytest.approx(0.403, abs=5e-4)
    assert found.typical_share == pytest.approx(0.4738, abs=5e-5)
    assert (found.predicted_low_share, found.predicted_high_share) == pytest.approx((0.281, 0.674), abs=5e-4)


@pytest.mark.parametrize(("force", "recorded", "decided"), [("Humberside", 6, 29), ("Derbyshire", 1, 10)])
def test_a_rank_moves_further_with_the_base_than_with_chance(forces, force, recorded, decided):
    """Undecided cases (outcome 0) in the base or not: the interval of a rank says nothing of that."""
    one, other = (
        pooled_shares(table, "force").set_index("force").loc[force] for table in (forces, shares("with_outcome"))
    )
    assert (one["rank"], other["rank"]) == (recorded, decided)
    assert one["low_rank"] <= recorded <= one["high_rank"] < other["low_rank"] <= decided <= other["high_rank"]


def test_a_small_forces_rank_is_known_only_widely(forces):
    city = pooled_shares(forces, "force").set_index("force").loc["City of London"]
    assert city["rank"] == 21
    assert (city["low_rank"], city["high_rank"]) == (4, 40)


def test_forces_are_hardly_pooled_but_for_the_smallest(forces):
    found = pooled_rows(forces, "force")
    assert found.priors.mean_share == pytest.approx(0.4748, rel=1e-3)
    moved = np.abs(found.shares - found.rows.shares)
    assert found.rows.labels[int(np.argmax(moved))] == "British Transport Police"
    assert (moved < 0.01).sum() == 43


def test_the_metropolitan_police_against_all_others(forces):
    row = against_rest(forces, "force").set_index("force").loc["Metropolitan Police"]
    assert (row["rest_events"], row["rest_cases"]) == (67214 - 5363, 135628 - 11831)
    ends = row[["difference_share", "low_difference_share", "high_difference_share"]].astype(float)
    assert ends.to_numpy() == pytest.approx([-0.0463, -0.0557, -0.0369], abs=5e-5)
    assert row[["ratio", "low_ratio", "high_ratio"]].astype(float).to_numpy() == pytest.approx(
        [0.9073, 0.8887, 0.9260], abs=5e-5
    )


def test_withdrawals_fewer_a_year_if_no_force_were_above_the_best_tenth_or_the_median(forces):
    found = levelled(forces, "force").set_index("percentile")
    assert found["rows_above"].tolist() == [39, 22]
    assert found["reference_share"].to_numpy() == pytest.approx([0.3566, 0.4855], abs=5e-5)
    assert found["fewer_events"].to_numpy() == pytest.approx([19262, 5666], abs=0.5)
    assert found["low_events"].to_numpy() == pytest.approx([18031, 4895], rel=0.02)
    assert found["high_events"].to_numpy() == pytest.approx([21505, 6692], rel=0.02)
    assert found["low_differing_events"].to_numpy() == pytest.approx([15465, 3417], rel=0.03)
    assert found["high_differing_events"].to_numpy() == pytest.approx([25917, 9550], rel=0.03)
