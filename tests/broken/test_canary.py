"""Marked words in a case file and in all that it is called: whatever the commands do, and wherever they are killed, no
byte that they leave holds one, save the private store and what the owner's terminal is told of a reduction. What a
category is called may be seen, but nothing in it that does something to a terminal or turns words around.

The marks are drawn anew for each run, so that nothing can know them. The same search has to find them where they may
be, and wherever a test plants one.
"""

import base64
import csv
import gzip
import io
import json
import re
import secrets
import string
import sys
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from analysis.publishing.placing.staging import BUILT
from benchmarks import command, quick_batch
from tests.batches.desk import PATIENCE, copied_project
from tests.conftest import nightly
from tests.resident import Resident
from tests.searched import Search, pieces

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")

ROLES = ("case", "force", "offence", "recorded", "outcome", "outcome_date")
CELLS = ("reference", "notes", "rare", "bad cell")  # which not even the owner's terminal is told of
KINDS = (*CELLS, "file", "workbook", "folder", "sheet", "other sheet", "mapping", "ended", "feature", "typed", *ROLES)
#: Categories of many cases: one with what clears a terminal, one with what turns words around, in no old coding.
ESCAPED = ("Team\x1b[2J B", "Team\u202e C")
RAW = re.compile(rb"\x1b|\xe2\x80\xae")
#: Where the whole group of processes is killed: the module and what it is about to call.
KILLED = """
import os, signal
if "KILLED_AT" in os.environ:
    from importlib import import_module
    module, _, path = os.environ["KILLED_AT"].partition(":")
    *owners, name = path.split(".")
    place = import_module(module)
    for owner in owners:
        place = getattr(place, owner)
    setattr(place, name, lambda *_, **__: os.killpg(os.getpgid(0), signal.SIGKILL))
"""
#: All that a notebook can have of a set, in an error, in what it prints and in a name.
TELLS = """import os, signal
told = repr(vars(cases)) + cases.cells.to_csv()
print(told)"""


@dataclass
class Place:
    """A project with case files below it, a home and a temporary folder of its own, and a search over them all."""

    root: Path
    marks: dict[str, str]
    environment: pytest.MonkeyPatch

    def __post_init__(self):
        self.project = copied_project(self.root / "project")
        self.cases = self.project / "data" / "cases" / self.marks["folder"]
        self.private = self.project / "data" / "private"
        self.cases.mkdir(parents=True)
        self.search, self.said = Search(self.marks), {}
        self.beside = (self.root / "beside").open("w+b")
        self.resident = Resident(self.project, beside=self.beside.fileno(), **{command.MARK: str(self.root)})

    def run(self, *words, killed_at="", is_killed=False, name=""):
        """The status of a command; what it said is kept by its name, or by its first word.

        One that is killed has a process of its own. The others share one, until something is looked for.
        """
        if killed_at or is_killed:
            return self.run_apart(words, killed_at, name or words[0])
        ended = self.resident.run(*words)
        self.said[name or words[0]] = ended.output
        return ended.status

    def run_apart(self, words, killed_at, name):
        """The status of a command that is killed."""
        self.end()
        mark = str(self.root)
        self.environment.setenv("KILLED_AT", killed_at)
        try:
            with command.command("-m", "analysis.cli", *words, mark=mark, cwd=self.project) as process:
                status = process.wait(PATIENCE)
                assert command.left(mark, but="nothing", seconds=PATIENCE) == []
                self.said[name] = process.said()
        finally:
            self.environment.delenv("KILLED_AT")
            command.end(mark)
        return status

    def end(self):
        """See that nothing runs that was started here."""
        self.resident.end()
        try:
            assert command.left(str(self.root), but="nothing", seconds=PATIENCE) == []
        finally:
            command.end(str(self.root))

    def reduce(self, *files, called="marked", **how):
        """The status of a reduction, of the files that hold the cases unless others are named."""
        files = files or (self.cases / f"{self.marks['file']}.csv", self.cases / f"{self.marks['workbook']}.xlsx")
        mapping = self.cases / f"{self.marks['mapping']}.toml"
        given = ("--mapping", mapping, "--format", "cases", "--as", called, "--workers", "1")
        return self.run("reduce", *files, *given, **how)

    def staged(self, name):
        """What is left of reports in the making, by its name."""
        return set((self.project / ".reports-staging").rglob(name))

    def found(self):
        """Every mark that stands anywhere that it may not, or that was said."""
        self.end()
        told = self.search.of_folder(self.root, leave=(self.cases, self.private))
        said = {name: self.search.of_bytes(words.encode()) for name, words in self.said.items()}
        owners = {name: marks & set(CELLS) if name.startswith("reduce") else marks for name, marks in said.items()}
        return told | {name: marks for name, marks in owners.items() if marks}


def mapping_of(marks):
    columns = "\n".join(f'{role} = "{marks[role]}"' for role in ROLES)
    return (
        f'[extract]\ntaken = 2025-03-31\nsensitivity = "restricted"\n\n[columns]\n{columns}\n\n'
        f'[outcomes]\n"Withdrew {marks["ended"]}" = "16"\n"Charged" = "1"\n"Lacking" = "15"\n\n'
        f'[features.team]\ncolumn = "{marks["feature"]}"\nheading = "Investigating team"\n\n'
        '[features.kind]\ncolumn = "Kind"\ngroups = { "a" = "First kind", "b" = "Second kind" }\n'
    )


def rows_of(marks, number=600):
    """Cases of Kent in a quarter: a reference and notes in each, and a team that six cases have."""
    yield (*(marks[role] for role in ROLES), marks["feature"], marks["typed"], "Kind")
    for place in range(number):
        recorded = date(2024, 1, 1) + timedelta(place % 90)
        outcome = (f"Withdrew {marks['ended']}", "Charged", "Lacking", "")[place % 4]
        team = f"Jane {marks['rare']}" if place % 100 == 77 else ESCAPED[place // 300] if place % 3 == 1 else "Team A"
        ended = str(recorded + timedelta(3 + place % 20)) if outcome else ""
        reference, notes = f"{marks['reference']}{place}", f"café, {marks['notes']}"
        yield reference, "Kent", "8Q", str(recorded), outcome, ended, team, notes, "ab"[place // 4 % 2]


def write_files(place):
    """Half of the cases as text that has to be written again, half on a sheet of a workbook."""
    marks, (header, *rows) = place.marks, rows_of(place.marks)
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows[:300]])
    (place.cases / f"{marks['file']}.csv").write_bytes(out.getvalue().encode("cp1252"))
    with xlsxwriter.Workbook(place.cases / f"{marks['workbook']}.xlsx") as book:
        for title, held in ((marks["sheet"], [header, *rows[300:]]), (marks["other sheet"], [["Told by", "Jane"]])):
            sheet = book.add_worksheet(title)
            for number, row in enumerate(held):
                sheet.write_row(number, 0, row)
    (place.cases / f"{marks['mapping']}.toml").write_text(mapping_of(marks))
    header, *rows = rows_of(marks, 40)
    rows[5] = (*rows[5][:3], f"not {marks['bad cell']}", *rows[5][4:])
    with (place.cases / "spoilt.csv").open("w", newline="", encoding="utf-8") as spoilt:
        csv.writer(spoilt).writerows([header, *rows])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The place after a reduction, a batch, a draft and a release of all that, each of which must succeed."""
    root = tmp_path_factory.mktemp("marked")
    draw = secrets.SystemRandom()
    marks = {kind: "".join(["q", *draw.choices(string.ascii_lowercase, k=17)]) for kind in KINDS}
    with pytest.MonkeyPatch.context() as environment:
        made = Place(root, marks, environment)
        for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            (root / name.lower()).mkdir()
            environment.setenv(name, str(root / name.lower()))
        (made.project / "sitecustomize.py").write_text(KILLED)
        write_files(made)
        assert made.reduce() == 0, made.said
        received = {"notebook": "data_received", "counts": "marked"}
        features = {"notebook": "who_withdraws", "counts": "marked_features", "cluster": "", "features": "team, kind"}
        made.batch = quick_batch.write_batch(
            root / "some.toml", received, features, formats=["page", "pdf", "workbook"]
        )
        assert made.run("batch", made.batch) == 0, made.said
        assert made.run("run", "data_received", "--counts", "marked", "--draft", name="draft") == 0, made.said
        assert made.run("list", "counts") == 0, made.said
        assert made.run("release", root / "outgoing", "--out", made.project / "reports") == 0, made.said
        yield made
        made.end()
        made.beside.close()


def draft(place, *cells, **how):
    """The status of a draft whose cells do anything, in a kernel."""
    path = quick_batch.write_notebook(place.project / "notebooks" / "draft.ipynb", *cells)
    try:
        return place.run("run", "draft", "--counts", "marked", "--force", "Kent", "--period", "all", "--draft", **how)
    finally:
        path.unlink()


def test_a_reduction_a_run_a_batch_and_a_release_leave_no_mark(place):
    below = {path.relative_to(place.root).parts[:3] for path in place.root.rglob("*") if path.is_file()}
    assert {("project", "data", "counts"), ("project", "reports", "restricted")} <= below
    written = {path.suffix for path in (place.project / "reports").rglob("*")}
    assert written >= {".html", ".pdf", ".xlsx", ".json"}
    assert (place.root / "outgoing" / "request.txt").is_file()
    assert place.found() == {}


def test_a_category_is_seen_and_nothing_raw_in_it(place):
    files = [path.read_bytes() for path in (place.project / "reports").rglob("*") if path.is_file()]
    held = [piece for content in files for piece in pieces(content)]
    for name in (rb"Team ?\[2J B", b"Team ?C", b"Other .fewer than 15 cases each"):
        assert any(re.search(name, piece) for piece in held), name
    texts = [path for path in place.project.rglob("*") if path.suffix in (".html", ".json", ".xml")]
    assert len(texts) > 5
    assert [path.name for path in texts if RAW.search(path.read_bytes())] == []
    assert [name for name, words in place.said.items() if RAW.search(words.encode())] == []


def test_the_owner_is_told_which_file_is_which_and_no_report_says(place):
    names = [f"{place.marks['file']}.csv", f"{place.marks['workbook']}.xlsx"]
    assert all(f"read: {name}: 300 rows" in place.said["reduce"] for name in names)
    released = json.loads((place.project / "data/counts/marked.ledger.json").read_text())
    assert released["number"] == 2
    assert not {"entries", "files", "categories"} & set(released)
    version = (place.private / "marked" / "current").read_text().strip()
    (full,) = (place.private / "marked" / version).glob("*.ledger.json")
    (entry,) = json.loads(full.read_text())["entries"]
    assert {one["name"]: one["rows"] for one in entry["files"]} == dict.fromkeys(names, 300)
    others = {"Other (fewer than 15 cases each)": 6, "Team A": 396}
    assert entry["categories"]["team"] == {**others, "Team [2J B": 99, "Team C": 99}


def test_no_index_leads_to_the_draft(place):
    assert re.fullmatch(r"data_received: \S+/report\.html \(\S+ s\), a draft", place.said["draft"].strip())
    (made,) = (place.project / "drafts" / "restricted").glob("data_received/*/report.html")
    assert "Draft: made from a notebook" in made.read_text()
    assert not (place.project / "drafts" / "index.html").exists()
    assert not list((place.project / "reports").rglob("*draft*"))


def test_the_search_finds_every_mark_where_it_may_be(place):
    held = place.search.of_folder(place.cases.parent)
    assert set().union(*held.values()) == set(KINDS)
    kept = place.search.of_folder(place.private)
    assert {"file", "workbook"} <= set().union(*kept.values())
    assert not set(CELLS) & set().union(*kept.values())
    assert {"file", "workbook", "other sheet"} <= place.search.of_bytes(place.said["reduce"].encode())


def pdf(mark, *, words=b""):
    book, out = pikepdf.new(), io.BytesIO()
    book.add_blank_page()
    book.docinfo["/Title"] = mark
    book.pages[0].Contents = book.make_stream(b"BT (%s) Tj ET" % words)
    book.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def parquet(column, value, metadata):
    out = io.BytesIO()
    pq.write_table(pa.table({column: [value]}).replace_schema_metadata({"told": metadata}), out)
    return out.getvalue()


def packed(content, name="a"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


#: Ways in which a word can be in a file.
WAYS = {
    "plain": str.encode,
    "capitals": lambda mark: mark.upper().encode(),
    "another coding": lambda mark: mark.encode("utf-16"),
    "broken": lambda mark: f"{mark[:7]}-\n{mark[7:]}".encode(),
    "gzip": lambda mark: gzip.compress(mark.encode() * 9),
    "a member": lambda mark: packed(mark * 9),
    "a member's name": lambda mark: packed("", mark),
    "gzip in a member": lambda mark: packed(gzip.compress(mark.encode())),
    "PDF title": pdf,
    "PDF stream": lambda mark: pdf("", words=mark.encode()),
    "Parquet value": lambda mark: parquet("a", mark, "b"),
    "Parquet column": lambda mark: parquet(mark, "a", "b"),
    "Parquet metadata": lambda mark: parquet("a", "b", mark),
    "a picture in a page": lambda mark: b'<img src="data:x;base64,' + base64.b64encode(mark.encode()),
}


def test_the_search_finds_a_mark_that_is_planted_in_a_report_in_each_way(place):
    (report,) = (place.project / "reports" / "restricted" / "data_received").iterdir()
    planted = {way: report / f"planted {number}" for number, way in enumerate(WAYS)}
    for way, path in planted.items():
        path.write_bytes(WAYS[way](place.marks["notes"]))
    try:
        assert place.found() == {path.relative_to(place.root).as_posix(): {"notes"} for path in planted.values()}
    finally:
        for path in planted.values():
            path.unlink()
    assert place.found() == {}


def test_the_search_finds_a_folder_and_a_link_that_are_called_by_a_mark(place):
    folder, link = place.root / "home" / place.marks["rare"], place.root / "tmpdir" / "link"
    folder.mkdir()
    link.symlink_to(place.cases)
    try:
        assert place.found() == {f"home/{folder.name}": {"rare"}, "tmpdir/link": {"folder"}}
    finally:
        folder.rmdir()
        link.unlink()


def test_a_reduction_that_is_refused_leaves_no_mark(place):
    assert place.reduce(place.cases / "spoilt.csv", called="spoilt", name="reduce spoilt") == 3
    assert not list((place.project / "data" / "counts").glob("spoilt*"))
    assert place.found() == {}


def test_a_run_that_fails_leaves_no_mark_whatever_it_tells_of_what_it_read(place):
    assert draft(place, f"{TELLS}\nraise ValueError(told)", name="failing") == 5, place.said["failing"]
    (kept,) = (place.project / ".drafts-staging").rglob("executed.ipynb")
    assert "Kent" in kept.read_text()
    assert place.found() == {}


@pytest.mark.parametrize(
    "point",
    nightly(
        [
            "analysis.intake.text:_refuse_no_table",
            "analysis.intake.case_files.rows:CaseRows.settle",
            "analysis.intake.case_files.reader:CaseReader._counted",
            "analysis.counts.private_store:Store.keep_history",
            "analysis.counts.private_store:adopt",
        ],
        "analysis.intake.case_files.rows:CaseRows.settle",
    ),
)
def test_a_reduction_that_is_killed_leaves_no_mark(place, point):
    assert place.reduce(killed_at=point, name="reduce killed") == -9, place.said["reduce killed"]
    assert place.found() == {}


@pytest.mark.nightly
def test_a_run_that_is_killed_leaves_no_mark(place):
    at, before = "analysis.publishing.report.typesetting:typeset", place.staged(BUILT)
    assert place.run("run", "data_received", "--counts", "marked", killed_at=at, name="killed") == -9
    assert place.staged(BUILT) - before, "it was in the middle of a report"
    assert place.found() == {}


@pytest.mark.nightly
def test_a_batch_that_is_killed_leaves_no_mark(place):
    at, before = "analysis.presentation.workbook.workbook:content", place.staged("results.json")
    assert place.run("batch", place.batch, "--force", killed_at=at, name="killed") == -9, place.said["killed"]
    assert place.staged("results.json") - before, "it was in the middle of a report"
    assert place.found() == {}


@pytest.mark.nightly
@pytest.mark.parametrize(("whom", "status"), [("os.getpid()", 5), ("os.getppid()", -9)], ids=["kernel", "command"])
def test_a_report_whose_kernel_or_command_is_killed_leaves_no_mark(place, whom, status):
    assert (
        draft(place, f"{TELLS}\nos.kill({whom}, signal.SIGKILL)\nos.pause()", name="killed", is_killed=status < 0)
        == status
    )
    assert place.found() == {}
