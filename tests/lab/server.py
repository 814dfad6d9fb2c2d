"""A JupyterLab that runs, for tests that ask it or look at it; in the environment that 'make schedulers' sets up."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from http.client import INTERNAL_SERVER_ERROR
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.conftest import PROJECT
from tests.scheduling import programs


class Lab:
    """A JupyterLab on this machine alone, asked by its token."""

    def __init__(self, url, token, log):
        self.url, self.token, self.log = url, token, log

    def ask(self, path, body=None):
        """What it answers; with a body, as curl sends a file."""
        return self.fetch(path, body).decode()

    def fetch(self, path, body=None, method=None):
        """What it answers, in bytes."""
        headers = {"Authorization": f"token {self.token}"}
        wanted = Request(self.url + path, headers=headers, data=body, method=method)
        try:
            with urlopen(wanted, timeout=programs.LIMIT) as answer:
                return answer.read()
        except HTTPError as fault:
            if fault.code == INTERNAL_SERVER_ERROR:  # of which it tells nobody but its log
                fault.close()
                pytest.fail(f"{path}: {self.log.read_text()[-5000:]}")
            raise

    def save(self, path, document):
        """Save a notebook as JupyterLab does, and what it answers."""
        model = {"type": "notebook", "format": "json", "content": document}
        return json.loads(self.fetch(f"api/contents/{path}", json.dumps(model).encode(), "PUT"))

    def wait(self, path, is_over):
        """The answer, once it is over; it fails when that takes too long."""
        until = time.monotonic() + programs.LIMIT
        while time.monotonic() < until:
            answer = json.loads(self.ask(path))
            if is_over(answer):
                return answer
            time.sleep(0.5)
        pytest.fail(f"{path} was not over in time: {answer}")


def program(name):
    """A program of the environment that has JupyterLab; the test skips where there is none."""
    return programs.program(name, beside=".venv-lab", comes_by="make schedulers")


@contextmanager
def lab(folder, words, *, cwd, **settings):
    """JupyterLab, as these words start it, with all of its own below a folder, on a free port; ended by its own id."""
    token = secrets.token_hex(16)
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("DATA", "CONFIG", "RUNTIME")}
    (folder / "home").mkdir()
    told = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*words, *told],
            env={**os.environ, **own, "HOME": str(folder / "home"), "JUPYTER_TOKEN": token, **settings},
            stdout=log,
            stderr=log,
            cwd=cwd,  # jobs are downloaded below where it was started, and shown only below its own folder
            start_new_session=True,
        )
    try:
        yield Lab(_address(process, folder), token, folder / "log")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(programs.LIMIT)


def _address(process, folder):
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


def project(folder):
    """The project in a folder of its own, whose notebooks and work/ a test may write to."""
    folder.mkdir()
    shutil.copytree(PROJECT / "analysis", folder / "analysis")  # with what is compiled, by the times of its files
    (folder / "data").symlink_to(PROJECT / "data")
    shutil.copytree(PROJECT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return folder
