"""The job: made by jupyter-scheduler's own API in a JupyterLab that runs, and run by it."""

import json
import shutil
from pathlib import Path

import pytest

from analysis.lab import opening
from tests.conftest import PROJECT
from tests.lab import server as jupyterlab
from tests.scheduling import programs


@pytest.mark.nightly
def test_a_job_is_made_from_the_file_and_runs_and_its_notebook_is_a_report(tmp_path):
    held = (programs.FOLDER / "jupyter_scheduler.json").read_bytes()
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    shutil.copy(PROJECT / "notebooks" / json.loads(held)["input_uri"], notebooks)
    with jupyterlab.lab(tmp_path, [jupyterlab.program("jupyter"), "lab"], cwd=notebooks) as server:
        offered = json.loads(server.ask("scheduler/runtime_environments"))
        assert json.loads(held)["runtime_environment_name"] in [one["name"] for one in offered]

        made = json.loads(server.ask("scheduler/job_definitions", held))["job_definition_id"]
        definition = json.loads(server.ask(f"scheduler/job_definitions/{made}"))
        assert definition["active"]
        assert definition["schedule"] == "17 5 3 * *"
        begun = json.loads(server.ask(f"scheduler/job_definitions/{made}/jobs", b"{}"))["job_id"]  # now, not on the 3rd
        job = f"scheduler/jobs/{begun}"
        ended = server.wait(job, lambda one: one["status"] in ("COMPLETED", "FAILED"))
        assert ended["status"] == "COMPLETED", ended["status_message"]

        server.ask(f"{job}/download_files")
        found = server.wait(job, lambda one: any(file["file_path"] for file in one["job_files"]))
        path = next(file["file_path"] for file in found["job_files"] if file["file_format"] == "ipynb")
        executed = json.loads((notebooks / path).read_text())
        injected = [cell for cell in executed["cells"] if "injected-parameters" in cell["metadata"].get("tags", [])]
        assert ["".join(cell["source"]) for cell in injected] == ['force = "Kent"']
        page = server.ask(f"nbconvert/attrition_report_page/{Path(path).as_posix()}")
    assert "<html" in page
    assert "Kent" in page
    assert "2024/25" in page


def test_make_lab_starts_it_in_the_folder_that_it_shows():
    planned = programs.run("make", "--dry-run", "lab", cwd=PROJECT).stdout.splitlines()
    assert [line.split()[:2] for line in planned if "attrition lab" in line] == [[".venv/bin/attrition", "lab"]]
    assert not [word for word in opening.settings() if "dir" in word.partition("=")[0] and "app_settings" not in word]
