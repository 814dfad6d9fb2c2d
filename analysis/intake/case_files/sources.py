"""A case file of any kind as something that DuckDB can read: its columns by name, each as text or as a date."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb

from analysis.errors import DataRefused, offer
from analysis.intake import text as csv_text
from analysis.intake import workbooks
from analysis.intake.case_files.mapping import ALL_SHEETS, ISO, SERIAL, Mapping
from analysis.intake.database import file_at, quoted
from analysis.intake.doubts.sheets import Marks, Met
from analysis.intake.files import members, reading, shown_names, unpacked
from analysis.intake.scratch import Scratch
from analysis.intake.table_shape import HEADER_WITHIN, are_alike, has_all, header_row, plain_name
from analysis.reference.names import counted, some_of
from analysis.reference.schema import CASE_COLUMNS
from analysis.safe_words import in_one_line, safe

TEXT = (".csv", ".txt", ".tsv")
DATE_CELLS = (ISO, "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")  # how a workbook's own dates come out as text
_INSTANT = r"(Z|z|[+-]\d{2}(:?\d{2})?)$"  # how a text ends that says its distance from Greenwich
_NESTED = ("STRUCT", "MAP", "UNION")
_NO_WORD = "__HIVE_DEFAULT_PARTITION__"  # a folder of the rows in which the column is empty
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".7z", ".zip")
_NAMED = 3  # files of an archive that a refusal names
#: Numbers of days as a spreadsheet counts them, 1968 to 2119: SAS and Stata (from 1960) and R (from 1970) have smaller.
SERIALS = (25_000, 80_000)
FROM_1904 = (
    "this workbook counts days from 1904, so that its plain numbers mean other days. Give the columns of dates a date "
    "format in a spreadsheet program, save it and draft the mapping again"
)
ENDINGS = (*TEXT, *workbooks.ENDINGS, ".parquet", ".zip")


@dataclass(frozen=True)
class Source:
    """One table of rows. ``relation`` is what SQL selects from; ``texts`` and ``dates`` are expressions by column.

    ``name`` is what messages call it, ``first_row`` the number of its first row below the header as a spreadsheet
    shows it. ``sheet`` is the CSV file behind it, where there is one. ``others`` are the columns that no mapping names,
    ``cells`` those of dates in which a cell may be a date or a text, ``instants`` those of dates with a time zone.
    ``title`` is the name of a workbook's sheet, ``member`` that of an archive's file, ``left`` are the names of those
    that are not read. ``marks`` is what the sheet says beside its values, ``troubles`` what of that is wrong with a
    column.
    """

    name: str
    file: Path
    relation: str
    texts: dict[str, str]
    dates: dict[str, str]
    first_row: int = 2
    sheet: csv_text.Sheet | None = None
    others: dict[str, str] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    title: str = ""
    member: str = ""
    marks: Marks = field(default_factory=Marks)
    troubles: dict[str, str] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """What it is called within its file."""
        return self.title or self.member

    def shown(self, rows: list[int]) -> list[int]:
        """Row numbers as a spreadsheet shows them, where reading passed over blank lines.

        Parameters
        ----------
        rows
            Numbers of records, of which the header is 1.

        Returns
        -------
        list[int]
            Numbers of rows.
        """
        return csv_text.shown_rows(self.sheet, rows) if self.sheet else rows


def sources(database: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping | None, scratch: Scratch) -> list[Source]:
    """The tables in one case file: one, or as many as a zip archive has members, or a workbook has sheets.

    Parameters
    ----------
    database, path
        A connection, and a case file.
    mapping
        What its columns mean; None for every column that has a name, as the draft of a mapping asks for them.
    scratch
        Where files go that are written again.

    Returns
    -------
    list[Source]
        Tables.

    Raises
    ------
    DataRefused
        When a column that the mapping names is not there, or stands twice, when two columns have one name, and when the
        file is not what its ending says.
    """
    ending = path.suffix.casefold()
    if ending == ".zip":
        return _archive(path, mapping, scratch)
    if ending == ".parquet":
        return [_parquet(database, path, mapping)]
    if ending in workbooks.ENDINGS:
        return _workbook(database, path, mapping)
    return [_csv(path, path, path.name, mapping, scratch)]


def _archive(path: Path, mapping: Mapping | None, scratch: Scratch) -> list[Source]:
    """The tables in a zip archive, each with the names of what is not read."""
    tables, left = _members(path)
    sources = []
    for member in tables:
        name = safe(member.filename)
        source = _csv(unpacked(path, member, scratch), path, f"{path.name}/{name}", mapping, scratch)
        sources.append(replace(source, left=left, member=name))
    return sources


def _members(path: Path) -> tuple[list[zipfile.ZipInfo], tuple[str, ...]]:
    """The tables in an archive, each once, and the names of what else is in it.

    Tables of other kinds beside them are refused: half of an archive is not what it holds.
    """
    infos = members(path, TEXT)
    if not infos:
        books, packed = members(path, (*workbooks.ENDINGS, ".parquet")), members(path, _PACKED)
        step = f"Unpack it and name {safe(books[0].filename)}." if books else "Name an archive that does."
        if packed and not books:
            step = f"Unpack it, and {safe(packed[0].filename)} in it, and name the tables that come out."
        raise DataRefused(f"{path.name} holds no CSV file ({', '.join(TEXT)}). {step}")
    taken = {member.filename for member in infos}
    others = [name for name in shown_names(path) if name not in taken]
    tables = [safe(name) for name in others if name.casefold().endswith(ENDINGS[len(TEXT) :])]
    if tables:
        raise DataRefused(
            f"{path.name}: {some_of(tables, _NAMED)} would be left out: only CSV files are read out of an archive. "
            "Unpack it and name its files."
        )
    first: dict[tuple[int, int], zipfile.ZipInfo] = {}
    for member in infos:
        earlier = first.setdefault((member.CRC, member.file_size), member)
        if earlier is not member:
            raise DataRefused(
                f"{path.name}: '{earlier.filename}' and '{member.filename}' are the same file, byte for byte. Leave "
                "one out."
            )
    return infos, tuple(map(safe, others))


def read_otherwise(source: Source, mapping: Mapping | None, scratch: Scratch) -> Source | None:
    """The same table written again, when its first rows told too little of it: its lines end in several ways, or some
    byte is not UTF-8 and no encoding was declared, which is then taken for Windows-1252.

    Parameters
    ----------
    source
        A table of a case file.
    mapping
        What its columns mean; None for a draft.
    scratch
        Where it is written again.

    Returns
    -------
    Source | None
        The table; None where its first rows told all of that.
    """
    if source.sheet is None:
        return None
    is_utf8 = csv_text.is_utf8(source.sheet.path)
    is_guess = not is_utf8 and not (mapping and mapping.encoding)
    if not is_guess and not (is_utf8 and csv_text.has_several_ends(source.sheet.path)):
        return None
    encoding = "windows-1252" if is_guess else "utf-8"
    sheet = csv_text.rewritten(source.sheet, scratch, name=source.name, encoding=encoding)
    again = _csv_source(sheet, source.file, source.name, mapping)
    return replace(again, left=source.left, member=source.member)


def _csv(path: Path, file: Path, name: str, mapping: Mapping | None, scratch: Scratch) -> Source:
    declared = {"encoding": mapping.encoding, "delimiter": mapping.delimiter} if mapping else {}
    sheet = csv_text.prepared(path, scratch, name=name, wanted=mapping.names if mapping else (), **declared)
    return _csv_source(sheet, file, name, mapping)


def _csv_source(sheet: csv_text.Sheet, file: Path, name: str, mapping: Mapping | None) -> Source:
    places = _places(sheet.header, mapping, name=name, row=sheet.skipped + 1)
    _some_rows(sheet, name)
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(sheet.header)))
    relation = (
        f"read_csv({file_at(sheet.path)}, auto_detect=false, header=true, delim={quoted(sheet.delimiter)}, "
        f"quote='\"', escape='\"', nullstr='', encoding='utf-8', strict_mode=true, "
        f"max_line_size={2 * csv_text.LONGEST}, hive_partitioning=false, columns={{{columns}}})"
    )
    texts = {column: f"c{place}" for column, place in places.items()}
    others = _others(sheet.header, places)
    return Source(name, file, relation, texts, _parsed(texts, mapping), 2, sheet, others)


def _parquet(database: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping | None) -> Source:
    with reading(path):
        path.stat()
    table = f"read_parquet({file_at(path)}, file_row_number=false, hive_partitioning=false)"
    try:
        described = database.execute(f"describe select * from {table}").fetchall()
        is_empty = not database.execute(f"select 1 from {table} limit 1").fetchall()
        names = _parquet_columns(database, path)
    except duckdb.Error:
        raise DataRefused(f"{path.name} is not a whole Parquet file. Export or copy it again.") from None
    if is_empty:
        raise DataRefused(f"{path.name}: columns and no rows. Export it again.")
    words = {name: word for name, word in _in_folders(path).items() if plain_name(name) not in map(plain_name, names)}
    every = ", ".join(("*", *(f"{word} as {quoted(name)}" for name, word in words.items())))
    relation = f"(select {every} from {table}) as held({', '.join(f'c{n}' for n in range(len(names) + len(words)))})"
    header = tuple(map(in_one_line, (*names, *words)))
    places = _places(header, mapping, name=path.name)
    every_kind = (*(kind for _, kind, *_ in described), *("VARCHAR" for _ in words))
    kinds = {column: every_kind[place] for column, place in places.items()}
    nested = [column for column, kind in kinds.items() if kind.endswith("]") or kind.startswith(_NESTED)]
    if nested and mapping:
        raise DataRefused(
            f"{path.name}: column '{nested[0]}' holds lists or records. Write it with one text or date a cell."
        )
    texts = {column: _as_text(f"c{place}", kinds[column]) for column, place in places.items() if column not in nested}
    dates = _parsed(texts, mapping)
    typed = {c: f"c{places[c]}::date" for c in dates if kinds[c].startswith(("DATE", "TIMESTAMP"))}
    instants = tuple(column for column in typed if kinds[column] == "TIMESTAMP WITH TIME ZONE")
    others = {name: f"{column}::varchar" for name, column in _others(header, places).items()}
    return Source(path.name, path, relation, texts, {**dates, **typed}, others=others, instants=instants)


def _in_folders(path: Path) -> dict[str, str]:
    """Columns that stand in the names of a file's folders, as programs part a table ("Force=Kent"): SQL by name."""
    pairs = (folder.partition("=") for folder in path.parent.parts)
    told = {unquote(name): unquote(word) for name, is_told, word in pairs if is_told and name.strip()}
    return {name: "null::varchar" if word == _NO_WORD else quoted(word) for name, word in told.items()}


def _parquet_columns(database: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """The columns as the file names them: of two of one name, ``describe`` gives the second another."""
    query = f"select name, coalesce(num_children, 0) from parquet_schema({file_at(path)})"
    names, nested = [], 0
    for name, children in database.execute(query).fetchall()[1:]:  # the first is the table itself
        if nested:
            nested += children - 1
        else:
            names.append(name)
            nested = children
    return names


def _workbook(database: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping | None) -> list[Source]:
    book = workbooks.opened(path)
    asked = mapping.sheets if mapping else ()
    for name in asked:
        if name not in (*book.names, ALL_SHEETS):
            raise DataRefused(f"{path.name} has no sheet '{name}'. Its sheets: {', '.join(book.names)}.")
    tables = {name: book.rows(name) for name in book.names if not asked or ALL_SHEETS in asked or name in asked}
    heads = {name: _first_rows(cells) for name, cells in tables.items()}
    meant = _sheets_meant(path, heads, mapping) if mapping else _sheets_of_rows(path, heads)
    if len(meant) > 1:  # a quarter without a case is no fault where the others have some
        meant = [(name, row) for name, row in meant if tables[name].num_rows > row + 1] or meant[:1]
    sheets = [
        _sheet(database, book, name, tables[name], row=row, header=heads[name][row], mapping=mapping)
        for name, row in meant
    ]
    left = tuple(
        safe(name) for name in book.names if name not in dict(meant) and any(map(any, heads.get(name, [("?",)])))
    )
    return [replace(source, left=left) for source in sheets]


def _sheet(
    database: duckdb.DuckDBPyConnection,
    book: workbooks.Workbook,
    name: str,
    cells: Any,
    *,
    row: int,
    header: tuple[str, ...],
    mapping: Mapping | None,
) -> Source:
    """One sheet below the row of its header, from 0."""
    path, body = book.path, cells.slice(row + 1)
    where = f"{path.name}, sheet '{safe(name)}'"
    places = _places(header, mapping, name=where, row=row + 1)
    if body.num_rows == 0:
        raise DataRefused(f"{where}: a header and no rows. Export it again.")
    marks = book.marks(name, row=row, header=header, places=places.values())
    troubles = _troubles(marks, places)
    if mapping:
        _refuse_marks(marks, troubles, mapping, where=where)
    label = f"sheet_{hashlib.sha256(f'{path}/{name}'.encode()).hexdigest()[:16]}"
    others = _others(header, places)
    columns = {f"c{place}": workbooks.plain_dates(body.column(place)) for place in sorted(set(places.values()))}
    columns |= {column: body.column(int(column[1:])) for column in others.values()}
    database.from_arrow(body.from_pydict(columns)).create_view(label)
    texts = {column: f"c{place}" for column, place in places.items()}
    dates = _parsed(texts, mapping, *DATE_CELLS)
    return Source(
        where,
        path,
        label,
        texts,
        dates,
        row + 2,
        others=others,
        cells=tuple(dates),
        title=safe(name),
        marks=marks,
        troubles=troubles,
    )


def _troubles(marks: Marks, places: dict[str, int]) -> dict[str, str]:
    """What is wrong with columns of a sheet though each of their cells can be read."""
    troubles = {}
    for column, place in places.items():
        if met := marks.merged.get(place):
            troubles[column] = (
                f"merged cells, of which only the first has a value: {_rows(met)}. Undo the merging and fill in each "
                "cell"
            )
        elif met := marks.valueless.get(place):
            troubles[column] = (
                f"formulas without a value, not calculated yet or failed: {_rows(met)}. Open the workbook in a "
                "spreadsheet program, look at them and save it"
            )
    return troubles


def _rows(met: Met) -> str:
    numbers = ", ".join(f"{row:,}" for row in met.first)
    return f"{counted(met.rows, 'row')} (row {numbers}{' and on' if met.rows > len(met.first) else ''})"


def _refuse_marks(marks: Marks, troubles: dict[str, str], mapping: Mapping, *, where: str) -> None:
    """Refuse mapped columns of which some cells are not what they seem."""
    if troubles:
        raise DataRefused(" ".join(f"{where}, column '{column}': {trouble}." for column, trouble in troubles.items()))
    if marks.is_from_1904 and mapping.date_format == SERIAL:
        raise DataRefused(f"{where}: {FROM_1904}.")


def _first_rows(cells: Any) -> list[tuple[str, ...]]:
    """The rows of a sheet in which a header is looked for."""
    return [tuple(map(in_one_line, workbooks.text_of(cells, row))) for row in range(min(HEADER_WITHIN, cells.num_rows))]


def _sheets_meant(path: Path, heads: dict[str, list[tuple[str, ...]]], mapping: Mapping) -> list[tuple[str, int]]:
    """The sheets that the mapping means, each with the row of its header, from 0.

    Those that it names; or all whose columns are alike. Where it says neither, the one sheet of its kind: several are
    refused, since which of them are meant cannot be told, and so is a sheet that is like it and lacks a column.
    """
    rows = {name: header_row(head, mapping.names) for name, head in heads.items() if any(map(any, head))}
    fits = [name for name, row in rows.items() if has_all(heads[name][row], mapping.names)]
    if mapping.sheets and ALL_SHEETS not in mapping.sheets:
        for name in mapping.sheets:
            if name not in rows:
                raise DataRefused(f"{path.name}, sheet '{name}': nothing in it. Take it out of {mapping.path.name}.")
        return [(name, rows[name]) for name in mapping.sheets]
    if not fits:
        raise DataRefused(
            f"{path.name}: no sheet has the columns {', '.join(mapping.read_columns)} in one of its first "
            f"{HEADER_WITHIN} rows. "
            f"Sheets: {', '.join(heads)}. Correct [columns] in {mapping.path.name}."
        )
    header = heads[fits[0]][rows[fits[0]]]
    meant = [name for name, row in rows.items() if name in fits or are_alike(header, heads[name][row])]
    if len(meant) > 1 and not mapping.sheets:
        lacking = [name for name in meant if name not in fits]
        where = f" (a mapped column is lacking in {', '.join(lacking)})" if lacking else ""
        raise DataRefused(
            f"{path.name}: the sheets {', '.join(meant)} have like columns{where}. In {mapping.path.name}, [file], "
            f'sheets = "all" reads them together, sheets = ["{meant[0]}", ...] some of them, sheet = "..." one. A '
            'column that has another name in some sheets takes both: outcome = ["Outcome", "Outcome type"].'
        )
    return [(name, rows[name]) for name in meant]


def _sheets_of_rows(path: Path, heads: dict[str, list[tuple[str, ...]]]) -> list[tuple[str, int]]:
    """The sheets in which a table begins, each with the row of its header."""
    rows = {name: header_row(head) for name, head in heads.items() if head}
    tables = [(name, row) for name, row in rows.items() if sum(map(bool, heads[name][row])) >= 2]
    if not tables:
        raise DataRefused(f"{path.name} holds no table of rows and columns. Name a workbook that does.")
    return tables


def _others(header: tuple[str, ...], places: dict[str, int]) -> dict[str, str]:
    """The columns with a name that are not wanted."""
    taken = set(places.values())
    return {name: f"c{place}" for place, name in enumerate(header) if name and place not in taken}


def _places(header: tuple[str, ...], mapping: Mapping | None, *, name: str, row: int = 1) -> dict[str, int]:
    """Where each column that is wanted stands in the header: those of the mapping, or all that have a name.

    A name is looked for as it stands, then without regard to capitals and spaces.
    """
    places = {}
    wanted = mapping.read_columns if mapping else tuple(dict.fromkeys(cell for cell in header if cell))
    for column in wanted:
        plain = " ".join(column.split())
        matching = _found(header, (column, *(mapping.other_names.get(column, ()) if mapping else ())))
        if not matching:
            raise DataRefused(
                f"{name}, row {row}: no column '{column}', which the mapping names. {_offer(header, wanted, plain)} "
                "Correct the mapping or the file. A column of two names takes both in the mapping, in brackets."
            )
        if len(matching) > 1:
            fault = (
                f"{len(matching)} columns are called '{column}'"
                if mapping
                else f"columns {', '.join(str(place + 1) for place in matching)} have one name"
            )
            raise DataRefused(f"{name}, row {row}: {fault}. Give each its own name: which one is meant cannot be told.")
        places[column] = matching[0]
    return places


def _found(header: tuple[str, ...], names: Collection[str]) -> list[int]:
    exact = {" ".join(name.split()) for name in names}
    alike = {plain_name(name) for name in names}
    same = [place for place, cell in enumerate(header) if cell in exact]
    return same or [place for place, cell in enumerate(header) if cell and plain_name(cell) in alike]


def _offer(header: tuple[str, ...], wanted: tuple[str, ...], column: str) -> str:
    """What row 1 holds instead. All of it, or the half of a row that was cut, may be a case, and is not shown."""
    taken = {plain_name(name) for name in wanted}  # and not misspelt: another part of the mapping means it
    if near := offer(column, [cell for cell in header if cell and plain_name(cell) not in taken], is_of_file=True):
        return near.strip()
    if {" ".join(name.split()) for name in wanted} & set(header):
        return f"It has {len(header)} columns, and 'attrition mapping' drafts a mapping with their names."
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
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return f"regexp_replace({column}::varchar, '\\.0+$', '')"
    if kind == "BLOB":  # texts that are not called so, as Hive and Impala write them
        return f"coalesce(try(decode({column})), {column}::varchar)"
    return column if kind == "VARCHAR" else f"{column}::varchar"


def _iso(text: str) -> str:
    """A date as "2025-03-31": a cast is quicker than reading by a format, and as strict once the length is right."""
    slow = f"try_strptime(trim({text}), {quoted(ISO)})::date"
    return f"case when length({text}) = 10 then try_cast({text} as date) else {slow} end"


def _parsed(texts: dict[str, str], mapping: Mapping | None, *also: str) -> dict[str, str]:
    """The columns of dates, read as the mapping says they are written; null where they are not."""
    if mapping is None:
        return {}
    roles = [role for role in mapping.columns if CASE_COLUMNS[role].is_date]
    return {mapping.columns[role]: _date(texts[mapping.columns[role]], mapping, also) for role in roles}


def _date(text: str, mapping: Mapping, also: tuple[str, ...]) -> str:
    return _iso(text) if mapping.date_format == ISO and not also else date_read(text, mapping.date_format, also)


def date_read(text: str, written: str, also: tuple[str, ...] = ()) -> str:
    """The date in a text that is written in one way, or in one of a few others; null where it is in none.

    Parameters
    ----------
    text
        An expression of SQL that is a text.
    written
        How dates are written, as %d/%m/%Y.
    also
        Other ways.

    Returns
    -------
    str
        An expression of SQL.
    """
    if written == SERIAL:
        days = f"try_cast(floor(try_cast({text} as double)) as integer)"
        own = f"case when {days} between {SERIALS[0]} and {SERIALS[1]} then date '1899-12-30' + {days} end"
    elif "%z" in written:
        # try_strptime knows no "Z" and no "+01:00": a cast does, and both come out in the session's time zone.
        is_instant = f"regexp_matches(trim({text}), '^\\d{{4}}-\\d\\d-\\d\\d[T ].*{_INSTANT}')"
        own = f"case when {is_instant} then try_cast(trim({text}) as timestamptz)::date end"
    else:
        return _strptime(text, (written, *also))
    return f"coalesce({own}, {_strptime(text, also)})" if also else own


def _strptime(text: str, formats: tuple[str, ...]) -> str:
    formats = tuple(written.replace("%f", "%n") for written in formats)  # up to nine places of a second, not six alone
    listing = "[" + ", ".join(quoted(pattern) for pattern in dict.fromkeys(formats)) + "]"
    return f"try_strptime(trim({text}), {listing})::date"
