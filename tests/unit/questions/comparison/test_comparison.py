"""Funnels and heterogeneity, against other people's arithmetic."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import binom, norm, t
from statsmodels.stats.multitest import multipletests

from analysis.errors import ParameterError
from analysis.questions.comparison.funnel import (
    CHANCE,
    DIFFERING,
    comparison,
    funnel_curve,
    funnel_limits,
    funnel_of,
    outside,
)
from analysis.questions.comparison.heterogeneity import heterogeneity, random_effects
from analysis.shares.counted import counted
from tests.conftest import nightly

EVENTS = [12, 30, 7, 55, 21, 90, 3, 48, 0, 33, 61]
CASES = [40, 60, 35, 100, 30, 240, 9, 80, 12, 70, 130]


@pytest.fixture
def table():
    return pd.DataFrame({"force": [f"{n:02}" for n in range(11)], "events": EVENTS, "cases": CASES})


@pytest.mark.parametrize(("cases", "target"), [(20, 0.5), (31, 0.2), (100, 0.4956), (8040, 0.4956)])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_exact_limits_are_where_the_interpolated_binomial_tail_is(cases, target, level):
    """By numpy's linear interpolation of scipy's cumulative binomial, turned round: section A.1.1 in other words."""
    numbers = np.arange(-1, cases + 1)
    up_to = np.concatenate([[0], binom.cdf(numbers[1:], cases, target)])
    inside = (up_to > 1e-9) & (up_to < 1 - 1e-9)
    tail = (1 - level) / 2
    low, printed_high = np.interp([tail, 1 - tail], up_to[inside], numbers[inside]) / cases
    found = funnel_limits(cases, target, level)
    assert (found[0][0], found[1][0]) == pytest.approx((low, printed_high + 1 / cases), abs=1e-9)


@pytest.mark.parametrize("cases", [50, 500, 5000])
def test_counts_beyond_the_exact_limits_are_those_with_too_little_beyond_them(cases):
    counts = np.arange(cases + 1)
    low, high = funnel_limits(cases, 0.3, 0.95)
    assert ((counts / cases < low) == (binom.cdf(counts, cases, 0.3) < 0.025)).all()
    assert ((counts / cases > high) == (binom.sf(counts - 1, cases, 0.3) < 0.025)).all()


def test_a_random_effects_mean_against_metafor():
    """Thirteen trials of BCG vaccine (Colditz and others 1994, JAMA 271: 698-702), as R's metafor has them (dat.bcg)
    and prints them for rma(measure = "RR", method = "REML") in its documentation."""
    ill, well = (
        [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
        [
            *(119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886),
        ],
    )
    others_ill, others_well = (
        [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
        [
            *(128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825),
        ],
    )
    ill, well, others_ill, others_well = (np.array(one, float) for one in (ill, well, others_ill, others_well))
    ratios = np.log(ill / (ill + well)) - np.log(others_ill / (others_ill + others_well))
    variances = 1 / ill - 1 / (ill + well) + 1 / others_ill - 1 / (others_ill + others_well)
    found = random_effects(ratios, variances)
    printed = (found.mean, found.standard_error, found.tau_squared, found.tau)
    assert printed == pytest.approx((-0.7145, 0.1798, 0.3132, 0.5597), abs=5e-5)
    assert (found.q, found.degrees) == (pytest.approx(152.2330, abs=5e-5), 12)
    assert 100 * found.i_squared_share == pytest.approx(92.22, abs=0.005)


def test_the_variance_between_rows_is_that_of_the_greatest_restricted_likelihood():
    """By the determinants of the definition, over mean and variance, with a general optimiser."""
    values, within = np.array([0.2, 0.9, -0.4, 0.6, 1.4]), np.array([0.1, 0.05, 0.2, 0.02, 0.3])

    def lost(at):
        covariance = np.diag(within + np.exp(at[0]))
        inverse, ones = np.linalg.inv(covariance), np.ones((5, 1))
        information = ones.T @ inverse @ ones
        mean = (ones.T @ inverse @ values) / information
        rest = values - mean[0]
        return float(np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1] + rest @ inverse @ rest)

    best = minimize(lost, [-1.0], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12})
    assert random_effects(values, within).tau_squared == pytest.approx(float(np.exp(best.x[0])), rel=1e-4)


def test_heterogeneity_of_shares_by_hand(table):
    """The typical share is the one at which chance is taken; another row's is integrated over spreads and means."""
    events, cases = np.array(EVENTS, dtype=float), np.array(CASES, dtype=float)
    events[8], cases[8] = 0.5, 13  # the one row without events
    found = heterogeneity(table, "force")
    share = found.typical_share
    variances = 1 / (cases * share * (1 - share))
    weights = 1 / (variances + found.logit.tau_squared)
    assert found.logit.mean == pytest.approx(np.average(np.log(events / (cases - events)), weights=weights))
    assert share == pytest.approx(expit(found.logit.mean))
    spreads, means = np.arange(0.01, 40, 0.02)[:, None, None], np.arange(-6, 6, 0.02)[None, :, None]
    values = np.log(events / (cases - events))
    joint = norm.pdf(values, means, np.sqrt(variances + spreads**2)).prod(axis=2)
    for end, part in ((found.predicted_low_share, 0.025), (found.predicted_high_share, 0.975)):
        below = (joint * norm.cdf(logit(end), means[..., 0], spreads[..., 0])).sum() / joint.sum()
        assert below == pytest.approx(part, abs=5e-4)


@pytest.mark.parametrize("rows", [3, 8, 44])
def test_where_another_row_of_many_cases_would_lie_is_students_t(rows):
    """Where chance is nothing and spreads are alike on their scale: two degrees of freedom fewer than rows."""
    random = np.random.default_rng(rows)
    shares, cases = expit(0.4 * random.standard_normal(rows)), 10**9
    many = pd.DataFrame({"force": [f"{n:02}" for n in range(rows)], "events": (shares * cases).round(), "cases": cases})
    found, values = heterogeneity(many, "force"), logit(shares)
    reach = t.ppf(0.975, rows - 2) * np.sqrt(values.var() * rows / (rows - 2) * (1 + 1 / rows))
    expected = expit(values.mean() + np.array([-reach, reach]))
    assert (found.predicted_low_share, found.predicted_high_share) == pytest.approx(tuple(expected), abs=1e-4)


def test_another_row_lies_where_it_is_said_to_though_few_rows_hardly_look_apart():
    """Ten rows of 40 cases: nine in ten of which 19 in 20 were said, since the likeliest spread is often nothing."""
    random, held = np.random.default_rng(7), []
    for _ in range(100):
        events = random.binomial(40, expit(0.3 * random.standard_normal(10)))
        found = heterogeneity(pd.DataFrame({"force": list("abcdefghij"), "events": events, "cases": 40}), "force")
        ends = norm.cdf(logit([found.predicted_low_share, found.predicted_high_share]) / 0.3)
        held.append(ends[1] - ends[0])
    assert np.mean(held) > 0.935


def test_alike_rows_have_no_heterogeneity():
    same = pd.DataFrame({"force": list("abc"), "events": [5, 50, 500], "cases": [10, 100, 1000]})
    found = heterogeneity(same, "force").logit
    assert (found.q, found.tau_squared, found.i_squared_share) == pytest.approx((0, 0, 0))
    assert set(comparison(same, "force")["position_near"]) == {"within"}


def test_false_discovery_rates_against_statsmodels(table):
    found = comparison(table, "force")
    for _, part in found.groupby("allowance"):
        adjusted = multipletests(part["p_value"], method="fdr_bh")[1]
        assert part["q_value"].to_numpy() == pytest.approx(adjusted)


def test_a_comparison_says_where_each_row_lies(table):
    found = comparison(table, "force")
    assert len(found) == 22
    assert list(found["force"][:11]) == list(table["force"])
    for allowance, part in found.groupby("allowance"):
        assert (part["low_far_share"] <= part["low_near_share"]).all(), allowance
        assert (part["high_near_share"] <= part["high_far_share"]).all(), allowance
        outer = part["position_far"] != "within"
        assert (part.loc[outer, "position_near"] == part.loc[outer, "position_far"]).all()
    wide = found[found["allowance"] == DIFFERING]
    assert ((wide["p_value"] < 0.05) == (wide["position_near"] != "within")).all()
    summed = outside(found).set_index(["allowance", "level"])
    assert (summed["outside"] == summed["below"] + summed["above"]).all()
    assert summed.loc[(CHANCE, 0.95), "outside"] == (found["position_near"][:11] != "within").sum()


def test_limits_and_scores_lie_about_the_typical_row(table):
    share = heterogeneity(table, "force").typical_share
    found = comparison(table, "force").query(f"allowance == '{CHANCE}'")
    errors = np.sqrt(share * (1 - share) / np.array(CASES))
    assert found["z"].to_numpy() == pytest.approx((np.array(EVENTS) / CASES - share) / errors)
    low, high = funnel_limits(CASES, share, 0.95)
    assert found["low_near_share"].to_numpy() == pytest.approx(low)
    assert found["high_near_share"].to_numpy() == pytest.approx(high)


def test_two_rows_are_judged_by_chance_alone(table):
    found = comparison(table[:2], "force")
    assert set(found["allowance"]) == {CHANCE}
    assert funnel_of(table[:2], "force").target_share == pytest.approx(42 / 100)


def test_limits_of_few_rows_are_never_narrower_than_those_of_chance():
    """Three rows that look alike had limits at 1.4 standard errors for rows that differ, at 2 for chance alone."""
    few = pd.DataFrame({"force": list("abc"), "events": [52, 470, 1010], "cases": [100, 1000, 2000]})
    drawn = funnel_curve(funnel_of(few, "force"), smallest=5, largest=4000, points=20).set_index("allowance")
    for side, way in (("low", -1), ("high", 1)):
        chance, wide = (drawn.loc[name, f"{side}_share"].to_numpy() for name in (CHANCE, DIFFERING))
        assert (way * wide >= way * chance - 1e-12).all()
    alone, allowed = (funnel_of(few, "force").p_values(name) for name in (CHANCE, DIFFERING))
    assert (allowed >= alone).all()


@pytest.mark.parametrize("rows", nightly([3, 4], 3))
def test_of_few_forces_that_do_not_differ_hardly_one_is_far_outside(rows):
    """One of 500 at 99.8%, 2 to 5 of 100 before."""
    random = np.random.default_rng(2)
    cases = np.array([60, 420, 3000, 1500])[:rows]
    worlds = [pd.DataFrame({"force": list("abcd")[:rows], "events": random.binomial(cases, 0.5), "cases": cases})]
    worlds += [worlds[0].assign(events=random.binomial(cases, 0.5)) for _ in range(199)]
    p_values = np.concatenate([funnel_of(world, "force").p_values(DIFFERING) for world in worlds])
    assert (p_values < 0.002).mean() <= 0.005
    assert (p_values < 0.05).mean() <= 0.05


def test_a_p_value_by_chance_alone_counts_half_of_as_many_events():
    """Lancaster's mid-p value from the binomial: of few cases no normal deviate."""
    few = pd.DataFrame({"force": list("abcd"), "events": [0, 1, 5, 2], "cases": 40})
    judge = funnel_of(few, "force")
    beyond = [
        min(binom.cdf(number, 40, judge.target_share), binom.sf(number - 1, 40, judge.target_share))
        - binom.pmf(number, 40, judge.target_share) / 2
        for number in few["events"]
    ]
    assert judge.p_values(CHANCE) == pytest.approx(2 * np.array(beyond))


def test_a_curve_passes_through_the_limits_of_the_rows(table):
    curve = funnel_curve(funnel_of(table, "force"), smallest=1, largest=240, points=30)
    curve = curve.set_index(["allowance", "level", "cases"]).sort_index()
    rows = comparison(table, "force")
    row = rows[(rows["allowance"] == DIFFERING) & (rows["cases"] == 240)].iloc[0]
    assert curve.loc[(DIFFERING, 0.95, 240)].tolist() == pytest.approx([row["low_near_share"], row["high_near_share"]])
    assert sorted(curve.index.get_level_values("allowance").unique()) == [CHANCE, DIFFERING]
    assert curve.loc[(CHANCE, 0.998)].index.is_unique


def test_what_cannot_be_compared_is_refused(table):
    with pytest.raises(ParameterError, match="no column 'place'"):
        comparison(table, "place")
    with pytest.raises(ParameterError, match="target lies between 0 and 1"):
        comparison(table.assign(events=0), "force")
    with pytest.raises(ParameterError, match="all 0 do not differ"):
        heterogeneity(table.assign(events=0), "force")
    with pytest.raises(ParameterError, match="at least 3"):
        heterogeneity(table[:2], "force")
    with pytest.raises(ParameterError, match="Two rows are labelled '00'"):
        comparison(pd.concat([table, table]), "force")
    with pytest.raises(ValueError, match="Row '03': 101 events out of 100 cases"):
        counted(table.assign(events=[*EVENTS[:3], 101, *EVENTS[4:]]), "force")
    with pytest.raises(ValueError, match="Row '08': nan events"):
        counted(table.assign(events=pd.array([*EVENTS[:8], None, *EVENTS[9:]], dtype="Int64")), "force")
    for wrong in ([1.0], [1.0, 2.0], []):
        with pytest.raises(ValueError, match="pool"):
            random_effects(wrong, [1.0] if len(wrong) != 2 else [1.0, 0.0])


def test_limits_that_cannot_be_are_refused(table):
    for changes, message in [({"target_share": 1}, "about 1"), ({"level": 95}, "level 95")]:
        with pytest.raises(ParameterError, match=message):
            funnel_limits(10, **({"target_share": 0.5, "level": 0.95} | changes))
    with pytest.raises(ValueError, match="whole numbers of cases"):
        funnel_limits([10, 0], 0.5, 0.95)
    assert [end.tolist() for end in funnel_limits(1, 0.5, 0.95)] == [[0], [1]], "of one case all may be"
    with pytest.raises(ParameterError, match="from 9 to 9 cases"):
        funnel_curve(funnel_of(table, "force"), smallest=9, largest=9)
    with pytest.raises(ParameterError, match="in 1 points"):
        funnel_curve(funnel_of(table, "force"), smallest=1, largest=9, points=1)
    assert funnel_curve(funnel_of(table, "force"), smallest=1, largest=9, points=2)["cases"].tolist()[:2] == [1, 9]
