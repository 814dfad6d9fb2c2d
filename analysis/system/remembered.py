"""What a batch works out once: arrays that several of its reports need, and that follow from numbers alone.

The limits of a funnel are the same in the report of every police force. The process of a report leaves them in a folder
of its batch, where the next one finds them by all that they were worked out from: other counts, another rule, another
name. The folder is closed to others, belongs to one edition of the code on one machine, and goes with the batch. What
is not there, or is damaged, is worked out; so it is wherever no batch has set a folder.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec

import numpy as np
from numpy.typing import NDArray

Given = ParamSpec("Given")
_MOST = 16 * 2**20  # bytes of an array that is kept


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

    @wraps(function)
    def found(*given: Given.args, **named: Given.kwargs) -> NDArray[np.float64]:
        if Shared.folder is None:
            return function(*given, **named)
        asked = f"{function.__module__}.{function.__qualname__}".encode() + pickle.dumps((given, named), protocol=5)
        place = Shared.folder / f"{sha256(asked).hexdigest()}.npy"
        with suppress(OSError, ValueError, EOFError):
            kept: NDArray[np.float64] = np.load(place, allow_pickle=False)
            return kept
        made = function(*given, **named)
        if made.nbytes <= _MOST:
            with suppress(OSError):
                _keep(made, place)
        return made

    return found


def _keep(made: NDArray[np.float64], place: Path) -> None:
    """Put an array where it will be looked for, whole or not at all."""
    handle, part = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        np.save(file, made, allow_pickle=False)
    Path(part).replace(place)
