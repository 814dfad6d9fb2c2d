"""What the forces and the crime of some counts are called, in labels, sentences and titles."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.counts import counts, yearly
from analysis.counts.narrowing import narrowed
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.presentation import wording
from analysis.publishing.notebooks import jobs, notebooks
from analysis.questions.trends import years
from analysis.reference import reference
from analysis.shares.rates import rates, split
from analysis.shares.year_bounds import directions
from tests.conftest import make_counts

DAY, NEXT = "2024-04-01", "2024-07-01"


def held(forces, *, silent=(), days=(DAY,)):
    """Counts of some forces, ten withdrawals each, of which some sent nothing at all."""
    rows = [(force, day, "16", 0 if force in silent else 10) for force in forces for day in days]
    return make_counts(rows, missing=[(force, day) for force in silent for day in days])


EVERY = reference.forces()
WELSH = reference.forces_of("Wales")


@pytest.mark.parametrize(
    ("forces", "silent", "place", "phrase", "name"),
    [
        (["Kent"], [], "Kent", "Kent Police", "Kent"),
        (["Metropolitan Police"], [], "Metropolitan Police", "the Metropolitan Police", "Metropolitan Police"),
        (
            ["Essex", "Kent"],
            [],
            "2 forces (Essex, Kent)",
            "2 police forces (Essex, Kent)",
            "2 police forces (Essex, Kent)",
        ),
        (["Essex", "Kent"], ["Essex"], "Kent", "Kent Police", "Kent"),
        (["Essex", "Kent"], ["Essex", "Kent"], "2 forces (Essex, Kent)", "2 police forces (Essex, Kent)", None),
        (EVERY, [], "all 44 forces", "all 44 police forces of England and Wales", "England and Wales"),
        (
            EVERY,
            ["Kent"],
            "43 of 44 forces",
            "43 of the 44 police forces of England and Wales",
            "43 of 44 police forces",
        ),
        (WELSH, [], "Wales", "the police forces of Wales", "Wales"),
        (WELSH[:3], [], f"3 forces ({', '.join(WELSH[:3])})", f"3 police forces ({', '.join(WELSH[:3])})", None),
        (reference.forces_of("England"), [], "England", "the police forces of England", "England"),
        (
            EVERY[:39],
            [],
            "39 of 44 forces",
            "39 of the 44 police forces of England and Wales",
            "39 of 44 police forces",
        ),
    ],
)
def test_a_force_that_sent_nothing_is_not_counted_and_some_are_not_the_country(forces, silent, place, phrase, name):
    one = held(forces, silent=silent)
    assert one.place == rates(one, "victim_withdrawal").about.place == place
    assert wording.force_phrase(place) == phrase
    assert wording.place_name(place) == (name or phrase)
    told = wording.opening(protect(rates(one, "victim_withdrawal")))
    assert ("in England and Wales" in told) == (name == "England and Wales")


def test_what_did_not_arrive_is_not_received_in_every_total_and_period():
    partly = held(["Essex", "Kent"], silent=["Essex"], days=[DAY, NEXT])
    nothing = partly.select(force="Essex")
    for of in (rates(nothing, "victim_withdrawal"), rates(nothing, "victim_withdrawal", by="quarter"), split(nothing)):
        assert set(of.table["state"]) == {"not_received"}
        assert of.table["cases"].isna().all()
    assert "No figures were received" in wording.share_sentence(protect(rates(nothing, "victim_withdrawal")))
    late = make_counts([("Kent", DAY, "16", 10), ("Kent", NEXT, "15", 0)], missing=[("Kent", NEXT)])
    assert rates(late, "victim_withdrawal", by="quarter").table["state"].tolist() == ["shown", "not_received"]
    zero = make_counts([("Kent", DAY, "16", 10), ("Kent", NEXT, "15", 0)])
    assert rates(zero, "victim_withdrawal", by="quarter").table["state"].tolist() == ["shown", "not_applicable"]


def test_the_crime_of_counts_is_named_or_said_to_be_several():
    gwent, every = counts.read("gwent_2022_2025"), counts.read("offences_2024_25")
    assert gwent.crime == "all crime of 13 types"
    assert narrowed(gwent, crime_type="robbery").crime == "Robbery"
    assert every.crime == f"{len(every.offences)} offences"
    assert every.select(offence="8L").crime == counts.read("stalking_2024_25").crime.replace("Stalking", "Harassment")
    assert rates(narrowed(gwent), "undecided").about.offence == "all crime of 13 types"
    assert "robbery cases recorded by Gwent Police" in wording.share_sentence(
        protect(rates(narrowed(gwent, crime_type="Robbery"), "undecided"))
    )


@pytest.mark.parametrize(
    ("crime", "force", "title"),
    [
        ("Stalking", "Kent", "Is Kent different?"),
        ("", "Metropolitan Police", "Is London different?"),
        ("Harassment", "Kent", "Harassment: is Kent different?"),
        ("Robbery", "Kent", "Robbery: is Kent different?"),
        (
            "Violence and sexual offences",
            "Kent",
            "Not stalking alone but all violence and sexual offences: is Kent different?",
        ),
        ("all crime of 14 types", "Kent", "Not stalking alone but all crime of 14 types: is Kent different?"),
        ("5 offences", "Kent", "Not stalking alone but 5 offences: is Kent different?"),
    ],
)
def test_a_title_names_its_force_and_a_crime_that_is_not_stalking(crime, force, title):
    assert wording.titled("Is {force} different?", crime=crime, force=force) == title


def test_the_place_of_a_report_is_that_of_its_period(monkeypatch):
    late = held(["Essex", "Kent"], days=[DAY, NEXT])
    gap = replace(late.coverage, missing=frozenset({("Essex", date(2024, 7, 1))}))
    monkeypatch.setattr(jobs, "about_counts", lambda name: replace(late, coverage=gap))
    values = {"counts": "made", "force": "all"}
    assert jobs.place(values | {"period": "2024/25 Q1"}) == "2 police forces (Essex, Kent)"
    assert jobs.place(values | {"period": "2024/25 Q2"}) == "Kent"
    assert jobs.place(values | {"force": "Essex"}) == "Essex"
    assert jobs.place({}) == ""


@pytest.mark.parametrize(
    ("notebook", "given"),
    [
        ("force_comparison", {"force": "gwent", "group": "wales"}),
        ("force_comparison", {"force": "Kent", "group": "England", "measure": "mine: 15, 14", "base": "decided"}),
        ("force_comparison", {"force": "met", "group": "South: surrey, Kent", "offence": "8l, stalking"}),
        ("force_comparison", {"force": "Kent", "group": "Surrey, kent", "period": "2024/25 Q2 to 2024/25 Q3"}),
        ("victim_withdrawal", {"force": "Ours: Surrey, Kent", "offence": "harassment"}),
        ("victim_withdrawal", {"force": "gwent, kent, essex"}),
        ("trends", {"counts": "gwent_2022_2025", "crime_type": "robbery", "measure": "charged"}),
    ],
)
def test_what_a_report_is_called_asks_for_that_report_again(notebook, given):
    book = notebooks.notebook(notebook)
    values = jobs.asked(book, given)
    assert jobs.asked(book, {name: values[name] for name in given}) == values


@pytest.mark.parametrize("group", ["Wales", "ENGLAND", "Dyfed-Powys, Gwent", "Two: Essex, Surrey", ""])
def test_a_group_that_a_report_is_asked_for_is_the_one_that_its_comparison_knows(group):
    values = jobs.asked(notebooks.notebook("force_comparison"), {"force": "Kent", "group": group})
    asked, meant = (reference.group_named(name) for name in (str(values["group"]), group))
    assert asked == meant


def test_a_nation_is_asked_for_by_its_name_and_is_the_sum_of_its_forces():
    cases = counts.read("stalking_2024_25")
    wales = cases.select(force=" wales ")
    assert (wales.place, wales.total, wales.forces) == ("Wales", 8714, tuple(WELSH))
    assert wales.total == sum(cases.select(force=force).total for force in WELSH)
    apart = cases.select(force="England").total + wales.total + cases.select(force="British Transport Police").total
    assert apart == cases.total
    recorded = counts.read("stalking_recorded").select(offence="8Q").of_forces(wales.forces)
    assert recorded.place == "Wales"


def test_a_nation_some_of_whose_forces_are_not_held_is_refused_by_the_first_of_them():
    with pytest.raises(ParameterError, match="hold no figures for Dyfed-Powys, a force of Wales. They hold: Gwent"):
        counts.read("gwent_2022_2025").select(force="Wales")
    with pytest.raises(ParameterError, match="Did you mean 'Wales'. 'attrition list forces' shows all 44"):
        counts.read("stalking_2024_25").select(force="Wale")


def test_a_report_of_a_nation_has_a_folder_and_a_subject_of_its_own():
    book = notebooks.notebook("trends")
    values = jobs.checked(book, {"force": "WALES"})
    assert jobs.folder_of(book, values).as_posix() == "trends/force-wales"
    assert (jobs.place(values), jobs.subject(values)) == ("Wales", "Wales, stalking, 2024/25")
    with pytest.raises(ParameterError, match="sets one force against the others"):
        jobs.checked(notebooks.notebook("force_comparison"), {"force": "Wales"})


def test_is_it_getting_worse_is_answered_for_wales_by_name():
    endings = yearly.read().of(counts.read("stalking_2024_25").select(force="Wales"))
    assert (endings.place, endings.members) == ("Wales", WELSH)
    told = years.answer(protect(directions(endings)))
    assert "Of the stalking cases recorded by the police forces of Wales in 2021/22 and decided, 62.8% ended" in told
    assert "of those recorded in 2024/25, 41.1%: 21.7 points less" in told
    assert "51.0% to 69.8% against 40.2% to 42.4%" in told
