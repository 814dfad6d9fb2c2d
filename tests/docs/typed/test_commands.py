"""Every whole command that a document prints is typed as it stands, in a project of a reader's own."""

import itertools
import re
import shlex
import shutil
import sys

import pytest

from analysis.publishing.index import index
from tests import archives
from tests.conftest import EVERY, PROJECT, nightly
from tests.docs.typed import printed
from tests.docs.typed import reader as own
from tests.docs.typed.reader import EXTRACT, Reader
from tests.loopback import Server
from tests.reports import made_once

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pages print lines for sh")
COMMANDS = printed.commands()
CASES = "data/cases"
MAPPING = EXTRACT.replace(".csv", ".toml")

#: What ends with another status than 0, as its page says.
STATUS = {"attrition start": 3, "papermill --engine attrition -p fource": 2}

#: What takes longer than a moment, or needs what such a line made: typed at night ('make test-all').
LONG = (
    "/opt/attrition/.venv/bin/python",
    "attrition batch",
    "attrition check outputs",
    "attrition check reports --out /srv/reports --browser",
    "attrition notify",
    "attrition reduce",
    "attrition release",
    "attrition report",
    "attrition run",
    "attrition update",
    "docs/publishing/upload_s3.sh",
    "jupyter nbconvert",
    "make counts",
    "papermill --engine attrition -p force",
    "pipx",
    "python -m",
    "uvx",
)
QUICK = ("--dry-run", "--help")

#: What is typed in place of a line that would not end, or would change this machine, and why.
INSTEAD = {
    "make": ("{line} --dry-run", "what it gives is typed elsewhere, runs this test, or stays open (tests/lab/)"),
    "make counts": ("{line}", "this one can be given as it stands"),
    "python -m pip install": ("{line} --dry-run", "this environment holds what is asked for, and is to stay as it is"),
    "uvx --from": ("test -f {2}", "what it wants of an index is not here; tests/cli/test_wheel.py runs the wheel"),
    "pipx run": ("test -f {3}", "what it wants of an index is not here; tests/cli/test_wheel.py runs the wheel"),
}

#: What is not typed, and why.
NOT_TYPED = {
    "attrition lab": "JupyterLab stays open: tests/lab/ opens it",
    "attrition reduce data/cases/police-uk --format police-uk --as my_forces_2025 --scheduler": "as dask",
    "conda": "it is no package for Python: tests/unit/test_dependencies.py holds environment.yml to the locks",
    "dask": "it stays: tests/cli/test_cluster.py starts a scheduler and workers, and reduces on them",
    "journalctl": "no systemd runs here: tests/scheduling/test_systemd.py has it check the units",
    "attrition fetch home-office --recorded-crime": "tests/cli/test_fetch.py fetches such a file",
    "jupyter lab": "as attrition lab",
    "jupyter server list": "it tells of servers that run: tests/scheduling/test_jupyter_scheduler.py starts one",
    "robocopy": "a program of Windows",
    "rsync": "the share is not there: what may be published is what docs/publishing.md has a reader copy and check",
    "systemctl": "as journalctl",
}


def key_of(words, table):
    """The longest key of a table with which a command begins."""
    return max((key for key in table if f"{words} ".startswith(f"{key} ")), key=len, default=None)


def is_long(words):
    return key_of(words, LONG) is not None and not words.endswith(QUICK)


def is_left(one):
    """Whether a command waits for the night, or is not typed at all."""
    return key_of(one.words, NOT_TYPED) is not None or (is_long(one.words) and not EVERY)


def without_mapping(reader):
    for name in (MAPPING, "extract.toml"):
        (reader.project / name).unlink(missing_ok=True)


def with_mapping(reader):
    own.write_mapping(reader.project / MAPPING)


def with_counts_of_kent(reader):
    with_mapping(reader)
    reader.needs(f"attrition reduce {EXTRACT} --mapping {MAPPING} --format cases --as kent_2024")


def with_a_workbook(reader):
    own.write_workbook(reader.project / CASES / "home-office")


def with_months_of_two_forces(reader):
    archives.two_forces(reader.project / CASES / "police-uk")


def with_a_copy_to_publish(reader):
    """What docs/publishing.md has a reader make before it is checked."""
    for one in itertools.takewhile(lambda one: one.words.startswith(("mkdir", "tar")), COMMANDS["docs/publishing.md"]):
        reader.needs(one.words)


def with_figures_of_a_publisher(reader):
    """What docs/how_to/new_publisher.md has a reader write; and an environment that make takes to be set up."""
    text = (PROJECT / "docs" / "how_to" / "new_publisher.md").read_text("utf-8")
    figures, source = (re.search(rf"```{language}\n(.+?)```", text, re.DOTALL)[1] for language in ("text", "toml"))
    published = reader.project / "data" / "published"
    (published / "two_forces_2025_26.csv").write_text(figures)
    with (published / "sources.toml").open("a") as sources:
        sources.write(f"\n{source}")
    (reader.project / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (reader.project / ".venv" / name).symlink_to(own.PROGRAMS.parent / name)
    (reader.project / ".venv" / ".run").touch()


#: What a page takes for granted before a command of it is given.
READY = {
    "attrition batch monthly --verify": lambda reader: reader.needs("attrition batch monthly"),
    "attrition check reports": lambda reader: reader.has_reports("reports", "/srv/reports"),
    "attrition check reports --out site": with_a_copy_to_publish,
    "attrition mapping": without_mapping,
    "attrition reduce data/cases/extract.csv": with_mapping,
    "attrition reduce data/cases/home-office": with_a_workbook,
    "attrition reduce data/cases/police-uk": with_months_of_two_forces,
    "attrition run data_received --counts kent_2024": with_counts_of_kent,
    "attrition run victim_withdrawal --counts kent_2024": with_counts_of_kent,
    "attrition run work/my_victim_withdrawal.ipynb": lambda reader: reader.needs("attrition new victim_withdrawal"),
    "attrition start": without_mapping,
    "make counts": with_figures_of_a_publisher,
    "mkdir site": lambda reader: reader.has_reports("reports"),
}


@pytest.fixture(scope="module")
def handed_over(tmp_path_factory):
    """The project as every reader has it."""
    with Server() as server:
        yield own.hand_over(tmp_path_factory.mktemp("handed over") / "project", server)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """A folder of reports with one in it, which other tests look at too, and their index."""
    given = {"counts": "stalking_example", "period": "all"}
    report = made_once.folder_of(tmp_path_factory, "victim_withdrawal", given)
    out = tmp_path_factory.mktemp("made") / "reports"
    shutil.copytree(report, out / report.parent.name / report.name)
    index.write_index(out)
    return out


@pytest.fixture
def reader(tmp_path, handed_over, request):
    made = Reader(tmp_path, handed_over, reports=lambda: request.getfixturevalue("reports"))
    yield made
    made.resident.end()


def check(reader, one):
    """Type a command, or what stands for it, and hold how it ends and what it answers to the page."""
    if ready := READY.get(key_of(one.words, READY)):
        ready(reader)
    given, _ = INSTEAD.get(key_of(one.words, INSTEAD), ("{line}", ""))
    status, said = reader.types(given.format(*one.words.split(), line=one.words))
    assert status == STATUS.get(key_of(one.words, STATUS), 0), f"{one.place}: {one.words}: {said}"
    assert all(line in said for line in one.answer), f"{one.place}: {said}"


#: What the first pages that a reader meets have typed; what others have is typed at night.
EVERY_TIME = (
    "README.md",
    "docs/audit.md",
    "docs/case_files.md",
    "docs/lab.md",
    "docs/own_question.md",
    "docs/updating.md",
)


@pytest.mark.parametrize("page", nightly(COMMANDS, *EVERY_TIME))
def test_what_a_page_has_typed_does_what_it_says(page, reader):
    for one in COMMANDS[page]:
        if not is_left(one):
            check(reader, one)


@pytest.mark.parametrize(
    "text",
    [
        "    attrition list forcez",
        "    cp docs/scheduling/github_actions.yml .github/workflows/",
        "    attrition list forces\n\n    Kent and Essex\n",
        "It is said by `attrition list forcez`.",
    ],
)
def test_a_line_that_does_not_do_what_its_page_says_is_seen(reader, text):
    [one] = [*printed.in_lines("page.md", text), *printed.in_sentences("page.md", text)]
    with pytest.raises(AssertionError, match="page.md:1: "):
        check(reader, one)


def test_what_is_read_of_a_page_is_what_is_to_be_typed():
    text = """```text
    make cake
```

    make report  # all of them
    reports/index.html
    make pie

`make test`, `attrition run NAME`, `attrition list a|b`, `attrition update`, `attrition changes 1` and `docs/make.md`.
"""
    lines = printed.in_lines("page.md", text)
    assert [(one.line, one.words, one.answer) for one in lines] == [
        (5, "make report", ("reports/index.html",)),
        (7, "make pie", ()),
    ]
    assert [one.words for one in printed.in_sentences("page.md", text)] == ["make test"]


@pytest.mark.nightly
def test_given_again_once_its_mapping_is_decided_the_command_makes_the_reports(reader):
    [one] = [one for one in COMMANDS["README.md"] if one.words.startswith("attrition start")]
    assert reader.types(one.words)[0] == STATUS["attrition start"]
    own.write_mapping(reader.project / shlex.split(one.words)[2].replace(".csv", ".toml"))
    reader.needs(one.words)
    assert list(reader.project.glob("reports/restricted/data_received/*/report.html"))


@pytest.mark.parametrize("table", [STATUS, LONG, INSTEAD, NOT_TYPED, READY])
def test_no_line_is_treated_otherwise_that_is_no_longer_printed(table):
    printed_now = [one.words for given in COMMANDS.values() for one in given]
    assert [key for key in table if not any(key_of(words, [key]) for words in printed_now)] == []


def test_no_line_of_a_program_is_taken_for_something_else():
    for page in printed.PAGES:
        for _, line in itertools.chain(*printed.indented((PROJECT / page).read_text("utf-8"))):
            first = line.split(" ")[0]
            assert printed.is_command(line) or not (first and shutil.which(first)), f"{page}: {line}"
