"""The commands of whoever works in notebooks: ``attrition lab``, which opens JupyterLab, and ``attrition new``."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import NoReturn

import click

from analysis.cli.options import environment as environment_of_command
from analysis.cli.telling import say
from analysis.errors import ParameterError
from analysis.reference import reference

_NEEDED = ("jupyterlab", "jupyter-app-launcher", "nbstripout")  # of the extra "lab"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF JUPYTERLAB]")
def lab(options: tuple[str, ...]) -> None:
    """Open JupyterLab on a page to start from.

    It has a card for each question, and a folder work/ of one's own. What follows goes on to JupyterLab:
    --no-browser, --port 8889.
    """
    if absent := [name for name in _NEEDED if find_spec(name.replace("-", "_")) is None]:
        raise ParameterError(
            f"Not installed here: {', '.join(absent)}. In the project 'make lab' installs what is needed and opens it; "
            f"elsewhere 'python -m pip install {' '.join(_NEEDED)}' does, then this again."
        )
    from analysis.lab import opening

    environment = {**environment_of_command(), **opening.prepare()}
    programs = Path(sys.executable).parent  # so that 'attrition' is found in its terminals too
    environment["PATH"] = os.pathsep.join(filter(None, (str(programs), environment.get("PATH"))))
    os.chdir(reference.PROJECT)  # what it shows; its scheduler's jobs go below where it was started
    _become([sys.executable, "-m", "jupyterlab", *opening.settings(), *options], environment)


def _become(words: list[str], environment: dict[str, str]) -> NoReturn:
    """Go on as another program, which then has this terminal; where no process can, wait for it."""
    if os.name == "nt":
        sys.exit(subprocess.run(words, env=environment, check=False).returncode)  # noqa: S603
    os.execve(words[0], words, environment)  # noqa: S606  (this very Python, and words of whoever gave the command)


@click.command()
@click.argument("question")
@click.argument("name", default="")
def new(question: str, name: str) -> None:
    """Put a copy of a question's notebook in work/, to change.

    It is called NAME. Nothing that stands there is replaced.
    """
    from analysis.lab import copies

    path = copies.new(question, name)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    say(f"{shown}: 'attrition lab' opens it, 'attrition run {quote(shown.as_posix())}' makes its report.")
