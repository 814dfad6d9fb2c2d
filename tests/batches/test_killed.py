"""Killed at any moment, a batch leaves whole reports, nothing that runs and nothing that is held."""

import sys

import pytest

from analysis.publishing.placing import locks
from benchmarks import command
from benchmarks.killed import Strain
from tests.batches import desk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


@pytest.mark.nightly
def test_killed_at_random_moments_it_ends_as_if_left_alone(tmp_path):
    strained = Strain(tmp_path, seed=8, forces=2, kernels=False, pause=0.01).run(8)
    assert strained.kills.total() == 8
    assert {kind for kind, _ in strained.kills} == {"batch", "server", "report"}
    assert strained.seen["whole"] > 0
    assert (strained.torn, strained.gone, strained.faults) == ([], [], [])


def test_a_killed_batch_leaves_no_lock_and_no_process_not_even_a_kernel_that_is_busy(tmp_path):
    """Nothing reads signals or looks for its parent in the middle of such a sum."""
    flag, out = tmp_path / "flag", tmp_path / "reports"
    source = f"import pathlib\npathlib.Path({str(flag)!r}).touch()\nsum(range(10**12))"
    file = desk.batch(tmp_path, desk.quick(tmp_path, source))
    with desk.begun(file, out, "--draft") as batch:
        desk.until(flag.exists, batch)
        assert len(batch.family()["kernel"]) == 1
        with locks.held(out, locks.BATCH, waits=True, is_stopped=lambda: True) as is_held:
            assert not is_held
        batch.kill(batch.process.pid)
        assert batch.wait(desk.PATIENCE) == -9
        with locks.held(out, locks.BATCH, waits=True, is_stopped=lambda: True) as is_held:
            assert is_held
        assert command.left(batch.mark, but="nothing") == []


@pytest.mark.nightly
def test_a_report_whose_process_is_killed_twice_is_left_to_the_next_run(tmp_path):
    flag = tmp_path / "flag"
    waits = desk.quick(tmp_path, desk.WAITS.format(flag=str(flag)), name="waits")
    file, out = desk.batch(tmp_path, waits, desk.quick(tmp_path), formats=["page"]), tmp_path / "reports"
    with desk.begun(file, out, "--draft", "--workers", "2") as batch:
        for _ in range(2):
            desk.until(lambda: flag.with_suffix(".pid").is_file() and batch.family()["kernel"], batch)
            flag.with_suffix(".pid").unlink()
            told = command.alive(batch.mark)
            batch.kill(told[batch.family()["kernel"][0]][0])  # whose kernel that is
        assert batch.wait(desk.PATIENCE) == 6
    failed = desk.results(out)["waits kent"]
    assert (failed["state"], failed["tries"], failed["cause"]) == ("failed", 2, "Died")
    assert "was ended by SIGKILL" in failed["message"]
    kept = tmp_path / ".reports-staging" / "failed" / failed["folder"]
    assert sorted(path.name for path in kept.iterdir()) == ["error.txt", "executed.ipynb"]
    assert list(desk.reports(out)) == [desk.results(out)["quick kent"]["folder"]]
    flag.touch()
    assert desk.run(file, out, "--draft").exit_code == 0
    assert len(desk.reports(out)) == 2
    assert not list((tmp_path / ".reports-staging").iterdir())
    assert not list((out / ".state").glob("*.json"))
