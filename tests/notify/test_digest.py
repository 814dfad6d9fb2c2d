"""What is told, in words: what failed first, nothing of restricted reports but how many, readable anywhere."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import bs4
import jsonschema
import pytest

from analysis.errors import CouldNotWrite, DataRefused, NotebookFailed
from analysis.publishing.batch.file import Batch, Job
from analysis.publishing.batch.records import JobRecord, Run
from analysis.publishing.changes import changes
from analysis.publishing.notify import digest, runs
from tests.conftest import PROJECT

SCHEMA = json.loads((PROJECT / "docs" / "notice.schema.json").read_text())
BEGAN = datetime(2026, 11, 3, 5, 17, tzinfo=UTC)


def job(folder):
    return Job(folder.removeprefix("restricted/").partition("/")[0], {}, folder)


def failed(folder, error):
    return JobRecord(job(folder), reason="never made", error=error, state="failed", kept="/home/somebody/kept")


def done(folder, reason="never made"):
    return JobRecord(job(folder), reason=reason, state="done")


@pytest.fixture
def run():
    this = Run("monthly", "Every month: the nation and every force", 9, {}, started=BEGAN, seconds=447.6)
    this.results = [
        done("trends/force-kent"),
        done("trends/force-essex", "counts changed"),
        done("restricted/journey/force-kent"),
        failed("journey/force-all", DataRefused("counts.csv, line 3: no date.")),
        failed(
            "trends/force-all",
            NotebookFailed(
                "trends, code cell [5]: KeyError. /home/somebody/x", in_short="trends, code cell [5]: KeyError."
            ),
        ),
        failed(
            "trends/force-gwent",
            NotebookFailed("trends, code cell [5]: KeyError. /tmp/y", in_short="trends, code cell [5]: KeyError."),
        ),
        failed("restricted/who_withdraws/force-kent", DataRefused("kent_2024: what nobody else may know.")),
        JobRecord(job("victim_withdrawal/force-all"), state="up to date"),
    ]
    this.written = "monthly_2026-11-03T05-17-00Z.json"
    return this


def test_what_failed_stands_first_the_most_common_before_the_others_each_with_what_to_do(run):
    summary = runs.of_run(run, address="https://example.org/reports")
    assert (
        digest.subject(summary)
        == "attrition monthly: 4 of 9 reports failed, 1 left for the next run, 3 made, 1 up to date"
    )
    text, _, ending = digest.text(summary).partition("-- \n")
    assert (
        text
        == """\
4 of 9 reports failed, 1 left for the next run, 3 made, 1 up to date
Every month: the nation and every force

WHAT FAILED, AND WHAT TO DO

- 2 reports, a notebook failed: trends, code cell [5]: KeyError.
    The first is trends/force-all
    What to do: open the notebook at the place that the message names.
- 1 report, data refused: counts.csv, line 3: no date.
    journey/force-all
    What to do: mend the file at the place that the message names.
- 1 report made from case files failed.
    What to do: see their own index, which only their owner can read.
- 1 report left for the next run, and not begun.
- What stood before still stands. The next run tries again what failed.

WHAT CHANGED

- 1 report made (never made)
    trends 1
- 1 report made (counts changed)
    trends 1
- 1 report made from case files.

WHERE TO LOOK

- All reports: https://example.org/reports/index.html
- The record of this run:
  https://example.org/reports/batches/monthly_2026-11-03T05-17-00Z.json

"""
    )
    assert " ".join(ending.split()).startswith(
        "The run of monthly was asked for on 3 November 2026 at 05:17 UTC, took 7 minutes and ended with status 6. "
        "Told by "
    )


def test_nothing_of_a_restricted_report_or_of_this_machine_is_in_it(run):
    summary = runs.of_run(run)
    everywhere = digest.text(summary) + digest.html(summary) + json.dumps(digest.notice(summary))
    for hidden in ("restricted/", "who_withdraws", "kent_2024", "nobody else", "/home", "/tmp"):
        assert hidden not in everywhere
    assert "In the folder of reports that the batch writes to." in everywhere


def test_a_run_is_a_failure_or_a_change_or_neither(run):
    def is_told(results, **changes):
        summary = runs.of_run(replace(run, results=results, total=len(results), **changes))
        return summary.is_failure, summary.is_change, summary.sentence

    up_to_date = run.results[-1]
    assert is_told([up_to_date]) == (False, False, "nothing changed, 1 report up to date")
    assert is_told([up_to_date, run.results[0]]) == (False, True, "1 made, 1 up to date")
    assert is_told([up_to_date], removed=["trends/a"]) == (False, True, "1 up to date, 1 removed")
    assert is_told([run.results[3]]) == (True, False, "1 of 1 report failed")
    assert is_told([]) == (False, False, "nothing to do")


def test_a_page_of_changes_is_named_where_there_is_one(run):
    """There is none of the first reports of a folder, which stand beside nothing."""
    new = changes.Report("trends/force-kent", changes.NEW, "Kent", "Has it changed?", "Yes.", "", {}, "2026-11-03", "")
    assert "changes.html" not in digest.text(runs.of_run(replace(run, changes=[changes.Changes((new,), same=0)])))
    told = digest.text(runs.of_run(replace(run, changes=[changes.Changes((new,), same=1)])))
    assert "- Beside what stood before: 1 new.\n    changes.html says which" in told


def test_a_run_that_was_stopped_says_so_first(run):
    run.results, run.stopped_by = run.results[:1], 15
    summary = runs.of_run(run)
    assert (summary.is_failure, summary.exit_status) == (True, 143)
    assert digest.subject(summary) == "attrition monthly: stopped, 8 left for the next run, 1 made"
    assert "- It was told to stop (SIGTERM), 8 reports left.\n    What to do: run it again." in digest.text(summary)


def test_more_kinds_of_failure_than_anybody_reads_are_counted(run):
    run.results = [failed(f"trends/force-{number}", DataRefused(f"fault {number}.")) for number in range(8)]
    text = digest.text(runs.of_run(run))
    assert text.count("What to do: mend the file") == 5
    assert "- 3 reports for other reasons." in text


def test_a_run_that_did_not_come_to_its_end_is_told_without_words_of_anybody_else():
    asked = Batch("monthly", "Every month", (), ("page",), False, 600, 4096)
    own = runs.of_refusal(asked, CouldNotWrite("/srv/attrition/reports could not be written."), started=BEGAN)
    other = runs.of_refusal(asked, ValueError("a value of a case row"), started=BEGAN)
    assert (own.exit_status, own.is_failure, other.exit_status) == (7, True, 1)
    assert "reports could not be written." in digest.text(own)
    restricted = replace(asked, jobs=(job("restricted/journey/force-kent"),))
    hidden = digest.text(runs.of_refusal(restricted, DataRefused("Set 'kent_2024' is of two readings."), started=BEGAN))
    assert "- data refused.\n" in hidden
    assert "kent_2024" not in hidden
    assert "/srv" not in digest.text(own)
    assert "ValueError, which nothing foresaw." in digest.text(other)
    assert "case row" not in digest.text(other) + digest.html(other)


def test_the_page_says_the_same_and_escapes_whatever_a_file_is_called(run):
    run.title = 'Every <b>month</b> & "more"\u202e'
    summary = runs.of_run(run, address="https://example.org/reports")
    page = bs4.BeautifulSoup(digest.html(summary), "html.parser")
    assert not page.find("b")
    assert not page.find_all(["script", "img", "table", "link"])
    assert page.find("a")["href"] == "https://example.org/reports/index.html"
    told = " ".join(page.body.get_text(" ").split())
    for part in summary.parts:
        assert all(line in told for item in part.items for line in item)
    assert "\u202e" not in digest.html(summary) + digest.text(summary) + json.dumps(
        digest.notice(summary), ensure_ascii=False
    )


def test_no_line_is_longer_than_a_mail_client_shows_but_an_address(run):
    run.title = "A title that goes on and on " * 12
    lines = digest.text(runs.of_run(run, address=f"https://example.org/{'x' * 90}")).splitlines()
    assert all(len(line) <= digest.WIDTH or "https://" in line for line in lines)
    assert max(map(len, lines)) > digest.WIDTH


def test_a_subject_is_one_line(run):
    run.batch = "two\r\nBcc: somebody@example.org" + " and more" * 30
    subject = digest.subject(runs.of_run(run))
    assert ("\n" in subject, "\r" in subject, len(subject)) == (False, False, 120)


def test_what_machines_get_keeps_its_schema(run):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    notice = digest.notice(runs.of_run(run))
    jsonschema.validate(notice, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert notice["text"] == digest.text(runs.of_run(run))
    assert notice["totals"] == {"done": 3, "up_to_date": 1, "failed": 4, "left": 1, "removed": 0}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**notice, "path": "/home"}, SCHEMA)
