"""What a reading took in and left out, as rates of rows, from the reading ledger.

Rows that were dropped are counted out of all rows that were read, so that a reader sees how much is missing. Of case
files the ledger holds what was released: how many rows were read in all is not known, so nothing is out of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.counts import counts as sets
from analysis.counts import ledger
from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger, Released
from analysis.errors import ParameterError
from analysis.reference.schema import MEASURES
from analysis.shares.rates import About, Rates, about, with_shares

ROWS = "rows"  # the measure of these rates: rows of files, not cases
COUNTED = "counted"


def read_ledger(counts: Counts) -> Ledger | Released:
    """The ledger of the reading that made some counts; of case files, what of it was released.

    Parameters
    ----------
    counts
        Counts that 'attrition reduce' made.

    Returns
    -------
    Ledger or Released
        What was read, dropped and refused.

    Raises
    ------
    ParameterError
        For counts that were not made by 'attrition reduce', which have none.
    """
    for name in counts.source.files:
        if name.endswith(".ledger.json"):
            return ledger.read_public(sets.file_of(Path(name).name))
    raise ParameterError(
        f"Counts '{counts.name}' have no reading ledger: they were not made by 'attrition reduce'. data/README.md says "
        "what they were made from."
    )


def rows_counted(ledger: Ledger | Released, counts: Counts) -> Rates:
    """The rows that were counted out of those that were read.

    Parameters
    ----------
    ledger
        The ledger.
    counts
        The counts that it is of.

    Returns
    -------
    Rates
        One row, by ``place``: ``events`` rows counted of ``cases`` rows read. Suppressed of case files, of which
        neither is told.
    """
    numbers = (ledger.kept, ledger.rows) if isinstance(ledger, Ledger) else (None, None)
    return _finished([(_context(counts).place, *numbers)], counts, by="place")


def rows_by_reason(ledger: Ledger | Released, counts: Counts) -> Rates:
    """The rows that were counted and those that were not, by reason.

    Parameters
    ----------
    ledger
        The ledger.
    counts
        The counts that it is of.

    Returns
    -------
    Rates
        One row a ``reason``, most rows first, after the one for those that were counted; out of all rows read. Of case
        files, the reasons that may be told, out of a number that may not.
    """
    if isinstance(ledger, Ledger):
        reasons = {COUNTED: ledger.kept, **ledger.dropped}
        read = ledger.rows
    else:
        reasons, read = dict(sorted(ledger.dropped.items(), key=lambda item: -item[1])), None
    rows = [(reason[:1].upper() + reason[1:], rows, read) for reason, rows in reasons.items()]
    return _finished(rows, counts, by="reason")


def rows_by_file(ledger: Ledger | Released, counts: Counts) -> Rates:
    """The rows of each file.

    Parameters
    ----------
    ledger
        The ledger.
    counts
        The counts that it is of.

    Returns
    -------
    Rates
        One row a ``file``, in order of reading: its rows out of all rows read. None of case files.
    """
    files = [(file.name, file.rows, ledger.rows) for file in ledger.files] if isinstance(ledger, Ledger) else []
    return _finished(files, counts, by="file")


def _context(counts: Counts) -> About:
    return about(counts, measure=ROWS, base="recorded")


def _finished(rows: Sequence[tuple[str, int | None, int | None]], counts: Counts, *, by: str) -> Rates:
    table, context = pd.DataFrame(rows, columns=[by, "events", "cases"]), _context(counts)
    table["state"] = ["shown" if read is not None else "suppressed" for *_, read in rows]
    return Rates(
        with_shares(table.astype({"events": "Int64", "cases": "Int64"}), rounding=context.rounding)[[by, *MEASURES]],
        by=(by,),
        about=context,
    )
