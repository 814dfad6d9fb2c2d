from dataclasses import replace
from datetime import date
from itertools import permutations

import pandas as pd
import pytest

from analysis.counts.ledger import FileRead, Warned
from analysis.errors import DataRefused
from analysis.intake.reading import Part, Reading, combined
from analysis.reference import combinations

APRIL, JULY = date(2024, 4, 1), date(2024, 7, 1)


def part(rows, **changes):
    table = pd.DataFrame(rows, columns=["force", "period", "outcome", "cases"])
    received = frozenset(zip(table["force"], table["period"], strict=True))
    return replace(Part(table, ("force", "period", "outcome"), received, months=3), **changes)


def reading(name, rows, **changes):
    file = FileRead(name, f"checksum of {name}", 10, len(rows))
    return replace(Reading({"": part(rows)}, (file,), len(rows), len(rows)), **changes)


def cases(whole):
    return {tuple(row[:-1]): row[-1] for row in whole.parts[""].table.astype(object).itertuples(index=False, name=None)}


ONE = reading("one", [("Kent", APRIL, "16", 5), ("Kent", APRIL, "15", 2)], dropped={"blank": 1}, taken="2025-03")
OTHER = reading("other", [("Gwent", JULY, "16", 7)], dropped={"blank": 2, "part": 3}, taken="2025-06")
THIRD = reading(
    "third", [("Kent", APRIL, "16", -5), ("Kent", JULY, "0", 1)], categories={"cases by outcome": {"16": -5}}
)


@pytest.mark.parametrize("order", list(permutations([ONE, OTHER, THIRD])))
def test_readings_add_up_to_the_same_in_any_order(order):
    whole = combined(order)
    assert cases(whole) == {
        ("Gwent", JULY, "16"): 7,
        ("Kent", APRIL, "15"): 2,
        ("Kent", APRIL, "16"): 0,
        ("Kent", JULY, "0"): 1,
    }
    assert (whole.rows, whole.kept, whole.taken) == (5, 5, "2025-06")
    assert whole.dropped == {"blank": 3, "part": 3}
    assert whole.parts[""].received == {("Kent", APRIL), ("Kent", JULY), ("Gwent", JULY)}
    pd.testing.assert_frame_equal(whole.parts[""].table, combined([ONE, OTHER, THIRD]).parts[""].table)


def test_a_total_below_zero_is_not_lost():
    assert combined([ONE, THIRD]).categories == {"cases by outcome": {"16": -5}}


def test_a_part_that_only_some_readings_have_is_kept_as_it_is():
    more = replace(OTHER, parts={**OTHER.parts, "closed": part([("Gwent", JULY, "1", 3)], basis="closed")})
    whole = combined([ONE, more])
    assert set(whole.parts) == {"", "closed"}
    assert whole.parts["closed"].basis == "closed"


def test_what_every_reading_warns_of_is_said_once():
    warned = (Warned("Kent", "not received", "July 2024."),)
    assert combined([replace(ONE, warnings=warned), replace(OTHER, warnings=warned)]).warnings == warned


def test_the_same_file_under_two_names_is_refused():
    again = replace(OTHER, files=(replace(ONE.files[0], name="copy"),))
    with pytest.raises(DataRefused, match="copy and one are the same file"):
        combined([ONE, again])


def test_tables_of_different_kinds_are_never_added():
    closed = replace(OTHER, parts={"": replace(OTHER.parts[""], basis="closed")})
    with pytest.raises(DataRefused, match=r"\(recorded\) and .*\(closed\)"):
        combined([ONE, closed])


def test_tables_joined_as_numbers_are_those_joined_as_words():
    tables = [one.parts[""].table for one in (ONE, OTHER)]
    words = [table.astype({"force": "category", "period": "category"}) for table in tables]
    dimensions = ["force", "period", "outcome"]
    expected = combinations.settled(pd.concat(tables, ignore_index=True), dimensions)
    pd.testing.assert_frame_equal(combinations.joined([tables[0], words[1]], dimensions), expected)
    pd.testing.assert_frame_equal(combinations.joined(words, dimensions), expected)
