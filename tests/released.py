"""Counts of people as they are released, for tests of what is shown of them.

``rounded`` goes through the whole door, but every number is the nearest multiple of five: what a test expects of a page
can be worked out by hand. ``drawn`` is the door as it is, under a secret that is no secret.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from unittest import mock

import numpy as np

from analysis.builders import bundled
from analysis.counts.counts import Counts
from analysis.disclosure import release
from analysis.disclosure.drawing.mending import Drawn
from analysis.intake import reduction
from analysis.intake.reading import Request

SECRET = bytes(range(32))


def drawn(exact: Counts) -> Counts:
    """A set of people as it is released: its numbers drawn, those under the smallest hidden."""
    return release.edition(_sets(exact), SECRET).sets[-1]


def rounded(exact: Counts) -> Counts:
    """A set of people as it is released, with each number to the nearest five in place of one drawn."""
    with mock.patch.object(release, "drawn", nearest):
        return drawn(exact)


def shown(counts: Counts) -> Counts:
    """Counts as they may be shown: of people as ``rounded``, published ones as they are."""
    return counts if counts.sensitivity == "published" else rounded(counts)


def nearest(lattice, secret, *, before, policy, progress):
    """In place of ``mending.drawn``: every number the nearest multiple of the rounding, nothing audited."""
    counts = np.array(lattice.counts, dtype=np.int64)
    numbers = (counts + policy.rounding // 2) // policy.rounding * policy.rounding
    return Drawn(numbers, counters=np.zeros_like(counts), low=numbers, high=numbers)


def _sets(exact: Counts) -> tuple[Counts, ...]:
    """The set, and before it the same cases by month alone where it is by lag or by features."""
    if "offence" not in exact.dimensions:
        first = [name for name in ("force", "period") if name in exact.dimensions]
        dimensions = (*first, "offence", *exact.dimensions[len(first) :])
        table = exact.table.assign(offence=exact.offence)[[*dimensions, "cases"]]
        exact = replace(exact, table=table, dimensions=dimensions, offence="")
    if not exact.lag_unit and not exact.features:
        return (exact,)
    by = ["force", "period", "offence", "outcome"]
    held = exact.table if exact.lag_unit else exact.table.assign(period=exact.coverage.span.first)
    main = replace(
        exact,
        name=exact.name.removesuffix("_lags").removesuffix("_features"),
        table=held.groupby(by, sort=False)["cases"].sum().reset_index(),
        dimensions=tuple(by),
        lag_unit="",
        features={},
    )
    return main, exact


@cache
def made_up_cases() -> dict[str, Counts]:
    """The exact sets of the project's made-up cases by name, which stand in no file of the project."""
    form, files, mapping = bundled.SETS["stalking_example"]
    request = Request(name="stalking_example", form=form, mapping=mapping, workers=1)
    reading = reduction.read_files(list(files), request, spread=map)
    return {one.name: one for one in reduction.added(reading, request).sets}
