"""JupyterLab as ``attrition lab`` opens it: what is made ready, and what JupyterLab is told."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from analysis.lab import launcher, start_page
from analysis.publishing.notebooks import notebooks
from analysis.reference import reference
from analysis.system import unwritten, writing

_CARDS = notebooks.WORK / launcher.FOLDER
_MANAGER = "analysis.lab.saving.Desk"
#: Where JupyterLab reads what is so in an environment; jupyter_server_config.d/ beside it tells of extensions alone.
_OF_ENVIRONMENT = Path("etc", "jupyter", "jupyter_lab_config.json")


def prepare() -> dict[str, str]:
    """Write the page to start from and the cards, anew: they say what is held today. Make work/.

    Where the environment stands in the project's folder, as 'make lab' makes it, and may be written to, tell it in a
    file of its own how to save the suite's notebooks, so that a plain ``jupyter lab`` does as well.

    Returns
    -------
    dict of str
        What JupyterLab has to find in its environment, to show the cards.

    Raises
    ------
    CouldNotWrite
        Where the folder cannot be written.
    """
    try:
        launcher.write(_CARDS, start_page.NAME)
        with writing.held(reference.PROJECT) as project:
            project.write(start_page.NAME, start_page.written())
        if Path(sys.prefix).is_relative_to(reference.PROJECT) and os.access(sys.prefix, os.W_OK):
            told = Path(sys.prefix) / _OF_ENVIRONMENT
            with writing.held(told.parent) as folder:
                folder.write(told.name, json.dumps({"ServerApp": {"contents_manager_class": _MANAGER}}) + "\n")
    except OSError as fault:
        raise unwritten.refusal(reference.PROJECT, fault) from fault
    return {launcher.VARIABLE: str(_CARDS)}


def settings() -> list[str]:
    """What JupyterLab is told, as words of its command line.

    Returns
    -------
    list of str
        Where it opens; how the suite's notebooks are saved; that a page is shown, not its source; and that nothing is
        asked of the web: whether there is news or a newer JupyterLab.
    """
    return [
        f"--ServerApp.contents_manager_class={_MANAGER}",
        f"--LabApp.default_url=/lab/tree/{start_page.NAME}",
        f"--LabApp.app_settings_dir={Path(__file__).with_name('settings')}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
