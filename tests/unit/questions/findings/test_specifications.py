"""Every way of counting, and the choices that move it."""

import re
from itertools import product

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.presentation.drawing.colours import ORANGE
from analysis.presentation.wording import Line
from analysis.questions.findings import ways
from analysis.questions.findings.specifications import WHOLE, choices, parts_of, specifications
from analysis.reference import measures
from tests.released import rounded

Q1, Q2 = "2024-04-01", "2024-07-01"


def london():
    return counts.read("stalking_2024_25").select(force="Metropolitan Police")


def test_every_way_of_counting_withdrawal_in_london_by_plain_pandas():
    table = counts.read("stalking_2024_25").table
    table = table[table["force"] == "Metropolitan Police"]
    quarters = {"2024/25 Q1": "2024-04-01", "2024/25 Q2": "2024-07-01", "2024/25 Q3": "2024-10-01"}
    parts = {WHOLE: table, "2024/25 Q4": table[table["period"].astype(str) == "2025-01-01"]}
    parts |= {name: table[table["period"].astype(str) == first] for name, first in quarters.items()}
    without = {"all recorded cases": [], "decided cases": ["0"], "decided cases with a suspect": ["0", "14", "18"]}
    expected = {}
    for (when, part), (base, gone), codes in product(parts.items(), without.items(), (["16"], ["14", "16"])):
        rest = part[~part["outcome"].isin(gone)]
        if base == "decided cases with a suspect" and codes == ["14", "16"]:
            continue
        counted = rest.loc[rest["outcome"].isin(codes), "cases"].sum() / rest["cases"].sum()
        expected[when, base, len(codes)] = round(counted, 9)
    found = specifications(london(), "victim_withdrawal").table
    shares = {
        (row["when"], row["base"], row["definition"].count("14") + 1): round(float(row["share"]), 9)
        for _, row in found.iterrows()
    }
    assert shares == expected
    assert found["share"].is_monotonic_increasing


def test_what_a_choice_moves_is_its_range_with_the_others_held(made):
    rows = [("Kent", Q1, "16", 40), ("Kent", Q1, "14", 10), ("Kent", Q1, "0", 20), ("Kent", Q1, "1", 30)]
    rows += [("Kent", Q2, "16", 20), ("Kent", Q2, "14", 10), ("Kent", Q2, "0", 40), ("Kent", Q2, "1", 30)]
    found = protect(choices(specifications(made(rows), "victim_withdrawal"))).table.set_index("choice")
    # whole, Q1, Q2, of 16 alone and of 14 and 16: out of all .3 .4 .2 .4 .5 .3; of decided 6/14 .5 2/6 8/14 .625 .5;
    # with a suspect (16 alone) .5 4/7 .4
    assert found["options"].to_dict() == {
        "What the share is out of": 3,
        "Which outcome types count": 2,
        "Which part of the period": 3,
    }
    types = [0.1, 0.1, 0.1, 8 / 14 - 6 / 14, 0.125, 0.5 - 2 / 6]
    assert found.loc["Which outcome types count", "mean_range"] == pytest.approx(sum(types) / 6)
    assert found.loc["Which outcome types count", "widest_range"] == pytest.approx(max(types))
    parts = [0.2, 0.2, 0.5 - 2 / 6, 0.125, 4 / 7 - 0.4]
    assert found.loc["Which part of the period", "mean_range"] == pytest.approx(sum(parts) / 5)
    assert ways.moved_most(protect(choices(specifications(made(rows), "victim_withdrawal")))).startswith(
        "Victim withdrew: what moves the share most is "
    )


def test_measures_stand_in_the_order_asked_for_and_each_has_what_moves_it_most_first():
    asked = specifications(london(), "victim_withdrawal", "charged")
    assert asked.about.measure == "victim_withdrawal"
    moved = protect(choices(asked)).table
    assert list(dict.fromkeys(moved["measure"])) == ["Victim withdrew", "Charged"]
    for _, rows in moved.groupby("measure"):
        assert rows["mean_range"].is_monotonic_decreasing
        assert rows["mean_range"].nunique() > 1


def test_years_are_parts_of_several_years_and_quarters_of_one(made):
    assert list(parts_of(london())) == [WHOLE, "2024/25 Q1", "2024/25 Q2", "2024/25 Q3", "2024/25 Q4"]
    assert list(parts_of(counts.read("stalking_example"))) == [WHOLE, "2022/23", "2023/24"]
    assert list(parts_of(made([("Kent", Q1, "16", 50)]))) == [WHOLE]


def test_guarded_counts_show_no_way_with_a_small_count(made):
    rows = [("Kent", Q1, "16", 40), ("Kent", Q1, "14", 3), ("Kent", Q1, "0", 20), ("Kent", Q1, "1", 30)]
    found = protect(specifications(rounded(made(rows, sensitivity="restricted")), "victim_withdrawal")).table
    assert (found["events"].dropna() % 5 == 0).all()
    assert set(found["state"]) == {"shown"}


def test_the_curve_says_where_the_printed_figure_lies():
    held = protect(specifications(london(), "no_further_action"))
    shown = ways.specification_curve(held, line=Line(0.41, "the 41% printed", 0.405, 0.415, is_printed=True))
    assert shown.record["title"] == "70 ways of counting give 18.5% to 39.1%; the 41% printed is above all of them"
    assert "The way this report counts gives 33.1%." in shown.record["description"]
    assert len(shown.record["records"]) == 70


def test_the_way_of_this_report_and_its_options_stand_out_in_the_curve(made):
    rows = [("Kent", Q1, "16", 40), ("Kent", Q1, "14", 10), ("Kent", Q1, "0", 20), ("Kent", Q1, "1", 30)]
    held = protect(specifications(made(rows), "victim_withdrawal"))
    (part,) = ways.specification_curve(held, line=Line(0.45, "x", 0.445, 0.455, is_printed=True)).parts
    for drawing in (part["wide"], part["narrow"]):
        marks = re.findall(r"<title>([^:<]+): ([^<]*)</title>(.*?)</g>", drawing, re.DOTALL)
        assert {name: told for name, told, drawn in marks if ORANGE in drawn} == {
            "Withdrew (types 14 and 16), of all recorded cases, whole period": "50.0% (40.4% to 59.6%), 50 of 100",
            "withdrew (types 14 and 16)": "50.0% to 62.5%",
            "all recorded cases": "40.0% to 50.0%",
            "whole period": "40.0% to 62.5%",
        }
        assert len({name for name, *_ in marks}) > 4
        assert drawing.count(">this report: 50.0%</text>") == 1


def test_a_curve_of_nothing_says_so(made):
    guarded = rounded(made([("Kent", Q1, "16", 4), ("Kent", Q1, "1", 3)], sensitivity="restricted"))
    shown = ways.specification_curve(protect(specifications(guarded, "attrition")), line=Line(None, "nothing"))
    assert shown.record["title"] == "No way of counting has a share that can be shown."
    assert ways.moved_most(protect(choices(specifications(guarded, "attrition")))) == (
        "No two choices could be compared."
    )


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("measure", list(measures.MEASURES))
def test_every_measure_has_a_curve(measure):
    shown = ways.specification_curve(protect(specifications(london(), measure)), line=Line(0.5, "half", 0.5, 0.5))
    assert "The way this report counts gives" in shown.record["description"]


def test_options_stand_as_a_reader_knows_them():
    bases = ["decided cases with a suspect", "all recorded cases", "decided cases"]
    assert ways.in_order(bases, "base", "attrition") == [bases[1], bases[2], bases[0]]
    assert ways.in_order(["2024/25 Q2", WHOLE, "2024/25 Q1"], "when", "attrition") == [
        WHOLE,
        "2024/25 Q1",
        "2024/25 Q2",
    ]
    named = ["evidential, no suspect (types 15 and 18)", "evidential difficulties (type 15)"]
    assert ways.in_order(named, "definition", "no_further_action") == named[::-1]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.1, 0.11, "x is below all of them"),
        (0.9, 0.91, "x is above all of them"),
        (0.45, 0.46, "x is among them, but none gives it"),
        (0.39, 0.41, "x is given by one of them"),
    ],
)
def test_a_printed_share_has_its_place(low, high, said):
    table = pd.DataFrame({"share": [0.3, 0.4, 0.5]})
    assert ways.place(table, Line((low + high) / 2, "x", low, high, is_printed=True)) == said
