"""How matplotlib is set while a chart is measured and drawn: its own defaults and the chart style, and nothing else.

A reader's matplotlibrc, style sheets and environment, and whatever a cell set before, change no chart. What they set
stands again afterwards. Months keep their English names too, where a matplotlibrc has the process speak another
language from the moment at which matplotlib is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from locale import LC_NUMERIC, LC_TIME, setlocale
from typing import Any, cast

import afcharts
import matplotlib

from analysis.presentation.drawing.colours import INK, QUIET, RULE

for spoken in (LC_NUMERIC, LC_TIME):
    setlocale(spoken, "C")  # as Python begins; axes.formatter.use_locale in a matplotlibrc sets it

_OWN: Any = {
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "svg.hashsalt": "attrition",
    "axes.grid": False,
    "axes.spines.bottom": False,
    "figure.dpi": 72,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": RULE,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "xtick.labelsize": "medium",
    "ytick.labelsize": "medium",
    "text.parse_math": False,
}


@contextmanager
def settings(size: int = 14) -> Iterator[None]:
    """Matplotlib set for a chart whose text is of ``size`` pixels.

    What is set was tried once, and what is put back stood there before. ``rc_context`` tries each of three hundred
    settings anew, for every drawing and every label.

    Parameters
    ----------
    size
        The size of the letters, in pixels.

    Yields
    ------
    Iterator[None]
        Nothing, while the settings hold.
    """
    chosen = cast("dict[str, Any]", matplotlib.rcParams)
    before = {name: value for name, value in dict.items(chosen) if name != "backend"}
    dict.update(chosen, _values(size))
    try:
        yield
    finally:
        dict.update(chosen, before)


@cache
def _values(size: int) -> dict[str, Any]:
    """Every setting but the backend, which is the reader's: nothing here draws on a screen."""
    defaults = matplotlib.rcParamsDefault
    with matplotlib.rc_context():
        matplotlib.rcParams.update({name: value for name, value in defaults.items() if name != "backend"})
        style: Any = matplotlib.rc_params_from_file(
            str(files(afcharts) / "afcharts.mplstyle"), use_default_template=False
        )
        matplotlib.rcParams.update({**style, **_OWN, "font.size": size})
        return {name: value for name, value in matplotlib.rcParams.items() if name != "backend"}
