"""The tutorial runs as it stands: each command is given in a project of its own, and prints what the page says."""

import doctest
import os
import re
import shutil
import subprocess
import sys

import pytest

from analysis.counts import counts
from tests.batches.desk import copied_project
from tests.conftest import PROJECT
from tests.resident import Resident

TEXT = (PROJECT / "docs" / "tutorial.md").read_text()
COMMANDS = [tuple(block.split("\n", 1)) for block in re.findall(r"```console\n\$ (.+?)```", TEXT, flags=re.DOTALL)]
PYTHON = "".join(re.findall(r"```pycon\n(.+?)```", TEXT, flags=re.DOTALL))
STOPS = "Nothing is counted before you have looked"
#: The first three take a mapping; the fourth counts and makes a report, and the fifth all others: for the night.
FIRST, REST = COMMANDS[:3], COMMANDS[3:]


class Reader:
    """Somebody who does what the page says."""

    def __init__(self, folder):
        self.project = copied_project(folder / "project")
        shutil.copytree(PROJECT / "data" / "examples", self.project / "data" / "examples")
        (self.project / "data" / "cases").mkdir()
        self.resident = Resident(self.project)

    def run(self, *words):
        """A program in the folder of the project: its status, and all that it prints."""
        if words[0] == "attrition":
            told = self.resident.run(*words[1:])
            return told.status, told.output
        env = {**os.environ, "PYTHONPATH": str(self.project)}
        told = subprocess.run(
            words, cwd=self.project, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return told.returncode, told.stdout

    def follow(self, typed, printed):
        """Give a command, and hold what it prints to the page; its status too."""
        status, said = self.run(*typed.split())
        assert status == (3 if STOPS in printed else 0), said
        said = plain(said).replace(f"{self.project}/", "")
        pattern = r"(?:.*\n)*?".join(map(re.escape, plain(printed).split("...\n")))
        assert re.fullmatch(pattern, said), said


def plain(said):
    """What was printed, without how long it took."""
    return re.sub(r" *\d+\.\d s\b", " TIME", said)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    made = Reader(tmp_path_factory.mktemp("tutorial"))
    try:
        for typed, printed in FIRST:
            made.follow(typed, printed)
        yield made
    finally:
        made.resident.end()


def test_a_mapping_is_drafted_and_nothing_counted_as_the_page_says(reader):
    assert len(list((reader.project / "data" / "cases").iterdir())) == 2
    assert not list((reader.project / "data" / "counts").glob("tutorial*"))


@pytest.mark.nightly
def test_the_first_report_comes_as_the_page_says(reader):
    reader.follow(*REST[0])
    [report] = reader.project.glob("reports/data_received/*/report.html")
    assert "Exampleshire" in report.read_text()
    assert (reader.project / "data/private").stat().st_mode & 0o777 == 0o700


@pytest.mark.nightly
def test_its_python_gives_what_it_says(reader):
    (reader.project / "tutorial.txt").write_text(PYTHON)
    status, said = reader.run(sys.executable, "-m", "doctest", "tutorial.txt")
    assert (status, said) == (0, "")


def test_its_python_says_the_same_of_the_projects_own_set_of_these_cases():
    counts.forget_read()  # as in a process of its own
    asked = PYTHON.replace('read_counts("tutorial")', 'read_counts("stalking_example")')
    assert asked != PYTHON
    ended = doctest.DocTestRunner().run(doctest.DocTestParser().get_doctest(asked, {}, "tutorial", None, 0))
    assert (ended.failed, ended.attempted) == (0, PYTHON.count(">>> "))


@pytest.mark.nightly
def test_every_other_report_comes_and_all_is_put_away(reader):
    for typed, printed in REST[1:]:
        reader.follow(typed, printed)
    assert len(list(reader.project.glob("reports/*/*/report.html"))) == 8
    assert not (reader.project / "data/private/tutorial").exists()


def test_every_command_of_the_page_is_followed():
    assert len(COMMANDS) == TEXT.count("\n$ ") == 6
