"""What an installed wheel does in an empty folder: it carries what git has of data and notebooks, and makes reports."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT

CARRIED = "analysis/bundled/"
OWN = b"what a reader keeps for themselves alone"
#: What git has in data/ and notebooks/ that nobody needs who only makes reports.
LEFT = {"data/cases/README.md", "data/editions/carry_over.py", "data/published/carry_over.py"}


def git(*words):
    """What git says of the project; the test skips where the project is no checkout."""
    found = subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("the project is no git checkout")
    return found.stdout.split("\0")[:-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of the project as git has it, and of files that a reader has put beside the suite's."""
    source, to = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard"):
        if name.split("/")[0] in ("analysis", "data", "notebooks") or "/" not in name:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, source / name)
    for own in ("data/counts/mine.parquet", "data/private/mine/exact", "data/cases/mine.csv", "notebooks/mine.ipynb"):
        (source / own).parent.mkdir(parents=True, exist_ok=True)
        (source / own).write_bytes(OWN)
    words = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--quiet", ".", "--wheel-dir", str(to)]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    built = subprocess.run(pip, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    [path] = to.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory):
    """The command of an environment that has the wheel, and nothing of the project."""
    place = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(place, symlinks=True)
    own = {"base": str(place), "platbase": str(place)}
    scripts, packages = (Path(sysconfig.get_path(kind, "venv", own)) for kind in ("scripts", "purelib"))
    python = scripts / "python"
    words = ["--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True)
    (packages / "libraries.pth").write_text(
        f"{sysconfig.get_path('purelib')}\n"
    )  # all that the suite uses, not the suite
    return scripts / "attrition"


def run(command, folder, *words):
    """What the command says in a folder, as whoever types it there."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [command, *map(str, words)], cwd=folder, env=own, capture_output=True, text=True, timeout=600, check=False
    )


def test_a_wheel_is_to_carry_what_git_has(monkeypatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr("setuptools.setup", lambda **_: None)
    carried = {path.as_posix() for path in runpy.run_path("setup.py")["carried"]()}
    assert carried == set(git("ls-files", "-z", "data", "notebooks")) - LEFT, "name it in MANIFEST.in"


@pytest.mark.nightly
def test_it_carries_what_git_has_and_nothing_of_a_readers_own(wheel):
    with zipfile.ZipFile(wheel) as held:
        carried = {name.removeprefix(CARRIED) for name in held.namelist() if name.startswith(CARRIED)}
        assert all(OWN not in held.read(name) for name in held.namelist())
    assert carried == set(git("ls-files", "-z", "data", "notebooks")) - LEFT


@pytest.mark.nightly
def test_its_size_is_the_one_that_is_said(wheel):
    [said] = re.findall(r"wheel of ([\d.]+) MB", (PROJECT / "docs" / "install.md").read_text())
    assert abs(wheel.stat().st_size / 1e6 - float(said)) < 0.15


@pytest.mark.nightly
def test_in_an_empty_folder_it_makes_reports_and_reads_a_readers_own_counts_and_notebooks(command, tmp_path):
    """What stands beside the reports, and the suite's own where nothing does; nothing is written anywhere else."""
    installed = command.parent.parent
    before = {
        path: path.stat().st_mtime_ns for path in installed.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    (tmp_path / "data" / "counts").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    shutil.copy(PROJECT / "data/counts/stalking_2024_25.parquet", tmp_path / "data/counts/mine.parquet")
    shutil.copy(PROJECT / "notebooks/journey.ipynb", tmp_path / "notebooks/my_journey.ipynb")
    (tmp_path / "mine.toml").write_text(
        "formats = ['page']\n[[reports]]\nnotebook = 'victim_withdrawal'\ncounts = 'mine'\nforce = 'Kent'\n"
        "[[reports]]\nnotebook = 'my_journey'\n"
    )
    made = run(command, tmp_path, "batch", "mine.toml", "--log-format", "json")
    assert made.returncode == 0, made.stderr + made.stdout
    manifests = {path.parts[-3]: json.loads(path.read_text()) for path in tmp_path.glob("reports/*/*/manifest.json")}
    assert set(manifests) == {"victim_withdrawal", "my_journey"}
    inputs = manifests["victim_withdrawal"]["inputs"]
    assert {"data/counts/mine.parquet", "notebooks/victim_withdrawal.ipynb"} <= set(inputs)
    assert "not at hand" not in inputs.values()
    assert manifests["victim_withdrawal"]["commit"] == ""
    again = run(
        command, tmp_path / "notebooks", "batch", "../mine.toml", "--log-format", "json"
    )  # as JupyterLab begins
    assert json.loads(again.stdout.splitlines()[-1])["up_to_date"] == 2, again.stdout
    after = {path: path.stat().st_mtime_ns for path in installed.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert after == before
    foreseen = run(command, tmp_path, "batch", "monthly", "--dry-run").stdout.splitlines()
    assert foreseen[-1].startswith("monthly: ")
    assert "my_journey.ipynb" in run(command, tmp_path, "list", "notebooks").stderr


@pytest.mark.nightly
def test_a_kernel_finds_a_readers_own_counts_too(command, tmp_path):
    (tmp_path / "data" / "counts").mkdir(parents=True)
    shutil.copy(PROJECT / "data/counts/stalking_2024_25.parquet", tmp_path / "data/counts/mine.parquet")
    (tmp_path / "mine.toml").write_text(
        "formats = ['page']\n[[reports]]\nnotebook = 'journey'\n[[reports]]\nnotebook = 'victim_withdrawal'\n"
        "counts = 'mine'\nforce = 'Kent'\n"
    )
    made = run(command, tmp_path, "batch", "mine.toml", "--engine", "plain")
    assert made.returncode == 0, made.stderr + made.stdout


@pytest.mark.nightly
def test_every_notebook_becomes_a_report_in_an_empty_folder(command, tmp_path):
    made = run(command, tmp_path, "report")
    assert made.returncode == 0, made.stderr + made.stdout
    assert (tmp_path / "reports" / "index.html").is_file()
