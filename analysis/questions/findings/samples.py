"""What a printed percentage would be worth: its interval in samples of several sizes, and the bases it can be out of.

Intervals are Wilson's (``analysis.shares.intervals``). What it does not cover: how a sample was drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import floor

import pandas as pd

from analysis.counts import counts as counted
from analysis.errors import ParameterError
from analysis.reference.findings import FILE as FINDINGS
from analysis.reference.findings import Finding
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, about, with_shares

#: Sizes that a review of case files might have had: assumptions that span what such reviews print, from about 100
#: (the 2017 inspection, 112 files) through 501 (the 2019 rape review) to thousands.
SIZES = (100, 200, 500, 1000, 2000, 5000)


def sample_sizes(finding: Finding, sizes: Iterable[int] = SIZES) -> Rates:
    """The interval that a printed percentage would have at each of several sample sizes.

    For a review whose sample size is not printed: the sizes are assumptions, never findings.

    Parameters
    ----------
    finding
        The printed finding.
    sizes
        Numbers of cases, each one of which the percentage is a whole number.

    Returns
    -------
    Rates
        One row per ``sample_size``: ``events`` of ``cases``, and the Wilson interval ``low`` to ``high`` of their
        ``share``, 0 to 1.

    Raises
    ------
    ParameterError
        When no percentage is printed, or a size does not give a whole number of cases.

    Examples
    --------
    >>> from analysis.reference import findings
    >>> sample_sizes(findings.finding("london-withdrew"), sizes=[500]).table[["low", "high"]].round(3).values.tolist()
    [[0.407, 0.494]]
    """
    if finding.percent is None:
        raise ParameterError(
            f"Finding '{finding.finding}' prints no percentage to give an interval of. "
            "'attrition list findings' shows which do."
        )
    rows = []
    for size in sizes:
        events = size * finding.percent / 100
        if events != round(events):
            raise ParameterError(
                f"{finding.percent:g}% of {size} is not a whole number of cases. Use multiples of 100."
            )
        rows.append({"sample_size": f"{size:,}", "events": round(events), "cases": size, "state": "shown"})
    table = with_shares(pd.DataFrame(rows))[["sample_size", *MEASURES]]
    context = replace(
        about(counted.read("stalking_recorded"), measure="verdict", base="recorded"),
        source=f"{finding.publisher}, {finding.title}",
        base="",
        offence="",
        place="England and Wales",
        period="as printed with each finding",
        counts="",
        files=(FINDINGS,),
        notes=(),
    )
    return Rates(table, by=("sample_size",), about=context)


def fitting_bases(finding: Finding) -> tuple[int, int]:
    """The smallest and the largest number of cases of which the printed events are the printed percentage.

    Parameters
    ----------
    finding
        A finding that prints a count and a percentage, which is taken to be rounded half up.

    Returns
    -------
    tuple of int
        Both numbers of cases.

    Raises
    ------
    ParameterError
        Where no count and percentage are printed.

    Examples
    --------
    109,833 cases were printed as 40%:

    >>> from analysis.reference import findings
    >>> fitting_bases(findings.finding("london-all-crime"))
    (271193, 278058)
    """
    if not finding.events or not finding.percent:
        raise ParameterError(f"Finding '{finding.finding}' prints no count and percentage to work a base out from.")
    smallest = floor(finding.events / finding.highest) + 1
    return smallest, floor(finding.events / finding.lowest)
