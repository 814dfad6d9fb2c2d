"""What is wrong below a folder of reports: damaged, missing, and whatever nothing of this package put there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.publishing.batch import records as runs
from analysis.publishing.batch.file import Batch
from analysis.publishing.changes import changes
from analysis.publishing.index import catalogue, feed, index, sitemap
from analysis.publishing.placing import locks, places, staging
from analysis.publishing.report import freshness
from analysis.system import locking, writing

_OWN = {
    "index.html",
    "404.html",
    "README.md",
    changes.PAGE,
    changes.RECORD,
    feed.NAME,
    sitemap.NAME,
    locks.STATE,
    runs.FOLDER,
    index.FORCES,
    staging.INSIDE,
}
_STRANGE = "is not of this package; move it elsewhere"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file or folder, by its name below the folder of reports."""

    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


def faults(out: Path, batch: Batch) -> list[Fault]:
    """Everything that is wrong below a folder of reports, and every report of a batch that is not there.

    Parameters
    ----------
    out
        The folder of reports. Where a batch is at work there now, what it is building is no fault.
    batch
        What is asked for.

    Returns
    -------
    list of Fault
        One for each file or folder, by name.
    """
    closed = {place.relative_to(out).as_posix() for root in places.roots(out) for place in places.closed(root)}
    folders = [job.folder for job in batch.jobs if job.folder.rpartition("/")[0] not in closed]
    missing = [folder for folder in folders if not (out / folder).is_dir()]
    wrong = [Fault(name, "is asked for by the batch and is not there; run the batch") for name in missing]
    if out.is_dir():
        folders_asked_for = {job.folder.rpartition("/")[0] for job in batch.jobs}
        is_busy = locking.is_held(out / locks.STATE / locks.BATCH)
        for root in places.roots(out):
            of_place = [*_pages(root), *_strangers(root, folders_asked_for), *([] if is_busy else _left(root))]
            wrong += [replace(fault, name=places.named(root, root / fault.name)) for fault in of_place]
        wrong += _opened(out)
    return sorted(wrong, key=lambda fault: fault.name)


def _opened(out: Path) -> Iterator[Fault]:
    """What of the restricted reports others than their owner may read, as a copy may have left it."""
    root = out / places.RESTRICTED
    if root.is_symlink():
        yield Fault(places.RESTRICTED, "is a link, through which nothing is written; remove it")
    for path in (root, *sorted(root.rglob("*"))) if root.is_dir() else ():
        if writing.is_open_to_others(path) and not path.is_symlink():
            yield Fault(path.relative_to(out).as_posix(), "is restricted and open to others; 'chmod -R go=' closes it")


def _pages(out: Path) -> Iterator[Fault]:
    """What is wrong with the pages that lead to the reports."""
    if not (out / "index.html").is_file():
        yield Fault("index.html", "is not there; 'attrition index' writes it")
        return
    if not catalogue.is_current(out):
        yield Fault("index.html", "is not the index of what stands here; 'attrition index' writes it again")
    for name in sorted([] if places.is_restricted(out) else index.page_names()):
        if not (out / index.FORCES / name).is_file():
            yield Fault(f"{index.FORCES}/{name}", "is not there; 'attrition index' writes it")


def _strangers(out: Path, folders_asked_for: Collection[str]) -> Iterator[Fault]:
    """What is wrong with the reports, and files and folders that are neither reports nor what leads to them."""
    names = _OWN if places.is_restricted(out) else {*_OWN, places.RESTRICTED}
    for path in out.iterdir():
        if path.name in names or path.suffix == writing.STAGED:
            continue
        if path.is_symlink() or not path.is_dir():
            yield Fault(path.name, _STRANGE)
        elif not os.access(path, os.R_OK | os.X_OK):
            yield Fault(path.name, "may not be read by this user; ask whoever owns it, or mend its permissions")
        elif not any(path.iterdir()):
            yield Fault(path.name, "is an empty folder; remove it")
        elif places.named(out, path) in folders_asked_for or any(path.glob("*/manifest.json")):
            for folder in path.iterdir():
                yield from _report(out, folder)
        else:
            yield Fault(path.name, _STRANGE)
    records = {path for several in runs.records(out).values() for path in several}
    for name, names, kind in (
        (runs.FOLDER, {path.name for path in records}, "record of a run"),
        (index.FORCES, index.page_names(), "page of a force"),
    ):
        for path in (out / name).glob("*"):
            if path.suffix != writing.STAGED and (path.name not in names or path.is_symlink() or not path.is_file()):
                yield Fault(f"{name}/{path.name}", f"is no {kind}; move it elsewhere")


def _left(out: Path) -> Iterator[Fault]:
    """What was left by whatever was killed."""
    for folder in (".", locks.STATE, runs.FOLDER, index.FORCES):
        for path in (out / folder).glob(f"*{writing.STAGED}"):
            then = "run the batch again, which removes it" if writing.is_staged(path.name) else "remove it"
            yield Fault(path.relative_to(out).as_posix(), f"was left by a run that was killed; {then}")
    for path in staging.left(out):
        reason = "was left by a batch that was killed; run the batch again, which removes it"
        yield Fault(f"{path.parent.name}/{path.name}", reason)


def _report(out: Path, folder: Path) -> Iterator[Fault]:
    """What is wrong with one report."""
    name = folder.relative_to(out).as_posix()
    full_name = places.named(out, folder)
    if folder.is_symlink() or not folder.is_dir():
        yield Fault(name, _STRANGE)
        return
    try:
        manifest = freshness.manifest_of(folder)
        stated_folder = str(manifest["folder"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        why = "has no manifest" if isinstance(fault, FileNotFoundError) else "has a manifest that cannot be read"
        yield Fault(name, f"{why}; run the batch, or remove it where no batch asks for it")
        return
    if manifest.get("is_draft"):
        yield Fault(name, "is a draft, which has no place among reports; move it elsewhere")
    if stated_folder != full_name:
        yield Fault(name, f"is the report of {stated_folder}; move it back, or remove it")
    for damage in freshness.damage(folder, manifest):
        yield Fault(name, f"{damage}; run the batch that asks for it, which makes it anew")
    for stray in freshness.strays(folder, manifest):
        yield Fault(f"{name}/{stray}", "is not of this report, and goes when it is made anew; move it elsewhere")
