"""A first mapping for a case file, from its header and values, each guess with its reason in a comment.

Nothing is guessed silently: what must be looked at is marked CHECK, and a word is never given a meaning by likeness; a
likely one is written as a comment, to be taken up by hand. A word that few rows hold is not written: it may be what
somebody typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.errors import DataRefused
from analysis.intake import case_sources, guesses
from analysis.intake.case_sources import Source
from analysis.intake.csv_text import structural_fault
from analysis.intake.engine import connection, quoted
from analysis.intake.files import listed, scratch
from analysis.intake.guesses import Column, Guess
from analysis.intake.vocabulary import PRINTED_FROM, folded
from analysis.schema import CASE_COLUMNS

SAMPLE = 200_000  # rows of the file that are looked at
MOST_WORDS = 200  # a column with more different values holds no words
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d/%m/%y")
_TIMES = ("", " %H:%M", " %H:%M:%S")
_DATE = re.compile(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{2,4}\b")  # a cell of a case, hardly the name of a column


@dataclass(frozen=True)
class Looked:
    """What was seen of a file: its columns in order, and the number of rows that were looked at."""

    file: str
    columns: tuple[Column, ...]
    rows: int


def drafted(path: Path) -> str:
    """The text of a mapping for one case file.

    Raises ParameterError when there is no such file, DataRefused when it is not a table of rows.
    """
    looked = _looked(listed([path], case_sources.ENDINGS, what="case files")[0])
    found = guesses.guesses(looked.columns)
    sections = (
        _head(looked),
        _extract(found),
        _columns(found),
        _dates(found),
        *_words(found),
        *_features(looked, found),
    )
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _looked(path: Path) -> Looked:
    with scratch() as folder, connection(folder) as database:
        source = case_sources.whole(database, path, folder)
        if any(_DATE.match(name) for name in source.texts):
            raise DataRefused(
                f"{source.name}: a date stands where the names of the columns belong. Put a header above the rows."
            )
        try:
            _sample(database, source)
        except duckdb.Error:
            again = case_sources.in_windows_encoding(source, None, folder)
            if again is None:
                raise _broken(source) from None
            _sample(database, again)
        columns = tuple(_column(database, name, f"c{place}") for place, name in enumerate(source.texts))
        return Looked(path.name, columns, int(_row(database, "select count(*) from looked")[0]))


def _sample(database: duckdb.DuckDBPyConnection, source: Source) -> None:
    """The first rows of a file into a table of text, an empty cell as null."""
    texts = ", ".join(f"nullif(trim({text}), '') as c{place}" for place, text in enumerate(source.texts.values()))
    database.execute(f"create temp table looked as select {texts} from {source.relation} limit {SAMPLE}")  # noqa: S608


def _broken(source: Source) -> DataRefused:
    """Where a file breaks off or loses its shape."""
    fault = structural_fault(source.sheet, name=source.name) if source.sheet else None
    return fault or DataRefused(f"{source.name} could not be read to the end: damaged. Export or copy it again.")


def _column(database: duckdb.DuckDBPyConnection, name: str, column: str) -> Column:
    """One column: how many values, which words if they are few, how it reads as dates."""
    rows, values = _row(database, f"select count({column}), count(distinct {column}) from looked")  # noqa: S608
    words: dict[str, int] = {}
    if 0 < values <= MOST_WORDS:
        query = f"select {column}, count(*) from looked where {column} is not null group by 1 order by 2 desc, 1"  # noqa: S608
        words = dict(database.execute(query).fetchall())
    dates = {}
    for written in (day + time for day in _DAYS for time in _TIMES):
        read = f"count(try_strptime({column}, {quoted(written)}))"
        share = _row(database, f"select {read} / greatest(count({column}), 1) from looked")[0]  # noqa: S608
        if share > 0.9:
            dates[written] = float(share)
    latest = ""
    if dates:
        best = quoted(max(dates, key=lambda one: dates[one]))
        latest = str(_row(database, f"select max(try_strptime({column}, {best}))::date from looked")[0])  # noqa: S608
    return Column(name, int(rows), int(values), words, dates, latest)


def _row(database: duckdb.DuckDBPyConnection, query: str) -> tuple[float, ...]:
    return database.execute(query).fetchone() or ()


def _head(looked: Looked) -> list[str]:
    return [
        f"# Mapping of {looked.file}, drafted from its header and its first {looked.rows:,} rows.",
        "# Look at every line marked CHECK: each guess says why. docs/case_files.md explains all keys.",
    ]


def _extract(found: dict[str, Guess]) -> list[str]:
    latest = max((guess.column.latest for guess in found.values() if guess.column.latest), default="")
    lines = ["[extract]"]
    if latest:
        lines.append(f"taken = {latest}  # CHECK: the day the extract was taken; this is the latest date in the file")
    else:
        lines.append("# taken = 2025-03-31  # CHECK: the day the extract was taken; no column of dates was found")
    lines.append('several_outcomes = "refuse"  # or "latest", "first": which counts when a case has several outcomes')
    for role in ("force", "offence"):
        if role not in found:
            example = {"force": "Kent", "offence": "8Q"}[role]
            lines.append(
                f'# {role} = "{example}"  # CHECK: no column was found for it; name it here for the whole file'
            )
    lines.append('# first_month = "2024-04"  # with last_month: months in between without a case are months with none')
    lines.append('# last_month = "2025-03"')
    return lines


def _columns(found: dict[str, Guess]) -> list[str]:
    lines = ["[columns]"]
    for role, asked in CASE_COLUMNS.items():
        guess = found.get(role)
        if guess:
            lines.append(f"{role} = {_text(guess.column.name)}  # CHECK: {guess.reason}")
        elif asked.is_needed and not asked.is_for_all:
            lines.append(f'# {role} = "..."  # CHECK: needed, and no column looks like it')
    return lines


def _dates(found: dict[str, Guess]) -> list[str]:
    if "recorded" not in found:
        return ["[dates]", f"# format = {_text(_DAYS[1])}  # CHECK: how dates are written"]
    dates = found["recorded"].column.dates
    best = max(dates, key=lambda one: dates[one])
    why = f"reads {dates[best]:.1%} of '{found['recorded'].column.name}'"
    others = [one for one in dates if one != best and dates[one] == dates[best]]
    also = f"; {', '.join(others)} would too: which is it?" if others else ""
    return ["[dates]", f"format = {_text(best)}  # CHECK: {why}{also}"]


def _words(found: dict[str, Guess]) -> list[list[str]]:
    """The words of forces, offences and outcomes that are not known, each as a line to fill in."""
    kinds: dict[str, tuple[Callable[[], Sequence[str]], str]] = {
        "force": (guesses.force_names, "the force's name; 'attrition list forces'"),
        "offence": (guesses.offence_names, "a Home Office code; 'attrition list offences'"),
        "outcome": (guesses.outcome_names, "an outcome type; 'attrition list outcomes'"),
    }
    sections = []
    for role, (names, meaning) in kinds.items():
        if role not in found:
            continue
        known = {folded(name) for name in names()}
        strange = {word: rows for word, rows in found[role].column.words.items() if folded(word) not in known}
        if strange:
            lines = [f"[{role}s]  # word = {meaning}; words that are known already need no line"]
            sections.append(
                [*lines, *(_likely(role, word, rows) for word, rows in _shown(strange)), *_unshown(strange)]
            )
    return sections


def _likely(role: str, word: str, rows: int) -> str:
    code, name = guesses.likely_outcome(word) if role == "outcome" else ("", "")
    guess = f"CHECK: perhaps '{name}'; {rows:,} rows" if code else f"CHECK: {rows:,} rows"
    return f"# {_text(word)} = {_text(code or '...')}  # {guess}"


def _features(looked: Looked, found: dict[str, Guess]) -> list[list[str]]:
    """Every other column with few categories, as a feature with its words as they stand."""
    taken = [guess.column for guess in found.values()]
    sections = []
    for column in looked.columns:
        if column in taken or column.dates or not 2 <= column.values <= 15:
            continue
        name = re.sub(r"[^a-z0-9]+", "_", column.name.casefold()).strip("_") or "feature"
        name = name if name[0].isalpha() else f"feature_{name}"
        lines = [
            f"[features.{name[:40]}]  # CHECK: {column.values} categories; take it out if no question asks for it",
            f"column = {_text(column.name)}",
            f"[features.{name[:40]}.groups]  # word = category; give several words one category to group them",
        ]
        pairs = [f"{_text(word)} = {_text(' '.join(word.split()))}" for word, _ in _shown(column.words)]
        sections.append([*lines, *pairs, *_unshown(column.words)])
    return sections


def _shown(words: dict[str, int]) -> list[tuple[str, int]]:
    return [(word, rows) for word, rows in words.items() if rows >= PRINTED_FROM and len(word) <= 80]


def _unshown(words: dict[str, int]) -> list[str]:
    hidden = len(words) - len(_shown(words))
    return [f"# CHECK: {hidden} more words, each in few rows or long, are not written here: look in the file"] * bool(
        hidden
    )


def _text(word: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(word, ensure_ascii=False)
