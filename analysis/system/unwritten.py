"""What to say of something that the system would not read or write: where, why, and what to do about that.

Room is no help to somebody who may not write, nor leave to a disk that is full: what to do follows from what the system
said, never from what was being done.
"""

from __future__ import annotations

import errno
from pathlib import Path

from analysis.errors import CouldNotWrite

_LEAVE = "ask whoever owns it, or mend its permissions"
_ROOM = "free some room"
_BUSY = "wait until whatever uses it is done"
_HANDLES = "close other programs, or raise the limit of open files (ulimit -n)"
_STEPS = {
    "EACCES": _LEAVE,
    "EPERM": _LEAVE,
    "EROFS": "have that disk mounted for writing",
    "ENOSPC": _ROOM,
    "EDQUOT": "free some room, or ask for more: your share of that disk is used up",
    "EFBIG": "raise the limit of the size of files (ulimit -f), or choose a disk that takes a file so large",
    "ENOTDIR": "move the file away that stands where a folder is needed",
    "EEXIST": "move away what stands there",
    "EISDIR": "move the folder away that stands where a file is needed",
    "ENOTEMPTY": "move away what stands in that folder",
    "ELOOP": "remove the links there, which lead nowhere or where nothing is written",
    "ENAMETOOLONG": "choose a shorter name",
    "ENOENT": "put it back, or make it: it is not there, or no longer",
    "EBUSY": _BUSY,
    "ETXTBSY": _BUSY,
    "EIO": "have that disk looked at: it does not do what it is told",
    "ENODEV": "connect that disk again",
    "ENXIO": "connect that disk again",
    "ESTALE": "connect that disk again",
    "EMFILE": _HANDLES,
    "ENFILE": _HANDLES,
}
_STEP_BY_NUMBER = {getattr(errno, name): step for name, step in _STEPS.items() if hasattr(errno, name)}
#: What stands in the way of one file or folder; of anything else (room, a disk) the next one meets it too.
_OF_ONE_PLACE = {
    getattr(errno, name)
    for name in ("EACCES", "EPERM", "ENOTDIR", "EEXIST", "EISDIR", "ENOTEMPTY", "ELOOP", "ENAMETOOLONG", "EBUSY")
}


#: What else may be done about a folder of reports, after the step.
ELSEWHERE = ", or choose another folder with --out; what stood there still stands"


class Unwritten(CouldNotWrite):
    """Something that the system would not read or write.

    Parameters
    ----------
    message
        Where, why, and what to do.
    in_short
        As much of it as others may read; "" where that is all.
    step
        What to do about it, as the middle of a sentence.
    is_of_one_place
        Whether it stands in the way of that file or folder alone.
    """

    def __init__(self, message: str, *, in_short: str = "", step: str = "", is_of_one_place: bool = False) -> None:
        super().__init__(message, in_short=in_short)
        self.step, self.is_of_one_place = step, is_of_one_place


def _step(fault: OSError) -> str:
    """What to do about something that the system refused.

    >>> _step(PermissionError(errno.EACCES, "Permission denied"))
    'ask whoever owns it, or mend its permissions'
    >>> _step(OSError(errno.ENOSPC, "No space left on device"))
    'free some room'
    """
    return _STEP_BY_NUMBER.get(fault.errno or 0, "look at that file or folder")


def advice(fault: OSError, then: str = "") -> str:
    """What to do about something that the system refused, as a sentence.

    Parameters
    ----------
    fault
        What it said.
    then
        What else may be done, or still holds, before its full stop.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> advice(OSError(errno.EROFS, "Read-only file system"), ", or name another folder")
    'Have that disk mounted for writing, or name another folder.'
    """
    todo = _step(fault)
    return f"{todo[0].upper()}{todo[1:]}{then}."


def why(fault: OSError) -> str:
    """What the system said, in its words; of what has none, its kind.

    Parameters
    ----------
    fault
        What it said.

    Returns
    -------
    str
        Words without a stop.
    """
    return fault.strerror or type(fault).__name__


def _where(fault: OSError, usual: Path) -> Path:
    """The file or folder that the system refused."""
    named = fault.filename
    is_in_it = isinstance(named, str) and fault.errno in _OF_ONE_PLACE and Path(named).is_relative_to(usual)
    return Path(named) if is_in_it else usual


def refusal(usual: Path, fault: OSError, *, done: str = "written", then: str = "", in_short: str = "") -> Unwritten:
    """The error that a refusal of the system becomes.

    Parameters
    ----------
    usual
        What was to be read or written: told where the fault names nothing in it.
    fault
        What the system said.
    done
        What could not be done with it.
    then
        What else may be done, or still holds, from the end of what to do on: ", or name another with --out".
    in_short
        As much as others may read; "" where that is all.

    Returns
    -------
    Unwritten
        An error to be raised.

    Examples
    --------
    >>> full = OSError(errno.ENOSPC, "No space left on device")
    >>> print(refusal(Path("reports"), full, then=", or choose another folder with --out"))
    reports could not be written (No space left on device). Free some room, or choose another folder with --out.
    """
    what = f"{_where(fault, usual)} could not be {done} ({why(fault)})."
    return told(what, fault, then=then, in_short=in_short)


def told(what: str, fault: OSError, *, then: str = "", in_short: str = "") -> Unwritten:
    """The error that a refusal of the system becomes, what could not be done being said.

    Parameters
    ----------
    what
        A sentence that says it.
    fault
        What the system said.
    then, in_short
        As of ``refusal``.

    Returns
    -------
    Unwritten
        An error to be raised.
    """
    is_of_one_place = fault.errno in _OF_ONE_PLACE
    return Unwritten(
        f"{what} {advice(fault, then)}", in_short=in_short, step=_step(fault), is_of_one_place=is_of_one_place
    )
