"""What cells use, loaded and tried before there are any.

First uses are dear too: matplotlib's fonts and style sheets, scipy's distributions, the template of a block. They are
tried on nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import IPython.core.application
import IPython.core.completer
import IPython.core.completerlib
import IPython.core.logger
import IPython.core.magics.ast_mod
import IPython.core.magics.execution
import IPython.core.oinspect  # noqa: F401
import matplotlib.pyplot  # noqa: F401
import matplotlib_inline.backend_inline  # noqa: F401
import pandas as pd
from matplotlib.backends.registry import backend_registry

import analysis
from analysis.counts import counts
from analysis.presentation.drawing.style import Canvas, drawings
from analysis.presentation.forms import page
from analysis.shares.intervals import wilson


def load(names: Iterable[str]) -> None:
    """Load these names of ``analysis``, as a cell that imports them does, and try what all of them use.

    Parameters
    ----------
    names
        The names that the cells import.
    """
    pd.set_option("mode.string_storage", "python")  # of a few hundred rows everything is quicker than in Arrow's
    for name in names:
        getattr(analysis, name)
    backend_registry.list_all()  # type: ignore[no-untyped-call]  # it looks through all that is installed the first time
    counts.load_reader()
    wilson(1, 2)
    page.html("table", [])
    drawings(_tried, lambda _: 10, identity="tried", description="Nothing.")


def _tried(canvas: Canvas) -> None:
    canvas.everywhere().text(1, 1, "A", weight="bold")
