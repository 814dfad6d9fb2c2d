"""What each column of a printed table is: a label, a time, a count or a share; found out, or named by the user."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.audit.printed_table import times
from analysis.audit.printed_table.numbers import Cell, cell
from analysis.audit.printed_table.places import force, is_force, is_total
from analysis.audit.printed_table.printed import Printed
from analysis.audit.printed_table.times import Time
from analysis.errors import DataRefused, ParameterError, unknown

ROLES = ("label", "time", "count", "share", "ignore")
_SHARE = re.compile(r"per ?cent|pct|%|share|rate|proportion|ratio|\bprop\b|conversion", re.IGNORECASE)
_TIME = re.compile(r"year|\byr\b|\bfy\b|period|date|quarter|month|time", re.IGNORECASE)
_NOTE = re.compile(r"note|comment|source|address|evidence|remark|footnote|\burl\b|link", re.IGNORECASE)
_KEY = re.compile(r"code|type|quarter|month|outcome|age|group|class|category|stage", re.IGNORECASE)
_CODE = re.compile(r"(offence|crime|outcome|measure)?[ _]?(code|type|group)?", re.IGNORECASE)
_NUMBERING = {"id", "line", "line number", "row", "row number", "rank", "index", "no", "no.", "#", "code", "order"}
_AREA = re.compile(r"[EWKSN]\d{8}")


@dataclass(frozen=True)
class Column:
    """One column: its name and number (from 1), its role, its cells where it holds numbers.

    ``time`` and ``place`` stand in the heading of a wide table; ``stem`` is the heading without them. ``decimals`` are
    those that its figures are rounded to, whatever is printed.
    """

    name: str
    number: int
    role: str
    texts: tuple[str, ...]
    cells: tuple[Cell, ...]
    time: Time | None = None
    place: str = ""
    stem: str = ""
    decimals: int = 0


def columns(printed: Printed, named: Mapping[str, Sequence[str]] | None = None) -> list[Column]:
    """Every column with its role.

    Parameters
    ----------
    printed
        The table as it was read.
    named
        For roles the columns that the user gave them.

    Returns
    -------
    list of Column
        A column each, in the order of the table.

    Raises
    ------
    ParameterError
        For a role or a column that is not there.
    DataRefused
        For a cell that is no number.
    """
    given = _given(printed, named or {})
    columns = [_column(printed, name, number, given.get(name, "")) for number, name in enumerate(printed.header, 1)]
    if any(column.role == "time" for column in columns):
        is_part = [is_part_of_year(column) and column.name not in given for column in columns]
        columns = [
            replace(column, role="time") if part else column for column, part in zip(columns, is_part, strict=True)
        ]
    columns = _keyed(columns, given)
    columns = _useful_labels(columns, given)
    if not any(column.role in ("count", "share") for column in columns):
        raise DataRefused(
            f"{printed.name}, line {printed.header_line}: no column holds counts or shares. "
            "Name them: --columns count=NAME --columns share=NAME."
        )
    return _wide(columns)


def is_part_of_year(column: Column) -> bool:
    """Whether a column holds the quarters of a year that another column names.

    Parameters
    ----------
    column
        The column.

    Returns
    -------
    bool
        False for quarters that are told with their year.
    """
    return bool(re.fullmatch(r"quarters?|qtr|q", column.name, re.IGNORECASE)) and all(
        re.fullmatch(r"(q|quarter ?)?[1-4]", text, re.IGNORECASE) for text in column.texts
    )


def _given(printed: Printed, named: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The role of each column that the user named."""
    given = {}
    for role, names in named.items():
        if role not in ROLES:
            raise ParameterError(f"No role is called '{role}'. A column is one of: {', '.join(ROLES)}.")
        for name in names:
            if name not in printed.header:
                refusal = unknown("column", name, printed.header, see="head")
                reason = str(refusal).split(" 'head'")[0]
                raise ParameterError(f"{reason} {printed.name} has: {', '.join(printed.header)}.")
            given[name] = role
    return given


def _column(printed: Printed, name: str, number: int, given: str) -> Column:
    """One column, by what it holds."""
    texts = tuple(printed.column(name))
    mark = _decimal_mark(printed, texts)
    cells = tuple(cell(text, decimal=mark) for text in texts)
    role = given or _role(name, texts, cells)
    if role in ("count", "share"):
        _refuse_broken(printed, name, number, cells, given)
    return Column(name, number, role, texts, cells, stem=name, decimals=_decimals(cells))


def _decimal_mark(printed: Printed, texts: Sequence[str]) -> str:
    """ "," where a column of a file that is not cut at commas writes decimals so."""
    if printed.delimiter == ",":
        with_comma = [text for text in texts if re.fullmatch(r"-?\d+,\d+ ?%?", text)]
        grouped = [text for text in with_comma if re.fullmatch(r"-?\d{1,3},\d{3}", text)]
        return "," if with_comma and not grouped and not any("." in text for text in texts) else "."
    looks = [text for text in texts if re.fullmatch(r"-?\d{1,6},\d{1,2} ?%?", text)]
    return "," if looks and not any("." in text for text in texts) else "."


def _role(name: str, texts: Sequence[str], cells: Sequence[Cell]) -> str:
    """The role of a column that nobody named."""
    filled = [text for text in texts if text]
    kinds = Counter(entry.kind for entry in cells)
    if not filled:
        return "ignore"
    if _is_time(name, filled):
        return "time"
    telling = kinds["number"] + kinds["words"] + kinds["broken"]
    broken = {entry.text for entry in cells if entry.kind == "broken"}
    if _CODE.fullmatch(name) or (len(broken) > 1 and len(set(filled)) <= 0.5 * len(filled)):
        return "label"  # codes, of which some are numbers
    if kinds["number"] and kinds["number"] >= 0.6 * telling:
        return _number_role(name, cells)
    if not telling or _NOTE.search(name) or all(_AREA.fullmatch(text) for text in filled):
        return "ignore"
    return "ignore" if sum(map(len, filled)) > 60 * len(filled) or 2 * len(filled) < len(texts) else "label"


def _is_time(name: str, filled: Sequence[str]) -> bool:
    """Whether a column holds times, or times and their total."""
    read = [times.time(text) for text in filled if not is_total(text)]
    if not read or sum(time is not None for time in read) < 0.9 * len(read):
        return False
    plain = all(re.fullmatch(r"\d{4}", text) for text in filled)
    return not plain or bool(_TIME.search(name))


def _number_role(name: str, cells: Sequence[Cell]) -> str:
    """Whether a column of numbers holds counts, shares, or is a numbering."""
    numbers = [entry for entry in cells if entry.kind == "number"]
    values = [number.value for number in numbers]
    is_whole = all(value == int(value) for value in values)
    if name.casefold() in _NUMBERING or (
        is_whole and len(values) >= 5 and values in (list(range(len(values))), list(range(1, len(values) + 1)))
    ):
        return "ignore"
    if sum(number.is_percent for number in numbers) >= 0.3 * len(numbers) or _SHARE.search(name.replace("_", " ")):
        return "share"
    if is_whole or re.search(r"thousand|000|million", name, re.IGNORECASE):
        return "count"
    split = sum(value != int(value) for value in values)
    return "share" if split > 0.5 * len(values) else "count"


def _refuse_broken(printed: Printed, name: str, number: int, cells: Sequence[Cell], given: str) -> None:
    """Raise DataRefused for the first cell that has digits and is no number, or that holds words in a named column."""
    for row, entry in enumerate(cells):
        if entry.kind == "broken" or (given and entry.kind == "words"):
            raise DataRefused(
                f"{printed.name}, line {printed.lines[row]}, column {number} '{name}': '{entry.text[:30]}' is no "
                f"number. Correct it, or say what the column is: --columns label={name} or --columns ignore={name}."
            )


def _decimals(cells: Sequence[Cell]) -> int:
    """The decimals that the figures are rounded to: those that more than a stray cell make use of."""
    used: Counter[int] = Counter()
    for entry in cells:
        if entry.kind == "number" and entry.decimals:
            used[len(f"{entry.value:.{entry.decimals}f}".partition(".")[2].rstrip("0"))] += 1
    total = sum(entry.kind == "number" for entry in cells)
    for places in sorted(used, reverse=True):
        if sum(often for decimals, often in used.items() if decimals >= places) >= max(1, 0.02 * total):
            return places
    return 0


def _rows_alike(columns: Sequence[Column], extra: Column | None = None) -> float:
    """The part of rows whose labels and time an earlier row has too."""
    chosen = [column.texts for column in columns if column.role in ("label", "time")] + ([extra.texts] if extra else [])
    keys = list(zip(*chosen, strict=True)) if chosen else []
    return 1 - len(set(keys)) / len(keys) if keys else 0.0


def _keyed(columns: list[Column], given: Mapping[str, str]) -> list[Column]:
    """The same, a column of whole numbers being a label where rows cannot be told apart without it."""
    while _rows_alike(columns) > 0.2:
        candidates = [
            (_rows_alike(columns, column), not _KEY.search(column.name), at)
            for at, column in enumerate(columns)
            if column.role == "count" and column.name not in given and _could_be_key(column)
        ]
        if not candidates or min(candidates)[0] > 0.7 * _rows_alike(columns):
            break
        at = min(candidates)[2]
        columns = [replace(column, role="label") if at == i else column for i, column in enumerate(columns)]
    return columns


def _could_be_key(column: Column) -> bool:
    values = [entry.value for entry in column.cells if entry.kind == "number"]
    return len(set(values)) <= max(4, len(values) // 4) and all(value == int(value) >= 0 for value in values)


def _useful_labels(columns: list[Column], given: Mapping[str, str]) -> list[Column]:
    """The same without labels that another label already tells, and without constant ones beside others."""
    labels = [label for label in columns if label.role == "label"]
    labels.sort(key=lambda label: (-_known(label), label.number))
    useful: list[Column] = []
    for label in labels:
        is_told = any(len(set(zip(other.texts, label.texts, strict=True))) == len(set(other.texts)) for other in useful)
        if label.name in given or not is_told:
            useful.append(label)
    dropped = {label.name for label in labels} - {label.name for label in useful}
    return [replace(column, role="ignore") if column.name in dropped else column for column in columns]


def _known(column: Column) -> int:
    """How many forces a column of labels names, in tens; then how many labels."""
    distinct = set(column.texts)
    return 10_000 * sum(is_force(text) for text in distinct) + len(distinct)


def _alike(columns: list[Column]) -> list[Column]:
    """The same, a column of figures with decimals being counts where the other times of its measure are."""
    stems = [times.inside(column.name) for column in columns]
    roles = {
        stem: [column.role for column, (_, other) in zip(columns, stems, strict=True) if other == stem]
        for _, stem in stems
    }
    return [
        replace(column, role="count")
        if column.role == "share"
        and when
        and not _SHARE.search(column.name)
        and roles[stem].count("count") > roles[stem].count("share")
        and not any(entry.is_percent for entry in column.cells)
        else column
        for column, (when, stem) in zip(columns, stems, strict=True)
    ]


def _wide(columns: list[Column]) -> list[Column]:
    """The same, with what the headings of columns of numbers say: a time, or a place."""
    numbers = [column for column in columns if column.role in ("count", "share")]
    places = {number.name: force(number.name) for number in numbers}
    is_by_place = sum(map(bool, places.values())) >= max(3, 0.6 * len(numbers))
    has_time = any(column.role == "time" for column in columns)
    wide = []
    for column in _alike(columns) if not has_time else columns:
        if column.role not in ("count", "share"):
            wide.append(column)
        elif is_by_place and (places[column.name] or is_total(column.name)):
            wide.append(replace(column, place=places[column.name] or column.name, stem=""))
        elif not has_time:
            when, stem = times.inside(column.name)
            wide.append(replace(column, time=when, stem=stem))
        else:
            wide.append(column)
    return wide
