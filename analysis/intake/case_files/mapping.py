"""What a mapping says of a case file: which column is what, how dates are written, what its words mean.

A mapping file, TOML, held strictly.

A key that is not known, stands twice or has the wrong kind of value is an error that names its line: a mapping that is
silently half-read gives wrong counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from analysis.errors import DataRefused, ParameterError, offer, unknown
from analysis.intake.database import quoted
from analysis.intake.table_shape import plain_name
from analysis.intake.text import DELIMITERS
from analysis.reference import reference
from analysis.reference.schema import CASE_COLUMNS, COLUMNS, SENSITIVITIES, SEVERAL_OUTCOMES
from analysis.safe_words import is_safe, safe
from analysis.system import toml_text
from analysis.system.toml_text import Document

ISO = "%Y-%m-%d"
SERIAL = "serial"  # in place of a format: days since the end of 1899, as a spreadsheet counts them
ZONE = "Europe/London"
ALL_SHEETS = "all"
_ADVICE = 'A mapping is TOML: key = "value", each key once in its table.'


@dataclass(frozen=True)
class Feature:
    """A column of categories that counts are kept by.

    ``groups`` maps the words of the file to categories; with none, the words are the categories. ``blank`` is the
    category of an empty cell, ``other`` of a word that ``groups`` does not name ("" refuses it).
    """

    name: str
    column: str
    heading: str
    groups: Pairs[str, str] = field(default_factory=dict)
    blank: str = "Not recorded"
    other: str = ""


@dataclass(frozen=True)
class Mapping:
    """A mapping as read. ``columns`` maps a role ("case", "recorded", ...) to the column that plays it.

    ``other_names`` maps such a column to what it is called elsewhere, in other sheets or files. With ``cases`` (a
    column of numbers) the file is a table of counts, each row standing for so many cases; "" is a list of cases.
    ``months`` is the length of a period; ``no_dates`` are words that stand for no date. ``sheets`` names the sheets to
    read together, or holds ALL_SHEETS alone.

    ``force`` and ``offence`` stand for a whole file in which no column says them. ``several_outcomes`` is the rule for
    a case with several outcomes. ``fit_features`` and ``fit_cluster`` are the features that the regressions of a
    release hold, all together, and that within which cases are alike, "" for none. ``first_month`` and ``last_month``
    are first days; with them, a month in between without cases is a month with none.
    """

    path: Path
    columns: Pairs[str, str]
    taken: date
    cases: str = ""
    other_names: Pairs[str, tuple[str, ...]] = field(default_factory=dict)
    months: int = 1
    several_outcomes: str = "refuse"
    sensitivity: str = "restricted"
    force: str = ""
    offence: str = ""
    first_month: date | None = None
    last_month: date | None = None
    date_format: str = ISO
    no_dates: tuple[str, ...] = ()
    time_zone: str = ZONE
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    forces: Pairs[str, str] = field(default_factory=dict)
    offences: Pairs[str, str] = field(default_factory=dict)
    outcomes: Pairs[str, str] = field(default_factory=dict)
    features: tuple[Feature, ...] = ()
    fit_features: tuple[str, ...] = ()
    fit_cluster: str = ""

    @property
    def read_columns(self) -> tuple[str, ...]:
        """Every column of the file that is read, by name."""
        counted = (self.cases,) if self.cases else ()
        return tuple(dict.fromkeys((*self.columns.values(), *counted, *(feature.column for feature in self.features))))

    @property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Every column that is read, each by all of its names."""
        return tuple((column, *self.other_names.get(column, ())) for column in self.read_columns)

    @property
    def has_instants(self) -> bool:
        """Whether dates are written as instants with their distance from Greenwich."""
        return "%z" in self.date_format


MOST_GROUPS = 250  # categories of a feature: each is one byte, with room for blank and other
_ELSEWHERE = "; where another file has it, or the names of the files, first put it into each row"
_ANY_ZONE = timedelta(days=1)  # by which a day may have begun where the extract was taken, and not here
_MONTH = re.compile(r"((?:19|20|21)\d\d)-(0[1-9]|1[0-2])", re.ASCII)
_FEATURE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORDS = ("forces", "offences", "outcomes", "groups")  # tables whose keys are words of the file
_NO_FEATURE = {"case", "cases", "recorded", "outcome_date"}  # columns of which a value may be one person's
_HELD = ("extract", "file", "columns", "dates", "regression")  # tables of which every key is known
_PERIODS = {"month": 1, "quarter": 3}

#: Every key that may stand in a mapping, by table, with the kind of value it takes.
KEYS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "": dict.fromkeys(
        ("extract", "file", "columns", "dates", "forces", "offences", "outcomes", "features", "regression"), dict
    ),
    "extract": {
        "taken": date,
        "several_outcomes": str,
        "sensitivity": str,
        "force": str,
        "offence": str,
        "first_month": str,
        "last_month": str,
    },
    "file": {"encoding": str, "delimiter": str, "sheet": str, "sheets": (list, str)},
    "columns": {**dict.fromkeys(CASE_COLUMNS, (str, list)), "cases": str},
    "dates": {"format": str, "blank": (list, str), "time_zone": str, "period": str},
    "regression": {"features": list, "cluster": str},
    "feature": {"column": str, "heading": str, "blank": str, "other": str, "groups": dict},
}


def read(path: Path) -> Mapping:
    """The mapping in one file.

    Parameters
    ----------
    path
        A mapping in TOML.

    Returns
    -------
    Mapping
        The mapping, every key checked.

    Raises
    ------
    ParameterError
        When there is no such file.
    DataRefused
        By line, for anything in it that is not as it must be.
    """
    if path.is_dir():
        raise ParameterError(f"{path} is a folder. Name the file of the mapping.")
    if not path.is_file():
        raise ParameterError(f"{path} is not there. 'attrition mapping FILE --out {path.name}' drafts a mapping.")
    return _Reader(path, toml_text.read(path, kind="mapping", refusal=DataRefused, advice=_ADVICE)).mapping()


class _Reader:
    """Turns what a file holds into a Mapping."""

    def __init__(self, path: Path, document: Document) -> None:
        self.path, self.document = path, document

    def mapping(self) -> Mapping:
        """The mapping, once every mistake in it is told."""
        self.seen(self.document.values)
        self.document.tell()  # before anything that cannot be seen is told of in another sentence
        tables = self.right(self.document.values, "", "")
        tables |= {name: self.right(tables.get(name, {}), name, name) for name in _HELD}
        is_named = not self.document.refusals  # a key that seems to be missing may be one that is none
        extract, file, dates = (tables[name] for name in ("extract", "file", "dates"))
        columns, other_names = self.columns(tables["columns"], extract, is_named=is_named)
        features = tables.get("features", {})
        parts = {
            **self.extract(extract, is_named=is_named),
            **self.dates(dates, columns),
            **self.settings({"encoding": self.encoding, "delimiter": self.delimiter}, file),
            "sheets": self.document.attempt((), self.sheets, file),
            **self.words(tables, extract, is_named=is_named),
            "features": tuple(
                feature
                for name, content in features.items()
                if (feature := self.feature(name, content, columns, other_names))
            ),
            **self.document.attempt(
                dict[str, Any](), self.regression, tables["regression"], tuple(features), is_named=is_named
            ),
        }
        self.document.tell()
        roles = {role: column for role, column in columns.items() if role != "cases"}
        return Mapping(self.path, roles, cases=columns.get("cases", ""), other_names=other_names, **parts)

    def extract(self, extract: dict[str, Any], *, is_named: bool) -> dict[str, Any]:
        """What is said of the extract, but for its force and offence."""
        if is_named and "taken" not in extract:
            with self.document.going_on():
                self.refuse(
                    "extract", "", "no date on which the extract was taken: taken = 2025-03-31 belongs in [extract]"
                )
        if extract.get("taken", date.min) > datetime.now(UTC).date() + _ANY_ZONE:
            with self.document.going_on():
                self.refuse("extract", "taken", "'taken' is a day to come: open cases would be followed beyond today")
        few = {"several_outcomes": SEVERAL_OUTCOMES, "sensitivity": SENSITIVITIES[1:]}
        chosen = {
            key: self.document.attempt("", self.one_of, "extract", key, extract[key], choices)
            for key, choices in few.items()
            if key in extract
        }
        months = self.document.attempt(dict[str, Any](), self.months, extract, is_named=is_named)
        return {"taken": extract.get("taken"), **chosen, **months}

    def dates(self, dates: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
        """How dates are written, in which zone, and what they stand for."""
        named = dates.get("period", "month")
        period = self.document.attempt("month", self.one_of, "dates", "period", named, tuple(_PERIODS))
        return {
            "months": _PERIODS[period],
            "date_format": self.document.attempt(ISO, self.format, dates.get("format", ISO), columns),
            "no_dates": self.document.attempt((), self.no_dates, dates.get("blank", [])),
            **self.settings({"time_zone": self.time_zone}, dates),
        }

    def settings(self, readers: dict[str, Callable[[str], str]], table: dict[str, Any]) -> dict[str, str]:
        """Texts that are held to a rule each, those that the mapping gives."""
        return {key: self.document.attempt("", read, table[key]) for key, read in readers.items() if key in table}

    def words(self, tables: dict[str, Any], extract: dict[str, Any], *, is_named: bool) -> dict[str, Any]:
        """What the words of the file mean, and the force and offence of the whole of it."""
        sensitivity = extract.get("sensitivity", "restricted" if is_named else "")
        force = _real_force if sensitivity == "restricted" else reference.force_named  # misspelt, it is told already
        meanings = {"forces": force, "offences": reference.offence_named, "outcomes": _outcome}
        whole = {"force": force, "offence": reference.offence_named}
        return {
            **{table: self.meanings(table, tables.get(table, {}), meaning) for table, meaning in meanings.items()},
            **{
                key: self.document.attempt("", self.known, "extract", key, extract[key], meaning)
                for key, meaning in whole.items()
                if key in extract
            },
        }

    def columns(
        self, names_by_role: dict[str, Any], extract: dict[str, Any], *, is_named: bool
    ) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
        """The column of each role, and what else it is called where the mapping gives it several names."""
        columns: dict[str, str] = {}
        other_names: dict[str, tuple[str, ...]] = {}
        for role, names in names_by_role.items():
            with self.document.going_on():
                columns[role], *others = self.column(role, names)
                if others:
                    other_names[columns[role]] = tuple(others)
        for role, column in columns.items():
            double = next(other for other in columns if columns[other] == column)
            if double != role:
                with self.document.going_on():
                    self.refuse(
                        "columns", role, f"column '{column}' is named for '{double}' and for '{role}': keep one"
                    )
        self.needed(names_by_role, extract, is_named=is_named)
        return columns, other_names

    def column(self, role: str, names: Any) -> list[str]:
        """The names of the column of a role."""
        several = [names] if isinstance(names, str) else names
        if not several or not all(isinstance(name, str) and name.strip() for name in several):
            self.refuse("columns", role, f'\'{role}\' must be a text, or texts in brackets: ["Outcome", "Result"]')
        return list(several)

    def needed(self, columns: dict[str, Any], extract: dict[str, Any], *, is_named: bool) -> None:
        """Refuse when a column is not named that every file needs, or is named twice over."""
        if "case" in columns and "cases" in columns:
            with self.document.going_on():
                self.refuse(
                    "columns", "cases", "'case' and 'cases' exclude each other: a row is a case, or counts several"
                )
        for role, column in CASE_COLUMNS.items():
            is_said = (column.is_for_all and bool(extract.get(role))) or (role == "case" and "cases" in columns)
            with self.document.going_on():
                if is_named and column.is_needed and role not in columns and not is_said:
                    or_whole = f', or {role} = "..." in [extract] for the whole file' if column.is_for_all else ""
                    or_whole += ", or cases = where each row counts several" if role == "case" else ""
                    or_whole += _ELSEWHERE if role == "outcome" else ""
                    self.refuse("columns", "", f"no column for '{role}': name it in [columns]{or_whole}")
                if role in columns and role in extract:
                    self.refuse("extract", role, f"{role} stands in [columns] and in [extract]: keep one")

    def sheets(self, file: dict[str, Any]) -> tuple[str, ...]:
        """The sheets to read, ALL_SHEETS for all that have like columns; none where the mapping does not say."""
        if "sheet" in file and "sheets" in file:
            self.refuse("file", "sheets", "'sheet' and 'sheets' exclude each other: keep one")
        sheets = file.get("sheets", [file["sheet"]] if "sheet" in file else [])
        if sheets == ALL_SHEETS:
            return (ALL_SHEETS,)
        is_listed = isinstance(sheets, list) and all(isinstance(name, str) and name.strip() for name in sheets)
        if not is_listed or ("sheets" in file and not sheets):
            self.refuse("file", "sheets", '\'sheets\' must be "all", or names in brackets: ["Q1", "Q2"]')
        return tuple(dict.fromkeys(sheets))

    def right(self, content: dict[str, Any], table: str, kinds: str) -> dict[str, Any]:
        """The keys of a table that are known and hold what they should; of the others the document keeps why."""
        right = {}
        for key, value in content.items():
            with self.document.going_on():
                self.check(key, value, table, KEYS[kinds])
                right[key] = value
        return right

    def check(self, key: str, value: Any, table: str, kinds_by_key: dict[str, type | tuple[type, ...]]) -> None:
        """Refuse a key that is not known, and a value of the wrong kind."""
        if key not in kinds_by_key:
            where = f"[{table}]" if table else "a mapping"
            near = offer(key, kinds_by_key)
            self.refuse(table, key, f"'{key}' is no key of {where}.{near} Keys there: {', '.join(kinds_by_key)}")
        wanted = kinds_by_key[key]
        is_blank = isinstance(value, str) and not value.strip()
        if not isinstance(value, wanted) or isinstance(value, datetime) or is_blank:
            kinds_told = {date: "a date without quotation marks, as 2025-03-31", dict: "a table", str: "a text"}
            kinds_told[list] = 'texts in brackets: ["risk", "contact"]'
            kind = kinds_told[wanted] if isinstance(wanted, type) else "a text, or texts in brackets"
            self.refuse(table, key, f"'{key}' must be {kind}")

    def seen(self, content: dict[str, Any], table: str = "") -> None:
        """Refuse a text that cannot be told as it stands; only a word of the file is what it is."""
        for key, value in content.items():
            texts = value if isinstance(value, list) else [value]
            texts = texts if table.rsplit(".", maxsplit=1)[-1] in _WORDS else [key, *texts]
            if not all(is_safe(text) for text in texts if isinstance(text, str)):
                with self.document.going_on():
                    self.refuse(table, key, f"{safe(key)} holds a character that cannot be seen: write it without")
            elif isinstance(value, dict):
                self.seen(value, f"{table}.{key}" if table else key)

    def meanings(self, table: str, meanings: dict[str, Any], meaning: Callable[[str], str]) -> dict[str, str]:
        """The words of a table, each with the name or code that the suite knows."""
        known = {}
        for word, value in meanings.items():
            with self.document.going_on():
                if not isinstance(value, str):
                    self.refuse(table, word, f"'{word}' must be a text in quotation marks")
                known[word] = self.known(table, word, value, meaning)
        return known

    def known(self, table: str, key: str, value: str, meaning: Callable[[str], str]) -> str:
        """A name or code as the suite writes it."""
        try:
            return str(meaning(value)) if value else ""
        except (ParameterError, DataRefused) as fault:
            self.refuse(table, key, str(fault).rstrip("."))

    def one_of(self, table: str, key: str, value: str, choices: tuple[str, ...]) -> str:
        """A word out of a few."""
        if value not in choices:
            self.refuse(table, key, f'{key} = "{value}" is not one of {", ".join(choices)}')
        return value

    def no_dates(self, words: Any) -> tuple[str, ...]:
        """The words that stand for no date."""
        several = [words] if isinstance(words, str) else words
        if not all(isinstance(word, str) and word.strip() for word in several):
            self.refuse("dates", "blank", '\'blank\' must be a text, or texts in brackets: ["NULL", "31/12/9999"]')
        return tuple(word.strip() for word in several)

    def format(self, value: str, columns: dict[str, str]) -> str:
        """How dates are written, as strptime has it, or SERIAL."""
        if value == SERIAL:
            return value
        directives = re.findall(r"%[A-Za-z]", value)
        groups = ({"%Y", "%y"}, {"%m", "%b", "%B"}, {"%d"})
        times = [len([directive for directive in directives if directive in group]) for group in groups]
        clock = {"%H", "%I", "%M", "%S", "%f", "%p", "%z"}
        is_strange = any(
            directive not in {*clock, *(allowed for group in groups for allowed in group)} for directive in directives
        )
        is_half_a_day = ("%I" in directives and "%p" not in directives) or (
            "%z" in directives and not value.startswith(ISO)
        )
        if (
            is_strange
            or is_half_a_day
            or times[:2] != [1, 1]
            or times[2] > 1
            or (times[2] == 0 and len(directives) > 2)
        ):
            self.refuse(
                "dates",
                "format",
                f'format = "{value}" does not say year, month and day once each. Examples: "%d/%m/%Y", "%Y-%m-%d", '
                '"%d %b %Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %I:%M %p"; "%B %Y" for months alone; "serial" for numbers '
                "of days",
            )
        if times[2] == 0 and "outcome_date" in columns:
            self.refuse(
                "columns", "outcome_date", "times to outcome need days, and the format of dates has months alone"
            )
        return value

    def time_zone(self, value: str) -> str:
        """A time zone by its name."""
        if not _is_time_zone(value):
            self.refuse("dates", "time_zone", f"'{value}' is no time zone. Examples: {ZONE}, UTC")
        return value

    def encoding(self, value: str) -> str:
        """An encoding that Python knows."""
        try:
            "".encode(value or "utf-8")
        except (LookupError, ValueError):
            self.refuse("file", "encoding", f"'{value}' is no encoding. Examples: utf-8, windows-1252, utf-16")
        return value

    def delimiter(self, value: str) -> str:
        """One of the delimiters that are read."""
        if value and value not in DELIMITERS:
            self.refuse("file", "delimiter", 'delimiter must be one of "," ";" "\\t" "|"')
        return value

    def months(self, extract: dict[str, Any], *, is_named: bool) -> dict[str, Any]:
        """The months that the extract covers, if it says."""
        months: dict[str, date | None] = {"first_month": None, "last_month": None}
        for key in months:
            if key in extract:
                match = _MONTH.fullmatch(extract[key])
                if match is None:
                    self.refuse("extract", key, f'{key} must be as "2024-04"')
                months[key] = date(int(match[1]), int(match[2]), 1)
        first, last = months["first_month"], months["last_month"]
        is_half = is_named and (first is None) != (last is None)
        if is_half or (first and last and not first <= last <= extract.get("taken", last)):
            self.refuse("extract", "first_month", "first_month and last_month go together, in order, up to 'taken'")
        return months

    def feature(
        self, name: str, content: Any, columns: dict[str, str], other_names: dict[str, tuple[str, ...]]
    ) -> Feature | None:
        """One feature; None where it cannot be, of which the document keeps why."""
        table = f"features.{name}"
        with self.document.going_on():
            if not isinstance(content, dict):
                self.refuse("features", name, f'[{table}] must be a table with column = "..."')
            right = self.right(content, table, "feature")
            groups = self.groups(table, right.get("groups", {}))
            if not _FEATURE.fullmatch(name) or name in COLUMNS:
                self.refuse(
                    table,
                    "",
                    f"'{name}' cannot name a feature: small letters, digits, underscores, and not a column "
                    "that the suite has already",
                )
            if "column" not in right:
                if len(right) == len(content):  # or it may be under the key that is none
                    self.refuse(table, "", 'column = "..." is missing')
                return None
            self.check_column(table, right["column"], columns, other_names)
            heading = right.get("heading", name.replace("_", " ").capitalize())
            others = {key: right[key] for key in ("blank", "other") if key in right}
            return Feature(name, right["column"], heading, groups, **others)
        return None

    def check_column(
        self, table: str, named: str, columns: dict[str, str], other_names: dict[str, tuple[str, ...]]
    ) -> None:
        """Refuse what tells cases apart one by one: a column of cases, of dates, of numbers of cases."""
        for role in _NO_FEATURE & columns.keys():
            if plain_name(named) in map(plain_name, (columns[role], *other_names.get(columns[role], ()))):
                sentence = f"column '{named}' is that of '{role}' in [columns], and no feature: take [{table}] out"
                self.refuse(table, "column", sentence)

    def groups(self, table: str, groups: dict[str, Any]) -> dict[str, str]:
        """The categories of a feature by the words of the file."""
        right = {}
        for word, group in groups.items():
            with self.document.going_on():
                if not isinstance(group, str) or not group.strip():
                    self.refuse(f"{table}.groups", word, f"'{word}' must be a text in quotation marks")
                right[word] = group
        with self.document.going_on():
            if len(set(right.values())) > MOST_GROUPS:
                self.refuse(f"{table}.groups", "", f"more than {MOST_GROUPS} categories: group the words further")
        return right

    def regression(self, content: dict[str, Any], declared: tuple[str, ...], *, is_named: bool) -> dict[str, Any]:
        """The features of a regression, all that are declared unless it names some, and its cluster."""
        if not is_named:  # a feature that seems to be missing may be declared under a key that is none
            return {}
        cluster = content.get("cluster", "")
        names = content.get("features", [name for name in declared if name != cluster])
        if not isinstance(cluster, str) or (cluster and cluster not in (*declared, "force")):
            self.refuse(
                "regression", "cluster", f"'{cluster}' is no feature of this mapping, nor force: {_all(declared)}"
            )
        strange = [name for name in names if name not in declared]
        if strange or ("features" in content and not names):
            what = f"'{strange[0]}' is no feature of this mapping" if strange else "no feature is named"
            self.refuse("regression", "features", f"{what}: {_all(declared)}")
        if len(set(names)) < len(names) or cluster in names:
            self.refuse("regression", "features", "name each feature once, and the cluster not among them")
        return {"fit_features": tuple(names), "fit_cluster": cluster}

    def refuse(self, table: str, key: str, what: str) -> NoReturn:
        """Refuse, naming the line of a key, or of its table."""
        self.document.refuse(what, *filter(None, (*table.split("."), key)))


def _all(declared: tuple[str, ...]) -> str:
    """The features that there are, for a message."""
    return f"there are {', '.join(declared)}" if declared else "there are none"


def _real_force(name: str) -> str:
    force = reference.force_named(name)
    if force in reference.made_up_forces():
        raise DataRefused(f"'{force}' is a made-up force, for made-up cases: sensitivity = \"synthetic\"")
    return force


@cache
def _is_time_zone(name: str) -> bool:
    """Whether DuckDB, which reads the instants of a file, knows a time zone by this name."""
    try:
        with duckdb.connect(":memory:") as database:
            database.execute(f"set TimeZone = {quoted(name)}")
    except duckdb.Error:
        return False
    return True


def _outcome(code: str) -> str:
    outcomes = reference.outcomes("home_office")
    if code not in outcomes:
        raise unknown("outcome type", code, outcomes, see="attrition list outcomes")
    if parent := outcomes[code].part_of:
        raise DataRefused(f'type {code} stands in place of {parent} in a case file: map it to "{parent}"')
    return code
