"""The exact counts of the made-up cases, which no file of the project holds: read from the cases themselves."""

from __future__ import annotations

from functools import cache

from analysis.counts import Counts
from analysis.intake import example, reduction
from analysis.intake.reading import Request


@cache
def exact(name: str) -> Counts:
    """The exact set of a name that was released: stalking_example, or that by features or lags."""
    request = Request(name="stalking_example", form="cases", mapping=example.FOLDER / "stalking_cases.toml", workers=1)
    reading = reduction.read_files([example.FOLDER / "stalking_cases.csv"], request, spread=map)
    return next(one for one in reduction.added(reading, request).sets if one.name == name)
