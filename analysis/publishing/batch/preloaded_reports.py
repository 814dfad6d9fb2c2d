"""What the server of a batch loads once: all that makes a notebook a report; of several also what notebooks use.

Typst is not tried here: it starts threads that a child would wait for in vain.
"""

from __future__ import annotations

import gc

import analysis.publishing.report.making  # noqa: F401
from analysis.presentation.workbook import workbook
from analysis.publishing.batch import make  # noqa: F401
from analysis.publishing.notebooks import notebooks, rules
from analysis.publishing.report import edition, rendering, typesetting
from analysis.publishing.running import children

children.collect_seldom()
edition.edition()
rendering.load_templates()
typesetting.load_fonts()
workbook.load()
rules.faults(notebooks.brought(f"{notebooks.SUITE[0]}.ipynb"))  # one, so that nbformat has read its schema
gc.collect()
gc.freeze()
