"""What is wrong below a folder of reports: each a line that names it and what to do, and nothing where all is well."""

import json
import shutil
from hashlib import sha256

import pytest

from analysis.publishing.batch import file, records
from analysis.publishing.batch.records import Run
from analysis.publishing.checks import verification
from analysis.publishing.index import index
from analysis.publishing.placing import locks
from analysis.publishing.placing.staging import Staging
from analysis.reference import reference
from tests.reports.made_folder import put

KENT, ESSEX = "trends/force-kent", "trends/force-essex"


@pytest.fixture
def batch(tmp_path):
    path = tmp_path / "made.toml"
    path.write_text('[[reports]]\nnotebook = "trends"\nforces = ["Kent", "Essex"]\n')
    return file.read(path)


@pytest.fixture
def out(tmp_path):
    """A folder in which all is well: two reports, an index, a record of a run, a failure that is remembered."""
    reports = tmp_path / "reports"
    for force, folder in (("Kent", KENT), ("Essex", ESSEX)):
        place = put(reports, force=force, folder=folder)
        digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in place.iterdir()}
        del digests["manifest.json"]
        put(reports, force=force, folder=folder, files=digests)
    Run("made", "", 2, {}).write(reports)
    (reports / "README.md").write_text("")
    index.write_index(reports, address="https://example.org/")
    staging = Staging(reports)
    staging.keep("trends/force-surrey", {"error.txt": b"It stopped."})
    staging.fresh("trends")  # which a run that failed leaves
    return reports


def told(out, batch):
    return [str(fault) for fault in verification.faults(out, batch)]


def test_where_all_is_well_nothing_is_told(out, batch):
    assert told(out, batch) == []


def test_looking_changes_nothing(out, batch):
    (out / "index.html").unlink()
    before = {path: path.stat().st_mtime_ns for path in out.parent.rglob("*")}
    assert told(out, batch)
    assert {path: path.stat().st_mtime_ns for path in out.parent.rglob("*")} == before


def test_a_folder_that_is_not_there_lacks_every_report(tmp_path, batch):
    assert told(tmp_path / "nowhere", batch) == [
        f"{name}: is asked for by the batch and is not there; run the batch" for name in (ESSEX, KENT)
    ]
    assert not (tmp_path / "nowhere").exists()


def change(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


HOW = {
    "damaged": (
        lambda out: (out / KENT / "report.html").write_text("<!doctype html><p>"),
        f"{KENT}: report.html is damaged; run the batch that asks for it, which makes it anew",
    ),
    "missing": (
        lambda out: (out / KENT / "results.json").unlink(),
        f"{KENT}: results.json is missing; run the batch that asks for it, which makes it anew",
    ),
    "stray": (
        lambda out: (out / KENT / "notes.txt").write_text(""),
        f"{KENT}/notes.txt: is not of this report, and goes when it is made anew; move it elsewhere",
    ),
    "hidden": (
        lambda out: (out / KENT / ".DS_Store").write_text(""),
        f"{KENT}/.DS_Store: is not of this report, and goes when it is made anew; move it elsewhere",
    ),
    "foreign file": (
        lambda out: (out / "robots.txt").write_text(""),
        "robots.txt: is not of this package; move it elsewhere",
    ),
    "foreign folder": (
        lambda out: shutil.copytree(out.parent / ".reports-staging", out / "other"),
        "other: is not of this package; move it elsewhere",
    ),
    "foreign among reports": (
        lambda out: (out / "trends" / "notes.txt").write_text(""),
        "trends/notes.txt: is not of this package; move it elsewhere",
    ),
    "empty folder": (lambda out: (out / "empty").mkdir(), "empty: is an empty folder; remove it"),
    "link to a folder": (
        lambda out: (out / "elsewhere").symlink_to(out / "trends"),
        "elsewhere: is not of this package; move it elsewhere",
    ),
    "link among reports": (
        lambda out: (out / "trends" / "force-surrey").symlink_to(out / KENT),
        "trends/force-surrey: is not of this package; move it elsewhere",
    ),
    "no record": (
        lambda out: (out / records.FOLDER / "notes.json").write_text("{}"),
        "batches/notes.json: is no record of a run; move it elsewhere",
    ),
    "no page": (
        lambda out: (out / index.FORCES / "atlantis.html").write_text(""),
        "forces/atlantis.html: is no page of a force; move it elsewhere",
    ),
    "page missing": (
        lambda out: (out / index.FORCES / "kent.html").unlink(),
        "forces/kent.html: is not there; 'attrition index' writes it",
    ),
    "index missing": (
        lambda out: (out / "index.html").unlink(),
        "index.html: is not there; 'attrition index' writes it",
    ),
    "index outdated": (
        lambda out: change(out / KENT / "manifest.json", answer="Another."),
        "index.html: is not the index of what stands here; 'attrition index' writes it again",
    ),
    "staged": (
        lambda out: (out / "tmp1.staged").write_text(""),
        "tmp1.staged: was left by a run that was killed; remove it",
    ),
    "staged state": (
        lambda out: (out / locks.STATE / "a.0123456789abcdef.staged").write_text(""),
        ".state/a.0123456789abcdef.staged: was left by a run that was killed; run the batch again, which removes it",
    ),
    "staged page": (
        lambda out: (out / index.FORCES / "tmp1.staged").write_text(""),
        "forces/tmp1.staged: was left by a run that was killed; remove it",
    ),
    "batch left": (
        lambda out: Staging(out).of_batch(),
        ".reports-staging/batch: was left by a batch that was killed; run the batch again, which removes it",
    ),
}


@pytest.mark.parametrize("how", HOW)
def test_each_fault_is_a_line_with_its_next_step(out, batch, how):
    spoil, said = HOW[how]
    spoil(out)
    lines = told(out, batch)
    if how in ("missing", "link to a folder", "link among reports"):  # of which the index knows nothing yet
        assert lines.pop(lines.index(HOW["index outdated"][1]))
    assert lines == [said]


def test_a_link_in_the_place_of_a_file_is_damage(out, batch):
    (out / KENT / "report.html").rename(out.parent / "elsewhere.html")
    (out / KENT / "report.html").symlink_to(out.parent / "elsewhere.html")
    assert told(out, batch) == [f"{KENT}: report.html is a link; run the batch that asks for it, which makes it anew"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "has no manifest"),
        ("{", "has a manifest that cannot be read"),
        ('{"schema": "other"}', "has a manifest that cannot be read"),
        ('{"schema": "attrition manifest 1", "files": {}}', "has a manifest that cannot be read"),
    ],
)
def test_a_report_without_a_manifest_is_told_once_beside_the_index(out, batch, content, what):
    path = out / KENT / "manifest.json"
    path.unlink() if content is None else path.write_text(content)
    reports, pages = told(out, batch)[::-1]
    assert reports == f"{KENT}: {what}; run the batch, or remove it where no batch asks for it"
    assert pages.startswith("index.html: is not the index of what stands here")


def test_a_folder_with_another_name_is_not_the_report_it_was(out, batch):
    (out / KENT).rename(out / "trends" / "force-surrey")
    lines = told(out, batch)
    assert f"{KENT}: is asked for by the batch and is not there; run the batch" in lines
    assert f"trends/force-surrey: is the report of {KENT}; move it back, or remove it" in lines
    assert len(lines) == 3


def test_what_a_batch_that_is_at_work_builds_is_no_fault(out, batch):
    staged = Staging(out).of_batch()
    (out / "tmp1.staged").write_text("")
    with locks.held(out, locks.BATCH):
        assert told(out, batch) == []
    assert len(told(out, batch)) == 2
    assert staged.is_dir()


def test_staging_inside_the_folder_is_looked_into_too(out, batch, monkeypatch):
    (out / ".staging" / "batch").mkdir(parents=True)
    assert [line.partition(":")[0] for line in told(out, batch)] == [".staging/batch"]
    monkeypatch.setattr("analysis.publishing.placing.staging._homes", lambda out: (out / ".staging", out / ".staging"))
    Staging(out).clear()
    assert told(out, batch) == []


def test_every_fault_is_found_at_once(out, batch):
    for spoil, _ in HOW.values():
        spoil(out) if spoil is not HOW["index missing"][0] else None
    lines = told(out, batch)
    assert len(lines) == len(HOW) - 1
    assert lines == sorted(lines, key=lambda line: line.partition(": ")[0])
    assert str(out.parent) not in "".join(lines)


def test_every_force_and_every_country_has_its_page():
    assert len(index.page_names()) == len(reference.forces()) + 1 + len(reference.NATIONS)
