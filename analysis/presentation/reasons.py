"""Why a printed figure stands or does not, in words built from its evidence."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import pandas as pd

from analysis import findings, measures
from analysis.disclosure import Protected
from analysis.findings import Finding
from analysis.presentation import captions, cells, printed, wording
from analysis.presentation import suspicion as suspicion_words
from analysis.presentation.printed import Part
from analysis.presentation.show import Shown, records
from analysis.presentation.wording import Line, percent
from analysis.statistics.definitions import own_reading
from analysis.statistics.open_cases import is_much_open
from analysis.statistics.verdicts import CANNOT, DOES_NOT, OTHER_BASE, OTHERS, OUTCOMES, STANDS, VERDICTS

_HALF_STEP = 0.00501  # half of 0.01 of a percentage point, and room for the last binary digit
_COUNTED = {
    STANDS: ("stands", "stand"),
    OTHER_BASE: ("stands on another base", "stand on another base"),
    DOES_NOT: ("does not stand", "do not stand"),
    CANNOT: ("cannot be recomputed", "cannot be recomputed"),
}


def reason(finding: Finding, evidence: pd.DataFrame) -> str:
    """What the verdict on a finding rests on: its evidence, one row each, the deciding row first."""
    told = _REASONS[finding.check](finding, evidence)
    return " ".join(part for part in (told, finding.note) if part)


def headline(evidence: Protected) -> str:
    """How many findings stand, in one sentence."""
    table = evidence.table.drop_duplicates("finding")
    told = []
    for verdict in VERDICTS:
        count = int((table["verdict"] == verdict).sum())
        if count:
            told.append(f"{wording.number(count)} {_COUNTED[verdict][count != 1]}")
    return f"Of {wording.plural(len(table), 'printed finding')}, {wording.listed(told)}."


def in_short(evidence: Protected, *names: str) -> list[str]:
    """The verdicts on a few findings, a sentence each, for the head of a page."""
    told = []
    for name in names:
        finding, row = findings.finding(name), evidence.table.query("finding == @name").iloc[0]
        when = f"{row['year']}, a later year," if finding.period == "not stated" else str(row["year"])
        why = ", since what it counts is not known; by this project's reading," if row["verdict"] == CANNOT else ":"
        given = f"{why} figures of {_whose(row['place'])} for {when} give {cells.cell(row, 'share')}"
        given += f", out of {row['base']}"
        is_match = not finding.is_defined and row["verdict"] != CANNOT
        chance = " What it counts is not known, so the match may be chance." if is_match else ""
        given = "" if pd.isna(row["share"]) else given
        told.append(f"{finding.claim or finding.statement} {row['verdict']}{given}.{chance}")
    return told


def _whose(place: object) -> str:
    """Whose figures they are, inside a sentence."""
    return "all forces" if place == "all" else wording.force_phrase(str(place))


def line(finding: Finding) -> Line:
    """A printed percentage as a line to compare with: "the 45% printed"."""
    name = f"the {finding.percent:g}% printed"
    return Line(finding.share, name, finding.lowest, finding.highest, is_printed=True)


def beside(finding: Finding) -> str:
    """The label of a key figure that stands beside a printed one: "Victim withdrew; printed as 45%"."""
    return f"{measures.measure(finding.measure).short}; printed as {finding.printed}"


def agreement(rates_by_force: Protected) -> str:
    """How many printed charge rates are what the counts give."""
    table = rates_by_force.table.dropna(subset=["share"])
    printed = pd.to_numeric(table["printed"].str.rstrip("%"), errors="coerce")
    agree = int(((printed - table["share"].astype(float) * 100).abs() < _HALF_STEP).sum())
    are = wording.agree(agree, "is", "are")
    return f"{agree} of {len(table)} printed rates {are} what the counts give, to the two decimals printed"


def verdict_of(evidence: Protected, name: str) -> str:
    """The verdict on one finding and its reason, for a sentence of its own."""
    rows = evidence.table.query("finding == @name")
    return f"{wording.capital(str(rows.iloc[0]['verdict']))}. {reason(findings.finding(name), rows)}"


def verdicts(evidence: Protected) -> Shown:
    """Every finding: what was printed, out of what, whether it stands, and why."""
    items, told, content = [], [], []
    for name, rows in evidence.table.groupby("finding", sort=False):
        finding, verdict = findings.finding(str(name)), str(rows.iloc[0]["verdict"])
        why = reason(finding, rows)
        items.append(_item(finding, verdict, why))
        content.append(_group(finding, verdict, why))
        told.append(
            {
                "finding": finding.finding,
                "statement": finding.statement,
                "printed": finding.printed,
                "out_of": finding.out_of,
                "verdict": verdict,
                "reason": why,
                "publisher": finding.publisher,
                "title": finding.title,
                "published": finding.published,
                "address": finding.address,
                "evidence": finding.evidence,
            }
        )
    html = f'<ol class="verdicts" id="verdicts">{"".join(items)}</ol>'
    record: dict[str, Any] = {"id": "verdicts", "title": "Verdicts", "findings": told, **records(evidence)}
    return Shown("table", html, headline(evidence), record, tuple(content))


def _item(finding: Finding, verdict: str, why: str) -> str:
    place = (
        f'<a href="{escape(finding.address)}">{escape(finding.publisher)}</a>'
        if finding.address
        else escape(finding.publisher)
    )
    kind = verdict.replace(" ", "-")
    return (
        f'<li id="finding-{finding.finding}"><h3>{escape(finding.statement)}</h3>'
        f'<p class="printed"><span class="verdict {kind}">{escape(wording.capital(verdict))}</span> '
        f"Printed: <strong>{escape(finding.printed)}</strong>, out of {escape(finding.out_of)}.</p>"
        f'<p>{escape(why)}</p><p class="source">{place}, {escape(finding.published)} ({_evidence(finding)})</p></li>'
    )


def _group(finding: Finding, verdict: str, why: str) -> Part:
    """One finding in print."""
    kind = verdict.replace(" ", "-")
    told = (printed.run(finding.printed, "strong"), f", out of {finding.out_of}.")
    place = printed.run(finding.publisher, address=finding.address)
    return printed.group(
        printed.heading(finding.statement),
        printed.paragraph(printed.run(wording.capital(verdict), "tag", kind), "  Printed: ", *told),
        printed.paragraph(why),
        printed.paragraph(place, f", {finding.published} ({_evidence(finding)})", style="source"),
    )


def _evidence(finding: Finding) -> str:
    return "the issuing body’s own text" if finding.evidence == "primary" else "press or a third party"


def _round(row: pd.Series) -> str:
    """A share to the nearest whole per cent, or the symbol of its absence."""
    return cells.cell(row, "share") if pd.isna(row["share"]) else percent(float(row["share"]), decimals=0)


def _counted(row: pd.Series) -> str:
    return f"{cells.cell(row, 'share')} ({cells.cell(row, 'events')} of {cells.cell(row, 'cases')} cases)"


def _share(finding: Finding, evidence: pd.DataFrame) -> str:
    first, verdict = evidence.iloc[0], evidence.iloc[0]["verdict"]
    if verdict == OTHER_BASE and first["base"] != OUTCOMES:
        told = f"Out of {first['base']} of {first['year']}, {first['definition']}: {_counted(first)}."
        return told + _elsewhere(finding, evidence)
    others = evidence.iloc[1:]
    if first["base"] == OUTCOMES:
        told = f"The figures for {first['year']} give {_counted(first)}, out of {OUTCOMES}"
        if others.empty:
            return f"{told}."
        now = others.iloc[0]
        return (
            f"{told}; out of the {cells.cell(now, 'cases')} offences that the same forces have on record today, "
            f"{cells.cell(now, 'share')}."
        )
    told = f"Figures of {_whose(first['place'])} for {first['year']} give {_counted(first)}, out of {first['base']}."
    shares = [float(share) for share in others["share"].dropna()]
    if not shares:
        return f"{told} {wording.capital(wording.plural(len(others), 'other way'))} of counting cannot be shown."
    ways = wording.capital(f"{wording.plural(len(shares), 'other way')} of counting")
    ways += "" if len(shares) == len(others) else f", of {len(others)},"
    which = "None" if len(shares) == len(others) else "None of those shown"
    closing = f" {which} gives the printed figure." if verdict in (DOES_NOT, CANNOT) else ""
    return f"{told} {ways} run from {percent(min(shares))} to {percent(max(shares))}.{closing}"


def _elsewhere(finding: Finding, evidence: pd.DataFrame) -> str:
    """The same reading out of all recorded cases, where it is among the evidence."""
    name = str(evidence.iloc[0]["definition"]).rsplit(" (", 1)[0]
    short = measures.measure(finding.measure).short
    names = {name, short} if name in (own_reading(finding.measure), short) else {name}
    found = evidence[evidence["base"] == measures.base("recorded").short]
    found = found[[str(label).rsplit(" (", 1)[0] in names for label in found["definition"]]]
    return f" Out of {found.iloc[0]['base']} it is {cells.cell(found.iloc[0], 'share')}." if len(found) else ""


def _spread(finding: Finding, evidence: pd.DataFrame) -> str:
    rows = evidence[(evidence["definition"] != OTHERS)]
    told: list[str] = []
    for base, part in rows.groupby("base", sort=False):
        forces = part.iloc[1:].dropna(subset=["low", "high"])
        if forces.empty:
            return f"All forces together: {_counted(part.iloc[0])}; no share by force can be shown."
        reached = int((forces["share"] >= finding.share).sum())
        lie = wording.agree(reached, "lies", "lie")
        printed = "" if told else f" {captions.positions(forces, line(finding), noun='force')}"
        told.append(
            f"{'All forces together' if not told else f'Out of {base}'}: {_counted(part.iloc[0])}. "
            f"{reached} of {len(forces)} forces {lie} at or above {percent(finding.share, decimals=0)}.{printed}"
        )
    first, second = told
    waiting = open_forces(rows.iloc[2:], finding.share)
    return " ".join(one for one in (first, waiting, second, _elsewhere_too(evidence)) if one)


def open_forces(forces: pd.DataFrame, level: float) -> str:
    """How the forces with many open cases count, out of recorded and of decided cases: rows of both bases by force."""
    recorded, decided = (part.set_index("definition") for _, part in forces.groupby("base", sort=False))
    both = recorded.merge(decided, left_index=True, right_index=True, suffixes=("", "_decided")).dropna(
        subset=["share", "share_decided", "cases"]
    )
    many = both[[is_much_open(1 - row["cases_decided"] / row["cases"]) for _, row in both.iterrows()]]
    if many.empty:
        return ""
    counts = [int((many[column] >= level).sum()) for column in ("share", "share_decided")]
    return suspicion_words.open_ones(sorted(map(str, many.index)), *counts)


def _elsewhere_too(evidence: pd.DataFrame) -> str:
    """For how many other offences the rule holds, out of recorded cases."""
    tries = evidence[evidence["definition"] == OTHERS].iloc[0]
    return "" if pd.isna(tries["events"]) else suspicion_words.worth(int(tries["events"]), int(tries["cases"]))


def _own_arithmetic(finding: Finding, evidence: pd.DataFrame) -> str:
    printed, now = evidence.iloc[0], evidence.iloc[1]
    return (
        f"Out of the {cells.cell(now, 'cases')} cases that the recorded tables hold for {finding.period} today, the "
        f"{cells.cell(now, 'events')} printed are {cells.cell(now, 'share')}; out of the "
        f"{cells.cell(printed, 'cases')} printed, {cells.cell(printed, 'share')}. The count of "
        f"{cells.cell(now, 'events')} is the publisher's; only the recorded cases are held here."
    )


def _base_range(finding: Finding, evidence: pd.DataFrame) -> str:
    printed, smallest, largest = (evidence.iloc[place] for place in range(3))
    return (
        f"{cells.cell(printed, 'events')} cases are {finding.percent:g}% of any base from "
        f"{cells.cell(smallest, 'cases')} to {cells.cell(largest, 'cases')}. Out of exactly "
        f"{cells.cell(printed, 'cases')} they are {cells.cell(printed, 'share')}."
    )


def _dropped_base(_: Finding, evidence: pd.DataFrame) -> str:
    first, repeated = evidence.iloc[0], evidence.iloc[1]
    return f"{_round(first)} is out of {first['base']}; out of {repeated['base']} it is about {_round(repeated)}."


def _none(_: Finding, __: pd.DataFrame) -> str:
    return ""


_REASONS: dict[str, Callable[[Finding, pd.DataFrame], str]] = {
    "share": _share,
    "spread": _spread,
    "own_arithmetic": _own_arithmetic,
    "base_range": _base_range,
    "dropped_base": _dropped_base,
    "none": _none,
}
