"""Up to date means made from what is at hand now, and whole; anything else is named, and only what depends on it."""

import json
import os
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pytest

from analysis.counts import counts
from analysis.publishing.about.publisher import Publisher
from analysis.publishing.batch import plan
from analysis.publishing.notebooks import notebooks
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.report import edition, freshness, inputs
from analysis.reference import reference
from tests.conftest import PROJECT

VICTIM, RECEIVED = "victim_withdrawal/force-kent_2024-04_2025-03", "data_received/force-gwent"


@pytest.fixture
def desk(two_reports, tmp_path, monkeypatch):
    """Copies of the two reports, and of all that they are made from: notebooks, counts, tables."""
    reports, batch = two_reports
    project = tmp_path / "project"
    shutil.copytree(reports, tmp_path / "reports")
    for name in ("notebooks", "data"):
        shutil.copytree(PROJECT / name, project / name)
    monkeypatch.setattr(reference, "PROJECT", project)
    monkeypatch.setattr(reference, "SUITE", project)
    monkeypatch.setattr(reference, "DATA", project / "data")
    monkeypatch.setattr(counts, "FOLDER", project / "data" / "counts")
    monkeypatch.setattr(notebooks, "FOLDER", project / "notebooks")
    plan.book.cache_clear()
    yield SimpleNamespace(project=project, out=tmp_path / "reports", batch=batch)
    plan.book.cache_clear()


def reasons(desk, jobs=None, *, is_forced=False, **changes):
    """Why each report must be made, of those that must."""
    form = Form(**{"formats": desk.batch.formats, **changes})
    planned = plan.plan(jobs or desk.batch.jobs, desk.out, form=form, is_forced=is_forced)
    return {one.job.folder: one.reason for one in planned if one.reason}


def grow(path, more=" "):
    path.write_bytes(path.read_bytes() + more.encode())


def test_what_stands_as_it_was_made_is_up_to_date_whatever_the_clock_says(desk):
    assert reasons(desk) == {}
    for path in [*desk.project.rglob("*"), *desk.out.rglob("*")]:
        os.utime(path, (0, 0))
    assert reasons(desk) == {}


def test_who_publishes_is_part_of_what_a_report_is_made_from(desk):
    assert set(reasons(desk, publisher=Publisher("Example Office")).values()) == {"settings changed"}
    for folder in (VICTIM, RECEIVED):
        manifest = json.loads((desk.out / folder / "manifest.json").read_text())
        manifest["publisher"] = {"name": "Example Office"}
        (desk.out / folder / "manifest.json").write_text(json.dumps(manifest))
    assert reasons(desk, publisher=Publisher("Example Office")) == {}
    assert set(reasons(desk).values()) == {"settings changed"}
    (job, *_) = desk.batch.jobs
    assert plan.outdated(job, desk.out / VICTIM, Form(("page",))) == "settings changed"
    assert plan.outdated(job, desk.out / VICTIM, Form(("page",), publisher=Publisher("Example Office"))) == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("notebooks/victim_withdrawal.ipynb", {VICTIM: "notebook changed"}),
        ("notebooks/data_received.ipynb", {RECEIVED: "notebook changed"}),
        ("notebooks/trends.ipynb", {}),
        ("notebooks/batches/monthly.toml", {}),
        ("data/counts/offences_2024_25.parquet", {VICTIM: "data/counts/offences_2024_25.parquet changed"}),
        ("data/counts/gwent_2022_2025.ledger.json", {RECEIVED: "data/counts/gwent_2022_2025.ledger.json changed"}),
        ("data/counts/stalking_2024_25.parquet", {VICTIM: "data/counts/stalking_2024_25.parquet changed"}),
        ("data/counts/stalking_example.parquet", {}),
        ("data/reference/breaks.csv", dict.fromkeys((VICTIM, RECEIVED), "data/reference/breaks.csv changed")),
        ("data/published/findings.csv", dict.fromkeys((VICTIM, RECEIVED), "reference data changed")),
        ("data/reference/new.csv", dict.fromkeys((VICTIM, RECEIVED), "reference data changed")),
        ("data/README.md", {}),
    ],
)
def test_what_a_report_is_made_from_makes_it_out_of_date_and_no_other(desk, name, told):
    path = desk.project / name
    grow(path) if path.exists() else path.write_text("name\n")
    assert reasons(desk) == told


@pytest.mark.parametrize("name", ["data/counts/gwent_2022_2025.ledger.json", "data/reference/breaks.csv"])
def test_a_file_that_is_gone_has_changed(desk, name):
    (desk.project / name).unlink()
    assert reasons(desk)[RECEIVED] == f"{name} changed"


def test_another_edition_other_formats_and_other_parameters_are_named(desk, monkeypatch):
    assert reasons(desk, formats=("page", "pdf")) == dict.fromkeys((VICTIM, RECEIVED), "other formats")
    (job,) = [job for job in desk.batch.jobs if job.folder == VICTIM]
    other = replace(job, values={**job.values, "base": "with_outcome"})
    assert reasons(desk, [other]) == {VICTIM: "parameters changed"}
    assert reasons(desk, is_forced=True) == dict.fromkeys((VICTIM, RECEIVED), "asked for again")
    monkeypatch.setattr(freshness, "edition", lambda: "another")
    assert reasons(desk) == dict.fromkeys((VICTIM, RECEIVED), "another edition of this package")


def spoil(folder):
    def told(**changes):
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))

    def linked():
        (folder / "report.html").rename(folder.parent / "elsewhere.html")
        (folder / "report.html").symlink_to(folder.parent / "elsewhere.html")

    return {
        "damaged": lambda: grow(folder / "report.html"),
        "emptied": lambda: (folder / "results.json").write_text(""),
        "missing": (folder / "results.json").unlink,
        "a folder": lambda: [(folder / "results.json").unlink(), (folder / "results.json").mkdir()],
        "a link": linked,
        "a link around": lambda: [
            (folder / "data").rename(folder.parent / "elsewhere"),
            (folder / "data").symlink_to(folder.parent / "elsewhere"),
        ],
        "damaged within": lambda: grow(folder / "data" / "csv-metadata.json"),
        "extra": lambda: (folder / "notes.txt").write_text("mine"),
        "extra within": lambda: (folder / "data" / "notes.txt").write_text("mine"),
        "an empty folder": (folder / "notes").mkdir,
        "hidden within": lambda: (folder / "data" / ".DS_Store").write_text(""),
        "hidden": lambda: (folder / ".DS_Store").write_text(""),
        "no manifest": (folder / "manifest.json").unlink,
        "half a manifest": lambda: (folder / "manifest.json").write_text("{"),
        "another's manifest": lambda: told(schema="other"),
        "no inputs": lambda: told(inputs=None),
        "a list of files": lambda: told(files=["report.html"]),
        "no report": lambda: shutil.rmtree(folder),
        "a file": lambda: [shutil.rmtree(folder), folder.write_text("")],
    }


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("damaged", "report.html is damaged"),
        ("emptied", "results.json is damaged"),
        ("missing", "results.json is missing"),
        ("a folder", "results.json is missing"),
        ("a link", "report.html is a link"),
        ("a link around", "data/cases-by-month.csv is a link"),
        ("damaged within", "data/csv-metadata.json is damaged"),
        ("extra", "notes.txt is not of this report"),
        ("extra within", "data/notes.txt is not of this report"),
        ("an empty folder", "notes is not of this report"),
        ("hidden within", ""),
        ("hidden", ""),
        ("no manifest", "manifest.json is missing"),
        ("half a manifest", "manifest.json cannot be read"),
        ("another's manifest", "manifest.json cannot be read"),
        ("no inputs", "manifest.json cannot be read"),
        ("a list of files", "manifest.json cannot be read"),
        ("no report", "never made"),
        ("a file", "manifest.json cannot be read"),
    ],
)
def test_a_report_that_is_not_whole_is_out_of_date_and_no_other(desk, how, reason):
    spoil(desk.out / RECEIVED)[how]()
    assert reasons(desk) == ({RECEIVED: reason} if reason else {})


def test_the_reason_that_is_named_is_what_it_was_made_from_before_how_it_stands(desk):
    grow(desk.out / RECEIVED / "report.html")
    grow(desk.project / "notebooks/data_received.ipynb")
    assert reasons(desk) == {RECEIVED: "notebook changed"}


def test_a_report_built_elsewhere_from_something_else_is_told(desk):
    job = next(job for job in desk.batch.jobs if job.folder == RECEIVED)
    assert plan.outdated(job, desk.out / RECEIVED, Form(("page",))) == ""
    grow(desk.project / "data/counts/gwent_2022_2025.ledger.json")
    assert "ledger.json changed" in plan.outdated(job, desk.out / RECEIVED, Form(("page",)))


@pytest.fixture
def package(tmp_path, monkeypatch):
    for name in ("one.py", "templates/page.css", "templates/page.html.j2"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(edition, "PACKAGE", tmp_path)

    def now():
        edition.edition.cache_clear()
        return edition.edition()

    yield tmp_path, now
    edition.edition.cache_clear()


@pytest.mark.parametrize("name", ["one.py", "two.py", "templates/page.css", "templates/page.html.j2"])
def test_an_edition_is_all_that_makes_reports(package, name):
    folder, now = package
    before = now()
    (folder / name).write_text("2")
    assert now() != before
    (folder / name).write_text("1") if name != "two.py" else (folder / name).unlink()
    assert now() == before


def test_an_edition_is_not_what_python_leaves_and_not_where_it_stands(package, monkeypatch):
    folder, now = package
    before = now()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "one.pyc").write_text("")
    (folder / "notes.txt").write_text("")
    assert now() == before
    shutil.copytree(folder, folder / "elsewhere" / "copy", ignore=shutil.ignore_patterns("elsewhere"))
    monkeypatch.setattr(edition, "PACKAGE", folder / "elsewhere" / "copy")
    assert now() == before


def test_a_library_of_another_version_is_another_edition(package, monkeypatch):
    _, now = package
    before = now()
    assert {"papermill", "typst", "matplotlib"} <= set(edition.libraries())
    assert "pytest" not in edition.libraries()
    held = {**edition.libraries(), "typst": "0.0.1"}
    monkeypatch.setattr(edition, "libraries", lambda: held)
    assert now() != before


def test_a_report_whose_cells_took_a_definition_from_a_file_is_made_anew_once_it_changes(desk):
    path, manifest = desk.project / "work" / "definitions.toml", desk.out / VICTIM / "manifest.json"
    path.parent.mkdir()
    path.write_text('[measures]\n"evidential difficulties" = [14, 15]\n')
    told = json.loads(manifest.read_text())
    told["inputs"]["work/definitions.toml"] = inputs.digest(path)
    manifest.write_text(json.dumps(told))
    assert reasons(desk) == {}
    grow(path)
    assert reasons(desk) == {VICTIM: "work/definitions.toml changed"}
