"""What would a force's share be if it had the same mix of cases as all forces together?

Direct standardisation: the share of each offence (or of each category of a feature) in one force, each weighted by how
many cases of all forces are of it. A force that records much theft and little violence is so set beside one that does
not. Fleiss (1981), Statistical Methods for Rates and Proportions, second edition, section 14.3; the sum has its
interval from the Wilson limits of its parts, whose distances add up as squares (Zou, Huang and Zhang 2009,
Computational Statistics & Data Analysis 53: 1080-1085), which holds where parts have few cases and no event.

What a force has no case of cannot be standardised: it is left out of the mix, the part of all cases that the rest
makes up is given beside the share, and there is none under ``FEWEST_COVERED``.

What it does not cover: cases of one offence that are not alike, such as how grave they are, who the victims are and
what is written down. A standardised share is no forecast, and another mix to stand for all gives another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.counts.counts import Counts
from analysis.reference.schema import MEASURES
from analysis.shares.intervals import wilson
from analysis.shares.rates import Rates, rates, rates_alone
from analysis.shares.worked import Worked

Array = npt.NDArray[np.float64]
ALL = "all"  # of an offence: every case of a force, whatever the offence
FEWEST_COVERED = 0.99  # of the cases of all forces, under which a force has no standardised share
_COLUMNS = (
    "events",
    "cases",
    "share",
    "standardised_share",
    "low_standardised_share",
    "high_standardised_share",
    "mix_difference_share",
    "covered_share",
    "state",
)


@dataclass(frozen=True)
class Standardised:
    """A standardised share with its limits, 0 to 1, and the part of the weights that its strata make up."""

    share: float
    low: float
    high: float
    covered_share: float


def directly_standardised(
    events: npt.ArrayLike, cases: npt.ArrayLike, weights: npt.ArrayLike, *, rounding: float = 0.0
) -> Standardised:
    """The share of a standard mix that would end so, from the shares of strata.

    Parameters
    ----------
    events, cases
        Of each stratum; one without cases is left out.
    weights
        The cases of each stratum in the standard, in any unit.
    rounding
        The variance that rounding adds to each number, in cases squared.

    Returns
    -------
    Standardised
        Shares from 0 to 1; missing (nan), but for a covered share of 0, where no stratum has cases.

    Raises
    ------
    ValueError
        When the three are not of one length, events lie outside 0 to cases, a weight is below 0 or all are 0.

    References
    ----------
    Fleiss (1981), section 14.3. Zou, Huang and Zhang (2009).

    Examples
    --------
    Down's syndrome of a first child, with the ages of all mothers (Fleiss 1981, table 14.4, page 249): 92.3 in 100,000.

    >>> births = [230061, 329449, 114920, 39487, 14208, 3052]
    >>> all_births = [319933, 931318, 786511, 488235, 237863, 61313]
    >>> found = directly_standardised([107, 141, 60, 40, 39, 25], births, all_births)
    >>> round(100_000 * found.share, 1), found.covered_share
    (92.3, 1.0)
    """
    some, of, standard = _checked(events, cases, weights)
    has_cases = of > 0
    covered = float(standard[has_cases].sum() / standard.sum())
    if not covered:
        return Standardised(np.nan, np.nan, np.nan, 0.0)
    parts = standard[has_cases] / standard[has_cases].sum()
    shares = some[has_cases] / of[has_cases]
    lows, highs = wilson(some[has_cases], of[has_cases], rounding=rounding)
    share = float(parts @ shares)
    down, up = (float(np.sqrt(np.square(parts * far).sum())) for far in (shares - lows, highs - shares))
    return Standardised(share, max(0.0, share - down), min(1.0, share + up), covered)


def _checked(*numbers: npt.ArrayLike) -> tuple[Array, ...]:
    """Events, cases and weights as arrays. Raises what ``directly_standardised`` says."""
    some, of, standard = (np.asarray(number, dtype=float) for number in numbers)
    if not some.shape == of.shape == standard.shape:
        raise ValueError("Events, cases and weights are not of one length.")
    if bool((standard < 0).any()) or not standard.sum():
        raise ValueError("Weights must not be below 0, nor all be 0.")
    if bool((some < 0).any()) or bool((some > of).any()):
        raise ValueError("Events must lie within 0 to cases.")
    return some, of, standard


def standardised(counts: Counts, measure: str, *, base: str = "recorded") -> Worked:
    """The share of each force as it is and as it would be with the mix of offences of all forces together.

    Parameters
    ----------
    counts
        By force, offence and outcome, of several offences.
    measure, base
        What is counted, and out of what: names, as in ``rates``.

    Returns
    -------
    Worked
        One row per ``force``, in the order of their names: events, cases and share; ``standardised_share`` with
        ``low_standardised_share`` and ``high_standardised_share`` (95%, of chance alone) and ``mix_difference_share``,
        the share less that, all 0 to 1 and missing where ``covered_share``, the part of all forces' cases that are of
        offences that the force has cases of, is under 0.99. No rows where there are fewer than two forces or two
        offences.
    """
    source = _by_offence(counts, measure, base)
    return Worked(source, partial(_standardised, rounding=source.about.rounding), ("force",))


def _by_offence(counts: Counts, measure: str, base: str) -> Rates:
    """The rates of each force in all, and of each of its offences: rows by ``force`` and ``offence``."""
    whole = rates(counts, measure, base=base, by="force" if "force" in counts.dimensions else "")
    if len(counts.offences) < 2 or whole.by != ("force",):
        return _joined(whole, [])
    parts = [
        rates_alone(counts.select(offence=offence), measure, base=base, by="force").table.assign(offence=offence)
        for offence in counts.offences
    ]
    return _joined(whole, parts)


def _joined(whole: Rates, parts: Iterable[pd.DataFrame]) -> Rates:
    """Rates by ``force`` and ``offence``, those of all offences first."""
    table = pd.concat([whole.table.rename(columns={whole.by[0]: "force"}).assign(offence=ALL), *parts])
    table = table[["force", "offence", *MEASURES]].reset_index(drop=True)
    return replace(whole, table=table, by=("force", "offence"), derive=None)


def _standardised(rows: pd.DataFrame, *, rounding: float) -> pd.DataFrame:
    """The table that ``standardised`` promises."""
    is_whole = rows["offence"] == ALL
    strata = rows[~is_whole & rows["share"].notna()]
    weights = strata.groupby("offence")["cases"].sum().astype(float)
    if len(weights) < 2 or strata["force"].nunique() < 2:
        return pd.DataFrame(columns=["force", *_COLUMNS])
    standardised_rows = []
    for _, row in rows[is_whole].iterrows():
        own = strata[strata["force"] == row["force"]].set_index("offence")
        cells = row[["force", "events", "cases", "share", "state"]].to_dict()
        standardised_rows.append(
            cells | (beside(own, weights, row["share"], rounding) if pd.notna(row["share"]) else {})
        )
    return pd.DataFrame(standardised_rows).reindex(columns=["force", *_COLUMNS])


def beside(own: pd.DataFrame, weights: pd.Series, share: float, rounding: float = 0.0) -> dict[str, float]:
    """The standardised share of one force and what belongs to it, by the names of its columns.

    ``own`` has the events and cases of its strata, ``weights`` the cases of all forces, both by stratum; ``share`` is
    that of the force as it is. Without a standardised share, and what rests on it, where too little is covered.

    Parameters
    ----------
    own
        A row a stratum, with ``events`` and ``cases``.
    weights
        Cases of all forces by stratum.
    share
        The share of the force as it is, 0 to 1.
    rounding
        What rounding adds to each number, in cases squared.

    Returns
    -------
    dict[str, float]
        Shares from 0 to 1, or missing, by name of their column.
    """
    strata = own.reindex(weights.index)
    result = directly_standardised(strata["events"].fillna(0), strata["cases"].fillna(0), weights, rounding=rounding)
    columns = {"covered_share": result.covered_share}
    if result.covered_share < FEWEST_COVERED:
        return columns
    return columns | {
        "standardised_share": result.share,
        "low_standardised_share": result.low,
        "high_standardised_share": result.high,
        "mix_difference_share": share - result.share,
    }
