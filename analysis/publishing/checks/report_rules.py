"""The rules of a report as a whole: its page keeps the rules of pages, says what it must, and prints the numbers that
stand in its ``results.json``, no more and no fewer.

``faults`` is what ``attrition check reports`` prints and what the tests call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from analysis.presentation import numbers, wording
from analysis.presentation.data_files import files
from analysis.presentation.endings import EMPTY
from analysis.presentation.workbook import checks
from analysis.publishing.checks import page_rules, pages, print_rules
from analysis.publishing.checks.page_rules import Broken
from analysis.publishing.checks.pages import Element
from analysis.publishing.index import index
from analysis.publishing.notebooks import headings
from analysis.publishing.placing import places
from analysis.reference.periods import in_months
from analysis.reference.schema import NUMERIC
from analysis.system import writing
from analysis.system.folders import visible

_HALF_STEP = 5e-7  # results.json holds six decimals, so that a number may be printed from either side of one
_PERCENT = re.compile(r"(?:under 0\.1|over 99\.9|(?<![\d.,])\d+\.\d+)%")  # those that ``wording.percent`` prints
_COUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,]*\d)")


@dataclass(frozen=True)
class Fault:
    """One broken rule: which report, where on its page, and what is wrong there."""

    report: str
    place: str
    rule: str

    def __str__(self) -> str:
        return f"{self.report}: {self.place}: {self.rule}"


def folders(out: Path) -> list[Path]:
    """The folders of the reports in a folder, public ones and then restricted ones, in order of their names.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list of Path
        Their paths.
    """
    return [path for root in places.roots(out) for path in places.folders(root, with_file="report.html")]


def faults(folder: Path) -> list[Fault]:
    """Every rule that a report breaks; empty when it breaks none.

    Parameters
    ----------
    folder
        The folder of the report.

    Returns
    -------
    list of Fault
        A fault for each.
    """
    name = places.named(folder.parent.parent, folder)
    try:
        html = (folder / "report.html").read_text(encoding="utf-8")
        results, manifest = (
            json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("results", "manifest")
        )
        page = pages.read(html)
        breaches = [
            *page_rules.broken(html, words=_words(results)),
            *_files(folder, page, manifest),
            *_said(page, results, manifest),
            *_placed(folder, page, results, manifest),
        ]
        breaches += [*_blocks(page, results), *_numbers(page, results)]
        breaches += _data(folder, results, manifest)
        if "workbook" in manifest["formats"]:
            breaches += [("tables.xlsx", fault) for fault in checks.faults(folder / "tables.xlsx")]
        if "pdf" in manifest["formats"]:
            breaches += print_rules.broken(print_rules.printed(folder / "report.pdf"), manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        return [Fault(name, "report", f"cannot be read as a report ({type(fault).__name__}: {fault}); make it again")]
    return [Fault(name, place, rule) for place, rule in breaches]


def in_print(folder: Path) -> str:
    """How many pages the PDF of a report has and how empty each is, in a line; "" where there is none to be read.

    Parameters
    ----------
    folder
        The folder of the report.

    Returns
    -------
    str
        One line.
    """
    try:
        pages = print_rules.printed(folder / "report.pdf")
    except (OSError, ValueError):
        return ""
    return f"{places.named(folder.parent.parent, folder)}: {pages}"


def _words(results: dict[str, Any]) -> frozenset[str]:
    """The categories of a case file that a report shows; one of them may be "None"."""
    records = [record for block in results["blocks"] for record in block.get("records", [])]
    return frozenset(record["category"] for record in records if "category" in record)


def _index_pages(out: Path) -> list[Path]:
    """The pages that lead to reports: the indexes of a folder and whatever stands beside them."""
    roots = places.roots(out)
    beside = {path for root in roots for path in (*visible(root, "*.html"), *visible(root, "*/*.html"))}
    return sorted({*(root / "index.html" for root in roots), *beside})


def kinds_of_index_pages(out: Path) -> list[Path]:
    """The index pages, and of the pages of forces, and of nations, which are all made alike, the longest: enough for a
    browser.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list of Path
        Their paths.
    """
    pages = _index_pages(out)
    kinds: list[list[Path]] = [[path] for path in pages if path.name == "index.html"]
    others = [path for path in pages if path.name != "index.html"]
    for are_nations in (True, False):
        kinds.append([path for path in others if (path.name in index.COUNTRIES) is are_nations])
    return [max(several, key=lambda path: path.stat().st_size) for several in kinds if several]


def index_faults(out: Path) -> list[Fault]:
    """Every rule that the pages that lead to reports break, their links among them; a fault where there is no index.

    Parameters
    ----------
    out
        The folder of reports.

    Returns
    -------
    list of Fault
        A fault for each; empty when they break none.
    """
    breaches = []
    for path in _index_pages(out):
        name = path.relative_to(out).as_posix()
        if not path.is_file():
            return [Fault(name, "page", "is not there; any 'attrition run' writes it")]
        html = path.read_text(encoding="utf-8")
        page = pages.read(html)
        broken = [*page_rules.broken(html, is_report=False), *_links(path.parent, page)]
        broken += _marked(page, is_restricted=places.is_restricted(path.parent))
        breaches += [Fault(name, place, rule) for place, rule in broken]
    return breaches


def _files(folder: Path, page: Element, manifest: dict[str, Any]) -> Broken:
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file():
            yield name, "is named in manifest.json and is not there"
        elif sha256((folder / name).read_bytes()).hexdigest() != digest:
            yield name, "is not the file that manifest.json names; something changed it since"
    yield from _links(folder, page)


def _data(folder: Path, results: dict[str, Any], manifest: dict[str, Any]) -> Broken:
    """The rows of each table and figure are kept beside the page, and are those of its records."""
    for name, text in files.content(results, manifest).items():
        path = folder / files.FOLDER / name
        if not path.is_file():
            yield f"{files.FOLDER}/{name}", "is not there; make the report again"
        elif path.read_bytes() != text.encode():
            yield f"{files.FOLDER}/{name}", "is not what results.json holds; make the report again"


def _links(folder: Path, page: Element) -> Broken:
    """Links to files beside the page lead somewhere. The index above a report, and what goes with it, is written after
    it.
    """
    for link in page.all("a"):
        target = link.attributes.get("href", "").partition("#")[0]
        is_local = target and not re.match(r"[a-z]+:|//|\.\./\.\./(index|forces/[a-z-]+)\.html$", target)
        if is_local and not (folder / target).exists():
            yield link.place, f"links to {target}, which is not there"


def _said(page: Element, results: dict[str, Any], manifest: dict[str, Any]) -> Broken:
    """What a page must say whatever its notebook shows."""
    text = page.text
    is_made_up = bool(results["is_synthetic"])
    if is_made_up != bool(manifest["is_synthetic"]):
        yield "manifest.json", "and results.json differ about made-up cases"
    is_draft = bool(results.get("is_draft"))
    if is_draft != bool(manifest.get("is_draft")) or is_draft != bool(page.classed("draft")):
        yield "page", "and results.json and manifest.json differ about whether it is a draft"
    is_for_everybody = not (is_draft or results["is_restricted"])
    if is_for_everybody and any("noindex" in meta.attributes.get("content", "") for meta in page.all("meta")):
        yield "page", "is for everybody and may not be listed by search engines (robots)"
    if is_made_up != bool(page.classed("made-up")):
        yield "page", "is of made-up cases and has no banner" if is_made_up else "says that real cases are made up"
    if results["title"] not in [heading.text for heading in page.all("h1")]:
        yield "page", "has another title than results.json"
    for needed in headings.NEEDED:
        if needed not in [heading.text for heading in page.all("h2")]:
            yield "page", f"has no part '{needed}'"
    for needed in (results["attribution"], "not official statistics", manifest["version"], manifest["edition"][:12]):
        if needed not in text:
            yield "page", f"does not say '{needed}'"


def _placed(folder: Path, page: Element, results: dict[str, Any], manifest: dict[str, Any]) -> Broken:
    """A restricted report is kept among restricted ones, for its owner alone, and says what it is; no other does."""
    is_restricted = places.is_restricted(folder.parent.parent)
    for name, record in (("manifest.json", manifest), ("results.json", results)):
        if record["is_restricted"] is not is_restricted:
            kinds = ("public", "restricted") if is_restricted else ("restricted", "public")
            yield name, f"is of a {kinds[0]} report, which stands among {kinds[1]} ones; move it, or remove it"
    read = {word for block in results["blocks"] for word in block.get("read", [])}
    if "restricted" in read and not results["is_restricted"]:
        yield "results.json", "is of restricted counts and does not say so"
    for path in (folder, *sorted(folder.rglob("*"))) if is_restricted else ():
        if writing.is_open_to_others(path):
            name = path.name if path == folder else path.relative_to(folder).as_posix()
            yield name, "is restricted and open to others; 'chmod -R go=' closes it"
    yield from _marked(page, is_restricted=is_restricted)


def _marked(page: Element, *, is_restricted: bool) -> Broken:
    """What is written over a page says whether it is restricted, and below it no licence that is not its own."""
    if is_restricted != (wording.RESTRICTED in [banner.text for banner in page.classed("restricted")]):
        yield "page", "is restricted and has no banner" if is_restricted else "says that it is restricted"
    if is_restricted and wording.ATTRIBUTION in page.text:
        yield "page", "is restricted and says that it is under an open licence"


def _blocks(page: Element, results: dict[str, Any]) -> Broken:
    for block in results["blocks"]:
        if block["kind"] == "figure":
            yield from _figure(page, block)
        elif block["kind"] == "table" and "columns" in block:
            yield from _table(page, block)
        elif block["kind"] == "key_figures":
            items = [item.text for figures in page.classed("key-figures") for item in figures.all("li")]
            for figure in block["figures"]:
                words = [figure[part] for part in ("value", "label", "base", "interval")]
                if not any(all(word in item for word in words) for item in items):
                    yield "key figures", f"do not show '{figure['label']}' as results.json has it"


def _figure(page: Element, block: dict[str, Any]) -> Broken:
    place, figure = f"#{block['id']}", page.with_id(block["id"])
    if figure is None:
        yield place, "is in results.json and not on the page"
        return
    described = {drawing.attributes.get("aria-label") for drawing in figure.all("svg")}
    if described != {block["description"]}:
        yield place, "is described in other words than in results.json"
    has_numbers = any(
        record.get(column["name"]) is not None for record in block["records"] for column in _numeric(block)
    )
    is_empty = block["description"].startswith(EMPTY)
    if has_numbers and not is_empty and not re.search(r"\d", block["description"]):
        yield place, "has a description without a number"


def _table(page: Element, block: dict[str, Any]) -> Broken:
    place, table = f"#{block['id']}", page.with_id(block["id"])
    if table is None:
        if block["records"]:
            yield place, "is in results.json and not on the page"
        return
    if table.name != "table":
        return
    headings_shown = [cell.text for head in table.all("thead") for cell in head.all("th", "td")]
    if len(set(headings_shown)) < len(headings_shown):
        yield place, f"has two columns of one heading: {', '.join(headings_shown)}"
    columns = [column for column in block["columns"] if column["name"] != "state"]
    if "turned" not in block and headings_shown != [column["heading"] for column in columns]:
        yield place, "has other headings on the page than in results.json"
    names = block.get("turned", [column["name"] for column in columns])
    kinds = {column["name"]: str(column["kind"]) for column in block["columns"]}
    rows = [[cell.text for cell in row.all("th", "td")] for body in table.all("tbody") for row in body.all("tr")]
    if "turned" in block:  # a row as a table of its own columns: heading, value, meaning
        rows = [[value for _, value, _ in rows]]
    for number, (cells, record) in enumerate(zip_longest(rows, block["records"]), start=1):
        if cells is None or record is None:
            yield place, f"has {len(rows)} rows on the page and {len(block['records'])} in results.json"
            return
        for name, text in zip_longest(names, cells):
            if name is None or text not in _printed(record, name, kinds[name]):
                yield place, f"row {number}: prints '{text}' where results.json has {name} {record.get(name)!r}"


def _printed(record: dict[str, Any], name: str, kind: str) -> set[str]:
    """The ways in which a value of results.json may be printed, by the kind of its column."""
    value = record.get(name)
    if kind not in NUMERIC:
        return {" ".join(in_months(str(value)).split())}
    if value is None:
        return {record.get("symbols", {}).get(name, "no limit")}
    near = [value] if isinstance(value, int) else [value, value - _HALF_STEP, value + _HALF_STEP]
    return {numbers.printed(number, kind) for number in near}


def _numbers(page: Element, results: dict[str, Any]) -> Broken:
    """Every percentage and every count in thousands that the page prints is one that results.json holds."""
    printable: set[str] = set()
    for text in _values(results["blocks"], str):
        printable |= {*_PERCENT.findall(text), *_COUNT.findall(text)}
    for number in _values(results["blocks"], (int, float)):
        printable |= {
            f"{abs(int(number)):,}",  # a sign is no part of what is looked for
            *(wording.percent(min(1, max(0, number + way))) for way in (-_HALF_STEP, 0, _HALF_STEP)),
        }
    main = page.all("main")[0]
    for element in main.all("p", "li", "td", "h3", "text", "tspan", "div"):
        text = " ".join(element.own_texts)
        figures = _PERCENT.findall(text) + ([] if element.name in ("text", "tspan") else _COUNT.findall(text))
        for number in figures:
            if number not in printable:
                yield element.place, f"prints {number}, which is not in results.json"


def _values(nested: Any, kinds: type | tuple[type, ...]) -> Iterator[Any]:
    """Every value of some type in nested lists and dictionaries."""
    if isinstance(nested, dict | list):
        for member in nested.values() if isinstance(nested, dict) else nested:
            yield from _values(member, kinds)
    elif isinstance(nested, kinds) and not isinstance(nested, bool):
        yield nested


def _numeric(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [column for column in block["columns"] if column["kind"] in NUMERIC]
