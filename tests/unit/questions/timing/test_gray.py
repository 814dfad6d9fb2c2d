"""Gray's test against two printed sessions of R's cmprsk, and beside the log-rank test."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, chi2, logrank

from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test, score_and_variance
from tests.unit.cmprsk_sessions import simulated, transplants


@pytest.mark.parametrize(("ending", "statistic", "p"), [("1", 2.8623325, 0.09067592), ("2", 0.4481279, 0.50322531)])
def test_two_groups_with_ties_against_cmprsk(ending, statistic, p):
    """``cuminc(bmtcrr$ftime, bmtcrr$Status, bmtcrr$D)``, Tests as printed; 177 patients, ALL against AML."""
    ours = gray_test(transplants(), ending=ending)
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
