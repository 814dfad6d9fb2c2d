"""Where reports are built before they are moved in: a folder on the same disk as the folder of reports.

It stands beside the folder of reports, or, where nothing can be made there or moved from there, inside it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

BUILT = "report"  # the finished report in its staging folder
EXECUTED = "executed.ipynb"  # the notebook that it was made by, beside it
_BATCH, _FAILED, _REMOVED = "batch", "failed", "removed"
INSIDE = ".staging"  # its name where it stands inside


class Staging:
    """The staging folder of a folder of reports; both are made where they do not exist.

    Raises OSError where neither place can be written.
    """

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        beside, inside = _homes(out)
        self.home = beside if _leads_to(out, beside) else inside
        self.home.mkdir(exist_ok=True)

    def fresh(self, name: str) -> Path:
        """A new folder for one report; it stays when the run fails."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.home))

    def bin(self) -> Path:
        """A new folder to move a report to that is to be removed."""
        return self.fresh(_REMOVED)

    def of_batch(self) -> Path:
        """The folder that one batch builds its reports in, empty: whatever a batch that was killed left is gone."""
        folder = self.home / _BATCH
        for path in (folder, *self.home.glob(f"{_REMOVED}-*")):
            shutil.rmtree(path, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        return folder

    def failed(self, job: str) -> Path:
        """Where the notebook and the error of a job that failed are kept, by the folder of its report."""
        return self.home / _FAILED / job

    def keep(self, job: str, files: dict[str, bytes]) -> Path:
        """Keep what is left of a job that failed, in the place of what it left before."""
        place = self.failed(job)
        self.forget(job)
        place.mkdir(parents=True)
        for name, content in files.items():
            (place / name).write_bytes(content)
        return place

    def forget(self, job: str) -> None:
        """Remove what a job left that failed before."""
        shutil.rmtree(self.failed(job), ignore_errors=True)


def _homes(out: Path) -> tuple[Path, Path]:
    """Where the staging folder of a folder of reports may be: beside it, or inside it."""
    whole = out.resolve()
    return whole.parent / f".{whole.name}-staging", out / INSIDE


def left(out: Path) -> list[Path]:
    """What a batch has in its staging folder while it is at work, and leaves there only when it is killed."""
    return sorted(path for home in _homes(out) for name in (_BATCH, f"{_REMOVED}-*") for path in home.glob(name))


def _leads_to(out: Path, home: Path) -> bool:
    """Whether a folder that is made in ``home`` can be moved into ``out``.

    Tried rather than looked up: one disk may be mounted twice, as a service manager does with what a service may write
    to, and nothing can be moved from one mount to the other though both say that they are the same disk.
    """
    try:
        home.mkdir(exist_ok=True)
        tried = Path(tempfile.mkdtemp(dir=home))
    except OSError:
        return False
    moved = out / f"{INSIDE}-{tried.name}"
    try:
        tried.rename(moved)
    except OSError:
        tried.rmdir()
        return False
    moved.rmdir()
    return True


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file of a report for machines."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
