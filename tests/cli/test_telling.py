"""What a command says where nobody reads on, or where it cannot be written: its work and its status are the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

FULL = Path("/dev/full")


def ended(*words, stdout, stderr=subprocess.PIPE):
    """A command that has come to its end, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "analysis.cli", *words],
        stdout=stdout,
        stderr=stderr,
        text=True,
        cwd=PROJECT,
        check=False,
    )


def nobody():
    """The end of a pipe that nobody reads from."""
    reads, writes = os.pipe()
    os.close(reads)
    return writes


@pytest.mark.parametrize(
    ("words", "status"),
    [(["list", "offences"], 0), (["run", "trends", "--help"], 0), (["check", "trends"], 0), (["list", "offence"], 2)],
)
def test_a_reader_that_has_gone_away_is_no_fault(words, status):
    writes = nobody()
    result = ended(*words, stdout=writes)
    os.close(writes)
    assert result.returncode == status
    assert "pipe" not in result.stderr.lower()
    assert "Traceback" not in result.stderr


def test_nobody_hears_a_refusal_either():
    writes = nobody()
    result = ended("run", "trends", "--force", "Kentt", stdout=writes, stderr=writes)
    os.close(writes)
    assert result.returncode == 2


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_a_list_that_could_not_be_written_is_said():
    with FULL.open("w") as full:
        result = ended("list", "forces", stdout=full)
        assert ended("list", "force", stdout=full).returncode == 2
        assert ended("--help", stdout=full).returncode == 7
    assert result.returncode == 7
    told = "attrition: Standard output could not be written (No space left on device). What was to be made is made.\n"
    assert result.stderr == told
