"""What a process does that was forked for one notebook: runs its cells and sends what each shows.

Loads nothing that the server of warm notebooks has not loaded already (``preloaded``); papermill stays with the parent.
"""

from __future__ import annotations

import os
import random
from multiprocessing.connection import Connection

import numpy as np

from analysis.publishing.shell import shell


def run(sources: list[str], sends: Connection, folder: str) -> None:
    """Run cells in order in ``folder``, up to the first that raises; an empty source is passed over.

    Sends a tuple for each cell: its outputs, its number, whether it raised.
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
        sends.send((outputs, count, is_failed))
        if is_failed:
            return
