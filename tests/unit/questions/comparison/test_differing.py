"""Limits where rows differ: by leaving each row out, by counting, and by drawing worlds of which the truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import binom, nct, norm, t

from analysis.counts import counts
from analysis.questions.comparison.differing import Differing, differing
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.shares.rates import rates
from tests.conftest import EVERY, nightly

SIZES = rates(counts.read("stalking_2024_25"), "victim_withdrawal", by="force").table["cases"].to_numpy(dtype="int64")
NAMES = [f"{place:02}" for place in range(len(SIZES))]


def drawn(random, shares, sizes=SIZES):
    return pd.DataFrame({"force": NAMES[: len(sizes)], "events": random.binomial(sizes, shares), "cases": sizes})


def judged(table):
    """The p values of all rows, by the one curve."""
    return differing(heterogeneity(table, "force")).p_values(table["events"], table["cases"])


def test_one_curve_says_what_leaving_each_row_out_says():
    """By the definition: fit the others, and set the row's logit against their mean, on Student's t."""
    random = np.random.default_rng(3)
    table = drawn(random, expit(-0.1 + 0.4 * random.standard_normal(44)))
    found = differing(heterogeneity(table, "force")).scores(table["events"], table["cases"])
    for place in np.flatnonzero(SIZES > 500):
        rest = heterogeneity(table.drop(index=place), "force")
        share = rest.typical_share
        events, cases = (float(table[name].iloc[place]) for name in ("events", "cases"))
        spread = rest.logit.tau_squared + rest.logit.standard_error**2 + 1 / (cases * share * (1 - share))
        left_out = (np.log(events / (cases - events)) - rest.logit.mean) / np.sqrt(spread)
        assert found[place] == pytest.approx(left_out, abs=0.12)


@pytest.mark.parametrize("cases", [8, 30, 400])
def test_chance_and_spread_are_summed_over_shares(cases):
    """The limits against the probability of each number of events, over 10,000 equally likely shares, more at night."""
    number_of = 100_000 if EVERY else 10_000
    about = Differing(0.1, 0.5, 44)
    spread = 0.5 * np.sqrt(43 / 44)
    shares = expit(logit(0.1) + spread * norm.ppf((np.arange(number_of) + 0.5) / number_of))
    mass = np.array([binom.pmf(number, cases, shares).mean() for number in range(cases + 1)])
    middle = mass.cumsum() - mass / 2
    reach = t.ppf(0.975, 42)
    tail = norm.sf(reach * np.sqrt(43 / (42 + reach**2)))
    low, high = about.limits([cases], 0.95)
    numbers = np.arange(cases + 1) / cases
    assert ((numbers < low) == (middle < tail)).all()
    assert ((numbers > high) == (1 - middle < tail)).all()


def test_no_events_among_few_cases_are_not_rare():
    low, high = Differing(0.08, 0.35, 44).limits([1, 10, 30], 0.95)
    assert low[:2].tolist() == [0, 0]
    assert (high > 0.08).all()
    assert Differing(0.92, 0.35, 44).limits([10], 0.95)[1][0] == 1


@pytest.mark.parametrize("kind", nightly(["normal", "beta"], "normal"))
def test_one_in_twenty_forces_that_are_alike_in_kind_lies_outside(kind):
    """Of 44 forces 2.2 at 95% and 0.088 at 99.8%; before, 6.2 and 0.8. 100 worlds at night: errors of 0.15 and 0.03."""
    worlds = 100 if EVERY else 40
    random = np.random.default_rng(11)
    outside = np.zeros(2)
    for _ in range(worlds):
        spread = expit(-0.1 + 0.4 * random.standard_normal(44)) if kind == "normal" else random.beta(12.7, 14, 44)
        p_values = judged(drawn(random, spread))
        outside += [(p_values < 0.05).sum(), (p_values < 0.002).sum()]
    assert outside[0] / worlds == pytest.approx(2.2, abs=0.6)
    assert outside[1] / worlds < 0.25


def test_power_is_how_often_a_row_away_is_seen():
    """Against drawing: the last row 15 points away, the others as they come."""
    random = np.random.default_rng(5)
    about = Differing(0.47, 0.4, 44)
    seen, worlds = 0, 150 if EVERY else 50
    for _ in range(worlds):
        shares = expit(logit(0.47) + 0.4 * random.standard_normal(44))
        shares[0] = 0.47 - 0.2
        seen += judged(drawn(random, shares))[0] < 0.05
    assert about.caught([SIZES[0]], -0.2, 0.95)[0] == pytest.approx(seen / worlds, abs=0.1)
    assert np.isnan(about.caught([100], 0.6, 0.95)[0])


@pytest.mark.parametrize(("share", "spread", "rows", "away"), [(0.47, 0.4, 44, -0.15), (0.1, 0.3, 6, 0.05)])
def test_power_is_that_of_students_t_set_off_centre(share, spread, rows, away):
    """The noncentral t: a row moved by chance and by where the others lie, over a width told by chi squared."""
    cases = np.array([30, 300, 3000])
    others = spread**2 / (rows - 1)
    error = np.sqrt(1 / (cases * (share + away) * (1 - share - away)) + others)
    scale = np.sqrt(spread**2 + 1 / (cases * share * (1 - share)) + others)
    distance = (logit(share + away) - logit(share)) / error
    reach = t.ppf(0.975, rows - 2) * scale / error
    expected = nct.sf(reach, rows - 2, distance) + nct.cdf(-reach, rows - 2, distance)
    assert Differing(share, spread, rows).caught(cases, away, 0.95) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize(("rows", "level"), [(44, 0.95), (44, 0.998), (6, 0.95)])
def test_a_row_on_a_limit_is_as_rare_as_its_level_says(rows, level):
    about, cases = Differing(0.3, 0.4, rows), np.array([60, 600.0])
    for limits in about.limits(cases, level):
        assert about.p_values(limits * cases, cases) == pytest.approx(1 - level, rel=0.05)


def test_rows_without_a_spread_of_their_own_have_limits_of_chance():
    about = Differing(0.3, 0.0, 10)
    low, high = about.limits([1000], 0.95)
    reach = t.ppf(0.975, 8)
    inner = reach * np.sqrt(9 / (8 + reach**2)) * np.sqrt(0.3 * 0.7 / 1000)
    assert (low[0], high[0]) == pytest.approx((0.3 - inner, 0.3 + inner), abs=1e-3)
