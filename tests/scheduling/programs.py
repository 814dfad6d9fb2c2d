"""The programs that the files of docs/scheduling/ are for, and the files as they would be put in place here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

FOLDER = PROJECT / "docs" / "scheduling"
LIMIT = 600  # seconds for a program to end; machines are noisy


def program(name: str, *, beside: str = "", comes_by: str) -> str:
    """The path of a program: on the PATH, or in the environment ``beside`` the project.

    The test skips where it is absent, but not in CI, which installs what is missing.
    """
    found = shutil.which(name, path=str(PROJECT / beside / "bin") if beside else None)
    if not found:
        absent = f"{name} is not here: {comes_by}"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    return found


def beside_python(name: str) -> str:
    """A program of the environment that these tests run in."""
    return str(Path(sys.executable).with_name(name))


def scheduler(name: str) -> str:
    """A program of the environment that has Airflow."""
    return program(name, beside=".venv-schedulers", comes_by="make schedulers")


def text(name: str, **changes: str) -> str:
    """A file of docs/scheduling/ with some of its words changed; each must be there."""
    held = (FOLDER / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in held, old
        held = held.replace(old, new)
    return held


def clone(folder: Path) -> Path:
    """What /opt/attrition is to the files: the notebooks, and the environment that this test runs in."""
    folder.mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "notebooks").symlink_to(PROJECT / "notebooks")
    return folder


def run(*words: object, **settings: object) -> subprocess.CompletedProcess:
    """A program that has ended, with what it said."""
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, timeout=LIMIT, check=False, **settings
    )
