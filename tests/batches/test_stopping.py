"""A batch that is told to stop, and two batches on one folder."""

import json
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.publishing.batch import file as batch_file
from analysis.publishing.batch import make
from analysis.publishing.batch import run as batches
from analysis.publishing.placing import failures
from analysis.publishing.running import children
from benchmarks import command
from tests.batches import desk

pytestmark = pytest.mark.skipif(not children.is_possible(), reason="signals and processes as Linux has them")


@pytest.fixture
def waiting(tmp_path):
    """A batch of a few reports and one that waits for a flag, which it is made after; and the flag."""
    flag = tmp_path / "flag"
    quick = desk.quick(tmp_path)
    waits = desk.quick(tmp_path, desk.WAITS.format(flag=str(flag)), name="waits")
    return desk.batch(tmp_path, quick, waits, quick | {"forces": ["Surrey"]}, formats=["page"]), flag


def is_waiting(flag, out, number):
    """Whether the one that waits does, and so many others stand."""
    return flag.with_suffix(".pid").is_file() and len(list(out.glob("quick/*/manifest.json"))) == number


def has_open(pid, path):
    """Whether a process has a file open."""
    try:
        return path in [one.readlink() for one in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:  # one of them was closed meanwhile
        return False


def press(batch):
    """Ctrl-C, which reaches all that a terminal has in its foreground, and impatience."""
    for _ in range(2):
        os.killpg(batch.process.pid, signal.SIGINT)


def stop_service(batch):
    """What a service manager does, which tells every process of a service."""
    for pid in command.alive(batch.mark):
        batch.kill(pid, signal.SIGTERM)


def check_left(out, batch, status):
    """Of a batch that was stopped one report stands, nothing runs, and the other two are left to the next run."""
    assert batch.wait(desk.PATIENCE) == status
    assert command.left(batch.mark, but="nothing") == []
    assert "some: 1 done, 2 left for the next run" in batch.said()
    assert "Traceback" not in batch.said()
    (told,) = (one for path in (out / "batches").iterdir() if (one := json.loads(path.read_text()))["batch"] == "some")
    assert (told["exit_status"], told["done"], told["left"]) == (status, 1, 2)
    assert not list((out.parent / ".reports-staging").iterdir())


@pytest.mark.nightly
def test_what_is_made_stays_and_the_rest_is_left_to_the_next_run(tmp_path, waiting):
    file, flag = waiting
    out = tmp_path / "reports"
    with desk.begun(file, out, "--draft", "--workers", "1") as batch:
        desk.until(lambda: is_waiting(flag, out, 1), batch)
        stop_service(batch)
        check_left(out, batch, 143)
    assert not list((out / ".state").glob("*.json"))
    flag.touch()
    result = desk.run(file, out, "--draft")
    assert (result.exit_code, "some: 2 done, 1 up to date" in result.output) == (0, True), result.output


def test_a_second_batch_is_refused_or_waits_and_either_may_be_told_to_stop(tmp_path, waiting):
    """What a stopped batch has made stays, the rest is left to the next run, and who waited for it goes on."""
    file, flag = waiting
    out = tmp_path / "reports"
    second = desk.batch(tmp_path, desk.quick(tmp_path, name="second"), name="other", formats=["page"])
    waited = []
    with desk.begun(file, out, "--draft", "--workers", "1") as first:
        desk.until(lambda: is_waiting(flag, out, 1), first)
        held = (out / ".state" / "batch.lock").read_text()
        with desk.begun(second, out, "--draft", "--wait") as stopped:
            refused = desk.run(second, out, "--draft")
            waits = threading.Thread(target=lambda: waited.append(desk.run(second, out, "--draft", "--wait")))
            waits.start()
            desk.until(lambda: has_open(stopped.process.pid, out / ".state" / "batch.lock"), stopped)
            stopped.kill(stopped.process.pid, signal.SIGTERM)
            assert stopped.wait(desk.PATIENCE) == 143
        assert "other: 1 left for the next run" in stopped.said()
        assert (out / ".state" / "batch.lock").read_text() == held
        assert waits.is_alive()
        assert not list(out.glob("second/*"))
        press(first)
        waits_for = first.process.pid
        assert first.wait(desk.PATIENCE) == 130
        waits.join(desk.PATIENCE)
        check_left(out, first, 130)
    assert refused.exit_code == 7
    assert f"Another batch is writing to {out} (process {waits_for}, since " in refused.output
    assert "Wait for it with --wait" in refused.output
    assert waited[0].exit_code == 0, waited[0].output
    assert "s of it waiting for another batch)" in waited[0].stdout
    assert len(desk.reports(out)) == 2
    flag.touch()
    result = desk.run(file, out, "--draft")
    assert (result.exit_code, "some: 2 done, 1 up to date" in result.output) == (0, True), result.output
    assert len(desk.reports(out)) == 4


@pytest.mark.parametrize(("number", "failed"), [(signal.SIGTERM, 0), (0, 1)])
def test_what_a_stop_has_ended_has_not_failed(number, failed, tmp_path, monkeypatch):
    def died(record, terms):
        os.kill(os.getpid(), number)
        return replace(record, error=make.Died("Its process was ended."))

    monkeypatch.setattr(make, "make", died)
    wanted = batch_file.read(desk.batch(tmp_path, desk.quick(tmp_path, forces=("Kent",)), formats=["page"]))
    run = batches.run(wanted, tmp_path / "reports", settings=batches.Settings())
    assert (run.stopped_by, len(run.of("failed"))) == (number, failed)
    assert len(failures.standing(tmp_path / "reports")) == failed
