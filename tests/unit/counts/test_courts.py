"""Courts' figures as a table with stated invariants, and the steps of cases in units that are never mixed."""

from datetime import date

import pandas as pd
import pytest

from analysis.counts import counts, courts
from analysis.counts.courts import COURTS_FILE, SURVEY_FILE, Courts
from analysis.disclosure import protect
from analysis.errors import DataRefused, ParameterError
from analysis.questions.journey import words
from analysis.questions.journey.results import CASES, STEPS, case_steps, charged_by_year, courts_by_year
from analysis.shares.rates import rates
from tests import released
from tests.conftest import make_counts
from tests.unit.counts.test_yearly import made as endings

COLUMNS = ["force", "period", "edition", "proceeded", "convicted", "doubt"]
SURVEY = pd.DataFrame({"period": [date(2024, 4, 1)], "people": pd.array([1400000], dtype="Int64"), "source": ["S"]})


def made(*rows, survey=SURVEY):
    """Courts' figures from (force, year, proceeded, convicted, doubt) tuples."""
    whole = [(force, date(year, 1, 1), "one", *told) for force, year, *told in rows]
    table = pd.DataFrame(whole, columns=COLUMNS).astype({"proceeded": "Int64", "convicted": "Int64"})
    return Courts(table, survey)


KENT, ESSEX = ("Kent", 2021, 10, 6, ""), ("Essex", 2021, 4, 5, "more_convicted")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([KENT, KENT], "a row stands twice for one force and year"),
        ([("Kentt", *KENT[1:])], "'Kentt' is no force"),
        ([(*KENT[:4], "guessed")], "doubt 'guessed'; known are more_convicted, not_listed"),
        ([("Kent", 2021, -1, 0, "more_convicted")], "a count below zero"),
        ([("Kent", 2021, None, None, "")], "blank without 'not_listed'"),
        ([("Kent", 2021, 3, None, "not_listed")], "blank without 'not_listed'"),
        ([("Kent", 2021, 3, 2, "not_listed")], "blank without 'not_listed'"),
        ([("Kent", 2021, 3, 4, "")], "more convicted than proceeded against without"),
        ([("Kent", 2021, 4, 3, "more_convicted")], "more convicted than proceeded against without"),
    ],
)
def test_a_table_that_breaks_its_contract_is_refused(rows, told):
    with pytest.raises(DataRefused, match=told):
        made(*rows)


def test_a_year_of_courts_begins_in_january():
    table = made(KENT).forces.assign(period=[date(2021, 4, 1)])
    with pytest.raises(DataRefused, match="does not begin on 1 January"):
        Courts(table, SURVEY)


def test_a_file_says_where_it_is_wrong(tmp_path):
    (tmp_path / "stalking_courts.csv").write_text(f"{','.join(COLUMNS)}\nKent,2021-01-01,one,ten,6,\n")
    with pytest.raises(
        DataRefused, match="stalking_courts.csv, line 2, column 'proceeded': 'ten' is not a whole number"
    ):
        courts._read(tmp_path)


def test_forces_that_are_not_listed_add_nothing_and_are_said():
    held = made(KENT, ("Gwent", 2021, None, None, "not_listed"), ("South Wales", 2021, 5, 4, ""))
    wales = held.of("Wales").years[0]
    assert (wales.proceeded, wales.convicted, wales.forces, wales.absent) == (5, 4, 1, 3)
    assert wales.doubt == "no row for 3 of 4 forces"
    nothing = held.of("Gwent").years[0]
    assert (nothing.proceeded, nothing.convicted, nothing.doubt) == (None, None, "the source has no row for it")
    assert held.of("Surrey").years[0].proceeded is None
    with pytest.raises(ParameterError, match="Did you mean 'Gwent'"):
        held.of("Gwentt")


def test_nothing_is_held_beside_another_crime_or_made_up_cases():
    held = made(KENT)
    stalking = counts.read("stalking_2024_25")
    assert held.of(stalking).place == "England and Wales"
    assert held.of(stalking.select(force="Wales")).place == "Wales"
    assert held.of(stalking.select(force="Kent")).is_held
    for other in (
        counts.read("offences_2024_25").select(offence="8L"),
        counts.read("offences_2024_25"),
        counts.read("stalking_example"),
        counts.read("gwent_2022_2025"),
    ):
        assert not held.of(other).is_held
        assert courts_by_year(held.of(other)).about.is_held is False
        assert case_steps(other, held.of(other)).about.source == rates(other, "undecided").about.source
    for whole, files in ((stalking, (COURTS_FILE, SURVEY_FILE)), (stalking.select(force="Kent"), (COURTS_FILE,))):
        context = case_steps(whole, held.of(whole)).about
        assert "; courts: BBC Shared Data Unit" in context.source
        assert context.files[-len(files) :] == files


def test_the_years_of_courts_are_told_from_the_first_to_the_last():
    held = made(KENT, ("Kent", 2019, 8, 8, "")).of("Kent")
    by_year = courts_by_year(held)
    assert by_year.about.period == "2019 to 2021"
    assert protect(by_year).table["convicted_share"].tolist() == [1.0, 0.6], "all of them are a share too"


def test_where_more_were_convicted_than_proceeded_against_there_is_no_share():
    table = protect(courts_by_year(made(KENT, ESSEX).of("Essex"))).table
    assert table["convicted"].tolist() == [5]
    assert table["convicted_share"].isna().all()
    assert table["doubt"].tolist() == ["more were convicted than proceeded against"]
    assert protect(courts_by_year(made(KENT, ESSEX).of("Kent"))).table["convicted_share"].tolist() == [0.6]


def steps(rows, held=None, **changes):
    return protect(case_steps(released.shown(make_counts(rows, **changes)), held or made(KENT)))


ROWS = [("Kent", "2024-04-01", code, cases) for code, cases in (("0", 100), ("1", 90), ("16", 500), ("15", 310))]


def test_a_share_is_taken_within_a_unit_alone():
    table = steps(ROWS, offence="8Q").table.set_index("step")
    assert table["counted"].tolist() == [1000, 900, 90, 10, 6]
    assert table["unit"].tolist() == ["cases", "cases", "cases", "defendants", "defendants"]
    assert [round(share, 4) if not pd.isna(share) else None for share in table["share"]] == [None, 0.9, 0.1, None, 0.6]
    for _, of_step in STEPS.values():
        assert not of_step or STEPS[of_step][0] == next(unit for unit, of in STEPS.values() if of == of_step)


def test_what_may_not_be_shown_of_cases_is_not_shown_in_their_steps():
    few = [("Kent", "2024-04-01", code, cases) for code, cases in (("0", 3), ("1", 4), ("16", 501), ("15", 313))]
    table = steps(few, sensitivity="restricted", offence="8Q").table.set_index("step")
    assert table.loc["Charged or summonsed", "state"] == "suppressed"
    assert table.loc[["Charged or summonsed"], ["counted", "share"]].isna().all(axis=None)
    assert table.loc[["Recorded by the police", "Decided"], "counted"].tolist() == [820, 820]


def test_a_picture_says_every_number_and_that_its_groups_may_not_be_compared():
    shown = words.chart(steps(ROWS, offence="8Q"))
    described = shown.record["description"]
    for number in ("1,000", "900, 90.0% of recorded", "90, 10.0% of decided", "proceeded against, 10", "6, 60.0%"):
        assert number in described
    assert "no share is taken from one to the other" in described
    assert "another unit from here" in shown.html
    alone = words.chart(steps([("Exampleshire", *row[1:]) for row in ROWS], sensitivity="synthetic", offence="8Q"))
    assert "another unit" not in alone.html + alone.record["description"]


def test_a_force_of_which_courts_have_no_row_is_not_said_to_have_none():
    found = steps(ROWS, made(("Essex", 2021, 4, 3, "")), offence="8Q")
    assert found.table.set_index("step").loc[["Convicted"], "state"].tolist() == ["not_received"]
    told = words.in_court(found)
    assert told == "Of Kent the courts' figures to 2021 that are held here have no row, so no convictions can be given."
    assert "convicted, no figure [x]" in words.chart(found).record["description"]


def test_a_year_by_year_picture_keeps_cases_and_defendants_apart():
    police = endings(("Kent", 2020, 100, 90, 20, 30, 25), ("Kent", 2021, 120, 100, 30, 30, 25)).of("Kent")
    shown = words.years_chart(protect(charged_by_year(police)), protect(courts_by_year(made(KENT).of("Kent"))))
    assert shown.record["title"] == "30 cases of 2021/22 charged; 6 defendants convicted in 2021"
    assert "2020/21 20; 2021/22 30" in shown.record["description"]
    assert "by calendar year: 2021 10 and 6" in shown.record["description"]
    table = protect(charged_by_year(police)).table
    assert [round(float(share), 3) for share in table["charged_share"]] == [0.222, 0.3]
    nothing = protect(courts_by_year(made(KENT).of(counts.read("stalking_example"))))
    assert words.years_chart(protect(charged_by_year(police)), nothing).kind == "nothing"


def test_the_units_of_steps_are_those_of_their_headings():
    assert {unit for unit, _ in STEPS.values()} == set(words._WHOSE)
    assert [of for unit, of in STEPS.values() if unit == CASES] == ["", "Recorded by the police", "Decided"]
