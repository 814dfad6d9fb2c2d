"""The fault finder: each kind found, nothing found where nothing is wrong, and files that cannot be read."""

import json
import random

import pytest
from click.testing import CliRunner

from analysis.audit import faults, finding, sizes
from analysis.audit.printed_table import numbers, printed, times
from analysis.cli.main import main
from analysis.errors import DataRefused, ParameterError
from tests import printed_tables as made
from tests.conftest import nightly

FAULTY = made.faulty()
SEEDS = nightly(range(24), *range(0, 24, 4))


def kinds(table, tmp_path, **options):
    return [one.kind for one in faults.audit(made.write(table, tmp_path / "table.csv", **options)).findings]


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_found_and_no_other(name, tmp_path):
    kind, table = FAULTY[name]
    assert set(kinds(table(), tmp_path)) == {kind}


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_where_nothing_is_wrong(seed, tmp_path):
    delimiter = random.Random(seed).choice([",", ",", ";", "\t"])
    assert kinds(made.clean(seed), tmp_path, delimiter=delimiter) == []


def test_a_finding_names_its_rows_its_columns_and_its_chance(tmp_path):
    found = faults.audit(made.write(FAULTY["shares that do not follow"][1](), tmp_path / "table.csv")).findings[0]
    assert found.lines == (6, 22, 35)
    assert found.columns[0] == "withdrew %"
    assert found.chance < -20
    assert "less than 1 in 10^" in found.probability


def test_what_was_compared_is_cited(tmp_path):
    held = faults.audit(made.write(FAULTY["a year doubled"][1](), tmp_path / "table.csv"))
    assert "Home Office" in held.compared[0]
    assert "data/counts/stalking_recorded.parquet" in held.compared[0]
    assert "The suite's figures have" in held.findings[0].evidence


@pytest.mark.parametrize(
    ("text", "value", "decimals", "is_percent"),
    [
        ("1,234", 1234, 0, False),
        ("1 234", 1234, 0, False),
        ("12.30%", 12.3, 2, True),
        ("(5)", -5, 0, False),
        ("−7", -7, 0, False),
        ("1,234 [1]", 1234, 0, False),
        ("512*", 512, 0, False),
        ("98r", 98, 0, False),
        ("0.5", 0.5, 1, False),
    ],
)
def test_a_cell_is_read_with_its_rounding(text, value, decimals, is_percent):
    held = numbers.cell(text)
    assert (held.value, held.decimals, held.is_percent) == (value, decimals, is_percent)


@pytest.mark.parametrize("text", ["", "-", "..", "n/a", "[x]", "[c]", "#DIV/0!", "<5", "Not provided"])
def test_an_absence_is_no_number(text):
    assert numbers.cell(text).kind == "absent"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2014/15", "2014/15"),
        ("2014-15", "2014/15"),
        ("FY2014/15", "2014/15"),
        ("year ending March 2015", "2014/15"),
        ("2014", "2014"),
        ("2024/25 Q1", "2024/25 Q1"),
        ("Apr to Jun 2024", "2024/25 Q1"),
        ("April 2024", "April 2024"),
        ("2021/22 (p)", "2021/22"),
    ],
)
def test_a_time_is_read_in_its_usual_spellings(text, label):
    assert times.time(text).label == label


@pytest.mark.parametrize(
    ("heading", "label", "rest"),
    [("applied_2020_21", "2020/21", "applied"), ("charge rate 17/18", "2017/18", "charge rate")],
)
def test_a_time_is_found_in_a_heading(heading, label, rest):
    found, stem = times.inside(heading)
    assert (found.label, stem) == (label, rest)


def test_titles_notes_blank_lines_and_marks_are_read_past(tmp_path):
    rows = made.clean_years(random.Random(3))
    path = made.write(rows, tmp_path / "table.csv")
    whole = "Recorded crime by force\nSource: police recorded crime\n\n" + path.read_text() + "\n\nNote: provisional.\n"
    path.write_text(whole, encoding="utf-8-sig")
    held = printed.read(path)
    assert (held.header, held.header_line, len(held.rows)) == (tuple(rows[0]), 4, len(rows) - 1)
    assert faults.audit(path).findings == ()
    path.write_bytes(whole.encode("utf-16"))
    assert len(printed.read(path).rows) == len(rows) - 1


def test_the_user_names_the_columns(tmp_path):
    table = FAULTY["a share that is another's"][1]()
    path = made.write(table, tmp_path / "table.csv")
    assert faults.audit(path, {"ignore": ["charged %"]}).findings == ()
    with pytest.raises(ParameterError, match="No column is called 'chargd'. Did you mean 'charged'"):
        faults.audit(path, {"count": ["chargd"]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("force,cases\n", "a header and no rows"),
        ("force,cases\nKent,1\nEssex,2,3\n", "line 3, column 3: 1 cells more than the 2"),
        ("force,cases,cases\nKent,1,2\nEssex,2,3\n", "line 1, column 3: a second column called 'cases'"),
        ("Kent,1,2\nEssex,2,3\n", "line 1, column 2: a number where the columns should be named"),
        ("force,cases\nKent,12\nEssex,1O0\nDorset,7\n", "line 3, column 2 'cases': '1O0' is no number"),
        ('force,cases\nKent,"12\nEssex,7\n', "quotation mark"),
        ("force,nation\nKent,England\nEssex,England\n", "no column holds counts or shares"),
        ("force\nKent\n", "no row names two columns"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, told, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(DataRefused) as refusal:
        faults.audit(path)
    assert told in str(refusal.value)


def test_a_workbook_is_no_table_of_text(tmp_path):
    (tmp_path / "table.csv").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(DataRefused, match="Save the table as CSV"):
        faults.audit(tmp_path / "table.csv")


def test_a_tail_is_a_bound():
    """Chernoff's bound is never below the tail itself: 10 of 10 at one half is 1 in 1,024."""
    assert finding.tail(10, 10, 0.5) == pytest.approx(-3.0103, abs=1e-4)
    assert finding.tail(5, 10, 0.5) == 0.0


def test_no_case_of_few_expected_is_no_wonder():
    assert sizes._chance_of_none(1, 0.3) > -0.6
    assert sizes._chance_of_none(300, 0.3) < -6


def run(*words):
    return CliRunner().invoke(main, ["audit", *map(str, words)])


def test_the_command_tells_people_and_machines_and_ends_with_a_status(tmp_path):
    kind, table = FAULTY["a total of many years"]
    path = made.write(table(), tmp_path / "table.csv")
    told = run(path)
    assert told.exit_code == 3
    assert "Totals that do not add" in told.output
    record = json.loads(run(path, "--format", "json").stdout)
    assert [one["kind"] for one in record["findings"]] == [kind]
    assert record["findings"][0]["lines"] == [45]
    clean = run(made.write(made.clean(1), tmp_path / "clean.csv"))
    assert clean.exit_code == 0
    assert "Nothing was found wrong." in clean.output


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--columns", "amount=charged"], 2, "No role is called 'amount'"),
        (["--columns", "count"], 2, "names no column"),
        (["--columns", "count=force"], 3, "is no number"),
    ],
)
def test_wrong_columns_are_refused(words, status, told, tmp_path):
    result = run(made.write(made.with_shares(), tmp_path / "table.csv"), *words)
    assert (result.exit_code, told in result.output) == (status, True)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    result = run(tmp_path / "none.csv")
    assert (result.exit_code, "is not there" in result.output) == (3, True)
