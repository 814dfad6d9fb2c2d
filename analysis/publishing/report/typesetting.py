"""The PDF of a report, typeset by Typst from the same blocks and prose as the page, to PDF/UA-1.

Everything that is printed goes as data to the template of the report's layout (templates/report.typ, sheet.typ), so no
text is ever read as mark-up. The fonts are those that come with Typst and matplotlib; nothing is loaded from elsewhere.
The same report and manifest give the same bytes.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

from analysis.errors import NotebookFailed
from analysis.presentation import content, wording
from analysis.presentation.content import Part
from analysis.publishing.about.entries import newer
from analysis.publishing.about.logos import Logo
from analysis.publishing.notebooks.notebooks import SHEET
from analysis.publishing.report.prose import Prose
from analysis.publishing.report.rendering import TEMPLATES, Block, Report, Section, handling, terms_of

#: What a sheet of two pages says of itself; its page says the rest.
_IN_SHORT = ("What is new", "Date", "Who publishes it", "How to quote it")
_MADE_UP = "Synthetic cases: made up to show how this report works. No figure in this report is real."
_SHORTEST = 40  # characters that say anything about what a figure shows
_ROWS = (20, 60)  # pixels from one row of labels to the next, at least and at most
_PIECE = 110  # pixels of a piece of a drawing, at least
_HALF_LETTER = 4
_WHOLE = 560  # pixels of a drawing that is never cut: half a page, and no plot with axes is higher
_log = logging.getLogger(__name__)


def typeset(report: Report, manifest: dict[str, Any], *, logo: Logo | None = None) -> bytes:
    """The report as a tagged PDF.

    Parameters
    ----------
    report
        The parts of the report.
    manifest
        The manifest of the report.
    logo
        The logo of its publisher; None for none.

    Returns
    -------
    bytes
        The bytes of the PDF.

    Raises
    ------
    NotebookFailed
        For a figure without a description, a block that has no parts for print, and prose that print cannot
        carry; names notebook and cell.
    """
    name = manifest["notebook"]
    for block in report.blocks:
        for fault in _faults(block):
            raise NotebookFailed(f"{name}, {block.named}: {fault}")
    try:
        content = _content(report, manifest, logo)
        made, warnings = typst.compile_with_warnings(
            TEMPLATES / f"{report.layout}.typ",
            root=TEMPLATES,
            font_paths=load_fonts(),
            sys_inputs={"report": json.dumps(content)},
            pdf_standards="ua-1",
        )
    except NotebookFailed as fault:
        raise NotebookFailed(f"{name}: {fault}") from None
    except typst.TypstError as fault:
        raise NotebookFailed(f"{name}: its PDF could not be typeset: {fault.message}") from fault
    for warning in warnings:
        _log.warning("%s: its PDF: %s", name, warning.message)
    return bytes(made)


def _faults(block: Block) -> Iterator[str]:
    """What keeps a block from being printed."""
    if not block.parts:
        yield f"a {block.kind} has nothing for print. Give its Shown parts (analysis/presentation/content.py)."
    for part in block.parts:
        description = part.get("description", "").strip()
        if part["part"] == "figure" and (len(description) < _SHORTEST or description == part["title"]):
            yield (
                f"the figure '{part['title']}' has no description that says what is seen. Whoever cannot see it would "
                "be told nothing."
            )


def _content(report: Report, manifest: dict[str, Any], logo: Logo | None) -> dict[str, Any]:
    """All that the template lays out, in the order of the page."""
    is_sheet = report.layout == SHEET
    shown = None if is_sheet else logo  # its page has the logo, and the glossary the terms too
    terms = [] if is_sheet else list(terms_of(report).items())
    about = _about(manifest, shown, is_short=is_sheet) if manifest.get("about") else []
    return {
        "title": report.title,
        "subject": manifest.get("subject", ""),
        "marks": ("Restricted: " if manifest["is_restricted"] else "") + ("Draft: " if report.draft else ""),
        "banners": [
            *([wording.RESTRICTED] if manifest["is_restricted"] else []),
            *([report.draft] if report.draft else []),
            *([_MADE_UP] if report.is_synthetic else []),
        ],
        "leading": [part for block in report.leading for part in block.parts],
        "introduction": report.introduction.parts,
        "newer": newer(manifest),
        "unheaded": _laid_out(report.unheaded),
        "sections": [_section(section) for section in report.main],
        "annex": [
            *(_section(section) for section in report.annex),
            *([{"title": "Words used in this report", "parts": [_terms(terms)]}] if terms else []),
            *([{"title": "About this report", "parts": about}] if about else []),
            {"title": "What made this report", "parts": _provenance(manifest, is_short=is_sheet)},
        ],
    }


def _section(section: Section) -> dict[str, Any]:
    """A heading and all below it."""
    return {"title": section.title, "parts": _laid_out(section.body)}


def _laid_out(body: list[Prose | Block]) -> list[Part]:
    """The parts of what stands together, each figure with where it may be cut."""
    parts = [part for each in body for part in each.parts]
    return [part | {"cuts": _cuts_of(part)} if part["part"] == "figure" else part for part in parts]


def _cuts_of(figure: Part) -> list[float]:
    """Where a figure may be cut; an author's own nowhere, since its rows of labels may be the marks of an axis."""
    return [] if figure["style"] else _cuts(figure["wide"])


def _cuts(drawing: str) -> list[float]:
    """Where a drawing may be cut from side to side for print, as shares of its height: between rows of labels.

    One that fits half a page is left whole, since the labels of an axis look like rows.
    """
    high = float(re.findall(r'viewBox="0 0 [\d.]+ ([\d.]+)"', drawing)[0])
    if high <= _WHOLE:
        return []
    lines = sorted({float(height) for height in re.findall(r'<text [^>]*?\by="([\d.]+)"', drawing)})
    cuts = [0.0]
    for above, below in itertools.pairwise(lines):
        cut = (above + below) / 2 - _HALF_LETTER
        is_between = _ROWS[0] <= below - above <= _ROWS[1]
        if is_between and cut - cuts[-1] >= _PIECE and high - cut >= _PIECE:
            cuts.append(cut)
    return [round(cut / high, 4) for cut in cuts[1:]]


def _terms(entries: list[tuple[str, str]]) -> Part:
    return {"part": "terms", "entries": [{"term": term, "meaning": meaning} for term, meaning in entries]}


def _about(manifest: dict[str, Any], logo: Logo | None, *, is_short: bool = False) -> list[Part]:
    """What is new, of when, from what, who publishes it and how to quote it, as its page says it; in short the last."""
    shown = {"part": "logo", "content": list(logo.content), "format": logo.kind} if logo else {}
    terms = _terms(
        [
            (entry["term"], "\n".join(entry["told"]))
            for entry in manifest["about"]
            if entry["term"] in _IN_SHORT or not is_short
        ]
    )
    return [*([shown | {"description": manifest["publisher"]["name"]}] if logo else []), terms]


def _provenance(manifest: dict[str, Any], *, is_short: bool = False) -> list[Part]:
    """What made a report, as the foot of its page says it; in short without every file."""
    given = wording.asked(manifest["parameters"])
    edition = manifest.get("edition", "")[:12]
    files = [f"{name} {digest[:12]}" for name, digest in manifest["inputs"].items()]
    terms = {
        "Notebook": manifest["notebook"] + (f": {given}" if given else ""),
        "Version": manifest["version"] + (f", edition {edition}" if edition else ""),
        "Disclosure control": manifest.get("disclosure", ""),
        "Made from": "the files that manifest.json names, with their checksums" if is_short else "\n".join(files),
    }
    entries = _terms([(term, meaning) for term, meaning in terms.items() if meaning])
    return [entries, content.paragraph(f"These are not official statistics. {handling(manifest)['attribution']}")]


@cache
def load_fonts() -> typst.Fonts:
    """The fonts of the PDF, found once: Libertinus, which Typst brings, and DejaVu Sans, which matplotlib brings and
    charts are measured in.

    Returns
    -------
    typst.Fonts
        The fonts.

    Raises
    ------
    NotebookFailed
        Where matplotlib keeps its fonts elsewhere.
    """
    library = find_spec("matplotlib")
    folder = Path(library.origin if library and library.origin else "").parent / "mpl-data" / "fonts" / "ttf"
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    if "DejaVu Sans" not in fonts.families():
        raise NotebookFailed(f"DejaVu Sans, which the PDF is set in, is not in {folder}. Install matplotlib from PyPI.")
    return fonts
