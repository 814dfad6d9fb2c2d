"""A name and address that somebody typed into one cell of a case file, and what files, folders and columns are called:
none of it is in any byte of any report, in any form, nor in what the commands say of them.

Everything is marked, reduced and reported by the real commands, in a copy of the project, and every byte is searched:
members of the workbook inflated, streams of the PDF and its words, the metadata of the counts.
"""

import csv
import json
import re
import zipfile
import zlib
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest

from benchmarks import command
from tests.batches.desk import PATIENCE, copied_project
from tests.reports.tagged import Tagged

TYPED = "Jane Zqxjwroe, 14 Zqxjwzephyr Lane"  # into one cell of a column of categories
ESCAPED = "Zqxjwteam\x1b[2J\u202eB"  # a category, with what does something to a terminal
COLUMNS = (
    "Zqxjwref",
    "Zqxjwforce",
    "Zqxjwoffence",
    "Zqxjwdate",
    "Zqxjwoutcome",
    "Zqxjwended",
    "Zqxjwteam col",
    "Zqxjwcount",
)
FOLDER, FILE, MAPPING = "Zqxjwfolder of Jane", "Zqxjwfile Roe.csv", "Zqxjwmapping.toml"
#: What may be seen nowhere; these letters stand nowhere else.
MARK = re.compile(b"zqxjw", re.IGNORECASE)


def mapping():
    names = dict(zip(("case", "force", "offence", "recorded", "outcome", "outcome_date"), COLUMNS, strict=False))
    lines = [
        "[extract]",
        "taken = 2025-03-31",
        "",
        "[columns]",
        *(f'{role} = "{name}"' for role, name in names.items()),
    ]
    lines += ["", "[outcomes]", '"Withdrew" = "16"', '"Charged" = "1"', '"Lacking" = "15"']
    lines += ["", "[features.team]", f'column = "{COLUMNS[6]}"', 'heading = "Investigating team"']
    lines += ["", "[features.kind]", 'column = "Kind"', 'groups = { "a" = "First kind", "b" = "Second kind" }']
    return "\n".join(lines) + "\n"


def rows(number=600):
    """Cases of Kent in order; one has a name and address for its team, some have a team with an escape in its name."""
    for place in range(number):
        recorded = date(2024, 1, 1) + timedelta(place % 360)
        outcome = ("Withdrew", "Charged", "Lacking", "")[place % 4]
        team = TYPED if place == 77 else ESCAPED if place % 3 == 1 else "Team A"
        ended = f"{recorded + timedelta(3 + place % 20)}" if outcome else ""
        yield (f"Zqxjw{place}", "Kent", "8Q", f"{recorded}", outcome, ended, team, "7", "ab"[place // 4 % 2])


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the commands wrote, by name, and the folder of the project that they wrote in."""
    project = copied_project(tmp_path_factory.mktemp("marked") / "project")
    files = project / FOLDER
    files.mkdir()
    with (files / FILE).open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([(*COLUMNS, "Kind"), *rows()])
    (files / MAPPING).write_text(mapping())
    asked = {
        "reduce": ["reduce", files / FILE, "--mapping", files / MAPPING, "--format", "cases", "--as", "marked"],
        "received": ["run", "data_received", "--counts", "marked"],
        "features": [
            "run",
            "who_withdraws",
            "--counts",
            "marked_features",
            "--cluster",
            "",
            "--features",
            "team, kind",
        ],
        "draft": ["run", "data_received", "--counts", "marked", "--draft"],
        "list": ["list", "counts"],
    }
    told = {}
    for name, words in asked.items():
        with command.command("-m", "analysis.cli", *words, mark="", cwd=project) as process:
            status = process.wait(PATIENCE)
            told[name] = process.said()
            assert status == 0, told[name]
    return told, project


def pieces(path):
    """Every run of bytes that a file holds, as it stands and inflated, and the words of a PDF and a Parquet file."""
    content = path.read_bytes()
    yield path.name.encode()
    yield content
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            for member in book.infolist():
                yield member.filename.encode()
                yield book.read(member)
    if path.suffix == ".pdf":
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            inflates = zlib.decompressobj()
            try:
                yield inflates.decompress(stream)
            except zlib.error:
                continue
        held = Tagged(path)
        yield " ".join([*held.pages, held.root.text]).encode()
    if path.suffix == ".parquet":
        held = pq.read_table(path)
        yield repr(held.schema.metadata).encode()
        yield held.to_pandas().to_csv().encode()


def found(folder, wanted):
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(wanted.search(piece) for piece in pieces(path))
    }


@pytest.mark.parametrize("below", ["reports", "drafts", "data/counts"])
def test_no_byte_holds_a_word_of_the_file(said, below):
    _, project = said
    kept = {path.suffix for path in (project / below).rglob("*") if path.is_file()}
    assert kept >= ({".parquet", ".json"} if below == "data/counts" else {".html", ".pdf", ".xlsx", ".json"})
    common = re.compile(b"zqxjw(?!team)", re.IGNORECASE)  # that team is one of 200 cases, and a category
    assert found(project / below, common) == set()
    assert found(project / below, re.compile(TYPED.partition(",")[0].encode(), re.IGNORECASE)) == set()


def test_the_search_finds_what_there_is(said):
    _, project = said
    assert found(project / FOLDER, MARK) == {FILE, MAPPING}
    assert found(project / "reports", re.compile(rb"Zqxjwteam ?\[2J ?B")) != set()  # the category of many cases
    assert found(project / "reports", re.compile(b"Other .fewer than 15 cases each")) != set()


def test_nothing_raw_is_in_any_form_or_on_a_terminal(said):
    told, project = said
    raw = re.compile("[\x1b\u202e]".encode() + b"|\xe2\x80\xae")
    texts = [path for path in (project / "reports").rglob("*") if path.suffix in (".html", ".json", ".xml")]
    assert len(texts) > 5
    assert [path.name for path in texts if b"\x1b" in path.read_bytes() or b"\xe2\x80\xae" in path.read_bytes()] == []
    assert not any(raw.search(words.encode()) for words in told.values())


def test_the_owner_is_told_which_file_is_which_and_no_report_says(said):
    told, project = said
    assert f"read: {FILE}: 600 rows" in told["reduce"]
    assert all(TYPED.split()[1] not in words for words in told.values())
    released = json.loads((project / "data/counts/marked.ledger.json").read_text())
    assert released["number"] == 1
    assert not {"entries", "files", "categories"} & set(released)
    version = (project / "data/private/marked/current").read_text().strip()
    (full,) = (project / "data/private/marked" / version).glob("*.ledger.json")
    (entry,) = json.loads(full.read_text())["entries"]
    assert [(one["name"], one["rows"]) for one in entry["files"]] == [(FILE, 600)]
    assert entry["categories"]["team"] == {"Other (fewer than 15 cases each)": 1, "Team A": 399, "Zqxjwteam [2JB": 200}


def test_no_index_leads_to_the_draft(said):
    told, project = said
    assert re.fullmatch(r"data_received: \S+/report\.html \(\S+ s\), a draft", told["draft"].strip())
    (draft,) = (project / "drafts" / "restricted").glob("data_received/*/report.html")
    assert "Draft: made from a notebook" in draft.read_text()
    assert not (project / "drafts" / "index.html").exists()
    assert not list((project / "reports").rglob("*draft*"))
