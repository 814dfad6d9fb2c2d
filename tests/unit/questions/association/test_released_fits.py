"""Fits that leave: what an attacker learns of them, what they rest on, what they say, and how they are looked up."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.counts import counts as sets
from analysis.disclosure import protect
from analysis.disclosure.fits import OTHER_CATEGORY, printed_limits, released_fits
from analysis.disclosure.policy import CLOSED
from analysis.errors import ParameterError
from analysis.questions.association import words
from analysis.questions.association.case_features import case_features
from analysis.questions.association.features import JointTable
from analysis.questions.association.groups import Alike
from analysis.questions.association.margins import Known, margin_fit, together
from analysis.questions.association.regression import average_differences, fit
from analysis.questions.association.released_fits import CLASSES, FIGURES
from analysis.questions.association.results import associations, endings_together, feature_tests
from benchmarks import fits_attacked as attacker
from tests.conftest import EVERY, nightly
from tests.released import made_up_cases

FEATURES = tuple(attacker.KINDS)
KINDS = ("associations", "tests", "expected", "together")
WITHDREW, STOPPED = {"14", "16"}, {"10", "15", "18", "21"}


@pytest.fixture(scope="module")
def held():
    return attacker.case_file(1, 1500)


@pytest.fixture(scope="module")
def released(held):
    return attacker.release(held)


@pytest.fixture(scope="module")
def example():
    return made_up_cases()["stalking_example_features"]


def asked_of(counts, features=FEATURES, cluster="team", base="recorded"):
    return case_features(counts, ", ".join(features), cluster=cluster, base=base)


# the attacker


@pytest.mark.parametrize("seed", nightly(range(3), 0))
def test_three_decimals_gave_every_count_away_and_a_release_does_not(seed):
    """The likelihood equations, solved by somebody who knows the features of every case but not how it ended."""
    held = attacker.case_file(seed, 1500)
    joint, events = attacker.joint_of(held), attacker.events_of(held)
    total = attacker.drawn(held)("", "8Q", "", "", frozenset(WITHDREW))
    found = attacker.inverted(joint, attacker.three_decimals(held), total)
    assert {place: round(number) for place, number in found.items()} == events
    found = attacker.inverted(joint, attacker.coarse(held, released_fits(held, attacker.drawn(held))), total)
    off = np.array([abs(found[place] - number) for place, number in events.items()])
    assert (off < 0.5).mean() < 0.5  # a released number is the true one in one case of five
    assert off.max() > 2


def test_the_attacker_beats_fits_to_exact_counts_that_are_printed_coarsely():
    wide = attacker.ranges(attacker.case_file(2, 1500))
    assert min(wide.values()) < CLOSED.shown_values
    assert max(wide.values()) <= 8


def test_a_release_leaves_pairs_of_features_wide_open():
    held = attacker.case_file(0, 1500, kinds={"risk": 3, "contact": 2, "relation": 3, "age": 2})
    found = attacker.pair_ranges(held)
    assert len(found) == 3 * 2 + 3 * 3 + 3 * 2 + 2 * 3 + 2 * 2 + 3 * 2
    assert min(most - max(least, 0.0) for least, most in found.values()) > 9


def swapped(held, seed, times):
    """The same cases, some of which changed their outcomes with each other."""
    chance = np.random.default_rng(seed)
    rows = held.table.loc[held.table.index.repeat(held.table["cases"])].drop(columns="cases").reset_index(drop=True)
    outcomes = rows["outcome"].to_numpy(copy=True)
    for _ in range(times):
        first, last = chance.choice(len(rows), 2, replace=False)
        outcomes[[first, last]] = outcomes[[last, first]]
    rows["outcome"] = outcomes
    return replace(held, table=rows.groupby(list(rows.columns)).size().rename("cases").reset_index())


def test_two_case_files_with_one_release_have_one_set_of_fits(held, released):
    """The other file might have been drawn so: no cell of it is further from the released number than a draw takes."""
    other = swapped(held, 3, 12)
    one, two = attacker.events_of(held), attacker.events_of(other)
    assert one != two
    assert max(abs(number - two[place]) for place, number in one.items()) <= 4
    assert json.dumps(released_fits(other, attacker.drawn(held))) == json.dumps(released.fits)


def test_fits_change_with_the_numbers_that_are_released(held, released):
    number = attacker.drawn(held)

    def another(*cell):
        found = number(*cell)
        return found + 25 if found is not None and cell[2:4] == ("risk", "risk A") and cell[4] else found

    assert released_fits(held, another) != released.fits


@pytest.mark.parametrize("few", nightly([0, 3, 9], 3))
def test_a_category_with_few_cases_is_held_with_others_whether_it_has_any_or_not(held, few):
    """Cases of a fourth category of risk in Kent: 0, 3 or 9, all hidden; Essex has it anyhow."""
    table = pd.concat([held.table.assign(force="Kent"), held.table.assign(force="Essex")], ignore_index=True)
    places = table.index[(table["force"] == "Kent") & (table["risk"] == "risk B") & (table["cases"] == 1)][:few]
    table.loc[places, "risk"] = "risk D"
    table.loc[table.index[(table["force"] == "Essex") & (table["risk"] == "risk A")][:40], "risk"] = "risk D"
    coverage = replace(held.coverage, forces=("Essex", "Kent"))
    two = replace(held, table=table, coverage=coverage)
    fits = released_fits(two, attacker.drawn(two))
    kent = next(one for one in fits["tables"] if (one["force"], one["base"]) == ("Kent", "recorded"))
    notes = kent["associations"]["victim_withdrawal"]["notes"]
    assert notes[0] == f"Some categories of ‘Risk’ are held as one, ‘{OTHER_CATEGORY}’: too few cases."
    categories = {row[1] for row in kent["associations"]["victim_withdrawal"]["rows"] if row[0] == "risk"}
    assert "risk D" not in categories
    assert OTHER_CATEGORY not in categories
    assert len(categories) == 2  # the smallest of the others is held with the few


def test_where_too_few_cases_may_be_shown_there_is_no_fit(held):
    small = swapped(attacker.case_file(5, 60), 0, 0)
    tables = released_fits(small, attacker.drawn(small))["tables"]
    for one in tables:
        for kind in ("associations", "tests", "together"):
            for found in one[kind].values():
                assert found["rows"] == []
                assert found["notes"][-1].startswith("No adjusted figures")


# the figures


def test_exact_margins_give_the_fit_of_single_cases(example):
    import statsmodels.api as sm  # which takes long, and few tests need it

    names = example.fit_features
    assert (names, example.fit_cluster) == (tuple(name for name in example.features if name != "team"), "team")
    joint = attacker.joint_of(replace(example, fit_features=names))
    model = margin_fit(joint, attacker.margins_of(example.table, names, WITHDREW)).plain()
    cases = example.table.loc[example.table.index.repeat(example.table["cases"])]
    design = np.column_stack(
        [np.ones(len(cases)), *((cases[name].astype(str) == one).astype(float) for name, one in model.design.columns)]
    )
    logit = sm.Logit(cases["outcome"].isin(WITHDREW).astype(float).to_numpy(), design).fit(disp=0)
    assert model.fitted.coefficients[0] == pytest.approx(logit.params, abs=1e-6)
    assert model.fitted.covariance == pytest.approx(logit.cov_params(), abs=1e-8)


def test_exact_margins_give_the_fit_of_every_ending(held):
    whole = margin_fit(attacker.joint_of(held), attacker.margins_of(held.table, FEATURES, WITHDREW, STOPPED))
    found, design = together(whole), whole.design
    place = np.select([held.table["outcome"].isin(codes) for codes in (WITHDREW, STOPPED)], [0, 1], 2)
    endings = held.table.assign(place=place).groupby([*FEATURES, "place"])["cases"].sum().unstack(fill_value=0)
    exact, differences, errors = fit(design.matrix, endings.to_numpy(dtype=float)), [], []
    for feature, category in design.columns:
        sides = [design.with_everybody(feature, one) for one in (category, design.references[feature])]
        points, slopes = average_differences(
            exact.coefficients, given=sides[0], reference=sides[1], cases=whole.joint.cases
        )
        differences += list(points)
        errors += list(np.sqrt(np.diag(slopes @ exact.covariance @ slopes.T)))
    assert found["difference"].to_numpy() == pytest.approx(differences, abs=1e-7)
    wider = (found["high"] - found["low"]).to_numpy() / (2 * 1.959964 * np.array(errors))
    assert wider.min() > 1
    assert wider.max() < 1.25


def drawn_margins(known, chance):
    """Margins as they are released: events and cases each drawn to a multiple of 5 near them."""

    def number(value):
        moved = chance.integers(5, size=np.shape(value)) + 2 * chance.integers(2, size=np.shape(value)) - 1
        return 5 * np.floor((value + moved) / 5)

    by = {}
    for name, table in known.features.items():
        events, cases = number(table[0].to_numpy()), number(table.sum(axis=1).to_numpy())
        by[name] = pd.DataFrame({0: events, 1: cases - events}, index=table.index)
    events, cases = number(known.total[0]), number(known.total.sum())
    return Known(by, np.array([events, cases - events]))


def test_intervals_hold_as_often_as_they_say_and_would_not_without_what_rounding_adds():
    """100 draws of 400 cases, 300 at night: the share of intervals that hold the true mean difference over these cases.

    Set beside those of the fit to exact counts of the same draws, so that chance falls on both alike.
    """
    chance = np.random.default_rng(7)
    held = {"wide": [], "plain": [], "exact": []}
    for _ in range(300 if EVERY else 100):
        cases = pd.DataFrame({name: chance.choice(list("ABC"), 400, p=[0.6, 0.25, 0.15]) for name in ("x", "y", "z")})
        odds = -0.4 + 0.8 * (cases["x"] == "B") - 0.6 * (cases["y"] == "C")
        cases["outcome"] = np.where(chance.random(400) < 1 / (1 + np.exp(-odds)), "16", "1")
        table = cases.groupby(list(cases.columns)).size().rename("cases").reset_index()
        joint = attacker.joint_table(table, ["x", "y", "z"])
        known = attacker.margins_of(table, ["x", "y", "z"], WITHDREW)
        fit = margin_fit(joint, drawn_margins(known, chance))
        models = {"wide": fit.model(), "plain": fit.plain(), "exact": margin_fit(joint, known).plain()}
        for name, model in models.items():
            for category in "BC":
                found = model.against_reference("x", category)
                one, none = (
                    1 / (1 + np.exp(0.4 + 0.6 * (cases["y"] == "C") - pull)) for pull in (0.8 * (category == "B"), 0.0)
                )
                truth = float((one - none).mean())
                held[name].append(found["difference_low_share"] <= truth <= found["difference_high_share"])
    assert abs(np.mean(held["wide"]) - np.mean(held["exact"])) < 0.015
    assert 0.925 < np.mean(held["wide"]) < 0.975
    assert np.mean(held["plain"]) < np.mean(held["wide"]) - 0.01


def with_teams(pull, seed=3, cases=3000):
    """A fit by two features, cases of a team being alike by so much."""
    chance = np.random.default_rng(seed)
    rows = pd.DataFrame({name: chance.choice(list("ABCD"), cases) for name in ("x", "y")})
    rows["team"] = chance.integers(15, size=cases)
    odds = -0.3 + 0.7 * (rows["x"] == "B") + pull * chance.normal(size=15)[rows["team"]]
    rows["outcome"] = np.where(chance.random(cases) < 1 / (1 + np.exp(-odds)), "16", "1")
    table = rows.groupby(list(rows.columns)).size().rename("cases").reset_index()
    joint = attacker.joint_table(table, ["x", "y"])
    wide = rows.groupby(["x", "y", "team"]).size().unstack(fill_value=0).to_numpy(dtype=float)
    known = rows.groupby(["team", rows["outcome"] != "16"]).size().unstack().to_numpy(dtype=float)
    return margin_fit(joint, attacker.margins_of(table, ["x", "y"], WITHDREW), Alike(wide, known))


def correlation_of(fit):
    return fit.correlation(fit.plain())


def test_cases_of_one_group_are_alike_by_as_much_as_they_were_made():
    """A normal pull of 0.6 in log odds is a correlation of about 0.6^2 / (0.6^2 + pi^2 / 3) times what logits lose."""
    seeds = range(10 if EVERY else 4)
    alone = np.mean([correlation_of(with_teams(0.0, seed)) for seed in seeds])
    alike = np.mean([correlation_of(with_teams(0.6, seed)) for seed in seeds])
    assert alone < 0.004
    assert 0.05 < alike < 0.11
    loose, tight = (with_teams(pull).model().covariance[0, 0] for pull in (0.6, 0.0))
    assert loose > 5 * tight


def test_a_group_whose_numbers_are_hidden_says_nothing_of_correlation():
    fit = with_teams(0.6)
    known = fit.alike.known.copy()
    known[0] = np.nan
    less = replace(fit, alike=Alike(fit.alike.cases, known))
    assert fit.alike.groups - less.alike.groups == 1
    assert 0 < correlation_of(less) != correlation_of(fit)


def test_margins_that_go_with_no_table_are_refused():
    labels = pd.DataFrame({"x": ["A", "A", "B", "B"], "y": ["P", "Q", "P", "Q"]})
    joint = JointTable(labels, np.array([10.0, 10.0, 10.0, 10.0]))
    good = pd.DataFrame({0: [10.0, 10.0], 1: [10.0, 10.0]})
    known = Known({"x": good.set_axis(["A", "B"]), "y": good.set_axis(["P", "R"])}, np.array([20.0, 20.0]))
    with pytest.raises(ParameterError, match="not of the categories"):
        margin_fit(joint, known)
    together_only = JointTable(labels.iloc[[0, 3]], np.array([20.0, 20.0]))
    uneven = pd.DataFrame({0: [12.0, 8.0], 1: [12.0, 8.0]}, index=["P", "Q"])
    with pytest.raises(ParameterError, match="told in full"):
        margin_fit(together_only, Known({"x": good.set_axis(["A", "B"]), "y": uneven}, np.array([20.0, 20.0])))
    three = JointTable(labels.iloc[[0, 2, 3]].reset_index(drop=True), np.array([20.0, 10.0, 10.0]))
    more = pd.DataFrame({0: [8.0, 12.0], 1: [8.0, 12.0]}, index=["P", "Q"])  # all A are P, and there are more A
    with pytest.raises(ParameterError, match="no such table"):
        margin_fit(three, Known({"x": good.set_axis(["A", "B"]), "y": more}, np.array([20.0, 20.0])))


def test_what_leaves_is_coarse_and_its_limits_bear_that(held, released):
    one = next(one for one in released.fits["tables"] if one["base"] == "recorded")
    number = attacker.drawn(held)
    for row in one["associations"]["victim_withdrawal"]["rows"]:
        difference, low, high, ratio, low_ratio, high_ratio, q = row[3:]
        for value in (difference, low, high):
            assert value is None or round(value * 100) == pytest.approx(value * 100)
        for value in (ratio, low_ratio, high_ratio):
            assert value is None or float(f"{value:.2g}") == value
        assert q is None or q in CLASSES
        assert (low is None) == (row[1] == row[2])
    place = attacker.Place(held, FEATURES, number, "Kent", "8Q", "recorded")
    model = place.fit(("victim_withdrawal",))[0].model()
    for feature, category, reference, _, low, high, _, low_ratio, high_ratio, _ in one["associations"][
        "victim_withdrawal"
    ]["rows"]:
        if category != reference:
            exact = model.against_reference(feature, category)
            # to the nearest step, once the variance of that rounding is in them
            assert -0.006 < exact["difference_low_share"] - low < 0.0065
            assert -0.006 < high - exact["difference_high_share"] < 0.0065
            reach = (exact["difference_high_share"] - exact["difference_low_share"]) / 2
            wider = np.hypot(reach, 1.96 * 0.01 / np.sqrt(12)) - reach
            assert low == pytest.approx(round(100 * (exact["difference_low_share"] - wider)) / 100)
            assert abs(np.log(low_ratio / exact["odds_ratio_low"])) < 0.1
            assert abs(np.log(high_ratio / exact["odds_ratio_high"])) < 0.1


def test_limits_in_whole_points_have_the_variance_of_rounding_added():
    """Of a step of one point that is a twelfth of a point squared: 1.96 standard errors of it are 0.566 points."""
    assert printed_limits(-0.002, 0.002) == [-0.01, 0.01], "0.6 points each way, not 0.2"
    assert printed_limits(0.004, 0.044) == [0.0, 0.04], "2.08 points each way, not 2"
    assert printed_limits(0.1, 0.9) == [0.1, 0.9]
    assert printed_limits(None, 0.1) == printed_limits(0.1, None) == [None, None]


def test_differences_in_every_ending_still_add_up_to_nothing(released):
    table = protect(endings_together(asked_of(released))).table
    sums = table.groupby(["feature", "category"])["difference_share"].agg(["sum", "size"])
    assert len(sums) == len(next(iter(released.fits["tables"][0]["together"].values()))["rows"]) / 3 > 5
    assert (sums["size"] == 3).all()
    assert sums["sum"].abs().max() < 1e-12


# looking them up


@pytest.mark.parametrize("base", ["recorded", "with_outcome", "with_suspect"])
def test_a_released_set_is_read_and_not_fitted(released, base):
    """It holds no rows to fit anything to: asking for one raises."""
    asked = asked_of(released, base=base)
    one = next(one for one in released.fits["tables"] if one["base"] == base)
    table = protect(associations(asked, "victim_withdrawal")).table.set_index(["feature", "category"])
    assert len(table) == 13
    for row in one["associations"]["victim_withdrawal"]["rows"]:
        found = table.loc[(released.features[row[0]], row[1])]
        assert found["compared_category"] == row[2]
        assert found[list(FIGURES)].astype(float).to_numpy() == pytest.approx(
            np.array(row[3:], dtype=float), nan_ok=True
        )
    tests = protect(feature_tests(asked, "no_further_action"))
    assert tests.table["parameters"].to_list() == [2, 1, 3, 3]
    assert tests.about.notes[0].startswith("Intervals allow for cases of one group of ‘Team’")


def test_counts_beside_a_fit_are_the_released_cells(released):
    table = protect(associations(asked_of(released), "victim_withdrawal")).table
    cells = released.cells.query("feature == 'risk' and category == 'risk A'").set_index("outcome")["cases"]
    row = table[table["category"] == "risk A"].iloc[0]
    assert (row["events"], row["cases"]) == (cells["14+16"], cells["all"])


@pytest.mark.parametrize("names", [("risk", "age"), ("risk",)])
def test_some_of_the_features_have_their_rows_of_the_fit_that_holds_all(released, names):
    asked = [asked_of(released, some) for some in (names, FEATURES)]
    for kind, ask in (
        ("associations", lambda features: associations(features, "victim_withdrawal")),
        ("tests", lambda features: feature_tests(features, "victim_withdrawal")),
        ("together", endings_together),
    ):
        some, every = (protect(ask(features)) for features in asked)
        mine = every.table[every.table["feature"].isin([name.capitalize() for name in names])]
        pd.testing.assert_frame_equal(some.table, mine.reset_index(drop=True), obj=kind)
        held = (
            "Risk, Where, Relation" if kind == "together" else "Risk, Where, Relation, Age"
        )  # one age group adjusts nothing
        assert f"fit that was released ({held}), those that are not shown" in some.about.notes[0]
        assert some.about.notes[1:] == every.about.notes
    found = protect(associations(asked[0], "victim_withdrawal"))
    assert found.table["difference_share"].notna().all()
    assert words.is_adjusted(found)
    assert "other features being equal" in words.most(found)


def test_without_a_fit_nothing_is_said_to_be_held(released):
    empty = [
        {**tables, **{kind: {ending: {"rows": [], "notes": ["No fit."]} for ending in tables[kind]} for kind in KINDS}}
        for tables in released.fits["tables"]
    ]
    bare = replace(released, fits={**released.fits, "tables": empty})
    found = protect(associations(asked_of(bare, ("risk",)), "victim_withdrawal"))
    assert found.about.notes == ("No fit.",)
    assert not words.is_adjusted(found)


def test_one_feature_that_was_fitted_alone_is_adjusted_for_none(released):
    found = associations(asked_of(released, ("risk",)), "victim_withdrawal")
    alone = replace(found, about=replace(found.about, notes=found.about.notes[1:]))
    assert words.is_adjusted(protect(found))
    assert not words.is_adjusted(protect(alone))


@pytest.mark.parametrize(
    ("features", "cluster", "told"),
    [
        (("risk", "team"), "", "feature 'team' is not to be had"),
        (FEATURES, "", "no cluster is not to be had"),
        (FEATURES, "force", "cluster 'force' is not to be had"),
    ],
)
def test_what_was_not_released_is_refused_with_how_to_ask_for_it(released, features, cluster, told):
    with pytest.raises(ParameterError, match=told) as refused:
        asked_of(released, features, cluster)
    assert "in [regression] of the mapping" in str(refused.value)


def test_other_endings_were_not_released_and_it_is_said(released):
    for asked in (associations, feature_tests):
        with pytest.raises(ParameterError, match="were not released by .* outcome 1. docs/case_files.md says what is"):
            asked(asked_of(released), "charged")


def test_each_force_and_all_together_have_fits_of_their_own():
    held = attacker.release(attacker.case_file(4, 2000, forces=2))
    assert {one["force"] for one in held.fits["tables"]} == {"Essex", "Kent", ""}
    alone, together_ = (
        protect(associations(asked_of(one), "victim_withdrawal")).table for one in (held.select(force="Kent"), held)
    )
    assert (alone["cases"].astype(float) < together_["cases"].astype(float)).all()
    assert not alone["difference_share"].equals(together_["difference_share"])


def test_fits_are_kept_with_their_counts(released, tmp_path):
    place = tmp_path / "made_up_features.parquet"
    sets.write(replace(released, sensitivity="synthetic"), place)
    again = sets.read_file(place)
    assert again.fits == released.fits
    assert (again.fit_features, again.fit_cluster) == (FEATURES, "team")
