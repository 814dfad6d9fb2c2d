"""The tutorial runs as it stands: each command is given in a project of its own, and prints what the page says."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.batches.desk import copied_project
from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "tutorial.md").read_text()
COMMANDS = [tuple(block.split("\n", 1)) for block in re.findall(r"```console\n\$ (.+?)```", TEXT, flags=re.DOTALL)]
PYTHON = "".join(re.findall(r"```pycon\n(.+?)```", TEXT, flags=re.DOTALL))
STOPS = "Nothing is counted before you have looked"
#: The first four take a report; the fifth makes all others, which takes a minute or two.
FIRST, REST = COMMANDS[:4], COMMANDS[4:]


class Reader:
    """Somebody who does what the page says."""

    def __init__(self, folder):
        self.project = copied_project(folder / "project")
        shutil.copytree(PROJECT / "data" / "examples", self.project / "data" / "examples")
        (self.project / "data" / "cases").mkdir()

    def run(self, *words):
        """A program in the folder of the project: its status, and all that it prints."""
        env = {**os.environ, "PYTHONPATH": str(self.project)}
        told = subprocess.run(
            words, cwd=self.project, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return told.returncode, told.stdout

    def follow(self, typed, printed):
        """Give a command, and hold what it prints to the page; its status too."""
        words = typed.split()
        command = [sys.executable, "-m", "analysis.cli", *words[1:]] if words[0] == "attrition" else words
        status, said = self.run(*command)
        assert status == (3 if STOPS in printed else 0), said
        said = plain(said).replace(f"{self.project}/", "").replace("python -m analysis.cli", "attrition")
        pattern = r"(?:.*\n)*?".join(map(re.escape, plain(printed).split("...\n")))
        assert re.fullmatch(pattern, said), said


def plain(said):
    """What was printed, without how long it took."""
    return re.sub(r" *\d+\.\d s\b", " TIME", said)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    made = Reader(tmp_path_factory.mktemp("tutorial"))
    for typed, printed in FIRST:
        made.follow(typed, printed)
    return made


def test_the_first_report_comes_as_the_page_says(reader):
    [report] = reader.project.glob("reports/data_received/*/report.html")
    assert "Exampleshire" in report.read_text()
    assert (reader.project / "data/private").stat().st_mode & 0o777 == 0o700


def test_its_python_gives_what_it_says(reader):
    (reader.project / "tutorial.txt").write_text(PYTHON)
    status, said = reader.run(sys.executable, "-m", "doctest", "tutorial.txt")
    assert (status, said) == (0, "")


@pytest.mark.nightly
def test_every_other_report_comes_and_all_is_put_away(reader):
    for typed, printed in REST:
        reader.follow(typed, printed)
    assert len(list(reader.project.glob("reports/*/*/report.html"))) == 8
    assert not (reader.project / "data/private/tutorial").exists()


def test_every_command_of_the_page_is_followed():
    assert len(COMMANDS) == TEXT.count("\n$ ") == 6
