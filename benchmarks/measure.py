"""Seconds and memory of a piece of Python, each time in a process of its own.

The process that measures imports nothing large: a child's peak is counted from the size of its parent.
"""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: How often the memory of a family of processes is looked at, in seconds.
LOOK = 0.05
_SELDOM = 5  # looks of which one asks for what is shared, too: the system goes through every page for it
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


@dataclass(frozen=True)
class Measured:
    """One run: wall seconds from start to end of the process, peak megabytes resident, and what it printed.

    ``together`` is the peak of the process and all those that it started, summed at each moment; memory that they
    share is counted once for each, so it is an upper limit. ``shared`` is the same with what they share divided among
    those that do (the system's proportional set size), which is what the machine has to have. They are 0 where there
    is no /proc. ``processor`` is the processor seconds of the process and of all that it started, those that outlive
    it for a moment too (on Linux).
    """

    seconds: float
    megabytes: float
    together: float
    printed: str
    processor: float
    shared: float = 0.0


def measured(code: str, *arguments: object) -> Measured:
    """Run code with ``sys.argv[1:]`` as given. Raises RuntimeError with what it said when it fails."""
    return measured_words([sys.executable, "-c", code, *map(str, arguments)])


def measured_words(words: Sequence[str], *, fine: Sequence[int] = (0,)) -> Measured:
    """Run a command. Raises RuntimeError with what it said when its exit status is not one of ``fine``."""
    _take_orphans()
    start = time.perf_counter()
    child = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = [0.0, 0.0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, done))
    watcher.start()
    printed, said = child.stdout.read().decode(), child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    processor = used.ru_utime + used.ru_stime + _spent_by_orphans()
    child.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    watcher.join()
    if child.returncode not in fine:
        raise RuntimeError(f"the piece ended with {child.returncode}: {said.strip()[-500:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Measured(seconds, used.ru_maxrss / unit, peak[0], printed.strip(), processor, peak[1])


def interleaved(pieces: Mapping[str, Sequence[object]], *, times: int) -> dict[str, list[Measured]]:
    """Every piece (its code, then its arguments) run in turn, ``times`` times over, so that noise falls on all."""
    runs: dict[str, list[Measured]] = {name: [] for name in pieces}
    for _ in range(times):
        for name, (code, *arguments) in pieces.items():
            runs[name].append(measured(str(code), *arguments))
    return runs


def best(runs: Sequence[Measured]) -> tuple[float, float]:
    """The least seconds and the median of megabytes of some runs."""
    return min(run.seconds for run in runs), statistics.median(run.megabytes for run in runs)


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for a page of results."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _take_orphans() -> None:
    """Have processes whose parent ends become children of this one, so that what they spent can be told."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1)


def _spent_by_orphans() -> float:
    """Processor seconds of the processes that a command left behind, once all have ended."""
    spent = 0.0
    while sys.platform == "linux":
        try:
            _, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        spent += used.ru_utime + used.ru_stime
    return spent


def _watch(pid: int, peak: list[float], done: threading.Event) -> None:
    looks = 0
    while not done.wait(LOOK):
        family = _family(pid)
        peak[0] = max(peak[0], sum(map(_resident, family)))
        if looks % _SELDOM == 0:
            peak[1] = max(peak[1], sum(map(_proportional, family)))
        looks += 1


def _family(pid: int) -> list[int]:
    """A process and all that it started, as far as they still run."""
    try:
        told = [
            Path(f"/proc/{pid}/task/{task.name}/children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()
        ]
    except OSError:
        return [pid]
    return [pid, *(one for child in " ".join(told).split() for one in _family(int(child)))]


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _proportional(pid: int) -> float:
    """Megabytes resident, those that other processes have too divided by how many have them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(pid)  # of a process that leaves no image of itself, for others than root
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 2**10
