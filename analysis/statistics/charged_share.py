"""Charges of a quarter beside the cases recorded in it: the longest series there is of what becomes of stalking.

A ratio of two counts, no share of one: charges belong to the quarter in which an investigation closed, and its case was
recorded in that quarter or an earlier one. Where recording rises fast the ratio falls with nobody charging less. It is
for a u chart (events per case), whose events need not be among the cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from analysis.counts import Counts
from analysis.errors import ParameterError

CAUTION = "Charges in a quarter belong to cases recorded in it or in earlier quarters: a ratio, not a charge rate."


def charged_and_recorded(charged: Mapping[date, int], recorded: Counts, *, offence: str = "8Q") -> pd.DataFrame:
    """One row a quarter of both series, in order: ``period``, ``events`` (charges), ``cases`` (recorded, all forces).

    ``charged`` is ``findings.closed_charges(offence)``, ``recorded`` counts of recorded crime by force and quarter. A
    quarter that either lacks, or that some force did not send, has a missing number.

    Raises ParameterError when the counts hold no such offence, are not of recorded crime by quarter, or share no
    quarter with the charges.
    """
    chosen = recorded.select(offence=offence)
    if chosen.basis != "recorded" or "period" not in chosen.dimensions or set(chosen.coverage.periods.values()) != {3}:
        raise ParameterError(f"Counts '{recorded.name}' are not crimes recorded by quarter. Use stalking_recorded.")
    sums = chosen.table.groupby("period")["cases"].sum()
    partial = {first for _, first in chosen.coverage.missing}
    both = sorted(set(charged) & set(chosen.coverage.periods))
    if not both:
        raise ParameterError(f"Counts '{recorded.name}' share no quarter with the charges.")
    span = sorted(first for first in {*charged, *chosen.coverage.periods} if both[0] <= first <= both[-1])
    return pd.DataFrame(
        {
            "period": span,
            "events": pd.array([charged.get(first) for first in span], dtype="Int64"),
            "cases": pd.array([None if first in partial else sums.get(first) for first in span], dtype="Int64"),
        }
    )
