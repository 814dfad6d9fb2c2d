"""One download at a time in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from analysis.errors import CouldNotWrite
from analysis.intake.download.manifest import unwritable
from analysis.system import locking, writing
from analysis.system.locking import Holder

NAME = ".fetch.lock"


@contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Hold a folder, made where it does not exist, while in here. The file of the lock stays behind.

    Parameters
    ----------
    folder
        The folder that is downloaded into.

    Yields
    ------
    None
        The block.

    Raises
    ------
    CouldNotWrite
        When another process holds it, naming that process, or it cannot be written. One that has died holds nothing.
    """

    def refuse(holder: Holder) -> bool:
        number = holder.get("process", "unknown")
        raise CouldNotWrite(
            f"Another 'attrition fetch' (process {number}) is writing into {folder}. Wait for it, or name another "
            "folder with --to."
        )

    with ExitStack() as stack:
        try:
            opened = stack.enter_context(writing.held(folder))
            stack.enter_context(locking.held(opened, NAME, is_to_wait=refuse))
        except OSError as fault:
            raise unwritable(folder / NAME, fault) from None
        yield
