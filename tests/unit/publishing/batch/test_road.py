"""The road of one job: what each word adds to its record, and what is left behind."""

import shutil

import pytest

from analysis.errors import CouldNotWrite, NotebookFailed
from analysis.publishing.batch import place, plan, receive
from analysis.publishing.batch.executors import Lost
from analysis.publishing.batch.make import Died, Stopped, Terms
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.placing import failures
from analysis.publishing.placing.staging import Staging


class KilledWorker(Exception):
    """What dask raises for work whose workers died, by its name."""


@pytest.fixture
def road(two_reports, tmp_path):
    """A job of a batch, its report as it was made once, and a folder of reports of its own with its staging folder."""
    made, batch = two_reports
    (planned, *_) = plan.plan(batch.jobs[:1], tmp_path / "reports", form=Form(batch.formats))
    staging = Staging(tmp_path / "reports")
    terms = Terms(Form(batch.formats), "warm", 600, 4096, staging=str(staging.of_batch()), token="")
    folder = made / planned.job.folder
    paths = [path for path in folder.rglob("*") if path.is_file()]
    files = {f"report/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    return planned, files | {"executed.ipynb": b'{"cells": []}'}, tmp_path / "reports", terms, staging


def received(road, answer, tries=1):
    planned, _, out, terms, _ = road
    return receive.receive(planned, answer, tries, terms=terms, out=out)


def placed(road, record):
    _, _, out, terms, staging = road
    return place.place(record, out, terms=terms, staging=staging)


def test_a_report_that_is_sent_is_unpacked_and_put_in_its_place(road):
    planned, files, out, _, staging = road
    assert (planned.reason, planned.state) == ("never made", "")
    sent = files | {"../notes.txt": b"", "other/notes.txt": b"", "report/../../notes.txt": b""}
    came = received(road, JobRecord(planned.job, reason=planned.reason, files=sent, seconds=1.5), tries=2)
    assert (came.error, came.files, came.tries) == (None, {}, 2)
    assert sorted(path.name for path in (staging.of_batch() / came.staged).iterdir()) == ["executed.ipynb", "report"]
    done = placed(road, came)
    assert (done.state, done.kept, done.seconds, done.reason) == ("done", "", 1.5, "never made")
    folder = out / planned.job.folder
    stands = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert stands == {name.partition("/")[2] for name in files if "/" in name}
    assert any(name.startswith("data/") for name in stands)
    assert list(staging.of_batch().iterdir()) == []
    (again,) = plan.plan([planned.job], out, form=road[3].form)
    assert (again.reason, again.state) == ("", "up to date")


def test_what_is_left_of_a_job_that_failed_is_kept_and_its_failure_remembered(road):
    planned, _, out, _, staging = road
    error = NotebookFailed("victim_withdrawal, cell 3: ValueError.")
    failed = placed(
        road, JobRecord(planned.job, error=error, files={"executed.ipynb": b"{}"}, traceback="here", tries=1)
    )
    assert (failed.state, failed.cause, failed.exit_status) == ("failed", "NotebookFailed", 5)
    assert failed.kept == str(staging.failed(planned.job.folder))
    assert {path.name: path.read_text() for path in staging.failed(planned.job.folder).iterdir()} == {
        "error.txt": "victim_withdrawal, cell 3: ValueError.\n\nhere\n",
        "executed.ipynb": "{}",
    }
    assert (failed.files, failed.traceback) == ({}, "")
    assert [failure.message for failure in failures.standing(out)] == [error.in_short]
    assert not (out / planned.job.folder).exists()
    place.forget_failure(planned, out, staging=staging, failed=plan.last_failed(out))
    assert failures.standing(out) == []
    assert not staging.failed(planned.job.folder).exists()


def test_a_place_that_cannot_be_written_is_the_error_of_the_job(road):
    planned, files, out, _, _ = road
    came = received(road, JobRecord(planned.job, files=files))
    shutil.rmtree(out / planned.job.folder.partition("/")[0], ignore_errors=True)
    (out / planned.job.folder.partition("/")[0]).write_text("a file in its way")
    failed = placed(road, came)
    assert (failed.state, failed.exit_status) == ("failed", CouldNotWrite.exit_status)
    assert "could not be written (Not a directory)" in failed.message


@pytest.mark.parametrize(
    ("answer", "cause", "is_again", "is_cut_short"),
    [
        (KilledWorker("gone"), "Died", True, True),
        (Died("Its process was ended."), "Died", True, True),
        (Lost("The scheduler was lost."), "Lost", False, True),
        (Stopped(), "Stopped", False, True),
        (ValueError("x4711"), "NotebookFailed", False, False),
    ],
)
def test_an_executor_that_gives_no_report_says_whether_it_is_worth_another_try(
    road, answer, cause, is_again, is_cut_short
):
    came = received(road, answer)
    assert came.cause == cause
    assert "x4711" not in came.message
    assert receive.deserves_another_try(came) == is_again
    assert not receive.deserves_another_try(received(road, answer, tries=2))
    assert receive.is_cut_short(came) == is_cut_short
