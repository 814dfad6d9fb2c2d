"""Where the charges of an edition settle, forecast from other forces' pairs of editions: tried, force by force."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.reference.periods import financial_year
from analysis.shares.first_editions import STATED, Pair, back_tested, forecast, limits, pairs_held
from benchmarks.coverage.held import OF_FORECASTS, Held

TOLD = (
    "Charges by force and year in two editions, to December 2020 and of July 2022. The forecast is the charged share "
    "of the older edition and the share that was open, times the part that came to be charged in 95 of 100 pairs of "
    "other forces. What the newer edition has is taken as the truth. Nothing is drawn: tries are forces and years "
    "with open cases. A page prints a forecast only from pairs that begin with a first edition, and only if it holds."
)


def tried(draws: int) -> Iterator[Held]:  # noqa: ARG001 - every pair that is held is tried once
    """The forecast over all pairs, and over each year from the pairs of all years."""
    pairs = pairs_held()
    _, reason = forecast(pairs)
    yield _held("all years", pairs, reason)
    for first in sorted({one.first for one in pairs}):
        alike = [one for one in pairs if one.first == first]
        yield from [_held(financial_year(first), alike, reason)] if limits(alike) and back_tested(alike) else []


def _held(of: str, pairs: list[Pair], reason: str) -> Held:
    found = back_tested(pairs)
    if found is None:
        return Held(of, "charged share, later edition", 0, STATED, 0.0, OF_FORECASTS, beside="too few pairs")
    more = sum(one.newer for one in pairs) / sum(one.older for one in pairs) - 1
    beside = f"mean width {100 * found.width:.1f} points, interval score {found.score:.3f}; charges grew by "
    beside += f"{100 * more:.1f}%"
    beside += f"; not printed on a page: {reason}" if reason else ""
    return Held(of, "charged share, later edition", found.tries, STATED, found.held_share, OF_FORECASTS, beside)
