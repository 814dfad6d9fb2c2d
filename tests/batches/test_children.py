"""Processes that are made for one task: a server that is killed is started anew, and takes its children with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.publishing.running import children
from tests.conftest import EVERY, PROJECT, nightly

pytestmark = pytest.mark.skipif(not children.is_possible(), reason="this system cannot fork a prepared process")

#: Kills the server again and again, and starts a child as soon as it has.
KILLS = """
import os, signal, sys, time
from multiprocessing import forkserver
from analysis.publishing.running import children
children.prepare("analysis.publishing.running.children", number=1)
for number in range(int(sys.argv[1])):
    child = children.started(time.sleep, 60)
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    other = children.started(time.sleep, 0)
    assert children.status_of(other, 60) == 0
    assert children.status_of(child, 60) == 255
    assert not os.path.exists(f"/proc/{child.pid}") or "Z" in open(f"/proc/{child.pid}/stat").read()
"""

#: Takes the status of children while others are started, which multiprocessing would take it away from.
MANY = """
import os, signal, sys, threading
from analysis.publishing.running import children
children.prepare("analysis.publishing.running.children", number=1)
told = []
def one():
    for number in range(int(sys.argv[1])):
        child = children.started(os.abort)
        told.append(children.status_of(child, 60))
threads = [threading.Thread(target=one) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert set(told) == {-signal.SIGABRT}, told
"""


@pytest.mark.parametrize(
    ("program", "times"), [(KILLS, 20 if EVERY else 2), (MANY, 60 if EVERY else 2)], ids=["kills", "many"]
)
def test_a_server_that_is_killed_is_started_anew_and_every_status_is_told(program, times):
    subprocess.run([sys.executable, "-c", program, str(times)], check=True, timeout=300, cwd=PROJECT)


#: Starts a child, and says where the server's socket is.
ONE = """
import multiprocessing.util, os
from analysis.publishing.running import children
children.prepare("analysis.publishing.running.children", number=1)
assert children.status_of(children.started(os.abort), 60) == -6
print(multiprocessing.util.get_temp_dir())
"""


@pytest.mark.parametrize("long", nightly([1, 60, 200], 1, 200))
def test_a_folder_for_temporary_files_may_have_a_long_name(long, tmp_path):
    folder = tmp_path / ("x" * long)
    folder.mkdir()
    words = [sys.executable, "-c", ONE]
    told = subprocess.run(
        words, check=True, timeout=300, cwd=PROJECT, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True
    )
    used = Path(told.stdout.decode().strip())
    assert not used.exists()
    assert not list(folder.iterdir())
    assert (used.parent == folder) == (len(str(folder)) <= 75)


#: Starts a child of the server of a batch, and asks it what it has found loaded and read.
LOADED = """
import sys
from analysis.publishing.running import children

def told(sends):
    from analysis.counts import counts
    from analysis.presentation.drawing.letters import lettering
    names = ("matplotlib.axes", "xlsxwriter", "typst", "analysis.answers.trends", "pyarrow.dataset", "papermill")
    absent = [name for name in names if name not in sys.modules]
    sends.send((absent, counts.files_read(), lettering._at_one_size.cache_info().currsize))

if __name__ == "__main__":
    import loaded
    number = int(sys.argv[1])
    children.prepare(children.REPORTS, number=number)
    receives, sends = children.pipe()
    child = children.started(loaded.told, sends)
    absent, noted, measured = receives.recv()
    children.end(child)
    assert (bool(absent), noted) == (number == 1, []), (absent, noted)
    assert (measured > 100) == (number == 100), measured
"""


@pytest.mark.parametrize("number", nightly([1, children.SEVERAL, 100], children.SEVERAL))
def test_a_report_of_several_finds_loaded_what_it_uses_and_of_many_tried_and_nothing_noted_as_read(tmp_path, number):
    program = tmp_path / "loaded.py"
    program.write_text(LOADED)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, program, str(number)], check=True, timeout=300, env=environment)
