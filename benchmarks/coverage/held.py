"""One interval or limit, tried: what it says, how often it held, and how far that may be from what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.measure import markdown

#: How far the share that held may lie from what is stated, in percentage points, before the page must not print it.
ALLOWED = 1.5
OF_FORECASTS = 3.0
_HEADS = ("of what", "interval or limit", "tries", "stated", "held", "allowed", "verdict", "beside it")


@dataclass(frozen=True)
class Held:
    """How often one interval held: ``stated`` and ``held`` are shares of ``tries``, 0 to 1.

    ``beside`` says what else is worth knowing, such as the mean width, the interval score or the worst force.
    ``is_least`` where a page says "at least".
    """

    of: str
    interval: str
    tries: int
    stated: float
    held: float
    allowed: float = ALLOWED
    beside: str = ""
    is_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether it lies as near to what it says as is allowed."""
        off = round(100 * (self.held - self.stated), 2)
        return off >= -self.allowed if self.is_least else abs(off) <= self.allowed


def table(found: Iterable[Held]) -> str:
    """The table of a family, in Markdown."""
    return markdown(
        _HEADS,
        [
            (
                one.of,
                one.interval,
                f"{one.tries:,}",
                f"{'at least ' if one.is_least else ''}{100 * one.stated:g}%",
                f"{100 * one.held:.2f}%",
                f"{one.allowed:g} points",
                "holds" if one.holds else "does not hold",
                one.beside,
            )
            for one in found
        ],
    )
