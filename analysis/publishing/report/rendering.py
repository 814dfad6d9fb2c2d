"""An executed notebook becomes a page and a set of records.

The page is made by an nbconvert exporter with a template of this project's own: no code, no script, nothing loaded from
elsewhere. It shows the blocks that cells carry (analysis/presentation/blocks.py), made of their parts and never of HTML
that a cell brings, and the prose between them.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Undefined, UndefinedError
from jinja2.utils import missing
from markupsafe import Markup

from analysis.errors import NotebookFailed
from analysis.presentation import wording
from analysis.presentation.blocks import MEDIA_TYPE, PARTS_TYPE, SEVERAL_TYPE
from analysis.presentation.content import Part
from analysis.presentation.drawing.colours import DARK
from analysis.presentation.forms.page import html as block_html
from analysis.presentation.forms.page import parts_style
from analysis.presentation.wording import TERMS
from analysis.publishing.about.entries import newer
from analysis.publishing.about.publisher import NOBODY, Publisher
from analysis.publishing.notebooks import cell_names
from analysis.publishing.notebooks.notebooks import LAYOUTS, own_words
from analysis.publishing.report import content_policy
from analysis.publishing.report.prose import Prose, load_readers
from analysis.reference import reference
from analysis.safe_words import safe_lines, safe_throughout, slug

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
#: How the heading of a section of the annex begins in a notebook.
ANNEX = "Annex: "
_OWN_SIZE = "[size of this page]"
_DOWNLOADS = {"report.pdf": "PDF", "tables.xlsx": "Workbook", "results.json": "Data (JSON)"}
_OF_DRAWING = re.compile(r"\bg[0-9a-f]{6}-\d+\b")  # the name of a thing in a drawing, as drawing.style gives it
_LEADING = ("headline", "key_figures")
_NOTHING = "nothing"
_FIRST_SCREEN = 240  # characters below the opening that leave room for the key figures on a phone
_LONGEST = 360  # characters of a first sentence that do


@dataclass(frozen=True)
class Block:
    """One thing that a cell shows: its record, and its parts for page and print."""

    cell: int
    record: dict[str, Any]
    parts: list[Part]
    named: str = "a cell"  # as its author knows it

    @cached_property
    def html(self) -> Markup:
        """The block for a page.

        Raises NotebookFailed, naming the cell, for a part that no page can carry.
        """
        try:
            return block_html(self.kind, self.parts)
        except UndefinedError as fault:
            raise NotebookFailed(f"{wording.capital(self.named)} shows what no page can carry: {fault}.") from None

    def __html__(self) -> str:
        return self.html

    @property
    def kind(self) -> str:
        """Headline, key figures, figure, table, reading or provenance."""
        return str(self.record["kind"])


@dataclass
class Section:
    """A heading, what it links to, and everything below it.

    What is not for a reader with five minutes stands in the annex of the same report and is not in the way: sections
    whose title begins so, and the one that says how it was made. ``title`` is without that beginning.
    """

    title: str
    anchor: str
    body: list[Prose | Block] = field(default_factory=list)
    is_annex: bool = False

    @classmethod
    def headed(cls, heading: str) -> Section:
        """The section that a heading of a notebook begins.

        Parameters
        ----------
        heading
            The words of the heading.

        Returns
        -------
        Section
            The section, empty.
        """
        title = heading.strip().removeprefix(ANNEX)
        return cls(title[:1].upper() + title[1:], slug(heading), is_annex=heading.startswith(ANNEX))

    def leave_out(self, cell: int, sentence: str) -> None:
        """Leave out the text right before a cell that shows nothing; in its place is the ``sentence`` that says so.

        Parameters
        ----------
        cell
            The place of the cell in the notebook, from 1.
        sentence
            What is said instead; "" for nothing.
        """
        if self.body and isinstance(self.body[-1], Prose) and self.body[-1].cell == cell - 1:
            self.body.pop()
        self.body += [Prose(sentence, cell)] if sentence else []


@dataclass(frozen=True)
class Report:
    """What a page is made of, and its PDF."""

    title: str
    leading: list[Block]
    introduction: Prose
    sections: list[Section]
    blocks: list[Block]
    is_draft: bool = False
    layout: str = LAYOUTS[0]
    unheaded: list[Prose | Block] = field(default_factory=list)  # what comes before the first section

    @property
    def main(self) -> list[Section]:
        """The sections before the annex."""
        return [section for section in self.sections if not section.is_annex]

    @property
    def annex(self) -> list[Section]:
        """The sections of the annex."""
        return [section for section in self.sections if section.is_annex]

    @property
    def draft(self) -> str:
        """What a draft says on every page; "" of a report."""
        return wording.DRAFT if self.is_draft else ""

    @property
    def is_synthetic(self) -> bool:
        """Whether made-up cases were read before anything on the page was shown, or nobody can say."""
        return self._has_read("synthetic")

    @property
    def is_restricted(self) -> bool:
        """Whether counts made from case files were read before anything on the page was shown, or nobody can say."""
        return self._has_read("restricted")

    def _has_read(self, sensitivity: str) -> bool:
        return any(sensitivity in block.record.get("read", [sensitivity]) for block in self.blocks)


def _blocks(executed: Any) -> list[Block]:
    """Every block that the cells of an executed notebook show, in order."""
    blocks_shown: list[Block] = []
    for place, cell in enumerate(executed.cells, start=1):
        named = cell_names.named(executed.cells, place)
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                continue
            for bundle in _bundles(output, named):
                shown = safe_throughout({name: bundle[name] for name in (MEDIA_TYPE, PARTS_TYPE)})
                block = Block(place, dict(shown[MEDIA_TYPE]), list(shown[PARTS_TYPE]["parts"]), named)
                blocks_shown.append(_told_apart(block, blocks_shown))
    return blocks_shown


def _bundles(output: Any, named: str) -> list[Any]:
    """What one output carries for a report: one block, or the several of a result that shows itself."""
    shown = output.get("data", {})
    if MEDIA_TYPE not in shown and SEVERAL_TYPE not in shown:
        raise NotebookFailed(f"{wording.capital(named)} {_strange(output)}")
    bundles: list[Any] = shown.get(SEVERAL_TYPE, [shown])
    if any(PARTS_TYPE not in bundle for bundle in bundles):
        what = "was run by an earlier version of the suite. Run the notebook again"
        raise NotebookFailed(f"{wording.capital(named)} {what}.")
    return bundles


def _told_apart(block: Block, before: list[Block]) -> Block:
    """A block under a name that none before it has: the suite's own is numbered, an author gives another title."""
    taken, identity = {earlier.record.get("id") for earlier in before}, block.record.get("id")
    if identity is None or identity not in taken:
        return block
    if not block.record.get("about", {}).get("measure"):
        called = f"a second {block.kind} called '{block.record['title']}'"
        raise NotebookFailed(f"{wording.capital(block.named)} shows {called}. Give each a title of its own.")
    number = next(count for count in itertools.count(2) if f"{identity}-{count}" not in taken)
    own, title = f"{identity}-{number}", str(block.record["title"])
    written = json.dumps(block.parts, ensure_ascii=False).replace(f'"id": "{identity}"', f'"id": "{own}"')
    parts = json.loads(_OF_DRAWING.sub(rf"\g<0>-{number}", written))
    titled = [part | {"title": f"{title} ({number})"} if part.get("title") == title else part for part in parts]
    return replace(block, record={**block.record, "id": own, "title": f"{title} ({number})"}, parts=titled)


def _strange(output: Any) -> str:
    """What a cell shows that no report can carry, and what its author may put in its place."""
    shown = output.get("data", {})
    if any(kind.startswith("image/") for kind in shown):
        return "shows a picture. End the cell with show.figure(figure, title=…, words=…, rows=…), which takes it."
    if "<table" in "".join(shown.get("text/html", "")):
        return (
            "shows a table that is not of this suite. show.table(rows, title=…, words=…) makes one of a pandas frame."
        )
    return (
        "shows something that is not a figure, table or text of this suite. A semicolon at the end of its last line "
        "shows nothing; show.table and show.figure take what you made yourself."
    )


def assembled(executed: Any, *, is_draft: bool = False) -> Report:
    """The parts of a page from an executed notebook: title, answer, introduction, sections.

    What comes before the first heading of a section stands before the sections, in order. The title that a cell shows,
    which follows its parameters, takes the place of the notebook's own. Where a cell has nothing to show
    (``show.nothing``), the text right before it is left out, and so is a section that is left empty.

    Parameters
    ----------
    executed
        An executed notebook.
    is_draft
        Whether it is a draft, of a notebook that nothing held to the rules.

    Returns
    -------
    Report
        The parts of the report.
    """
    every_block = _blocks(executed)
    shown = [block for block in every_block if block.kind not in ("title", _NOTHING)]
    absent = {block.cell: str(block.record["text"]) for block in every_block if block.kind == _NOTHING}
    own = next((str(block.record["text"]) for block in every_block if block.kind == "title"), "")
    by_cell: dict[int, list[Block]] = {}
    for block in shown:
        by_cell.setdefault(block.cell, []).append(block)
    title, introduction = "", Prose("", 1)
    sections = [unheaded := Section("", "")]
    for place, cell in enumerate(executed.cells, start=1):
        source, named = safe_lines(cell.source), cell_names.named(executed.cells, place)
        if cell.cell_type == "markdown" and not title:
            first, _, rest = source.partition("\n")
            title, introduction = first.lstrip("# "), Prose(rest, place, named)
        elif cell.cell_type == "markdown":
            match = re.match(r"## (.+)\n?", source)
            if match:
                sections.append(Section.headed(match[1]))
                prose = Prose(source[match.end() :], place, named)
            else:
                prose = Prose(source, place, named)
            sections[-1].body.append(prose)
        if place in absent:
            sections[-1].leave_out(place, absent[place])
        sections[-1].body += [block for block in by_cell.get(place, []) if block.kind not in (*_LEADING, "reading")]
    sections = [section for section in sections[1:] if section.body]
    if sections and shown and shown[-1].kind == "provenance":
        sections[-1].is_annex = True
    leading = [block for kind in _LEADING for block in shown if block.kind == kind]
    layout = _layout_of(executed)
    return Report(own or title, leading, introduction, sections, shown, is_draft, layout, unheaded.body)


def _layout_of(document: Any) -> str:
    """How the PDF of a notebook is laid out: one of LAYOUTS, the first where it says none that is known."""
    said = own_words(document)
    asked = said.get("layout") if isinstance(said, dict) else None
    return asked if isinstance(asked, str) and asked in LAYOUTS else LAYOUTS[0]


def _head(report: Report) -> list[Markup]:
    """The head of a page: the answer, the key figures, then whatever of the answer is too long for a first screen."""
    head, tail = [], []
    for block in report.leading:
        sentences, split = block.record.get("sentences", []), len(block.parts)
        if len(" ".join(sentences)) > _FIRST_SCREEN:
            is_first_too_long = block.record.get("opening") and len(sentences[0]) > _LONGEST
            split -= len(sentences) - (0 if is_first_too_long else 1)
        head.append(replace(block, parts=block.parts[:split]).html)
        if split < len(block.parts):
            tail.append(replace(block, parts=block.parts[split:]).html)
    return [*head, *tail]


def page(
    report: Report,
    manifest: dict[str, Any],
    sizes: Mapping[str, int] | None = None,
    *,
    publisher: Publisher = NOBODY,
    dataset: Mapping[str, Any] | None = None,
) -> str:
    """The report as one self-contained HTML page, with the logo of its publisher and the data set that it is.

    Parameters
    ----------
    report
        The parts of the report.
    manifest
        The manifest of the report.
    sizes
        Bytes of the files beside it, by their names below its folder: the page leads to them, and to the
        numbers of a figure or table at its foot.
    publisher
        Who publishes it.
    dataset
        What search engines read of it; None for none.

    Returns
    -------
    str
        HTML.
    """
    is_public = not (report.is_draft or manifest["is_restricted"])
    beside = {name: _in_bytes(size) for name, size in (sizes or {}).items()}
    html = rendered(
        "report.html.j2",
        report=report,
        head=_head(report),
        manifest=manifest,
        given=wording.asked(manifest["parameters"]),
        newer=newer(manifest),
        terms=terms_of(report),
        publisher=publisher,
        dataset=dataset,
        is_hidden=not is_public,
        canonical=publisher.page(f"{manifest['folder']}/report.html") if is_public and "folder" in manifest else "",
        beside=beside,
        force_page=_force_page(manifest) if is_public else "",
        downloads=[(name, called, beside[name]) for name, called in _DOWNLOADS.items() if name in beside],
        own_size=_OWN_SIZE,
        **handling(manifest),
    )
    return html.replace(_OWN_SIZE, _in_bytes(len(html.encode())))


def _force_page(manifest: dict[str, Any]) -> str:
    """The address of the page of the force that a report is about, which the index writes; "" for any other report."""
    force = manifest.get("place", "")
    return f"../../forces/{slug(force)}.html" if "folder" in manifest and force in reference.forces() else ""


def _in_bytes(size: int) -> str:
    """The size of a file in words.

    >>> _in_bytes(2900), _in_bytes(1_234_567)
    ('3 kB', '1.2 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 999_500 else f"{max(1, round(size / 1000))} kB"


def handling(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Whether a report is restricted, and so what is said over and below each page of it.

    Parameters
    ----------
    manifest
        The manifest of the report.

    Returns
    -------
    dict[str, Any]
        ``is_restricted``, ``handling`` and ``attribution``.
    """
    is_restricted = bool(manifest["is_restricted"])
    return {
        "is_restricted": is_restricted,
        "handling": wording.RESTRICTED if is_restricted else "",
        "attribution": wording.NO_LICENCE if is_restricted else wording.ATTRIBUTION,
    }


def terms_of(report: Report) -> dict[str, str]:
    """The words of a special sense that this report uses, and no others.

    Parameters
    ----------
    report
        The parts of the report.

    Returns
    -------
    dict[str, str]
        Meanings by word.
    """
    bodies = (report.unheaded, *(section.body for section in report.sections))
    parts = [*report.leading, report.introduction, *itertools.chain.from_iterable(bodies)]
    said = " ".join(Markup(part.__html__()).striptags() for part in parts).casefold()
    return {word: meaning for word, meaning in TERMS.items() if word.casefold() in said}


def results(report: Report, manifest: dict[str, Any]) -> dict[str, Any]:
    """The same figures for machines: every block's record, in the order of the page.

    Parameters
    ----------
    report
        The parts of the report.
    manifest
        The manifest of the report.

    Returns
    -------
    dict[str, Any]
        What results.json holds.
    """
    return {
        "schema": "attrition results 1",
        "title": report.title,
        "notebook": manifest["notebook"],
        "parameters": manifest["parameters"],
        "is_synthetic": report.is_synthetic,
        "is_draft": report.is_draft,
        **handling(manifest),
        "blocks": [block.record for block in report.blocks],
    }


def rendered(name: str, **context: Any) -> str:
    """A template of this package filled in; everything but ready-made HTML is escaped, and all of it can be seen.

    The page brings its style and, where it is the index, its script, and allows nothing else (``content_policy``).

    Parameters
    ----------
    name
        The file name of the template.
    **context
        What it is filled with, by name.

    Returns
    -------
    str
        HTML.
    """
    style = _filled("style.css") + (_filled("guide.css") if name != "report.html.j2" else "")
    script = _filled("index.js") if name == "index.html.j2" and context["questions"] else ""
    own = {"style": Markup(style), "script": Markup(script), "policy": content_policy.policy(style, script)}
    return safe_lines(_environment().get_template(name).render(**own, **context))


@cache
def _filled(name: str) -> str:
    """A style sheet or script of this package, as a page carries it."""
    return _environment().get_template(name).render(dark=DARK, parts=parts_style())


def load_templates() -> None:
    """Have every template of pages ready, before the first page is made."""
    for name in _environment().list_templates(extensions=["j2", "css", "js"]):
        _environment().get_template(name)
    load_readers()


@cache
def _environment() -> Environment:
    files = FileSystemLoader(TEMPLATES)
    return Environment(loader=files, undefined=_Absent, autoescape=True, trim_blocks=True, lstrip_blocks=True)


class _Absent(Undefined):
    """A name that a page is not filled with is empty; to print a part that a thing has not is a fault of a template."""

    __slots__ = ()

    def __str__(self) -> str:
        return "" if self._undefined_obj is missing else str(self._fail_with_undefined_error())
