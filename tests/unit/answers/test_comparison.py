"""The comparison of forces as one result: what it shows by itself, its tables, and what it refuses at once."""

from functools import cache
from itertools import product

import pandas as pd
import pytest

from analysis.answers import comparison, outcomes
from analysis.counts import counts
from analysis.errors import DisclosureRefused, ParameterError
from tests.conftest import make_counts, nightly
from tests.released import rounded

DAY, MET = "2024-04-01", "Metropolitan Police"
TABLES = ("gaps", "parts", "places", "outliers", "heterogeneity", "ranks", "labels", "moves", "mix", "levels")
CHARTS = ("why", "funnel", "ranks", "moves")
FORCES = {"Essex": (31, 60, 9), "Gwent": (70, 20, 10), "Kent": (52, 40, 8), "Surrey": (44, 50, 6)}


def cases_of(forces, **changes):
    """Counts of (withdrew, evidence lacking, still open) for each force."""
    rows = [
        (force, DAY, code, number)
        for force, numbers in forces.items()
        for code, number in zip(("16", "15", "0"), numbers, strict=True)
    ]
    return make_counts(rows, **changes)


@cache
def london():
    return comparison.compare(counts.read("stalking_2024_25"), "victim_withdrawal", force=MET, group="Kent, Essex")


def everything(forces):
    """The headline, the key figures, every chart and every table."""
    charts = [getattr(forces, name)() for name in CHARTS]
    return [forces.headline(), forces.key_figures(), *charts, *(forces.table(name) for name in forces.tables())]


def test_it_shows_itself_as_its_headline_and_its_first_table():
    shown = london()._repr_mimebundle_()
    assert shown["text/plain"].startswith("In every force stalking cases ended because the victim withdrew")
    assert "One force against others\n" in shown["text/plain"]
    assert (
        "The Metropolitan Police is further below the typical force (47.4%) than chance alone explains"
        in shown["text/html"]
    )
    assert shown["text/html"].count("<table") == 1


def test_how_far_a_force_lies_from_the_others_is_said_once():
    opening, sentences = (london().headline().record[name] for name in ("opening", "sentences"))
    assert sentences[0].startswith(
        "The Metropolitan Police, at 45.3%, is 4.6 percentage points below the 43 other forces together (50.0%; 95% "
        "interval of the difference 3.7 to 5.6 points). What goes into the difference, largest first: fewer of its "
    )
    assert " ".join([opening, *sentences]).count("43 other forces") == 1
    assert (
        "The gap between the Metropolitan Police and the others is larger than chance usually makes it" in sentences[3]
    )


def test_its_tables_stand_in_the_order_of_the_report():
    assert comparison.Comparison.tables() == TABLES
    assert len({london().table(name).record.get("title") for name in TABLES}) == len(TABLES)


def test_rows_are_data():
    places = london().rows("places").set_index("force")
    assert len(places) == 44
    assert places.loc[MET, ["events", "cases", "position"]].tolist() == [5363, 11831, "far below"]
    assert places.loc[MET, "share"] == pytest.approx(5363 / 11831, abs=1e-6)
    parts = london().rows("parts")
    assert parts["part_share"].iloc[:-1].sum() == pytest.approx(parts["part_share"].iloc[-1], abs=1e-5)


def test_a_table_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ParameterError, match="Comparison has no table 'place'") as refused:
        london().table("place")
    assert "Did you mean 'places'?" in str(refused.value)
    assert f"It has: {', '.join(TABLES)}." in str(refused.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"measure": "withdrawn"}, "withdrawn"),
        ({"base": "charged"}, "charged"),
        ({"force": "Kentt"}, "Did you mean 'Kent'"),
        ({"force": "Cumbria"}, "hold no figures for Cumbria"),
        ({"group": "Kent, Esex"}, "Did you mean 'Essex'"),
    ],
)
def test_what_these_counts_cannot_tell_is_refused_at_once(given, told):
    asked = {"measure": "charged", "force": "Kent"} | given
    with pytest.raises(ParameterError, match=told):
        comparison.compare(cases_of(FORCES), asked.pop("measure"), **asked)


def test_exact_counts_of_people_are_refused_at_once():
    with pytest.raises(DisclosureRefused, match="'attrition reduce' does it"):
        comparison.compare(cases_of(FORCES, sensitivity="restricted"), "victim_withdrawal", force="Kent")


FEW = {
    "four": FORCES,
    "none with a case": dict.fromkeys(FORCES, (0, 0, 0)),
    "one": {"Kent": (52, 40, 8)},
    "one case": {"Kent": (0, 1, 0)},
}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("name", "measure"),
    nightly(
        product(FEW, ["victim_withdrawal", "charged", "undecided"]),
        ("four", "charged"),
        ("four", "undecided"),
        *((name, "victim_withdrawal") for name in FEW),
    ),
)
def test_of_few_forces_or_none_with_a_case_every_part_is_shown(name, measure):
    few = FEW[name]
    forces = comparison.compare(cases_of(few), measure, force="Kent", group="Essex")
    blocks = everything(forces)
    assert forces.why().kind == forces.table("parts").kind == forces.table("mix").kind == "nothing"
    assert forces.rows("parts").empty
    assert not any(word in block.text for block in blocks for word in ("nan", "<NA>", "inf%"))
    is_several = len(few) > 1 and any(sum(numbers) for numbers in few.values())
    assert forces.rows("gaps").empty != is_several


def test_the_first_figures_are_of_the_force_of_all_and_out_of_the_other_base():
    shown = comparison.compare(cases_of(FORCES), "victim_withdrawal", force="Kent").key_figures()
    values = [figure["value"] for figure in shown.record["figures"]]
    assert values == ["52.0%", "49.3%", "56.5%"]  # 52 of 100, 197 of 400, 52 of 92


@pytest.mark.usefixtures("undrawn")
def test_counts_that_tell_no_second_base_are_compared_out_of_the_one():
    charged = counts.read("stalking_charged_2015_2020")
    forces = comparison.compare(charged, "charged", force="Kent")
    values = [figure["label"] for figure in forces.key_figures().record["figures"]]
    assert values == ["Charged, Kent", "Charged, 40 of 44 police forces"]
    assert "there is no other base here" in forces.moves().text
    assert "There is no other base than all recorded cases here" in forces.table("moves").text
    assert forces.headline().text.startswith("In every force with a share to show stalking cases ended in a charge")
    undecided = comparison.compare(counts.read("stalking_2024_25"), "undecided", force="Kent")
    assert "there is no other base here" in undecided.moves().text
    assert len(undecided.key_figures().record["figures"]) == 2
    ends = outcomes.endings(charged, "charged", force="Kent").key_figures()
    assert [figure["label"] for figure in ends.record["figures"]] == ["Charged, of all recorded cases"]


@pytest.mark.usefixtures("undrawn")
def test_numbers_that_are_hidden_stay_so_in_every_part():
    guarded = rounded(cases_of(FORCES | {"Cumbria": (3, 90, 7)}, sensitivity="restricted"))
    forces = comparison.compare(guarded, "victim_withdrawal", force="Cumbria", group="Kent")
    places = forces.rows("places").set_index("force")
    assert places.loc["Cumbria", ["state", "position"]].tolist() == ["suppressed", "not compared"]
    assert pd.isna(places.loc["Cumbria", "events"])
    assert (places["events"].dropna() % 5 == 0).all()
    assert "Cumbria Police has no share that can be given." in forces.headline().text
    for block in everything(forces):
        for record in block.record.get("records", []):
            told = [name for name, value in record.items() if name.endswith("share") and value is not None]
            assert record.get("force") != "Cumbria" or not told, told


FAR = {"Essex": (300, 600, 100), "Gwent": (720, 200, 80), "Kent": (520, 400, 80), "Surrey": (440, 480, 80)}
NEAR = {"Norfolk": (300, 610, 95), "Suffolk": (715, 200, 80)}  # which lie as low as Essex, and as high as Gwent


@pytest.mark.parametrize(("forces", "said"), [(FAR, ""), (FAR | NEAR, " as rounded")])
def test_of_rounded_numbers_a_force_is_at_an_end_only_where_rounding_cannot_have_put_it_there(forces, said):
    people, public = (
        comparison.compare(each, "victim_withdrawal", force="Kent")
        for each in (rounded(cases_of(forces, sensitivity="restricted")), cases_of(forces))
    )
    ranks, opening = people.ranks().text, people.headline().text
    assert f"Lowest{said}: " in ranks
    assert f"Highest{said}: " in ranks
    assert "run from " in opening
    assert (" as rounded" in opening) == bool(said)
    assert "as rounded" not in public.ranks().text + public.headline().text


def test_a_group_is_named_in_a_list_as_forces_are():
    listed, named = (
        comparison.compare(counts.read("stalking_2024_25"), "charged", force="Gwent", group=group)
        for group in (["Kent", "Essex"], "Kent, Essex")
    )
    assert listed.group == named.group
    assert listed.rows("gaps")["compared_with"].tolist() == ["the 43 other forces", "the 2 forces of the group"]
