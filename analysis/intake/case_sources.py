"""A case file of any kind as something that DuckDB can read: its columns by name, each as text or as a date."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from analysis.errors import DataRefused
from analysis.intake import csv_text, workbooks
from analysis.intake.engine import quoted
from analysis.intake.files import members, reading, unpacked
from analysis.intake.mapping import ISO, Mapping
from analysis.schema import CASE_COLUMNS

TEXT = (".csv", ".txt", ".tsv")
_DATE_CELLS = (ISO, "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")  # how a workbook's own dates come out as text
_HEADER_WITHIN = 15  # rows of a sheet in which its header is looked for
_NESTED = ("STRUCT", "MAP", "UNION", "BLOB")
ENDINGS = (*TEXT, *workbooks.ENDINGS, ".parquet", ".zip")


@dataclass(frozen=True)
class Source:
    """One table of rows. ``relation`` is what SQL selects from; ``texts`` and ``dates`` are expressions by column.

    ``name`` is what messages call it, ``first_row`` the number of its first row below the header as a spreadsheet
    shows it. ``sheet`` is the CSV file behind it, where there is one.
    """

    name: str
    file: Path
    relation: str
    texts: dict[str, str]
    dates: dict[str, str]
    first_row: int = 2
    sheet: csv_text.Sheet | None = None

    def shown(self, rows: list[int]) -> list[int]:
        """Row numbers as a spreadsheet shows them, where reading passed over blank lines."""
        return csv_text.shown_rows(self.sheet, rows) if self.sheet else rows


def sources(database: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, scratch: Path) -> list[Source]:
    """The tables in one case file: one, or as many as a zip archive has members.

    Raises DataRefused when a column that the mapping names is not there, or stands twice, and when the file is not
    what its ending says.
    """
    ending = path.suffix.casefold()
    if ending == ".zip":
        found = members(path, TEXT)
        if not found:
            raise DataRefused(f"{path.name} holds no CSV file ({', '.join(TEXT)}). Name an archive that does.")
        names = [f"{path.name}/{one.filename}" for one in found]
        return [
            _csv(unpacked(path, one, scratch), path, name, mapping, scratch)
            for one, name in zip(found, names, strict=True)
        ]
    if ending == ".parquet":
        return [_parquet(database, path, mapping)]
    if ending in workbooks.ENDINGS:
        return [_workbook(database, path, mapping)]
    return [_csv(path, path, path.name, mapping, scratch)]


def whole(database: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> Source:
    """The first table in a file with every column that has a name, for whoever drafts a mapping.

    Raises DataRefused when the file is not what its ending says, or when two columns have one name.
    """
    ending = path.suffix.casefold()
    if ending == ".parquet":
        return _parquet(database, path, None)
    if ending in workbooks.ENDINGS:
        return _workbook(database, path, None)
    if ending == ".zip":
        found = members(path, TEXT)
        if not found:
            raise DataRefused(f"{path.name} holds no CSV file ({', '.join(TEXT)}). Name an archive that does.")
        return _csv(unpacked(path, found[0], scratch), path, f"{path.name}/{found[0].filename}", None, scratch)
    return _csv(path, path, path.name, None, scratch)


def in_windows_encoding(source: Source, mapping: Mapping | None, scratch: Path) -> Source | None:
    """The same table taken for Windows-1252, when some byte of it is not UTF-8 and no encoding was declared."""
    if source.sheet is None or (mapping and mapping.encoding) or csv_text.is_utf8(source.sheet.path):
        return None
    sheet = csv_text.rewritten_as_windows(source.sheet, scratch, name=source.name)
    return _csv_source(sheet, source.file, source.name, mapping)


def _csv(path: Path, file: Path, name: str, mapping: Mapping | None, scratch: Path) -> Source:
    told = {"encoding": mapping.encoding, "delimiter": mapping.delimiter} if mapping else {}
    sheet = csv_text.prepared(path, scratch, name=name, **told)
    return _csv_source(sheet, file, name, mapping)


def _csv_source(sheet: csv_text.Sheet, file: Path, name: str, mapping: Mapping | None) -> Source:
    places = _places(sheet.header, mapping, name=name)
    _some_rows(sheet, name)
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(sheet.header)))
    relation = (
        f"read_csv({quoted(sheet.path)}, auto_detect=false, header=true, delim={quoted(sheet.delimiter)}, "
        f"quote='\"', escape='\"', nullstr='', encoding='utf-8', strict_mode=true, "
        f"max_line_size={2 * csv_text.LONGEST}, columns={{{columns}}})"
    )
    texts = {column: f"c{place}" for column, place in places.items()}
    return Source(name, file, relation, texts, _parsed(texts, mapping), 2, sheet)


def _parquet(database: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping | None) -> Source:
    with reading(path):
        path.stat()
    table = f"read_parquet({quoted(path)}, file_row_number=false)"
    try:
        described = database.execute(f"describe select * from {table}").fetchall()
        is_empty = not database.execute(f"select 1 from {table} limit 1").fetchall()
        names = _parquet_columns(database, path)
    except duckdb.Error:
        raise DataRefused(f"{path.name} is not a whole Parquet file. Export or copy it again.") from None
    if is_empty:
        raise DataRefused(f"{path.name}: columns and no rows. Export it again.")
    relation = f"{table} as held({', '.join(f'c{place}' for place in range(len(names)))})"
    places = _places(tuple(" ".join(name.split()) for name in names), mapping, name=path.name)
    kinds = {column: described[place][1] for column, place in places.items()}
    nested = [column for column, kind in kinds.items() if kind.endswith("]") or kind.startswith(_NESTED)]
    if nested and mapping:
        raise DataRefused(
            f"{path.name}: column '{nested[0]}' holds lists or records. Write it with one text or date a cell."
        )
    texts = {column: _as_text(f"c{place}", kinds[column]) for column, place in places.items() if column not in nested}
    dates = _parsed(texts, mapping)
    typed = {c: f"c{places[c]}::date" for c in dates if kinds[c].startswith(("DATE", "TIMESTAMP"))}
    return Source(path.name, path, relation, texts, {**dates, **typed})


def _parquet_columns(database: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """The columns as the file names them: of two of one name, ``describe`` gives the second another."""
    query = f"select name, coalesce(num_children, 0) from parquet_schema({quoted(path)})"
    names, nested = [], 0
    for name, children in database.execute(query).fetchall()[1:]:  # the first is the table itself
        if nested:
            nested += children - 1
        else:
            names.append(name)
            nested = children
    return names


def _workbook(database: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping | None) -> Source:
    book = workbooks.opened(path)
    if mapping and mapping.sheet and mapping.sheet not in book.names:
        raise DataRefused(f"{path.name} has no sheet '{mapping.sheet}'. Its sheets: {', '.join(book.names)}.")
    tables = {name: book.rows(name) for name in ([mapping.sheet] if mapping and mapping.sheet else book.names)}
    heads = {name: _first_rows(cells) for name, cells in tables.items()}
    name, row = _sheet_with(path, heads, mapping) if mapping else _sheet_of_rows(path, heads)
    where = f"{path.name}, sheet '{name}'"
    places = _places(heads[name][row], mapping, name=where)
    body = tables[name].slice(row + 1)
    if body.num_rows == 0:
        raise DataRefused(f"{where}: a header and no rows. Export it again.")
    label = f"sheet_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"
    wanted = sorted(set(places.values()))
    dated = {f"c{place}": workbooks.plain_dates(body.column(place)) for place in wanted}
    database.from_arrow(body.from_pydict(dated)).create_view(label)
    texts = {column: f"c{place}" for column, place in places.items()}
    return Source(where, path, label, texts, _parsed(texts, mapping, *_DATE_CELLS), row + 2)


def _first_rows(cells: Any) -> list[tuple[str, ...]]:
    """The rows of a sheet in which a header is looked for."""
    return [
        tuple(" ".join(cell.split()) for cell in workbooks.text_of(cells, row))
        for row in range(min(_HEADER_WITHIN, cells.num_rows))
    ]


def _sheet_with(path: Path, heads: dict[str, list[tuple[str, ...]]], mapping: Mapping) -> tuple[str, int]:
    """The sheet that has the mapped columns in one of its first rows, and which row that is, from 0."""
    wanted = {" ".join(column.split()) for column in mapping.read_columns}
    found = [
        (name, next(row for row, cells in enumerate(rows) if wanted <= set(cells)))
        for name, rows in heads.items()
        if any(wanted <= set(cells) for cells in rows)
    ]
    if not found:
        raise DataRefused(
            f"{path.name}: no sheet has the columns {', '.join(mapping.read_columns)} in one of its first rows. "
            f"Sheets: {', '.join(heads)}. Correct [columns] in {mapping.path.name}."
        )
    if len(found) > 1:
        raise DataRefused(
            f"{path.name}: the sheets {', '.join(name for name, _ in found)} all have the mapped columns. Name one in "
            f'{mapping.path.name}: [file], sheet = "...".'
        )
    return found[0]


def _sheet_of_rows(path: Path, heads: dict[str, list[tuple[str, ...]]]) -> tuple[str, int]:
    """The sheet with the most columns in one of its first rows, and that row: where a table would begin."""
    widths = [(sum(map(bool, cells)), name, row) for name, rows in heads.items() for row, cells in enumerate(rows)]
    width, name, row = max(widths, key=lambda one: one[0], default=(0, "", 0))
    if width < 2:
        raise DataRefused(f"{path.name} holds no table of rows and columns. Name a workbook that does.")
    return name, row


def _places(header: tuple[str, ...], mapping: Mapping | None, *, name: str) -> dict[str, int]:
    """Where each column that is wanted stands in the header: those of the mapping, or all that have a name."""
    places = {}
    wanted = mapping.read_columns if mapping else tuple(dict.fromkeys(cell for cell in header if cell))
    for column in wanted:
        plain = " ".join(column.split())
        found = [place for place, cell in enumerate(header) if cell == plain]
        if not found:
            raise DataRefused(
                f"{name}, row 1: no column '{column}', which the mapping names. {_offer(header, wanted, plain)} "
                "Correct the mapping (capitals count), or the file."
            )
        if len(found) > 1:
            told = (
                f"{len(found)} columns are called '{column}'" if mapping else f"columns {_listed(found)} have one name"
            )
            raise DataRefused(f"{name}, row 1: {told}. Give each its own name: which one is meant cannot be told.")
        places[column] = found[0]
    return places


def _listed(places: list[int]) -> str:
    return ", ".join(str(place + 1) for place in places)


def _offer(header: tuple[str, ...], wanted: tuple[str, ...], column: str) -> str:
    """What row 1 holds instead. Without one of the wanted columns it may be a case, and is not shown."""
    folded = {cell.casefold(): cell for cell in header if cell}
    near = get_close_matches(column.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{folded[near[0]]}'?"
    if {" ".join(one.split()) for one in wanted} & set(header):
        return f"Columns there: {', '.join(repr(cell) for cell in header[:40] if cell)}."
    return f"None of the {len(wanted)} columns that it names is there: is the header missing, or the delimiter another?"


def _some_rows(sheet: csv_text.Sheet, name: str) -> None:
    """Refuse a file that ends with its header."""
    with reading(sheet.path), sheet.path.open(encoding="utf-8", newline="", errors="replace") as lines:
        rows = csv.reader(lines, delimiter=sheet.delimiter)
        try:
            next(rows, None)
            if not any(row for row in rows):
                raise DataRefused(f"{name}: a header and no rows. Export it again.")
        except csv.Error:
            return  # the reading itself will say where


def _as_text(column: str, kind: str) -> str:
    """A typed column as the text that a reader would write for it."""
    if kind in ("DOUBLE", "FLOAT"):
        return f"regexp_replace({column}::varchar, '\\.0$', '')"
    return column if kind == "VARCHAR" else f"{column}::varchar"


def _iso(text: str) -> str:
    """A date as "2025-03-31": a cast is quicker than reading by a format, and as strict once the length is right."""
    slow = f"try_strptime(trim({text}), {quoted(ISO)})::date"
    return f"case when length({text}) = 10 then try_cast({text} as date) else {slow} end"


def _parsed(texts: dict[str, str], mapping: Mapping | None, *also: str) -> dict[str, str]:
    """The columns of dates, read as the mapping says they are written; null where they are not."""
    if mapping is None:
        return {}
    listing = "[" + ", ".join(quoted(one) for one in dict.fromkeys((mapping.date_format, *also))) + "]"
    plain = mapping.date_format == ISO and not also
    return {
        column: _iso(texts[column]) if plain else f"try_strptime(trim({texts[column]}), {listing})::date"
        for role, column in mapping.columns.items()
        if CASE_COLUMNS[role].is_date
    }
