"""A run that fails says nothing of restricted counts where anybody may read it."""

import json
import stat

from analysis.counts import counts
from analysis.errors import DisclosureRefused, NotebookFailed
from analysis.publishing.notebooks import jobs, notebooks
from benchmarks import quick_batch
from tests.restricted_reports.conftest import SET, holding

BREAKS = 'nothing = read_counts("nothing_at_all")\nshow.read(nothing)'
HIDDEN = 'name = "kent" + "_canary"\nown = read_counts(name)\nshow.read(own)'


def test_a_failure_is_remembered_among_restricted_reports_alone(desk):
    quick_batch.write_notebook(desk.project / "notebooks" / "broken.ipynb", BREAKS)
    try:
        desk.run("run", "broken", "--counts", SET, "--force", "Kent", "--out", desk.out, status=2)
        failed = quick_batch.write_batch(
            desk.folder / "broken.toml", {"notebook": "broken", "force": "Kent", "counts": SET}
        )
        desk.run("batch", failed, "--out", desk.out, status=2)
        assert "nothing_at_all" in (desk.restricted / "index.html").read_text()
        (record,) = (desk.restricted / ".state").glob("broken-*.json")
        assert json.loads(record.read_text())["times"] == 2
        assert stat.S_IMODE(record.stat().st_mode) == 0o600
        for words in (SET, "broken.ipynb", "nothing_at_all"):
            assert holding(desk.out, words, leave=desk.restricted) == []
        assert desk.run("batch", failed, "--out", desk.out, "--failed", "--dry-run").startswith("to do")
        kept = desk.out.parent / ".reports-staging" / "failed"
        assert {path.name for path in kept.rglob("*") if path.is_file()} == {"error.txt", "executed.ipynb"}
        for path in (kept, *kept.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    finally:
        (desk.project / "notebooks" / "broken.ipynb").unlink()


def test_a_notebook_that_does_not_name_the_restricted_counts_it_reads_makes_no_report(desk):
    path = quick_batch.write_notebook(desk.project / "notebooks" / "hidden.ipynb", HIDDEN)
    try:
        said = desk.run("run", "hidden", "--force", "Kent", "--out", desk.out, status=NotebookFailed.exit_status)
        assert "builds a sentence" in said
        draft = ("run", "hidden", "--draft", "--force", "Kent", "--out", desk.out.parent / "tried")
        said = desk.run(*draft, status=DisclosureRefused.exit_status)
        assert not list((desk.out.parent / "tried").rglob("report.html"))
        assert "hidden read restricted counts that it does not name" in said
        assert not list(desk.out.rglob("hidden/*"))
        assert holding(desk.out, SET, leave=desk.restricted) == []
    finally:
        path.unlink()


def test_counts_that_cannot_be_read_are_taken_for_restricted_unless_they_are_the_projects_own(tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    book = notebooks.notebook("victim_withdrawal")
    for name in ("somebodys", "stalking_2024_25"):
        (tmp_path / f"{name}.parquet").write_bytes(b"spoilt")
    assert jobs.is_restricted(book, book.values({"counts": "somebodys"}))
    assert not jobs.is_restricted(book, book.values({"counts": "stalking_2024_25"}))
    assert not jobs.is_restricted(book, book.values({"counts": "none_such"}))


def test_what_a_notebook_reads_is_found_however_it_is_written(tmp_path):
    cells = (
        'analysis_of = read_counts("one")',
        "import analysis\nanalysis.read_counts(force)",
        "read_counts(name='three')",
        "not python (",
    )
    book = notebooks.notebook(str(quick_batch.write_notebook(tmp_path / "book.ipynb", *cells)))
    assert book.reads(book.values({"force": "two", "counts": "four"})) == {"one", "two", "three", "four"}
