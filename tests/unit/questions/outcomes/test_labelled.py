"""A league table of withdrawal beside types 14, 15 and 16: shares, ranks, and where the two part."""

import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.questions.outcomes import words
from analysis.questions.outcomes.labelled import PARTINGS, beside_together
from analysis.shares.relabelling import LABEL, NO_CHANGE, OPPOSED, TOGETHER
from tests.released import rounded

Q1 = "2024-04-01"


def rows_of(shares):
    """A thousand cases a force: withdrew (16), evidence lacking (15), the rest charged."""
    rows = []
    for force, (withdrew, supports) in shares.items():
        codes = {"14": 0, "16": withdrew, "15": supports, "1": 1000 - withdrew - supports}
        rows += [(force, Q1, code, cases) for code, cases in codes.items()]
    return rows


def test_each_kind_of_parting_by_hand(made):
    """All together withdrew in 500 of 1,000 and either in 800: one force each way."""
    shares = {
        "Kent": (400, 380),
        "Essex": (560, 150),
        "Norfolk": (440, 250),
        "Suffolk": (595, 400),
        "Surrey": (505, 320),
    }
    whole = [sum(pair) / 5000 for pair in zip(*shares.values(), strict=True)]
    table = protect(beside_together(made(rows_of(shares)), "victim_withdrawal")).table.set_index("force")
    expected = {"Kent": LABEL, "Essex": OPPOSED, "Norfolk": TOGETHER, "Suffolk": TOGETHER, "Surrey": NO_CHANGE}
    assert whole == pytest.approx([0.5, 0.3])
    assert {force: table.loc[force, "parting"] for force in shares} == {
        f: PARTINGS[kind] for f, kind in expected.items()
    }
    assert table["together_share"].to_dict() == pytest.approx({f: sum(pair) / 1000 for f, pair in shares.items()})
    assert table["rank"].to_dict() == {"Kent": 1, "Norfolk": 2, "Surrey": 3, "Essex": 4, "Suffolk": 5}
    assert table.loc["Kent", ["rank", "together_rank"]].tolist() == [1, 3]


def test_the_forces_of_2024_25():
    cases = counts.read("stalking_2024_25")
    beside = protect(beside_together(cases, "victim_withdrawal"))
    table = beside.table.set_index("force")
    london = table.loc["Metropolitan Police"]
    assert (int(london["events"]), int(london["cases"])) == (5363, 11831)
    assert london["together_share"] == pytest.approx((5363 + 2399) / 11831)
    assert london[["rank", "together_rank"]].tolist() == [18, 4]
    told = words.parted(beside, force="Metropolitan Police")
    assert "forces reach from 26.4% to 67.0%, by types 14, 15 and 16 together from 51.0% to 90.0%" in told
    assert "Of 44 forces, 16 part" in told
    assert "The Metropolitan Police: 45.3%, rank 18 of 44, by withdrawal; 65.6%, rank 4, by the three together" in told


def test_a_force_by_itself_is_set_beside_no_other(made):
    beside = protect(beside_together(made(rows_of({"Kent": (400, 390)})), "victim_withdrawal"))
    assert beside.table["parting"].tolist() == ["not told"]
    assert words.parted(beside, force="Kent") == (
        "Kent Police: 40.0% by withdrawal, 79.0% by types 14, 15 and 16 together. No other force can be set beside it."
    )


def test_another_measure_has_nothing_beside_it():
    beside = protect(beside_together(counts.read("stalking_2024_25"), "charged"))
    assert beside.table.empty
    assert words.parted(beside) == (
        "Only withdrawal can be told from type 15 by its label, so nothing stands beside this measure."
    )


def test_guarded_counts_tell_neither_share_of_a_small_force(made):
    shares = {"Kent": (400, 390), "Essex": (560, 150)}
    rows = [*rows_of(shares), *(("Norfolk", Q1, code, 3) for code in ("16", "15", "1"))]
    table = protect(
        beside_together(rounded(made(rows, sensitivity="restricted")), "victim_withdrawal")
    ).table.set_index("force")
    assert table.loc["Norfolk", ["share", "together_share"]].isna().all()
    assert table.loc["Norfolk", "parting"] == "not told"
    assert table.loc["Kent", "events"] == 400


def test_a_small_type_15_is_not_told_by_two_larger_shares(made):
    rows = rows_of({"Kent": (400, 8), "Essex": (560, 150)})
    beside = protect(beside_together(rounded(made(rows, sensitivity="restricted")), "victim_withdrawal"))
    table = beside.table.set_index("force")
    assert table.loc["Kent", "share"] == 0.4
    assert table["together_share"].notna().tolist() == [True, False]
    assert (table.index[0], table.loc["Kent", "parting"]) == ("Essex", "not told")
