"""What goes with an ending, through disclosure control: what is shown, what is not, and what is said of it."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.builders import example as made_up
from analysis.counts import counts
from analysis.counts.counts import codes_key
from analysis.disclosure import fits, protect
from analysis.errors import ParameterError
from analysis.questions.association.case_features import case_features
from analysis.questions.association.released_fits import CLASSES, FIGURES
from analysis.questions.association.results import (
    UNADJUSTED,
    _marginal_rows,
    associations,
    endings_together,
    feature_tests,
)
from analysis.shares.differences import Two, difference_interval
from tests import released
from tests.conftest import examples
from tests.unit.questions.association.case_counts import (
    FEATURES,
    HEADINGS,
    asked_of,
    drawn,
    exact_fit,
    separated,
    with_features,
)


@pytest.fixture(scope="module")
def example():
    return counts.read("stalking_example_features")


def shown(held, features=FEATURES, ending="victim_withdrawal", **asked):
    return protect(associations(asked_of(held, features, **asked), ending))


def test_counts_of_each_category_are_guarded_as_all_counts_are(example):
    table = shown(example, cluster="team").table
    assert len(table) == 23
    assert (table[["events", "cases"]] % 5 == 0).all().all()
    assert (table["share"] - table["events"] / table["cases"]).abs().max() == 0


def test_unadjusted_figures_are_worked_out_from_rounded_counts():
    table = shown(drawn(), "risk, contact, place").table.dropna(subset=["share"]).set_index(["feature", "category"])
    for (feature, category), row in table.iterrows():
        other = table.loc[(feature, row["compared_category"])]
        assert row["unadjusted_difference_share"] == pytest.approx(row["share"] - other["share"], abs=1e-12)
        if category != row["compared_category"]:
            two = Two(row["events"], row["cases"], other["events"], other["cases"])
            limits, narrower = difference_interval(two, rounding=5.0), difference_interval(two)
            assert row[UNADJUSTED[1:3]].to_list() == pytest.approx(limits, abs=1e-12)
            assert limits[0] < narrower[0] < narrower[1] < limits[1]
            odds = [one["events"] / (one["cases"] - one["events"]) for one in (row, other)]
            assert row["unadjusted_odds_ratio"] == pytest.approx(odds[0] / odds[1])


def test_no_unadjusted_limit_is_given_where_cases_of_a_group_may_be_alike(example):
    table = shown(example, cluster="team").table
    assert table[UNADJUSTED[1:3]].isna().all().all()
    assert table[[UNADJUSTED[0], UNADJUSTED[3]]].notna().all().all()


def test_adjusted_figures_are_whole_points_near_those_of_the_fit_to_exact_counts(example):
    exact = released.made_up_cases()["stalking_example_features"]
    model = exact_fit(exact.table, FEATURES.split(", "), {"14", "16"}).plain()
    rows = shown(example, cluster="team").table.set_index(["feature", "category"])["difference_share"]
    points = rows.dropna().astype(float) * 100
    assert len(points) > 15
    assert points.to_numpy() == pytest.approx(points.round().to_numpy(), abs=1e-9)
    for feature, category in model.design.columns:
        share = model.against_reference(feature, category)["difference_share"]
        assert abs(rows[exact.features[feature], category] - share) < 0.02


@pytest.mark.parametrize("features", ["risk", "risk, contact"])
def test_a_fit_with_little_freedom_has_no_adjusted_figures(features):
    """Risk by contact: 6 combinations, 4 coefficients; a cluster must not count as combinations."""
    held = drawn()
    found = shown(held, features, cluster="team")
    assert found.table[list(FIGURES)].isna().all().all()
    assert found.table["unadjusted_difference_share"].notna().all()
    assert "No adjusted figures" in found.about.notes[-1]
    asked = asked_of(held, features, cluster="team")
    for result in (endings_together(asked), feature_tests(asked, "victim_withdrawal")):
        assert protect(result).table.empty


def test_the_limit_is_five_combinations_a_coefficient(monkeypatch):
    held = drawn()  # risk, contact and place: 18 combinations, 6 coefficients
    assert fits._SPARE == 5
    for spare, is_there in ((3, True), (4, False)):
        monkeypatch.setattr(fits, "_SPARE", spare)
        assert shown(held, "risk, contact, place").table["difference_share"].notna().any() == is_there


def test_a_category_with_few_cases_is_gone_and_others_stay():
    found = shown(drawn(rare=3), "risk, contact, place", cluster="team")
    row = found.table.query("category == 'Unknown'").iloc[0]
    assert row["state"] == "suppressed"
    assert row[["events", "cases", *UNADJUSTED, *FIGURES]].isna().all()
    others = found.table.set_index("category")["unadjusted_difference_share"]
    assert others["High"] > others["Medium"]


def test_nothing_is_set_against_the_commonest_category_where_its_share_is_hidden():
    rows = [("High", "16", 360), ("High", "1", 360), ("Low", "16", 100), ("Low", "1", 100)]
    rows += [("Standard", "1", 6000), ("Standard", "16", 8)]
    found = shown(with_features(rows, "risk"), "risk").table.set_index("category")
    assert found["compared_category"].tolist() == ["High"] * 3
    assert found["state"].to_dict() == {"High": "shown", "Low": "shown", "Standard": "suppressed"}
    assert found.loc["Standard", ["share", *UNADJUSTED, *FIGURES]].isna().all()
    assert found.loc["Low", "unadjusted_difference_share"] == 0


def test_that_a_category_decides_an_ending_is_not_told():
    asked = asked_of(separated(), "risk, contact, place")
    found, both = protect(associations(asked, "victim_withdrawal")), protect(endings_together(asked))
    high = found.table.query("category == 'High'").iloc[0]
    assert high["state"] == "suppressed"
    assert high[["events", "share", *UNADJUSTED, *FIGURES]].isna().all()
    assert not [note for note in (*found.about.notes, *both.about.notes) if "decides" in note]


@pytest.mark.parametrize(("fewer", "state"), [(5, "shown"), (0, "suppressed"), (-5, "suppressed")])
def test_a_category_of_which_as_many_ended_so_as_there_are_is_not_shown(fewer, state):
    """Numbers are rounded by themselves, so that of nearly all cases there may be more than of all."""
    asked = asked_of(drawn(), "risk, contact, place")
    cells = asked.counts.cells.copy()
    is_high = (cells["category"] == "High") & (cells["force"] == "Kent")
    every, ended = (is_high & (cells["outcome"] == codes_key(codes)) for codes in ((), ("14", "16")))
    cells.loc[ended, "cases"] = cells.loc[every, "cases"].iloc[0] - fewer
    rows = _marginal_rows(replace(asked, counts=replace(asked.counts, cells=cells)), "victim_withdrawal")
    assert rows.set_index("category").loc["High", "state"] == state


def test_a_feature_with_one_category_is_left_out_and_said_so():
    held = drawn()
    held = replace(held, table=held.table[held.table["contact"] == "Both"].reset_index(drop=True))
    found = shown(held, "risk, contact, place")
    told = "‘Where it happened’ is left out: fewer than two of its categories have enough cases."
    assert found.about.notes[0] == told
    assert found.table.query("feature == 'Where it happened'")["unadjusted_difference_share"].tolist() == [0]


def test_features_that_cannot_be_held_apart_are_compared_one_by_one(monkeypatch):
    for name in ("_SPARE", "_FREEDOM"):
        monkeypatch.setattr(fits, name, 0)
    held = drawn()
    held = replace(held, table=held.table.assign(place=held.table["risk"]).drop_duplicates(list(held.dimensions)))
    found = shown(held, "risk, place, contact")
    assert found.table["difference_share"].isna().all()
    assert found.table["unadjusted_difference_share"].notna().all()
    assert found.about.notes[-1] == fits._ALIKE
    both = protect(endings_together(asked_of(held, "risk, place, contact")))
    assert both.table.empty
    assert both.about.notes[-1].startswith("No adjusted figures: ")


@pytest.mark.parametrize("outcome", ["16", "1", "0"])
def test_nothing_to_compare_is_no_fault_and_of_people_tells_no_zero(outcome):
    held = drawn()
    table = held.table.assign(outcome=outcome).groupby([*held.dimensions], as_index=False)["cases"].sum()
    asked = asked_of(replace(held, table=table), "risk, contact, place", base="with_outcome")
    found = protect(associations(asked, "victim_withdrawal"))
    assert found.table["share"].isna().all()
    assert found.about.notes[-1] == fits._TOO_FEW
    assert found.table["difference_share"].isna().all()
    assert protect(endings_together(asked)).table.empty
    assert protect(feature_tests(asked, "victim_withdrawal")).table.empty


@examples(4, 10)
@given(seed=st.integers(0, 10_000), rare=st.integers(0, 14), cases=st.integers(20, 400))
def test_nothing_exact_remains_of_guarded_counts(seed, rare, cases):
    held = drawn(seed, cases=cases, rare=rare)
    asked = asked_of(held, "risk, contact, place", cluster="team")
    table = protect(associations(asked, "victim_withdrawal")).table
    exact = held.table.assign(events=held.table["cases"].where(held.table["outcome"] == "16", 0))
    for _, row in table.iterrows():
        name = next(name for name, heading in HEADINGS.items() if heading == row["feature"])
        cases_of, events = exact[exact[name] == row["category"]][["cases", "events"]].sum()
        cases_shown, events_shown = (5 * ((int(number) + 2) // 5) for number in (cases_of, events))
        is_hidden = row["state"] == "suppressed"
        assert is_hidden == (events_shown < 15 or cases_shown - events_shown < 15)
        if is_hidden:
            assert row[["events", "share", "low", "high", *UNADJUSTED, *FIGURES]].isna().all()
        else:
            assert (row["events"] % 5, row["cases"] % 5) == (0, 0)
            points = 100 * row[list(FIGURES)[:3]].dropna().astype(float)
            assert points.to_numpy() == pytest.approx(points.round().to_numpy(), abs=1e-9)
    both = protect(endings_together(asked)).table
    assert not both[both["state"] == "suppressed"][["difference_share", "low_difference_share"]].notna().any().any()


def test_with_one_feature_counts_that_round_alike_give_the_same_result():
    held = [
        with_features([("High", "16", a), ("High", "15", b), ("Low", "16", c), ("Low", "15", d)], "risk")
        for a, b, c, d in ((101, 53, 149, 248), (99, 54, 148, 249))
    ]
    for ending in ("victim_withdrawal", "no_further_action"):
        pd.testing.assert_frame_equal(*(shown(one, "risk", ending).table for one in held))


def test_differences_in_every_ending_add_up_to_nothing(example):
    table = protect(endings_together(case_features(example, FEATURES, cluster="team"))).table
    sums = table.groupby(["feature", "category"])["difference_share"].agg(["sum", "size"])
    assert (sums["size"] == 3).all()
    assert sums["sum"].abs().max() < 0.002  # three figures of three decimals
    assert set(table["ending"]) == {"Victim withdrew", "No further action", "Anything else"}


def test_overlap_of_the_example(example):
    asked = case_features(example, FEATURES, cluster="team")
    tests = protect(feature_tests(asked, "victim_withdrawal")).table
    assert tests["variance_inflation"].between(1, 1.02).all()  # the features were drawn one without the other
    assert tests.set_index("feature")["q_value"]["Suspect's relation to the victim"] == CLASSES[0]


#: What the example's categories are called once they are grouped, where grouping leaves them whole or nearly so.
GROUPED = {
    ("Relationship", "Ex-partner"): ("Suspect's relation to the victim", "Former partner"),
    ("Relationship", "Stranger"): ("Suspect's relation to the victim", "Stranger"),
    ("Previous reports", "Three or more"): ("Previous reports by the victim", "Three or more"),
    ("Victim age", "18-24"): ("Age of the victim", "Under 25"),
    ("Contact", "Online or phone"): ("Where it happened", "Online or by phone"),
    ("Contact", "In person"): ("Where it happened", "In person"),
    ("Risk", "High"): ("Risk grading", "High"),
    ("First recorded as", "Stalking"): ("First recorded as", "Stalking"),
}
ENDINGS = {"withdrew": "victim_withdrawal", "no further action": "no_further_action"}


@pytest.mark.parametrize(
    ("ending", "pair", "pull"),
    [
        (ending, pair, pull)
        for ending, pulls in made_up._PULLS.items()
        for pair, pull in pulls.items()
        if pair in GROUPED and ending in ENDINGS
    ],
)
def test_the_signs_that_were_put_into_the_example_are_found(example, ending, pair, pull):
    found = shown(example, ending=ENDINGS[ending], cluster="team").table
    feature, category = GROUPED[pair]
    rows = found[found["feature"] == feature].set_index("category")["difference_share"]
    others = rows.drop(category)
    if category == "Former partner":
        assert (others < 0).all()
    elif (ending, category) == ("no further action", "Stranger") or pull > 0:
        assert rows[category] > 0
    else:
        assert rows[category] < others.min()


def test_features_are_named_or_refused_with_the_nearest(example):
    for features, cluster, message in (
        ("risk, contcat", "", "is called 'contcat'. Did you mean 'contact'[?] They hold: victim_sex"),
        ("risk", "teem", "is called 'teem'. Did you mean 'team'"),
        ("risk, contact, risk", "", "named twice"),
        ("risk, team", "team", "cannot be a feature and the cluster at once"),
        (" , ", "", "No feature is named. Name some of victim_sex"),
        ("outcome", "", "No feature of counts"),
    ):
        with pytest.raises(ParameterError, match=message):
            case_features(example, features, cluster=cluster)
    with pytest.raises(ParameterError, match="No base is called 'recordd'"):
        case_features(example, "risk", base="recordd")
    asked = case_features(example, " risk,contact ", cluster="team")
    assert (asked.names, asked.cluster) == (("risk", "contact"), "team")


def test_headings_give_way_to_names_where_two_are_alike(example):
    doubled = replace(example, features={**example.features, "risk": "Grading", "contact": "Grading"})
    headings = case_features(doubled, "risk, contact", cluster="team").headings
    assert {headings["risk"], headings["contact"]} == {"risk", "contact"}


def test_a_mistake_is_refused_before_a_kernel_starts():
    from analysis.publishing.notebooks import jobs, notebooks

    book = notebooks.notebook("who_withdraws")
    assert jobs.folder_of(book, jobs.checked(book, {})).as_posix() == "who_withdraws/force-exampleshire"
    assert jobs.checked(book, {"counts": "stalking_example"})["counts"] == "stalking_example_features"
    without = jobs.folder_of(book, jobs.checked(book, {}) | {"cluster": ""}).as_posix()
    assert without == "who_withdraws/force-exampleshire_cluster-none"
    for wrong, message in (
        ({"features": "relationshp"}, "Did you mean 'relationship'"),
        ({"cluster": "teams"}, "Did you mean 'team'"),
        ({"cluster": ""}, "no cluster is not to be had"),
        ({"counts": "stalking_2024_25"}, "hold no features of cases"),
    ):
        with pytest.raises(ParameterError, match=message):
            jobs.checked(book, wrong)
