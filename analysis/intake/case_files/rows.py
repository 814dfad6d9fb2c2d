"""Case rows in DuckDB: read once, checked, each case counted once, grouped.

Two different identifiers with one 64-bit hash would be taken for one case: among 50 million rows, one chance in 15,000.
"""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analysis.intake.case_files.faults import FAULTS, SHOWN, Fault, Found
from analysis.intake.case_files.mapping import Mapping
from analysis.intake.case_files.query import (
    BLANK_ROW,
    COPY,
    HEADER_AGAIN,
    LAGS,
    REMARK,
    SUPERSEDED,
    Packing,
    code_of,
    encoded,
    matter,
    unknown_fault,
    whole_number,
    words_table,
)
from analysis.intake.case_files.sources import Source
from analysis.intake.case_files.vocabulary import UNDECIDED, Vocabulary
from analysis.intake.database import quoted

_BIT = {name: fault.bit for name, fault in FAULTS.items()}
MOST_WORDS = 2000  # unknown words of one column that are looked at
FIRST_ROWS = 50_000  # rows at the head of a file whose words are looked up before it is read

#: Rows that are not counted though nothing is wrong with them.
ASIDE = {
    "row without anything in it": BLANK_ROW,
    "exact copy of another row": COPY,
    "outcome that is not the one that counts for its case": SUPERSEDED,
    "total or note, not a case": REMARK,
    "header again, where files were joined end to end": HEADER_AGAIN,
}


@dataclass(frozen=True)
class Scope:
    """Which forces a task is about, as category numbers; empty for all. ``others`` takes rows of no known force."""

    forces: tuple[int, ...] = ()
    others: bool = True

    @property
    def condition(self) -> str:
        """As a condition of SQL."""
        if not self.forces:
            return "true"
        listing = ", ".join(str(code) for code in self.forces)
        return f"(force in ({listing}){' or force is null' if self.others else ''})"


def read_rows(
    database: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    mapping: Mapping,
    *,
    vocabularies: Sequence[Vocabulary],
    scope: Scope,
    is_located: bool = False,
) -> None:
    """Every row into the table ``case_rows``; with ``is_located``, its row number too, which is slower.

    Parameters
    ----------
    database
        A connection.
    sources
        The tables of the case files.
    mapping
        What their columns mean.
    vocabularies
        The words of each column.
    scope
        Which forces' rows are read.
    is_located
        Whether rows are numbered.
    """
    words_into(database, vocabularies)
    database.execute(f"set preserve_insertion_order = {'true' if is_located else 'false'}")
    # Word tables are small and files are large, which the planner cannot know of a CSV file: left to itself it may
    # turn a join about and hold the file in memory.
    database.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    database.execute("drop table if exists case_rows")
    for place, source in enumerate(sources):
        query = encoded(source, mapping, vocabularies, file=place, is_located=is_located)
        begin = "insert into case_rows" if place else "create temp table case_rows as"
        database.execute(f"{begin} select * exclude (force) from ({query}) where {scope.condition}")
    database.execute("set disabled_optimizers = ''")


def words_into(database: duckdb.DuckDBPyConnection, vocabularies: Sequence[Vocabulary]) -> None:
    """A small table of words and their numbers for each column; 0 is a word in which there is nothing to see.

    Parameters
    ----------
    database
        A connection.
    vocabularies
        The words of each column.
    """
    for vocabulary in vocabularies:
        numbers = {category: place for place, category in enumerate(vocabulary.categories(), start=1)}
        codes = {word: numbers[category] for word, category in vocabulary.words.items()} | dict.fromkeys(
            vocabulary.blanks, 0
        )
        database.execute(
            f"create or replace temp table {words_table(vocabulary)} as "
            "select unnest($words::varchar[]) as word, unnest($codes::utinyint[]) as code",
            {"words": list(codes), "codes": list(codes.values())},
        )


def unknown_words(
    database: duckdb.DuckDBPyConnection, sources: Sequence[Source], vocabulary: Vocabulary, *, rows: int = 0
) -> dict[str, int]:
    """The words of a column that are not known yet, with the rows they stand in; the commonest of very many.

    ``rows`` looks no further than so many rows into each file.

    Parameters
    ----------
    database
        A connection.
    sources
        The tables of the case files.
    vocabulary
        The words of the column.
    rows
        How far to look into each file; 0 for to its end.

    Returns
    -------
    dict[str, int]
        Numbers of rows by word.
    """
    rows_by_word: dict[str, int] = {}
    for source in sources:
        head = f" limit {rows}" if rows else ""
        met = f"select {source.texts[vocabulary.column]} as word from {source.relation}{head}"
        for word, times in database.execute(
            f"select word, count(*) from ({met}) as met anti join {words_table(vocabulary)} using (word) "
            f"where word is not null and word <> '' group by word order by count(*) desc, word limit {MOST_WORDS}"
        ).fetchall():
            rows_by_word[word] = rows_by_word.get(word, 0) + times
    return rows_by_word


def words_at_fault(
    database: duckdb.DuckDBPyConnection, sources: Sequence[Source], vocabulary: Vocabulary
) -> dict[str, int]:
    """The unknown words of a column in the rows that are refused for one: not in totals, notes or what is left out.

    Parameters
    ----------
    database
        A connection in which rows were read with their numbers.
    sources
        The tables of the case files.
    vocabulary
        The words of the column.

    Returns
    -------
    dict[str, int]
        Numbers of rows by word: of a column alone with its fault they add up to the rows that bear it.
    """
    rows_by_word: dict[str, int] = {}
    bit = _BIT[unknown_fault(vocabulary)]
    for file, source in enumerate(sources):
        text, number = source.texts[vocabulary.column], f"row_number() over () + {source.first_row - 1}"
        refused = f"select number from case_rows where file = {file} and fault & {bit} > 0 and fault < {BLANK_ROW}"
        for word, times in database.execute(
            f"select word, count(*) from (select {text} as word, {number} as number from {source.relation}) as met "
            f"semi join ({refused}) as refused using (number) anti join {words_table(vocabulary)} using (word) "
            "where word is not null and word <> '' group by word"
        ).fetchall():
            rows_by_word[word] = rows_by_word.get(word, 0) + times
    return rows_by_word


def all_words(database: duckdb.DuckDBPyConnection, sources: Sequence[Source], vocabulary: Vocabulary) -> list[str]:
    """Every different word of a column, "" for an empty cell.

    Parameters
    ----------
    database
        A connection.
    sources
        The tables of the case files.
    vocabulary
        The words of the column.

    Returns
    -------
    list[str]
        Words.
    """
    column = vocabulary.column
    queries = (f"select coalesce({source.texts[column]}, '') as word from {source.relation}" for source in sources)
    rows = database.execute(f"select distinct word from ({' union all '.join(queries)})").fetchall()
    return [word for (word,) in rows]


def columns_with_unknown_words(database: duckdb.DuckDBPyConnection, vocabularies: Sequence[Vocabulary]) -> set[str]:
    """The roles of the columns that hold words not known yet.

    Parameters
    ----------
    database
        A connection in which rows were read.
    vocabularies
        The words of each column.

    Returns
    -------
    set[str]
        Roles.
    """
    kinds = sum({_BIT[unknown_fault(vocabulary)] for vocabulary in vocabularies if vocabulary.column})
    met = _one(database, f"select coalesce(bit_or(fault & {kinds}), 0) from case_rows where fault > 0")
    return {
        vocabulary.role for vocabulary in vocabularies if vocabulary.column and met & _BIT[unknown_fault(vocabulary)]
    }


def settle_cases(database: duckdb.DuckDBPyConnection, mapping: Mapping, vocabularies: Sequence[Vocabulary]) -> None:
    """One row a case: mark copies, outcomes that another takes the place of, and cases that contradict themselves.

    The rows of a table of counts are no cases and are left as they are.

    Parameters
    ----------
    database
        A connection in which rows were read.
    mapping
        What their columns mean.
    vocabularies
        The words of each column.
    """
    if mapping.cases:
        return
    if not _one(database, "select count(*) - count(distinct identity) from case_rows where fault = 0"):
        return
    database.execute(
        "create or replace temp table repeated as select identity from case_rows where fault = 0 group by identity "
        "having count(*) > 1"
    )
    database.execute(f"create or replace temp table judged as {_judged(mapping, vocabularies)}")
    database.execute(
        "update case_rows set fault = judged.mark from judged where case_rows.rowid = judged.place and judged.mark > 0"
    )


def _judged(mapping: Mapping, vocabularies: Sequence[Vocabulary]) -> str:
    """The marks of rows whose case has several.

    Of rows that differ in their outcome alone, a decided one goes before an undecided one; then the rule of the
    mapping decides. Two outcomes on one day no rule can tell apart.
    """
    outcomes = matter(vocabularies).digits["outcome"]
    rule = {"refuse": "", "latest": "desc", "first": "asc"}[mapping.several_outcomes]
    undecided = code_of(vocabularies[2], UNDECIDED)
    return f"""
        with told as (
            select rowid as place, identity, matter % {outcomes} as outcome, lag,
                hash(matter // {outcomes}, traits, recorded) as same
            from case_rows where fault = 0 and identity in (select identity from repeated)
        ), numbered as (
            select *, row_number() over (partition by identity, same, outcome, lag order by place) > 1 as is_copy
            from told
        ), cases as (
            select identity, count(distinct same) > 1 as is_conflicting,
                count(distinct hash(outcome, coalesce(lag, -1))) > 1 as has_several
            from numbered group by identity
        ), ranked as (
            select place, identity, rank() over (
                partition by identity order by outcome = {undecided}, lag {rule or "asc"} nulls last
            ) as standing
            from numbered where not is_copy
        ), tied as (
            select identity from ranked where standing = 1 group by identity having count(*) > 1
        )
        select numbered.place, case
            when is_copy then {COPY}
            when is_conflicting then {_BIT["conflicting_case"]}
            when has_several and ({str(not rule).lower()} or numbered.identity in (select identity from tied))
                then {_BIT["several_outcomes"]}
            when has_several and standing > 1 then {SUPERSEDED}
            else 0 end as mark
        from numbered join cases using (identity) left join ranked using (place)
        """


def tallies(database: duckdb.DuckDBPyConnection) -> dict[int, dict[int, int]]:
    """Rows by file and by mark; mark 0 is a row to count.

    Parameters
    ----------
    database
        A connection in which rows were read.

    Returns
    -------
    dict[int, dict[int, int]]
        Rows by mark, by number of the file.
    """
    tally: dict[int, dict[int, int]] = {}
    for file, fault, rows in database.execute("select file, fault, count(*) from case_rows group by all").fetchall():
        tally.setdefault(file, {})[fault] = rows
    return tally


def located(database: duckdb.DuckDBPyConnection, fault: Fault, sources: Sequence[Source]) -> list[Found]:
    """Where a fault stands, file by file, in rows that were read with their numbers.

    Parameters
    ----------
    database
        A connection in which rows were read.
    fault
        The fault.
    sources
        The tables of the case files.

    Returns
    -------
    list[Found]
        Files with the first rows of the fault.
    """
    return [
        Found(fault, sources[file].name, rows, sources[file].shown(sorted(first)))
        for file, rows, first in database.execute(
            f"select file, count(*), min(number, {SHOWN}) from case_rows where fault & {fault.bit} > 0 and "
            f"fault < {BLANK_ROW} group by file order by file"
        ).fetchall()
    ]


def left_out(database: duckdb.DuckDBPyConnection) -> list[tuple[int, int, list[int]]]:
    """The rows that are not counted, by mark and file, where rows were read with their numbers.

    Parameters
    ----------
    database
        A connection in which rows were read.

    Returns
    -------
    list of tuple
        A mark, the number of a file, and the numbers of the rows in order.
    """
    return database.execute(
        "select fault, file, list(number order by number) from case_rows where fault > 0 group by all order by all"
    ).fetchall()


def grouped(database: duckdb.DuckDBPyConnection, digits: Packing) -> dict[str, Any]:
    """The rows to count by force, month, offence and outcome: an array of numbers for each, and "cases".

    Parameters
    ----------
    database
        A connection in which rows were read.
    digits
        Their packing.

    Returns
    -------
    dict[str, Any]
        Whole numbers, one a combination, by name of the column.
    """
    columns = _counted(database, "matter")
    return {**digits.unpacked(columns["key"]), "cases": columns["cases"]}


def grouped_by_lag(database: duckdb.DuckDBPyConnection, digits: Packing, *, taken: date) -> dict[str, Any]:
    """The same by "lag" in days besides, and whether the outcome "is_dated".

    A case whose outcome has no date was open, as far as dates go: its lag is to the day to which cases were followed.

    Parameters
    ----------
    database
        A connection in which rows were read.
    digits
        Their packing.
    taken
        The day to which cases were followed.

    Returns
    -------
    dict[str, Any]
        Whole numbers, one a combination, by name of the column.
    """
    lag = f"coalesce(lag, date {quoted(taken)} - recorded)"
    columns = _counted(database, f"(matter::bigint * 2 + (lag is not null)::int) * {LAGS} + {lag}")
    key, lags = columns["key"] // LAGS, columns["key"] % LAGS
    return {**digits.unpacked(key // 2), "is_dated": key % 2, "lag": lags, "cases": columns["cases"]}


def grouped_by_features(database: duckdb.DuckDBPyConnection, digits: Packing, features: Packing) -> dict[str, Any]:
    """The rows to count by force, offence, outcome and the features, without their months.

    Parameters
    ----------
    database
        A connection in which rows were read.
    digits
        Their packing.
    features
        The packing of their features.

    Returns
    -------
    dict[str, Any]
        Whole numbers, one a combination, by name of the column.
    """
    after = digits.digits["offence"] * digits.digits["outcome"]
    monthless = Packing({name: size for name, size in digits.digits.items() if name != "month"})
    columns: dict[str, Any] = database.execute(
        f"select matter // {after * digits.digits['month']} * {after} + matter % {after} as key, traits, "
        f"{_cases(database)} as cases from case_rows where fault = 0 group by 1, 2 order by 1, 2"
    ).fetchnumpy()
    return {**monthless.unpacked(columns["key"]), **features.unpacked(columns["traits"]), "cases": columns["cases"]}


def _counted(database: duckdb.DuckDBPyConnection, key: str) -> dict[str, Any]:
    columns: dict[str, Any] = database.execute(
        f"select {key} as key, {_cases(database)} as cases from case_rows where fault = 0 group by 1 order by 1"
    ).fetchnumpy()
    return columns


def _cases(database: duckdb.DuckDBPyConnection) -> str:
    """How rows are counted: each as one case, or as many as it stands for."""
    columns = {name for name, *_ in database.execute("describe case_rows").fetchall()}
    return "sum(weight)::bigint" if "weight" in columns else "count(*)::bigint"


def bits(tally: Pairs[int, int]) -> int:
    """The marks that occur in a tally.

    Parameters
    ----------
    tally
        Rows by mark.

    Returns
    -------
    int
        Marks, a bit each.
    """
    marks = 0
    for mark in tally:
        marks |= mark
    return marks


def repeats(database: duckdb.DuckDBPyConnection) -> int:
    """Rows of a table of counts whose mapped columns another row has as well.

    Parameters
    ----------
    database
        A connection in which rows were read.

    Returns
    -------
    int
        Rows.
    """
    return _one(
        database, "select count(*) - count(distinct (matter, traits, recorded, lag)) from case_rows where fault = 0"
    )


def days_of_month(database: duckdb.DuckDBPyConnection, moved: str) -> tuple[int, int, int, int]:
    """Of the dates "recorded" or, as "recorded + lag", of outcomes: how many, the latest day of a month among them, how
    many different days of a month and how many different months.

    Parameters
    ----------
    database
        A connection in which rows were read.
    moved
        An expression of SQL.

    Returns
    -------
    tuple[int, int, int, int]
        Four whole numbers.
    """
    row = database.execute(
        f"select count(*), coalesce(max(day(it)), 0), count(distinct day(it)), count(distinct date_trunc('month', it)) "
        f"from (select {moved} as it from case_rows where fault = 0) where it is not null"
    ).fetchone()
    return row or (0, 0, 0, 0)


def mixed_cells(database: duckdb.DuckDBPyConnection, source: Source, column: str) -> tuple[int, int, int]:
    """Of a column of dates in a workbook: cells that are dates, the latest day of a month among them, and cells that
    are texts and read as dates.

    Parameters
    ----------
    database
        A connection.
    source
        A table of a case file.
    column
        Name of the column.

    Returns
    -------
    tuple[int, int, int]
        Three whole numbers.
    """
    is_cell = f"regexp_matches({source.texts[column]}, '^\\d{{4}}-\\d\\d-\\d\\d( \\d\\d:\\d\\d:\\d\\d)?$')"
    row = database.execute(
        f"select count(*) filter (is_cell), coalesce(max(day(it)) filter (is_cell), 0), "
        f"count(*) filter (not is_cell and it is not null) "
        f"from (select {is_cell} as is_cell, {source.dates[column]} as it from {source.relation})"
    ).fetchone()
    return row or (0, 0, 0)


def numbered_counts(database: duckdb.DuckDBPyConnection, source: Source, case: str, named: Sequence[str]) -> list[str]:
    """Which of some columns hold whole numbers, where the column of cases does no more than number the rows.

    Parameters
    ----------
    database
        A connection.
    source
        A table of a case file.
    case
        The column of cases.
    named
        Columns that are called as counts are.

    Returns
    -------
    list[str]
        Names of columns.
    """
    number = f"try_cast({source.texts[case]} as bigint)"
    row = database.execute(
        f"select count(*) > 1 and count(distinct n) = count(*) and max(n) - min(n) + 1 = count(*) and min(n) in (0, 1) "
        f"from (select {number} as n, {source.texts[case]} as t from {source.relation}) where t is not null"
    ).fetchone()
    if not row or not row[0]:
        return []
    tests = ", ".join(
        f"count({whole_number(source.others[column])}) = count({source.others[column]}) "
        f"and max({whole_number(source.others[column])}) > 1"
        for column in named
    )
    answers = database.execute(f"select {tests} from {source.relation}").fetchone() or ()
    return [column for column, is_count in zip(named, answers, strict=True) if is_count]


def _one(database: duckdb.DuckDBPyConnection, query: str) -> int:
    row = database.execute(query).fetchone()
    return int(row[0]) if row else 0
