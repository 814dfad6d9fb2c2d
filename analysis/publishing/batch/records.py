"""What came of a run of a batch: the record that stays in reports/batches, its summary, and its exit status."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import analysis
from analysis.errors import CouldNotWrite, SomeFailed
from analysis.publishing.notebooks.notebooks import Value
from analysis.publishing.placing import places
from analysis.publishing.placing.staging import as_json

FOLDER = "batches"  # below the folder of reports
SCHEMA = "attrition batch run 1"
_SLOWEST = 5
_LONGEST = 100  # characters of a batch's name in that of a record
_RECORD = re.compile(r"(.+)_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:_(\d+))?\.json", re.DOTALL)
_TOLD = 5  # kinds of failure that a summary tells apart
_CAUSES = {  # in a reader's words
    "NotebookFailed": "a notebook failed",
    "Died": "a process was ended",
    "Lost": "a worker was lost",
    "Damaged": "it did not come in whole",
    "Changed": "a file changed meanwhile",
    "DataRefused": "data refused",
    "DisclosureRefused": "disclosure control",
    "ParameterError": "a parameter refused",
    "CouldNotWrite": "could not be written",
    "AttritionError": "a fault of this package",
}


@dataclass
class Result:
    """What came of one job: ``state`` is done, up to date, failed, or left for the next run.

    ``reason`` is why it had to be made. Seconds are of the clock and of the processor; ``peak_memory`` is in MiB.
    ``cause`` is the kind of error, ``message`` as much of it as others may read, ``exit_status`` what it alone would
    end with, ``kept`` where its notebook and error are on this machine.
    """

    folder: str
    notebook: str
    parameters: dict[str, Value]
    state: str
    reason: str = ""
    seconds: float = 0.0
    processor_seconds: float = 0.0
    peak_memory: float = 0.0
    tries: int = 0
    cause: str = ""
    message: str = ""
    exit_status: int = 0
    kept: str = ""

    def record(self) -> dict[str, Any]:
        """It as it is kept and logged: without what it does not have, and without a path of this machine."""
        return {name: value for name, value in asdict(self).items() if name != "kept" and value not in ("", 0)}


@dataclass
class Run:
    """A run of a batch, as far as it is: of ``total`` jobs ``due`` were not up to date when it began.

    ``restricted`` of them are of restricted reports.
    """

    batch: str
    title: str
    total: int
    settings: dict[str, Any]
    due: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: float = 0.0
    results: list[Result] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    stopped_by: int = 0
    restricted: int = 0

    def of(self, state: str) -> list[Result]:
        """The results in a state."""
        return [one for one in self.results if one.state == state]

    @property
    def exit_status(self) -> int:
        """0 all done; 6 some failed and others stand; the status that all failures share where nothing stands.

        A disk that could not be written is 7 whatever else stands; a signal that stopped the run is 128 and its number.
        """
        failed = {one.exit_status for one in self.of("failed")}
        if self.stopped_by:
            return 128 + self.stopped_by
        if not failed or CouldNotWrite.exit_status in failed:
            return max(failed, default=0)
        stands = self.of("done") or self.of("up to date")
        return SomeFailed.exit_status if stands or len(failed) > 1 else failed.pop()

    def parts(self, out: Path) -> Iterator[tuple[Path, Run]]:
        """As much of it as is about the reports of each place, with the place: of the other's, nothing is told there.

        Words that jobs were chosen by may name a report: of a run of both places they stand in neither.
        """
        both = 0 < self.restricted < self.total
        settings = {name: told for name, told in self.settings.items() if name != "only" or not both}
        for root, total in ((out, self.total - self.restricted), (out / places.RESTRICTED, self.restricted)):
            is_own = places.is_restricted(root)
            if total or not (self.total or is_own):
                results = [one for one in self.results if places.is_of_restricted(one.folder) == is_own]
                removed = [one for one in self.removed if places.is_of_restricted(one) == is_own]
                yield root, replace(self, total=total, settings=settings, results=results, removed=removed)

    def line(self) -> str:
        """What happened, in one line."""
        told = [f"{len(self.of(state))} {state}" for state in ("done", "up to date", "failed") if self.of(state)]
        left = self.total - len(self.results)
        told += [f"{left} left for the next run"] if left else []
        told += [f"{len(self.removed)} removed"] if self.removed else []
        return f"{self.batch}: {', '.join(told) or 'nothing to do'} ({self.seconds:.1f} s)"

    def summary(self) -> Iterator[str]:
        """What happened, a line each: how many, what failed by cause and what to do about it, what was slowest."""
        yield self.line()
        yield from self._failures()
        slowest = sorted(self.of("done"), key=lambda one: -one.seconds)[:_SLOWEST]
        for place, one in enumerate(slowest):
            yield f"  {'slowest' if place == 0 else '       '} {one.seconds:6.1f} s  {one.folder}"

    def _failures(self) -> Iterator[str]:
        """What failed, alike together, the most common first, and where the first of each is kept."""
        failed = self.of("failed")
        told = Counter((one.cause, one.message) for one in failed).most_common()
        for (cause, message), number in told[:_TOLD]:
            first = next(one for one in failed if (one.cause, one.message) == (cause, message))
            yield f"  {number} failed, {_CAUSES.get(cause, cause)}: {message}"
            yield f"    {'first ' if number > 1 else ''}{first.folder}{f', kept in {first.kept}' if first.kept else ''}"
        if len(told) > _TOLD:
            yield f"  {sum(number for _, number in told[_TOLD:])} failed otherwise: the record of the run names each"
        if any(one.exit_status == CouldNotWrite.exit_status for one in failed):
            yield "  Free some room, or choose another folder with --out; what stood there still stands."
        if failed:
            yield "  The next run tries what failed again; with --failed, nothing else."

    def record(self) -> dict[str, Any]:
        """The run for machines."""
        states = ("done", "up to date", "failed")
        return {
            "schema": SCHEMA,
            "batch": self.batch,
            "title": self.title,
            "version": analysis.__version__,
            "started_at": self.started.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 1),
            "exit_status": self.exit_status,
            "settings": self.settings,
            "jobs": self.total,
            **{state.replace(" ", "_"): len(self.of(state)) for state in states},
            "left": self.total - len(self.results),
            "removed": self.removed,
            "results": [one.record() for one in self.results],
        }

    def write(self, root: Path) -> Path:
        """Write the record in a place of reports, under a name that no earlier run has. Raises OSError, Linked."""
        name = f"{self.batch[:_LONGEST]}_{self.started:%Y-%m-%dT%H-%M-%SZ}"
        own, number = f"{name}.json", 2
        with places.held(root, FOLDER) as folder:
            while os.path.lexists(folder.path / own):  # two runs in a second, or a clock that was set back
                own, number = f"{name}_{number}.json", number + 1
            folder.write(own, as_json(self.record()))
        return folder.path / own


def records(out: Path) -> dict[str, list[Path]]:
    """The records of runs below a folder of reports, by batch, the oldest first."""
    found: dict[str, list[tuple[str, int, Path]]] = {}
    for path in (out / FOLDER).glob("*.json"):
        named = _RECORD.fullmatch(path.name)
        if named and _is_record(path):
            found.setdefault(named[1], []).append((named[2], int(named[3] or 1), path))
    return {batch: [path for *_, path in sorted(several)] for batch, several in found.items()}


def _is_record(path: Path) -> bool:
    """Whether a file is a record of a run."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return not path.is_symlink() and isinstance(told, dict) and told.get("schema") == SCHEMA
