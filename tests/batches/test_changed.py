"""Counts that change while a batch runs: no report is made of both, and the batch says so."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from analysis.answers import own
from analysis.counts import counts
from analysis.publishing.running import children
from benchmarks.whole_reports import fault_of
from tests.batches import desk

pytestmark = pytest.mark.skipif(not children.is_possible(), reason="processes as Linux has them")

#: Reads counts, lets them be replaced by those of another moment where they still may be, and reads them once more.
TWICE = """answer.key_figure()
again = rates(read_counts(counts).select(force=force, period=period), "victim_withdrawal")
again.headline()"""


@pytest.fixture
def moments(tmp_path, monkeypatch):
    """Counts of the test's own and other moments of two of them: one more of the first, two of the second.

    Reports are made by children of this very process, in which what is set here is so too: each time that one shows
    a key figure, the next moment of its counts takes the place of what it has read.
    """
    held, others = tmp_path / "data" / "counts", tmp_path / "others"
    shutil.copytree(counts.FOLDER, held)
    others.mkdir()
    for name, number in (("stalking_2024_25", 1), ("offences_2024_25", 1), ("offences_2024_25", 2)):
        now = counts.read(name)
        more = 100 * number * (now.table["outcome"].astype(str) == "16")
        counts.write(replace(now, table=now.table.assign(cases=now.table["cases"] + more)), others / "made.parquet")
        (others / "made.parquet").rename(others / f"{name}-{number}")
    shown = own.Shares.key_figure

    def key_figure(shares):
        name = shares.protected.about.counts
        for path in sorted(others.glob(f"{name}-*"))[:1]:
            path.replace(held / f"{name}.parquet")
        return shown(shares)

    def forked(*given, is_stopped):
        counts.forget_read()  # as a child of the server finds it
        return children.forked(*given)

    monkeypatch.setattr(counts, "FOLDER", held)
    monkeypatch.setattr(own.Shares, "key_figure", key_figure)
    monkeypatch.setattr(children, "started", forked)


def test_a_report_is_made_of_one_moment_or_not_at_all(tmp_path, moments):
    out = tmp_path / "reports"
    tables = [
        desk.quick(tmp_path),
        desk.quick(tmp_path, TWICE, name="once"),
        desk.quick(tmp_path, TWICE, name="always") | {"counts": "offences_2024_25"},
    ]
    file = desk.batch(tmp_path, *tables, formats=["page"])
    made = desk.run(file, out, "--workers", "1")
    assert made.exit_code == 6, made.output
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
    made = desk.run(file, out, "--only", "quick", "--only", "once")  # which nothing changes any more
    assert made.exit_code == 0, made.output
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
