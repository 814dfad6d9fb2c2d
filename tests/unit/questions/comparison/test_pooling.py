"""Partially pooled shares, ranks and levelled rows, against other people's arithmetic."""

from math import exp

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln
from scipy.stats import beta, betabinom, rankdata

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.questions.comparison.pooling import (
    MOST_PRECISION,
    PooledRows,
    Prior,
    levelled,
    log_likelihood,
    moments,
    pooled_rows,
    pooled_shares,
    ranks,
)
from analysis.shares.counted import Counted
from analysis.shares.rates import rates

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
    return PooledRows(rows, Prior(alpha, beta_parameter, 0.0))


def test_the_prior_of_the_rats_is_as_printed(rats):
    """alpha 2.3416, beta 14.1148: 'Introduction to empirical Bayes (with rat tumour example)', repository
    fractalleaf/Bayesian-data-analysis, by scipy's Nelder-Mead from another start."""
    prior = pooled_rows(rats, "group").prior
    assert (prior.alpha, prior.beta) == pytest.approx((2.3416074, 14.1147596), rel=1e-5)
    assert (prior.mean_share, prior.precision) == pytest.approx((0.142, 16.5), abs=0.05)


def test_no_other_prior_is_likelier(rats, forces):
    """By scipy's beta-binomial distribution, at priors all round the one that was found."""
    for table, by in ((rats, "group"), (forces, "force")):
        found = pooled_rows(table, by)
        events, cases = found.rows.events, found.rows.cases

        def likelihood(alpha, other, events=events, cases=cases):
            return betabinom.logpmf(events, cases, alpha, other).sum()

        best = likelihood(found.prior.alpha, found.prior.beta)
        for turn in np.linspace(0, 2 * np.pi, 12):
            for step in (0.001, 0.1, 1):
                ends = np.exp(step * np.array([np.cos(turn), np.sin(turn)]))
                assert likelihood(found.prior.alpha * ends[0], found.prior.beta * ends[1]) < best
        constant = best - log_likelihood(found.rows, found.prior.alpha, found.prior.beta)
        assert likelihood(2, 3) - log_likelihood(found.rows, 2, 3) == pytest.approx(constant)


def test_a_pooled_share_is_a_weighted_mean_of_its_own_and_the_prior(rats):
    prior = pooled_rows(rats, "group").prior
    table = pooled_shares(rats, "group")
    weight = table["cases"] / (table["cases"] + prior.precision)
    assert (weight * table["share"] + (1 - weight) * prior.mean_share).to_numpy() == pytest.approx(
        table["pooled_share"].to_numpy()
    )
    last = beta(prior.alpha + 4, prior.beta + 10)
    row = table.iloc[70]  # 4 of 14
    assert (row["pooled_share"], row["low_share"], row["high_share"]) == pytest.approx(
        (last.mean(), *last.interval(0.95))
    )


def test_rows_that_differ_by_no_more_than_chance_are_pooled_altogether():
    same = pd.DataFrame({"force": list("abcd"), "events": [5, 10, 15, 20], "cases": [50, 100, 150, 200]})
    prior = pooled_rows(same, "force").prior
    assert prior.precision == pytest.approx(MOST_PRECISION, rel=0.001)
    assert pooled_shares(same.assign(events=[4, 11, 15, 20]), "force")["pooled_share"].to_numpy() == pytest.approx(
        0.1, abs=0.0005
    )
    single = pd.DataFrame({"force": list("abcd"), "events": [0, 1, 0, 1], "cases": 1})
    assert pooled_shares(single, "force")["pooled_share"].between(0.4, 0.6).all()


def test_moments_find_what_was_drawn():
    random = np.random.default_rng(1)
    shares = random.beta(12, 14, size=4000)
    cases = random.integers(20, 400, size=4000)
    rows = Counted(tuple(map(str, range(4000))), random.binomial(cases, shares).astype(float), cases.astype(float))
    assert moments(rows) == pytest.approx((12 / 26, 26), rel=0.06)


def test_moments_of_two_rows_by_hand():
    """30 and 50 of 100: they scatter by 2 about 0.4, of which chance makes 0.24, and 0.24 times 99 is what might be."""
    assert moments(made([30, 50], [100, 100], 1, 1).rows) == pytest.approx((0.4, 0.24 * 99 / (2 - 0.24) - 1))


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
    one, other = zip(found.alphas, found.betas, strict=True)
    assert mean_ranks.tolist() == pytest.approx([1 + pairwise(one, other), 1 + pairwise(other, one)], abs=0.01)


def test_mean_ranks_of_all_forces_are_sums_of_pairwise_probabilities(forces):
    """One more than the sum, over the others, of the probability of lying below: by quadrature over scipy's beta."""
    found = pooled_rows(forces, "force")
    at = np.linspace(0.15, 0.8, 20_001)
    density = np.array([beta.pdf(at, a, b) for a, b in zip(found.alphas, found.betas, strict=True)])
    below = np.array([beta.cdf(at, a, b) for a, b in zip(found.alphas, found.betas, strict=True)])
    expected = 1 + np.trapezoid(density * (below.sum(axis=0) - below), at, axis=1)
    assert rankdata(found.draws(10_000, seed=1), axis=1).mean(axis=0) == pytest.approx(expected, abs=0.3)


def test_ranks_of_rows_far_apart_are_certain():
    table = ranks(pd.DataFrame({"force": list("dbca"), "events": [10, 500, 900, 990], "cases": 1000}), "force")
    assert table["force"].tolist() == list("dbca")
    assert table["rank"].tolist() == table["low_rank"].tolist() == table["high_rank"].tolist() == [1, 2, 3, 4]


def test_ranks_of_equal_rows_are_as_uncertain_as_can_be():
    table = ranks(pd.DataFrame({"force": list("abcdefgh"), "events": 50, "cases": 100}), "force")
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
    found = pooled_rows(table, "force")
    weight = 1000 / (1000 + found.prior.precision)
    share = found.shares[-1]
    row = levelled(table, "force", percentiles=[50], draws=8000).iloc[0]
    reach = 2.018 * np.sqrt(21 * share * (1 - share) / (1001 + found.prior.precision)) * 1000
    centre = 21_000 * (found.prior.mean_share + weight * (0.6 - found.prior.mean_share) - 0.3)
    assert row["high_events"] - row["low_events"] == pytest.approx(2 * reach, rel=0.05)
    assert (row["high_events"] + row["low_events"]) / 2 == pytest.approx(centre, rel=0.01)


def test_two_years_of_counts_give_half_as_many_events_a_year(forces):
    columns = [f"{end}_events" for end in ("fewer", "low", "high", "low_differing", "high_differing")]
    one, two = levelled(forces, "force")[columns], levelled(forces, "force", years=2)[columns]
    assert (one / 2).to_numpy() == pytest.approx(two.to_numpy())


def test_what_cannot_be_pooled_is_refused(rats):
    with pytest.raises(ParameterError, match="all 0 cannot be pooled"):
        pooled_shares(rats.assign(events=0), "group")
    with pytest.raises(ParameterError, match="10 draws"):
        ranks(rats, "group", draws=10)
    for changes, message in [
        ({"percentiles": [0]}, "percentiles"),
        ({"percentiles": [100]}, "percentiles"),
        ({"percentiles": []}, "percentiles"),
        ({"years": 0}, "0 years"),
        ({"draws": 5}, "5 draws"),
    ]:
        with pytest.raises(ParameterError, match=message):
            levelled(rats, "group", **changes)


def test_rows_that_look_alike_are_no_surer_than_all_their_cases_together():
    """Three forces of one case each say next to nothing of a share; a flat likelihood calls them exactly alike."""
    pooled = pooled_shares(pd.DataFrame({"force": ["A", "B", "C"], "events": [0, 1, 1], "cases": 1}), "force")
    assert pooled["pooled_share"].round(2).tolist() == [0.67] * 3
    assert pooled["low_share"].tolist() == pytest.approx([beta.ppf(0.025, 2, 1)] * 3, abs=1e-4)
    assert (pooled["high_share"] - pooled["low_share"]).min() > 0.8
