"""Funnels, overdispersion and heterogeneity, against other people's arithmetic."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import binom, chi2_contingency, norm, t
from scipy.stats.mstats import winsorize
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_effectsize

from analysis.errors import ParameterError
from analysis.questions.comparison.funnel import comparison, funnel_curve, funnel_limits, outside
from analysis.questions.comparison.heterogeneity import dispersion, heterogeneity, pooled_mean, winsorised
from analysis.shares.counted import counted

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
    printed = funnel_limits(cases, target, level, form="as_printed")
    assert (found[0][0], printed[0][0], printed[1][0]) == pytest.approx((low, low, printed_high), abs=1e-9)
    assert found[1][0] == pytest.approx(printed_high + 1 / cases, abs=1e-9)


@pytest.mark.parametrize("cases", [50, 500, 5000])
def test_counts_beyond_the_exact_limits_are_those_with_too_little_beyond_them(cases):
    counts = np.arange(cases + 1)
    low, high = funnel_limits(cases, 0.3, 0.95)
    assert ((counts / cases < low) == (binom.cdf(counts, cases, 0.3) < 0.025)).all()
    assert ((counts / cases > high) == (binom.sf(counts - 1, cases, 0.3) < 0.025)).all()


def test_normal_limits_are_a_target_and_so_many_standard_errors():
    """Target 0.2, 100 cases: standard error 0.04, so 0.2 -/+ 1.96 x 0.04 is 0.1216 to 0.2784; phi 4 doubles it."""
    assert np.ravel(funnel_limits(100, 0.2, 0.95, form="share")) == pytest.approx([0.1216, 0.2784], abs=5e-5)
    assert np.ravel(funnel_limits(100, 0.2, 0.95, form="share", phi=4)) == pytest.approx([0.0432, 0.3568], abs=5e-5)
    wide = np.ravel(funnel_limits(100, 0.2, 0.95, form="share", tau_squared=0.03**2))  # 0.04 and 0.03 make 0.05
    assert wide == pytest.approx([0.102, 0.298], abs=5e-5)


def test_arcsine_limits_and_scores_agree_with_cohens_h(table):
    """statsmodels' proportion_effectsize is 2 (arcsine root p - arcsine root q): z is that times the root of cases."""
    found = comparison(table, "force", target_share=0.4, scale="arcsine").query("allowance == 'none'")
    effect = proportion_effectsize(found["share"].to_numpy(), 0.4)
    assert found["z"].to_numpy() == pytest.approx(effect * np.sqrt(CASES))
    low, high = funnel_limits([100], 0.4, 0.95, form="arcsine")
    ends = proportion_effectsize(np.array([low[0], high[0]]), 0.4)
    assert ends * 10 == pytest.approx([-1.959964, 1.959964], abs=1e-6)


def test_the_three_forms_of_limits_come_together_as_cases_grow():
    for level in (0.95, 0.998):
        exact = np.ravel(funnel_limits(100_000, 0.4956, level))
        for form in ("as_printed", "share", "arcsine"):
            assert np.ravel(funnel_limits(100_000, 0.4956, level, form=form)) == pytest.approx(exact, abs=3e-5)


def test_overdispersion_about_the_pooled_share_is_pearsons_test(table):
    found = dispersion(table, "force")
    pearson = chi2_contingency([EVENTS, np.subtract(CASES, EVENTS)], correction=False)
    assert (found.q, found.degrees, found.p_value) == pytest.approx((pearson.statistic, pearson.dof, pearson.pvalue))
    assert found.phi_unwinsorised == pytest.approx(pearson.statistic / 11)
    assert dispersion(table, "force", target_share=0.5).degrees == 11


def test_winsorising_eleven_values_moves_the_ends_to_their_neighbours():
    values = np.array([9.0, -40, 3, 1, 2, 80, 4, -5, 6, 7, 8])
    assert winsorised(values) == pytest.approx(np.asarray(winsorize(values, limits=(0.1, 0.1))))
    assert winsorised(values, 0) == pytest.approx(values)


def test_phi_and_tau_squared_from_winsorised_scores(table):
    """By scipy's winsorising; without it, tau squared is the one-step moment of statsmodels."""
    share = sum(EVENTS) / sum(CASES)
    errors = np.sqrt(share * (1 - share) / np.array(CASES))
    z = np.asarray(winsorize((np.array(EVENTS) / CASES - share) / errors, limits=(0.1, 0.1)))
    found = dispersion(table, "force")
    assert found.phi == pytest.approx((z**2).mean())
    weights = errors**-2
    expected = ((z**2).sum() - 10) / (weights.sum() - (weights**2).sum() / weights.sum())
    assert found.tau_squared == pytest.approx(expected)
    assert found.tau == pytest.approx(np.sqrt(expected))
    plain = dispersion(table, "force", winsorised_share=0)
    by_statsmodels = combine_effects(np.array(EVENTS) / CASES, errors**2, method_re="dl")
    assert plain.q == pytest.approx(by_statsmodels.q)  # the pooled share is the mean weighted by cases
    assert plain.tau_squared == pytest.approx(by_statsmodels.tau2)


def test_a_random_effects_mean_against_metafor():
    """Kacker (2004), Metrologia 41: 132-136, as computed by R's metafor, rma(method = "DL"); printed in statsmodels'
    stats/tests/results/results_meta.py (exk1_dl)."""
    values = [61.0, 61.4, 62.21, 62.3, 62.34, 62.6, 62.7, 62.84, 65.9]
    variances = [0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225]
    found = pooled_mean(values, variances)
    assert (found.mean, found.standard_error) == pytest.approx((62.3901386044504, 0.245749668040304), rel=1e-12)
    assert (found.tau_squared, found.q) == pytest.approx((0.288049246973751, 24.801897741835), rel=1e-10)
    assert (found.degrees, found.p_value) == (8, pytest.approx(0.00167935146372742, rel=1e-9))
    assert found.i_squared_share == pytest.approx(0.67744403741711, rel=1e-10)


def test_heterogeneity_of_shares_against_statsmodels(table):
    events, others = np.array(EVENTS, dtype=float), np.subtract(CASES, EVENTS).astype(float)
    events[8], others[8] = 0.5, 12.5  # the one row without events
    found = heterogeneity(table, "force")
    theirs = combine_effects(np.log(events / others), 1 / events + 1 / others, method_re="dl")
    assert (found.logit.q, found.logit.tau_squared) == pytest.approx((theirs.q, theirs.tau2))
    assert found.logit.i_squared_share == pytest.approx(theirs.i2)
    assert found.mean_share == pytest.approx(expit(theirs.mean_effect_re))
    ends = theirs.mean_effect_re + np.array([-1, 1]) * norm.ppf(0.975) * theirs.sd_eff_w_re
    assert (found.low_share, found.high_share) == pytest.approx(tuple(expit(ends)))
    reach = t.ppf(0.975, 9) * np.sqrt(theirs.tau2 + theirs.var_eff_w_re)
    predicted = expit(theirs.mean_effect_re + np.array([-reach, reach]))
    assert (found.predicted_low_share, found.predicted_high_share) == pytest.approx(tuple(predicted))
    assert found.spread_points == pytest.approx(100 * (predicted[1] - predicted[0]))
    assert found.rows_corrected == 1


def test_alike_rows_have_no_heterogeneity():
    same = pd.DataFrame({"force": list("abc"), "events": [5, 50, 500], "cases": [10, 100, 1000]})
    found, spread = heterogeneity(same, "force"), dispersion(same, "force")
    assert (found.logit.q, found.logit.tau_squared, found.logit.i_squared_share) == pytest.approx((0, 0, 0))
    assert (spread.q, spread.tau_squared, spread.p_value) == pytest.approx((0, 0, 1))
    assert set(comparison(same, "force")["position_95"]) == {"within"}


def test_false_discovery_rates_against_statsmodels(table):
    found = comparison(table, "force")
    for _, part in found.groupby("allowance"):
        adjusted = multipletests(part["p_value"], method="fdr_bh")[1]
        assert part["q_value"].to_numpy() == pytest.approx(adjusted)


def test_a_comparison_says_where_each_row_lies(table):
    found = comparison(table, "force")
    assert len(found) == 33
    assert list(found["force"][:11]) == list(table["force"])
    for allowance, part in found.groupby("allowance"):
        assert (part["low_99_8_share"] <= part["low_95_share"]).all(), allowance
        assert (part["high_95_share"] <= part["high_99_8_share"]).all(), allowance
        outer = part["position_99_8"] != "within"
        assert (part.loc[outer, "position_95"] == part.loc[outer, "position_99_8"]).all()
    normal = found[found["allowance"] != "none"]
    assert ((normal["p_value"] < 0.05) == (normal["position_95"] != "within")).all()
    summed = outside(found).set_index(["allowance", "level"])
    assert (summed["outside"] == summed["below"] + summed["above"]).all()
    assert summed.loc[("none", 0.95), "outside"] == (found["position_95"][:11] != "within").sum()


def test_a_curve_passes_through_the_limits_of_the_rows(table):
    spread = dispersion(table, "force")
    curve = funnel_curve(spread, smallest=1, largest=240).set_index(["allowance", "level", "cases"]).sort_index()
    rows = comparison(table, "force")
    row = rows[(rows["allowance"] == "tau") & (rows["cases"] == 240)].iloc[0]
    assert curve.loc[("tau", 0.95, 240)].tolist() == pytest.approx([row["low_95_share"], row["high_95_share"]])
    assert sorted(curve.index.get_level_values("allowance").unique()) == ["none", "phi", "tau"]
    assert curve.loc[("none", 0.998)].index.is_unique


def test_what_cannot_be_compared_is_refused(table):
    with pytest.raises(ParameterError, match="no column 'place'"):
        comparison(table, "place")
    with pytest.raises(ParameterError, match="No scale is called 'logit'"):
        dispersion(table, "force", scale="logit")
    with pytest.raises(ParameterError, match="target lies between 0 and 1"):
        comparison(table.assign(events=0), "force")
    with pytest.raises(ParameterError, match="Winsorising 0.5"):
        dispersion(table, "force", winsorised_share=0.5)
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
            pooled_mean(wrong, [1.0] if len(wrong) != 2 else [1.0, 0.0])


def test_limits_that_cannot_be_are_refused(table):
    for changes, message in [
        ({"target_share": 1}, "about 1"),
        ({"level": 95}, "level 95"),
        ({"form": "poisson"}, "No form"),
        ({"phi": 0.5, "form": "share"}, "would narrow"),
        ({"tau_squared": 0.1}, "Exact limits cannot be widened"),
    ]:
        with pytest.raises(ParameterError, match=message):
            funnel_limits(10, **({"target_share": 0.5, "level": 0.95} | changes))
    with pytest.raises(ValueError, match="whole numbers of cases"):
        funnel_limits([10, 0], 0.5, 0.95)
    with pytest.raises(ParameterError, match="from 9 to 9 cases"):
        funnel_curve(dispersion(table, "force"), smallest=9, largest=9)
