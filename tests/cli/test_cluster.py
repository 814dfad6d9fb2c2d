"""Reading on a cluster: a scheduler and two workers in processes of their own, and the same bytes as at home."""

import csv
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.builders import example
from analysis.cli.main import main
from analysis.counts import counts
from tests import archives, releasing
from tests.conftest import PROJECT


@contextmanager
def started(*words, until):
    """A process of ours that has said ``until`` on its way; ended by its own id, and its children with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=PROJECT,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    try:
        for line in process.stderr:
            if found := re.search(until, line):
                yield found
                break
        else:
            pytest.fail(f"{words[0]} ended before it said {until}")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.stderr.close()
        process.wait(30)


@pytest.fixture(scope="module")
def address():
    plain = ["--host", "127.0.0.1", "--no-dashboard"]
    with started("dask_scheduler", *plain, "--port", "0", until=r"Scheduler at:\s+(tcp://\S+)") as found:
        worker = ["dask_worker", found[1], "--host", "127.0.0.1", "--no-dashboard", "--nthreads", "1", "--no-nanny"]
        with started(*worker, until="Starting established"), started(*worker, until="Starting established"):
            yield found[1]


def reduced(monkeypatch, folder, *words):
    """The files that a reduction writes, by name."""
    monkeypatch.setattr(counts, "FOLDER", folder / "counts")
    result = CliRunner().invoke(main, ["reduce", *map(str, words)])
    assert result.exit_code == 0, result.output
    return {path.name: path.read_bytes() for path in sorted((folder / "counts").iterdir())}


def case_files(folder: Path):
    """The example's cases as five forces in three files, some forces in two of them, and one outcome without a date."""
    header, *rows = example._rows()
    forces = ["Kent", "Essex", "Surrey", "Sussex", "Norfolk"]
    rows = [[one[0], forces[number % 5], *one[2:]] for number, one in enumerate(rows)]
    rows[0][5] = ""
    for name, part in {
        "a": rows[:1500],
        "b": rows[1500:3000],
        "c": [one for one in rows[3000:] if one[1] != "Kent"],
    }.items():
        with (folder / f"{name}.csv").open("w", newline="") as out:
            csv.writer(out).writerows([header, *part])
    text = (PROJECT / "data/examples/stalking_cases.toml").read_text()
    (folder / "mapping.toml").write_text(text)
    return [folder / "a.csv", folder / "b.csv", folder / "c.csv"], folder / "mapping.toml"


@pytest.mark.nightly
def test_case_files_read_by_two_workers_give_the_same_bytes(monkeypatch, tmp_path, address):
    """Read and added up; what is drawn of them hangs on nothing else, and five forces take long."""
    releasing.install(lambda name, module: monkeypatch.setitem(sys.modules, name, module))
    files, mapping = case_files(tmp_path)
    words = [*files, "--mapping", mapping, "--format", "cases", "--as", "shared_out"]
    home = reduced(monkeypatch, tmp_path / "home", *words)
    away = reduced(monkeypatch, tmp_path / "away", *words, "--scheduler", address)
    assert len(home) == 4
    assert away == home


@pytest.mark.nightly
def test_forces_of_data_police_uk_read_by_two_workers_give_the_same_bytes(monkeypatch, tmp_path, address):
    folder = archives.two_forces(tmp_path / "archive")
    words = [folder, "--format", "police-uk", "--as", "shared_out"]
    home = reduced(monkeypatch, tmp_path / "home", *words)
    away = reduced(monkeypatch, tmp_path / "away", *words, "--scheduler", address)
    assert len(home) == 3
    assert away == home


@pytest.mark.nightly
def test_a_fault_met_by_a_worker_is_told_as_at_home(monkeypatch, tmp_path, address):
    files, mapping = case_files(tmp_path)
    files[1].write_text(files[1].read_text().replace("Essex,Stalking,", "Essex,,", 1))
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    words = ["reduce", *map(str, files), "--mapping", str(mapping), "--format", "cases", "--as", "never"]
    told = [CliRunner().invoke(main, [*words, *more]) for more in ([], ["--scheduler", address])]
    assert [result.exit_code for result in told] == [3, 3]
    assert told[0].output == told[1].output
    assert "no offence (blank_offence): b.csv, 1 row" in told[0].output


def test_an_address_where_nobody_answers_is_refused(monkeypatch, tmp_path):
    files, mapping = case_files(tmp_path)
    monkeypatch.setattr("analysis.publishing.batch.executors.PATIENCE", 0.5)
    words = ["reduce", str(files[0]), "--mapping", str(mapping), "--format", "cases", "--as", "never"]
    result = CliRunner().invoke(main, [*words, "--scheduler", "tcp://127.0.0.1:9"])
    assert result.exit_code == 2
    assert "No dask scheduler answers at 'tcp://127.0.0.1:9'" in result.output
