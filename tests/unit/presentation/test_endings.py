"""The picture of 100 cases: whole squares that add up, the same for the same cases in every report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.presentation import endings
from analysis.reference import measures
from analysis.shares.rates import split
from tests.conftest import make_counts

CODES = ["0", "1", "3", "9", "15", "16", "18", "20"]
ENDINGS = {
    "Not yet decided": ["0"],
    "Charged or summonsed": ["1"],
    "Dealt with out of court": ["3"],
    "Prosecution prevented or not in the public interest": ["9"],
    "No further action": ["15", "18"],
    "The victim withdrew": ["16"],
    "Passed to another body": ["20"],
}


def parts(ns):
    rows = [("Kent", "2024-04-01", code, n) for code, n in zip(CODES, ns, strict=True)]
    return endings.of_hundred(protect(split(make_counts(rows))))


@given(st.lists(st.integers(0, 900), min_size=8, max_size=8))
def test_squares_add_up(ns):
    squares = parts(ns)
    assert sum(squares.values()) == (min(100, sum(ns)) if sum(ns) else 0)
    assert all(number >= 0 for number in squares.values())
    happened = {ending for ending, row in ENDINGS.items() if any(ns[CODES.index(code)] for code in row)}
    assert {ending for ending, number in squares.items() if number} <= happened


def test_of_few_cases_each_is_a_square():
    assert {name: n for name, n in parts([0, 1, 0, 0, 1, 2, 0, 0]).items() if n} == {
        "The victim withdrew": 2,
        "No further action": 1,
        "Charged or summonsed": 1,
    }


@given(st.lists(st.integers(0, 900), min_size=8, max_size=8))
def test_no_ending_is_off_by_a_whole_square(ns):
    squares, total = parts(ns), sum(ns)
    for ending, codes in ENDINGS.items():
        exact = sum(ns[CODES.index(code)] for code in codes) / (total or 1) * min(100, total)
        assert abs(squares.get(ending, 0) - exact) < 1


def test_largest_remainders_have_the_squares_that_are_left_and_equal_ones_in_the_order_of_the_table():
    """Home Office, England and Wales 2024/25: 49.58, 34.46 and 8.58 of 100, and a tie of three thirds."""
    squares = endings.of_hundred(protect(split(counts.read("stalking_2024_25"))))
    assert (squares["The victim withdrew"], squares["No further action"], squares["Charged or summonsed"]) == (
        50,
        34,
        9,
    )
    assert sum(squares.values()) == 100
    assert {name: n for name, n in parts([0, 100, 0, 0, 100, 100, 0, 0]).items() if n} == {
        "The victim withdrew": 34,
        "No further action": 33,
        "Charged or summonsed": 33,
    }


@pytest.mark.parametrize("base", list(measures.BASES))
def test_two_reports_of_the_same_cases_draw_the_same_squares(base):
    for force in ("all", "Metropolitan Police", "Kent", "City of London"):
        held = protect(split(counts.read("stalking_2024_25").select(force=force), base=base))
        withdrew, stopped = (
            endings.hundred(held, counted=name).description for name in ("victim_withdrawal", "no_further_action")
        )
        assert withdrew == stopped


def test_a_type_that_a_base_leaves_out_is_said_to_be_left_out():
    cases = counts.read("stalking_2024_25")
    told = {
        base: endings.bars(protect(split(cases, base=base, by="outcome_name")), counted="no_further_action").notes[0]
        for base in measures.BASES
    }
    assert "left out" not in told["recorded"] + told["with_outcome"]
    assert told["with_suspect"].endswith(
        "Of these, type 18 is left out here: shares are of decided cases with a suspect."
    )
    assert "type 14 is left out here" in measures.whose_out_of("victim_withdrawal", "with_suspect")
    assert "types 14, 18 are left out" in measures.whose_out_of("attrition", "with_suspect")


def test_a_title_gives_the_share_where_its_squares_are_not_the_share_rounded():
    """34.5 of 100 cases of England and Wales have 34 squares, since all squares make 100, and round to 35."""
    nation = protect(split(counts.read("stalking_2024_25")))
    caption = endings.hundred(nation, counted="no_further_action")
    assert caption.title == "No further action was taken in 34.5% of cases; somebody was charged in 8.6% of cases"
    assert caption.subtitle.endswith("Each square is one in a hundred, rounded so that there are 100.")
    withdrew = endings.hundred(nation, counted="victim_withdrawal").title
    assert withdrew == "In 50 of every 100 cases the victim withdrew; in 9 somebody was charged"
    even = protect(split(make_counts([("Kent", "2024-04-01", "16", 100), ("Kent", "2024-04-01", "15", 100)])))
    assert endings.hundred(even, counted="victim_withdrawal").subtitle.endswith("Each square is one in a hundred.")
