"""A batch that tells: on failure, on change, always, when it is stopped or cannot begin; and its log in JSON."""

import json
import os
import signal
import sys

import pytest

from analysis.errors import CouldNotWrite, NotebookFailed, ParameterError
from analysis.publishing.batch import run as batches
from analysis.publishing.batch.file import Job
from analysis.publishing.batch.records import JobRecord, Run
from tests.cli.log_lines import lines
from tests.notify.desk import mail_server
from tests.quick_batches import FAILS, QUOTED, attrition, batch, book

KEEPS = "import sys; open('told-{when}', 'a').write(sys.stdin.read())"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "reports"


def telling(*whens):
    """Tables of commands, each of which keeps what it is told in a file named for when it is."""
    commands = [json.dumps([sys.executable, "-c", KEEPS.format(when=when)]) for when in whens]
    return "".join(f"[[notify]]\nwhen = '{when}'\ncommand = {one}\n" for when, one in zip(whens, commands, strict=True))


@pytest.fixture
def mixed(tmp_path):
    """A batch of which one report can be made, another not, which tells on failure, on change and always."""
    book(tmp_path, "good")
    book(tmp_path, "bad", FAILS)
    path = batch(tmp_path, "good.ipynb force = 'Kent'", "bad.ipynb")
    path.write_text(path.read_text() + telling("failure", "change", "always"))
    return path


def told(folder):
    """What was told since it was last asked, by when."""
    found = {path.name.removeprefix("told-"): path.read_text() for path in folder.glob("told-*")}
    for path in folder.glob("told-*"):
        path.unlink()
    return found


def test_what_came_of_a_run_is_told_to_those_who_want_to_be(tmp_path, out, mixed):
    attrition("index", "--out", out, "--address", "https://example.org/stalking/")
    first = attrition("batch", mixed, "--out", out)
    assert first.exit_code == 6, first.output
    assert first.stdout.count("\nTold: command python") == 3
    said = told(tmp_path)
    assert set(said) == {"failure", "change", "always"}
    assert said["failure"].startswith(
        "1 of 2 reports failed, 1 made\nquick\n\nWHAT FAILED, AND WHAT TO DO\n\n- 1 report, a notebook failed: bad, "
    )
    assert QUOTED not in "".join(said.values())
    assert str(tmp_path) not in "".join(said.values())
    (record,) = (out / "batches").iterdir()
    assert "All reports: https://example.org/stalking/index.html" in said["change"]
    assert f"https://example.org/stalking/batches/{record.name}" in said["change"]


@pytest.fixture
def ran(monkeypatch):
    """Has a batch come to what is put here, and makes no report: a run's results, or what it is refused with."""
    outcome = []

    def run(batch, out, *, settings, begin, tell):
        this = Run(batch.name, batch.title, len(batch.jobs), settings.entry)
        begin(this)
        for one in outcome:
            if isinstance(one, Exception):
                raise one
            this.results.append(one)
            tell(one)
        return this

    monkeypatch.setattr(batches, "run", run)
    return outcome


GOOD = Job("good", {"force": "Kent"}, "good/force-kent")
UP_TO_DATE, DONE = JobRecord(GOOD, state="up to date"), JobRecord(GOOD, reason="asked for again", state="done")
FAILED = JobRecord(GOOD, reason="never made", state="failed", error=NotebookFailed("good: KeyError."))


@pytest.mark.parametrize(
    ("results", "status", "whens"),
    [
        ([UP_TO_DATE], 0, {"always"}),
        ([DONE], 0, {"always", "change"}),
        ([FAILED, UP_TO_DATE], 6, {"always", "failure"}),
        ([FAILED, DONE], 6, {"always", "failure", "change"}),
        ([CouldNotWrite("/srv/x: another batch is writing there.")], 7, {"always", "failure"}),
        ([RuntimeError("a value of a case row")], 1, {"always", "failure"}),
        ([ParameterError("No notebook is called 'god'.")], 2, set()),  # a slip of whoever types it, and reads that
    ],
)
def test_each_is_told_when_it_wants_to_be(mixed, ran, *, results, status, whens):
    out, tmp_path = mixed.parent / "reports", mixed.parent
    ran += results
    result = attrition("batch", mixed, "--out", out)
    assert result.exit_code == status
    said = told(tmp_path)
    assert set(said) == whens
    assert "/srv" not in "".join(said.values())
    assert "a value" not in "".join(said.values())


@pytest.mark.parametrize("command", ["batch", "update"])
def test_a_run_that_could_not_begin_for_its_file_tells_those_whom_the_file_names(mixed, out, command):
    text = mixed.read_text().replace("good.ipynb", "godd.ipynb") + "[[notify]]\nwhenn = 'always'\n"
    mixed.write_text(text)
    result = attrition(command, mixed, "--out", out)
    assert result.exit_code == 2
    said = told(mixed.parent)
    assert set(said) == {"failure", "always"}
    assert said["failure"].startswith("The run could not begin\n")
    assert "no notebook stands at 'godd.ipynb'" in " ".join(said["failure"].split())
    assert "quick.toml has 3 mistakes." in said["failure"]
    for dry in ("--dry-run", "--verify") if command == "batch" else ("--dry-run",):
        assert attrition(command, mixed, "--out", out, dry).exit_code == 2
        assert "failure" not in told(mixed.parent)


def test_a_scheduler_reaches_those_whom_a_file_with_mistakes_names(mixed):
    mixed.write_text(mixed.read_text().replace("good.ipynb", "godd.ipynb"))
    assert attrition("notify", mixed, "--ended", "killed").exit_code == 0
    assert "failure" in told(mixed.parent)
    assert attrition("notify", mixed).exit_code == 2


def test_a_mistake_beside_counts_that_may_be_of_people_is_told_without_a_word_of_it(mixed, out):
    mixed.write_text(f"{mixed.read_text()}[[reports]]\nnotebook = 'trends'\ncounts = 'a_secret_name'\n")
    result = attrition("batch", mixed, "--out", out)
    assert (result.exit_code, "a_secret_name" in result.stderr) == (2, True)
    said = told(mixed.parent)["failure"]
    assert "a_secret_name" not in said
    assert "a parameter refused." in said.casefold()


def test_that_nobody_could_be_told_changes_no_report_and_has_a_status_of_its_own(mixed, out, ran):
    mixed.write_text(
        mixed.read_text().partition("[[notify]]")[0] + "[[notify]]\nwhen = 'always'\ncommand = ['false']\n"
    )
    ran += [DONE]
    result = attrition("batch", mixed, "--out", out)
    assert (result.exit_code, result.stderr) == (8, "attrition: Not told: command false: it ended with status 1.\n")
    assert "quick: 1 done, 1 left for the next run" in result.stdout
    *_, notified, end = lines(attrition("batch", mixed, "--out", out, "--log-format", "json"))
    assert (notified["event"], notified["is_told"], notified["problem"]) == ("notify", False, "it ended with status 1")
    assert (end["event"], end["exit_status"], end["done"]) == ("end", 8, 1)
    ran += [FAILED]
    assert attrition("batch", mixed, "--out", out).exit_code == 6  # which matters more


def test_a_run_that_is_told_to_stop_tells_so(tmp_path, out, mixed, monkeypatch):
    monkeypatch.setattr(batches._Work, "do", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    result = attrition("batch", mixed, "--out", out)
    assert result.exit_code == 143
    said = told(tmp_path)
    assert set(said) == {"failure", "always"}
    assert said["failure"].startswith("Stopped, 2 left for the next run\n")


def test_a_dry_run_says_who_would_be_told(tmp_path, out, mixed):
    result = attrition("batch", mixed, "--out", out, "--dry-run")
    assert [line.partition("  (")[2] for line in result.stdout.splitlines() if line.startswith("to tell ")] == [
        "when something fails)",
        "when something changed)",
        "after each run)",
    ]
    assert told(tmp_path) == {}


def test_a_trial_shows_what_would_be_sent_and_sends_it_when_asked(tmp_path, mixed):
    shown = attrition("notify", mixed)
    assert shown.exit_code == 0, shown.output
    assert "\nSubject: attrition quick: A trial: this is what is sent of a run\n" in shown.stdout
    assert told(tmp_path) == {}
    sent = attrition("notify", mixed, "--test")
    assert (sent.exit_code, sent.stdout.count("Told: command")) == (0, 3)
    assert set(told(tmp_path)) == {"failure", "change", "always"}
    with mail_server() as (box, port):
        mixed.write_text(
            f"{mixed.read_text()}[[notify]]\nmail = ['a@example.org']\nfrom = 'b@example.org'\nhost = '127.0.0.1'\n"
            f"port = {port}\nsecurity = 'none'\n[[notify]]\ncommand = ['false']\n"
        )
        failed = attrition("notify", mixed, "--test")
        assert failed.exit_code == 8
        assert "Told: mail to a@example.org.\nNot told: command false: it ended with status 1.\n" in failed.stdout
        assert failed.stderr.startswith("attrition: 1 of 5 could not be told.")
        assert len(box.mails) == 1
    plain = batch(tmp_path, "good.ipynb")
    assert "quick names nobody who is told" in attrition("notify", plain).output


def test_a_scheduler_that_saw_a_run_end_has_the_same_people_told_of_it(tmp_path, mixed):
    result = attrition("notify", mixed, "--ended", "attrition.service: oom-kill")
    assert (result.exit_code, result.stdout.count("Told: command")) == (0, 2)
    said = told(tmp_path)
    assert set(said) == {"failure", "always"}
    assert said["failure"].startswith("The run was ended from outside, or never began\n")
    assert "\n- attrition.service: oom-kill\n    What to do: look at the log" in said["failure"]
