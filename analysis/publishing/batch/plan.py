"""The first of four words: which jobs of a batch were asked for, and which of these are not up to date."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePosixPath

from analysis.errors import AttritionError, NotebookFailed, ParameterError, offer
from analysis.publishing.batch.file import Batch, Job
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.notebooks import notebooks, rules
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.notebooks.notebooks import Notebook
from analysis.publishing.placing import failures, places
from analysis.publishing.placing.failures import Failure
from analysis.publishing.report import freshness, history, publication

FORCED = "asked for again"


def chosen(batch: Batch, out: Path, *, only: Sequence[str] = (), failed: bool = False) -> list[Job]:
    """The jobs of a batch that were asked for, in order.

    Parameters
    ----------
    batch
        The batch.
    out
        The folder of reports.
    only
        Patterns of notebooks or folders, any of which a job must match: ``*`` stands for anything in them, and case
        for nothing. None asks for every job.
    failed
        Whether only those are meant whose last run failed.

    Returns
    -------
    list[Job]
        Jobs, each once.

    Raises
    ------
    ParameterError
        For a pattern that matches no job.
    """
    jobs = list(batch.jobs)
    for pattern in only:
        if not any(_matches(job, pattern) for job in jobs):
            names = sorted({job.name for job in jobs} | {job.folder for job in jobs})
            raise ParameterError(
                f"No notebook or report of {batch.name} is called '{pattern[:80]}'.{offer(pattern, names)} "
                "'attrition batch' lists them with --dry-run."
            )
    if only:
        jobs = [job for job in jobs if any(_matches(job, pattern) for pattern in only)]
    if failed:
        last = last_failed(out)
        jobs = [job for job in jobs if has_failed(job, last)]
    return jobs


def last_failed(out: Path) -> list[Failure]:
    """Every run below a folder of reports, in either place, that failed the last time it was tried.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list[Failure]
        Failures of public reports, then of restricted ones.
    """
    return [failure for root in places.roots(out) for failure in failures.standing(root)]


def has_failed(job: Job, failed: Sequence[Failure]) -> bool:
    """Whether a job is among the runs that failed.

    Parameters
    ----------
    job
        What is to be a report.
    failed
        Runs that failed.

    Returns
    -------
    bool
        True where one of them is of this notebook and these values.
    """
    return any(failure.is_of(book(job.notebook).name, job.values) for failure in failed)


def plan(jobs: Sequence[Job], out: Path, *, form: Form, is_forced: bool = False) -> list[JobRecord]:
    """Where the road of every job begins: why its report must be made, or that it need not be.

    Parameters
    ----------
    jobs
        The jobs that were asked for.
    out
        The folder of reports.
    form
        The form that reports are to have.
    is_forced
        Reason enough.

    Returns
    -------
    list of JobRecord
        One for each job, in their order, with its ``reason`` and the edition ``before`` it; without a reason its
        ``state`` is "up to date". One that is known to fail has its ``error``: of a notebook that breaks its rules, of
        a folder that may not be looked into.
    """
    planned = []
    for job in jobs:
        reason, folder, notebook = FORCED, out / job.folder, book(job.notebook)
        if (error := _lock(job, out)) is None and not is_forced:
            reason = freshness.lacking(folder, notebook, job.values, form)
        if reason and not form.is_draft:
            error = error or _broken(notebook)
        before = history.standing(folder) if reason and error is None else None
        planned.append(JobRecord(job, reason=reason, state="" if reason else "up to date", before=before, error=error))
    return planned


def _lock(job: Job, out: Path) -> AttritionError | None:
    """What keeps this user, or anybody, from looking where a report stands or will stand; None where nothing does."""
    try:
        with suppress(FileNotFoundError):
            os.stat(out / job.folder)  # noqa: PTH116  (Path's own questions answer some refusals with no)
    except OSError as fault:
        around = [name for name in PurePosixPath(job.folder).parents if not os.access(out / name, os.R_OK | os.X_OK)]
        return publication.could_not_write(out, Path(around[-1] if around else job.folder), fault)
    return None


def _broken(notebook: Notebook) -> AttritionError | None:
    """The first rule that a notebook breaks, of which no report is made then; None where it keeps them."""
    try:
        with suppress(OSError):  # a file that is gone, which making the report tells of
            rules.enforce(notebook.path, notebook.path.read_bytes())
    except NotebookFailed as fault:
        return fault
    return None


def outdated(job: Job, built: Path, form: Form) -> str:
    """Why a report that was just built is not made from what is at hand here; "" where it is.

    Parameters
    ----------
    job
        What it is to be a report of.
    built
        The folder that it stands in.
    form
        The form that it is to have.

    Returns
    -------
    str
        A few words.
    """
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    return next(freshness.differences(manifest, book(job.notebook), job.values, form), "")


@lru_cache(maxsize=64)
def book(name: str) -> Notebook:
    """The notebook of a job as it was when the batch began, should its file go meanwhile.

    Parameters
    ----------
    name
        The name of the notebook.

    Returns
    -------
    Notebook
        The notebook, read once.
    """
    return notebooks.notebook(name)


def _matches(job: Job, pattern: str) -> bool:
    parts = job.folder.split("/")
    names = (job.name, job.folder, *("/".join(parts[start:]) for start in range(1, len(parts))))
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for name in names)
