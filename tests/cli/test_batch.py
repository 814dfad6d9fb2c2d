"""``attrition batch`` from outside: what it makes and leaves alone, what it says, and how it ends."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress

import pytest

from analysis.publishing.batch import retention
from analysis.publishing.placing import failures
from tests.cli import log_lines
from tests.conftest import PROJECT, nightly
from tests.quick_batches import BY_PERIOD, FAILED_AT, FAILS, QUOTED, attrition, batch, book
from tests.reports.made_folder import put

DIES = "import os\nos._exit(3)"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "reports"


@pytest.fixture
def mixed(tmp_path):
    """A batch of which one report can be made, another not."""
    book(tmp_path, "good")
    book(tmp_path, "bad", FAILS)
    return batch(tmp_path, "good.ipynb force = 'Kent'", "bad.ipynb")


def lines(result):
    return re.sub(r" *\d+\.\d s", " S s", result.stdout).splitlines()


def moments(out):
    return {path.relative_to(out).as_posix(): path.stat().st_mtime_ns for path in out.glob("*/*/*")}


def command(*words, **settings):
    """The command in a process of its own."""
    program = [sys.executable, "-m", "analysis.cli", *map(str, words)]
    return subprocess.Popen(program, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)}, **settings)


def test_what_is_up_to_date_is_left_alone_and_said(tmp_path, out):
    book(tmp_path, "good")
    asked = batch(tmp_path, "good.ipynb forces = ['nation', 'Kent']")
    first = attrition("batch", asked, "--out", out, "--workers", 1)
    assert first.exit_code == 0, first.output
    assert lines(first) == [
        "quick: 2 to do, 0 up to date",
        "done   1 of 2 S s  good/force-all (never made)",
        "done   2 of 2 S s  good/force-kent (never made)",
        "quick: 2 done ( S s)",
        *lines(first)[4:6],
        str(out / "index.html"),
    ]
    assert [line.split()[:1] for line in lines(first)[4:6]] == [["slowest"], ["S"]]
    before = moments(out)
    second = attrition("batch", asked, "--out", out)
    assert (second.exit_code, lines(second)) == (0, ["quick: 2 up to date ( S s)", str(out / "index.html")])
    assert moments(out) == before
    (out / "good/force-kent/report.html").write_text("")
    third = attrition("batch", asked, "--out", out)
    assert "done   1 of 1 S s  good/force-kent (report.html is damaged)" in lines(third)
    assert "quick: 1 done, 1 up to date ( S s)" in lines(third)
    changed = {name for name, moment in moments(out).items() if before[name] != moment}
    assert {name.rpartition("/")[0] for name in changed} == {"good/force-kent"}
    forced = attrition("batch", asked, "--out", out, "--force", "--only", "*KENT")
    assert "done   1 of 1 S s  good/force-kent (asked for again)" in lines(forced)
    assert len(list((out / "batches").iterdir())) == 4


def test_what_a_run_would_do_is_listed_and_nothing_made(tmp_path, out, mixed):
    told = attrition("batch", mixed, "--out", out, "--dry-run")
    assert told.stdout.splitlines() == [
        "to do       good/force-kent  (never made)",
        "to do       bad/force-all  (never made)",
        f"quick: 2 to do, 0 up to date, below {out}",
    ]
    assert not out.exists()
    attrition("batch", mixed, "--out", out, "--only", "good")
    again = attrition("batch", mixed, "--out", out, "--dry-run", "--only", "good")
    assert again.stdout == f"up to date  good/force-kent\nquick: 0 to do, 1 up to date, below {out}\n"
    forced = attrition("batch", mixed, "--out", out, "--dry-run", "--only", "good", "--force")
    assert forced.stdout.startswith("to do       good/force-kent  (asked for again)\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["{batch}", "--only", "god"], "No notebook or report of quick is called 'god'. Did you mean 'good'?"),
        (["{batch}", "--only", "god", "--dry-run"], "Did you mean 'good'?"),
        (["{batch}", "--dry-run", "--verify"], "--dry-run and --verify do different things. Give one of them."),
        (["{batch}x"], "no file ending in .toml stands there"),
        (["mnthly"], "No batch is called 'mnthly', and no file ending in .toml stands there. Did you mean 'monthly'?"),
        (["{batch}", "--workers", "0"], "0 is not in the range x>=1"),
        (["{batch}", "--keep", "0"], "0 is not in the range x>=1"),
        (["{batch}", "--engine", "warn"], "'warn' is not one of 'warm', 'plain'"),
        (["{batch}", "--forse"], "Did you mean '--force'?"),
    ],
)
def test_wrong_use_runs_nothing(out, mixed, words, told):
    result = attrition("batch", *(word.format(batch=mixed) for word in words), "--out", out)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert not out.exists()


def test_a_mistake_in_the_file_runs_nothing(tmp_path, out, mixed):
    mixed.write_text(mixed.read_text().rstrip() + "\nforces = ['Kentt']\n")
    result = attrition("batch", mixed, "--out", out)
    assert result.exit_code == 2
    assert result.output == (
        "attrition: quick.toml, line 7: No force is called 'Kentt'. Did you mean 'Kent'? 'attrition list forces' shows "
        "all 44.\n"
    )
    assert not out.exists()


def test_what_fails_is_kept_beside_and_told_until_it_succeeds(tmp_path, out, mixed):
    result = attrition("batch", mixed, "--out", out)
    kept = tmp_path / ".reports-staging/failed/bad/force-all"
    assert result.exit_code == 6
    told = f"FAILED {{}} of 2 S s  bad/force-all: bad, {FAILED_AT} Kept: {kept}\n"
    either = [told.format(turn) for turn in (1, 2)]  # whichever of the two workers ends first
    assert re.sub(r" *\d+\.\d s", " S s", result.stderr) in either
    assert lines(result)[2:6] == [
        "quick: 1 done, 1 failed ( S s)",
        f"  1 failed, a notebook failed: bad, {FAILED_AT}",
        f"    bad/force-all, kept in {kept}",
        "  The next run tries what failed again; with --failed, nothing else.",
    ]
    assert sorted(path.name for path in kept.iterdir()) == ["error.txt", "executed.ipynb"]
    error = (kept / "error.txt").read_text()
    assert QUOTED in error
    assert "(Cell In[6], line 2)" in error
    assert sorted(path.parent.name for path in out.glob("*/*/manifest.json")) == ["force-kent"]
    assert not [path for path in out.rglob("*") if path.name in ("error.txt", "executed.ipynb")]
    everywhere = "".join(path.read_text() for path in out.rglob("*") if path.suffix in (".html", ".json", ".xml"))
    assert QUOTED not in everywhere
    assert str(tmp_path) not in everywhere
    assert "1 run failed last time" in (out / "index.html").read_text()
    before = moments(out)
    book(tmp_path, "bad")
    mended = attrition("batch", mixed, "--out", out, "--failed")
    assert (mended.exit_code, lines(mended)[-3]) == (0, "quick: 1 done ( S s)")
    assert not kept.exists()
    assert failures.standing(out) == []
    assert "failed last time" not in (out / "index.html").read_text()
    assert {name: moment for name, moment in moments(out).items() if name in before} == before
    assert lines(attrition("batch", mixed, "--out", out, "--failed"))[0] == "quick: nothing to do ( S s)"


def test_where_nothing_stands_all_failures_share_their_status(tmp_path, out):
    book(tmp_path, "bad", FAILS)
    book(tmp_path, "refused", 'none = read_counts("nothing")')
    bad, refused = batch(tmp_path, "bad.ipynb", name="bad"), batch(tmp_path, "refused.ipynb", name="refused")
    both = batch(tmp_path, "bad.ipynb", "refused.ipynb", name="both")
    assert [attrition("batch", one, "--out", out).exit_code for one in (bad, refused, both)] == [5, 2, 6]
    assert not list(out.glob("*/*/report.html"))


def test_a_notebook_that_breaks_the_rules_is_foreseen_to_fail_and_nothing_is_begun_for_it(tmp_path, out, monkeypatch):
    book(tmp_path, "good")
    book(tmp_path, "bad", "import os")
    asked = batch(tmp_path, "good.ipynb force = 'Kent'", "bad.ipynb forces = ['Kent', 'Essex']")
    told = attrition("batch", asked, "--out", out, "--dry-run")
    assert told.exit_code == 6
    assert told.stdout.count("\nto fail     bad/force-") == 2
    assert "line 1: imports a module" in told.stdout
    assert "quick: 1 to do, 2 to fail, 0 up to date" in told.stdout
    *_, planned = log_lines.lines(attrition("batch", asked, "--out", out, "--dry-run", "--log-format", "json"))
    assert (planned["due"], planned["to_fail"]) == (3, 2)
    monkeypatch.setattr("analysis.publishing.batch.executors.watching", None)  # which what is made is given to
    alone = attrition("batch", asked, "--out", out, "--only", "bad")
    assert (alone.exit_code, "quick: 2 failed" in alone.stdout) == (5, True)
    assert len(failures.standing(out)) == 2
    drafts = tmp_path / "drafts"
    assert attrition("batch", asked, "--out", drafts, "--only", "bad", "--dry-run", "--draft").exit_code == 0


def test_a_batch_may_stop_at_the_first_failure(tmp_path, out, mixed):
    mixed.write_text(
        'when_one_fails = "stop"\n' + batch(tmp_path, "bad.ipynb", "good.ipynb forces = 'all'").read_text()
    )
    result = attrition("batch", mixed, "--out", out, "--workers", 1)
    assert result.exit_code == 5
    assert lines(result)[1] == "quick: 1 failed, 44 left for the next run ( S s)"
    assert not (out / "good").exists()


def test_a_notebook_whose_process_dies_is_tried_and_told(tmp_path, out):
    book(tmp_path, "dies", DIES)
    result = attrition("batch", batch(tmp_path, "dies.ipynb"), "--out", out, "--draft")
    assert (result.exit_code, "dies: its kernel died, perhaps for want of memory." in result.stdout) == (5, True)


def test_json_is_an_object_a_line_and_holds_no_path(tmp_path, out, mixed):
    attrition("batch", mixed, "--out", out, "--only", "good")
    result = attrition("batch", mixed, "--out", out, "--log-format", "json")
    assert result.exit_code == 6
    begin, *jobs, end = log_lines.lines(result)
    assert (begin["event"], log_lines.fields(begin)) == ("begin", {"batch": "quick", "jobs": 2, "due": 1})
    assert [(one["event"], one["folder"], one["state"]) for one in jobs] == [
        ("job", "good/force-kent", "up to date"),
        ("job", "bad/force-all", "failed"),
    ]
    assert (jobs[1]["notebook"], jobs[1]["cause"], jobs[1]["message"], jobs[1]["exit_status"]) == (
        "bad",
        "NotebookFailed",
        f"bad, {FAILED_AT}",
        5,
    )
    assert (end["event"], end["exit_status"], end["failed"], end["up_to_date"]) == ("end", 6, 1, 1)
    assert str(tmp_path) not in result.stdout
    assert QUOTED not in result.output
    record = json.loads(max((out / "batches").iterdir(), key=lambda path: path.stat().st_mtime_ns).read_text())
    assert {name: told for name, told in record.items() if name not in ("results", "schema")} == log_lines.fields(end)
    assert record["results"] == [log_lines.fields(job) for job in jobs]
    assert record["schema"] == "attrition batch run 1"
    assert record["settings"] == {"workers": end["settings"]["workers"], "by": "warm"}


def test_what_a_run_would_do_and_what_is_wrong_are_logged_by_the_same_schema(tmp_path, out, mixed):
    foreseen = log_lines.lines(attrition("batch", mixed, "--out", out, "--dry-run", "--log-format", "json"))
    assert [(one["event"], one.get("folder"), one.get("reason")) for one in foreseen] == [
        ("plan", "good/force-kent", "never made"),
        ("plan", "bad/force-all", "never made"),
        ("planned", None, None),
    ]
    assert log_lines.fields(foreseen[-1]) == {"batch": "quick", "jobs": 2, "due": 2, "up_to_date": 0, "to_go": 0}
    whole = ("batch", mixed, "--out", out, "--log-format", "json", "--verify")
    *faults, error = log_lines.lines(attrition(*whole))
    assert [one["name"] for one in faults] == ["bad/force-all", "good/force-kent"]
    assert (error["event"], error["cause"], error["exit_status"]) == ("error", "SomeFailed", 6)
    book(tmp_path, "bad")
    attrition("batch", mixed, "--out", out)
    assert [(one["event"], one["jobs"]) for one in log_lines.lines(attrition(*whole))] == [("verified", 2)]
    refused = attrition("batch", mixed, "--out", out, "--log-format", "json", "--only", "god")
    assert [(one["event"], one["exit_status"]) for one in log_lines.lines(refused)] == [("error", 2)]
    assert refused.stderr.startswith("attrition: No notebook or report of quick is called 'god'.")


def test_the_monthly_batch_is_foreseen_in_json_as_well(out):
    foreseen = log_lines.lines(attrition("batch", "monthly", "--out", out, "--dry-run", "--log-format", "json"))
    assert {one["event"] for one in foreseen} == {"plan", "merged", "planned"}


def test_a_line_that_the_schema_does_not_know_is_none_of_the_log():
    line = {"schema": "attrition log 1", "at": "2026-11-28T18:00:00.000Z", "event": "removal", "folder": "a/b"}
    assert log_lines.CHECK.is_valid(line)
    for wrong in (
        {"at": "2026-11-28"},
        {"event": "done"},
        {"path": "/srv"},
        {"folder": 1},
        {"schema": "attrition log 2"},
    ):
        assert not log_lines.CHECK.is_valid(line | wrong), wrong
    assert all(
        one["properties"]["event"]["const"] in log_lines.SCHEMA["properties"]["event"]["enum"]
        for one in log_lines.SCHEMA["oneOf"]
    )


def screen(*words, stdout):
    """What a terminal is shown by a command whose standard output goes elsewhere, and its exit status."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = command(*words, stdin=theirs, stdout=stdout, stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # which is how Linux tells that nobody writes any more
        while more := os.read(ours, 65536):
            shown += more
    os.close(ours)
    return shown.decode(), process.wait(60)


BAR = r"quick: +50%\|.* 1/2 \[\d\d:\d\d<\d\d:\d\d, +[\d.]+ ?(s/report|report/s)\]"


@pytest.mark.nightly
def test_a_terminal_shows_a_bar_with_its_rate_and_the_time_that_is_left_and_a_log_has_its_lines(tmp_path, out, mixed):
    with (tmp_path / "log").open("w") as log:
        shown, status = screen("batch", mixed, "--out", out, "--workers", 1, stdout=log)  # one after the other
    assert status == 6
    assert re.search(BAR, shown)
    assert "\nFAILED 2 of 2" in shown.replace("\r", "\n")
    assert [line[:6] for line in (tmp_path / "log").read_text().splitlines()[:3]] == ["quick:", "done  ", "quick:"]


def test_where_all_is_seen_on_a_terminal_the_bar_goes_without_lines(out, mixed, monkeypatch):
    monkeypatch.setattr("analysis.cli.batch.is_terminal", lambda stream: True)
    result = attrition("batch", mixed, "--out", out)
    assert re.search(BAR, result.stderr)
    assert lines(result)[0] == "quick: 1 done, 1 failed ( S s)"
    nothing = attrition("batch", mixed, "--out", out, "--only", "good")
    assert (lines(nothing), nothing.stderr) == (["quick: 1 up to date ( S s)", str(out / "index.html")], "")


def is_whole(out):
    """Whether all that was to be made of ``mixed`` stands, with its record and its index."""
    (record,) = (out / "batches").iterdir()
    told = json.loads(record.read_text())
    assert (told["exit_status"], told["done"], told["failed"]) == (6, 1, 1)
    assert "1 run failed last time" in (out / "index.html").read_text()
    return (out / "good/force-kent/report.html").is_file()


@pytest.mark.nightly
def test_reports_are_made_though_nobody_reads_of_them(out, mixed):
    reads, writes = os.pipe()
    process = command("batch", mixed, "--out", out, stdout=writes, stderr=subprocess.PIPE)
    os.close(writes)
    os.close(reads)
    told = process.communicate(timeout=300)[1].decode()
    assert process.returncode == 6
    assert "pipe" not in told.lower()
    assert "Traceback" not in told
    assert is_whole(out)


@pytest.mark.parametrize("fault", [BrokenPipeError(32, "Broken pipe"), OSError(5, "Input/output error")])
@pytest.mark.parametrize("form", nightly(["text", "json"], "text"))
def test_reports_are_made_though_nothing_can_be_told(out, mixed, monkeypatch, form, fault):
    def refuse(*_, **__):
        raise fault

    monkeypatch.setattr("analysis.cli.telling.click.echo", refuse)
    monkeypatch.setattr("analysis.cli.batch.is_terminal", lambda stream: True)
    monkeypatch.setattr("tqdm.tqdm.update", refuse)
    monkeypatch.setattr("tqdm.tqdm.clear", refuse)
    assert attrition("batch", mixed, "--out", out, "--log-format", form).exit_code == 6
    assert is_whole(out)


def test_only_as_many_periods_are_kept_as_are_asked_for(tmp_path, out, monkeypatch):
    led_there = []
    remove = retention.remove

    def removed(folder, staging, gone):
        led_there.extend(one for one in gone if one.partition("/")[2] in (folder / "index.html").read_text())
        remove(folder, staging, gone)

    monkeypatch.setattr(retention, "remove", removed)
    book(tmp_path, "good", "here = cases.select(period=period)", parameters=BY_PERIOD)
    asked = batch(tmp_path, "good.ipynb period = '2024/25 Q4'")
    for span, period in (("2024-10_2024-12", "2024/25 Q3"), ("2024-07_2024-09", "2024/25 Q2")):
        parameters = {"force": "all", "period": period}
        put(out, force="all", folder=f"good/force-all_{span}", period=period, parameters=parameters, subject=span)
    put(out, folder="trends/force-kent", subject="Other")
    foreseen = attrition("batch", asked, "--out", out, "--keep", 2, "--dry-run")
    assert foreseen.stdout.splitlines() == [
        "to do       good/force-all_2025-01_2025-03  (never made)",
        "to go       good/force-all_2024-07_2024-09  (newer periods are enough)",
        f"quick: 1 to do, 0 up to date, 1 to go, below {out}",
    ]
    first = attrition("batch", asked, "--out", out, "--keep", 2)
    assert (first.exit_code, lines(first)[2]) == (0, "quick: 1 done, 1 removed ( S s)")
    (record,) = (out / "batches").iterdir()
    assert json.loads(record.read_text())["removed"] == ["good/force-all_2024-07_2024-09"]
    assert not led_there
    for _ in range(2):
        assert lines(attrition("batch", asked, "--out", out, "--keep", 2))[0] == "quick: 1 up to date ( S s)"
    assert sorted(path.name for path in (out / "good").iterdir()) == [
        "force-all_2024-10_2024-12",
        "force-all_2025-01_2025-03",
    ]
    assert (out / "trends/force-kent/report.html").is_file()
    index = (out / "index.html").read_text()
    assert ("2024-10_2024-12" in index, "2024-07_2024-09" in index) == (True, False)
    assert len(list((out / "batches").iterdir())) == 2
    assert not record.exists()


def test_a_folder_of_reports_is_verified(tmp_path, out):
    book(tmp_path, "good")
    asked = batch(tmp_path, "good.ipynb")
    attrition("batch", asked, "--out", out)
    clean = attrition("batch", asked, "--out", out, "--verify")
    assert clean.output == f"The report of quick is whole, and nothing foreign stands below {out}.\n"
    assert clean.exit_code == 0
    (out / "good/force-all/report.html").write_text("")
    (out / "notes.txt").write_text("")
    found = attrition("batch", asked, "--out", out, "--verify")
    assert (found.exit_code, found.stderr) == (6, f"attrition: 2 faults below {out}.\n")
    assert found.stdout.splitlines() == [
        "good/force-all: report.html is damaged; run the batch that asks for it, which makes it anew",
        "notes.txt: is not of this package; move it elsewhere",
    ]


def test_the_monthly_batch_lists_its_jobs(out):
    told = attrition("batch", "monthly", "--dry-run", "--out", out)
    *listed, last = told.stdout.splitlines()
    jobs, merged = ([line for line in listed if line.startswith(word)] for word in ("to do ", "one "))
    assert told.exit_code == 0
    assert last == f"monthly: {len(jobs)} to do, 0 up to date, below {out}"
    assert "one         data_received/force-gwent  (asked for as force all and force Gwent: the same cases)" in merged
    assert [line.split()[1].partition("/")[0] for line in merged] == [
        "time_to_outcome",
        "who_withdraws",
        "data_received",
    ]
    assert len(jobs) + len(merged) == len(listed)
    assert "to do       victim_withdrawal/force-all_2024-04_2025-03  (never made)" in jobs
    assert len({job.split()[2] for job in jobs}) == len(jobs) > 180
    assert not out.exists()


def test_every_notebook_with_its_defaults_is_a_batch_too(out):
    result = attrition("report", "--out", out, "--only", "data_received", "--workers", 1)
    assert result.exit_code == 0, result.output
    assert lines(result)[1] == "done   1 of 1 S s  data_received/force-gwent (never made)"
    files = {path.name for path in (out / "data_received/force-gwent").iterdir()}
    assert files == {"report.html", "report.pdf", "tables.xlsx", "results.json", "manifest.json", "data"}
