"""Sheets of data.police.uk into two tables of a database, every cell that is read held to what it may be.

A fault is found on totals, in SQL; only then is its file read again, slowly, to say in which row it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from analysis.errors import DataRefused, ParameterError
from analysis.intake import database as engine
from analysis.intake.police_uk.sheets import COLUMNS, Sheet
from analysis.intake.police_uk.sheets import rows as rows_of
from analysis.reference import reference
from analysis.reference.names import counted, some_of
from analysis.reference.periods import month_number

#: The month of a row, such as 2024-04, as ``periods.month_number``, in SQL; NULL where it is no month.
MONTH_NUMBER = 'try_cast(substr("Month", 1, 4) AS INTEGER) * 12 + try_cast(substr("Month", 6, 2) AS INTEGER) - 1'
SCHEME = "police_uk"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
#: Of words that nobody knows, no more than these many are told, and no more than this much of each.
_TOLD, _LENGTH = 8, 60


def read(database: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet], force: str) -> tuple[int, ...]:
    """The tables ``street_as_read``, ``outcomes_as_read`` and ``sheets``; gives the rows of each sheet.

    Parameters
    ----------
    database
        A connection without these tables.
    sheets
        Files made ready.
    force
        Name of the force.

    Returns
    -------
    tuple[int, ...]
        Numbers of rows, in the order of the sheets.

    Raises
    ------
    DataRefused
        By file and row, for a row with too many or too few cells, a month that is none, or a row that another force
        reported; by word, for a crime type or outcome that data/reference/ does not know.
    """
    database.execute("CREATE TABLE sheets (path VARCHAR, sheet INTEGER, of_file INTEGER)")
    for number, sheet in enumerate(sheets):
        month = month_number(sheet.source.month)
        database.execute("INSERT INTO sheets VALUES (?, ?, ?)", [str(sheet.path), number, month])
    for kind in COLUMNS:
        _scan(database, sheets, kind)
    rows = _rows(database, sheets)
    for kind in COLUMNS:
        _check_months_and_force(database, sheets, kind, force=force)
    outcomes = (*reference.outcomes(SCHEME), *(succession.earlier for succession in reference.renamed("outcome")))
    _check_words(database, "street", "Crime type", allowed=reference.crime_types(), table="crime_types.csv")
    _check_words(database, "street", "Last outcome category", allowed=(*outcomes, ""), table="outcomes.csv")
    _check_words(database, "outcomes", "Outcome type", allowed=(*outcomes, ""), table="outcomes.csv")
    return rows


def _scan(database: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet], kind: str) -> None:
    """All sheets of one kind, those that are alike in one scan. A bad row is put aside, to be found again later."""
    wanted = ", ".join(engine.named(column) for column in COLUMNS[kind])
    typed = ", ".join(f"{engine.named(column)} VARCHAR" for column in COLUMNS[kind])
    database.execute(f"CREATE TABLE {kind}_as_read (path VARCHAR, {typed})")
    alike: dict[tuple[object, ...], list[Sheet]] = {}
    for sheet in sheets:
        if sheet.source.kind == kind:
            alike.setdefault((sheet.columns, sheet.line_end), []).append(sheet)
    for group in alike.values():
        paths = ", ".join(engine.file_at(sheet.path) for sheet in group)
        columns = ", ".join(f"{engine.quoted(column)}: 'VARCHAR'" for column in group[0].columns)
        options = (
            f"auto_detect = false, header = true, columns = {{{columns}}}, delim = ',', quote = '\"', escape = '\"', "
            "compression = 'none', filename = true, hive_partitioning = false, store_rejects = true, rejects_limit = 1"
        )
        database.execute(f"INSERT INTO {kind}_as_read SELECT filename, {wanted} FROM read_csv([{paths}], {options})")


def _rows(database: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet]) -> tuple[int, ...]:
    """The rows of each sheet. A sheet with other than a row a line is counted again, slowly, and refused if short."""
    rows = dict.fromkeys(range(len(sheets)), 0)
    for kind in COLUMNS:
        counted = f"SELECT sheet, count(*) FROM {kind}_as_read JOIN sheets USING (path) GROUP BY sheet"
        rows.update(database.execute(counted).fetchall())
    for number, sheet in enumerate(sheets):
        if rows[number] != sheet.lines - 1:
            _refuse_bad_rows(sheet, read=rows[number])
    return tuple(rows.values())


def _refuse_bad_rows(sheet: Sheet, *, read: int) -> None:
    """Raise DataRefused if the file does not hold exactly ``read`` rows, each with as many cells as the header."""
    number_of_rows = 0
    for number, cells in rows_of(sheet):
        number_of_rows += 1
        if len(cells) != len(sheet.columns):
            raise DataRefused(
                f"{sheet.source.name}, row {number}: {counted(len(cells), 'cell')} where the header has "
                f"{len(sheet.columns)}. The "
                "file is cut short or was edited; download or copy it again."
            )
    if number_of_rows != read:
        raise DataRefused(
            f"{sheet.source.name}: {read:,} of {number_of_rows:,} rows could be read. Download or copy it again."
        )


def _check_months_and_force(
    database: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet], kind: str, *, force: str
) -> None:
    cells = database.execute(
        f"""SELECT sheet, coalesce("Month", ''), coalesce("Reported by", ''), bool_or({MONTH_NUMBER} = of_file)
        FROM {kind}_as_read JOIN sheets USING (path) GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    has_own_month: dict[int, bool] = {}
    for number, month, reporter, is_own in cells:
        sheet = sheets[number]
        if not _MONTH.fullmatch(month):
            raise DataRefused(f"{_where(sheet, 'Month', month)}: not a month, which is written as 2024-04.")
        if (reported := _force_named(reporter)) != force:
            raise DataRefused(
                f"{_where(sheet, 'Reported by', reporter)}: {reported or 'no force of data/reference/forces.csv'}, "
                f"where the name of the file says {force}. Give the file its right name or download it again."
            )
        has_own_month[number] = has_own_month.get(number, False) or bool(is_own)
    for number, is_own in has_own_month.items():
        if not is_own:
            raise DataRefused(
                f"{sheets[number].source.name}: no row is of {sheets[number].source.month:%B %Y}, which the name of "
                "the file says. Give it its right name or download it again."
            )


def _where(sheet: Sheet, column: str, cell: str) -> str:
    return f"{sheet.source.name}, row {_first_row(sheet, column, cell)}, column '{column}'"


def _first_row(sheet: Sheet, column: str, cell: str) -> int:
    """The number of the first row with this cell in this column, counting the header as row 1; 0 if there is none."""
    place = sheet.columns.index(column)
    return next((number for number, cells in rows_of(sheet) if cells[place : place + 1] == [cell]), 0)


def _force_named(name: str) -> str:
    """The force that "Reported by" means; "" when it means none."""
    try:
        return reference.force_named(name)
    except ParameterError:
        return ""


def _check_words(
    database: duckdb.DuckDBPyConnection, kind: str, column: str, *, allowed: Sequence[str], table: str
) -> None:
    """Published categories: all that are not known are told at once."""
    named = engine.named(column)
    met = database.execute(f"SELECT DISTINCT coalesce({named}, '') FROM {kind}_as_read ORDER BY 1").fetchall()
    strange = [word for (word,) in met if word not in allowed]
    if not strange:
        return
    shown = some_of([f"'{word[:_LENGTH]}'" for word in strange], _TOLD)
    raise DataRefused(
        f"Column '{column}' of the {kind} files holds {shown}, which data/reference/{table} does not know. Add a "
        "row for each with its source (an outcome with scheme police_uk, its disposition, and at its place in the "
        "course of a case); a category is never mapped by guesswork."
    )
