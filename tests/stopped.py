"""A second release of a set, stopped before each of its steps in turn: python -m tests.stopped FOLDER killed|full.

FOLDER/before holds what the first release left, FOLDER/after what the second leaves when nothing stops it, FOLDER/N
what one leaves that is stopped before its Nth step: by SIGKILL, or since the disk is full.
"""

import errno
import os
import shutil
import signal
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from analysis.counts import counts, private_store
from analysis.counts.ledger import Entry, FileRead, Ledger
from analysis.errors import CouldNotWrite
from analysis.intake import placing
from analysis.intake.sets import Reduced
from tests import releasing
from tests.conftest import make_counts

NAME = "kent"
ROWS = {1: 40, 2: 61}  # cases of one kind in each edition
_STEPS = ((os, "replace"), (os, "unlink"), (os, "mkdir"), (os, "rmdir"), (os, "fsync"), (pq, "write_table"))
_NEED_ROOM = ("replace", "mkdir", "fsync", "write_table")


@cache
def reduced(edition):
    """What a reading made: a main set and, in the first edition, one by lag that the second no longer has."""
    rows = [("Kent", "2024-04-01", code, ROWS[edition]) for code in ("14", "16")]
    main = make_counts(rows, sensitivity="restricted", name=NAME, months=1)
    sets = (main, replace(main, name=f"{NAME}_features"), replace(main, name=f"{NAME}_lags"))[: 4 - edition]
    file = FileRead(f"edition {edition}.csv", str(edition) * 64, 1000, 2 * ROWS[edition])
    entry = Entry("2024-06-30", (file,), 200, 150, {"exact copy of another row": 25 * edition}, {}, {"Kent": ()})
    return Reduced(sets, Ledger(NAME, "cases", "restricted", tuple(one.name for one in sets), (entry,)))


def released(edition, folder):
    """Release an edition in a project folder."""
    counts.FOLDER = folder / "counts"
    with private_store.locked():
        placing.finish()
        return placing.release(reduced(edition), release=releasing.release, draw=releasing.draw)


def stop_before(step, how):
    """Have the process killed, or its disk full, before the step of this number; gives how many steps are left."""
    left = [step]

    def watched(does, name):
        def stopping(*args, **words):
            left[0] -= how == "killed" or name in _NEED_ROOM
            if left[0] == 0:
                left[0] -= 1
                if how == "killed":
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return does(*args, **words)

        return stopping

    for module, name in _STEPS:
        setattr(module, name, watched(getattr(module, name), name))
    return left


def apart(work):
    """Do some work in a process of its own; gives how that ended: 0 done, 7 refused, 9 done all the same, -9 killed."""
    child = os.fork()
    if not child:
        try:
            work()
        except CouldNotWrite:
            os._exit(7)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(folder, how):
    assert apart(lambda: released(1, folder / "before")) == 0
    shutil.copytree(folder / "before", folder / "after")
    assert apart(lambda: released(2, folder / "after")) == 0
    step, ended = 0, -1
    while ended:
        step += 1
        place = folder / str(step)
        shutil.copytree(folder / "before", place)

        def stopped(step=step, place=place):
            left = stop_before(step, how)
            released(2, place)
            os._exit(9 if left[0] < 0 else 0)  # a folder that is there need not be made

        ended = apart(stopped)
    shutil.rmtree(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
