"""``attrition release``: what an airlock takes, and the five reasons for returning an output, each provoked."""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import shutil
from dataclasses import asdict
from hashlib import sha256
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from analysis import profile
from analysis.cli.main import main
from analysis.counts import counts
from analysis.disclosure import POLICIES, protect
from analysis.outputs import files, folder, published, request, told
from analysis.outputs.released import Released
from analysis.presentation import wording
from analysis.questions.comparison.results import compared
from analysis.questions.journey.more_charges import ALL, LARGE, more_charges
from analysis.questions.trends import years
from analysis.reference import reference
from analysis.shares.rates import rates
from analysis.shares.relabelling import FEWEST
from tests.conftest import make_counts
from tests.outputs.conftest import PEOPLE, block, blocks, seal
from tests.released import rounded
from tests.reports.made_once import folder_of


def release(place, reports, *more):
    return CliRunner().invoke(main, ["release", str(place), "--out", str(reports), *more])


def withdrawn():
    """How many of the made-up victims withdrew, by the release."""
    return counts.read("stalking_example").cell({"14", "16"})


def refused(result, place, *told):
    """A refusal for disclosure that says why, and leaves nothing."""
    assert result.exit_code == 4, result.output
    for words in told:
        assert words in result.output
    assert "Traceback" not in result.output
    assert not place.exists()
    assert not [path.name for path in place.parent.iterdir() if path.name.startswith(f".{place.name}")]


def test_a_release_holds_what_an_airlock_takes_and_nothing_else(tmp_path, of_people, released):
    place = tmp_path / "outgoing"
    result = release(place, of_people.parents[1])
    assert result.exit_code == 0, result.output
    there = {path.name for path in place.iterdir()}
    assert {name.rpartition(".")[2] for name in there} == {"csv", "svg", "txt", "json"}
    assert {"request.txt", "manifest.json", "counts_stalking_example_1.csv"} <= there
    drawn = [name for name in there if name.endswith(".svg")]
    assert len(drawn) == 5
    assert {name.replace(".svg", ".csv") for name in drawn} <= there, "each figure has its rows beside it"
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    assert set(manifest["files"]) == there - {"manifest.json"}
    for name, of_file in manifest["files"].items():
        assert sha256((place / name).read_bytes()).hexdigest() == of_file["sha256"]
    for report in manifest["reports"]:
        for output in report["outputs"]:
            assert len(output["context"]) == 7
            for sentence in output["context"].values():
                assert re.search(r"[^.][.?!]$", sentence), "each is a sentence, with one stop"


def test_the_request_tells_a_checker_the_context_of_every_output(tmp_path, of_people, released):
    place = tmp_path / "outgoing"
    assert release(place, of_people.parents[1]).exit_code == 0
    told = " ".join((place / "request.txt").read_text("utf-8").split())
    hidden, many = int(released["cases"].isna().sum()), len(released)
    cases = counts.read("stalking_example").cell()
    for words in (
        "(MADE-UP CASES)",
        f"cases recorded by Exampleshire Police from April 2022 to March 2024: {cases:,} by",
        "Population: Made-up stalking cases",
        "Every count of people is a multiple of 5",
        "stalking_example: Release 2, covering April 2022 to March 2024.",
        f"{many:,} numbers of people: {many - hidden:,} shown, {hidden:,} hidden",
        "Before it, release 1, covering April 2022 to December 2023: 280 shown, 420 hidden.",
        "events: Cases; cases that end in the way that is measured (cases)",
    ):
        assert words in told
    for path in place.glob("*.csv"):
        assert path.name in told
    with (place / "01_victim-withdrawal_05_victim-withdrawal-by-quarter.csv").open(newline="") as file:
        cells = sum(row.count("[c]") for row in csv.reader(file))
    assert cells
    part = told.partition("01_victim-withdrawal_05")[2]
    assert f"{cells} cells of this table read [c]" in part.partition("Underlying")[0]


def test_the_same_reports_give_the_same_bytes(tmp_path, of_people, released):
    one, other = tmp_path / "one", tmp_path / "other"
    assert [release(place, of_people.parents[1]).exit_code for place in (one, other)] == [0, 0]
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in other.iterdir()
    }


def test_published_figures_pass_and_are_said_to_be_public(tmp_path, of_published):
    place = tmp_path / "outgoing"
    result = release(place, of_published.parents[1], "--report", PEOPLE)
    assert result.exit_code == 0, result.output
    assert "Public already, shown as published: offences_2024_25" in (place / "request.txt").read_text("utf-8")
    assert not list(place.glob("counts_*"))
    (report,) = json.loads((place / "manifest.json").read_text("utf-8"))["reports"]
    told = {output["table"]: output["context"]["period"] for output in report["outputs"]}
    assert told["01_victim-withdrawal_05_victim-withdrawal-by-quarter.csv"] == "2024/25."


def test_people_leave_only_as_they_were_released(tmp_path, of_people, monkeypatch):
    exact = make_counts([("Kent", "2024-04-01", "16", 30)], sensitivity="synthetic", name="stalking_example")
    monkeypatch.setattr(counts, "read", lambda name: exact)
    place = tmp_path / "outgoing"
    refused(release(place, of_people.parents[1]), place, "no underlying data", "are no released set")


# the five reasons -----------------------------------------------------------------------------------------------------


def unrounded_count(results):
    for one in blocks(results, "by-quarter"):
        row = one["records"][0]
        row["events"] += 2
        row["share"] = round(row["events"] / row["cases"], 6)


def share_of_unrounded(results):
    for one in blocks(results, "by-quarter"):
        row = one["records"][0]
        row["share"] = round((row["events"] + 1) / row["cases"], 6)


def interval_of_unrounded(results):
    for one in blocks(results, "by-quarter"):
        one["records"][0]["low"] += 0.0005


def key_figure_unrounded(results):
    figure = next(one for one in results["blocks"] if one["kind"] == "key_figures")["figures"][0]
    figure["records"][0]["events"] += 1


def small_count(results):
    row = next(row for row in block(results, "by-outcome-type")["records"] if row["state"] == "suppressed")
    for one in [*blocks(results, "by-outcome-type"), *blocks(results, "split-outcome_name")]:
        for other in one["records"]:
            if other["outcome_name"] == row["outcome_name"]:
                other.update(events=5, state="shown", symbols={})


def zero(results):
    small_count(results)
    for one in [*blocks(results, "by-outcome-type"), *blocks(results, "split-outcome_name")]:
        for row in one["records"]:
            if row["events"] == 5:
                row["events"] = 0


def hidden_with_number(results):
    for one in [*blocks(results, "by-outcome-type"), *blocks(results, "split-outcome_name")]:
        for row in one["records"]:
            if row["state"] == "suppressed":
                row["share"] = 0.002


def looser_rule(results):
    for one in blocks(results, "by-quarter"):
        one["disclosure"]["policy"] = {"name": "all are shown", "smallest": 0, "rounding": 1}


def said_to_be_public(results):
    for one in blocks(results, "by-quarter"):
        one["about"]["sensitivity"] = "published"
        one["disclosure"]["policy"] = asdict(POLICIES["published"])


def without(part, name):
    def change(results):
        for one in blocks(results, "by-quarter"):
            one[part][name] = ""

    return change


def unknown_column(results):
    for one in blocks(results, "by-quarter"):
        one["columns"].append({"name": "x1", "kind": "label", "heading": "x", "unit": "x", "meaning": "x"})
        for row in one["records"]:
            row["x1"] = "a"


def unexplained_value(results):
    for one in blocks(results, "by-quarter"):
        for row in one["records"]:
            row["exactly"] = 213


def number_in_words(results):
    headline = next(one for one in results["blocks"] if one["kind"] == "headline")
    headline["text"] += " To be exact, 1,588 of 3,998 cases did."


def small_number_in_words(results):
    headline = next(one for one in results["blocks"] if one["kind"] == "headline")
    headline["text"] += " Of these, 3 of 7 made-up cases did."


def number_in_a_note(results):
    block(results, "by-quarter")["notes"].append("In truth 39.71% did.")


def number_in_a_label(results):
    for one in [*blocks(results, "by-outcome-type"), *blocks(results, "split-outcome_name")]:
        one["records"][0]["outcome_name"] += " (in truth 1,588)"


FIVE = pytest.mark.parametrize(
    ("change", "reason", "rule"),
    [
        (unrounded_count, "unrounded", "row 1: unrounded: events is no multiple of 5"),
        (share_of_unrounded, "unrounded", "share is not what the counts in its row give"),
        (interval_of_unrounded, "unrounded", "low is not what the counts in its row give"),
        (key_figure_unrounded, "unrounded", "_key-figures: row 1"),
        (without("about", "period"), "no context", "does not say its period"),
        (without("about", "place"), "no context", "does not say its population"),
        (without("about", "base"), "no context", "does not say its out of"),
        (without("about", "base"), "no context", "does not say its population"),
        (without("about", "sensitivity"), "no context", "does not say whether its figures are public"),
        (unknown_column, "no context", 'column "x1" is not one'),
        (unexplained_value, "no context", "holds a value without a column"),
        (small_count, "unredacted", "events is under 15"),
        (zero, "unredacted", "events is under 15"),
        (hidden_with_number, "unredacted", "share stands in a row that is said to be hidden"),
        (looser_rule, "unredacted", "another rule than this package has"),
        (said_to_be_public, "unredacted", "says that counts 'stalking_example' are published: they are synthetic"),
        (number_in_words, "no underlying data", "a number is told in its words"),
        (small_number_in_words, "no underlying data", "a number is told in its words"),
        (number_in_a_label, "no underlying data", "a number is told in its words"),
        (number_in_a_note, "no underlying data", "by-quarter: no underlying data"),
    ],
)


@FIVE
@pytest.mark.usefixtures("released")
def test_what_an_airlock_would_return_is_refused_by_name_and_reason(tmp_path, doctored, change, reason, rule):
    report = doctored(change)
    place = tmp_path / "outgoing"
    result = release(place, report.parents[1])
    refused(result, place, reason, rule)
    for number in ("1588", "1,588", "213", "39.71", "212"):
        assert number not in result.output, "a fault does not say the number"


def test_a_figure_without_its_rows_or_its_drawing_is_refused(tmp_path, doctored, released):
    place = tmp_path / "outgoing"
    written = doctored(page=lambda html: html.replace(">34.3%  (1,370)<", ">34.3%  (1,372)<"))
    refused(release(place, written.parents[1]), place, "a number is written in its drawing that no table here gives")


def test_a_figure_without_a_drawing_is_refused(tmp_path, doctored, released):
    place = tmp_path / "outgoing"
    gone = doctored(page=lambda html: html.replace('id="split-outcome_name"', 'id="another"'))
    refused(release(place, gone.parents[1]), place, "file type", "the page of its report has no drawing of it")


def test_a_number_that_the_release_hides_or_does_not_hold_is_refused(tmp_path, doctored, released):
    def another(results):
        for one in blocks(results, "by-quarter"):
            row = one["records"][1]
            row["cases"] += 5
            row["share"] = round(row["events"] / row["cases"], 6)

    place = tmp_path / "outgoing"
    refused(
        release(place, doctored(another).parents[1]),
        place,
        "by-quarter: row 2: not of the release: cases is no number that the release shows of these cases",
    )


def test_every_number_of_people_is_held_to_its_own_place(of_people, released):
    """Moved by one step of rounding, no number of the report is another that the release gives there."""
    from dataclasses import replace

    from analysis.outputs import rules

    asked = request.of_reports([of_people])
    held = rules.sets(asked)
    assert rules.faults(asked, held) == []
    tried = 0
    for output in asked.outputs:
        for number, row in enumerate(output.rows):
            for name in ("events", "cases"):
                if row.get(name) is None:
                    continue
                moved = {**row, name: row[name] + 5}
                rows = (*output.rows[:number], moved, *output.rows[number + 1 :])
                report = replace(asked.reports[0], outputs=(replace(output, rows=rows, drawing="", is_figure=False),))
                found = rules.faults(replace(asked, reports=(report,)), held)
                assert (number + 1, rules.NOT_RELEASED) in {(one.row, one.reason) for one in found}, (output.name, row)
                tried += 1
    assert tried > 50


# whole or not at all --------------------------------------------------------------------------------------------------


def test_a_folder_that_holds_something_is_left_alone(tmp_path, of_published):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine")
    result = release(tmp_path / "kept", of_published.parents[1])
    assert result.exit_code == 2
    assert "holds something already" in result.output
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(tmp_path, of_published):
    (tmp_path / "empty").mkdir()
    assert release(tmp_path / "empty", of_published.parents[1]).exit_code == 0
    assert (tmp_path / "empty" / "request.txt").is_file()


def test_a_link_or_a_file_in_the_place_is_refused(tmp_path, of_published):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").write_text("")
    for name in ("link", "file", "nowhere/here"):
        assert release(tmp_path / name, of_published.parents[1]).exit_code == 2
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_full_disk_leaves_nothing(tmp_path, of_published, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder.writing, "settle", full)
    place = tmp_path / "outgoing"
    result = release(place, of_published.parents[1])
    assert result.exit_code == 7, result.output
    assert "Nothing was released" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_is_not_there_is_offered_by_its_nearest_name(tmp_path, of_published):
    result = release(tmp_path / "x", of_published.parents[1], "--report", "victim_withdrawl")
    assert result.exit_code == 2
    assert "Did you mean 'victim_withdrawal'?" in result.output


def test_too_many_files_and_rows_are_refused(tmp_path, of_people, of_published, released, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 5)
    result = release(tmp_path / "x", of_published.parents[1])
    assert result.exit_code == 2
    assert "at most 5 in one request" in result.output
    assert result.output.rstrip().endswith("Name fewer reports.")  # no report alone has so few
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("most", "told"),
    [(9, "Name fewer reports: --report a/x --report b/y go together; then the others."), (3, "Name fewer reports.")],
)
def test_it_is_said_which_reports_one_request_has_room_for(monkeypatch, most, told):
    monkeypatch.setattr(files, "MOST_FILES", most)
    names = {"a/x": "01_a", "b/y": "02_b", "c/z": "03_b"}
    asked = SimpleNamespace(reports=[SimpleNamespace(folder=at, name=f"{name}_words") for at, name in names.items()])
    texts = ["request.txt", *(f"{name}_{part}" for name in names.values() for part in ("1.csv", "1.svg", "words.txt"))]
    assert folder._fewer(dict.fromkeys(texts, ""), asked).strip() == told


def test_released_numbers_are_cut_into_tables_that_an_airlock_takes(of_people, released, monkeypatch):
    from analysis.outputs import rules

    monkeypatch.setattr(files, "MOST_ROWS", 300)
    asked = request.of_reports([of_people])
    found = folder.contents(asked, rules.sets(asked))
    parts = [found[f"counts_stalking_example_{number}.csv"] for number in (1, 2, 3)]
    rows = [list(csv.reader(io.StringIO(part)))[1:] for part in parts]
    assert [len(part) for part in rows] == [300, 300, len(released) - 600]
    assert sum(row[-1] == "[c]" for part in rows for row in part) == int(released["cases"].isna().sum())


# hostile reports ------------------------------------------------------------------------------------------------------


def test_an_id_that_leads_elsewhere_names_a_file_inside(tmp_path, doctored, released):
    def change(results):
        table = block(results, "by-outcome-type")
        table["id"] = "../../../../etc/passwd\x00"
        for one in blocks(results, "split-outcome_name"):
            one["records"] = one["records"][:-1]  # so that the table stands by itself

    report = doctored(change)
    place = tmp_path / "outgoing"
    before = set(tmp_path.rglob("*"))
    assert release(place, report.parents[1]).exit_code == 0
    made = set(tmp_path.rglob("*")) - before
    assert {path.parent for path in made} == {tmp_path, place}
    assert any("etc-passwd" in path.name for path in made)


@pytest.mark.parametrize("name", ["results.json", "report.html", "manifest.json"])
def test_a_link_in_a_report_is_not_followed(tmp_path, doctored, released, name):
    report = doctored()
    (report / name).rename(tmp_path / "elsewhere")
    (report / name).symlink_to(tmp_path / "elsewhere")
    result = release(tmp_path / "outgoing", report.parents[1])
    assert result.exit_code == 3
    assert f"{name} is a link" in result.output


def test_a_report_folder_that_is_a_link_is_refused(tmp_path, doctored, released):
    report = doctored()
    moved = report.rename(tmp_path / "moved")
    report.symlink_to(moved)
    result = release(tmp_path / "outgoing", report.parents[1], "--report", PEOPLE)
    assert result.exit_code == 3, result.output
    assert "is a link" in result.output


def test_a_huge_record_is_not_read(tmp_path, doctored, released):
    report = doctored()
    with (report / "results.json").open("wb") as file:
        file.truncate(files.MOST_BYTES + 1)
    result = release(tmp_path / "outgoing", report.parents[1])
    assert result.exit_code == 3
    assert "larger than 16 MB" in result.output


def test_a_record_that_was_changed_since_is_refused(tmp_path, doctored, released):
    report = doctored()
    number = str(withdrawn())
    text = (report / "results.json").read_text("utf-8")
    assert number in text
    (report / "results.json").write_text(text.replace(number, "1588"))
    result = release(tmp_path / "outgoing", report.parents[1])
    assert result.exit_code == 3
    assert "something changed it since" in result.output
    assert "1588" not in result.output


@pytest.mark.parametrize(
    "text",
    [
        '{"blocks": ' + "[" * 200_000,
        '{"title": "a", "title": "b"}',
        '{"blocks": [NaN]}',
        '{"blocks": ' + "9" * 5000 + "}",
        "[]",
        '{"blocks": 3}',
        "\ufeff{}",
    ],
)
def test_a_strange_record_is_refused_without_a_traceback(tmp_path, doctored, released, text):
    report = doctored()
    (report / "results.json").write_text(text, "utf-8")
    result = release(tmp_path / "outgoing", seal(report).parents[1])
    assert result.exit_code == 3, result.output
    assert "Make the report again" in result.output


def test_a_number_without_end_is_refused(tmp_path, doctored, released):
    report = doctored()
    text, number = (report / "results.json").read_text("utf-8"), f'"events": {withdrawn()}'
    assert number in text
    (report / "results.json").write_text(text.replace(number, '"events": 1e999'), "utf-8")
    result = release(tmp_path / "outgoing", seal(report).parents[1])
    assert result.exit_code == 3, result.output
    assert "Make the report again" in result.output


@pytest.mark.parametrize("label", ["=HYPERLINK(1)", "@SUM(1)", "+1", "-cmd|calc", "a\u202eb", "a\x1b[31m", "a\x00"])
def test_a_label_that_would_do_something_is_refused(tmp_path, doctored, released, label):
    def change(results):
        for one in [*blocks(results, "by-outcome-type"), *blocks(results, "split-outcome_name")]:
            one["records"][0]["outcome_name"] = label

    place = tmp_path / "outgoing"
    refused(release(place, doctored(change).parents[1]), place, "unsafe: column outcome_name holds")


@pytest.mark.parametrize(
    ("name", "value"),
    [("quarter", ["2022/23 Q1", {"exactly": 213}]), ("events", 10**400), ("events", True), ("share", [0.4])],
)
@pytest.mark.usefixtures("released")
def test_a_cell_holds_one_word_or_number(tmp_path, doctored, name, value):
    def change(results):
        for one in blocks(results, "by-quarter"):
            one["records"][0][name] = value

    result = release(tmp_path / "outgoing", doctored(change).parents[1])
    assert result.exit_code == 3
    assert "not as this package writes it" in result.output


@pytest.mark.parametrize("name", ["force_profile", "data_received"])
def test_a_report_leaves_that_calls_measures_in_words_or_may_be_of_a_crime_type(tmp_path, tmp_path_factory, name):
    """One has rows of several measures; the other is asked for crime types too, by which no case file is kept."""
    report = folder_of(tmp_path_factory, name, {"counts": "stalking_example", "force": "Exampleshire"})
    place = tmp_path / "outgoing"
    result = release(place, report.parents[1])
    assert result.exit_code == 0, result.output
    checked = CliRunner().invoke(main, ["check", "outputs", str(place), "--again"])
    assert checked.exit_code == 0, checked.output
    assert "(made again, and the same)" in checked.output


def test_words_may_tell_the_published_numbers_of_what_a_break_means(tmp_path, doctored, released):
    """A report of trends lists them; they are of no case file."""
    means = next(one.what_it_means for one in reference.breaks() if "33,350" in one.what_it_means)

    def tell(results):
        block(results, "by-quarter")["notes"].append(means)

    place = tmp_path / "outgoing"
    assert release(place, doctored(tell).parents[1]).exit_code == 0
    assert "33,350" in (place / "request.txt").read_text("utf-8")


def test_words_may_tell_what_is_published_of_the_years_of_a_place_and_not_of_another():
    cases = counts.read("stalking_2024_25")
    told = re.findall(r"\d+\.\d%", years.answer(profile.describe(cases, "Kent")._directions))
    assert len(told) > 3
    assert set(told) <= published.shares_by_year(cases, {"place": "Kent"})
    assert not set(told) <= published.shares_by_year(cases, {"place": "Essex"})
    assert published.shares_by_year(counts.read("stalking_example"), {"place": "Exampleshire"}) == set()


@pytest.mark.parametrize(
    "asked", [(), pytest.param(("--report", PEOPLE), marks=pytest.mark.nightly), ("--report", "restricted/{}/{}")]
)
def test_a_restricted_report_is_released_as_any_other(tmp_path, of_people, released, asked):
    """That is what an airlock is for; it stands in a place of its own."""
    reports = tmp_path / "reports"
    shutil.copytree(of_people, reports / "restricted" / PEOPLE / of_people.name)
    named = [word.format(PEOPLE, of_people.name) for word in asked]
    result = release(tmp_path / "outgoing", reports, *named)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "outgoing").stat().st_mode & 0o777 == 0o700
    result = release(tmp_path / "public", of_people.parents[1])
    assert result.exit_code == 0, result.output
    for path in (tmp_path / "public").iterdir():
        assert (tmp_path / "outgoing" / path.name).read_bytes() == path.read_bytes()


# cases that are followed over time ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def of_times(tmp_path_factory):
    """A report of how soon people's cases ended; to be read only."""
    return folder_of(tmp_path_factory, "time_to_outcome", {"counts": "stalking_example_lags"})


@pytest.mark.parametrize("notebook", ["time_to_outcome", "trends"])
def test_what_is_worked_out_of_several_months_or_endings_leaves(tmp_path, tmp_path_factory, notebook):
    """Of the latest months together, of quarters that are followed by month, of all endings: no cell has the number."""
    counted = "stalking_example_lags" if notebook == "time_to_outcome" else "stalking_example"
    made = folder_of(tmp_path_factory, notebook, {"counts": counted})
    result = release(tmp_path / "outgoing", made.parents[1])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "told",
    [
        ("cases", "heading-for", "month", "Together"),
        ("cases", "heading-for", "month", "March 2024"),
        ("cases", "decided-by-age", "quarter", "2022/23 Q1"),
        ("ended", "the-time-by-which-half", "ending", "Any ending"),
    ],
)
def test_a_number_of_cases_followed_is_what_the_release_comes_to_and_no_other(tmp_path, doctored, of_times, told):
    column, part, label, row = told

    def change(results):
        for table in blocks(results, part):
            for record in table["records"]:
                record[column] += 5 if record[label] == row else 0

    made = doctored(change, folder=of_times)
    refused(release(tmp_path / "x", made.parents[1]), tmp_path / "x", "not of the release", f"{column} is no number")


def test_a_share_of_the_latest_months_that_nothing_comes_to_is_refused(tmp_path, tmp_path_factory, doctored):
    made = folder_of(tmp_path_factory, "trends", {"counts": "stalking_example"})
    told = re.search(r"recorded from February to March 2024, (\d+\.\d)% had no outcome yet", json.dumps(_read(made)))

    def change(results):
        text = json.dumps(results).replace(f"2024, {told[1]}% had", "2024, 93.7% had")
        results.clear()
        results.update(json.loads(text))

    doctor = doctored(change, folder=made)
    refused(release(tmp_path / "x", doctor.parents[1]), tmp_path / "x", "a number is told in its words")


def _read(made):
    return json.loads((made / "results.json").read_text("utf-8"))


def several_forces():
    """Ten made-up forces as released, the last of few cases."""
    kinds = {"16": 60, "1": 20, "15": 50, "18": 40}
    rows = [
        (force, quarter, outcome, (cases + 7 * place) // (6 if place == 9 else 1))
        for place, force in enumerate(reference.forces()[:10])
        for quarter in ("2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")
        for outcome, cases in kinds.items()
    ]
    return Released(rounded(make_counts(rows, sensitivity="restricted")))


def test_the_charges_of_a_scenario_are_those_of_its_forces_and_no_others():
    release = several_forces()
    about = {"counts": "made_by_hand", "period": "2024/25", "offence": "Stalking", "measure": "more charges"}
    shown = protect(more_charges(release.counts)).table.drop_duplicates("scope").set_index("scope")["charged_cases"]
    assert release.charged_of_forces(about, least=FEWEST) == {shown[LARGE]}
    assert release.charged_of_forces(about, least=0) == {shown[ALL]}
    assert shown[LARGE] < shown[ALL]


@pytest.mark.parametrize("way", [1, -1])
def test_each_measure_of_a_report_is_compared_whichever_of_its_tables_comes_last(way):
    release = several_forces()
    force = release.counts.forces[0]
    about = {"counts": "made_by_hand", "place": "10 forces", "period": "2024/25", "offence": "Stalking"}
    abouts = [about | {"measure": name, "base": "recorded"} for name in ("victim_withdrawal", "charged")][::way]
    report = SimpleNamespace(outputs=[SimpleNamespace(abouts=abouts)], parameters={"force": force})
    _, told_of = told._compared_of(report, {"made_by_hand": release})
    for name in ("victim_withdrawal", "charged"):
        places = protect(compared(rates(release.counts, name, by="force"))).table
        assert {wording.percent(share) for share in places["low"]} <= told_of


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("under 0.1% No ending on record", ["under 0.1%"]),
        ("between under 0.1% and 1.3%", ["under 0.1%", "1.3%"]),
        ("over 99.9% of 1,234 cases (56)", ["over 99.9%", "1,234", "56"]),
        ("under 5.0 points, 0.1% and 99.9%", ["0.1%", "99.9%"]),
    ],
)
def test_a_share_of_which_no_more_is_told_is_read_as_it_is_printed(text, numbers):
    assert told._drawn(text) == numbers
    assert {wording.percent(share) for share in (0.0001, 0.99999)} == {"under 0.1%", "over 99.9%"}
