"""The whole chain against a made-up publisher: a year, its correction, the next year; and killed in every step."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.batches.desk import copied_project
from tests.loopback import Answer, Server
from tests.publisher import Publisher, workbook
from tests.resident import Resident

FORCES = ("Essex", "Gwent", "Kent")
BATCH = """
formats = ["page"]
[update]
sources = ["home-office"]
page = "{page}"
[[reports]]
notebook = "victim_withdrawal"
forces = {forces}
periods = "last year"
[[reports]]
notebook = "victim_withdrawal"
counts = "stalking_example"
"""
PATIENCE = 240


class Desk:
    """A copy of the project, a publisher, and the command there."""

    def __init__(self, folder, publisher, forces):
        self.publisher, self.out = publisher, folder / "reports"
        self.project = copied_project(folder / "project")
        self.resident = Resident(self.project)
        for name in ("home_office_files.csv", "home_office_totals.csv"):  # of which nothing made up is known
            table = self.project / "data" / "editions" / name
            table.write_text(table.read_text().partition("\n")[0] + "\n")
        (self.project / "small.toml").write_text(BATCH.format(page=publisher.page, forces=json.dumps(forces)))

    @property
    def words(self):
        return ["update", "small.toml", "--out", self.out, "--workers", "1"]

    def begin(self):
        """An update in a process of its own, which can be killed."""
        kept = {**os.environ, "PYTHONUNBUFFERED": "1"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        words = [sys.executable, "-m", "analysis.cli", *self.words]
        return subprocess.Popen(words, cwd=self.project, env=kept, start_new_session=True, **pipes)

    def run(self):
        """The lines of an update."""
        made = self.resident.run(*self.words)
        assert made.status == 0, made
        return made.stdout.splitlines()

    def killed(self, line):
        """Kill an update, and all that it started, once it has said a line that begins so."""
        with self.begin() as process:
            said = next((one for one in process.stdout if one.startswith(line)), "")
            os.killpg(process.pid, signal.SIGKILL)
            process.stdout.read()
        assert said

    def issue(self, year, on, extra):
        """Publish a year in which so many more victims in Kent withdrew, quarter by quarter."""
        book = workbook(
            year, forces=FORCES, change=lambda force, one, cases: cases + extra * ((force, one) == ("Kent", "16"))
        )
        return self.publisher.issue(year, book, on=on)

    def changes(self):
        return json.loads((self.out / "changes.json").read_text())

    def left(self):
        """What a killed update may have left, and the next one has to have removed."""
        counts = self.project / "data" / "counts"
        return [path.name for path in counts.iterdir() if path.name.startswith(".") or path.name.endswith(".staged")]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    made = []

    def begun(*forces):
        made.append(Desk(tmp_path, Publisher(server), list(forces)))
        return made[-1]

    with Server() as server:
        yield begun
        for own in made:
            own.resident.end()


def moved(told, of):
    """From what to what the cases of a row moved, in each report that has it."""
    rows = [row for report in told["reports"] for row in report["moved"] if row["of"] == of]
    return {tuple(row["columns"]["events"].values()) for row in rows if "events" in row["columns"]}


def test_a_corrected_edition_is_fetched_counted_reported_and_told(desk):
    own = desk("Kent")
    own.issue("2024/25", "230725", 0)
    first = own.run()
    assert any(line.startswith("reduced: outcomes_2024_25:") for line in first)
    assert "1 fetched, 2 reduced; 2 done" in first[-1]
    assert not (own.out / "changes.json").exists()
    manifest = json.loads((own.out / "victim_withdrawal/force-kent_2024-04_2025-03/manifest.json").read_text())
    assert manifest["parameters"]["counts"] == "outcomes_2024_25"

    own.issue("2024/25", "230726", 30)
    second = own.run()
    assert "1 fetched, 2 reduced; 1 done, 1 up to date; 1 corrected" in second[-1]  # nothing that it does not touch
    [(before, after)] = moved(own.changes(), "Kent, 2024/25")
    assert after - before == 4 * 30
    assert "Kent" in (own.out / "changes.html").read_text()


@pytest.mark.nightly
def test_a_new_year_gets_reports_of_its_own_and_an_update_with_nothing_new_does_nothing(desk):
    own = desk("Kent", "nation")
    own.issue("2024/25", "230725", 0)
    own.run()
    own.issue("2025/26", "230726", 7)
    assert "1 fetched, 2 reduced; 2 done, 1 up to date; 2 new" in own.run()[-1]
    assert (own.out / "victim_withdrawal/force-kent_2024-04_2025-03").is_dir()
    assert (own.out / "victim_withdrawal/force-kent_2025-04_2026-03").is_dir()
    told = own.changes(), len(own.publisher.fetched())
    assert "nothing new to fetch; 3 up to date" in own.run()[-1]
    assert own.changes() == told[0]


@pytest.mark.nightly
def test_killed_in_every_step_it_goes_on_and_tells_all_of_it_once(desk):
    own = desk("Kent")
    own.issue("2024/25", "010126", 0)
    own.run()
    for number, line in enumerate(
        ("fetched:", "checked:", "reduced: outcomes", "small: ", "done ", "small: 1 done"), 1
    ):
        own.issue("2024/25", f"{number:02}0226", 10 * number)
        own.killed(line)
        last = own.run()[-1]
        assert own.left() == []
        assert "failed" not in last
        [(before, after)] = moved(own.changes(), "Kent, 2024/25")
        assert after - before == 4 * 10, line
        assert "nothing new to fetch; 2 up to date" in own.run()[-1]


@pytest.mark.nightly
def test_killed_while_a_file_comes_it_is_taken_up(desk):
    own = desk("Kent")
    name = own.issue("2024/25", "010126", 0)
    whole = own.publisher.server.script[f"/media/{name}"]
    own.publisher.server.put(f"/media/{name}", Answer(holds=True))
    with own.begin() as process:
        until = time.monotonic() + PATIENCE
        while name not in own.publisher.fetched():
            assert time.monotonic() < until
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    own.publisher.server.script[f"/media/{name}"] = whole
    assert "1 fetched, 2 reduced; 2 done" in own.run()[-1]
