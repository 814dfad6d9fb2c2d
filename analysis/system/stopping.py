"""Being told to stop: Ctrl-C, SIGTERM from a scheduler, SIGHUP from a terminal that closes.

The word is remembered, not obeyed on the spot, so that what is in the middle of something may come to the end of it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stop:
    """Whether somebody has asked, and by which signal; 0 where nobody has."""

    def __init__(self) -> None:
        self.signal = 0

    def is_asked(self) -> bool:
        """Whether to begin nothing more.

        Returns
        -------
        bool
            True once a signal has asked for it.
        """
        return self.signal != 0


@contextmanager
def watched(ask: Callable[[], object]) -> Iterator[Stop]:
    """Catch the signals that ask to stop while in here. Only a main thread can.

    Parameters
    ----------
    ask
        Called at each of them.

    Yields
    ------
    Stop
        What has been asked so far.
    """
    stop = Stop()

    def asked(number: int, _: FrameType | None) -> None:
        stop.signal = stop.signal or number
        ask()

    if current_thread() is not main_thread():
        yield stop
        return
    # a signal that was ignored when this process began, as nohup does, stays ignored
    kept = {number: signal.getsignal(number) for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN}
    for number in kept:
        signal.signal(number, asked)
    try:
        yield stop
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
