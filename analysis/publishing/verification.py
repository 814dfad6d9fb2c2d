"""What is wrong below a folder of reports: damaged, missing, and whatever nothing of this package put there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.publishing import failures, feed, freshness, index, runs, staging
from analysis.publishing.batch_file import Batch

_OWN = {"index.html", "README.md", feed.NAME, failures.STATE, runs.FOLDER, index.FORCES, staging.INSIDE}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file or folder, by its name below the folder of reports."""

    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


def faults(out: Path, batch: Batch) -> list[Fault]:
    """Everything that is wrong below a folder of reports, and every report of a batch that is not there, by name."""
    found = [*_pages(out), *_strangers(out)]
    for folder in sorted(path for path in out.glob("*/*") if path.parent.name not in _OWN):
        found += _report(out, folder)
    missing = [job.folder for job in batch.jobs if not (out / job.folder).is_dir()]
    found += [Fault(name, "is asked for by the batch and is not there; run the batch") for name in missing]
    return sorted(found, key=lambda fault: fault.name)


def _pages(out: Path) -> Iterator[Fault]:
    if not (out / "index.html").is_file():
        yield Fault("index.html", "is not there; 'attrition index' writes it")


def _strangers(out: Path) -> Iterator[Fault]:
    """Files and folders that are neither reports nor what leads to them."""
    for path in out.iterdir():
        if path.name in _OWN:
            continue
        if path.is_symlink() or not path.is_dir():
            yield Fault(path.name, "is not of this package; move it elsewhere")
        elif not any(path.iterdir()):
            yield Fault(path.name, "is an empty folder; remove it")
    for path in (out / runs.FOLDER).glob("*"):
        if path.suffix != ".json" or not path.is_file():
            yield Fault(path.relative_to(out).as_posix(), "is no record of a run; move it elsewhere")
    for path in (out / index.FORCES).glob("*"):
        if path.suffix != ".html" or not path.is_file():
            yield Fault(path.relative_to(out).as_posix(), "is no page of a force; move it elsewhere")


def _report(out: Path, folder: Path) -> Iterator[Fault]:
    """What is wrong with one report."""
    name = folder.relative_to(out).as_posix()
    if folder.is_symlink() or not folder.is_dir():
        yield Fault(name, "is not of this package; move it elsewhere")
        return
    try:
        manifest = freshness.manifest_of(folder)
        told, own = str(manifest["folder"]), {*manifest["files"], "manifest.json"}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        why = "has no manifest" if isinstance(fault, FileNotFoundError) else "has a manifest that cannot be read"
        yield Fault(name, f"{why}; run the batch, or remove it where no batch asks for it")
        return
    if told != name:
        yield Fault(name, f"is the report of {told}; move it back, or remove it")
    for what in freshness.damage(folder, manifest):
        yield Fault(name, f"{what}; run the batch again, which makes it anew")
    for path in sorted(folder.iterdir()):
        if path.name not in own:
            yield Fault(f"{name}/{path.name}", "is not of this report; move it elsewhere")
