"""Tables: a caption, column headings, row headings, and a symbol with its meaning where there is no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import escape

import pandas as pd

from analysis.counts.counts import Counts
from analysis.disclosure import Protected, only_protected
from analysis.presentation import numbers, printed, wording
from analysis.presentation.blocks import Shown, nothing, only_words, paragraphs, records
from analysis.reference import measures, reference
from analysis.reference.schema import COLUMNS, NUMERIC, SYMBOLS

_FOLD_FROM = 13
_EVERYWHERE = "all forces"
_TURNED = ("What", "Value", "What it means")


def table(
    protected: Protected, *, title: str, note: str = "", columns: tuple[str, ...] = (), finding: str = ""
) -> Shown:
    """The rows as a table under ``title``; the first label is the row heading.

    ``finding`` says above it what it shows, ``note`` stands below; ``columns`` names the columns to show, all of them
    when it is left out. A table of many rows folds away on a page; a reader opens it, and it prints open. Without rows
    there is only the finding, and of what is not held here nothing at all.
    """
    only_protected(protected)
    only_words(title, note, finding)
    if not protected.about.is_held:
        return nothing()
    rows = protected.noted
    shown = [name for name in rows.columns if name != "state" and (not columns or name in columns)]
    measure = "" if "measure" in protected.by else protected.about.measure
    notes = [*([note] if note else []), *_many_open(protected, shown), *numbers.symbols_used(protected, shown)]
    if protected.about.lacking:
        notes.append(f"[x] here: {wording.lacking(protected.about)}")
    if protected.policy.smallest:
        notes.append(wording.policy_note(protected.policy))
    below = ". ".join([*(each.rstrip(".") for each in notes), wording.source_line(protected.about)])
    if rows.empty:
        finding = finding or f"{title}: there is nothing to show."
    head = "".join(_heading(name, measure) for name in shown)
    body = "".join(f"<tr>{_cells(row, shown)}</tr>" for _, row in rows.iterrows())
    framed = f'{_framed(_identity(title), title, head=head, body=body)}<p class="notes">{escape(below)}</p>'
    if len(rows) >= _FOLD_FROM:
        summary = f"Table: {title} ({wording.plural(len(rows), 'row')})"
        framed = f'<details class="table"><summary>{escape(summary)}</summary>{framed}</details>'
    content = printed.table(
        title,
        [heading(name, measure) for name in shown],
        [[_cell_text(row, name) for name in shown] for _, row in rows.iterrows()],
        numbers=[place for place, name in enumerate(shown) if COLUMNS[name].kind in NUMERIC],
        note=below,
    )
    record = {
        "id": _identity(title),
        "title": title,
        "finding": finding,
        "notes": [note] if note else [],
        **records(protected, tuple(shown)),
    }
    text = " ".join(part for part in (finding, f"{title}: {wording.plural(len(rows), 'row')}.") if part)
    html = f"{paragraphs(finding)}{'' if rows.empty else framed}"
    return Shown("table", html, text, record, (*printed.paragraphs(finding), *(() if rows.empty else (content,))))


def _many_open(protected: Protected, shown: Sequence[str]) -> list[str]:
    """What "many" means in a table that says of which rows many cases are still open."""
    is_told = "openness" in shown and protected.much_open
    return [f"Many cases still open: {wording.MANY_OPEN}, so the share says little yet"] if is_told else []


def turned(protected: Protected, *, title: str, meanings: dict[str, str], finding: str = "") -> Shown:
    """One row as a table of its own columns: a line for each column of ``meanings``, with its value and what it means.

    Without a row there is only the finding.
    """
    only_protected(protected)
    only_words(title, finding, *meanings.values())
    lines = [
        (COLUMNS[name].heading, numbers.cell(row, name), meaning)
        for _, row in protected.table.head(1).iterrows()
        for name, meaning in meanings.items()
    ]
    below = wording.source_line(protected.about)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td class="number">{value}</td><td>{escape(meaning)}</td></tr>'
        for name, value, meaning in lines
    )
    head = '<th scope="col">What</th><th scope="col" class="number">Value</th><th scope="col">What it means</th>'
    framed = f'{_framed(_identity(title), title, head=head, body=body)}<p class="notes">{escape(below)}</p>'
    content = printed.table(title, _TURNED, lines, numbers=[1], note=below)
    told = {"title": title, "finding": finding, "notes": [], "turned": list(meanings)}
    record = {"id": _identity(title), **told, **records(protected)}
    html = f"{paragraphs(finding)}{framed if lines else ''}"
    parts = (*printed.paragraphs(finding), *((content,) if lines else ()))
    return Shown("table", html, f"{finding} {title}.".strip(), record, parts)


def breaks(counts: Counts) -> Shown:
    """The dates within these counts across which their series does not measure the same thing, from the reference.

    Those of all forces, and those of single forces that the counts hold, each with where it is so.
    """
    span, chosen = counts.coverage.span, counts.selection.get("offence")
    offences = {chosen} if chosen else set(counts.offences)
    found = [
        replace(one, force=one.force or _EVERYWHERE)
        for one in reference.breaks()
        if date.fromisoformat(one.from_date) in span
        and (not offences or {*offences, "all"} & set(one.offences.split(";")))
        and one.force in ("", *counts.forces)
    ]
    headings = ("From", "Where", "What changed", "What it means")
    rows = [
        (f"{date.fromisoformat(one.from_date):%B %Y}", one.force, one.what_changed, one.what_it_means) for one in found
    ]
    title = f"Changes in what is counted, {span.label}"
    record = {"id": "breaks", "title": title, "breaks": [vars(one) for one in found]}
    text = f"{title}: {wording.plural(len(found), 'change')}."
    return Shown("table", plain("breaks", title, headings, rows), text, record, (printed.table(title, headings, rows),))


def plain(identity: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of words: the first cell of each row is its heading."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return _framed(identity, title, head=head, body=body)


def heading(name: str, measure: str) -> str:
    """A column's heading; events are called by their measure, as "Victim withdrew"."""
    if name == "events" and measure in measures.MEASURES:
        return measures.MEASURES[measure].short
    if name in ("events", "cases") and measure == "rows":
        return {"events": "Rows", "cases": "Of all rows"}[name]
    return COLUMNS[name].heading


def _identity(title: str) -> str:
    return "table-" + "".join(char if char.isalnum() else "-" for char in title.lower()).strip("-")


def _framed(identity: str, title: str, *, head: str, body: str) -> str:
    """A table with its caption in a frame that scrolls sideways where there is no room."""
    return (
        f'<div class="scroll" role="region" aria-label="{escape(title)}" tabindex="0"><table id="{identity}">'
        f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _heading(name: str, measure: str) -> str:
    """The cell that heads a column."""
    kind = ' class="number"' if COLUMNS[name].kind in NUMERIC else ""
    return f'<th scope="col"{kind}>{escape(heading(name, measure))}</th>'


def _cell_text(row: pd.Series, name: str) -> str:
    """One cell of a row as it is printed."""
    return numbers.cell(row, name) if COLUMNS[name].kind in NUMERIC else str(row[name])


def _cells(row: pd.Series, shown: list[str]) -> str:
    """The cells of one row: a heading, then text and numbers."""
    made = []
    for place, name in enumerate(shown):
        text = escape(_cell_text(row, name))
        if COLUMNS[name].kind in NUMERIC:
            meaning = SYMBOLS.get(text)
            told = f'<abbr title="{escape(meaning)}">{text}</abbr>' if meaning else text
            made.append(f'<td class="number">{told}</td>')
        else:
            made.append(f'<th scope="row">{text}</th>' if place == 0 else f"<td>{text}</td>")
    return "".join(made)
