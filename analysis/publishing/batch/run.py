"""A batch from start to finish: plan, make, receive, place. What is out of date is made; the rest is left as it is.

Killed at any moment it leaves whole reports, and running it again makes what is missing. Reports are made by an
executor (``executors``); this process alone moves them in, so that nothing else writes to the folder of reports. Told
to stop, it moves in what it is moving in, and leaves what has not begun to the next run.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from analysis.errors import CouldNotWrite
from analysis.publishing.batch import executors, make, place, plan, receive, records, retention
from analysis.publishing.batch.file import Batch, Job
from analysis.publishing.batch.records import JobRecord, Run
from analysis.publishing.changes import before, changes
from analysis.publishing.index import catalogue
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.placing import failures, locks, places
from analysis.publishing.placing.staging import Staging
from analysis.publishing.running import children
from analysis.system import stopping, unwritten, writing
from analysis.system.stopping import Stop

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How a batch is run, and which of its jobs."""

    workers: int = 1  # how many reports are made at once
    scheduler: str = ""  # the address of a cluster that makes them; "" for this machine
    by: str = "warm"  # the engine that runs notebooks
    is_forced: bool = False  # whether reports that are up to date are made too
    only: tuple[str, ...] = ()  # patterns of the jobs that are meant; none means all
    failed: bool = False  # whether only jobs are meant whose last run failed
    keep: int = 0  # how many periods of a series of reports to keep, 0 for all
    waits: bool = False  # whether to wait for another batch to be done
    is_draft: bool = False  # whether drafts are made, which no index leads to

    @property
    def entry(self) -> dict[str, object]:
        """What was asked for, for the record of the run; an address of a cluster stays out of it."""
        asked = asdict(self) | {"scheduler": "a cluster" if self.scheduler else ""}
        return {name: value for name, value in asked.items() if value not in ("", False, 0, ())}


def run(
    batch: Batch,
    out: Path,
    *,
    settings: Settings,
    begin: Callable[[Run], object] = lambda _: None,
    tell: Callable[[JobRecord], object] = lambda _: None,
) -> Run:
    """Make the reports of a batch that are not up to date.

    Parameters
    ----------
    batch
        What is asked for.
    out
        The folder of reports.
    settings
        How it is run, and which of its jobs.
    begin
        Hears of the run when it is known how many jobs are due.
    tell
        Hears of each job that has come to its end.

    Returns
    -------
    Run
        What came of it. What fails in a job is in its record.

    Raises
    ------
    ParameterError
        For jobs that the batch does not have.
    CouldNotWrite
        When the folder cannot be written or another batch holds it.
    """
    plan.book.cache_clear()  # as notebooks are when this batch begins, not when another in this process did
    wanted = plan.chosen(batch, out, only=settings.only, failed=settings.failed)
    this = Run(batch.name, batch.title, len(wanted), settings.entry)
    this.restricted = sum(places.is_of_restricted(job.folder) for job in wanted)
    started = time.monotonic()
    try:
        with stopping.watched(make.ROOM.close) as stop:
            make.ROOM.open()
            wait = _Wait(out, stop)
            with locks.held(out, locks.BATCH, waits=settings.waits, is_stopped=wait.is_over) as is_held:
                this.waited = wait.seconds()
                work = _Work(batch, out, settings=settings, run=this, tell=tell, stop=stop)
                if is_held:
                    work.do(wanted, begin)
                this.stopped_by = stop.signal
                this.seconds = time.monotonic() - started
                if is_held:
                    work.write_down()
    except OSError as fault:
        raise unwritten.refusal(out, fault, then=unwritten.ELSEWHERE) from fault
    return this


class _Wait:
    """The time that a run waits for another batch: none where there is no other."""

    def __init__(self, out: Path, stop: Stop) -> None:
        self.out, self.stop, self.began = out, stop, 0.0

    def is_over(self) -> bool:
        """Whether it is to end though the other is not done; asked again and again while it is not."""
        if not self.began:
            self.began = time.monotonic()
            _log.warning("Another batch is writing to %s: waiting for it", self.out)
        return self.stop.is_asked()

    def seconds(self) -> float:
        """How long it was, once it is over."""
        return time.monotonic() - self.began if self.began else 0.0


class _Work:
    """The work of one run, while it holds the lock of the folder of reports."""

    def __init__(
        self,
        batch: Batch,
        out: Path,
        *,
        settings: Settings,
        run: Run,
        tell: Callable[[JobRecord], object],
        stop: Stop,
    ) -> None:
        self.batch, self.out, self.settings, self.run, self.tell, self.stop = batch, out, settings, run, tell, stop
        self.form = Form(batch.formats, settings.is_draft, batch.publisher)

    def do(self, wanted: Sequence[Job], begin: Callable[[Run], object]) -> None:
        """Everything: what to do, the doing, what is no longer kept, the index."""
        self._clear()
        is_draft = self.settings.is_draft
        planned = plan.plan(wanted, self.out, form=self.form, is_forced=self.settings.is_forced)
        due = [record for record in planned if record.reason]
        self.run.due = len(due)
        begin(self.run)
        failed = plan.last_failed(self.out)
        for record in planned:
            if not record.reason:
                place.forget_failure(record, self.out, staging=self.staging, failed=failed)
                self._note(record)
            elif record.error:
                self._note(place.refused(record, self.out))
        able = [record for record in due if not record.error]
        if able and not self._is_over():
            if not is_draft:
                before.keep(self.out, [record.job.folder for record in able])
            self._take_through(able)
        if self.settings.keep and not self.stop.is_asked():
            self._remove()
        if not (is_draft or self.stop.is_asked() or self.run.is_out_of_room):
            self.run.changes = [changes.write(root) for root in places.roots(self.out)]
        if not is_draft:
            self._bring_index_up_to_date()
        self.run.has_index = (self.out / "index.html").is_file()

    def write_down(self) -> None:
        """Write down what came of the run. A disk that is known to be full need not be met once more."""
        try:
            for root, part in self.run.parts(self.out):
                written = part.write(root)
                self.run.written = self.run.written if places.is_restricted(root) else written.name
            if self.settings.keep:
                retention.remove_records(self.out, keep=self.settings.keep)
        except OSError:
            if not (self.run.is_out_of_room or self.run.index_fault):
                raise

    def _clear(self) -> None:
        """Remove what runs that were killed have left."""
        self.staging = Staging(self.out)
        self.staging.clear()
        for root in places.roots(self.out):
            with places.held(root, records.FOLDER) as folder:
                folder.clear()
            with locks.held(root, failures.LOCK, waits=True), places.held(root, locks.STATE) as folder:
                folder.clear()

    def _take_through(self, due: Sequence[JobRecord]) -> None:
        """Make every report that is due, and put each in its place as it comes."""
        children.prepare(children.REPORTS, number=len(due))
        terms = self._terms()
        try:
            with executors.watching(workers=self.settings.workers, scheduler=self.settings.scheduler) as executor:
                queue = executors.Queue(executor, partial(make.make, terms=terms))
                try:
                    for planned in due:
                        queue.add(planned)
                    for planned, answer, tries in queue.answers(self._is_over):
                        received = receive.receive(planned, answer, tries, terms=terms, out=self.out)
                        if receive.deserves_another_try(received) and not self._is_over():
                            queue.add(planned, tries)
                        elif not (self._is_over() and receive.is_cut_short(received)):
                            self._note(place.place(received, self.out, terms=terms, staging=self.staging))
                finally:  # whatever ended it, nobody waits for what is still being made
                    make.ROOM.close()
        finally:
            self.staging.clear()

    def _terms(self) -> make.Terms:
        """What holds for every report, its folder made and marked."""
        folder, token = self.staging.of_batch(), secrets.token_hex(16)
        with writing.whole(folder / make.TOKEN) as out:
            out.write(token.encode())
        return make.Terms(
            form=self.form,
            by=self.settings.by,
            time_limit=self.batch.time_limit,
            memory_limit=self.batch.memory_limit,
            staging=str(folder),
            token=token,
        )

    def _is_over(self) -> bool:
        """Whether no more reports are to be made."""
        is_one_too_many = self.batch.stops_at_failure and bool(self.run.of("failed"))
        return self.stop.is_asked() or self.run.is_out_of_room or is_one_too_many

    def _note(self, record: JobRecord) -> None:
        """A job has come to its end."""
        self.run.results.append(record)
        self.tell(record)

    def _remove(self) -> None:
        """Remove what is no longer kept, once nothing leads there; a disk without room for that has more afterwards."""
        gone = retention.surplus(self.out, keep=self.settings.keep, asked={job.folder for job in self.batch.jobs})
        if gone and not self.run.is_out_of_room:
            with suppress(CouldNotWrite):
                self._index(without=gone)
        retention.remove(self.out, self.staging, gone)
        self.run.removed = gone

    def _bring_index_up_to_date(self) -> None:
        """Write the index where it is not of what stands now. The reports stand where it cannot be written."""
        if self.run.is_out_of_room and not self.run.removed:
            self.run.index_fault = "no room was left to write it."
        elif not all(map(catalogue.is_current, places.roots(self.out))):
            try:
                self._index()
            except CouldNotWrite as fault:
                self.run.index_fault = str(fault)

    def _index(self, *, without: Sequence[str] = ()) -> None:
        if self.settings.is_draft:
            return
        from analysis.publishing.index import index  # which loads what draws pages

        index.write_index(self.out, address=self.batch.publisher.site or None, without=without)
