"""Where reports are built before they are moved in: a folder on the same disk as the folder of reports.

It stands beside the folder of reports, or, where nothing can be made there or moved from there, inside it. What is
below it can be read by its owner alone: a report may be a restricted one, and what failed may hold what none shows.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from analysis.system import writing

BUILT = "report"  # the finished report in its staging folder
SOURCE = "source.ipynb"  # the notebook as it was read, beside it
EXECUTED = "executed.ipynb"  # the notebook that it was made by, as far as it ran
_BATCH, _FAILED = "batch", "failed"
INSIDE = ".staging"  # its name where it is inside


class Staging:
    """The staging folder of a folder of reports; both are made where they do not exist.

    Raises OSError where neither place can be written.
    """

    def __init__(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        beside, inside = _homes(out)
        self.home = beside if _leads_to(out, beside) else inside
        with writing.held(self.home.parent, self.home.name, is_private=True):
            pass

    def fresh(self, name: str) -> Path:
        """A new folder for one report; it stays when the run fails.

        Parameters
        ----------
        name
            What its name begins with.

        Returns
        -------
        Path
            An empty folder.
        """
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.home))

    def of_batch(self) -> Path:
        """The folder that one batch builds its reports in.

        Returns
        -------
        Path
            Made where it is not there.
        """
        with writing.held(self.home, _BATCH, is_private=True) as folder:
            return folder.path

    def clear(self) -> None:
        """Remove what a batch built its reports in, or one that was killed left. The lock of batches is held."""
        shutil.rmtree(self.home / _BATCH, ignore_errors=True)

    def failed(self, job: str) -> Path:
        """Where the notebook and the error of a job that failed are kept, by the folder of its report.

        Parameters
        ----------
        job
            The path of its report.

        Returns
        -------
        Path
            A path, whether or not anything is there.
        """
        return self.home / _FAILED / job

    def keep(self, job: str, files: dict[str, bytes]) -> Path:
        """Keep what is left of a job that failed, in the place of what it left before.

        Parameters
        ----------
        job
            The path of its report.
        files
            What is left, by the name of the file.

        Returns
        -------
        Path
            The folder.
        """
        self.forget(job)
        with writing.held(self.home, *self.failed(job).relative_to(self.home).parts, is_private=True) as folder:
            for name, content in files.items():
                folder.write(name, content)
            return folder.path

    def forget(self, job: str) -> None:
        """Remove what a job left that failed before.

        Parameters
        ----------
        job
            The path of its report.
        """
        place = self.failed(job)
        shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):  # which is what a folder that holds something else is removed with
            for around in place.parents:
                if around == self.home:
                    break
                around.rmdir()


def _homes(out: Path) -> tuple[Path, Path]:
    """Where the staging folder of a folder of reports may be: beside it, or inside it."""
    whole = out.resolve()
    return whole.parent / f".{whole.name}-staging", out / INSIDE


def left(out: Path) -> list[Path]:
    """What a batch has in its staging folder while it is at work, and leaves there only when it is killed.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list of Path
        Folders that are there.
    """
    return [home / _BATCH for home in _homes(out) if (home / _BATCH).is_dir()]


def _leads_to(out: Path, home: Path) -> bool:
    """Whether a folder that is made in ``home`` can be moved into ``out``.

    Tried rather than looked up: one disk may be mounted twice, as a service manager does with what a service may write
    to, and nothing can be moved from one mount to the other though both say that they are the same disk.
    """
    if home.is_symlink():
        raise writing.Linked(home)
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
