"""One batch at a time on a folder of reports: a lock that the system takes back from a process that dies."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from analysis.errors import CouldNotWrite
from analysis.publishing.placing import places
from analysis.system.locking import is_taken

STATE = ".state"  # below a place of reports
BATCH = "batch.lock"  # in it
_PAUSE = 0.5  # seconds between two tries


@contextmanager
def held(
    root: Path, name: str, *, waits: bool = False, is_stopped: Callable[[], bool] = lambda: False
) -> Iterator[bool]:
    """Hold a lock of a place of reports while in here; its file says which process holds it, and stays.

    Where another process holds it, waits until that is done, or raises CouldNotWrite, naming that process. Gives False
    where ``is_stopped`` ended the waiting, and nothing is held. A process that has died holds nothing.
    """
    path = root / STATE / name
    with places.held(root, STATE) as folder, folder.opened(name) as file:
        while not is_taken(file):
            if not waits:
                raise CouldNotWrite(
                    f"Another batch is writing to {root}{_holder(path)}. Wait for it with --wait, or "
                    "choose another folder with --out."
                )
            if is_stopped():
                yield False
                return
            time.sleep(_PAUSE)
        file.truncate(0)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"process": os.getpid(), "since": now}).encode() + b"\n")
        file.flush()
        yield True


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock of a file now."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            return not is_taken(file)
    except OSError:
        return False


def _holder(path: Path) -> str:
    """Who wrote the file last."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f" (process {told['process']}, since {told['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
