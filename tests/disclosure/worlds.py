"""Private worlds with one released set: case files that differ where no released cell tells, and all that leaves of it.

A world is a project of its own with case files beside it. All worlds have one secret, as one owner's two versions of
the truth would, and stand at one path while they are at work, so that nothing differs but the cases.
"""

from __future__ import annotations

import bisect
import csv
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from itertools import zip_longest
from pathlib import Path

import openpyxl

from analysis.disclosure.cells import running_totals
from tests.batches.desk import copied_project
from tests.resident import Resident

SECRET = bytes(range(32))
FIRST, TAKEN, FORCE, NAME = date(2024, 4, 1), date(2025, 6, 30), "Kent", "own"
_SHARES = {"16": 33, "14": 8, "15": 21, "18": 12, "21": 4, "10": 6, "1": 8, "3": 3, "8": 4, "": 7}
#: What a case's time to outcome may be without a released running total that tells: the ends of the steps of all.
_STEPS = sorted({*running_totals.DAYS, *(running_totals.STEP * step - 1 for step in range(1, 30))})
_RARE = ("Jane Roe, 14 Acacia Lane", "Unit 9")  # words of a category that few cases have
#: By what the project says of a column, how it is called in the case file.
COLUMNS = {
    "case": "Ref",
    "force": "Force",
    "offence": "Offence",
    "recorded": "Recorded",
    "outcome": "Outcome",
    "outcome_date": "Ended",
    "sex": "Sex",
    "relation": "Relation",
    "team": "Team",
    "notes": "Notes",
}
_FEATURES = """
[features.sex]
column = "{sex}"
heading = "Sex of the victim"
groups = {{ "F" = "Female", "M" = "Male" }}
[features.relation]
column = "{relation}"
heading = "Relation"
groups = {{ "Ex" = "Former partner", "Known" = "Acquaintance", "Stranger" = "Stranger" }}
[features.team]
column = "{team}"
heading = "Team"
[regression]
cluster = "team"
"""

Row = dict[str, str]
Change = Callable[[list[Row]], list[Row]]


@dataclass(frozen=True)
class Files:
    """How case files are called and what else stands in them: nothing of it is anybody's to know."""

    folder: str = "received"
    file: str = "cases.csv"
    sheet: str = "Sheet1"
    columns: dict[str, str] = field(default_factory=lambda: dict(COLUMNS))
    more: tuple[str, ...] = ()

    def written(self, around: Path, rows: list[Row]) -> tuple[Path, Path]:
        """The case file and its mapping."""
        folder = around / self.folder
        folder.mkdir()
        table = [[*self.columns.values(), *self.more]]
        table += [
            [*(row[name] for name in self.columns), *(f"{row['case']} is seen" for _ in self.more)] for row in rows
        ]
        path = folder / self.file
        if path.suffix == ".xlsx":
            book = openpyxl.Workbook()
            book.active.title = self.sheet
            for line in table:
                book.active.append(line)
            book.save(path)
        else:
            with path.open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows(table)
        told = folder / f"{path.stem}.toml"
        told.write_text(self.mapping(), encoding="utf-8")
        return path, told

    def mapping(self) -> str:
        """What the columns are."""
        lines = ["[extract]", f"taken = {TAKEN}", 'first_month = "2024-04"', 'last_month = "2025-03"', "[columns]"]
        roles = ("case", "force", "offence", "recorded", "outcome", "outcome_date")
        lines += [f'{role} = "{self.columns[role]}"' for role in roles]
        lines += ["[dates]", 'format = "%Y-%m-%d"']
        return "\n".join(lines) + _FEATURES.format(**self.columns)


AS_RECEIVED = Files()
OTHER_FILES = Files(
    folder="From Inspector Zed",
    file="everything in July.xlsx",
    sheet="Do not pass on",
    columns={name: f"{heading} (old system)" for name, heading in COLUMNS.items()},
    more=("Address of the victim",),
)


def rows(seed: int = 4, number: int = 520) -> list[Row]:
    """Cases of a year, each in order of recording; two of a rare team."""
    chance = random.Random(seed)
    found = []
    for place in range(number):
        recorded = FIRST + timedelta(place * 365 // number)
        outcome = chance.choices([*_SHARES], [*_SHARES.values()])[0]
        ended = recorded + timedelta(chance.randrange(1, 90)) if outcome else None
        found.append(
            {
                "case": f"K{place}",
                "force": FORCE,
                "offence": "8Q",
                "recorded": f"{recorded}",
                "outcome": outcome,
                "outcome_date": f"{ended or ''}",
                "sex": chance.choice("FFFM"),
                "relation": chance.choices(["Ex", "Known", "Stranger"], [5, 3, 2])[0],
                "team": _RARE[place % 2] if place in (7, 30) else f"Team {chance.randrange(6)}",
                "notes": "",
            }
        )
    return [*found, *(dict(found[place]) for place in (3, 50, 90))]  # three rows stand twice


def types_moved(some: list[Row]) -> list[Row]:
    """A caution and a community resolution of two months of each quarter change places: one disposition."""
    changed = [dict(row) for row in some[:-3]]
    for quarter in range(4):
        months = [
            f"{2024 + (3 * quarter + step + 3) // 12}-{(3 * quarter + step + 3) % 12 + 1:02}" for step in range(3)
        ]
        held = [row for row in changed if row["recorded"][:7] in months and row["case"] not in twice(some)]
        pairs = [
            (one, other)
            for one in held
            for other in held
            if (one["outcome"], other["outcome"]) == ("3", "8") and one["recorded"][:7] != other["recorded"][:7]
        ]
        if pairs:
            pairs[0][0]["outcome"], pairs[0][1]["outcome"] = "8", "3"
    return [*changed, *some[-3:]]


def in_another_order(some: list[Row]) -> list[Row]:
    """The same rows, shuffled."""
    return random.Random(9).sample(some, len(some))


def days_moved(some: list[Row]) -> list[Row]:
    """Days of recording moved within their month, and days of outcome within the steps of the running totals."""
    chance = random.Random(10)
    moved: dict[str, Row] = {}
    for row in some:
        recorded = date.fromisoformat(row["recorded"])
        followed = step((TAKEN - recorded).days)
        may_be = [day for day in _days_of(recorded) if row["outcome"] or step((TAKEN - day).days) == followed]
        day = chance.choice([recorded, *may_be])
        ended = ""
        if row["outcome_date"]:
            lag = (date.fromisoformat(row["outcome_date"]) - recorded).days
            ended = str(day + timedelta(chance.choice([one for one in range(91) if step(one) == step(lag)])))
        moved.setdefault(row["case"], row | {"recorded": f"{day}", "outcome_date": ended})
    return [dict(moved[row["case"]]) for row in some]


def other_words(some: list[Row]) -> list[Row]:
    """Other reference numbers, notes and names, and other words for the same: capitals, spaces, words of few cases."""
    changed = []
    for row in some:
        number, rare = int(row["case"][1:]), {_RARE[0]: "John Doe", _RARE[1]: "Annexe"}
        changed.append(
            row
            | {
                "case": f"ZX/{number * 7919 % 100003}/b",
                "notes": f"Told by neighbour {number}",
                "force": ("KENT", " kent ", "Kent Police")[number % 3],
                "team": rare.get(row["team"], row["team"].lower() if number % 7 == 0 else row["team"]),
            }
        )
    return changed


def more_copies(some: list[Row]) -> list[Row]:
    """More rows that stand twice, and still too few to be told."""
    return [*some, *(dict(some[place]) for place in (11, 12, 13))]


def same_rows(some: list[Row]) -> list[Row]:
    """No change of the rows: what differs is how their file and all in it are called."""
    return [dict(row) for row in some]


def otherwise(some: list[Row], case: str, outcome: str) -> list[Row]:
    """The same but for how one case ended."""
    return [row | ({"outcome": outcome} if row["case"] == case else {}) for row in some]


def twice(some: list[Row]) -> set[str]:
    """The cases whose rows stand twice."""
    return {row["case"] for row in some[-3:]}


def _days_of(day: date) -> Iterator[date]:
    """The days of a month that every month has."""
    return (day.replace(day=one) for one in range(1, 29))


def step(lag: int) -> int:
    """The number of the step of released running totals that a time to outcome in days is in."""
    return bisect.bisect_left(_STEPS, lag)


class World:
    """A project of its own at a path that all worlds share while they are at work (``kept`` moves it away)."""

    def __init__(self, here: Path, some: list[Row], files: Files) -> None:
        self.here, self.said = here, dict[str, str]()
        here.mkdir()
        self.cases, self.mapping = files.written(here, some)
        self.project = copied_project(here / "project")
        keep_secret(self.project / "data" / "private")
        self.resident = Resident(self.project)

    def run(self, name: str, *words: object) -> int:
        """The exit status of a command; what it says is kept under a name."""
        ended = self.resident.run(*words)
        self.said[name] = f"{ended.status}\n{ended.stdout}\n{ended.stderr}"
        return ended.status

    def reduce(self) -> None:
        """The case file to counts. What it says is the owner's, and is not kept."""
        words = ("reduce", self.cases, "--mapping", self.mapping, "--format", "cases", "--as", NAME, "--workers", 1)
        assert self.run("reduce", *words) == 0, self.said["reduce"]
        del self.said["reduce"]

    def kept(self, place: Path) -> None:
        """Make room for the next."""
        self.resident.end()
        self.here.rename(place)
        self.project, self.here = place / "project", place
        self.resident = Resident(self.project)


def keep_secret(store: Path) -> None:
    """A private store that holds a secret and that nothing was released of."""
    store.mkdir(mode=0o700, parents=True)
    for name, content in (("history.json", b"{}"), ("secret.bin", SECRET)):
        (store / name).write_bytes(content)
        (store / name).chmod(0o600)


# what is published ----------------------------------------------------------------------------------------------------

_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(\.\d+)?(Z|\+00:00)?")
#: What a run took, which its record, its lines and its words say, and the process that holds a lock.
_TOOK = re.compile(
    rb'("(?:seconds|processor_seconds|peak_memory|process|duration)": )[\d.]+(?:e-?\d+)?|[ (]+[\d.]+ s(?=[ ),.\n])'
)
_DAY = re.compile(rb"\b\d{1,2} [A-Z][a-z]+ 20(?!2[0-5])\d\d\b")  # of a report, on an index: none of the cases
#: What is drawn by chance for a notebook that ran: the id of a cell that has none, the folder it ran in.
_BY_CHANCE = re.compile(rb'(?<="id": ")[0-9a-f]{8}(?=")|(?<=-)[a-z0-9_]{8}(?=/(?:source|executed))')
_OF_A_REPORT = ("report.html", "report.pdf", "results.json", "tables.xlsx")


def published(folders: Iterable[Path], said: dict[str, str]) -> dict[str, bytes]:
    """All that is published by name, moments and durations masked where a clock is read: never in a report itself."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = _masked(f"{folder.name}/{path.relative_to(folder).as_posix()}".encode()).decode()
            found[name] = f"folder {path.stat().st_mode:o}".encode() if path.is_dir() else _content(path)
    return found | {f"said by {name}": _masked(words.encode()) for name, words in said.items()}


def _content(path: Path) -> bytes:
    is_masked = path.name not in _OF_A_REPORT and path.suffix in (".json", ".html", ".xml", ".txt", ".ipynb", ".lock")
    content = path.read_bytes()
    if path.name == "index.key":  # a digest of what an index shows, moments among it
        return b"KEY"
    if path.name == "feed.xml":  # the last made first, and what was made last may take longer to make
        content = b"".join(sorted(re.split(rb"\s*(?=<entry>)|\s*(?=</feed>)", content)))
    return _BY_CHANCE.sub(b"CHANCE", _masked(content)) if is_masked else content


def _masked(content: bytes) -> bytes:
    return _DAY.sub(b"DAY", _TOOK.sub(rb"\1 S", _MOMENT.sub(b"MOMENT", content)))


def first_difference(one: dict[str, bytes], other: dict[str, bytes]) -> str:
    """Where two publications first part: the name of a file, its place and what stands there; "" where nowhere."""
    for mine, theirs in zip_longest(one, other):
        if mine != theirs:
            return f"{mine or 'nothing more'} here, {theirs or 'nothing more'} there"
        if one[mine] != other[mine]:
            return f"{mine}: {_parting(one[mine], other[mine])}"
    return ""


def _parting(mine: bytes, theirs: bytes) -> str:
    """The first byte in which two files part, of a workbook the first member, with some of what stands there."""
    if mine[:4] == theirs[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(mine)) as one, zipfile.ZipFile(BytesIO(theirs)) as other:
            for name in one.namelist():
                if name not in other.namelist() or one.read(name) != other.read(name):
                    return name
    at = next(place for place, (a, b) in enumerate(zip_longest(mine, theirs)) if a != b)
    around = slice(max(0, at - 40), at + 40)
    return f"byte {at}: {mine[around]!r} here, {theirs[around]!r} there"


def lines_of(said: str) -> list[dict]:
    """The JSON lines among what a command said."""
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]
