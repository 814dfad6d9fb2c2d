"""Axes that are never drawn themselves: room for text and shapes, without the frame, ticks and grid of a plot.

matplotlib's make four edges, two axes and their first ticks before anybody asks for them, and ``axis("off")`` only
leaves them out of the drawing: a third of the time of a chart that is mostly text. What is drawn is the same.
"""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Tick, XAxis, YAxis
from matplotlib.spines import Spine


class _WithoutTicks:
    """An axis that makes no tick in order to clip it or to say how it looks."""

    def set_clip_path(self, *_: Any) -> None:
        """Clip nothing: nothing of it is drawn."""

    def get_major_ticks(self, *_: Any) -> list[Tick]:
        """None: whoever looks at all that is drawn makes no tick either."""
        return []

    def get_minor_ticks(self, *_: Any) -> list[Tick]:
        """None."""
        return []

    def set_tick_params(self, *_: Any, **__: Any) -> None:
        """Set nothing: there are no ticks."""


class _X(_WithoutTicks, XAxis):
    pass


class _Y(_WithoutTicks, YAxis):
    pass


class Plain(Axes):
    """Axes without a frame, whose axes are there for their limits alone.

    What is overridden is what matplotlib has other projections override, as its polar axes do.
    """

    name = "plain"

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.set_axis_off()

    def _gen_axes_spines(self, *_: Any, **__: Any) -> dict[str, Spine]:
        return {}

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _X(self, clear=False), _Y(self, clear=False)
