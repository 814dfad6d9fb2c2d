"""Rows of a reader's own: what each column is, what is refused with what to do, and what of people is hidden."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure import protect
from analysis.disclosure.own_rows import MOST_COLUMNS, MOST_ROWS, own_rows
from analysis.errors import ParameterError
from analysis.presentation import own
from analysis.shares.rates import About

ABOUT = About("some", "", "", "", "", "2024/25", "", "published", "Somebody; own calculation", ())
PEOPLE = About("some", "", "", "", "", "2024/25", "", "synthetic", "Somebody; own calculation", (), is_released=True)
FORCES = pd.DataFrame({"force": ["Kent", "Essex"], "cases": [40, 60], "share": [0.25, 0.5]})
SHOWN = "What is seen in it."


def printed(frame, about=ABOUT, **units):
    """The headings and rows of a table of a frame, as a page has them."""
    (part,) = own.own_table(protect(own_rows(frame, units, about)), title="A title", words=SHOWN).parts[1:]
    return part["headings"], part["rows"]


@pytest.mark.parametrize(
    ("values", "cells"),
    [
        ([1200, 3], ["1,200", "3"]),
        ([12.5, 2], ["12.5", "2"]),
        ([Decimal("12.5"), 2], ["12.5", "2"]),
        ([True, False], ["yes", "no"]),
        (pd.array([True, None], dtype="boolean"), ["yes", ""]),
        (pd.to_datetime(["2024-04-01", None]), ["2024-04-01", ""]),
        (pd.to_datetime(["2024-04-01", "2024-05-01"], utc=True), ["2024-04-01", "2024-05-01"]),
        ([date(2024, 4, 1), None], ["2024-04-01", ""]),
        (pd.period_range("2024Q1", periods=2, freq="Q"), ["2024Q1", "2024Q2"]),
        (pd.Categorical(["high", None]), ["high", ""]),
        (["a\u202eb\x00", "two\nlines"], ["ab", "two lines"]),
        ([None, None], ["", ""]),
    ],
)
def test_a_column_of_no_name_of_the_suite_is_what_it_holds(values, cells):
    headings, rows = printed(pd.DataFrame({"force": ["Kent", "Essex"], "of_mine": values}))
    assert headings == ["Police force", "Of mine"]
    assert [row[1] for row in rows] == cells


def test_what_every_result_has_keeps_its_heading_and_no_other_column_does():
    assert printed(FORCES.assign(**{"of my own": 1, "ACORN_type": 2}))[0][-2:] == ["of my own", "ACORN_type"]
    frame = FORCES.assign(low=0.2, charged_share=0.1, difference_share=[-0.1, 0.1], Share=0.3)
    headings, rows = printed(frame)
    assert headings[:4] == ["Police force", "Out of", "Share", "95% interval, lower"]
    assert headings[4:] == ["Charged share", "Difference share", "Share"]  # whose base is their author's
    assert rows[0] == ["Kent", "40", "25.0%", "20.0%", "10.0%", "−10.0", "30.0%"]


def test_units_say_what_a_column_is():
    frame = pd.DataFrame({"force": ["Kent", "Essex"], "mine": [0.25, 0.5]})
    with pytest.raises(ParameterError, match=r"Column 'mine' .* units=\{'mine': 'share'\}"):
        printed(frame)
    assert [row[1] for row in printed(frame, mine="share")[1]] == ["25.0%", "50.0%"]
    assert [row[1] for row in printed(frame, mine="ratio")[1]] == ["0.25", "0.50"]


def test_an_index_with_names_comes_first_and_any_other_is_left_out():
    assert printed(FORCES.set_index("force"))[0][0] == "Police force"
    assert printed(FORCES.set_index("force", drop=False))[0] == ["Police force", "Out of", "Share"]
    assert printed(FORCES.sort_values("share", ascending=False))[1][0][0] == "Essex"
    counted = FORCES.assign(is_big=[True, False]).groupby(["force", "is_big"])[["cases"]].sum()
    assert printed(counted) == (["Police force", "Is big", "Out of"], [["Essex", "no", "60"], ["Kent", "yes", "40"]])


def test_a_number_that_is_missing_has_the_symbol_of_its_state():
    frame = FORCES.assign(share=[None, 0.5])
    with pytest.raises(ParameterError, match=r"Column 'share' lacks 1 of its numbers.*frame.assign\(state="):
        printed(frame)
    for state, symbol in {"not_received": "[x]", "suppressed": "[c]", "shown": "[z]"}.items():
        assert printed(frame.assign(state=[state, "shown"]))[1][0][2] == symbol
    with pytest.raises(ParameterError, match="1 of its words say nothing to the suite") as refused:
        printed(frame.assign(state="Nobody Atall"))
    assert "Atall" not in str(refused.value)


def test_a_number_without_an_end_is_absent_but_for_a_ratio():
    frame = pd.DataFrame({"force": ["Kent", "Essex"], "odds": [np.inf, 2.5]})
    assert [row[1] for row in printed(frame, odds="ratio")[1]] == ["no limit", "2.50"]
    assert [row[1] for row in printed(frame.assign(state="shown"), odds="number")[1]] == ["[z]", "2.5"]
    assert (
        protect(own_rows(frame.assign(odds=-np.inf, state="shown"), {"odds": "ratio"}, ABOUT))
        .table["odds"]
        .isna()
        .all()
    )


@pytest.mark.parametrize(
    ("frame", "units", "told"),
    [
        (FORCES["share"], {}, "A Series stands where rows belong"),
        (None, {}, "A NoneType stands where rows belong"),
        (pd.concat({"a": FORCES, "b": FORCES}, axis=1), {}, r"have 2 levels.*frame.columns = \["),
        (FORCES[["force", "share", "share"]], {}, "column 'share' more than once"),
        (pd.DataFrame({"A b": [1], "a-b": [2]}), {}, "'A b' and 'a-b' would have one name"),
        (pd.DataFrame(), {}, "no columns to show"),
        (pd.DataFrame({"n": range(MOST_ROWS + 1)}), {}, r"1,001 rows and 1 columns.*frame.head"),
        (pd.DataFrame({f"n{place}": [1] for place in range(MOST_COLUMNS + 1)}), {}, "1 rows and 17 columns"),
        (pd.DataFrame({"when": pd.to_datetime(["2024-04-01 10:00"])}), {}, "times of day"),
        (pd.DataFrame({"when": pd.to_timedelta([1], unit="D")}), {}, r"frame\['when'\].dt.days"),
        (pd.DataFrame({"force": [["Kent"]]}), {}, "things that no cell can show"),
        (pd.DataFrame({"share": [45.3]}), {}, "0 to 1, as a share is. Divide percentages by 100"),
        (pd.DataFrame({"cases": [4.5]}), {}, "whole numbers, as counts are"),
        (FORCES, {"shar": "share"}, "'shar', which the frame does not have. Did you mean 'share'"),
        (FORCES, {"share": "shares"}, "cannot be 'shares'. Did you mean 'share'"),
        (FORCES, {"force": "share"}, "holds words and cannot be 'share'"),
        (FORCES, {"share": "label"}, "holds numbers and cannot be 'label'"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(frame, units, told):
    with pytest.raises(ParameterError, match=told):
        own_rows(frame, units, ABOUT)


def test_rows_without_any_are_said_to_be_none():
    shown = own.own_table(protect(own_rows(FORCES.head(0), {}, ABOUT)), title="A title", words=SHOWN)
    assert (shown.record["records"], len(shown.parts)) == ([], 1)


def test_small_counts_of_people_are_hidden_with_what_is_worked_out_from_them():
    frame = pd.DataFrame(
        {
            "quarter": ["2024/25 Q1", "2024/25 Q2", "2024/25 Q3", "2024/25 Q4", "2025/26 Q1"],
            "cases": [100, 100, 100, 100, 100],
            "less": [15, 10, 0, 40, 40],
            "less_share": [0.15, 0.1, 0.0, 0.4, 0.4],
            "low_less_share": [0.0, 0.0, 0.0, 0.0, 0.0],
            "of_all_share": [0.5, 0.5, 0.5, 1.0, 0.0],
        }
    )
    told = protect(own_rows(frame, {"low_less_share": "share"}, PEOPLE))
    assert told.hidden == 4
    rows = [row[1:] for row in printed(frame, PEOPLE, low_less_share="share")[1]]
    assert rows[0] == ["100", "15", "15.0%", "0%", "50.0%"]
    assert rows[1] == rows[2] == ["100", "[c]", "[c]", "[c]", "[c]"]
    assert rows[3] == rows[4] == ["100", "40", "[c]", "[c]", "[c]"]
    assert protect(own_rows(frame, {"low_less_share": "share"}, ABOUT)).hidden == 0  # published: nothing is hidden


def test_events_that_leave_out_few_people_are_hidden():
    frame = pd.DataFrame({"force": ["Kent", "Essex"], "events": [90, 85], "cases": [100, 100], "share": [0.9, 0.85]})
    assert printed(frame, PEOPLE)[1] == [["Kent", "[c]", "100", "[c]"], ["Essex", "85", "100", "85.0%"]]


def test_events_of_cases_that_are_not_given_are_hidden_only_where_they_are_few():
    frame = pd.DataFrame(
        {"force": ["Kent", "Essex"], "events": [90, 5], "cases": pd.array([None, None], dtype="Int64")}
    )
    rows = printed(frame.assign(state="not_received"), PEOPLE)[1]
    assert [row[1] for row in rows] == ["90", "[c]"]


def test_the_frame_stays_as_it_was():
    frame = FORCES.copy()
    protect(own_rows(frame, {}, PEOPLE))
    pd.testing.assert_frame_equal(frame, FORCES)
