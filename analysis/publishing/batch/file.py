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
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, offer
from analysis.publishing.batch import table as batch_table
from analysis.publishing.batch.words import KEYS, TABLES, Lines
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.notebooks.jobs import FORMATS
from analysis.publishing.notebooks.notebooks import Value
from analysis.system import toml_text
from analysis.system.folders import visible
from analysis.system.toml_text import LARGEST, TooMuch

FOLDER = notebooks.FOLDER / "batches"
FAILING = ("go on", "stop")
LIMITS = {"time_limit": 600, "memory_limit": 4096}  # seconds and MiB of a report, where a batch says nothing else
_BOUNDS = {"time_limit": (1, 604_800), "memory_limit": (512, 16_777_216)}
_KINDS = {str: 'a text: KEY = "words"', list: 'a list: KEY = ["page"]', int: "a whole number: KEY = 600"}
_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
_PLAINER = {
    "Cannot overwrite a value": "a key stands twice in this table, here for the second time",
    "Invalid value": "no value stands here. Put words in quotation marks",
    "Expected '=' after a key in a key/value pair": "write key = value",
}


@dataclass(frozen=True)
class Job:
    """One report to make: ``values`` are those of all parameters, ``folder`` its place below the output folder.

    ``notebook`` is the name of one in notebooks/, or the path of another.
    """

    notebook: str
    values: dict[str, Value]
    folder: str

    @property
    def name(self) -> str:
        """What its notebook is called."""
        return Path(self.notebook).stem


@dataclass(frozen=True)
class Batch:
    """What a batch asks for, in its order. ``formats`` are among FORMATS, the page with them.

    A report may take ``time_limit`` seconds and ``memory_limit`` MiB. ``merged`` says of a folder in which ways its one
    report is asked for, where these are several and mean the same cases.
    """

    name: str
    title: str
    jobs: tuple[Job, ...]
    formats: tuple[str, ...]
    stops_at_failure: bool
    time_limit: int
    memory_limit: int
    merged: Mapping[str, str] = field(default_factory=dict)


def names() -> list[str]:
    """The batch files that the project has."""
    return [path.stem for path in visible(FOLDER, "*.toml")]


def path_of(name: str) -> Path:
    """The file of a batch, by its name in notebooks/batches or by a path that ends in .toml.

    Raises ParameterError when there is none.
    """
    with suppress(OSError):  # a name longer than a name can be
        path = FOLDER / f"{name}.toml" if name in names() else Path(name)
        if path.is_file() and path.suffix == ".toml":
            return path
    held = f" There are: {', '.join(names())}." if names() else ""
    near = offer(name.removesuffix(".toml"), names())
    raise ParameterError(f"No batch is called '{name[:80]}', and no file ending in .toml stands there.{near}{held}")


def of_every_notebook() -> Batch:
    """Every notebook of the suite with its defaults, once: what 'attrition report' makes."""
    books = [notebooks.notebook(name) for name in notebooks.names()]
    found = [(book, jobs.checked(book, {})) for book in books]
    made = tuple(Job(book.name, values, jobs.folder_of(book, values).as_posix()) for book, values in found)
    return Batch(
        "report", "Every notebook with its defaults", made, FORMATS, False, LIMITS["time_limit"], LIMITS["memory_limit"]
    )


def read(path: Path) -> Batch:
    """The batch in a file, every job of it checked.

    Raises ParameterError, naming the line, for a key or value that cannot be, and for two tables that ask for one
    report.
    """
    text = _text(path)
    try:
        held = toml_text.read(text)
    except (tomllib.TOMLDecodeError, TooMuch) as fault:
        where = _WHERE.search(str(fault))
        last = text.rstrip().count("\n") + 1
        line = where[1] if where and where[1] else getattr(fault, "line", 0) or last
        hint = f"A batch is TOML: key = value, and a table [[{TABLES}]] for each notebook."
        raise ParameterError(f"{path.name}, line {line}: {_plainer(fault)}. {hint}") from None
    return _Reader(path, Lines(path.name, text)).batch(held)


def _ways(asked: list[dict[str, Value]]) -> str:
    """In which ways one report is asked for: "force all and force Gwent"."""
    first = asked[0]
    differing = [name for name in first if any(other[name] != first[name] for other in asked)]
    ways = [", ".join(f"{name} {one[name] or 'none'}" for name in differing) for one in asked]
    return " and ".join([", ".join(ways[:-1]), ways[-1]])


def _plainer(fault: Exception) -> str:
    """What TOML's reader says, in the words of those who write batch files."""
    told = _WHERE.sub("", str(fault)).strip()
    return _PLAINER.get(told, told)


def _text(path: Path) -> str:
    """The text of a batch file, with line ends as TOML counts them."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ParameterError(f"{path.name}: more than {LARGEST // 2**20} MiB is no batch file. Name another.")
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as fault:
        raise ParameterError(f"{path} cannot be read ({fault.strerror}). Look at its permissions.") from None
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise ParameterError(f"{path.name}, line {line}: no UTF-8. Save the file as UTF-8.") from None


class _Reader:
    """Turns what TOML held into a batch, and knows the lines for its errors."""

    def __init__(self, path: Path, lines: Lines) -> None:
        self.path, self.lines = path, lines

    def batch(self, held: dict[str, Any]) -> Batch:
        """The whole."""
        for key, value in held.items():
            self.key(key, value)
        reports = self.tables(held.get(TABLES))
        failing = self.one_of("when_one_fails", held.get("when_one_fails", FAILING[0]), FAILING)
        formats = self.formats(held.get("formats", list(FORMATS)))
        limits = {key: self.limit(key, held.get(key, usual)) for key, usual in LIMITS.items()}
        made, merged = self.jobs(reports)
        name = self.path.stem
        return Batch(name, held.get("title", name), made, formats, failing == "stop", merged=merged, **limits)

    def jobs(self, reports: list[dict[str, Any]]) -> tuple[tuple[Job, ...], dict[str, str]]:
        """Every report that the tables ask for, once, and of those asked for in several ways in which.

        Refuses what is asked for twice in the same way.
        """
        found: dict[str, list[tuple[int, Job, dict[str, Value]]]] = {}
        for number, table in enumerate(reports, start=1):
            for notebook, asked, values in batch_table.wanted(number, table, lines=self.lines, folder=self.path.parent):
                folder = jobs.folder_of(notebooks.notebook(notebook), values).as_posix()
                others = found.setdefault(folder, [])
                same = [earlier for earlier, _, other in others if other == asked]
                if same:
                    where = f", which the table in line {self.lines.of(same[0])} asks for" if same[0] != number else ""
                    told = f"asks for {folder}{where or ' twice'}. Leave one of them out"
                    self.lines.refuse(number, "notebook", what=told)
                others.append((number, Job(notebook, values, folder), asked))
        merged = {folder: _ways([asked for *_, asked in some]) for folder, some in found.items() if len(some) > 1}
        return tuple(some[0][1] for some in found.values()), merged

    def key(self, key: str, value: Any) -> None:
        """Refuse a key that a batch does not have, or that holds something else than it should."""
        if key not in KEYS:
            self.lines.refuse(
                0, key, what=f"'{key}' is no key of a batch.{offer(key, KEYS)} Keys there: {', '.join(KEYS)}"
            )
        if key != TABLES and (not isinstance(value, KEYS[key]) or isinstance(value, bool)):
            self.lines.refuse(0, key, what=f"'{key}' must be {_KINDS[KEYS[key]].replace('KEY', key)}")

    def tables(self, reports: Any) -> list[dict[str, Any]]:
        """The tables of reports, of which there must be some, each under its own header."""
        if reports is None or reports == []:
            self.lines.refuse(0, TABLES, what="no reports: write a table [[reports]] for each notebook")
        if self.lines.tables == 0:
            self.lines.refuse(0, TABLES, what="write a table [[reports]], in two pairs of brackets, for each notebook")
        return list(reports)

    def formats(self, asked: list[Any]) -> tuple[str, ...]:
        """The formats that are asked for, in the order of FORMATS."""
        named = {self.one_of("formats", one, FORMATS) for one in asked}
        if FORMATS[0] not in named:
            self.lines.refuse(0, "formats", what="a report always has its page, which the index leads to: add 'page'")
        return tuple(one for one in FORMATS if one in named)

    def limit(self, key: str, value: int) -> int:
        """A limit of time or memory."""
        least, most = _BOUNDS[key]
        if not least <= value <= most:
            self.lines.refuse(0, key, what=f"'{key}' must be from {least} to {most}")
        return value

    def one_of(self, key: str, value: Any, choices: tuple[str, ...]) -> str:
        """One of a few words."""
        if value not in choices:
            near = offer(str(value), choices)
            self.lines.refuse(0, key, what=f"'{key}' takes {', '.join(choices)}, not '{value}'.{near}", value=value)
        return str(value)
