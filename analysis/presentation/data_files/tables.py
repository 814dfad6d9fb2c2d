"""The rows that a report shows, as tables of text for programs: numbers where there are numbers, and why not elsewhere.

A number is written as ``results.json`` has it, so columns of numbers hold nothing else: ``read.csv`` of R and
``pandas.read_csv`` take them for numbers without being told. Where there is none the cell is empty, and the last
column says why. Symbols in the cells themselves would make words of a whole column wherever one is not known of.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from analysis.presentation.workbook.sheets import LISTS
from analysis.reference.schema import COLUMNS, NUMERIC, STATES, SYMBOLS, Kind

ABSENCE, SEPARATOR = "absence", ";"
#: What the last column says where a ratio has no upper limit.
NO_LIMIT = "no limit"
MADE_UP = "made_up"
KEY_FIGURES = "key-figures"
#: The lists of things said that a page shows as tables.
_LISTED = ("findings", "breaks")
_OF_KEY_FIGURES = {
    "label": ("key_figure", "Key figure"),
    "value": ("as_printed", "As printed"),
    "base": ("in_words", "In words"),
    "interval": ("interval", "Interval"),
}
_TYPES: dict[Kind, str] = {"label": "string", "date": "date", "count": "integer"}
_RUNS_AS_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class DataColumn:
    """A column: its name in the first line, how a reader calls it, its type, unit and meaning."""

    name: str
    title: str
    datatype: str = "string"
    unit: str = ""
    meaning: str = ""
    separator: str = ""


@dataclass(frozen=True)
class DataTable:
    """The rows of one table or figure. ``identity`` is the id that it has on the page; ``about`` is what it counts."""

    identity: str
    title: str
    columns: tuple[DataColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    sentences: tuple[str, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The table as CSV (RFC 4180): one line of names, then a line a row."""
        lines = io.StringIO()
        writer = csv.writer(lines)
        writer.writerow(column.name for column in self.columns)
        writer.writerows(self.rows)
        return lines.getvalue()


def data_tables(results: Mapping[str, Any]) -> list[DataTable]:
    """Every table and figure of a report, in the order of its page, from what results.json holds.

    Parameters
    ----------
    results
        What results.json of the report holds.

    Returns
    -------
    list[DataTable]
        A table for each block with rows, and for each list in a block.
    """
    tables = [table for block in results["blocks"] for table in _of_block(block)]
    return [_marked(table) for table in tables] if results["is_synthetic"] else tables


def _of_block(block: dict[str, Any]) -> Iterator[DataTable]:
    """A block's rows. Where it shows a list, as that of verdicts, the rows behind that have a name of their own."""
    if block["kind"] == "key_figures":
        yield _key_figures(block)
    if block["kind"] not in ("figure", "table"):
        return
    listed = [key for key in _LISTED if key in block]
    for key in listed:
        yield _list(block, key)
    if "columns" in block:
        yield _records(block, block["id"] + "-figures" * bool(listed))


def _records(block: dict[str, Any], identity: str) -> DataTable:
    columns = [column for column in block["columns"] if column["name"] != "state"]
    sentences = [block.get(name, "") for name in ("subtitle", "finding", "description")]
    policy = block["disclosure"]["policy"]
    control = f"Disclosure control: {policy['name']}." if policy["smallest"] else ""
    return DataTable(
        identity,
        block["title"],
        (*_columns(columns), _ABSENCES),
        tuple(_row(record, columns) for record in block["records"]),
        tuple(f"{sentence.rstrip('.')}." for sentence in (*sentences, *block.get("notes", []), control) if sentence),
        block["about"],
    )


def _columns(columns: Iterable[dict[str, Any]]) -> Iterator[DataColumn]:
    for column in columns:
        datatype = _TYPES.get(column["kind"], "decimal")
        yield DataColumn(column["name"], column["heading"], datatype, column["unit"], column["meaning"])


_ABSENCES = DataColumn(
    ABSENCE,
    "Why a cell is empty",
    meaning="why numbers of the row, or openness, are empty: once where all are for one reason, else one for each. "
    f"{'; '.join(f'{symbol} {meaning}' for symbol, meaning in SYMBOLS.items())}; "
    f"{NO_LIMIT}: a ratio without an upper limit",
    separator=SEPARATOR,
)


def _row(record: dict[str, Any], columns: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """A row of results as text, and at its end why some of its cells are empty."""
    cells, absent = [], []
    for column in columns:
        value = record.get(column["name"])
        if value in SYMBOLS:  # in the place of a word, such as whether many cases are still open
            cells.append("")
            absent.append(value)
            continue
        if column["kind"] not in NUMERIC:
            cells.append(str(value)[:10] if column["kind"] == "date" and value else _words(value))
            continue
        cells.append("" if value is None else _number(value, column["kind"]))
        if value is None:
            usual = NO_LIMIT if column["kind"] == "ratio" else STATES["not_applicable"]
            absent.append(record.get("symbols", {}).get(column["name"]) or usual)
    return (*cells, SEPARATOR.join(absent[:1] if len(set(absent)) == 1 else absent))


def _number(value: float, kind: Kind) -> str:
    """A number with every digit that it has in results.json and no exponent.

    Examples
    --------
    >>> _number(0.456, "share"), _number(1588.0, "count"), _number(1e-06, "probability")
    ('0.456', '1588', '0.000001')
    """
    return str(int(value)) if kind == "count" else f"{Decimal(repr(value)):f}"


def _words(value: object) -> str:
    """Text on one line. What a spreadsheet would run as a formula begins with an apostrophe, as it does there.

    Examples
    --------
    >>> _words("Kent"), _words("=1+1"), _words(None)
    ('Kent', "'=1+1", '')
    """
    line = " ".join(str("" if value is None else value).split())
    return f"'{line}" if line.startswith(_RUNS_AS_FORMULA) else line


def _list(block: dict[str, Any], key: str) -> DataTable:
    """A list of things said: verdicts, or changes in what is counted."""
    _, title, headings = LISTS[key]
    columns = tuple(
        DataColumn(name, heading, "date" if name == "from_date" else "string") for name, heading in headings.items()
    )
    rows = tuple(tuple(_words(row[name]) for name in headings) for row in block[key])
    return DataTable(block["id"], title or block["title"], columns, rows)


def _key_figures(block: dict[str, Any]) -> DataTable:
    """The key figures in words, and the numbers of those that are a row of their own; others are not applicable."""
    columns = [DataColumn(name, heading) for name, heading in _OF_KEY_FIGURES.values()]
    alone = [figure for figure in block["figures"] if len(figure["records"]) == 1]
    shown = {column["name"]: column for figure in alone for column in figure["columns"] if column["name"] != "state"}
    usual = {name: vars(column) for name, column in COLUMNS.items()}  # headings for figures of any measure
    named = {name: usual.get(name, column) for name, column in shown.items()}
    rows = (
        (
            *(_words(figure[part]) for part in _OF_KEY_FIGURES),
            *_row(figure["records"][0] if figure in alone else {}, named.values()),
        )
        for figure in block["figures"]
    )
    return DataTable(KEY_FIGURES, "Key figures", (*columns, *_columns(named.values()), _ABSENCES), tuple(rows))


def _marked(table: DataTable) -> DataTable:
    """A table of made-up cases, which says so in every row: a file that is passed on goes without what is beside it."""
    column = DataColumn(MADE_UP, "Made up", "boolean", meaning="true: the cases are made up and no figure is real")
    rows = tuple((*row, "true") for row in table.rows)
    return replace(table, columns=(*table.columns, column), rows=rows)
