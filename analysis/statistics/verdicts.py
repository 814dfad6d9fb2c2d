"""Does a printed figure stand? One verdict a finding, with the evidence it rests on.

The rule is the same for all. A figure ``stands`` when the bundled figures, taken on the base that its publisher names
(on all recorded cases where none is known), round to what was printed. It ``stands on another base`` when they do so
on some other defensible base or reading, or when only the publisher's own counts or another number of cases give it.
It ``does not stand`` when it is known what it counts and out of what, and nothing gives it. It ``cannot be recomputed``
when nothing bundled could decide it, or when nothing gives it and what it counts is not known.

A figure that stands may do so by chance: years and definitions differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import floor
from typing import Any

import pandas as pd

from analysis import counts as counted
from analysis import findings, measures
from analysis.errors import ParameterError
from analysis.findings import FILE as FINDINGS
from analysis.findings import Finding
from analysis.schema import MEASURES, strictest
from analysis.statistics import suspicion
from analysis.statistics.definitions import definitions, own_reading
from analysis.statistics.rates import About, Rates, about, rates, with_shares

VERDICTS = findings.VERDICTS
STANDS, OTHER_BASE, DOES_NOT, CANNOT = VERDICTS

_BUNDLED = ("stalking_charged_2015_2020", "stalking_recorded")
_BY = ("finding", "verdict", "definition", "base", "place", "year")
_Row = dict[str, Any]

#: The cases of a table whose publisher does not say whether they are offences recorded or investigations closed.
OUTCOMES = "stalking outcomes"


#: The row of evidence that says for how many other offences the rule of ``suspicion`` holds.
OTHERS = "other offences for which the rule holds"


def verdicts(chosen: Iterable[Finding]) -> Rates:
    """The evidence for each finding: one or more rows per finding, the row that decides it first.

    ``definition`` and ``base`` say what each row is, ``place`` and ``year`` those of its figures. Events and cases are
    missing where only a share was printed.
    """
    rows: list[_Row] = []
    names = dict.fromkeys(_BUNDLED)
    for finding in chosen:
        names |= dict.fromkeys([finding.counts] if finding.counts else [])
        verdict, evidence = judged(finding)
        year = next((row["year"] for row in evidence if "year" in row), finding.period)
        same = {"finding": finding.finding, "verdict": verdict, "place": finding.place, "year": year}
        rows += [{**same, **{name: row[name] for name in ("definition", "base", *MEASURES)}} for row in evidence]
    if not rows:
        raise ParameterError("No finding was named. 'attrition list findings' shows them all.")
    table = pd.DataFrame(rows)[[*_BY, *MEASURES]]
    table[["events", "cases"]] = table[["events", "cases"]].astype("Int64")
    table[["share", "low", "high"]] = table[["share", "low", "high"]].astype("Float64")
    return Rates(table, by=_BY, about=evidence_about(*names))


def judged(finding: Finding) -> tuple[str, list[_Row]]:
    """The verdict on a finding and its evidence, the row that decides it first."""
    return _CHECKS[finding.check](finding)


#: Sizes that a review of case files might have had: assumptions that span what such reviews print, from about 100
#: (the 2017 inspection, 112 files) through 501 (the 2019 rape review) to thousands.
SIZES = (100, 200, 500, 1000, 2000, 5000)


def sample_sizes(finding: Finding, sizes: Iterable[int] = SIZES) -> Rates:
    """The interval that a printed percentage would have at each of several sample sizes: one row per ``sample_size``.

    For a review whose sample size is not printed. Sizes are assumptions, never findings; each is a number of cases
    of which the percentage is a whole number.

    Raises ParameterError when a size does not give a whole number of cases.
    """
    rows = []
    for size in sizes:
        events = size * (finding.percent or 0) / 100
        if events != round(events):
            raise ParameterError(
                f"{finding.percent:g}% of {size} is not a whole number of cases. Use multiples of 100."
            )
        rows.append({"sample_size": f"{size:,}", "events": round(events), "cases": size, "state": "shown"})
    table = with_shares(pd.DataFrame(rows))[["sample_size", *MEASURES]]
    context = replace(
        evidence_about(*_BUNDLED),
        source=f"{finding.publisher}, {finding.title}",
        counts="",
        files=(FINDINGS,),
        notes=(),
    )
    return Rates(table, by=("sample_size",), about=context)


def fitting_bases(finding: Finding) -> tuple[int, int]:
    """The smallest and the largest whole number of cases of which the printed events are the printed percentage.

    109,833 cases printed as 40% can be out of 271,193 to 278,058 cases. A percentage is taken to be rounded half up.
    """
    if not finding.events or not finding.percent:
        raise ParameterError(f"Finding '{finding.finding}' prints no count and percentage to work a base out from.")
    smallest = floor(finding.events / finding.highest) + 1
    return smallest, floor(finding.events / finding.lowest)


def _share(finding: Finding) -> tuple[str, list[_Row]]:
    """The share of a measure under each reading and base, against what was printed."""
    chosen = figures_of(finding)
    if chosen.basis == "not stated":
        return _outcomes(finding, chosen)
    named = finding.base if finding.base in measures.BASES else "recorded"
    own = _row(rates(chosen, finding.measure, base=named), base=measures.base(named).short)
    reading = f"{own_reading(finding.measure)} ("
    others = [dict(row) for _, row in definitions(chosen, finding.measure).table.iterrows()]
    others = [row for row in others if not _same(row, own)]
    others.sort(key=lambda row: not row["definition"].startswith(reading))
    if _fits(finding, own):
        return STANDS, [own, *others]
    for row in others:
        if _fits(finding, row):
            return OTHER_BASE, [row, own, *[other for other in others if other is not row]]
    is_known = any(not pd.isna(row["share"]) for row in (own, *others))
    return (DOES_NOT if finding.is_defined and is_known else CANNOT), [own, *others]


def _outcomes(finding: Finding, chosen: counted.Counts) -> tuple[str, list[_Row]]:
    """A share of outcomes; where recorded offences were printed, also of those that the same forces have on record."""
    own = _row(rates(chosen, finding.measure), base=OUTCOMES)
    if finding.base not in measures.BASES:
        return (STANDS if _fits(finding, own) else DOES_NOT if finding.is_defined else CANNOT), [own]
    recorded = counted.read("stalking_recorded").select(offence=finding.offence, period=finding.period)
    forces = set(chosen.table["force"])
    cases = int(recorded.table.loc[recorded.table["force"].isin(forces), "cases"].sum())
    now = _given("recorded tables today", "all recorded cases", events=int(own["events"]), cases=cases)
    if _fits(finding, now):
        return STANDS, [own, now]
    return (OTHER_BASE if _fits(finding, own) else DOES_NOT), [own, now]


def _spread(finding: Finding) -> tuple[str, list[_Row]]:
    """All forces together and each of them, out of both bases, by the rule of ``suspicion``.

    The evidence: all forces together out of recorded and of decided cases, for how many other offences the rule holds
    out of each, then every force out of recorded cases and every force out of decided ones.
    """
    chosen = figures_of(finding)
    wholes, tries, forces, tables = [], [], [], []
    for name in suspicion.BASES:
        base = measures.base(name).short
        wholes.append(_row(rates(chosen, finding.measure, base=name), base=base))
        table = rates(chosen, finding.measure, base=name, by="force").table
        forces += [{**row, "definition": row["force"], "base": base} for _, row in table.iterrows()]
        tables.append(table.assign(base=name))
        others, holding = suspicion.elsewhere(finding.measure, finding.share, name)
        tries.append(_given(OTHERS, base, events=holding, cases=others))
    found = suspicion.judged(
        pd.concat(tables, ignore_index=True), "force", measure=finding.measure, level_share=finding.share
    )
    return (CANNOT if found.empty else str(found["verdict"].iloc[0])), [*wholes, *tries, *forces]


def _own_arithmetic(finding: Finding) -> tuple[str, list[_Row]]:
    """The same events out of the cases that the tables hold today, and the printed counts divided."""
    printed = _given("as printed", finding.out_of, events=finding.events, cases=finding.cases)
    held = counted.read(finding.counts).select(offence=finding.offence, period=finding.period, force=finding.place)
    now = _given("recorded tables today", "all recorded cases", events=finding.events, cases=held.total)
    if _fits(finding, now):
        return STANDS, [printed, now]
    return (OTHER_BASE if _fits(finding, printed) else DOES_NOT), [printed, now]


def _base_range(finding: Finding) -> tuple[str, list[_Row]]:
    """The bases of which the printed events are the printed percentage, against the base that was printed."""
    smallest, largest = fitting_bases(finding)
    rows = [
        _given("base as printed", finding.out_of, events=finding.events, cases=finding.cases),
        _given("smallest base that fits", "worked out", events=finding.events, cases=smallest),
        _given("largest base that fits", "worked out", events=finding.events, cases=largest),
    ]
    return OTHER_BASE, rows


def _dropped_base(finding: Finding) -> tuple[str, list[_Row]]:
    """A share of those who withdrew, repeated as a share of all."""
    part, whole = finding.share, (finding.base_percent or 0) / 100
    rows = [
        _only_share("as first printed", "victims who withdrew", part),
        _only_share("as repeated", "all allegations", part * whole),
    ]
    return OTHER_BASE, rows


def _none(finding: Finding) -> tuple[str, list[_Row]]:
    """Nothing bundled could decide it."""
    return CANNOT, [{**_only_share("", finding.out_of, None), "base": finding.out_of}]


_CHECKS: dict[str, Callable[[Finding], tuple[str, list[_Row]]]] = {
    "share": _share,
    "spread": _spread,
    "own_arithmetic": _own_arithmetic,
    "base_range": _base_range,
    "dropped_base": _dropped_base,
    "none": _none,
}


def figures_of(finding: Finding) -> counted.Counts:
    """The counts a finding is checked against: of its place, its offence and, where it is known, its period."""
    held = counted.read(finding.counts)
    period = finding.period if "/" in finding.period else "all"
    return held.select(force=finding.place, offence=finding.offence, period=period)


def _fits(finding: Finding, row: _Row) -> bool:
    """Whether the share of a row would be printed as the finding; a share that cannot be given fits nothing."""
    return not pd.isna(row["share"]) and finding.fits(float(row["share"]))


def _row(result: Rates, *, base: str) -> _Row:
    """The one row of a result as evidence, with the time of its figures."""
    return {
        **{name: result.table.iloc[0][name] for name in MEASURES},
        "definition": measures.measure(result.about.measure).short,
        "base": base,
        "year": result.about.period,
    }


def _same(row: _Row, own: _Row) -> bool:
    return bool(row["base"] == own["base"] and row["events"] == own["events"] and row["cases"] == own["cases"])


def _given(definition: str, base: str, *, events: int | None, cases: int | None) -> _Row:
    """Evidence from two counts."""
    row = pd.DataFrame([{"events": events, "cases": cases, "state": "shown"}])
    return {**with_shares(row).iloc[0], "definition": definition, "base": base}


def _only_share(definition: str, base: str, share: float | None) -> _Row:
    """Evidence of which only a share is known."""
    absent = {"events": None, "cases": None, "share": share, "low": None, "high": None, "state": "not_received"}
    return {**absent, "definition": definition, "base": base}


def evidence_about(*names: str) -> About:
    """Evidence from several sets of counts: each is named, and the most sensitive says how all of it may be shown."""
    parts = [about(counted.read(name), measure="verdict", base="recorded") for name in names]
    return About(
        counts=", ".join(names),
        measure="verdict",
        base="",
        offence="",
        place="England and Wales",
        period="as printed with each finding",
        basis="recorded",
        sensitivity=strictest(part.sensitivity for part in parts),
        source="; ".join(dict.fromkeys(part.source for part in parts)),
        files=(FINDINGS, *(file for part in parts for file in part.files)),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )
