"""Gray's test against two printed sessions of R's cmprsk, and beside the log-rank test."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, chi2, logrank

from analysis.errors import ParameterError
from analysis.questions.timing import gray
from analysis.questions.timing.gray import gray_test, score_and_variance
from tests.conftest import nightly
from tests.unit.cmprsk_sessions import simulated, transplants


@pytest.mark.parametrize(("ending", "statistic", "p"), [("1", 2.8623325, 0.09067592), ("2", 0.4481279, 0.50322531)])
def test_two_groups_with_ties_against_cmprsk(ending, statistic, p, monkeypatch):
    """``cuminc(bmtcrr$ftime, bmtcrr$Status, bmtcrr$D)``, Tests as printed; 177 patients, ALL against AML.

    It takes the two endings of one day as independent, and few days have both.
    """
    as_multinomial = gray_test(transplants(), ending=ending).statistic
    monkeypatch.setattr(gray, "_of_one_lag", lambda *_, share: np.zeros((2, 2)))
    ours = gray_test(transplants(), ending=ending)
    assert 0.998 * ours.statistic < as_multinomial < ours.statistic
    assert (ours.groups, ours.degrees) == (("ALL", "AML"), 1)
    assert ours.statistic == pytest.approx(statistic, abs=5e-8)
    assert ours.p == pytest.approx(p, abs=5e-9)


@pytest.mark.parametrize(("ending", "statistic", "p"), [("1", 3.393977, 0.1832345), ("2", 1.989511, 0.3698139)])
def test_three_groups_against_cmprsk(ending, statistic, p):
    """cmprsk 2.2-8, tests/test.Rout.save: ``cuminc(ss, cc, gg, strt)``, whose scores add up over two strata."""
    parts = [score_and_variance(rows, ending) for _, rows in simulated().groupby("stratum")]
    score, variance = (sum(part) for part in zip(*parts, strict=True))
    found = float(score @ np.linalg.solve(variance, score))
    assert found == pytest.approx(statistic, abs=5e-7)
    assert chi2.sf(found, 2) == pytest.approx(p, abs=5e-8)


@pytest.mark.parametrize(("ending", "statistic", "p"), [("1", 3.5151549, 0.06080997), ("2", 0.1400145, 0.70826655)])
def test_two_groups_of_three_against_cmprsk(ending, statistic, p):
    """The same file: ``cuminc(ssd, ccd, gg2, strtd, subset=gg != 'b')``."""
    every = simulated()[lambda held: held["group"] != "b"]
    parts = [score_and_variance(rows, ending) for _, rows in every.groupby("stratum")]
    found = sum(score[0] for score, _ in parts) ** 2 / sum(variance[0, 0] for _, variance in parts)
    assert found == pytest.approx(statistic, abs=5e-7)


def test_with_one_ending_it_is_near_the_log_rank_test():
    """scipy.stats.logrank; the scores are the same, the variance is another estimate of the same thing."""
    table = transplants().replace({"ending": {"2": "1"}})
    ours = gray_test(table, ending="1")
    samples = [
        CensoredData.right_censored(rows["lag"], rows["ending"] == "undecided") for _, rows in table.groupby("group")
    ]
    assert ours.statistic == pytest.approx(logrank(*samples).statistic ** 2, rel=0.05)


def test_groups_that_are_alike_do_not_differ():
    table = transplants().assign(group="one")
    assert gray_test(pd.concat([table, table.assign(group="other")]), ending="1").statistic == pytest.approx(
        0, abs=1e-20
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"group": "one"}, "has 1"),
        ({"ending": "2"}, "No case ended as '1'"),
    ],
)
def test_what_cannot_be_compared(changes, message):
    with pytest.raises(ParameterError, match=message):
        gray_test(transplants().assign(**changes), ending="1")


def test_groups_never_open_together():
    table = pd.DataFrame(
        [("a", "2", 1, 4), ("b", "1", 5, 3), ("b", "2", 6, 2)], columns=["group", "ending", "lag", "cases"]
    )
    with pytest.raises(ParameterError, match="Too few"):
        gray_test(table, ending="1")


@pytest.mark.parametrize(("hazard", "so"), nightly([(0.5, 0.5), (0.5, 0.15), (0.18, 0.5)], (0.5, 0.15)))
def test_groups_of_one_world_differ_as_often_as_chance_alone_makes_them(hazard, so):
    """Endings by month, many of both kinds in one; chi squared has its degrees of freedom as its mean.

    Were the endings of a month independent it would have 1.24 times as many in the first world, 1.12 in the second.
    """
    random, groups, draws = np.random.default_rng(20261130), 12, 120
    found = [
        gray_test(_of_one_world(random, groups, hazard=hazard, so=so), ending="charged").statistic for _ in range(draws)
    ]
    error = np.sqrt(2 / (groups - 1) / draws)  # of the mean over the degrees of freedom
    assert abs(np.mean(found) / (groups - 1) - 1) < 3 * error


def _of_one_world(random, groups, *, hazard, so):
    """Groups of 80 cases, followed for 6 to 12 months, all with the same share that ends in each month and so."""
    rows = []
    for group in range(groups):
        still = 80
        for month in range(13):
            chance = hazard * 0.85**month
            charged, otherwise, still = random.multinomial(still, [chance * so, chance * (1 - so), 1 - chance])
            left = still if month == 12 else random.binomial(still, 0.08) if month >= 6 else 0
            still -= left
            for ending, cases in (("charged", charged), ("withdrew", otherwise), ("undecided", left)):
                rows.append((f"group {group}", ending, month, int(cases)))
    return pd.DataFrame(rows, columns=["group", "ending", "lag", "cases"])
