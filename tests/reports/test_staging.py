"""Where reports are built: beside the folder of reports, or inside it where nothing can be moved over from there."""

import os
import shutil
import subprocess
import sys

import pytest

from analysis.publishing.placing.staging import INSIDE, Staging
from tests.conftest import PROJECT


def test_it_stands_beside_the_reports_and_leaves_nothing_among_them(tmp_path):
    out = tmp_path / "reports"
    assert Staging(out).home == tmp_path / ".reports-staging"
    assert list(out.iterdir()) == []
    assert list(Staging(out).home.iterdir()) == []


def mounted(folder, *mounts):
    """Where the staging folder stands after these mounts, in a view of the disks that no other process has."""
    unshared = ["unshare", "--mount"]
    if os.name != "posix" or not shutil.which("unshare") or subprocess.run([*unshared, "true"], check=False).returncode:
        pytest.skip("only root on Linux can mount a folder a second time")
    asked = "import sys, pathlib; from analysis.publishing.placing.staging import Staging; "
    asked += "print(Staging(pathlib.Path(sys.argv[1])).home)"
    steps = [f"mount {one}" for one in mounts] + [f"'{sys.executable}' -c '{asked}' reports"]
    script = " && ".join(["mkdir -p reports .reports-staging", *steps])
    run = subprocess.run(
        [*unshared, "sh", "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_it_stands_inside_where_reports_are_mounted_apart_on_the_same_disk(tmp_path):
    assert mounted(tmp_path) == str(tmp_path / ".reports-staging")
    assert mounted(tmp_path, "--bind reports reports") == f"reports/{INSIDE}"


def test_it_stands_inside_where_an_older_one_cannot_be_written_any_more(tmp_path):
    alone = ["--bind .reports-staging .reports-staging", "-o remount,bind,ro .reports-staging"]
    assert mounted(tmp_path, *alone) == f"reports/{INSIDE}"
