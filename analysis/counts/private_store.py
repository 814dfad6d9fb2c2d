"""The private store, data/private/: exact counts of people, how they came about, and what was released of them.

Only ``analysis.intake`` and ``analysis.disclosure``, and the commands that join the two, import this; a contract in
pyproject.toml holds it. Folders are 0700 and files 0600 whatever the umask. Nothing in it is followed through a link.

    secret.bin           32 random bytes, made once: the draws of real cases depend on it
    history.json         every number that was released of real cases, by cell
    pending.json         a release on its way into data/counts/, if a command was stopped there
    NAME/current         which version of the set is the one that counts
    NAME/VERSION/        its exact sets and its full ledger
    NAME/made_from       which files and mapping the one that counts was made from, where that was noted
    NAME/history.json    the history of a made-up set, which shares no case with another
    .gitignore           keeps all of it out of git, in whatever folder of a reader's the store is made
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from analysis.counts import counts, ledger
from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger
from analysis.errors import CouldNotWrite, DataRefused, DisclosureRefused
from analysis.system import locking, unwritten, writing
from analysis.system.locking import Holder

#: What draws of made-up cases depend on. Public, since it protects nobody: with it, everybody makes the same bytes.
MADE_UP_SECRET = hashlib.sha256(b"attrition: made-up cases, of whom nobody is to be protected").digest()
_SECRET, _HISTORY, _PENDING, _LOCK, _CURRENT = "secret.bin", "history.json", "pending.json", ".lock", "current"
_IGNORED, _MADE_FROM = ".gitignore", "made_from"
_WHY_IGNORED = b"""# Exact counts of people, and the secret that their release depends on:
# never in git, never passed on.
# A copy belongs where the case files are kept. Who has it can tell what the released counts hide.
*
"""
_NOT_THROUGH_LINKS = getattr(os, "O_NOFOLLOW", 0)


def folder() -> Path:
    """Where the store is: beside the folder of counts.

    Returns
    -------
    Path
        The folder, whether or not it is there.
    """
    return counts.FOLDER.with_name("private")


@contextmanager
def locked(*, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the store while in here: one release at a time in a project.

    Parameters
    ----------
    waiting
        Called once when another process holds the store.

    Yields
    ------
    None
        While the store is held.

    Raises
    ------
    CouldNotWrite
        When the store cannot be made or locked, or is a link.
    """
    to_call = [waiting]

    def is_to_wait(_: Holder) -> bool:
        while to_call:
            to_call.pop()()
        return True

    with ExitStack() as stack:
        with _told():
            store = _own(folder())
            if _read(store / _IGNORED) is None:
                _write(store / _IGNORED, _WHY_IGNORED)
            opened = stack.enter_context(writing.held(store.parent, store.name, is_private=True))
            stack.enter_context(locking.held(opened, _LOCK, is_to_wait=is_to_wait))
        yield


class Store:
    """The store as one set of counts of people sees it: the secret and the history that its release depends on.

    Real cases share one secret and one history in a project, whatever the set is called: the same cell of the same
    cases is the same number in every set. A made-up set has a public secret and a history of its own.
    """

    def __init__(self, name: str, sensitivity: str) -> None:
        self.name = name
        self.is_made_up = sensitivity == "synthetic"

    def secret(self) -> bytes:
        """32 bytes.

        Returns
        -------
        bytes
            32 bytes, made when they are first asked for.

        Raises
        ------
        DataRefused
            Where they are gone and something was released with them.
        """
        if self.is_made_up:
            return MADE_UP_SECRET
        with _told():
            secret = _read(_own(folder()) / _SECRET)
            if secret is None:
                return self._begun()
        if len(secret) != 32:
            raise DataRefused(f"{_SECRET} in {folder()} is damaged. {_PUT_BACK}")
        return secret

    def history(self) -> dict[str, Any]:
        """What was released before; empty where nothing was.

        Returns
        -------
        dict[str, Any]
            What was released, by key.

        Raises
        ------
        DataRefused
            Where it is gone or damaged.
        """
        if not self.is_made_up:
            self.secret()
        with _told():
            content = _read(self._history)
        if content is None and self.is_made_up:
            return {}
        try:
            history = json.loads(content or b"")
        except ValueError:
            history = None
        if not isinstance(history, dict):
            raise DataRefused(f"{_HISTORY} in {self._history.parent} is gone or damaged. {_PUT_BACK}")
        return history

    def keep_history(self, history: Mapping[str, Any]) -> None:
        """Keep what is about to be released, before it is. It is on the disk when this returns.

        Parameters
        ----------
        history
            All that was released, with what is about to be.

        Raises
        ------
        DisclosureRefused
            When a key of the history would be lost; what is there is kept.
        """
        lost = _lost(self.history(), history)
        if lost:
            raise DisclosureRefused(
                f"The history of what was released would lose {lost} of its entries, and hidden counts could be told "
                "from it. Nothing was written."
            )
        with _told():
            _own(self._history.parent)
            _write(self._history, json.dumps(history, separators=(",", ":"), sort_keys=True).encode())

    @property
    def _history(self) -> Path:
        return folder() / self.name / _HISTORY if self.is_made_up else folder() / _HISTORY

    def _begun(self) -> bytes:
        """A new secret and an empty history, the latter first: where there is a secret, there is a history."""
        if (_read(self._history) or b"{}") != b"{}":
            raise DataRefused(f"{_SECRET} in {folder()} is gone. {_PUT_BACK}")
        _write(self._history, b"{}")
        _write(folder() / _SECRET, secrets.token_bytes(32))
        return _read(folder() / _SECRET) or b""


_PUT_BACK = (
    "Put it back from a copy: whatever is released without it may tell counts that earlier releases hide. "
    "docs/case_files.md says what to do where there is no copy."
)


def is_here(name: str) -> bool:
    """Whether the exact counts of a set are in the store.

    Parameters
    ----------
    name
        Name of a set of counts.

    Returns
    -------
    bool
        True where they are.
    """
    return _version(name) is not None


def exact(name: str) -> tuple[tuple[Counts, ...], Ledger] | None:
    """The exact sets of a name, the main one first, and their full ledger; None where the store has none.

    Parameters
    ----------
    name
        Name of a set of counts.

    Returns
    -------
    tuple[tuple[Counts, ...], Ledger] | None
        Sets of counts and a ledger, with exact numbers.

    Raises
    ------
    DataRefused
        When they are damaged or a link stands in their place.
    """
    version = _version(name)
    if version is None:
        return None
    place = folder() / name / version
    account = ledger.read(_no_link(place / f"{name}.ledger.json"))
    return tuple(counts.read_file(_no_link(place / f"{set_name}.parquet")) for set_name in account.sets), account


def staged(sets: Sequence[Counts], account: Ledger) -> str:
    """Put a new version of a name's exact sets beside the one that counts; gives the name of the version.

    Parameters
    ----------
    sets
        The sets of a name, the main one first.
    account
        Their full ledger.

    Returns
    -------
    str
        The name of the version.

    Raises
    ------
    CouldNotWrite
        When the disk is full or the store cannot be written; nothing is left of it.
    """
    version = secrets.token_hex(8)
    place = folder() / account.name / version
    try:
        with _told():
            _own(_own(folder()) / account.name)
            place.mkdir(mode=0o700)
            for counted in sets:
                counts.write(counted, place / f"{counted.name}.parquet")
            _write(place / f"{account.name}.ledger.json", ledger.written(account).encode())
            for path in place.iterdir():
                path.chmod(0o600)
            writing.settle(place)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return version


def adopt(name: str, version: str) -> None:
    """Have a staged version be the one that counts, and remove every other.

    Parameters
    ----------
    name
        Name of a set of counts.
    version
        As ``staged`` gave it.
    """
    with _told():
        place = _own(folder() / name)
        _write(place / _CURRENT, version.encode())
        for other in place.iterdir():
            if other.name not in (_CURRENT, _HISTORY, version):
                _removed(other)


def note_making(name: str, what: str) -> None:
    """Note what the version that counts was made from. A version that takes its place is none of it.

    Parameters
    ----------
    name
        Name of a set of counts.
    what
        A fingerprint of its files, their mapping and what was allowed.
    """
    with _told():
        _write(_own(folder() / name) / _MADE_FROM, what.encode())


def is_made_from(name: str, what: str) -> bool:
    """Whether the version that counts was made from what has this fingerprint.

    Parameters
    ----------
    name
        Name of a set of counts.
    what
        As ``note_making`` was given it.

    Returns
    -------
    bool
        False too where it was not noted.
    """
    with _told():
        return is_here(name) and _read(folder() / name / _MADE_FROM) == what.encode()


def intend(what: Mapping[str, Any]) -> None:
    """Note a release that is about to be put in place: from here on it will be, by this command or the next.

    Parameters
    ----------
    what
        What is to be put where.
    """
    with _told():
        _write(_own(folder()) / _PENDING, json.dumps(what).encode())


def intended() -> dict[str, Any] | None:
    """The release that a command was putting in place when it was stopped; None where none was.

    Returns
    -------
    dict[str, Any] | None
        What ``intend`` was given.

    Raises
    ------
    DataRefused
        Where the note of it is damaged.
    """
    with _told():
        content = _read(folder() / _PENDING)
    try:
        release: dict[str, Any] | None = json.loads(content) if content else None
    except ValueError:
        raise DataRefused(
            f"{_PENDING} in {folder()} is damaged. Remove it, and give the command again that was stopped."
        ) from None
    return release


def done() -> None:
    """What was intended has been done."""
    with _told():
        (folder() / _PENDING).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what stopped commands left of versions that never counted. The lock must be held, nothing intended."""
    with _told():
        for path in list(folder().iterdir()):
            if path.is_dir() and not path.is_symlink():
                kept = (_CURRENT, _HISTORY, _MADE_FROM, _version(path.name))
                left = [leftover for leftover in path.iterdir() if leftover.name not in kept]
            else:
                is_stage = writing.is_staged(path.name) or path.name.startswith(".")  # as earlier versions called it
                left = [path] if is_stage and path.name not in (_LOCK, _IGNORED) else []
            for leftover in left:
                _removed(leftover)


def _version(name: str) -> str | None:
    with _told():
        content = _read(_no_link(folder() / name) / _CURRENT)
    return content.decode("ascii", "replace") if content else None


def _removed(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many keys, at any depth, the later of two histories lacks."""
    lost = 0
    for key, value in before.items():
        if key not in after:
            lost += 1
        elif isinstance(value, Mapping):
            lost += _lost(value, after[key]) if isinstance(after[key], Mapping) else 1
    return lost


def _own(path: Path) -> Path:
    """A folder that this user alone can enter, made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    status = _no_link(path).stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise CouldNotWrite(f"{path} belongs to another user. Counts of people go into a folder of your own only.")
    if stat.S_IMODE(status.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def _no_link(path: Path) -> Path:
    if path.is_symlink():
        raise CouldNotWrite(
            f"{path} is a link, and counts of people do not go where a link leads. Put a folder of its own in its "
            "place; a disk of its own can be mounted there."
        )
    return path


def _read(path: Path) -> bytes | None:
    """A file of the store; None where there is none."""
    _no_link(path.parent)
    try:
        with os.fdopen(os.open(_no_link(path), os.O_RDONLY | _NOT_THROUGH_LINKS), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Write a file for this user alone, on the disk before it is moved into its place."""
    with writing.held(path.parent, is_private=True) as opened:
        opened.write(path.name, content, is_settled=True)


@contextmanager
def _told() -> Iterator[None]:
    """Turns what the disk refuses into what to do about it."""
    try:
        yield
    except OSError as fault:
        raise unwritten.refusal(folder(), fault, done="written or read", then="; what was there stands") from None
