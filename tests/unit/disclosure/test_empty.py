"""Who knows what is empty (a type that a force never uses, months that it did not send) learns no more of the rest."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.counts.counts import Counts
from analysis.disclosure import release
from analysis.disclosure.policy import CLOSED
from tests.disclosure.attacker import Attacker
from tests.disclosure.case_sets import SECRET, by_features, cases, counted, month

#: Whether no case is of a force, a month and an outcome type.
Known = Callable[[str, int, str], bool]


class Knowing(Attacker):
    """An attacker who knows what is empty."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known

    def sum_of(self, released: Counts, row: object, version: dict[tuple[str, str], int]) -> list[int]:
        within = super().sum_of(released, row, version)
        names = {place: name for name, place in self.unknowns.items()}
        return [place for place in within if not self.known(*of_unknown(names[place]))]


def of_unknown(name: tuple[object, ...]) -> tuple[str, int, str]:
    force, when, code, _ = map(str, name)
    return force, next(number for number in range(12) if f"{month(number):%Y-%m}" == when), code


def narrow(released: Counts, known: Known) -> int:
    """How many numbers of cells that may have cases are told closer than the policy allows."""
    attacker = Knowing(known)
    attacker.reads(released)
    attacker.sums = [one for one in attacker.sums if one[0]]
    rows = [(row, attacker.sum_of(released, row, {})) for row in released.cells.itertuples(index=False)]
    rows = [(row, within) for row, within in rows if within]
    is_shown = [not pd.isna(row.cases) for row, _ in rows]

    def is_wide(ends: tuple[int, int], place: int) -> bool:
        low, high = ends
        if is_shown[place]:
            return high - low + 1 >= CLOSED.shown_values
        return min(high, CLOSED.few - 1) - max(low, 1) + 1 >= CLOSED.hidden_values

    ranges = attacker.ranges([within for _, within in rows], enough=is_wide)
    return sum(not is_wide(ends, place) for place, ends in enumerate(ranges))


def is_type_14(force: str, number: int, code: str) -> bool:
    return code == "14"


def is_before_essex(force: str, number: int, code: str) -> bool:
    return force == "Essex" and number < 2


def is_not_sent(force: str, number: int, code: str) -> bool:
    return number in {1, 4}


@pytest.mark.parametrize(
    ("known", "forces", "months", "files"),
    [
        (is_type_14, 1, 3, [(1, 100), (2, 160), (7, 100)]),
        (is_before_essex, 2, 3, [(0, 60), (1, 100), (3, 250)]),
        (is_not_sent, 1, 5, [(0, 60), (1, 100), (3, 250)]),
    ],
    ids=["a type that a force never uses", "months before a force sends any", "months without a case"],
)
def test_who_knows_what_is_empty_is_told_no_closer_of_the_rest(known, forces, months, files):
    for seed, number in files:
        some = cases(seed, number, forces=forces, months=months)
        rows = zip(some["force"], some["month"], some["outcome"], strict=True)
        some = some[[not known(*row) for row in rows]]
        [released] = release.edition((counted(some, months=months, forces=forces),), SECRET).sets
        assert narrow(released, known) == 0


def test_a_category_of_one_type_alone_is_one_count_with_the_type():
    """No suspect is identified where the type says so: two numbers of one count told of it."""
    for seed, number in ((13, 100), (19, 100), (38, 160)):
        some, chance = cases(seed, number, months=1), np.random.default_rng(seed + 9)
        is_open = (some["outcome"] == "0") & (chance.random(number) < 0.5)
        some["relationship"] = np.where(some["outcome"].isin(["14", "18"]) | is_open, "none", "identified")
        main = counted(some, months=1)
        by_outcome, by_category = release.edition((main, by_features(some, main)), SECRET).sets
        types = by_outcome.cells.set_index("outcome")["cases"]
        categories = by_category.cells.set_index(["category", "outcome"])["cases"]
        for of_type, of_category in (
            (types["14"], categories["none", "14+16"]),
            (types["18"], categories["none", "10+15+18+21"]),
            (types["16"], categories["identified", "14+16"]),
        ):
            low, high = zip(ends(of_type), ends(of_category), strict=True)
            few = min(*high, CLOSED.few - 1) - max(*low, 1) + 1
            is_hidden = pd.isna(of_type) or pd.isna(of_category)
            assert few >= CLOSED.hidden_values if is_hidden else min(high) - max(low) + 1 >= CLOSED.shown_values


def ends(number: object) -> tuple[int, int]:
    """The least and the most that a count may be, by its number alone."""
    if pd.isna(number):
        return 0, CLOSED.smallest - 1
    return max(int(number) - CLOSED.rounding, CLOSED.few + 1), int(number) + CLOSED.rounding
