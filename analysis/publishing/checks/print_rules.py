"""The rules of a PDF: how many pages come before its annex, and how much of each page is empty.

Pages are measured as they are seen: how much of the height between their margins has nothing on it from side to side.
What lies between two lines is no empty part of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2

from analysis.publishing.checks.page_rules import Broken

MOST_EMPTY = 0.5
ANNEX = "Annex"  # the bookmark with which an annex begins
_MARGINS = (68, 60)  # points at the head and at the foot of a page, which hold its banner and its number
_SPACING = 36  # points between two lines, at most, that are no empty part
_PAPER = 250  # of 255: what is as light is paper


@dataclass(frozen=True)
class Page:
    """A page of a PDF: whether it is of the annex, and the share of its height that is empty."""

    is_annex: bool
    empty: float


@dataclass(frozen=True)
class Printed:
    """The pages of a PDF, in order."""

    pages: tuple[Page, ...]

    @property
    def main(self) -> list[Page]:
        """The pages before the annex."""
        return [page for page in self.pages if not page.is_annex]

    @property
    def annex(self) -> list[Page]:
        """The pages of the annex."""
        return [page for page in self.pages if page.is_annex]

    def __str__(self) -> str:
        main = f"{len(self.main)} pages, {_shares(self.main)}% empty"
        return main + (f"; annex of {len(self.annex)}, {_shares(self.annex)}%" if self.annex else "; no annex")


def _shares(pages: list[Page]) -> str:
    return " ".join(f"{page.empty:.0%}".rstrip("%") for page in pages)


def printed(path: Path) -> Printed:
    """The pages of a PDF.

    Parameters
    ----------
    path
        The PDF.

    Returns
    -------
    Printed
        One page at least.

    Raises
    ------
    OSError
        Where there is no such file.
    ValueError
        For what is no PDF.
    """
    status = path.stat()
    return _measured(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=512)
def _measured(path: Path, *_: int) -> Printed:
    """The pages of a PDF, by its time and size: drawn once, however often they are asked for."""
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            first = next(
                (int(bookmark.get_dest().get_index()) for bookmark in pdf.get_toc() if bookmark.get_title() == ANNEX),
                len(pdf),
            )
            return Printed(tuple(Page(place >= first, _empty(page)) for place, page in enumerate(pdf)))
    except pypdfium2.PdfiumError as fault:
        raise ValueError(f"{path.name} is no PDF that can be read") from fault


def broken(pdf: Printed, manifest: dict[str, Any]) -> Broken:
    """Every rule that a PDF breaks: where, and how.

    Parameters
    ----------
    pdf
        Its pages.
    manifest
        The manifest of its report, which says how many pages its notebook allows before the annex.

    Yields
    ------
    tuple of str
        The place, and what is wrong there.
    """
    most = manifest["most_pages"]
    if len(pdf.main) > most:
        yield "report.pdf", f"has {len(pdf.main)} pages before its annex; at most {most}"
    for name, pages in (("page", pdf.main), ("annex, page", pdf.annex)):
        for number, page in enumerate(pages[:-1], start=1):
            if page.empty > MOST_EMPTY:
                yield f"report.pdf, {name} {number}", f"is empty to {page.empty:.0%}; only the last may be over half so"


def _empty(page: Any) -> float:
    """The share of the type area of a page that is empty from side to side."""
    ink = (page.render(scale=1, grayscale=True).to_numpy() < _PAPER).any(axis=1)[_MARGINS[0] : -_MARGINS[1]]
    inked = np.flatnonzero(ink)
    gaps = np.diff(np.concatenate([[-1], inked, [len(ink)]])) - 1
    return float(gaps[gaps > _SPACING].sum()) / len(ink)
