"""Separation: found where it is, not where it is not, and named."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.questions.association.features import design_of, grouped, references_of
from analysis.questions.association.separation import direction_of_separation, few_events, in_words, separated
from tests.unit.questions.association.test_logistic import sex2


def prepared(cells, features):
    """Rows and design of (labels..., withdrew, other) tuples."""
    rows = [(*labels, code, cases) for *labels, yes, no in cells for code, cases in (("16", yes), ("1", no))]
    held = grouped(pd.DataFrame(rows, columns=[*features, "outcome", "cases"]), features, [{"14", "16"}])
    return held, design_of(held, references_of(held, features))


def test_sex2_is_separated_by_dia_alone():
    """Heinze and Schemper's other example: none of the seven women with dia is a control."""
    design, events, cases = sex2()
    direction = direction_of_separation(design, np.column_stack([events, cases - events]))
    assert np.flatnonzero(direction[0]).tolist() == [6]
    assert direction[0, 6] > 0
    whole = direction_of_separation(design[:, :6], np.column_stack([events, cases - events]))
    assert not whole.any()


def test_a_category_without_an_event_is_named():
    rows, design = prepared([("a", 20, 30), ("b", 25, 15), ("c", 0, 11)], ["risk"])
    assert separated(rows, design) == (("risk", "c"),)
    assert few_events(rows, design) == (("risk", "c"),)
    assert in_words(separated(rows, design)) == "'c' of 'risk'"


def test_an_empty_cell_is_no_separation_where_no_category_is_empty():
    rows, design = prepared(
        [("a", "x", 0, 12), ("a", "y", 14, 15), ("b", "x", 16, 13), ("b", "y", 18, 11)], ["one", "two"]
    )
    assert separated(rows, design) == ()
    assert few_events(rows, design) == ()


def test_separation_by_two_categories_together_is_found():
    """Only where both are so did every case withdraw, and only where neither is did none; every category has both."""
    cells = [("no", "no", 0, 30), ("no", "yes", 12, 0), ("yes", "no", 15, 17), ("yes", "yes", 20, 0)]
    rows, design = prepared(cells, ["one", "two"])
    assert separated(rows, design)


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_a_search_over_all_directions(seed):
    """With one column of 0, 1 and 2 beside ones, a line can be looked for by trying every threshold."""
    chance = np.random.default_rng(seed)
    for _ in range(40):
        events, others = chance.integers(0, 2, 3), chance.integers(0, 2, 3)
        kept = events + others > 0
        design = np.column_stack([np.ones(3), np.arange(3.0)])[kept]
        if np.linalg.matrix_rank(design) < 2:
            continue
        found = direction_of_separation(design, np.column_stack([events, others])[kept].astype(float)).any()
        yes, no = np.flatnonzero(events), np.flatnonzero(others)
        # Separated when all that happened lie on one side of all that did not, ends included.
        expected = not len(yes) or not len(no) or yes.min() >= no.max() or yes.max() <= no.min()
        assert found == expected, (events, others)


def test_several_endings_are_separated_when_one_is():
    labels = list(itertools.product((0.0, 1.0), repeat=2))
    design = np.array([[1.0, one, two] for one, two in labels])
    mixed = np.array([[5.0, 4.0, 6.0], [3.0, 5.0, 2.0], [7.0, 2.0, 3.0], [4.0, 4.0, 8.0]])
    assert not direction_of_separation(design, mixed).any()
    parted = mixed.copy()
    parted[2:, 1] = 0
    direction = direction_of_separation(design, parted)
    assert direction[1, 1] < 0
    assert direction[0, 1] == 0


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="length"):
        direction_of_separation(np.ones((2, 1)), np.ones((3, 2)))
