"""The job: made by jupyter-scheduler's own API in a JupyterLab that runs, and run by it."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import PROJECT
from tests.scheduling import programs


class Lab:
    """A JupyterLab on this machine alone, asked by its token."""

    def __init__(self, url, token):
        self.url, self.token = url, token

    def ask(self, path, body=None):
        """What it answers; with a body, as curl sends a file."""
        wanted = Request(self.url + path, headers={"Authorization": f"token {self.token}"}, data=body)
        with urlopen(wanted, timeout=programs.LIMIT) as answer:
            return answer.read().decode()

    def wait(self, path, is_over):
        """The answer, once it is over; it fails when that takes too long."""
        until = time.monotonic() + programs.LIMIT
        while time.monotonic() < until:
            answer = json.loads(self.ask(path))
            if is_over(answer):
                return answer
            time.sleep(0.5)
        pytest.fail(f"{path} was not over in time: {answer}")


@contextmanager
def lab(folder, notebooks):
    """JupyterLab with everything of its own below a folder, on a free port; ended by its own id."""
    command = programs.program("jupyter", beside=".venv-lab", comes_by="make schedulers")
    token = secrets.token_hex(16)
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CONFIG", "RUNTIME")}
    (folder / "home").mkdir()
    told = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [command, "lab", *told],
            env={**os.environ, **own, "HOME": str(folder / "home"), "JUPYTER_TOKEN": token},
            stdout=log,
            stderr=log,
            cwd=notebooks,  # jobs are downloaded below where it was started, and shown only below its own folder
            start_new_session=True,
        )
    try:
        yield Lab(address(process, folder), token)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(programs.LIMIT)


def address(process, folder):
    """Where it listens, once it does."""
    until = time.monotonic() + programs.LIMIT
    while time.monotonic() < until and process.poll() is None:
        for path in (folder / "runtime").glob(f"jpserver-{process.pid}.json"):
            try:
                url = json.loads(path.read_text())["url"]
                with urlopen(url + "api", timeout=programs.LIMIT):
                    return url
            except (ValueError, URLError):
                pass
        time.sleep(0.2)
    pytest.fail((folder / "log").read_text()[-3000:])


def test_a_job_is_made_from_the_file_and_runs_and_its_notebook_is_a_report(tmp_path):
    held = (programs.FOLDER / "jupyter_scheduler.json").read_bytes()
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    shutil.copy(PROJECT / "notebooks" / json.loads(held)["input_uri"], notebooks)
    with lab(tmp_path, notebooks) as server:
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
    [started] = [line for line in planned if "jupyter lab" in line]
    assert started.startswith("cd notebooks && ")
    assert "--notebook-dir" not in started
