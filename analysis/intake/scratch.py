"""Where rows stand on their way from a file to counts: in files that have no name.

What has to be unpacked or written again before it can be read goes to a file that nobody can find or open: it loses
its name before its first byte is written, and the system frees it when the process ends, however that ends. Systems
without /proc have no such way: there the files have names, in a folder for this user alone, which the next run
removes once its process has ended.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.system import locking, processes

PREFIX, LOCK = "attrition-rows-", "lock"
_OPENED = Path("/proc/self/fd")  # what this process has open, by number: to be opened once more, without a name
_TRIES = 5  # of a folder that another process takes for one that was left


class Scratch:
    """A folder for this user alone, and files that have no name. ``folder`` may hold what is published anyway."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: list[int] = []

    def file(self) -> Path:
        """An empty file that ends with this process, by a path that leads to it in this process alone.

        Returns
        -------
        Path
            A path that leads to the file in this process alone.

        Raises
        ------
        OSError
            Where there is no room.
        """
        handle, name = tempfile.mkstemp(dir=self.folder)
        if not _OPENED.is_dir():
            os.close(handle)
            return Path(name)
        Path(name).unlink()
        self._held.append(handle)
        return _OPENED / str(handle)

    def close(self) -> None:
        """Let go of every file."""
        while self._held:
            os.close(self._held.pop())


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A place for rows on their way, gone afterwards; what runs that were killed have left is removed first.

    Yields
    ------
    Scratch
        Where files can be had.

    Raises
    ------
    OSError
        Where the folder for temporary files cannot be written.
    """
    processes.leave_no_image()
    _clear(Path(tempfile.gettempdir()))
    _allow_many_files()
    folder, lock = _locked()
    place = Scratch(folder)
    try:
        yield place
    finally:
        place.close()
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _locked() -> tuple[Path, int | None]:
    """A new folder and the lock by which other processes know that this one is alive."""
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        if os.name != "posix":
            return folder, None
        with suppress(FileNotFoundError):  # another took it for one that was left, before it was locked
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            if locking.is_taken(lock) and (folder / LOCK).exists():
                return folder, lock
            os.close(lock)
    raise OSError(f"{tempfile.gettempdir()}: no folder for temporary files could be kept")


def _clear(place: Path) -> None:
    """Remove what is left of processes that have ended.

    A process is known by the lock that it holds, not by its number: numbers are given again, and two machines or
    containers that share a folder give the same ones. The system takes a lock back at any end of a process.
    """
    if os.name != "posix":
        return
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):  # of somebody else, or being removed by another
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
                continue
            if not (folder / LOCK).exists():
                folder.rmdir()  # which takes only an empty one
                continue
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                if locking.is_taken(lock):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _allow_many_files() -> None:
    """Let this process have as many files open as the system allows: an archive may hold a file a day."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # which Windows lacks

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
