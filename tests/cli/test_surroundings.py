"""The command among things that are not its own: notebooks and counts of somebody else, no project, odd terminals."""

import os
import shutil
import subprocess
import sys

import pytest

from analysis.cli import main
from analysis.counts import counts
from analysis.publishing.batch import file
from analysis.publishing.notebooks import notebooks
from tests.conftest import PROJECT, nightly
from tests.notebooks.test_rules import written
from tests.quick_batches import attrition, batch
from tests.resident import Resident

ALONE = "3 notebooks are not the suite's and were left alone: Untitled.ipynb, out.ipynb, trends-Copy1.ipynb."


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The suite's notebooks with what researchers leave beside them."""
    folder = tmp_path / "notebooks"
    shutil.copytree(notebooks.FOLDER, folder, ignore=shutil.ignore_patterns(".*"))  # JupyterLab leaves copies there
    shutil.copy(folder / "trends.ipynb", folder / "trends-Copy1.ipynb")
    (folder / "Untitled.ipynb").write_text("{")
    (folder / "out.ipynb").write_text("{}")
    (folder / ".hidden.ipynb").write_text("{")
    (folder / "gone.ipynb").symlink_to(folder / "nowhere.ipynb")
    for name in (".ipynb_checkpoints", "folder.ipynb"):
        (folder / name).mkdir()
    shutil.copy(folder / "trends.ipynb", folder / ".ipynb_checkpoints" / "trends-checkpoint.ipynb")
    monkeypatch.setattr(notebooks, "FOLDER", folder)
    return folder


def test_the_suite_is_what_the_project_holds():
    assert sorted(path.stem for path in (PROJECT / "notebooks").glob("*.ipynb") if path.stem in notebooks.SUITE) == [
        *notebooks.SUITE
    ]


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["list", "notebooks"], 0, "victim_withdrawal"),
        (["check"], 0, "10 notebooks keep the rules."),
        (["report", "--only", "nothing"], 2, "No notebook or report of report is called 'nothing'."),
    ],
)
def test_notebooks_of_somebodys_own_are_told_in_a_line_and_left_alone(folder, words, status, told):
    result = attrition(*words)
    assert (result.exit_code, told in result.output) == (status, True), result.output
    assert f"{ALONE} 'attrition run Untitled' runs the first.\n" in result.stderr
    assert "Untitled" not in result.stdout
    for name in ("hidden", "gone", "folder", "checkpoint"):
        assert name not in result.output


def test_they_stop_no_other_command(folder, tmp_path):
    assert list(dict.fromkeys(job.name for job in file.of_every_notebook().jobs)) == list(notebooks.SUITE)
    for words in (["run", "--help"], ["check", "--help"], ["run", "trends", "--help"], ["check", "trends"]):
        result = attrition(*words)
        assert (result.exit_code, "Untitled" in result.output) == (0, False), words
    planned = attrition("batch", "monthly", "--dry-run", "--out", tmp_path / "reports")
    assert (planned.exit_code, "trends-Copy1" in planned.output) == (0, False)


def test_one_is_named_alone(folder):
    for name in ("out", "trends-Copy1"):
        (folder / f"{name}.ipynb").unlink()
    (folder / "Untitled.ipynb").rename(folder / "my own.ipynb")
    told = "1 notebook is not the suite's and was left alone: my own.ipynb. 'attrition run 'my own'' runs it."
    assert notebooks.left_alone() == told
    (folder / "my own.ipynb").unlink()
    assert notebooks.left_alone() == ""


def test_one_of_somebodys_own_is_run_by_its_name(folder, tmp_path):
    written(tmp_path).rename(folder / "mine.ipynb")
    assert "--force" in attrition("run", "mine", "--help").output
    assert "Did you mean 'mine'?" in attrition("run", "minne").output
    asked = batch(tmp_path, "mine force = 'Kent'")
    planned = attrition("batch", asked, "--dry-run", "--out", tmp_path / "reports")
    assert "to do       mine/force-kent  (never made)" in planned.output
    assert attrition("check", "mine").output == "1 notebook keeps the rules.\n"
    broken = attrition("run", "Untitled")
    assert (broken.exit_code, "Untitled.ipynb cannot be read as a notebook" in broken.output) == (5, True)


def test_one_of_the_suites_that_is_gone_is_to_be_restored(folder):
    (folder / "trends.ipynb").unlink()
    for words in (["run", "trends"], ["report"], ["list", "notebooks"], ["check"]):
        result = attrition(*words)
        assert result.exit_code == 5, words
        assert "trends.ipynb is not there. It is part of the project: restore it with git checkout." in result.output


def test_a_file_of_somebodys_own_hides_no_counts(tmp_path, monkeypatch):
    shutil.copy(counts.FOLDER / "stalking_2024_25.parquet", tmp_path)
    (tmp_path / "mine.parquet").write_bytes(b"PAR1")
    (tmp_path / "._stalking_2024_25.parquet").write_bytes(b"")
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    result = attrition("list", "counts")
    first, second, *names = result.output.splitlines()
    assert [one.split()[0] for one in names] == ["stalking_outcomes"]  # which stands for what is held
    assert (result.exit_code, first.split()[0]) == (0, "mine")
    assert "mine.parquet cannot be read as Parquet" in first
    assert second.startswith("stalking_2024_25  ")


def test_a_list_of_nothing_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    result = attrition("list", "counts")
    assert (result.exit_code, "There are no counts here." in result.output) == (3, True)


def ended(*words, cwd=PROJECT, **environment):
    """A command that has come to its end, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *words],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The package without its project, and without what a wheel brings."""
    place = tmp_path_factory.mktemp("installed")
    shutil.copytree(PROJECT / "analysis", place / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    return place


@pytest.fixture(scope="module")
def resident(alone):
    """The command of that package, in one process."""
    made = Resident(alone)
    yield made
    made.end()


COMMANDS = [
    ["list", "notebooks"],
    ["list", "counts"],
    ["report"],
    ["batch", "monthly"],
    ["notify", "monthly"],
    ["update", "monthly"],
    ["check"],
    ["check", "reports"],
    ["run", "trends"],
    ["new", "trends"],
    ["lab"],
    ["index"],
    ["release", "folder"],
    ["mapping", "file.csv"],
    ["audit", "table.csv"],
    ["reduce", "file.csv", "--as", "mine", "--format", "police-uk"],
    ["start", "file.csv", "--as", "mine"],
    ["fetch", "police-uk", "--dry-run"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_package_without_its_project_refuses_with_the_reason(alone, resident, words):
    result = resident.run(*words)
    assert (result.status, result.stdout) == (3, ""), result.stderr
    reference = alone / "analysis" / "bundled" / "data" / "reference"
    assert result.stderr.startswith(f"attrition: There is no data here: no folder {reference}.")
    assert "pip install --editable ." in result.stderr
    assert [path.name for path in alone.iterdir()] == ["analysis"]


def test_no_command_is_left_out_and_help_needs_no_project(alone, resident):
    assert {words[0] for words in COMMANDS} == set(main.main.commands)
    for words in (["--help"], ["--version"], ["reduce", "--help"], ["batch", "--help"]):
        assert resident.run(*words).status == 0
    refused = ended("list", "counts", PYTHONPATH=str(alone), cwd=alone)
    assert (refused.returncode, refused.stdout) == (3, b""), refused.stderr
    code = "import analysis; analysis.read_counts('stalking_2024_25')"
    failed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(alone)},
        cwd=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DataRefused: There is no data here" in failed.stderr


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def raising(error):
    """What takes the place of a list and raises."""

    def listed():
        raise error

    return listed


def test_a_fault_that_nothing_foresaw_is_a_line_without_a_value_and_status_1(monkeypatch):
    monkeypatch.setitem(main._LISTS, "forces", raising(ValueError("Zx9-SECRET-4711")))
    result = attrition("list", "forces")
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(
        "attrition: A fault of this package, not yours: ValueError in analysis/cli/main.py, line "
    )
    assert "'attrition --debug ...' shows all of it" in result.stderr
    assert "SECRET" not in result.output
    whole = attrition("--debug", "list", "forces")
    assert (whole.exit_code, "ValueError: Zx9-SECRET" in whole.stderr) == (1, True)
    assert whole.stderr.splitlines()[-1] == result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, "attrition: stopped. What was made stands; run the command again for the rest.\n"),
        (MemoryError(), 1, "MemoryError"),
        (RecursionError(), 1, "RecursionError"),
        (EOFError(), 1, "EOFError"),
        (PermissionError(13, "Permission denied", "/there"), 7, "attrition: /there: Permission denied. Ask whoever"),
    ],
)
def test_whatever_happens_ends_in_a_status_that_is_listed(monkeypatch, error, status, told):
    monkeypatch.setitem(main._LISTS, "forces", raising(error))
    result = attrition("list", "forces")
    assert (result.exit_code, told in result.stderr) == (status, True), result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("spoken", nightly([{}, ASCII], ASCII), ids=["as it is", "in ASCII"])
@pytest.mark.parametrize(
    "words",
    [
        [b"run", b"trends", b"--force", b"\xff"],
        [b"run", b"\xff"],
        [b"check", b"\xff.ipynb"],
        [b"batch", b"\xff.toml"],
        [b"run", b"trends", b"--\xff"],
        [b"\xff"],
        [b"list", b"\xe2\x98\x83"],
    ],
)
def test_words_that_are_no_text_are_refused(words, spoken):
    result = ended(*words, **spoken)
    assert result.returncode == 2, result.stderr
    assert b"Traceback" not in result.stderr


@pytest.fixture(scope="module")
def usual():
    """A list as it is in the terminal of the tests."""
    return ended("list", "findings")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        ASCII,
        {"COLUMNS": "1", "NO_COLOR": "1", "TERM": "dumb"},
        {"COLUMNS": "none", "LINES": "-3", "FORCE_COLOR": "1"},
        {"HOME": os.devnull, "MPLBACKEND": "none", "MATPLOTLIBRC": os.devnull, "PYTHONSTARTUP": "/nowhere"},
        {"TZ": "Nowhere/Never", "LANG": "xx_YY.UTF-8", "LC_ALL": "xx_YY"},
    ],
)
def test_a_list_is_the_same_on_any_terminal(usual, environment):
    told = ended("list", "findings", **environment)
    assert (told.returncode, told.stderr) == (0, b"")
    assert len(told.stdout.splitlines()) == len(usual.stdout.splitlines())
    ascii_only = usual.stdout.decode().encode("ascii", "backslashreplace")
    assert told.stdout in (usual.stdout, ascii_only)
