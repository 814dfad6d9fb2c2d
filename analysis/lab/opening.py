"""JupyterLab as ``attrition lab`` opens it: what is made ready, and what JupyterLab is told."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import CouldNotWrite
from analysis.lab import launcher, start_page
from analysis.publishing.notebooks import notebooks
from analysis.reference import reference

_CARDS = notebooks.WORK / ".launcher"


def prepare() -> dict[str, str]:
    """Write the page to start from and the cards, anew: they say what is held today. Make work/.

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
        (reference.PROJECT / start_page.NAME).write_text(start_page.written(), encoding="utf-8")
    except OSError as fault:
        raise CouldNotWrite(
            f"{fault.filename or reference.PROJECT} could not be written ({fault.strerror}). Look at that folder."
        ) from fault
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
        "--ServerApp.contents_manager_class=analysis.lab.saving.Desk",
        f"--LabApp.default_url=/lab/tree/{start_page.NAME}",
        f"--LabApp.app_settings_dir={Path(__file__).with_name('settings')}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
