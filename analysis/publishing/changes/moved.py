"""Which numbers of a report moved: its records as they were beside its records now, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from analysis.reference import measures
from analysis.reference.schema import NUMERIC

Key: TypeAlias = tuple[str, ...]
#: Labels that say of which edition a row is, not what it is about: a corrected row bears another.
_EDITIONS = {"edition", "recorded_edition", "first_edition", "doubt", "state", "openness", "symbols"}
_PLACES = {"force", "place"}
_TIMES = {"period", "quarter", "year", "month", "earlier", "later"}
_LEAST = 1e-9  # what two numbers may be apart and be the same


@dataclass(frozen=True)
class Moved:
    """A row of which numbers moved."""

    block: str  # the id of its table or figure on the page of its report; "" for a key figure
    title: str  # what that is called
    of: str  # what the row is about, with its place and time: "Kent, 2024/25", "Kent, 2024/25 Q1"
    measure: str  # what is measured, in words; "" where that is not one of the catalogue
    #: The column that says most of it: its name, its heading, and the kind of its numbers.
    column: str
    heading: str
    kind: str
    #: Its number then and now; None where there was or is none that can be shown.
    before: float | None
    after: float | None
    #: Every column of the row that moved, with its number then and now.
    columns: tuple[tuple[str, float | None, float | None], ...]
    #: Whether a count is among these, or the row has none: else what moved was only worked out from more rows.
    is_counted: bool = True

    @property
    def size(self) -> tuple[bool, float]:
        """What orders rows by how far they moved: shares by their points, before all others by their part."""
        if self.before is None or self.after is None:
            return True, 1.0
        off = abs(self.after - self.before)
        is_share = self.kind in ("share", "difference", "distance")
        return is_share, off if is_share else off / max(abs(self.before), 1.0)

    @property
    def same_elsewhere(self) -> tuple[Any, ...]:
        """What is the same of this row wherever it is shown, in another report too."""
        return self.of, self.measure, self.column, self.before, self.after


@dataclass(frozen=True)
class _Row:
    """A row of numbers: where it is shown, and its numbers by column."""

    block: str
    title: str
    of: str
    measure: str
    columns: dict[str, dict[str, Any]]
    numbers: dict[str, float | None]


def moved(before: dict[str, Any], after: dict[str, Any]) -> list[Moved]:
    """The rows of a report of which numbers moved, the furthest first.

    A row that is new, such as that of another quarter, or is gone is no number that moved. A row that stands in a
    figure and in the table below it is told once.

    Parameters
    ----------
    before, after
        What ``results.json`` held, and holds.

    Returns
    -------
    list of Moved
        One for each row.
    """
    old = dict(_rows(before))
    rows: dict[tuple[Any, ...], Moved] = {}
    for key, row in _rows(after):
        if key in old and (change := _moved(old[key], row)) is not None:
            rows.setdefault(change.same_elsewhere, change)
    return sorted(rows.values(), key=lambda change: change.size, reverse=True)


def added(before: dict[str, Any], after: dict[str, Any]) -> int:
    """How many rows of numbers a report has that it did not have.

    Parameters
    ----------
    before, after
        What ``results.json`` held, and holds.

    Returns
    -------
    int
        Rows, those of a figure and of the table below it each for itself.
    """
    return len({key for key, _ in _rows(after)} - {key for key, _ in _rows(before)})


def _moved(old: _Row, new: _Row) -> Moved | None:
    """What moved between a row and the same row now; None where nothing did."""
    columns = tuple(
        (name, old.numbers[name], number)
        for name, number in new.numbers.items()
        if name in old.numbers and _is_apart(old.numbers[name], number)
    )
    if not columns:
        return None
    name, was, now = next((column for column in columns if new.columns[column[0]]["kind"] == "share"), columns[0])
    about, counts = new.columns[name], {name for name, column in new.columns.items() if column["kind"] == "count"}
    return Moved(
        block=new.block,
        title=new.title,
        of=new.of,
        measure=new.measure,
        column=name,
        heading=str(about["heading"]),
        kind=str(about["kind"]),
        before=was,
        after=now,
        columns=columns,
        is_counted=not counts or any(name in counts for name, *_ in columns),
    )


def _is_apart(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > _LEAST


def _rows(results: dict[str, Any]) -> Iterator[tuple[Key, _Row]]:
    """Every row of numbers of a report, by what it is about."""
    for block in results.get("blocks", []):
        for part in [block, *block.get("figures", [])]:
            if part.get("records") and part.get("columns"):
                yield from _rows_of(part, block=str(part.get("id", "")))


def _rows_of(numbered: dict[str, Any], *, block: str) -> Iterator[tuple[Key, _Row]]:
    """The rows of one table, figure or key figure; equal ones, such as two editions of a year, by their order."""
    columns = {str(column["name"]): column for column in numbered["columns"]}
    labels = _labels(columns)
    about, title = numbered.get("about", {}), str(numbered.get("label") or numbered.get("title") or "")
    when = "" if _TIMES & set(labels) else str(about.get("period", ""))
    place = "" if _PLACES & set(labels) else str(about.get("place", ""))
    where = (block or title, str(about.get("offence", "")), str(about.get("place", "")), when)
    times: Counter[Key] = Counter()
    for record in numbered["records"]:
        words = tuple(str(record.get(name, "")) for name in labels)
        times[words] += 1
        numbers = {name: record.get(name) for name, column in columns.items() if column["kind"] in NUMERIC}
        named = ", ".join(word for word in ((*words, place, when) if when else (place, *words)) if word)
        yield (
            (*where, *words, str(times[words])),
            _Row(block, title, named, _measured(about), columns, numbers),
        )


def _labels(columns: dict[str, dict[str, Any]]) -> list[str]:
    """The columns that say what a row is about: those of words before its first number."""
    labels = []
    for name, column in columns.items():
        if column["kind"] in NUMERIC:
            break
        if name not in _EDITIONS:
            labels.append(name)
    return labels


def _measured(about: dict[str, Any]) -> str:
    """What is measured, and out of what, in words."""
    name = str(about.get("measure", ""))
    measure = measures.measure(name) if measures.is_measure(name) else None
    base = measures.BASES.get(str(about.get("base", "")))
    return "" if measure is None else measure.short if base is None else f"{measure.short}, of {base.short}"
