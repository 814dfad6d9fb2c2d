"""A Home Office table cut to some outcome types has no whole base: the types are named, and no share is given."""

from datetime import date

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.disclosure.protected import protect
from analysis.intake import reduction
from analysis.intake.reading import Request
from analysis.presentation import blocks, tables, wording
from analysis.questions.outcomes import charts
from analysis.reference import reference
from analysis.shares.rates import rates, split
from tests.unit.home_office_workbooks import APRIL, JULY, reading, row, written

pytestmark = pytest.mark.usefixtures("cache")
EVERY = sorted(reference.expected_outcomes("home_office", first="2024-04-01", last="2024-06-30"), key=int)
CASES = {"0": 40, "1": 30, "14": 9, "15": 60, "16": 100, "18": 20}


def grid(*, without=(), force="Kent", quarter=1, zeros=True):
    return [
        row(force=force, quarter=quarter, outcome=int(code), recorded=CASES.get(code, 0), closed=0)
        for code in EVERY
        if code not in without and (zeros or CASES.get(code))
    ]


def reduced_from(path):
    request = Request("cut", "home-office")
    return reduction.added(reduction.read_files([path], request, spread=map), request)


@pytest.fixture
def reduced(tmp_path, monkeypatch):
    def made(*rows):
        monkeypatch.setattr(counts, "FOLDER", tmp_path)
        path = written(tmp_path / "figures.xlsx", *rows)
        found = reduced_from(path)
        reduction.write(found, tmp_path)
        return counts.read("cut"), found.ledger.entries[0].warnings

    return made


def test_a_whole_table_lacks_nothing(reduced):
    held, warnings = reduced(*grid())
    assert held.coverage.lacks() == frozenset()
    assert protect(rates(held, "victim_withdrawal")).table["cases"].tolist() == [259]
    assert "outcome types that did not come" not in {one.kind for one in warnings}


def test_types_that_did_not_come_are_named_and_no_share_is_given(reduced):
    gone = [code for code in EVERY if code not in ("1", "14", "15", "16")]
    held, warnings = reduced(*grid(without=gone))
    told = next(one.text for one in warnings if one.kind == "outcome types that did not come")
    assert told.startswith("types 0, 2 to 13, 17, 18 and 20 to 22 have no row in the table, not even of 0.")
    for base in ("recorded", "with_outcome", "with_suspect"):
        found = protect(rates(held, "victim_withdrawal", base=base))
        assert found.table["state"].tolist() == ["not_received"]
        assert found.table[["cases", "share"]].isna().all(axis=None)
    recorded = protect(rates(held, "victim_withdrawal"))
    assert recorded.table["events"].tolist() == [109], "the cases themselves came"
    assert wording.share_sentence(recorded) == (
        "No share can be given of stalking cases recorded by Kent Police from April to June 2024: outcome types 0, 2 "
        "to 13, 17, 18 and 20 to 22 did not arrive, so not all of its cases are included. 109 cases ended because the "
        "victim withdrew."
    )
    assert wording.opening(recorded) == ""
    assert protect(rates(held, "no_further_action")).table["events"].isna().all(), "of types 10 and 18 nothing is known"


def test_pictures_tables_and_the_line_of_what_was_read_say_so(reduced):
    held, _ = reduced(*grid(without=["0", "18"]))
    parts = protect(split(held, by="outcome_name"))
    shown = tables.table(parts, title="Endings")
    assert "outcome types 0 and 18 did not arrive" in shown.html
    rows = parts.table.set_index("outcome_name")["events"]
    assert rows["16: Suspect identified, victim does not support action"] == 100
    assert pd.isna(rows["18: Investigation complete, no suspect identified"])
    assert "No share can be given" in charts.hundred_cases(protect(split(held))).text
    assert "outcome types 0 and 18 did not arrive" in blocks.read(held).text


def test_a_base_that_needs_none_of_them_is_whole(reduced):
    held, _ = reduced(*grid(without=["0", "14", "18"]))
    found = protect(rates(held, "charged", base="with_suspect")).table.iloc[0]
    assert (found["events"], found["cases"], found["state"]) == (30, 190, "shown")
    assert protect(rates(held, "charged", base="with_outcome")).table["state"].tolist() == ["not_received"]


def test_a_quarter_and_a_force_that_came_whole_keep_their_shares(reduced):
    held, _ = reduced(*grid(without=["0"]), *grid(quarter=2), *grid(force="Essex"), *grid(force="Essex", quarter=2))
    by_force = protect(rates(held, "victim_withdrawal", by="force")).table.set_index("force")
    assert by_force["state"].to_dict() == {"Essex": "shown", "Kent": "not_received"}
    by_quarter = protect(rates(held, "victim_withdrawal", by="quarter")).table.set_index("quarter")
    assert by_quarter["state"].to_dict() == {"2024/25 Q1": "not_received", "2024/25 Q2": "shown"}
    assert protect(rates(held, "victim_withdrawal")).table["state"].tolist() == ["not_received"]
    second = held.select(period="2024/25 Q2")
    assert protect(rates(second, "victim_withdrawal")).table["state"].tolist() == ["shown"]


def test_a_table_without_its_rows_of_0_lacks_what_no_force_has(tmp_path):
    found = reading(written(tmp_path / "a.xlsx", *grid(zeros=False), *grid(force="Essex", zeros=False, without=["18"])))
    lacking = found.parts[""].lacking
    assert lacking["Kent", APRIL] == lacking["Essex", APRIL] == frozenset(EVERY) - CASES.keys()


def test_closed_investigations_never_have_type_0(tmp_path):
    found = reading(written(tmp_path / "a.xlsx", *grid(without=["0"])))
    assert found.parts[""].lacking == {("Kent", APRIL): frozenset({"0"})}
    assert found.parts["closed"].lacking == {}


def test_a_type_is_expected_only_where_it_existed_and_police_forces_can_have_it():
    def expected(first, last):
        return reference.expected_outcomes("home_office", first=first, last=last)

    assert "22" not in expected("2018-04-01", "2018-06-30")
    assert "22" in expected("2019-04-01", "2019-06-30")
    assert "21" not in expected("2014-04-01", "2014-06-30")
    assert "19" not in expected("2024-04-01", "2024-06-30"), "only fraud is passed to the bureau"
    assert "1a" not in expected("2024-04-01", "2024-06-30")


def test_what_lacks_outlives_the_file_and_the_cache(reduced, tmp_path):
    held, _ = reduced(*grid(without=["0"]), *grid(quarter=2, without=["18"]))
    assert dict(held.coverage.lacking) == {("Kent", APRIL): frozenset({"0"}), ("Kent", JULY): frozenset({"18"})}
    again, once_more = (reading(tmp_path / "figures.xlsx").parts[""].lacking for _ in range(2))
    assert again == once_more == dict(held.coverage.lacking)
    assert held.coverage.select(within=None, forces=[]).lacking == {}
    assert held.coverage.lacks(first=date(2024, 7, 1)) == {"18"}


def test_the_bundled_figures_lack_nothing():
    for name in ("stalking_2024_25", "offences_2024_25"):
        assert not counts.read_file(reference.DATA / "counts" / f"{name}.parquet").coverage.lacks()


def test_the_table_that_was_cut_in_the_shared_cases(shared, tmp_path, monkeypatch):
    """Kent withdrew 2,315 of 4,106 recorded (56.4%); out of the four types that came it would be 60.1%."""
    path = shared / "cases" / "09_filtered_outcome_types.xlsx"
    if not path.is_file():
        pytest.skip("the workbook that was cut is not beside the project")
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    reduction.write(reduced_from(path), tmp_path)
    kent = protect(rates(counts.read("cut").select(force="Kent", offence="8Q"), "victim_withdrawal"))
    assert kent.table["events"].tolist() == [2315]
    assert kent.table["share"].isna().all()
