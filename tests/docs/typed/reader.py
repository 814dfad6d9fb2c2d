"""A reader of the documents: the project in a folder of their own, files as they may have them, and a shell there."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from tests.batches.desk import copied_project
from tests.conftest import PROJECT
from tests.loopback import Answer, Server, version
from tests.publisher import Publisher, workbook
from tests.quick_batches import attrition
from tests.resident import Resident

PROGRAMS = Path(sys.prefix) / "bin"
#: Of the project, what commands read beside analysis/, data/ and notebooks/.
BESIDE = ("*.lock", "*.md", "LICENSE", "MANIFEST.in", "Makefile", "environment.yml", "pyproject.toml", "setup.py")
#: What a shell makes more of than the words of a command.
OF_A_SHELL = re.compile(r"[|&;<>$*?'\"]")
#: What reads nothing of the project that is not the same here, and writes where it is given: it needs no start.
INSIDE = ("attrition audit", "attrition check reports --", "attrition list", "attrition mapping")
ADDRESSES = "analysis/intake/download/publications.py"
ARCHIVES = "/data/archive/"
EXTRACT = "data/cases/extract.csv"
#: A batch of one report, below what the suite's monthly batch says of itself and of what is fetched.
SMALL = """\
[[reports]]
notebook = "victim_withdrawal"
periods = "last year"
[[notify]]
command = ["true"]
"""
#: Programs that do nothing here: what they would reach is not this machine's.
ELSEWHERE = ("aws", "systemctl")
DOES_NOTHING = "#!/bin/sh\nexit 0\n"


class Reader:
    """Somebody who types what a page says, in a copy of a project; ``reports`` says where some stand already."""

    def __init__(self, folder: Path, handed_over: Path, reports: Callable[[], Path]) -> None:
        self.home, self.project, self._reports = folder, folder / "project", reports
        without_code = shutil.ignore_patterns("analysis")
        shutil.copytree(handed_over, self.project, ignore=without_code)
        shutil.copytree(handed_over / "analysis", self.project / "analysis", copy_function=os.link)
        (folder / "programs").mkdir()
        for name in ELSEWHERE:
            (folder / "programs" / name).write_text(DOES_NOTHING)
            (folder / "programs" / name).chmod(0o755)
        (folder / "etc" / "systemd" / "system").mkdir(parents=True)
        self.resident = Resident(self.project, **self._settings())

    def types(self, words: str) -> tuple[int, str]:
        """A command given in the folder of the project: its status, and all that it prints."""
        words = re.sub(r"(?<= )/(srv|etc)/", rf"{self.home}/\1/", words)
        words = words.replace("/opt/attrition/.venv/bin", str(PROGRAMS))
        if words.startswith(INSIDE):
            with chdir(self.project):
                ended = attrition(*shlex.split(words)[1:])
            return ended.exit_code, ended.output
        if words.startswith("attrition ") and not OF_A_SHELL.search(words):
            ended = self.resident.run(*words.split()[1:])
            return ended.status, ended.output
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        told = subprocess.run(["sh", "-c", words], cwd=self.project, env=self._environment(), check=False, **pipes)
        return told.returncode, told.stdout

    def needs(self, words: str) -> None:
        """Have something done that a page takes for granted."""
        status, said = self.types(words)
        assert status == 0, f"{words}: {said}"

    def has_reports(self, *places: str) -> None:
        """Reports that were made before, with their index, in these folders."""
        for place in places:
            to = self.home / place.lstrip("/") if place.startswith("/") else self.project / place
            if not to.exists():
                shutil.copytree(self._reports(), to)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self._settings(), "PYTHONPATH": str(self.project)}

    def _settings(self) -> dict[str, str]:
        path = os.pathsep.join([str(self.home / "programs"), str(PROGRAMS), os.environ["PATH"]])
        pip = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        return {**pip, "JUPYTER_DATA_DIR": str(self.home / "jupyter"), "PATH": path, "NO_PROXY": "*"}


def hand_over(folder: Path, server: Server) -> Path:
    """The project as a reader has it, with files of their own; what is fetched there comes from ``server``."""
    copied_project(folder)
    shutil.copytree(PROJECT / "data" / "examples", folder / "data" / "examples")
    for name in ("publishing", "scheduling"):
        shutil.copytree(PROJECT / "docs" / name, folder / "docs" / name)
    for path in (path for pattern in BESIDE for path in PROJECT.glob(pattern)):
        shutil.copy2(path, folder / path.name)
    (folder / "data" / "cases").mkdir()
    write_extract(folder / EXTRACT)
    shutil.copy(folder / EXTRACT, folder / "extract.csv")
    write_table(folder / "table.csv")
    monthly = folder / "notebooks" / "batches" / "monthly.toml"
    monthly.write_text(monthly.read_text("utf-8").partition("[[reports]]")[0] + SMALL, encoding="utf-8")
    _fetch_from(server, folder)
    return folder


def _fetch_from(server: Server, folder: Path) -> None:
    """Have the code in a folder ask a made-up publisher, of whose files and totals nothing is known."""
    publisher = Publisher(server)
    for year, on in (("2023/24", "240725"), ("2024/25", "250725")):
        publisher.issue(year, workbook(year, forces=("Kent",)), on=on)
    months = ("latest.zip", "2025-06.zip")
    for name in months:
        server.put(f"{ARCHIVES}{name}", version(name))
    listed = "".join(f'<a href="{ARCHIVES}{name}">{name}</a> 1.6 GB' for name in months)
    archive = server.put(ARCHIVES, Answer(listed.encode(), kind="text/html"))
    code = (folder / ADDRESSES).read_text("utf-8")
    for name, address in (("HOME_OFFICE_PAGE", publisher.page), ("POLICE_UK_PAGE", archive)):
        code, changed = re.subn(rf'^({name} = [^"]*)"[^"]+"', rf'\1"{address}"', code, flags=re.MULTILINE)
        assert changed == 1, name
    (folder / ADDRESSES).write_text(code, encoding="utf-8")
    for name in ("home_office_files.csv", "home_office_totals.csv"):
        known = folder / "data" / "editions" / name
        known.write_text(known.read_text("utf-8").partition("\n")[0] + "\n", encoding="utf-8")


def write_extract(path: Path) -> None:
    """A case file of Kent: every third of the made-up cases."""
    lines = (PROJECT / "data" / "examples" / "stalking_cases.csv").read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], *lines[1::3], ""]).replace("Exampleshire", "Kent"), encoding="utf-8")


def write_mapping(path: Path) -> None:
    """What somebody who knows that case file would make of its draft."""
    text = (PROJECT / "data" / "examples" / "stalking_cases.toml").read_text("utf-8")
    path.write_text(text.replace('sensitivity = "synthetic"\n', ""), encoding="utf-8")


def write_table(path: Path) -> None:
    """A printed table with which nothing is wrong."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Trust", "Admissions", "Died", "Died (%)"])
        for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWX"):
            admitted, died = 1900 + 337 * (place * 7 % 24) + 11 * place, 83 + 29 * (place * 5 % 24) + place
            writer.writerow([f"Trust {letter}", admitted, died, f"{100 * died / admitted:.1f}"])


def write_workbook(folder: Path) -> None:
    """A year's workbook of outcomes, as it lies there once it is fetched."""
    folder.mkdir(exist_ok=True)
    (folder / "prc-outcomes-open-data-mar2025-tables-250725.xlsx").write_bytes(workbook(forces=("Kent",)))
