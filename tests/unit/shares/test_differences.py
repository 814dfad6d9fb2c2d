"""Differences and ratios of two shares, against printed tables and other packages."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact
from scipy.stats.contingency import relative_risk
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.proportion import confint_proportions_2indep

from analysis.disclosure.drawing.draws import rounded
from analysis.errors import ParameterError
from analysis.shares.differences import (
    Two,
    _exact,
    against_group,
    against_rest,
    difference_interval,
    false_discoveries,
    homogeneity,
    p_value,
    ratio_interval,
    rest_of,
    side,
    sides,
    trend,
)
from analysis.shares.intervals import ROUNDING_VARIANCE, wilson

PAIRS = [(7, 34, 1, 34), (56, 70, 48, 80), (43, 136, 67171, 135492), (5363, 11831, 61851, 123797), (9, 30, 300, 400)]


@pytest.mark.parametrize(
    ("counts", "hybrid"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_differences_against_newcombe_1998(counts, hybrid):
    """Newcombe (1998), Statistics in Medicine 17: 873-890, table II (a) to (h), method 10."""
    assert difference_interval(Two(*counts)) == pytest.approx(hybrid, abs=0.00005)


def test_intervals_against_a_textbooks_package():
    """Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables (2017), chapter 4, as printed by its R
    package contingencytables (tests/testthat/test-ch4.R): Perondi's trial, 7 of 34 and 1 of 34."""
    perondi = Two(7, 34, 1, 34)
    assert difference_interval(perondi) == pytest.approx((0.0189, 0.3404), abs=0.00005)
    assert ratio_interval(perondi) == pytest.approx((1.2086, 43.0330), abs=0.00005)


@pytest.mark.parametrize("counts", PAIRS)
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_intervals_against_statsmodels(counts, level):
    two, alpha = Two(*counts), 1 - level
    hybrid = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=alpha)
    assert difference_interval(two, level=level) == pytest.approx(hybrid, abs=1e-9)
    ratio = confint_proportions_2indep(*counts, method="score", compare="ratio", alpha=alpha, correction=True)
    assert ratio_interval(two, level=level) == pytest.approx(ratio, rel=1e-5)


@pytest.mark.parametrize("counts", [(5363, 11831, 61851, 123797), (640, 1795, 66574, 133833)])
def test_ratios_of_large_counts_agree_with_scipys_relative_risk(counts):
    """scipy's interval is Katz's, normal for the logarithm: it comes to the same with thousands of cases."""
    theirs = relative_risk(*counts)
    assert ratio_interval(Two(*counts)) == pytest.approx(tuple(theirs.confidence_interval()), rel=2e-3)
    assert counts[0] / counts[1] / (counts[2] / counts[3]) == pytest.approx(theirs.relative_risk)


def test_nothing_out_of_something_has_a_ratio_with_open_ends():
    assert ratio_interval(Two(0, 10, 0, 20)) == (0, float("inf"))
    low, high = ratio_interval(Two(5, 56, 0, 29))
    assert 0 < low < 1
    assert high == float("inf")
    assert ratio_interval(Two(10, 10, 10, 10))[0] < 1 < ratio_interval(Two(10, 10, 10, 10))[1]


def test_one_against_the_rest_and_against_a_group():
    table = pd.DataFrame({"force": ["Kent", "Essex", "Surrey"], "events": [48, 30, 26], "cases": [80, 35, 35]})
    rest = against_rest(table, "force")
    kent = rest.iloc[0]
    assert (kent["rest_events"], kent["rest_cases"]) == (56, 70)
    assert kent["difference_share"] == pytest.approx(-0.2)
    ends = (kent["low_difference_share"], kent["high_difference_share"])
    assert ends == pytest.approx((-0.3339, -0.0524), abs=0.00005)
    assert kent["ratio"] == pytest.approx(0.75)
    group = against_group(table, "force", row="Kent", group=["Surrey", "Kent", "Essex", "Essex"])
    assert group.drop(columns="force").iloc[0].tolist() == kent.drop("force").tolist()
    assert list(group)[4:7] == ["group_events", "group_cases", "group_share"]


def test_a_ratio_to_nothing_is_missing():
    table = pd.DataFrame({"force": ["Kent", "Essex"], "events": [4, 0], "cases": [80, 35]})
    found = against_rest(table, "force").set_index("force")
    assert np.isnan(found.loc["Kent", "ratio"])
    assert found.loc["Essex", ["ratio", "low_ratio"]].tolist() == [0, 0]


def test_what_cannot_be_compared_is_refused():
    table = pd.DataFrame({"force": ["Kent", "Essex"], "events": [4, 0], "cases": [80, 35]})
    with pytest.raises(ParameterError, match="Did you mean 'Kent'"):
        against_group(table, "force", row="Kemt", group=["Essex"])
    with pytest.raises(ParameterError, match="Nobody else"):
        against_group(table, "force", row="Kent", group=["Kent"])
    for interval in (difference_interval, ratio_interval):
        with pytest.raises(ParameterError, match="level 95"):
            interval(Two(1, 2, 1, 2), level=95)
    with pytest.raises(ValueError, match="second of two shares: 3 events out of 2"):
        Two(1, 2, 3, 2)


#: Victim withdrawal of the Metropolitan Police by quarter of 2024/25, out of recorded cases: data/published.
QUARTERS = [1259, 1388, 1333, 1383], [2718, 2971, 3000, 3142]


@pytest.mark.parametrize(
    ("events", "cases"), [QUARTERS, ([10, 25, 31], [100, 110, 90]), ([300, 310], [400, 500]), ([50, 50], [100, 100])]
)
def test_homogeneity_and_trend_against_scipy_and_statsmodels(events, cases):
    rows = np.array([events, np.subtract(cases, events)])
    alike = homogeneity(events, cases)
    known = chi2_contingency(rows, correction=False)
    assert (alike.statistic, alike.p_value) == pytest.approx((known.statistic, known.pvalue))
    along = trend(events, cases)
    table = Table(rows, shift_zeros=False).test_ordinal_association()  # the linear-by-linear test, of N - 1 for N
    z = table.zscore * np.sqrt(sum(cases) / (sum(cases) - 1))
    assert along.statistic == pytest.approx(z**2)
    assert along.degrees == 1


def test_the_trend_of_the_metropolitan_police():
    """p = 0.024 (Cochran-Armitage), where the intervals of all four quarters overlap."""
    assert trend(*QUARTERS).p_value == pytest.approx(0.0236, abs=5e-5)
    assert homogeneity(*QUARTERS).p_value == pytest.approx(0.0878, abs=5e-5)


def test_an_absent_quarter_keeps_its_step():
    with_gap, without = trend([10, 0, 30], [100, 0, 100]), trend([10, 30], [100, 100])
    assert with_gap.p_value == pytest.approx(without.p_value)  # of two shares the distance makes no difference
    assert trend([10, 0, 30, 31], [100, 0, 100, 100]).p_value != pytest.approx(
        trend([10, 30, 31], [100, 100, 100]).p_value
    )


@pytest.mark.parametrize(("events", "cases"), [([1, 2], [10, 10]), ([0, 0], [100, 100]), ([5], [10]), ([], [])])
def test_too_few_cases_are_not_tested(events, cases):
    assert homogeneity(events, cases) is None
    assert trend(events, cases) is None


def test_intervals_may_overlap_where_shares_differ():
    two = Two(470, 1000, 520, 1000)
    assert side(two) == "below"
    lows, highs = wilson([470, 520], [1000, 1000])
    assert highs[0] > lows[1], "and a rule of overlap would have said that nothing can be told"


def test_a_part_is_tested_against_the_rest_and_not_against_what_holds_it():
    assert rest_of(5363, 11831, whole=(67214, 135628)) == Two(5363, 11831, 61851, 123797)
    assert rest_of(10, 20, whole=(10, 20)) is None
    assert rest_of(15, 20, whole=(10, 40)) is None, "rounding has left no such rest"


def test_many_shares_are_adjusted_for_how_many_there_are():
    pairs = [Two(52, 100, 500, 1000), Two(61, 100, 500, 1000), Two(1, 8, 500, 1000), None]
    values = [chi2_contingency([[52, 48], [500, 500]], correction=False).pvalue]
    values.append(chi2_contingency([[61, 39], [500, 500]], correction=False).pvalue)
    values.append(fisher_exact([[1, 7], [500, 500]]).pvalue)
    assert values[1] < 0.05 < false_discovery_control(values)[1]
    assert sides(pairs) == ["level", "level", "level", ""]
    assert sides([*pairs, Two(90, 100, 500, 1000), Two(10, 100, 500, 1000)])[-2:] == ["above", "below"]
    assert sides([]) == []


def test_the_exact_test_and_false_discoveries_are_those_of_scipy():
    drawn = np.random.default_rng(7)
    for _ in range(200):
        cases, others = (int(drawn.integers(1, most)) for most in (60, 5_000))
        two = Two(int(drawn.binomial(cases, 0.05)), cases, int(drawn.binomial(others, 0.01)), others)
        rows = [[two.events, cases - two.events], [two.other_events, others - two.other_events]]
        assert _exact(two) == pytest.approx(fisher_exact(rows).pvalue, rel=1e-8)
    large = Two(3, 135_000, 0, 9_000)
    assert _exact(large) == pytest.approx(fisher_exact([[3, 134_997], [0, 9_000]]).pvalue, rel=1e-6)
    assert _exact(Two(3, 10, 3, 10)) == 1  # the likeliest table, and one that is as likely as any: 1 and no more
    for size in (1, 2, 44):
        values = np.append(drawn.random(size) ** 3, [0.01, 0.01])
        assert (false_discoveries([*values, np.nan])[:-1] == false_discovery_control(values)).all()


def test_a_difference_of_rounded_numbers_is_found_as_often_as_chance_and_rounding_bring_it():
    """Two samples of one share, each number drawn to another as a release draws it: 5 of 100 are under 0.05."""
    drawn = np.random.default_rng(5)
    tries, cases = 2_000, 400
    events = drawn.binomial(cases, 0.3, (tries, 2)) + np.rint(drawn.normal(0, 5, (tries, 2)))
    of = cases + np.rint(drawn.normal(0, 5, (tries, 2)))
    both = [Two(int(a), int(m), int(b), int(n)) for (a, b), (m, n) in zip(events, of, strict=True)]
    assert np.mean([p_value(two, rounding=25.0) < 0.05 for two in both]) == pytest.approx(0.05, abs=0.015)
    assert np.mean([p_value(two) < 0.05 for two in both]) > 0.08


@pytest.mark.parametrize(("least", "most"), [(40, 80), (80, 150)])
def test_of_released_numbers_intervals_and_tests_hold_what_they_say(least, most):
    """Shares, two of them and eight in a row, drawn and then released; without rounding's part they hold 88% to 93%."""
    random = np.random.default_rng(20261130)
    held: dict[str, list[bool]] = {"share": [], "difference": [], "ratio": [], "alike": [], "along": []}
    plain: dict[str, list[bool]] = {name: [] for name in held}
    for _ in range(800):
        share, cases = random.uniform(0.25, 0.75), random.integers(least, most, 8)
        some, of = (_released(random, numbers) for numbers in (random.binomial(cases, share), cases))
        if (some < 15).any() or (of - some < 15).any():  # hidden: such rows are not shown
            continue
        two = Two(int(some[0]), int(of[0]), int(some[1]), int(of[1]))
        for kept, rounding in ((held, ROUNDING_VARIANCE), (plain, 0.0)):
            low, high = wilson(some[0], of[0], rounding=rounding)
            kept["share"].append(bool(low <= share <= high))
            low, high = difference_interval(two, rounding=rounding)
            kept["difference"].append(low <= 0 <= high)
            low, high = ratio_interval(two, rounding=rounding)
            kept["ratio"].append(low <= 1 <= high)
            for name, test in (("alike", homogeneity), ("along", trend)):
                found = test(some.tolist(), of.tolist(), rounding=rounding)
                kept[name].append(found is None or found.p_value >= 0.05)
    error = 3 * np.sqrt(0.05 * 0.95 / len(held["share"]))
    assert all(np.mean(tries) > 0.95 - error for tries in held.values())
    assert all(np.mean(plain[name]) < np.mean(held[name]) for name in held)
    assert min(np.mean(tries) for tries in plain.values()) < 0.92


def _released(random, counts):
    """Numbers as a release draws them, each by its own offset."""
    return rounded(counts, random.integers(0, 5, len(counts)))


def test_a_force_against_others_allows_for_the_rounding_of_all_of_them():
    table = pd.DataFrame({"force": ["a", "b", "c"], "events": [30, 40, 35], "cases": [80, 90, 75]})
    exact, released = (against_rest(table, "force", rounding=rounding).iloc[0] for rounding in (0.0, 5.0))
    expected = difference_interval(Two(30, 80, 75, 165), rounding=(5.0, 10.0))
    limits = ["low_difference_share", "high_difference_share"]
    assert released[limits].to_list() == pytest.approx(expected, abs=1e-12)
    assert released["low_difference_share"] < exact["low_difference_share"]
    assert released["high_ratio"] > exact["high_ratio"]
