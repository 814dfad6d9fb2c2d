"""Made-up counts of people as they may be shown: released, by a secret that is always the same."""

from dataclasses import replace

from analysis.disclosure import release
from tests.conftest import make_counts

SECRET = bytes(range(32))


def released(rows, *, sensitivity="restricted", **settings):
    """The released set of (force, first day of a month, outcome, cases) tuples, all of stalking."""
    exact = make_counts(rows, sensitivity=sensitivity, months=1, **settings)
    table = exact.table.assign(offence="8Q")[["force", "period", "offence", "outcome", "cases"]]
    exact = replace(exact, table=table, dimensions=tuple(table.columns[:-1]), offence="", taken="2025-06-30")
    [one] = release.edition((exact,), SECRET).sets
    return one
