"""What is published does not say on which machine it was made."""

import shutil
import subprocess

import pytest

from analysis.publishing.batch import make
from analysis.publishing.batch.file import Job
from analysis.publishing.batch.records import JobRecord
from tests.restricted_reports.conftest import holding

HOST = "canary-host-4711"


def test_no_file_of_a_batch_holds_the_name_of_the_machine(desk):
    unshared = ["unshare", "--uts", "sh", "-c", f'hostname {HOST} && exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*unshared, "true"], capture_output=True, check=False).returncode:
        pytest.skip("only root on Linux can give a command another name of the machine")
    assert subprocess.run([*unshared, "hostname"], capture_output=True, text=True, check=True).stdout.strip() == HOST
    shutil.rmtree(desk.out)
    said = desk.batch("--log-format", "json", before=unshared)
    assert '"state": "done"' in said
    assert HOST not in said
    assert holding(desk.out, HOST) == []
    assert holding(desk.out.parent / ".reports-staging", HOST) == []


def test_a_worker_without_room_does_not_say_where_it_is(monkeypatch, tmp_path):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("platform.node", lambda: HOST)
    monkeypatch.setattr(make.tempfile, "TemporaryDirectory", full)
    terms = make.Terms((), "warm", 1, 1, str(tmp_path / "not-there"), "x")
    made = make.make(JobRecord(Job("a.ipynb", {}, "a/b")), terms)
    assert isinstance(made.error, make.Died)
    assert HOST not in str(made.error)
