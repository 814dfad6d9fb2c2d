"""What was found in a table, in lines for people and in records for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.audit.faults import Audit
from analysis.audit.finding import listed, spoken
from analysis.audit.printed_table.table import Table
from analysis.reference.names import counted


def lines(audit: Audit) -> Iterator[str]:
    """The report for people: how the table was read, what was compared, each fault.

    Parameters
    ----------
    audit
        What was found.

    Yields
    ------
    str
        A line, or an empty one between two faults.
    """
    yield f"{audit.table.printed.name}: {_read_as(audit.table)}"
    if audit.compared:
        yield f"Compared: {listed(audit.compared, most=3)}."
    if not audit.findings:
        yield _nothing(audit)
        return
    for number, finding in enumerate(audit.findings, 1):
        where = spoken(finding.lines, most=12) if finding.lines else "the whole table"
        yield ""
        yield f"{number}. {finding.title}: {listed(finding.columns, most=4)}; {where}."
        yield f"   {finding.evidence}"
        yield f"   By chance: {finding.probability}."
        if finding.compared:
            yield f"   Compared with: {finding.compared}."


def _nothing(audit: Audit) -> str:
    """That nothing was found, with what the table could be held against."""
    own = {"total": audit.totals, "share": audit.shares}
    held = [counted(number, noun) for noun, number in own.items() if number]
    if held:
        return f"Nothing was found wrong. Worked out again from its own counts: {' and '.join(held)}."
    if audit.compared:
        return "Nothing was found wrong."
    return (
        "Nothing was found wrong, but little could be: no total was made out that its own rows or columns add up to, "
        "no share of two of its counts, and no column like a figure of this suite. Looked for were copies, multiples, "
        "odd sizes and forces that are missing."
    )


def _read_as(table: Table) -> str:
    """How the columns were read, in one line."""
    roles = {"label": "labels", "time": "time", "count": "counts", "share": "shares", "ignore": "left aside"}
    sentences = []
    for role, name in roles.items():
        columns = [column.name for column in table.columns if column.role == role]
        if columns:
            sentences.append(f"{name}: {listed(columns, most=8)}")
    first, last = min(table.printed.lines), max(table.printed.lines)
    rows = f"{len(table.printed.rows):,} rows, lines {first} to {last}" if first < last else f"1 row, line {first}"
    return f"{rows}; {'; '.join(sentences)}."


def record(audit: Audit) -> dict[str, Any]:
    """The same for machines.

    Parameters
    ----------
    audit
        What was found.

    Returns
    -------
    dict[str, Any]
        Fields that JSON can hold; ``log10_probability`` is None where no chance is involved.
    """
    table = audit.table
    return {
        "table": table.printed.name,
        "rows": len(table.printed.rows),
        "columns": [{"name": column.name, "role": column.role} for column in table.columns],
        "compared": list(audit.compared),
        "totals_that_add": audit.totals,
        "shares_that_follow": audit.shares,
        "findings": [
            {
                "kind": finding.kind,
                "title": finding.title,
                "columns": list(finding.columns),
                "lines": list(finding.lines),
                "evidence": finding.evidence,
                "log10_probability": None if finding.chance is None else round(float(finding.chance), 2),
                "model": finding.model,
                "compared": finding.compared,
            }
            for finding in audit.findings
        ],
    }
