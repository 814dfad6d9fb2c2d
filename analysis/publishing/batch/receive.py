"""The third word: what came of a job is unpacked where it was sent, and taken if made from what is at hand here."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath

from analysis.errors import AttritionError, NotebookFailed
from analysis.presentation.data_files import files
from analysis.publishing.batch import plan
from analysis.publishing.batch.executors import Lost
from analysis.publishing.batch.file import Job
from analysis.publishing.batch.make import Died, Stopped, Terms
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.placing.staging import BUILT
from analysis.publishing.report import freshness, inputs, publication
from analysis.system import writing

#: Where files of a job may be below its staging folder.
_PLACES = ((), (BUILT,), (BUILT, files.FOLDER))


class Damaged(NotebookFailed):
    """A report was made whole and did not come in whole."""


def receive(planned: JobRecord, answer: JobRecord | BaseException, tries: int, *, terms: Terms, out: Path) -> JobRecord:
    """Take what an executor gave back for one job.

    Parameters
    ----------
    planned
        The job as it was given to the executor.
    answer
        What ``make`` gave back, or the exception that the executor ended it with.
    tries
        How often it was begun.
    terms
        What holds for every report of the run.
    out
        The folder of reports.

    Returns
    -------
    JobRecord
        The job with its finished report in the staging folder of the run, or with the error: its own, Damaged for a
        report that is not whole, Changed for one that is not made from what is at hand here.
    """
    if not isinstance(answer, JobRecord):
        return replace(planned, error=_error_of(answer, planned.job), tries=tries)
    received = replace(answer, tries=tries)
    if received.error is not None:
        return received
    try:
        received = _unpacked(received, terms)
        _check(received, terms)
    except AttritionError as fault:
        return replace(received, error=fault)
    except OSError as fault:
        return replace(received, error=publication.could_not_write(out, Path(planned.job.folder), fault))
    return received


def deserves_another_try(received: JobRecord) -> bool:
    """Whether a job is to be made once more: its process died, or its data changed while it was made, the first time.

    Parameters
    ----------
    received
        What came of it.

    Returns
    -------
    bool
        True after a first try only.
    """
    return received.tries == 1 and isinstance(received.error, (inputs.Changed, Damaged, Died))


def is_cut_short(received: JobRecord) -> bool:
    """Whether a job ended as one does whose run is over: whoever asked for that ended it, or will have.

    Parameters
    ----------
    received
        What came of it.

    Returns
    -------
    bool
        True where it was stopped, or its process was lost.
    """
    return isinstance(received.error, (Stopped, Died, Lost))


def _check(received: JobRecord, terms: Terms) -> None:
    """Raise Damaged for a report that is not whole, Changed for one that is not made from what is at hand here."""
    job, built = received.job, Path(terms.staging) / received.staged / BUILT
    try:
        lost = next(freshness.damage(built, freshness.manifest_of(built)), "")
    except (FileNotFoundError, ValueError):
        lost = "its manifest cannot be read"
    if lost:
        raise Damaged(f"{job.folder} did not come in whole ({lost}). Look at the disk that the workers write to.")
    if why := plan.outdated(job, built, terms.form):
        raise inputs.Changed(
            f"{job.folder} was made from something else than is here now: {why}. Run the batch again; where "
            "workers are on other machines, give them the same edition of this package and the same data."
        )


def _unpacked(received: JobRecord, terms: Terms) -> JobRecord:
    """The same job, its files in the staging folder of the run where they were sent."""
    if received.staged:
        return received
    staged = Path(tempfile.mkdtemp(dir=terms.staging))
    for name, content in received.files.items():
        *around, own = PurePosixPath(name).parts
        if tuple(around) in _PLACES:
            with writing.held(staged, *around) as folder:
                folder.write(own, content)
    writing.settle(staged / BUILT)
    return replace(received, staged=staged.name, files={})


def _error_of(fault: BaseException, job: Job) -> AttritionError:
    """What a job failed with whose executor gave no answer."""
    if isinstance(fault, AttritionError):
        return fault
    kind = f"{job.name}: {type(fault).__name__}"
    is_of_dask = type(fault).__name__ == "KilledWorker"  # which loads only where there is a cluster
    return (Died if is_of_dask else NotebookFailed)(f"{kind}: {fault}", in_short=f"{kind}.")
