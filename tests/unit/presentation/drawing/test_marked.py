"""A group that a reader chose is marked by its members, under one name, wherever one force would be marked."""

import re

import pytest

from analysis import comparison, journey, outcomes, rates, read_counts
from analysis.errors import ParameterError
from analysis.presentation.drawing.colours import ORANGE

EASTERN = "Eastern: Norfolk, Suffolk, Essex"
MEMBERS = ["Essex", "Norfolk", "Suffolk"]


@pytest.fixture(scope="module")
def stalking():
    return read_counts("stalking_2024_25")


def marked(shown):
    """The forces whose marks stand out in both drawings of a figure, and how often its text names the group."""
    (part,) = shown.parts
    found = []
    for drawing in (part["wide"], part["narrow"]):
        groups = re.findall(r"<title>([^:<]+): [^<]*</title>(.*?)</g>", drawing, re.DOTALL)
        found.append(({name for name, drawn in groups if ORANGE in drawn}, drawing.count(">Eastern</text>")))
    assert found[0] == found[1]
    return sorted(found[0][0]), found[0][1]


@pytest.mark.parametrize("force", [EASTERN, "Eastern: essex, suffolk, norfolk"])
def test_all_members_stand_out_in_the_chart_of_all_forces_below_one_name(stalking, force):
    shown = outcomes.endings(stalking, "victim_withdrawal", force=force).forces()
    assert marked(shown) == (MEMBERS, 1)
    assert "Diamonds mark Eastern: Essex 54.8%, Norfolk 53.3% and Suffolk 39.2%." in shown.record["description"]


def test_one_force_stands_out_without_a_name_above(stalking):
    shown = outcomes.endings(stalking, "victim_withdrawal", force="Kent").forces()
    assert marked(shown) == (["Kent"], 0)
    assert "Diamonds mark" not in shown.record["description"]


def test_a_chart_of_ones_own_marks_several_and_refuses_a_name_that_is_no_force(stalking):
    shares = rates(stalking, "charged", by="force")
    assert marked(shares.dots(highlight="Kent, Essex"))[0] == ["Essex", "Kent"]
    with pytest.raises(ParameterError, match="Did you mean"):
        shares.dots(highlight="Kent, Esex")


def test_a_nation_is_marked_by_its_forces(stalking):
    shown = outcomes.endings(stalking, "victim_withdrawal", force="Wales").forces()
    assert marked(shown)[0] == ["Dyfed-Powys", "Gwent", "North Wales", "South Wales"]


def test_more_charges_mark_the_group(stalking):
    shown = journey.follow(stalking, force="Eastern: Kent, Essex").forces()
    assert marked(shown) == (["Essex", "Kent"], 1)


@pytest.mark.parametrize("picture", ["funnel", "ranks"])
def test_a_comparison_marks_its_force_and_the_group_and_says_the_name(stalking, picture):
    forces = comparison.compare(stalking, "victim_withdrawal", force="Kent", group=EASTERN)
    assert marked(getattr(forces, picture)()) == (sorted(["Kent", *MEMBERS]), 1)


def test_the_sentence_of_a_comparison_names_the_group(stalking):
    told = comparison.compare(stalking, "victim_withdrawal", force="Kent", group=EASTERN).table("gaps").text
    assert "below the 3 forces of Eastern together" in told or "above the 3 forces of Eastern together" in told
    assert "Eastern: Essex, Norfolk and Suffolk." in told
    inside = comparison.compare(stalking, "victim_withdrawal", force="Essex", group=EASTERN)
    assert inside.rows("gaps")["compared_with"].tolist() == ["the 43 other forces", "the 2 other forces of Eastern"]


def test_a_misspelt_force_in_a_named_group_is_refused_with_the_nearest(stalking):
    with pytest.raises(ParameterError, match="Did you mean 'Norfolk'"):
        comparison.compare(stalking, "victim_withdrawal", force="Kent", group="Eastern: Norfok, Essex")
