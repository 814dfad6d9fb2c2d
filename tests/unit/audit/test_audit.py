"""The fault finder: each kind found, nothing found where nothing is wrong, and files that cannot be read."""

import json
import random

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import integrate, stats

from analysis.audit import copies, faults, finding, sizes
from analysis.audit import words as audit_words
from analysis.audit.printed_table import numbers, printed, times
from analysis.cli.main import main
from analysis.errors import DataRefused, ParameterError
from tests import printed_tables as made
from tests.conftest import nightly

FAULTY = made.faulty()
#: A stretch of the sentence that tells of each fault; of most, what was done to the table says what it must be.
TOLD = {
    "a share that is another's": "follows from withdrew / recorded; charged / recorded it is not in 43 of 43 (line 26:",
    "a count that is another's": "'charged' and 'withdrew' are the same in 42 of the 42 rows that can tell.",
    "a share that is another's, rounded": "'evidential %' is the same as 'charged %' in 43 of 43 rows",
    "a year doubled": "All 43 counts above 0 of 2018/19 are even, where 51% of the 257 other counts are: doubled.",
    "a year trebled": "adds up to 658,671 as printed, 219,557 if so. The suite's figures have 219,557 where",
    "a force doubled": "Kent is 2 times the suite's in 7 of 7 counts: 112,098 printed, 56,049 in the suite's figures.",
    "a year missing": "2017/18 is not there, and the 7 others from 2013/14 to 2020/21 are.",
    "two years missing": "2017/18 and 2018/19 are not there, and the 6 others from 2013/14 to 2020/21 are.",
    "a year a hundredfold": "are a multiple of 100, where",
    "a zero of a large force": "1 zero that few would expect, likely 'not provided': Kent 2019/20 (about",
    "a force missing": "Hertfordshire is not there, and the 42 other territorial forces",
    "a row missing": "429 of 430 rows are there; none for Cleveland 2019/20",
    "shares slipped": "in 31 rows it follows from charged and recorded of 1 row below",
    "counts slipped": "in 27 rows it follows from charged of 1 row above over its own recorded",
    "a year slipped": "those that the suite has 1 row below (Essex: 1,516 printed, 3,837 its own)",
    "a year slipped of unknown places": "from Area 12 to Area 41, is of the size of the row 1 below at other times",
    "two rows exchanged": "The counts of Dorset and Kent (2020/21) stand at each other's labels",
    "shares that do not follow": "in 40 of 43 rows, and not in 3: line 22: 56 of 867 is 6.5, printed 13.5%.",
    "percentages among fractions": "as percentages among fractions in 9 of 43 rows (line 7: 62.3, where withdrew",
    "fractions among percentages, no counts": "and 9 of 1 or less that are like them once a hundred times as large",
    "a year in thousands": "of 2021/22 is about a thousandth of what the same places have at other times, in all 42",
    "a total of many years": "1 of 6 totals does not add: line 45, 2018/19: 212,717 printed, parts 213,617 (-900).",
    "a total of one year": "1 of 4 totals does not add: line 45, charged: 35,761 printed, parts 34,761 (+1,000).",
    "zeros of large forces": "Kent 2019/20 (about 1,226 expected; 1,226 in the suite's figures).",
    "zeros of unknown places": "2 zeros that few would expect, likely 'not provided': Area 24 2019/20",
    "two editions": "113 counts are those of stalking_recorded: 8Q, all cases, and 75 others",
    "a row twice": "Derbyshire stands more than once, with the same figures.",
    "a row under another label": "All 4 counts that Essex and Nottinghamshire both have are the same.",
    "a year that is another's": "All 43 counts that 2018/19 and 2019/20 both have are the same.",
    "counts under each other's names": "(line 26: 5,363 of 11,831 is 45.3, printed 11.6%)",
    "changes that do not follow": "in 3 rows (line 14: 3,837 − 2,750 is 1,087, printed 1127)",
    "percentage changes that do not follow": "in 40 of 43 rows, and not in 3: line 21: 5,248 against 5,180 is 1.3,",
    "a share that is another's, no counts": "'charged %' and 'withdrew %' are the same in 43 of the 43 rows",
    "a share that is another's, rounded, no counts": "'charged %' and 'withdrew %' are the same once rounded in 43 of",
    "changes from what is absent": "is printed where one of them is absent, taken for 0: Kent 5248 and Surrey 782.",
    "a total of all times": "1 of 43 totals does not add: line 121, offences: 15,799 printed, parts 16,499 (-700)",
    "a total of all labels": "line 81, crimes: 14,222 printed, parts 28,511 (-14,289, as much as offence 8N has)",
    "a column of totals": "printed, parts 23,971 (+900) and line 21, total: 28,512 printed, parts 28,511 (+1).",
    "a column of totals of each time": "1 of 86 totals does not add: line 21, total 2021/22: 10,098 printed, parts",
    "the only total": "1 of 1 totals does not add: line 45, 2021/22: 339,951 printed, parts 261,501 (+78,450).",
    "parts above their whole": "charged is more than recorded in 2 of 43 rows (line 11: 522 of 502, printed 104.0%)",
    "shares of nothing": "in 2 rows where recorded is 0 and charged is not (line 7: 411 of 0, printed 100.0%)",
    "shares without their counts": "(charged / recorded) is printed in 2 rows where one of the two is not there",
    "a count that is another's where a third is blank": "and 3 more), and in 0 of 34 others: one was put",
    "a count that is another's in one year": "in all 43 rows of 2019/20 that can tell, and in 0 of 172 others",
    "a share that is another's in part": "but withdrew / recorded in 11 of the 11 others (lines 12 to 22)",
    "a column of one year doubled": "malicious adds up to 7,042 as printed, 3,521 if so.",
    "a row twice, in two editions": "Derbyshire stands more than once, with different figures",
    "a count far from the suite's": "210 are the same: Kent 2020/21: 9",
    "a count of one quarter far from the suite's": "167 are the same: Kent 2024/25 Q3: 1,951 printed, 951 in",
    "shares under each other's names": "under each other's names (line 26: 5,363 of 11,831 is 45.3, printed 11.6%)",
}
SEEDS = nightly(range(24), *range(0, 24, 4))


def kinds(table, tmp_path, **options):
    return [one.kind for one in faults.audit(made.write(table, tmp_path / "table.csv", **options)).findings]


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_found_and_told_and_no_other(name, tmp_path):
    kind, table = FAULTY[name]
    found = faults.audit(made.write(table(), tmp_path / "table.csv")).findings
    assert {one.kind for one in found} == {kind}
    assert TOLD[name] in found[0].evidence


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_where_nothing_is_wrong(seed, tmp_path):
    delimiter = random.Random(seed).choice([",", ",", ";", "\t"])
    assert kinds(made.clean(seed), tmp_path, delimiter=delimiter) == []


def test_shares_that_are_a_little_off_either_way_in_many_rows_are_of_other_counts(tmp_path):
    table = made.with_shares()
    for row in range(0, 24, 2):
        table.loc[row, "withdrew %"] = f"{float(table.loc[row, 'withdrew %'][:-1]) * (1.03 if row % 4 else 0.97):.1f}%"
    assert kinds(table, tmp_path) == []


@pytest.mark.parametrize("adds", [0, 12])
def test_a_column_called_total_that_adds_in_few_rows_is_of_something_else(adds, tmp_path):
    table = made.with_total("total")
    other = [round(value * (1 if row < adds else 1.7)) for row, value in enumerate(table["total"])]
    assert kinds(table.assign(total=other).astype(int).reset_index(), tmp_path) == []


@pytest.mark.parametrize(("fewest", "told"), [(3, []), (0, ["missing_force"]), (5, ["missing_force"])])
def test_a_force_is_missing_unless_those_without_a_case_may_be_left_out(fewest, told, tmp_path):
    """Three forces have next to none: one that is not there may have had none, unless zeros are printed."""
    numbers = [fewest, 3, 4, *(20 + 37 * place % 97 for place in range(len(made.TERRITORIAL) - 3))]
    table = pd.DataFrame({"force": made.TERRITORIAL, "calls": numbers})
    assert kinds(table.drop(index=17), tmp_path) == told


@pytest.mark.parametrize(("fewest", "told"), [(4, []), (0, ["missing_row"]), (10, ["missing_row"])])
def test_a_row_is_missing_unless_its_place_may_have_had_no_case(fewest, told, tmp_path):
    held = made.without_names(made.recorded("8L", range(2012, 2022)))
    held.loc["Area 5"] = [fewest, *range(11, 20)]
    table = made.long_years(held)
    is_absent = (table["area"] == "Area 5") & (table["year"] == "2016/17")
    assert kinds(table[~is_absent], tmp_path) == told


def test_percentage_changes_that_follow_are_passed_over(tmp_path):
    assert kinds(made.percentage_changes(), tmp_path) == []


def test_a_finding_names_its_rows_its_columns_and_its_chance(tmp_path):
    found = faults.audit(made.write(FAULTY["shares that do not follow"][1](), tmp_path / "table.csv")).findings[0]
    assert found.lines == (6, 22, 35)
    assert found.columns[0] == "withdrew %"
    assert found.chance < -20
    assert "less than 1 in 10^" in found.probability


def test_a_table_of_one_row_is_said_to_have_one(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("Force,Cases,Withdrew,Percent\nKent,100,40,40%\n")
    assert next(audit_words.lines(faults.audit(path))).startswith("table.csv: 1 row, line 2; labels: Force")


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
        ("force,cases\nKent,1\nEssex,2,3\n", "line 3, column 3: 1 cell more than the 2"),
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


@pytest.mark.parametrize(("hits", "tried", "often"), [(10, 10, 0.5), (9, 10, 0.3), (40, 43, 0.05), (300, 1000, 0.25)])
def test_a_tail_is_a_bound(hits, tried, often):
    """Chernoff's bound by scipy's relative entropy is never below the tail: 10 of 10 at one half is 1 in 1,024."""
    found, part = finding.tail(hits, tried, often), hits / tried
    assert found == pytest.approx(-tried * stats.entropy([part, 1 - part], [often, 1 - often], base=10))
    assert found >= stats.binom.logsf(hits - 1, tried, often) / np.log(10) - 1e-9


@pytest.mark.parametrize(("hits", "tried", "often"), [(5, 10, 0.5), (0, 0, 0.5), (3, 3, 1.0), (4, 3, 1.1)])
def test_what_comes_no_more_often_than_expected_is_no_wonder(hits, tried, often):
    assert finding.tail(hits, tried, often) == 0.0


@pytest.mark.parametrize("mean", [30, 400])
def test_two_counts_of_one_mean_agree_as_often_as_is_said(mean):
    """By the sum of the squares of Poisson's probabilities; of less than one case nothing is said."""
    exact = np.log10((stats.poisson.pmf(np.arange(4 * mean), mean) ** 2).sum())
    assert finding.coincidence([mean]) == pytest.approx(exact, abs=0.01)
    assert finding.coincidence([0, mean, 0.01, mean]) == pytest.approx(2 * finding.coincidence([mean]))


def test_a_chance_is_of_as_many_as_were_tried_and_never_above_one():
    assert [finding.for_all(-5, 100), finding.for_all(-1, 100), finding.for_all(-2, 0)] == [-3, 0, -2]


def test_all_rows_without_a_figure_among_those_alike_by_fishers_test():
    assert copies._all_inside(43, 9, 9) == pytest.approx(stats.hypergeom.logpmf(9, 43, 9, 9) / np.log(10))
    assert copies._all_inside(60, 25, 8) == pytest.approx(stats.hypergeom.logpmf(8, 60, 25, 8) / np.log(10))


@pytest.mark.parametrize(("expected", "spread"), [(1, 0.3), (30, 0.5), (300, 0.3)])
def test_the_chance_of_no_case_is_that_of_a_mean_that_is_not_known(expected, spread):
    """Poisson's, over a mean whose logarithm has a t distribution, by scipy's integral."""
    none = integrate.quad(
        lambda z: stats.t.pdf(z, sizes._FREEDOM) * np.exp(-expected * np.exp(spread * z)), -60, 60, points=[-20, 0, 5]
    )[0]
    assert sizes._chance_of_none(expected, spread) == pytest.approx(np.log10(none), abs=0.01)


def test_a_panel_expects_the_product_of_a_place_and_a_time():
    """A cell is not printed, then one more is a zero; nothing is expected of three places or of two times."""
    place, time = np.array([100, 200, 400, 1000]), np.array([1, 2, 4, 8])
    cells = pd.DataFrame(np.outer(place, time)).rename_axis("place").stack().rename_axis(["place", "when"])
    cells = cells.rename("value").reset_index().drop(index=12)
    panel = sizes._panel(cells)
    assert panel.expected == pytest.approx(np.outer(place, time))
    assert panel.spread == 0.05, "never less"
    zero = sizes._panel(cells.assign(value=cells["value"].where(cells.index != 15, 0)))
    by_time = 8000 * 700 / 1700  # what the others had of what was expected then
    assert zero.expected[3, 3] == pytest.approx(by_time * 6000 / (6000 + by_time))
    assert sizes._panel(cells[cells["when"] > 0]).expected.shape == (4, 3)
    assert sizes._panel(cells[cells["place"] > 0]) is None
    assert sizes._panel(cells[cells["when"] > 1]) is None


def test_names_and_lines_are_told_as_a_reader_says_them():
    assert [finding.listed([]), finding.listed("a"), finding.listed("abca")] == ["", "a", "a, b and c"]
    assert [finding.listed("abc", most=3), finding.listed("abcd", most=3)] == ["a, b and c", "a, b, c and 1 more"]
    assert finding.spoken([9, 3, 2, 4, 14, 2]) == "lines 2 to 4, 9 and 14"
    numbers = {8000: "8,000", -14289: "-14,289", 12345.6: "12,346", 0.12345: "0.1235", 45.25: "45.25"}
    assert {number: finding.figure(number) for number in numbers} == numbers
    assert [finding.spoken([5]), finding.spoken([5, 6])] == ["line 5", "lines 5 to 6"]


def test_the_least_likely_is_told_first_and_what_needs_no_chance_last():
    told = [
        finding.Finding("x", "X", (), lines, "", chance) for lines, chance in (((9,), None), ((2,), None), ((3,), -5.0))
    ]
    told.append(finding.Finding("x", "X", (), (4,), "", -9.0))
    assert [one.lines for one in sorted(told, key=faults._order)] == [(4,), (3,), (2,), (9,)]


def run(*words):
    return CliRunner().invoke(main, ["audit", *map(str, words)])


def test_the_command_tells_people_and_machines_and_ends_with_a_status(tmp_path):
    kind, table = FAULTY["a total of many years"]
    path = made.write(table(), tmp_path / "table.csv")
    told = run(path)
    assert told.exit_code == 3
    assert "44 rows, lines 2 to 45; labels: force; counts: 2016/17, 2017/18, 2018/19, 2019/20, 2020/21" in told.output
    assert "\nCompared: its counts beside stalking_recorded: 8L, all cases" in told.output
    assert "\n1. Totals that do not add: 2018/19; line 45.\n   1 of 6 totals" in told.output
    assert "Compared with" not in told.output
    record = json.loads(run(path, "--format", "json").stdout)
    assert [one["kind"] for one in record["findings"]] == [kind]
    assert record["findings"][0]["lines"] == [45]
    multiplied = run(made.write(FAULTY["a year doubled"][1](), path)).output
    assert "figure" not in multiplied.replace("suite's figures", "")
    assert "\n   By chance: less than 1 in 10^9 (a count is a multiple of 2" in multiplied
    assert "\n   Compared with: its counts beside stalking_recorded: 8Q" in multiplied
    missing = run(made.write(FAULTY["a force missing"][1](), path)).output
    assert "\n1. A force missing: force; the whole table.\n" in missing
    clean = run(made.write(made.clean(1), tmp_path / "clean.csv"))
    assert clean.exit_code == 0
    assert clean.output.endswith("are the same.\nNothing was found wrong.\n")


def test_a_table_that_nothing_can_be_held_against_is_said_to_be_one(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("label,cases\none,12\ntwo,31\nthree,47\n")
    assert "Nothing was found wrong, but little could be: no total was made out that its own rows" in run(path).output
    path.write_text("label,cases\none,12\ntwo,31\nthree,47\nTotal,300\n")  # of more than is printed
    assert "little could be" in run(path).output
    path.write_text(
        "label,cases,charged,share\none,120,13,10.8%\ntwo,317,31,9.8%\nthree,471,47,10.0%\nfour,88,9,10.2%\n"
    )
    assert run(path).output.endswith("Nothing was found wrong. Worked out again from its own counts: 1 share.\n")
    record = json.loads(run(path, "--format", "json").stdout)
    assert (record["totals_that_add"], record["shares_that_follow"]) == (0, 1)


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
