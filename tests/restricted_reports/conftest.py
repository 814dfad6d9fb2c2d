"""A project of its own with a made-up case file reduced as restricted, and what a batch and two runs made of it."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from benchmarks import quick_batch
from tests.batches.desk import copied_project
from tests.resident import Resident

SET = "kent_canary"  # made up: no case of it is real, though its mapping says that they are to be guarded
HOST = "canary-host-4711"  # what the machine is called while the batch runs, where it may be called otherwise
MAPPING = """[extract]
taken = 2025-06-30
offence = "8Q"
first_month = "2024-04"
last_month = "2025-03"
sensitivity = "restricted"

[columns]
case = "Ref"
force = "Force"
recorded = "Recorded"
outcome = "Outcome"
outcome_date = "Outcome date"

[dates]
format = "%Y-%m-%d"
"""
MIXED = f"""own = read_counts("{SET}")
show.read(cases, own)"""


def write_cases(folder: Path) -> tuple[Path, Path]:
    """A made-up case file of 400 cases, from a fixed seed, and its mapping."""
    chance = random.Random(14)
    lines = ["Ref,Force,Recorded,Outcome,Outcome date"]
    for number in range(400):
        recorded = date(2024, 4, 1) + timedelta(chance.randrange(365))
        outcome = chance.choices(["16", "15", "18", "1"], [45, 30, 15, 10])[0]
        lines.append(f"K{number},Kent,{recorded},{outcome},{recorded + timedelta(chance.randrange(1, 60))}")
    (folder / "cases.csv").write_text("\n".join(lines) + "\n")
    (folder / "cases.toml").write_text(MAPPING)
    return folder / "cases.csv", folder / "cases.toml"


class Desk(SimpleNamespace):
    """A project, its folder of reports and batch files, and the command run there with the widest umask there is."""

    def run(self, *words, status=0, before=()) -> str:
        """What a command says; it ends with this status. It is a process of its own where something starts it."""
        ended = self.started(*words, before=before) if before else self.resident.run(*words)
        assert ended[0] == status, ended
        return "".join(ended[1:3])

    def started(self, *words, before) -> tuple[int, str, str]:
        """A command in a process of its own."""
        run = subprocess.run(
            [*before, sys.executable, "-m", "analysis.cli", *map(str, words)],
            cwd=self.project,
            env={**os.environ, "PYTHONPATH": str(self.project)},
            capture_output=True,
            text=True,
            umask=0,
            check=False,
        )
        return run.returncode, run.stdout, run.stderr

    def here(self, *words, status=0) -> str:
        """The same of a command that looks at reports alone, in this process."""
        run = CliRunner().invoke(main, [str(word) for word in words])
        assert run.exit_code == status, run.output
        return run.output

    def batch(self, *words, **settings) -> str:
        """What a batch of both kinds of report says."""
        return self.run("batch", self.mixed, "--out", self.out, *words, **settings)

    @property
    def restricted(self) -> Path:
        """The place of restricted reports."""
        return self.out / "restricted"


def elsewhere() -> list[str]:
    """What runs a command on what it takes for another machine; nothing where that is not to be had."""
    words = ["unshare", "--uts", "sh", "-c", f'hostname {HOST} && exec "$@"', "sh"]
    told = shutil.which("unshare") and subprocess.run([*words, "hostname"], capture_output=True, text=True, check=False)
    return words if told and told.stdout.strip() == HOST else []


def contents(folder: Path, *, leave: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder by its name, members of archives and text of PDFs too, but for those in ``leave``."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if leave in path.parents or path == leave or not path.is_file():
            continue
        yield name, path.read_bytes()
        if path.suffix == ".xlsx":
            with ZipFile(BytesIO(path.read_bytes())) as archive:
                yield from ((f"{name}/{one}", archive.read(one)) for one in archive.namelist())
        if path.suffix == ".pdf" and shutil.which("pdftotext"):
            told = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
            yield f"{name}/text", told.stdout


def holding(folder: Path, words: str, *, leave: Path | None = None) -> list[str]:
    """The files below a folder that hold some words in their bytes or their names, whatever the case."""
    sought = words.lower().encode()
    return [
        name
        for name, held in contents(folder, leave=leave)
        if sought in held.lower() or sought in name.lower().encode()
    ]


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """The desk after a public report, a restricted one, and a batch that mixes them."""
    folder = tmp_path_factory.mktemp("restricted")
    project = copied_project(folder / "project")
    desk = Desk(folder=folder, project=project, out=folder / "reports", resident=Resident(project, umask=0))
    cases, mapping = write_cases(folder)
    desk.run("reduce", cases, "--mapping", mapping, "--format", "cases", "--as", SET)
    notebooks = project / "notebooks"
    desk.quick = quick_batch.write_notebook(notebooks / "quick.ipynb", quick_batch.TABLE)
    desk.both = quick_batch.write_notebook(notebooks / "both.ipynb", MIXED)
    desk.mixed = quick_batch.write_batch(
        folder / "mixed.toml",
        {"notebook": str(desk.quick), "forces": ["Kent", "Essex"]},
        {"notebook": str(desk.quick), "force": "Kent", "counts": SET},
        {"notebook": str(desk.both), "force": "Kent"},
    )
    desk.said = [desk.run("run", "quick", "--force", "Surrey", "--out", desk.out)]
    desk.said.append(
        desk.run("run", "quick", "--counts", SET, "--force", "Kent", "--period", "2024/25 Q1", "--out", desk.out)
    )
    desk.elsewhere = elsewhere()
    desk.said.append(desk.batch(before=desk.elsewhere))
    yield desk
    desk.resident.end()


@pytest.fixture
def desk(once, tmp_path):
    """The same, the reports copied for a test to spoil."""
    out = shutil.copytree(once.out, tmp_path / "reports")
    return Desk(**{**vars(once), "out": out})


def manifest(folder: Path) -> dict:
    """A report's manifest."""
    return json.loads((folder / "manifest.json").read_text())
