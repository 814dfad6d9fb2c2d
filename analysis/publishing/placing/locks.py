"""One batch at a time on a folder of reports, and one process at a time that writes what is remembered beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import CouldNotWrite
from analysis.publishing.placing import places
from analysis.system import locking
from analysis.system.locking import Holder

STATE = ".state"  # below a place of reports
BATCH = "batch.lock"  # in it


@contextmanager
def held(
    root: Path, name: str, *, waits: bool = False, is_stopped: Callable[[], bool] = lambda: False
) -> Iterator[bool]:
    """Hold a lock of a place of reports while in here; its file says which process holds it, and stays.

    Parameters
    ----------
    root
        The place.
    name
        The file of the lock in STATE.
    waits
        Whether to wait while another process holds it.
    is_stopped
        What ends the waiting.

    Yields
    ------
    bool
        Whether it is held; False where ``is_stopped`` ended the waiting.

    Raises
    ------
    CouldNotWrite
        Where another process holds it, naming that process, and ``waits`` is not set. One that has died holds nothing.
    """

    def is_to_wait(holder: Holder) -> bool:
        if not waits:
            is_known = {"process", "since"} <= holder.keys()
            who = f" (process {holder['process']}, since {holder['since']})" if is_known else ""
            raise CouldNotWrite(
                f"Another batch is writing to {root}{who}. Wait for it with --wait, or choose another folder with "
                "--out."
            )
        return not is_stopped()

    with places.held(root, STATE) as folder, locking.held(folder, name, is_to_wait=is_to_wait) as is_held:
        yield is_held
