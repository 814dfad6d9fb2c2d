"""What every page must be, read with the standard library's parser: used by the tests that make reports."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from tests.conftest import PROJECT
from tests.reports.pdf import check_pdf
from tests.reports.spreadsheet import check_workbook

VOID = {"meta", "br", "img", "hr", "link", "input", "use", "path", "rect"}


class Page(HTMLParser):
    """A page as lists of what matters: headings, ids, links, loaded addresses, drawings, tables and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.heading_texts: list[str] = []
        self.section_titles: list[str] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self._inside):
            self.text += data
        if self._inside and self._inside[-1] == "h1":
            self.heading_texts.append(data)
        if self._inside and self._inside[-1] == "h2":
            self.section_titles.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def check_page(
    html: str, *, scripts: int = 0, largest: int = 400_000, categories: frozenset[str] = frozenset()
) -> Page:
    """One self-contained, accessible page: structure, drawings described, nothing loaded, nothing left over.

    Only the index may hold a script, its own, and lead to a feed. ``categories`` are words of a case file, of which
    "None" may be one.
    """
    page = Page(html)
    assert html.startswith("<!doctype html>")
    assert page.all("html")[0]["lang"] == "en-GB"
    assert page.headings.count(1) == 1
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        assert after <= before + 1, "a heading level is skipped"
    assert page.all("script") == [{}] * scripts
    assert not [link for link in page.all("link") if link["rel"] != "alternate"]
    assert not [one for one in page.all("img") if not one["src"].startswith("data:")]
    assert "url(http" not in html
    assert "@import" not in html
    identities = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identities) == len(set(identities))
    for link in page.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in identities
    for drawing in page.all("svg"):
        assert drawing["role"] == "img"
        assert len(drawing["aria-label"]) > 40
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    assert len(html.encode()) < largest
    absent = "" if "None" in categories else r"|\bNone\b(?! gives)"
    wrong = re.search(rf"\bnan\b|<NA>{absent}|NaT|DejaVu|(?<![\d.])0\.0%|100\.0%", page.text)
    assert wrong is None, wrong
    assert "Open Government Licence v3.0" in page.text
    return page


def check_report(folder: Path) -> tuple[Page, dict, dict]:
    """A report's files agree with each other and lead back to data/."""
    names = ["manifest.json", "report.html", "report.pdf", "results.json", "tables.xlsx"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert sorted(names) == sorted(["manifest.json", *json.loads((folder / "manifest.json").read_text())["files"]])
    manifest = json.loads((folder / "manifest.json").read_text())
    results = json.loads((folder / "results.json").read_text())
    for name, digest in manifest["files"].items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    for name, digest in manifest["inputs"].items():
        if name.startswith(("data/", "notebooks/")):
            assert sha256((PROJECT / name).read_bytes()).hexdigest() == digest
    records = [record for block in results["blocks"] for record in block.get("records", [])]
    categories = frozenset(record["category"] for record in records if "category" in record)
    page = check_page((folder / "report.html").read_text(), categories=categories)
    sources = [source for block in results["blocks"] for source in block.get("sources", [])]
    assert all(source["title"] and source["publisher"] and source["licence"] for source in sources)
    for block in results["blocks"]:
        for part in [block, *block.get("figures", [])]:
            for file in part.get("about", {}).get("files", []):
                assert file in manifest["inputs"], "a figure comes from a file that the manifest does not name"
        if block["kind"] == "figure":
            assert len(block["description"]) > 40
            assert block["description"] != block["title"]
    check_pdf(folder / "report.pdf", page, manifest=manifest, results=results)
    check_workbook(folder / "tables.xlsx", results)
    return page, manifest, results


def shown_numbers(results: dict) -> list[str]:
    """Every percentage that the records of figures and tables hold, as the page prints it."""
    from analysis.presentation.wording import percent

    return [
        percent(record["share"])
        for block in results["blocks"]
        if block["kind"] == "table" and block["id"] != "verdicts"
        for record in block.get("records", [])
        if record.get("share") is not None
    ]
