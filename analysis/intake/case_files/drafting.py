"""A first mapping for a case file, from its header and values, each guess with its reason in a comment.

Nothing is guessed silently: what must be looked at is marked CHECK, and a word is never given a meaning by likeness.
What is sure is written as a line; what is not, as a comment with the reason and what it may be, to be taken up by hand.
A word that few rows hold is not written unless nothing in it is the file's own: it may be what somebody typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from analysis.errors import DataRefused
from analysis.intake.case_files import guesses, offence_words, outcome_words
from analysis.intake.case_files import sources as case_sources
from analysis.intake.case_files.guesses import Column, Guess
from analysis.intake.case_files.mapping import SERIAL, ZONE
from analysis.intake.case_files.query import EARLIEST
from analysis.intake.case_files.sources import DATE_CELLS, SERIALS, Source, date_read
from analysis.intake.case_files.vocabulary import PRINTED_FROM, folded, one_of_each
from analysis.intake.database import connection, quoted
from analysis.intake.files import listed
from analysis.intake.scratch import Scratch, scratch
from analysis.intake.table_shape import NOTE, TOTAL, are_alike, counts_by_name, plain_name
from analysis.intake.text import structural_fault
from analysis.reference import reference
from analysis.reference.names import counted
from analysis.reference.periods import end_of
from analysis.reference.schema import CASE_COLUMNS, COLUMNS
from analysis.safe_words import in_one_line, safe

SAMPLE = 200_000  # rows of the file that are looked at
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}", re.ASCII)
_STRETCH = 100  # columns of one table: each question to one of thousands takes longer for all of them
_FEW = 500  # values on which all ways of writing dates are tried
MOST_WORDS = 200  # a column with more different values holds no words
_DAYS = (
    *("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%Y/%m/%d"),
    *("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%m/%d/%y", "%d %b %y", "%d-%b-%y", "%y-%m-%d"),
)
_DIGITS = "%Y%m%d"
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
#: As SAS writes them.
_CLOSED_UP = tuple(f"%d%b%{year}{time}" for year in "Yy" for time in ("", ":%H:%M:%S", ":%H:%M:%S.%f"))
_INSTANT = "%Y-%m-%dT%H:%M:%S%z"
_MONTHS = ("%Y-%m", "%B %Y", "%b %Y", "%m/%Y", "%b-%y", "%B-%y")
_STYLES = (*(day + time for day in _DAYS for time in _TIMES), *_CLOSED_UP, _INSTANT, *_MONTHS)
_MARKS = frozenset("-/.:")  # what stands between the parts of a date
_WORDS = re.compile("%[bBp]")  # a month or half of a day
_LONGEST = 100  # letters of a text that may be a date
_HIDDEN = r"^(<\s*\d+|\*+|\[?[a-z]\]?|-+|\.\.+|suppressed|n/?a)$"  # in place of a small number
_OF_DAYS = r"\bdate|\bday\b|\bwhen\b|recorded|reported|created|closed|finalised| on$"  # how columns of days are called
#: Numbers that count days or seconds from another day than a spreadsheet: of SAS, Stata, R and Unix.
_COUNTED = ((7_000, SERIALS[0]), (10**9, 3 * 10**9), (10**12, 3 * 10**12))
_OTHER_ORIGIN = (
    "its numbers count days or seconds from a day of some program's own, as SAS and Stata (1960) and R (1970) do, not "
    "as a spreadsheet does. Export them as dates, as 2025-03-31"
)
#: What stands in a cell for no date, as programs write it: a day at the end or the beginning of their time too.
_NO_DATE = (
    r"^(#?n/?a!?|null|\(null\)|none|nan|nat|nil|\\n|[.?]|-+|(31[-/.]12[-/.]9999|9999-12-31|0?1[-/.]0?1[-/.]1900"
    r"|1900-01-01|0000-00-00|00[-/.]00[-/.]0000)([ t]00:00(:00(\.0+)?)?)?)$"
)
_LAST = date(2100, 1, 1)  # no extract is taken so late
#: How a record system says that what was recorded is no crime after all, or stands there twice.
_CANCELLED = re.compile(
    r"\bcancel|\bno[ -]?crime|\bnot a crime|\bduplicate|\bin error\b|\badditional verifiable|\bdeleted?\b"
    r"|\bvoid(?:ed)?\b"
)
_MADE_UP = re.compile(r"^test(?:ing)?\b(?! (?:positive|negative|result))|\bdummy\b")
_NO_CRIME = "cancelled, no crime, a test or a duplicate, and counted as the others: take them out of the file"
_DENIED = ("n", "no", "false", "f", "0")
_DATE = re.compile(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{2,4}\b")  # a cell of a case, hardly the name of a column


@dataclass(frozen=True)
class Looked:
    """What was seen of a table: its columns in order, the rows that were looked at, and those that are none of cases.

    ``source`` is the table; ``alike`` and ``others`` name the sheets of its workbook, or the files of its archive,
    that have like columns, itself among them, and those that have not; ``lacking`` maps one of the former to the
    columns that it does not have.
    """

    file: str
    source: Source
    columns: tuple[Column, ...]
    rows: int
    remarks: int = 0
    alike: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    lacking: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()


def drafted(path: Path) -> str:
    """The text of a mapping for one case file.

    Parameters
    ----------
    path
        A case file.

    Returns
    -------
    str
        TOML with comments.

    Raises
    ------
    ParameterError
        When there is no such file.
    DataRefused
        When it is not a table of rows.
    """
    looked = _looked(listed([path], case_sources.ENDINGS, what="case files")[0])
    guesses_by_role = guesses.guesses(looked.columns)
    sections = (
        _head(looked),
        _extract(guesses_by_role),
        _file(looked, guesses_by_role),
        _columns(looked, guesses_by_role),
        _dates(guesses_by_role),
        *_words(guesses_by_role),
        *_features(looked, guesses_by_role),
    )
    return "\n\n".join("\n".join(map(safe, lines)) for lines in sections if lines) + "\n"


def _looked(path: Path) -> Looked:
    """The table of cases in a file: of several sheets the one that is most like a list of cases."""
    with scratch() as folder, connection() as database:
        database.execute(f"set TimeZone = {quoted(ZONE)}")
        sources = case_sources.sources(database, path, None, folder)
        for source in sources:
            if any(_DATE.match(name) for name in source.texts) and len(sources) == 1:
                raise DataRefused(
                    f"{source.name}: a date stands where the names of the columns belong. Put a header above the rows."
                )
        tables = [_table(database, source, path.name, folder) for source in sources]
        best = max(tables, key=_likeness) if len(tables) > 1 else tables[0]
        like = [table for table in tables if are_alike(best.source.texts, table.source.texts)]
        looked = replace(
            best,
            alike=tuple(table.source.part for table in like),
            others=(*(table.source.part for table in tables if table not in like), *best.source.left),
            lacking=tuple(lacking for table in like if (lacking := _lacking(best, table))[1]),
        )
        if len(like) > 1:
            looked = _together(database, looked, [table.source for table in like if table is not best], folder)
    if guesses.is_cross_table(best.columns):
        raise DataRefused(
            f"{best.source.name}: a table of counts, with an outcome or a year in each of several columns. Name the "
            "file of the cases; or put the counts below each other, with a column for date, force, offence, outcome "
            "and number, and draft its mapping again."
        )
    return looked


def _together(database: duckdb.DuckDBPyConnection, looked: Looked, further: list[Source], folder: Scratch) -> Looked:
    """What is seen of several tables with like columns, also of a column that is called otherwise in one of them."""
    own = {
        (part, name): guess.column.name
        for role, guess in guesses.guesses(looked.columns).items()
        for part, name in _elsewhere(looked, role, guess.column)
    }
    named_alike = [
        replace(source, texts={own.get((source.part, name), name): text for name, text in source.texts.items()})
        for source in further
    ]
    whole = _table(database, looked.source, looked.file, folder, *named_alike)
    return replace(looked, columns=whole.columns, rows=whole.rows, remarks=whole.remarks)


def _likeness(looked: Looked) -> tuple[bool, int, int]:
    """How much a table is like a list of cases, or of counts a row each: by the roles that its columns can play."""
    guesses_by_role = guesses.guesses(looked.columns)
    roles = sum(role in guesses_by_role for role in ("case", "cases", "recorded", "outcome"))
    return not guesses.is_cross_table(looked.columns), roles, looked.rows


def _lacking(best: Looked, other: Looked) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A sheet or file, the columns of the drafted one that it has not, and its own that the drafted one has not."""
    first, second = ({plain_name(name): name for name in looked.source.texts} for looked in (best, other))
    absent = tuple(name for plain, name in first.items() if plain not in second)
    return other.source.part, absent, tuple(name for plain, name in second.items() if plain not in first)


def _table(database: duckdb.DuckDBPyConnection, source: Source, file: str, folder: Scratch, *more: Source) -> Looked:
    """What is seen of a table, and of the rows of ``more`` tables with like columns."""
    try:
        _sample(database, source, *more)
    except duckdb.Error:
        again = None if more else case_sources.read_otherwise(source, None, folder)
        if again is None:
            raise _broken(source) from None
        source = again
        _sample(database, source)
    remarks = _without_remarks(database, len(source.texts))
    rows = int(_row(database, "select count(*) from sampled")[0])
    is_book = bool(source.title)
    columns = list[Column]()
    for first in range(0, len(source.texts), _STRETCH):
        some = {f"c{place}": name for place, name in enumerate(source.texts) if 0 <= place - first < _STRETCH}
        database.execute(f"create or replace temp table looked as select {', '.join(some)} from sampled")
        columns += [_column(database, name, column, is_book=is_book) for column, name in some.items()]
    if source.marks.is_from_1904:  # plain numbers are then read from another day than they are counted from
        for place, column in enumerate(columns):
            if SERIAL in column.dates:
                columns[place] = replace(column, dates={}, earliest="", latest="", trouble=case_sources.FROM_1904)
    return Looked(file, source, tuple(columns), rows, remarks + (source.sheet.notes if source.sheet else 0))


def _sample(database: duckdb.DuckDBPyConnection, source: Source, *more: Source) -> None:
    """The first rows of tables with like columns into one table of text, an empty cell as null."""
    queries = []
    for part in (source, *more):
        text_by_name = {plain_name(name): text for name, text in part.texts.items()}
        texts = [text_by_name.get(plain_name(name), "null::varchar") for name in source.texts]
        columns = ", ".join(f"nullif(trim({text}), '') as c{place}" for place, text in enumerate(texts))
        queries.append(f"(select {columns} from {part.relation} limit {SAMPLE})")
    database.execute(f"create or replace temp table sampled as {' union all '.join(queries)}")


def _without_remarks(database: duckdb.DuckDBPyConnection, width: int) -> int:
    """Take out the rows that add up others or hold a note in their one cell; how many there were."""
    columns = [f"c{place}" for place in range(width)]
    filled = f"list_count([{', '.join(columns)}])"  # of thousands of columns no sum can be written out
    is_total = " or ".join(f"coalesce(regexp_matches({column}, {quoted(TOTAL)}, 'i'), false)" for column in columns)
    is_note = f"regexp_matches(coalesce({', '.join(columns)}), {quoted(NOTE)}, 'i')"
    blank = f"{filled} = 0"
    gone = f"({filled} = 1 and {is_note}) or {is_total}"
    remarks = int(_row(database, f"select count(*) from sampled where {gone}")[0])
    database.execute(f"delete from sampled where {gone} or {blank}")
    return remarks


def _broken(source: Source) -> DataRefused:
    """Where a file breaks off or loses its shape."""
    fault = structural_fault(source.sheet, name=source.name) if source.sheet else None
    return fault or DataRefused(f"{source.name} could not be read to the end: damaged. Export or copy it again.")


def _column(database: duckdb.DuckDBPyConnection, name: str, column: str, *, is_book: bool) -> Column:
    """One column: how many values, which words if they are few, whether numbers, how it reads as dates."""
    rows, values = _row(database, f"select count({column}), count(distinct {column}) from looked")
    words: dict[str, int] = {}
    if 0 < values <= MOST_WORDS:
        query = f"select {column}, count(*) from looked where {column} is not null group by 1 order by 2 desc, 1"
        words = dict(database.execute(query).fetchall())
    is_whole, is_numbering = _numbers(database, column)
    none = _no_dates(database, column)
    days = f"(case when {column} not in ({', '.join(map(quoted, none))}) then {column} end)" if none else column
    dates = {} if is_whole else _written(database, days, within=column, is_book=is_book)
    trouble, earliest, latest = "", "", ""
    if is_whole and re.search(_OF_DAYS, name.casefold()):
        dates = {SERIAL: 1.0} if _is_serial(database, column) else _read_by(database, column, "looked", (_DIGITS,), ())
        trouble = "" if dates or not _is_counted(database, column) else _OTHER_ORIGIN
    if dates:
        best = max(dates, key=lambda pattern: dates[pattern])
        read = date_read(days, best, DATE_CELLS if is_book else ())
        whole = f"select min({read}), max({read}) filter ({read} < date {quoted(_LAST)}) from looked"
        earliest, latest = (str(day or "") for day in _row(database, whole))
        trouble = _swapped(database, days) if is_book and not best.startswith("%Y") else ""
    elif rows and not trouble:
        trouble = _mixed(database, days)
    usable = {} if trouble else dates
    return Column(
        *(name, int(rows), int(values), words, usable, latest, trouble, is_whole, is_numbering, earliest),
        no_dates=none if usable else (),
    )


def _no_dates(database: duckdb.DuckDBPyConnection, column: str) -> tuple[str, ...]:
    """The words of a column that stand for no date where the others are dates."""
    rows = database.execute(
        f"select distinct {column} from looked where length({column}) < 24 "
        f"and regexp_matches(lower({column}), {quoted(_NO_DATE)}) order by 1"
    ).fetchall()
    return tuple(word for (word,) in rows)


def _is_counted(database: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether numbers may count days or seconds from another day than a spreadsheet does."""
    number = f"try_cast({column} as bigint)"
    least, most = _row(database, f"select min({number}), max({number}) from looked")
    return any(first <= least and most < last for first, last in _COUNTED)


def _numbers(database: duckdb.DuckDBPyConnection, column: str) -> tuple[bool, bool]:
    """Whether a column holds whole numbers, some above 1 and few of them hidden, and whether they number the rows."""
    number = f"try_cast(replace({column}, ',', '') as bigint)"
    hidden = f"count(*) filter (n is null and regexp_matches(t, '{_HIDDEN}'))"
    query = (
        f"select count(n) > count(*) / 2 and count(n) + {hidden} = count(*) "
        "and 10 * count(*) filter (n < 0) <= count(*) and max(n) > 1, "
        f"count(distinct n) = count(*) "
        f"and min(n) in (0, 1) and max(n) - min(n) + 1 = count(*) "
        f"from (select {number} as n, {column} as t from looked where {column} is not null)"
    )
    answers = _row(database, query)
    return bool(answers[0]), bool(answers[0] and answers[1])


def _is_serial(database: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether numbers may be days as a spreadsheet counts them."""
    days = f"try_cast({column} as bigint)"
    least, most, odd = _row(
        database,
        f"select min({days}), max({days}), count(*) filter ({days} is null and {column} is not null) from looked",
    )
    return odd == 0 and SERIALS[0] <= least and most <= SERIALS[1]


def _written(database: duckdb.DuckDBPyConnection, column: str, *, within: str, is_book: bool) -> dict[str, float]:
    """The ways of writing dates that read nearly all values, each with its share: those that read the first few too.

    ``column`` is what is looked at of the column ``within``.
    """
    also = DATE_CELLS if is_book else ()
    if is_book:  # a workbook's own dates need no format, and its numbers of days beside them one
        own, all_own = (f"count({date_read(column, style, DATE_CELLS)})" for style in (DATE_CELLS[0], SERIAL))
        cells, both, values = _row(database, f"select {own}, {all_own}, greatest(count({column}), 1) from looked")
        if both > 0.9 * values and cells:
            return {SERIAL if both > cells else DATE_CELLS[0]: both / values}
    few = f"(select {within} from looked where {column} is not null limit {_FEW})"
    letters = database.execute(f"select coalesce(string_agg(left({column}, {_LONGEST}), ''), '') from {few}").fetchone()
    possible = _styles_of(frozenset(letters[0] if letters else ""))
    likely = _read_by(database, column, few, possible, also) if possible else {}
    return _read_by(database, column, "looked", tuple(likely), also) if likely else {}


def _styles_of(letters: frozenset[str]) -> tuple[str, ...]:
    """The ways of writing dates that a column of these letters may be in: to try one takes longer than to see that."""
    if not any(letter.isdecimal() for letter in letters):
        return ()
    is_word = any(letter.isalpha() for letter in letters)
    return tuple(
        style for style in _STYLES if _MARKS.intersection(style) <= letters and (is_word or not _WORDS.search(style))
    )


def _read_by(
    database: duckdb.DuckDBPyConnection, column: str, rows: str, styles: tuple[str, ...], also: tuple[str, ...]
) -> dict[str, float]:
    """The styles that read nearly all values of some rows, each with its share."""
    reads = ", ".join(_reads(column, style, also) for style in styles)
    total, *counted = _row(database, f"select greatest(count({column}), 1), {reads} from {rows}")
    return {style: read / total for style, read in zip(styles, counted, strict=True) if read / total > 0.9}


def _reads(column: str, style: str, also: tuple[str, ...] = ()) -> str:
    """How many values a style reads: "24" is a year of two digits, and none in which a case was recorded."""
    return f"count(*) filter ({date_read(column, style, also)} >= date {quoted(EARLIEST)})"


_CELL = "^\\d{4}-\\d\\d-\\d\\d([ T]\\d\\d:\\d\\d:\\d\\d)?$"


def _cells(database: duckdb.DuckDBPyConnection, column: str) -> tuple[int, int, int]:
    """Cells written as 2025-03-31, as a program writes dates; the latest day of a month among them; the other cells."""
    is_cell = f"regexp_matches({column}, '{_CELL}')"
    day = f"try_cast({column}[9:10] as integer)"
    cells, latest, others = _row(
        database,
        f"select count(*) filter ({is_cell}), coalesce(max({day}) filter ({is_cell}), 0), "
        f"count({column}) filter (not {is_cell}) from looked",
    )
    return int(cells), int(latest), int(others)


def _swapped(database: duckdb.DuckDBPyConnection, column: str) -> str:
    """What is wrong with a column that mixes date cells and text, where no date cell falls after the twelfth."""
    cells, latest, texts = _cells(database, column)
    if not cells or not texts or latest > 12:
        return ""
    return (
        f"dates stand in {counted(cells, 'cell')} and texts in {texts:,}, and no date falls after the 12th of a month: "
        "a spreadsheet program read days as months. Export it again as text"
    )


def _mixed(database: duckdb.DuckDBPyConnection, column: str) -> str:
    """What is wrong with a column of dates in two styles, which no one format reads."""
    cells, latest, others = _cells(database, column)
    if not cells or not others:
        return ""
    styles = [day + time for day in _DAYS[1:] for time in _TIMES]
    reads = ", ".join(_reads(column, style) for style in styles)
    most = max(_row(database, f"select {reads} from looked"))
    if cells + most <= 0.9 * (cells + others):
        return ""
    swapped = (
        ", and none of the former falls after the 12th of a month: days and months were swapped" if latest <= 12 else ""
    )
    return f"dates in two styles, {cells:,} as 2025-03-31 and {int(most):,} otherwise{swapped}. Export it again in one"


def _row(database: duckdb.DuckDBPyConnection, query: str) -> tuple[float, ...]:
    return database.execute(query).fetchone() or ()


def _head(looked: Looked) -> list[str]:
    rows = f"{looked.rows:,} rows"
    where = f", sheet '{looked.source.title}'" if looked.source.title else ""
    lines = [
        f"# Mapping of {looked.file}{where}, drafted from its header and its first {rows}.",
        "# Look at every line marked CHECK: each guess says why. docs/case_files.md explains all keys.",
    ]
    if looked.source.sheet and looked.source.sheet.skipped:
        lines.append(f"# The header stands in row {looked.source.sheet.skipped + 1}; what is above it is not read.")
    if looked.remarks:
        totals = counted(looked.remarks, "row is a total or note", "rows are totals or notes")
        lines.append(f"# {totals}, which no count includes.")
    return lines


def _last_day(guesses_by_role: dict[str, Guess], latest: str) -> tuple[str, str]:
    """The latest day that a file speaks of: of dates that stand for months or quarters, the last day of the latest."""
    months = _period(guesses_by_role)
    if not months:
        return latest, "the latest date"
    last = end_of(date.fromisoformat(latest), months=months)
    return last.isoformat(), f"the last day of the latest {'quarter' if months > 1 else 'month'}"


def _period(guesses_by_role: dict[str, Guess]) -> int:
    """How many months a date stands for: 0 where it is a day."""
    if "recorded" not in guesses_by_role:
        return 0
    column = guesses_by_role["recorded"].column
    if "cases" in guesses_by_role and _is_quarterly(column):
        return 3
    return int(max(column.dates, key=lambda pattern: column.dates[pattern]) in _MONTHS)


def _file(looked: Looked, guesses_by_role: dict[str, Guess]) -> list[str]:
    """Which sheet is read, where a workbook has several."""
    hidden = looked.source.marks.hidden
    rows = counted(hidden, "row is", "rows are")
    lines = ["[file]"]
    if hidden:
        lines.append(f"# CHECK: {rows} hidden, as by a filter, and read as the others: show them, and look")
    if len(looked.alike) + len(looked.others) < 2:
        return lines if hidden else []
    if looked.source.member:
        return _archive(looked, guesses_by_role)
    if len(looked.alike) == 1:
        sentence = f"CHECK: most like a list of cases; not read: {', '.join(looked.others)}"
        return [*lines, f"sheet = {_text(looked.alike[0])}  # {sentence}"]
    unread = f"; not read: {', '.join(looked.others)}" if looked.others else ""
    sentence = (
        f"CHECK: the sheets {', '.join(looked.alike)} have like columns; take this up to read them together{unread}"
    )
    lines += [f'# sheets = "all"  # {sentence}', f"# sheet = {_text(looked.source.title)}  # or this, to read one"]
    return lines + _lacks(looked, guesses_by_role)


def _archive(looked: Looked, guesses_by_role: dict[str, Guess]) -> list[str]:
    """Which files of an archive are not as the drafted one: all of its tables are read."""
    unlike = [name for name in looked.others if name not in looked.source.left]
    lines = [f"# CHECK: '{name}' has other columns: take it out of the archive" for name in unlike]
    lines += _lacks(looked, guesses_by_role)
    return ["[file]", *lines] if lines else []


def _lacks(looked: Looked, guesses_by_role: dict[str, Guess]) -> list[str]:
    """Which tables lack a column of the drafted one, unless the line of that column says so."""
    by_two_names = {
        part for role, guess in guesses_by_role.items() for part, _ in _elsewhere(looked, role, guess.column)
    }
    lines = []
    for part, absent, own in looked.lacking:
        if part in by_two_names:
            continue
        names = ", ".join(map(repr, absent))
        instead = f" and has {', '.join(map(repr, own))}" if own else ""
        lines.append(
            f"# CHECK: {_kind(looked)} '{part}' lacks {names}{instead}: a column of two names takes both, in brackets"
        )
    return lines


def _kind(looked: Looked) -> str:
    """What a table in the file is called."""
    return "file" if looked.source.member else "sheet"


def _extract(guesses_by_role: dict[str, Guess]) -> list[str]:
    latest = max((guess.column.latest for guess in guesses_by_role.values() if guess.column.latest), default="")
    lines = ["[extract]"]
    if latest:
        last, which_day = _last_day(guesses_by_role, latest)
        lines.append(f"taken = {last}  # CHECK: the day the extract was taken; this is {which_day} in the file")
    else:
        lines.append("# taken = 2025-03-31  # CHECK: the day the extract was taken; no column of dates was found")
    lines.append('several_outcomes = "refuse"  # or "latest", "first": which counts when a case has several outcomes')
    for role in ("force", "offence"):
        if role not in guesses_by_role:
            lines.append(f'# {role} = "..."  # CHECK: no column was found for it; name it here for the whole file')
    first, last = _months(guesses_by_role)
    lines.append(f'# first_month = "{first}"  # with last_month: months in between without a case are months with none')
    lines.append(f'# last_month = "{last}"')
    return lines


def _months(guesses_by_role: dict[str, Guess]) -> tuple[str, str]:
    """The months of the first and the last case, as an example of what may be written; "..." where no date is read."""
    column = guesses_by_role["recorded"].column if "recorded" in guesses_by_role else None
    return (column.earliest[:7], column.latest[:7]) if column and column.latest else ("...", "...")


def _columns(looked: Looked, guesses_by_role: dict[str, Guess]) -> list[str]:
    lines = ["[columns]"]
    if "cases" in guesses_by_role:
        lines.append(
            f"cases = {_text(guesses_by_role['cases'].column.name)}  # CHECK: {guesses_by_role['cases'].reason}"
        )
    for role, asked in CASE_COLUMNS.items():
        guess = guesses_by_role.get(role)
        trouble = _troubled(looked, role)
        if guess and not (trouble and asked.is_date):
            name, elsewhere = _named(looked, role, guess.column)
            lines.append(f"{role} = {name}  # CHECK: {guess.reason}{elsewhere}")
        elif trouble and asked.is_date:
            lines.append(f"# {role} = {_text(trouble.name)}  # CHECK: {trouble.trouble}")
        elif asked.is_needed and not asked.is_for_all and not (role == "case" and "cases" in guesses_by_role):
            lines.append(f'# {role} = "..."  # CHECK: needed, and no column looks like it')
    return [*lines, *(f"# CHECK: '{column}': {trouble}" for column, trouble in looked.source.troubles.items())]


def _named(looked: Looked, role: str, column: Column) -> tuple[str, str]:
    """A column as the mapping names it, by all of its names where sheets differ, and what to say of that."""
    own = _elsewhere(looked, role, column)
    if not own:
        return _text(column.name), ""
    several = dict.fromkeys((column.name, *(name for _, name in own)))
    elsewhere = "; ".join(f"in {_kind(looked)} '{part}' it is '{name}'" for part, name in own)
    return f"[{', '.join(map(_text, several))}]", f"; {elsewhere}"


def _elsewhere(looked: Looked, role: str, column: Column) -> list[tuple[str, str]]:
    """The sheets or files that have the column of a role under another name, each with that name."""
    return [
        (part, names[0])
        for part, absent, names in looked.lacking
        if absent == (column.name,)
        and role != "cases"
        and len(names) == 1
        and guesses.is_named(replace(column, name=names[0]), role)
    ]


def _troubled(looked: Looked, role: str) -> Column | None:
    """A column that is called as the dates of a role are, and holds dates that cannot be relied on."""
    troubled = [column for column in looked.columns if column.trouble]
    if role == "outcome_date":
        return next((column for column in troubled if guesses.is_named(column, role)), None)
    others = [column for column in troubled if not guesses.is_named(column, "outcome_date")]
    return next((column for column in others if guesses.is_named(column, role)), others[0] if others else None)


def _dates(guesses_by_role: dict[str, Guess]) -> list[str]:
    if "recorded" not in guesses_by_role:
        return ["[dates]", f"# format = {_text(_DAYS[1])}  # CHECK: how dates are written"]
    dates = guesses_by_role["recorded"].column.dates
    best = max(dates, key=lambda pattern: dates[pattern])
    why = f"reads {dates[best]:.1%} of '{guesses_by_role['recorded'].column.name}'"
    others = [pattern for pattern in dates if pattern != best and dates[pattern] == dates[best]]
    also = f"; {', '.join(others)} would too: which is it?" if others else ""
    lines = ["[dates]", f"format = {_text(best)}  # CHECK: {why}{also}"]
    if best == _INSTANT:
        lines.append(f"time_zone = {_text(ZONE)}  # CHECK: the zone in which an instant is taken for a day")
    none = {guess.column.name: guess.column.no_dates for guess in guesses_by_role.values() if guess.column.no_dates}
    if none:
        listed = ", ".join(map(_text, sorted({word for words in none.values() for word in words})))
        lines.append(f"blank = [{listed}]  # CHECK: stands for no date, in {' and '.join(map(repr, none))}")
    if _period(guesses_by_role) > 1:
        lines.append('period = "quarter"  # CHECK: every date is the first day of a quarter')
    return lines


def _is_quarterly(column: Column) -> bool:
    """Whether all dates, and there are several, are first days of quarters."""
    months = [re.sub(r"\D", "", word[:10]) for word in column.words]
    is_iso = all(re.match(r"\d{4}-\d\d(-01)?\b", word) for word in column.words)
    return len(months) >= 2 and is_iso and all(month[4:6] in ("01", "04", "07", "10") for month in months)


def _words(guesses_by_role: dict[str, Guess]) -> list[list[str]]:
    """The words of forces, offences and outcomes that are not official names, each as a line."""
    kinds: dict[str, tuple[Callable[[str], bool], str]] = {
        "force": (guesses.is_force, "the force's name; 'attrition list forces'"),
        "offence": (lambda word: folded(word) in _official("offence"), "a Home Office code; 'attrition list offences'"),
        "outcome": (lambda word: folded(word) in _official("outcome"), "an outcome type; 'attrition list outcomes'"),
    }
    sections = []
    for role, (is_official, meaning) in kinds.items():
        if role not in guesses_by_role:
            continue
        strange = {word: rows for word, rows in guesses_by_role[role].column.words.items() if not is_official(word)}
        if strange:
            lines = [f"[{role}s]  # word = {meaning}; words that are known already need no line"]
            shown = [(word, rows) for word, rows in strange.items() if rows >= PRINTED_FROM or _is_listed(role, word)]
            lines += [_line(role, word, rows) for word, rows in shown]
            sections.append([*lines, *_unshown(len(strange) - len(shown))])
    return sections


def _official(role: str) -> frozenset[str]:
    if role == "offence":
        return frozenset(map(folded, (*reference.offences(), *reference.offences().values())))
    outcomes = reference.outcomes(outcome_words.SCHEME)
    return frozenset(
        folded(name) for code, outcome in outcomes.items() if not outcome.part_of for name in (code, outcome.name)
    )


def _is_listed(role: str, word: str) -> bool:
    """Whether nothing in a word is the file's own, so that it may be written however few rows hold it."""
    if role == "outcome":
        return outcome_words.meaning(word).is_known
    return role == "offence" and bool(offence_words.known(word))


def _line(role: str, word: str, rows: int) -> str:
    """The line of one word: a meaning that is sure, or a comment that says why none is."""
    rows_said = f"{rows:,} rows" if rows != 1 else "1 row"
    if role == "offence" and (code := offence_words.known(word)):
        name = reference.offences()[code]
        return f"{_text(word)} = {_text(code)}  # CHECK: '{name}', listed in offence_words.csv; {rows_said}"
    if role == "force" and (forces := _forces_in(word)):
        return f'# {_text(word)} = "..."  # CHECK: it may be {" or ".join(forces)}; {rows_said}'
    if role != "outcome":
        return f'# {_text(word)} = "..."  # CHECK: {rows_said}'
    guess = outcome_words.meaning(word)
    names = {code: outcome.name for code, outcome in reference.outcomes(outcome_words.SCHEME).items()}
    if guess.code:
        return f"{_text(word)} = {_text(guess.code)}  # CHECK: '{names[guess.code]}', {guess.reason}; {rows_said}"
    may = "; ".join(f"{code} '{names[code]}'" for code in guess.candidates[:3])
    may = f" ({may})" if len(guess.candidates) in (1, 2, 3) else ""
    return f'# {_text(word)} = "..."  # CHECK: {guess.reason}{may}; {rows_said}'


def _forces_in(word: str) -> list[str]:
    """The forces whose whole name stands in a word, as Kent does in "Kent Constab.".

    >>> _forces_in("KENT CONSTAB."), _forces_in("West Yorks")
    (['Kent'], [])
    """
    within = [name for name in reference.forces() if re.search(rf"\b{re.escape(folded(name))}\b", folded(word))]
    return sorted(name for name in within if not any(name != other and name in other for other in within))


def _features(looked: Looked, guesses_by_role: dict[str, Guess]) -> list[list[str]]:
    """Every other column with few categories, as a feature with its words as they stand."""
    taken = [guess.column for guess in guesses_by_role.values()]
    sections, names = [], list[str]()
    for column in looked.columns:
        if column in taken or column.dates or column.trouble or not column.words:
            continue
        doubts = _doubts(column)
        if not 2 <= column.values <= 15:
            sections += [doubts] * bool(doubts)
            continue
        if column.known(_is_postcode) > 0.5:
            sections.append(
                [f"# {_text(column.name)} holds postcodes, which may be one person's: no feature is drafted of it"]
            )
            continue
        name = _feature_name(column.name, taken=names)
        names.append(name)
        lines = [
            f"[features.{name}]  # CHECK: {column.values} categories; take it out if no question asks for it",
            f"column = {_text(column.name)}",
            *_heading(column.name, name),
            f"[features.{name}.groups]  # word = category; give several words one category to group them",
        ]
        lines += doubts
        shown = [(word, rows) for word, rows in column.words.items() if rows >= PRINTED_FROM]
        pairs = _groups([word for word, _ in shown])
        sections.append([*lines, *pairs, *_unshown(len(column.words) - len(shown))])
    return sections


def _doubts(column: Column) -> list[str]:
    """What a column says of rows that are none to count."""
    name = in_one_line(column.name)
    words = {word.casefold(): rows for word, rows in column.words.items()}
    is_flag = bool(_CANCELLED.search(re.sub(r"[_\-.]+", " ", name).casefold()))
    told = [
        word for word in words if _CANCELLED.search(word) or _MADE_UP.search(word) or (is_flag and word not in _DENIED)
    ]
    cancelled = sum(words[word] for word in told)
    lines = [f"# CHECK: {counted(cancelled, 'row is', 'rows are')} by '{name}' {_NO_CRIME}"] * bool(cancelled)
    if "0" in words and words.keys() <= {"0", "1"} and counts_by_name(name):
        rows = counted(words["0"], "row is", "rows are")
        lines.append(f"# CHECK: {rows} 0 by '{name}', and counted as the others: take them out if they count for none")
    return lines


def _feature_name(column: str, *, taken: Sequence[str]) -> str:
    """What a feature may be called in a mapping: not as the columns of counts are, nor as another feature is.

    >>> _feature_name("Victim's sex", taken=[]), _feature_name("Month", taken=[]), _feature_name("A!", taken=["a"])
    ('victim_s_sex', 'feature_month', 'a_2')
    """
    name = re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_") or "feature"
    name = (name if name[0].isalpha() and name not in COLUMNS else f"feature_{name}")[:40]
    several = (f"{name[:36]}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in several if other not in taken)


def _is_postcode(word: str) -> bool:
    """Whether a word is written as a whole postcode is; its first half alone may be a code of another kind.

    >>> _is_postcode("ts1 3ab"), _is_postcode("TS13AB"), _is_postcode("W1")
    (True, True, False)
    """
    return bool(_POSTCODE.fullmatch(word.strip().upper()))


def _groups(words: list[str]) -> list[str]:
    """A line for each word of a feature. One that may be another of them in short goes with it, which the line says."""
    lines, categories = [], dict(one_of_each(words))
    for word, category in categories.items():
        same = list(dict.fromkeys(categories[other] for other in guesses.written_out(word, words)))
        apart = f"write {_text(category)} where it is another category"
        if len(same) == 1:
            lines.append(f"{_text(word)} = {_text(same[0])}  # CHECK: taken for {_text(same[0])}, in short; {apart}")
        elif same:
            may = " or ".join(map(_text, same))
            lines.append(f"{_text(word)} = {_text(category)}  # CHECK: a category of its own, which may be {may}")
        else:
            lines.append(f"{_text(word)} = {_text(category)}")
    return lines


def _heading(column: str, name: str) -> list[str]:
    """What reports call a feature, where its name alone would lose the capitals of a short form: "DA flag"."""
    words = in_one_line(column.replace("_", " ")).split()
    is_plain = all(word.isupper() for word in words)  # of which nobody can tell what is short for something
    plain = [word if is_plain or (word.isupper() and len(word) > 1) else word.lower() for word in words]
    heading = " ".join(plain)
    heading = heading[:1].upper() + heading[1:]
    if heading == name.replace("_", " ").capitalize() or not any(len(word) > 1 and word.isupper() for word in words):
        return []
    return [f"heading = {_text(heading)}  # CHECK: what reports call it"]


def _unshown(hidden: int) -> list[str]:
    words = f"{hidden} more words, each in few rows, are" if hidden > 1 else "1 more word, in few rows, is"
    return [f"# CHECK: {words} not written here: look in the file"] * bool(hidden)


def _text(word: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(word, ensure_ascii=False)
