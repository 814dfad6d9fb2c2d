"""What JupyterLab's server saves: the suite's notebooks byte for byte as git has them, others as they are."""

import json
import shutil
import sys

import pytest

from analysis.lab import opening
from analysis.publishing.notebooks import notebooks
from analysis.reference import reference
from tests.conftest import PROJECT
from tests.lab import server

BUNDLED = [f"notebooks/{name}.ipynb" for name in notebooks.SUITE]
OWN = ["work/mine.ipynb", "notebooks/mine.ipynb"]
KERNEL = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": "3.11.4",
}
SHOWN = {"output_type": "execute_result", "data": {"text/plain": ["67,214"]}, "metadata": {}, "execution_count": 3}


def lived_in(document):
    """A notebook that has been run and looked at."""
    document["metadata"]["language_info"] = KERNEL
    document["metadata"]["kernelspec"]["display_name"] = "Python 3"
    document["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    for cell in document["cells"]:
        cell["metadata"] |= {"trusted": True, "execution": {"iopub.status.busy": "2026-01-01"}, "scrolled": True}
        if cell["cell_type"] == "code":
            cell["metadata"]["collapsed"] = False
            cell |= {"execution_count": 3, "outputs": [SHOWN]}
    return document


def saved(desk, path):
    """The file of a notebook that has been opened, run and saved."""
    opened = json.loads(desk.lab.ask(f"api/contents/{path}"))["content"]
    desk.lab.save(path, lived_in(opened))
    return desk.project / path


@pytest.mark.parametrize("path", BUNDLED)
def test_a_notebook_of_the_suite_is_as_git_has_it(desk, path):
    assert saved(desk, path).read_bytes() == (PROJECT / path).read_bytes()


@pytest.mark.nightly
def test_a_plain_jupyter_lab_of_the_environment_saves_them_so_too(tmp_path, monkeypatch):
    python = server.program("python")
    project = server.project(tmp_path / "project")
    (project / ".venv").mkdir()
    monkeypatch.setattr(sys, "prefix", str(project / ".venv"))
    for module, name, value in (
        (reference, "PROJECT", project),
        (opening, "_CARDS", project / "work" / ".launcher"),
    ):
        monkeypatch.setattr(module, name, value)
    opening.prepare()
    read = str(project / ".venv" / "etc" / "jupyter")  # as that of a real environment is
    words = [python, "-m", "jupyterlab"]
    with server.lab(tmp_path, words, cwd=project, PYTHONPATH=str(project), JUPYTER_CONFIG_PATH=read) as lab:
        document = json.loads(lab.ask(f"api/contents/{BUNDLED[0]}"))["content"]
        lab.save(BUNDLED[0], lived_in(document))
    assert (project / BUNDLED[0]).read_bytes() == (PROJECT / BUNDLED[0]).read_bytes()


def test_what_an_author_changes_in_one_is_saved(desk):
    path = desk.project / BUNDLED[0]
    before = path.read_bytes()
    document = lived_in(json.loads(before))
    document["cells"][1]["source"] = 'counts: str = "mine"  # what is read'
    document["metadata"]["attrition"] = {"counts": "series"}
    desk.lab.save(BUNDLED[0], document)
    held = json.loads(path.read_bytes())
    path.write_bytes(before)
    assert held["cells"][1]["source"] == ['counts: str = "mine"  # what is read']
    assert held["metadata"]["attrition"] == {"counts": "series"}
    assert held["cells"][1]["metadata"] == json.loads(before)["cells"][1]["metadata"]


@pytest.mark.parametrize("path", OWN)
def test_a_notebook_of_ones_own_keeps_what_it_shows(desk, path):
    shutil.copy(PROJECT / BUNDLED[0], desk.project / path)
    file = saved(desk, path)
    held = json.loads(file.read_text())
    file.unlink()
    code = [cell for cell in held["cells"] if cell["cell_type"] == "code"]
    assert code
    for cell in code:
        assert cell["outputs"][0]["data"] == {"text/plain": ["67,214"]}
        assert cell["execution_count"] == 3
    assert held["metadata"]["language_info"]["version"] == "3.11.4"


def test_a_copy_is_made_where_it_is_asked_for(desk):
    model = json.loads(desk.lab.ask("api/contents/work/my_journey.ipynb?content=0"))
    assert model["type"] == "notebook"
    copy = desk.project / "work" / "my_journey.ipynb"
    assert copy.read_bytes() == (PROJECT / "notebooks" / "journey.ipynb").read_bytes()
    with pytest.raises(OSError, match="404"):
        desk.lab.ask("api/contents/work/my_own.ipynb")
    with pytest.raises(OSError, match="404"):
        desk.lab.ask("api/contents/notebooks/my_trends.ipynb")


def begun(desk, folder):
    """What JupyterLab is told that asks for a new notebook in a folder."""
    body = json.dumps({"type": "notebook"}).encode()
    return json.loads(desk.lab.fetch(f"api/contents/{folder}", body, "POST"))


def test_a_card_is_answered_with_a_copy_that_nobody_has_changed(desk):
    first, again = (begun(desk, "work/.launcher/data_received")["path"] for _ in range(2))
    assert first == again == "work/my_data_received.ipynb"
    document = json.loads((desk.project / first).read_text())
    document["cells"][1]["source"].append("\n# mine")
    desk.lab.save(first, document)
    second = begun(desk, "work/.launcher/data_received")
    assert (second["path"], second["type"]) == ("work/my_data_received_2.ipynb", "notebook")
    assert "is in my_data_received.ipynb" in (desk.project / second["path"]).read_text()


def test_a_new_notebook_of_ones_own_is_as_jupyterlab_makes_it(desk):
    (desk.project / "work" / "journey").mkdir()  # called as a question is
    for folder in ("work", "work/journey"):
        made = begun(desk, folder)
        assert made["name"] == "Untitled.ipynb"
        (desk.project / made["path"]).unlink()
    with pytest.raises(OSError, match="404"):
        begun(desk, "work/.launcher/my_own")


def test_a_copy_that_was_changed_is_not_made_again(desk):
    desk.lab.ask("api/contents/work/my_trends.ipynb")
    file = saved(desk, "work/my_trends.ipynb")
    kept = file.read_bytes()
    assert b"67,214" in kept
    desk.lab.ask("api/contents/work/my_trends.ipynb")
    assert file.read_bytes() == kept
