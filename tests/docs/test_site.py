"""The site of documents: pages written from the code are true, links lead somewhere, no restricted report is in it."""

import re
import runpy
from contextlib import contextmanager, nullcontext
from html import unescape
from unittest import mock
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.cmd.build import build_main

from analysis.publishing.checks import browser_rules
from tests.conftest import EVERY, PROJECT

DOCS = PROJECT / "docs"
#: myst-parser calls what a later Sphinx will not have.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@pytest.mark.parametrize("name", ["commands", "columns"])
def test_what_is_written_from_the_code_is_what_the_code_says(name):
    rendered = runpy.run_path(str(DOCS / f"{name}.py"))["rendered"]()
    assert (DOCS / f"{name}.md").read_text(encoding="utf-8") == rendered, "run 'make reference'"


#: What a reader meets first, and a table that is wider than a phone.
FEW = [("docs/index.html", 1280, "light"), ("data/README.html", 390, "dark")]
#: The pages that are written but for the night, when all are; Sphinx reads all of them either way.
WRITTEN = [str(PROJECT / name) for name in ("docs/index.md", "data/README.md", "reports/README.md")]


@contextmanager
def of_few_pages(build):
    """Have the site built of a few pages, without the index that is searched, which needs them all."""
    few = {"build_main": lambda words: build_main(words + WRITTEN)}
    with mock.patch.dict(build.__globals__, few), mock.patch.object(StandaloneHTMLBuilder, "search", new=False):
        yield


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, with a folder of reports one of which is restricted."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("index.html", "trends/force-all/report.html", "restricted/index.html", "batches/run.json"):
        path = folder / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<p>A report</p>")
    build = runpy.run_path(str(DOCS / "site.py"))["build"]
    with nullcontext() if EVERY else of_few_pages(build):
        assert build(folder / "site", reports=folder / "reports") == 0, "a link of a page leads nowhere"
    return folder / "site"


def test_its_door_leads_to_the_first(site):
    assert (site / "docs/index.html").is_file()
    assert "url=docs/index.html" in (site / "index.html").read_text()


@pytest.mark.nightly
def test_every_page_is_in_the_site(site):
    made = {path.relative_to(site).with_suffix(".md") for path in site.rglob("*.html")}
    assert {path.relative_to(PROJECT) for path in DOCS.rglob("*.md")} <= made


def test_public_reports_are_inside_and_restricted_ones_are_not(site):
    assert (site / "reports/trends/force-all/report.html").exists()
    assert not (site / "reports/restricted").exists()
    assert not (site / "reports/batches").exists()


def test_nothing_is_loaded_from_elsewhere(site):
    page = (site / "docs/index.html").read_text()
    assert 'src="http' not in page
    assert 'rel="stylesheet" href="http' not in page


@pytest.mark.nightly
def test_every_link_of_a_page_leads_to_a_page_and_a_place_in_it(site):
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    places = {path: set(re.findall(r'\sid="([^"]+)"', page)) for path, page in pages.items()}
    for path, page in pages.items():
        for target in {unescape(found) for found in re.findall(r'<a [^>]*?href="([^"]+)"', page)}:
            if not urlsplit(target).scheme:
                name, _, part = unquote(target).partition("#")
                led_to = (path.parent / name.partition("?")[0]).resolve() if name else path
                assert led_to.is_file(), f"{path.relative_to(site)} leads to {target}"
                assert not part or part in places[led_to], f"{path.relative_to(site)} leads to {target}"


def test_its_first_page_leads_to_the_reports_that_are_inside(site):
    assert 'href="../reports/index.html"' in (site / "docs/index.html").read_text()


@pytest.fixture(scope="module")
def browser():
    if browser_rules.missing():
        pytest.skip(browser_rules.missing())
    with browser_rules.opened() as opened:
        yield opened


def broken(browser, path, width, scheme):
    view = browser.new_page(viewport={"width": width, "height": browser_rules.WIDTHS[width]}, color_scheme=scheme)
    view.goto(path.as_uri())
    found = [*browser_rules._by_axe(view, set()), *browser_rules._in_its_room(view, "")]
    view.close()
    return found


@pytest.mark.parametrize(("name", "width", "scheme"), FEW)
def test_a_page_keeps_the_rules_of_access(site, browser, name, width, scheme):
    assert broken(browser, site / name, width, scheme) == []


@pytest.mark.nightly
@pytest.mark.parametrize("width", browser_rules.WIDTHS)
@pytest.mark.parametrize("scheme", browser_rules.SCHEMES)
def test_every_page_does(site, browser, width, scheme):
    pages = [path for path in sorted(site.rglob("*.html")) if "reports" not in path.relative_to(site).parts[:1]]
    pages.remove(site / "index.html")  # which only leads on
    found = {path.name: broken(browser, path, width, scheme) for path in pages}
    assert not {name: faults for name, faults in found.items() if faults}


def test_the_drawing_names_the_folders_that_there_are_and_says_what_it_shows():
    drawing = ElementTree.parse(DOCS / "architecture.svg").getroot()
    space = {"svg": "http://www.w3.org/2000/svg"}
    titles = {box[1].text for box in drawing.findall("svg:g", space)}
    folders = {path.name for path in (PROJECT / "analysis").iterdir() if (path / "__init__.py").exists()}
    beside = {
        "cli",
        "starting",
        "updating",
        "lab",
        "exploring",
        "builders",
        "audit",
        "system",
    }  # what drives the road, or is used all along it
    assert titles & folders == folders - beside
    assert all((PROJECT / name).exists() for name in titles - folders - {"files", "data/private"})
    assert drawing.find("svg:desc", space).text
    assert "](architecture.svg)" in (DOCS / "architecture.md").read_text()
