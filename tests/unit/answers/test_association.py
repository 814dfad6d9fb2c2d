"""One result of what goes with withdrawal and with no further action: what it shows, and what it refuses."""

from dataclasses import replace

import pytest

from analysis import association, read_counts
from analysis.disclosure import fits
from analysis.errors import ParameterError
from analysis.presentation.forms import page
from benchmarks import fits_attacked
from tests import released
from tests.unit.questions.association.case_counts import FEATURES, drawn, with_features
from tests.words import causal_words

THREE = "risk, contact, place"


@pytest.fixture(scope="module")
def compared():
    return association.associate(read_counts("stalking_example_features"), FEATURES)


def of_people(exact, features=THREE, *, cluster="team"):
    """What is shown of cases of people, once they are released with a fit of these features."""
    names = tuple(features.split(", "))
    cases = released.rounded(replace(exact, fit_features=names, fit_cluster=cluster))
    return association.associate(cases, features, cluster=cluster)


def every_block(answer):
    charts = [answer.forest("victim_withdrawal"), answer.forest("no_further_action"), answer.together()]
    words = [answer.headline(), answer.key_figures(), answer.odds(), answer.checks(), answer.calibration()]
    return [*words, *charts, *map(answer.table, answer.tables())]


def test_it_shows_itself_as_its_headline_and_first_table(compared):
    html = compared._repr_mimebundle_()["text/html"]
    assert html == page.in_notebook(compared.headline().html + compared.table("withdrawal").html)
    assert "withdrawal goes most with “Former partner” and no further action most with “Stranger”" in html


def test_its_tables_come_in_the_order_of_a_report(compared):
    assert compared.tables() == (
        "withdrawal",
        "no_further_action",
        "together",
        "withdrawal_where_blank",
        "whatever_blanks_are",
        "no_further_action_where_blank",
        "withdrawal_predicted",
        "no_further_action_predicted",
        "same_mix",
        "withdrawal_odds",
        "no_further_action_odds",
        "features",
    )
    shares = compared.rows("withdrawal").set_index(["feature", "category"])["share"]
    assert shares["Suspect's relation to the victim", "Stranger"] == pytest.approx(0.16, abs=0.005)
    assert compared.rows("same_mix").empty


def test_each_part_is_worked_out_once(compared):
    assert compared._withdrawal is compared._withdrawal
    assert compared._together is compared._together


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"features": "relationshp"}, "Did you mean 'relationship'"),
        ({"features": ""}, "No feature is named"),
        ({"cluster": "teem"}, "Did you mean 'team'"),
        ({"cluster": ""}, "no cluster is not to be had"),
        ({"base": "recordd"}, "No base is called 'recordd'"),
    ],
)
def test_what_these_counts_cannot_tell_is_refused_at_once(asked, told):
    with pytest.raises(ParameterError, match=told):
        association.associate(read_counts("stalking_example_features"), **{"features": FEATURES} | asked)


def test_a_table_or_measure_that_is_not_there_is_refused_with_the_nearest(compared):
    with pytest.raises(
        ParameterError, match=r"no table 'withdrawl'\. Did you mean 'withdrawal'.* It has: withdrawal, "
    ):
        compared.table("withdrawl")
    with pytest.raises(ParameterError, match=r"drawn of 'withdrawal'\..* victim_withdrawal and no_further_action"):
        compared.forest("withdrawal")


def test_p_values_are_said_to_allow_for_groups_of_cases_where_there_are_such_groups(compared):
    held = fits_attacked.release(replace(fits_attacked.case_file(1, 1500), fit_cluster=""))
    alone = association.associate(held, "risk, contact, relation, age", cluster="")
    assert "allow for rounding and for groups of cases" in compared.table("features").html
    assert "allow for rounding, and are given as" in alone.table("features").html
    assert "groups of cases" not in alone.table("features").html


@pytest.mark.parametrize("sensitivity", ["restricted", "published"])
def test_counts_that_were_not_released_with_fits_are_refused_with_how_to_come_by_them(sensitivity):
    with pytest.raises(ParameterError, match=r"hold no fits: .* released\. 'attrition reduce' releases them"):
        association.associate(drawn(sensitivity=sensitivity), THREE)


def test_of_several_forces_each_is_given_the_mix_of_all_and_of_one_none_is():
    cases = released.rounded(fits_attacked.case_file(6, 2000, forces=2))
    asked = "risk, contact, relation, age"
    both, kent = (association.associate(one, asked) for one in (cases, cases.select(force="Kent")))
    assert set(both.rows("same_mix")["force"]) == {"Essex", "Kent"}
    assert kent.rows("same_mix").empty
    assert "of one force" in kent.table("same_mix").text
    cases_of = [answer.rows("withdrawal").groupby("feature")["cases"].sum()["Risk"] for answer in (both, kent)]
    assert cases_of[0] > cases_of[1]


@pytest.mark.parametrize(
    "answer",
    [
        lambda: of_people(drawn(cases=4)),
        lambda: of_people(drawn(cases=60), "risk", cluster=""),
        lambda: of_people(with_features([("High", "16", 3)], "risk"), "risk", cluster=""),
        lambda: of_people(drawn(rare=3)),
        lambda: of_people(with_features([("High", "0", 90), ("Low", "0", 90)], "risk"), "risk", cluster=""),
    ],
    ids=["four", "one feature", "one row", "a rare category", "nothing decided"],
)
@pytest.mark.usefixtures("undrawn")
def test_few_cases_are_answered_in_words(answer):
    for block in every_block(answer()):
        for wrong in ("nan", "<NA>", "None", ". .", "..", "inf "):
            assert wrong not in block.text
        assert causal_words(block.text) == []


def test_hidden_numbers_stay_hidden(monkeypatch):
    for name in ("_SPARE", "_FREEDOM"):  # so that these few features are fitted
        monkeypatch.setattr(fits, name, 2)
    answer = of_people(drawn(rare=3))
    for name in ("withdrawal", "no_further_action", "withdrawal_odds", "no_further_action_odds"):
        rows = answer.rows(name)
        hidden = rows[rows["category"] == "Unknown"].iloc[0]
        assert hidden["state"] == "suppressed"
        assert hidden.drop(["feature", "category", "state"]).isna().all()
    assert "Online" in set(answer.rows("together")["category"])
    assert "Unknown" not in set(answer.rows("together")["category"])
    assert "[c] not shown, so that nobody can be recognised." in answer.forest("victim_withdrawal").html
