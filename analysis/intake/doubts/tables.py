"""What a table says by its own numbers that no row of it says: that rows add up others, that words stand once for
several rows, that rows were cut off.

A total that is called "Persons" or "16 and over", or that a query left without a word, is a row as any other. It is
known by its number: in each group of rows that agree in all else, it is the sum of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from analysis.intake.database import quoted
from analysis.intake.table_shape import SHARE, TOTAL

#: Rows of a sheet of a spreadsheet at most, by old programs and by those of today: what is longer is cut there.
FULL = (1 << 16, 1 << 20)
_GROUPS = 4  # groups in each of which a number is the sum of two others or more, as chance does not have it
_PAIRS, _TOTALS = 30, 5  # and groups in each of which two numbers are one, with so many different totals
_SAMPLE = 50_000  # identifiers by which it is told how they are written
_AGAIN = 10  # cases in two tables under identifiers that differ in their signs alone, as chance does not have it
_WIDE, _DIGITS = "０１２３４５６７８９", "0123456789"
_WORDS, _BLANKS = 5, 30  # words that stand once each, and empty cells, from which the words are for the cells below


def is_full(rows: int) -> bool:
    """Whether a table ends where a sheet of a spreadsheet does.

    Parameters
    ----------
    rows
        Its rows, that of the header among them.

    Returns
    -------
    bool
        True for as many as a sheet can have.

    Examples
    --------
    >>> is_full(65_536), is_full(1_048_576), is_full(65_535)
    (True, True, False)
    """
    return rows in FULL


def sums(
    database: duckdb.DuckDBPyConnection, relation: str, weight: str, texts: Mapping[str, str], beside: Mapping[str, str]
) -> tuple[str, str, int] | None:
    """The column of a table of counts in which a word stands for the sum of all others, that word, and its rows.

    Parameters
    ----------
    database
        A connection.
    relation
        The table.
    weight
        The number of cases of a row, an expression of SQL, null where there is none.
    texts
        Expressions of the mapped columns by name.
    beside
        Expressions of the others.

    Returns
    -------
    tuple[str, str, int] | None
        Name of the column, the word ("" for an empty cell) and rows; None where no column has such a word.
    """
    every = {**texts, **beside}
    is_total = " or ".join(f"coalesce(regexp_matches({text}, {quoted(TOTAL)}, 'i'), false)" for text in every.values())
    words = ", ".join(f"coalesce(trim({text}), '') as w{place}" for place, text in enumerate(every.values()))
    database.execute(
        f"create or replace temp table counted as select {words}, {weight} as cases from {relation} "
        f"where {weight} is not null and not ({is_total})"
    )
    for place, column in enumerate(every):
        others = ", ".join(f"w{other}" for other in range(len(texts)) if other != place)
        found = database.execute(f"""
            with cells as (
                select w{place} as word, hash({others or "''"}) as same, sum(cases) as cases, count(*) as number
                from counted group by all
            ), groups as (
                select same, sum(cases) as cases, count(*) as words from cells group by same having sum(cases) > 0
            )
            select word, sum(number) from cells join groups using (same) group by word
            having count(*) = (select count(*) from groups) and bool_and(2 * cells.cases = groups.cases)
                and (count(*) >= {_GROUPS} and max(words) >= 3
                    or count(*) >= {_PAIRS} and count(distinct groups.cases) >= {_TOTALS})
            limit 1
        """).fetchone()
        if found:
            return column, str(found[0]), int(found[1])
    return None


def shares(
    database: duckdb.DuckDBPyConnection, relation: str, weight: str, texts: Mapping[str, str]
) -> tuple[str, str, int] | None:
    """The column of a table of counts in which a word says that the numbers of its rows are shares or means.

    Parameters
    ----------
    database
        A connection.
    relation
        The table.
    weight
        The number of cases of a row, an expression of SQL, null where there is none.
    texts
        Expressions of the columns by name.

    Returns
    -------
    tuple[str, str, int] | None
        Name of the column, the word and its rows; None where no column has such a word.
    """
    for column, text in texts.items():
        found = database.execute(
            f"select trim({text}) as word, count(*) from {relation} where {weight} is not null "
            f"and regexp_matches({text}, {quoted(SHARE)}, 'i') group by word order by count(*) desc, word limit 1"
        ).fetchone()
        if found:
            return column, str(found[0]), int(found[1])
    return None


def stands_for_cells_below(database: duckdb.DuckDBPyConnection, relation: str, text: str) -> bool:
    """Whether the words of a column stand once each, above empty cells that they are meant for.

    Parameters
    ----------
    database
        A connection.
    relation
        A table.
    text
        The column, an expression of SQL.

    Returns
    -------
    bool
        True for a column as a pivot table has it, or cells that were merged.
    """
    first = database.execute(f"select coalesce(trim({text}), '') from {relation} limit 1").fetchone()
    words, different, blank = database.execute(
        f"select count(word), count(distinct word), count(*) - count(word) "
        f"from (select nullif(trim({text}), '') as word from {relation})"
    ).fetchone() or (0, 0, 0)
    return bool(first and first[0]) and _WORDS <= words == different and blank >= max(_BLANKS, 2 * words)


@dataclass(frozen=True)
class Identified:
    """The identifiers of a table: expressions of SQL for the case, the number of its force and the day of recording."""

    relation: str
    case: str
    force: str
    recorded: str


def lost_zeros(database: duckdb.DuckDBPyConnection, several: Sequence[Identified]) -> tuple[int, int, int] | None:
    """Cases of one force and day that stand in one table with zeros before their number, and in another without.

    Parameters
    ----------
    database
        A connection.
    several
        Tables.

    Returns
    -------
    tuple[int, int, int] | None
        How many cases, and the places of two such tables; None where there are none, or where no two tables have
        numbers alone for identifiers, of which only in one some begin with zeros.
    """
    written = [_written(database, table) for table in several]
    with_zeros, without = (
        " union all ".join(
            f"select {table.case} as it, {table.force} as force, {table.recorded} as day, {place} as place "
            f"from {table.relation}"
            for place, table in enumerate(several)
            if written[place] == (begins, True)
        )
        for begins in (True, False)
    )
    if not with_zeros or not without:
        return None
    row = database.execute(
        f"select count(distinct kept.it), min(kept.place), min(lost.place) from ({with_zeros}) as kept "
        f"join ({without}) as lost on ltrim(kept.it, '0') = lost.it and kept.force = lost.force "
        "and kept.day = lost.day where starts_with(kept.it, '0')"
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2])) if row and row[0] else None


def _written(database: duckdb.DuckDBPyConnection, table: Identified) -> tuple[bool, bool]:
    """Whether some of the first identifiers begin with a nought, and whether all are numbers."""
    row = database.execute(
        "select coalesce(bool_or(starts_with(it, '0')), false), "
        "coalesce(bool_and(regexp_full_match(it, '\\d+')), false) "
        f"from (select {table.case} as it from {table.relation} limit {_SAMPLE})"
    ).fetchone() or (False, False)
    return bool(row[0]), bool(row[1])


def spelled_otherwise(
    database: duckdb.DuckDBPyConnection, several: Sequence[Identified]
) -> tuple[int, int, int] | None:
    """Cases of one force and day whose identifiers in two tables have the same letters and digits and other signs.

    Parameters
    ----------
    database
        A connection.
    several
        Tables.

    Returns
    -------
    tuple[int, int, int] | None
        How many cases, and the places of two such tables; None where there are fewer than ten, or where identifiers
        are written alike in all tables.
    """
    shapes = [_shape(database, table) for table in several]
    if len(set(shapes)) < 2:
        return None
    cells = " union all ".join(
        f"select distinct {_plain(table.case)} as plain, {table.case} as it, {table.force} as force, "
        f"{table.recorded} as day, {place} as place, {quoted(shapes[place])} as shape from {table.relation}"
        for place, table in enumerate(several)
    )
    row = database.execute(
        f"with cells as ({cells}) select count(distinct one.it) as cases, one.place, other.place "
        "from cells as one join cells as other using (plain, force, day) "
        "where one.place < other.place and one.shape <> other.shape and one.it <> other.it and plain <> '' "
        f"group by one.place, other.place having cases >= {_AGAIN} order by cases desc, one.place, other.place limit 1"
    ).fetchone()
    return (int(row[0]), int(row[1]), int(row[2])) if row else None


def _plain(text: str) -> str:
    """The letters and digits of an identifier alone, without zeros before them or a decimal place."""
    narrow = f"translate(regexp_replace({text}, '\\.0+$', ''), '{_WIDE}', '{_DIGITS}')"
    return f"ltrim(lower(regexp_replace({narrow}, '[^\\p{{L}}\\p{{N}}]', '', 'g')), '0')"


def _shape(database: duckdb.DuckDBPyConnection, table: Identified) -> str:
    """How most of the first identifiers of a table are written: "A9/9" for "KE123/24"."""
    shape = (
        "regexp_replace(regexp_replace(regexp_replace(it, '[0-9]+', '9', 'g'), '[A-Z]+', 'A', 'g'), '[a-z]+', 'a', 'g')"
    )
    row = database.execute(
        f"select {shape} as shape from (select {table.case} as it from {table.relation} limit {_SAMPLE}) "
        "where it is not null group by shape order by count(*) desc, shape limit 1"
    ).fetchone()
    return str(row[0]) if row else ""
