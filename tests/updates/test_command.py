"""``attrition update`` as a command: what it refuses before anything is fetched, and what it says it would do."""

import json
import sys

import pytest

from analysis.cli.chains import update
from analysis.errors import CouldNotWrite
from analysis.publishing.batch import file
from analysis.publishing.batch.file import Update
from analysis.publishing.batch.records import JobRecord, Run
from analysis.publishing.changes.changes import Changes, Report
from analysis.updating import chain
from analysis.updating.summary import Step, Updated
from tests.loopback import Server
from tests.publisher import Publisher, workbook
from tests.quick_batches import attrition

REPORTS = '[[reports]]\nnotebook = "journey"\n'


def batch(folder, text):
    path = folder / "small.toml"
    path.write_text(f'formats = ["page"]\n{text}\n{REPORTS}')
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "small.toml does not say what to fetch: write a table [update]"),
        ("[update]", "small.toml, line 2: no sources"),
        ('[update]\nsource = ["home-office"]', "line 3: 'source' is no key of [update]. Did you mean 'sources'?"),
        ('[update]\nsources = "home-office"', "line 3: 'sources' must be a list"),
        ('[update]\nsources = ["home-ofice"]', "line 3: 'sources' takes home-office, not 'home-ofice'. Did you mean"),
        ('[update]\nsources = ["home-office"]\nfrom = "2024"', "line 4: "),
        ('[update]\nsources = ["home-office"]\nfrom = "2024/25 Q1"', "line 4: 'from' takes a financial year"),
        ('[update]\nsources = ["home-office"]\npage = "gov.uk"', "line 4: 'page' must be an address on the web"),
        ("update = true", "line 2: 'update' must be a table: [update]"),
    ],
)
def test_a_mistake_is_refused_with_its_line_before_anything_is_fetched(tmp_path, monkeypatch, text, told):
    monkeypatch.setattr(update, "FILES", tmp_path / "files")
    result = attrition("update", batch(tmp_path, text), "--out", tmp_path / "out")
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_what_ends_an_update_before_its_batch_is_told_too(tmp_path, monkeypatch):
    def is_full(*_, **__):
        raise CouldNotWrite("data/cases/home-office could not be written.")

    monkeypatch.setattr(chain, "alone", is_full)
    keep = [sys.executable, "-c", "import sys; open('told', 'w').write(sys.stdin.read())"]
    notify = f'[update]\nsources = ["home-office"]\n[[notify]]\nwhen = "failure"\ncommand = {json.dumps(keep)}'
    result = attrition("update", batch(tmp_path, notify), "--out", tmp_path / "out")
    assert result.exit_code == CouldNotWrite.exit_status
    assert "data/cases/home-office could not be written." in (tmp_path / "told").read_text()


def test_the_monthly_batch_says_what_to_fetch():
    assert file.read(file.path_of("monthly")).update == Update(("home-office",), "2024/25", "")


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(update, "FILES", tmp_path / "files")
    with Server() as server:
        publisher = Publisher(server)
        name = publisher.issue("2024/25", workbook(forces=("Kent",)), on="230725")
        path = batch(tmp_path, f'[update]\nsources = ["home-office"]\npage = "{publisher.page}"')
        result = attrition("update", path, "--out", tmp_path / "out", "--dry-run")
        assert publisher.fetched() == []
    assert result.exit_code == 0, result.output
    assert f"{name}: would be fetched from" in result.stdout
    assert "journey/force-all_2024-04_2025-03  (never made)" in result.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["small.toml"]


def run_of(*states, **changes):
    job = file.Job("journey", {}, "journey/force-all")
    return Run("small", "Small", len(states), {}, results=[JobRecord(job, state=one) for one in states], **changes)


@pytest.mark.parametrize(
    ("steps", "run", "status"),
    [
        ([], run_of("done"), 0),
        ([Step("check", "a.xlsx", "refused", "Why.", 3)], run_of("done"), 3),
        ([Step("check", "a.xlsx", "refused", "Why.", 3)], run_of("done", stopped_by=15), 143),
        ([Step("check", "a.xlsx", "checked", "Well.")], run_of("up to date", stopped_by=2), 130),
    ],
)
def test_there_is_one_status(steps, run, status):
    assert Updated("small", tuple(steps), run).exit_status == status


def test_the_record_says_what_changed_in_public_and_names_no_restricted_report():
    report = Report("trends/force-kent", "new", "Kent", "What?", "Answer.", "", {}, "2026-11-03", "")
    own = Changes((report,), 2, is_restricted=True)
    run = run_of("done", changes=[Changes((), 1), own])
    updated = Updated("small", (Step("fetch", "a.xlsx", "fetched", "1 byte"),), run, 2.04)
    told = updated.record
    assert (told["exit_status"], told["seconds"]) == (0, 2.0)
    assert [step["state"] for step in told["steps"]] == ["fetched"]
    assert [one["is_restricted"] for one in told["changes"]] == [False]
    assert "kent" not in json.dumps(told)
    assert updated.line == "small: 1 fetched; 1 done; 1 new (2.0 s)"
