"""The words of a batch file: its keys, and those that grow with the counts.

``forces = "all"``, ``periods = "last 8 quarters"`` mean more as more counts arrive.

Where things stand in a batch file: the line of each table, key and value, which TOML's reader does not tell.

The text is known to be TOML when it comes here, so that it is enough to tell where its statements begin and end.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.reference import periods, reference

TABLES = "reports"  # the one kind of table
KEYS: dict[str, type] = {  # of the file itself
    "title": str,
    "when_one_fails": str,
    "formats": list,
    "time_limit": int,
    "memory_limit": int,
    TABLES: list,
}
PLURAL = {"forces": "force", "periods": "period"}  # keys whose words grow with the counts, and the parameter of each
EACH, NATION = "all", "nation"
_LAST = re.compile(r"last(?: (\d{1,4}))? (quarter|year)s?")


def forces_meant(word: str, held: Counts | None) -> list[str]:
    """The forces that a word means: each force of the counts for "all", "all" of them in one report for "nation".

    Any other word is the name of one, or of England or Wales. Without counts, "all" is each of the 44.
    Raises ParameterError.
    """
    plain = word.strip().casefold()
    if plain == EACH:
        return list(held.forces) if held else reference.forces()
    return ["all"] if plain == NATION else [reference.place_named(word)]


def periods_meant(word: str, held: Counts | None) -> list[str]:
    """The periods that a word means, the newest first: "last year", "last 8 quarters", or the name of one.

    A quarter or year is counted when the counts hold the whole of it. Raises ParameterError where they hold too few.
    """
    match = _LAST.fullmatch(" ".join(word.casefold().split()))
    if match is None:
        return [word.strip()]
    if held is None:
        raise ParameterError(f"'{word}' cannot be said without counts. Name the period: 2024/25, or '2024/25 Q1'")
    whole, kind = _whole_parts(held, match[2]), match[2]
    wanted = int(match[1] or 1)
    if not wanted:
        raise ParameterError(f"'{word}' asks for nothing. Ask for 'last {kind}' or more")
    if wanted > len(whole):
        there = f"{len(whole) or 'no'} whole {kind}{'s' if len(whole) != 1 else ''}"
        most = f"'last {len(whole)} {kind}s'" if len(whole) > 1 else f"'last {kind}'" if whole else "'all'"
        raise ParameterError(f"'{word}': counts '{held.name}' hold {there}. Ask for {most}")
    return whole[::-1][:wanted]


def hint(key: str, value: object) -> str:
    """What to say where such a word stands under the key of one force or period; "" where it does not."""
    plain = str(value).strip().casefold()
    if key == "force" and plain == NATION:
        return ' Write force = "all", or forces = "nation".'
    if key == "periods" and plain.startswith("last"):
        return " Or say 'last year', 'last 8 quarters'."
    return f' Write periods = "{value}".' if key == "period" and _LAST.fullmatch(plain) else ""


def _whole_parts(held: Counts, kind: str) -> list[str]:
    """The names of the quarters or financial years of which the counts hold the whole, in order."""
    name = periods.quarter_name if kind == "quarter" else periods.financial_year
    found = []
    for part in dict.fromkeys(name(first) for first in sorted(held.coverage.periods)):
        try:
            held.select(period=part)
        except ParameterError:
            continue
        found.append(part)
    return found


_PARTS = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'  # a string of several lines may end in quotation marks of its own
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]"
    r"""|[^\s\[\]{}\#"',=]+"""  # a bare key or value
    r"|[^\S\n]+|,|=",
    re.DOTALL,
)


@dataclass
class Statement:
    """A header of a table, or a key with its value: its parts, each with its line, from 1."""

    parts: list[tuple[int, str]] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The line in which it begins."""
        return self.parts[0][0]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(part for _, part in self.parts)

    def line_of(self, value: Any) -> int:
        """The line of a value in it, such as one of a long list; where it is not written so, its first line."""
        for line, part in self.parts[1:]:
            try:
                found = tomllib.loads(f"value = {part}")["value"]
            except tomllib.TOMLDecodeError:
                continue
            if type(found) is type(value) and found == value:
                return line
        return self.line


class Lines:
    """The lines of a batch file's tables (from 1; 0 is the file itself) and of the keys in each."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._tables: list[dict[str, Statement]] = [{}]
        self._headers: list[int] = []
        inside = self._tables[0]
        for statement in _statements(text):
            held = tomllib.loads(statement.text)
            is_header = statement.text.startswith("[")
            if is_header and held == {TABLES: [{}]}:
                self._headers.append(statement.line)
                inside = {}
                self._tables.append(inside)
                continue
            if is_header and self.tables and isinstance(held.get(TABLES), dict) and held[TABLES]:
                held = held[TABLES]  # [reports.force]: as if force = {} stood in the last of them
            elif is_header:
                inside = self._tables[0]
            inside.setdefault(next(iter(held)), statement)
            inside = {} if is_header else inside

    @property
    def tables(self) -> int:
        """How many tables of reports there are."""
        return len(self._headers)

    def of(self, number: int, key: str = "", value: Any = None) -> int:
        """The line of a table, of a key in it, or of a value of that key; of the table where it has no such key."""
        statement = self._tables[number].get(key)
        if statement is None:
            return self._headers[number - 1] if number else 1
        return statement.line if value is None else statement.line_of(value)

    def refuse(self, number: int, key: str = "", *, what: str, value: Any = None) -> NoReturn:
        """Refuse what stands in a line, with all that is needed to find it."""
        told = what if what.endswith((".", "?")) else f"{what}."
        raise ParameterError(f"{self.name}, line {self.of(number, key, value)}: {told}") from None


def _statements(text: str) -> Iterator[Statement]:
    """Each statement, without comments. One ends with its line, or later where a bracket is open."""
    found, line, depth = Statement(), 1, 0
    for part in _PARTS.findall(text + "\n"):
        depth += (part in ("[", "{")) - (part in ("]", "}"))
        if part == "\n" and not depth and found.parts:
            yield found
            found = Statement()
        elif part[0] != "#" and (found.parts or part.strip()):
            found.parts.append((line, part))
        line += part.count("\n")
