"""Where the system is Windows, as far as this one can tell: nothing that it lacks is asked for; reports are made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import windows
from tests.conftest import PROJECT
from tests.quick_batches import SHOWN, batch, book

MODULES = sorted(
    ".".join(path.relative_to(PROJECT).with_suffix("").parts)
    for path in (PROJECT / "analysis").rglob("*.py")
    if path.stem != "__main__"
    and path.parent.name != "builders"
    and "preloaded" not in path.stem
    and path.relative_to(PROJECT).as_posix() != "analysis/lab/saving.py"  # which JupyterLab's own server loads
)


@pytest.fixture
def there(tmp_path):
    """Runs Python as it would be on Windows, in every process that it starts too."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text(Path(windows.__file__).read_text())
    path = os.pathsep.join([str(own), str(PROJECT)])

    def run(*words):
        program = [sys.executable, *map(str, words)]
        env = {**os.environ, "PYTHONPATH": path}
        return subprocess.run(program, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=500, check=False)

    return run


def test_what_is_lacking_is_lacking_to_the_package_and_to_nothing_else(there, tmp_path):
    (tmp_path / "own" / "analysis.py").write_text(
        "import os, sys, signal\n"
        "found = (hasattr(os, 'fork'), hasattr(signal, 'SIGKILL'), sys.platform, os.getpid() > 0)\n"
        "try:\n    import fcntl\nexcept ImportError:\n    found += ('no fcntl',)\n"
    )
    told = there("-c", "import analysis, os, fcntl; print(analysis.found, hasattr(os, 'fork'))")
    assert told.stdout == "(False, False, 'win32', True, 'no fcntl') True\n", told.stderr


@pytest.mark.nightly
def test_every_module_loads_there(there):
    code = "import gc, importlib, sys\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\n"
    code += "gc.unfreeze()  # what a server keeps for good, of which libraries in C say in the end that it leaked"
    assert there("-c", code, *MODULES).stderr == ""


def test_a_batch_is_made_there_by_kernels(there, tmp_path):
    book(tmp_path, "good")
    asked = batch(tmp_path, "good.ipynb force = 'Kent'")
    asked.write_text(
        asked.read_text() + f"[[notify]]\nwhen = 'change'\ncommand = [{json.dumps(sys.executable)}, '-c', 'pass']\n"
    )
    made = there("-m", "analysis.cli", "batch", asked, "--out", tmp_path / "reports", "--log-format", "json")
    assert made.returncode == 0, made.stderr + made.stdout
    *_, job, told, end = map(json.loads, made.stdout.splitlines())
    assert (job["state"], told["is_told"], end["done"]) == ("done", True, 1)
    assert SHOWN.split('"')[1] in next((tmp_path / "reports").glob("good/*/report.html")).read_text()


@pytest.mark.nightly
@pytest.mark.parametrize(
    "words",
    [
        ("batch", "monthly", "--dry-run"),
        ("list", "forces"),
        ("check", "journey"),
        ("run", "journey"),
        ("audit", PROJECT / "data/published/stalking_survey.csv"),
        ("mapping", PROJECT / "data/examples/stalking_cases.csv"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_does_there_what_it_does_here(there, tmp_path, words):
    out = ["--out", tmp_path / "reports"] if words[0] == "run" else []
    made = there("-m", "analysis.cli", *words, *out)
    assert made.returncode == 0, made.stderr + made.stdout
