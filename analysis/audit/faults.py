"""Every kind of fault, tried on a table in an order in which one that explains another comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.audit import copies, multiples, presence, shares, sizes, suite, totals
from analysis.audit.finding import Finding
from analysis.audit.printed_table import printed, table
from analysis.audit.printed_table.table import Table, called

_FIRST = ("multiplied", "copied_time", "copied_column", "repeated_row", "units")
_SURER = ("units", "multiplied", "slipped_rows", "copied_column", "swapped_labels", "copied_time", "two_editions")


@dataclass(frozen=True)
class Audit:
    """What was found in a table, how it was read, and what it was compared with.

    ``totals`` are those that add, ``shares`` those that follow from two of its counts.
    """

    table: Table
    findings: tuple[Finding, ...]
    compared: tuple[str, ...]
    totals: int
    shares: int


def audit(path: Path, named: Mapping[str, Sequence[str]] | None = None) -> Audit:
    """What is wrong with the table in a file.

    Parameters
    ----------
    path
        A file of separated values.
    named
        For roles the columns that the user gave them.

    Returns
    -------
    Audit
        The table as it was read, and what was found.

    Raises
    ------
    DataRefused
        For what cannot be read.
    ParameterError
        For a role or a column that is not there.
    """
    read = table.build(printed.read(path), named)
    matches, related, sums = suite.matches(read), shares.relations(read), totals.sums(read)
    findings = [
        *presence.findings(read),
        *multiples.findings(read),
        *shares.findings(read, related, suite.beside(read, matches)),
    ]
    copied = {name for finding in findings if finding.kind == "copied_column" for name in finding.columns}
    findings += copies.findings(read, explained=copied)
    findings += suite.findings(read, matches, explained=_explained(read, findings, _FIRST, by_kind=False))
    findings += sizes.findings(read, matches, explained=_explained(read, findings, _SURER, by_kind=True))
    findings += totals.findings(read, sums)
    findings = _with_evidence(_causes(findings), read, matches)
    told = tuple(suite.told(match) for match in matches)
    adding = sum(bool(total.adds) for alike in sums.values() for total in alike)
    return Audit(read, tuple(sorted(findings, key=_order)), told, adding, shares.following(related))


def _explained(read: Table, findings: list[Finding], kinds: Sequence[str], *, by_kind: bool) -> set[tuple[int, str]]:
    """The cells (row, column) that findings of some kinds explain."""
    line_of = {int(line): row for row, line in enumerate(read.lines)}
    return {
        (line_of[line], column)
        for finding in findings
        if finding.kind in kinds and (by_kind or finding.chance is not None)
        for line in finding.lines
        for column in finding.columns
    }


def _causes(findings: list[Finding]) -> list[Finding]:
    """The same without shares that do not follow only because their counts are another finding's."""
    return [
        finding
        for finding in findings
        if finding.kind != "share"
        or not any(
            other.kind in _SURER
            and set(finding.columns[1:]) & set(other.columns)
            and len(set(finding.lines) & set(other.lines)) >= 0.8 * len(finding.lines)
            for other in findings
        )
    ]


def _with_evidence(findings: list[Finding], read: Table, matches: list[suite.Match]) -> list[Finding]:
    """The same, a level that was multiplied with what the suite's figures say of it."""
    settled = []
    for finding in findings:
        beside = _beside(finding, read, matches) if finding.kind == "multiplied" and not finding.compared else None
        settled.append(beside or finding)
    return settled


def _beside(finding: Finding, read: Table, matches: list[suite.Match]) -> Finding | None:
    """A finding with the suite's sum of the cells that it is about; None where the suite has under half of them."""
    for match in matches:
        lines = read.lines[match.cells["row"].to_numpy()]
        cells = match.cells[
            [int(line) in finding.lines for line in lines] & match.cells["column"].isin(finding.columns).to_numpy()
        ]
        if len(cells) >= 0.5 * len(finding.lines):
            name = called(match.series)
            counted = f"'{name}'" if name else "the table"
            evidence = (
                f"{finding.evidence} The suite's figures have {cells['suite'].sum():,.0f} where "
                f"{counted} has {cells['value'].sum():,.0f}."
            )
            return replace(finding, evidence=evidence, compared=suite.told(match))
    return None


def _order(finding: Finding) -> tuple[int, float, int]:
    """What chance is told of first, the least likely first; then facts, as they stand in the table."""
    return (0 if finding.chance is not None else 1, finding.chance or 0.0, min(finding.lines, default=0))
