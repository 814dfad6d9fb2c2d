"""What the server of warm notebooks loads once: importing this loads and tries everything that a notebook uses.

First uses are dear too: matplotlib's fonts and style sheets, scipy's distributions, the template of a block. They are
tried on nothing.
"""

from __future__ import annotations

import gc

import matplotlib.pyplot  # noqa: F401
import matplotlib_inline.backend_inline  # noqa: F401

import analysis
from analysis.presentation import page
from analysis.presentation.drawing.style import Canvas, drawings
from analysis.publishing.running import children, forked  # noqa: F401
from analysis.shares.intervals import wilson

for name in analysis.__all__:
    getattr(analysis, name)
wilson(1, 2)
page.html("table", [])


def _tried(canvas: Canvas) -> None:
    canvas.everywhere().text(1, 1, "A", weight="bold")


children.leave_nothing()
drawings(_tried, lambda _: 10, identity="tried", description="Nothing.")
gc.collect()
gc.freeze()  # so that a child's collections copy no page of what it only reads
