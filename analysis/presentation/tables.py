"""Tables: a caption, column headings, row headings, and a symbol with its meaning where there is no number."""

from __future__ import annotations

from datetime import date
from html import escape

import pandas as pd

from analysis import measures, reference
from analysis.counts import Counts
from analysis.disclosure import Protected, only_protected
from analysis.presentation import cells, wording
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
    head = "".join(_heading(name, "" if "measure" in protected.by else protected.about.measure) for name in shown)
    body = "".join(f"<tr>{_cells(row, shown)}</tr>" for _, row in rows.iterrows())
    identity = "table-" + "".join(char if char.isalnum() else "-" for char in title.lower()).strip("-")
    notes = [*([note] if note else []), *cells.symbols_used(protected, shown)]
    if protected.policy.threshold:
        notes.append(wording.policy_note(protected.policy))
    html = (
        f"{_framed(identity, title, head=head, body=body)}"
        f'<p class="notes">{escape(". ".join([*notes, wording.source_line(protected.about)]))}</p>'
    )
    if len(rows) >= _FOLD_FROM:
        summary = f"Table: {title} ({wording.plural(len(rows), 'row')})"
        html = f'<details class="table"><summary>{escape(summary)}</summary>{html}</details>'
    record = {"id": identity, "title": title, "notes": [note] if note else [], **records(protected, tuple(shown))}
    return Shown("table", html, f"{title}: {wording.plural(len(rows), 'row')}.", record)


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


def heading(name: str, measure: str) -> str:
    """A column's heading; events are called by their measure, as "Victim withdrew"."""
    if name == "events" and measure in measures.MEASURES:
        return measures.MEASURES[measure].short
    if name in ("events", "cases") and measure == "rows":
        return {"events": "Rows", "cases": "Of all rows"}[name]
    return COLUMNS[name].heading


def _heading(name: str, measure: str) -> str:
    kind = ' class="number"' if COLUMNS[name].kind in NUMERIC else ""
    return f'<th scope="col"{kind}>{escape(heading(name, measure))}</th>'


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
