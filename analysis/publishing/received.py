"""The reports of a batch that came in: unpacked where they were sent, and taken if made from what is at hand here."""

from __future__ import annotations

import tempfile
from pathlib import Path

from analysis.publishing import inputs, moving, planning, workroom
from analysis.publishing.batch_file import Job
from analysis.publishing.executors import Done
from analysis.publishing.staging import BUILT, EXECUTED
from analysis.publishing.workroom import Answer, Order


class Received:
    """The reports that came in, in the batch's staging folder, and whether they are made from what is at hand here."""

    def __init__(self, folder: Path, formats: tuple[str, ...]) -> None:
        self.folder, self.formats = folder, formats

    def built(self, answer: Answer) -> Path:
        """The folder of a finished report; one that was sent is unpacked first."""
        return self._unpacked(answer) / BUILT

    def check(self, answer: Answer, job: Job) -> None:
        """Raise Changed for a report that is not made from what is at hand here."""
        if why := planning.outdated(job, self.built(answer), formats=self.formats):
            raise inputs.Changed(
                f"{job.folder} was made from something else than is here now: {why}. Run the batch again; where "
                "workers are on other machines, give them the same edition of this package and the same data."
            )

    def is_to_be_tried_again(self, done: Done[Order, Answer], job: Job) -> bool:
        """Whether a job deserves a second chance: its process died, or its data changed while it was made."""
        if not isinstance(done.answer, Answer):
            return isinstance(done.answer, workroom.Died) or type(done.answer).__name__ == "KilledWorker"
        if done.answer.error is not None:
            return isinstance(done.answer.error, inputs.Changed)
        try:
            self.check(done.answer, job)
        except inputs.Changed:
            return True
        except OSError:  # which putting the report in place will meet again, and say
            return False
        return False

    def left(self, answer: Answer) -> dict[str, bytes]:
        """The executed notebook of a job that failed, as far as it ran."""
        if EXECUTED in answer.files:
            return {EXECUTED: answer.files[EXECUTED]}
        path = self.folder / answer.folder / EXECUTED
        return {EXECUTED: path.read_bytes()} if answer.folder and path.is_file() else {}

    def _unpacked(self, answer: Answer) -> Path:
        """Where the files of an answer stand."""
        if not answer.folder:
            place = Path(tempfile.mkdtemp(dir=self.folder))
            (place / BUILT).mkdir()
            for name, content in answer.files.items():
                folder, _, own = name.rpartition("/")
                if folder in ("", BUILT):
                    (place / folder / own).write_bytes(content)
            moving.settle(place / BUILT)
            answer.folder, answer.files = place.name, {}
        return self.folder / answer.folder
