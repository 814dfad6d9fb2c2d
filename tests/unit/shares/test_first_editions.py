"""A first edition is told by its date; its shares settle between bounds, and are forecast only where history tells."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analysis.counts import yearly
from analysis.counts.yearly import is_first_edition
from analysis.disclosure import protect
from analysis.questions.trends import years
from analysis.shares.first_editions import (
    FEWEST,
    Pair,
    back_tested,
    first_editions,
    forecast,
    limits,
    pairs_held,
)
from analysis.shares.year_bounds import CHARGED, WITHDREW, by_year
from benchmarks.coverage import editions

YEAR = date(2021, 4, 1)


def rows(place, pairs=None):
    return protect(first_editions(yearly.read().of(place), pairs)).table.set_index(["measure", "year"])


def pairs(count, *, edition="July 2022", seed=1):
    """Forces that charge about a tenth of what was open."""
    random = np.random.default_rng(seed)
    parts = random.normal(0.1, 0.02, count)
    return [Pair(f"Force {n}", YEAR, edition, 50, 50 + round(2000 * p), 2000, 10_000) for n, p in enumerate(parts)]


@pytest.mark.parametrize(
    ("edition", "is_first"),
    [
        ("March 2022", True),
        ("July 2022", True),
        ("September 2022", True),
        ("October 2022", False),
        ("July 2023", False),
        ("about 2022", None),
        ("about 2023", False),
        ("one", None),
    ],
)
def test_a_first_edition_is_taken_within_half_a_year_of_the_years_end(edition, is_first):
    assert is_first_edition(YEAR, edition) is is_first


def test_the_years_held_are_marked():
    table = protect(by_year(yearly.read())).table
    told = table[table["measure"] == CHARGED].set_index(["year", "edition"])["first_edition"]
    assert told["2021/22", "July 2022"] == told["2024/25", "March 2025"] == "yes"
    assert told["2020/21", "July 2022"] == told["2021/22", "about 2024"] == "no"
    assert (told == "yes").sum() == 2
    assert told["2017/18", "about 2018"] == "not known"


def test_bounds_are_those_worked_out_by_hand():
    everywhere = rows("all")
    withdrew, charged = everywhere.loc[(WITHDREW, "2024/25")], everywhere.loc[(CHARGED, "2024/25")]
    assert (withdrew["recorded"], withdrew["undecided"]) == (135628, 5665)
    assert charged["low_bound_share"] == pytest.approx(11610 / 135628)
    assert charged["high_bound_share"] == pytest.approx((11610 + 5665) / 135628)
    assert withdrew["low_bound_share"] == pytest.approx(0.4956, abs=5e-5)
    assert withdrew["high_bound_share"] == pytest.approx(0.5373, abs=5e-5)
    met = rows("Metropolitan Police").loc[(WITHDREW, "2024/25")]
    assert met["open_share"] == pytest.approx(992 / 11831)
    assert met["high_bound_share"] - met["low_bound_share"] == pytest.approx(992 / 11831)


def test_a_place_without_figures_has_no_row_and_says_so():
    held = yearly.read()
    none = replace(held, forces=held.forces[held.forces["force"] != "Kent"].reset_index(drop=True)).of("Kent")
    found = protect(first_editions(none))
    assert found.table.empty
    assert years.settling(found, protect(by_year(held))).startswith("No first edition of the figures of Kent Police")


def test_no_pair_held_begins_with_a_first_edition_so_bounds_alone_are_told():
    held = pairs_held()
    assert len(held) == 154
    assert not any(one.is_first for one in held)
    assert forecast(held)[0] is None
    assert rows("all")["low_settled_share"].isna().all()
    everywhere = yearly.read()
    told = years.settling(protect(first_editions(everywhere)), protect(by_year(everywhere)))
    assert "4.2% of the 135,628 cases" in told
    assert "49.6% to 53.7%" in told
    assert "8.6% to 12.7%" in told
    assert "none begins with a first edition" in told
    assert "5,948 (edition July 2022) to 7,766 (about 2024)" in told


def test_where_every_case_has_an_outcome_none_is_said_to_end_yet():
    """The City of London's 30 cases of 2024/25: "0% had no outcome yet. However those cases end" they "will settle"."""
    held = yearly.read()
    told = years.settling(protect(first_editions(held.of("City of London"))), protect(by_year(held)))
    assert told == (
        "The figures of 2024/25 are a first edition (March 2025), and each of the 30 cases recorded by City of London "
        "Police had an outcome. Unless some are revised, the share of recorded cases whose victim withdrew stays at "
        "46.7%, and the share charged at 20.0%."
    )


def test_enough_first_editions_that_hold_give_a_forecast_within_the_bounds():
    history = pairs(200)
    found, reason = forecast(history)
    assert reason == ""
    assert 0.04 < found[0] < 0.1 < found[1] < 0.16
    row = rows("all", history).loc[(CHARGED, "2024/25")]
    assert row["low_bound_share"] < row["low_settled_share"] < row["high_settled_share"] < row["high_bound_share"]
    held = yearly.read()
    assert "is forecast to settle at" in years.settling(protect(first_editions(held, history)), protect(by_year(held)))


def test_too_few_pairs_or_later_editions_give_none():
    assert limits(pairs(FEWEST - 1)) is None
    assert limits(pairs(FEWEST)) is not None
    assert forecast(pairs(200, edition="July 2023"))[0] is None


def test_limits_that_do_not_hold_are_not_told():
    same = [replace(one, newer=one.older) for one in pairs(200)]  # nothing ever comes: the limits hold always
    assert back_tested(same).held_share == 1
    assert forecast(same) == (None, "tried on other forces, its limits do not hold as often as they say")


def test_the_score_of_limits_is_their_pinball_losses_over_half_the_chance_to_miss():
    """Gneiting and Raftery 2007, JASA 102: 359-378, section 6.2: an interval is two quantiles, each with its loss."""
    history = pairs(60)
    history[0] = replace(history[0], newer=history[0].older + 900)  # far above what others let expect, and far below
    history[1] = replace(history[1], newer=history[1].older - 500)

    def loss(quantile, level, truth):
        return (truth - quantile) * (level - (truth < quantile))

    scores, widths = [], []
    for pair in history:
        ends = limits([other for other in history if other is not pair])
        found = [(pair.older + part * pair.still_open) / pair.recorded for part in ends]
        losses = [
            loss(end, level, pair.newer / pair.recorded) for end, level in zip(found, (0.025, 0.975), strict=True)
        ]
        scores.append(sum(losses) / 0.025)
        widths.append(found[1] - found[0])
    tried = back_tested(history)
    assert tried.score == pytest.approx(np.mean(scores))
    assert tried.width == pytest.approx(np.mean(widths))
    assert tried.score > 1.5 * tried.width
    assert tried.held_share == pytest.approx(58 / 60)


def test_a_force_is_left_out_of_its_own_forecast():
    history = pairs(100)
    odd = replace(history[0], newer=history[0].older + 1900)
    assert forecast([odd, *history[1:]], force=odd.force)[0] == limits(history[1:])


def test_made_up_and_other_cases_have_no_first_editions():
    held = yearly.read()
    nothing = replace(held, forces=held.forces.iloc[:0], national=held.national.iloc[:0])
    assert protect(first_editions(nothing)).table.empty


def test_the_benchmark_says_how_often_it_held():
    (every, *_) = editions.tried(1)
    assert every.tries == 118
    assert 0.97 < every.held < 0.99
    assert "interval score" in every.beside
    assert "not printed" in every.beside
