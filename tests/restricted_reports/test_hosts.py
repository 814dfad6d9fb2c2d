"""What is published does not say on which machine it was made."""

import shutil

import pytest

from analysis.publishing.batch import make
from analysis.publishing.batch.file import Job
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.notebooks.jobs import Form
from tests.restricted_reports.conftest import HOST, holding


def test_no_file_of_a_batch_holds_the_name_of_the_machine(once, desk):
    if not once.elsewhere:
        pytest.skip("only root on Linux can give a command another name of the machine")
    assert HOST not in once.said[-1]
    assert holding(once.out, HOST) == []
    assert holding(once.folder / ".reports-staging", HOST) == []
    shutil.rmtree(desk.out / "quick" / "force-essex_2024-04_2025-03")
    said = desk.batch("--log-format", "json", before=desk.elsewhere)
    assert said.count('"state": "done"') == 1
    assert HOST not in said


def test_a_worker_without_room_does_not_say_where_it_is(monkeypatch, tmp_path):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("platform.node", lambda: HOST)
    monkeypatch.setattr(make.tempfile, "TemporaryDirectory", full)
    terms = make.Terms(Form(()), "warm", 1, 1, str(tmp_path / "not-there"), "x")
    made = make.make(JobRecord(Job("a.ipynb", {}, "a/b")), terms)
    assert isinstance(made.error, make.Died)
    assert HOST not in str(made.error)
