"""A lock is one process's at a time, ends with it however it ends, and is never reached through a link."""

import errno
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from analysis.system import locking, writing
from analysis.system.writing import Linked
from tests.conftest import PROJECT

HOLDS = """
import pathlib, sys
from analysis.system import locking, writing
with writing.held(pathlib.Path(sys.argv[1])) as folder, locking.held(folder, "a.lock", is_to_wait=lambda _: False):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other(folder):
    """Another process that holds the lock."""
    settings = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": PROJECT}
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(folder)], **settings) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()


def tried(folder, is_to_wait=lambda _: False):
    """Whether the lock can be held now."""
    with writing.held(folder) as opened, locking.held(opened, "a.lock", is_to_wait=is_to_wait) as is_held:
        return is_held


def test_a_lock_that_another_process_holds_is_not_held_and_says_whose_it_is(tmp_path):
    holders = []
    with other(tmp_path) as process:
        assert not tried(tmp_path, holders.append)
        assert locking.is_held(tmp_path / "a.lock")
        assert holders == [json.loads((tmp_path / "a.lock").read_text())]
        assert holders[0]["process"] == process.pid
    assert tried(tmp_path)
    assert not locking.is_held(tmp_path / "a.lock")


def test_a_lock_is_waited_for_as_long_as_that_is_asked(tmp_path):
    with other(tmp_path) as process:

        def is_to_wait(_):
            process.stdin.close()
            return True

        assert tried(tmp_path, is_to_wait)


def test_a_refusal_ends_the_waiting(tmp_path):
    def refuse(_):
        raise ZeroDivisionError

    with other(tmp_path), pytest.raises(ZeroDivisionError):
        tried(tmp_path, refuse)


def test_a_process_that_is_killed_holds_nothing(tmp_path):
    with other(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert tried(tmp_path)


@pytest.mark.parametrize("content", ["", "4711\n", "{", "[]", "\udc80"])
def test_a_file_that_says_something_else_is_a_lock_all_the_same(tmp_path, content):
    (tmp_path / "a.lock").write_bytes(content.encode(errors="surrogateescape"))
    assert tried(tmp_path)
    assert json.loads((tmp_path / "a.lock").read_text())["process"] == os.getpid()


def test_a_link_in_the_place_of_a_lock_or_on_the_way_is_not_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("untouched")
    (tmp_path / "a.lock").symlink_to(elsewhere / "kept")
    (tmp_path / "way").symlink_to(elsewhere)
    with pytest.raises(Linked, match="a.lock is a link"):
        tried(tmp_path)
    with pytest.raises(Linked, match="way is a link"), writing.held(tmp_path, "way"):
        pass
    assert not locking.is_held(tmp_path / "a.lock")
    assert [path.read_text() for path in elsewhere.iterdir()] == ["untouched"]


@pytest.mark.skipif(os.name != "posix", reason="flock")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_disk_that_knows_no_locks_is_refused_and_no_file_takes_the_place_of_one(tmp_path, monkeypatch, code):
    def missing(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", missing)
    with pytest.raises(OSError, match=os.strerror(code)):
        tried(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.lock"]
    assert (tmp_path / "a.lock").read_bytes() == b""
