"""The rules of pages and reports: built reports keep them, each way of breaking one is found, in a browser too."""

import json
import re
import shutil
import sys
from hashlib import sha256

import openpyxl
import pypdfium2
import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.publishing.checks import browser_rules, page_rules, pages, report_rules
from analysis.publishing.index import index
from analysis.publishing.notebooks import notebooks
from tests.conftest import EVERY
from tests.reports import made_once
from tests.reports.tagged import squeezed

#: A layout or kind of chart each. Every other report is held to the same rules by tests/notebooks/test_runs.py.
SOME = [("force_profile", {}), ("force_comparison", {}), ("time_to_outcome", {})]
#: At night: one report of each notebook, a force's own with a mark of its own, made-up cases with something suppressed.
ALL = [
    *((name, {}) for name in notebooks.names()),
    ("victim_withdrawal", {"force": "Metropolitan Police"}),
    ("victim_withdrawal", {"counts": "stalking_example", "period": "all"}),
]
BUNDLED = ALL if EVERY else SOME


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The bundled reports and their index in a folder."""
    out = tmp_path_factory.mktemp("built") / "reports"
    for name, given in BUNDLED:
        made = made_once.folder_of(tmp_path_factory, name, given)
        shutil.copytree(made, out / name / made.name)
    index.write_index(out)
    return out


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    """One report and its index in a folder."""
    out = tmp_path_factory.mktemp("single") / "reports"
    made = made_once.folder_of(tmp_path_factory, "victim_withdrawal", {"force": "Metropolitan Police"})
    shutil.copytree(made, out / "victim_withdrawal" / made.name)
    index.write_index(out)
    return out


@pytest.fixture
def whole(single, tmp_path):
    """The same, to be spoilt."""
    return next(shutil.copytree(single, tmp_path / "reports").glob("*/*/report.html")).parent


@pytest.fixture
def report(whole):
    """The same, of which print and workbook are held to no rules: they take longer to look at than all else."""
    manifest = json.loads((whole / "manifest.json").read_text())
    (whole / "manifest.json").write_text(json.dumps({**manifest, "formats": []}))
    return whole


def spoil(folder, name, old, new, *, times=1):
    """A file of a report changed, and its manifest told so."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, times), encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def check(*words):
    return CliRunner().invoke(main, ["check", "reports", *words])


def test_the_bundled_reports_and_their_index_keep_the_rules(built):
    result = check("--out", str(built))
    *told, last = result.output.splitlines()
    assert (result.exit_code, last) == (0, f"{len(BUNDLED)} reports and their index keep the rules."), told
    assert len(told) == len(BUNDLED)
    assert all(re.search(r": \d pages, [\d ]+% empty; (no annex|annex of \d+, [\d ]+%)$", one) for one in told), told


VIEWS = [(width, scheme) for width in browser_rules.WIDTHS for scheme in browser_rules.SCHEMES]


@pytest.mark.skipif(bool(browser_rules.missing()), reason=browser_rules.missing() or "there is a browser")
def test_each_keeps_the_rules_in_a_browser_in_one_of_its_views(built):
    """The index and a report of each layout and kind of chart; every width and scheme has its turn.

    At night each report has them all.
    """
    paths = [next((built / name).glob("*/report.html")) for name, _ in SOME]
    with browser_rules.opened() as browser:
        for path, (width, scheme) in zip([built / "index.html", *paths], VIEWS, strict=True):
            found = list(browser_rules._broken(browser, path, width, scheme, seen=set()))
            assert found == [], (path, width, scheme)


@pytest.mark.nightly
@pytest.mark.skipif(bool(browser_rules.missing()), reason=browser_rules.missing() or "there is a browser")
def test_all_keep_the_rules_in_a_browser_too(built):
    result = check("--out", str(built), "--browser")
    assert (result.exit_code, result.output.count("\n")) == (0, len(BUNDLED) + 1), result.output
    assert result.output.endswith("keep the rules in a browser too.\n")


#: What is put for what in a page, and the rule that it breaks. Those of a list are found beside each other in one page.
WAYS = [
    [
        ('<html lang="en-GB">', "<html>", "page: does not say its language"),
        ("<!doctype html>", "", "page: does not begin with <!doctype html>"),
        (r"<title>[^<]+", "<title>", "page: has no title"),
        ("<h1>", "<h1>One more</h1><h1>", "page: has 2 headings of the first level; one"),
        (r"<h3 id=", "<h4>Too deep</h4><h3 id=", "skips a heading level before 'Too deep'"),
        ("<h3 id=", "<h3></h3><h3 id=", "has a heading without words"),
        ('role="img" focusable', 'role="none" focusable', "#hundred-cases: is a drawing without the role 'img'"),
        (r'aria-label="Squares[^"]+"', 'aria-label="Squares."', "#hundred-cases: has no description that says"),
        (r'" fill="#12436d"', '" fill="#00ff00"', "#hundred-cases: draws in #00ff00, which has no dark counterpart"),
        (r'" fill="#12436d"', '" style="fill: #12436d"', "#hundred-cases: draws in #12436d, which has no dark"),
        (r'" stroke="#12436d"', '" stroke-opacity="0.55" stroke="#12436d"', "draws a line at 0.55 of its colour"),
        (r"<caption>[^<]+", "<caption>", "#table-how-the-cases-ended--by-outcome-type: is a table without a caption"),
        ('<th scope="col">', "<th>", "has a heading that does not say what it heads (scope)"),
        (r'<th scope="row">(.+?)</th>', r"<td>\1</td>", "has a row without one heading"),
        (r'<td class="number">[^<]*</td>', "", "has rows of different lengths"),
        ('aria-labelledby="hundred-cases-title"', 'aria-labelledby="gone"', "labelled by '#gone', which is not on the"),
        ('href="#main"', 'href="#gone"', "links to '#gone', which is not on the page"),
        ('href="results.json"', 'href="gone.json"', "links to gone.json, which is not there"),
        ("</main>", "<script>1</script></main>", "#main: holds a script; a report needs none"),
        ("</main>", '<img src="https://example.org/x.png" alt=""></main>', "#main: loads https://example.org/x.png"),
        ("</main>", '<p onclick="x()">A</p></main>', "#main: runs a script"),
        ("</style>", "p { background: url(x.png); }</style>", "style sheet: loads url(x.png"),
        ("</main>", "<p>nan</p></main>", "page: prints 'nan'"),
        ('<main id="main"', "<main></main><main id='main'", "page: has 2 main parts; one"),
        ("</main>", "<!--" + "x" * 450_000 + "--></main>", "at most 450,000"),
        (r'<td class="number">[\d,]+</td>', '<td class="number">[c]</td>', "shows [c] and does not say below"),
        (r'<p class="notes">', '<p class="notes">[x] not received. ', "explains [x], which it does not show"),
        (r"<figcaption>", "<figcaption><p>[c] not shown.</p>", "explains [c], which it does not show"),
        (
            r'(?s)(id="table-by-offence".*?>)Victim withdrew(</th>)',
            r"\1Cases\2",
            "#table-by-offence: has other headings on the page than in results.json",
        ),
        (
            r'(?s)(id="table-by-quarter-of-recording".*?>)Victim withdrew(</th>)',
            r"\1Out of\2",
            "#table-by-quarter-of-recording: has two columns of one heading: ",
        ),
        (r">45</text>", ">[x]</text>", "#hundred-cases: shows [x] and does not say below what it means"),
        ("What this cannot tell you</h2>", "Limits</h2>", "page: has no part 'What this cannot tell you'"),
        (r"(<main.+)not (official statistics.+)not official", r"\1\2", "page: does not say 'not official statistics'"),
        (r'<div class="value">45.3%', '<div class="value">49.5%', "key figures: do not show 'Victim withdrew, of all"),
        (
            r'<td class="number">4,831</td>',
            '<td class="number">5,363</td>',
            "row 17: prints '5,363' where results.json has",
        ),
        ('id="table-by-police-force"', "", "#table-by-police-force: is in results.json and not on the page"),
        (r'aria-label="Squares that', 'aria-label="Boxes that', "is described in other words than in results.json"),
        ("<h1>How many", "<h1>How few", "page: has another title than results.json"),
        (
            '<header class="masthead">',
            '<aside class="banner made-up">A</aside><header>',
            "page: says that real cases are made up",
        ),
    ],
    [
        (r'aria-label="Squares[^"]+"', "aria-label={title}", "#hundred-cases: has its title for a description"),
        ('href="results.json"', 'href=""', "links nowhere: 'Data (JSON)'"),
        ("</style>", "@import 'x.css';</style>", "style sheet: loads @import 'x.css'"),
        ("</main>", "<p>A {{ name }}</p></main>", "page: prints '{{'"),
        ("5,363 of 11,831", "5,364 of 11,831", "prints 5,364, which is not in results.json"),
        (r"45\.3%</text>", "45.4321%</text>", "prints 45.4321%, which is not in results.json"),
        (r"<tr><th scope=\"row\">0: .+?</tr>", "", "has 22 rows on the page and 23 in results.json"),
    ],
    [
        ('id="hundred-cases"', 'id="main"', "#main: names 2 elements; an id names one"),
        (r">Data \(JSON\)</a>", "></a>", "links to results.json without words"),
    ],
    [
        ('id="hundred-cases"', 'id="others"', "#hundred-cases: is in results.json and not on the page"),
    ],
]


def check_that_all_are_found(report, ways):
    """Break a page in each of some ways, and look for each of the rules."""
    html = (report / "report.html").read_text()
    title = pages.read(html).with_id("hundred-cases-title").text
    for old, new, _ in ways:
        html, times = re.subn(old, new.replace("{title}", f'"{title}"'), html, count=1, flags=re.DOTALL)
        assert times == 1, old
    (report / "report.html").write_text(html)
    found = [str(fault) for fault in report_rules.faults(report)]
    assert [told for _, _, told in ways if not any(told in fault for fault in found)] == [], found
    assert all(fault.startswith(f"{report.parent.name}/{report.name}: ") for fault in found)


@pytest.mark.parametrize("printed", ["under 0.1%", "over 99.9%", "50.0%", "under 50.0%"])
@pytest.mark.parametrize("other", ["0.1%", "99.9%", "50.1%", "under 50.1%"])
def test_a_share_that_rounds_to_none_or_all_is_printed_as_under_or_over(printed, other):
    page = pages.read(f"<main><p>Shares of {printed} and {other}.</p></main>")
    shares = {"blocks": [{"share": 0.0002}, {"share": 0.9998}, {"share": 0.5}]}
    wrong = other.removeprefix("under ")
    assert [told for _, told in report_rules._numbers(page, shares)] == [
        f"prints {wrong}, which is not in results.json"
    ]


def test_a_number_below_none_is_found_by_its_figures():
    page = pages.read("<main><p>The file has -3,286 cases less, of which 3,287 are known.</p></main>")
    found = [told for _, told in report_rules._numbers(page, {"blocks": [{"less": -3286}]})]
    assert found == ["prints 3,287, which is not in results.json"]


@pytest.mark.parametrize("ways", WAYS, ids=len)
def test_each_way_of_breaking_a_page_is_found(report, ways):
    check_that_all_are_found(report, ways)


@pytest.mark.nightly
@pytest.mark.parametrize("way", [way for ways in WAYS for way in ways])
def test_each_way_of_breaking_a_page_is_found_by_itself(report, way):
    check_that_all_are_found(report, [way])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"events": 5363,', '"events": 5300,', "prints '5,363' where results.json has events 5300"),
        ('"is_synthetic": false', '"is_synthetic": true', "manifest.json: and results.json differ about made-up cases"),
        ('"is_synthetic": false', '"is_synthetic": true', "page: is of made-up cases and has no banner"),
        ('"schema"', "", "cannot be read as a report"),
        ('"blocks": [', '"blocks": [7, ', "cannot be read as a report"),
    ],
)
def test_results_that_say_something_else_are_found(report, old, new, told):
    spoil(report, "results.json", old, new, times=-1 if "events" in old else 1)
    found = [str(fault) for fault in report_rules.faults(report)]
    assert any(told in fault for fault in found), found


def test_a_file_that_was_changed_or_lost_is_found(report):
    (report / "results.json").write_text((report / "results.json").read_text() + " ")
    assert "results.json: is not the file that manifest.json names" in str(report_rules.faults(report)[0])
    (report / "results.json").unlink()
    assert "cannot be read as a report (FileNotFoundError" in str(report_rules.faults(report)[0])


def test_rows_that_are_not_those_of_the_records_are_found(report):
    """Whoever changes a file and its manifest with it; whoever takes one away with the line that names it."""
    name = "data/victim-withdrawal-by-force.csv"
    spoil(report, name, "Kent,2315,", "Kent,2316,")
    (report / "data" / "csv-metadata.json").unlink()
    found = [str(fault).partition(": ")[2] for fault in report_rules.faults(report)]
    assert f"{name}: is not what results.json holds; make the report again" in found
    assert "data/csv-metadata.json: is not there; make the report again" in found


def test_a_workbook_that_lost_its_marks_is_found(whole):
    book = openpyxl.load_workbook(whole / "tables.xlsx")
    book["Cover"].merge_cells("A1:B1")
    book.save(whole / "tables.xlsx")
    found = [str(fault) for fault in report_rules.faults(whole)]
    assert any(": tables.xlsx: " in fault and "merged" in fault.casefold() for fault in found), found


def test_a_description_needs_a_number_where_the_figure_has_one(report):
    html = (report / "report.html").read_text()
    said = pages.read(html).with_id("hundred-cases").all("svg")[0].attributes["aria-label"]
    wordy = "Many squares of several colours, most of them dark and some of them light."
    for name in ("report.html", "results.json"):
        spoil(report, name, said, wordy, times=-1)
    assert "#hundred-cases: has a description without a number" in " ".join(map(str, report_rules.faults(report)))


def test_the_command_names_report_place_and_rule_and_ends_with_5(report):
    out = report.parent.parent
    spoil(report, "report.html", ' lang="en-GB"', "")
    result = check("--out", str(out))
    assert result.exit_code == 5
    name = f"victim_withdrawal/{report.name}"
    measured, *told = result.output.splitlines()
    assert measured.startswith(f"{name}: 5 pages, ")
    assert told == [
        f"{name}: page: does not say its language (lang='en-GB')",
        "attrition: 1 rule broken in 1 page.",
    ]
    (out / "index.html").unlink()
    assert "index.html: page: is not there; any 'attrition run' writes it" in check("--out", str(out)).output


def test_a_page_that_leads_to_reports_may_search_them_with_a_script_of_its_own(report):
    index = report.parent.parent / "index.html"
    html = index.read_text()
    feed = '<link rel="alternate" type="application/atom+xml" href="feed.xml"></head>'
    assert html.count("<script>") == 1
    index.write_text(html.replace("</head>", feed))
    assert report_rules.index_faults(index.parent) == []
    index.write_text(html.replace("</main>", "<script src='x.js'></script></main>"))
    assert [str(fault) for fault in report_rules.index_faults(index.parent)] == [
        "index.html: page: holds a style sheet or a script beside its own",
        "index.html: #main: loads x.js",
    ]


def test_a_link_of_the_index_that_leads_nowhere_is_found(report):
    out = report.parent.parent
    shutil.rmtree(report)
    found = [str(fault) for fault in report_rules.index_faults(out)]
    assert any(fault.startswith("index.html") and "links to victim_withdrawal/" in fault for fault in found), found
    result = check("--out", str(out))
    assert (result.exit_code, "No report stands in" in result.output) == (2, True)
    assert check("--out", str(out / "nowhere")).exit_code == 2


def test_without_a_browser_the_command_says_what_to_install(whole, monkeypatch):
    """Before anything else: to look at every report first takes minutes."""
    out = str(whole.parent.parent)
    assert check("--out", out).exit_code == 0
    monkeypatch.delattr(report_rules, "faults")  # which nothing may ask for any more
    monkeypatch.setattr(browser_rules, "_chromium", lambda: None)
    if "playwright" in sys.modules or not browser_rules.missing().startswith(("playwright", "axe")):
        result = check("--out", out, "--browser")
        assert (result.exit_code, "No Chromium was found. Install one" in result.output) == (2, True)
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    monkeypatch.setitem(sys.modules, "axe_playwright_python.sync_playwright", None)
    result = check("--out", out, "--browser")
    assert (result.exit_code, "'pip install .[test]' brings it" in result.output) == (2, True)


#: Words dressed in several ways, and what else only a browser sees.
DRESSES = """<!doctype html><html lang="en"><title>A page</title><style>
.cells td { color: #767676 } .cells .pale { color: #bbb }
.night, .phone { display: none; background: #fff; color: #bbb } .phone { color: #ccc }
@media (prefers-color-scheme: dark) { .night { display: block } }
@media (max-width: 45rem) { .phone { display: block } .thumb { color: #ddd; background: #fff } }
</style><main><h1>One</h1>
<table class="cells"><tr><td>One<td>Two</tr><tr><td>Three<td class="pale">Pale</tr><tr><td>Four<td>Five</tr></table>
<p class="night">Night<span role="button"></span></p><p class="phone">Phone</p><p class="thumb">Thumb</p>
<div style="background: #777"><p>Even</p><p style="color: #666">Uneven</p></div>
<div style="height: 900px">Air</div><div style="width: 2000px">Wide</div>
<a href="#main" style="outline: none" tabindex="0">Unseen</a><a href="#main" tabindex="-1">Unreached</a>
<div style="overflow: hidden; width: 40px; white-space: nowrap">Words that are cut off here</div>
<p class="headline">An answer</p></main>"""


def test_what_only_a_browser_sees_is_found_in_each_scheme_and_width(tmp_path):
    if browser_rules.missing():
        pytest.skip(browser_rules.missing())
    (tmp_path / "page.html").write_text(DRESSES)
    told = " ".join(str(fault) for fault in browser_rules.faults(tmp_path, [tmp_path / "page.html"]))
    pale = re.findall(r"(\d+) pixels, (\w+): axe: color-contrast \(serious\), (\d+) times", told)
    # 'Pale' and 'Uneven' everywhere, 'Night' in the dark, 'Phone' and 'Thumb' on a phone
    assert pale == [("1280", "light", "2"), ("1280", "dark", "3"), ("390", "light", "4"), ("390", "dark", "5")]
    unnamed = re.findall(r"(\d+) pixels, (\w+): axe: aria-command-name", told)
    assert unnamed == [("1280", "dark"), ("390", "dark")]  # what the dark alone shows is held to every rule
    for fault in (
        "1280 pixels, light: the first screen does not hold a key figure",
        "pixels wider than the screen",
        "'Unseen' shows no focus",
        "'Unreached' is not reached by the keyboard",
        "cuts off what stands in 'DIV'",
    ):
        assert fault in told, told


def test_the_parser_gives_words_and_places():
    page = pages.read("<main id='a'><p>One <b>two</b>three</p><ul><li>four</ul><svg><path d='x'/></svg>five</main>six")
    assert page.text == "One twothree four five six"
    assert page.all("path")[0].place == "#a"
    assert page.all("path")[0].parent.name == "svg"
    assert [child.name for child in page.with_id("a").all("ul", "svg")] == ["ul", "svg"]
    assert page_rules.broken("") != []


def test_the_published_findings_read_in_two_pages(tmp_path_factory):
    """The answer, ten findings and what cannot be known; the annex begins after them."""
    folder = made_once.folder_of(tmp_path_factory, "published_findings", {})
    with pypdfium2.PdfDocument(folder / "report.pdf") as pdf:
        pages_of = [squeezed(pdf[place].get_textpage().get_text_bounded()) for place in range(3)]
    assert "is consistent with police figures of 2020/21, which" in pages_of[0]
    assert "Ten findings and their verdicts" in pages_of[1]
    assert "What this cannot tell you" in pages_of[1]
    assert "In this annex" in pages_of[2]
    assert "Every finding, one by one" in pages_of[2]
    results = json.loads((folder / "results.json").read_text())
    ten = next(block for block in results["blocks"] if block.get("id") == "findings-in-short")
    assert len(ten["records"]) == len(ten["given"]) == 10
    page = (folder / "report.html").read_text()
    for record in ten["records"]:
        assert f'href="#finding-{record["finding"]}"' in page
        assert f'id="finding-{record["finding"]}"' in page
