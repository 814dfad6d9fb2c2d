"""Processes that are made for one task and end with it: forked from a prepared server where the system can do that.

The server is multiprocessing's fork server: it loads once what its children use, has no threads and opens no port.
Where there is none, a child starts from nothing.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import current_process, get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from types import ModuleType
from typing import Any

NOTEBOOKS, REPORTS = "analysis.publishing.preloaded", "analysis.publishing.preloaded_reports"
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_starting = Lock()
_server: list[str] = []  # what the server loads, once somebody has said it


class OutOfTime(BaseException):
    """Raised in whatever runs when a report has had its time, so that its notebook says where that was."""


class Process:
    """What this process is for. ``is_for_one_report`` where it was made for one, and so may run a notebook itself."""

    is_for_one_report = False


def is_possible() -> bool:
    """Whether this system can fork a prepared process."""
    return "forkserver" in get_all_start_methods() and sys.platform == "linux"


def prepare(preloaded: str = NOTEBOOKS) -> None:
    """Say what the server loads, REPORTS or no more than NOTEBOOKS; the first word counts, before its first child."""
    if is_possible() and not _server:
        _server.append(preloaded)
        get_context("forkserver").set_forkserver_preload(_server)


def pipe() -> tuple[Connection, Connection]:
    """Two ends of a pipe: the first receives what a child sends by the second."""
    ends: tuple[Connection, Connection] = _context().Pipe(duplex=False)
    return ends


def started(target: Callable[..., None], *given: Any) -> BaseProcess:
    """A child that has begun to run ``target``, which a module must hold. It ends when this process ends."""
    child: BaseProcess = _context().Process(target=_run, args=(target, given), daemon=True)
    with _starting, _program_left_alone(), _children_allowed():
        child.start()
    return child


def _run(target: Callable[..., None], given: tuple[Any, ...]) -> None:
    """What a child does first: see that it ends with the server, which ends with the process that asked for it."""
    if is_possible():
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    target(*given)


def _context() -> Any:
    if not is_possible():
        return get_context("spawn")
    prepare()
    return get_context("forkserver")


@contextmanager
def _program_left_alone() -> Iterator[None]:
    """Hide the program that is running from multiprocessing, which would run it once more in the child."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


@contextmanager
def _children_allowed() -> Iterator[None]:
    """Let a daemon have children, such as a worker of dask is: each of ours ends before the task that started it."""
    settings: dict[str, Any] = current_process()._config  # type: ignore[attr-defined]
    kept = settings.get("daemon")
    settings["daemon"] = False
    try:
        yield
    finally:
        settings["daemon"] = kept
