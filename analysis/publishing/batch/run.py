"""A batch from start to finish: what is out of date is made, each report apart, and moved in whole; the rest stands.

Killed at any moment it leaves whole reports, and running it again makes what is missing. Reports are made by an
executor (``executors``); this process alone moves them in, so that nothing else writes to the folder of reports.

Being told to stop: Ctrl-C, SIGTERM from a scheduler, SIGHUP from a terminal that closes.

The word is remembered, not obeyed on the spot: a report that is being moved in is moved in, and what has not begun
stays for the next run.
"""

from __future__ import annotations

import logging
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType

from analysis.errors import AttritionError, CouldNotWrite, NotebookFailed
from analysis.publishing.batch import executors, make, plan, records, retention
from analysis.publishing.batch.executors import Done
from analysis.publishing.batch.file import Batch, Job
from analysis.publishing.batch.make import TOKEN, Answer, Order
from analysis.publishing.batch.plan import Planned
from analysis.publishing.batch.receive import Received
from analysis.publishing.batch.records import Result, Run
from analysis.publishing.index import catalogue
from analysis.publishing.placing import failures, locks, places
from analysis.publishing.placing.staging import Staging
from analysis.publishing.report import publication
from analysis.publishing.running import children
from analysis.system import writing

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stop:
    """Whether somebody has asked, and by which signal; 0 where nobody has."""

    def __init__(self) -> None:
        self.signal = 0

    def is_asked(self) -> bool:
        """Whether to begin nothing more."""
        return self.signal != 0


@contextmanager
def watched(ask: Callable[[], object]) -> Iterator[Stop]:
    """Catch the signals that ask to stop while in here, and call ``ask`` at the first. Only a main thread can."""
    stop = Stop()

    def asked(number: int, _: FrameType | None) -> None:
        stop.signal = stop.signal or number
        ask()

    if current_thread() is not main_thread():
        yield stop
        return
    # a signal that was ignored when this process began, as nohup does, stays ignored
    kept = {one: signal.getsignal(one) for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN}
    for one in kept:
        signal.signal(one, asked)
    try:
        yield stop
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)


_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How a batch is run: by how many workers, where (``scheduler``), by which engine, and which of its jobs.

    ``keep`` is how many periods of a series of reports to keep, 0 for all; ``waits`` for another batch to be done;
    ``is_draft`` makes drafts, which no index leads to.
    """

    workers: int = 1
    scheduler: str = ""
    by: str = "warm"
    is_forced: bool = False
    only: tuple[str, ...] = ()
    failed: bool = False
    keep: int = 0
    waits: bool = False
    is_draft: bool = False


def run(
    batch: Batch,
    out: Path,
    *,
    settings: Settings,
    begin: Callable[[Run], object] = lambda _: None,
    tell: Callable[[Result], object] = lambda _: None,
) -> Run:
    """Make the reports of a batch that are not up to date. ``begin`` and ``tell`` hear of the run and of each result.

    Raises ParameterError for jobs that it does not have, CouldNotWrite when the folder cannot be written or another
    batch holds it. What fails in a job is in its result.
    """
    plan.book.cache_clear()  # as notebooks are when this batch begins, not when another in this process did
    wanted = plan.chosen(batch, out, only=settings.only, failed=settings.failed)
    report = Run(batch.name, batch.title, len(wanted), _told(settings))
    report.restricted = sum(places.is_of_restricted(job.folder) for job in wanted)
    started = time.monotonic()
    try:
        with watched(make.ROOM.close) as stop:
            make.ROOM.open()
            with locks.held(out, locks.BATCH, waits=settings.waits, is_stopped=stop.is_asked) as is_held:
                desk = _Desk(batch, out, settings=settings, run=report, tell=tell, stop=stop)
                if is_held:
                    desk.work(wanted, begin)
                report.stopped_by = stop.signal
                report.seconds = time.monotonic() - started
                if is_held:
                    desk.record()
    except OSError as fault:
        raise CouldNotWrite(
            f"{out} could not be written ({fault.strerror or fault}). Free some room, or choose another folder with "
            "--out; what stood there still stands."
        ) from fault
    return report


def _told(settings: Settings) -> dict[str, object]:
    """The settings that were asked for, for the record; an address of a cluster stays out of it."""
    told = asdict(settings) | {"scheduler": "a cluster" if settings.scheduler else ""}
    return {name: value for name, value in told.items() if value not in ("", False, 0, ())}


class _Desk:
    """Where the orders of one batch go out and the reports come in."""

    def __init__(
        self,
        batch: Batch,
        out: Path,
        *,
        settings: Settings,
        run: Run,
        tell: Callable[[Result], object],
        stop: Stop,
    ) -> None:
        self.batch, self.out, self.settings, self.run, self.tell, self.stop = batch, out, settings, run, tell, stop
        self.is_full = False  # the disk

    def work(self, wanted: Sequence[Job], begin: Callable[[Run], object]) -> None:
        """Everything: what to do, the doing, what is no longer kept, the index."""
        self.staging = Staging(self.out)
        self.staging.clear()
        for root in places.roots(self.out):
            with places.held(root, records.FOLDER) as folder:
                folder.clear()
            with locks.held(root, failures.LOCK, waits=True), places.held(root, locks.STATE) as folder:
                folder.clear()
        planned = plan.plan(
            wanted,
            self.out,
            formats=self.batch.formats,
            is_forced=self.settings.is_forced,
            is_draft=self.settings.is_draft,
        )
        due = [one for one in planned if one.reason]
        self.run.due = len(due)
        begin(self.run)
        failed = [one for root in places.roots(self.out) for one in failures.standing(root)]
        for one in planned:
            if not one.reason:
                self._stands(one.job, failed)
                self._result(one, state="up to date")
        if due and not self.stop.is_asked():
            self._make(due)
        if self.settings.keep and not self.stop.is_asked():
            self._remove()
        if (self.run.removed or not self.is_full) and not all(map(catalogue.is_current, places.roots(self.out))):
            self._index()

    def _remove(self) -> None:
        """Remove what is no longer kept, once nothing leads there; a disk without room for that has more afterwards."""
        gone = retention.surplus(self.out, keep=self.settings.keep, asked={job.folder for job in self.batch.jobs})
        if gone and not self.is_full:
            with suppress(CouldNotWrite):
                self._index(without=gone)
        retention.remove(self.out, self.staging, gone)
        self.run.removed = gone

    def _index(self, *, without: Sequence[str] = ()) -> None:
        if self.settings.is_draft:
            return
        from analysis.publishing.index import index  # which loads what draws pages

        index.write_index(self.out, without=without)

    def _stands(self, job: Job, failed: list[failures.Failure]) -> None:
        """Let go what is left of a run that failed: what it was to make is here, from another that went well."""
        name = plan.book(job.notebook).name
        if any(one.is_of(name, job.values) for one in failed):
            failures.forget(places.root_of(self.out, job.folder), name, job.values)
        self.staging.forget(job.folder)

    def record(self) -> None:
        """Write down what came of the run. A disk that is known to be full need not be met once more."""
        try:
            for root, part in self.run.parts(self.out):
                part.write(root)
            if self.settings.keep:
                retention.remove_records(self.out, keep=self.settings.keep)
        except OSError:
            if not self.is_full:
                raise

    def _make(self, due: list[Planned]) -> None:
        """Send out every order and put each report in place as it comes."""
        children.prepare(children.REPORTS)
        folder, token = self.staging.of_batch(), secrets.token_hex(16)
        with writing.whole(folder / TOKEN) as out:
            out.write(token.encode())
        planned = {one.job.folder: one for one in due}
        orders = [self._order(one.job, folder, token) for one in due]
        received = Received(folder, self.batch.formats, is_draft=self.settings.is_draft)
        try:
            with executors.watching(workers=self.settings.workers, scheduler=self.settings.scheduler) as executor:
                try:
                    for done in executors.as_done(
                        executor,
                        make.make,
                        orders,
                        again=lambda done: received.is_to_be_tried_again(done, planned[done.piece.folder].job),
                        is_stopped=self._is_over,
                    ):
                        self._answered(planned[done.piece.folder], done, received)
                finally:  # whatever ended it, nobody waits for what is still being made
                    make.ROOM.close()
        finally:
            self.staging.clear()

    def _is_over(self) -> bool:
        """Whether no more reports are to be made."""
        return self.stop.is_asked() or self.is_full or bool(self.batch.stops_at_failure and self.run.of("failed"))

    def _order(self, job: Job, folder: Path, token: str) -> Order:
        return Order(
            folder=job.folder,
            notebook=job.notebook,
            values=job.values,
            formats=self.batch.formats,
            by=self.settings.by,
            time_limit=self.batch.time_limit,
            memory_limit=self.batch.memory_limit,
            staging=str(folder),
            token=token,
            is_draft=self.settings.is_draft,
        )

    def _answered(self, planned: Planned, done: Done[Order, Answer], received: Received) -> None:
        """Put a report in place, or keep what is left of it and remember that it failed."""
        answer = done.answer if isinstance(done.answer, Answer) else Answer(_error_of(done.answer, planned.job))
        if self._is_over() and isinstance(answer.error, (make.Stopped, make.Died, executors.Lost)):
            return  # whoever asked to stop ended it, or will have
        job = planned.job
        book, root = plan.book(job.notebook), places.root_of(self.out, job.folder)
        for warning in answer.warnings:
            _log.warning("%s: %s", job.folder, warning)
        try:
            with failures.remembered(root, book, job.values, is_started=True):
                if answer.error is not None:
                    raise answer.error
                try:
                    received.check(answer, job)
                    publication.put(received.built(answer), self.out, job.folder)
                except OSError as fault:
                    raise publication.could_not_write(self.out, Path(job.folder), fault) from fault
        except AttritionError as fault:
            self._failed(planned, done, answer=answer, fault=fault, received=received)
            return
        received.forget(answer)
        self.staging.forget(job.folder)
        self._result(planned, state="done", answer=answer, tries=done.tries)

    def _failed(
        self,
        planned: Planned,
        done: Done[Order, Answer],
        *,
        answer: Answer,
        fault: AttritionError,
        received: Received,
    ) -> None:
        """A job that failed: its notebook and error are kept beside the reports, never among them."""
        self.is_full = self.is_full or (isinstance(fault, CouldNotWrite) and not isinstance(fault, writing.Linked))
        kept = ""
        with suppress(OSError):
            kept = str(self.staging.keep(planned.job.folder, received.left(answer, fault)))
        received.forget(answer)
        self._result(planned, state="failed", answer=answer, tries=done.tries, fault=fault, kept=kept)

    def _result(
        self,
        planned: Planned,
        *,
        state: str,
        answer: Answer | None = None,
        tries: int = 0,
        fault: AttritionError | None = None,
        kept: str = "",
    ) -> None:
        answer = answer or Answer()
        result = Result(
            folder=planned.job.folder,
            notebook=planned.job.name,
            parameters=planned.job.values,
            state=state,
            reason=planned.reason,
            seconds=answer.seconds,
            processor_seconds=answer.processor_seconds,
            peak_memory=round(answer.peak_memory, 1),
            tries=tries,
            cause=type(fault).__name__ if fault else "",
            message=failures.in_short(fault) if fault else "",
            exit_status=fault.exit_status if fault else 0,
            kept=kept,
        )
        self.run.results.append(result)
        self.tell(result)


def _error_of(fault: BaseException, job: Job) -> AttritionError:
    """What a job failed with whose executor gave no answer."""
    if isinstance(fault, AttritionError):
        return fault
    told = f"{job.name}: {type(fault).__name__}"
    return NotebookFailed(f"{told}: {fault}", in_short=f"{told}.")
