"""What is said of two forces reads as of two, and what makes no sense of so few is not said."""

import re

import pytest

from analysis import comparison, profile, read_counts


@pytest.fixture(scope="module")
def two():
    return read_counts("stalking_2024_25").select(force=["Kent", "Essex"])


def of_three(made, withdrew):
    """Kent beside two other forces, of 1,500 cases each."""
    rows = []
    for force, events in zip(("Kent", "Essex", "Surrey"), withdrew, strict=True):
        rows += [(force, "2024-04-01", code, cases) for code, cases in (("16", events), ("1", 1500 - events))]
    return comparison.compare(made(rows), "victim_withdrawal", force="Kent")


def test_pictures_of_two_forces(two):
    compared = comparison.compare(two, "victim_withdrawal", force="Kent")
    ranks = compared.ranks().record["title"]
    assert ranks == "Chance alone could put either of the two forces first"
    funnel = compared.funnel().record
    assert "not compared" not in funnel["description"]
    assert "allow for differences between forces" not in funnel["title"]


def test_tables_of_two_forces(two):
    compared = comparison.compare(two, "victim_withdrawal", force="Kent")
    assert "there is no typical force" in compared.table("levels").text
    assert "mostly a matter of label" not in compared.table("labels").text


@pytest.mark.parametrize(
    ("withdrew", "told"),
    [
        ((610, 620, 580), "Forces differ hardly more than by chance: 17% of the differences"),
        ((630, 640, 580), "is 1.9 times what chance alone gives: "),
    ],
)
def test_what_is_little_more_than_chance_is_no_whole_number_of_times(made, withdrew, told):
    compared = of_three(made, withdrew)
    text = compared.table("heterogeneity").text
    assert told in text
    assert not re.search(r"\b1 percentage points|\b1 times", text)
    assert "of 3 forces, none are mostly a matter of label" in compared.table("labels").text.casefold()
    assert "No others are on the other side" in compared.table("labels").text


@pytest.mark.parametrize(
    ("withdrew", "told"),
    [
        ((610, 620, 600), "For each of 3 forces, chance alone could give any place"),
        ((610, 620, 900), "For 2 of 3 forces, chance alone could give any of 2 places or more"),
    ],
)
def test_few_forces_are_counted_and_not_called_half(made, withdrew, told):
    assert of_three(made, withdrew).ranks().record["title"] == told


def test_a_rank_that_chance_would_leave_is_said_to_be_left(made):
    rows = [(force, "2024-04-01", code, n) for force, n in (("Kent", 900), ("Essex", 300)) for code in ("16",)]
    rows += [(force, "2024-04-01", "1", 1500 - n) for force, _, _, n in rows]
    compared = comparison.compare(made(rows), "victim_withdrawal", force="Kent")
    text = compared.ranks().text
    assert "No interval is of two ranks." in text
    assert "Kent: rank 2, with an interval of that rank alone." in text
    assert (
        "has rank 2 of 2, 1 being the lowest share; chance alone would leave it there." in compared.table("ranks").text
    )


@pytest.mark.parametrize(("force", "other"), [("Kent", "Essex"), ("Essex", "Kent")])
def test_a_profile_beside_one_other_force_names_it(two, force, other):
    title = profile.describe(two, force).strips().record["title"]
    assert title.endswith(f"er share of withdrawals than {other}")
