"""The figures that were printed of one force, put to all 44 in a year that tells every outcome type apart.

That year, 2024/25, comes after the figures, so it decides no verdict. It shows how many ways of counting there are, how
far they reach, and how many forces match the same figure: what most of them match is hardly evidence of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import pandas as pd

from analysis.counts import counts as counted
from analysis.counts.yearly import WHOLE
from analysis.reference import measures
from analysis.reference.findings import FILE as FINDINGS
from analysis.reference.findings import Finding
from analysis.reference.schema import MEASURES
from analysis.shares.definitions import labelled, own_reading, readings
from analysis.shares.rates import Rates, about, with_shares
from analysis.shares.worked import Worked

_YEAR = "2024/25"
_COLUMNS = ("ways", "fitting", "lowest_share", "highest_share", "forces", "forces_fitting")


def later_matches(chosen: Iterable[Finding]) -> Worked:
    """Findings of one force on shares of earlier years, counted in 2024/25.

    Parameters
    ----------
    chosen
        Printed findings; those of all forces, of 2024/25 itself, of one reading or source, or without a percentage are
        passed over.

    Returns
    -------
    Worked
        Two rows per ``finding`` and ``printed``: by the ``definition`` of this project out of the ``base`` that comes
        nearest, and by any way (every reading and base, those that count the same cases once). ``fitting`` of the
        ``ways`` give what was printed of its own force, from ``lowest_share`` to ``highest_share`` (0 to 1);
        ``forces_fitting`` of the ``forces`` have a way that does.
    """
    asked = [finding for finding in chosen if _is_asked(finding)]
    exact = counted.read(WHOLE)
    context = about(exact, measure="verdict", base="recorded")
    context = replace(context, files=(FINDINGS, *context.files))

    def work(table: pd.DataFrame) -> pd.DataFrame:
        wide = table.pivot(index="force", columns="outcome", values="events")
        rows = [row for finding in asked for row in _rows(finding, wide.astype("int64"))]
        return pd.DataFrame(rows, columns=["finding", "printed", "definition", "base", *_COLUMNS])

    sums = exact.table.groupby(["force", "outcome"])["cases"].sum()
    rows = pd.DataFrame({"events": sums, "cases": sums.groupby("force").transform("sum"), "state": "shown"})
    rows = rows.reset_index()
    source = Rates(with_shares(rows)[["force", "outcome", *MEASURES]], by=("force", "outcome"), about=context)
    return Worked(source, work, ("finding", "printed", "definition", "base"))


def _is_asked(finding: Finding) -> bool:
    is_early = bool(finding.years) and _YEAR not in finding.years
    is_general = not (finding.source or finding.reading) and finding.percent is not None and finding.offence == "8Q"
    return finding.place != "all" and is_early and is_general


def _shares(measure: str, wide: pd.DataFrame) -> dict[tuple[str, str], pd.Series]:
    """The share of every force by every way: reading and base."""
    shares = {}
    for base, (name, reading) in product(measures.BASES.values(), readings(measure).items()):
        codes_of_base = [code for code in wide.columns if code not in base.leaves_out("home_office")]
        counted_codes = [code for code in codes_of_base if code in reading.codes("home_office")]
        shares[name, base.short] = wide[counted_codes].sum(axis=1) / wide[codes_of_base].sum(axis=1)
    return shares


def _rows(finding: Finding, wide: pd.DataFrame) -> list[dict[str, Any]]:
    """The two rows of a finding."""
    shares = _shares(finding.measure, wide)
    share_of_place = {way: float(by_force[finding.place]) for way, by_force in shares.items()}
    own_ways = [(own_reading(finding.measure), base.short) for base in measures.BASES.values()]
    nearest = min(own_ways, key=lambda way: abs(share_of_place[way] - finding.share))
    distinct = {(base, share): (name, base) for (name, base), share in reversed(share_of_place.items())}
    codes = measures.measure(finding.measure).codes("home_office")
    ways_of = {(labelled(nearest[0], codes), nearest[1]): [nearest], ("any way", "any base"): list(distinct.values())}
    return [
        {
            "finding": finding.finding,
            "printed": finding.printed,
            "definition": definition,
            "base": base,
            "ways": len(ways),
            "fitting": sum(finding.fits(share_of_place[way]) for way in ways),
            "lowest_share": min(share_of_place[way] for way in ways),
            "highest_share": max(share_of_place[way] for way in ways),
            "forces": len(wide),
            "forces_fitting": sum(any(finding.fits(shares[way][force]) for way in ways) for force in wide.index),
        }
        for (definition, base), ways in ways_of.items()
    ]
