"""What every page and report must be: used by the tests that make reports."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from analysis.publishing.checks import page_rules, pages, report_rules
from tests.conftest import PROJECT
from tests.reports.data_files import check_data
from tests.reports.pdf import check_pdf
from tests.reports.spreadsheet import as_the_rules_open_it, check_workbook


class Page:
    """A page as its words, and the attributes of its elements."""

    def __init__(self, html: str) -> None:
        self.root = pages.read(html)
        self.text = self.root.text

    @property
    def section_titles(self) -> list[str]:
        return [heading.text for heading in self.root.all("h2")]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [element.attributes for element in self.root.all(tag)]


def check_page(html: str, *, is_report: bool = True, words: frozenset[str] = frozenset()) -> Page:
    """One self-contained, accessible page that keeps every rule of pages; ``words`` of a case file may stand on it."""
    broken = page_rules.broken(html, is_report=is_report, words=words)
    assert broken == [], broken
    page = Page(html)
    assert "Open Government Licence v3.0" in page.text
    return page


def check_report(folder: Path) -> tuple[Page, dict, dict]:
    """A report's files agree with each other and lead back to data/."""
    names = ["manifest.json", "report.html", "report.pdf", "results.json", "tables.xlsx"]
    assert sorted(path.name for path in folder.iterdir() if path.name != "data") == names
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert sorted(files) == sorted(["manifest.json", *json.loads((folder / "manifest.json").read_text())["files"]])
    manifest = json.loads((folder / "manifest.json").read_text())
    results = json.loads((folder / "results.json").read_text())
    for name, digest in manifest["files"].items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    for name, digest in manifest["inputs"].items():
        if name.startswith(("data/", "notebooks/")):
            assert sha256((PROJECT / name).read_bytes()).hexdigest() == digest
    with as_the_rules_open_it() as books:
        faults = [str(fault) for fault in report_rules.faults(folder)]
    assert faults == [], faults
    page = Page((folder / "report.html").read_text())
    sources = [source for block in results["blocks"] for source in block.get("sources", [])]
    assert all(source["title"] and source["publisher"] and source["licence"] for source in sources)
    for block in results["blocks"]:
        for part in [block, *block.get("figures", [])]:
            for file in part.get("about", {}).get("files", []):
                assert file in manifest["inputs"], "a figure comes from a file that the manifest does not name"
    check_pdf(folder / "report.pdf", page, manifest=manifest, results=results)
    [book] = books
    check_workbook(book, results)
    check_data(folder, results)
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
