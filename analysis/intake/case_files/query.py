"""The query that turns a row of a case file into a few numbers, and what those numbers mean.

Of a row there remain a hash of its case identifier within its force, two numbers that hold its categories, its date,
its time to outcome and a mark for each fault. No text leaves the query.

Categories are packed into a number as digits are: force, month, offence and outcome into one, the features into
another. Grouping by one number is several times faster than by seven columns, and smaller.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from analysis.errors import DataRefused
from analysis.intake.case_files.faults import FAULTS
from analysis.intake.case_files.mapping import Mapping
from analysis.intake.case_files.sources import Source
from analysis.intake.case_files.vocabulary import UNDECIDED, Vocabulary
from analysis.intake.database import quoted
from analysis.intake.table_shape import NOTE, TOTAL
from analysis.reference import periods
from analysis.safe_words import UNSEEN, WIDTHLESS

BLANK_ROW, COPY, SUPERSEDED, REMARK, HEADER_AGAIN = 1 << 20, 1 << 21, 1 << 22, 1 << 23, 1 << 24
_THOUSANDS = r"^\s*\+?\d{1,3}\.000\s*$"  # one, or a thousand as some countries write it
_WHOLE = r"^\s*\+?(\d+|\d{1,3}(,\d{3})+)(\.0*)?\s*$"  # how a number of cases may be written
#: What an identifier is the same without, at its ends and anywhere, in the escapes of the database's patterns.
_UNSEEN, _WIDTHLESS = (
    "[" + "".join(sign if sign == "-" else rf"\x{{{ord(sign):x}}}" for sign in signs) + "]"
    for signs in (UNSEEN, WIDTHLESS)
)
#: What stands in a cell in which there is no identifier, as programs write it.
_NO_CASE = (
    *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"),
    *("NULL", "(NULL)", "\\N", "NA", "N/A", "NAN", "NONE", "NIL", "BLANK", "(BLANK)", "UNKNOWN", "TBC", ".", "-", "?"),
)
_NO_CASE_AT_MOST = max(map(len, _NO_CASE))
_ORIGIN = date(1900, 1, 1)
EARLIEST = date(1950, 1, 1)  # a date before it is what a machine writes for none, or a year cut short
_MONTHS = 12 * 400
LAGS = 1 << 18  # days: 700 years
_BIT = {name: fault.bit for name, fault in FAULTS.items()}


@dataclass(frozen=True)
class Packing:
    """How categories are packed: the number of values of each digit, most significant first. Category 0 is none."""

    digits: dict[str, int]

    @property
    def size(self) -> int:
        """How many different numbers there can be."""
        return math.prod(self.digits.values())

    @property
    def packed(self) -> str:
        """The packed number of a row, as an expression of its digits: four bytes where that is enough."""
        kind = "uinteger" if self.size < 2**32 else "ubigint"
        expression = ""
        for name, size in self.digits.items():
            expression = f"({expression} * {size} + {name})" if expression else f"{name}::{kind}"
        return expression or "0::uinteger"

    def unpacked(self, numbers: Any) -> dict[str, Any]:
        """Packed numbers taken apart again: an array for each digit.

        Parameters
        ----------
        numbers
            Whole numbers, one a row.

        Returns
        -------
        dict[str, Any]
            Whole numbers, one a row, by name of the digit.
        """
        arrays = {}
        for name in reversed(self.digits):
            numbers, arrays[name] = np.divmod(numbers, self.digits[name])
        return arrays


@dataclass(frozen=True)
class Condition:
    """When a row is faulty: the name of the fault, the ``columns`` in which it stands then, an expression of SQL."""

    fault: str
    columns: tuple[str, ...]
    expression: str


def matter(vocabularies: Sequence[Vocabulary]) -> Packing:
    """The packing of what every set of counts has: force, month, offence and outcome.

    Parameters
    ----------
    vocabularies
        The words of each column.

    Returns
    -------
    Packing
        The packing.
    """
    sizes = {vocabulary.key: len(vocabulary.categories) + 1 for vocabulary in vocabularies}
    return Packing(
        {"force": sizes["force"], "month": _MONTHS, "offence": sizes["offence"], "outcome": sizes["outcome"]}
    )


def traits(vocabularies: Sequence[Vocabulary]) -> Packing:
    """The packing of the features.

    Parameters
    ----------
    vocabularies
        The words of each column.

    Returns
    -------
    Packing
        The packing.

    Raises
    ------
    DataRefused
        When they have too many combinations for one number.
    """
    packing = Packing(
        {vocabulary.key: len(vocabulary.categories) + 1 for vocabulary in vocabularies if vocabulary.is_feature}
    )
    if packing.size >= 2**63:
        raise DataRefused("The features of the mapping have too many combinations to be counted. Declare fewer.")
    return packing


def month_number(first: date) -> int:
    """A month as a number, from January 1900.

    Parameters
    ----------
    first
        Any day of the month.

    Returns
    -------
    int
        Months since January 1900.
    """
    return periods.month_number(first) - periods.month_number(_ORIGIN)


def month_of(number: int) -> date:
    """The first day of a month from its number.

    Parameters
    ----------
    number
        Months since January 1900.

    Returns
    -------
    date
        The first of a month.
    """
    return periods.month_start(periods.month_number(_ORIGIN) + number)


def encoded(
    source: Source, mapping: Mapping, vocabularies: Sequence[Vocabulary], *, file: int, is_located: bool
) -> str:
    """A query with one row a row of the file.

    Columns: file, number (of the row) and sites (a bit for each of ``conditions`` that it meets; both only with
    ``is_located``), identity (hash of case within force), force (number), matter and traits (packed), recorded, lag
    (days), weight (cases that the row stands for; only of a table of counts), fault (marks, 0 for none).

    Parameters
    ----------
    source
        A table of a case file.
    mapping
        What its columns mean.
    vocabularies
        The words of each column.
    file
        Number of the file.
    is_located
        Whether rows are numbered.

    Returns
    -------
    str
        SQL.
    """
    undecided = vocabularies[2].code_of(UNDECIDED)
    lag = f"case when outcome = {undecided} then date {quoted(mapping.taken)} else ended end - recorded"
    every = conditions(mapping, vocabularies)
    located = f"number, {_sites(every)} as sites, " if is_located else ""
    return (
        f"select {file}::usmallint as file, {located}hash(identifier, force) as identity, force, "
        f"{matter(vocabularies).packed} as matter, {traits(vocabularies).packed} as traits, recorded, "
        f"({lag})::int as lag, {'coalesce(weight, 0) as weight, ' if mapping.cases else ''}"
        f"({_mark(mapping, vocabularies, every)})::uinteger as fault "
        f"from ({_categories(source, mapping, vocabularies, is_located=is_located)})"
    )


def _categories(source: Source, mapping: Mapping, vocabularies: Sequence[Vocabulary], *, is_located: bool) -> str:
    """A row with the number of each of its categories, beside the texts that a mark may ask for."""
    looked_up = [vocabulary for vocabulary in vocabularies if vocabulary.column]
    joins = " ".join(
        f"left join {vocabulary.table} as {vocabulary.key}_known on {vocabulary.key}_word = {vocabulary.key}_known.word"
        for vocabulary in looked_up
    )
    word_codes = "".join(f"{vocabulary.key}_known.code as {vocabulary.key}_code, " for vocabulary in looked_up)
    codes = ", ".join(f"({_code(vocabulary, mapping)})::utinyint as {vocabulary.key}" for vocabulary in vocabularies)
    return (
        f"select told.*, {word_codes}{codes}, "
        f"{_month(mapping)} as month "
        f"from ({_texts(source, mapping, looked_up, is_located=is_located)}) as told {joins}"
    )


def _month(mapping: Mapping) -> str:
    """The number of a row's month, or of the first month of its period."""
    number = f"((year(recorded) - {_ORIGIN.year}) * 12 + month(recorded) - 1)"
    return f"({number} - {number} % {mapping.months})::int" if mapping.months > 1 else f"{number}::int"


def _texts(source: Source, mapping: Mapping, looked_up: Sequence[Vocabulary], *, is_located: bool) -> str:
    """The mapped columns of a row under names of our own."""
    columns = mapping.columns
    ended = columns.get("outcome_date", "")

    def dated(column: str, told: str) -> str:
        words = ", ".join(map(quoted, mapping.no_dates))
        return f"case when trim({source.texts[column]}) not in ({words}) then {told} end" if words else told

    expressions = {
        "identifier": _identifier(source.texts[columns["case"]]) if "case" in columns else "null::varchar",
        "recorded_text": dated(columns["recorded"], source.texts[columns["recorded"]]),
        "recorded": dated(columns["recorded"], source.dates[columns["recorded"]]),
        "ended_text": dated(ended, source.texts[ended]) if ended else "null::varchar",
        "ended": dated(ended, source.dates[ended]) if ended else "null::date",
        **{f"{vocabulary.key}_word": source.texts[vocabulary.column] for vocabulary in looked_up},
    }
    if mapping.cases:
        count = source.texts[mapping.cases]
        expressions["count_text"] = count
        expressions["weight"] = whole_number(count)
        beside = " or ".join(_matches(text, TOTAL) for text in source.others.values()) or "false"
        expressions["is_beside_total"] = f"coalesce({beside}, false)"
    if is_located:
        expressions["number"] = f"row_number() over () + {source.first_row - 1}"
    return f"select {', '.join(f'{text} as {name}' for name, text in expressions.items())} from {source.relation}"


def whole_number(text: str) -> str:
    """A number of cases as it may be written ("1,204", "7.0"), null for any other text and for what may be two numbers.

    Parameters
    ----------
    text
        An expression of SQL that is a text.

    Returns
    -------
    str
        An expression of SQL.
    """
    bare = f"regexp_replace(regexp_replace({text}, '[,+\\s]', '', 'g'), '\\..*$', '')"
    is_one = f"regexp_matches({text}, '{_WHOLE}') and not regexp_matches({text}, '{_THOUSANDS}')"
    return f"case when {is_one} then try_cast({bare} as integer) end"


def trimmed(text: str) -> str:
    """A text without spaces of any kind, or what cannot be seen, at its ends, and without what has no width anywhere.

    Most have none, and asking is quicker than trimming: whether both ends are signs of ASCII that can be seen, and a
    byte stands for each sign.

    Parameters
    ----------
    text
        An expression of SQL that is a text.

    Returns
    -------
    str
        An expression of SQL.
    """
    return (
        f"case when {text} >= '!' and {text} < chr(127) and ({text})[-1] between '!' and '~' "
        f"and strlen({text}) = length({text}) then {text} "
        f"else regexp_replace({text}, '^{_UNSEEN}+|{_UNSEEN}+$|{_WIDTHLESS}+', '', 'g') end"
    )


def _identifier(text: str) -> str:
    """The identifier in a cell, empty where what stands there says that there is none."""
    words = ", ".join(map(quoted, _NO_CASE))
    told = trimmed(text)
    return f"case when length({text}) <= {_NO_CASE_AT_MOST} and upper({told}) in ({words}) then '' else {told} end"


def _code(vocabulary: Vocabulary, mapping: Mapping) -> str:
    """The number of a row's category: that of its word, of a blank, of other words, or null."""
    if not vocabulary.column:
        return str(vocabulary.code_of({"force": mapping.force, "offence": mapping.offence}[vocabulary.role]))
    code, word = f"{vocabulary.key}_known.code", f"{vocabulary.key}_word"
    blank = str(vocabulary.code_of(vocabulary.blank)) if vocabulary.blank else "null"
    other = str(vocabulary.code_of(vocabulary.other)) if vocabulary.other else "null"
    return (
        f"case when {code} > 0 then {code} when {word} is null or {word} = '' or {code} = 0 then {blank} "
        f"else {other} end"
    )


def _mark(mapping: Mapping, vocabularies: Sequence[Vocabulary], every: Sequence[Condition]) -> str:
    """The mark of a row. Rows in order, nearly all, are passed by one question; the rest are asked everything."""
    undecided = vocabularies[2].code_of(UNDECIDED)
    is_dated = f"ended between recorded and date {quoted(mapping.taken)} and outcome <> {undecided}"
    in_order = [
        "weight is not null and not is_beside_total" if mapping.cases else "identifier <> ''",
        *(f"{vocabulary.key} is not null" for vocabulary in vocabularies),
        *(
            f"not {_matches(f'{vocabulary.key}_word', TOTAL)}"
            for vocabulary in vocabularies
            if mapping.cases and vocabulary.is_feature
        ),
        f"recorded between date {quoted(EARLIEST)} and date {quoted(mapping.taken)}",
        f"({is_dated} or ended is null and ended_text is null)",
        *([_within(mapping)] if mapping.first_month else []),
    ]
    texts = [
        "identifier",
        "recorded_text",
        "ended_text",
        *(f"{vocabulary.key}_word" for vocabulary in vocabularies if vocabulary.column),
    ]
    texts += ["count_text"] if mapping.cases else []
    return (
        f"case when {' and '.join(in_order)} then 0 when coalesce({', '.join(texts)}) is null then {BLANK_ROW} "
        f"when {_is_header(mapping, vocabularies)} then {HEADER_AGAIN} "
        f"when {_remark(mapping, vocabularies, texts)} then {REMARK} "
        f"else {_marks(every)} end"
    )


def _is_header(mapping: Mapping, vocabularies: Sequence[Vocabulary]) -> str:
    """Whether a row has the name of its column in every mapped column: files were joined end to end.

    A header of other columns, or of the same in another order, is none: the rows below it would be read wrongly.
    """
    texts = {"case": "identifier", "recorded": "recorded_text", "outcome_date": "ended_text"}
    columns = {text: mapping.columns[role] for role, text in texts.items() if role in mapping.columns}
    columns |= {f"{one.key}_word": one.column for one in vocabularies if one.column}
    columns |= {"count_text": mapping.cases} if mapping.cases else {}
    names = {known[0]: known for known in mapping.names}
    are_names = []
    for text, column in columns.items():
        known = ", ".join(quoted(name.casefold()) for name in names[column])
        are_names.append(f"coalesce(lower(trim({text}, ' \ufeff')) in ({known}), false)")
    return f"({' and '.join(are_names)})"


def _remark(mapping: Mapping, vocabularies: Sequence[Vocabulary], texts: Sequence[str]) -> str:
    """Whether a row is none of the table's own: it adds up others, or holds a note in its one cell.

    A word that the mapping explains is a word, whatever it looks like.
    """
    filled = " + ".join(f"(coalesce(trim({text}), '') <> '')::int" for text in texts)
    first = "coalesce(" + ", ".join(f"nullif(trim({text}), '')" for text in texts) + ")"
    signs = [f"({filled} = 1 and {_matches(first, NOTE)})"]
    signs += [_matches(text, TOTAL) for text in ("identifier", "recorded_text")]
    for vocabulary in vocabularies:
        if vocabulary.column and not vocabulary.is_feature:
            signs.append(f"({vocabulary.key} is null and {_matches(f'{vocabulary.key}_word', TOTAL)})")
        elif vocabulary.column and mapping.cases:
            signs.append(_matches(f"{vocabulary.key}_word", TOTAL))
    signs += ["is_beside_total"] if mapping.cases else []
    return f"({' or '.join(signs)})"


def _matches(text: str, pattern: str) -> str:
    return f"coalesce(regexp_matches({text}, {quoted(pattern)}, 'i'), false)"


def _within(mapping: Mapping) -> str:
    if mapping.first_month is None or mapping.last_month is None:
        return "true"
    first = month_number(mapping.first_month)
    return f"month between {first - first % mapping.months} and {month_number(mapping.last_month)}"


def conditions(mapping: Mapping, vocabularies: Sequence[Vocabulary]) -> list[Condition]:
    """Everything that can be wrong with a row by itself, a condition for each column in which it may stand.

    Parameters
    ----------
    mapping
        What the columns of the files mean.
    vocabularies
        The words of each column.

    Returns
    -------
    list[Condition]
        Conditions, always in one order.
    """
    undecided, columns = vocabularies[2].code_of(UNDECIDED), mapping.columns
    recorded, ended, outcome = ((columns.get(role, ""),) for role in ("recorded", "outcome_date", "outcome"))
    found = [Condition("blank_case", (columns.get("case", ""),), "identifier is null or identifier = ''")]
    if mapping.cases:
        found = [Condition("unreadable_count", (mapping.cases,), "weight is null")]
    for vocabulary in vocabularies:
        if not vocabulary.column:
            continue
        word, code = f"{vocabulary.key}_word", f"{vocabulary.key}_code"
        empty = f"({word} is null or {word} = '' or {code} is not distinct from 0)"
        if vocabulary.role in ("force", "offence"):
            found.append(Condition(f"blank_{vocabulary.role}", (vocabulary.column,), empty))
        unknown = f"{vocabulary.key} is null and not {empty}"
        found.append(Condition(vocabulary.unknown_fault, (vocabulary.column,), unknown))
    blank = "({0} is null or trim({0}) = '')"
    unread = "({1} is null or {1} < date {2}) and not " + blank
    taken = f"date {quoted(mapping.taken)}"
    return [
        *found,
        Condition("blank_recorded", recorded, blank.format("recorded_text")),
        Condition("unreadable_date", recorded, unread.format("recorded_text", "recorded", quoted(EARLIEST))),
        Condition("unreadable_date", ended, unread.format("ended_text", "ended", quoted(EARLIEST))),
        Condition("outcome_before_recording", (*recorded, *ended), "ended < recorded"),
        Condition("date_after_extract", recorded, f"recorded > {taken}"),
        Condition("date_after_extract", ended, f"ended > {taken}"),
        Condition("date_without_outcome", (*ended, *outcome), f"outcome = {undecided} and ended is not null"),
        Condition("outside_period", recorded, f"not ({_within(mapping)})"),
    ]


def _marks(every: Sequence[Condition]) -> str:
    """The marks of every fault of a row, together."""
    by_kind: dict[str, list[str]] = {}
    for condition in every:
        by_kind.setdefault(condition.fault, []).append(f"({condition.expression})")
    return " + ".join(
        f"case when {' or '.join(several)} then {_BIT[kind]} else 0 end" for kind, several in by_kind.items()
    )


def _sites(every: Sequence[Condition]) -> str:
    """The number, of a digit of two for each condition, that says which of them a row meets."""
    digits = (f"case when {one.expression} then {1 << place} else 0 end" for place, one in enumerate(every))
    return f"({' + '.join(digits)})::hugeint"
