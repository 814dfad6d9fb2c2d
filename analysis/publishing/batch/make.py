"""The second word: a report is made in a process of its own, watched, timed, and ended by who asked for it.

``make`` is what every executor calls, in a thread of this process or in a worker on another machine. A worker that sees
the batch's staging folder builds there; another sends back the finished report.
"""

from __future__ import annotations

import logging
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Timer
from typing import Any

from analysis.errors import AttritionError, NotebookFailed
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.notebooks import notebooks
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.running import children
from analysis.system import processes, unwritten
from analysis.system.unwritten import Unwritten

TOKEN = "token"  # noqa: S105  the file in a staging folder by which a worker knows that it sees the same one
_REMEMBERED = "remembered"  # beside the reports that are being made: what they need alike, by machine, code and tables
GRACE = 30  # seconds after its time in which a report may say how far it was, before it is killed
_KERNELS_OWN = 5  # seconds more where a kernel keeps the time itself


@dataclass(frozen=True)
class Terms:
    """What holds for every report of a run."""

    form: Form  # the form that it is to have
    by: str  # the engine that runs its notebook
    time_limit: float  # seconds that it may take
    memory_limit: int  # MiB of data of its own that it may use
    staging: str  # the staging folder of the run, which holds a file TOKEN
    token: str  # what that file says


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

    def made(self, record: JobRecord, staged: Path, terms: Terms) -> JobRecord:
        """The record from a child that makes one report in the folder ``staged``.

        A child that ends without an answer, or is over its time and has not said so, is answered for.

        Parameters
        ----------
        record
            The job.
        staged
            Its staging folder.
        terms
            What it may take, and how it is made.

        Returns
        -------
        JobRecord
            The record with the time that was taken, and the error if any.

        Raises
        ------
        Stopped
            When the room was closed meanwhile.
        """
        if self.is_closed:
            raise Stopped
        receives, sends = children.pipe()
        try:
            child = children.started(_send, record, str(staged), terms, sends, is_stopped=lambda: self.is_closed)
        except (OSError, EOFError) as fault:
            receives.close()
            if self.is_closed:
                raise Stopped from None
            why = f"{record.job.name}: no process could be started ({type(fault).__name__})."
            return replace(record, error=Died(why))
        finally:
            sends.close()
        self._busy.add(child)
        try:
            if self.is_closed:  # since the look before; whoever closed it knew nothing of this child
                raise Stopped
            made = _answered(record, terms, child, receives)
            if self.is_closed and isinstance(made.error, Died):
                raise Stopped
            return made
        finally:
            self._busy.discard(child)
            receives.close()
            children.end(child)


ROOM = Room()


def make(record: JobRecord, terms: Terms) -> JobRecord:
    """Make one report.

    Parameters
    ----------
    record
        The job as it was planned.
    terms
        What holds for every report of the run.

    Returns
    -------
    JobRecord
        The same job with what came of it: the folder of the report or its files, or the error, and what it took.

    Raises
    ------
    Stopped
        When the batch was told to stop meanwhile.
    """
    started = time.monotonic()
    children.prepare(children.REPORTS)
    try:
        shared = _shared(terms)
        made = _made_there(record, terms, shared) if shared else _made_to_send(record, terms)
    except OSError as fault:
        made = replace(record, error=_unwritten(record, fault))
    return replace(made, seconds=round(time.monotonic() - started, 3))


def _made_there(record: JobRecord, terms: Terms, shared: Path) -> JobRecord:
    """A report in the batch's own staging folder."""
    staged = Path(tempfile.mkdtemp(prefix=f"{record.job.name}-", dir=shared))
    return replace(ROOM.made(record, staged, terms), staged=staged.name)


def _made_to_send(record: JobRecord, terms: Terms) -> JobRecord:
    """A report that is sent to the batch. Where there is no room for it here, there may be elsewhere."""
    name = record.job.name
    try:
        with tempfile.TemporaryDirectory(prefix=f"{name}-") as staged:
            made = ROOM.made(record, Path(staged), terms)
            paths = [path for path in Path(staged).rglob("*") if path.is_file()]
            made = replace(made, files={path.relative_to(staged).as_posix(): path.read_bytes() for path in paths})
    except OSError as fault:
        made = replace(record, error=_unwritten(record, fault))
    if isinstance(made.error, Unwritten):
        why = f"{name}: the machine that made it could not write it where temporary files go: {made.error.step}."
        made = replace(made, error=Died(why))
    return made


def _answered(record: JobRecord, terms: Terms, child: BaseProcess, receives: Connection) -> JobRecord:
    """What a child answers, or what there is to say of one that does not."""
    if not wait([receives, child.sentinel], terms.time_limit + GRACE):
        why = f"{record.job.name}: it took more than {terms.time_limit:g} seconds and did not stop."
        return replace(record, error=NotebookFailed(why))
    killer = Timer(GRACE, child.kill)  # should it stop in the middle of its answer
    killer.start()
    try:
        if receives.poll(0):
            made: JobRecord = receives.recv()
            return made
    except (EOFError, OSError):
        pass
    finally:
        killer.cancel()
    return replace(record, error=Died(_how_it_ended(record, children.status_of(child, GRACE))))


def _shared(terms: Terms) -> Path | None:
    """The batch's staging folder where this machine sees it and may write there, else nothing."""
    folder = Path(terms.staging)
    try:
        token = (folder / TOKEN).read_text(encoding="utf-8")
    except OSError:
        return None
    return folder if token == terms.token and os.access(folder, os.W_OK) else None


def _how_it_ended(record: JobRecord, status: int | None) -> str:
    """How a process ended that gave no answer."""
    if status is not None and status < 0:
        killed_by = signal.Signals(-status).name
        return f"{record.job.name}: its process was ended by {killed_by}, perhaps for want of memory."
    return f"{record.job.name}: its process ended before the report was made (status {status})."


def _send(record: JobRecord, staged: str, terms: Terms, sends: Connection) -> None:
    """What the child does: one report, within its time and memory, and the answer."""
    warned = _Warnings()
    logging.getLogger().addHandler(warned)
    children.Process.is_for_one_report = True
    try:
        _make_here(record, Path(staged), terms)
    except (Exception, children.OutOfTime) as fault:  # noqa: BLE001  (of this package: reported as what it is)
        error = _error_of(fault, record, terms)
        record = replace(record, error=error, traceback=traceback.format_exc())
    finally:
        _out_of_time(0)
    seconds, memory = _spent()
    sends.send(replace(record, warnings=tuple(warned.messages), processor_seconds=seconds, peak_memory=memory))


def _make_here(record: JobRecord, staged: Path, terms: Terms) -> None:
    """Make a report in this process, which was started for it alone."""
    from analysis.publishing.report import edition, inputs, making  # which the server has loaded
    from analysis.publishing.running import engine
    from analysis.system import remembered

    if staged.parent == Path(terms.staging):  # not a worker elsewhere, which sends its report
        made_by = f"{platform.node()}-{edition.edition()[:16]}-{inputs.reference_data()[:16]}"
        remembered.share(staged.parent / f"{_REMEMBERED}-{made_by}")
    notebook = notebooks.notebook(record.job.notebook)
    _limit(terms, 0 if engine.is_warm(notebook, terms.by) else _KERNELS_OWN)
    making.make(
        notebook,
        record.job.values,
        staged,
        form=terms.form,
        by=terms.by,
        time_limit=terms.time_limit,
        before=record.before,
    )


def _error_of(fault: BaseException, record: JobRecord, terms: Terms) -> AttritionError:
    """What a report that was not made failed with."""
    name = record.job.name
    if isinstance(fault, AttritionError):
        return fault
    if isinstance(fault, children.OutOfTime):
        return NotebookFailed(f"{name}: the report took more than {terms.time_limit:g} seconds.")
    if isinstance(fault, OSError):
        return _unwritten(record, fault)
    kind = f"{name}: {type(fault).__name__}"
    return AttritionError(f"{kind}: {fault}", in_short=f"{kind}.")


def _unwritten(record: JobRecord, fault: OSError) -> Unwritten:
    """What a report that could not be written is refused with."""
    short = f"{record.job.name}: its report could not be written ({unwritten.why(fault)})."
    return unwritten.told(short, fault, then=unwritten.ELSEWHERE, in_short=short)


def _limit(terms: Terms, more: float) -> None:
    """Hold this process to its memory and its time and some ``more``, where the system can."""
    if sys.platform == "win32":
        return
    children.Process.memory = terms.memory_limit * 2**20
    processes.limit_memory(children.Process.memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch decides what Ctrl-C ends
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # a kernel is interrupted by it
    signal.signal(signal.SIGALRM, _interrupt)
    _out_of_time(terms.time_limit + more)


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

    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return round(seconds, 3), max(usage.ru_maxrss for usage in usages) / 1024


class _Warnings(logging.Handler):
    """Keeps what a report's process warns of, for the process that asked for it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
