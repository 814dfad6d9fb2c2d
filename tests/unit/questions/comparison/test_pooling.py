"""Partially pooled shares, ranks and levelled rows, against other people's arithmetic."""

from math import exp

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln, expit
from scipy.stats import beta, betabinom, chi2_contingency, rankdata

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.questions.comparison.pooling import (
    PooledRows,
    Priors,
    levelled,
    levelled_bounds,
    pooled_rows,
    pooled_shares,
    priors,
)
from analysis.shares.counted import Counted
from analysis.shares.rates import rates
from tests.conftest import nightly

# Tumours in 71 groups of rats: Tarone (1982), Biometrics 38: 215-220, as in Gelman and others, Bayesian Data Analysis
# (third edition), table 5.1.
TUMOURS = [*[0] * 14, *[1] * 8, 3, *[2] * 9, 1, 5, 2, 5, 2, 7, 7, 3, 3, 2, 9, 10, *[4] * 7, 10, 4, 4, 4, 5, 11, 12, 5]
TUMOURS += [5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4]
RATS = [*[20] * 7, *[19] * 4, 18, 18, 17, *[20] * 4, 19, 19, 18, 18, 27, 25, 24, 23, *[20] * 6, 10, 49, 19, 46, 17, 49]
RATS += [47, 20, 20, 13, 48, 50, *[20] * 7, 48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47]
RATS += [24, 14]


@pytest.fixture
def rats():
    return pd.DataFrame({"group": [f"{n:02}" for n in range(71)], "events": TUMOURS, "cases": RATS})


@pytest.fixture
def forces():
    return rates(counts.read("stalking_2024_25"), "victim_withdrawal", by="force").table


def made(events, cases, alpha, beta_parameter):
    labels = tuple("abcdefgh"[: len(events)])
    rows = Counted(labels, np.array(events, dtype=float), np.array(cases, dtype=float))
    return PooledRows(rows, Priors(np.array([alpha]), np.array([beta_parameter]), np.ones(1)))


def test_what_the_shares_of_rats_may_follow_is_as_printed(rats):
    """Bayesian Data Analysis, third edition, page 113: the posterior means of alpha and beta are 2.4 and 14.3."""
    found = pooled_rows(rats, "group").priors
    assert (found.weights @ found.alphas, found.weights @ found.betas) == pytest.approx((2.4, 14.3), rel=0.02)
    assert found.mean_share == pytest.approx(0.143, abs=0.002)


@pytest.mark.parametrize(
    ("events", "cases"),
    [((3, 450, 600), (10, 1000, 1000)), ((52, 470, 1010, 30), (100, 1000, 2000, 60)), ((0, 1, 5), (20, 20, 30))],
)
def test_pooled_shares_are_integrals_over_beta_distributions(events, cases):
    """By scipy's beta-binomial over another, finer grid: of the logit of the mean and the log of the precision."""
    middles, logs = np.meshgrid(np.arange(-8, 8, 0.01), np.arange(-5, 20, 0.1))
    means, precisions = expit(middles), np.exp(logs)
    density = means * (1 - means) * precisions / (1 + precisions) ** 1.5
    for ended, of in zip(events, cases, strict=True):
        density = density * betabinom.pmf(ended, of, means * precisions, (1 - means) * precisions)
    expected = [
        (density * (means * precisions + ended) / (precisions + of)).sum() / density.sum()
        for ended, of in zip(events, cases, strict=True)
    ]
    table = pd.DataFrame({"force": list("abcd")[: len(events)], "events": events, "cases": cases})
    assert pooled_shares(table, "force")["pooled_share"].to_numpy() == pytest.approx(expected, abs=1e-3)


def test_intervals_are_of_all_that_a_share_may_be(rats):
    """Of draws, against the mixture of beta distributions by scipy."""
    found, table = pooled_rows(rats, "group").priors, pooled_shares(rats, "group")
    for place in (0, 30, 70):
        events, cases = TUMOURS[place], RATS[place]
        for side, part in (("low", 0.025), ("high", 0.975)):
            below = beta.cdf(table[f"{side}_share"][place], found.alphas + events, found.betas + cases - events)
            assert found.weights @ below == pytest.approx(part, abs=0.005)


@pytest.mark.parametrize("spread", nightly([0.1, 0.4], 0.4))
def test_what_is_said_of_few_forces_holds(spread):
    """With the one likeliest distribution as the truth, two thirds to nine in ten of 19 in 20 held, of sums a half."""
    random, cases, held = np.random.default_rng(3), np.array([60, 240, 900, 3000, 400]), []
    for _ in range(100):
        shares = expit(spread * random.standard_normal(5))
        table = pd.DataFrame({"force": list("abcde"), "events": random.binomial(cases, shares), "cases": cases})
        pooled, levels = pooled_shares(table, "force"), levelled(table, "force", percentiles=[50], draws=400).iloc[0]
        fewer = (np.maximum(shares - np.median(shares), 0) * cases).sum()
        held.append(
            [
                pooled["low_share"].le(shares).to_numpy() & pooled["high_share"].ge(shares).to_numpy(),
                levels["low_events"] <= fewer <= levels["high_events"],
            ]
        )
    assert np.mean([shares for shares, _ in held]) > 0.925
    assert np.mean([sums for _, sums in held]) > 0.9


def test_of_forces_that_chance_could_explain_no_fewer_events_are_sure():
    """Of forces that are all alike, sums above nothing were said to be sure in two worlds of five."""
    random, sure = np.random.default_rng(4), 0
    for _ in range(100):
        table = pd.DataFrame({"force": list("abcdef"), "events": random.binomial(200, 0.4, 6), "cases": 200})
        sure += levelled(table, "force", percentiles=[50], draws=100)["low_events"][0] > 0
    assert sure <= 9
    apart = pd.DataFrame({"force": list("abc"), "events": [40, 80, 130], "cases": 200})
    assert levelled(apart, "force", percentiles=[50])["low_events"][0] > 0


def test_rows_that_differ_by_no_more_than_chance_are_nearly_pooled_altogether():
    same = pd.DataFrame({"force": list("abcd"), "events": [4, 11, 15, 20], "cases": [50, 100, 150, 200]})
    moved = pooled_shares(same, "force")
    assert ((moved["pooled_share"] - 0.1).abs() < (moved["share"] - 0.1).abs() + 0.005).all()
    assert moved["pooled_share"].to_numpy() == pytest.approx(0.1, abs=0.01)
    single = pd.DataFrame({"force": list("abcd"), "events": [0, 1, 0, 1], "cases": 1})
    assert pooled_shares(single, "force")["pooled_share"].between(0.2, 0.8).all()


def test_the_beta_distributions_of_many_rows_are_about_the_one_that_they_were_drawn_from():
    random = np.random.default_rng(1)
    cases = random.integers(20, 400, size=4000).astype(float)
    found = priors(random.binomial(cases.astype(int), random.beta(12, 14, size=4000)).astype(float), cases)
    assert found.mean_share == pytest.approx(12 / 26, rel=0.01)
    assert found.weights @ (found.alphas + found.betas) == pytest.approx(26, rel=0.06)
    assert found.weights.sum() == pytest.approx(1)


def pairwise(first, second):
    """The probability that one beta variable lies above another, whole parameters: a sum that needs no simulation.

    Miller (2015), Formulas for Bayesian A/B testing, equation 6.
    """
    (a, b), (c, d) = second, first
    return sum(exp(betaln(a + i, b + d) - np.log(d + i) - betaln(1 + i, d) - betaln(a, b)) for i in range(int(c)))


@pytest.mark.parametrize(
    ("events", "cases"), [((10, 14), (40, 40)), ((872, 640), (3301, 1795)), ((14, 5363), (30, 11831))]
)
def test_the_rank_of_one_of_two_is_the_probability_that_it_is_lower(events, cases):
    found = made(events, cases, 12, 14)
    mean_ranks = rankdata(found.draws(40_000, seed=3), axis=1).mean(axis=0)
    one, other = ((12 + ended, 14 + of - ended) for ended, of in zip(events, cases, strict=True))
    assert mean_ranks.tolist() == pytest.approx([1 + pairwise(one, other), 1 + pairwise(other, one)], abs=0.01)


def test_mean_ranks_of_all_forces_are_sums_of_pairwise_probabilities(forces):
    """One more than the sum, over the others, of the probability of lying below: by quadrature over scipy's beta."""
    found = pooled_rows(forces, "force")
    at, likely = np.linspace(0.15, 0.8, 20_001), found.priors
    alpha, other = likely.weights @ likely.alphas, likely.weights @ likely.betas
    ends = [(alpha + ended, other + of - ended) for ended, of in zip(found.rows.events, found.rows.cases, strict=True)]
    density, below = (np.array([curve(at, a, b) for a, b in ends]) for curve in (beta.pdf, beta.cdf))
    expected = 1 + np.trapezoid(density * (below.sum(axis=0) - below), at, axis=1)
    assert rankdata(found.draws(10_000, seed=1), axis=1).mean(axis=0) == pytest.approx(expected, abs=0.3)


def test_ranks_of_rows_far_apart_are_certain():
    table = pooled_shares(pd.DataFrame({"force": list("dbca"), "events": [10, 500, 900, 990], "cases": 1000}), "force")
    assert table["force"].tolist() == list("dbca")
    assert table["rank"].tolist() == table["low_rank"].tolist() == table["high_rank"].tolist() == [1, 2, 3, 4]


def test_ranks_of_equal_rows_are_as_uncertain_as_can_be():
    table = pooled_shares(pd.DataFrame({"force": list("abcdefgh"), "events": 50, "cases": 100}), "force")
    assert table["rank"].tolist() == [4.5] * 8
    assert (table["low_rank"].tolist(), table["high_rank"].tolist()) == ([1] * 8, [8] * 8)
    found = made([50, 50], [99, 99], 5, 5)
    assert not np.array_equal(found.draws(100, seed=2), found.draws(100, seed=1))


def test_levelling_is_arithmetic_on_pooled_shares(forces):
    shares = pooled_shares(forces, "force")
    found = levelled(forces, "force").set_index("percentile")
    for percentile in (10.0, 50.0):
        reference = np.percentile(shares["pooled_share"], percentile)
        excess = (shares["pooled_share"] - reference) * shares["cases"]
        row = found.loc[percentile]
        assert row["fewer_events"] == pytest.approx(excess[excess > 0].sum())
        assert row["rows_above"] == (excess > 0).sum()
        assert row["low_events"] < row["fewer_events"] < row["high_events"]


def test_the_interval_of_a_levelled_sum_against_the_analytic_one():
    """A median that chance hardly moves, and 21 rows above: the sum scatters as the shares of those rows do.

    By 2.018 standard errors either side, where the normal has 1.96.
    """
    rows = [(10, 1000)] * 21 + [(3_000_000, 10_000_000)] + [(600, 1000)] * 21
    table = pd.DataFrame(rows, columns=["events", "cases"]).assign(force=[f"{place:02}" for place in range(43)])
    found = pooled_rows(table, "force").priors
    precision, mean_share = found.weights @ (found.alphas + found.betas), found.mean_share
    weight = 1000 / (1000 + precision)
    share = pooled_rows(table, "force").shares[-1]
    row = levelled(table, "force", percentiles=[50], draws=8000).iloc[0]
    reach = 2.018 * np.sqrt(21 * share * (1 - share) / (1001 + precision)) * 1000
    centre = 21_000 * (mean_share + weight * (0.6 - mean_share) - 0.3)
    assert row["high_events"] - row["low_events"] == pytest.approx(2 * reach, rel=0.05)
    assert (row["high_events"] + row["low_events"]) / 2 == pytest.approx(centre, rel=0.01)


def test_two_years_of_counts_give_half_as_many_events_a_year(forces):
    columns = [f"{end}_events" for end in ("fewer", "low", "high", "low_differing", "high_differing")]
    one, two = levelled(forces, "force")[columns], levelled(forces, "force", years=2)[columns]
    assert (one / 2).to_numpy() == pytest.approx(two.to_numpy())


def test_what_cannot_be_pooled_is_refused(rats):
    with pytest.raises(ParameterError, match="all 0 cannot be pooled"):
        pooled_shares(rats.assign(events=0), "group")
    for changes, message in [
        ({"percentiles": [0]}, "percentiles"),
        ({"percentiles": [100]}, "percentiles"),
        ({"percentiles": []}, "percentiles"),
        ({"years": 0}, "0 years"),
        ({"draws": 5}, "5 draws"),
    ]:
        with pytest.raises(ParameterError, match=message):
            levelled(rats, "group", **changes)


@pytest.mark.parametrize("events", [[300, 300, 340], [300, 300, 347], [300, 340], [300, 345]])
def test_a_sum_may_be_nothing_where_chance_could_explain_how_far_rows_differ(events):
    """Pearson's chi squared, as scipy has it: at 5% it is 5.99 of three rows, and 3.84 of two."""
    table = pd.DataFrame({"force": list("abc")[: len(events)], "events": events, "cases": 1000})
    found = chi2_contingency([events, 1000 - np.array(events)], correction=False)
    low = levelled(table, "force", percentiles=[50], draws=200)["low_events"][0]
    assert (low == 0) == (found.pvalue >= 0.05)


def test_bounds_of_a_levelled_sum_are_refused_where_more_are_open_than_have_not_ended_so():
    table = pd.DataFrame({"force": ["a", "b"], "events": [90, 40], "cases": 100})
    assert levelled_bounds(table.assign(open=[10, 0]), "force", percentile=50, years=1)[1] > 0
    for still_open in ([11, 0], [0, -1]):
        with pytest.raises(ValueError, match="More cases are open"):
            levelled_bounds(table.assign(open=still_open), "force", percentile=50)


def test_three_cases_tell_next_to_nothing():
    """Three forces of one case each: a likelihood that is flat calls them exactly alike."""
    pooled = pooled_shares(pd.DataFrame({"force": ["A", "B", "C"], "events": [0, 1, 1], "cases": 1}), "force")
    assert pooled["pooled_share"].between(0.3, 0.8).all()
    assert (pooled["high_share"] - pooled["low_share"]).min() > 0.8
