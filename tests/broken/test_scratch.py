"""Killed at any stage, whoever is killed and by which signal, a reduction leaves no row anywhere and no process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.intake import database, scratch
from benchmarks import command
from tests.batches.test_disk import mounted
from tests.broken.desk import MAPPING
from tests.conftest import PROJECT, nightly

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes and files without a name as Linux has them")
CANARY = "CANARY-of-a-row"
PATIENCE = 120  # seconds: these machines are noisy

#: Where a reduction stands still, having said which process it is: with a copy of the rows made, with all rows read,
#: and with the counts made.
STAGES = ("csv_text._refuse_no_table", "case_rows.CaseRows.settle", "case_reader.CaseReader._counted")
HALT = """
import os, sys, time
from pathlib import Path

def halted(*_, **__):
    Path(os.environ["HALT_FLAG"]).write_text(str(os.getpid()))
    time.sleep(600)

if "HALT_STAGE" in os.environ:
    from analysis.intake.case_files import reader as case_reader, rows as case_rows, drafting
    from analysis.intake import text as csv_text
    *owner, name = os.environ["HALT_STAGE"].split(".")
    place = sys.modules[__name__]
    for word in owner:
        place = getattr(place, word)
    setattr(place, name, halted)
"""


@pytest.fixture
def place(tmp_path):
    """A folder of case files that have to be unpacked and written again, and one for temporary files."""
    for name in ("files", "temporary", "project"):
        (tmp_path / name).mkdir()
    for name in ("analysis", "data"):
        shutil.copytree(PROJECT / name, tmp_path / "project" / name, ignore=shutil.ignore_patterns("cases", "examples"))
    rows = "".join(
        f"{CANARY}-{n},{('Kent', 'Gwent')[n % 2]},8Q,0{n % 9 + 1}/01/2024,,,F,{CANARY} é\r\n" for n in range(9000)
    )
    text = f"Case ref,Force,Offence,Recorded,Outcome,Outcome date,Victim,Notes\r\n{rows}"
    (tmp_path / "files" / "cases.csv").write_bytes(text.encode("cp1252"))
    (tmp_path / "files" / "mapping.toml").write_text(MAPPING)
    (tmp_path / "project" / "sitecustomize.py").write_text(HALT)
    return tmp_path


def stops_at(place, stage, monkeypatch):
    """Have the next command stand still at a stage, with its temporary files in a folder of its own."""
    monkeypatch.setenv("TMPDIR", str(place / "temporary"))
    monkeypatch.setenv("HALT_FLAG", str(place / "flag"))
    monkeypatch.setenv("HALT_STAGE", stage)


def reduction(place, *words):
    file, mapping = place / "files" / "cases.csv", place / "files" / "mapping.toml"
    return ["-m", "analysis.cli", "reduce", file, "--as", "kent", "--format", "cases", "--mapping", mapping, *words]


def halted(place, started):
    """The process that stands still, once one does."""
    until = time.monotonic() + PATIENCE
    while not (place / "flag").exists() or not (place / "flag").read_text():
        assert started.is_running(), started.said()
        assert time.monotonic() < until, started.said()
        time.sleep(0.02)
    return int((place / "flag").read_text())


def found(folder):
    """The files below a folder that hold a canary."""
    return [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def opened(process):
    """Whether a process has a file open that holds a canary and that has no name."""
    held = [one for one in Path(f"/proc/{process}/fd").iterdir() if str(one.readlink()).endswith("(deleted)")]
    return any(CANARY.encode() in one.read_bytes() for one in held)


KILLS = [
    (stage, number, who)
    for stage, number in [
        *((stage, signal.SIGKILL) for stage in STAGES),
        *((STAGES[1], number) for number in (signal.SIGTERM, signal.SIGHUP)),
    ]
    for who in ("command", "worker")
]


@pytest.mark.parametrize(
    ("stage", "number", "who"),
    nightly(KILLS, (STAGES[1], signal.SIGKILL, "command")),
)
def test_a_killed_reduction_leaves_no_row_and_no_process(place, stage, number, who, monkeypatch):
    stops_at(place, stage, monkeypatch)
    mark = f"{place}-{os.getpid()}"
    try:
        with command.command(*reduction(place, "--workers", "2"), mark=mark, cwd=place / "project") as started:
            worker = halted(place, started)
            assert worker != started.process.pid
            assert opened(worker)  # so there is something that could be left
            started.kill(started.process.pid if who == "command" else worker, number)
            started.wait(PATIENCE)
            assert command.left(mark, but="nothing", seconds=PATIENCE) == []
            if who == "worker":
                assert "A process of this command was ended from outside" in started.said()
            assert CANARY not in started.said()
    finally:
        command.end(mark)
    assert found(place / "temporary") == []
    assert found(place / "project") == []
    assert not list((place / "project" / "data" / "counts").glob("kent*"))
    check_cleared(place, monkeypatch)


def check_cleared(place, monkeypatch):
    """What was left of a folder is gone after the next run."""
    monkeypatch.delenv("HALT_STAGE")
    words = [sys.executable, *map(str, reduction(place, "--workers", "1"))]
    done = subprocess.run(words, cwd=place / "project", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((place / "temporary").glob(f"{scratch.PREFIX}*")) == []


@pytest.mark.parametrize("number", nightly([signal.SIGKILL, signal.SIGTERM, signal.SIGHUP], signal.SIGKILL))
def test_a_killed_draft_leaves_no_row(place, number, monkeypatch):
    stops_at(place, "drafting._without_remarks", monkeypatch)
    mark = f"{place}-{os.getpid()}"
    words = ("-m", "analysis.cli", "mapping", place / "files" / "cases.csv")
    try:
        with command.command(*words, mark=mark, cwd=place / "project") as started:
            assert opened(halted(place, started))
            started.kill(started.process.pid, number)
            assert started.wait(PATIENCE) == -number
    finally:
        command.end(mark)
    assert found(place / "temporary") == []


def test_a_worker_whose_parent_has_ended_before_it_could_say_so_ends_too():
    code = "import os; from analysis.system import processes; processes.end_with(os.getppid() + 1); print('still here')"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_nothing_is_written_of_the_memory_of_a_process_that_reads_rows():
    code = (
        "import ctypes\nfrom analysis.intake.scratch import scratch\nprctl = ctypes.CDLL(None).prctl\n"
        "print(prctl(3, 0, 0, 0, 0))\nwith scratch(): print(prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]


def test_a_file_without_a_name_is_read_and_written_by_its_path_and_by_this_user_alone(desk):
    with scratch.scratch() as held:
        path = held.file()
        path.write_text(CANARY)
        assert path.read_text() == CANARY
        assert path.stat().st_mode & 0o777 == 0o600
        assert held.folder.stat().st_mode & 0o777 == 0o700
        assert [one.name for one in held.folder.iterdir()] == [scratch.LOCK]
    assert not path.exists()
    assert list(desk.scratch.iterdir()) == []


def test_only_what_a_process_that_has_ended_left_is_removed(desk):
    left, empty = desk.scratch / f"{scratch.PREFIX}left", desk.scratch / f"{scratch.PREFIX}empty"
    others = [desk.scratch / "attrition-notes", desk.scratch / "letters"]
    for folder in (left, empty, *others):
        folder.mkdir()
    for folder in (left, *others):
        (folder / "copy.csv").write_text(CANARY)
    (left / scratch.LOCK).touch()
    elsewhere = desk.files / "kept"
    elsewhere.mkdir()
    (elsewhere / scratch.LOCK).touch()
    (desk.scratch / f"{scratch.PREFIX}link").symlink_to(elsewhere)
    with scratch.scratch() as one, scratch.scratch() as other:
        assert one.folder.is_dir()
        assert other.folder.is_dir()
        assert not left.exists()
        assert not empty.exists()
    assert all((folder / "copy.csv").is_file() for folder in others)
    assert (elsewhere / scratch.LOCK).is_file()


def test_without_such_files_they_have_names_in_a_folder_that_goes(desk, monkeypatch):
    monkeypatch.setattr(scratch, "_OPENED", desk.files / "none")
    path = desk.file(desk.text(desk.rows(row_5={"Notes": "é"})).encode("cp1252"))
    assert desk.reduce(path).exit_code == 0
    assert list(desk.scratch.iterdir()) == []


def test_a_full_disk_leaves_no_row(desk):
    if not mounted("-t", "tmpfs", "-o", "size=200k", "tmpfs", desk.scratch):
        pytest.skip("only root on Linux may mount a small disk")
    try:
        path = desk.file(desk.text(desk.rows(9000, row_5={"Notes": "é"})).encode("cp1252"))
        result = desk.reduce(path)
        assert result.exit_code == 7, result.output
        assert "No room left to unpack cases.csv" in result.output
        assert list(desk.scratch.iterdir()) == []
    finally:
        subprocess.run(["umount", str(desk.scratch)], check=True)


def test_rows_that_memory_does_not_hold_are_put_on_no_disk(desk, monkeypatch):
    """By a limit of memory that a few rows go over."""
    real = database.duckdb.connect
    monkeypatch.setattr(
        database.duckdb,
        "connect",
        lambda name, config=None: real(name, config={**config, "memory_limit": "8MB"} if config else {}),
    )
    result = desk.reduce(desk.table(desk.rows(40_000)))
    assert result.exit_code == 3, result.output
    assert "more memory than this machine can give" in result.output
    assert list(desk.scratch.iterdir()) == []


def test_a_process_is_told_to_end_with_its_parent_by_the_system():
    code = (
        "import ctypes, os\nfrom analysis.system import processes\nprocesses.end_with(os.getppid())\n"
        "told = ctypes.c_int()\nctypes.CDLL(None).prctl(2, ctypes.byref(told), 0, 0, 0)\nprint(told.value)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert int(done.stdout) == signal.SIGKILL
