"""One JupyterLab for all tests, as 'attrition lab' opens it on a project of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab import server


@dataclass(frozen=True)
class Desk:
    """A project and the JupyterLab that shows it."""

    project: Path
    lab: server.Lab


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    python = server.program("python")
    folder = tmp_path_factory.mktemp("desk")
    project = server.project(folder / "project")
    words = [python, "-m", "analysis.cli", "lab", "--LabApp.expose_app_in_browser=True"]
    with server.lab(folder, words, cwd=project, PYTHONPATH=str(project)) as lab:
        yield Desk(project, lab)
