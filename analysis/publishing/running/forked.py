"""What a process does that was forked for one notebook: runs its cells and sends what each shows.

Loads nothing that the server of warm notebooks has not loaded already (``preloaded``); papermill stays with the parent.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

import numpy as np

from analysis.publishing.running.shell import shell

#: What a cell showed, its number, and whether it raised.
Answer: TypeAlias = tuple[list[dict[str, Any]], int, bool]


def run(sources: list[str], sends: Connection, folder: str) -> None:
    """Run cells in order and send the answer of each, up to the first that raises.

    Parameters
    ----------
    sources
        The cells.
    sends
        Where the answers go.
    folder
        Where they run.
    """
    for answer in answers(sources, folder):
        sends.send(answer)


def answers(sources: list[str], folder: str) -> Iterator[Answer]:
    """Run cells in order, up to the first that raises; an empty source is passed over.

    Parameters
    ----------
    sources
        The cells.
    folder
        Where they run.

    Yields
    ------
    Answer
        The outputs of a cell, its number, and whether it raised.
    """
    os.chdir(folder)
    random.seed()
    np.random.seed()
    runs = shell()
    for source in sources:
        if not source.strip():
            continue
        outputs, count = runs.answered(source)
        is_failed = any(output["output_type"] == "error" for output in outputs)
        yield outputs, count, is_failed
        if is_failed:
            return
