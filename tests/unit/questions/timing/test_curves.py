"""Curves over time: which lines stand out and are named, and what is said above them and below."""

import re
from dataclasses import replace

import pytest

from analysis.disclosure import protect
from analysis.presentation.drawing.colours import ACCENT, ORANGE
from analysis.questions.timing import curves
from analysis.questions.timing.histories import histories
from analysis.questions.timing.outlook import Outlook
from analysis.questions.timing.results import Timed
from tests.timed import timed_counts

#: Of 100 cases of a month: how many withdrew at once, and lacked evidence two months on; followed for.
QUARTERS = {
    "2023-01-01": (50, 30, 15),
    "2023-04-01": (20, 50, 12),
    "2023-07-01": (40, 40, 9),
    "2023-10-01": (30, 20, 6),
}
#: Of 100 cases of each force: how many withdrew at once and later, were charged, and are open.
FORCES = {"Essex": (10, 20, 30, 40), "Kent": (40, 10, 20, 30), "Norfolk": (20, 50, 20, 10)}


def decided(*months):
    rows = []
    for month in months or QUARTERS:
        at_once, later, followed = QUARTERS[month]
        still = 100 - at_once - later
        rows += [(month, "16", 0, at_once), (month, "15", 2, later), (month, "0", followed, still)]
    return protect(Outlook(histories(timed_counts(rows), by="month")).decided_by_age)


def followed(*forces):
    rows = []
    for force in forces:
        ends = zip(("16", "16", "1", "0"), (0, 2, 1, 3), FORCES[force], strict=True)
        rows += [(force, "2024-01-01", *end) for end in ends]
    return Timed(histories(timed_counts(rows), by="group"))


def lines(shown):
    """The width and the colour of each line of a drawing by its name, and the words at the ends of lines."""
    wide = shown.parts[0]["wide"]
    groups = re.findall(r"<title>([^:<]+):[^<]*</title>(.*?)</g>", wide, re.DOTALL)
    strokes = [(name, re.findall(r'stroke="(#\w+)" stroke-width="([\d.]+)"', drawn)) for name, drawn in groups]
    looks = {}
    for name, drawn in strokes:
        looks[name] = max([looks.get(name, (0.0, "")), *((float(width), colour) for colour, width in drawn)])
    return looks, re.findall(r">(\d+\.\d% [^<]+)</text>", wide)


def test_the_newest_quarter_stands_out_and_is_set_beside_the_others_at_its_age():
    shown = curves.run_off(decided())
    assert shown.record["title"] == (
        "Of cases recorded in Oct–Dec 2023, 50.0% were decided by the sixth month after recording; of other quarters, "
        "70.0% to 80.0%"
    )
    assert "at that age the other quarters had 70.0% to 80.0%." in shown.record["description"]
    drawn, _ = lines(shown)
    assert drawn["Oct–Dec 2023"] == (2.6, ORANGE)
    assert drawn["Jan–Mar 2023"] == (1.8, ACCENT), "the oldest"
    assert drawn["Apr–Jun 2023"] == drawn["Jul–Sep 2023"]
    assert drawn["Apr–Jun 2023"][0] < 1, "the others are thin"
    ends = re.findall(r">(\d+\.\d% [^<]+|by the [^<]+)</text>", shown.parts[0]["narrow"])
    assert " ".join(ends) == "80.0% Jan–Mar 2023, by the 15th month 50.0% Oct–Dec 2023, by the sixth month"


@pytest.mark.parametrize(
    ("months", "told"),
    [
        (("2023-01-01", "2023-10-01"), "of the other quarter, 80.0%"),
        (("2023-01-01", "2023-07-01", "2023-10-01"), "of other quarters, 80.0%"),
    ],
)
def test_quarters_that_are_alike_have_no_range(months, told):
    shown = curves.run_off(decided(*months)).record
    assert shown["title"].endswith(f"; {told}")
    assert shown["description"].endswith("had 80.0%.")


def test_where_no_quarter_can_be_followed_it_is_not_said_that_no_case_can():
    cases = Outlook(histories(timed_counts([("2023-01-01", "16", 0, 60)]), by="month")).decided_by_age
    shown = curves.run_off(protect(replace(cases, work=lambda rows: cases.work(rows.head(0))))).record
    assert shown["title"] == "There is nothing to draw here"
    assert "No quarter can be followed: of each, a month has " in shown["description"]


def test_of_several_groups_the_two_ends_are_named_and_of_two_both():
    several, two = followed(*FORCES), followed("Kent", "Norfolk")
    shown = curves.groups(protect(several.group_curves), protect(several.group_test))
    assert sorted(lines(shown)[1]) == ["30.0% Essex", "70.0% Norfolk"]
    assert shown.record["title"].endswith("from 30.0% (Essex) to 70.0% (Norfolk) by the third month after recording")
    assert shown.record["description"].startswith("A stepped curve for each of 3 groups. By the third month")
    both = curves.groups(protect(two.group_curves), protect(two.group_test))
    assert sorted(lines(both)[1]) == ["50.0% Kent", "70.0% Norfolk"]


def test_a_group_that_may_not_be_shown_is_counted_and_named():
    held = followed(*FORCES)
    table = protect(held.group_curves).table
    hidden = table.assign(state="suppressed", **dict.fromkeys(("incidence_share", "low", "high")))
    table = table.mask(table["group"] == "Kent", hidden)
    shown = curves.groups(protect(replace(held.group_curves, work=lambda _: table)), protect(held.group_test))
    described = shown.record["description"]
    assert described.startswith(
        "A stepped curve for each of 2 groups; that of one group may not be shown. By the third"
    )
    assert "Kent, not shown" in described
    assert shown.record["title"].endswith(
        "not every group may be shown; 2 of 3 groups can be by the third month after recording"
    )
    assert ">[c] Kent: may not be<" in shown.parts[0]["wide"]


@pytest.mark.parametrize(
    ("soon", "told"),
    [
        ([], "Too few cases ended in any one way to say how soon"),
        ([(1, "charged")], "Charged: half of them by the first month after recording"),
        ([(1, "a"), (1, "b")], "A and b: half of them by the first month after recording"),
        (
            [(1, "a"), (2, "b"), (4, "c")],
            "A: half of them by the first month after recording; c: by the fourth month after recording",
        ),
        (
            [(1, "a"), (1, "b"), (1, "c"), (4, "d")],
            "3 of 4 endings: half of them by the first month after recording; d: by the fourth month after recording",
        ),
    ],
)
def test_the_endings_that_come_first_and_the_one_that_comes_last(soon, told):
    assert curves._pace(soon, "months") == told
