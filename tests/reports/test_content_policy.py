"""A page allows a browser its own style and nothing else: what an attacker gets into it neither runs nor loads."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from analysis.presentation import blocks
from analysis.publishing.checks import browser_rules, page_rules, pages
from analysis.publishing.index import index
from analysis.publishing.report import rendering
from analysis.publishing.report.content_policy import policy
from tests.conftest import nightly
from tests.reports.made_folder import by_force, put

#: Each is a way to have a browser do what the page does not ask for: a script leaves its mark, and all else asks HERE,
#: which stands for the attacker's address, for something.
ATTACKS = {
    "script": "<script>document.title = 'ran'</script>",
    "script from elsewhere": '<script src="HEREa.js"></script>',
    "handler": '<img src="data:," onerror="document.title = \'ran\'">',
    "handler of a drawing": '<svg onload="document.title = \'ran\'"><circle r="1"/></svg>',
    "picture": '<img src="HEREa.png">',
    "style sheet": '<link rel="stylesheet" href="HEREa.css">',
    "import": '<style>@import "HEREb.css"; body { background: url(HEREb.png); }</style>',
    "style of an element": '<p style="background: url(HEREc.png)">A</p>',
    "frame": '<iframe src="HEREa.html"></iframe>',
    "written frame": "<iframe srcdoc=\"<script>parent.document.title = 'ran'</script>\"></iframe>",
    "object": '<object data="HEREb.html" type="text/html"></object>',
    "media": '<video autoplay src="HEREa.mp4" poster="HEREd.png"></video>',
    "font": "<style>@font-face { font-family: a; src: url(HEREa.woff); } body { font-family: a; }</style>",
    "prefetch": '<link rel="preload" as="image" href="HEREe.png">',
}
BASE, FORM = '<base href="HERE">', '<form action="HEREform" id="sent"><button id="send">Send</button></form>'
LINK = '<a id="run" href="javascript:void(document.title = \'ran\')">Read on</a>'


def _report():
    """The page of a small report."""
    shown = blocks.headline("An answer.", "A sentence.")
    block = rendering.Block(1, {"kind": "headline", "text": "", "read": [], **shown.record}, list(shown.parts))
    found = rendering.Report("A question?", [block], rendering.Prose("", 1), [], [block])
    manifest = {"notebook": "a", "parameters": {}, "title": "", "version": "", "inputs": {}, "is_restricted": False}
    return rendering.page(found, manifest)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The HTML of a page of each kind, by its kind."""
    out = tmp_path_factory.mktemp("pages")
    put(out, force="all", blocks=[by_force({"Kent": (50, 100), "Essex": (40, 100)})])
    put(out, folder="restricted/victim_withdrawal/force-kent_2024-04_2025-03", is_restricted=True)
    index.write_index(out)
    names = {
        "index": "index.html",
        "country": "forces/index.html",
        "force": "forces/kent.html",
        "restricted index": "restricted/index.html",
    }
    return {"report": _report(), **{kind: (out / name).read_text() for kind, name in names.items()}}


KINDS = ("report", "index", "country", "force", "restricted index")


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_begins_with_exactly_what_it_needs(made, kind):
    html = made[kind]
    (told,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert html.index("Content-Security-Policy") < html.index("<title>") < html.index("<style>")
    rules = dict(rule.split(" ", 1) for rule in told.replace("&#39;", "'").split("; "))
    assert ("script-src" in rules) is (kind in ("index", "restricted index"))
    assert "unsafe" not in rules.pop("script-src", "")
    assert rules.pop("style-src-elem").startswith("'sha256-")
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert list(page_rules._policy(pages.read(html))) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda html: re.sub(r"<meta http-equiv.*>\n", "", html),
        lambda html: html.replace("default-src &#39;none&#39;", "default-src *"),
        lambda html: html.replace("; form-action", "; script-src &#39;unsafe-inline&#39;; form-action"),
        lambda html: html.replace("</style>", "\nbody { display: none }</style>"),
        lambda html: html.replace("</main>", "<script>1</script></main>"),
        lambda html: html.replace('<meta charset="utf-8">', '<link rel="stylesheet" href="a.css">'),
        lambda html: html.replace(
            "<title>", f'<meta http-equiv="content-security-policy" content="{policy("")}"><title>'
        ),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_allows_more_or_less_breaks_a_rule(made, kind, spoilt):
    html = spoilt(made[kind])
    assert html != made[kind]
    assert list(page_rules._policy(pages.read(html)))


def test_a_link_that_a_browser_would_run_breaks_a_rule(made):
    html = made["report"].replace("</main>", f"{LINK}</main>")
    assert ("#run", "links to javascript:void(docu, which a browser would run") in page_rules.broken(html)


@pytest.fixture(scope="module")
def window():
    """A window of a browser, in which one page is opened after another."""
    if browser_rules.missing():
        pytest.skip(browser_rules.missing())
    with browser_rules.opened() as browser:
        yield browser.new_page()


@pytest.fixture(scope="module")
def attacker():
    """A server of the attacker's: its address, and what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield SimpleNamespace(address=f"http://127.0.0.1:{server.server_port}/", asked=asked)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def outcome(window, attacker, tmp_path):
    """What comes of opening a page: what the attacker was asked for, and whether a script of the attacker's ran."""

    def opened(html, *, clicks=""):
        path = tmp_path / "page.html"
        path.write_text(html.replace("HERE", attacker.address))
        attacker.asked.clear()
        window.goto(path.as_uri())
        if clicks:
            window.evaluate(f"document.querySelector('{clicks}').click()")
        window.wait_for_timeout(300)
        has_run = window.title() == "ran"
        window.goto("about:blank")  # and nothing more is asked for
        return {*attacker.asked} - {"/favicon.ico"}, has_run

    return opened


def unguarded(html):
    """The same page as it was before pages said what they allow."""
    return re.sub(r"<meta http-equiv.*>\n", "", html)


@pytest.mark.parametrize("kind", nightly(["report", "index", "force"], "report", "index"))
def test_nothing_that_gets_into_a_page_runs_or_loads(made, outcome, kind):
    attacked = made[kind].replace("</main>", f"{''.join(ATTACKS.values())}</main>")
    asked, has_run = outcome(unguarded(attacked))
    assert has_run
    assert len(asked) >= 9  # the attacks are attacks
    assert outcome(attacked) == (set(), False)


@pytest.mark.parametrize("name", nightly(ATTACKS, "handler"))
def test_each_attack_works_without_the_policy_and_not_with_it(made, outcome, name):
    attacked = made["report"].replace("</main>", f"{ATTACKS[name]}</main>")
    assert outcome(unguarded(attacked)) != (set(), False)
    assert outcome(attacked) == (set(), False)


@pytest.mark.parametrize(
    ("part", "clicks"), [(LINK, "#run"), (FORM, "#send"), (f'{BASE}<a id="on" href="a.html">On</a>', "#on")]
)
def test_no_link_runs_and_no_form_is_sent_and_no_base_is_taken(made, outcome, part, clicks):
    attacked = made["report"].replace("</main>", f"{part}</main>")
    assert outcome(unguarded(attacked), clicks=clicks) != (set(), False)
    assert outcome(attacked, clicks=clicks) == (set(), False)


def test_the_pages_own_style_and_search_work(made, window, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(made["index"])
    window.goto(path.as_uri())
    assert window.evaluate("getComputedStyle(document.querySelector('.masthead')).borderTopWidth") != "0px"
    assert window.is_visible("#find")  # which the script shows
    window.fill("#words", "zzz")
    window.get_by_text("No report fits. Change the words").wait_for()
