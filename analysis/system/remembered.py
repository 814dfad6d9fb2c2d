"""What a batch works out once: what several of its reports need alike, and follows from what it is worked out of.

The limits of a funnel are the same in the report of every police force, and so is a chart of the whole country. The
process of a report leaves them in a folder of its batch, where the next one finds them by all that they were worked out
from: other counts, another rule, another name. The folder is closed to others, belongs to one edition of the code and
of the look-up tables on one machine, and goes with the batch. What is not there, or is damaged, is worked out; so it is
wherever no batch has set a folder.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

Given = ParamSpec("Given")
Kept = TypeVar("Kept")
_MOST = 16 * 2**20  # bytes of a result that is kept


class Shared:
    """Where this process finds what was worked out before; None where nobody has set a folder."""

    folder: Path | None = None


def share(folder: Path) -> None:
    """Have this process look into a folder, and leave there what it works out.

    Parameters
    ----------
    folder
        Closed to others, and made where it is not there. Where it cannot be, everything is worked out.
    """
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        Shared.folder = folder


def remembered(function: Callable[Given, NDArray[np.float64]]) -> Callable[Given, NDArray[np.float64]]:
    """A function of numbers that gives an array, which is taken from the shared folder where it stands there.

    Parameters
    ----------
    function
        What it gives follows from what it is given, and from nothing else.

    Returns
    -------
    Callable
        The same function. Its array is nobody else's.
    """
    return kept(function, load=_array, save=_saved)


def kept(
    function: Callable[Given, Kept], *, load: Callable[[bytes], Kept], save: Callable[[Kept], bytes]
) -> Callable[Given, Kept]:
    """A function whose results are taken from the shared folder where they stand there.

    Parameters
    ----------
    function
        What it gives follows from what it is given and from the tables and the code that the folder is named for.
    load
        Makes a result of bytes. Of bytes that are damaged it raises a ValueError, LookupError, TypeError or EOFError.
    save
        Makes bytes of a result.

    Returns
    -------
    Callable
        The same function. What it gives is nobody else's.
    """

    @wraps(function)
    def found(*given: Given.args, **named: Given.kwargs) -> Kept:
        if Shared.folder is None:
            return function(*given, **named)
        asked = f"{function.__module__}.{function.__qualname__}".encode() + pickle.dumps((given, named), protocol=5)
        place = Shared.folder / sha256(asked).hexdigest()
        with suppress(OSError, ValueError, LookupError, TypeError, EOFError):
            return load(place.read_bytes())
        made = function(*given, **named)
        content = save(made)
        if len(content) <= _MOST:
            with suppress(OSError):
                _keep(content, place)
        return made

    return found


def _array(content: bytes) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.load(BytesIO(content), allow_pickle=False)
    return found


def _saved(made: NDArray[np.float64]) -> bytes:
    stream = BytesIO()
    np.save(stream, made, allow_pickle=False)
    return stream.getvalue()


def _keep(content: bytes, place: Path) -> None:
    """Put a result where it will be looked for, whole or not at all."""
    handle, part = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(part).replace(place)
