"""One report from start to finish: checked, made in a staging folder (``making``), and moved into place whole.

What stood in its place stays readable until the new report replaces it, and stays for good when anything fails.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from analysis import reference
from analysis.errors import AttritionError, CouldNotWrite
from analysis.publishing import failures, history, jobs, moving
from analysis.publishing.notebooks import Notebook
from analysis.publishing.staging import BUILT, EXECUTED, Staging, write_json

FOLDER = reference.PROJECT / "reports"


def publish(
    notebook: Notebook,
    given: dict[str, Any],
    *,
    out: Path = FOLDER,
    progress: bool = False,
    by: str = "warm",
    is_draft: bool = False,
) -> Path:
    """Run a notebook and put its report in place. Returns the report's folder.

    Raises ParameterError before anything runs, NotebookFailed for a notebook that breaks its rules, unless it
    ``is_draft``, and for one that stops, the executed notebook left in the staging folder; CouldNotWrite when the
    output folder cannot be written.
    """
    from analysis.publishing import making  # which loads what runs, draws and renders

    with failures.remembered(out, notebook, notebook.values(given), is_started=False):
        values = jobs.checked(notebook, given)
    with failures.remembered(out, notebook, values, is_started=True):
        place = jobs.folder_of(notebook, values)
        try:
            staged = Staging(out).fresh(notebook.name)
            making.make(notebook, values, staged, by=by, progress=progress, is_draft=is_draft)
            put(staged / BUILT, out / place)
            shutil.rmtree(staged)
        except OSError as fault:
            raise could_not_write(out, place, fault) from fault
        except AttritionError:
            if not (staged / EXECUTED).exists():  # nothing was run, so nothing of it is to be looked at
                shutil.rmtree(staged, ignore_errors=True)
            raise
    return out / place


def put(built: Path, place: Path) -> None:
    """Move a finished report into its place, its manifest carrying on when it was first made and last changed.

    Raises OSError when it cannot be done; what stood there still stands then.
    """
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    manifest |= history.since(place, manifest)
    write_json(built / "manifest.json", manifest)
    moving.settle(built, "manifest.json")
    moving.move_in(built, place)


def could_not_write(out: Path, place: Path, fault: OSError) -> AttritionError:
    """What a report that could not be written is refused with."""
    why = fault.strerror or type(fault).__name__
    return CouldNotWrite(
        f"{out / place} could not be written ({fault.strerror or fault}). Free some room or choose another folder "
        "with --out; what stood there still stands.",
        in_short=f"{place.as_posix()} could not be written ({why}).",
    )
