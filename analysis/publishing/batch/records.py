"""What is known of a job on its road, and of a run: its exit status, its summary, and the record in reports/batches."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import analysis
from analysis.errors import AttritionError, CouldNotWrite, SomeFailed
from analysis.publishing.about.editions import Edition
from analysis.publishing.batch.file import Job
from analysis.publishing.changes.changes import Changes
from analysis.publishing.placing import failures, places
from analysis.system.unwritten import ELSEWHERE, Unwritten
from analysis.system.writing import Linked, as_json

FOLDER = "batches"  # below the folder of reports
SCHEMA = "attrition batch run 1"
_SLOWEST = 5
_LONGEST = 100  # characters of a batch's name in that of a record
_RECORD = re.compile(r"(.+)_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:_(\d+))?\.json", re.DOTALL)
_STATES = ("done", "up to date", "failed")
KINDS = 5  # of failure that a summary tells apart
CAUSES = {  # in a reader's words
    "NotebookFailed": "a notebook failed",
    "Died": "a process was ended",
    "Lost": "a worker was lost",
    "Damaged": "it did not come in whole",
    "Changed": "a file changed meanwhile",
    "DataRefused": "data refused",
    "DisclosureRefused": "disclosure control",
    "ParameterError": "a parameter refused",
    "CouldNotWrite": "could not be written",
    "Unwritten": "could not be written",
    "Linked": "a link in the way",
    "AttritionError": "a fault of this package",
}


@dataclass(frozen=True)
class JobRecord:
    """What is known of one job on its road from plan to place; each step hands the next a copy that says more.

    Examples
    --------
    >>> JobRecord(Job("trends", {"force": "Kent"}, "trends/force-kent"), reason="never made", state="done").entry
    {'folder': 'trends/force-kent', 'notebook': 'trends', 'parameters': {'force': 'Kent'}, 'state': 'done', \
'reason': 'never made'}
    """

    job: Job  # what was asked for
    reason: str = ""  # from ``plan``: why its report must be made; "" where it is up to date
    before: Edition | None = None  # from ``plan``: the edition that stands where its report is to stand
    error: AttritionError | None = None  # what it failed with, at whichever step; None as long as it has not
    #: From ``make``: the folder below the staging folder of the run in which the report and its notebook stand; ""
    #: where they were sent.
    staged: str = ""
    #: From ``make``: what was sent instead, by name below such a folder. ``receive`` puts it into one.
    files: Mapping[str, bytes] = field(default_factory=dict)
    #: From ``make``: what it took of the clock and of the processor.
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_memory: float = 0.0  # from ``make``: the most that it used, in MiB
    traceback: str = ""  # from ``make``: the place of its error
    warnings: tuple[str, ...] = ()  # from ``make``: what was logged meanwhile
    tries: int = 0  # from ``receive``: how often it was begun
    state: str = ""  # from ``plan`` or ``place``: "up to date", "done" or "failed"; "" as long as it is on its road
    kept: str = ""  # from ``place``: where its notebook and error are on this machine, if it failed

    @property
    def cause(self) -> str:
        """The kind of its error; "" where it has none."""
        return type(self.error).__name__ if self.error else ""

    @property
    def message(self) -> str:
        """As much of its error as others may read; "" where it has none."""
        return failures.in_short(self.error) if self.error else ""

    @property
    def exit_status(self) -> int:
        """What a command that made this report alone would end with."""
        return self.error.exit_status if self.error else 0

    @property
    def entry(self) -> dict[str, Any]:
        """It as it is kept and logged: without what it does not have, and without a path of this machine."""
        fields = {
            "folder": self.job.folder,
            "notebook": self.job.name,
            "parameters": self.job.values,
            "state": self.state,
            "reason": self.reason,
            "seconds": self.seconds,
            "processor_seconds": self.processor_seconds,
            "peak_memory": round(self.peak_memory, 1),
            "tries": self.tries,
            "cause": self.cause,
            "message": self.message,
            "exit_status": self.exit_status,
        }
        return {name: value for name, value in fields.items() if value not in ("", 0)}


@dataclass
class Run:
    """A run of a batch, as far as it is."""

    #: The name of the batch and what it is.
    batch: str
    title: str
    total: int  # how many jobs it has
    settings: dict[str, Any]  # what was asked of it, as it is written down
    due: int = 0  # how many jobs were not up to date when it began
    started: datetime = field(default_factory=lambda: datetime.now(UTC))  # when it began, in UTC
    seconds: float = 0.0  # how long it took, waiting included
    waited: float = 0.0  # how long of this it waited for another batch
    results: list[JobRecord] = field(default_factory=list)  # the record of every job that has come to its end
    removed: list[str] = field(default_factory=list)  # the folders of reports that are no longer kept
    stopped_by: int = 0  # the signal that stopped it; 0 where none did
    restricted: int = 0  # how many of its jobs are of restricted reports
    written: str = ""  # the name of its record among the public ones, once it is written
    #: What changed since it was last told, in each place of reports; none where the run was stopped.
    changes: list[Changes] = field(default_factory=list)
    has_index: bool = True  # whether an index leads to the reports
    index_fault: str = ""  # why the index was not brought up to date; "" where it was, or need not be

    def of(self, state: str) -> list[JobRecord]:
        """The jobs that ended in a state: "done", "up to date", "failed".

        Parameters
        ----------
        state
            The word of the state.

        Returns
        -------
        list[JobRecord]
            Records in the order in which they ended.
        """
        return [record for record in self.results if record.state == state]

    @property
    def is_out_of_room(self) -> bool:
        """Whether a report met a disk that could not be written; what stands in the way of one is its own affair."""
        faults = [record.error for record in self.of("failed")]
        return any(isinstance(fault, CouldNotWrite) and not _is_of_one_place(fault) for fault in faults)

    @property
    def exit_status(self) -> int:
        """0 all done; 6 some failed and others stand; the status that all failures share where nothing stands.

        A disk that could not be written is 7 whatever else stands; a signal that stopped the run is 128 and its number.
        """
        failed = {record.exit_status for record in self.of("failed")}
        if self.stopped_by:
            return 128 + self.stopped_by
        if self.index_fault:
            return CouldNotWrite.exit_status
        if not failed or CouldNotWrite.exit_status in failed:
            return max(failed, default=0)
        stands = self.of("done") or self.of("up to date")
        return SomeFailed.exit_status if stands or len(failed) > 1 else failed.pop()

    def exit_status_after(self, refused: Sequence[int]) -> int:
        """That of an update: of what was ``refused`` before the run first, but for a stop or a disk that was full.

        Parameters
        ----------
        refused
            Exit statuses of what was refused before the run.

        Returns
        -------
        int
            An exit status of the command.
        """
        return self.exit_status if self.stopped_by or self.is_out_of_room or not refused else refused[0]

    def parts(self, out: Path) -> Iterator[tuple[Path, Run]]:
        """As much of it as is about the reports of each place, with the place: of the other's, nothing is told there.

        Words that jobs were chosen by may name a report: of a run of both places neither record has them.

        Parameters
        ----------
        out
            The folder of reports.

        Yields
        ------
        Iterator[tuple[Path, Run]]
            A place of reports and the run as its record has it.
        """
        both = 0 < self.restricted < self.total
        settings = {name: value for name, value in self.settings.items() if name != "only" or not both}
        for root, total in ((out, self.total - self.restricted), (out / places.RESTRICTED, self.restricted)):
            is_own = places.is_restricted(root)
            if total or not (self.total or is_own):
                results = [result for result in self.results if places.is_of_restricted(result.job.folder) == is_own]
                removed = [folder for folder in self.removed if places.is_of_restricted(folder) == is_own]
                yield root, replace(self, total=total, settings=settings, results=results, removed=removed)

    @property
    def line(self) -> str:
        """What happened, in one line."""
        parts = [f"{len(self.of(state))} {state}" for state in _STATES if self.of(state)]
        left = self.total - len(self.results)
        parts += [f"{left} left for the next run"] if left else []
        parts += [f"{len(self.removed)} removed"] if self.removed else []
        waited = f", {self.waited:.1f} s of it waiting for another batch" if self.waited else ""
        return f"{self.batch}: {', '.join(parts) or 'nothing to do'} ({self.seconds:.1f} s{waited})"

    def summary(self) -> Iterator[str]:
        """What happened, a line each: how many, what failed by cause and what to do about it, what was slowest.

        Yields
        ------
        Iterator[str]
            A line without its end.
        """
        yield self.line
        yield from self._failures()
        if self.index_fault:
            yield f"  {self.index_sentence}"
        slowest = sorted(self.of("done"), key=lambda record: -record.seconds)[:_SLOWEST]
        for place, record in enumerate(slowest):
            yield f"  {'slowest' if place == 0 else '       '} {record.seconds:6.1f} s  {record.job.folder}"

    @property
    def index_sentence(self) -> str:
        """That the index was not brought up to date, and why; "" where it was."""
        if not self.index_fault:
            return ""
        what = "The index is as it was before this run" if self.has_index else "There is no index"
        return f"{what}: {self.index_fault} 'attrition index' writes it, and so does the next run."

    def _failures(self) -> Iterator[str]:
        """What failed, alike together, the most common first, and where the first of each is kept."""
        failed = self.of("failed")
        kinds = alike(failed)
        for number, first in kinds[:KINDS]:
            kept = f", kept in {first.kept}" if first.kept else ""
            yield f"  {number} failed, {CAUSES.get(first.cause, first.cause)}: {first.message}"
            yield f"    {'first ' if number > 1 else ''}{first.job.folder}{kept}"
        if rest := sum(number for number, _ in kinds[KINDS:]):
            yield f"  {rest} failed otherwise: the record of the run names each"
        for step in dict.fromkeys(record.error.step for record in failed if isinstance(record.error, Unwritten)):
            yield f"  {step[:1].upper()}{step[1:]}{ELSEWHERE}."
        if failed:
            yield "  The next run tries what failed again; with --failed, nothing else."

    @property
    def record(self) -> dict[str, Any]:
        """The run for machines."""
        return {
            "schema": SCHEMA,
            "batch": self.batch,
            "title": self.title,
            "version": analysis.__version__,
            "started_at": self.started.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 1),
            **({"waited_seconds": round(self.waited, 1)} if self.waited else {}),
            "exit_status": self.exit_status,
            "settings": self.settings,
            "jobs": self.total,
            **{state.replace(" ", "_"): len(self.of(state)) for state in _STATES},
            "left": self.total - len(self.results),
            "removed": self.removed,
            "results": [record.entry for record in self.results],
        }

    def write(self, root: Path) -> Path:
        """Write the record in a place of reports, under a name that no earlier run has.

        Parameters
        ----------
        root
            The place of reports.

        Returns
        -------
        pathlib.Path
            The file of the record.

        Raises
        ------
        OSError
            Where the disk cannot be written.
        Linked
            Where a link stands on the way.
        """
        name = f"{self.batch[:_LONGEST]}_{self.started:%Y-%m-%dT%H-%M-%SZ}"
        own, number = f"{name}.json", 2
        with places.held(root, FOLDER) as folder:
            while os.path.lexists(folder.path / own):  # two runs in a second, or a clock that was set back
                own, number = f"{name}_{number}.json", number + 1
            folder.write(own, as_json(self.record))
        return folder.path / own


def _is_of_one_place(fault: CouldNotWrite) -> bool:
    """Whether what could not be written is one report alone."""
    return isinstance(fault, Linked) or (isinstance(fault, Unwritten) and fault.is_of_one_place)


def alike(failed: Iterable[JobRecord]) -> list[tuple[int, JobRecord]]:
    """Failures of one cause and message together, the most common first.

    Parameters
    ----------
    failed
        Jobs that failed.

    Returns
    -------
    list of tuple
        How many, and the first of them.
    """
    kinds: dict[tuple[str, str], list[JobRecord]] = {}
    for record in failed:
        kinds.setdefault((record.cause, record.message), []).append(record)
    return [(len(some), some[0]) for some in sorted(kinds.values(), key=len, reverse=True)]


def records(out: Path) -> dict[str, list[Path]]:
    """The records of runs below a folder of reports.

    Parameters
    ----------
    out
        The folder of reports, or a place in it.

    Returns
    -------
    dict
        The files of each batch's records by its name, the oldest first.
    """
    by_batch: dict[str, list[tuple[str, int, Path]]] = {}
    for path in (out / FOLDER).glob("*.json"):
        named = _RECORD.fullmatch(path.name)
        if named and _is_record(path):
            by_batch.setdefault(named[1], []).append((named[2], int(named[3] or 1), path))
    return {batch: [path for *_, path in sorted(dated)] for batch, dated in by_batch.items()}


def _is_record(path: Path) -> bool:
    """Whether a file is a record of a run."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return not path.is_symlink() and isinstance(content, dict) and content.get("schema") == SCHEMA
