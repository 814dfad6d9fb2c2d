"""The chain ladder against Mack (1993), the triangle by hand, and back-tests on what came."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import betabinom, binom, hypergeom

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import developed, ladder, projected, run_off, triangle
from analysis.questions.timing.forecast import (
    UNEVEN,
    VANISHED,
    _centre_and_limits,
    _prior,
    back_test,
    forecast,
)
from analysis.questions.timing.incidence import UNDATED, UNDECIDED, curve, endings, followed
from tests.conftest import nightly

#: Taylor and Ashe (1983), as in Mack (1993), ASTIN Bulletin 23: 213-225, and R's ChainLadder::GenIns.
_CLAIMS = """
357848 1124788 1735330 2218270 2745596 3319994 3466336 3606286 3833515 3901463
352118 1236139 2170033 3353322 3799067 4120063 4647867 4914039 5339085
290507 1292306 2218525 3235179 3985995 4132918 4628910 4909315
310608 1418858 2195047 3757447 4029929 4381982 4588268
443160 1136350 2128333 2897821 3402672 3873311
396132 1333217 2180715 2985752 3691712
440832 1288463 2419861 3483130
359480 1421128 2864498
376686 1363294
344014
"""


def gwent(**only):
    held = counts.read("gwent_2022_2025_lags")
    table = held.table.assign(ending=endings(held.table, held.scheme))
    for column, value in only.items():
        table = table[table[column] == value]
    return table


def by_hand(*rows):
    table = pd.DataFrame(rows, columns=["period", "ending", "lag", "cases"])
    return table.assign(period=[date.fromisoformat(day) for day in table["period"]])


#: Four months to April: 100 cases each. In each, a tenth or so are charged at once and some each month after.
FOUR = by_hand(
    ("2024-01-01", "charged", 0, 10),
    ("2024-01-01", "charged", 1, 20),
    ("2024-01-01", "victim_withdrew", 2, 30),
    ("2024-01-01", UNDECIDED, 3, 40),
    ("2024-02-01", "charged", 0, 10),
    ("2024-02-01", "charged", 1, 10),
    ("2024-02-01", "victim_withdrew", 2, 20),
    ("2024-02-01", UNDECIDED, 2, 60),
    ("2024-03-01", "charged", 0, 20),
    ("2024-03-01", "charged", 1, 20),
    ("2024-03-01", UNDECIDED, 1, 60),
    ("2024-04-01", "charged", -1, 20),
    ("2024-04-01", UNDECIDED, 0, 70),
    ("2024-04-01", UNDATED, 0, 10),  # ended, nothing says when: open as far as dates go
)
APRIL = date(2024, 4, 30)


def test_the_chain_ladder_and_its_errors_against_mack_1993():
    """Reserves and standard errors by year as R's ChainLadder::MackChainLadder(GenIns) and Mack's paper print them."""
    rows = [[float(number) for number in line.split()] for line in _CLAIMS.split("\n") if line]
    claims = np.array([row + [np.nan] * (10 - len(row)) for row in rows])
    steps = developed(claims, np.zeros((0, 10, 9)), ages=np.arange(9, -1, -1))
    printed = [3.491, 1.747, 1.457, 1.174, 1.104, 1.086, 1.054, 1.077, 1.018]
    assert steps.shares[:, 0] == pytest.approx(printed, abs=0.0006)
    reserves, errors = [], []
    for year in range(10):
        final, error = projected(steps, claims[year, 9 - year], start=9 - year, until=9)
        reserves.append(round(final[0] - claims[year, 9 - year]))
        errors.append(round(error[0]))
    assert reserves == [0, 94634, 469511, 709638, 984889, 1419459, 2177641, 3920301, 4278972, 4625811]
    assert errors == [0, 75535, 121699, 133549, 261406, 411010, 558317, 875328, 971258, 1363155]


@pytest.mark.parametrize(
    "claims",
    [
        [[100, 150, 180, 190], [120, 200, 250], [90, 110], [80]],
        [[100, 110, 180, 190], [120, 140, 210], [90, 96], [80]],  # the second step scatters more than the first
        [[100, 150, 300, 310], [120, 200, 400], [90, 110], [80]],  # the second step has no scatter
        [[100, 200, 300, 310], [120, 240, 400], [90, 180], [80]],  # the first has none
        [[100, 150, 180], [120, 200], [90]],
    ],
)
def test_the_scatter_of_a_step_that_one_month_has_come_is_macks(claims):
    """Mack 1993, page 217: the smallest of the last two, and of the last carried on at the rate at which it fell."""
    wide = len(claims)
    held = np.array([[*row, *[np.nan] * (wide - len(row))] for row in claims], dtype=float)
    *_, before, last, carried = [
        np.inf,
        *developed(held, np.zeros((0, wide, wide - 1)), ages=np.arange(wide)[::-1]).scatter[:, 0, 0],
    ]
    assert carried == pytest.approx(min(before, last, last**2 / before if before else 0) if wide > 3 else last)


def test_a_triangle_by_hand():
    held = triangle(FOUR, APRIL)
    assert (held.ages.tolist(), held.cases.tolist()) == ([3, 2, 1, 0], [100] * 4)
    assert (held.undated.tolist(), held.early, held.young) == ([0, 0, 0, 10], 20, 0)
    table = run_off(held).pivot(index="period", columns="step", values="decided")
    assert table.iloc[0].tolist() == [10, 30, 60, 60]
    assert table.iloc[1].tolist()[:3] == [10, 20, 40]
    assert table.notna().sum().sum() == 10


def test_a_forecast_by_hand():
    """Of 260 open after step 0, 50 are charged in step 1; of 150 open after step 1, 50 withdraw in step 2."""
    shares = ladder(triangle(FOUR, APRIL), np.full(4, 2)).set_index(["period", "ending"])["final_share"]
    april = shares.loc[date(2024, 4, 1)]
    assert april["charged"] == pytest.approx(0.2 + 0.8 * 50 / 260)
    assert april["victim_withdrew"] == pytest.approx(0.8 * 210 / 260 * 50 / 150)
    assert april[UNDECIDED] == pytest.approx(0.8 * 210 / 260 * 100 / 150)
    assert shares.loc[date(2024, 1, 1)].to_dict() == {"victim_withdrew": 0.3, "charged": 0.3, UNDECIDED: 0.4}


def test_a_month_of_age_nought_is_headed_where_the_pooled_incidence_is():
    """From step 0 on the pooled chain ladder is Aalen and Johansen's estimate, given that the case was open then."""
    table = gwent(crime_type="Violence and sexual offences")
    cases = followed(table)
    rows = ladder(triangle(table, date(2025, 6, 1)), np.full(36, 12))
    youngest = rows[rows["period"] == date(2025, 6, 1)].set_index("ending")
    still = 1 - sum(curve(cases, name).share[0] for name in cases.endings)
    for name in cases.endings:
        share = curve(cases, name).share
        more = (share[12] - share[0]) / still
        held = triangle(table, date(2025, 6, 1))
        so_far = held.ended[held.endings.index(name), -1, 0] / held.cases[-1]
        open_share = held.open_after[-1, 0] / held.cases[-1]
        assert youngest.loc[name, "final_share"] == pytest.approx(so_far + open_share * more, abs=1e-12)


def test_limits_are_whole_cases_of_a_beta_binomial_number():
    rows = ladder(triangle(FOUR, APRIL), np.full(4, 1)).set_index(["period", "ending"])
    row = rows.loc[(date(2024, 4, 1), "charged")]
    share = 50 / 260
    excess = (row["standard_error"] * 100) ** 2 / (80 * share * (1 - share))
    assert excess > 1
    one = share * (79 / (excess - 1) - 1)
    law = betabinom(80, one, one * (1 - share) / share)
    assert row["low_share"] == pytest.approx((20 + law.ppf(0.025)) / 100)
    assert row["high_share"] == pytest.approx((20 + law.ppf(0.975)) / 100)


def test_months_that_are_all_alike_still_vary_as_whole_cases_do():
    months = [f"2024-0{month}-01" for month in range(1, 5)]
    rows = [(month, "charged", 1, 20) for month in months[:3]]
    rows += [(month, UNDECIDED, age, 80) for month, age in zip(months[:3], (3, 2, 1), strict=True)]
    table = ladder(triangle(by_hand(*rows, (months[3], UNDECIDED, 0, 100)), APRIL), np.full(4, 1))
    row = table[(table["period"] == date(2024, 4, 1)) & (table["ending"] == "charged")].iloc[0]
    assert (row["final_share"], row["standard_error"]) == (0.2, 0)
    assert (row["low_share"], row["high_share"]) == tuple(binom.ppf([0.025, 0.975], 100, 0.2) / 100)


@pytest.mark.parametrize("shape", [(4, 6, 5), (2, 1, 3), (3, 2, 1)])
def test_the_prior_of_a_forecast_has_the_density_of_its_precision(shape):
    """A normal density goes by the determinant of its precision: of what the candidates share it is the same."""
    scales = np.array([[-1.0, 0.3, -2.0], [-0.4, -0.9, -1.5], [0.1, 0.0, -0.2]])
    precision, density = _prior(scales, shape)
    left = np.linalg.slogdet(precision)[1] - density
    assert left == pytest.approx([left[0]] * 3)
    assert (np.linalg.eigvalsh(precision) > 0).all()
    autoregression = np.linalg.inv(precision[0, shape[0] : -shape[2], shape[0] : -shape[2]])
    apart = np.abs(np.subtract.outer(np.arange(shape[1]), np.arange(shape[1])))
    correlation = np.tanh(0.3)
    assert autoregression == pytest.approx(np.exp(-2.0) * correlation**apart / (1 - correlation**2))


def test_what_a_later_publication_leaves_out_widens_a_range_as_a_sample_does():
    """Of 1,000 cases 107 vanish by chance: scipy's hypergeometric number of those that ended so among the 893.

    Of ten million cases chance is nothing, and what is left is the odds of vanishing, which differ by the ending: for
    one standard deviation of their logarithm the share among the rest is worked out, all together 10.7% vanishing.
    """
    shares = np.linspace(0.25, 0.35, 1001)
    middle, *plain = _centre_and_limits(shares, 1000, is_revised=False)

    def added(cases):
        reached = _centre_and_limits(shares, cases, is_revised=True)
        return [
            np.sqrt((limit - middle) ** 2 - (own - middle) ** 2) / 1.959964
            for limit, own in zip(reached[1:], plain, strict=True)
        ]

    odds = brentq(lambda odds: 0.3 * expit(odds + UNEVEN / 2) + 0.7 * expit(odds - UNEVEN / 2) - VANISHED, -9, 0)
    uneven = 0.3 - 0.3 * (1 - expit(odds + UNEVEN / 2)) / (1 - VANISHED)
    assert added(10**7) == pytest.approx([uneven] * 2, rel=0.05)
    chance = hypergeom(1000, 300, 893).std() / 893
    assert np.square(added(1000)) - np.square(added(10**9)) == pytest.approx([chance**2] * 2, rel=0.01)


def test_earlier_figures_are_those_of_the_cases_that_had_ended_by_then():
    """The triangle of three months before is that of the same rows, with what came later still open."""
    table = gwent(crime_type="Robbery")
    table = table.assign(ending=table["ending"].replace({UNDATED: UNDECIDED}))
    taken = date(2025, 3, 1)
    age = np.array([(taken.year - day.year) * 12 + taken.month - day.month for day in table["period"]])
    before = table.assign(
        ending=table["ending"].where(table["lag"] <= age, UNDECIDED), lag=table["lag"].clip(upper=age)
    )
    ours, theirs = triangle(table, date(2025, 6, 1)).earlier(3), triangle(before[age >= 0], taken)
    assert (ours.periods, ours.ages.tolist()) == (theirs.periods, theirs.ages.tolist())
    assert ours.endings == theirs.endings
    assert (ours.ended == theirs.ended).all()
    assert ours.open_after == pytest.approx(theirs.open_after, nan_ok=True)


@pytest.mark.parametrize("back", nightly([3, 6, 12], 6))
def test_gwents_intervals_hold_where_the_chain_ladders_do_not(back):
    """Early in 2025 Gwent decided many old cases at once: the chain ladder misses it from six months before."""
    held = triangle(gwent(crime_type="Violence and sexual offences"), date(2025, 6, 1))
    summary = back_test(held, (back,), at=12).summary.set_index("ending")
    assert (summary["months"] == 12).all()
    for name in ("withdrew_or_evidential", UNDECIDED):
        row = summary.loc[name]
        assert row["held_share"] >= 11 / 12
        if back == 6:
            assert row["ladder_held_share"] < 0.6
            assert row["interval_score"] < row["ladder_score"] / 2


@pytest.mark.parametrize("crime", nightly(["Violence and sexual offences", "Robbery"], "Robbery"))
def test_forecasts_are_inside_their_limits_and_the_same_again_whatever_the_size(crime):
    held = triangle(gwent(crime_type=crime), date(2025, 6, 1))
    table = forecast(held, at=12, is_revised=True)
    known = table.dropna(subset=["low_share"])
    assert ((known["low_share"] >= 0) & (known["high_share"] <= 1)).all()
    assert ((known["low_share"] <= known["final_share"]) & (known["final_share"] <= known["high_share"])).all()
    pd.testing.assert_frame_equal(table, forecast(held, at=12, is_revised=True))
    together = table[table["period"].isna()].set_index("ending")
    assert together.loc[UNDECIDED, "cases"] == held.cases[held.ages < 12].sum()


def test_a_back_test_row_is_what_a_forecast_said_and_what_came():
    table = back_test(triangle(FOUR, APRIL), (1,)).table
    row = table[(table["period"] == date(2024, 3, 1)) & (table["ending"] == "charged")].iloc[0]
    assert (row["so_far_share"], row["came_share"]) == (0.2, 0.4)
    assert set(table["period"]) == {date(2024, 3, 1), date(2024, 2, 1)}
    assert row["width_share"] == pytest.approx(row["high_share"] - row["low_share"])


def test_days_are_cut_into_steps_of_thirty():
    """To 30 June, January's last day was followed for 151 days: steps 0 to 4, of which the last ends on day 149."""
    table = by_hand(
        ("2024-01-01", "charged", 29, 1), ("2024-01-01", "charged", 30, 2), ("2024-01-01", "charged", 150, 3),
        ("2024-01-01", UNDECIDED, 160, 4), ("2024-06-01", "charged", 3, 5),
    )  # fmt: skip
    held = triangle(table, date(2024, 6, 30), lag_unit="days")
    assert (held.ages.tolist(), held.cases.tolist(), held.young) == ([4], [10], 5)
    assert held.ended[0, 0].tolist() == [1, 2, 0, 0, 0]
    assert held.open_after[0].tolist() == [9, 7, 7, 7, 7]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("2024-05-01", UNDECIDED, 0, 1), "taken on"),
        (("2024-02-01", "charged", 3, 1), "ends after"),
        (("2024-02-01", UNDECIDED, 1, 1), "not followed"),
    ],
)
def test_figures_that_cannot_be(row, message):
    with pytest.raises(ValueError, match=message):
        triangle(pd.concat([FOUR, by_hand(row)]), APRIL)


def test_months_of_age_nought_alone_stand_where_they_are():
    rows = forecast(triangle(by_hand(("2024-04-01", "charged", 0, 20), ("2024-04-01", UNDECIDED, 0, 80)), APRIL))
    assert rows["final_share"].to_list() == [0.2, 0.8]
    assert rows["low_share"].isna().all()


def test_what_cannot_be_asked():
    held = triangle(FOUR, APRIL)
    with pytest.raises(ParameterError, match="3 months; 4"):
        forecast(held, at=4)
    for steps in (4, -1):
        with pytest.raises(ParameterError, match="0 to 3"):
            held.earlier(steps)
    with pytest.raises(ParameterError, match="1 step or more"):
        back_test(held, (0,))
    with pytest.raises(ParameterError, match="weeks"):
        triangle(FOUR, APRIL, lag_unit="weeks")
    with pytest.raises(ParameterError, match="whole step"):
        triangle(by_hand(("2024-04-01", "charged", 2, 1)), APRIL, lag_unit="days")


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="do not fit"):
        developed(np.ones((2, 3)), np.ones((1, 2, 3)), ages=np.array([2, 1]))
