"""What a reading took in and left out, as rates of rows, from the reading ledger.

Rows that were dropped are counted out of all rows that were read, so that a reader sees how much is missing. They go
through disclosure control as cases do.
"""

from __future__ import annotations

import pandas as pd

from analysis import ledger, reference
from analysis.counts import Counts
from analysis.errors import ParameterError
from analysis.ledger import Ledger
from analysis.schema import MEASURES
from analysis.statistics.rates import About, Rates, about, with_shares

ROWS = "rows"  # the measure of these rates: rows of files, not cases
COUNTED = "counted"


def read_ledger(counts: Counts) -> Ledger:
    """The ledger of the reading that made these counts.

    Raises ParameterError for counts that were not made by 'attrition reduce', which have none.
    """
    for name in counts.source.files:
        if name.endswith(".ledger.json"):
            return ledger.read(reference.PROJECT / name)
    raise ParameterError(
        f"Counts '{counts.name}' have no reading ledger: they were not made by 'attrition reduce'. data/README.md says "
        "what they were made from."
    )


def rows_counted(held: Ledger, counts: Counts) -> Rates:
    """One row: the rows that were counted (events) out of those that were read (cases), labelled by place."""
    table = pd.DataFrame({"place": [_context(counts).place], "events": [held.kept], "cases": [held.rows]})
    return _finished(table, counts, by="place")


def rows_by_reason(held: Ledger, counts: Counts) -> Rates:
    """One row a reason why rows were not counted, most first, and one for those that were; out of all rows read."""
    reasons = {COUNTED: held.kept, **held.dropped}
    names = [reason[:1].upper() + reason[1:] for reason in reasons]
    table = pd.DataFrame({"reason": names, "events": list(reasons.values()), "cases": held.rows})
    return _finished(table, counts, by="reason")


def rows_by_file(held: Ledger, counts: Counts) -> Rates:
    """One row a file, in order of reading: its rows out of all rows read."""
    table = pd.DataFrame(
        {"file": [one.name for one in held.files], "events": [one.rows for one in held.files], "cases": held.rows}
    )
    return _finished(table, counts, by="file")


def _context(counts: Counts) -> About:
    return about(counts, measure=ROWS, base="recorded")


def _finished(table: pd.DataFrame, counts: Counts, *, by: str) -> Rates:
    table["state"] = "shown"
    return Rates(with_shares(table)[[by, *MEASURES]], by=(by,), about=_context(counts))
