"""The command in a project of its own, in one process for all that a test gives it: what it loads, it loads once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

#: Runs the commands that it reads, a line each, and answers each with its status and what it wrote to either stream.
_SERVES = """
import json, logging, os, sys
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what a child writes is no answer
from click.testing import CliRunner
from analysis.cli.main import main
from analysis.publishing.running import children
children.prepare(children.REPORTS, number=children.SEVERAL)  # the server of all batches that are given here
for line in sys.stdin:
    words = json.loads(line)
    if words[:1] == ["run"]:  # its notebook runs in a copy of this process
        from analysis.publishing.running import loading
    ended = CliRunner().invoke(main, words, prog_name="attrition")
    logging.getLogger().handlers.clear()  # which write to a stream of this command
    json.dump([ended.exit_code, ended.stdout, ended.stderr, ended.output], answers)
    print(file=answers, flush=True)
"""


class Ended(NamedTuple):
    """How a command ended, and what it wrote: to either stream, and to both as a terminal shows them."""

    status: int
    stdout: str
    stderr: str
    output: str


class Resident:
    """Commands run in the folder of a project, by the code that stands there when the first of them is given.

    Parameters
    ----------
    project
        The folder, with ``analysis`` in it.
    umask
        What the process leaves out of the modes of its files; -1 for what this one does.
    beside
        A descriptor for what no command says: what its children write by themselves; None for that of this process.
    **settings
        Variables of its environment, beside those of this process.
    """

    def __init__(self, project: Path, *, umask: int = -1, beside: int | None = None, **settings: str) -> None:
        self._project, self._umask, self._beside, self._settings = project, umask, beside, settings
        self._process: subprocess.Popen[str] | None = None

    def run(self, *words: object) -> Ended:
        """A command, given without its name."""
        if self._process is None:
            self._process = self._begun()
        self._process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        """End the process. The next command has one of its own."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _begun(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _SERVES],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._beside,
            cwd=self._project,
            env={**os.environ, **self._settings, "PYTHONPATH": str(self._project)},
            umask=self._umask,
            text=True,
        )
