"""An executed notebook becomes a page and a set of records.

The page is made by an nbconvert exporter with a template of this project's own: no code, no script, nothing loaded from
elsewhere. It shows the blocks that cells carry (analysis/presentation/show.py) and the prose between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from nbconvert.exporters.html import HTMLExporter

from analysis.errors import NotebookFailed
from analysis.presentation.printed import Part
from analysis.presentation.show import MEDIA_TYPE, PRINT_TYPE
from analysis.presentation.terms import TERMS
from analysis.publishing.prose import Prose

TEMPLATES = Path(__file__).resolve().parent / "templates"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
_LEADING = ("headline", "key_figures")


@dataclass(frozen=True)
class Block:
    """One thing that a cell shows: its finished HTML, its record, and its parts for print."""

    cell: int
    html: str
    record: dict[str, Any]
    parts: list[Part]

    def __html__(self) -> str:
        """The block for a page."""
        return self.html

    @property
    def kind(self) -> str:
        """Headline, key figures, figure, table, reading or provenance."""
        return str(self.record["kind"])


@dataclass
class Section:
    """A heading, what it links to, and everything below it in order: prose and blocks."""

    title: str
    anchor: str
    body: list[Prose | Block] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What a page is made of, and its PDF."""

    title: str
    leading: list[Block]
    introduction: Prose
    sections: list[Section]
    blocks: list[Block]

    @property
    def is_synthetic(self) -> bool:
        """Whether made-up cases were read before anything on the page was shown, or nobody can say."""
        return any("synthetic" in block.record.get("read", ["synthetic"]) for block in self.blocks)


def blocks(executed: Any) -> list[Block]:
    """Every block that the cells of an executed notebook show, in order.

    Raises NotebookFailed, naming the cell, for an output that no form of a report can carry.
    """
    found = []
    for place, cell in enumerate(executed.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                continue
            if MEDIA_TYPE not in output.get("data", {}):
                raise NotebookFailed(f"Cell {place} shows something that is not a figure, table or text of this suite.")
            parts = list(output.data.get(PRINT_TYPE, {}).get("parts", []))
            found.append(Block(place, output.data["text/html"], dict(output.data[MEDIA_TYPE]), parts))
    return found


def assembled(executed: Any) -> Report:
    """The parts of a page from an executed notebook: title, answer, introduction, sections."""
    shown = blocks(executed)
    by_cell: dict[int, list[Block]] = {}
    for block in shown:
        by_cell.setdefault(block.cell, []).append(block)
    title, introduction = "", Prose("", 1)
    sections: list[Section] = []
    for place, cell in enumerate(executed.cells, start=1):
        if cell.cell_type == "markdown" and not title:
            first, _, rest = cell.source.partition("\n")
            title, introduction = first.lstrip("# "), Prose(rest, place)
        elif cell.cell_type == "markdown":
            match = re.match(r"## (.+)\n?", cell.source)
            if match:
                sections.append(Section(match[1].strip(), _anchor(match[1])))
                prose = Prose(cell.source[match.end() :], place)
            else:
                prose = Prose(cell.source, place)
            if sections:
                sections[-1].body.append(prose)
        for block in by_cell.get(place, []):
            if sections and block.kind not in (*_LEADING, "reading"):
                sections[-1].body.append(block)
    leading = [block for kind in _LEADING for block in shown if block.kind == kind]
    return Report(title, leading, introduction, sections, shown)


def page(report: Report, manifest: dict[str, Any]) -> str:
    """The report as one self-contained HTML page."""
    return rendered("report.html.j2", report=report, manifest=manifest, terms=TERMS, attribution=ATTRIBUTION)


def results(report: Report, manifest: dict[str, Any]) -> dict[str, Any]:
    """The same figures for machines: every block's record, in the order of the page."""
    return {
        "schema": "attrition results 1",
        "title": report.title,
        "notebook": manifest["notebook"],
        "parameters": manifest["parameters"],
        "is_synthetic": report.is_synthetic,
        "attribution": ATTRIBUTION,
        "blocks": [block.record for block in report.blocks],
    }


class ReportExporter(HTMLExporter):
    """The page as an nbconvert exporter, so that JupyterLab's export menu and ``jupyter nbconvert`` offer it."""

    export_from_notebook = "Stalking attrition report"

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[Any, dict[str, Any]]:
        """The page of an executed notebook, and nbconvert's resources."""
        name = (resources or {}).get("metadata", {}).get("name", "notebook")
        manifest = {"notebook": name, "parameters": {}, "title": "", "version": "", "made_at": "", "inputs": {}}
        text = page(assembled(nb), manifest)
        return text, {**(resources or {}), "output_extension": ".html", "outputs": {}}


def rendered(name: str, **context: Any) -> str:
    """A template of this package filled in; everything but ready-made HTML is escaped."""
    return _environment().get_template(name).render(**context)


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
