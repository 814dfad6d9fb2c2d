"""The last word: a report is put in its place whole, or what is left of it is kept and its failure remembered."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analysis.errors import AttritionError
from analysis.publishing.batch import plan
from analysis.publishing.batch.make import Terms
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.placing import failures, places
from analysis.publishing.placing.failures import Failure
from analysis.publishing.placing.staging import BUILT, EXECUTED, Staging
from analysis.publishing.report import publication
from analysis.safe_words import safe_lines

ERROR = "error.txt"  # beside the notebook of a job that failed
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_log = logging.getLogger(__name__)


def place(received: JobRecord, out: Path, *, terms: Terms, staging: Staging) -> JobRecord:
    """Put a report in its place.

    Parameters
    ----------
    received
        What came of the job.
    out
        The folder of reports.
    terms
        What holds for every report of the run.
    staging
        The staging folder of ``out``, where what failed is kept.

    Returns
    -------
    JobRecord
        The job at the end of its road: "done", or "failed" with its error and the folder in which its notebook and
        error are kept, beside the reports and never among them.
    """
    job = received.job
    for warning in received.warnings:
        _log.warning("%s: %s", job.folder, warning)
    staged = Path(terms.staging) / received.staged
    try:
        with failures.remembered(places.root_of(out, job.folder), plan.book(job.notebook), job.values, is_started=True):
            if received.error is not None:
                raise received.error
            try:
                publication.put(staged / BUILT, out, job.folder)
            except OSError as fault:
                raise publication.could_not_write(out, Path(job.folder), fault) from fault
    except AttritionError as fault:
        placed = replace(received, state="failed", error=fault)
        with suppress(OSError):
            placed = replace(placed, kept=str(staging.keep(job.folder, _remains(placed, staged))))
    else:
        staging.forget(job.folder)
        placed = replace(received, state="done")
    if received.staged:
        shutil.rmtree(staged, ignore_errors=True)  # what was there before, and the notebook
    return replace(placed, files={}, traceback="", warnings=())  # a run of hundreds need not remember them


def refused(planned: JobRecord, out: Path) -> JobRecord:
    """Remember the failure of a job that was known to fail before it was made.

    Parameters
    ----------
    planned
        The job with its error.
    out
        The folder of reports.

    Returns
    -------
    JobRecord
        The job at the end of its road, "failed".
    """
    job = planned.job
    with (
        suppress(AttritionError),
        failures.remembered(places.root_of(out, job.folder), plan.book(job.notebook), job.values, is_started=True),
    ):
        raise planned.error or AttritionError
    return replace(planned, state="failed")


def forget_failure(up_to_date: JobRecord, out: Path, *, staging: Staging, failed: Sequence[Failure]) -> None:
    """Let go what is left of a run that failed: what it was to make is here, from another that went well.

    Parameters
    ----------
    up_to_date
        The job whose report stands.
    out
        The folder of reports.
    staging
        The staging folder of ``out``.
    failed
        Every run that failed the last time.
    """
    job = up_to_date.job
    if plan.has_failed(job, failed):
        failures.forget(places.root_of(out, job.folder), plan.book(job.notebook).name, job.values)
    staging.forget(job.folder)


def _remains(failed: JobRecord, staged: Path) -> dict[str, bytes]:
    """What is left of a job that failed: its notebook as far as it ran, and its error with the place of it."""
    files = {name: content for name, content in failed.files.items() if name == EXECUTED}
    if failed.staged and (staged / EXECUTED).is_file():
        files = {EXECUTED: (staged / EXECUTED).read_bytes()}
    raised = _raised(files[EXECUTED]) if EXECUTED in files else ""
    message = str(failed.error).partition(" The notebook as far as it ran: ")[0]
    return files | {ERROR: safe_lines(f"{message}\n\n{raised or failed.traceback}\n").encode()}


def _raised(notebook: bytes) -> str:
    """The traceback in an executed notebook, without its colours; "" where there is none."""
    try:
        cells = json.loads(notebook)["cells"]
        lines = [line for cell in cells for output in cell.get("outputs", []) for line in output.get("traceback", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return _COLOUR.sub("", "\n".join(lines))
