"""Why a force differs: the numbers of 2024/25, every force and measure, other bases, and when nothing is told."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.questions.comparison.results import compared
from analysis.questions.difference import charts, stages, words
from analysis.questions.difference.results import (
    COLUMNS,
    ESTABLISHED,
    NOT_ESTABLISHED,
    OPEN,
    SUSPECT,
    WHOLE,
    difference,
    joined,
    staged,
)
from analysis.questions.difference.shapley import parts
from analysis.reference import measures
from analysis.shares.definitions import readings
from analysis.shares.rates import rates
from tests.released import rounded

LONDON = "Metropolitan Police"
Q1 = "2024-04-01"
NO_SUSPECT, WITH_ONE = "Victim withdrew, no suspect identified", "Victim withdrew, with a suspect"
TYPE_15 = readings("no_further_action")["evidential difficulties"]


@pytest.fixture(scope="module")
def stalking():
    return counts.read("stalking_2024_25")


def split_of(cases, measure="victim_withdrawal", **asked):
    return protect(difference(cases, measure, **{"force": LONDON, **asked}))


def told(cases, measure="victim_withdrawal", *, force, base="recorded"):
    places = protect(compared(rates(cases, measure, base=base, by="force")))
    return words.reasons(split_of(cases, measure, force=force, base=base), places, force=force)


def test_the_metropolitan_police_in_2024_25(stalking):
    table = split_of(stalking).table.set_index("part")
    expected = {SUSPECT: -0.0299, OPEN: -0.0235, WITH_ONE: 0.0182, NO_SUSPECT: -0.0110, WHOLE: -0.0463}
    assert table["part_share"].round(4).to_dict() == pytest.approx(expected)
    assert list(table.index) == list(expected), "the largest first, all together last"
    assert table.loc[SUSPECT, ["here_share", "there_share"]].tolist() == pytest.approx([0.811, 0.951], abs=5e-4)
    assert table.loc[WITH_ONE, ["here_share", "there_share"]].tolist() == pytest.approx([0.549, 0.528], abs=5e-4)
    chance = table.loc[WITH_ONE, ["low_chance_share", "high_chance_share"]].astype(float)
    assert chance.round(3).tolist() == [0.009, 0.027]
    assert table.loc[WITH_ONE, "low_differing_share"] < 0 < table.loc[WITH_ONE, "high_differing_share"]
    assert table["holds"].to_dict() == {
        **dict.fromkeys(expected, ESTABLISHED),
        WITH_ONE: NOT_ESTABLISHED,
    }


@pytest.mark.parametrize("measure", ["victim_withdrawal", "charged", TYPE_15], ids=["withdrew", "charged", "15"])
def test_parts_add_up_for_every_force(stalking, measure):
    """For each of the 44 forces, small ones too, by the method; for those that are told, in the table."""
    one = measures.measure(measure) if isinstance(measure, str) else measure
    bases = ("recorded", "with_outcome", "with_suspect")
    tables = {base: rates(stalking, one, base=base, by="force").table.assign(base=base) for base in bases}
    forces, held = staged(joined(list(tables.values())), bases)
    recorded = tables["recorded"].set_index("force")
    assert len(forces) == 44
    for place, force in enumerate(forces):
        others = np.delete(held, place, 0).sum(axis=0)
        there = stages.factors(others)
        found = parts(stages.rate, stages.factors(held[place], instead=there), there)
        rest = recorded.drop(force)[["events", "cases"]].sum()
        gap = float(recorded.loc[force, "share"]) - int(rest["events"]) / int(rest["cases"])
        assert found.sum() == pytest.approx(gap, abs=1e-12), force


def test_the_table_adds_up_and_leaves_out_what_cannot_differ(stalking):
    for measure in ("victim_withdrawal", "charged", TYPE_15, "attrition", "no_further_action"):
        for base in ("recorded", "with_outcome"):
            table = split_of(stalking, measure, base=base, force="Kent").table
            assert table["part_share"][:-1].sum() == pytest.approx(table["part_share"].iloc[-1], abs=1e-12)
            assert (OPEN in set(table["part"])) == (base == "recorded")
            has_without = any(name.endswith("no suspect identified") for name in table["part"])
            assert has_without == (measure in ("victim_withdrawal", "no_further_action"))


def test_a_force_without_a_case_with_a_suspect_is_kept_and_one_with_a_hidden_number_is_not():
    bases = ("recorded", "with_outcome", "with_suspect")
    numbers = {
        "Essex": [(20, 90), (20, 80), (0, 0)],
        "Kent": [(30, 90), (30, 80), (10, 50)],
        "Surrey": [(None, 90)] * 3,
    }
    table = pd.DataFrame(
        [(force, base, *pair) for force, pairs in numbers.items() for base, pair in zip(bases, pairs, strict=True)],
        columns=["force", "base", "events", "cases"],
    ).astype({"events": "Int64", "cases": "Int64"})
    forces, held = staged(table.assign(share=table["events"] / table["cases"].replace(0, pd.NA)), bases)
    assert forces == ["Essex", "Kent"]
    assert held.tolist() == [[90, 80, 0, 20, 0], [90, 80, 50, 20, 10]]


def test_one_factor_alone_is_no_split(stalking):
    for measure, base in (("victim_withdrawal", "with_suspect"), ("undecided", "recorded")):
        found = split_of(stalking, measure, base=base)
        assert found.table.empty
        assert list(found.table.columns)[: len(COLUMNS)] == list(COLUMNS)
        assert told(stalking, measure, force=LONDON, base=base) == ""


@pytest.mark.parametrize("types", ["14", "18", "14, 18"])
def test_endings_without_a_suspect_alone_are_split_without_that_factor(stalking, types):
    """Out of decided cases with a suspect there is no share of them."""
    wanted = measures.measure(f"nobody named: {types}")
    parts_of = split_of(stalking, wanted).table
    assert set(parts_of["part"]) == {OPEN, f"{wanted.short}, of decided cases", WHOLE}
    own = parts_of.set_index("part")["part_share"]
    assert own.drop(WHOLE).sum() == pytest.approx(own[WHOLE])
    assert split_of(stalking, wanted, base="with_outcome").table.empty


def test_under_500_cases_nothing_is_told_and_the_page_says_so(stalking):
    assert split_of(stalking, force="City of London").table.empty
    assert told(stalking, force="City of London") == (
        "A difference of City of London Police is not split into parts: it has 30 cases, and with under 500 "
        "chance alone moves the parts of a difference too far."
    )


def test_too_few_other_forces(made):
    rows = [
        (force, Q1, code, cases)
        for force in ("Kent", "Essex", "Norfolk")
        for code, cases in {"0": 50, "1": 100, "14": 50, "18": 50, "15": 300, "16": 450}.items()
    ]
    assert told(made(rows), force="Kent") == "", "nothing is said of why a force differs that does not"
    rows.append(("Kent", Q1, "17", 100))
    assert split_of(made(rows), force="Kent").table.empty
    assert told(made(rows), force="Kent").startswith(
        "A difference of Kent Police is not split into parts: that needs 20 other forces"
    )


def test_one_force_by_itself_has_no_other_to_differ_from(made):
    rows = [("Kent", Q1, code, cases) for code, cases in {"0": 50, "1": 100, "14": 400, "16": 450}.items()]
    assert told(made(rows), force="Kent") == ""


@pytest.mark.parametrize("is_rounded", [False, True])
def test_counts_of_people_are_split_from_what_is_released(made, is_rounded):
    """Of 22 forces, exact as published and rounded as released: from what may be shown, and adding up to that."""
    names = sorted(set(counts.read("stalking_2024_25").forces))[:22]
    ends = {"0": 60, "1": 100, "14": 50, "18": 50, "15": 300}
    rows = [
        (force, Q1, code, many)
        for place, force in enumerate(names)
        for code, many in {**ends, "16": 400 + place}.items()
    ]
    exact = made(rows, sensitivity="restricted" if is_rounded else "published")
    cases = rounded(exact) if is_rounded else exact
    found = split_of(cases, force=names[-1])
    assert found.table["rows"].tolist() == [21] * 5
    numbers = rates(cases, "victim_withdrawal", by="force").row(force=names[-1])
    assert found.table.iloc[-1]["here_share"] == pytest.approx(numbers["share"])
    assert found.table["part_share"][:-1].sum() == pytest.approx(found.table["part_share"].iloc[-1], abs=1e-12)


def test_of_people_a_part_of_few_cases_is_known_as_far_as_its_rounded_numbers_are(made):
    """40 of 100 without a suspect withdrew, give or take 5 by chance, and as much by what rounding did to the four."""
    names = sorted(counts.read("stalking_2024_25").forces)[:22]
    ends = {"0": 100, "1": 100, "14": 40, "18": 60, "15": 300, "16": 400}
    rows = [(force, Q1, code, many) for force in names for code, many in ends.items()]
    widths = []
    for sensitivity in ("published", "restricted"):
        exact = made(rows, sensitivity=sensitivity)
        cases = rounded(exact) if sensitivity == "restricted" else exact
        part = split_of(cases, force=names[0]).table.set_index("part").loc[NO_SUSPECT]
        widths.append(part["high_chance_share"] - part["low_chance_share"])
    assert widths[1] > 1.2 * widths[0]


def test_a_scheme_that_does_not_tell_suspects_has_two_factors(made):
    names = sorted(counts.read("stalking_2024_25").forces)[:22]
    ends = {"Under investigation": 80, "Unable to prosecute suspect": 700}
    rows = [
        (force, Q1, code, many)
        for place, force in enumerate(names)
        for code, many in {**ends, "Suspect charged": 100 + 5 * place}.items()
    ]
    found = split_of(made(rows, scheme="police_uk"), "charged", force=names[0])
    assert set(found.table["part"]) == {OPEN, "Charged, of decided cases", WHOLE}
    assert "fewer of its decided cases ended in a charge or summons" in " ".join(words.clauses(found)).casefold()


def test_words_say_what_makes_the_difference_in_order_and_what_is_not_established(stalking):
    said = told(stalking, force=LONDON)
    assert said.startswith(
        "What goes into the difference, largest first: fewer of its decided cases have an identified suspect (81.1% "
        "against 95.1%: 3.0 points down); more of its cases are still open (8.4% against 3.8%: 2.4 points down); fewer "
        "of its decided cases without a suspect ended because the victim withdrew (26.0% against 35.9%: 1.1 points "
        "down). Not established as a part of it: more of its decided cases with a suspect ended because the victim "
        "withdrew (54.9% against 52.8%)."
    )
    assert "0.9 to 2.7 up by chance alone" in said
    assert "Shapley" not in said


def test_words_of_a_force_with_many_open_cases_carry_the_caution(stalking):
    said = told(stalking, force="Derbyshire")
    assert said.endswith("All this may change as open cases are decided.")
    assert "All this" not in told(stalking, force="Kent")


def test_the_picture_runs_from_the_others_to_the_force(stalking):
    found = split_of(stalking)
    steps = charts.steps(found, force=LONDON)
    assert [step.is_level for step in steps] == [True, False, False, False, False, True]
    for before, step in pairwise(steps[:-1]):
        assert step.start == pytest.approx(before.end)
    assert steps[-2].end == pytest.approx(steps[-1].start, abs=1e-12)
    assert [step.value for step in steps[1:-1]] == ["−3.0 points", "−2.4 points", "+1.8 points", "−1.1 points"]
    assert [step.is_hollow for step in steps[1:-1]] == [False, False, True, False]
    shown = charts.why(found, force=LONDON)
    assert "mainly because fewer of its decided cases have an identified suspect" in shown.record["title"]
    assert "+1.8 points" in shown.html


def test_an_axis_of_a_narrow_difference_writes_no_number_that_the_report_does_not_hold():
    assaults = counts.read("offences_2024_25").select(offence="8N", period="2024/25 Q1")
    shown = charts.why(split_of(assaults, "out of court: 2, 3, 8, 9", force="Hertfordshire"), force="Hertfordshire")
    written = set(re.findall(r">(\d+\.\d%)<", shown.html))
    assert written == {"5.2%", "4.4%"}
    assert ">5%<" in shown.html


@pytest.mark.parametrize(
    ("force", "said"),
    [
        ("Kent", ", mainly because more of its decided cases with a suspect ended because the victim withdrew"),
        ("Essex", ", partly because fewer of its cases are still open"),  # what is larger is not established
        (  # the largest, and less than half of the gap
            "Bedfordshire",
            ", partly because more of its decided cases without a suspect ended because the victim withdrew",
        ),
        ("Avon and Somerset", ", which chance alone could explain"),
        ("Durham", ", which chance alone could explain"),
    ],
)
def test_the_title_names_a_main_part_only_of_a_gap_beyond_chance_and_where_it_is_half_of_it(stalking, force, said):
    assert charts.why(split_of(stalking, force=force), force=force).record["title"].endswith(f"the other forces{said}")


def test_where_nothing_is_told_of_any_part_none_is_called_another(stalking):
    said = told(stalking, "out of court: 2, 3, 4, 6, 7, 8, 22", force="Surrey", base="with_outcome")
    assert said == "No part of the difference is established. No part makes half a point."


def test_without_parts_there_is_no_picture_and_no_table(stalking):
    found = split_of(stalking, force="City of London")
    assert charts.why(found, force="City of London").kind == "nothing"
    assert charts.why_in_numbers(found).kind == "nothing"


def test_parts_do_not_depend_on_the_order_of_forces(stalking):
    table = split_of(stalking).table
    source = difference(stalking, "victim_withdrawal", force=LONDON)
    turned = source.work(source.source.table.iloc[::-1])
    assert turned["low_differing_share"].tolist() == pytest.approx(table["low_differing_share"].tolist(), abs=0)
