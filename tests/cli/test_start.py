"""``attrition start``: a step at a time, each once, and every end of it says what comes next."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from analysis.cli import batch, intake
from analysis.cli.main import main
from analysis.counts import counts, private_store
from analysis.starting import fitting
from tests.broken.desk import MAPPING, check_refused, desk_in
from tests.conftest import nightly

KENT = ("--as", "kent_2024")


@pytest.fixture
def desk(tmp_path, request, monkeypatch):
    """A desk at which counts are made, and reports are asked for and not made."""
    made = desk_in(tmp_path, request.node.nodeid, monkeypatch)
    made.asked, made.status = [], 0

    def run_batch(wanted, _, __, *, only):
        made.asked.append((wanted.name, only))
        return None, made.status

    received = SimpleNamespace(folder="restricted/data_received/force-kent")
    wanted = SimpleNamespace(name="", jobs=(received,))
    monkeypatch.setattr(fitting, "batch", lambda name, _: (SimpleNamespace(**{**vars(wanted), "name": name}), {}))
    monkeypatch.setattr(batch, "run_batch", run_batch)
    return made


def start(path, *words, given=KENT):
    return CliRunner().invoke(main, ["start", str(path), *given, *words], prog_name="attrition")


def held(desk):
    """Every file of the desk, with what is in it."""
    return {path: path.read_bytes() for path in desk.files.parent.rglob("*") if path.is_file()}


def test_first_it_drafts_says_by_line_what_is_to_decide_and_stops(desk):
    rows = [row | {"Outcome": "Lost contact"} if place % 2 else row for place, row in enumerate(desk.rows(60))]
    path = desk.table(rows, "kent.csv")
    told = start(path)
    says = ["kent.toml is drafted", "a word for an outcome: no type is known by this word; 30 rows", "Then the same"]
    check_refused(desk, told, says=says)
    assert "Lost contact" not in told.output
    assert told.output.rstrip().endswith(f"attrition start {path} --as kent_2024")
    [line] = [one for one in told.output.splitlines() if "30 rows" in one and "outcome" in one]
    number = int(line.split()[1].rstrip(","))
    assert '"Lost contact" = "..."' in path.with_suffix(".toml").read_text().splitlines()[number - 1]
    assert desk.asked == []


def test_then_it_counts_asks_for_reports_and_does_neither_twice(desk, monkeypatch):
    path, mapping = desk.table(desk.rows(90), "kent.csv"), desk.mapping()
    first = start(path, "--mapping", str(mapping))
    assert first.exit_code == 0, first.output
    assert "90 rows read, 90 counted" in first.output
    assert desk.asked == [("kent_2024", ())]
    assert "Next: read" in first.output
    monkeypatch.setattr(intake, "count", None)  # nothing is read again
    second = start(path, "--mapping", str(mapping), "--only", "trends")
    assert second.exit_code == 0, second.output
    assert "kent_2024 stands, made from this file under this mapping" in second.output
    assert desk.asked[1:] == [("kent_2024", ("trends",))]
    assert second.output.rstrip().endswith(
        f"For every report: attrition start {path} --as kent_2024 --mapping {mapping}"
    )


@pytest.mark.parametrize("change", nightly(["file", "mapping", "allow", "set", "reduced"], "reduced"))
def test_it_counts_again_what_is_not_as_it_was(desk, change):
    path, mapping, words = desk.table(desk.rows(90), "kent.csv"), desk.mapping(), []
    assert start(path, "--mapping", str(mapping)).exit_code == 0
    if change == "file":
        desk.table(desk.rows(91), "kent.csv")
    elif change == "mapping":
        mapping.write_text(MAPPING + "# looked at again\n")
    elif change == "allow":
        words = ["--allow", "blank_case"]
    elif change == "set":
        (counts.FOLDER / "kent_2024_lags.parquet").unlink()
    else:  # by another command, from who knows what
        assert desk.reduce(path, mapping=mapping, name="kent_2024").exit_code == 0
    told = start(path, "--mapping", str(mapping), *words)
    assert told.exit_code == 0, told.output
    assert "rows read" in told.output


def test_a_refused_file_leaves_nothing_and_ends_with_the_next_command(desk):
    path = desk.table(desk.rows(60, row_7={"Recorded": "31/12/2029"}), "kent.csv")
    mapping = desk.mapping(("[outcomes]", '[outcomes]\n# "Odd" = "..."  # CHECK: it may be 14 or 18; 12 rows'))
    told = start(path, "--mapping", str(mapping))
    says = ["date_after_extract", "row 7", "mapping.toml still leaves to decide:", "a word for an outcome: it may be"]
    check_refused(
        desk, told, says=[*says, f"Then the same command again: attrition start {path} --as kent_2024 --mapping"]
    )
    assert "Odd" not in told.output
    allowed = start(path, "--mapping", str(mapping), "--allow", "date_after_extract", "--allow",
                    "outcome_before_recording")  # fmt: skip
    assert allowed.exit_code == 0, allowed.output
    assert "kent.csv, row 7, column 'Recorded'\n" in allowed.output


def test_a_slip_in_an_option_ends_with_the_command_that_works_and_never_with_the_one_that_does_not(desk):
    path = desk.table(desk.rows(60), "kent.csv")
    several = start(path, "--allow", "blank_case,blank_force")
    assert several.exit_code == 2
    assert "Give it once for each: --allow blank_case --allow blank_force" in several.output
    assert several.output.rstrip().endswith(f"start {path} --as kent_2024 --allow blank_case --allow blank_force")
    wrong = start(path, "--allow", "blank_cas")
    assert (wrong.exit_code, "Did you mean 'blank_case'?" in wrong.output) == (2, True)
    assert "same command again" not in several.output + wrong.output
    assert not path.with_suffix(".toml").exists()


def test_unknown_words_add_up_to_the_rows_that_are_refused_for_them(desk):
    rows = [row | {"Outcome": "Lost contact"} if place < 30 else row for place, row in enumerate(desk.rows(60))]
    rows.append(dict.fromkeys(rows[0], "") | {"Case ref": "Total", "Outcome": "30 lost"})
    path, mapping = desk.table(rows, "kent.csv"), desk.mapping()
    told = start(path, "--mapping", str(mapping)).output
    assert "(unknown_outcome): kent.csv, 30 rows" in told
    assert "'Lost contact' (30 rows)\n" in told
    assert "header being row 1" not in told


def test_what_failed_in_reports_is_its_status_and_says_what_next(desk):
    path, desk.status = desk.table(desk.rows(90), "kent.csv"), 6
    told = start(path, "--mapping", str(desk.mapping()))
    assert told.exit_code == 6
    assert "then the same command again: attrition start" in told.output


def test_a_dry_run_writes_nothing_at_any_step(desk):
    path = desk.table(desk.rows(60), "kent.csv")
    before = held(desk)
    told = start(path, "--dry-run")
    assert told.exit_code == 0, told.output
    assert "kent.toml would be drafted" in told.output
    mapping = desk.mapping()
    told = start(path, "--mapping", str(mapping), "--dry-run")
    assert "kent_2024 would be made" in told.output
    assert held(desk) == before | {mapping: mapping.read_bytes()}
    assert desk.asked == []


@pytest.mark.parametrize("name", ["Kent 2024", "stalking_example", "latest"])
def test_a_name_that_cannot_be_is_refused_before_anything_is_written(desk, name):
    path = desk.table()
    before = held(desk)
    told = start(path, given=("--as", name))
    assert told.exit_code == 2, told.output
    assert held(desk) == before


def test_what_a_set_was_made_from_is_told_to_nobody(desk):
    path = desk.table(desk.rows(90), "kent.csv")
    assert start(path, "--mapping", str(desk.mapping())).exit_code == 0
    noted = (private_store.folder() / "kent_2024" / "made_from").read_text()
    assert len(noted) == 64
    assert not [one for one in counts.FOLDER.iterdir() if noted.encode() in one.read_bytes()]


NO_CASES = {
    "2012-04-kent-street.csv": ("Month,Reported by,Falls within,Easting,Northing\n2012-04,a,b,1,2\n", "until 2012"),
    "download.csv": ("Crime ID,Month,Reported by,Falls within\n,2024-04,a,b\n", "back under which it was downloaded"),
    "by-force.csv": ("force,events,cases,share,absence\nKent,1,2,0.5,\n", "the data of a report of this suite"),
    "survey.csv": ("Sex,Year 1,Year 2\nMen,2.4,2.2\nWomen,4.5,4.1\n", "does not look like a list of cases"),
}


@pytest.mark.parametrize("name", NO_CASES)
def test_what_is_no_list_of_cases_gets_no_mapping_and_is_not_asked_for_again(desk, name):
    content, says = NO_CASES[name]
    before = held(desk)
    told = start(desk.file(content, name))
    check_refused(desk, told, says=[says])
    assert "Then the same command again" not in told.output
    assert [path.name for path in held(desk).keys() - before.keys()] == [name]


def test_a_folder_that_mixes_is_refused_by_what_is_in_it(desk):
    folder = desk.files / "mixed"
    folder.mkdir()
    (folder / "2012-04-kent-street.csv").write_text(NO_CASES["2012-04-kent-street.csv"][0])
    desk.table(desk.rows(30), "mixed/kent.csv")
    check_refused(desk, start(folder), says=["several kinds", "until 2012", "kent.csv", "a folder of their own"])


@pytest.mark.parametrize(("start_of", "says"), [("<!DOCTYPE html>\n<html>", "a web page"), ('{"a": [1]}', "JSON")])
def test_what_was_saved_in_the_place_of_a_table_is_told(desk, start_of, says):
    check_refused(desk, start(desk.file(start_of, "kent.csv")), says=[f"kent.csv is {says}", "Then the same command"])
