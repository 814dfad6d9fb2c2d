"""The block "About this report": what is known is said with its source, and what is not is said not to be."""

from datetime import date

import pytest

from analysis.publishing.about import dataset, editions, entries
from analysis.publishing.about.publisher import NOBODY, Publisher
from analysis.reference import sources
from analysis.reference.periods import Period

YEAR = Period(date(2024, 4, 1), date(2025, 3, 31))
EDITION = editions.Edition("2026-11-28", ("This is new.",))
OFFICE = Publisher("Example Office", "ask@example.org", None, "https://example.org/")
RESULTS = {
    "is_synthetic": False,
    "blocks": [
        {"kind": "table", "about": {"period": "2024/25", "measure": "charged"}},
        {"kind": "table", "about": {"period": "2010 to 2021", "measure": "courts by year"}},
        {"kind": "table", "about": {"period": "as printed", "measure": "verdict"}},
    ],
}


def manifest(**changes):
    return {
        "title": "How many are charged?",
        "question": "How many are charged?",
        "subject": "Kent, stalking, 2024/25",
        "particulars": "",
        "answer": "Under 1 in 10 were charged.",
        "place": "Kent",
        "folder": "journey/force-kent",
        "inputs": {"data/published/stalking_2024_25.csv": "0"},
        "is_restricted": False,
        "is_draft": False,
        "is_synthetic": False,
        **changes,
    }


def told(changes=None, *, publisher=NOBODY, span=YEAR, results=RESULTS):
    found = entries.entries(manifest(**(changes or {})), results, edition=EDITION, publisher=publisher, span=span)
    return {entry["term"]: " ".join(entry["told"]) for entry in found}


def test_every_part_that_official_statistics_carry_is_there():
    found = told()
    assert list(found) == [
        "What is new",
        "Newer figures",
        "Date",
        "Period",
        "Sources",
        "Next releases of the sources",
        "Revisions",
        "Who publishes it",
        "How to quote it",
    ]
    assert found["Newer figures"].endswith(
        "the year ending March 2026 was issued on 23 July 2026, and is not in this report."
    )
    assert found["Date"] == "28 November 2026, when these figures were first made here."
    assert found["Period"] == "2024/25, April 2024 to March 2025. Beside it, figures of 2010 to 2021."
    assert "year ending March 2025" in found["Sources"]
    assert "Next: not announced in what is held here. Looked up on" in found["Next releases of the sources"]


def test_nobody_is_invented_who_publishes():
    assert told()["Who publishes it"] == "No publisher is named, and nobody to ask."
    assert told()["How to quote it"].startswith("Stalking attrition in England and Wales: How many are charged? Kent")
    assert "https://" not in told()["How to quote it"]
    found = told(publisher=OFFICE)
    assert found["Who publishes it"] == "Example Office. Questions: ask@example.org"
    assert found["How to quote it"].startswith("Example Office, Stalking attrition in England and Wales: ")
    assert found["How to quote it"].endswith("https://example.org/journey/force-kent/report.html")
    assert told(publisher=Publisher("Example Office"))["Who publishes it"].endswith(
        "No address for questions is named."
    )


def test_what_is_not_for_everybody_is_not_to_be_quoted_and_made_up_cases_say_what_they_are():
    assert told({"is_restricted": True})["How to quote it"].startswith("Not at all")
    assert told({"is_draft": True})["How to quote it"] == "Not at all: it is a draft."
    quoted = told({"is_synthetic": True})["How to quote it"]
    assert "Made-up cases." in quoted
    assert "Home Office" not in quoted


def test_an_announced_release_and_a_source_that_is_published_once(monkeypatch):
    held = dict(sources.releases())
    address = sources.files()["data/published/stalking_2024_25.csv"].address
    announced = sources.Releases(address, "Tables", "every year", "", "2027-07-22", "", "2026-11-28")
    monkeypatch.setattr(sources, "releases", lambda: held | {address: announced})
    assert "Tables: issued every year. Next: announced for 22 July 2027." in told()["Next releases of the sources"]
    assert "Tables: what becomes of earlier figures is not known here." in told()["Revisions"]
    once = told({"inputs": {"data/published/stalking_endings_by_force.csv": "0"}})
    assert "published once" in once["Next releases of the sources"]
    assert told({"inputs": {}})["Next releases of the sources"] == "No next release of any source is known of."


def test_counts_from_elsewhere_are_named_as_their_page_names_them():
    own = {"title": "Own", "publisher": "kent Police", "address": "", "licence": "none", "files": {"some.csv": "0"}}
    results = {"blocks": [{"kind": "provenance", "sources": [own]}]}
    assert told({"inputs": {}}, results=results)["Sources"] == "Kent Police."
    assert "Period" not in told(span=None, results=results)


def data_set(changes=None, *, publisher=NOBODY, files=("report.pdf", "results.json"), span=YEAR):
    return dataset.dataset(
        manifest(**(changes or {})), RESULTS, files=files, edition=EDITION, publisher=publisher, span=span
    )


@pytest.mark.parametrize("kind", ["is_restricted", "is_draft"])
def test_what_is_not_for_everybody_is_no_data_set(kind):
    assert data_set({kind: True}) == {}


def test_what_is_not_known_is_left_out_of_a_data_set():
    found = data_set()
    assert {"creator", "url"}.isdisjoint(found)
    assert [one["contentUrl"] for one in found["distribution"]] == ["report.pdf", "results.json"]
    assert found["temporalCoverage"] == "2024-04-01/2025-03-31"
    assert "temporalCoverage" not in data_set(span=None)
    named = data_set(publisher=OFFICE)
    assert named["creator"] == {"@type": "Organization", "name": "Example Office", "email": "ask@example.org"}
    assert named["distribution"][0]["contentUrl"] == "https://example.org/journey/force-kent/report.pdf"
    assert data_set(publisher=Publisher("A", "https://example.org/ask"))["creator"]["url"] == "https://example.org/ask"
    assert [one["name"] for one in found["variableMeasured"]] == ["Charged"]


def test_a_report_of_no_measure_of_the_catalogue_has_its_key_figures_for_variables():
    figure = {
        "label": "Until half had ended",
        "value": "2 months",
        "base": "of all cases",
        "interval": "",
        "records": [],
    }
    results = {"is_synthetic": False, "blocks": [{"kind": "key_figures", "figures": [figure]}]}
    found = dataset.dataset(manifest(), results, files=(), edition=EDITION, publisher=NOBODY, span=YEAR)
    assert [(one["name"], one["description"]) for one in found["variableMeasured"]] == [
        ("Until half had ended", "of all cases")
    ]


def test_a_licence_is_claimed_only_where_every_source_has_it():
    assert data_set()["license"] == dataset.OPEN_LICENCE
    assert "license" not in data_set({"inputs": {}})
    synthetic = data_set({"is_synthetic": True})
    assert synthetic["description"].startswith("Synthetic cases: made up")
    assert synthetic["name"] == "Made-up cases: How many are charged? Kent, stalking, 2024/25"


def test_tables_beside_the_page_are_distributions_with_their_type():
    kinds = {
        one["contentUrl"]: one["encodingFormat"]
        for one in data_set(files=["a.csv", "a.csv-metadata.json", "b.txt"])["distribution"]
    }
    assert kinds == {"a.csv": "text/csv"}  # what describes it stands beside it, as W3C has it


def test_a_table_beside_the_page_is_called_by_its_title():
    block = {"kind": "table", "id": "breaks", "title": "What changed", "breaks": []}
    results = {"is_synthetic": False, "blocks": [block]}
    files = ["data/breaks.csv", "data/other.csv"]
    found = dataset.dataset(manifest(), results, files=files, edition=EDITION, publisher=NOBODY, span=YEAR)
    assert [one["name"] for one in found["distribution"]] == ["What changed", "A table"]
