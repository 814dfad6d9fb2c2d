"""The printed charge rates for stalking, beside the counts they were made from and beside each other.

A charge rate is charges divided by something: offences recorded, outcomes assigned, or investigations closed. The
printed national rates conflict because they divide by different things at different dates, so every row keeps its base.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.reference import findings
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, about, rates, with_shares

_COUNTS = "stalking_charged_2015_2020"


def printed_charge_rates(period: str) -> Rates:
    """Charges as a share of stalking outcomes in one year, force by force, beside the rate that was printed.

    Parameters
    ----------
    period
        A financial year from 2017/18 to 2020/21.

    Returns
    -------
    Rates
        One row per ``force`` and its ``printed`` rate ("none" where there is none): ``events`` charges of ``cases``
        outcomes and their ``share``, 0 to 1, as the counts of the same file give it.

    Raises
    ------
    ParameterError
        When no rates by force were printed for the year.

    References
    ----------
    BBC Shared Data Unit, charges and outcomes of stalking by force, data/published/ (data/README.md has the address).

    Examples
    --------
    >>> printed_charge_rates("2020/21").by
    ('force', 'printed')
    """
    year = counts.read(_COUNTS).select(period=period)
    printed = findings.printed_rates(min(year.coverage.periods))
    if not printed:
        raise ParameterError(f"No charge rates by force were printed for {period}. Ask for 2017/18 to 2020/21.")
    charged = rates(year, "charged", by="force")
    table = charged.table.assign(printed=[printed.get(force, "") or "none" for force in charged.table["force"]])
    return Rates(table[["force", "printed", *MEASURES]], by=("force", "printed"), about=charged.about)


def national_charge_rates() -> Rates:
    """Every charge rate that was printed for England and Wales, with what it is out of.

    Returns
    -------
    Rates
        One row per ``year``, ``publisher``, ``printed`` and ``base``: ``events`` charges of ``cases``, missing where
        only the percentage was printed.
    """
    rows = []
    for finding in findings.findings().values():
        if finding.measure != "charged" or finding.place != "all" or finding.check != "figure" or finding.repeats:
            continue
        is_counted = finding.events is not None and finding.cases is not None
        rows.append(
            {
                "year": " or ".join(finding.years),
                "publisher": finding.publisher,
                "printed": finding.printed,
                "base": finding.out_of,
                "events": finding.events if is_counted else None,
                "cases": finding.cases if is_counted else None,
                "state": "shown" if is_counted else "not_received",
            }
        )
    table = with_shares(pd.DataFrame(rows).sort_values("year", kind="stable").reset_index(drop=True))
    by = ("year", "publisher", "printed", "base")
    recorded = about(counts.read(_COUNTS), measure="charged", base="recorded")
    files, source = (findings.FILE,), "each publisher that the table names"
    context = replace(
        recorded, counts="", place="England and Wales", period="as printed", source=source, files=files, notes=()
    )
    return Rates(table[[*by, *MEASURES]], by=by, about=context)
