"""A batch file, TOML, held strictly: which reports, with which parameters, over which forces and periods.

    title = "Every month: the nation and every force"
    when_one_fails = "go on"

    [[reports]]
    notebook = "victim_withdrawal"
    forces = ["nation", "all"]
    periods = ["last year", "last 4 quarters"]
    base = ["recorded", "with_outcome"]

Any parameter of the notebook may stand in a table of reports; a list makes a report for each of its values. ``forces``
and ``periods`` are words that grow with the counts. Nothing runs before all of a file is known to be right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product
from pathlib import Path
from typing import Any, NoReturn

from analysis import periods
from analysis.counts import Counts
from analysis.errors import ParameterError
from analysis.publishing import jobs, notebooks
from analysis.publishing.jobs import FORMATS
from analysis.publishing.notebooks import Notebook, Value

FOLDER = notebooks.FOLDER / "batches"
FAILING = ("go on", "stop")
_LIMITS = {"time_limit": 600, "memory_limit": 4096}  # seconds and MiB of a report, where a batch says nothing else
_LEAST = {"time_limit": 1, "memory_limit": 512}
_KEYS: dict[str, type] = {
    "title": str,
    "when_one_fails": str,
    "formats": list,
    "time_limit": int,
    "memory_limit": int,
    "reports": list,
}
_LAST = re.compile(r"last(?: (\d+))? (quarter|year)s?")


@dataclass(frozen=True)
class Job:
    """One report to make: ``values`` are those of all parameters, ``folder`` its place below the output folder."""

    notebook: str
    values: dict[str, Value]
    folder: str


@dataclass(frozen=True)
class Batch:
    """What a batch asks for, in its order. ``formats`` are among FORMATS, the page with them.

    A report may take ``time_limit`` seconds and ``memory_limit`` MiB.
    """

    name: str
    title: str
    jobs: tuple[Job, ...]
    formats: tuple[str, ...]
    stops_at_failure: bool
    time_limit: int
    memory_limit: int


def names() -> list[str]:
    """The batch files that the project has."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def path_of(name: str) -> Path:
    """The file of a batch, by its name in notebooks/batches or by a path that ends in .toml.

    Raises ParameterError when there is none.
    """
    path = FOLDER / f"{name}.toml" if name in names() else Path(name)
    if not path.is_file() or path.suffix != ".toml":
        held = f" There are: {', '.join(names())}." if names() else ""
        raise ParameterError(f"No batch is called '{name}', and no file ending in .toml stands there.{held}")
    return path


def of_every_notebook() -> Batch:
    """Every notebook with its defaults, once: what 'attrition report' makes."""
    books = [notebooks.notebook(name) for name in notebooks.names()]
    found = [(book, jobs.checked(book, {})) for book in books]
    made = tuple(Job(book.name, values, jobs.folder_of(book, values).as_posix()) for book, values in found)
    return Batch("report", "Every notebook with its defaults", made, FORMATS, False, *_LIMITS.values())


def read(path: Path) -> Batch:
    """The batch in a file, every job of it checked.

    Raises ParameterError, naming the line, for a key or value that cannot be, and for two tables that ask for one
    report.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        held = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ParameterError(
            f"{path.name}: {fault}. A batch is TOML: key = value, and a table [[reports]] for each notebook."
        ) from None
    return _Reader(path.name, text).batch(path.stem, held)


class _Reader:
    """Turns what TOML held into a batch, and knows the lines for its errors."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.lines = name, text.splitlines()
        self.tables = [number for number, line in enumerate(self.lines, start=1) if line.strip() == "[[reports]]"]

    def batch(self, name: str, held: dict[str, Any]) -> Batch:
        """The whole."""
        for key, value in held.items():
            if key not in _KEYS:
                self.refuse(
                    0, key, what=f"'{key}' is no key of a batch.{_near(key, _KEYS)} Keys there: {', '.join(_KEYS)}"
                )
            if not isinstance(value, _KEYS[key]) or isinstance(value, bool):
                kind = {str: "a text", list: "a list", int: "a whole number"}[_KEYS[key]]
                self.refuse(0, key, what=f"'{key}' must be {kind}")
        reports = held.get("reports", [])
        if not reports or len(self.tables) != len(reports):
            self.refuse(0, "reports", what="no reports: write a table [[reports]] for each notebook")
        failing = self.one_of("when_one_fails", held.get("when_one_fails", FAILING[0]), FAILING)
        limits = [self.limit(key, held.get(key, usual)) for key, usual in _LIMITS.items()]
        found: dict[str, tuple[int, Job]] = {}
        for number, table in enumerate(reports, start=1):
            for job in self.jobs(number, table):
                earlier = found.setdefault(job.folder, (number, job))
                if earlier[1] is not job:
                    line = self.tables[earlier[0] - 1]
                    self.refuse(
                        number, "notebook", what=f"asks for {job.folder}, which the table in line {line} asks for"
                    )
        title = held.get("title", name)
        made = tuple(job for _, job in found.values())
        return Batch(name, title, made, self.formats(held.get("formats", list(FORMATS))), failing == "stop", *limits)

    def formats(self, asked: list[Any]) -> tuple[str, ...]:
        """The formats that are asked for, in the order of FORMATS."""
        named = {self.one_of("formats", one, FORMATS) for one in asked}
        if FORMATS[0] not in named:
            self.refuse(0, "formats", what="a report always has its page, which the index leads to: add 'page'")
        return tuple(one for one in FORMATS if one in named)

    def limit(self, key: str, value: int) -> int:
        """A limit of time or memory."""
        least = _LEAST[key]
        if value < least:
            self.refuse(0, key, what=f"'{key}' must be {least} or more, not {value}")
        return value

    def jobs(self, number: int, table: dict[str, Any]) -> Iterator[Job]:
        """The jobs of one table of reports."""
        if not isinstance(table.get("notebook"), str):
            self.refuse(number, "notebook", what='no notebook: notebook = "victim_withdrawal"')
        try:
            notebook = notebooks.notebook(table["notebook"])
        except ParameterError as fault:
            self.refuse(number, "notebook", what=str(fault))
        known = {parameter.name for parameter in notebook.parameters}
        plural = {word: single for word, single in (("forces", "force"), ("periods", "period")) if single in known}
        choices: dict[str, list[Any]] = {}
        for key, value in table.items():
            name = plural.get(key, key)
            if key != "notebook" and name not in known:
                allowed = sorted({*known, *plural})
                self.refuse(number, key, what=f"'{key}' is no parameter of {notebook.name}.{_near(key, allowed)}")
            if name in choices:
                self.refuse(number, key, what=f"'{key}' and '{name}' say the same thing twice: keep one")
            if key != "notebook":
                choices[name] = value if isinstance(value, list) else [value]
            if key != "notebook" and not choices[name]:
                self.refuse(number, key, what=f"'{key}' is an empty list: nothing would be made")
        for given in self.each(number, table, notebook, choices):
            try:
                values = jobs.checked(notebook, given)
            except ParameterError as fault:
                written = {name: value for name, value in given.items() if name in choices}
                self.refuse(number, *_blamed(fault, written), what=str(fault))
            yield Job(table["notebook"], values, jobs.folder_of(notebook, values).as_posix())

    def each(
        self, number: int, table: dict[str, Any], notebook: Notebook, choices: dict[str, list[Any]]
    ) -> Iterator[dict[str, Any]]:
        """Every combination of the values, forces and periods written out for the counts that it reads."""
        sets = (
            choices.get("counts") or [str(one.default) for one in notebook.parameters if one.name == "counts"] or [""]
        )
        for name in sets:
            try:
                held = jobs.about_counts(name) if name else None
            except ParameterError as fault:
                self.refuse(number, "counts", what=str(fault))
            own = {**choices, **({"counts": [name]} if name else {})}
            if held is not None and "forces" in table:
                own["force"] = _forces(choices["force"], held)
            if held is not None and "periods" in table:
                own["period"] = self.periods(number, choices["period"], held)
            yield from (dict(zip(own, values, strict=True)) for values in product(*own.values()))

    def periods(self, number: int, words: list[Any], held: Counts) -> list[str]:
        """Names of periods, "last 8 quarters" and "last 2 years" written out, the newest first."""
        found: list[str] = []
        for word in words:
            match = _LAST.fullmatch(str(word).strip().lower())
            if not match:
                found.append(str(word))
                continue
            whole = _whole_parts(held, match[2])
            wanted = int(match[1] or 1)
            if not 1 <= wanted <= len(whole):
                self.refuse(
                    number, "periods", what=f"'{word}': counts '{held.name}' hold {len(whole)} whole {match[2]}s"
                )
            found += whole[::-1][:wanted]
        return list(dict.fromkeys(found))

    def one_of(self, key: str, value: Any, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        if value not in choices:
            self.refuse(0, key, what=f"'{key}' takes {', '.join(choices)}, not '{value}'.{_near(str(value), choices)}")
        return str(value)

    def refuse(self, number: int, *keys: str, what: str) -> NoReturn:
        """Refuse, naming the line of a key in a table of reports (from 1), or of the file's own keys (0)."""
        first = self.tables[number - 1] if number else 1
        last = self.tables[number] - 1 if number < len(self.tables) else len(self.lines)
        spelled = re.compile(rf'\s*"?({"|".join(map(re.escape, keys))})"?\s*=')
        inside = (line for line in range(first, last + 1) if spelled.match(self.lines[line - 1]))
        line = next(inside, first)
        raise ParameterError(f"{self.name}, line {line}: {what.rstrip('.')}.")


def _forces(words: list[Any], held: Counts) -> list[str]:
    """Forces by name; "all" is each of those in the counts, "nation" all of them in one report."""
    found: list[str] = []
    for word in words:
        known = {"all": list(held.forces), "nation": ["all"]}
        found += known.get(str(word).strip().casefold(), [str(word)])
    return list(dict.fromkeys(found))


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


def _blamed(fault: ParameterError, given: dict[str, Any]) -> tuple[str, ...]:
    """The keys under which the value that a refusal names may stand in the file."""
    told = str(fault)
    quoted = (name for name, value in given.items() if f"'{value}'" in told)
    blamed = next(quoted, next((name for name, value in given.items() if str(value) in told), "notebook"))
    return (blamed, f"{blamed}s")


def _near(word: str, choices: Any) -> str:
    near = get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""
