"""Processes that are made for one task and end with it: forked from a prepared server where the system can do that.

The server is multiprocessing's fork server: it loads once what its children use, has no threads and opens no port.
Where there is none, a child starts from nothing.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import (
    current_process,
    get_all_start_methods,
    get_context,
    parent_process,
    resource_tracker,
    util,
)
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from analysis.system import processes

NOTEBOOKS, REPORTS = "analysis.publishing.running.preloaded", "analysis.publishing.batch.preloaded_reports"
_TRIED = "analysis.publishing.running.tried"
SEVERAL = 3  # reports, for which the server loads what each would load: fewer load it beside each other, each its own
_MANY = 12  # reports, for which it tries an answer: that takes two seconds, and a report a fifth of a second less
_FIRST = "analysis.publishing.running.apart"
_TRIES = 3  # to start a child: the server may be gone, and is then started anew
_PAUSE = 0.1  # seconds between two tries, in which a server that was killed is gone for good
_LOOK = 100_000  # objects: some megabytes of a report that takes 300
_PATIENCE = 30  # seconds that a child which was killed is given to be gone
_SHORT = "/tmp"  # noqa: S108  where the server's socket goes, in a folder of its own, if TMPDIR has too long a name
_ROOM = 75  # bytes: a system takes 107 for the name of a socket, and multiprocessing needs 32 of them
_SOCKETS = "ATTRITION_SOCKETS"  # in the environment of a server, until it has read it: the folder of its socket
_LOADED_BY = os.getpid()  # the server, in a child of it that finds this module loaded
_starting = Lock()
_server: list[str] = []  # what the server loads, once somebody has said it


class OutOfTime(BaseException):
    """Raised in whatever runs when a report has had its time, so that its notebook says where that was."""


class Process:
    """What this process is for. ``is_for_one_report`` where it was made for one, and so may run a notebook itself.

    ``memory`` is how many bytes it may use, and a kernel that it starts; 0 where nothing was said.
    """

    is_for_one_report = False
    memory = 0


def is_possible() -> bool:
    """Whether this system can fork a prepared process.

    Returns
    -------
    bool
        True on Linux.
    """
    return "forkserver" in get_all_start_methods() and sys.platform == "linux"


def prepare(preloaded: str = NOTEBOOKS, *, number: int = SEVERAL) -> None:
    """Say what the server loads; the first word counts, before its first child.

    Parameters
    ----------
    preloaded
        REPORTS, or no more than NOTEBOOKS.
    number
        How many reports there will be: for several of them the server loads what notebooks use, for many it tries one.
    """
    if is_possible() and not _server:
        more = [name for name, least in ((NOTEBOOKS, SEVERAL), (_TRIED, _MANY)) if number >= least]
        _server.extend(dict.fromkeys((_FIRST, preloaded, *more)))
        get_context("forkserver").set_forkserver_preload(_server)


def collect_seldom() -> None:
    """Have this process look for circles of what is no longer used once in _LOOK objects that were made, not in 700.

    Loading makes a million objects that stay, and a report some more: each look goes over all of them in vain.
    """
    gc.set_threshold(_LOOK, 20, 100)


def pipe() -> tuple[Connection, Connection]:
    """Two ends of a pipe: the first receives what a child sends by the second.

    Returns
    -------
    tuple[Connection, Connection]
        The receiving end first.
    """
    ends: tuple[Connection, Connection] = _context().Pipe(duplex=False)
    return ends


def started(target: Callable[..., None], *given: Any, is_stopped: Callable[[], bool] = lambda: False) -> BaseProcess:
    """A child that has begun to run. It ends when this process ends.

    Parameters
    ----------
    target
        What it runs, a function that a module holds.
    *given
        What it is given.
    is_stopped
        Whether not to try again where the server was ended.

    Returns
    -------
    BaseProcess
        The child, running.

    Raises
    ------
    OSError, EOFError
        When none can be started.
    """
    with _starting, _program_left_alone(), _as_servers_need_it(), _children_allowed(), interrupts_held():
        for number in range(1, _TRIES + 1):
            child: BaseProcess = _context().Process(target=_run, args=(target, given), daemon=True)
            try:
                child.start()
            except (OSError, EOFError):  # the server was killed: a child that it made yet has ended with it
                if number == _TRIES or is_stopped():
                    raise
                time.sleep(_PAUSE)
            else:
                break
    return child


def forked(target: Callable[..., None], *given: Any) -> BaseProcess:
    """A child that is this very process as it is now, and so has loaded all that this one has. It ends when this does.

    Parameters
    ----------
    target
        What it runs.
    *given
        What it is given.

    Returns
    -------
    BaseProcess
        The child, running.

    Raises
    ------
    OSError
        When none can be started.
    """
    child = get_context("fork").Process(target=_run, args=(target, given), daemon=True)
    with _starting, _children_allowed(), interrupts_held():
        child.start()
    return child


def status_of(child: BaseProcess, seconds: float | None = None) -> int | None:
    """The exit status of a child, once it has ended.

    Parameters
    ----------
    child
        The child.
    seconds
        How long it is waited for; None for as long as it takes.

    Returns
    -------
    int or None
        A number below 0 is that of the signal that ended it; None where it still runs.
    """
    if not wait([child.sentinel], seconds):
        return None
    with _starting:  # starting another looks at all that have ended, and only one may take the status
        return child.exitcode


def end(child: BaseProcess) -> None:
    """Kill a child that still runs, and wait until it has ended.

    Parameters
    ----------
    child
        The child.
    """
    if status_of(child, 0) is None:
        child.kill()
        status_of(child, _PATIENCE)


def begin(parent: int) -> None:
    """What a worker does first: it ends with who started it, and at Ctrl-C without a word; who asked for it tells.

    Parameters
    ----------
    parent
        The process that started it.
    """
    processes.end_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def leave_nothing() -> None:
    """Have this process, a server, remove the socket that it listens on; who started it may have been killed."""
    if folder := os.environ.pop(_SOCKETS, ""):
        atexit.register(_remove_sockets, Path(folder))


def _remove_sockets(folder: Path) -> None:
    """Remove the sockets in a folder, those too of servers before that were killed, and the folder."""
    with suppress(OSError):
        for listener in folder.glob("listener-*"):
            listener.unlink(missing_ok=True)
        folder.rmdir()


def _folder_of_sockets() -> str:
    """Where multiprocessing puts sockets: chosen at the first call, removed when this process ends, or else its server.

    It is where temporary files go, or _SHORT where that has too long a name for a socket.
    """
    usual = tempfile.gettempdir()
    if len(os.fsencode(usual)) > _ROOM:
        tempfile.tempdir = _SHORT
    try:
        return util.get_temp_dir()
    finally:
        tempfile.tempdir = usual


def _run(target: Callable[..., None], given: tuple[Any, ...]) -> None:
    """What a child does first: see that it ends with the server, which ends with the process that asked for it."""
    processes.end_with(os.getppid())
    if is_possible():
        _let_server_go()
        asked = parent_process()
        if os.getppid() != _LOADED_BY != os.getpid() or (asked and not asked.is_alive()):
            return  # one of them ended before the system was told
    target(*given)


def _let_server_go() -> None:
    """Close the pipe that keeps the server alive: it is to live for whoever asked for this child, not for the child."""
    # private names of multiprocessing: which descriptor that is, nothing else in a child says
    from multiprocessing.forkserver import _forkserver

    state = vars(_forkserver)
    if state.get("_forkserver_alive_fd") is not None:
        os.close(state["_forkserver_alive_fd"])
        state["_forkserver_alive_fd"] = None


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
def _as_servers_need_it() -> Iterator[None]:
    """Tell a server where its socket is, and have it find its modules where this process does.

    It finds none in the folder that it is started in, which is a notebook's: a file analysis.py beside it would be what
    the notebook imports.
    """
    paths = os.pathsep.join(filter(os.path.isabs, sys.path))
    needed = {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1"}
    needed |= {_SOCKETS: _folder_of_sockets()} if is_possible() else {}
    kept = {name: os.environ.get(name) for name in needed}
    os.environ |= needed
    try:
        yield
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            os.environ |= {} if value is None else {name: value}


@contextmanager
def _children_allowed() -> Iterator[None]:
    """Let a daemon have children, such as a worker of dask is: each of ours ends before the task that started it."""
    this = current_process()
    kept = this.daemon
    this.daemon = False
    try:
        yield
    finally:
        this.daemon = kept


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C from what is started in here: it is for the process that asked, which ends the others.

    Yields
    ------
    None
        The block.
    """
    if not is_possible():
        yield
        return
    resource_tracker.ensure_running()  # which lets them through again when it starts
    kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, kept)
