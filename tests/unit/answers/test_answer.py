"""One result a question: it shows itself, names its tables, and refuses in words what it does not have."""

from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module

import pandas as pd
import pytest

from analysis import answers
from analysis.answers import own
from analysis.answers.answer import Answer
from analysis.answers.findings import judge
from analysis.answers.journey import follow
from analysis.answers.outcomes import endings
from analysis.answers.received import receive
from analysis.counts.counts import read
from analysis.errors import DisclosureRefused, ParameterError
from analysis.presentation import blocks, content
from analysis.presentation.blocks import Shown
from tests import released
from tests.conftest import PROJECT

QUESTIONS = sorted(path.stem for path in (PROJECT / "analysis" / "answers").glob("[a-z]*.py"))
QUESTIONS = [name for name in QUESTIONS if name not in ("answer", "own", "show")]


@dataclass(frozen=True)
class Two(Answer):
    """A result of two tables."""

    def headline(self):
        return blocks.headline("It is so.")

    def _table_second(self):
        return Shown("table", "Second.", content.paragraphs("second"))

    def _table_first(self):
        return Shown("table", "First.", (), {"records": [{"force": "Kent", "symbols": {"share": "[c]"}}]})


@dataclass(frozen=True)
class Three(Two):
    """The same and one more."""

    def _table_third(self):
        return Shown("table", "Third.")

    def _table_second(self):
        return Shown("table", "Another second.")


def test_tables_come_in_the_order_in_which_they_are_written_and_can_be_replaced():
    assert Two.tables() == ("second", "first")
    assert Three().tables() == ("second", "first", "third")
    assert Three().table("second").text == "Another second."


def test_a_result_shows_its_headline_and_its_first_table():
    bundle = Two()._repr_mimebundle_()
    assert bundle["text/plain"] == "It is so.\nsecond"
    assert bundle["text/html"].endswith("<p>second</p></div>")


def test_rows_are_data_without_symbols():
    assert Two().rows("first").to_dict("records") == [{"force": "Kent"}]
    assert Two().rows("second").empty


def test_a_table_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ParameterError, match=r"^Two has no table 'frist'\. Did you mean 'first'\? It has: second, fir"):
        Two().table("frist")
    with pytest.raises(ParameterError, match="has no table 'tables'"):
        Two().rows("tables")


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_has_one_function_and_one_frozen_result(name):
    module = import_module(f"analysis.answers.{name}")
    kinds = [getattr(module, each) for each in module.__all__]
    results = [each for each in kinds if isinstance(each, type)]
    assert len(results) == 1
    assert len(kinds) == 2
    assert issubclass(results[0], Answer)
    assert is_dataclass(results[0])
    assert results[0].__dataclass_params__.frozen
    assert not any(each.name.startswith("_") for each in fields(results[0]))
    assert dir(module) == sorted(module.__all__)
    assert results[0].tables()


def test_a_question_of_ones_own_shows_itself():
    kent = own.read_counts("stalking_2024_25").select(force="Kent")
    withdrew = own.rates(kent, "victim_withdrawal")
    assert withdrew._repr_mimebundle_()["text/plain"].startswith("2,315 of 4,106 stalking cases recorded by Kent")
    assert own.rates(kent, "charged", by="quarter").quarters().kind == "figure"
    assert own.split(kent).hundred_cases().kind == own.split(kent, by="outcome_name").bars().kind == "figure"
    assert withdrew.key_figure().kind == "key_figures"
    assert withdrew.rows()["events"].tolist() == [2315]
    assert own.rates(kent, "charged", by="quarter").table("Quarters").record["title"] == "Quarters"


def test_nothing_of_exact_counts_of_people_is_shown(made):
    exact = made([("Kent", "2024-04-01", "16", 50), ("Kent", "2024-04-01", "1", 50)], sensitivity="restricted")
    for ask in (own.rates, endings):
        with pytest.raises(DisclosureRefused, match="exact counts of people"):
            ask(exact, "victim_withdrawal")


def test_what_is_hidden_of_people_stays_hidden_in_every_part(made):
    rows = [("Kent", "2024-04-01", "16", 43), ("Kent", "2024-04-01", "1", 58), ("Essex", "2024-04-01", "1", 60)]
    rows += [("Essex", "2024-04-01", "16", 3)]
    ended = endings(released.rounded(made(rows, sensitivity="restricted")), "victim_withdrawal")
    by_force = ended.rows("forces").set_index("force")
    assert pd.isna(by_force.loc["Essex", "events"])
    assert pd.isna(by_force.loc["Essex", "share"])


@pytest.fixture(scope="module")
def year():
    return read("offences_2024_25")


def test_endings_say_the_share_of_a_force_beside_all(year):
    ended = endings(year, "victim_withdrawal", force="Kent")
    assert "(56.4%)" in ended.headline().text
    assert "all forces together (49.6%)" in ended.headline().text
    assert ended.tables() == ("types", "forces", "quarters", "offences")
    assert "one_split_share" in ended.rows("forces")
    assert "one_split_share" not in endings(year, "no_further_action").rows("forces")
    assert {ended.hundred_cases().kind, ended.types().kind, ended.forces().kind, ended.quarters().kind} == {"figure"}
    assert ended.offences().kind == "figure"


def test_no_offence_is_set_above_or_below_one_of_which_many_cases_are_open(year):
    told = endings(year, "victim_withdrawal").offences().text
    assert "4 other offences with few open cases 1 is clearly above stalking" in told
    assert "clearly" not in endings(year, "victim_withdrawal", offence="19C").offences().text


def test_rows_are_called_others_only_beside_one_that_is_marked(year):
    ended = endings(year, "victim_withdrawal")
    assert "of 41 forces with few open cases 16 are clearly above all forces together" in ended.forces().text
    kent = endings(year, "victim_withdrawal", force="Kent")
    assert "of 40 other forces with few open cases" in kent.forces().text


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"measure": "withdrawal"}, "No measure is called"),
        ({"measure": "charged", "base": "decidd"}, "No base is called"),
        ({"measure": "charged", "force": "Kemt"}, "Did you mean 'Kent'"),
        ({"measure": "charged", "offence": "8Z"}, "8Z"),
    ],
)
def test_endings_refuse_at_once_what_is_not_there(year, asked, refused):
    with pytest.raises(ParameterError, match=refused):
        endings(year, **asked)


def test_a_force_with_an_article_has_it_in_the_sentences_of_the_journey(year):
    told = follow(year.select(offence="8Q"), force="Metropolitan Police").headline().text
    assert "for stalking in the Metropolitan Police and" in told
    assert "169 charges would be in the Metropolitan Police, beside" in told


def test_the_journey_is_of_the_force_and_of_all(year):
    way = follow(year.select(offence="8Q"), force="Wales")
    assert way.tables() == ("steps", "charged", "courts", "scenario", "reach", "forces")
    assert "Wales" in way.headline().text
    assert all(way.table(name).kind in ("table", "nothing") for name in way.tables())
    assert {way.steps().kind, way.years().kind, way.forces().kind, way.key_figures().kind} == {"figure", "key_figures"}


def test_what_was_received_needs_a_ledger(year):
    with pytest.raises(ParameterError, match="have no reading ledger"):
        receive(year)
    gwent = receive(read("gwent_2022_2025"), force="Gwent", crime_type="Violence and sexual offences")
    assert gwent.headline().text.startswith("About 9 in 10 of the rows that arrived were counted.")
    assert gwent.warnings().kind == "provenance"
    assert len(gwent.rows("files")) == 72


def test_a_measure_of_which_nothing_was_printed_is_refused():
    printed = judge(read("stalking_2024_25"), read("stalking_recorded"))
    with pytest.raises(ParameterError, match="No finding on 'charged' was printed of London"):
        printed.definitions("charged")
    with pytest.raises(
        ParameterError, match="No finding on 'atrition' was printed of London. Did you mean 'attrition'"
    ):
        printed.sample_sizes("atrition")
    assert len(printed.rows("ten")) == 10
    assert not printed.rows("breaks").empty
    with pytest.raises(ParameterError, match="Metropolitan"):
        judge(read("gwent_2022_2025"), read("stalking_recorded"))


def test_the_vocabulary_of_answers_is_what_its_stub_says():
    assert {"outcomes", "findings", "show", "rates", "read_counts", "split"} <= set(dir(answers))
    assert answers.outcomes.endings is endings
    assert answers.read_counts is own.read_counts
