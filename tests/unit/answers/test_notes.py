"""What stands below a picture or a table speaks of what this very one shows, and of nothing else."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import association, comparison, read_counts
from analysis.answers import profile, trends
from analysis.answers.timing import follow
from analysis.disclosure import protect
from analysis.presentation import captions
from analysis.questions.association import words
from analysis.questions.association.case_features import case_features
from analysis.questions.association.results import endings_together
from analysis.shares.rates import rates
from benchmarks import fits_attacked
from tests.conftest import make_counts
from tests.timed import timed_counts

DAY = "2024-04-01"


def cases_of(*forces, days=(DAY,), endings=(("16", 30), ("15", 25)), **changed):
    rows = [(force, day, code, many) for force in forces for day in days for code, many in endings]
    return make_counts(rows, **changed)


@pytest.mark.parametrize(("forces", "is_told"), [(("Kent",), False), (("Essex", "Kent", "Surrey"), True)])
def test_few_cases_are_too_few_to_tell_a_force_from_others_where_there_are_others(forces, is_told):
    found = protect(rates(cases_of(*forces, endings=(("16", 9), ("15", 8))), "victim_withdrawal", by="force"))
    notes = captions.dots(found, line=None, highlight="").notes
    assert ("from the others" in " ".join(notes)) == is_told


@pytest.mark.parametrize(("endings", "is_told"), [((("16", 300),), False), ((("16", 300), ("0", 9)), True)])
def test_cases_recorded_late_have_had_less_time_to_end_where_some_have_not_ended(endings, is_told):
    days = (DAY, "2024-07-01")
    held = cases_of("Kent", days=days, endings=(*endings, ("15", 200)), months=3)
    notes = captions.quarters(protect(rates(held, "victim_withdrawal", by="quarter"))).notes
    assert ("Cases recorded late in the period have had less time to end." in notes) == is_told


@pytest.mark.parametrize(("forces", "is_told"), [(("Kent",), False), (("Essex", "Gwent", "Kent", "Surrey"), True)])
def test_limits_are_explained_where_a_force_has_a_place_by_them(forces, is_told):
    table = comparison.compare(cases_of(*forces), "victim_withdrawal", force="Kent").table("places")
    assert ("outside the narrower limits" in table.html) == is_told


@pytest.mark.parametrize(("forces", "told"), [(("Kent",), "shares"), (("Essex", "Kent"), "shares and their ranks")])
def test_ranks_may_change_where_there_are_ranks(forces, told):
    endings = (("16", 300), ("15", 300), ("0", 300), ("1", 300))
    one = profile.describe(cases_of(*forces, endings=endings, months=12), "Kent")
    assert f"the other {told} may yet change much" in one.table("measures").html


def test_p_values_are_said_to_be_adjusted_over_what_they_were_adjusted_over():
    cases = read_counts("stalking_example")
    one = association.associate(cases, "relationship")
    for table, over in (("withdrawal_odds", "comparisons"), ("features", "features")):
        assert f"over all {over} of the fit, with those that are not shown" in one.table(table).html


def test_the_widest_difference_of_all_endings_is_said_not_to_be_clear_where_it_is_not():
    """Of made-up cases a stranger's victim withdraws less; in the other file each outcome is as common everywhere."""
    held = fits_attacked.case_file(1, 1500)
    features = [name for name in held.dimensions if name != "outcome"]
    table = held.table.groupby(features, as_index=False)["cases"].sum()
    table = table.merge(pd.DataFrame({"outcome": ["16", "15", "1"]}), how="cross")[[*held.dimensions, "cases"]]
    alike = fits_attacked.release(replace(held, table=table, fit_cluster=""))
    asked = case_features(alike, "risk, contact, relation, age")
    title = words.endings_together(protect(endings_together(asked))).record["title"]
    assert title.startswith("Not clearly apart: “")
    example = association.associate(read_counts("stalking_example_features"), "relationship")
    assert example.together().record["title"].startswith("“Stranger” against “Former partner”")


@pytest.mark.parametrize(("months", "is_told"), [(6, False), (14, True)])
def test_recent_periods_are_left_out_of_a_band_where_there_is_one(months, is_told):
    days = [f"{2023 + (5 + place) // 12}-{(5 + place) % 12 + 1:02d}-01" for place in range(months)]
    rows = [("Kent", day, "16", 140 + 9 * (-1) ** place) for place, day in enumerate(days[:-1])]
    rows += [("Kent", day, code, many) for day in days[:-1] for code, many in (("15", 140), ("0", 2))]
    rows += [("Kent", days[-1], "16", 20), ("Kent", days[-1], "15", 20), ("Kent", days[-1], "0", 240)]
    changed = trends.follow(make_counts(rows, months=1), read_counts("stalking_recorded"), "victim_withdrawal")
    for block in (changed.share_by_period(), changed.headline()):
        assert ("They are left out of" in block.text + block.html) == is_told


@pytest.mark.parametrize(("first", "is_told"), [("2023-01-01", True), ("2023-07-01", False)])
def test_a_test_over_quarters_across_which_the_counting_changed_says_so(first, is_told):
    """Stalking is counted otherwise from 1 May 2023: the report of what changed sets nothing across it side by side."""
    days = (first, "2023-10-01", "2024-01-01")
    notes = captions.quarters(protect(rates(cases_of("Kent", days=days, months=3), "victim_withdrawal", by="quarter")))
    told = "The counting changed on 1 May 2023: how much of a difference across it is real is not known."
    assert (told in notes.description) == (told in " ".join(notes.notes)) == is_told


@pytest.mark.parametrize(("first", "is_told"), [(2022, True), (2023, False)])
def test_groups_by_time_across_which_the_counting_changed_say_so(first, is_told):
    days = [f"{first + (6 + place) // 12}-{(6 + place) % 12 + 1:02d}-01" for place in range(12)]
    rows = [(day, code, lag, 30) for day in days for code, lag in (("16", 0), ("15", 1))]
    times = follow(timed_counts(rows, taken="2024-09"))
    assert ("The counting changed on 1 May 2023" in times.groups().html) == is_told
