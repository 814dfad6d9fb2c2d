"""The picture of 100 cases: whole squares that add up, with the parts that are said in words rounded as in words."""

from hypothesis import given
from hypothesis import strategies as st

from analysis import counts
from analysis.disclosure import protect
from analysis.presentation import endings
from analysis.statistics.rates import split
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


def parts(ns, counted=""):
    rows = [("Kent", "2024-04-01", code, n) for code, n in zip(CODES, ns, strict=True)]
    return endings.of_hundred(protect(split(make_counts(rows))), counted=counted)


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


def test_what_is_said_in_words_keeps_its_rounding():
    """England and Wales 2024/25: 49.6%, 34.5% and 8.6%, which are 50, 35 and 9 of 100."""
    table = protect(split(counts.read("stalking_2024_25")))
    squares = endings.of_hundred(table, counted="no_further_action")
    assert (squares["The victim withdrew"], squares["No further action"], squares["Charged or summonsed"]) == (
        50,
        35,
        9,
    )
    assert sum(squares.values()) == 100
    caption = endings.hundred(table, counted="no_further_action")
    assert caption.title == "In 35 of every 100 cases no further action was taken; in 9 somebody was charged"
