"""Case rows in DuckDB: read once, checked, each case counted once, grouped.

Two different identifiers with one 64-bit hash would be taken for one case: among 50 million rows, one chance in 15,000.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from analysis.intake.case_files.faults import FAULTS, SHOWN, Fault, Found, Site
from analysis.intake.case_files.mapping import Mapping
from analysis.intake.case_files.query import (
    BLANK_ROW,
    COPY,
    HEADER_AGAIN,
    LAGS,
    REMARK,
    SUPERSEDED,
    Packing,
    conditions,
    encoded,
    matter,
    traits,
    trimmed,
    whole_number,
)
from analysis.intake.case_files.sources import Source
from analysis.intake.case_files.vocabulary import UNDECIDED, Vocabulary
from analysis.intake.database import quoted
from analysis.intake.doubts import tables

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


class CaseRows:
    """The rows of case files in a database: read into the table ``case_rows``, each case counted once, grouped.

    But for words, all is asked once rows were ``read``; where they stand, once they were read with their numbers.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        sources: Sequence[Source],
        mapping: Mapping,
        *,
        words: Sequence[Vocabulary],
    ) -> None:
        self._database, self._sources, self._mapping, self._words = database, sources, mapping, words

    def read(self, scope: Scope, *, is_located: bool = False) -> None:
        """Every row into the table ``case_rows``; with ``is_located``, its row number too, which is slower.

        Parameters
        ----------
        scope
            Which forces' rows are read.
        is_located
            Whether rows are numbered.
        """
        self.know_words()
        self._database.execute(f"set preserve_insertion_order = {'true' if is_located else 'false'}")
        # Word tables are small and files are large, which the planner cannot know of a CSV file: left to itself it may
        # turn a join about and hold the file in memory.
        self._database.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        self._database.execute("drop table if exists case_rows")
        for place, source in enumerate(self._sources):
            query = encoded(source, self._mapping, self._words, file=place, is_located=is_located)
            begin = "insert into case_rows" if place else "create temp table case_rows as"
            self._database.execute(f"{begin} select * exclude (force) from ({query}) where {scope.condition}")
        self._database.execute("set disabled_optimizers = ''")

    def know_words(self) -> None:
        """A small table of words and their numbers for each column; 0 is a word in which there is nothing to see."""
        for vocabulary in self._words:
            numbers = {category: place for place, category in enumerate(vocabulary.categories, start=1)}
            codes = {word: numbers[category] for word, category in vocabulary.words.items()} | dict.fromkeys(
                vocabulary.blanks, 0
            )
            self._database.execute(
                f"create or replace temp table {vocabulary.table} as "
                "select unnest($words::varchar[]) as word, unnest($codes::utinyint[]) as code",
                {"words": list(codes), "codes": list(codes.values())},
            )

    def unknown_words(self, vocabulary: Vocabulary, *, rows: int = 0) -> dict[str, int]:
        """The words of a column that are not known yet, with the rows they stand in; the commonest of very many.

        ``rows`` looks no further than so many rows into each file.

        Parameters
        ----------
        vocabulary
            The words of the column.
        rows
            How far to look into each file; 0 for to its end.

        Returns
        -------
        dict[str, int]
            Numbers of rows by word.
        """
        rows_by_word: Counter[str] = Counter()
        for source in self._sources:
            head = f" limit {rows}" if rows else ""
            met = f"select {source.texts[vocabulary.column]} as word from {source.relation}{head}"
            query = (
                f"select word, count(*) from ({met}) as met anti join {vocabulary.table} using (word) "
                f"where word is not null and word <> '' group by word order by count(*) desc, word limit {MOST_WORDS}"
            )
            rows_by_word.update(dict(self._database.execute(query).fetchall()))
        return rows_by_word

    def words_at_fault(self, vocabulary: Vocabulary) -> dict[str, int]:
        """The unknown words of a column in the rows that are refused for one: not in totals, notes or what is left out.

        Parameters
        ----------
        vocabulary
            The words of the column.

        Returns
        -------
        dict[str, int]
            Numbers of rows by word: of a column alone with its fault they add up to the rows that bear it.
        """
        rows_by_word: Counter[str] = Counter()
        bit = FAULTS[vocabulary.unknown_fault].bit
        for file, source in enumerate(self._sources):
            text, number = source.texts[vocabulary.column], f"row_number() over () + {source.first_row - 1}"
            refused = f"select number from case_rows where file = {file} and fault & {bit} > 0 and fault < {BLANK_ROW}"
            query = (
                f"select word, count(*) from (select {text} as word, {number} as number from {source.relation}) as met "
                f"semi join ({refused}) as refused using (number) anti join {vocabulary.table} using (word) "
                "where word is not null and word <> '' group by word"
            )
            rows_by_word.update(dict(self._database.execute(query).fetchall()))
        return rows_by_word

    def all_words(self, vocabulary: Vocabulary) -> list[str]:
        """Every different word of a column, "" for an empty cell.

        Parameters
        ----------
        vocabulary
            The words of the column.

        Returns
        -------
        list[str]
            Words.
        """
        column = vocabulary.column
        queries = (
            f"select coalesce({source.texts[column]}, '') as word from {source.relation}" for source in self._sources
        )
        rows = self._database.execute(f"select distinct word from ({' union all '.join(queries)})").fetchall()
        return [word for (word,) in rows]

    def columns_with_unknown_words(self) -> set[str]:
        """The roles of the columns that hold words not known yet.

        Returns
        -------
        set[str]
            Roles.
        """
        kinds = sum({FAULTS[vocabulary.unknown_fault].bit for vocabulary in self._words if vocabulary.column})
        met = self._one(f"select coalesce(bit_or(fault & {kinds}), 0) from case_rows where fault > 0")
        return {word.role for word in self._words if word.column and met & FAULTS[word.unknown_fault].bit}

    def settle(self) -> None:
        """One row a case: mark copies, outcomes that another takes the place of, and cases that contradict themselves.

        The rows of a table of counts are no cases and are left as they are.
        """
        if self._mapping.cases:
            return
        if not self._one("select count(*) - count(distinct identity) from case_rows where fault = 0"):
            return
        self._database.execute(
            "create or replace temp table repeated as select identity from case_rows where fault = 0 group by identity "
            "having count(*) > 1"
        )
        self._database.execute(f"create or replace temp table judged as {self._judged()}")
        self._database.execute(
            "update case_rows set fault = judged.mark from judged where case_rows.rowid = judged.place "
            "and judged.mark > 0"
        )

    def _judged(self) -> str:
        """The marks of rows whose case has several.

        Of rows that differ in their outcome alone, a decided one goes before an undecided one; then the rule of the
        mapping decides. Two outcomes on one day no rule can tell apart.
        """
        outcomes = matter(self._words).digits["outcome"]
        rule = {"refuse": "", "latest": "desc", "first": "asc"}[self._mapping.several_outcomes]
        undecided = self._words[2].code_of(UNDECIDED)
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
                when is_conflicting then {FAULTS["conflicting_case"].bit}
                when has_several and ({str(not rule).lower()} or numbered.identity in (select identity from tied))
                    then {FAULTS["several_outcomes"].bit}
                when has_several and standing > 1 then {SUPERSEDED}
                else 0 end as mark
            from numbered join cases using (identity) left join ranked using (place)
            """

    def differing(self) -> list[str]:
        """The columns in which rows that contradict each other differ, but for that of outcomes.

        Returns
        -------
        list[str]
            Names of columns.
        """
        digits = {self._mapping.columns["recorded"]: "recorded"}
        columns = {word.key: word.column for word in self._words if word.column and word.role != "outcome"}
        for packing, packed in ((matter(self._words), "matter"), (traits(self._words), "traits")):
            after = packing.size
            for name, size in packing.digits.items():
                after //= size
                if name in columns:
                    digits[columns[name]] = f"({packed} // {after} % {size})"
        differ = ", ".join(f"min({digit}) < max({digit}) as d{place}" for place, digit in enumerate(digits.values()))
        some = ", ".join(f"coalesce(bool_or(d{place}), false)" for place in range(len(digits)))
        answers = self._database.execute(
            f"select {some} from (select {differ} from case_rows where fault & {FAULTS['conflicting_case'].bit} > 0 "
            f"and fault < {BLANK_ROW} group by identity)"
        ).fetchone()
        return [column for column, is_met in zip(digits, answers or (), strict=True) if is_met]

    def tallies(self) -> dict[int, dict[int, int]]:
        """Rows by file and by mark; mark 0 is a row to count.

        Returns
        -------
        dict[int, dict[int, int]]
            Rows by mark, by number of the file.
        """
        tally: dict[int, dict[int, int]] = {}
        for file, fault, rows in self._database.execute(
            "select file, fault, count(*) from case_rows group by all"
        ).fetchall():
            tally.setdefault(file, {})[fault] = rows
        return tally

    def located(self, fault: Fault) -> list[Found]:
        """Where a fault stands, column by column and file by file, in rows that were read with their numbers.

        Parameters
        ----------
        fault
            The fault.

        Returns
        -------
        list[Found]
            Files with the first rows of the fault.
        """
        sites = self._sites(fault)
        return [replace(found, sites=tuple(sites.get(file, ()))) for file, found in self._found(fault, "true").items()]

    def _sites(self, fault: Fault) -> dict[int, list[Site]]:
        """The columns in which a fault stands, where conditions tell, each with its rows, by number of the file."""
        sites: dict[int, list[Site]] = {}
        for place, condition in enumerate(conditions(self._mapping, self._words)):
            if condition.fault == fault.name:
                for file, part in self._found(fault, f"sites & {1 << place} > 0").items():
                    sites.setdefault(file, []).append(Site(condition.columns, part.rows, part.first))
        return sites

    def _found(self, fault: Fault, condition: str) -> dict[int, Found]:
        """The rows that bear a fault and fulfil a condition, by number of the file."""
        rows = self._database.execute(
            f"select file, count(*), min(number, {SHOWN}) from case_rows where fault & {fault.bit} > 0 and "
            f"fault < {BLANK_ROW} and {condition} group by file order by file"
        ).fetchall()
        return {
            file: Found(fault, self._sources[file].name, number, self._sources[file].shown(sorted(first)))
            for file, number, first in rows
        }

    def left_out(self) -> list[tuple[int, int, int, list[int]]]:
        """The rows that are not counted, by mark and file, where rows were read with their numbers.

        Returns
        -------
        list of tuple
            A mark, the conditions that the rows meet (a bit each), the number of a file, and the numbers of the rows in
            order.
        """
        return self._database.execute(
            "select fault, sites, file, list(number order by number) from case_rows where fault > 0 "
            "group by all order by all"
        ).fetchall()

    def grouped(self) -> dict[str, Any]:
        """The rows to count by force, month, offence and outcome: an array of numbers for each, and "cases".

        Returns
        -------
        dict[str, Any]
            Whole numbers, one a combination, by name of the column.
        """
        columns = self._counted("matter")
        return {**matter(self._words).unpacked(columns["key"]), "cases": columns["cases"]}

    def grouped_by_lag(self) -> dict[str, Any]:
        """The same by "lag" in days besides, and whether the outcome "is_dated".

        A case whose outcome has no date was open, as far as dates go: its lag is to the day to which cases were
        followed.

        Returns
        -------
        dict[str, Any]
            Whole numbers, one a combination, by name of the column.
        """
        lag = f"coalesce(lag, date {quoted(self._mapping.taken)} - recorded)"
        columns = self._counted(f"(matter::bigint * 2 + (lag is not null)::int) * {LAGS} + {lag}")
        key, lags = columns["key"] // LAGS, columns["key"] % LAGS
        return {**matter(self._words).unpacked(key // 2), "is_dated": key % 2, "lag": lags, "cases": columns["cases"]}

    def grouped_by_features(self) -> dict[str, Any]:
        """The rows to count by force, offence, outcome and the features, without their months.

        Returns
        -------
        dict[str, Any]
            Whole numbers, one a combination, by name of the column.
        """
        digits = matter(self._words).digits
        after = digits["offence"] * digits["outcome"]
        monthless = Packing({name: size for name, size in digits.items() if name != "month"})
        columns: dict[str, Any] = self._database.execute(
            f"select matter // {after * digits['month']} * {after} + matter % {after} as key, traits, "
            f"{self._cases()} as cases from case_rows where fault = 0 group by 1, 2 order by 1, 2"
        ).fetchnumpy()
        features = traits(self._words).unpacked(columns["traits"])
        return {**monthless.unpacked(columns["key"]), **features, "cases": columns["cases"]}

    def _counted(self, key: str) -> dict[str, Any]:
        columns: dict[str, Any] = self._database.execute(
            f"select {key} as key, {self._cases()} as cases from case_rows where fault = 0 group by 1 order by 1"
        ).fetchnumpy()
        return columns

    def _cases(self) -> str:
        """How rows are counted: each as one case, or as many as it stands for."""
        columns = {name for name, *_ in self._database.execute("describe case_rows").fetchall()}
        return "sum(weight)::bigint" if "weight" in columns else "count(*)::bigint"

    def repeats(self) -> int:
        """Rows of a table of counts whose mapped columns another row has as well.

        Returns
        -------
        int
            Rows.
        """
        return self._one(
            "select count(*) - count(distinct (matter, traits, recorded, lag)) from case_rows where fault = 0"
        )

    def days_of_month(self, role: str) -> tuple[int, int, int, int]:
        """Of the dates of a role: how many, the latest day of a month, how many different days and different months.

        An open case has no date of an outcome.

        Parameters
        ----------
        role
            "recorded" or "outcome_date".

        Returns
        -------
        tuple[int, int, int, int]
            Four whole numbers.
        """
        moved = "recorded"
        if role != "recorded":
            outcomes, undecided = matter(self._words).digits["outcome"], self._words[2].code_of(UNDECIDED)
            moved = f"case when matter % {outcomes} <> {undecided} then recorded + lag end"
        row = self._database.execute(
            "select count(*), coalesce(max(day(it)), 0), count(distinct day(it)), "
            f"count(distinct date_trunc('month', it)) from (select {moved} as it from case_rows where fault = 0) "
            "where it is not null"
        ).fetchone()
        return row or (0, 0, 0, 0)

    def mixed_cells(self, source: Source, column: str) -> tuple[int, int, int]:
        """Of a column of dates in a workbook: cells that are dates, the latest day of a month among them, and cells
        that are texts and read as dates.

        Parameters
        ----------
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
        row = self._database.execute(
            f"select count(*) filter (is_cell), coalesce(max(day(it)) filter (is_cell), 0), "
            f"count(*) filter (not is_cell and it is not null) "
            f"from (select {is_cell} as is_cell, {source.dates[column]} as it from {source.relation})"
        ).fetchone()
        return row or (0, 0, 0)

    def total(self, source: Source) -> tuple[str, str, int] | None:
        """The column of a table of counts in which a word stands for the sum of all others.

        Parameters
        ----------
        source
            A table of a case file.

        Returns
        -------
        tuple[str, str, int] | None
            Name of the column, the word ("" for an empty cell) and rows; None where no column has such a word.
        """
        weight, texts = self._weight_and_words(source)
        return tables.sums(self._database, source.relation, weight, texts, source.others)

    def shares(self, source: Source) -> tuple[str, str, int] | None:
        """The column of a table of counts in which a word says that the numbers of its rows are shares or means.

        Parameters
        ----------
        source
            A table of a case file.

        Returns
        -------
        tuple[str, str, int] | None
            Name of the column, the word and its rows; None where no column has such a word.
        """
        weight, texts = self._weight_and_words(source)
        return tables.shares(self._database, source.relation, weight, {**texts, **source.others})

    def _weight_and_words(self, source: Source) -> tuple[str, dict[str, str]]:
        """The numbers of cases of a table of counts, and the words of its other columns."""
        texts = {column: text for column, text in source.texts.items() if column != self._mapping.cases}
        return whole_number(source.texts[self._mapping.cases]), texts

    def written_in_two_ways(self) -> tuple[int, Source, Source, bool] | None:
        """Two tables that have the same cases under numbers of which one lost its zeros, or that are written otherwise.

        Returns
        -------
        tuple[int, Source, Source, bool] | None
            How many cases, the two tables, and whether zeros before the numbers are all that the second lacks; None
            where there are no such tables.
        """
        if "case" not in self._mapping.columns:
            return None
        several = [self._identified(source) for source in self._sources]
        for find in (tables.lost_zeros, tables.spelled_otherwise):
            if found := find(self._database, several):
                cases, first, second = found
                return cases, self._sources[first], self._sources[second], find is tables.lost_zeros
        return None

    def _identified(self, source: Source) -> tables.Identified:
        """How a table says which case a row is."""
        columns, force = self._mapping.columns, self._words[0]
        text = source.texts[force.column] if force.column else "''"
        known = f"(select any_value(code) from {force.table} where word = {text})" if force.column else "0"
        case, recorded = trimmed(source.texts[columns["case"]]), source.dates[columns["recorded"]]
        return tables.Identified(source.relation, case, known, recorded)

    def words_for_cells_below(self) -> Source | None:
        """The first table of which the words of outcomes stand once each, above empty cells that they are meant for.

        Returns
        -------
        Source | None
            A table as a pivot table has it; None where there is none. Where more rows have an outcome than there can be
            words, the texts are not looked at.
        """
        outcomes, undecided = matter(self._words).digits["outcome"], self._words[2].code_of(UNDECIDED)
        if self._one(f"select count(*) from case_rows where matter % {outcomes} <> {undecided}") > MOST_WORDS:
            return None
        column = self._mapping.columns["outcome"]
        self._database.execute("set preserve_insertion_order = true")  # the first row is to be the first
        found = (
            source
            for source in self._sources
            if tables.stands_for_cells_below(self._database, source.relation, source.texts[column])
        )
        first = next(found, None)
        self._database.execute("set preserve_insertion_order = false")
        return first

    def numbered_counts(self, source: Source, case: str, named: Sequence[str]) -> list[str]:
        """Which of some columns hold whole numbers, where the column of cases does no more than number the rows.

        Parameters
        ----------
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
        row = self._database.execute(
            f"select count(*) > 1 and count(distinct n) = count(*) and max(n) - min(n) + 1 = count(*) "
            f"and min(n) in (0, 1) from (select {number} as n, {source.texts[case]} as t from {source.relation}) "
            "where t is not null"
        ).fetchone()
        if not row or not row[0]:
            return []
        are_counts = ", ".join(
            f"count({whole_number(source.others[column])}) = count({source.others[column]}) "
            f"and max({whole_number(source.others[column])}) > 1"
            for column in named
        )
        answers = self._database.execute(f"select {are_counts} from {source.relation}").fetchone() or ()
        return [column for column, is_count in zip(named, answers, strict=True) if is_count]

    def _one(self, query: str) -> int:
        row = self._database.execute(query).fetchone()
        return int(row[0]) if row else 0
