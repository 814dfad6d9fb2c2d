"""What a dead process left of published sets goes, and what a living one is filling stays."""

import os
import subprocess
import sys
import time

import pytest

from analysis.counts import private_store
from analysis.intake import placing
from tests.conftest import PROJECT

FILLS = """
import sys; from pathlib import Path
from analysis.intake import placing
with placing.new_room(Path(sys.argv[1])) as room:
    (Path(sys.argv[1]) / room / "kent.parquet").write_bytes(b"half")
    print(room, flush=True); sys.stdin.read()
"""


@pytest.fixture
def filling(tmp_path):
    """A process that has begun to stage a set, and the name of the folder in which it does."""
    command = [sys.executable, "-c", FILLS, str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, text=True)
    yield process, tmp_path / process.stdout.readline().strip()
    process.kill()
    process.communicate()


def test_what_a_living_process_fills_stays_and_what_it_left_when_killed_goes(tmp_path, filling):
    process, room = filling
    placing.sweep(tmp_path)
    assert (room / "kent.parquet").is_file()
    process.kill()
    process.wait()
    assert room.is_dir()
    placing.sweep(tmp_path)
    assert not room.exists()


def test_a_folder_without_a_lock_goes_once_it_is_old(tmp_path):
    new, old = tmp_path / ".staged-1", tmp_path / ".staged-2"
    for room in (new, old):
        room.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    placing.sweep(tmp_path)
    assert (new.is_dir(), old.exists()) == (True, False)


def test_nothing_is_left_of_a_folder_whatever_ends_its_use(tmp_path):
    with pytest.raises(KeyboardInterrupt), placing.new_room(tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_the_store_keeps_itself_out_of_git_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(placing.counts, "FOLDER", tmp_path / "data" / "counts")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    with private_store.locked():
        private_store.sweep()
    (private_store.folder() / "secret.bin").write_bytes(bytes(32))
    listed = ["git", "status", "--porcelain", "--untracked-files=all"]
    told = subprocess.run(listed, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout == ""
    assert "never in git" in (private_store.folder() / ".gitignore").read_text()
