"""What came of a run: its exit status, its one line, its summary and its record."""

import json
import re
from datetime import UTC, datetime

import pytest

from analysis import errors
from analysis.publishing.batch import records
from analysis.publishing.batch.file import Job
from analysis.publishing.batch.records import JobRecord, Run
from analysis.publishing.notify import digest, runs

SECRET = "/srv/x/.reports-staging/failed"


ERRORS = {kind.exit_status: kind for kind in (errors.DataRefused, errors.NotebookFailed, errors.CouldNotWrite)}


def result(state, *, number=1, reason="never made", **changes):
    job = Job("trends", {"force": str(number)}, f"trends/force-{number}")
    return JobRecord(job, state=state, reason=reason if state != "up to date" else "", **{"seconds": 1.0, **changes})


def failed(status, *, number=1, message="trends, cell 3: ValueError."):
    return result("failed", number=number, error=ERRORS[status](message), kept=f"{SECRET}/{number}")


def run(*results, total=None, **changes):
    made = Run("monthly", "Every month", total or len(results), {"workers": 2}, results=list(results))
    for name, value in {"started": datetime(2026, 11, 27, 3, 4, 5, tzinfo=UTC), "seconds": 12.34, **changes}.items():
        setattr(made, name, value)
    return made


DONE, KEPT = result("done"), result("up to date")


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ([], 0),
        ([DONE], 0),
        ([KEPT, DONE], 0),
        ([DONE, failed(5)], 6),
        ([KEPT, failed(3), failed(3)], 6),
        ([failed(5), failed(5)], 5),
        ([failed(3)], 3),
        ([failed(3), failed(5)], 6),
        ([DONE, failed(7)], 7),
        ([failed(7), failed(5)], 7),
    ],
)
def test_one_exit_status_says_what_happened(results, status):
    assert run(*results).exit_status == status


@pytest.mark.parametrize("results", [[], [DONE], [DONE, failed(5)], [failed(7)]])
def test_a_signal_that_stopped_the_run_is_its_status(results):
    assert run(*results, stopped_by=15).exit_status == 143


def test_one_line_says_what_happened():
    assert run().line == "monthly: nothing to do (12.3 s)"
    assert run(KEPT, KEPT).line == "monthly: 2 up to date (12.3 s)"
    some = run(DONE, DONE, KEPT, failed(5), total=7, removed=["trends/x"])
    assert some.line == "monthly: 2 done, 1 up to date, 1 failed, 3 left for the next run, 1 removed (12.3 s)"


def test_the_summary_names_what_failed_alike_together_and_the_slowest_five():
    results = [result("done", number=number, seconds=number) for number in range(1, 8)]
    results += [failed(5, number=number) for number in (11, 12)]
    results.append(failed(3, number=13, message="a.parquet cannot be read."))
    assert list(run(*results).summary()) == [
        "monthly: 7 done, 3 failed (12.3 s)",
        "  2 failed, a notebook failed: trends, cell 3: ValueError.",
        f"    first trends/force-11, kept in {SECRET}/11",
        "  1 failed, data refused: a.parquet cannot be read.",
        f"    trends/force-13, kept in {SECRET}/13",
        "  The next run tries what failed again; with --failed, nothing else.",
        "  slowest    7.0 s  trends/force-7",
        "             6.0 s  trends/force-6",
        "             5.0 s  trends/force-5",
        "             4.0 s  trends/force-4",
        "             3.0 s  trends/force-3",
    ]


def test_a_summary_stays_short_however_many_ways_there_are_to_fail():
    told = list(run(*(failed(5, number=number, message=f"It was {number}.") for number in range(40))).summary())
    assert len(told) == 13
    assert told[-2] == "  35 failed otherwise: the record of the run names each"


def test_every_kind_of_error_has_a_name_that_readers_know():
    from analysis.publishing.batch import executors, make, receive
    from analysis.publishing.report import inputs
    from analysis.system import unwritten, writing

    kinds = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.AttritionError)}
    kinds |= {inputs.Changed, make.Died, executors.Lost, receive.Damaged, unwritten.Unwritten, writing.Linked}
    assert {one.__name__ for one in kinds} - {"SomeFailed", "CouldNotTell"} == set(records.CAUSES)


def test_the_record_says_all_but_what_is_of_this_machine(tmp_path):
    some = run(DONE, KEPT, failed(5), total=5, removed=["trends/x"])
    path = some.write(tmp_path)
    assert path.relative_to(tmp_path).as_posix() == "batches/monthly_2026-11-27T03-04-05Z.json"
    record = json.loads(path.read_text())
    results = record.pop("results")
    assert record == {
        "schema": "attrition batch run 1",
        "batch": "monthly",
        "title": "Every month",
        "version": record["version"],
        "started_at": "2026-11-27T03:04:05+00:00",
        "seconds": 12.3,
        "exit_status": 6,
        "settings": {"workers": 2},
        "jobs": 5,
        "done": 1,
        "up_to_date": 1,
        "failed": 1,
        "left": 2,
        "removed": ["trends/x"],
    }
    assert results[1] == {"folder": "trends/force-1", "notebook": "trends", "parameters": {"force": "1"}} | {
        "state": "up to date",
        "seconds": 1.0,
    }
    assert results[2] | {"cause": "NotebookFailed", "exit_status": 5, "reason": "never made"} == results[2]
    assert SECRET not in path.read_text()


def test_no_run_writes_over_the_record_of_another(tmp_path):
    names = [run(batch=batch).write(tmp_path).name for batch in ("monthly", "monthly", "monthly", "a" * 300)]
    assert names[:3] == [f"monthly_2026-11-27T03-04-05Z{end}.json" for end in ("", "_2", "_3")]
    assert names[3].startswith("aaa")
    assert not list(tmp_path.rglob("*.staged"))


def test_records_are_told_from_what_else_lies_beside_them(tmp_path):
    later = datetime(2026, 11, 27, 13, 0, 0, tzinfo=UTC)
    paths = [run(batch=batch, started=when).write(tmp_path) for batch, when in (("b", later), ("b_2", later))]
    paths += [run(batch="b").write(tmp_path) for _ in range(11)]
    other = tmp_path / "batches" / "b_2026-11-27T03-04-05Z_9999.json"
    for name, content in ((other.name, "{}"), ("notes.json", paths[0].read_text()), ("b_2026.json", "{")):
        (tmp_path / "batches" / name).write_text(content)
    (tmp_path / "batches" / "b_2026-11-27T04-04-05Z.json").symlink_to(paths[0])
    found = records.records(tmp_path)
    assert found == {"b": [*paths[2:], paths[0]], "b_2": [paths[1]]}
    assert [re.sub(r".*Z", "", path.stem) for path in found["b"]] == ["", *(f"_{n}" for n in range(2, 12)), ""]


def test_a_folder_without_records_has_none(tmp_path):
    assert records.records(tmp_path) == {}


def test_a_run_says_that_it_waited_and_one_that_did_not_does_not():
    assert run(KEPT, waited=9.96).line == "monthly: 1 up to date (12.3 s, 10.0 s of it waiting for another batch)"
    assert run(KEPT).line == "monthly: 1 up to date (12.3 s)"
    assert run(KEPT, waited=9.96).record["waited_seconds"] == 10.0
    assert "waited_seconds" not in run(KEPT).record


@pytest.mark.parametrize(
    ("has_index", "told"),
    [
        (True, "The index is as it was before this run: no room."),
        (False, "There is no index: no room."),
    ],
)
def test_an_index_that_was_not_written_is_told_and_no_message_leads_to_one_that_is_not_there(has_index, told):
    this = run(DONE, has_index=has_index, index_fault="no room.")
    assert this.exit_status == 7
    assert [line for line in this.summary() if told in line]
    message = digest.text(runs.of_run(this))
    assert message.startswith("The index not written, 1 made")
    assert ("All reports: index.html" in message) == has_index
    assert told in " ".join(message.split())
