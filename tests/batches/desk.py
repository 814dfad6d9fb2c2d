"""What tests of batches share: a batch run by the command, here or in a process of its own, and what stands then."""

import json
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from analysis.cli.main import main
from benchmarks import command, quick_batch
from benchmarks.whole_reports import fault_of
from tests.conftest import PROJECT

PATIENCE = 120  # seconds: these machines are noisy

#: A cell that waits until the file that it is told of is there, having said by another which process it is.
WAITS = """import os, pathlib, time
flag = pathlib.Path({flag!r})
flag.with_suffix(".pid").write_text(str(os.getpid()))
while not flag.exists():
    time.sleep(0.05)
assert flag.with_suffix(".pid").exists()"""


def batch(folder: Path, *tables, name="some", **keys):
    """A batch file of tables of reports."""
    return quick_batch.write_batch(folder / f"{name}.toml", *tables, **keys)


def quick(folder: Path, *cells, name="quick", forces=("Kent",), periods=("2024/25 Q4",), **changes):
    """A table of reports of a notebook with these cells."""
    path = quick_batch.write_notebook(folder / f"{name}.ipynb", *cells, **changes)
    return quick_batch.reports_of(path, forces, periods)


def run(file: Path, out: Path, *words):
    """The command, in this process."""
    return CliRunner().invoke(main, ["batch", str(file), "--out", str(out), *map(str, words)])


@contextmanager
def begun(file: Path, out: Path, *words, project=PROJECT):
    """The command in a process of its own, with all that it starts ended by its id."""
    mark = f"{file}-{os.getpid()}"
    given = ("-m", "analysis.cli", "batch", file, "--out", out, *words)
    try:
        with command.command(*given, mark=mark, cwd=project) as process:
            yield process
    finally:
        command.end(mark)


def until(is_so, process=None):
    """Wait for something, as long as a process runs."""
    begun_at = time.monotonic()
    while not (found := is_so()):
        assert process is None or process.is_running(), process.said()
        assert time.monotonic() - begun_at < PATIENCE, process.said() if process else is_so
        time.sleep(0.05)
    return found


def reports(out: Path) -> dict[str, dict[str, bytes]]:
    """The files of every report below a folder, each of them whole, without the moments in their manifests."""
    found = {}
    for place in sorted(out.glob("*/force-*")):
        held = os.open(place, os.O_RDONLY)
        try:
            assert fault_of(held) == "", place
        finally:
            os.close(held)
        paths = [path for path in place.rglob("*") if path.is_file()]
        files = {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}
        told = json.loads(files.pop("manifest.json"))
        kept = {name: value for name, value in told.items() if not name.endswith("_at")}
        found[place.relative_to(out).as_posix()] = files | {"manifest.json": json.dumps(kept).encode()}
    return found


def record(out: Path) -> dict:
    """What the last run wrote down."""
    last = max((out / "batches").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return json.loads(last.read_text())


def results(out: Path) -> dict[str, dict]:
    """The result of every job of the last run, by its notebook and force: "quick kent"."""
    parts = [(*one["folder"].split("/force-"), one) for one in record(out)["results"]]
    return {f"{notebook} {rest.partition('_')[0]}": one for notebook, rest, one in parts}


def copied_project(folder: Path) -> Path:
    """The project as a batch needs it, somewhere else, so that its code and data may be changed."""
    leave = shutil.ignore_patterns("cases", "examples", "private")
    for name in ("analysis", "data", "notebooks"):
        shutil.copytree(PROJECT / name, folder / name, ignore=leave)
    return folder
