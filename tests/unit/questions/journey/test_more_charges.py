"""More charges if: the scenario by hand, when there is none, and words that follow the numbers."""

from fractions import Fraction

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.questions.journey import words
from analysis.questions.journey.more_charges import (
    ALL,
    FEWEST_FORCES,
    LARGE,
    OWN,
    WAYS,
    beside_the_line,
    more_charges,
    more_charges_by_force,
)
from analysis.questions.journey.results import case_steps
from analysis.reference import reference
from analysis.shares.rates import rates
from tests import released
from tests.conftest import make_counts
from tests.unit.counts.test_courts import KENT, made

FORCES = reference.forces()


def cases(*forces, **changes):
    """Counts of forces from (withdrew, charged, type 15, no suspect, undecided) tuples."""
    codes = ("16", "1", "15", "18", "0")
    rows = [
        (FORCES[place], "2024-04-01", code, number)
        for place, force in enumerate(forces)
        for code, number in zip(codes, force, strict=True)
    ]
    return make_counts(rows, **changes)


def found(*forces, **changes):
    held = released.shown(cases(*forces, **changes))
    return protect(more_charges(held)), protect(more_charges_by_force(held)), protect(beside_the_line(held))


#: Nine forces of 1,000 decided cases that withdraw 30% to 70%: the lower quartile of nine is the third, 40%.
NINE = [(300 + 50 * place, 100, 400 - 25 * place, 200 - 25 * place, 0) for place in range(9)]


def test_the_scenario_by_hand():
    more, by_force, _ = found(*NINE)
    rows = {row["way"]: row for _, row in more.table.iterrows()}
    assert list(rows) == list(WAYS)
    assert set(more.table["scope"]) == {LARGE}
    row = rows[OWN]
    assert (row["forces"], row["forces_above"], row["line_share"], row["charged_cases"]) == (9, 6, 0.4, 900)
    kept = [50 * place for place in range(1, 7)]
    assert row["kept_cases"] == sum(kept) == 1050
    by_hand = {
        OWN: [Fraction(100, 1000 - force[0]) for force in NINE[3:]],
        "As its other cases with a suspect": [Fraction(100, 1000 - force[0] - force[3]) for force in NINE[3:]],
        "As its cases charged or of type 15": [Fraction(100, 100 + force[2]) for force in NINE[3:]],
        "As other cases of the forces at or below the line": [Fraction(300, 700 + 650 + 600)] * 6,
    }
    for way, charged in by_hand.items():
        assert rows[way]["more_charges"] == round(sum(a * b for a, b in zip(kept, charged, strict=True)))
    last = by_force.table.set_index("force").loc[FORCES[8]]
    assert (last["kept_cases"], last["more_charges"], last["other_charged_share"]) == (300, 100, pytest.approx(1 / 3))
    assert (last["low_more"], last["high_more"]) == (round(300 * 300 / 1950), 100)
    assert by_force.table.set_index("force").loc[FORCES[0], "more_charges"] == 0


def test_small_forces_move_the_line_of_all_and_not_that_of_the_large():
    more, by_force, _ = found(*NINE, (40, 1, 5, 0, 0))
    table = more.table.set_index(["scope", "way"])
    assert table.loc[(LARGE, OWN), "line_share"] == 0.4
    assert table.loc[(ALL, OWN), ["forces", "forces_above"]].tolist() == [10, 7]
    assert table.loc[(ALL, OWN), "line_share"] == pytest.approx(0.4125)
    assert FORCES[9] not in set(by_force.table["force"])
    assert "would have the most: " in words.forces_chart(by_force).record["title"], "which need not be most of them"
    told = words.by_ways(more).record["finding"]
    assert "Over all 10 forces, with 41.3% as their lower quartile" in told


def test_undecided_cases_count_to_the_size_of_a_force_and_not_to_its_shares():
    more, *_ = found(*[(*force[:4], 500) for force in NINE])
    assert more.table["line_share"].tolist() == [0.4] * 4
    small = [(30, 10, 40, 20, 401)] * 9
    assert set(found(*small)[0].table["forces"]) == {9}


def test_forces_that_all_stand_at_one_share_would_change_nothing():
    more, by_force, today = found(*[(400, 100, 400, 100, 0)] * 9)
    assert more.table["more_charges"].tolist() == [0] * 4
    assert words.scenario(more, today) == (
        "No force is above the lower quartile of withdrawal, so the scenario changes nothing."
    )
    assert words.beside(today).kind == words.forces_chart(by_force).kind == "nothing"


@pytest.mark.parametrize("forces", [NINE[: FEWEST_FORCES - 1], [(100, 50, 100, 50, 0)] * 12])
def test_too_few_forces_give_no_scenario_and_say_so_once(forces):
    more, by_force, today = found(*forces)
    assert more.table.empty
    assert by_force.table.empty
    assert words.scenario(more, today) == ""
    assert words.by_ways(more).text == (
        "The scenario needs 8 forces of 500 cases or more, which these figures do not have."
    )
    assert words.forces_table(by_force).text == words.beside(today).text == ""


def test_that_part_is_a_change_of_label_is_said_where_the_figures_show_it_and_not_elsewhere():
    more, _, today = found(*NINE)
    assert "may be partly a change of label (types 14 and 16 against type 15)" in words.scenario(more, today)
    assert "no more than a change of label" in words.beside(today).text
    turned = [(300 + 50 * place, 100, 25 + 10 * place, 575 - 60 * place, 0) for place in range(9)]
    more, _, today = found(*turned)
    assert words.scenario(more, today).endswith("It is a scenario, not a bound.")
    assert "label" not in words.beside(today).text


def test_what_the_forces_at_the_line_charge_today_is_set_beside_the_scenario():
    _, _, today = found(*NINE)
    row = today.table.iloc[0]
    assert row["below_share"] == pytest.approx(0.1)
    assert row["above_share"] == pytest.approx(0.1)
    assert row["after_share"] == pytest.approx((600 + 225.4) / 6000, abs=0.01)
    assert "more than the forces at or below the line reach today" in words.beside(today).text


def test_a_place_is_told_its_part_or_that_nothing_changes_there():
    more, by_force, _ = found(*NINE, (40, 1, 5, 0, 0))
    assert FORCES[:10] == sorted(FORCES[:10])

    def told(force):
        here = cases(*NINE, (40, 1, 5, 0, 0)).select(force=force)
        steps = protect(case_steps(here, made(KENT)))
        card = words.cards(protect(rates(here, "charged")), steps, more, by_force).record["figures"][-1]
        return words.scenario_here(by_force, steps), card["value"]

    assert told(FORCES[8])[1] == "+100"
    assert told(FORCES[8])[0].startswith("Of these, 100 charges would be in")
    assert "(46 to 100 by other rates)" in told(FORCES[8])[0]
    assert told(FORCES[0])[1] == "0"
    assert told(FORCES[0])[0].endswith("is at or below that share already: nothing changes there.")
    assert "is left out of this" in told(FORCES[9])[0]


def test_counts_of_people_give_a_scenario_of_what_may_be_shown_alone():
    forces = [(*force[:2], 3, *force[3:]) for force in NINE]
    more, by_force, _ = found(*forces, sensitivity="restricted")
    rows = more.table.set_index("way")
    assert pd.isna(rows.loc["As its cases charged or of type 15", "more_charges"])
    assert not pd.isna(rows.loc[OWN, "more_charges"])
    assert by_force.table["high_more"].dropna().tolist() == [0] * len(by_force.table[by_force.table["kept_cases"] == 0])
    assert "[z]" in words.by_ways(more).html


def test_the_forces_with_most_to_gain_come_first():
    found = more_charges_by_force(counts.read("offences_2024_25").select(offence="8Q"))
    table = protect(found).table
    more = table["more_charges"].fillna(0).astype(int).tolist()
    assert more == sorted(more, reverse=True)
    assert len(set(more)) > 10
    last = table.loc[table["more_charges"].fillna(0) == 0, "force"].tolist()
    assert last == sorted(last)
