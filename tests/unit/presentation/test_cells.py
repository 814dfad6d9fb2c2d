"""One number as it is printed, by the kind of its column."""

import pandas as pd
import pytest

from analysis.presentation import numbers


@pytest.mark.parametrize(
    ("column", "value", "printed"),
    [
        ("events", 11831, "11,831"),
        ("share", 0.45330, "45.3%"),
        ("difference_share", 0.0317, "+3.2"),
        ("difference_share", -0.0317, "\N{MINUS SIGN}3.2"),
        ("difference_share", -0.0001, "0.0"),
        ("mean_range", 0.0317, "3.2"),
        ("ratio", 1.345, "1.35"),
        ("high_ratio", float("inf"), "no limit"),
        ("share", 1 / 16, "6.3%"),
        ("difference_share", -1 / 16, "\N{MINUS SIGN}6.3"),
        ("z", 12345.65, "12,345.7"),
        ("z", 104.84, "104.8"),
        ("z", -3.06, "\N{MINUS SIGN}3.1"),
        ("z", -0.01, "0.0"),
        ("rank", 29.0, "29"),
        ("rank", 6.5, "6.5"),
        ("p_value", 0.0000001, "under 0.001"),
        ("p_value", 0.0457, "0.046"),
    ],
)
def test_a_number_is_printed_by_its_kind(column, value, printed):
    assert numbers.cell(pd.Series({column: value, "state": "shown"}), column) == printed


@pytest.mark.parametrize(("state", "symbol"), [("shown", "[z]"), ("suppressed", "[c]"), ("not_received", "[x]")])
def test_an_absent_number_has_a_symbol(state, symbol):
    assert numbers.cell(pd.Series({"odds_ratio": None, "state": state}), "odds_ratio") == symbol
