"""One's own question: two places in one line, and every result in the words of what was asked."""

import re

import pandas as pd
import pytest

import analysis
from analysis import between, comparison, journey, outcomes, rates, read_counts, split, trends
from analysis.errors import ParameterError
from analysis.shares.differences import Two, difference_interval
from tests.released import rounded

OWN = "evidential difficulties: 14, 15"
CASES = {
    "Essex": [("16", 104), ("15", 96)],
    "Kent": [("16", 71), ("15", 109)],
    "Surrey": [("16", 50), ("15", 50)],
}
GROUP = "Eastern: Norfolk, Suffolk, Essex"


@pytest.fixture(scope="module")
def stalking():
    return read_counts("stalking_2024_25")


def test_two_forces_are_set_side_by_side_with_the_interval_of_their_difference(stalking):
    two = between(stalking, "victim_withdrawal", "Kent", "Essex")
    kent, essex = (rates(stalking.select(force=one), "victim_withdrawal").rows().iloc[0] for one in ("Kent", "Essex"))
    low, high = difference_interval(Two(*(int(row[name]) for row in (kent, essex) for name in ("events", "cases"))))
    [row] = two.rows("difference").to_dict("records")
    assert row["difference_share"] == pytest.approx(kent["share"] - essex["share"], abs=1e-6)
    assert (row["low_difference_share"], row["high_difference_share"]) == pytest.approx((low, high), abs=1e-6)
    assert row["compared_with"] == "Essex"
    assert row["ratio"] == pytest.approx(kent["share"] / essex["share"], abs=1e-6)
    assert row["low_ratio"] < row["ratio"] < row["high_ratio"]
    assert two.rows("places")["place"].tolist() == ["Kent", "Essex"]
    assert "Kent and Essex are not clearly different" in two.headline().text
    assert "recorded by Essex Police in 2024/25" in two.headline().text
    shown = two._repr_mimebundle_()["text/html"]
    assert all(one.html in shown for one in (two.headline(), two.dots(), two.table("difference"), two.table("places")))


@pytest.mark.parametrize(("code", "share"), [("16", "100%"), ("15", "0%")])
def test_two_places_that_are_alike_are_said_to_be_and_there_is_nothing_to_explain(made, code, share):
    cases = made([(force, "2024-04-01", code, number) for force, number in [("Essex", 300), ("Kent", 200)]])
    told = between(cases, "victim_withdrawal", "Kent", "Essex").headline().text
    assert told.startswith(f"The share is the same in Kent and in Essex: {share}. ")
    assert "Kent less Essex is 0.0 percentage points (95% interval" in told
    assert "not clearly different" not in told
    assert "explain" not in told


def test_two_places_that_rounding_made_alike_are_not_said_to_be(made):
    rows = [
        (force, "2024-04-01", code, number)
        for force, numbers in (("Essex", (152, 148)), ("Kent", (148, 152)))
        for code, number in zip(("16", "15"), numbers, strict=True)
    ]
    told = between(rounded(made(rows, sensitivity="restricted")), "victim_withdrawal", "Kent", "Essex").headline().text
    assert "Kent and Essex are not clearly different: 50.0% against 50.0%." in told
    assert "the same" not in told


def test_what_is_hidden_of_cases_with_a_suspect_has_its_comma(made):
    cases = rounded(made([("Kent", "2024-04-01", "16", 300), ("Kent", "2024-04-01", "1", 2)], sensitivity="restricted"))
    told = rates(cases, "charged", base="with_suspect").sentence()
    assert "a suspect having been identified, ended in a charge or summons, or did not, for the" in told


@pytest.mark.parametrize(
    ("by", "way"),
    [
        ("force", "cases.select(force=…)"),
        ("quarter", "cases.select(period=…)"),
        ("offence_name", "cases.select(offence=…)"),
        ("disposition", "rates(cases, measure)"),
    ],
)
def test_a_sentence_is_of_one_share_and_never_of_the_first_of_several(by, way):
    cases = read_counts("offences_2024_25")
    several = split(cases) if by == "disposition" else rates(cases, "charged", by=by)
    for said in (several.sentence, several.headline, several.key_figure):
        with pytest.raises(ParameterError, match=re.escape(way)):
            said()
    one = rates(cases.select(force="Kent", offence="8Q", period="2024/25 Q1"), "charged", by="quarter")
    assert one.sentence().startswith(
        "85 of 1,023 stalking cases recorded by Kent Police from April to June 2024 (8.3%)"
    )


def test_what_is_true_of_decided_cases_with_a_suspect_is_not_said_of_all():
    """Kent charged 90 of 3,772 cases of theft from vehicles, and of 297 in which a suspect was identified: 30.3%."""
    theft = read_counts("offences_2024_25").select(offence="45")
    kent = theft.select(force="Kent")
    assert rates(kent, "charged").headline().text.startswith("Under 1 in 20 cases of theft from vehicle recorded")
    asked = {"measure": "charged", "base": "with_suspect"}
    for shown in (
        rates(kent, **asked).headline(),
        outcomes.endings(read_counts("offences_2024_25"), **asked, force="Kent", offence="45").headline(),
        between(theft, "charged", "Kent", "Essex", base="with_suspect").headline(),
        comparison.compare(theft, **asked, force="Kent").headline(),
    ):
        assert shown.record["opening"].startswith("Of decided cases with a suspect, ")
    title = split(kent, base="with_suspect").hundred_cases().text
    assert title.startswith("In 48 of every 100 decided cases with a suspect no further action was taken")
    assert "was taken in 92.0% of decided cases; " in split(kent, base="decided").hundred_cases().text


def test_a_clear_difference_is_said_in_its_direction_either_way_round(stalking):
    names = ("Wales", GROUP)
    there, back = (between(stalking, "charged", *pair, base="decided") for pair in (names, names[::-1]))
    assert there.headline().text.startswith("Of decided cases, the share is lower in Wales than in Eastern")
    assert back.headline().text.startswith("Of decided cases, the share is higher in Eastern than in Wales")
    one, other = (answer.rows("difference").iloc[0] for answer in (there, back))
    assert "Wales less Eastern is −" in there.headline().text  # with the sign of its interval
    assert "Eastern less Wales is +" in back.headline().text
    assert one["difference_share"] == pytest.approx(-other["difference_share"])
    assert one["low_difference_share"] == pytest.approx(-other["high_difference_share"], abs=1e-6)


@pytest.mark.parametrize(
    ("places", "refused"),
    [(("Kent", "England"), "Kent is on both sides"), (("Kent", "Kent"), "both sides"), (("Kent", "Esex"), "'Essex'")],
)
def test_two_places_without_a_force_in_common_are_asked_for(stalking, places, refused):
    with pytest.raises(ParameterError, match=refused):
        between(stalking, "charged", *places)


def test_beside_a_share_of_none_there_is_a_difference_and_no_ratio(made):
    rows = [(force, "2024-04-01", code, 50) for force, code in (("Kent", "16"), ("Kent", "1"), ("Essex", "1"))]
    [row] = between(made(rows), "victim_withdrawal", "Kent", "Essex").rows("difference").to_dict("records")
    assert row["difference_share"] == 0.5
    assert pd.isna(row["ratio"])


def test_too_many_open_cases_are_said_and_a_side_without_a_share_has_no_difference(made):
    rows = [("Kent", "2024-04-01", "16", 60), ("Kent", "2024-04-01", "0", 40), ("Essex", "2024-04-01", "16", 100)]
    waiting = between(made(rows), "victim_withdrawal", "Kent", "Essex")
    assert waiting.headline().text.startswith("Too many cases are still open to compare Kent with Essex")
    silent = made([*rows, ("Surrey", "2024-04-01", "16", 0)], missing=[("Surrey", "2024-04-01")])
    none = between(silent, "victim_withdrawal", "Kent", "Surrey")
    assert "so no difference is given" in none.headline().text
    assert none.rows("difference").empty


def test_of_people_two_forces_are_compared_by_what_was_released_and_groups_are_refused(made):
    rows = [(force, "2024-04-01", code, cases) for force in ("Essex", "Kent", "Surrey") for code, cases in CASES[force]]
    people = rounded(made(rows, sensitivity="restricted"))
    two = between(people, "victim_withdrawal", "Kent", "Essex", base="decided")
    assert two.rows("places")[["events", "cases"]].to_numpy().tolist() == [[70, 180], [105, 200]]
    assert two.headline().text.startswith(
        "Of decided cases, the share is lower in Kent than in Essex: 38.9% against 52.5%"
    )
    with pytest.raises(ParameterError, match="for each force and for all together, not for some"):
        between(people, "victim_withdrawal", "Kent", "Essex, Surrey")


@pytest.mark.usefixtures("undrawn")
def test_a_group_is_what_every_part_of_a_result_is_about(stalking):
    ended = outcomes.endings(stalking, OWN, base="decided", force=GROUP)
    shown = [ended.headline(), ended.key_figures(), ended.hundred_cases(), ended.types(), ended.quarters()]
    assert all("Eastern (Essex, Norfolk and Suffolk)" in block.text for block in shown)
    assert all("since decided" in block.text for block in shown)
    assert ended.base == "with_outcome"
    assert "Essex" in ended.table("forces").html


@pytest.mark.usefixtures("undrawn")
def test_series_and_years_are_of_the_group_and_not_of_all(stalking):
    change = trends.follow(stalking.select(force=GROUP), read_counts("stalking_recorded"), OWN, base="decided")
    assert "recorded by the police forces of Eastern" in change.headline().text
    assert "Eastern" in change.endings_by_year().text
    assert "England and Wales" not in change.recorded_by_period().text
    together = stalking.select(force=GROUP).total
    assert change.rows("years").query("year == '2024/25'")["recorded"].unique().tolist() == [together]


@pytest.mark.usefixtures("undrawn")
def test_the_journey_of_a_group_says_what_the_scenario_comes_to_there(stalking):
    way = journey.follow(stalking, force=["Kent", "Essex"])
    assert "would be in Essex and Kent" in way.headline().text


@pytest.mark.usefixtures("undrawn")
def test_one_force_against_all_others_is_one_force(stalking):
    with pytest.raises(ParameterError, match=r"between\(\)"):
        comparison.compare(stalking, "charged", force="Kent, Essex")
    forces = comparison.compare(stalking, OWN, base="decided", force="kent")
    assert (forces.force, forces.base, forces.measure) == ("Kent", "with_outcome", OWN)
    assert "outcome types 14 and 15 (evidential difficulties)" in forces.headline().text
    assert 'id="funnel-evidential-difficulties-14-15"' in forces.funnel().html


def test_places_together_are_set_against_the_rest_in_one_line(stalking):
    two = between(stalking, "victim_withdrawal", "South West: Devon and Cornwall, Dorset")
    [row] = two.rows("difference").to_dict("records")
    table = stalking.table.assign(here=stalking.table["force"].isin(["Devon and Cornwall", "Dorset"]))
    cases = table.groupby("here")["cases"].sum()
    withdrew = table[table["outcome"].isin(["14", "16"])].groupby("here")["cases"].sum()
    shares = (withdrew / cases).to_dict()
    assert (row["share"], row["other_share"]) == pytest.approx((shares[True], shares[False]))
    assert "South West (43.4%)" in two.dots().text
    assert "Avon and Somerset" not in two.dots().html, "no list of every force there is"
    [one] = between(stalking, "charged", "Kent").rows("difference").to_dict("records")
    [same] = comparison.compare(stalking, "charged", force="Kent").rows("gaps").to_dict("records")
    assert one["difference_share"] == pytest.approx(same["difference_share"])
    with pytest.raises(ParameterError, match="hold no other force than Kent"):
        between(stalking.select(force="Kent"), "charged", "Kent")


@pytest.mark.usefixtures("undrawn")
def test_several_offences_are_rows_of_the_chart_and_no_line_that_they_are_a_part_of():
    year = read_counts("offences_2024_25")
    one, several = (outcomes.endings(year, "charged", force="Kent", offence=code) for code in ("8Q", "8L, 8Q"))
    assert "below stalking" in one.offences().text
    assert "harassment and stalking recorded by Kent Police" in several.headline().text
    assert "below harassment and stalking" not in several.offences().text
    assert {"Harassment", "Stalking"} <= set(several.rows("offences")["offence_name"])
    everything = outcomes.endings(year, "charged", force="Kent", offence="all")
    assert set(everything.rows("offences")["offence_name"]) == set(one.rows("offences")["offence_name"])


def test_quarters_are_not_told_as_months(stalking):
    with pytest.raises(ParameterError, match=r'are not kept by month, but in longer periods\. Use by="quarter"\.'):
        rates(stalking, "charged", by="month")


def test_years_are_not_told_as_the_first_quarter_of_each():
    """Cheshire recorded 775 cases in 2019/20, not in April to June 2019."""
    charged = read_counts("stalking_charged_2015_2020")
    with pytest.raises(ParameterError, match=r"are not kept by quarter, but in longer periods\. Leave out by="):
        rates(charged.select(force="Cheshire"), "charged", by="quarter")
    ended = outcomes.endings(charged, "charged", force="Cheshire")
    assert (
        ended.quarters().text
        == "These counts are kept in longer periods than a quarter, so nothing is said of quarters."
    )
    assert ended.table("quarters").kind == ended.quarters().kind == "nothing"
    assert ended.rows("quarters").empty


def test_a_name_that_is_not_there_is_answered_with_the_nearest():
    with pytest.raises(AttributeError, match=r"analysis has no 'compare'\. Did you mean 'comparison'\?"):
        _ = analysis.compare
