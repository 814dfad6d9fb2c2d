"""What an update did, step by step: one record for whoever is told of it, with one line and one exit status."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from analysis.errors import AttritionError
from analysis.publishing.batch.records import Run

SCHEMA = "attrition update run 1"
FETCH, CHECK, REDUCE, BATCH = "fetch", "check", "reduce", "batch"
REFUSED = "refused"


@dataclass(frozen=True)
class Step:
    """One thing that was done, was not needed, or was refused."""

    step: str  # FETCH, CHECK, REDUCE or BATCH
    name: str  # of what: a file, a set of counts
    state: str  # "fetched", "already here", "checked", "reduced", "refused" and the like
    text: str  # the rest, in a sentence
    exit_status: int = 0  # of what was refused; 0 of anything else


@dataclass(frozen=True)
class Updated:
    """What an update did."""

    batch: str  # the name of its batch file
    steps: tuple[Step, ...] = ()  # what was done before the batch, in order
    run: Run | None = None  # what the batch did, and what changed (``run.changes``); None where it did not come to it
    seconds: float = field(default=0.0)  # how long all of it took

    @property
    def refused(self) -> list[Step]:
        """What was refused before the batch."""
        return [step for step in self.steps if step.state == REFUSED]

    @property
    def exit_status(self) -> int:
        """That of the batch where it was stopped or could not write; else of the first step that was refused."""
        refused = [step.exit_status for step in self.refused]
        return self.run.exit_status_after(refused) if self.run else next(iter(refused), 0)

    @property
    def line(self) -> str:
        """What happened, in one line."""
        kinds = {state: sum(step.state == state for step in self.steps) for state in ("fetched", "reduced", REFUSED)}
        before = [f"{number} {state}" for state, number in kinds.items() if number]
        sentence = self.run.line.partition(": ")[2].rpartition(" (")[0] if self.run else "no reports made"
        changed = [change.line for change in self.run.changes if change.reports] if self.run else []
        parts = [", ".join(before) or "nothing new to fetch", sentence, *changed]
        return f"{self.batch}: {'; '.join(parts)} ({self.seconds:.1f} s)"

    @property
    def record(self) -> dict[str, Any]:
        """The update for machines: its steps, and of the batch its record without a line for each report."""
        run = self.run.record if self.run else {}
        run.pop("results", None)
        public = [change.record for change in self.run.changes if not change.is_restricted] if self.run else []
        return {
            "schema": SCHEMA,
            "batch": self.batch,
            "exit_status": self.exit_status,
            "seconds": round(self.seconds, 1),
            "steps": [asdict(step) for step in self.steps],
            "run": run,
            "changes": [{name: value for name, value in change.items() if name != "reports"} for change in public],
        }


def refused(step: str, name: str, fault: AttritionError) -> Step:
    """A step that was refused, as its error says.

    Parameters
    ----------
    step
        FETCH, CHECK, REDUCE or BATCH.
    name
        Of what.
    fault
        The refusal.

    Returns
    -------
    Step
        The step, with the status that the command ends with.
    """
    return Step(step, name, REFUSED, str(fault), fault.exit_status)
