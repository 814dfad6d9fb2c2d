"""Reports to release: made once, of made-up cases and of published figures, and doctored copies of them."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256

import pytest

from tests.outputs import released_sets
from tests.reports.made_once import folder_of

PEOPLE = "victim_withdrawal"


@pytest.fixture(scope="session")
def of_people(tmp_path_factory):
    """A report of counts of people; to be read only."""
    return folder_of(tmp_path_factory, PEOPLE, {"counts": "stalking_example", "period": "all"})


@pytest.fixture(scope="session")
def of_published(tmp_path_factory):
    """A report of published figures; to be read only."""
    return folder_of(tmp_path_factory, PEOPLE, {})


@pytest.fixture
def released(monkeypatch):
    """The cells of the made-up cases, of which a release before this one is known."""
    return released_sets.put_later(monkeypatch)


@pytest.fixture
def doctored(tmp_path, of_people):
    """A copy of the report whose records or page somebody changed, its manifest made to fit. Returns its folder."""

    def doctor(change=None, page=None, folder=of_people):
        place = tmp_path / "reports" / folder.parent.name / folder.name
        shutil.copytree(folder, place)
        results = json.loads((place / "results.json").read_text("utf-8"))
        if change is not None:
            change(results)
            (place / "results.json").write_text(json.dumps(results), "utf-8")
        if page is not None:
            html = (place / "report.html").read_text("utf-8")
            changed = page(html)
            assert changed != html
            (place / "report.html").write_text(changed, "utf-8")
        return seal(place)

    return doctor


def seal(place):
    """Have the manifest of a report or of a folder of outputs name the files as they are now."""
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    for name, told in manifest["files"].items():
        if (place / name).is_file():
            digest = sha256((place / name).read_bytes()).hexdigest()
            new = {"bytes": (place / name).stat().st_size, "sha256": digest} if isinstance(told, dict) else digest
            manifest["files"][name] = new
    (place / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return place


def block(results, part):
    """The table of a report whose id holds a word."""
    return next(one for one in results["blocks"] if part in str(one.get("id")) and one["kind"] == "table")


def blocks(results, part):
    """The figure and the table of a report whose ids hold a word: they show the same rows."""
    return [one for one in results["blocks"] if part in str(one.get("id"))]
