"""Where the reports of a batch are made: each in a process of its own, watched, timed, and ended by who asked for it.

``make`` is what every executor calls, in a thread of this process or in a worker on another machine. A worker that sees
the batch's staging folder builds there; another sends back the finished report.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Timer
from typing import Any

from analysis.errors import AttritionError, CouldNotWrite, NotebookFailed
from analysis.publishing.notebooks import notebooks
from analysis.publishing.notebooks.notebooks import Value
from analysis.publishing.running import children

TOKEN = "token"  # noqa: S105  the file in a staging folder by which a worker knows that it sees the same one
GRACE = 30  # seconds after its time in which a report may say where it stood, before it is killed
_KERNELS_OWN = 5  # seconds more where a kernel keeps the time itself


@dataclass(frozen=True)
class Order:
    """One report to make, for ``folder`` below the folder of reports.

    ``staging`` is the batch's staging folder, which holds a file TOKEN with ``token`` in it.

    ``time_limit`` is in seconds, ``memory_limit`` in MiB of data of its own. ``is_draft`` is as ``making`` has it.
    """

    folder: str
    notebook: str
    values: dict[str, Value]
    formats: tuple[str, ...]
    by: str
    time_limit: float
    memory_limit: int
    staging: str
    token: str
    is_draft: bool = False


@dataclass
class Answer:
    """What came of an order. ``error`` is None where the report is made.

    Its files stand in ``folder``, or came along in ``files``, by name below it. Seconds are of the clock and of the
    processor, ``peak_memory`` is in MiB. ``traceback`` is the place of an error, ``warnings`` what was logged.
    """

    error: AttritionError | None = None
    folder: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_memory: float = 0.0
    traceback: str = ""
    warnings: list[str] = field(default_factory=list)


class Died(NotebookFailed):
    """A report was not made for a reason outside of it: its process was killed, or its machine has no room.

    It is worth another try, elsewhere if there is an elsewhere.
    """


class Stopped(AttritionError):
    """The batch was told to stop while this report was being made."""


class Room:
    """The children at work for this process; ``close`` kills them, and no more are started."""

    def __init__(self) -> None:
        self._busy: set[Any] = set()
        self.is_closed = False

    def close(self) -> None:
        """End whatever is being made."""
        self.is_closed = True
        for child in tuple(self._busy):
            child.kill()

    def open(self) -> None:
        """Take work again."""
        self.is_closed = False

    def made(self, order: Order, staged: Path) -> Answer:
        """The answer of a child that makes one report in the folder ``staged``.

        A child that ends without an answer, or is over its time and has not said so, is answered for. Raises Stopped
        when the room was closed meanwhile.
        """
        if self.is_closed:
            raise Stopped
        receives, sends = children.pipe()
        try:
            child = children.started(_make, order, str(staged), sends, is_stopped=lambda: self.is_closed)
        except (OSError, EOFError) as fault:
            receives.close()
            if self.is_closed:
                raise Stopped from None
            return Answer(Died(f"{Path(order.notebook).stem}: no process could be started ({type(fault).__name__})."))
        finally:
            sends.close()
        self._busy.add(child)
        try:
            if self.is_closed:  # since the look before; whoever closed it knew nothing of this child
                raise Stopped
            answer = _answered(order, child, receives)
            if self.is_closed and isinstance(answer.error, Died):
                raise Stopped
            return answer
        finally:
            self._busy.discard(child)
            receives.close()
            children.end(child)


ROOM = Room()


def make(order: Order) -> Answer:
    """Make one report, or say why not. Raises Stopped when the batch was told to stop meanwhile."""
    started = time.monotonic()
    children.prepare(children.REPORTS)
    try:
        shared = _shared(order)
        answer = _made_there(order, shared) if shared else _made_to_send(order)
    except OSError as fault:
        answer = Answer(_unwritten(order.notebook, fault))
    answer.seconds = round(time.monotonic() - started, 3)
    return answer


def _made_there(order: Order, shared: Path) -> Answer:
    """A report in the batch's own staging folder."""
    staged = Path(tempfile.mkdtemp(prefix=f"{Path(order.notebook).stem}-", dir=shared))
    answer = ROOM.made(order, staged)
    answer.folder = staged.name
    return answer


def _made_to_send(order: Order) -> Answer:
    """A report that is sent to the batch. Where there is no room for it here, there may be elsewhere."""
    name = Path(order.notebook).stem
    try:
        with tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
            answer = ROOM.made(order, Path(folder))
            kept = [path for path in Path(folder).rglob("*") if path.is_file()]
            answer.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}
    except OSError as fault:
        answer = Answer(_unwritten(order.notebook, fault))
    if isinstance(answer.error, CouldNotWrite):
        answer.error = Died(f"{name}: the machine that made it has no room for it. Free some where temporary files go.")
    return answer


def _answered(order: Order, child: BaseProcess, receives: Connection) -> Answer:
    """What a child answers, or what there is to say of one that does not."""
    name = Path(order.notebook).stem
    if not wait([receives, child.sentinel], order.time_limit + GRACE):
        return Answer(NotebookFailed(f"{name}: it took more than {order.time_limit:g} seconds and did not stop."))
    killer = Timer(GRACE, child.kill)  # should it stand still in the middle of its answer
    killer.start()
    try:
        if receives.poll(0):
            answer: Answer = receives.recv()
            return answer
    except (EOFError, OSError):
        pass
    finally:
        killer.cancel()
    return Answer(Died(_told(name, children.status_of(child, GRACE))))


def _shared(order: Order) -> Path | None:
    """The batch's staging folder where this machine sees it and may write there, else nothing."""
    folder = Path(order.staging)
    try:
        held = (folder / TOKEN).read_text(encoding="utf-8")
    except OSError:
        return None
    return folder if held == order.token and os.access(folder, os.W_OK) else None


def _told(name: str, status: int | None) -> str:
    """How a process ended that gave no answer."""
    if status is not None and status < 0:
        return f"{name}: its process was ended by {signal.Signals(-status).name}, perhaps for want of memory."
    return f"{name}: its process ended before the report was made (status {status})."


def _make(order: Order, staged: str, sends: Connection) -> None:
    """What the child does: one report, within its time and memory, and the answer."""
    answer, warned = Answer(), _Warnings()
    logging.getLogger().addHandler(warned)
    children.Process.is_for_one_report = True
    try:
        from analysis.publishing.report import making  # which the server has loaded
        from analysis.publishing.running import engine

        notebook = notebooks.notebook(order.notebook)
        _limit(order, 0 if engine.is_warm(notebook, order.by) else _KERNELS_OWN)
        making.make(
            notebook,
            order.values,
            Path(staged),
            formats=order.formats,
            by=order.by,
            time_limit=order.time_limit,
            is_draft=order.is_draft,
        )
    except AttritionError as fault:
        answer.error, answer.traceback = fault, traceback.format_exc()
    except children.OutOfTime:
        told = f"{Path(order.notebook).stem}: the report took more than {order.time_limit:g} seconds."
        answer.error, answer.traceback = NotebookFailed(told), traceback.format_exc()
    except OSError as fault:
        answer.error, answer.traceback = _unwritten(order.notebook, fault), traceback.format_exc()
    except Exception as fault:  # noqa: BLE001  (of this package: reported as what it is, with its place)
        told = f"{Path(order.notebook).stem}: {type(fault).__name__}: {fault}"
        answer.error = AttritionError(told, in_short=f"{Path(order.notebook).stem}: {type(fault).__name__}.")
        answer.traceback = traceback.format_exc()
    finally:
        _out_of_time(0)
    answer.warnings = warned.told
    answer.processor_seconds, answer.peak_memory = _spent()
    sends.send(answer)


def _unwritten(notebook: str, fault: OSError) -> CouldNotWrite:
    """What a report that could not be written is refused with."""
    told = f"{Path(notebook).stem}: its report could not be written ({fault.strerror or type(fault).__name__})."
    return CouldNotWrite(f"{told} Free some room, or choose another folder with --out.", in_short=told)


def _limit(order: Order, more: float) -> None:
    """Hold this process to its memory and its time and some ``more``, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    held = order.memory_limit * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (held, held))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch decides what Ctrl-C ends
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # a kernel is interrupted by it
    signal.signal(signal.SIGALRM, _interrupt)
    _out_of_time(order.time_limit + more)


def _out_of_time(seconds: float) -> None:
    """Have OutOfTime raised after so many seconds; 0 takes it back."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _interrupt(*_: Any) -> None:
    raise children.OutOfTime


def _spent() -> tuple[float, float]:
    """Seconds of the processor and MiB of memory at most, of this process and its children."""
    if sys.platform == "win32":
        return time.process_time(), 0.0
    import resource

    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(sum(one.ru_utime + one.ru_stime for one in both), 3), max(one.ru_maxrss for one in both) / 1024


class _Warnings(logging.Handler):
    """Keeps what a report's process warns of, for the process that asked for it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())
