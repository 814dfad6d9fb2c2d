"""Tables: a caption, column headings, row headings, and a symbol with its meaning where there is no number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from analysis.counts.counts import Counts
from analysis.disclosure import Protected, only_protected
from analysis.presentation import content, numbers, wording
from analysis.presentation.blocks import Shown, heading, nothing, only_words, records
from analysis.reference import reference
from analysis.reference.periods import in_months
from analysis.reference.schema import COLUMNS, NUMERIC, SYMBOLS, Column

_FOLD_FROM = 13
_EVERYWHERE = "all forces"
_TURNED = ("What", "Value", "What it means")


def table(
    protected: Protected, *, title: str, note: str = "", columns: tuple[str, ...] = (), finding: str = ""
) -> Shown:
    """The rows as a table under ``title``; the first label is the row heading.

    A table of many rows folds away on a page; a reader opens it, and it prints open. Without rows there is only the
    finding, and of what is not held here nothing at all.

    Parameters
    ----------
    protected
        The rows.
    title
        Its caption.
    note
        What stands below it.
    columns
        The columns to show, in the order of the rows; all of them when left out.
    finding
        What it shows, in words above it.

    Returns
    -------
    Shown
        The block. Its record has a row for each of the table.

    Raises
    ------
    DisclosureRefused
        For rows that were not protected, and for a title, note or finding that is no text.
    """
    only_protected(protected)
    only_words(title, note, finding)
    if not protected.about.is_held:
        return nothing()
    rows = protected.noted
    shown = [name for name in rows.columns if name != "state" and (not columns or name in columns)]
    notes = [*([note] if note else []), *_many_open(protected, shown), *_symbols_used(protected, shown)]
    of_quarters = wording.cut_quarters(protected.about, rows["quarter"]) if "quarter" in shown else []
    notes += [each.rstrip(".") for each in (*of_quarters, *wording.own_words(protected.about))]
    if protected.about.lacking:
        notes.append(f"[x] here: {wording.lacking(protected.about)}")
    if protected.policy.smallest:
        notes.append(wording.policy_note(protected.policy))
    below = ". ".join([*(each.rstrip(".") for each in notes), wording.source_line(protected.about)])
    if rows.empty:
        finding = finding or f"{title}: there is nothing to show."
    part = content.table(
        title,
        [heading(protected, name) for name in shown],
        [[_cell(row, protected.columns[name]) for name in shown] for row in rows.to_dict("records")],
        numbers=[place for place, name in enumerate(shown) if protected.columns[name].kind in NUMERIC],
        note=below,
        identity=_identity(title),
        fold=f"Table: {title} ({wording.plural(len(rows), 'row')})" if len(rows) >= _FOLD_FROM else "",
    )
    words = {"id": part["id"], "title": title, "finding": finding, "notes": [note] if note else []}
    text = " ".join(each for each in (finding, f"{title}: {wording.plural(len(rows), 'row')}.") if each)
    parts = (*content.paragraphs(finding), *(() if rows.empty else (part,)))
    return Shown("table", text, parts, {**words, **records(protected, tuple(shown))})


def _symbols_used(protected: Protected, shown: Collection[str]) -> list[str]:
    """The symbols that occur in the ``shown`` columns, each with its meaning, and no others."""
    columns, rows = [name for name in shown if protected.columns[name].kind in NUMERIC], protected.noted
    used = {numbers.absence(row, name) for row in rows.to_dict("records") for name in columns if pd.isna(row[name])}
    used |= set(rows["openness"]) if "openness" in shown else set()
    return [f"{symbol} {meaning}" for symbol, meaning in SYMBOLS.items() if symbol in used]


def _many_open(protected: Protected, shown: Sequence[str]) -> list[str]:
    """What "many" means in a table that says of which rows many cases are still open."""
    is_told = "openness" in shown and protected.much_open
    return [f"Many cases still open: {wording.MANY_OPEN}, so the share says little yet"] if is_told else []


def turned(protected: Protected, *, title: str, meanings: dict[str, str], finding: str = "") -> Shown:
    """One row as a table of its own columns: a line for each column of ``meanings``, with its value and what it means.

    Without a row there is only the finding.

    Parameters
    ----------
    protected
        The row.
    title
        The caption of the table.
    meanings
        What each column means, by its name, in the order of the lines.
    finding
        What it shows, in words above it.

    Returns
    -------
    Shown
        The block. Its record has the row as it is.

    Raises
    ------
    DisclosureRefused
        As ``table`` does.
    """
    only_protected(protected)
    only_words(title, finding, *meanings.values())
    lines = [
        (COLUMNS[name].heading, numbers.cell(row, name), meaning)
        for _, row in protected.table.head(1).iterrows()
        for name, meaning in meanings.items()
    ]
    below = wording.source_line(protected.about)
    part = content.table(title, _TURNED, lines, numbers=[1], note=below, identity=_identity(title))
    words = {"id": part["id"], "title": title, "finding": finding, "notes": [], "turned": list(meanings)}
    parts = (*content.paragraphs(finding), *((part,) if lines else ()))
    return Shown("table", f"{finding} {title}.".strip(), parts, {**words, **records(protected)})


def breaks(counts: Counts) -> Shown:
    """The dates within these counts across which their series does not measure the same thing, from the reference.

    Those of all forces, and those of single forces that the counts hold, each with where it is so.

    Parameters
    ----------
    counts
        The counts.

    Returns
    -------
    Shown
        A table, a row for each date.
    """
    span, chosen = counts.coverage.span, counts.selection.get("offence")
    offences = {chosen} if chosen else set(counts.offences)
    breaks_within = [
        replace(series_break, force=series_break.force or _EVERYWHERE)
        for series_break in reference.breaks()
        if date.fromisoformat(series_break.from_date) in span
        and (not offences or {*offences, "all"} & set(series_break.offences.split(";")))
        and series_break.force in ("", *counts.forces)
    ]
    headings = ("From", "Where", "What changed", "What it means")
    rows = [
        (
            f"{date.fromisoformat(series_break.from_date):%B %Y}",
            series_break.force,
            series_break.what_changed,
            series_break.what_it_means,
        )
        for series_break in breaks_within
    ]
    title = f"Changes in what is counted, {span.label}"
    record = {"id": "breaks", "title": title, "breaks": [vars(series_break) for series_break in breaks_within]}
    text = f"{title}: {wording.plural(len(breaks_within), 'change')}."
    return Shown("table", text, (content.table(title, headings, rows, identity="breaks"),), record)


def _identity(title: str) -> str:
    return "table-" + "".join(char if char.isalnum() else "-" for char in title.lower()).strip("-")


def _cell(row: numbers.Row, column: Column) -> str:
    """One cell of a row as it is printed."""
    is_number = column.kind in NUMERIC
    return numbers.cell(row, column.name, {column.name: column}) if is_number else in_months(str(row[column.name]))
