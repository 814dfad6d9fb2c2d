"""What the server of a batch of many reports does besides loading: it holds the suite's notebooks to their rules, and
works one answer out, for nobody.

That takes longer than some reports gain by it, so few are made without (``children.prepare``). Arrow,
which reads counts, starts threads, and has made its own anew in a child.
"""

from __future__ import annotations

import gc
from contextlib import suppress

from analysis.answers import outcomes
from analysis.counts import counts, latest
from analysis.presentation.blocks import MEDIA_TYPE
from analysis.presentation.workbook import workbook
from analysis.publishing.notebooks import notebooks, rules


def _try_an_answer() -> None:
    """Work one answer out of the newest published counts, draw it and lay it out as a workbook, and show it to nobody.

    A child finds counts read, the names of forces measured, and pandas, matplotlib and openpyxl past their first uses,
    which are a tenth of a report. What was read is forgotten as read, and read again where its file changes.
    """
    ended = outcomes.endings(counts.read(latest.LATEST), "victim_withdrawal")
    shown = (ended.headline(), ended.forces(), ended.types(), ended.quarters(), *map(ended.table, ended.tables()))
    told = {"title": "Tried", "is_restricted": False, "is_synthetic": False, "attribution": ""}
    blocks = [block._repr_mimebundle_()[MEDIA_TYPE] for block in shown]
    made_by = dict.fromkeys(("notebook", "version", "edition", "disclosure", "subject"), "")
    workbook.content({**told, "blocks": blocks}, {**made_by, "parameters": {}})


for name in notebooks.names():
    rules.faults(notebooks.brought(f"{name}.ipynb"))
with suppress(Exception):  # what cannot be tried, such as counts that are not held, is told by the report that needs it
    _try_an_answer()
counts.forget_read()
gc.collect()
gc.freeze()
