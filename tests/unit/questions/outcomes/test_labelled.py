"""A league table of withdrawal beside types 14, 15 and 16: shares, ranks, and where the two part."""

import numpy as np
import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.questions.outcomes import labelled, words
from analysis.questions.outcomes.labelled import PARTINGS, beside_together, labels_cancel
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
    assert (
        "out of all recorded cases, forces range from 26.4% to 67.0%, by types 14, 15 and 16 together from 51" in told
    )
    decided = words.parted(protect(beside_together(cases, "victim_withdrawal", base="with_outcome")))
    assert (
        "out of decided cases, forces range from 31.4% to 68.3%, by types 14, 15 and 16 together from 53.7%" in decided
    )
    assert "Of 44 forces, 16 are mostly a matter of label" in told
    assert "The Metropolitan Police: 45.3%, rank 18 of 44, by withdrawal; 65.6%, rank 4, by the three together" in told


def test_a_force_by_itself_is_set_beside_no_other(made):
    beside = protect(beside_together(made(rows_of({"Kent": (400, 390)})), "victim_withdrawal"))
    assert beside.table["parting"].tolist() == ["not told"]
    assert words.parted(beside, force="Kent") == (
        "Kent Police: 40.0% by withdrawal, 79.0% by types 14, 15 and 16 together. No other force can be compared "
        "with it."
    )


def test_another_measure_has_nothing_beside_it():
    beside = protect(beside_together(counts.read("stalking_2024_25"), "charged"))
    assert beside.table.empty
    assert words.parted(beside) == (
        "Only withdrawal depends on how type 15 is used, so there is nothing to compare this measure with."
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


def test_one_division_of_types_15_and_16_by_hand(made):
    """All forces have 1,600 of type 16 and 800 of type 15: two thirds of either, type 14 as it is."""
    rows = []
    for force, ends in {"Kent": (100, 400, 200), "Essex": (0, 900, 0), "Norfolk": (50, 300, 600)}.items():
        codes = dict(zip(("14", "16", "15"), ends, strict=True))
        rows += [(force, Q1, code, cases) for code, cases in {**codes, "1": 1000 - sum(ends)}.items()]
    beside = protect(beside_together(made(rows), "victim_withdrawal"))
    table = beside.table.set_index("force")
    expected = {"Kent": 0.1 + 2 / 3 * 0.6, "Essex": 2 / 3 * 0.9, "Norfolk": 0.05 + 2 / 3 * 0.9}
    assert table["one_split_share"].to_dict() == pytest.approx(expected)
    assert table["one_split_rank"].to_dict() == {"Kent": 1, "Essex": 2, "Norfolk": 3}
    told = words.parted(beside, force="Kent")
    assert "With types 15 and 16 divided as by all forces together, and type 14 as it is, 50.0%, rank 1." in told
    assert "If none of its type 15 cases were withdrawals too it would be 50.0%; if all were, 70.0%." in told


def test_the_metropolitan_police_at_one_division_and_the_bounds_of_its_practice():
    table = protect(beside_together(counts.read("stalking_2024_25"), "victim_withdrawal")).table.set_index("force")
    london = table.loc["Metropolitan Police"]
    assert [round(100 * london[name], 1) for name in ("share", "together_share")] == [45.3, 65.6]
    assert round(100 * london["one_split_share"], 1) == 41.8
    assert london["decided_together_share"] == pytest.approx((5363 + 2399) / (11831 - 992))


def test_how_much_cancels_in_2024_25_against_arithmetic():
    found = protect(labels_cancel(counts.read("stalking_2024_25"), "victim_withdrawal"))
    row = found.table.iloc[0]
    assert int(row["forces"]) == 42
    told = [round(row[name], 2) for name in ("correlation", "neutral_correlation")]
    told += [round(row[name], 2) for name in ("cancelled_share", "neutral_cancelled_share")]
    assert told == [-0.83, -0.70, 0.68, 0.44]
    ends = ("low_withdrew_share", "high_withdrew_share", "low_split_share", "high_split_share")
    assert [round(100 * row[name]) for name in ends] == [26, 67, 32, 56]
    said = words.cancelling(found)
    assert "cancels 68% of the variance of withdrawal between forces; arithmetic alone would cancel 44%: more" in said


def test_less_than_arithmetic_asks_is_said_to_be_so(made):
    """Forces where type 15 goes with withdrawal: nothing cancels."""
    random = np.random.default_rng(3)
    rows = []
    for place in range(12):
        both = int(200 + 15 * place + random.integers(0, 10))
        codes = {"14": 0, "16": both, "15": both // 2, "1": 1000 - both - both // 2}
        rows += [(f"Force {place}", Q1, code, cases) for code, cases in codes.items()]
    found = protect(labels_cancel(made(rows), "victim_withdrawal"))
    assert found.table.iloc[0]["cancelled_share"] < 0
    said = words.cancelling(found)
    assert "Type 15 cancels none of the variance" in said
    assert "so nothing here shows that forces label cases differently" in said


def test_what_cancels_as_much_as_arithmetic_once_both_are_printed_is_not_called_more(monkeypatch):
    monkeypatch.setattr(labelled, "cancelled", lambda *_: 0.4441)
    monkeypatch.setattr(labelled, "neutral_cancelled", lambda *_: 0.4439)
    said = words.cancelling(protect(labels_cancel(counts.read("stalking_2024_25"), "victim_withdrawal")))
    assert (
        "cancels 44% of the variance of withdrawal between forces; arithmetic alone would cancel 44%: no more" in said
    )


def test_of_two_forces_both_are_divided_as_both_together_and_of_one_neither(made):
    """Of 1,000 of type 16 and 500 of type 15 in both, two thirds; no division is that of a force by itself."""
    shares = {"Kent": (400, 200), "Essex": (600, 300)}
    table = protect(beside_together(made(rows_of(shares)), "victim_withdrawal")).table.set_index("force")
    assert table["one_split_share"].to_dict() == pytest.approx({"Kent": 0.4, "Essex": 0.6})
    alone = protect(beside_together(made(rows_of({"Kent": (400, 200)})), "victim_withdrawal")).table
    assert alone["one_split_share"].isna().all()


def test_a_force_of_which_a_number_is_hidden_is_no_force_that_cancels(made):
    large = {f"Force {place}": (400 + 20 * place, 300 - 20 * place) for place in range(4)}
    rows = [
        *rows_of(large | {"Few of type 15": (300, 8)}),
        *(("Small", Q1, code, 3) for code in ("14", "16", "15", "1")),
    ]
    row = protect(labels_cancel(rounded(made(rows, sensitivity="restricted")), "victim_withdrawal")).table.iloc[0]
    assert (int(row["forces"]), row["low_withdrew_share"]) == (4, 0.4)


def test_too_few_forces_another_measure_and_forces_all_alike_have_nothing_to_cancel(made):
    """Nor forces alike by one of the two, or whose cases all end in one of the three types."""
    same = {f"Force {place}": (400, 300) for place in range(5)}
    for cases, measure in (
        (made(rows_of(same)), "victim_withdrawal"),
        (made(rows_of({f"Force {place}": (400, 300 + place) for place in range(5)})), "victim_withdrawal"),
        (made(rows_of({f"Force {place}": (400 + place, 300) for place in range(5)})), "victim_withdrawal"),
        (made(rows_of({f"Force {place}": (600 + place, 400 - place) for place in range(5)})), "victim_withdrawal"),
        (made(rows_of({"Kent": (400, 300), "Essex": (500, 300)})), "victim_withdrawal"),
        (counts.read("stalking_2024_25"), "charged"),
    ):
        found = protect(labels_cancel(cases, measure))
        assert found.table.empty
        assert words.cancelling(found) == ""
