"""Which sheets a report's workbook has, and what is on each: from the records of its blocks and nothing else.

A figure and a table of the same rows share a sheet. Every other figure, table and list has one of its own, so that the
numbers behind each chart are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analysis.presentation import wording
from analysis.presentation.workbook.cells import Cell, cell, plain, text
from analysis.presentation.workbook.names import tab_names
from analysis.reference import measures
from analysis.reference.schema import COLUMNS, NUMERIC, SYMBOLS, Column, Kind
from analysis.shares.rates import About

_UNITS: dict[Kind, str] = {"share": "%", "difference": "percentage points", "distance": "percentage points"}

#: Lists in a record that are no rows of numbers: the name and title of their sheet, and their headings in order.
LISTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "findings": (
        "Verdicts",
        "Every printed figure, whether it stands, and why",
        {
            "finding": "Published finding",
            "statement": "What it says",
            "printed": "Printed",
            "out_of": "Out of",
            "verdict": "Verdict",
            "reason": "Why",
            "publisher": "Where printed",
            "title": "Publication",
            "published": "Published",
            "address": "Address",
            "evidence": "Kind of source",
        },
    ),
    "breaks": (
        "Changes in what is counted",
        "",
        {
            "from_date": "From",
            "force": "Where",
            "what_changed": "What changed",
            "what_it_means": "What it means",
            "offences": "Offence codes",
        },
    ),
    "questions": (
        "What to ask",
        "What to ask, and the figure that prompts each question",
        {"prompt": "What the figures show", "question": "What to ask"},
    ),
    "warnings": (
        "What to beware of",
        "What to beware of in these figures",
        {"kind": "Kind", "force": "Police force", "text": "What was found"},
    ),
    "sources": (
        "Sources",
        "What the figures were made from",
        {
            "title": "What it is",
            "publisher": "Publisher",
            "licence": "Licence",
            "address": "Address",
            "counts": "Set of counts",
            "notes": "To be kept in mind",
        },
    ),
}


@dataclass(frozen=True)
class Heading:
    """A column's heading, with its unit; the kind of thing below it; what it means, where that is said."""

    words: str
    kind: Kind = "label"
    meaning: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet with one table. ``name`` is that of its tab; ``lines`` come below the title, ``notes`` below those."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""

    @property
    def symbols(self) -> list[str]:
        """The symbols that occur in this table and no others, in the order of the schema."""
        symbols_here = {cell.symbol for row in self.rows for cell in row}
        return [symbol for symbol in SYMBOLS if symbol in symbols_here]


def sheets(results: dict[str, Any]) -> list[Sheet]:
    """Every sheet with figures, in the order of the page, from what results.json holds.

    Parameters
    ----------
    results
        What results.json of the report holds.

    Returns
    -------
    list[Sheet]
        Sheets with names that differ.
    """
    drafts = [draft for group in shared(results) for draft in _drafts(group)]
    names = tab_names(draft.name for draft in drafts)
    return [whole(replace(draft, name=name)) for name, draft in zip(names, drafts, strict=True)]


def shared(results: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The blocks of a report in the order of its page, a figure and a table of the same rows together.

    Results of several rows that only key figures are taken from come last, as tables.

    Parameters
    ----------
    results
        What results.json of the report holds.

    Returns
    -------
    list[list[dict[str, Any]]]
        Groups of blocks, in order.
    """
    groups: list[list[dict[str, Any]]] = []
    for block in [*results["blocks"], *_behind_key_figures(results["blocks"])]:
        twin = next((group for group in groups if _is_twin(group, block)), None)
        if twin is None:
            groups.append([block])
        else:
            twin.append(block)
    return groups


def lists(block: dict[str, Any]) -> list[Sheet]:
    """What a block says in lists that are no rows of numbers: verdicts, warnings, sources.

    Parameters
    ----------
    block
        A block of results.json.

    Returns
    -------
    list[Sheet]
        A sheet for each list.
    """
    return [_list(key, rows, block) for key, rows in block.items() if key in LISTS and (rows or key != "warnings")]


def whole(draft: Sheet) -> Sheet:
    """A sheet with a title and lines of plain text, no two headings alike, and a row that says so where it has none.

    Parameters
    ----------
    draft
        A sheet as its block gives it.

    Returns
    -------
    Sheet
        The sheet as it is written.
    """
    taken: set[str] = set()
    headings = []
    for heading in draft.headings:
        words, place = heading.words, 1
        while words.casefold() in taken:
            place += 1
            words = f"{heading.words} ({place})"
        taken.add(words.casefold())
        headings.append(replace(heading, words=words))
    empty = (text("No rows to show"), *(text("") for _ in draft.headings[1:]))
    return replace(
        draft,
        title=str(text(draft.title).value),
        headings=tuple(headings),
        rows=draft.rows or (empty,),
        lines=tuple(map(plain, draft.lines)),
        notes=tuple(map(plain, draft.notes)),
    )


def _is_twin(group: list[dict[str, Any]], block: dict[str, Any]) -> bool:
    """Whether a block shows the rows that the one block of a group shows, one of the two being a figure."""
    if len(group) > 1 or {group[0]["kind"], block["kind"]} != {"figure", "table"}:
        return False
    first, other = group[0], block
    if not first.get("records") or not other.get("records") or first["about"] != other["about"]:
        return False
    both = {column["name"] for column in first["columns"]} & {column["name"] for column in other["columns"]}
    names = {*both, "openness"}  # which says something of a row and does not tell it from others
    if any(
        column["kind"] not in NUMERIC and column["name"] not in names for column in first["columns"] + other["columns"]
    ):
        return False
    rows = [
        sorted(json.dumps({name: row[name] for name in both}, sort_keys=True) for row in part["records"])
        for part in (first, other)
    ]
    return rows[0] == rows[1]


def _drafts(group: list[dict[str, Any]]) -> Iterable[Sheet]:
    """The sheets of blocks that share their rows: that of the rows, and one for every other list."""
    for block in group:
        yield from lists(block)
    first = group[0]
    if first["kind"] == "key_figures" and first["figures"]:
        yield _key_figures(first)
    elif "columns" in first:
        yield _records(group)


def _records(group: list[dict[str, Any]]) -> Sheet:
    """The rows behind a figure, a table or both: the figure's headline leads, the table's columns are all there."""
    figure = next((block for block in group if block["kind"] == "figure"), None)
    table = next((block for block in group if block["kind"] != "figure"), None)
    widest = max(group, key=lambda block: len(block["columns"]))
    columns = _shown(widest)
    lead, lines = figure or group[0], []
    name = table["title"] if table else lead["id"].replace("_", "-").replace("-", " ")
    if "findings" in lead:
        lead, name = {**lead, "title": "Verdicts: the figures behind them"}, "Figures behind the verdicts"
    if figure and table:
        lines.append(f"Table on the page: {table['title']}.")
    lines.append(f"Figure on the page: {figure['subtitle']}" if figure else _measured(widest))
    notes = [f"{note.rstrip('.')}." for block in group for note in block.get("notes", [])]
    rows = tuple(tuple(cell(row, column.name, column.kind) for column in columns) for row in widest["records"])
    return Sheet(
        wording.capital(name),
        lead["title"],
        _headings(columns, widest["about"]["measure"]),
        rows,
        tuple(filter(None, lines)),
        (*dict.fromkeys(notes), *_policy(widest)),
        _source(widest),
    )


def _behind_key_figures(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results of several rows that key figures are taken from, as blocks, but for those that a block shows."""
    shown = [block["records"] for block in blocks if "records" in block]
    several = []
    for figure in (figure for block in blocks if block["kind"] == "key_figures" for figure in block["figures"]):
        if len(figure["records"]) > 1 and figure["records"] not in shown:
            shown.append(figure["records"])
            several.append({**figure, "kind": "table", "id": figure["label"], "title": f"Behind: {figure['label']}"})
    return several


def _key_figures(block: dict[str, Any]) -> Sheet:
    """The key figures, a row each: what it is, how it is printed, and the numbers of those that are a row of their own.

    A key figure from a result of several rows has its numbers on the sheet of that result.
    """
    figures = block["figures"]
    alone = [figure for figure in figures if len(figure["records"]) == 1]
    shown = {column.name: column for figure in alone for column in _shown(figure)}
    columns = [COLUMNS.get(name, column) for name, column in shown.items()]  # by their usual headings: of any measure
    rows = tuple(
        (
            *(text(figure[part]) for part in ("label", "value", "base")),
            *(
                cell(figure["records"][0], column.name, column.kind)
                if figure in alone and column.name in figure["records"][0]
                else text("")
                for column in columns
            ),
        )
        for figure in figures
    )
    in_words = (Heading("Key figure"), Heading("As printed"), Heading("In words"))
    notes = dict.fromkeys(note for figure in figures for note in _policy(figure))
    sources = dict.fromkeys(_source(figure) for figure in figures)
    headings = (*in_words, *_headings(columns, ""))
    return Sheet("Key figures", "Key figures", headings, rows, notes=tuple(notes), source=" ".join(sources))


def _list(key: str, rows: list[dict[str, Any]], block: dict[str, Any]) -> Sheet:
    """A list of things said, such as verdicts, warnings or sources."""
    name, title, headings = LISTS[key]
    cells = tuple(tuple(text(_said(key, row[key])) for key in headings) for row in rows)
    return Sheet(name, title or block["title"], tuple(Heading(words) for words in headings.values()), cells)


def _said(key: str, value: Any) -> str:
    """A value of a list as a reader has it."""
    if key == "from_date":
        return f"{date.fromisoformat(value):%B %Y}"
    if key == "evidence":
        return "the issuing body’s own text" if value == "primary" else "press or a third party"
    return " ".join(f"{each.rstrip('.')}." for each in value) if isinstance(value, list) else str(value)


def _shown(part: dict[str, Any]) -> list[Column]:
    """The columns of a record that a reader sees: symbols say what the state would."""
    return [Column(**column) for column in part["columns"] if column["name"] != "state"]


def _headings(columns: list[Column], measure: str) -> tuple[Heading, ...]:
    """Headings in the words of the page, each with its unit."""
    return tuple(Heading(_with_unit(column, measure), column.kind, column.meaning) for column in columns)


def _with_unit(column: Column, measure: str) -> str:
    words = column.heading
    unit = _UNITS.get(column.kind, column.unit)
    if measure == "rows" and column.name in ("events", "cases"):
        unit = "rows"
    return words if column.kind not in NUMERIC or unit in words.casefold() else f"{words} ({unit})"


def _measured(part: dict[str, Any]) -> str:
    """What a table without a figure counts, and out of what, where that can be said in a line."""
    about, names = About(**part["about"]), {column["name"] for column in part["columns"]}
    if "share" not in names or about.base not in measures.BASES or about.measure == "rows":
        return ""
    if "measure" in names or not measures.is_measure(about.measure):
        about_counted = replace(about, base="recorded") if "base" in names else about
        return f"{wording.capital(wording.out_of(about_counted))}."
    return f"{measures.measure(about.measure).short}, out of {wording.out_of(about)}."


def _policy(part: dict[str, Any]) -> tuple[str, ...]:
    policy = part["disclosure"]["policy"]
    return (f"Disclosure control: {policy['name']}.",) if policy["smallest"] else ()


def _source(part: dict[str, Any]) -> str:
    return f"Source: {part['about']['source']}."
