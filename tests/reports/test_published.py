"""A folder of reports served as it is: at any address and from a disk every link leads on; nothing private is in it."""

import json
import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
import requests
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.publishing.checks import pages, published_rules
from analysis.publishing.index import index
from tests.reports import made_once
from tests.reports.made_folder import put

MADE = (
    ("victim_withdrawal", {"force": "Metropolitan Police"}),
    ("victim_withdrawal", {"counts": "stalking_example", "period": "all"}),
)
SITE = "https://example.org/some place/reports/"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Reports that were made, and their index, as others are served them: below a folder with a space in its name."""
    out = tmp_path_factory.mktemp("web") / "some place" / "reports"
    for name, given in MADE:
        made = made_once.folder_of(tmp_path_factory, name, given)
        shutil.copytree(made, out / name / made.name)
    index.write_index(out)
    shutil.rmtree(out / ".state")
    return out


@pytest.fixture
def copy(served, tmp_path):
    """The same without the pages of forces, which are many, to be spoilt."""
    return shutil.copytree(served, tmp_path / "reports", ignore=shutil.ignore_patterns("forces"))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(served):
    """Where a server of this machine serves them: not at its root."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served.parent.parent)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/{quote('some place/reports')}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_every_link_leads_on_from_a_server_below_its_root(served, address):
    start, seen, left, ids = f"{address}index.html", set(), [f"{address}index.html"], {}
    asked = set()
    with requests.Session() as session:
        while left:
            whole = left.pop()
            if whole in seen:
                continue
            seen.add(whole)
            answer = session.get(whole, timeout=20)
            assert answer.status_code == 200, whole
            assert answer.url == whole, "a link that a server has to mend"
            if not whole.endswith(".html"):
                continue
            found = pages.read(answer.content.decode())
            ids[whole] = {one.attributes["id"] for one in found.all() if "id" in one.attributes}
            for link in found.all("a", "link"):
                target, part = urldefrag(urljoin(whole, link.attributes["href"]))
                if not urlsplit(link.attributes["href"]).scheme:
                    assert target.startswith(address), link
                    left.append(target)
                    asked.add((whole, target, part))
    assert [one for one in asked if one[2] and unquote(one[2]) not in ids[one[1]]] == []
    files = {f"{address}{quote(path.relative_to(served).as_posix())}" for path in served.rglob("*") if path.is_file()}
    described = {one for one in files if one.endswith("-metadata.json")}  # which stands beside its CSV, as W3C has it
    of_figures = {one for one in files if one.endswith("/key-figures.csv")}
    assert files - seen == described | of_figures, "a file to which nothing leads"
    assert start in seen


def test_every_link_leads_on_from_a_disk(served):
    assert [str(fault) for fault in published_rules.dead_links(served)] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('href="report.pdf"', 'href="gone.pdf"', "links to gone.pdf, which is not there"),
        ('href="report.pdf"', 'href="/reports/report.pdf"', "which is another place on each server"),
        ('href="report.pdf"', 'href="../../../../etc"', "which is outside of the folder"),
        ('href="report.pdf"', 'href="../"', "a folder, which no disk opens as a page"),
        ('href="../../index.html"', 'href="../../index.html#gone"', "a part that its page does not have"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(copy, old, new, told):
    (copy / "forces").mkdir()  # of which there is the page that the report leads to
    (copy / "forces" / "metropolitan-police.html").write_text("<p>Here</p>")
    (copy / "index.html").write_text("<p id='here'>Here</p>")
    page = next(copy.glob("victim_withdrawal/force-met*/report.html"))
    html = page.read_text()
    assert old in html
    page.write_text(html.replace(old, new, 1))
    (fault,) = [
        one for one in published_rules.dead_links(copy) if one.report.endswith(f"{page.parent.name}/report.html")
    ]
    assert told in str(fault)


def check(out):
    found = CliRunner().invoke(main, ["check", "reports", "--published", "--out", str(out)])
    return found.exit_code, found.output


def test_the_command_lets_through_what_is_for_everybody(served):
    status, said = check(served)
    assert (status, said.splitlines()[-1]) == (0, "2 reports and their index keep the rules.")


def restricted(copy):
    put(copy, folder="restricted/victim_withdrawal/force-kent", is_restricted=True)
    return "restricted: folder: is the place of restricted reports. Leave it out of what is published"


def renamed(copy):
    put(copy, folder="more/victim_withdrawal/force-kent", is_restricted=True)
    return "more/victim_withdrawal/force-kent/manifest.json: file: is of a restricted report (force-kent)"


def page_alone(copy):
    html = '<aside class="banner restricted">Restricted</aside>'
    (copy / "one.html").write_text(f"<!doctype html><html><body>{html}</body></html>")
    return "one.html: page: says that it is restricted"


def draft(copy):
    put(copy, folder="victim_withdrawal/draft", is_draft=True)
    return "victim_withdrawal/draft/manifest.json: file: is of a draft (draft)"


def unknown(copy):
    folder = put(copy, folder="victim_withdrawal/old")
    told = json.loads((folder / "manifest.json").read_text())
    del told["is_restricted"]
    (folder / "manifest.json").write_text(json.dumps(told))
    return "victim_withdrawal/old/manifest.json: file: does not say whether its report is restricted"


def state(copy):
    (copy / ".state").mkdir()
    (copy / ".state" / "failed.json").write_text("{}")
    return ".state: folder: is hidden, and kept by a run for itself"


def link(copy):
    (copy / "away").symlink_to(copy.parent)
    return "away: link: is a link, and may lead out of the folder"


@pytest.mark.parametrize("spoil", [restricted, renamed, page_alone, draft, unknown, state, link])
def test_what_is_not_for_others_is_refused_by_its_name(copy, spoil):
    told = spoil(copy)
    status, said = check(copy)
    assert (status, told in said) == (4, True), said
    assert said.count("\n") == 2
    assert "may not be published: 1 of what it holds is not for others." in said


def test_a_sitemap_and_a_page_for_what_is_gone_are_there_only_where_the_address_is_known(copy):
    assert not (copy / "sitemap.xml").exists()
    index.write_index(copy, address=SITE)
    named = [one.text for one in ElementTree.parse(copy / "sitemap.xml").iter() if one.tag.endswith("}loc")]
    assert all(one.startswith(SITE) for one in named)
    own = {unquote(one.removeprefix(SITE)) for one in named}
    assert {"index.html", "forces/index.html", "forces/kent.html"} <= own
    assert all((copy / name).is_file() for name in own)
    reports = {path.relative_to(copy).as_posix() for path in copy.glob("*/*/report.html")}
    assert reports <= own
    for name in ("index.html", "forces/kent.html", "forces/index.html"):
        found = pages.read((copy / name).read_text())
        (canonical,) = [one.attributes["href"] for one in found.all("link") if one.attributes["rel"] == "canonical"]
        assert canonical == f"{SITE}{name}"
    gone = pages.read((copy / "404.html").read_text())
    assert {link.attributes["href"] for link in gone.all("a")} == {
        "#main",
        f"{SITE}index.html",
        f"{SITE}forces/index.html",
        f"{SITE}feed.xml",
    }
    index.write_index(copy, address="")
    assert [(copy / name).exists() for name in ("sitemap.xml", "404.html")] == [False, False]


def test_restricted_reports_are_in_no_sitemap_and_no_page_of_theirs_is_to_be_listed(copy):
    put(copy, folder="restricted/victim_withdrawal/force-kent_2024-04_2025-03", is_restricted=True)
    index.write_index(copy, address=SITE)
    assert "restricted" not in (copy / "sitemap.xml").read_text()
    assert not (copy / "restricted" / "sitemap.xml").exists()
    html = (copy / "restricted" / "index.html").read_text()
    assert '<meta name="robots" content="noindex, noarchive">' in html
    assert "canonical" not in html
    assert "og:url" not in html


def test_titles_and_descriptions_of_a_site_are_each_their_own(served):
    found = {}
    for path in served.rglob("*.html"):
        page = pages.read(path.read_text())
        described = next(one for one in page.all("meta") if one.attributes.get("name") == "description")
        found[path] = (page.all("title")[0].string, described.attributes["content"])
    assert len(found) > 45
    for place in (0, 1):
        told = [one[place] for one in found.values()]
        assert len(set(told)) == len(told)
        assert all(re.search(r"\w", one) for one in told)
