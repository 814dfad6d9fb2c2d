"""What the files and their README say of the command is so."""

import json
import re
import shlex
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from analysis import errors
from analysis.cli.main import main
from analysis.publishing.batch import file
from analysis.publishing.notebooks import jobs, notebooks
from tests.scheduling import programs

COMMAND = re.compile(rf"(?<!Stalking )\battrition ((?:{'|'.join(main.commands)})\b[^\n\"'`|>;)&#]*)")
WITH_BATCH = {
    "README.md": 4,
    "crontab": 2,
    "attrition.service": 1,
    "attrition-ended.service": 1,
    "github_actions.yml": 1,
    "airflow_dag.py": 1,
}


def context_of(command, words):
    """What a command takes words for below its group, whose settings click keeps. It refuses a strange option."""
    return main.commands[command].make_context(command, words, parent=click.Context(main, **main.context_settings))


@pytest.fixture(scope="module")
def batches():
    """Reads a batch file, each once."""
    return cache(file.read)


@pytest.mark.parametrize(("name", "least"), WITH_BATCH.items())
def test_every_command_has_its_options_and_every_batch_its_file(batches, name, least):
    found = [shlex.split(words) for words in COMMAND.findall(programs.text(name))]
    assert len(found) >= least
    for command, *words in found:
        context = context_of(command, words)
        if command == "notify":
            assert file.path_of(context.params["file"]).is_relative_to(file.FOLDER)
        if command in ("batch", "update"):
            assert file.path_of(context.params["file"]).is_relative_to(file.FOLDER)
            assert context.params["out"].name == "reports"
        if command == "update":
            assert batches(file.path_of(context.params["file"])).update


def test_every_notebook_and_parameter_that_is_named_exists():
    asked = json.loads(programs.text("jupyter_scheduler.json"))
    given = {name: value.strip('"') for name, value in asked["parameters"].items()}
    book = notebooks.notebook(Path(asked["input_uri"]).stem)
    assert set(given) <= {one.name for one in book.parameters}
    jobs.checked(book, given)
    dag = programs.text("airflow_dag.py")
    book = notebooks.notebook(re.search(r"/notebooks/(\w+)\.ipynb", dag)[1])
    given = json.loads(re.search(r"parameters=(\{.+\})", dag)[1])
    assert set(given) <= {one.name for one in book.parameters}
    jobs.checked(book, given)


def test_the_callback_of_airflow_runs_a_command_that_there_is(monkeypatch):
    """Without Airflow: the function alone, given what Airflow gives it."""
    [function] = re.findall(r"^def tell.+?\n\n\n", programs.text("airflow_dag.py"), flags=re.MULTILINE | re.DOTALL)
    asked = []
    space = {"HOME": "/opt/attrition", "subprocess": SimpleNamespace(run=lambda words, check: asked.append(words))}
    exec(function, space)
    space["tell"]({"task_instance": SimpleNamespace(task_id="notebook")})
    [[program, command, *words]] = asked
    assert program == "/opt/attrition/.venv/bin/attrition"
    context = context_of(command, words)
    assert context.params["ended"] == "Airflow: the task notebook failed."
    assert file.path_of(context.params["file"]).is_relative_to(file.FOLDER)


def test_the_readme_leads_to_every_file():
    linked = set(re.findall(r"\]\(([\w.-]+)\)", programs.text("README.md")))
    assert linked == {path.name for path in programs.FOLDER.iterdir() if path.is_file()} - {"README.md"}


def test_each_scheduler_has_its_three_lines():
    sections = programs.text("README.md").split("\n## ")[1:-1]
    assert len(sections) == 5
    for section in sections:
        assert len(re.findall(r"^- ", section, flags=re.MULTILINE)) == 3, section


def test_the_table_has_every_exit_status():
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.AttritionError)]
    printed = {int(status) for status in re.findall(r"^\| (\d) \|", programs.text("README.md"), flags=re.MULTILINE)}
    assert printed == {one.exit_status for one in kinds} | {0}
