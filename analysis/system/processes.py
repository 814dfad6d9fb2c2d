"""What the system is told of a process: what it ends with, how much memory it may use, to leave no image of itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from functools import cache
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

_DIES_WITH_PARENT, _MAY_BE_DUMPED = 1, 4  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE
_IS_LINUX = sys.platform == "linux"


def end_with(parent: int) -> None:
    """Have this process killed when ``parent``, the process that started it, ends, however that ends.

    A parent that has ended already, before the system was told, is followed at once. On Linux the system does it, in
    the middle of whatever is done; elsewhere a thread of a process that multiprocessing has started does.

    Parameters
    ----------
    parent
        Its number.
    """
    if _IS_LINUX:
        _system().prctl(_DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    elif asked := parent_process():
        Thread(target=lambda: (wait([asked.sentinel]), os._exit(1)), daemon=True).start()


def limit_memory(most: int, *, is_begun: bool = True) -> None:
    """Hold this process, and those that it starts, to some memory, where the system can.

    What is set aside for it and not used is not counted: libraries that were loaded before a fork set aside a gigabyte.

    Parameters
    ----------
    most
        Bytes that it may use for its data, with what it uses now.
    is_begun
        Whether it is a program that runs, not one that is about to be another program, which begins with nothing.
    """
    if sys.platform != "win32":
        import resource

        limit = most + (_set_aside() if is_begun else 0)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _set_aside() -> int:
    """Bytes that this process may write to and has not; 0 where the system does not say."""
    if not _IS_LINUX:
        return 0
    _, resident, shared, _, _, data, _ = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split())
    return max(0, data - (resident - shared)) * os.sysconf("SC_PAGE_SIZE")


def leave_no_image() -> None:
    """Have no image of this process's memory written to a disk when it crashes. Linux only."""
    if _IS_LINUX:
        _system().prctl(_MAY_BE_DUMPED, 0, 0, 0, 0)


def give_back() -> None:
    """Give back what was freed and is kept for what comes next, where the system's C library can: glibc on Linux.

    Threads free in places of their own, between which little that is still used keeps much that is not.
    """
    if _IS_LINUX:
        with suppress(AttributeError):
            _system().malloc_trim(0)


@cache
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None)
