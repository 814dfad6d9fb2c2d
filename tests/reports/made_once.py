"""Reports that are made once in a run of the tests, however many files and processes look at them."""

from __future__ import annotations

import json
import os
from hashlib import sha256

from filelock import FileLock

from analysis.publishing.notebooks import notebooks
from analysis.publishing.report import publication


def folder_of(tmp_path_factory, name, given):
    """The folder of a notebook's report with these parameters, below a folder of its own. To be read only."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    asked = sha256(json.dumps([name, given], sort_keys=True).encode()).hexdigest()[:16]
    place = shared / "made once" / f"{name}-{asked}"
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / "lock"):
        told = place / "folder"
        if not told.exists():
            made = publication.publish(notebooks.notebook(name), given, out=place / "reports")
            told.write_text(made.relative_to(place).as_posix())
    return place / told.read_text()
