"""Tables: a caption, column headings, row headings, and a symbol with its meaning where there is no number."""

from __future__ import annotations

from datetime import date
from html import escape

import pandas as pd

from analysis import measures, reference
from analysis.counts import Counts
from analysis.disclosure import Protected, only_protected
from analysis.presentation import cells, wording
from analysis.presentation.show import Shown, paragraphs, records
from analysis.schema import COLUMNS, NUMERIC, SYMBOLS

_FOLD_FROM = 13


def table(
    protected: Protected, *, title: str, finding: str = "", note: str = "", columns: tuple[str, ...] = ()
) -> Shown:
    """The rows as a table under ``title``; the first label is the row heading.

    ``finding`` says above it what it shows, ``note`` stands below it; ``columns`` names the columns to show, all of
    them when it is left out. A table of many rows folds away on a page; a reader opens it, and it prints open. Without
    rows there is only the finding.
    """
    only_protected(protected)
    rows = protected.table
    shown = [name for name in rows.columns if name != "state" and (not columns or name in columns)]
    head = "".join(_heading(name, "" if "measure" in protected.by else protected.about.measure) for name in shown)
    body = "".join(f"<tr>{_cells(row, shown)}</tr>" for _, row in rows.iterrows())
    identity = "table-" + "".join(char if char.isalnum() else "-" for char in title.lower()).strip("-")
    notes = [*([note] if note else []), *cells.symbols_used(protected, shown)]
    if protected.policy.threshold:
        notes.append(wording.policy_note(protected.policy))
    below = ". ".join([*(each.rstrip(".") for each in notes), wording.source_line(protected.about)])
    framed = f'{_framed(identity, title, head=head, body=body)}<p class="notes">{escape(below)}</p>'
    html = "" if rows.empty else framed
    if len(rows) >= _FOLD_FROM:
        summary = f"Table: {title} ({wording.plural(len(rows), 'row')})"
        html = f'<details class="table"><summary>{escape(summary)}</summary>{html}</details>'
    record = {"id": identity, "title": title, "finding": finding, **records(protected, tuple(shown))}
    if rows.empty:
        finding = finding or f"{title}: there is nothing to show."
    text = " ".join(part for part in (finding, f"{title}: {wording.plural(len(rows), 'row')}.") if part)
    return Shown("table", f"{paragraphs(finding)}{html}", text, record)


def turned(protected: Protected, *, title: str, meanings: dict[str, str], finding: str = "") -> Shown:
    """One row as a table of its own columns: a line for each column of ``meanings``, with its value and what it means.

    Without a row there is only the finding.
    """
    only_protected(protected)
    lines = "".join(
        f'<tr><th scope="row">{escape(COLUMNS[name].heading)}</th><td class="number">{cells.cell(row, name)}</td>'
        f"<td>{escape(meaning)}</td></tr>"
        for _, row in protected.table.head(1).iterrows()
        for name, meaning in meanings.items()
    )
    head = '<th scope="col">What</th><th scope="col" class="number">Value</th><th scope="col">What it means</th>'
    identity = "table-" + "".join(char if char.isalnum() else "-" for char in title.lower()).strip("-")
    framed = _framed(identity, title, head=head, body=lines) if lines else ""
    source = f'<p class="notes">{escape(wording.source_line(protected.about))}</p>'
    record = {"id": identity, "title": title, "finding": finding, **records(protected)}
    return Shown(
        "table", f"{paragraphs(finding)}{framed}{source if lines else ''}", f"{finding} {title}.".strip(), record
    )


def breaks(counts: Counts) -> Shown:
    """The dates within these counts across which their series does not measure the same thing, from the reference."""
    span, offences = counts.coverage.span, {counts.selection.get("offence", ""), *counts.offences, "all"}
    found = [
        one
        for one in reference.breaks()
        if date.fromisoformat(one.from_date) in span and offences & set(one.offences.split(";"))
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("From", "What changed", "What it means"))
    body = "".join(
        f'<tr><th scope="row">{date.fromisoformat(one.from_date):%B %Y}</th><td>{escape(one.what_changed)}</td>'
        f"<td>{escape(one.what_it_means)}</td></tr>"
        for one in found
    )
    title = f"Changes in what is counted, {span.label}"
    record = {"id": "breaks", "title": title, "breaks": [vars(one) for one in found]}
    text = f"{title}: {wording.plural(len(found), 'change')}."
    return Shown("table", _framed("breaks", title, head=head, body=body), text, record)


def _framed(identity: str, title: str, *, head: str, body: str) -> str:
    """A table with its caption in a frame that scrolls sideways where there is no room."""
    return (
        f'<div class="scroll" role="region" aria-label="{escape(title)}" tabindex="0"><table id="{identity}">'
        f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _heading(name: str, measure: str) -> str:
    """A column's heading; events are called by their measure, as "Victim withdrew"."""
    column = COLUMNS[name]
    heading = column.heading
    if name == "events" and measure in measures.MEASURES:
        heading = measures.MEASURES[measure].short
    elif name in ("events", "cases") and measure == "rows":
        heading = {"events": "Rows", "cases": "Of all rows"}[name]
    kind = ' class="number"' if column.kind in NUMERIC else ""
    return f'<th scope="col"{kind}>{escape(heading)}</th>'


def _cells(row: pd.Series, shown: list[str]) -> str:
    """The cells of one row: a heading, then text and numbers."""
    made = []
    for place, name in enumerate(shown):
        if COLUMNS[name].kind in NUMERIC:
            text = cells.cell(row, name)
            meaning = SYMBOLS.get(text)
            made.append(
                f'<td class="number"><abbr title="{escape(meaning)}">{text}</abbr></td>'
                if meaning
                else f'<td class="number">{text}</td>'
            )
        elif place == 0:
            made.append(f'<th scope="row">{escape(str(row[name]))}</th>')
        else:
            made.append(f"<td>{escape(str(row[name]))}</td>")
    return "".join(made)
