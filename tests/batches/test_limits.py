"""Notebooks that never end or eat memory: each is reported as what it is, its remains are kept, the others stand."""

import json
import re
import signal

import pytest

from analysis.answers import own
from analysis.publishing.batch import make
from analysis.publishing.notebooks import rules
from analysis.publishing.running import children
from benchmarks import quick_batch
from tests.batches import desk

pytestmark = pytest.mark.skipif(not children.is_possible(), reason="this system holds no process to its limits")

#: What each notebook does, as no report may: each is run as a draft, in a kernel.
ENDLESS = {
    "loops_in_a_kernel": "import time\nwhile steps:\n    time.sleep(0.01)",
    "halts_in_a_kernel": "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nsteps",
}
GREEDY = {
    "hoards_in_a_kernel": "import os\nkept = bytearray(steps)",
}
#: Seconds: long enough that every kernel has begun, on a machine that is busy too.
LIMIT = 20
STEPS = "\nsteps: int = 1000000000000  # how far to go"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A batch of the endless and the greedy, with a report that is to stand."""
    folder, kept = tmp_path_factory.mktemp("limits"), make.GRACE
    tables = [
        desk.quick(folder, source, name=book, parameters=quick_batch.PARAMETERS + STEPS)
        for book, source in (ENDLESS | GREEDY).items()
    ]
    tables.append(desk.quick(folder, name="beside_them"))
    file = desk.batch(folder, *tables, formats=["page"], time_limit=LIMIT, memory_limit=512)
    make.GRACE = 5
    try:
        return desk.run(file, folder / "reports", "--draft", "--workers", len(tables)), folder
    finally:
        make.GRACE = kept


def remains(ran, name):
    """The result of a job that failed, and what is kept of it: its error, its notebook."""
    said, folder = ran
    result = next(one for one in every_result(folder) if one["notebook"] == name)
    kept = folder / ".reports-staging" / "failed" / result["folder"]
    assert sorted(path.name for path in kept.iterdir()) == ["error.txt", "executed.ipynb"]
    assert str(kept) in said.output
    return result, (kept / "error.txt").read_text(), json.loads((kept / "executed.ipynb").read_text())


def every_result(folder):
    """The results of all runs."""
    records = (folder / "reports" / "batches").glob("*.json")
    return [one for path in records for one in json.loads(path.read_text())["results"]]


def test_the_others_stand_and_the_status_says_so(ran):
    said, folder = ran
    assert said.exit_code == 6
    assert [name.partition("/")[0] for name in desk.reports(folder / "reports")] == ["beside_them"]
    assert "some: 1 done, 3 failed" in said.output


def test_a_report_that_keeps_the_rules_says_where_it_stood_when_its_time_was_over(tmp_path, monkeypatch):
    """In the process of the batch, without a kernel: its time is over at the third picture, however long that took."""
    drawn, draw = [], own.Shares.quarters

    def forked(*given, is_stopped):
        """A child of this very process, in which what is set here is so too."""
        return children.forked(*given)

    def quarters(shares):
        drawn.append(shares)
        if len(drawn) == 3:
            signal.raise_signal(signal.SIGALRM)
        return draw(shares)

    monkeypatch.setattr(children, "started", forked)
    monkeypatch.setattr(make, "_out_of_time", lambda seconds: None)
    monkeypatch.setattr(own.Shares, "quarters", quarters)
    cells = ["endings = rates(cases, 'charged', by='quarter')", "endings.quarters()\nendings.quarters()"]
    file = desk.batch(tmp_path, desk.quick(tmp_path, *cells, cells[1]), formats=["page"], time_limit=600)
    assert not rules.faults(tmp_path / "quick.ipynb")
    assert desk.run(file, tmp_path / "reports").exit_code == 5
    (result,) = every_result(tmp_path)
    assert result["cause"] == "NotebookFailed"
    assert drawn == []  # it was the child that drew
    place = r"quick, code cell \[7\] under “Part 3”.*"
    assert re.match(f"{place}: the report had taken 600 seconds here", result["message"])
    kept = tmp_path / ".reports-staging" / "failed" / result["folder"]
    executed = json.loads((kept / "executed.ipynb").read_text())
    assert any(one["output_type"] == "error" for cell in executed["cells"] for one in cell.get("outputs", []))


@pytest.mark.parametrize("name", ["halts_in_a_kernel"])
def test_one_that_hears_nothing_is_killed(ran, name):
    result, _, executed = remains(ran, name)
    assert result["message"] == f"{name}: it took more than {LIMIT} seconds and did not stop."
    assert any(ENDLESS[name] in "".join(cell["source"]) for cell in executed["cells"])


def test_one_in_a_kernel_is_told_too(ran):
    result, _, _ = remains(ran, "loops_in_a_kernel")
    assert f"more than {LIMIT} seconds" in result["message"]
    assert result["tries"] == 1


@pytest.mark.parametrize("name", ["hoards_in_a_kernel"])
def test_one_that_eats_memory_is_told_so(ran, name):
    result, error, _ = remains(ran, name)
    assert result["cause"] == "NotebookFailed"
    assert re.fullmatch(rf"{name}, code cell \[5\] under “Part 1”(, line \d+ “.+”)?: MemoryError\.", result["message"])
    assert "MemoryError" in error
