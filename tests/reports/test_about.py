"""What official statistics carry, on a report that was made: page, PDF, workbook, and what search engines find."""

import base64
import json
import re
import shutil
from datetime import UTC, datetime

import openpyxl
import pytest
from rdflib import SDO, Graph, Literal, URIRef
from rdflib.namespace import RDF

from analysis.presentation import wording
from analysis.publishing.about import editions, logos
from analysis.publishing.about.publisher import Publisher
from analysis.publishing.batch import file
from analysis.publishing.checks import page_rules, pages, report_rules
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.report import publication, rendering
from analysis.publishing.report.rendering import Prose, Report
from tests.reports import made_once
from tests.reports.tagged import Tagged
from tests.unit.publishing.about.test_publisher import SVG

GIVEN = {"force": "Metropolitan Police"}
SITE = "https://example.org/reports/"
OFFICE = Publisher("Example Office", "ask@example.org", logos.Logo("svg", SVG.encode()), SITE)
ENDINGS = {"url", "license", "contentUrl", "isBasedOn"}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A report of nobody's, the first in its folder."""
    return made_once.folder_of(tmp_path_factory, "victim_withdrawal", GIVEN)


@pytest.fixture(scope="module")
def second(first, tmp_path_factory):
    """The same of a publisher, in a folder where another number stood before."""
    out = tmp_path_factory.mktemp("second") / "reports"
    before = out / "victim_withdrawal" / first.name
    shutil.copytree(first, before)
    results, manifest = (json.loads((before / f"{name}.json").read_text()) for name in ("results", "manifest"))
    figures = next(block for block in results["blocks"] if block["kind"] == "key_figures")["figures"]
    figures[0] |= {"value": "40.0%", "records": []}
    del manifest["date"]
    manifest["changed_at"] = "2026-10-03T04:00:00+00:00"
    (before / "results.json").write_text(json.dumps(results))
    (before / "manifest.json").write_text(json.dumps(manifest))
    return publication.publish(notebooks.notebook("victim_withdrawal"), GIVEN, out=out, publisher=OFFICE)


def page(folder):
    return pages.read((folder / "report.html").read_text())


def about(folder):
    return json.loads((folder / "manifest.json").read_text())["about"]


def squeezed(text):
    return re.sub(r"\s", "", text)


def cover_of(folder):
    """The words of the first sheet of a workbook."""
    with (folder / "tables.xlsx").open("rb") as file:
        rows = openpyxl.load_workbook(file, read_only=True)["Cover"].iter_rows(max_col=1, values_only=True)
        return " ".join(str(words) for (words,) in rows)


def test_page_pdf_and_workbook_say_all_of_it(first, second):
    for folder in (first, second):
        (part,) = page(folder).classed("about-report")
        pdf = squeezed(Tagged(folder / "report.pdf").root.text)
        cover = cover_of(folder)
        for entry in about(folder):
            assert [entry["term"] in text for text in (part.text, cover)] == [True, True]
            for line in entry["told"]:
                assert line in part.text
                assert squeezed(line) in pdf, line
                assert line in cover


def test_page_pdf_and_workbook_say_in_words_what_the_notebook_was_asked(first):
    told = f"victim_withdrawal: {wording.asked(json.loads((first / 'manifest.json').read_text())['parameters'])}"
    assert "force Metropolitan Police; " in told
    (foot,) = page(first).classed("provenance")
    cover = cover_of(first)
    assert told in foot.text
    assert told in cover
    assert squeezed(told) in squeezed(Tagged(first / "report.pdf").root.text)


def test_it_is_reached_from_the_first_screen(first):
    found = page(first)
    assert "#about-this-report" in [link.attributes["href"] for link in found.classed("masthead")[0].all("a")]
    assert found.with_id("about-this-report").text == "About this report"


def test_the_first_edition_names_nobody(first):
    told = {entry["term"]: entry["told"] for entry in about(first)}
    assert told["What is new"] == [editions.FIRST]
    assert told["Who publishes it"] == ["No publisher is named, and nobody to ask."]
    found = page(first)
    assert found.all("img") == []
    assert [link for link in found.all("link") if link.attributes.get("rel") == "canonical"] == []
    assert json.loads((first / "manifest.json").read_text())["publisher"] == {}


def test_the_second_says_what_changed_and_who_publishes_it(second):
    today = editions.day(datetime.now(UTC).date().isoformat())
    told = {entry["term"]: entry["told"] for entry in about(second)}
    assert told["What is new"][0] == "Its figures have changed since the edition of 3 October 2026."
    assert told["What is new"][1].endswith(", before 40.0%.")
    assert told["Date"][0].startswith(today)
    assert told["Who publishes it"] == ["Example Office. Questions: ask@example.org"]
    assert [str(fault) for fault in report_rules.faults(second)] == []


def test_a_logo_is_in_the_page_and_the_pdf_with_words_for_it(second):
    found = page(second)
    (picture,) = found.all("img")
    assert picture.attributes["alt"] == "Example Office"
    kind, _, content = picture.attributes["src"].partition(",")
    assert (kind, base64.b64decode(content).decode()) == ("data:image/svg+xml;base64", SVG)
    drawn = [one.alternative for one in Tagged(second / "report.pdf").root.all("Figure")]
    assert drawn.count("Example Office") == 1


def test_a_page_says_where_it_is_only_where_that_is_known(second):
    whole = f"{SITE}victim_withdrawal/{second.name}/report.html"
    found = page(second)
    links = {link.attributes["rel"]: link.attributes["href"] for link in found.all("link")}
    assert links == {"canonical": whole}
    told = {
        one.attributes.get("property", one.attributes.get("name")): one.attributes["content"]
        for one in found.all("meta")[1:]
    }
    assert told["og:url"] == whole
    assert told["robots"] == "index"
    assert told["og:title"] == found.all("title")[0].string
    assert told["og:description"] == told["description"]
    assert found.all("html")[0].attributes["lang"] == "en-GB"


def data(folder):
    (script,) = [one for one in page(folder).all("script") if one.attributes.get("type") == "application/ld+json"]
    return json.loads(script.string)


def graph(told):
    """It as triples, in the words of schema.org alone."""
    context = {"@vocab": str(SDO), **{name: {"@id": f"{SDO}{name}", "@type": "@id"} for name in ENDINGS}}
    return Graph().parse(data=json.dumps(told | {"@context": context}), format="json-ld", publicID=SITE)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # of rdflib's own making
def test_what_search_engines_find_is_a_data_set_in_words_that_schema_org_has(first, second):
    for folder in (first, second):
        told = data(folder)
        assert told["@context"] == "https://schema.org/"
        found = graph(told)
        for _, name, value in found:
            assert name == RDF.type or name in SDO, name
            assert name != RDF.type or value in SDO, value
        (one,) = found.subjects(RDF.type, SDO.Dataset)
        assert 50 <= len(str(found.value(one, SDO.description))) <= 5000
        assert str(found.value(one, SDO.temporalCoverage)) == "2024-04-01/2025-03-31"
        assert found.value(found.value(one, SDO.spatialCoverage), SDO.name) == Literal("Metropolitan Police")
        assert "open-government-licence/version/3" in str(found.value(one, SDO.license))
        offered = {
            str(found.value(each, SDO.contentUrl)).rpartition("/")[2] for each in found.objects(one, SDO.distribution)
        }
        data_files = {path.name for path in (folder / "data").glob("*.csv")}
        assert data_files
        assert offered == {"report.pdf", "tables.xlsx", "results.json", *data_files}
        assert len(list(found.objects(one, SDO.isBasedOn))) == len(told["isBasedOn"]) >= 1
        assert {str(found.value(each, SDO.unitText)) for each in found.objects(one, SDO.variableMeasured)} == {
            "share, 0 to 1"
        }


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")
def test_only_somebody_who_is_named_is_its_creator(first, second):
    assert "creator" not in data(first)
    found = graph(data(second))
    (creator,) = found.objects(None, SDO.creator)
    assert (found.value(creator, SDO.name), found.value(creator, SDO.email)) == (
        Literal("Example Office"),
        Literal("ask@example.org"),
    )
    (one,) = found.subjects(RDF.type, SDO.Dataset)
    assert found.value(one, SDO.url) == URIRef(f"{SITE}victim_withdrawal/{second.name}/report.html")


@pytest.mark.parametrize("kind", ["restricted", "draft"])
def test_a_page_that_is_not_for_everybody_asks_not_to_be_listed_and_tells_nothing_else(kind):
    manifest = {
        "notebook": "a",
        "folder": "a/b",
        "parameters": {},
        "title": "",
        "version": "",
        "inputs": {},
        "is_restricted": kind == "restricted",
    }
    made = Report("A question?", [], Prose("", 1), [], [], is_draft=kind == "draft")
    html = rendering.page(made, manifest, publisher=OFFICE)
    assert '<meta name="robots" content="noindex, noarchive">' in html
    assert "example.org" not in html
    assert "ld+json" not in html
    listed = html.replace("noindex, noarchive", "index")
    assert ("page", "is not for everybody and may be listed by search engines (robots)") in page_rules.broken(listed)
    told = html.replace("<style>", '<script type="application/ld+json">{"@type": "Dataset"}</script><style>')
    assert any("tells search engines of a page" in rule for _, rule in page_rules.broken(told))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('<meta name="robots" content="index">', "", "does not say once whether search engines may list it"),
        ('"@type": "Dataset"', '"@type": "Recipe"', "tells search engines what is no data set"),
        ('"@type": "Dataset"', "", "tells search engines what is no data set"),
        ("<style>", '<script type="application/ld+json">{"@type": "Dataset"}</script><style>', "is the second that"),
    ],
)
def test_a_page_that_search_engines_would_misread_breaks_a_rule(old, new, rule):
    script = '<script type="application/ld+json">{"@type": "Dataset"}</script>'
    html = f'<meta name="robots" content="index">{script}<style></style>'
    assert old in html
    told = [rule for _, rule in page_rules.broken(html)]
    assert not any("search engines" in one for one in told)
    assert any(rule in one for _, one in page_rules.broken(html.replace(old, new, 1)))


def test_a_page_for_everybody_that_may_not_be_listed_breaks_a_rule(first, tmp_path):
    folder = tmp_path / "reports" / "victim_withdrawal" / first.name
    shutil.copytree(first, folder)
    html = (folder / "report.html").read_text()
    (folder / "report.html").write_text(html.replace('content="index"', 'content="noindex"'))
    assert any("is for everybody and may not be listed" in fault.rule for fault in report_rules.faults(folder))


def test_no_two_reports_of_a_month_have_one_title():
    month = file.read(file.path_of("monthly"))
    told = [
        (job.name, jobs.subject(job.values), jobs.particulars(notebooks.notebook(job.notebook), job.values))
        for job in month.jobs
    ]
    assert len(told) == len(set(told)) > 200


def test_what_no_subject_names_tells_two_reports_apart():
    book = notebooks.notebook("force_comparison")
    usual, other = (jobs.checked(book, given) for given in ({}, {"group": "Kent, Essex"}))
    assert jobs.subject(usual) == jobs.subject(other)
    assert (jobs.particulars(book, usual), jobs.particulars(book, other)) == ("", "group Essex, Kent")
