"""``attrition lab``: what it wants, what it tells JupyterLab, and what is found in its place."""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import lab
from analysis.cli.main import main
from analysis.lab import opening
from analysis.reference import reference


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A project of a test's own, whose JupyterLab is not started: what would be, is kept."""
    begun = {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(reference, "PROJECT", tmp_path)
    monkeypatch.setattr(opening, "_CARDS", tmp_path / "work" / ".launcher")
    monkeypatch.setattr(lab, "_become", lambda words, environment: begun.update(words=words, environment=environment))
    begun["folder"] = tmp_path
    return begun


def test_what_is_not_installed_is_named_before_anything_is_written(place, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda name: None if name == "nbstripout" else find_spec("json"))
    told = CliRunner().invoke(main, ["lab"])
    assert told.exit_code == 2
    assert "Not installed here: nbstripout. In the project 'make lab'" in told.output
    assert list(place["folder"].iterdir()) == []


def test_it_starts_jupyterlab_at_the_project_with_what_follows_the_command(place, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda name: find_spec("json"))
    monkeypatch.setenv("PATH", "/somewhere")
    told = CliRunner().invoke(main, ["lab", "--no-browser", "--port", "8889"])
    assert told.exit_code == 0, told.output
    assert place["words"][1:3] == ["-m", "jupyterlab"]
    assert place["words"][-3:] == ["--no-browser", "--port", "8889"]
    assert Path.cwd() == place["folder"]
    programs, *others = place["environment"]["PATH"].split(os.pathsep)
    assert Path(programs, "attrition").exists()
    assert others == ["/somewhere"]
    cards = Path(place["environment"]["JUPYTER_APP_LAUNCHER_PATH"], "jp_app_launcher.yaml")
    assert len(json.loads(cards.read_text())) == 11
    assert (place["folder"] / "start_here.md").read_text().startswith("# Start here\n")


@pytest.mark.parametrize(("environment", "is_told"), [(".venv", True), ("../elsewhere", False)])
def test_the_environment_of_the_project_is_told_how_to_save_and_no_other(place, monkeypatch, environment, is_told):
    prefix = (place["folder"] / environment).resolve()
    prefix.mkdir(exist_ok=True)
    monkeypatch.setattr(sys, "prefix", str(prefix))
    opening.prepare()
    told = prefix / "etc" / "jupyter" / "jupyter_lab_config.json"
    assert told.is_file() is is_told
    if is_told:
        [words] = json.loads(told.read_text())["ServerApp"].items()
        assert f"--ServerApp.{'='.join(words)}" in opening.settings()


def test_a_folder_that_cannot_be_written_is_said(place, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda name: find_spec("json"))
    (place["folder"] / "work").write_text("a file")
    told = CliRunner().invoke(main, ["lab"])
    assert told.exit_code == 7
    assert "could not be written" in told.output
    assert "words" not in place


@pytest.mark.parametrize(("folder", "found"), [("notebooks", ""), ("work", ""), ("elsewhere", "elsewhere")])
def test_where_a_wheel_is_used_a_notebook_finds_what_stands_beside_its_folder(tmp_path, monkeypatch, folder, found):
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)
    assert reference._own_folder() == tmp_path / found
