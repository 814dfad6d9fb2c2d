"""A batch file, TOML, held strictly: which reports, with which parameters, over which forces and periods.

    title = "Every month: the nation and every force"
    when_one_fails = "go on"

    [[reports]]
    notebook = "victim_withdrawal"
    forces = ["nation", "all"]
    periods = ["last year", "last 4 quarters"]
    base = ["recorded", "decided"]

Any parameter of the notebook may stand in a table of reports; a list makes a report for each of its values. ``forces``
and ``periods`` are words that grow with the counts. Nothing runs before all of a file is known to be right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from analysis.counts import counts, latest
from analysis.errors import AttritionError, ParameterError, offer
from analysis.publishing.about import publisher
from analysis.publishing.about.publisher import NOBODY, Publisher
from analysis.publishing.batch import table as batch_table
from analysis.publishing.batch.table import KEYS, NOTIFY, TABLES
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.notebooks.jobs import FORMATS
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.notify import settings
from analysis.publishing.notify.settings import Settings
from analysis.publishing.placing import places
from analysis.reference import definitions, periods, reference
from analysis.system import toml_text
from analysis.system.folders import visible
from analysis.system.toml_text import Document

FOLDER = notebooks.FOLDER / "batches"
_BROUGHT = reference.SUITE / "notebooks" / "batches"
FAILING = ("go on", "stop")
SOURCES = ("home-office",)
UPDATE_KEYS: dict[str, type] = {"sources": list, "from": str, "page": str}
LIMITS = {"time_limit": 600, "memory_limit": 4096}  # seconds and MiB of a report, where a batch says nothing else
_BOUNDS = {"time_limit": (1, 604_800), "memory_limit": (512, 16_777_216)}
_KINDS = {str: 'a text: KEY = "words"', list: 'a list: KEY = ["page"]', int: "a whole number: KEY = 600"}
_KINDS |= {dict: "a table: [KEY]"}
_ADVICE = f"A batch is TOML: key = value, and a table [[{TABLES}]] for each notebook."


@dataclass(frozen=True)
class Job:
    """One report to make."""

    notebook: str  # the name of one in notebooks/, or the path of another
    values: dict[str, Value]  # those of all its parameters
    folder: str  # where its report stands, below the folder of reports

    @property
    def name(self) -> str:
        """What its notebook is called."""
        return Path(self.notebook).stem


@dataclass(frozen=True)
class Update:
    """What 'attrition update' fetches before a batch: the table [update] of its file."""

    sources: tuple[str, ...] = ()  # whose files, of SOURCES
    first: str = latest.FIRST  # the first financial year that is fetched; those after it are as they are published
    page: str = ""  # the page that lists the files, where it is another than the publisher's usual one; "" for that


@dataclass(frozen=True)
class Batch:
    """What a batch asks for."""

    #: What it is called, and what it is.
    name: str
    title: str
    jobs: tuple[Job, ...]  # its reports, in its order
    formats: tuple[str, ...]  # what a report is to have, of FORMATS; the page is always with them
    stops_at_failure: bool  # whether nothing more is made once a report has failed
    time_limit: int  # seconds that a report may take
    memory_limit: int  # MiB that a report may use
    publisher: Publisher = NOBODY  # who publishes them
    #: In which ways the one report of a folder is asked for, where these are several and mean the same cases.
    merged: Mapping[str, str] = field(default_factory=dict)
    notify: Settings = ()  # who is told of its runs
    update: Update | None = None  # what is fetched before it; None where its file does not say
    #: Whether its file, of which the reports are not known, names counts that may be of people.
    names_own_counts: bool = False

    @property
    def is_guarded(self) -> bool:
        """Whether a word of what it asks for may be about restricted reports."""
        return self.names_own_counts or any(places.is_of_restricted(job.folder) for job in self.jobs)


def names() -> list[str]:
    """The batch files that the project has; who publishes, and definitions, may be written beside them.

    Returns
    -------
    list[str]
        Names without their ending, in order.
    """
    paths = [path for folder in {FOLDER, _BROUGHT} for path in visible(folder, "*.toml")]
    return sorted({path.stem for path in paths if path.name not in (publisher.NAME, definitions.NAME)})


def path_of(name: str) -> Path:
    """The file of a batch.

    Parameters
    ----------
    name
        Its name in notebooks/batches, or a path that ends in .toml.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError
        When there is none.
    """
    with suppress(OSError):  # a name longer than a name can be
        path = notebooks.brought(f"batches/{name}.toml") if name in names() else Path(name)
        if path.is_file() and path.suffix == ".toml":
            return path
    listing = f" There are: {', '.join(names())}." if names() else ""
    near = offer(name.removesuffix(".toml"), names())
    raise ParameterError(f"No batch is called '{name[:80]}', and no file ending in .toml stands there.{near}{listing}")


def of_every_notebook() -> Batch:
    """Every notebook of the suite with its defaults, once, or once for each force: what 'attrition report' makes.

    Returns
    -------
    Batch
        The batch; nobody is told of it.
    """
    books = [notebooks.notebook(name) for name in notebooks.names()]
    wanted = [(book, jobs.checked(book, given)) for book in books for given in _usual(book)]
    made = tuple(Job(book.name, values, jobs.folder_of(book, values).as_posix()) for book, values in wanted)
    return Batch(
        "report", "Every notebook with its defaults", made, FORMATS, False, LIMITS["time_limit"], LIMITS["memory_limit"]
    )


def _usual(book: Notebook) -> list[dict[str, Value]]:
    """What a notebook is given to be made as it usually is: nothing, or each force that its counts hold."""
    if not book.is_of_each_force:
        return [{}]
    counts = str(book.values({})["counts"])
    return [{"force": force} for force in jobs.about_counts(counts).forces]


def read(path: Path) -> Batch:
    """The batch in a file, every job of it checked.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Batch
        The batch.

    Raises
    ------
    ParameterError
        For a key or value that cannot be, and for two tables that ask for one report, naming the line.
    """
    document = toml_text.read(path, kind="batch file", refusal=ParameterError, advice=_ADVICE)
    return _Reader(path, document).batch()


def addressed(path: Path) -> Batch:
    """What a file says of itself and of who is told, whatever is wrong with the rest of it: a batch without reports.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Batch
        Nobody is told of a file that is no TOML, and who is told by a table that cannot be is not in it.
    """
    told: Settings = ()
    values: dict[str, Any] = {}
    with suppress(ParameterError):
        document = toml_text.read(path, kind="batch file", refusal=ParameterError, advice=_ADVICE)
        values, told = document.values, settings.read(document, path.parent)
    title = values.get("title")
    title = title if isinstance(title, str) else path.stem
    is_own = any(map(_may_be_of_people, _counts_in(values.get(TABLES))))
    time, memory = LIMITS.values()
    return Batch(path.stem, title, (), FORMATS, False, time, memory, notify=told, names_own_counts=is_own)


def _counts_in(reports: Any) -> Iterator[str]:
    """The names of counts in tables of reports, whatever else these hold."""
    for table in reports if isinstance(reports, list) else ():
        named = table.get("counts", []) if isinstance(table, dict) else []
        yield from map(str, named if isinstance(named, list) else [named])


def _may_be_of_people(name: str) -> bool:
    """Whether counts are restricted, as those are of which nobody can tell."""
    try:
        return jobs.about_counts(name).sensitivity == "restricted"
    except AttritionError:
        return name not in counts.BUNDLED


def _ways(asked: list[dict[str, Value]]) -> str:
    """In which ways one report is asked for: "force all and force Gwent"."""
    first = asked[0]
    differing = [name for name in first if any(other[name] != first[name] for other in asked)]
    ways = [", ".join(f"{name} {values[name] or 'none'}" for name in differing) for values in asked]
    return " and ".join([", ".join(ways[:-1]), ways[-1]])


class _Reader:
    """Turns what a file holds into a batch."""

    def __init__(self, path: Path, document: Document) -> None:
        self.path, self.document = path, document

    def batch(self) -> Batch:
        """The whole."""
        values, go_on = self.keys(), self.document.going_on
        failing, update, limits = FAILING[0], None, LIMITS.copy()
        formats: tuple[str, ...] = FORMATS
        made: tuple[Job, ...] = ()
        merged: dict[str, str] = {}
        with go_on():
            failing = self.one_of("when_one_fails", values.get("when_one_fails", failing), FAILING)
        with go_on():
            formats = self.formats(values.get("formats", list(FORMATS)))
        for key in LIMITS.keys() & values.keys():
            with go_on():
                limits[key] = self.limit(key, values[key])
        with go_on():
            made, merged = self.jobs(self.tables(values.get(TABLES)))
        with go_on():
            update = self.update(values.get("update"))
        notify = settings.read(self.document, self.path.parent)
        self.document.tell()
        name, (time, memory), stops = self.path.stem, limits.values(), failing == "stop"
        title = values.get("title", name)
        return Batch(name, title, made, formats, stops, time, memory, merged=merged, notify=notify, update=update)

    def keys(self) -> dict[str, Any]:
        """What the file holds under keys that a batch has, as far as it is what it should be."""
        values = {}
        for key, value in self.document.values.items():
            with self.document.going_on():
                self.key(key, value)
                values[key] = value
        return values

    def update(self, table: dict[str, Any] | None) -> Update | None:
        """What is fetched before the batch; None where it cannot be, of which the document keeps why."""
        if table is None:
            return None
        right: dict[str, Any] = {}
        for key, value in table.items():
            with self.document.going_on():
                self.check_update(key, value)
                right[key] = value
        attempt = self.document.attempt
        sources = [attempt("", self.one_of, "sources", name, SOURCES, "update") for name in right.get("sources", [])]
        if not sources and len(right) == len(table):  # or they may be under the key that is none
            with self.document.going_on():
                self.document.refuse(
                    f'no sources: write sources = ["{SOURCES[0]}"] below [update]', "update", "sources"
                )
        year = attempt("", self.first_year, right.get("from", latest.FIRST))
        page = right.get("page", "")
        if page and not page.startswith(("https://", "http://")):
            self.document.refuse("'page' must be an address on the web, as https://www.gov.uk/...", "update", "page")
        return Update(tuple(sources), year, page)

    def check_update(self, key: str, value: Any) -> None:
        """Refuse a key that [update] does not have, or that holds something else than it should."""
        if key not in UPDATE_KEYS:
            there = f"{offer(key, UPDATE_KEYS)} Keys there: {', '.join(UPDATE_KEYS)}"
            self.document.refuse(f"'{key}' is no key of [update].{there}", "update", key)
        if not isinstance(value, UPDATE_KEYS[key]):
            self.document.refuse(f"'{key}' must be {_KINDS[UPDATE_KEYS[key]].replace('KEY', key)}", "update", key)

    def first_year(self, first: str) -> str:
        """The financial year from which workbooks are fetched."""
        try:
            year = periods.named(first)
        except ParameterError as fault:
            self.document.refuse(str(fault), "update", "from")
        if year.label != periods.financial_year(year.first):
            self.document.refuse(f"'from' takes a financial year, as 2024/25, not '{first}'", "update", "from")
        return year.label

    def jobs(self, reports: list[dict[str, Any]]) -> tuple[tuple[Job, ...], dict[str, str]]:
        """Every report that the tables ask for, once, and of those asked for in several ways in which.

        Refuses what is asked for twice in the same way.
        """
        ways: dict[str, list[tuple[int, Job, dict[str, Value]]]] = {}
        for number, table in enumerate(reports):
            with self.document.going_on():
                wanted = batch_table.wanted(number, table, document=self.document, folder=self.path.parent)
                for notebook, asked, values in wanted:
                    folder = jobs.folder_of(notebooks.notebook(notebook), values).as_posix()
                    others = ways.setdefault(folder, [])
                    if same := [earlier for earlier, _, other in others if other == asked]:
                        self.refuse_twice(folder, number, same[0])
                    others.append((number, Job(notebook, values, folder), asked))
        merged = {folder: _ways([asked for *_, asked in some]) for folder, some in ways.items() if len(some) > 1}
        return tuple(some[0][1] for some in ways.values()), merged

    def refuse_twice(self, folder: str, number: int, earlier: int) -> NoReturn:
        """Refuse a table that asks for what it, or an earlier one, asks for already."""
        line = self.document.line(TABLES, earlier)
        where = f", which the table in line {line} asks for" if earlier != number else " twice"
        self.document.refuse(f"asks for {folder}{where}. Leave one of them out", TABLES, number, "notebook")

    def key(self, key: str, value: Any) -> None:
        """Refuse a key that a batch does not have, or that holds something else than it should."""
        if key not in KEYS:
            self.document.refuse(f"'{key}' is no key of a batch.{offer(key, KEYS)} Keys there: {', '.join(KEYS)}", key)
        if key not in (TABLES, NOTIFY) and (not isinstance(value, KEYS[key]) or isinstance(value, bool)):
            self.document.refuse(f"'{key}' must be {_KINDS[KEYS[key]].replace('KEY', key)}", key)

    def tables(self, reports: Any) -> list[dict[str, Any]]:
        """The tables of reports, of which there must be some, each under its own header."""
        if reports is None and self.document.refusals:  # it may be under the key that is none
            return []
        if reports is None or reports == []:
            self.document.refuse("no reports: write a table [[reports]] for each notebook", TABLES)
        if self.document.tables(TABLES) == 0:
            self.document.refuse("write a table [[reports]], in two pairs of brackets, for each notebook", TABLES)
        return list(reports)

    def formats(self, asked: list[Any]) -> tuple[str, ...]:
        """The formats that are asked for, in the order of FORMATS."""
        named = {self.document.attempt("", self.one_of, "formats", name, FORMATS) for name in asked}
        if named.isdisjoint({FORMATS[0], ""}):  # one that is none may be meant for it
            self.document.refuse("a report always has its page, which the index leads to: add 'page'", "formats")
        return tuple(name for name in FORMATS if name in named)

    def limit(self, key: str, value: int) -> int:
        """A limit of time or memory."""
        least, most = _BOUNDS[key]
        if not least <= value <= most:
            self.document.refuse(f"'{key}' must be from {least} to {most}", key)
        return value

    def one_of(self, key: str, value: Any, choices: tuple[str, ...], *inside: str) -> str:
        """One of a few words."""
        if value not in choices:
            near = offer(str(value), choices)
            self.document.refuse(f"'{key}' takes {', '.join(choices)}, not '{value}'.{near}", *inside, key, value=value)
        return str(value)
