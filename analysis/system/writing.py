"""Writing, so that a reader finds the old or the new and never a part, and no link leads what is written elsewhere.

What is written stands under a random name, which nobody else can have taken, until it is whole; then it is moved to its
own. The folders on the way are opened one after another, none of them through a link, and everything is named from the
open folder: whoever puts a link in the way meanwhile leads nothing astray. Where a system cannot name files so
(Windows), links are looked for and refused, and a moment stays between the look and the writing.

Where the system can exchange two folders in one step (Linux, ``renameat2``), a folder takes the place of another so.
Elsewhere the old folder is moved aside and put back if the new one cannot take its place; for a moment between the two
renames there is none.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from analysis.errors import CouldNotWrite

STAGED = ".staged"  # the end of a file's name until it is whole
_STAGE = re.compile(rf".+\.[0-9a-f]{{16}}{re.escape(STAGED)}", re.DOTALL)
_HERE = -100  # AT_FDCWD: names are relative to the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_CAN_NAME_FROM_FOLDERS = {os.open, os.mkdir, os.rename, os.unlink, os.stat} <= os.supports_dir_fd


class Linked(CouldNotWrite):
    """A link stands where something is to be written, or on the way there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path} is a link, and nothing here is written, moved or removed through one. Remove the link, or put "
            "what it leads to in its place; then run it again.",
            in_short=f"{path.name} is a link, through which nothing is written.",
        )

    def __reduce__(self) -> tuple[type[Linked], tuple[Path]]:
        return type(self), (self.path,)  # as it comes through a pipe


@dataclass(frozen=True)
class Folder:
    """A folder that is open for writing. ``handle`` is None where the system names nothing from an open folder.

    What is written into one that ``is_private`` can be read by its owner alone, whatever the umask. Each method raises
    OSError where the system refuses, and each but ``remove`` Linked for a link under the name that it is given or among
    what is there.
    """

    path: Path
    handle: int | None
    is_private: bool = False

    @contextmanager
    def staged(self, name: str, *, is_first: bool = False) -> Iterator[IO[bytes]]:
        """A new file that takes the place of another once it is whole, and leaves nothing when something is raised.

        Parameters
        ----------
        name
            A name directly in the folder.
        is_first
            Whether nothing may stand there: FileExistsError is raised where something does when it is whole.

        Yields
        ------
        IO of bytes
            The file, open for writing.
        """
        self._refuse_link(name)
        stage = f"{name[:40]}.{secrets.token_hex(8)}{STAGED}"  # of a name that is as long as a disk takes the beginning
        mode = 0o600 if self.is_private else 0o666
        with _named_whole(self.path / name):
            file = os.open(self._named(stage), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, mode, dir_fd=self.handle)
            try:
                with os.fdopen(file, "wb") as out:
                    if self.is_private and os.name == "posix":
                        os.fchmod(file, mode)  # a umask may have taken more away
                    yield out
                self._refuse_link(name)
                if is_first and self._is_linked(stage, name):
                    os.unlink(self._named(stage), dir_fd=self.handle)
                else:
                    os.replace(self._named(stage), self._named(name), src_dir_fd=self.handle, dst_dir_fd=self.handle)
            except BaseException:
                with suppress(OSError):
                    os.unlink(self._named(stage), dir_fd=self.handle)
                raise

    def write(self, name: str, content: str | bytes, *, is_settled: bool = False) -> None:
        """Write a small file whole or not at all.

        Parameters
        ----------
        name
            The file.
        content
            What it is to hold.
        is_settled
            Whether the disk is to hold it before it takes its place, and its name when this returns.
        """
        with self.staged(name) as out:
            out.write(content.encode() if isinstance(content, str) else content)
            if is_settled:
                out.flush()
                os.fsync(out.fileno())
        if is_settled:
            self.settle()

    def opened(self, name: str) -> IO[bytes]:
        """A file to add to, which stays: made where it is not there.

        Parameters
        ----------
        name
            A name directly in the folder.

        Returns
        -------
        IO[bytes]
            The file, open for reading and adding.
        """
        self._refuse_link(name)
        mode = 0o600 if self.is_private else 0o666
        with _named_whole(self.path / name):
            file = os.open(self._named(name), os.O_RDWR | os.O_CREAT | os.O_APPEND | _PLAIN, mode, dir_fd=self.handle)
        return os.fdopen(file, "ab+")

    def remove(self, name: str) -> None:
        """Remove a file, or a link itself; it need not be there.

        Parameters
        ----------
        name
            A name directly in the folder.
        """
        with suppress(FileNotFoundError), _named_whole(self.path / name):
            os.unlink(self._named(name), dir_fd=self.handle)

    def close_to_others(self) -> None:
        """Have all that is below the folder be its owner's alone."""
        for name in self._names():
            if stat.S_ISDIR(os.lstat(self._named(name), dir_fd=self.handle).st_mode):
                with held(self.path, name, is_private=True) as inner:
                    inner.close_to_others()
            else:
                os.chmod(self._named(name), 0o600, dir_fd=self.handle)

    def clear(self) -> None:
        """Remove what a process that was killed left of files. Nobody else may be writing here."""
        for name in self._names():
            if is_staged(name):
                self.remove(name)

    def move_in(self, built: Path, name: str) -> None:
        """Put a built folder, on the same disk, under a name. What stood there may be left at or beside it.

        What was built has been settled before. Where it cannot be done, what stood there still stands.

        Parameters
        ----------
        built
            The folder that was built.
        name
            A name directly in the folder.
        """
        self._refuse_link(name)
        with _named_whole(self.path / name):
            if not self._holds(name):
                os.rename(built, self._named(name), dst_dir_fd=self.handle)
            elif not _exchanged(built, self, name):
                old = built.with_name("old")
                os.rename(self._named(name), old, src_dir_fd=self.handle)
                try:
                    os.rename(built, self._named(name), dst_dir_fd=self.handle)
                except OSError:
                    os.rename(old, self._named(name), dst_dir_fd=self.handle)
                    raise
            self.settle()

    def move_out(self, name: str, place: Path) -> None:
        """Move a folder out in one step.

        Parameters
        ----------
        name
            A name directly in the folder.
        place
            Where it goes, on the same disk.
        """
        self._refuse_link(name)
        with _named_whole(self.path / name):
            os.rename(self._named(name), place, src_dir_fd=self.handle)

    def settle(self) -> None:
        """Have the disk hold the names in the folder, where the system can do that."""
        if self.handle is not None:
            os.fsync(self.handle)

    def _is_linked(self, stage: str, name: str) -> bool:
        """Whether a file now has a second name, which none had; False on a disk that gives no file two."""
        with suppress(NotImplementedError, OSError):
            os.link(self._named(stage), self._named(name), src_dir_fd=self.handle, dst_dir_fd=self.handle)
            return True
        if self._holds(name):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        return False

    def _refuse_link(self, name: str) -> None:
        """Refuse a name that is that of a link."""
        with suppress(FileNotFoundError), _named_whole(self.path / name):
            if stat.S_ISLNK(os.lstat(self._named(name), dir_fd=self.handle).st_mode):
                raise Linked(self.path / name)

    def _names(self) -> list[str]:
        return os.listdir(self.path if self.handle is None else self.handle)  # noqa: PTH208  (of an open folder)

    def _holds(self, name: str) -> bool:
        try:
            os.lstat(self._named(name), dir_fd=self.handle)
        except FileNotFoundError:
            return False
        return True

    def _named(self, name: str) -> str:
        return str(self.path / name) if self.handle is None else name


@contextmanager
def _named_whole(path: Path) -> Iterator[None]:
    """Have a refusal of the system in here name a path as others would: within an open folder it has a bare name."""
    try:
        yield
    except OSError as fault:
        is_bare = isinstance(fault.filename, str) and not os.path.dirname(fault.filename)  # noqa: PTH120  (of a name)
        if fault.filename is None or is_bare or fault.filename2 is not None:
            fault.filename, fault.filename2 = str(path), None
        raise


@contextmanager
def held(trusted: Path, *below: str, is_private: bool = False) -> Iterator[Folder]:
    """A folder below one that is trusted, both made where they are not there, open for writing.

    Parameters
    ----------
    trusted
        May be reached through a link, as whoever named it wants; no folder below it may.
    *below
        The names of the folders from there, each in the one before.
    is_private
        Whether the folders ``below``, and files that are written, are the caller's alone: 0700 and 0600 whatever the
        umask, and whatever before.

    Yields
    ------
    Folder
        The innermost, until this ends.

    Raises
    ------
    OSError
        Where one cannot be made or opened.
    Linked
        For a link on the way.
    """
    try:
        trusted.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(trusted)) from None
    handle = os.open(trusted, _FOLDER) if _CAN_NAME_FROM_FOLDERS else None
    path = trusted
    try:
        for name in below:
            path, handle = path / name, _inside(path / name, handle, is_private=is_private)
        yield Folder(path, handle, is_private)
    finally:
        if handle is not None:
            os.close(handle)


def _inside(path: Path, handle: int | None, *, is_private: bool) -> int | None:
    """The folder at ``path`` opened from the one around it, which is let go where that succeeds."""
    around = Folder(path.parent, handle)
    around._refuse_link(path.name)
    with suppress(FileExistsError), _named_whole(path):
        os.mkdir(path if handle is None else path.name, 0o700 if is_private else 0o777, dir_fd=handle)
        around.settle()
    if handle is None:
        return None
    with _named_whole(path):
        inner = os.open(path.name, _FOLDER | _PLAIN, dir_fd=handle)
    try:
        if is_private and stat.S_IMODE(os.fstat(inner).st_mode) != stat.S_IRWXU:
            os.fchmod(inner, stat.S_IRWXU)
    except OSError:
        os.close(inner)
        raise
    os.close(handle)
    return inner


@contextmanager
def whole(path: Path, *, is_first: bool = False) -> Iterator[IO[bytes]]:
    """A new file that takes the place of another once it is whole (``Folder.staged``).

    Parameters
    ----------
    path
        The file, whose folder is made where it is not there.
    is_first
        Whether nothing may stand there.

    Yields
    ------
    file
        What is written to, as bytes.

    Raises
    ------
    OSError
        When it cannot be written; what stood there still stands. FileExistsError for what ``is_first`` and is not.
    Linked
        For a link under that name.
    """
    with held(path.parent) as folder, folder.staged(path.name, is_first=is_first) as out:
        yield out


def _exchanged(built: Path, folder: Folder, name: str) -> bool:
    """Whether two folders changed places in one step; False where the system or the disk does not know how."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if rename is None or folder.handle is None:
        return False
    return int(rename(_HERE, os.fsencode(built), folder.handle, os.fsencode(name), _EXCHANGE)) == 0


def as_json(content: Any) -> str:
    """A file for machines.

    Parameters
    ----------
    content
        What it says.

    Returns
    -------
    str
        Text with a line end.
    """
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def is_staged(name: str) -> bool:
    """Whether a file of this name was never finished by whatever wrote it here.

    Parameters
    ----------
    name
        The name of a file.

    Returns
    -------
    bool
        True for a name that ``staged`` gives.
    """
    return _STAGE.fullmatch(name) is not None


def settle(folder: Path, *names: str) -> None:
    """Have the disk hold files before anything is moved, so that a power cut leaves whole ones.

    Parameters
    ----------
    folder
        The folder.
    *names
        What of it; none for all that is in it, and in folders in it.
    """
    for path in [folder / name for name in names] or sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            settle(path)
        else:
            _sync(path)
    _sync(folder)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may do anything with a file or folder.

    Parameters
    ----------
    path
        The file or folder.

    Returns
    -------
    bool
        False where the system knows no such rights.
    """
    return os.name == "posix" and bool(path.lstat().st_mode & _OTHERS)


def _sync(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder; Windows cannot do that for a folder."""
    if path.is_dir() and os.name != "posix":
        return
    file = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
