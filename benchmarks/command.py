"""The command as a scheduler starts it: a process in a session of its own, and all that it starts, found by a mark.

The mark stands in the environment, which every process hands on, so that whatever is left over is found wherever it
went. Linux only: it is read from /proc.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MARK = "ATTRITION_STRAINED_BY"
_SERVER, _KERNEL = "multiprocessing.forkserver", "analysis.publishing.running.kernel"


class Command:
    """A process of ours, ended when it is left. What it started bears its mark (``end``)."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str, said: int) -> None:
        self.process, self.mark, self._said = process, mark, said

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_running():
            self.kill(self.process.pid)
        self.process.wait()

    def __del__(self) -> None:
        os.close(self._said)

    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait(self, seconds: float) -> int:
        """Its exit status. Raises RuntimeError, having killed it, where it takes longer."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill(self.process.pid)
            raise RuntimeError(f"it was not done after {seconds} s: {self.said()[-2000:]}") from None

    def kill(self, pid: int, number: int = signal.SIGKILL) -> None:
        """Send a signal to it or to one of its family, if that is still there."""
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    def said(self) -> str:
        """All that it has said so far."""
        return os.pread(self._said, 2**24, 0).decode(errors="replace")

    def say(self, *words: object) -> None:
        """Write a line to it."""
        self.process.stdin.write(f"{' '.join(map(str, words))}\n".encode())
        self.process.stdin.flush()

    def ended(self, seconds: float) -> str:
        """What it has said once it has nothing more to read and has ended."""
        with self:
            self.process.stdin.close()
            self.wait(seconds)
        return self.said()

    def family(self) -> dict[str, list[int]]:
        """Who is there of a batch: itself, its fork servers, the processes of its reports, their kernels."""
        told, own = alive(self.mark), self.process.pid
        servers = [pid for pid, (parent, words) in told.items() if parent == own and _SERVER in words]
        reports = [pid for pid, (parent, _) in told.items() if parent in servers]
        kernels = [pid for pid, (parent, words) in told.items() if parent in reports and _KERNEL in words]
        return {"batch": [own] if self.is_running() else [], "server": servers, "report": reports, "kernel": kernels}


def command(*words: object, mark: str, asks: bool = False, cwd: Path = PROJECT, before: Sequence[str] = ()) -> Command:
    """Start Python with these words in a project. ``asks`` for one that reads what it is told, ``before`` what it is
    started by.
    """
    said = os.memfd_create("said")
    process = subprocess.Popen(
        [*before, sys.executable, *map(str, words)],
        stdin=subprocess.PIPE if asks else subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(cwd), MARK: mark},
    )
    return Command(process, mark, said)


def alive(mark: str) -> dict[int, tuple[int, str]]:
    """Every process with a mark that has not ended: its parent and its words."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if f"{MARK}={mark}\0".encode() not in (folder / "environ").read_bytes() + b"\0":
                continue
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                found[int(folder.name)] = int(parent), (folder / "cmdline").read_text().replace("\0", " ")
        except (OSError, ValueError):
            continue
    return found


def left(mark: str, *, but: str, seconds: float = 60) -> list[str]:
    """What is still there with a mark after at most so many seconds, ``but`` those with this among their words."""
    until = time.monotonic() + seconds
    while found := [f"{pid}: {words}" for pid, (_, words) in alive(mark).items() if but not in words]:
        if time.monotonic() > until:
            break
        time.sleep(0.02)
    return found


def end(mark: str) -> None:
    """Kill whatever bears a mark, each by its id."""
    for pid in alive(mark):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
