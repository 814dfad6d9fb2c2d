"""One force in sentences and rows: what is said of many cases, of few, of many open ones, and of a force by itself."""

import pandas as pd
import pytest

from analysis.answers.profile import describe
from analysis.counts.counts import read
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.questions.profile import chart, results, tables, words
from analysis.questions.profile.asking import Facts
from analysis.reference.measures import measure
from analysis.shares.rates import rates
from tests.conftest import make_counts, nightly
from tests.released import rounded

WITHDREW, NO_ACTION, CHARGED, OPEN = results.TOLD


pytestmark = pytest.mark.usefixtures("undrawn")


@pytest.fixture(scope="module")
def year():
    return read("stalking_2024_25")


@pytest.fixture(scope="module")
def kent(year):
    return describe(year, "Kent")


def test_the_four_measures_are_those_of_the_other_reports(kent, year):
    rows = kent.rows("measures").set_index("measure")
    assert list(rows.index) == [WITHDREW, NO_ACTION, CHARGED, OPEN]
    for name, short in (("victim_withdrawal", WITHDREW), ("undecided", OPEN)):
        own = rates(year.select(force="Kent"), name).table.iloc[0]
        whole = rates(year, name).table.iloc[0]
        assert rows.loc[short, ["events", "cases"]].tolist() == [own["events"], own["cases"]]
        assert rows.loc[short, "all_forces_share"] == pytest.approx(whole["share"], abs=1e-6)
    assert rows.loc[WITHDREW, ["rank", "low_rank", "high_rank"]].tolist() == [37, 35, 38]
    assert rows["beside"].tolist() == ["above", "below", "level", "below"]


def test_a_force_has_any_of_its_names_and_is_one(year, kent):
    other = describe(year, " kent police ")
    assert (other.force, other.headline().text, other.strips().text) == (
        "Kent",
        kent.headline().text,
        kent.strips().text,
    )
    for several in ("Wales", "Eastern: Norfolk, Suffolk, Essex"):
        with pytest.raises(ParameterError, match=r"is several forces, .* outcomes\.endings"):
            describe(year, several)


def test_the_year_before_is_the_last_that_is_held_with_its_bounds(kent):
    """2,460 of 5,248 withdrew, and 509 were open when the figures were taken; no further action is not separated."""
    rows = kent.rows("measures").set_index("measure")
    assert set(rows["earlier"]) == {"2021/22"}
    bounds = rows.loc[WITHDREW, ["earlier_low_share", "earlier_high_share"]].tolist()
    assert bounds == pytest.approx([2460 / 5248, (2460 + 509) / 5248], abs=1e-6)
    assert rows.loc[OPEN, "earlier_low_share"] == pytest.approx(509 / 5248, abs=1e-6)
    assert pd.isna(rows.loc[NO_ACTION, "earlier_low_share"])
    told = kent.table("measures").parts[0]["parts"][0]
    bounds = "46.9% to 56.6%"
    assert told["rows"][0] == ["Victim withdrew", "56.4%", "54.9% to 57.9%", "49.6%", "37 (35 to 38)", bounds]
    assert told["numbers"] == [1, 2, 3, 4, 5]
    assert told["rows"][1][-1] == "not held"
    assert "Of 2022/23 and 2023/24 no figures by force are held here" in told["note"]


def test_the_first_sentence_says_how_many_how_that_compares_and_whether_it_is_unusual(kent):
    assert kent.headline().record["opening"] == (
        "Of 4,106 stalking cases recorded by Kent Police in 2024/25, 2,315 (56 in 100) ended because the victim "
        "withdrew; in England and Wales it was 50 in 100. Kent Police is further above the typical force (47.4%) than "
        "chance alone explains, though forces commonly differ that much."
    )
    assert "is 7.0 percentage points above the 43 other forces together" in kent.headline().text


def test_of_a_forces_own_cases_what_is_published_is_said_to_be_and_is_of_no_later_year():
    rows = [
        (force, f"{2023 + month // 12}-{month % 12 + 1:02}-01", code, cases)
        for force in ("Essex", "Kent")
        for month in range(3, 15)
        for code, cases in {"16": 40, "15": 20, "18": 15, "1": 5, "0": 4}.items()
    ]
    own = rounded(make_counts(rows, sensitivity="restricted", months=1))
    kent = describe(own, "Kent")
    assert "of those recorded in 2021/22" in kent.change().text
    assert "2024/25" not in kent.change().text
    assert kent.change().text.endswith(words.PUBLISHED)
    assert "2021/22 is as published, and not counted from the case files" in str(kent.table("measures").parts)


def test_of_few_cases_and_of_many_open_ones_no_distance_is_told(year):
    for force in ("City of London", "Humberside"):
        assert describe(year, force).headline().record["sentences"] == []


@pytest.mark.parametrize(
    ("force", "opening"),
    [
        (
            "City of London",
            "14 ended because the victim withdrew. These are too few cases to compare with other",
        ),
        (
            "Humberside",
            "withdrew. Too many are still open to say more: over a tenth of the cases recorded have",
        ),
        ("Merseyside", "Merseyside Police is among the highest, as one force in twenty is bound to be."),
    ],
)
def test_the_first_sentence_of_few_cases_of_open_ones_and_of_a_force_apart(year, force, opening):
    assert opening in describe(year, force).headline().record["opening"]


@pytest.mark.parametrize(
    ("events", "cases", "told"),
    [
        (1, 267, "1 (under 1 in 100)"),
        (266, 267, "266 (over 99 in 100)"),
        (0, 267, "0 (0 in 100)"),
        (9, 300, "(3 in 100)"),
    ],
)
def test_hardly_any_is_not_said_to_be_none_and_nearly_all_not_all(made, events, cases, told):
    day = "2024-04-01"
    rows = [("Kent", day, "16", events), ("Kent", day, "15", cases - events), ("Essex", day, "16", 150)]
    year = made([*rows, ("Essex", day, "15", 150)], forces=["Essex", "Kent"])
    assert told in describe(year, "Kent").headline().record["opening"]


def test_a_rise_or_fall_is_stated_only_where_it_can_be(kent):
    text = kent.change().text
    assert text.startswith(
        "Whether victims of stalking recorded by Kent Police withdraw more often than in 2021/22 cannot be said."
    )
    assert "will settle at 56.4% to 57.6%" in text


def test_of_a_part_of_a_year_nothing_is_said_of_years_before(year):
    quarter = describe(year.select(period="2024/25 Q1"), "Kent")
    assert quarter.change().text == words.NOT_HELD
    assert "one whole year, not of a part or of several" in words.NOT_HELD  # two whole years were said to be none
    assert set(quarter.rows("measures")["earlier"]) == {""}
    assert len(quarter.table("measures").parts[0]["parts"][0]["headings"]) == 5


def test_why_it_differs_is_told_of_many_cases_and_of_few_that_it_is_not(year, kent):
    assert "more of its decided cases with a suspect ended because the victim withdrew" in kent.table("parts").text
    table = kent.table("parts").parts[0]["parts"][1]
    is_established = kent.rows("parts")["holds"].eq("yes").tolist()
    assert is_established == [True, True, True, False, True]
    assert [not row[-1].startswith("(") for row in table["rows"]] == is_established
    assert table["rows"][0] == ["Victim withdrew, with a suspect", "57.7%", "52.8%", "+4.5"]
    assert table["numbers"] == [1, 2, 3]
    small = describe(year, "City of London").table("parts")
    assert small.text.startswith("A difference of City of London Police is not split into parts: it has 30 cases")
    assert small.record["records"] == []
    assert [part["part"] for part in small.parts[0]["parts"]] == ["paragraph"]


def test_no_part_that_goes_the_other_way_is_told_as_a_part_of_the_difference(year, kent):
    """Of Avon and Somerset, which lies above the others, only what lowers its share is established."""
    above = describe(year, "Avon and Somerset").table("parts").text
    assert (
        "1.2 percentage points above that of the 43 other forces together, which chance alone could explain. " in above
    )
    assert (
        "No part of that is established, but one that goes the other way is: fewer of its decided cases have an "
        "identified suspect." in above
    )
    assert "other way" not in kent.table("parts").text


def test_a_larger_part_that_goes_the_other_way_is_told_after_the_largest_that_does_not():
    """Of harassment in Northumbria, 1.1 points above the others: 4.6 up of cases with a suspect, 4.7 down without."""
    told = describe(read("offences_2024_25").select(offence="8L"), "Northumbria").table("parts").text
    first, second = told.split("The largest part that is established: ")[1].split(". A larger one goes the other way: ")
    assert first != second.split(".")[0]
    assert second.startswith("fewer of its decided cases without a suspect ended because the victim withdrew.")


def test_what_the_recording_choice_could_account_for(year, kent):
    assert "would be 53.0%, 3.4 percentage points lower, and its rank still 37." in kent.labels().text
    assert "56.4% withdrew; 53.0% if types 15 and 16 were divided as in all forces together." in kent.questions().text
    assert kent.questions().record["sentences"] == []
    assert "withdrawal here would be the same" in describe(year, "City of London").labels().text
    assert "higher, and its rank 16 rather than 5" in describe(year, "Lincolnshire").labels().text


def test_where_no_rule_holds_it_is_said_that_nothing_is_asked(kent):
    asked = tables.questions([], Facts({}), protect(results.standings(results.by_measure(kent.cases), force="Kent")))
    assert asked.text == "No figure here prompts a question by the rules of this report."
    assert (asked.record["sentences"], asked.record["questions"]) == ([asked.text], [])


def test_a_force_by_itself_is_beside_nobody(made):
    rows = [("Kent", "2024-04-01", code, 300) for code in ("16", "15", "0", "1")]
    alone = describe(made(rows, months=12), "Kent")
    assert alone.table("measures").record["title"] == "Kent by four measures"
    assert [row[:2] for row in alone.table("measures").parts[0]["parts"][0]["rows"]] == [
        [name, "25.0%"] for name in (WITHDREW, NO_ACTION, CHARGED, OPEN)
    ]
    assert alone.table("parts").text.startswith("There is no other force here with a share to compare it with.")
    assert "England" not in alone.headline().record["opening"]
    assert set(alone.rows("measures")["beside"]) == {""}


def test_a_force_without_a_case_lies_on_no_side_of_the_others(made):
    rows = [(force, "2024-04-01", code, cases) for force, cases in (("Kent", 300), ("Essex", 0)) for code in "01"]
    standings = protect(results.standings(results.by_measure(made(rows, months=12)), force="Essex")).table
    assert (standings["cases"].tolist(), set(standings["beside"])) == ([0] * 5, {""})


def test_a_force_that_sent_nothing_has_no_share_and_says_so(made):
    rows = [("Kent", "2024-04-01", "16", 300), ("Essex", "2024-04-01", "16", 0), ("Essex", "2024-04-01", "15", 0)]
    silent = describe(made(rows, months=12, missing=[("Essex", "2024-04-01")]), "Essex")
    assert silent.headline().record["opening"].startswith("No figures were received for stalking cases")
    assert [one["rule"] for one in silent.questions().record["questions"]] == ["years that are not held"]
    assert silent.strips().kind == "figure"
    parts = silent.table("parts").text  # it was said that there is no other force with a share
    assert parts.startswith("Essex Police has no share that can be given, so there is none to compare.")
    assert "cannot be said" in silent.labels().text


def test_suspects_are_the_decided_cases_that_are_not_without_one(year):
    by_force = results.suspects(year.select(force="Kent")).row(force="Kent")
    decided = rates(year.select(force="Kent"), "charged", base="with_outcome").table.iloc[0]["cases"]
    identified = rates(year.select(force="Kent"), "charged", base="with_suspect").table.iloc[0]["cases"]
    assert (by_force["events"], by_force["cases"]) == (identified, decided)
    assert measure("charged").is_wanted  # the one of the four of which more is hoped for


def test_the_picture_has_every_force_and_the_nation(kent, year):
    figure = kent.strips()
    assert figure.record["title"] == "Kent has a higher share of withdrawals than 36 of the 43 other forces"
    assert "Victim withdrew: Kent 56.4%, all forces together 49.6%, the other forces 26.4% to 67.0%." in figure.text
    rows = protect(results.by_measure(year)).table
    assert len(rows) == 45 * 5


@pytest.mark.parametrize(
    ("kent", "essex", "title"),
    [
        (502, 498, "Kent has the same share of withdrawals as Essex as rounded"),
        (505, 498, "Kent has a higher share of withdrawals than Essex as rounded"),
        (600, 498, "Kent has a higher share of withdrawals than Essex"),
    ],
)
def test_a_side_that_rounding_may_have_given_a_force_is_its_side_as_rounded(made, kent, essex, title):
    rows = [
        (force, "2024-04-01", code, n)
        for force, some in (("Kent", kent), ("Essex", essex))
        for code, n in (("16", some), ("15", 1000 - some))
    ]
    held = rounded(made(rows, months=12, sensitivity="restricted"))
    assert describe(held, "Kent").strips().record["title"] == title


@pytest.mark.parametrize("force", nightly(read("stalking_2024_25").forces, "Devon and Cornwall", "Bedfordshire"))
def test_every_force_has_something_to_say_and_to_ask(year, force):
    one = describe(year, force)
    assert one.headline().record["opening"].startswith("Of ")
    assert 1 <= len(one.questions().record["questions"]) <= 6
    for block in (one.strips(), one.table("measures"), one.change(), one.table("parts"), one.labels()):
        assert "nan" not in block.text.split()
        assert "<NA>" not in block.text


def test_a_force_without_a_share_is_said_to_have_none_to_show():
    others = pd.DataFrame({"force": ["Kent"], "share": [0.5]})
    assert chart._described(others, "Charged", "Essex") == (
        "Charged: no share to show for Essex, the other force 50.0%."
    )


def test_a_force_of_which_no_share_may_be_shown_is_not_said_to_give_no_question():
    """All of its cases were charged, all of the other's withdrew: of people, neither share may be shown."""
    rows = [("Kent", "2024-04-01", "1", 900), ("Essex", "2024-04-01", "16", 900)]
    hidden = describe(rounded(make_counts(rows, sensitivity="restricted")), "Kent")
    assert hidden.questions().text == "No figure of the force may be shown here, so none prompts a question."
    assert "Rank of 0" not in hidden.table("measures").html
