"""The reports of a batch that came in: unpacked where they were sent, and taken if made from what is at hand here."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from analysis.errors import AttritionError, NotebookFailed
from analysis.publishing.batch import make, plan
from analysis.publishing.batch.executors import Done
from analysis.publishing.batch.file import Job
from analysis.publishing.batch.make import Answer, Order
from analysis.publishing.placing.staging import BUILT, EXECUTED
from analysis.publishing.report import freshness, inputs
from analysis.safe_words import safe_lines
from analysis.system import writing

ERROR = "error.txt"  # beside the notebook of a job that failed
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


class Damaged(NotebookFailed):
    """A report was made whole and did not come in whole."""


class Received:
    """The reports that came in, in the batch's staging folder, and whether they are made from what is at hand here."""

    def __init__(self, folder: Path, formats: tuple[str, ...], *, is_draft: bool = False) -> None:
        self.folder, self.formats, self.is_draft = folder, formats, is_draft

    def built(self, answer: Answer) -> Path:
        """The folder of a finished report; one that was sent is unpacked first."""
        return self._unpacked(answer) / BUILT

    def check(self, answer: Answer, job: Job) -> None:
        """Raise Damaged for a report that is not whole, Changed for one that is not made from what is at hand here."""
        built = self.built(answer)
        try:
            lost = next(freshness.damage(built, freshness.manifest_of(built)), "")
        except (FileNotFoundError, ValueError):
            lost = "its manifest cannot be read"
        if lost:
            raise Damaged(f"{job.folder} did not come in whole ({lost}). Look at the disk that the workers write to.")
        if why := plan.outdated(job, built, formats=self.formats, is_draft=self.is_draft):
            raise inputs.Changed(
                f"{job.folder} was made from something else than is here now: {why}. Run the batch again; where "
                "workers are on other machines, give them the same edition of this package and the same data."
            )

    def is_to_be_tried_again(self, done: Done[Order, Answer], job: Job) -> bool:
        """Whether a job deserves a second chance: its process died, or its data changed while it was made."""
        if not isinstance(done.answer, Answer):
            return type(done.answer).__name__ == "KilledWorker"
        if done.answer.error is not None:
            return isinstance(done.answer.error, (inputs.Changed, make.Died))
        try:
            self.check(done.answer, job)
        except (inputs.Changed, Damaged):
            return True
        except OSError:  # which putting the report in place will meet again, and say
            return False
        return False

    def forget(self, answer: Answer) -> None:
        """Remove what is left of a report that is in its place: what stood there before, and its notebook."""
        if answer.folder:
            shutil.rmtree(self.folder / answer.folder, ignore_errors=True)

    def left(self, answer: Answer, fault: AttritionError) -> dict[str, bytes]:
        """What is left of a job that failed: its notebook as far as it ran, and its error with the place of it."""
        found = {name: content for name, content in answer.files.items() if name == EXECUTED}
        path = self.folder / answer.folder / EXECUTED
        if answer.folder and path.is_file():
            found = {EXECUTED: path.read_bytes()}
        place = _raised(found[EXECUTED]) if EXECUTED in found else ""
        said = str(fault).partition(" The notebook as far as it ran: ")[0]
        return found | {ERROR: safe_lines(f"{said}\n\n{place or answer.traceback}\n").encode()}

    def _unpacked(self, answer: Answer) -> Path:
        """Where the files of an answer stand."""
        if not answer.folder:
            place = Path(tempfile.mkdtemp(dir=self.folder))
            for below in ((), (BUILT,)):
                with writing.held(place, *below) as folder:
                    for name, content in answer.files.items():
                        start, _, own = name.rpartition("/")
                        if start == "".join(below):
                            folder.write(own, content)
            writing.settle(place / BUILT)
            answer.folder, answer.files = place.name, {}
        return self.folder / answer.folder


def _raised(notebook: bytes) -> str:
    """The traceback that stands in an executed notebook, without its colours; "" where none does."""
    try:
        cells = json.loads(notebook)["cells"]
        lines = [line for cell in cells for one in cell.get("outputs", []) for line in one.get("traceback", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return _COLOUR.sub("", "\n".join(lines))
