"""The site of documents: pages written from the code are true, links lead somewhere, no restricted report is in it."""

import runpy

import pytest

from tests.conftest import PROJECT

DOCS = PROJECT / "docs"
#: myst-parser calls what a later Sphinx will not have.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@pytest.mark.parametrize("name", ["commands", "columns"])
def test_what_is_written_from_the_code_is_what_the_code_says(name):
    rendered = runpy.run_path(str(DOCS / f"{name}.py"))["rendered"]()
    assert (DOCS / f"{name}.md").read_text(encoding="utf-8") == rendered, "run 'make reference'"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, with a folder of reports one of which is restricted."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("index.html", "trends/force-all/report.html", "restricted/index.html", "batches/run.json"):
        path = folder / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p>A report</p>")
    build = runpy.run_path(str(DOCS / "site.py"))["build"]
    assert build(folder / "site", reports=folder / "reports") == 0, "a link of a page leads nowhere"
    return folder / "site"


def test_every_page_is_in_the_site_and_its_door_leads_to_the_first(site):
    made = {path.relative_to(site).with_suffix(".md") for path in site.rglob("*.html")}
    assert {path.relative_to(PROJECT) for path in DOCS.rglob("*.md")} <= made
    assert "url=docs/index.html" in (site / "index.html").read_text()


def test_public_reports_are_inside_and_restricted_ones_are_not(site):
    assert (site / "reports/trends/force-all/report.html").exists()
    assert not (site / "reports/restricted").exists()
    assert not (site / "reports/batches").exists()


def test_nothing_is_loaded_from_elsewhere(site):
    page = (site / "docs/index.html").read_text()
    assert 'src="http' not in page
    assert 'rel="stylesheet" href="http' not in page
