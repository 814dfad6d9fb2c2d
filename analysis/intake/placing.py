"""Sets of counts put in place in data/counts/: staged apart, then moved in, the ledger first.

A set names the checksum of its ledger, and ``counts.read`` refuses one that does not belong to the ledger that stands:
between two moves nobody reads half of the one reading and half of another.

Counts of people are released in this order, so that a kill or a full disk loses nothing at any moment: the history of
what is released; the exact sets, staged in the private store; the released sets, staged in data/counts/; a note that
they are to be put in place, which the next command does where this one was stopped; the moves; the exact sets count.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from analysis.counts import counts, ledger, private_store
from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger, Released
from analysis.counts.private_store import Store
from analysis.errors import DisclosureRefused
from analysis.intake import sets as standing
from analysis.intake.public_account import public_account
from analysis.intake.sets import Reduced
from analysis.system import locking, unwritten
from analysis.system.writing import held

#: What of exact sets may be known: ``analysis.disclosure`` has it. It keeps the history before it returns.
Release = Callable[[tuple[Counts, ...], Store], tuple[Counts, ...]]
#: A number under a name and a secret as it may be shown, or None: ``analysis.disclosure`` has it too.
DrawUnder = Callable[[bytes, str, int], int | None]
_STAGED = ".staged-"  # folders in data/counts/ that a reduction fills
_RELEASED = ".released-"  # and those of counts of people, which are filled by one command at a time
_LOCK = ".lock"  # in the former, held by the command that fills it
_SURELY_LEFT = 3600  # seconds after which a folder in which nobody ever held a lock is nobody's


@dataclass(frozen=True)
class Staged:
    """Files that stand in a folder ``room`` of data/counts/, to be moved out of it, and ``gone``: those to remove."""

    room: str
    names: tuple[str, ...]
    gone: tuple[str, ...]


@contextmanager
def new_room(folder: Path) -> Iterator[str]:
    """A new folder in data/counts/ to stage published sets in, known as this process's while in here, and then gone.

    Parameters
    ----------
    folder
        Where the sets will stand.

    Yields
    ------
    str
        Name of the new folder.

    Raises
    ------
    OSError
        Where it cannot be made.
    """
    room = f"{_STAGED}{secrets.token_hex(8)}"
    try:
        with (
            held(folder, room) as opened,
            locking.held(opened, _LOCK, is_to_wait=lambda _: False),
        ):
            yield room
    finally:
        _discard(folder, room)  # after its lock: a system may remove no file that is open


def sweep(folder: Path) -> None:
    """Remove what processes that are dead left of published sets; what a living one stages has its lock held.

    Parameters
    ----------
    folder
        Where the sets stand.
    """
    for room in folder.glob(f"{_STAGED}*"):
        with suppress(FileNotFoundError):  # done, and gone, meanwhile
            is_new = time.time() - room.stat().st_mtime < _SURELY_LEFT
            if not (locking.is_held(room / _LOCK) or (is_new and not (room / _LOCK).is_file())):
                _discard(folder, room.name)


def stage(folder: Path, sets: Sequence[Counts], account: Ledger | Released, *, room: str) -> Staged:
    """The sets and their ledger in a folder beside their places; nothing is left of it where that fails.

    Parameters
    ----------
    folder
        Where the sets will stand.
    sets
        The sets of a name, the main one first.
    account
        Their ledger.
    room
        Name of the folder, made where it is not there.

    Returns
    -------
    Staged
        The folder and what is in it.
    """
    name = f"{account.name}.ledger.json"
    before = standing.sets_before(folder / name)
    place = folder / room
    try:
        place.mkdir(parents=True, exist_ok=True)
        for counted in sets:
            counts.write(counted, place / f"{counted.name}.parquet")
        (place / name).write_text(ledger.written(account), encoding="utf-8")
    except BaseException:
        _discard(folder, room)
        raise
    kept = [counted.name for counted in sets]
    gone = tuple(f"{set_name}.parquet" for set_name in before if set_name not in kept)
    return Staged(room, (name, *(f"{set_name}.parquet" for set_name in kept)), gone)


def move(folder: Path, staged: Staged) -> list[Path]:
    """Everything into its place, the sets first in what is returned. It may be done again where it was stopped.

    Parameters
    ----------
    folder
        Where the sets will stand.
    staged
        As ``stage`` gave it.

    Returns
    -------
    list[Path]
        The files in their places.
    """
    room = folder / staged.room
    for name in staged.names:
        with suppress(FileNotFoundError):  # moved before the command was stopped
            (room / name).replace(folder / name)
    for name in staged.gone:
        (folder / name).unlink(missing_ok=True)
    _discard(folder, staged.room)
    account, *sets = staged.names
    return [folder / name for name in (*sets, account)]


def _discard(folder: Path, room: str) -> None:
    """Remove a folder of staged files."""
    shutil.rmtree(folder / room, ignore_errors=True)


def release(reduced: Reduced, *, release: Release, draw: DrawUnder) -> list[Path]:
    """Release counts of people: exact sets and ledger to the store, what may be known to data/counts/.

    The store must be held (``private_store.locked``).

    Parameters
    ----------
    reduced
        Counts of people, exact.
    release
        Makes what may be known of them.
    draw
        The draw of the numbers that a ledger tells.

    Returns
    -------
    list[Path]
        The files that were put in place.

    Raises
    ------
    CouldNotWrite
        When something cannot be written: until all is staged, what was there stands.
    """
    folder, name = counts.FOLDER, reduced.ledger.name
    standing.refuse_released_elsewhere(reduced.sets[0])
    store = Store(name, reduced.ledger.sensitivity)
    secret = store.secret()
    account = public_account(reduced.ledger, lambda what, number: draw(secret, what, number))
    released = _of_account(release(reduced.sets, store), reduced, account)
    version = private_store.staged(reduced.sets, reduced.ledger)
    with writing(folder):
        staged = stage(folder, released, account, room=f"{_RELEASED}{secrets.token_hex(8)}")
    try:
        private_store.intend({"name": name, "version": version, **asdict(staged)})
    except BaseException:
        private_store.done()  # first: the note may stand all the same, and speaks of the files
        _discard(folder, staged.room)
        raise
    return finish() or []


def finish_stopped(*, waiting: Callable[[], None] = lambda: None) -> None:
    """Put in place what a command intended that was stopped, if one was, and remove what others left half-way.

    Parameters
    ----------
    waiting
        Called once when another process holds the store.

    Raises
    ------
    CouldNotWrite
        Where it cannot be.
    """
    with writing(counts.FOLDER):
        sweep(counts.FOLDER)
    if private_store.folder().is_dir():
        with private_store.locked(waiting=waiting):
            finish()


def finish() -> list[Path] | None:
    """Do what a release intended, be it of a command that was stopped, and remove what others left half-way.

    The store must be held. Gives the files that were put in place, None where nothing was intended.

    Returns
    -------
    list[Path] | None
        The files that were put in place; None where nothing was intended.
    """
    intended, folder, places = private_store.intended(), counts.FOLDER, None
    if intended is not None:
        staged = Staged(intended["room"], tuple(intended["names"]), tuple(intended["gone"]))
        with writing(folder):
            places = move(folder, staged)
        private_store.adopt(intended["name"], intended["version"])
        private_store.done()
    private_store.sweep()
    for room in folder.glob(f"{_RELEASED}*"):
        _discard(folder, room.name)
    return places


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turns what the disk refuses into what to do about it.

    Parameters
    ----------
    folder
        Where something is written.

    Yields
    ------
    None
        While it is written.

    Raises
    ------
    CouldNotWrite
        For a disk that is full, or may not be written.
    """
    try:
        yield
    except OSError as fault:
        raise unwritten.refusal(folder, fault, then="; what was there stands") from None


def _of_account(released: Iterable[Counts], reduced: Reduced, account: Released) -> list[Counts]:
    """Released sets as made from the released ledger: no checksum of anything else goes with them."""
    released_sets = list(released)
    if [counted.name for counted in released_sets] != [counted.name for counted in reduced.sets]:
        raise DisclosureRefused(
            f"The release of '{account.name}' has other sets than the reading. Nothing was written."
        )
    digest = hashlib.sha256(ledger.written(account).encode()).hexdigest()
    files = {f"data/counts/{account.name}.ledger.json": digest}
    return [replace(counted, source=replace(counted.source, files=files)) for counted in released_sets]
