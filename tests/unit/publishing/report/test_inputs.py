"""What a report is made from, by digest; and a file that changes while a report is made from it."""

import os
from hashlib import sha256

import pytest

from analysis.counts import counts
from analysis.errors import DataRefused
from analysis.publishing.report import inputs
from analysis.reference import reference


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one set of counts, one look-up table and one of printed figures."""
    for name in ("data/counts/some.parquet", "data/reference/forces.csv", "data/published/findings.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "book.ipynb").write_text("{}")
    monkeypatch.setattr(reference, "PROJECT", tmp_path)
    monkeypatch.setattr(reference, "SUITE", tmp_path)
    monkeypatch.setattr(reference, "DATA", tmp_path / "data")
    monkeypatch.setattr(counts, "FOLDER", tmp_path / "data" / "counts")
    return tmp_path


def digest(text):
    return sha256(text.encode()).hexdigest()


def test_files_are_named_below_the_project_with_their_digests(project, tmp_path_factory):
    assert inputs.tables() == ["data/published/findings.csv", "data/reference/forces.csv"]
    assert inputs.named(["data/reference/forces.csv", "data/counts/some.parquet", "data/counts/gone.parquet"]) == {
        "data/counts/gone.parquet": inputs.ABSENT,
        "data/counts/some.parquet": digest("data/counts/some.parquet"),
        "data/reference/forces.csv": digest("data/reference/forces.csv"),
    }
    assert inputs.of_notebook(project / "notebooks/book.ipynb") == ("notebooks/book.ipynb", digest("{}"))
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "mine.ipynb"
    elsewhere.write_text("{}")
    assert inputs.of_notebook(elsewhere) == ("mine.ipynb", digest("{}"))


def test_a_digest_is_taken_again_when_a_file_changes_however_quickly(tmp_path):
    path = tmp_path / "file"
    for text in ("one", "two", "six"):
        path.write_text(text)
        os.utime(path, ns=(0, 0))  # a clock that stands still, or was set back
        assert inputs.digest(path) == digest(text)
    path.unlink()
    assert inputs.digest(path) == ""
    assert inputs.digest(tmp_path) == ""


def test_one_digest_stands_for_all_tables(project):
    before = inputs.reference_data()
    assert inputs.reference_data() == before
    table = project / "data/reference/forces.csv"
    table.rename(table.with_name("other.csv"))
    assert inputs.reference_data() != before


NAMES = ["data/counts/some.parquet", "data/reference/forces.csv"]


def test_files_that_stay_as_they_were_are_let_pass(project):
    standing = inputs.Standing()
    (project / "data/counts/new.parquet").write_text("came meanwhile, and is not of this report")
    (project / "data/published/findings.csv").write_text("changed meanwhile, and is not of this report")
    standing.check([*NAMES, "notebooks/book.ipynb"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["written over", "written the same", "replaced", "gone"])
def test_a_file_that_changed_meanwhile_is_refused_by_name(project, name, how):
    standing, path = inputs.Standing(), project / name
    if how == "gone":
        path.unlink()
    elif how == "replaced":
        other = path.with_name("staged")
        other.write_text(path.read_text())
        os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        other.replace(path)
    else:
        path.write_text("another" if how == "written over" else path.read_text())
    with pytest.raises(
        inputs.Changed, match=f"^{name} changed while a report was made from it. Run it again"
    ) as caught:
        standing.check(NAMES)
    assert isinstance(caught.value, DataRefused)
