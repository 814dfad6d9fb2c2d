"""A notebook that breaks its rules: no report from any command, and a draft that nobody can take for one."""

import json
import shutil

import pikepdf
import pytest

from analysis.presentation.wording import DRAFT
from analysis.publishing.batch.file import read as batch_in
from analysis.publishing.checks import verification
from analysis.publishing.index import catalogue
from analysis.publishing.placing import drafts
from analysis.publishing.report import publication
from tests.quick_batches import attrition, batch, book
from tests.reports.pdf import without_spaces
from tests.reports.tagged import Tagged
from tests.searched import pieces

BREAKS = "import os"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.mark.parametrize("is_batch", [False, True])
def test_no_report_comes_of_it(tmp_path, out, is_batch):
    path = book(tmp_path, "mine", BREAKS)
    words = ["batch", batch(tmp_path, "mine.ipynb force = 'Kent'")] if is_batch else ["run", path, "--force", "Kent"]
    result = attrition(*words, "--out", out)
    assert result.exit_code == 5
    assert "mine, code cell [5] under “A part”, line 1: imports a module; use 'from analysis import …'" in result.output
    assert not list(out.glob("*/*/report.html"))
    assert "1 run failed last time" in (out / "index.html").read_text()
    assert not [left for left in tmp_path.rglob("source.ipynb") if "failed" not in left.parts]
    if not is_batch:
        assert f"'attrition check {path}' lists every one it breaks; --draft runs it" in result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A draft in all its forms, made by the batch, which leaves it alone the next time."""
    folder = tmp_path_factory.mktemp("drafts")
    book(folder, "mine", BREAKS)
    asked = batch(folder, "mine.ipynb force = 'Kent'", above="")
    results = [attrition("batch", asked, "--out", folder / "out", "--draft") for _ in range(2)]
    assert [one.exit_code for one in results] == [0, 0], results[0].output
    assert "quick: 1 up to date" in results[1].output
    return asked, folder / "out", folder / "out/mine/force-kent"


def test_every_page_and_sheet_says_so(made):
    _, _, draft = made
    assert {path.name for path in draft.iterdir()} > {"report.html", "report.pdf", "tables.xlsx", "results.json"}
    html = (draft / "report.html").read_text()
    assert f'<aside class="banner draft" aria-label="Draft">{DRAFT}</aside>' in html
    assert "<title>Draft: How many?" in html
    assert "All reports</a>" not in html
    held = Tagged(draft / "report.pdf")
    assert all(without_spaces(DRAFT) in without_spaces(page) for page in held.pages)
    with pikepdf.open(draft / "report.pdf") as pdf, pdf.open_metadata() as told:
        assert str(told["dc:title"]).startswith("Draft: ")
    sheets = b"".join(pieces((draft / "tables.xlsx").read_bytes()))
    assert DRAFT.encode() in sheets
    assert b"Draft: How many?" in sheets
    for name in ("results", "manifest"):
        assert json.loads((draft / f"{name}.json").read_text())["is_draft"] is True


def test_nothing_leads_to_it(made, caplog):
    asked, out, _ = made
    assert not (out / "index.html").exists()
    assert not (out / "feed.xml").exists()
    assert catalogue.entries(out) == []
    assert "is of a draft: left out of the index" in caplog.text
    told = [str(fault) for fault in verification.faults(out, batch_in(asked))]
    assert "mine/force-kent: is a draft, which has no place among reports; move it elsewhere" in told


def test_a_report_is_made_anew_where_a_draft_stood(made, tmp_path):
    asked, out, _ = made
    told = attrition("batch", asked, "--out", out, "--dry-run").output
    assert "to fail     mine/force-kent  (mine, code cell [5]" in told
    shutil.copytree(out, tmp_path / "out")
    kept = batch(tmp_path, "mine.ipynb force = 'Kent'", above="")
    book(tmp_path, "mine")
    told = attrition("batch", kept, "--out", tmp_path / "out", "--dry-run").output
    assert "to do       mine/force-kent  (a draft)" in told


def test_no_draft_goes_among_reports(tmp_path, out):
    path = book(tmp_path, "good")
    assert attrition("run", path, "--force", "Kent", "--out", out).exit_code == 0
    result = attrition("run", path, "--force", "Kent", "--out", out, "--draft")
    assert (result.exit_code, "is a folder of reports, in which no draft may stand" in result.output) == (2, True)
    (out / "index.html").unlink()
    assert attrition("run", path, "--out", out, "--draft").exit_code == 2
    for place in (publication.FOLDER, publication.FOLDER / "x"):
        assert attrition("run", path, "--out", place, "--draft").exit_code == 2
    manifest = json.loads((out / "good/force-kent/manifest.json").read_text())
    assert manifest["is_draft"] is False


def test_without_a_folder_it_goes_to_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(drafts, "FOLDER", tmp_path / "drafts")
    path = book(tmp_path, "good")
    result = attrition("run", path, "--force", "Kent", "--draft")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"good: {tmp_path}/drafts/good/force-kent/report.html (")
    assert result.output.endswith("a draft\n")
    assert not (tmp_path / "drafts" / "index.html").exists()


def test_a_draft_is_not_verified(tmp_path, out):
    book(tmp_path, "good")
    result = attrition("batch", batch(tmp_path, "good.ipynb"), "--out", out, "--draft", "--verify")
    assert (result.exit_code, "--draft and --verify do different things" in result.output) == (2, True)
