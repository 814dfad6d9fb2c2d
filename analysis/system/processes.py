"""What the system is told of a process: that it ends with the one that started it, and leaves no image of itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from functools import cache
from multiprocessing import parent_process
from multiprocessing.connection import wait
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


def leave_no_image() -> None:
    """Have no image of this process's memory written to a disk when it crashes. Linux only."""
    if _IS_LINUX:
        _system().prctl(_MAY_BE_DUMPED, 0, 0, 0, 0)


@cache
def _system() -> ctypes.CDLL:
    return ctypes.CDLL(None)
