"""Tables: a caption, column headings, row headings, and a symbol with its meaning where there is no number."""

from __future__ import annotations

from datetime import date
from html import escape

import pandas as pd

from analysis import measures, reference
from analysis.counts import Counts
from analysis.disclosure import Protected, only_protected
from analysis.presentation import cells, printed, wording
from analysis.presentation.show import Shown, records
from analysis.schema import COLUMNS, NUMERIC, SYMBOLS

_FOLD_FROM = 13


def table(protected: Protected, *, title: str, note: str = "", columns: tuple[str, ...] = ()) -> Shown:
    """The rows as a table under ``title``; the first label is the row heading.

    ``note`` stands below it; ``columns`` names the columns to show, all of them when it is left out. A table of many
    rows folds away on a page; a reader opens it, and it prints open.
    """
    only_protected(protected)
    rows = protected.table
    shown = [name for name in rows.columns if name != "state" and (not columns or name in columns)]
    measure = "" if "measure" in protected.by else protected.about.measure
    head = "".join(_heading(name, measure) for name in shown)
    body = "".join(f"<tr>{_cells(row, shown)}</tr>" for _, row in rows.iterrows())
    identity = "table-" + "".join(char if char.isalnum() else "-" for char in title.lower()).strip("-")
    notes = [*([note] if note else []), *cells.symbols_used(protected, shown)]
    if protected.policy.threshold:
        notes.append(wording.policy_note(protected.policy))
    below = ". ".join([*notes, wording.source_line(protected.about)])
    html = f'{_framed(identity, title, head=head, body=body)}<p class="notes">{escape(below)}</p>'
    if len(rows) >= _FOLD_FROM:
        summary = f"Table: {title} ({wording.plural(len(rows), 'row')})"
        html = f'<details class="table"><summary>{escape(summary)}</summary>{html}</details>'
    record = {"id": identity, "title": title, **records(protected, tuple(shown))}
    content = printed.table(
        title,
        [_heading_text(name, measure) for name in shown],
        [[_cell_text(row, name) for name in shown] for _, row in rows.iterrows()],
        numbers=[place for place, name in enumerate(shown) if COLUMNS[name].kind in NUMERIC],
        note=below,
    )
    return Shown("table", html, f"{title}: {wording.plural(len(rows), 'row')}.", record, (content,))


def breaks(counts: Counts) -> Shown:
    """The dates within these counts across which their series does not measure the same thing, from the reference."""
    span, offences = counts.coverage.span, {counts.selection.get("offence", ""), *counts.offences, "all"}
    found = [
        one
        for one in reference.breaks()
        if date.fromisoformat(one.from_date) in span and offences & set(one.offences.split(";"))
    ]
    headings = ("From", "What changed", "What it means")
    rows = [(f"{date.fromisoformat(one.from_date):%B %Y}", one.what_changed, one.what_it_means) for one in found]
    head = "".join(f'<th scope="col">{name}</th>' for name in headings)
    body = "".join(
        f'<tr><th scope="row">{when}</th><td>{escape(changed)}</td><td>{escape(means)}</td></tr>'
        for when, changed, means in rows
    )
    title = f"Changes in what is counted, {span.label}"
    record = {"id": "breaks", "title": title, "breaks": [vars(one) for one in found]}
    text = f"{title}: {wording.plural(len(found), 'change')}."
    html = _framed("breaks", title, head=head, body=body)
    return Shown("table", html, text, record, (printed.table(title, headings, rows),))


def _framed(identity: str, title: str, *, head: str, body: str) -> str:
    """A table with its caption in a frame that scrolls sideways where there is no room."""
    return (
        f'<div class="scroll" role="region" aria-label="{escape(title)}" tabindex="0"><table id="{identity}">'
        f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _heading(name: str, measure: str) -> str:
    """The cell that heads a column."""
    kind = ' class="number"' if COLUMNS[name].kind in NUMERIC else ""
    return f'<th scope="col"{kind}>{escape(_heading_text(name, measure))}</th>'


def _heading_text(name: str, measure: str) -> str:
    """A column's heading; events are called by their measure, as "Victim withdrew"."""
    if name == "events" and measure in measures.MEASURES:
        return measures.MEASURES[measure].short
    if name in ("events", "cases") and measure == "rows":
        return {"events": "Rows", "cases": "Of all rows"}[name]
    return COLUMNS[name].heading


def _cell_text(row: pd.Series, name: str) -> str:
    """One cell of a row as it is printed."""
    return cells.cell(row, name) if COLUMNS[name].kind in NUMERIC else str(row[name])


def _cells(row: pd.Series, shown: list[str]) -> str:
    """The cells of one row: a heading, then text and numbers."""
    made = []
    for place, name in enumerate(shown):
        text = _cell_text(row, name)
        if COLUMNS[name].kind in NUMERIC:
            meaning = SYMBOLS.get(text)
            made.append(
                f'<td class="number"><abbr title="{escape(meaning)}">{text}</abbr></td>'
                if meaning
                else f'<td class="number">{text}</td>'
            )
        elif place == 0:
            made.append(f'<th scope="row">{escape(text)}</th>')
        else:
            made.append(f"<td>{escape(text)}</td>")
    return "".join(made)
