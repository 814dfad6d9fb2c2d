"""What failed last time and since when; when a report last changed; and the feed that tells of it."""

import json
import logging
import shutil
from xml.etree import ElementTree

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from analysis.counts import counts
from analysis.errors import CouldNotWrite, DataRefused, NotebookFailed, ParameterError
from analysis.publishing.index import catalogue, feed, index
from analysis.publishing.notebooks import notebooks
from analysis.publishing.placing import failures
from analysis.publishing.report import history, publication
from tests.conftest import PROJECT
from tests.notebooks.test_rules import written
from tests.quick_batches import FAILED_AT, FAILS, QUOTED
from tests.reports.made_folder import by_force, put

ATOM = "{http://www.w3.org/2005/Atom}"
SHOWN = 'show.headline("An answer.", "A sentence.")'
BROKEN = [new_markdown_cell("## A part"), new_code_cell(FAILS)]


def report(tmp_path, *cells, given=None, shown=SHOWN):
    path = written(tmp_path, new_code_cell(shown), *cells)
    return publication.publish(notebooks.notebook(str(path)), given or {}, out=tmp_path / "reports")


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


def test_a_failure_is_remembered_until_the_run_succeeds(tmp_path):
    out = tmp_path / "reports"
    folder = report(tmp_path, given={"force": "Kent"})
    for times in (1, 2):
        with pytest.raises(NotebookFailed):
            report(tmp_path, *BROKEN, given={"force": "kent"})
        (failure,) = failures.standing(out)
        assert (failure.times, failure.exit_status, failure.error) == (times, 5, "NotebookFailed")
    assert failure.first_failed_at <= failure.last_failed_at
    (entry,) = catalogue.entries(out)
    assert entry.folder == folder.relative_to(out).as_posix()
    assert entry.failure == failure
    assert "2 times in a row. The report of" in entry.failed_sentence
    text = index.write_index(out).read_text()
    assert "1 run failed last time" in text
    assert 'data-state="failed"' in text
    report(tmp_path, given={"force": "Kent Police"})
    assert failures.standing(out) == []
    assert "failed last time" not in index.write_index(out).read_text()


def test_a_record_holds_no_value_and_no_path(tmp_path):
    """An error of a cell may quote what it stumbled over; a refusal of our own names a file, and no folder."""
    with pytest.raises(NotebookFailed, match=QUOTED):
        report(tmp_path, *BROKEN)
    record = next((tmp_path / "reports" / ".state").glob("*.json")).read_text()
    assert json.loads(record)["message"] == f"book, {FAILED_AT}"
    assert QUOTED not in record
    assert str(tmp_path) not in record


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("/root/a b is gone", "a b is gone"),
        ("No file /srv/x-1/data/cases.csv. Restore it", "No file cases.csv. Restore it"),
        ("data/counts/a.parquet is not there", "data/counts/a.parquet is not there"),
        (r"C:\Users\Ann\x.csv cannot be read", "x.csv cannot be read"),
        ("of 2024/25 and/or 2023/24 (12 / 30)", "of 2024/25 and/or 2023/24 (12 / 30)"),
    ],
)
def test_folders_of_this_machine_are_cut_off(told, kept):
    assert failures._FOLDERS.sub("", told) == kept


def test_what_never_succeeded_has_an_entry_of_its_own(tmp_path):
    out = tmp_path / "reports"
    with pytest.raises(NotebookFailed):
        report(tmp_path, *BROKEN, given={"force": "Surrey"})
    (entry,) = catalogue.entries(out)
    assert (entry.place, entry.made_at, entry.states) == ("Surrey", "", "failed")
    text = index.write_index(out).read_text()
    assert "It has never been made." in text
    assert "It has never been made." in (out / "forces" / "surrey.html").read_text()
    assert not (out / "feed.xml").exists()


def test_a_mistaken_parameter_is_no_failure_but_unreadable_counts_are(tmp_path, monkeypatch):
    out, held = tmp_path / "reports", tmp_path / "counts"
    held.mkdir()
    shutil.copy(PROJECT / "data" / "counts" / "stalking_2024_25.parquet", held)
    monkeypatch.setattr(counts, "FOLDER", held)
    book = notebooks.notebook("victim_withdrawal")
    given = {"counts": "stalking_2024_25", "force": "Met"}
    for mistake in ({"force": "Kentt"}, {**given, "period": "2019/20"}, {**given, "colour": "red"}):
        with pytest.raises(ParameterError):
            publication.publish(book, mistake, out=out)
    assert failures.standing(out) == []
    (held / "stalking_2024_25.parquet").write_bytes(b"spoilt")
    for _ in range(2):
        with pytest.raises(DataRefused):
            publication.publish(book, given, out=out)
    (failure,) = failures.standing(out)
    assert (failure.exit_status, failure.times, failure.subject) == (3, 2, "Met, 8Q, stalking_2024_25")
    asked = {"force": "Metropolitan Police", "counts": "stalking_2024_25"}
    assert failure.is_of("victim_withdrawal", asked)
    assert failure.is_of("victim_withdrawal", {**asked, "period": "2024/25", "counts": "stalking_outcomes"})
    assert not failure.is_of("victim_withdrawal", {**asked, "base": "with_outcome"})
    assert not failure.is_of("no_further_action", asked)


def test_a_fault_of_this_package_is_remembered_by_its_kind(tmp_path):
    book = notebooks.notebook("victim_withdrawal")
    with pytest.raises(ZeroDivisionError), failures.remembered(tmp_path, book, {}, is_started=True):
        raise ZeroDivisionError("4711")
    (failure,) = failures.standing(tmp_path)
    assert (failure.error, failure.exit_status) == ("ZeroDivisionError", 1)
    assert failure.message == "victim_withdrawal: ZeroDivisionError."


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "other"}', '{"schema": "attrition failure 1", "x": 1}'])
def test_a_broken_record_is_named_and_passed_over(tmp_path, caplog, content):
    put(tmp_path)
    (tmp_path / ".state").mkdir()
    (tmp_path / ".state" / "x.json").write_text(content)
    (entry,) = catalogue.entries(tmp_path)
    assert entry.failure is None
    assert "no record of a failed run" in caplog.text


def test_a_record_that_cannot_be_written_hides_no_fault(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    book = notebooks.notebook("victim_withdrawal")
    with pytest.raises(NotebookFailed), failures.remembered(tmp_path / "file", book, {}, is_started=True):
        raise NotebookFailed("It stopped.")
    assert "could not be written down" in caplog.text


def test_a_folder_that_takes_nothing_is_told_once_by_the_failure_itself(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    book = notebooks.notebook("victim_withdrawal")
    with pytest.raises(CouldNotWrite), failures.remembered(tmp_path / "file", book, {}, is_started=True):
        raise CouldNotWrite("The disk is full.")
    assert caplog.text == ""


def test_a_report_changes_when_its_answer_or_numbers_do():
    one = {"blocks": [{"kind": "headline", "opening": "A."}, by_force({"Kent": (5, 10)})]}
    reworded = {"blocks": [{"kind": "headline", "opening": "A."}, {**by_force({"Kent": (5, 10)}), "title": "New"}]}
    assert history.digest(one) == history.digest(reworded)
    assert history.digest(one) != history.digest({"blocks": [one["blocks"][0], by_force({"Kent": (6, 10)})]})
    assert history.digest(one) != history.digest({"blocks": [{"opening": "B."}, one["blocks"][1]]})


def test_the_day_of_the_last_change_is_carried_on(tmp_path):
    folder = report(tmp_path)
    first = manifest(folder)
    assert first["first_made_at"] == first["changed_at"] == first["made_at"]
    early = {"made_at": "2026-01-01T00:00:00+00:00", "changed_at": "2025-06-01T00:00:00+00:00"}
    (folder / "manifest.json").write_text(json.dumps({**first, **early, "first_made_at": "2025-05-01T00:00:00+00:00"}))
    again = manifest(report(tmp_path))
    assert (again["first_made_at"][:10], again["changed_at"][:10]) == ("2025-05-01", "2025-06-01")
    assert again["made_at"] >= first["made_at"]
    changed = manifest(report(tmp_path, shown='show.headline("Another answer.", "A sentence.")'))
    assert changed["changed_at"] == changed["made_at"]
    assert changed["first_made_at"][:10] == "2025-05-01"
    bare = {name: value for name, value in changed.items() if name not in ("figures", "first_made_at", "changed_at")}
    (folder / "manifest.json").write_text(json.dumps({**bare, "made_at": "2024-01-01T00:00:00+00:00"}))
    older = manifest(report(tmp_path, shown='show.headline("Another answer.", "A sentence.")'))
    assert older["first_made_at"] == older["changed_at"] == "2024-01-01T00:00:00+00:00"


def entries_of(text):
    root = ElementTree.fromstring(text)
    return root, {one.findtext(f"{ATOM}title"): one for one in root.findall(f"{ATOM}entry")}


def test_the_feed_is_what_the_format_asks_for(tmp_path):
    early = {"first_made_at": "2026-10-02T03:00:00+00:00", "changed_at": "2026-11-02T03:00:00+00:00"}
    put(tmp_path, made_at="2026-11-22T03:00:00+00:00", **early)
    put(tmp_path, force="Surrey", made_at="2026-11-21T03:00:00+00:00", is_synthetic=True, answer="A & <b>")
    text = feed.feed(catalogue.entries(tmp_path), address="https://example.org/x")
    root, found = entries_of(text)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *found.values()):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert element.findtext(f"{ATOM}id").startswith("urn:uuid:")
        alternate = [link.get("href") for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternate) == 1
        assert alternate[0].startswith("https://example.org/x/")
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert len({one.findtext(f"{ATOM}id") for one in found.values()}) == 2
    titles = list(found)
    assert titles[0].startswith("Made-up cases: Surrey, stalking, 2024/25: How many")
    assert root.findtext(f"{ATOM}updated") == "2026-11-21T03:00:00+00:00"
    assert found[titles[0]].findtext(f"{ATOM}summary") == "A & <b> New on 21 November 2026."
    assert found[titles[1]].findtext(f"{ATOM}summary").endswith("Its answer or figures changed on 2 November 2026.")


def test_the_feed_stays_as_it_is_over_runs_that_change_nothing(tmp_path):
    out = tmp_path / "reports"
    report(tmp_path)
    index.write_index(out)
    before = (out / "feed.xml").read_bytes()
    manifest_path = next(out.glob("*/*/manifest.json"))
    held = json.loads(manifest_path.read_text())
    earlier = dict.fromkeys(("first_made_at", "changed_at", "made_at"), "2026-01-01T00:00:00+00:00")
    manifest_path.write_text(json.dumps({**held, **earlier}))
    index.write_index(out)
    aged = (out / "feed.xml").read_bytes()
    assert aged != before
    report(tmp_path)
    index.write_index(out)
    assert (out / "feed.xml").read_bytes() == aged
    report(tmp_path, shown='show.headline("Another answer.", "A sentence.")')
    index.write_index(out)
    _, found = entries_of((out / "feed.xml").read_text())
    (entry,) = found.values()
    assert "Its answer or figures changed on" in entry.findtext(f"{ATOM}summary")
    assert entry.findtext(f"{ATOM}id") in aged.decode()
    assert entry.findtext(f"{ATOM}published") == "2026-01-01T00:00:00+00:00"


def test_a_long_feed_holds_the_newest(tmp_path):
    for place in range(feed.NEWEST + 5):
        day = f"2026-{place // 28 + 1:02d}-{place % 28 + 1:02d}T00:00:00+00:00"
        put(tmp_path, folder=f"victim_withdrawal/force-kent_number-{place}", made_at=day)
    root, _ = entries_of(feed.feed(catalogue.entries(tmp_path)))
    updated = [one.findtext(f"{ATOM}updated") for one in root.findall(f"{ATOM}entry")]
    assert len(updated) == feed.NEWEST
    assert updated == sorted(updated, reverse=True)
    assert not updated[-1].startswith("2026-01-01")


def test_a_run_leaves_no_warning(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        report(tmp_path)
        index.write_index(tmp_path / "reports")
    assert caplog.text == ""
