"""An executed notebook becomes a page and a set of records; the manifests of a folder become an index.

The page is made by an nbconvert exporter with a template of this project's own: no code, no script, nothing loaded from
elsewhere. It shows the blocks that cells carry (analysis/presentation/show.py) and the prose between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from analysis.errors import NotebookFailed
from analysis.presentation import show
from analysis.presentation.colours import DARK
from analysis.presentation.show import MEDIA_TYPE
from analysis.presentation.terms import TERMS

TEMPLATES = Path(__file__).resolve().parent / "templates"
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
_LEADING = ("headline", "key_figures")
_FIRST_SCREEN = 240  # characters below the opening that leave room for the key figures on a phone


@dataclass(frozen=True)
class Block:
    """One thing that a cell shows: its finished HTML and its record."""

    cell: int
    html: str
    record: dict[str, Any]

    @property
    def kind(self) -> str:
        """Headline, key figures, figure, table, reading or provenance."""
        return str(self.record["kind"])


@dataclass
class Section:
    """A heading, what it links to, and everything below it. A page folds the section that says how it was made."""

    title: str
    anchor: str
    body: list[Markup] = field(default_factory=list)
    is_method: bool = False


@dataclass(frozen=True)
class Report:
    """What a page is made of."""

    title: str
    leading: list[Markup]
    introduction: Markup
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
            found.append(Block(place, output.data["text/html"], dict(output.data[MEDIA_TYPE])))
    return found


def assembled(executed: Any) -> Report:
    """The parts of a page from an executed notebook: title, answer, introduction, sections."""
    shown = blocks(executed)
    by_cell: dict[int, list[Block]] = {}
    for block in shown:
        by_cell.setdefault(block.cell, []).append(block)
    title, introduction, sections = "", Markup(""), []
    for place, cell in enumerate(executed.cells, start=1):
        if cell.cell_type == "markdown" and not title:
            first, _, rest = cell.source.partition("\n")
            title, introduction = first.lstrip("# "), _prose(rest)
        elif cell.cell_type == "markdown":
            match = re.match(r"## (.+)\n?", cell.source)
            if match:
                sections.append(Section(match[1].strip(), _anchor(match[1])))
                prose = _prose(cell.source[match.end() :])
            else:
                prose = _prose(cell.source)
            if sections:
                sections[-1].body.append(prose)
        for block in by_cell.get(place, []):
            if sections and block.kind not in (*_LEADING, "reading"):
                sections[-1].body.append(Markup(block.html))
    if sections and shown and shown[-1].kind == "provenance":
        sections[-1].is_method = True
    return Report(title, _leading(shown), introduction, sections, shown)


def _leading(shown: list[Block]) -> list[Markup]:
    """The head of a page: the answer, the key figures, then whatever of the answer is too long for a first screen."""
    head, tail = [], []
    for block in shown:
        if block.kind == "headline":
            first, *others = block.record["sentences"] or [""]
            is_short = len(" ".join([first, *others])) <= _FIRST_SCREEN
            told = [first, *others] if is_short else [first]
            head.append(Markup(show.headline(block.record["opening"], *told).html))
            tail += [] if is_short else [Markup(f'<div class="headline">{show.paragraphs(*others)}</div>')]
    return [*head, *(Markup(block.html) for block in shown if block.kind == "key_figures"), *tail]


def page(report: Report, manifest: dict[str, Any]) -> str:
    """The report as one self-contained HTML page."""
    terms = _terms(report)
    return _rendered("report.html.j2", report=report, manifest=manifest, terms=terms, attribution=ATTRIBUTION)


def _terms(report: Report) -> dict[str, str]:
    """The words of a sense of their own that stand on this page, and no others."""
    parts = [*report.leading, report.introduction, *(part for section in report.sections for part in section.body)]
    said = " ".join(part.striptags() for part in parts).casefold()
    return {word: meaning for word, meaning in TERMS.items() if word.casefold() in said}


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


def index(manifests: list[dict[str, Any]]) -> str:
    """The page that leads to every report: one section a question, in the order of the questions."""
    questions: dict[str, list[dict[str, Any]]] = {}
    for manifest in sorted(manifests, key=lambda one: (one["title"], one["place"] != "all", one["folder"])):
        questions.setdefault(manifest["title"], []).append(manifest)
    return _rendered("index.html.j2", questions=questions, attribution=ATTRIBUTION)


class ReportExporter(Exporter):
    """The page as an nbconvert exporter, so that JupyterLab's export menu and ``jupyter nbconvert`` offer it."""

    export_from_notebook = "Stalking attrition report"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page of an executed notebook, and nbconvert's resources; ``--execute`` runs it first, as anywhere.

        Raises NotebookFailed where a cell shows what no report can carry, or nothing was run.
        """
        executed, resources = super().from_notebook_node(nb, resources, **kw)
        report = assembled(executed)
        if not report.blocks:
            raise NotebookFailed("No cell shows anything yet. Run the notebook, save it, then export it.")
        name = resources["metadata"]["name"]
        manifest = {"notebook": name, "parameters": {}, "title": "", "version": "", "made_at": "", "inputs": {}}
        return page(report, manifest), resources


def _rendered(name: str, **context: Any) -> str:
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(name).render(dark=DARK, **context)


def _prose(source: str) -> Markup:
    """A cell's Markdown as HTML. Notebooks are part of the project and may hold HTML of their own."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(source)) if source.strip() else Markup("")


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
