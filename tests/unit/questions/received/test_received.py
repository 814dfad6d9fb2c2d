"""What was read and what was left out, as rates of rows and in words."""

from dataclasses import replace

import pytest

from analysis.counts import ledger
from analysis.counts.counts import read
from analysis.counts.ledger import Released
from analysis.disclosure import protect
from analysis.errors import DataRefused, ParameterError
from analysis.presentation import tables, wording
from analysis.questions.outcomes import charts
from analysis.questions.received import words
from analysis.questions.received.results import read_ledger, rows_by_file, rows_by_reason, rows_counted
from analysis.shares.rates import rates


@pytest.fixture(scope="module")
def gwent():
    return read("gwent_2022_2025")


@pytest.fixture(scope="module")
def example():
    return read("stalking_example")


def test_every_row_of_the_files_is_in_one_line(gwent):
    held = read_ledger(gwent)
    by_reason, by_file = rows_by_reason(held, gwent).table, rows_by_file(held, gwent).table
    assert by_reason["events"].sum() == by_file["events"].sum() == held.rows == 202_374 + 142_755
    assert set(by_reason["cases"]) == {held.rows}
    street = by_file[by_file["file"].str.contains("street")]
    assert (len(street), street["events"].sum()) == (36, 202_374)


def test_published_rows_are_told_as_they_are(gwent):
    held = read_ledger(gwent)
    told = words.sentence(protect(rows_counted(held, gwent)), held)
    assert told == (
        "345,129 rows of 72 files (data.police.uk's monthly files) were read, and 307,957 (89.2%) were counted."
    )
    assert words.opening(protect(rows_counted(held, gwent))) == "About 9 in 10 of the rows that arrived were counted."
    for left, told in ((0, "Everything that arrived was counted."), (1, "Nearly all rows that arrived were counted.")):
        entries = tuple(replace(entry, kept=entry.rows - left) for entry in held.entries)
        assert words.opening(protect(rows_counted(replace(held, entries=entries), gwent))) == told


def test_of_case_files_only_what_was_released_is_told(example):
    held = read_ledger(example)
    assert isinstance(held, Released)
    counted = protect(rows_counted(held, example))
    assert words.opening(counted) == ""
    assert words.sentence(counted, held) == "One case file was read."
    shown = tables.table(protect(rows_by_reason(held, example)), title="Rows", finding=words.reasons(held))
    assert shown.html == f"<p>{words.reasons(held)}</p>"
    assert "Here there is no such reason." in shown.html
    shown = tables.table(protect(rows_by_file(held, example)), title="Files", finding=words.files(held))
    assert shown.text.startswith("One case file was read. Its name and its number of rows are known")


def test_reasons_of_many_rows_are_told_of_case_files(example):
    held = replace(read_ledger(example), dropped={"exact copy of another row": 40, "no force": 115}, number=3)
    assert held.files == ("Case file 1", "Case file 2", "Case file 3")
    assert words.files(held).startswith("3 case files were read. Their names")
    table = protect(rows_by_reason(held, example)).table
    assert table["reason"].tolist() == ["No force", "Exact copy of another row"]
    assert table["events"].tolist() == [115, 40]
    assert table[["cases", "share"]].isna().all(axis=None)
    shown = tables.table(protect(rows_by_reason(held, example)), title="Rows", columns=("reason", "events", "share"))
    assert ["No force", "115", "[c]"] in shown.parts[0]["rows"]
    assert "Here there is no such reason" not in words.reasons(held)


def test_published_files_have_no_such_sentence(gwent):
    held = read_ledger(gwent)
    assert words.reasons(held) == words.files(held) == ""


def test_counts_that_were_not_reduced_have_no_ledger():
    with pytest.raises(ParameterError, match="have no reading ledger"):
        read_ledger(read("stalking_2024_25"))


def test_a_ledger_reads_back_as_it_was_written(gwent, tmp_path):
    held = read_ledger(gwent)
    path = tmp_path / "gwent.ledger.json"
    path.write_text(ledger.written(held))
    assert ledger.read(path) == held
    path.write_text(ledger.written(held)[:-100])
    with pytest.raises(DataRefused, match="is not a reading ledger"):
        ledger.read(path)
    with pytest.raises(DataRefused, match="cannot be read"):
        ledger.read(tmp_path / "nothing.json")


def test_months_are_drawn_with_their_open_cases(gwent):
    months = protect(rates(gwent, "undecided", by="month"))
    assert len(months.table) == 36
    assert months.table["cases"].sum() == gwent.total
    shown = charts.months(months)
    assert "A bar for each of 36 months, July 2022 to June 2025." in shown.text
    assert "June 2025 (" in shown.text


def test_warnings_name_the_force(gwent):
    shown = words.warnings(read_ledger(gwent))
    assert "Join: Gwent: 85.2% of 165,809 crimes" in shown.text
    assert words.beware(read_ledger(gwent)) == "There are 7 points to note, listed below."


def test_made_up_cases_are_called_so_in_every_sentence(example):
    answer = protect(rates(example, "victim_withdrawal"))
    row = answer.table.iloc[0]
    assert wording.share_sentence(answer).startswith(
        f"{row['events']:,} of {row['cases']:,} made-up stalking cases recorded by Exampleshire Police"
    )
    assert "made-up stalking cases" in wording.opening(answer)


def test_rates_by_a_dimension_that_is_not_kept_are_refused():
    with pytest.raises(ParameterError, match="are not kept by period, so not by quarter either"):
        rates(read("stalking_example_features"), "victim_withdrawal", by="quarter")
