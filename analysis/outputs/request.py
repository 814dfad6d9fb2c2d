"""What is asked to leave: the outputs of some reports, from the records that every form of a report is made from."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import DataRefused
from analysis.outputs import drawings, files
from analysis.presentation.workbook import sheets
from analysis.publishing.report import freshness
from analysis.reference.schema import COLUMNS, NUMERIC, Column, strictest
from analysis.safe_words import slug

#: Every column that a table of an output may have.
EXPLAINED: dict[str, Column] = {
    **COLUMNS,
    "key_figure": Column("key_figure", "label", "Key figure", "text", "which of the numbers that lead a report"),
}
HIDDEN = "[c]"  # what is written where a number may not be shown
_LONGEST = 48  # characters of a title in the name of a file
_MOST = 10**15
_WIDTH = 100  # characters of a line of words

Row = dict[str, Any]


@dataclass(frozen=True)
class Output:
    """One table, with the drawing of its rows where there is one.

    ``rows`` hold a value by column, and under "symbols" why there is none. ``abouts`` and ``policies`` say what all
    rows are about and by which rule they may be shown; where there are several they belong to a row each. ``drawing``
    is SVG. ``is_figure`` where the report draws it.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    abouts: tuple[dict[str, Any], ...]
    policies: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()
    drawing: str = ""
    is_figure: bool = False

    def about(self, row: int) -> dict[str, Any]:
        """What a row is about, counted from 0.

        Parameters
        ----------
        row
            Its place, from 0.

        Returns
        -------
        dict[str, Any]
            What its record says.
        """
        return self.abouts[row if len(self.abouts) > 1 else 0]

    def policy(self, row: int) -> dict[str, Any]:
        """By which rule a row may be shown, counted from 0.

        Parameters
        ----------
        row
            Its place, from 0.

        Returns
        -------
        dict[str, Any]
            What its record says.
        """
        return self.policies[row if len(self.policies) > 1 else 0]

    @property
    def is_of_people(self) -> bool:
        """Whether it counts people of whom nothing has been published, or does not say that it does not."""
        return any(about.get("sensitivity") != "published" for about in self.abouts)

    @property
    def hidden(self) -> int:
        """How many cells of its table read [c]: counts, shares and intervals, and words about them."""
        return sum(
            HIDDEN in (row.get(name), row.get("symbols", {}).get(name)) for row in self.rows for name in self.columns
        )

    @property
    def counts(self) -> tuple[str, ...]:
        """The sets of counts that it names, each once."""
        named = (part.strip() for about in self.abouts for part in str(about.get("counts", "")).split(","))
        return tuple(dict.fromkeys(filter(None, named)))


@dataclass(frozen=True)
class Report:
    """One report: its ``folder`` below the folder of reports, what it is, what it says, its outputs."""

    folder: str
    notebook: str
    parameters: dict[str, Any]
    title: str
    subject: str
    words: str
    outputs: tuple[Output, ...]
    name: str = ""  # of the file of its words, without the ending

    @property
    def sensitivity(self) -> str:
        """That of the most guarded of its outputs."""
        return strictest(
            [str(about["sensitivity"]) for output in self.outputs for about in output.abouts] or ["published"]
        )


@dataclass(frozen=True)
class Request:
    """All that is asked to leave at once."""

    reports: tuple[Report, ...]
    is_whole: bool = field(default=True, kw_only=True)  # False where parts could not be read, and are told as faults

    @property
    def outputs(self) -> list[Output]:
        """Every output of every report, in order."""
        return [output for report in self.reports for output in report.outputs]

    def sets(self, *, of_people: bool = False) -> list[str]:
        """The sets of counts that outputs name, or those named where people are counted, in order.

        Parameters
        ----------
        of_people
            Whether outputs of published figures are left out.

        Returns
        -------
        list of str
            Each name once.
        """
        named = (name for output in self.outputs if output.is_of_people or not of_people for name in output.counts)
        return sorted(dict.fromkeys(named))


def of_reports(folders: Iterable[Path]) -> Request:
    """What reports ask to have released, each from its folder.

    Parameters
    ----------
    folders
        The folders, in the order of the request.

    Returns
    -------
    Request
        A report for each.

    Raises
    ------
    DataRefused
        For a report that is not whole.
    """
    return Request(tuple(of_report(folder, place) for place, folder in enumerate(folders, start=1)))


def of_report(folder: Path, place: int) -> Report:
    """The outputs of one report.

    Parameters
    ----------
    folder
        The folder of the report.
    place
        Its number in the request, from 1.

    Returns
    -------
    Report
        Its tables, drawings and text.

    Raises
    ------
    DataRefused
        For a report that cannot be read, or whose files are not those that its manifest names.
    """
    name = f"{folder.parent.name}/{folder.name}"
    try:
        if folder.parent.is_symlink():
            raise files.Unreadable(folder.parent.name, "is a link")
        manifest = files.record("manifest.json", files.content(folder, "manifest.json"))
        texts = {file: files.content(folder, file) for file in ("results.json", "report.html")}
        _check_whole(manifest, texts)
        results = files.record("results.json", texts["results.json"])
        return _report(name, manifest, results, texts["report.html"], place=place)
    except files.Unreadable as fault:
        raise DataRefused(f"{name}: {fault} Make the report again.") from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        raise DataRefused(
            f"{name}: results.json is not as this package writes it ({type(fault).__name__}). Make the report again."
        ) from None


def _check_whole(manifest: dict[str, Any], texts: dict[str, str]) -> None:
    """Refuse files that are not those which the manifest names."""
    if manifest.get("schema") != freshness.SCHEMA:
        raise files.Unreadable("manifest.json", "is not the manifest of a report")
    for name, text in texts.items():
        if hashlib.sha256(text.encode()).hexdigest() != manifest["files"][name]:
            raise files.Unreadable(name, "is not the file that manifest.json names; something changed it since")


def _report(folder: str, manifest: dict[str, Any], results: dict[str, Any], page: str, *, place: int) -> Report:
    """A report from its manifest, its records and its page."""
    notebook = str(results["notebook"])
    start = f"{place:02d}_{_slug(notebook)}"
    groups = [
        group for group in sheets.shared(results) if any("columns" in block or "figures" in block for block in group)
    ]
    outputs = [_output(group, page) for group in groups]
    filled = [output for output in outputs if output.rows]  # an empty table says nothing that the words do not
    named = [
        replace(output, name=f"{start}_{number:02d}_{_short(output.name)}")
        for number, output in enumerate(filled, start=1)
    ]
    return Report(
        folder,
        notebook,
        dict(results["parameters"]),
        str(results["title"]),
        str(manifest["subject"]),
        _words(results, str(manifest["subject"])),
        tuple(named),
        f"{start}_words",
    )


def _output(group: list[dict[str, Any]], page: str) -> Output:
    """The output of blocks that share their rows. What the widest shows holds what the others do."""
    if "figures" in group[0]:
        return _key_figures(group[0])
    figure = next((block for block in group if block["kind"] == "figure"), None)
    lead, widest = figure or group[0], max(group, key=lambda block: len(block["columns"]))
    lines = [figure["subtitle"], figure["description"]] if figure else []
    return Output(
        str(lead.get("id") or lead["title"]),
        str(lead["title"]),
        tuple(dict.fromkeys([*map(str, lines), *(str(block["title"]) for block in group if block is not lead)])),
        tuple(str(column["name"]) for column in widest["columns"]),
        tuple(map(_row, widest["records"])),
        (dict(widest["about"]),),
        (dict(widest["disclosure"]["policy"]),),
        tuple(dict.fromkeys(str(note) for block in group for note in block.get("notes", []))),
        drawings.on_page(page, str(figure["id"])) if figure and widest["records"] else "",
        figure is not None,
    )


def _key_figures(block: dict[str, Any]) -> Output:
    """The numbers that lead a report, a row each; one of several rows is an output of its own."""
    alone = [figure for figure in block["figures"] if len(figure["records"]) == 1]
    rows: dict[str, tuple[Row, dict[str, Any], dict[str, Any]]] = {}
    for figure in alone:
        about = dict(figure["about"])
        lead = {"key_figure": str(figure["label"]), "measure": about["measure"], "base": about["base"]}
        row = {**lead, **_row(figure["records"][0])}
        rows[repr(row)] = row, about, dict(figure["disclosure"]["policy"])
    own = dict.fromkeys(str(column["name"]) for figure in alone for column in figure["columns"])
    columns = tuple(dict.fromkeys(["key_figure", "measure", "base", *own]))
    records = tuple({name: row.get(name) for name in columns} | _symbols(row) for row, _, _ in rows.values())
    return Output(
        "key-figures",
        "Key figures",
        tuple(dict.fromkeys(f"{figure['label']}: {figure['base']}" for figure in alone)),
        columns,
        records,
        tuple(about for _, about, _ in rows.values()),
        tuple(policy for _, _, policy in rows.values()),
    )


def _row(record: dict[str, Any]) -> Row:
    """A row as a record has it: words and numbers, and why there is none.

    Raises TypeError for anything else, so that nothing hides in a list within a cell, nor in a number without end.
    """
    for name, value in record.items():
        if name != "symbols" and not (isinstance(value, str | None) or is_sane(value)):
            raise TypeError
    if not all(isinstance(value, str) for value in record.get("symbols", {}).values()):
        raise TypeError
    return dict(record)


def _symbols(row: Row) -> Row:
    return {"symbols": row["symbols"]} if "symbols" in row else {}


def _words(results: dict[str, Any], subject: str) -> str:
    """What a report says, as plain text: its answer, what is seen in each figure, and what it was made from."""
    parts = [str(results["title"]), subject]
    if results["is_synthetic"]:
        parts.append("MADE-UP CASES: these figures are of no real place and of nobody.")
    for block in results["blocks"]:
        if block["kind"] == "figure":
            texts = [block["title"], block["subtitle"], block["description"], *block.get("notes", [])]
            parts.append("\n".join(map(str, texts)))
        elif block["kind"] != "table":
            parts.append(str(block["text"]))
        parts += [_list(sheet) for sheet in sheets.lists(block)]
    parts.append("These are not official statistics.")
    return "\n\n".join(wrapped(part) for part in dict.fromkeys(filter(None, parts))) + "\n"


def _list(sheet: sheets.Sheet) -> str:
    """A list of things said, an entry for each, under its title."""
    entries = [
        "; ".join(
            f"{heading.words}: {cell.value}"
            for heading, cell in zip(sheet.headings, row, strict=True)
            if not cell.symbol
        )
        for row in sheet.rows
    ]
    return "\n".join([f"{sheet.title}:", *(f"- {entry}" for entry in entries)])


def wrapped(text: str) -> str:
    """Text in lines that a reader can follow; its own lines stay apart.

    Parameters
    ----------
    text
        The text; a line that begins with "- " is an entry of a list.

    Returns
    -------
    str
        The same words.
    """
    return "\n".join(
        textwrap.fill(
            line, _WIDTH, subsequent_indent="  " if line.startswith(("- ", "  ")) else "", break_long_words=False
        )
        for line in text.split("\n")
    )


def _short(name: str) -> str:
    """The id of a block in the name of its file, cut between words."""
    whole = _slug(name).removeprefix("table-")
    return whole if len(whole) <= _LONGEST else whole[:_LONGEST].rpartition("-")[0] or whole[:_LONGEST]


def _slug(text: str) -> str:
    """Text as it may stand in a file's name: letters, digits and hyphens, whatever it held."""
    return slug(text) or "output"


def is_sane(value: object) -> bool:
    """Whether something is a number that such figures can hold: finite, below a thousand million million.

    Parameters
    ----------
    value
        What stands in a record.

    Returns
    -------
    bool
        False for what is no number, and for true and false.
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST


def is_number(column: str) -> bool:
    """Whether a column holds numbers, by what it is called, whatever a record says of it.

    Parameters
    ----------
    column
        The name of the column.

    Returns
    -------
    bool
        False for a name that the suite does not know.
    """
    return column in EXPLAINED and EXPLAINED[column].kind in NUMERIC


def labels(output: Output) -> Sequence[str]:
    """The columns of an output that hold words.

    Parameters
    ----------
    output
        The output.

    Returns
    -------
    Sequence[str]
        Their names, in the order of the table.
    """
    return [name for name in output.columns if not is_number(name)]
