"""Withdrawal or a change of label: what is told from what, and the correlation that arithmetic alone gives."""

import numpy as np
import pytest

from analysis.disclosure import protect
from analysis.questions.trends import years
from analysis.shares.relabelling import (
    LABEL,
    NO_CHANGE,
    OPPOSED,
    TOGETHER,
    cancelled,
    neutral_cancelled,
    neutral_correlation,
    reading,
    relabelled,
    swap,
)
from analysis.shares.year_bounds import directions
from tests.unit.counts.test_yearly import made


@pytest.mark.parametrize(
    ("withdrew", "supports", "told"),
    [
        (-0.217, 0.191, LABEL),
        (0.2, -0.25, LABEL),
        (0.05, -0.10, OPPOSED),
        (-0.10, 0.02, TOGETHER),
        (-0.10, -0.02, TOGETHER),
        (-0.10, 0.0, TOGETHER),
        (0.009, -0.2, NO_CHANGE),
    ],
)
def test_what_a_change_may_be(withdrew, supports, told):
    assert reading(withdrew, supports) == told


def test_the_neutral_correlation_is_that_of_two_parts_of_a_dirichlet():
    assert neutral_correlation((0.5, 0.5), (0.5, 0.5)) == pytest.approx(-1)
    assert neutral_correlation((0.517, 0.316), (0.517, 0.316)) == pytest.approx(-0.7032, abs=1e-3)
    draws = np.random.default_rng(1)
    one, other = ((0.56, 0.30), (0.52, 0.32))
    drawn = [draws.dirichlet(np.array([*year, 1 - sum(year)]) * 80, size=40000) for year in (one, other)]
    change = drawn[1] - drawn[0]
    found = np.corrcoef(change[:, 0], change[:, 1])[0, 1]
    assert neutral_correlation(one, other) == pytest.approx(found, abs=0.01)
    with pytest.raises(ValueError, match="not two parts of one whole"):
        neutral_correlation((0.7, 0.4), (0.5, 0.3))


def swapping(name, *, back, start=50):
    """A force of which withdrawal falls by 20 points, and type 15 takes back so many of them."""
    return [
        (name, 2014, 1000, 1000, 100, 200, start * 10),
        (name, 2015, 1000, 1000, 100, 200 + back * 10, start * 10 - 200),
    ]


def test_forces_that_swap_labels_are_told_from_those_that_do_not():
    rows = [*swapping("Kent", back=19), *swapping("Essex", back=2), *swapping("Gwent", back=20)]
    held = made(*rows)
    table = protect(relabelled(held)).table.set_index("force")
    assert table["reading"].to_dict() == {"Kent": LABEL, "Essex": TOGETHER, "Gwent": LABEL}
    assert table.loc["Kent", ["withdrew_change", "supports_change", "pooled_change"]].tolist() == pytest.approx(
        [-0.2, 0.19, -0.01]
    )
    row = protect(swap(held)).table.iloc[0]
    assert (row["forces"], row["swapped"]) == (3, 2)
    assert row["withdrew_spread"] == pytest.approx(0, abs=1e-12)


def test_small_forces_and_forces_of_one_year_are_left_out():
    few = [("Essex", 2014, 499, 499, 10, 100, 200), ("Essex", 2015, 499, 499, 10, 150, 150)]
    rows = [*swapping("Kent", back=19), *few, ("Gwent", 2015, 1000, 1000, 100, 200, 500)]
    assert protect(relabelled(made(*rows))).table["force"].tolist() == ["Kent"]
    assert protect(swap(made(*rows))).table.empty
    assert years.swapped(protect(swap(made(*rows)))) == ""
    assert protect(relabelled(made(("Kent", 2014, 1000, 1000, 1, 1, 1)))).table.empty


def test_the_words_do_not_take_a_change_of_label_for_a_change():
    """Withdrawal falls from 50 to 30 of 100 in Kent, and type 15 takes nearly all of it."""
    told = years.exchange(protect(directions(made(*swapping("Kent", back=19)).of("Kent"))))
    assert told == (
        "From 2014/15 to 2015/16 withdrawal (types 14 and 16) fell by 20.0 points of decided cases, evidential "
        "difficulties though the victim supports action (type 15) rose by 19.0 points, the two together fell by 1.0 "
        "points. Most of the change in withdrawal is between the two labels."
    )
    fell = years.exchange(protect(directions(made(*swapping("Kent", back=0)).of("Kent"))))
    assert "between the two labels" not in fell
    assert "(type 15) hardly moved" in fell


def test_what_a_neutral_split_cancels_is_what_dirichlet_shares_cancel():
    """Drawn from Dirichlet distributions of several means: the part of the variance, and the correlation."""
    random = np.random.default_rng(16)
    for p, q in ((0.52, 0.317), (0.3, 0.2), (0.1, 0.4)):
        drawn = random.dirichlet(np.array([p, q, 1 - p - q]) * 40, size=200_000)
        assert cancelled(drawn[:, 0], drawn[:, 1]) == pytest.approx(neutral_cancelled(p, q), abs=0.03)
        seen = np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]
        assert seen == pytest.approx(neutral_correlation((p, q), (p, q)), abs=0.01)


def test_a_second_share_may_cancel_all_or_none_or_add():
    assert cancelled([0.2, 0.4, 0.6], [0.6, 0.4, 0.2]) == pytest.approx(1)
    assert cancelled([0.2, 0.4, 0.6], [0.3, 0.3, 0.3]) == pytest.approx(0)
    assert cancelled([0.2, 0.4], [0.2, 0.4]) == pytest.approx(-3)
    assert neutral_cancelled(0.1, 0.4) < 0


def test_what_has_no_variance_or_is_no_part_of_a_whole_is_refused():
    with pytest.raises(ValueError, match="no variance"):
        cancelled([0.2, 0.2], [0.3, 0.4])
    for p, q in ((0.0, 0.4), (0.7, 0.4), (1.2, -0.3)):
        with pytest.raises(ValueError, match="not two parts"):
            neutral_cancelled(p, q)


@pytest.mark.parametrize(("supports", "told"), [(0.06, LABEL), (0.049, TOGETHER), (0.151, OPPOSED), (0.149, LABEL)])
def test_less_than_half_of_the_change_is_the_edge(supports, told):
    """Of a change by 10 points: 5 are half, and 5 on the other side too."""
    assert reading(-0.10, supports) == told


def test_one_force_alone_has_no_variance_to_be_cancelled():
    with pytest.raises(ValueError, match="no variance"):
        cancelled([0.4], [0.3])
