"""What a batch has to do: which of its jobs were asked for, and which of these are not up to date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from analysis.errors import ParameterError, offer
from analysis.publishing.batch.file import Batch, Job
from analysis.publishing.notebooks import notebooks
from analysis.publishing.notebooks.notebooks import Notebook
from analysis.publishing.placing import failures, places
from analysis.publishing.report import freshness

FORCED = "asked for again"


@dataclass(frozen=True)
class Planned:
    """A job and why its report must be made; "" where it is up to date."""

    job: Job
    reason: str


def chosen(batch: Batch, out: Path, *, only: Sequence[str] = (), failed: bool = False) -> list[Job]:
    """The jobs of a batch whose notebook or folder matches one of ``only``, in order.

    ``*`` stands for anything in them, and case for nothing. With ``failed``, those of them alone whose last run failed.
    Raises ParameterError for words that match no job.
    """
    jobs = list(batch.jobs)
    for words in only:
        if not any(_matches(job, words) for job in jobs):
            names = sorted({job.name for job in jobs} | {job.folder for job in jobs})
            raise ParameterError(
                f"No notebook or report of {batch.name} is called '{words[:80]}'.{offer(words, names)} "
                "'attrition batch' lists them with --dry-run."
            )
    if only:
        jobs = [job for job in jobs if any(_matches(job, words) for words in only)]
    if failed:
        last = [one for root in places.roots(out) for one in failures.standing(root)]
        jobs = [job for job in jobs if any(one.is_of(book(job.notebook).name, job.values) for one in last)]
    return jobs


def plan(
    jobs: Sequence[Job], out: Path, *, formats: tuple[str, ...], is_forced: bool = False, is_draft: bool = False
) -> list[Planned]:
    """Each job with why its report, or its draft, must be made; ``is_forced`` is reason enough."""
    return [
        Planned(job, FORCED if is_forced else lacking(job, out / job.folder, formats=formats, is_draft=is_draft))
        for job in jobs
    ]


def lacking(job: Job, folder: Path, *, formats: tuple[str, ...], is_draft: bool = False) -> str:
    """Why the report in a folder is not the one that a job would make now; "" where it is."""
    return freshness.lacking(folder, book(job.notebook), job.values, formats=formats, is_draft=is_draft)


def outdated(job: Job, built: Path, *, formats: tuple[str, ...], is_draft: bool = False) -> str:
    """Why a report that was just built is not made from what is at hand here; "" where it is."""
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    changed = freshness.differences(manifest, book(job.notebook), job.values, formats=formats, is_draft=is_draft)
    return next(iter(changed), "")


@lru_cache(maxsize=64)
def book(name: str) -> Notebook:
    """The notebook of a job as it was when the batch began, should its file go meanwhile."""
    return notebooks.notebook(name)


def _matches(job: Job, words: str) -> bool:
    parts = job.folder.split("/")
    names = (job.name, job.folder, *("/".join(parts[start:]) for start in range(1, len(parts))))
    return any(fnmatchcase(name.casefold(), words.casefold()) for name in names)
