"""What the figures held here make of a printed one: one rule for all findings, which none of them escapes.

A figure is ``reproduced`` where the table that it names as its source gives it, out of what its words say: the share
or the number as printed and, where counts are printed, these to the case. It is ``consistent with the figures`` where
some reading, base and year that the words allow gives it, or holds it between near bounds. It is ``not matched by any
reading`` where the words allow some way of counting that is held here, none gives it and none leaves room for it. It is
``not comparable`` where nothing held here counts it, or where what is held leaves room and no more.

Each verdict says on how many ways it rests, and how many police forces the same rule would match with the same
figure: what most forces match is no evidence of one. docs/decisions/0022-verdicts-that-can-fail.md has the reasons.

What it does not cover: whether a match is more than chance; what the publisher meant beyond the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.counts import counts as counted
from analysis.counts.yearly import WHOLE, Yearly
from analysis.errors import ParameterError
from analysis.questions.findings.countings import Counting, Tables, countings, held, matching
from analysis.reference import findings
from analysis.reference.findings import CASES, Finding
from analysis.reference.findings import FILE as FINDINGS
from analysis.shares import suspicion
from analysis.shares.rates import rates_alone
from analysis.shares.worked import Worked
from analysis.shares.year_bounds import CHARGED, EVIDENTIAL, worked, year_of

VERDICTS = findings.VERDICTS
REPRODUCED, CONSISTENT, UNMATCHED, NOT_COMPARABLE = VERDICTS

#: What a way of counting says of the printed figure.
GIVES, HOLDS, ROOM, GIVES_NOT = "gives it", "holds it between near bounds", "leaves room for it", "does not give it"
BESIDE = "gives it, but the words do not allow it"
NOT_ALLOWED = "not what the words say"

_CHARGES_FILE = "data/published/stalking_charges_by_quarter.csv"
_SUSPECTED = {
    suspicion.HOLDS: CONSISTENT,
    suspicion.OF_DECIDED: CONSISTENT,
    suspicion.DOES_NOT: UNMATCHED,
    suspicion.CANNOT: NOT_COMPARABLE,
}
_HALF = 0.5 + 1e-9  # of a per cent
_STRENGTH = ("ways", "fitting", "forces", "forces_fitting")
_EVIDENCE = ("least", "most", "undecided", "cases", "least_share", "most_share")


@dataclass(frozen=True)
class Judged:
    """The verdict on a finding, the ``ways`` of counting it, and how many of the ``forces`` match the same figure.

    Numbers are None where the question does not arise.
    """

    verdict: str
    ways: list[Counting]
    allowed: int | None
    fitting: int | None
    forces: int | None = None
    forces_fitting: int | None = None


def judged(finding: Finding, tables: Tables) -> Judged:
    """What is made of a finding by some tables.

    Parameters
    ----------
    finding
        The printed finding.
    tables
        What it is counted from, such as ``countings.held`` gives.

    Returns
    -------
    Judged
        The verdict, the ways of counting, and how many forces match the same figure.
    """
    return _CHECKS[finding.check](finding, tables)


def verdict_of(finding: Finding, ways: Iterable[Counting]) -> str:
    """The rule: the verdict on a figure from the ways of counting it.

    Parameters
    ----------
    finding
        The printed finding.
    ways
        Every way of counting it.

    Returns
    -------
    str
        One of VERDICTS.
    """
    allowed = [way for way in ways if way.is_allowed]
    fitting = matching(finding, allowed)
    if any(_is_as_printed(finding, way) for way in fitting):
        return REPRODUCED
    if fitting:
        return CONSISTENT
    if not allowed or any(way.leaves_room(finding) for way in allowed):
        return NOT_COMPARABLE
    return UNMATCHED


def _is_as_printed(finding: Finding, way: Counting) -> bool:
    """Whether a way is by the table that a finding names, and gives the counts that are printed."""
    if finding.measure == CASES:
        return way.is_named
    return way.is_named and finding.events in (None, way.least) and finding.cases in (None, way.cases)


def _figure(finding: Finding, tables: Tables) -> Judged:
    """A figure, by every way of counting it, and the same figure put to every force."""
    ways = countings(finding, tables)
    allowed = [way for way in ways if way.is_allowed]
    strength = (len(allowed), len(matching(finding, allowed))) if allowed else (None, None)
    by_force = (
        [countings(finding, tables, force) for force in tables.endings.members] if finding.measure != CASES else []
    )
    countable = [force_ways for force_ways in by_force if any(way.is_allowed for way in force_ways)]
    alike = (
        (len(countable), sum(bool(matching(finding, of_force)) for of_force in countable))
        if countable
        else (None, None)
    )
    return Judged(verdict_of(finding, ways), ways, *strength, *alike)


def _column(finding: Finding, tables: Tables) -> Judged:
    """A column of printed rates, each against the counts beside it, and against those of another column."""
    by_measure = {name: _rates_given(tables.endings, name) for name in (CHARGED, EVIDENTIAL)}
    rates_printed, given_by_own = by_measure[CHARGED]
    ways = [
        Counting(
            f"printed rates that the cases of '{name}' give",
            "printed rates",
            f"{finding.years[0]} to {finding.years[-1]}",
            hit,
            hit,
            rows,
        )
        for name, (rows, hit) in by_measure.items()
    ]
    ways[1:] = [replace(way, is_allowed=False) for way in ways[1:]]
    verdict = REPRODUCED if given_by_own == rates_printed else UNMATCHED
    return Judged(verdict if rates_printed else NOT_COMPARABLE, ways, 1, int(verdict == REPRODUCED))


def _rates_given(endings: Yearly, measure: str) -> tuple[int, int]:
    """How many rates were printed, by force and for all forces, and how many of them a measure of FOLLOWED gives.

    They are printed as whole per cents; a half may have gone either way.
    """
    printed = findings.rates_by_year()
    shares = {}
    for place, first in printed:
        members = endings.members if place == "all" else [place]
        year = year_of(endings, first, members)
        shares[place, first] = year.share(measure) if year is not None else None
    hit = sum(share is not None and abs(share * 100 - printed[key]) <= _HALF for key, share in shares.items())
    return len(printed), hit


def _spread(finding: Finding, _: Tables) -> Judged:
    """A suspicion without a number, by the rule of ``suspicion``, out of both bases."""
    offence_counts = counted.read(WHOLE).select(offence=finding.offence)
    tables = {
        name: rates_alone(offence_counts, finding.measure, base=name, by="force").table for name in suspicion.BASES
    }
    by_base = pd.concat([table.assign(base=name) for name, table in tables.items()], ignore_index=True)
    suspicions = suspicion.judged(by_base, "force", measure=finding.measure, level_share=finding.share)
    if suspicions.empty:
        return Judged(NOT_COMPARABLE, [], None, None)
    ways = [
        Counting(
            "all forces together",
            str(row["base"]),
            finding.years[0],
            int(row["events"]),
            int(row["events"]),
            int(row["cases"]),
        )
        for _, row in suspicions.iterrows()
    ]
    reached = [
        2 * int(row["rows_at_level"]) > int(row["rows"]) and row["low"] >= finding.share
        for _, row in suspicions.iterrows()
    ]
    first = suspicions.iloc[0]
    return Judged(
        _SUSPECTED[str(first["verdict"])],
        ways,
        len(ways),
        sum(reached),
        int(first["rows"]),
        int(first["rows_at_level"]),
    )


_CHECKS: dict[str, Callable[[Finding, Tables], Judged]] = {"figure": _figure, "spread": _spread, "column": _column}


def verdicts(chosen: Iterable[Finding]) -> Worked:
    """The verdict on each finding, and how strong it is.

    Parameters
    ----------
    chosen
        Printed findings.

    Returns
    -------
    Worked
        One row per ``finding`` (its name), ``printed`` and ``verdict``. ``fitting`` of the ``ways`` of counting that
        its words allow give what was printed; ``forces_fitting`` of the ``forces`` of England and Wales that a way can
        be counted for would match the same figure. Missing where nothing counts it.

    Examples
    --------
    >>> worked_out = verdicts([findings.finding("london-withdrew")])
    >>> worked_out.finished(worked_out.source.table)["verdict"].tolist()
    ['consistent with the figures']
    """
    named, tables = _some(chosen), held()

    def rows(endings: Yearly) -> list[dict[str, Any]]:
        return [_summary(finding, judged(finding, replace(tables, endings=endings))) for finding in named]

    return _described(worked(tables.endings, rows, by=("finding", "printed", "verdict"), columns=_STRENGTH))


def _summary(finding: Finding, judgement: Judged) -> dict[str, Any]:
    return {
        "finding": finding.finding,
        "printed": finding.printed,
        "verdict": judgement.verdict,
        "ways": judgement.allowed,
        "fitting": judgement.fitting,
        "forces": judgement.forces,
        "forces_fitting": judgement.forces_fitting,
        "state": "shown" if judgement.allowed else "not_applicable",
    }


def evidence(chosen: Iterable[Finding]) -> Worked:
    """What each verdict rests on: every way of counting a finding, those that give it first.

    Parameters
    ----------
    chosen
        Printed findings.

    Returns
    -------
    Worked
        One row per ``finding``, ``bearing`` (what the way says of the printed figure), ``definition``, ``base`` and
        ``year``. From ``least`` to ``most`` of ``cases`` count, the same number twice where a share is known; where
        cases themselves are counted there is no base and no share. ``undecided`` is what lies between, where nothing
        else does.
    """
    named, tables = _some(chosen), held()

    def rows(endings: Yearly) -> list[dict[str, Any]]:
        return [row for finding in named for row in _rows(finding, judged(finding, replace(tables, endings=endings)))]

    return _described(
        worked(tables.endings, rows, by=("finding", "bearing", "definition", "base", "year"), columns=_EVIDENCE)
    )


def _some(chosen: Iterable[Finding]) -> list[Finding]:
    named = list(chosen)
    if not named:
        raise ParameterError("No finding was named. 'attrition list findings' shows them all.")
    return named


def _rows(finding: Finding, judgement: Judged) -> list[dict[str, Any]]:
    rows = [_row(finding, way) for way in judgement.ways]
    order = (GIVES, HOLDS, ROOM, GIVES_NOT, BESIDE, NOT_ALLOWED)
    return sorted(rows, key=lambda row: order.index(row["bearing"]))


def _row(finding: Finding, way: Counting) -> dict[str, Any]:
    is_share = way.cases is not None
    return {
        "finding": finding.finding,
        "bearing": _bearing(finding, way),
        "definition": way.definition,
        "base": way.base,
        "year": way.year,
        "least": way.least,
        "most": way.most,
        "undecided": way.undecided,
        "cases": way.cases,
        "least_share": way.low if is_share else None,
        "most_share": way.high if is_share else None,
        "state": "shown" if is_share else "not_applicable",
    }


def _bearing(finding: Finding, way: Counting) -> str:
    """What a way says of the printed figure."""
    if finding.check == "column":
        return GIVES if way.least == way.cases and way.is_allowed else BESIDE if way.least == way.cases else GIVES_NOT
    if finding.check == "spread":
        return GIVES if way.low >= finding.share else GIVES_NOT
    if not way.is_allowed:
        return BESIDE if way.gives(finding) else NOT_ALLOWED
    if way.gives(finding):
        return HOLDS if way.is_bounds else GIVES
    return ROOM if way.leaves_room(finding) else GIVES_NOT


def _described(result: Worked) -> Worked:
    """A result with the files and sources that verdicts rest on."""
    files = (FINDINGS, _CHARGES_FILE, *result.about.files, "data/counts/stalking_charged_2015_2020.parquet")
    source = f"each publisher that a finding names; {result.about.source}"
    context = replace(
        result.about, measure="verdict", files=files, source=source, period="as printed with each finding"
    )
    return replace(result, source=replace(result.source, about=context))
