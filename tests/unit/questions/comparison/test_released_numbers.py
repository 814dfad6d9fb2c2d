"""Forces whose numbers were released drawn to multiples of five: what is said of them allows for that."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2

from analysis.questions.comparison import league, results
from analysis.questions.comparison.funnel import CHANCE, comparison, funnel_limits, funnel_of
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.questions.comparison.pooling import levelled
from analysis.shares.counted import counted
from analysis.shares.intervals import ROUNDING_VARIANCE
from benchmarks.coverage.released import numbers_as_released
from tests.conftest import nightly
from tests.released import rounded
from tests.unit.questions.comparison.test_standings import EIGHT, by_force, counts_of


def alike(random, forces=10, share=0.45):
    """Forces of 60 to 150 people and one share, their numbers as a release draws them."""
    cases = np.linspace(60, 150, forces).astype(int)
    events, of = (numbers_as_released(exact, random) for exact in (random.binomial(cases, share), cases))
    return pd.DataFrame({"force": [f"{at:02}" for at in range(forces)], "events": events, "cases": of})


def test_a_hundred_rounded_cases_leave_as_much_to_chance_as_eighty():
    """By hand: 100 x 0.25 / (0.25 + 5 x (1 + 0.5^2) / 100) = 80, whose limits of chance are scipy's binomial's."""
    table = pd.DataFrame({"force": list("ab"), "events": [50, 50], "cases": 100})
    rows = counted(table, "force", rounding=ROUNDING_VARIANCE)
    assert rows.worth(0.5) == pytest.approx([80, 80])
    assert rows.unrounded(0.5).events == pytest.approx([40, 40])
    low, high = funnel_of(table, "force", rounding=ROUNDING_VARIANCE).limits([100], CHANCE, 0.95)
    assert (low, high) == funnel_limits(80, 0.5, 0.95)
    assert binom.cdf(np.ceil(low * 80) - 1, 80, 0.5) < 0.025 < binom.cdf(np.ceil(low * 80), 80, 0.5)
    apart = table.assign(events=[40, 60])
    z = comparison(apart, "force", rounding=ROUNDING_VARIANCE)["z"]
    assert z.tolist() == pytest.approx([-0.1 / np.sqrt(0.25 / 80), 0.1 / np.sqrt(0.25 / 80)])


def test_q_of_rounded_rows_is_that_of_what_they_are_worth():
    table = alike(np.random.default_rng(5))
    found = heterogeneity(table, "force", rounding=ROUNDING_VARIANCE)
    shares, middle = table["events"] / table["cases"], found.typical_share
    pooled = table["events"].sum() / table["cases"].sum()
    spread = pooled * (1 - pooled)
    worth = table["cases"] * spread / (spread + 5 * (1 + pooled**2) / table["cases"])
    logits, weights = np.log(shares / (1 - shares)), worth * middle * (1 - middle)
    q = (weights * (logits - np.average(logits, weights=weights)) ** 2).sum()
    assert found.logit.q == pytest.approx(q)
    assert found.logit.p_value == pytest.approx(chi2.sf(q, 9))


def are_fewer(table, rounding):
    """Whether some events fewer are sure if no force stood worse than the middle."""
    return levelled(table, "force", percentiles=[50], draws=100, rounding=rounding)["low_events"][0] > 0


def differ(table, rounding):
    """Whether the test finds that forces differ."""
    return heterogeneity(table, "force", rounding=rounding).logit.p_value < 0.05


@pytest.mark.parametrize("is_said", nightly([differ, are_fewer], differ))
def test_forces_that_are_alike_are_said_to_differ_as_seldom_as_is_said(is_said):
    """With numbers taken as exact the test finds a difference in one world of nine, and so do sums."""
    random = np.random.default_rng(8)
    said = [[is_said(table, rounding) for rounding in (ROUNDING_VARIANCE, 0.0)] for table in map(alike, [random] * 150)]
    as_released, if_exact = np.mean(said, axis=0)
    assert as_released < 0.085
    assert if_exact > 0.1


def test_intervals_and_limits_of_people_are_wider_than_those_of_as_many_published_cases():
    """The whole way, from counts: what is told of a released set against a published one with the same numbers."""
    events = {force: 5 * (many // 5) for force, many in EIGHT.items() if many < 90}
    published = by_force(counts_of(events))
    people = by_force(rounded(counts_of(events, sensitivity="restricted")))
    assert people.table["events"].tolist() == published.table["events"].tolist()
    for table, low, high in (
        (results.compared, "low_allowed_share", "high_allowed_share"),
        (league.league, "low_pooled_share", "high_pooled_share"),
    ):
        widths = [table(shares).derive(shares.table) for shares in (people, published)]
        wide, narrow = ((found[high] - found[low]).dropna().to_numpy() for found in widths)
        assert len(wide) == len(events)
        assert (wide > narrow).all(), low
    spreads = [results.spread(shares).finished(shares.table).iloc[0] for shares in (people, published)]
    assert spreads[0]["q"] < spreads[1]["q"]
    lines = [results.funnel(shares).finished(shares.table) for shares in (people, published)]
    width = [(line["high_allowed_share"] - line["low_allowed_share"]).sum() for line in lines]
    assert width[0] > width[1]
    assert results.outliers(people).finished(people.table)["outside"].sum() <= (
        results.outliers(published).finished(published.table)["outside"].sum()
    )
