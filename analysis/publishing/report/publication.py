"""One report from start to finish: checked, made in a staging folder (``making``), and moved into place whole.

What stood in its place stays readable until the new report replaces it, and stays for good when anything fails.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from analysis.errors import AttritionError
from analysis.publishing.about.publisher import NOBODY, Publisher
from analysis.publishing.notebooks import jobs
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.notebooks.notebooks import Notebook
from analysis.publishing.placing import failures, places
from analysis.publishing.placing.staging import BUILT, EXECUTED, Staging
from analysis.publishing.report import history
from analysis.reference import reference
from analysis.system import unwritten, writing
from analysis.system.writing import as_json

FOLDER = reference.PROJECT / "reports"


def publish(
    notebook: Notebook,
    given: dict[str, Any],
    *,
    out: Path = FOLDER,
    progress: bool = False,
    by: str = "warm",
    is_draft: bool = False,
    publisher: Publisher = NOBODY,
) -> Path:
    """Run a notebook and put its report in place.

    Parameters
    ----------
    notebook
        The notebook.
    given
        Those of its parameters that somebody chose.
    out
        The folder of reports.
    progress
        Whether a bar shows how far it is.
    by
        What runs it: "warm" or "plain".
    is_draft
        Whether a notebook that breaks the rules is run too, and its report says that it is a draft.
    publisher
        Who publishes the report.

    Returns
    -------
    Path
        The folder of the report.

    Raises
    ------
    ParameterError
        Before anything runs.
    NotebookFailed
        For a notebook that breaks the rules and is no draft, and for one that stops: the executed notebook is left in
        the staging folder.
    CouldNotWrite
        When the output folder cannot be written, or there is a link on the way.
    """
    from analysis.publishing.report import making  # which loads what runs, draws and renders

    values = notebook.values(given)
    root = out / places.RESTRICTED if jobs.is_restricted(notebook, values) else out
    with failures.remembered(root, notebook, values, is_started=False):
        values = jobs.checked(notebook, given)
    with failures.remembered(root, notebook, values, is_started=True):
        place = jobs.folder_of(notebook, values)
        try:
            staged = Staging(out).fresh(notebook.name)
            making.make(
                notebook,
                values,
                staged,
                form=Form(jobs.FORMATS, is_draft, publisher),
                by=by,
                progress=progress,
                before=history.standing(out / place),
            )
            put(staged / BUILT, out, place.as_posix())
            shutil.rmtree(staged)
        except OSError as fault:
            raise could_not_write(out, place, fault) from fault
        except AttritionError:
            if not (staged / EXECUTED).exists():  # nothing was run, so nothing of it is to be looked at
                shutil.rmtree(staged, ignore_errors=True)
            raise
    return out / place


def put(built: Path, out: Path, folder: str) -> None:
    """Move a finished report into its folder below ``out``, its manifest carrying on when it was made and last changed.

    The report that stood under its name among public reports, once it is restricted, or the other way round, goes: it
    was of counts that are something else now.

    Parameters
    ----------
    built
        The finished report.
    out
        The folder of reports.
    folder
        The folder of the report below that.

    Raises
    ------
    OSError
        When it cannot be done; what was there before is there still.
    Linked
        For a link on the way.
    """
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    manifest |= history.since(out / folder, manifest)
    with writing.held(built.parent, built.name, is_private=places.is_of_restricted(folder)) as staged:
        staged.write("manifest.json", as_json(manifest))
        if staged.is_private:
            staged.close_to_others()
    writing.settle(built, "manifest.json")
    around, _, name = folder.rpartition("/")
    with places.held(out, around) as place:
        place.move_in(built, name)
    if os.path.lexists(out / (other := places.twin(folder))):
        places.take_out(out, other, to=built.with_name("twin"))


def could_not_write(out: Path, place: Path, fault: OSError) -> AttritionError:
    """What a report that could not be written is refused with.

    Parameters
    ----------
    out
        The folder of reports.
    place
        The folder of the report below that.
    fault
        What the system said.

    Returns
    -------
    AttritionError
        The error, to be raised.
    """
    what = f"could not be written ({unwritten.why(fault)})."
    short = f"{place.as_posix()} {what}"
    return unwritten.told(f"{out / place} {what}", fault, then=unwritten.ELSEWHERE, in_short=short)
