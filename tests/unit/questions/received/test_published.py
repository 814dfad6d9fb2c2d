"""A force's own counts beside those that are published of it: labelled, protected, and of the same times."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.answers import received
from analysis.counts.counts import read
from analysis.disclosure import protect
from analysis.presentation import tables
from analysis.questions.received import words
from analysis.questions.received.published import beside, published_of, times_in_common
from tests.conftest import make_counts
from tests.released import rounded

OUTCOMES = {"16": 40, "15": 20, "18": 15, "1": 5, "0": 4}


def own(*, force="Kent", first=4, last=15, year=2024, sensitivity="restricted", **numbers):
    """Released counts of one force, the same numbers each month; months run on into the next year."""
    months = [f"{year + (number - 1) // 12}-{(number - 1) % 12 + 1:02}-01" for number in range(first, last + 1)]
    rows = [
        (force, month, code, numbers.get(f"type_{code}", cases)) for month in months for code, cases in OUTCOMES.items()
    ]
    return rounded(make_counts(rows, sensitivity=sensitivity, months=1, taken="2025-06-30"))


@pytest.fixture(scope="module")
def published():
    return read("stalking_2024_25")


@pytest.fixture(scope="module")
def kent():
    return own()


def rows_of(counts, published):
    return protect(beside(counts, published)).table.set_index("measure")


def test_both_are_out_of_all_recorded_cases_of_the_same_year(kent, published):
    rows = rows_of(kent, published)
    withdrew = rows.loc["Victim withdrew"]
    assert (withdrew["year"], withdrew["force"]) == ("2024/25", "Kent")
    recorded = rows.loc["Cases recorded"]
    assert (withdrew["own_events"], recorded["own_events"]) == (480, 1010)  # 1,008 to the nearest five
    assert (withdrew["published_events"], recorded["published_events"]) == (2315, 4106)  # as data/published/ has them
    assert withdrew["own_less_published_share"] == pytest.approx(480 / 1010 - 2315 / 4106)
    assert (withdrew["own_less_published_events"], recorded["own_less_published_events"]) == (-1835, -3096)
    assert pd.isna(recorded["own_share"])
    assert list(rows.index) == ["Cases recorded", "Victim withdrew", "No further action", "Charged", "Not yet decided"]
    assert set(rows["state"]) == {"shown"}


def test_what_is_hidden_of_the_file_has_no_difference(published):
    rows = rows_of(own(type_1=1), published)
    charged = rows.loc["Charged"]
    assert charged["state"] == "suppressed"
    assert charged[["own_events", "own_share", "own_less_published_events", "own_less_published_share"]].isna().all()
    assert charged["published_events"] == 347
    shown = tables.table(protect(beside(own(type_1=1), published)), title="Beside")
    assert "[c]" in shown.html


@pytest.mark.parametrize(
    ("counts", "times"),
    [
        ({}, ["2024/25"]),
        ({"first": 5, "last": 12}, ["2024/25 Q2", "2024/25 Q3"]),
        ({"first": 5, "last": 6}, []),
        ({"year": 2022}, []),
        ({"year": 2023, "last": 27}, ["2024/25"]),
    ],
)
def test_only_whole_years_or_else_whole_quarters_are_compared(published, counts, times):
    held = own(**counts)
    assert times_in_common(held, published) == times
    result = protect(beside(held, published))
    assert list(dict.fromkeys(result.table[result.by[2]])) == times


def test_of_a_year_whose_endings_are_not_held_the_recorded_cases_are_compared():
    """A file that holds a fifth of the cases that are published as recorded would otherwise be told nothing of it."""
    before = own(year=2023)
    recorded = published_of(before)
    result = protect(beside(before, recorded))
    [row] = result.table.to_dict("records")
    assert (row["measure"], row["own_events"], row["published_events"]) == ("Cases recorded", 1010, 4224)
    assert row["own_less_published_events"] == 1010 - 4224
    [sentence] = words.beside_published(result, edition="recorded crime")
    assert sentence.endswith("1,010 stalking cases are counted from the file, 4,224 are published (recorded crime).")
    assert not any(name.endswith("_share") for name in words.columns_beside(result))
    assert "Cases recorded" in tables.table(result, title="Beside", columns=words.columns_beside(result)).html
    assert "outcome" in published_of(own()).dimensions


def test_in_words_it_is_said_which_is_which(kent, published):
    result = protect(beside(kent, published))
    [sentence] = words.beside_published(result, edition="Home Office, tables of March 2025")
    assert sentence == (
        "Kent, 2024/25: 1,010 stalking cases are counted from the file, 4,106 are published (Home Office, tables of "
        "March 2025). The victim withdrew in 47.5% of the former and 56.4% of the latter."
    )
    why = words.what_may_explain(result, edition="tables", taken=words.day("2025-06-30"))
    assert "taken on 30 June 2025" in why
    assert "made up" not in why


def test_made_up_cases_of_a_real_force_say_so(published):
    result = protect(beside(own(sensitivity="synthetic"), published))
    assert "1,010 made-up stalking cases are counted" in words.beside_published(result, edition="tables")[0]
    assert words.what_may_explain(result, edition="", taken="").startswith("The cases of the file are made up")


def test_where_there_is_nothing_to_set_beside_it_is_said_why(kent, published):
    assert words.no_published(kent, published) == ""
    assert "published themselves" in words.no_published(published, None)
    assert words.no_published(own(year=2022), published).endswith("have no whole year or quarter in common.")
    assert "'attrition update' fetches" in words.no_published(own(year=2027), published)
    part = own(first=4, last=5, year=2023)
    assert "held are of April 2012 to " in words.no_published(part, published_of(part))
    assert words.no_published(kent, None) == "No published figures are held of stalking."
    exact = make_counts([("Kent", "2024-04-01", "16", 90)], sensitivity="restricted")
    dimensions = ("force", "period", "offence", "outcome")
    table = pd.concat([exact.table.assign(offence=code) for code in ("8L", "8Q")])[[*dimensions, "cases"]]
    several = rounded(replace(exact, table=table, dimensions=dimensions, offence=""))
    assert "these are of several" in words.no_published(several, None)
    example = read("stalking_example").select(offence="8Q")
    assert "Exampleshire, which does not exist" in words.no_published(example, published)
    other = replace(published, coverage=published.coverage.select(forces=["Essex"]))
    assert words.no_published(kent, other) == "No published figures are held of Kent for stalking."


def test_the_answer_has_the_table_of_a_real_force_and_a_sentence_of_one_that_is_made_up(monkeypatch, kent):
    example = received.receive(read("stalking_example"))
    assert "does not exist" in example.table("published").text
    assert "published" not in example.headline().text
    account = received.results.read_ledger(read("stalking_example"))
    monkeypatch.setattr(received.results, "read_ledger", lambda _: account)
    held = received.Received(kent, kent.select(offence="8Q"), "all")
    shown = held.table("published")
    assert "Home Office, tables of March 2025" in shown.text + shown.html
    assert held.rows("published")["published_events"].tolist()[:2] == [4106, 2315]
