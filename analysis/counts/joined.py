"""How many crimes of data.police.uk have a row in the outcomes files at all, force by force.

A force's crimes and its outcomes are published apart and joined by crime ID. Where few join, what is counted as still
open is largely what was lost on the way: a share of such a force is not set beside those of others.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.counts import counts as sets
from analysis.counts.counts import Counts

NO_ROW = "No outcome published"  # what first_outcome says of a crime that no outcomes file has
#: Where fewer crimes have a row, a force is not compared and nothing of it is forecast.
LEAST_JOINED = 0.70


def joined_shares(counts: Counts) -> dict[str, float]:
    """The share of each force's crimes that have a row in the outcomes files, 0 to 1.

    Takes counts by ``first_outcome``, or those beside which a set of these stands. Empty for other figures, of which
    joining is no question.

    Parameters
    ----------
    counts
        Counts of data.police.uk.

    Returns
    -------
    dict[str, float]
        Shares from 0 to 1 by force.
    """
    if "crime_type" not in counts.dimensions:
        return {}
    lags, beside = counts, f"{counts.name}_lags"
    if "first_outcome" not in lags.dimensions and beside in sets.available():
        lags = sets.read(beside)
    if "first_outcome" not in lags.dimensions:
        return {}
    table = lags.table.assign(joined=lags.table["cases"].where(lags.table["first_outcome"].astype(object) != NO_ROW, 0))
    sums = table.groupby(table["force"].astype(str))[["joined", "cases"]].sum()
    forces_with_cases = sums[sums["cases"] > 0]
    return {str(force): float(row["joined"] / row["cases"]) for force, row in forces_with_cases.iterrows()}


def well_joined(counts: Counts) -> Counts:
    """These counts without the forces of whose crimes fewer than LEAST_JOINED have a row in the outcomes files.

    Parameters
    ----------
    counts
        Counts of data.police.uk; others are given back as they are.

    Returns
    -------
    Counts
        Counts of the forces that are left.
    """
    poor = badly_joined(counts)
    if not poor:
        return counts
    kept = [force for force in counts.coverage.forces if force not in poor]
    table = counts.table[~counts.table["force"].astype(str).isin(list(poor))].reset_index(drop=True)
    return replace(counts, table=table, coverage=counts.coverage.select(forces=kept))


def badly_joined(counts: Counts) -> dict[str, float]:
    """The forces that ``well_joined`` leaves out, each with its share.

    Parameters
    ----------
    counts
        Counts of data.police.uk.

    Returns
    -------
    dict[str, float]
        Shares from 0 to 1 by force.
    """
    shares = joined_shares(counts)
    return {force: share for force, share in shares.items() if share < LEAST_JOINED and force in counts.coverage.forces}
