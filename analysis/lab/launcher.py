"""The cards of JupyterLab's launcher: the page to start from, and a copy of each question's notebook.

They are what jupyter-app-launcher reads: files whose names begin with ``jp_app_launcher``, in the folder that a
variable of the environment names. The card of a question asks JupyterLab for a new notebook in a folder that does not
exist, below that of the cards; the server, which decides what a new file is called, answers with a copy (``saving``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.publishing.notebooks import notebooks
from analysis.system import writing

#: The variable that names the folder.
VARIABLE = "JUPYTER_APP_LAUNCHER_PATH"
#: The folder itself, by its name in work/.
FOLDER = ".launcher"
CATEGORY = "Stalking attrition"
FIRST = "victim_withdrawal"  # the question to begin with
_OF_CASE_FILES = ("features", "ledger")  # what is known of a reader's own cases alone, or of made-up ones
_ICON = Path(__file__).with_name("question.svg")


def _entries(start_page: str) -> list[dict[str, Any]]:
    """The cards, in the order of the launcher.

    >>> [card["title"] for card in _entries("start_here.md")][:3]
    ['Start here', 'Victim withdrawal', 'Force comparison']
    """
    cards = [
        _entry(
            title(name),
            notebooks.notebook(name).question,
            "notebook:create-new",
            {"cwd": f"{notebooks.WORK.name}/{FOLDER}/{name}", "kernelName": "python3"},
        )
        for name in questions()
    ]
    return [_entry("Start here", "What there is, and where to begin.", "docmanager:open", {"path": start_page}), *cards]


def questions() -> list[str]:
    """The suite's notebooks in the order in which they are offered.

    Returns
    -------
    list of str
        Their names: the one to begin with, the others that published figures answer, and those about case files.
    """
    return sorted(notebooks.names(), key=lambda name: (name != FIRST, notebooks.notebook(name).uses in _OF_CASE_FILES))


def title(question: str) -> str:
    """What a question's notebook is called in a few words: "Victim withdrawal".

    Parameters
    ----------
    question
        Its name.

    Returns
    -------
    str
        Words with a capital.
    """
    return question.replace("_", " ").capitalize()


def write(folder: Path, start_page: str) -> None:
    """Write the cards where jupyter-app-launcher finds them.

    Parameters
    ----------
    folder
        Where; made where it does not exist. JSON is YAML too, which it reads.
    start_page
        The path of the page to start from, below JupyterLab's folder.
    """
    with writing.held(folder) as held:
        held.write("jp_app_launcher.yaml", json.dumps(_entries(start_page), indent=1))


def _entry(title: str, purpose: str, command: str, words: dict[str, str]) -> dict[str, Any]:
    return {
        "title": title,
        "description": purpose,
        "type": "jupyterlab-commands",
        "catalog": CATEGORY,
        "icon": str(_ICON),
        "source": [{"label": title, "id": command, "args": words}],
    }
