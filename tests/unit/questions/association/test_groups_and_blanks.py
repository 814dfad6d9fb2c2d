"""Cases of one group that are alike, predicted against observed shares, and forms that were left blank."""

import copy
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control, norm, t

from analysis.counts import counts as sets
from analysis.counts.counts import codes_key
from analysis.disclosure import protect
from analysis.questions.association import tables, words
from analysis.questions.association.case_features import case_features
from analysis.questions.association.groups import FEWEST_GROUPS
from analysis.questions.association.regression import limits
from analysis.questions.association.results import (
    against_expected,
    associations,
    calibrated,
    endings_together,
    feature_tests,
    not_recorded,
    same_mix,
)
from analysis.shares.differences import Two, false_discoveries, p_value
from benchmarks import fits_attacked as attacker
from benchmarks.coverage import regressions as coverage
from tests.conftest import EVERY
from tests.unit.questions.association.case_counts import asked_of, with_features

FEATURES = "victim_sex, victim_age, relationship, previous_reports, risk, contact, first_recorded_as"


@pytest.fixture(scope="module")
def example():
    return case_features(sets.read("stalking_example_features"), FEATURES, cluster="team")


@pytest.fixture(scope="module")
def few_teams():
    """A file whose cases are of four teams, which is too few to tell how far cases of one are alike."""
    held = attacker.case_file(3, 1500)
    team = held.table["team"].map(lambda name: f"team {'ABCD'[ord(name[-1]) % 4]}")
    table = held.table.assign(team=team).groupby([*held.dimensions])["cases"].sum().reset_index()
    return attacker.release(replace(held, table=table))


def test_limits_are_of_student_or_normal():
    assert limits(1.0, 2.0) == pytest.approx((1 - 2 * 1.959964, 1 + 2 * 1.959964, 0.617075), abs=1e-5)
    low, high, p = limits(1.0, 2.0, 4.5)
    assert (low, high) == pytest.approx((1 - 2 * t.ppf(0.975, 4.5), 1 + 2 * t.ppf(0.975, 4.5)))
    assert p == pytest.approx(2 * t.sf(0.5, 4.5))


def test_degrees_are_those_of_the_part_that_groups_tell():
    file = coverage.CaseFile.drawn(1500, 10, 0.1, 4)
    place = coverage.Place(file.counts(clustered=True), coverage.FEATURES, file.numbers(), "Kent", "8Q", "recorded")
    fit, _ = place.fit(("victim_withdrawal",))
    model = fit.model()
    constant = np.eye(len(model.covariance))[0]
    whole, part = (float(constant @ one @ constant) for one in (model.covariance, model.from_clusters))
    assert 0 < part < whole
    assert model.degrees(constant) == pytest.approx(9 * (whole / part) ** 2)
    assert model.degrees(constant) > 9
    assert math.isinf(fit.plain().degrees(constant))


def test_the_correlation_within_groups_is_found_on_average():
    found = []
    for seed in range(25 if EVERY else 12):
        file = coverage.CaseFile.drawn(1500, 20, 0.1, seed)
        place = coverage.Place(file.counts(clustered=True), coverage.FEATURES, file.numbers(), "Kent", "8Q", "recorded")
        fit, _ = place.fit(("victim_withdrawal",))
        found.append(fit.correlation(fit.plain()))
    assert 0.08 < np.mean(found) < 0.12


@pytest.mark.nightly
def test_intervals_hold_where_cases_of_ten_teams_are_alike():
    held = [
        is_held
        for seed in range(30 if EVERY else 10)
        for name, _, is_held in coverage._held(1500, 10, 0.05, seed)
        if name == "the same as printed"
    ]
    assert len(held) > (200 if EVERY else 60)
    assert 0.91 < np.mean(held) < 0.99


def test_of_too_few_groups_no_limit_leaves_and_nothing_is_called_clear(few_teams):
    asked = case_features(few_teams, "risk, contact, relation, age", cluster="team")
    found = protect(associations(asked, "victim_withdrawal"))
    others = found.table[found.table["category"] != found.table["compared_category"]]
    assert others["difference_share"].notna().any()
    assert found.table[[name for name in found.table if name.startswith(("low_", "high_", "q_"))]].isna().all().all()
    assert any("to tell how far takes 5 groups" in note for note in found.about.notes)
    assert FEWEST_GROUPS == 5
    assert words.is_unsure(found)
    assert "none is called clear" in words.most(found)
    assert words.key_contrast(found)["value"] == "Not known"
    assert "chance alone could produce" not in words.most(found)
    assert "clearly with no category" not in words.opening(found)
    assert "95% interval" not in tables.differences(found).html
    assert all(mark.low is None for group in words.forest_groups(found) for row in group.rows for mark in row.marks)
    together = protect(endings_together(asked))
    assert together.table["low_difference_share"].isna().all()
    assert protect(calibrated(asked, "victim_withdrawal")).table.empty
    tests = protect(feature_tests(asked, "victim_withdrawal"))
    assert tests.table[["likelihood_ratio", "q_value"]].isna().all().all()
    assert tests.table["variance_inflation"].notna().all()
    assert "p values" not in tables.features(tests, in_groups=True).html
    assert "which the intervals allow for" not in tables.checks(found, overlap=tests).text


def test_teams_that_were_made_to_differ_are_found(example):
    """data/examples: team A was drawn to see fewer withdrawals than its cases' features lead to, team L more."""
    found = protect(calibrated(example, "victim_withdrawal"))
    table = found.table.set_index("category")
    assert len(table) == 12
    off = set(words.off_expected(found)["category"])
    assert {"Team A", "Team L"} <= off
    assert table.loc["Team A", "high_difference_share"] < 0 < table.loc["Team L", "low_difference_share"]
    assert (table["expected_share"] * 100 == (table["expected_share"] * 100).round()).all()
    assert (table["difference_share"] - (table["share"] - table["expected_share"])).abs().max() < 1e-12
    assert "the share that the features of their cases would suggest" in words.calibrated(found)
    assert " They are “Team A” (28.4% against 41%)" in words.calibrated(found)
    rows = words.calibration_groups(found)[0].rows
    assert [row.is_marked for row in rows].count(True) == len(off)


def test_without_a_cluster_there_is_nothing_to_hold_a_fit_against():
    held = attacker.release(replace(attacker.case_file(1, 1500), fit_cluster=""))
    found = protect(calibrated(case_features(held, "risk, contact, relation, age"), "victim_withdrawal"))
    assert found.table.empty
    assert "takes a cluster in the mapping" in words.calibrated(found)


def test_blank_cases_beside_all_others_by_hand(example):
    found = protect(not_recorded(example, "victim_withdrawal")).table.set_index("feature")
    row = found.loc["Suspect's relation to the victim"]
    shares = protect(associations(example, "victim_withdrawal")).table
    shares = shares[shares["feature"] == "Suspect's relation to the victim"].set_index("category")
    blank, rest = shares.loc["Not recorded"], shares.drop("Not recorded")
    assert row["share"] == blank["share"]
    assert row["other_share"] == pytest.approx(rest["events"].sum() / rest["cases"].sum())
    assert (row["more_category"], row["less_category"]) == ("Former partner", "Stranger")
    ended, others = blank["events"], blank["cases"] - blank["events"]
    more, less = rest.loc["Former partner"], rest.loc["Stranger"]
    least = more["events"] / (more["cases"] + others) - (less["events"] + ended) / (less["cases"] + ended)
    assert row["least_difference_share"] == pytest.approx(least)
    assert row["least_difference_share"] < row["unadjusted_difference_share"] < row["most_difference_share"]
    # cases of a team may be alike, so no limit
    assert found[["low_difference_share", "high_difference_share", "q_value"]].isna().all().all()


def with_blanks(*, apart):
    """A released file without a cluster, one in eight of whose cases has no risk grading, of which more withdrew."""
    held = attacker.case_file(2, 4000)
    random = np.random.default_rng(9)
    rows = held.table.loc[held.table.index.repeat(held.table["cases"])].assign(cases=1)
    chance = np.where(rows["outcome"] == "16", 0.125 + apart, 0.125 - apart)
    rows["risk"] = rows["risk"].where(random.random(len(rows)) > chance, "Not recorded")
    table = rows.groupby([*held.dimensions])["cases"].sum().reset_index()
    return attacker.release(replace(held, table=table, fit_cluster=""))


def test_where_blank_forms_stand_out_a_reader_is_told_what_may_be_behind_them():
    rows = [(risk, code, n) for risk, n in (("Not recorded", 450), ("Low", 100)) for code, n in (("16", n), ("1", 300))]
    found = protect(associations(asked_of(with_features(rows, "risk"), "risk"), "victim_withdrawal"))
    assert "withdrawal goes most with “Not recorded”" in words.opening(found)
    assert "“Not recorded” may come of how a case ended: its form was left blank." in words.caution(found)
    known = [("High" if risk == "Not recorded" else risk, code, n) for risk, code, n in rows]
    found = protect(associations(asked_of(with_features(known, "risk"), "risk"), "victim_withdrawal"))
    assert "blank" not in words.caution(found)


def test_groups_outside_their_limits_show_a_fault_where_chance_among_so_many_does_not_bring_them(example):
    """data/examples: three of twelve teams are outside, one of them by more than chance among twelve brings."""
    found = protect(calibrated(example, "victim_withdrawal"))
    off = list(words.off_expected(found)["category"])
    assert len(off) == 3
    assert "In “Team A” the features that were written down do not account" in words.calibrated(found)
    part = copy.copy(found)
    part._table = found.table[~found.table["category"].isin(off)]
    assert "none are outside the" in words.calibrated(part)
    for beyond, told in (
        (3, "There the features that were written down do not account for what is seen."),
        (2, f"In “{off[0]}” and “{off[1]}” the features that were written down do not account for what is seen; the"),
        (0, "That is no more than chance alone may bring among so many, and shows no fault"),
    ):
        part._table = found.table.assign(
            q_value=[0.01 if one in off[:beyond] else 0.2 for one in found.table["category"]]
        )
        assert told in words.calibrated(part)


def test_groups_that_are_as_expected_are_seldom_said_to_differ():
    """By hand and by scipy's adjustment: of eight groups one that is 2.1 errors off is no news, one 4 errors off is."""
    cases, rounding = 400, 5 * (1 + 0.4**2)
    error = np.sqrt((0.45 * 0.55 / cases + rounding / cases**2) * (1 - 1 / 8) + 0.01**2 / 12)
    for steps, is_news in ((2.1, False), (4.0, True)):
        shares = np.array([0.4 + steps * error, *[0.4] * 7])
        table = pd.DataFrame({"feature": "Team", "category": list("ABCDEFGH"), "cases": cases, "state": "shown"})
        table = table.assign(share=shares, events=shares * cases)
        found = against_expected(table, pd.DataFrame({"category": list("ABCDEFGH"), "expected_share": 0.4}))
        assert found.loc[0, "low_difference_share"] > 0
        p = 2 * norm.sf(steps)
        assert found.loc[0, "q_value"] == pytest.approx(false_discovery_control([p, *[1.0] * 7])[0], rel=0.3)
        assert (found.loc[0, "q_value"] <= words.LEVEL) == is_news
        assert (found["q_value"][1:] == 1).all()


@pytest.mark.parametrize(("apart", "is_said"), [(0.04, True), (0.0, False)])
def test_that_blank_cases_end_otherwise_is_said_where_it_is_more_than_chance(apart, is_said):
    asked = case_features(with_blanks(apart=apart), "risk, contact, relation, age")
    found = protect(not_recorded(asked, "victim_withdrawal"))
    told = words.not_recorded(found)
    assert ("blank cases end differently, by more than chance" in told) == is_said
    assert ("do not end differently from recorded ones" in told) != is_said
    row = found.table.iloc[0]
    assert (row["q_value"] <= 0.05) == is_said
    assert row["low_difference_share"] < row["difference_share"] < row["high_difference_share"]


def test_where_every_form_was_filled_in_there_are_no_blanks():
    asked = case_features(attacker.release(attacker.case_file(1, 1500)), "risk, contact", cluster="team")
    found = protect(not_recorded(asked, "victim_withdrawal"))
    assert found.table.empty
    assert "of no feature" in words.not_recorded(found)
    assert "No feature with blank cases" in words.whatever_blanks_are(found)


def test_p_values_allow_for_rounding_and_missing_ones_stay_missing():
    two = Two(60, 100, 45, 100)
    assert p_value(two) < p_value(two, rounding=5.0) < 0.2
    adjusted = false_discoveries([0.01, math.nan, 0.04])
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(adjusted[1])
    assert len(false_discoveries([])) == 0
    assert pd.isna(false_discoveries([math.nan])).all()


def test_forces_with_the_mix_of_all_by_hand():
    held = attacker.case_file(6, 4000, forces=2)
    random = np.random.default_rng(1)
    # risk A is rarer in Kent, so that the two mixes differ
    rows = held.table.loc[held.table.index.repeat(held.table["cases"])].assign(cases=1)
    is_moved = (rows["force"] == "Kent") & (rows["risk"] == "risk A") & (random.random(len(rows)) < 0.5)
    rows["risk"] = rows["risk"].where(~is_moved, "risk B")
    table = rows.groupby([*held.dimensions])["cases"].sum().reset_index()
    released = of_each_force(replace(held, table=table, fit_cluster=""))
    asked = case_features(released, "risk, contact, relation, age")
    found = protect(same_mix(asked, "victim_withdrawal"))
    row = found.table.set_index(["feature", "force"]).loc[("Risk", "Kent")]
    cells = {
        (force, category): [
            released.cell(codes, force=force, feature="risk", category=category)
            for codes in (frozenset({"14", "16"}), frozenset())
        ]
        for force in ("Kent", "Essex")
        for category in ("risk A", "risk B", "risk C")
    }
    weights = {one: sum(cells[force, one][1] for force in ("Kent", "Essex")) for one in ("risk A", "risk B", "risk C")}
    share = sum(weights[one] * cells["Kent", one][0] / cells["Kent", one][1] for one in weights) / sum(weights.values())
    assert row["standardised_share"] == pytest.approx(share)
    assert row["mix_difference_share"] == pytest.approx(row["share"] - share)
    assert row["covered_share"] == 1
    assert row["low_standardised_share"] < share < row["high_standardised_share"]
    assert "with the mix of all forces by" in words.same_mix(found)
    worked = same_mix(asked, "victim_withdrawal")
    rows = worked.source.table
    rows.loc[(rows["force"] == "Kent") & (rows["feature"] == ""), "share"] = pd.NA
    is_told = worked.finished(rows)["standardised_share"].notna().groupby(worked.finished(rows)["force"])
    assert (is_told.any()["Kent"], is_told.all()["Essex"]) == (False, True)
    alone = worked.finished(rows[(rows["feature"] == "") | (rows["category"] == "risk A")])
    assert alone["standardised_share"].isna().all(), "one category has no mix"


def test_one_force_has_no_other_mix(example):
    found = protect(same_mix(example, "victim_withdrawal"))
    assert found.table.empty
    assert "of one force" in words.same_mix(found)


def of_each_force(held):
    """A released set with the cells of each force and category."""
    plain = attacker.release(held)
    number = attacker.drawn(held)
    codes = [frozenset(), frozenset({"14", "16"})]
    rows = [
        (force, "8Q", feature, category, codes_key(one), number(force, "8Q", feature, category, one))
        for force in held.forces
        for feature in held.fit_features
        for category in sorted(held.table[feature].astype(str).unique())
        for one in codes
    ]
    more = pd.DataFrame(rows, columns=list(plain.cells.columns)).astype({"cases": "Int64"})
    cells = pd.concat([plain.cells, more]).drop_duplicates(list(plain.cells.columns[:-1]))
    return replace(plain, cells=cells.reset_index(drop=True))
