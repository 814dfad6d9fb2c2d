"""Who publishes, as every command that makes reports takes it: beside the batch file, named, or nobody."""

import json

import pytest

from analysis.publishing.batch import file
from analysis.publishing.placing import drafts
from tests.quick_batches import attrition, batch, book


@pytest.fixture
def quick(tmp_path):
    """A batch of one quick report."""
    book(tmp_path, "quick")
    return batch(tmp_path, "quick.ipynb")


def said(out):
    """The publisher in the manifest of the one report, and its page."""
    (folder,) = [path.parent for path in out.glob("*/*/manifest.json")]
    return json.loads((folder / "manifest.json").read_text())["publisher"], (folder / "report.html").read_text()


def test_a_batch_takes_the_file_beside_it_and_makes_its_reports_again_when_it_changes(quick, tmp_path):
    out, settings = tmp_path / "reports", tmp_path / "reports.toml"
    settings.write_text('name = "Example Office"\nsite = "https://example.org/a"\n')
    assert attrition("batch", quick, "--out", out).exit_code == 0
    told, page = said(out)
    assert told == {"name": "Example Office", "site": "https://example.org/a/"}
    assert "<dd>Example Office. No address for questions is named.</dd>" in page
    assert "https://example.org/a/index.html" in (out / "sitemap.xml").read_text()
    assert "up to date" in attrition("batch", quick, "--out", out, "--dry-run").output
    other = tmp_path / "other.toml"
    other.write_text('name = "Another Office"')
    assert "(settings changed)" in attrition("batch", quick, "--out", out, "--dry-run", "--settings", other).output
    settings.unlink()
    assert "(settings changed)" in attrition("batch", quick, "--out", out, "--dry-run").output


def test_a_mistake_in_it_is_refused_before_anything_is_made(quick, tmp_path):
    out, settings = tmp_path / "reports", tmp_path / "mine.toml"
    settings.write_text('\nnam = "Example Office"\n')
    for words in (
        ("batch", quick),
        ("report",),
        ("run", "victim_withdrawal"),
        ("index",),
    ):
        found = attrition(*words, "--out", out, "--settings", settings)
        assert found.exit_code == 2, found.output
        assert "mine.toml, line 2: 'nam' is no key of reports.toml. Did you mean 'name'?" in found.output
    assert not out.exists()


def test_the_file_beside_the_projects_batches_is_no_batch(tmp_path, monkeypatch):
    monkeypatch.setattr(file, "FOLDER", tmp_path)
    for name in ("monthly.toml", "reports.toml"):
        (tmp_path / name).write_text("")
    assert file.names() == ["monthly"]


def test_one_report_and_the_index_take_it_too(tmp_path):
    settings, path = tmp_path / "mine.toml", book(tmp_path, "quick")
    settings.write_text('name = "Example Office"\nsite = "https://example.org/a"\n')
    out = tmp_path / "some"
    found = attrition("run", path, "--draft", "--out", out, "--settings", settings)
    assert found.exit_code == 0, found.output
    told, page = said(out)
    assert told["name"] == "Example Office"
    assert "Not at all: it is a draft." in page
    assert "canonical" not in page
    assert drafts.place(out) == out
    place = tmp_path / "reports"
    place.mkdir()
    assert attrition("index", "--out", place, "--settings", settings).exit_code == 0
    assert "https://example.org/a/" in (place / "sitemap.xml").read_text()
    assert attrition("index", "--out", place, "--settings", settings, "--address", "").exit_code == 0
    assert not (place / "sitemap.xml").exists()
