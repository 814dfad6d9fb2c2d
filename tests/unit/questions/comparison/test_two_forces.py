"""What is said of two forces reads as of two, and what makes no sense of so few is not said."""

import pytest

from analysis import comparison, profile, read_counts


@pytest.fixture(scope="module")
def two():
    return read_counts("stalking_2024_25").select(force=["Kent", "Essex"])


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


@pytest.mark.parametrize(("force", "other"), [("Kent", "Essex"), ("Essex", "Kent")])
def test_a_profile_beside_one_other_force_names_it(two, force, other):
    title = profile.describe(two, force).strips().record["title"]
    assert title.endswith(f"er share of withdrawals than {other}")
