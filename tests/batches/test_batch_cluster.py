"""A batch on a cluster: a scheduler and workers in processes of their own, some on what looks like another machine."""

import os
import re
import secrets
import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from analysis.publishing.batch import executors
from analysis.publishing.running import children
from benchmarks import command
from tests.batches import desk
from tests.conftest import PROJECT

pytestmark = pytest.mark.skipif(not children.is_possible(), reason="processes as Linux has them")


@contextmanager
def started(*words, until, project=PROJECT, before=()):
    """A process of a cluster that has said ``until``, and what it said; all that it starts is ended by its id."""
    mark = f"cluster-{secrets.token_hex(4)}"
    given = ("-m", f"distributed.cli.{words[0]}", *words[1:], "--host", "127.0.0.1", "--no-dashboard")
    try:
        with command.command(*given, mark=mark, cwd=project, before=before) as process:
            yield process, desk.until(lambda: re.search(until, process.said()), process)
    finally:
        command.end(mark)


@contextmanager
def scheduler():
    with started("dask_scheduler", "--port", "0", until=r"Scheduler at:\s+(tcp://\S+)") as (process, said):
        yield process, said[1]


@contextmanager
def workers(address, number=1, **settings):
    """Workers that have joined; each with a thread, and no nanny to start it again."""
    words = ("dask_worker", address, "--nthreads", "1", "--no-nanny")
    with ExitStack() as held:
        yield [held.enter_context(started(*words, until="Starting established", **settings))[0] for _ in range(number)]


@pytest.fixture(scope="module")
def address():
    with scheduler() as (_, found):
        yield found


@pytest.fixture
def job(tmp_path):
    """A batch of one quick report."""
    return desk.batch(tmp_path, desk.quick(tmp_path), formats=["page", "workbook"])


@pytest.mark.nightly
def test_a_worker_that_is_killed_has_its_report_made_elsewhere_and_all_are_the_same_bytes(tmp_path, address):
    flag = tmp_path / "flag"
    waits = desk.quick(tmp_path, desk.WAITS.format(flag=str(flag)), name="waits")
    quick = desk.quick(tmp_path, forces=desk.quick_batch.FORCES[:5])
    file, away, home = desk.batch(tmp_path, waits, quick), tmp_path / "away", tmp_path / "home"
    with workers(address, 3) as those, desk.begun(file, away, "--draft", "--scheduler", address) as batch:
        desk.until(flag.with_suffix(".pid").is_file, batch)
        kernel = int(flag.with_suffix(".pid").read_text())
        flag.with_suffix(".pid").unlink()
        (its,) = [one for one in those if kernel in family(one)]
        its.kill(its.process.pid)
        assert command.left(its.mark, but="nothing") == []
        desk.until(flag.with_suffix(".pid").is_file, batch)
        flag.touch()
        assert batch.wait(desk.PATIENCE) == 0, batch.said()
    told = desk.results(away)
    assert told["waits kent"]["tries"] == 2
    assert {one["state"] for one in told.values()} == {"done"}
    assert desk.run(file, home, "--draft", "--workers", "1").exit_code == 0
    assert desk.reports(away) == desk.reports(home)
    assert len(desk.reports(away)) == 6
    assert not list((tmp_path / ".away-staging").iterdir())


def family(worker):
    """Whatever a worker has started that still runs."""
    return command.alive(worker.mark)


@pytest.mark.nightly
def test_a_worker_that_sees_no_staging_folder_sends_its_report(tmp_path, address, job):
    out, hidden = tmp_path / "shared" / "reports", tmp_path / "shared"
    hidden.mkdir()
    unshare = shutil.which("unshare")
    if not unshare or os.getuid():
        pytest.skip("only root on Linux may hide a folder from one process")
    elsewhere = (unshare, "--mount", "sh", "-c", f'mount -t tmpfs tmpfs {hidden} && exec "$@"', "sh")
    with workers(address, before=elsewhere) as (worker,):
        result = desk.run(job, out, "--scheduler", address)
        assert result.exit_code == 0, worker.said()
        assert not list(Path(f"/proc/{worker.process.pid}/root{hidden}").iterdir())
    assert desk.run(job, tmp_path / "home").exit_code == 0
    assert desk.reports(out) == desk.reports(tmp_path / "home")


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("analysis/errors.py", "another edition of this package"),
        ("data/counts/stalking_2024_25.parquet", "data/counts/stalking_2024_25.parquet changed"),
    ],
)
def test_a_worker_with_something_else_is_refused_by_name(tmp_path, address, job, name, told):
    project, out = desk.copied_project(tmp_path / "project"), tmp_path / "reports"
    if name.endswith(".py"):
        (project / name).write_text((project / name).read_text() + "\n# changed\n")
    else:
        another(project)
    with workers(address, project=project):
        result = desk.run(job, out, "--scheduler", address)
    assert result.exit_code == 3
    (failed,) = desk.results(out).values()
    assert (failed["cause"], failed["tries"]) == ("Changed", 2)
    assert f"was made from something else than is here now: {told}" in failed["message"]
    assert "give them the same edition of this package and the same data" in failed["message"]
    assert desk.reports(out) == {}


def another(project):
    """Let the counts of a project be others."""
    code = (
        "from analysis.counts import counts\n"
        "held = counts.read('stalking_2024_25')\n"
        "held.table.loc[0, 'cases'] += 1\n"
        "counts.write(held, counts.path_of(held.name))"
    )
    with command.command("-c", code, mark="", cwd=project) as process:
        assert process.wait(desk.PATIENCE) == 0, process.said()


def test_a_cluster_of_this_machine_is_started_and_ended(tmp_path, job):
    with desk.begun(job, tmp_path / "reports", "--scheduler", "local", "--workers", "1") as batch:
        assert batch.wait(desk.PATIENCE) == 0, batch.said()
        assert command.left(batch.mark, but="nothing") == []
    assert "some: 1 done" in batch.said()
    assert "INFO" not in batch.said()
    assert len(desk.reports(tmp_path / "reports")) == 1


def test_an_address_where_nobody_answers_is_refused(tmp_path, monkeypatch, job):
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    result = desk.run(job, tmp_path / "reports", "--scheduler", "tcp://127.0.0.1:9")
    assert result.exit_code == 2
    assert "No dask scheduler answers at 'tcp://127.0.0.1:9'" in result.output


def test_a_cluster_without_workers_is_given_up(tmp_path, monkeypatch, address, job):
    monkeypatch.setattr(executors, "_LOOK", 0.1)
    monkeypatch.setattr(executors, "_DESERTED", 1)
    result = desk.run(job, tmp_path / "reports", "--scheduler", address)
    assert result.exit_code == 5
    assert "The cluster has had no worker for" in result.output


@pytest.mark.nightly
def test_a_scheduler_that_is_killed_ends_the_batch_and_not_the_reports(tmp_path):
    flag = tmp_path / "flag"
    waits = desk.quick(tmp_path, desk.WAITS.format(flag=str(flag)), name="waits")
    file, out = desk.batch(tmp_path, desk.quick(tmp_path), waits, formats=["page"]), tmp_path / "reports"
    with (
        scheduler() as (process, address),
        workers(address),
        desk.begun(file, out, "--draft", "--scheduler", address) as batch,
    ):
        desk.until(lambda: flag.with_suffix(".pid").is_file() and list(out.glob("quick/*/manifest.json")), batch)
        process.kill(process.process.pid)
        assert batch.wait(desk.PATIENCE) == 6, batch.said()
    assert "The scheduler of the cluster was lost" in batch.said()
    assert desk.results(out)["waits kent"]["cause"] == "Lost"
    assert len(desk.reports(out)) == 1
