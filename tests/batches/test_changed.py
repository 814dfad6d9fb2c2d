"""Counts that change while a batch runs: no report is made of both, and the batch says so."""

import json
import os

import pytest

from benchmarks.whole_reports import fault_of
from tests.batches import desk

#: Reads counts, lets them be replaced by those of another moment where they still may be, and reads them once more.
TWICE = """import os, pathlib, shutil
others = sorted(pathlib.Path({others!r}).glob(counts + "-*"))
others and os.replace(others[0], pathlib.Path({held!r}) / (counts + ".parquet"))
again = rates(read_counts(counts).select(force=force, period=period), "victim_withdrawal")
again.headline()"""

MORE = """import sys
from analysis.counts import counts
for name in sys.argv[2:]:
    held = counts.read(name.partition("-")[0])
    held.table.loc[held.table["outcome"].astype(str) == "16", "cases"] += 100 * int(name.partition("-")[2])
    counts.write(held, counts.Path(f"{sys.argv[1]}/{name}.parquet"))
    (counts.Path(sys.argv[1]) / f"{name}.parquet").rename(f"{sys.argv[1]}/{name}")
"""


@pytest.fixture
def project(tmp_path):
    """The project elsewhere, and other moments of two of its counts: one more of the first, two of the second."""
    project, others = desk.copied_project(tmp_path / "project"), tmp_path / "others"
    others.mkdir()
    names = ("stalking_2024_25-1", "offences_2024_25-1", "offences_2024_25-2")
    with desk.command.command("-c", MORE, others, *names, mark="", cwd=project) as made:
        assert made.wait(desk.PATIENCE) == 0, made.said()
    return project


def test_a_report_is_made_of_one_moment_or_not_at_all(tmp_path, project):
    held, out = project / "data" / "counts", tmp_path / "reports"
    source = TWICE.format(others=str(tmp_path / "others"), held=str(held))
    tables = [
        desk.quick(tmp_path),
        desk.quick(tmp_path, source, name="once"),
        desk.quick(tmp_path, source, name="always") | {"counts": "offences_2024_25"},
    ]
    file = desk.batch(tmp_path, *tables, formats=["page"])
    with desk.begun(file, out, "--draft", "--workers", "1", project=project) as batch:
        assert batch.wait(desk.PATIENCE) == 6, batch.said()
    told = desk.results(out)
    assert {name: (one["state"], one["tries"]) for name, one in told.items()} == {
        "quick kent": ("done", 1),
        "once kent": ("done", 2),
        "always kent": ("failed", 2),
    }
    assert (told["always kent"]["cause"], told["always kent"]["exit_status"]) == ("Changed", 3)
    assert "offences_2024_25.parquet changed while a report was made from it" in told["always kent"]["message"]
    assert not (out / "always").exists()
    answers = [said(out / told["once kent"]["folder"], place) for place in (0, 1)]
    assert answers[0] == answers[1] != said(out / told["quick kent"]["folder"], 0)
    words = ("--draft", "--only", "quick", "--only", "once")  # which nothing changes any more
    with desk.begun(file, out, *words, project=project) as batch:
        assert batch.wait(desk.PATIENCE) == 0, batch.said()
    told = desk.results(out)
    assert told["quick kent"]["reason"] == "data/counts/stalking_2024_25.parquet changed"
    assert told["once kent"]["state"] == "up to date"
    assert {said(out / one["folder"], 0) for one in told.values()} == {answers[0]}


def said(folder, place):
    """One of the headlines of a whole report."""
    held = os.open(folder, os.O_RDONLY)
    try:
        assert fault_of(held) == ""
    finally:
        os.close(held)
    blocks = json.loads((folder / "results.json").read_text())["blocks"]
    return [block["text"] for block in blocks if block["kind"] == "headline"][place]
