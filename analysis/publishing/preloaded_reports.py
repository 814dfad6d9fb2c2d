"""What the server of a batch loads once: all that makes a notebook a report, besides what the notebook itself uses.

Typst is not tried here: it starts threads, and a process that has threads must not be forked.
"""

from __future__ import annotations

import gc

from analysis.presentation import workbook
from analysis.publishing import (  # noqa: F401
    edition,
    making,
    notebooks,
    preloaded,
    rendering,
    rules,
    typesetting,
    workroom,
)

edition.edition()
rendering.load_templates()
typesetting.load_fonts()
workbook.load()
for name in notebooks.names():
    rules.faults(notebooks.FOLDER / f"{name}.ipynb")
gc.collect()
gc.freeze()
